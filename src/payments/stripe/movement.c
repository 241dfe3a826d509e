#include "payments/stripe/movement.h"

#include "base/error.h"

#include <string.h>

/* Movements of one payment; equal groups mean the same charge. */
struct ledger {
    const struct movement *items;
    size_t count;
    size_t *groups;
};

static int32_t is_kind(const struct movement *movement, const char *kind)
{
    return strcmp(movement->kind, kind) == 0;
}

static int32_t is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static int32_t add_amounts(int64_t *sum, int64_t amount)
{
    if (amount > 0 && *sum <= INT64_MAX - amount) {
        *sum += amount;
        return 1;
    }
    return 0;
}

/* Groups movements by charge: events name the charge, the payment intent, or both. */
static void find_groups(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->count; i++) {
        const struct movement *item = &ledger->items[i];

        ledger->groups[i] = i;
        for (size_t j = 0; j < i; j++) {
            const struct movement *other = &ledger->items[j];
            const size_t old = ledger->groups[j];

            if (old == ledger->groups[i] || !(is_same(item->charge_id, other->charge_id) ||
                                              is_same(item->payment_intent_id, other->payment_intent_id))) {
                continue;
            }
            for (size_t k = 0; k <= i; k++) {
                ledger->groups[k] = ledger->groups[k] == old ? ledger->groups[i] : ledger->groups[k];
            }
        }
    }
}

/* Returns 1 if no earlier movement of the group concerns the same object. */
static int32_t is_first(const struct ledger *ledger, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (ledger->groups[i] == ledger->groups[index] &&
            is_same(ledger->items[i].subject_id, ledger->items[index].subject_id)) {
            return 0;
        }
    }
    return 1;
}

/* ---- refunds */

struct refund {
    int64_t amount;
    int64_t created_us;
    int64_t failed_us; /* FACT_UNKNOWN: it did not fail */
};

static int32_t is_refund(const struct movement *movement)
{
    return is_kind(movement, MOVEMENT_REFUND) || is_kind(movement, MOVEMENT_REFUND_FAILED);
}

/* Collects all facts about the refund of movement `index`. */
static struct refund read_refund(const struct ledger *ledger, size_t index)
{
    struct refund refund = {0, FACT_UNKNOWN, FACT_UNKNOWN};

    for (size_t i = 0; i < ledger->count; i++) {
        const struct movement *item = &ledger->items[i];

        if (ledger->groups[i] != ledger->groups[index] || !is_refund(item) ||
            !is_same(item->subject_id, ledger->items[index].subject_id)) {
            continue;
        }
        refund.amount = item->amount > refund.amount ? item->amount : refund.amount;
        refund.created_us = refund.created_us == FACT_UNKNOWN ? item->created_us : refund.created_us;
        if (is_kind(item, MOVEMENT_REFUND_FAILED) &&
            (refund.failed_us == FACT_UNKNOWN || item->told_us < refund.failed_us)) {
            refund.failed_us = item->told_us;
        }
    }
    return refund;
}

/* Returns 1 if the charge's total includes the refund. Times have whole seconds: a refund that failed in the
 * second of the charge event counts as included, unless it exceeds the total. */
static int32_t is_counted(const struct refund *refund, const struct movement *charge, int64_t left)
{
    return refund->failed_us != FACT_UNKNOWN && refund->failed_us >= charge->told_us &&
           (refund->created_us == FACT_UNKNOWN || refund->created_us <= charge->told_us) && refund->amount <= left;
}

/* Returns the charge's refunded total without refunds that failed later. Among events of the same second and
 * total, each but the first follows a failed refund. */
