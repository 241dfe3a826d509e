#include "storage/filesystem/listing.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "storage/filesystem/folder.h"
#include "storage/filesystem/path.h"
#include "storage/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOMAIN "storage"

struct listing_entry {
    size_t name_at; /* offset in the level's texts of the NUL-terminated file name */
    size_t key_at;  /* the same of the bytes that it appends to the key */
    int32_t kind;   /* PATH_* */
    const struct buffer *texts;
};

/* One folder on the path to the current entry. */
struct listing_level {
    struct listing_level *parent;
    struct buffer texts;
    struct listing_entry *entries;
    size_t count;
    size_t capacity;
    size_t at;          /* next entry */
    size_t key_length;  /* length of the key before an entry's bytes */
    size_t path_length; /* length of the folder's path */
    int32_t continued;  /* the folder is a PATH_CONTINUED */
};

struct listing {
    const struct context *context;
    int root;
    const char *prefix;
    size_t prefix_length;
    cpk_list_fn each;
    void *user;
    struct buffer key;
    struct buffer path;
    struct listing_level *level; /* the innermost */
    int folder; /* descriptor of folder_level, or -1; only one is open at a time, because there may be many levels */
    const struct listing_level *folder_level;
    int32_t stopped;
};

static const char *entry_key(const struct listing_entry *entry)
{
    return entry->texts->data + entry->key_at;
}

static int compare_entries(const void *left, const void *right)
{
    return strcmp(entry_key(left), entry_key(right));
}

static void folder_close(struct listing *listing)
{
    if (listing->folder >= 0) {
        close(listing->folder);
    }
    listing->folder = -1;
    listing->folder_level = NULL;
}

static void level_free(struct listing *listing, struct listing_level *level)
{
    if (listing->folder_level == level) {
        folder_close(listing);
    }
    buffer_free(&level->texts);
    memory_release_array(&listing->context->allocator, level->entries, level->capacity, sizeof *level->entries);
    memory_release(&listing->context->allocator, level, sizeof *level);
}

/* Returns 1 if the key so far plus `added` agrees with the prefix. */
static int32_t matches_prefix(const struct listing *listing, size_t key_length, const char *added)
{
    size_t added_length = strlen(added);
    size_t compared;

    if (key_length >= listing->prefix_length) {
        return 1;
    }
    compared = listing->prefix_length - key_length;
    if (added_length < compared) {
        compared = added_length;
    }
    return memcmp(listing->prefix + key_length, added, compared) == 0;
}

/* Adds a directory entry, unless it is foreign or outside the prefix. Returns 0 when out of memory. */
static int32_t level_add(struct listing *listing, struct listing_level *level, const char *name)
{
    const cpk_allocator *allocator = &listing->context->allocator;
    size_t before = level->texts.length;
    struct listing_entry entry = {.name_at = before, .texts = &level->texts};

    buffer_append(&level->texts, name, strlen(name) + 1);
    entry.key_at = level->texts.length;
    entry.kind = path_append_name_decoded(&level->texts, name, level->continued);
    buffer_append_byte(&level->texts, '\0');
    if (level->texts.failed) {
        return 0;
    }
    /* A blob whose key is shorter than the prefix is not listed, although it agrees with it. */
    if (entry.kind == PATH_FOREIGN || !matches_prefix(listing, level->key_length, entry_key(&entry)) ||
        (entry.kind == PATH_BLOB && level->key_length + strlen(entry_key(&entry)) < listing->prefix_length)) {
        level->texts.length = before;
        return 1;
    }
    if (level->count == level->capacity) {
        size_t capacity = level->capacity > 0 ? level->capacity * 2 : 16;
        struct listing_entry *entries =
            memory_resize_array(allocator, level->entries, level->capacity, capacity, sizeof *entries);

        if (entries == NULL) {
            return 0;
        }
        level->entries = entries;
        level->capacity = capacity;
    }
    level->entries[level->count++] = entry;
    return 1;
}

static cpk_status level_read(struct listing *listing, struct listing_level *level, DIR *folder, cpk_error **error)
{
    const struct dirent *item;

    for (;;) {
        CPK_TRY(watch_check(error));
        errno = 0;
        item = readdir(folder);
        if (item == NULL) {
            break;
        }
        if (!level_add(listing, level, item->d_name)) {
            return error_out_of_memory(error);
        }
    }
    if (errno != 0) {
        return error_set_errno(error, errno, DOMAIN, "can't list the storage folder \"%s\"",
                               buffer_text(&listing->path));
    }
    if (level->count > 1) {
        qsort(level->entries, level->count, sizeof *level->entries, compare_entries);
    }
    return CPK_OK;
}

