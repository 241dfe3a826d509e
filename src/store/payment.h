/* Payments: what is known of each, under all of Stripe's ids for it, and what the ledger shows of it already.
 *
 * For the service. Every call is part of a transaction of the caller's; from store_payment_open on, the row is held
 * back from everybody else until that ends. */
#ifndef STORE_PAYMENT_H
#define STORE_PAYMENT_H

#include "base/arena.h"
#include "base/uuid.h"
#include "model/payment.h"
#include "store/store.h"

#define PAYMENT_KEYS_MAX 4 /* a session, a payment intent, a charge, an invoice */

typedef struct store_payment {
    char payment_id[UUID_TEXT_BYTES];
    payment facts;                 /* texts live in the arena it was opened with */
    payment_credits applied;       /* what the ledger shows */
    const char *stripe_payment_id; /* for the ledger's column; or NULL */
} store_payment;

/* True when the event had its effect before; else it is entered now. */
cpk_status store_stripe_event_claim(store *store, const char *event_id, const char *event_type, int64_t created_us,
                                    int32_t *is_known, cpk_error **error);
/* Takes back a claim of the same transaction. */
cpk_status store_stripe_event_unclaim(store *store, const char *event_id, cpk_error **error);

/* The payment that has any of these ids (Stripe's, NULLs are passed over, at least one is needed), made where there is
 * none. Records that were apart until now become one. */
cpk_status store_payment_open(store *store, const char *const ids[PAYMENT_KEYS_MAX], arena *arena,
                              store_payment *payment, cpk_error **error);
cpk_status store_payment_save(store *store, const store_payment *payment, cpk_error **error);
/* Adds to a dispute of the payment, and counts all of its disputes into facts.amount_disputed. */
cpk_status store_payment_dispute(store *store, store_payment *payment, const char *dispute_id, int64_t amount,
                                 int32_t is_withdrawn, int32_t is_reinstated, arena *arena, cpk_error **error);
/* How many payments give the user the unlimited plan for good. */
cpk_status store_payment_count_unlimited(store *store, const char *user_id, int64_t *count, cpk_error **error);

#endif
