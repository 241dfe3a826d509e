/* Payment attempts: rows of payment_attempts, and the library's rows that count for rate limits. */
#ifndef STORE_ATTEMPT_H
#define STORE_ATTEMPT_H

#include "base/arena.h"
#include "base/uuid.h"
#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"

#include <contextpack/payment_attempt.h>

#define ATTEMPT_NO_CREDITS   FIELD_NONE
#define ATTEMPT_NO_AMOUNT    FIELD_NONE

#define ATTEMPT_REASON_BYTES 501 /* maximum error message, with the NUL */
#define ATTEMPT_TYPE_RENEWAL "renewal"
#define ATTEMPT_AGENT_BYTES  512 /* longer user agents are truncated */

struct cpk_payment_attempt {
    struct record record;
#define RECORD_TABLE "records/payment_attempt.def"
#include "records/members.def"
};

struct attempt_params {
    const char *user_id;
    const char *type;
    int64_t credits;
    int64_t amount_micro;
    const char *ip_address;    /* canonical, or NULL */
    const char *network;       /* network for the rate limit, or NULL */
    const char *user_agent;    /* or NULL */
    const char *stripe_id;     /* or NULL */
    int32_t status;            /* CPK_ATTEMPT_* */
    const char *error_message; /* or NULL */
    int32_t is_counted;        /* counts for the rate limits */
    int32_t is_refused;        /* refused by the library */
};

/* For the service. Calls must be made in a transaction. */

/* Count a user's or network's attempts since a time; *first_us is the time of the first. */
cpk_status store_attempt_count_by_user(struct store *store, const char *user_id, int64_t since_us, int64_t *count,
                                       int64_t *first_us, cpk_error **error);
cpk_status store_attempt_count_by_network(struct store *store, const char *network, int64_t since_us, int64_t *count,
                                          int64_t *first_us, cpk_error **error);
/* *is_new 0: an attempt with this stripe_id exists; nothing was inserted. */
cpk_status store_attempt_insert(struct store *store, const struct attempt_params *params, char id[UUID_TEXT_BYTES],
                                int32_t *is_new, cpk_error **error);
/* Inserts an attempt whose user is unknown, until store_attempt_adopt() assigns it. */
cpk_status store_attempt_insert_waiting(struct store *store, const struct attempt_params *params,
                                        const char *customer_id, char id[UUID_TEXT_BYTES], int32_t *is_new,
                                        cpk_error **error);
/* Finds an attempt by the session's or invoice's id, otherwise by its own id; either may be NULL. */
struct found_attempt {
    char id[UUID_TEXT_BYTES];
    char user_id[UUID_TEXT_BYTES]; /* "": not known yet */
    int32_t is_found;
};

cpk_status store_attempt_find(struct store *store, const char *stripe_id, const char *attempt_id,
                              struct found_attempt *found, cpk_error **error);
cpk_status store_attempt_set_stripe_id(struct store *store, const char *attempt_id, const char *stripe_id,
                                       cpk_error **error);
const char *attempt_status_word(int32_t status); /* as stored, static; NULL for 0 */

/* Advances the status; no effect (and no error) if the new status is not further on. */
cpk_status store_attempt_move(struct store *store, const struct found_attempt *attempt, int32_t status,
                              const char *error_message, cpk_error **error);
cpk_status store_attempt_adopt(struct store *store, const char *customer_id, const char *user_id, cpk_error **error);

/* Users may read their own attempts; all attempts or those from an address only service and admins. */
cpk_status store_attempt_get(struct store *store, const char *user_id, const char *id, cpk_payment_attempt **attempt,
                             cpk_error **error);
cpk_status store_attempt_list(struct store *store, const char *user_id, const char *ip_address,
                              const struct store_page *page, struct record_list **attempts, cpk_error **error);

typedef struct cpk_payment_velocity cpk_payment_velocity;

struct cpk_payment_velocity {
    struct record record;
#define RECORD_TABLE "records/payment_velocity.def"
#include "records/members.def"
};

/* Lists users (or addresses) with at least `minimum` attempts since a time, most frequent first. Service and admins
 * only. */
struct velocity_query {
    int32_t by_address; /* 1: addresses; 0: users */
    int64_t since_us;
    int64_t minimum;
    int64_t limit;
};

cpk_status store_attempt_velocity(struct store *store, const struct velocity_query *velocity, struct record_list **rows,
                                  cpk_error **error);

#endif
