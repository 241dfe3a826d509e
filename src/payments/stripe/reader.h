/* Copies members of Stripe's JSON objects into an arena, for events and responses. */
#ifndef PAYMENTS_STRIPE_READER_H
#define PAYMENTS_STRIPE_READER_H

#include "base/arena.h"
#include "base/json/json.h"
#include "model/payment.h"

/* Reads one object; out_of_memory is checked once at the end. */
struct reader {
    struct arena *arena;
    int32_t out_of_memory;
};

/* Returns NULL for NULL and for an empty text. */
const char *reader_copy(struct reader *reader, const char *text);
const char *reader_text(struct reader *reader, struct json_object *object, const char *key);
/* Returns an id member, or the id of the object if it was expanded. */
const char *reader_id(struct reader *reader, struct json_object *object, const char *key);
/* Converts seconds since 1970 UTC to microseconds; FACT_UNKNOWN if absent. */
int64_t reader_time(struct json_object *object, const char *key);

#endif
