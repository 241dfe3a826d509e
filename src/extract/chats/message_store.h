/* Messages of one conversation as compact records: a message of a few bytes of JSON costs a few bytes, so that memory
 * stays in proportion to the file. Records are not moved; texts in them are NUL-terminated and read in place.
 *
 * A message's parts and files are a body: a sequence of items in a buffer, which ends with a NUL byte. */
#ifndef EXTRACT_CHATS_MESSAGE_STORE_H
#define EXTRACT_CHATS_MESSAGE_STORE_H

#include "base/buffer.h"

#include <contextpack/message.h>

#define MESSAGE_NONE (-1)

struct chat_message {
    const char *id;        /* NULL: derived */
    const char *parent_id; /* NULL: none */
    const char *model;     /* may be set by the importer; valid until the message ends */
    const char *body;      /* of a message that has ended; "" without parts and files */
    int64_t time_us;       /* may be set by the importer */
    int32_t parent_number; /* may be set instead of parent_id: the parent's chat.last_number; or MESSAGE_NONE */
    uint32_t part_kinds;   /* a bit (1 << kind) for each kind of its parts so far */
    uint8_t role;          /* may be changed until the first part is added */
    uint8_t kind;          /* of a message that has only attachments; may be set by the importer */
    uint8_t flags;         /* of all parts; may be set by the importer */
    uint8_t is_aside;      /* may be set: never on the active branch, such as a message of a subagent */
};

/* --- bodies --- */

struct message_part {
    const char *text;
    size_t length;
    int32_t role;
    int32_t kind;
    uint32_t flags; /* CPK_MESSAGE_HIDDEN or 0 */
};

/* Appends a part with the normalised text; returns 0 and appends nothing if nothing is left of it. */
int32_t message_body_add_part(struct buffer *body, const struct message_part *part);
void message_body_add_file(struct buffer *body, const cpk_attachment *file);
/* Reads the next part or file at *at, which begins as the body; 0 at the end. */
int32_t message_body_next_part(const char **at, struct message_part *part);
int32_t message_body_next_file(const char **at, cpk_attachment *file);

/* --- records --- */

struct message_store {
    const cpk_allocator *allocator;
    char **blocks;
    size_t block_count;
    size_t block_capacity;
    size_t current;      /* the block that is filled; block_count: none */
    size_t current_used; /* bytes of it */
    size_t used_bytes;   /* of all blocks */
    size_t *block_sizes;
    uint32_t *places; /* of each record: its block and where it starts in it */
    size_t count;
    size_t capacity;
    const char **models; /* each model that differs from those just before it */
    size_t model_count;
    size_t model_capacity;
};

void message_store_init(struct message_store *store, const cpk_allocator *allocator);
void message_store_clear(struct message_store *store); /* keeps little memory for the next conversation */
void message_store_free(struct message_store *store);
int32_t message_store_is_full(const struct message_store *store); /* 1: nothing may be added */
/* Appends a message; 0 if there is no memory. `body` may be empty. */
int32_t message_store_add(struct message_store *store, const struct chat_message *message, const struct buffer *body);
/* The message with that number, from 0. */
void message_store_get(const struct message_store *store, size_t number, struct chat_message *message);
const char *message_store_id(const struct message_store *store, size_t number); /* NULL: none */
int32_t message_store_is_empty(const struct message_store *store, size_t number);
void message_store_drop_id(struct message_store *store, size_t number);

#endif
