/* What extraction and analysis work on: a source of a pack, or a V1 job. */
#ifndef ENGINE_JOB_TARGET_H
#define ENGINE_JOB_TARGET_H

#include "engine/blob_key.h"
#include "engine/session.h"
#include "store/job.h"
#include "store/pack.h"
#include "store/source.h"

struct job_target {
    cpk_session *session;
    int32_t kind; /* OWNER_SOURCE or OWNER_JOB */
    const char *id;
    const char *name;
    const char *raw_key;      /* may be NULL */
    const char *text_key;     /* of what extraction stored; NULL before */
    const char *index_key;    /* the same */
    const cpk_source *source; /* one of these two */
    const cpk_job *job;
    cpk_pack *pack;               /* the source's; owned */
    char directory[KEY_BYTES];    /* blobs are <directory>/<id>/... */
    char made_keys[2][KEY_BYTES]; /* of text and index that were stored since the snapshot was read */
};

/* Borrows the snapshot. job_target_free() afterwards, also on failure. */
cpk_status job_target_from_source(cpk_session *session, const cpk_source *source, struct job_target *target,
                                  cpk_error **error);
cpk_status job_target_from_job(cpk_session *session, const cpk_job *job, struct job_target *target, cpk_error **error);
void job_target_free(struct job_target *target);
/* Extraction has stored text and index since the snapshot was read. */
cpk_status job_target_set_extracted(struct job_target *target, cpk_error **error);

/* The nouns' own calls, under the lease of `owner`. */
cpk_status job_target_set_status(const struct job_target *target, const char *owner, const char *status,
                                 int64_t progress, cpk_error **error);
cpk_status job_target_set_analyzer(const struct job_target *target, const char *owner, const char *analyzer,
                                   cpk_error **error);
cpk_status job_target_set_failed(const struct job_target *target, const char *owner, const char *message,
                                 cpk_error **error);
cpk_status job_target_record_extraction(const struct job_target *target, const char *owner,
                                        const struct source_extraction *extraction, cpk_error **error);

#endif
