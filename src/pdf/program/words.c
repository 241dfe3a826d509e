/* Words of a page with their places: characters between white space, in the order of the content stream. */
#include "model/page.h"
#include "pdf/program/pdfium.h"
#include "pdf/program/program.h"

#include <math.h>
#include <string.h>

#define WORD_BYTES_MAX   1024 /* a longer run without white space becomes several words */
#define PDFIUM_HYPHEN    0x02 /* PDFium's mark for a hyphen that a line break made */
#define FONT_NAME_BYTES  128
#define FONT_FIXED_PITCH 0x00001
#define FONT_ITALIC      0x00040
#define FONT_FORCE_BOLD  0x40000
#define WEIGHT_BOLD_MIN  600

struct collector {
    void *text;
    struct bytes *output;
    struct pdfium_rect box; /* of the page, in its own coordinates */
    int rotation;           /* of the page, in quarter turns clockwise */
    float width;
    float height;
    uint32_t count;
    uint32_t unmapped; /* characters without a code */
    uint64_t text_bytes;
    uint64_t text_bytes_max;

    struct pdf_word word;
    uint32_t next_flags;
    char bytes[WORD_BYTES_MAX];
    uint32_t high_surrogate;

    uint32_t glyph_start; /* in bytes: where the characters of the latest glyph begin */
    double glyph_x;
    double glyph_y;
    uint32_t last_character;
    int ligatures_are_turned; /* as the page's latest ligature of lam and alef shows */
};

/* From the page's coordinates (y upwards, unrotated) to the page as displayed (y downwards). */
static void place(const struct collector *collector, double x, double y, float *left, float *top)
{
    const struct pdfium_rect *box = &collector->box;

    switch (collector->rotation) {
    case 1:
        *left = (float)(y - box->bottom);
        *top = (float)(x - box->left);
        break;
    case 2:
        *left = (float)(box->right - x);
        *top = (float)(y - box->bottom);
        break;
    case 3:
        *left = (float)(box->top - y);
        *top = (float)(box->right - x);
        break;
    default:
        *left = (float)(x - box->left);
        *top = (float)(box->top - y);
        break;
    }
}

size_t encode_utf8(uint32_t c, char *out)
{
    size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = length; i > 1; i--) {
        out[i - 1] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    out[0] = (char)(marks[length] | c);
    return length;
}

