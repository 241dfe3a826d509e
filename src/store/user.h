/* Users: rows of user_profiles. */
#ifndef STORE_USER_H
#define STORE_USER_H

#include "records/fields.h"
#include "store/snapshot.h"
#include "store/store.h"

#define USER_FIRST_CREDITS 10 /* what a new user is given, as a bonus transaction */

typedef struct cpk_user cpk_user;

struct cpk_user {
    struct snapshot snapshot;
#define RECORD_TABLE "records/user.def"
#include "records/members.def"
};

struct user_params {
    const char *id;           /* a UUID in lower case; NULL: a new one */
    const char *email;        /* unique without regard to case */
    const char *full_name;    /* or NULL */
    const char *avatar_url;   /* or NULL */
    const char *payment_plan; /* "credits" or "unlimited"; NULL: "credits" */
};

/* Remembers that somebody had the address of a user, who leaves it: see store/former_address.h. In a transaction. */
cpk_status store_user_leave_address(struct store *store, const char *user_id, cpk_error **error);

/* With 10 credits, in one transaction. Service and admins only. CPK_ERROR_ALREADY_EXISTS for a taken e-mail or id. */
cpk_status store_user_create(struct store *store, const struct user_params *params, cpk_user **user, cpk_error **error);
cpk_status store_user_get(struct store *store, const char *user_id, cpk_user **user, cpk_error **error);
cpk_status store_user_exists(struct store *store, const char *user_id, cpk_error **error); /* or CPK_ERROR_NOT_FOUND */
/* Service and admins only. CPK_ERROR_CONFLICT when several have the address, without regard to case; it names them. */
cpk_status store_user_find_by_email(struct store *store, const char *email, cpk_user **user, cpk_error **error);
cpk_status store_user_list(struct store *store, const struct store_page *page, struct snapshot_list **users,
                           cpk_error **error);
/* NULL keeps what is there, "" removes it. *user may be NULL. */
cpk_status store_user_update(struct store *store, const char *user_id, const char *full_name, const char *avatar_url,
                             cpk_user **user, cpk_error **error);
/* Service and admins only, as what follows. */
cpk_status store_user_set_email(struct store *store, const char *user_id, const char *email, cpk_error **error);
/* "credits" or "unlimited"; the same as it is changes nothing. Holds keep the plan that they were made on. */
cpk_status store_user_set_plan(struct store *store, const char *user_id, const char *payment_plan, cpk_error **error);
/* CPK_ERROR_CONFLICT when it is suspended already, is not, or is deleted. */
cpk_status store_user_suspend(struct store *store, const char *user_id, const char *reason, cpk_error **error);
cpk_status store_user_unsuspend(struct store *store, const char *user_id, cpk_error **error);

/* Whether work costs nothing: a plan that is over is over, also where nobody has taken it from the profile yet. */
int32_t user_is_unlimited(const struct context *context, const char *payment_plan, int64_t plan_end_us);

#define USER_MAY_WORK 1 /* may begin something: the account is not deleted */
#define USER_MAY_PAY  2 /* may begin something that costs credits: and not suspended */

/* CPK_ERROR_PERMISSION_DENIED tells why not, and since when. */
/* Inside a transaction, which fails with CPK_ERROR_CONFLICT when the user is suspended or being deleted. */
cpk_status store_user_need_active(struct store *store, const char *user_id, cpk_error **error);
cpk_status store_user_check(struct store *store, const char *user_id, int32_t what, cpk_error **error);
/* The same of a user that was read already. */
cpk_status user_check(const cpk_user *user, int32_t what, cpk_error **error);

#endif
