#include "database/statement.h"

#include "base/error.h"
#include "base/time.h"

#include <string.h>

#define DOMAIN "database"

static void start(struct statement *statement, struct db_session *session, uint32_t id, const char *name,
                  const char *sql)
{
    statement->session = session;
    statement->sql = sql;
    statement->name = name;
    statement->id = id;
    statement->done = 0;
    statement->is_last = 0;
    statement->problem = NULL;
    statement->value_count = 0;
    statement->cursor = NULL;
    statement->columns = NULL;
    statement->column_count = 0;
    statement->next_column = 0;
}

void statement_start(struct statement *statement, struct db_session *session, enum statement_id id)
{
    int32_t dialect = database_dialect(db_session_database(session));

    start(statement, session, (uint32_t)id, catalogue_name(id), catalogue_sql(id, dialect));
}

void statement_start_sql(struct statement *statement, struct db_session *session, const char *sql)
{
    start(statement, session, STATEMENT_NONE, "a statement", sql);
}

/* Returns the value of $index. Unbound parameters before it have type 0. */
static cpk_value *set_value(struct statement *statement, size_t index, int32_t type, int32_t is_null)
{
    cpk_value *value;

    if (index < 1 || index > STATEMENT_VALUES_MAX) {
        statement->problem = "a parameter number is out of range";
        index = STATEMENT_VALUES_MAX;
    }
    while (statement->value_count < index) {
        memset(&statement->values[statement->value_count++], 0, sizeof statement->values[0]);
    }
    value = &statement->values[index - 1];
    value->type = type;
    value->is_null = is_null;
    return value;
}

void statement_bind_int64(struct statement *statement, size_t index, int64_t number)
{
    set_value(statement, index, CPK_VALUE_INT64, 0)->int64_value = number;
}

void statement_bind_time(struct statement *statement, size_t index, int64_t time_us)
{
    set_value(statement, index, CPK_VALUE_INT64, time_us == CPK_TIME_UNKNOWN)->int64_value = time_clamp(time_us);
}

void statement_bind_text(struct statement *statement, size_t index, const char *text)
{
    statement_bind_text_length(statement, index, text, text != NULL ? strlen(text) : 0);
}

void statement_bind_text_length(struct statement *statement, size_t index, const char *text, size_t length)
{
    cpk_value *value = set_value(statement, index, CPK_VALUE_TEXT, text == NULL);

    value->bytes = text;
    value->length = length;
}

void statement_bind_blob(struct statement *statement, size_t index, const void *bytes, size_t length)
{
    cpk_value *value = set_value(statement, index, CPK_VALUE_BLOB, bytes == NULL);

    value->bytes = bytes;
    value->length = length;
}

void statement_bind_null(struct statement *statement, size_t index, int32_t type)
{
    set_value(statement, index, type, 1);
}

static cpk_status fail_with_problem(struct statement *statement, cpk_error **error)
{
    statement_finish(statement);
    return db_session_fail(statement->session,
                           error_set(error, CPK_ERROR_DATABASE, DOMAIN, "%s: %s", statement->name, statement->problem));
}

static cpk_status check_bound(struct statement *statement, cpk_error **error)
{
    if (statement->sql == NULL) {
        statement->problem = "no statement for the driver's dialect";
    }
    for (size_t i = 0; i < statement->value_count; i++) {
        if (statement->values[i].type == 0) {
            statement->problem = "a parameter was not bound";
        }
    }
    return statement->problem != NULL ? fail_with_problem(statement, error) : CPK_OK;
}

void statement_ends_transaction(struct statement *statement)
{
    statement->is_last = 1;
}

static cpk_status execute(struct statement *statement, cpk_error **error)
{
    CPK_TRY(check_bound(statement, error));
    if (statement->is_last) {
        db_session_is_last(statement->session);
    }
    return db_session_exec(statement->session, statement->id, statement->sql, statement->values, statement->value_count,
                           &statement->cursor, error);
}

cpk_status statement_step(struct statement *statement, int32_t *has_row, cpk_error **error)
{
    cpk_status status;

    *has_row = 0;
    if (statement->done) {
        return CPK_OK;
    }
    if (statement->cursor == NULL) {
        CPK_TRY(execute(statement, error));
    }
    status =
        db_session_next(statement->session, statement->cursor, &statement->columns, &statement->column_count, error);
    statement->next_column = 0;
    if (status != CPK_OK || statement->columns == NULL) {
        statement_finish(statement);
        return status;
    }
    *has_row = 1;
    return CPK_OK;
}

