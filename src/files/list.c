#include "files/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Takes the path over. */
static bool add_item(struct files_list *list, char *path, bool from_folder)
{
    if (path == NULL) {
        return false;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        struct files_item *items = reallocarray(list->items, capacity, sizeof *items);

        if (items == NULL) {
            free(path);
            return false;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count].path = path;
    list->items[list->count].from_folder = from_folder;
    list->count++;
    return true;
}

bool files_list_add(struct files_list *list, const char *path)
{
    return add_item(list, strdup(path), false);
}

static int is_wanted(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "__MACOSX") != 0;
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strverscmp((*left)->d_name, (*right)->d_name);
}

static char *join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    char *path = NULL;

    if (asprintf(&path, "%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/", name) < 0) {
        return NULL;
    }
    return path;
}

bool files_is_folder(const char *path)
{
    struct stat details;

    return stat(path, &details) == 0 && S_ISDIR(details.st_mode);
}

static bool is_folder_itself(const char *path)
{
    struct stat details;

    return lstat(path, &details) == 0 && S_ISDIR(details.st_mode);
}

static bool is_regular(const char *path)
{
    struct stat details;

    return stat(path, &details) != 0 || S_ISREG(details.st_mode);
}

/* Adds a folder's files, and its folders to `folders`, which are read later: no recursion, no matter how deep. Links
 * to folders are not followed, so there are no cycles. Gives 0, errno, or -1 for no memory. */
static int read_folder(const char *folder, struct files_list *folders, struct files_list *found)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_wanted, by_name);
    bool good = true;

    if (count < 0) {
        return errno;
    }
    for (int i = 0; i < count; i++) {
        char *path = join(folder, entries[i]->d_name);

        if (path == NULL) {
            good = false;
        } else if (is_folder_itself(path)) {
            good = add_item(folders, path, true) && good;
        } else if (!files_is_folder(path) && is_regular(path)) {
            good = add_item(found, path, true) && good;
        } else {
            free(path);
        }
        free(entries[i]);
    }
    free(entries);
    return good ? 0 : -1;
}

bool files_list_add_folder(struct files_list *list, const char *folder, files_unreadable_fn unreadable, void *user)
{
    struct files_list folders = {0};
    bool good = add_item(&folders, strdup(folder), true);

    for (size_t i = 0; good && i < folders.count; i++) {
        int problem = read_folder(folders.items[i].path, &folders, list);

        good = problem >= 0;
        if (problem > 0) {
            unreadable(user, folders.items[i].path, problem);
        }
    }
    files_list_free(&folders);
    return good;
}

void files_list_free(struct files_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].path);
    }
    free(list->items);
}
