/* The database that a test runs on. CONTEXTPACK_TEST_BACKEND says which: nothing for SQLite, "postgres" or "pgbouncer"
 * for the servers that tests/postgres/server.py starts. */
#ifndef TESTS_UNIT_BACKEND_H
#define TESTS_UNIT_BACKEND_H

#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKEND_URI_BYTES 512
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

/* One connection straight to the maintenance database, kept: OpenSSL, which a handshake needs, is gone when the process
 * ends, but the database is still to be dropped. */
static inline PGconn *backend_connection(void)
{
    static PGconn *connection;

    if (connection == NULL || PQstatus(connection) != CONNECTION_OK) {
        const char *const keywords[] = {"dbname", "sslmode", NULL};
        const char *const values[] = {backend_variable("CONTEXTPACK_TEST_POSTGRES"), "disable", NULL};

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

static inline void backend_name(char name[64])
{
    snprintf(name, 64, "test_%ld", (long)getpid());
}

static inline void backend_drop(void)
{
    static long owner; /* forked children leave it to the parent */
    char name[64];
    char sql[160];

    if (owner == 0) {
        owner = (long)getpid();
        atexit(backend_drop);
        return;
    }
    if (owner == (long)getpid()) {
        backend_name(name);
        snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
        backend_run(sql, NULL, 0);
        PQfinish(backend_connection());
    }
}

/* A database of this process's own, new with each call: the one of the call before is gone. It goes with the process.
 * Only `is_migrated` 0 promises that nothing is in it. */
static inline void backend_fresh(char uri[BACKEND_URI_BYTES], int32_t is_migrated)
{
    static int32_t is_known;
    char name[64];
    char drop[160];
    char create[200];

    backend_name(name);
    backend_uri_of(name, uri);
    snprintf(drop, sizeof drop, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    snprintf(create, sizeof create, "CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, BACKEND_TEMPLATE);
    if (!is_known) {
        is_known = 1;
        backend_drop(); /* at the end */
    }
    if (is_migrated && backend_run(drop, create, 1)) {
        return;
    }
    snprintf(create, sizeof create, "CREATE DATABASE %s", name);
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
