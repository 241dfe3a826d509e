#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "resource.h"
#include "terminal/notes.h"

static cpk_status create_export(struct cli *cli, const cpk_pack *pack, int64_t max_tokens, cpk_export **result,
                                cpk_error **error)
{
    int32_t type = cpk_export_type_from_name(options_text(&cli->options, "type", "standard"));
    cpk_run_options options;
    struct notes notes;
    cpk_status status = CPK_OK;

    notes_begin(&notes, cli, cpk_pack_name(pack), &options);
    options.max_tokens = max_tokens;
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
    int64_t max_tokens = 0;
    int code = common_budget(cli, &max_tokens);

    if (code == EXIT_CODE_OK) {
        code = connect_user(cli);
    }
    if (code == EXIT_CODE_OK) {
        code = common_find_pack(cli, cli->options.arguments[0], &pack);
    }
    if (code == EXIT_CODE_OK && create_export(cli, pack, max_tokens, &result, &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    if (code == EXIT_CODE_OK) {
        resource_print(cli, &RECORD_EXPORT, result);
    }
    cpk_export_free(result);
    cpk_pack_free(pack);
    return code;
}

LISTING_CALLS(export)
LISTING_GET(exports_get, export, cpk_export_list_get(cli->session, pack_id, page, &got, error))

static const struct listing EXPORTS = LISTING(export, &RECORD_EXPORT, "the pack has no documents");

int command_export_list(struct cli *cli)
{
    return listing_show(cli, &EXPORTS, LISTING_OF_PACK, exports_get);
}

RESOURCE_CALLS(export)
RESOURCE_TEXT(export, type_name)

static const struct resource EXPORT = {&RECORD_EXPORT, export_get,       cpk_export_delete, export_free,
                                       export_id,      export_type_name, export_id};

int command_export_show(struct cli *cli)
{
    return resource_show(cli, &EXPORT);
}

static cpk_status read_export(struct cli *cli, const char *id, struct output *out, cpk_error **error)
{
    const bool as_json = strcmp(options_text(&cli->options, "format", "markdown"), "json") == 0;

    return cpk_export_read(cli->session, id, as_json ? CPK_FORMAT_JSON : CPK_FORMAT_MARKDOWN, output_take, out, error);
}

int command_export_read(struct cli *cli)
{
    return resource_read(cli, &EXPORT, read_export);
}

int command_export_delete(struct cli *cli)
{
    return resource_delete(cli, &EXPORT);
}
