#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "terminal/records.h"

static void print_pack(struct cli *cli, const cpk_pack *pack, const cpk_pack_progress *progress)
{
    struct json_out json;

    if (cli->json) {
        json_out_init(&json, &cli->out);
        records_pack_json(&json, NULL, pack, progress);
        json_out_line(&json);
    } else {
        records_pack_text(&cli->out, pack, progress);
    }
}

int command_pack_create(struct cli *cli)
{
    const struct options *options = &cli->options;
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_pack *pack = NULL;
    cpk_error *error = NULL;
    int code = EXIT_CODE_OK;

    if (options->argument_count > 0 && options_flag(options, "name")) {
        return report_usage(cli, "give the name once: as an argument or with --name");
    }
    params.name = options->argument_count > 0 ? options->arguments[0] : options_text(options, "name", NULL);
    params.description = options_text(options, "description", NULL);
    params.custom_system_prompt = options_text(options, "prompt", NULL);
    code = connect_user(cli);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (cpk_pack_create(cli->session, &params, &pack, &error) != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    print_pack(cli, pack, NULL);
    cpk_pack_free(pack);
    return EXIT_CODE_OK;
}

static void print_packs(struct cli *cli, const cpk_pack_list *list)
{
    struct columns columns;
    char number[FORMAT_NUMBER_BYTES];
    char time[FORMAT_TIME_BYTES];

    columns_init(&columns, "lrrll");
    columns_add(&columns, "NAME");
    columns_add(&columns, "SOURCES");
    columns_add(&columns, "TOKENS");
    columns_add(&columns, "CHANGED");
    columns_add(&columns, "ID");
    for (size_t i = 0; i < cpk_pack_list_count(list); i++) {
        const cpk_pack *pack = cpk_pack_list_at(list, i);

        columns_add(&columns, cpk_pack_name(pack));
        columns_add(&columns, format_count(number, cpk_pack_total_sources(pack)));
        columns_add(&columns, format_count(number, cpk_pack_total_tokens(pack)));
        columns_add(&columns, format_time_local(time, cpk_pack_updated_at(pack)));
        columns_add(&columns, cpk_pack_id(pack));
    }
    common_print(cli, &columns, "there are no packs yet; \"contextpack build\" makes one", cpk_pack_list_next(list));
}

static void print_packs_json(struct cli *cli, const cpk_pack_list *list)
{
    struct json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_pack_list_count(list); i++) {
        records_pack_json(&json, NULL, cpk_pack_list_at(list, i), NULL);
    }
    common_end_json(&json, cpk_pack_list_next(list));
}

int command_pack_list(struct cli *cli)
{
    cpk_page page;
    cpk_pack_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_user(cli);
    }
    if (code == EXIT_CODE_OK && cpk_pack_list_get(cli->session, &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_packs_json : print_packs)(cli, list);
    }
    cpk_pack_list_free(list);
    return code;
}

/* Connects and finds the pack that the first argument names. */
static int open_pack(struct cli *cli, cpk_pack **pack)
{
    int code = connect_user(cli);

    return code == EXIT_CODE_OK ? common_find_pack(cli, cli->options.arguments[0], pack) : code;
}

int command_pack_show(struct cli *cli)
{
    cpk_pack_progress progress = {.struct_size = sizeof progress};
    cpk_pack *pack = NULL;
    cpk_error *error = NULL;
    int code = open_pack(cli, &pack);

    if (code == EXIT_CODE_OK && cpk_pack_get_progress(cli->session, cpk_pack_id(pack), &progress, &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    if (code == EXIT_CODE_OK) {
        print_pack(cli, pack, &progress);
    }
    cpk_pack_free(pack);
    return code;
}

int command_pack_rename(struct cli *cli)
{
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_pack *pack = NULL;
    cpk_pack *renamed = NULL;
    cpk_error *error = NULL;
    int code = open_pack(cli, &pack);

    params.name = cli->options.arguments[1];
    if (code == EXIT_CODE_OK && cpk_pack_update(cli->session, cpk_pack_id(pack), &params, &renamed, &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    if (code == EXIT_CODE_OK) {
        print_pack(cli, renamed, NULL);
    }
    cpk_pack_free(renamed);
    cpk_pack_free(pack);
    return code;
}

int command_pack_delete(struct cli *cli)
{
    cpk_pack *pack = NULL;
    cpk_error *error = NULL;
    int code = open_pack(cli, &pack);

    if (code == EXIT_CODE_OK && !common_confirm(cli, cpk_pack_name(pack))) {
        report_info(cli, "nothing was deleted");
        cpk_pack_free(pack);
        return EXIT_CODE_OK;
    }
    if (code == EXIT_CODE_OK && cpk_pack_delete(cli->session, cpk_pack_id(pack), &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    if (code == EXIT_CODE_OK) {
        common_print_deleted(cli, cpk_pack_name(pack), cpk_pack_id(pack));
    }
    cpk_pack_free(pack);
    return code;
}
