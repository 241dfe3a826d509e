#include "database/postgres/failure.h"

#include "base/error.h"
#include "database/postgres/sqlstate.h"

#include <stdio.h>
#include <string.h> /* strcasestr */

#define DOMAIN       "database"
#define REASON_BYTES 400

/* Permanent errors of libpq while connecting, recognized by their text. */
static const char *const final_of_libpq[] = {
    "certificate verify failed",
    "does not match host name",
    "does not support ssl",
    "no password supplied",
    "root certificate file",
    "could not load",
    "could not read certificate",
    "certificate present, but not",
    "invalid port number",
    "invalid connection option",
    "could not match",
    "value: \"",
    "weak sslmode",
};

/* Copies the first line of `text`. Errors about data quote the value after a colon; it is cut off. */
static void copy_reason(const char *text, int32_t is_about_data, char reason[REASON_BYTES])
{
    size_t length = strcspn(text, "\r\n");

    snprintf(reason, REASON_BYTES, "%.*s", (int)(length < REASON_BYTES ? length : REASON_BYTES - 1), text);
    if (is_about_data) {
        char *value = strstr(reason, ": \"");

        if (value != NULL) {
            *value = '\0';
        }
    }
}

/* libpq reports this only as text. */
static int32_t is_out_of_memory(const char *reason)
{
    return strstr(reason, "out of memory") != NULL || strstr(reason, "cannot allocate memory") != NULL;
}

/* Returns advice for a missing role or role membership, or "". Role names are in the message in any language. */
static const char *role_advice(const char *sqlstate, const char *reason)
{
    if (strstr(reason, "service_role") == NULL && strstr(reason, "authenticated") == NULL) {
        return "";
    }
    if (strcmp(sqlstate, "42501") == 0) {
        return ": the login must be a member of the roles of clients (GRANT anon, authenticated, service_role TO "
               "<login>)";
    }
    if (strcmp(sqlstate, "22023") == 0) {
        return ": run `contextpack migrate` as the role that owns the database, which creates what is missing";
    }
    return "";
}

/* Returns 1 for a new profile without a login: the only foreign key of user_profiles refers to the logins. */
static int32_t lacks_login(const PGresult *result, const char *sqlstate)
{
    const char *schema = PQresultErrorField(result, PG_DIAG_SCHEMA_NAME);
    const char *table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);

    return strcmp(sqlstate, "23503") == 0 && schema != NULL && strcmp(schema, "public") == 0 && table != NULL &&
           strcmp(table, "user_profiles") == 0;
}

/* A standby rejects a READ WRITE transaction with 0A000 (feature_not_supported). The source file distinguishes it from
 * other unsupported features, because the text may be translated. */
int32_t failure_is_of_standby(const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *file = PQresultErrorField(result, PG_DIAG_SOURCE_FILE);

    return sqlstate != NULL && file != NULL && strcmp(sqlstate, "0A000") == 0 && strcmp(file, "guc.c") == 0;
}

/* Poolers omit the source location, and pgbouncer the untranslated severity. */
static struct sqlstate_report read_report(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    struct sqlstate_report report = {.sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE)};

    severity = severity != NULL ? severity : PQresultErrorField(result, PG_DIAG_SEVERITY);
    report.sqlstate = report.sqlstate != NULL ? report.sqlstate : "08006";
    report.message = message != NULL ? message : PQresultErrorMessage(result);
    report.is_fatal = severity != NULL && strcmp(severity, "ERROR") != 0;
    report.is_of_standby = failure_is_of_standby(result);
    report.is_of_pooler = PQresultErrorField(result, PG_DIAG_SOURCE_FILE) == NULL;
    return report;
}

cpk_status failure_of_result(const PGresult *result, const char *name, int32_t cancelled, cpk_error **error)
{
    const struct sqlstate_report report = read_report(result);
    const char *sqlstate = report.sqlstate;
    char reason[REASON_BYTES];
    cpk_status code = sqlstate_code(&report);

    copy_reason(report.message, sqlstate_is_class(sqlstate, "22"), reason);
    if (strcmp(sqlstate, "57014") == 0 && cancelled) {
        return error_set_native(error, CPK_ERROR_CANCELLED, DOMAIN, sqlstate, 1, "the statement was cancelled");
    }
    if (code == CPK_ERROR_TIMEOUT) {
        return error_set_native(error, code, DOMAIN, sqlstate, 1,
                                "the database %s stopped a statement: %s; try again, or raise "
                                "database.statement_timeout_ms",
                                name, reason);
    }
    if (strcmp(sqlstate, "55P03") == 0) {
        return error_set_native(error, code, DOMAIN, sqlstate, 1,
                                "another session holds a lock in the database %s; try again or raise "
                                "database.busy_timeout_ms",
                                name);
    }
    if (lacks_login(result, sqlstate)) {
        return error_set_native(error, CPK_ERROR_NOT_FOUND, DOMAIN, sqlstate, 0,
                                "auth.users of the database %s has no login with the id of the new profile: create the "
                                "login first (by a sign-up or in Supabase's user list), then its profile",
                                name);
    }
    if (report.is_of_standby) {
        return error_set_native(error, code, DOMAIN, sqlstate, 1,
                                "the server of the database %s is a read-only standby; try again when the failover is "
                                "complete",
                                name);
    }
    return error_set_native(error, code, DOMAIN, sqlstate, sqlstate_is_retryable(&report), "%s (in %s)%s", reason, name,
                            role_advice(sqlstate, reason));
}

