#ifndef CONTEXTPACK_SESSION_H
#define CONTEXTPACK_SESSION_H

#include <contextpack/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The engine as one principal sees it: a user sees what is theirs, the service and an admin see everybody's.
 * Confined: one thread at a time. It keeps its engine alive.
 */
typedef struct cpk_session cpk_session;

/** A session of a user that exists. CPK_ERROR_NOT_FOUND when there is no such user, CPK_ERROR_PERMISSION_DENIED when
 * the account was deleted. Since 0.1. */
CPK_API cpk_status cpk_session_open_user(cpk_engine *engine, const char *user_id, cpk_session **session,
                                         cpk_error **error);

/** The e-mail address of the machine's own user. */
#define CPK_LOCAL_USER_EMAIL "local@localhost"

/**
 * A session of the machine's own user, who is created on first use: for an installation of one person, on their own
 * machine, where there is nobody to sign in and nothing to pay. The plan is unlimited: usage is recorded, nothing is
 * charged. The command acts for the same user when none is named.
 *
 * It takes the rights of cpk_session_open_service(), and never opens the account of somebody who signed up with that
 * address: one whose plan is not unlimited, or is paid for, is refused. A database that several machines share
 * (PostgreSQL) has one such user for all of them: give each person a user of their own there.
 *
 * @param engine   with a database; CPK_ENGINE_LOCAL opens the person's own
 * @param session  out: close it with cpk_session_close(), which may be after the engine's; NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   an engine without a database
 *         CPK_ERROR_CONFLICT           the account of that address is somebody else's; the message names its id
 *         CPK_ERROR_PERMISSION_DENIED  the account is being deleted
 *         CPK_ERROR_DATABASE, _BUSY
 * Threads and processes may do this at once: one creates the user. Since 0.2.
 */
CPK_API cpk_status cpk_session_open_local(cpk_engine *engine, cpk_session **session, cpk_error **error);

/** Kinds of tokens, for cpk_token_options.allow. */
#define CPK_TOKEN_USER (UINT32_C(1) << 0) /* role "authenticated": the session of user `sub` */
#define CPK_TOKEN_SERVICE                                                                                              \
    (UINT32_C(1) << 1) /* role "service_role": a session of the service, which sees everybody's                        \
                        */

/** What a token may do. Start from CPK_TOKEN_OPTIONS_INIT. Grows only at its end. Since 0.2. */
typedef struct cpk_token_options {
    uint32_t struct_size; /* sizeof(cpk_token_options) as the caller was compiled */
    uint32_t allow;       /* CPK_TOKEN_*; 0: CPK_TOKEN_USER alone */
} cpk_token_options;

#define CPK_TOKEN_OPTIONS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_token_options), 0                                                                                   \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_token_options_init(cpk_token_options *options, size_t struct_size);

/**
 * A session of whoever a token (JWT) speaks for: role "authenticated" opens the session of user `sub`, role
 * "service_role" one of the service where `options` allow that; cpk_session_kind() tells which. Other roles ("anon")
 * open none. The first token of a user makes their profile from its claims, once, with the first credits.
 *
 * Keys come from the settings auth.jwt_secret (HS256), auth.jwks_file and auth.jwks_url (RS256, ES256, EdDSA; secrets
 * in key sets are left out); a key's algorithm is its own and not the token's to choose. exp is required; nbf, iat, aud
 * (setting auth.audience) and iss (auth.issuer) are checked, with auth.clock_skew_ms between clocks. A suspended user
 * may still read. The session does not end when the token does: open one for each piece of work.
 *
 * @param token    the compact form, without "Bearer "; never logged
 * @param options  NULL: tokens of users alone
 * @return CPK_OK
 *         CPK_ERROR_UNAUTHENTICATED    the token is not valid, expired or for another audience
 *         CPK_ERROR_PERMISSION_DENIED  its role may not open a session or is not allowed, or the account was deleted
 *         CPK_ERROR_ALREADY_EXISTS     another account has the token's e-mail address
 *         CPK_ERROR_INVALID_ARGUMENT   no setting names a key, or one is not usable
 *         CPK_ERROR_NETWORK, _TIMEOUT  keys could not be fetched, and none were before (retryable)
 * Threads: several may do this at once on one engine. Since 0.2.
 */
CPK_API cpk_status cpk_session_open_token(cpk_engine *engine, const char *token, const cpk_token_options *options,
                                          cpk_session **session, cpk_error **error);

