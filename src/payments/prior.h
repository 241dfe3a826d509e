/* Payments that an earlier service credited: they count as done, and their refunds are taken back once. */
#ifndef PAYMENTS_PRIOR_H
#define PAYMENTS_PRIOR_H

#include "payments/payment.h"

/* Whom the earlier service credited for a payment with one of these ids (NULLs are passed over); NULL: nobody, or
 * somebody without a profile. Takes the user's gate. In the arena. */
cpk_status prior_owner(const struct payment_cause *cause, const char *const *ids, size_t count, const char **user_id,
                       int32_t *is_of_deleted, cpk_error **error);
/* Adds to the ids those of the refunds and disputes that the earlier service's ledger names. */
cpk_status prior_add_ids(const struct payment_cause *cause, const struct movement *movements, size_t movement_count,
                         const char **ids, size_t *count, cpk_error **error);
/* Adds what the ledger shows under the ids of a payment that store_payment_open opened by them. */
cpk_status prior_absorb(const struct payment_cause *cause, struct store_payment *payment, const char *const *ids,
                        size_t count, const char *currency, cpk_error **error);
/* The same of a payment that was locked by its own id. */
cpk_status prior_absorb_all(const struct payment_cause *cause, struct store_payment *payment, cpk_error **error);
/* Counts a part of the payment's effect as applied: an earlier service handled the cause's event. Behind the recount.
 */
cpk_status prior_mark(const struct payment_cause *cause, struct store_payment *payment, enum payment_part part,
                      cpk_error **error);

#endif
