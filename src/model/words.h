/* Known values of enumeration columns, one list per column; the API constant of a value is its position, from 1. The
 * database survey compares rows with these lists (src/database/tools/catalogue.c). */
#ifndef MODEL_WORDS_H
#define MODEL_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SOURCE_TYPE_WORDS            "chat_export", "document", "url", "text"
#define SOURCE_STATUS_WORDS          "pending", "processing", "ready_for_analysis", "analyzing", "completed", "failed"
#define EXPORT_TYPE_WORDS            "compact", "standard", "complete"
#define EXPORT_STATUS_WORDS          "generating", "ready", "failed"
#define JOB_STATUS_WORDS             "created", "processing", "ready_for_analysis", "analyzing", "completed", "failed"
#define TRANSACTION_TYPE_WORDS       "purchase", "usage", "refund", "bonus", "unlimited_usage"
#define PAYMENT_PLAN_WORDS           "credits", "unlimited"
#define PAYMENT_ATTEMPT_STATUS_WORDS "initiated", "processing", "succeeded", "failed", "cancelled"
#define HOLD_STATUS_WORDS            "open", "closed"
#define CHUNK_STATUS_WORDS           "pending", "done", "failed"
#define WORK_STATE_WORDS             "ready", "waiting", "running", "dead", "cancelled"
#define WEBHOOK_LOG_STATUS_WORDS     "processing", "completed", "failed"
#define ADMIN_ACTION_TYPE_WORDS                                                                                        \
    "credit_adjustment", "refund_issued", "account_suspended", "account_unsuspended", "plan_override",                 \
        "support_credit", "payment_assigned"
/* In the order of a subscription's lifecycle. */
#define SUBSCRIPTION_STATUS_WORDS                                                                                      \
    "incomplete", "trialing", "active", "past_due", "unpaid", "paused", "canceled", "incomplete_expired"

/* The place of a word in a list that ends with NULL, from 1 on; 0 if it is not in the list. */
static inline int32_t word_find(const char *const words[], const char *word)
{
    for (int32_t i = 0; word != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* The word of a number that word_find() gives; NULL for any other number. */
static inline const char *word_at(const char *const words[], int32_t number)
{
    for (int32_t i = 0; words[i] != NULL; i++) {
        if (i + 1 == number) {
            return words[i];
        }
    }
    return NULL;
}

/* Top-level folders of a storage: archives, and folders of new users. */
#define STORAGE_ARCHIVE "archive"
#define STORAGE_USERS   "users"

#endif
