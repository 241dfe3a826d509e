/* Text as Claude's apps export it: artifacts and thinking in tags, and placeholders for unsupported blocks. */
#include "base/error.h"
#include "extract/claude/claude_internal.h"

#include <string.h>

#define FENCE      "```"
#define LINE_BYTES 300 /* longer lines are no placeholders */

/* Lines that apps export for blocks they can't show: the start, and a later part of each. */
static const struct {
    const char *start;
    const char *part;
} placeholders[] = {{"This block is not supported on your current device", ""},
                    {"This content is not supported on your current device", ""},
                    {"Viewing artifacts created via", "supported on"}};

struct tag {
    const char *open;  /* start of the opening tag */
    const char *close; /* the closing tag */
    int32_t kind;
};

static const struct tag tags[] = {{"<antArtifact", "</antArtifact>", CPK_KIND_ARTIFACT},
                                  {"<antThinking", "</antThinking>", CPK_KIND_THINKING}};

static const char *find(const char *from, const char *end, const char *what)
{
    return from < end ? memmem(from, (size_t)(end - from), what, strlen(what)) : NULL;
}

static const char *line_start(const char *begin, const char *at)
{
    while (at > begin && at[-1] != '\n') {
        at--;
    }
    return at;
}

static const char *line_end(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));

    return newline != NULL ? newline : end;
}

static void trim(const char **start, const char **end)
{
    while (*start < *end && (**start == ' ' || **start == '\t')) {
        (*start)++;
    }
    while (*end > *start && strchr(" \t\r", (*end)[-1]) != NULL) {
        (*end)--;
    }
}

static int32_t is_fence(const char *start, const char *end)
{
    trim(&start, &end);
    return end - start == 3 && memcmp(start, FENCE, 3) == 0;
}

static int32_t is_placeholder(const char *start, const char *end)
{
    trim(&start, &end);
    for (size_t i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++) {
        size_t length = strlen(placeholders[i].start);

        if ((size_t)(end - start) >= length && end - start < LINE_BYTES &&
            memcmp(start, placeholders[i].start, length) == 0 &&
            (placeholders[i].part[0] == '\0' || find(start, end, placeholders[i].part) != NULL)) {
            return 1;
        }
    }
    return 0;
}

/* The next start of a placeholder's text, which need not be a whole line; NULL if there is none. */
static const char *find_placeholder(const char *at, const char *end)
{
    const char *first = NULL;

    for (size_t i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++) {
        const char *found = find(at, first != NULL ? first : end, placeholders[i].start);

        first = found != NULL ? found : first;
    }
    return first;
}

/* Appends the text without placeholder lines of blocks that the exporting device could not show, and without the code
 * fence around each. */
static void append_without_placeholders(struct buffer *target, const char *text, size_t length)
{
    const char *end = text + length;
    const char *next = text; /* start of the text that was not appended yet */
    const char *at = text;
    const char *found;

    while ((found = find_placeholder(at, end)) != NULL) {
        const char *start = line_start(text, found);
        const char *stop = line_end(found, end);

        at = stop;
        if (start < next || !is_placeholder(start, stop)) {
            continue;
        }
        if (start > next && stop < end) {
            const char *before = line_start(next, start - 1);
            const char *after = line_end(stop + 1, end);

            if (is_fence(before, start - 1) && is_fence(stop + 1, after)) {
                start = before;
                at = after;
            }
        }
        buffer_append(target, next, (size_t)(start - next));
        next = at;
    }
    buffer_append(target, next, (size_t)(end - next));
}

int32_t claude_has_words(struct claude_writer *writer, struct json_view text)
{
    struct buffer *scrap = &writer->scrap;
    struct buffer words;
    int32_t has_words = 0;

    if (json_is_empty_text(text) || writer->role != CPK_ROLE_ASSISTANT) {
        return !json_is_empty_text(text); /* people may quote a placeholder */
    }
    buffer_clear(scrap);
    json_append_text(scrap, text);
    writer->out_of_memory = writer->out_of_memory || scrap->failed;
    if (scrap->failed) {
        return 0;
    }
    buffer_init(&words, &writer->context->allocator);
    append_without_placeholders(&words, scrap->data, scrap->length);
    for (size_t i = 0; i < words.length && !has_words; i++) {
        has_words = strchr(" \t\r\n", words.data[i]) == NULL;
    }
    writer->out_of_memory = writer->out_of_memory || words.failed;
    buffer_free(&words);
    return has_words;
}

