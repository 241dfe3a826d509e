/* The database seam from the inside: a checked copy of a driver's table, sessions and transactions on it. */
#ifndef DATABASE_DATABASE_H
#define DATABASE_DATABASE_H

#include "base/context.h"

#include <contextpack/backend/database.h>
#include <contextpack/cancel.h>

struct database;   /* synchronised */
struct db_session; /* confined */

/* Takes over a driver: checks versions, required slots and the unknown tail, copies the table. On failure the
 * caller still owns the driver. The context must outlive the database. */
cpk_status database_create(const struct context *context, const cpk_database_driver *driver, struct database **database,
                           cpk_error **error);
/* Opens a built-in driver by URI: "sqlite:PATH", "sqlite::memory:" for a database that goes when it is freed, or
 * "postgresql://USER@HOST:PORT/DATABASE". A missing file is created. */
cpk_status database_open(const struct context *context, const char *uri, struct database **database, cpk_error **error);
/* The same, but a missing file is CPK_ERROR_NOT_FOUND. */
cpk_status database_open_existing(const struct context *context, const char *uri, struct database **database,
                                  cpk_error **error);
void database_free(struct database *database); /* after its last session; destroys the driver; NULL is allowed */
/* The driver stays its owner\'s: it is not destroyed with this. NULL is allowed. */
void database_disown_driver(struct database *database);
int32_t database_has_row_security(const struct database *database);
int32_t database_dialect(const struct database *database);
const struct context *database_context(const struct database *database);

/* The driver's slots. CPK_ERROR_UNSUPPORTED, with what to do instead, where it has none. */
cpk_status database_backup(struct database *database, const char *path, int32_t replace,
                           cpk_database_progress_fn progress, void *user, cpk_error **error);
cpk_status database_check(struct database *database, cpk_database_report_fn report, void *user, cpk_error **error);

cpk_status db_session_open(struct database *database, const cpk_actor *actor, struct db_session **session,
                           cpk_error **error);
void db_session_close(struct db_session *session); /* rolls back what is open; NULL is allowed */
struct database *db_session_database(const struct db_session *session);
/* From now on a request of the token ends a db_begin() or a statement that runs, within a second with
 * CPK_ERROR_CANCELLED, where the driver can; NULL: no token. What begins after the request runs to its end, so that a
 * cancelled operation can still clean up; commits and rollbacks always do. Returns the token before, which the caller
 * sets again at the end. */
const cpk_cancel *db_session_watch(struct db_session *session, const cpk_cancel *cancel);

/* One transaction at a time. After an error inside it, everything but rollback is refused. */
cpk_status db_begin(struct db_session *session, int32_t mode, cpk_error **error); /* CPK_TRANSACTION_* */
cpk_status db_commit(struct db_session *session,
                     cpk_error **error); /* it is over either way; a failed one is rolled back */
cpk_status db_rollback(struct db_session *session, cpk_error **error); /* nothing to do without a transaction */
int32_t db_in_transaction(const struct db_session *session);

/* For statement.c: a statement's way to the driver. */
cpk_status db_session_exec(struct db_session *session, uint32_t statement_id, const char *sql, const cpk_value *values,
                           size_t value_count, void **cursor, cpk_error **error);
cpk_status db_session_next(struct db_session *session, void *cursor, const cpk_value **columns, size_t *column_count,
                           cpk_error **error);
void db_session_cursor_close(struct db_session *session, void *cursor);
cpk_status db_session_fail(struct db_session *session, cpk_status status); /* marks an open transaction as failed */
/* A statement whose rows nobody reads: runs before the transaction's next statement or its commit, which then tells of
 * its failure; at once outside a transaction. `unmet`: the error, with the message, when it gives no row; CPK_OK: that
 * is no error. Everything is copied but the SQL. */
cpk_status db_session_queue(struct db_session *session, const cpk_queued_statement *queued, cpk_error **error);
/* The next statement is the transaction's last: its commit may be sent along, so that a failure of whoever reads the
 * rows does not undo the transaction any more. db_commit() is called as ever. */
void db_session_is_last(struct db_session *session);

#endif
