#include "extract/document/markdown.h"

#include "base/error.h"
#include "extract/document/document.h"

#include <string.h>
#include <strings.h>

#define FRONT_MATTER_LINES_MAX 100

/* State of a Markdown document. The previous line is held, because a following underline makes it a heading (setext).
 */
struct markdown {
    int64_t time_us; /* of the document */
    struct buffer held;
    int32_t has_held;
    int32_t has_body; /* the section has content other than headings */
    char fence;       /* the character of the current code fence, otherwise 0 */
    size_t fence_length;
    int64_t lines;
    int32_t in_front_matter;
};

static size_t count_indent(const char *line, size_t length)
{
    size_t at = 0;

    while (at < length && line[at] == ' ') {
        at++;
    }
    return at;
}

static int32_t is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line[i] != ' ' && line[i] != '\t') {
            return 0;
        }
    }
    return 1;
}

/* Parses an ATX heading, "## Title ##"; 0 if the line is none. */
static int32_t parse_atx_heading(const char *line, size_t length, const char **title, size_t *title_length)
{
    size_t at = count_indent(line, length);
    size_t marks = 0;
    size_t end = length;

    if (at > 3) {
        return 0;
    }
    while (at < length && line[at] == '#') {
        at++;
        marks++;
    }
    if (marks == 0 || marks > 6 || (at < length && line[at] != ' ' && line[at] != '\t')) {
        return 0;
    }
    while (at < length && (line[at] == ' ' || line[at] == '\t')) {
        at++;
    }
    while (end > at && (line[end - 1] == ' ' || line[end - 1] == '#' || line[end - 1] == '\t')) {
        end--;
    }
    *title = line + at;
    *title_length = end - at;
    return 1;
}

/* A setext underline: "====" or "----". */
static int32_t is_underline(const char *line, size_t length)
{
    size_t at = count_indent(line, length);
    char mark = at < length ? line[at] : '\0';
    size_t marks = 0;

    while (at < length && line[at] == mark) {
        at++;
        marks++;
    }
    return (mark == '=' || mark == '-') && marks >= 2 && is_blank(line + at, length - at);
}

/* If the line opens or closes a code fence, returns the fence's character ("`" or "~") and its count in *marks;
 * otherwise 0. */
static char parse_fence(const char *line, size_t length, size_t *marks)
{
    size_t at = count_indent(line, length);
    char mark = at < length ? line[at] : '\0';

    *marks = 0;
    if (at > 3 || (mark != '`' && mark != '~')) {
        return '\0';
    }
    while (at + *marks < length && line[at + *marks] == mark) {
        (*marks)++;
    }
    return *marks >= 3 ? mark : '\0';
}

/* 1 if an underline makes the line a heading: no list item, quote or table row. */
static int32_t may_be_heading(const char *line, size_t length)
{
    size_t at = count_indent(line, length);

    return at <= 3 && at < length && strchr("#>|-*+`~=", line[at]) == NULL;
}

static cpk_status write_held(struct markdown *markdown, struct document *document, cpk_error **error)
{
    cpk_status status = CPK_OK;

    if (markdown->has_held) {
        markdown->has_held = 0;
        status = document_add_line(document, buffer_text(&markdown->held), markdown->held.length, error);
        buffer_clear(&markdown->held);
    }
    return status;
}

static cpk_status hold_line(struct markdown *markdown, const char *line, size_t length, cpk_error **error)
{
    buffer_clear(&markdown->held);
    buffer_append(&markdown->held, line, length);
    markdown->has_held = 1;
    markdown->has_body = 1;
    return markdown->held.failed ? error_out_of_memory(error) : CPK_OK;
}

/* A heading starts a section, unless the section consists only of headings. */
static cpk_status begin_section(struct markdown *markdown, struct document *document, cpk_error **error)
{
    if (markdown->has_body) {
        CPK_TRY(document_end_section(document, error));
    }
    markdown->has_body = 0;
    return CPK_OK;
}

