/* Custom instructions and memories, as exports bring them. */
#include "analyze/rules/instruction.h"
#include "base/time.h"

#include <string.h>

#define FRAGMENT_BYTES 40 /* a shorter item is read with its heading: "Allergies", "- latex" */

struct told_reader {
    struct arena *arena;
    const cpk_message *message;
    const char *text;
    size_t length;
    size_t at;
    const char *heading; /* the last line that was a heading, or NULL */
    instruction_emit_fn emit;
    void *user;
    int32_t failed;
};

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && is_space((*text)[0])) {
        (*text)++;
        (*length)--;
    }
    while (*length > 0 && is_space((*text)[*length - 1])) {
        (*length)--;
    }
}

static void emit(struct told_reader *reader, const char *text, size_t length, struct instruction found)
{
    trim(&text, &length);
    if (length == 0) {
        return;
    }
    found.text = arena_copy_bytes(reader->arena, text, length);
    if (found.text == NULL) {
        reader->failed = 1;
        return;
    }
    reader->emit(reader->user, &found);
}

/* Length of "- ", "* ", "12. " or a bullet at the start of a line; 0 if there is none. */
static size_t mark_length(const char *line, size_t length)
{
    size_t at = 0;

    while (at < length && at < 4 && line[at] >= '0' && line[at] <= '9') {
        at++;
    }
    if (at > 0) {
        return at + 1 < length && (line[at] == '.' || line[at] == ')') && line[at + 1] == ' ' ? at + 2 : 0;
    }
    if (length > 2 && strchr("-*+", line[0]) != NULL && line[1] == ' ') {
        return 2;
    }
    if (length > 4 && memcmp(line, "\xE2\x80\xA2", 3) == 0) {
        return line[3] == ' ' ? 4 : 3;
    }
    return 0;
}

/* Reads "[2025-04-12]. " at the start of a memory. */
static size_t date_length(const char *line, size_t length, int64_t *time_us)
{
    const char *close = length > 11 && line[0] == '[' ? memchr(line, ']', length < 32 ? length : 32) : NULL;
    int64_t found;
    size_t at;

    if (close == NULL) {
        return 0;
    }
    found = time_parse_iso(line + 1, (size_t)(close - line) - 1);
    if (found == CPK_TIME_UNKNOWN) {
        return 0;
    }
    *time_us = found;
    at = (size_t)(close - line) + 1;
    while (at < length && strchr(".:,;- ", line[at]) != NULL) {
        at++;
    }
    return at;
}

/* 1 for "# Preferences", "**Work context**", "Allergies:". */
static int32_t is_heading(const char *line, size_t length)
{
    if (length == 0) {
        return 0;
    }
    return line[0] == '#' || line[length - 1] == ':' ||
           (length > 4 && memcmp(line, "**", 2) == 0 && memcmp(line + length - 2, "**", 2) == 0) ||
           (length > 2 && line[0] == '*' && line[1] != ' ' && line[length - 1] == '*');
}

static int32_t is_fragment(const char *line, size_t length)
{
    return length < FRAGMENT_BYTES && strchr(".!?", line[length - 1]) == NULL && memchr(line, ':', length) == NULL &&
           (unsigned char)line[0] < 0xE3;
}

/* The next line of the text, trimmed; *indented if it is below a list item. 0 at the end. */
static int32_t peek_line(const struct told_reader *reader, const char **line, size_t *length, size_t *next,
                         int32_t *indented)
{
    const char *end;

    if (reader->at >= reader->length) {
        return 0;
    }
    *line = reader->text + reader->at;
    end = memchr(*line, '\n', reader->length - reader->at);
    *length = end == NULL ? reader->length - reader->at : (size_t)(end - *line);
    *next = reader->at + *length + (end != NULL);
    *indented = *length > 2 && ((*line)[0] == '\t' || ((*line)[0] == ' ' && (*line)[1] == ' '));
    trim(line, length);
    return 1;
}

