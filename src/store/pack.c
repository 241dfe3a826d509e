#include "store/pack.h"

#include "store/folder.h"
#include "store/hold.h"
#include "store/internal.h"
#include "store/user.h"

#include <string.h>

#define NO_SUCH_PACK "no such pack, or it belongs to another user"

#define RECORD_TYPE  cpk_pack
#define RECORD_TABLE "records/pack.def"
#define RECORD_READ  pack_read
#include "store/columns.def"

cpk_status store_pack_get(struct store *store, const char *user_id, const char *pack_id, cpk_pack **pack,
                          cpk_error **error)
{
    struct statement query;

    *pack = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_PACK_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, pack_id);
    return pack_read_one(store, &query, pack, NO_SUCH_PACK, error);
}

cpk_status store_pack_find_by_name(struct store *store, const char *user_id, const char *name, cpk_pack **pack,
                                   cpk_error **error)
{
    struct statement query;

    *pack = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_PACK_FIND_BY_NAME);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, name);
    return pack_read_one(store, &query, pack, "no pack has this name", error);
}

cpk_status store_pack_list(struct store *store, const char *user_id, const struct store_page *page,
                           struct record_list **packs, cpk_error **error)
{
    struct statement query;

    *packs = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_PACK_LIST_PAGE);
    statement_bind_text(&query, 1, user_id);
    CPK_TRY(store_bind_page(&query, 2, page, error));
    return store_read_list(store, &query, pack_read, packs, error);
}

static cpk_status pack_create(struct store *store, const char *user_id, const struct pack_params *params,
                              cpk_pack **pack, cpk_error **error)
{
    char row_id[UUID_TEXT_BYTES];
    char generated[UUID_TEXT_BYTES];
    const char *pack_id = params->pack_id;
    int32_t was_made;
    struct statement change;

    CPK_TRY(uuid_create(store->context, row_id, error));
    if (pack_id == NULL) {
        CPK_TRY(uuid_create(store->context, generated, error));
        pack_id = generated;
    }
    statement_start(&change, store->session, STATEMENT_PACK_INSERT);
    statement_bind_text(&change, 1, row_id);
    statement_bind_text(&change, 2, user_id);
    statement_bind_text(&change, 3, pack_id);
    statement_bind_text(&change, 4, params->name);
    statement_bind_text(&change, 5, params->description);
    statement_bind_text(&change, 6, params->custom_system_prompt);
    statement_bind_time(&change, 7, context_now(store->context));
    CPK_TRY(store_insert_in_folder(&change, user_id, strlen(pack_id) + 1, &was_made, error));
    if (!was_made) {
        CPK_TRY(store_user_check(store, user_id, USER_MAY_WORK, error));
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no such user: create the user first");
    }
    return store_pack_get(store, user_id, pack_id, pack, error);
}

cpk_status store_pack_create(struct store *store, const char *user_id, const struct pack_params *params,
                             cpk_pack **pack, cpk_error **error)
{
    struct store_scope scope;
    cpk_status status;

    *pack = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    status = store_scope_end(&scope, pack_create(store, user_id, params, pack, error), error);
    if (status != CPK_OK) {
        record_free(*pack);
        *pack = NULL;
    }
    return status;
}

/* *pack is NULL if there is no pack of this name. */
static cpk_status find_name(struct store *store, const char *user_id, const char *name, cpk_pack **pack,
                            cpk_error **error)
{
    cpk_error *absent = NULL;
    cpk_status status = store_pack_find_by_name(store, user_id, name, pack, &absent);

    if (status != CPK_OK && status != CPK_ERROR_NOT_FOUND && error != NULL) {
        *error = absent;
    } else {
        cpk_error_free(absent);
    }
    return status == CPK_ERROR_NOT_FOUND ? CPK_OK : status;
}

/* Names are not unique: looks again after locking the profile, before a pack is created. */
static cpk_status pack_ensure(struct store *store, const char *user_id, const struct pack_params *params,
                              int32_t *created, cpk_pack **pack, cpk_error **error)
{
    struct statement change;

    CPK_TRY(find_name(store, user_id, params->name, pack, error));
    if (*pack != NULL) {
        return CPK_OK;
    }
    statement_start(&change, store->session, STATEMENT_PACK_ENSURE_LOCK);
    statement_bind_text(&change, 1, user_id);
    CPK_TRY(store_change_one(&change, CPK_ERROR_NOT_FOUND, "no such user", error));
    CPK_TRY(find_name(store, user_id, params->name, pack, error));
    if (*pack != NULL) {
        return CPK_OK;
    }
    *created = 1;
    return pack_create(store, user_id, params, pack, error);
}

