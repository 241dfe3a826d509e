/* A ZIP that is no export of chats, but a folder of documents that somebody packed: each is an input of its own. */
#ifndef INGEST_ARCHIVE_DOCUMENTS_H
#define INGEST_ARCHIVE_DOCUMENTS_H

#include "base/buffer.h"
#include "base/context.h"

struct archive_documents;

/* *found is NULL for everything else: a file that is no ZIP, a damaged one, a document that is a ZIP itself, an archive
 * with chats. Release it with archive_documents_close(). */
cpk_status archive_documents_open(const struct context *context, const char *path, struct archive_documents **found,
                                  cpk_error **error);
void archive_documents_close(struct archive_documents *documents); /* NULL is allowed */

size_t archive_documents_count(const struct archive_documents *documents);
/* The name in the archive, with folders; borrowed. */
const char *archive_documents_name(const struct archive_documents *documents, size_t index);

/* Appends the bytes of a document. The limits of archives apply to all that were read so far. */
cpk_status archive_documents_read(struct archive_documents *documents, size_t index, struct buffer *bytes,
                                  cpk_error **error);

#endif
