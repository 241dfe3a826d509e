#include "engine/session.h"

#include "base/error.h"
#include "base/memory.h"
#include "engine/lease_owner.h"
#include "store/folder.h"
#include "store/user.h"

#include <string.h>

cpk_status session_create(cpk_engine *engine, const cpk_actor *actor, cpk_session **session, cpk_error **error)
{
    cpk_session *made;
    cpk_status status;

    CPK_TRY(engine_need_database(engine, error));
    made = memory_allocate_zeroed(&engine->context.allocator, sizeof *made);
    if (made == NULL) {
        return error_out_of_memory(error);
    }
    made->kind = actor->kind;
    if (actor->user_id != NULL) {
        /* Callers have checked that it is a UUID. */
        memcpy(made->principal_id, actor->user_id, sizeof made->principal_id);
    }
    buffer_init(&made->claims, &engine->context.allocator);
    status = store_open(&engine->context, engine->database, actor, &made->store, error);
    made->work = made->store;
    if (status == CPK_OK && actor->kind == CPK_ACTOR_USER) {
        status = store_open_work(made->store, &made->work, error);
    }
    if (status != CPK_OK) {
        store_close(made->store);
        memory_release(&engine->context.allocator, made, sizeof *made);
        return status;
    }
    engine_retain(engine);
    made->engine = engine;
    *session = made;
    return CPK_OK;
}

cpk_status session_duplicate(const cpk_session *session, cpk_session **opened, cpk_error **error)
{
    const cpk_actor actor = {sizeof actor, session->kind,
                             session->principal_id[0] != '\0' ? session->principal_id : NULL};
    cpk_session *made = NULL;

    CPK_TRY(session_create(session->engine, &actor, &made, error));
    buffer_append(&made->claims, buffer_text(&session->claims), session->claims.length);
    if (made->claims.failed) {
        session_free(made);
        return error_out_of_memory(error);
    }
    *opened = made;
    return CPK_OK;
}

cpk_status session_need_storage(cpk_session *session, cpk_error **error)
{
    cpk_user *user = NULL;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    if (session->storage != NULL) {
        return CPK_OK;
    }
    if (session->work == session->store) {
        session->storage = session->engine->storage;
        return CPK_OK;
    }
    CPK_TRY(store_user_get(session->work, NULL, &user, error));
    /* An unusable folder gives an empty view, so that the library's own files are not exposed. */
    status = storage_create_view(session->engine->storage,
                                 folder_problem(user->r2_user_directory) == NULL ? user->r2_user_directory : "",
                                 user->id, &session->storage, error);
    snapshot_free(user);
    return status;
}

void session_free(cpk_session *session)
{
    cpk_engine *engine;

    if (session == NULL) {
        return;
    }
    engine = session->engine;
    lease_owner_forget_group(session);
    buffer_free(&session->claims);
    if (session->work != session->store) {
        store_close(session->work);
        storage_free(session->storage);
    }
    store_close(session->store);
    memory_release(&engine->context.allocator, session, sizeof *session);
    engine_release(engine);
}
