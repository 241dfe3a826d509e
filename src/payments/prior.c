#include "payments/prior.h"

#include "base/error.h"
#include "payments/stripe/money.h"
#include "payments/stripe/movement.h"
#include "payments/stripe/payment.h"
#include "store/prior.h"

#include <string.h>

#define KEYS_ALL UINT32_MAX

/* *is_there is 0 if no profile has the id, so that no credits can be taken back. */
static cpk_status check_owner(const struct payment_cause *cause, const char *user_id, int32_t *is_of_deleted,
                              int32_t *is_there, cpk_error **error)
{
    cpk_error *problem = NULL;
    cpk_status status = payment_check_user(cause, user_id, is_of_deleted, &problem);

    *is_there = status == CPK_OK;
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(&problem);
        return CPK_OK;
    }
    return status == CPK_OK ? CPK_OK : error_give(error, problem);
}

cpk_status prior_owner(const struct payment_cause *cause, const char *const *ids, size_t count, const char **user_id,
                       int32_t *is_of_deleted, cpk_error **error)
{
    *user_id = NULL;
    for (size_t i = 0; i < count && *user_id == NULL; i++) {
        struct prior_entries entries;
        int32_t is_there = 0;

        if (ids[i] == NULL) {
            continue;
        }
        CPK_TRY(store_prior_read(cause->store, ids[i], cause->arena, &entries, error));
        if (entries.user_id != NULL) {
            CPK_TRY(check_owner(cause, entries.user_id, is_of_deleted, &is_there, error));
        }
        *user_id = is_there ? entries.user_id : NULL;
    }
    return CPK_OK;
}

static int32_t is_among(const char *id, const char *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ids[i] != NULL && strcmp(ids[i], id) == 0) {
            return 1;
        }
    }
    return 0;
}

cpk_status prior_add_ids(const struct payment_cause *cause, const struct movement *movements, size_t movement_count,
                         const char **ids, size_t *count, cpk_error **error)
{
    for (size_t i = 0; i < movement_count && i < PAYMENT_KEYS_MAX && *count < PAYMENT_KEYS_MAX; i++) {
        const char *id = movements[i].subject_id;
        struct prior_entries entries;

        if (is_among(id, ids, *count)) {
            continue;
        }
        CPK_TRY(store_prior_read(cause->store, id, cause->arena, &entries, error));
        if (entries.rows > 0) {
            ids[*count] = id;
            *count += 1;
        }
    }
    return CPK_OK;
}

static cpk_status add_movement(const struct payment_cause *cause, const struct store_payment *payment,
                               const char *event_id, const struct movement *movement, cpk_error **error)
{
    struct movement added = *movement;

    added.created_us = FACT_UNKNOWN;
    return store_movement_add(cause->store, payment->payment_id, event_id, &added, error);
}

