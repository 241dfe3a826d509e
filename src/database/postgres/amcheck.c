#include "database/postgres/amcheck.h"

#include "base/error.h"

#include <contextpack/engine.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SQL_BYTES       512
#define LINE_BYTES      1024
#define NAME_BYTES      192
#define RELATIONS_MAX   512
#define FINDINGS_MAX    20
#define DENIED_SQLSTATE "42501"

/* Returns the schema of amcheck's functions; no row without the extension. */
static const char SCHEMA_SQL[] =
    "SELECT CAST(pg_catalog.quote_ident(n.nspname) AS text) FROM pg_catalog.pg_extension e"
    " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'amcheck'";
static const char RELATIONS_SQL[] =
    "SELECT CAST(c.oid AS bigint), CAST(n.nspname || '.' || c.relname AS text), CAST(c.relkind = 'i' AS integer)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam"
    " WHERE n.nspname IN ('public', 'contextpack')"
    " AND (c.relkind = 'r' OR (c.relkind = 'i' AND a.amname = 'btree' AND i.indisvalid))"
    " ORDER BY c.relkind DESC, c.relname";

struct relation {
    int64_t oid;
    int32_t is_index;
    char name[NAME_BYTES];
};

struct amcheck {
    const cpk_database_driver *driver;
    void *session;
    cpk_database_report_fn report;
    void *user;
    char schema[NAME_BYTES]; /* of amcheck's functions, quoted */
    struct relation relations[RELATIONS_MAX];
    size_t relation_count;
    int32_t checked;
    int32_t damaged;
    int32_t denied;
    char first_denied[NAME_BYTES];
};

typedef void (*amcheck_row_fn)(struct amcheck *amcheck, const cpk_value *columns);

static void copy_text(char *target, size_t size, const cpk_value *column)
{
    snprintf(target, size, "%.*s", column->is_null ? 0 : (int)column->length, (const char *)column->bytes);
}

static cpk_status run(struct amcheck *amcheck, const char *sql, size_t width, amcheck_row_fn each, cpk_error **error)
{
    const cpk_database_driver *driver = amcheck->driver;
    const cpk_value *columns;
    size_t count;
    void *cursor;
    cpk_status status;

    CPK_TRY(driver->exec(driver->self, amcheck->session, 0, sql, NULL, 0, &cursor, error));
    for (;;) {
        status = driver->cursor_next(driver->self, cursor, &columns, &count, error);
        if (status != CPK_OK || columns == NULL) {
            break;
        }
        if (count >= width && each != NULL) {
            each(amcheck, columns);
        }
    }
    driver->cursor_close(driver->self, cursor);
    return status;
}

static void read_schema(struct amcheck *amcheck, const cpk_value *columns)
{
    copy_text(amcheck->schema, sizeof amcheck->schema, &columns[0]);
}

static void read_relation(struct amcheck *amcheck, const cpk_value *columns)
{
    struct relation *relation = &amcheck->relations[amcheck->relation_count];

    if (amcheck->relation_count == RELATIONS_MAX) {
        return;
    }
    relation->oid = columns[0].int64_value;
    copy_text(relation->name, sizeof relation->name, &columns[1]);
    relation->is_index = columns[2].int64_value != 0;
    amcheck->relation_count++;
}

static void report_damage(struct amcheck *amcheck, const char *name, int32_t is_index, const char *text, size_t length)
{
    char line[LINE_BYTES];

    amcheck->damaged++;
    if (amcheck->damaged > FINDINGS_MAX) {
        return;
    }
    snprintf(line, sizeof line, "%s is damaged: %.*s; %s", name, (int)(length < 512 ? length : 512), text,
             is_index ? "repair it with REINDEX" : "restore a backup");
    amcheck->report(amcheck->user, CPK_CHECK_FAILED, line);
}

static void report_heap_row(struct amcheck *amcheck, const cpk_value *columns)
{
    char name[NAME_BYTES];

    copy_text(name, sizeof name, &columns[0]);
    report_damage(amcheck, name, 0, columns[1].bytes, columns[1].length);
}

