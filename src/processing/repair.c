#include "processing/repair.h"

#include "base/error.h"
#include "ingest/damage.h"
#include "ingest/extraction.h"
#include "processing/analysis.h"
#include "store/chunk.h"

static cpk_status restore(const struct job_target *target, const struct record_list *chunks, struct lease *lease,
                          const struct op_context *op, int64_t *restored, cpk_error **error)
{
    int64_t answers;
    int32_t has_text;
    int32_t has_index;

    CPK_TRY(damage_find_text(target, chunks, &has_text, &has_index, error));
    if (!has_text || !has_index) {
        context_log(&target->session->engine->context, CPK_LOG_WARNING, "storage",
                    "the storage has lost the %s of %s: it is made once more", has_text ? "index" : "text",
                    target->name);
        CPK_TRY(extraction_restore(target, chunks, (has_text ? 0 : EXTRACTED_TEXT) | (has_index ? 0 : EXTRACTED_INDEX),
                                   lease, op, error));
        *restored += !has_text + !has_index;
    }
    CPK_TRY(analysis_restore(target, chunks, lease, op, &answers, error));
    *restored += answers;
    if (answers > 0) {
        context_log(&target->session->engine->context, CPK_LOG_WARNING, "storage",
                    "%lld answers of %s that the storage has lost were made once more, free of charge",
                    (long long)answers, target->name);
    }
    return CPK_OK;
}

cpk_status repair_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                      int64_t *restored, cpk_error **error)
{
    const struct work_key key = job_target_key(target, NULL);
    struct record_list *chunks = NULL;
    cpk_status status;

    *restored = 0;
    if (!damage_can_be_repaired(target)) {
        return CPK_OK;
    }
    CPK_TRY(store_chunk_list(target->session->work, &key, &chunks, error));
    status = restore(target, chunks, lease, op, restored, error);
    record_list_free(chunks);
    return status;
}
