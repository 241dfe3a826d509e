#include "store/webhook_log.h"

#include "model/words.h"
#include "store/internal.h"

#define RECORD_TYPE  cpk_webhook_log
#define RECORD_TABLE "records/webhook_log.def"
#define RECORD_READ  webhook_log_read
#include "store/columns.def"

static const char *const statuses[] = {WEBHOOK_LOG_STATUS_WORDS, NULL};

static cpk_status log_insert(struct store *store, const struct webhook_log_params *params, cpk_error **error)
{
    char id[UUID_TEXT_BYTES];
    struct statement change;

    CPK_TRY(uuid_create(store->context, id, error));
    statement_start(&change, store->session, STATEMENT_WEBHOOK_LOG_INSERT);
    statement_bind_text(&change, 1, id);
    statement_bind_text(&change, 2, params->webhook_id);
    statement_bind_text(&change, 3, params->event_type);
    statement_bind_text(&change, 4, params->stripe_event_type);
    statement_bind_int64(&change, 5, params->payload_bytes);
    statement_bind_int64(&change, 6, params->is_signed);
    statement_bind_text(&change, 7, word_at(statuses, params->status));
    statement_bind_text(&change, 8, params->error_message);
    statement_bind_text(&change, 9, params->processed_data);
    statement_bind_time(&change, 10, context_now(store->context));
    return statement_run(&change, NULL, error);
}

cpk_status store_webhook_log_write(struct store *store, const struct webhook_log_params *params, cpk_error **error)
{
    struct statement change;
    int64_t rows;

    CPK_TRY(store_require_service(store, "write webhook logs", error));
    statement_start(&change, store->session, STATEMENT_WEBHOOK_LOG_UPDATE);
    statement_bind_text(&change, 1, params->webhook_id);
    statement_bind_text(&change, 2, word_at(statuses, params->status));
    statement_bind_text(&change, 3, params->error_message);
    statement_bind_text(&change, 4, params->processed_data);
    statement_bind_time(&change, 5, context_now(store->context));
    CPK_TRY(statement_run(&change, &rows, error));
    return rows > 0 ? CPK_OK : log_insert(store, params, error);
}

cpk_status store_webhook_log_list(struct store *store, const char *webhook_id, enum webhook_log_status status,
                                  const struct store_page *page, struct record_list **logs, cpk_error **error)
{
    struct statement query;

    *logs = NULL;
    CPK_TRY(store_require_service(store, "read webhook logs", error));
    statement_start(&query, store->session,
                    status != WEBHOOK_LOG_ANY ? STATEMENT_WEBHOOK_LOG_LIST_BY_STATUS : STATEMENT_WEBHOOK_LOG_LIST_PAGE);
    statement_bind_text(&query, 1, webhook_id);
    CPK_TRY(store_bind_page(&query, 2, page, error));
    if (status != WEBHOOK_LOG_ANY) {
        statement_bind_text(&query, 5, word_at(statuses, status));
    }
    return store_read_list(store, &query, webhook_log_read, logs, error);
}
