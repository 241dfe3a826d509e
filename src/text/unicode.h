/* Unicode 16 character properties: general category, scripts relevant for finding words. */
#ifndef TEXT_UNICODE_H
#define TEXT_UNICODE_H

#include <stdint.h>

#define UNICODE_LIMIT UINT32_C(0x110000)

/* General_Category, grouped so that ranges of values are L, M, N, P, S, Z and C. */
enum unicode_category {
    UNICODE_UNASSIGNED,            /* Cn; also any value above U+10FFFF */
    UNICODE_UPPERCASE_LETTER,      /* Lu */
    UNICODE_LOWERCASE_LETTER,      /* Ll */
    UNICODE_TITLECASE_LETTER,      /* Lt */
    UNICODE_MODIFIER_LETTER,       /* Lm */
    UNICODE_OTHER_LETTER,          /* Lo */
    UNICODE_NONSPACING_MARK,       /* Mn */
    UNICODE_SPACING_MARK,          /* Mc */
    UNICODE_ENCLOSING_MARK,        /* Me */
    UNICODE_DECIMAL_NUMBER,        /* Nd */
    UNICODE_LETTER_NUMBER,         /* Nl */
    UNICODE_OTHER_NUMBER,          /* No */
    UNICODE_CONNECTOR_PUNCTUATION, /* Pc */
    UNICODE_DASH_PUNCTUATION,      /* Pd */
    UNICODE_OPEN_PUNCTUATION,      /* Ps */
    UNICODE_CLOSE_PUNCTUATION,     /* Pe */
    UNICODE_INITIAL_PUNCTUATION,   /* Pi */
    UNICODE_FINAL_PUNCTUATION,     /* Pf */
    UNICODE_OTHER_PUNCTUATION,     /* Po */
    UNICODE_MATH_SYMBOL,           /* Sm */
    UNICODE_CURRENCY_SYMBOL,       /* Sc */
    UNICODE_MODIFIER_SYMBOL,       /* Sk */
    UNICODE_OTHER_SYMBOL,          /* So */
    UNICODE_SPACE_SEPARATOR,       /* Zs */
    UNICODE_LINE_SEPARATOR,        /* Zl */
    UNICODE_PARAGRAPH_SEPARATOR,   /* Zp */
    UNICODE_CONTROL,               /* Cc */
    UNICODE_FORMAT,                /* Cf */
    UNICODE_SURROGATE,             /* Cs */
    UNICODE_PRIVATE_USE,           /* Co */
    UNICODE_CATEGORIES
};

/* The Script property, reduced to what finding words needs. */
enum unicode_script {
    UNICODE_SCRIPT_OTHER,
    UNICODE_SCRIPT_HAN,
    UNICODE_SCRIPT_HIRAGANA,
    UNICODE_SCRIPT_KATAKANA,
    UNICODE_SCRIPT_HANGUL,
    UNICODE_SCRIPT_UNSPACED /* Thai, Lao, Khmer, Myanmar: words are not separated by spaces */
};

/* Generated two-level table: a block index per 128 code points, then a record per code point: category | script << 5.
 */
#define UNICODE_BLOCK_BITS 7
extern const uint16_t unicode_blocks[] __attribute__((visibility("hidden")));
extern const uint8_t unicode_records[] __attribute__((visibility("hidden")));

static inline uint32_t unicode_record(uint32_t code_point)
{
    uint32_t block;

    if (code_point >= UNICODE_LIMIT) {
        return UNICODE_UNASSIGNED;
    }
    block = unicode_blocks[code_point >> UNICODE_BLOCK_BITS];
    return unicode_records[block << UNICODE_BLOCK_BITS | (code_point & ((1u << UNICODE_BLOCK_BITS) - 1))];
}

static inline enum unicode_category unicode_category(uint32_t code_point)
{
    return (enum unicode_category)(unicode_record(code_point) & 0x1F);
}

static inline enum unicode_script unicode_script(uint32_t code_point)
{
    return (enum unicode_script)(unicode_record(code_point) >> 5);
}

int32_t unicode_is_space(uint32_t code_point); /* White_Space */

#endif
