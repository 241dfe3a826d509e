#include "extract/json/json_lines.h"

#include "base/json/json_view.h"

#include <string.h>

struct lines {
    const char *at;
    const char *end;
    int32_t is_start; /* more text follows */
};

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* The next line that is not blank, without white space around it; without the last one if it may be cut. */
static int32_t next_line(struct lines *lines, const char **line, size_t *length)
{
    while (lines->at < lines->end) {
        const char *feed = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
        const char *from = lines->at;
        const char *to = feed != NULL ? feed : lines->end;

        lines->at = feed != NULL ? feed + 1 : lines->end;
        if (feed == NULL && lines->is_start) {
            return 0;
        }
        while (from < to && is_space(*from)) {
            from++;
        }
        while (to > from && is_space(to[-1])) {
            to--;
        }
        if (to > from) {
            *line = from;
            *length = (size_t)(to - from);
            return 1;
        }
    }
    return 0;
}

static struct lines lines_of(const char *text, size_t length, int32_t is_start)
{
    struct lines lines = {text, text + length, is_start};

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        lines.at += 3;
    }
    if (length > JSON_LINES_LOOK_BYTES) {
        lines.end = text + JSON_LINES_LOOK_BYTES;
        lines.is_start = 1;
    }
    return lines;
}

/* An object or array that is over a limit is JSON, too. */
static int32_t is_valid(const struct context *context, struct json_doc *doc, const char *line, size_t length)
{
    cpk_status status;

    if ((*line != '{' || line[length - 1] != '}') && (*line != '[' || line[length - 1] != ']')) {
        return 0;
    }
    status = json_doc_read(doc, line, length, (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_DEPTH),
                           (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_VALUES));
    return status == CPK_OK || status == CPK_ERROR_LIMIT_EXCEEDED;
}

int32_t json_lines_detect(const struct context *context, const char *text, size_t length, int32_t is_start)
{
    struct lines lines = lines_of(text, length, is_start);
    size_t valid = 0;
    size_t all = 0;
    int32_t is_first_valid = 0;
    struct json_doc doc;
    const char *line;
    size_t line_length;

    json_doc_init(&doc, &context->allocator);
    while (next_line(&lines, &line, &line_length)) {
        int32_t is_json = is_valid(context, &doc, line, line_length);

        is_first_valid |= all == 0 && is_json;
        valid += (size_t)is_json;
        all++;
    }
    json_doc_free(&doc);
    return all >= 2 && 2 * valid >= all && (is_first_valid || valid >= 2);
}

size_t json_lines_append_valid(const struct context *context, const char *text, size_t length, int32_t is_start,
                               struct buffer *target)
{
    struct lines lines = lines_of(text, length, is_start);
    size_t invalid = 0;
    struct json_doc doc;
    const char *line;
    size_t line_length;

    json_doc_init(&doc, &context->allocator);
    while (next_line(&lines, &line, &line_length)) {
        if (is_valid(context, &doc, line, line_length)) {
            buffer_append(target, line, line_length);
            buffer_append_byte(target, '\n');
        } else {
            invalid++;
        }
    }
    json_doc_free(&doc);
    return invalid;
}
