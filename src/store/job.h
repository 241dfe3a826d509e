/* V1 jobs: rows of jobs with our own row beside each. */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "records/fields.h"
#include "store/work.h"

#include <contextpack/job.h>

struct cpk_job {
    struct snapshot snapshot;
#define RECORD_TABLE "records/job.def"
#include "records/members.def"
};

struct job_params {
    const char *job_id; /* a UUID */
    const char *file_name;
    int64_t file_size_bytes;
    const char *sha256;
    const char *lease_owner;
    int64_t lease_expires_us;
};

/* A created job. */
cpk_status store_job_create(struct store *store, const char *user_id, const struct job_params *params, cpk_job **job,
                            cpk_error **error);
cpk_status store_job_get(struct store *store, const char *user_id, const char *job_id, cpk_job **job,
                         cpk_error **error);
/* Newest first; a page goes on after created_us and job_id of its last item. Items are cpk_job. */
cpk_status store_job_list(struct store *store, const char *user_id, const struct store_page *page,
                          struct snapshot_list **jobs, cpk_error **error);
/* Our own row for a job that another program made; one that is there stays. */
cpk_status store_job_take_up(struct store *store, const char *user_id, const char *job_id, cpk_error **error);

/* What a finished job's pack is. */
struct job_result {
    const char *pack_name;
    const char *r2_pack_path;
    const char *extraction_stats; /* JSON */
    const char *chunk_stats;
    const char *analysis_stats;
    int64_t file_size_bytes;
};

/* In one transaction: the V1 pack is there (or made anew, when the job had one), the job completed, the rest of the
 * hold given back, the lease released. */
cpk_status store_job_complete(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                              const struct job_result *result, cpk_error **error);
/* With its V1 packs and all our rows; an open hold is given back. Blobs are the caller's. */
cpk_status store_job_delete(struct store *store, const char *user_id, const char *job_id, cpk_error **error);

/* For chunk.c, inside its transaction: writes failed_chunks anew from the rows of the chunks. */
cpk_status store_job_list_failed(struct store *store, const char *user_id, const char *job_id, cpk_error **error);

#endif
