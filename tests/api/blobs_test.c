/* Rows name blobs in columns that users may change themselves (r2_*). Whatever a user writes there, the library reads,
 * writes and removes blobs of that user alone. */
#include "support/person.h"
#include "support/scratch.h"

#include <sqlite3.h>
#include <sys/stat.h>

#define SQL_BYTES 2048

static char folder[SCRATCH_SHORT_BYTES];
static char uri[BACKEND_URI_BYTES];

struct pair {
    cpk_engine *engine;
    cpk_session *service;
    cpk_session *alice;
    cpk_session *bob;
    char alice_id[64];
    char bob_id[64];
    char alice_pack[64];
    char bob_pack[64];
    char alice_source[64];
    char bob_source[64];
    char alice_raw[512]; /* the storage key */
    char alice_directory[512];
};

static void assert_denied(cpk_status status, cpk_error **error)
{
    if (status != CPK_ERROR_PERMISSION_DENIED) {
        fail_msg("status %d: %s", status, *error != NULL ? cpk_error_message(*error) : "");
    }
    assert_non_null(strstr(cpk_error_message(*error), "is outside that user's folder"));
    cpk_error_free(*error);
    *error = NULL;
}

static PGresult *postgres_run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s in: %s", PQerrorMessage(connection), sql);
    }
    return result;
}

/* One statement as the user could send it without the library: on PostgreSQL in the user's role. *value, when not
 * NULL, gets the first column of the first row; a change must change a row. */
static void run_as(const char *user_id, const char *sql, char *value, size_t value_bytes)
{
    char claims[256];
    PGconn *connection = PQconnectdb(uri);
    PGresult *result;

    assert_int_equal(PQstatus(connection), CONNECTION_OK);
    snprintf(claims, sizeof claims,
             "BEGIN; SELECT set_config('request.jwt.claims', '{\"sub\":\"%s\",\"role\":\"authenticated\"}', true); "
             "SET LOCAL ROLE authenticated",
             user_id);
    PQclear(postgres_run(connection, claims));
    result = postgres_run(connection, sql);
    if (value != NULL) {
        assert_int_equal(PQntuples(result), 1);
        snprintf(value, value_bytes, "%s", PQgetvalue(result, 0, 0));
    } else {
        assert_true(atoi(PQcmdTuples(result)) > 0);
    }
    PQclear(result);
    PQclear(postgres_run(connection, "COMMIT"));
    PQfinish(connection);
}

static void run_on_sqlite(const char *sql, char *value, size_t value_bytes)
{
    sqlite3 *handle;
    sqlite3_stmt *statement;
    int step;

    assert_int_equal(sqlite3_open(uri + strlen("sqlite:"), &handle), SQLITE_OK);
    sqlite3_busy_timeout(handle, 5000);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    step = sqlite3_step(statement);
    if (value != NULL) {
        assert_int_equal(step, SQLITE_ROW);
        snprintf(value, value_bytes, "%s", (const char *)sqlite3_column_text(statement, 0));
    } else {
        assert_int_equal(step, SQLITE_DONE);
        assert_true(sqlite3_changes(handle) > 0);
    }
    sqlite3_finalize(statement);
    sqlite3_close(handle);
}

static void run(const char *user_id, const char *sql, char *value, size_t value_bytes)
{
    if (backend_is_postgres()) {
        run_as(user_id, sql, value, value_bytes);
    } else {
        run_on_sqlite(sql, value, value_bytes);
    }
}

static void set(const struct pair *pair, const char *table, const char *column, const char *value)
{
    char sql[SQL_BYTES];

    snprintf(sql, sizeof sql, "UPDATE %s SET %s = '%s' WHERE user_id = '%s'", table, column, value, pair->bob_id);
    run(pair->bob_id, sql, NULL, 0);
}

static void get(const char *user_id, const char *table, const char *column, char *value, size_t value_bytes)
{
    char sql[SQL_BYTES];

    snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE user_id = '%s' LIMIT 1", column, table, user_id);
    run(user_id, sql, value, value_bytes);
}

static void add_user(struct pair *pair, const char *email, cpk_session **session, char user_id[64], char pack_id[64],
                     char source_id[64])
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    cpk_error *error = NULL;
    cpk_source *source;
    cpk_pack *pack;
    cpk_user *user;

    params.email = email;
    params.payment_plan = CPK_PLAN_UNLIMITED;
    input.data = "I live in Lisbon and I work as a marine biologist.";
    input.length = strlen(input.data);
    input.name = "note";
    assert_ok(cpk_user_create(pair->service, &params, &user, &error), error);
    snprintf(user_id, 64, "%s", cpk_user_id(user));
    assert_ok(cpk_session_open_user(pair->engine, user_id, session, &error), error);
    assert_ok(cpk_pack_create(*session, NULL, &pack, &error), error);
    snprintf(pack_id, 64, "%s", cpk_pack_id(pack));
    assert_ok(cpk_source_add(*session, pack_id, &input, NULL, NULL, &source, &error), error);
    snprintf(source_id, 64, "%s", cpk_source_id(source));
    assert_ok(cpk_source_run(*session, source_id, CPK_SOURCE_COMPLETED, NULL, NULL, &error), error);
    cpk_source_free(source);
    cpk_pack_free(pack);
    cpk_user_free(user);
}

