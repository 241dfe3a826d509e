/* Users: rows of user_profiles. */
#ifndef STORE_USER_H
#define STORE_USER_H

#include "store/snapshot.h"
#include "store/store.h"

#define USER_FIRST_CREDITS 10 /* what a new user is given, as a bonus transaction */

typedef struct cpk_user cpk_user;

struct cpk_user {
    snapshot snapshot;
    const char *id;
    const char *email;
    const char *full_name;  /* or NULL */
    const char *avatar_url; /* or NULL */
    const char *r2_user_directory;
    const char *payment_plan; /* "credits" or "unlimited" */
    int64_t chunks_analyzed;
    int64_t credits_balance;
    const char *subscription_id;     /* or NULL */
    const char *subscription_status; /* or NULL */
    int64_t plan_start_us;           /* or CPK_TIME_UNKNOWN */
    int64_t plan_end_us;
    int64_t created_us;
    int64_t updated_us;
};

typedef struct user_params {
    const char *id;           /* a UUID in lower case; NULL: a new one */
    const char *email;        /* unique without regard to case */
    const char *full_name;    /* or NULL */
    const char *avatar_url;   /* or NULL */
    const char *payment_plan; /* "credits" or "unlimited"; NULL: "credits" */
} user_params;

/* With 10 credits, in one transaction. Service and admins only. CPK_ERROR_ALREADY_EXISTS for a taken e-mail or id. */
cpk_status store_user_create(store *store, const user_params *params, cpk_user **user, cpk_error **error);
cpk_status store_user_get(store *store, const char *user_id, cpk_user **user, cpk_error **error);
/* Service and admins only. */
cpk_status store_user_find_by_email(store *store, const char *email, cpk_user **user, cpk_error **error);
cpk_status store_user_list(store *store, const store_page *page, snapshot_list **users, cpk_error **error);
/* NULL keeps what is there. *user may be NULL. */
cpk_status store_user_update(store *store, const char *user_id, const char *email, const char *full_name,
                             const char *avatar_url, cpk_user **user, cpk_error **error);

#endif
