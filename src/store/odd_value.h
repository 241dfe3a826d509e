/* Values in the service's tables that are not read as they are: who else writes there may put them. */
#ifndef STORE_ODD_VALUE_H
#define STORE_ODD_VALUE_H

#include "store/store.h"

#define ODD_VALUE_ROWS_MAX 1000 /* that one call tells of, of each table */

struct odd_value {
    const char *table;
    const char *id_column;
    const char *id;
    const char *column;
    const char *what;   /* "is outside the years 1 to 9999 and read as the nearest time", ... */
    const char *repair; /* a value to set, as SQL of the database's dialect */
};

/* Borrowed for the call. No other call on the store. */
typedef void (*odd_value_fn)(void *user, const struct odd_value *odd);

/* The service's: every value of every table that @time_us, @money_micro or @count changes. Reads whole tables. */
cpk_status store_odd_value_list(struct store *store, odd_value_fn each, void *user, cpk_error **error);

/* Open holds that do not fit their user's balance of 32 bits any more. No other call on the store. */
typedef void (*stuck_hold_fn)(void *user, const char *user_id, const char *hold_id, int64_t remaining, int64_t balance);

cpk_status store_stuck_hold_list(struct store *store, stuck_hold_fn each, void *user, cpk_error **error);

#endif
