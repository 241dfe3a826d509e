/* Any text as a blob's key, and any bytes as the name of a file in the folder of blobs. */
#include "base/memory.h"
#include "storage/filesystem/path.h"
#include "storage/place.h"
#include "storage/storage.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

/* A key's path stays below the folder, and every name on it is one that the file system takes. */
static void check_path(const char *key)
{
    struct buffer path;

    buffer_init(&path, &memory_default);
    path_append_key(&path, key);
    require(!path.failed && path.length > 0 && path.data[0] != '/');
    for (char *name = strtok(path.data, "/"); name != NULL; name = strtok(NULL, "/")) {
        require(strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strlen(name) < PATH_NAME_BYTES);
    }
    buffer_free(&path);
}

static void check_name(const char *name)
{
    struct buffer key;
    size_t used = 0;

    buffer_init(&key, &memory_default);
    (void)path_append_name_decoded(&key, name, 0);
    (void)path_append_name_decoded(&key, name, 1);
    buffer_clear(&key);
    (void)path_append_prefix(&key, name, &used);
    buffer_free(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct context context;
    struct storage *storage;
    struct buffer read;
    char *text = malloc(size + 1);

    require(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    context_init(&context);
    buffer_init(&read, &memory_default);
    require(storage_open(&context, "memory:", &storage, NULL) == CPK_OK);
    if (storage_put(storage, text, "x", 1, NULL) == CPK_OK) {
        require(storage_get(storage, text, &read, NULL) == CPK_OK && read.length == 1);
        check_path(text);
    }
    (void)storage_is_of_user(text, "contextpack", "00000000-0000-4000-8000-000000000000");
    check_name(text);
    storage_free(storage);
    buffer_free(&read);
    free(text);
    return 0;
}
