#include "database/postgres/failure.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN       "database"
#define REASON_BYTES 400

static int32_t is_class(const char *sqlstate, const char *class_of)
{
    return strncmp(sqlstate, class_of, 2) == 0;
}

static int32_t is_one_of(const char *sqlstate, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(sqlstate, list[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Without FATAL, 08P01 is about one wrong message of ours; poolers end connections with it. */
int32_t failure_is_retryable(const char *sqlstate, int32_t is_fatal)
{
    static const char *const codes[] = {
        "40001", /* serialization_failure */
        "40P01", /* deadlock_detected */
        "53300", /* too_many_connections */
        "55P03", /* lock_not_available */
        "57014", /* query_canceled */
        "57P01", /* admin_shutdown */
        "57P02", /* crash_shutdown */
        "57P03", /* cannot_connect_now */
        "57P05", /* idle_session_timeout */
        "25P03", /* idle_in_transaction_session_timeout */
    };

    if (is_class(sqlstate, "08")) {
        return strcmp(sqlstate, "08P01") != 0 || is_fatal;
    }
    return is_one_of(sqlstate, codes, sizeof codes / sizeof codes[0]);
}

cpk_status failure_code(const char *sqlstate, int32_t is_fatal)
{
    static const struct {
        const char *sqlstate; /* or its class */
        cpk_status code;
    } table[] = {
        {"23505", CPK_ERROR_ALREADY_EXISTS},    /* unique_violation */
        {"40001", CPK_ERROR_BUSY},              /* serialization_failure */
        {"40P01", CPK_ERROR_BUSY},              /* deadlock_detected */
        {"55P03", CPK_ERROR_BUSY},              /* lock_not_available */
        {"55006", CPK_ERROR_BUSY},              /* object_in_use */
        {"53300", CPK_ERROR_BUSY},              /* too_many_connections */
        {"53100", CPK_ERROR_NO_SPACE},          /* disk_full */
        {"57014", CPK_ERROR_TIMEOUT},           /* query_canceled */
        {"42501", CPK_ERROR_PERMISSION_DENIED}, /* insufficient_privilege */
        {"25006", CPK_ERROR_PERMISSION_DENIED}, /* read_only_sql_transaction */
        {"22021", CPK_ERROR_INVALID_DATA},      /* character_not_in_repertoire */
        {"22P05", CPK_ERROR_INVALID_DATA},      /* untranslatable_character */
        {"28", CPK_ERROR_PERMISSION_DENIED},    /* invalid_authorization_specification */
        {"54", CPK_ERROR_LIMIT_EXCEEDED},       /* program_limit_exceeded */
        {"0A", CPK_ERROR_UNSUPPORTED},          /* feature_not_supported */
        {"XX001", CPK_ERROR_INVALID_DATA},      /* data_corrupted */
        {"XX002", CPK_ERROR_INVALID_DATA},      /* index_corrupted */
    };

    if (strcmp(sqlstate, "08P01") == 0 && !is_fatal) {
        return CPK_ERROR_INVALID_ARGUMENT; /* a statement without a value for each of its parameters */
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strncmp(sqlstate, table[i].sqlstate, strlen(table[i].sqlstate)) == 0) {
            return table[i].code;
        }
    }
    return CPK_ERROR_DATABASE;
}

/* One line of `text`. Errors about data quote the value after a colon: it stays out. */
static void reason_of(const char *text, int32_t is_about_data, char reason[REASON_BYTES])
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

/* libpq says so only in words. */
static int32_t is_out_of_memory(const char *reason)
{
    return strstr(reason, "out of memory") != NULL || strstr(reason, "cannot allocate memory") != NULL;
}

cpk_status failure_of_result(const PGresult *result, const char *name, int32_t cancelled, cpk_error **error)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    int32_t is_fatal = severity != NULL && strcmp(severity, "ERROR") != 0;
    char reason[REASON_BYTES];
    cpk_status code;

    sqlstate = sqlstate != NULL ? sqlstate : "08006";
    reason_of(message != NULL ? message : PQresultErrorMessage(result), is_class(sqlstate, "22"), reason);
    code = failure_code(sqlstate, is_fatal);
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
                                "another session holds what is to be changed in the database %s; try again, or raise "
                                "database.busy_timeout_ms",
                                name);
    }
    return error_set_native(error, code, DOMAIN, sqlstate, failure_is_retryable(sqlstate, is_fatal), "%s (in %s)",
                            reason, name);
}

cpk_status failure_of_connection(const PGconn *handle, const char *name, const char *sqlstate, cpk_error **error)
{
    char reason[REASON_BYTES];

    reason_of(PQerrorMessage(handle), 0, reason);
    if (strcmp(sqlstate, "08007") != 0 && (PQstatus(handle) == CONNECTION_OK || is_out_of_memory(reason))) {
        return error_out_of_memory(error); /* libpq fails on a sound connection for that reason only */
    }
    if (strcmp(sqlstate, "08007") == 0) {
        return error_set_native(error, CPK_ERROR_DATABASE, DOMAIN, sqlstate, 1,
                                "the connection to the database %s broke during COMMIT, which may have happened or "
                                "not: look before you try again",
                                name);
    }
    return error_set_native(error, CPK_ERROR_DATABASE, DOMAIN, sqlstate, 1,
                            "the connection to the database %s broke%s%s; try again", name,
                            reason[0] != '\0' ? ": " : "", reason);
}

/* "... FATAL:  28P01: password authentication failed ...": libpq tells no SQLSTATE of a connection that did not come
 * about, but writes it into a verbose message. It is taken out of `reason`. */
static void take_sqlstate(char *reason, char sqlstate[SQLSTATE_BYTES])
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

cpk_status failure_of_connecting(const PGconn *handle, const char *name, cpk_error **error)
{
    char sqlstate[SQLSTATE_BYTES] = "08001"; /* sqlclient_unable_to_establish_sqlconnection */
    char reason[REASON_BYTES];

    reason_of(PQerrorMessage(handle), 0, reason);
    if (is_out_of_memory(reason)) {
        return error_out_of_memory(error);
    }
    take_sqlstate(reason, sqlstate);
    return error_set_native(error, failure_code(sqlstate, 1), DOMAIN, sqlstate, failure_is_retryable(sqlstate, 1),
                            "can't connect to the database %s: %s", name, reason);
}
