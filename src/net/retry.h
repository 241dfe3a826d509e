/* Decides whether a request is retried and after what delay. No side effects. */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include "base/context.h"

struct retry_policy {
    int32_t attempts;           /* including the first; 0 and 1: no retry */
    int32_t server_errors;      /* 1: retry every status >= 500 */
    int32_t statuses[8];        /* other statuses to retry; zero-terminated unless full */
    int64_t backoff_ms;         /* before the second attempt; doubles with each further one */
    int64_t backoff_max_ms;     /* upper limit; up to a quarter is subtracted at random */
    int64_t retry_after_max_ms; /* no retry if Retry-After is longer */
    const char *verdict_header; /* header whose "true" or "false" decides ("Stripe-Should-Retry"), or NULL */
};

extern const struct retry_policy RETRY_NEVER;
/* 3 attempts, backoff 0.5 s to 8 s; statuses 408, 409, 429 and >= 500; Retry-After up to 120 s. */
extern const struct retry_policy RETRY_USUAL;

/* The parts of a response that decide about a retry. Texts may be NULL. */
struct retry_answer {
    int32_t status;
    const char *retry_after;    /* seconds or a date */
    const char *retry_after_ms; /* milliseconds; takes precedence over retry_after */
    const char *verdict;        /* value of verdict_header */
};

#define RETRY_NO (-1)

/* Return the delay before attempt `attempt` + 1 in milliseconds, or RETRY_NO. `attempt` counts from 1; `chance` is a
 * random number from 0 to 1. The first is for a failed transfer, the second for a response. */
int64_t retry_delay_ms(const struct retry_policy *policy, int32_t attempt, double chance);
int64_t retry_after_answer_ms(const struct retry_policy *policy, const struct retry_answer *answer, int32_t attempt,
                              int64_t now_us, double chance);

/* Parses an HTTP date ("Tue, 14 Nov 2023 22:13:30 GMT") to microseconds since 1970; CPK_TIME_UNKNOWN for NULL and for
 * anything else. */
int64_t retry_parse_date(const char *text);

#endif
