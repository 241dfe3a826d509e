#include "database/sqlite/damage.h"

#include "database/sqlite/failure.h"

#include <contextpack/engine.h>

#include <stdio.h>
#include <string.h>

#define FINDINGS_MAX 20
#define LINE_BYTES   1024

#define RESTORE                                                                                                        \
    "restore a backup; without one, stop every program that uses the database, copy its files, and recover what can "  \
    "be read with: sqlite3 COPY .recover"

struct findings {
    cpk_database_report_fn report;
    void *user;
    int lines;          /* findings of the last PRAGMA */
    int index_lines;    /* findings that REINDEX repairs */
    const char *format; /* of a finding, with %s for SQLite's text */
};

static int is_of_index(const char *line)
{
    return strstr(line, "missing from index") != NULL || strstr(line, "wrong # of entries in index") != NULL ||
           strstr(line, "non-unique entry in index") != NULL;
}

/* A sqlite3_exec() callback. */
static int report_line(void *user, int count, char **values, char **names)
{
    struct findings *findings = user;
    char line[LINE_BYTES];

    (void)names;
    if (count < 1 || values[0] == NULL || strcmp(values[0], "ok") == 0) {
        return 0;
    }
    findings->lines++;
    findings->index_lines += is_of_index(values[0]);
    snprintf(line, sizeof line, findings->format, values[0]);
    findings->report(findings->user, CPK_CHECK_FAILED, line);
    return 0;
}

static int run(struct findings *findings, sqlite3 *handle, const char *sql, const char *format)
{
    findings->lines = 0;
    findings->index_lines = 0;
    findings->format = format;
    return sqlite3_exec(handle, sql, report_line, findings, NULL);
}

static int is_damage(int result)
{
    return (result & 0xff) == SQLITE_CORRUPT || (result & 0xff) == SQLITE_NOTADB;
}

/* Handles a failed PRAGMA: damage that ended it is a finding, other failures are errors. */
static cpk_status handle_failure(struct findings *findings, sqlite3 *handle, const char *name, int result,
                                 cpk_error **error)
{
    if (!is_damage(result)) {
        return sqlite_failure(name, handle, result, error);
    }
    findings->report(findings->user, CPK_CHECK_FAILED,
                     "the file is damaged and could not be read completely: " RESTORE);
    return CPK_OK;
}

cpk_status sqlite_check_damage(sqlite3 *handle, const char *name, cpk_database_report_fn report, void *user,
                               cpk_error **error)
{
    struct findings findings = {report, user, 0, 0, NULL};
    int found;
    int result = run(&findings, handle, "PRAGMA integrity_check(20)", "damaged: %s");

    if (result != SQLITE_OK) {
        return handle_failure(&findings, handle, name, result, error);
    }
    found = findings.lines;
    if (found > 0) {
        report(user, CPK_CHECK_FAILED,
               found == findings.index_lines
                   ? "only indexes are damaged: stop every program that uses the database and repair it with: sqlite3 "
                     "DATABASE REINDEX"
                   : RESTORE);
    }
    result = run(&findings, handle, "PRAGMA foreign_key_check",
                 "a row of %s refers to a missing row of another table: " RESTORE);
    if (result != SQLITE_OK) {
        return handle_failure(&findings, handle, name, result, error);
    }
    if (found == 0 && findings.lines == 0) {
        report(user, CPK_CHECK_PASSED, "all pages, indexes and references are valid");
    }
    return CPK_OK;
}
