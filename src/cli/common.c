#include "common.h"

#include "cli.h"

#include <stdio.h>
#include <unistd.h>

#define PAGE_LIMIT_MAX 1000

int common_page(struct cli *cli, cpk_page *page)
{
    int64_t limit = options_number(&cli->options, "limit", 100);

    if (limit < 1 || limit > PAGE_LIMIT_MAX) {
        return report_usage(cli, "--limit must be from 1 to %d", PAGE_LIMIT_MAX);
    }
    *page = (cpk_page)CPK_PAGE_INIT;
    page->limit = (int32_t)limit;
    page->after = options_text(&cli->options, "after", NULL);
    return EXIT_CODE_OK;
}

int common_time(struct cli *cli, const char *name, int64_t *time_us)
{
    const char *text = options_text(&cli->options, name, NULL);

    *time_us = 0;
    if (text == NULL || format_read_time(text, time_us)) {
        return EXIT_CODE_OK;
    }
    return report_usage(cli,
                        "--%s needs a day or a time in UTC since 1970 (2026-01-31, 2026-01-31T12:00:00Z), not "
                        "\"%s\"",
                        name, text);
}

int common_period(struct cli *cli, cpk_report_options *options)
{
    const char *format = options_text(&cli->options, "format", cli->json ? "json" : "csv");
    int code = EXIT_CODE_OK;

    cpk_report_options_init(options, sizeof *options);
    options->format = strcmp(format, "json") == 0 ? CPK_REPORT_JSON : CPK_REPORT_CSV;
    code = common_time(cli, "from", &options->from_us);
    if (code == EXIT_CODE_OK) {
        code = common_time(cli, "until", &options->until_us);
    }
    if (code == EXIT_CODE_OK && options->until_us != 0 && options->until_us <= options->from_us) {
        code = report_usage(cli, "--until must be later than --from");
    }
    return code;
}

int common_part(struct cli *cli, uint32_t *flags, int64_t *max_chunks)
{
    *flags = options_flag(&cli->options, "partial") ? CPK_RUN_PARTIAL : 0;
    *max_chunks = options_number(&cli->options, "max-chunks", 0);
    if (*max_chunks < 0 || (*max_chunks == 0 && options_flag(&cli->options, "max-chunks"))) {
        return report_usage(cli, "--max-chunks must be 1 or more");
    }
    return EXIT_CODE_OK;
}

int common_budget(struct cli *cli, int64_t *max_tokens)
{
    *max_tokens = options_number(&cli->options, "max-tokens", 0);
    if (*max_tokens < 0 || (*max_tokens == 0 && options_flag(&cli->options, "max-tokens"))) {
        return report_usage(cli, "--max-tokens must be 1 or more");
    }
    return EXIT_CODE_OK;
}

cpk_status common_get_pack(cpk_session *session, const char *text, cpk_pack **pack, cpk_error **error)
{
    cpk_error *failure = NULL;
    cpk_status status = cpk_pack_get(session, text, pack, &failure);

    if (status == CPK_ERROR_NOT_FOUND || status == CPK_ERROR_INVALID_ARGUMENT) {
        cpk_error_free(failure);
        return cpk_pack_find(session, text, pack, error);
    }
    *error = failure;
    return status;
}

int common_find_pack(struct cli *cli, const char *text, cpk_pack **pack)
{
    cpk_error *error = NULL;

    return common_get_pack(cli->session, text, pack, &error) == CPK_OK ? EXIT_CODE_OK
                                                                       : report_failure(cli, text, error);
}

int common_need_yes(struct cli *cli)
{
    if (options_flag(&cli->options, "yes") || (!cli->json && isatty(STDIN_FILENO) && cli->err.terminal)) {
        return EXIT_CODE_OK;
    }
    return report_usage(
        cli, "\"%s\" deletes permanently: without a terminal for the confirmation, or with --json, it needs --yes",
        cli->options.command->name);
}

bool common_confirm(struct cli *cli, const char *what)
{
    char answer = '\0';
    char byte = '\0';

    if (options_flag(&cli->options, "yes")) {
        return true;
    }
    output_string(&cli->err, "Delete ");
    output_foreign(&cli->err, what);
    output_string(&cli->err, "? [y/N] ");
    output_flush(&cli->err);
    while (signals_read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') {
        answer = answer == '\0' ? byte : answer;
    }
    cli->interrupted = signals_caught() != 0;
    return answer == 'y' || answer == 'Y';
}

void common_print_deleted(struct cli *cli, const char *what, const char *id)
{
    struct json_out json;

    if (!cli->json) {
        report_info(cli, "deleted %s", what);
        return;
    }
    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    json_out_text(&json, "deleted", id);
    json_out_end(&json, '}');
    json_out_line(&json);
}

int common_open_target(struct cli *cli, struct common_target *target)
{
    const char *path = options_text(&cli->options, "output", NULL);
    cpk_error *error = NULL;

    target->cli = cli;
    target->is_file = path != NULL && strcmp(path, "-") != 0;
    if (target->is_file && files_begin(&target->draft, path, cli->file_mode, &error) != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    if (target->is_file) {
        output_init(&target->out, target->draft.fd);
    }
    return EXIT_CODE_OK;
}

struct output *common_target_output(struct common_target *target)
{
    return target->is_file ? &target->out : &target->cli->out;
}

int common_close_target(struct common_target *target, const char *subject, cpk_status status, cpk_error *error)
{
    bool write_failed = false;

    if (target->is_file) {
        output_flush(&target->out);
        target->draft.error_number = target->out.error_number;
    }
    write_failed = status == CPK_ERROR_CANCELLED && common_target_output(target)->error_number != 0;

    if (write_failed) { /* the library only reports that writing stopped; files_publish() and main() report why */
        cpk_error_free(error);
        error = NULL;
        status = CPK_OK;
    }
    if (target->is_file && status == CPK_OK) {
        status = files_publish(&target->draft, &error);
        subject = NULL;
    } else if (target->is_file) {
        files_discard(&target->draft);
    }
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(target->cli, subject, error);
}
