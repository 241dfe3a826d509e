/* The order of excerpts: independent of the input's order, without near duplicates, the newest of similar ones first.
 */
#include "analyze/profile/selection.h"

#include "base/memory.h"
#include "support/test.h"

#define DAY_US INT64_C(86400000000)

static void add(struct selection *selection, const char *text, int32_t confidence, int64_t day)
{
    char conversation[32];
    struct finding_evidence evidence = {"test", conversation, "", "m", day * DAY_US, ""};
    struct finding item = {.category = FINDING_EXCERPT,
                           .subject = "",
                           .value = "",
                           .text = text,
                           .confidence = confidence,
                           .mentions = 1,
                           .conversations = 1,
                           .first_us = day * DAY_US,
                           .last_us = day * DAY_US,
                           .until_us = CPK_TIME_UNKNOWN,
                           .evidence = &evidence,
                           .evidence_count = 1};
    cpk_error *error = NULL;

    snprintf(conversation, sizeof conversation, "c%lld", (long long)day);
    assert_ok(selection_add(selection, &item, &error), error);
}

static void finish(struct selection *selection, struct finding_set *result)
{
    cpk_error *error = NULL;

    finding_set_init(result, &memory_default);
    assert_ok(selection_finish(selection, 0, 400 * DAY_US, result, &error), error);
    selection_free(selection);
}

static struct selection *start(void)
{
    struct selection *selection;
    cpk_error *error = NULL;

    assert_ok(selection_create(&memory_default, &selection, &error), error);
    return selection;
}

static void repetitions_are_left_out(void **state)
{
    struct selection *selection = start();
    struct finding_set result;

    (void)state;
    add(selection, "I have two cats, Miso and Nori, and a small garden", 800, 10);
    add(selection, "i have two cats, Miso and Nori and a small garden!", 800, 300);
    add(selection, "My brother runs a ferry in Split", 500, 20);
    finish(selection, &result);
    assert_int_equal(result.count, 2);
    assert_string_equal(result.items[0].text, "i have two cats, Miso and Nori and a small garden!");
    finding_set_free(&result);
}

static void newest_of_similar_values_comes_first(void **state)
{
    struct selection *selection = start();
    struct finding_set result;

    (void)state;
    add(selection, "our dashboard now answers in 900 ms on average", 600, 10);
    add(selection, "our dashboard now answers in 250 ms on average", 600, 200);
    add(selection, "I keep bees behind the school in Ghent", 300, 100);
    finish(selection, &result);
    assert_int_equal(result.count, 3);
    assert_string_equal(result.items[0].text, "our dashboard now answers in 250 ms on average");
    assert_string_equal(result.items[2].text, "our dashboard now answers in 900 ms on average");
    assert_true(result.items[0].score > result.items[1].score);
    finding_set_free(&result);
}

static void order_of_input_does_not_matter(void **state)
{
    char texts[300][64];
    struct finding_set results[2];

    (void)state;
    for (size_t i = 0; i < 300; i++) {
        snprintf(texts[i], sizeof texts[i], "I %s %zu boats in town%zu", i % 3 == 0 ? "own" : "sold", i % 17, i % 23);
    }
    for (size_t turn = 0; turn < 2; turn++) {
        struct selection *selection = start();

        for (size_t i = 0; i < 300; i++) {
            size_t at = turn == 0 ? i : (i * 149 + 7) % 300;

            add(selection, texts[at], 200 + (int32_t)(at % 9) * 50, (int64_t)(at * 7 % 365));
        }
        finish(selection, &results[turn]);
    }
    assert_int_equal(results[0].count, results[1].count);
    for (size_t i = 0; i < results[0].count; i++) {
        assert_string_equal(results[0].items[i].text, results[1].items[i].text);
        assert_int_equal(results[0].items[i].score, results[1].items[i].score);
        assert_int_equal(results[0].items[i].last_us, results[1].items[i].last_us);
    }
    finding_set_free(&results[0]);
    finding_set_free(&results[1]);
}

/* More excerpts than are kept: the least telling are dropped, whatever their order. */
static void memory_is_bounded(void **state)
{
    struct selection *selection = start();
    struct finding_set result;
    cpk_error *error = NULL;
    char text[96];

    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        snprintf(text, sizeof text, "I saw whale number%zu near island%zu", i, i % 997);
        add(selection, text, i % 2 == 0 ? 300 : 700, (int64_t)(i % 365));
    }
    assert_true(selection_count(selection) <= 14000);
    finding_set_init(&result, &memory_default);
    assert_ok(selection_collect(selection, 100000, &result, &error), error);
    assert_int_equal(result.count, 10000);
    assert_int_equal(result.items[9999].confidence, 700);
    selection_free(selection);
    finding_set_free(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetitions_are_left_out),
        cmocka_unit_test(newest_of_similar_values_comes_first),
        cmocka_unit_test(order_of_input_does_not_matter),
        cmocka_unit_test(memory_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
