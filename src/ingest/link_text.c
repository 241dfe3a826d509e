#include "ingest/link_text.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>
#include <strings.h>

#define JUDGED_BYTES ((size_t)512)

void link_text_init(struct link_text *text, const cpk_allocator *allocator)
{
    memset(text, 0, sizeof *text);
    buffer_init(&text->pending, allocator);
    buffer_init(&text->output, allocator);
}

void link_text_free(struct link_text *text)
{
    charset_decoder_close(&text->decoder);
    buffer_free(&text->pending);
    buffer_free(&text->output);
}

static int32_t is_text_type(const char *content_type)
{
    size_t length = strcspn(content_type, "; \t");

    return strncasecmp(content_type, "text/", 5) == 0 ||
           (length > 4 && strncasecmp(content_type + length - 4, "/xml", 4) == 0) ||
           (length > 4 && strncasecmp(content_type + length - 4, "+xml", 4) == 0);
}

/* Copies the value of the parameter "charset"; 0 if there is none, or one that is no name of an encoding. */
static int32_t find_charset(const char *content_type, char name[CHARSET_NAME_BYTES])
{
    const char *at = content_type;
    size_t length = 0;

    while ((at = strchr(at, ';')) != NULL) {
        at++;
        at += strspn(at, " \t");
        if (strncasecmp(at, "charset=", 8) == 0) {
            at += 8;
            at += *at == '"';
            length = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");
            break;
        }
    }
    if (at == NULL || length == 0 || length >= CHARSET_NAME_BYTES) {
        return 0;
    }
    memcpy(name, at, length);
    name[length] = '\0';
    return charset_is_known(name);
}

static int32_t has_mark(const struct buffer *head)
{
    return (head->length >= 3 && memcmp(head->data, "\xEF\xBB\xBF", 3) == 0) ||
           (head->length >= 2 && (memcmp(head->data, "\xFF\xFE", 2) == 0 || memcmp(head->data, "\xFE\xFF", 2) == 0));
}

/* Files that a server takes for text: bytes that no text has, or the signature of a PDF. */
static int32_t is_binary(const struct buffer *head)
{
    for (size_t i = 0; i < head->length && i < JUDGED_BYTES; i++) {
        unsigned char byte = (unsigned char)head->data[i];

        if (byte <= 0x08 || (byte >= 0x0E && byte <= 0x1F && byte != 0x1B)) {
            return 1;
        }
    }
    return head->length >= 5 && memcmp(head->data, "%PDF-", 5) == 0;
}

/* Decides by the beginning of the body. */
static cpk_status judge(struct link_text *text, const char *content_type, cpk_error **error)
{
    char name[CHARSET_NAME_BYTES];

    text->is_judged = 1;
    if (content_type == NULL || !is_text_type(content_type) || !find_charset(content_type, name) ||
        has_mark(&text->pending)) {
        return CPK_OK;
    }
    if (strncasecmp(name, "utf-16", 6) != 0 && strncasecmp(name, "utf-32", 6) != 0 && is_binary(&text->pending)) {
        return CPK_OK;
    }
    text->is_converted = 1;
    return charset_decoder_open(&text->decoder, name, error);
}

/* The length without an incomplete character of UTF-8 at the end. */
static size_t complete_length(const struct buffer *bytes)
{
    for (size_t back = 1; back <= 3 && back <= bytes->length; back++) {
        unsigned char byte = (unsigned char)bytes->data[bytes->length - back];

        if (byte < 0x80) {
            break;
        }
        if (byte >= 0xC0) { /* the lead byte: of 2, 3 or 4 */
            size_t needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;

            return needed > back ? bytes->length - back : bytes->length;
        }
    }
    return bytes->length;
}

static cpk_status convert_utf8(struct link_text *text, int32_t at_end)
{
    struct buffer *pending = &text->pending;
    size_t length = at_end ? pending->length : complete_length(pending);

    utf8_append_repaired(&text->output, buffer_text(pending), length);
    if (length > 0) {
        memmove(pending->data, pending->data + length, pending->length - length);
        pending->length -= length;
    }
    return CPK_OK;
}

static cpk_status convert(struct link_text *text, int32_t at_end, cpk_error **error)
{
    cpk_status status = CPK_OK;

    if (!text->is_converted) {
        buffer_append(&text->output, buffer_text(&text->pending), text->pending.length);
        buffer_clear(&text->pending);
    } else if (charset_decoder_is_utf8(&text->decoder)) {
        status = convert_utf8(text, at_end);
    } else {
        status = charset_decode(&text->decoder, &text->pending, at_end, &text->output, error);
    }
    return status == CPK_OK && text->output.failed ? error_out_of_memory(error) : status;
}

static cpk_status take(struct link_text *text, const char *content_type, int32_t at_end, cpk_error **error)
{
    buffer_clear(&text->output);
    if (text->pending.failed) {
        return error_out_of_memory(error);
    }
    if (!text->is_judged && !at_end && text->pending.length < JUDGED_BYTES) {
        return CPK_OK;
    }
    if (!text->is_judged) {
        CPK_TRY(judge(text, content_type, error));
    }
    return convert(text, at_end, error);
}

cpk_status link_text_add(struct link_text *text, const char *content_type, const void *data, size_t length,
                         cpk_error **error)
{
    buffer_append(&text->pending, data, length);
    return take(text, content_type, 0, error);
}

cpk_status link_text_end(struct link_text *text, const char *content_type, cpk_error **error)
{
    return take(text, content_type, 1, error);
}
