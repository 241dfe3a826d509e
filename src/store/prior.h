/* What an earlier service did for a payment: its rows of credit_transactions, found by the Stripe id in
 * stripe_payment_id, and the events that its webhook_logs show as finished.
 *
 * For the service. Every call is part of a transaction of the caller's. */
#ifndef STORE_PRIOR_H
#define STORE_PRIOR_H

#include "base/arena.h"
#include "store/store.h"

/* The rows of one Stripe id, summed by what they did. All of one user: rows of a second one are not counted. */
struct prior_entries {
    int64_t rows;
    const char *user_id;    /* in the arena */
    const char *package_id; /* in the arena, or NULL */
    int64_t purchase;       /* credits granted */
    int64_t refund;         /* credits taken back for refunds, at least 0 */
    int64_t dispute;        /* credits taken back for disputes, at least 0 */
    int64_t amount_micro;   /* of the purchases, in millionths of the currency's unit; 0: not known */
};

/* Rows that this library entered are found, too: the caller asks only about ids that it has not used before. */
cpk_status store_prior_read(struct store *store, const char *stripe_id, struct arena *arena,
                            struct prior_entries *entries, cpk_error **error);
/* Whether a webhook log shows the event as finished. Without a claim of the event (store_stripe_event_claim), such a
 * log is an earlier service's. */
cpk_status store_prior_event_is_done(struct store *store, const char *event_id, int32_t *is_done, cpk_error **error);

#endif
