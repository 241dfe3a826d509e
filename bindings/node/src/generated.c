/* Made by bindings/node/generate.mjs from bindings/api.json: do not edit. */
/* clang-format off */
#include "function.h"
#include "library.h"
#include "value.h"

const library_symbol library_symbols[] = {
    {"cpk_admin_adjust_credits", offsetof(library_functions, cpk_admin_adjust_credits)},
    {"cpk_admin_support_credit", offsetof(library_functions, cpk_admin_support_credit)},
    {"cpk_admin_record_refund", offsetof(library_functions, cpk_admin_record_refund)},
    {"cpk_admin_suspend", offsetof(library_functions, cpk_admin_suspend)},
    {"cpk_admin_unsuspend", offsetof(library_functions, cpk_admin_unsuspend)},
    {"cpk_admin_assign_payment", offsetof(library_functions, cpk_admin_assign_payment)},
    {"cpk_admin_override_plan", offsetof(library_functions, cpk_admin_override_plan)},
    {"cpk_admin_action_id", offsetof(library_functions, cpk_admin_action_id)},
    {"cpk_admin_action_admin_user_id", offsetof(library_functions, cpk_admin_action_admin_user_id)},
    {"cpk_admin_action_type", offsetof(library_functions, cpk_admin_action_type)},
    {"cpk_admin_action_type_name", offsetof(library_functions, cpk_admin_action_type_name)},
    {"cpk_admin_action_target_user_id", offsetof(library_functions, cpk_admin_action_target_user_id)},
    {"cpk_admin_action_credits", offsetof(library_functions, cpk_admin_action_credits)},
    {"cpk_admin_action_amount_micros", offsetof(library_functions, cpk_admin_action_amount_micros)},
    {"cpk_admin_action_reason", offsetof(library_functions, cpk_admin_action_reason)},
    {"cpk_admin_action_details", offsetof(library_functions, cpk_admin_action_details)},
    {"cpk_admin_action_created_at", offsetof(library_functions, cpk_admin_action_created_at)},
    {"cpk_admin_action_free", offsetof(library_functions, cpk_admin_action_free)},
    {"cpk_admin_action_list_get", offsetof(library_functions, cpk_admin_action_list_get)},
    {"cpk_admin_action_list_count", offsetof(library_functions, cpk_admin_action_list_count)},
    {"cpk_admin_action_list_at", offsetof(library_functions, cpk_admin_action_list_at)},
    {"cpk_admin_action_list_next", offsetof(library_functions, cpk_admin_action_list_next)},
    {"cpk_admin_action_list_free", offsetof(library_functions, cpk_admin_action_list_free)},
    {"cpk_version", offsetof(library_functions, cpk_version)},
    {"cpk_status_name", offsetof(library_functions, cpk_status_name)},
    {"cpk_build", offsetof(library_functions, cpk_build)},
    {"cpk_build_result_pack_id", offsetof(library_functions, cpk_build_result_pack_id)},
    {"cpk_build_result_pack_name", offsetof(library_functions, cpk_build_result_pack_name)},
    {"cpk_build_result_output", offsetof(library_functions, cpk_build_result_output)},
    {"cpk_build_result_good_count", offsetof(library_functions, cpk_build_result_good_count)},
    {"cpk_build_result_failed_count", offsetof(library_functions, cpk_build_result_failed_count)},
    {"cpk_build_result_skipped_count", offsetof(library_functions, cpk_build_result_skipped_count)},
    {"cpk_build_result_partial_count", offsetof(library_functions, cpk_build_result_partial_count)},
    {"cpk_build_result_analyzed_chunks", offsetof(library_functions, cpk_build_result_analyzed_chunks)},
    {"cpk_build_result_input_count", offsetof(library_functions, cpk_build_result_input_count)},
    {"cpk_build_result_input_path", offsetof(library_functions, cpk_build_result_input_path)},
    {"cpk_build_result_input_outcome", offsetof(library_functions, cpk_build_result_input_outcome)},
    {"cpk_build_result_input_outcome_name", offsetof(library_functions, cpk_build_result_input_outcome_name)},
    {"cpk_build_result_input_source_id", offsetof(library_functions, cpk_build_result_input_source_id)},
    {"cpk_build_result_input_error_code", offsetof(library_functions, cpk_build_result_input_error_code)},
    {"cpk_build_result_input_error_message", offsetof(library_functions, cpk_build_result_input_error_message)},
    {"cpk_build_result_input_loss_summary", offsetof(library_functions, cpk_build_result_input_loss_summary)},
    {"cpk_build_result_input_is_partial", offsetof(library_functions, cpk_build_result_input_is_partial)},
    {"cpk_build_result_document_count", offsetof(library_functions, cpk_build_result_document_count)},
    {"cpk_build_result_document_type", offsetof(library_functions, cpk_build_result_document_type)},
    {"cpk_build_result_document_type_name", offsetof(library_functions, cpk_build_result_document_type_name)},
    {"cpk_build_result_document_export_id", offsetof(library_functions, cpk_build_result_document_export_id)},
    {"cpk_build_result_document_markdown_path", offsetof(library_functions, cpk_build_result_document_markdown_path)},
    {"cpk_build_result_document_json_path", offsetof(library_functions, cpk_build_result_document_json_path)},
    {"cpk_build_result_document_token_count", offsetof(library_functions, cpk_build_result_document_token_count)},
    {"cpk_build_result_document_is_new", offsetof(library_functions, cpk_build_result_document_is_new)},
    {"cpk_build_result_free", offsetof(library_functions, cpk_build_result_free)},
    {"cpk_cancel_create", offsetof(library_functions, cpk_cancel_create)},
    {"cpk_cancel_request", offsetof(library_functions, cpk_cancel_request)},
    {"cpk_cancel_free", offsetof(library_functions, cpk_cancel_free)},
    {"cpk_stripe_object_id", offsetof(library_functions, cpk_stripe_object_id)},
    {"cpk_stripe_object_type", offsetof(library_functions, cpk_stripe_object_type)},
    {"cpk_stripe_object_url", offsetof(library_functions, cpk_stripe_object_url)},
    {"cpk_stripe_object_status", offsetof(library_functions, cpk_stripe_object_status)},
    {"cpk_stripe_object_currency", offsetof(library_functions, cpk_stripe_object_currency)},
    {"cpk_stripe_object_amount", offsetof(library_functions, cpk_stripe_object_amount)},
    {"cpk_stripe_object_expires_at", offsetof(library_functions, cpk_stripe_object_expires_at)},
    {"cpk_stripe_object_is_live", offsetof(library_functions, cpk_stripe_object_is_live)},
    {"cpk_stripe_object_attempt_id", offsetof(library_functions, cpk_stripe_object_attempt_id)},
    {"cpk_stripe_object_customer_id", offsetof(library_functions, cpk_stripe_object_customer_id)},
    {"cpk_stripe_object_free", offsetof(library_functions, cpk_stripe_object_free)},
    {"cpk_checkout_create", offsetof(library_functions, cpk_checkout_create)},
    {"cpk_stripe_customer", offsetof(library_functions, cpk_stripe_customer)},
    {"cpk_stripe_portal", offsetof(library_functions, cpk_stripe_portal)},
    {"cpk_stripe_refund", offsetof(library_functions, cpk_stripe_refund)},
    {"cpk_chunk_input", offsetof(library_functions, cpk_chunk_input)},
    {"cpk_credits_grant", offsetof(library_functions, cpk_credits_grant)},
    {"cpk_credits_clawback", offsetof(library_functions, cpk_credits_clawback)},
    {"cpk_hold_reserve", offsetof(library_functions, cpk_hold_reserve)},
    {"cpk_hold_commit", offsetof(library_functions, cpk_hold_commit)},
    {"cpk_hold_release", offsetof(library_functions, cpk_hold_release)},
    {"cpk_hold_get", offsetof(library_functions, cpk_hold_get)},
    {"cpk_holds_expire", offsetof(library_functions, cpk_holds_expire)},
    {"cpk_hold_key", offsetof(library_functions, cpk_hold_key)},
    {"cpk_hold_reference", offsetof(library_functions, cpk_hold_reference)},
    {"cpk_hold_status", offsetof(library_functions, cpk_hold_status)},
    {"cpk_hold_is_unlimited", offsetof(library_functions, cpk_hold_is_unlimited)},
    {"cpk_hold_credits", offsetof(library_functions, cpk_hold_credits)},
    {"cpk_hold_remaining", offsetof(library_functions, cpk_hold_remaining)},
    {"cpk_hold_committed", offsetof(library_functions, cpk_hold_committed)},
    {"cpk_hold_expires_at", offsetof(library_functions, cpk_hold_expires_at)},
    {"cpk_hold_free", offsetof(library_functions, cpk_hold_free)},
    {"cpk_credits_audit", offsetof(library_functions, cpk_credits_audit)},
    {"cpk_engine_open", offsetof(library_functions, cpk_engine_open)},
    {"cpk_engine_close", offsetof(library_functions, cpk_engine_close)},
    {"cpk_engine_setting", offsetof(library_functions, cpk_engine_setting)},
    {"cpk_setting_count", offsetof(library_functions, cpk_setting_count)},
    {"cpk_setting_info", offsetof(library_functions, cpk_setting_info)},
    {"cpk_text_setting_count", offsetof(library_functions, cpk_text_setting_count)},
    {"cpk_text_setting_info", offsetof(library_functions, cpk_text_setting_info)},
    {"cpk_engine_migrate_report", offsetof(library_functions, cpk_engine_migrate_report)},
    {"cpk_engine_migration_history", offsetof(library_functions, cpk_engine_migration_history)},
    {"cpk_engine_statistics", offsetof(library_functions, cpk_engine_statistics)},
    {"cpk_engine_check", offsetof(library_functions, cpk_engine_check)},
    {"cpk_error_code", offsetof(library_functions, cpk_error_code)},
    {"cpk_error_domain", offsetof(library_functions, cpk_error_domain)},
    {"cpk_error_message", offsetof(library_functions, cpk_error_message)},
    {"cpk_error_native", offsetof(library_functions, cpk_error_native)},
    {"cpk_error_retryable", offsetof(library_functions, cpk_error_retryable)},
    {"cpk_error_new", offsetof(library_functions, cpk_error_new)},
    {"cpk_error_free", offsetof(library_functions, cpk_error_free)},
    {"cpk_export_create", offsetof(library_functions, cpk_export_create)},
    {"cpk_export_get", offsetof(library_functions, cpk_export_get)},
    {"cpk_export_read", offsetof(library_functions, cpk_export_read)},
    {"cpk_export_delete", offsetof(library_functions, cpk_export_delete)},
    {"cpk_export_id", offsetof(library_functions, cpk_export_id)},
    {"cpk_export_pack_id", offsetof(library_functions, cpk_export_pack_id)},
    {"cpk_export_type", offsetof(library_functions, cpk_export_type)},
    {"cpk_export_type_name", offsetof(library_functions, cpk_export_type_name)},
    {"cpk_export_status", offsetof(library_functions, cpk_export_status)},
    {"cpk_export_status_name", offsetof(library_functions, cpk_export_status_name)},
    {"cpk_export_error_message", offsetof(library_functions, cpk_export_error_message)},
    {"cpk_export_token_count", offsetof(library_functions, cpk_export_token_count)},
    {"cpk_export_file_size", offsetof(library_functions, cpk_export_file_size)},
    {"cpk_export_created_at", offsetof(library_functions, cpk_export_created_at)},
    {"cpk_export_updated_at", offsetof(library_functions, cpk_export_updated_at)},
    {"cpk_export_free", offsetof(library_functions, cpk_export_free)},
    {"cpk_export_type_from_name", offsetof(library_functions, cpk_export_type_from_name)},
    {"cpk_export_list_get", offsetof(library_functions, cpk_export_list_get)},
    {"cpk_export_list_count", offsetof(library_functions, cpk_export_list_count)},
    {"cpk_export_list_at", offsetof(library_functions, cpk_export_list_at)},
    {"cpk_export_list_next", offsetof(library_functions, cpk_export_list_next)},
    {"cpk_export_list_free", offsetof(library_functions, cpk_export_list_free)},
    {"cpk_extract", offsetof(library_functions, cpk_extract)},
    {"cpk_extract_text", offsetof(library_functions, cpk_extract_text)},
    {"cpk_inspect", offsetof(library_functions, cpk_inspect)},
    {"cpk_inspection_source_type", offsetof(library_functions, cpk_inspection_source_type)},
    {"cpk_inspection_format", offsetof(library_functions, cpk_inspection_format)},
    {"cpk_inspection_era", offsetof(library_functions, cpk_inspection_era)},
    {"cpk_inspection_conversations", offsetof(library_functions, cpk_inspection_conversations)},
    {"cpk_inspection_messages", offsetof(library_functions, cpk_inspection_messages)},
    {"cpk_inspection_user_messages", offsetof(library_functions, cpk_inspection_user_messages)},
    {"cpk_inspection_assistant_messages", offsetof(library_functions, cpk_inspection_assistant_messages)},
    {"cpk_inspection_system_messages", offsetof(library_functions, cpk_inspection_system_messages)},
    {"cpk_inspection_tool_messages", offsetof(library_functions, cpk_inspection_tool_messages)},
    {"cpk_inspection_unknown_messages", offsetof(library_functions, cpk_inspection_unknown_messages)},
    {"cpk_inspection_hidden_messages", offsetof(library_functions, cpk_inspection_hidden_messages)},
    {"cpk_inspection_other_branches", offsetof(library_functions, cpk_inspection_other_branches)},
    {"cpk_inspection_attachments", offsetof(library_functions, cpk_inspection_attachments)},
    {"cpk_inspection_first_time", offsetof(library_functions, cpk_inspection_first_time)},
    {"cpk_inspection_last_time", offsetof(library_functions, cpk_inspection_last_time)},
    {"cpk_inspection_files", offsetof(library_functions, cpk_inspection_files)},
    {"cpk_inspection_shards", offsetof(library_functions, cpk_inspection_shards)},
    {"cpk_inspection_skipped", offsetof(library_functions, cpk_inspection_skipped)},
    {"cpk_inspection_damaged", offsetof(library_functions, cpk_inspection_damaged)},
    {"cpk_inspection_missing_files", offsetof(library_functions, cpk_inspection_missing_files)},
    {"cpk_inspection_tokens", offsetof(library_functions, cpk_inspection_tokens)},
    {"cpk_inspection_chunks", offsetof(library_functions, cpk_inspection_chunks)},
    {"cpk_inspection_credits", offsetof(library_functions, cpk_inspection_credits)},
    {"cpk_inspection_loss_summary", offsetof(library_functions, cpk_inspection_loss_summary)},
    {"cpk_inspection_is_partial", offsetof(library_functions, cpk_inspection_is_partial)},
    {"cpk_inspection_provider_count", offsetof(library_functions, cpk_inspection_provider_count)},
    {"cpk_inspection_provider_name", offsetof(library_functions, cpk_inspection_provider_name)},
    {"cpk_inspection_provider_conversations", offsetof(library_functions, cpk_inspection_provider_conversations)},
    {"cpk_inspection_provider_messages", offsetof(library_functions, cpk_inspection_provider_messages)},
    {"cpk_inspection_note_count", offsetof(library_functions, cpk_inspection_note_count)},
    {"cpk_inspection_note_kind", offsetof(library_functions, cpk_inspection_note_kind)},
    {"cpk_inspection_note_kind_name", offsetof(library_functions, cpk_inspection_note_kind_name)},
    {"cpk_inspection_note_place", offsetof(library_functions, cpk_inspection_note_place)},
    {"cpk_inspection_note_text", offsetof(library_functions, cpk_inspection_note_text)},
    {"cpk_inspection_notes_left_out", offsetof(library_functions, cpk_inspection_notes_left_out)},
    {"cpk_inspection_free", offsetof(library_functions, cpk_inspection_free)},
    {"cpk_job_create", offsetof(library_functions, cpk_job_create)},
    {"cpk_job_run", offsetof(library_functions, cpk_job_run)},
    {"cpk_job_get", offsetof(library_functions, cpk_job_get)},
    {"cpk_job_delete", offsetof(library_functions, cpk_job_delete)},
    {"cpk_job_id", offsetof(library_functions, cpk_job_id)},
    {"cpk_job_status", offsetof(library_functions, cpk_job_status)},
    {"cpk_job_status_name", offsetof(library_functions, cpk_job_status_name)},
    {"cpk_job_progress", offsetof(library_functions, cpk_job_progress)},
    {"cpk_job_error_message", offsetof(library_functions, cpk_job_error_message)},
    {"cpk_job_file_name", offsetof(library_functions, cpk_job_file_name)},
    {"cpk_job_file_size", offsetof(library_functions, cpk_job_file_size)},
    {"cpk_job_extracted_count", offsetof(library_functions, cpk_job_extracted_count)},
    {"cpk_job_total_chunks", offsetof(library_functions, cpk_job_total_chunks)},
    {"cpk_job_processed_chunks", offsetof(library_functions, cpk_job_processed_chunks)},
    {"cpk_job_failed_chunks", offsetof(library_functions, cpk_job_failed_chunks)},
    {"cpk_job_input_tokens", offsetof(library_functions, cpk_job_input_tokens)},
    {"cpk_job_output_tokens", offsetof(library_functions, cpk_job_output_tokens)},
    {"cpk_job_cost_micros", offsetof(library_functions, cpk_job_cost_micros)},
    {"cpk_job_created_at", offsetof(library_functions, cpk_job_created_at)},
    {"cpk_job_updated_at", offsetof(library_functions, cpk_job_updated_at)},
    {"cpk_job_completed_at", offsetof(library_functions, cpk_job_completed_at)},
    {"cpk_job_free", offsetof(library_functions, cpk_job_free)},
    {"cpk_job_list_get", offsetof(library_functions, cpk_job_list_get)},
    {"cpk_job_list_count", offsetof(library_functions, cpk_job_list_count)},
    {"cpk_job_list_at", offsetof(library_functions, cpk_job_list_at)},
    {"cpk_job_list_next", offsetof(library_functions, cpk_job_list_next)},
    {"cpk_job_list_free", offsetof(library_functions, cpk_job_list_free)},
    {"cpk_legacy_pack_get", offsetof(library_functions, cpk_legacy_pack_get)},
    {"cpk_legacy_pack_find", offsetof(library_functions, cpk_legacy_pack_find)},
    {"cpk_legacy_pack_read", offsetof(library_functions, cpk_legacy_pack_read)},
    {"cpk_legacy_pack_delete", offsetof(library_functions, cpk_legacy_pack_delete)},
    {"cpk_legacy_pack_copy", offsetof(library_functions, cpk_legacy_pack_copy)},
    {"cpk_legacy_pack_undo_copy", offsetof(library_functions, cpk_legacy_pack_undo_copy)},
    {"cpk_legacy_pack_id", offsetof(library_functions, cpk_legacy_pack_id)},
    {"cpk_legacy_pack_job_id", offsetof(library_functions, cpk_legacy_pack_job_id)},
    {"cpk_legacy_pack_name", offsetof(library_functions, cpk_legacy_pack_name)},
    {"cpk_legacy_pack_extraction_stats", offsetof(library_functions, cpk_legacy_pack_extraction_stats)},
    {"cpk_legacy_pack_chunk_stats", offsetof(library_functions, cpk_legacy_pack_chunk_stats)},
    {"cpk_legacy_pack_analysis_stats", offsetof(library_functions, cpk_legacy_pack_analysis_stats)},
    {"cpk_legacy_pack_file_size", offsetof(library_functions, cpk_legacy_pack_file_size)},
    {"cpk_legacy_pack_created_at", offsetof(library_functions, cpk_legacy_pack_created_at)},
    {"cpk_legacy_pack_copy_id", offsetof(library_functions, cpk_legacy_pack_copy_id)},
    {"cpk_legacy_pack_free", offsetof(library_functions, cpk_legacy_pack_free)},
    {"cpk_legacy_pack_list_get", offsetof(library_functions, cpk_legacy_pack_list_get)},
    {"cpk_legacy_pack_list_count", offsetof(library_functions, cpk_legacy_pack_list_count)},
    {"cpk_legacy_pack_list_at", offsetof(library_functions, cpk_legacy_pack_list_at)},
    {"cpk_legacy_pack_list_next", offsetof(library_functions, cpk_legacy_pack_list_next)},
    {"cpk_legacy_pack_list_free", offsetof(library_functions, cpk_legacy_pack_list_free)},
    {"cpk_maintenance_archive", offsetof(library_functions, cpk_maintenance_archive)},
    {"cpk_maintenance_restore", offsetof(library_functions, cpk_maintenance_restore)},
    {"cpk_maintenance_sweep", offsetof(library_functions, cpk_maintenance_sweep)},
    {"cpk_engine_backup", offsetof(library_functions, cpk_engine_backup)},
    {"cpk_engine_copy_storage", offsetof(library_functions, cpk_engine_copy_storage)},
    {"cpk_engine_rotate_keys", offsetof(library_functions, cpk_engine_rotate_keys)},
    {"cpk_role_name", offsetof(library_functions, cpk_role_name)},
    {"cpk_kind_name", offsetof(library_functions, cpk_kind_name)},
    {"cpk_pack_create", offsetof(library_functions, cpk_pack_create)},
    {"cpk_pack_ensure", offsetof(library_functions, cpk_pack_ensure)},
    {"cpk_pack_get", offsetof(library_functions, cpk_pack_get)},
    {"cpk_pack_find", offsetof(library_functions, cpk_pack_find)},
    {"cpk_pack_update", offsetof(library_functions, cpk_pack_update)},
    {"cpk_pack_delete", offsetof(library_functions, cpk_pack_delete)},
    {"cpk_pack_id", offsetof(library_functions, cpk_pack_id)},
    {"cpk_pack_name", offsetof(library_functions, cpk_pack_name)},
    {"cpk_pack_description", offsetof(library_functions, cpk_pack_description)},
    {"cpk_pack_custom_system_prompt", offsetof(library_functions, cpk_pack_custom_system_prompt)},
    {"cpk_pack_total_sources", offsetof(library_functions, cpk_pack_total_sources)},
    {"cpk_pack_total_tokens", offsetof(library_functions, cpk_pack_total_tokens)},
    {"cpk_pack_created_at", offsetof(library_functions, cpk_pack_created_at)},
    {"cpk_pack_updated_at", offsetof(library_functions, cpk_pack_updated_at)},
    {"cpk_pack_free", offsetof(library_functions, cpk_pack_free)},
    {"cpk_pack_list_get", offsetof(library_functions, cpk_pack_list_get)},
    {"cpk_pack_list_count", offsetof(library_functions, cpk_pack_list_count)},
    {"cpk_pack_list_at", offsetof(library_functions, cpk_pack_list_at)},
    {"cpk_pack_list_next", offsetof(library_functions, cpk_pack_list_next)},
    {"cpk_pack_list_free", offsetof(library_functions, cpk_pack_list_free)},
    {"cpk_pack_get_progress", offsetof(library_functions, cpk_pack_get_progress)},
    {"cpk_package_get", offsetof(library_functions, cpk_package_get)},
    {"cpk_package_price", offsetof(library_functions, cpk_package_price)},
    {"cpk_package_id", offsetof(library_functions, cpk_package_id)},
    {"cpk_package_name", offsetof(library_functions, cpk_package_name)},
    {"cpk_package_currency", offsetof(library_functions, cpk_package_currency)},
    {"cpk_package_decimals", offsetof(library_functions, cpk_package_decimals)},
    {"cpk_package_credits", offsetof(library_functions, cpk_package_credits)},
    {"cpk_package_amount", offsetof(library_functions, cpk_package_amount)},
    {"cpk_package_interval", offsetof(library_functions, cpk_package_interval)},
    {"cpk_package_is_unlimited", offsetof(library_functions, cpk_package_is_unlimited)},
    {"cpk_package_price_id", offsetof(library_functions, cpk_package_price_id)},
    {"cpk_package_tier_count", offsetof(library_functions, cpk_package_tier_count)},
    {"cpk_package_tier_from_credits", offsetof(library_functions, cpk_package_tier_from_credits)},
    {"cpk_package_tier_unit_micros", offsetof(library_functions, cpk_package_tier_unit_micros)},
    {"cpk_package_free", offsetof(library_functions, cpk_package_free)},
    {"cpk_package_list_get", offsetof(library_functions, cpk_package_list_get)},
    {"cpk_package_list_count", offsetof(library_functions, cpk_package_list_count)},
    {"cpk_package_list_at", offsetof(library_functions, cpk_package_list_at)},
    {"cpk_package_list_next", offsetof(library_functions, cpk_package_list_next)},
    {"cpk_package_list_free", offsetof(library_functions, cpk_package_list_free)},
    {"cpk_payment_attempt_id", offsetof(library_functions, cpk_payment_attempt_id)},
    {"cpk_payment_attempt_user_id", offsetof(library_functions, cpk_payment_attempt_user_id)},
    {"cpk_payment_attempt_type", offsetof(library_functions, cpk_payment_attempt_type)},
    {"cpk_payment_attempt_status", offsetof(library_functions, cpk_payment_attempt_status)},
    {"cpk_payment_attempt_status_name", offsetof(library_functions, cpk_payment_attempt_status_name)},
    {"cpk_payment_attempt_credits_requested", offsetof(library_functions, cpk_payment_attempt_credits_requested)},
    {"cpk_payment_attempt_amount_micros", offsetof(library_functions, cpk_payment_attempt_amount_micros)},
    {"cpk_payment_attempt_ip_address", offsetof(library_functions, cpk_payment_attempt_ip_address)},
    {"cpk_payment_attempt_user_agent", offsetof(library_functions, cpk_payment_attempt_user_agent)},
    {"cpk_payment_attempt_error_message", offsetof(library_functions, cpk_payment_attempt_error_message)},
    {"cpk_payment_attempt_stripe_id", offsetof(library_functions, cpk_payment_attempt_stripe_id)},
    {"cpk_payment_attempt_created_at", offsetof(library_functions, cpk_payment_attempt_created_at)},
    {"cpk_payment_attempt_free", offsetof(library_functions, cpk_payment_attempt_free)},
    {"cpk_payment_attempt_get", offsetof(library_functions, cpk_payment_attempt_get)},
    {"cpk_payment_attempt_list_get", offsetof(library_functions, cpk_payment_attempt_list_get)},
    {"cpk_payment_attempt_list_count", offsetof(library_functions, cpk_payment_attempt_list_count)},
    {"cpk_payment_attempt_list_at", offsetof(library_functions, cpk_payment_attempt_list_at)},
    {"cpk_payment_attempt_list_next", offsetof(library_functions, cpk_payment_attempt_list_next)},
    {"cpk_payment_attempt_list_free", offsetof(library_functions, cpk_payment_attempt_list_free)},
    {"cpk_payment_velocity_subject", offsetof(library_functions, cpk_payment_velocity_subject)},
    {"cpk_payment_velocity_attempts", offsetof(library_functions, cpk_payment_velocity_attempts)},
    {"cpk_payment_velocity_succeeded", offsetof(library_functions, cpk_payment_velocity_succeeded)},
    {"cpk_payment_velocity_failed", offsetof(library_functions, cpk_payment_velocity_failed)},
    {"cpk_payment_velocity_refused", offsetof(library_functions, cpk_payment_velocity_refused)},
    {"cpk_payment_velocity_others", offsetof(library_functions, cpk_payment_velocity_others)},
    {"cpk_payment_velocity_credits_requested", offsetof(library_functions, cpk_payment_velocity_credits_requested)},
    {"cpk_payment_velocity_amount_micros", offsetof(library_functions, cpk_payment_velocity_amount_micros)},
    {"cpk_payment_velocity_first_at", offsetof(library_functions, cpk_payment_velocity_first_at)},
    {"cpk_payment_velocity_last_at", offsetof(library_functions, cpk_payment_velocity_last_at)},
    {"cpk_payment_velocity_free", offsetof(library_functions, cpk_payment_velocity_free)},
    {"cpk_payment_velocity_list_get", offsetof(library_functions, cpk_payment_velocity_list_get)},
    {"cpk_payment_velocity_list_count", offsetof(library_functions, cpk_payment_velocity_list_count)},
    {"cpk_payment_velocity_list_at", offsetof(library_functions, cpk_payment_velocity_list_at)},
    {"cpk_payment_velocity_list_next", offsetof(library_functions, cpk_payment_velocity_list_next)},
    {"cpk_payment_velocity_list_free", offsetof(library_functions, cpk_payment_velocity_list_free)},
    {"cpk_quote_source", offsetof(library_functions, cpk_quote_source)},
    {"cpk_quote_pack", offsetof(library_functions, cpk_quote_pack)},
    {"cpk_quote_job", offsetof(library_functions, cpk_quote_job)},
    {"cpk_redact", offsetof(library_functions, cpk_redact)},
    {"cpk_report_statement", offsetof(library_functions, cpk_report_statement)},
    {"cpk_report_revenue", offsetof(library_functions, cpk_report_revenue)},
    {"cpk_report_usage", offsetof(library_functions, cpk_report_usage)},
    {"cpk_session_open_user", offsetof(library_functions, cpk_session_open_user)},
    {"cpk_session_open_local", offsetof(library_functions, cpk_session_open_local)},
    {"cpk_session_open_token", offsetof(library_functions, cpk_session_open_token)},
    {"cpk_session_open_service", offsetof(library_functions, cpk_session_open_service)},
    {"cpk_session_open_admin", offsetof(library_functions, cpk_session_open_admin)},
    {"cpk_session_duplicate", offsetof(library_functions, cpk_session_duplicate)},
    {"cpk_session_kind", offsetof(library_functions, cpk_session_kind)},
    {"cpk_session_principal_id", offsetof(library_functions, cpk_session_principal_id)},
    {"cpk_session_claims", offsetof(library_functions, cpk_session_claims)},
    {"cpk_session_close", offsetof(library_functions, cpk_session_close)},
    {"cpk_source_add", offsetof(library_functions, cpk_source_add)},
    {"cpk_source_run", offsetof(library_functions, cpk_source_run)},
    {"cpk_source_get", offsetof(library_functions, cpk_source_get)},
    {"cpk_source_delete", offsetof(library_functions, cpk_source_delete)},
    {"cpk_source_request_cancel", offsetof(library_functions, cpk_source_request_cancel)},
    {"cpk_source_read", offsetof(library_functions, cpk_source_read)},
    {"cpk_source_id", offsetof(library_functions, cpk_source_id)},
    {"cpk_source_pack_id", offsetof(library_functions, cpk_source_pack_id)},
    {"cpk_source_name", offsetof(library_functions, cpk_source_name)},
    {"cpk_source_type", offsetof(library_functions, cpk_source_type)},
    {"cpk_source_type_name", offsetof(library_functions, cpk_source_type_name)},
    {"cpk_source_status", offsetof(library_functions, cpk_source_status)},
    {"cpk_source_status_name", offsetof(library_functions, cpk_source_status_name)},
    {"cpk_source_progress", offsetof(library_functions, cpk_source_progress)},
    {"cpk_source_error_message", offsetof(library_functions, cpk_source_error_message)},
    {"cpk_source_file_name", offsetof(library_functions, cpk_source_file_name)},
    {"cpk_source_file_size", offsetof(library_functions, cpk_source_file_size)},
    {"cpk_source_format", offsetof(library_functions, cpk_source_format)},
    {"cpk_source_sha256", offsetof(library_functions, cpk_source_sha256)},
    {"cpk_source_conversation_count", offsetof(library_functions, cpk_source_conversation_count)},
    {"cpk_source_message_count", offsetof(library_functions, cpk_source_message_count)},
    {"cpk_source_known_messages", offsetof(library_functions, cpk_source_known_messages)},
    {"cpk_source_text_tokens", offsetof(library_functions, cpk_source_text_tokens)},
    {"cpk_source_total_chunks", offsetof(library_functions, cpk_source_total_chunks)},
    {"cpk_source_processed_chunks", offsetof(library_functions, cpk_source_processed_chunks)},
    {"cpk_source_input_tokens", offsetof(library_functions, cpk_source_input_tokens)},
    {"cpk_source_output_tokens", offsetof(library_functions, cpk_source_output_tokens)},
    {"cpk_source_cost_micros", offsetof(library_functions, cpk_source_cost_micros)},
    {"cpk_source_created_at", offsetof(library_functions, cpk_source_created_at)},
    {"cpk_source_updated_at", offsetof(library_functions, cpk_source_updated_at)},
    {"cpk_source_completed_at", offsetof(library_functions, cpk_source_completed_at)},
    {"cpk_source_extractor", offsetof(library_functions, cpk_source_extractor)},
    {"cpk_source_losses", offsetof(library_functions, cpk_source_losses)},
    {"cpk_source_loss_summary", offsetof(library_functions, cpk_source_loss_summary)},
    {"cpk_source_is_partial", offsetof(library_functions, cpk_source_is_partial)},
    {"cpk_source_user_id", offsetof(library_functions, cpk_source_user_id)},
    {"cpk_source_stalled_reason", offsetof(library_functions, cpk_source_stalled_reason)},
    {"cpk_source_lease_until", offsetof(library_functions, cpk_source_lease_until)},
    {"cpk_source_attempts", offsetof(library_functions, cpk_source_attempts)},
    {"cpk_source_free", offsetof(library_functions, cpk_source_free)},
    {"cpk_source_list_get", offsetof(library_functions, cpk_source_list_get)},
    {"cpk_source_list_count", offsetof(library_functions, cpk_source_list_count)},
    {"cpk_source_list_at", offsetof(library_functions, cpk_source_list_at)},
    {"cpk_source_list_next", offsetof(library_functions, cpk_source_list_next)},
    {"cpk_source_list_free", offsetof(library_functions, cpk_source_list_free)},
    {"cpk_stripe_webhook", offsetof(library_functions, cpk_stripe_webhook)},
    {"cpk_webhook_result_outcome", offsetof(library_functions, cpk_webhook_result_outcome)},
    {"cpk_webhook_result_event_id", offsetof(library_functions, cpk_webhook_result_event_id)},
    {"cpk_webhook_result_event_type", offsetof(library_functions, cpk_webhook_result_event_type)},
    {"cpk_webhook_result_user_id", offsetof(library_functions, cpk_webhook_result_user_id)},
    {"cpk_webhook_result_credits", offsetof(library_functions, cpk_webhook_result_credits)},
    {"cpk_webhook_result_json", offsetof(library_functions, cpk_webhook_result_json)},
    {"cpk_webhook_result_free", offsetof(library_functions, cpk_webhook_result_free)},
    {"cpk_stripe_reconcile", offsetof(library_functions, cpk_stripe_reconcile)},
    {"cpk_reconcile_report_starts_at", offsetof(library_functions, cpk_reconcile_report_starts_at)},
    {"cpk_reconcile_report_seen", offsetof(library_functions, cpk_reconcile_report_seen)},
    {"cpk_reconcile_report_known", offsetof(library_functions, cpk_reconcile_report_known)},
    {"cpk_reconcile_report_processed", offsetof(library_functions, cpk_reconcile_report_processed)},
    {"cpk_reconcile_report_unclaimed", offsetof(library_functions, cpk_reconcile_report_unclaimed)},
    {"cpk_reconcile_report_ignored", offsetof(library_functions, cpk_reconcile_report_ignored)},
    {"cpk_reconcile_report_refused", offsetof(library_functions, cpk_reconcile_report_refused)},
    {"cpk_reconcile_report_failed", offsetof(library_functions, cpk_reconcile_report_failed)},
    {"cpk_reconcile_report_first_failure", offsetof(library_functions, cpk_reconcile_report_first_failure)},
    {"cpk_reconcile_report_free", offsetof(library_functions, cpk_reconcile_report_free)},
    {"cpk_payment_id", offsetof(library_functions, cpk_payment_id)},
    {"cpk_payment_customer_id", offsetof(library_functions, cpk_payment_customer_id)},
    {"cpk_payment_stripe_payment_id", offsetof(library_functions, cpk_payment_stripe_payment_id)},
    {"cpk_payment_package_id", offsetof(library_functions, cpk_payment_package_id)},
    {"cpk_payment_currency", offsetof(library_functions, cpk_payment_currency)},
    {"cpk_payment_amount", offsetof(library_functions, cpk_payment_amount)},
    {"cpk_payment_amount_back", offsetof(library_functions, cpk_payment_amount_back)},
    {"cpk_payment_credits", offsetof(library_functions, cpk_payment_credits)},
    {"cpk_payment_is_unlimited", offsetof(library_functions, cpk_payment_is_unlimited)},
    {"cpk_payment_created_at", offsetof(library_functions, cpk_payment_created_at)},
    {"cpk_payment_free", offsetof(library_functions, cpk_payment_free)},
    {"cpk_payment_list_unclaimed", offsetof(library_functions, cpk_payment_list_unclaimed)},
    {"cpk_payment_list_count", offsetof(library_functions, cpk_payment_list_count)},
    {"cpk_payment_list_at", offsetof(library_functions, cpk_payment_list_at)},
    {"cpk_payment_list_next", offsetof(library_functions, cpk_payment_list_next)},
    {"cpk_payment_list_free", offsetof(library_functions, cpk_payment_list_free)},
    {"cpk_plans_expire", offsetof(library_functions, cpk_plans_expire)},
    {"cpk_tokens_count", offsetof(library_functions, cpk_tokens_count)},
    {"cpk_tokens_encode", offsetof(library_functions, cpk_tokens_encode)},
    {"cpk_encoding_from_name", offsetof(library_functions, cpk_encoding_from_name)},
    {"cpk_encoding_name", offsetof(library_functions, cpk_encoding_name)},
    {"cpk_credits_balance", offsetof(library_functions, cpk_credits_balance)},
    {"cpk_transaction_id", offsetof(library_functions, cpk_transaction_id)},
    {"cpk_transaction_user_id", offsetof(library_functions, cpk_transaction_user_id)},
    {"cpk_transaction_type", offsetof(library_functions, cpk_transaction_type)},
    {"cpk_transaction_type_name", offsetof(library_functions, cpk_transaction_type_name)},
    {"cpk_transaction_credits", offsetof(library_functions, cpk_transaction_credits)},
    {"cpk_transaction_amount_micros", offsetof(library_functions, cpk_transaction_amount_micros)},
    {"cpk_transaction_package_id", offsetof(library_functions, cpk_transaction_package_id)},
    {"cpk_transaction_job_id", offsetof(library_functions, cpk_transaction_job_id)},
    {"cpk_transaction_description", offsetof(library_functions, cpk_transaction_description)},
    {"cpk_transaction_created_at", offsetof(library_functions, cpk_transaction_created_at)},
    {"cpk_transaction_free", offsetof(library_functions, cpk_transaction_free)},
    {"cpk_transaction_list_get", offsetof(library_functions, cpk_transaction_list_get)},
    {"cpk_transaction_list_count", offsetof(library_functions, cpk_transaction_list_count)},
    {"cpk_transaction_list_at", offsetof(library_functions, cpk_transaction_list_at)},
    {"cpk_transaction_list_next", offsetof(library_functions, cpk_transaction_list_next)},
    {"cpk_transaction_list_free", offsetof(library_functions, cpk_transaction_list_free)},
    {"cpk_credits_overview", offsetof(library_functions, cpk_credits_overview)},
    {"cpk_user_create", offsetof(library_functions, cpk_user_create)},
    {"cpk_user_get", offsetof(library_functions, cpk_user_get)},
    {"cpk_user_find", offsetof(library_functions, cpk_user_find)},
    {"cpk_user_update", offsetof(library_functions, cpk_user_update)},
    {"cpk_user_set_email", offsetof(library_functions, cpk_user_set_email)},
    {"cpk_user_set_plan", offsetof(library_functions, cpk_user_set_plan)},
    {"cpk_user_delete_watched", offsetof(library_functions, cpk_user_delete_watched)},
    {"cpk_user_id", offsetof(library_functions, cpk_user_id)},
    {"cpk_user_email", offsetof(library_functions, cpk_user_email)},
    {"cpk_user_full_name", offsetof(library_functions, cpk_user_full_name)},
    {"cpk_user_avatar_url", offsetof(library_functions, cpk_user_avatar_url)},
    {"cpk_user_payment_plan", offsetof(library_functions, cpk_user_payment_plan)},
    {"cpk_user_credits_balance", offsetof(library_functions, cpk_user_credits_balance)},
    {"cpk_user_chunks_analyzed", offsetof(library_functions, cpk_user_chunks_analyzed)},
    {"cpk_user_suspended_at", offsetof(library_functions, cpk_user_suspended_at)},
    {"cpk_user_suspension_reason", offsetof(library_functions, cpk_user_suspension_reason)},
    {"cpk_user_deleted_at", offsetof(library_functions, cpk_user_deleted_at)},
    {"cpk_user_subscription_id", offsetof(library_functions, cpk_user_subscription_id)},
    {"cpk_user_subscription_status", offsetof(library_functions, cpk_user_subscription_status)},
    {"cpk_user_plan_starts_at", offsetof(library_functions, cpk_user_plan_starts_at)},
    {"cpk_user_plan_ends_at", offsetof(library_functions, cpk_user_plan_ends_at)},
    {"cpk_user_storage_directory", offsetof(library_functions, cpk_user_storage_directory)},
    {"cpk_user_created_at", offsetof(library_functions, cpk_user_created_at)},
    {"cpk_user_updated_at", offsetof(library_functions, cpk_user_updated_at)},
    {"cpk_user_free", offsetof(library_functions, cpk_user_free)},
    {"cpk_user_list_get", offsetof(library_functions, cpk_user_list_get)},
    {"cpk_user_list_count", offsetof(library_functions, cpk_user_list_count)},
    {"cpk_user_list_at", offsetof(library_functions, cpk_user_list_at)},
    {"cpk_user_list_next", offsetof(library_functions, cpk_user_list_next)},
    {"cpk_user_list_free", offsetof(library_functions, cpk_user_list_free)},
    {"cpk_work_submit", offsetof(library_functions, cpk_work_submit)},
    {"cpk_work_redrive", offsetof(library_functions, cpk_work_redrive)},
    {"cpk_work_get", offsetof(library_functions, cpk_work_get)},
    {"cpk_work_id", offsetof(library_functions, cpk_work_id)},
    {"cpk_work_user_id", offsetof(library_functions, cpk_work_user_id)},
    {"cpk_work_kind", offsetof(library_functions, cpk_work_kind)},
    {"cpk_work_state", offsetof(library_functions, cpk_work_state)},
    {"cpk_work_state_name", offsetof(library_functions, cpk_work_state_name)},
    {"cpk_work_priority", offsetof(library_functions, cpk_work_priority)},
    {"cpk_work_attempts", offsetof(library_functions, cpk_work_attempts)},
    {"cpk_work_reason", offsetof(library_functions, cpk_work_reason)},
    {"cpk_work_message", offsetof(library_functions, cpk_work_message)},
    {"cpk_work_submitted_at", offsetof(library_functions, cpk_work_submitted_at)},
    {"cpk_work_run_at", offsetof(library_functions, cpk_work_run_at)},
    {"cpk_work_lease_until", offsetof(library_functions, cpk_work_lease_until)},
    {"cpk_work_is_cancelled", offsetof(library_functions, cpk_work_is_cancelled)},
    {"cpk_work_claim_number", offsetof(library_functions, cpk_work_claim_number)},
    {"cpk_work_free", offsetof(library_functions, cpk_work_free)},
    {"cpk_work_list_get", offsetof(library_functions, cpk_work_list_get)},
    {"cpk_work_list_count", offsetof(library_functions, cpk_work_list_count)},
    {"cpk_work_list_at", offsetof(library_functions, cpk_work_list_at)},
    {"cpk_work_list_next", offsetof(library_functions, cpk_work_list_next)},
    {"cpk_work_list_free", offsetof(library_functions, cpk_work_list_free)},
    {"cpk_work_claim", offsetof(library_functions, cpk_work_claim)},
    {"cpk_work_run", offsetof(library_functions, cpk_work_run)},
    {"cpk_work_release", offsetof(library_functions, cpk_work_release)},
    {"cpk_worker_run", offsetof(library_functions, cpk_worker_run)},
    {"cpk_work_metrics", offsetof(library_functions, cpk_work_metrics)},
};
const size_t library_symbol_count = sizeof library_symbols / sizeof *library_symbols;

