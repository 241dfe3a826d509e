#ifndef CONTEXTPACK_USER_H
#define CONTEXTPACK_USER_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A user's profile. An immutable snapshot: any thread may read it; its texts live until cpk_user_free(). */
typedef struct cpk_user cpk_user;

/** How a user pays. */
#define CPK_PLAN_CREDITS   1 /* each analysed chunk costs a credit */
#define CPK_PLAN_UNLIMITED 2 /* usage is recorded, nothing is charged */

/** What a new user is made of. Start from CPK_USER_PARAMS_INIT. */
typedef struct cpk_user_params {
    uint32_t struct_size;   /* sizeof(cpk_user_params) as the caller was compiled */
    int32_t payment_plan;   /* CPK_PLAN_*; 0: credits */
    const char *id;         /* a UUID in lower case that the host knows the user by; NULL: a random one */
    const char *email;      /* required; 3 to 320 bytes, unique without regard to case */
    const char *full_name;  /* up to 200 bytes, or NULL */
    const char *avatar_url; /* up to 2,000 bytes, or NULL */
} cpk_user_params;

#define CPK_USER_PARAMS_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(cpk_user_params), 0, NULL, NULL, NULL, NULL                                                             \
    }

/** The same as the macro, for callers that can't see macros. Since 0.1. */
CPK_API void cpk_user_params_init(cpk_user_params *params, size_t struct_size);

/**
 * Creates a user with 10 credits, which stand in the ledger as a `bonus` transaction.
 *
 * @param session  the service's or an admin's
 * @param user     out, may be NULL: the new user; free it with cpk_user_free()
 * @return CPK_OK, CPK_ERROR_ALREADY_EXISTS (id or e-mail), CPK_ERROR_INVALID_ARGUMENT, CPK_ERROR_PERMISSION_DENIED
 * Since 0.1.
 */
CPK_API cpk_status cpk_user_create(cpk_session *session, const cpk_user_params *params, cpk_user **user,
                                   cpk_error **error);

/** A user by id; NULL: the session's own. CPK_ERROR_NOT_FOUND also for a user that the session may not see. Since 0.1.
 */
CPK_API cpk_status cpk_user_get(cpk_session *session, const char *user_id, cpk_user **user, cpk_error **error);

/** A user by e-mail, without regard to case; for the service and admins. CPK_ERROR_NOT_FOUND when there is none. Where
 * another program has given several profiles one address, none is picked: CPK_ERROR_CONFLICT, whose message lists their
 * ids. Since 0.1. */
CPK_API cpk_status cpk_user_find(cpk_session *session, const char *email, cpk_user **user, cpk_error **error);

/** Changes what a user may change; NULL leaves a field, "" empties it. *user may be NULL. Since 0.1. */
CPK_API cpk_status cpk_user_update(cpk_session *session, const char *user_id, const char *full_name,
                                   const char *avatar_url, cpk_user **user, cpk_error **error);

/**
 * Changes a user's e-mail address, for the service and admins; as in cpk_user_create() it must be unique.
 * *user may be NULL. Since 0.2.
 */
CPK_API cpk_status cpk_user_set_email(cpk_session *session, const char *user_id, const char *email, cpk_user **user,
                                      cpk_error **error);

/**
 * Puts a user on a plan, CPK_PLAN_*, for the service; an administrator who overrides one takes
 * cpk_admin_override_plan(), which records it. Work that runs ends on the plan it began on. *user may be NULL.
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_set_plan(cpk_session *session, const char *user_id, int32_t payment_plan, cpk_user **user,
                                     cpk_error **error);

/** What the deletion of an account erased, and what accounting keeps. Grows only at its end. */
typedef struct cpk_user_deletion {
    uint32_t struct_size; /* sizeof(cpk_user_deletion) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    int64_t packs;        /* rows that were erased, each with all that hangs on it */
    int64_t sources;
    int64_t exports;
    int64_t jobs;
    int64_t legacy_packs;
    int64_t blobs;      /* blobs that were erased */
    int64_t blob_bytes; /* and their bytes */
    int64_t kept_transactions;
    int64_t kept_payment_attempts; /* without address and user agent */
    int64_t kept_admin_actions;
    int64_t kept_blobs; /* that stay: somebody else's row names them, or nothing tells that they were this account's */
} cpk_user_deletion;

#define CPK_USER_DELETION_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_user_deletion), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                                                  \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_user_deletion_init(cpk_user_deletion *deletion, size_t struct_size);

