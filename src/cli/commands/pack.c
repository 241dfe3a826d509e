#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "resource.h"

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
    resource_print(cli, &RECORD_PACK, pack);
    cpk_pack_free(pack);
    return EXIT_CODE_OK;
}

LISTING_CALLS(pack)
LISTING_GET(packs_get, pack, cpk_pack_list_get(cli->session, page, &got, error))

static const struct listing PACKS =
    LISTING(pack, &RECORD_PACK, "there are no packs yet; \"contextpack build\" makes one");

int command_pack_list(struct cli *cli)
{
    return listing_show(cli, &PACKS, LISTING_OF_USER, packs_get);
}

/* Finds a pack by id, then by name. */
static cpk_status pack_get(cpk_session *session, const char *text, void **record, cpk_error **error)
{
    cpk_pack *pack = NULL;
    const cpk_status status = common_get_pack(session, text, &pack, error);

    *record = pack;
    return status;
}

static void pack_free(void *record)
{
    cpk_pack_free(record);
}

RESOURCE_TEXT(pack, id)
RESOURCE_TEXT(pack, name)

static const struct resource PACK = {&RECORD_PACK, pack_get, cpk_pack_delete, pack_free, pack_id, pack_name, pack_name};

static void print_with_progress(struct cli *cli, const cpk_pack *pack, const cpk_pack_progress *progress)
{
    struct record_extra extras[RECORD_EXTRAS_MAX] = {{"completed_sources", ""}, {"failed_sources", ""}, {NULL, ""}};
    struct json_out json;

    if (!cli->json) {
        format_count(extras[0].text, progress->completed_sources);
        format_count(extras[1].text, progress->failed_sources);
        records_lines(&cli->out, &RECORD_PACK, pack, extras);
        return;
    }
    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    records_json_members(&json, &RECORD_PACK, pack);
    json_out_begin(&json, "progress", '{');
    json_out_number(&json, "sources", progress->sources);
    json_out_number(&json, "completed_sources", progress->completed_sources);
    json_out_number(&json, "failed_sources", progress->failed_sources);
    json_out_number(&json, "analysis_tokens", progress->analysis_tokens);
    json_out_end(&json, '}');
    json_out_end(&json, '}');
    json_out_line(&json);
}

int command_pack_show(struct cli *cli)
{
    cpk_pack_progress progress = {.struct_size = sizeof progress};
    void *pack = NULL;
    cpk_error *error = NULL;
    int code = resource_open(cli, &PACK, &pack);

    if (code == EXIT_CODE_OK && cpk_pack_get_progress(cli->session, cpk_pack_id(pack), &progress, &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    if (code == EXIT_CODE_OK) {
        print_with_progress(cli, pack, &progress);
    }
    cpk_pack_free(pack);
    return code;
}

int command_pack_rename(struct cli *cli)
{
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    void *pack = NULL;
    cpk_pack *renamed = NULL;
    cpk_error *error = NULL;
    int code = resource_open(cli, &PACK, &pack);

    params.name = cli->options.arguments[1];
    if (code == EXIT_CODE_OK && cpk_pack_update(cli->session, cpk_pack_id(pack), &params, &renamed, &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    if (code == EXIT_CODE_OK) {
        resource_print(cli, &RECORD_PACK, renamed);
    }
    cpk_pack_free(renamed);
    cpk_pack_free(pack);
    return code;
}

int command_pack_delete(struct cli *cli)
{
    return resource_delete(cli, &PACK);
}
