#ifndef CONTEXTPACK_REPORT_H
#define CONTEXTPACK_REPORT_H

/**
 * Reports on credits and money, as CSV or JSON. Reports are streamed: memory does not grow with their length.
 *
 * An example that writes the user's statement as CSV:
 *
 *     static int32_t print_rows(void *user, const void *data, size_t length_bytes)
 *     {
 *         return fwrite(data, 1, length_bytes, (FILE *)user) != length_bytes;
 *     }
 *
 *     if (cpk_report_statement(session, NULL, NULL, print_rows, stdout, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *
 * A report shows one moment. Rows are ordered oldest first; docs/guide/report.md lists the columns. Times are UTC in
 * ISO 8601.
 *
 * CSV follows RFC 4180: a header line, CRLF, texts in quotes. Money is a decimal number in the currency's unit. A text
 * that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage return) is prefixed with an
 * apostrophe. JSON is one object; money is an integer in millionths.
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Formats of a report. */
#define CPK_REPORT_CSV  1
#define CPK_REPORT_JSON 2

/** Format and period of a report. Start from CPK_REPORT_OPTIONS_INIT. Later versions add fields at the end. */
typedef struct cpk_report_options {
    uint32_t struct_size;       /* sizeof(cpk_report_options) as the caller was compiled */
    int32_t format;             /* CPK_REPORT_CSV or CPK_REPORT_JSON; 0: CSV */
    int64_t from_us;            /* start of the period, microseconds since 1970 UTC, inclusive; 0: no start */
    int64_t until_us;           /* end of the period, microseconds since 1970 UTC, exclusive; 0: no end */
    int32_t utc_offset_minutes; /* time zone of the days, -840 to 840 minutes east of UTC */
    int32_t reserved;           /* 0 */
} cpk_report_options;

#define CPK_REPORT_OPTIONS_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_report_options), 0, 0, 0, 0, 0                                                                      \
    }

/** Sets *options to CPK_REPORT_OPTIONS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_report_options_init(cpk_report_options *options, size_t struct_size);

/**
 * Writes a user's statement: the opening balance, every transaction of the period with the balance after it, and the
 * closing balance. A statement without an end also shows the open holds; what remains is the balance that
 * cpk_credits_balance() returns.
 *
 * @param session     any session; a user's may only read its own user
 * @param user_id     NULL: the session's own user
 * @param options     may be NULL: CSV of everything
 * @param write       receives the report in pieces of some kilobytes; the session must not be used in it
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   an option is out of range
 *         CPK_ERROR_CANCELLED          `write` returned non-zero
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached
 * Since 0.2.
 */
CPK_API cpk_status cpk_report_statement(cpk_session *session, const char *user_id, const cpk_report_options *options,
                                        cpk_write_fn write, void *write_user, cpk_error **error);

/**
 * Writes revenue by day, package and currency: paid, refunded, net. Days without revenue have no row. Transactions
 * without a time have the day "unknown", in a report without a start.
 *
 * Purchases of credits are counted by their transactions, on the day of the transaction. Payments that bought no
 * credits (subscriptions, the unlimited plan) have rows of their own, on the day of their first event, together with
 * their refunds.
 *
 * @param session     the service's or an administrator's
 * @param options     may be NULL: CSV of everything
 * @param write       receives the report in pieces of some kilobytes; the session must not be used in it
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   an option is out of range
 *         CPK_ERROR_CANCELLED          `write` returned non-zero
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached
 * Since 0.2.
 */
CPK_API cpk_status cpk_report_revenue(cpk_session *session, const cpk_report_options *options, cpk_write_fn write,
                                      void *write_user, cpk_error **error);

/**
 * Writes usage by day: users, credits, usage on the unlimited plan, analysed chunks, tokens, and their cost as the
 * analyzer reported it. Days without usage have no row.
 *
 * @param session     the service's or an administrator's
 * @param options     may be NULL: CSV of everything
 * @param write       receives the report in pieces of some kilobytes; the session must not be used in it
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   an option is out of range
 *         CPK_ERROR_CANCELLED          `write` returned non-zero
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached
 * Since 0.2.
 */
CPK_API cpk_status cpk_report_usage(cpk_session *session, const cpk_report_options *options, cpk_write_fn write,
                                    void *write_user, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
