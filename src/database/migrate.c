#include "database/migrate.h"

#include "base/error.h"
#include "base/memory.h"
#include "database/migration.h"
#include "database/statement.h"
#include "database/survey.h"

#include <string.h>
#include <time.h>

#define DOMAIN          "database"
#define GUARD_PAUSE_MS  100
#define GUARD_POOL_SIZE 2 /* connections needed to hold the guard and migrate */
#define HOW_TO_MIGRATE  "run `contextpack migrate --dry-run` to see what that changes, then `contextpack migrate`"

static cpk_status schema_of(struct database *database, const struct catalogue_schema **schema, cpk_error **error)
{
    *schema = catalogue_schema_find(database_dialect(database));
    if (*schema == NULL) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN, "this build has no schema for the database's engine");
    }
    return CPK_OK;
}

struct migration_state {
    int32_t has_migrations;
    int64_t table_count; /* of any origin */
    int64_t applied;
};

static cpk_status probe_tables(struct db_session *session, const struct catalogue_schema *schema,
                               struct migration_state *state, cpk_error **error)
{
    struct statement row;
    int32_t has_row;

    statement_start_sql(&row, session, schema->probe);
    CPK_TRY(statement_step(&row, &has_row, error));
    state->has_migrations = has_row && statement_take_int64(&row) != 0;
    state->table_count = has_row ? statement_take_int64(&row) : 0;
    CPK_TRY(statement_check(&row, error));
    statement_finish(&row);
    return CPK_OK;
}

/* Reads the state of the migrations. The connection's role may see that their table exists; only the service may read
 * it. */
static cpk_status read_state(struct database *database, const struct catalogue_schema *schema,
                             struct migration_state *state, cpk_error **error)
{
    const cpk_actor migration = {sizeof migration, CPK_ACTOR_MIGRATION, NULL};
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    struct db_session *session;
    cpk_status status;

    memset(state, 0, sizeof *state);
    CPK_TRY(db_session_open(database, &migration, &session, error));
    status = probe_tables(session, schema, state, error);
    db_session_close(session);
    if (status != CPK_OK || !state->has_migrations) {
        return status;
    }
    CPK_TRY(db_session_open(database, &service, &session, error));
    status = migration_read_list(session, schema, &state->applied, error);
    db_session_close(session);
    return status;
}

/* --- reporting --- */

/* Logs the changes, because a database may be migrated implicitly when it is opened. */
static void log_changes(const struct migration_run *run)
{
    const struct context *context = database_context(run->database);

    for (size_t i = 0; i < run->change_count; i++) {
        const struct catalogue_migration *migration = &run->schema->migrations[run->changes[i].migration];

        context_log(context, CPK_LOG_INFO, DOMAIN, "migration %lld (%s): %s", (long long)migration->number,
                    migration->name, run->changes[i].text);
    }
}

/* Formats a line for a report: prefixes "note: " or "undo: " to what is not a change. NULL: out of memory. */
static const char *format_line(struct arena *texts, const char *kind, const char *text)
{
    const char *prefix = strcmp(kind, "note") == 0 ? "note: " : strcmp(kind, "undo") == 0 ? "undo: " : "";
    size_t prefix_length = strlen(prefix);
    size_t length = strlen(text);
    char *line = arena_allocate(texts, prefix_length + length + 1);

    if (line != NULL) {
        memcpy(line, prefix, prefix_length);
        memcpy(line + prefix_length, text, length + 1);
    }
    return line;
}

static cpk_status report_migrations(struct migration_run *run, migration_report_fn report, void *user,
                                    cpk_error **error)
{
    const cpk_allocator *allocator = &database_context(run->database)->allocator;
    const char **lines = memory_allocate_array(allocator, run->change_count + 1, sizeof *lines);
    size_t next = 0;
    cpk_status status = CPK_OK;

    if (lines == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < run->change_count; i++) {
        lines[i] = format_line(&run->texts, run->changes[i].kind, run->changes[i].text);
        if (lines[i] == NULL) {
            status = error_out_of_memory(error);
            goto cleanup;
        }
    }
    for (size_t i = 0; i < run->schema->migration_count; i++) {
        const struct catalogue_migration *migration = &run->schema->migrations[i];
        struct migration_info info = {
            migration->number, migration->name, migration->checksum, (int64_t)i < run->applied, 0, lines + next};

        while (next < run->change_count && run->changes[next].migration == i) {
            next++;
            info.change_count++;
        }
        report(user, &info);
    }
cleanup:
    memory_release_array(allocator, lines, run->change_count + 1, sizeof *lines);
    return status;
}

/* --- one process at a time --- */

/* A separate session whose transaction holds the migration lock; NULL: no lock is needed. */
struct guard {
    struct db_session *session;
};

