/* The random operations of ledger_property.c: operation i of a seed is always the same, whoever runs it and how often,
 * and what the ledger must say about payments in the end follows from the seed alone. */
#ifndef TESTS_PROPERTY_LEDGER_PROPERTY_H
#define TESTS_PROPERTY_LEDGER_PROPERTY_H

#include <stdint.h>
#include <stdio.h>

#define USERS           14 /* the first one is hot: every third operation is on it */
#define USER_UNLIMITED  7  /* on the unlimited plan */
#define USER_DEBT_FIRST 8  /* from here on credits are taken back, too: these may owe, the others never */
#define OPENING         40
#define NEAR            400 /* operations refer to others that are at most so far back */
#define PAYMENT_CREDITS 100
#define PAYMENT_AMOUNT  1000
#define INVOICE_CREDITS 60          /* of an invoice over the same amount */
#define USER_PLANS      (USERS - 1) /* whose subscriptions come and are downgraded */

enum operation_kind {
    OP_RESERVE,
    OP_COMMIT,
    OP_RELEASE,
    OP_EXPIRE,
    OP_GRANT,
    OP_GRANT_AGAIN, /* an earlier grant, word for word */
    OP_GRANT_OTHER, /* an earlier grant's key for another grant */
    OP_CLAWBACK,
    OP_WEBHOOK,
    OP_ADJUST,
    OP_LOOK,
    OP_KINDS
};

struct operation {
    enum operation_kind kind;
    int64_t number;  /* its own */
    int64_t subject; /* of the operation whose hold or grant it is about */
    int32_t user;
    int64_t credits;
    int64_t lifetime_ms;
    int32_t is_rest; /* commits: the rest goes back */
    int32_t event;   /* webhooks: 0 to EVENT_KINDS - 1 */
    int64_t payment;
};

/* Of a payment: its checkout, two refunds of which the second may fail, a dispute that may be won, another one. Of an
 * invoice beside it: two parts, the invoice itself, which names a customer and no user, a refund of the second part,
 * and a proration, which tells whose customer it is. Of a subscription: the unlimited plan, and its downgrade. */
enum event_number {
    EVENT_PAID,
    EVENT_REFUNDED_300,
    EVENT_REFUNDED_550,
    EVENT_WITHDRAWN,
    EVENT_REINSTATED,
    EVENT_REFUND_FAILED,
    EVENT_WITHDRAWN_AGAIN,
    EVENT_PART_600,
    EVENT_PART_400,
    EVENT_INVOICE,
    EVENT_PART_REFUNDED,
    EVENT_PRORATION,
    EVENT_PLAN,
    EVENT_DOWNGRADE,
    EVENT_KINDS
};

#define HAS(seen, event) (((seen) >> (event)) & 1)

