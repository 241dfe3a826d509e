/* What the nouns of this room share and nobody else needs: owners, scopes, snapshots of rows. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include "base/error.h"
#include "base/memory.h"
#include "base/uuid.h"
#include "database/statement.h"
#include "store/snapshot.h"
#include "store/store.h"

#define STORE_DOMAIN "store"

struct store {
    const struct context *context;
    struct database *database;
    struct db_session *session;
    int32_t actor_kind;
    int32_t shares_session;
    char only_user_id[UUID_TEXT_BYTES];  /* whose rows alone are seen; "": everybody's */
    char admin_user_id[UUID_TEXT_BYTES]; /* "" unless an administrator's */
};

/* Whose rows: see store.h. */
cpk_status store_owner(const struct store *store, const char *user_id, const char **owner, cpk_error **error);
/* PERMISSION_DENIED for a user's store. `what` completes "only the service may ...". */
cpk_status store_require_service(const struct store *store, const char *what, cpk_error **error);

/* A change of several statements: its own transaction, or part of the caller's. */
struct store_scope {
    struct store *store;
    int32_t is_own;
};

cpk_status store_scope_begin(struct store_scope *scope, struct store *store, cpk_error **error);
/* Commits when status is CPK_OK, else rolls back an own transaction; returns the status of the whole. */
cpk_status store_scope_end(struct store_scope *scope, cpk_status status, cpk_error **error);

/* Runs a statement that changes one row and returns it; no row gives `code` with the message. */
cpk_status store_change_one(struct statement *change, cpk_status code, const char *message, cpk_error **error);

/* The same where nothing else depends on it before the transaction ends: see statement_queue(). */
cpk_status store_queue_one(struct statement *change, cpk_status code, const char *message, cpk_error **error);
/* A change of any number of rows. */
cpk_status store_queue_any(struct statement *change, cpk_error **error);

/* Binds the four values of a page: time, id and limit at first, first + 1 and first + 2. */
cpk_status store_bind_page(struct statement *query, size_t first, const struct store_page *page, cpk_error **error);

/* Makes a snapshot of the current row. */
typedef cpk_status (*snapshot_read_fn)(const struct context *context, struct statement *row, void **snapshot,
                                       cpk_error **error);

/* Of the columns of a cpk_transaction (store/transaction.c). */
cpk_status transaction_read(const struct context *context, struct statement *row, void **snapshot, cpk_error **error);

/* The one row of a query as a snapshot; none gives CPK_ERROR_NOT_FOUND with the message, or NULL where that is NULL. */
cpk_status store_read_one(struct store *store, struct statement *query, snapshot_read_fn read, void **snapshot,
                          const char *message, cpk_error **error);
/* All rows as a list. */
cpk_status store_read_list(struct store *store, struct statement *query, snapshot_read_fn read,
                           struct snapshot_list **list, cpk_error **error);

#endif
