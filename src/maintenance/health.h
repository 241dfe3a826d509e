/* A look at the whole installation that changes nothing but one small blob, which it removes again. */
#ifndef MAINTENANCE_HEALTH_H
#define MAINTENANCE_HEALTH_H

#include "engine/engine.h"

cpk_status health_check(cpk_engine *engine, cpk_check_fn report, void *user, int32_t *failures, cpk_error **error);

#endif
