/* The JSON in what a model wrote. */
#include "support/test.h"

#include "analyze/models/answer_text.h"
#include "base/memory.h"

static void expect(const char *text, const char *json)
{
    struct buffer target;
    int32_t found;

    buffer_init(&target, &memory_default);
    assert_int_equal(answer_text_find_json(text, strlen(text), &target, &found), CPK_OK);
    if (found != (json != NULL) || strcmp(buffer_text(&target), json != NULL ? json : "") != 0) {
        fail_msg("%s: %s", text, buffer_text(&target));
    }
    buffer_free(&target);
}

static void json_is_found_in_what_surrounds_it(void **state)
{
    (void)state;
    expect("{\"a\": 1}", "{\"a\":1}");
    expect(" \n{\"a\": [1, 2]}\n", "{\"a\":[1,2]}");
    expect("```json\n{\"a\": 1}\n```", "{\"a\":1}");
    expect("```\n{\"a\": 1}\n```\n", "{\"a\":1}");
    expect("Here is the JSON you asked for:\n\n```json\n{\"a\": \"```\"}\n```\nAnything else?", "{\"a\":\"```\"}");
    expect("Sure! {\"a\": 1} I hope {that} helps.", "{\"a\":1}");
    expect("Your {placeholder} is [sic]: {\"a\": 1}", "{\"a\":1}");
    expect("[{\"a\": 1}, {\"a\": 2}]", "[{\"a\":1},{\"a\":2}]");
    expect("The list: [1, 2]", "[1,2]");
    expect("<think>What about {\"b\": 2}?</think>\n{\"a\": 1}", "{\"a\":1}");
    expect("{\"a\": 1,}", "{\"a\":1}");
}

static void text_without_json_has_none(void **state)
{
    (void)state;
    expect("", NULL);
    expect("I am sorry, I can't help with that.", NULL);
    expect("{\"a\": 1", NULL);
    expect("{\"findings\": [{\"a\": 1}", "{\"a\":1}"); /* whoever checks the schema sees that it is not whole */
    expect("}{", NULL);
    expect("\"text\"", NULL);
}

static void many_brackets_take_little_time(void **state)
{
    static char brackets[1 << 20];

    (void)state;
    memset(brackets, '{', sizeof brackets - 1);
    expect(brackets, NULL);
    memset(brackets, '[', sizeof brackets - 1);
    expect(brackets, NULL);
}

static void reasoning_and_space_are_trimmed(void **state)
{
    static const char *const TEXTS[] = {"  Keeps bees.\n", "<think>\nhm</think>\n\nKeeps bees.", "Keeps bees."};

    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        const char *text = TEXTS[i];
        size_t length = strlen(text);

        answer_text_trim(&text, &length);
        assert_int_equal(length, strlen("Keeps bees."));
        assert_memory_equal(text, "Keeps bees.", length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_found_in_what_surrounds_it),
        cmocka_unit_test(text_without_json_has_none),
        cmocka_unit_test(many_brackets_take_little_time),
        cmocka_unit_test(reasoning_and_space_are_trimmed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
