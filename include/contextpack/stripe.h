#ifndef CONTEXTPACK_STRIPE_H
#define CONTEXTPACK_STRIPE_H

/**
 * Stripe's webhooks: receiving payments, and payments that could not be assigned to a user.
 *
 * Pass each webhook request to cpk_stripe_webhook() unchanged. An example of a request handler that returns the HTTP
 * status to answer with:
 *
 *     static int handle(cpk_session *admin, const char *body, size_t body_bytes, const char *signature)
 *     {
 *         cpk_status status = cpk_stripe_webhook(admin, body, body_bytes, signature, NULL, NULL);
 *
 *         if (status == CPK_OK) {
 *             return 200;
 *         }
 *         return status == CPK_ERROR_PERMISSION_DENIED || status == CPK_ERROR_INVALID_DATA ? 400 : 500;
 *     }
 *
 * In this header: webhooks, fetching missed events, unclaimed payments, expiry of plans.
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Webhooks ---- */

/**
 * The result of a webhook. An immutable record: any thread may read it. Its texts are valid until
 * cpk_webhook_result_free().
 */
typedef struct cpk_webhook_result cpk_webhook_result;

/** Outcomes of a webhook. */
#define CPK_WEBHOOK_PROCESSED 1 /* the event took effect */
#define CPK_WEBHOOK_REPEATED  2 /* the event took effect before; nothing was done */
#define CPK_WEBHOOK_IGNORED   3 /* logged; the event type does not affect credits or plan */
#define CPK_WEBHOOK_UNCLAIMED 4 /* stored; a payment that cannot be assigned to a user yet */
#define CPK_WEBHOOK_REFUSED                                                                                            \
    5 /* logged; the event is of test mode or of another account: see the setting stripe.mode                          \
       */

/**
 * Processes one Stripe webhook: verifies its signature, then applies its effect on the ledger and the plan and writes
 * the webhook log in one transaction. Each event and each payment takes effect once, in whatever order and however
 * often events arrive, at any number of processes.
 *
 * Answer Stripe with status 200 for CPK_OK, with 400 for CPK_ERROR_PERMISSION_DENIED and CPK_ERROR_INVALID_DATA, and
 * with 500 for anything else: Stripe then delivers the event again, and the webhook log has the status `failed` with
 * the reason. See https://docs.stripe.com/webhooks
 *
 * @param session     the service's or an administrator's
 * @param body        the request's body, unchanged
 * @param body_bytes  its length in bytes, at most the setting stripe.max_event_bytes
 * @param signature   the value of the Stripe-Signature header; NULL if the request had none: it is then rejected
 * @param result      out, may be NULL: free it with cpk_webhook_result_free()
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's, or the signature is missing, wrong or too old
 *         CPK_ERROR_INVALID_ARGUMENT   the setting stripe.webhook_secrets is missing
 *         CPK_ERROR_INVALID_DATA       the body is signed but not an event, or its currency differs from that of its
 *                                      payment
 *         CPK_ERROR_LIMIT_EXCEEDED     the body is longer than stripe.max_event_bytes
 *         CPK_ERROR_NOT_FOUND          the event names a user that does not exist
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_webhook(cpk_session *session, const void *body, size_t body_bytes, const char *signature,
                                      cpk_webhook_result **result, cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API int32_t cpk_webhook_result_outcome(const cpk_webhook_result *result);        /* CPK_WEBHOOK_* */
CPK_API const char *cpk_webhook_result_event_id(const cpk_webhook_result *result);   /* "evt_..." */
CPK_API const char *cpk_webhook_result_event_type(const cpk_webhook_result *result); /* as Stripe spells it */
CPK_API const char *cpk_webhook_result_user_id(const cpk_webhook_result *result);    /* NULL: none, or not known */
CPK_API int64_t
cpk_webhook_result_credits(const cpk_webhook_result *result); /* added to the balance; negative: taken back */
CPK_API const char *
cpk_webhook_result_json(const cpk_webhook_result *result); /* the whole result as JSON, as in the webhook log */

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_webhook_result_free(cpk_webhook_result *result);

/* ---- Fetching missed events ---- */

/**
 * The result of a reconciliation. An immutable record: any thread may read it. Its text is valid until
 * cpk_reconcile_report_free().
 */
typedef struct cpk_reconcile_report cpk_reconcile_report;

