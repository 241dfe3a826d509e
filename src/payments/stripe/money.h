/* Amounts as in Stripe's API: integers in the currency's smallest unit. */
#ifndef PAYMENTS_STRIPE_MONEY_H
#define PAYMENTS_STRIPE_MONEY_H

#include "base/context.h"

/* Decimals of Stripe's amounts: 2, except for the currencies listed in docs.stripe.com/currencies. NULL and
 * unknown currencies have 2. */
int32_t money_decimals(const char *currency);
/* Amounts to charge must be multiples of this: 1; 10 for currencies with three decimals; 100 for those without
 * decimals that have two in Stripe's amounts (same page). */
int64_t money_step(const char *currency);
/* Converts to millionths of the currency's unit; saturates on overflow. */
int64_t money_to_micros(int64_t amount, const char *currency);
/* Converts back, rounding to the nearest smallest unit. */
int64_t money_from_micros(int64_t micros, const char *currency);

/* Returns value * part / whole, rounded down and clamped to [0, value]; exact if value * whole does not
 * overflow. */
int64_t money_share(int64_t value, int64_t part, int64_t whole);

/* The setting billing.currency, or "usd". Owned by the context. */
const char *money_currency(const struct context *context);

#endif
