/* Reads an object by ranged requests, one part in memory, and verifies what it reads as a whole. */
#ifndef STORAGE_S3_READER_H
#define STORAGE_S3_READER_H

#include "storage/s3/client.h"

struct reader;

/* `key` is the whole object name; `offset` and `length` as in cpk_storage_driver.read_open. */
cpk_status reader_open(struct client *client, const char *key, int64_t offset, int64_t length, struct reader **reader,
                       cpk_error **error);
cpk_status reader_read(struct reader *reader, void *target, size_t capacity, size_t *got, cpk_error **error);
void reader_close(struct reader *reader);

#endif