static inline uint64_t mix(uint64_t seed, uint64_t number)
{
    uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + number * UINT64_C(0xd1342543de82ef95) + 1;

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline enum operation_kind operation_kind_of(uint64_t seed, int64_t number)
{
    /* of 100 */
    static const int32_t shares[OP_KINDS] = {22, 26, 8, 4, 7, 7, 2, 3, 13, 4, 4};
    int32_t drawn = (int32_t)(mix(seed, (uint64_t)number) % 100);
    int32_t kind = 0;

    while (drawn >= shares[kind]) {
        drawn -= shares[kind++];
    }
    return (enum operation_kind)kind;
}

static inline int32_t user_of(uint64_t seed, int64_t number, enum operation_kind kind)
{
    uint64_t drawn = mix(seed ^ 0x55, (uint64_t)number);

    if (kind == OP_CLAWBACK || kind == OP_WEBHOOK) {
        return USER_DEBT_FIRST + (int32_t)(drawn % (USERS - USER_DEBT_FIRST));
    }
    return drawn % 3 == 0 ? 0 : (int32_t)(drawn / 3 % USERS);
}

/* The latest operation of the kind before a random one that is near; -1 when there is none. */
static inline int64_t subject_of(uint64_t seed, int64_t number, enum operation_kind kind)
{
    int64_t at = number - 1 - (int64_t)(mix(seed ^ 0xaa, (uint64_t)number) % NEAR);

    for (int32_t steps = 0; at >= 0 && steps < NEAR; steps++, at--) {
        if (operation_kind_of(seed, at) == kind) {
            return at;
        }
    }
    return -1;
}

/* Holds are large enough that balances run out. */
static inline int64_t credits_of(uint64_t seed, int64_t number)
{
    return 1 +
           (int64_t)(mix(seed ^ 0x33, (uint64_t)number) % (operation_kind_of(seed, number) == OP_RESERVE ? 80 : 20));
}

static inline struct operation operation_of(uint64_t seed, int64_t number)
{
    uint64_t drawn = mix(seed ^ 0x77, (uint64_t)number);
    struct operation operation = {operation_kind_of(seed, number), number, -1, 0, credits_of(seed, number), 0, 0, 0, 0};

    operation.user = user_of(seed, number, operation.kind);
    operation.lifetime_ms = 1000 + (int64_t)(drawn % 60000);
    operation.is_rest = drawn % 3 == 0;
    if (operation.kind == OP_COMMIT || operation.kind == OP_RELEASE) {
        operation.subject = subject_of(seed, number, OP_RESERVE);
    } else if (operation.kind == OP_GRANT_AGAIN || operation.kind == OP_GRANT_OTHER) {
        operation.subject = subject_of(seed, number, OP_GRANT);
    }
    if (operation.subject >= 0) {
        operation.user = user_of(seed, operation.subject, operation_kind_of(seed, operation.subject));
    }
    if (operation.kind == OP_COMMIT &&
        operation.subject >= 0) { /* all of it, where nobody took a part yet; or a part */
        operation.credits = drawn % 4 == 0 ? credits_of(seed, operation.subject) : 1 + (int64_t)(drawn / 4 % 20);
    }
    if (operation.kind == OP_WEBHOOK) {
        operation.event = (int32_t)(drawn / 5 % EVENT_KINDS);
        operation.payment = number / 64;
        operation.user =
            USER_DEBT_FIRST + (int32_t)(mix(seed, (uint64_t)operation.payment) % (USERS - USER_DEBT_FIRST));
        if (operation.user != USER_PLANS && operation.event >= EVENT_PLAN) {
            operation.event = EVENT_PAID;
        }
    }
    return operation;
}

/* What the ledger must show of a payment of which the events in `seen` (a set of bits) were delivered, in any order. */
static inline int64_t payment_credits_of(uint32_t seen)
{
    int64_t refunded = HAS(seen, EVENT_REFUNDED_550)   ? (HAS(seen, EVENT_REFUND_FAILED) ? 300 : 550)
                       : HAS(seen, EVENT_REFUNDED_300) ? 300
                                                       : 0;
    int64_t disputed = (HAS(seen, EVENT_WITHDRAWN) && !HAS(seen, EVENT_REINSTATED) ? PAYMENT_AMOUNT : 0) +
                       (HAS(seen, EVENT_WITHDRAWN_AGAIN) ? 400 : 0);
    int64_t back = refunded + disputed > PAYMENT_AMOUNT ? PAYMENT_AMOUNT : refunded + disputed;

    return HAS(seen, EVENT_PAID) ? PAYMENT_CREDITS - PAYMENT_CREDITS * back / PAYMENT_AMOUNT : 0;
}

static inline int32_t invoice_is_unclaimed(uint32_t seen)
{
    return HAS(seen, EVENT_INVOICE) && !HAS(seen, EVENT_PRORATION);
}

static inline int64_t invoice_credits_of(uint32_t seen)
{
    int64_t back = HAS(seen, EVENT_PART_REFUNDED) ? 400 : 0;

    return HAS(seen, EVENT_INVOICE) && HAS(seen, EVENT_PRORATION)
               ? INVOICE_CREDITS - INVOICE_CREDITS * back / PAYMENT_AMOUNT
               : 0;
}

static inline void user_id_of(int32_t user, char id[40])
{
    snprintf(id, 40, "00000000-0000-4000-9000-%012x", (unsigned)user + 1);
}

#endif
