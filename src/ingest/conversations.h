/* Detects which messages of an input the pack already has, and totals the new ones per conversation. Memory: 8
 * bytes per message and about 200 per conversation, and 5 to 8 bytes per message of the current one. */
#ifndef INGEST_CONVERSATIONS_H
#define INGEST_CONVERSATIONS_H

#include "base/arena.h"
#include "base/context.h"
#include "extract/import_types.h"

#include <contextpack/error.h>
#include <contextpack/message.h>

/* 64-bit hashes in order of insertion. */
struct hash_list {
    uint64_t *items;
    size_t count;
    size_t capacity;
};

/* Open addressing, at most three of four slots taken: numbers of the hashes in a conversation's lists, the known ones
 * first. */
struct seen_hashes {
    uint32_t *slots; /* number + 1; 0: free */
    size_t slot_count;
    size_t count;
};

struct conversation_entry {
    const char *provider;
    const char *conversation_id;
    const char *title;
    uint64_t key;
    struct hash_list known; /* from earlier sources, sorted */
    struct hash_list added; /* from this source */
    int64_t messages;
    int64_t tokens;
    int64_t first_us;
    int64_t last_us;
    struct import_element element; /* the last one of the file that gave only messages of this conversation */
    int64_t element_messages;      /* that it gave; 0: none did */
};

/* Appends the hashes of a conversation's messages from earlier sources of the pack. */
typedef cpk_status (*conversations_load_fn)(void *user, const char *provider, const char *conversation_id,
                                            struct hash_list *known, cpk_error **error);

struct conversations {
    const cpk_allocator *allocator;
    struct arena texts;
    struct conversation_entry **entries; /* in order of first appearance */
    size_t count;
    size_t capacity;
    size_t *slots; /* open addressing: index + 1, 0: free */
    size_t slot_count;
    struct seen_hashes seen; /* known and added hashes of the current conversation */
    struct conversation_entry *current;
    int32_t is_restoring; /* 1: `load` gives the hashes that this source added before, and only those count as new */
    conversations_load_fn load;
    void *load_user;
};

void conversations_init(struct conversations *conversations, const cpk_allocator *allocator, conversations_load_fn load,
                        void *load_user);

enum message_state {
    MESSAGE_NEW,
    MESSAGE_KNOWN,   /* an earlier source of the pack brought it with the same content */
    MESSAGE_REPEATED /* it came before in the same input */
};

/* Adds a message. *entry is its conversation. */
cpk_status conversations_add(struct conversations *conversations, const cpk_message *message,
                             struct conversation_entry **entry, enum message_state *state, cpk_error **error);
/* Adds a new message to the conversation's totals. */
void conversation_entry_count(struct conversation_entry *entry, const cpk_message *message, int64_t tokens);
void conversations_free(struct conversations *conversations);

void hash_list_free(const cpk_allocator *allocator, struct hash_list *list);
cpk_status hash_list_append(const cpk_allocator *allocator, struct hash_list *list, const void *hashes, size_t count,
                            cpk_error **error);

#endif
