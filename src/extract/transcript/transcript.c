#include "extract/transcript/transcript.h"

#include "base/buffer.h"
#include "base/error.h"
#include "extract/document/document.h"
#include "extract/transcript/speaker.h"

#include <string.h>

#define TURN_BYTES ((size_t)1 << 20) /* a longer turn becomes several messages */

struct transcript {
    enum speaker_result result;
    struct speaker_style style;
    int32_t is_code;
    struct buffer rules; /* blank lines and rulers that end a turn, unless text follows */
};

static int32_t is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\f", line[i]) == NULL) {
            return 0;
        }
    }
    return 1;
}

/* A thematic break: at least three '-', '*', '_' or '='. */
static int32_t is_ruler(const char *line, size_t length)
{
    size_t count = 0;
    char mark = '\0';

    for (size_t i = 0; i < length; i++) {
        if (line[i] == ' ' || line[i] == '\t') {
            continue;
        }
        mark = mark == '\0' ? line[i] : mark;
        if (line[i] != mark) {
            return 0;
        }
        count++;
    }
    return count >= 3 && mark != '\0' && strchr("-*_=", mark) != NULL;
}

/* Sets the title to that of a front matter or the first heading before the first turn. */
static void find_title(const struct transcript *transcript, struct document *document, const char *text, size_t length)
{
    const char *at = text;
    const char *end = text + length;
    const char *line;
    size_t line_length;
    int32_t is_code = 0;

    while (speaker_next_line(&at, end, &line, &line_length, &is_code)) {
        struct speaker_line parsed;

        if (transcript->result == SPEAKER_KNOWN && speaker_parse(line, line_length, &parsed) &&
            speaker_role(&transcript->style, &parsed) != 0) {
            return;
        }
        if (line_length > 7 && memcmp(line, "title: ", 7) == 0) {
            document_set_title(document, line + 7, line_length - 7);
            return;
        }
        if (line_length > 2 && memcmp(line, "# ", 2) == 0) {
            document_set_title(document, line + 2, line_length - 2);
            return;
        }
    }
}

static cpk_status transcript_begin(void *self, struct document *document, const char *text, size_t length,
                                   cpk_error **error)
{
    struct transcript *transcript = self;

    transcript->result = speaker_detect(text, length, &transcript->style);
    find_title(transcript, document, text, length);
    if (transcript->result == SPEAKER_KNOWN) {
        document_set_speaker(document, CPK_ROLE_SYSTEM, CPK_KIND_TEXT, CPK_MESSAGE_HIDDEN); /* the exporter's heading */
        return CPK_OK;
    }
    document_set_speaker(document, CPK_ROLE_UNKNOWN, CPK_KIND_DOCUMENT, 0);
    return document_note(document, CPK_NOTE_UNKNOWN_SPEAKERS,
                         "a transcript whose speakers can't be told apart: nothing of it is taken as said by the user",
                         error);
}

static cpk_status flush_rules(struct transcript *transcript, struct document *document, cpk_error **error)
{
    cpk_status status = CPK_OK;

    if (transcript->rules.failed) {
        return error_out_of_memory(error);
    }
    if (transcript->rules.length > 0) {
        status = document_add_line(document, transcript->rules.data, transcript->rules.length - 1, error);
    }
    buffer_clear(&transcript->rules);
    return status;
}

static cpk_status begin_turn(struct transcript *transcript, struct document *document, int32_t role,
                             const struct speaker_line *line, cpk_error **error)
{
    int32_t is_hidden = role == CPK_ROLE_SYSTEM || role == CPK_ROLE_TOOL;

    buffer_clear(&transcript->rules);
    CPK_TRY(document_end_section(document, error));
    document_set_speaker(document, role, role == CPK_ROLE_TOOL ? CPK_KIND_TOOL_RESULT : CPK_KIND_TEXT,
                         is_hidden ? CPK_MESSAGE_HIDDEN : 0);
    return line->rest_length > 0 ? document_add_line(document, line->rest, line->rest_length, error) : CPK_OK;
}

static cpk_status transcript_line(void *self, struct document *document, const char *line, size_t length,
                                  cpk_error **error)
{
    struct transcript *transcript = self;
    const char *at = line;
    const char *own;
    size_t own_length;
    struct speaker_line parsed;
    int32_t role = 0;

    speaker_next_line(&at, line + length, &own, &own_length, &transcript->is_code);
    if (transcript->result == SPEAKER_KNOWN && !transcript->is_code && speaker_parse(line, length, &parsed)) {
        role = speaker_role(&transcript->style, &parsed);
    }
    if (role != 0) {
        return begin_turn(transcript, document, role, &parsed, error);
    }
    if (!transcript->is_code && (is_blank(line, length) || is_ruler(line, length)) && transcript->rules.length < 4096) {
        buffer_append(&transcript->rules, line, is_blank(line, length) ? 0 : length);
        buffer_append_byte(&transcript->rules, '\n');
        return CPK_OK;
    }
    CPK_TRY(flush_rules(transcript, document, error));
    return document_add_line(document, line, length, error);
}

static const char *transcript_name(void *self)
{
    (void)self;
    return "transcript";
}

static int32_t transcript_sniff(void *self, const void *head, size_t length, const char *name)
{
    struct speaker_style style;

    (void)self;
    if (!document_is_possible(head, length, name)) {
        return 0;
    }
    switch (speaker_detect(head, length, &style)) {
    case SPEAKER_KNOWN:
        return 60;
    case SPEAKER_UNSURE:
        return 50;
    default:
        return 0;
    }
}

static cpk_status transcript_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct document_format format = {
        .provider = "transcript", .begin = transcript_begin, .line = transcript_line, .section_max_bytes = TURN_BYTES};
    const struct context *context = self;
    struct transcript transcript = {.result = SPEAKER_NONE};
    cpk_status status;

    buffer_init(&transcript.rules, &context->allocator);
    status = document_read(context, reader, sink, &format, &transcript, error);
    buffer_free(&transcript.rules);
    return status;
}

void transcript_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, transcript_name, transcript_sniff, transcript_extract);
}
