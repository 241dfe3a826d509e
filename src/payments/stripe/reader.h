/* Members of Stripe's objects, copied into an arena: for events and answers alike. */
#ifndef PAYMENTS_STRIPE_READER_H
#define PAYMENTS_STRIPE_READER_H

#include "base/arena.h"
#include "base/json/json.h"
#include "model/payment.h"

/* One object being read: out_of_memory is looked at once, at the end. */
struct reader {
    struct arena *arena;
    int32_t out_of_memory;
};

/* NULL of nothing and of an empty text. */
const char *reader_copy(struct reader *reader, const char *text);
const char *reader_text(struct reader *reader, struct json_object *object, const char *key);
/* An id, or the id of the object that stands there when it was expanded. */
const char *reader_id(struct reader *reader, struct json_object *object, const char *key);
/* Seconds since 1970 UTC as microseconds, or FACT_UNKNOWN. */
int64_t reader_time(struct json_object *object, const char *key);

#endif
