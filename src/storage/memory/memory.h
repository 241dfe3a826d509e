/* The driver for "memory:": blobs in this process's memory, freed with the driver. For tests and for hosts that store
 * nothing. */
#ifndef STORAGE_MEMORY_MEMORY_H
#define STORAGE_MEMORY_MEMORY_H

#include "base/context.h"

#include <contextpack/backend/storage.h>

/* Fills a driver table that the caller destroys; the context must outlive it. */
cpk_status memory_driver_open(const struct context *context, cpk_storage_driver *driver, cpk_error **error);

#endif
