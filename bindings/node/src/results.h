#ifndef CONTEXTPACK_NODE_RESULTS_H
#define CONTEXTPACK_NODE_RESULTS_H

#include "job.h"

/** The outs of a call, by name where there are several; takes what it hands over from the job. */
napi_value results_value(napi_env env, job *job);

#endif
