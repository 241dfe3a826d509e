/* Finds values in the service's tables that are clamped when read; other programs may have written them. */
#ifndef STORE_ODD_VALUE_H
#define STORE_ODD_VALUE_H

#include "store/store.h"

#define ODD_VALUE_ROWS_MAX 1000 /* rows reported per table */

struct odd_value {
    const char *table;
    const char *id_column;
    const char *id;
    const char *column;
    const char *what;   /* "is outside the years 1 to 9999 and read as the nearest time", ... */
    const char *repair; /* replacement value, as SQL of the database's dialect */
};

/* `odd` is borrowed for the call. Must not call the store. */
typedef void (*odd_value_fn)(void *user, const struct odd_value *odd);

/* Service only. Reports every value that @time_us, @money_micro or @count clamps. Scans whole tables. */
cpk_status store_odd_value_list(struct store *store, odd_value_fn each, void *user, cpk_error **error);

/* Called for open holds whose release would overflow the user's balance of 32 bits. Must not call the store. */
typedef void (*stuck_hold_fn)(void *user, const char *user_id, const char *hold_id, int64_t remaining, int64_t balance);

cpk_status store_stuck_hold_list(struct store *store, stuck_hold_fn each, void *user, cpk_error **error);

#endif
