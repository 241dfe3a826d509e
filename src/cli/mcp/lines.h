/* Reads lines of JSON from a stream, and looks ahead at those that have arrived. */
#ifndef CLI_MCP_LINES_H
#define CLI_MCP_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define MCP_LINE_BYTES_MAX ((size_t)4 << 20)

enum mcp_line {
    MCP_LINE_END,      /* the stream ended, or a signal came */
    MCP_LINE_READ,     /* one line, without its line end */
    MCP_LINE_TOO_LONG, /* a line of more than MCP_LINE_BYTES_MAX bytes was left out */
    MCP_LINE_NO_MEMORY
};

/* Reads bytes as read(2) does; `waits` is false: only those that are there, else -1. */
typedef ssize_t (*mcp_read_fn)(void *user, void *buffer, size_t capacity, bool waits);

struct mcp_lines {
    mcp_read_fn read;
    void *user;
    char *bytes;
    size_t length;
    size_t capacity;
    size_t start;     /* of the next line */
    size_t searched;  /* up to here there is no line end after `start` */
    size_t seen;      /* up to here mcp_lines_peek() has gone */
    bool is_left_out; /* the current line is too long: its rest is dropped */
    bool is_at_end;
    bool is_out_of_memory;
};

void mcp_lines_init(struct mcp_lines *lines, mcp_read_fn read, void *user);
void mcp_lines_free(struct mcp_lines *lines);

/* Waits for the next line. It is NUL-terminated and valid until the next call. A last line without a line end counts.
 */
enum mcp_line mcp_lines_next(struct mcp_lines *lines, const char **line, size_t *length);

/* Takes in what has arrived, and returns the next whole line after those that mcp_lines_next() and this call returned,
 * without removing it; false if there is none. */
bool mcp_lines_peek(struct mcp_lines *lines, const char **line, size_t *length);

#endif
