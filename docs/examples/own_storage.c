/* A storage driver of the host's own, blobs in a list in memory, and the whole pipeline on it: own_storage EXPORT
 * One thread, so it needs no lock; a driver for several threads does. */
#include <contextpack/contextpack.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct blob {
    struct blob *next;
    char *key;
    char *data;
    size_t length;
    int is_current; /* a replaced blob stays for those who read it, until the end */
} blob;

typedef struct shelf {
    blob *first;
    int destroyed;
} shelf;

typedef struct writer {
    char *key;
    char *data;
    size_t length;
} writer;

typedef struct reader {
    blob *blob;
    size_t at;
    size_t end;
} reader;

static blob *find(shelf *shelf, const char *key)
{
    blob *item = shelf->first;

    while (item != NULL && (!item->is_current || strcmp(item->key, key) != 0)) {
        item = item->next;
    }
    return item;
}

static cpk_status no_memory(cpk_error **error)
{
    if (error != NULL) {
        *error = cpk_error_new(CPK_ERROR_OUT_OF_MEMORY, "shelf", "out of memory", "", 0);
    }
    return CPK_ERROR_OUT_OF_MEMORY;
}

static cpk_status absent(const char *key, cpk_error **error)
{
    if (error != NULL) {
        *error = cpk_error_new(CPK_ERROR_NOT_FOUND, "shelf", key, "", 0);
    }
    return CPK_ERROR_NOT_FOUND;
}

static cpk_status write_open(void *self, const char *key, int64_t size_hint, void **result, cpk_error **error)
{
    writer *made = calloc(1, sizeof *made);

    (void)self;
    (void)size_hint;
    if (made == NULL || (made->key = strdup(key)) == NULL) {
        free(made);
        return no_memory(error);
    }
    *result = made;
    return CPK_OK;
}

static cpk_status write_data(void *self, void *opaque, const void *data, size_t length, cpk_error **error)
{
    writer *writer = opaque;
    char *grown = realloc(writer->data, writer->length + length + 1);

    (void)self;
    if (grown == NULL) {
        return no_memory(error);
    }
    memcpy(grown + writer->length, data, length);
    writer->data = grown;
    writer->length += length;
    return CPK_OK;
}

static cpk_status write_close(void *self, void *opaque, int32_t commit, cpk_error **error)
{
    shelf *shelf = self;
    writer *writer = opaque;
    blob *made = commit ? calloc(1, sizeof *made) : NULL;
    blob *old = commit ? find(shelf, writer->key) : NULL;
    cpk_status status = commit && made == NULL ? no_memory(error) : CPK_OK;

    if (made != NULL) {
        if (old != NULL) {
            old->is_current = 0;
        }
        made->key = writer->key;
        made->data = writer->data;
        made->length = writer->length;
        made->is_current = 1;
        made->next = shelf->first;
        shelf->first = made;
    } else {
        free(writer->key);
        free(writer->data);
    }
    free(writer);
    return status;
}

static cpk_status read_open(void *self, const char *key, int64_t offset, int64_t length, void **result,
                            cpk_error **error)
{
    blob *found = find(self, key);
    reader *made;

    if (found == NULL) {
        return absent(key, error);
    }
    made = calloc(1, sizeof *made);
    if (made == NULL) {
        return no_memory(error);
    }
    made->blob = found;
    made->at = (size_t)offset < found->length ? (size_t)offset : found->length;
    made->end = length < 0 || (size_t)length > found->length - made->at ? found->length : made->at + (size_t)length;
    *result = made;
    return CPK_OK;
}

static cpk_status read_data(void *self, void *opaque, void *target, size_t capacity, size_t *got, cpk_error **error)
{
    reader *reader = opaque;

    (void)self;
    (void)error;
    *got = reader->end - reader->at < capacity ? reader->end - reader->at : capacity;
    if (*got > 0) {
        memcpy(target, reader->blob->data + reader->at, *got);
    }
    reader->at += *got;
    return CPK_OK;
}

static void read_close(void *self, void *opaque)
{
    (void)self;
    free(opaque);
}

static cpk_status stat_blob(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    blob *found = find(self, key);

    if (found == NULL) {
        return absent(key, error);
    }
    info->size_bytes = (int64_t)found->length;
    info->modified_us = CPK_TIME_UNKNOWN;
    return CPK_OK;
}

