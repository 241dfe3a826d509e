#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "files/files.h"
#include "options/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES ((size_t)1 << 20)

/* One text and its token count. */
struct counted {
    const char *path;
    char *text;
    size_t length;
    size_t room;
    size_t limit;  /* longest text in bytes: import.max_document_bytes */
    uint32_t *ids; /* NULL unless --ids is given */
    int64_t tokens;
};

static bool make_room(struct counted *text, size_t room)
{
    char *grown = room > text->length ? realloc(text->text, room) : NULL;

    if (grown != NULL) {
        text->text = grown;
        text->room = room;
    }
    return grown != NULL;
}

static int fail_too_long(struct cli *cli, const struct counted *text)
{
    return report_problem(cli, CPK_ERROR_LIMIT_EXCEEDED, text->path,
                          "the text is longer than import.max_document_bytes (%zu)", text->limit);
}

static int read_fd(struct cli *cli, int fd, struct counted *text)
{
    struct stat details;
    bool sized = fstat(fd, &details) == 0 && S_ISREG(details.st_mode) && details.st_size > 0;
    ssize_t got = 1;

    if (sized && (uint64_t)details.st_size > text->limit) {
        return fail_too_long(cli, text);
    }
    if (!make_room(text, sized ? (size_t)details.st_size + 1 : READ_BYTES)) {
        return report_out_of_memory(cli);
    }
    while (got != 0) {
        if (text->length == text->room && !make_room(text, text->room * 2)) {
            return report_out_of_memory(cli);
        }
        got = signals_read(fd, text->text + text->length, text->room - text->length);
        if (got < 0) {
            cpk_error *error = NULL;

            files_error(&error, errno, "can't read", text->path);
            return report_failure(cli, NULL, error);
        }
        text->length += (size_t)got;
        if (text->length > text->limit) {
            return fail_too_long(cli, text);
        }
    }
    return EXIT_CODE_OK;
}

static int read_text(struct cli *cli, struct counted *text)
{
    cpk_error *error = NULL;
    int fd = STDIN_FILENO;
    int code = EXIT_CODE_OK;

    if (inputs_is_stdin(text->path)) {
        return read_fd(cli, fd, text);
    }
    fd = open(text->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* opening a FIFO could block forever */
    if (fd < 0) {
        files_error(&error, errno, "can't read", text->path);
        return report_failure(cli, NULL, error);
    }
    code = read_fd(cli, fd, text);
    close(fd);
    return code;
}

static int count_text(struct cli *cli, int32_t encoding, bool with_ids, struct counted *text)
{
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    size_t count = 0;
    size_t capacity = 0;

    status = cpk_tokens_count(encoding, text->text, text->length, &text->tokens, &error);
    if (status == CPK_OK && with_ids) {
        capacity = (size_t)text->tokens;
        text->ids = calloc(capacity + 1, sizeof *text->ids);
        if (text->ids == NULL) {
            return report_out_of_memory(cli);
        }
        status = cpk_tokens_encode(encoding, text->text, text->length, text->ids, capacity, &count, &error);
    }
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, text->path, error);
}

static void print_ids(struct output *out, const struct counted *text, struct json_out *json)
{
    char digits[16];

    for (int64_t i = 0; i < text->tokens; i++) {
        if (json != NULL) {
            json_out_number(json, NULL, text->ids[i]);
        } else {
            output_write(out, digits, (size_t)snprintf(digits, sizeof digits, i == 0 ? "%u" : " %u", text->ids[i]));
        }
    }
}

static void print_json(struct json_out *json, const struct counted *text)
{
    json_out_begin(json, NULL, '{');
    json_out_text(json, "file", inputs_is_stdin(text->path) ? NULL : text->path);
    json_out_number(json, "tokens", text->tokens);
    json_out_number(json, "bytes", (int64_t)text->length);
    if (text->ids != NULL) {
        json_out_begin(json, "ids", '[');
        print_ids(json->out, text, json);
        json_out_end(json, ']');
    }
    json_out_end(json, '}');
}

/* Prints numbers for scripts: the count alone for one text, lines as `wc` prints them for several. */
static void print_text(struct output *out, const struct counted *text, bool named)
{
    if (text->ids != NULL) {
        print_ids(out, text, NULL);
        output_string(out, "\n");
        return;
    }
    output_format(out, "%lld", (long long)text->tokens);
    if (named) {
        output_string(out, " ");
        output_foreign(out, text->path);
    }
    output_string(out, "\n");
}

static int count_one(struct cli *cli, struct json_out *json, const char *path, int64_t limit, int64_t *total)
{
    int32_t encoding = cpk_encoding_from_name(options_text(&cli->options, "encoding", "o200k_base"));
    struct counted text = {.path = path, .limit = (size_t)limit};
    int code = read_text(cli, &text);

    if (code == EXIT_CODE_OK) {
        code = count_text(cli, encoding, options_flag(&cli->options, "ids"), &text);
    }
    if (code == EXIT_CODE_OK) {
        *total += text.tokens;
        if (cli->json) {
            print_json(json, &text);
        } else {
            print_text(&cli->out, &text, cli->options.argument_count > 1);
        }
    }
    free(text.text);
    free(text.ids);
    return code;
}

int command_tokens(struct cli *cli)
{
    static const char *const STDIN_ONLY[] = {"-"};
    const struct options *options = &cli->options;
    size_t count = options->argument_count > 0 ? options->argument_count : 1;
    const char *const *paths = options->argument_count > 0 ? options->arguments : STDIN_ONLY;
    const char *encoding = options_text(options, "encoding", "o200k_base");
    int64_t total = 0;
    int64_t limit = 0;
    size_t good = 0;
    int code = connect_bare(cli);
    struct json_out json;

    if (code != EXIT_CODE_OK || cpk_engine_setting(cli->engine, "import.max_document_bytes", &limit, NULL) != CPK_OK) {
        return code;
    }
    json_out_init(&json, &cli->out);
    if (cli->json) {
        json_out_begin(&json, NULL, '{');
        json_out_text(&json, "encoding", encoding);
        json_out_begin(&json, "items", '[');
    }
    for (size_t i = 0; i < count && signals_caught() == 0; i++) {
        int one = count_one(cli, &json, paths[i], limit, &total);

        good += one == EXIT_CODE_OK;
        code = code == EXIT_CODE_OK ? one : code;
    }
    if (cli->json) {
        json_out_end(&json, ']');
        json_out_number(&json, "tokens", total);
        json_out_end(&json, '}');
        json_out_line(&json);
    } else if (count > 1 && !options_flag(options, "ids")) {
        output_format(&cli->out, "%lld total\n", (long long)total);
    }
    if (signals_caught() != 0) {
        return signals_exit_code();
    }
    return code != EXIT_CODE_OK && good > 0 ? EXIT_CODE_PARTIAL : code;
}
