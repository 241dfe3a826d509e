#include "options/inputs.h"

#include "cli.h"
#include "files/files.h"
#include "terminal/skips.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* What listing folders left out. */
struct left_out {
    struct cli *cli;
    struct skips skips;
    size_t unreadable;
};

/* A files_left_fn. */
static void tell_left(void *user, const struct files_left *left)
{
    struct left_out *out = user;
    cpk_error *error = NULL;

    files_left_error(left, &error);
    if (left->kind == FILES_LEFT_UNREADABLE) {
        report_failure(out->cli, left->path, error);
        out->unreadable++;
    } else {
        skips_add(&out->skips, out->cli, left->path, error);
        cpk_error_free(error);
    }
}

int inputs_check(struct cli *cli)
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

int inputs_collect(struct cli *cli, struct files_list *inputs, size_t *unreadable)
{
    struct left_out left = {.cli = cli};
    int code = inputs_check(cli);

    for (size_t i = 0; code == EXIT_CODE_OK && i < cli->options.argument_count; i++) {
        const char *path = cli->options.arguments[i];
        bool good = !inputs_is_stdin(path) && files_is_folder(path)
                        ? files_list_add_folder(inputs, path, tell_left, &left)
                        : files_list_add(inputs, path);

        code = good ? EXIT_CODE_OK : report_out_of_memory(cli);
    }
    skips_end(&left.skips, cli);
    *unreadable = left.unreadable;
    return code;
}

bool inputs_is_link(const char *path)
{
    return strncasecmp(path, "https://", 8) == 0 || strncasecmp(path, "http://", 7) == 0;
}

/* Where the host of an address begins, after a user and a password, which may hold any byte if it is not well-formed:
 * "http://user:pass/word@host". */
static const char *find_host(const char *authority)
{
    size_t length = strcspn(authority, "/?#");
    const char *colon = memchr(authority, ':', length);
    const char *at = memrchr(authority, '@', length);

    if (at == NULL && colon != NULL && authority[0] != '[' &&
        strspn(colon + 1, "0123456789") < length - (size_t)(colon + 1 - authority)) {
        at = strrchr(authority, '@'); /* no port: the password goes on */
        at = at != NULL ? at : colon;
    }
    return at != NULL ? at + 1 : authority;
}

const char *inputs_shown(const char *input, char shown[INPUTS_SHOWN_BYTES])
{
    const char *scheme_end = strstr(input, "://");
    const char *host;

    if (scheme_end == NULL) {
        return input;
    }
    host = find_host(scheme_end + 3);
    snprintf(shown, INPUTS_SHOWN_BYTES, "%.*s%.*s", (int)(scheme_end + 3 - input), input, (int)strcspn(host, "?#"),
             host);
    return shown;
}

bool inputs_is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

static bool is_stream(const char *path)
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
    source->fd = -1;
    if (inputs_is_stdin(path)) {
        source->fd = STDIN_FILENO;
        if (isatty(STDIN_FILENO)) {
            report_info(cli, "type or paste the text, then press Ctrl-D on a line of its own");
        }
    } else if (is_stream(path)) {
        source->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* opening a FIFO could block forever */
        source->input.name = strncmp(path, "/dev/", 5) == 0 ? NULL : slash != NULL ? slash + 1 : path;
    }
    if (source->fd < 0) {
        *(inputs_is_link(path) ? &source->input.url : &source->input.path) = path;
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
