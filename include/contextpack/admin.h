#ifndef CONTEXTPACK_ADMIN_H
#define CONTEXTPACK_ADMIN_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One entry of the audit log: what an administrator did to an account, and why. Entries are never changed.
 * An immutable snapshot: any thread may read it; its texts live until cpk_admin_action_free().
 */
typedef struct cpk_admin_action cpk_admin_action;

#define CPK_ADMIN_CREDIT_ADJUSTMENT   1
#define CPK_ADMIN_REFUND_ISSUED       2
#define CPK_ADMIN_ACCOUNT_SUSPENDED   3
#define CPK_ADMIN_ACCOUNT_UNSUSPENDED 4
#define CPK_ADMIN_PLAN_OVERRIDE       5
#define CPK_ADMIN_SUPPORT_CREDIT      6
#define CPK_ADMIN_PAYMENT_ASSIGNED    7

#define CPK_ADMIN_REASON_BYTES_MAX    2000
#define CPK_ADMIN_DETAILS_BYTES_MAX   16000

#define CPK_ADMIN_MAY_OWE             (UINT32_C(1) << 0) /* credits that are taken may leave the balance below zero */

/** Why something is done to an account. Start from CPK_ADMIN_PARAMS_INIT. Grows only at its end. */
typedef struct cpk_admin_params {
    uint32_t struct_size; /* sizeof(cpk_admin_params) as the caller was compiled */
    uint32_t flags;       /* CPK_ADMIN_MAY_OWE, in the calls that take credits */
    const char *reason;   /* required: UTF-8, 1 to 2,000 bytes */
    const char *details;  /* a JSON object of up to 16,000 bytes, or NULL */
} cpk_admin_params;

