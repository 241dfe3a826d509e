/* Checks the whole installation: schema, ledger, values, storage and blobs. Changes nothing except one small test blob,
 * which it removes again. */
#ifndef MAINTENANCE_HEALTH_H
#define MAINTENANCE_HEALTH_H

#include "engine/engine.h"

/* Calls `report` for each finding; *failures counts those of CPK_CHECK_FAILED. */
cpk_status health_check(cpk_engine *engine, cpk_check_fn report, void *user, int32_t *failures, cpk_error **error);

#endif
