/* One question to a model: sends the request, reads the reply, repeats what can be repeated. */
#ifndef ANALYZE_MODELS_CALL_H
#define ANALYZE_MODELS_CALL_H

#include "analyze/models/model_options.h"
#include "analyze/models/throttle.h"
#include "net/http.h"

#include <contextpack/backend/analyzer.h>

/* What all calls of a driver share. */
struct model_server {
    const struct context *context;
    struct model_options options;
    struct http *http;
    struct throttle throttle;
    atomic_int features; /* FEATURE_*: what the server has not rejected so far */
};

/* As analyze() of cpk_analyzer_driver. */
cpk_status call_model(struct model_server *server, const cpk_analyzer_request *request, cpk_write_fn write,
                      void *write_user, cpk_analyzer_usage *usage, cpk_error **error);

#endif
