/* Hashes of the messages that a pack already has, and of the bytes that its conversations were read from, loaded in one
 * query: a query per conversation would cost an import hundreds of round trips. */
#ifndef INGEST_KNOWN_MESSAGES_H
#define INGEST_KNOWN_MESSAGES_H

#include "engine/session.h"
#include "ingest/content_hash.h"
#include "ingest/conversations.h"
#include "store/source.h"

/* Messages that one source added to one conversation: a range of `hashes`. */
struct known_part {
    uint64_t key; /* hash of the conversation */
    size_t first;
    size_t count;
};

/* A conversation as an earlier import read it. */
struct known_element {
    uint64_t key; /* hash of the conversation */
    struct content_hash hash;
};

#define KNOWN_ANY_ADDITION (-1)

struct known_messages {
    cpk_session *session;
    const char *pack_id;
    const char *source_id;
    int32_t scope;            /* PARTS_OF_OTHERS ...: whose messages */
    int64_t addition;         /* of a source: only those of this addition, 0: of none; KNOWN_ANY_ADDITION: all */
    int64_t bytes_max;        /* limit for loading everything at once */
    int32_t state;            /* not loaded, loaded, or too large to load */
    int32_t lookups;          /* conversations that were looked up while not loaded */
    struct known_part *parts; /* sorted by key */
    size_t part_count;
    size_t part_capacity;
    struct hash_list hashes;
    struct known_element *elements; /* sorted by the hash of the head */
    size_t element_count;
    size_t element_capacity;
};

/* For the source's file. Loads nothing before the second known_messages_find(). If the pack has more messages than the
 * input can contain or than fit into a few MiB, each conversation is queried separately. */
void known_messages_init(struct known_messages *known, cpk_session *session, const cpk_source *source, int32_t scope);
/* Appends the hashes of a conversation's messages. */
cpk_status known_messages_find(struct known_messages *known, const char *provider, const char *conversation_id,
                               struct hash_list *found, cpk_error **error);
/* Loads the hashes unless they are. *has_any is 1 if known_messages_find_element() may find one. */
cpk_status known_messages_has_elements(struct known_messages *known, int32_t *has_any, cpk_error **error);
/* The length of the `index`th element that starts like this; 0 if there are no more. */
int64_t known_messages_find_length(const struct known_messages *known, uint64_t head, size_t index);
/* *messages is the number of messages that this element gives, if the pack knows all of them and nothing was added to
 * or deleted from their conversation since it was read; otherwise -1. */
void known_messages_find_element(const struct known_messages *known, const struct import_element *element,
                                 int64_t *messages, uint64_t *conversation);
void known_messages_free(struct known_messages *known);

#endif
