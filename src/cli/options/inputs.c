#include "options/inputs.h"

#include "cli.h"
#include "files/files.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PACK_NAME "Context pack"
#define PACK_NAME_BYTES   120

static void tell_unreadable(void *user, const char *folder, int error_number)
{
    cpk_error *error = NULL;

    files_error(&error, error_number, "can't read the folder", folder);
    report_failure(user, folder, error);
}

static int check_inputs(struct cli *cli)
{
    size_t stdin_count = 0;

    for (size_t i = 0; i < cli->options.argument_count; i++) {
        if (cli->options.arguments[i][0] == '\0') {
            return report_usage(cli, "an input must not be empty");
        }
        stdin_count += inputs_is_stdin(cli->options.arguments[i]);
    }
    return stdin_count > 1 ? report_usage(cli, "standard input (-) can be read only once") : EXIT_CODE_OK;
}

int inputs_collect(struct cli *cli, struct files_list *inputs)
{
    int code = check_inputs(cli);

    for (size_t i = 0; code == EXIT_CODE_OK && i < cli->options.argument_count; i++) {
        const char *path = cli->options.arguments[i];
        bool good = !inputs_is_stdin(path) && files_is_folder(path)
                        ? files_list_add_folder(inputs, path, tell_unreadable, cli)
                        : files_list_add(inputs, path);

        code = good ? EXIT_CODE_OK : report_out_of_memory(cli);
    }
    return code;
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

/* A cpk_read_fn that is interrupted by signals. */
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
        source->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* opening a FIFO could block forever */
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

/* Names of export files and folders that do not identify an input. */
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

/* The component of `path` that ends at `end`, without a file name extension. */
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
    bool folder = path != NULL && files_is_folder(path);
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
