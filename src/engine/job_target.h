/* The target of extraction and analysis: a source of a pack, or a V1 job. */
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
    const char *text_key;     /* NULL until extracted */
    const char *index_key;    /* NULL until extracted */
    const cpk_source *source; /* one of source and job is set */
    const cpk_job *job;
    const cpk_pack *pack;         /* the source's pack */
    cpk_pack *own_pack;           /* the same if it was read for the target */
    char directory[KEY_BYTES];    /* blobs are <directory>/<id>/... */
    char made_keys[2][KEY_BYTES]; /* keys of text and index stored since the record was read */
};

/* Borrows the source, and the pack; NULL: the pack is read. Call job_target_free() afterwards, also after an error. */
cpk_status job_target_from_source(cpk_session *session, const cpk_source *source, const cpk_pack *pack,
                                  struct job_target *target, cpk_error **error);
/* The same source as it is now. */
void job_target_set_source(struct job_target *target, const cpk_source *source);
cpk_status job_target_from_job(cpk_session *session, const cpk_job *job, struct job_target *target, cpk_error **error);
void job_target_free(struct job_target *target);
/* The target's row, for the owner of its lease; NULL: the lease is not checked. Texts are borrowed. */
struct work_key job_target_key(const struct job_target *target, const char *lease_owner);
/* Sets the keys of text and index, which extraction has just stored. */
cpk_status job_target_set_extracted(struct job_target *target, cpk_error **error);

#endif
