/* Fragments to lines with their text and cells. */
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/layout/layout_internal.h"

#include <string.h>

#define CELL_GAP_MIN   1.25F /* in font sizes: justified text has narrower gaps */
#define FIXED_ADVANCE  0.6F  /* width of a character of a fixed-width font, in font sizes */
#define FIXED_GAPS_MAX 40    /* spaces for a gap in code */

/* Everything that is known of one line while its words are added. */
struct line_builder {
    struct layout *layout;
    struct layout_line *line;
    uint32_t all_flags; /* flags that every word has */
    float letter_gap;   /* of layout_letter_gap() */
};

static cpk_status add_cell(struct line_builder *builder, float left, cpk_error **error)
{
    struct layout *layout = builder->layout;
    struct layout_cell *cell;

    if (layout->cell_count == layout->cell_capacity) {
        size_t capacity = layout->cell_capacity * 2 + 256;
        struct layout_cell *grown =
            memory_resize_array(layout->allocator, layout->cells, layout->cell_capacity, capacity, sizeof *grown);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        layout->cells = grown;
        layout->cell_capacity = capacity;
    }
    cell = &layout->cells[layout->cell_count++];
    cell->left = left;
    cell->right = left;
    cell->start = (uint32_t)(layout->text.length - builder->line->text);
    cell->length = 0;
    builder->line->cell_count++;
    return CPK_OK;
}

