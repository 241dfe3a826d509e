#include "processing/work_outcome.h"

#include "processing/work.h"

#include <string.h>

#define LEASE_RETRY_US INT64_C(5000000) /* another process has the source */

static int64_t setting_us(const struct context *context, enum setting setting)
{
    return context_setting(context, setting) * 1000;
}

/* Doubles with each attempt; varied, so that what failed together is not repeated together. */
static int64_t retry_delay_us(const struct context *context, int64_t attempts)
{
    const int64_t most = setting_us(context, SETTING_WORKER_RETRY_MAX_MS);
    int64_t delay = setting_us(context, SETTING_WORKER_RETRY_MS);
    unsigned char random = 128;

    for (int64_t i = 1; i < attempts && delay < most; i++) {
        delay *= 2;
    }
    delay = delay < most ? delay : most;
    (void)context_random(context, &random, 1, NULL);
    return delay - delay / 4 + delay / 2 * random / 255;
}

static void wait_for(const struct context *context, const char *reason, int64_t delay_us, struct queue_outcome *outcome)
{
    outcome->reason = reason;
    outcome->run_us = context_now(context) + delay_us;
    outcome->given_back = 1;
}

static void fail(const struct context *context, const cpk_work *work, int64_t max_attempts,
                 struct queue_outcome *outcome)
{
    outcome->reason = QUEUE_ERROR;
    outcome->run_us = context_now(context) + retry_delay_us(context, work->attempts);
    outcome->max_attempts = max_attempts;
}

void work_outcome_of(const struct context *context, const cpk_work *work, const struct work_result *result,
                     struct queue_outcome *outcome)
{
    const int64_t defer_us = setting_us(context, SETTING_WORKER_DEFER_MS);

    memset(outcome, 0, sizeof *outcome);
    outcome->work = work;
    outcome->max_attempts = QUEUE_NO_LIMIT;
    outcome->expired_us = CPK_TIME_UNKNOWN;
    outcome->run_us = context_now(context);
    outcome->message = result->message[0] != '\0' ? result->message : NULL;
    if (result->is_unknown) {
        wait_for(context, QUEUE_KIND, defer_us, outcome);
    } else if (result->status == CPK_OK) {
        outcome->is_done = 1;
    } else if (result->status == CPK_ERROR_CANCELLED) {
        outcome->given_back = 1; /* ready again, unless the work itself was cancelled */
        outcome->message = NULL;
    } else if (result->is_lease_held || result->status == CPK_ERROR_CONFLICT) {
        wait_for(context, QUEUE_LEASE, LEASE_RETRY_US, outcome);
    } else if (result->status == CPK_ERROR_INSUFFICIENT_CREDITS) {
        wait_for(context, QUEUE_CREDITS, defer_us, outcome);
    } else if (result->status == CPK_ERROR_PERMISSION_DENIED) {
        wait_for(context, QUEUE_SUSPENDED, defer_us, outcome);
    } else if (work_is_inputs_fault(result->status) || result->status == CPK_ERROR_NOT_FOUND) {
        fail(context, work, 0, outcome); /* a source that was deleted has no work any more */
    } else {
        fail(context, work, context_setting(context, SETTING_WORKER_MAX_ATTEMPTS), outcome);
    }
}

void work_outcome_of_lost(const struct context *context, const cpk_work *work, int32_t is_expired,
                          struct queue_outcome *outcome)
{
    memset(outcome, 0, sizeof *outcome);
    outcome->work = work;
    outcome->reason = QUEUE_LEASE;
    outcome->message = "the worker that ran it has ended";
    outcome->run_us = context_now(context);
    outcome->max_attempts = context_setting(context, SETTING_WORKER_MAX_ATTEMPTS);
    outcome->expired_us = is_expired ? context_now(context) : CPK_TIME_UNKNOWN;
}
