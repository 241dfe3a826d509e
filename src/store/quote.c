#include "store/quote.h"

#include "store/internal.h"
#include "store/user.h"

#include <string.h>

static void read_columns(const struct context *context, struct statement *row, struct store_quote *quote)
{
    const char *plan;

    quote->balance = statement_take_int64(row);
    quote->held = statement_take_int64(row);
    plan = statement_take_text(row, NULL);
    quote->is_unlimited = user_is_unlimited(context, user_plan_code(plan), statement_take_time(row));
    quote->is_suspended = statement_take_int64(row) > 0;
    quote->held_here = statement_take_int64(row);
    quote->items = statement_take_int64(row);
    quote->unknown_items = statement_take_int64(row);
    quote->chunks = statement_take_int64(row);
    quote->done = statement_take_int64(row);
    quote->remaining = statement_take_int64(row);
}

struct quote_query {
    enum statement_id id;
    const char *key;     /* source, pack or job */
    const char *message; /* of NOT_FOUND */
};

static cpk_status read_quote(struct store *store, const char *user_id, const struct quote_query *request,
                             struct store_quote *quote, cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    memset(quote, 0, sizeof *quote);
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, request->id);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, request->key);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (!has_row) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "%s", request->message);
    }
    read_columns(store->context, &query, quote);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

cpk_status store_quote_source(struct store *store, const char *user_id, const char *source_id,
                              struct store_quote *quote, cpk_error **error)
{
    return read_quote(store, user_id, &(struct quote_query){STATEMENT_QUOTE_SOURCE, source_id, "no such source"}, quote,
                      error);
}

cpk_status store_quote_pack(struct store *store, const char *user_id, const char *pack_id, struct store_quote *quote,
                            cpk_error **error)
{
    return read_quote(store, user_id, &(struct quote_query){STATEMENT_QUOTE_PACK, pack_id, "no such pack"}, quote,
                      error);
}

cpk_status store_quote_job(struct store *store, const char *user_id, const char *job_id, struct store_quote *quote,
                           cpk_error **error)
{
    return read_quote(store, user_id, &(struct quote_query){STATEMENT_QUOTE_JOB, job_id, "no such job"}, quote, error);
}
