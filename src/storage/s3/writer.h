/* Writes an object whose size need not be known: one part in memory, in one request if it fits, in parts otherwise. */
#ifndef STORAGE_S3_WRITER_H
#define STORAGE_S3_WRITER_H

#include "storage/s3/client.h"

struct writer;

/* `key` is the whole object name; size_hint as in cpk_storage_driver.write_open. */
cpk_status writer_open(struct client *client, const char *key, int64_t size_hint, struct writer **writer,
                       cpk_error **error);
cpk_status writer_write(struct writer *writer, const void *data, size_t length, cpk_error **error);
/* Frees the writer. Without `commit`, and after a failure, nothing of it remains in the bucket. */
cpk_status writer_close(struct writer *writer, int32_t commit, cpk_error **error);

#endif
