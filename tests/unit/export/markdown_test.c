#include "export/markdown.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "support/test.h"

static void assert_text(const char *text, size_t max_bytes, int32_t flags, const char *expected)
{
    struct buffer got;
    size_t appended;

    buffer_init(&got, &memory_default);
    appended = markdown_append_text(&got, text, strlen(text), max_bytes, flags);
    assert_string_equal(buffer_text(&got), expected);
    assert_int_equal(appended, strlen(expected));
    buffer_free(&got);
}

static void plain_text_is_unchanged(void **state)
{
    static const char *const plain[] = {
        "Lives in Lisbon",
        "Uses snake_case_names and C++",
        "5 * 3 < 20 & more",
        "R&D: 100% (a/b), $5, x = y; \"quoted\" 'single' #1?",
        "a - b + c",
        "\xe6\x9d\xb1\xe4\xba\xac\xe3\x81\xab\xe4\xbd\x8f\xe3\x82\x93\xe3\x81\xa7\xe3\x81\x84\xe3\x82\x8b",
        "\xd8\xa7\xd9\x84\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a\xd8\xa9",
        "family \xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
        "2024 was good",
        "C:\\Users",
        "a | b",
        "-5 degrees",
    };

    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        assert_text(plain[i], 0, MARKDOWN_START, plain[i]);
    }
}

static void markup_is_escaped(void **state)
{
    (void)state;
    assert_text("`code`", 0, 0, "\\`code\\`");
    assert_text("*a* **b** _c_ __d__", 0, 0, "\\*a\\* \\*\\*b\\*\\* \\_c\\_ \\_\\_d\\_\\_");
    assert_text("[a](javascript:b) ![c](d) [^1]", 0, 0, "\\[a](javascript:b) !\\[c](d) \\[^1]");
    assert_text("<script> </p> <!-- x <?php", 0, 0, "\\<script> \\</p> \\<!-- x \\<?php");
    assert_text("&lt; &#60; ~~gone~~", 0, 0, "\\&lt; \\&#60; \\~\\~gone\\~\\~");
    assert_text("a\\*b", 0, 0, "a\\\\\\*b");
    assert_text("ends\\", 0, 0, "ends\\\\");
    assert_text("a | b", 0, MARKDOWN_CELL, "a \\| b");
    assert_text("a \\| b", 0, MARKDOWN_CELL, "a \\\\\\| b");
}

static void block_starts_are_escaped(void **state)
{
    (void)state;
    assert_text("# Heading", 0, MARKDOWN_START, "\\# Heading");
    assert_text("> quote", 0, MARKDOWN_START, "\\> quote");
    assert_text("- item", 0, MARKDOWN_START, "\\- item");
    assert_text("--- ", 0, MARKDOWN_START, "\\---");
    assert_text("+ item", 0, MARKDOWN_START, "\\+ item");
    assert_text("1. item", 0, MARKDOWN_START, "1\\. item");
    assert_text("12) item", 0, MARKDOWN_START, "12\\) item");
    assert_text("3.5 hours", 0, MARKDOWN_START, "3.5 hours");
    assert_text("===", 0, MARKDOWN_START, "\\===");
    assert_text("~~~", 0, MARKDOWN_START, "\\~\\~\\~");
    assert_text("```c", 0, MARKDOWN_START, "\\`\\`\\`c");
    assert_text("    indented", 0, MARKDOWN_START, "indented");
    assert_text("# not at a start", 0, 0, "# not at a start");
}

static void text_becomes_one_line(void **state)
{
    (void)state;
    assert_text("  a\n\n# b\r\n\tc \v\f d  ", 0, 0, "a # b c d");
    assert_text("a\xc2\x85"
                "b\xe2\x80\xa8"
                "c\xe2\x80\xa9"
                "d\xc2\xa0"
                "e\x7f"
                "f\x1b[0m",
                0, 0, "a b c d e f \\[0m");
    assert_text("", 0, MARKDOWN_START, "");
    assert_text(" \n ", 0, MARKDOWN_START, "");
}

/* A right-to-left override, a byte order mark, a zero width space, and tag characters that spell a hidden text. */
static void invisible_characters_are_removed(void **state)
{
    (void)state;
    assert_text("a\xe2\x80\xae"
                "b\xef\xbb\xbf"
                "c\xe2\x80\x8b"
                "d\xf3\xa0\x81\x81\xf3\xa0\x81\x82"
                "e",
                0, 0, "abcde");
    assert_text("bad \xff\xfe bytes \xed\xa0\x80", 0, 0,
                "bad \xef\xbf\xbd\xef\xbf\xbd bytes \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void long_text_is_cut(void **state)
{
    (void)state;
    assert_text("one two three four", 14, 0, "one two three\xe2\x80\xa6");
    assert_text("one two three four", 18, 0, "one two three four");
    assert_text("onetwothreefour", 6, 0, "onetwo\xe2\x80\xa6");
    assert_text("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 5, 0, "\xc3\xa9\xc3\xa9\xe2\x80\xa6");
    assert_text("ab\xf0\x9f\x98\x80", 3, 0, "ab\xe2\x80\xa6");
    assert_text("aaa\\", 3, 0, "aaa\xe2\x80\xa6");
}

/* Whatever comes in, one line of well-formed text comes out, and a cell holds no bare '|'. */
static void random_text_adds_no_structure(void **state)
{
    static const char *const pieces[] = {"\\", "|", "`", "*",    "_",        "<a",           "\n",    "[x](y)", "# ",
                                         "- ", "a", " ", "\xff", "\xc3\xa9", "\xe2\x80\xae", "&amp;", "1. ",    "~~"};
    uint32_t random = 7;
    char text[256];

    (void)state;
    for (int32_t round = 0; round < 20000; round++) {
        struct buffer got;

        text[0] = '\0';
        for (int32_t i = 0; i < 12; i++) {
            random = random * 1664525u + 1013904223u;
            strcat(text, pieces[(random >> 16) % (sizeof pieces / sizeof pieces[0])]);
        }
        buffer_init(&got, &memory_default);
        markdown_append_text(&got, text, strlen(text), round % 3 == 0 ? 10 : 0, MARKDOWN_START | MARKDOWN_CELL);
        assert_int_equal(utf8_valid_prefix(buffer_text(&got), got.length), got.length);
        for (size_t i = 0; i < got.length; i++) {
            size_t slashes = 0;

            assert_true((unsigned char)got.data[i] >= ' ');
            while (slashes < i && got.data[i - 1 - slashes] == '\\') {
                slashes++;
            }
            assert_true(strchr("|`[", got.data[i]) == NULL || slashes % 2 == 1);
        }
        assert_true(got.length == 0 || strchr("#>= ", got.data[0]) == NULL);
        buffer_free(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_is_unchanged),          cmocka_unit_test(markup_is_escaped),
        cmocka_unit_test(block_starts_are_escaped),         cmocka_unit_test(text_becomes_one_line),
        cmocka_unit_test(invisible_characters_are_removed), cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test(random_text_adds_no_structure),
    };

    return cmocka_run_group_tests_name("export: markdown", tests, NULL, NULL);
}
