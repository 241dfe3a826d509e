/* Adding an input to a pack: its bytes are stored once, under their SHA-256. */
#ifndef PIPELINE_INTAKE_H
#define PIPELINE_INTAKE_H

#include "pipeline/run.h"
#include "pipeline/session.h"
#include "store/source.h"

#include <contextpack/input.h>

/* *added 0: the pack has a source of these bytes, which is given instead. */
cpk_status intake_add(cpk_session *session, const char *pack_id, const cpk_input *given, const run *run, int32_t *added,
                      cpk_source **source, cpk_error **error);

#endif
