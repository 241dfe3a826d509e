/* The queue of work for workers: a row for each source that was submitted, until its work is done. A claim gives a row
 * to one worker, under a lease that the worker renews; the number of the claim fences what the worker does with the
 * row. */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include "base/uuid.h"
#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"
#include "store/work_key.h"

#include <contextpack/work.h>

struct cpk_work {
    struct record record;
#define RECORD_TABLE "records/work.def"
#include "records/members.def"
};

/* Kinds of work. */
#define QUEUE_ANALYZE "analyze" /* until completed */
#define QUEUE_EXTRACT "extract" /* until ready_for_analysis */

/* Reasons why work waits, is dead or was cancelled. */
#define QUEUE_ERROR       "error"
#define QUEUE_CREDITS     "credits"
#define QUEUE_SUSPENDED   "suspended"
#define QUEUE_LEASE       "lease"
#define QUEUE_KIND        "kind"

#define QUEUE_NO_LIMIT    INT64_MAX /* of attempts */
#define QUEUE_PAGE_LIMIT  500
#define QUEUE_CLAIM_LIMIT 1000

struct queue_submission {
    const char *kind; /* QUEUE_ANALYZE, QUEUE_EXTRACT */
    int64_t priority;
};

/* The user of a source, for the service; a user's store has its own. */
cpk_status store_queue_user(struct store *store, const char *source_id, char user_id[UUID_TEXT_BYTES],
                            cpk_error **error);

/* Submits a source of the user. Work that waits, is dead or was cancelled is ready again. */
cpk_status store_queue_submit(struct store *store, const char *user_id, const char *source_id,
                              const struct queue_submission *submission, cpk_work **work, cpk_error **error);
cpk_status store_queue_get(struct store *store, const char *user_id, const char *source_id, cpk_work **work,
                           cpk_error **error);
/* Oldest first, of the store's user, or with the service of all. state 0: any. */
cpk_status store_queue_list(struct store *store, int32_t state, const struct store_page *page,
                            struct record_list **items, cpk_error **error);
/* In one transaction: ends or forbids the work, takes the lease of whoever runs the source, and releases its hold. */
cpk_status store_queue_cancel(struct store *store, const char *user_id, const char *source_id, cpk_error **error);
/* Dead work is ready again: of the store's user or of all, of one source or of all. */
cpk_status store_queue_redrive(struct store *store, const char *source_id, int64_t *count, cpk_error **error);

/* --- for workers: the service only --- */

struct queue_claim {
    const char *lease_owner;
    int64_t expires_us;
    int64_t limit;        /* 1 to QUEUE_CLAIM_LIMIT */
    int64_t max_per_user; /* running at the same time; 0: any number */
    char *last_user_id;   /* UUID_TEXT_BYTES: the last user whose turn it was; kept by the worker */
};

/* Claims ready work, users in turn. */
cpk_status store_queue_claim(struct store *store, const struct queue_claim *claim, struct record_list **items,
                             cpk_error **error);
/* Renews all claims of a worker. */
cpk_status store_queue_renew(struct store *store, const char *lease_owner, int64_t expires_us, cpk_error **error);
/* The claims that a worker still has; is_cancelled: it is to stop. */
cpk_status store_queue_list_claims(struct store *store, const char *lease_owner, struct record_list **items,
                                   cpk_error **error);

/* How a claim ends. */
struct queue_outcome {
    const cpk_work *work;
    int32_t is_done;
    const char *reason;   /* QUEUE_*; NULL: it is ready again */
    const char *message;  /* or NULL */
    int64_t run_us;       /* when it may be claimed again */
    int64_t given_back;   /* 1: the attempt does not count */
    int64_t max_attempts; /* dead after as many without progress; QUEUE_NO_LIMIT; 0: dead at once */
    int64_t expired_us;   /* the claim ends only if its lease had ended at this time; CPK_TIME_UNKNOWN: in any case */
};

/* Ends claims in one transaction. What was lost meanwhile is not changed. */
cpk_status store_queue_settle(struct store *store, const struct queue_outcome *outcomes, size_t count,
                              cpk_error **error);
/* Makes ready what waited long enough, at most QUEUE_PAGE_LIMIT. */
cpk_status store_queue_promote(struct store *store, int64_t *count, cpk_error **error);
/* A page of running work of all workers, after `last` (NULL: the first page). */
cpk_status store_queue_list_running(struct store *store, const cpk_work *last, struct record_list **items,
                                    cpk_error **error);

/* By CPK_WORK_* - 1. */
struct queue_depth {
    int64_t count;
    int64_t first_us; /* the oldest submission; CPK_TIME_UNKNOWN */
    int64_t retried;  /* that wait for an error or a lease */
};

#define QUEUE_STATES 5

cpk_status store_queue_measure(struct store *store, struct queue_depth depths[QUEUE_STATES], cpk_error **error);

#endif
