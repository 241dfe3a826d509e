/* The database that a test runs on. CONTEXTPACK_TEST_BACKEND says which: nothing for SQLite, "postgres" or "pgbouncer"
 * for the servers that tests/postgres/server.py starts. */
#ifndef TESTS_SUPPORT_BACKEND_H
#define TESTS_SUPPORT_BACKEND_H

#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKEND_URI_BYTES 512
#define BACKEND_OWNER     "contextpack_test"
#define BACKEND_TEMPLATE  "contextpack_template" /* migrated once by the fixture; used when it is there */

static inline const char *backend_variable(const char *name)
{
    const char *value = getenv(name);

    if (value == NULL) {
        fprintf(stderr, "%s is not set: run the test through tests/postgres/server.py\n", name);
        exit(1);
    }
    return value;
}

/* 1 when tests run on PostgreSQL. */
static inline int32_t backend_is_postgres(void)
{
    const char *backend = getenv("CONTEXTPACK_TEST_BACKEND");

    return backend != NULL && backend[0] != '\0' && strcmp(backend, "sqlite") != 0;
}

/* The maintenance URI's last part replaced: "postgresql://.../postgres" -> "postgresql://.../NAME". */
static inline void backend_uri_of(const char *name, char uri[BACKEND_URI_BYTES])
{
    const char *backend = getenv("CONTEXTPACK_TEST_BACKEND");
    const char *variable =
        strcmp(backend, "pgbouncer") == 0 ? "CONTEXTPACK_TEST_PGBOUNCER" : "CONTEXTPACK_TEST_POSTGRES";
    const char *base = backend_variable(variable);

    snprintf(uri, BACKEND_URI_BYTES, "%.*s/%s", (int)(strrchr(base, '/') - base), base, name);
}

/* One connection straight to the maintenance database, as the superuser, who may end any process that is in a database
 * to be dropped. It is kept: OpenSSL, which a handshake needs, is gone when the process ends, but the database is still
 * to be dropped. */
static inline PGconn *backend_connection(void)
{
    static PGconn *connection;

    if (connection == NULL || PQstatus(connection) != CONNECTION_OK) {
        const char *const keywords[] = {"dbname", "sslmode", NULL};
        const char *const values[] = {backend_variable("CONTEXTPACK_TEST_POSTGRES_SUPERUSER"), "disable", NULL};

        PQfinish(connection);
        connection = PQconnectdbParams(keywords, values, 1);
        PQclear(PQexec(connection, "SET client_min_messages = warning"));
    }
    return connection;
}

/* Statements on the maintenance database. 1 when all went well. */
static inline int32_t backend_run(const char *first, const char *second, int32_t is_quiet)
{
    const char *const statements[] = {first, second};

    for (size_t i = 0; i < sizeof statements / sizeof statements[0] && statements[i] != NULL; i++) {
        PGresult *result = PQexec(backend_connection(), statements[i]);
        int32_t is_well = PQresultStatus(result) == PGRES_COMMAND_OK;

        PQclear(result);
        if (!is_well) {
            fprintf(stderr, "%s", is_quiet ? "" : PQerrorMessage(backend_connection()));
            return 0;
        }
    }
    return 1;
}

#define BACKEND_KEPT 3 /* databases of a process at once */

static inline void backend_name(int32_t slot, char name[64])
{
    snprintf(name, 64, "test_%ld_%d", (long)getpid(), (int)slot);
}

static inline void backend_drop(int32_t slot, char sql[160])
{
    char name[64];

    backend_name(slot, name);
    snprintf(sql, 160, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
}

static inline void backend_end(void)
{
    static long owner; /* forked children leave it to the parent */
    char sql[160];

    if (owner == 0) {
        owner = (long)getpid();
        atexit(backend_end);
        return;
    }
    for (int32_t slot = 0; slot < BACKEND_KEPT && owner == (long)getpid(); slot++) {
        backend_drop(slot, sql);
        backend_run(sql, NULL, 0);
    }
    if (owner == (long)getpid()) {
        PQfinish(backend_connection());
    }
}

/* A new database of this process's own. It goes with the process, or when BACKEND_KEPT newer ones were made.
 * Only `is_migrated` 0 promises that nothing is in it. */
static inline void backend_fresh(char uri[BACKEND_URI_BYTES], int32_t is_migrated)
{
    static int32_t made;
    int32_t slot = made++ % BACKEND_KEPT;
    char name[64];
    char drop[160];
    char create[200];

    if (made == 1) {
        backend_end(); /* when it is time */
    }
    backend_name(slot, name);
    backend_uri_of(name, uri);
    backend_drop(slot, drop);
    snprintf(create, sizeof create,
             "CREATE DATABASE %s OWNER " BACKEND_OWNER " TEMPLATE " BACKEND_TEMPLATE " STRATEGY file_copy", name);
    if (is_migrated && backend_run(drop, create, 1)) {
        return;
    }
    snprintf(create, sizeof create, "CREATE DATABASE %s OWNER " BACKEND_OWNER, name);
    if (!backend_run(drop, create, 0)) {
        exit(1);
    }
}

/* The URI of a new database for code that migrates it: in memory on SQLite. */
static inline const char *backend_database(char uri[BACKEND_URI_BYTES])
{
    if (!backend_is_postgres()) {
        return "sqlite::memory:";
    }
    backend_fresh(uri, 1);
    return uri;
}

#endif
