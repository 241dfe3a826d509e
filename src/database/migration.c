#include "database/migration.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "base/time.h"
#include "database/statement.h"

#include <string.h>
#include <time.h>

#define DOMAIN         "database"
#define RETRY_PAUSE_MS 250
#define BUSY_SQLSTATE  "55P03"

static const cpk_actor MIGRATION_ACTOR = {sizeof MIGRATION_ACTOR, CPK_ACTOR_MIGRATION, NULL};

void migration_run_init(struct migration_run *run, struct database *database, const struct catalogue_schema *schema)
{
    const cpk_allocator *allocator = &database_context(database)->allocator;

    memset(run, 0, sizeof *run);
    run->database = database;
    run->schema = schema;
    arena_init(&run->texts, allocator);
    buffer_init(&run->differences, allocator);
    buffer_init(&run->denied, allocator);
}

/* Discards the plan. */
static void run_clear(struct migration_run *run)
{
    run->change_count = 0;
    run->step_count = 0;
}

void migration_run_free(struct migration_run *run)
{
    const cpk_allocator *allocator = &database_context(run->database)->allocator;

    memory_release_array(allocator, run->changes, run->change_capacity, sizeof *run->changes);
    memory_release_array(allocator, run->steps, run->step_capacity, sizeof *run->steps);
    arena_free(&run->texts);
    buffer_free(&run->differences);
    buffer_free(&run->denied);
}

/* --- planning --- */

static cpk_status add_change(struct migration_run *run, const char *kind, const char *line, cpk_error **error)
{
    const cpk_allocator *allocator = &database_context(run->database)->allocator;
    struct migration_change change = {run->migration, arena_copy_text(&run->texts, kind),
                                      arena_copy_text(&run->texts, line)};

    if (run->change_count == run->change_capacity) {
        size_t capacity = run->change_capacity == 0 ? 64 : 2 * run->change_capacity;
        struct migration_change *grown =
            memory_resize_array(allocator, run->changes, run->change_capacity, capacity, sizeof *run->changes);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        run->changes = grown;
        run->change_capacity = capacity;
    }
    if (change.kind == NULL || change.text == NULL) {
        return error_out_of_memory(error);
    }
    run->changes[run->change_count++] = change;
    return CPK_OK;
}

static cpk_status add_step(struct migration_run *run, char when, const char *sql, cpk_error **error)
{
    const cpk_allocator *allocator = &database_context(run->database)->allocator;
    struct migration_step step = {run->migration, when, arena_copy_text(&run->texts, sql)};

    if (run->step_count == run->step_capacity) {
        size_t capacity = run->step_capacity == 0 ? 64 : 2 * run->step_capacity;
        struct migration_step *grown =
            memory_resize_array(allocator, run->steps, run->step_capacity, capacity, sizeof *run->steps);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        run->steps = grown;
        run->step_capacity = capacity;
    }
    if (step.sql == NULL) {
        return error_out_of_memory(error);
    }
    run->steps[run->step_count++] = step;
    return CPK_OK;
}

static void append_to_list(struct buffer *list, const char *line)
{
    buffer_append_text(list, list->length > 0 ? "; " : "");
    buffer_append_text(list, line);
}

cpk_status migration_add_line(struct migration_run *run, const char *kind, const char *line, cpk_error **error)
{
    if (strcmp(kind, "difference") == 0) {
        append_to_list(&run->differences, line);
        return CPK_OK;
    }
    if (strcmp(kind, "denied") == 0) {
        append_to_list(&run->denied, line);
        return CPK_OK;
    }
    if (strcmp(kind, "lock") == 0) {
        return add_step(run, MIGRATION_STEP_LOCK, line, error);
    }
    return add_change(run, kind, line, error);
}

static cpk_status step_kind(const char *part, char *when, cpk_error **error)
{
    static const struct {
        const char *name;
        char when;
    } kinds[] = {{"concurrent", MIGRATION_STEP_CONCURRENT},
                 {"open", MIGRATION_PART_OPEN},
                 {"locked", MIGRATION_PART_LOCKED},
                 {"after", MIGRATION_STEP_AFTER}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (part != NULL && strcmp(part, kinds[i].name) == 0) {
            *when = kinds[i].when;
            return CPK_OK;
        }
    }
    return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "a migration planned a statement for an unknown part");
}

