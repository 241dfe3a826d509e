/* Payments credited by an earlier service: they count as applied, and refunds are taken back only once. */
#ifndef PAYMENTS_PRIOR_H
#define PAYMENTS_PRIOR_H

#include "payments/payment_cause.h"
#include "store/payment.h"

/* Returns the user whom the earlier service credited for a payment with one of these ids (NULLs are skipped),
 * allocated in the arena; NULL if there is none or the profile is missing. Takes the user's advisory lock. */
cpk_status prior_owner(const struct payment_cause *cause, const char *const *ids, size_t count, const char **user_id,
                       int32_t *is_of_deleted, cpk_error **error);
/* Adds the ids of refunds and disputes that the earlier service's ledger entries name. */
cpk_status prior_add_ids(const struct payment_cause *cause, const struct movement *movements, size_t movement_count,
                         const char **ids, size_t *count, cpk_error **error);
/* Adds the ledger entries under the ids by which store_payment_open opened the payment. */
cpk_status prior_absorb(const struct payment_cause *cause, struct store_payment *payment, const char *const *ids,
                        size_t count, const char *currency, cpk_error **error);
/* The same for a payment locked by its own id. */
cpk_status prior_absorb_all(const struct payment_cause *cause, struct store_payment *payment, cpk_error **error);
/* Counts a part of the payment's effect as applied, because an earlier service handled the event. Call after
 * the totals are recomputed. */
cpk_status prior_mark(const struct payment_cause *cause, struct store_payment *payment, enum payment_part part,
                      cpk_error **error);

#endif
