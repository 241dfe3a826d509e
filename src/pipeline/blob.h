/* A stored blob as a cpk_reader: forward and anywhere, without holding it in memory. */
#ifndef PIPELINE_BLOB_H
#define PIPELINE_BLOB_H

#include "storage/storage.h"

#include <contextpack/backend/extractor.h>

typedef struct blob_reader {
    storage *storage;
    const char *key;
    int64_t size_bytes;
    int64_t position;      /* of the forward reading */
    storage_reader *open;  /* NULL: none yet */
    int64_t open_position; /* where its next bytes are from */
} blob_reader;

/* key and name must outlive the reader. */
cpk_status blob_reader_open(storage *storage, const char *key, const char *name, blob_reader *blob, cpk_reader *reader,
                            cpk_error **error);
void blob_reader_close(blob_reader *blob);

/* The status of reading a blob that a row names: a missing one is the storage's failure, not a wrong question. */
cpk_status blob_is_needed(cpk_status status, const char *key, cpk_error **error);

/* Streams a whole blob that a row names. A non-zero answer of `write` is CPK_ERROR_CANCELLED. */
cpk_status blob_write_to(storage *storage, const char *key, cpk_write_fn write, void *user,
                         const cpk_allocator *allocator, cpk_error **error);

#endif
