/* The bodies of requests to Stripe: application/x-www-form-urlencoded, nested by brackets. */
#ifndef PAYMENTS_STRIPE_FORM_H
#define PAYMENTS_STRIPE_FORM_H

#include "base/buffer.h"

/* `key` as Stripe writes it, "line_items[0][price_data][currency]". A NULL value leaves it out. Failures end up in the
 * buffer's `failed`. */
void form_add(struct buffer *form, const char *key, const char *value);
void form_add_int64(struct buffer *form, const char *key, int64_t value);
/* "<prefix>[<key>]", for what stands under several parents alike; prefix NULL: the key alone. */
void form_add_under(struct buffer *form, const char *prefix, const char *key, const char *value);

#endif
