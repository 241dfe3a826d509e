/* V1 jobs: rows of jobs, with a row of the library for each. */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "records/fields.h"
#include "store/legacy_pack.h"
#include "store/record.h"
#include "store/store.h"

#include <contextpack/job.h>

struct cpk_job {
    struct record record;
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

/* Creates a job with the status "created". */
cpk_status store_job_create(struct store *store, const char *user_id, const struct job_params *params, cpk_job **job,
                            cpk_error **error);
cpk_status store_job_get(struct store *store, const char *user_id, const char *job_id, cpk_job **job,
                         cpk_error **error);
/* Newest first; the next page starts after created_us and job_id of the last item. Items are cpk_job. */
cpk_status store_job_list(struct store *store, const char *user_id, const struct store_page *page,
                          struct record_list **jobs, cpk_error **error);
/* Inserts the library's row for a job of another program, unless it exists. */
cpk_status store_job_take_up(struct store *store, const char *user_id, const char *job_id, cpk_error **error);

/* In one transaction: inserts or updates the V1 pack, sets the job completed, and releases hold and lease. */
cpk_status store_job_complete(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                              const struct job_result *result, cpk_error **error);
/* Deletes the job with its V1 packs and releases an open hold. The caller removes the blobs. */
cpk_status store_job_delete(struct store *store, const char *user_id, const char *job_id, cpk_error **error);

#endif
