/* V1 packs: rows of packs_legacy. What their stats hold is the business of whoever made them. */
#ifndef STORE_LEGACY_PACK_H
#define STORE_LEGACY_PACK_H

#include "records/fields.h"
#include "store/job.h"

typedef struct cpk_legacy_pack cpk_legacy_pack;

struct cpk_legacy_pack {
    struct snapshot snapshot;
#define RECORD_TABLE "records/legacy_pack.def"
#include "records/members.def"
};

cpk_status store_legacy_pack_get(struct store *store, const char *user_id, const char *id, cpk_legacy_pack **pack,
                                 cpk_error **error);
/* The newest of a job; *pack NULL when there is none. */
cpk_status store_legacy_pack_find(struct store *store, const char *user_id, const char *job_id, cpk_legacy_pack **pack,
                                  cpk_error **error);
/* Newest first; a page goes on after created_us and id of its last item. Items are cpk_legacy_pack. */
cpk_status store_legacy_pack_list(struct store *store, const char *user_id, const struct store_page *page,
                                  struct snapshot_list **packs, cpk_error **error);
/* The pack of a job: a new row, or the one that is there with what is new of it. */
cpk_status store_legacy_pack_put(struct store *store, const char *user_id, const char *job_id,
                                 const struct job_result *result, cpk_error **error);
/* The row alone: the job stays. */
cpk_status store_legacy_pack_delete(struct store *store, const char *user_id, const char *id, cpk_error **error);
/* Remembers which V2 pack was made of it. CPK_ERROR_ALREADY_EXISTS when there is one. */
cpk_status store_legacy_copy_add(struct store *store, const char *user_id, const char *id, const char *pack_id,
                                 cpk_error **error);

#endif
