/* Walks the folders below a root and gives the keys of its blobs back in byte order. */
#ifndef STORAGE_FILESYSTEM_LISTING_H
#define STORAGE_FILESYSTEM_LISTING_H

#include "base/context.h"

#include <contextpack/backend/storage.h>

cpk_status listing_run(const struct context *context, int root, const char *prefix, cpk_list_fn each, void *user,
                       cpk_error **error);

#endif
