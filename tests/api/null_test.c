/* Every public call with NULL where that is the caller's mistake, and where it is allowed. tests/headers asks that no
 * symbol is missing here. */
#include "support/person.h"

#define ID "00000000-0000-4000-8000-000000000000"

static void refused(const char *call, cpk_status status, cpk_error **error)
{
    if (status != CPK_ERROR_INVALID_ARGUMENT || cpk_error_code(*error) != status ||
        cpk_error_message(*error)[0] == '\0') {
        fail_msg("%s: %s: %s", call, cpk_status_name(status), cpk_error_message(*error));
    }
    cpk_error_free(*error);
    *error = NULL;
}

#define REFUSED(call) refused(#call, call, &error)

/* With an out that must be NULL afterwards. */
#define REFUSED_OUT(type, call)                                                                                        \
    do {                                                                                                               \
        type *out = (type *)(uintptr_t)1;                                                                              \
        REFUSED(call);                                                                                                 \
        assert_null(out);                                                                                              \
    } while (0)

static int32_t take_bytes(void *user, const void *data, size_t length_bytes)
{
    (void)user;
    (void)data;
    (void)length_bytes;
    return 0;
}

static int32_t take_chunk(void *user, const cpk_chunk *chunk)
{
    (void)user;
    (void)chunk;
    return 0;
}

static void take_check(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)user;
    (void)outcome;
    (void)subject;
    (void)text;
}

static void null_engine_options_are_rejected_or_default(void **state)
{
    cpk_setting nameless = {NULL, 1};
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_error *error = NULL;

    (void)state;
    REFUSED(cpk_engine_open(NULL, NULL, &error));
    options.flags = CPK_ENGINE_LOCAL << 1;
    REFUSED_OUT(cpk_engine, cpk_engine_open(&options, &out, &error));
    options.flags = 0;
    options.log_level = CPK_LOG_DEBUG + 1;
    REFUSED_OUT(cpk_engine, cpk_engine_open(&options, &out, &error));
    options.log_level = 0;
    options.setting_count = 1;
    REFUSED_OUT(cpk_engine, cpk_engine_open(&options, &out, &error));
    options.settings = &nameless;
    REFUSED_OUT(cpk_engine, cpk_engine_open(&options, &out, &error));
    options.setting_count = 0;
    options.extractor_driver_count = 1;
    REFUSED_OUT(cpk_engine, cpk_engine_open(&options, &out, &error));
    options.extractor_drivers = &(const cpk_extractor_driver *){NULL};
    REFUSED_OUT(cpk_engine, cpk_engine_open(&options, &out, &error));
    options.struct_size = UINT32_C(0xCCCCCCCC);
    REFUSED_OUT(cpk_engine, cpk_engine_open(&options, &out, &error));
}