/* End of the memory that begins with a line: items below it, indented, belong to it. */
static size_t memory_end(struct told_reader *reader, size_t end)
{
    const char *line;
    size_t length;
    size_t next;
    int32_t indented;

    while (peek_line(reader, &line, &length, &next, &indented) && indented && length > 0) {
        end = (size_t)(line - reader->text) + length;
        reader->at = next;
    }
    return end;
}

/* Emits the items below a heading that mean nothing without it, together with it. */
static void emit_fragments(struct told_reader *reader, size_t end)
{
    const char *line;
    size_t length;
    size_t next;
    size_t mark;
    int32_t indented;

    while (peek_line(reader, &line, &length, &next, &indented) && length > 0) {
        mark = mark_length(line, length);
        if (mark == 0 || !is_fragment(line + mark, length - mark)) {
            break;
        }
        end = (size_t)(line - reader->text) + length;
        reader->at = next;
    }
    emit(reader, reader->heading, (size_t)(reader->text + end - reader->heading),
         (struct instruction){.subject = INSTRUCTION_MEMORY, .value = "", .time_us = reader->message->time_us});
    reader->heading = NULL;
}

/* Start of what a memory that says "forget that ..." ends; 0 for other memories. -1 if there is no memory. */
static int64_t forgotten_start(struct told_reader *reader, const char *line, size_t length)
{
    struct request_sentence *tokens = arena_allocate(reader->arena, sizeof *tokens);

    if (tokens == NULL || !request_read(reader->arena, line, length < 400 ? length : 400, REQUEST_FORGET, tokens)) {
        return -1;
    }
    for (size_t i = 0; i < tokens->count && i < 4; i++) {
        if ((tokens->tokens[i].classes & REQUEST_FORGET) != 0) {
            return (int64_t)tokens->tokens[i].source_end;
        }
    }
    return 0;
}

static void read_memory(struct told_reader *reader, const char *line, size_t length)
{
    struct instruction found = {.subject = INSTRUCTION_MEMORY, .value = "", .time_us = reader->message->time_us};
    size_t end = (size_t)(line - reader->text) + length;
    size_t mark = mark_length(line, length);
    size_t dated = date_length(line + mark, length - mark, &found.time_us);
    size_t start = (size_t)(line - reader->text) + mark + dated;
    int64_t forgotten;

    if (start >= end) {
        return;
    }
    if (reader->heading != NULL && mark > 0 && dated == 0 && is_fragment(line + mark, length - mark)) {
        emit_fragments(reader, end);
        return;
    }
    forgotten = forgotten_start(reader, reader->text + start, end - start);
    reader->failed |= forgotten < 0;
    found.ended = forgotten > 0;
    end = memory_end(reader, end);
    start += forgotten > 0 ? (size_t)forgotten : 0;
    emit(reader, reader->text + start, end - start, found);
}

/* A list of memories gives one for each line; headings are kept only where the items need them. */
static void read_memories(struct told_reader *reader)
{
    const char *line;
    size_t length;
    size_t next;
    int32_t indented;

    while (!reader->failed && peek_line(reader, &line, &length, &next, &indented)) {
        reader->at = next;
        if (length == 0) {
            continue;
        }
        if (is_heading(line, length) && mark_length(line, length) == 0) {
            reader->heading = line;
        } else {
            read_memory(reader, line, length);
        }
    }
}

int32_t instruction_read_told(struct arena *arena, const cpk_message *message, instruction_emit_fn emit_fn, void *user)
{
    struct told_reader reader = {.arena = arena,
                                 .message = message,
                                 .text = message->text,
                                 .length = message->text_length,
                                 .emit = emit_fn,
                                 .user = user};
    const char *id = message->message_id;
    int32_t description = strcmp(id, "description") == 0; /* of a Claude project, as the next is its instructions */
    int32_t project = description || strcmp(id, "prompt_template") == 0;

    if (message->kind == CPK_KIND_MEMORY) {
        read_memories(&reader);
    } else {
        emit(&reader, message->text, message->text_length,
             (struct instruction){.subject = description ? INSTRUCTION_MEMORY : INSTRUCTION_CUSTOM,
                                  .value = project ? message->conversation_title : "",
                                  .time_us = message->time_us});
    }
    return !reader.failed;
}
