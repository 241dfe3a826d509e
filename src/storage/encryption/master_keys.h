/* Master keys: each encrypts (wraps) data keys. The first one wraps new data keys; the others still unwrap old ones. */
#ifndef STORAGE_ENCRYPTION_MASTER_KEYS_H
#define STORAGE_ENCRYPTION_MASTER_KEYS_H

#include "base/context.h"

#define MASTER_KEYS_MAX     16
#define MASTER_KEY_BYTES    CPK_MASTER_KEY_BYTES
#define MASTER_KEY_ID_BYTES 8 /* start of the HMAC of a label under the key: tells keys apart, reveals nothing */

struct master_key {
    unsigned char bytes[MASTER_KEY_BYTES];
    unsigned char id[MASTER_KEY_ID_BYTES];
};

struct master_keys {
    struct master_key keys[MASTER_KEYS_MAX];
    size_t count;
};

/* Reads the keys from the first source that is set: the host's callback, storage.master_key, storage.master_key_file,
 * CONTEXTPACK_MASTER_KEY, CONTEXTPACK_MASTER_KEY_FILE. CPK_ERROR_INVALID_ARGUMENT: no source, or not keys;
 * CPK_ERROR_PERMISSION_DENIED: others than its owner may read the file. */
cpk_status master_keys_read(const struct context *context, struct master_keys *keys, cpk_error **error);
void master_keys_wipe(struct master_keys *keys);

const struct master_key *master_keys_find(const struct master_keys *keys,
                                          const unsigned char id[MASTER_KEY_ID_BYTES]); /* NULL: none */

#endif