cpk_status store_pack_ensure(struct store *store, const char *user_id, const struct pack_params *params,
                             int32_t *created, cpk_pack **pack, cpk_error **error)
{
    struct store_scope scope;
    cpk_status status;

    *pack = NULL;
    *created = 0;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    status = store_scope_end(&scope, pack_ensure(store, user_id, params, created, pack, error), error);
    if (status != CPK_OK) {
        record_free(*pack);
        *pack = NULL;
    }
    return status;
}

static cpk_status pack_update(struct store *store, const char *user_id, const struct pack_params *changes,
                              cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_PACK_UPDATE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, changes->pack_id);
    statement_bind_text(&change, 3, changes->name);
    statement_bind_text(&change, 4, changes->description);
    statement_bind_text(&change, 5, changes->custom_system_prompt);
    statement_bind_time(&change, 6, context_now(store->context));
    return store_change_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_PACK, error);
}

cpk_status store_pack_update(struct store *store, const char *user_id, const struct pack_params *changes,
                             cpk_pack **pack, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    CPK_TRY(store_scope_end(&scope, pack_update(store, user_id, changes, error), error));
    return pack != NULL ? store_pack_get(store, user_id, changes->pack_id, pack, error) : CPK_OK;
}

static cpk_status pack_recount(struct store *store, const char *user_id, const char *pack_id, cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_PACK_RECOUNT);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, pack_id);
    statement_bind_time(&change, 3, context_now(store->context));
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_PACK, error);
}

cpk_status store_pack_recount(struct store *store, const char *user_id, const char *pack_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, pack_recount(store, user_id, pack_id, error), error);
}

cpk_status store_pack_list_miscounted(struct store *store, pack_miscount_fn each, void *user, cpk_error **error)
{
    struct statement query;

    CPK_TRY(store_require_service(store, "list the packs of all users", error));
    statement_start(&query, store->session, STATEMENT_PACK_LIST_MISCOUNTED);
    statement_bind_int64(&query, 1, PACK_MISCOUNTS_MAX);
    for (;;) {
        struct pack_miscount miscount;
        int32_t has_row;

        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        miscount.user_id = statement_take_text(&query, NULL);
        miscount.pack_id = statement_take_text(&query, NULL);
        miscount.sources = statement_take_int64(&query);
        miscount.counted = statement_take_int64(&query);
        miscount.tokens = statement_take_int64(&query);
        miscount.summed = statement_take_int64(&query);
        CPK_TRY(statement_check(&query, error));
        each(user, &miscount);
    }
}

cpk_status store_pack_processing_status(struct store *store, const char *user_id, const char *pack_id,
                                        struct pack_status *result, cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    memset(result, 0, sizeof *result);
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_PACK_PROCESSING_STATUS);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, pack_id);
    CPK_TRY(statement_step(&query, &has_row, error));
    result->sources = statement_take_int64(&query);
    result->completed = statement_take_int64(&query);
    result->failed = statement_take_int64(&query);
    result->tokens = statement_take_int64(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

static cpk_status pack_delete(struct store *store, const char *user_id, const char *pack_id, cpk_error **error)
{
    static const enum statement_id steps[] = {STATEMENT_PACK_DELETE_HOLDS, STATEMENT_PACK_DELETE_SOURCES,
                                              STATEMENT_PACK_DELETE_EXPORTS};
    struct statement change;

    CPK_TRY(store_hold_release_pack(store, user_id, pack_id, error));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        statement_start(&change, store->session, steps[i]);
        statement_bind_text(&change, 1, user_id);
        statement_bind_text(&change, 2, pack_id);
        CPK_TRY(statement_run(&change, NULL, error));
    }
    statement_start(&change, store->session, STATEMENT_PACK_DELETE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, pack_id);
    return store_change_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_PACK, error);
}

cpk_status store_pack_delete(struct store *store, const char *user_id, const char *pack_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, pack_delete(store, user_id, pack_id, error), error);
}
