/* The request of a chunk for a language model: its messages with numbers and authors, between lines that begin with a
 * boundary which nobody who wrote the messages can know. */
#ifndef ANALYZE_CHUNK_TEXT_H
#define ANALYZE_CHUNK_TEXT_H

#include "analyze/evidence.h"
#include "base/buffer.h"

#define CHUNK_TEXT_BOUNDARY_BYTES 33 /* with the NUL */
#define CHUNK_TEXT_MARK_DIGITS    8  /* its first ones, in front of each message: a tenth of the tokens of short ones */

/* A place in the texts of the messages. */
struct chunk_position {
    size_t message;
    size_t byte;
};

struct chunk_range {
    struct chunk_position from;
    struct chunk_position to;
};

struct chunk_range chunk_text_all(const struct evidence *evidence);
/* Appends the request for the messages of a range. The boundary is a part of the SHA-256 of what stands between it: the
 * same messages give the same request, and no text can contain its own boundary. Whatever a text says with a mark, the
 * check goes by the messages. */
cpk_status chunk_text_append(struct buffer *target, const struct evidence *evidence, const struct chunk_range *range,
                             cpk_error **error);
/* 1 if the range has text of a message that may prove something. */
int32_t chunk_text_proves(const struct evidence *evidence, const struct chunk_range *range);
/* Cuts a range into two of about the same size: between messages, or inside a message at the end of a line, sentence or
 * word. 0 if it is too short for that. */
int32_t chunk_text_split(const struct evidence *evidence, const struct chunk_range *range,
                         struct chunk_range halves[2]);

#endif