static void read_cpk_admin_action(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_admin_action_id(object));
    values[1] = value_text(env, library.cpk_admin_action_admin_user_id(object));
    values[2] = value_integer(env, library.cpk_admin_action_type(object));
    values[3] = value_text(env, library.cpk_admin_action_type_name(object));
    values[4] = value_text(env, library.cpk_admin_action_target_user_id(object));
    values[5] = value_integer(env, library.cpk_admin_action_credits(object));
    values[6] = value_money(env, library.cpk_admin_action_amount_micros(object));
    values[7] = value_text(env, library.cpk_admin_action_reason(object));
    values[8] = value_text(env, library.cpk_admin_action_details(object));
    values[9] = value_time(env, library.cpk_admin_action_created_at(object));
}

static void free_cpk_admin_action(void *object)
{
    library.cpk_admin_action_free(object);
}

static napi_value rows_cpk_build_result_input(napi_env env, const void *object)
{
    int32_t count = library.cpk_build_result_input_count == NULL ? 0 : library.cpk_build_result_input_count(object);
    napi_value rows = NULL;

    napi_create_array_with_length(env, (size_t)count, &rows);
    for (int32_t i = 0; i < count; i++) {
        napi_value row = NULL;

        napi_create_array_with_length(env, 8, &row);
        napi_set_element(env, row, 0, value_text(env, library.cpk_build_result_input_path(object, i)));
        napi_set_element(env, row, 1, value_integer(env, library.cpk_build_result_input_outcome(object, i)));
        napi_set_element(env, row, 2, value_text(env, library.cpk_build_result_input_outcome_name(object, i)));
        napi_set_element(env, row, 3, value_text(env, library.cpk_build_result_input_source_id(object, i)));
        napi_set_element(env, row, 4, value_integer(env, library.cpk_build_result_input_error_code(object, i)));
        napi_set_element(env, row, 5, value_text(env, library.cpk_build_result_input_error_message(object, i)));
        napi_set_element(env, row, 6, value_text(env, library.cpk_build_result_input_loss_summary(object, i)));
        napi_set_element(env, row, 7, value_integer(env, library.cpk_build_result_input_is_partial(object, i)));
        napi_set_element(env, rows, (uint32_t)i, row);
    }
    return rows;
}

