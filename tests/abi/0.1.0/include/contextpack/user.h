#ifndef CONTEXTPACK_USER_H
#define CONTEXTPACK_USER_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A user's profile. An immutable snapshot: any thread may read it; its texts live until cpk_user_free(). */
typedef struct cpk_user cpk_user;

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

/** A user by e-mail, without regard to case; for the service and admins. Since 0.1. */
CPK_API cpk_status cpk_user_find(cpk_session *session, const char *email, cpk_user **user, cpk_error **error);

/** Changes what a user may change; NULL leaves a field, "" empties it. *user may be NULL. Since 0.1. */
CPK_API cpk_status cpk_user_update(cpk_session *session, const char *user_id, const char *full_name,
                                   const char *avatar_url, cpk_user **user, cpk_error **error);

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

/** Releases the page with its items. NULL is allowed. Since 0.1. */
CPK_API void cpk_user_list_free(cpk_user_list *list);

#ifdef __cplusplus
}
#endif
#endif
