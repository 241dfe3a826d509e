#include "analyze/language/own_text_internal.h"

#include <string.h>

#define QUOTE_MAX_BYTES 6000
#define QUOTE_MIN_WORDS 4
#define QUOTE_MIN_DENSE 24 /* bytes of Chinese, Japanese or Korean text: eight characters */

struct quote_pair {
    const char *open;
    const char *close;
    size_t open_length;
    size_t close_length;
    int32_t apostrophe; /* the closing mark may also be an apostrophe */
};

static const struct quote_pair pairs[] = {
    {"\"", "\"", 1, 1, 0},
    {"'", "'", 1, 1, 1},
    {"`", "`", 1, 1, 0},
    {"\xE2\x80\x9C", "\xE2\x80\x9D", 3, 3, 0}, /* “ ” */
    {"\xE2\x80\x9E", "\xE2\x80\x9C", 3, 3, 0}, /* „ “ */
    {"\xE2\x80\x9E", "\xE2\x80\x9D", 3, 3, 0}, /* „ ” */
    {"\xE2\x80\x9D", "\xE2\x80\x9D", 3, 3, 0}, /* ” ” */
    {"\xE2\x80\x98", "\xE2\x80\x99", 3, 3, 1}, /* ‘ ’ */
    {"\xE2\x80\x9A", "\xE2\x80\x98", 3, 3, 0}, /* ‚ ‘ */
    {"\xC2\xAB", "\xC2\xBB", 2, 2, 0},         /* « » */
    {"\xC2\xBB", "\xC2\xAB", 2, 2, 0},         /* » « */
    {"\xE3\x80\x8C", "\xE3\x80\x8D", 3, 3, 0}, /* 「 」 */
    {"\xE3\x80\x8E", "\xE3\x80\x8F", 3, 3, 0}, /* 『 』 */
};

#define PAIRS (sizeof pairs / sizeof pairs[0])

static int32_t is_word_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
           (unsigned char)byte >= 0x80;
}

/* 1 if a quoted span is a statement: enough words, or the first person. Shorter ones are names. */
static int32_t is_statement(const char *span, size_t length)
{
    size_t words = 0;
    size_t capitals = 0;
    size_t dense = 0;
    int32_t last = 0; /* the last word has a capital */

    for (size_t i = 0; i < length; i++) {
        int32_t start = span[i] != ' ' && (i == 0 || span[i - 1] == ' ');

        dense += (unsigned char)span[i] >= 0xE3 && (unsigned char)span[i] <= 0xED ? 3 : 0;
        if (start) {
            last = span[i] >= 'A' && span[i] <= 'Z';
            words++;
            capitals += (size_t)last;
        }
        if (start && span[i] == 'I' && (i + 1 == length || span[i + 1] == ' ' || span[i + 1] == '\'')) {
            return 1;
        }
    }
    if (last && words < 9 && capitals * 2 >= words && span[length - 1] != '.') {
        return 0; /* a title */
    }
    return words >= QUOTE_MIN_WORDS || dense >= QUOTE_MIN_DENSE;
}

/* End of the quote that opens at `at`, after its closing mark; 0 if it is not closed in its paragraph: then *barren is
 * the end of the searched text. */
static size_t quote_end(const struct own_masker *masker, size_t at, const struct quote_pair *pair, size_t *barren)
{
    const char *text = masker->text;
    size_t limit = masker->length - at > QUOTE_MAX_BYTES ? at + QUOTE_MAX_BYTES : masker->length;

    for (size_t i = at + pair->open_length; i + pair->close_length <= limit; i++) {
        if (text[i] == '\n' && i + 1 < limit && text[i + 1] == '\n') {
            *barren = i;
            return 0;
        }
        if (text[i] == pair->close[0] && memcmp(text + i, pair->close, pair->close_length) == 0 &&
            !(pair->apostrophe && i + pair->close_length < masker->length &&
              is_word_byte(text[i + pair->close_length]))) {
            return i + pair->close_length;
        }
    }
    *barren = limit;
    return 0;
}

/* Masks the quote that opens at `at`; returns where reading goes on. */
static size_t mask_quote(struct own_masker *masker, size_t at, size_t barren[PAIRS])
{
    for (size_t i = 0; i < PAIRS; i++) {
        const struct quote_pair *pair = &pairs[i];
        size_t end;

        if (masker->text[at] != pair->open[0] || at < barren[i] || masker->length - at < pair->open_length ||
            memcmp(masker->text + at, pair->open, pair->open_length) != 0 ||
            (pair->open_length == 1 && at > 0 && is_word_byte(masker->text[at - 1]) &&
             (unsigned char)masker->text[at - 1] < 0x80)) {
            continue;
        }
        end = quote_end(masker, at, pair, &barren[i]);
        if (end == 0) {
            continue;
        }
        if (is_statement(masker->text + at + pair->open_length, end - at - pair->open_length - pair->close_length)) {
            own_mask(masker, at, end, OWN_OF_OTHERS);
        }
        return end;
    }
    return at + 1;
}

/* Linear: text without a closing mark of a kind is not searched for it again. */
void own_mask_quotes(struct own_masker *masker)
{
    size_t barren[PAIRS] = {0};
    size_t at = 0;

    while (at < masker->length) {
        unsigned char byte = (unsigned char)masker->text[at];

        if (byte == '"' || byte == '\'' || byte == '`' || byte == 0xE2 || byte == 0xC2 || byte == 0xE3) {
            at = mask_quote(masker, at, barren);
        } else {
            at++;
        }
    }
}
