#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "terminal/notes.h"
#include "terminal/records.h"

static void print_export(struct cli *cli, const cpk_export *result)
{
    struct json_out json;

    if (cli->json) {
        json_out_init(&json, &cli->out);
        records_export_json(&json, NULL, result);
        json_out_line(&json);
    } else {
        records_export_text(&cli->out, result);
    }
}

static cpk_status create_export(struct cli *cli, const cpk_pack *pack, cpk_export **result, cpk_error **error)
{
    int32_t type = cpk_export_type_from_name(options_text(&cli->options, "type", "standard"));
    cpk_run_options options;
    struct notes notes;
    cpk_status status = CPK_OK;

    notes_begin(&notes, cli, cpk_pack_name(pack), &options);
    progress_begin(&cli->progress, cpk_pack_name(pack));
    status = cpk_export_create(cli->session, cpk_pack_id(pack), type, &options, NULL, result, error);
    progress_end(&cli->progress, status == CPK_OK);
    return status;
}

int command_export_create(struct cli *cli)
{
    cpk_pack *pack = NULL;
    cpk_export *result = NULL;
    cpk_error *error = NULL;
    int code = connect_user(cli);

    if (code == EXIT_CODE_OK) {
        code = common_find_pack(cli, cli->options.arguments[0], &pack);
    }
    if (code == EXIT_CODE_OK && create_export(cli, pack, &result, &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    if (code == EXIT_CODE_OK) {
        print_export(cli, result);
    }
    cpk_export_free(result);
    cpk_pack_free(pack);
    return code;
}

static void print_exports(struct cli *cli, const cpk_export_list *list)
{
    struct columns columns;
    char number[FORMAT_NUMBER_BYTES];
    char time[FORMAT_TIME_BYTES];

    columns_init(&columns, "llrrll");
    columns_add(&columns, "TYPE");
    columns_add(&columns, "STATUS");
    columns_add(&columns, "TOKENS");
    columns_add(&columns, "SIZE");
    columns_add(&columns, "CREATED");
    columns_add(&columns, "ID");
    for (size_t i = 0; i < cpk_export_list_count(list); i++) {
        const cpk_export *result = cpk_export_list_at(list, i);
        int64_t tokens = cpk_export_token_count(result);

        columns_add(&columns, cpk_export_type_name(result));
        columns_add(&columns, cpk_export_status_name(result));
        columns_add(&columns, tokens < 0 ? "-" : format_count(number, tokens));
        columns_add(&columns, format_size(number, cpk_export_file_size(result)));
        columns_add(&columns, format_time_local(time, cpk_export_created_at(result)));
        columns_add(&columns, cpk_export_id(result));
    }
    common_print(cli, &columns, "the pack has no documents", cpk_export_list_next(list));
}

static void print_exports_json(struct cli *cli, const cpk_export_list *list)
{
    struct json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_export_list_count(list); i++) {
        records_export_json(&json, NULL, cpk_export_list_at(list, i));
    }
    common_end_json(&json, cpk_export_list_next(list));
}

int command_export_list(struct cli *cli)
{
    cpk_page page;
    cpk_pack *pack = NULL;
    cpk_export_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_user(cli);
    }
    if (code == EXIT_CODE_OK) {
        code = common_find_pack(cli, cli->options.arguments[0], &pack);
    }
    if (code == EXIT_CODE_OK && cpk_export_list_get(cli->session, cpk_pack_id(pack), &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_exports_json : print_exports)(cli, list);
    }
    cpk_export_list_free(list);
    cpk_pack_free(pack);
    return code;
}

/* Connects and finds the document that the first argument names. */
static int open_export(struct cli *cli, cpk_export **result)
{
    cpk_error *error = NULL;
    int code = connect_user(cli);

    if (code == EXIT_CODE_OK && cpk_export_get(cli->session, cli->options.arguments[0], result, &error) != CPK_OK) {
        code = report_failure(cli, cli->options.arguments[0], error);
    }
    return code;
}

int command_export_show(struct cli *cli)
{
    cpk_export *result = NULL;
    int code = open_export(cli, &result);

    if (code == EXIT_CODE_OK) {
        print_export(cli, result);
    }
    cpk_export_free(result);
    return code;
}

int command_export_read(struct cli *cli)
{
    bool as_json = strcmp(options_text(&cli->options, "format", "markdown"), "json") == 0;
    struct common_target target;
    cpk_export *result = NULL;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = open_export(cli, &result);

    if (code == EXIT_CODE_OK) {
        code = common_open_target(cli, &target);
    }
    if (code == EXIT_CODE_OK) {
        status = cpk_export_read(cli->session, cpk_export_id(result), as_json ? CPK_FORMAT_JSON : CPK_FORMAT_MARKDOWN,
                                 output_take, common_target_output(&target), &error);
        code = common_close_target(&target, cpk_export_id(result), status, error);
    }
    cpk_export_free(result);
    return code;
}

int command_export_delete(struct cli *cli)
{
    cpk_export *result = NULL;
    cpk_error *error = NULL;
    int code = open_export(cli, &result);

    if (code == EXIT_CODE_OK && !common_confirm(cli, cpk_export_type_name(result))) {
        report_info(cli, "nothing was deleted");
    } else if (code == EXIT_CODE_OK) {
        if (cpk_export_delete(cli->session, cpk_export_id(result), &error) != CPK_OK) {
            code = report_failure(cli, cpk_export_id(result), error);
        } else {
            common_print_deleted(cli, cpk_export_type_name(result), cpk_export_id(result));
        }
    }
    cpk_export_free(result);
    return code;
}
