/* White space between words of a line. Readers of PDF documents infer it from gaps; here it is removed where it splits
 * words: before a superscript and what follows it, in letter-spaced headings, and between ideographs. */
#include "base/utf8.h"
#include "extract/layout/layout_internal.h"

#include <ctype.h>

/* In font sizes. */
#define TOUCHING_MAX   0.1F  /* gap within a word */
#define SCRIPT_GAP_MAX 0.15F /* before a superscript or subscript */
#define SCRIPT_SIZE    0.86F /* of its word's size */
#define OVERLAP_MAX    0.3F  /* more is text that was drawn over other text */
#define LETTER_GAP_MAX 0.9F  /* of letter-spaced text: beyond that are columns */
#define CAPITALS_MIN   4     /* that show a letter-spaced line */
#define LETTERS_MIN    6     /* the same, if there are small ones: "a b c" may be a formula */
#define WORD_GAP_RATIO 1.6F  /* of the usual gap between letters: a gap between words */
#define IDEOGRAPH_GAP  0.6F
#define GAPS_MAX       128

static int32_t is_ideographic(uint32_t c)
{
    return (c >= 0x3001 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFF01 && c <= 0xFF5E) || (c >= 0x20000 && c <= 0x3FFFF);
}

static uint32_t first_of(const char *text, size_t length)
{
    uint32_t c = 0;
    int32_t valid;

    if (length > 0) {
        utf8_decode(text, length, &c, &valid);
    }
    return c;
}

static uint32_t last_of(const char *text, size_t length)
{
    size_t start = length;

    while (start > 0 && length - start < 4) {
        start--;
        if (((unsigned char)text[start] & 0xC0) != 0x80) {
            break;
        }
    }
    return first_of(text + start, length - start);
}

int32_t layout_is_ideographic(const char *before, size_t before_length, const char *after, size_t after_length)
{
    return is_ideographic(last_of(before, before_length)) && is_ideographic(first_of(after, after_length));
}

/* 1 for a letter alone, which a sign may follow at the end of a line: "N", "E:". */
static int32_t is_letter_alone(const struct page_word *word, int32_t is_last)
{
    uint32_t c = 0;
    int32_t valid;
    size_t length = word->length > 0 ? utf8_decode(word->text, word->length, &c, &valid) : 0;

    if (length == 0 || (word->flags & WORD_FIXED_WIDTH) != 0 || is_ideographic(c) ||
        !(c < 0x80 ? isalpha((int)c) : c >= 0xC0 && c < 0x2000)) {
        return 0;
    }
    return word->length == length ||
           (is_last && word->length == length + 1 && ispunct((unsigned char)word->text[length]));
}

static float middle_gap(float *gaps, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        float gap = gaps[i];
        size_t at = i;

        for (; at > 0 && gaps[at - 1] > gap; at--) {
            gaps[at] = gaps[at - 1];
        }
        gaps[at] = gap;
    }
    return gaps[(count - 1) / 2];
}

float layout_letter_gap(const struct layout_fragments *fragments, const struct layout_fragment *fragment)
{
    const struct layout_place *previous = NULL;
    float gaps[GAPS_MAX];
    size_t count = 0;
    size_t small = 0;
    float usual;

    if (fragment->words < CAPITALS_MIN || fragment->words > GAPS_MAX || (fragment->flags & LINE_RTL) != 0) {
        return 0;
    }
    for (int32_t at = fragment->first; at >= 0; at = fragments->places[at].next) {
        const struct layout_place *place = &fragments->places[at];

        if (!is_letter_alone(&fragments->page->words[place->word], place->next < 0)) {
            return 0;
        }
        small += islower((unsigned char)fragments->page->words[place->word].text[0]) != 0;
        if (previous != NULL && count < GAPS_MAX) {
            gaps[count++] = place->left - previous->right;
        }
        previous = place;
    }
    if (small > 0 && fragment->words < LETTERS_MIN) {
        return 0;
    }
    usual = count > 0 ? middle_gap(gaps, count) : 0;
    return usual > 0 && usual <= LETTER_GAP_MAX * fragment->size ? usual * WORD_GAP_RATIO : 0;
}

static float touching_gap(const struct layout_place *previous, const struct layout_place *place)
{
    return place->size < SCRIPT_SIZE * previous->size ? SCRIPT_GAP_MAX * previous->size : TOUCHING_MAX * place->size;
}

static int32_t is_latin(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* 1 between Latin letters and letters that are written from right to left: the white space there is often drawn
 * elsewhere. */
static int32_t changes_direction(const struct page_word *before, const struct page_word *word)
{
    uint32_t last = last_of(before->text, before->length);
    uint32_t first = first_of(word->text, word->length);

    return (is_latin(last) && page_is_rtl_letter(first)) || (page_is_rtl_letter(last) && is_latin(first));
}

int32_t layout_is_apart(const struct page *page, const struct layout_place *previous, const struct layout_place *place,
                        float gap, float letter_gap)
{
    const struct page_word *before = &page->words[previous->word];
    const struct page_word *word = &page->words[place->word];

    if (changes_direction(before, word)) {
        return 1;
    }
    if (place->word == previous->word + 1 && (word->flags & WORD_JOINED) != 0 && gap < touching_gap(previous, place) &&
        (gap > -OVERLAP_MAX * place->size || (word->flags & WORD_INFERRED) == 0)) {
        return 0;
    }
    return gap > letter_gap && !(gap < IDEOGRAPH_GAP * place->size &&
                                 layout_is_ideographic(before->text, before->length, word->text, word->length));
}
