#include "maintenance/report.h"
#include "api/check.h"
#include "base/uuid.h"

#define OFFSET_MINUTES_MAX 840
#define TIME_MAX_US        (INT64_C(1) << 53)

void cpk_report_options_init(cpk_report_options *options, size_t struct_size)
{
    params_init(options, struct_size);
}

static cpk_status read_options(const cpk_session *session, const cpk_report_options *caller_options, cpk_write_fn write,
                               cpk_report_options *options, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(write != NULL, "write", error);
    CPK_TRY(params_read(options, sizeof *options, caller_options, "cpk_report_options", error));
    CPK_CHECK_ARG(options->format >= 0 && options->format <= CPK_REPORT_JSON, "options.format", error);
    CPK_CHECK_ARG(options->from_us >= 0 && options->from_us <= TIME_MAX_US, "options.from_us", error);
    CPK_CHECK_ARG(options->until_us == 0 || (options->until_us > options->from_us && options->until_us <= TIME_MAX_US),
                  "options.until_us", error);
    CPK_CHECK_ARG(options->utc_offset_minutes >= -OFFSET_MINUTES_MAX &&
                      options->utc_offset_minutes <= OFFSET_MINUTES_MAX,
                  "options.utc_offset_minutes", error);
    CPK_CHECK_ARG(options->reserved == 0, "options.reserved", error);
    return CPK_OK;
}

cpk_status cpk_report_statement(cpk_session *session, const char *user_id, const cpk_report_options *caller_options,
                                cpk_write_fn write, void *write_user, cpk_error **error)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;

    CPK_TRY(read_options(session, caller_options, write, &options, error));
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    return report_statement(session, user_id, &options, write, write_user, error);
}

cpk_status cpk_report_revenue(cpk_session *session, const cpk_report_options *caller_options, cpk_write_fn write,
                              void *write_user, cpk_error **error)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;

    CPK_TRY(read_options(session, caller_options, write, &options, error));
    return report_revenue(session, &options, write, write_user, error);
}

cpk_status cpk_report_usage(cpk_session *session, const cpk_report_options *caller_options, cpk_write_fn write,
                            void *write_user, cpk_error **error)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;

    CPK_TRY(read_options(session, caller_options, write, &options, error));
    return report_usage(session, &options, write, write_user, error);
}
