#ifndef CONTEXTPACK_SESSION_H
#define CONTEXTPACK_SESSION_H

/**
 * Sessions: the engine as seen by one user, by the service or by an administrator.
 *
 * A session decides what its calls may read and change: a user's session only that user's data, the service's and an
 * administrator's session everything. An example:
 *
 *     cpk_session *opened = NULL;
 *
 *     if (cpk_session_open_user(engine, "0b6f4a0e-5d0f-4c55-9d3c-0d3c6b6f1a11", &opened, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     cpk_session_close(opened);
 *
 * In this header: opening sessions, reading who a session is, and two structs that many calls take: cpk_page for lists
 * and cpk_run_options for long calls.
 */

#include <contextpack/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Opening and closing ---- */

/**
 * A session of one principal: a user, the service, or an administrator.
 * Confined: one thread at a time. It holds a reference to its engine.
 */
typedef struct cpk_session cpk_session;

/**
 * Opens a session of an existing user. The host has authenticated the user.
 *
 * @param engine   an engine with a database
 * @param user_id  the user's id, a UUID
 * @param session  out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_PERMISSION_DENIED  the account was deleted
 *         CPK_ERROR_INVALID_ARGUMENT   the id is not a UUID, or the engine has no database
 * Since 0.2.
 */
CPK_API cpk_status cpk_session_open_user(cpk_engine *engine, const char *user_id, cpk_session **session,
                                         cpk_error **error);

/** The e-mail address of the local user. */
#define CPK_LOCAL_USER_EMAIL "local@localhost"

/**
 * Opens a session of the local user, who is created on first use: for an installation that one person uses on their own
 * machine, without signing in or paying. The local user is on the unlimited plan. The command acts for the same user if
 * none is named.
 *
 * The call needs the rights of cpk_session_open_service(). It does not open an account that was signed up with the
 * local user's e-mail address: one whose plan is not unlimited, or is paid for. A database that several machines share
 * (PostgreSQL) has one local user for all of them: create a user for each person instead. Threads and processes may
 * call it at once: one of them creates the user.
 *
 * @param engine   an engine with a database; CPK_ENGINE_LOCAL opens the user's own
 * @param session  out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   the engine has no database
 *         CPK_ERROR_CONFLICT           the account with that address is not the local user; the message names its id
 *         CPK_ERROR_PERMISSION_DENIED  the account is being deleted
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached
 *         CPK_ERROR_BUSY               the database is locked; retryable
 * Since 0.2.
 */
CPK_API cpk_status cpk_session_open_local(cpk_engine *engine, cpk_session **session, cpk_error **error);

/* ---- Sessions from tokens (JWT) ---- */

/** Kinds of tokens, for cpk_token_options.allow. */
#define CPK_TOKEN_USER    (UINT32_C(1) << 0) /* role "authenticated": opens a session of the user `sub` */
#define CPK_TOKEN_SERVICE (UINT32_C(1) << 1) /* role "service_role": opens a session of the service */

/** Which tokens are accepted. Start from CPK_TOKEN_OPTIONS_INIT. Later versions add fields at the end. Since 0.2. */
typedef struct cpk_token_options {
    uint32_t struct_size; /* sizeof(cpk_token_options) as the caller was compiled */
    uint32_t allow;       /* CPK_TOKEN_*; 0: CPK_TOKEN_USER only */
} cpk_token_options;

#define CPK_TOKEN_OPTIONS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_token_options), 0                                                                                   \
    }

/** Sets *options to CPK_TOKEN_OPTIONS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_token_options_init(cpk_token_options *options, size_t struct_size);

/**
 * Verifies a token (JWT) and opens the session that it entitles to: role "authenticated" opens a session of the user
 * `sub`, role "service_role" one of the service if `options` allows it; cpk_session_kind() returns which. Other roles
 * ("anon") are rejected. A user's first token creates the profile from its claims, with the credits of a new user.
 *
 * Keys come from the settings auth.jwt_secret (HS256), auth.jwks_file and auth.jwks_url (RS256, ES256, EdDSA; symmetric
 * keys in key sets are ignored). The algorithm is taken from the key, never from the token. The claim exp is required;
 * nbf, iat, aud (setting auth.audience) and iss (auth.issuer) are checked, with a tolerance of auth.clock_skew_ms. A
 * suspended user may still read. The session stays open when the token expires: open one for each request.
 *
 * @param engine   an engine with a database; any thread
 * @param token    the compact form, without "Bearer "; never logged
 * @param options  NULL: only tokens of users
 * @param session  out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_UNAUTHENTICATED    the token is invalid, expired or for another audience
 *         CPK_ERROR_PERMISSION_DENIED  the token's role is not allowed, or the account was deleted
 *         CPK_ERROR_ALREADY_EXISTS     another account has the token's e-mail address
 *         CPK_ERROR_INVALID_ARGUMENT   no setting names a key, or a key is unusable
 *         CPK_ERROR_NETWORK            the key set could not be fetched, and none is cached; retryable
 *         CPK_ERROR_TIMEOUT            as CPK_ERROR_NETWORK
 * Since 0.2.
 */
CPK_API cpk_status cpk_session_open_token(cpk_engine *engine, const char *token, const cpk_token_options *options,
                                          cpk_session **session, cpk_error **error);

/* ---- Sessions without a user ---- */

/**
 * Opens a session of the service, which may read and change everything. The host has checked who is asking.
 *
 * @param engine   an engine with a database
 * @param session  out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the engine has no database
 * Since 0.2.
 */
