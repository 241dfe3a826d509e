/* Messages as records of the extracted text, and the lines of its index.
 *
 * The extracted text is for people and models: consecutive records, each starting with '#' and ending with a line feed.
 * The index has one JSON line per record with the metadata, so that the text never has to be parsed. */
#ifndef MODEL_MESSAGE_RECORD_H
#define MODEL_MESSAGE_RECORD_H

#include "base/arena.h"
#include "base/buffer.h"

#include <contextpack/error.h>
#include <contextpack/message.h>

/* Position of a record and of the message's own text in it, in bytes of the extracted text. */
struct message_record_place {
    int64_t offset;
    int64_t length;
    int64_t body_offset; /* relative to the record's start */
    int64_t body_length;
    int64_t tokens;
};

/* Appends a record, with the conversation's heading if starts_conversation is 1. Sets length, body_offset and
 * body_length of *place. Failed allocations set target->failed. */
void message_record_render(struct buffer *target, const cpk_message *message, int32_t starts_conversation,
                           struct message_record_place *place);

/* Appends the index line including its line feed. */
void message_record_write_index(struct buffer *target, const cpk_message *message,
                                const struct message_record_place *place);

/* Reads an index line without its line feed. Texts are copied to the arena. message->text stays NULL: the caller sets
 * it from the extracted text and *place. */
cpk_status message_record_read_index(struct arena *arena, const char *line, size_t length, cpk_message *message,
                                     struct message_record_place *place, cpk_error **error);

#endif
