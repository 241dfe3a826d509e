/* The driver for "s3://BUCKET/PREFIX?...": blobs are objects of a bucket. See docs/s3.md. */
#ifndef STORAGE_S3_S3_H
#define STORAGE_S3_S3_H

#include "base/context.h"

#include <contextpack/backend/storage.h>

/* Fills a driver table that the caller destroys; the context must outlive it. Asks the server whether the bucket can be
 * used. */
cpk_status s3_driver_open(const struct context *context, const char *uri, cpk_storage_driver *driver,
                          cpk_error **error);

#endif