static int is_space(uint32_t c)
{
    return c <= 0x20 || c == 0x7F || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/* Lines that are too long for the page are content; what is drawn far outside of it is not. */
static int is_near_page(const struct collector *collector, const struct pdf_word *word)
{
    if (collector->width <= 0 || collector->height <= 0 || collector->box.right <= collector->box.left) {
        return 1; /* a page without a box of its own */
    }
    return word->right > -collector->width && word->bottom > 0 && word->left < 2 * collector->width &&
           word->top < collector->height;
}

static int is_latin_letter(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int is_lam_alef(uint32_t first, uint32_t second)
{
    return first == 0x0644 && (second == 0x0622 || second == 0x0623 || second == 0x0625 || second == 0x0627);
}

/* Lam comes first in reading order. */
static int is_turned(struct collector *collector, uint32_t first, uint32_t second)
{
    if (is_lam_alef(first, second) || is_lam_alef(second, first)) {
        collector->ligatures_are_turned = is_lam_alef(second, first);
    }
    return collector->ligatures_are_turned && page_is_rtl_letter(first) && page_is_rtl_letter(second);
}

static void end_word(struct collector *collector)
{
    struct pdf_word *word = &collector->word;

    if (word->length > 0 && is_near_page(collector, word)) {
        bytes_append(collector->output, word, sizeof *word);
        bytes_append(collector->output, collector->bytes, word->length);
        collector->text_bytes += word->length;
        collector->count++;
    }
    word->length = 0;
}

/* Many fonts lack the flag. */
static int is_fixed_width(const char *font)
{
    static const char *const names[] = {"Mono", "mono", "Courier", "CMTT", "cmtt", "Consol", "Menlo", "Typewriter"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strstr(font, names[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* Size and direction from the text's matrix, weight and style from its font. */
static void describe(struct collector *collector, int index)
{
    struct pdfium_matrix matrix = {1, 0, 0, 1, 0, 0};
    double size = pdfium.FPDFText_GetFontSize(collector->text, index);
    char name[FONT_NAME_BYTES];
    uint32_t turn = 0;
    int font_flags = 0;

    if (pdfium.FPDFText_GetMatrix(collector->text, index, &matrix)) {
        double scale = (double)hypotf(matrix.c, matrix.d);

        size *= scale > 0 ? scale : 1;
        if (fabsf(matrix.b) > fabsf(matrix.a)) {
            turn = matrix.b > 0 ? 3 : 1;
        } else if (matrix.a < 0) {
            turn = matrix.d < 0 ? 2 : 0;
        }
    }
    turn = (turn + (uint32_t)collector->rotation) & 3;
    collector->word.size = (float)fabs(size);
    collector->word.flags |= turn << WORD_TURN_SHIFT;
    memset(name, 0, sizeof name);
    pdfium.FPDFText_GetFontInfo(collector->text, index, name, sizeof name - 1, &font_flags);
    collector->word.flags |= (font_flags & FONT_FIXED_PITCH) != 0 || is_fixed_width(name) ? WORD_FIXED_WIDTH : 0;
    collector->word.flags |= (font_flags & FONT_ITALIC) != 0 ? WORD_ITALIC : 0;
    collector->word.flags |=
        (font_flags & FONT_FORCE_BOLD) != 0 || pdfium.FPDFText_GetFontWeight(collector->text, index) >= WEIGHT_BOLD_MIN
            ? WORD_BOLD
            : 0;
}

static void begin_word(struct collector *collector, int index)
{
    struct pdf_word *word = &collector->word;
    double x = 0;
    double y = 0;
    float left;
    float top;

    memset(word, 0, sizeof *word);
    word->left = word->top = INFINITY;
    word->right = word->bottom = -INFINITY;
    word->flags = collector->next_flags;
    collector->next_flags = WORD_JOINED;
    describe(collector, index);
    if (pdfium.FPDFText_GetCharOrigin(collector->text, index, &x, &y)) {
        place(collector, x, y, &left, &top);
        word->baseline = (word->flags >> WORD_TURN_SHIFT & 1) != 0 ? left : top;
    }
}

static void widen(struct collector *collector, int index)
{
    struct pdf_word *word = &collector->word;
    double left;
    double right;
    double bottom;
    double top;
    float x[2];
    float y[2];

    if (!pdfium.FPDFText_GetCharBox(collector->text, index, &left, &right, &bottom, &top)) {
        return;
    }
    place(collector, left, bottom, &x[0], &y[0]);
    place(collector, right, top, &x[1], &y[1]);
    for (int i = 0; i < 2; i++) {
        word->left = x[i] < word->left ? x[i] : word->left;
        word->right = x[i] > word->right ? x[i] : word->right;
        word->top = y[i] < word->top ? y[i] : word->top;
        word->bottom = y[i] > word->bottom ? y[i] : word->bottom;
    }
}

/* Where the character goes in the word. PDFium turns lines that are written from right to left, and with them the
 * letters of one glyph, a ligature, if the font's table gives them in reading order: they are turned back. Ligatures
 * that Unicode has as one character are right. */
static uint32_t find_position(struct collector *collector, int index, uint32_t c)
{
    uint32_t length = collector->word.length;
    double x = 0;
    double y = 0;
    int has_origin = pdfium.FPDFText_GetCharOrigin(collector->text, index, &x, &y);

    if (has_origin && length > 0 && x == collector->glyph_x && y == collector->glyph_y &&
        is_turned(collector, collector->last_character, c)) {
        return collector->glyph_start;
    }
    collector->glyph_start = length;
    collector->glyph_x = has_origin ? x : INFINITY;
    collector->glyph_y = y;
    return length;
}

static void add_character(struct collector *collector, int index, uint32_t c)
{
    struct pdf_word *word = &collector->word;
    char encoded[4];
    uint32_t size = (uint32_t)encode_utf8(c, encoded);
    uint32_t at;

    if (word->length + size > WORD_BYTES_MAX || (page_is_rtl_letter(c) && is_latin_letter(collector->last_character)) ||
        (is_latin_letter(c) && page_is_rtl_letter(collector->last_character))) {
        end_word(collector);
    }
    if (word->length == 0) {
        begin_word(collector, index);
    }
    widen(collector, index);
    at = find_position(collector, index, c);
    memmove(collector->bytes + at + size, collector->bytes + at, word->length - at);
    memcpy(collector->bytes + at, encoded, size);
    word->length += size;
    collector->last_character = c;
}

/* UTF-16 of a damaged font's table is joined; other surrogates become U+FFFD. */
static uint32_t join_surrogates(struct collector *collector, uint32_t c)
{
    uint32_t high = collector->high_surrogate;

    collector->high_surrogate = 0;
    if (c >= 0xD800 && c < 0xDC00) {
        collector->high_surrogate = c;
        return 0;
    }
    if (c >= 0xDC00 && c < 0xE000) {
        return high != 0 ? 0x10000 + ((high - 0xD800) << 10) + (c - 0xDC00) : 0xFFFD;
    }
    return c > 0x10FFFF ? 0xFFFD : c;
}

static void take_character(struct collector *collector, int index)
{
    uint32_t c = pdfium.FPDFText_GetUnicode(collector->text, index);

    if (c == PDFIUM_HYPHEN || (c == 0xFFFE && pdfium.FPDFText_IsHyphen(collector->text, index) == 1)) {
        collector->word.flags |= WORD_HYPHEN;
        end_word(collector);
        collector->next_flags = WORD_LINE_START;
        return;
    }
    if (is_space(c)) {
        end_word(collector);
        collector->next_flags = (c == '\r' || c == '\n' ? WORD_LINE_START : 0) |
                                (collector->next_flags & (WORD_LINE_START | WORD_JOINED | WORD_INFERRED));
        collector->unmapped += c < 0x20 && (c < '\t' || c > '\r');
        if (pdfium.FPDFText_IsGenerated(collector->text, index) == 1) {
            collector->next_flags |= collector->next_flags & WORD_JOINED ? WORD_INFERRED : 0;
        } else {
            collector->next_flags &= ~(WORD_JOINED | WORD_INFERRED);
        }
        return;
    }
    c = join_surrogates(collector, c);
    if (c != 0 && c != 0xFFFE && c != 0xFFFF) {
        add_character(collector, index, c);
    }
}

int words_collect(void *page, void *text, struct bytes *output, struct pdf_page_head *head, uint64_t *text_bytes,
                  uint64_t text_bytes_max)
{
    struct collector collector = {.text = text, .output = output, .text_bytes = *text_bytes};
    int characters = pdfium.FPDFText_CountChars(text);

    collector.rotation = pdfium.FPDFPage_GetRotation(page) & 3;
    collector.width = pdfium.FPDF_GetPageWidthF(page);
    collector.height = pdfium.FPDF_GetPageHeightF(page);
    if (!pdfium.FPDF_GetPageBoundingBox(page, &collector.box)) {
        collector.box = (struct pdfium_rect){0, collector.height, collector.width, 0};
    }
    for (int i = 0; i < characters && collector.text_bytes <= text_bytes_max; i++) {
        take_character(&collector, i);
    }
    end_word(&collector);
    head->word_count = collector.count;
    head->flags |= collector.count == 0 && collector.unmapped > 0 ? PDF_PAGE_IS_UNMAPPED : 0;
    *text_bytes = collector.text_bytes;
    return collector.text_bytes <= text_bytes_max;
}
