/* What work that is left would cost, and what there is to pay it with. */
#ifndef STORE_QUOTE_H
#define STORE_QUOTE_H

#include "store/store.h"

struct store_quote {
    int64_t balance;
    int64_t held;      /* by all open holds of the user */
    int64_t held_here; /* of it, by this work: it is given back before it is set aside anew */
    int32_t is_unlimited;
    int32_t is_suspended;
    int64_t items;         /* sources or jobs */
    int64_t unknown_items; /* not extracted yet */
    int64_t chunks;
    int64_t done;
    int64_t remaining;
};

/* As of one moment. CPK_ERROR_NOT_FOUND when there is no such source, pack or job of the user's. */
cpk_status store_quote_source(struct store *store, const char *user_id, const char *source_id,
                              struct store_quote *quote, cpk_error **error);
cpk_status store_quote_pack(struct store *store, const char *user_id, const char *pack_id, struct store_quote *quote,
                            cpk_error **error);
cpk_status store_quote_job(struct store *store, const char *user_id, const char *job_id, struct store_quote *quote,
                           cpk_error **error);

#endif
