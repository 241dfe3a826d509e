#include "analyze/models/throttle.h"

#include "base/cancel.h"
#include "base/error.h"
#include "base/thread.h"
#include "base/time.h"

#include <string.h>

#define DOMAIN         "analyzer"
#define SLICE_US       INT64_C(50000)
#define RESET_MAX_US   (INT64_C(24) * 3600 * 1000000)
#define RESET_MIN_US   INT64_C(1000)
#define LIMIT_DIGITS   15
#define MICROS_OF_A_MS 1000

int throttle_init(struct throttle *throttle, int64_t max_running, int64_t failures_max, int64_t open_ms)
{
    int problem;

    memset(throttle, 0, sizeof *throttle);
    throttle->max_running = max_running;
    throttle->allowed = (double)max_running;
    throttle->failures_max = failures_max;
    throttle->open_ms = open_ms;
    problem = pthread_mutex_init(&throttle->mutex, NULL);
    if (problem == 0) {
        problem = thread_condition_init(&throttle->changed);
        if (problem != 0) {
            pthread_mutex_destroy(&throttle->mutex);
        }
    }
    return problem;
}

void throttle_free(struct throttle *throttle)
{
    pthread_cond_destroy(&throttle->changed);
    pthread_mutex_destroy(&throttle->mutex);
}

/* --- budgets --- */

static void budget_grow(struct throttle_budget *budget, int64_t now_us)
{
    if (now_us > budget->at_us) {
        budget->left += (double)(now_us - budget->at_us) * budget->per_us;
        budget->at_us = now_us;
    }
    if (budget->left > (double)budget->limit) {
        budget->left = (double)budget->limit;
    }
}

/* 1 if `needed` may be spent. What is more than the whole limit waits until the budget is full, then the server says.
 */
static int32_t budget_allows(struct throttle_budget *budget, int64_t needed, int64_t now_us)
{
    if (budget->limit == 0) {
        return 1;
    }
    budget_grow(budget, now_us);
    return budget->left >= (double)(needed < budget->limit ? needed : budget->limit);
}

static void budget_spend(struct throttle_budget *budget, int64_t needed)
{
    if (budget->limit > 0) {
        budget->left -= (double)needed;
    }
}

static int64_t parse_count(const char *text)
{
    int64_t value = 0;

    if (text == NULL || text[0] == '\0' || strlen(text) > LIMIT_DIGITS || text[strspn(text, "0123456789")] != '\0') {
        return -1;
    }
    for (; *text != '\0'; text++) {
        value = value * 10 + (*text - '0');
    }
    return value;
}

/* One number with its unit, as microseconds; moves *text behind it. Returns 0 if there is none. */
static int32_t parse_part(const char **text, double *micros)
{
    static const struct {
        const char *unit;
        double micros;
    } UNITS[] = {{"ms", 1e3}, {"us", 1}, {"ns", 1e-3}, {"h", 3.6e9}, {"m", 6e7}, {"s", 1e6}};
    const char *at = *text;
    double number = 0;
    double place = 1;

    if (*at < '0' || *at > '9') {
        return 0;
    }
    for (; *at >= '0' && *at <= '9'; at++) {
        number = number * 10 + (*at - '0');
    }
    if (*at == '.') {
        for (at++; *at >= '0' && *at <= '9'; at++) {
            place /= 10;
            number += place * (*at - '0');
        }
    }
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (strncmp(at, UNITS[i].unit, strlen(UNITS[i].unit)) == 0) {
            *text = at + strlen(UNITS[i].unit);
            *micros += number * UNITS[i].micros;
            return 1;
        }
    }
    *text = at;
    *micros += number * 1e6; /* without a unit: seconds */
    return *at == '\0';
}

int64_t throttle_parse_reset(const char *text, int64_t now_us)
{
    double micros = 0;
    int64_t time_us;

    if (text == NULL || text[0] == '\0') {
        return -1;
    }
    time_us = time_parse_iso(text, strlen(text));
    if (time_us != CPK_TIME_UNKNOWN) {
        return time_us > now_us ? time_between(now_us, time_us) : 0;
    }
    while (*text != '\0') {
        if (!parse_part(&text, &micros)) {
            return -1;
        }
    }
    return micros < (double)RESET_MAX_US ? (int64_t)micros : RESET_MAX_US;
}

/* What runs at the moment is not yet in the number that the server sent, or is: the lower reading is taken. */
static void learn(struct throttle_budget *budget, const char *limit_text, const char *left_text, const char *reset_text,
                  const int64_t now_us)
{
    int64_t limit = parse_count(limit_text);
    int64_t left = parse_count(left_text);
    int64_t reset_us = throttle_parse_reset(reset_text, now_us);
    int64_t steady_us = time_monotonic_us();

    if (limit <= 0 || left < 0 || reset_us < 0) {
        return;
    }
    left = left < limit ? left : limit;
    reset_us = reset_us > RESET_MIN_US ? reset_us : RESET_MIN_US;
    if (budget->limit == limit) {
        budget_grow(budget, steady_us);
        budget->left = budget->left < (double)left ? budget->left : (double)left;
    } else {
        budget->limit = limit;
        budget->left = (double)left;
    }
    budget->at_us = steady_us;
    budget->per_us = ((double)limit - (double)left) / (double)reset_us;
    if (budget->per_us <= 0) {
        budget->per_us = (double)limit / 60e6;
    }
}