static napi_value rows_cpk_build_result_document(napi_env env, const void *object)
{
    int32_t count = library.cpk_build_result_document_count == NULL ? 0 : library.cpk_build_result_document_count(object);
    napi_value rows = NULL;

    napi_create_array_with_length(env, (size_t)count, &rows);
    for (int32_t i = 0; i < count; i++) {
        napi_value row = NULL;

        napi_create_array_with_length(env, 7, &row);
        napi_set_element(env, row, 0, value_integer(env, library.cpk_build_result_document_type(object, i)));
        napi_set_element(env, row, 1, value_text(env, library.cpk_build_result_document_type_name(object, i)));
        napi_set_element(env, row, 2, value_text(env, library.cpk_build_result_document_export_id(object, i)));
        napi_set_element(env, row, 3, value_text(env, library.cpk_build_result_document_markdown_path(object, i)));
        napi_set_element(env, row, 4, value_text(env, library.cpk_build_result_document_json_path(object, i)));
        napi_set_element(env, row, 5, value_integer(env, library.cpk_build_result_document_token_count(object, i)));
        napi_set_element(env, row, 6, value_integer(env, library.cpk_build_result_document_is_new(object, i)));
        napi_set_element(env, rows, (uint32_t)i, row);
    }
    return rows;
}

static void read_cpk_build_result(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_build_result_pack_id(object));
    values[1] = value_text(env, library.cpk_build_result_pack_name(object));
    values[2] = value_text(env, library.cpk_build_result_output(object));
    values[3] = value_integer(env, library.cpk_build_result_good_count(object));
    values[4] = value_integer(env, library.cpk_build_result_failed_count(object));
    values[5] = value_integer(env, library.cpk_build_result_skipped_count(object));
    values[6] = value_integer(env, library.cpk_build_result_partial_count(object));
    values[7] = value_integer(env, library.cpk_build_result_analyzed_chunks(object));
    values[8] = value_integer(env, library.cpk_build_result_input_count(object));
    values[9] = value_integer(env, library.cpk_build_result_document_count(object));
    values[10] = rows_cpk_build_result_input(env, object);
    values[11] = rows_cpk_build_result_document(env, object);
}

static void free_cpk_build_result(void *object)
{
    library.cpk_build_result_free(object);
}

static void read_cpk_stripe_object(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_stripe_object_id(object));
    values[1] = value_text(env, library.cpk_stripe_object_type(object));
    values[2] = value_text(env, library.cpk_stripe_object_url(object));
    values[3] = value_text(env, library.cpk_stripe_object_status(object));
    values[4] = value_text(env, library.cpk_stripe_object_currency(object));
    values[5] = value_integer(env, library.cpk_stripe_object_amount(object));
    values[6] = value_time(env, library.cpk_stripe_object_expires_at(object));
    values[7] = value_integer(env, library.cpk_stripe_object_is_live(object));
    values[8] = value_text(env, library.cpk_stripe_object_attempt_id(object));
    values[9] = value_text(env, library.cpk_stripe_object_customer_id(object));
}

static void free_cpk_stripe_object(void *object)
{
    library.cpk_stripe_object_free(object);
}

static void read_cpk_hold(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_hold_key(object));
    values[1] = value_text(env, library.cpk_hold_reference(object));
    values[2] = value_integer(env, library.cpk_hold_status(object));
    values[3] = value_integer(env, library.cpk_hold_is_unlimited(object));
    values[4] = value_integer(env, library.cpk_hold_credits(object));
    values[5] = value_integer(env, library.cpk_hold_remaining(object));
    values[6] = value_integer(env, library.cpk_hold_committed(object));
    values[7] = value_time(env, library.cpk_hold_expires_at(object));
}

static void free_cpk_hold(void *object)
{
    library.cpk_hold_free(object);
}

static void read_cpk_export(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_export_id(object));
    values[1] = value_text(env, library.cpk_export_pack_id(object));
    values[2] = value_integer(env, library.cpk_export_type(object));
    values[3] = value_text(env, library.cpk_export_type_name(object));
    values[4] = value_integer(env, library.cpk_export_status(object));
    values[5] = value_text(env, library.cpk_export_status_name(object));
    values[6] = value_text(env, library.cpk_export_error_message(object));
    values[7] = value_known(env, library.cpk_export_token_count(object));
    values[8] = value_known(env, library.cpk_export_file_size(object));
    values[9] = value_time(env, library.cpk_export_created_at(object));
    values[10] = value_time(env, library.cpk_export_updated_at(object));
}

static void free_cpk_export(void *object)
{
    library.cpk_export_free(object);
}

static napi_value rows_cpk_inspection_provider(napi_env env, const void *object)
{
    int32_t count = library.cpk_inspection_provider_count == NULL ? 0 : library.cpk_inspection_provider_count(object);
    napi_value rows = NULL;

    napi_create_array_with_length(env, (size_t)count, &rows);
    for (int32_t i = 0; i < count; i++) {
        napi_value row = NULL;

        napi_create_array_with_length(env, 3, &row);
        napi_set_element(env, row, 0, value_text(env, library.cpk_inspection_provider_name(object, i)));
        napi_set_element(env, row, 1, value_integer(env, library.cpk_inspection_provider_conversations(object, i)));
        napi_set_element(env, row, 2, value_integer(env, library.cpk_inspection_provider_messages(object, i)));
        napi_set_element(env, rows, (uint32_t)i, row);
    }
    return rows;
}

static napi_value rows_cpk_inspection_note(napi_env env, const void *object)
{
    int32_t count = library.cpk_inspection_note_count == NULL ? 0 : library.cpk_inspection_note_count(object);
    napi_value rows = NULL;

    napi_create_array_with_length(env, (size_t)count, &rows);
    for (int32_t i = 0; i < count; i++) {
        napi_value row = NULL;

        napi_create_array_with_length(env, 4, &row);
        napi_set_element(env, row, 0, value_integer(env, library.cpk_inspection_note_kind(object, i)));
        napi_set_element(env, row, 1, value_text(env, library.cpk_inspection_note_kind_name(object, i)));
        napi_set_element(env, row, 2, value_text(env, library.cpk_inspection_note_place(object, i)));
        napi_set_element(env, row, 3, value_text(env, library.cpk_inspection_note_text(object, i)));
        napi_set_element(env, rows, (uint32_t)i, row);
    }
    return rows;
}

static void read_cpk_inspection(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_integer(env, library.cpk_inspection_source_type(object));
    values[1] = value_text(env, library.cpk_inspection_format(object));
    values[2] = value_text(env, library.cpk_inspection_era(object));
    values[3] = value_integer(env, library.cpk_inspection_conversations(object));
    values[4] = value_integer(env, library.cpk_inspection_messages(object));
    values[5] = value_integer(env, library.cpk_inspection_user_messages(object));
    values[6] = value_integer(env, library.cpk_inspection_assistant_messages(object));
    values[7] = value_integer(env, library.cpk_inspection_system_messages(object));
    values[8] = value_integer(env, library.cpk_inspection_tool_messages(object));
    values[9] = value_integer(env, library.cpk_inspection_unknown_messages(object));
    values[10] = value_integer(env, library.cpk_inspection_hidden_messages(object));
    values[11] = value_integer(env, library.cpk_inspection_other_branches(object));
    values[12] = value_integer(env, library.cpk_inspection_attachments(object));
    values[13] = value_time(env, library.cpk_inspection_first_time(object));
    values[14] = value_time(env, library.cpk_inspection_last_time(object));
    values[15] = value_integer(env, library.cpk_inspection_files(object));
    values[16] = value_integer(env, library.cpk_inspection_shards(object));
    values[17] = value_integer(env, library.cpk_inspection_skipped(object));
    values[18] = value_integer(env, library.cpk_inspection_damaged(object));
    values[19] = value_integer(env, library.cpk_inspection_missing_files(object));
    values[20] = value_integer(env, library.cpk_inspection_tokens(object));
    values[21] = value_integer(env, library.cpk_inspection_chunks(object));
    values[22] = value_integer(env, library.cpk_inspection_credits(object));
    values[23] = value_text(env, library.cpk_inspection_loss_summary(object));
    values[24] = value_integer(env, library.cpk_inspection_is_partial(object));
    values[25] = value_integer(env, library.cpk_inspection_provider_count(object));
    values[26] = value_integer(env, library.cpk_inspection_note_count(object));
    values[27] = value_integer(env, library.cpk_inspection_notes_left_out(object));
    values[28] = rows_cpk_inspection_provider(env, object);
    values[29] = rows_cpk_inspection_note(env, object);
}

static void free_cpk_inspection(void *object)
{
    library.cpk_inspection_free(object);
}

static void read_cpk_job(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_job_id(object));
    values[1] = value_integer(env, library.cpk_job_status(object));
    values[2] = value_text(env, library.cpk_job_status_name(object));
    values[3] = value_integer(env, library.cpk_job_progress(object));
    values[4] = value_text(env, library.cpk_job_error_message(object));
    values[5] = value_text(env, library.cpk_job_file_name(object));
    values[6] = value_known(env, library.cpk_job_file_size(object));
    values[7] = value_integer(env, library.cpk_job_extracted_count(object));
    values[8] = value_integer(env, library.cpk_job_total_chunks(object));
    values[9] = value_integer(env, library.cpk_job_processed_chunks(object));
    values[10] = value_text(env, library.cpk_job_failed_chunks(object));
    values[11] = value_integer(env, library.cpk_job_input_tokens(object));
    values[12] = value_integer(env, library.cpk_job_output_tokens(object));
    values[13] = value_money(env, library.cpk_job_cost_micros(object));
    values[14] = value_time(env, library.cpk_job_created_at(object));
    values[15] = value_time(env, library.cpk_job_updated_at(object));
    values[16] = value_time(env, library.cpk_job_completed_at(object));
}

static void free_cpk_job(void *object)
{
    library.cpk_job_free(object);
}

static void read_cpk_legacy_pack(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_legacy_pack_id(object));
    values[1] = value_text(env, library.cpk_legacy_pack_job_id(object));
    values[2] = value_text(env, library.cpk_legacy_pack_name(object));
    values[3] = value_text(env, library.cpk_legacy_pack_extraction_stats(object));
    values[4] = value_text(env, library.cpk_legacy_pack_chunk_stats(object));
    values[5] = value_text(env, library.cpk_legacy_pack_analysis_stats(object));
    values[6] = value_known(env, library.cpk_legacy_pack_file_size(object));
    values[7] = value_time(env, library.cpk_legacy_pack_created_at(object));
    values[8] = value_text(env, library.cpk_legacy_pack_copy_id(object));
}

static void free_cpk_legacy_pack(void *object)
{
    library.cpk_legacy_pack_free(object);
}

static void read_cpk_pack(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_pack_id(object));
    values[1] = value_text(env, library.cpk_pack_name(object));
    values[2] = value_text(env, library.cpk_pack_description(object));
    values[3] = value_text(env, library.cpk_pack_custom_system_prompt(object));
    values[4] = value_integer(env, library.cpk_pack_total_sources(object));
    values[5] = value_integer(env, library.cpk_pack_total_tokens(object));
    values[6] = value_time(env, library.cpk_pack_created_at(object));
    values[7] = value_time(env, library.cpk_pack_updated_at(object));
}

static void free_cpk_pack(void *object)
{
    library.cpk_pack_free(object);
}

static napi_value rows_cpk_package_tier(napi_env env, const void *object)
{
    int32_t count = library.cpk_package_tier_count == NULL ? 0 : library.cpk_package_tier_count(object);
    napi_value rows = NULL;

    napi_create_array_with_length(env, (size_t)count, &rows);
    for (int32_t i = 0; i < count; i++) {
        napi_value row = NULL;

        napi_create_array_with_length(env, 2, &row);
        napi_set_element(env, row, 0, value_integer(env, library.cpk_package_tier_from_credits(object, i)));
        napi_set_element(env, row, 1, value_money(env, library.cpk_package_tier_unit_micros(object, i)));
        napi_set_element(env, rows, (uint32_t)i, row);
    }
    return rows;
}

static void read_cpk_package(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_package_id(object));
    values[1] = value_text(env, library.cpk_package_name(object));
    values[2] = value_text(env, library.cpk_package_currency(object));
    values[3] = value_integer(env, library.cpk_package_decimals(object));
    values[4] = value_integer(env, library.cpk_package_credits(object));
    values[5] = value_integer(env, library.cpk_package_amount(object));
    values[6] = value_text(env, library.cpk_package_interval(object));
    values[7] = value_integer(env, library.cpk_package_is_unlimited(object));
    values[8] = value_text(env, library.cpk_package_price_id(object));
    values[9] = value_integer(env, library.cpk_package_tier_count(object));
    values[10] = rows_cpk_package_tier(env, object);
}

static void free_cpk_package(void *object)
{
    library.cpk_package_free(object);
}

static void read_cpk_payment_attempt(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_payment_attempt_id(object));
    values[1] = value_text(env, library.cpk_payment_attempt_user_id(object));
    values[2] = value_text(env, library.cpk_payment_attempt_type(object));
    values[3] = value_integer(env, library.cpk_payment_attempt_status(object));
    values[4] = value_text(env, library.cpk_payment_attempt_status_name(object));
    values[5] = value_integer(env, library.cpk_payment_attempt_credits_requested(object));
    values[6] = value_money(env, library.cpk_payment_attempt_amount_micros(object));
    values[7] = value_text(env, library.cpk_payment_attempt_ip_address(object));
    values[8] = value_text(env, library.cpk_payment_attempt_user_agent(object));
    values[9] = value_text(env, library.cpk_payment_attempt_error_message(object));
    values[10] = value_text(env, library.cpk_payment_attempt_stripe_id(object));
    values[11] = value_time(env, library.cpk_payment_attempt_created_at(object));
}

static void free_cpk_payment_attempt(void *object)
{
    library.cpk_payment_attempt_free(object);
}

static void read_cpk_payment_velocity(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_payment_velocity_subject(object));
    values[1] = value_integer(env, library.cpk_payment_velocity_attempts(object));
    values[2] = value_integer(env, library.cpk_payment_velocity_succeeded(object));
    values[3] = value_integer(env, library.cpk_payment_velocity_failed(object));
    values[4] = value_integer(env, library.cpk_payment_velocity_refused(object));
    values[5] = value_integer(env, library.cpk_payment_velocity_others(object));
    values[6] = value_integer(env, library.cpk_payment_velocity_credits_requested(object));
    values[7] = value_money(env, library.cpk_payment_velocity_amount_micros(object));
    values[8] = value_time(env, library.cpk_payment_velocity_first_at(object));
    values[9] = value_time(env, library.cpk_payment_velocity_last_at(object));
}

static void free_cpk_payment_velocity(void *object)
{
    library.cpk_payment_velocity_free(object);
}