#define CPK_ADMIN_PARAMS_INIT                                                                                          \
    {                                                                                                                  \
        sizeof(cpk_admin_params), 0, NULL, NULL                                                                        \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_admin_params_init(cpk_admin_params *params, size_t struct_size);

/*
 * Every call below does the thing and writes its entry in one transaction: both are there, or neither. They take an
 * admin's session, whose name the entry bears, or the service's, whose entries bear no name. All of them answer
 *   CPK_ERROR_PERMISSION_DENIED  for a user's session
 *   CPK_ERROR_NOT_FOUND          no such user
 *   CPK_ERROR_INVALID_ARGUMENT   no reason, details that are no JSON object, a number out of range
 * `action` may be NULL; free what it gets with cpk_admin_action_free().
 */

/**
 * Adds credits to a user's balance, or takes some (a negative number); the ledger gets a `bonus` entry.
 *
 * @param credits  -2,147,483,647 to 2,147,483,647, not 0
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance would go below zero, and CPK_ADMIN_MAY_OWE is not set
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_adjust_credits(cpk_session *session, const char *user_id, int64_t credits,
                                            const cpk_admin_params *params, cpk_admin_action **action,
                                            cpk_error **error);

/** Gives a user credits because of a support case: 1 or more; the ledger gets a `bonus` entry. Since 0.2. */
CPK_API cpk_status cpk_admin_support_credit(cpk_session *session, const char *user_id, int64_t credits,
                                            const cpk_admin_params *params, cpk_admin_action **action,
                                            cpk_error **error);

/**
 * Records that money was given back, and takes back the credits that it had bought; the ledger gets a `refund` entry
 * with the amount. Moves no money.
 *
 * @param credits            how many to take, 0 or more; with 0 only the money is recorded, whatever the balance is
 * @param amount_micros      what was given back, millionths of a US dollar, 1 or more
 * @param stripe_payment_id  the payment it belongs to, up to 200 bytes, or NULL
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  as in cpk_admin_adjust_credits()
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_record_refund(cpk_session *session, const char *user_id, int64_t credits,
                                           int64_t amount_micros, const char *stripe_payment_id,
                                           const cpk_admin_params *params, cpk_admin_action **action,
                                           cpk_error **error);

/**
 * Suspends an account: it can't start work that costs credits, on any plan. What runs already ends as it would;
 * reading, making documents of what is analysed, and deleting stay allowed. The user is told the reason.
 * CPK_ERROR_CONFLICT when it is suspended already, or deleted. Since 0.2.
 */
CPK_API cpk_status cpk_admin_suspend(cpk_session *session, const char *user_id, const cpk_admin_params *params,
                                     cpk_admin_action **action, cpk_error **error);

/** Lifts a suspension. CPK_ERROR_CONFLICT when there is none. Since 0.2. */
CPK_API cpk_status cpk_admin_unsuspend(cpk_session *session, const char *user_id, const cpk_admin_params *params,
                                       cpk_admin_action **action, cpk_error **error);

/**
 * Gives a user a payment of cpk_payment_list_unclaimed(): its credits, or its plan, and whatever Stripe tells of it
 * later. The entry's details name it as `payment_id`.
 *
 * @param payment_id  cpk_payment_id()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  no such payment, or no such user
 *         CPK_ERROR_CONFLICT   the payment is not unclaimed, or the account was deleted
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_assign_payment(cpk_session *session, const char *user_id, const char *payment_id,
                                            const cpk_admin_params *params, cpk_admin_action **action,
                                            cpk_error **error);

/** Puts a user on a plan, CPK_PLAN_*. CPK_ERROR_CONFLICT when they are on it. Since 0.2. */
CPK_API cpk_status cpk_admin_override_plan(cpk_session *session, const char *user_id, int32_t payment_plan,
                                           const cpk_admin_params *params, cpk_admin_action **action,
                                           cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_admin_action_id(const cpk_admin_action *action);             /* a UUID in lower case */
CPK_API const char *cpk_admin_action_admin_user_id(const cpk_admin_action *action);  /* NULL: the service itself */
CPK_API int32_t cpk_admin_action_type(const cpk_admin_action *action);               /* CPK_ADMIN_*; 0: another one */
CPK_API const char *cpk_admin_action_type_name(const cpk_admin_action *action);      /* "credit_adjustment", ... */
CPK_API const char *cpk_admin_action_target_user_id(const cpk_admin_action *action); /* whose account it was */
CPK_API int64_t cpk_admin_action_credits(const cpk_admin_action *action);            /* negative: taken; 0 if none */
CPK_API int64_t cpk_admin_action_amount_micros(const cpk_admin_action *action); /* US dollars / 1,000,000; 0 if none */
CPK_API const char *cpk_admin_action_reason(const cpk_admin_action *action);
CPK_API const char *cpk_admin_action_details(const cpk_admin_action *action); /* JSON; NULL if none */
CPK_API int64_t cpk_admin_action_created_at(const cpk_admin_action *action);  /* microseconds since 1970 UTC */

/** Releases the snapshot; the entry stays. NULL is allowed. Since 0.2. */
CPK_API void cpk_admin_action_free(cpk_admin_action *action);

/** A page of the audit log, newest first. Immutable. */
typedef struct cpk_admin_action_list cpk_admin_action_list;

/**
 * A page of the audit log, for admins and the service. admin_user_id NULL: of every admin; user_id NULL: to every
 * account. `page` may be NULL. Since 0.2.
 */
CPK_API cpk_status cpk_admin_action_list_get(cpk_session *session, const char *admin_user_id, const char *user_id,
                                             const cpk_page *page, cpk_admin_action_list **list, cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.2. */
CPK_API size_t cpk_admin_action_list_count(const cpk_admin_action_list *list);
CPK_API const cpk_admin_action *cpk_admin_action_list_at(const cpk_admin_action_list *list,
                                                         size_t index); /* borrowed */
CPK_API const char *cpk_admin_action_list_next(const cpk_admin_action_list *list);

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_admin_action_list_copy(const cpk_admin_action_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_admin_action_list_free(cpk_admin_action_list *list);

#ifdef __cplusplus
}
#endif
#endif
