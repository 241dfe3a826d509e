#include "storage/s3/s3.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "storage/s3/object.h"
#include "storage/s3/reader.h"
#include "storage/s3/writer.h"
#include "storage/watch.h"

#include <string.h>

#define DOMAIN "storage"

struct s3_storage {
    const struct context *context;
    struct client *client;
    const struct location *location;
    size_t prefix_length;
};

struct object_name {
    char text[CPK_STORAGE_KEY_BYTES_MAX + 1];
};

/* The location's prefix and the key together must be a name that S3 allows. */
static cpk_status make_name(const struct s3_storage *storage, const char *key, struct object_name *name,
                            cpk_error **error)
{
    size_t length = strlen(key);

    if (length > sizeof name->text - 1 - storage->prefix_length) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "the storage key \"%.80s\" has more than %d bytes with the bucket's prefix", key,
                         CPK_STORAGE_KEY_BYTES_MAX);
    }
    memcpy(name->text, storage->location->prefix, storage->prefix_length);
    memcpy(name->text + storage->prefix_length, key, length + 1);
    return CPK_OK;
}

static cpk_status s3_write_open(void *self, const char *key, int64_t size_hint, void **writer_out, cpk_error **error)
{
    struct s3_storage *storage = self;
    struct object_name name;
    struct writer *writer;

    CPK_TRY(make_name(storage, key, &name, error));
    CPK_TRY(writer_open(storage->client, name.text, size_hint, &writer, error));
    *writer_out = writer;
    return CPK_OK;
}

static cpk_status s3_write_data(void *self, void *writer, const void *data, size_t length, cpk_error **error)
{
    (void)self;
    return writer_write(writer, data, length, error);
}

static cpk_status s3_write_close(void *self, void *writer, int32_t commit, cpk_error **error)
{
    (void)self;
    return writer_close(writer, commit, error);
}

static cpk_status s3_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader_out,
                               cpk_error **error)
{
    struct s3_storage *storage = self;
    struct object_name name;
    struct reader *reader;

    CPK_TRY(make_name(storage, key, &name, error));
    CPK_TRY(reader_open(storage->client, name.text, offset, length, &reader, error));
    *reader_out = reader;
    return CPK_OK;
}

static cpk_status s3_read_data(void *self, void *reader, void *target, size_t capacity, size_t *got, cpk_error **error)
{
    (void)self;
    return reader_read(reader, target, capacity, got, error);
}

static void s3_read_close(void *self, void *reader)
{
    (void)self;
    reader_close(reader);
}

/* Writes only the fields that fit the caller's struct_size. */
static void info_fill(cpk_blob_info *info, int64_t size_bytes, int64_t modified_us)
{
    cpk_blob_info full = {info->struct_size, 0, size_bytes, modified_us};

    memcpy(info, &full, info->struct_size < sizeof full ? info->struct_size : sizeof full);
}

static cpk_status s3_stat(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    struct s3_storage *storage = self;
    struct object_info found;
    struct object_name name;

    CPK_TRY(make_name(storage, key, &name, error));
    CPK_TRY(object_head(storage->client, name.text, &found, error));
    info_fill(info, found.size_bytes, found.modified_us);
    return CPK_OK;
}

static cpk_status s3_remove(void *self, const char *key, cpk_error **error)
{
    struct s3_storage *storage = self;
    struct object_name name;

    CPK_TRY(make_name(storage, key, &name, error));
    return object_delete(storage->client, name.text, error);
}

static cpk_status s3_remove_many(void *self, const char *const *keys, size_t count, cpk_error **error)
{
    struct s3_storage *storage = self;
    struct object_name name;
    struct buffer names;
    cpk_status status = CPK_OK;

    buffer_init(&names, &storage->context->allocator);
    for (size_t i = 0; i < count; i++) {
        CPK_TRY_CLEANUP(make_name(storage, keys[i], &name, error));
        buffer_append(&names, name.text, strlen(name.text) + 1);
    }
    status = names.failed ? error_out_of_memory(error) : object_delete_many(storage->client, names.data, count, error);
cleanup:
    buffer_free(&names);
    return status;
}

struct s3_list {
    const struct s3_storage *storage;
    const char *prefix; /* the caller's */
    size_t prefix_length;
    cpk_list_fn each;
    void *user;
};

static int32_t pass_object(void *user, const struct answer_object *object)
{
    struct s3_list *list = user;
    const char *key = object->key;
    cpk_blob_info info = CPK_BLOB_INFO_INIT;

    if (strncmp(key, list->storage->location->prefix, list->storage->prefix_length) != 0) {
        return 0;
    }
    key += list->storage->prefix_length;
    /* A '/' at the end is a folder that another program made; it is no key here. */
    if (strncmp(key, list->prefix, list->prefix_length) != 0 || key[0] == '\0' || key[strlen(key) - 1] == '/') {
        return 0;
    }
    info.size_bytes = object->size_bytes;
    info.modified_us = object->modified_us;
    return list->each(list->user, key, &info);
}

/* A prefix may end within a character, which the server would refuse: it gets the part before. */
static cpk_status s3_list(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    struct s3_storage *storage = self;
    struct s3_list list = {storage, prefix, strlen(prefix), each, user};
    char known[2 * CPK_STORAGE_KEY_BYTES_MAX + 1] = "";
    size_t length = utf8_valid_prefix(prefix, list.prefix_length);

    if (length > CPK_STORAGE_KEY_BYTES_MAX) {
        return CPK_OK; /* longer than any key */
    }
    memcpy(known, storage->location->prefix, storage->prefix_length);
    memcpy(known + storage->prefix_length, prefix, length);
    return object_list(storage->client, known, pass_object, &list, error);
}

static void s3_destroy(void *self)
{
    struct s3_storage *storage = self;

    client_free(storage->client);
    memory_release(&storage->context->allocator, storage, sizeof *storage);
}

static cpk_status open_client(struct s3_storage *storage, const char *uri, cpk_error **error)
{
    struct location location;

    CPK_TRY(location_parse(&storage->context->allocator, uri, &location, error));
    CPK_TRY(client_create(storage->context, &location, &storage->client, error));
    storage->location = client_location(storage->client);
    storage->prefix_length = strlen(location.prefix);
    return object_check_bucket(storage->client, error);
}

cpk_status s3_driver_open(const struct context *context, const char *uri, cpk_storage_driver *driver, cpk_error **error)
{
    struct s3_storage *storage = memory_allocate_zeroed(&context->allocator, sizeof *storage);
    cpk_status status;

    if (storage == NULL) {
        return error_out_of_memory(error);
    }
    storage->context = context;
    status = open_client(storage, uri, error);
    if (status != CPK_OK) {
        s3_destroy(storage);
        return status;
    }
    *driver = (cpk_storage_driver){
        .abi_version = CPK_STORAGE_ABI,
        .struct_size = sizeof *driver,
        .self = storage,
        .destroy = s3_destroy,
        .write_open = s3_write_open,
        .write_data = s3_write_data,
        .write_close = s3_write_close,
        .read_open = s3_read_open,
        .read_data = s3_read_data,
        .read_close = s3_read_close,
        .stat = s3_stat,
        .remove = s3_remove,
        .list = s3_list,
        .set_cancel = watch_set_cancel,
        .remove_many = s3_remove_many,
    };
    return CPK_OK;
}