static int64_t refunded_by_charge(const struct ledger *ledger, size_t index)
{
    const struct movement *charge = &ledger->items[index];
    int64_t left = charge->amount;
    size_t skipped = 0;

    for (size_t i = 0; i < index; i++) {
        skipped += ledger->groups[i] == ledger->groups[index] && is_kind(&ledger->items[i], MOVEMENT_CHARGE) &&
                   ledger->items[i].told_us == charge->told_us && ledger->items[i].amount == charge->amount;
    }
    for (size_t i = 0; i < ledger->count; i++) {
        if (ledger->groups[i] == ledger->groups[index] && is_refund(&ledger->items[i]) && is_first(ledger, i)) {
            const struct refund refund = read_refund(ledger, i);

            if (is_counted(&refund, charge, left) && skipped > 0) {
                skipped--;
            } else if (is_counted(&refund, charge, left)) {
                left -= refund.amount;
            }
        }
    }
    return left;
}

/* The newest charge event gives the total of refunds at its time; refunds known by id are always counted. */
static int64_t refunded_of_group(const struct ledger *ledger, size_t group)
{
    int64_t newest_us = FACT_UNKNOWN;
    int64_t by_charge = 0;
    int64_t by_id = 0;

    for (size_t i = 0; i < ledger->count; i++) {
        const struct movement *item = &ledger->items[i];

        if (ledger->groups[i] != group) {
            continue;
        }
        if (is_kind(item, MOVEMENT_CHARGE) && item->told_us > newest_us) {
            newest_us = item->told_us;
        }
        if (is_refund(item) && is_first(ledger, i)) {
            const struct refund refund = read_refund(ledger, i);

            if (refund.failed_us == FACT_UNKNOWN) {
                add_amounts(&by_id, refund.amount);
            }
        }
    }
    for (size_t i = 0; i < ledger->count; i++) {
        if (ledger->groups[i] == group && is_kind(&ledger->items[i], MOVEMENT_CHARGE) &&
            ledger->items[i].told_us == newest_us) {
            int64_t refunded = refunded_by_charge(ledger, i);

            by_charge = refunded > by_charge ? refunded : by_charge;
        }
    }
    return by_charge > by_id ? by_charge : by_id;
}

/* ---- disputes */

/* One dispute: count and time of withdrawals and reinstatements; the closing event is used if these are
 * missing. */
struct dispute {
    int64_t amount;
    int64_t amount_us;
    int64_t out_us;
    int64_t back_us;
    int32_t outs;
    int32_t backs;
    int32_t is_lost;
    int32_t is_won;
};

static void later(int64_t *time_us, int64_t told_us)
{
    *time_us = told_us > *time_us ? told_us : *time_us;
}

static void read_dispute(struct dispute *dispute, const struct movement *item)
{
    if (item->told_us > dispute->amount_us || (item->told_us == dispute->amount_us && item->amount > dispute->amount)) {
        dispute->amount = item->amount;
        dispute->amount_us = item->told_us;
    }
    if (is_kind(item, MOVEMENT_DISPUTE_OUT)) {
        dispute->outs++;
        later(&dispute->out_us, item->told_us);
    } else if (is_kind(item, MOVEMENT_DISPUTE_BACK)) {
        dispute->backs++;
        later(&dispute->back_us, item->told_us);
    } else if (is_kind(item, MOVEMENT_DISPUTE_LOST)) {
        dispute->is_lost = 1;
        later(&dispute->out_us, item->told_us);
    } else {
        dispute->is_won = 1;
        later(&dispute->back_us, item->told_us);
    }
}

static int32_t is_withdrawn(const struct dispute *dispute)
{
    int32_t outs = dispute->outs == 0 ? dispute->is_lost : dispute->outs;
    int32_t backs = dispute->backs == 0 ? dispute->is_won : dispute->backs;

    return dispute->out_us != dispute->back_us ? dispute->out_us > dispute->back_us : outs > backs;
}

static int64_t restored_of_group(const struct ledger *ledger, size_t group)
{
    int64_t restored = 0;

    for (size_t i = 0; i < ledger->count; i++) {
        if (ledger->groups[i] == group && is_refund(&ledger->items[i]) && is_first(ledger, i)) {
            const struct refund refund = read_refund(ledger, i);

            if (refund.failed_us != FACT_UNKNOWN) {
                add_amounts(&restored, refund.amount);
            }
        }
    }
    return restored;
}

static int32_t is_dispute(const struct movement *movement)
{
    return strncmp(movement->kind, "dispute_", 8) == 0;
}