static void calls_without_a_database_reject_null(void **state)
{
    cpk_input none = CPK_INPUT_INIT;
    cpk_input input = CPK_INPUT_INIT;
    cpk_setting_details unsized = {0, 0, NULL, NULL, 0, 0, 0};
    cpk_text_setting_details unsized_text = {0, 0, NULL, NULL};
    cpk_error *error = NULL;
    cpk_engine *engine;
    int64_t value;
    uint32_t ids[1];
    cpk_statistics statistics = CPK_STATISTICS_INIT;
    size_t count;

    (void)state;
    input.data = "text";
    input.length = 4;
    assert_ok(cpk_engine_open(NULL, &engine, &error), error);
    REFUSED(cpk_engine_setting(NULL, "chunk.max_tokens", &value, &error));
    REFUSED(cpk_engine_setting(engine, NULL, &value, &error));
    REFUSED(cpk_engine_setting(engine, "chunk.max_tokens", NULL, &error));
    REFUSED(cpk_engine_setting(engine, "no.such", &value, &error));
    REFUSED(cpk_setting_info(0, NULL, &error));
    REFUSED(cpk_setting_info(0, &unsized, &error));
    REFUSED(cpk_text_setting_info(0, NULL, &error));
    REFUSED(cpk_text_setting_info(0, &unsized_text, &error));
    REFUSED(cpk_engine_migrate(NULL, 0, NULL, NULL, &error));
    REFUSED(cpk_engine_migrate_report(NULL, 0, NULL, NULL, NULL, &error));
    REFUSED(cpk_engine_migration_history(NULL, NULL, NULL, NULL, &error));
    REFUSED(cpk_engine_statistics(NULL, &statistics, &error));
    REFUSED(cpk_engine_statistics(engine, NULL, &error));
    REFUSED(cpk_engine_backup(NULL, "copy.db", NULL, 0, NULL, NULL, &error));
    REFUSED(cpk_engine_backup(engine, NULL, NULL, 0, NULL, NULL, &error));
    REFUSED(cpk_engine_backup(engine, "copy.db", NULL, 2, NULL, NULL, &error));
    REFUSED(cpk_engine_copy_storage(NULL, "memory:", "memory:", 0, NULL, NULL, &error));
    REFUSED(cpk_engine_copy_storage(engine, "memory:", NULL, 0, NULL, NULL, &error));
    REFUSED(cpk_engine_copy_storage(engine, "memory:", "memory:", 4, NULL, NULL, &error));
    REFUSED(cpk_engine_rotate_keys(NULL, -1, NULL, NULL, &error));
    REFUSED(cpk_engine_rotate_keys(engine, -2, NULL, NULL, &error));
    REFUSED(cpk_engine_check(NULL, take_check, NULL, NULL, &error));
    REFUSED(cpk_engine_check(engine, NULL, NULL, NULL, &error));
    REFUSED(cpk_cancel_create(NULL, &error));
    REFUSED(cpk_extract(NULL, &input, NULL, NULL, NULL, NULL, &error));
    REFUSED(cpk_extract(engine, NULL, NULL, NULL, NULL, NULL, &error));
    REFUSED(cpk_extract(engine, &none, NULL, NULL, NULL, NULL, &error));
    REFUSED_OUT(cpk_inspection, cpk_inspect(NULL, &input, NULL, &out, &error));
    REFUSED_OUT(cpk_inspection, cpk_inspect(engine, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_inspection, cpk_inspect(engine, &none, NULL, &out, &error));
    REFUSED(cpk_inspect(engine, &input, NULL, NULL, &error));
    REFUSED(cpk_extract_text(NULL, &input, take_bytes, NULL, NULL, NULL, &error));
    REFUSED(cpk_extract_text(engine, NULL, take_bytes, NULL, NULL, NULL, &error));
    REFUSED(cpk_extract_text(engine, &input, NULL, NULL, NULL, NULL, &error));
    REFUSED(cpk_chunk_input(NULL, &input, NULL, take_chunk, NULL, NULL, NULL, &error));
    REFUSED(cpk_chunk_input(engine, NULL, NULL, take_chunk, NULL, NULL, NULL, &error));
    REFUSED(cpk_chunk_input(engine, &input, NULL, NULL, NULL, NULL, NULL, &error));
    REFUSED(cpk_redact(NULL, 1, NULL, take_bytes, NULL, NULL, &error));
    REFUSED(cpk_redact("x", 1, NULL, NULL, NULL, NULL, &error));
    REFUSED(cpk_tokens_count(0, NULL, 1, &value, &error));
    REFUSED(cpk_tokens_count(0, "x", 1, NULL, &error));
    REFUSED(cpk_tokens_encode(0, NULL, 1, ids, 1, &count, &error));
    REFUSED(cpk_tokens_encode(0, "x", 1, NULL, 1, &count, &error));
    REFUSED(cpk_tokens_encode(0, "x", 1, ids, 1, NULL, &error));
    REFUSED(cpk_session_duplicate(NULL, &(cpk_session *){NULL}, &error));
    REFUSED(cpk_session_open_user(NULL, ID, &(cpk_session *){NULL}, &error));
    REFUSED_OUT(cpk_session, cpk_session_open_user(engine, NULL, &out, &error));
    REFUSED(cpk_session_open_user(engine, ID, NULL, &error));
    REFUSED_OUT(cpk_session, cpk_session_open_token(NULL, "token", NULL, &out, &error));
    REFUSED_OUT(cpk_session, cpk_session_open_token(engine, NULL, NULL, &out, &error));
    REFUSED(cpk_session_open_token(engine, "token", NULL, NULL, &error));
    REFUSED_OUT(cpk_session, cpk_session_open_local(NULL, &out, &error));
    REFUSED(cpk_session_open_local(engine, NULL, &error));
    REFUSED_OUT(cpk_session, cpk_session_open_service(NULL, &out, &error));
    REFUSED(cpk_session_open_service(engine, NULL, &error));
    REFUSED_OUT(cpk_session, cpk_session_open_admin(NULL, ID, &out, &error));
    REFUSED_OUT(cpk_session, cpk_session_open_admin(engine, NULL, &out, &error));
    REFUSED(cpk_session_open_admin(engine, ID, NULL, &error));
    cpk_engine_close(engine);
}

static void calls_with_a_null_session_are_rejected(void **state)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_pack_params pack_params = CPK_PACK_PARAMS_INIT;
    cpk_admin_params admin_params = CPK_ADMIN_PARAMS_INIT;
    cpk_pack_progress progress = {sizeof progress, 0, 0, 0, 0, 0};
    cpk_input input = CPK_INPUT_INIT;
    cpk_credit_params credit_params;
    cpk_checkout_params checkout_params;
    cpk_refund_params refund_params;
    cpk_payment_velocity_params velocity_params;
    cpk_hold_params hold_params;
    cpk_report_options report_options;
    cpk_quote quote;
    int64_t count = 0;
    cpk_error *error = NULL;

    (void)state;
    input.data = "text";
    input.length = 4;
    params.email = "a@b.example";
    admin_params.reason = "because";
    REFUSED_OUT(cpk_user, cpk_user_create(NULL, &params, &out, &error));
    REFUSED_OUT(cpk_user, cpk_user_get(NULL, ID, &out, &error));
    REFUSED_OUT(cpk_user, cpk_user_find(NULL, "a@b.example", &out, &error));
    REFUSED_OUT(cpk_user, cpk_user_update(NULL, ID, "A", NULL, &out, &error));
    REFUSED_OUT(cpk_user_list, cpk_user_list_get(NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_user, cpk_user_set_email(NULL, ID, "a@b.example", &out, &error));
    REFUSED_OUT(cpk_user, cpk_user_set_plan(NULL, ID, CPK_PLAN_CREDITS, &out, &error));
    REFUSED(cpk_user_delete(NULL, ID, NULL, &error));
    REFUSED(cpk_user_delete_watched(NULL, ID, NULL, NULL, &error));
    REFUSED_OUT(cpk_transaction_list, cpk_credits_overview(NULL, ID, 0, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_admin_action, cpk_admin_adjust_credits(NULL, ID, 1, &admin_params, &out, &error));
    REFUSED_OUT(cpk_admin_action, cpk_admin_support_credit(NULL, ID, 1, &admin_params, &out, &error));
    REFUSED_OUT(cpk_admin_action, cpk_admin_record_refund(NULL, ID, 1, 1, NULL, &admin_params, &out, &error));
    REFUSED_OUT(cpk_admin_action, cpk_admin_suspend(NULL, ID, &admin_params, &out, &error));
    REFUSED_OUT(cpk_admin_action, cpk_admin_unsuspend(NULL, ID, &admin_params, &out, &error));
    REFUSED_OUT(cpk_admin_action, cpk_admin_override_plan(NULL, ID, CPK_PLAN_CREDITS, &admin_params, &out, &error));
    REFUSED(cpk_maintenance_archive(NULL, NULL, NULL, &error));
    REFUSED(cpk_maintenance_restore(NULL, NULL, 0, NULL, NULL, &error));
    REFUSED(cpk_maintenance_sweep(NULL, 0, NULL, NULL, NULL, NULL, &error));
    REFUSED_OUT(cpk_job, cpk_job_create(NULL, &input, NULL, &out, &error));
    REFUSED_OUT(cpk_job, cpk_job_run(NULL, ID, NULL, &out, &error));
    REFUSED_OUT(cpk_job, cpk_job_get(NULL, ID, &out, &error));
    REFUSED(cpk_job_delete(NULL, ID, &error));
    REFUSED_OUT(cpk_job_list, cpk_job_list_get(NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_legacy_pack, cpk_legacy_pack_get(NULL, ID, &out, &error));
    REFUSED_OUT(cpk_legacy_pack, cpk_legacy_pack_find(NULL, ID, &out, &error));
    REFUSED(cpk_legacy_pack_read(NULL, ID, take_bytes, NULL, &error));
    REFUSED(cpk_legacy_pack_delete(NULL, ID, &error));
    REFUSED_OUT(cpk_pack, cpk_legacy_pack_copy(NULL, ID, NULL, NULL, &out, &error));
    REFUSED(cpk_legacy_pack_undo_copy(NULL, ID, &error));
    REFUSED_OUT(cpk_legacy_pack_list, cpk_legacy_pack_list_get(NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_admin_action_list, cpk_admin_action_list_get(NULL, NULL, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_pack, cpk_pack_create(NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_pack, cpk_pack_ensure(NULL, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_pack, cpk_pack_get(NULL, ID, &out, &error));
    REFUSED_OUT(cpk_pack, cpk_pack_find(NULL, "A", &out, &error));
    REFUSED_OUT(cpk_pack, cpk_pack_update(NULL, ID, &pack_params, &out, &error));
    REFUSED(cpk_pack_delete(NULL, ID, &error));
    REFUSED_OUT(cpk_pack_list, cpk_pack_list_get(NULL, NULL, &out, &error));
    REFUSED(cpk_pack_get_progress(NULL, ID, &progress, &error));
    REFUSED_OUT(cpk_source, cpk_source_add(NULL, ID, &input, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_source, cpk_source_run(NULL, ID, CPK_SOURCE_COMPLETED, NULL, &out, &error));
    REFUSED_OUT(cpk_source, cpk_source_get(NULL, ID, &out, &error));
    REFUSED(cpk_source_delete(NULL, ID, &error));
    REFUSED(cpk_source_request_cancel(NULL, ID, &error));
    REFUSED_OUT(cpk_work, cpk_work_submit(NULL, ID, NULL, &out, &error));
    REFUSED(cpk_work_redrive(NULL, ID, NULL, &error));
    REFUSED_OUT(cpk_work, cpk_work_get(NULL, ID, &out, &error));
    REFUSED_OUT(cpk_work_list, cpk_work_list_get(NULL, 0, NULL, &out, &error));
    REFUSED_OUT(cpk_work_list, cpk_work_claim(NULL, 1, &out, &error));
    REFUSED(cpk_work_run(NULL, ID, 1, NULL, NULL, &error));
    REFUSED(cpk_work_release(NULL, ID, 1, &error));
    REFUSED(cpk_worker_run(NULL, NULL, NULL, NULL, &error));
    REFUSED(cpk_work_metrics(NULL, NULL, take_bytes, NULL, &error));
    REFUSED(cpk_source_read(NULL, ID, CPK_PART_RAW, take_bytes, NULL, &error));
    REFUSED_OUT(cpk_source_list, cpk_source_list_get(NULL, ID, NULL, &out, &error));
    REFUSED_OUT(cpk_export, cpk_export_create(NULL, ID, CPK_EXPORT_COMPACT, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_export, cpk_export_get(NULL, ID, &out, &error));
    REFUSED(cpk_export_read(NULL, ID, CPK_FORMAT_JSON, take_bytes, NULL, &error));
    REFUSED(cpk_export_delete(NULL, ID, &error));
    REFUSED_OUT(cpk_export_list, cpk_export_list_get(NULL, ID, NULL, &out, &error));
    REFUSED(cpk_credits_balance(NULL, NULL, NULL, NULL, &error));
    REFUSED_OUT(cpk_webhook_result, cpk_stripe_webhook(NULL, "{}", 2, "t=1,v1=0", &out, &error));
    REFUSED(cpk_plans_expire(NULL, 1, &count, &error));
    REFUSED_OUT(cpk_reconcile_report, cpk_stripe_reconcile(NULL, 0, NULL, &out, &error));
    cpk_quote_init(&quote, sizeof quote);
    REFUSED(cpk_quote_source(NULL, ID, &quote, &error));
    REFUSED(cpk_quote_pack(NULL, ID, &quote, &error));
    REFUSED(cpk_quote_job(NULL, ID, &quote, &error));
    cpk_report_options_init(&report_options, sizeof report_options);
    REFUSED(cpk_report_statement(NULL, ID, &report_options, take_bytes, NULL, &error));
    REFUSED(cpk_report_revenue(NULL, &report_options, take_bytes, NULL, &error));
    REFUSED(cpk_report_usage(NULL, &report_options, take_bytes, NULL, &error));
    REFUSED_OUT(cpk_package, cpk_package_get(NULL, "small", &out, &error));
    REFUSED_OUT(cpk_package_list, cpk_package_list_get(NULL, &out, &error));
    REFUSED(cpk_package_price(NULL, 1, NULL, &count, &error));
    REFUSED_OUT(cpk_payment_attempt, cpk_payment_attempt_get(NULL, NULL, ID, &out, &error));
    REFUSED_OUT(cpk_payment_attempt_list, cpk_payment_attempt_list_get(NULL, NULL, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_payment_list, cpk_payment_list_unclaimed(NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_admin_action, cpk_admin_assign_payment(NULL, ID, ID, &admin_params, &out, &error));
    REFUSED_OUT(cpk_payment_velocity_list, cpk_payment_velocity_list_get(NULL, NULL, &out, &error));
    cpk_checkout_params_init(&checkout_params, sizeof checkout_params);
    cpk_refund_params_init(&refund_params, sizeof refund_params);
    cpk_payment_velocity_params_init(&velocity_params, sizeof velocity_params);
    assert_int_equal(velocity_params.struct_size, sizeof velocity_params);
    REFUSED_OUT(cpk_stripe_object, cpk_checkout_create(NULL, ID, &checkout_params, NULL, &out, &error));
    REFUSED_OUT(cpk_stripe_object, cpk_stripe_customer(NULL, ID, NULL, &out, &error));
    REFUSED_OUT(cpk_stripe_object, cpk_stripe_portal(NULL, ID, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_stripe_object, cpk_stripe_refund(NULL, &refund_params, NULL, &out, &error));
    REFUSED(cpk_credits_audit(NULL, NULL, NULL, &count, &error));
    REFUSED(cpk_holds_expire(NULL, 1, &count, &error));
    cpk_credit_params_init(&credit_params, sizeof credit_params);
    cpk_hold_params_init(&hold_params, sizeof hold_params);
    REFUSED_OUT(cpk_transaction, cpk_credits_grant(NULL, ID, &credit_params, &out, &error));
    REFUSED_OUT(cpk_transaction, cpk_credits_clawback(NULL, ID, &credit_params, &out, &error));
    REFUSED_OUT(cpk_hold, cpk_hold_reserve(NULL, ID, &hold_params, &out, &error));
    REFUSED_OUT(cpk_hold, cpk_hold_commit(NULL, ID, "h", "c", 1, 0, &out, &error));
    REFUSED_OUT(cpk_hold, cpk_hold_release(NULL, ID, "h", &out, &error));
    REFUSED_OUT(cpk_hold, cpk_hold_get(NULL, ID, "h", &out, &error));
    REFUSED_OUT(cpk_transaction_list, cpk_transaction_list_get(NULL, NULL, NULL, &out, &error));
}

static void null_for_required_arguments_is_rejected(void **state)
{
    cpk_engine_options options = person_options();
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_pack_progress unsized = {0, 0, 0, 0, 0, 0};
    cpk_input input = CPK_INPUT_INIT;
    cpk_error *error = NULL;
    cpk_session *session;
    struct person person;

    (void)state;
    input.data = "text";
    input.length = 4;
    assert_ok(person_create(&person, &options, 0, &error), error);
    session = person.session;
    REFUSED_OUT(cpk_user, cpk_user_create(person.service, NULL, &out, &error));
    REFUSED_OUT(cpk_user, cpk_user_create(person.service, &params, &out, &error)); /* no e-mail */
    REFUSED(cpk_user_get(session, NULL, NULL, &error));
    REFUSED_OUT(cpk_user, cpk_user_find(person.service, NULL, &out, &error));
    REFUSED(cpk_user_find(person.service, "a@b.example", NULL, &error));
    REFUSED(cpk_user_list_get(person.service, NULL, NULL, &error));
    REFUSED(cpk_pack_create(session, NULL, NULL, &error));
    REFUSED(cpk_pack_ensure(session, NULL, NULL, NULL, &error));
    REFUSED_OUT(cpk_pack, cpk_pack_get(session, NULL, &out, &error));
    REFUSED(cpk_pack_get(session, ID, NULL, &error));
    REFUSED_OUT(cpk_pack, cpk_pack_find(session, NULL, &out, &error));
    REFUSED(cpk_pack_find(session, "A", NULL, &error));
    REFUSED_OUT(cpk_pack, cpk_pack_update(session, NULL, &(cpk_pack_params)CPK_PACK_PARAMS_INIT, &out, &error));
    REFUSED_OUT(cpk_pack, cpk_pack_update(session, ID, NULL, &out, &error));
    REFUSED(cpk_pack_delete(session, NULL, &error));
    REFUSED(cpk_pack_list_get(session, NULL, NULL, &error));
    REFUSED(cpk_pack_get_progress(session, NULL, &unsized, &error));
    REFUSED(cpk_pack_get_progress(session, ID, NULL, &error));
    REFUSED(cpk_pack_get_progress(session, ID, &unsized, &error));
    REFUSED_OUT(cpk_source, cpk_source_add(session, NULL, &input, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_source, cpk_source_add(session, ID, NULL, NULL, NULL, &out, &error));
    REFUSED(cpk_source_add(session, ID, &input, NULL, NULL, NULL, &error));
    REFUSED_OUT(cpk_source, cpk_source_run(session, NULL, CPK_SOURCE_COMPLETED, NULL, &out, &error));
    REFUSED_OUT(cpk_source, cpk_source_get(session, NULL, &out, &error));
    REFUSED(cpk_source_get(session, ID, NULL, &error));
    REFUSED(cpk_source_delete(session, NULL, &error));
    REFUSED(cpk_source_request_cancel(session, NULL, &error));
    REFUSED_OUT(cpk_work, cpk_work_submit(session, NULL, NULL, &out, &error));
    REFUSED_OUT(cpk_work, cpk_work_get(session, NULL, &out, &error));
    REFUSED(cpk_work_get(session, ID, NULL, &error));
    REFUSED(cpk_work_list_get(session, 0, NULL, NULL, &error));
    REFUSED(cpk_source_read(session, NULL, CPK_PART_RAW, take_bytes, NULL, &error));
    REFUSED(cpk_source_read(session, ID, CPK_PART_RAW, NULL, NULL, &error));
    REFUSED_OUT(cpk_source_list, cpk_source_list_get(session, NULL, NULL, &out, &error));
    REFUSED(cpk_source_list_get(session, ID, NULL, NULL, &error));
    REFUSED_OUT(cpk_export, cpk_export_create(session, NULL, CPK_EXPORT_COMPACT, NULL, NULL, &out, &error));
    REFUSED(cpk_export_create(session, ID, CPK_EXPORT_COMPACT, NULL, NULL, NULL, &error));
    REFUSED_OUT(cpk_export, cpk_export_get(session, NULL, &out, &error));
    REFUSED(cpk_export_get(session, ID, NULL, &error));
    REFUSED(cpk_export_read(session, NULL, CPK_FORMAT_JSON, take_bytes, NULL, &error));
    REFUSED(cpk_export_read(session, ID, CPK_FORMAT_JSON, NULL, NULL, &error));
    REFUSED(cpk_export_delete(session, NULL, &error));
    REFUSED_OUT(cpk_export_list, cpk_export_list_get(session, NULL, NULL, &out, &error));
    REFUSED(cpk_export_list_get(session, ID, NULL, NULL, &error));
    REFUSED(cpk_transaction_list_get(session, NULL, NULL, NULL, &error));
    assert_ok(cpk_credits_balance(session, NULL, NULL, NULL, &error), error);
    person_free(&person);
}

static void freeing_null_does_nothing(void **state)
{
    (void)state;
    cpk_engine_close(NULL);
    cpk_session_close(NULL);
    cpk_error_free(NULL);
    cpk_cancel_free(NULL);
    cpk_cancel_request(NULL);
    cpk_cancel_reset(NULL);
    cpk_user_free(NULL);
    cpk_user_list_free(NULL);
    cpk_pack_free(NULL);
    cpk_pack_list_free(NULL);
    cpk_source_free(NULL);
    cpk_source_list_free(NULL);
    cpk_work_free(NULL);
    cpk_work_list_free(NULL);
    cpk_work_options_init(NULL, 0);
    cpk_worker_options_init(NULL, 0);
    cpk_worker_report_init(NULL, 0);
    cpk_export_free(NULL);
    cpk_export_list_free(NULL);
    cpk_transaction_free(NULL);
    cpk_transaction_list_free(NULL);
    cpk_job_free(NULL);
    cpk_job_list_free(NULL);
    cpk_legacy_pack_free(NULL);
    cpk_legacy_pack_list_free(NULL);
    cpk_admin_action_free(NULL);
    cpk_admin_action_list_free(NULL);
    cpk_engine_options_init(NULL, sizeof(cpk_engine_options));
    cpk_input_init(NULL, sizeof(cpk_input));
    cpk_message_init(NULL, sizeof(cpk_message));
    cpk_token_options_init(NULL, sizeof(cpk_token_options));
    cpk_build_options_init(NULL, sizeof(cpk_build_options));
    cpk_pack_params_init(NULL, sizeof(cpk_pack_params));
    cpk_run_options_init(NULL, sizeof(cpk_run_options));
    cpk_user_params_init(NULL, sizeof(cpk_user_params));
    cpk_user_deletion_init(NULL, sizeof(cpk_user_deletion));
    cpk_admin_params_init(NULL, sizeof(cpk_admin_params));
    cpk_archive_report_init(NULL, sizeof(cpk_archive_report));
    cpk_sweep_report_init(NULL, sizeof(cpk_sweep_report));
    cpk_backup_report_init(NULL, sizeof(cpk_backup_report));
    cpk_storage_copy_report_init(NULL, sizeof(cpk_storage_copy_report));
    cpk_key_report_init(NULL, sizeof(cpk_key_report));
    cpk_redact_options_init(NULL, sizeof(cpk_redact_options));
    cpk_redact_report_init(NULL, sizeof(cpk_redact_report));
    cpk_statistics_init(NULL, sizeof(cpk_statistics));
}

/* Getters of NULL return NULL, 0, -1 or CPK_TIME_UNKNOWN, as the headers document for unknown values. */
static void getters_accept_null(void **state)
{
    cpk_error *error = cpk_error_new(CPK_ERROR_IO, NULL, NULL, NULL, 0);

    (void)state;
    assert_string_equal(cpk_error_message(error), "");
    cpk_error_free(error);
    assert_int_equal(cpk_error_code(NULL), CPK_OK);
    assert_string_equal(cpk_error_domain(NULL), "");
    assert_string_equal(cpk_error_message(NULL), "");
    assert_string_equal(cpk_error_native(NULL), "");
    assert_int_equal(cpk_error_retryable(NULL), 0);
    assert_int_equal(cpk_cancel_requested(NULL), 0);
    assert_int_equal(cpk_export_type_from_name(NULL), 0);
    assert_int_equal(cpk_encoding_from_name(NULL), 0);
    assert_null(cpk_encoding_name(99));
    assert_int_equal(cpk_session_kind(NULL), 0);
    assert_null(cpk_session_principal_id(NULL));
    assert_null(cpk_session_claims(NULL));
    assert_string_equal(cpk_role_name(99), "unknown");
    assert_string_equal(cpk_kind_name(-1), "unknown");
    assert_string_equal(cpk_status_name(-1), "CPK_ERROR_UNKNOWN");
    assert_string_equal(cpk_version(), CPK_VERSION);
    assert_true(cpk_setting_count() > 0);
    assert_true(cpk_text_setting_count() > 0);
}

static void build_rejects_null_paths_and_its_getters_accept_null(void **state)
{
    const char *const paths[] = {NULL};
    const char *const empty[] = {""};
    cpk_error *error = NULL;

    (void)state;
    REFUSED_OUT(cpk_build_result, cpk_build(NULL, NULL, 1, NULL, &out, &error));
    REFUSED_OUT(cpk_build_result, cpk_build(NULL, paths, 0, NULL, &out, &error));
    REFUSED_OUT(cpk_build_result, cpk_build(NULL, paths, 1, NULL, &out, &error));
    REFUSED(cpk_build(NULL, empty, 1, NULL, NULL, &error));
    assert_null(cpk_build_result_pack_id(NULL));
    assert_null(cpk_build_result_pack_name(NULL));
    assert_null(cpk_build_result_output(NULL));
    assert_int_equal(cpk_build_result_good_count(NULL), 0);
    assert_int_equal(cpk_build_result_failed_count(NULL), 0);
    assert_int_equal(cpk_build_result_skipped_count(NULL), 0);
    assert_int_equal(cpk_build_result_partial_count(NULL), 0);
    assert_int_equal(cpk_build_result_analyzed_chunks(NULL), 0);
    assert_int_equal(cpk_build_result_input_count(NULL), 0);
    assert_null(cpk_build_result_input_path(NULL, 0));
    assert_int_equal(cpk_build_result_input_outcome(NULL, 0), 0);
    assert_null(cpk_build_result_input_outcome_name(NULL, 0));
    assert_null(cpk_build_result_input_source_id(NULL, 0));
    assert_int_equal(cpk_build_result_input_error_code(NULL, 0), CPK_OK);
    assert_null(cpk_build_result_input_error_message(NULL, 0));
    assert_null(cpk_build_result_input_loss_summary(NULL, 0));
    assert_int_equal(cpk_build_result_input_is_partial(NULL, 0), 0);
    assert_int_equal(cpk_build_result_document_count(NULL), 0);
    assert_int_equal(cpk_build_result_document_type(NULL, 0), 0);
    assert_null(cpk_build_result_document_type_name(NULL, 0));
    assert_null(cpk_build_result_document_export_id(NULL, 0));
    assert_null(cpk_build_result_document_markdown_path(NULL, 0));
    assert_null(cpk_build_result_document_json_path(NULL, 0));
    assert_int_equal(cpk_build_result_document_token_count(NULL, 0), 0);
    assert_int_equal(cpk_build_result_document_is_new(NULL, 0), 0);
    assert_string_equal(cpk_input_outcome_name(0), "unknown");
    cpk_build_result_free(NULL);
}

static void inspection_getters_accept_null(void **state)
{
    (void)state;
    assert_int_equal(cpk_inspection_source_type(NULL), 0);
    assert_null(cpk_inspection_format(NULL));
    assert_null(cpk_inspection_era(NULL));
    assert_int_equal(cpk_inspection_conversations(NULL), 0);
    assert_int_equal(cpk_inspection_messages(NULL), 0);
    assert_int_equal(cpk_inspection_user_messages(NULL), 0);
    assert_int_equal(cpk_inspection_assistant_messages(NULL), 0);
    assert_int_equal(cpk_inspection_system_messages(NULL), 0);
    assert_int_equal(cpk_inspection_tool_messages(NULL), 0);
    assert_int_equal(cpk_inspection_unknown_messages(NULL), 0);
    assert_int_equal(cpk_inspection_hidden_messages(NULL), 0);
    assert_int_equal(cpk_inspection_other_branches(NULL), 0);
    assert_int_equal(cpk_inspection_attachments(NULL), 0);
    assert_int_equal(cpk_inspection_first_time(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_inspection_last_time(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_inspection_files(NULL), 0);
    assert_int_equal(cpk_inspection_shards(NULL), 0);
    assert_int_equal(cpk_inspection_skipped(NULL), 0);
    assert_int_equal(cpk_inspection_damaged(NULL), 0);
    assert_int_equal(cpk_inspection_missing_files(NULL), 0);
    assert_int_equal(cpk_inspection_tokens(NULL), 0);
    assert_int_equal(cpk_inspection_chunks(NULL), 0);
    assert_int_equal(cpk_inspection_credits(NULL), 0);
    assert_null(cpk_inspection_loss_summary(NULL));
    assert_int_equal(cpk_inspection_is_partial(NULL), 0);
    assert_int_equal(cpk_inspection_provider_count(NULL), 0);
    assert_int_equal(cpk_inspection_note_count(NULL), 0);
    assert_int_equal(cpk_inspection_notes_left_out(NULL), 0);
    assert_null(cpk_inspection_provider_name(NULL, 0));
    assert_int_equal(cpk_inspection_provider_conversations(NULL, 0), 0);
    assert_int_equal(cpk_inspection_provider_messages(NULL, 0), 0);
    assert_int_equal(cpk_inspection_note_kind(NULL, 0), 0);
    assert_null(cpk_inspection_note_kind_name(NULL, 0));
    assert_null(cpk_inspection_note_place(NULL, 0));
    assert_null(cpk_inspection_note_text(NULL, 0));
    cpk_inspection_free(NULL);
}

static void job_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_job_id(NULL));
    assert_int_equal(cpk_job_status(NULL), 0);
    assert_null(cpk_job_status_name(NULL));
    assert_null(cpk_job_file_name(NULL));
    assert_int_equal(cpk_job_file_size(NULL), -1);
    assert_int_equal(cpk_job_progress(NULL), 0);
    assert_null(cpk_job_error_message(NULL));
    assert_int_equal(cpk_job_extracted_count(NULL), 0);
    assert_int_equal(cpk_job_total_chunks(NULL), 0);
    assert_int_equal(cpk_job_processed_chunks(NULL), 0);
    assert_null(cpk_job_failed_chunks(NULL));
    assert_int_equal(cpk_job_input_tokens(NULL), 0);
    assert_int_equal(cpk_job_output_tokens(NULL), 0);
    assert_int_equal(cpk_job_cost_micros(NULL), 0);
    assert_int_equal(cpk_job_created_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_job_updated_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_job_completed_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_job_list_count(NULL), 0);
    assert_null(cpk_job_list_at(NULL, 0));
    assert_null(cpk_job_list_next(NULL));
    assert_int_equal(cpk_job_list_copy(NULL, NULL, 0), 0);
    assert_null(cpk_legacy_pack_id(NULL));
    assert_null(cpk_legacy_pack_job_id(NULL));
    assert_null(cpk_legacy_pack_name(NULL));
    assert_null(cpk_legacy_pack_extraction_stats(NULL));
    assert_null(cpk_legacy_pack_chunk_stats(NULL));
    assert_null(cpk_legacy_pack_analysis_stats(NULL));
    assert_int_equal(cpk_legacy_pack_file_size(NULL), -1);
    assert_int_equal(cpk_legacy_pack_created_at(NULL), CPK_TIME_UNKNOWN);
    assert_null(cpk_legacy_pack_copy_id(NULL));
    assert_int_equal(cpk_legacy_pack_list_count(NULL), 0);
    assert_null(cpk_legacy_pack_list_at(NULL, 0));
    assert_null(cpk_legacy_pack_list_next(NULL));
    assert_int_equal(cpk_legacy_pack_list_copy(NULL, NULL, 0), 0);
}

static void admin_action_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_admin_action_id(NULL));
    assert_null(cpk_admin_action_admin_user_id(NULL));
    assert_int_equal(cpk_admin_action_type(NULL), 0);
    assert_null(cpk_admin_action_type_name(NULL));
    assert_null(cpk_admin_action_target_user_id(NULL));
    assert_int_equal(cpk_admin_action_credits(NULL), 0);
    assert_int_equal(cpk_admin_action_amount_micros(NULL), 0);
    assert_null(cpk_admin_action_reason(NULL));
    assert_null(cpk_admin_action_details(NULL));
    assert_int_equal(cpk_admin_action_created_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_admin_action_list_count(NULL), 0);
    assert_null(cpk_admin_action_list_at(NULL, 0));
    assert_null(cpk_admin_action_list_next(NULL));
    assert_int_equal(cpk_admin_action_list_copy(NULL, NULL, 0), 0);
}

static void user_and_transaction_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_user_id(NULL));
    assert_null(cpk_user_email(NULL));
    assert_null(cpk_user_full_name(NULL));
    assert_null(cpk_user_avatar_url(NULL));
    assert_null(cpk_user_storage_directory(NULL));
    assert_int_equal(cpk_user_payment_plan(NULL), 0);
    assert_int_equal(cpk_user_credits_balance(NULL), 0);
    assert_int_equal(cpk_user_chunks_analyzed(NULL), 0);
    assert_int_equal(cpk_user_created_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_user_updated_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_user_suspended_at(NULL), CPK_TIME_UNKNOWN);
    assert_null(cpk_user_suspension_reason(NULL));
    assert_int_equal(cpk_user_deleted_at(NULL), CPK_TIME_UNKNOWN);
    assert_null(cpk_user_subscription_id(NULL));
    assert_null(cpk_user_subscription_status(NULL));
    assert_int_equal(cpk_user_plan_starts_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_user_plan_ends_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_user_list_count(NULL), 0);
    assert_null(cpk_user_list_at(NULL, 0));
    assert_null(cpk_user_list_next(NULL));
    assert_int_equal(cpk_user_list_copy(NULL, NULL, 0), 0);
    assert_null(cpk_transaction_id(NULL));
    assert_null(cpk_transaction_user_id(NULL));
    assert_int_equal(cpk_transaction_type(NULL), 0);
    assert_null(cpk_transaction_type_name(NULL));
    assert_int_equal(cpk_transaction_credits(NULL), 0);
    assert_int_equal(cpk_transaction_amount_micros(NULL), 0);
    assert_null(cpk_transaction_package_id(NULL));
    assert_null(cpk_transaction_job_id(NULL));
    assert_null(cpk_transaction_description(NULL));
    assert_int_equal(cpk_transaction_created_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_transaction_list_count(NULL), 0);
    assert_null(cpk_transaction_list_at(NULL, 0));
    assert_null(cpk_transaction_list_next(NULL));
    assert_int_equal(cpk_transaction_list_copy(NULL, NULL, 0), 0);
}

static void package_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_package_id(NULL));
    assert_null(cpk_package_name(NULL));
    assert_null(cpk_package_currency(NULL));
    assert_int_equal(cpk_package_decimals(NULL), 0);
    assert_int_equal(cpk_package_credits(NULL), 0);
    assert_int_equal(cpk_package_amount(NULL), 0);
    assert_null(cpk_package_interval(NULL));
    assert_int_equal(cpk_package_is_unlimited(NULL), 0);
    assert_null(cpk_package_price_id(NULL));
    assert_int_equal(cpk_package_tier_count(NULL), 0);
    assert_int_equal(cpk_package_tier_from_credits(NULL, 0), 0);
    assert_int_equal(cpk_package_tier_unit_micros(NULL, 0), 0);
    cpk_package_free(NULL);
    assert_int_equal(cpk_package_list_count(NULL), 0);
    assert_null(cpk_package_list_at(NULL, 0));
    assert_null(cpk_package_list_next(NULL));
    assert_int_equal(cpk_package_list_copy(NULL, NULL, 0), 0);
    cpk_package_list_free(NULL);
}

static void stripe_object_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_stripe_object_id(NULL));
    assert_null(cpk_stripe_object_type(NULL));
    assert_null(cpk_stripe_object_url(NULL));
    assert_null(cpk_stripe_object_status(NULL));
    assert_null(cpk_stripe_object_currency(NULL));
    assert_int_equal(cpk_stripe_object_amount(NULL), 0);
    assert_int_equal(cpk_stripe_object_expires_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_stripe_object_is_live(NULL), 0);
    assert_null(cpk_stripe_object_attempt_id(NULL));
    assert_null(cpk_stripe_object_customer_id(NULL));
    cpk_stripe_object_free(NULL);
}

static void payment_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_payment_id(NULL));
    assert_null(cpk_payment_customer_id(NULL));
    assert_null(cpk_payment_stripe_payment_id(NULL));
    assert_null(cpk_payment_package_id(NULL));
    assert_null(cpk_payment_currency(NULL));
    assert_int_equal(cpk_payment_amount(NULL), 0);
    assert_int_equal(cpk_payment_amount_back(NULL), 0);
    assert_int_equal(cpk_payment_credits(NULL), 0);
    assert_int_equal(cpk_payment_is_unlimited(NULL), 0);
    assert_int_equal(cpk_payment_created_at(NULL), CPK_TIME_UNKNOWN);
    cpk_payment_free(NULL);
    assert_int_equal(cpk_payment_list_count(NULL), 0);
    assert_null(cpk_payment_list_at(NULL, 0));
    assert_null(cpk_payment_list_next(NULL));
    assert_int_equal(cpk_payment_list_copy(NULL, NULL, 0), 0);
    cpk_payment_list_free(NULL);
}

static void payment_attempt_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_payment_attempt_id(NULL));
    assert_null(cpk_payment_attempt_user_id(NULL));
    assert_null(cpk_payment_attempt_type(NULL));
    assert_int_equal(cpk_payment_attempt_credits_requested(NULL), 0);
    assert_int_equal(cpk_payment_attempt_amount_micros(NULL), 0);
    assert_null(cpk_payment_attempt_ip_address(NULL));
    assert_null(cpk_payment_attempt_user_agent(NULL));
    assert_int_equal(cpk_payment_attempt_status(NULL), 0);
    assert_null(cpk_payment_attempt_status_name(NULL));
    assert_null(cpk_payment_attempt_error_message(NULL));
    assert_int_equal(cpk_payment_attempt_created_at(NULL), CPK_TIME_UNKNOWN);
    assert_null(cpk_payment_attempt_stripe_id(NULL));
    cpk_payment_attempt_free(NULL);
    assert_int_equal(cpk_payment_attempt_list_count(NULL), 0);
    assert_null(cpk_payment_attempt_list_at(NULL, 0));
    assert_null(cpk_payment_attempt_list_next(NULL));
    assert_int_equal(cpk_payment_attempt_list_copy(NULL, NULL, 0), 0);
    cpk_payment_attempt_list_free(NULL);
}

static void payment_velocity_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_payment_velocity_subject(NULL));
    assert_int_equal(cpk_payment_velocity_others(NULL), 0);
    assert_int_equal(cpk_payment_velocity_attempts(NULL), 0);
    assert_int_equal(cpk_payment_velocity_succeeded(NULL), 0);
    assert_int_equal(cpk_payment_velocity_failed(NULL), 0);
    assert_int_equal(cpk_payment_velocity_refused(NULL), 0);
    assert_int_equal(cpk_payment_velocity_credits_requested(NULL), 0);
    assert_int_equal(cpk_payment_velocity_amount_micros(NULL), 0);
    assert_int_equal(cpk_payment_velocity_first_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_payment_velocity_last_at(NULL), CPK_TIME_UNKNOWN);
    cpk_payment_velocity_free(NULL);
    assert_int_equal(cpk_payment_velocity_list_count(NULL), 0);
    assert_null(cpk_payment_velocity_list_at(NULL, 0));
    assert_null(cpk_payment_velocity_list_next(NULL));
    assert_int_equal(cpk_payment_velocity_list_copy(NULL, NULL, 0), 0);
    cpk_payment_velocity_list_free(NULL);
}

