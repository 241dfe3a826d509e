#include "ingest/damage.h"

#include "base/error.h"
#include "engine/blob_reader.h"
#include "ingest/extraction.h"
#include "store/chunk.h"

#include <string.h>

int32_t damage_can_be_repaired(const struct job_target *target)
{
    const char *sha256 = target->source != NULL ? target->source->sha256 : target->job->sha256;

    return sha256 != NULL && target->text_key != NULL && target->index_key != NULL;
}

static cpk_status list_chunks(const struct job_target *target, struct record_list **chunks, cpk_error **error)
{
    const struct work_key key = job_target_key(target, NULL);
    return store_chunk_list(target->session->work, &key, chunks, error);
}

cpk_status damage_find_text(const struct job_target *target, const struct record_list *chunks, int32_t *has_text,
                            int32_t *has_index, cpk_error **error)
{
    int64_t text_bytes;
    int64_t index_bytes;

    extraction_sizes(chunks, &text_bytes, &index_bytes);
    CPK_TRY(blob_has_size(target->session->storage, target->text_key, text_bytes, has_text, error));
    return blob_has_size(target->session->storage, target->index_key, index_bytes, has_index, error);
}

static int32_t is_answered(const struct store_chunk *chunk)
{
    return chunk->status_code == CHUNK_DONE && chunk->result_key != NULL;
}

/* sha256 NULL: checks existence only. */
static cpk_status has_answer(const struct job_target *target, const struct store_chunk *chunk, const char *sha256,
                             int32_t *has, cpk_error **error)
{
    *has = 1;
    if (!is_answered(chunk)) {
        return CPK_OK;
    }
    return blob_has_hash(target->session->storage, chunk->result_key, sha256, has,
                         &target->session->engine->context.allocator, error);
}

static cpk_status look(const struct job_target *target, const struct record_list *chunks, int32_t *is_needed,
                       cpk_error **error)
{
    int32_t has_text;
    int32_t has = 1;

    CPK_TRY(damage_find_text(target, chunks, &has_text, &has, error));
    for (size_t i = 0; i < chunks->count && has; i++) {
        CPK_TRY(has_answer(target, chunks->items[i], NULL, &has, error));
    }
    *is_needed = !has_text || !has;
    return CPK_OK;
}

cpk_status damage_is_present(const struct job_target *target, int32_t *is_needed, cpk_error **error)
{
    struct record_list *chunks = NULL;
    cpk_status status;

    *is_needed = 0;
    if (!damage_can_be_repaired(target)) {
        return CPK_OK;
    }
    CPK_TRY(list_chunks(target, &chunks, error));
    status = look(target, chunks, is_needed, error);
    record_list_free(chunks);
    return status;
}

/* Removes text and index together: the chunk hashes cover both, so the damaged one cannot be told. */
static cpk_status drop_text(const struct job_target *target, const struct record_list *chunks, struct lease *lease,
                            int64_t *dropped, cpk_error **error)
{
    int32_t has_text;
    int32_t holds;

    CPK_TRY(damage_find_text(target, chunks, &has_text, &holds, error));
    holds &= has_text;
    for (size_t i = 0; i < chunks->count && holds; i++) {
        CPK_TRY(lease_keep(lease, error));
        CPK_TRY(extraction_holds(target, chunks->items[i], &holds, error));
    }
    if (holds) {
        return CPK_OK;
    }
    *dropped += 2;
    CPK_TRY(storage_remove(target->session->storage, target->text_key, error));
    return storage_remove(target->session->storage, target->index_key, error);
}

static cpk_status drop_answers(const struct job_target *target, const struct record_list *chunks, struct lease *lease,
                               int64_t *dropped, cpk_error **error)
{
    for (size_t i = 0; i < chunks->count; i++) {
        const struct store_chunk *chunk = chunks->items[i];
        int32_t has;

        CPK_TRY(lease_keep(lease, error));
        CPK_TRY(has_answer(target, chunk, chunk->result_sha256, &has, error));
        if (!has) {
            (*dropped)++;
            CPK_TRY(storage_remove(target->session->storage, chunk->result_key, error));
        }
    }
    return CPK_OK;
}

cpk_status damage_drop(const struct job_target *target, struct lease *lease, int64_t *dropped, cpk_error **error)
{
    struct record_list *chunks = NULL;
    cpk_status status;

    *dropped = 0;
    if (!damage_can_be_repaired(target)) {
        return CPK_OK;
    }
    CPK_TRY(list_chunks(target, &chunks, error));
    status = drop_text(target, chunks, lease, dropped, error);
    if (status == CPK_OK) {
        status = drop_answers(target, chunks, lease, dropped, error);
    }
    record_list_free(chunks);
    return status;
}
