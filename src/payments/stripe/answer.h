/* Parses Stripe's responses: the created object, or the error. No other code parses them. */
#ifndef PAYMENTS_STRIPE_ANSWER_H
#define PAYMENTS_STRIPE_ANSWER_H

#include "base/arena.h"
#include "base/json/json.h"
#include "model/payment.h"

#include <contextpack/error.h>

#define ANSWER_UNKNOWN FACT_UNKNOWN

/* Texts are NULL and numbers ANSWER_UNKNOWN if absent. */
struct answer {
    const char *id;     /* "cs_..." */
    const char *object; /* "checkout.session" */
    const char *url;    /* URL to open in the browser, for checkout and portal */
    const char *status;
    const char *currency; /* lower case, three letters */
    int64_t amount;       /* amount_total, else amount; the currency's smallest unit */
    int64_t expires_us;   /* microseconds since 1970 UTC */
    const char *customer_id;
    const char *payment_intent_id;
    int32_t is_live;
};

/* Texts are NULL if absent. */
struct problem {
    const char *type; /* "card_error" */
    const char *code; /* "resource_missing" */
    const char *decline_code;
    const char *param;
    const char *message; /* one line with keys and e-mail addresses removed, at most PROBLEM_MESSAGE_BYTES */
};

#define PROBLEM_MESSAGE_BYTES 300

/* A page of one of Stripe's lists. */
struct answer_list {
    struct json_object *root;
    struct json_object *data; /* an array; borrowed from the root */
    int32_t has_more;         /* more pages exist in the requested direction */
};

/* CPK_ERROR_INVALID_DATA  not JSON, or no object with an id */
cpk_status answer_parse(const char *body, size_t length, struct arena *arena, struct answer *answer, cpk_error **error);
/* All members stay NULL if the body is not a Stripe error. CPK_ERROR_OUT_OF_MEMORY. */
cpk_status problem_parse(const char *body, size_t length, struct arena *arena, struct problem *problem,
                         cpk_error **error);

/* CPK_ERROR_INVALID_DATA  not JSON, or no list */
cpk_status answer_list_parse(const char *body, size_t length, struct answer_list *list, cpk_error **error);
void answer_list_free(struct answer_list *list);

#endif
