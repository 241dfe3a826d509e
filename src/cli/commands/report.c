#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"

/* The signature of cpk_report_revenue() and cpk_report_usage(). */
typedef cpk_status (*report_fn)(cpk_session *session, const cpk_report_options *options, cpk_write_fn write,
                                void *write_user, cpk_error **error);

static int tell_report(struct cli *cli, report_fn make)
{
    cpk_report_options options;
    struct common_target target;
    cpk_error *error = NULL;
    int64_t offset = options_number(&cli->options, "utc-offset", 0);
    int code = common_period(cli, &options);

    if (code == EXIT_CODE_OK && (offset < -840 || offset > 840)) {
        code = report_usage(cli, "--utc-offset must be from -840 to 840 minutes");
    }
    if (code == EXIT_CODE_OK) {
        code = connect_service(cli);
    }
    if (code == EXIT_CODE_OK) {
        code = common_open_target(cli, &target);
    }
    if (code == EXIT_CODE_OK) {
        cpk_status status = CPK_OK;

        options.utc_offset_minutes = (int32_t)offset;
        status = make(cli->session, &options, output_take, common_target_output(&target), &error);
        code = common_close_target(&target, NULL, status, error);
    }
    return code;
}

int command_report_revenue(struct cli *cli)
{
    return tell_report(cli, cpk_report_revenue);
}

int command_report_usage(struct cli *cli)
{
    return tell_report(cli, cpk_report_usage);
}
