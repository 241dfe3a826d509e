/* What went back of a payment, from what events told of it in any order. */
#include "base/memory.h"
#include "payments/stripe/movement.h"

#include "support/test.h"

static struct movement charge(const char *id, int64_t at, int64_t refunded, int64_t total)
{
    return (struct movement){MOVEMENT_CHARGE, id, id, NULL, refunded, total, FACT_UNKNOWN, at};
}

static struct movement refund(const char *kind, const char *id, const char *charge_id, int64_t at, int64_t amount,
                              int64_t created_us)
{
    return (struct movement){kind, id, charge_id, NULL, amount, FACT_UNKNOWN, created_us, at};
}

static struct movement dispute(const char *kind, const char *id, const char *charge_id, int64_t at, int64_t amount)
{
    return (struct movement){kind, id, charge_id, NULL, amount, FACT_UNKNOWN, FACT_UNKNOWN, at};
}

static struct movement part(const char *payment_intent_id, int64_t amount)
{
    return (struct movement){MOVEMENT_PAID, payment_intent_id, NULL,         payment_intent_id,
                             amount,        FACT_UNKNOWN,      FACT_UNKNOWN, 0};
}

struct want {
    int64_t refunded;
    int64_t disputed;
};

static void sum(const struct movement *movements, size_t count, const struct want *want)
{
    struct movement_totals totals;
    cpk_error *error = NULL;
    struct arena arena;

    arena_init(&arena, &memory_default);
    assert_ok(movement_sum(movements, count, &arena, &totals, &error), error);
    assert_int_equal(totals.refunded, want->refunded);
    assert_int_equal(totals.disputed, want->disputed);
    arena_free(&arena);
}

static void every_order(struct movement *movements, size_t used, size_t count, const struct want *want)
{
    if (used == count) {
        sum(movements, count, want);
        return;
    }
    for (size_t i = used; i < count; i++) {
        const struct movement held = movements[used];

        movements[used] = movements[i];
        movements[i] = held;
        every_order(movements, used + 1, count, want);
        movements[i] = movements[used];
        movements[used] = held;
    }
}

#define WANT(refunded, disputed, ...)                                                                                  \
    do {                                                                                                               \
        struct movement told[] = {__VA_ARGS__};                                                                        \
        const struct want want = {refunded, disputed};                                                                 \
                                                                                                                       \
        every_order(told, 0, sizeof told / sizeof told[0], &want);                                                     \
    } while (0)

#define FAILED   MOVEMENT_REFUND_FAILED
#define NOT_SAID FACT_UNKNOWN

static void refunds_of_a_charge_are_its_latest_total(void **state)
{
    (void)state;
    WANT(550, 0, charge("ch", 5, 300, 1000), charge("ch", 6, 550, 1000));
    WANT(550, 0, charge("ch", 5, 300, 1000), charge("ch", 5, 550, 1000));  /* of one second */
    WANT(300, 0, charge("ch", 5, 1000, 1000), charge("ch", 9, 300, 1000)); /* one failed that nobody told about */
    WANT(1000, 0, charge("ch", 5, 2000, 1000));                            /* never more than was paid */
}

static void failed_refunds_do_not_count(void **state)
{
    (void)state;
    WANT(0, 0, charge("ch", 5, 1000, 1000), refund(FAILED, "re", "ch", 9, 1000, NOT_SAID));
    WANT(0, 0, charge("ch", 5, 1000, 1000), refund(FAILED, "re", "ch", 5, 1000, NOT_SAID),
         refund(FAILED, "re", "ch", 7, 1000, NOT_SAID)); /* told twice */
    WANT(300, 0, charge("ch", 5, 300, 1000), charge("ch", 6, 500, 1000),
         refund(FAILED, "re_2", "ch", 9, 200, NOT_SAID));
    WANT(500, 0, charge("ch", 5, 1000, 1000), refund(FAILED, "re_1", "ch", 7, 1000, NOT_SAID),
         charge("ch", 9, 500, 1000)); /* and another one that did not */
    WANT(500, 0, charge("ch", 5, 1000, 1000), refund(FAILED, "re_1", "ch", 5, 1000, NOT_SAID),
         charge("ch", 5, 500, 1000));
    WANT(1000, 0, charge("ch", 5, 1000, 1000), refund(FAILED, "re_1", "ch", 5, 1000, NOT_SAID),
         charge("ch", 5, 1000, 1000));                                                 /* tried again at once */
    WANT(300, 0, charge("ch", 1, 300, 1000), refund(FAILED, "re_2", "ch", 9, 200, 5)); /* the charge was told before */
}

