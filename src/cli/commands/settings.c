#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "terminal/columns.h"

#include <stdio.h>

static void print_json(struct cli *cli, struct json_out *json, const cpk_setting_details *details, int64_t value)
{
    json_out_begin(json, NULL, '{');
    json_out_text(json, "name", details->name);
    json_out_number(json, "value", value);
    json_out_text(json, "origin", config_setting_origin(&cli->config, details->name));
    json_out_number(json, "default", details->default_value);
    json_out_number(json, "minimum", details->minimum);
    json_out_number(json, "maximum", details->maximum);
    json_out_text(json, "summary", details->summary);
    json_out_end(json, '}');
}

static void add_row(struct columns *columns, const cpk_setting_details *details, int64_t value)
{
    const int64_t numbers[] = {value, details->default_value, details->minimum, details->maximum};
    char text[FORMAT_NUMBER_BYTES];

    columns_add(columns, details->name);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        snprintf(text, sizeof text, "%lld", (long long)numbers[i]); /* as typed on the command line */
        columns_add(columns, text);
    }
    columns_add(columns, details->summary);
}

static void add_heading(struct columns *columns)
{
    static const char *const HEADING[] = {"NAME", "VALUE", "DEFAULT", "LEAST", "MOST", "WHAT"};

    for (size_t i = 0; i < sizeof HEADING / sizeof HEADING[0]; i++) {
        columns_add(columns, HEADING[i]);
    }
}

/* The value, or ""; of a secret only that it is set. */
static const char *shown_text(struct cli *cli, const cpk_text_setting_details *details, const char **origin)
{
    const char *value = config_text_setting(&cli->config, details->name, origin);

    if (value == NULL || value[0] == '\0') {
        return "";
    }
    return details->is_secret ? "(set)" : value;
}

static void print_text_json(struct cli *cli, struct json_out *json, const cpk_text_setting_details *details)
{
    const char *origin = NULL;
    const char *value = shown_text(cli, details, &origin);

    json_out_begin(json, NULL, '{');
    json_out_text(json, "name", details->name);
    if (details->is_secret || value[0] == '\0') {
        json_out_null(json, "value");
    } else {
        json_out_text(json, "value", value);
    }
    json_out_text(json, "origin", origin);
    json_out_bool(json, "is_set", value[0] != '\0');
    json_out_bool(json, "is_secret", details->is_secret != 0);
    json_out_text(json, "summary", details->summary);
    json_out_end(json, '}');
}

static void list_texts(struct cli *cli, struct json_out *json)
{
    cpk_text_setting_details details = {.struct_size = sizeof details};
    const char *origin = NULL;
    struct columns columns;

    columns_init(&columns, "lll");
    columns_add(&columns, "NAME");
    columns_add(&columns, "VALUE");
    columns_add(&columns, "WHAT");
    for (size_t i = 0; cpk_text_setting_info(i, &details, NULL) == CPK_OK; i++) {
        if (cli->json) {
            print_text_json(cli, json, &details);
            continue;
        }
        columns_add(&columns, details.name);
        columns_add(&columns, shown_text(cli, &details, &origin));
        columns_add(&columns, details.summary);
    }
    if (!cli->json) {
        output_string(&cli->out, "\n");
        columns_print(&columns, &cli->out);
    }
    columns_free(&columns);
}

static cpk_status list_setting(struct cli *cli, size_t index, struct columns *columns, struct json_out *json,
                               cpk_error **error)
{
    cpk_setting_details details = CPK_SETTING_DETAILS_INIT;
    int64_t value = 0;
    cpk_status status = cpk_setting_info(index, &details, error);

    if (status == CPK_OK) {
        status = cpk_engine_setting(cli->engine, details.name, &value, error);
    }
    if (status == CPK_OK && cli->json) {
        print_json(cli, json, &details, value);
    } else if (status == CPK_OK) {
        add_row(columns, &details, value);
    }
    return status;
}

int command_settings(struct cli *cli)
{
    struct columns columns;
    struct json_out json;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = connect_bare(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    columns_init(&columns, "lrrrrl");
    add_heading(&columns);
    json_out_init(&json, &cli->out);
    if (cli->json) {
        json_out_begin(&json, NULL, '{');
        json_out_begin(&json, "items", '[');
    }
    for (size_t i = 0; status == CPK_OK && i < cpk_setting_count(); i++) {
        status = list_setting(cli, i, &columns, &json, &error);
    }
    if (!cli->json) {
        columns_print(&columns, &cli->out);
    }
    list_texts(cli, &json);
    if (cli->json) {
        json_out_end(&json, ']');
        json_out_null(&json, "next");
        json_out_end(&json, '}');
        json_out_line(&json);
    }
    columns_free(&columns);
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, NULL, error);
}
