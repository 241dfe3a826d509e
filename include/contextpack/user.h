#ifndef CONTEXTPACK_USER_H
#define CONTEXTPACK_USER_H

/**
 * Users: profiles, plans, and the deletion of accounts.
 *
 * Users are created by the service; a user reads and changes the own profile. An example:
 *
 *     cpk_user_params params = CPK_USER_PARAMS_INIT;
 *     cpk_user *user = NULL;
 *
 *     params.email = "me@example.com";
 *     if (cpk_user_create(service, &params, &user, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     printf("%s has %d credits\n", cpk_user_email(user), (int)cpk_user_credits_balance(user));
 *     cpk_user_free(user);
 *
 * In this header: creating and reading, changing, deleting an account, the record and its getters, lists.
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A user's profile. An immutable record: any thread may read it. Its texts are valid until cpk_user_free(). */
typedef struct cpk_user cpk_user;

/** Payment plans. */
#define CPK_PLAN_CREDITS   1 /* each analysed chunk costs a credit */
#define CPK_PLAN_UNLIMITED 2 /* usage is recorded but not charged */

/* ---- Creating and reading ---- */

/** The profile of a new user. Start from CPK_USER_PARAMS_INIT. */
typedef struct cpk_user_params {
    uint32_t struct_size;   /* sizeof(cpk_user_params) as the caller was compiled */
    int32_t payment_plan;   /* CPK_PLAN_*; 0: credits */
    const char *id;         /* a UUID in lower case, if the host has its own ids; NULL: a random one */
    const char *email;      /* required; 3 to 320 bytes, unique regardless of case */
    const char *full_name;  /* up to 200 bytes, or NULL */
    const char *avatar_url; /* up to 2,000 bytes, or NULL */
} cpk_user_params;

#define CPK_USER_PARAMS_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(cpk_user_params), 0, NULL, NULL, NULL, NULL                                                             \
    }

/** Sets *params to CPK_USER_PARAMS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_user_params_init(cpk_user_params *params, size_t struct_size);

/**
 * Creates a user with 10 credits, recorded in the ledger as a `bonus` transaction.
 *
 * @param session  the service's or an administrator's
 * @param params   the profile; copied
 * @param user     out, may be NULL: the new user; free it with cpk_user_free()
 * @return CPK_OK
 *         CPK_ERROR_ALREADY_EXISTS     another account has the id or the e-mail address
 *         CPK_ERROR_INVALID_ARGUMENT   a text is missing, too long or not valid; the message names the field
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_create(cpk_session *session, const cpk_user_params *params, cpk_user **user,
                                   cpk_error **error);

/**
 * Reads a user.
 *
 * @param session  any session; a user's may only read its own user
 * @param user_id  NULL: the session's own user
 * @param user     out: free it with cpk_user_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such user, or the session may not see it
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_get(cpk_session *session, const char *user_id, cpk_user **user, cpk_error **error);

/**
 * Finds a user by e-mail address, regardless of case.
 *
 * @param session  the service's or an administrator's
 * @param email    the address
 * @param user     out: free it with cpk_user_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          no user has the address
 *         CPK_ERROR_CONFLICT           another program gave several profiles this address; the message lists their ids
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_find(cpk_session *session, const char *email, cpk_user **user, cpk_error **error);

/* ---- Changing ---- */

/**
 * Changes the name and the picture of a user.
 *
 * @param session     any session; a user's may only change its own user
 * @param user_id     NULL: the session's own user
 * @param full_name   up to 200 bytes; NULL: unchanged; "": cleared
 * @param avatar_url  up to 2,000 bytes; NULL: unchanged; "": cleared
 * @param user        out, may be NULL: the changed user; free it with cpk_user_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND         there is no such user, or the session may not see it
 *         CPK_ERROR_INVALID_ARGUMENT  a text is too long or not UTF-8; the message names it
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_update(cpk_session *session, const char *user_id, const char *full_name,
                                   const char *avatar_url, cpk_user **user, cpk_error **error);

/**
 * Changes a user's e-mail address.
 *
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param email    3 to 320 bytes, unique regardless of case
 * @param user     out, may be NULL: the changed user; free it with cpk_user_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_ALREADY_EXISTS     another account has the e-mail address
 *         CPK_ERROR_INVALID_ARGUMENT   the address is not valid
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_set_email(cpk_session *session, const char *user_id, const char *email, cpk_user **user,
                                      cpk_error **error);

/**
 * Changes a user's payment plan. Running work is charged by the plan that it began with. Administrators use
 * cpk_admin_override_plan(), which is recorded in the audit log.
 *
 * @param session       the service's or an administrator's
 * @param user_id       the user's id
 * @param payment_plan  CPK_PLAN_*
 * @param user          out, may be NULL: the changed user; free it with cpk_user_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   there is no such plan
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_set_plan(cpk_session *session, const char *user_id, int32_t payment_plan, cpk_user **user,
                                     cpk_error **error);

/* ---- Deleting an account ---- */

/** What the deletion of an account removed, and what is kept for accounting. Start from CPK_USER_DELETION_INIT. Later
 * versions add fields at the end. */
typedef struct cpk_user_deletion {
    uint32_t struct_size; /* sizeof(cpk_user_deletion) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    int64_t packs;        /* deleted rows, here and in the four fields below */
    int64_t sources;
    int64_t exports;
    int64_t jobs;
    int64_t legacy_packs;
    int64_t blobs;      /* deleted blobs */
    int64_t blob_bytes; /* size of the deleted blobs in bytes */
    int64_t kept_transactions;
    int64_t kept_payment_attempts; /* without IP address and user agent */
    int64_t kept_admin_actions;
    int64_t kept_blobs; /* kept blobs: another user's row refers to them, or they may not belong to this account */
} cpk_user_deletion;

