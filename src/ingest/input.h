/* Gives seekable access to a cpk_input: files and memory directly, streams and links through a
 * temporary file. */
#ifndef INGEST_INPUT_H
#define INGEST_INPUT_H

#include "engine/op_context.h"

#include <contextpack/backend/extractor.h>
#include <contextpack/input.h>

struct input {
    cpk_reader reader;
    char name[256];      /* display name */
    int32_t is_paste;    /* from memory or a stream, without a file name */
    int32_t source_type; /* set by the caller; 0: detect */
};

/* Opens the input and spools a stream; cancellable. input_close() is allowed after an error.
 * CPK_ERROR_NO_CONTENT if the input is empty. */
cpk_status input_open(const struct op_context *op, const cpk_input *given, struct input *opened, cpk_error **error);
void input_close(struct input *opened);

/* Restarts the sequential read for a second pass. */
void input_rewind(struct input *opened);
/* 1 if the file was written to since it was opened. */
int32_t input_is_changed(const struct input *opened);

#endif
