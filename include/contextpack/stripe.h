#ifndef CONTEXTPACK_STRIPE_H
#define CONTEXTPACK_STRIPE_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What a webhook came to. An immutable snapshot: any thread may read it; its texts live until
 * cpk_webhook_result_free().
 */
typedef struct cpk_webhook_result cpk_webhook_result;

#define CPK_WEBHOOK_PROCESSED 1 /* it had its effect now */
#define CPK_WEBHOOK_REPEATED  2 /* it had its effect before: nothing was done */
#define CPK_WEBHOOK_IGNORED   3 /* logged; it means nothing to credits and plans */
#define CPK_WEBHOOK_UNCLAIMED 4 /* kept; a payment that nobody can be credited for yet */
#define CPK_WEBHOOK_REFUSED   5 /* logged; of test mode or another account, beside a live key: see stripe.mode */

/**
 * Takes one delivery of a Stripe webhook: verifies its signature, and does its effect on the ledger and the plan, and
 * writes its webhook log, in one transaction. The effect happens once for each event and each payment, in whatever
 * order and however often events arrive, from any number of processes.
 *
 * Answer Stripe with 200 for CPK_OK, with 400 for CPK_ERROR_PERMISSION_DENIED and CPK_ERROR_INVALID_DATA, and with 500
 * for anything else: Stripe then delivers the event again, and the webhook log says `failed` and why.
 * https://docs.stripe.com/webhooks
 *
 * @param session     the service's or an admin's
 * @param body        the request's body, byte for byte as it came
 * @param body_bytes  its length, at most the setting stripe.max_event_bytes
 * @param signature   the value of the request's Stripe-Signature header; NULL: it had none, and is refused
 * @param result      out, may be NULL: free it with cpk_webhook_result_free()
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  a user's session; a signature that is missing, wrong or too old
 *         CPK_ERROR_INVALID_ARGUMENT   the setting stripe.webhook_secrets is not there
 *         CPK_ERROR_INVALID_DATA       signed, but no event; or in another currency than its payment
 *         CPK_ERROR_LIMIT_EXCEEDED     longer than stripe.max_event_bytes
 *         CPK_ERROR_NOT_FOUND          it names a user that is not here
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_webhook(cpk_session *session, const void *body, size_t body_bytes, const char *signature,
                                      cpk_webhook_result **result, cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API int32_t cpk_webhook_result_outcome(const cpk_webhook_result *result);        /* CPK_WEBHOOK_* */
CPK_API const char *cpk_webhook_result_event_id(const cpk_webhook_result *result);   /* "evt_..." */
CPK_API const char *cpk_webhook_result_event_type(const cpk_webhook_result *result); /* as Stripe spells it */
CPK_API const char *cpk_webhook_result_user_id(const cpk_webhook_result *result);    /* NULL: nobody's, or not known */
CPK_API int64_t cpk_webhook_result_credits(const cpk_webhook_result *result); /* added by it; negative: taken back */
CPK_API const char *
cpk_webhook_result_json(const cpk_webhook_result *result); /* all of it, as the webhook log keeps it */

/** Releases the snapshot. NULL is allowed. Since 0.2. */
CPK_API void cpk_webhook_result_free(cpk_webhook_result *result);

/**
 * What a reconciliation came to. An immutable snapshot: any thread may read it; its text lives until
 * cpk_reconcile_report_free().
 */
typedef struct cpk_reconcile_report cpk_reconcile_report;

