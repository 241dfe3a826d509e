#include "store/legacy_pack.h"
#include "api/check.h"
#include "api/page.h"
#include "engine/blob_reader.h"
#include "processing/job.h"

#include <contextpack/legacy_pack.h>

cpk_status cpk_legacy_pack_get(cpk_session *session, const char *legacy_pack_id, cpk_legacy_pack **pack,
                               cpk_error **error)
{
    CPK_CHECK_OUT(pack, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(legacy_pack_id, "legacy_pack_id", error));
    return store_legacy_pack_get(session->store, NULL, legacy_pack_id, pack, error);
}

cpk_status cpk_legacy_pack_find(cpk_session *session, const char *job_id, cpk_legacy_pack **pack, cpk_error **error)
{
    CPK_CHECK_OUT(pack, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(job_id, "job_id", error));
    CPK_TRY(store_legacy_pack_find(session->store, NULL, job_id, pack, error));
    if (*pack == NULL) {
        return error_set(error, CPK_ERROR_NOT_FOUND, "job", "the job has no V1 pack, or belongs to another user");
    }
    return CPK_OK;
}

cpk_status cpk_legacy_pack_read(cpk_session *session, const char *legacy_pack_id, cpk_write_fn write, void *write_user,
                                cpk_error **error)
{
    cpk_legacy_pack *pack = NULL;
    cpk_status status;

    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(write != NULL, "write", error);
    CPK_TRY(check_id(legacy_pack_id, "legacy_pack_id", error));
    CPK_TRY(engine_need_storage(session->engine, error));
    CPK_TRY(store_legacy_pack_get(session->store, NULL, legacy_pack_id, &pack, error));
    status = blob_write_to(session->engine->storage, pack->r2_pack_path, write, write_user,
                           &session->engine->context.allocator, error);
    record_free(pack);
    return status;
}

cpk_status cpk_legacy_pack_delete(cpk_session *session, const char *legacy_pack_id, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(legacy_pack_id, "legacy_pack_id", error));
    return legacy_pack_remove(session, legacy_pack_id, error);
}

cpk_status cpk_legacy_pack_copy(cpk_session *session, const char *legacy_pack_id, const cpk_run_options *options,
                                int32_t *copied, cpk_pack **pack, cpk_error **error)
{
    int32_t is_new;
    struct op_context op;
    cpk_status status;

    CPK_CHECK_OUT(pack, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(legacy_pack_id, "legacy_pack_id", error));
    CPK_TRY(call_begin(&op, session, options, error));
    status = legacy_copy(session, legacy_pack_id, &op, copied != NULL ? copied : &is_new, pack, error);
    op_end(&op);
    return status;
}

cpk_status cpk_legacy_pack_undo_copy(cpk_session *session, const char *legacy_pack_id, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(legacy_pack_id, "legacy_pack_id", error));
    return legacy_copy_undo(session, legacy_pack_id, error);
}

#define RECORD_TYPE  cpk_legacy_pack
#define RECORD_TABLE "records/legacy_pack.def"
#include "api/getters.def"

void cpk_legacy_pack_free(cpk_legacy_pack *pack)
{
    record_free(pack);
}

cpk_status cpk_legacy_pack_list_get(cpk_session *session, const cpk_page *caller_page, cpk_legacy_pack_list **list,
                                    cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_legacy_pack *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_legacy_pack_list(session->store, NULL, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                             last != NULL ? last->id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_legacy_pack_list, cpk_legacy_pack)

#define RECORD_TYPE  cpk_legacy_pack
#define RECORD_TABLE "records/legacy_pack.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_legacy_pack_list, row_fill)