/* Checks a relation. Missing privileges are counted; other failures are reported as damage, unless the connection
 * failed. */
static cpk_status check_relation(struct amcheck *amcheck, const struct relation *relation, cpk_error **error)
{
    cpk_error *reason = NULL;
    char sql[SQL_BYTES];
    cpk_status status;

    if (relation->is_index) {
        snprintf(sql, sizeof sql, "SELECT CAST(%s.bt_index_check(%lld::oid::regclass, true) AS text)", amcheck->schema,
                 (long long)relation->oid);
    } else {
        snprintf(
            sql, sizeof sql,
            "SELECT CAST(%lld::oid::regclass AS text), CAST(msg AS text) FROM %s.verify_heapam(%lld::oid::regclass)"
            " LIMIT 20",
            (long long)relation->oid, amcheck->schema, (long long)relation->oid);
    }
    status = run(amcheck, sql, 2, relation->is_index ? NULL : report_heap_row, &reason);
    if (status == CPK_OK) {
        amcheck->checked++;
    } else if (strcmp(cpk_error_native(reason), DENIED_SQLSTATE) == 0) {
        if (amcheck->denied++ == 0) {
            snprintf(amcheck->first_denied, sizeof amcheck->first_denied, "%s", relation->name);
        }
    } else if (status == CPK_ERROR_OUT_OF_MEMORY || status == CPK_ERROR_BUSY || status == CPK_ERROR_CANCELLED ||
               cpk_error_retryable(reason)) {
        (void)error_give(error, reason);
        return status;
    } else {
        report_damage(amcheck, relation->name, relation->is_index, cpk_error_message(reason),
                      strlen(cpk_error_message(reason)));
    }
    cpk_error_free(reason);
    return CPK_OK;
}

static void report_result(struct amcheck *amcheck)
{
    char line[LINE_BYTES];

    if (amcheck->denied > 0) {
        snprintf(line, sizeof line,
                 "%d tables and indexes were not checked for damage (%s, ...): this role may not run amcheck; grant "
                 "EXECUTE on bt_index_check and verify_heapam to it, or run pg_amcheck as the owner",
                 amcheck->denied, amcheck->first_denied);
        amcheck->report(amcheck->user, CPK_CHECK_WARNING, line);
    }
    if (amcheck->damaged == 0 && amcheck->checked > 0) {
        snprintf(line, sizeof line, "%d tables and indexes are undamaged (amcheck)", amcheck->checked);
        amcheck->report(amcheck->user, CPK_CHECK_PASSED, line);
    }
}

static cpk_status check_relations(struct amcheck *amcheck, cpk_error **error)
{
    CPK_TRY(run(amcheck, SCHEMA_SQL, 1, read_schema, error));
    if (amcheck->schema[0] == '\0') {
        amcheck->report(amcheck->user, CPK_CHECK_WARNING,
                        "tables and indexes were not checked for damage: the database lacks the extension amcheck "
                        "(CREATE EXTENSION amcheck, or run pg_amcheck)");
        return CPK_OK;
    }
    CPK_TRY(run(amcheck, RELATIONS_SQL, 3, read_relation, error));
    for (size_t i = 0; i < amcheck->relation_count; i++) {
        CPK_TRY(check_relation(amcheck, &amcheck->relations[i], error));
    }
    report_result(amcheck);
    return CPK_OK;
}

cpk_status postgres_check_damage(const cpk_database_driver *driver, cpk_database_report_fn report, void *user,
                                 cpk_error **error)
{
    static const cpk_actor own = {sizeof own, CPK_ACTOR_MIGRATION, NULL}; /* the connection's own role */
    struct amcheck *amcheck = calloc(1, sizeof *amcheck);
    cpk_status status;

    if (amcheck == NULL) {
        return error_out_of_memory(error);
    }
    amcheck->driver = driver;
    amcheck->report = report;
    amcheck->user = user;
    CPK_TRY_CLEANUP(driver->session_open(driver->self, &own, &amcheck->session, error));
    status = check_relations(amcheck, error);
    driver->session_close(driver->self, amcheck->session);
cleanup:
    free(amcheck);
    return status;
}
