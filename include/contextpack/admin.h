#ifndef CONTEXTPACK_ADMIN_H
#define CONTEXTPACK_ADMIN_H

/**
 * Administration: changes to accounts that are recorded in the audit log.
 *
 * Each call makes its change and writes the log entry in one transaction. It takes an administrator's session, whose id
 * is recorded, or the service's, which is recorded without an id. An example:
 *
 *     cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
 *     const char *user_id = "0b6f4a0e-5d0f-4c55-9d3c-0d3c6b6f1a11";
 *
 *     params.reason = "Compensation for the outage of 3 May";
 *     if (cpk_admin_adjust_credits(service, user_id, 25, &params, NULL, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *
 * In this header: credits and refunds, suspending, payments and plans, reading the audit log.
 *
 * @errors of an administrator's action
 *   CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *   CPK_ERROR_NOT_FOUND          there is no such user
 *   CPK_ERROR_INVALID_ARGUMENT   the reason is missing, the details are not a JSON object, or a number is out of range
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One entry of the audit log: what an administrator did to an account, and why. Entries are never changed.
 * An immutable record: any thread may read it. Its texts are valid until cpk_admin_action_free().
 */
typedef struct cpk_admin_action cpk_admin_action;

/** Types of actions. */
#define CPK_ADMIN_CREDIT_ADJUSTMENT   1
#define CPK_ADMIN_REFUND_ISSUED       2
#define CPK_ADMIN_ACCOUNT_SUSPENDED   3
#define CPK_ADMIN_ACCOUNT_UNSUSPENDED 4
#define CPK_ADMIN_PLAN_OVERRIDE       5
#define CPK_ADMIN_SUPPORT_CREDIT      6
#define CPK_ADMIN_PAYMENT_ASSIGNED    7

/** Limits of a reason and of details, in bytes. */
#define CPK_ADMIN_REASON_BYTES_MAX  2000
#define CPK_ADMIN_DETAILS_BYTES_MAX 16000

/** Flags of cpk_admin_params. */
#define CPK_ADMIN_MAY_OWE (UINT32_C(1) << 0) /* taking credits may make the balance negative */

/** Why an account is changed. Start from CPK_ADMIN_PARAMS_INIT. Later versions add fields at the end. */
typedef struct cpk_admin_params {
    uint32_t struct_size; /* sizeof(cpk_admin_params) as the caller was compiled */
    uint32_t flags;       /* CPK_ADMIN_MAY_OWE, for calls that take credits; else 0 */
    const char *reason;   /* required: UTF-8, 1 to 2,000 bytes */
    const char *details;  /* a JSON object (RFC 8259, without U+0000) of up to 16,000 bytes, or NULL */
} cpk_admin_params;

#define CPK_ADMIN_PARAMS_INIT                                                                                          \
    {                                                                                                                  \
        sizeof(cpk_admin_params), 0, NULL, NULL                                                                        \
    }

/** Sets *params to CPK_ADMIN_PARAMS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_admin_params_init(cpk_admin_params *params, size_t struct_size);

/* ---- Credits and refunds ---- */

/**
 * Adds credits to a user's balance, or takes credits. Writes a `bonus` transaction.
 *
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param credits  -2,147,483,647 to 2,147,483,647, not 0; negative: taken
 * @param params   the reason and details; copied
 * @param action   out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance would become negative, and CPK_ADMIN_MAY_OWE is not set
 *         @errors of an administrator's action
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_adjust_credits(cpk_session *session, const char *user_id, int64_t credits,
                                            const cpk_admin_params *params, cpk_admin_action **action,
                                            cpk_error **error);

/**
 * Gives a user credits because of a support case. Writes a `bonus` transaction.
 *
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param credits  1 to 2,147,483,647
 * @param params   the reason and details; copied
 * @param action   out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         @errors of an administrator's action
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_support_credit(cpk_session *session, const char *user_id, int64_t credits,
                                            const cpk_admin_params *params, cpk_admin_action **action,
                                            cpk_error **error);

/**
 * Records a refund that was paid elsewhere, and takes back the credits that the payment bought. Writes a `refund`
 * transaction with the amount. No money is transferred.
 *
 * @param session            the service's or an administrator's
 * @param user_id            the user's id
 * @param credits            the number to take, 0 or more; 0: only the amount is recorded, whatever the balance is
 * @param amount_micros      the refunded amount in millionths of a US dollar, 1 or more
 * @param stripe_payment_id  the refunded payment, up to 200 bytes, or NULL
 * @param params             the reason and details; copied
 * @param action             out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance would become negative, and CPK_ADMIN_MAY_OWE is not set
 *         @errors of an administrator's action
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_record_refund(cpk_session *session, const char *user_id, int64_t credits,
                                           int64_t amount_micros, const char *stripe_payment_id,
                                           const cpk_admin_params *params, cpk_admin_action **action,
                                           cpk_error **error);

/* ---- Suspending ---- */

