/* tiktoken's regular expressions, implemented by hand.
 *
 * cl100k_base:
 *   '(?i:[sdmt]|ll|ve|re) | [^\r\n\p{L}\p{N}]?+\p{L}++ | \p{N}{1,3}+ | ?[^\s\p{L}\p{N}]++[\r\n]*+ |
 *   \s++$ | \s*[\r\n] | \s+(?!\S) | \s
 * o200k_base:
 *   [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)? |
 *   [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)? |
 *   \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n/]* | \s*[\r\n]+ | \s+(?!\S) | \s+
 *
 * One of the alternatives matches at every position, so the pieces cover the whole text. */
#include "text/tokens/pretokenizer.h"

#include "base/utf8.h"
#include "text/unicode.h"

#include <contextpack/tokens.h>

#include <string.h>

/* Character classes of the expressions, as bits, so that a set of classes is a mask. */
#define CLASS_UPPER   0x01 /* Lu, Lt */
#define CLASS_LOWER   0x02 /* Ll */
#define CLASS_UNCASED 0x04 /* Lm, Lo */
#define CLASS_MARK    0x08 /* M */
#define CLASS_NUMBER  0x10 /* N */
#define CLASS_NEWLINE 0x20 /* CR, LF */
#define CLASS_SPACE   0x40 /* other White_Space */
#define CLASS_OTHER   0x80
#define CLASS_LETTER  (CLASS_UPPER | CLASS_LOWER | CLASS_UNCASED)
#define CLASS_HEAD    (CLASS_UPPER | CLASS_UNCASED | CLASS_MARK) /* [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}] */
#define CLASS_TAIL    (CLASS_LOWER | CLASS_UNCASED | CLASS_MARK) /* [\p{Ll}\p{Lm}\p{Lo}\p{M}] */
#define CLASS_BOTH    (CLASS_HEAD & CLASS_TAIL)
#define CLASS_SYMBOL  (CLASS_OTHER | CLASS_MARK) /* [^\s\p{L}\p{N}] */
#define CLASS_BLANK   (CLASS_SPACE | CLASS_NEWLINE)

/* clang-format off */
static const uint8_t CLASS_OF_CATEGORY[UNICODE_CATEGORIES] = {
    [UNICODE_UNASSIGNED] = CLASS_OTHER,
    [UNICODE_UPPERCASE_LETTER] = CLASS_UPPER,
    [UNICODE_LOWERCASE_LETTER] = CLASS_LOWER,
    [UNICODE_TITLECASE_LETTER] = CLASS_UPPER,
    [UNICODE_MODIFIER_LETTER] = CLASS_UNCASED,
    [UNICODE_OTHER_LETTER] = CLASS_UNCASED,
    [UNICODE_NONSPACING_MARK] = CLASS_MARK,
    [UNICODE_SPACING_MARK] = CLASS_MARK,
    [UNICODE_ENCLOSING_MARK] = CLASS_MARK,
    [UNICODE_DECIMAL_NUMBER] = CLASS_NUMBER,
    [UNICODE_LETTER_NUMBER] = CLASS_NUMBER,
    [UNICODE_OTHER_NUMBER] = CLASS_NUMBER,
    [UNICODE_CONNECTOR_PUNCTUATION ... UNICODE_OTHER_SYMBOL] = CLASS_OTHER,
    [UNICODE_SPACE_SEPARATOR ... UNICODE_PARAGRAPH_SEPARATOR] = CLASS_SPACE,
    [UNICODE_CONTROL ... UNICODE_PRIVATE_USE] = CLASS_OTHER,
};

static const uint8_t CLASS_OF_ASCII[128] = {
    [0x00 ... 0x08] = CLASS_OTHER,
    [0x09] = CLASS_SPACE, [0x0A] = CLASS_NEWLINE, [0x0B ... 0x0C] = CLASS_SPACE, [0x0D] = CLASS_NEWLINE,
    [0x0E ... 0x1F] = CLASS_OTHER,
    [' '] = CLASS_SPACE,
    ['!' ... '/'] = CLASS_OTHER,
    ['0' ... '9'] = CLASS_NUMBER,
    [':' ... '@'] = CLASS_OTHER,
    ['A' ... 'Z'] = CLASS_UPPER,
    ['[' ... '`'] = CLASS_OTHER,
    ['a' ... 'z'] = CLASS_LOWER,
    ['{' ... 0x7F] = CLASS_OTHER,
};
/* clang-format on */

static uint32_t class_of_sequence(struct pretokenizer *cursor, size_t at, size_t *next)
{
    uint32_t code_point;
    int32_t valid;

    *next = at + utf8_decode(cursor->text + at, cursor->length - at, &code_point, &valid);
    if (!valid) {
        cursor->ill_formed = 1;
    }
    return code_point == 0x85 ? CLASS_SPACE : CLASS_OF_CATEGORY[unicode_category(code_point)];
}

/* Class of the code point at `at`, 0 at the end of the text. *next is the start of the next one. */
static inline uint32_t class_at(struct pretokenizer *cursor, size_t at, size_t *next)
{
    unsigned char byte;

    *next = at + 1;
    if (at >= cursor->length) {
        *next = at;
        return 0;
    }
    byte = (unsigned char)cursor->text[at];
    return byte < 0x80 ? CLASS_OF_ASCII[byte] : class_of_sequence(cursor, at, next);
}

