/* Runs one SQL statement: bind parameters, step through the rows, read columns in order, finish.
 *
 *     statement_start(&row, session, STATEMENT_PACK_GET);
 *     statement_bind_text(&row, 1, user_id);
 *     CPK_TRY(statement_step(&row, &has_row, error));      finishes the statement on failure
 *     ... statement_take_text(&row, &length) ...
 *     CPK_TRY(statement_check(&row, error));               fails if a column was missing, unread or of another type
 *     statement_finish(&row);                              may be called repeatedly */
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
    int32_t done;        /* all rows were read, or the statement was finished */
    int32_t is_last;     /* the last of its transaction */
    const char *problem; /* misuse by a bind or read, reported by the next step or check */
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

/* Bind parameter $index, counted from 1. Bytes are borrowed until the first step. */
void statement_bind_int64(struct statement *statement, size_t index, int64_t value);
void statement_bind_time(struct statement *statement, size_t index,
                         int64_t time_us); /* CPK_TIME_UNKNOWN: null; clamped */
void statement_bind_text(struct statement *statement, size_t index, const char *text); /* NULL: null */
void statement_bind_text_length(struct statement *statement, size_t index, const char *text, size_t length);
void statement_bind_blob(struct statement *statement, size_t index, const void *bytes, size_t length); /* NULL: null */
void statement_bind_null(struct statement *statement, size_t index, int32_t type);                     /* CPK_VALUE_* */

/* Declares this the last statement of its transaction; call before the first step. See db_session_is_last(). */
void statement_ends_transaction(struct statement *statement);

/* Advances to the next row; *has_row is 0 after the last one. */
cpk_status statement_step(struct statement *statement, int32_t *has_row, cpk_error **error);
/* Runs to the end and finishes. *rows (may be NULL) is the number of rows returned, for changes by RETURNING. */
cpk_status statement_run(struct statement *statement, int64_t *rows, cpk_error **error);
/* Calls `each` for every row until it fails, and finishes. */
typedef cpk_status (*statement_row_fn)(void *self, struct statement *row, cpk_error **error);
cpk_status statement_each(struct statement *statement, statement_row_fn each, void *self, cpk_error **error);
/* Queues a statement whose rows are not needed, and finishes it. See db_session_queue(). `unmet` is the error, with
 * `message`, if the statement returns no row; CPK_OK: that is not an error. */
cpk_status statement_queue(struct statement *statement, cpk_status unmet, const char *message, cpk_error **error);
void statement_finish(struct statement *statement);

/* Read column `column`, counted from 0. statement_check() reports a wrong type. Bytes are borrowed until the next step.
 */
int32_t statement_is_null(struct statement *statement, size_t column);
int64_t statement_int64(struct statement *statement, size_t column);
const char *statement_text(struct statement *statement, size_t column,
                           size_t *length); /* NULL for null; length may be NULL */

/* Read the next column. */
int64_t statement_take_int64(struct statement *statement);
int64_t statement_take_int64_or(struct statement *statement, int64_t fallback);
int64_t statement_take_time(struct statement *statement); /* CPK_TIME_UNKNOWN for null; clamped: see time_clamp */
const char *statement_take_text(struct statement *statement, size_t *length);
const void *statement_take_blob(struct statement *statement, size_t *length);

/* CPK_ERROR_DATABASE if a column was missing, of another type or not read; the statement is then finished. */
cpk_status statement_check(struct statement *statement, cpk_error **error);

#endif
