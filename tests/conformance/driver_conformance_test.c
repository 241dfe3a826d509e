/* The public suite on the built-in drivers. */
#include "conformance/conformance.h"
#include "support/backend.h"

#include "base/context.h"
#include "database/postgres/postgres.h"
#include "database/sqlite/sqlite.h"
#include "support/scratch.h"

struct target {
    struct context context;
    const char *uri; /* or the path of an SQLite file */
};

static cpk_status target_open(void *user, int64_t busy_timeout_ms, cpk_database_driver *driver, cpk_error **error)
{
    struct target *target = user;

    target->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = busy_timeout_ms;
    return backend_is_postgres() ? postgres_driver_create(&target->context, target->uri, driver, error)
                                 : sqlite_driver_create(&target->context, target->uri, 1, driver, error);
}

static void report(void *user, const char *rule, const char *failure)
{
    (void)user;
    printf("%s %s%s%s\n", failure == NULL ? "ok    " : "FAILED", rule, failure == NULL ? "" : ": ",
           failure == NULL ? "" : failure);
    fflush(stdout); /* before a rule forks */
}

static int32_t suite_run(const char *uri, uint32_t flags)
{
    cpk_database_conformance suite = CPK_DATABASE_CONFORMANCE_INIT;
    struct target target = {.uri = uri};
    int32_t failures = 1;

    context_init(&target.context);
    suite.flags = flags;
    suite.open = target_open;
    suite.user = &target;
    suite.report = report;
    return cpk_database_conformance_run(&suite, &failures, NULL) == CPK_OK ? failures : 1;
}

int main(void)
{
    char folder[SCRATCH_SHORT_BYTES];
    char uri[BACKEND_URI_BYTES];
    char command[BACKEND_URI_BYTES];
    int32_t failures;

    if (cpk_database_conformance_run(NULL, NULL, NULL) != CPK_ERROR_INVALID_ARGUMENT) {
        return 1;
    }
    if (backend_is_postgres()) {
        backend_fresh(uri, 0);
        return suite_run(uri, CPK_CONFORMANCE_PROCESSES) > 0;
    }
    scratch_make_short(folder);
    snprintf(uri, sizeof uri, "%s/test.db", folder);
    failures = suite_run(uri, CPK_CONFORMANCE_PROCESSES);
    snprintf(command, sizeof command, "rm -r %s", folder);
    failures += system(command) != 0;
    failures += suite_run(":memory:", 0);
    return failures > 0;
}
