/* Extraction and chunking of an input without a database: what cpk_extract() and cpk_chunk_input() do. */
#ifndef INGEST_PREVIEW_H
#define INGEST_PREVIEW_H

#include "chunk/chunk.h"
#include "ingest/input_records.h"

#include <contextpack/chunk.h>

cpk_status preview_messages(const struct records_reader *reader, const cpk_input *given, cpk_message_fn message,
                            void *message_user, cpk_extract_report *report, cpk_error **error);
cpk_status preview_text(const struct records_reader *reader, const cpk_input *given, cpk_write_fn write,
                        void *write_user, cpk_extract_report *report, cpk_error **error);

struct chunk_sink {
    cpk_chunk_fn chunk;
    void *user;
};

cpk_status preview_chunks(const struct records_reader *reader, const cpk_input *given,
                          const struct chunker_options *options, const struct chunk_sink *sink,
                          cpk_extract_report *report, cpk_error **error);

#endif
