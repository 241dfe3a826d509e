/* Packs: rows of packs_v2. */
#ifndef STORE_PACK_H
#define STORE_PACK_H

#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"

typedef struct cpk_pack cpk_pack;

struct cpk_pack {
    struct record record;
#define RECORD_TABLE "records/pack.def"
#include "records/members.def"
};

struct pack_params {
    const char *pack_id;              /* when creating NULL: a new random id */
    const char *name;                 /* not NULL when creating */
    const char *description;          /* or NULL */
    const char *custom_system_prompt; /* or NULL */
};

cpk_status store_pack_create(struct store *store, const char *user_id, const struct pack_params *params,
                             cpk_pack **pack, cpk_error **error);
cpk_status store_pack_get(struct store *store, const char *user_id, const char *pack_id, cpk_pack **pack,
                          cpk_error **error);
/* Returns the most recently changed pack of this name. */
cpk_status store_pack_find_by_name(struct store *store, const char *user_id, const char *name, cpk_pack **pack,
                                   cpk_error **error);
/* Returns the pack of this name, or creates it (*created 1), in one transaction: concurrent calls get the same pack. */
cpk_status store_pack_ensure(struct store *store, const char *user_id, const struct pack_params *params,
                             int32_t *created, cpk_pack **pack, cpk_error **error);
/* Most recently changed first; the next page starts after updated_us and pack_id of the last item. Items are cpk_pack.
 */
cpk_status store_pack_list(struct store *store, const char *user_id, const struct store_page *page,
                           struct record_list **packs, cpk_error **error);
/* NULL leaves a field unchanged; "" clears the description or prompt. *pack may be NULL. */
cpk_status store_pack_update(struct store *store, const char *user_id, const struct pack_params *changes,
                             cpk_pack **pack, cpk_error **error);
/* Recomputes the number of sources and tokens and sets the time of change. */
cpk_status store_pack_recount(struct store *store, const char *user_id, const char *pack_id, cpk_error **error);

/* A pack whose totals are not those of its sources. */
struct pack_miscount {
    const char *user_id;
    const char *pack_id;
    int64_t sources; /* as the pack's row says */
    int64_t counted;
    int64_t tokens; /* as the pack's row says */
    int64_t summed;
};

#define PACK_MISCOUNTS_MAX 1000 /* packs reported */

/* `miscount` is borrowed for the call. Must not call the store. */
typedef void (*pack_miscount_fn)(void *user, const struct pack_miscount *miscount);

/* Service only: of all users. Scans whole tables. store_pack_recount() repairs. */
cpk_status store_pack_list_miscounted(struct store *store, pack_miscount_fn each, void *user, cpk_error **error);

struct pack_status {
    int64_t sources;
    int64_t completed;
    int64_t failed;
    int64_t tokens; /* input and output tokens of the analysis */
};

cpk_status store_pack_processing_status(struct store *store, const char *user_id, const char *pack_id,
                                        struct pack_status *result, cpk_error **error);
/* Deletes the pack with its sources and exports and releases open holds. The caller removes the blobs. */
cpk_status store_pack_delete(struct store *store, const char *user_id, const char *pack_id, cpk_error **error);

#endif
