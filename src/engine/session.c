#include "engine/session.h"

#include "base/error.h"
#include "base/memory.h"
#include "engine/lease_owner.h"
#include "store/folder.h"

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

static cpk_status set_folder(cpk_session *session, const char *folder, cpk_error **error)
{
    session->folder = memory_copy_text(&session->engine->context.allocator, folder);
    return session->folder != NULL ? CPK_OK : error_out_of_memory(error);
}

cpk_status session_take_user(cpk_session *session, const cpk_user *user, cpk_error **error)
{
    CPK_TRY(user_check(user, USER_MAY_WORK, error));
    /* An unusable folder gives an empty view, so that the library's own files are not exposed. */
    return set_folder(session, folder_problem(user->r2_user_directory) == NULL ? user->r2_user_directory : "", error);
}

cpk_status session_open_user(cpk_engine *engine, const char *user_id, cpk_session **session, cpk_error **error)
{
    cpk_actor actor = {sizeof actor, CPK_ACTOR_USER, user_id};
    cpk_user *user = NULL;
    cpk_session *opened = NULL;
    cpk_status status;

    CPK_TRY(session_create(engine, &actor, &opened, error));
    CPK_TRY_CLEANUP(store_user_get(opened->store, NULL, &user, error));
    CPK_TRY_CLEANUP(session_take_user(opened, user, error));
    *session = opened;
    opened = NULL;
cleanup:
    record_free(user);
    session_free(opened);
    return status;
}

cpk_status session_duplicate(const cpk_session *session, cpk_session **opened, cpk_error **error)
{
    const cpk_actor actor = {sizeof actor, session->kind,
                             session->principal_id[0] != '\0' ? session->principal_id : NULL};
    cpk_session *made = NULL;
    cpk_status status;

    CPK_TRY(session_create(session->engine, &actor, &made, error));
    buffer_append(&made->claims, buffer_text(&session->claims), session->claims.length);
    status = made->claims.failed ? error_out_of_memory(error) : CPK_OK;
    if (status == CPK_OK && session->folder != NULL) {
        status = set_folder(made, session->folder, error);
    }
    if (status != CPK_OK) {
        session_free(made);
        return status;
    }
    *opened = made;
    return CPK_OK;
}

cpk_status session_need_storage(cpk_session *session, cpk_error **error)
{
    CPK_TRY(engine_need_storage(session->engine, error));
    if (session->storage != NULL) {
        return CPK_OK;
    }
    if (session->work == session->store) {
        session->storage = session->engine->storage;
        return CPK_OK;
    }
    return storage_create_view(session->engine->storage, session->folder, session->principal_id, &session->storage,
                               error);
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
    memory_release_text(&engine->context.allocator, session->folder);
    if (session->work != session->store) {
        store_close(session->work);
        storage_free(session->storage);
    }
    store_close(session->store);
    memory_release(&engine->context.allocator, session, sizeof *session);
    engine_release(engine);
}
