#include "store/store.h"

#include "base/error.h"
#include "base/memory.h"
#include "store/handle.h"

#include <string.h>

static cpk_status actor_check(const cpk_actor *actor, cpk_error **error)
{
    if (actor->kind != CPK_ACTOR_USER && actor->kind != CPK_ACTOR_SERVICE && actor->kind != CPK_ACTOR_ADMIN) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "unknown actor kind %d", actor->kind);
    }
    if (actor->kind != CPK_ACTOR_SERVICE && (actor->user_id == NULL || !uuid_is_valid(actor->user_id))) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN,
                         "the actor's user id must be a UUID in lower case");
    }
    return CPK_OK;
}

cpk_status store_open(const struct context *context, struct database *database, const cpk_actor *actor,
                      struct store **store_out, cpk_error **error)
{
    struct store *opened;
    cpk_status status;

    *store_out = NULL;
    CPK_TRY(actor_check(actor, error));
    opened = memory_allocate_zeroed(&context->allocator, sizeof *opened);
    if (opened == NULL) {
        return error_out_of_memory(error);
    }
    opened->context = context;
    opened->database = database;
    opened->actor_kind = actor->kind;
    if (actor->kind != CPK_ACTOR_SERVICE) {
        memcpy(actor->kind == CPK_ACTOR_USER ? opened->only_user_id : opened->admin_user_id, actor->user_id,
               UUID_TEXT_BYTES);
    }
    status = db_session_open(database, actor, &opened->session, error);
    if (status != CPK_OK) {
        memory_release(&context->allocator, opened, sizeof *opened);
        return status;
    }
    *store_out = opened;
    return CPK_OK;
}

cpk_status store_open_work(struct store *principal, struct store **work, cpk_error **error)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    struct store *opened;

    *work = NULL;
    if (database_has_row_security(principal->database)) {
        CPK_TRY(store_open(principal->context, principal->database, &service, &opened, error));
    } else {
        opened = memory_allocate_zeroed(&principal->context->allocator, sizeof *opened);
        if (opened == NULL) {
            return error_out_of_memory(error);
        }
        *opened = *principal;
        opened->shares_session = 1;
        opened->actor_kind = CPK_ACTOR_SERVICE;
    }
    memcpy(opened->only_user_id, principal->only_user_id, UUID_TEXT_BYTES);
    *work = opened;
    return CPK_OK;
}

void store_close(struct store *store)
{
    if (store != NULL) {
        if (!store->shares_session) {
            db_session_close(store->session);
        }
        memory_release(&store->context->allocator, store, sizeof *store);
    }
}

const cpk_allocator *store_allocator(const struct store *store)
{
    return &store->context->allocator;
}

const cpk_cancel *store_watch(struct store *store, const cpk_cancel *cancel)
{
    return db_session_watch(store->session, cancel);
}

cpk_status store_begin(struct store *store, cpk_error **error)
{
    return db_begin(store->session, CPK_TRANSACTION_WRITE, error);
}

cpk_status store_begin_reading(struct store *store, cpk_error **error)
{
    return db_begin(store->session, CPK_TRANSACTION_READ, error);
}

static cpk_status store_commit(struct store *store, cpk_error **error)
{
    return db_commit(store->session, error);
}

cpk_status store_rollback(struct store *store, cpk_error **error)
{
    return db_rollback(store->session, error);
}

cpk_status store_end(struct store *store, cpk_status status, cpk_error **error)
{
    if (status == CPK_OK) {
        return store_commit(store, error);
    }
    store_rollback(store, NULL);
    return status;
}

int32_t store_actor_kind(const struct store *store)
{
    return store->actor_kind;
}

cpk_status store_owner(const struct store *store, const char *user_id, const char **owner, cpk_error **error)
{
    const int32_t is_bound = store->only_user_id[0] != '\0';

    *owner = user_id != NULL ? user_id : store->only_user_id;
    if (is_bound && strcmp(*owner, store->only_user_id) != 0) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, STORE_DOMAIN, "these rows belong to another user");
    }
    if (!is_bound && user_id == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "the service and admins must specify a user");
    }
    if (!uuid_is_valid(*owner)) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no user has the id \"%s\"", *owner);
    }
    return CPK_OK;
}
