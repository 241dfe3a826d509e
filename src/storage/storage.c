#include "storage/storage.h"

#include "base/cancel.h"
#include "base/driver.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/sized.h"
#include "base/utf8.h"
#include "base/uuid.h"

#include <string.h>

#define DOMAIN            "storage"

#define WRITE_STEP_BYTES  ((size_t)64 * 1024)
#define READ_STEP_BYTES   ((size_t)64 * 1024)
#define SLICE_BYTES       ((size_t)8 << 20) /* the token is looked at between two calls of a driver */
#define REMOVE_BATCH_KEYS CPK_STORAGE_REMOVE_MAX

struct storage {
    const struct context *context;
    cpk_storage_driver driver;
    struct storage *below;         /* what a layer is on; owned */
    struct encryption *encryption; /* the layer that encrypts, here or below; NULL: none */
    int32_t is_view;
    char directory[CPK_STORAGE_KEY_BYTES_MAX + 1]; /* view: the user's folder */
    char user_id[UUID_TEXT_BYTES];
};

struct storage_writer {
    struct storage *storage;
    void *handle;
    struct buffer pending; /* collects small writes, because each call of a driver may be a system call */
    int32_t failed;        /* a write failed: the blob must not be committed */
    int32_t is_deaf;       /* opened after the token's request, which it ignores */
};

struct storage_reader {
    struct storage *storage;
    void *handle;
    int64_t left_bytes; /* bytes left in the range; -1: no limit */
    int32_t is_deaf;    /* opened after the token's request, which it ignores */
};

static cpk_status copy_table(cpk_storage_driver *table, const cpk_storage_driver *params, cpk_error **error)
{
    static const struct driver_slot required[] = {
        DRIVER_SLOT(cpk_storage_driver, write_open),  DRIVER_SLOT(cpk_storage_driver, write_data),
        DRIVER_SLOT(cpk_storage_driver, write_close), DRIVER_SLOT(cpk_storage_driver, read_open),
        DRIVER_SLOT(cpk_storage_driver, read_data),   DRIVER_SLOT(cpk_storage_driver, read_close),
        DRIVER_SLOT(cpk_storage_driver, stat),        DRIVER_SLOT(cpk_storage_driver, remove),
        DRIVER_SLOT(cpk_storage_driver, list),
    };
    const struct driver_kind kind = {
        .domain = DOMAIN,
        .name = "the storage driver",
        .abi_version = CPK_STORAGE_ABI,
        .table_bytes = sizeof *table,
        .bounds = STRUCT_BOUNDS(*table),
        .required = required,
        .required_count = sizeof required / sizeof *required,
    };

    return driver_copy(table, params, &kind, error);
}

cpk_status storage_create(const struct context *context, const cpk_storage_driver *driver, struct storage **storage_out,
                          cpk_error **error)
{
    cpk_storage_driver table;
    struct storage *created;

    *storage_out = NULL;
    CPK_TRY(copy_table(&table, driver, error));
    created = memory_allocate_zeroed(&context->allocator, sizeof *created);
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->context = context;
    created->driver = table;
    *storage_out = created;
    return CPK_OK;
}

cpk_status storage_create_view(struct storage *whole, const char *directory, const char *user_id, struct storage **view,
                               cpk_error **error)
{
    size_t length = strlen(directory);
    struct storage *created;

    while (length > 0 && directory[length - 1] == '/') {
        length--;
    }
    if (length > CPK_STORAGE_KEY_BYTES_MAX || strlen(user_id) >= sizeof created->user_id) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "the user's storage folder is too long");
    }
    created = memory_allocate_zeroed(&whole->context->allocator, sizeof *created);
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->context = whole->context;
    created->driver = whole->driver;
    created->driver.destroy = NULL;
    created->encryption = whole->encryption;
    created->is_view = 1;
    memcpy(created->directory, directory, length);
    memcpy(created->user_id, user_id, strlen(user_id));
    *view = created;
    return CPK_OK;
}

cpk_status storage_create_layer(const cpk_storage_driver *driver, struct storage **storage, cpk_error **error)
{
    struct storage *created;

    CPK_TRY(storage_create((*storage)->context, driver, &created, error));
    created->below = *storage;
    created->encryption = (*storage)->encryption;
    *storage = created;
    return CPK_OK;
}

void storage_set_encryption(struct storage *storage)
{
    storage->encryption = storage->driver.self;
}

struct encryption *storage_encryption(const struct storage *storage)
{
    return storage->encryption;
}