static void read_cpk_source(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_source_id(object));
    values[1] = value_text(env, library.cpk_source_pack_id(object));
    values[2] = value_text(env, library.cpk_source_name(object));
    values[3] = value_integer(env, library.cpk_source_type(object));
    values[4] = value_text(env, library.cpk_source_type_name(object));
    values[5] = value_integer(env, library.cpk_source_status(object));
    values[6] = value_text(env, library.cpk_source_status_name(object));
    values[7] = value_integer(env, library.cpk_source_progress(object));
    values[8] = value_text(env, library.cpk_source_error_message(object));
    values[9] = value_text(env, library.cpk_source_file_name(object));
    values[10] = value_known(env, library.cpk_source_file_size(object));
    values[11] = value_text(env, library.cpk_source_format(object));
    values[12] = value_text(env, library.cpk_source_sha256(object));
    values[13] = value_integer(env, library.cpk_source_conversation_count(object));
    values[14] = value_integer(env, library.cpk_source_message_count(object));
    values[15] = value_integer(env, library.cpk_source_known_messages(object));
    values[16] = value_integer(env, library.cpk_source_text_tokens(object));
    values[17] = value_integer(env, library.cpk_source_total_chunks(object));
    values[18] = value_integer(env, library.cpk_source_processed_chunks(object));
    values[19] = value_integer(env, library.cpk_source_input_tokens(object));
    values[20] = value_integer(env, library.cpk_source_output_tokens(object));
    values[21] = value_money(env, library.cpk_source_cost_micros(object));
    values[22] = value_time(env, library.cpk_source_created_at(object));
    values[23] = value_time(env, library.cpk_source_updated_at(object));
    values[24] = value_time(env, library.cpk_source_completed_at(object));
    values[25] = value_text(env, library.cpk_source_extractor(object));
    values[26] = value_text(env, library.cpk_source_losses(object));
    values[27] = value_text(env, library.cpk_source_loss_summary(object));
    values[28] = value_integer(env, library.cpk_source_is_partial(object));
    values[29] = value_text(env, library.cpk_source_user_id(object));
    values[30] = value_text(env, library.cpk_source_stalled_reason(object));
    values[31] = value_time(env, library.cpk_source_lease_until(object));
    values[32] = value_integer(env, library.cpk_source_attempts(object));
}

static void free_cpk_source(void *object)
{
    library.cpk_source_free(object);
}

static void read_cpk_webhook_result(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_integer(env, library.cpk_webhook_result_outcome(object));
    values[1] = value_text(env, library.cpk_webhook_result_event_id(object));
    values[2] = value_text(env, library.cpk_webhook_result_event_type(object));
    values[3] = value_text(env, library.cpk_webhook_result_user_id(object));
    values[4] = value_integer(env, library.cpk_webhook_result_credits(object));
    values[5] = value_text(env, library.cpk_webhook_result_json(object));
}

static void free_cpk_webhook_result(void *object)
{
    library.cpk_webhook_result_free(object);
}

static void read_cpk_reconcile_report(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_time(env, library.cpk_reconcile_report_starts_at(object));
    values[1] = value_integer(env, library.cpk_reconcile_report_seen(object));
    values[2] = value_integer(env, library.cpk_reconcile_report_known(object));
    values[3] = value_integer(env, library.cpk_reconcile_report_processed(object));
    values[4] = value_integer(env, library.cpk_reconcile_report_unclaimed(object));
    values[5] = value_integer(env, library.cpk_reconcile_report_ignored(object));
    values[6] = value_integer(env, library.cpk_reconcile_report_refused(object));
    values[7] = value_integer(env, library.cpk_reconcile_report_failed(object));
    values[8] = value_text(env, library.cpk_reconcile_report_first_failure(object));
}

static void free_cpk_reconcile_report(void *object)
{
    library.cpk_reconcile_report_free(object);
}

static void read_cpk_payment(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_payment_id(object));
    values[1] = value_text(env, library.cpk_payment_customer_id(object));
    values[2] = value_text(env, library.cpk_payment_stripe_payment_id(object));
    values[3] = value_text(env, library.cpk_payment_package_id(object));
    values[4] = value_text(env, library.cpk_payment_currency(object));
    values[5] = value_integer(env, library.cpk_payment_amount(object));
    values[6] = value_integer(env, library.cpk_payment_amount_back(object));
    values[7] = value_integer(env, library.cpk_payment_credits(object));
    values[8] = value_integer(env, library.cpk_payment_is_unlimited(object));
    values[9] = value_time(env, library.cpk_payment_created_at(object));
}

static void free_cpk_payment(void *object)
{
    library.cpk_payment_free(object);
}

static void read_cpk_transaction(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_transaction_id(object));
    values[1] = value_text(env, library.cpk_transaction_user_id(object));
    values[2] = value_integer(env, library.cpk_transaction_type(object));
    values[3] = value_text(env, library.cpk_transaction_type_name(object));
    values[4] = value_integer(env, library.cpk_transaction_credits(object));
    values[5] = value_money(env, library.cpk_transaction_amount_micros(object));
    values[6] = value_text(env, library.cpk_transaction_package_id(object));
    values[7] = value_text(env, library.cpk_transaction_job_id(object));
    values[8] = value_text(env, library.cpk_transaction_description(object));
    values[9] = value_time(env, library.cpk_transaction_created_at(object));
}

static void free_cpk_transaction(void *object)
{
    library.cpk_transaction_free(object);
}

static void read_cpk_user(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_user_id(object));
    values[1] = value_text(env, library.cpk_user_email(object));
    values[2] = value_text(env, library.cpk_user_full_name(object));
    values[3] = value_text(env, library.cpk_user_avatar_url(object));
    values[4] = value_integer(env, library.cpk_user_payment_plan(object));
    values[5] = value_integer(env, library.cpk_user_credits_balance(object));
    values[6] = value_integer(env, library.cpk_user_chunks_analyzed(object));
    values[7] = value_time(env, library.cpk_user_suspended_at(object));
    values[8] = value_text(env, library.cpk_user_suspension_reason(object));
    values[9] = value_time(env, library.cpk_user_deleted_at(object));
    values[10] = value_text(env, library.cpk_user_subscription_id(object));
    values[11] = value_text(env, library.cpk_user_subscription_status(object));
    values[12] = value_time(env, library.cpk_user_plan_starts_at(object));
    values[13] = value_time(env, library.cpk_user_plan_ends_at(object));
    values[14] = value_text(env, library.cpk_user_storage_directory(object));
    values[15] = value_time(env, library.cpk_user_created_at(object));
    values[16] = value_time(env, library.cpk_user_updated_at(object));
}

static void free_cpk_user(void *object)
{
    library.cpk_user_free(object);
}

static void read_cpk_work(napi_env env, const void *object, napi_value *values)
{
    values[0] = value_text(env, library.cpk_work_id(object));
    values[1] = value_text(env, library.cpk_work_user_id(object));
    values[2] = value_text(env, library.cpk_work_kind(object));
    values[3] = value_integer(env, library.cpk_work_state(object));
    values[4] = value_text(env, library.cpk_work_state_name(object));
    values[5] = value_integer(env, library.cpk_work_priority(object));
    values[6] = value_integer(env, library.cpk_work_attempts(object));
    values[7] = value_text(env, library.cpk_work_reason(object));
    values[8] = value_text(env, library.cpk_work_message(object));
    values[9] = value_time(env, library.cpk_work_submitted_at(object));
    values[10] = value_time(env, library.cpk_work_run_at(object));
    values[11] = value_time(env, library.cpk_work_lease_until(object));
    values[12] = value_integer(env, library.cpk_work_is_cancelled(object));
    values[13] = value_integer(env, library.cpk_work_claim_number(object));
}

static void free_cpk_work(void *object)
{
    library.cpk_work_free(object);
}

static size_t count_cpk_admin_action_list(const void *list)
{
    return library.cpk_admin_action_list_count(list);
}

static const void *at_cpk_admin_action_list(const void *list, size_t index)
{
    return library.cpk_admin_action_list_at(list, index);
}

static const char *next_cpk_admin_action_list(const void *list)
{
    return library.cpk_admin_action_list_next(list);
}

static void free_cpk_admin_action_list(void *list)
{
    library.cpk_admin_action_list_free(list);
}

static size_t count_cpk_export_list(const void *list)
{
    return library.cpk_export_list_count(list);
}

static const void *at_cpk_export_list(const void *list, size_t index)
{
    return library.cpk_export_list_at(list, index);
}

static const char *next_cpk_export_list(const void *list)
{
    return library.cpk_export_list_next(list);
}

static void free_cpk_export_list(void *list)
{
    library.cpk_export_list_free(list);
}

static size_t count_cpk_job_list(const void *list)
{
    return library.cpk_job_list_count(list);
}

static const void *at_cpk_job_list(const void *list, size_t index)
{
    return library.cpk_job_list_at(list, index);
}

static const char *next_cpk_job_list(const void *list)
{
    return library.cpk_job_list_next(list);
}

static void free_cpk_job_list(void *list)
{
    library.cpk_job_list_free(list);
}

static size_t count_cpk_legacy_pack_list(const void *list)
{
    return library.cpk_legacy_pack_list_count(list);
}

static const void *at_cpk_legacy_pack_list(const void *list, size_t index)
{
    return library.cpk_legacy_pack_list_at(list, index);
}

static const char *next_cpk_legacy_pack_list(const void *list)
{
    return library.cpk_legacy_pack_list_next(list);
}

static void free_cpk_legacy_pack_list(void *list)
{
    library.cpk_legacy_pack_list_free(list);
}

static size_t count_cpk_pack_list(const void *list)
{
    return library.cpk_pack_list_count(list);
}

static const void *at_cpk_pack_list(const void *list, size_t index)
{
    return library.cpk_pack_list_at(list, index);
}

static const char *next_cpk_pack_list(const void *list)
{
    return library.cpk_pack_list_next(list);
}

static void free_cpk_pack_list(void *list)
{
    library.cpk_pack_list_free(list);
}

static size_t count_cpk_package_list(const void *list)
{
    return library.cpk_package_list_count(list);
}

static const void *at_cpk_package_list(const void *list, size_t index)
{
    return library.cpk_package_list_at(list, index);
}

static const char *next_cpk_package_list(const void *list)
{
    return library.cpk_package_list_next(list);
}

static void free_cpk_package_list(void *list)
{
    library.cpk_package_list_free(list);
}

static size_t count_cpk_payment_attempt_list(const void *list)
{
    return library.cpk_payment_attempt_list_count(list);
}

static const void *at_cpk_payment_attempt_list(const void *list, size_t index)
{
    return library.cpk_payment_attempt_list_at(list, index);
}

static const char *next_cpk_payment_attempt_list(const void *list)
{
    return library.cpk_payment_attempt_list_next(list);
}

static void free_cpk_payment_attempt_list(void *list)
{
    library.cpk_payment_attempt_list_free(list);
}

static size_t count_cpk_payment_velocity_list(const void *list)
{
    return library.cpk_payment_velocity_list_count(list);
}

static const void *at_cpk_payment_velocity_list(const void *list, size_t index)
{
    return library.cpk_payment_velocity_list_at(list, index);
}

static const char *next_cpk_payment_velocity_list(const void *list)
{
    return library.cpk_payment_velocity_list_next(list);
}

static void free_cpk_payment_velocity_list(void *list)
{
    library.cpk_payment_velocity_list_free(list);
}

static size_t count_cpk_source_list(const void *list)
{
    return library.cpk_source_list_count(list);
}

static const void *at_cpk_source_list(const void *list, size_t index)
{
    return library.cpk_source_list_at(list, index);
}

static const char *next_cpk_source_list(const void *list)
{
    return library.cpk_source_list_next(list);
}

static void free_cpk_source_list(void *list)
{
    library.cpk_source_list_free(list);
}

static size_t count_cpk_payment_list(const void *list)
{
    return library.cpk_payment_list_count(list);
}

static const void *at_cpk_payment_list(const void *list, size_t index)
{
    return library.cpk_payment_list_at(list, index);
}

static const char *next_cpk_payment_list(const void *list)
{
    return library.cpk_payment_list_next(list);
}

static void free_cpk_payment_list(void *list)
{
    library.cpk_payment_list_free(list);
}

static size_t count_cpk_transaction_list(const void *list)
{
    return library.cpk_transaction_list_count(list);
}

static const void *at_cpk_transaction_list(const void *list, size_t index)
{
    return library.cpk_transaction_list_at(list, index);
}

static const char *next_cpk_transaction_list(const void *list)
{
    return library.cpk_transaction_list_next(list);
}

static void free_cpk_transaction_list(void *list)
{
    library.cpk_transaction_list_free(list);
}

static size_t count_cpk_user_list(const void *list)
{
    return library.cpk_user_list_count(list);
}

static const void *at_cpk_user_list(const void *list, size_t index)
{
    return library.cpk_user_list_at(list, index);
}

static const char *next_cpk_user_list(const void *list)
{
    return library.cpk_user_list_next(list);
}

static void free_cpk_user_list(void *list)
{
    library.cpk_user_list_free(list);
}

static size_t count_cpk_work_list(const void *list)
{
    return library.cpk_work_list_count(list);
}

static const void *at_cpk_work_list(const void *list, size_t index)
{
    return library.cpk_work_list_at(list, index);
}

static const char *next_cpk_work_list(const void *list)
{
    return library.cpk_work_list_next(list);
}

static void free_cpk_work_list(void *list)
{
    library.cpk_work_list_free(list);
}

const snapshot snapshots[SNAPSHOT_COUNT] = {
    {10, read_cpk_admin_action, free_cpk_admin_action},
    {12, read_cpk_build_result, free_cpk_build_result},
    {10, read_cpk_stripe_object, free_cpk_stripe_object},
    {8, read_cpk_hold, free_cpk_hold},
    {11, read_cpk_export, free_cpk_export},
    {30, read_cpk_inspection, free_cpk_inspection},
    {17, read_cpk_job, free_cpk_job},
    {9, read_cpk_legacy_pack, free_cpk_legacy_pack},
    {8, read_cpk_pack, free_cpk_pack},
    {11, read_cpk_package, free_cpk_package},
    {12, read_cpk_payment_attempt, free_cpk_payment_attempt},
    {10, read_cpk_payment_velocity, free_cpk_payment_velocity},
    {33, read_cpk_source, free_cpk_source},
    {6, read_cpk_webhook_result, free_cpk_webhook_result},
    {9, read_cpk_reconcile_report, free_cpk_reconcile_report},
    {10, read_cpk_payment, free_cpk_payment},
    {10, read_cpk_transaction, free_cpk_transaction},
    {17, read_cpk_user, free_cpk_user},
    {14, read_cpk_work, free_cpk_work},
};

const list lists[LIST_COUNT] = {
    {SNAPSHOT_cpk_admin_action, count_cpk_admin_action_list, at_cpk_admin_action_list, next_cpk_admin_action_list, free_cpk_admin_action_list},
    {SNAPSHOT_cpk_export, count_cpk_export_list, at_cpk_export_list, next_cpk_export_list, free_cpk_export_list},
    {SNAPSHOT_cpk_job, count_cpk_job_list, at_cpk_job_list, next_cpk_job_list, free_cpk_job_list},
    {SNAPSHOT_cpk_legacy_pack, count_cpk_legacy_pack_list, at_cpk_legacy_pack_list, next_cpk_legacy_pack_list, free_cpk_legacy_pack_list},
    {SNAPSHOT_cpk_pack, count_cpk_pack_list, at_cpk_pack_list, next_cpk_pack_list, free_cpk_pack_list},
    {SNAPSHOT_cpk_package, count_cpk_package_list, at_cpk_package_list, next_cpk_package_list, free_cpk_package_list},
    {SNAPSHOT_cpk_payment_attempt, count_cpk_payment_attempt_list, at_cpk_payment_attempt_list, next_cpk_payment_attempt_list, free_cpk_payment_attempt_list},
    {SNAPSHOT_cpk_payment_velocity, count_cpk_payment_velocity_list, at_cpk_payment_velocity_list, next_cpk_payment_velocity_list, free_cpk_payment_velocity_list},
    {SNAPSHOT_cpk_source, count_cpk_source_list, at_cpk_source_list, next_cpk_source_list, free_cpk_source_list},
    {SNAPSHOT_cpk_payment, count_cpk_payment_list, at_cpk_payment_list, next_cpk_payment_list, free_cpk_payment_list},
    {SNAPSHOT_cpk_transaction, count_cpk_transaction_list, at_cpk_transaction_list, next_cpk_transaction_list, free_cpk_transaction_list},
    {SNAPSHOT_cpk_user, count_cpk_user_list, at_cpk_user_list, next_cpk_user_list, free_cpk_user_list},
    {SNAPSHOT_cpk_work, count_cpk_work_list, at_cpk_work_list, next_cpk_work_list, free_cpk_work_list},
};

static const field fields_cpk_admin_params[] = {
    {"flags", FIELD_UINT32, offsetof(cpk_admin_params, flags)},
    {"reason", FIELD_TEXT, offsetof(cpk_admin_params, reason)},
    {"details", FIELD_TEXT, offsetof(cpk_admin_params, details)},
};

static const field fields_cpk_page[] = {
    {"limit", FIELD_INT32, offsetof(cpk_page, limit)},
    {"after", FIELD_TEXT, offsetof(cpk_page, after)},
};

static const field fields_cpk_build_options[] = {
    {"types", FIELD_UINT32, offsetof(cpk_build_options, types)},
    {"formats", FIELD_UINT32, offsetof(cpk_build_options, formats)},
    {"fileMode", FIELD_UINT32, offsetof(cpk_build_options, file_mode)},
    {"name", FIELD_TEXT, offsetof(cpk_build_options, name)},
    {"output", FIELD_TEXT, offsetof(cpk_build_options, output)},
    {"maxTokens", FIELD_INT64, offsetof(cpk_build_options, max_tokens)},
    {"runOptions", FIELD_RUN, offsetof(cpk_build_options, run_options)},
    {"flags", FIELD_UINT32, offsetof(cpk_build_options, flags)},
};

static const field fields_cpk_checkout_params[] = {
    {"flags", FIELD_UINT32, offsetof(cpk_checkout_params, flags)},
    {"packageId", FIELD_TEXT, offsetof(cpk_checkout_params, package_id)},
    {"credits", FIELD_INT64, offsetof(cpk_checkout_params, credits)},
    {"successUrl", FIELD_TEXT, offsetof(cpk_checkout_params, success_url)},
    {"cancelUrl", FIELD_TEXT, offsetof(cpk_checkout_params, cancel_url)},
    {"ipAddress", FIELD_TEXT, offsetof(cpk_checkout_params, ip_address)},
    {"userAgent", FIELD_TEXT, offsetof(cpk_checkout_params, user_agent)},
};

static const field fields_cpk_refund_params[] = {
    {"flags", FIELD_UINT32, offsetof(cpk_refund_params, flags)},
    {"key", FIELD_TEXT, offsetof(cpk_refund_params, key)},
    {"paymentIntentId", FIELD_TEXT, offsetof(cpk_refund_params, payment_intent_id)},
    {"amount", FIELD_INT64, offsetof(cpk_refund_params, amount)},
    {"reason", FIELD_TEXT, offsetof(cpk_refund_params, reason)},
};

static const field fields_cpk_chunk_options[] = {
    {"encoding", FIELD_INT32, offsetof(cpk_chunk_options, encoding)},
    {"maxTokens", FIELD_INT64, offsetof(cpk_chunk_options, max_tokens)},
    {"overlapTokens", FIELD_INT64, offsetof(cpk_chunk_options, overlap_tokens)},
};

static const field fields_cpk_extract_report[] = {
    {"sourceType", FIELD_INT32, offsetof(cpk_extract_report, source_type)},
    {"format", FIELD_CHARS, offsetof(cpk_extract_report, format)},
    {"conversations", FIELD_INT64, offsetof(cpk_extract_report, conversations)},
    {"messages", FIELD_INT64, offsetof(cpk_extract_report, messages)},
    {"skipped", FIELD_INT64, offsetof(cpk_extract_report, skipped)},
    {"damaged", FIELD_INT64, offsetof(cpk_extract_report, damaged)},
    {"missingFiles", FIELD_INT64, offsetof(cpk_extract_report, missing_files)},
    {"lossSummary", FIELD_CHARS, offsetof(cpk_extract_report, loss_summary)},
    {"isPartial", FIELD_INT32, offsetof(cpk_extract_report, is_partial)},
};

static const field fields_cpk_credit_params[] = {
    {"type", FIELD_INT32, offsetof(cpk_credit_params, type)},
    {"key", FIELD_TEXT, offsetof(cpk_credit_params, key)},
    {"credits", FIELD_INT64, offsetof(cpk_credit_params, credits)},
    {"amountMicros", FIELD_MONEY, offsetof(cpk_credit_params, amount_micros)},
    {"packageId", FIELD_TEXT, offsetof(cpk_credit_params, package_id)},
    {"jobId", FIELD_TEXT, offsetof(cpk_credit_params, job_id)},
    {"stripePaymentId", FIELD_TEXT, offsetof(cpk_credit_params, stripe_payment_id)},
    {"description", FIELD_TEXT, offsetof(cpk_credit_params, description)},
    {"metadata", FIELD_TEXT, offsetof(cpk_credit_params, metadata)},
};

