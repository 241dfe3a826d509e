#include "maintenance/report.h"

#include "base/error.h"
#include "base/time.h"
#include "maintenance/report_out.h"
#include "payments/stripe/money.h"
#include "store/report.h"

#include <stddef.h>
#include <string.h>

#define PAGE_ROWS   500
#define JSON_DEPTH  32
#define MINUTE_US   INT64_C(60000000)
#define DAY_US      (INT64_C(86400) * 1000000)
#define END_OF_TIME (INT64_C(1) << 53) /* year 2255: upper limit of a time, see @time in queries.sql */

#define UNDATED     "unknown" /* day of rows without a time, or with one outside the valid range */

struct report {
    cpk_session *session;
    struct store *store;
    const cpk_report_options *options;
    struct report_out out;
    int64_t from_us;  /* CPK_TIME_UNKNOWN: no lower limit */
    int64_t until_us; /* CPK_TIME_UNKNOWN: no upper limit */
};

static void report_init(struct report *report, cpk_session *session, const cpk_report_options *options,
                        cpk_write_fn write, void *write_user)
{
    report->session = session;
    report->store = session->store;
    report->options = options;
    report->from_us = options->from_us != 0 ? options->from_us : CPK_TIME_UNKNOWN;
    report->until_us = options->until_us != 0 ? options->until_us : CPK_TIME_UNKNOWN;
    report_out_init(&report->out, &session->engine->context, options->format, write, write_user);
}

/* Runs `body` in one read-only transaction, so that all its queries see the same state; then frees the report. */
static cpk_status run_report(struct report *report, cpk_status (*body)(struct report *, cpk_error **),
                             cpk_error **error)
{
    cpk_status status;

    CPK_TRY_CLEANUP(store_begin_reading(report->store, error));
    status = body(report, error);
    (void)store_rollback(report->store, NULL); /* read-only: nothing to commit */
cleanup:
    report_out_free(&report->out);
    return status;
}

static void write_period(struct report *report)
{
    report_out_fact_time(&report->out, "from", report->from_us);
    report_out_fact_time(&report->out, "until", report->until_us);
}

/* --- statement of one user --- */

struct statement_report {
    struct report report;
    const char *user_id;
    int64_t balance; /* running balance; open holds are subtracted at the end */
};

struct statement_line {
#define REPORT_COLUMN_AS(name, heading, kind, lines, doc) FIELD_MEMBER(kind) name;
#define REPORT_MEMBER(name, kind, lines, doc)             FIELD_MEMBER(kind) name;
#include "records/report_statement.def"
};

#define REPORT_ROW     struct statement_line
#define REPORT_COLUMNS STATEMENT_COLUMNS
#define REPORT_TABLE   "records/report_statement.def"
#include "maintenance/report_columns.def"

/* Reads the metadata of an entry with an amount: NULL if there is none, or it is not JSON. */
static cpk_status read_metadata(const cpk_transaction *entry, struct json_object **metadata, cpk_error **error)
{
    cpk_status status = CPK_OK;

    *metadata = NULL;
    if (entry->amount_micro != TRANSACTION_NO_AMOUNT && entry->metadata != NULL) {
        status = json_parse(entry->metadata, strlen(entry->metadata), JSON_DEPTH, metadata, NULL);
    }
    return status == CPK_ERROR_OUT_OF_MEMORY ? error_out_of_memory(error) : CPK_OK;
}

/* The currency of an entry's amount: from the entry's metadata or else from the settings; NULL: no amount. */
static const char *find_currency(const struct report *report, const cpk_transaction *entry,
                                 struct json_object *metadata)
{
    const char *currency = json_member_text(metadata, "currency");

    if (entry->amount_micro == TRANSACTION_NO_AMOUNT) {
        return NULL;
    }
    return currency != NULL ? currency : money_currency(&report->session->engine->context);
}

static cpk_status write_entry(struct statement_report *statement, const cpk_transaction *entry, cpk_error **error)
{
    const int32_t is_charged = entry->type_code != CPK_TRANSACTION_UNLIMITED_USAGE;
    struct statement_line line = {
        .time = entry->created_us,
        .type = entry->type,
        .credits = is_charged ? entry->credits : 0,
        .unlimited = is_charged ? 0 : entry->credits,
        .amount_micros = entry->amount_micro,
        .package_id = entry->package_id,
        .job_id = entry->job_id,
        .stripe_payment_id = entry->stripe_payment_id,
        .description = entry->description,
        .id = entry->id,
    };
    struct json_object *metadata;
    cpk_status status;

    CPK_TRY(read_metadata(entry, &metadata, error));
    statement->balance += line.credits;
    line.balance = statement->balance;
    line.currency = find_currency(&statement->report, entry, metadata);
    status = report_out_row(&statement->report.out, &line, REPORT_LINE_ENTRY, error);
    json_object_put(metadata);
    return status;
}

