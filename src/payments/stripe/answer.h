/* What Stripe answers: the object that was made, or what is wrong with the request. The one place where its answers
 * are parsed. */
#ifndef PAYMENTS_STRIPE_ANSWER_H
#define PAYMENTS_STRIPE_ANSWER_H

#include "base/arena.h"
#include "base/json/json.h"
#include "model/payment.h"

#include <contextpack/error.h>

#define ANSWER_UNKNOWN FACT_UNKNOWN

/* Texts are NULL and numbers ANSWER_UNKNOWN where the object has none. */
struct answer {
    const char *id;     /* "cs_..." */
    const char *object; /* "checkout.session" */
    const char *url;    /* of a checkout or a portal: where the browser goes */
    const char *status;
    const char *currency; /* lower case, three letters */
    int64_t amount;       /* amount_total, else amount; the currency's smallest unit */
    int64_t expires_us;   /* microseconds since 1970 UTC */
    const char *customer_id;
    const char *payment_intent_id;
    int32_t is_live;
};

/* Texts are NULL where Stripe does not say. */
struct problem {
    const char *type; /* "card_error" */
    const char *code; /* "resource_missing" */
    const char *decline_code;
    const char *param;
    const char *message; /* one line without keys and e-mail addresses, at most PROBLEM_MESSAGE_BYTES */
};

#define PROBLEM_MESSAGE_BYTES 300

/* A page of one of Stripe's lists. */
struct answer_list {
    struct json_object *root;
    struct json_object *data; /* an array; borrowed from the root */
    int32_t has_more;         /* there are more in the direction that was asked for */
};

/* CPK_ERROR_INVALID_DATA  not JSON, or no object with an id */
cpk_status answer_parse(const char *body, size_t length, struct arena *arena, struct answer *answer, cpk_error **error);
/* A body that is no error of Stripe's leaves all of it NULL. CPK_ERROR_OUT_OF_MEMORY. */
cpk_status problem_parse(const char *body, size_t length, struct arena *arena, struct problem *problem,
                         cpk_error **error);

/* CPK_ERROR_INVALID_DATA  not JSON, or no list */
cpk_status answer_list_parse(const char *body, size_t length, struct answer_list *list, cpk_error **error);
void answer_list_free(struct answer_list *list);

#endif
