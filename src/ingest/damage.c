#include "ingest/damage.h"

#include "base/error.h"
#include "engine/blob_reader.h"
#include "ingest/extraction.h"

#include <string.h>

int32_t damage_can_be_repaired(const struct job_target *item)
{
    const char *sha256 = item->source != NULL ? item->source->sha256 : item->job->sha256;

    return sha256 != NULL && item->text_key != NULL && item->index_key != NULL;
}

static cpk_status list_chunks(const struct job_target *item, struct snapshot_list **chunks, cpk_error **error)
{
    return store_chunk_list(item->session->work, NULL, item->kind, item->id, chunks, error);
}

cpk_status damage_find_text(const struct job_target *item, const struct snapshot_list *chunks, int32_t *has_text,
                            int32_t *has_index, cpk_error **error)
{
    int64_t text_bytes;
    int64_t index_bytes;

    extraction_sizes(chunks, &text_bytes, &index_bytes);
    CPK_TRY(blob_has_size(item->session->storage, item->text_key, text_bytes, has_text, error));
    return blob_has_size(item->session->storage, item->index_key, index_bytes, has_index, error);
}

static int32_t is_answered(const struct store_chunk *chunk)
{
    return strcmp(chunk->status, "done") == 0 && chunk->result_key != NULL;
}

/* sha256 NULL: it only has to be there. */
static cpk_status has_answer(const struct job_target *item, const struct store_chunk *chunk, const char *sha256,
                             int32_t *has, cpk_error **error)
{
    *has = 1;
    if (!is_answered(chunk)) {
        return CPK_OK;
    }
    return blob_has_hash(item->session->storage, chunk->result_key, sha256, has,
                         &item->session->engine->context.allocator, error);
}

static cpk_status look(const struct job_target *item, const struct snapshot_list *chunks, int32_t *is_needed,
                       cpk_error **error)
{
    int32_t has_text;
    int32_t has = 1;

    CPK_TRY(damage_find_text(item, chunks, &has_text, &has, error));
    for (size_t i = 0; i < chunks->count && has; i++) {
        CPK_TRY(has_answer(item, chunks->items[i], NULL, &has, error));
    }
    *is_needed = !has_text || !has;
    return CPK_OK;
}

cpk_status damage_is_present(const struct job_target *item, int32_t *is_needed, cpk_error **error)
{
    struct snapshot_list *chunks = NULL;
    cpk_status status;

    *is_needed = 0;
    if (!damage_can_be_repaired(item)) {
        return CPK_OK;
    }
    CPK_TRY(list_chunks(item, &chunks, error));
    status = look(item, chunks, is_needed, error);
    snapshot_list_free(chunks);
    return status;
}

/* Which of the two is damaged can't be told: both are made once more. */
static cpk_status drop_text(const struct job_target *item, const struct snapshot_list *chunks, struct lease *lease,
                            int64_t *dropped, cpk_error **error)
{
    int32_t has_text;
    int32_t holds;

    CPK_TRY(damage_find_text(item, chunks, &has_text, &holds, error));
    holds &= has_text;
    for (size_t i = 0; i < chunks->count && holds; i++) {
        CPK_TRY(lease_keep(lease, error));
        CPK_TRY(extraction_holds(item, chunks->items[i], &holds, error));
    }
    if (holds) {
        return CPK_OK;
    }
    *dropped += 2;
    CPK_TRY(storage_remove(item->session->storage, item->text_key, error));
    return storage_remove(item->session->storage, item->index_key, error);
}

static cpk_status drop_answers(const struct job_target *item, const struct snapshot_list *chunks, struct lease *lease,
                               int64_t *dropped, cpk_error **error)
{
    for (size_t i = 0; i < chunks->count; i++) {
        const struct store_chunk *chunk = chunks->items[i];
        int32_t has;

        CPK_TRY(lease_keep(lease, error));
        CPK_TRY(has_answer(item, chunk, chunk->result_sha256, &has, error));
        if (!has) {
            (*dropped)++;
            CPK_TRY(storage_remove(item->session->storage, chunk->result_key, error));
        }
    }
    return CPK_OK;
}

cpk_status damage_drop(const struct job_target *item, struct lease *lease, int64_t *dropped, cpk_error **error)
{
    struct snapshot_list *chunks = NULL;
    cpk_status status;

    *dropped = 0;
    if (!damage_can_be_repaired(item)) {
        return CPK_OK;
    }
    CPK_TRY(list_chunks(item, &chunks, error));
    status = drop_text(item, chunks, lease, dropped, error);
    if (status == CPK_OK) {
        status = drop_answers(item, chunks, lease, dropped, error);
    }
    snapshot_list_free(chunks);
    return status;
}
