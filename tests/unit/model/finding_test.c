#include "support/test.h"

#include "base/memory.h"
#include "model/finding.h"

static void findings_round_trip(void **state)
{
    static const struct finding_evidence evidence[] = {
        {"chatgpt", "c1", "A \"title\"", "m1", INT64_C(1709208000000000), "I live in\tPorto"},
        {"claude", "c2", "", "m2", CPK_TIME_UNKNOWN, "\xE6\x9D\xB1\xE4\xBA\xAC"},
    };
    struct finding item = {.category = FINDING_IDENTITY,
                           .subject = "home",
                           .value = "Porto",
                           .text = "Lives in Porto",
                           .exclusive = 1,
                           .superseded = 1,
                           .confidence = 920,
                           .mentions = 3,
                           .conversations = 2,
                           .first_us = INT64_C(1709208000000000),
                           .last_us = INT64_C(1709208000000001),
                           .until_us = INT64_C(1709208000000002),
                           .score = -7,
                           .evidence = evidence,
                           .evidence_count = 2};
    struct finding_set first;
    struct finding_set second;
    struct buffer one;
    struct buffer two;
    cpk_error *error = NULL;

    (void)state;
    finding_set_init(&first, &memory_default);
    finding_set_init(&second, &memory_default);
    buffer_init(&one, &memory_default);
    buffer_init(&two, &memory_default);
    first.user_messages = 12;
    first.first_us = INT64_C(1709208000000000);
    first.last_us = INT64_C(1709208000000002);
    for (size_t i = 0; i < 100; i++) {
        item.category = (enum finding_category)(i % FINDING_CATEGORY_COUNT);
        assert_non_null(finding_set_add(&first, &item));
    }
    assert_ok(finding_set_write_json(&first, &one, &error), error);
    assert_ok(finding_set_read_answer(&second, one.data, one.length, &error), error);
    assert_int_equal(second.count, 100);
    assert_int_equal(second.user_messages, 12);
    assert_string_equal(second.items[99].evidence[1].quote, "\xE6\x9D\xB1\xE4\xBA\xAC");
    assert_ok(finding_set_write_json(&second, &two, &error), error);
    assert_string_equal(one.data, two.data);
    buffer_free(&two);
    buffer_free(&one);
    finding_set_free(&second);
    finding_set_free(&first);
}

static void read(struct finding_set *set, const char *text, size_t length)
{
    cpk_error *error = NULL;

    finding_set_init(set, &memory_default);
    assert_ok(finding_set_read_answer(set, text, length, &error), error);
}

static void prose_becomes_a_note(void **state)
{
    static const char *const answers[] = {
        "They live in Porto.\n- likes tea",      "{\"city\":\"Porto\"}", "{broken", "[1,2]", "\"text\"",
        "{\"format\":\"other\",\"findings\":[]}"};
    struct finding_set set;

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        read(&set, answers[i], strlen(answers[i]));
        assert_int_equal(set.count, 1);
        assert_int_equal(set.items[0].category, FINDING_NOTE);
        assert_string_equal(set.items[0].text, answers[i]);
        finding_set_free(&set);
    }
    read(&set, " \n\t ", 4);
    assert_int_equal(set.count, 0);
    finding_set_free(&set);
    read(&set,
         "a\xFF"
         "b",
         3);
    assert_string_equal(set.items[0].text, "a\xEF\xBF\xBD"
                                           "b");
    finding_set_free(&set);
}

static void common_mistakes_of_models_are_accepted(void **state)
{
    static const char answer[] =
        "```json\n{\"format\":\"contextpack-findings\",\"version\":1,\"extra\":{},\"findings\":["
        "{\"category\":\"identity\",\"text\":\"Lives in Porto\",\"confidence\":5000},"
        "{\"category\":\"mood\",\"value\":\"cheerful\",\"mentions\":-3,\"evidence\":[{}]},"
        "{\"category\":\"goal\"}, 7, null]}\n```";
    struct finding_set set;

    (void)state;
    read(&set, answer, sizeof answer - 1);
    assert_int_equal(set.count, 2);
    assert_string_equal(set.items[0].text, "Lives in Porto");
    assert_int_equal(set.items[0].confidence, 1000);
    assert_int_equal(set.items[0].first_us, CPK_TIME_UNKNOWN);
    assert_int_equal(set.items[1].category, FINDING_NOTE);
    assert_string_equal(set.items[1].text, "cheerful");
    assert_int_equal(set.items[1].mentions, 1);
    assert_string_equal(set.items[1].evidence[0].quote, "");
    finding_set_free(&set);
}

/* A period is in order, within what messages can have, and includes the times of all that it covers. */
static void implausible_times_are_unknown(void **state)
{
    static const char *const wrong[] = {"null", "\"9999-12-31\"", "\"0001-01-01\"", "1e300", "-1", "\"soon\"", "{}"};
    const int64_t march_us = INT64_C(1709251200000000); /* 2024-03-01 */
    const int64_t april_us = INT64_C(1711929600000000); /* 2024-04-01 */
    char answer[1024];
    struct finding_set set;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int length = snprintf(answer, sizeof answer,
                              "{\"format\":\"contextpack-findings\",\"first_time\":\"2024-03-01\",\"last_time\":%s,"
                              "\"findings\":[{\"text\":\"a\",\"first_time\":%s,\"evidence\":[{\"time\":%s},"
                              "{\"time\":\"2024-04-01T00:00:00Z\"}]},"
                              "{\"text\":\"b\",\"first_time\":\"2024-04-01\",\"last_time\":\"2024-03-01\"},"
                              "{\"text\":\"c\",\"last_time\":%s}]}",
                              wrong[i], wrong[i], wrong[i], wrong[i]);

        read(&set, answer, (size_t)length);
        assert_int_equal(set.count, 3);
        assert_true(set.first_us == march_us && set.last_us == april_us);
        assert_true(set.items[0].first_us == april_us && set.items[0].last_us == april_us);
        assert_int_equal(set.items[0].evidence[0].time_us, CPK_TIME_UNKNOWN);
        assert_true(set.items[1].first_us == march_us && set.items[1].last_us == april_us);
        assert_true(set.items[2].first_us == CPK_TIME_UNKNOWN && set.items[2].last_us == CPK_TIME_UNKNOWN);
        finding_set_free(&set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_round_trip),
        cmocka_unit_test(prose_becomes_a_note),
        cmocka_unit_test(common_mistakes_of_models_are_accepted),
        cmocka_unit_test(implausible_times_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
