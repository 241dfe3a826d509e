#include "support/test.h"

#include "text/unicode.h"

static void categories_are_correct(void **state)
{
    static const uint32_t examples[UNICODE_CATEGORIES] = {
        0x0378, 'A',    'a',  0x01C5, 0x02B0, 0x4E2D, 0x0301, 0x0903, 0x20DD, '7',
        0x2160, 0x00BD, '_',  '-',    '(',    ')',    0xAB,   0xBB,   '!',    '+',
        '$',    '^',    0xA9, ' ',    0x2028, 0x2029, '\n',   0x200B, 0xD800, 0xE000,
    };

    (void)state;
    for (int32_t category = 0; category < UNICODE_CATEGORIES; category++) {
        assert_int_equal(unicode_category(examples[category]), category);
    }
    assert_int_equal(unicode_category(0x10FFFF), UNICODE_UNASSIGNED);
    assert_int_equal(unicode_category(0x110000), UNICODE_UNASSIGNED);
    assert_int_equal(unicode_category(UINT32_MAX), UNICODE_UNASSIGNED);
}

/* U+1C89 and U+105C9 came with version 16; the counts are those of its DerivedGeneralCategory.txt. */
static void tables_are_unicode_16(void **state)
{
    int32_t letters = 0;
    int32_t spaces = 0;
    int32_t assigned = 0;

    (void)state;
    assert_int_equal(unicode_category(0x1C89), UNICODE_UPPERCASE_LETTER);
    assert_int_equal(unicode_category(0x105C9), UNICODE_OTHER_LETTER);
    for (uint32_t code_point = 0; code_point < UNICODE_LIMIT; code_point++) {
        letters += unicode_category(code_point) >= UNICODE_UPPERCASE_LETTER &&
                   unicode_category(code_point) <= UNICODE_OTHER_LETTER;
        spaces += unicode_is_space(code_point);
        assigned += unicode_category(code_point) < UNICODE_SURROGATE && unicode_category(code_point) > 0;
    }
    assert_int_equal(letters, 141028);
    assert_int_equal(spaces, 25);
    assert_int_equal(assigned, 154998 + 65); /* characters of version 16, and the control codes */
}

static void scripts_are_correct(void **state)
{
    (void)state;
    assert_int_equal(unicode_script(0x4E2D), UNICODE_SCRIPT_HAN);
    assert_int_equal(unicode_script(0x3042), UNICODE_SCRIPT_HIRAGANA);
    assert_int_equal(unicode_script(0x30A2), UNICODE_SCRIPT_KATAKANA);
    assert_int_equal(unicode_script(0xAC00), UNICODE_SCRIPT_HANGUL);
    assert_int_equal(unicode_script(0x0E01), UNICODE_SCRIPT_UNSPACED);
    assert_int_equal(unicode_script('a'), UNICODE_SCRIPT_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(categories_are_correct),
        cmocka_unit_test(tables_are_unicode_16),
        cmocka_unit_test(scripts_are_correct),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
