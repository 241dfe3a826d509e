#include "store/transaction.h"

#include "store/internal.h"

#define OVERVIEW_ID_COLUMN 2 /* after balance and holds */

#define RECORD_TYPE        cpk_transaction
#define RECORD_TABLE       "records/transaction.def"
#define RECORD_READ        row_read
#include "store/columns.def"

cpk_status transaction_read(const struct context *context, struct statement *row, void **record, cpk_error **error)
{
    return row_read(context, row, record, error);
}

cpk_status store_transaction_add(struct store *store, const char *user_id, const struct transaction_params *params,
                                 cpk_error **error)
{
    char id[UUID_TEXT_BYTES];
    struct statement change;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    if (params->id == NULL) {
        CPK_TRY(uuid_create(store->context, id, error));
    }
    statement_start(&change, store->session, STATEMENT_TRANSACTION_INSERT);
    statement_bind_text(&change, 1, params->id != NULL ? params->id : id);
    statement_bind_text(&change, 2, user_id);
    statement_bind_text(&change, 3, params->type);
    statement_bind_int64(&change, 4, params->credits);
    if (params->amount_micro == TRANSACTION_NO_AMOUNT) {
        statement_bind_null(&change, 5, CPK_VALUE_INT64);
    } else {
        statement_bind_int64(&change, 5, params->amount_micro);
    }
    statement_bind_text(&change, 6, params->package_id);
    statement_bind_text(&change, 7, params->job_id);
    statement_bind_text(&change, 8, params->stripe_payment_id);
    statement_bind_text(&change, 9, params->description);
    statement_bind_text(&change, 10, params->metadata);
    statement_bind_time(&change, 11, context_now(store->context));
    return statement_run(&change, NULL, error);
}

cpk_status store_balance_add(struct store *store, const char *user_id, int64_t credits, cpk_error **error)
{
    struct ledger_balance balance;
    struct statement change;
    int64_t rows;

    statement_start(&change, store->session, STATEMENT_USER_CREDITS_ADD);
    statement_bind_text(&change, 1, user_id);
    statement_bind_int64(&change, 2, credits);
    statement_bind_time(&change, 3, context_now(store->context));
    CPK_TRY(statement_run(&change, &rows, error));
    if (rows > 0) {
        return CPK_OK;
    }
    CPK_TRY(store_ledger_balance(store, user_id, &balance, error)); /* NOT_FOUND if there is no such user */
    return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, STORE_DOMAIN,
                     "a balance is at most %d: %lld plus %lld does not fit", INT32_MAX, (long long)balance.balance,
                     (long long)credits);
}

static cpk_status credits_add(struct store *store, const char *user_id, const struct transaction_params *params,
                              cpk_error **error)
{
    CPK_TRY(store_balance_add(store, user_id, params->credits, error));
    return store_transaction_add(store, user_id, params, error);
}

cpk_status store_credits_add(struct store *store, const char *user_id, const struct transaction_params *params,
                             cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_require_service(store, "change credits", error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, credits_add(store, user_id, params, error), error);
}

cpk_status store_transaction_get(struct store *store, const char *user_id, const char *transaction_id,
                                 cpk_transaction **transaction, cpk_error **error)
{
    struct statement query;

    *transaction = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_TRANSACTION_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, transaction_id);
    return row_read_one(store, &query, transaction, "no such transaction", error);
}

cpk_status store_transaction_list(struct store *store, const char *user_id, const struct store_page *page,
                                  struct record_list **transactions, cpk_error **error)
{
    struct statement query;

    *transactions = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_TRANSACTION_LIST_PAGE);
    statement_bind_text(&query, 1, user_id);
    CPK_TRY(store_bind_page(&query, 2, page, error));
    return store_read_list(store, &query, transaction_read, transactions, error);
}

static void balance_take(struct statement *row, struct ledger_balance *balance)
{
    balance->balance = statement_take_int64(row);
    balance->opening = statement_take_int64(row);
    balance->transactions = statement_take_int64(row);
    balance->holds = statement_take_int64(row);
}

cpk_status store_ledger_balance(struct store *store, const char *user_id, struct ledger_balance *balance,
                                cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_LEDGER_BALANCE);
    statement_bind_text(&query, 1, user_id);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (!has_row) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no user has the id %s", user_id);
    }
    balance_take(&query, balance);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

cpk_status store_credits_balance(struct store *store, const char *user_id, int64_t *balance, int64_t *holds,
                                 cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_USER_BALANCE);
    statement_bind_text(&query, 1, user_id);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (!has_row) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no user has the id %s", user_id);
    }
    *balance = statement_take_int64(&query);
    *holds = statement_take_int64(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

cpk_status store_ledger_check(struct store *store, ledger_drift_fn each, void *user, int64_t *drifted,
                              cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    *drifted = 0;
    CPK_TRY(store_require_service(store, "check the ledger", error));
    statement_start(&query, store->session, STATEMENT_LEDGER_DRIFT);
    for (;;) {
        struct ledger_balance balance;
        const char *user_id;

        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        user_id = statement_take_text(&query, NULL);
        balance_take(&query, &balance);
        CPK_TRY(statement_check(&query, error));
        (*drifted)++;
        if (each != NULL) {
            each(user, user_id, &balance);
        }
    }
}

/* Reads the overview. Each row has the balance, which is null if the user does not exist. A row with a null id means
 * that there are no transactions. */
static cpk_status overview_rows(struct store *store, struct statement *query, struct ledger_overview *overview,
                                int32_t *is_there, cpk_error **error)
{
    *is_there = 0;
    for (;;) {
        int32_t has_row;
        void *item;

        CPK_TRY(statement_step(query, &has_row, error));
        if (!has_row || statement_is_null(query, 0)) {
            return CPK_OK;
        }
        *is_there = 1;
        overview->balance = statement_take_int64(query);
        overview->holds = statement_take_int64(query);
        if (!statement_is_null(query, OVERVIEW_ID_COLUMN)) {
            CPK_TRY(transaction_read(store->context, query, &item, error));
            CPK_TRY(record_list_add(overview->latest, item, error));
        }
    }
}

cpk_status store_ledger_overview(struct store *store, const char *user_id, int64_t limit,
                                 struct ledger_overview *overview, cpk_error **error)
{
    struct statement query;
    int32_t is_there;
    cpk_status status;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(record_list_create(store->context, &overview->latest, error));
    statement_start(&query, store->session, STATEMENT_TRANSACTION_OVERVIEW);
    statement_bind_text(&query, 1, user_id);
    statement_bind_int64(&query, 2, limit);
    status = overview_rows(store, &query, overview, &is_there, error);
    statement_finish(&query);
    if (status == CPK_OK && !is_there) {
        status = error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no user has the id %s", user_id);
    }
    if (status != CPK_OK) {
        record_list_free(overview->latest);
        overview->latest = NULL;
    }
    return status;
}