void storage_disown_driver(struct storage *storage)
{
    if (storage == NULL) {
        return;
    }
    while (storage->below != NULL) {
        storage = storage->below;
    }
    storage->driver.destroy = NULL;
}

void storage_free(struct storage *storage)
{
    while (storage != NULL) {
        struct storage *below = storage->below;

        if (storage->driver.destroy != NULL) {
            storage->driver.destroy(storage->driver.self);
        }
        memory_release(&storage->context->allocator, storage, sizeof *storage);
        storage = below;
    }
}

/* Describes why a key is invalid, or returns NULL. */
static const char *key_problem(const char *key)
{
    size_t length = strlen(key);
    const char *part = key;

    if (length == 0) {
        return "is empty";
    }
    if (length > CPK_STORAGE_KEY_BYTES_MAX) {
        return "is longer than 1024 bytes";
    }
    if (utf8_valid_prefix(key, length) != length) {
        return "is not UTF-8";
    }
    for (;;) {
        size_t part_length = strcspn(part, "/");

        if (part_length == 0) {
            return "contains an empty part";
        }
        if ((part_length == 1 && part[0] == '.') || (part_length == 2 && part[0] == '.' && part[1] == '.')) {
            return "contains a part that is . or ..";
        }
        if (part[part_length] == '\0') {
            return NULL;
        }
        part += part_length + 1;
    }
}

/* Returns what follows `part` and '/' at the start of the key, or NULL. */
static const char *after_part(const char *key, const char *part)
{
    const size_t length = strlen(part);

    return length > 0 && strncmp(key, part, length) == 0 && key[length] == '/' ? key + length + 1 : NULL;
}

int32_t storage_is_of_user(const char *key, const char *directory, const char *user_id)
{
    const char *second = strchr(key, '/');

    return after_part(key, directory) != NULL || after_part(key, user_id) != NULL ||
           (second != NULL && after_part(second + 1, user_id) != NULL);
}

static cpk_status check_owner(const struct storage *storage, const char *key, cpk_error **error)
{
    if (!storage->is_view || storage_is_of_user(key, storage->directory, storage->user_id)) {
        return CPK_OK;
    }
    return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN,
                     "a row of user %s names \"%.200s\", which is outside that user's folder (\"%.200s\")",
                     storage->user_id, key, storage->directory);
}

cpk_status storage_check_key(const struct storage *storage, const char *key, cpk_error **error)
{
    const char *problem = key == NULL ? "is missing" : key_problem(key);

    if (problem == NULL) {
        return check_owner(storage, key, error);
    }
    return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the storage key \"%.80s\" %s", key != NULL ? key : "",
                     problem);
}

static cpk_status slot_result(cpk_status status, const char *what, cpk_error **error)
{
    return driver_result(status, CPK_ERROR_STORAGE, DOMAIN, what, error);
}

/* The token of this thread's calls. */
static _Thread_local const cpk_cancel *watched;

const cpk_cancel *storage_watch(const cpk_cancel *cancel)
{
    const cpk_cancel *before = watched;

    watched = cancel;
    return before;
}

/* The token, unless it was requested already: what begins now is not cancelled by it. */
static const cpk_cancel *token_at_begin(void)
{
    return cpk_cancel_requested(watched) ? NULL : watched;
}

/* Gives a token to the driver's next call, or takes it back. */
static void give_token(const struct storage *storage, const cpk_cancel *cancel)
{
    if (storage->driver.set_cancel != NULL) {
        storage->driver.set_cancel(storage->driver.self, cancel);
    }
}

/* Takes the token back after a call. */
static cpk_status end_call(const struct storage *storage, cpk_status status, const char *what, cpk_error **error)
{
    give_token(storage, NULL);
    return slot_result(status, what, error);
}

cpk_status storage_write_open(struct storage *storage, const char *key, int64_t size_hint,
                              struct storage_writer **writer, cpk_error **error)
{
    const cpk_storage_driver *driver = &storage->driver;
    struct storage_writer *opened;
    cpk_status status;

    *writer = NULL;
    CPK_TRY(storage_check_key(storage, key, error));
    opened = memory_allocate_zeroed(&storage->context->allocator, sizeof *opened);
    if (opened == NULL) {
        return error_out_of_memory(error);
    }
    opened->storage = storage;
    opened->is_deaf = cpk_cancel_requested(watched);
    buffer_init(&opened->pending, &storage->context->allocator);
    give_token(storage, token_at_begin());
    status = driver->write_open(driver->self, key, size_hint < 0 ? -1 : size_hint, &opened->handle, error);
    status = end_call(storage, status, "the storage driver's write_open", error);
    if (status != CPK_OK) {
        memory_release(&storage->context->allocator, opened, sizeof *opened);
        return status;
    }
    *writer = opened;
    return CPK_OK;
}