/**
 * Suspends an account: on any plan, it cannot start work that costs credits. Running work finishes. Reading, making
 * documents from analysed sources, and deleting remain allowed. The user can read the reason.
 *
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param params   the reason and details; copied
 * @param action   out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT  the account is already suspended, or was deleted
 *         @errors of an administrator's action
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_suspend(cpk_session *session, const char *user_id, const cpk_admin_params *params,
                                     cpk_admin_action **action, cpk_error **error);

/**
 * Lifts a suspension.
 *
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param params   the reason and details; copied
 * @param action   out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT  the account is not suspended
 *         @errors of an administrator's action
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_unsuspend(cpk_session *session, const char *user_id, const cpk_admin_params *params,
                                       cpk_admin_action **action, cpk_error **error);

/* ---- Payments and plans ---- */

/**
 * Assigns a payment of cpk_payment_list_unclaimed() to a user: adds its credits or activates its plan; later events
 * about the payment apply to this user too. The details of the log entry name the payment as `payment_id`.
 *
 * @param session     the service's or an administrator's
 * @param user_id     the user's id
 * @param payment_id  the result of cpk_payment_id()
 * @param params      the reason and details; copied
 * @param action      out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such payment or user
 *         CPK_ERROR_CONFLICT   the payment is already assigned or refunded, or the account was deleted
 *         @errors of an administrator's action
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_assign_payment(cpk_session *session, const char *user_id, const char *payment_id,
                                            const cpk_admin_params *params, cpk_admin_action **action,
                                            cpk_error **error);

/**
 * Changes a user's payment plan.
 *
 * @param session       the service's or an administrator's
 * @param user_id       the user's id
 * @param payment_plan  CPK_PLAN_*
 * @param params        the reason and details; copied
 * @param action        out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT  the user already has this plan
 *         @errors of an administrator's action
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_override_plan(cpk_session *session, const char *user_id, int32_t payment_plan,
                                           const cpk_admin_params *params, cpk_admin_action **action,
                                           cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_admin_action_id(const cpk_admin_action *action);            /* a UUID in lower case */
CPK_API const char *cpk_admin_action_admin_user_id(const cpk_admin_action *action); /* NULL: the service */
CPK_API int32_t
cpk_admin_action_type(const cpk_admin_action *action); /* CPK_ADMIN_*; 0: a type that this version does not know */
CPK_API const char *cpk_admin_action_type_name(const cpk_admin_action *action); /* "credit_adjustment", ... */
CPK_API const char *
cpk_admin_action_target_user_id(const cpk_admin_action *action);                /* the user whose account was changed */
CPK_API int64_t cpk_admin_action_credits(const cpk_admin_action *action);       /* negative: taken; 0 if none */
CPK_API int64_t cpk_admin_action_amount_micros(const cpk_admin_action *action); /* US dollars / 1,000,000; 0 if none */
CPK_API const char *cpk_admin_action_reason(const cpk_admin_action *action);
CPK_API const char *cpk_admin_action_details(const cpk_admin_action *action); /* JSON; NULL if none */
CPK_API int64_t cpk_admin_action_created_at(const cpk_admin_action *action);  /* microseconds since 1970 UTC */

/** Frees the record; the entry is unchanged. NULL is allowed. Since 0.2. */
CPK_API void cpk_admin_action_free(cpk_admin_action *action);

/* ---- Reading the audit log ---- */

/** A page of the audit log, newest first. Immutable. */
typedef struct cpk_admin_action_list cpk_admin_action_list;

/**
 * Reads a page of the audit log, newest first.
 *
 * @param session        the service's or an administrator's
 * @param admin_user_id  only actions of this administrator; NULL: of all
 * @param user_id        only actions on this user's account; NULL: on all
 * @param page           may be NULL: the first page with the default limit
 * @param list           out: free it with cpk_admin_action_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_admin_action_list_get(cpk_session *session, const char *admin_user_id, const char *user_id,
                                             const cpk_page *page, cpk_admin_action_list **list, cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_admin_action_list_count(const cpk_admin_action_list *list);
CPK_API const cpk_admin_action *cpk_admin_action_list_at(const cpk_admin_action_list *list,
                                                         size_t index); /* borrowed */
CPK_API const char *cpk_admin_action_list_next(const cpk_admin_action_list *list);

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_admin_action_list_copy(const cpk_admin_action_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_admin_action_list_free(cpk_admin_action_list *list);

#ifdef __cplusplus
}
#endif
#endif