static int open_pair(void **state)
{
    static struct pair pair;
    static char storage[SCRATCH_SHORT_BYTES + 8];
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_error *error = NULL;

    if (backend_is_postgres()) {
        backend_fresh(uri, 1);
    } else {
        snprintf(uri, sizeof uri, "sqlite:%s/db%d", folder, rand());
    }
    snprintf(storage, sizeof storage, "file:%s", folder);
    options.database = uri;
    options.storage = storage;
    memset(&pair, 0, sizeof pair);
    assert_ok(cpk_engine_open(&options, &pair.engine, &error), error);
    assert_ok(cpk_session_open_service(pair.engine, &pair.service, &error), error);
    add_user(&pair, "alice@example.com", &pair.alice, pair.alice_id, pair.alice_pack, pair.alice_source);
    add_user(&pair, "bob@example.com", &pair.bob, pair.bob_id, pair.bob_pack, pair.bob_source);
    get(pair.alice_id, "pack_sources", "r2_raw_path", pair.alice_raw, sizeof pair.alice_raw);
    get(pair.alice_id, "packs_v2", "r2_pack_directory", pair.alice_directory, sizeof pair.alice_directory);
    *state = &pair;
    return 0;
}

static int32_t ignore(void *user, const void *bytes, size_t length)
{
    size_t *got = user;

    (void)bytes;
    *got += length;
    return 0;
}

static cpk_status read_source(cpk_session *session, const char *source_id, int32_t part, cpk_error **error)
{
    size_t got = 0;
    cpk_status status = cpk_source_read(session, source_id, part, ignore, &got, error);

    assert_true(status != CPK_OK || got > 0);
    return status;
}

/* What is alice's is there at the end of every test. */
static int close_pair(void **state)
{
    struct pair *pair = *state;
    cpk_error *error = NULL;

    assert_ok(read_source(pair->alice, pair->alice_source, CPK_PART_RAW, &error), error);
    assert_ok(read_source(pair->alice, pair->alice_source, CPK_PART_EXTRACTED, &error), error);
    assert_ok(cpk_source_delete(pair->alice, pair->alice_source, &error), error);
    cpk_session_close(pair->alice);
    cpk_session_close(pair->bob);
    cpk_session_close(pair->service);
    cpk_engine_close(pair->engine);
    return 0;
}

static void source_with_a_foreign_key_reads_no_blob(void **state)
{
    const struct pair *pair = *state;
    cpk_error *error = NULL;

    assert_ok(read_source(pair->bob, pair->bob_source, CPK_PART_RAW, &error), error);
    set(pair, "pack_sources", "r2_raw_path", pair->alice_raw);
    assert_denied(read_source(pair->bob, pair->bob_source, CPK_PART_RAW, &error), &error);
    set(pair, "pack_sources", "r2_extracted_path", pair->alice_raw);
    assert_denied(read_source(pair->bob, pair->bob_source, CPK_PART_EXTRACTED, &error), &error);
    assert_ok(cpk_source_delete(pair->bob, pair->bob_source, &error), error); /* removes bob's blob */
}

static void folder_with_a_common_prefix_is_another_folder(void **state)
{
    const struct pair *pair = *state;
    cpk_error *error = NULL;
    char directory[512];
    char key[1100];

    get(pair->bob_id, "packs_v2", "r2_pack_directory", directory, sizeof directory);
    *strrchr(directory, '/') = '\0';
    snprintf(key, sizeof key, "%s2/raw", directory);
    set(pair, "pack_sources", "r2_raw_path", key);
    assert_denied(read_source(pair->bob, pair->bob_source, CPK_PART_RAW, &error), &error);
    snprintf(key, sizeof key, "%s/../%s", directory, pair->alice_raw);
    set(pair, "pack_sources", "r2_raw_path", key);
    assert_int_equal(read_source(pair->bob, pair->bob_source, CPK_PART_RAW, &error), CPK_ERROR_INVALID_ARGUMENT);
    cpk_error_free(error);
}

static void pack_in_a_foreign_folder_writes_and_removes_nothing(void **state)
{
    const struct pair *pair = *state;
    cpk_input input = CPK_INPUT_INIT;
    cpk_error *error = NULL;
    cpk_source *source;
    cpk_export *document;

    input.data = "I like tea.";
    input.length = strlen(input.data);
    input.name = "tea";
    set(pair, "packs_v2", "r2_pack_directory", pair->alice_directory);
    assert_denied(cpk_source_add(pair->bob, pair->bob_pack, &input, NULL, NULL, &source, &error), &error);
    assert_denied(cpk_export_create(pair->bob, pair->bob_pack, CPK_EXPORT_COMPACT, NULL, NULL, &document, &error),
                  &error);
    assert_denied(cpk_source_delete(pair->bob, pair->bob_source, &error), &error);
    assert_denied(cpk_pack_delete(pair->bob, pair->bob_pack, &error), &error);
}

