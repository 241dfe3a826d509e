/* What a source brings to each conversation: which messages the pack has already, which are new, and their sums.
 * Memory: 8 bytes a message and about 200 bytes a conversation. */
#ifndef INGEST_CONVERSATIONS_H
#define INGEST_CONVERSATIONS_H

#include "base/arena.h"
#include "base/context.h"

#include <contextpack/error.h>
#include <contextpack/message.h>

/* 64-bit hashes, unsorted while they grow. */
struct hash_list {
    uint64_t *items;
    size_t count;
    size_t capacity;
};

/* Open addressing; a hash of 0 is kept as 1. */
struct hash_set {
    uint64_t *slots; /* 0: free */
    size_t slot_count;
    size_t count;
};

struct conversation_entry {
    const char *provider;
    const char *conversation_id;
    const char *title;
    uint64_t key;
    struct hash_list known; /* of earlier sources */
    struct hash_list added; /* what this source brings */
    int64_t messages;
    int64_t tokens;
    int64_t first_us;
    int64_t last_us;
};

/* Appends the hashes that earlier sources of the pack brought to a conversation. */
typedef cpk_status (*conversations_load_fn)(void *user, const char *provider, const char *conversation_id,
                                            struct hash_list *known, cpk_error **error);

struct conversations {
    const cpk_allocator *allocator;
    struct arena texts;
    struct conversation_entry **entries; /* in order of first appearance */
    size_t count;
    size_t capacity;
    size_t *slots; /* open addressing: index + 1, 0 is free */
    size_t slot_count;
    struct hash_set seen; /* of the conversation that is current: known and added */
    struct conversation_entry *current;
    int32_t is_restoring; /* 1: `load` gives what the source itself brought before, and only that is new again */
    conversations_load_fn load;
    void *load_user;
};

void conversations_init(struct conversations *conversations, const cpk_allocator *allocator, conversations_load_fn load,
                        void *load_user);
/* Takes a message: *is_new 0 when the pack has it, with these words, already. *entry is its conversation. */
cpk_status conversations_add(struct conversations *conversations, const cpk_message *message,
                             struct conversation_entry **entry, int32_t *is_new, cpk_error **error);
/* Adds a new message's sums. */
void conversation_entry_count(struct conversation_entry *entry, const cpk_message *message, int64_t tokens);
void conversations_free(struct conversations *conversations);

/* Two conversations of the same key are taken for the same only where their messages' hashes are, too. */
uint64_t conversation_key(const char *provider, const char *conversation_id);

void hash_list_free(const cpk_allocator *allocator, struct hash_list *list);
cpk_status hash_list_append(const cpk_allocator *allocator, struct hash_list *list, const void *hashes, size_t count,
                            cpk_error **error);

#endif
