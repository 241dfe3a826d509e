#include "storage/encryption/data_keys.h"

#include "base/error.h"
#include "base/memory.h"
#include "storage/encryption/aead.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#define DOMAIN        "storage"
#define USERS         "users/" /* blobs below belong to the user that the second part names */
#define ID_TIME_BYTES 6        /* milliseconds since 1970 */

/* A key blob: magic and version, id of the master key, nonce, wrapped key with tag, scope. The magic, the master key's
 * id, the blob's path and the scope are authenticated with the key. */
#define BLOB_MAGIC  "CPKKEY\0\1"
#define MAGIC_BYTES 8
#define NONCE_AT    (MAGIC_BYTES + MASTER_KEY_ID_BYTES)
#define WRAPPED_AT  (NONCE_AT + AEAD_NONCE_BYTES)
#define SCOPE_AT    (WRAPPED_AT + DATA_KEY_BYTES + AEAD_TAG_BYTES)

cpk_status data_keys_open(const struct context *context, struct storage *below, struct data_keys *keys,
                          cpk_error **error)
{
    memset(keys, 0, sizeof *keys);
    keys->context = context;
    keys->below = below;
    CPK_TRY(master_keys_read(context, &keys->master, error));
    keys->cached = memory_allocate_array(&context->allocator, DATA_KEYS_CACHED, sizeof *keys->cached);
    if (keys->cached == NULL) {
        master_keys_wipe(&keys->master);
        return error_out_of_memory(error);
    }
    memset(keys->cached, 0, DATA_KEYS_CACHED * sizeof *keys->cached);
    pthread_mutex_init(&keys->lock, NULL);
    return CPK_OK;
}

void data_keys_close(struct data_keys *keys)
{
    OPENSSL_cleanse(keys->cached, DATA_KEYS_CACHED * sizeof *keys->cached);
    memory_release_array(&keys->context->allocator, keys->cached, DATA_KEYS_CACHED, sizeof *keys->cached);
    master_keys_wipe(&keys->master);
    pthread_mutex_destroy(&keys->lock);
}

int32_t data_keys_is_reserved(const char *key)
{
    size_t length = strlen(DATA_KEYS_FOLDER);

    return strncmp(key, DATA_KEYS_FOLDER, length) == 0 && (key[length] == '\0' || key[length] == '/');
}

size_t data_keys_scope_length(const char *key)
{
    size_t start = strncmp(key, USERS, strlen(USERS)) == 0 ? strlen(USERS) : 0;

    return start + strcspn(key + start, "/");
}

static cpk_status hash_scope(const char *scope, size_t length, char hex[HASH_SHA256_HEX_BYTES], cpk_error **error)
{
    struct hash_sha256 hash;

    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, scope, length);
    return hash_sha256_finish_hex(&hash, CPK_OK, hex, error);
}

static void write_path(const char *scope_hash, const unsigned char id[DATA_KEY_ID_BYTES], char *path)
{
    char hex[2 * DATA_KEY_ID_BYTES + 1];

    hash_hex(id, DATA_KEY_ID_BYTES, hex);
    snprintf(path, DATA_KEY_PATH_BYTES, DATA_KEYS_FOLDER "/%s/%s", scope_hash, hex);
}

