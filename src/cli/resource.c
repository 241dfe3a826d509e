#include "resource.h"

#include "cli.h"
#include "common.h"
#include "connect.h"

void resource_print(struct cli *cli, const struct record_type *type, const void *record)
{
    struct json_out json;

    if (cli->json) {
        json_out_init(&json, &cli->out);
        records_json(&json, NULL, type, record);
        json_out_line(&json);
    } else {
        records_lines(&cli->out, type, record, NULL);
    }
}

int resource_report(struct cli *cli, const struct record_type *type, const void *report, cpk_status status,
                    cpk_error *error)
{
    if (status != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    resource_print(cli, type, report);
    return EXIT_CODE_OK;
}

int resource_open(struct cli *cli, const struct resource *resource, void **record)
{
    const char *id = cli->options.arguments[0];
    cpk_error *error = NULL;
    int code = connect_user(cli);

    if (code == EXIT_CODE_OK && resource->get(cli->session, id, record, &error) != CPK_OK) {
        code = report_failure(cli, id, error);
    }
    return code;
}

int resource_show(struct cli *cli, const struct resource *resource)
{
    void *record = NULL;
    int code = resource_open(cli, resource, &record);

    if (code == EXIT_CODE_OK) {
        resource_print(cli, resource->type, record);
    }
    resource->free(record);
    return code;
}

int resource_delete(struct cli *cli, const struct resource *resource)
{
    void *record = NULL;
    cpk_error *error = NULL;
    int code = resource_open(cli, resource, &record);

    if (code == EXIT_CODE_OK && !common_confirm(cli, resource->name(record))) {
        report_info(cli, "nothing was deleted");
    } else if (code == EXIT_CODE_OK && resource->remove(cli->session, resource->id(record), &error) != CPK_OK) {
        code = report_failure(cli, resource->subject(record), error);
    } else if (code == EXIT_CODE_OK) {
        common_print_deleted(cli, resource->name(record), resource->id(record));
    }
    resource->free(record);
    return code;
}

int resource_read(struct cli *cli, const struct resource *resource, resource_read_fn read)
{
    struct common_target target;
    void *record = NULL;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = resource_open(cli, resource, &record);

    if (code == EXIT_CODE_OK) {
        code = common_open_target(cli, &target);
    }
    if (code == EXIT_CODE_OK) {
        status = read(cli, resource->id(record), common_target_output(&target), &error);
        code = common_close_target(&target, resource->subject(record), status, error);
    }
    resource->free(record);
    return code;
}

static void print_list_json(struct cli *cli, const struct listing *listing, const void *list)
{
    struct json_out json;

    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    json_out_begin(&json, "items", '[');
    for (size_t i = 0; i < listing->count(list); i++) {
        records_json(&json, NULL, listing->type, listing->at(list, i));
    }
    json_out_end(&json, ']');
    json_out_text(&json, "next", listing->next(list));
    json_out_end(&json, '}');
    json_out_line(&json);
}

static void print_list(struct cli *cli, const struct listing *listing, const void *list)
{
    const size_t count = listing->count(list);
    const char *next = listing->next(list);
    struct columns columns;

    records_begin_columns(&columns, listing->type);
    for (size_t i = 0; i < count; i++) {
        records_add_row(&columns, listing->type, listing->at(list, i));
    }
    if (count == 0) {
        report_info(cli, "%s", listing->nothing);
    } else {
        columns_print(&columns, &cli->out);
    }
    columns_free(&columns);
    if (next != NULL) {
        report_info(cli, "more: --after %s", next);
    }
}

int listing_end(struct cli *cli, const struct listing *listing, void *list, int code)
{
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_list_json : print_list)(cli, listing, list);
    }
    listing->free(list);
    return code;
}

int listing_show(struct cli *cli, const struct listing *listing, enum listing_scope scope, listing_get_fn get)
{
    cpk_page page;
    cpk_pack *pack = NULL;
    void *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = scope == LISTING_OF_SERVICE ? connect_service(cli) : connect_user(cli);
    }
    if (code == EXIT_CODE_OK && scope == LISTING_OF_PACK) {
        code = common_find_pack(cli, cli->options.arguments[0], &pack);
    }
    if (code == EXIT_CODE_OK && get(cli, cpk_pack_id(pack), &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, cpk_pack_name(pack), error);
    }
    cpk_pack_free(pack);
    return listing_end(cli, listing, list, code);
}