cpk_status statement_run(struct statement *statement, int64_t *rows, cpk_error **error)
{
    int64_t count = 0;
    int32_t has_row;

    do {
        CPK_TRY(statement_step(statement, &has_row, error));
        count += has_row;
    } while (has_row);
    if (rows != NULL) {
        *rows = count;
    }
    return CPK_OK;
}

cpk_status statement_each(struct statement *statement, statement_row_fn each, void *self, cpk_error **error)
{
    for (;;) {
        int32_t has_row;
        cpk_status status;

        CPK_TRY(statement_step(statement, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        status = each(self, statement, error);
        if (status != CPK_OK) {
            statement_finish(statement);
            return status;
        }
    }
}

cpk_status statement_queue(struct statement *statement, cpk_status unmet, const char *message, cpk_error **error)
{
    const cpk_queued_statement queued = {
        statement->sql, statement->values, statement->value_count, statement->id, unmet, message};

    CPK_TRY(check_bound(statement, error));
    statement->done = 1;
    return db_session_queue(statement->session, &queued, error);
}

void statement_finish(struct statement *statement)
{
    if (statement->cursor != NULL) {
        db_session_cursor_close(statement->session, statement->cursor);
    }
    statement->cursor = NULL;
    statement->columns = NULL;
    statement->done = 1;
}

/* Returns the column, or NULL if it is missing, null or of another type. Sets `problem` unless it is null. */
static const cpk_value *column_of_type(struct statement *statement, size_t column, int32_t type)
{
    if (statement->columns == NULL || column >= statement->column_count) {
        statement->problem = "a column is missing";
        return NULL;
    }
    if (statement->columns[column].is_null) {
        return NULL;
    }
    if (statement->columns[column].type != type) {
        statement->problem = "a column has an unexpected type";
        return NULL;
    }
    return &statement->columns[column];
}

int32_t statement_is_null(struct statement *statement, size_t column)
{
    return statement->columns == NULL || column >= statement->column_count || statement->columns[column].is_null;
}

static int64_t int64_or(struct statement *statement, size_t column, int64_t fallback)
{
    const cpk_value *value = column_of_type(statement, column, CPK_VALUE_INT64);

    return value != NULL ? value->int64_value : fallback;
}

int64_t statement_int64(struct statement *statement, size_t column)
{
    if (statement_is_null(statement, column)) {
        statement->problem = "a number is null but must not be";
    }
    return int64_or(statement, column, 0);
}

static const void *bytes_of(struct statement *statement, size_t column, int32_t type, size_t *length)
{
    const cpk_value *value = column_of_type(statement, column, type);

    if (length != NULL) {
        *length = value != NULL ? value->length : 0;
    }
    return value != NULL ? value->bytes : NULL;
}

const char *statement_text(struct statement *statement, size_t column, size_t *length)
{
    return bytes_of(statement, column, CPK_VALUE_TEXT, length);
}

int64_t statement_take_int64(struct statement *statement)
{
    return statement_int64(statement, statement->next_column++);
}

int64_t statement_take_int64_or(struct statement *statement, int64_t fallback)
{
    return int64_or(statement, statement->next_column++, fallback);
}

int64_t statement_take_time(struct statement *statement)
{
    return time_clamp(int64_or(statement, statement->next_column++, CPK_TIME_UNKNOWN));
}

const char *statement_take_text(struct statement *statement, size_t *length)
{
    return statement_text(statement, statement->next_column++, length);
}

const void *statement_take_blob(struct statement *statement, size_t *length)
{
    return bytes_of(statement, statement->next_column++, CPK_VALUE_BLOB, length);
}

cpk_status statement_check(struct statement *statement, cpk_error **error)
{
    if (statement->problem == NULL && statement->columns != NULL && statement->next_column > 0 &&
        statement->next_column != statement->column_count) {
        statement->problem = "a row has unread columns";
    }
    return statement->problem != NULL ? fail_with_problem(statement, error) : CPK_OK;
}
