#include "storage/memory/memory.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "storage/watch.h"

#include <pthread.h>
#include <string.h>

#define DOMAIN "storage"

/* Immutable once in the table. Reference-counted: a reader keeps its blob while it is replaced or removed. */
struct memory_blob {
    struct buffer data;
    int64_t modified_us;
    int64_t references; /* guarded by the lock */
};

struct memory_entry {
    char *key;
    struct memory_blob *blob;
};

struct memory_storage {
    const struct context *context;
    pthread_mutex_t lock;
    struct memory_entry *entries; /* in byte order of their keys */
    size_t count;
    size_t capacity;
};

struct memory_writer {
    char *key;
    struct memory_blob *blob;
};

struct memory_reader {
    struct memory_blob *blob;
    size_t at;
    size_t end;
};

static struct memory_blob *blob_create(struct memory_storage *storage)
{
    struct memory_blob *blob = memory_allocate(&storage->context->allocator, sizeof *blob);

    if (blob != NULL) {
        buffer_init(&blob->data, &storage->context->allocator);
        blob->modified_us = CPK_TIME_UNKNOWN;
        blob->references = 1;
    }
    return blob;
}

/* The caller holds the lock or the only reference. */
static void blob_release(struct memory_storage *storage, struct memory_blob *blob)
{
    if (blob != NULL && --blob->references == 0) {
        buffer_free(&blob->data);
        memory_release(&storage->context->allocator, blob, sizeof *blob);
    }
}

static void writer_free(struct memory_storage *storage, struct memory_writer *writer)
{
    blob_release(storage, writer->blob);
    memory_release_text(&storage->context->allocator, writer->key);
    memory_release(&storage->context->allocator, writer, sizeof *writer);
}

