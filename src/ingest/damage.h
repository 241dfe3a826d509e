/* Blobs that the storage has lost or damaged after the database named them. processing/repair.h makes them again. */
#ifndef INGEST_DAMAGE_H
#define INGEST_DAMAGE_H

#include "engine/job_target.h"
#include "engine/lease.h"

/* Returns 1 if this library extracted the target, so that its rows describe the content of its blobs. */
int32_t damage_can_be_repaired(const struct job_target *target);

/* *has_text and *has_index are 1 if the blob exists with the total size of the chunks. */
cpk_status damage_find_text(const struct job_target *target, const struct record_list *chunks, int32_t *has_text,
                            int32_t *has_index, cpk_error **error);

/* *is_present is 1 if an extracted target lacks its text, its index or the answer of a finished chunk, or one
 * of them has another size. Only sizes are checked, no blob is read. 0 if another program extracted the target. */
cpk_status damage_is_present(const struct job_target *target, int32_t *is_present, cpk_error **error);

/* Reads every blob of an extracted target and removes those whose bytes differ from what the rows record, so
 * that they count as missing. *dropped counts them. The caller holds the lease. */
cpk_status damage_drop(const struct job_target *target, struct lease *lease, int64_t *dropped, cpk_error **error);

#endif