static void export_with_a_foreign_key_reads_and_removes_no_blob(void **state)
{
    static const char id[] = "00000000-0000-4000-8000-0000000000e1";
    const struct pair *pair = *state;
    cpk_error *error = NULL;
    char sql[SQL_BYTES];
    size_t got = 0;

    snprintf(sql, sizeof sql,
             "INSERT INTO pack_exports (id, pack_id, user_id, export_type, r2_path, status) "
             "VALUES ('%s', '%s', '%s', 'compact', '%s', 'ready')",
             id, pair->bob_pack, pair->bob_id, pair->alice_raw);
    run(pair->bob_id, sql, NULL, 0);
    assert_denied(cpk_export_read(pair->bob, id, CPK_FORMAT_MARKDOWN, ignore, &got, &error), &error);
    assert_int_equal(got, 0);
    assert_int_not_equal(cpk_export_delete(pair->bob, id, &error), CPK_OK);
    cpk_error_free(error);
}

static void job_with_a_foreign_key_reads_and_removes_no_blob(void **state)
{
    const struct pair *pair = *state;
    cpk_input input = CPK_INPUT_INIT;
    cpk_error *error = NULL;
    cpk_job *job;

    input.data = "I like tea.";
    input.length = strlen(input.data);
    input.name = "tea.txt";
    assert_ok(cpk_job_create(pair->bob, &input, NULL, &job, &error), error);
    set(pair, "jobs", "r2_path", pair->alice_raw);
    assert_denied(cpk_job_run(pair->bob, cpk_job_id(job), NULL, NULL, &error), &error);
    assert_ok(cpk_job_delete(pair->bob, cpk_job_id(job), &error), error); /* the row, and bob's blobs */
    cpk_job_free(job);
}

static void deleting_an_account_keeps_blobs_of_other_users(void **state)
{
    const struct pair *pair = *state;
    cpk_user_deletion deletion = CPK_USER_DELETION_INIT;
    cpk_error *error = NULL;
    char everything[512];

    snprintf(everything, sizeof everything, "%.*s/", (int)strcspn(pair->alice_raw, "/"), pair->alice_raw);
    set(pair, "pack_sources", "r2_raw_path", pair->alice_raw);
    set(pair, "pack_sources", "r2_analyzed_path", everything);
    set(pair, "packs_v2", "r2_pack_directory", pair->alice_directory);
    assert_ok(cpk_user_delete(pair->service, pair->bob_id, &deletion, &error), error);
    assert_true(deletion.blobs > 0);
}

static void account_with_unusable_rows_can_be_deleted(void **state)
{
    const struct pair *pair = *state;
    cpk_user_deletion deletion = CPK_USER_DELETION_INIT;
    cpk_error *error = NULL;
    char key[200];

    snprintf(key, sizeof key, "%s/../no//key", pair->bob_id);
    set(pair, "pack_sources", "r2_raw_path", key);
    assert_ok(cpk_user_delete(pair->service, pair->bob_id, &deletion, &error), error);
}

/* As programs before this library may have kept it: under the user's id, wherever the profile's folder is. */
static void earlier_folder_of_the_user_remains_readable(void **state)
{
    const struct pair *pair = *state;
    cpk_error *error = NULL;
    char path[400];
    char key[200];
    FILE *file;

    snprintf(path, sizeof path, "%s/old+", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/old+/%s+", folder, pair->bob_id);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/old+/%s+/upload.json", folder, pair->bob_id);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("[]", file);
    fclose(file);
    snprintf(key, sizeof key, "old/%s/upload.json", pair->bob_id);
    set(pair, "pack_sources", "r2_raw_path", key);
    assert_ok(read_source(pair->bob, pair->bob_source, CPK_PART_RAW, &error), error);
    snprintf(key, sizeof key, "old/%s/upload.json", pair->alice_id);
    set(pair, "pack_sources", "r2_raw_path", key);
    assert_denied(read_source(pair->bob, pair->bob_source, CPK_PART_RAW, &error), &error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(source_with_a_foreign_key_reads_no_blob, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(folder_with_a_common_prefix_is_another_folder, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(pack_in_a_foreign_folder_writes_and_removes_nothing, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(export_with_a_foreign_key_reads_and_removes_no_blob, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(job_with_a_foreign_key_reads_and_removes_no_blob, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(deleting_an_account_keeps_blobs_of_other_users, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(account_with_unusable_rows_can_be_deleted, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(earlier_folder_of_the_user_remains_readable, open_pair, close_pair),
    };
    char command[128];
    int failed;

    scratch_make_short(folder);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) != 0 || failed;
}