/* Reads the folder at listing->path into a new innermost level. A folder removed meanwhile is empty. */
static cpk_status push_level(struct listing *listing, int32_t continued, cpk_error **error)
{
    struct listing_level *level = memory_allocate_zeroed(&listing->context->allocator, sizeof *level);
    int descriptor;
    DIR *folder;
    cpk_status status = CPK_OK;

    if (level == NULL || listing->path.failed || listing->key.failed) {
        memory_release(&listing->context->allocator, level, sizeof *level);
        return error_out_of_memory(error);
    }
    buffer_init(&level->texts, &listing->context->allocator);
    level->parent = listing->level;
    level->key_length = listing->key.length;
    level->path_length = listing->path.length;
    level->continued = continued;
    listing->level = level;
    descriptor = folder_open(listing->root, buffer_text(&listing->path), listing->path.length);
    folder = descriptor >= 0 ? fdopendir(descriptor) : NULL;
    if (folder != NULL) {
        status = level_read(listing, level, folder, error);
        closedir(folder);
    } else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
        status =
            error_set_errno(error, errno, DOMAIN, "can't list the storage folder \"%s\"", buffer_text(&listing->path));
        if (descriptor >= 0) {
            close(descriptor);
        }
    }
    return status;
}

/* Names of foreign files may decode to invalid keys. */
static int32_t is_key(const struct buffer *key)
{
    const char *part = key->data;

    if (key->length > CPK_STORAGE_KEY_BYTES_MAX || utf8_valid_prefix(key->data, key->length) != key->length) {
        return 0;
    }
    for (;;) {
        size_t length = strcspn(part, "/");

        if (length == 0 || (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.')) {
            return 0;
        }
        if (part[length] == '\0') {
            return 1;
        }
        part += length + 1;
    }
}

/* Opens the innermost level's folder unless it is open. */
static int32_t open_level_folder(struct listing *listing)
{
    if (listing->folder_level != listing->level) {
        folder_close(listing);
        listing->folder = folder_open(listing->root, buffer_text(&listing->path), listing->level->path_length);
        listing->folder_level = listing->folder >= 0 ? listing->level : NULL;
    }
    return listing->folder >= 0;
}

/* Passes the current key to the callback. Skips blobs removed meanwhile and names that are no keys. */
static cpk_status report_blob(struct listing *listing, const char *name, cpk_error **error)
{
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};
    struct stat found;
    int result;

    if (listing->key.failed) {
        return error_out_of_memory(error);
    }
    if (!is_key(&listing->key)) {
        return CPK_OK;
    }
    result = open_level_folder(listing) ? fstatat(listing->folder, name, &found, AT_SYMLINK_NOFOLLOW) : -1;
    if (result != 0 && errno != ENOENT) {
        return error_set_errno(error, errno, DOMAIN, "can't stat the blob \"%s\"", buffer_text(&listing->key));
    }
    if (result == 0 && S_ISREG(found.st_mode)) {
        info.size_bytes = found.st_size;
        info.modified_us = (int64_t)found.st_mtim.tv_sec * 1000000 + found.st_mtim.tv_nsec / 1000;
        listing->stopped = listing->each(listing->user, listing->key.data, &info) != 0;
    }
    return CPK_OK;
}

static void truncate_text(struct buffer *text, size_t length)
{
    text->length = length;
    if (text->data != NULL) {
        text->data[length] = '\0';
    }
}

/* Reports the next blob, descends into the next folder, or pops a finished level. */
static cpk_status listing_step(struct listing *listing, cpk_error **error)
{
    struct listing_level *level = listing->level;
    const struct listing_entry *entry;

    truncate_text(&listing->key, level->key_length);
    truncate_text(&listing->path, level->path_length);
    if (level->at == level->count) {
        listing->level = level->parent;
        level_free(listing, level);
        return CPK_OK;
    }
    entry = &level->entries[level->at++];
    buffer_append_text(&listing->key, entry_key(entry));
    if (entry->kind == PATH_BLOB) {
        return report_blob(listing, level->texts.data + entry->name_at, error);
    }
    if (listing->key.length > CPK_STORAGE_KEY_BYTES_MAX) {
        return CPK_OK; /* no valid key can be below: limits the depth */
    }
    buffer_append_text(&listing->path, level->texts.data + entry->name_at);
    buffer_append_byte(&listing->path, '/');
    return push_level(listing, entry->kind == PATH_CONTINUED, error);
}

cpk_status listing_run(const struct context *context, int root, const char *prefix, cpk_list_fn each, void *user,
                       cpk_error **error)
{
    struct listing listing = {.context = context, .root = root, .prefix = prefix, .prefix_length = strlen(prefix)};
    size_t used = 0;
    cpk_status status = CPK_OK;

    listing.each = each;
    listing.user = user;
    listing.folder = -1;
    buffer_init(&listing.key, &context->allocator);
    buffer_init(&listing.path, &context->allocator);
    if (path_append_prefix(&listing.path, prefix, &used)) {
        buffer_append(&listing.key, prefix, used);
        CPK_TRY_CLEANUP(push_level(&listing, 0, error));
        while (listing.level != NULL && !listing.stopped) {
            CPK_TRY_CLEANUP(listing_step(&listing, error));
            CPK_TRY_CLEANUP(watch_check(error));
        }
    }
cleanup:
    while (listing.level != NULL) {
        struct listing_level *level = listing.level;

        listing.level = level->parent;
        level_free(&listing, level);
    }
    buffer_free(&listing.key);
    buffer_free(&listing.path);
    return status;
}
