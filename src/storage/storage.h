/* The storage interface: calls a driver through a checked copy of its table, and reads and writes whole blobs. */
#ifndef STORAGE_STORAGE_H
#define STORAGE_STORAGE_H

#include "base/buffer.h"
#include "base/context.h"

#include <contextpack/backend/storage.h>

struct storage;

/* Copies a driver's table after checking it, and takes ownership of the driver. On failure the caller still owns it. */
cpk_status storage_create(const struct context *context, const cpk_storage_driver *driver, struct storage **storage,
                          cpk_error **error);

/* Puts a layer's driver, which was made on *storage, over it: *storage is the layer then, and frees what is below. On
 * failure the caller still owns both. */
cpk_status storage_create_layer(const cpk_storage_driver *driver, struct storage **storage, cpk_error **error);
/* The topmost layer is the one that encrypts. */
void storage_set_encryption(struct storage *storage);
/* The layer that encrypts; NULL: none. */
struct encryption;
struct encryption *storage_encryption(const struct storage *storage);

void storage_free(struct storage *storage); /* destroys the driver */
/* Leaves the driver to its owner: storage_free() will not destroy it. NULL is allowed. */
void storage_disown_driver(struct storage *storage);

/* Creates a view of `whole` that only gives access to one user's blobs: keys under `directory`, and keys whose first or
 * second part is the user's id (the layout of earlier programs). Other keys and prefixes are
 * CPK_ERROR_PERMISSION_DENIED. `whole` must outlive the view. */
cpk_status storage_create_view(struct storage *whole, const char *directory, const char *user_id, struct storage **view,
                               cpk_error **error);
/* Returns 1 if a view of the user gives access to the key. */
int32_t storage_is_of_user(const char *key, const char *directory, const char *user_id);

/* Gives a token to the calls below that this thread makes: CPK_ERROR_CANCELLED within a second of its request. What
 * begins after the request is not cancelled by it, so that work which was cancelled can clean up; a reader or writer
 * begins when it is opened. Returns the token before; NULL: none. */
const cpk_cancel *storage_watch(const cpk_cancel *cancel);

/* CPK_ERROR_INVALID_ARGUMENT: not a valid key; CPK_ERROR_PERMISSION_DENIED: outside the view. */
cpk_status storage_check_key(const struct storage *storage, const char *key, cpk_error **error);

/* The driver's slots; keys are checked before the driver is called. */
struct storage_writer;
struct storage_reader;

cpk_status storage_write_open(struct storage *storage, const char *key, int64_t size_hint,
                              struct storage_writer **writer, cpk_error **error);
cpk_status storage_write_data(struct storage_writer *writer, const void *data, size_t length, cpk_error **error);
cpk_status storage_write_commit(struct storage_writer *writer, cpk_error **error); /* ends the writer either way */
void storage_write_discard(struct storage_writer *writer);                         /* NULL is allowed */
cpk_status storage_read_open(struct storage *storage, const char *key, int64_t offset, int64_t length,
                             struct storage_reader **reader, cpk_error **error);
cpk_status storage_read_data(struct storage_reader *reader, void *target, size_t capacity, size_t *got,
                             cpk_error **error);
void storage_read_close(struct storage_reader *reader); /* NULL is allowed */
cpk_status storage_stat(struct storage *storage, const char *key, cpk_blob_info *info, cpk_error **error);
cpk_status storage_remove(struct storage *storage, const char *key, cpk_error **error);
/* Any number of keys, in few calls if the driver can. After a failure some may be gone. */
cpk_status storage_remove_many(struct storage *storage, const char *const *keys, size_t count, cpk_error **error);
cpk_status storage_list(struct storage *storage, const char *prefix, cpk_list_fn each, void *user, cpk_error **error);

/* Whole blobs. */
cpk_status storage_put(struct storage *storage, const char *key, const void *data, size_t length, cpk_error **error);
cpk_status storage_get(struct storage *storage, const char *key, struct buffer *target,
                       cpk_error **error); /* appends */
cpk_status storage_get_range(struct storage *storage, const char *key, int64_t offset, int64_t length,
                             struct buffer *target,
                             cpk_error **error); /* appends; CPK_ERROR_STORAGE if the blob is shorter */
/* Removes every blob under the prefix; *removed may be NULL. */
cpk_status storage_remove_prefix(struct storage *storage, const char *prefix, int64_t *removed, cpk_error **error);

#endif
