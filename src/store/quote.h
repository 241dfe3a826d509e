/* Price of the remaining work, and the credits available for it. */
#ifndef STORE_QUOTE_H
#define STORE_QUOTE_H

#include "store/store.h"

struct store_quote {
    int64_t balance;
    int64_t held;      /* credits in all open holds of the user */
    int64_t held_here; /* part of it held for this work, which is released before credits are reserved again */
    int32_t is_unlimited;
    int32_t is_suspended;
    int64_t items;         /* number of sources or jobs */
    int64_t unknown_items; /* not extracted yet */
    int64_t chunks;
    int64_t done;
    int64_t remaining;
};

/* Read in one statement. CPK_ERROR_NOT_FOUND: the user has no such source, pack or job. */
cpk_status store_quote_source(struct store *store, const char *user_id, const char *source_id,
                              struct store_quote *quote, cpk_error **error);
cpk_status store_quote_pack(struct store *store, const char *user_id, const char *pack_id, struct store_quote *quote,
                            cpk_error **error);
cpk_status store_quote_job(struct store *store, const char *user_id, const char *job_id, struct store_quote *quote,
                           cpk_error **error);

#endif
