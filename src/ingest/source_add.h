/* Adds an input to a pack or as a V1 job: stores its bytes once, with their SHA-256. */
#ifndef INGEST_SOURCE_ADD_H
#define INGEST_SOURCE_ADD_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "store/job.h"
#include "store/source.h"

#include <contextpack/input.h>

/* *added is 0 if the pack already has a source with these bytes; that source is returned. */
cpk_status source_add(const struct op_context *op, const char *pack_id, const cpk_input *given, int32_t *added,
                      cpk_source **source, cpk_error **error);

/* Creates a V1 job and stores the input's bytes. The same bytes added twice give two jobs. */
cpk_status source_add_job(cpk_session *session, const cpk_input *given, const struct op_context *op, cpk_job **job,
                          cpk_error **error);

#endif