static cpk_status add_movements(const struct payment_cause *cause, const struct store_payment *payment,
                                const char *stripe_id, const struct prior_entries *entries, const char *currency,
                                cpk_error **error)
{
    const struct movement movements[] = {
        {.kind = MOVEMENT_PRIOR_PURCHASE,
         .amount = entries->purchase,
         .total = money_from_micros(entries->amount_micro, currency)},
        {.kind = MOVEMENT_PRIOR_REFUND, .amount = entries->refund, .total = FACT_UNKNOWN},
        {.kind = MOVEMENT_PRIOR_DISPUTE, .amount = entries->dispute, .total = FACT_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof movements / sizeof movements[0]; i++) {
        struct movement movement = movements[i];

        movement.subject_id = stripe_id;
        if (i == 0 || movement.amount > 0) {
            CPK_TRY(add_movement(cause, payment, movement.kind, &movement, error));
        }
    }
    return CPK_OK;
}

/* Sums over all ids; texts are taken from the first id that has any. */
static void add_entries(struct prior_entries *sum, const struct prior_entries *entries)
{
    sum->rows += entries->rows;
    sum->purchase += entries->purchase;
    sum->refund += entries->refund;
    sum->dispute += entries->dispute;
    sum->user_id = sum->user_id != NULL ? sum->user_id : entries->user_id;
    sum->package_id = sum->package_id != NULL ? sum->package_id : entries->package_id;
}

static int32_t has_nothing_applied(const struct store_payment *payment)
{
    return payment->applied.purchase == 0 && payment->applied.refund == 0 && payment->applied.dispute == 0;
}

/* Without entries of another service, what is applied is this library's own. The sum then exceeds the payment's
 * credits, and payment_settle removes the difference. */
static void add_purchase(struct store_payment *payment, const struct movement_totals *before, int64_t credits)
{
    if (credits <= 0) {
        return;
    }
    if (before->has_prior) {
        payment->facts.credits = before->prior_purchase + credits;
        payment->applied.purchase = payment->facts.credits;
    } else if (payment->applied.purchase != 0) {
        payment->applied.purchase += credits;
    } else {
        payment->facts.credits = credits;
    }
}

/* Takes package and user from what the earlier service credited. */
static cpk_status adjust(const struct payment_cause *cause, struct store_payment *payment,
                         const struct movement_totals *before, const struct prior_entries *sum, cpk_error **error)
{
    int32_t is_there = 0;
    int32_t is_of_deleted;

    if (has_nothing_applied(payment) || before->has_prior || payment->facts.user_id == NULL) {
        CPK_TRY(check_owner(cause, sum->user_id, &is_of_deleted, &is_there, error));
        payment->facts.user_id = is_there ? sum->user_id : payment->facts.user_id;
    }
    add_purchase(payment, before, sum->purchase);
    payment->applied.refund -= sum->refund;
    payment->applied.dispute -= sum->dispute;
    payment->facts.is_paid = 1;
    if (payment->facts.package_id == NULL) {
        payment->facts.package_id = sum->package_id;
    }
    payment->is_prior_new |= !before->has_prior;
    return CPK_OK;
}

static cpk_status read_totals(const struct payment_cause *cause, const struct store_payment *payment,
                              struct movement_totals *totals, cpk_error **error)
{
    struct movement *movements;
    size_t count;

    CPK_TRY(store_movement_list(cause->store, payment->payment_id, cause->arena, &movements, &count, error));
    return movement_sum(movements, count, cause->arena, totals, error);
}

/* The ids of a payment at Stripe, some of which may be NULL; `which` has a bit for each that counts, or is KEYS_ALL. */
struct key_set {
    const char *const *ids;
    size_t count;
    uint32_t which;
};

static int32_t has_key(const struct key_set *keys, size_t i)
{
    return keys->ids[i] != NULL && (keys->which == KEYS_ALL || (keys->which >> i & 1) != 0) &&
           !is_among(keys->ids[i], keys->ids, i);
}

static cpk_status absorb(const struct payment_cause *cause, struct store_payment *payment, const struct key_set *keys,
                         const char *currency, cpk_error **error)
{
    struct prior_entries sum = {0};
    struct movement_totals before;

    for (size_t i = 0; i < keys->count; i++) {
        struct prior_entries entries;

        if (!has_key(keys, i)) {
            continue;
        }
        CPK_TRY(store_prior_read(cause->store, keys->ids[i], cause->arena, &entries, error));
        if (entries.rows > 0 && sum.rows == 0) {
            CPK_TRY(read_totals(cause, payment, &before, error));
        }
        if (entries.rows > 0) {
            CPK_TRY(add_movements(cause, payment, keys->ids[i], &entries, currency, error));
            add_entries(&sum, &entries);
        }
    }
    return sum.rows > 0 ? adjust(cause, payment, &before, &sum, error) : CPK_OK;
}

cpk_status prior_absorb(const struct payment_cause *cause, struct store_payment *payment, const char *const *ids,
                        size_t count, const char *currency, cpk_error **error)
{
    const struct key_set keys = {ids, count, payment->new_keys};

    for (size_t i = 0; i < count && has_nothing_applied(payment); i++) {
        if (ids[i] != NULL && (payment->new_keys >> i & 1) == 0) {
            return prior_absorb_all(cause, payment, error);
        }
    }
    return absorb(cause, payment, &keys, currency, error);
}

/* If this library has applied nothing, all ledger entries under the payment's ids are the earlier service's. */
cpk_status prior_absorb_all(const struct payment_cause *cause, struct store_payment *payment, cpk_error **error)
{
    struct key_set keys = {.which = KEYS_ALL};
    const char **ids;

    if (!has_nothing_applied(payment)) {
        return CPK_OK;
    }
    CPK_TRY(store_payment_keys(cause->store, payment->payment_id, cause->arena, &ids, &keys.count, error));
    keys.ids = ids;
    return absorb(cause, payment, &keys, payment->facts.currency, error);
}

static cpk_status mark_purchase(const struct payment_cause *cause, struct store_payment *payment, cpk_error **error)
{
    const struct movement movement = {
        .kind = MOVEMENT_PRIOR_PURCHASE, .subject_id = MOVEMENT_PRIOR_PURCHASE, .total = FACT_UNKNOWN};

    if (!payment->facts.is_paid) { /* partly paid invoice, or a transfer still pending */
        payment_cover(&payment->facts, &payment->applied);
        payment->applied.purchase = payment_target(&payment->facts).purchase;
        return CPK_OK;
    }
    payment->is_prior_new |= !payment->facts.has_prior;
    payment->facts.has_prior = 1;
    return add_movement(cause, payment, cause->event_id, &movement, error);
}

cpk_status prior_mark(const struct payment_cause *cause, struct store_payment *payment, enum payment_part part,
                      cpk_error **error)
{
    const struct payment_credits target = payment_target(&payment->facts);
    struct movement movement = {.total = FACT_UNKNOWN};

    if (part == PART_NONE) {
        return CPK_OK;
    }
    if (part == PART_PURCHASE) {
        return mark_purchase(cause, payment, error);
    }
    if (target.purchase > 0) {
        payment_cover(&payment->facts, &payment->applied);
        payment->applied.refund = part == PART_REFUND ? target.refund : payment->applied.refund;
        payment->applied.dispute = part == PART_DISPUTE ? target.dispute : payment->applied.dispute;
        return CPK_OK;
    }
    movement.kind = part == PART_REFUND ? MOVEMENT_DONE_REFUND : MOVEMENT_DONE_DISPUTE;
    movement.subject_id = movement.kind;
    movement.amount = part == PART_REFUND ? payment->facts.amount_refunded : payment->facts.amount_disputed;
    return add_movement(cause, payment, cause->event_id, &movement, error);
}
