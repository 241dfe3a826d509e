/* Compares a migrated SQLite database with docs/schema.md, and with the service's page if it is available. Both
 * describe a table under a heading with its name in backticks. */
#include "support/test.h"

#include "base/context.h"
#include "database/migrate.h"
#include "support/scratch.h"

#include <sqlite3.h>
#include <unistd.h>

#define TEXT_BYTES 512

/* One column as a page describes it. */
struct described {
    char table[64];
    char name[64];
    char type[64];
    char default_value[64];
    int32_t is_required;
};

struct page {
    const char *path;
    int32_t has_sqlite_types; /* our own page: | name | type | SQLite | null | default | */
    size_t tables;
    size_t columns;
    size_t values;
};

static sqlite3 *handle;
static char folder[SCRATCH_SHORT_BYTES];
static char path[128];

static int open_migrated(void **state)
{
    char uri[160];
    struct context context;
    struct database *database;
    cpk_error *error = NULL;

    (void)state;
    scratch_make_short(folder);
    snprintf(path, sizeof path, "%s/schema.db", folder);
    snprintf(uri, sizeof uri, "sqlite:%s", path);
    context_init(&context);
    assert_ok(database_open(&context, uri, &database, &error), error);
    assert_ok(database_migrate(database, NULL, NULL, 0, &error), error);
    database_free(database);
    return sqlite3_open(path, &handle);
}

static int close_migrated(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    char file[160];

    (void)state;
    sqlite3_close(handle);
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s%s", path, suffixes[i]);
        unlink(file);
    }
    return rmdir(folder);
}

static const char *sqlite_type_of(const char *type)
{
    static const struct {
        const char *type;
        const char *sqlite;
    } types[] = {{"uuid", "TEXT"},       {"text", "TEXT"},           {"integer", "INTEGER"}, {"bigint", "INTEGER"},
                 {"numeric", "INTEGER"}, {"timestamptz", "INTEGER"}, {"jsonb", "TEXT"},      {"inet", "TEXT"},
                 {"integer[]", "TEXT"},  {"boolean", "INTEGER"},     {"bytea", "BLOB"}};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].type, type) == 0) {
            return types[i].sqlite;
        }
    }
    fail_msg("the page has an unknown type %s", type);
    return NULL;
}

/* Converts a default to SQLite's notation. */
static const char *sqlite_default_of(const char *written)
{
    static const struct {
        const char *written;
        const char *sqlite;
    } defaults[] = {{"'{}'", "'[]'"}, {"0.0000", "0"}, {"false", "0"}};

    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        if (strcmp(defaults[i].written, written) == 0) {
            return defaults[i].sqlite;
        }
    }
    return written;
}

static void compare_default(const struct described *column, const char *found)
{
    if (strcmp(column->default_value, "now()") == 0) {
        if (found == NULL || strstr(found, "strftime('%s', 'now')") == NULL) {
            fail_msg("%s.%s has no default of now()", column->table, column->name);
        }
    } else if (strcmp(sqlite_default_of(column->default_value), found != NULL ? found : "") != 0) {
        fail_msg("%s.%s: default \"%s\", written \"%s\"", column->table, column->name, found != NULL ? found : "",
                 column->default_value);
    }
}

static void compare_column(const struct described *column)
{
    sqlite3_stmt *query;

    assert_int_equal(
        sqlite3_prepare_v2(
            handle,
            "SELECT replace(type, ' GENERATED ALWAYS', ''), \"notnull\", CASE hidden WHEN 0 THEN dflt_value "
            "ELSE 'generated' END FROM pragma_table_xinfo(?1) WHERE name = ?2",
            -1, &query, NULL),
        SQLITE_OK);
    sqlite3_bind_text(query, 1, column->table, -1, SQLITE_STATIC);
    sqlite3_bind_text(query, 2, column->name, -1, SQLITE_STATIC);
    if (sqlite3_step(query) != SQLITE_ROW) {
        fail_msg("%s has no column %s", column->table, column->name);
    }
    if (strcmp((const char *)sqlite3_column_text(query, 0), sqlite_type_of(column->type)) != 0) {
        fail_msg("%s.%s is %s for %s", column->table, column->name, (const char *)sqlite3_column_text(query, 0),
                 column->type);
    }
    if (sqlite3_column_int(query, 1) != column->is_required) {
        fail_msg("%s.%s: NOT NULL is %d, written %d", column->table, column->name, sqlite3_column_int(query, 1),
                 column->is_required);
    }
    compare_default(column, (const char *)sqlite3_column_text(query, 2));
    sqlite3_finalize(query);
}

static int64_t ask(const char *sql, const char *argument)
{
    sqlite3_stmt *query;
    int64_t answer;

    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &query, NULL), SQLITE_OK);
    sqlite3_bind_text(query, 1, argument, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    answer = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return answer;
}