/* The '>' of an opening tag, skipping quoted attributes; NULL if the tag is incomplete. */
static const char *tag_end(const char *at, const char *end)
{
    char quote = '\0';

    for (; at < end; at++) {
        if (quote != '\0') {
            quote = *at == quote ? '\0' : quote;
        } else if (*at == '"' || *at == '\'') {
            quote = *at;
        } else if (*at == '>') {
            return at;
        }
    }
    return NULL;
}

/* Copies the value of ` name="..."` in an opening tag to the arena; NULL if there is none. */
static const char *copy_attribute(struct claude_writer *writer, const char *at, const char *end, const char *name)
{
    const char *found = find(at, end, name);
    const char *value, *stop;

    if (found == NULL) {
        return NULL;
    }
    value = found + strlen(name);
    stop = memchr(value, '"', (size_t)(end - value));
    return stop != NULL ? claude_clean_line(writer, value, (size_t)(stop - value)) : NULL;
}

static const struct tag *next_tag(const char *from, const char *end, const char **at)
{
    while ((*at = find(from, end, "<ant")) != NULL) {
        for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
            size_t length = strlen(tags[i].open);

            if ((size_t)(end - *at) > length && memcmp(*at, tags[i].open, length) == 0) {
                return &tags[i];
            }
        }
        from = *at + 1;
    }
    return NULL;
}

static cpk_status write_tagged(struct claude_writer *writer, const struct tag *tag, const char *open,
                               const char *content, const char *close, cpk_error **error)
{
    cpk_attachment file = {NULL, NULL, NULL, -1};
    struct claude_part part = {.kind = tag->kind, .text = content, .length = (size_t)(close - content)};

    if (tag->kind == CPK_KIND_ARTIFACT) {
        file.id = copy_attribute(writer, open, content, " identifier=\"");
        file.name = copy_attribute(writer, open, content, " title=\"");
        file.media_type = copy_attribute(writer, open, content, " type=\"");
        part.file = &file;
        claude_artifact_set(writer, file.id, file.name, content, part.length);
    } else {
        part.flags = CPK_MESSAGE_HIDDEN;
    }
    return claude_write_part(writer, &part, error);
}

/* Writes text with embedded tags; an unclosed tag extends to the end. `source` is the buffer with the text. */
static cpk_status write_marked_up(struct claude_writer *writer, const char *at, const char *end, struct buffer *source,
                                  cpk_error **error)
{
    while (at < end) {
        const char *open, *content, *close;
        const struct tag *tag = next_tag(at, end, &open);
        struct claude_part part = {.kind = CPK_KIND_TEXT, .text = at};

        content = tag != NULL ? tag_end(open, end) : NULL;
        if (content == NULL) {
            part.length = (size_t)(end - at);
            part.text_buffer = source;
            return claude_write_part(writer, &part, error);
        }
        content++;
        close = find(content, end, tag->close);
        part.length = (size_t)(open - at);
        CPK_TRY(claude_write_part(writer, &part, error));
        CPK_TRY(write_tagged(writer, tag, open, content, close != NULL ? close : end, error));
        at = close != NULL ? close + strlen(tag->close) : end;
    }
    return CPK_OK;
}

cpk_status claude_flush_speech(struct claude_writer *writer, cpk_error **error)
{
    struct buffer *speech = &writer->speech;
    struct claude_part part = {.kind = CPK_KIND_TEXT, .text_buffer = speech};
    cpk_status status;

    if (speech->failed) {
        return error_out_of_memory(error);
    }
    if (speech->length == 0) {
        return CPK_OK;
    }
    if (writer->role != CPK_ROLE_ASSISTANT) {
        part.text = speech->data;
        part.length = speech->length;
        status = claude_write_part(writer, &part, error);
        buffer_clear(speech);
        return status;
    }
    if (find_placeholder(speech->data, speech->data + speech->length) != NULL) {
        buffer_clear(&writer->scrap);
        append_without_placeholders(&writer->scrap, speech->data, speech->length);
        buffer_clear(speech);
        buffer_append(speech, buffer_text(&writer->scrap), writer->scrap.length);
        if (writer->scrap.failed || speech->failed) {
            return error_out_of_memory(error);
        }
    }
    status = write_marked_up(writer, speech->data, speech->data + speech->length, speech, error);
    buffer_clear(speech);
    return status;
}

cpk_status claude_write_speech(struct claude_writer *writer, struct json_view text, cpk_error **error)
{
    buffer_clear(&writer->speech);
    json_append_text(&writer->speech, text);
    return claude_flush_speech(writer, error);
}
