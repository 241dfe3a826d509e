/* What sources and V1 jobs have in common: the library's row that owns their chunks, conversations and holds, and its
 * changes. key->kind is OWNER_SOURCE or OWNER_JOB. */
#ifndef STORE_WORK_H
#define STORE_WORK_H

#include "store/chunk.h"
#include "store/conversation.h"

/* The following calls change a source or job under a lease. CPK_ERROR_CONFLICT: the lease was lost, or the source or
 * job is completed (for a job with failed chunks this is not checked). Progress never decreases. */

/* status is CPK_SOURCE_PROCESSING, CPK_SOURCE_ANALYZING ... or the same of a job. */
cpk_status store_work_set_status(struct store *store, const struct work_key *key, int32_t status, int64_t progress,
                                 cpk_error **error);
cpk_status store_work_set_analyzer(struct store *store, const struct work_key *key, const char *analyzer,
                                   cpk_error **error);
/* Sets the status failed and releases the open hold. */
cpk_status store_work_set_failed(struct store *store, const struct work_key *key, const char *message,
                                 cpk_error **error);

struct work_extraction {
    int32_t type;       /* new type of a source, CPK_SOURCE_CHAT_EXPORT ...; 0: unchanged */
    const char *format; /* NULL: unchanged */
    const char *extractor;
    int64_t conversations;
    int64_t messages;
    int64_t skipped;
    int64_t new_messages;
    int64_t known_messages;
    int64_t text_bytes;
    int64_t text_tokens;
    int64_t first_us; /* or CPK_TIME_UNKNOWN */
    int64_t last_us;
    const char *text_key;
    const char *index_key;
    const char *settings_fingerprint; /* NULL: unchanged */
    const char *notes;                /* JSON, or NULL */
    const char *losses;               /* JSON, or NULL: what was not read, by reason */
    const char *loss_summary;         /* the same in words; NULL: all was read */
    int32_t is_partial;               /* 1: content was lost */
    int64_t deletions_seen;           /* of a source: its `deletions` before it was read */
    int64_t progress;
    conversation_next_fn next_conversation; /* called in the transaction; must not call the store; may be NULL */
    void *conversation_user;
    chunk_next_fn next_chunk; /* the same */
    void *chunk_user;
};

/* In one transaction: stores counts, replaces conversations and chunks, and sets the status ready_for_analysis.
 * CPK_ERROR_CONFLICT if a chunk was analysed, so that no chunk is charged twice. */
cpk_status store_work_record_extraction(struct store *store, const struct work_key *key,
                                        const struct work_extraction *extraction, cpk_error **error);

/* What a source contains that another source of the pack had brought, which was deleted. */
struct work_addition {
    int64_t deletions_seen; /* the source's `deletions` before its file was read */
    int64_t new_messages;
    int64_t text_bytes;  /* added */
    int64_t text_tokens; /* added */
    int64_t first_us;    /* of the added messages; or CPK_TIME_UNKNOWN */
    int64_t last_us;
    conversation_next_fn next_conversation; /* as above */
    void *conversation_user;
    chunk_next_fn next_chunk; /* the same */
    void *chunk_user;
};

/* In one transaction: adds the messages, conversations and chunks to those that the source has. Its status is then
 * ready_for_analysis, unless nothing was added. */
cpk_status store_work_record_addition(struct store *store, const struct work_key *key,
                                      const struct work_addition *addition, cpk_error **error);

#endif
