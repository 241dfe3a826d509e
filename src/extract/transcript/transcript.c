#include "extract/transcript/transcript.h"

#include "base/buffer.h"
#include "base/error.h"
#include "extract/document/document.h"
#include "extract/document/magic.h"
#include "extract/document/markdown.h"
#include "extract/transcript/speaker.h"

#include <string.h>

#define TURN_BYTES ((size_t)1 << 20) /* a longer turn becomes several messages */

#define HELD_BYTES ((size_t)1 << 18) /* of lines that wait for the end of their code block */

struct transcript {
    const struct context *context;
    const char *provider;
    const char *title; /* NULL: of the text */
    int64_t time_us;
    enum speaker_result result;
    struct speaker_style style;
    int32_t role;        /* of the current turn, 0 before the first */
    struct buffer rules; /* blank lines and rulers that end a turn, unless text follows */

    /* A label inside of code may be quoted there, or the block has no end: its line and those after it are held until
     * the turn is read in which the next fence stands. */
    struct speaker_fence code; /* the open block */
    struct buffer held;        /* lines from the first label in the block on */
    size_t held_fences;        /* in the last turn of these */
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

    while (speaker_next_line(&at, end, &line, &line_length)) {
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
    document_set_time(document, transcript->time_us);
    if (transcript->title == NULL) {
        find_title(transcript, document, text, length);
    }
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

static cpk_status begin_turn(struct transcript *transcript, struct document *document, int32_t role, const char *text,
                             size_t length, cpk_error **error)
{
    int32_t is_hidden = role == CPK_ROLE_SYSTEM || role == CPK_ROLE_TOOL;

    buffer_clear(&transcript->rules);
    CPK_TRY(document_end_section(document, error));
    transcript->role = role;
    document_set_speaker(document, role == SPEAKER_ROLE_OTHER ? CPK_ROLE_UNKNOWN : role,
                         role == CPK_ROLE_TOOL ? CPK_KIND_TOOL_RESULT : CPK_KIND_TEXT,
                         is_hidden ? CPK_MESSAGE_HIDDEN : 0);
    return length > 0 ? document_add_line(document, text, length, error) : CPK_OK;
}

static cpk_status add_text(struct transcript *transcript, struct document *document, const char *line, size_t length,
                           cpk_error **error)
{
    if (transcript->code.length == 0 && (is_blank(line, length) || is_ruler(line, length)) &&
        transcript->rules.length < 4096) {
        buffer_append(&transcript->rules, line, is_blank(line, length) ? 0 : length);
        buffer_append_byte(&transcript->rules, '\n');
        return CPK_OK;
    }
    CPK_TRY(flush_rules(transcript, document, error));
    return document_add_line(document, line, length, error);
}

/* The role of the turn that the line begins, or 0. */
static int32_t turn_of(const struct transcript *transcript, const char *line, size_t length,
                       struct speaker_line *parsed)
{
    return transcript->result == SPEAKER_KNOWN && speaker_parse(line, length, parsed)
               ? speaker_role(&transcript->style, parsed)
               : 0;
}

/* A line of a transcript in which the lines of the user, or of both sides, are quoted. */
static cpk_status add_quoted(struct transcript *transcript, struct document *document, const char *line, size_t length,
                             cpk_error **error)
{
    size_t quote = speaker_quote_length(line, length);
    int32_t outside = transcript->style.answers_follow ? CPK_ROLE_ASSISTANT : SPEAKER_ROLE_OTHER;

    if (quote == 0 && transcript->role != 0 && transcript->role != outside && !is_blank(line, length)) {
        return begin_turn(transcript, document, outside, line, length, error);
    }
    return add_text(transcript, document, line + quote, length - quote, error);
}

/* A piece of a line that has at most one marker. */
static cpk_status add_piece(struct transcript *transcript, struct document *document, const char *line, size_t length,
                            cpk_error **error)
{
    struct speaker_line parsed;
    int32_t role = turn_of(transcript, line, length, &parsed);

    if (role != 0) {
        return begin_turn(transcript, document, role, parsed.rest,
                          (transcript->style.style & SPEAKER_MARKER) != 0
                              ? speaker_trim_markers(parsed.rest, parsed.rest_length)
                              : parsed.rest_length,
                          error);
    }
    if ((transcript->style.style & SPEAKER_QUOTE) != 0) {
        return add_quoted(transcript, document, line, length, error);
    }
    if ((transcript->style.style & SPEAKER_MARKER) != 0) {
        length = speaker_trim_markers(line, length);
    }
    return add_text(transcript, document, line, length, error);
}

/* A line outside of code. */
static cpk_status add_plain(struct transcript *transcript, struct document *document, const char *line, size_t length,
                            cpk_error **error)
{
    if (length == 0 || (transcript->style.style & SPEAKER_MARKER) == 0) {
        return add_piece(transcript, document, line, length, error);
    }
    while (length > 0) {
        size_t piece = speaker_piece(line, length);

        CPK_TRY(add_piece(transcript, document, line, piece, error));
        line += piece;
        length -= piece;
    }
    return CPK_OK;
}

static cpk_status add_line(struct transcript *transcript, struct document *document, const char *line, size_t length,
                           cpk_error **error)
{
    struct speaker_fence fence;
    int32_t is_opener;
    int32_t is_fence = speaker_parse_fence(line, length, &fence, &is_opener);

    if (transcript->code.length > 0) {
        if (is_fence && speaker_closes(&transcript->code, &fence, is_opener)) {
            transcript->code.length = 0;
        }
        CPK_TRY(flush_rules(transcript, document, error));
        return document_add_line(document, line, length, error);
    }
    if (is_fence) {
        CPK_TRY(flush_rules(transcript, document, error));
        transcript->code = fence;
        return document_add_line(document, line, length, error);
    }
    return add_plain(transcript, document, line, length, error);
}

static cpk_status take_line(struct transcript *transcript, struct document *document, const char *line, size_t length,
                            cpk_error **error);

/* Reads the held lines: as code, or as if the block had ended before them. */
static cpk_status replay(struct transcript *transcript, struct document *document, int32_t is_code, cpk_error **error)
{
    struct buffer lines = transcript->held;
    const char *at = buffer_text(&lines);
    const char *end = at + lines.length;
    const char *line;
    size_t length;
    cpk_status status = lines.failed ? error_out_of_memory(error) : CPK_OK;

    buffer_init(&transcript->held, &transcript->context->allocator);
    transcript->held_fences = 0;
    if (!is_code) {
        transcript->code.length = 0;
    }
    while (status == CPK_OK && speaker_next_line(&at, end, &line, &length)) {
        status = is_code ? add_line(transcript, document, line, length, error)
                         : take_line(transcript, document, line, length, error);
    }
    buffer_free(&lines);
    return status;
}

/* Holds a line of an open block. Of the turn in which the next fence stands, an odd number of fences says that the
 * first one ends the block. */
static cpk_status hold(struct transcript *transcript, struct document *document, const char *line, size_t length,
                       cpk_error **error)
{
    struct speaker_line parsed;
    struct speaker_fence fence;
    int32_t is_opener;
    int32_t is_fence = speaker_parse_fence(line, length, &fence, &is_opener) && fence.mark == transcript->code.mark &&
                       fence.length >= transcript->code.length;

    if (transcript->held_fences > 0 && turn_of(transcript, line, length, &parsed) != 0) {
        CPK_TRY(replay(transcript, document, transcript->held_fences % 2 == 1, error));
        return take_line(transcript, document, line, length, error);
    }
    buffer_append(&transcript->held, line, length);
    buffer_append_byte(&transcript->held, '\n');
    if (is_fence && transcript->held_fences == 0 && !speaker_closes(&transcript->code, &fence, is_opener)) {
        return replay(transcript, document, 0, error);
    }
    transcript->held_fences += (size_t)is_fence;
    return transcript->held.length > HELD_BYTES ? replay(transcript, document, transcript->held_fences % 2 == 1, error)
                                                : CPK_OK;
}

static cpk_status take_line(struct transcript *transcript, struct document *document, const char *line, size_t length,
                            cpk_error **error)
{
    struct speaker_line parsed;

    if (transcript->held.length > 0 ||
        (transcript->code.length > 0 && turn_of(transcript, line, length, &parsed) != 0)) {
        return hold(transcript, document, line, length, error);
    }
    return add_line(transcript, document, line, length, error);
}

static cpk_status transcript_line(void *self, struct document *document, const char *line, size_t length,
                                  cpk_error **error)
{
    return take_line(self, document, line, length, error);
}

static cpk_status transcript_end(void *self, struct document *document, cpk_error **error)
{
    struct transcript *transcript = self;

    while (transcript->held.length > 0) {
        CPK_TRY(replay(transcript, document, transcript->held_fences % 2 == 1, error));
    }
    return CPK_OK;
}

static const char *transcript_name(void *self)
{
    (void)self;
    return "transcript";
}

/* Markers look like elements of HTML. */
static int32_t is_possible(const void *head, size_t length, const char *name, const struct speaker_style *style)
{
    return document_is_possible(head, length, name) ||
           ((style->style & SPEAKER_MARKER) != 0 && magic_is_text(head, length) && !document_is_named_json(name));
}

static int32_t transcript_sniff(void *self, const void *head, size_t length, const char *name)
{
    struct speaker_style style;
    enum speaker_result result;

    (void)self;
    if (!magic_is_text(head, length) || document_is_named_json(name)) {
        return 0;
    }
    result = speaker_detect(head, length, &style);
    if (result == SPEAKER_NONE || !is_possible(head, length, name, &style)) {
        return 0;
    }
    return result == SPEAKER_UNSURE ? 50 : (style.style & SPEAKER_MARKER) != 0 ? 92 : 60;
}

static cpk_status read_transcript(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                                  struct transcript *transcript, cpk_error **error)
{
    const struct document_format format = {.provider = transcript->provider,
                                           .title = transcript->title,
                                           .begin = transcript_begin,
                                           .line = transcript_line,
                                           .end = transcript_end,
                                           .section_max_bytes = TURN_BYTES};
    cpk_status status;

    transcript->context = context;
    buffer_init(&transcript->rules, &context->allocator);
    buffer_init(&transcript->held, &context->allocator);
    status = document_read(context, reader, sink, &format, transcript, error);
    buffer_free(&transcript->rules);
    buffer_free(&transcript->held);
    return status;
}

static cpk_status transcript_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    struct transcript transcript = {.provider = "transcript", .time_us = CPK_TIME_UNKNOWN};

    return read_transcript(self, reader, sink, &transcript, error);
}

cpk_status transcript_read_document(const struct context *context, const cpk_reader *reader, const struct buffer *text,
                                    const cpk_sink *sink, const char *provider, const char *title, int64_t time_us,
                                    cpk_error **error)
{
    struct transcript transcript = {.provider = provider, .title = title, .time_us = time_us};

    if (speaker_detect(buffer_text(text), text->length, &transcript.style) == SPEAKER_NONE) {
        return markdown_read_dated(context, reader, sink, provider, title, time_us, error);
    }
    return read_transcript(context, reader, sink, &transcript, error);
}

void transcript_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, transcript_name, transcript_sniff, transcript_extract);
}
