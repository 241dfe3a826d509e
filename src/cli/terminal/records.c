#include "terminal/records.h"

#include "terminal/format.h"

#include <stdio.h>

#define LABEL_COLUMNS 14

const char *records_plan_name(int32_t plan)
{
    return plan == CPK_PLAN_UNLIMITED ? "unlimited" : plan == CPK_PLAN_CREDITS ? "credits" : "unknown";
}

static void count_or_null(struct json_out *json, const char *key, int64_t count)
{
    if (count < 0) {
        json_out_null(json, key);
    } else {
        json_out_number(json, key, count);
    }
}

void records_user_json(struct json_out *json, const char *key, const cpk_user *user)
{
    json_out_begin(json, key, '{');
    json_out_text(json, "id", cpk_user_id(user));
    json_out_text(json, "email", cpk_user_email(user));
    json_out_text(json, "full_name", cpk_user_full_name(user));
    json_out_text(json, "avatar_url", cpk_user_avatar_url(user));
    json_out_text(json, "payment_plan", records_plan_name(cpk_user_payment_plan(user)));
    json_out_number(json, "credits_balance", cpk_user_credits_balance(user));
    json_out_number(json, "chunks_analyzed", cpk_user_chunks_analyzed(user));
    json_out_time(json, "suspended_at", cpk_user_suspended_at(user));
    json_out_text(json, "suspension_reason", cpk_user_suspension_reason(user));
    json_out_time(json, "deleted_at", cpk_user_deleted_at(user));
    json_out_text(json, "subscription_id", cpk_user_subscription_id(user));
    json_out_text(json, "subscription_status", cpk_user_subscription_status(user));
    json_out_time(json, "plan_starts_at", cpk_user_plan_starts_at(user));
    json_out_time(json, "plan_ends_at", cpk_user_plan_ends_at(user));
    json_out_text(json, "storage_directory", cpk_user_storage_directory(user));
    json_out_time(json, "created_at", cpk_user_created_at(user));
    json_out_time(json, "updated_at", cpk_user_updated_at(user));
    json_out_end(json, '}');
}

void records_pack_json(struct json_out *json, const char *key, const cpk_pack *pack, const cpk_pack_progress *progress)
{
    json_out_begin(json, key, '{');
    json_out_text(json, "id", cpk_pack_id(pack));
    json_out_text(json, "name", cpk_pack_name(pack));
    json_out_text(json, "description", cpk_pack_description(pack));
    json_out_text(json, "custom_system_prompt", cpk_pack_custom_system_prompt(pack));
    json_out_number(json, "total_sources", cpk_pack_total_sources(pack));
    json_out_number(json, "total_tokens", cpk_pack_total_tokens(pack));
    json_out_time(json, "created_at", cpk_pack_created_at(pack));
    json_out_time(json, "updated_at", cpk_pack_updated_at(pack));
    if (progress != NULL) {
        json_out_begin(json, "progress", '{');
        json_out_number(json, "sources", progress->sources);
        json_out_number(json, "completed_sources", progress->completed_sources);
        json_out_number(json, "failed_sources", progress->failed_sources);
        json_out_number(json, "analysis_tokens", progress->analysis_tokens);
        json_out_end(json, '}');
    }
    json_out_end(json, '}');
}

