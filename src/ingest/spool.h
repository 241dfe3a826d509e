/* Unnamed temporary files for data that arrives as a stream but needs seeking; removed by the system when
 * closed. */
#ifndef INGEST_SPOOL_H
#define INGEST_SPOOL_H

#include "engine/op_context.h"
#include "extract/import.h"

/* Opens a new unnamed file in $TMPDIR (default /tmp). */
cpk_status spool_create(int *descriptor, cpk_error **error);

/* Appends to the file, which has `written` bytes; keeps storage.min_free_bytes free. On a full disk the error
 * message names TMPDIR. */
cpk_status spool_write(const struct context *context, int descriptor, int64_t written, const void *data, size_t length,
                       cpk_error **error);

/* Implements the import's spool with such files: limited by import.max_file_bytes, cancellable. */
void spool_init(struct import_spool *spool, const struct op_context *op);

#endif
