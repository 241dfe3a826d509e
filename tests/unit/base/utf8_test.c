#include "support/test.h"

#include "base/memory.h"
#include "base/utf8.h"

static void assert_repaired(const char *bytes, size_t length, const char *expected)
{
    struct buffer target;

    buffer_init(&target, &memory_default);
    utf8_append_repaired(&target, bytes, length);
    assert_string_equal(buffer_text(&target), expected);
    buffer_free(&target);
}

/* Unicode 16, table 3-8 and the examples beside it: one U+FFFD for each maximal subpart. */
static void each_maximal_subpart_becomes_one_replacement(void **state)
{
    (void)state;
    assert_repaired("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", 9, "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\x41");
    assert_repaired("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", 9, "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\x41");
    assert_repaired("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", 9, "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\x41\uFFFD\uFFFD\x42");
    assert_repaired("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9, "\uFFFD\uFFFD\uFFFD\uFFFD\x41");
    assert_repaired("abc\xE2\x82", 5, "abc\uFFFD");
}

static void every_code_point_round_trips(void **state)
{
    (void)state;
    for (uint32_t wanted = 0; wanted <= 0x10FFFF; wanted++) {
        char bytes[4];
        uint32_t got;
        int32_t valid;
        size_t length;

        if (wanted >= 0xD800 && wanted <= 0xDFFF) {
            continue;
        }
        length = utf8_encode(wanted, bytes);
        assert_int_equal(utf8_decode(bytes, length, &got, &valid), length);
        assert_true(valid);
        assert_int_equal(got, wanted);
        assert_int_equal(utf8_valid_prefix(bytes, length), length);
        for (size_t cut = 1; cut < length; cut++) {
            assert_int_equal(utf8_valid_prefix(bytes, cut), 0);
            assert_int_equal(utf8_floor(bytes, length, cut), 0);
        }
    }
}

/* Long runs of continuation bytes once made it go back to the start of the text. */
static void floor_is_at_most_three_bytes_shorter(void **state)
{
    static const char *const units[] = {"\x80", "\xBF\x80", "\xF0\x90\x80",    "\xE2\x82",
                                        "\xFF", "\xC3\xA9", "\xF0\x9F\x98\x80"};
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        char starts[sizeof text + 1] = {0};
        uint32_t code_point;
        int32_t valid;

        for (size_t at = 0; at < sizeof text; at++) {
            text[at] = units[i][at % strlen(units[i])];
        }
        for (size_t at = 0; at < sizeof text; at += utf8_decode(text + at, sizeof text - at, &code_point, &valid)) {
            starts[at] = 1;
        }
        starts[sizeof text] = 1;
        for (size_t wanted = 0; wanted <= sizeof text; wanted++) {
            size_t floored = utf8_floor(text, sizeof text, wanted);

            assert_in_range(floored, wanted < 3 ? 0 : wanted - 3, wanted);
            assert_true(starts[floored]);
            assert_true(floored == wanted || !starts[wanted]);
        }
    }
}

static void clean_line_replaces_controls_and_invalid_bytes(void **state)
{
    static const char *const lines[][2] = {
        {"", ""},
        {"plain \xC3\xA9", "plain \xC3\xA9"},
        {"a\nb\tc\x1B[31md\x7F", "a b c [31md "},
        {"c1 \xC2\x9B!", "c1   !"},
        {"bad \xFF\xC3(", "bad ?\?("},
        {"cut \xE2\x82", "cut "},
        {"cut \xF0", "cut "},
        {"\x80", "?"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char text[32];

        snprintf(text, sizeof text, "%s", lines[i][0]);
        utf8_clean_line(text);
        assert_string_equal(text, lines[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_maximal_subpart_becomes_one_replacement),
        cmocka_unit_test(every_code_point_round_trips),
        cmocka_unit_test(clean_line_replaces_controls_and_invalid_bytes),
        cmocka_unit_test(floor_is_at_most_three_bytes_shorter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
