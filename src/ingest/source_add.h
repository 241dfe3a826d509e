/* Adding an input to a pack, or as a V1 job: its bytes are stored once, with their SHA-256. */
#ifndef INGEST_SOURCE_ADD_H
#define INGEST_SOURCE_ADD_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "store/job.h"
#include "store/source.h"

#include <contextpack/input.h>

/* *added 0: the pack has a source of these bytes, which is given instead. */
cpk_status source_add(cpk_session *session, const char *pack_id, const cpk_input *given, const struct op_context *op,
                      int32_t *added, cpk_source **source, cpk_error **error);

/* A created V1 job of an input, whose bytes are stored. The same bytes again are another job. */
cpk_status source_add_job(cpk_session *session, const cpk_input *given, const struct op_context *op, cpk_job **job,
                          cpk_error **error);

#endif
