#include "text/unicode.h"

static int32_t category_between(uint32_t code_point, enum unicode_category first, enum unicode_category last)
{
    enum unicode_category category = unicode_category(code_point);

    return category >= first && category <= last;
}

int32_t unicode_is_space(uint32_t code_point)
{
    return (code_point >= 0x09 && code_point <= 0x0D) || code_point == 0x85 ||
           category_between(code_point, UNICODE_SPACE_SEPARATOR, UNICODE_PARAGRAPH_SEPARATOR);
}