/**
 * Reads the events that Stripe has of the last days and does the effect of those that no webhook brought, the oldest
 * first: for a timer, and after a time in which webhooks could not be received. Each event has its effect once,
 * together with deliveries of the same event, from any number of processes; its webhook log says that it had no
 * signature.
 *
 * Only the types of events that mean something to credits and plans are asked for, of the account that the setting
 * stripe.secret_key belongs to. The key of a restricted kind needs to read events. Memory holds one page of at most 100
 * events, within net.max_response_bytes. An event that fails is logged and counted, and the others go on; it is tried
 * again by the next call. When the call itself fails, what was done until then stays.
 *
 * @param session  the service's or an admin's
 * @param since    microseconds since 1970 UTC: events that Stripe made at this second or later; 0: of the last 72
 * hours. Stripe keeps events for 30 days: an earlier time is CPK_ERROR_INVALID_ARGUMENT
 * @param options  may be NULL; progress (CPK_STAGE_STORE) in events, their total is not known
 * @param report   out, may be NULL: free it with cpk_reconcile_report_free()
 * @return CPK_OK, also when events failed: see cpk_reconcile_report_failed(); what is said at the top of
 *         <contextpack/checkout.h> about requests to Stripe, and
 *         CPK_ERROR_PERMISSION_DENIED  a user's session, too
 *         CPK_ERROR_INVALID_DATA       Stripe's answer is no list of events
 *         CPK_ERROR_LIMIT_EXCEEDED     one event alone is longer than net.max_response_bytes
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_reconcile(cpk_session *session, int64_t since, const cpk_run_options *options,
                                        cpk_reconcile_report **report, cpk_error **error);

/** What the snapshot holds; the text is borrowed from it. Since 0.2. */
CPK_API int64_t cpk_reconcile_report_starts_at(const cpk_reconcile_report *report); /* the time it went back to */
CPK_API int64_t cpk_reconcile_report_seen(const cpk_reconcile_report *report);      /* the sum of those below */
CPK_API int64_t cpk_reconcile_report_known(const cpk_reconcile_report *report);     /* had their effect before */
CPK_API int64_t cpk_reconcile_report_processed(const cpk_reconcile_report *report); /* had their effect now */
CPK_API int64_t cpk_reconcile_report_ignored(const cpk_reconcile_report *report);   /* mean nothing here */
CPK_API int64_t cpk_reconcile_report_unclaimed(const cpk_reconcile_report *report); /* paid, and nobody to credit */
CPK_API int64_t cpk_reconcile_report_refused(const cpk_reconcile_report *report); /* of test mode, beside a live key */
CPK_API int64_t cpk_reconcile_report_failed(const cpk_reconcile_report *report);
CPK_API const char *
cpk_reconcile_report_first_failure(const cpk_reconcile_report *report); /* an event and why it failed; NULL: none */

/** Releases the snapshot. NULL is allowed. Since 0.2. */
CPK_API void cpk_reconcile_report_free(cpk_reconcile_report *report);

/**
 * A payment that was made at Stripe and that nobody is credited for, since no event says whose it is.
 * An immutable snapshot: any thread may read it; its texts live as long as it, or as its list.
 */
typedef struct cpk_payment cpk_payment;

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_payment_id(const cpk_payment *payment);                /* a UUID in lower case */
CPK_API const char *cpk_payment_customer_id(const cpk_payment *payment);       /* "cus_..."; NULL: not known */
CPK_API const char *cpk_payment_stripe_payment_id(const cpk_payment *payment); /* "pi_..."; NULL: not known */
CPK_API const char *cpk_payment_package_id(const cpk_payment *payment);        /* NULL: not known */
CPK_API const char *cpk_payment_currency(const cpk_payment *payment);          /* "usd"; NULL: not known */
CPK_API int64_t cpk_payment_amount(const cpk_payment *payment);       /* paid, in the currency's smallest unit */
CPK_API int64_t cpk_payment_amount_back(const cpk_payment *payment);  /* refunded and disputed so far, of that amount */
CPK_API int64_t cpk_payment_credits(const cpk_payment *payment);      /* bought; 0 of a plan */
CPK_API int32_t cpk_payment_is_unlimited(const cpk_payment *payment); /* 1: bought the unlimited plan */
CPK_API int64_t cpk_payment_created_at(const cpk_payment *payment);   /* microseconds since 1970 UTC: first heard of */

/** Releases a snapshot that is no list's. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_free(cpk_payment *payment);

/** A page of payments, newest first. Immutable. */
typedef struct cpk_payment_list cpk_payment_list;

/**
 * Payments that nobody is credited for: those that bring credits or the unlimited plan, and were not given back. They
 * go from the list when an event says whose customer paid, or with cpk_admin_assign_payment().
 *
 * @param page  may be NULL
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT, CPK_ERROR_PERMISSION_DENIED (a user's session)
 * Since 0.2.
 */
CPK_API cpk_status cpk_payment_list_unclaimed(cpk_session *session, const cpk_page *page, cpk_payment_list **list,
                                              cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.2. */
CPK_API size_t cpk_payment_list_count(const cpk_payment_list *list);
CPK_API const cpk_payment *cpk_payment_list_at(const cpk_payment_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_payment_list_next(const cpk_payment_list *list);

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_payment_list_copy(const cpk_payment_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_list_free(cpk_payment_list *list);

/**
 * Ends plans whose subscription is over by more than the setting plan.grace_ms, for hosts to call now and then (Stripe
 * tells the end of a subscription, but a message can get lost). New work looks at the date by itself. A user whose plan
 * can't be ended is passed by and logged.
 *
 * @param session  the service's or an admin's
 * @param limit    users looked at, 1 to 1,000, the longest over first
 * @param expired  out: how many are on credits now
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT, CPK_ERROR_PERMISSION_DENIED
 * Since 0.2.
 */
CPK_API cpk_status cpk_plans_expire(cpk_session *session, int32_t limit, int64_t *expired, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
