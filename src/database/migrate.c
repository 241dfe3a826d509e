#include "database/migrate.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "database/catalogue.h"
#include "database/statement.h"
#include "database/survey.h"

#include <string.h>

#define DOMAIN "database"

typedef struct change {
    size_t migration; /* its index */
    const char *text;
} change;

/* One run: what it changed so far. */
typedef struct run {
    database *database;
    db_session *session;
    const catalogue_schema *schema;
    int64_t applied; /* migrations that were there before */
    size_t migration;
    arena texts;
    change *changes; /* in the order of migrations */
    size_t change_count;
    size_t change_capacity;
    buffer differences; /* of the survey or the migration at work */
    buffer denials;     /* of the survey */
} run;

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

static cpk_status probe(db_session *session, const catalogue_schema *schema, int32_t *has_table, cpk_error **error)
{
    statement row;
    int32_t has_row;

    statement_start_sql(&row, session, schema->probe);
    CPK_TRY(statement_step(&row, &has_row, error));
    *has_table = has_row && statement_take_int64(&row) != 0;
    CPK_TRY(statement_check(&row, error));
    statement_finish(&row);
    return CPK_OK;
}

/* How many migrations the database has; each is compared with ours. */
static cpk_status read_list(db_session *session, const catalogue_schema *schema, int64_t *applied, cpk_error **error)
{
    statement row;
    int32_t has_row;

    *applied = 0;
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

/* The connection's own role may see that the table is there, and the service what is in it. */
static cpk_status look(database *database, const catalogue_schema *schema, int64_t *applied, cpk_error **error)
{
    const cpk_actor migration = {sizeof migration, CPK_ACTOR_MIGRATION, NULL};
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    db_session *session;
    int32_t has_table = 0;
    cpk_status status;

    *applied = 0;
    CPK_TRY(db_session_open(database, &migration, &session, error));
    status = probe(session, schema, &has_table, error);
    db_session_close(session);
    if (status != CPK_OK || !has_table) {
        return status;
    }
    CPK_TRY(db_session_open(database, &service, &session, error));
    status = read_list(session, schema, applied, error);
    db_session_close(session);
    return status;
}

static cpk_status add_change(run *run, const char *prefix, const char *line, cpk_error **error)
{
    const cpk_allocator *allocator = &database_context(run->database)->allocator;
    size_t prefix_length = strlen(prefix);
    size_t length = strlen(line);
    char *text = arena_allocate(&run->texts, prefix_length + length + 1);

    if (run->change_count == run->change_capacity) {
        size_t capacity = run->change_capacity == 0 ? 64 : 2 * run->change_capacity;
        change *grown =
            memory_resize_array(allocator, run->changes, run->change_capacity, capacity, sizeof *run->changes);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        run->changes = grown;
        run->change_capacity = capacity;
    }
    if (text == NULL) {
        return error_out_of_memory(error);
    }
    memcpy(text, prefix, prefix_length);
    memcpy(text + prefix_length, line, length + 1);
    run->changes[run->change_count].migration = run->migration;
    run->changes[run->change_count++].text = text;
    return CPK_OK;
}

static void add_reason(buffer *reasons, const char *line)
{
    buffer_append_text(reasons, reasons->length > 0 ? "; " : "");
    buffer_append_text(reasons, line);
}

static cpk_status take_line(void *user, const char *kind, const char *line, cpk_error **error)
{
    run *run = user;

    if (strcmp(kind, "difference") == 0) {
        add_reason(&run->differences, line);
        return CPK_OK;
    }
    if (strcmp(kind, "denied") == 0) {
        add_reason(&run->denials, line);
        return CPK_OK;
    }
    return add_change(run, strcmp(kind, "note") == 0 ? "note: " : "", line, error);
}

/* A row (kind, line). */
static cpk_status take_told(run *run, statement *row, cpk_error **error)
{
    const char *kind = statement_take_text(row, NULL);
    const char *line = statement_take_text(row, NULL);

    CPK_TRY(statement_check(row, error));
    if (kind == NULL || line == NULL) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "a migration told nothing");
    }
    return take_line(run, kind, line, error);
}

static cpk_status run_statement(run *run, const char *sql, cpk_error **error)
{
    statement row;

    statement_start_sql(&row, run->session, sql);
    for (;;) {
        int32_t has_row;
        cpk_status status;

        CPK_TRY(statement_step(&row, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        status = take_told(run, &row, error);
        if (status != CPK_OK) {
            statement_finish(&row);
            return status;
        }
    }
}

static cpk_status check_reasons(const run *run, cpk_error **error)
{
    if (run->differences.failed || run->denials.failed) {
        return error_out_of_memory(error);
    }
    if (run->denials.length > 0) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN,
                         "the database can't be migrated by this role, and was left as it is: %s",
                         buffer_text(&run->denials));
    }
    if (run->differences.length > 0) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "the database differs from what this library needs, and was left as it is: %s",
                         buffer_text(&run->differences));
    }
    return CPK_OK;
}

