#include "extract/html/html_text.h"

#include "base/error.h"
#include "extract/html/html_code.h"
#include "extract/html/html_content.h"
#include "extract/html/html_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COLUMNS_MAX     64 /* of the line below a table's first row */
#define LIST_NUMBER_MAX 999999999
#define PREFIX_MAX      256 /* bytes before each line; deeper nesting is not indented further */

/* The numbers of a step of the walk. */
enum { PREFIX_LENGTH, ITEMS, FLAGS };

#define STEP_PREFIXED (1U << 0) /* PREFIX_LENGTH is to be restored */
#define STEP_FLAT     (1U << 1) /* line ends inside are spaces */
#define STEP_TABLE    (1U << 2) /* a table of data */
#define STEP_LEFT_OUT (1U << 3)

struct html_writer {
    struct buffer *out;
    size_t start; /* length of `out` before the first byte */
    uint32_t left_out;
    struct html_walk walk;
    struct buffer prefix; /* what precedes each line: "> " of quotes, spaces of list items */
    struct buffer next;   /* the same for the next line, with the markers of list items */
    struct buffer cell;   /* text of the current table cell */
    struct buffer row;
    size_t cells;        /* of the current row */
    size_t rows;         /* of the current table */
    int32_t breaks;      /* line feeds due before the next text: 0, 1 or 2 */
    size_t blank_prefix; /* bytes of the prefix that a blank line has */
    int32_t has_space;   /* a space is due before the next text */
    size_t flat;         /* open headings and table cells: no line ends inside */
    int32_t in_cell;
    int32_t has_marker; /* `next` has a marker that no line has taken yet */
    int32_t no_memory;
};

/* buffer_clear() forgets that an append failed. */
static void empty(struct html_writer *writer, struct buffer *buffer)
{
    writer->no_memory |= buffer->failed;
    buffer_clear(buffer);
}

/* --- Lines --- */

static void start_line(struct html_writer *writer)
{
    buffer_append(writer->out, buffer_text(&writer->next), writer->next.length);
    empty(writer, &writer->next);
    buffer_append(&writer->next, buffer_text(&writer->prefix), writer->prefix.length);
    writer->has_marker = 0;
}

/* Length of the prefix of a blank line: what the lines before and after it share. */
static size_t trimmed_length(const struct html_writer *writer)
{
    size_t length = writer->prefix.length < writer->blank_prefix ? writer->prefix.length : writer->blank_prefix;

    while (length > 0 && writer->prefix.data[length - 1] == ' ') {
        length--;
    }
    return length;
}

/* Appends text to the current line or cell, after the line ends and spaces that are due. */
static void put(struct html_writer *writer, const char *text, size_t length)
{
    if (writer->in_cell) {
        if (writer->has_space && writer->cell.length > 0) {
            buffer_append_byte(&writer->cell, ' ');
        }
        buffer_append(&writer->cell, text, length);
        writer->has_space = 0;
        return;
    }
    if (writer->out->length == writer->start) {
        start_line(writer);
    } else if (writer->breaks > 0) {
        buffer_append_byte(writer->out, '\n');
        if (writer->breaks > 1) {
            buffer_append(writer->out, buffer_text(&writer->prefix), trimmed_length(writer));
            buffer_append_byte(writer->out, '\n');
        }
        start_line(writer);
    } else if (writer->has_space) {
        buffer_append_byte(writer->out, ' ');
    }
    writer->breaks = 0;
    writer->has_space = 0;
    buffer_append(writer->out, text, length);
}

static void end_line(struct html_writer *writer, int32_t breaks)
{
    if (writer->flat > 0) {
        writer->has_space = 1;
        return;
    }
    writer->has_space = 0;
    if (writer->breaks == 0 || writer->prefix.length < writer->blank_prefix) {
        writer->blank_prefix = writer->prefix.length;
    }
    if (writer->breaks == 0 || (writer->breaks < breaks && !writer->has_marker)) {
        writer->breaks = writer->has_marker ? 1 : breaks;
    }
}

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/* Appends text with single spaces for white space. In a cell, | is escaped. */
static void put_words(struct html_writer *writer, const char *text)
{
    while (*text != '\0') {
        size_t length = 0;

        if (is_space(*text)) {
            writer->has_space = writer->in_cell || writer->breaks == 0;
            text++;
            continue;
        }
        while (text[length] != '\0' && !is_space(text[length]) && !(writer->in_cell && text[length] == '|')) {
            length++;
        }
        if (length > 0) {
            put(writer, text, length);
        } else {
            put(writer, "\\|", 2);
            length = 1;
        }
        text += length;
    }
}