/* Adds a row (kind, line [, undo [, part, statement [, place]]]) to the plan. */
static cpk_status add_planned_row(void *self, struct statement *row, cpk_error **error)
{
    struct migration_run *run = self;
    const char *kind = statement_text(row, 0, NULL);
    const char *line = statement_text(row, 1, NULL);
    const char *undo = row->column_count > 2 ? statement_text(row, 2, NULL) : NULL;
    const char *part = row->column_count > 4 ? statement_text(row, 3, NULL) : NULL;
    const char *sql = row->column_count > 4 ? statement_text(row, 4, NULL) : NULL;
    char when = 0;

    if (kind == NULL || (line == NULL && undo == NULL && sql == NULL)) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "a plan returned a row without kind or text");
    }
    if (line != NULL) {
        CPK_TRY(migration_add_line(run, kind, line, error));
    }
    if (undo != NULL) {
        CPK_TRY(add_change(run, "undo", undo, error));
    }
    if (sql != NULL) {
        CPK_TRY(step_kind(part, &when, error));
        return add_step(run, when, sql, error);
    }
    return CPK_OK;
}

static cpk_status run_plan(struct migration_run *run, const char *sql, cpk_error **error)
{
    struct statement plan;

    statement_start_sql(&plan, run->session, sql);
    return statement_each(&plan, add_planned_row, run, error);
}

static cpk_status run_sql(struct db_session *session, const char *sql, cpk_error **error)
{
    struct statement plain;

    statement_start_sql(&plain, session, sql);
    return statement_run(&plain, NULL, error);
}

static cpk_status run_script(struct db_session *session, const struct catalogue_script *script, cpk_error **error)
{
    for (size_t i = 0; i < script->count; i++) {
        CPK_TRY(run_sql(session, script->statements[i], error));
    }
    return CPK_OK;
}

static cpk_status run_part(struct migration_run *run, const struct catalogue_migration *migration, char part,
                           cpk_error **error)
{
    for (size_t i = 0; i < migration->statement_count; i++) {
        if (migration->parts[i] == part) {
            CPK_TRY(run_sql(run->session, migration->statements[i], error));
        }
    }
    return CPK_OK;
}

cpk_status migration_check_reasons(const struct migration_run *run, cpk_error **error)
{
    if (run->differences.failed || run->denied.failed) {
        return error_out_of_memory(error);
    }
    if (run->denied.length > 0) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN,
                         "the database can't be migrated by this role and was not changed: %s",
                         buffer_text(&run->denied));
    }
    if (run->differences.length > 0) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "the database differs from what this library requires and was not changed: %s",
                         buffer_text(&run->differences));
    }
    return CPK_OK;
}

static cpk_status plan_one(struct migration_run *run, const struct catalogue_migration *migration, cpk_error **error)
{
    CPK_TRY(run_part(run, migration, MIGRATION_PART_DRAFT, error));
    for (size_t i = 0; i < migration->statement_count; i++) {
        if (migration->parts[i] == MIGRATION_PART_PLAN) {
            CPK_TRY(run_plan(run, migration->statements[i], error));
        }
    }
    return migration_check_reasons(run, error);
}

static cpk_status plan_all(struct migration_run *run, cpk_error **error)
{
    CPK_TRY(run_script(run->session, &run->schema->plan, error));
    for (size_t i = (size_t)run->applied; i < run->schema->migration_count; i++) {
        const struct catalogue_migration *migration = &run->schema->migrations[i];
        cpk_status status;

        run->migration = i;
        status = plan_one(run, migration, error);
        if (status != CPK_OK) {
            return error_prefix(error, status, "migration %lld (%s)", (long long)migration->number, migration->name);
        }
    }
    return CPK_OK;
}

cpk_status migration_plan(struct migration_run *run, cpk_error **error)
{
    cpk_status status;

    CPK_TRY(db_session_open(run->database, &MIGRATION_ACTOR, &run->session, error));
    CPK_TRY_CLEANUP(db_begin(run->session, CPK_TRANSACTION_WRITE, error));
    status = plan_all(run, error);
    db_rollback(run->session, NULL);
cleanup:
    db_session_close(run->session);
    return status;
}

/* --- steps outside the transaction --- */

cpk_status migration_run_concurrent(struct migration_run *run, cpk_error **error)
{
    cpk_status status = CPK_OK;

    CPK_TRY(db_session_open(run->database, &MIGRATION_ACTOR, &run->session, error));
    for (size_t i = 0; i < run->step_count; i++) {
        const struct migration_step *step = &run->steps[i];

        if (step->when == MIGRATION_STEP_CONCURRENT) {
            context_log(database_context(run->database), CPK_LOG_INFO, DOMAIN, "%s", step->sql);
            CPK_TRY_CLEANUP(run_sql(run->session, step->sql, error));
        }
    }
cleanup:
    db_session_close(run->session);
    return status;
}