void records_source_json(struct json_out *json, const char *key, const cpk_source *source)
{
    json_out_begin(json, key, '{');
    json_out_text(json, "id", cpk_source_id(source));
    json_out_text(json, "pack_id", cpk_source_pack_id(source));
    json_out_text(json, "name", cpk_source_name(source));
    json_out_text(json, "type", cpk_source_type_name(source));
    json_out_text(json, "status", cpk_source_status_name(source));
    json_out_number(json, "progress", cpk_source_progress(source));
    json_out_text(json, "error_message", cpk_source_error_message(source));
    json_out_text(json, "file_name", cpk_source_file_name(source));
    count_or_null(json, "file_size", cpk_source_file_size(source));
    json_out_text(json, "format", cpk_source_format(source));
    json_out_text(json, "sha256", cpk_source_sha256(source));
    json_out_number(json, "conversations", cpk_source_conversation_count(source));
    json_out_number(json, "messages", cpk_source_message_count(source));
    json_out_number(json, "known_messages", cpk_source_known_messages(source));
    json_out_number(json, "text_tokens", cpk_source_text_tokens(source));
    json_out_number(json, "total_chunks", cpk_source_total_chunks(source));
    json_out_number(json, "processed_chunks", cpk_source_processed_chunks(source));
    json_out_number(json, "input_tokens", cpk_source_input_tokens(source));
    json_out_number(json, "output_tokens", cpk_source_output_tokens(source));
    json_out_number(json, "cost_micros", cpk_source_cost_micros(source));
    json_out_time(json, "created_at", cpk_source_created_at(source));
    json_out_time(json, "updated_at", cpk_source_updated_at(source));
    json_out_time(json, "completed_at", cpk_source_completed_at(source));
    json_out_end(json, '}');
}

void records_export_members(struct json_out *json, const cpk_export *result)
{
    json_out_text(json, "id", cpk_export_id(result));
    json_out_text(json, "pack_id", cpk_export_pack_id(result));
    json_out_text(json, "type", cpk_export_type_name(result));
    json_out_text(json, "status", cpk_export_status_name(result));
    json_out_text(json, "error_message", cpk_export_error_message(result));
    count_or_null(json, "token_count", cpk_export_token_count(result));
    count_or_null(json, "file_size", cpk_export_file_size(result));
    json_out_time(json, "created_at", cpk_export_created_at(result));
    json_out_time(json, "updated_at", cpk_export_updated_at(result));
}

void records_export_json(struct json_out *json, const char *key, const cpk_export *result)
{
    json_out_begin(json, key, '{');
    records_export_members(json, result);
    json_out_end(json, '}');
}

void records_transaction_json(struct json_out *json, const char *key, const cpk_transaction *transaction)
{
    json_out_begin(json, key, '{');
    json_out_text(json, "id", cpk_transaction_id(transaction));
    json_out_text(json, "user_id", cpk_transaction_user_id(transaction));
    json_out_text(json, "type", cpk_transaction_type_name(transaction));
    json_out_number(json, "credits", cpk_transaction_credits(transaction));
    json_out_number(json, "amount_micros", cpk_transaction_amount_micros(transaction));
    json_out_text(json, "package_id", cpk_transaction_package_id(transaction));
    json_out_text(json, "job_id", cpk_transaction_job_id(transaction));
    json_out_text(json, "description", cpk_transaction_description(transaction));
    json_out_time(json, "created_at", cpk_transaction_created_at(transaction));
    json_out_end(json, '}');
}

void records_error_json(struct json_out *json, const char *key, const cpk_error *error)
{
    if (error == NULL) {
        json_out_null(json, key);
        return;
    }
    json_out_begin(json, key, '{');
    json_out_text(json, "code", cpk_status_name(cpk_error_code(error)));
    json_out_text(json, "domain", cpk_error_domain(error));
    json_out_text(json, "message", cpk_error_message(error));
    json_out_text(json, "native", cpk_error_native(error));
    json_out_bool(json, "retryable", cpk_error_retryable(error) != 0);
    json_out_end(json, '}');
}

void records_line(struct output *out, const char *label, const char *text)
{
    output_style(out, STYLE_DIM);
    output_string(out, label);
    output_style(out, STYLE_PLAIN);
    for (size_t width = format_width(label); width < LABEL_COLUMNS; width++) {
        output_write(out, " ", 1);
    }
    output_foreign(out, text != NULL ? text : "-");
    output_string(out, "\n");
}

static void count_line(struct output *out, const char *label, int64_t count)
{
    char number[FORMAT_NUMBER_BYTES];

    records_line(out, label, count < 0 ? "-" : format_count(number, count));
}

