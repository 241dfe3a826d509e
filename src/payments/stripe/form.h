/* Bodies of Stripe requests: application/x-www-form-urlencoded with nested keys in brackets. */
#ifndef PAYMENTS_STRIPE_FORM_H
#define PAYMENTS_STRIPE_FORM_H

#include "base/buffer.h"

/* `key` in Stripe's form, "line_items[0][price_data][currency]". A NULL value adds nothing. Errors are kept in
 * the buffer's `failed`. */
void form_add(struct buffer *form, const char *key, const char *value);
void form_add_int64(struct buffer *form, const char *key, int64_t value);
/* Adds "<prefix>[<key>]", for keys used under several parents; prefix NULL: the key alone. */
void form_add_under(struct buffer *form, const char *prefix, const char *key, const char *value);

#endif
