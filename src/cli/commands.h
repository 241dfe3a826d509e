/* The functions of the commands; each returns the exit code. One file for each command or group of commands. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

struct cli;

int command_build(struct cli *cli);
int command_extract(struct cli *cli);
int command_inspect(struct cli *cli);
int command_chunk(struct cli *cli);
int command_tokens(struct cli *cli);
int command_redact(struct cli *cli);

int command_user_create(struct cli *cli);
int command_user_list(struct cli *cli);
int command_user_show(struct cli *cli);
int command_user_update(struct cli *cli);
int command_user_plan(struct cli *cli);
int command_user_delete(struct cli *cli);

int command_admin_adjust(struct cli *cli);
int command_admin_support(struct cli *cli);
int command_admin_refund(struct cli *cli);
int command_admin_suspend(struct cli *cli);
int command_admin_unsuspend(struct cli *cli);
int command_admin_plan(struct cli *cli);
int command_admin_log(struct cli *cli);

int command_job_create(struct cli *cli);
int command_job_list(struct cli *cli);
int command_job_show(struct cli *cli);
int command_job_run(struct cli *cli);
int command_job_quote(struct cli *cli);
int command_job_delete(struct cli *cli);
int command_job_packs(struct cli *cli);
int command_job_read(struct cli *cli);
int command_job_copy(struct cli *cli);
int command_job_uncopy(struct cli *cli);

int command_backup(struct cli *cli);
int command_maintenance_archive(struct cli *cli);
int command_maintenance_restore(struct cli *cli);
int command_maintenance_sweep(struct cli *cli);
int command_storage_rotate_keys(struct cli *cli);
int command_storage_copy(struct cli *cli);

int command_pack_create(struct cli *cli);
int command_pack_list(struct cli *cli);
int command_pack_show(struct cli *cli);
int command_pack_rename(struct cli *cli);
int command_pack_delete(struct cli *cli);
int command_pack_quote(struct cli *cli);

int command_source_add(struct cli *cli);
int command_source_list(struct cli *cli);
int command_source_show(struct cli *cli);
int command_source_run(struct cli *cli);
int command_source_quote(struct cli *cli);
int command_source_read(struct cli *cli);
int command_source_delete(struct cli *cli);

int command_export_create(struct cli *cli);
int command_export_list(struct cli *cli);
int command_export_show(struct cli *cli);
int command_export_read(struct cli *cli);
int command_export_delete(struct cli *cli);

int command_credits_balance(struct cli *cli);
int command_credits_grant(struct cli *cli);
int command_credits_statement(struct cli *cli);
int command_credits_audit(struct cli *cli);

int command_report_revenue(struct cli *cli);
int command_report_usage(struct cli *cli);

int command_package_list(struct cli *cli);
int command_checkout_create(struct cli *cli);
int command_payment_list(struct cli *cli);
int command_payment_velocity(struct cli *cli);
int command_payment_unclaimed(struct cli *cli);
int command_payment_assign(struct cli *cli);
int command_payment_reconcile(struct cli *cli);
int command_webhook_stripe(struct cli *cli);

int command_work_submit(struct cli *cli);
int command_work_list(struct cli *cli);
int command_work_show(struct cli *cli);
int command_work_cancel(struct cli *cli);
int command_work_redrive(struct cli *cli);
int command_worker(struct cli *cli);
int command_metrics(struct cli *cli);

int command_migrate(struct cli *cli);
int command_doctor(struct cli *cli);
int command_mcp(struct cli *cli);
int command_settings(struct cli *cli);
int command_completion(struct cli *cli);
int command_version(struct cli *cli);
int command_help(struct cli *cli);

#endif
