/* A host's driver under the installed suite: one that can't even be opened keeps no rule, and is told so each time. */
#include <contextpack/backend/conformance.h>

#include <stdio.h>

static cpk_status open_mine(void *user, int64_t busy_timeout_ms, cpk_database_driver *driver, cpk_error **error)
{
    (void)user;
    (void)busy_timeout_ms;
    (void)driver;
    if (error != NULL) {
        *error = cpk_error_new(CPK_ERROR_UNSUPPORTED, "own", "not written yet", NULL, 0);
    }
    return CPK_ERROR_UNSUPPORTED;
}

static void count(void *user, const char *rule, const char *failure)
{
    (void)rule;
    *(int32_t *)user += failure != NULL;
}

int main(void)
{
    cpk_database_conformance suite = CPK_DATABASE_CONFORMANCE_INIT;
    int32_t failures = 0;
    int32_t reported = 0;

    suite.open = open_mine;
    suite.report = count;
    suite.report_user = &reported;
    if (cpk_database_conformance_run(&suite, &failures, NULL) != CPK_OK || failures < 10 || reported != failures) {
        return 1;
    }
    printf("%d rules\n", (int)failures);
    return 0;
}