static void webhook_result_getters_accept_null(void **state)
{
    (void)state;
    assert_int_equal(cpk_webhook_result_outcome(NULL), 0);
    assert_null(cpk_webhook_result_event_id(NULL));
    assert_null(cpk_webhook_result_event_type(NULL));
    assert_null(cpk_webhook_result_user_id(NULL));
    assert_int_equal(cpk_webhook_result_credits(NULL), 0);
    assert_null(cpk_webhook_result_json(NULL));
    cpk_webhook_result_free(NULL);
    assert_int_equal(cpk_reconcile_report_starts_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_reconcile_report_seen(NULL), 0);
    assert_int_equal(cpk_reconcile_report_known(NULL), 0);
    assert_int_equal(cpk_reconcile_report_processed(NULL), 0);
    assert_int_equal(cpk_reconcile_report_ignored(NULL), 0);
    assert_int_equal(cpk_reconcile_report_unclaimed(NULL), 0);
    assert_int_equal(cpk_reconcile_report_refused(NULL), 0);
    assert_int_equal(cpk_reconcile_report_failed(NULL), 0);
    assert_null(cpk_reconcile_report_first_failure(NULL));
    cpk_reconcile_report_free(NULL);
}

static void hold_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_hold_key(NULL));
    assert_null(cpk_hold_reference(NULL));
    assert_int_equal(cpk_hold_status(NULL), 0);
    assert_int_equal(cpk_hold_is_unlimited(NULL), 0);
    assert_int_equal(cpk_hold_credits(NULL), 0);
    assert_int_equal(cpk_hold_remaining(NULL), 0);
    assert_int_equal(cpk_hold_committed(NULL), 0);
    assert_int_equal(cpk_hold_expires_at(NULL), CPK_TIME_UNKNOWN);
    cpk_hold_free(NULL);
}