static int32_t hex_value(char digit)
{
    return digit >= '0' && digit <= '9' ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

int32_t data_key_path_id(const char *path, unsigned char id[DATA_KEY_ID_BYTES])
{
    const char *hex = path + DATA_KEY_PATH_BYTES - 1 - 2 * (size_t)DATA_KEY_ID_BYTES;

    if (strlen(path) != DATA_KEY_PATH_BYTES - 1 || !data_keys_is_reserved(path)) {
        return 0;
    }
    for (size_t i = 0; i < DATA_KEY_ID_BYTES; i++) {
        int32_t high = hex_value(hex[2 * i]);
        int32_t low = hex_value(hex[2 * i + 1]);

        if (high < 0 || low < 0) {
            return 0;
        }
        id[i] = (unsigned char)(high * 16 + low);
    }
    return 1;
}

int64_t data_key_created_us(const unsigned char id[DATA_KEY_ID_BYTES])
{
    int64_t time_ms = 0;

    for (size_t i = 0; i < ID_TIME_BYTES; i++) {
        time_ms = time_ms * 256 + id[i];
    }
    return time_ms * 1000;
}

/* ---- Key blobs ---- */

/* What is authenticated with a wrapped key. */
static cpk_status make_associated(const char *head, const char *path, const char *scope, size_t scope_length,
                                  struct buffer *associated)
{
    buffer_append(associated, head, NONCE_AT);
    buffer_append(associated, path, strlen(path) + 1);
    buffer_append(associated, scope, scope_length);
    return associated->failed ? CPK_ERROR_OUT_OF_MEMORY : CPK_OK;
}

static cpk_status wrap(const struct data_keys *keys, const char *path, const char *scope, size_t scope_length,
                       const unsigned char bytes[DATA_KEY_BYTES], struct buffer *blob, cpk_error **error)
{
    const struct master_key *master = &keys->master.keys[0];
    unsigned char wrapped[DATA_KEY_BYTES + AEAD_TAG_BYTES];
    unsigned char nonce[AEAD_NONCE_BYTES];
    struct buffer associated;
    struct aead aead = {NULL};
    cpk_status status;

    buffer_init(&associated, &keys->context->allocator);
    CPK_TRY_CLEANUP(context_random(keys->context, nonce, sizeof nonce, error));
    buffer_append(blob, BLOB_MAGIC, MAGIC_BYTES);
    buffer_append(blob, master->id, MASTER_KEY_ID_BYTES);
    buffer_append(blob, nonce, sizeof nonce);
    if (blob->failed || make_associated(blob->data, path, scope, scope_length, &associated) != CPK_OK) {
        status = error_out_of_memory(error);
        goto cleanup;
    }
    CPK_TRY_CLEANUP(aead_begin(&aead, master->bytes, 0, error));
    CPK_TRY_CLEANUP(aead_seal(
        &aead, &(struct aead_text){nonce, associated.data, associated.length, bytes, DATA_KEY_BYTES}, wrapped, error));
    buffer_append(blob, wrapped, sizeof wrapped);
    buffer_append(blob, scope, scope_length);
    status = blob->failed ? error_out_of_memory(error) : CPK_OK;
cleanup:
    aead_end(&aead);
    buffer_free(&associated);
    return status;
}

static cpk_status set_key_error(const char *path, const char *problem, cpk_error **error)
{
    return error_set(error, CPK_ERROR_STORAGE, DOMAIN, "the data key %s %s", path, problem);
}

static cpk_status unwrap(const struct data_keys *keys, const char *path, const struct buffer *blob,
                         unsigned char bytes[DATA_KEY_BYTES], cpk_error **error)
{
    const unsigned char *data = (const unsigned char *)blob->data;
    const struct master_key *master;
    struct buffer associated;
    struct aead aead = {NULL};
    cpk_status status;

    if (blob->length < SCOPE_AT || memcmp(data, BLOB_MAGIC, MAGIC_BYTES) != 0) {
        return set_key_error(path, "is damaged, or of a newer version", error);
    }
    master = master_keys_find(&keys->master, data + MAGIC_BYTES);
    if (master == NULL) {
        return set_key_error(path, "is wrapped by a master key that was not given", error);
    }
    buffer_init(&associated, &keys->context->allocator);
    if (make_associated(blob->data, path, blob->data + SCOPE_AT, blob->length - SCOPE_AT, &associated) != CPK_OK) {
        status = error_out_of_memory(error);
        goto cleanup;
    }
    CPK_TRY_CLEANUP(aead_begin(&aead, master->bytes, 1, error));
    status = aead_open(&aead,
                       &(struct aead_text){data + NONCE_AT, associated.data, associated.length, data + WRAPPED_AT,
                                           DATA_KEY_BYTES + AEAD_TAG_BYTES},
                       bytes, error);
    if (status == CPK_ERROR_INVALID_DATA) {
        status = set_key_error(path, "is damaged or was changed", error);
    }
cleanup:
    aead_end(&aead);
    buffer_free(&associated);
    return status;
}

static cpk_status read_key(const struct data_keys *keys, const char *path, unsigned char bytes[DATA_KEY_BYTES],
                           cpk_error **error)
{
    struct buffer blob;
    cpk_status status;

    buffer_init(&blob, &keys->context->allocator);
    status = storage_get(keys->below, path, &blob, error);
    if (status == CPK_OK) {
        status = unwrap(keys, path, &blob, bytes, error);
    }
    buffer_free(&blob);
    return status;
}

/* ---- Cache ---- */

static struct data_key *cache_find(struct data_keys *keys, const char *scope_hash, const unsigned char *id)
{
    for (size_t i = 0; i < DATA_KEYS_CACHED; i++) {
        struct data_key *key = &keys->cached[i];

        if (key->used != 0 && memcmp(key->scope_hash, scope_hash, sizeof key->scope_hash) == 0 &&
            (id != NULL ? memcmp(key->id, id, DATA_KEY_ID_BYTES) == 0
                        : key->checked_us != 0 && context_steady_us() - key->checked_us < DATA_KEY_FRESH_US)) {
            return key;
        }
    }
    return NULL;
}

/* Copies a cached key: with an id that one, without one the scope's current key if it was looked up lately. */
static int32_t cache_get(struct data_keys *keys, const char *scope_hash, const unsigned char *id, struct data_key *key)
{
    struct data_key *found;

    pthread_mutex_lock(&keys->lock);
    found = cache_find(keys, scope_hash, id);
    if (found != NULL) {
        found->used = ++keys->uses;
        *key = *found;
    }
    pthread_mutex_unlock(&keys->lock);
    return found != NULL;
}

/* A key with checked_us is the current one of its scope. */
static void cache_put(struct data_keys *keys, const struct data_key *key)
{
    struct data_key *slot;

    pthread_mutex_lock(&keys->lock);
    slot = cache_find(keys, key->scope_hash, key->id);
    for (size_t i = 0; i < DATA_KEYS_CACHED; i++) {
        struct data_key *other = &keys->cached[i];

        if (key->checked_us != 0 && memcmp(other->scope_hash, key->scope_hash, sizeof key->scope_hash) == 0) {
            other->checked_us = 0;
        }
        if (slot == NULL || (slot->used > other->used && memcmp(slot->id, key->id, sizeof key->id) != 0)) {
            slot = other;
        }
    }
    *slot = *key;
    slot->used = ++keys->uses;
    pthread_mutex_unlock(&keys->lock);
}

static void cache_drop(struct data_keys *keys, const char *scope_hash)
{
    pthread_mutex_lock(&keys->lock);
    for (size_t i = 0; i < DATA_KEYS_CACHED; i++) {
        if (memcmp(keys->cached[i].scope_hash, scope_hash, HASH_SHA256_HEX_BYTES) == 0) {
            OPENSSL_cleanse(&keys->cached[i], sizeof keys->cached[i]);
        }
    }
    pthread_mutex_unlock(&keys->lock);
}

/* ---- Lookup ---- */

/* A cpk_list_fn that keeps the last key. */
static int32_t keep_last(void *user, const char *key, const cpk_blob_info *info)
{
    (void)info;
    if (strlen(key) == DATA_KEY_PATH_BYTES - 1) {
        memcpy(user, key, DATA_KEY_PATH_BYTES);
    }
    return 0;
}

cpk_status data_keys_renew(struct data_keys *keys, const char *scope, size_t scope_length, struct data_key *key,
                           cpk_error **error)
{
    const int64_t time_ms = context_now(keys->context) / 1000;
    char path[DATA_KEY_PATH_BYTES];
    struct buffer blob;
    cpk_status status;

    CPK_TRY(hash_scope(scope, scope_length, key->scope_hash, error));
    CPK_TRY(context_random(keys->context, key->bytes, sizeof key->bytes, error));
    CPK_TRY(context_random(keys->context, key->id, sizeof key->id, error));
    for (size_t i = 0; i < ID_TIME_BYTES; i++) {
        key->id[i] = (unsigned char)(time_ms >> (8 * (ID_TIME_BYTES - 1 - i)));
    }
    write_path(key->scope_hash, key->id, path);
    buffer_init(&blob, &keys->context->allocator);
    CPK_TRY_CLEANUP(wrap(keys, path, scope, scope_length, key->bytes, &blob, error));
    CPK_TRY_CLEANUP(storage_put(keys->below, path, blob.data, blob.length, error));
    key->checked_us = context_steady_us();
    cache_put(keys, key);
cleanup:
    buffer_free(&blob);
    return status;
}

cpk_status data_keys_current(struct data_keys *keys, const char *scope, size_t scope_length, struct data_key *key,
                             cpk_error **error)
{
    char path[DATA_KEY_PATH_BYTES] = "";
    char prefix[DATA_KEY_PATH_BYTES];

    memset(key, 0, sizeof *key);
    CPK_TRY(hash_scope(scope, scope_length, key->scope_hash, error));
    if (cache_get(keys, key->scope_hash, NULL, key)) {
        return CPK_OK;
    }
    snprintf(prefix, sizeof prefix, DATA_KEYS_FOLDER "/%s/", key->scope_hash);
    CPK_TRY(storage_list(keys->below, prefix, keep_last, path, error));
    if (!data_key_path_id(path, key->id)) {
        return data_keys_renew(keys, scope, scope_length, key, error);
    }
    if (!cache_get(keys, key->scope_hash, key->id, key)) {
        CPK_TRY(read_key(keys, path, key->bytes, error));
    }
    key->checked_us = context_steady_us();
    cache_put(keys, key);
    return CPK_OK;
}

cpk_status data_keys_find(struct data_keys *keys, const char *scope, size_t scope_length,
                          const unsigned char id[DATA_KEY_ID_BYTES], struct data_key *key, cpk_error **error)
{
    char path[DATA_KEY_PATH_BYTES];
    cpk_status status;

    memset(key, 0, sizeof *key);
    CPK_TRY(hash_scope(scope, scope_length, key->scope_hash, error));
    memcpy(key->id, id, DATA_KEY_ID_BYTES);
    if (cache_get(keys, key->scope_hash, id, key)) {
        return CPK_OK;
    }
    write_path(key->scope_hash, id, path);
    status = read_key(keys, path, key->bytes, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        return set_key_error(path, "is not in the storage: it was deleted, or not copied with the blobs", error);
    }
    CPK_TRY(status);
    cache_put(keys, key);
    return CPK_OK;
}

cpk_status data_keys_check(struct data_keys *keys, const struct data_key *key, cpk_error **error)
{
    cpk_blob_info info = CPK_BLOB_INFO_INIT;
    char path[DATA_KEY_PATH_BYTES];
    cpk_status status;

    write_path(key->scope_hash, key->id, path);
    status = storage_stat(keys->below, path, &info, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        cache_drop(keys, key->scope_hash);
        return error_set_native(error, CPK_ERROR_BUSY, DOMAIN, "", 1,
                                "the data key %s was deleted while a blob was written with it; try again", path);
    }
    return status;
}

cpk_status data_keys_forget(struct data_keys *keys, const char *scope, size_t scope_length, cpk_error **error)
{
    char scope_hash[HASH_SHA256_HEX_BYTES];
    char prefix[DATA_KEY_PATH_BYTES];

    CPK_TRY(hash_scope(scope, scope_length, scope_hash, error));
    cache_drop(keys, scope_hash);
    snprintf(prefix, sizeof prefix, DATA_KEYS_FOLDER "/%s/", scope_hash);
    return storage_remove_prefix(keys->below, prefix, NULL, error);
}

cpk_status data_keys_remove(struct data_keys *keys, const char *path, cpk_error **error)
{
    char scope_hash[HASH_SHA256_HEX_BYTES] = "";

    memcpy(scope_hash, path + strlen(DATA_KEYS_FOLDER "/"), sizeof scope_hash - 1);
    cache_drop(keys, scope_hash);
    return storage_remove(keys->below, path, error);
}

/* ---- Rotation ---- */

cpk_status data_keys_scope(struct data_keys *keys, const char *path, struct buffer *scope, cpk_error **error)
{
    unsigned char bytes[DATA_KEY_BYTES];
    struct buffer blob;
    cpk_status status;

    buffer_init(&blob, &keys->context->allocator);
    CPK_TRY_CLEANUP(storage_get(keys->below, path, &blob, error));
    CPK_TRY_CLEANUP(unwrap(keys, path, &blob, bytes, error)); /* the scope is authenticated with the key */
    buffer_append(scope, blob.data + SCOPE_AT, blob.length - SCOPE_AT);
    status = scope->failed ? error_out_of_memory(error) : CPK_OK;
cleanup:
    OPENSSL_cleanse(bytes, sizeof bytes);
    buffer_free(&blob);
    return status;
}

cpk_status data_keys_rewrap(struct data_keys *keys, const char *path, int32_t *changed, cpk_error **error)
{
    unsigned char bytes[DATA_KEY_BYTES];
    struct buffer wrapped;
    struct buffer blob;
    cpk_status status;

    *changed = 0;
    buffer_init(&blob, &keys->context->allocator);
    buffer_init(&wrapped, &keys->context->allocator);
    CPK_TRY_CLEANUP(storage_get(keys->below, path, &blob, error));
    CPK_TRY_CLEANUP(unwrap(keys, path, &blob, bytes, error));
    if (memcmp(blob.data + MAGIC_BYTES, keys->master.keys[0].id, MASTER_KEY_ID_BYTES) != 0) {
        CPK_TRY_CLEANUP(wrap(keys, path, blob.data + SCOPE_AT, blob.length - SCOPE_AT, bytes, &wrapped, error));
        CPK_TRY_CLEANUP(storage_put(keys->below, path, wrapped.data, wrapped.length, error));
        *changed = 1;
    }
cleanup:
    OPENSSL_cleanse(bytes, sizeof bytes);
    buffer_free(&wrapped);
    buffer_free(&blob);
    return status;
}
