/* Amounts as Stripe counts them: whole numbers of a currency's smallest unit. */
#ifndef PAYMENTS_STRIPE_MONEY_H
#define PAYMENTS_STRIPE_MONEY_H

#include "base/context.h"

/* Digits behind the point in Stripe's amounts: 2 but for the currencies that Stripe lists (docs.stripe.com/currencies).
 * NULL and unknown ones have 2. */
int32_t money_decimals(const char *currency);
/* What amounts that are charged are whole multiples of: 1, but 10 of those with three decimals, whose last Stripe wants
 * to be 0, and 100 of those that have none and stand with two (same place). */
int64_t money_step(const char *currency);
/* Millionths of the currency's unit; clipped to what fits. */
int64_t money_to_micros(int64_t amount, const char *currency);
/* The other way, to the nearest smallest unit. */
int64_t money_from_micros(int64_t micros, const char *currency);

/* value * part / whole, rounded down, at most the value and at least 0; exact while value * whole fits. */
int64_t money_share(int64_t value, int64_t part, int64_t whole);

/* The setting billing.currency, or "usd". Lives as long as the context. */
const char *money_currency(const struct context *context);

#endif