static void pack_and_export_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_pack_id(NULL));
    assert_null(cpk_pack_name(NULL));
    assert_null(cpk_pack_description(NULL));
    assert_null(cpk_pack_custom_system_prompt(NULL));
    assert_int_equal(cpk_pack_total_sources(NULL), 0);
    assert_int_equal(cpk_pack_total_tokens(NULL), 0);
    assert_int_equal(cpk_pack_created_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_pack_updated_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_pack_list_count(NULL), 0);
    assert_null(cpk_pack_list_at(NULL, 0));
    assert_null(cpk_pack_list_next(NULL));
    assert_int_equal(cpk_pack_list_copy(NULL, NULL, 0), 0);
    assert_null(cpk_export_id(NULL));
    assert_null(cpk_export_pack_id(NULL));
    assert_int_equal(cpk_export_type(NULL), 0);
    assert_null(cpk_export_type_name(NULL));
    assert_int_equal(cpk_export_status(NULL), 0);
    assert_null(cpk_export_status_name(NULL));
    assert_null(cpk_export_error_message(NULL));
    assert_int_equal(cpk_export_token_count(NULL), -1);
    assert_int_equal(cpk_export_file_size(NULL), -1);
    assert_int_equal(cpk_export_created_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_export_updated_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_export_list_count(NULL), 0);
    assert_null(cpk_export_list_at(NULL, 0));
    assert_null(cpk_export_list_next(NULL));
    assert_int_equal(cpk_export_list_copy(NULL, NULL, 0), 0);
}

