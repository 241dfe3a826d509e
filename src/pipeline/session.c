#include "pipeline/session.h"

#include "base/error.h"
#include "base/memory.h"

cpk_status session_create(cpk_engine *engine, const cpk_actor *actor, cpk_session **session, cpk_error **error)
{
    cpk_session *made;
    cpk_status status;

    CPK_TRY(engine_need_database(engine, error));
    made = memory_allocate_zeroed(&engine->context.allocator, sizeof *made);
    if (made == NULL) {
        return error_out_of_memory(error);
    }
    status = store_open(&engine->context, engine->database, actor, &made->store, error);
    if (status != CPK_OK) {
        memory_release(&engine->context.allocator, made, sizeof *made);
        return status;
    }
    engine_retain(engine);
    made->engine = engine;
    *session = made;
    return CPK_OK;
}

void session_free(cpk_session *session)
{
    cpk_engine *engine;

    if (session == NULL) {
        return;
    }
    engine = session->engine;
    store_close(session->store);
    memory_release(&engine->context.allocator, session, sizeof *session);
    engine_release(engine);
}
