#include "extract/document/flow.h"

#include "base/context.h"
#include "base/time.h"
#include "extract/transcript/transcript.h"

#include <contextpack/message.h>
#include <string.h>

#define LEVELS_MAX 8 /* of lists; deeper ones are not indented further */

void flow_init(struct flow *flow, const cpk_allocator *allocator)
{
    memset(flow, 0, sizeof *flow);
    buffer_init(&flow->text, allocator);
}

void flow_clear(struct flow *flow)
{
    buffer_clear(&flow->text);
    flow->last = FLOW_START;
}

void flow_free(struct flow *flow)
{
    buffer_free(&flow->text);
}

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && is_space(**text)) {
        (*text)++;
        (*length)--;
    }
    while (*length > 0 && is_space((*text)[*length - 1])) {
        (*length)--;
    }
}

/* Appends text as one line: each white space with a line feed or tab becomes one space. */
static void append_line(struct buffer *target, const char *text, size_t length)
{
    size_t start = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
            buffer_append(target, text + start, i - start);
            if (target->length > 0 && target->data[target->length - 1] != ' ') {
                buffer_append_byte(target, ' ');
            }
            start = i + 1;
        }
    }
    buffer_append(target, text + start, length - start);
}

/* Lines of an item or quote that follow the first one are indented. */
static void append_indented(struct buffer *target, const char *text, size_t length, size_t indent)
{
    for (size_t i = 0; i < length; i++) {
        buffer_append_byte(target, text[i]);
        for (size_t space = 0; text[i] == '\n' && space < indent; space++) {
            buffer_append_byte(target, ' ');
        }
    }
}

void flow_end_code(struct flow *flow)
{
    if (flow->last == FLOW_CODE) {
        buffer_append_text(&flow->text, "\n```");
        flow->last = FLOW_PARAGRAPH;
    }
}

/* Separates the next block from the last one. */
static void separate(struct flow *flow, enum flow_block next)
{
    if (flow->is_inline) {
        if (flow->last != FLOW_START) {
            buffer_append_byte(&flow->text, ' ');
        }
        flow->last = next;
        return;
    }
    if (next != FLOW_CODE) {
        flow_end_code(flow);
    }
    if (flow->last != FLOW_START) {
        int32_t is_next_line = flow->last == next && next != FLOW_PARAGRAPH;

        buffer_append_text(&flow->text, is_next_line ? "\n" : "\n\n");
    }
    flow->last = next;
}

void flow_add_paragraph(struct flow *flow, const char *text, size_t length)
{
    trim(&text, &length);
    if (length == 0) {
        return;
    }
    separate(flow, FLOW_PARAGRAPH);
    if (flow->is_inline) {
        append_line(&flow->text, text, length);
    } else {
        buffer_append(&flow->text, text, length);
    }
}

void flow_add_heading(struct flow *flow, int32_t level, const char *text, size_t length)
{
    trim(&text, &length);
    if (length == 0) {
        return;
    }
    separate(flow, FLOW_PARAGRAPH);
    if (!flow->is_inline) {
        buffer_append(&flow->text, "######", (size_t)(level < 1 ? 1 : level > 6 ? 6 : level));
        buffer_append_byte(&flow->text, ' ');
    }
    append_line(&flow->text, text, length);
}

void flow_add_item(struct flow *flow, int32_t level, const char *label, const char *text, size_t length)
{
    size_t indent = 2 * (size_t)(level < 0 ? 0 : level > LEVELS_MAX ? LEVELS_MAX : level);

    trim(&text, &length);
    if (length == 0) {
        return;
    }
    separate(flow, FLOW_ITEM);
    if (flow->is_inline) {
        buffer_append_format(&flow->text, "%s ", label);
        append_line(&flow->text, text, length);
        return;
    }
    for (size_t i = 0; i < indent; i++) {
        buffer_append_byte(&flow->text, ' ');
    }
    buffer_append_format(&flow->text, "%s ", label);
    append_indented(&flow->text, text, length, indent + 2);
}

void flow_add_code(struct flow *flow, const char *text, size_t length)
{
    int32_t is_first = flow->last != FLOW_CODE;

    if (flow->is_inline) {
        flow_add_paragraph(flow, text, length);
        return;
    }
    if (is_first && length == 0) {
        return;
    }
    separate(flow, FLOW_CODE);
    if (is_first) {
        buffer_append_text(&flow->text, "```\n");
    }
    buffer_append(&flow->text, text, length);
}

void flow_close_link(struct buffer *text, size_t start, const struct buffer *address)
{
    size_t length;

    if (address->length == 0 || text->failed || text->length <= start) {
        return;
    }
    length = text->length - start;
    if (length == address->length && memcmp(text->data + start, address->data, length) == 0) {
        return;
    }
    buffer_append_byte(text, '[');
    if (!text->failed) {
        memmove(text->data + start + 1, text->data + start, length);
        text->data[start] = '[';
    }
    buffer_append_format(text, "](%s)", buffer_text(address));
}

