/* A caller's cpk_input as bytes that can be sought in: a file as it is, memory as it is, a stream spooled. */
#ifndef INGEST_INPUT_H
#define INGEST_INPUT_H

#include "engine/op_context.h"

#include <contextpack/backend/extractor.h>
#include <contextpack/input.h>

struct input {
    cpk_reader reader;
    char name[256];      /* for people */
    int32_t is_paste;    /* came from memory or a stream, without a file's name */
    int32_t source_type; /* as the caller said; 0: to be found out */
};

/* Opens, and copies a stream until the run's cancel token is requested; input_close() afterwards also on failure is
 * allowed. An empty input is CPK_ERROR_NO_CONTENT. */
cpk_status input_open(const struct op_context *op, const cpk_input *given, struct input *opened, cpk_error **error);
void input_close(struct input *opened);

/* Starts the forward reading anew, for a second pass. */
void input_rewind(struct input *opened);

/* A reader that owns the descriptor; release it with input_reader_release(). */
cpk_status input_reader_from_file(const struct context *context, int descriptor, const char *name, int64_t size_bytes,
                                  cpk_reader *reader, cpk_error **error);
void input_reader_release(cpk_reader *reader); /* an already released one is allowed */

#endif
