/* Temporary files without a name: what must be sought in but comes forward only. Gone with the process. */
#ifndef INGEST_SPOOL_H
#define INGEST_SPOOL_H

#include "engine/op_context.h"
#include "extract/import.h"

/* A file descriptor of a new nameless file in $TMPDIR (default /tmp). */
cpk_status spool_create(int *descriptor, cpk_error **error);

/* Appends to the file, which has `written` bytes; the message of a full disk names TMPDIR. storage.min_free_bytes stay
 * free. */
cpk_status spool_write(const struct context *context, int descriptor, int64_t written, const void *data, size_t length,
                       cpk_error **error);

/* The import's spool slot on such files: bounded by import.max_file_bytes, stopped by the run's cancel token. */
void spool_init(struct import_spool *spool, const struct op_context *op);

#endif
