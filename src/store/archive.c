#include "store/archive.h"

#include "base/arena.h"
#include "base/json.h"
#include "store/inside.h"

#include <stdio.h>
#include <string.h>

/* How a column is bound and written. Times are microseconds since 1970 UTC, money millionths of a dollar. */
typedef enum archive_kind { KIND_TEXT, KIND_UUID, KIND_INT64, KIND_TIME, KIND_JSON } archive_kind;

typedef struct archive_column {
    const char *name;
    archive_kind kind;
} archive_column;

struct archive_table {
    const char *name;
    const archive_column *columns;
    size_t column_count;
    size_t created_column;
    statement_id list;
    statement_id next;
    statement_id count;
    statement_id insert;
    statement_id remove; /* STATEMENT_NONE: rows stay */
};

static const archive_column webhook_columns[] = {{"id", KIND_UUID},
                                                 {"webhook_id", KIND_TEXT},
                                                 {"event_type", KIND_TEXT},
                                                 {"stripe_event_type", KIND_TEXT},
                                                 {"payload_size", KIND_INT64},
                                                 {"signature_present", KIND_INT64},
                                                 {"status", KIND_TEXT},
                                                 {"error_message", KIND_TEXT},
                                                 {"processed_data", KIND_JSON},
                                                 {"created_at", KIND_TIME},
                                                 {"updated_at", KIND_TIME}};

static const archive_column transaction_columns[] = {
    {"id", KIND_UUID},       {"user_id", KIND_UUID},           {"transaction_type", KIND_TEXT},
    {"credits", KIND_INT64}, {"amount_micros", KIND_INT64},    {"package_id", KIND_TEXT},
    {"job_id", KIND_TEXT},   {"stripe_payment_id", KIND_TEXT}, {"description", KIND_TEXT},
    {"metadata", KIND_JSON}, {"created_at", KIND_TIME}};

static const archive_column action_columns[] = {{"id", KIND_UUID},
                                                {"admin_user_id", KIND_UUID},
                                                {"action_type", KIND_TEXT},
                                                {"target_user_id", KIND_UUID},
                                                {"credits_affected", KIND_INT64},
                                                {"amount_affected_micros", KIND_INT64},
                                                {"reason", KIND_TEXT},
                                                {"details", KIND_JSON},
                                                {"created_at", KIND_TIME}};

#define COLUMNS(columns) columns, sizeof(columns) / sizeof(columns)[0]

static const archive_table tables[ARCHIVE_TABLES] = {
    {"webhook_logs", COLUMNS(webhook_columns), 9, STATEMENT_ARCHIVE_WEBHOOK_LOGS_LIST,
     STATEMENT_ARCHIVE_WEBHOOK_LOGS_NEXT, STATEMENT_ARCHIVE_WEBHOOK_LOGS_COUNT, STATEMENT_ARCHIVE_WEBHOOK_LOGS_INSERT,
     STATEMENT_ARCHIVE_WEBHOOK_LOGS_DELETE},
    {"credit_transactions", COLUMNS(transaction_columns), 10, STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_LIST,
     STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_NEXT, STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_COUNT,
     STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_INSERT, STATEMENT_NONE},
    {"admin_actions", COLUMNS(action_columns), 8, STATEMENT_ARCHIVE_ADMIN_ACTIONS_LIST,
     STATEMENT_ARCHIVE_ADMIN_ACTIONS_NEXT, STATEMENT_ARCHIVE_ADMIN_ACTIONS_COUNT,
     STATEMENT_ARCHIVE_ADMIN_ACTIONS_INSERT, STATEMENT_NONE}};

const archive_table *archive_table_at(size_t index)
{
    return index < ARCHIVE_TABLES ? &tables[index] : NULL;
}

const archive_table *archive_table_find(const char *name)
{
    for (size_t i = 0; i < ARCHIVE_TABLES; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            return &tables[i];
        }
    }
    return NULL;
}

const char *archive_table_name(const archive_table *table)
{
    return table->name;
}

int32_t archive_table_is_moved(const archive_table *table)
{
    return table->remove != STATEMENT_NONE;
}

/* --- reading --- */

static cpk_status ask_span(store *store, statement_id id, const archive_span *span, statement *query, cpk_error **error)
{
    int32_t has_row;

    CPK_TRY(store_require_service(store, "archive rows", error));
    statement_start(query, store->session, id);
    statement_bind_time(query, 1, span->from_us);
    statement_bind_time(query, 2, span->until_us);
    return statement_step(query, &has_row, error);
}

