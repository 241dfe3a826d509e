/* A message as a record of the extracted text, and its line in the index beside it.
 *
 * The extracted text is what a person or a model reads: records one after another, each starting with '#' and ending
 * with a line feed. The index holds one JSON line a record, so that nobody has to parse the text to know who spoke. */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include "base/arena.h"
#include "base/buffer.h"

#include <contextpack/error.h>
#include <contextpack/message.h>

/* Where a record and the message's own words are, in bytes of the extracted text. */
struct record_place {
    int64_t offset;
    int64_t length;
    int64_t body_offset; /* from the record's start */
    int64_t body_length;
    int64_t tokens;
};

/* Appends the record. starts_conversation 1: with the conversation's heading. Fills length, body_offset and
 * body_length of *place; a buffer that ran out of memory says so itself. */
void record_render(struct buffer *target, const cpk_message *message, int32_t starts_conversation,
                   struct record_place *place);

/* Appends the index line, with its line feed. */
void record_write_index(struct buffer *target, const cpk_message *message, const struct record_place *place);

/* Reads one index line (without its line feed). The message's texts go to the arena; message->text stays NULL:
 * the caller points it into the extracted text by *place. */
cpk_status record_read_index(struct arena *arena, const char *line, size_t length, cpk_message *message,
                             struct record_place *place, cpk_error **error);

#endif