static cpk_status write_through(struct storage_writer *writer, const void *data, size_t length, cpk_error **error)
{
    const cpk_storage_driver *driver = &writer->storage->driver;
    const cpk_cancel *cancel = writer->is_deaf ? NULL : watched;
    const char *at = data;
    cpk_status status = CPK_OK;

    while (length > 0 && status == CPK_OK) {
        size_t piece = length < SLICE_BYTES ? length : SLICE_BYTES;

        status = cancel_check(cancel, error);
        if (status == CPK_OK) {
            give_token(writer->storage, cancel);
            status = driver->write_data(driver->self, writer->handle, at, piece, error);
            status = end_call(writer->storage, status, "the storage driver's write_data", error);
        }
        at += piece;
        length -= piece;
    }
    writer->failed = status != CPK_OK;
    return status;
}

static cpk_status flush_pending(struct storage_writer *writer, cpk_error **error)
{
    cpk_status status = write_through(writer, writer->pending.data, writer->pending.length, error);

    buffer_clear(&writer->pending);
    return status;
}

cpk_status storage_write_data(struct storage_writer *writer, const void *data, size_t length, cpk_error **error)
{
    if (writer->failed) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN, "an earlier write to this blob failed");
    }
    if (length >= WRITE_STEP_BYTES - writer->pending.length) {
        CPK_TRY(flush_pending(writer, error));
        if (length >= WRITE_STEP_BYTES) {
            return write_through(writer, data, length, error);
        }
    }
    buffer_append(&writer->pending, data, length);
    if (writer->pending.failed) {
        writer->failed = 1;
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

static cpk_status writer_close(struct storage_writer *writer, int32_t commit, cpk_error **error)
{
    struct storage *storage = writer->storage;
    const cpk_storage_driver *driver = &storage->driver;
    cpk_status status;

    give_token(storage, writer->is_deaf ? NULL : watched);
    status = driver->write_close(driver->self, writer->handle, commit, error);
    buffer_free(&writer->pending);
    memory_release(&storage->context->allocator, writer, sizeof *writer);
    return end_call(storage, status, "the storage driver's write_close", error);
}

cpk_status storage_write_commit(struct storage_writer *writer, cpk_error **error)
{
    cpk_status status =
        writer->failed ? error_set(error, CPK_ERROR_STORAGE, DOMAIN, "a blob with a failed write can't be committed")
                       : flush_pending(writer, error);

    if (status != CPK_OK) {
        storage_write_discard(writer);
        return status;
    }
    return writer_close(writer, 1, error);
}

void storage_write_discard(struct storage_writer *writer)
{
    if (writer != NULL) {
        writer_close(writer, 0, NULL);
    }
}

cpk_status storage_read_open(struct storage *storage, const char *key, int64_t offset, int64_t length,
                             struct storage_reader **reader, cpk_error **error)
{
    const cpk_storage_driver *driver = &storage->driver;
    struct storage_reader *opened;
    cpk_status status;

    *reader = NULL;
    CPK_TRY(storage_check_key(storage, key, error));
    if (offset < 0 || length < -1) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "negative range in \"%.80s\"", key);
    }
    opened = memory_allocate_zeroed(&storage->context->allocator, sizeof *opened);
    if (opened == NULL) {
        return error_out_of_memory(error);
    }
    opened->storage = storage;
    opened->left_bytes = length;
    opened->is_deaf = cpk_cancel_requested(watched);
    give_token(storage, token_at_begin());
    status = driver->read_open(driver->self, key, offset, length, &opened->handle, error);
    status = end_call(storage, status, "the storage driver's read_open", error);
    if (status != CPK_OK) {
        memory_release(&storage->context->allocator, opened, sizeof *opened);
        return status;
    }
    *reader = opened;
    return CPK_OK;
}

/* One call of the driver. *got: more than `capacity` is the driver's mistake. */
static cpk_status read_piece(const struct storage_reader *reader, void *target, size_t capacity, size_t *got,
                             cpk_error **error)
{
    const cpk_storage_driver *driver = &reader->storage->driver;
    const cpk_cancel *cancel = reader->is_deaf ? NULL : watched;
    cpk_status status;

    *got = 0;
    CPK_TRY(cancel_check(cancel, error));
    give_token(reader->storage, cancel);
    status = driver->read_data(driver->self, reader->handle, target, capacity, got, error);
    return end_call(reader->storage, status, "the storage driver's read_data", error);
}

