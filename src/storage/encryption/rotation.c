#include "base/error.h"
#include "base/memory.h"
#include "storage/encryption/encryption.h"
#include "storage/encryption/internal.h"

#include <openssl/crypto.h>
#include <string.h>

#define DOMAIN "storage"
/* A replaced key stays this long, so that other processes can finish what they write with it. */
#define REPLACED_KEY_AGE_US INT64_C(3600000000)
#define COPY_BYTES          ((size_t)4 * FRAME_BYTES)

struct rotation_run {
    struct encryption *encryption;
    const struct encryption_rotate_request *request;
    struct encryption_rotation *rotation;
    struct buffer paths; /* of key blobs, NUL-terminated, in byte order: the keys of a scope follow each other */
    struct buffer scope; /* NUL-terminated */
    struct buffer blobs; /* of the scope, NUL-terminated */
    unsigned char *copy; /* COPY_BYTES */
};

static cpk_status tick(const struct rotation_run *run, cpk_error **error)
{
    const struct encryption_rotate_request *request = run->request;

    return request->progress == NULL
               ? CPK_OK
               : request->progress(request->user, run->rotation->data_keys + run->rotation->blobs, error);
}

/* A cpk_list_fn. */
static int32_t collect_path(void *user, const char *key, const cpk_blob_info *info)
{
    struct rotation_run *run = user;
    unsigned char id[DATA_KEY_ID_BYTES];

    (void)info;
    if (data_key_path_id(key, id)) {
        buffer_append(&run->paths, key, strlen(key) + 1);
    }
    return run->paths.failed;
}

/* A cpk_list_fn. */
static int32_t collect_blob(void *user, const char *key, const cpk_blob_info *info)
{
    struct rotation_run *run = user;

    (void)info;
    if (!data_keys_is_reserved(key) && data_keys_scope_length(key) == run->scope.length) {
        buffer_append(&run->blobs, key, strlen(key) + 1);
    }
    return run->blobs.failed;
}

