/* Splits one chunk of a source's text into messages for an analyzer. */
#ifndef PROCESSING_CHUNK_MESSAGES_H
#define PROCESSING_CHUNK_MESSAGES_H

#include "base/arena.h"
#include "model/record.h"

#include <contextpack/error.h>
#include <contextpack/message.h>

struct chunk_messages {
    cpk_message *items;
    struct record_place *places; /* place of each whole message in the extracted text */
    size_t count;
};

/* `text` holds the chunk's bytes, starting at `offset` of the extracted text; `index` holds the index lines of
 * the records that overlap the chunk. A message that the chunk cuts is truncated to its part. All other data is
 * allocated in the arena. */
cpk_status chunk_messages_read(struct arena *arena, const char *text, size_t text_length, int64_t offset,
                               const char *index, size_t index_length, struct chunk_messages *messages,
                               cpk_error **error);

#endif
