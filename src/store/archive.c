#include "store/archive.h"

#include "base/memory.h"
#include "store/internal.h"

#include <stdio.h>
#include <string.h>

#define LINE_MARK       "'archive line'" /* placeholder in queries.sql for the line's expression */
#define LINE_DEPTH_MAX  64
#define SHOWN_IDS_BYTES 400

struct archive_table {
    const char *name;
    const char *user_column; /* NULL: rows have no user */
    enum statement_id list;
    enum statement_id next;
    enum statement_id count;
    enum statement_id remove; /* STATEMENT_NONE: rows are kept */
};

static const struct archive_table tables[ARCHIVE_TABLES] = {
    {"webhook_logs", NULL, STATEMENT_ARCHIVE_WEBHOOK_LOGS_LIST, STATEMENT_ARCHIVE_WEBHOOK_LOGS_NEXT,
     STATEMENT_ARCHIVE_WEBHOOK_LOGS_COUNT, STATEMENT_ARCHIVE_WEBHOOK_LOGS_DELETE},
    {"credit_transactions", "user_id", STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_LIST,
     STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_NEXT, STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_COUNT, STATEMENT_NONE},
    {"admin_actions", "target_user_id", STATEMENT_ARCHIVE_ADMIN_ACTIONS_LIST, STATEMENT_ARCHIVE_ADMIN_ACTIONS_NEXT,
     STATEMENT_ARCHIVE_ADMIN_ACTIONS_COUNT, STATEMENT_NONE}};

const struct archive_table *archive_table_at(size_t index)
{
    return index < ARCHIVE_TABLES ? &tables[index] : NULL;
}

const struct archive_table *archive_table_find(const char *name)
{
    for (size_t i = 0; i < ARCHIVE_TABLES; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            return &tables[i];
        }
    }
    return NULL;
}

const char *archive_table_name(const struct archive_table *table)
{
    return table->name;
}

int32_t archive_table_is_moved(const struct archive_table *table)
{
    return table->remove != STATEMENT_NONE;
}

static int32_t is_postgres(const struct store *store)
{
    return database_dialect(store->database) == CPK_DIALECT_POSTGRESQL;
}

/* --- SQL for the table's columns --- */

static void quote_text(struct buffer *sql, const char *text)
{
    buffer_append_byte(sql, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            buffer_append_byte(sql, '\'');
        }
        buffer_append_byte(sql, *text);
    }
    buffer_append_byte(sql, '\'');
}

/* format() uses the type's output function; num_nulls() distinguishes null from a row of nulls. */
static void write_line_postgres(struct buffer *sql, const char *const *names, size_t count)
{
    buffer_append_text(sql, "(SELECT CAST(row_to_json(x) AS text) FROM (SELECT ");
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(sql, i > 0 ? ", CASE num_nulls(" : "CASE num_nulls(");
        service_table_quote(sql, names[i]);
        buffer_append_text(sql, ") WHEN 0 THEN format('%s', ");
        service_table_quote(sql, names[i]);
        buffer_append_text(sql, ") END AS ");
        service_table_quote(sql, names[i]);
    }
    buffer_append_text(sql, ") x)");
}

static void write_value_sqlite(struct buffer *sql, const char *name)
{
    struct buffer column;

    buffer_init(&column, sql->allocator);
    service_table_quote(&column, name);
    buffer_append_format(
        sql,
        "CASE typeof(%1$s) WHEN 'null' THEN 'null' WHEN 'integer' THEN CAST(%1$s AS TEXT) "
        "WHEN 'real' THEN '{\"real\":\"' || quote(%1$s) || '\"}' WHEN 'blob' THEN '{\"blob\":\"' || hex(%1$s) || '\"}' "
        "ELSE CASE WHEN instr(CAST(%1$s AS BLOB), x'00') = 0 THEN json_quote(%1$s) "
        "ELSE '{\"text\":\"' || hex(CAST(%1$s AS BLOB)) || '\"}' END END",
        buffer_text(&column));
    sql->failed |= column.failed;
    buffer_free(&column);
}

