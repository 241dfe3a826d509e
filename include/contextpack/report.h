#ifndef CONTEXTPACK_REPORT_H
#define CONTEXTPACK_REPORT_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Reports on credits and money, streamed: memory does not grow with their length. Each reads as of one moment.
 * docs/reports.md lists the columns. Rows are told oldest first.
 *
 * CSV is RFC 4180: a header line, CRLF, texts in quotes; a text that a spreadsheet would take for a formula (it begins
 * with = + - @, a tab or a carriage return) has an apostrophe before it. Money is a decimal number of the currency's
 * unit. JSON is one object; money is a whole number of millionths. Times are UTC in ISO 8601 in both.
 *
 * `write` is called inside the call, with pieces of some kilobytes, while the database is read: the session is not to
 * be used in it. A non-zero answer stops the report with CPK_ERROR_CANCELLED.
 */

#define CPK_REPORT_CSV  1
#define CPK_REPORT_JSON 2

/** What a report is about. Start from CPK_REPORT_OPTIONS_INIT. Grows only at its end. */
typedef struct cpk_report_options {
    uint32_t struct_size;       /* sizeof(cpk_report_options) as the caller was compiled */
    int32_t format;             /* CPK_REPORT_CSV or CPK_REPORT_JSON; 0: CSV */
    int64_t from_us;            /* from this time on, microseconds since 1970 UTC; 0: from the start */
    int64_t until_us;           /* before this time; 0: to the end */
    int32_t utc_offset_minutes; /* where days begin: 0 at midnight UTC, 60 an hour before it; -840 to 840 */
    int32_t reserved;           /* 0 */
} cpk_report_options;

#define CPK_REPORT_OPTIONS_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_report_options), 0, 0, 0, 0, 0                                                                      \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_report_options_init(cpk_report_options *options, size_t struct_size);

/**
 * A user's statement: the opening balance, every entry of the ledger in the period with the balance after it, the
 * closing balance. A statement that goes to the end then tells the open holds, and what is left is the balance that
 * cpk_credits_balance() gives.
 *
 * @param session  a user's (their own statement), the service's or an admin's
 * @param user_id  NULL: the session's own user
 * @param options  may be NULL
 * @return CPK_OK, CPK_ERROR_PERMISSION_DENIED (somebody else's), _NOT_FOUND, _INVALID_ARGUMENT, _DATABASE, _CANCELLED
 * Since 0.2.
 */
CPK_API cpk_status cpk_report_statement(cpk_session *session, const char *user_id, const cpk_report_options *options,
                                        cpk_write_fn write, void *write_user, cpk_error **error);

/**
 * Money by day, package and currency: bought, gone back, net. Days without any have no row. Entries without a time have
 * the day "unknown", in a report from the start. Credits that were bought
 * count by the ledger's entries, on the days of the entries. Payments that bought no credits (subscriptions, the
 * unlimited plan) have rows of their own, on the day of their first event, together with what went back of them.
 *
 * @param session  the service's or an admin's
 * @return as cpk_report_statement(); CPK_ERROR_PERMISSION_DENIED for a user's session
 * Since 0.2.
 */
CPK_API cpk_status cpk_report_revenue(cpk_session *session, const cpk_report_options *options, cpk_write_fn write,
                                      void *write_user, cpk_error **error);

/**
 * What was used by day: users, credits, use on the unlimited plan, analysed chunks, tokens and what the analyzer said
 * that they cost. Days without any have no row. The session and the answers are as of cpk_report_revenue(). Since 0.2.
 */
CPK_API cpk_status cpk_report_usage(cpk_session *session, const cpk_report_options *options, cpk_write_fn write,
                                    void *write_user, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
