#include "store/pack.h"
#include "api/check.h"
#include "api/page.h"
#include "engine/delete.h"
#include "engine/session.h"

#include <contextpack/pack.h>

#include <ctype.h>
#include <string.h>

#define DEFAULT_NAME "Untitled pack"

void cpk_pack_params_init(cpk_pack_params *params, size_t struct_size)
{
    params_init(params, struct_size);
}

/* Removes white space around *name, if it is not NULL; the result is in `trimmed`. */
static cpk_status trim_name(const char **name, char trimmed[CPK_PACK_NAME_BYTES_MAX + 1], cpk_error **error)
{
    const char *from = *name;
    size_t length;

    if (from == NULL) {
        return CPK_OK;
    }
    from += strspn(from, " \t\r\n");
    length = strlen(from);
    while (length > 0 && isspace((unsigned char)from[length - 1])) {
        length--;
    }
    CPK_CHECK_ARG(length > 0 && length <= CPK_PACK_NAME_BYTES_MAX, "name (1 to 200 bytes)", error);
    memcpy(trimmed, from, length);
    trimmed[length] = '\0';
    *name = trimmed;
    return check_text(trimmed, CPK_PACK_NAME_BYTES_MAX, "name", error);
}

static cpk_status read_params(const cpk_pack_params *caller_params, cpk_pack_params *params,
                              char trimmed[CPK_PACK_NAME_BYTES_MAX + 1], cpk_error **error)
{
    static const cpk_pack_params empty = CPK_PACK_PARAMS_INIT;

    *params = empty;
    CPK_TRY(params_read(params, sizeof *params, caller_params, "pack params", error));
    CPK_TRY(trim_name(&params->name, trimmed, error));
    CPK_TRY(check_text(params->description, CPK_PACK_DESCRIPTION_BYTES_MAX, "description", error));
    return check_text(params->custom_system_prompt, CPK_PACK_PROMPT_BYTES_MAX, "custom_system_prompt", error);
}

/* Reads the params of a new pack. The texts belong to the caller or are in `trimmed`. */
static cpk_status read_new_pack(const cpk_pack_params *caller_params, struct pack_params *new_pack,
                                char trimmed[CPK_PACK_NAME_BYTES_MAX + 1], cpk_error **error)
{
    cpk_pack_params params;

    CPK_TRY(read_params(caller_params, &params, trimmed, error));
    new_pack->pack_id = NULL;
    new_pack->name = params.name != NULL ? params.name : DEFAULT_NAME;
    new_pack->description = params.description;
    new_pack->custom_system_prompt = params.custom_system_prompt;
    return CPK_OK;
}

cpk_status cpk_pack_create(cpk_session *session, const cpk_pack_params *caller_params, cpk_pack **pack,
                           cpk_error **error)
{
    char trimmed[CPK_PACK_NAME_BYTES_MAX + 1];
    struct pack_params new_pack;

    CPK_CHECK_OUT(pack, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(read_new_pack(caller_params, &new_pack, trimmed, error));
    return store_pack_create(session->store, NULL, &new_pack, pack, error);
}

cpk_status cpk_pack_ensure(cpk_session *session, const cpk_pack_params *caller_params, int32_t *created,
                           cpk_pack **pack, cpk_error **error)
{
    char trimmed[CPK_PACK_NAME_BYTES_MAX + 1];
    struct pack_params new_pack;
    int32_t is_new = 0;

    CPK_CHECK_OUT(pack, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(read_new_pack(caller_params, &new_pack, trimmed, error));
    CPK_TRY(store_pack_ensure(session->store, NULL, &new_pack, &is_new, pack, error));
    if (created != NULL) {
        *created = is_new;
    }
    return CPK_OK;
}

cpk_status cpk_pack_get(cpk_session *session, const char *pack_id, cpk_pack **pack, cpk_error **error)
{
    CPK_CHECK_OUT(pack, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(pack_id, "pack_id", error));
    return store_pack_get(session->store, NULL, pack_id, pack, error);
}

cpk_status cpk_pack_find(cpk_session *session, const char *name, cpk_pack **pack, cpk_error **error)
{
    char trimmed[CPK_PACK_NAME_BYTES_MAX + 1];

    CPK_CHECK_OUT(pack, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(name != NULL, "name", error);
    CPK_TRY(trim_name(&name, trimmed, error)); /* as cpk_pack_create() does */
    return store_pack_find_by_name(session->store, NULL, name, pack, error);
}

cpk_status cpk_pack_update(cpk_session *session, const char *pack_id, const cpk_pack_params *caller_params,
                           cpk_pack **pack, cpk_error **error)
{
    char trimmed[CPK_PACK_NAME_BYTES_MAX + 1];
    cpk_pack_params params;

    if (pack != NULL) {
        *pack = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(caller_params != NULL, "params", error);
    CPK_TRY(check_id(pack_id, "pack_id", error));
    CPK_TRY(read_params(caller_params, &params, trimmed, error));
    return store_pack_update(
        session->store, NULL,
        &(struct pack_params){pack_id, params.name, params.description, params.custom_system_prompt}, pack, error);
}

cpk_status cpk_pack_delete(cpk_session *session, const char *pack_id, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(pack_id, "pack_id", error));
    return delete_pack(session, pack_id, error);
}

#define RECORD_TYPE  cpk_pack
#define RECORD_TABLE "records/pack.def"
#include "api/getters.def"

void cpk_pack_free(cpk_pack *pack)
{
    record_free(pack);
}

cpk_status cpk_pack_list_get(cpk_session *session, const cpk_page *caller_page, cpk_pack_list **list, cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_pack *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_pack_list(session->store, NULL, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->updated_us : 0,
                             last != NULL ? last->pack_id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_pack_list, cpk_pack)

#define RECORD_TYPE  cpk_pack
#define RECORD_TABLE "records/pack.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_pack_list, row_fill)

cpk_status cpk_pack_get_progress(cpk_session *session, const char *pack_id, cpk_pack_progress *progress,
                                 cpk_error **error)
{
    cpk_pack_progress result = {sizeof result, 0, 0, 0, 0, 0};
    struct pack_status found;

    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(progress != NULL, "progress", error);
    CPK_CHECK_OUT_STRUCT(progress, "progress", error);
    CPK_TRY(check_id(pack_id, "pack_id", error));
    CPK_TRY(store_pack_processing_status(session->store, NULL, pack_id, &found, error));
    result.sources = found.sources;
    result.completed_sources = found.completed;
    result.failed_sources = found.failed;
    result.analysis_tokens = found.tokens;
    params_write(progress, &result, sizeof result);
    return CPK_OK;
}
