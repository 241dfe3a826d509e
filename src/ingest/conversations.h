/* What a source brings to each conversation: which messages the pack has already, which are new, and their sums.
 * Memory: 8 bytes a message and about 200 bytes a conversation. */
#ifndef INGEST_CONVERSATIONS_H
#define INGEST_CONVERSATIONS_H

#include "base/arena.h"
#include "base/context.h"

#include <contextpack/error.h>
#include <contextpack/message.h>

/* 64-bit hashes, unsorted while they grow. */
typedef struct hash_list {
    uint64_t *items;
    size_t count;
    size_t capacity;
} hash_list;

/* Open addressing; a hash of 0 is kept as 1. */
typedef struct hash_set {
    uint64_t *slots; /* 0: free */
    size_t slot_count;
    size_t count;
} hash_set;

typedef struct conversation_entry {
    const char *provider;
    const char *conversation_id;
    const char *title;
    uint64_t key;
    hash_list known; /* of earlier sources */
    hash_list added; /* what this source brings */
    int64_t messages;
    int64_t tokens;
    int64_t first_us;
    int64_t last_us;
} conversation_entry;

/* Appends the hashes that earlier sources of the pack brought to a conversation. */
typedef cpk_status (*conversations_load_fn)(void *user, const char *provider, const char *conversation_id,
                                            hash_list *known, cpk_error **error);

typedef struct conversations {
    const cpk_allocator *allocator;
    arena texts;
    conversation_entry **entries; /* in order of first appearance */
    size_t count;
    size_t capacity;
    size_t *slots; /* open addressing: index + 1, 0 is free */
    size_t slot_count;
    hash_set seen; /* of the conversation that is current: known and added */
    conversation_entry *current;
    int32_t is_restoring; /* 1: `load` gives what the source itself brought before, and only that is new again */
    conversations_load_fn load;
    void *load_user;
} conversations;

void conversations_init(conversations *conversations, const cpk_allocator *allocator, conversations_load_fn load,
                        void *load_user);
/* Takes a message: *is_new 0 when the pack has it, with these words, already. *entry is its conversation. */
cpk_status conversations_add(conversations *conversations, const cpk_message *message, conversation_entry **entry,
                             int32_t *is_new, cpk_error **error);
/* Adds a new message's sums. */
void conversation_entry_count(conversation_entry *entry, const cpk_message *message, int64_t tokens);
void conversations_free(conversations *conversations);

/* Two conversations of the same key are taken for the same only where their messages' hashes are, too. */
uint64_t conversation_key(const char *provider, const char *conversation_id);

void hash_list_free(const cpk_allocator *allocator, hash_list *list);
cpk_status hash_list_append(const cpk_allocator *allocator, hash_list *list, const void *hashes, size_t count,
                            cpk_error **error);

#endif