/* Ligatures are spelled out, so that the words can be found. */
static void append_word(struct buffer *text, const char *word, size_t length)
{
    static const char *const ligatures[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"}; /* U+FB00 to U+FB06 */
    size_t from = 0;

    for (size_t at = 0; at + 2 < length; at++) {
        if ((unsigned char)word[at] == 0xEF && (unsigned char)word[at + 1] == 0xAC &&
            (unsigned char)word[at + 2] >= 0x80 && (unsigned char)word[at + 2] <= 0x86) {
            buffer_append(text, word + from, at - from);
            buffer_append_text(text, ligatures[(unsigned char)word[at + 2] - 0x80]);
            from = at + 3;
            at += 2;
        }
    }
    buffer_append(text, word + from, length - from);
}

static void append_gap(struct line_builder *builder, float gap, const struct page_word *word)
{
    int32_t spaces = 1;

    if ((builder->all_flags & WORD_FIXED_WIDTH) != 0 && (word->flags & WORD_FIXED_WIDTH) != 0 && word->size > 0) {
        float wanted = gap / (FIXED_ADVANCE * word->size) + 0.5F;

        spaces = wanted > FIXED_GAPS_MAX ? FIXED_GAPS_MAX : wanted < 1 ? 1 : (int32_t)wanted;
    }
    for (int32_t i = 0; i < spaces; i++) {
        buffer_append_byte(&builder->layout->text, ' ');
    }
}

static cpk_status add_word(struct line_builder *builder, const struct page *page, const struct layout_place *place,
                           const struct layout_place *previous, cpk_error **error)
{
    const struct page_word *word = &page->words[place->word];
    struct layout *layout = builder->layout;
    struct layout_line *line = builder->line;
    struct layout_cell *cell;
    float gap = previous != NULL ? place->left - previous->right : 0;

    if (previous != NULL && (line->flags & LINE_RTL) != 0) {
        /* the stream may go on with a column to the right */
        gap = gap > previous->left - place->right ? gap : previous->left - place->right;
    }
    if (previous != NULL && layout_is_apart(page, previous, place, gap, builder->letter_gap)) {
        append_gap(builder, gap, word);
    }
    if (previous == NULL || gap > CELL_GAP_MIN * place->size) {
        CPK_TRY(add_cell(builder, place->left, error));
    }
    append_word(&layout->text, word->text, word->length);
    builder->all_flags &= word->flags;
    cell = &layout->cells[layout->cell_count - 1];
    cell->left = place->left < cell->left ? place->left : cell->left;
    cell->right = place->right > cell->right ? place->right : cell->right;
    cell->length = (uint32_t)(layout->text.length - line->text) - cell->start;
    return CPK_OK;
}

static cpk_status next_line(struct layout *layout, const struct layout_fragments *fragments,
                            const struct layout_fragment *fragment, uint32_t page, struct layout_line **line,
                            cpk_error **error)
{
    const struct layout_place *first = &fragments->places[fragment->first];

    if (layout->line_count == layout->line_capacity) {
        size_t capacity = layout->line_capacity + layout->line_capacity / 2 + 256;
        struct layout_line *grown =
            memory_resize_array(layout->allocator, layout->lines, layout->line_capacity, capacity, sizeof *grown);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        layout->lines = grown;
        layout->line_capacity = capacity;
    }
    *line = &layout->lines[layout->line_count++];
    memset(*line, 0, sizeof **line);
    (*line)->left = fragment->left;
    (*line)->right = fragment->right;
    (*line)->baseline = fragment->baseline;
    (*line)->size = fragment->size;
    (*line)->first_width = first->right - first->left;
    (*line)->flags =
        (fragment->flags & (LINE_RTL | LINE_HYPHEN)) | (fragment->turn != fragments->main_turn ? LINE_TURNED : 0);
    (*line)->page = page;
    (*line)->text = layout->text.length;
    (*line)->cell = layout->cell_count;
    return CPK_OK;
}

/* Removes a hyphen from the end of a line, if it may be of a word that goes on in the next one. */
static void take_hyphen(struct layout *layout, struct layout_line *line)
{
    static const char *const hyphens[] = {"-", "\xE2\x80\x90", "\xC2\xAD"};
    const char *text = buffer_text(&layout->text) + line->text;

    for (size_t i = 0; i < sizeof hyphens / sizeof hyphens[0]; i++) {
        size_t length = strlen(hyphens[i]);

        if (line->length > length + 1 && memcmp(text + line->length - length, hyphens[i], length) == 0) {
            unsigned char before = (unsigned char)text[line->length - length - 1];

            if ((before | 0x20) >= 'a' && ((before | 0x20) <= 'z' || before >= 0x80)) {
                line->length -= (uint32_t)length;
                layout->text.length -= length;
                line->flags |= LINE_HYPHEN;
                layout->cells[layout->cell_count - 1].length -= (uint32_t)length;
            }
            return;
        }
    }
}

/* Without the halves of a word that a hyphen splits. */
static cpk_status remember_words(struct layout *layout, const struct layout_line *line, cpk_error **error)
{
    const char *text = layout->text.data + line->text;
    size_t length = line->length;
    size_t start = 0;

    if (layout->line_count > 1 && (layout->lines[layout->line_count - 2].flags & LINE_HYPHEN) != 0) {
        while (start < length && text[start] != ' ') {
            start++;
        }
    }
    while ((line->flags & LINE_HYPHEN) != 0 && length > start && text[length - 1] != ' ') {
        length--;
    }
    return layout_words_add(&layout->words, layout->allocator, text + start, length - start, error);
}

static cpk_status add_line(struct layout *layout, const struct layout_fragments *fragments,
                           const struct layout_fragment *fragment, uint32_t page, cpk_error **error)
{
    struct line_builder builder = {.layout = layout, .all_flags = WORD_BOLD | WORD_FIXED_WIDTH};
    const struct layout_place *previous = NULL;
    const char *text;

    CPK_TRY(next_line(layout, fragments, fragment, page, &builder.line, error));
    builder.letter_gap = layout_letter_gap(fragments, fragment);
    for (int32_t at = fragment->first; at >= 0; at = fragments->places[at].next) {
        const struct layout_place *place = &fragments->places[at];

        CPK_TRY(add_word(&builder, fragments->page, place, previous, error));
        previous = place;
    }
    builder.line->length = (uint32_t)(layout->text.length - builder.line->text);
    builder.line->flags |= (builder.all_flags & WORD_BOLD) != 0 ? LINE_BOLD : 0;
    builder.line->flags |= (builder.all_flags & WORD_FIXED_WIDTH) != 0 ? LINE_FIXED : 0;
    if (layout->text.failed) {
        return error_out_of_memory(error);
    }
    if ((builder.all_flags & WORD_FIXED_WIDTH) == 0) {
        take_hyphen(layout, builder.line);
    }
    text = layout->text.data + builder.line->text;
    builder.line->flags &= layout_is_rtl(text, builder.line->length) ? ~0U : ~LINE_RTL;
    return remember_words(layout, builder.line, error);
}

cpk_status layout_lines_add(struct layout *layout, const struct layout_fragments *fragments, uint32_t page,
                            cpk_error **error)
{
    for (size_t i = 0; i < fragments->order_count; i++) {
        CPK_TRY(add_line(layout, fragments, &fragments->items[fragments->order[i]], page, error));
    }
    return CPK_OK;
}
