#include "support/test.h"

#include "base/memory.h"
#include "chunk/boundary.h"

#include <contextpack/tokens.h>

static const struct boundary_limits *limits(int64_t max_tokens)
{
    static struct boundary_limits made;

    made.allocator = &memory_default;
    made.encoding = CPK_ENCODING_O200K_BASE;
    made.max_tokens = max_tokens;
    return &made;
}

static void assert_head(const char *text, int64_t max_tokens, const char *expected)
{
    cpk_error *error = NULL;
    size_t length;
    int64_t tokens;
    char head[512];

    assert_ok(boundary_head(limits(max_tokens), text, strlen(text), 0, &length, &tokens, &error), error);
    snprintf(head, sizeof head, "%.*s", (int)length, text);
    assert_string_equal(head, expected);
    assert_true(tokens <= max_tokens);
}

static void assert_tail(const char *text, int64_t max_tokens, const char *expected)
{
    cpk_error *error = NULL;
    size_t start;
    int64_t tokens;

    assert_ok(boundary_tail(limits(max_tokens), text, strlen(text), &start, &tokens, &error), error);
    assert_string_equal(text + start, expected);
    assert_true(tokens <= max_tokens);
}

static void a_text_that_fits_is_not_cut(void **state)
{
    (void)state;
    assert_head("One two. Three four.\n\nFive", 100, "One two. Three four.\n\nFive");
    assert_tail("One two. Three four.\n\nFive", 100, "One two. Three four.\n\nFive");
}

static void better_boundaries_come_first(void **state)
{
    (void)state;
    assert_head("One two three four five six seven.\n\nNine. Ten.\nEleven. Twelve thirteen.", 16,
                "One two three four five six seven.\n\n");
    assert_head("One two three four five six seven.\nNine. Ten eleven. Twelve thirteen fourteen.", 14,
                "One two three four five six seven.\n");
    assert_head("One two three four five six seven. Nine ten eleven twelve thirteen fourteen.", 12,
                "One two three four five six seven.");
    assert_head("One two three four five six seven eight nine ten eleven twelve", 6, "One two three four five six");
    assert_head("She said \"one two three four five six.\" Then seven eight nine ten", 13,
                "She said \"one two three four five six.\"");
}

/* A boundary that would leave most of the room empty is no good, however good it is. */
static void early_boundaries_are_passed_over(void **state)
{
    (void)state;
    assert_head("One.\n\nTwo three four five six seven eight nine ten eleven", 10,
                "One.\n\nTwo three four five six seven eight nine");
}

/* The full stop is a piece together with what follows it. */
static void sentences_end_without_spaces(void **state)
{
    (void)state;
    assert_head("今日はとても良い天気です。明日は雨が降るでしょうからね。", 12, "今日はとても良い天気です。");
    assert_head("आज मौसम अच्छा है। कल बारिश होगी और हवा चलेगी।", 10, "आज मौसम अच्छा है।");
}

static void words_are_cut_only_when_they_must(void **state)
{
    (void)state;
    assert_head("no QXZJKWVQXZJKWVQXZJKWV end", 12, "no");
    assert_head("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9", 4, "\xF0\x9F\x91\xA9\xE2\x80\x8D");
}

static void tails_start_at_sentences_and_words(void **state)
{
    (void)state;
    assert_tail("A first sentence is here. A second one ends it.\n", 10, " A second one ends it.\n");
    assert_tail("one two three four five six seven eight nine ten\n", 4, " eight nine ten\n");
    assert_tail("anything", 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_fits_is_not_cut),       cmocka_unit_test(better_boundaries_come_first),
        cmocka_unit_test(early_boundaries_are_passed_over),  cmocka_unit_test(sentences_end_without_spaces),
        cmocka_unit_test(words_are_cut_only_when_they_must), cmocka_unit_test(tails_start_at_sentences_and_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