/* Adds the group's disputes: withdrawn and reinstated money. */
static void add_disputes(const struct ledger *ledger, size_t group, int64_t *disputed, int64_t *won)
{

    for (size_t i = 0; i < ledger->count; i++) {
        struct dispute dispute = {0, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN, 0, 0, 0, 0};

        if (ledger->groups[i] != group || !is_dispute(&ledger->items[i]) || !is_first(ledger, i)) {
            continue;
        }
        for (size_t j = i; j < ledger->count; j++) {
            if (ledger->groups[j] == group && is_dispute(&ledger->items[j]) &&
                is_same(ledger->items[j].subject_id, ledger->items[i].subject_id)) {
                read_dispute(&dispute, &ledger->items[j]);
            }
        }
        if (is_withdrawn(&dispute)) {
            add_amounts(disputed, dispute.amount);
        } else if (dispute.backs > 0 || dispute.is_won) {
            add_amounts(won, dispute.amount);
        }
    }
}

/* ---- totals */

static int64_t at_most(int64_t amount, int64_t limit)
{
    return amount > limit ? limit : amount;
}

static void add_group(const struct ledger *ledger, size_t group, struct movement_totals *totals)
{
    int64_t refunded = refunded_of_group(ledger, group);
    int64_t disputed = 0;
    int64_t whole = 0;
    int64_t paid = 0;

    add_disputes(ledger, group, &disputed, &totals->won);
    for (size_t i = 0; i < ledger->count; i++) {
        const struct movement *item = &ledger->items[i];

        if (ledger->groups[i] != group) {
            continue;
        }
        if (item->total > whole) {
            whole = item->total;
        }
        if (is_kind(item, MOVEMENT_PAID) && item->amount > paid) {
            paid = item->amount;
        }
    }
    whole = whole > 0 ? whole : paid;
    if (whole > 0) {
        refunded = at_most(refunded, whole);
        disputed = at_most(disputed, whole - refunded);
    }
    add_amounts(&totals->paid, paid);
    add_amounts(&totals->parts, whole);
    add_amounts(&totals->refunded, refunded);
    add_amounts(&totals->disputed, disputed);
    add_amounts(&totals->restored, restored_of_group(ledger, group));
}

/* Adds a movement made by an earlier service to *totals; returns 0 for others. */
static int32_t take_prior(const struct movement *item, struct movement_totals *totals)
{
    if (is_kind(item, MOVEMENT_PRIOR_PURCHASE)) {
        totals->has_prior = 1;
        add_amounts(&totals->prior_purchase, item->amount);
        add_amounts(&totals->prior_amount, item->total);
    } else if (is_kind(item, MOVEMENT_PRIOR_REFUND)) {
        add_amounts(&totals->prior_refund, item->amount);
    } else if (is_kind(item, MOVEMENT_PRIOR_DISPUTE)) {
        add_amounts(&totals->prior_dispute, item->amount);
    } else if (is_kind(item, MOVEMENT_DONE_REFUND)) {
        totals->done_refunded = item->amount > totals->done_refunded ? item->amount : totals->done_refunded;
    } else if (is_kind(item, MOVEMENT_DONE_DISPUTE)) {
        totals->done_disputed = item->amount > totals->done_disputed ? item->amount : totals->done_disputed;
    } else {
        return 0;
    }
    return 1;
}

cpk_status movement_sum(const struct movement *movements, size_t count, struct arena *arena,
                        struct movement_totals *totals, cpk_error **error)
{
    struct ledger ledger = {movements, count, arena_allocate_zeroed(arena, count + 1, sizeof(size_t))};

    memset(totals, 0, sizeof *totals);
    if (ledger.groups == NULL) {
        return error_out_of_memory(error);
    }
    find_groups(&ledger);
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;

        if (take_prior(&movements[i], totals)) {
            continue;
        }
        while (ledger.groups[first] != ledger.groups[i]) {
            first++;
        }
        if (first == i) {
            add_group(&ledger, ledger.groups[i], totals);
        }
    }
    return CPK_OK;
}
