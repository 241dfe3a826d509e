#include "api/check.h"
#include "maintenance/archive.h"
#include "maintenance/backup.h"
#include "maintenance/key_rotation.h"
#include "maintenance/orphan_gc.h"
#include "maintenance/storage_copy.h"

#include <contextpack/maintenance.h>

#include <string.h>

void cpk_archive_report_init(cpk_archive_report *report, size_t struct_size)
{
    params_init(report, struct_size);
}

void cpk_sweep_report_init(cpk_sweep_report *report, size_t struct_size)
{
    params_init(report, struct_size);
}

cpk_status cpk_maintenance_archive(cpk_session *session, const cpk_run_options *options, cpk_archive_report *report,
                                   cpk_error **error)
{
    cpk_archive_report result;
    struct op_context op;
    cpk_status status;

    if (report != NULL) {
        CPK_CHECK_OUT_STRUCT(report, "report", error);
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(call_begin(&op, session, options, error));
    status = archive_run(session, &op, &result, error);
    op_end(&op);
    CPK_TRY(status);
    if (report != NULL) {
        params_write(report, &result, sizeof result);
    }
    return CPK_OK;
}

cpk_status cpk_maintenance_restore(cpk_session *session, const char *table, int32_t dry_run,
                                   const cpk_run_options *options, cpk_archive_report *report, cpk_error **error)
{
    cpk_archive_report result;
    struct op_context op;
    cpk_status status;

    if (report != NULL) {
        CPK_CHECK_OUT_STRUCT(report, "report", error);
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(dry_run == 0 || dry_run == 1, "dry_run", error);
    CPK_TRY(call_begin(&op, session, options, error));
    status = archive_restore(session, table, dry_run, &op, &result, error);
    op_end(&op);
    CPK_TRY(status);
    if (report != NULL) {
        params_write(report, &result, sizeof result);
    }
    return CPK_OK;
}

cpk_status cpk_maintenance_sweep(cpk_session *session, int32_t dry_run, const cpk_run_options *options,
                                 cpk_sweep_fn each, void *user, cpk_sweep_report *report, cpk_error **error)
{
    cpk_sweep_report result = CPK_SWEEP_REPORT_INIT;
    const struct orphan_gc_request request = {dry_run, each, user};
    struct op_context op;
    cpk_status status;

    if (report != NULL) {
        CPK_CHECK_OUT_STRUCT(report, "report", error);
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(dry_run == 0 || dry_run == 1, "dry_run", error);
    CPK_TRY(call_begin(&op, session, options, error));
    status = orphan_gc_run(session, &request, &op, &result, error);
    op_end(&op);
    CPK_TRY(status);
    if (report != NULL) {
        params_write(report, &result, sizeof result);
    }
    return CPK_OK;
}

void cpk_backup_report_init(cpk_backup_report *report, size_t struct_size)
{
    params_init(report, struct_size);
}

cpk_status cpk_engine_backup(cpk_engine *engine, const char *path, const char *storage, int32_t replace,
                             const cpk_run_options *options, cpk_backup_report *report, cpk_error **error)
{
    const struct backup_request request = {path, storage, replace};
    cpk_run_options run_options = CPK_RUN_OPTIONS_INIT;
    cpk_backup_report result = CPK_BACKUP_REPORT_INIT;
    struct op_context op;

    if (report != NULL) {
        CPK_CHECK_OUT_STRUCT(report, "report", error);
    }
    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_CHECK_ARG(path != NULL, "path", error);
    CPK_CHECK_ARG(replace == 0 || replace == 1, "replace", error);
    CPK_TRY(params_read(&run_options, sizeof run_options, options, "run options", error));
    op_context_init(&op, &engine->context, &run_options);
    CPK_TRY(backup_run(engine, &request, &op, &result, error));
    if (report != NULL) {
        params_write(report, &result, sizeof result);
    }
    return CPK_OK;
}

void cpk_storage_copy_report_init(cpk_storage_copy_report *report, size_t struct_size)
{
    params_init(report, struct_size);
}

cpk_status cpk_engine_copy_storage(cpk_engine *engine, const char *source, const char *target, uint32_t flags,
                                   const cpk_run_options *options, cpk_storage_copy_report *report, cpk_error **error)
{
    const struct storage_copy_request request = {source, target, flags};
    cpk_run_options run_options = CPK_RUN_OPTIONS_INIT;
    cpk_storage_copy_report result = CPK_STORAGE_COPY_REPORT_INIT;
    struct op_context op;

    if (report != NULL) {
        CPK_CHECK_OUT_STRUCT(report, "report", error);
    }
    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_CHECK_ARG(target != NULL, "target", error);
    CPK_CHECK_ARG((flags & ~(CPK_STORAGE_COPY_VERIFY | CPK_STORAGE_COPY_MIRROR)) == 0, "flags", error);
    CPK_TRY(params_read(&run_options, sizeof run_options, options, "run options", error));
    op_context_init(&op, &engine->context, &run_options);
    CPK_TRY(storage_copy_run(engine, &request, &op, &result, error));
    if (report != NULL) {
        params_write(report, &result, sizeof result);
    }
    return CPK_OK;
}

void cpk_key_report_init(cpk_key_report *report, size_t struct_size)
{
    params_init(report, struct_size);
}

cpk_status cpk_engine_rotate_keys(cpk_engine *engine, int64_t data_key_age_ms, const cpk_run_options *options,
                                  cpk_key_report *report, cpk_error **error)
{
    cpk_run_options run_options = CPK_RUN_OPTIONS_INIT;
    cpk_key_report result = CPK_KEY_REPORT_INIT;
    struct op_context op;

    if (report != NULL) {
        CPK_CHECK_OUT_STRUCT(report, "report", error);
    }
    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_CHECK_ARG(data_key_age_ms >= -1, "data_key_age_ms", error);
    CPK_TRY(params_read(&run_options, sizeof run_options, options, "run options", error));
    op_context_init(&op, &engine->context, &run_options);
    CPK_TRY(key_rotation_run(engine, data_key_age_ms, &op, &result, error));
    if (report != NULL) {
        params_write(report, &result, sizeof result);
    }
    return CPK_OK;
}