static void refunds_with_ids_are_counted_individually(void **state)
{
    (void)state;
    WANT(500, 0, refund(MOVEMENT_REFUND, "re_1", "ch", 5, 300, 5), refund(MOVEMENT_REFUND, "re_2", "ch", 6, 200, 6),
         refund(MOVEMENT_REFUND, "re_2", "ch", 7, 200, 6));
    WANT(300, 0, refund(MOVEMENT_REFUND, "re_1", "ch", 5, 300, 5), refund(MOVEMENT_REFUND, "re_2", "ch", 6, 200, 6),
         refund(FAILED, "re_2", "ch", 9, 200, 6));
    WANT(500, 0, charge("ch", 6, 500, 1000), refund(MOVEMENT_REFUND, "re_1", "ch", 5, 300, 5),
         refund(MOVEMENT_REFUND, "re_2", "ch", 6, 200, 6));
}

static void disputes_count_while_open_or_lost(void **state)
{
    (void)state;
    WANT(0, 1000, dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch", 5, 1000));
    WANT(0, 0, dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch", 5, 1000), dispute(MOVEMENT_DISPUTE_BACK, "dp", "ch", 5, 1000));
    WANT(0, 1000, dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch", 5, 1000),
         dispute(MOVEMENT_DISPUTE_BACK, "dp", "ch", 6, 1000), dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch", 7, 1000));
    WANT(0, 1000, dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch", 5, 1000),
         dispute(MOVEMENT_DISPUTE_BACK, "dp", "ch", 5, 1000), dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch", 5, 1000));
    WANT(0, 0, dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch", 5, 1000), dispute(MOVEMENT_DISPUTE_WON, "dp", "ch", 6, 1000));
    WANT(0, 0, dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch", 5, 1000), dispute(MOVEMENT_DISPUTE_BACK, "dp", "ch", 6, 1000),
         dispute(MOVEMENT_DISPUTE_WON, "dp", "ch", 6, 1000));
    WANT(0, 1000, dispute(MOVEMENT_DISPUTE_LOST, "dp", "ch", 5, 1000));
    WANT(0, 700, charge("ch", 1, 0, 1000), dispute(MOVEMENT_DISPUTE_OUT, "dp_1", "ch", 5, 300),
         dispute(MOVEMENT_DISPUTE_OUT, "dp_2", "ch", 6, 400));
    WANT(0, 400, dispute(MOVEMENT_DISPUTE_OUT, "dp_1", "ch", 5, 1000),
         dispute(MOVEMENT_DISPUTE_BACK, "dp_1", "ch", 6, 1000), dispute(MOVEMENT_DISPUTE_OUT, "dp_2", "ch", 7, 400));
    WANT(300, 700, charge("ch", 1, 300, 1000), dispute(MOVEMENT_DISPUTE_OUT, "dp_1", "ch", 5, 1000));
}

static void charges_of_a_payment_are_summed(void **state)
{
    const struct movement both = {MOVEMENT_REFUND, "re_3", "ch_1", "pi_1", 50, FACT_UNKNOWN, FACT_UNKNOWN, 8};

    (void)state;
    WANT(1000, 0, charge("ch_1", 5, 600, 600), charge("ch_2", 5, 400, 400));
    WANT(450, 600, charge("ch_2", 5, 450, 900), dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch_1", 6, 600),
         charge("ch_1", 5, 0, 600));
    WANT(300, 300, charge("ch_1", 5, 300, 600), dispute(MOVEMENT_DISPUTE_OUT, "dp", "ch_1", 6, 600),
         charge("ch_2", 5, 0, 400)); /* the dispute takes no more than is left of its charge */
    WANT(100, 0, both, part("pi_1", 600), part("pi_2", 400), charge("ch_1", 5, 100, 600));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refunds_of_a_charge_are_its_latest_total),
        cmocka_unit_test(failed_refunds_do_not_count),
        cmocka_unit_test(refunds_with_ids_are_counted_individually),
        cmocka_unit_test(disputes_count_while_open_or_lost),
        cmocka_unit_test(charges_of_a_payment_are_summed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
