#include "store/unknown_column.h"

#include "store/internal.h"
#include "store/service_table.h"

static const struct surviving_table {
    const char *name;
    const char *user_column; /* NULL: rows have no user */
} surviving_tables[] = {{"user_profiles", "id"},
                        {"credit_transactions", "user_id"},
                        {"payment_attempts", "user_id"},
                        {"admin_actions", "target_user_id"},
                        {"webhook_logs", NULL}};

/* Counts the user's rows with a value. Identifiers can't be parameters; they are from the database's catalogue and
 * quoted. */
static cpk_status count_values(struct store *store, const struct surviving_table *table,
                               const struct table_column *column, const char *user_id, int64_t *rows, cpk_error **error)
{
    const int32_t is_postgres = database_dialect(store->database) == CPK_DIALECT_POSTGRESQL;
    struct statement query;
    int32_t has_row;
    struct buffer sql;
    cpk_status status;

    *rows = -1;
    if (table->user_column == NULL) {
        return CPK_OK;
    }
    buffer_init(&sql, &store->context->allocator);
    buffer_append_text(&sql, "SELECT count(");
    service_table_quote(&sql, column->name);
    buffer_append_format(&sql, ") FROM %s%s WHERE %s = %s", is_postgres ? "public." : "", table->name,
                         table->user_column, is_postgres ? "CAST($1 AS uuid)" : "$1");
    if (sql.failed) {
        status = error_out_of_memory(error);
        goto cleanup;
    }
    statement_start_sql(&query, store->session, buffer_text(&sql));
    statement_bind_text(&query, 1, user_id);
    CPK_TRY_CLEANUP(statement_step(&query, &has_row, error));
    *rows = has_row ? statement_take_int64(&query) : 0;
    status = statement_check(&query, error);
    statement_finish(&query);
cleanup:
    buffer_free(&sql);
    return status;
}

static cpk_status report_table(struct store *store, const struct surviving_table *table, const char *user_id,
                               unknown_column_fn each, void *user, cpk_error **error)
{
    struct table_columns columns;
    cpk_status status;

    CPK_TRY_CLEANUP(store_table_columns(store, table->name, &columns, error));
    for (size_t i = 0; i < columns.count; i++) {
        int64_t rows;

        if (columns.items[i].is_known) {
            continue;
        }
        CPK_TRY_CLEANUP(count_values(store, table, &columns.items[i], user_id, &rows, error));
        each(user, table->name, columns.items[i].name, rows);
    }
cleanup:
    table_columns_free(&columns);
    return status;
}

cpk_status store_unknown_columns(struct store *store, const char *user_id, unknown_column_fn each, void *user,
                                 cpk_error **error)
{
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    for (size_t i = 0; i < sizeof surviving_tables / sizeof surviving_tables[0]; i++) {
        CPK_TRY(report_table(store, &surviving_tables[i], user_id, each, user, error));
    }
    return CPK_OK;
}
