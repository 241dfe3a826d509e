#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "options/inputs.h"
#include "resource.h"
#include "terminal/notes.h"

/* Runs the source and replaces *source by its new state. */
static cpk_status run_source(struct cli *cli, int32_t until, uint32_t part_flags, int64_t max_chunks,
                             cpk_source **source, cpk_error **error)
{
    cpk_source *after = NULL;
    cpk_run_options options;
    struct notes notes;
    cpk_status status = CPK_OK;

    notes_begin(&notes, cli, cpk_source_name(*source), &options);
    options.flags = part_flags;
    options.max_chunks = max_chunks;
    progress_begin(&cli->progress, cpk_source_name(*source));
    status = cpk_source_run(cli->session, cpk_source_id(*source), until, &options, &after, error);
    progress_end(&cli->progress, status == CPK_OK);
    notes_end(&notes);
    if (after != NULL) {
        cpk_source_free(*source);
        *source = after;
    }
    return status;
}

static cpk_status add_source(struct cli *cli, const cpk_pack *pack, const char *path, cpk_source **source,
                             cpk_error **error)
{
    cpk_run_options options;
    struct input_source opened;
    struct notes notes;
    char shown[INPUTS_SHOWN_BYTES];
    cpk_status status = CPK_OK;

    inputs_open(cli, path, &opened);
    opened.input.name = options_text(&cli->options, "name", opened.input.name);
    notes_begin(&notes, cli, inputs_shown(path, shown), &options);
    progress_begin(&cli->progress, inputs_shown(path, shown));
    status = cpk_source_add(cli->session, cpk_pack_id(pack), &opened.input, &options, NULL, source, error);
    progress_end(&cli->progress, status == CPK_OK);
    inputs_close(&opened);
    if (status == CPK_OK && options_flag(&cli->options, "run")) {
        status = run_source(cli, CPK_SOURCE_COMPLETED, 0, 0, source, error);
    }
    return status;
}

/* The exit code of a command that may have read a source in part. */
static int code_of_source(int code, const cpk_source *source)
{
    return code == EXIT_CODE_OK && source != NULL && cpk_source_is_partial(source) ? EXIT_CODE_PARTIAL : code;
}

int command_source_add(struct cli *cli)
{
    cpk_pack *pack = NULL;
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    const char *url = options_text(&cli->options, "url", NULL);
    const char *path = url != NULL ? url : cli->options.arguments[1];
    char shown[INPUTS_SHOWN_BYTES];
    int code;

    if ((url != NULL) == (cli->options.argument_count == 2)) {
        return report_usage(cli, "give either INPUT or --url URL");
    }
    if (url != NULL && !inputs_is_link(url)) {
        return report_usage(cli, "--url needs an address that begins with https:// or http://");
    }
    code = connect_user(cli);
    if (code == EXIT_CODE_OK) {
        code = common_find_pack(cli, cli->options.arguments[0], &pack);
    }
    if (code == EXIT_CODE_OK && add_source(cli, pack, path, &source, &error) != CPK_OK) {
        code = report_failure(cli, inputs_shown(path, shown), error);
    }
    if (source != NULL) {
        resource_print(cli, &RECORD_SOURCE, source);
    }
    code = code_of_source(code, source);
    cpk_source_free(source);
    cpk_pack_free(pack);
    return code;
}

LISTING_CALLS(source)
LISTING_GET(sources_get, source, cpk_source_list_get(cli->session, pack_id, page, &got, error))

static const struct listing SOURCES = LISTING(source, &RECORD_SOURCE, "the pack has no sources");

int command_source_list(struct cli *cli)
{
    return listing_show(cli, &SOURCES, LISTING_OF_PACK, sources_get);
}

RESOURCE_CALLS(source)
RESOURCE_TEXT(source, name)

static const struct resource SOURCE = {&RECORD_SOURCE, source_get,  cpk_source_delete, source_free,
                                       source_id,      source_name, source_name};

int command_source_show(struct cli *cli)
{
    return resource_show(cli, &SOURCE);
}

int command_source_run(struct cli *cli)
{
    bool ready = strcmp(options_text(&cli->options, "until", "completed"), "ready") == 0;
    void *opened = NULL;
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    uint32_t flags = 0;
    int64_t max_chunks = 0;
    int code = common_part(cli, &flags, &max_chunks);

    if (code == EXIT_CODE_OK) {
        code = resource_open(cli, &SOURCE, &opened);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    source = opened;
    if (run_source(cli, ready ? CPK_SOURCE_READY_FOR_ANALYSIS : CPK_SOURCE_COMPLETED, flags, max_chunks, &source,
                   &error) != CPK_OK) {
        code = report_failure(cli, cpk_source_name(source), error);
    }
    resource_print(cli, &RECORD_SOURCE, source);
    code = code_of_source(code, source);
    cpk_source_free(source);
    return code;
}

static int32_t part_of(const char *name)
{
    if (strcmp(name, "withheld") == 0) {
        return CPK_PART_WITHHELD;
    }
    return strcmp(name, "raw") == 0 ? CPK_PART_RAW : CPK_PART_EXTRACTED;
}

static cpk_status read_source(struct cli *cli, const char *id, struct output *out, cpk_error **error)
{
    return cpk_source_read(cli->session, id, part_of(options_text(&cli->options, "part", "extracted")), output_take,
                           out, error);
}

int command_source_read(struct cli *cli)
{
    return resource_read(cli, &SOURCE, read_source);
}

int command_source_delete(struct cli *cli)
{
    return resource_delete(cli, &SOURCE);
}
