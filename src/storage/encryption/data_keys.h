/* Data keys: each encrypts the blobs of one user. They are blobs themselves, below a reserved folder of the storage
 * that they encrypt, wrapped by a master key:
 *
 *     contextpack.keys/<SHA-256 of the scope>/<id>
 *
 * The scope is "users/<id>", or the first part of a blob's key elsewhere. An id starts with the time, so that the last
 * one of a scope in byte order is the newest, which new blobs are encrypted with. Key blobs are never changed except to
 * be wrapped again: processes that create a key for a user at the same time create two, and both stay. */
#ifndef STORAGE_ENCRYPTION_DATA_KEYS_H
#define STORAGE_ENCRYPTION_DATA_KEYS_H

#include "base/hash.h"
#include "storage/encryption/master_keys.h"
#include "storage/storage.h"

#include <pthread.h>

#define DATA_KEYS_FOLDER    "contextpack.keys"
#define DATA_KEY_BYTES      32
#define DATA_KEY_ID_BYTES   16
#define DATA_KEY_PATH_BYTES (sizeof DATA_KEYS_FOLDER + 1 + HASH_SHA256_HEX_BYTES + 2 * DATA_KEY_ID_BYTES)
#define DATA_KEYS_CACHED    512
/* A cached key is looked up in the storage again after this time: it may have been replaced or deleted. */
#define DATA_KEY_FRESH_US INT64_C(10000000)

struct data_key {
    char scope_hash[HASH_SHA256_HEX_BYTES];
    unsigned char id[DATA_KEY_ID_BYTES];
    unsigned char bytes[DATA_KEY_BYTES];
    int64_t checked_us; /* context_steady_us() when it was last found in the storage as the newest; 0: never */
    int64_t used;       /* order of use, for the cache */
};

struct data_keys {
    const struct context *context;
    struct storage *below;
    struct master_keys master;
    pthread_mutex_t lock;
    struct data_key *cached; /* DATA_KEYS_CACHED, guarded by the lock */
    int64_t uses;
};

cpk_status data_keys_open(const struct context *context, struct storage *below, struct data_keys *keys,
                          cpk_error **error);
void data_keys_close(struct data_keys *keys);

/* 1 for a key that callers of the encrypted storage may not use. */
int32_t data_keys_is_reserved(const char *key);
/* Length of the part of a blob's key that names its scope. */
size_t data_keys_scope_length(const char *key);

/* The key for new blobs of the scope; creates it if there is none. */
cpk_status data_keys_current(struct data_keys *keys, const char *scope, size_t scope_length, struct data_key *key,
                             cpk_error **error);
/* Creates a new key for the scope, which replaces the current one. */
cpk_status data_keys_renew(struct data_keys *keys, const char *scope, size_t scope_length, struct data_key *key,
                           cpk_error **error);
/* The key that a blob names. CPK_ERROR_STORAGE if it is missing or can't be unwrapped. */
cpk_status data_keys_find(struct data_keys *keys, const char *scope, size_t scope_length,
                          const unsigned char id[DATA_KEY_ID_BYTES], struct data_key *key, cpk_error **error);
/* CPK_ERROR_BUSY, retryable, if a key that was just used to write a blob has been deleted meanwhile. */
cpk_status data_keys_check(struct data_keys *keys, const struct data_key *key, cpk_error **error);

/* Removes every key of the scope: what is encrypted with them can't be read again. */
cpk_status data_keys_forget(struct data_keys *keys, const char *scope, size_t scope_length, cpk_error **error);

/* Wraps the key blob at `path` again if its master key is not the current one: *changed 1. */
cpk_status data_keys_rewrap(struct data_keys *keys, const char *path, int32_t *changed, cpk_error **error);
/* Appends the scope that the key blob at `path` belongs to. */
cpk_status data_keys_scope(struct data_keys *keys, const char *path, struct buffer *scope, cpk_error **error);
/* Removes one key. */
cpk_status data_keys_remove(struct data_keys *keys, const char *path, cpk_error **error);
int64_t data_key_created_us(const unsigned char id[DATA_KEY_ID_BYTES]);
/* The id in the path of a key blob; 0 if it is no such path. */
int32_t data_key_path_id(const char *path, unsigned char id[DATA_KEY_ID_BYTES]);

#endif