/**
 * Deletes an account: its packs, sources, exports, V1 jobs and packs, and every blob of theirs. The ledger, payment
 * attempts and administrators' actions stay, and so does the profile without its person: the e-mail address becomes
 * "deleted-<id>@deleted.invalid", name and picture go, the balance stays what the ledger says. Sessions of the user
 * can't be opened any more. There is no way back.
 *
 * A deletion that was broken off is gone on with by calling again, and an account that is deleted already gives the
 * same report again.
 *
 * @param user_id   NULL: the session's own user; else for the service and admins
 * @param deletion  out, may be NULL; start from CPK_USER_DELETION_INIT
 * @return CPK_OK
 *         CPK_ERROR_BUSY  a process works on something of this user's; nothing was deleted; retryable
 *         CPK_ERROR_NOT_FOUND, _PERMISSION_DENIED, _STORAGE, _DATABASE
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_delete(cpk_session *session, const char *user_id, cpk_user_deletion *deletion,
                                   cpk_error **error);

/**
 * The same, watched. A blob goes only when no row that stays, of anyone, names it or a folder that it lies in, and when
 * its place says that it was this account's: the profile's storage folder, as long as it is in use by nobody else.
 * Notes of CPK_NOTE_KEPT tell what stays, and why: blobs (the first 100; all are counted), a folder that is not the
 * account's alone, columns of the service's tables that this library does not know and that keep their values. They are
 * told again when it is called again.
 *
 * @param options  may be NULL; progress in blobs, CPK_STAGE_STORE
 * @return as cpk_user_delete(), and CPK_ERROR_CANCELLED: call it again to go on
 * Since 0.2.
 */
CPK_API cpk_status cpk_user_delete_watched(cpk_session *session, const char *user_id, const cpk_run_options *options,
                                           cpk_user_deletion *deletion, cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.1. */
CPK_API const char *cpk_user_id(const cpk_user *user); /* a UUID in lower case */
CPK_API const char *cpk_user_email(const cpk_user *user);
CPK_API const char *cpk_user_full_name(const cpk_user *user);         /* NULL when unset */
CPK_API const char *cpk_user_avatar_url(const cpk_user *user);        /* NULL when unset */
CPK_API const char *cpk_user_storage_directory(const cpk_user *user); /* the prefix of the user's blobs */
CPK_API int32_t cpk_user_payment_plan(const cpk_user *user);          /* CPK_PLAN_* */
CPK_API int64_t cpk_user_credits_balance(const cpk_user *user);       /* credits that are free to use */
CPK_API int64_t cpk_user_chunks_analyzed(const cpk_user *user);       /* in the user's lifetime */
CPK_API int64_t cpk_user_created_at(const cpk_user *user);            /* microseconds since 1970 UTC */
CPK_API int64_t cpk_user_updated_at(const cpk_user *user);

/** Since when the account is suspended or deleted, and why it is suspended. Since 0.2. */
CPK_API int64_t cpk_user_suspended_at(const cpk_user *user);          /* CPK_TIME_UNKNOWN: it is not */
CPK_API const char *cpk_user_suspension_reason(const cpk_user *user); /* NULL unless suspended */
CPK_API int64_t cpk_user_deleted_at(const cpk_user *user);            /* CPK_TIME_UNKNOWN: it is not */

/** The subscription that the plan is by, and from when to when it is paid. Since 0.2. */
CPK_API const char *cpk_user_subscription_id(const cpk_user *user);     /* "sub_..."; NULL: none */
CPK_API const char *cpk_user_subscription_status(const cpk_user *user); /* as Stripe spells it; NULL: none */
CPK_API int64_t cpk_user_plan_starts_at(const cpk_user *user);          /* CPK_TIME_UNKNOWN: no plan has a start */
CPK_API int64_t cpk_user_plan_ends_at(const cpk_user *user); /* CPK_TIME_UNKNOWN: until further notice; work goes on
                                                                for the setting plan.grace_ms after it */

/** Releases the snapshot. NULL is allowed. Since 0.1. */
CPK_API void cpk_user_free(cpk_user *user);

/** A page of users, newest first; for the service and admins. Immutable. */
typedef struct cpk_user_list cpk_user_list;

/** A page of all users. CPK_ERROR_PERMISSION_DENIED for a user's session. `page` may be NULL. Since 0.1. */
CPK_API cpk_status cpk_user_list_get(cpk_session *session, const cpk_page *page, cpk_user_list **list,
                                     cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.1. */
CPK_API size_t cpk_user_list_count(const cpk_user_list *list);
CPK_API const cpk_user *cpk_user_list_at(const cpk_user_list *list, size_t index); /* borrowed; NULL past the end */
CPK_API const char *cpk_user_list_next(const cpk_user_list *list); /* for cpk_page.after; NULL: the last page */

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_user_list_copy(const cpk_user_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.1. */
CPK_API void cpk_user_list_free(cpk_user_list *list);

#ifdef __cplusplus
}
#endif
#endif
