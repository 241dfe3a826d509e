#ifndef CONTEXTPACK_NODE_ARGUMENTS_H
#define CONTEXTPACK_NODE_ARGUMENTS_H

#include "job.h"

/** Fills the job's slots from JavaScript's arguments; false with an exception. */
bool arguments_read(napi_env env, job *job, const napi_value *values, size_t count);

#endif
