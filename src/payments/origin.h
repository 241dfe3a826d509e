/* Decides which events are processed: with a live key, live-mode events of the own account, unless settings
 * allow others. */
#ifndef PAYMENTS_ORIGIN_H
#define PAYMENTS_ORIGIN_H

#include "base/context.h"
#include "payments/stripe/event.h"

/* *problem is the reason for refusing the event (static), or NULL. CPK_ERROR_INVALID_ARGUMENT for an invalid
 * setting. */
cpk_status origin_check(const struct context *context, const struct event *event, const char **problem,
                        cpk_error **error);

#endif
