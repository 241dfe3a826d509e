#include "unit/test.h"

#include "base/memory.h"
#include "model/finding.h"

static void writes_what_it_reads(void **state)
{
    static const finding_evidence evidence[] = {
        {"chatgpt", "c1", "A \"title\"", "m1", INT64_C(1709208000000000), "I live in\tPorto"},
        {"claude", "c2", "", "m2", CPK_TIME_UNKNOWN, "\xE6\x9D\xB1\xE4\xBA\xAC"},
    };
    finding item = {.category = FINDING_IDENTITY,
                    .subject = "home",
                    .value = "Porto",
                    .text = "Lives in Porto",
                    .exclusive = 1,
                    .superseded = 1,
                    .confidence = 920,
                    .mentions = 3,
                    .conversations = 2,
                    .first_us = INT64_C(1709208000000000),
                    .last_us = CPK_TIME_UNKNOWN,
                    .score = -7,
                    .evidence = evidence,
                    .evidence_count = 2};
    finding_set first;
    finding_set second;
    buffer one;
    buffer two;
    cpk_error *error = NULL;

    (void)state;
    finding_set_init(&first, &memory_default);
    finding_set_init(&second, &memory_default);
    buffer_init(&one, &memory_default);
    buffer_init(&two, &memory_default);
    first.user_messages = 12;
    first.first_us = 5000000;
    for (size_t i = 0; i < 100; i++) {
        item.category = (finding_category)(i % FINDING_CATEGORY_COUNT);
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

static void read(finding_set *set, const char *text, size_t length)
{
    cpk_error *error = NULL;

    finding_set_init(set, &memory_default);
    assert_ok(finding_set_read_answer(set, text, length, &error), error);
}

static void keeps_prose_as_a_note(void **state)
{
    static const char *const answers[] = {
        "They live in Porto.\n- likes tea",      "{\"city\":\"Porto\"}", "{broken", "[1,2]", "\"text\"",
        "{\"format\":\"other\",\"findings\":[]}"};
    finding_set set;

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

static void forgives_what_models_write(void **state)
{
    static const char answer[] =
        "```json\n{\"format\":\"contextpack-findings\",\"version\":1,\"extra\":{},\"findings\":["
        "{\"category\":\"identity\",\"text\":\"Lives in Porto\",\"confidence\":5000},"
        "{\"category\":\"mood\",\"value\":\"cheerful\",\"mentions\":-3,\"evidence\":[{}]},"
        "{\"category\":\"goal\"}, 7, null]}\n```";
    finding_set set;

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

static void names_every_category(void **state)
{
    (void)state;
    for (size_t i = 0; i < FINDING_CATEGORY_COUNT; i++) {
        assert_int_equal(finding_category_find(finding_category_name((finding_category)i)), i);
    }
    assert_int_equal(finding_category_find("mood"), FINDING_CATEGORY_COUNT);
    assert_int_equal(finding_category_find(NULL), FINDING_CATEGORY_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(keeps_prose_as_a_note),
        cmocka_unit_test(forgives_what_models_write),
        cmocka_unit_test(names_every_category),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