void throttle_learn(struct throttle *throttle, const struct throttle_headers *headers, int64_t now_us)
{
    pthread_mutex_lock(&throttle->mutex);
    learn(&throttle->requests, headers->requests_limit, headers->requests_left, headers->requests_reset, now_us);
    learn(&throttle->tokens, headers->tokens_limit, headers->tokens_left, headers->tokens_reset, now_us);
    pthread_cond_broadcast(&throttle->changed);
    pthread_mutex_unlock(&throttle->mutex);
}

/* --- turns --- */

static int32_t breaker_is_open(const struct throttle *throttle, int64_t now_us)
{
    return throttle->open_until_us > now_us;
}

/* Under the mutex. */
static int32_t may_start(struct throttle *throttle, const struct throttle_wish *wish, int64_t now_us)
{
    if (throttle->open_until_us > 0 && throttle->is_probing) {
        return 0; /* after a pause one request goes first */
    }
    return throttle->running < (int64_t)throttle->allowed && now_us >= throttle->not_before_us &&
           budget_allows(&throttle->requests, 1, now_us) && budget_allows(&throttle->tokens, wish->tokens, now_us);
}

static cpk_status set_open_error(const struct throttle *throttle, int64_t now_us, cpk_error **error)
{
    return error_set_native(error, CPK_ERROR_BUSY, DOMAIN, "circuit_open", 1,
                            "the model's server failed %lld times in a row; it is not asked again for %lld s "
                            "(models.breaker_ms)",
                            (long long)throttle->failures,
                            (long long)((throttle->open_until_us - now_us + 999999) / 1000000));
}

/* Under the mutex, which is released while it waits. */
static cpk_status wait_for_turn(struct throttle *throttle, const struct throttle_wish *wish, cpk_error **error)
{
    for (;;) {
        int64_t now_us = time_monotonic_us();

        if (breaker_is_open(throttle, now_us)) {
            return set_open_error(throttle, now_us, error);
        }
        if (may_start(throttle, wish, now_us)) {
            return CPK_OK;
        }
        if (now_us >= wish->deadline_us) {
            return error_set_native(error, CPK_ERROR_TIMEOUT, DOMAIN, "rate_limited", 1,
                                    "the server's limits allow no request within models.total_timeout_ms");
        }
        (void)thread_wait(&throttle->changed, &throttle->mutex, now_us + SLICE_US);
        CPK_TRY(cancel_check(wish->cancel, error));
        if (wish->tick != NULL && wish->tick(wish->tick_user) != 0) {
            return error_set(error, CPK_ERROR_CANCELLED, DOMAIN, "the answer was refused by its receiver");
        }
    }
}

cpk_status throttle_enter(struct throttle *throttle, const struct throttle_wish *wish, cpk_error **error)
{
    cpk_status status;

    pthread_mutex_lock(&throttle->mutex);
    status = wait_for_turn(throttle, wish, error);
    if (status == CPK_OK) {
        throttle->running++;
        throttle->is_probing |= throttle->open_until_us > 0;
        budget_spend(&throttle->requests, 1);
        budget_spend(&throttle->tokens, wish->tokens);
    }
    pthread_mutex_unlock(&throttle->mutex);
    return status;
}

static void count_failure(struct throttle *throttle)
{
    throttle->failures++;
    if (throttle->failures_max > 0 && (throttle->failures >= throttle->failures_max || throttle->open_until_us > 0)) {
        throttle->open_until_us = time_monotonic_us() + throttle->open_ms * MICROS_OF_A_MS;
        throttle->is_probing = 0;
    }
}

void throttle_leave(struct throttle *throttle, enum throttle_feedback feedback)
{
    pthread_mutex_lock(&throttle->mutex);
    throttle->running--;
    if (feedback == THROTTLE_FINE || feedback == THROTTLE_LIMITED) {
        throttle->failures = 0;
        throttle->open_until_us = 0;
        throttle->is_probing = 0;
    }
    if (feedback == THROTTLE_FINE) {
        throttle->allowed += 1 / throttle->allowed;
    } else if (feedback != THROTTLE_NOTHING) {
        throttle->allowed /= 2;
    }
    throttle->allowed = throttle->allowed < 1 ? 1 : throttle->allowed;
    if (throttle->allowed > (double)throttle->max_running) {
        throttle->allowed = (double)throttle->max_running;
    }
    if (feedback == THROTTLE_DOWN) {
        count_failure(throttle);
    } else if (feedback == THROTTLE_NOTHING) {
        throttle->is_probing = 0;
    }
    pthread_cond_broadcast(&throttle->changed);
    pthread_mutex_unlock(&throttle->mutex);
}

void throttle_pause(struct throttle *throttle, int64_t delay_ms)
{
    int64_t until_us = time_monotonic_us() + delay_ms * MICROS_OF_A_MS;

    pthread_mutex_lock(&throttle->mutex);
    if (until_us > throttle->not_before_us) {
        throttle->not_before_us = until_us;
    }
    pthread_mutex_unlock(&throttle->mutex);
}