static cpk_status rewrap(struct rotation_run *run, const char *path, cpk_error **error)
{
    int32_t changed;
    cpk_status status = data_keys_rewrap(&run->encryption->keys, path, &changed, error);

    if (status == CPK_ERROR_NOT_FOUND) { /* its user was deleted meanwhile */
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    run->rotation->data_keys++;
    run->rotation->rewrapped_keys += changed;
    return tick(run, error);
}

static cpk_status read_header(const struct rotation_run *run, const char *key, unsigned char header[FRAME_HEADER_BYTES],
                              cpk_error **error)
{
    struct storage_reader *reader;
    const char *problem;
    cpk_status status;
    size_t got;

    CPK_TRY(storage_read_open(run->encryption->below, key, 0, FRAME_HEADER_BYTES, &reader, error));
    status = storage_read_data(reader, header, FRAME_HEADER_BYTES, &got, error);
    storage_read_close(reader);
    CPK_TRY(status);
    problem = frame_header_problem(header, got);
    return problem == NULL ? CPK_OK
                           : error_set(error, CPK_ERROR_STORAGE, DOMAIN, "the blob \"%.200s\" %s", key, problem);
}

static cpk_status copy_frames(const struct rotation_run *run, void *reader, void *writer, cpk_error **error)
{
    struct encryption *encryption = run->encryption;
    size_t got;

    do {
        CPK_TRY(encryption_read_data(encryption, reader, run->copy, COPY_BYTES, &got, error));
        CPK_TRY(encryption_write_data(encryption, writer, run->copy, got, error));
        run->rotation->blob_bytes += (int64_t)got;
        CPK_TRY(tick(run, error));
    } while (got > 0);
    return CPK_OK;
}

/* Does not commit over a blob that was replaced or removed since its header was read. */
static cpk_status encrypt_again(const struct rotation_run *run, const char *key,
                                const unsigned char header[FRAME_HEADER_BYTES], cpk_error **error)
{
    struct encryption *encryption = run->encryption;
    unsigned char now[FRAME_HEADER_BYTES];
    void *reader;
    void *writer;
    cpk_status status;

    CPK_TRY(encryption_read_open(encryption, key, 0, -1, &reader, error));
    status = encryption_write_open(encryption, key, -1, &writer, error);
    if (status == CPK_OK) {
        status = copy_frames(run, reader, writer, error);
        if (status == CPK_OK) {
            status = read_header(run, key, now, error);
        }
        if (status != CPK_OK || memcmp(now, header, sizeof now) != 0) {
            encryption_write_close(encryption, writer, 0, NULL);
        } else {
            status = encryption_write_close(encryption, writer, 1, error);
        }
    }
    encryption_read_close(encryption, reader);
    return status;
}

/* Encrypts a blob with the newest key unless it is already. */
static cpk_status rotate_blob(const struct rotation_run *run, const char *key, const unsigned char *newest_id,
                              cpk_error **error)
{
    unsigned char header[FRAME_HEADER_BYTES];
    cpk_status status = read_header(run, key, header, error);

    if (status == CPK_OK && memcmp(frame_header_key_id(header), newest_id, DATA_KEY_ID_BYTES) != 0) {
        status = encrypt_again(run, key, header, error);
        run->rotation->blobs += status == CPK_OK;
    }
    if (status == CPK_ERROR_NOT_FOUND) { /* removed meanwhile */
        error_clear(error);
        status = CPK_OK;
    }
    return status;
}

/* Replaces a scope's newest key if it is old. `id` is its id, and that of the new one on return. */
static cpk_status renew(struct rotation_run *run, unsigned char id[DATA_KEY_ID_BYTES], cpk_error **error)
{
    const int64_t age_us = context_now(run->encryption->context) - data_key_created_us(id);
    struct data_key key = {.used = 0};
    cpk_status status;

    if (age_us / 1000 < run->request->data_key_age_ms) {
        return CPK_OK;
    }
    status = data_keys_renew(&run->encryption->keys, run->scope.data, run->scope.length, &key, error);
    memcpy(id, key.id, DATA_KEY_ID_BYTES);
    run->rotation->new_keys += status == CPK_OK;
    OPENSSL_cleanse(&key, sizeof key);
    return status;
}

/* Removes the keys of a scope at paths[0..count) but the one with `newest_id`, if they were replaced long ago. */
static cpk_status remove_replaced(const struct rotation_run *run, const char *path, size_t count,
                                  const unsigned char newest_id[DATA_KEY_ID_BYTES], cpk_error **error)
{
    const int32_t is_old =
        context_now(run->encryption->context) - data_key_created_us(newest_id) >= REPLACED_KEY_AGE_US;

    for (size_t i = 0; i < count; i++, path += DATA_KEY_PATH_BYTES) {
        unsigned char id[DATA_KEY_ID_BYTES];

        if (!data_key_path_id(path, id) || memcmp(id, newest_id, sizeof id) == 0) {
            continue;
        }
        if (is_old) {
            CPK_TRY(data_keys_remove(&run->encryption->keys, path, error));
            run->rotation->removed_keys++;
        } else {
            run->rotation->replaced_keys++;
        }
    }
    return CPK_OK;
}

static cpk_status list_blobs(struct rotation_run *run, cpk_error **error)
{
    buffer_clear(&run->blobs);
    CPK_TRY(storage_list(run->encryption->below, run->scope.data, collect_blob, run, error));
    return run->blobs.failed ? error_out_of_memory(error) : CPK_OK;
}

/* One scope, with `count` keys from `path` on. Old keys are only removed after every blob was read. */
static cpk_status rotate_scope(struct rotation_run *run, const char *path, size_t count, cpk_error **error)
{
    unsigned char newest_id[DATA_KEY_ID_BYTES];
    const char *newest = path + (count - 1) * DATA_KEY_PATH_BYTES;
    cpk_status status;

    buffer_clear(&run->scope);
    status = data_keys_scope(&run->encryption->keys, newest, &run->scope, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    data_key_path_id(newest, newest_id);
    CPK_TRY(list_blobs(run, error));
    CPK_TRY(renew(run, newest_id, error));
    for (size_t at = 0; at < run->blobs.length; at += strlen(run->blobs.data + at) + 1) {
        CPK_TRY(rotate_blob(run, run->blobs.data + at, newest_id, error));
        CPK_TRY(tick(run, error));
    }
    return remove_replaced(run, path, count, newest_id, error);
}

static int32_t is_same_scope(const char *a, const char *b)
{
    return strncmp(a, b, DATA_KEY_PATH_BYTES - 1 - 2 * (size_t)DATA_KEY_ID_BYTES) == 0;
}

static cpk_status run_all(struct rotation_run *run, cpk_error **error)
{
    const char *path;
    size_t count;

    CPK_TRY(storage_list(run->encryption->below, DATA_KEYS_FOLDER "/", collect_path, run, error));
    if (run->paths.failed) {
        return error_out_of_memory(error);
    }
    count = run->paths.length / DATA_KEY_PATH_BYTES;
    path = run->paths.data;
    for (size_t i = 0; i < count; i++) {
        CPK_TRY(rewrap(run, path + i * DATA_KEY_PATH_BYTES, error));
    }
    for (size_t i = 0, end; run->request->data_key_age_ms >= 0 && i < count; i = end) {
        for (end = i + 1;
             end < count && is_same_scope(path + i * DATA_KEY_PATH_BYTES, path + end * DATA_KEY_PATH_BYTES); end++) {
        }
        CPK_TRY(rotate_scope(run, path + i * DATA_KEY_PATH_BYTES, end - i, error));
    }
    return CPK_OK;
}

cpk_status encryption_rotate(struct encryption *encryption, const struct encryption_rotate_request *request,
                             struct encryption_rotation *rotation, cpk_error **error)
{
    const cpk_allocator *allocator = &encryption->context->allocator;
    struct rotation_run run = {.encryption = encryption, .request = request, .rotation = rotation};
    cpk_status status;

    memset(rotation, 0, sizeof *rotation);
    buffer_init(&run.paths, allocator);
    buffer_init(&run.scope, allocator);
    buffer_init(&run.blobs, allocator);
    run.copy = memory_allocate(allocator, COPY_BYTES);
    status = run.copy != NULL ? run_all(&run, error) : error_out_of_memory(error);
    if (run.copy != NULL) {
        OPENSSL_cleanse(run.copy, COPY_BYTES);
    }
    memory_release(allocator, run.copy, COPY_BYTES);
    buffer_free(&run.paths);
    buffer_free(&run.scope);
    buffer_free(&run.blobs);
    return status;
}