static const field fields_cpk_hold_params[] = {
    {"flags", FIELD_UINT32, offsetof(cpk_hold_params, flags)},
    {"key", FIELD_TEXT, offsetof(cpk_hold_params, key)},
    {"credits", FIELD_INT64, offsetof(cpk_hold_params, credits)},
    {"lifetimeMs", FIELD_INT64, offsetof(cpk_hold_params, lifetime_ms)},
    {"reference", FIELD_TEXT, offsetof(cpk_hold_params, reference)},
};

static const field fields_cpk_setting_details[] = {
    {"name", FIELD_TEXT, offsetof(cpk_setting_details, name)},
    {"summary", FIELD_TEXT, offsetof(cpk_setting_details, summary)},
    {"defaultValue", FIELD_INT64, offsetof(cpk_setting_details, default_value)},
    {"minimum", FIELD_INT64, offsetof(cpk_setting_details, minimum)},
    {"maximum", FIELD_INT64, offsetof(cpk_setting_details, maximum)},
};

static const field fields_cpk_text_setting_details[] = {
    {"isSecret", FIELD_INT32, offsetof(cpk_text_setting_details, is_secret)},
    {"name", FIELD_TEXT, offsetof(cpk_text_setting_details, name)},
    {"summary", FIELD_TEXT, offsetof(cpk_text_setting_details, summary)},
};

static const field fields_cpk_statistics[] = {
    {"users", FIELD_INT64, offsetof(cpk_statistics, users)},
    {"packs", FIELD_INT64, offsetof(cpk_statistics, packs)},
    {"sources", FIELD_INT64, offsetof(cpk_statistics, sources)},
    {"unfinishedSources", FIELD_INT64, offsetof(cpk_statistics, unfinished_sources)},
    {"exports", FIELD_INT64, offsetof(cpk_statistics, exports)},
    {"jobs", FIELD_INT64, offsetof(cpk_statistics, jobs)},
    {"chunks", FIELD_INT64, offsetof(cpk_statistics, chunks)},
    {"transactions", FIELD_INT64, offsetof(cpk_statistics, transactions)},
    {"schemaVersion", FIELD_INT64, offsetof(cpk_statistics, schema_version)},
    {"databaseBytes", FIELD_INT64, offsetof(cpk_statistics, database_bytes)},
    {"freeBytes", FIELD_INT64, offsetof(cpk_statistics, free_bytes)},
};

static const field fields_cpk_archive_report[] = {
    {"files", FIELD_INT64, offsetof(cpk_archive_report, files)},
    {"rows", FIELD_INT64, offsetof(cpk_archive_report, rows)},
    {"bytes", FIELD_INT64, offsetof(cpk_archive_report, bytes)},
    {"knownFiles", FIELD_INT64, offsetof(cpk_archive_report, known_files)},
    {"deletedRows", FIELD_INT64, offsetof(cpk_archive_report, deleted_rows)},
    {"restoredRows", FIELD_INT64, offsetof(cpk_archive_report, restored_rows)},
    {"damagedFiles", FIELD_INT64, offsetof(cpk_archive_report, damaged_files)},
};

static const field fields_cpk_sweep_report[] = {
    {"blobs", FIELD_INT64, offsetof(cpk_sweep_report, blobs)},
    {"orphans", FIELD_INT64, offsetof(cpk_sweep_report, orphans)},
    {"orphanBytes", FIELD_INT64, offsetof(cpk_sweep_report, orphan_bytes)},
    {"removed", FIELD_INT64, offsetof(cpk_sweep_report, removed)},
    {"youngOrphans", FIELD_INT64, offsetof(cpk_sweep_report, young_orphans)},
    {"skippedUsers", FIELD_INT64, offsetof(cpk_sweep_report, skipped_users)},
    {"unknownBlobs", FIELD_INT64, offsetof(cpk_sweep_report, unknown_blobs)},
};

static const field fields_cpk_backup_report[] = {
    {"databaseBytes", FIELD_INT64, offsetof(cpk_backup_report, database_bytes)},
    {"blobs", FIELD_INT64, offsetof(cpk_backup_report, blobs)},
    {"blobBytes", FIELD_INT64, offsetof(cpk_backup_report, blob_bytes)},
    {"knownBlobs", FIELD_INT64, offsetof(cpk_backup_report, known_blobs)},
};

static const field fields_cpk_storage_copy_report[] = {
    {"blobs", FIELD_INT64, offsetof(cpk_storage_copy_report, blobs)},
    {"blobBytes", FIELD_INT64, offsetof(cpk_storage_copy_report, blob_bytes)},
    {"knownBlobs", FIELD_INT64, offsetof(cpk_storage_copy_report, known_blobs)},
    {"verifiedBlobs", FIELD_INT64, offsetof(cpk_storage_copy_report, verified_blobs)},
    {"removedBlobs", FIELD_INT64, offsetof(cpk_storage_copy_report, removed_blobs)},
};

static const field fields_cpk_key_report[] = {
    {"dataKeys", FIELD_INT64, offsetof(cpk_key_report, data_keys)},
    {"rewrappedKeys", FIELD_INT64, offsetof(cpk_key_report, rewrapped_keys)},
    {"newKeys", FIELD_INT64, offsetof(cpk_key_report, new_keys)},
    {"blobs", FIELD_INT64, offsetof(cpk_key_report, blobs)},
    {"blobBytes", FIELD_INT64, offsetof(cpk_key_report, blob_bytes)},
    {"removedKeys", FIELD_INT64, offsetof(cpk_key_report, removed_keys)},
    {"replacedKeys", FIELD_INT64, offsetof(cpk_key_report, replaced_keys)},
};

static const field fields_cpk_pack_params[] = {
    {"name", FIELD_TEXT, offsetof(cpk_pack_params, name)},
    {"description", FIELD_TEXT, offsetof(cpk_pack_params, description)},
    {"customSystemPrompt", FIELD_TEXT, offsetof(cpk_pack_params, custom_system_prompt)},
};

static const field fields_cpk_pack_progress[] = {
    {"sources", FIELD_INT64, offsetof(cpk_pack_progress, sources)},
    {"completedSources", FIELD_INT64, offsetof(cpk_pack_progress, completed_sources)},
    {"failedSources", FIELD_INT64, offsetof(cpk_pack_progress, failed_sources)},
    {"analysisTokens", FIELD_INT64, offsetof(cpk_pack_progress, analysis_tokens)},
};

static const field fields_cpk_payment_velocity_params[] = {
    {"by", FIELD_INT32, offsetof(cpk_payment_velocity_params, by)},
    {"sinceUs", FIELD_TIME, offsetof(cpk_payment_velocity_params, since_us)},
    {"minimumAttempts", FIELD_INT64, offsetof(cpk_payment_velocity_params, minimum_attempts)},
    {"limit", FIELD_INT32, offsetof(cpk_payment_velocity_params, limit)},
};

static const field fields_cpk_quote[] = {
    {"canProceed", FIELD_INT32, offsetof(cpk_quote, can_proceed)},
    {"isUnlimited", FIELD_INT32, offsetof(cpk_quote, is_unlimited)},
    {"sources", FIELD_INT64, offsetof(cpk_quote, sources)},
    {"unknownSources", FIELD_INT64, offsetof(cpk_quote, unknown_sources)},
    {"chunksTotal", FIELD_INT64, offsetof(cpk_quote, chunks_total)},
    {"chunksDone", FIELD_INT64, offsetof(cpk_quote, chunks_done)},
    {"chunksLeft", FIELD_INT64, offsetof(cpk_quote, chunks_left)},
    {"creditsNeeded", FIELD_INT64, offsetof(cpk_quote, credits_needed)},
    {"balance", FIELD_INT64, offsetof(cpk_quote, balance)},
    {"held", FIELD_INT64, offsetof(cpk_quote, held)},
    {"heldHere", FIELD_INT64, offsetof(cpk_quote, held_here)},
    {"chunksCovered", FIELD_INT64, offsetof(cpk_quote, chunks_covered)},
    {"priceMicros", FIELD_MONEY, offsetof(cpk_quote, price_micros)},
    {"costMicros", FIELD_MONEY, offsetof(cpk_quote, cost_micros)},
    {"currency", FIELD_TEXT, offsetof(cpk_quote, currency)},
};

static const field fields_cpk_redact_options[] = {
    {"names", FIELD_TEXT, offsetof(cpk_redact_options, names)},
    {"key", FIELD_TEXT, offsetof(cpk_redact_options, key)},
};

static const field fields_cpk_redact_report[] = {
    {"person", FIELD_INT64, offsetof(cpk_redact_report, person)},
    {"email", FIELD_INT64, offsetof(cpk_redact_report, email)},
    {"phone", FIELD_INT64, offsetof(cpk_redact_report, phone)},
    {"address", FIELD_INT64, offsetof(cpk_redact_report, address)},
    {"ipAddress", FIELD_INT64, offsetof(cpk_redact_report, ip_address)},
    {"url", FIELD_INT64, offsetof(cpk_redact_report, url)},
    {"birthDate", FIELD_INT64, offsetof(cpk_redact_report, birth_date)},
    {"cardNumber", FIELD_INT64, offsetof(cpk_redact_report, card_number)},
    {"idNumber", FIELD_INT64, offsetof(cpk_redact_report, id_number)},
    {"apiKey", FIELD_INT64, offsetof(cpk_redact_report, api_key)},
    {"privateKey", FIELD_INT64, offsetof(cpk_redact_report, private_key)},
    {"password", FIELD_INT64, offsetof(cpk_redact_report, password)},
    {"authorization", FIELD_INT64, offsetof(cpk_redact_report, authorization)},
    {"seedPhrase", FIELD_INT64, offsetof(cpk_redact_report, seed_phrase)},
    {"bankAccount", FIELD_INT64, offsetof(cpk_redact_report, bank_account)},
    {"nationalId", FIELD_INT64, offsetof(cpk_redact_report, national_id)},
    {"passport", FIELD_INT64, offsetof(cpk_redact_report, passport)},
};

static const field fields_cpk_report_options[] = {
    {"format", FIELD_INT32, offsetof(cpk_report_options, format)},
    {"fromUs", FIELD_TIME, offsetof(cpk_report_options, from_us)},
    {"untilUs", FIELD_TIME, offsetof(cpk_report_options, until_us)},
    {"utcOffsetMinutes", FIELD_INT32, offsetof(cpk_report_options, utc_offset_minutes)},
};

static const field fields_cpk_token_options[] = {
    {"allow", FIELD_UINT32, offsetof(cpk_token_options, allow)},
};

static const field fields_cpk_user_params[] = {
    {"paymentPlan", FIELD_INT32, offsetof(cpk_user_params, payment_plan)},
    {"id", FIELD_TEXT, offsetof(cpk_user_params, id)},
    {"email", FIELD_TEXT, offsetof(cpk_user_params, email)},
    {"fullName", FIELD_TEXT, offsetof(cpk_user_params, full_name)},
    {"avatarUrl", FIELD_TEXT, offsetof(cpk_user_params, avatar_url)},
};

static const field fields_cpk_user_deletion[] = {
    {"packs", FIELD_INT64, offsetof(cpk_user_deletion, packs)},
    {"sources", FIELD_INT64, offsetof(cpk_user_deletion, sources)},
    {"exports", FIELD_INT64, offsetof(cpk_user_deletion, exports)},
    {"jobs", FIELD_INT64, offsetof(cpk_user_deletion, jobs)},
    {"legacyPacks", FIELD_INT64, offsetof(cpk_user_deletion, legacy_packs)},
    {"blobs", FIELD_INT64, offsetof(cpk_user_deletion, blobs)},
    {"blobBytes", FIELD_INT64, offsetof(cpk_user_deletion, blob_bytes)},
    {"keptTransactions", FIELD_INT64, offsetof(cpk_user_deletion, kept_transactions)},
    {"keptPaymentAttempts", FIELD_INT64, offsetof(cpk_user_deletion, kept_payment_attempts)},
    {"keptAdminActions", FIELD_INT64, offsetof(cpk_user_deletion, kept_admin_actions)},
    {"keptBlobs", FIELD_INT64, offsetof(cpk_user_deletion, kept_blobs)},
};

static const field fields_cpk_work_options[] = {
    {"until", FIELD_INT32, offsetof(cpk_work_options, until)},
    {"priority", FIELD_INT64, offsetof(cpk_work_options, priority)},
};

static const field fields_cpk_worker_options[] = {
    {"flags", FIELD_UINT32, offsetof(cpk_worker_options, flags)},
    {"concurrency", FIELD_INT32, offsetof(cpk_worker_options, concurrency)},
};

static const field fields_cpk_worker_report[] = {
    {"claimed", FIELD_INT64, offsetof(cpk_worker_report, claimed)},
    {"done", FIELD_INT64, offsetof(cpk_worker_report, done)},
    {"failed", FIELD_INT64, offsetof(cpk_worker_report, failed)},
    {"dead", FIELD_INT64, offsetof(cpk_worker_report, dead)},
    {"deferred", FIELD_INT64, offsetof(cpk_worker_report, deferred)},
    {"cancelled", FIELD_INT64, offsetof(cpk_worker_report, cancelled)},
    {"released", FIELD_INT64, offsetof(cpk_worker_report, released)},
    {"rescued", FIELD_INT64, offsetof(cpk_worker_report, rescued)},
    {"running", FIELD_INT64, offsetof(cpk_worker_report, running)},
    {"chunks", FIELD_INT64, offsetof(cpk_worker_report, chunks)},
    {"inputTokens", FIELD_INT64, offsetof(cpk_worker_report, input_tokens)},
    {"outputTokens", FIELD_INT64, offsetof(cpk_worker_report, output_tokens)},
    {"costMicros", FIELD_MONEY, offsetof(cpk_worker_report, cost_micros)},
    {"busyUs", FIELD_INT64, offsetof(cpk_worker_report, busy_us)},
};

const record records[RECORD_COUNT] = {
    {"cpk_admin_params", sizeof(cpk_admin_params), fields_cpk_admin_params, 3},
    {"cpk_page", sizeof(cpk_page), fields_cpk_page, 2},
    {"cpk_build_options", sizeof(cpk_build_options), fields_cpk_build_options, 8},
    {"cpk_checkout_params", sizeof(cpk_checkout_params), fields_cpk_checkout_params, 7},
    {"cpk_refund_params", sizeof(cpk_refund_params), fields_cpk_refund_params, 5},
    {"cpk_chunk_options", sizeof(cpk_chunk_options), fields_cpk_chunk_options, 3},
    {"cpk_extract_report", sizeof(cpk_extract_report), fields_cpk_extract_report, 9},
    {"cpk_credit_params", sizeof(cpk_credit_params), fields_cpk_credit_params, 9},
    {"cpk_hold_params", sizeof(cpk_hold_params), fields_cpk_hold_params, 5},
    {"cpk_setting_details", sizeof(cpk_setting_details), fields_cpk_setting_details, 5},
    {"cpk_text_setting_details", sizeof(cpk_text_setting_details), fields_cpk_text_setting_details, 3},
    {"cpk_statistics", sizeof(cpk_statistics), fields_cpk_statistics, 11},
    {"cpk_archive_report", sizeof(cpk_archive_report), fields_cpk_archive_report, 7},
    {"cpk_sweep_report", sizeof(cpk_sweep_report), fields_cpk_sweep_report, 7},
    {"cpk_backup_report", sizeof(cpk_backup_report), fields_cpk_backup_report, 4},
    {"cpk_storage_copy_report", sizeof(cpk_storage_copy_report), fields_cpk_storage_copy_report, 5},
    {"cpk_key_report", sizeof(cpk_key_report), fields_cpk_key_report, 7},
    {"cpk_pack_params", sizeof(cpk_pack_params), fields_cpk_pack_params, 3},
    {"cpk_pack_progress", sizeof(cpk_pack_progress), fields_cpk_pack_progress, 4},
    {"cpk_payment_velocity_params", sizeof(cpk_payment_velocity_params), fields_cpk_payment_velocity_params, 4},
    {"cpk_quote", sizeof(cpk_quote), fields_cpk_quote, 15},
    {"cpk_redact_options", sizeof(cpk_redact_options), fields_cpk_redact_options, 2},
    {"cpk_redact_report", sizeof(cpk_redact_report), fields_cpk_redact_report, 17},
    {"cpk_report_options", sizeof(cpk_report_options), fields_cpk_report_options, 4},
    {"cpk_token_options", sizeof(cpk_token_options), fields_cpk_token_options, 1},
    {"cpk_user_params", sizeof(cpk_user_params), fields_cpk_user_params, 5},
    {"cpk_user_deletion", sizeof(cpk_user_deletion), fields_cpk_user_deletion, 11},
    {"cpk_work_options", sizeof(cpk_work_options), fields_cpk_work_options, 2},
    {"cpk_worker_options", sizeof(cpk_worker_options), fields_cpk_worker_options, 2},
    {"cpk_worker_report", sizeof(cpk_worker_report), fields_cpk_worker_report, 14},
};

