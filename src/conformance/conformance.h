/* Installed as <contextpack/backend/conformance.h>, with the static library contextpack_conformance. */
#ifndef CONTEXTPACK_BACKEND_CONFORMANCE_H
#define CONTEXTPACK_BACKEND_CONFORMANCE_H

#include <contextpack/backend/database.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CPK_CONFORMANCE_PROCESSES (UINT32_C(1) << 0) /* other processes can open the same database: rules fork */

/** Takes one rule and how it went: failure is NULL when the driver keeps it, else what was seen; borrowed. */
typedef void (*cpk_conformance_fn)(void *user, const char *rule, const char *failure);

/** What is tested. Start from CPK_DATABASE_CONFORMANCE_INIT. Grows only at its end. */
typedef struct cpk_database_conformance {
    uint32_t struct_size; /* sizeof(cpk_database_conformance) as the caller was compiled */
    uint32_t flags;       /* CPK_CONFORMANCE_* */
    /* Opens the driver, always on the same database, which may be empty: the suite makes and drops the table
     * contextpack_conformance. Called before each rule, also in child processes; the suite calls the driver's destroy.
     * A writer should wait for another one for busy_timeout_ms, then answer CPK_ERROR_BUSY. */
    cpk_status (*open)(void *user, int64_t busy_timeout_ms, cpk_database_driver *driver, cpk_error **error);
    void *user;
    cpk_conformance_fn report; /* may be NULL */
    void *report_user;
} cpk_database_conformance;

#define CPK_DATABASE_CONFORMANCE_INIT                                                                                  \
    {                                                                                                                  \
        sizeof(cpk_database_conformance), 0, NULL, NULL, NULL, NULL                                                    \
    }

/**
 * Runs every rule of the database seam against a driver, as the library would use it.
 *
 * Where the database has roles, the one that acts for CPK_ACTOR_SERVICE must exist and is granted the table; on
 * CPK_DIALECT_POSTGRESQL it is called service_role. Rules with threads and processes write a few thousand rows.
 *
 * @param failures  out, may be NULL: the rules that were not kept
 * @return CPK_OK when all rules were tried, also when some failed
 *         CPK_ERROR_INVALID_ARGUMENT  `suite` or its `open` is missing, or its struct_size is too small
 * Since 0.2.
 */
cpk_status cpk_database_conformance_run(const cpk_database_conformance *suite, int32_t *failures, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
