/* Blobs that the storage has lost or damaged after the database named them. processing/repair.h makes them again. */
#ifndef INGEST_DAMAGE_H
#define INGEST_DAMAGE_H

#include "engine/job_target.h"
#include "engine/lease.h"

/* 1 when the item was extracted by this library: its rows say what its blobs hold. */
int32_t damage_can_be_repaired(const struct job_target *target);

/* *has_text and *has_index are 1 when the blob exists with the size that the chunks add up to. */
cpk_status damage_find_text(const struct job_target *target, const struct snapshot_list *chunks, int32_t *has_text,
                            int32_t *has_index, cpk_error **error);

/* *is_present is 1 when an extracted item's text, its index or the answer of a finished chunk is missing or has another
 * size; no blob is read. 0 for what another program extracted. */
cpk_status damage_is_present(const struct job_target *target, int32_t *is_present, cpk_error **error);

/* Reads every blob of an extracted item and removes those whose bytes differ from what its rows say, so that they count
 * as missing. *dropped counts them. The caller holds the lease. */
cpk_status damage_drop(const struct job_target *target, struct lease *lease, int64_t *dropped, cpk_error **error);

#endif
