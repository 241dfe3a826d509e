/* A ZIP archive on a seekable reader: its entries, and each entry as a forward-only reader. Entry names are never used
 * as paths. Inflated bytes are counted when they are read; declared sizes are not trusted. */
#ifndef EXTRACT_ARCHIVE_ARCHIVE_H
#define EXTRACT_ARCHIVE_ARCHIVE_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

struct archive;

/* What an entry is, by its Unix attributes if it has them. */
enum archive_entry_type {
    ARCHIVE_FILE,      /* also a folder, whose name ends with a slash */
    ARCHIVE_LINK,      /* a symbolic link: its content is a path */
    ARCHIVE_SPECIAL,   /* a pipe, a socket or a device */
    ARCHIVE_UNREADABLE /* a file or a folder that the packer could not read: without permissions and content */
};

struct archive_entry {
    const char *name;         /* valid UTF-8 without control characters, including folders; never NULL */
    const char *base_name;    /* the part of `name` after the last '/' or '\' */
    int64_t size_bytes;       /* declared size, which may be false; -1: unknown */
    int64_t compressed_bytes; /* declared size; -1: unknown */
    int32_t encrypted;
    int32_t directory;
    enum archive_entry_type type;
    int32_t unsupported_method; /* number of an unsupported compression method, or -1 */
};

/* An open entry. `reader` is forward-only and points to this struct, which must not be moved. `damaged` is 1 if a read
 * failed because the entry's data is damaged: the data before is intact, and other entries may be. Other failures are
 * of the reader, of memory or of a limit. */
struct archive_stream {
    cpk_reader reader;
    struct archive *archive;
    struct zip_file *file;
    size_t index;
    int64_t read_bytes; /* inflated so far */
    int32_t damaged;
    cpk_status failure; /* result of the failed read, also returned by later ones */
    cpk_error *error;   /* error of that failure, until a read returns it */
};

int32_t archive_is(const void *head, size_t length); /* 1 if the first bytes are those of a ZIP, which may be empty */

/* Reads the directory. `reader` needs `read_at` and a size, and must outlive the archive. `parent` is the archive that
 * contains this one, or NULL: both count towards the limits of the outermost.
 * CPK_ERROR_INVALID_DATA if damaged or truncated, CPK_ERROR_LIMIT_EXCEEDED beyond archive.max_entries. */
cpk_status archive_open(const struct context *context, const cpk_reader *reader, struct archive *parent,
                        struct archive **archive, cpk_error **error);
/* Applies the limits of documents (document.*) to an archive that is one. CPK_ERROR_LIMIT_EXCEEDED names the setting.
 */
cpk_status archive_limit_as_document(struct archive *archive, cpk_error **error);

size_t archive_entry_count(const struct archive *archive);
const struct archive_entry *archive_entry_at(const struct archive *archive, size_t index);
void archive_close(struct archive *archive); /* NULL is allowed */

/* CPK_ERROR_ENCRYPTED, CPK_ERROR_UNSUPPORTED (compression method), CPK_ERROR_INVALID_DATA (`damaged` is set). */
cpk_status archive_stream_open(struct archive *archive, size_t index, struct archive_stream *stream, cpk_error **error);
void archive_stream_close(struct archive_stream *stream);

#endif
