/* Rotates the keys of an engine's encrypted storage. */
#ifndef MAINTENANCE_KEY_ROTATION_H
#define MAINTENANCE_KEY_ROTATION_H

#include "engine/engine.h"
#include "engine/op_context.h"

#include <contextpack/maintenance.h>

/* Implements cpk_engine_rotate_keys(). */
cpk_status key_rotation_run(cpk_engine *engine, int64_t data_key_age_ms, const struct op_context *op,
                            cpk_key_report *report, cpk_error **error);

#endif
