/* A page of a document as positioned words: what a reader of paged documents hands to the layout. */
#ifndef MODEL_PAGE_H
#define MODEL_PAGE_H

#include <stddef.h>
#include <stdint.h>

#define WORD_BOLD        0x01u
#define WORD_ITALIC      0x02u
#define WORD_FIXED_WIDTH 0x04u
#define WORD_HYPHEN      0x08u /* a hyphen that the line break made stood behind the word and was removed */
#define WORD_LINE_START  0x10u /* the reader saw a line break before the word */
#define WORD_JOINED      0x20u /* the document has no white space between the previous word of the stream and this one */
#define WORD_INFERRED                                                                                                  \
    0x40u                 /* the reader inferred white space or a line break from a gap: the document has none there */
#define WORD_TURN_SHIFT 8 /* two bits: direction of the text in quarter turns clockwise */
#define WORD_TURN_MASK  (3u << WORD_TURN_SHIFT)

/* Coordinates are points of 1/72 inch from the upper left corner of the page as displayed; top < bottom. */
struct page_word {
    const char *text; /* UTF-8, not NUL-terminated */
    uint32_t length;
    uint32_t flags;
    float left;
    float top;
    float right;
    float bottom;
    float baseline; /* y of the baseline; of turned text its x */
    float size;     /* font size */
};

struct page_link {
    float left;
    float top;
    float right;
    float bottom;
    const char *target; /* URI, NUL-terminated */
};

/* Text of a page that is not in its content: comments and form fields. NUL-terminated. */
struct page_note {
    int32_t is_field;
    const char *name; /* author of a comment, name of a field; "" if unknown */
    const char *text;
};

struct page {
    uint32_t index; /* from 0 */
    float width;
    float height;
    int32_t has_images;
    int32_t is_unmapped;           /* text of fonts that do not tell which characters they draw, and no other */
    const struct page_word *words; /* in the order of the content stream */
    size_t word_count;
    const struct page_link *links;
    size_t link_count;
    const struct page_note *notes;
    size_t note_count;
};

/* 1 for letters and marks that are written from right to left (Hebrew, Arabic, Syriac, N'Ko and their like). */
static inline int32_t page_is_rtl_letter(uint32_t c)
{
    return (c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFC) ||
           (c >= 0x10800 && c <= 0x10FFF) || (c >= 0x1E800 && c <= 0x1EFFF);
}

#endif