/* Index of the first entry whose key is >= `key`. */
static size_t entry_lower_bound(const struct memory_storage *storage, const char *key)
{
    size_t low = 0;
    size_t high = storage->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(storage->entries[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct memory_entry *entry_find(const struct memory_storage *storage, const char *key)
{
    size_t at = entry_lower_bound(storage, key);

    return at < storage->count && strcmp(storage->entries[at].key, key) == 0 ? &storage->entries[at] : NULL;
}

static cpk_status set_not_found_error(const char *key, cpk_error **error)
{
    return error_set(error, CPK_ERROR_NOT_FOUND, DOMAIN, "no blob \"%s\"", key);
}

static cpk_status memory_write_open(void *self, const char *key, int64_t size_hint, void **writer_out,
                                    cpk_error **error)
{
    struct memory_storage *storage = self;
    struct memory_writer *writer;

    (void)size_hint; /* unreliable: memory grows with the data */
    CPK_TRY(watch_check(error));
    writer = memory_allocate_zeroed(&storage->context->allocator, sizeof *writer);
    if (writer == NULL) {
        return error_out_of_memory(error);
    }
    writer->key = memory_copy_text(&storage->context->allocator, key);
    writer->blob = blob_create(storage);
    if (writer->key == NULL || writer->blob == NULL) {
        writer_free(storage, writer);
        return error_out_of_memory(error);
    }
    *writer_out = writer;
    return CPK_OK;
}

static cpk_status memory_write_data(void *self, void *writer_handle, const void *data, size_t length, cpk_error **error)
{
    struct memory_writer *writer = writer_handle;

    (void)self;
    CPK_TRY(watch_check(error));
    buffer_append(&writer->blob->data, data, length);
    return writer->blob->data.failed ? error_out_of_memory(error) : CPK_OK;
}

static int32_t entries_reserve(struct memory_storage *storage)
{
    size_t capacity = storage->capacity > 0 ? storage->capacity * 2 : 16;
    struct memory_entry *entries;

    if (storage->count < storage->capacity) {
        return 1;
    }
    entries = memory_resize_array(&storage->context->allocator, storage->entries, storage->capacity, capacity,
                                  sizeof *entries);
    if (entries == NULL) {
        return 0;
    }
    storage->entries = entries;
    storage->capacity = capacity;
    return 1;
}

/* Moves the writer's key and blob into the table. A replaced blob goes to the writer, which frees it. */
static cpk_status entry_put(struct memory_storage *storage, struct memory_writer *writer, cpk_error **error)
{
    size_t at = entry_lower_bound(storage, writer->key);
    struct memory_entry *entry = entry_find(storage, writer->key);
    struct memory_blob *old = NULL;

    if (entry == NULL) {
        if (!entries_reserve(storage)) {
            return error_out_of_memory(error);
        }
        entry = &storage->entries[at];
        memmove(entry + 1, entry, (storage->count - at) * sizeof *entry);
        storage->count++;
        entry->key = writer->key;
        writer->key = NULL;
    } else {
        old = entry->blob;
    }
    entry->blob = writer->blob;
    writer->blob = old;
    return CPK_OK;
}

static cpk_status memory_write_close(void *self, void *writer_handle, int32_t commit, cpk_error **error)
{
    struct memory_storage *storage = self;
    struct memory_writer *writer = writer_handle;
    cpk_status status = commit ? watch_check(error) : CPK_OK;

    commit = commit && status == CPK_OK;
    writer->blob->modified_us = commit ? context_local_now(storage->context) : CPK_TIME_UNKNOWN;
    pthread_mutex_lock(&storage->lock);
    if (commit) {
        status = writer->blob->data.failed ? error_out_of_memory(error) : entry_put(storage, writer, error);
    }
    writer_free(storage, writer);
    pthread_mutex_unlock(&storage->lock);
    return status;
}

static cpk_status memory_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader_out,
                                   cpk_error **error)
{
    struct memory_storage *storage = self;
    struct memory_reader *reader;
    struct memory_entry *entry;

    CPK_TRY(watch_check(error));
    reader = memory_allocate_zeroed(&storage->context->allocator, sizeof *reader);
    if (reader == NULL) {
        return error_out_of_memory(error);
    }
    pthread_mutex_lock(&storage->lock);
    entry = entry_find(storage, key);
    if (entry != NULL) {
        reader->blob = entry->blob;
        reader->blob->references++;
    }
    pthread_mutex_unlock(&storage->lock);
    if (reader->blob == NULL) {
        memory_release(&storage->context->allocator, reader, sizeof *reader);
        return set_not_found_error(key, error);
    }
    reader->end = reader->blob->data.length;
    reader->at = (uint64_t)offset < reader->end ? (size_t)offset : reader->end;
    if (length >= 0 && (uint64_t)length < reader->end - reader->at) {
        reader->end = reader->at + (size_t)length;
    }
    *reader_out = reader;
    return CPK_OK;
}

static cpk_status memory_read_data(void *self, void *reader_handle, void *target, size_t capacity, size_t *got,
                                   cpk_error **error)
{
    struct memory_reader *reader = reader_handle;
    size_t left = reader->end - reader->at;

    (void)self;
    CPK_TRY(watch_check(error));
    *got = left < capacity ? left : capacity;
    if (*got > 0) {
        memcpy(target, reader->blob->data.data + reader->at, *got);
    }
    reader->at += *got;
    return CPK_OK;
}

static void memory_read_close(void *self, void *reader_handle)
{
    struct memory_storage *storage = self;
    struct memory_reader *reader = reader_handle;

    pthread_mutex_lock(&storage->lock);
    blob_release(storage, reader->blob);
    pthread_mutex_unlock(&storage->lock);
    memory_release(&storage->context->allocator, reader, sizeof *reader);
}

/* Writes only the fields that fit the caller's struct_size. */
static void info_fill(cpk_blob_info *info, int64_t size_bytes, int64_t modified_us)
{
    cpk_blob_info full = {info->struct_size, 0, size_bytes, modified_us};

    memcpy(info, &full, info->struct_size < sizeof full ? info->struct_size : sizeof full);
}

static cpk_status memory_stat(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    struct memory_storage *storage = self;
    struct memory_entry *entry;
    int32_t found;

    CPK_TRY(watch_check(error));
    pthread_mutex_lock(&storage->lock);
    entry = entry_find(storage, key);
    found = entry != NULL;
    if (found) {
        info_fill(info, (int64_t)entry->blob->data.length, entry->blob->modified_us);
    }
    pthread_mutex_unlock(&storage->lock);
    return found ? CPK_OK : set_not_found_error(key, error);
}

/* The caller holds the lock. */
static void entry_remove(struct memory_storage *storage, const char *key)
{
    struct memory_entry *entry = entry_find(storage, key);

    if (entry != NULL) {
        size_t at = (size_t)(entry - storage->entries);

        blob_release(storage, entry->blob);
        memory_release_text(&storage->context->allocator, entry->key);
        memmove(entry, entry + 1, (storage->count - at - 1) * sizeof *entry);
        storage->count--;
    }
}

static cpk_status memory_remove_many(void *self, const char *const *keys, size_t count, cpk_error **error)
{
    struct memory_storage *storage = self;

    CPK_TRY(watch_check(error));
    pthread_mutex_lock(&storage->lock);
    for (size_t i = 0; i < count; i++) {
        entry_remove(storage, keys[i]);
    }
    pthread_mutex_unlock(&storage->lock);
    return CPK_OK;
}

static cpk_status memory_remove(void *self, const char *key, cpk_error **error)
{
    return memory_remove_many(self, &key, 1, error);
}

/* Copies matching keys and infos, so that the callback runs without the lock and may call the driver. */
static size_t list_copy(struct memory_storage *storage, const char *prefix, struct buffer *keys, struct buffer *infos)
{
    size_t prefix_length = strlen(prefix);
    size_t count = 0;

    pthread_mutex_lock(&storage->lock);
    for (size_t i = entry_lower_bound(storage, prefix); i < storage->count; i++) {
        const struct memory_entry *entry = &storage->entries[i];
        cpk_blob_info info = {sizeof info, 0, (int64_t)entry->blob->data.length, entry->blob->modified_us};

        if (strncmp(entry->key, prefix, prefix_length) != 0) {
            break;
        }
        buffer_append(keys, entry->key, strlen(entry->key) + 1);
        buffer_append(infos, &info, sizeof info);
        count++;
    }
    pthread_mutex_unlock(&storage->lock);
    return count;
}

static cpk_status memory_list(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    struct memory_storage *storage = self;
    cpk_status status = CPK_OK;
    struct buffer keys;
    struct buffer infos;
    size_t count;
    const char *key;

    CPK_TRY(watch_check(error));
    buffer_init(&keys, &storage->context->allocator);
    buffer_init(&infos, &storage->context->allocator);
    count = list_copy(storage, prefix, &keys, &infos);
    if (keys.failed || infos.failed) {
        status = error_out_of_memory(error);
        count = 0;
    }
    key = buffer_text(&keys);
    for (size_t i = 0; i < count; i++) {
        cpk_blob_info info;

        memcpy(&info, infos.data + i * sizeof info, sizeof info);
        if (each(user, key, &info) != 0) {
            break;
        }
        CPK_TRY_CLEANUP(watch_check(error));
        key += strlen(key) + 1;
    }
cleanup:
    buffer_free(&keys);
    buffer_free(&infos);
    return status;
}

static void memory_destroy(void *self)
{
    struct memory_storage *storage = self;

    for (size_t i = 0; i < storage->count; i++) {
        blob_release(storage, storage->entries[i].blob);
        memory_release_text(&storage->context->allocator, storage->entries[i].key);
    }
    memory_release_array(&storage->context->allocator, storage->entries, storage->capacity, sizeof *storage->entries);
    pthread_mutex_destroy(&storage->lock);
    memory_release(&storage->context->allocator, storage, sizeof *storage);
}

cpk_status memory_driver_open(const struct context *context, cpk_storage_driver *driver, cpk_error **error)
{
    struct memory_storage *storage = memory_allocate_zeroed(&context->allocator, sizeof *storage);

    if (storage == NULL) {
        return error_out_of_memory(error);
    }
    storage->context = context;
    if (pthread_mutex_init(&storage->lock, NULL) != 0) {
        memory_release(&context->allocator, storage, sizeof *storage);
        return error_out_of_memory(error);
    }
    *driver = (cpk_storage_driver){
        .abi_version = CPK_STORAGE_ABI,
        .struct_size = sizeof *driver,
        .self = storage,
        .destroy = memory_destroy,
        .write_open = memory_write_open,
        .write_data = memory_write_data,
        .write_close = memory_write_close,
        .read_open = memory_read_open,
        .read_data = memory_read_data,
        .read_close = memory_read_close,
        .stat = memory_stat,
        .remove = memory_remove,
        .list = memory_list,
        .set_cancel = watch_set_cancel,
        .remove_many = memory_remove_many,
    };
    return CPK_OK;
}
