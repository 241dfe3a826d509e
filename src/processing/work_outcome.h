/* What becomes of a claim after its source was run. */
#ifndef PROCESSING_WORK_OUTCOME_H
#define PROCESSING_WORK_OUTCOME_H

#include "base/context.h"
#include "store/queue.h"

/* How a run ended. */
struct work_result {
    cpk_status status;
    int32_t is_lease_held; /* another process works on the source */
    int32_t is_stopped;    /* the worker was stopped, not the work */
    int32_t is_unknown;    /* the kind of the work is not known */
    char message[512];     /* of the error; "" */
};

void work_outcome_of(const struct context *context, const cpk_work *work, const struct work_result *result,
                     struct queue_outcome *outcome);
/* For work that its worker left behind. */
void work_outcome_of_lost(const struct context *context, const cpk_work *work, int32_t is_expired,
                          struct queue_outcome *outcome);

#endif
