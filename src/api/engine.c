#include "engine/engine.h"

#include "api/check.h"
#include "database/migrate.h"
#include "engine/local.h"
#include "engine/session.h"
#include "maintenance/health.h"
#include "store/statistics.h"

#include <string.h>

void cpk_engine_options_init(cpk_engine_options *options, size_t struct_size)
{
    params_init(options, struct_size);
}

cpk_status cpk_engine_open(const cpk_engine_options *caller_options, cpk_engine **engine, cpk_error **error)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    struct local_places places = {NULL, NULL, NULL};
    cpk_status status;

    CPK_CHECK_OUT(engine, error);
    CPK_TRY(params_read(&options, sizeof options, caller_options, "engine options", error));
    CPK_CHECK_ARG((options.flags & ~(CPK_ENGINE_NO_MIGRATE | CPK_ENGINE_NO_CREATE | CPK_ENGINE_LOCAL)) == 0,
                  "flags (CPK_ENGINE_*)", error);
    CPK_CHECK_ARG(options.log_level >= 0 && options.log_level <= CPK_LOG_DEBUG, "log_level (CPK_LOG_*)", error);
    CPK_CHECK_ARG(options.setting_count == 0 || options.settings != NULL, "settings", error);
    CPK_CHECK_ARG(options.extractor_driver_count == 0 || options.extractor_drivers != NULL, "extractor_drivers", error);
    for (size_t i = 0; i < options.setting_count; i++) {
        CPK_CHECK_ARG(options.settings[i].name != NULL, "settings[].name", error);
    }
    CPK_CHECK_ARG(options.text_setting_count == 0 || options.text_settings != NULL, "text_settings", error);
    for (size_t i = 0; i < options.text_setting_count; i++) {
        CPK_CHECK_ARG(options.text_settings[i].name != NULL, "text_settings[].name", error);
    }
    if ((options.flags & CPK_ENGINE_LOCAL) != 0) {
        CPK_TRY_CLEANUP(local_places_set(&places, &options, error));
    }
    CPK_TRY_CLEANUP(engine_create(&options, engine, error));
cleanup:
    local_places_free(&places);
    return status;
}

void cpk_engine_close(cpk_engine *engine)
{
    engine_release(engine);
}

cpk_status cpk_engine_setting(const cpk_engine *engine, const char *name, int64_t *value, cpk_error **error)
{
    enum setting found;

    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_CHECK_ARG(name != NULL, "name", error);
    CPK_CHECK_ARG(value != NULL, "value", error);
    found = settings_find(name);
    if (found == SETTING_COUNT) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "settings", "there is no setting \"%s\"", name);
    }
    *value = context_setting(&engine->context, found);
    return CPK_OK;
}

struct migration_call {
    cpk_migration_fn report;
    cpk_migration_change_fn change;
    void *user;
    int32_t dry_run;
    int32_t is_history;
};

static void report_migration(void *user, const struct migration_info *migration)
{
    const struct migration_call *call = user;

    if (migration->was_applied && !call->is_history) {
        return;
    }
    if (call->report != NULL) {
        call->report(call->user, (int32_t)migration->number, migration->name, !call->dry_run);
    }
    for (size_t i = 0; call->change != NULL && i < migration->change_count; i++) {
        call->change(call->user, (int32_t)migration->number, migration->changes[i]);
    }
}

cpk_status cpk_engine_migrate(cpk_engine *engine, int32_t dry_run, cpk_migration_fn report, void *user,
                              cpk_error **error)
{
    return cpk_engine_migrate_report(engine, dry_run, report, NULL, user, error);
}

cpk_status cpk_engine_migrate_report(cpk_engine *engine, int32_t dry_run, cpk_migration_fn report,
                                     cpk_migration_change_fn change, void *user, cpk_error **error)
{
    struct migration_call call = {report, change, user, dry_run != 0, 0};

    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_TRY(engine_need_database(engine, error));
    return database_migrate(engine->database, report_migration, &call, dry_run != 0, error);
}

cpk_status cpk_engine_migration_history(cpk_engine *engine, cpk_migration_fn report, cpk_migration_change_fn change,
                                        void *user, cpk_error **error)
{
    struct migration_call call = {report, change, user, 0, 1};

    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_TRY(engine_need_database(engine, error));
    return database_migration_history(engine->database, report_migration, &call, error);
}

void cpk_statistics_init(cpk_statistics *statistics, size_t struct_size)
{
    params_init(statistics, struct_size);
}

cpk_status cpk_engine_statistics(cpk_engine *engine, cpk_statistics *statistics, cpk_error **error)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_SERVICE, NULL};
    cpk_statistics result = CPK_STATISTICS_INIT;
    cpk_session *session;
    cpk_status status;

    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_CHECK_ARG(statistics != NULL, "statistics", error);
    CPK_CHECK_OUT_STRUCT(statistics, "statistics", error);
    CPK_TRY(engine_need_database(engine, error));
    CPK_TRY(session_create(engine, &actor, &session, error));
    CPK_TRY_CLEANUP(store_statistics_get(session->store, &result, error));
    params_write(statistics, &result, sizeof result);
cleanup:
    session_free(session);
    return status;
}

cpk_status cpk_engine_check(cpk_engine *engine, cpk_check_fn report, void *user, int32_t *failures, cpk_error **error)
{
    int32_t unused;

    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_CHECK_ARG(report != NULL, "report", error);
    return health_check(engine, report, user, failures != NULL ? failures : &unused, error);
}
