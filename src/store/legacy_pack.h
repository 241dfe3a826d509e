/* V1 packs: rows of packs_legacy. The format of their stats is defined by the program that created them. */
#ifndef STORE_LEGACY_PACK_H
#define STORE_LEGACY_PACK_H

#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"

typedef struct cpk_legacy_pack cpk_legacy_pack;

struct cpk_legacy_pack {
    struct record record;
#define RECORD_TABLE "records/legacy_pack.def"
#include "records/members.def"
};

cpk_status store_legacy_pack_get(struct store *store, const char *user_id, const char *id, cpk_legacy_pack **pack,
                                 cpk_error **error);
/* Finds the newest pack of a job; *pack is NULL if there is none. */
cpk_status store_legacy_pack_find(struct store *store, const char *user_id, const char *job_id, cpk_legacy_pack **pack,
                                  cpk_error **error);
/* Newest first; the next page starts after created_us and id of the last item. Items are cpk_legacy_pack. */
cpk_status store_legacy_pack_list(struct store *store, const char *user_id, const struct store_page *page,
                                  struct record_list **packs, cpk_error **error);

/* The V1 pack of a completed job. */
struct job_result {
    const char *pack_name;
    const char *r2_pack_path;
    const char *extraction_stats; /* JSON */
    const char *chunk_stats;
    const char *analysis_stats;
    int64_t file_size_bytes;
};

/* Inserts or updates the pack of a job. */
cpk_status store_legacy_pack_put(struct store *store, const char *user_id, const char *job_id,
                                 const struct job_result *result, cpk_error **error);
/* Deletes the row only: the job stays. */
cpk_status store_legacy_pack_delete(struct store *store, const char *user_id, const char *id, cpk_error **error);
/* Records the V2 pack that it was copied to. CPK_ERROR_ALREADY_EXISTS: it was already copied. */
cpk_status store_legacy_copy_add(struct store *store, const char *user_id, const char *id, const char *pack_id,
                                 cpk_error **error);

#endif
