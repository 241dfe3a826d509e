/* Webhook logs: one row for each event that was delivered with a valid signature, or read from Stripe's list of events.
 */
#ifndef STORE_WEBHOOK_LOG_H
#define STORE_WEBHOOK_LOG_H

#include "store/snapshot.h"
#include "store/store.h"

typedef struct cpk_webhook_log cpk_webhook_log;

struct cpk_webhook_log {
    struct snapshot snapshot;
    const char *id;
    const char *webhook_id;        /* the event's id */
    const char *event_type;        /* "checkout", "subscription", "invoice", "payment", "refund", "dispute", "other" */
    const char *stripe_event_type; /* or NULL */
    int64_t payload_bytes;
    int32_t signature_present;
    const char *status;         /* "processing", "completed", "failed" */
    const char *error_message;  /* or NULL */
    const char *processed_data; /* JSON, or NULL */
    int64_t created_us;
    int64_t updated_us;
};

struct webhook_log_params {
    const char *webhook_id;
    const char *event_type;
    const char *stripe_event_type;
    int64_t payload_bytes;
    int32_t is_signed; /* whether it came with a valid signature */
    const char *status;
    const char *error_message;  /* or NULL */
    const char *processed_data; /* JSON, or NULL */
};

/* Writes the event's row, or brings the one that an earlier delivery left up to date. Service and admins only. */
cpk_status store_webhook_log_write(struct store *store, const struct webhook_log_params *params, cpk_error **error);
/* Newest first; of one event or in one status where those are not NULL. */
cpk_status store_webhook_log_list(struct store *store, const char *webhook_id, const char *status,
                                  const struct store_page *page, struct snapshot_list **logs, cpk_error **error);

#endif
