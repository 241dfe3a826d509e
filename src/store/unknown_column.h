/* Columns of the service's tables that another program has added: what the deletion of an account does not empty. */
#ifndef STORE_UNKNOWN_COLUMN_H
#define STORE_UNKNOWN_COLUMN_H

#include "store/store.h"

/* `rows`: how many rows of the user have a value in it; -1 for a table whose rows are of no user. */
typedef void (*unknown_column_fn)(void *user, const char *table, const char *column, int64_t rows);

/* Those of the tables whose rows outlive the user's account. */
cpk_status store_unknown_columns(struct store *store, const char *user_id, unknown_column_fn each, void *user,
                                 cpk_error **error);

#endif
