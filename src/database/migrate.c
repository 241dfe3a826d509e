#include "database/migrate.h"

#include "base/error.h"
#include "database/catalogue.h"
#include "database/statement.h"

#include <string.h>

#define DOMAIN "database"

static cpk_status schema_of(database *database, const catalogue_schema **schema, cpk_error **error)
{
    *schema = catalogue_schema_find(database_dialect(database));
    if (*schema == NULL) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN, "this build has no schema for the database's engine");
    }
    return CPK_OK;
}

static cpk_status check_row(const catalogue_schema *schema, statement *row, int64_t number, cpk_error **error)
{
    int64_t found = statement_take_int64(row);
    const char *name = statement_take_text(row, NULL);
    const char *checksum = statement_take_text(row, NULL);

    CPK_TRY(statement_check(row, error));
    if (number > (int64_t)schema->migration_count) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "the database has migration %lld (%s), which this library does not know: it was made by a "
                         "newer version; upgrade libcontextpack",
                         (long long)found, name != NULL ? name : "");
    }
    if (found != number || checksum == NULL || strcmp(checksum, schema->migrations[number - 1].checksum) != 0) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN,
                         "migration %lld (%s) of the database differs from this library's migration %lld (%s): "
                         "restore the database from a backup or use the library that made it",
                         (long long)found, name != NULL ? name : "", (long long)number,
                         schema->migrations[number - 1].name);
    }
    return CPK_OK;
}

/* How many migrations the database has; each is compared with ours. */
static cpk_status read_applied(db_session *session, const catalogue_schema *schema, int64_t *applied, cpk_error **error)
{
    statement row;
    int32_t has_row;
    int64_t has_table;

    *applied = 0;
    statement_start_sql(&row, session, schema->probe);
    CPK_TRY(statement_step(&row, &has_row, error));
    has_table = has_row ? statement_take_int64(&row) : 0;
    CPK_TRY(statement_check(&row, error));
    statement_finish(&row);
    if (!has_table) {
        return CPK_OK;
    }
    statement_start(&row, session, STATEMENT_MIGRATION_LIST);
    for (;;) {
        cpk_status status;

        CPK_TRY(statement_step(&row, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        status = check_row(schema, &row, *applied + 1, error);
        if (status != CPK_OK) {
            statement_finish(&row);
            return status;
        }
        (*applied)++;
    }
}

static cpk_status apply_one(db_session *session, const catalogue_migration *migration, cpk_error **error)
{
    statement run;

    for (size_t i = 0; i < migration->statement_count; i++) {
        statement_start_sql(&run, session, migration->statements[i]);
        CPK_TRY(statement_run(&run, NULL, error));
    }
    statement_start(&run, session, STATEMENT_MIGRATION_INSERT);
    statement_bind_int64(&run, 1, migration->number);
    statement_bind_text(&run, 2, migration->name);
    statement_bind_text(&run, 3, migration->checksum);
    statement_bind_int64(&run, 4, context_now(database_context(db_session_database(session))));
    return statement_run(&run, NULL, error);
}

/* Inside a write transaction, so that of several processes one does the work and the others find it done. */
static cpk_status apply_missing(db_session *session, const catalogue_schema *schema, int64_t *applied,
                                cpk_error **error)
{
    statement run;

    statement_start_sql(&run, session, schema->bootstrap);
    CPK_TRY(statement_run(&run, NULL, error));
    CPK_TRY(read_applied(session, schema, applied, error));
    for (size_t i = (size_t)*applied; i < schema->migration_count; i++) {
        cpk_status status = apply_one(session, &schema->migrations[i], error);

        if (status != CPK_OK) {
            return error_prefix(error, status, "migration %lld (%s)", (long long)schema->migrations[i].number,
                                schema->migrations[i].name);
        }
    }
    return CPK_OK;
}

static cpk_status migrate_session(db_session *session, const catalogue_schema *schema, int32_t dry_run,
                                  int64_t *applied, cpk_error **error)
{
    cpk_status status;

    /* Usually there is nothing to do: a look needs no lock. */
    CPK_TRY(read_applied(session, schema, applied, error));
    if (dry_run || *applied == (int64_t)schema->migration_count) {
        return CPK_OK;
    }
    CPK_TRY(db_begin(session, CPK_TRANSACTION_WRITE, error));
    status = apply_missing(session, schema, applied, error);
    if (status != CPK_OK) {
        db_rollback(session, NULL);
        return status;
    }
    return db_commit(session, error);
}

cpk_status database_migrate(database *database, migration_report_fn report, void *user, int32_t dry_run,
                            cpk_error **error)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_SERVICE, NULL};
    const catalogue_schema *schema;
    db_session *session;
    int64_t applied = 0;
    cpk_status status;

    CPK_TRY(schema_of(database, &schema, error));
    CPK_TRY(db_session_open(database, &actor, &session, error));
    status = migrate_session(session, schema, dry_run, &applied, error);
    db_session_close(session);
    if (status != CPK_OK) {
        return status;
    }
    for (size_t i = 0; report != NULL && i < schema->migration_count; i++) {
        const catalogue_migration *migration = &schema->migrations[i];
        const migration_info info = {migration->number, migration->name, migration->checksum, (int64_t)i < applied};

        report(user, &info);
    }
    return CPK_OK;
}

cpk_status database_version(database *database, int64_t *applied, int64_t *known, cpk_error **error)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_SERVICE, NULL};
    const catalogue_schema *schema;
    db_session *session;
    int64_t count = 0;
    cpk_status status;

    CPK_TRY(schema_of(database, &schema, error));
    CPK_TRY(db_session_open(database, &actor, &session, error));
    status = read_applied(session, schema, &count, error);
    db_session_close(session);
    if (applied != NULL) {
        *applied = count;
    }
    if (known != NULL) {
        *known = (int64_t)schema->migration_count;
    }
    return status;
}