static cpk_status guard_try(struct guard *guard, const struct catalogue_script *script, int32_t *is_taken,
                            cpk_error **error)
{
    struct statement row;
    struct statement wait;
    int32_t has_row;

    CPK_TRY(db_begin(guard->session, CPK_TRANSACTION_WRITE, error));
    statement_start_sql(&row, guard->session, script->statements[0]);
    CPK_TRY(statement_step(&row, &has_row, error));
    *is_taken = has_row && statement_take_int64(&row) != 0;
    CPK_TRY(statement_check(&row, error));
    statement_finish(&row);
    if (!*is_taken) {
        return db_rollback(guard->session, error);
    }
    statement_start_sql(&wait, guard->session, script->statements[1]);
    return statement_run(&wait, NULL, error);
}

/* Waits without limit for another process that migrates. Polls, because a statement that waits for the lock would hold
 * a database snapshot, on which CREATE INDEX CONCURRENTLY of the other process would wait. */
static cpk_status guard_acquire(struct guard *guard, struct database *database, const struct catalogue_schema *schema,
                                cpk_error **error)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_MIGRATION, NULL};
    const struct timespec pause = {0, GUARD_PAUSE_MS * 1000000L};
    int32_t is_taken = 0;

    guard->session = NULL;
    if (schema->guard.count == 0 ||
        context_setting(database_context(database), SETTING_DATABASE_POOL_SIZE) < GUARD_POOL_SIZE) {
        return CPK_OK;
    }
    CPK_TRY(db_session_open(database, &actor, &guard->session, error));
    for (;;) {
        CPK_TRY(guard_try(guard, &schema->guard, &is_taken, error));
        if (is_taken) {
            return CPK_OK;
        }
        nanosleep(&pause, NULL);
    }
}

static void guard_release(struct guard *guard)
{
    db_session_close(guard->session);
    guard->session = NULL;
}

/* --- migrating --- */

static cpk_status add_surveyed_line(void *user, const char *kind, const char *line, cpk_error **error)
{
    return migration_add_line(user, kind, line, error);
}

/* Adds to a CPK_ERROR_PERMISSION_DENIED what to do. */
static cpk_status add_advice(cpk_status status, cpk_error **error)
{
    if (status == CPK_ERROR_PERMISSION_DENIED) {
        return error_prefix(error, status,
                            "the database lacks migrations of this library, which the connection's role may not apply "
                            "(run `contextpack migrate` as the role that owns the database)");
    }
    return status;
}

static cpk_status migrate_with_plan(struct migration_run *run, int32_t dry_run, cpk_error **error)
{
    if (run->applied == 0) {
        CPK_TRY(database_survey(run->database, run->schema, add_surveyed_line, run, error));
        CPK_TRY(migration_check_reasons(run, error));
    }
    CPK_TRY(add_advice(migration_plan(run, error), error));
    if (dry_run) {
        return CPK_OK;
    }
    CPK_TRY(add_advice(migration_run_concurrent(run, error), error));
    return add_advice(migration_apply(run, 0, error), error);
}

static cpk_status migrate_guarded(struct migration_run *run, int32_t dry_run, cpk_error **error)
{
    struct migration_state state;
    cpk_status status;
    struct guard guard;

    CPK_TRY_CLEANUP(guard_acquire(&guard, run->database, run->schema, error));
    /* Read again: another process may have migrated meanwhile. */
    CPK_TRY_CLEANUP(read_state(run->database, run->schema, &state, error));
    run->applied = state.applied;
    if (run->applied < (int64_t)run->schema->migration_count) {
        CPK_TRY_CLEANUP(migrate_with_plan(run, dry_run, error));
    }
cleanup:
    guard_release(&guard);
    return status;
}

static cpk_status migrate_missing(struct migration_run *run, int32_t dry_run, cpk_error **error)
{
    if (run->schema->plan.count == 0) {
        return add_advice(migration_apply(run, dry_run, error), error);
    }
    return dry_run ? migrate_with_plan(run, 1, error) : migrate_guarded(run, 0, error);
}

cpk_status database_migrate(struct database *database, migration_report_fn report, void *user, int32_t dry_run,
                            cpk_error **error)
{
    const struct catalogue_schema *schema;
    struct migration_state state;
    struct migration_run run;
    cpk_status status;

    CPK_TRY(schema_of(database, &schema, error));
    migration_run_init(&run, database, schema);
    /* Without the lock, because usually no migration is missing. */
    CPK_TRY_CLEANUP(read_state(database, schema, &state, error));
    run.applied = state.applied;
    if (run.applied < (int64_t)schema->migration_count) {
        CPK_TRY_CLEANUP(migrate_missing(&run, dry_run, error));
        if (!dry_run) {
            log_changes(&run);
        }
    }
    if (report != NULL) {
        CPK_TRY_CLEANUP(report_migrations(&run, report, user, error));
    }
    if (!dry_run && schema->plan.count > 0) {
        status = migration_finish(database, schema, error);
    }
cleanup:
    migration_run_free(&run);
    return status;
}

