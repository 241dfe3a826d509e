#include "engine/identity.h"

#include "auth/auth.h"
#include "base/error.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

/* Placeholder e-mail for accounts without one (phone or anonymous sign-in): unique and undeliverable (RFC
 * 2606). */
#define NO_EMAIL "@no-email.invalid"

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static cpk_status create_profile(cpk_engine *engine, const struct claims *claims, cpk_error **error)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    char no_email[UUID_TEXT_BYTES + sizeof NO_EMAIL];
    struct user_params params = {.id = claims->subject,
                                 .email = text_or_null(claims->email),
                                 .full_name = text_or_null(claims->full_name),
                                 .avatar_url = text_or_null(claims->avatar_url)};
    cpk_session *session;
    cpk_user *user = NULL;
    cpk_status status;

    if (params.email == NULL) {
        snprintf(no_email, sizeof no_email, "%s" NO_EMAIL, claims->subject);
        params.email = no_email;
    }
    CPK_TRY(session_create(engine, &service, &session, error));
    status = store_user_create(session->store, &params, &user, error);
    record_free(user);
    session_free(session);
    return status;
}

/* Returns the profile, creating it on the user's first sign-in. If several processes create it at once, one
 * succeeds and the others read it. */
static cpk_status find_profile(cpk_session *session, const struct claims *claims, cpk_user **user, cpk_error **error)
{
    cpk_status created;
    cpk_status status = store_user_get(session->store, NULL, user, error);

    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    error_clear(error);
    created = create_profile(session->engine, claims, error);
    if (created != CPK_OK && created != CPK_ERROR_ALREADY_EXISTS) {
        return created;
    }
    error_clear(error);
    status = store_user_get(session->store, NULL, user, error);
    if (status == CPK_ERROR_NOT_FOUND && created == CPK_ERROR_ALREADY_EXISTS) {
        return error_set(error, CPK_ERROR_ALREADY_EXISTS, "auth",
                         "another account has the e-mail address of this token");
    }
    return status;
}

static cpk_status open_user(cpk_engine *engine, const struct claims *claims, cpk_session **session, cpk_error **error)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_USER, claims->subject};
    cpk_session *opened;
    cpk_user *user = NULL;
    cpk_status status;

    CPK_TRY(session_create(engine, &actor, &opened, error));
    status = find_profile(opened, claims, &user, error);
    if (status == CPK_OK) {
        status = session_take_user(opened, user, error);
    }
    record_free(user);
    if (status != CPK_OK) {
        session_free(opened);
        return status;
    }
    *session = opened;
    return CPK_OK;
}

static cpk_status open_as(cpk_engine *engine, const struct claims *claims, uint32_t allow, cpk_session **session,
                          cpk_error **error)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    uint32_t kind = strcmp(claims->role, CLAIMS_ROLE_USER) == 0      ? CPK_TOKEN_USER
                    : strcmp(claims->role, CLAIMS_ROLE_SERVICE) == 0 ? CPK_TOKEN_SERVICE
                                                                     : 0;

    if (kind == 0) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, "auth", "the role of this token may not open a session");
    }
    if ((kind & allow) == 0) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, "auth", "tokens of %s may not open a session here",
                         kind == CPK_TOKEN_USER ? "users" : "the service");
    }
    return kind == CPK_TOKEN_USER ? open_user(engine, claims, session, error)
                                  : session_create(engine, &service, session, error);
}

cpk_status identity_open_session(cpk_engine *engine, const char *token, uint32_t allow, cpk_session **session,
                                 cpk_error **error)
{
    struct auth *auth;
    struct claims claims;
    struct buffer payload;
    cpk_status status;

    CPK_TRY(engine_auth(engine, &auth, error));
    buffer_init(&payload, &engine->context.allocator);
    status = auth_check(auth, token, strlen(token), &claims, &payload, error);
    if (status == CPK_OK) {
        status = open_as(engine, &claims, allow, session, error);
    }
    if (status == CPK_OK) {
        (*session)->claims = payload; /* the session owns it now */
    } else {
        buffer_free(&payload);
    }
    return status;
}