void flow_gap_hide(struct flow_gap *gap, const char *text, size_t length)
{
    for (size_t i = 0; i < length && !gap->is_due; i++) {
        gap->is_due = is_space(text[i]);
    }
}

void flow_gap_fill(struct flow_gap *gap, struct buffer *paragraph, char next)
{
    int32_t is_joined = !is_space(next) && strchr(".,;:!?)]", next) == NULL;

    if (gap->is_due && is_joined && paragraph->length > 0 && !is_space(paragraph->data[paragraph->length - 1])) {
        buffer_append_byte(paragraph, ' ');
    }
    gap->is_due = 0;
}

void flow_add_flow(struct flow *flow, const struct flow *other)
{
    flow->text.failed = flow->text.failed || other->text.failed;
    if (other->text.length == 0) {
        return;
    }
    separate(flow, FLOW_PARAGRAPH);
    if (flow->is_inline) {
        append_line(&flow->text, buffer_text(&other->text), other->text.length);
    } else {
        buffer_append(&flow->text, buffer_text(&other->text), other->text.length);
    }
    if (other->last == FLOW_CODE && !flow->is_inline) {
        buffer_append_text(&flow->text, "\n```");
    }
    flow->text.failed = flow->text.failed || other->text.failed;
}

/* --- Tables --- */

void flow_table_init(struct flow_table *table, const cpk_allocator *allocator, int32_t columns)
{
    memset(table, 0, sizeof *table);
    table->columns = columns;
    buffer_init(&table->row, allocator);
}

void flow_table_free(struct flow_table *table)
{
    buffer_free(&table->row);
}

/* The bar of a cell that follows is only written with its text, so that empty cells at the end cost nothing. */
void flow_table_add_cell(struct flow_table *table, const char *text, size_t length)
{
    table->cells++;
    trim(&text, &length);
    buffer_append_byte(&table->row, '|');
    if (length > 0) {
        buffer_append_byte(&table->row, ' ');
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '|') {
            buffer_append_byte(&table->row, '\\');
        }
        buffer_append_byte(&table->row, is_space(text[i]) ? ' ' : text[i]);
    }
    buffer_append_byte(&table->row, ' ');
}

void flow_table_trim_row(struct flow_table *table)
{
    struct buffer *row = &table->row;

    while (table->cells > 1 && row->length >= 4 && memcmp(row->data + row->length - 3, " | ", 3) == 0) {
        row->length -= 2;
        table->cells--;
    }
    if (row->length > 0) {
        row->data[row->length] = '\0';
    }
}

static int32_t is_blank_row(const struct buffer *row)
{
    for (size_t i = 0; i < row->length; i++) {
        if (row->data[i] != '|' && row->data[i] != ' ') {
            return 0;
        }
    }
    return 1;
}

static void add_columns(struct flow *flow, int32_t from, int32_t to, const char *cell)
{
    for (int32_t i = from; i < to; i++) {
        buffer_append_text(&flow->text, cell);
    }
}

void flow_table_end_row(struct flow_table *table, struct flow *flow)
{
    flow->text.failed = flow->text.failed || table->row.failed;
    if (table->columns == 0 && table->cells > 0) {
        table->columns = table->cells;
    }
    if (flow->text.failed || is_blank_row(&table->row)) {
        buffer_clear(&table->row);
        table->cells = 0;
        return;
    }
    if ((table->columns == 1 && table->cells == 1) || flow->is_inline) {
        flow_add_paragraph(flow, table->row.data + 2, table->row.length - 2);
    } else {
        if (table->rows == 0 && flow->last == FLOW_TABLE) {
            flow->last = FLOW_PARAGRAPH; /* another table */
        }
        separate(flow, FLOW_TABLE);
        buffer_append(&flow->text, table->row.data, table->row.length);
        add_columns(flow, table->cells, table->columns, "| ");
        buffer_append_byte(&flow->text, '|');
        if (table->rows == 0) {
            buffer_append_byte(&flow->text, '\n');
            add_columns(flow, 0, table->cells > table->columns ? table->cells : table->columns, "| --- ");
            buffer_append_byte(&flow->text, '|');
        }
    }
    table->rows++;
    table->cells = 0;
    buffer_clear(&table->row);
}

/* --- Documents --- */

struct text_source {
    const char *text;
    size_t length;
};

static cpk_status read_text(void *self, void *bytes, size_t capacity, size_t *got, cpk_error **error)
{
    struct text_source *source = self;

    (void)error;
    *got = source->length < capacity ? source->length : capacity;
    memcpy(bytes, source->text, *got);
    source->text += *got;
    source->length -= *got;
    return CPK_OK;
}

cpk_status document_from_markdown(const struct context *context, const char *name, const char *provider,
                                  const struct buffer *text, const cpk_sink *sink, int64_t time_us, cpk_error **error)
{
    struct text_source source = {buffer_text(text), text->length};
    const cpk_reader reader = {sizeof reader, 0, &source, name, (int64_t)text->length, read_text, NULL, NULL};

    return transcript_read_document(context, &reader, text, sink, provider, NULL, time_us, error);
}

int64_t document_time(const char *text)
{
    return time_parse_iso(text, strlen(text));
}
