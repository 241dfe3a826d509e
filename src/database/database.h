/* The database interface: calls a driver through a checked copy of its table; sessions, transactions and statements. */
#ifndef DATABASE_DATABASE_H
#define DATABASE_DATABASE_H

#include "base/context.h"

#include <contextpack/backend/database.h>
#include <contextpack/cancel.h>

struct database;   /* thread-safe */
struct db_session; /* confined: one thread at a time */

/* Copies a driver's table after checking it, and takes ownership of the driver. On failure the caller still owns it.
 * The context must outlive the database. */
cpk_status database_create(const struct context *context, const cpk_database_driver *driver, struct database **database,
                           cpk_error **error);
/* Opens a built-in driver by URI: "sqlite:PATH", "sqlite::memory:" (freed with the database), or
 * "postgresql://USER@HOST:PORT/DATABASE". A missing file is created. */
cpk_status database_open(const struct context *context, const char *uri, struct database **database, cpk_error **error);
/* The same, but a missing file is CPK_ERROR_NOT_FOUND. */
cpk_status database_open_existing(const struct context *context, const char *uri, struct database **database,
                                  cpk_error **error);
void database_free(
    struct database *database); /* after its last session was closed; destroys the driver; NULL is allowed */
/* Leaves the driver to its owner: database_free() will not destroy it. NULL is allowed. */
void database_disown_driver(struct database *database);
int32_t database_has_row_security(const struct database *database);
int32_t database_dialect(const struct database *database);
const struct context *database_context(const struct database *database);

/* The driver's slots. CPK_ERROR_UNSUPPORTED, with an alternative in the message, if the driver lacks the slot. */
cpk_status database_backup(struct database *database, const char *path, int32_t replace,
                           cpk_database_progress_fn progress, void *user, cpk_error **error);
cpk_status database_check(struct database *database, cpk_database_report_fn report, void *user, cpk_error **error);

cpk_status db_session_open(struct database *database, const cpk_actor *actor, struct db_session **session,
                           cpk_error **error);
void db_session_close(struct db_session *session); /* rolls back an open transaction; NULL is allowed */
struct database *db_session_database(const struct db_session *session);
/* Sets the session's cancel token (NULL: none) and returns the previous one, which the caller restores. When the token
 * is cancelled, a running db_begin() or statement ends within a second with CPK_ERROR_CANCELLED, if the driver supports
 * it. Calls that begin later are not affected, so that a cancelled operation can clean up; nor are commits and
 * rollbacks. */
const cpk_cancel *db_session_watch(struct db_session *session, const cpk_cancel *cancel);

/* One transaction at a time. After an error in it only db_rollback() is allowed. */
cpk_status db_begin(struct db_session *session, int32_t mode, cpk_error **error); /* CPK_TRANSACTION_* */
cpk_status db_commit(struct db_session *session,
                     cpk_error **error); /* ends the transaction in any case; rolls a failed one back */
cpk_status db_rollback(struct db_session *session, cpk_error **error); /* no effect without a transaction */
int32_t db_in_transaction(const struct db_session *session);

/* Calls of the driver, for statement.c. */
cpk_status db_session_exec(struct db_session *session, uint32_t statement_id, const char *sql, const cpk_value *values,
                           size_t value_count, void **cursor, cpk_error **error);
cpk_status db_session_next(struct db_session *session, void *cursor, const cpk_value **columns, size_t *column_count,
                           cpk_error **error);
void db_session_cursor_close(struct db_session *session, void *cursor);
cpk_status db_session_fail(struct db_session *session, cpk_status status); /* marks an open transaction as failed */
/* Queues a statement whose rows are not needed: it runs before the transaction's next statement or commit, which
 * returns its failure; outside a transaction it runs at once. If it returns no row, the failure is queued->unmet with
 * queued->message, unless unmet is CPK_OK. Everything but the SQL is copied. */
cpk_status db_session_queue(struct db_session *session, const cpk_queued_statement *queued, cpk_error **error);
/* Declares the next statement the transaction's last: the driver may send COMMIT with it, so that an error while its
 * rows are read no longer rolls back. db_commit() must still be called. */
void db_session_is_last(struct db_session *session);

#endif