/* Each value of a closed list must be in a CHECK of the table. */
static void compare_value(const char *table, const char *value)
{
    sqlite3_stmt *query;
    char quoted[96];

    snprintf(quoted, sizeof quoted, "'%s'", value);
    assert_int_equal(sqlite3_prepare_v2(handle, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1", -1,
                                        &query, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(query, 1, table, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    if (strstr((const char *)sqlite3_column_text(query, 0), quoted) == NULL) {
        fail_msg("%s does not know the value %s", table, value);
    }
    sqlite3_finalize(query);
}

/* Copies the text between the first two backticks of a line; returns 0 if there are none. */
static int32_t between_backticks(const char *line, char *target, size_t size_bytes)
{
    const char *open = strchr(line, '`');
    const char *close = open != NULL ? strchr(open + 1, '`') : NULL;

    if (close == NULL || (size_t)(close - open) > size_bytes) {
        return 0;
    }
    memcpy(target, open + 1, (size_t)(close - open) - 1);
    target[close - open - 1] = '\0';
    return 1;
}

/* Copies the n-th cell of a Markdown table's row, without surrounding spaces and backticks. */
static void cell(const char *line, int number, char *target, size_t size_bytes)
{
    size_t length;

    for (int i = 0; i <= number && line != NULL; i++) {
        line = strchr(line, '|');
        line = line != NULL ? line + 1 : NULL;
    }
    assert_non_null(line);
    line += strspn(line, " `");
    length = strcspn(line, "|");
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '`')) {
        length--;
    }
    assert_true(length < size_bytes);
    memcpy(target, line, length);
    target[length] = '\0';
}

static void copy_default(const char *constraints, char *target, size_t size_bytes)
{
    const char *found = strstr(constraints, "DEFAULT ");
    size_t length;

    target[0] = '\0';
    if (found != NULL) {
        found += 8;
        length = strcspn(found, ",|");
        while (length > 0 && found[length - 1] == ' ') {
            length--;
        }
        assert_true(length < size_bytes);
        memcpy(target, found, length);
        target[length] = '\0';
    }
}

/* "| `name` | type | ..." in both pages, and "- **name** (type, constraints) - ..." in the service's. */
static int32_t read_column(const struct page *page, const char *line, struct described *column)
{
    char constraints[TEXT_BYTES];

    if (strncmp(line, "| `", 3) == 0) {
        cell(line, 0, column->name, sizeof column->name);
        cell(line, 1, column->type, sizeof column->type);
        cell(line, 2, constraints, sizeof constraints);
        if (page->has_sqlite_types) {
            assert_string_equal(constraints, sqlite_type_of(column->type));
            cell(line, 3, constraints, sizeof constraints);
            column->is_required = strcmp(constraints, "no") == 0;
            cell(line, 4, column->default_value, sizeof column->default_value);
            return 1;
        }
    } else if (sscanf(line, "- **%63[a-z0-9_]** (%63[a-z], %511[^-]", column->name, column->type, constraints) == 3) {
        size_t end = strlen(constraints);

        while (end > 0 && (constraints[end - 1] == ' ' || constraints[end - 1] == ')')) {
            if (constraints[end - 1] == ')' && end > 1 && constraints[end - 2] == '(') {
                break; /* the ")" of "now()" */
            }
            constraints[--end] = '\0';
        }
        /* "now())" lost the bracket of the list only. */
    } else {
        return 0;
    }
    column->is_required = strstr(constraints, "NOT NULL") != NULL || strstr(constraints, "PRIMARY KEY") != NULL;
    copy_default(constraints, column->default_value, sizeof column->default_value);
    return 1;
}

static void check_count(const struct described *column, size_t written)
{
    if (column->table[0] != '\0' &&
        ask("SELECT count(*) FROM pragma_table_xinfo(?1)", column->table) != (int64_t)written) {
        fail_msg("%s has columns that are not written down", column->table);
    }
}

static int32_t starts_values(const char *line)
{
    return strncmp(line, "**", 2) == 0 && strstr(line, "Common") == NULL &&
           (strstr(line, "alues**") != NULL || strstr(line, "ypes**") != NULL);
}

static void read_page(struct page *page)
{
    FILE *file = fopen(page->path, "r");
    struct described column = {"", "", "", "", 0};
    char line[4 * TEXT_BYTES];
    size_t written = 0;
    int32_t in_values = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "### ", 4) == 0 || strncmp(line, "## ", 3) == 0) {
            check_count(&column, written);
            written = 0;
            in_values = 0;
            column.table[0] = '\0';
            if (strncmp(line, "### ", 4) == 0 && between_backticks(line, column.table, sizeof column.table)) {
                page->tables++;
            }
        } else if (column.table[0] == '\0') {
            continue;
        } else if (strncmp(line, "**", 2) == 0) {
            in_values = starts_values(line);
        } else if (in_values && strncmp(line, "- `", 3) == 0) {
            char value[64];

            assert_true(between_backticks(line, value, sizeof value));
            compare_value(column.table, value);
            page->values++;
        } else if (read_column(page, line, &column)) {
            compare_column(&column);
            written++;
            page->columns++;
        }
    }
    check_count(&column, written);
    fclose(file);
}

