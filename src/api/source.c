#include "api/check.h"
#include "api/input.h"
#include "api/page.h"
#include "engine/blob_reader.h"
#include "engine/delete.h"
#include "ingest/source_add.h"
#include "model/words.h"
#include "processing/withhold.h"
#include "processing/work.h"

#include <contextpack/source.h>

#include <string.h>

cpk_status cpk_source_add(cpk_session *session, const char *pack_id, const cpk_input *caller_input,
                          const cpk_run_options *options, int32_t *added, cpk_source **source, cpk_error **error)
{
    cpk_input input;
    int32_t is_new;
    struct op_context op;
    cpk_status status;

    CPK_CHECK_OUT(source, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(pack_id, "pack_id", error));
    CPK_TRY(input_read(&input, caller_input, error));
    CPK_TRY(call_begin(&op, session, options, error));
    status = source_add(&op, pack_id, &input, added != NULL ? added : &is_new, source, error);
    op_end(&op);
    return status;
}

cpk_status cpk_source_run(cpk_session *session, const char *source_id, int32_t until, const cpk_run_options *options,
                          cpk_source **source, cpk_error **error)
{
    cpk_source *latest = NULL;
    cpk_error *problem = NULL;
    cpk_status status;
    struct op_context op;

    if (source != NULL) {
        *source = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(source_id, "source_id", error));
    CPK_CHECK_ARG(until == CPK_SOURCE_READY_FOR_ANALYSIS || until == CPK_SOURCE_COMPLETED, "until", error);
    CPK_TRY(call_begin_analysis(&op, session, options, error));
    /* Records the message of the problem in the source. */
    status = work_run(session, source_id, until == CPK_SOURCE_COMPLETED, &op, &latest, &problem);
    op_end(&op);
    if (source != NULL && latest == NULL) {
        cpk_status read = store_source_get(session->store, NULL, source_id, &latest, status == CPK_OK ? error : NULL);

        status = status == CPK_OK ? read : status;
    }
    if (source != NULL) {
        *source = latest;
    } else {
        record_free(latest);
    }
    if (problem != NULL) {
        (void)error_give(error, problem);
    }
    return status;
}

cpk_status cpk_source_get(cpk_session *session, const char *source_id, cpk_source **source, cpk_error **error)
{
    CPK_CHECK_OUT(source, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(source_id, "source_id", error));
    return store_source_get(session->store, NULL, source_id, source, error);
}

cpk_status cpk_source_delete(cpk_session *session, const char *source_id, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(source_id, "source_id", error));
    return delete_source(session, source_id, error);
}

static cpk_status write_withheld(cpk_session *session, const cpk_source *source, cpk_write_fn write, void *write_user,
                                 cpk_error **error)
{
    struct secret_counts counts;
    struct buffer json;
    cpk_status status;

    memset(&counts, 0, sizeof counts);
    buffer_init(&json, &session->engine->context.allocator);
    CPK_TRY_CLEANUP(withhold_count(session, source, &counts, error));
    secret_counts_write(&counts, &json);
    if (json.failed) {
        CPK_TRY_CLEANUP(error_out_of_memory(error));
    }
    if (write(write_user, json.data, json.length) != 0) {
        CPK_TRY_CLEANUP(error_set(error, CPK_ERROR_CANCELLED, "cancel", "cancelled by the callback"));
    }
cleanup:
    buffer_free(&json);
    return status;
}

cpk_status cpk_source_read(cpk_session *session, const char *source_id, int32_t part, cpk_write_fn write,
                           void *write_user, cpk_error **error)
{
    cpk_source *source = NULL;
    const char *key;
    cpk_status status;

    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(write != NULL, "write", error);
    CPK_CHECK_ARG(part >= CPK_PART_RAW && part <= CPK_PART_WITHHELD, "part", error);
    CPK_TRY(check_id(source_id, "source_id", error));
    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_source_get(session->store, NULL, source_id, &source, error));
    key = part == CPK_PART_RAW ? source->r2_raw_path : source->r2_extracted_path;
    if (part == CPK_PART_WITHHELD) {
        status = write_withheld(session, source, write, write_user, error);
    } else if (key != NULL) {
        status = blob_write_to(session->storage, key, write, write_user, &session->engine->context.allocator, error);
    } else {
        status = error_set(error, CPK_ERROR_CONFLICT, "source", "%s is not extracted yet: run it first", source->name);
    }
    record_free(source);
    return status;
}

#define RECORD_TYPE  cpk_source
#define RECORD_TABLE "records/source.def"
#include "api/getters.def"

void cpk_source_free(cpk_source *source)
{
    record_free(source);
}

cpk_status cpk_source_list_get(cpk_session *session, const char *pack_id, const cpk_page *caller_page,
                               cpk_source_list **list, cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_source *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(pack_id, "pack_id", error));
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_source_list(session->store, NULL, pack_id, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                             last != NULL ? last->source_id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_source_list, cpk_source)

#define RECORD_TYPE  cpk_source
#define RECORD_TABLE "records/source.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_source_list, row_fill)