/* Reads until `capacity` or the end of the range, even if the driver returns small pieces. */
cpk_status storage_read_data(struct storage_reader *reader, void *target, size_t capacity, size_t *got,
                             cpk_error **error)
{
    size_t done = 0;

    *got = 0;
    while (done < capacity) {
        size_t wanted = capacity - done < SLICE_BYTES ? capacity - done : SLICE_BYTES;
        size_t piece;

        CPK_TRY(read_piece(reader, (char *)target + done, wanted, &piece, error));
        if (piece > wanted) {
            return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                             "the storage driver's read_data returned too many bytes");
        }
        if (piece == 0) {
            break;
        }
        if (reader->left_bytes >= 0) { /* the driver may ignore the range */
            if ((uint64_t)piece > (uint64_t)reader->left_bytes) {
                return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                                 "the storage driver's reader returned more bytes than requested");
            }
            reader->left_bytes -= (int64_t)piece;
        }
        done += piece;
    }
    *got = done;
    return CPK_OK;
}

void storage_read_close(struct storage_reader *reader)
{
    if (reader != NULL) {
        struct storage *storage = reader->storage;

        storage->driver.read_close(storage->driver.self, reader->handle);
        memory_release(&storage->context->allocator, reader, sizeof *reader);
    }
}

cpk_status storage_stat(struct storage *storage, const char *key, cpk_blob_info *info, cpk_error **error)
{
    cpk_status status;

    CPK_TRY(storage_check_key(storage, key, error));
    memset(info, 0, sizeof *info);
    info->struct_size = sizeof *info;
    info->modified_us = CPK_TIME_UNKNOWN;
    give_token(storage, token_at_begin());
    status = storage->driver.stat(storage->driver.self, key, info, error);
    return end_call(storage, status, "the storage driver's stat", error);
}

cpk_status storage_remove(struct storage *storage, const char *key, cpk_error **error)
{
    cpk_status status;

    CPK_TRY(storage_check_key(storage, key, error));
    give_token(storage, token_at_begin());
    status = storage->driver.remove(storage->driver.self, key, error);
    return end_call(storage, status, "the storage driver's remove", error);
}

cpk_status storage_remove_many(struct storage *storage, const char *const *keys, size_t count, cpk_error **error)
{
    const cpk_storage_driver *driver = &storage->driver;
    const cpk_cancel *cancel = token_at_begin();
    cpk_status status;

    for (size_t i = 0; i < count; i++) {
        CPK_TRY(storage_check_key(storage, keys[i], error));
    }
    for (size_t i = 0; i < count && driver->remove_many == NULL; i++) {
        CPK_TRY(cancel_check(cancel, error));
        CPK_TRY(storage_remove(storage, keys[i], error));
    }
    for (size_t at = 0; at < count && driver->remove_many != NULL; at += CPK_STORAGE_REMOVE_MAX) {
        size_t piece = count - at < CPK_STORAGE_REMOVE_MAX ? count - at : CPK_STORAGE_REMOVE_MAX;

        CPK_TRY(cancel_check(cancel, error));
        give_token(storage, cancel);
        status = driver->remove_many(driver->self, keys + at, piece, error);
        CPK_TRY(end_call(storage, status, "the storage driver's remove_many", error));
    }
    return CPK_OK;
}

/* A listing that ends when the token is requested. */
struct watched_list {
    const struct storage *storage;
    const cpk_cancel *cancel;
    cpk_list_fn each;
    void *user;
    int32_t is_cancelled;
};

static int32_t list_each(void *user, const char *key, const cpk_blob_info *info)
{
    struct watched_list *list = user;
    int32_t stop = list->each(list->user, key, info);

    give_token(list->storage, list->cancel); /* the callback may have called the driver */
    list->is_cancelled = stop == 0 && cpk_cancel_requested(list->cancel);
    return stop != 0 || list->is_cancelled;
}

cpk_status storage_list(struct storage *storage, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    struct watched_list list = {storage, token_at_begin(), each, user, 0};
    cpk_status status;

    CPK_TRY(check_owner(storage, prefix != NULL ? prefix : "", error));
    give_token(storage, list.cancel);
    status = storage->driver.list(storage->driver.self, prefix != NULL ? prefix : "", list_each, &list, error);
    CPK_TRY(end_call(storage, status, "the storage driver's list", error));
    return list.is_cancelled ? cancel_check(list.cancel, error) : CPK_OK;
}