static void schema_matches_its_documentation(void **state)
{
    struct page ours = {PROJECT_DIR "/docs/schema.md", 1, 0, 0, 0};

    (void)state;
    read_page(&ours);
    assert_int_equal(ours.tables, ask("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND ?1 IS NULL", NULL));
    assert_int_equal(ours.columns, ask("SELECT count(*) FROM sqlite_master m, pragma_table_xinfo(m.name) "
                                       "WHERE m.type = 'table' AND ?1 IS NULL",
                                       NULL));
    assert_true(ours.values >= 23);
}

static void schema_matches_the_service(void **state)
{
    struct page theirs = {SHARED_DIR "/DATABASE_SCHEMA.md", 0, 0, 0, 0};

    (void)state;
    if (access(theirs.path, R_OK) != 0) {
        skip();
    }
    read_page(&theirs);
    assert_int_equal(theirs.tables, 10);
    assert_int_equal(theirs.columns, 133);
    assert_true(theirs.values >= 23);
}

/* Keys described in prose: unique public identifiers, STRICT tables, references. */
static void keys_are_enforced(void **state)
{
    (void)state;
    assert_int_equal(ask("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                         "AND name NOT LIKE 'sqlite%' AND strict = 0 AND ?1 IS NULL",
                         NULL),
                     0);
    assert_int_equal(
        ask("SELECT count(*) FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c "
            "WHERE m.type = 'table' AND i.\"unique\" = 1 AND i.origin = 'u' AND "
            "m.name || '.' || c.name IN ('packs_v2.pack_id', 'pack_sources.source_id', 'jobs.job_id') "
            "AND ?1 IS NULL",
            NULL),
        3);
    /* Every user_id of the service's tables references the profile and has an index. */
    assert_int_equal(ask("SELECT count(*) FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' "
                         "AND m.name NOT LIKE 'contextpack%' AND c.name IN ('user_id', 'target_user_id') AND NOT "
                         "(EXISTS (SELECT 1 FROM pragma_foreign_key_list(m.name) f WHERE f.\"from\" = c.name AND "
                         "f.\"table\" = 'user_profiles') AND EXISTS (SELECT 1 FROM pragma_index_list(m.name) i, "
                         "pragma_index_info(i.name) x WHERE x.seqno = 0 AND x.name = c.name)) AND ?1 IS NULL",
                         NULL),
                     0);
}

/* Inserts only columns without a default. */
static void defaults_are_applied(void **state)
{
    sqlite3_stmt *query;

    (void)state;
    assert_int_equal(
        sqlite3_exec(handle,
                     "INSERT INTO user_profiles (id, email, r2_user_directory) VALUES ('u', 'e', 'd');"
                     "INSERT INTO packs_v2 (id, user_id, pack_id, pack_name, r2_pack_directory) "
                     "VALUES ('r', 'u', 'p', 'n', 'd');"
                     "INSERT INTO pack_sources (id, pack_id, user_id, source_id, source_name, source_type) "
                     "VALUES ('r', 'p', 'u', 's', 'n', 'text');"
                     "INSERT INTO jobs (id, user_id, job_id, file_name, file_size, r2_path) "
                     "VALUES ('r', 'u', 'j', 'f', 1, 'd');",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle,
                                        "SELECT u.credits_balance, u.payment_plan, s.status, s.total_cost, "
                                        "j.failed_chunks, abs(s.created_at / 1000000 - strftime('%s', 'now')) <= 2 "
                                        "FROM user_profiles u, pack_sources s, jobs j",
                                        -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(query, 0), 10);
    assert_string_equal((const char *)sqlite3_column_text(query, 1), "credits");
    assert_string_equal((const char *)sqlite3_column_text(query, 2), "pending");
    assert_int_equal(sqlite3_column_int(query, 3), 0);
    assert_string_equal((const char *)sqlite3_column_text(query, 4), "[]");
    assert_int_equal(sqlite3_column_int(query, 5), 1);
    sqlite3_finalize(query);
    assert_int_not_equal(sqlite3_exec(handle, "UPDATE pack_sources SET status = 'other'", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(handle, "UPDATE pack_sources SET progress = 101", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(handle, "UPDATE jobs SET failed_chunks = '{1'", NULL, NULL, NULL), SQLITE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema_matches_its_documentation),
        cmocka_unit_test(schema_matches_the_service),
        cmocka_unit_test(keys_are_enforced),
        cmocka_unit_test(defaults_are_applied),
    };

    return cmocka_run_group_tests(tests, open_migrated, close_migrated);
}