/* End of the run of code points in these classes. */
static inline size_t run_end(struct pretokenizer *cursor, size_t at, uint32_t classes)
{
    size_t next;

    while ((class_at(cursor, at, &next) & classes) != 0) {
        at = next;
    }
    return at;
}

static inline size_t number_end(struct pretokenizer *cursor, size_t at)
{
    size_t next;

    for (int32_t digits = 0; digits < 3 && (class_at(cursor, at, &next) & CLASS_NUMBER) != 0; digits++) {
        at = next;
    }
    return at;
}

/* End of the contraction that starts at `at`, or `at`. Case folding maps the long s (U+017F) to s; no other letter
 * outside ASCII folds to one of the contractions. */
static size_t contraction_end(const struct pretokenizer *cursor, size_t at)
{
    const char *text = cursor->text + at;
    size_t left = cursor->length - at;
    char first;
    char second;

    if (left < 2 || text[0] != '\'') {
        return at;
    }
    first = (char)(text[1] | 0x20);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
        return at + 2;
    }
    if (left < 3) {
        return at;
    }
    if (memcmp(text + 1, "\xC5\xBF", 2) == 0) {
        return at + 3;
    }
    second = (char)(text[2] | 0x20);
    if ((first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l')) {
        return at + 3;
    }
    return at;
}

/* Matches [head]*[tail]+. Greedy: the head gives back only up to the last code point that is also a tail. Returns `at`
 * if there is no match; *head_end is the end of the run of heads. */
static size_t word_end(struct pretokenizer *cursor, size_t at, size_t *head_end)
{
    size_t both_end = at;
    size_t next;
    uint32_t class = class_at(cursor, at, &next);

    while ((class & CLASS_HEAD) != 0) {
        if ((class & CLASS_BOTH) != 0) {
            both_end = next;
        }
        at = next;
        class = class_at(cursor, at, &next);
    }
    *head_end = at;
    return (class & CLASS_LOWER) != 0 ? run_end(cursor, next, CLASS_TAIL) : both_end;
}

/* Matches white space; the encodings differ only in the alternative \s++$ of cl100k_base. */
static size_t blank_end(struct pretokenizer *cursor, size_t start)
{
    size_t at = start;
    size_t last_start = start;
    size_t newline_end = start;
    size_t next;
    uint32_t class;

    while (((class = class_at(cursor, at, &next)) & CLASS_BLANK) != 0) {
        if (class == CLASS_NEWLINE) {
            newline_end = next;
        }
        last_start = at;
        at = next;
    }
    if (at == cursor->length && cursor->encoding == CPK_ENCODING_CL100K_BASE) {
        return at;
    }
    if (newline_end > start) {
        return newline_end;
    }
    return at < cursor->length && last_start > start ? last_start : at;
}

/* Matches ?[^\s\p{L}\p{N}]+ and the encoding's suffix; returns `start` if there is no match. */
static size_t symbols_end(struct pretokenizer *cursor, size_t start)
{
    size_t first = start + (cursor->text[start] == ' ');
    size_t end = run_end(cursor, first, CLASS_SYMBOL);

    if (end == first) {
        return start;
    }
    while (end < cursor->length && (cursor->text[end] == '\r' || cursor->text[end] == '\n' ||
                                    (cursor->text[end] == '/' && cursor->encoding == CPK_ENCODING_O200K_BASE))) {
        end++;
    }
    return end;
}

static size_t piece_end_cl100k(struct pretokenizer *cursor, size_t start)
{
    size_t next;
    size_t end = contraction_end(cursor, start);
    uint32_t class = class_at(cursor, start, &next);

    if (end > start) {
        return end;
    }
    if ((class & CLASS_LETTER) != 0) {
        return run_end(cursor, next, CLASS_LETTER);
    }
    if ((class & CLASS_NUMBER) != 0) {
        return number_end(cursor, start);
    }
    if (class != CLASS_NEWLINE) {
        end = run_end(cursor, next, CLASS_LETTER);
        if (end > next) {
            return end;
        }
    }
    end = symbols_end(cursor, start);
    return end > start ? end : blank_end(cursor, start);
}

static size_t piece_end_o200k(struct pretokenizer *cursor, size_t start)
{
    size_t next;
    size_t head_end;
    size_t end;
    uint32_t class = class_at(cursor, start, &next);

    if ((class & CLASS_NUMBER) != 0) {
        return number_end(cursor, start);
    }
    if (class != CLASS_NEWLINE) {
        /* The first alternative with the optional prefix, then without it (a mark is then the word), then the second
         * alternative. */
        size_t first = (class & CLASS_LETTER) != 0 ? start : next;

        end = word_end(cursor, first, &head_end);
        if (end == first && (class & CLASS_MARK) != 0) {
            return contraction_end(cursor, next);
        }
        if (end == first) {
            end = head_end;
        }
        if (end > first) {
            return contraction_end(cursor, end);
        }
    }
    end = symbols_end(cursor, start);
    return end > start ? end : blank_end(cursor, start);
}

size_t pretokenizer_next(struct pretokenizer *cursor)
{
    size_t start = cursor->at;

    if (start >= cursor->length) {
        return 0;
    }
    cursor->ill_formed = 0;
    cursor->at =
        cursor->encoding == CPK_ENCODING_CL100K_BASE ? piece_end_cl100k(cursor, start) : piece_end_o200k(cursor, start);
    return cursor->at - start;
}
