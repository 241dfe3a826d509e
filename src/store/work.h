/* What the library keeps beside a source and beside a V1 job, and what both go through: the row that owns their chunks,
 * conversations and holds. In every call `kind` is OWNER_SOURCE or OWNER_JOB, and `id` the source_id or job_id. */
#ifndef STORE_WORK_H
#define STORE_WORK_H

#include "store/chunk.h"
#include "store/conversation.h"

/* The calls below change a source or a job under a lease: lease_owner NULL does not fence, else CPK_ERROR_CONFLICT when
 * the lease was lost. Progress never goes back. What is completed stays completed (a job only while none of its chunks
 * has failed): CPK_ERROR_CONFLICT. */

cpk_status store_work_set_status(struct store *store, const char *user_id, int32_t kind, const char *id,
                                 const char *lease_owner, const char *status, int64_t progress, cpk_error **error);
cpk_status store_work_set_analyzer(struct store *store, const char *user_id, int32_t kind, const char *id,
                                   const char *lease_owner, const char *analyzer, cpk_error **error);
/* Gives back what its open hold has left. */
cpk_status store_work_set_failed(struct store *store, const char *user_id, int32_t kind, const char *id,
                                 const char *lease_owner, const char *message, cpk_error **error);

struct work_extraction {
    const char *type;   /* corrects a source's type; NULL keeps it */
    const char *format; /* NULL keeps it */
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
    const char *settings_fingerprint; /* NULL keeps it */
    const char *notes;                /* JSON, or NULL */
    int64_t progress;
    conversation_next_fn next_conversation; /* pulled inside the transaction: must not use the store; may be NULL */
    void *conversation_user;
    chunk_next_fn next_chunk; /* the same */
    void *chunk_user;
};

/* In one transaction: counts, conversations, chunks (both replace what an earlier try left) and the status
 * ready_for_analysis. CPK_ERROR_CONFLICT once a chunk is analysed: what was paid is not paid again. */
cpk_status store_work_record_extraction(struct store *store, const char *user_id, int32_t kind, const char *id,
                                        const char *lease_owner, const struct work_extraction *extraction,
                                        cpk_error **error);

/* --- for source.c and job.c, inside their transactions --- */

struct work_params {
    const char *pack_id;              /* a source's; NULL for a job */
    const char *sha256;               /* or NULL */
    const char *format;               /* or NULL */
    const char *settings_fingerprint; /* or NULL */
    const char *lease_owner;          /* NULL: nobody works on it yet */
    int64_t lease_expires_us;
};

/* A row that is there stays. */
cpk_status store_work_insert(struct store *store, const char *user_id, int32_t kind, const char *id,
                             const struct work_params *params, cpk_error **error);
/* Runs a change of the row of pack_sources or jobs. No row: CPK_ERROR_CONFLICT with the message, CPK_ERROR_NOT_FOUND.
 */
cpk_status store_work_change(struct store *store, const char *user_id, int32_t kind, const char *id,
                             const char *lease_owner, struct statement *change, const char *message, cpk_error **error);

#endif
