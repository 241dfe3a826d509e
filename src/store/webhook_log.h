/* Webhook logs: one row for each event delivered with a valid signature or read from Stripe's list of events. */
#ifndef STORE_WEBHOOK_LOG_H
#define STORE_WEBHOOK_LOG_H

#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"

typedef struct cpk_webhook_log cpk_webhook_log;

struct cpk_webhook_log {
    struct record record;
#define RECORD_TABLE "records/webhook_log.def"
#include "records/members.def"
};

enum webhook_log_status { WEBHOOK_LOG_ANY, WEBHOOK_LOG_PROCESSING, WEBHOOK_LOG_COMPLETED, WEBHOOK_LOG_FAILED };

struct webhook_log_params {
    const char *webhook_id;
    const char *event_type;
    const char *stripe_event_type;
    int64_t payload_bytes;
    int32_t is_signed; /* 1: delivered with a valid signature */
    enum webhook_log_status status;
    const char *error_message;  /* or NULL */
    const char *processed_data; /* JSON, or NULL */
};

/* Inserts the event's row, or updates the one of an earlier delivery. Service and admins only. */
cpk_status store_webhook_log_write(struct store *store, const struct webhook_log_params *params, cpk_error **error);
/* Newest first; of one event unless NULL, or with one status unless WEBHOOK_LOG_ANY. */
cpk_status store_webhook_log_list(struct store *store, const char *webhook_id, enum webhook_log_status status,
                                  const struct store_page *page, struct record_list **logs, cpk_error **error);

#endif
