/* Shared by the files of this module only: owners, transaction scopes, reading of records. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include "base/error.h"
#include "base/memory.h"
#include "database/statement.h"
#include "store/handle.h"
#include "store/record.h"
#include "store/store.h"
#include "store/work_key.h"

/* Copies a key, with the user that store_owner() returns. */
cpk_status store_own_key(const struct store *store, const struct work_key *key, struct work_key *own,
                         cpk_error **error);
/* CPK_ERROR_PERMISSION_DENIED for a user's store. `what` completes the message "only the service may ...". */
cpk_status store_require_service(const struct store *store, const char *what, cpk_error **error);

/* A change of several statements: a separate transaction, or part of the caller's if one is open. */
struct store_scope {
    struct store *store;
    int32_t is_own;
};

cpk_status store_scope_begin(struct store_scope *scope, struct store *store, cpk_error **error);
/* Commits if status is CPK_OK. Otherwise rolls back, or marks the caller's transaction as failed. Returns the final
 * status. */
cpk_status store_scope_end(struct store_scope *scope, cpk_status status, cpk_error **error);

/* Runs a statement that returns the changed row. If there is none, fails with `code` and `message`. */
cpk_status store_change_one(struct statement *change, cpk_status code, const char *message, cpk_error **error);

/* The same, queued until the next statement or the commit: see statement_queue(). */
cpk_status store_queue_one(struct statement *change, cpk_status code, const char *message, cpk_error **error);
/* Queues a change of any number of rows. */
cpk_status store_queue_any(struct statement *change, cpk_error **error);

/* Starts a statement on rows of an owner: $1 is the user, $2 the word for the kind, $3 the id. */
void store_start_of_owner(struct statement *run, struct store *store, enum statement_id id, const struct work_key *key);

/* Binds time, id and limit of a page to the parameters first, first + 1 and first + 2. */
cpk_status store_bind_page(struct statement *query, size_t first, const struct store_page *page, cpk_error **error);

/* Reads the current row into a new record. */
typedef cpk_status (*record_read_fn)(const struct context *context, struct statement *row, void **record,
                                     cpk_error **error);

/* Reads a cpk_transaction (store/transaction.c). */
cpk_status transaction_read(const struct context *context, struct statement *row, void **record, cpk_error **error);

/* Reads a query's first row as a record. Without a row: CPK_ERROR_NOT_FOUND with `message`, or *record NULL if
 * `message` is NULL. */
cpk_status store_read_one(struct store *store, struct statement *query, record_read_fn read, void **record,
                          const char *message, cpk_error **error);
/* Reads all rows of a query as a list of records. */
cpk_status store_read_list(struct store *store, struct statement *query, record_read_fn read, struct record_list **list,
                           cpk_error **error);

#endif
