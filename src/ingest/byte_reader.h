/* A cpk_reader of a file's or memory's bytes, in order or from anywhere. */
#ifndef INGEST_BYTE_READER_H
#define INGEST_BYTE_READER_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

/* Takes over the descriptor on success. Release the reader with byte_reader_release(). */
cpk_status byte_reader_from_file(const struct context *context, int descriptor, const char *name, int64_t size_bytes,
                                 cpk_reader *reader, cpk_error **error);
/* Borrows the bytes. */
cpk_status byte_reader_from_memory(const struct context *context, const void *bytes, int64_t size_bytes,
                                   const char *name, cpk_reader *reader, cpk_error **error);
/* Restarts the sequential read. */
void byte_reader_rewind(cpk_reader *reader);
/* 1 if the file was written to since the reader was made, or is not of its size. */
int32_t byte_reader_is_changed(const cpk_reader *reader);
void byte_reader_release(cpk_reader *reader); /* releasing twice is allowed */

#endif