/* --- Prefixes --- */

static void push_prefix(struct html_writer *writer, struct html_step *step, const char *each, const char *first)
{
    step->number[PREFIX_LENGTH] = writer->prefix.length;
    step->number[FLAGS] |= STEP_PREFIXED;
    if (writer->prefix.length + strlen(each) > PREFIX_MAX) {
        return;
    }
    /* A marker that no line has taken yet stays before the new one: "- - text". */
    buffer_append_text(&writer->prefix, each);
    buffer_append_text(&writer->next, first);
    writer->has_marker = 1;
}

static void pop_prefix(struct html_writer *writer, const struct html_step *step)
{
    if (writer->prefix.length > step->number[PREFIX_LENGTH]) {
        writer->prefix.length = step->number[PREFIX_LENGTH];
        writer->prefix.data[writer->prefix.length] = '\0';
    }
    if (writer->next.length > writer->prefix.length) {
        writer->next.length = writer->prefix.length;
        writer->next.data[writer->next.length] = '\0';
    }
    writer->has_marker = 0;
}

static void begin_item(struct html_writer *writer, struct html_step *step)
{
    struct html_step *list = writer->walk.depth > 1 ? step - 1 : NULL;
    const char *value = html_attribute(step->node, "value");
    char marker[24] = "- ";
    char spaces[24] = "  ";

    end_line(writer, 1);
    if (list != NULL && html_is(list->node, GUMBO_TAG_OL)) {
        long number = strtol(value, NULL, 10);

        list->number[ITEMS] = number > 0 && number <= LIST_NUMBER_MAX ? (size_t)number : list->number[ITEMS] + 1;
        snprintf(marker, sizeof marker, "%zu. ", list->number[ITEMS] % (LIST_NUMBER_MAX + 1));
        memset(spaces, ' ', strlen(marker));
        spaces[strlen(marker)] = '\0';
    }
    push_prefix(writer, step, spaces, marker);
}

static void begin_list(struct html_writer *writer, struct html_step *step)
{
    long start = strtol(html_attribute(step->node, "start"), NULL, 10);
    int32_t is_nested = writer->walk.depth > 1 && html_is((step - 1)->node, GUMBO_TAG_LI);

    end_line(writer, is_nested ? 1 : 2);
    if (start > 0 && start <= LIST_NUMBER_MAX) {
        step->number[ITEMS] = (size_t)start - 1;
    }
}

/* --- Tables --- */

/* 1 for a table of data: no table, list, code or heading inside, and a row with two cells. The others are layout. */
static int32_t is_data_table(struct html_writer *writer, const GumboNode *table)
{
    struct html_walk walk;
    const GumboNode *node;
    enum html_event event;
    size_t cells = 0;
    int32_t is_data = 0;

    html_walk_start(&walk, writer->out->allocator, table);
    while ((event = html_walk_next(&walk, &node)) != HTML_END_OF_WALK) {
        if (event != HTML_BEGIN || node == table) {
            continue;
        }
        if (html_is(node, GUMBO_TAG_TABLE) || html_is(node, GUMBO_TAG_PRE) || html_is(node, GUMBO_TAG_UL) ||
            html_is(node, GUMBO_TAG_OL) || html_is(node, GUMBO_TAG_BLOCKQUOTE) || html_is(node, GUMBO_TAG_H1) ||
            html_is(node, GUMBO_TAG_H2) || html_is(node, GUMBO_TAG_H3)) {
            is_data = 0;
            break;
        }
        cells = html_is(node, GUMBO_TAG_TR) ? 0 : cells + (html_is(node, GUMBO_TAG_TD) || html_is(node, GUMBO_TAG_TH));
        is_data = is_data || cells >= 2;
    }
    writer->no_memory |= walk.failed;
    html_walk_free(&walk);
    return is_data && strcasecmp(html_attribute(table, "role"), "presentation") != 0;
}