struct pending_step {
    int64_t number;
    int64_t position;
    const char *sql; /* NULL: none left */
};

/* Reads the pending step that follows *step. */
static cpk_status read_pending(struct database *database, struct arena *texts, struct pending_step *step,
                               cpk_error **error)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    struct db_session *session;
    struct statement row;
    int32_t has_row = 0;
    cpk_status status;

    step->sql = NULL;
    CPK_TRY(db_session_open(database, &service, &session, error));
    statement_start(&row, session, STATEMENT_MIGRATION_PENDING);
    statement_bind_int64(&row, 1, step->number);
    statement_bind_int64(&row, 2, step->position);
    CPK_TRY_CLEANUP(statement_step(&row, &has_row, error));
    if (has_row) {
        step->number = statement_take_int64(&row);
        step->position = statement_take_int64(&row);
        step->sql = arena_copy_text(texts, statement_take_text(&row, NULL));
        CPK_TRY_CLEANUP(statement_check(&row, error));
        if (step->sql == NULL) {
            status = error_out_of_memory(error);
        }
    }
cleanup:
    statement_finish(&row);
    db_session_close(session);
    return status;
}

/* Runs a pending step and deletes it. With a note: stores that the step can't be done instead of running it. */
static cpk_status end_pending(struct db_session *session, const struct catalogue_schema *schema,
                              const struct pending_step *step, const char *note, cpk_error **error)
{
    struct statement change;

    CPK_TRY(run_script(session, &schema->finish, error));
    if (note == NULL) {
        CPK_TRY(run_sql(session, step->sql, error));
    }
    statement_start(&change, session,
                    note == NULL ? STATEMENT_MIGRATION_PENDING_DELETE : STATEMENT_MIGRATION_PENDING_NOTE);
    statement_bind_int64(&change, 1, step->number);
    statement_bind_int64(&change, 2, step->position);
    if (note != NULL) {
        statement_bind_text(&change, 3, note);
    }
    return statement_run(&change, NULL, error);
}

static cpk_status finish_one(struct database *database, const struct catalogue_schema *schema,
                             const struct pending_step *step, const char *note, cpk_error **error)
{
    struct db_session *session;
    cpk_status status;

    CPK_TRY(db_session_open(database, &MIGRATION_ACTOR, &session, error));
    CPK_TRY_CLEANUP(db_begin(session, CPK_TRANSACTION_WRITE, error));
    CPK_TRY_CLEANUP(end_pending(session, schema, step, note, error));
    CPK_TRY_CLEANUP(db_commit(session, error));
cleanup:
    db_session_close(session); /* rolls back after a failure */
    return status;
}

/* Runs a pending step. If rows inserted after the plan violate its constraint, stores a note instead. */
static cpk_status finish_or_note(struct database *database, const struct catalogue_schema *schema,
                                 const struct pending_step *step, cpk_error **error)
{
    cpk_error *problem = NULL;
    cpk_status status = finish_one(database, schema, step, NULL, &problem);
    struct buffer note;

    if (status == CPK_OK) {
        return CPK_OK;
    }
    if (strncmp(cpk_error_native(problem), "23", 2) != 0) {
        return error_give(error, problem);
    }
    cpk_error_free(problem);
    buffer_init(&note, &database_context(database)->allocator);
    buffer_append_format(&note, "existing rows violate this constraint and are kept; it applies to new rows: %s",
                         step->sql);
    status = note.failed ? error_out_of_memory(error) : finish_one(database, schema, step, buffer_text(&note), error);
    buffer_free(&note);
    return status;
}

cpk_status migration_finish(struct database *database, const struct catalogue_schema *schema, cpk_error **error)
{
    struct pending_step step = {0, 0, NULL};
    cpk_status status;
    struct arena texts;

    arena_init(&texts, &database_context(database)->allocator);
    for (;;) {
        arena_reset(&texts);
        CPK_TRY_CLEANUP(read_pending(database, &texts, &step, error));
        if (step.sql == NULL) {
            break;
        }
        CPK_TRY_CLEANUP(finish_or_note(database, schema, &step, error));
    }
cleanup:
    arena_free(&texts);
    return status;
}

/* --- the transaction --- */

