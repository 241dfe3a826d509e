/* Shared by the files of this folder. */
#ifndef STORAGE_ENCRYPTION_INTERNAL_H
#define STORAGE_ENCRYPTION_INTERNAL_H

#include "storage/encryption/frame.h"

struct encryption {
    const struct context *context;
    struct storage *below;
    struct data_keys keys;
};

struct encryption_reader;
struct encryption_writer;

/* Implement the slots of the driver. */
cpk_status encryption_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader,
                                cpk_error **error);
cpk_status encryption_read_data(void *self, void *reader, void *target, size_t capacity, size_t *got,
                                cpk_error **error);
void encryption_read_close(void *self, void *reader);
cpk_status encryption_write_open(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error);
cpk_status encryption_write_data(void *self, void *writer, const void *data, size_t length, cpk_error **error);
cpk_status encryption_write_close(void *self, void *writer, int32_t commit, cpk_error **error);

/* CPK_ERROR_INVALID_ARGUMENT for a key of the reserved folder. */
cpk_status encryption_check_key(const char *key, cpk_error **error);

#endif