static cpk_status apply_one(run *run, const catalogue_migration *migration, cpk_error **error)
{
    statement insert;

    buffer_clear(&run->differences);
    for (size_t i = 0; i < migration->statement_count; i++) {
        CPK_TRY(run_statement(run, migration->statements[i], error));
        CPK_TRY(check_reasons(run, error));
    }
    statement_start(&insert, run->session, STATEMENT_MIGRATION_INSERT);
    statement_bind_int64(&insert, 1, migration->number);
    statement_bind_text(&insert, 2, migration->name);
    statement_bind_text(&insert, 3, migration->checksum);
    statement_bind_int64(&insert, 4, context_now(database_context(run->database)));
    return statement_run(&insert, NULL, error);
}

/* Inside a write transaction, so that of several processes one does the work and the others find it done. */
static cpk_status apply_missing(run *run, cpk_error **error)
{
    for (size_t i = 0; i < run->schema->bootstrap_count; i++) {
        statement bootstrap;

        statement_start_sql(&bootstrap, run->session, run->schema->bootstrap[i]);
        CPK_TRY(statement_run(&bootstrap, NULL, error));
    }
    CPK_TRY(read_list(run->session, run->schema, &run->applied, error));
    for (size_t i = (size_t)run->applied; i < run->schema->migration_count; i++) {
        const catalogue_migration *migration = &run->schema->migrations[i];
        cpk_status status;

        run->migration = i;
        status = apply_one(run, migration, error);
        if (status != CPK_OK) {
            return error_prefix(error, status, "migration %lld (%s)", (long long)migration->number, migration->name);
        }
    }
    return CPK_OK;
}

static cpk_status apply(run *run, int32_t dry_run, cpk_error **error)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_MIGRATION, NULL};
    cpk_status status;

    CPK_TRY(db_session_open(run->database, &actor, &run->session, error));
    status = db_begin(run->session, CPK_TRANSACTION_WRITE, error);
    if (status == CPK_OK) {
        status = apply_missing(run, error);
        if (status == CPK_OK && !dry_run) {
            status = db_commit(run->session, error);
        } else {
            db_rollback(run->session, NULL);
        }
    }
    db_session_close(run->session);
    if (status == CPK_ERROR_PERMISSION_DENIED) {
        return error_prefix(error, status,
                            "the database lacks migrations of this library, which the connection's role may not make "
                            "(run `contextpack migrate` as the role that owns the database)");
    }
    return status;
}

/* Whoever opens a database that is migrated on the way finds in the log what became of it. */
static void log_changes(const run *run)
{
    const context *context = database_context(run->database);

    for (size_t i = 0; i < run->change_count; i++) {
        const catalogue_migration *migration = &run->schema->migrations[run->changes[i].migration];

        context_log(context, CPK_LOG_INFO, DOMAIN, "migration %lld (%s): %s", (long long)migration->number,
                    migration->name, run->changes[i].text);
    }
}

static cpk_status tell(const run *run, migration_report_fn report, void *user, cpk_error **error)
{
    const cpk_allocator *allocator = &database_context(run->database)->allocator;
    const char **lines = memory_allocate_array(allocator, run->change_count + 1, sizeof *lines);
    size_t next = 0;

    if (lines == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < run->schema->migration_count; i++) {
        const catalogue_migration *migration = &run->schema->migrations[i];
        migration_info info = {migration->number, migration->name, migration->checksum, (int64_t)i < run->applied, 0,
                               lines + next};

        while (next < run->change_count && run->changes[next].migration == i) {
            lines[next] = run->changes[next].text;
            next++;
            info.change_count++;
        }
        report(user, &info);
    }
    memory_release_array(allocator, lines, run->change_count + 1, sizeof *lines);
    return CPK_OK;
}

cpk_status database_migrate(database *database, migration_report_fn report, void *user, int32_t dry_run,
                            cpk_error **error)
{
    const cpk_allocator *allocator = &database_context(database)->allocator;
    run run;
    cpk_status status;

    memset(&run, 0, sizeof run);
    run.database = database;
    arena_init(&run.texts, allocator);
    buffer_init(&run.differences, allocator);
    buffer_init(&run.denials, allocator);
    CPK_TRY_CLEANUP(schema_of(database, &run.schema, error));
    /* Usually there is nothing to do: a look needs no lock. */
    CPK_TRY_CLEANUP(look(database, run.schema, &run.applied, error));
    if (run.applied == 0) {
        CPK_TRY_CLEANUP(database_survey(database, run.schema, take_line, &run, error));
        CPK_TRY_CLEANUP(check_reasons(&run, error));
    }
    if (run.applied < (int64_t)run.schema->migration_count) {
        CPK_TRY_CLEANUP(apply(&run, dry_run, error));
        if (!dry_run) {
            log_changes(&run);
        }
    }
    if (report != NULL) {
        status = tell(&run, report, user, error);
    }
cleanup:
    memory_release_array(allocator, run.changes, run.change_capacity, sizeof *run.changes);
    arena_free(&run.texts);
    buffer_free(&run.differences);
    buffer_free(&run.denials);
    return status;
}

cpk_status database_version(database *database, int64_t *applied, int64_t *known, cpk_error **error)
{
    const catalogue_schema *schema;
    int64_t count = 0;
    cpk_status status;

    CPK_TRY(schema_of(database, &schema, error));
    status = look(database, schema, &count, error);
    if (applied != NULL) {
        *applied = count;
    }
    if (known != NULL) {
        *known = (int64_t)schema->migration_count;
    }
    return status;
}
