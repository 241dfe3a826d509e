/* Conversations: what each source of a pack brought to them, so that a grown export brings only what is new; and those
 * of V1 jobs. */
#ifndef STORE_CONVERSATION_H
#define STORE_CONVERSATION_H

#include "store/store.h"

#define CONVERSATION_HASH_BYTES 8 /* of each message, in message_hashes */

/* One source's part of a conversation; in a listing of a pack, all parts together. Borrowed. */
struct store_conversation {
    const char *source_id; /* not looked at when a source's conversations are written */
    const char *provider;
    const char *conversation_id;
    const char *title;            /* "" when untitled */
    const char *content_hash;     /* or NULL; NULL in a listing */
    const void *message_hashes;   /* CONVERSATION_HASH_BYTES for each message; NULL in a listing */
    size_t message_hashes_length; /* bytes */
    int64_t messages;
    int64_t tokens;
    int64_t first_us; /* or CPK_TIME_UNKNOWN */
    int64_t last_us;
};

/* Takes one conversation, borrowed for the call; an error stops the walk. No other call on the store meanwhile. */
typedef cpk_status (*conversation_each_fn)(void *user, const struct store_conversation *conversation,
                                           cpk_error **error);

/* Gives the next conversation to write, or *has_next 0; it lives until the next call. */
typedef cpk_status (*conversation_next_fn)(void *user, struct store_conversation *conversation, int32_t *has_next,
                                           cpk_error **error);

/* Every source's part of one conversation of the pack. */
cpk_status store_conversation_find(struct store *store, const char *user_id, const char *pack_id, const char *provider,
                                   const char *conversation_id, conversation_each_fn each, void *user,
                                   cpk_error **error);
/* Of the source alone (only_source 1), or of all others of the pack: how many parts of conversations, and bytes of
 * their message_hashes; and these parts, in no order, without title, times and sums. */
cpk_status store_conversation_measure(struct store *store, const char *user_id, const char *pack_id,
                                      const char *source_id, int32_t only_source, int64_t *parts, int64_t *hash_bytes,
                                      cpk_error **error);
cpk_status store_conversation_list_known(struct store *store, const char *user_id, const char *pack_id,
                                         const char *source_id, int32_t only_source, conversation_each_fn each,
                                         void *user, cpk_error **error);
/* Each conversation of the pack once, by first time and then identity; those without a time come last. */
cpk_status store_conversation_list(struct store *store, const char *user_id, const char *pack_id,
                                   conversation_each_fn each, void *user, cpk_error **error);

/* Those of one source or V1 job (`kind` is OWNER_SOURCE or OWNER_JOB), in the same order. */
cpk_status store_conversation_list_of_owner(struct store *store, const char *user_id, int32_t kind,
                                            const char *owner_id, conversation_each_fn each, void *user,
                                            cpk_error **error);

/* For work.c: replaces the rows of one source or job, inside its transaction. */
cpk_status store_conversation_replace(struct store *store, const char *user_id, int32_t kind, const char *owner_id,
                                      conversation_next_fn next, void *user, cpk_error **error);

#endif