static cpk_status check_row(const struct catalogue_migration *known, struct statement *row, cpk_error **error)
{
    int64_t found = statement_take_int64(row);
    const char *name = statement_take_text(row, NULL);
    const char *checksum = statement_take_text(row, NULL);

    CPK_TRY(statement_check(row, error));
    if (found != known->number || checksum == NULL || strcmp(known->checksum, checksum) != 0) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN,
                         "migration %lld (%s) of the database differs from this library's migration %lld (%s): "
                         "restore the database from a backup or use the library that migrated it",
                         (long long)found, name != NULL ? name : "", (long long)known->number, known->name);
    }
    return CPK_OK;
}

static cpk_status check_newer_row(struct statement *row, int64_t known, int64_t *applied, cpk_error **error)
{
    int64_t number = statement_take_int64(row);
    const char *name = statement_take_text(row, NULL);
    int64_t least_known = statement_take_int64_or(row, number);
    const char *library = statement_take_text(row, NULL);

    CPK_TRY(statement_check(row, error));
    if (least_known > known) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "the database has migration %lld (%s) of a newer version (%s), which requires a library that "
                         "knows migration %lld; this one (%s) knows %lld: upgrade libcontextpack",
                         (long long)number, name != NULL ? name : "", library != NULL ? library : "unknown",
                         (long long)least_known, CPK_VERSION, (long long)known);
    }
    *applied = number;
    return CPK_OK;
}

