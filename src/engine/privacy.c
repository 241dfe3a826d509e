#include "engine/privacy.h"

#include "base/memory.h"
#include "storage/place.h"
#include "storage/storage.h"

#include <string.h>
#include <sys/stat.h>

#define SQLITE_SCHEME "sqlite:"
#define FOLDER_SCHEME "file:"

/* Returns 1 if a warning was logged; *found identifies the folder, so that it is reported once. */
static int32_t check_folder(const struct context *context, const char *folder, const char *what, struct stat *found)
{
    if (stat(folder, found) != 0 || !S_ISDIR(found->st_mode) || (found->st_mode & S_IWOTH) == 0) {
        return 0;
    }
    context_log(context, CPK_LOG_WARNING, "storage",
                "every user of this machine may write to the %s folder %s (mode %04o); chmod o-w %s", what, folder,
                (unsigned)(found->st_mode & 07777), folder);
    return 1;
}

static int32_t check_database(const struct context *context, const char *path, struct stat *found)
{
    char *folder = memory_copy_text(&context->allocator, path);
    char *slash = folder != NULL ? strrchr(folder, '/') : NULL;
    size_t path_bytes = strlen(path) + 1;
    int32_t warned = 0;

    if (slash != NULL) {
        slash[slash == folder] = '\0'; /* the parent of "/x.db" is "/" */
    }
    if (folder != NULL) {
        warned = check_folder(context, slash != NULL ? folder : ".", "database", found);
    }
    memory_release(&context->allocator, folder, path_bytes);
    return warned;
}

void privacy_check(const struct context *context, const char *database_uri, const char *storage_uri)
{
    struct stat database;
    struct stat storage;
    int32_t warned = 0;
    int32_t layers;

    if (database_uri != NULL && strncmp(database_uri, SQLITE_SCHEME, strlen(SQLITE_SCHEME)) == 0 &&
        strcmp(database_uri + strlen(SQLITE_SCHEME), ":memory:") != 0) {
        warned = check_database(context, database_uri + strlen(SQLITE_SCHEME), &database);
    }
    storage_uri = storage_uri != NULL ? storage_base_uri(storage_uri, &layers) : NULL;
    if (storage_uri == NULL || strncmp(storage_uri, FOLDER_SCHEME, strlen(FOLDER_SCHEME)) != 0) {
        return;
    }
    storage_uri += strlen(FOLDER_SCHEME);
    if (warned && stat(storage_uri, &storage) == 0 && storage.st_dev == database.st_dev &&
        storage.st_ino == database.st_ino) {
        return; /* already reported */
    }
    check_folder(context, storage_uri, "storage", &storage);
}
