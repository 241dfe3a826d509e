/* Payments: what is known of each, under all of Stripe's ids for it, and what the ledger shows of it already.
 *
 * For the service. Every call is part of a transaction of the caller's; from store_payment_open on, the row is held
 * back from everybody else until that ends. */
#ifndef STORE_PAYMENT_H
#define STORE_PAYMENT_H

#include "base/arena.h"
#include "base/uuid.h"
#include "model/payment.h"
#include "records/fields.h"
#include "store/snapshot.h"
#include "store/store.h"

#define PAYMENT_KEYS_MAX 20 /* a session, a payment intent, a charge, an invoice; an invoice's further payments */

struct store_payment {
    char payment_id[UUID_TEXT_BYTES];
    struct payment facts;           /* texts live in the arena it was opened with */
    struct payment_credits applied; /* what the ledger shows */
    const char *stripe_payment_id;  /* for the ledger's column; or NULL */
    int32_t gives_plan;             /* as it was saved: the profile shows it */
    int32_t was_unlimited;          /* facts.is_unlimited as it was saved */
    int32_t is_unclaimed;           /* as it was saved */
    int32_t is_prior_new;           /* this transaction found out that an earlier service credited it */
    uint32_t new_keys;              /* bit i: the i-th id of store_payment_open was not known before */
};

typedef struct cpk_payment cpk_payment;

/* A payment as a row for hosts. */
struct cpk_payment {
    struct snapshot snapshot;
#define RECORD_TABLE "records/payment.def"
#include "records/members.def"
};

/* True when the event had its effect before; else it is entered now. */
cpk_status store_stripe_event_claim(struct store *store, const char *event_id, const char *event_type,
                                    int64_t created_us, int32_t *is_known, cpk_error **error);
/* Takes back a claim of the same transaction. */
cpk_status store_stripe_event_unclaim(struct store *store, const char *event_id, cpk_error **error);

/* Notes that the event left a payment without a user. */
cpk_status store_stripe_event_wait(struct store *store, const char *event_id, const char *payment_id,
                                   cpk_error **error);
/* Completes the logs of the events that waited for the payment's user. */
cpk_status store_stripe_event_end_wait(struct store *store, const char *payment_id, cpk_error **error);

/* The payment that has any of these ids (Stripe's, NULLs are passed over, at least one is needed, at most
 * PAYMENT_KEYS_MAX), made where there is none. Records that were apart until now become one. */
cpk_status store_payment_open(struct store *store, const char *const *ids, size_t count, struct arena *arena,
                              struct store_payment *payment, cpk_error **error);
/* The payment of that id of ours; *is_there 0: there is none, or it became part of another one meanwhile. */
cpk_status store_payment_lock(struct store *store, const char *payment_id, struct arena *arena,
                              struct store_payment *payment, int32_t *is_there, cpk_error **error);
/* Whose the payment with any of these ids is, as far as is known now; nothing is held back. Both NULL: not known. */
cpk_status store_payment_owner(struct store *store, const char *const *ids, size_t count, struct arena *arena,
                               const char **user_id, const char **customer_id, cpk_error **error);
/* Stripe's ids for the payment, in the arena, at most 100. */
cpk_status store_payment_keys(struct store *store, const char *payment_id, struct arena *arena, const char ***ids,
                              size_t *count, cpk_error **error);
cpk_status store_payment_save(struct store *store, const struct store_payment *payment, cpk_error **error);
/* How many payments give the user the unlimited plan without an end. */
cpk_status store_payment_count_unlimited(struct store *store, const char *user_id, int64_t *count, cpk_error **error);

/* What an event told of the payment's money; the same subject of the same event once. */
cpk_status store_movement_add(struct store *store, const char *payment_id, const char *event_id,
                              const struct movement *movement, cpk_error **error);
/* All of the payment's, in the arena. */
cpk_status store_movement_list(struct store *store, const char *payment_id, struct arena *arena,
                               struct movement **movements, size_t *count, cpk_error **error);

/* The id of a payment of the customer's that nobody is credited for; "" when there is none. */
cpk_status store_payment_find_waiting(struct store *store, const char *customer_id, char payment_id[UUID_TEXT_BYTES],
                                      cpk_error **error);
/* cpk_payment, newest first: what was paid and nobody was credited for. */
cpk_status store_payment_list_unclaimed(struct store *store, const struct store_page *page,
                                        struct snapshot_list **payments, cpk_error **error);

#endif
