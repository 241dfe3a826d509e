#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "terminal/records.h"

static void print_quote(struct cli *cli, const cpk_quote *quote)
{
    struct json_out json;

    if (cli->json) {
        json_out_init(&json, &cli->out);
        records_json(&json, NULL, &RECORD_QUOTE, quote);
        json_out_line(&json);
    } else {
        records_lines(&cli->out, &RECORD_QUOTE, quote, NULL);
    }
}

/* The signature of cpk_quote_source(), cpk_quote_pack() and cpk_quote_job(). */
typedef cpk_status (*quote_fn)(cpk_session *session, const char *id, cpk_quote *quote, cpk_error **error);

static int tell_quote(struct cli *cli, quote_fn read, const char *id, const char *subject)
{
    cpk_quote quote = CPK_QUOTE_INIT;
    cpk_error *error = NULL;

    if (read(cli->session, id, &quote, &error) != CPK_OK) {
        return report_failure(cli, subject, error);
    }
    print_quote(cli, &quote);
    return EXIT_CODE_OK;
}

int command_source_quote(struct cli *cli)
{
    int code = connect_user(cli);

    return code != EXIT_CODE_OK
               ? code
               : tell_quote(cli, cpk_quote_source, cli->options.arguments[0], cli->options.arguments[0]);
}

int command_job_quote(struct cli *cli)
{
    int code = connect_user(cli);

    return code != EXIT_CODE_OK ? code
                                : tell_quote(cli, cpk_quote_job, cli->options.arguments[0], cli->options.arguments[0]);
}

int command_pack_quote(struct cli *cli)
{
    cpk_pack *pack = NULL;
    int code = connect_user(cli);

    if (code == EXIT_CODE_OK) {
        code = common_find_pack(cli, cli->options.arguments[0], &pack);
    }
    if (code == EXIT_CODE_OK) {
        code = tell_quote(cli, cpk_quote_pack, cpk_pack_id(pack), cpk_pack_name(pack));
    }
    cpk_pack_free(pack);
    return code;
}
