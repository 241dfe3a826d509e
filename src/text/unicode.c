#include "text/unicode.h"

static int32_t category_between(uint32_t code_point, enum unicode_category first, enum unicode_category last)
{
    enum unicode_category category = unicode_category(code_point);

    return category >= first && category <= last;
}

int32_t unicode_is_letter(uint32_t code_point)
{
    return category_between(code_point, UNICODE_UPPERCASE_LETTER, UNICODE_OTHER_LETTER);
}

int32_t unicode_is_mark(uint32_t code_point)
{
    return category_between(code_point, UNICODE_NONSPACING_MARK, UNICODE_ENCLOSING_MARK);
}

int32_t unicode_is_number(uint32_t code_point)
{
    return category_between(code_point, UNICODE_DECIMAL_NUMBER, UNICODE_OTHER_NUMBER);
}

int32_t unicode_is_punctuation(uint32_t code_point)
{
    return category_between(code_point, UNICODE_CONNECTOR_PUNCTUATION, UNICODE_OTHER_PUNCTUATION);
}

int32_t unicode_is_symbol(uint32_t code_point)
{
    return category_between(code_point, UNICODE_MATH_SYMBOL, UNICODE_OTHER_SYMBOL);
}

int32_t unicode_is_upper(uint32_t code_point)
{
    enum unicode_category category = unicode_category(code_point);

    return category == UNICODE_UPPERCASE_LETTER || category == UNICODE_TITLECASE_LETTER;
}

int32_t unicode_is_lower(uint32_t code_point)
{
    return unicode_category(code_point) == UNICODE_LOWERCASE_LETTER;
}

int32_t unicode_is_space(uint32_t code_point)
{
    return (code_point >= 0x09 && code_point <= 0x0D) || code_point == 0x85 ||
           category_between(code_point, UNICODE_SPACE_SEPARATOR, UNICODE_PARAGRAPH_SEPARATOR);
}

int32_t unicode_is_unspaced(uint32_t code_point)
{
    enum unicode_script script = unicode_script(code_point);

    return script != UNICODE_SCRIPT_OTHER && script != UNICODE_SCRIPT_HANGUL;
}

uint32_t unicode_to_lower(uint32_t code_point)
{
    return code_point + (uint32_t)unicode_lower_distances[unicode_record(code_point) >> 8];
}
