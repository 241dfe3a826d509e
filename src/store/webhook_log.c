#include "store/webhook_log.h"

#include "store/internal.h"

static cpk_status webhook_log_read(const struct context *context, struct statement *row, void **snapshot,
                                   cpk_error **error)
{
    cpk_webhook_log *read = snapshot_create(context, row, sizeof *read);
    cpk_status status;

    *snapshot = read;
    if (read == NULL) {
        return error_out_of_memory(error);
    }
    read->id = snapshot_take_text(&read->snapshot, row);
    read->webhook_id = snapshot_take_name(&read->snapshot, row);
    read->event_type = snapshot_take_name(&read->snapshot, row);
    read->stripe_event_type = snapshot_take_text(&read->snapshot, row);
    read->payload_bytes = statement_take_int64_or(row, 0);
    read->signature_present = (int32_t)statement_take_int64_or(row, 0);
    read->status = snapshot_take_name(&read->snapshot, row);
    read->error_message = snapshot_take_text(&read->snapshot, row);
    read->processed_data = snapshot_take_text(&read->snapshot, row);
    read->created_us = statement_take_time(row);
    read->updated_us = statement_take_time(row);
    status = statement_check(row, error);
    if (status != CPK_OK) {
        snapshot_free(read);
        *snapshot = NULL;
    }
    return status;
}

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
    statement_bind_text(&change, 7, params->status);
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
    statement_bind_text(&change, 2, params->status);
    statement_bind_text(&change, 3, params->error_message);
    statement_bind_text(&change, 4, params->processed_data);
    statement_bind_time(&change, 5, context_now(store->context));
    CPK_TRY(statement_run(&change, &rows, error));
    return rows > 0 ? CPK_OK : log_insert(store, params, error);
}

cpk_status store_webhook_log_list(struct store *store, const char *webhook_id, const char *status,
                                  const struct store_page *page, struct snapshot_list **logs, cpk_error **error)
{
    struct statement query;

    *logs = NULL;
    CPK_TRY(store_require_service(store, "read webhook logs", error));
    statement_start(&query, store->session,
                    status != NULL ? STATEMENT_WEBHOOK_LOG_LIST_BY_STATUS : STATEMENT_WEBHOOK_LOG_LIST_PAGE);
    statement_bind_text(&query, 1, webhook_id);
    CPK_TRY(store_bind_page(&query, 2, page, error));
    if (status != NULL) {
        statement_bind_text(&query, 5, status);
    }
    return store_read_list(store, &query, webhook_log_read, logs, error);
}