static void end_cell(struct html_writer *writer)
{
    buffer_append_text(&writer->row, "| ");
    buffer_append(&writer->row, buffer_text(&writer->cell), writer->cell.length);
    buffer_append_text(&writer->row, writer->cell.length > 0 ? " " : "");
    empty(writer, &writer->cell);
    writer->in_cell = 0;
    writer->has_space = 0;
    writer->cells++;
}

static void end_row(struct html_writer *writer)
{
    if (writer->cells == 0) {
        return;
    }
    buffer_append_byte(&writer->row, '|');
    put(writer, buffer_text(&writer->row), writer->row.length);
    end_line(writer, 1);
    empty(writer, &writer->row);
    if (writer->rows++ == 0) {
        for (size_t i = 0; i < writer->cells && i < COLUMNS_MAX; i++) {
            buffer_append_text(&writer->row, "| --- ");
        }
        buffer_append_byte(&writer->row, '|');
        put(writer, buffer_text(&writer->row), writer->row.length);
        end_line(writer, 1);
        empty(writer, &writer->row);
    }
    writer->cells = 0;
}

static void begin_table(struct html_writer *writer, struct html_step *step)
{
    end_line(writer, 2);
    if (writer->flat == 0 && is_data_table(writer, step->node)) {
        step->number[FLAGS] |= STEP_TABLE;
        writer->rows = 0;
    }
}

/* 1 if the element is a cell or row of a table of data. */
static int32_t is_in_data_table(const struct html_writer *writer)
{
    for (size_t i = writer->walk.depth; i > 0; i--) {
        const struct html_step *step = &writer->walk.steps[i - 1];

        if (html_is(step->node, GUMBO_TAG_TABLE)) {
            return (step->number[FLAGS] & STEP_TABLE) != 0;
        }
    }
    return 0;
}

/* --- Code --- */

/* Writes the code of a pre element line by line, so that it stays inside of quotes and lists. */
static cpk_status put_code(struct html_writer *writer, const GumboNode *pre, cpk_error **error)
{
    struct buffer code;
    const char *at;
    cpk_status status;

    buffer_init(&code, writer->out->allocator);
    status = html_code_append(&code, pre, error);
    if (status == CPK_OK && code.length > 0) {
        end_line(writer, 2);
        for (at = code.data; *at != '\0';) {
            size_t length = strcspn(at, "\n");

            put(writer, at, length);
            writer->breaks = 1;
            at += length + (at[length] == '\n');
        }
        end_line(writer, 2);
    }
    buffer_free(&code);
    return status;
}

/* --- Elements --- */

static int32_t heading_level(const GumboNode *node)
{
    static const GumboTag HEADINGS[] = {GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3,
                                        GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6};

    for (int32_t i = 0; i < 6; i++) {
        if (html_is(node, HEADINGS[i])) {
            return i + 1;
        }
    }
    return 0;
}

