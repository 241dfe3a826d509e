/* Made by bindings/node/generate.mjs from bindings/api.json: do not edit. */
#ifndef CONTEXTPACK_NODE_GENERATED_H
#define CONTEXTPACK_NODE_GENERATED_H

#include <contextpack/contextpack.h>

/* Every function of the library that the addon uses; NULL for one that an older library does not have. */
typedef struct library_functions {
    __typeof__(&cpk_admin_adjust_credits) cpk_admin_adjust_credits;
    __typeof__(&cpk_admin_support_credit) cpk_admin_support_credit;
    __typeof__(&cpk_admin_record_refund) cpk_admin_record_refund;
    __typeof__(&cpk_admin_suspend) cpk_admin_suspend;
    __typeof__(&cpk_admin_unsuspend) cpk_admin_unsuspend;
    __typeof__(&cpk_admin_assign_payment) cpk_admin_assign_payment;
    __typeof__(&cpk_admin_override_plan) cpk_admin_override_plan;
    __typeof__(&cpk_admin_action_id) cpk_admin_action_id;
    __typeof__(&cpk_admin_action_admin_user_id) cpk_admin_action_admin_user_id;
    __typeof__(&cpk_admin_action_type) cpk_admin_action_type;
    __typeof__(&cpk_admin_action_type_name) cpk_admin_action_type_name;
    __typeof__(&cpk_admin_action_target_user_id) cpk_admin_action_target_user_id;
    __typeof__(&cpk_admin_action_credits) cpk_admin_action_credits;
    __typeof__(&cpk_admin_action_amount_micros) cpk_admin_action_amount_micros;
    __typeof__(&cpk_admin_action_reason) cpk_admin_action_reason;
    __typeof__(&cpk_admin_action_details) cpk_admin_action_details;
    __typeof__(&cpk_admin_action_created_at) cpk_admin_action_created_at;
    __typeof__(&cpk_admin_action_free) cpk_admin_action_free;
    __typeof__(&cpk_admin_action_list_get) cpk_admin_action_list_get;
    __typeof__(&cpk_admin_action_list_count) cpk_admin_action_list_count;
    __typeof__(&cpk_admin_action_list_at) cpk_admin_action_list_at;
    __typeof__(&cpk_admin_action_list_next) cpk_admin_action_list_next;
    __typeof__(&cpk_admin_action_list_free) cpk_admin_action_list_free;
    __typeof__(&cpk_version) cpk_version;
    __typeof__(&cpk_status_name) cpk_status_name;
    __typeof__(&cpk_build) cpk_build;
    __typeof__(&cpk_build_result_pack_id) cpk_build_result_pack_id;
    __typeof__(&cpk_build_result_pack_name) cpk_build_result_pack_name;
    __typeof__(&cpk_build_result_output) cpk_build_result_output;
    __typeof__(&cpk_build_result_good_count) cpk_build_result_good_count;
    __typeof__(&cpk_build_result_failed_count) cpk_build_result_failed_count;
    __typeof__(&cpk_build_result_skipped_count) cpk_build_result_skipped_count;
    __typeof__(&cpk_build_result_partial_count) cpk_build_result_partial_count;
    __typeof__(&cpk_build_result_analyzed_chunks) cpk_build_result_analyzed_chunks;
    __typeof__(&cpk_build_result_input_count) cpk_build_result_input_count;
    __typeof__(&cpk_build_result_input_path) cpk_build_result_input_path;
    __typeof__(&cpk_build_result_input_outcome) cpk_build_result_input_outcome;
    __typeof__(&cpk_build_result_input_outcome_name) cpk_build_result_input_outcome_name;
    __typeof__(&cpk_build_result_input_source_id) cpk_build_result_input_source_id;
    __typeof__(&cpk_build_result_input_error_code) cpk_build_result_input_error_code;
    __typeof__(&cpk_build_result_input_error_message) cpk_build_result_input_error_message;
    __typeof__(&cpk_build_result_input_loss_summary) cpk_build_result_input_loss_summary;
    __typeof__(&cpk_build_result_input_is_partial) cpk_build_result_input_is_partial;
    __typeof__(&cpk_build_result_document_count) cpk_build_result_document_count;
    __typeof__(&cpk_build_result_document_type) cpk_build_result_document_type;
    __typeof__(&cpk_build_result_document_type_name) cpk_build_result_document_type_name;
    __typeof__(&cpk_build_result_document_export_id) cpk_build_result_document_export_id;
    __typeof__(&cpk_build_result_document_markdown_path) cpk_build_result_document_markdown_path;
    __typeof__(&cpk_build_result_document_json_path) cpk_build_result_document_json_path;
    __typeof__(&cpk_build_result_document_token_count) cpk_build_result_document_token_count;
    __typeof__(&cpk_build_result_document_is_new) cpk_build_result_document_is_new;
    __typeof__(&cpk_build_result_free) cpk_build_result_free;
    __typeof__(&cpk_cancel_create) cpk_cancel_create;
    __typeof__(&cpk_cancel_request) cpk_cancel_request;
    __typeof__(&cpk_cancel_free) cpk_cancel_free;
    __typeof__(&cpk_stripe_object_id) cpk_stripe_object_id;
    __typeof__(&cpk_stripe_object_type) cpk_stripe_object_type;
    __typeof__(&cpk_stripe_object_url) cpk_stripe_object_url;
    __typeof__(&cpk_stripe_object_status) cpk_stripe_object_status;
    __typeof__(&cpk_stripe_object_currency) cpk_stripe_object_currency;
    __typeof__(&cpk_stripe_object_amount) cpk_stripe_object_amount;
    __typeof__(&cpk_stripe_object_expires_at) cpk_stripe_object_expires_at;
    __typeof__(&cpk_stripe_object_is_live) cpk_stripe_object_is_live;
    __typeof__(&cpk_stripe_object_attempt_id) cpk_stripe_object_attempt_id;
    __typeof__(&cpk_stripe_object_customer_id) cpk_stripe_object_customer_id;
    __typeof__(&cpk_stripe_object_free) cpk_stripe_object_free;
    __typeof__(&cpk_checkout_create) cpk_checkout_create;
    __typeof__(&cpk_stripe_customer) cpk_stripe_customer;
    __typeof__(&cpk_stripe_portal) cpk_stripe_portal;
    __typeof__(&cpk_stripe_refund) cpk_stripe_refund;
    __typeof__(&cpk_chunk_input) cpk_chunk_input;
    __typeof__(&cpk_credits_grant) cpk_credits_grant;
    __typeof__(&cpk_credits_clawback) cpk_credits_clawback;
    __typeof__(&cpk_hold_reserve) cpk_hold_reserve;
    __typeof__(&cpk_hold_commit) cpk_hold_commit;
    __typeof__(&cpk_hold_release) cpk_hold_release;
    __typeof__(&cpk_hold_get) cpk_hold_get;
    __typeof__(&cpk_holds_expire) cpk_holds_expire;
    __typeof__(&cpk_hold_key) cpk_hold_key;
    __typeof__(&cpk_hold_reference) cpk_hold_reference;
    __typeof__(&cpk_hold_status) cpk_hold_status;
    __typeof__(&cpk_hold_is_unlimited) cpk_hold_is_unlimited;
    __typeof__(&cpk_hold_credits) cpk_hold_credits;
    __typeof__(&cpk_hold_remaining) cpk_hold_remaining;
    __typeof__(&cpk_hold_committed) cpk_hold_committed;
    __typeof__(&cpk_hold_expires_at) cpk_hold_expires_at;
    __typeof__(&cpk_hold_free) cpk_hold_free;
    __typeof__(&cpk_credits_audit) cpk_credits_audit;
    __typeof__(&cpk_engine_open) cpk_engine_open;
    __typeof__(&cpk_engine_close) cpk_engine_close;
    __typeof__(&cpk_engine_setting) cpk_engine_setting;
    __typeof__(&cpk_setting_count) cpk_setting_count;
    __typeof__(&cpk_setting_info) cpk_setting_info;
    __typeof__(&cpk_text_setting_count) cpk_text_setting_count;
    __typeof__(&cpk_text_setting_info) cpk_text_setting_info;
    __typeof__(&cpk_engine_migrate_report) cpk_engine_migrate_report;
    __typeof__(&cpk_engine_migration_history) cpk_engine_migration_history;
    __typeof__(&cpk_engine_statistics) cpk_engine_statistics;
    __typeof__(&cpk_engine_check) cpk_engine_check;
    __typeof__(&cpk_error_code) cpk_error_code;
    __typeof__(&cpk_error_domain) cpk_error_domain;
    __typeof__(&cpk_error_message) cpk_error_message;
    __typeof__(&cpk_error_native) cpk_error_native;
    __typeof__(&cpk_error_retryable) cpk_error_retryable;
    __typeof__(&cpk_error_new) cpk_error_new;
    __typeof__(&cpk_error_free) cpk_error_free;
    __typeof__(&cpk_export_create) cpk_export_create;
    __typeof__(&cpk_export_get) cpk_export_get;
    __typeof__(&cpk_export_read) cpk_export_read;
    __typeof__(&cpk_export_delete) cpk_export_delete;
    __typeof__(&cpk_export_id) cpk_export_id;
    __typeof__(&cpk_export_pack_id) cpk_export_pack_id;
    __typeof__(&cpk_export_type) cpk_export_type;
    __typeof__(&cpk_export_type_name) cpk_export_type_name;
    __typeof__(&cpk_export_status) cpk_export_status;
    __typeof__(&cpk_export_status_name) cpk_export_status_name;
    __typeof__(&cpk_export_error_message) cpk_export_error_message;
    __typeof__(&cpk_export_token_count) cpk_export_token_count;
    __typeof__(&cpk_export_file_size) cpk_export_file_size;
    __typeof__(&cpk_export_created_at) cpk_export_created_at;
    __typeof__(&cpk_export_updated_at) cpk_export_updated_at;
    __typeof__(&cpk_export_free) cpk_export_free;
    __typeof__(&cpk_export_type_from_name) cpk_export_type_from_name;
    __typeof__(&cpk_export_list_get) cpk_export_list_get;
    __typeof__(&cpk_export_list_count) cpk_export_list_count;
    __typeof__(&cpk_export_list_at) cpk_export_list_at;
    __typeof__(&cpk_export_list_next) cpk_export_list_next;
    __typeof__(&cpk_export_list_free) cpk_export_list_free;
    __typeof__(&cpk_extract) cpk_extract;
    __typeof__(&cpk_extract_text) cpk_extract_text;
    __typeof__(&cpk_inspect) cpk_inspect;
    __typeof__(&cpk_inspection_source_type) cpk_inspection_source_type;
    __typeof__(&cpk_inspection_format) cpk_inspection_format;
    __typeof__(&cpk_inspection_era) cpk_inspection_era;
    __typeof__(&cpk_inspection_conversations) cpk_inspection_conversations;
    __typeof__(&cpk_inspection_messages) cpk_inspection_messages;
    __typeof__(&cpk_inspection_user_messages) cpk_inspection_user_messages;
    __typeof__(&cpk_inspection_assistant_messages) cpk_inspection_assistant_messages;
    __typeof__(&cpk_inspection_system_messages) cpk_inspection_system_messages;
    __typeof__(&cpk_inspection_tool_messages) cpk_inspection_tool_messages;
    __typeof__(&cpk_inspection_unknown_messages) cpk_inspection_unknown_messages;
    __typeof__(&cpk_inspection_hidden_messages) cpk_inspection_hidden_messages;
    __typeof__(&cpk_inspection_other_branches) cpk_inspection_other_branches;
    __typeof__(&cpk_inspection_attachments) cpk_inspection_attachments;
    __typeof__(&cpk_inspection_first_time) cpk_inspection_first_time;
    __typeof__(&cpk_inspection_last_time) cpk_inspection_last_time;
    __typeof__(&cpk_inspection_files) cpk_inspection_files;
    __typeof__(&cpk_inspection_shards) cpk_inspection_shards;
    __typeof__(&cpk_inspection_skipped) cpk_inspection_skipped;
    __typeof__(&cpk_inspection_damaged) cpk_inspection_damaged;
    __typeof__(&cpk_inspection_missing_files) cpk_inspection_missing_files;
    __typeof__(&cpk_inspection_tokens) cpk_inspection_tokens;
    __typeof__(&cpk_inspection_chunks) cpk_inspection_chunks;
    __typeof__(&cpk_inspection_credits) cpk_inspection_credits;
    __typeof__(&cpk_inspection_loss_summary) cpk_inspection_loss_summary;
    __typeof__(&cpk_inspection_is_partial) cpk_inspection_is_partial;
    __typeof__(&cpk_inspection_provider_count) cpk_inspection_provider_count;
    __typeof__(&cpk_inspection_provider_name) cpk_inspection_provider_name;
    __typeof__(&cpk_inspection_provider_conversations) cpk_inspection_provider_conversations;
    __typeof__(&cpk_inspection_provider_messages) cpk_inspection_provider_messages;
    __typeof__(&cpk_inspection_note_count) cpk_inspection_note_count;
    __typeof__(&cpk_inspection_note_kind) cpk_inspection_note_kind;
    __typeof__(&cpk_inspection_note_kind_name) cpk_inspection_note_kind_name;
    __typeof__(&cpk_inspection_note_place) cpk_inspection_note_place;
    __typeof__(&cpk_inspection_note_text) cpk_inspection_note_text;
    __typeof__(&cpk_inspection_notes_left_out) cpk_inspection_notes_left_out;
    __typeof__(&cpk_inspection_free) cpk_inspection_free;
    __typeof__(&cpk_job_create) cpk_job_create;
    __typeof__(&cpk_job_run) cpk_job_run;
    __typeof__(&cpk_job_get) cpk_job_get;
    __typeof__(&cpk_job_delete) cpk_job_delete;
    __typeof__(&cpk_job_id) cpk_job_id;
    __typeof__(&cpk_job_status) cpk_job_status;
    __typeof__(&cpk_job_status_name) cpk_job_status_name;
    __typeof__(&cpk_job_progress) cpk_job_progress;
    __typeof__(&cpk_job_error_message) cpk_job_error_message;
    __typeof__(&cpk_job_file_name) cpk_job_file_name;
    __typeof__(&cpk_job_file_size) cpk_job_file_size;
    __typeof__(&cpk_job_extracted_count) cpk_job_extracted_count;
    __typeof__(&cpk_job_total_chunks) cpk_job_total_chunks;
    __typeof__(&cpk_job_processed_chunks) cpk_job_processed_chunks;
    __typeof__(&cpk_job_failed_chunks) cpk_job_failed_chunks;
    __typeof__(&cpk_job_input_tokens) cpk_job_input_tokens;
    __typeof__(&cpk_job_output_tokens) cpk_job_output_tokens;
    __typeof__(&cpk_job_cost_micros) cpk_job_cost_micros;
    __typeof__(&cpk_job_created_at) cpk_job_created_at;
    __typeof__(&cpk_job_updated_at) cpk_job_updated_at;
    __typeof__(&cpk_job_completed_at) cpk_job_completed_at;
    __typeof__(&cpk_job_free) cpk_job_free;
    __typeof__(&cpk_job_list_get) cpk_job_list_get;
    __typeof__(&cpk_job_list_count) cpk_job_list_count;
    __typeof__(&cpk_job_list_at) cpk_job_list_at;
    __typeof__(&cpk_job_list_next) cpk_job_list_next;
    __typeof__(&cpk_job_list_free) cpk_job_list_free;
    __typeof__(&cpk_legacy_pack_get) cpk_legacy_pack_get;
    __typeof__(&cpk_legacy_pack_find) cpk_legacy_pack_find;
    __typeof__(&cpk_legacy_pack_read) cpk_legacy_pack_read;
    __typeof__(&cpk_legacy_pack_delete) cpk_legacy_pack_delete;
    __typeof__(&cpk_legacy_pack_copy) cpk_legacy_pack_copy;
    __typeof__(&cpk_legacy_pack_undo_copy) cpk_legacy_pack_undo_copy;
    __typeof__(&cpk_legacy_pack_id) cpk_legacy_pack_id;
    __typeof__(&cpk_legacy_pack_job_id) cpk_legacy_pack_job_id;
    __typeof__(&cpk_legacy_pack_name) cpk_legacy_pack_name;
    __typeof__(&cpk_legacy_pack_extraction_stats) cpk_legacy_pack_extraction_stats;
    __typeof__(&cpk_legacy_pack_chunk_stats) cpk_legacy_pack_chunk_stats;
    __typeof__(&cpk_legacy_pack_analysis_stats) cpk_legacy_pack_analysis_stats;
    __typeof__(&cpk_legacy_pack_file_size) cpk_legacy_pack_file_size;
    __typeof__(&cpk_legacy_pack_created_at) cpk_legacy_pack_created_at;
    __typeof__(&cpk_legacy_pack_copy_id) cpk_legacy_pack_copy_id;
    __typeof__(&cpk_legacy_pack_free) cpk_legacy_pack_free;
    __typeof__(&cpk_legacy_pack_list_get) cpk_legacy_pack_list_get;
    __typeof__(&cpk_legacy_pack_list_count) cpk_legacy_pack_list_count;
    __typeof__(&cpk_legacy_pack_list_at) cpk_legacy_pack_list_at;
    __typeof__(&cpk_legacy_pack_list_next) cpk_legacy_pack_list_next;
    __typeof__(&cpk_legacy_pack_list_free) cpk_legacy_pack_list_free;
    __typeof__(&cpk_maintenance_archive) cpk_maintenance_archive;
    __typeof__(&cpk_maintenance_restore) cpk_maintenance_restore;
    __typeof__(&cpk_maintenance_sweep) cpk_maintenance_sweep;
    __typeof__(&cpk_engine_backup) cpk_engine_backup;
    __typeof__(&cpk_engine_copy_storage) cpk_engine_copy_storage;
    __typeof__(&cpk_engine_rotate_keys) cpk_engine_rotate_keys;
    __typeof__(&cpk_role_name) cpk_role_name;
    __typeof__(&cpk_kind_name) cpk_kind_name;
    __typeof__(&cpk_pack_create) cpk_pack_create;
    __typeof__(&cpk_pack_ensure) cpk_pack_ensure;
    __typeof__(&cpk_pack_get) cpk_pack_get;
    __typeof__(&cpk_pack_find) cpk_pack_find;
    __typeof__(&cpk_pack_update) cpk_pack_update;
    __typeof__(&cpk_pack_delete) cpk_pack_delete;
    __typeof__(&cpk_pack_id) cpk_pack_id;
    __typeof__(&cpk_pack_name) cpk_pack_name;
    __typeof__(&cpk_pack_description) cpk_pack_description;
    __typeof__(&cpk_pack_custom_system_prompt) cpk_pack_custom_system_prompt;
    __typeof__(&cpk_pack_total_sources) cpk_pack_total_sources;
    __typeof__(&cpk_pack_total_tokens) cpk_pack_total_tokens;
    __typeof__(&cpk_pack_created_at) cpk_pack_created_at;
    __typeof__(&cpk_pack_updated_at) cpk_pack_updated_at;
    __typeof__(&cpk_pack_free) cpk_pack_free;
    __typeof__(&cpk_pack_list_get) cpk_pack_list_get;
    __typeof__(&cpk_pack_list_count) cpk_pack_list_count;
    __typeof__(&cpk_pack_list_at) cpk_pack_list_at;
    __typeof__(&cpk_pack_list_next) cpk_pack_list_next;
    __typeof__(&cpk_pack_list_free) cpk_pack_list_free;
    __typeof__(&cpk_pack_get_progress) cpk_pack_get_progress;
    __typeof__(&cpk_package_get) cpk_package_get;
    __typeof__(&cpk_package_price) cpk_package_price;
    __typeof__(&cpk_package_id) cpk_package_id;
    __typeof__(&cpk_package_name) cpk_package_name;
    __typeof__(&cpk_package_currency) cpk_package_currency;
    __typeof__(&cpk_package_decimals) cpk_package_decimals;
    __typeof__(&cpk_package_credits) cpk_package_credits;
    __typeof__(&cpk_package_amount) cpk_package_amount;
    __typeof__(&cpk_package_interval) cpk_package_interval;
    __typeof__(&cpk_package_is_unlimited) cpk_package_is_unlimited;
    __typeof__(&cpk_package_price_id) cpk_package_price_id;
    __typeof__(&cpk_package_tier_count) cpk_package_tier_count;
    __typeof__(&cpk_package_tier_from_credits) cpk_package_tier_from_credits;
    __typeof__(&cpk_package_tier_unit_micros) cpk_package_tier_unit_micros;
    __typeof__(&cpk_package_free) cpk_package_free;
    __typeof__(&cpk_package_list_get) cpk_package_list_get;
    __typeof__(&cpk_package_list_count) cpk_package_list_count;
    __typeof__(&cpk_package_list_at) cpk_package_list_at;
    __typeof__(&cpk_package_list_next) cpk_package_list_next;
    __typeof__(&cpk_package_list_free) cpk_package_list_free;
    __typeof__(&cpk_payment_attempt_id) cpk_payment_attempt_id;
    __typeof__(&cpk_payment_attempt_user_id) cpk_payment_attempt_user_id;
    __typeof__(&cpk_payment_attempt_type) cpk_payment_attempt_type;
    __typeof__(&cpk_payment_attempt_status) cpk_payment_attempt_status;
    __typeof__(&cpk_payment_attempt_status_name) cpk_payment_attempt_status_name;
    __typeof__(&cpk_payment_attempt_credits_requested) cpk_payment_attempt_credits_requested;
    __typeof__(&cpk_payment_attempt_amount_micros) cpk_payment_attempt_amount_micros;
    __typeof__(&cpk_payment_attempt_ip_address) cpk_payment_attempt_ip_address;
    __typeof__(&cpk_payment_attempt_user_agent) cpk_payment_attempt_user_agent;
    __typeof__(&cpk_payment_attempt_error_message) cpk_payment_attempt_error_message;
    __typeof__(&cpk_payment_attempt_stripe_id) cpk_payment_attempt_stripe_id;
    __typeof__(&cpk_payment_attempt_created_at) cpk_payment_attempt_created_at;
    __typeof__(&cpk_payment_attempt_free) cpk_payment_attempt_free;
    __typeof__(&cpk_payment_attempt_get) cpk_payment_attempt_get;
    __typeof__(&cpk_payment_attempt_list_get) cpk_payment_attempt_list_get;
    __typeof__(&cpk_payment_attempt_list_count) cpk_payment_attempt_list_count;
    __typeof__(&cpk_payment_attempt_list_at) cpk_payment_attempt_list_at;
    __typeof__(&cpk_payment_attempt_list_next) cpk_payment_attempt_list_next;
    __typeof__(&cpk_payment_attempt_list_free) cpk_payment_attempt_list_free;
    __typeof__(&cpk_payment_velocity_subject) cpk_payment_velocity_subject;
    __typeof__(&cpk_payment_velocity_attempts) cpk_payment_velocity_attempts;
    __typeof__(&cpk_payment_velocity_succeeded) cpk_payment_velocity_succeeded;
    __typeof__(&cpk_payment_velocity_failed) cpk_payment_velocity_failed;
    __typeof__(&cpk_payment_velocity_refused) cpk_payment_velocity_refused;
    __typeof__(&cpk_payment_velocity_others) cpk_payment_velocity_others;
    __typeof__(&cpk_payment_velocity_credits_requested) cpk_payment_velocity_credits_requested;
    __typeof__(&cpk_payment_velocity_amount_micros) cpk_payment_velocity_amount_micros;
    __typeof__(&cpk_payment_velocity_first_at) cpk_payment_velocity_first_at;
    __typeof__(&cpk_payment_velocity_last_at) cpk_payment_velocity_last_at;
    __typeof__(&cpk_payment_velocity_free) cpk_payment_velocity_free;
    __typeof__(&cpk_payment_velocity_list_get) cpk_payment_velocity_list_get;
    __typeof__(&cpk_payment_velocity_list_count) cpk_payment_velocity_list_count;
    __typeof__(&cpk_payment_velocity_list_at) cpk_payment_velocity_list_at;
    __typeof__(&cpk_payment_velocity_list_next) cpk_payment_velocity_list_next;
    __typeof__(&cpk_payment_velocity_list_free) cpk_payment_velocity_list_free;
    __typeof__(&cpk_quote_source) cpk_quote_source;
    __typeof__(&cpk_quote_pack) cpk_quote_pack;
    __typeof__(&cpk_quote_job) cpk_quote_job;
    __typeof__(&cpk_redact) cpk_redact;
    __typeof__(&cpk_report_statement) cpk_report_statement;
    __typeof__(&cpk_report_revenue) cpk_report_revenue;
    __typeof__(&cpk_report_usage) cpk_report_usage;
    __typeof__(&cpk_session_open_user) cpk_session_open_user;
    __typeof__(&cpk_session_open_local) cpk_session_open_local;
    __typeof__(&cpk_session_open_token) cpk_session_open_token;
    __typeof__(&cpk_session_open_service) cpk_session_open_service;
    __typeof__(&cpk_session_open_admin) cpk_session_open_admin;
    __typeof__(&cpk_session_duplicate) cpk_session_duplicate;
    __typeof__(&cpk_session_kind) cpk_session_kind;
    __typeof__(&cpk_session_principal_id) cpk_session_principal_id;
    __typeof__(&cpk_session_claims) cpk_session_claims;
    __typeof__(&cpk_session_close) cpk_session_close;
    __typeof__(&cpk_source_add) cpk_source_add;
    __typeof__(&cpk_source_run) cpk_source_run;
    __typeof__(&cpk_source_get) cpk_source_get;
    __typeof__(&cpk_source_delete) cpk_source_delete;
    __typeof__(&cpk_source_request_cancel) cpk_source_request_cancel;
    __typeof__(&cpk_source_read) cpk_source_read;
    __typeof__(&cpk_source_id) cpk_source_id;
    __typeof__(&cpk_source_pack_id) cpk_source_pack_id;
    __typeof__(&cpk_source_name) cpk_source_name;
    __typeof__(&cpk_source_type) cpk_source_type;
    __typeof__(&cpk_source_type_name) cpk_source_type_name;
    __typeof__(&cpk_source_status) cpk_source_status;
    __typeof__(&cpk_source_status_name) cpk_source_status_name;
    __typeof__(&cpk_source_progress) cpk_source_progress;
    __typeof__(&cpk_source_error_message) cpk_source_error_message;
    __typeof__(&cpk_source_file_name) cpk_source_file_name;
    __typeof__(&cpk_source_file_size) cpk_source_file_size;
    __typeof__(&cpk_source_format) cpk_source_format;
    __typeof__(&cpk_source_sha256) cpk_source_sha256;
    __typeof__(&cpk_source_conversation_count) cpk_source_conversation_count;
    __typeof__(&cpk_source_message_count) cpk_source_message_count;
    __typeof__(&cpk_source_known_messages) cpk_source_known_messages;
    __typeof__(&cpk_source_text_tokens) cpk_source_text_tokens;
    __typeof__(&cpk_source_total_chunks) cpk_source_total_chunks;
    __typeof__(&cpk_source_processed_chunks) cpk_source_processed_chunks;
    __typeof__(&cpk_source_input_tokens) cpk_source_input_tokens;
    __typeof__(&cpk_source_output_tokens) cpk_source_output_tokens;
    __typeof__(&cpk_source_cost_micros) cpk_source_cost_micros;
    __typeof__(&cpk_source_created_at) cpk_source_created_at;
    __typeof__(&cpk_source_updated_at) cpk_source_updated_at;
    __typeof__(&cpk_source_completed_at) cpk_source_completed_at;
    __typeof__(&cpk_source_extractor) cpk_source_extractor;
    __typeof__(&cpk_source_losses) cpk_source_losses;
    __typeof__(&cpk_source_loss_summary) cpk_source_loss_summary;
    __typeof__(&cpk_source_is_partial) cpk_source_is_partial;
    __typeof__(&cpk_source_user_id) cpk_source_user_id;
    __typeof__(&cpk_source_stalled_reason) cpk_source_stalled_reason;
    __typeof__(&cpk_source_lease_until) cpk_source_lease_until;
    __typeof__(&cpk_source_attempts) cpk_source_attempts;
    __typeof__(&cpk_source_free) cpk_source_free;
    __typeof__(&cpk_source_list_get) cpk_source_list_get;
    __typeof__(&cpk_source_list_count) cpk_source_list_count;
    __typeof__(&cpk_source_list_at) cpk_source_list_at;
    __typeof__(&cpk_source_list_next) cpk_source_list_next;
    __typeof__(&cpk_source_list_free) cpk_source_list_free;
    __typeof__(&cpk_stripe_webhook) cpk_stripe_webhook;
    __typeof__(&cpk_webhook_result_outcome) cpk_webhook_result_outcome;
    __typeof__(&cpk_webhook_result_event_id) cpk_webhook_result_event_id;
    __typeof__(&cpk_webhook_result_event_type) cpk_webhook_result_event_type;
    __typeof__(&cpk_webhook_result_user_id) cpk_webhook_result_user_id;
    __typeof__(&cpk_webhook_result_credits) cpk_webhook_result_credits;
    __typeof__(&cpk_webhook_result_json) cpk_webhook_result_json;
    __typeof__(&cpk_webhook_result_free) cpk_webhook_result_free;
    __typeof__(&cpk_stripe_reconcile) cpk_stripe_reconcile;
    __typeof__(&cpk_reconcile_report_starts_at) cpk_reconcile_report_starts_at;
    __typeof__(&cpk_reconcile_report_seen) cpk_reconcile_report_seen;
    __typeof__(&cpk_reconcile_report_known) cpk_reconcile_report_known;
    __typeof__(&cpk_reconcile_report_processed) cpk_reconcile_report_processed;
    __typeof__(&cpk_reconcile_report_unclaimed) cpk_reconcile_report_unclaimed;
    __typeof__(&cpk_reconcile_report_ignored) cpk_reconcile_report_ignored;
    __typeof__(&cpk_reconcile_report_refused) cpk_reconcile_report_refused;
    __typeof__(&cpk_reconcile_report_failed) cpk_reconcile_report_failed;
    __typeof__(&cpk_reconcile_report_first_failure) cpk_reconcile_report_first_failure;
    __typeof__(&cpk_reconcile_report_free) cpk_reconcile_report_free;
    __typeof__(&cpk_payment_id) cpk_payment_id;
    __typeof__(&cpk_payment_customer_id) cpk_payment_customer_id;
    __typeof__(&cpk_payment_stripe_payment_id) cpk_payment_stripe_payment_id;
    __typeof__(&cpk_payment_package_id) cpk_payment_package_id;
    __typeof__(&cpk_payment_currency) cpk_payment_currency;
    __typeof__(&cpk_payment_amount) cpk_payment_amount;
    __typeof__(&cpk_payment_amount_back) cpk_payment_amount_back;
    __typeof__(&cpk_payment_credits) cpk_payment_credits;
    __typeof__(&cpk_payment_is_unlimited) cpk_payment_is_unlimited;
    __typeof__(&cpk_payment_created_at) cpk_payment_created_at;
    __typeof__(&cpk_payment_free) cpk_payment_free;
    __typeof__(&cpk_payment_list_unclaimed) cpk_payment_list_unclaimed;
    __typeof__(&cpk_payment_list_count) cpk_payment_list_count;
    __typeof__(&cpk_payment_list_at) cpk_payment_list_at;
    __typeof__(&cpk_payment_list_next) cpk_payment_list_next;
    __typeof__(&cpk_payment_list_free) cpk_payment_list_free;
    __typeof__(&cpk_plans_expire) cpk_plans_expire;
    __typeof__(&cpk_tokens_count) cpk_tokens_count;
    __typeof__(&cpk_tokens_encode) cpk_tokens_encode;
    __typeof__(&cpk_encoding_from_name) cpk_encoding_from_name;
    __typeof__(&cpk_encoding_name) cpk_encoding_name;
    __typeof__(&cpk_credits_balance) cpk_credits_balance;
    __typeof__(&cpk_transaction_id) cpk_transaction_id;
    __typeof__(&cpk_transaction_user_id) cpk_transaction_user_id;
    __typeof__(&cpk_transaction_type) cpk_transaction_type;
    __typeof__(&cpk_transaction_type_name) cpk_transaction_type_name;
    __typeof__(&cpk_transaction_credits) cpk_transaction_credits;
    __typeof__(&cpk_transaction_amount_micros) cpk_transaction_amount_micros;
    __typeof__(&cpk_transaction_package_id) cpk_transaction_package_id;
    __typeof__(&cpk_transaction_job_id) cpk_transaction_job_id;
    __typeof__(&cpk_transaction_description) cpk_transaction_description;
    __typeof__(&cpk_transaction_created_at) cpk_transaction_created_at;
    __typeof__(&cpk_transaction_free) cpk_transaction_free;
    __typeof__(&cpk_transaction_list_get) cpk_transaction_list_get;
    __typeof__(&cpk_transaction_list_count) cpk_transaction_list_count;
    __typeof__(&cpk_transaction_list_at) cpk_transaction_list_at;
    __typeof__(&cpk_transaction_list_next) cpk_transaction_list_next;
    __typeof__(&cpk_transaction_list_free) cpk_transaction_list_free;
    __typeof__(&cpk_credits_overview) cpk_credits_overview;
    __typeof__(&cpk_user_create) cpk_user_create;
    __typeof__(&cpk_user_get) cpk_user_get;
    __typeof__(&cpk_user_find) cpk_user_find;
    __typeof__(&cpk_user_update) cpk_user_update;
    __typeof__(&cpk_user_set_email) cpk_user_set_email;
    __typeof__(&cpk_user_set_plan) cpk_user_set_plan;
    __typeof__(&cpk_user_delete_watched) cpk_user_delete_watched;
    __typeof__(&cpk_user_id) cpk_user_id;
    __typeof__(&cpk_user_email) cpk_user_email;
    __typeof__(&cpk_user_full_name) cpk_user_full_name;
    __typeof__(&cpk_user_avatar_url) cpk_user_avatar_url;
    __typeof__(&cpk_user_payment_plan) cpk_user_payment_plan;
    __typeof__(&cpk_user_credits_balance) cpk_user_credits_balance;
    __typeof__(&cpk_user_chunks_analyzed) cpk_user_chunks_analyzed;
    __typeof__(&cpk_user_suspended_at) cpk_user_suspended_at;
    __typeof__(&cpk_user_suspension_reason) cpk_user_suspension_reason;
    __typeof__(&cpk_user_deleted_at) cpk_user_deleted_at;
    __typeof__(&cpk_user_subscription_id) cpk_user_subscription_id;
    __typeof__(&cpk_user_subscription_status) cpk_user_subscription_status;
    __typeof__(&cpk_user_plan_starts_at) cpk_user_plan_starts_at;
    __typeof__(&cpk_user_plan_ends_at) cpk_user_plan_ends_at;
    __typeof__(&cpk_user_storage_directory) cpk_user_storage_directory;
    __typeof__(&cpk_user_created_at) cpk_user_created_at;
    __typeof__(&cpk_user_updated_at) cpk_user_updated_at;
    __typeof__(&cpk_user_free) cpk_user_free;
    __typeof__(&cpk_user_list_get) cpk_user_list_get;
    __typeof__(&cpk_user_list_count) cpk_user_list_count;
    __typeof__(&cpk_user_list_at) cpk_user_list_at;
    __typeof__(&cpk_user_list_next) cpk_user_list_next;
    __typeof__(&cpk_user_list_free) cpk_user_list_free;
    __typeof__(&cpk_work_submit) cpk_work_submit;
    __typeof__(&cpk_work_redrive) cpk_work_redrive;
    __typeof__(&cpk_work_get) cpk_work_get;
    __typeof__(&cpk_work_id) cpk_work_id;
    __typeof__(&cpk_work_user_id) cpk_work_user_id;
    __typeof__(&cpk_work_kind) cpk_work_kind;
    __typeof__(&cpk_work_state) cpk_work_state;
    __typeof__(&cpk_work_state_name) cpk_work_state_name;
    __typeof__(&cpk_work_priority) cpk_work_priority;
    __typeof__(&cpk_work_attempts) cpk_work_attempts;
    __typeof__(&cpk_work_reason) cpk_work_reason;
    __typeof__(&cpk_work_message) cpk_work_message;
    __typeof__(&cpk_work_submitted_at) cpk_work_submitted_at;
    __typeof__(&cpk_work_run_at) cpk_work_run_at;
    __typeof__(&cpk_work_lease_until) cpk_work_lease_until;
    __typeof__(&cpk_work_is_cancelled) cpk_work_is_cancelled;
    __typeof__(&cpk_work_claim_number) cpk_work_claim_number;
    __typeof__(&cpk_work_free) cpk_work_free;
    __typeof__(&cpk_work_list_get) cpk_work_list_get;
    __typeof__(&cpk_work_list_count) cpk_work_list_count;
    __typeof__(&cpk_work_list_at) cpk_work_list_at;
    __typeof__(&cpk_work_list_next) cpk_work_list_next;
    __typeof__(&cpk_work_list_free) cpk_work_list_free;
    __typeof__(&cpk_work_claim) cpk_work_claim;
    __typeof__(&cpk_work_run) cpk_work_run;
    __typeof__(&cpk_work_release) cpk_work_release;
    __typeof__(&cpk_worker_run) cpk_worker_run;
    __typeof__(&cpk_work_metrics) cpk_work_metrics;
} library_functions;

