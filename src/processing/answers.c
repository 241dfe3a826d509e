#include "processing/answers.h"

#include "base/error.h"
#include "engine/blob_reader.h"
#include "processing/withhold.h"

#include <string.h>

static cpk_status check_answer(const struct store_chunk *chunk, const struct buffer *answer, cpk_error **error)
{
    char sha256[HASH_SHA256_HEX_BYTES];

    if (chunk->result_sha256 == NULL) {
        return CPK_OK;
    }
    CPK_TRY(blob_hash_bytes(answer->data, answer->length, sha256, error));
    return strcmp(sha256, chunk->result_sha256) == 0
               ? CPK_OK
               : error_set(error, CPK_ERROR_STORAGE, "storage",
                           "the blob \"%s\" is damaged: add the same file again, then run its source",
                           chunk->result_key);
}

/* Counts the secrets masked for the chunk's analyzer and those still found in its answer. The latter are
 * counted only if an earlier version analysed the chunk without masking. */
static cpk_status withhold(const struct store_chunk *chunk, struct finding_set *set, struct secret_counts *counts,
                           cpk_error **error)
{
    struct secret_counts of_answer;

    memset(&of_answer, 0, sizeof of_answer);
    CPK_TRY(withhold_from_findings(set, &of_answer, error));
    if (chunk->withheld != NULL) {
        secret_counts_read(counts, chunk->withheld);
    } else {
        secret_counts_add(counts, &of_answer);
    }
    return CPK_OK;
}

static cpk_status merge_answer(cpk_engine *engine, struct finding_merge *merge, const struct store_chunk *chunk,
                               struct buffer *answer, struct secret_counts *counts, cpk_error **error)
{
    struct finding_set set;
    cpk_status status;

    buffer_clear(answer);
    CPK_TRY(blob_is_needed(storage_get(engine->storage, chunk->result_key, answer, error), chunk->result_key, error));
    CPK_TRY(check_answer(chunk, answer, error));
    finding_set_init(&set, &engine->context.allocator);
    status = finding_set_read_answer(&set, buffer_text(answer), answer->length, error);
    if (status == CPK_OK) {
        status = withhold(chunk, &set, counts, error);
    }
    if (status == CPK_OK) {
        status = finding_merge_add(merge, &set, error);
    }
    finding_set_free(&set);
    return status;
}

cpk_status answers_merge(const struct op_context *op, const struct record_list *chunks, struct finding_merge *merge,
                         struct buffer *answer, struct secret_counts *counts, cpk_error **error)
{
    for (size_t i = 0; i < chunks->count; i++) {
        const struct store_chunk *chunk = chunks->items[i];

        CPK_TRY(op_progress(op, CPK_STAGE_EXPORT, 0, 1, error));
        if (chunk->result_key != NULL) {
            CPK_TRY(merge_answer(op->session->engine, merge, chunk, answer, counts, error));
        }
    }
    return CPK_OK;
}