static void time_line(struct output *out, const char *label, int64_t time_us)
{
    char text[FORMAT_TIME_BYTES];

    records_line(out, label, format_time_local(text, time_us));
}

static void size_line(struct output *out, const char *label, int64_t size_bytes)
{
    char text[FORMAT_NUMBER_BYTES];

    records_line(out, label, format_size(text, size_bytes));
}

void records_user_text(struct output *out, const cpk_user *user)
{
    records_line(out, "Id", cpk_user_id(user));
    records_line(out, "E-mail", cpk_user_email(user));
    records_line(out, "Name", cpk_user_full_name(user));
    if (cpk_user_avatar_url(user) != NULL) {
        records_line(out, "Avatar", cpk_user_avatar_url(user));
    }
    records_line(out, "Plan", records_plan_name(cpk_user_payment_plan(user)));
    count_line(out, "Credits", cpk_user_credits_balance(user));
    count_line(out, "Analysed", cpk_user_chunks_analyzed(user));
    if (cpk_user_suspension_reason(user) != NULL) {
        time_line(out, "Suspended", cpk_user_suspended_at(user));
        records_line(out, "Because", cpk_user_suspension_reason(user));
    }
    time_line(out, "Created", cpk_user_created_at(user));
    if (cpk_user_deleted_at(user) != CPK_TIME_UNKNOWN) {
        time_line(out, "Deleted", cpk_user_deleted_at(user));
    }
}

void records_pack_text(struct output *out, const cpk_pack *pack, const cpk_pack_progress *progress)
{
    records_line(out, "Id", cpk_pack_id(pack));
    records_line(out, "Name", cpk_pack_name(pack));
    if (cpk_pack_description(pack) != NULL) {
        records_line(out, "Description", cpk_pack_description(pack));
    }
    if (cpk_pack_custom_system_prompt(pack) != NULL) {
        records_line(out, "Prompt", cpk_pack_custom_system_prompt(pack));
    }
    count_line(out, "Sources", cpk_pack_total_sources(pack));
    if (progress != NULL) {
        count_line(out, "  completed", progress->completed_sources);
        count_line(out, "  failed", progress->failed_sources);
    }
    count_line(out, "Tokens", cpk_pack_total_tokens(pack));
    time_line(out, "Created", cpk_pack_created_at(pack));
    time_line(out, "Changed", cpk_pack_updated_at(pack));
}

void records_source_text(struct output *out, const cpk_source *source)
{
    char text[2 * FORMAT_NUMBER_BYTES + 8];
    char done[FORMAT_NUMBER_BYTES];
    char total[FORMAT_NUMBER_BYTES];

    records_line(out, "Id", cpk_source_id(source));
    records_line(out, "Pack", cpk_source_pack_id(source));
    records_line(out, "Name", cpk_source_name(source));
    records_line(out, "Type", cpk_source_type_name(source));
    records_line(out, "Format", cpk_source_format(source));
    snprintf(text, sizeof text, "%s, %d%%", cpk_source_status_name(source), (int)cpk_source_progress(source));
    records_line(out, "Status", text);
    if (cpk_source_error_message(source) != NULL) {
        records_line(out, "Error", cpk_source_error_message(source));
    }
    size_line(out, "Size", cpk_source_file_size(source));
    count_line(out, "Conversations", cpk_source_conversation_count(source));
    count_line(out, "Messages", cpk_source_message_count(source));
    count_line(out, "  known", cpk_source_known_messages(source));
    count_line(out, "Tokens", cpk_source_text_tokens(source));
    snprintf(text, sizeof text, "%s of %s", format_count(done, cpk_source_processed_chunks(source)),
             format_count(total, cpk_source_total_chunks(source)));
    records_line(out, "Chunks", text);
    records_line(out, "Cost", format_dollars(text, cpk_source_cost_micros(source)));
    time_line(out, "Created", cpk_source_created_at(source));
    time_line(out, "Completed", cpk_source_completed_at(source));
}

