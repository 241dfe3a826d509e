/* Writes a gzip file to memory in pieces and reads one line by line. Output is deterministic: the header has no time.
 */
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

/* Appends to `target`, which must outlive the writer. Call gzip_discard() at the end, even if gzip_begin() failed. */
cpk_status gzip_begin(struct gzip_writer *writer, struct buffer *target, cpk_error **error);
cpk_status gzip_add(struct gzip_writer *writer, const void *bytes, size_t length, cpk_error **error);
cpk_status gzip_finish(struct gzip_writer *writer, cpk_error **error);
void gzip_discard(struct gzip_writer *writer);

#define GZIP_LINE_BYTES_MAX ((size_t)64 << 20)

/* Called for each line, without its line feed; `line` is borrowed for the call. An error stops the reading. */
typedef cpk_status (*gzip_line_fn)(void *user, const char *line, size_t length, cpk_error **error);

/* CPK_ERROR_INVALID_DATA: truncated or damaged file, trailing bytes, or a line longer than GZIP_LINE_BYTES_MAX. */
cpk_status gzip_lines(const cpk_allocator *allocator, const void *bytes, size_t length, gzip_line_fn each, void *user,
                      cpk_error **error);

#endif
