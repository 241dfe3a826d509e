#include "options/inputs.h"

#include "cli.h"
#include "files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PACK_NAME "Context pack"
#define PACK_NAME_BYTES   120

static bool add_item(struct inputs *inputs, char *path, bool from_folder)
{
    if (path == NULL) {
        return false;
    }
    if (inputs->count == inputs->room) {
        size_t room = inputs->room == 0 ? 16 : inputs->room * 2;
        struct input_item *items = realloc(inputs->items, room * sizeof *items);

        if (items == NULL) {
            free(path);
            return false;
        }
        inputs->items = items;
        inputs->room = room;
    }
    inputs->items[inputs->count].path = path;
    inputs->items[inputs->count].from_folder = from_folder;
    inputs->count++;
    return true;
}

/* Hidden files, and what macOS puts beside the files of an archive. */
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

static bool is_folder(const char *path, bool follow)
{
    struct stat details;

    return (follow ? stat(path, &details) : lstat(path, &details)) == 0 && S_ISDIR(details.st_mode);
}

static bool is_regular(const char *path)
{
    struct stat details;

    return stat(path, &details) != 0 || S_ISREG(details.st_mode);
}

/* Adds a folder's files, and its folders to `folders`, which are read later: no recursion, no matter how deep. Links
 * to folders are not followed, so there are no cycles. */
static bool read_folder(struct cli *cli, const char *folder, struct inputs *folders, struct inputs *found)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_wanted, by_name);
    bool good = true;

    if (count < 0) {
        cpk_error *error = NULL;

        files_error(&error, errno, "can't read the folder", folder);
        report_failure(cli, folder, error);
        return true;
    }
    for (int i = 0; i < count; i++) {
        char *path = join(folder, entries[i]->d_name);

        if (path == NULL) {
            good = false;
        } else if (is_folder(path, false)) {
            good = good && add_item(folders, path, true);
        } else if (!is_folder(path, true) && is_regular(path)) {
            good = good && add_item(found, path, true);
        } else {
            free(path);
        }
        free(entries[i]);
    }
    free(entries);
    return good;
}

static bool collect_folder(struct cli *cli, const char *argument, struct inputs *found)
{
    struct inputs folders = {0};
    bool good = add_item(&folders, strdup(argument), true);

    for (size_t i = 0; good && i < folders.count; i++) {
        good = read_folder(cli, folders.items[i].path, &folders, found);
    }
    inputs_free(&folders);
    return good;
}

int inputs_collect(struct cli *cli, const char *const *arguments, size_t count, struct inputs *inputs)
{
    size_t stdin_count = 0;

    for (size_t i = 0; i < count; i++) {
        bool good = true;

        if (arguments[i][0] == '\0') {
            return report_usage(cli, "an input must not be empty");
        }
        stdin_count += inputs_is_stdin(arguments[i]);
        if (stdin_count > 1) {
            return report_usage(cli, "standard input (-) can be read only once");
        }
        if (!inputs_is_stdin(arguments[i]) && is_folder(arguments[i], true)) {
            good = collect_folder(cli, arguments[i], inputs);
        } else {
            good = add_item(inputs, strdup(arguments[i]), false);
        }
        if (!good) {
            return report_out_of_memory(cli);
        }
    }
    return EXIT_CODE_OK;
}

void inputs_free(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        free(inputs->items[i].path);
    }
    free(inputs->items);
}

bool inputs_is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

bool inputs_is_stream(const char *path)
{
    struct stat details;

    return inputs_is_stdin(path) ||
           (stat(path, &details) == 0 && !S_ISREG(details.st_mode) && !S_ISDIR(details.st_mode));
}

/* A cpk_read_fn that Ctrl-C wakes up. */
static int64_t read_stream(void *user, void *buffer, size_t capacity)
{
    const struct input_source *source = user;

    return signals_read(source->fd, buffer, capacity);
}

void inputs_open(struct cli *cli, const char *path, struct input_source *source)
{
    const char *slash = strrchr(path, '/');

    cpk_input_init(&source->input, sizeof source->input);
    source->stream = inputs_is_stream(path);
    source->fd = -1;
    if (inputs_is_stdin(path)) {
        source->fd = STDIN_FILENO;
        if (isatty(STDIN_FILENO)) {
            report_info(cli, "type or paste the text, then press Ctrl-D on a line of its own");
        }
    } else if (source->stream) {
        source->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO may never get a writer */
        source->input.name = strncmp(path, "/dev/", 5) == 0 ? NULL : slash != NULL ? slash + 1 : path;
    }
    if (source->fd < 0) {
        source->input.path = path;
        return;
    }
    source->input.read = read_stream;
    source->input.read_user = source;
}

void inputs_close(struct input_source *source)
{
    if (source->fd > STDIN_FILENO) {
        close(source->fd);
    }
}

/* Names that every export has, and folders that hold all sorts of things. */
static bool is_generic(const char *name)
{
    static const char *const WORDS[] = {
        "conversations", "conversation", "export",    "exports", "data",      "archive", "chat", "chats", "messages",
        "message",       "download",     "downloads", "desktop", "documents", "tmp",     "temp", "home",  "root",
        "out",           "output",       "input",     "file",    "files",     "",        NULL};
    char word[32];
    size_t length = strlen(name);

    if (length >= sizeof word) {
        return false;
    }
    for (size_t i = 0; i <= length; i++) {
        word[i] = (char)tolower((unsigned char)name[i]);
    }
    while (length > 0 && strchr("0123456789-_ .()", word[length - 1]) != NULL) { /* conversations-000, export (1) */
        length--;
    }
    word[length] = '\0';
    for (const char *const *generic = WORDS; *generic != NULL; generic++) {
        if (strcmp(word, *generic) == 0) {
            return true;
        }
    }
    return false;
}

/* The part of `path` between two slashes that ends at `end`, without a file's extension. */
static char *part_name(const char *path, size_t end, bool folder)
{
    size_t start = end;
    size_t length = 0;

    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    length = end - start;
    for (size_t i = length; !folder && i > 1; i--) {
        if (path[start + i - 1] == '.') {
            length = i - 1;
            break;
        }
    }
    return strndup(path + start, length);
}

static bool is_usable_name(const char *name)
{
    return name != NULL && !is_generic(name) && strlen(name) <= PACK_NAME_BYTES &&
           name[format_utf8_length(name)] == '\0';
}

char *inputs_pack_name(const char *argument)
{
    char *path = inputs_is_stream(argument) ? NULL : realpath(argument, NULL);
    size_t end = path != NULL ? strlen(path) : 0;
    bool folder = path != NULL && is_folder(path, true);
    char *name = NULL;

    for (int level = 0; level < 2 && end > 0; level++) {
        free(name);
        name = part_name(path, end, folder);
        if (is_usable_name(name)) {
            free(path);
            return name;
        }
        while (end > 0 && path[end - 1] != '/') {
            end--;
        }
        end -= end > 0;
        folder = true;
    }
    free(name);
    free(path);
    return strdup(DEFAULT_PACK_NAME);
}
