/* Splits one chunk of a source's text into messages for an analyzer. */
#ifndef PROCESSING_CHUNK_MESSAGES_H
#define PROCESSING_CHUNK_MESSAGES_H

#include "base/arena.h"
#include "model/message_record.h"

#include <contextpack/error.h>
#include <contextpack/message.h>

struct chunk_messages {
    cpk_message *items;
    struct message_record_place *places; /* place of each whole message in the extracted text */
    size_t count;
};

struct chunk_bytes {
    const char *text; /* of text_length bytes */
    size_t text_length;
    int64_t text_offset; /* of text in the extracted text */
    const char *index;   /* the index lines of the records that overlap the chunk, of index_length bytes */
    size_t index_length;
};

/* A message that the chunk cuts is truncated to its part. The messages are allocated in the arena; their texts point
 * into the chunk's and are not NUL-terminated. */
cpk_status chunk_messages_read(struct arena *arena, const struct chunk_bytes *chunk, struct chunk_messages *messages,
                               cpk_error **error);

#endif
