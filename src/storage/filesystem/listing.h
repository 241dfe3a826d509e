/* Lists blobs below a root folder in byte order of their keys. */
#ifndef STORAGE_FILESYSTEM_LISTING_H
#define STORAGE_FILESYSTEM_LISTING_H

#include "base/context.h"

#include <contextpack/backend/storage.h>

/* Calls `each` for every blob whose key starts with `prefix`, until it returns non-zero. `each` may change blobs. */
cpk_status listing_run(const struct context *context, int root, const char *prefix, cpk_list_fn each, void *user,
                       cpk_error **error);

#endif
