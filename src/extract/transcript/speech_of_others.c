#include "extract/transcript/speech_of_others.h"

#include "base/buffer.h"
#include "base/error.h"
#include "extract/document/document.h"
#include "extract/document/magic.h"

#include <string.h>
#include <strings.h>

#define SCORE      91 /* above transcripts and Markdown */
#define CHAT_LINES 2  /* that say who writes to whom */

/* State of one text. */
struct others {
    struct buffer line; /* of a subtitle, without tags */
    int32_t is_comment; /* up to the next blank line */
};

static int32_t is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t count_digits(const char *text, size_t length)
{
    size_t count = 0;

    while (count < length && is_digit(text[count])) {
        count++;
    }
    return count;
}

/* Length of "00:01:02.500", "1:02,5" and the like at the start of the text; 0: there is none. */
static size_t clock_length(const char *text, size_t length)
{
    size_t at = count_digits(text, length);
    size_t parts = 1;

    while (at > 0 && at < length && strchr(":.,", text[at]) != NULL) {
        size_t digits = count_digits(text + at + 1, length - at - 1);

        if (digits == 0) {
            break;
        }
        parts += text[at] == ':';
        at += 1 + digits;
    }
    return parts >= 2 ? at : 0;
}

/* "00:00:01.000 --> 00:00:04.000 align:start" */
static int32_t is_timing(const char *line, size_t length)
{
    size_t clock = clock_length(line, length);
    size_t gap = clock;

    while (gap < length && line[gap] == ' ') {
        gap++;
    }
    return clock > 0 && length - gap > 3 && memcmp(line + gap, "-->", 3) == 0;
}

/* Skips a byte order mark and blank lines. */
static void skip_blank(const char **text, size_t *length)
{
    size_t at = *length >= 3 && memcmp(*text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    while (at < *length && strchr(" \t\r\n", (*text)[at]) != NULL && (*text)[at] != '\0') {
        at++;
    }
    *text += at;
    *length -= at;
}

static size_t line_length(const char *text, size_t length)
{
    const char *feed = memchr(text, '\n', length);
    size_t end = feed != NULL ? (size_t)(feed - text) : length;

    return end > 0 && text[end - 1] == '\r' ? end - 1 : end;
}

static void next_line(const char **text, size_t *length)
{
    const char *feed = memchr(*text, '\n', *length);
    size_t taken = feed != NULL ? (size_t)(feed + 1 - *text) : *length;

    *text += taken;
    *length -= taken;
}

static int32_t starts(const char *text, size_t length, const char *prefix)
{
    return length >= strlen(prefix) && strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* --- recognising --- */

static int32_t is_text(const void *head, size_t length, const char *name)
{
    return magic_is_text(head, length) && !document_is_named_json(name);
}

static int32_t is_subtitles(const char *text, size_t length)
{
    skip_blank(&text, &length);
    if (starts(text, length, "WEBVTT") && (length == 6 || strchr(" \t\r\n", text[6]) != NULL)) {
        return 1;
    }
    if (count_digits(text, length) > 0 && count_digits(text, length) == line_length(text, length)) {
        next_line(&text, &length);
    }
    return is_timing(text, line_length(text, length));
}

static int32_t subtitles_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    return is_text(head, length, name) && is_subtitles(head, length) ? SCORE : 0;
}

static int32_t has_first_line(const void *head, size_t length, const char *name, const char *wanted)
{
    const char *text = head;

    if (!is_text(head, length, name)) {
        return 0;
    }
    skip_blank(&text, &length);
    return line_length(text, length) >= strlen(wanted) && starts(text, length, wanted) ? SCORE : 0;
}

static int32_t calendar_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    return has_first_line(head, length, name, "BEGIN:VCALENDAR");
}

static int32_t contacts_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    return has_first_line(head, length, name, "BEGIN:VCARD");
}

/* "10:15:02 From Ada to Everyone:", "10:15:02	 From  Ada : Hello" */
static int32_t is_chat_line(const char *line, size_t length)
{
    size_t at = clock_length(line, length);

    if (at == 0) {
        return 0;
    }
    while (at < length && (line[at] == ' ' || line[at] == '\t')) {
        at++;
    }
    return starts(line + at, length - at, "From ") && memchr(line + at, ':', length - at) != NULL;
}