cpk_status database_prepare(struct database *database, int32_t create, cpk_error **error)
{
    const struct catalogue_schema *schema;
    struct migration_state state;

    CPK_TRY(schema_of(database, &schema, error));
    CPK_TRY(read_state(database, schema, &state, error));
    if (state.applied >= (int64_t)schema->migration_count) {
        return CPK_OK;
    }
    if (!create && state.table_count == 0) {
        return error_set(error, CPK_ERROR_NOT_FOUND, DOMAIN,
                         "the database has no tables of libcontextpack; check its name");
    }
    if (schema->plan.count > 0 && state.has_migrations) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "the database has schema %lld, but this version requires %lld: " HOW_TO_MIGRATE,
                         (long long)state.applied, (long long)schema->migration_count);
    }
    if (schema->plan.count > 0 && state.table_count > 0) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "the database has tables, but was not migrated for this library: " HOW_TO_MIGRATE);
    }
    return database_migrate(database, NULL, NULL, 0, error);
}

cpk_status database_version(struct database *database, int64_t *applied, int64_t *known, cpk_error **error)
{
    const struct catalogue_schema *schema;
    struct migration_state state;
    cpk_status status;

    CPK_TRY(schema_of(database, &schema, error));
    status = read_state(database, schema, &state, error);
    if (applied != NULL) {
        *applied = state.applied;
    }
    if (known != NULL) {
        *known = (int64_t)schema->migration_count;
    }
    return status;
}

/* --- the history --- */

struct history {
    migration_report_fn report;
    void *user;
    struct arena *texts;
    const cpk_allocator *allocator;
    struct migration_info current; /* number 0: none read yet */
    const char **lines;
    size_t capacity;
};

static void history_flush(struct history *history)
{
    if (history->current.number != 0) {
        history->current.changes = history->lines;
        history->report(history->user, &history->current);
    }
    history->current.change_count = 0;
}

static cpk_status history_add(struct history *history, const char *line, cpk_error **error)
{
    if (history->current.change_count == history->capacity) {
        size_t capacity = history->capacity == 0 ? 64 : 2 * history->capacity;
        const char **grown = memory_resize_array(history->allocator, history->lines, history->capacity, capacity,
                                                 sizeof *history->lines);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        history->lines = grown;
        history->capacity = capacity;
    }
    if (line == NULL) {
        return error_out_of_memory(error);
    }
    history->lines[history->current.change_count++] = line;
    return CPK_OK;
}

static cpk_status history_read_row(struct history *history, struct statement *row, cpk_error **error)
{
    int64_t number = statement_take_int64(row);
    const char *name = statement_take_text(row, NULL);
    const char *kind = statement_take_text(row, NULL);
    const char *text = statement_take_text(row, NULL);

    CPK_TRY(statement_check(row, error));
    if (number != history->current.number) {
        history_flush(history);
        history->current.number = number;
        history->current.was_applied = 1;
        history->current.name = arena_copy_text(history->texts, name != NULL ? name : "");
        if (history->current.name == NULL) {
            return error_out_of_memory(error);
        }
    }
    return kind == NULL || text == NULL ? CPK_OK : history_add(history, format_line(history->texts, kind, text), error);
}

static cpk_status history_read(struct history *history, struct db_session *session, cpk_error **error)
{
    struct statement row;

    statement_start(&row, session, STATEMENT_MIGRATION_REPORT_LIST);
    for (;;) {
        int32_t has_row;
        cpk_status status;

        CPK_TRY(statement_step(&row, &has_row, error));
        if (!has_row) {
            history_flush(history);
            return CPK_OK;
        }
        status = history_read_row(history, &row, error);
        if (status != CPK_OK) {
            statement_finish(&row);
            return status;
        }
    }
}

cpk_status database_migration_history(struct database *database, migration_report_fn report, void *user,
                                      cpk_error **error)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    const cpk_allocator *allocator = &database_context(database)->allocator;
    struct db_session *session = NULL;
    struct arena texts;
    struct history history = {report, user, &texts, allocator, {0}, NULL, 0};
    cpk_status status;

    arena_init(&texts, allocator);
    CPK_TRY_CLEANUP(database_prepare(database, 0, error));
    CPK_TRY_CLEANUP(db_session_open(database, &service, &session, error));
    status = history_read(&history, session, error);
cleanup:
    db_session_close(session);
    memory_release_array(allocator, history.lines, history.capacity, sizeof *history.lines);
    arena_free(&texts);
    return status;
}
