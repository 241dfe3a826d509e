/* When a request is made once more, and after how long: a policy is data, the decision has no side effects. */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include "base/context.h"

struct retry_policy {
    int32_t attempts;           /* in all; 0 and 1: no retry */
    int32_t server_errors;      /* 1: every status of 500 and above */
    int32_t statuses[8];        /* others, ended by 0 */
    int64_t backoff_ms;         /* before the second attempt; doubles with each */
    int64_t backoff_max_ms;     /* at most that, less up to a quarter by chance */
    int64_t retry_after_max_ms; /* a peer that asks for more is not asked again */
    const char *verdict_header; /* "Stripe-Should-Retry": its "true" or "false" decides; NULL: none */
};

extern const struct retry_policy RETRY_NEVER;
/* 3 attempts, 0.5 s doubling to 8 s; 408, 409, 429 and 500 and above; Retry-After up to 120 s. */
extern const struct retry_policy RETRY_USUAL;

/* What a peer answered, as far as it matters here; texts may be NULL. */
struct retry_answer {
    int32_t status;
    const char *retry_after;    /* seconds or a date */
    const char *retry_after_ms; /* milliseconds; beats retry_after */
    const char *verdict;        /* the value of verdict_header */
};

#define RETRY_NO (-1)

/* Milliseconds to wait before attempt `attempt` + 1 (attempts count from 1), or RETRY_NO. `chance` is from 0 to 1. */
int64_t retry_delay_ms(const struct retry_policy *policy, int32_t attempt, double chance);
int64_t retry_after_answer_ms(const struct retry_policy *policy, const struct retry_answer *answer, int32_t attempt,
                              int64_t now_us, double chance);

#endif
