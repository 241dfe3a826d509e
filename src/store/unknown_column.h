/* Finds columns that other programs have added to the service's tables: deleting an account does not clear them. */
#ifndef STORE_UNKNOWN_COLUMN_H
#define STORE_UNKNOWN_COLUMN_H

#include "store/store.h"

/* `rows`: number of the user's rows with a value in the column; -1 for a table without a user column. */
typedef void (*unknown_column_fn)(void *user, const char *table, const char *column, int64_t rows);

/* Calls `each` for the tables whose rows are kept when an account is deleted. */
cpk_status store_unknown_columns(struct store *store, const char *user_id, unknown_column_fn each, void *user,
                                 cpk_error **error);

#endif