static cpk_status add_fenced_line(struct markdown *markdown, struct document *document, const char *line, size_t length,
                                  cpk_error **error)
{
    size_t marks;

    if (parse_fence(line, length, &marks) == markdown->fence && marks >= markdown->fence_length) {
        markdown->fence = '\0';
    }
    return document_add_line(document, line, length, error);
}

/* The front matter, from the first line "---" to the next one, belongs to the first section. */
static cpk_status add_front_matter_line(struct markdown *markdown, struct document *document, const char *line,
                                        size_t length, cpk_error **error)
{
    if (markdown->lines > FRONT_MATTER_LINES_MAX) {
        markdown->in_front_matter = 0; /* a horizontal rule, not front matter */
    }
    if (markdown->lines > 1 && length >= 3 && memcmp(line, "---", 3) == 0 && is_blank(line + 3, length - 3)) {
        markdown->in_front_matter = 0;
    }
    markdown->has_body = 1;
    return document_add_line(document, line, length, error);
}

static cpk_status add_plain_line(struct markdown *markdown, struct document *document, const char *line, size_t length,
                                 cpk_error **error)
{
    const char *title;
    size_t title_length;

    if (markdown->has_held && is_underline(line, length) &&
        may_be_heading(buffer_text(&markdown->held), markdown->held.length)) {
        if (document_section_bytes(document) > 0) {
            CPK_TRY(document_end_section(document, error));
        }
        CPK_TRY(write_held(markdown, document, error));
        markdown->has_body = 0;
        return document_add_line(document, line, length, error);
    }
    CPK_TRY(write_held(markdown, document, error));
    if (parse_atx_heading(line, length, &title, &title_length)) {
        CPK_TRY(begin_section(markdown, document, error));
        return document_add_line(document, line, length, error);
    }
    markdown->fence = parse_fence(line, length, &markdown->fence_length);
    if (markdown->fence != '\0') {
        markdown->has_body = 1;
        return document_add_line(document, line, length, error);
    }
    if (is_blank(line, length)) {
        return document_section_bytes(document) >= DOCUMENT_SECTION_BYTES ? document_end_section(document, error)
                                                                          : document_add_line(document, "", 0, error);
    }
    return hold_line(markdown, line, length, error);
}

static cpk_status markdown_line(void *self, struct document *document, const char *line, size_t length,
                                cpk_error **error)
{
    struct markdown *markdown = self;

    markdown->lines++;
    if (markdown->lines == 1 && length == 3 && memcmp(line, "---", 3) == 0) {
        markdown->in_front_matter = 1;
    }
    if (markdown->in_front_matter) {
        return add_front_matter_line(markdown, document, line, length, error);
    }
    if (markdown->fence != '\0') {
        return add_fenced_line(markdown, document, line, length, error);
    }
    return add_plain_line(markdown, document, line, length, error);
}

static cpk_status markdown_end(void *self, struct document *document, cpk_error **error)
{
    return write_held(self, document, error);
}

struct line_reader {
    const char *at;
    const char *end;
};

static int32_t next_line(struct line_reader *reader, const char **line, size_t *length)
{
    const char *feed;

    if (reader->at >= reader->end) {
        return 0;
    }
    feed = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
    *line = reader->at;
    *length = (size_t)((feed != NULL ? feed : reader->end) - reader->at);
    reader->at = feed != NULL ? feed + 1 : reader->end;
    return 1;
}

/* Appends the title of front matter, "title: A title", with or without quotes; 0 if the line has none. */
static int32_t append_front_matter_title(const char *line, size_t length, struct buffer *title)
{
    const char *at = line + 6;
    const char *end = line + length;

    if (length < 7 || strncasecmp(line, "title:", 6) != 0) {
        return 0;
    }
    while (at < end && strchr(" \t\"'", *at) != NULL) {
        at++;
    }
    while (end > at && strchr(" \t\"'", end[-1]) != NULL) {
        end--;
    }
    buffer_append(title, at, (size_t)(end - at));
    return end > at;
}

