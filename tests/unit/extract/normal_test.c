#include "support/test.h"

#include "base/json/json_view.h"
#include "base/memory.h"
#include "extract/normal.h"

static void assert_normal(const char *text, size_t length, const char *expected)
{
    struct buffer target;

    buffer_init(&target, &memory_default);
    normal_append(&target, text, length);
    assert_int_equal(target.failed, 0);
    assert_string_equal(buffer_text(&target), expected);
    assert_int_equal(target.length, strlen(expected));
    assert_int_equal(normal_prefix(buffer_text(&target), target.length), target.length);
    buffer_free(&target);
}

#define NORMAL(text, expected) assert_normal(text, sizeof(text) - 1, expected)

static void normal_text_is_unchanged(void **state)
{
    (void)state;
    NORMAL("", "");
    NORMAL("plain text that is longer than a word", "plain text that is longer than a word");
    NORMAL("\tcode\n\n  x \xF0\x9F\x90\x9D \xE2\x82\xAC", "\tcode\n\n  x \xF0\x9F\x90\x9D \xE2\x82\xAC");
}

static void line_ends_are_normalised(void **state)
{
    (void)state;
    NORMAL("a\r\nb\rc\n\rd\r", "a\nb\nc\n\nd\n");
    NORMAL("one\xE2\x80\xA8two\xE2\x80\xA9three", "one\ntwo\nthree");
}

static void invalid_bytes_are_replaced(void **state)
{
    (void)state;
    NORMAL("\xEF\xBB\xBFhello", "hello");
    NORMAL("he\0llo\0", "hello");
    NORMAL("bad \xFF\xC3( \xE2\x82", "bad \xEF\xBF\xBD\xEF\xBF\xBD( \xEF\xBF\xBD");
    NORMAL("lone \xED\xA0\x80 surrogate", "lone \xEF\xBF\xBD surrogate");
}

/* The word-wise test must see a special byte at each of its eight places. */
static void every_position_in_a_word_is_checked(void **state)
{
    static const char special[] = {'\0', '\r', '\xFF'};

    (void)state;
    for (size_t place = 0; place < 20; place++) {
        for (size_t i = 0; i < sizeof special; i++) {
            char text[20];

            memset(text, 'x', sizeof text);
            text[place] = special[i];
            assert_int_equal(normal_prefix(text, sizeof text), place);
        }
    }
}

static void text_is_trimmed(void **state)
{
    struct buffer target;

    (void)state;
    buffer_init(&target, &memory_default);
    buffer_append_text(&target, "kept ");
    normal_append_trimmed(&target, " \n\n    indented\n  last \t\r\n\n", 27);
    assert_string_equal(buffer_text(&target), "kept     indented\n  last");
    buffer_clear(&target);
    normal_append_trimmed(&target, " \n\t \r\n", 6);
    assert_int_equal(target.length, 0);
    normal_append_line(&target, " \tA  title\r\n of\x01two\x7Flines \n", 26);
    assert_string_equal(buffer_text(&target), "A title of two lines");
    buffer_free(&target);
}

/* The decoder says 1 only of texts that need no check, and says it of plain ones, at any place of its blocks. */
static void decoder_knows_normal_texts(void **state)
{
    static const struct {
        const char *json;
        int32_t is_certain;
    } pieces[] = {
        {"", 1},    {"\\u00e9", 1},  {"\\u4eca\\u65e5", 1}, {"\\ud83d\\ude00", 1}, {"\\ud83d", 1}, {"\\n\\t", 1},
        {"\\r", 0}, {"\\u0000", 0},  {"\\u000d", 0},        {"\\u2028", 0},        {"\\u2029", 0}, {"\\ufeff", 0},
        {"\r", 0},  {"\xC3\xA9", 0}, {"\xFF", 0},           {"\xED\xA0\x80", 0}};

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        for (int before = 0; before < 40; before++) {
            for (int after = 0; after < 40; after += 3) {
                char json[128];
                struct buffer text;
                struct json_doc doc;
                int32_t is_certain;

                snprintf(json, sizeof json, "\"%.*s%s%.*s\"", before, "abcdefghijklmnopqrstuvwxyz 0123456789 abcdef",
                         pieces[i].json, after, "abcdefghijklmnopqrstuvwxyz 0123456789 abcdef");
                buffer_init(&text, &memory_default);
                json_doc_init(&doc, &memory_default);
                assert_int_equal(json_doc_read(&doc, json, strlen(json), 8, 8), CPK_OK);
                is_certain = json_append_text(&text, json_doc_root(&doc));
                assert_int_equal(is_certain, pieces[i].is_certain);
                assert_true(!is_certain || normal_prefix(buffer_text(&text), text.length) == text.length);
                json_doc_free(&doc);
                buffer_free(&text);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_text_is_unchanged),
        cmocka_unit_test(decoder_knows_normal_texts),
        cmocka_unit_test(line_ends_are_normalised),
        cmocka_unit_test(invalid_bytes_are_replaced),
        cmocka_unit_test(every_position_in_a_word_is_checked),
        cmocka_unit_test(text_is_trimmed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
