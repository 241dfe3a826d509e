#include "support/test.h"

#include "base/memory.h"
#include "chunk/boundary.h"

#include <contextpack/tokens.h>

static const struct boundary_limits *limits(int64_t max_tokens)
{
    static struct boundary_limits result;

    result.allocator = &memory_default;
    result.encoding = CPK_ENCODING_O200K_BASE;
    result.max_tokens = max_tokens;
    return &result;
}

static void assert_head(const char *text, int64_t max_tokens, const char *expected)
{
    cpk_error *error = NULL;
    struct boundary_cut cut;
    char head[512];

    assert_ok(boundary_head(limits(max_tokens), text, strlen(text), 0, &cut, &error), error);
    snprintf(head, sizeof head, "%.*s", (int)cut.at, text);
    assert_string_equal(head, expected);
    assert_true(cut.tokens <= max_tokens);
}

static void assert_tail(const char *text, int64_t max_tokens, const char *expected)
{
    cpk_error *error = NULL;
    struct boundary_cut cut;

    assert_ok(boundary_tail(limits(max_tokens), text, strlen(text), &cut, &error), error);
    assert_string_equal(text + cut.at, expected);
    assert_true(cut.tokens <= max_tokens);
}

static void text_within_the_limit_is_not_cut(void **state)
{
    (void)state;
    assert_head("One two. Three four.\n\nFive", 100, "One two. Three four.\n\nFive");
    assert_tail("One two. Three four.\n\nFive", 100, "One two. Three four.\n\nFive");
}

static void better_boundary_is_preferred(void **state)
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

/* A boundary in the first half of the limit is not used, even if it is of the best kind. */
static void boundary_in_the_first_half_is_not_used(void **state)
{
    (void)state;
    assert_head("One.\n\nTwo three four five six seven eight nine ten eleven", 10,
                "One.\n\nTwo three four five six seven eight nine");
}

/* The full stop and the following word are one pretokenizer piece. */
static void sentence_end_without_space_is_found(void **state)
{
    (void)state;
    assert_head("今日はとても良い天気です。明日は雨が降るでしょうからね。", 12, "今日はとても良い天気です。");
    assert_head("आज मौसम अच्छा है। कल बारिश होगी और हवा चलेगी।", 10, "आज मौसम अच्छा है।");
}

static void word_is_cut_only_without_other_boundary(void **state)
{
    (void)state;
    assert_head("no QXZJKWVQXZJKWVQXZJKWV end", 12, "no");
    assert_head("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9", 4, "\xF0\x9F\x91\xA9\xE2\x80\x8D");
}

static void tail_starts_at_sentence_or_word(void **state)
{
    (void)state;
    assert_tail("A first sentence is here. A second one ends it.\n", 10, " A second one ends it.\n");
    assert_tail("one two three four five six seven eight nine ten\n", 4, " eight nine ten\n");
    assert_tail("anything", 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_within_the_limit_is_not_cut),
        cmocka_unit_test(better_boundary_is_preferred),
        cmocka_unit_test(boundary_in_the_first_half_is_not_used),
        cmocka_unit_test(sentence_end_without_space_is_found),
        cmocka_unit_test(word_is_cut_only_without_other_boundary),
        cmocka_unit_test(tail_starts_at_sentence_or_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
