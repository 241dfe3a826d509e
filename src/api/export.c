#include "api/check.h"
#include "api/page.h"
#include "base/uuid.h"
#include "engine/blob_reader.h"
#include "engine/delete.h"
#include "model/words.h"
#include "processing/documents.h"

#include <contextpack/export.h>

static const char *const type_names[] = {EXPORT_TYPE_WORDS, NULL};

/* The bounds are those of the settings. A complete document has no budget. */
static int32_t is_budget(int32_t type, int64_t max_tokens)
{
    cpk_setting_details bounds = {sizeof bounds, 0, NULL, NULL, 0, 0, 0};
    enum setting setting = type == CPK_EXPORT_COMPACT ? SETTING_COMPACT_MAX_TOKENS : SETTING_STANDARD_MAX_TOKENS;

    return type != CPK_EXPORT_COMPLETE && cpk_setting_info(setting, &bounds, NULL) == CPK_OK &&
           max_tokens >= bounds.minimum && max_tokens <= bounds.maximum;
}

cpk_status cpk_export_create(cpk_session *session, const char *pack_id, int32_t type, const cpk_run_options *options,
                             int32_t *made, cpk_export **result, cpk_error **error)
{
    int32_t is_new;
    struct op_context op;
    cpk_status status;

    CPK_CHECK_OUT(result, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(pack_id, "pack_id", error));
    CPK_CHECK_ARG(type >= CPK_EXPORT_COMPACT && type <= CPK_EXPORT_COMPLETE, "type", error);
    CPK_TRY(call_begin(&op, session, options, error));
    if (op.options.max_tokens != 0 && !is_budget(type, op.options.max_tokens)) {
        status = error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "options.max_tokens is out of range");
    } else {
        status = documents_make(&op, pack_id, type, made != NULL ? made : &is_new, result, error);
    }
    op_end(&op);
    return status;
}

cpk_status cpk_export_get(cpk_session *session, const char *export_id, cpk_export **result, cpk_error **error)
{
    CPK_CHECK_OUT(result, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(uuid_is_valid(export_id), "export_id (a UUID in lower case)", error);
    return store_export_get(session->store, NULL, export_id, result, error);
}

static const char *document_key(const cpk_export *found, int32_t format)
{
    return format == CPK_FORMAT_JSON ? found->json_key : found->r2_path;
}

cpk_status cpk_export_read(cpk_session *session, const char *export_id, int32_t format, cpk_write_fn write,
                           void *write_user, cpk_error **error)
{
    cpk_export *found = NULL;
    cpk_status status;

    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(uuid_is_valid(export_id), "export_id (a UUID in lower case)", error);
    CPK_CHECK_ARG(format == CPK_FORMAT_MARKDOWN || format == CPK_FORMAT_JSON, "format", error);
    CPK_CHECK_ARG(write != NULL, "write", error);
    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_export_get(session->store, NULL, export_id, &found, error));
    if (found->status_code != CPK_EXPORT_READY) {
        status = error_set(error, CPK_ERROR_CONFLICT, "export", "the export is %s, not ready", found->status);
    } else if (document_key(found, format) == NULL) {
        status = error_set(error, CPK_ERROR_NOT_FOUND, "export", "the export has no JSON");
    } else {
        status = blob_write_to(session->storage, document_key(found, format), write, write_user,
                               &session->engine->context.allocator, error);
    }
    record_free(found);
    return status;
}

cpk_status cpk_export_delete(cpk_session *session, const char *export_id, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(uuid_is_valid(export_id), "export_id (a UUID in lower case)", error);
    return delete_export(session, export_id, error);
}

#define RECORD_TYPE  cpk_export
#define RECORD_TABLE "records/export.def"
#include "api/getters.def"

void cpk_export_free(cpk_export *result)
{
    record_free(result);
}

int32_t cpk_export_type_from_name(const char *name)
{
    return word_find(type_names, name);
}

cpk_status cpk_export_list_get(cpk_session *session, const char *pack_id, const cpk_page *caller_page,
                               cpk_export_list **list, cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_export *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(pack_id, "pack_id", error));
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_export_list(session->store, NULL, pack_id, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                             last != NULL ? last->export_id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_export_list, cpk_export)

#define RECORD_TYPE  cpk_export
#define RECORD_TABLE "records/export.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_export_list, row_fill)
