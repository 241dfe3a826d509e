#include "maintenance/report.h"
#include "api/check.h"
#include "base/uuid.h"

#define OFFSET_MINUTES_MAX 840
#define TIME_MAX_US        (INT64_C(1) << 53)

void cpk_report_options_init(cpk_report_options *options, size_t struct_size)
{
    params_init(options, struct_size);
}

static cpk_status check_call(const cpk_session *session, const cpk_report_options *given, cpk_write_fn write,
                             cpk_report_options *ours, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(write != NULL, "write", error);
    CPK_TRY(params_read(ours, sizeof *ours, given, "cpk_report_options", error));
    CPK_CHECK_ARG(ours->format >= 0 && ours->format <= CPK_REPORT_JSON, "options.format", error);
    CPK_CHECK_ARG(ours->from_us >= 0 && ours->from_us <= TIME_MAX_US, "options.from_us", error);
    CPK_CHECK_ARG(ours->until_us == 0 || (ours->until_us > ours->from_us && ours->until_us <= TIME_MAX_US),
                  "options.until_us", error);
    CPK_CHECK_ARG(ours->utc_offset_minutes >= -OFFSET_MINUTES_MAX && ours->utc_offset_minutes <= OFFSET_MINUTES_MAX,
                  "options.utc_offset_minutes", error);
    CPK_CHECK_ARG(ours->reserved == 0, "options.reserved", error);
    return CPK_OK;
}

cpk_status cpk_report_statement(cpk_session *session, const char *user_id, const cpk_report_options *given,
                                cpk_write_fn write, void *write_user, cpk_error **error)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;

    CPK_TRY(check_call(session, given, write, &options, error));
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    return report_statement(session, user_id, &options, write, write_user, error);
}

cpk_status cpk_report_revenue(cpk_session *session, const cpk_report_options *given, cpk_write_fn write,
                              void *write_user, cpk_error **error)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;

    CPK_TRY(check_call(session, given, write, &options, error));
    return report_revenue(session, &options, write, write_user, error);
}

cpk_status cpk_report_usage(cpk_session *session, const cpk_report_options *given, cpk_write_fn write, void *write_user,
                            cpk_error **error)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;

    CPK_TRY(check_call(session, given, write, &options, error));
    return report_usage(session, &options, write, write_user, error);
}
