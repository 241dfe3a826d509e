/* The key for a model's server: a setting, or the environment. Never in a URI, a log or an error. */
#ifndef ANALYZE_MODELS_MODEL_KEY_H
#define ANALYZE_MODELS_MODEL_KEY_H

#include "analyze/models/model_options.h"

#define MODEL_KEY_BYTES 4096

/* Reads the key anew, so that one which was exchanged is used. "" without an error: there is none, and a server other
 * than the vendor's may need none. CPK_ERROR_UNAUTHENTICATED otherwise, or if it can't be one. Wipe it after use. */
cpk_status model_key_read(const struct context *context, const struct model_options *options, char key[MODEL_KEY_BYTES],
                          cpk_error **error);

#endif