#define CPK_USER_DELETION_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_user_deletion), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                                                  \
    }

/** Sets *deletion to CPK_USER_DELETION_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_user_deletion_init(cpk_user_deletion *deletion, size_t struct_size);

/**
 * Deletes an account: its packs, sources, exports, V1 jobs and packs, and their blobs. This cannot be undone.
 *
 * The ledger, payment attempts and audit log are kept, and so is an anonymised profile: the e-mail address becomes
 * "deleted-<id>@deleted.invalid", name and picture are cleared, the balance stays as the ledger has it. Sessions of
 * the user cannot be opened any more.
 *
 * Work on the user's sources, jobs and documents is stopped, in any process: what it had not finished is not charged,
 * and its call fails with CPK_ERROR_NOT_FOUND or CPK_ERROR_CANCELLED, a worker's within a second or two.
 *
 * To continue an interrupted deletion, call it again. For an account that is already deleted it returns the same
 * report.
 *
 * @param session   the user's, the service's or an administrator's
 * @param user_id   NULL: the session's own user
 * @param deletion  out, may be NULL; start from CPK_USER_DELETION_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_PERMISSION_DENIED  another user's account, in a user's session
 *         CPK_ERROR_STORAGE            a blob could not be removed: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_delete(cpk_session *session, const char *user_id, cpk_user_deletion *deletion,
                                   cpk_error **error);

/**
 * Deletes an account like cpk_user_delete(), with progress, notes and cancellation.
 *
 * A blob is deleted only if it lies in the profile's storage folder, that folder is used by no other account, and no
 * remaining row of any user refers to the blob or to a folder above it. Notes of CPK_NOTE_KEPT list what is kept and
 * why: blobs (the first 100; all are counted), a folder that is shared with another account, and columns of the
 * service's tables that this library does not know and leaves unchanged.
 *
 * @param session   the user's, the service's or an administrator's
 * @param user_id   NULL: the session's own user
 * @param options   may be NULL; progress in blobs, CPK_STAGE_STORE
 * @param deletion  out, may be NULL; start from CPK_USER_DELETION_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_PERMISSION_DENIED  another user's account, in a user's session
 *         CPK_ERROR_STORAGE            a blob could not be removed: call again to continue
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_delete_watched(cpk_session *session, const char *user_id, const cpk_run_options *options,
                                           cpk_user_deletion *deletion, cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_user_id(const cpk_user *user); /* a UUID in lower case */
CPK_API const char *cpk_user_email(const cpk_user *user);
CPK_API const char *cpk_user_full_name(const cpk_user *user);   /* NULL when unset */
CPK_API const char *cpk_user_avatar_url(const cpk_user *user);  /* NULL when unset */
CPK_API int32_t cpk_user_payment_plan(const cpk_user *user);    /* CPK_PLAN_* */
CPK_API int64_t cpk_user_credits_balance(const cpk_user *user); /* credits that are free to use */
CPK_API int64_t cpk_user_chunks_analyzed(const cpk_user *user); /* in the user's lifetime */

/** When the account was suspended or deleted, and why it is suspended. Since 0.2. */
CPK_API int64_t cpk_user_suspended_at(const cpk_user *user);          /* CPK_TIME_UNKNOWN: it is not */
CPK_API const char *cpk_user_suspension_reason(const cpk_user *user); /* NULL unless suspended */
CPK_API int64_t cpk_user_deleted_at(const cpk_user *user);            /* CPK_TIME_UNKNOWN: it is not */

/** The subscription behind the plan, and the period that is paid. Since 0.2. */
CPK_API const char *cpk_user_subscription_id(const cpk_user *user);     /* "sub_..."; NULL: none */
CPK_API const char *cpk_user_subscription_status(const cpk_user *user); /* as Stripe spells it; NULL: none */
CPK_API int64_t cpk_user_plan_starts_at(const cpk_user *user);          /* CPK_TIME_UNKNOWN: no plan has a start */
CPK_API int64_t cpk_user_plan_ends_at(const cpk_user *user); /* CPK_TIME_UNKNOWN: no end; the plan remains usable for
                                                                the setting plan.grace_ms after it */

/** Where the user's blobs are, and when the profile was created and changed. Since 0.2. */
CPK_API const char *cpk_user_storage_directory(const cpk_user *user); /* the prefix of the user's blobs */
CPK_API int64_t cpk_user_created_at(const cpk_user *user);            /* microseconds since 1970 UTC */
CPK_API int64_t cpk_user_updated_at(const cpk_user *user);

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_user_free(cpk_user *user);

/** A page of users, newest first; for the service and admins. Immutable. */
typedef struct cpk_user_list cpk_user_list;

/**
 * Reads a page of all users, newest first.
 *
 * @param session  the service's or an administrator's
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_user_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_list_get(cpk_session *session, const cpk_page *page, cpk_user_list **list,
                                     cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_user_list_count(const cpk_user_list *list);
CPK_API const cpk_user *cpk_user_list_at(const cpk_user_list *list, size_t index); /* borrowed; NULL past the end */
CPK_API const char *cpk_user_list_next(const cpk_user_list *list); /* for cpk_page.after; NULL: the last page */

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_user_list_copy(const cpk_user_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_user_list_free(cpk_user_list *list);

#ifdef __cplusplus
}
#endif
#endif
