#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "options/inputs.h"
#include "terminal/notes.h"
#include "terminal/records.h"

static void print_source(struct cli *cli, const cpk_source *source)
{
    struct json_out json;

    if (cli->json) {
        json_out_init(&json, &cli->out);
        records_source_json(&json, NULL, source);
        json_out_line(&json);
    } else {
        records_source_text(&cli->out, source);
    }
}

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

static cpk_status add_source(struct cli *cli, const cpk_pack *pack, cpk_source **source, cpk_error **error)
{
    const char *path = cli->options.arguments[1];
    cpk_run_options options;
    struct input_source opened;
    struct notes notes;
    cpk_status status = CPK_OK;

    inputs_open(cli, path, &opened);
    opened.input.name = options_text(&cli->options, "name", opened.input.name);
    notes_begin(&notes, cli, path, &options);
    progress_begin(&cli->progress, path);
    status = cpk_source_add(cli->session, cpk_pack_id(pack), &opened.input, &options, NULL, source, error);
    progress_end(&cli->progress, status == CPK_OK);
    inputs_close(&opened);
    if (status == CPK_OK && options_flag(&cli->options, "run")) {
        status = run_source(cli, CPK_SOURCE_COMPLETED, 0, 0, source, error);
    }
    return status;
}

int command_source_add(struct cli *cli)
{
    cpk_pack *pack = NULL;
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    int code = connect_user(cli);

    if (code == EXIT_CODE_OK) {
        code = common_find_pack(cli, cli->options.arguments[0], &pack);
    }
    if (code == EXIT_CODE_OK && add_source(cli, pack, &source, &error) != CPK_OK) {
        code = report_failure(cli, cli->options.arguments[1], error);
    }
    if (source != NULL) {
        print_source(cli, source);
    }
    cpk_source_free(source);
    cpk_pack_free(pack);
    return code;
}

static void print_sources(struct cli *cli, const cpk_source_list *list)
{
    struct columns columns;
    char number[FORMAT_NUMBER_BYTES];

    columns_init(&columns, "lllrrl");
    columns_add(&columns, "NAME");
    columns_add(&columns, "FORMAT");
    columns_add(&columns, "STATUS");
    columns_add(&columns, "MESSAGES");
    columns_add(&columns, "TOKENS");
    columns_add(&columns, "ID");
    for (size_t i = 0; i < cpk_source_list_count(list); i++) {
        const cpk_source *source = cpk_source_list_at(list, i);

        columns_add(&columns, cpk_source_name(source));
        columns_add(&columns, cpk_source_format(source)[0] != '\0' ? cpk_source_format(source) : "-");
        columns_add(&columns, cpk_source_status_name(source));
        columns_add(&columns, format_count(number, cpk_source_message_count(source)));
        columns_add(&columns, format_count(number, cpk_source_text_tokens(source)));
        columns_add(&columns, cpk_source_id(source));
    }
    common_print(cli, &columns, "the pack has no sources", cpk_source_list_next(list));
}

static void print_sources_json(struct cli *cli, const cpk_source_list *list)
{
    struct json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_source_list_count(list); i++) {
        records_source_json(&json, NULL, cpk_source_list_at(list, i));
    }
    common_end_json(&json, cpk_source_list_next(list));
}

int command_source_list(struct cli *cli)
{
    cpk_page page;
    cpk_pack *pack = NULL;
    cpk_source_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_user(cli);
    }
    if (code == EXIT_CODE_OK) {
        code = common_find_pack(cli, cli->options.arguments[0], &pack);
    }
    if (code == EXIT_CODE_OK && cpk_source_list_get(cli->session, cpk_pack_id(pack), &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_sources_json : print_sources)(cli, list);
    }
    cpk_source_list_free(list);
    cpk_pack_free(pack);
    return code;
}

/* Connects and finds the source that the first argument names. */
static int open_source(struct cli *cli, cpk_source **source)
{
    cpk_error *error = NULL;
    int code = connect_user(cli);

    if (code == EXIT_CODE_OK && cpk_source_get(cli->session, cli->options.arguments[0], source, &error) != CPK_OK) {
        code = report_failure(cli, cli->options.arguments[0], error);
    }
    return code;
}

int command_source_show(struct cli *cli)
{
    cpk_source *source = NULL;
    int code = open_source(cli, &source);

    if (code == EXIT_CODE_OK) {
        print_source(cli, source);
    }
    cpk_source_free(source);
    return code;
}

int command_source_run(struct cli *cli)
{
    bool ready = strcmp(options_text(&cli->options, "until", "completed"), "ready") == 0;
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    uint32_t flags = 0;
    int64_t max_chunks = 0;
    int code = common_part(cli, &flags, &max_chunks);

    if (code == EXIT_CODE_OK) {
        code = open_source(cli, &source);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (run_source(cli, ready ? CPK_SOURCE_READY_FOR_ANALYSIS : CPK_SOURCE_COMPLETED, flags, max_chunks, &source,
                   &error) != CPK_OK) {
        code = report_failure(cli, cpk_source_name(source), error);
    }
    print_source(cli, source);
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

int command_source_read(struct cli *cli)
{
    int32_t part = part_of(options_text(&cli->options, "part", "extracted"));
    struct common_target target;
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = open_source(cli, &source);

    if (code == EXIT_CODE_OK) {
        code = common_open_target(cli, &target);
    }
    if (code == EXIT_CODE_OK) {
        status = cpk_source_read(cli->session, cpk_source_id(source), part, output_take, common_target_output(&target),
                                 &error);
        code = common_close_target(&target, cpk_source_name(source), status, error);
    }
    cpk_source_free(source);
    return code;
}

int command_source_delete(struct cli *cli)
{
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    int code = open_source(cli, &source);

    if (code == EXIT_CODE_OK && !common_confirm(cli, cpk_source_name(source))) {
        report_info(cli, "nothing was deleted");
    } else if (code == EXIT_CODE_OK) {
        if (cpk_source_delete(cli->session, cpk_source_id(source), &error) != CPK_OK) {
            code = report_failure(cli, cpk_source_name(source), error);
        } else {
            common_print_deleted(cli, cpk_source_name(source), cpk_source_id(source));
        }
    }
    cpk_source_free(source);
    return code;
}