static void write_line_sqlite(struct buffer *sql, const char *const *names, size_t count)
{
    struct buffer key;
    struct json_writer writer;

    buffer_init(&key, sql->allocator);
    buffer_append_text(sql, "('{' || ");
    for (size_t i = 0; i < count; i++) {
        buffer_clear(&key);
        json_writer_init(&writer, &key);
        json_write_string(&writer, names[i]);
        buffer_append_byte(&key, ':');
        if (i > 0) {
            buffer_append_text(sql, " || ',' || ");
        }
        quote_text(sql, buffer_text(&key));
        buffer_append_text(sql, " || ");
        write_value_sqlite(sql, names[i]);
        sql->failed |= key.failed;
    }
    buffer_append_text(sql, " || '}')");
    buffer_free(&key);
}

static cpk_status write_line(struct archive_shape *shape, cpk_error **error)
{
    buffer_clear(&shape->line);
    (is_postgres(shape->store) ? write_line_postgres : write_line_sqlite)(&shape->line, shape->names,
                                                                          shape->name_count);
    return shape->line.failed ? error_out_of_memory(error) : CPK_OK;
}

/* Inserts the line's expression into a statement of the catalogue. */
static cpk_status insert_line_expression(const struct archive_shape *shape, enum statement_id id, struct buffer *sql,
                                         cpk_error **error)
{
    const char *text = catalogue_sql(id, database_dialect(shape->store->database));
    const char *mark = strstr(text, LINE_MARK);

    if (mark == NULL) {
        return error_set(error, CPK_ERROR_INTERNAL, STORE_DOMAIN, "%s has no placeholder for a line",
                         catalogue_name(id));
    }
    buffer_append(sql, text, (size_t)(mark - text));
    buffer_append(sql, shape->line.data, shape->line.length);
    buffer_append_text(sql, mark + strlen(LINE_MARK));
    return sql->failed ? error_out_of_memory(error) : CPK_OK;
}

/* Writes the SQL that converts a value of the line `l` to the column's type. */
static void write_value_postgres(struct buffer *sql, const struct table_column *column)
{
    buffer_append_text(sql, "CAST(l.value ->> ");
    quote_text(sql, column->name);
    buffer_append_format(sql, " AS %s)", column->type);
}

static int32_t is_hex(const char *text)
{
    return strspn(text, "0123456789ABCDEF") == strlen(text) && strlen(text) % 2 == 0;
}

/* Writes bytes as a literal in the statement, because SQLite 3.40 can't decode hex in JSON. Returns 0 for other values.
 */
static int32_t write_bytes_sqlite(struct buffer *sql, struct json_object *value)
{
    const char *blob = json_member_text(value, "blob");
    const char *text = json_member_text(value, "text");

    if ((blob == NULL && text == NULL) || !is_hex(blob != NULL ? blob : text)) {
        return 0;
    }
    buffer_append_format(sql, blob != NULL ? "x'%s'" : "CAST(x'%s' AS TEXT)", blob != NULL ? blob : text);
    return 1;
}

static void write_stored_sqlite(struct buffer *sql, const struct table_column *column)
{
    buffer_append_text(sql, "(SELECT CASE e.type WHEN 'object' THEN CASE json_extract(e.value, '$.real') "
                            "WHEN 'Inf' THEN 9e999 WHEN '-Inf' THEN -9e999 "
                            "ELSE CAST(json_extract(e.value, '$.real') AS REAL) END "
                            "ELSE e.value END FROM json_each(l.value) e WHERE e.key = ");
    quote_text(sql, column->name);
    buffer_append_byte(sql, ')');
}