static int32_t is_block(const GumboNode *node)
{
    static const GumboTag BLOCKS[] = {
        GUMBO_TAG_P,        GUMBO_TAG_DIV,    GUMBO_TAG_SECTION,    GUMBO_TAG_ARTICLE, GUMBO_TAG_MAIN,
        GUMBO_TAG_HEADER,   GUMBO_TAG_FOOTER, GUMBO_TAG_ASIDE,      GUMBO_TAG_NAV,     GUMBO_TAG_FORM,
        GUMBO_TAG_FIELDSET, GUMBO_TAG_FIGURE, GUMBO_TAG_FIGCAPTION, GUMBO_TAG_DETAILS, GUMBO_TAG_SUMMARY,
        GUMBO_TAG_ADDRESS,  GUMBO_TAG_DL,     GUMBO_TAG_HR,         GUMBO_TAG_HGROUP,  GUMBO_TAG_CENTER,
        GUMBO_TAG_CAPTION,  GUMBO_TAG_LEGEND, GUMBO_TAG_BODY,
    };

    for (size_t i = 0; i < sizeof BLOCKS / sizeof BLOCKS[0]; i++) {
        if (html_is(node, BLOCKS[i])) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_cell(const GumboNode *node)
{
    return html_is(node, GUMBO_TAG_TD) || html_is(node, GUMBO_TAG_TH);
}

static void begin_heading(struct html_writer *writer, struct html_step *step, int32_t level)
{
    if (writer->flat == 0) {
        end_line(writer, 2);
        put(writer, "######", (size_t)level);
        writer->has_space = 1;
    }
    step->number[FLAGS] |= STEP_FLAT;
    writer->flat++;
}

static void begin_cell(struct html_writer *writer, struct html_step *step)
{
    if (!writer->in_cell && writer->flat == 0 && is_in_data_table(writer)) {
        writer->in_cell = 1;
        writer->has_space = 0;
        empty(writer, &writer->cell);
        step->number[FLAGS] |= STEP_FLAT;
        writer->flat++;
    } else {
        end_line(writer, 1);
    }
}

/* Inline elements whose meaning would be lost as mere text. */
static void begin_inline(struct html_writer *writer, const GumboNode *node)
{
    if (html_is(node, GUMBO_TAG_BR)) {
        end_line(writer, 1);
    } else if (html_is(node, GUMBO_TAG_CODE) || html_is(node, GUMBO_TAG_KBD) || html_is(node, GUMBO_TAG_SAMP)) {
        put(writer, "`", 1);
    } else if (html_is(node, GUMBO_TAG_Q)) {
        put(writer, "\xE2\x80\x9C", 3);
    } else if (html_is(node, GUMBO_TAG_IMG) && html_has_word(node, "class", "emoji")) {
        put_words(writer, html_attribute(node, "alt"));
    }
}

/* ChatGPT shows the sources of a sentence as a button with the name of the first and the number of others: it becomes
 * a link to the first. */
static void put_source(struct html_writer *writer, const GumboNode *node)
{
    const char *address = "";
    const char *name = NULL;
    const GumboNode *at;
    enum html_event event;
    struct html_walk walk;

    html_walk_start(&walk, writer->out->allocator, node);
    while (name == NULL && (event = html_walk_next(&walk, &at)) != HTML_END_OF_WALK) {
        if (event == HTML_BEGIN && html_is(at, GUMBO_TAG_A)) {
            address = html_attribute(at, "href");
        } else if (event == HTML_TEXT && at->type == GUMBO_NODE_TEXT) {
            name = html_text_of(at);
        }
    }
    writer->no_memory |= walk.failed;
    html_walk_free(&walk);
    if (name != NULL && (strncmp(address, "https://", 8) == 0 || strncmp(address, "http://", 7) == 0) &&
        strpbrk(address, " ()<>") == NULL) {
        put(writer, "[", 1);
        put_words(writer, name);
        put(writer, "](", 2);
        put(writer, address, strlen(address));
        put(writer, ")", 1);
    }
}

static cpk_status begin_element(struct html_writer *writer, const GumboNode *node, cpk_error **error)
{
    struct html_step *step = html_walk_step(&writer->walk);
    int32_t level = heading_level(node);

    if (html_is_invisible(node) || (html_marks(node) & writer->left_out) != 0) {
        step->number[FLAGS] |= STEP_LEFT_OUT;
        html_walk_skip(&writer->walk);
    } else if (strcmp(html_attribute(node, "data-testid"), "webpage-citation-pill") == 0) {
        put_source(writer, node);
        step->number[FLAGS] |= STEP_LEFT_OUT;
        html_walk_skip(&writer->walk);
    } else if (html_formula_of(node) != NULL) {
        put(writer, "$", 1);
        put_words(writer, html_formula_of(node));
        put(writer, "$", 1);
        step->number[FLAGS] |= STEP_LEFT_OUT;
        html_walk_skip(&writer->walk);
    } else if (html_is(node, GUMBO_TAG_PRE) && writer->flat == 0) {
        step->number[FLAGS] |= STEP_LEFT_OUT;
        html_walk_skip(&writer->walk);
        return put_code(writer, node, error);
    } else if (level > 0) {
        begin_heading(writer, step, level);
    } else if (html_is(node, GUMBO_TAG_UL) || html_is(node, GUMBO_TAG_OL)) {
        begin_list(writer, step);
    } else if (html_is(node, GUMBO_TAG_LI)) {
        begin_item(writer, step);
    } else if (html_is(node, GUMBO_TAG_BLOCKQUOTE)) {
        end_line(writer, 2);
        push_prefix(writer, step, "> ", "> ");
    } else if (html_is(node, GUMBO_TAG_DT)) {
        end_line(writer, 1);
    } else if (html_is(node, GUMBO_TAG_DD)) {
        end_line(writer, 1);
        push_prefix(writer, step, "  ", ": ");
    } else if (html_is(node, GUMBO_TAG_TABLE)) {
        begin_table(writer, step);
    } else if (is_cell(node)) {
        begin_cell(writer, step);
    } else if (is_block(node)) {
        end_line(writer, 2);
    } else {
        begin_inline(writer, node);
    }
    return CPK_OK;
}

static void end_inline(struct html_writer *writer, const GumboNode *node)
{
    if (html_is(node, GUMBO_TAG_CODE) || html_is(node, GUMBO_TAG_KBD) || html_is(node, GUMBO_TAG_SAMP)) {
        writer->has_space = 0;
        put(writer, "`", 1);
    } else if (html_is(node, GUMBO_TAG_Q)) {
        writer->has_space = 0;
        put(writer, "\xE2\x80\x9D", 3);
    }
}

static void end_element(struct html_writer *writer, const GumboNode *node)
{
    const struct html_step *step = html_walk_step(&writer->walk);
    size_t flags = step->number[FLAGS];

    if ((flags & STEP_LEFT_OUT) != 0) {
        return;
    }
    if ((flags & STEP_FLAT) != 0) {
        writer->flat--;
    }
    if (is_cell(node) && (flags & STEP_FLAT) != 0) {
        end_cell(writer);
    } else if (html_is(node, GUMBO_TAG_TR) && is_in_data_table(writer) && !writer->in_cell) {
        end_row(writer);
    } else if (heading_level(node) > 0 || is_block(node) || html_is(node, GUMBO_TAG_TABLE) ||
               html_is(node, GUMBO_TAG_BLOCKQUOTE)) {
        end_line(writer, 2);
    } else if (html_is(node, GUMBO_TAG_UL) || html_is(node, GUMBO_TAG_OL)) {
        end_line(writer, writer->walk.depth > 1 && html_is((step - 1)->node, GUMBO_TAG_LI) ? 1 : 2);
    } else if (html_is(node, GUMBO_TAG_LI)) {
        end_line(writer, 1);
        writer->breaks = writer->breaks > 1 ? 1 : writer->breaks; /* no empty line between items */
    } else if (html_is(node, GUMBO_TAG_DT) || html_is(node, GUMBO_TAG_DD) || is_cell(node)) {
        end_line(writer, 1);
    } else {
        end_inline(writer, node);
    }
    if ((flags & STEP_PREFIXED) != 0) {
        pop_prefix(writer, step);
    }
}

static cpk_status write_nodes(struct html_writer *writer, cpk_error **error)
{
    const GumboNode *node;
    enum html_event event;

    while ((event = html_walk_next(&writer->walk, &node)) != HTML_END_OF_WALK) {
        if (event == HTML_TEXT && html_text_of(node) != NULL) {
            put_words(writer, html_text_of(node));
        } else if (event == HTML_BEGIN) {
            CPK_TRY(begin_element(writer, node, error));
        } else if (event == HTML_END) {
            end_element(writer, node);
        }
    }
    if (writer->walk.failed || writer->no_memory || writer->out->failed || writer->cell.failed || writer->row.failed ||
        writer->prefix.failed || writer->next.failed) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

cpk_status html_text_append(struct buffer *target, const GumboNode *node, uint32_t left_out, cpk_error **error)
{
    struct html_writer writer = {.out = target, .start = target->length, .left_out = left_out};
    const cpk_allocator *allocator = target->allocator;
    cpk_status status;

    html_walk_start(&writer.walk, allocator, node);
    buffer_init(&writer.prefix, allocator);
    buffer_init(&writer.next, allocator);
    buffer_init(&writer.cell, allocator);
    buffer_init(&writer.row, allocator);
    status = write_nodes(&writer, error);
    html_walk_free(&writer.walk);
    buffer_free(&writer.prefix);
    buffer_free(&writer.next);
    buffer_free(&writer.cell);
    buffer_free(&writer.row);
    return status;
}
