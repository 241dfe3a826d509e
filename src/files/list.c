#include "files/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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

/* "conversations.json", "conversations-012.json" or "conversations-000.zip". */
static bool is_export_name(const char *name)
{
    static const char STEM[] = "conversations";
    const char *at = name + sizeof STEM - 1;

    if (strncasecmp(name, STEM, sizeof STEM - 1) != 0) {
        return false;
    }
    if (*at == '-') {
        size_t digits = strspn(at + 1, "0123456789");

        return digits > 0 && (strcasecmp(at + 1 + digits, ".json") == 0 || strcasecmp(at + 1 + digits, ".zip") == 0);
    }
    return strcasecmp(at, ".json") == 0;
}

static int is_of_export(const struct dirent *entry)
{
    return is_export_name(entry->d_name);
}

bool files_is_export(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_of_export, NULL);
    bool found = false;

    for (int i = 0; i < count; i++) {
        char *path = found ? NULL : join(folder, entries[i]->d_name);
        struct stat details;

        found = found || (path != NULL && stat(path, &details) == 0 && S_ISREG(details.st_mode));
        free(path);
        free(entries[i]);
    }
    free(entries);
    return found;
}

/* What a walk collects. */
struct walk {
    struct files_list *found;
    struct files_list folders; /* to be read: no recursion, no matter how deep */
    bool exports_whole;        /* an unpacked export is one item */
};

static bool add_entry(struct walk *walk, char *path)
{
    if (path == NULL) {
        return false;
    }
    if (is_folder_itself(path)) {
        return add_item(walk->exports_whole && files_is_export(path) ? walk->found : &walk->folders, path, true);
    }
    if (!files_is_folder(path) && is_regular(path)) {
        return add_item(walk->found, path, true);
    }
    free(path);
    return true;
}

/* Adds what is in a folder. Links to folders are not followed, so there are no cycles. Gives 0, errno, or -1 for no
 * memory. */
static int read_folder(const char *folder, struct walk *walk)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_wanted, by_name);
    bool good = true;

    if (count < 0) {
        return errno;
    }
    for (int i = 0; i < count; i++) {
        good = add_entry(walk, join(folder, entries[i]->d_name)) && good;
        free(entries[i]);
    }
    free(entries);
    return good ? 0 : -1;
}

static bool read_tree(struct walk *walk, const char *folder, files_unreadable_fn unreadable, void *user)
{
    bool good = add_item(&walk->folders, strdup(folder), true);

    for (size_t i = 0; good && i < walk->folders.count; i++) {
        int problem = read_folder(walk->folders.items[i].path, walk);

        good = problem >= 0;
        if (problem > 0) {
            unreadable(user, walk->folders.items[i].path, problem);
        }
    }
    files_list_free(&walk->folders);
    return good;
}

bool files_list_add_tree(struct files_list *list, const char *folder, files_unreadable_fn unreadable, void *user)
{
    struct walk walk = {.found = list};

    return read_tree(&walk, folder, unreadable, user);
}

bool files_list_add_folder(struct files_list *list, const char *folder, files_unreadable_fn unreadable, void *user)
{
    struct walk walk = {.found = list, .exports_whole = true};

    return files_is_export(folder) ? files_list_add(list, folder) : read_tree(&walk, folder, unreadable, user);
}

void files_list_free(struct files_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].path);
    }
    free(list->items);
}