static int32_t meeting_chat_sniff(void *self, const void *head, size_t length, const char *name)
{
    const char *text = head;
    size_t found = 0;

    (void)self;
    if (!is_text(head, length, name)) {
        return 0;
    }
    skip_blank(&text, &length);
    if (!is_chat_line(text, line_length(text, length))) {
        return 0;
    }
    for (; length > 0 && found < CHAT_LINES; next_line(&text, &length)) {
        found += (size_t)is_chat_line(text, line_length(text, length));
    }
    return found >= CHAT_LINES ? SCORE : 0;
}

/* --- reading --- */

static cpk_status others_begin(void *self, struct document *document, const char *text, size_t length,
                               cpk_error **error)
{
    (void)self;
    (void)text;
    (void)length;
    document_set_speaker(document, CPK_ROLE_UNKNOWN, CPK_KIND_DOCUMENT, 0);
    return document_note(document, CPK_NOTE_UNKNOWN_SPEAKERS,
                         "a text of others: nothing of it is taken as said by the user", error);
}

static cpk_status add_line(void *self, struct document *document, const char *line, size_t length, cpk_error **error)
{
    (void)self;
    if (length == 0 && document_section_bytes(document) >= DOCUMENT_SECTION_BYTES) {
        return document_end_section(document, error);
    }
    return document_add_line(document, line, length, error);
}

/* Appends the text without tags; "<v Ada>" becomes "Ada: ". */
static void strip_tags(struct buffer *target, const char *line, size_t length)
{
    for (size_t at = 0; at < length;) {
        const char *close = line[at] == '<' ? memchr(line + at, '>', length - at) : NULL;
        const char *name = close != NULL ? memchr(line + at, ' ', (size_t)(close - line) - at) : NULL;

        if (close == NULL) {
            buffer_append_byte(target, line[at++]);
            continue;
        }
        if (name != NULL && (line[at + 1] == 'v' || line[at + 1] == 'V') && strchr(" .", line[at + 2]) != NULL) {
            buffer_append(target, name + 1, (size_t)(close - name - 1));
            buffer_append_text(target, ": ");
        }
        at = (size_t)(close + 1 - line);
    }
}

static cpk_status subtitle_line(void *self, struct document *document, const char *line, size_t length,
                                cpk_error **error)
{
    struct others *others = self;

    if (length == 0) {
        others->is_comment = 0;
        return document_section_bytes(document) >= DOCUMENT_SECTION_BYTES ? document_end_section(document, error)
                                                                          : CPK_OK;
    }
    others->is_comment = others->is_comment || starts(line, length, "WEBVTT") || starts(line, length, "NOTE") ||
                         starts(line, length, "STYLE") || starts(line, length, "REGION");
    if (others->is_comment || is_timing(line, length) || count_digits(line, length) == length) {
        return CPK_OK;
    }
    buffer_clear(&others->line);
    strip_tags(&others->line, line, length);
    if (others->line.failed) {
        return error_out_of_memory(error);
    }
    return document_add_line(document, buffer_text(&others->line), others->line.length, error);
}

static cpk_status read_others(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                              const struct document_format *format, cpk_error **error)
{
    struct others others = {.is_comment = 0};
    cpk_status status;

    buffer_init(&others.line, &context->allocator);
    status = document_read(context, reader, sink, format, &others, error);
    buffer_free(&others.line);
    return status;
}

/* --- drivers --- */

#define OTHERS_FORMAT(format, provider_name, line_fn)                                                                  \
    static const char *format##_name(void *self)                                                                       \
    {                                                                                                                  \
        (void)self;                                                                                                    \
        return provider_name;                                                                                          \
    }                                                                                                                  \
    static cpk_status format##_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)  \
    {                                                                                                                  \
        static const struct document_format described = {                                                              \
            .provider = provider_name, .line = line_fn, .begin = others_begin};                                        \
        return read_others(self, reader, sink, &described, error);                                                     \
    }                                                                                                                  \
    void format##_driver_init(cpk_extractor_driver *driver, const struct context *context)                             \
    {                                                                                                                  \
        format_driver_init(driver, context, format##_name, format##_sniff, format##_extract);                          \
    }

OTHERS_FORMAT(subtitles, "subtitles", subtitle_line)
OTHERS_FORMAT(calendar, "calendar", add_line)
OTHERS_FORMAT(contacts, "contacts", add_line)
OTHERS_FORMAT(meeting_chat, "meeting-chat", add_line)
