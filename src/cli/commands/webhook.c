#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "terminal/json_out.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Reads standard input up to one byte more than the library accepts, so that the library reports the excess. */
static int read_body(struct cli *cli, char **body, size_t *length)
{
    int64_t limit = 0;
    cpk_error *error = NULL;
    ssize_t got = 1;

    *length = 0;
    if (cpk_engine_setting(cli->engine, "stripe.max_event_bytes", &limit, &error) != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    *body = malloc((size_t)limit + 1);
    if (*body == NULL) {
        return report_out_of_memory(cli);
    }
    while (got > 0 && *length <= (size_t)limit) {
        got = signals_read(STDIN_FILENO, *body + *length, (size_t)limit + 1 - *length);
        *length += got > 0 ? (size_t)got : 0;
    }
    return got >= 0 ? EXIT_CODE_OK
                    : report_problem(cli, CPK_ERROR_IO, NULL, "can't read standard input: %s", strerror(errno));
}

int command_webhook_stripe(struct cli *cli)
{
    const char *signature = options_text(&cli->options, "signature", NULL);
    cpk_webhook_result *result = NULL;
    cpk_error *error = NULL;
    char *body = NULL;
    size_t length = 0;
    struct json_out json;
    int code = EXIT_CODE_OK;

    if (signature == NULL) {
        return report_usage(cli, "\"webhook stripe\" needs --signature HEADER, the value of Stripe-Signature");
    }
    code = connect_service(cli);
    if (code == EXIT_CODE_OK) {
        code = read_body(cli, &body, &length);
    }
    if (code == EXIT_CODE_OK && cpk_stripe_webhook(cli->session, body, length, signature, &result, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    if (code == EXIT_CODE_OK) {
        json_out_init(&json, &cli->out);
        json_out_raw(&json, NULL, cpk_webhook_result_json(result));
        json_out_line(&json);
    }
    cpk_webhook_result_free(result);
    free(body);
    return code;
}
