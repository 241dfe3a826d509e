/* Encryption at rest: a storage driver on top of a storage. See frame.h for the format of a blob and data_keys.h for
 * the keys. */
#ifndef STORAGE_ENCRYPTION_ENCRYPTION_H
#define STORAGE_ENCRYPTION_ENCRYPTION_H

#include "storage/encryption/data_keys.h"

struct encryption;

/* Makes a driver on `below`, which must outlive it. Reads the master keys. */
cpk_status encryption_driver_open(const struct context *context, struct storage *below, cpk_storage_driver *driver,
                                  cpk_error **error);

/* Deletes the keys of a user whose folder is `folder`, once no blob is left in it: what copies hold of the user's blobs
 * without the keys can't be read again. Nothing happens if the folder has no keys of its own. */
cpk_status encryption_forget(struct encryption *encryption, const char *folder, cpk_error **error);

/* What encryption_rotate() did. */
struct encryption_rotation {
    int64_t data_keys;      /* keys of all users that were found */
    int64_t rewrapped_keys; /* wrapped by the current master key now */
    int64_t new_keys;
    int64_t blobs; /* encrypted with their user's newest key now */
    int64_t blob_bytes;
    int64_t removed_keys;  /* replaced keys that no blob uses */
    int64_t replaced_keys; /* replaced keys that stay for now */
};

struct encryption_rotate_request {
    int64_t data_key_age_ms;                                             /* older data keys are replaced; -1: none */
    cpk_status (*progress)(void *user, int64_t done, cpk_error **error); /* may be NULL; a failure stops the call */
    void *user;
};

/* Wraps all data keys by the current master key; replaces old data keys and encrypts the blobs below them again. May be
 * interrupted and called again. */
cpk_status encryption_rotate(struct encryption *encryption, const struct encryption_rotate_request *request,
                             struct encryption_rotation *rotation, cpk_error **error);

#endif