cpk_status storage_put(struct storage *storage, const char *key, const void *data, size_t length, cpk_error **error)
{
    struct storage_writer *writer;
    cpk_status status;

    CPK_TRY(storage_write_open(storage, key, length <= INT64_MAX ? (int64_t)length : -1, &writer, error));
    status = storage_write_data(writer, data, length, error);
    if (status != CPK_OK) {
        storage_write_discard(writer);
        return status;
    }
    return storage_write_commit(writer, error);
}

static cpk_status read_all(struct storage_reader *reader, struct buffer *target, cpk_error **error)
{
    for (;;) {
        size_t got;
        char *end = buffer_reserve(target, READ_STEP_BYTES);

        if (end == NULL) {
            return error_out_of_memory(error);
        }
        CPK_TRY(storage_read_data(reader, end, READ_STEP_BYTES, &got, error));
        target->length += got;
        target->data[target->length] = '\0';
        if (got < READ_STEP_BYTES) {
            return CPK_OK;
        }
    }
}

static cpk_status get_bytes(struct storage *storage, const char *key, int64_t offset, int64_t length,
                            struct buffer *target, cpk_error **error)
{
    struct storage_reader *reader;
    cpk_status status;

    CPK_TRY(storage_read_open(storage, key, offset, length, &reader, error));
    status = read_all(reader, target, error);
    storage_read_close(reader);
    return status;
}

cpk_status storage_get(struct storage *storage, const char *key, struct buffer *target, cpk_error **error)
{
    return get_bytes(storage, key, 0, -1, target, error);
}

cpk_status storage_get_range(struct storage *storage, const char *key, int64_t offset, int64_t length,
                             struct buffer *target, cpk_error **error)
{
    size_t before = target->length;

    if (length < 0) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "negative range in \"%.80s\"", key);
    }
    CPK_TRY(get_bytes(storage, key, offset, length, target, error));
    if ((int64_t)(target->length - before) != length) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                         "the blob \"%.200s\" is too short: bytes %lld to %lld are missing or incomplete", key,
                         (long long)offset, (long long)offset + (long long)length);
    }
    return CPK_OK;
}

struct key_batch {
    struct buffer keys; /* NUL-terminated */
    int64_t count;
};

static int32_t batch_add(void *user, const char *key, const cpk_blob_info *info)
{
    struct key_batch *batch = user;

    (void)info;
    buffer_append(&batch->keys, key, strlen(key) + 1);
    batch->count++;
    return batch->count == REMOVE_BATCH_KEYS || batch->keys.failed;
}

static cpk_status remove_batch(struct storage *storage, const struct key_batch *batch, int64_t *removed,
                               cpk_error **error)
{
    const char *keys[REMOVE_BATCH_KEYS];
    const char *key = buffer_text(&batch->keys);

    for (int64_t i = 0; i < batch->count; i++) {
        keys[i] = key;
        key += strlen(key) + 1;
    }
    CPK_TRY(storage_remove_many(storage, keys, (size_t)batch->count, error));
    *removed += batch->count;
    return CPK_OK;
}

/* Lists and removes in batches: memory stays bounded, and nothing is removed during a listing. */
cpk_status storage_remove_prefix(struct storage *storage, const char *prefix, int64_t *removed, cpk_error **error)
{
    char last_first[CPK_STORAGE_KEY_BYTES_MAX + 1] = "";
    const cpk_cancel *cancel = token_at_begin();
    struct key_batch batch = {.count = 0};
    int64_t count = 0;
    cpk_status status;

    buffer_init(&batch.keys, &storage->context->allocator);
    do {
        buffer_clear(&batch.keys);
        batch.count = 0;
        CPK_TRY_CLEANUP(cancel_check(cancel, error));
        CPK_TRY_CLEANUP(storage_list(storage, prefix, batch_add, &batch, error));
        if (batch.keys.failed) {
            status = error_out_of_memory(error);
            goto cleanup;
        }
        if (batch.count > 0 && strcmp(last_first, batch.keys.data) == 0) {
            status = error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                               "the storage driver removed the blob \"%.200s\" but still lists it", last_first);
            goto cleanup;
        }
        strncpy(last_first, buffer_text(&batch.keys), sizeof last_first - 1);
        CPK_TRY_CLEANUP(remove_batch(storage, &batch, &count, error));
    } while (batch.count == REMOVE_BATCH_KEYS);

cleanup:
    buffer_free(&batch.keys);
    if (removed != NULL) {
        *removed = count;
    }
    return status;
}