/* Writes the insert. line NULL: for lines without bytes. */
static cpk_status write_insert(struct archive_shape *shape, struct json_object *line, cpk_error **error)
{
    const int32_t on_postgres = is_postgres(shape->store);
    struct buffer *sql = &shape->insert;
    int32_t has_one = 0;

    buffer_clear(sql);
    buffer_append_format(sql, "INSERT INTO %s%s (", on_postgres ? "public." : "", shape->table->name);
    for (size_t i = 0; i < shape->name_count; i++) {
        if (!table_columns_find(&shape->columns, shape->names[i])->is_computed) {
            buffer_append_text(sql, has_one ? ", " : "");
            service_table_quote(sql, shape->names[i]);
            has_one = 1;
        }
    }
    buffer_append_text(sql, on_postgres ? ") OVERRIDING SYSTEM VALUE SELECT " : ") SELECT ");
    has_one = 0;
    for (size_t i = 0; i < shape->name_count; i++) {
        const struct table_column *column = table_columns_find(&shape->columns, shape->names[i]);

        if (column->is_computed) {
            continue;
        }
        buffer_append_text(sql, has_one ? ", " : "");
        has_one = 1;
        if (on_postgres) {
            write_value_postgres(sql, column);
        } else if (line == NULL || !write_bytes_sqlite(sql, json_member(line, column->name))) {
            write_stored_sqlite(sql, column);
        }
    }
    buffer_append_format(sql, " FROM %s WHERE 1 = 1 ON CONFLICT (id) DO NOTHING RETURNING ",
                         on_postgres ? "json_array_elements(CAST($1 AS json)) l (value)" : "json_each($1) l");
    buffer_append(sql, shape->line.data, shape->line.length);
    return sql->failed ? error_out_of_memory(error) : CPK_OK;
}

/* --- shapes --- */

cpk_status archive_shape_read(struct archive_shape *shape, struct store *store, const struct archive_table *table,
                              cpk_error **error)
{
    memset(shape, 0, sizeof *shape);
    shape->store = store;
    shape->table = table;
    buffer_init(&shape->line, &store->context->allocator);
    buffer_init(&shape->insert, &store->context->allocator);
    CPK_TRY(store_table_columns(store, table->name, &shape->columns, error));
    if (shape->columns.count == 0) {
        return error_set(error, CPK_ERROR_DATABASE, STORE_DOMAIN, "the columns of %s can't be read", table->name);
    }
    shape->names = memory_allocate_array(&store->context->allocator, shape->columns.count, sizeof *shape->names);
    if (shape->names == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < shape->columns.count; i++) {
        shape->names[i] = shape->columns.items[i].name;
    }
    shape->name_count = shape->columns.count;
    return write_line(shape, error);
}

cpk_status archive_shape_limit(struct archive_shape *shape, const char *const *names, size_t count, cpk_error **error)
{
    for (size_t i = 0; i < count; i++) {
        if (table_columns_find(&shape->columns, names[i]) == NULL) {
            return error_set(
                error, CPK_ERROR_CONFLICT, STORE_DOMAIN,
                "the archive has the column \"%.80s\" of %s, which the database's table no longer has: add it and "
                "restore again; nothing was restored",
                names[i], shape->table->name);
        }
    }
    if (count > shape->columns.count) {
        return error_set(error, CPK_ERROR_INVALID_DATA, STORE_DOMAIN, "the archive has a duplicate column of %s",
                         shape->table->name);
    }
    memcpy(shape->names, names, count * sizeof *names);
    shape->name_count = count;
    CPK_TRY(write_line(shape, error));
    return write_insert(shape, NULL, error);
}

void archive_shape_free(struct archive_shape *shape)
{
    if (shape->names != NULL) {
        memory_release_array(&shape->store->context->allocator, shape->names, shape->columns.count,
                             sizeof *shape->names);
    }
    buffer_free(&shape->line);
    buffer_free(&shape->insert);
    if (shape->columns.texts.allocator != NULL) {
        table_columns_free(&shape->columns);
    }
    shape->names = NULL;
}

void archive_shape_write(const struct archive_shape *shape, struct buffer *target)
{
    struct json_writer writer;

    json_writer_init(&writer, target);
    json_write_begin_array(&writer);
    for (size_t i = 0; i < shape->columns.count; i++) {
        json_write_begin_object(&writer);
        json_write_key(&writer, "name");
        json_write_string(&writer, shape->columns.items[i].name);
        json_write_key(&writer, "type");
        json_write_string(&writer, shape->columns.items[i].type);
        json_write_end_object(&writer);
    }
    json_write_end_array(&writer);
}

