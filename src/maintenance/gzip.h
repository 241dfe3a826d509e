/* A gzip file in memory, made piece by piece and read line by line. The same bytes give the same file. */
#ifndef MAINTENANCE_GZIP_H
#define MAINTENANCE_GZIP_H

#include "base/buffer.h"

#include <contextpack/error.h>

#include <zlib.h>

struct gzip_writer {
    z_stream stream;
    struct buffer *target;
    int32_t open;
};

/* Appends to the target. gzip_discard() afterwards, also on failure. */
cpk_status gzip_begin(struct gzip_writer *writer, struct buffer *target, cpk_error **error);
cpk_status gzip_add(struct gzip_writer *writer, const void *bytes, size_t length, cpk_error **error);
cpk_status gzip_finish(struct gzip_writer *writer, cpk_error **error);
void gzip_discard(struct gzip_writer *writer);

#define GZIP_LINE_BYTES_MAX ((size_t)64 << 20)

/* Takes one line without its end, borrowed for the call. An error stops the reading. */
typedef cpk_status (*gzip_line_fn)(void *user, const char *line, size_t length, cpk_error **error);

/* CPK_ERROR_INVALID_DATA for bytes that are no whole gzip file, or a line of more than GZIP_LINE_BYTES_MAX. */
cpk_status gzip_lines(const cpk_allocator *allocator, const void *bytes, size_t length, gzip_line_fn each, void *user,
                      cpk_error **error);

#endif
