/* Chunks: byte ranges of an extracted text, each analysed and charged once. Their owner is a source (key->kind
 * OWNER_SOURCE) or a V1 job (OWNER_JOB). */
#ifndef STORE_CHUNK_H
#define STORE_CHUNK_H

#include "store/lease.h"
#include "store/record.h"
#include "store/store.h"

/* In the order of CHUNK_STATUS_WORDS. */
enum chunk_status { CHUNK_PENDING = 1, CHUNK_DONE, CHUNK_FAILED };

struct store_chunk {
    struct record record;
    const char *id;      /* source_id or job_id */
    int64_t index;       /* from 0 */
    int64_t text_offset; /* byte range in the text */
    int64_t text_length;
    int64_t tokens;
    int64_t index_offset; /* byte range of its messages in the message index */
    int64_t index_length;
    const char *status;  /* as stored */
    int32_t status_code; /* CHUNK_*; 0: unknown word */
    int64_t attempts;
    const char *analyzer;   /* identity of the analyzer, or NULL */
    const char *result_key; /* blob of the findings, or NULL */
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cost_micro;         /* millionths of a dollar */
    const char *error_message;  /* or NULL */
    const char *content_sha256; /* hex, over its ranges of text and index; NULL: written by an earlier version */
    const char *result_sha256;  /* hex, of the findings; NULL: not analysed, or written by an earlier version */
    const char *withheld;       /* secrets withheld from the analyzer, {"api_key":1}; NULL: not counted */
};

/* A chunk to insert. */
struct chunk_params {
    int64_t text_offset;
    int64_t text_length;
    int64_t tokens;
    int64_t index_offset;
    int64_t index_length;
    const char *content_sha256;
};

/* Returns the next chunk to insert, or *has_next 0. */
typedef cpk_status (*chunk_next_fn)(void *user, struct chunk_params *chunk, int32_t *has_next, cpk_error **error);

/* Lists all chunks in order; items are store_chunk. */
cpk_status store_chunk_list(struct store *store, const struct work_key *key, struct record_list **chunks,
                            cpk_error **error);
/* Lists the first `limit` chunks after after_index (-1: from the start) that are not done. */
cpk_status store_chunk_list_open(struct store *store, const struct work_key *key, int64_t after_index, int64_t limit,
                                 struct record_list **chunks, cpk_error **error);

struct chunk_counts {
    int64_t chunks;
    int64_t done;
    int64_t failed;
};

cpk_status store_chunk_count(struct store *store, const struct work_key *key, struct chunk_counts *counts,
                             cpk_error **error);

/* Result of an analysis. */
struct chunk_result {
    int64_t index;
    const char *analyzer;
    const char *result_key;
    const char *result_sha256; /* hex, of the blob */
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cost_micro;
    const char *withheld;  /* as above */
    int32_t progress_from; /* the owner's progress before its first chunk and after its last one, in percent */
    int32_t progress_to;
};

/* Sets a chunk done, in a separate transaction: converts one credit of the open hold to a usage transaction (unlimited
 * plan: an unlimited_usage of 1) and increments the counters of user and owner. No effect and no charge if the chunk is
 * already done. CPK_ERROR_CONFLICT: no credits are held, or the lease was lost. */
cpk_status store_chunk_done(struct store *store, const struct work_key *key, const struct chunk_result *result,
                            cpk_error **error);
/* Records that the lost findings of a done chunk were created again, without a charge. Uses only index, analyzer and
 * result_sha256. CPK_ERROR_CONFLICT: the chunk is not done, or the lease was lost. */
cpk_status store_chunk_restored(struct store *store, const struct work_key *key, const struct chunk_result *result,
                                cpk_error **error);
/* Sets a chunk failed, without a charge. store_chunk_list_open() still lists it. */
cpk_status store_chunk_failed(struct store *store, const struct work_key *key, int64_t index, const char *message,
                              cpk_error **error);

/* For work.c: replaces all chunks of an owner; call in a transaction. */
cpk_status store_chunk_replace(struct store *store, const struct work_key *key, chunk_next_fn next, void *user,
                               int64_t *count, cpk_error **error);
/* The same, but adds chunks after those that the owner has; *count is the number of the added ones. */
cpk_status store_chunk_add(struct store *store, const struct work_key *key, chunk_next_fn next, void *user,
                           int64_t *count, cpk_error **error);

#endif