static void call_cpk_admin_adjust_credits(slot *slots, slot *result)
{
    result->int32 = library.cpk_admin_adjust_credits(slots[0].pointer, slots[1].pointer, slots[2].int64, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_admin_support_credit(slot *slots, slot *result)
{
    result->int32 = library.cpk_admin_support_credit(slots[0].pointer, slots[1].pointer, slots[2].int64, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_admin_record_refund(slot *slots, slot *result)
{
    result->int32 = library.cpk_admin_record_refund(slots[0].pointer, slots[1].pointer, slots[2].int64, slots[3].int64, slots[4].pointer, slots[5].pointer, (void *)&slots[6].pointer, (void *)&slots[7].pointer);
}

static void call_cpk_admin_suspend(slot *slots, slot *result)
{
    result->int32 = library.cpk_admin_suspend(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_admin_unsuspend(slot *slots, slot *result)
{
    result->int32 = library.cpk_admin_unsuspend(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_admin_assign_payment(slot *slots, slot *result)
{
    result->int32 = library.cpk_admin_assign_payment(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_admin_override_plan(slot *slots, slot *result)
{
    result->int32 = library.cpk_admin_override_plan(slots[0].pointer, slots[1].pointer, slots[2].int32, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_admin_action_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_admin_action_list_get(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_version(slot *slots, slot *result)
{
    (void)slots;
    result->text = library.cpk_version();
}

static void call_cpk_status_name(slot *slots, slot *result)
{
    result->text = library.cpk_status_name(slots[0].int32);
}

static void call_cpk_build(slot *slots, slot *result)
{
    result->int32 = library.cpk_build(slots[0].pointer, slots[1].pointer, slots[2].size, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_checkout_create(slot *slots, slot *result)
{
    result->int32 = library.cpk_checkout_create(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_stripe_customer(slot *slots, slot *result)
{
    result->int32 = library.cpk_stripe_customer(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_stripe_portal(slot *slots, slot *result)
{
    result->int32 = library.cpk_stripe_portal(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_stripe_refund(slot *slots, slot *result)
{
    result->int32 = library.cpk_stripe_refund(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_chunk_input(slot *slots, slot *result)
{
    result->int32 = library.cpk_chunk_input(slots[0].pointer, slots[1].pointer, slots[2].pointer, (cpk_chunk_fn)slots[3].call, slots[4].pointer, slots[5].pointer, slots[6].pointer, (void *)&slots[7].pointer);
}

static void call_cpk_credits_grant(slot *slots, slot *result)
{
    result->int32 = library.cpk_credits_grant(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_credits_clawback(slot *slots, slot *result)
{
    result->int32 = library.cpk_credits_clawback(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_hold_reserve(slot *slots, slot *result)
{
    result->int32 = library.cpk_hold_reserve(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_hold_commit(slot *slots, slot *result)
{
    result->int32 = library.cpk_hold_commit(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, slots[4].int64, slots[5].uint32, (void *)&slots[6].pointer, (void *)&slots[7].pointer);
}

static void call_cpk_hold_release(slot *slots, slot *result)
{
    result->int32 = library.cpk_hold_release(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_hold_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_hold_get(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_holds_expire(slot *slots, slot *result)
{
    result->int32 = library.cpk_holds_expire(slots[0].pointer, slots[1].int32, &slots[2].int64, (void *)&slots[3].pointer);
}

static void call_cpk_credits_audit(slot *slots, slot *result)
{
    result->int32 = library.cpk_credits_audit(slots[0].pointer, (cpk_drift_fn)slots[1].call, slots[2].pointer, &slots[3].int64, (void *)&slots[4].pointer);
}

static void call_cpk_engine_open(slot *slots, slot *result)
{
    result->int32 = library.cpk_engine_open(slots[0].pointer, (void *)&slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_engine_setting(slot *slots, slot *result)
{
    result->int32 = library.cpk_engine_setting(slots[0].pointer, slots[1].pointer, &slots[2].int64, (void *)&slots[3].pointer);
}

static void call_cpk_setting_count(slot *slots, slot *result)
{
    (void)slots;
    result->size = library.cpk_setting_count();
}

static void call_cpk_setting_info(slot *slots, slot *result)
{
    result->int32 = library.cpk_setting_info(slots[0].size, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_text_setting_count(slot *slots, slot *result)
{
    (void)slots;
    result->size = library.cpk_text_setting_count();
}

static void call_cpk_text_setting_info(slot *slots, slot *result)
{
    result->int32 = library.cpk_text_setting_info(slots[0].size, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_engine_migrate_report(slot *slots, slot *result)
{
    result->int32 = library.cpk_engine_migrate_report(slots[0].pointer, slots[1].int32, (cpk_migration_fn)slots[2].call, (cpk_migration_change_fn)slots[3].call, slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_engine_migration_history(slot *slots, slot *result)
{
    result->int32 = library.cpk_engine_migration_history(slots[0].pointer, (cpk_migration_fn)slots[1].call, (cpk_migration_change_fn)slots[2].call, slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_engine_statistics(slot *slots, slot *result)
{
    result->int32 = library.cpk_engine_statistics(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_engine_check(slot *slots, slot *result)
{
    result->int32 = library.cpk_engine_check(slots[0].pointer, (cpk_check_fn)slots[1].call, slots[2].pointer, &slots[3].int32, (void *)&slots[4].pointer);
}

static void call_cpk_export_create(slot *slots, slot *result)
{
    result->int32 = library.cpk_export_create(slots[0].pointer, slots[1].pointer, slots[2].int32, slots[3].pointer, &slots[4].int32, (void *)&slots[5].pointer, (void *)&slots[6].pointer);
}

static void call_cpk_export_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_export_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_export_read(slot *slots, slot *result)
{
    result->int32 = library.cpk_export_read(slots[0].pointer, slots[1].pointer, slots[2].int32, (cpk_write_fn)slots[3].call, slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_export_delete(slot *slots, slot *result)
{
    result->int32 = library.cpk_export_delete(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_export_type_from_name(slot *slots, slot *result)
{
    result->int32 = library.cpk_export_type_from_name(slots[0].pointer);
}

static void call_cpk_export_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_export_list_get(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_extract(slot *slots, slot *result)
{
    result->int32 = library.cpk_extract(slots[0].pointer, slots[1].pointer, (cpk_message_fn)slots[2].call, slots[3].pointer, slots[4].pointer, slots[5].pointer, (void *)&slots[6].pointer);
}

static void call_cpk_extract_text(slot *slots, slot *result)
{
    result->int32 = library.cpk_extract_text(slots[0].pointer, slots[1].pointer, (cpk_write_fn)slots[2].call, slots[3].pointer, slots[4].pointer, slots[5].pointer, (void *)&slots[6].pointer);
}

static void call_cpk_inspect(slot *slots, slot *result)
{
    result->int32 = library.cpk_inspect(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_job_create(slot *slots, slot *result)
{
    result->int32 = library.cpk_job_create(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_job_run(slot *slots, slot *result)
{
    result->int32 = library.cpk_job_run(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_job_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_job_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_job_delete(slot *slots, slot *result)
{
    result->int32 = library.cpk_job_delete(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_job_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_job_list_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_legacy_pack_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_legacy_pack_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_legacy_pack_find(slot *slots, slot *result)
{
    result->int32 = library.cpk_legacy_pack_find(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_legacy_pack_read(slot *slots, slot *result)
{
    result->int32 = library.cpk_legacy_pack_read(slots[0].pointer, slots[1].pointer, (cpk_write_fn)slots[2].call, slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_legacy_pack_delete(slot *slots, slot *result)
{
    result->int32 = library.cpk_legacy_pack_delete(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_legacy_pack_copy(slot *slots, slot *result)
{
    result->int32 = library.cpk_legacy_pack_copy(slots[0].pointer, slots[1].pointer, slots[2].pointer, &slots[3].int32, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_legacy_pack_undo_copy(slot *slots, slot *result)
{
    result->int32 = library.cpk_legacy_pack_undo_copy(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_legacy_pack_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_legacy_pack_list_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_maintenance_archive(slot *slots, slot *result)
{
    result->int32 = library.cpk_maintenance_archive(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_maintenance_restore(slot *slots, slot *result)
{
    result->int32 = library.cpk_maintenance_restore(slots[0].pointer, slots[1].pointer, slots[2].int32, slots[3].pointer, slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_maintenance_sweep(slot *slots, slot *result)
{
    result->int32 = library.cpk_maintenance_sweep(slots[0].pointer, slots[1].int32, slots[2].pointer, (cpk_sweep_fn)slots[3].call, slots[4].pointer, slots[5].pointer, (void *)&slots[6].pointer);
}

static void call_cpk_engine_backup(slot *slots, slot *result)
{
    result->int32 = library.cpk_engine_backup(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].int32, slots[4].pointer, slots[5].pointer, (void *)&slots[6].pointer);
}

static void call_cpk_engine_copy_storage(slot *slots, slot *result)
{
    result->int32 = library.cpk_engine_copy_storage(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].uint32, slots[4].pointer, slots[5].pointer, (void *)&slots[6].pointer);
}

static void call_cpk_engine_rotate_keys(slot *slots, slot *result)
{
    result->int32 = library.cpk_engine_rotate_keys(slots[0].pointer, slots[1].int64, slots[2].pointer, slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_role_name(slot *slots, slot *result)
{
    result->text = library.cpk_role_name(slots[0].int32);
}

static void call_cpk_kind_name(slot *slots, slot *result)
{
    result->text = library.cpk_kind_name(slots[0].int32);
}

static void call_cpk_pack_create(slot *slots, slot *result)
{
    result->int32 = library.cpk_pack_create(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_pack_ensure(slot *slots, slot *result)
{
    result->int32 = library.cpk_pack_ensure(slots[0].pointer, slots[1].pointer, &slots[2].int32, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_pack_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_pack_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_pack_find(slot *slots, slot *result)
{
    result->int32 = library.cpk_pack_find(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_pack_update(slot *slots, slot *result)
{
    result->int32 = library.cpk_pack_update(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_pack_delete(slot *slots, slot *result)
{
    result->int32 = library.cpk_pack_delete(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_pack_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_pack_list_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_pack_get_progress(slot *slots, slot *result)
{
    result->int32 = library.cpk_pack_get_progress(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_package_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_package_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_package_price(slot *slots, slot *result)
{
    cpk_package *object = NULL;

    result->int32 = library.cpk_package_get(slots[0].pointer, slots[1].pointer, &object, (void *)&slots[5].pointer);
    if (result->int32 == CPK_OK) {
        result->int32 = library.cpk_package_price(object, slots[2].int64, &slots[3].int64, &slots[4].int64, (void *)&slots[5].pointer);
    }
    library.cpk_package_free(object);
}

static void call_cpk_package_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_package_list_get(slots[0].pointer, (void *)&slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_payment_attempt_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_payment_attempt_get(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_payment_attempt_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_payment_attempt_list_get(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_payment_velocity_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_payment_velocity_list_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_quote_source(slot *slots, slot *result)
{
    result->int32 = library.cpk_quote_source(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_quote_pack(slot *slots, slot *result)
{
    result->int32 = library.cpk_quote_pack(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_quote_job(slot *slots, slot *result)
{
    result->int32 = library.cpk_quote_job(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_redact(slot *slots, slot *result)
{
    result->int32 = library.cpk_redact(slots[0].pointer, slots[1].size, slots[2].pointer, (cpk_write_fn)slots[3].call, slots[4].pointer, slots[5].pointer, (void *)&slots[6].pointer);
}

static void call_cpk_report_statement(slot *slots, slot *result)
{
    result->int32 = library.cpk_report_statement(slots[0].pointer, slots[1].pointer, slots[2].pointer, (cpk_write_fn)slots[3].call, slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_report_revenue(slot *slots, slot *result)
{
    result->int32 = library.cpk_report_revenue(slots[0].pointer, slots[1].pointer, (cpk_write_fn)slots[2].call, slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_report_usage(slot *slots, slot *result)
{
    result->int32 = library.cpk_report_usage(slots[0].pointer, slots[1].pointer, (cpk_write_fn)slots[2].call, slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_session_open_user(slot *slots, slot *result)
{
    result->int32 = library.cpk_session_open_user(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_session_open_local(slot *slots, slot *result)
{
    result->int32 = library.cpk_session_open_local(slots[0].pointer, (void *)&slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_session_open_token(slot *slots, slot *result)
{
    result->int32 = library.cpk_session_open_token(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_session_open_service(slot *slots, slot *result)
{
    result->int32 = library.cpk_session_open_service(slots[0].pointer, (void *)&slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_session_open_admin(slot *slots, slot *result)
{
    result->int32 = library.cpk_session_open_admin(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_session_duplicate(slot *slots, slot *result)
{
    result->int32 = library.cpk_session_duplicate(slots[0].pointer, (void *)&slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_session_kind(slot *slots, slot *result)
{
    result->int32 = library.cpk_session_kind(slots[0].pointer);
}

static void call_cpk_session_principal_id(slot *slots, slot *result)
{
    result->text = library.cpk_session_principal_id(slots[0].pointer);
}

static void call_cpk_session_claims(slot *slots, slot *result)
{
    result->text = library.cpk_session_claims(slots[0].pointer);
}

static void call_cpk_source_add(slot *slots, slot *result)
{
    result->int32 = library.cpk_source_add(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, &slots[4].int32, (void *)&slots[5].pointer, (void *)&slots[6].pointer);
}

static void call_cpk_source_run(slot *slots, slot *result)
{
    result->int32 = library.cpk_source_run(slots[0].pointer, slots[1].pointer, slots[2].int32, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_source_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_source_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_source_delete(slot *slots, slot *result)
{
    result->int32 = library.cpk_source_delete(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_source_request_cancel(slot *slots, slot *result)
{
    result->int32 = library.cpk_source_request_cancel(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer);
}

static void call_cpk_source_read(slot *slots, slot *result)
{
    result->int32 = library.cpk_source_read(slots[0].pointer, slots[1].pointer, slots[2].int32, (cpk_write_fn)slots[3].call, slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_source_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_source_list_get(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_stripe_webhook(slot *slots, slot *result)
{
    result->int32 = library.cpk_stripe_webhook(slots[0].pointer, slots[1].pointer, slots[2].size, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_stripe_reconcile(slot *slots, slot *result)
{
    result->int32 = library.cpk_stripe_reconcile(slots[0].pointer, slots[1].int64, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_payment_list_unclaimed(slot *slots, slot *result)
{
    result->int32 = library.cpk_payment_list_unclaimed(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_plans_expire(slot *slots, slot *result)
{
    result->int32 = library.cpk_plans_expire(slots[0].pointer, slots[1].int32, &slots[2].int64, (void *)&slots[3].pointer);
}

static void call_cpk_tokens_count(slot *slots, slot *result)
{
    result->int32 = library.cpk_tokens_count(slots[0].int32, slots[1].pointer, slots[2].size, &slots[3].int64, (void *)&slots[4].pointer);
}

static void call_cpk_tokens_encode(slot *slots, slot *result)
{
    result->int32 = library.cpk_tokens_encode(slots[0].int32, slots[1].pointer, slots[2].size, slots[3].pointer, slots[4].size, &slots[5].size, (void *)&slots[6].pointer);
}

static void call_cpk_encoding_from_name(slot *slots, slot *result)
{
    result->int32 = library.cpk_encoding_from_name(slots[0].pointer);
}

static void call_cpk_encoding_name(slot *slots, slot *result)
{
    result->text = library.cpk_encoding_name(slots[0].int32);
}

static void call_cpk_credits_balance(slot *slots, slot *result)
{
    result->int32 = library.cpk_credits_balance(slots[0].pointer, slots[1].pointer, &slots[2].int64, &slots[3].int64, (void *)&slots[4].pointer);
}

static void call_cpk_transaction_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_transaction_list_get(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_credits_overview(slot *slots, slot *result)
{
    result->int32 = library.cpk_credits_overview(slots[0].pointer, slots[1].pointer, slots[2].int32, &slots[3].int64, &slots[4].int64, (void *)&slots[5].pointer, (void *)&slots[6].pointer);
}

static void call_cpk_user_create(slot *slots, slot *result)
{
    result->int32 = library.cpk_user_create(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_user_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_user_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_user_find(slot *slots, slot *result)
{
    result->int32 = library.cpk_user_find(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_user_update(slot *slots, slot *result)
{
    result->int32 = library.cpk_user_update(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, (void *)&slots[4].pointer, (void *)&slots[5].pointer);
}

static void call_cpk_user_set_email(slot *slots, slot *result)
{
    result->int32 = library.cpk_user_set_email(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_user_set_plan(slot *slots, slot *result)
{
    result->int32 = library.cpk_user_set_plan(slots[0].pointer, slots[1].pointer, slots[2].int32, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_user_delete_watched(slot *slots, slot *result)
{
    result->int32 = library.cpk_user_delete_watched(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_user_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_user_list_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_work_submit(slot *slots, slot *result)
{
    result->int32 = library.cpk_work_submit(slots[0].pointer, slots[1].pointer, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_work_redrive(slot *slots, slot *result)
{
    result->int32 = library.cpk_work_redrive(slots[0].pointer, slots[1].pointer, &slots[2].int64, (void *)&slots[3].pointer);
}

static void call_cpk_work_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_work_get(slots[0].pointer, slots[1].pointer, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_work_list_get(slot *slots, slot *result)
{
    result->int32 = library.cpk_work_list_get(slots[0].pointer, slots[1].int32, slots[2].pointer, (void *)&slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_work_claim(slot *slots, slot *result)
{
    result->int32 = library.cpk_work_claim(slots[0].pointer, slots[1].int32, (void *)&slots[2].pointer, (void *)&slots[3].pointer);
}

static void call_cpk_work_run(slot *slots, slot *result)
{
    result->int32 = library.cpk_work_run(slots[0].pointer, slots[1].pointer, slots[2].int64, slots[3].pointer, &slots[4].int32, (void *)&slots[5].pointer);
}

static void call_cpk_work_release(slot *slots, slot *result)
{
    result->int32 = library.cpk_work_release(slots[0].pointer, slots[1].pointer, slots[2].int64, (void *)&slots[3].pointer);
}

static void call_cpk_worker_run(slot *slots, slot *result)
{
    result->int32 = library.cpk_worker_run(slots[0].pointer, slots[1].pointer, slots[2].pointer, slots[3].pointer, (void *)&slots[4].pointer);
}

static void call_cpk_work_metrics(slot *slots, slot *result)
{
    result->int32 = library.cpk_work_metrics(slots[0].pointer, slots[1].pointer, (cpk_write_fn)slots[2].call, slots[3].pointer, (void *)&slots[4].pointer);
}

static const argument arguments_cpk_admin_adjust_credits[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"credits", ARG_INT64, 0},
    {"params", ARG_RECORD, RECORD_cpk_admin_params},
    {"action", OUT_SNAPSHOT, SNAPSHOT_cpk_admin_action},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_admin_support_credit[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"credits", ARG_INT64, 0},
    {"params", ARG_RECORD, RECORD_cpk_admin_params},
    {"action", OUT_SNAPSHOT, SNAPSHOT_cpk_admin_action},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_admin_record_refund[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"credits", ARG_INT64, 0},
    {"amountMicros", ARG_INT64, 0},
    {"stripePaymentId", ARG_TEXT, 0},
    {"params", ARG_RECORD, RECORD_cpk_admin_params},
    {"action", OUT_SNAPSHOT, SNAPSHOT_cpk_admin_action},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_admin_suspend[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"params", ARG_RECORD, RECORD_cpk_admin_params},
    {"action", OUT_SNAPSHOT, SNAPSHOT_cpk_admin_action},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_admin_unsuspend[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"params", ARG_RECORD, RECORD_cpk_admin_params},
    {"action", OUT_SNAPSHOT, SNAPSHOT_cpk_admin_action},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_admin_assign_payment[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"paymentId", ARG_TEXT, 0},
    {"params", ARG_RECORD, RECORD_cpk_admin_params},
    {"action", OUT_SNAPSHOT, SNAPSHOT_cpk_admin_action},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_admin_override_plan[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"paymentPlan", ARG_INT32, 0},
    {"params", ARG_RECORD, RECORD_cpk_admin_params},
    {"action", OUT_SNAPSHOT, SNAPSHOT_cpk_admin_action},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_admin_action_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"adminUserId", ARG_TEXT, 0},
    {"userId", ARG_TEXT, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_admin_action_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_status_name[] = {
    {"status", ARG_INT32, 0},
};

static const argument arguments_cpk_build[] = {
    {"session", ARG_SESSION, 0},
    {"paths", ARG_TEXTS, 0},
    {"pathCount", ARG_FILLED, 0},
    {"options", ARG_RECORD, RECORD_cpk_build_options},
    {"result", OUT_SNAPSHOT, SNAPSHOT_cpk_build_result},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_checkout_create[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"params", ARG_RECORD, RECORD_cpk_checkout_params},
    {"cancel", ARG_CANCEL, 0},
    {"checkout", OUT_SNAPSHOT, SNAPSHOT_cpk_stripe_object},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_stripe_customer[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"cancel", ARG_CANCEL, 0},
    {"customer", OUT_SNAPSHOT, SNAPSHOT_cpk_stripe_object},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_stripe_portal[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"returnUrl", ARG_TEXT, 0},
    {"cancel", ARG_CANCEL, 0},
    {"portal", OUT_SNAPSHOT, SNAPSHOT_cpk_stripe_object},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_stripe_refund[] = {
    {"session", ARG_SESSION, 0},
    {"params", ARG_RECORD, RECORD_cpk_refund_params},
    {"cancel", ARG_CANCEL, 0},
    {"refund", OUT_SNAPSHOT, SNAPSHOT_cpk_stripe_object},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_chunk_input[] = {
    {"engine", ARG_ENGINE, 0},
    {"input", ARG_INPUT, 0},
    {"chunkOptions", ARG_RECORD, RECORD_cpk_chunk_options},
    {"chunk", ARG_EMIT, EMIT_CHUNK},
    {"chunkUser", ARG_FILLED, 0},
    {"options", ARG_RUN, 0},
    {"report", OUT_RECORD, RECORD_cpk_extract_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_credits_grant[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"params", ARG_RECORD, RECORD_cpk_credit_params},
    {"transaction", OUT_SNAPSHOT, SNAPSHOT_cpk_transaction},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_credits_clawback[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"params", ARG_RECORD, RECORD_cpk_credit_params},
    {"transaction", OUT_SNAPSHOT, SNAPSHOT_cpk_transaction},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_hold_reserve[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"params", ARG_RECORD, RECORD_cpk_hold_params},
    {"hold", OUT_SNAPSHOT, SNAPSHOT_cpk_hold},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_hold_commit[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"holdKey", ARG_TEXT, 0},
    {"key", ARG_TEXT, 0},
    {"credits", ARG_INT64, 0},
    {"flags", ARG_UINT32, 0},
    {"hold", OUT_SNAPSHOT, SNAPSHOT_cpk_hold},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_hold_release[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"holdKey", ARG_TEXT, 0},
    {"hold", OUT_SNAPSHOT, SNAPSHOT_cpk_hold},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_hold_get[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"holdKey", ARG_TEXT, 0},
    {"hold", OUT_SNAPSHOT, SNAPSHOT_cpk_hold},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_holds_expire[] = {
    {"session", ARG_SESSION, 0},
    {"limit", ARG_INT32, 0},
    {"expired", OUT_INT64, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_credits_audit[] = {
    {"session", ARG_SESSION, 0},
    {"each", ARG_EMIT, EMIT_DRIFT},
    {"user", ARG_FILLED, 0},
    {"drifted", OUT_INT64, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_engine_open[] = {
    {"options", ARG_ENGINE_OPTIONS, 0},
    {"engine", OUT_ENGINE, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_engine_setting[] = {
    {"engine", ARG_ENGINE, 0},
    {"name", ARG_TEXT, 0},
    {"value", OUT_INT64, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_setting_info[] = {
    {"index", ARG_SIZE, 0},
    {"details", OUT_RECORD, RECORD_cpk_setting_details},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_text_setting_info[] = {
    {"index", ARG_SIZE, 0},
    {"details", OUT_RECORD, RECORD_cpk_text_setting_details},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_engine_migrate_report[] = {
    {"engine", ARG_ENGINE, 0},
    {"dryRun", ARG_INT32, 0},
    {"report", ARG_EMIT, EMIT_MIGRATION},
    {"change", ARG_EMIT, EMIT_CHANGE},
    {"user", ARG_FILLED, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_engine_migration_history[] = {
    {"engine", ARG_ENGINE, 0},
    {"report", ARG_EMIT, EMIT_MIGRATION},
    {"change", ARG_EMIT, EMIT_CHANGE},
    {"user", ARG_FILLED, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_engine_statistics[] = {
    {"engine", ARG_ENGINE, 0},
    {"statistics", OUT_RECORD, RECORD_cpk_statistics},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_engine_check[] = {
    {"engine", ARG_ENGINE, 0},
    {"report", ARG_EMIT, EMIT_CHECK},
    {"user", ARG_FILLED, 0},
    {"failures", OUT_INT32, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_export_create[] = {
    {"session", ARG_SESSION, 0},
    {"packId", ARG_TEXT, 0},
    {"type", ARG_INT32, 0},
    {"options", ARG_RUN, 0},
    {"made", OUT_INT32, 0},
    {"result", OUT_SNAPSHOT, SNAPSHOT_cpk_export},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_export_get[] = {
    {"session", ARG_SESSION, 0},
    {"exportId", ARG_TEXT, 0},
    {"result", OUT_SNAPSHOT, SNAPSHOT_cpk_export},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_export_read[] = {
    {"session", ARG_SESSION, 0},
    {"exportId", ARG_TEXT, 0},
    {"format", ARG_INT32, 0},
    {"write", ARG_WRITE, 0},
    {"writeUser", ARG_FILLED, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_export_delete[] = {
    {"session", ARG_SESSION, 0},
    {"exportId", ARG_TEXT, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_export_type_from_name[] = {
    {"name", ARG_TEXT, 0},
};

static const argument arguments_cpk_export_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"packId", ARG_TEXT, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_export_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_extract[] = {
    {"engine", ARG_ENGINE, 0},
    {"input", ARG_INPUT, 0},
    {"message", ARG_EMIT, EMIT_MESSAGE},
    {"messageUser", ARG_FILLED, 0},
    {"options", ARG_RUN, 0},
    {"report", OUT_RECORD, RECORD_cpk_extract_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_extract_text[] = {
    {"engine", ARG_ENGINE, 0},
    {"input", ARG_INPUT, 0},
    {"write", ARG_WRITE, 0},
    {"writeUser", ARG_FILLED, 0},
    {"options", ARG_RUN, 0},
    {"report", OUT_RECORD, RECORD_cpk_extract_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_inspect[] = {
    {"engine", ARG_ENGINE, 0},
    {"input", ARG_INPUT, 0},
    {"options", ARG_RUN, 0},
    {"inspection", OUT_SNAPSHOT, SNAPSHOT_cpk_inspection},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_job_create[] = {
    {"session", ARG_SESSION, 0},
    {"input", ARG_INPUT, 0},
    {"options", ARG_RUN, 0},
    {"job", OUT_SNAPSHOT, SNAPSHOT_cpk_job},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_job_run[] = {
    {"session", ARG_SESSION, 0},
    {"jobId", ARG_TEXT, 0},
    {"options", ARG_RUN, 0},
    {"job", OUT_SNAPSHOT, SNAPSHOT_cpk_job},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_job_get[] = {
    {"session", ARG_SESSION, 0},
    {"jobId", ARG_TEXT, 0},
    {"job", OUT_SNAPSHOT, SNAPSHOT_cpk_job},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_job_delete[] = {
    {"session", ARG_SESSION, 0},
    {"jobId", ARG_TEXT, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_job_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_job_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_legacy_pack_get[] = {
    {"session", ARG_SESSION, 0},
    {"legacyPackId", ARG_TEXT, 0},
    {"pack", OUT_SNAPSHOT, SNAPSHOT_cpk_legacy_pack},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_legacy_pack_find[] = {
    {"session", ARG_SESSION, 0},
    {"jobId", ARG_TEXT, 0},
    {"pack", OUT_SNAPSHOT, SNAPSHOT_cpk_legacy_pack},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_legacy_pack_read[] = {
    {"session", ARG_SESSION, 0},
    {"legacyPackId", ARG_TEXT, 0},
    {"write", ARG_WRITE, 0},
    {"writeUser", ARG_FILLED, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_legacy_pack_delete[] = {
    {"session", ARG_SESSION, 0},
    {"legacyPackId", ARG_TEXT, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_legacy_pack_copy[] = {
    {"session", ARG_SESSION, 0},
    {"legacyPackId", ARG_TEXT, 0},
    {"options", ARG_RUN, 0},
    {"copied", OUT_INT32, 0},
    {"pack", OUT_SNAPSHOT, SNAPSHOT_cpk_pack},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_legacy_pack_undo_copy[] = {
    {"session", ARG_SESSION, 0},
    {"legacyPackId", ARG_TEXT, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_legacy_pack_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_legacy_pack_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_maintenance_archive[] = {
    {"session", ARG_SESSION, 0},
    {"options", ARG_RUN, 0},
    {"report", OUT_RECORD, RECORD_cpk_archive_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_maintenance_restore[] = {
    {"session", ARG_SESSION, 0},
    {"table", ARG_TEXT, 0},
    {"dryRun", ARG_INT32, 0},
    {"options", ARG_RUN, 0},
    {"report", OUT_RECORD, RECORD_cpk_archive_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_maintenance_sweep[] = {
    {"session", ARG_SESSION, 0},
    {"dryRun", ARG_INT32, 0},
    {"options", ARG_RUN, 0},
    {"each", ARG_EMIT, EMIT_ORPHAN},
    {"user", ARG_FILLED, 0},
    {"report", OUT_RECORD, RECORD_cpk_sweep_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_engine_backup[] = {
    {"engine", ARG_ENGINE, 0},
    {"path", ARG_TEXT, 0},
    {"storage", ARG_TEXT, 0},
    {"replace", ARG_INT32, 0},
    {"options", ARG_RUN, 0},
    {"report", OUT_RECORD, RECORD_cpk_backup_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_engine_copy_storage[] = {
    {"engine", ARG_ENGINE, 0},
    {"source", ARG_TEXT, 0},
    {"target", ARG_TEXT, 0},
    {"flags", ARG_UINT32, 0},
    {"options", ARG_RUN, 0},
    {"report", OUT_RECORD, RECORD_cpk_storage_copy_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_engine_rotate_keys[] = {
    {"engine", ARG_ENGINE, 0},
    {"dataKeyAgeMs", ARG_INT64, 0},
    {"options", ARG_RUN, 0},
    {"report", OUT_RECORD, RECORD_cpk_key_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_role_name[] = {
    {"role", ARG_INT32, 0},
};

static const argument arguments_cpk_kind_name[] = {
    {"kind", ARG_INT32, 0},
};

static const argument arguments_cpk_pack_create[] = {
    {"session", ARG_SESSION, 0},
    {"params", ARG_RECORD, RECORD_cpk_pack_params},
    {"pack", OUT_SNAPSHOT, SNAPSHOT_cpk_pack},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_pack_ensure[] = {
    {"session", ARG_SESSION, 0},
    {"params", ARG_RECORD, RECORD_cpk_pack_params},
    {"created", OUT_INT32, 0},
    {"pack", OUT_SNAPSHOT, SNAPSHOT_cpk_pack},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_pack_get[] = {
    {"session", ARG_SESSION, 0},
    {"packId", ARG_TEXT, 0},
    {"pack", OUT_SNAPSHOT, SNAPSHOT_cpk_pack},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_pack_find[] = {
    {"session", ARG_SESSION, 0},
    {"name", ARG_TEXT, 0},
    {"pack", OUT_SNAPSHOT, SNAPSHOT_cpk_pack},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_pack_update[] = {
    {"session", ARG_SESSION, 0},
    {"packId", ARG_TEXT, 0},
    {"params", ARG_RECORD, RECORD_cpk_pack_params},
    {"pack", OUT_SNAPSHOT, SNAPSHOT_cpk_pack},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_pack_delete[] = {
    {"session", ARG_SESSION, 0},
    {"packId", ARG_TEXT, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_pack_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_pack_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_pack_get_progress[] = {
    {"session", ARG_SESSION, 0},
    {"packId", ARG_TEXT, 0},
    {"progress", OUT_RECORD, RECORD_cpk_pack_progress},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_package_get[] = {
    {"session", ARG_SESSION, 0},
    {"packageId", ARG_TEXT, 0},
    {"package", OUT_SNAPSHOT, SNAPSHOT_cpk_package},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_package_price[] = {
    {"session", ARG_SESSION, 0},
    {"packageId", ARG_TEXT, 0},
    {"credits", ARG_INT64, 0},
    {"granted", OUT_INT64, 0},
    {"price", OUT_INT64, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_package_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"list", OUT_LIST, LIST_cpk_package_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_payment_attempt_get[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"attemptId", ARG_TEXT, 0},
    {"attempt", OUT_SNAPSHOT, SNAPSHOT_cpk_payment_attempt},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_payment_attempt_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"ipAddress", ARG_TEXT, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_payment_attempt_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_payment_velocity_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"params", ARG_RECORD, RECORD_cpk_payment_velocity_params},
    {"list", OUT_LIST, LIST_cpk_payment_velocity_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_quote_source[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"quote", OUT_RECORD, RECORD_cpk_quote},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_quote_pack[] = {
    {"session", ARG_SESSION, 0},
    {"packId", ARG_TEXT, 0},
    {"quote", OUT_RECORD, RECORD_cpk_quote},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_quote_job[] = {
    {"session", ARG_SESSION, 0},
    {"jobId", ARG_TEXT, 0},
    {"quote", OUT_RECORD, RECORD_cpk_quote},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_redact[] = {
    {"text", ARG_BYTES, 0},
    {"lengthBytes", ARG_FILLED, 0},
    {"options", ARG_RECORD, RECORD_cpk_redact_options},
    {"write", ARG_WRITE, 0},
    {"writeUser", ARG_FILLED, 0},
    {"report", OUT_RECORD, RECORD_cpk_redact_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_report_statement[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"options", ARG_RECORD, RECORD_cpk_report_options},
    {"write", ARG_WRITE, 0},
    {"writeUser", ARG_FILLED, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_report_revenue[] = {
    {"session", ARG_SESSION, 0},
    {"options", ARG_RECORD, RECORD_cpk_report_options},
    {"write", ARG_WRITE, 0},
    {"writeUser", ARG_FILLED, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_report_usage[] = {
    {"session", ARG_SESSION, 0},
    {"options", ARG_RECORD, RECORD_cpk_report_options},
    {"write", ARG_WRITE, 0},
    {"writeUser", ARG_FILLED, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_session_open_user[] = {
    {"engine", ARG_ENGINE, 0},
    {"userId", ARG_TEXT, 0},
    {"session", OUT_SESSION, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_session_open_local[] = {
    {"engine", ARG_ENGINE, 0},
    {"session", OUT_SESSION, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_session_open_token[] = {
    {"engine", ARG_ENGINE, 0},
    {"token", ARG_TEXT, 0},
    {"options", ARG_RECORD, RECORD_cpk_token_options},
    {"session", OUT_SESSION, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_session_open_service[] = {
    {"engine", ARG_ENGINE, 0},
    {"session", OUT_SESSION, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_session_open_admin[] = {
    {"engine", ARG_ENGINE, 0},
    {"adminUserId", ARG_TEXT, 0},
    {"session", OUT_SESSION, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_session_duplicate[] = {
    {"session", ARG_SESSION, 0},
    {"opened", OUT_SESSION, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_session_kind[] = {
    {"session", ARG_SESSION, 0},
};

static const argument arguments_cpk_session_principal_id[] = {
    {"session", ARG_SESSION, 0},
};

static const argument arguments_cpk_session_claims[] = {
    {"session", ARG_SESSION, 0},
};

static const argument arguments_cpk_source_add[] = {
    {"session", ARG_SESSION, 0},
    {"packId", ARG_TEXT, 0},
    {"input", ARG_INPUT, 0},
    {"options", ARG_RUN, 0},
    {"added", OUT_INT32, 0},
    {"source", OUT_SNAPSHOT, SNAPSHOT_cpk_source},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_source_run[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"until", ARG_INT32, 0},
    {"options", ARG_RUN, 0},
    {"source", OUT_SNAPSHOT, SNAPSHOT_cpk_source},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_source_get[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"source", OUT_SNAPSHOT, SNAPSHOT_cpk_source},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_source_delete[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_source_request_cancel[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_source_read[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"part", ARG_INT32, 0},
    {"write", ARG_WRITE, 0},
    {"writeUser", ARG_FILLED, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_source_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"packId", ARG_TEXT, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_source_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_stripe_webhook[] = {
    {"session", ARG_SESSION, 0},
    {"body", ARG_BYTES, 0},
    {"bodyBytes", ARG_FILLED, 0},
    {"signature", ARG_TEXT, 0},
    {"result", OUT_SNAPSHOT, SNAPSHOT_cpk_webhook_result},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_stripe_reconcile[] = {
    {"session", ARG_SESSION, 0},
    {"since", ARG_INT64, 0},
    {"options", ARG_RUN, 0},
    {"report", OUT_SNAPSHOT, SNAPSHOT_cpk_reconcile_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_payment_list_unclaimed[] = {
    {"session", ARG_SESSION, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_payment_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_plans_expire[] = {
    {"session", ARG_SESSION, 0},
    {"limit", ARG_INT32, 0},
    {"expired", OUT_INT64, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_tokens_count[] = {
    {"encoding", ARG_INT32, 0},
    {"text", ARG_BYTES, 0},
    {"lengthBytes", ARG_FILLED, 0},
    {"count", OUT_INT64, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_tokens_encode[] = {
    {"encoding", ARG_INT32, 0},
    {"text", ARG_BYTES, 0},
    {"lengthBytes", ARG_FILLED, 0},
    {"ids", OUT_IDS, 0},
    {"capacity", ARG_FILLED, 0},
    {"count", OUT_SIZE, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_encoding_from_name[] = {
    {"name", ARG_TEXT, 0},
};

static const argument arguments_cpk_encoding_name[] = {
    {"encoding", ARG_INT32, 0},
};

static const argument arguments_cpk_credits_balance[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"balance", OUT_INT64, 0},
    {"held", OUT_INT64, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_transaction_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_transaction_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_credits_overview[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"limit", ARG_INT32, 0},
    {"balance", OUT_INT64, 0},
    {"held", OUT_INT64, 0},
    {"latest", OUT_LIST, LIST_cpk_transaction_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_user_create[] = {
    {"session", ARG_SESSION, 0},
    {"params", ARG_RECORD, RECORD_cpk_user_params},
    {"user", OUT_SNAPSHOT, SNAPSHOT_cpk_user},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_user_get[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"user", OUT_SNAPSHOT, SNAPSHOT_cpk_user},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_user_find[] = {
    {"session", ARG_SESSION, 0},
    {"email", ARG_TEXT, 0},
    {"user", OUT_SNAPSHOT, SNAPSHOT_cpk_user},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_user_update[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"fullName", ARG_TEXT, 0},
    {"avatarUrl", ARG_TEXT, 0},
    {"user", OUT_SNAPSHOT, SNAPSHOT_cpk_user},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_user_set_email[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"email", ARG_TEXT, 0},
    {"user", OUT_SNAPSHOT, SNAPSHOT_cpk_user},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_user_set_plan[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"paymentPlan", ARG_INT32, 0},
    {"user", OUT_SNAPSHOT, SNAPSHOT_cpk_user},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_user_delete_watched[] = {
    {"session", ARG_SESSION, 0},
    {"userId", ARG_TEXT, 0},
    {"options", ARG_RUN, 0},
    {"deletion", OUT_RECORD, RECORD_cpk_user_deletion},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_user_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_user_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_work_submit[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"options", ARG_RECORD, RECORD_cpk_work_options},
    {"work", OUT_SNAPSHOT, SNAPSHOT_cpk_work},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_work_redrive[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"count", OUT_INT64, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_work_get[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"work", OUT_SNAPSHOT, SNAPSHOT_cpk_work},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_work_list_get[] = {
    {"session", ARG_SESSION, 0},
    {"state", ARG_INT32, 0},
    {"page", ARG_RECORD, RECORD_cpk_page},
    {"list", OUT_LIST, LIST_cpk_work_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_work_claim[] = {
    {"session", ARG_SESSION, 0},
    {"limit", ARG_INT32, 0},
    {"list", OUT_LIST, LIST_cpk_work_list},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_work_run[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"claimNumber", ARG_INT64, 0},
    {"options", ARG_RUN, 0},
    {"state", OUT_INT32, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_work_release[] = {
    {"session", ARG_SESSION, 0},
    {"sourceId", ARG_TEXT, 0},
    {"claimNumber", ARG_INT64, 0},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_worker_run[] = {
    {"session", ARG_SESSION, 0},
    {"worker", ARG_RECORD, RECORD_cpk_worker_options},
    {"options", ARG_RUN, 0},
    {"report", OUT_RECORD, RECORD_cpk_worker_report},
    {"error", ARG_ERROR, 0},
};

static const argument arguments_cpk_work_metrics[] = {
    {"session", ARG_SESSION, 0},
    {"report", ARG_RECORD, RECORD_cpk_worker_report},
    {"write", ARG_WRITE, 0},
    {"writeUser", ARG_FILLED, 0},
    {"error", ARG_ERROR, 0},
};

const function functions[] = {
    {"cpk_admin_adjust_credits", RETURNS_STATUS, 6, arguments_cpk_admin_adjust_credits, call_cpk_admin_adjust_credits, offsetof(library_functions, cpk_admin_adjust_credits)},
    {"cpk_admin_support_credit", RETURNS_STATUS, 6, arguments_cpk_admin_support_credit, call_cpk_admin_support_credit, offsetof(library_functions, cpk_admin_support_credit)},
    {"cpk_admin_record_refund", RETURNS_STATUS, 8, arguments_cpk_admin_record_refund, call_cpk_admin_record_refund, offsetof(library_functions, cpk_admin_record_refund)},
    {"cpk_admin_suspend", RETURNS_STATUS, 5, arguments_cpk_admin_suspend, call_cpk_admin_suspend, offsetof(library_functions, cpk_admin_suspend)},
    {"cpk_admin_unsuspend", RETURNS_STATUS, 5, arguments_cpk_admin_unsuspend, call_cpk_admin_unsuspend, offsetof(library_functions, cpk_admin_unsuspend)},
    {"cpk_admin_assign_payment", RETURNS_STATUS, 6, arguments_cpk_admin_assign_payment, call_cpk_admin_assign_payment, offsetof(library_functions, cpk_admin_assign_payment)},
    {"cpk_admin_override_plan", RETURNS_STATUS, 6, arguments_cpk_admin_override_plan, call_cpk_admin_override_plan, offsetof(library_functions, cpk_admin_override_plan)},
    {"cpk_admin_action_list_get", RETURNS_STATUS, 6, arguments_cpk_admin_action_list_get, call_cpk_admin_action_list_get, offsetof(library_functions, cpk_admin_action_list_get)},
    {"cpk_version", RETURNS_TEXT, 0, NULL, call_cpk_version, offsetof(library_functions, cpk_version)},
    {"cpk_status_name", RETURNS_TEXT, 1, arguments_cpk_status_name, call_cpk_status_name, offsetof(library_functions, cpk_status_name)},
    {"cpk_build", RETURNS_STATUS, 6, arguments_cpk_build, call_cpk_build, offsetof(library_functions, cpk_build)},
    {"cpk_checkout_create", RETURNS_STATUS, 6, arguments_cpk_checkout_create, call_cpk_checkout_create, offsetof(library_functions, cpk_checkout_create)},
    {"cpk_stripe_customer", RETURNS_STATUS, 5, arguments_cpk_stripe_customer, call_cpk_stripe_customer, offsetof(library_functions, cpk_stripe_customer)},
    {"cpk_stripe_portal", RETURNS_STATUS, 6, arguments_cpk_stripe_portal, call_cpk_stripe_portal, offsetof(library_functions, cpk_stripe_portal)},
    {"cpk_stripe_refund", RETURNS_STATUS, 5, arguments_cpk_stripe_refund, call_cpk_stripe_refund, offsetof(library_functions, cpk_stripe_refund)},
    {"cpk_chunk_input", RETURNS_STATUS, 8, arguments_cpk_chunk_input, call_cpk_chunk_input, offsetof(library_functions, cpk_chunk_input)},
    {"cpk_credits_grant", RETURNS_STATUS, 5, arguments_cpk_credits_grant, call_cpk_credits_grant, offsetof(library_functions, cpk_credits_grant)},
    {"cpk_credits_clawback", RETURNS_STATUS, 5, arguments_cpk_credits_clawback, call_cpk_credits_clawback, offsetof(library_functions, cpk_credits_clawback)},
    {"cpk_hold_reserve", RETURNS_STATUS, 5, arguments_cpk_hold_reserve, call_cpk_hold_reserve, offsetof(library_functions, cpk_hold_reserve)},
    {"cpk_hold_commit", RETURNS_STATUS, 8, arguments_cpk_hold_commit, call_cpk_hold_commit, offsetof(library_functions, cpk_hold_commit)},
    {"cpk_hold_release", RETURNS_STATUS, 5, arguments_cpk_hold_release, call_cpk_hold_release, offsetof(library_functions, cpk_hold_release)},
    {"cpk_hold_get", RETURNS_STATUS, 5, arguments_cpk_hold_get, call_cpk_hold_get, offsetof(library_functions, cpk_hold_get)},
    {"cpk_holds_expire", RETURNS_STATUS, 4, arguments_cpk_holds_expire, call_cpk_holds_expire, offsetof(library_functions, cpk_holds_expire)},
    {"cpk_credits_audit", RETURNS_STATUS, 5, arguments_cpk_credits_audit, call_cpk_credits_audit, offsetof(library_functions, cpk_credits_audit)},
    {"cpk_engine_open", RETURNS_STATUS, 3, arguments_cpk_engine_open, call_cpk_engine_open, offsetof(library_functions, cpk_engine_open)},
    {"cpk_engine_setting", RETURNS_STATUS, 4, arguments_cpk_engine_setting, call_cpk_engine_setting, offsetof(library_functions, cpk_engine_setting)},
    {"cpk_setting_count", RETURNS_SIZE, 0, NULL, call_cpk_setting_count, offsetof(library_functions, cpk_setting_count)},
    {"cpk_setting_info", RETURNS_STATUS, 3, arguments_cpk_setting_info, call_cpk_setting_info, offsetof(library_functions, cpk_setting_info)},
    {"cpk_text_setting_count", RETURNS_SIZE, 0, NULL, call_cpk_text_setting_count, offsetof(library_functions, cpk_text_setting_count)},
    {"cpk_text_setting_info", RETURNS_STATUS, 3, arguments_cpk_text_setting_info, call_cpk_text_setting_info, offsetof(library_functions, cpk_text_setting_info)},
    {"cpk_engine_migrate_report", RETURNS_STATUS, 6, arguments_cpk_engine_migrate_report, call_cpk_engine_migrate_report, offsetof(library_functions, cpk_engine_migrate_report)},
    {"cpk_engine_migration_history", RETURNS_STATUS, 5, arguments_cpk_engine_migration_history, call_cpk_engine_migration_history, offsetof(library_functions, cpk_engine_migration_history)},
    {"cpk_engine_statistics", RETURNS_STATUS, 3, arguments_cpk_engine_statistics, call_cpk_engine_statistics, offsetof(library_functions, cpk_engine_statistics)},
    {"cpk_engine_check", RETURNS_STATUS, 5, arguments_cpk_engine_check, call_cpk_engine_check, offsetof(library_functions, cpk_engine_check)},
    {"cpk_export_create", RETURNS_STATUS, 7, arguments_cpk_export_create, call_cpk_export_create, offsetof(library_functions, cpk_export_create)},
    {"cpk_export_get", RETURNS_STATUS, 4, arguments_cpk_export_get, call_cpk_export_get, offsetof(library_functions, cpk_export_get)},
    {"cpk_export_read", RETURNS_STATUS, 6, arguments_cpk_export_read, call_cpk_export_read, offsetof(library_functions, cpk_export_read)},
    {"cpk_export_delete", RETURNS_STATUS, 3, arguments_cpk_export_delete, call_cpk_export_delete, offsetof(library_functions, cpk_export_delete)},
    {"cpk_export_type_from_name", RETURNS_INT32, 1, arguments_cpk_export_type_from_name, call_cpk_export_type_from_name, offsetof(library_functions, cpk_export_type_from_name)},
    {"cpk_export_list_get", RETURNS_STATUS, 5, arguments_cpk_export_list_get, call_cpk_export_list_get, offsetof(library_functions, cpk_export_list_get)},
    {"cpk_extract", RETURNS_STATUS, 7, arguments_cpk_extract, call_cpk_extract, offsetof(library_functions, cpk_extract)},
    {"cpk_extract_text", RETURNS_STATUS, 7, arguments_cpk_extract_text, call_cpk_extract_text, offsetof(library_functions, cpk_extract_text)},
    {"cpk_inspect", RETURNS_STATUS, 5, arguments_cpk_inspect, call_cpk_inspect, offsetof(library_functions, cpk_inspect)},
    {"cpk_job_create", RETURNS_STATUS, 5, arguments_cpk_job_create, call_cpk_job_create, offsetof(library_functions, cpk_job_create)},
    {"cpk_job_run", RETURNS_STATUS, 5, arguments_cpk_job_run, call_cpk_job_run, offsetof(library_functions, cpk_job_run)},
    {"cpk_job_get", RETURNS_STATUS, 4, arguments_cpk_job_get, call_cpk_job_get, offsetof(library_functions, cpk_job_get)},
    {"cpk_job_delete", RETURNS_STATUS, 3, arguments_cpk_job_delete, call_cpk_job_delete, offsetof(library_functions, cpk_job_delete)},
    {"cpk_job_list_get", RETURNS_STATUS, 4, arguments_cpk_job_list_get, call_cpk_job_list_get, offsetof(library_functions, cpk_job_list_get)},
    {"cpk_legacy_pack_get", RETURNS_STATUS, 4, arguments_cpk_legacy_pack_get, call_cpk_legacy_pack_get, offsetof(library_functions, cpk_legacy_pack_get)},
    {"cpk_legacy_pack_find", RETURNS_STATUS, 4, arguments_cpk_legacy_pack_find, call_cpk_legacy_pack_find, offsetof(library_functions, cpk_legacy_pack_find)},
    {"cpk_legacy_pack_read", RETURNS_STATUS, 5, arguments_cpk_legacy_pack_read, call_cpk_legacy_pack_read, offsetof(library_functions, cpk_legacy_pack_read)},
    {"cpk_legacy_pack_delete", RETURNS_STATUS, 3, arguments_cpk_legacy_pack_delete, call_cpk_legacy_pack_delete, offsetof(library_functions, cpk_legacy_pack_delete)},
    {"cpk_legacy_pack_copy", RETURNS_STATUS, 6, arguments_cpk_legacy_pack_copy, call_cpk_legacy_pack_copy, offsetof(library_functions, cpk_legacy_pack_copy)},
    {"cpk_legacy_pack_undo_copy", RETURNS_STATUS, 3, arguments_cpk_legacy_pack_undo_copy, call_cpk_legacy_pack_undo_copy, offsetof(library_functions, cpk_legacy_pack_undo_copy)},
    {"cpk_legacy_pack_list_get", RETURNS_STATUS, 4, arguments_cpk_legacy_pack_list_get, call_cpk_legacy_pack_list_get, offsetof(library_functions, cpk_legacy_pack_list_get)},
    {"cpk_maintenance_archive", RETURNS_STATUS, 4, arguments_cpk_maintenance_archive, call_cpk_maintenance_archive, offsetof(library_functions, cpk_maintenance_archive)},
    {"cpk_maintenance_restore", RETURNS_STATUS, 6, arguments_cpk_maintenance_restore, call_cpk_maintenance_restore, offsetof(library_functions, cpk_maintenance_restore)},
    {"cpk_maintenance_sweep", RETURNS_STATUS, 7, arguments_cpk_maintenance_sweep, call_cpk_maintenance_sweep, offsetof(library_functions, cpk_maintenance_sweep)},
    {"cpk_engine_backup", RETURNS_STATUS, 7, arguments_cpk_engine_backup, call_cpk_engine_backup, offsetof(library_functions, cpk_engine_backup)},
    {"cpk_engine_copy_storage", RETURNS_STATUS, 7, arguments_cpk_engine_copy_storage, call_cpk_engine_copy_storage, offsetof(library_functions, cpk_engine_copy_storage)},
    {"cpk_engine_rotate_keys", RETURNS_STATUS, 5, arguments_cpk_engine_rotate_keys, call_cpk_engine_rotate_keys, offsetof(library_functions, cpk_engine_rotate_keys)},
    {"cpk_role_name", RETURNS_TEXT, 1, arguments_cpk_role_name, call_cpk_role_name, offsetof(library_functions, cpk_role_name)},
    {"cpk_kind_name", RETURNS_TEXT, 1, arguments_cpk_kind_name, call_cpk_kind_name, offsetof(library_functions, cpk_kind_name)},
    {"cpk_pack_create", RETURNS_STATUS, 4, arguments_cpk_pack_create, call_cpk_pack_create, offsetof(library_functions, cpk_pack_create)},
    {"cpk_pack_ensure", RETURNS_STATUS, 5, arguments_cpk_pack_ensure, call_cpk_pack_ensure, offsetof(library_functions, cpk_pack_ensure)},
    {"cpk_pack_get", RETURNS_STATUS, 4, arguments_cpk_pack_get, call_cpk_pack_get, offsetof(library_functions, cpk_pack_get)},
    {"cpk_pack_find", RETURNS_STATUS, 4, arguments_cpk_pack_find, call_cpk_pack_find, offsetof(library_functions, cpk_pack_find)},
    {"cpk_pack_update", RETURNS_STATUS, 5, arguments_cpk_pack_update, call_cpk_pack_update, offsetof(library_functions, cpk_pack_update)},
    {"cpk_pack_delete", RETURNS_STATUS, 3, arguments_cpk_pack_delete, call_cpk_pack_delete, offsetof(library_functions, cpk_pack_delete)},
    {"cpk_pack_list_get", RETURNS_STATUS, 4, arguments_cpk_pack_list_get, call_cpk_pack_list_get, offsetof(library_functions, cpk_pack_list_get)},
    {"cpk_pack_get_progress", RETURNS_STATUS, 4, arguments_cpk_pack_get_progress, call_cpk_pack_get_progress, offsetof(library_functions, cpk_pack_get_progress)},
    {"cpk_package_get", RETURNS_STATUS, 4, arguments_cpk_package_get, call_cpk_package_get, offsetof(library_functions, cpk_package_get)},
    {"cpk_package_price", RETURNS_STATUS, 6, arguments_cpk_package_price, call_cpk_package_price, offsetof(library_functions, cpk_package_price)},
    {"cpk_package_list_get", RETURNS_STATUS, 3, arguments_cpk_package_list_get, call_cpk_package_list_get, offsetof(library_functions, cpk_package_list_get)},
    {"cpk_payment_attempt_get", RETURNS_STATUS, 5, arguments_cpk_payment_attempt_get, call_cpk_payment_attempt_get, offsetof(library_functions, cpk_payment_attempt_get)},
    {"cpk_payment_attempt_list_get", RETURNS_STATUS, 6, arguments_cpk_payment_attempt_list_get, call_cpk_payment_attempt_list_get, offsetof(library_functions, cpk_payment_attempt_list_get)},
    {"cpk_payment_velocity_list_get", RETURNS_STATUS, 4, arguments_cpk_payment_velocity_list_get, call_cpk_payment_velocity_list_get, offsetof(library_functions, cpk_payment_velocity_list_get)},
    {"cpk_quote_source", RETURNS_STATUS, 4, arguments_cpk_quote_source, call_cpk_quote_source, offsetof(library_functions, cpk_quote_source)},
    {"cpk_quote_pack", RETURNS_STATUS, 4, arguments_cpk_quote_pack, call_cpk_quote_pack, offsetof(library_functions, cpk_quote_pack)},
    {"cpk_quote_job", RETURNS_STATUS, 4, arguments_cpk_quote_job, call_cpk_quote_job, offsetof(library_functions, cpk_quote_job)},
    {"cpk_redact", RETURNS_STATUS, 7, arguments_cpk_redact, call_cpk_redact, offsetof(library_functions, cpk_redact)},
    {"cpk_report_statement", RETURNS_STATUS, 6, arguments_cpk_report_statement, call_cpk_report_statement, offsetof(library_functions, cpk_report_statement)},
    {"cpk_report_revenue", RETURNS_STATUS, 5, arguments_cpk_report_revenue, call_cpk_report_revenue, offsetof(library_functions, cpk_report_revenue)},
    {"cpk_report_usage", RETURNS_STATUS, 5, arguments_cpk_report_usage, call_cpk_report_usage, offsetof(library_functions, cpk_report_usage)},
    {"cpk_session_open_user", RETURNS_STATUS, 4, arguments_cpk_session_open_user, call_cpk_session_open_user, offsetof(library_functions, cpk_session_open_user)},
    {"cpk_session_open_local", RETURNS_STATUS, 3, arguments_cpk_session_open_local, call_cpk_session_open_local, offsetof(library_functions, cpk_session_open_local)},
    {"cpk_session_open_token", RETURNS_STATUS, 5, arguments_cpk_session_open_token, call_cpk_session_open_token, offsetof(library_functions, cpk_session_open_token)},
    {"cpk_session_open_service", RETURNS_STATUS, 3, arguments_cpk_session_open_service, call_cpk_session_open_service, offsetof(library_functions, cpk_session_open_service)},
    {"cpk_session_open_admin", RETURNS_STATUS, 4, arguments_cpk_session_open_admin, call_cpk_session_open_admin, offsetof(library_functions, cpk_session_open_admin)},
    {"cpk_session_duplicate", RETURNS_STATUS, 3, arguments_cpk_session_duplicate, call_cpk_session_duplicate, offsetof(library_functions, cpk_session_duplicate)},
    {"cpk_session_kind", RETURNS_INT32, 1, arguments_cpk_session_kind, call_cpk_session_kind, offsetof(library_functions, cpk_session_kind)},
    {"cpk_session_principal_id", RETURNS_TEXT, 1, arguments_cpk_session_principal_id, call_cpk_session_principal_id, offsetof(library_functions, cpk_session_principal_id)},
    {"cpk_session_claims", RETURNS_TEXT, 1, arguments_cpk_session_claims, call_cpk_session_claims, offsetof(library_functions, cpk_session_claims)},
    {"cpk_source_add", RETURNS_STATUS, 7, arguments_cpk_source_add, call_cpk_source_add, offsetof(library_functions, cpk_source_add)},
    {"cpk_source_run", RETURNS_STATUS, 6, arguments_cpk_source_run, call_cpk_source_run, offsetof(library_functions, cpk_source_run)},
    {"cpk_source_get", RETURNS_STATUS, 4, arguments_cpk_source_get, call_cpk_source_get, offsetof(library_functions, cpk_source_get)},
    {"cpk_source_delete", RETURNS_STATUS, 3, arguments_cpk_source_delete, call_cpk_source_delete, offsetof(library_functions, cpk_source_delete)},
    {"cpk_source_request_cancel", RETURNS_STATUS, 3, arguments_cpk_source_request_cancel, call_cpk_source_request_cancel, offsetof(library_functions, cpk_source_request_cancel)},
    {"cpk_source_read", RETURNS_STATUS, 6, arguments_cpk_source_read, call_cpk_source_read, offsetof(library_functions, cpk_source_read)},
    {"cpk_source_list_get", RETURNS_STATUS, 5, arguments_cpk_source_list_get, call_cpk_source_list_get, offsetof(library_functions, cpk_source_list_get)},
    {"cpk_stripe_webhook", RETURNS_STATUS, 6, arguments_cpk_stripe_webhook, call_cpk_stripe_webhook, offsetof(library_functions, cpk_stripe_webhook)},
    {"cpk_stripe_reconcile", RETURNS_STATUS, 5, arguments_cpk_stripe_reconcile, call_cpk_stripe_reconcile, offsetof(library_functions, cpk_stripe_reconcile)},
    {"cpk_payment_list_unclaimed", RETURNS_STATUS, 4, arguments_cpk_payment_list_unclaimed, call_cpk_payment_list_unclaimed, offsetof(library_functions, cpk_payment_list_unclaimed)},
    {"cpk_plans_expire", RETURNS_STATUS, 4, arguments_cpk_plans_expire, call_cpk_plans_expire, offsetof(library_functions, cpk_plans_expire)},
    {"cpk_tokens_count", RETURNS_STATUS, 5, arguments_cpk_tokens_count, call_cpk_tokens_count, offsetof(library_functions, cpk_tokens_count)},
    {"cpk_tokens_encode", RETURNS_STATUS, 7, arguments_cpk_tokens_encode, call_cpk_tokens_encode, offsetof(library_functions, cpk_tokens_encode)},
    {"cpk_encoding_from_name", RETURNS_INT32, 1, arguments_cpk_encoding_from_name, call_cpk_encoding_from_name, offsetof(library_functions, cpk_encoding_from_name)},
    {"cpk_encoding_name", RETURNS_TEXT, 1, arguments_cpk_encoding_name, call_cpk_encoding_name, offsetof(library_functions, cpk_encoding_name)},
    {"cpk_credits_balance", RETURNS_STATUS, 5, arguments_cpk_credits_balance, call_cpk_credits_balance, offsetof(library_functions, cpk_credits_balance)},
    {"cpk_transaction_list_get", RETURNS_STATUS, 5, arguments_cpk_transaction_list_get, call_cpk_transaction_list_get, offsetof(library_functions, cpk_transaction_list_get)},
    {"cpk_credits_overview", RETURNS_STATUS, 7, arguments_cpk_credits_overview, call_cpk_credits_overview, offsetof(library_functions, cpk_credits_overview)},
    {"cpk_user_create", RETURNS_STATUS, 4, arguments_cpk_user_create, call_cpk_user_create, offsetof(library_functions, cpk_user_create)},
    {"cpk_user_get", RETURNS_STATUS, 4, arguments_cpk_user_get, call_cpk_user_get, offsetof(library_functions, cpk_user_get)},
    {"cpk_user_find", RETURNS_STATUS, 4, arguments_cpk_user_find, call_cpk_user_find, offsetof(library_functions, cpk_user_find)},
    {"cpk_user_update", RETURNS_STATUS, 6, arguments_cpk_user_update, call_cpk_user_update, offsetof(library_functions, cpk_user_update)},
    {"cpk_user_set_email", RETURNS_STATUS, 5, arguments_cpk_user_set_email, call_cpk_user_set_email, offsetof(library_functions, cpk_user_set_email)},
    {"cpk_user_set_plan", RETURNS_STATUS, 5, arguments_cpk_user_set_plan, call_cpk_user_set_plan, offsetof(library_functions, cpk_user_set_plan)},
    {"cpk_user_delete_watched", RETURNS_STATUS, 5, arguments_cpk_user_delete_watched, call_cpk_user_delete_watched, offsetof(library_functions, cpk_user_delete_watched)},
    {"cpk_user_list_get", RETURNS_STATUS, 4, arguments_cpk_user_list_get, call_cpk_user_list_get, offsetof(library_functions, cpk_user_list_get)},
    {"cpk_work_submit", RETURNS_STATUS, 5, arguments_cpk_work_submit, call_cpk_work_submit, offsetof(library_functions, cpk_work_submit)},
    {"cpk_work_redrive", RETURNS_STATUS, 4, arguments_cpk_work_redrive, call_cpk_work_redrive, offsetof(library_functions, cpk_work_redrive)},
    {"cpk_work_get", RETURNS_STATUS, 4, arguments_cpk_work_get, call_cpk_work_get, offsetof(library_functions, cpk_work_get)},
    {"cpk_work_list_get", RETURNS_STATUS, 5, arguments_cpk_work_list_get, call_cpk_work_list_get, offsetof(library_functions, cpk_work_list_get)},
    {"cpk_work_claim", RETURNS_STATUS, 4, arguments_cpk_work_claim, call_cpk_work_claim, offsetof(library_functions, cpk_work_claim)},
    {"cpk_work_run", RETURNS_STATUS, 6, arguments_cpk_work_run, call_cpk_work_run, offsetof(library_functions, cpk_work_run)},
    {"cpk_work_release", RETURNS_STATUS, 4, arguments_cpk_work_release, call_cpk_work_release, offsetof(library_functions, cpk_work_release)},
    {"cpk_worker_run", RETURNS_STATUS, 5, arguments_cpk_worker_run, call_cpk_worker_run, offsetof(library_functions, cpk_worker_run)},
    {"cpk_work_metrics", RETURNS_STATUS, 5, arguments_cpk_work_metrics, call_cpk_work_metrics, offsetof(library_functions, cpk_work_metrics)},
};
const size_t function_count = sizeof functions / sizeof *functions;
