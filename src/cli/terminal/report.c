#include "cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void write_json_error(struct cli *cli, const char *subject, const cpk_error *error)
{
    struct json_out json;

    json_out_init(&json, &cli->err);
    json_out_begin(&json, NULL, '{');
    json_out_begin(&json, "error", '{');
    json_out_text(&json, "code", cpk_status_name(cpk_error_code(error)));
    json_out_text(&json, "domain", cpk_error_domain(error));
    json_out_text(&json, "message", cpk_error_message(error));
    json_out_text(&json, "native", cpk_error_native(error));
    json_out_bool(&json, "retryable", cpk_error_retryable(error) != 0);
    if (subject != NULL) {
        json_out_text(&json, "subject", subject);
    }
    json_out_end(&json, '}');
    json_out_end(&json, '}');
    json_out_line(&json);
}

/* Prints "<subject>: <message>". Omits the subject if the message already names the file. */
static void write_subject_and_message(struct output *err, const char *subject, const char *message)
{
    const char *slash = strrchr(subject, '/');
    const char *name = slash != NULL ? slash + 1 : subject;
    size_t length = strlen(name);

    if (strstr(message, subject) != NULL && strcmp(subject, "-") != 0) {
        output_foreign(err, message);
        return;
    }
    output_foreign(err, subject);
    if (length > 0 && strncmp(message, name, length) == 0 && (message[length] == ' ' || message[length] == ':')) {
        output_foreign(err, message + length);
        return;
    }
    output_string(err, ": ");
    output_foreign(err, message);
}

static void report_error(struct cli *cli, const char *subject, const cpk_error *error)
{
    const char *message = cpk_error_message(error);

    message = message[0] != '\0' ? message : cpk_status_name(cpk_error_code(error));
    progress_hide(&cli->progress);
    if (cli->json) {
        write_json_error(cli, subject, error);
    } else {
        output_styled(&cli->err, STYLE_RED, "contextpack: ");
        if (subject != NULL) {
            write_subject_and_message(&cli->err, subject, message);
        } else {
            output_foreign(&cli->err, message);
        }
        output_string(&cli->err, "\n");
    }
    output_flush(&cli->err);
}

void report_skipped(struct cli *cli, const char *subject, const cpk_error *error)
{
    if (cli->quiet || cli->json) {
        return;
    }
    progress_hide(&cli->progress);
    output_string(&cli->err, "contextpack: skipped: ");
    write_subject_and_message(&cli->err, subject, cpk_error_message(error));
    output_string(&cli->err, "\n");
    output_flush(&cli->err);
}

int report_failure(struct cli *cli, const char *subject, cpk_error *error)
{
    cpk_status status = cpk_error_code(error);

    if (signals_caught() != 0 &&
        (status == CPK_ERROR_CANCELLED || status == CPK_ERROR_IO)) { /* IO: a read interrupted by a signal */
        cpk_error_free(error);
        return signals_exit_code();
    }
    report_error(cli, subject, error);
    cpk_error_free(error);
    return exit_code_of_status(status);
}

static int report_made_error(struct cli *cli, const char *subject, cpk_status code, const char *domain,
                             const char *message)
{
    return report_failure(cli, subject, cpk_error_new(code, domain, message, "", 0));
}

int report_problem(struct cli *cli, cpk_status code, const char *subject, const char *format, ...)
{
    va_list arguments;
    char *message = NULL;
    int length = 0;
    int exit_code = 0;

    va_start(arguments, format);
    length = vasprintf(&message, format, arguments);
    va_end(arguments);
    exit_code = report_made_error(cli, subject, code, "command", length < 0 ? "out of memory" : message);
    if (length >= 0) {
        free(message);
    }
    return exit_code;
}

int report_usage(struct cli *cli, const char *format, ...)
{
    const struct cli_command *command = cli->options.command;
    va_list arguments;
    char *message = NULL;
    int length = 0;

    va_start(arguments, format);
    length = vasprintf(&message, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return report_out_of_memory(cli);
    }
    report_made_error(cli, NULL, CPK_ERROR_INVALID_ARGUMENT, "usage", message);
    free(message);
    if (!cli->json) {
        output_format(&cli->err, "Try \"contextpack %s%s--help\".\n", command != NULL ? command->name : "",
                      command != NULL ? " " : "");
        output_flush(&cli->err);
    }
    return EXIT_CODE_USAGE;
}

int report_out_of_memory(struct cli *cli)
{
    return report_made_error(cli, NULL, CPK_ERROR_OUT_OF_MEMORY, "memory", "out of memory");
}

void report_info(struct cli *cli, const char *format, ...)
{
    va_list arguments;
    char *message = NULL;
    int length = 0;

    if (cli->quiet || cli->json) {
        return;
    }
    va_start(arguments, format);
    length = vasprintf(&message, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return;
    }
    progress_hide(&cli->progress);
    output_string(&cli->err, "contextpack: ");
    output_foreign(&cli->err, message);
    output_string(&cli->err, "\n");
    output_flush(&cli->err);
    free(message);
}

void report_log(void *user, int32_t level, const char *domain, const char *message)
{
    static const char *const LEVELS[] = {"", "error", "warning", "info", "debug"};
    struct cli *cli = user;

    if (level < CPK_LOG_ERROR || level > CPK_LOG_DEBUG || (cli->quiet && level > CPK_LOG_ERROR)) {
        return;
    }
    progress_hide(&cli->progress);
    output_format(&cli->err, "contextpack: %s: %s: ", LEVELS[level], domain);
    output_foreign(&cli->err, message);
    output_string(&cli->err, "\n");
    output_flush(&cli->err);
}
