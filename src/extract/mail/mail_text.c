#include "extract/mail/mail_text.h"

#include "base/error.h"
#include "extract/document/charset.h"
#include "extract/document/document.h"
#include "extract/html/html.h"
#include "extract/html/html_charset.h"
#include "extract/html/html_tree.h"
#include "extract/memory_reader.h"
#include "extract/normal.h"

#include <string.h>
#include <strings.h>

/* --- Body parts --- */

/* Lines that were broken for transport end with a space (RFC 3676). Of joined lines only the first keeps its ">". */
static void append_flowed(struct buffer *target, const char *text, size_t length, int32_t deletes_space)
{
    const char *end = text + length;
    size_t open_depth = 0;
    int32_t is_open = 0;

    while (text < end) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        const char *stop = feed != NULL ? feed : end;
        const char *next = feed != NULL ? feed + 1 : end;
        const char *start = text;
        size_t depth;
        int32_t is_flowed;

        while (start < stop && *start == '>') {
            start++;
        }
        depth = (size_t)(start - text);
        start += start < stop && *start == ' '; /* a space before what would look like a quote */
        is_flowed = stop > start && stop[-1] == ' ' && !(stop - start == 3 && memcmp(start, "-- ", 3) == 0);
        if (!is_open || depth != open_depth) {
            buffer_append_text(target, is_open ? "\n" : "");
            buffer_append(target, text, depth);
            buffer_append(target, " ", depth > 0 ? 1 : 0);
        }
        buffer_append(target, start, (size_t)(stop - start) - (size_t)(is_flowed && deletes_space ? 1 : 0));
        buffer_append_text(target, is_flowed ? "" : "\n");
        is_open = is_flowed;
        open_depth = depth;
        text = next;
    }
    buffer_append_text(target, is_open ? "\n" : "");
}

static cpk_status parameter_is(struct mime_span value, const char *name, const char *wanted,
                               const cpk_allocator *allocator, int32_t *is, cpk_error **error)
{
    struct buffer text;
    cpk_status status;

    buffer_init(&text, allocator);
    status = mime_append_parameter(&text, value, name, error);
    *is = strcasecmp(buffer_text(&text), wanted) == 0;
    buffer_free(&text);
    return status;
}

static cpk_status append_plain(struct buffer *target, struct mime_span value, const struct buffer *text,
                               cpk_error **error)
{
    struct buffer normal;
    int32_t is_flowed;
    int32_t deletes_space;

    CPK_TRY(parameter_is(value, "format", "flowed", target->allocator, &is_flowed, error));
    CPK_TRY(parameter_is(value, "delsp", "yes", target->allocator, &deletes_space, error));
    buffer_init(&normal, target->allocator);
    normal_append(&normal, buffer_text(text), text->length);
    if (is_flowed) {
        append_flowed(target, buffer_text(&normal), normal.length, deletes_space);
    } else {
        buffer_append(target, buffer_text(&normal), normal.length);
    }
    target->failed |= normal.failed;
    buffer_free(&normal);
    return target->failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status append_html(const struct context *context, const cpk_sink *sink, const char *name,
                              const struct buffer *text, struct buffer *target, cpk_error **error)
{
    struct html_tree tree = {.context = context};
    cpk_status status;

    status = html_tree_parse(&tree, context, sink, name, buffer_text(text), text->length, error);
    if (status == CPK_OK) {
        status = html_append_readable(target, &tree, error);
    }
    html_tree_free(&tree);
    return status;
}

/* The bytes in UTF-8. Without a declared encoding, HTML may name one itself, and others are detected. */
static cpk_status convert(struct buffer *target, struct mime_span value, const struct buffer *bytes, int32_t is_html,
                          cpk_error **error)
{
    char detected[CHARSET_NAME_BYTES];
    struct buffer charset;
    const char *name;
    size_t mark = 0;
    cpk_status status;

    buffer_init(&charset, target->allocator);
    CPK_TRY_CLEANUP(mime_append_parameter(&charset, value, "charset", error));
    name = buffer_text(&charset);
    if (is_html && name[0] == '\0') {
        status = html_append_utf8(target, buffer_text(bytes), bytes->length, error);
        goto cleanup;
    }
    if (name[0] == '\0' || strcasecmp(name, "us-ascii") == 0 || charset.length >= CHARSET_NAME_BYTES) {
        charset_detect(buffer_text(bytes), bytes->length, detected, &mark);
        name = detected;
    }
    status = charset_append(target, name, buffer_text(bytes) + mark, bytes->length - mark, error);
cleanup:
    buffer_free(&charset);
    return status;
}

cpk_status mail_text_append(const struct context *context, const cpk_sink *sink, const char *name,
                            struct mime_span value, struct mime_span body, const char *encoding, struct buffer *target,
                            cpk_error **error)
{
    char type[MIME_TOKEN_BYTES];
    struct buffer bytes;
    struct buffer text;
    int32_t is_html;
    cpk_status status;

    buffer_init(&bytes, target->allocator);
    buffer_init(&text, target->allocator);
    mime_token(value, type);
    is_html = strcmp(type, "text/html") == 0;
    mime_decode(&bytes, body, encoding);
    CPK_TRY_CLEANUP(bytes.failed ? error_out_of_memory(error) : CPK_OK);
    CPK_TRY_CLEANUP(convert(&text, value, &bytes, is_html, error));
    buffer_free(&bytes);
    if (text.length > 0) {
        status = is_html ? append_html(context, sink, name, &text, target, error)
                         : append_plain(target, value, &text, error);
    }
cleanup:
    buffer_free(&bytes);
    buffer_free(&text);
    return status;
}

/* --- Sections --- */

/* Who wrote a message is in its head, but whether that is the person whose documents these are is not known, and most
 * messages that people keep are of others: nothing in them is taken for the person's own words. */
static cpk_status begin(void *self, struct document *document, const char *text, size_t length, cpk_error **error)
{
    const struct mail_document *mail = self;

    (void)text;
    (void)length;
    (void)error;
    document_set_time(document, mail->time_us);
    document_set_speaker(document, CPK_ROLE_UNKNOWN, CPK_KIND_DOCUMENT, 0);
    return CPK_OK;
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

static cpk_status add_line(void *self, struct document *document, const char *line, size_t length, cpk_error **error)
{
    (void)self;
    if (is_blank(line, length) && document_section_bytes(document) >= DOCUMENT_SECTION_BYTES) {
        return document_end_section(document, error);
    }
    return document_add_line(document, line, is_blank(line, length) ? 0 : length, error);
}

cpk_status mail_text_emit(const struct context *context, const cpk_sink *sink, struct mail_document *mail,
                          const struct buffer *text, cpk_error **error)
{
    const struct document_format format = {
        .provider = "mail", .title = mail->title[0] != '\0' ? mail->title : NULL, .line = add_line, .begin = begin};
    struct memory_source source;
    const cpk_reader reader = memory_reader(&source, buffer_text(text), text->length, mail->name);

    return document_read(context, &reader, sink, &format, mail, error);
}