cpk_status failure_of_connection(const struct connection *connection, const char *name, const char *sqlstate,
                                 cpk_error **error)
{
    const int32_t is_unknown = strcmp(sqlstate, "08007") == 0;
    const int32_t is_late = connection->is_late;
    char reason[REASON_BYTES];

    copy_reason(PQerrorMessage(connection->handle), 0, reason);
    if (!is_unknown && !is_late && (PQstatus(connection->handle) == CONNECTION_OK || is_out_of_memory(reason))) {
        return error_out_of_memory(error); /* the only reason for a failure on an intact connection */
    }
    if (is_unknown) {
        return error_set_native(error, is_late ? CPK_ERROR_TIMEOUT : CPK_ERROR_DATABASE, DOMAIN, sqlstate, 1,
                                "the connection to the database %s %s during COMMIT: the transaction may or may not "
                                "have been committed; check before you try again",
                                name, is_late ? "timed out" : "broke");
    }
    if (is_late) {
        return error_set_native(error, CPK_ERROR_TIMEOUT, DOMAIN, sqlstate, 1,
                                "the database %s did not respond within %lld ms; try again or raise "
                                "database.connect_timeout_ms or database.statement_timeout_ms",
                                name, (long long)connection->limit_ms);
    }
    return error_set_native(error, CPK_ERROR_DATABASE, DOMAIN, sqlstate, 1,
                            "the connection to the database %s broke%s%s; try again", name,
                            reason[0] != '\0' ? ": " : "", reason);
}

/* Extracts the SQLSTATE from `reason` and removes it there: "... FATAL:  28P01: password authentication failed ...".
 * libpq has no other way to get the SQLSTATE of a failed connection attempt. */
static void extract_sqlstate(char *reason, char sqlstate[SQLSTATE_BYTES])
{
    for (char *at = strstr(reason, ":  "); at != NULL; at = strstr(at + 1, ":  ")) {
        char *code = at + 3;

        if (strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == SQLSTATE_BYTES - 1 &&
            code[SQLSTATE_BYTES - 1] == ':' && code[SQLSTATE_BYTES] == ' ') {
            memcpy(sqlstate, code, SQLSTATE_BYTES - 1);
            sqlstate[SQLSTATE_BYTES - 1] = '\0';
            memmove(code, code + SQLSTATE_BYTES + 1, strlen(code + SQLSTATE_BYTES + 1) + 1);
            return;
        }
    }
}

int32_t failure_is_of_host(const PGconn *handle)
{
    char sqlstate[SQLSTATE_BYTES] = "08001";
    char reason[REASON_BYTES];

    copy_reason(PQerrorMessage(handle), 0, reason);
    extract_sqlstate(reason, sqlstate);
    return strcmp(sqlstate, "08001") == 0 || sqlstate_is_class(sqlstate, "57");
}

static int32_t is_final_of_libpq(const char *reason)
{
    for (size_t i = 0; i < sizeof final_of_libpq / sizeof final_of_libpq[0]; i++) {
        if (strcasestr(reason, final_of_libpq[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* Returns 1 if the message has a source location, which PostgreSQL adds and poolers do not. */
static int32_t has_location(const char *message)
{
    return strstr(message, "LOCATION:  ") != NULL;
}

/* Writes advice for a missing login or database, or "". Servers do not distinguish a missing login from a wrong
 * password. */
static void connecting_advice(const PGconn *handle, const char *sqlstate, const char *reason, char advice[REASON_BYTES])
{
    const char *user = PQuser(handle);

    advice[0] = '\0';
    user = user != NULL ? user : "";
    if (strstr(reason, "Tenant or user not found") != NULL) {
        snprintf(advice, REASON_BYTES, ": behind Supabase's pooler the user of the URI is <login>.<project>");
    } else if (strcmp(sqlstate, "28000") == 0 && strstr(reason, "permitted to log in") != NULL) {
        snprintf(advice, REASON_BYTES, ": allow it with ALTER ROLE \"%.*s\" LOGIN", (int)strcspn(user, "."), user);
    } else if (strcmp(sqlstate, "28P01") == 0 ||
               (strcmp(sqlstate, "28000") == 0 && strstr(reason, "pg_hba.conf") == NULL)) {
        snprintf(advice, REASON_BYTES,
                 ": check the password; if there is no such login, create the login first: CREATE ROLE \"%.*s\" LOGIN "
                 "NOINHERIT PASSWORD '...' IN ROLE anon, authenticated, service_role",
                 (int)strcspn(user, "."), user);
    } else if (strcmp(sqlstate, "3D000") == 0) {
        snprintf(advice, REASON_BYTES, ": check its name, or create the database first (CREATE DATABASE)");
    }
}

cpk_status failure_of_connecting(const PGconn *handle, const char *name, cpk_error **error)
{
    char sqlstate[SQLSTATE_BYTES] = "08001"; /* sqlclient_unable_to_establish_sqlconnection */
    char reason[REASON_BYTES];
    struct sqlstate_report report = {.sqlstate = sqlstate, .message = reason, .is_fatal = 1};
    int32_t is_retryable;
    char advice[REASON_BYTES];

    copy_reason(PQerrorMessage(handle), 0, reason);
    if (is_out_of_memory(reason)) {
        return error_out_of_memory(error);
    }
    extract_sqlstate(reason, sqlstate);
    report.is_of_pooler = !has_location(PQerrorMessage(handle));
    connecting_advice(handle, sqlstate, reason, advice);
    is_retryable = sqlstate_is_retryable(&report) && !(strcmp(sqlstate, "08001") == 0 && is_final_of_libpq(reason));
    return error_set_native(error, sqlstate_code(&report), DOMAIN, sqlstate, is_retryable,
                            "can't connect to the database %s: %s%s", name, reason, advice);
}
