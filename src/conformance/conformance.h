/* Test suites for database and storage drivers. Installed as <contextpack/backend/conformance.h> with the static
 * library contextpack_conformance. */
#ifndef CONTEXTPACK_BACKEND_CONFORMANCE_H
#define CONTEXTPACK_BACKEND_CONFORMANCE_H

#include <contextpack/backend/database.h>
#include <contextpack/backend/storage.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CPK_CONFORMANCE_PROCESSES                                                                                      \
    (UINT32_C(1) << 0) /* other processes can open the database: enables rules that fork */

#define CPK_CONFORMANCE_LARGE                                                                                          \
    (UINT32_C(1)                                                                                                       \
     << 1) /* storage: a blob of 64 MiB, 1,200 keys and more rounds of threads; some minutes over a network */

/** Called for each rule. failure is NULL if the driver passes, otherwise a description; borrowed for the call. */
typedef void (*cpk_conformance_fn)(void *user, const char *rule, const char *failure);

/** Parameters of a run. Start from CPK_DATABASE_CONFORMANCE_INIT. New fields are added at the end. */
typedef struct cpk_database_conformance {
    uint32_t struct_size; /* sizeof(cpk_database_conformance) as the caller was compiled */
    uint32_t flags;       /* CPK_CONFORMANCE_* */
    /* Opens the driver, always on the same database. It may be empty: the suite creates and drops the table
     * contextpack_conformance. Called before each rule, also in child processes; the suite calls the driver's destroy.
     * A writer must wait up to busy_timeout_ms for another one, then return CPK_ERROR_BUSY. */
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
 * Tests a driver against every rule of the database interface, using it as the library does.
 *
 * On a database with roles, the role for CPK_ACTOR_SERVICE must exist; the suite grants it access to the table. On
 * CPK_DIALECT_POSTGRESQL it is service_role. Rules with threads and processes write a few thousand rows.
 *
 * @param failures  out, may be NULL: number of rules that failed
 * @return CPK_OK                      all rules were run, even if some failed
 *         CPK_ERROR_INVALID_ARGUMENT  `suite` or its `open` is missing, or its struct_size is too small
 * Since 0.2.
 */
cpk_status cpk_database_conformance_run(const cpk_database_conformance *suite, int32_t *failures, cpk_error **error);

/** Parameters of a run on a storage driver. Start from CPK_STORAGE_CONFORMANCE_INIT. New fields are added at the end.
 */
typedef struct cpk_storage_conformance {
    uint32_t struct_size; /* sizeof(cpk_storage_conformance) as the caller was compiled */
    uint32_t flags;       /* CPK_CONFORMANCE_LARGE or 0 */
    /* Opens the driver on a storage of its own: the suite removes everything in it. Called once; the suite calls the
     * driver's destroy. */
    cpk_status (*open)(void *user, cpk_storage_driver *driver, cpk_error **error);
    void *user;
    cpk_conformance_fn report; /* may be NULL */
    void *report_user;
} cpk_storage_conformance;

#define CPK_STORAGE_CONFORMANCE_INIT                                                                                   \
    {                                                                                                                  \
        sizeof(cpk_storage_conformance), 0, NULL, NULL, NULL, NULL                                                     \
    }

/**
 * Tests a driver against every rule of the storage interface, calling it as the library does, with valid keys only.
 *
 * A reader whose blob is replaced or removed may read on, or fail with CPK_ERROR_STORAGE; it must not return a byte of
 * another blob. Blobs are left behind.
 *
 * @param failures  out, may be NULL: number of rules that failed
 * @return CPK_OK                      all rules were run, even if some failed
 *         CPK_ERROR_INVALID_ARGUMENT  `suite` or its `open` is missing, or its struct_size is too small
 *         any other                   what `open` returned
 * Since 0.2.
 */
cpk_status cpk_storage_conformance_run(const cpk_storage_conformance *suite, int32_t *failures, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