cpk_status store_archive_next(store *store, const archive_table *table, const archive_span *span, int64_t *us,
                              cpk_error **error)
{
    statement query;

    CPK_TRY(ask_span(store, table->next, span, &query, error));
    *us = statement_take_time(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

cpk_status store_archive_count(store *store, const archive_table *table, const archive_span *span, int64_t *rows,
                               cpk_error **error)
{
    statement query;

    CPK_TRY(ask_span(store, table->count, span, &query, error));
    *rows = statement_take_int64(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

static void write_column(json_writer *writer, const archive_column *column, statement *row, size_t index)
{
    size_t length;
    const char *text;

    json_write_key(writer, column->name);
    if (statement_is_null(row, index)) {
        json_write_null(writer);
    } else if (column->kind == KIND_INT64 || column->kind == KIND_TIME) {
        json_write_int64(writer, statement_int64(row, index));
    } else {
        text = statement_text(row, index, &length);
        if (column->kind == KIND_JSON) {
            json_write_raw(writer, text, length);
        } else {
            json_write_text(writer, text, length);
        }
    }
}

static void write_row(buffer *lines, const archive_table *table, statement *row)
{
    json_writer writer;

    json_writer_init(&writer, lines);
    json_write_begin_object(&writer);
    for (size_t i = 0; i < table->column_count; i++) {
        write_column(&writer, &table->columns[i], row, i);
    }
    json_write_end_object(&writer);
    buffer_append_byte(lines, '\n');
}

cpk_status store_archive_read(store *store, const archive_table *table, archive_span *span, int64_t limit,
                              buffer *lines, int64_t *rows, cpk_error **error)
{
    statement query;

    *rows = 0;
    CPK_TRY(store_require_service(store, "archive rows", error));
    statement_start(&query, store->session, table->list);
    statement_bind_time(&query, 1, span->from_us);
    statement_bind_time(&query, 2, span->until_us);
    statement_bind_time(&query, 3, span->after_us);
    statement_bind_text(&query, 4, span->after_us != CPK_TIME_UNKNOWN ? span->after_id : NULL);
    statement_bind_int64(&query, 5, limit);
    for (;;) {
        int32_t has_row;

        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return lines->failed ? error_out_of_memory(error) : CPK_OK;
        }
        write_row(lines, table, &query);
        span->after_us = statement_int64(&query, table->created_column);
        snprintf(span->after_id, sizeof span->after_id, "%s", statement_text(&query, 0, NULL));
        (*rows)++;
    }
}

/* --- writing back --- */

static cpk_status bad_line(const archive_table *table, const char *column, cpk_error **error)
{
    return error_set(error, CPK_ERROR_INVALID_DATA, STORE_DOMAIN, "a line is no row of %s: its %s is missing or wrong",
                     table->name, column);
}

/* The text lives as long as the arena. */
static cpk_status bind_json(statement *change, size_t index, struct json_object *value, arena *texts, cpk_error **error)
{
    buffer text;
    json_writer writer;
    const char *copy;

    buffer_init(&text, texts->allocator);
    json_writer_init(&writer, &text);
    json_write_value(&writer, value);
    copy = text.failed ? NULL : arena_copy_bytes(texts, buffer_text(&text), text.length);
    buffer_free(&text);
    statement_bind_text(change, index, copy);
    return copy != NULL ? CPK_OK : error_out_of_memory(error);
}

static cpk_status bind_column(statement *change, size_t index, const archive_table *table, const archive_column *column,
                              struct json_object *line, arena *texts, cpk_error **error)
{
    struct json_object *value = NULL;

    if (!json_object_object_get_ex(line, column->name, &value)) {
        return bad_line(table, column->name, error);
    }
    if (column->kind == KIND_INT64 || column->kind == KIND_TIME) {
        if (value == NULL) {
            statement_bind_null(change, index, CPK_VALUE_INT64);
            return CPK_OK;
        }
        statement_bind_int64(change, index, json_object_get_int64(value));
        return json_object_is_type(value, json_type_int) ? CPK_OK : bad_line(table, column->name, error);
    }
    if (value == NULL) {
        statement_bind_text(change, index, NULL);
        return CPK_OK;
    }
    if (column->kind == KIND_JSON) {
        return bind_json(change, index, value, texts, error);
    }
    if (!json_object_is_type(value, json_type_string) ||
        (column->kind == KIND_UUID && !uuid_is_valid(json_object_get_string(value)))) {
        return bad_line(table, column->name, error);
    }
    statement_bind_text(change, index, json_object_get_string(value)); /* it lives as long as the line */
    return CPK_OK;
}

static cpk_status insert_line(statement *change, const archive_table *table, struct json_object *line, arena *texts,
                              int64_t *rows, cpk_error **error)
{
    for (size_t i = 0; i < table->column_count; i++) {
        CPK_TRY(bind_column(change, i + 1, table, &table->columns[i], line, texts, error));
    }
    return statement_run(change, rows, error);
}

cpk_status store_archive_insert(store *store, const archive_table *table, struct json_object *line, int32_t *inserted,
                                cpk_error **error)
{
    statement change;
    arena texts;
    int64_t rows = 0;
    cpk_status status;

    *inserted = 0;
    CPK_TRY(store_require_service(store, "restore rows", error));
    if (!json_object_is_type(line, json_type_object)) {
        return bad_line(table, "object", error);
    }
    statement_start(&change, store->session, table->insert);
    arena_init(&texts, &store->context->allocator);
    status = insert_line(&change, table, line, &texts, &rows, error);
    arena_free(&texts);
    *inserted = status == CPK_OK && rows > 0;
    return status;
}

cpk_status store_archive_delete(store *store, const archive_table *table, struct json_object *line, int32_t *deleted,
                                cpk_error **error)
{
    statement change;
    int64_t rows = 0;

    *deleted = 0;
    CPK_TRY(store_require_service(store, "archive rows", error));
    statement_start(&change, store->session, table->remove);
    statement_bind_text(&change, 1, json_member_text(line, "id"));
    statement_bind_int64(&change, 2, json_member_int64(line, "updated_at", 0));
    CPK_TRY(statement_run(&change, &rows, error));
    *deleted = rows > 0;
    return CPK_OK;
}