/* Finds the title of the front matter, or else the first heading outside of code. */
static void find_title(const char *text, size_t length, struct buffer *title)
{
    struct line_reader reader = {text, text + length};
    const char *line;
    const char *previous = NULL;
    const char *heading;
    size_t line_length;
    size_t previous_length = 0;
    size_t heading_length;
    size_t marks;
    char fence = '\0';
    int32_t front_matter = length >= 4 && memcmp(text, "---\n", 4) == 0;

    for (int64_t i = 0; next_line(&reader, &line, &line_length); i++) {
        if (front_matter) {
            if (append_front_matter_title(line, line_length, title)) {
                return;
            }
            front_matter = i == 0 || line_length != 3 || memcmp(line, "---", 3) != 0;
            continue;
        }
        if (fence != '\0' || parse_fence(line, line_length, &marks) != '\0') {
            fence = fence == '\0' ? parse_fence(line, line_length, &marks)
                                  : (parse_fence(line, line_length, &marks) == fence ? '\0' : fence);
            previous = NULL;
            continue;
        }
        if (parse_atx_heading(line, line_length, &heading, &heading_length) && heading_length > 0) {
            buffer_append(title, heading, heading_length);
            return;
        }
        if (previous != NULL && is_underline(line, line_length) && may_be_heading(previous, previous_length)) {
            buffer_append(title, previous, previous_length);
            return;
        }
        previous = is_blank(line, line_length) ? NULL : line;
        previous_length = line_length;
    }
}

static const char *markdown_name(void *self)
{
    (void)self;
    return "markdown";
}

static int32_t has_suffix(const char *name, const char *suffix)
{
    size_t name_length = strlen(name);
    size_t length = strlen(suffix);

    return name_length >= length && strcasecmp(name + name_length - length, suffix) == 0;
}

/* Counts Markdown syntax in a text: headings, fences, links, emphasis. */
static int32_t count_marks(const char *text, size_t length)
{
    struct line_reader reader = {text, text + length};
    const char *line;
    const char *title;
    size_t line_length;
    size_t title_length;
    size_t marks;
    int32_t count = 0;

    while (next_line(&reader, &line, &line_length)) {
        if (parse_atx_heading(line, line_length, &title, &title_length) && title_length > 0) {
            count += 2;
        } else if (parse_fence(line, line_length, &marks) != '\0' || memmem(line, line_length, "](", 2) != NULL ||
                   memmem(line, line_length, "**", 2) != NULL) {
            count++;
        }
    }
    return count;
}

static int32_t markdown_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    if (!document_is_possible(head, length, name)) {
        return 0;
    }
    if (has_suffix(name, ".md") || has_suffix(name, ".markdown") || has_suffix(name, ".mdown")) {
        return 40;
    }
    return !has_suffix(name, ".txt") && count_marks(head, length) >= 4 ? 20 : 0;
}

static cpk_status markdown_begin(void *self, struct document *document, const char *text, size_t length,
                                 cpk_error **error)
{
    const struct markdown *markdown = self;

    (void)text;
    (void)length;
    (void)error;
    document_set_time(document, markdown->time_us);
    return CPK_OK;
}

cpk_status markdown_read_dated(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                               const char *provider, const char *title, int64_t time_us, cpk_error **error)
{
    const struct document_format format = {.provider = provider,
                                           .title = title,
                                           .find_title = find_title,
                                           .begin = time_us != CPK_TIME_UNKNOWN ? markdown_begin : NULL,
                                           .line = markdown_line,
                                           .end = markdown_end};
    struct markdown markdown = {.time_us = time_us};
    cpk_status status;

    buffer_init(&markdown.held, &context->allocator);
    status = document_read(context, reader, sink, &format, &markdown, error);
    buffer_free(&markdown.held);
    return status;
}

static cpk_status markdown_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    return markdown_read_dated(self, reader, sink, "markdown", NULL, CPK_TIME_UNKNOWN, error);
}

void markdown_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, markdown_name, markdown_sniff, markdown_extract);
}