static cpk_status remove_blob(void *self, const char *key, cpk_error **error)
{
    blob *found = find(self, key);

    (void)error;
    if (found != NULL) {
        found->is_current = 0;
    }
    return CPK_OK;
}

static int compare_keys(const void *left, const void *right)
{
    return strcmp((*(blob *const *)left)->key, (*(blob *const *)right)->key);
}

static cpk_status list_blobs(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    shelf *shelf = self;
    size_t count = 0;
    blob **found;

    for (blob *item = shelf->first; item != NULL; item = item->next) {
        count++;
    }
    found = calloc(count + 1, sizeof *found);
    if (found == NULL) {
        return no_memory(error);
    }
    count = 0;
    for (blob *item = shelf->first; item != NULL; item = item->next) {
        if (item->is_current && strncmp(item->key, prefix, strlen(prefix)) == 0) {
            found[count++] = item;
        }
    }
    qsort(found, count, sizeof *found, compare_keys);
    for (size_t i = 0; i < count; i++) {
        cpk_blob_info info = {sizeof info, 0, (int64_t)found[i]->length, CPK_TIME_UNKNOWN};

        if (each(user, found[i]->key, &info) != 0) {
            break;
        }
    }
    free(found);
    return CPK_OK;
}

static void destroy(void *self)
{
    shelf *shelf = self;

    while (shelf->first != NULL) {
        blob *next = shelf->first->next;

        free(shelf->first->key);
        free(shelf->first->data);
        free(shelf->first);
        shelf->first = next;
    }
    shelf->destroyed = 1;
}

static int32_t print(void *user, const void *data, size_t length_bytes)
{
    return fwrite(data, 1, length_bytes, user) == length_bytes ? 0 : -1;
}

static cpk_status run(cpk_engine *engine, const char *path, cpk_error **error)
{
    cpk_user_params person = CPK_USER_PARAMS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    cpk_session *service = NULL;
    cpk_session *session = NULL;
    cpk_user *user = NULL;
    cpk_pack *pack = NULL;
    cpk_source *source = NULL;
    cpk_export *result = NULL;
    cpk_status status;

    person.email = "me@example.com";
    input.path = path;
    if ((status = cpk_session_open_service(engine, &service, error)) ||
        (status = cpk_user_create(service, &person, &user, error)) ||
        (status = cpk_session_open_user(engine, cpk_user_id(user), &session, error)) ||
        (status = cpk_pack_create(session, NULL, &pack, error)) ||
        (status = cpk_source_add(session, cpk_pack_id(pack), &input, NULL, NULL, &source, error)) ||
        (status = cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, error)) ||
        (status = cpk_export_create(session, cpk_pack_id(pack), CPK_EXPORT_COMPACT, NULL, NULL, &result, error)) ||
        (status = cpk_export_read(session, cpk_export_id(result), CPK_FORMAT_MARKDOWN, print, stdout, error))) {
        fprintf(stderr, "stopped: %s\n", cpk_status_name(status));
    }
    cpk_export_free(result);
    cpk_source_free(source);
    cpk_pack_free(pack);
    cpk_user_free(user);
    cpk_session_close(session);
    cpk_session_close(service);
    return status;
}

int main(int argc, char **argv)
{
    shelf shelf = {NULL, 0};
    cpk_storage_driver driver = {
        .abi_version = CPK_STORAGE_ABI,
        .struct_size = sizeof driver,
        .self = &shelf,
        .destroy = destroy,
        .write_open = write_open,
        .write_data = write_data,
        .write_close = write_close,
        .read_open = read_open,
        .read_data = read_data,
        .read_close = read_close,
        .stat = stat_blob,
        .remove = remove_blob,
        .list = list_blobs,
    };
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_engine *engine = NULL;
    cpk_error *error = NULL;
    cpk_status status;

    options.database = "sqlite::memory:";
    options.storage_driver = &driver;
    status = cpk_engine_open(&options, &engine, &error);
    if (status == CPK_OK) {
        status = run(engine, argc > 1 ? argv[1] : "conversations.json", &error);
    }
    if (status != CPK_OK) {
        fprintf(stderr, "%s: %s\n", cpk_status_name(status), cpk_error_message(error));
    }
    cpk_error_free(error);
    cpk_engine_close(engine);
    if (status == CPK_OK && !shelf.destroyed) {
        fprintf(stderr, "the driver was not destroyed with its engine\n");
        return 1;
    }
    return status;
}