static cpk_status write_entries(struct statement_report *statement, cpk_error **error)
{
    struct report *report = &statement->report;
    struct record_list *page = NULL;
    cpk_status status;

    report_out_begin_rows(&report->out, "entries");
    do {
        struct record_list *last = page;

        status =
            store_report_entries(report->store, statement->user_id,
                                 &(struct report_page){report->from_us, report->until_us,
                                                       last != NULL ? last->items[last->count - 1] : NULL, PAGE_ROWS},
                                 &page, error);
        record_list_free(last);
        if (status != CPK_OK) {
            goto cleanup;
        }
        for (size_t i = 0; i < page->count; i++) {
            CPK_TRY_CLEANUP(write_entry(statement, page->items[i], error));
        }
    } while (page->count == PAGE_ROWS);
    report_out_end_rows(&report->out);
cleanup:
    record_list_free(page);
    return status;
}

/* CSV only: a row for an opening, closing or available balance, which JSON has as a member of the top-level object. */
static cpk_status write_balance_row(struct statement_report *statement, const char *type, int64_t time_us,
                                    cpk_error **error)
{
    const struct statement_line line = {
        .time = time_us,
        .type = type,
        .credits = FIELD_NONE,
        .balance = statement->balance,
        .unlimited = FIELD_NONE,
        .amount_micros = FIELD_NONE,
    };

    return statement->report.out.is_json ? CPK_OK
                                         : report_out_row(&statement->report.out, &line, REPORT_LINE_ENTRY, error);
}

static cpk_status write_hold(struct statement_report *statement, const struct report_hold *hold, cpk_error **error)
{
    struct statement_line line = {
        .time = hold->created_us,
        .type = "hold",
        .credits = -hold->remaining,
        .unlimited = FIELD_NONE,
        .amount_micros = FIELD_NONE,
        .job_id = hold->reference,
        .description = "Reserved for work in progress",
        .expires = hold->expires_us,
        .id = hold->hold_id,
    };

    statement->balance += line.credits;
    line.balance = statement->balance;
    return report_out_row(&statement->report.out, &line, REPORT_LINE_HOLD, error);
}

static cpk_status write_holds(struct statement_report *statement, cpk_error **error)
{
    struct report *report = &statement->report;
    struct record_list *page = NULL;
    cpk_status status;

    report_out_begin_rows(&report->out, "holds");
    do {
        struct record_list *last = page;

        status =
            store_report_holds(report->store, statement->user_id,
                               last != NULL ? ((const struct report_hold *)last->items[last->count - 1])->hold_id : "",
                               PAGE_ROWS, &page, error);
        record_list_free(last);
        if (status != CPK_OK) {
            goto cleanup;
        }
        for (size_t i = 0; i < page->count; i++) {
            CPK_TRY_CLEANUP(write_hold(statement, page->items[i], error));
        }
    } while (page->count == PAGE_ROWS);
    report_out_end_rows(&report->out);
cleanup:
    record_list_free(page);
    return status;
}

static cpk_status write_statement(struct report *report, cpk_error **error)
{
    struct statement_report *statement = (struct statement_report *)report;
    struct report_out *out = &report->out;
    struct report_head head;

    CPK_TRY(store_report_head(report->store, statement->user_id, report->from_us, &head, error));
    statement->balance = head.opening;
    report_out_begin(out, STATEMENT_COLUMNS);
    report_out_fact_text(out, "user_id", statement->user_id);
    write_period(report);
    report_out_fact(out, "opening_balance", head.opening);
    CPK_TRY(write_balance_row(statement, "opening", report->from_us, error));
    CPK_TRY(write_entries(statement, error));
    report_out_fact(out, "closing_balance", statement->balance);
    CPK_TRY(write_balance_row(statement, "closing", report->until_us, error));
    if (report->until_us == CPK_TIME_UNKNOWN) {
        CPK_TRY(write_holds(statement, error));
        report_out_fact(out, "held", head.held);
        report_out_fact(out, "balance", head.balance);
        CPK_TRY(write_balance_row(statement, "available", CPK_TIME_UNKNOWN, error));
    }
    return report_out_end(out, error);
}

cpk_status report_statement(cpk_session *session, const char *user_id, const cpk_report_options *options,
                            cpk_write_fn write, void *write_user, cpk_error **error)
{
    struct statement_report statement;

    memset(&statement, 0, sizeof statement);
    CPK_TRY(store_owner(session->store, user_id, &statement.user_id, error));
    report_init(&statement.report, session, options, write, write_user);
    return run_report(&statement.report, write_statement, error);
}

/* --- all users by day --- */

/* Writes the rows of one day; from_us and until_us limit it to the report's period. */
typedef cpk_status (*day_fn)(struct report *report, int64_t from_us, int64_t until_us, const char *day,
                             cpk_error **error);

static int32_t is_undated(const char *day)
{
    return strcmp(day, UNDATED) == 0;
}

