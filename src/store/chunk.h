/* Chunks: byte ranges of an extracted text, each analysed once and paid once. In every call `kind` says whose they are:
 * OWNER_SOURCE a source's, OWNER_JOB a V1 job's; `id` is its source_id or job_id. */
#ifndef STORE_CHUNK_H
#define STORE_CHUNK_H

#include "store/lease.h"
#include "store/snapshot.h"
#include "store/store.h"

/* In the order of CHUNK_STATUS_WORDS. */
enum chunk_status { CHUNK_PENDING = 1, CHUNK_DONE, CHUNK_FAILED };

struct store_chunk {
    struct snapshot snapshot;
    const char *id;      /* of the source or job */
    int64_t index;       /* from 0 */
    int64_t text_offset; /* bytes */
    int64_t text_length;
    int64_t tokens;
    int64_t index_offset; /* its messages in the message index, bytes */
    int64_t index_length;
    const char *status;  /* as stored */
    int32_t status_code; /* CHUNK_*; 0: another word */
    int64_t attempts;
    const char *analyzer;   /* who analysed it, or NULL */
    const char *result_key; /* where the findings are, or NULL */
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cost_micro;        /* millionths of a dollar */
    const char *error_message; /* or NULL */
    const char
        *content_sha256;       /* hex, of its bytes of the text and then of the index; NULL: an earlier version's row */
    const char *result_sha256; /* hex, of the findings; NULL: not analysed, or an earlier version's row */
    const char *withheld;      /* secrets that the analyzer was not shown, {"api_key":1}; NULL: not counted */
};

/* A range to write. */
struct chunk_params {
    int64_t text_offset;
    int64_t text_length;
    int64_t tokens;
    int64_t index_offset;
    int64_t index_length;
    const char *content_sha256;
};

/* Gives the next chunk to write, or *has_next 0. */
typedef cpk_status (*chunk_next_fn)(void *user, struct chunk_params *chunk, int32_t *has_next, cpk_error **error);

/* All chunks of a source in order; items are store_chunk. */
cpk_status store_chunk_list(struct store *store, const char *user_id, int32_t kind, const char *id,
                            struct snapshot_list **chunks, cpk_error **error);
/* The first `limit` chunks after `after_index` (-1: from the start) that are not done. */
cpk_status store_chunk_list_open(struct store *store, const char *user_id, int32_t kind, const char *id,
                                 int64_t after_index, int64_t limit, struct snapshot_list **chunks, cpk_error **error);

struct chunk_counts {
    int64_t chunks;
    int64_t done;
    int64_t failed;
};

cpk_status store_chunk_count(struct store *store, const char *user_id, int32_t kind, const char *id,
                             struct chunk_counts *counts, cpk_error **error);

/* What an analysis came to. */
struct chunk_result {
    int64_t index;
    const char *analyzer;
    const char *result_key;
    const char *result_sha256; /* hex, of the bytes there */
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cost_micro;
    const char *withheld;  /* as above */
    int32_t progress_from; /* the source's progress before its first chunk and after its last one, percent */
    int32_t progress_to;
};

/* In a transaction of its own: the chunk is done, one credit of the source's open hold becomes a usage transaction
 * (unlimited plan: an unlimited_usage of 1), the user's and the source's counters grow. A chunk that is done already
 * changes nothing and costs nothing. CPK_ERROR_CONFLICT without an open hold, with an empty one, or when the lease
 * (lease_owner, NULL: not fenced) was lost. */
cpk_status store_chunk_done(struct store *store, const char *user_id, int32_t kind, const char *id,
                            const char *lease_owner, const struct chunk_result *result, cpk_error **error);
/* The findings of a chunk that is done were lost and made once more, by this analyzer: nothing is counted or paid. Only
 * index, analyzer and result_sha256 are looked at. CPK_ERROR_CONFLICT as above, or when the chunk is not done. */
cpk_status store_chunk_restored(struct store *store, const char *user_id, int32_t kind, const char *id,
                                const char *lease_owner, const struct chunk_result *result, cpk_error **error);
/* Costs nothing; store_chunk_list_open gives it again. */
cpk_status store_chunk_failed(struct store *store, const char *user_id, int32_t kind, const char *id,
                              const char *lease_owner, int64_t index, const char *message, cpk_error **error);

/* For work.c: replaces the rows of one source or job, inside its transaction. */
cpk_status store_chunk_replace(struct store *store, const char *user_id, int32_t kind, const char *id,
                               chunk_next_fn next, void *user, int64_t *count, cpk_error **error);

#endif
