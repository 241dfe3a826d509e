/* The part of a source's text that is one chunk, message by message, for an analyzer. */
#ifndef PROCESSING_CHUNK_MESSAGES_H
#define PROCESSING_CHUNK_MESSAGES_H

#include "base/arena.h"
#include "model/record.h"

#include <contextpack/error.h>
#include <contextpack/message.h>

struct chunk_messages {
    cpk_message *items;
    struct record_place *places; /* of each in the extracted text, whole */
    size_t count;
};

/* `text` is the chunk's bytes, which start at `offset` of the extracted text; `index` holds the lines of the records
 * that the chunk touches. A message that the chunk cuts has just its part. Everything else lives in the arena. */
cpk_status chunk_messages_read(struct arena *arena, const char *text, size_t text_length, int64_t offset,
                               const char *index, size_t index_length, struct chunk_messages *messages,
                               cpk_error **error);

#endif
