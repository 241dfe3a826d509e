#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "options/inputs.h"
#include "terminal/notes.h"

struct chunk_writer {
    struct output *out;
    bool with_text;
};

/* A cpk_chunk_fn that prints the chunk. */
static int32_t write_chunk(void *user, const cpk_chunk *chunk)
{
    struct chunk_writer *writer = user;
    struct json_out json;

    json_out_init(&json, writer->out);
    json_out_begin(&json, NULL, '{');
    json_out_number(&json, "index", chunk->index);
    json_out_number(&json, "offset", chunk->offset);
    json_out_number(&json, "length", chunk->length);
    json_out_number(&json, "tokens", chunk->tokens);
    if (writer->with_text) {
        json_out_utf8(&json, "text", chunk->text, (size_t)chunk->length);
    }
    json_out_end(&json, '}');
    json_out_line(&json);
    return writer->out->error_number != 0;
}

/* On the command line 0 means none or is invalid; in the library it means the setting. */
static int read_options(struct cli *cli, cpk_chunk_options *chunk_options)
{
    int64_t max_tokens = options_number(&cli->options, "max-tokens", 0);
    int64_t overlap_tokens = options_number(&cli->options, "overlap-tokens", 0);

    if (options_flag(&cli->options, "max-tokens") && max_tokens <= 0) {
        return report_usage(cli, "--max-tokens must be at least 16");
    }
    if (overlap_tokens < 0) {
        return report_usage(cli, "--overlap-tokens must not be negative");
    }
    if (options_flag(&cli->options, "overlap-tokens") && overlap_tokens == 0) {
        overlap_tokens = -1;
    }
    chunk_options->encoding = cpk_encoding_from_name(options_text(&cli->options, "encoding", "o200k_base"));
    chunk_options->max_tokens = max_tokens;
    chunk_options->overlap_tokens = overlap_tokens;
    return EXIT_CODE_OK;
}

int command_chunk(struct cli *cli)
{
    const char *path = cli->options.arguments[0];
    cpk_chunk_options chunk_options = CPK_CHUNK_OPTIONS_INIT;
    struct chunk_writer writer = {&cli->out, options_flag(&cli->options, "text")};
    cpk_run_options options;
    struct input_source source;
    struct notes notes;
    char buffer[INPUTS_SHOWN_BYTES];
    const char *shown = inputs_shown(path, buffer);
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = read_options(cli, &chunk_options);

    if (code == EXIT_CODE_OK) {
        code = connect_bare(cli);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    inputs_open(cli, path, &source);
    notes_begin(&notes, cli, shown, &options);
    progress_begin(&cli->progress, shown);
    status = cpk_chunk_input(cli->engine, &source.input, &chunk_options, write_chunk, &writer, &options, NULL, &error);
    progress_end(&cli->progress, status == CPK_OK);
    notes_end(&notes);
    inputs_close(&source);
    if (status == CPK_ERROR_CANCELLED && cli->out.error_number != 0) {
        cpk_error_free(error);
        return EXIT_CODE_OK; /* standard output failed: reported at the end */
    }
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, shown, error);
}
