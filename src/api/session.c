#include "engine/session.h"

#include "api/check.h"
#include "base/uuid.h"
#include "engine/identity.h"
#include "engine/local.h"

void cpk_run_options_init(cpk_run_options *options, size_t struct_size)
{
    params_init(options, struct_size);
}

cpk_status cpk_session_open_user(cpk_engine *engine, const char *user_id, cpk_session **session, cpk_error **error)
{
    CPK_CHECK_OUT(session, error);
    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_CHECK_ARG(uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    return session_open_user(engine, user_id, session, error);
}

cpk_status cpk_session_open_local(cpk_engine *engine, cpk_session **session, cpk_error **error)
{
    char user_id[UUID_TEXT_BYTES];

    CPK_CHECK_OUT(session, error);
    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_TRY(local_user_ensure(engine, user_id, error));
    return cpk_session_open_user(engine, user_id, session, error);
}

void cpk_token_options_init(cpk_token_options *options, size_t struct_size)
{
    params_init(options, struct_size);
}

cpk_status cpk_session_open_token(cpk_engine *engine, const char *token, const cpk_token_options *options,
                                  cpk_session **session, cpk_error **error)
{
    cpk_token_options token_options = CPK_TOKEN_OPTIONS_INIT;

    CPK_CHECK_OUT(session, error);
    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_CHECK_ARG(token != NULL, "token", error);
    CPK_TRY(params_read(&token_options, sizeof token_options, options, "token options", error));
    CPK_CHECK_ARG((token_options.allow & ~(CPK_TOKEN_USER | CPK_TOKEN_SERVICE)) == 0, "options.allow (CPK_TOKEN_*)",
                  error);
    return identity_open_session(engine, token, token_options.allow != 0 ? token_options.allow : CPK_TOKEN_USER,
                                 session, error);
}

cpk_status cpk_session_duplicate(cpk_session *session, cpk_session **opened, cpk_error **error)
{
    CPK_CHECK_OUT(opened, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    return session_duplicate(session, opened, error);
}

int32_t cpk_session_kind(const cpk_session *session)
{
    return session != NULL ? session->kind : 0;
}

const char *cpk_session_principal_id(const cpk_session *session)
{
    return session != NULL && session->principal_id[0] != '\0' ? session->principal_id : NULL;
}

const char *cpk_session_claims(const cpk_session *session)
{
    return session != NULL && session->claims.length > 0 ? session->claims.data : NULL;
}

cpk_status cpk_session_open_service(cpk_engine *engine, cpk_session **session, cpk_error **error)
{
    cpk_actor actor = {sizeof actor, CPK_ACTOR_SERVICE, NULL};

    CPK_CHECK_OUT(session, error);
    CPK_CHECK_ARG(engine != NULL, "engine", error);
    return session_create(engine, &actor, session, error);
}

cpk_status cpk_session_open_admin(cpk_engine *engine, const char *admin_user_id, cpk_session **session,
                                  cpk_error **error)
{
    cpk_actor actor = {sizeof actor, CPK_ACTOR_ADMIN, admin_user_id};

    CPK_CHECK_OUT(session, error);
    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_CHECK_ARG(uuid_is_valid(admin_user_id), "admin_user_id (a UUID in lower case)", error);
    return session_create(engine, &actor, session, error);
}

void cpk_session_close(cpk_session *session)
{
    session_free(session);
}
