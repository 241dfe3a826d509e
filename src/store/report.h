/* Data for reports: a user's ledger in pages, and sums by day. A report must read in one transaction
 * (store_begin_reading()), so that its parts are consistent. */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include "records/fields.h"
#include "store/hold.h"
#include "store/transaction.h"

struct report_head {
    int64_t balance;
    int64_t held;
    int64_t opening; /* balance plus holds before the first entry */
};

/* from_us: CPK_TIME_UNKNOWN: from the start. */
cpk_status store_report_head(struct store *store, const char *user_id, int64_t from_us, struct report_head *head,
                             cpk_error **error);
/* Entries (cpk_transaction), oldest first; entries without a time precede all others and are included if there is no
 * lower limit. After the entry `after` (NULL: from from_us on) and before until_us (CPK_TIME_UNKNOWN: no limit). */
struct report_page {
    int64_t from_us;
    int64_t until_us;
    const cpk_transaction *after;
    int64_t limit;
};

cpk_status store_report_entries(struct store *store, const char *user_id, const struct report_page *page,
                                struct record_list **entries, cpk_error **error);
/* An open hold. */
struct report_hold {
    struct record record;
    const char *hold_id;
    const char *reference;
    int64_t remaining;
    int64_t expires_us;
    int64_t created_us;
};

/* Lists open holds (report_hold) by id, after after_id ("": from the start). */
cpk_status store_report_holds(struct store *store, const char *user_id, const char *after_id, int64_t limit,
                              struct record_list **holds, cpk_error **error);

/* The following is for all users; service and admins only. Spans include from_us and exclude until_us. */

struct revenue_row {
    const char *package_id; /* "": none. Texts are borrowed for the call of report_revenue_fn */
    const char *currency;   /* lower case; "": none recorded */
    int32_t is_plan;        /* payment for a subscription or plan, which buys no credits */
    int64_t purchases;
    int64_t purchase_credits;
    int64_t purchased; /* money: millionths of the unit; for plans, Stripe's smallest unit */
    int64_t refunds;
    int64_t refund_credits; /* negative */
    int64_t refunded;       /* money, negative; in the unit of `purchased` */
    int64_t unknown;        /* purchases and refunds without an amount */
};

/* Must not call the store. */
typedef cpk_status (*report_revenue_fn)(void *user, const struct revenue_row *row, cpk_error **error);

struct report_span {
    int64_t from_us;
    int64_t until_us;
    int32_t is_undated; /* 1: entries without a valid time instead of those in the span */
};

cpk_status store_report_revenue(struct store *store, const struct report_span *span, report_revenue_fn each, void *user,
                                cpk_error **error);
/* *next_us: first time in the span that may have rows, or CPK_TIME_UNKNOWN. with_plans 1: includes payments of plans.
 */
cpk_status store_report_next(struct store *store, int64_t from_us, int64_t until_us, int32_t with_plans,
                             int64_t *next_us, cpk_error **error);

struct usage_row {
#define REPORT_COLUMN_AS(name, heading, kind, lines, doc) FIELD_MEMBER(kind) name;
#include "records/report_usage.def"
};

/* Sets everything but row->day. */
cpk_status store_report_usage(struct store *store, const struct report_span *span, struct usage_row *row,
                              cpk_error **error);

#endif
