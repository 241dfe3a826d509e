#include "maintenance/gzip.h"

#include "base/error.h"

#include <string.h>

#define WINDOW_BITS_GZIP (15 + 16) /* zlib: add 16 for a gzip header */
#define MEMORY_LEVEL     8
#define PIECE_BYTES      ((size_t)64 << 10)

cpk_status gzip_begin(struct gzip_writer *writer, struct buffer *target, cpk_error **error)
{
    memset(writer, 0, sizeof *writer);
    writer->target = target;
    if (deflateInit2(&writer->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_BITS_GZIP, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        return error_out_of_memory(error);
    }
    writer->open = 1;
    return CPK_OK;
}

static cpk_status deflate_input(struct gzip_writer *writer, int flush, cpk_error **error)
{
    unsigned char piece[4096];
    int result;

    do {
        writer->stream.next_out = piece;
        writer->stream.avail_out = sizeof piece;
        result = deflate(&writer->stream, flush);
        buffer_append(writer->target, piece, sizeof piece - writer->stream.avail_out);
    } while (result == Z_OK && (writer->stream.avail_out == 0 || flush == Z_FINISH));
    return writer->target->failed ? error_out_of_memory(error) : CPK_OK;
}

cpk_status gzip_add(struct gzip_writer *writer, const void *bytes, size_t length, cpk_error **error)
{
    const unsigned char *next = bytes;

    while (length > 0) { /* in pieces: zlib's avail_in has 32 bits */
        const size_t piece = length < PIECE_BYTES ? length : PIECE_BYTES;

        writer->stream.next_in = (unsigned char *)(uintptr_t)next;
        writer->stream.avail_in = (uInt)piece;
        CPK_TRY(deflate_input(writer, Z_NO_FLUSH, error));
        next += piece;
        length -= piece;
    }
    return CPK_OK;
}

cpk_status gzip_finish(struct gzip_writer *writer, cpk_error **error)
{
    return deflate_input(writer, Z_FINISH, error);
}

void gzip_discard(struct gzip_writer *writer)
{
    if (writer->open) {
        (void)deflateEnd(&writer->stream);
        writer->open = 0;
    }
}

/* --- reading --- */

struct gzip_reader {
    z_stream stream;
    struct buffer line; /* the current line, as far as it was read */
    gzip_line_fn each;
    void *user;
};

static cpk_status split_lines(struct gzip_reader *reader, const char *text, size_t length, cpk_error **error)
{
    while (length > 0) {
        const char *end = memchr(text, '\n', length);
        const size_t part = end != NULL ? (size_t)(end - text) : length;

        if (reader->line.length + part > GZIP_LINE_BYTES_MAX) {
            return error_set(error, CPK_ERROR_INVALID_DATA, "archive", "a line is longer than %zu bytes",
                             GZIP_LINE_BYTES_MAX);
        }
        buffer_append(&reader->line, text, part);
        if (reader->line.failed) {
            return error_out_of_memory(error);
        }
        if (end == NULL) {
            return CPK_OK;
        }
        CPK_TRY(reader->each(reader->user, buffer_text(&reader->line), reader->line.length, error));
        buffer_clear(&reader->line);
        text += part + 1;
        length -= part + 1;
    }
    return CPK_OK;
}

static cpk_status set_damaged_error(cpk_error **error)
{
    return error_set(error, CPK_ERROR_INVALID_DATA, "archive", "not a complete gzip file");
}

static cpk_status read_all(struct gzip_reader *reader, const unsigned char *bytes, size_t length, cpk_error **error)
{
    char text[16384];
    int result = Z_OK;

    while (result != Z_STREAM_END) {
        if (reader->stream.avail_in == 0) {
            const size_t piece = length < PIECE_BYTES ? length : PIECE_BYTES;

            if (piece == 0) {
                return set_damaged_error(error);
            }
            reader->stream.next_in = (unsigned char *)(uintptr_t)bytes;
            reader->stream.avail_in = (uInt)piece;
            bytes += piece;
            length -= piece;
        }
        reader->stream.next_out = (unsigned char *)text;
        reader->stream.avail_out = sizeof text;
        result = inflate(&reader->stream, Z_NO_FLUSH);
        if (result == Z_MEM_ERROR) {
            return error_out_of_memory(error);
        }
        if (result != Z_OK && result != Z_STREAM_END) {
            return set_damaged_error(error);
        }
        CPK_TRY(split_lines(reader, text, sizeof text - reader->stream.avail_out, error));
    }
    return length == 0 && reader->stream.avail_in == 0 && reader->line.length == 0 ? CPK_OK : set_damaged_error(error);
}

cpk_status gzip_lines(const cpk_allocator *allocator, const void *bytes, size_t length, gzip_line_fn each, void *user,
                      cpk_error **error)
{
    struct gzip_reader reader;
    cpk_status status;

    memset(&reader, 0, sizeof reader);
    reader.each = each;
    reader.user = user;
    if (inflateInit2(&reader.stream, WINDOW_BITS_GZIP) != Z_OK) {
        return error_out_of_memory(error);
    }
    buffer_init(&reader.line, allocator);
    status = read_all(&reader, bytes, length, error);
    buffer_free(&reader.line);
    (void)inflateEnd(&reader.stream);
    return status;
}
