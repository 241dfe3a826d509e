#include "mcp/lines.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES   ((size_t)64 << 10)
#define PENDING_BYTES (MCP_LINE_BYTES_MAX * 2) /* more is not taken in while a request runs */

void mcp_lines_init(struct mcp_lines *lines, mcp_read_fn read, void *user)
{
    memset(lines, 0, sizeof *lines);
    lines->read = read;
    lines->user = user;
}

void mcp_lines_free(struct mcp_lines *lines)
{
    free(lines->bytes);
    lines->bytes = NULL;
}

/* Drops the lines that were returned. */
static void compact(struct mcp_lines *lines)
{
    size_t drop = lines->start;

    if (drop == 0) {
        return;
    }
    memmove(lines->bytes, lines->bytes + drop, lines->length - drop);
    lines->length -= drop;
    lines->searched -= drop < lines->searched ? drop : lines->searched;
    lines->seen -= drop < lines->seen ? drop : lines->seen;
    lines->start = 0;
}

/* Reads once. Returns false if nothing came. */
static bool fill(struct mcp_lines *lines, bool waits)
{
    ssize_t got = 0;

    if (lines->is_at_end || lines->is_out_of_memory) {
        return false;
    }
    if (lines->capacity - lines->length < BLOCK_BYTES + 1) {
        size_t capacity = lines->length + BLOCK_BYTES * 2;
        char *grown = realloc(lines->bytes, capacity);

        if (grown == NULL) {
            lines->is_out_of_memory = true;
            return false;
        }
        lines->bytes = grown;
        lines->capacity = capacity;
    }
    got = lines->read(lines->user, lines->bytes + lines->length, BLOCK_BYTES, waits);
    if (got > 0) {
        lines->length += (size_t)got;
        return true;
    }
    lines->is_at_end = got == 0 || waits;
    return false;
}

/* The end of the line that begins at `start`, or NULL if it has not arrived. */
static char *find_end(struct mcp_lines *lines, size_t start, size_t from)
{
    from = from > start ? from : start;
    return lines->length > from ? memchr(lines->bytes + from, '\n', lines->length - from) : NULL;
}

/* Returns the line that ends at `end`. */
static enum mcp_line take(struct mcp_lines *lines, size_t end, const char **line, size_t *length)
{
    bool was_left_out = lines->is_left_out;

    *line = lines->bytes + lines->start;
    *length = end - lines->start;
    if (*length > 0 && (*line)[*length - 1] == '\r') {
        (*length)--;
    }
    lines->bytes[lines->start + *length] = '\0';
    lines->start = end < lines->length ? end + 1 : end;
    lines->searched = lines->start;
    lines->is_left_out = false;
    return was_left_out || *length > MCP_LINE_BYTES_MAX ? MCP_LINE_TOO_LONG : MCP_LINE_READ;
}

enum mcp_line mcp_lines_next(struct mcp_lines *lines, const char **line, size_t *length)
{
    compact(lines);
    for (;;) {
        const char *end = find_end(lines, lines->start, lines->searched);

        if (end != NULL) {
            return take(lines, (size_t)(end - lines->bytes), line, length);
        }
        lines->searched = lines->length;
        if (lines->length - lines->start > MCP_LINE_BYTES_MAX) { /* drop what there is of it */
            lines->is_left_out = true;
            lines->length = lines->start;
            lines->searched = lines->start;
            lines->seen = lines->seen < lines->start ? lines->seen : lines->start;
        }
        if (!fill(lines, true)) {
            if (lines->is_out_of_memory) {
                return MCP_LINE_NO_MEMORY;
            }
            return lines->length > lines->start || lines->is_left_out ? take(lines, lines->length, line, length)
                                                                      : MCP_LINE_END;
        }
    }
}

bool mcp_lines_peek(struct mcp_lines *lines, const char **line, size_t *length)
{
    const char *end = NULL;
    bool goes_on = true;

    while (goes_on && lines->length - lines->start < PENDING_BYTES) {
        goes_on = fill(lines, false);
    }
    lines->seen = lines->seen > lines->start ? lines->seen : lines->start;
    end = find_end(lines, lines->seen, lines->seen);
    if (end == NULL) {
        return false;
    }
    *line = lines->bytes + lines->seen;
    *length = (size_t)(end - *line);
    lines->seen += *length + 1;
    return true;
}