void records_export_text(struct output *out, const cpk_export *result)
{
    records_line(out, "Id", cpk_export_id(result));
    records_line(out, "Pack", cpk_export_pack_id(result));
    records_line(out, "Type", cpk_export_type_name(result));
    records_line(out, "Status", cpk_export_status_name(result));
    if (cpk_export_error_message(result) != NULL) {
        records_line(out, "Error", cpk_export_error_message(result));
    }
    count_line(out, "Tokens", cpk_export_token_count(result));
    size_line(out, "Size", cpk_export_file_size(result));
    time_line(out, "Created", cpk_export_created_at(result));
}

/* --- administrators' actions, V1 --- */

void records_admin_action_json(struct json_out *json, const char *key, const cpk_admin_action *action)
{
    json_out_begin(json, key, '{');
    json_out_text(json, "id", cpk_admin_action_id(action));
    json_out_text(json, "admin_user_id", cpk_admin_action_admin_user_id(action));
    json_out_text(json, "type", cpk_admin_action_type_name(action));
    json_out_text(json, "target_user_id", cpk_admin_action_target_user_id(action));
    json_out_number(json, "credits", cpk_admin_action_credits(action));
    json_out_number(json, "amount_micros", cpk_admin_action_amount_micros(action));
    json_out_text(json, "reason", cpk_admin_action_reason(action));
    json_out_raw(json, "details", cpk_admin_action_details(action));
    json_out_time(json, "created_at", cpk_admin_action_created_at(action));
    json_out_end(json, '}');
}

void records_admin_action_text(struct output *out, const cpk_admin_action *action)
{
    const char *admin = cpk_admin_action_admin_user_id(action);
    char number[FORMAT_NUMBER_BYTES];

    records_line(out, "Id", cpk_admin_action_id(action));
    records_line(out, "Action", cpk_admin_action_type_name(action));
    records_line(out, "User", cpk_admin_action_target_user_id(action));
    records_line(out, "By", admin != NULL ? admin : "the service");
    if (cpk_admin_action_credits(action) != 0) {
        count_line(out, "Credits", cpk_admin_action_credits(action));
    }
    if (cpk_admin_action_amount_micros(action) != 0) {
        records_line(out, "Amount", format_dollars(number, cpk_admin_action_amount_micros(action)));
    }
    records_line(out, "Reason", cpk_admin_action_reason(action));
    time_line(out, "Time", cpk_admin_action_created_at(action));
}

void records_job_json(struct json_out *json, const char *key, const cpk_job *job)
{
    json_out_begin(json, key, '{');
    json_out_text(json, "id", cpk_job_id(job));
    json_out_text(json, "status", cpk_job_status_name(job));
    json_out_number(json, "progress", cpk_job_progress(job));
    json_out_text(json, "error_message", cpk_job_error_message(job));
    json_out_text(json, "file_name", cpk_job_file_name(job));
    count_or_null(json, "file_size", cpk_job_file_size(job));
    json_out_number(json, "extracted_count", cpk_job_extracted_count(job));
    json_out_number(json, "total_chunks", cpk_job_total_chunks(job));
    json_out_number(json, "processed_chunks", cpk_job_processed_chunks(job));
    json_out_raw(json, "failed_chunks", cpk_job_failed_chunks(job));
    json_out_number(json, "input_tokens", cpk_job_input_tokens(job));
    json_out_number(json, "output_tokens", cpk_job_output_tokens(job));
    json_out_number(json, "cost_micros", cpk_job_cost_micros(job));
    json_out_time(json, "created_at", cpk_job_created_at(job));
    json_out_time(json, "updated_at", cpk_job_updated_at(job));
    json_out_time(json, "completed_at", cpk_job_completed_at(job));
    json_out_end(json, '}');
}

