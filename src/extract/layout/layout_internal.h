/* What the parts of the layout share. */
#ifndef EXTRACT_LAYOUT_LAYOUT_INTERNAL_H
#define EXTRACT_LAYOUT_LAYOUT_INTERNAL_H

#include "base/buffer.h"
#include "model/page.h"

#include <contextpack/error.h>

#define LINE_BOLD      0x01u /* every word */
#define LINE_FIXED     0x02u /* every word */
#define LINE_RTL       0x04u /* mostly of letters written from right to left */
#define LINE_HYPHEN    0x08u /* a hyphen that the line break made was removed from the end */
#define LINE_FURNITURE 0x10u /* a running header or footer, or a page number */
#define LINE_TURNED    0x20u /* not in the direction of most of the page's text */

/* A part of a line that a wide gap separates from the next. */
struct layout_cell {
    float left;
    float right;
    uint32_t start; /* in the line's text */
    uint32_t length;
};

struct layout_line {
    float left; /* of the page turned so that the line is upright */
    float right;
    float baseline;
    float size;
    float first_width; /* of the first word */
    uint32_t flags;    /* LINE_* */
    uint32_t page;     /* index in layout.pages */
    size_t text;       /* offset in layout.text */
    uint32_t length;
    uint32_t cell_count;
    size_t cell; /* first of the line's cells in layout.cells */
};

struct layout_page {
    uint32_t index;
    float width; /* turned as most of the text is */
    float height;
    size_t line; /* first of the page's lines */
    size_t line_count;
};

/* Hashes of the document's words, to tell a hyphen of a compound from one of a line break. */
struct layout_words {
    uint64_t *table; /* open addressing; 0 is free */
    size_t count;
    size_t capacity; /* a power of two, or 0 */
};

#define LAYOUT_HEADING_LEVEL_MAX 6

/* A title of the outline. */
struct layout_heading {
    uint64_t hash; /* of layout_hash_title() */
    uint32_t level;
};

struct layout {
    const cpk_allocator *allocator;
    struct buffer text;
    struct layout_line *lines;
    size_t line_count;
    size_t line_capacity;
    struct layout_cell *cells;
    size_t cell_count;
    size_t cell_capacity;
    struct layout_page *pages;
    size_t page_count;
    size_t page_capacity;
    struct layout_words words;
    int32_t keeps_running_lines;
    struct layout_heading *headings;
    size_t heading_count;
    size_t heading_capacity;
};

uint64_t layout_hash_title(const char *text, size_t length); /* without white space */

/* One word of the page that is being added, turned upright. */
struct layout_place {
    float left;
    float right;
    float baseline;
    float size;
    uint32_t turn;
    uint32_t word; /* in page.words */
    int32_t next;  /* place of the same fragment, -1 at its end */
};

/* A line, or what the stream holds of one, while a page is added. */
struct layout_fragment {
    float left;
    float right;
    float baseline;
    float size;
    uint32_t turn;
    uint32_t flags;  /* LINE_RTL, LINE_HYPHEN */
    int32_t first;   /* place */
    int32_t last;    /* place */
    uint32_t stream; /* position in the stream */
    uint32_t words;
    float column_left; /* of the column as far as the neighbours in the stream show it */
    float column_right;
    int32_t is_merged; /* into another fragment */
};

struct layout_fragments {
    const cpk_allocator *allocator;
    const struct page *page;
    uint32_t main_turn;
    float width; /* of the page in the main direction */
    float height;
    struct layout_place *places;
    size_t place_count;
    struct layout_fragment *items;
    size_t count;
    size_t capacity;
    uint32_t *order; /* reading order of items that are not merged */
    size_t order_count;
};

/* --- fragments.c --- */

cpk_status layout_fragments_collect(struct layout_fragments *fragments, cpk_error **error);
void layout_fragments_free(struct layout_fragments *fragments);
int32_t layout_is_rtl(const char *text, size_t length); /* 1 if most letters are */

/* --- order.c --- */

cpk_status layout_fragments_order(struct layout_fragments *fragments, cpk_error **error);

/* --- lines.c --- */

/* Appends the fragments in reading order as lines of the layout. */
cpk_status layout_lines_add(struct layout *layout, const struct layout_fragments *fragments, uint32_t page,
                            cpk_error **error);

/* --- spacing.c --- */

/* The widest gap within a word, if all words of the line are letters: "C V" of a letter-spaced heading. 0: they are
 * not. */
float layout_letter_gap(const struct layout_fragments *fragments, const struct layout_fragment *fragment);
/* 1 if white space belongs between two words of a line that `gap` separates. */
int32_t layout_is_apart(const struct page *page, const struct layout_place *previous, const struct layout_place *place,
                        float gap, float letter_gap);
/* 1 if the texts meet in ideographs or kana, which are written without white space. */
int32_t layout_is_ideographic(const char *before, size_t before_length, const char *after, size_t after_length);

/* --- words.c --- */

cpk_status layout_words_add(struct layout_words *words, const cpk_allocator *allocator, const char *text, size_t length,
                            cpk_error **error); /* each word of the text */
/* 1 if a hyphen that a line break made belongs to the word: "well-known". after_length is of the letters, after_all of
 * the whole text behind the break. */
int32_t layout_words_keep_hyphen(const struct layout_words *words, const char *before, size_t before_length,
                                 const char *after, size_t after_length, size_t after_all);
void layout_words_free(struct layout_words *words, const cpk_allocator *allocator);

/* --- furniture.c --- */

/* Marks running headers and footers behind their first occurrence, and page numbers. */
cpk_status layout_furniture_mark(struct layout *layout, cpk_error **error);

/* --- render.c, table.c --- */

/* Appends a table from line `first` on. Returns the lines that it took; 0 if there is no table. */
size_t layout_table_append(const struct layout *layout, size_t first, size_t end, struct buffer *target);

#endif