/* Calls `day` for each day of the period that may have rows, in order. */
static cpk_status for_each_day(struct report *report, int32_t with_plans, day_fn day, cpk_error **error)
{
    int64_t offset_us = report->options->utc_offset_minutes * MINUTE_US;
    int64_t end_us = report->until_us != CPK_TIME_UNKNOWN ? report->until_us : END_OF_TIME;
    int64_t from_us = report->options->from_us;

    while (from_us < end_us) {
        char name[TIME_TEXT_BYTES];
        int64_t next_us;
        int64_t start_us;
        int64_t stop_us;

        CPK_TRY(store_report_next(report->store, from_us, end_us, with_plans, &next_us, error));
        if (next_us == CPK_TIME_UNKNOWN) {
            return CPK_OK;
        }
        next_us = next_us < end_us ? next_us : end_us; /* a row's time may be beyond it */
        start_us = (next_us + offset_us + DAY_US) / DAY_US * DAY_US - DAY_US -
                   offset_us; /* + and - DAY_US: the offset may be negative */
        stop_us = start_us + DAY_US < end_us ? start_us + DAY_US : end_us;
        time_format_date(start_us + offset_us, name);
        CPK_TRY(day(report, start_us > from_us ? start_us : from_us, stop_us, name, error));
        from_us = stop_us;
    }
    return CPK_OK;
}

static cpk_status write_days(struct report *report, const struct report_column *columns, int32_t with_plans, day_fn day,
                             cpk_error **error)
{
    report_out_begin(&report->out, columns);
    write_period(report);
    report_out_fact(&report->out, "utc_offset_minutes", report->options->utc_offset_minutes);
    report_out_begin_rows(&report->out, "days");
    if (report->from_us == CPK_TIME_UNKNOWN) { /* only then, so that consecutive periods count them once */
        CPK_TRY(day(report, 0, END_OF_TIME, UNDATED, error));
    }
    CPK_TRY(for_each_day(report, with_plans, day, error));
    report_out_end_rows(&report->out);
    return report_out_end(&report->out, error);
}

struct revenue_line {
#define REPORT_COLUMN_AS(name, heading, kind, lines, doc) FIELD_MEMBER(kind) name;
#include "records/report_revenue.def"
};

#define REPORT_ROW     struct revenue_line
#define REPORT_COLUMNS REVENUE_COLUMNS
#define REPORT_TABLE   "records/report_revenue.def"
#include "maintenance/report_columns.def"

struct revenue_day {
    struct report *report;
    const char *day;
};

static cpk_status write_revenue_row(void *user, const struct revenue_row *row, cpk_error **error)
{
    const struct revenue_day *day = user;
    const char *currency =
        row->currency[0] != '\0' ? row->currency : money_currency(&day->report->session->engine->context);
    const int64_t gross = row->is_plan ? money_to_micros(row->purchased, currency) : row->purchased;
    const int64_t refunded = row->is_plan ? money_to_micros(row->refunded, currency) : row->refunded;
    const struct revenue_line line = {
        .day = day->day,
        .kind = row->is_plan ? "plan" : "credits",
        .package_id = row->package_id[0] != '\0' ? row->package_id : NULL,
        .currency = currency,
        .purchases = row->purchases,
        .credits = row->purchase_credits,
        .gross_micros = gross,
        .refunds = row->refunds,
        .refunded_credits = -row->refund_credits,
        .refunded_micros = -refunded,
        .net_micros = gross + refunded,
        .without_amount = row->unknown,
    };

    return report_out_row(&day->report->out, &line, REPORT_LINE_ENTRY, error);
}

static cpk_status write_revenue_day(struct report *report, int64_t from_us, int64_t until_us, const char *name,
                                    cpk_error **error)
{
    struct revenue_day day = {report, name};

    return store_report_revenue(report->store, &(struct report_span){from_us, until_us, is_undated(name)},
                                write_revenue_row, &day, error);
}

static cpk_status write_revenue(struct report *report, cpk_error **error)
{
    return write_days(report, REVENUE_COLUMNS, 1, write_revenue_day, error);
}

cpk_status report_revenue(cpk_session *session, const cpk_report_options *options, cpk_write_fn write, void *write_user,
                          cpk_error **error)
{
    struct report report;

    report_init(&report, session, options, write, write_user);
    return run_report(&report, write_revenue, error);
}

#define REPORT_ROW     struct usage_row
#define REPORT_COLUMNS USAGE_COLUMNS
#define REPORT_TABLE   "records/report_usage.def"
#include "maintenance/report_columns.def"

static cpk_status write_usage_day(struct report *report, int64_t from_us, int64_t until_us, const char *day,
                                  cpk_error **error)
{
    struct usage_row row = {.day = day};

    CPK_TRY(store_report_usage(report->store, &(struct report_span){from_us, until_us, is_undated(day)}, &row, error));
    return row.users > 0 ? report_out_row(&report->out, &row, REPORT_LINE_ENTRY, error) : CPK_OK;
}

static cpk_status write_usage(struct report *report, cpk_error **error)
{
    return write_days(report, USAGE_COLUMNS, 0, write_usage_day, error);
}

cpk_status report_usage(cpk_session *session, const cpk_report_options *options, cpk_write_fn write, void *write_user,
                        cpk_error **error)
{
    struct report report;

    report_init(&report, session, options, write, write_user);
    return run_report(&report, write_usage, error);
}
