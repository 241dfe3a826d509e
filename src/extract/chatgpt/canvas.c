#include "extract/chatgpt/canvas.h"

#include <string.h>

#define PIECES_MAX    16 /* literal pieces of a pattern, between its wildcards */
#define GROWTH_FACTOR 4  /* bytes that updates may write for each byte of the conversation */
#define GROWTH_MIN    ((size_t)64 * 1024)
#define KEPT_BYTES    ((size_t)1 << 20)

/* A pattern as literal pieces with wildcards between them. Texts are offsets in the decoded pattern. */
struct pattern {
    struct piece {
        size_t start;
        size_t length;
    } pieces[PIECES_MAX];
    size_t count;
    int32_t opens;  /* starts with a wildcard */
    int32_t closes; /* ends with one */
    int32_t is_lazy;
};

void canvas_init(struct canvas *canvas, const cpk_allocator *allocator)
{
    memset(canvas, 0, sizeof *canvas);
    buffer_init(&canvas->name, allocator);
    buffer_init(&canvas->text, allocator);
    buffer_init(&canvas->pattern, allocator);
    buffer_init(&canvas->replacement, allocator);
    buffer_init(&canvas->result, allocator);
}

void canvas_free(struct canvas *canvas)
{
    buffer_free(&canvas->name);
    buffer_free(&canvas->text);
    buffer_free(&canvas->pattern);
    buffer_free(&canvas->replacement);
    buffer_free(&canvas->result);
}

void canvas_begin(struct canvas *canvas, size_t conversation_bytes)
{
    canvas->is_known = 0;
    buffer_clear(&canvas->name);
    canvas->bytes_left = conversation_bytes < SIZE_MAX / GROWTH_FACTOR - GROWTH_MIN
                             ? conversation_bytes * GROWTH_FACTOR + GROWTH_MIN
                             : SIZE_MAX;
    buffer_release_above(&canvas->text, KEPT_BYTES);
    buffer_release_above(&canvas->result, KEPT_BYTES);
    buffer_release_above(&canvas->replacement, KEPT_BYTES);
    buffer_release_above(&canvas->pattern, KEPT_BYTES);
}

/* Length of a wildcard that matches any text: ".*", "[\s\S]*", each also with "?"; 0 if there is none. */
static size_t wildcard_length(const char *at, size_t left, int32_t *is_lazy)
{
    static const char *const wildcards[] = {".*", ".+", "[\\s\\S]*", "[\\S\\s]*", "[\\s\\S]+", "(.|\\n)*"};

    for (size_t i = 0; i < sizeof wildcards / sizeof wildcards[0]; i++) {
        size_t length = strlen(wildcards[i]);

        if (left >= length && memcmp(at, wildcards[i], length) == 0) {
            *is_lazy = left > length && at[length] == '?';
            return length + (size_t)*is_lazy;
        }
    }
    return 0;
}

/* The character of an escape such as "\." or "\n"; 0 if it stands for something else. */
static char literal_escape(char byte)
{
    switch (byte) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    default:
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ? '\0'
                                                                                                            : byte;
    }
}

static int32_t end_piece(struct pattern *pattern, size_t start, size_t end)
{
    if (start == end) {
        return 1;
    }
    if (pattern->count == PIECES_MAX) {
        return 0;
    }
    pattern->pieces[pattern->count++] = (struct piece){start, end - start};
    return 1;
}

/* Splits a pattern into pieces and removes its escapes in place. 0 if it has more than literals and wildcards. */
static int32_t split_pattern(struct buffer *text, struct pattern *pattern)
{
    size_t to = 0;
    size_t start = 0;

    memset(pattern, 0, sizeof *pattern);
    for (size_t from = 0; from < text->length;) {
        size_t wildcard = wildcard_length(text->data + from, text->length - from, &pattern->is_lazy);
        char byte = text->data[from];

        if (wildcard > 0) {
            if (!end_piece(pattern, start, to)) {
                return 0;
            }
            pattern->opens |= pattern->count == 0;
            start = to;
            from += wildcard;
            pattern->closes = from == text->length;
            continue;
        }
        if (byte == '\\') {
            byte = from + 1 < text->length ? literal_escape(text->data[++from]) : '\0';
        } else if (strchr(".*+?[](){}|^$", byte) != NULL) {
            byte = '\0';
        }
        if (byte == '\0') {
            return 0;
        }
        text->data[to++] = byte;
        from++;
    }
    text->length = to;
    return end_piece(pattern, start, to);
}

/* Finds the first match at or after `from`. */
static int32_t find_match(const struct canvas *canvas, const struct pattern *pattern, size_t from, size_t *start,
                          size_t *end)
{
    const char *text = buffer_text(&canvas->text);
    size_t at = from;

    *start = from;
    for (size_t i = 0; i < pattern->count; i++) {
        const struct piece *piece = &pattern->pieces[i];
        const char *found =
            memmem(text + at, canvas->text.length - at, canvas->pattern.data + piece->start, piece->length);
        int32_t is_last = i + 1 == pattern->count;

        for (const char *next = found; next != NULL && i > 0 && is_last && !pattern->is_lazy && !pattern->closes;) {
            found = next; /* a greedy wildcard reaches as far as possible */
            at = (size_t)(next - text) + piece->length;
            next = memmem(text + at, canvas->text.length - at, canvas->pattern.data + piece->start, piece->length);
        }
        if (found == NULL) {
            return 0;
        }
        *start = i == 0 && !pattern->opens ? (size_t)(found - text) : *start;
        at = (size_t)(found - text) + piece->length;
    }
    *end = pattern->closes ? canvas->text.length : at;
    return pattern->count > 0 || pattern->closes;
}