void records_job_text(struct output *out, const cpk_job *job)
{
    char size[FORMAT_NUMBER_BYTES];

    records_line(out, "Id", cpk_job_id(job));
    records_line(out, "File", cpk_job_file_name(job));
    records_line(out, "Size", format_size(size, cpk_job_file_size(job)));
    records_line(out, "Status", cpk_job_status_name(job));
    if (cpk_job_error_message(job) != NULL) {
        records_line(out, "Error", cpk_job_error_message(job));
    }
    count_line(out, "Messages", cpk_job_extracted_count(job));
    count_line(out, "Chunks", cpk_job_total_chunks(job));
    count_line(out, "  analysed", cpk_job_processed_chunks(job));
    if (strcmp(cpk_job_failed_chunks(job), "[]") != 0) {
        records_line(out, "  failed", cpk_job_failed_chunks(job));
    }
    time_line(out, "Created", cpk_job_created_at(job));
    time_line(out, "Completed", cpk_job_completed_at(job));
}

void records_legacy_pack_json(struct json_out *json, const char *key, const cpk_legacy_pack *pack)
{
    json_out_begin(json, key, '{');
    json_out_text(json, "id", cpk_legacy_pack_id(pack));
    json_out_text(json, "job_id", cpk_legacy_pack_job_id(pack));
    json_out_text(json, "name", cpk_legacy_pack_name(pack));
    json_out_raw(json, "extraction_stats", cpk_legacy_pack_extraction_stats(pack));
    json_out_raw(json, "chunk_stats", cpk_legacy_pack_chunk_stats(pack));
    json_out_raw(json, "analysis_stats", cpk_legacy_pack_analysis_stats(pack));
    count_or_null(json, "file_size", cpk_legacy_pack_file_size(pack));
    json_out_time(json, "created_at", cpk_legacy_pack_created_at(pack));
    json_out_text(json, "copy_pack_id", cpk_legacy_pack_copy_id(pack));
    json_out_end(json, '}');
}

void records_quote_json(struct json_out *json, const char *key, const cpk_quote *quote)
{
    json_out_begin(json, key, '{');
    json_out_bool(json, "can_proceed", quote->can_proceed != 0);
    json_out_bool(json, "is_unlimited", quote->is_unlimited != 0);
    json_out_number(json, "sources", quote->sources);
    json_out_number(json, "unknown_sources", quote->unknown_sources);
    json_out_number(json, "chunks_total", quote->chunks_total);
    json_out_number(json, "chunks_done", quote->chunks_done);
    json_out_number(json, "chunks_left", quote->chunks_left);
    json_out_number(json, "chunks_covered", quote->chunks_covered);
    json_out_number(json, "credits_needed", quote->credits_needed);
    json_out_number(json, "credits_balance", quote->balance);
    json_out_number(json, "held", quote->held);
    json_out_number(json, "held_here", quote->held_here);
    json_out_number(json, "price_micros", quote->price_micros);
    json_out_number(json, "cost_micros", quote->cost_micros);
    json_out_text(json, "currency", quote->currency);
    json_out_end(json, '}');
}

void records_quote_text(struct output *out, const cpk_quote *quote)
{
    char text[FORMAT_NUMBER_BYTES];

    if (quote->unknown_sources > 0) {
        records_line(out, "Not extracted", format_count(text, quote->unknown_sources));
    }
    records_line(out, "Chunks", format_count(text, quote->chunks_total));
    records_line(out, "Analysed", format_count(text, quote->chunks_done));
    records_line(out, "Left", format_count(text, quote->chunks_left));
    records_line(out, "Credits needed",
                 quote->is_unlimited ? "none: unlimited plan" : format_count(text, quote->credits_needed));
    records_line(out, "Credits", format_count(text, quote->balance + quote->held_here));
    if (quote->price_micros > 0) {
        records_line(out, "Cost", format_money(text, quote->cost_micros, quote->currency));
    }
    records_line(out, "Can proceed", quote->can_proceed ? "yes" : "no");
    if (!quote->can_proceed && quote->chunks_covered < quote->chunks_left) {
        records_line(out, "Covered", format_count(text, quote->chunks_covered));
    }
}
