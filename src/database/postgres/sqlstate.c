#include "database/postgres/sqlstate.h"

#include <string.h> /* strcasestr */

int32_t sqlstate_is_class(const char *sqlstate, const char *class_of)
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

/* Permanent errors of poolers (pgbouncer, Supavisor), recognized by their text: poolers use one SQLSTATE for all. */
static const struct {
    const char *words; /* in lower case */
    cpk_status code;
} final_words[] = {
    {"authentication failed", CPK_ERROR_PERMISSION_DENIED},
    {"auth failed", CPK_ERROR_PERMISSION_DENIED},
    {"login rejected", CPK_ERROR_PERMISSION_DENIED},
    {"no such user", CPK_ERROR_PERMISSION_DENIED},
    {"user not found", CPK_ERROR_PERMISSION_DENIED},
    {"no username supplied", CPK_ERROR_PERMISSION_DENIED},
    {"invalid user info", CPK_ERROR_PERMISSION_DENIED},
    {"not in tenant allow_list", CPK_ERROR_PERMISSION_DENIED},
    {"is banned", CPK_ERROR_PERMISSION_DENIED},
    {"ssl required", CPK_ERROR_PERMISSION_DENIED},
    {"ssl connection is required", CPK_ERROR_PERMISSION_DENIED},
    {"no such database", CPK_ERROR_DATABASE},
    {"does not exist", CPK_ERROR_DATABASE},
    {"tenant/user", CPK_ERROR_DATABASE}, /* ... not found */
    {"no tenant identifier", CPK_ERROR_DATABASE},
    {"multiple users matched", CPK_ERROR_DATABASE},
    {"no auth_query", CPK_ERROR_DATABASE},
    {"no authentication method", CPK_ERROR_DATABASE},
    {"bouncer config error", CPK_ERROR_DATABASE},
    {"unsupported", CPK_ERROR_DATABASE},
    {"not supported", CPK_ERROR_DATABASE},
    {"invalid startup packet", CPK_ERROR_DATABASE},
    {"username too long", CPK_ERROR_DATABASE},
    {"password too long", CPK_ERROR_DATABASE},
    {"pqexec disallowed", CPK_ERROR_DATABASE},
    {"not allowed in statement pooling", CPK_ERROR_DATABASE},
};

/* Returns the code of a permanent pooler error, or CPK_OK for other messages. */
static cpk_status final_code(const char *message)
{
    for (size_t i = 0; message != NULL && i < sizeof final_words / sizeof final_words[0]; i++) {
        if (strcasestr(message, final_words[i].words) != NULL) {
            return final_words[i].code;
        }
    }
    return CPK_OK;
}

/* PostgreSQL's errors are classified by SQLSTATE. A pooler's errors concern connections and are transient unless they
 * are in final_words. */
int32_t sqlstate_is_retryable(const struct sqlstate_report *report)
{
    static const char *const codes[] = {
        "40001", /* serialization_failure */
        "40P01", /* deadlock_detected */
        "53200", /* out_of_memory, of the server */
        "53300", /* too_many_connections */
        "55006", /* object_in_use */
        "55P03", /* lock_not_available */
        "57014", /* query_canceled */
        "57P01", /* admin_shutdown */
        "57P02", /* crash_shutdown */
        "57P03", /* cannot_connect_now */
        "57P05", /* idle_session_timeout */
        "25P03", /* idle_in_transaction_session_timeout */
    };

    if (report->is_of_standby || is_one_of(report->sqlstate, codes, sizeof codes / sizeof codes[0])) {
        return 1;
    }
    if (strcmp(report->sqlstate, "08P01") == 0 || (report->is_of_pooler && sqlstate_is_class(report->sqlstate, "XX"))) {
        return (report->is_fatal || report->is_of_pooler) && final_code(report->message) == CPK_OK;
    }
    return sqlstate_is_class(report->sqlstate, "08");
}

cpk_status sqlstate_code(const struct sqlstate_report *report)
{
    const char *sqlstate = report->sqlstate;
    cpk_status final;

    static const struct {
        const char *sqlstate; /* or its class */
        cpk_status code;
    } table[] = {
        {"23505", CPK_ERROR_ALREADY_EXISTS},    /* unique_violation */
        {"40001", CPK_ERROR_BUSY},              /* serialization_failure */
        {"40P01", CPK_ERROR_BUSY},              /* deadlock_detected */
        {"55P03", CPK_ERROR_BUSY},              /* lock_not_available */
        {"55006", CPK_ERROR_BUSY},              /* object_in_use */
        {"53200", CPK_ERROR_BUSY},              /* out_of_memory */
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

    if (report->is_of_standby) {
        return CPK_ERROR_DATABASE;
    }
    if (strcmp(sqlstate, "08P01") == 0 && !report->is_fatal && !report->is_of_pooler) {
        return CPK_ERROR_INVALID_ARGUMENT; /* a parameter of the statement has no value */
    }
    final = report->is_of_pooler ? final_code(report->message) : CPK_OK;
    if (final != CPK_OK && (strcmp(sqlstate, "08P01") == 0 || sqlstate_is_class(sqlstate, "XX"))) {
        return final;
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strncmp(sqlstate, table[i].sqlstate, strlen(table[i].sqlstate)) == 0) {
            return table[i].code;
        }
    }
    return CPK_ERROR_DATABASE;
}
