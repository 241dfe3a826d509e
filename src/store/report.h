/* What reports are made of: a user's ledger page by page, and sums of days. Each report reads inside one transaction
 * (store_begin_reading), so that its parts are of one moment. */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include "store/hold.h"
#include "store/transaction.h"

struct report_head {
    int64_t balance;
    int64_t held;
    int64_t opening; /* balance and holds together, before the statement's first entry */
};

/* from_us: CPK_TIME_UNKNOWN for a statement from the start, as in store_report_entries. */
cpk_status store_report_head(struct store *store, const char *user_id, int64_t from_us, struct report_head *head,
                             cpk_error **error);
/* Entries (cpk_transaction), oldest first, from the start with those without a time before all; after `after` (NULL:
 * from from_us on) and before until_us (CPK_TIME_UNKNOWN: to the end). */
cpk_status store_report_entries(struct store *store, const char *user_id, int64_t from_us, const cpk_transaction *after,
                                int64_t until_us, int64_t limit, struct snapshot_list **entries, cpk_error **error);
/* Open holds (report_hold) by id, after `after_id` ("": from the start). */
struct report_hold {
    struct snapshot snapshot;
    const char *hold_id;
    const char *reference;
    int64_t remaining;
    int64_t expires_us;
    int64_t created_us;
};

cpk_status store_report_holds(struct store *store, const char *user_id, const char *after_id, int64_t limit,
                              struct snapshot_list **holds, cpk_error **error);

/* What follows is of all users: for the service and admins. Spans are from from_us on and before until_us. */

struct revenue_row {
    const char *package_id; /* "" for none; texts live as long as the call of report_revenue_fn */
    const char *currency;   /* lower case; "" where none was named */
    int32_t is_plan;        /* of a subscription or a plan: it bought no credits */
    int64_t purchases;
    int64_t purchase_credits;
    int64_t purchased; /* money: millionths of the unit; of plans, as Stripe counts it */
    int64_t refunds;
    int64_t refund_credits; /* below zero: taken back */
    int64_t refunded;       /* money that went back, below zero; counted as `purchased` */
    int64_t unknown;        /* purchases and refunds whose money is not known */
};

/* Nothing may be done on the store meanwhile. */
typedef cpk_status (*report_revenue_fn)(void *user, const struct revenue_row *row, cpk_error **error);

/* is_undated: of the entries without a time, or with one that belongs to no day, instead; the span is not looked at. */
cpk_status store_report_revenue(struct store *store, int64_t from_us, int64_t until_us, int32_t is_undated,
                                report_revenue_fn each, void *user, cpk_error **error);
/* The first time in the span that has revenue of a kind, perhaps; CPK_TIME_UNKNOWN where none has. */
cpk_status store_report_next(struct store *store, int64_t from_us, int64_t until_us, int32_t with_plans,
                             int64_t *next_us, cpk_error **error);

struct usage_row {
    int64_t users;
    int64_t credits;
    int64_t unlimited_credits;
    int64_t chunks;
    int64_t metered_chunks; /* whose tokens and cost the ledger knows */
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cost_micros;
};

cpk_status store_report_usage(struct store *store, int64_t from_us, int64_t until_us, int32_t is_undated,
                              struct usage_row *row, cpk_error **error);

#endif
