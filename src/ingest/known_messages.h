/* The messages that a pack has already, read at once: a look at the database for each conversation would cost an
 * import of hundreds of them as many round trips. */
#ifndef INGEST_KNOWN_MESSAGES_H
#define INGEST_KNOWN_MESSAGES_H

#include "engine/session.h"
#include "ingest/conversations.h"

/* What one source brought to one conversation: a run of `hashes`. */
struct known_part {
    uint64_t key; /* of the conversation */
    size_t first;
    size_t count;
};

struct known_messages {
    cpk_session *session;
    const char *pack_id;
    const char *source_id;
    int32_t only_source;      /* 1: what that source brought, 0: what all others did */
    int64_t bytes_max;        /* of what is read at once */
    int32_t state;            /* nothing was read yet, everything was, or it is too much */
    struct known_part *parts; /* by key */
    size_t part_count;
    size_t part_capacity;
    struct hash_list hashes;
};

/* Nothing is read before the first known_messages_find(). A pack that has more messages than the input can bring, and
 * than fit into a few MiB, is looked at conversation by conversation. */
void known_messages_init(struct known_messages *known, cpk_session *session, const char *pack_id, const char *source_id,
                         int32_t only_source, int64_t input_bytes);
/* Appends the hashes of a conversation's messages. */
cpk_status known_messages_find(struct known_messages *known, const char *provider, const char *conversation_id,
                               struct hash_list *found, cpk_error **error);
void known_messages_free(struct known_messages *known);

#endif
