#include "database/survey.h"

#include "base/buffer.h"
#include "base/error.h"
#include "database/statement.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN     "database"
#define NOTE_BYTES 768

struct survey {
    const struct catalogue_schema *schema;
    struct db_session *session;
    survey_report_fn report;
    void *user;
    struct buffer queries; /* NUL-terminated statements that the last statement returned */
};

/* Returns 1 if the statement failed because a table, column or schema is missing. */
static int32_t is_about_missing(const cpk_error *problem)
{
    static const char *const codes[] = {
        "42P01", /* undefined_table */
        "42703", /* undefined_column */
        "3F000", /* invalid_schema_name */
    };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(cpk_error_native(problem), codes[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Returns 1 if further statements would fail, too: out of memory, connection lost, cancelled. */
static int32_t ends_survey(cpk_status status, const cpk_error *problem)
{
    const char *native = cpk_error_native(problem);

    return status == CPK_ERROR_OUT_OF_MEMORY || status == CPK_ERROR_CANCELLED || native[0] == '\0' ||
           strncmp(native, "08", 2) == 0 || strncmp(native, "57P", 3) == 0;
}

static cpk_status read_row(void *self, struct statement *row, cpk_error **error)
{
    struct survey *survey = self;
    const char *kind = statement_take_text(row, NULL);
    const char *line = statement_take_text(row, NULL);

    CPK_TRY(statement_check(row, error));
    if (kind == NULL || line == NULL) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "a survey statement returned a row without kind or text");
    }
    if (strcmp(kind, "query") == 0) {
        buffer_append(&survey->queries, line, strlen(line) + 1);
        return survey->queries.failed ? error_out_of_memory(error) : CPK_OK;
    }
    return survey->report(survey->user, kind, line, error);
}

static cpk_status run_statement(struct survey *survey, const char *sql, cpk_error **error)
{
    struct statement rows;

    statement_start_sql(&rows, survey->session, sql);
    return statement_each(&rows, read_row, survey, error);
}

/* Sets the transaction's timeouts. *has_tables: 1 if the database has tables of the service. */
static cpk_status prepare_transaction(const struct survey *survey, int32_t *has_tables, cpk_error **error)
{
    struct statement row;
    int32_t has_row;

    statement_start_sql(&row, survey->session, survey->schema->survey[0].sql);
    CPK_TRY(statement_step(&row, &has_row, error));
    *has_tables = has_row && statement_take_int64(&row) > 0;
    if (has_row) {
        statement_finish(&row);
    }
    return CPK_OK;
}

static cpk_status run_in_transaction(struct survey *survey, const char *sql, int32_t is_always, cpk_error **error)
{
    int32_t has_tables;
    cpk_status status;

    CPK_TRY(db_begin(survey->session, CPK_TRANSACTION_READ, error));
    CPK_TRY_CLEANUP(prepare_transaction(survey, &has_tables, error));
    if (has_tables || is_always) {
        CPK_TRY_CLEANUP(run_statement(survey, sql, error));
    }
cleanup:
    db_rollback(survey->session, NULL);
    return status;
}

/* Reports a failed statement as a note, or returns its error if it ends the survey. Frees `problem`. */
static cpk_status report_failure(const struct survey *survey, const char *subject, cpk_status status,
                                 cpk_error *problem, cpk_error **error)
{
    char note[NOTE_BYTES];

    if (ends_survey(status, problem)) {
        return error_give(error, problem);
    }
    if (is_about_missing(problem)) {
        cpk_error_free(problem);
        return CPK_OK;
    }
    snprintf(note, sizeof note, "could not check %s: %s", subject, cpk_error_message(problem));
    cpk_error_free(problem);
    return survey->report(survey->user, "note", note, error);
}

static cpk_status survey_statement(struct survey *survey, const struct catalogue_survey *entry, const char *sql,
                                   cpk_error **error)
{
    cpk_error *problem = NULL;
    cpk_status status = run_in_transaction(survey, sql, entry->is_always, &problem);

    return status == CPK_OK ? CPK_OK : report_failure(survey, entry->subject, status, problem, error);
}

static cpk_status survey_all(struct survey *survey, cpk_error **error)
{
    for (size_t i = 1; i < survey->schema->survey_count; i++) {
        const struct catalogue_survey *entry = &survey->schema->survey[i];

        buffer_clear(&survey->queries);
        CPK_TRY(survey_statement(survey, entry, entry->sql, error));
        for (size_t at = 0; at < survey->queries.length;) {
            const char *query = buffer_text(&survey->queries) + at;

            at += strlen(query) + 1;
            CPK_TRY(survey_statement(survey, entry, query, error));
        }
    }
    return CPK_OK;
}

cpk_status database_survey(struct database *database, const struct catalogue_schema *schema, survey_report_fn report,
                           void *user, cpk_error **error)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_MIGRATION, NULL};
    struct survey survey = {.schema = schema, .report = report, .user = user};
    cpk_status status;

    if (schema->survey_count == 0) {
        return CPK_OK;
    }
    CPK_TRY(db_session_open(database, &actor, &survey.session, error));
    buffer_init(&survey.queries, &database_context(database)->allocator);
    status = survey_all(&survey, error);
    buffer_free(&survey.queries);
    db_session_close(survey.session);
    return status;
}
