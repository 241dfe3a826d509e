/* Users: rows of user_profiles. */
#ifndef STORE_USER_H
#define STORE_USER_H

#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"

#include <contextpack/user.h>

#define USER_FIRST_CREDITS 10 /* bonus of a new user */

struct cpk_user {
    struct record record;
#define RECORD_TABLE "records/user.def"
#include "records/members.def"
};

struct user_params {
    const char *id;         /* a UUID in lower case; NULL: a new one */
    const char *email;      /* unique, ignoring case */
    const char *full_name;  /* or NULL */
    const char *avatar_url; /* or NULL */
    int32_t payment_plan;   /* CPK_PLAN_*; 0: CPK_PLAN_CREDITS */
};

/* Records the user's address as a former one before it changes, see store/former_address.h. Call in a transaction. */
cpk_status store_user_leave_address(struct store *store, const char *user_id, cpk_error **error);

/* Creates a user with the bonus credits in one transaction. Service and admins only. CPK_ERROR_ALREADY_EXISTS: the
 * e-mail address or id is in use. */
cpk_status store_user_create(struct store *store, const struct user_params *params, cpk_user **user, cpk_error **error);
cpk_status store_user_get(struct store *store, const char *user_id, cpk_user **user, cpk_error **error);
cpk_status store_user_exists(struct store *store, const char *user_id,
                             cpk_error **error); /* CPK_OK or CPK_ERROR_NOT_FOUND */
/* Service and admins only. Ignores case. CPK_ERROR_CONFLICT if several users have the address; the message lists them.
 */
cpk_status store_user_find_by_email(struct store *store, const char *email, cpk_user **user, cpk_error **error);
cpk_status store_user_list(struct store *store, const struct store_page *page, struct record_list **users,
                           cpk_error **error);
/* NULL leaves a field unchanged, "" clears it. *user may be NULL. */
cpk_status store_user_update(struct store *store, const char *user_id, const char *full_name, const char *avatar_url,
                             cpk_user **user, cpk_error **error);
/* The following calls are for service and admins only. */
cpk_status store_user_set_email(struct store *store, const char *user_id, const char *email, cpk_error **error);
/* payment_plan: CPK_PLAN_*. No effect if unchanged. Open holds keep their plan. */
cpk_status store_user_set_plan(struct store *store, const char *user_id, int32_t payment_plan, cpk_error **error);
/* CPK_ERROR_CONFLICT if the account is already suspended, is not suspended, or is deleted. */
cpk_status store_user_suspend(struct store *store, const char *user_id, const char *reason, cpk_error **error);
cpk_status store_user_unsuspend(struct store *store, const char *user_id, cpk_error **error);

/* Returns 1 if work costs no credits. A plan past its end date does not count even if the profile still has it. */
int32_t user_is_unlimited(const struct context *context, int32_t payment_plan, int64_t plan_end_us);
/* A plan (CPK_PLAN_*) as stored, and back. */
const char *user_plan_word(int32_t payment_plan); /* static; NULL for 0 */
int32_t user_plan_code(const char *word);         /* 0: another word */

#define USER_MAY_WORK 1 /* the account is not deleted */
#define USER_MAY_PAY  2 /* the account is neither deleted nor suspended: may store data and start paid work */

/* Queued in a transaction, which fails with CPK_ERROR_CONFLICT if the user is suspended or being deleted. */
cpk_status store_user_need_active(struct store *store, const char *user_id, cpk_error **error);
/* Checks that a user may do `what` (USER_MAY_*). CPK_ERROR_PERMISSION_DENIED: the message has the reason and since
 * when. */
cpk_status store_user_check(struct store *store, const char *user_id, int32_t what, cpk_error **error);
/* The same for a record of the user. */
cpk_status user_check(const cpk_user *user, int32_t what, cpk_error **error);

#endif