/* --- reading --- */

static cpk_status query_span(struct store *store, enum statement_id id, const struct archive_span *span,
                             struct statement *query, cpk_error **error)
{
    int32_t has_row;

    CPK_TRY(store_require_service(store, "archive rows", error));
    statement_start(query, store->session, id);
    statement_bind_time(query, 1, span->from_us);
    statement_bind_time(query, 2, span->until_us);
    return statement_step(query, &has_row, error);
}

cpk_status store_archive_next(struct store *store, const struct archive_table *table, const struct archive_span *span,
                              int64_t *us, cpk_error **error)
{
    struct statement query;

    CPK_TRY(query_span(store, table->next, span, &query, error));
    *us = statement_take_time(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

cpk_status store_archive_count(struct store *store, const struct archive_table *table, const struct archive_span *span,
                               int64_t *rows, cpk_error **error)
{
    struct statement query;

    CPK_TRY(query_span(store, table->count, span, &query, error));
    *rows = statement_take_int64(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

cpk_status store_archive_format(struct store *store, cpk_error **error)
{
    struct statement query;

    CPK_TRY(store_require_service(store, "archive rows", error));
    statement_start(&query, store->session, STATEMENT_ARCHIVE_FORMAT);
    return statement_run(&query, NULL, error);
}

static cpk_status read_lines(const struct archive_shape *shape, struct statement *query, struct archive_span *span,
                             struct buffer *lines, int64_t *rows, cpk_error **error)
{
    for (;;) {
        const char *id;
        const char *line;
        size_t length;
        int32_t has_row;

        CPK_TRY(statement_step(query, &has_row, error));
        if (!has_row) {
            return lines->failed ? error_out_of_memory(error) : CPK_OK;
        }
        id = statement_take_text(query, NULL);
        span->after_us = statement_take_time(query);
        line = statement_take_text(query, &length);
        CPK_TRY(statement_check(query, error));
        if (line == NULL) {
            statement_finish(query);
            return error_set(error, CPK_ERROR_INVALID_DATA, STORE_DOMAIN, "the row %s of %s can't be converted to text",
                             id != NULL ? id : "", shape->table->name);
        }
        snprintf(span->after_id, sizeof span->after_id, "%s", id != NULL ? id : "");
        buffer_append(lines, line, length);
        buffer_append_byte(lines, '\n');
        (*rows)++;
    }
}

cpk_status store_archive_read(const struct archive_shape *shape, struct archive_span *span, int64_t limit,
                              struct buffer *lines, int64_t *rows, cpk_error **error)
{
    struct store *store = shape->store;
    struct statement query;
    struct buffer sql;
    cpk_status status;

    *rows = 0;
    CPK_TRY(store_require_service(store, "archive rows", error));
    buffer_init(&sql, &store->context->allocator);
    CPK_TRY_CLEANUP(insert_line_expression(shape, shape->table->list, &sql, error));
    CPK_TRY_CLEANUP(store_begin_reading(store, error));
    status = store_archive_format(store, error);
    if (status == CPK_OK) {
        statement_start_sql(&query, store->session, buffer_text(&sql));
        statement_bind_time(&query, 1, span->from_us);
        statement_bind_time(&query, 2, span->until_us);
        statement_bind_time(&query, 3, span->after_us);
        statement_bind_text(&query, 4, span->after_us != CPK_TIME_UNKNOWN ? span->after_id : NULL);
        statement_bind_int64(&query, 5, limit);
        status = read_lines(shape, &query, span, lines, rows, error);
    }
    status = store_end(store, status, error);
cleanup:
    buffer_free(&sql);
    return status;
}

/* --- batches --- */

static const char *next_line(const struct archive_batch *batch, const char *line)
{
    const char *next = line == NULL ? buffer_text(&batch->lines) : line + strlen(line) + 1;

    return next < batch->lines.data + batch->lines.length ? next : NULL;
}

static cpk_status set_line_error(const struct archive_shape *shape, const char *what, cpk_error **error)
{
    return error_set(error, CPK_ERROR_INVALID_DATA, STORE_DOMAIN, "a line is not a row of %s: %s", shape->table->name,
                     what);
}

/* Collects a column's values from all lines as a JSON array of texts. required 0: nulls are skipped. */
static cpk_status collect_values(const struct archive_shape *shape, const struct archive_batch *batch,
                                 const char *column, int32_t required, struct buffer *values, cpk_error **error)
{
    struct json_writer writer;

    json_writer_init(&writer, values);
    json_write_begin_array(&writer);
    for (const char *line = next_line(batch, NULL); line != NULL; line = next_line(batch, line)) {
        struct json_object *parsed = NULL;
        const char *text;

        CPK_TRY(json_parse(line, strlen(line), LINE_DEPTH_MAX, &parsed, error));
        text = json_member_text(parsed, column);
        if (uuid_is_valid(text)) {
            json_write_string(&writer, text);
        } else if (required || json_member(parsed, column) != NULL) {
            json_object_put(parsed);
            return set_line_error(shape, "an identifier is missing or invalid", error);
        }
        json_object_put(parsed);
    }
    json_write_end_array(&writer);
    return values->failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status run_delete(const struct archive_shape *shape, const struct buffer *sql, const struct buffer *ids,
                             const struct buffer *lines, int64_t *deleted, cpk_error **error)
{
    struct statement change;

    statement_start_sql(&change, shape->store->session, buffer_text(sql));
    statement_bind_text_length(&change, 1, ids->data, ids->length);
    statement_bind_text_length(&change, 2, lines->data, lines->length);
    return statement_run(&change, deleted, error);
}

cpk_status store_archive_delete(const struct archive_shape *shape, const struct archive_batch *batch, int64_t *deleted,
                                cpk_error **error)
{
    const cpk_allocator *allocator = &shape->store->context->allocator;
    struct json_writer writer;
    struct buffer lines;
    struct buffer ids;
    struct buffer sql;
    cpk_status status;

    *deleted = 0;
    CPK_TRY(store_require_service(shape->store, "archive rows", error));
    buffer_init(&lines, allocator);
    buffer_init(&ids, allocator);
    buffer_init(&sql, allocator);
    CPK_TRY_CLEANUP(collect_values(shape, batch, "id", 1, &ids, error));
    CPK_TRY_CLEANUP(insert_line_expression(shape, shape->table->remove, &sql, error));
    json_writer_init(&writer, &lines);
    json_write_begin_array(&writer);
    for (const char *line = next_line(batch, NULL); line != NULL; line = next_line(batch, line)) {
        json_write_string(&writer, line);
    }
    json_write_end_array(&writer);
    if (lines.failed) {
        status = error_out_of_memory(error);
        goto cleanup;
    }
    status = run_delete(shape, &sql, &ids, &lines, deleted, error);
cleanup:
    buffer_free(&lines);
    buffer_free(&ids);
    buffer_free(&sql);
    return status;
}

/* Compares the inserted rows, which are returned as lines in order, with the archive's lines. */
static cpk_status compare_rows(const struct archive_shape *shape, struct statement *query,
                               const struct archive_batch *batch, int64_t *inserted, cpk_error **error)
{
    const char *line = NULL;

    for (;;) {
        const char *row;
        int32_t has_row;

        CPK_TRY(statement_step(query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        row = statement_take_text(query, NULL);
        CPK_TRY(statement_check(query, error));
        do {
            line = next_line(batch, line);
        } while (line != NULL && row != NULL && strcmp(line, row) != 0);
        if (line == NULL || row == NULL) {
            const cpk_status status =
                error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN,
                          "an inserted row of %s differs from the archive (changed by a column's type or a trigger): "
                          "%.300s",
                          shape->table->name, row != NULL ? row : "");

            statement_finish(query); /* after the message, because it owns `row` */
            return status;
        }
        (*inserted)++;
    }
}

static cpk_status run_insert(const struct archive_shape *shape, const struct archive_batch *batch, int64_t *inserted,
                             cpk_error **error)
{
    struct statement change;
    struct buffer rows;
    cpk_status status;

    buffer_init(&rows, &shape->store->context->allocator);
    for (const char *line = next_line(batch, NULL); line != NULL; line = next_line(batch, line)) {
        buffer_append_byte(&rows, rows.length == 0 ? '[' : ',');
        buffer_append_text(&rows, line);
    }
    buffer_append_byte(&rows, ']');
    if (rows.failed) {
        buffer_free(&rows);
        return error_out_of_memory(error);
    }
    statement_start_sql(&change, shape->store->session, buffer_text(&shape->insert));
    statement_bind_text_length(&change, 1, rows.data, rows.length);
    status = compare_rows(shape, &change, batch, inserted, error);
    buffer_free(&rows);
    return status;
}

static int32_t has_bytes(const char *line)
{
    return strstr(line, "{\"blob\":\"") != NULL || strstr(line, "{\"text\":\"") != NULL;
}

static cpk_status insert_one(struct archive_shape *shape, const char *line, int64_t *inserted, cpk_error **error)
{
    struct json_object *parsed = NULL;
    struct archive_batch one = {.count = 1};
    cpk_status status;

    CPK_TRY(json_parse(line, strlen(line), LINE_DEPTH_MAX, &parsed, error));
    status = write_insert(shape, parsed, error);
    json_object_put(parsed);
    CPK_TRY(status);
    buffer_init(&one.lines, &shape->store->context->allocator);
    buffer_append(&one.lines, line, strlen(line) + 1);
    status = one.lines.failed ? error_out_of_memory(error) : run_insert(shape, &one, inserted, error);
    buffer_free(&one.lines);
    return status;
}

cpk_status store_archive_insert(struct archive_shape *shape, const struct archive_batch *batch, int64_t *inserted,
                                cpk_error **error)
{
    int32_t are_plain = 1;

    *inserted = 0;
    CPK_TRY(store_require_service(shape->store, "restore rows", error));
    for (const char *line = next_line(batch, NULL); line != NULL; line = next_line(batch, line)) {
        are_plain &= is_postgres(shape->store) || !has_bytes(line);
    }
    if (are_plain) {
        return run_insert(shape, batch, inserted, error);
    }
    for (const char *line = next_line(batch, NULL); line != NULL; line = next_line(batch, line)) {
        CPK_TRY(insert_one(shape, line, inserted, error));
    }
    return write_insert(shape, NULL, error);
}

static cpk_status read_missing(struct statement *query, struct buffer *ids, int64_t *missing, cpk_error **error)
{
    for (;;) {
        const char *id;
        int32_t has_row;

        CPK_TRY(statement_step(query, &has_row, error));
        if (!has_row) {
            return ids->failed ? error_out_of_memory(error) : CPK_OK;
        }
        id = statement_take_text(query, NULL);
        CPK_TRY(statement_check(query, error));
        if (strstr(buffer_text(ids), id) != NULL) {
            continue;
        }
        ++*missing;
        if (ids->length < SHOWN_IDS_BYTES) {
            buffer_append_format(ids, "%s%s", ids->length > 0 ? ", " : "", id);
        }
    }
}

cpk_status store_archive_missing_users(const struct archive_shape *shape, const struct archive_batch *batch,
                                       struct buffer *ids, int64_t *missing, cpk_error **error)
{
    struct statement query;
    struct buffer users;
    cpk_status status;

    if (shape->table->user_column == NULL) {
        return CPK_OK;
    }
    buffer_init(&users, &shape->store->context->allocator);
    CPK_TRY_CLEANUP(collect_values(shape, batch, shape->table->user_column, 0, &users, error));
    statement_start(&query, shape->store->session, STATEMENT_ARCHIVE_MISSING_USER_LIST);
    statement_bind_text_length(&query, 1, users.data, users.length);
    CPK_TRY_CLEANUP(read_missing(&query, ids, missing, error));
cleanup:
    buffer_free(&users);
    return status;
}
