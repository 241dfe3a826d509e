/* How many credits an invoice brings. The rule is in docs/credits.md. */
#ifndef PAYMENTS_STRIPE_GRANT_H
#define PAYMENTS_STRIPE_GRANT_H

#include "payments/stripe/event.h"
#include "payments/stripe/package.h"

/* Replaces what the metadata of a subscription or an invoice says of the package by what is billed now, where a line's
 * price is a configured package's; else adds what the configured package of that id knows. */
void grant_resolve(struct event *event, const struct package_list *packages);
/* The credits of an invoice of a subscription once it is paid: 0 for other reasons than a new period, FACT_UNKNOWN when
 * nothing says what was bought. */
int64_t grant_of_invoice(const struct event *event);

#endif
