#include "processing/repair.h"

#include "base/error.h"
#include "ingest/damage.h"
#include "ingest/extraction.h"
#include "processing/analysis.h"

static cpk_status restore(const struct job_target *item, const struct snapshot_list *chunks, struct lease *lease,
                          const struct op_context *run, int64_t *restored, cpk_error **error)
{
    int64_t answers;
    int32_t has_text;
    int32_t has_index;

    CPK_TRY(damage_find_text(item, chunks, &has_text, &has_index, error));
    if (!has_text || !has_index) {
        context_log(&item->session->engine->context, CPK_LOG_WARNING, "storage",
                    "the storage has lost the %s of %s: it is made once more", has_text ? "index" : "text", item->name);
        CPK_TRY(extraction_restore(item, chunks, !has_text, !has_index, lease, run, error));
        *restored += !has_text + !has_index;
    }
    CPK_TRY(analysis_restore(item, chunks, lease, run, &answers, error));
    *restored += answers;
    if (answers > 0) {
        context_log(&item->session->engine->context, CPK_LOG_WARNING, "storage",
                    "%lld answers of %s that the storage has lost were made once more, free of charge",
                    (long long)answers, item->name);
    }
    return CPK_OK;
}

cpk_status repair_run(const struct job_target *item, struct lease *lease, const struct op_context *run,
                      int64_t *restored, cpk_error **error)
{
    struct snapshot_list *chunks = NULL;
    cpk_status status;

    *restored = 0;
    if (!damage_can_be_repaired(item)) {
        return CPK_OK;
    }
    CPK_TRY(store_chunk_list(item->session->work, NULL, item->kind, item->id, &chunks, error));
    status = restore(item, chunks, lease, run, restored, error);
    snapshot_list_free(chunks);
    return status;
}
