#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "options/inputs.h"
#include "options/text_input.h"
#include "terminal/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text and what was replaced in it. */
struct redacted {
    struct cli *cli;
    struct text_input input;
    cpk_redact_report report;
};

static void print_json(struct redacted *redacted, const char *text, size_t length)
{
    const struct text_input *input = &redacted->input;
    struct json_out json;

    json_out_init(&json, &redacted->cli->out);
    json_out_begin(&json, NULL, '{');
    json_out_text(&json, "file", inputs_is_stdin(input->path) ? NULL : input->path);
    json_out_number(&json, "bytes", (int64_t)input->length);
    records_json(&json, "masked", &RECORD_REDACT, &redacted->report);
    json_out_bytes(&json, "text", text, length);
    json_out_end(&json, '}');
    json_out_line(&json);
}

/* Keeps the text: the report is known only when the call has returned. */
static int32_t keep_text(void *user, const void *data, size_t length_bytes)
{
    struct text_input *kept = user;
    char *grown = realloc(kept->text, kept->length + length_bytes + 1);

    if (grown == NULL) {
        return -1;
    }
    memcpy(grown + kept->length, data, length_bytes);
    kept->text = grown;
    kept->length += length_bytes;
    grown[kept->length] = '\0';
    return 0;
}

/* Tells "replaced: 2 person, 1 ip_address". */
static void tell_replaced(struct cli *cli, const cpk_redact_report *report)
{
    struct record_value values[RECORD_FIELDS_MAX];
    char text[1024] = "";
    size_t length = 0;

    memset(values, 0, sizeof values);
    RECORD_REDACT.read(report, values);
    for (size_t i = 0; RECORD_REDACT.fields[i].name != NULL && length < sizeof text; i++) {
        if (values[i].number > 0) {
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%lld %s", length > 0 ? ", " : "",
                                       (long long)values[i].number, RECORD_REDACT.fields[i].name);
        }
    }
    report_info(cli, "replaced: %s", length > 0 ? text : "nothing");
}

static int redact(struct redacted *redacted, struct text_input *kept)
{
    struct cli *cli = redacted->cli;
    cpk_redact_options options = CPK_REDACT_OPTIONS_INIT;
    cpk_error *error = NULL;
    cpk_status status;

    options.names = options_text(&cli->options, "names", NULL);
    options.key = cli->password[0] != '\0' ? cli->password : NULL;
    status =
        cpk_redact(redacted->input.text, redacted->input.length, &options, keep_text, kept, &redacted->report, &error);
    if (status == CPK_ERROR_CANCELLED) {
        cpk_error_free(error);
        return report_out_of_memory(cli);
    }
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, redacted->input.path, error);
}

static void print(struct redacted *redacted, const struct text_input *kept)
{
    struct cli *cli = redacted->cli;
    const char *text = kept->text != NULL ? kept->text : "";

    if (cli->json) {
        print_json(redacted, text, kept->length);
        return;
    }
    output_write(&cli->out, text, kept->length);
    tell_replaced(cli, &redacted->report);
}

int command_redact(struct cli *cli)
{
    struct redacted redacted = {.cli = cli, .report = CPK_REDACT_REPORT_INIT};
    struct text_input kept = {0};
    int64_t limit = 0;
    int code = connect_bare(cli);

    if (code != EXIT_CODE_OK || cpk_engine_setting(cli->engine, "import.max_document_bytes", &limit, NULL) != CPK_OK) {
        return code;
    }
    redacted.input.path = cli->options.argument_count > 0 ? cli->options.arguments[0] : "-";
    redacted.input.limit = (size_t)limit;
    code = text_input_read(cli, &redacted.input);
    if (code == EXIT_CODE_OK) {
        code = redact(&redacted, &kept);
    }
    if (code == EXIT_CODE_OK) {
        print(&redacted, &kept);
    }
    free(redacted.input.text);
    free(kept.text);
    return code;
}