enum {
    SNAPSHOT_cpk_admin_action,
    SNAPSHOT_cpk_build_result,
    SNAPSHOT_cpk_stripe_object,
    SNAPSHOT_cpk_hold,
    SNAPSHOT_cpk_export,
    SNAPSHOT_cpk_inspection,
    SNAPSHOT_cpk_job,
    SNAPSHOT_cpk_legacy_pack,
    SNAPSHOT_cpk_pack,
    SNAPSHOT_cpk_package,
    SNAPSHOT_cpk_payment_attempt,
    SNAPSHOT_cpk_payment_velocity,
    SNAPSHOT_cpk_source,
    SNAPSHOT_cpk_webhook_result,
    SNAPSHOT_cpk_reconcile_report,
    SNAPSHOT_cpk_payment,
    SNAPSHOT_cpk_transaction,
    SNAPSHOT_cpk_user,
    SNAPSHOT_cpk_work,
    SNAPSHOT_COUNT
};

enum {
    LIST_cpk_admin_action_list,
    LIST_cpk_export_list,
    LIST_cpk_job_list,
    LIST_cpk_legacy_pack_list,
    LIST_cpk_pack_list,
    LIST_cpk_package_list,
    LIST_cpk_payment_attempt_list,
    LIST_cpk_payment_velocity_list,
    LIST_cpk_source_list,
    LIST_cpk_payment_list,
    LIST_cpk_transaction_list,
    LIST_cpk_user_list,
    LIST_cpk_work_list,
    LIST_COUNT
};

enum {
    RECORD_cpk_admin_params,
    RECORD_cpk_page,
    RECORD_cpk_build_options,
    RECORD_cpk_checkout_params,
    RECORD_cpk_refund_params,
    RECORD_cpk_chunk_options,
    RECORD_cpk_extract_report,
    RECORD_cpk_credit_params,
    RECORD_cpk_hold_params,
    RECORD_cpk_setting_details,
    RECORD_cpk_text_setting_details,
    RECORD_cpk_statistics,
    RECORD_cpk_archive_report,
    RECORD_cpk_sweep_report,
    RECORD_cpk_backup_report,
    RECORD_cpk_storage_copy_report,
    RECORD_cpk_key_report,
    RECORD_cpk_pack_params,
    RECORD_cpk_pack_progress,
    RECORD_cpk_payment_velocity_params,
    RECORD_cpk_quote,
    RECORD_cpk_redact_options,
    RECORD_cpk_redact_report,
    RECORD_cpk_report_options,
    RECORD_cpk_token_options,
    RECORD_cpk_user_params,
    RECORD_cpk_user_deletion,
    RECORD_cpk_work_options,
    RECORD_cpk_worker_options,
    RECORD_cpk_worker_report,
    RECORD_COUNT
};

#endif
