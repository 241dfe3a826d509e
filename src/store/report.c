#include "store/report.h"

#include "base/time.h"
#include "store/internal.h"

#define LAST_UUID "ffffffff-ffff-ffff-ffff-ffffffffffff"

cpk_status store_report_head(struct store *store, const char *user_id, int64_t from_us, struct report_head *head,
                             cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_REPORT_STATEMENT_HEAD);
    statement_bind_text(&query, 1, user_id);
    statement_bind_time(&query, 2, from_us);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (!has_row) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no user has the id %s", user_id);
    }
    head->balance = statement_take_int64(&query);
    head->held = statement_take_int64(&query);
    head->opening = statement_take_int64(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

cpk_status store_report_entries(struct store *store, const char *user_id, const struct report_page *page,
                                struct record_list **entries, cpk_error **error)
{
    const cpk_transaction *after = page->after;
    int64_t after_us = page->from_us != CPK_TIME_UNKNOWN ? page->from_us - 1 : CPK_TIME_UNKNOWN;
    struct statement query;

    if (after != NULL) { /* rows without a time sort as TIME_FIRST_US, see @time_key */
        after_us = after->created_us != CPK_TIME_UNKNOWN ? after->created_us : TIME_FIRST_US;
    }
    *entries = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_REPORT_STATEMENT_PAGE);
    statement_bind_text(&query, 1, user_id);
    statement_bind_time(&query, 2, after_us);
    statement_bind_text(&query, 3, after != NULL ? after->id : LAST_UUID);
    statement_bind_time(&query, 4, page->until_us);
    statement_bind_int64(&query, 5, page->limit);
    return store_read_list(store, &query, transaction_read, entries, error);
}

static cpk_status hold_read(const struct context *context, struct statement *row, void **record, cpk_error **error)
{
    struct report_hold *hold = record_create(context, row, sizeof *hold);
    cpk_status status;

    *record = hold;
    if (hold == NULL) {
        return error_out_of_memory(error);
    }
    hold->hold_id = record_take_text(&hold->record, row);
    hold->reference = record_take_text(&hold->record, row);
    hold->remaining = statement_take_int64(row);
    hold->expires_us = statement_take_time(row);
    hold->created_us = statement_take_time(row);
    status = statement_check(row, error);
    if (status != CPK_OK) {
        record_free(hold);
        *record = NULL;
    }
    return status;
}

cpk_status store_report_holds(struct store *store, const char *user_id, const char *after_id, int64_t limit,
                              struct record_list **holds, cpk_error **error)
{
    struct statement query;

    *holds = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_REPORT_HOLD_PAGE);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, after_id);
    statement_bind_int64(&query, 3, limit);
    return store_read_list(store, &query, hold_read, holds, error);
}

/* --- all users --- */

static void read_ledger_row(struct statement *query, struct revenue_row *row)
{
    row->purchases = statement_take_int64(query);
    row->purchase_credits = statement_take_int64(query);
    row->purchased = statement_take_int64(query);
    row->refunds = statement_take_int64(query);
    row->refund_credits = statement_take_int64(query);
    row->refunded = statement_take_int64(query);
    row->unknown = statement_take_int64(query);
}

static void read_plan_row(struct statement *query, struct revenue_row *row)
{
    row->is_plan = 1;
    row->purchases = statement_take_int64(query);
    row->purchased = statement_take_int64(query);
    row->refunds = statement_take_int64(query);
    row->refunded = -statement_take_int64(query);
    row->unknown = statement_take_int64(query);
}

static cpk_status revenue_rows(struct statement *query, void (*read)(struct statement *query, struct revenue_row *row),
                               report_revenue_fn each, void *user, cpk_error **error)
{
    for (;;) {
        struct revenue_row row = {.package_id = ""};
        int32_t has_row;

        CPK_TRY(statement_step(query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        row.package_id = statement_take_text(query, NULL);
        row.currency = statement_take_text(query, NULL);
        read(query, &row);
        CPK_TRY(statement_check(query, error));
        CPK_TRY(each(user, &row, error));
    }
}

static void bind_span(struct statement *query, const struct report_span *span)
{
    if (!span->is_undated) {
        statement_bind_time(query, 1, span->from_us);
        statement_bind_time(query, 2, span->until_us);
    }
}

cpk_status store_report_revenue(struct store *store, const struct report_span *span, report_revenue_fn each, void *user,
                                cpk_error **error)
{
    struct statement query;
    cpk_status status;

    CPK_TRY(store_require_service(store, "read revenue", error));
    statement_start(&query, store->session,
                    span->is_undated ? STATEMENT_REPORT_REVENUE_UNDATED_LIST : STATEMENT_REPORT_REVENUE_LIST);
    bind_span(&query, span);
    status = revenue_rows(&query, read_ledger_row, each, user, error);
    if (span->is_undated) { /* payments of plans always have a time */
        return status;
    }
    statement_finish(&query);
    CPK_TRY(status);
    statement_start(&query, store->session, STATEMENT_REPORT_PLAN_REVENUE_LIST);
    statement_bind_int64(&query, 1, span->from_us);
    statement_bind_int64(&query, 2, span->until_us);
    status = revenue_rows(&query, read_plan_row, each, user, error);
    statement_finish(&query);
    return status;
}

static cpk_status next_of(struct statement *query, int64_t from_us, int64_t until_us, int64_t *next_us,
                          cpk_error **error)
{
    int32_t has_row;

    statement_bind_time(query, 1, from_us);
    statement_bind_time(query, 2, until_us);
    CPK_TRY(statement_step(query, &has_row, error));
    *next_us = statement_take_time(query);
    CPK_TRY(statement_check(query, error));
    statement_finish(query);
    return CPK_OK;
}

cpk_status store_report_next(struct store *store, int64_t from_us, int64_t until_us, int32_t with_plans,
                             int64_t *next_us, cpk_error **error)
{
    int64_t plan_us = CPK_TIME_UNKNOWN;
    struct statement query;

    CPK_TRY(store_require_service(store, "read reports of all users", error));
    statement_start(&query, store->session, STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_NEXT);
    CPK_TRY(next_of(&query, from_us, until_us, next_us, error));
    if (with_plans) {
        statement_start(&query, store->session, STATEMENT_REPORT_PLAN_REVENUE_NEXT);
        CPK_TRY(next_of(&query, from_us, until_us, &plan_us, error));
    }
    if (plan_us != CPK_TIME_UNKNOWN && (*next_us == CPK_TIME_UNKNOWN || plan_us < *next_us)) {
        *next_us = plan_us;
    }
    return CPK_OK;
}

#define USAGE_TAKE_TEXT(member, query)   /* the day */
#define USAGE_TAKE_NUMBER(member, query) (member) = statement_take_int64(query)

cpk_status store_report_usage(struct store *store, const struct report_span *span, struct usage_row *row,
                              cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    CPK_TRY(store_require_service(store, "read the usage of all users", error));
    statement_start(&query, store->session,
                    span->is_undated ? STATEMENT_REPORT_USAGE_UNDATED : STATEMENT_REPORT_USAGE_GET);
    bind_span(&query, span);
    CPK_TRY(statement_step(&query, &has_row, error));
#define REPORT_COLUMN_AS(name, heading, kind, lines, doc) FIELD_JOIN(USAGE_TAKE_, FIELD_CLASS(kind))(row->name, &query);
#include "records/report_usage.def"
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}
