/* The drivers of "openai:" and "anthropic:". */
#ifndef ANALYZE_MODELS_MODELS_H
#define ANALYZE_MODELS_MODELS_H

#include "base/context.h"

#include <contextpack/backend/analyzer.h>

/* 1 if the URI is one of a language model. */
int32_t models_match(const char *uri);
/* CPK_ERROR_INVALID_ARGUMENT: the URI is wrong. Connects to nothing and reads no key: the first call does. */
cpk_status models_driver_create(cpk_analyzer_driver *driver, const struct context *context, const char *uri,
                                cpk_error **error);

#endif
