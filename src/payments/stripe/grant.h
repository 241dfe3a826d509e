/* Computes the credits granted by an invoice. The rule is in docs/credits.md. */
#ifndef PAYMENTS_STRIPE_GRANT_H
#define PAYMENTS_STRIPE_GRANT_H

#include "payments/stripe/event.h"
#include "payments/stripe/package.h"

/* Replaces the package from the metadata of a subscription or invoice by the one billed now, if a line's price
 * belongs to a configured package; otherwise completes it from the configured package with that id. */
void grant_resolve(struct event *event, const struct package_list *packages);
/* Returns the credits of a subscription's paid invoice: 0 unless a new period begins, FACT_UNKNOWN if the
 * package is unknown. */
int64_t grant_of_invoice(const struct event *event);

#endif
