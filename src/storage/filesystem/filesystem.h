/* The driver behind "file:DIR": one file a blob, replaced atomically and durable once committed. docs/storage.md
 * describes the layout. Several drivers, threads and processes may use one folder at once. */
#ifndef STORAGE_FILESYSTEM_FILESYSTEM_H
#define STORAGE_FILESYSTEM_FILESYSTEM_H

#include "base/context.h"

#include <contextpack/backend/storage.h>

/* Makes the folder and its parents where they are missing (with `create` 0 that is CPK_ERROR_NOT_FOUND), removes what
 * dead writers left behind, and fills a driver table that the caller destroys; the context must outlive it. */
cpk_status filesystem_driver_open(const struct context *context, const char *folder, int32_t create,
                                  cpk_storage_driver *driver, cpk_error **error);

#endif
