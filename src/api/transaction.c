#include "store/transaction.h"
#include "api/check.h"
#include "api/page.h"
#include "base/uuid.h"
#include "engine/session.h"
#include "model/words.h"

#include <contextpack/transaction.h>

#define OVERVIEW_LIMIT_DEFAULT 10 /* as the documentation of the service says */

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

#define RECORD_TYPE  cpk_transaction
#define RECORD_TABLE "records/transaction.def"
#include "api/getters.def"

void cpk_transaction_free(cpk_transaction *transaction)
{
    record_free(transaction);
}

cpk_status cpk_transaction_list_get(cpk_session *session, const char *user_id, const cpk_page *caller_page,
                                    cpk_transaction_list **list, cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_transaction *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_transaction_list(session->store, user_id, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                             last != NULL ? last->id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_transaction_list, cpk_transaction)

#define RECORD_TYPE  cpk_transaction
#define RECORD_TABLE "records/transaction.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

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
    last = record_list_last(overview.latest);
    *latest = page_list_create(&session->engine->context, &page, overview.latest, last != NULL ? last->created_us : 0,
                               last != NULL ? last->id : NULL);
    if (*latest == NULL) {
        return error_out_of_memory(error);
    }
    if (balance != NULL) {
        *balance = overview.balance;
    }
    if (held != NULL) {
        *held = overview.holds;
    }
    return CPK_OK;
}
