#include "maintenance/report.h"

#include "base/error.h"
#include "base/time.h"
#include "maintenance/report_out.h"
#include "payments/stripe/money.h"
#include "store/report.h"

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

static const char *const STATEMENT_COLUMNS[] = {"time",        "type",     "credits",    "balance", "unlimited",
                                                "amount",      "currency", "package_id", "job_id",  "stripe_payment_id",
                                                "description", "id",       NULL};

/* Writes amount and currency; the currency comes from the entry's metadata or else from the settings. */
static cpk_status write_amount(struct report *report, const cpk_transaction *entry, cpk_error **error)
{
    struct json_object *metadata = NULL;
    const char *currency = NULL;
    cpk_status status = CPK_OK;

    if (entry->amount_micro == TRANSACTION_NO_AMOUNT) {
        report_out_null(&report->out, report->out.is_json ? "amount_micros" : "amount");
        report_out_text(&report->out, "currency", NULL);
        return CPK_OK;
    }
    if (entry->metadata != NULL) {
        status = json_parse(entry->metadata, strlen(entry->metadata), JSON_DEPTH, &metadata, NULL);
        currency = json_member_text(metadata, "currency");
    }
    report_out_money(&report->out, "amount_micros", entry->amount_micro);
    report_out_text(&report->out, "currency",
                    currency != NULL ? currency : money_currency(&report->session->engine->context));
    json_object_put(metadata);
    return status == CPK_ERROR_OUT_OF_MEMORY ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status write_entry(struct statement_report *statement, const cpk_transaction *entry, cpk_error **error)
{
    struct report_out *out = &statement->report.out;
    int32_t is_charged = entry->type_code != CPK_TRANSACTION_UNLIMITED_USAGE;

    statement->balance += is_charged ? entry->credits : 0;
    report_out_begin_row(out);
    report_out_time(out, "time", entry->created_us);
    report_out_text(out, "type", entry->type);
    report_out_number(out, "credits", is_charged ? entry->credits : 0);
    report_out_number(out, "balance", statement->balance);
    report_out_number(out, "unlimited", is_charged ? 0 : entry->credits);
    CPK_TRY(write_amount(&statement->report, entry, error));
    report_out_text(out, "package_id", entry->package_id);
    report_out_text(out, "job_id", entry->job_id);
    report_out_text(out, "stripe_payment_id", entry->stripe_payment_id);
    report_out_text(out, "description", entry->description);
    report_out_text(out, "id", entry->id);
    return report_out_end_row(out, error);
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
    struct report_out *out = &statement->report.out;

    if (out->is_json) {
        return CPK_OK;
    }
    report_out_begin_row(out);
    report_out_time(out, "time", time_us);
    report_out_text(out, "type", type);
    report_out_null(out, "credits");
    report_out_number(out, "balance", statement->balance);
    for (size_t i = 4; STATEMENT_COLUMNS[i] != NULL; i++) {
        report_out_null(out, STATEMENT_COLUMNS[i]);
    }
    return report_out_end_row(out, error);
}

static cpk_status write_hold(struct statement_report *statement, const struct report_hold *hold, cpk_error **error)
{
    struct report_out *out = &statement->report.out;

    statement->balance -= hold->remaining;
    report_out_begin_row(out);
    report_out_time(out, "time", hold->created_us);
    report_out_text(out, "type", "hold");
    report_out_number(out, "credits", -hold->remaining);
    report_out_number(out, "balance", statement->balance);
    if (out->is_json) {
        report_out_text(out, "job_id", hold->reference);
        report_out_time(out, "expires", hold->expires_us);
    } else {
        for (size_t i = 4; i < 8; i++) {
            report_out_null(out, STATEMENT_COLUMNS[i]);
        }
        report_out_text(out, "job_id", hold->reference);
        report_out_null(out, "stripe_payment_id");
        report_out_text(out, "description", "Reserved for work in progress");
    }
    report_out_text(out, "id", hold->hold_id);
    return report_out_end_row(out, error);
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
    CPK_TRY(store_whose(session->store, user_id, &statement.user_id, error));
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

static cpk_status write_days(struct report *report, const char *const columns[], int32_t with_plans, day_fn day,
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

static const char *const REVENUE_COLUMNS[] = {
    "day",      "kind", "package_id",     "currency", "purchases", "credits", "gross", "refunds", "refunded_credits",
    "refunded", "net",  "without_amount", NULL};

struct revenue_day {
    struct report *report;
    const char *day;
};

static cpk_status write_revenue_row(void *user, const struct revenue_row *row, cpk_error **error)
{
    const struct revenue_day *day = user;
    struct report_out *out = &day->report->out;
    const char *currency =
        row->currency[0] != '\0' ? row->currency : money_currency(&day->report->session->engine->context);
    int64_t gross = row->is_plan ? money_to_micros(row->purchased, currency) : row->purchased;
    int64_t refunded = row->is_plan ? money_to_micros(row->refunded, currency) : row->refunded;

    report_out_begin_row(out);
    report_out_text(out, "day", day->day);
    report_out_text(out, "kind", row->is_plan ? "plan" : "credits");
    report_out_text(out, "package_id", row->package_id[0] != '\0' ? row->package_id : NULL);
    report_out_text(out, "currency", currency);
    report_out_number(out, "purchases", row->purchases);
    report_out_number(out, "credits", row->purchase_credits);
    report_out_money(out, "gross_micros", gross);
    report_out_number(out, "refunds", row->refunds);
    report_out_number(out, "refunded_credits", -row->refund_credits);
    report_out_money(out, "refunded_micros", -refunded);
    report_out_money(out, "net_micros", gross + refunded);
    report_out_number(out, "without_amount", row->unknown);
    return report_out_end_row(out, error);
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

static const char *const USAGE_COLUMNS[] = {"day",
                                            "users",
                                            "credits",
                                            "unlimited_credits",
                                            "chunks",
                                            "metered_chunks",
                                            "input_tokens",
                                            "output_tokens",
                                            "analyzer_cost_usd",
                                            NULL};

static cpk_status write_usage_day(struct report *report, int64_t from_us, int64_t until_us, const char *day,
                                  cpk_error **error)
{
    struct report_out *out = &report->out;
    struct usage_row row;

    CPK_TRY(store_report_usage(report->store, &(struct report_span){from_us, until_us, is_undated(day)}, &row, error));
    if (row.users == 0) {
        return CPK_OK;
    }
    report_out_begin_row(out);
    report_out_text(out, "day", day);
    report_out_number(out, "users", row.users);
    report_out_number(out, "credits", row.credits);
    report_out_number(out, "unlimited_credits", row.unlimited_credits);
    report_out_number(out, "chunks", row.chunks);
    report_out_number(out, "metered_chunks", row.metered_chunks);
    report_out_number(out, "input_tokens", row.input_tokens);
    report_out_number(out, "output_tokens", row.output_tokens);
    report_out_money(out, "analyzer_cost_micros", row.cost_micros);
    return report_out_end_row(out, error);
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
