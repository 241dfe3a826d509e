#include "store/service_table.h"

#include "store/internal.h"

#include <string.h>

/* The columns of each table, enclosed in spaces. */
static const struct known_table {
    const char *name;
    const char *columns;
} known_tables[] = {
    {"user_profiles", " id email full_name avatar_url r2_user_directory payment_plan chunks_analyzed credits_balance "
                      "subscription_id subscription_status plan_start_date plan_end_date created_at updated_at "},
    {"packs_v2", " id user_id pack_id pack_name description total_sources total_tokens last_updated r2_pack_directory "
                 "custom_system_prompt created_at updated_at "},
    {"pack_sources",
     " id pack_id user_id source_id source_name source_type status progress error_message file_name file_size "
     "mime_type "
     "extracted_count total_chunks processed_chunks total_input_tokens total_output_tokens total_cost r2_raw_path "
     "r2_extracted_path r2_chunked_path r2_analyzed_path created_at completed_at updated_at "},
    {"pack_exports",
     " id pack_id user_id export_type export_version file_size token_count r2_path status error_message "
     "created_at updated_at "},
    {"credit_transactions",
     " id user_id transaction_type credits amount package_id job_id stripe_payment_id description "
     "metadata created_at "},
    {"jobs", " id user_id job_id status file_name file_size r2_path extracted_count total_chunks processed_chunks "
             "failed_chunks total_input_tokens total_output_tokens total_cost progress error_message created_at "
             "completed_at updated_at "},
    {"packs_legacy", " id user_id job_id pack_name r2_pack_path extraction_stats chunk_stats analysis_stats file_size "
                     "created_at "},
    {"webhook_logs", " id webhook_id event_type stripe_event_type payload_size signature_present status error_message "
                     "processed_data created_at updated_at "},
    {"payment_attempts", " id user_id attempt_type credits_requested amount_requested ip_address user_agent status "
                         "error_message created_at "},
    {"admin_actions", " id admin_user_id action_type target_user_id credits_affected amount_affected reason details "
                      "created_at "},
};

static int32_t is_known(const char *table, const char *column)
{
    const size_t length = strlen(column);

    for (size_t i = 0; i < sizeof known_tables / sizeof known_tables[0]; i++) {
        const char *at = known_tables[i].columns;

        if (strcmp(known_tables[i].name, table) != 0) {
            continue;
        }
        while ((at = strstr(at, column)) != NULL) {
            if (length > 0 && at[-1] == ' ' && at[length] == ' ') {
                return 1;
            }
            at++;
        }
    }
    return 0;
}

static cpk_status add_column(struct store *store, const char *table, struct table_columns *columns,
                             struct statement *row, cpk_error **error)
{
    const char *name = statement_take_text(row, NULL);
    const char *type = statement_take_text(row, NULL);
    const int32_t is_computed = statement_take_int64(row) != 0;
    struct table_column *column;

    CPK_TRY(statement_check(row, error));
    if (columns->count == columns->capacity) {
        const size_t capacity = columns->capacity > 0 ? 2 * columns->capacity : 32;
        struct table_column *grown = memory_resize_array(&store->context->allocator, columns->items, columns->capacity,
                                                         capacity, sizeof *columns->items);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        columns->items = grown;
        columns->capacity = capacity;
    }
    column = &columns->items[columns->count];
    column->name = arena_copy_text(&columns->texts, name != NULL ? name : "");
    column->type = arena_copy_text(&columns->texts, type != NULL ? type : "");
    column->is_computed = is_computed;
    if (column->name == NULL || column->type == NULL) {
        return error_out_of_memory(error);
    }
    column->is_known = is_known(table, column->name);
    columns->count++;
    return CPK_OK;
}

cpk_status store_table_columns(struct store *store, const char *table, struct table_columns *columns, cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    memset(columns, 0, sizeof *columns);
    arena_init(&columns->texts, &store->context->allocator);
    CPK_TRY(store_require_service(store, "read the columns of tables", error));
    statement_start(&query, store->session, STATEMENT_COLUMN_LIST);
    statement_bind_text(&query, 1, table);
    for (;;) {
        cpk_status status;

        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        status = add_column(store, table, columns, &query, error);
        if (status != CPK_OK) {
            statement_finish(&query);
            return status;
        }
    }
}

const struct table_column *table_columns_find(const struct table_columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->items[i].name, name) == 0) {
            return &columns->items[i];
        }
    }
    return NULL;
}

void table_columns_free(struct table_columns *columns)
{
    if (columns->items != NULL) {
        memory_release_array(columns->texts.allocator, columns->items, columns->capacity, sizeof *columns->items);
    }
    arena_free(&columns->texts);
    columns->items = NULL;
    columns->count = columns->capacity = 0;
}

void service_table_quote(struct buffer *sql, const char *name)
{
    buffer_append_byte(sql, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"') {
            buffer_append_byte(sql, '"');
        }
        buffer_append_byte(sql, *name);
    }
    buffer_append_byte(sql, '"');
}
