/* One run of one statement: bind, step, take the columns in their order, finish.
 *
 *     statement_start(&row, session, STATEMENT_PACK_GET);
 *     statement_bind_text(&row, 1, user_id);
 *     CPK_TRY(statement_step(&row, &has_row, error));      a failed step has finished the statement
 *     ... statement_take_text(&row, &length) ...
 *     CPK_TRY(statement_check(&row, error));               every column was there, of its type, and taken
 *     statement_finish(&row);                              always legal, also twice */
#ifndef DATABASE_STATEMENT_H
#define DATABASE_STATEMENT_H

#include "database/catalogue.h"
#include "database/database.h"

#define STATEMENT_VALUES_MAX 32

struct statement {
    struct db_session *session;
    const char *sql;
    const char *name;
    uint32_t id;
    int32_t done;          /* the last row was passed */
    int32_t is_last;       /* of its transaction */
    const char *complaint; /* what was wrong with a bind or a take; reported by the next step or check */
    cpk_value values[STATEMENT_VALUES_MAX];
    size_t value_count;
    void *cursor; /* NULL before the first step and after the end */
    const cpk_value *columns;
    size_t column_count;
    size_t next_column;
};

void statement_start(struct statement *statement, struct db_session *session, enum statement_id id);
void statement_start_sql(struct statement *statement, struct db_session *session,
                         const char *sql); /* not in the catalogue */

/* $index, from 1. Bytes must live until the first step. */
void statement_bind_int64(struct statement *statement, size_t index, int64_t value);
void statement_bind_time(struct statement *statement, size_t index,
                         int64_t time_us); /* CPK_TIME_UNKNOWN: null; clamped */
void statement_bind_text(struct statement *statement, size_t index, const char *text); /* NULL: null */
void statement_bind_text_length(struct statement *statement, size_t index, const char *text, size_t length);
void statement_bind_blob(struct statement *statement, size_t index, const void *bytes, size_t length); /* NULL: null */
void statement_bind_null(struct statement *statement, size_t index, int32_t type);                     /* CPK_VALUE_* */

/* Before the first step: nothing follows in the transaction but its commit, which may be sent along. A failure of
 * whoever reads the rows does not undo the transaction any more. */
void statement_ends_transaction(struct statement *statement);

/* The next row; *has_row 0 after the last one. */
cpk_status statement_step(struct statement *statement, int32_t *has_row, cpk_error **error);
/* Runs to the end and finishes. *rows (may be NULL) gets the rows that came: what RETURNING gave, for a change. */
cpk_status statement_run(struct statement *statement, int64_t *rows, cpk_error **error);
/* Hands each row to `take` until one fails, and finishes. */
typedef cpk_status (*statement_row_fn)(void *self, struct statement *row, cpk_error **error);
cpk_status statement_each(struct statement *statement, statement_row_fn take, void *self, cpk_error **error);
/* Where nobody reads the rows: runs before the transaction's next statement or its commit, whose status tells of its
 * failure; at once outside a transaction. `unmet`: the error, with the message, when no row comes; CPK_OK: that is no
 * error. The statement is finished. */
cpk_status statement_queue(struct statement *statement, cpk_status unmet, const char *message, cpk_error **error);
void statement_finish(struct statement *statement);

/* Columns from 0. A wrong type is remembered for statement_check. Bytes are borrowed until the next step. */
int32_t statement_is_null(struct statement *statement, size_t column);
int64_t statement_int64(struct statement *statement, size_t column);
const char *statement_text(struct statement *statement, size_t column,
                           size_t *length); /* NULL for null; length may be NULL */

/* The same for the column after the last one taken. */
int64_t statement_take_int64(struct statement *statement);
int64_t statement_take_int64_or(struct statement *statement, int64_t fallback);
int64_t statement_take_time(struct statement *statement); /* CPK_TIME_UNKNOWN for null; clamped: see time_clamp */
const char *statement_take_text(struct statement *statement, size_t *length);
const void *statement_take_blob(struct statement *statement, size_t *length);

/* CPK_ERROR_DATABASE when a column was missing, of another type or left over; the statement is then finished. */
cpk_status statement_check(struct statement *statement, cpk_error **error);

#endif
