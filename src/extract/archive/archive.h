/* A ZIP archive over a seekable reader: what is in it, and one entry at a time as a forward reader. Nothing is ever
 * written by an entry's name. What is inflated is counted as it comes out, never believed from the directory. */
#ifndef EXTRACT_ARCHIVE_ARCHIVE_H
#define EXTRACT_ARCHIVE_ARCHIVE_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

struct archive;

struct archive_entry {
    const char *name;         /* valid UTF-8 without control characters, with its folders; never NULL */
    const char *base_name;    /* the part of `name` after the last '/' or '\' */
    int64_t size_bytes;       /* as declared, -1 when not; proves nothing */
    int64_t compressed_bytes; /* as declared, -1 when not */
    int32_t encrypted;
    int32_t directory;
    int32_t unsupported_method; /* the number of a compression method that can't be read here, or -1 */
};

/* An open entry. `reader` goes forward only and points into this struct, so the struct must stay where it is. `damaged`
 * tells that a read failed because this entry's own bytes are wrong: what came before is whole, and the other entries
 * may be. Any other failure is of the reader, of memory or of a limit. */
struct archive_stream {
    cpk_reader reader;
    struct archive *archive;
    struct zip_file *file;
    size_t index;
    int64_t read_bytes; /* inflated so far */
    int32_t damaged;
    cpk_status failure; /* what a read came to; every later one comes to the same */
    cpk_error *error;   /* why, until a read reports it */
};

int32_t archive_is(const void *head, size_t length); /* the first bytes are those of a ZIP, empty ones included */

/* Reads the directory. `reader` needs `read_at` and a size, and must outlive the archive. An archive that was found in
 * another is opened with that one as `parent`, so that both count against the limits of the outermost.
 * CPK_ERROR_INVALID_DATA when it is damaged or cut off, CPK_ERROR_LIMIT_EXCEEDED beyond archive.max_entries. */
cpk_status archive_open(const struct context *context, const cpk_reader *reader, struct archive *parent,
                        struct archive **archive, cpk_error **error);
size_t archive_entry_count(const struct archive *archive);
const struct archive_entry *archive_entry_at(const struct archive *archive, size_t index);
void archive_close(struct archive *archive); /* NULL is allowed */

/* CPK_ERROR_ENCRYPTED, CPK_ERROR_UNSUPPORTED (compression method), CPK_ERROR_INVALID_DATA (with `damaged` set). */
cpk_status archive_stream_open(struct archive *archive, size_t index, struct archive_stream *stream, cpk_error **error);
void archive_stream_close(struct archive_stream *stream);

#endif