/** A session of the service itself, for hosts that have checked who is asking. Since 0.1. */
CPK_API cpk_status cpk_session_open_service(cpk_engine *engine, cpk_session **session, cpk_error **error);

/** A session of a named administrator (a UUID), whose actions are recorded under that name. Since 0.1. */
CPK_API cpk_status cpk_session_open_admin(cpk_engine *engine, const char *admin_user_id, cpk_session **session,
                                          cpk_error **error);

/**
 * Another session of the same principal, with the same rights and claims, for work at the same time: in another thread,
 * or in a callback of a call on the first. Nothing is read or checked again, so it also works when the token has
 * expired and when the host has closed the engine. Both are closed, in any order.
 *
 * @param session  that the caller may use now: no call on it is running
 * @param opened   the other one
 * @return CPK_OK, or what the database says: CPK_ERROR_BUSY, _DATABASE ...
 * Since 0.2.
 */
CPK_API cpk_status cpk_session_duplicate(cpk_session *session, cpk_session **opened, cpk_error **error);

/** Who the session acts as: CPK_ACTOR_USER, CPK_ACTOR_SERVICE or CPK_ACTOR_ADMIN; 0 for NULL. Since 0.2. */
CPK_API int32_t cpk_session_kind(const cpk_session *session);

/** The id of the user or the administrator; NULL for the service. It lives as long as the session. Since 0.2. */
CPK_API const char *cpk_session_principal_id(const cpk_session *session);

/**
 * All claims of the token that opened the session, verified, as a JSON object; NULL when there was none. What stands in
 * user_metadata, the user wrote. It lives as long as the session. Since 0.2.
 */
CPK_API const char *cpk_session_claims(const cpk_session *session);

/** Closes the session. Snapshots made through it stay valid. NULL is allowed. Since 0.1. */
CPK_API void cpk_session_close(cpk_session *session);

/** One page of a list: newest first. Grows only at its end. */
typedef struct cpk_page {
    uint32_t struct_size; /* sizeof(cpk_page) as the caller was compiled */
    int32_t limit;        /* items, 1 to 1,000; 0: 100 */
    const char *after;    /* what the last page's `_list_next` gave; NULL: the first page */
} cpk_page;

#define CPK_PAGE_INIT                                                                                                  \
    {                                                                                                                  \
        sizeof(cpk_page), 0, NULL                                                                                      \
    }

/**
 * What the `_list_copy` calls write: a page in one block, for bindings to which every call is dear. In the machine's
 * byte order, without padding: this head; the numbers of all items, item by item, an int64_t each; the texts of all
 * items, item by item, each with its NUL, and the byte 0xFF, which UTF-8 never has, as the text of a NULL. Numbers and
 * texts of an item come in the order in which the header declares their getters. Getters are only added at the end, so
 * a reader takes as many of each item as it knows.
 */
typedef struct cpk_list_head {
    int64_t items;
    int64_t numbers; /* of each item */
    int64_t texts;   /* of each item */
    int64_t size_bytes;
} cpk_list_head;

/** Takes a CPK_NOTE_*: where in the input, and a sentence that says what was skipped, lost or missing. */
typedef void (*cpk_note_fn)(void *user, int32_t note, const char *where, const char *text);

#define CPK_RUN_PARTIAL (UINT32_C(1) << 0) /* analyse what the balance covers when it is short; since 0.2 */

/** How long work is watched and stopped. All may be NULL. Grows only at its end. */
typedef struct cpk_run_options {
    uint32_t struct_size;     /* sizeof(cpk_run_options) as the caller was compiled */
    uint32_t flags;           /* CPK_RUN_PARTIAL, for cpk_source_run() and cpk_job_run(), or 0 */
    cpk_progress_fn progress; /* called now and then, and at the end of each stage */
    void *progress_user;      /* handed back to it */
    cpk_note_fn note;         /* called for what an import skips, loses or misses */
    void *note_user;          /* handed back to it */
    const cpk_cancel *cancel; /* stops the call; must live until it returns */
    int64_t max_chunks;       /* that cpk_source_run() and cpk_job_run() may analyse in this call; 0: all; since 0.2 */
} cpk_run_options;

#define CPK_RUN_OPTIONS_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(cpk_run_options), 0, NULL, NULL, NULL, NULL, NULL, 0                                                    \
    }

/** The same as the macro, for callers that can't see macros. Since 0.1. */
CPK_API void cpk_run_options_init(cpk_run_options *options, size_t struct_size);

#ifdef __cplusplus
}
#endif
#endif
