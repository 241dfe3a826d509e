#include "store/legacy_pack.h"

#include "store/internal.h"

#define NO_SUCH_PACK "no such V1 pack, or it belongs to another user"

#define RECORD_TYPE  cpk_legacy_pack
#define RECORD_TABLE "records/legacy_pack.def"
#define RECORD_READ  pack_read
#include "store/columns.def"

cpk_status store_legacy_pack_get(struct store *store, const char *user_id, const char *id, cpk_legacy_pack **pack,
                                 cpk_error **error)
{
    struct statement query;

    *pack = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    if (!uuid_is_valid(id)) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, NO_SUCH_PACK);
    }
    statement_start(&query, store->session, STATEMENT_LEGACY_PACK_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, id);
    return pack_read_one(store, &query, pack, NO_SUCH_PACK, error);
}

cpk_status store_legacy_pack_find(struct store *store, const char *user_id, const char *job_id, cpk_legacy_pack **pack,
                                  cpk_error **error)
{
    struct statement query;

    *pack = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_LEGACY_PACK_FIND_BY_JOB);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, job_id);
    return pack_read_one(store, &query, pack, NULL, error);
}

cpk_status store_legacy_pack_list(struct store *store, const char *user_id, const struct store_page *page,
                                  struct record_list **packs, cpk_error **error)
{
    struct statement query;

    *packs = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_LEGACY_PACK_LIST_PAGE);
    statement_bind_text(&query, 1, user_id);
    CPK_TRY(store_bind_page(&query, 2, page, error));
    return store_read_list(store, &query, pack_read, packs, error);
}

static cpk_status pack_put(struct store *store, const char *user_id, const char *job_id,
                           const struct job_result *result, cpk_error **error)
{
    char id[UUID_TEXT_BYTES];
    struct statement change;
    int64_t rows;

    statement_start(&change, store->session, STATEMENT_LEGACY_PACK_REMAKE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, job_id);
    statement_bind_text(&change, 3, result->analysis_stats);
    statement_bind_int64(&change, 4, result->file_size_bytes);
    CPK_TRY(statement_run(&change, &rows, error));
    if (rows > 0) {
        return CPK_OK;
    }
    CPK_TRY(uuid_create(store->context, id, error));
    statement_start(&change, store->session, STATEMENT_LEGACY_PACK_INSERT);
    statement_bind_text(&change, 1, id);
    statement_bind_text(&change, 2, user_id);
    statement_bind_text(&change, 3, job_id);
    statement_bind_text(&change, 4, result->pack_name);
    statement_bind_text(&change, 5, result->r2_pack_path);
    statement_bind_text(&change, 6, result->extraction_stats);
    statement_bind_text(&change, 7, result->chunk_stats);
    statement_bind_text(&change, 8, result->analysis_stats);
    statement_bind_int64(&change, 9, result->file_size_bytes);
    statement_bind_time(&change, 10, context_now(store->context));
    return statement_run(&change, NULL, error);
}

cpk_status store_legacy_pack_put(struct store *store, const char *user_id, const char *job_id,
                                 const struct job_result *result, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, pack_put(store, user_id, job_id, result, error), error);
}

cpk_status store_legacy_pack_delete(struct store *store, const char *user_id, const char *id, cpk_error **error)
{
    struct store_scope scope;
    struct statement change;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    statement_start(&change, store->session, STATEMENT_LEGACY_PACK_DELETE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, id);
    return store_scope_end(&scope, store_change_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_PACK, error), error);
}

cpk_status store_legacy_copy_add(struct store *store, const char *user_id, const char *id, const char *pack_id,
                                 cpk_error **error)
{
    struct store_scope scope;
    struct statement change;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    statement_start(&change, store->session, STATEMENT_LEGACY_COPY_INSERT);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, id);
    statement_bind_text(&change, 3, pack_id);
    statement_bind_int64(&change, 4, context_now(store->context));
    return store_scope_end(
        &scope, store_change_one(&change, CPK_ERROR_ALREADY_EXISTS, "the V1 pack was already copied", error), error);
}
