#include "store/transaction.h"
#include "api/check.h"
#include "api/names.h"
#include "api/page.h"
#include "base/uuid.h"
#include "engine/session.h"
#include "model/words.h"

#include <contextpack/transaction.h>

#define OVERVIEW_LIMIT_DEFAULT 10 /* as in the service's documented query */

static const char *const type_names[] = {NULL, TRANSACTION_TYPE_WORDS, NULL};

cpk_status cpk_credits_balance(cpk_session *session, const char *user_id, int64_t *balance, int64_t *held,
                               cpk_error **error)
{
    int64_t free_credits;
    int64_t holds;

    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_TRY(store_credits_balance(session->store, user_id, &free_credits, &holds, error));
    if (balance != NULL) {
        *balance = free_credits;
    }
    if (held != NULL) {
        *held = holds;
    }
    return CPK_OK;
}

const char *cpk_transaction_id(const cpk_transaction *transaction)
{
    return transaction != NULL ? transaction->id : NULL;
}

const char *cpk_transaction_user_id(const cpk_transaction *transaction)
{
    return transaction != NULL ? transaction->user_id : NULL;
}

int32_t cpk_transaction_type(const cpk_transaction *transaction)
{
    return transaction != NULL ? name_find(type_names, transaction->type) : 0;
}

const char *cpk_transaction_type_name(const cpk_transaction *transaction)
{
    return transaction != NULL ? transaction->type : NULL;
}

int64_t cpk_transaction_credits(const cpk_transaction *transaction)
{
    return transaction != NULL ? transaction->credits : 0;
}

int64_t cpk_transaction_amount_micros(const cpk_transaction *transaction)
{
    return transaction != NULL && transaction->amount_micro != TRANSACTION_NO_AMOUNT ? transaction->amount_micro : 0;
}

const char *cpk_transaction_package_id(const cpk_transaction *transaction)
{
    return transaction != NULL ? transaction->package_id : NULL;
}

const char *cpk_transaction_job_id(const cpk_transaction *transaction)
{
    return transaction != NULL ? transaction->job_id : NULL;
}

const char *cpk_transaction_description(const cpk_transaction *transaction)
{
    return transaction != NULL ? transaction->description : NULL;
}

int64_t cpk_transaction_created_at(const cpk_transaction *transaction)
{
    return transaction != NULL ? transaction->created_us : CPK_TIME_UNKNOWN;
}

void cpk_transaction_free(cpk_transaction *transaction)
{
    snapshot_free(transaction);
}

cpk_status cpk_transaction_list_get(cpk_session *session, const char *user_id, const cpk_page *given,
                                    cpk_transaction_list **list, cpk_error **error)
{
    struct store_page page;
    struct snapshot_list *items = NULL;
    const cpk_transaction *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_TRY(page_read(given, &page, error));
    CPK_TRY(store_transaction_list(session->store, user_id, &page, &items, error));
    last = snapshot_list_last(items);
    return page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                            last != NULL ? last->id : NULL, (struct page_list **)list, error);
}

PAGE_LIST_CALLS(cpk_transaction_list, cpk_transaction)

/* In the order of the header, for cpk_list_head. */
static void row_fill(const void *item, struct page_row *row)
{
    const cpk_transaction *transaction = item;

    page_row_text(row, cpk_transaction_id(transaction));
    page_row_text(row, cpk_transaction_user_id(transaction));
    page_row_number(row, cpk_transaction_type(transaction));
    page_row_text(row, cpk_transaction_type_name(transaction));
    page_row_number(row, cpk_transaction_credits(transaction));
    page_row_number(row, cpk_transaction_amount_micros(transaction));
    page_row_text(row, cpk_transaction_package_id(transaction));
    page_row_text(row, cpk_transaction_job_id(transaction));
    page_row_text(row, cpk_transaction_description(transaction));
    page_row_number(row, cpk_transaction_created_at(transaction));
}

PAGE_LIST_COPY_CALL(cpk_transaction_list, row_fill)

cpk_status cpk_credits_overview(cpk_session *session, const char *user_id, int32_t limit, int64_t *balance,
                                int64_t *held, cpk_transaction_list **latest, cpk_error **error)
{
    struct store_page page = {limit > 0 ? limit : OVERVIEW_LIMIT_DEFAULT, CPK_TIME_UNKNOWN, NULL};
    struct ledger_overview overview;
    const cpk_transaction *last;

    CPK_CHECK_OUT(latest, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_CHECK_ARG(limit >= 0 && limit <= STORE_PAGE_LIMIT_MAX, "limit", error);
    CPK_TRY(store_ledger_overview(session->store, user_id, page.limit, &overview, error));
    last = snapshot_list_last(overview.latest);
    CPK_TRY(page_list_create(&session->engine->context, &page, overview.latest, last != NULL ? last->created_us : 0,
                             last != NULL ? last->id : NULL, (struct page_list **)latest, error));
    if (balance != NULL) {
        *balance = overview.balance;
    }
    if (held != NULL) {
        *held = overview.holds;
    }
    return CPK_OK;
}
