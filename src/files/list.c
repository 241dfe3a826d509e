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

/* Hidden files, and what macOS adds to an archive. */
static bool is_left_out(const char *name, size_t length)
{
    return name[0] == '.' || (length == 8 && strncmp(name, "__MACOSX", 8) == 0);
}

static int is_wanted(const struct dirent *entry)
{
    return !is_left_out(entry->d_name, strlen(entry->d_name));
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

/* The type of what has this path, of a link itself; 0 if it is not there. */
static mode_t type_itself(const char *path)
{
    struct stat details;

    return lstat(path, &details) == 0 ? details.st_mode & S_IFMT : 0;
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

        found = found || (path != NULL && type_itself(path) == S_IFREG);
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
    char *root;                /* the folder's real path */
    files_left_fn left;
    void *user;
};

/* True if a walk lists what has this real path. */
static bool is_listed(const struct walk *walk, const char *real)
{
    size_t length = walk->root != NULL ? strlen(walk->root) : 0;

    if (length == 0 || strncmp(real, walk->root, length) != 0 ||
        (real[length] != '/' && real[length] != '\0' && length > 1)) {
        return false;
    }
    for (const char *at = real + length; *at != '\0'; at++) {
        if (*at == '/' && is_left_out(at + 1, strcspn(at + 1, "/"))) {
            return false;
        }
    }
    return type_itself(real) == S_IFREG || type_itself(real) == S_IFDIR;
}

static void tell_left(const struct walk *walk, const char *path, enum files_left_kind kind, int error_number)
{
    const struct files_left left = {path, kind, error_number};

    walk->left(walk->user, &left);
}

static void leave_link(const struct walk *walk, const char *path)
{
    char *real = realpath(path, NULL);

    if (real == NULL) {
        tell_left(walk, path, errno == ENOENT || errno == ELOOP ? FILES_LEFT_DANGLING : FILES_LEFT_LINK, 0);
    } else if (!is_listed(walk, real)) {
        tell_left(walk, path, FILES_LEFT_LINK, 0);
    }
    free(real);
}

static bool add_entry(struct walk *walk, char *path)
{
    if (path == NULL) {
        return false;
    }
    switch (type_itself(path)) {
    case S_IFDIR:
        return add_item(walk->exports_whole && files_is_export(path) ? walk->found : &walk->folders, path, true);
    case S_IFLNK:
        leave_link(walk, path);
        break;
    case 0: /* reading it tells what is wrong */
    case S_IFREG:
        return add_item(walk->found, path, true);
    default:
        tell_left(walk, path, FILES_LEFT_SPECIAL, 0);
        break;
    }
    free(path);
    return true;
}

/* Adds what is in a folder. Gives 0, errno, or -1 for no memory. */
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

static bool read_tree(struct walk *walk, const char *folder)
{
    bool good = add_item(&walk->folders, strdup(folder), true);

    walk->root = realpath(folder, NULL);
    for (size_t i = 0; good && i < walk->folders.count; i++) {
        int problem = read_folder(walk->folders.items[i].path, walk);

        good = problem >= 0;
        if (problem > 0) {
            tell_left(walk, walk->folders.items[i].path, FILES_LEFT_UNREADABLE, problem);
        }
    }
    files_list_free(&walk->folders);
    free(walk->root);
    return good;
}

bool files_list_add_tree(struct files_list *list, const char *folder, files_left_fn left, void *user)
{
    struct walk walk = {.found = list, .left = left, .user = user};

    return read_tree(&walk, folder);
}

bool files_list_add_folder(struct files_list *list, const char *folder, files_left_fn left, void *user)
{
    struct walk walk = {.found = list, .exports_whole = true, .left = left, .user = user};

    return files_is_export(folder) ? files_list_add(list, folder) : read_tree(&walk, folder);
}

cpk_status files_left_error(const struct files_left *left, cpk_error **error)
{
    static const char *const REASONS[] = {
        [FILES_LEFT_LINK] = "is a link that leads out of the folder: give what it leads to as an input of its own",
        [FILES_LEFT_DANGLING] = "is a link to a file that does not exist",
        [FILES_LEFT_SPECIAL] = "is a pipe, a socket or a device, not a file"};
    char *message = NULL;

    if (left->kind == FILES_LEFT_UNREADABLE) {
        return files_error(error, left->error_number, "can't read the folder", left->path);
    }
    if (error != NULL) {
        const char *shown =
            asprintf(&message, "%s %s", left->path, REASONS[left->kind]) < 0 ? "out of memory" : message;

        *error = cpk_error_new(CPK_ERROR_UNSUPPORTED, "input", shown, "", 0);
        free(message);
    }
    return CPK_ERROR_UNSUPPORTED;
}

void files_list_free(struct files_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].path);
    }
    free(list->items);
}
