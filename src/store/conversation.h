/* Conversations: the part that each source of a pack contains, so that importing a newer export adds only what is new;
 * and conversations of V1 jobs. */
#ifndef STORE_CONVERSATION_H
#define STORE_CONVERSATION_H

#include "store/lease.h"
#include "store/store.h"

#define CONVERSATION_HASH_BYTES 8 /* bytes per message in message_hashes */

/* What is added to a part after the deletion of another source follows a hash of 0, which no message has, and the
 * number of the addition, from 1. Each of the two is as long as a hash. */
#define CONVERSATION_ADDITION_HASHES 2

/* One source's part of a conversation, or in a pack's list all parts together. Texts are borrowed. */
struct store_conversation {
    const char *source_id; /* ignored when conversations are inserted */
    const char *provider;
    const char *conversation_id;
    const char *title;            /* "" when untitled */
    const char *content_hash;     /* see ingest/content_hash.h; or NULL; NULL in a listing */
    const void *message_hashes;   /* CONVERSATION_HASH_BYTES for each message; NULL in a listing */
    size_t message_hashes_length; /* bytes */
    int64_t messages;
    int64_t tokens;
    int64_t first_us; /* or CPK_TIME_UNKNOWN */
    int64_t last_us;
};

/* Called for each conversation, which is borrowed for the call. An error ends the iteration. Must not call the store.
 */
typedef cpk_status (*conversation_each_fn)(void *user, const struct store_conversation *conversation,
                                           cpk_error **error);

/* Returns the next conversation to insert, valid until the next call, or *has_next 0. */
typedef cpk_status (*conversation_next_fn)(void *user, struct store_conversation *conversation, int32_t *has_next,
                                           cpk_error **error);

struct conversation_key {
    const char *user_id; /* NULL: the user of the store */
    const char *pack_id;
    const char *provider;
    const char *conversation_id;
};

/* Finds every source's part of a conversation. */
cpk_status store_conversation_find(struct store *store, const struct conversation_key *key, conversation_each_fn each,
                                   void *user, cpk_error **error);

/* The parts in one source, in all other sources of the pack, or in all. */
enum { PARTS_OF_OTHERS, PARTS_OF_SOURCE, PARTS_OF_ALL };

struct conversation_parts {
    const char *user_id; /* NULL: the user of the store */
    const char *pack_id;
    const char *source_id;
    int32_t scope; /* PARTS_OF_OTHERS ... */
};

/* Measure and list parts: their number and the bytes of their message_hashes; the parts, unordered, without title,
 * times and counts. */
cpk_status store_conversation_measure(struct store *store, const struct conversation_parts *which, int64_t *parts,
                                      int64_t *hash_bytes, cpk_error **error);
cpk_status store_conversation_list_known(struct store *store, const struct conversation_parts *which,
                                         conversation_each_fn each, void *user, cpk_error **error);
/* Lists each conversation of the pack once, ordered by first time and identity; those without a time last. */
cpk_status store_conversation_list(struct store *store, const char *user_id, const char *pack_id,
                                   conversation_each_fn each, void *user, cpk_error **error);

/* Lists the conversations of one source or V1 job (key->kind OWNER_SOURCE or OWNER_JOB) in the same order. */
cpk_status store_conversation_list_of_owner(struct store *store, const struct work_key *key, conversation_each_fn each,
                                            void *user, cpk_error **error);

/* For work.c: replaces all conversations of an owner; call in a transaction. */
cpk_status store_conversation_replace(struct store *store, const struct work_key *key, conversation_next_fn next,
                                      void *user, cpk_error **error);
/* The same, but adds to the owner's conversations. */
cpk_status store_conversation_add(struct store *store, const struct work_key *key, conversation_next_fn next,
                                  void *user, cpk_error **error);

#endif
