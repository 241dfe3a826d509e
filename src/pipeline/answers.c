#include "pipeline/answers.h"

#include "base/error.h"
#include "pipeline/blob.h"

static cpk_status merge_answer(cpk_engine *engine, findings_merge *merge, const char *key, buffer *answer,
                               cpk_error **error)
{
    finding_set set;
    cpk_status status;

    buffer_clear(answer);
    CPK_TRY(blob_is_needed(storage_get(engine->storage, key, answer, error), key, error));
    finding_set_init(&set, &engine->context.allocator);
    status = finding_set_read_answer(&set, buffer_text(answer), answer->length, error);
    if (status == CPK_OK) {
        status = findings_merge_add(merge, &set, error);
    }
    finding_set_free(&set);
    return status;
}

cpk_status answers_merge(cpk_engine *engine, const snapshot_list *chunks, findings_merge *merge, buffer *answer,
                         const run *run, cpk_error **error)
{
    for (size_t i = 0; i < chunks->count; i++) {
        const store_chunk *chunk = chunks->items[i];

        CPK_TRY(run_progress(run, CPK_STAGE_EXPORT, 0, 1, error));
        if (chunk->result_key != NULL) {
            CPK_TRY(merge_answer(engine, merge, chunk->result_key, answer, error));
        }
    }
    return CPK_OK;
}
