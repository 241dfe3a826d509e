/* Reads what an earlier service recorded for a payment: credit_transactions with the Stripe id in stripe_payment_id,
 * and webhook_logs of completed events.
 *
 * For the service. Calls must be made in a transaction. */
#ifndef STORE_PRIOR_H
#define STORE_PRIOR_H

#include "base/arena.h"
#include "store/store.h"

/* Sums of the transactions with one Stripe id. Only rows of the first row's user are counted. */
struct prior_entries {
    int64_t rows;
    const char *user_id;    /* in the arena */
    const char *package_id; /* in the arena, or NULL */
    int64_t purchase;       /* credits granted */
    int64_t refund;         /* credits removed for refunds, at least 0 */
    int64_t dispute;        /* credits removed for disputes, at least 0 */
    int64_t amount_micro;   /* amount of the purchases in millionths of the currency's unit; 0: unknown */
};

/* Also finds transactions of this library: only call it for ids that the library has not used. */
cpk_status store_prior_read(struct store *store, const char *stripe_id, struct arena *arena,
                            struct prior_entries *entries, cpk_error **error);
/* *is_done: 1 if a webhook log shows the event as completed. If the event was not claimed (store_stripe_event_claim()),
 * the log is from an earlier service. */
cpk_status store_prior_event_is_done(struct store *store, const char *event_id, int32_t *is_done, cpk_error **error);

#endif