static cpk_status read_newer(struct db_session *session, int64_t known, int64_t *applied, cpk_error **error)
{
    struct statement row;
    int32_t has_row;

    statement_start(&row, session, STATEMENT_MIGRATION_NEWER);
    statement_bind_int64(&row, 1, known);
    for (;;) {
        cpk_status status;

        CPK_TRY(statement_step(&row, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        status = check_newer_row(&row, known, applied, error);
        if (status != CPK_OK) {
            statement_finish(&row);
            return status;
        }
    }
}

cpk_status migration_read_list(struct db_session *session, const struct catalogue_schema *schema, int64_t *applied,
                               cpk_error **error)
{
    int64_t known = (int64_t)schema->migration_count;
    struct statement row;
    int32_t has_row;

    *applied = 0;
    statement_start(&row, session, STATEMENT_MIGRATION_LIST);
    for (;;) {
        cpk_status status;

        CPK_TRY(statement_step(&row, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        if (*applied == known) {
            statement_finish(&row);
            return read_newer(session, known, applied, error);
        }
        status = check_row(&schema->migrations[*applied], &row, error);
        if (status != CPK_OK) {
            statement_finish(&row);
            return status;
        }
        (*applied)++;
    }
}

static cpk_status run_steps(struct migration_run *run, size_t migration, char when, cpk_error **error)
{
    for (size_t i = 0; i < run->step_count; i++) {
        if (run->steps[i].migration == migration && run->steps[i].when == when) {
            CPK_TRY(run_sql(run->session, run->steps[i].sql, error));
        }
    }
    return CPK_OK;
}

static cpk_status apply_open_part(struct migration_run *run, size_t index, cpk_error **error)
{
    const struct catalogue_migration *migration = &run->schema->migrations[index];

    CPK_TRY(run_part(run, migration, MIGRATION_PART_DRAFT, error));
    CPK_TRY(run_steps(run, index, MIGRATION_PART_OPEN, error));
    return run_part(run, migration, MIGRATION_PART_OPEN, error);
}

static cpk_status apply_open(struct migration_run *run, cpk_error **error)
{
    for (size_t i = (size_t)run->applied; i < run->schema->migration_count; i++) {
        const struct catalogue_migration *migration = &run->schema->migrations[i];
        const cpk_status status = apply_open_part(run, i, error);

        if (status != CPK_OK) {
            return error_prefix(error, status, "migration %lld (%s)", (long long)migration->number, migration->name);
        }
    }
    return CPK_OK;
}

static void write_planned(const struct migration_run *run, size_t migration, char when, struct json_writer *list)
{
    for (size_t i = 0; i < run->step_count; i++) {
        if (run->steps[i].migration == migration && run->steps[i].when == when) {
            json_write_string(list, run->steps[i].sql);
        }
    }
}

/* Writes the locked statements as a JSON array. Returns 0 if there are none. */
static size_t write_locked(const struct migration_run *run, struct buffer *text)
{
    struct json_writer list;
    size_t empty;

    json_writer_init(&list, text);
    json_write_begin_array(&list);
    empty = text->length;
    for (size_t i = (size_t)run->applied; i < run->schema->migration_count; i++) {
        const struct catalogue_migration *migration = &run->schema->migrations[i];

        write_planned(run, i, MIGRATION_PART_LOCKED, &list);
        for (size_t j = 0; j < migration->statement_count; j++) {
            if (migration->parts[j] == MIGRATION_PART_LOCKED) {
                json_write_string(&list, migration->statements[j]);
            }
        }
    }
    json_write_end_array(&list);
    return text->length - empty - 1;
}

static void write_tables(const struct migration_run *run, struct buffer *text)
{
    struct json_writer list;

    json_writer_init(&list, text);
    json_write_begin_array(&list);
    for (size_t i = (size_t)run->applied; i < run->schema->migration_count; i++) {
        write_planned(run, i, MIGRATION_STEP_LOCK, &list);
    }
    json_write_end_array(&list);
}

/* Runs the locked part in one statement, so that the locks are not held during network round trips. */
static cpk_status run_locked(struct migration_run *run, const struct buffer *tables, const struct buffer *steps,
                             cpk_error **error)
{
    const struct catalogue_script *script = &run->schema->locked;
    struct statement call;

    if (tables->failed || steps->failed) {
        return error_out_of_memory(error);
    }
    CPK_TRY(run_sql(run->session, script->statements[0], error));
    statement_start_sql(&call, run->session, script->statements[1]);
    statement_bind_text_length(&call, 1, buffer_text(tables), tables->length);
    statement_bind_text_length(&call, 2, buffer_text(steps), steps->length);
    statement_bind_int64(&call, 3,
                         context_setting(database_context(run->database), SETTING_DATABASE_MIGRATION_WAIT_MS));
    CPK_TRY(statement_run(&call, NULL, error));
    return run_sql(run->session, script->statements[2], error);
}

static cpk_status apply_locked(struct migration_run *run, cpk_error **error)
{
    const cpk_allocator *allocator = &database_context(run->database)->allocator;
    cpk_status status = CPK_OK;
    struct buffer tables;
    struct buffer steps;

    if (run->schema->locked.count == 0) {
        return CPK_OK;
    }
    buffer_init(&tables, allocator);
    buffer_init(&steps, allocator);
    write_tables(run, &tables);
    if (write_locked(run, &steps) > 0) {
        status = run_locked(run, &tables, &steps, error);
    }
    buffer_free(&tables);
    buffer_free(&steps);
    return status;
}

static cpk_status insert_report_line(struct migration_run *run, size_t migration, int64_t position, const char *kind,
                                     const char *line, cpk_error **error)
{
    struct statement insert;

    statement_start(&insert, run->session, STATEMENT_MIGRATION_REPORT_INSERT);
    statement_bind_int64(&insert, 1, run->schema->migrations[migration].number);
    statement_bind_int64(&insert, 2, position);
    statement_bind_text(&insert, 3, kind);
    statement_bind_text(&insert, 4, line);
    return statement_run(&insert, NULL, error);
}

/* Stores the report for database_migration_history(), and the pending steps for migration_finish(). */
static cpk_status insert_report(struct migration_run *run, cpk_error **error)
{
    int64_t position = 0;
    struct statement clear;

    statement_start(&clear, run->session, STATEMENT_MIGRATION_REPORT_CLEAR);
    statement_bind_int64(&clear, 1, run->applied);
    CPK_TRY(statement_run(&clear, NULL, error));
    for (size_t i = 0; i < run->change_count; i++) {
        const struct migration_change *change = &run->changes[i];

        CPK_TRY(insert_report_line(run, change->migration, ++position, change->kind, change->text, error));
    }
    for (size_t i = 0; i < run->step_count; i++) {
        const struct migration_step *step = &run->steps[i];

        if (step->when == MIGRATION_STEP_AFTER) {
            CPK_TRY(insert_report_line(run, step->migration, ++position, "pending", step->sql, error));
        }
    }
    return CPK_OK;
}

static cpk_status insert_migrations(struct migration_run *run, cpk_error **error)
{
    for (size_t i = (size_t)run->applied; i < run->schema->migration_count; i++) {
        const struct catalogue_migration *migration = &run->schema->migrations[i];
        struct statement insert;

        statement_start(&insert, run->session, STATEMENT_MIGRATION_INSERT);
        statement_bind_int64(&insert, 1, migration->number);
        statement_bind_text(&insert, 2, migration->name);
        statement_bind_text(&insert, 3, migration->checksum);
        statement_bind_int64(&insert, 4, context_now(database_context(run->database)));
        statement_bind_int64(&insert, 5, migration->least_known);
        statement_bind_text(&insert, 6, CPK_VERSION);
        CPK_TRY(statement_run(&insert, NULL, error));
    }
    return insert_report(run, error);
}

/* Applies the missing migrations in a write transaction. A concurrent process waits for it and finds them applied. */
static cpk_status apply_missing(struct migration_run *run, cpk_error **error)
{
    int64_t planned_from = run->applied;

    CPK_TRY(run_script(run->session, &run->schema->bootstrap, error));
    CPK_TRY(migration_read_list(run->session, run->schema, &run->applied, error));
    if (run->applied >= (int64_t)run->schema->migration_count) {
        run_clear(run);
        return CPK_OK;
    }
    if (run->applied != planned_from && run->schema->plan.count > 0) {
        return error_set_native(error, CPK_ERROR_BUSY, DOMAIN, "", 1,
                                "a process with another version is migrating the database: run this again");
    }
    CPK_TRY(apply_open(run, error));
    CPK_TRY(apply_locked(run, error));
    return insert_migrations(run, error);
}

static cpk_status apply_once(struct migration_run *run, int32_t dry_run, cpk_error **error)
{
    cpk_status status;

    CPK_TRY(db_session_open(run->database, &MIGRATION_ACTOR, &run->session, error));
    CPK_TRY_CLEANUP(db_begin(run->session, CPK_TRANSACTION_WRITE, error));
    CPK_TRY_CLEANUP(apply_missing(run, error));
    if (!dry_run) {
        CPK_TRY_CLEANUP(db_commit(run->session, error));
    }
cleanup:
    db_session_close(run->session); /* rolls back what was not committed */
    return status;
}

static cpk_status append_blocker(void *list, struct statement *row, cpk_error **error)
{
    const char *line = statement_text(row, 0, NULL);

    (void)error;
    append_to_list(list, line != NULL ? line : "");
    return CPK_OK;
}

static cpk_status read_blockers(struct database *database, const char *sql, struct buffer *list, cpk_error **error)
{
    struct db_session *session;
    struct statement blockers;
    cpk_status status;

    CPK_TRY(db_session_open(database, &MIGRATION_ACTOR, &session, error));
    statement_start_sql(&blockers, session, sql);
    status = statement_each(&blockers, append_blocker, list, error);
    db_session_close(session);
    return status;
}

/* Returns the error of a failed attempt; a lock timeout is explained by the sessions in the way. Frees `problem`. */
static cpk_status explain_failure(const struct migration_run *run, cpk_error *problem, cpk_error **error)
{
    struct buffer list;

    if (run->schema->blockers == NULL || strcmp(cpk_error_native(problem), BUSY_SQLSTATE) != 0) {
        return error_give(error, problem);
    }
    cpk_error_free(problem);
    buffer_init(&list, &database_context(run->database)->allocator);
    (void)read_blockers(run->database, run->schema->blockers, &list, NULL);
    error_set_native(
        error, CPK_ERROR_BUSY, DOMAIN, BUSY_SQLSTATE, 1,
        "the migration gave up without changes, because other sessions use the tables%s%s; run it again when they "
        "are done, or raise database.migration_wait_ms",
        list.length > 0 && !list.failed ? ": " : "", list.failed ? "" : buffer_text(&list));
    buffer_free(&list);
    return CPK_ERROR_BUSY;
}

static void pause_for(int64_t milliseconds)
{
    const struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};

    nanosleep(&pause, NULL);
}

cpk_status migration_apply(struct migration_run *run, int32_t dry_run, cpk_error **error)
{
    const struct context *context = database_context(run->database);
    const int64_t wait_ms = context_setting(context, SETTING_DATABASE_MIGRATION_WAIT_MS);
    const int64_t give_up_us = time_monotonic_us() + wait_ms * 1000;
    int64_t pause_ms = RETRY_PAUSE_MS;

    for (;;) {
        cpk_error *problem = NULL;
        cpk_status status = apply_once(run, dry_run, &problem);

        if (status == CPK_OK) {
            return CPK_OK;
        }
        if (status != CPK_ERROR_BUSY || run->schema->guard.count == 0 || time_monotonic_us() >= give_up_us) {
            return explain_failure(run, problem, error);
        }
        cpk_error_free(problem);
        pause_for(pause_ms);
        pause_ms = pause_ms < 2000 ? pause_ms * 2 : pause_ms;
    }
}
