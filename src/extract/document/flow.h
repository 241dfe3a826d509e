/* Writes the blocks of a document as Markdown: paragraphs, headings, list items, code and tables. */
#ifndef EXTRACT_DOCUMENT_FLOW_H
#define EXTRACT_DOCUMENT_FLOW_H

#include "base/buffer.h"

#include <contextpack/backend/extractor.h>

enum flow_block { FLOW_START, FLOW_PARAGRAPH, FLOW_ITEM, FLOW_CODE, FLOW_TABLE };

struct flow {
    struct buffer text;
    enum flow_block last;
    int32_t is_inline; /* of a table's cell: blocks become one line */
};

void flow_init(struct flow *flow, const cpk_allocator *allocator);
void flow_clear(struct flow *flow);
void flow_free(struct flow *flow);

/* Blank text adds nothing. Line feeds within a paragraph are kept. */
void flow_add_paragraph(struct flow *flow, const char *text, size_t length);
void flow_add_heading(struct flow *flow, int32_t level, const char *text, size_t length); /* level 1 to 6 */
/* `level` 0 is the outermost; `label` is "-", "1." or "a)". */
void flow_add_item(struct flow *flow, int32_t level, const char *label, const char *text, size_t length);
void flow_add_code(struct flow *flow, const char *text, size_t length); /* lines of one block follow each other */
void flow_add_flow(struct flow *flow, const struct flow *other);        /* blocks after blocks */
void flow_end_code(struct flow *flow);                                  /* closes a block of code, if one is open */

/* Makes the end of a paragraph's text, from `start` on, a link: [text](address), unless it is the address or empty. */
void flow_close_link(struct buffer *text, size_t start, const struct buffer *address);

/* What is left of hidden text in a paragraph: a space, if the words around it would run together without the space that
 * is hidden with it. Zeroed: none. */
struct flow_gap {
    int32_t is_due;
};

void flow_gap_hide(struct flow_gap *gap, const char *text, size_t length);
/* Before visible text is appended to the paragraph. */
void flow_gap_fill(struct flow_gap *gap, struct buffer *paragraph, char next);

/* A table that is written row by row. A table of one column becomes paragraphs. */
struct flow_table {
    int32_t columns; /* 0: as many as the first row has */
    int32_t rows;
    int32_t cells; /* of the current row */
    struct buffer row;
};

void flow_table_init(struct flow_table *table, const cpk_allocator *allocator, int32_t columns);
void flow_table_add_cell(struct flow_table *table, const char *text, size_t length);
void flow_table_trim_row(struct flow_table *table); /* removes empty cells at the end of the current row */
void flow_table_end_row(struct flow_table *table, struct flow *flow); /* rows without text are left out */
void flow_table_free(struct flow_table *table);

/* Emits Markdown as a document of another provider; time_us is that of its last change, or CPK_TIME_UNKNOWN. */
struct context;
cpk_status document_from_markdown(const struct context *context, const char *name, const char *provider,
                                  const struct buffer *text, const cpk_sink *sink, int64_t time_us, cpk_error **error);

/* The time of "2024-03-01T09:00:00Z", "2024-03-01" or alike; else CPK_TIME_UNKNOWN. */
int64_t document_time(const char *text);

#endif