CPK_API cpk_status cpk_session_open_service(cpk_engine *engine, cpk_session **session, cpk_error **error);

/**
 * Opens a session of an administrator. What it does to accounts is recorded in the audit log under this id.
 *
 * @param engine         an engine with a database
 * @param admin_user_id  the administrator's id, a UUID
 * @param session        out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the id is not a UUID, or the engine has no database
 * Since 0.2.
 */
CPK_API cpk_status cpk_session_open_admin(cpk_engine *engine, const char *admin_user_id, cpk_session **session,
                                          cpk_error **error);

/* ---- Duplicating, reading and closing ---- */

/**
 * Opens another session of the same principal, with the same rights and claims, for concurrent work: in another thread,
 * or in a callback of a call on the first session. The principal is not checked again, so this also works after the
 * token has expired or the host has closed the engine.
 *
 * @param session  the session to duplicate; no call on it may be running
 * @param opened   out: close it with cpk_session_close(), before or after the first; NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_DATABASE  the database reported an error or cannot be reached
 *         CPK_ERROR_BUSY      no connection is free; retryable
 * Since 0.2.
 */
CPK_API cpk_status cpk_session_duplicate(cpk_session *session, cpk_session **opened, cpk_error **error);

/** The kind of principal: CPK_ACTOR_USER, CPK_ACTOR_SERVICE or CPK_ACTOR_ADMIN; 0 for NULL. Since 0.2. */
CPK_API int32_t cpk_session_kind(const cpk_session *session);

/** The id of the user or administrator; NULL for the service. Borrowed from the session. Since 0.2. */
CPK_API const char *cpk_session_principal_id(const cpk_session *session);

/**
 * All claims of the token that opened the session, as a JSON object; NULL if it was opened without a token. The
 * signature was verified, but users write their own user_metadata. Borrowed from the session. Since 0.2.
 */
CPK_API const char *cpk_session_claims(const cpk_session *session);

/** Closes a session. Records and lists that its calls returned stay valid. NULL is allowed. Since 0.2. */
CPK_API void cpk_session_close(cpk_session *session);

/* ---- Pages of lists ---- */

/** Which page of a list to read. Start from CPK_PAGE_INIT. Later versions add fields at the end. */
typedef struct cpk_page {
    uint32_t struct_size; /* sizeof(cpk_page) as the caller was compiled */
    int32_t limit;        /* items, 1 to 1,000; 0: 100 */
    const char *after;    /* the result of `_list_next` on the previous page; NULL: the first page */
} cpk_page;

#define CPK_PAGE_INIT                                                                                                  \
    {                                                                                                                  \
        sizeof(cpk_page), 0, NULL                                                                                      \
    }

/**
 * The head of what the `_list_copy` functions write: a page in one block, for bindings where each FFI call is
 * expensive.
 *
 * The layout, in native byte order and without padding: this head; then the numbers of all items, item by item, each an
 * int64_t; then the texts of all items, item by item, each NUL-terminated, where NULL is written as the single byte
 * 0xFF, which does not occur in UTF-8. The numbers and texts of an item come in the order in which the header declares
 * their getters. Later versions add getters at the end only, so a reader skips those it does not know.
 */
typedef struct cpk_list_head {
    int64_t items;      /* number of items */
    int64_t numbers;    /* numbers of each item */
    int64_t texts;      /* texts of each item */
    int64_t size_bytes; /* of the whole block, with this head */
} cpk_list_head;

/* ---- Options of long calls ---- */

/** Receives a note about something that was skipped, lost or left.
 *
 * @param note   CPK_NOTE_*
 * @param where  the file, conversation or key
 * @param text   one sentence that says what happened
 */
typedef void (*cpk_note_fn)(void *user, int32_t note, const char *where, const char *text);

#define CPK_RUN_PARTIAL                                                                                                \
    (UINT32_C(1) << 0) /* if the balance is too low, analyse as many chunks as it covers; since 0.2 */

/** Progress, notes, cancellation, limits and the password of a long call. Start from CPK_RUN_OPTIONS_INIT; every
 * pointer may be NULL. Later versions add fields at the end. */
typedef struct cpk_run_options {
    uint32_t struct_size;     /* sizeof(cpk_run_options) as the caller was compiled */
    uint32_t flags;           /* CPK_RUN_PARTIAL, for cpk_source_run() and cpk_job_run(), or 0 */
    cpk_progress_fn progress; /* called from time to time, and at the end of each stage */
    void *progress_user;      /* passed to `progress` */
    cpk_note_fn note;         /* called for what is skipped, damaged, missing or left */
    void *note_user;          /* passed to `note` */
    const cpk_cancel *cancel; /* stops the call; must exist until the call has returned */
    int64_t max_chunks;   /* cpk_source_run() and cpk_job_run(): at most this many in this call; 0: all; since 0.2 */
    int64_t max_tokens;   /* cpk_export_create(): the budget of a compact or standard document, in tokens, within the
                             bounds of the setting; 0: the setting; since 0.2 */
    const char *password; /* opens encrypted documents that the call reads, at most 1,024 bytes; borrowed until the call
                             returns, and stored nowhere; NULL: the setting pdf.password; since 0.2 */
} cpk_run_options;

#define CPK_RUN_OPTIONS_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(cpk_run_options), 0, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL                                           \
    }

/** Sets *options to CPK_RUN_OPTIONS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_run_options_init(cpk_run_options *options, size_t struct_size);

#ifdef __cplusplus
}
#endif
#endif