/**
 * Fetches recent events from Stripe and processes those that no webhook delivered, oldest first. To be called from a
 * timer, and after an outage. An event takes effect once, even if a webhook delivers it too; its webhook log says that
 * it had no signature.
 *
 * Only event types that affect credits and plans are requested, of the account that the setting stripe.secret_key
 * belongs to. A restricted key needs permission to read events. Memory is bounded by one page of at most 100 events,
 * within net.max_response_bytes. An event that fails is logged and counted, the others are processed, and the next
 * call tries it again. If the call itself fails, events that were processed stay processed.
 *
 * @param session  the service's or an administrator's
 * @param since    microseconds since 1970 UTC, at most 30 days ago: events created in this second or later; 0: those
 *                 of the last 72 hours
 * @param options  may be NULL; progress (CPK_STAGE_STORE) in events, with an unknown total
 * @param report   out, may be NULL: free it with cpk_reconcile_report_free()
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_DATA       Stripe's answer is not a list of events
 *         CPK_ERROR_LIMIT_EXCEEDED     a single event is longer than net.max_response_bytes
 *         @errors of a request to Stripe
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_reconcile(cpk_session *session, int64_t since, const cpk_run_options *options,
                                        cpk_reconcile_report **report, cpk_error **error);

/** Getters; the text is borrowed from the record. Since 0.2. */
CPK_API int64_t cpk_reconcile_report_starts_at(
    const cpk_reconcile_report *report); /* the time of the earliest event requested; microseconds since 1970 UTC */
CPK_API int64_t cpk_reconcile_report_seen(const cpk_reconcile_report *report);      /* the sum of the numbers below */
CPK_API int64_t cpk_reconcile_report_known(const cpk_reconcile_report *report);     /* took effect before */
CPK_API int64_t cpk_reconcile_report_processed(const cpk_reconcile_report *report); /* took effect now */
CPK_API int64_t
cpk_reconcile_report_unclaimed(const cpk_reconcile_report *report); /* payments that cannot be assigned to a user yet */
CPK_API int64_t cpk_reconcile_report_ignored(const cpk_reconcile_report *report); /* do not affect credits or plans */
CPK_API int64_t cpk_reconcile_report_refused(const cpk_reconcile_report *report); /* of test mode, with a live key */
CPK_API int64_t cpk_reconcile_report_failed(const cpk_reconcile_report *report);
CPK_API const char *
cpk_reconcile_report_first_failure(const cpk_reconcile_report *report); /* an event and the reason; NULL: none failed */

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_reconcile_report_free(cpk_reconcile_report *report);

/* ---- Unclaimed payments ---- */

/**
 * A payment made at Stripe that no user is credited for, because no event says whose it is.
 * An immutable record: any thread may read it. Its texts are valid as long as the record or its list.
 */
typedef struct cpk_payment cpk_payment;

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_payment_id(const cpk_payment *payment);                /* a UUID in lower case */
CPK_API const char *cpk_payment_customer_id(const cpk_payment *payment);       /* "cus_..."; NULL: not known */
CPK_API const char *cpk_payment_stripe_payment_id(const cpk_payment *payment); /* "pi_..."; NULL: not known */
CPK_API const char *cpk_payment_package_id(const cpk_payment *payment);        /* NULL: not known */
CPK_API const char *cpk_payment_currency(const cpk_payment *payment);          /* "usd"; NULL: not known */
CPK_API int64_t cpk_payment_amount(const cpk_payment *payment);       /* paid, in the currency's smallest unit */
CPK_API int64_t cpk_payment_amount_back(const cpk_payment *payment);  /* the part of it refunded or disputed so far */
CPK_API int64_t cpk_payment_credits(const cpk_payment *payment);      /* bought; 0 for a plan */
CPK_API int32_t cpk_payment_is_unlimited(const cpk_payment *payment); /* 1: bought the unlimited plan */
CPK_API int64_t
cpk_payment_created_at(const cpk_payment *payment); /* microseconds since 1970 UTC: time of the first event */

/** Frees a record that is not part of a list. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_free(cpk_payment *payment);

/** A page of payments, newest first. Immutable. */
typedef struct cpk_payment_list cpk_payment_list;

/**
 * Reads a page of the payments for credits or the unlimited plan that no user is credited for and that were not
 * refunded, newest first. A payment leaves the list when an event identifies the customer, or with
 * cpk_admin_assign_payment().
 *
 * @param session  the service's or an administrator's
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_payment_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_payment_list_unclaimed(cpk_session *session, const cpk_page *page, cpk_payment_list **list,
                                              cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_payment_list_count(const cpk_payment_list *list);
CPK_API const cpk_payment *cpk_payment_list_at(const cpk_payment_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_payment_list_next(const cpk_payment_list *list);

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_payment_list_copy(const cpk_payment_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_list_free(cpk_payment_list *list);

/* ---- Expiry of plans ---- */

/**
 * Moves users whose subscription ended more than the setting plan.grace_ms ago to the credits plan. To be called from
 * a timer, in case Stripe's webhook about the end was lost; new work checks the date in any case. A user whose plan
 * cannot be changed is skipped and logged.
 *
 * @param session  the service's or an administrator's
 * @param limit    the number of users to examine, 1 to 1,000, those that ended longest ago first
 * @param expired  out: the number of users moved to the credits plan
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   the limit is out of range
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_plans_expire(cpk_session *session, int32_t limit, int64_t *expired, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
