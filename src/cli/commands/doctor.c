#include "cli.h"
#include "commands.h"
#include "connect.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *style;
} OUTCOMES[] = {{"passed", STYLE_GREEN}, {"warning", STYLE_YELLOW}, {"failed", STYLE_RED}};

struct check_report {
    struct cli *cli;
    struct json_out json;
};

/* A cpk_check_fn that prints the result. */
static void take_check(void *user, int32_t outcome, const char *subject, const char *text)
{
    struct check_report *report = user;
    struct output *out = &report->cli->out;
    size_t index = outcome >= CPK_CHECK_PASSED && outcome <= CPK_CHECK_FAILED ? (size_t)outcome : CPK_CHECK_FAILED;

    if (report->cli->json) {
        json_out_begin(&report->json, NULL, '{');
        json_out_text(&report->json, "outcome", OUTCOMES[index].name);
        json_out_text(&report->json, "subject", subject);
        json_out_text(&report->json, "text", text);
        json_out_end(&report->json, '}');
        return;
    }
    output_styled(out, OUTCOMES[index].style, OUTCOMES[index].name);
    output_format(out, "%*s", (int)(9 - strlen(OUTCOMES[index].name)), "");
    output_foreign(out, subject);
    output_string(out, ": ");
    output_foreign(out, text);
    output_string(out, "\n");
    output_flush(out);
}

static void print_place(struct check_report *report, const char *name, const char *text, const char *origin)
{
    struct output *out = &report->cli->out;

    if (report->cli->json) {
        json_out_begin(&report->json, name, '{');
        json_out_text(&report->json, "value", text);
        json_out_text(&report->json, "origin", origin);
        json_out_end(&report->json, '}');
        return;
    }
    output_format(out, "%-9s", name);
    output_foreign(out, text);
    output_string(out, " (");
    output_foreign(out, origin);
    output_string(out, ")\n");
}

static void print_uri(struct check_report *report, const char *name, const struct config_value *value)
{
    char *shown = config_without_secrets(value->text);

    print_place(report, name, shown != NULL ? shown : "", value->origin);
    free(shown);
}

static void print_places(struct check_report *report)
{
    const struct config *config = &report->cli->config;

    print_place(report, "version", cpk_version(), "library");
    print_uri(report, "database", &config->database);
    print_uri(report, "storage", &config->storage);
    print_uri(report, "analyzer", &config->analyzer);
    print_place(report, "config", config->file, "configuration file, read where it exists");
    output_flush(&report->cli->out);
}

int command_doctor(struct cli *cli)
{
    struct check_report report = {.cli = cli};
    int32_t failures = 0;
    cpk_error *storage_error = NULL;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = EXIT_CODE_OK;

    json_out_init(&report.json, &cli->out);
    code = connect_without_storage(cli, &storage_error);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (cli->json) {
        json_out_begin(&report.json, NULL, '{');
    }
    print_places(&report);
    if (cli->json) {
        json_out_begin(&report.json, "checks", '[');
    }
    status = cpk_engine_check(cli->engine, take_check, &report, &failures, &error);
    if (status == CPK_OK && storage_error != NULL) {
        take_check(&report, CPK_CHECK_FAILED, "storage", cpk_error_message(storage_error));
        failures++;
    }
    cpk_error_free(storage_error);
    if (cli->json) {
        json_out_end(&report.json, ']');
        json_out_number(&report.json, "failures", failures);
        json_out_end(&report.json, '}');
        json_out_line(&report.json);
    }
    if (status != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    return failures == 0 ? EXIT_CODE_OK : EXIT_CODE_FAILURE;
}
