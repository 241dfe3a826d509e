#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "options/inputs.h"
#include "options/text_input.h"

#include <stdio.h>
#include <stdlib.h>

/* One text and its token count. */
struct counted {
    struct text_input input;
    uint32_t *ids; /* NULL unless --ids is given */
    int64_t tokens;
};

static int count_text(struct cli *cli, int32_t encoding, bool with_ids, struct counted *text)
{
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    size_t count = 0;
    size_t capacity = 0;

    status = cpk_tokens_count(encoding, text->input.text, text->input.length, &text->tokens, &error);
    if (status == CPK_OK && with_ids) {
        capacity = (size_t)text->tokens;
        text->ids = calloc(capacity + 1, sizeof *text->ids);
        if (text->ids == NULL) {
            return report_out_of_memory(cli);
        }
        status = cpk_tokens_encode(encoding, text->input.text, text->input.length, text->ids, capacity, &count, &error);
    }
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, text->input.path, error);
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
    json_out_text(json, "file", inputs_is_stdin(text->input.path) ? NULL : text->input.path);
    json_out_number(json, "tokens", text->tokens);
    json_out_number(json, "bytes", (int64_t)text->input.length);
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
        output_foreign(out, text->input.path);
    }
    output_string(out, "\n");
}

static int count_one(struct cli *cli, struct json_out *json, const char *path, int64_t limit, int64_t *total)
{
    int32_t encoding = cpk_encoding_from_name(options_text(&cli->options, "encoding", "o200k_base"));
    struct counted text = {.input = {.path = path, .limit = (size_t)limit}};
    int code = text_input_read(cli, &text.input);

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
    free(text.input.text);
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
