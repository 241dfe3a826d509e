/* Which events have an effect: with a live key those of live mode and of the own account, unless settings say else. */
#ifndef PAYMENTS_ORIGIN_H
#define PAYMENTS_ORIGIN_H

#include "base/context.h"
#include "payments/stripe/event.h"

/* *problem is why the event is refused, static; NULL: it is not. CPK_ERROR_INVALID_ARGUMENT for a setting that is none.
 */
cpk_status origin_check(const struct context *context, const struct event *event, const char **problem,
                        cpk_error **error);

#endif