static void source_getters_accept_null(void **state)
{
    (void)state;
    assert_null(cpk_work_id(NULL));
    assert_null(cpk_work_user_id(NULL));
    assert_null(cpk_work_kind(NULL));
    assert_int_equal(cpk_work_state(NULL), 0);
    assert_null(cpk_work_state_name(NULL));
    assert_int_equal(cpk_work_priority(NULL), 0);
    assert_int_equal(cpk_work_attempts(NULL), 0);
    assert_null(cpk_work_reason(NULL));
    assert_null(cpk_work_message(NULL));
    assert_int_equal(cpk_work_submitted_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_work_run_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_work_lease_until(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_work_is_cancelled(NULL), 0);
    assert_int_equal(cpk_work_claim_number(NULL), 0);
    assert_int_equal(cpk_work_list_count(NULL), 0);
    assert_null(cpk_work_list_at(NULL, 0));
    assert_null(cpk_work_list_next(NULL));
    assert_int_equal(cpk_work_list_copy(NULL, NULL, 0), 0);
    assert_null(cpk_source_user_id(NULL));
    assert_null(cpk_source_stalled_reason(NULL));
    assert_int_equal(cpk_source_lease_until(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_source_attempts(NULL), 0);
    assert_null(cpk_source_id(NULL));
    assert_null(cpk_source_pack_id(NULL));
    assert_null(cpk_source_name(NULL));
    assert_int_equal(cpk_source_type(NULL), 0);
    assert_null(cpk_source_type_name(NULL));
    assert_int_equal(cpk_source_status(NULL), 0);
    assert_null(cpk_source_status_name(NULL));
    assert_int_equal(cpk_source_progress(NULL), 0);
    assert_null(cpk_source_error_message(NULL));
    assert_null(cpk_source_file_name(NULL));
    assert_null(cpk_source_extractor(NULL));
    assert_null(cpk_source_losses(NULL));
    assert_null(cpk_source_loss_summary(NULL));
    assert_int_equal(cpk_source_is_partial(NULL), 0);
    assert_int_equal(cpk_source_file_size(NULL), -1);
    assert_string_equal(cpk_source_format(NULL), "");
    assert_string_equal(cpk_source_sha256(NULL), "");
    assert_int_equal(cpk_source_message_count(NULL), 0);
    assert_int_equal(cpk_source_conversation_count(NULL), 0);
    assert_int_equal(cpk_source_known_messages(NULL), 0);
    assert_int_equal(cpk_source_text_tokens(NULL), 0);
    assert_int_equal(cpk_source_total_chunks(NULL), 0);
    assert_int_equal(cpk_source_processed_chunks(NULL), 0);
    assert_int_equal(cpk_source_input_tokens(NULL), 0);
    assert_int_equal(cpk_source_output_tokens(NULL), 0);
    assert_int_equal(cpk_source_cost_micros(NULL), 0);
    assert_int_equal(cpk_source_created_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_source_updated_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_source_completed_at(NULL), CPK_TIME_UNKNOWN);
    assert_int_equal(cpk_source_list_count(NULL), 0);
    assert_null(cpk_source_list_at(NULL, 0));
    assert_null(cpk_source_list_next(NULL));
    assert_int_equal(cpk_source_list_copy(NULL, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_engine_options_are_rejected_or_default),
        cmocka_unit_test(calls_without_a_database_reject_null),
        cmocka_unit_test(calls_with_a_null_session_are_rejected),
        cmocka_unit_test(null_for_required_arguments_is_rejected),
        cmocka_unit_test(freeing_null_does_nothing),
        cmocka_unit_test(getters_accept_null),
        cmocka_unit_test(inspection_getters_accept_null),
        cmocka_unit_test(job_getters_accept_null),
        cmocka_unit_test(admin_action_getters_accept_null),
        cmocka_unit_test(user_and_transaction_getters_accept_null),
        cmocka_unit_test(webhook_result_getters_accept_null),
        cmocka_unit_test(package_getters_accept_null),
        cmocka_unit_test(stripe_object_getters_accept_null),
        cmocka_unit_test(payment_getters_accept_null),
        cmocka_unit_test(payment_attempt_getters_accept_null),
        cmocka_unit_test(payment_velocity_getters_accept_null),
        cmocka_unit_test(hold_getters_accept_null),
        cmocka_unit_test(pack_and_export_getters_accept_null),
        cmocka_unit_test(source_getters_accept_null),
        cmocka_unit_test(build_rejects_null_paths_and_its_getters_accept_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