/* Decodes the escapes of a replacement. 0 if it refers to groups of the pattern. */
static int32_t read_replacement(struct buffer *text)
{
    size_t to = 0;

    for (size_t from = 0; from < text->length; from++) {
        char byte = text->data[from];
        char next = from + 1 < text->length ? text->data[from + 1] : '\0';

        if (byte == '\\' && ((next >= '0' && next <= '9') || next == 'g')) {
            return 0;
        }
        if (byte == '\\' && (next == '\\' || next == 'n' || next == 't')) {
            byte = next == 'n' ? '\n' : next == 't' ? '\t' : '\\';
            from++;
        }
        text->data[to++] = byte;
    }
    text->length = to;
    return 1;
}

static int32_t replace_matches(struct canvas *canvas, const struct pattern *pattern, int32_t all)
{
    size_t at = 0;
    size_t start;
    size_t end;
    size_t count = 0;

    buffer_clear(&canvas->result);
    while ((count == 0 || all) && at <= canvas->text.length && find_match(canvas, pattern, at, &start, &end) &&
           canvas->result.length + canvas->replacement.length <= canvas->bytes_left) {
        buffer_append(&canvas->result, buffer_text(&canvas->text) + at, start - at);
        buffer_append(&canvas->result, buffer_text(&canvas->replacement), canvas->replacement.length);
        count++;
        if (end == start || end == canvas->text.length) {
            at = end;
            break;
        }
        at = end;
    }
    buffer_append(&canvas->result, buffer_text(&canvas->text) + at, canvas->text.length - at);
    return count > 0;
}

static int32_t apply_update(struct canvas *canvas, struct json_view update)
{
    static const struct json_name names[] = {JSON_NAME("pattern"), JSON_NAME("replacement"), JSON_NAME("multiple")};
    struct json_view members[3];
    struct pattern pattern;
    struct buffer swap;
    int32_t is_whole;

    json_select(update, names, 3, members);
    if (members[0].type != JSON_VIEW_STRING || members[1].type != JSON_VIEW_STRING) {
        return 0;
    }
    is_whole = json_is_text(members[0], ".*");
    if (!is_whole && !canvas->is_known) {
        return 0;
    }
    buffer_clear(&canvas->pattern);
    buffer_clear(&canvas->replacement);
    json_append_text(&canvas->pattern, members[0]);
    json_append_text(&canvas->replacement, members[1]);
    if (canvas->pattern.failed || canvas->replacement.failed) {
        canvas->text.failed = 1;
        return 1;
    }
    if (is_whole) {
        buffer_clear(&canvas->result);
        buffer_append(&canvas->result, buffer_text(&canvas->replacement), canvas->replacement.length);
    } else if (!split_pattern(&canvas->pattern, &pattern) || !read_replacement(&canvas->replacement) ||
               !replace_matches(canvas, &pattern, json_is_true(members[2]))) {
        return 0;
    }
    canvas->result.failed = canvas->result.failed || canvas->text.failed;
    swap = canvas->text;
    canvas->text = canvas->result;
    canvas->result = swap;
    canvas->is_known = 1;
    return 1;
}

static int32_t apply_updates(struct canvas *canvas, struct json_view updates, int32_t is_active)
{
    struct json_iter iter;
    size_t count = 0;

    if (updates.type != JSON_VIEW_ARRAY) {
        return 0;
    }
    canvas->is_known = canvas->is_known && canvas->is_active == is_active;
    json_iter_init(&iter, updates);
    while (json_iter_next(&iter)) {
        if (!apply_update(canvas, iter.value) || canvas->text.length > canvas->bytes_left) {
            canvas->is_known = 0;
            return 0;
        }
        if (canvas->text.failed) {
            return 1;
        }
        canvas->bytes_left -= canvas->text.length;
        count++;
    }
    canvas->is_active = is_active;
    return count > 0;
}

int32_t canvas_apply(struct canvas *canvas, struct json_view call, int32_t is_active)
{
    static const struct json_name names[] = {JSON_NAME("name"), JSON_NAME("content"), JSON_NAME("updates")};
    struct json_view members[3];

    json_select(call, names, 3, members);
    if (members[1].type != JSON_VIEW_STRING) {
        return apply_updates(canvas, members[2], is_active);
    }
    buffer_clear(&canvas->name);
    buffer_clear(&canvas->text);
    json_append_text(&canvas->name, members[0]);
    json_append_text(&canvas->text, members[1]);
    canvas->is_known = 1;
    canvas->is_active = is_active;
    return 1;
}
