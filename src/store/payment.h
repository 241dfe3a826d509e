/* Payments: facts from Stripe's events, all of Stripe's ids for the payment, and the credits applied to the ledger.
 *
 * For the service. Calls must be made in a transaction; store_payment_open() and store_payment_lock() lock the row
 * until it ends. */
#ifndef STORE_PAYMENT_H
#define STORE_PAYMENT_H

#include "base/arena.h"
#include "base/uuid.h"
#include "model/payment.h"
#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"

#define PAYMENT_KEYS_MAX 20 /* session, payment intent, charge, invoice and an invoice's further payments */

struct store_payment {
    char payment_id[UUID_TEXT_BYTES];
    struct payment facts;           /* texts are in the arena of store_payment_open() */
    struct payment_credits applied; /* credits in the ledger */
    const char *stripe_payment_id;  /* for the ledger's column; or NULL */
    int32_t gives_plan;             /* saved value: the profile has the plan because of this payment */
    int32_t was_unlimited;          /* saved value of facts.is_unlimited */
    int32_t is_unclaimed;           /* saved value: no user was credited */
    int32_t is_prior_new;           /* this transaction detected that an earlier service credited it */
    uint32_t new_keys;              /* bit i: the i-th id of store_payment_open() is new */
};

typedef struct cpk_payment cpk_payment;

/* A payment's record for hosts. */
struct cpk_payment {
    struct record record;
#define RECORD_TABLE "records/payment.def"
#include "records/members.def"
};

/* *is_known 1: the event was already processed. Otherwise it is recorded now. */
cpk_status store_stripe_event_claim(struct store *store, const char *event_id, const char *event_type,
                                    int64_t created_us, int32_t *is_known, cpk_error **error);
/* Reverts a claim made in the same transaction. */
cpk_status store_stripe_event_unclaim(struct store *store, const char *event_id, cpk_error **error);

/* Records that the event's payment has no user yet. */
cpk_status store_stripe_event_wait(struct store *store, const char *event_id, const char *payment_id,
                                   cpk_error **error);
/* Completes the logs of the events that waited for the payment's user. */
cpk_status store_stripe_event_end_wait(struct store *store, const char *payment_id, cpk_error **error);

/* Opens the payment that has any of these Stripe ids, or creates it. NULLs are ignored; at least one id is required and
 * at most PAYMENT_KEYS_MAX. Payments that turn out to be the same are merged. */
cpk_status store_payment_open(struct store *store, const char *const *ids, size_t count, struct arena *arena,
                              struct store_payment *payment, cpk_error **error);
/* Opens a payment by the library's id. *is_there 0: it does not exist or was merged into another one. */
cpk_status store_payment_lock(struct store *store, const char *payment_id, struct arena *arena,
                              struct store_payment *payment, int32_t *is_there, cpk_error **error);

struct payment_owner {
    const char *user_id;     /* NULL: unknown */
    const char *customer_id; /* NULL: unknown */
};

/* Finds the owner of the payment with any of these ids, without locking. The texts are in the arena. */
cpk_status store_payment_owner(struct store *store, const char *const *ids, size_t count, struct arena *arena,
                               struct payment_owner *owner, cpk_error **error);
/* Lists Stripe's ids of the payment, at most 100. The texts are in the arena. */
cpk_status store_payment_keys(struct store *store, const char *payment_id, struct arena *arena, const char ***ids,
                              size_t *count, cpk_error **error);
cpk_status store_payment_save(struct store *store, const struct store_payment *payment, cpk_error **error);
/* Counts payments that give the user the unlimited plan without an end. */
cpk_status store_payment_count_unlimited(struct store *store, const char *user_id, int64_t *count, cpk_error **error);

/* Records a movement of the payment's money. No effect if the event's subject was recorded before. */
cpk_status store_movement_add(struct store *store, const char *payment_id, const char *event_id,
                              const struct movement *movement, cpk_error **error);
/* Lists the payment's movements. The texts are in the arena. */
cpk_status store_movement_list(struct store *store, const char *payment_id, struct arena *arena,
                               struct movement **movements, size_t *count, cpk_error **error);

/* Finds a payment of the customer that has no user; "" if there is none. */
cpk_status store_payment_find_waiting(struct store *store, const char *customer_id, char payment_id[UUID_TEXT_BYTES],
                                      cpk_error **error);
/* Lists payments without a user, newest first. Items are cpk_payment. */
cpk_status store_payment_list_unclaimed(struct store *store, const struct store_page *page,
                                        struct record_list **payments, cpk_error **error);

#endif
