/* The driver for "file:DIR": one file per blob, replaced atomically and durable after commit. docs/storage.md describes
 * the layout. Several drivers, threads and processes may use one folder at once. */
#ifndef STORAGE_FILESYSTEM_FILESYSTEM_H
#define STORAGE_FILESYSTEM_FILESYSTEM_H

#include "base/context.h"

#include <contextpack/backend/storage.h>

/* Creates the folder and its parents if they are missing (create 0: CPK_ERROR_NOT_FOUND), removes temporary files of
 * dead processes, and fills a driver table that the caller destroys. The context must outlive the driver. */
cpk_status filesystem_driver_open(const struct context *context, const char *folder, int32_t create,
                                  cpk_storage_driver *driver, cpk_error **error);

#endif
