#include "support/test.h"

#include "analyze/language/common_words.h"
#include "analyze/language/sentence.h"
#include "analyze/language/words.h"
#include "base/memory.h"

/* The sentences of a text, with '|' between them. */
static void assert_split(const char *text, const char *expected)
{
    char joined[512] = "";
    struct sentence_reader reader;
    struct sentence sentence;

    sentence_reader_init(&reader, text, strlen(text));
    while (sentence_next(&reader, &sentence)) {
        if (joined[0] != '\0') {
            strcat(joined, "|");
        }
        strncat(joined, text + sentence.start, sentence.end - sentence.start);
    }
    assert_string_equal(joined, expected);
}

static void text_is_split_at_sentence_ends(void **state)
{
    (void)state;
    assert_split("I live in Porto. I'm a nurse!  Why?", "I live in Porto.|I'm a nurse!|Why?");
    assert_split("It costs 3.5 euros, e.g. for Dr. Silva at J. Doe. Yes.",
                 "It costs 3.5 euros, e.g. for Dr. Silva at J. Doe.|Yes.");
    assert_split("About me:\n- nurse\n* from Porto\n1. runner", "About me:|nurse|from Porto|runner");
    assert_split("a line that goes\non in lower case", "a line that goes\non in lower case");
    assert_split("\xE7\xA7\x81\xE3\x80\x82\xE5\x90\x9B\xEF\xBC\x9F",
                 "\xE7\xA7\x81\xE3\x80\x82|\xE5\x90\x9B\xEF\xBC\x9F");
    assert_split("I use Node.js and C++ daily", "I use Node.js and C++ daily");
    assert_split("", "");
    assert_split(" \n\n ", "");
}

static void question_colon_and_paragraph_are_reported(void **state)
{
    static const char text[] = "Is it?\n\nRewrite this:\nx";
    struct sentence_reader reader;
    struct sentence sentence;

    (void)state;
    sentence_reader_init(&reader, text, sizeof text - 1);
    assert_true(sentence_next(&reader, &sentence));
    assert_true(sentence.question);
    assert_int_equal(sentence.paragraph, 0);
    assert_true(sentence_next(&reader, &sentence));
    assert_true(sentence.colon);
    assert_true(sentence.line_end);
    assert_int_equal(sentence.paragraph, 1);
    assert_int_equal(sentence.paragraph_start, 8);
}

static void assert_words(struct arena *arena, const char *text, const char *expected)
{
    static struct word words[WORDS_MAX];
    char joined[512] = "";
    size_t next;
    int32_t failed = 0;
    size_t count = words_split(arena, text, 0, strlen(text), words, &next, &failed);

    for (size_t i = 0; i < count; i++) {
        strcat(joined, i == 0 ? "" : " ");
        strcat(joined, words[i].key);
    }
    assert_false(failed);
    assert_string_equal(joined, expected);
}

static void contractions_are_split_into_words(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, &memory_default);
    assert_words(&arena, "I\xE2\x80\x99m sure I can't, won't and cannot", "i 'm sure i can n't will n't and can n't");
    assert_words(&arena, "im 34, dont ask", "i 'm 34 do n't ask");
    assert_words(&arena,
                 "My half-elf's R&D: 2,000 \xE2\x82\xAC"
                 "5 C# (Zo\xC3\xAB)",
                 "my half-elf 's r&d 2,000 \xE2\x82\xAC"
                 "5 c# zo\xC3\xAB");
    assert_words(&arena,
                 "\xC3\x89"
                 "cole \xD0\x9C\xD0\x9E\xD0\xA1\xD0\x9A\xD0\x92\xD0\x90",
                 "\xC3\xA9"
                 "cole \xD0\xBC\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0");
    arena_free(&arena);
}

static int32_t is_common(const struct common_words *common, const char *word, enum language language)
{
    return (common_words_find(common, word, strlen(word)) >> language & 1) != 0;
}

static void common_words_are_known_by_language_and_in_regular_forms(void **state)
{
    static const char *const english[] = {"the",   "people",  "planning", "lived",   "examples",
                                          "tries", "stopped", "mostly",   "january", "requests"};
    struct arena arena;
    struct common_words *common;

    (void)state;
    arena_init(&arena, &memory_default);
    common = common_words_create(&arena, language_table_create(&arena));
    assert_non_null(common);
    for (size_t i = 0; i < sizeof english / sizeof english[0]; i++) {
        if (!is_common(common, english[i], LANGUAGE_EN)) {
            fail_msg("%s", english[i]);
        }
    }
    assert_true(is_common(common, "personas", LANGUAGE_ES));
    assert_true(is_common(common, "человек", LANGUAGE_RU));
    assert_false(is_common(common, "gemacht", LANGUAGE_EN));
    assert_int_equal(common_words_find(common, "sourdough", 9), 0);
    assert_int_equal(common_words_find(common, "kubernetes", 10), 0);
    assert_int_equal(common_words_find(common, "kayaking", 8), 0);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_split_at_sentence_ends),
        cmocka_unit_test(question_colon_and_paragraph_are_reported),
        cmocka_unit_test(contractions_are_split_into_words),
        cmocka_unit_test(common_words_are_known_by_language_and_in_regular_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
