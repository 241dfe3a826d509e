/* Backups, statistics, and damage that a health check finds. */
#include "support/person.h"
#include "support/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#define PATH_BYTES 512
#define PACKS      40

static char folder[SCRATCH_SHORT_BYTES];

struct place {
    char uri[PATH_BYTES + 16];
    char storage[PATH_BYTES];
    char copy[PATH_BYTES];
    struct person person;
};

static void path_in(char path[PATH_BYTES], const char *prefix, int number, const char *name)
{
    snprintf(path, PATH_BYTES, "%s%s/%d%s", prefix, folder, number, name);
}

static int open_place(void **state)
{
    static struct place place;
    static int number;
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_error *error = NULL;

    number++;
    memset(&place, 0, sizeof place);
    if (backend_is_postgres()) {
        backend_fresh(place.uri, 1);
    } else {
        path_in(place.uri, "sqlite:", number, ".db");
    }
    path_in(place.storage, "file:", number, "-blobs");
    path_in(place.copy, "", number, "-copy.db");
    options.database = place.uri;
    options.storage = place.storage;
    assert_ok(person_create(&place.person, &options, CPK_PLAN_UNLIMITED, &error), error);
    *state = &place;
    return 0;
}

static int close_place(void **state)
{
    person_free(&((struct place *)*state)->person);
    return 0;
}

static cpk_status back_up(struct place *place, const char *storage, int32_t replace, cpk_backup_report *report,
                          cpk_error **error)
{
    cpk_error_free(*error);
    *error = NULL;
    return cpk_engine_backup(place->person.engine, place->copy, storage, replace, NULL, report, error);
}

static void add_text(struct place *place, const char *text)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_error *error = NULL;
    cpk_source *source;

    input.data = text;
    input.length = strlen(text);
    input.name = "note";
    assert_ok(
        cpk_source_add(place->person.session, cpk_pack_id(place->person.pack), &input, NULL, NULL, &source, &error),
        error);
    assert_ok(cpk_source_run(place->person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error),
              error);
    cpk_source_free(source);
}

static int exists(const char *path, const char *suffix)
{
    char whole[PATH_BYTES + 16];

    snprintf(whole, sizeof whole, "%s%s", path, suffix);
    return access(whole, F_OK) == 0;
}

/* --- results of the health check --- */

struct seen {
    int failed;
    int warned;
    char text[8192]; /* of the database */
};

static void take_check(void *user, int32_t outcome, const char *subject, const char *text)
{
    struct seen *seen = user;
    size_t length = strlen(seen->text);

    seen->failed += outcome == CPK_CHECK_FAILED;
    seen->warned += outcome == CPK_CHECK_WARNING;
    if (strcmp(subject, "database") == 0) {
        snprintf(seen->text + length, sizeof seen->text - length, "%s\n", text);
    }
}

static struct seen check(cpk_engine *engine)
{
    struct seen seen = {0, 0, ""};
    cpk_error *error = NULL;
    int32_t failures;

    assert_ok(cpk_engine_check(engine, take_check, &seen, &failures, &error), error);
    assert_int_equal(failures, seen.failed);
    return seen;
}

/* --- statistics --- */

static void statistics_count_all_rows(void **state)
{
    struct place *place = *state;
    cpk_statistics statistics = CPK_STATISTICS_INIT;
    cpk_error *error = NULL;

    add_text(place, "I live in Lisbon and I work as a marine biologist.");
    assert_ok(cpk_engine_statistics(place->person.engine, &statistics, &error), error);
    assert_int_equal(statistics.users, 1);
    assert_int_equal(statistics.packs, 1);
    assert_int_equal(statistics.sources, 1);
    assert_int_equal(statistics.unfinished_sources, 0);
    assert_int_equal(statistics.chunks, 1);
    assert_int_equal(statistics.exports, 0);
    assert_true(statistics.schema_version >= 1);
    assert_true(statistics.database_bytes > 100000);
    assert_true(statistics.free_bytes >= 0);
}

/* --- backups --- */

static void backup_can_be_opened_as_an_engine(void **state)
{
    struct place *place = *state;
    cpk_backup_report report = CPK_BACKUP_REPORT_INIT;
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_statistics statistics = CPK_STATISTICS_INIT;
    char uri[PATH_BYTES + 16];
    char blobs[PATH_BYTES + 16];
    cpk_engine *engine;
    cpk_error *error = NULL;
    struct stat info;
    struct seen seen;

    add_text(place, "I live in Lisbon and I work as a marine biologist.");
    snprintf(blobs, sizeof blobs, "%s-copy", place->storage);
    umask(0);
    assert_ok(back_up(place, blobs, 0, &report, &error), error);
    umask(022);
    assert_int_equal(stat(place->copy, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_size, report.database_bytes);
    assert_true(report.blobs >= 4 && report.blob_bytes > 0 && report.known_blobs == 0);

    snprintf(uri, sizeof uri, "sqlite:%s", place->copy);
    options.database = uri;
    options.storage = blobs;
    assert_ok(cpk_engine_open(&options, &engine, &error), error);
    assert_ok(cpk_engine_statistics(engine, &statistics, &error), error);
    assert_int_equal(statistics.sources, 1);
    seen = check(engine);
    assert_int_equal(seen.failed + seen.warned, 0);
    cpk_engine_close(engine);

    add_text(place, "I moved to Madrid in May.");
    assert_int_equal(back_up(place, blobs, 0, &report, &error), CPK_ERROR_ALREADY_EXISTS);
    assert_ok(back_up(place, blobs, 1, &report, &error), error);
    assert_true(report.known_blobs >= 4 && report.blobs >= 4);
}

static void backup_to_an_unsafe_path_is_rejected(void **state)
{
    struct place *place = *state;
    char copy[PATH_BYTES];
    char beside[PATH_BYTES + 8];
    cpk_error *error = NULL;

    snprintf(copy, sizeof copy, "%s", place->copy);
    snprintf(beside, sizeof beside, "%s-wal", copy);
    close(open(beside, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(back_up(place, NULL, 1, NULL, &error), CPK_ERROR_CONFLICT); /* the log of something else */
    unlink(beside);
    snprintf(place->copy, sizeof place->copy, "%s", place->uri + strlen("sqlite:"));
    assert_int_equal(back_up(place, NULL, 1, NULL, &error), CPK_ERROR_INVALID_ARGUMENT);
    snprintf(place->copy, sizeof place->copy, "%s/no/such/folder/copy.db", folder);
    assert_int_equal(back_up(place, NULL, 0, NULL, &error), CPK_ERROR_NOT_FOUND);
    assert_false(exists(copy, ""));
    cpk_error_free(error);
}

static int32_t stop(void *user, int32_t stage, int64_t done, int64_t total)
{
    (void)stage;
    (void)total;
    *(int64_t *)user = done;
    return 1;
}

static void cancelled_backup_leaves_no_file(void **state)
{
    struct place *place = *state;
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_error *error = NULL;
    int64_t done = 0;
    char command[PATH_BYTES * 2];

    options.progress = stop;
    options.progress_user = &done;
    assert_int_equal(cpk_engine_backup(place->person.engine, place->copy, NULL, 0, &options, NULL, &error),
                     CPK_ERROR_CANCELLED);
    assert_true(done > 0);
    cpk_error_free(error);
    snprintf(command, sizeof command, "test -z \"$(ls %s* 2>/dev/null)\"", place->copy);
    assert_int_equal(system(command), 0);
}

struct writer {
    struct person *person;
    int32_t ended;
    cpk_status status;
};

static void *write_packs(void *user)
{
    struct writer *writer = user;
    cpk_session *session;
    cpk_error *error = NULL;

    writer->status = cpk_session_open_user(writer->person->engine, cpk_user_id(writer->person->user), &session, &error);
    for (int i = 0; writer->status == CPK_OK && i < PACKS; i++) {
        cpk_pack_params params = CPK_PACK_PARAMS_INIT;
        cpk_pack *pack;
        char name[32];

        snprintf(name, sizeof name, "pack %d", i);
        params.name = name;
        writer->status = cpk_pack_create(session, &params, &pack, &error);
        cpk_pack_free(pack);
    }
    cpk_session_close(session);
    cpk_error_free(error);
    __atomic_store_n(&writer->ended, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void backup_is_consistent_while_others_write(void **state)
{
    struct place *place = *state;
    struct writer writer = {&place->person, 0, CPK_OK};
    cpk_error *error = NULL;
    pthread_t thread;
    int copies = 0;

    assert_int_equal(pthread_create(&thread, NULL, write_packs, &writer), 0);
    do {
        assert_ok(back_up(place, NULL, 1, NULL, &error), error); /* looks for damage by itself */
        copies++;
    } while (!__atomic_load_n(&writer.ended, __ATOMIC_ACQUIRE));
    pthread_join(thread, NULL);
    assert_int_equal(writer.status, CPK_OK);
    assert_true(copies > 0);
}

static void backup_of_postgresql_is_unsupported(void **state)
{
    struct place *place = *state;
    cpk_error *error = NULL;

    assert_int_equal(back_up(place, NULL, 0, NULL, &error), CPK_ERROR_UNSUPPORTED);
    assert_non_null(strstr(cpk_error_message(error), "pg_dump"));
    assert_false(exists(place->copy, ""));
    cpk_error_free(error);
}

/* --- damage --- */

/* Zeroes the last leaf page of an index that holds something. */
static void damage(const char *path)
{
    static const unsigned char zeros[4096];
    unsigned char head[8];
    struct stat info;
    int file = open(path, O_RDWR);

    assert_true(file >= 0);
    assert_int_equal(fstat(file, &info), 0);
    for (off_t at = info.st_size - 4096; at > 0; at -= 4096) {
        assert_int_equal(pread(file, head, sizeof head, at), sizeof head);
        if (head[0] == 0x0a && (head[3] != 0 || head[4] != 0)) {
            assert_int_equal(pwrite(file, zeros, sizeof zeros, at), sizeof zeros);
            break;
        }
    }
    close(file);
}

static void damaged_database_is_reported_and_not_copied(void **state)
{
    struct place *place = *state;
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_error *error = NULL;
    cpk_engine *engine;
    struct seen seen;

    seen = check(place->person.engine);
    assert_non_null(strstr(seen.text, "all pages, indexes and references are valid"));
    assert_ok(back_up(place, NULL, 0, NULL, &error), error);
    damage(place->copy);
    options.database = place->uri;
    snprintf(place->uri, sizeof place->uri, "sqlite:%s", place->copy);
    options.storage = place->storage;
    assert_ok(cpk_engine_open(&options, &engine, &error), error);
    seen = check(engine);
    assert_true(seen.failed > 0);
    assert_non_null(strstr(seen.text, "damaged"));
    assert_non_null(strstr(seen.text, "restore a backup"));
    snprintf(place->copy, sizeof place->copy, "%s/never.db", folder);
    assert_int_equal(cpk_engine_backup(engine, place->copy, NULL, 0, NULL, NULL, &error), CPK_ERROR_INVALID_DATA);
    assert_false(exists(place->copy, ""));
    cpk_error_free(error);
    cpk_engine_close(engine);
}

static void run_as_superuser(const char *uri, const char *sql)
{
    const char *base = backend_variable("CONTEXTPACK_TEST_POSTGRES_SUPERUSER");
    char whole[BACKEND_URI_BYTES];
    PGconn *connection;
    PGresult *result;

    snprintf(whole, sizeof whole, "%.*s%s", (int)(strrchr(base, '/') - base), base, strrchr(uri, '/'));
    connection = PQconnectdb(whole);
    result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(connection));
    }
    PQclear(result);
    PQfinish(connection);
}

/* What could not be checked is not reported as passed. */
static void amcheck_is_used_if_installed_and_permitted(void **state)
{
    struct place *place = *state;
    struct seen seen;

    run_as_superuser(place->uri, "DROP EXTENSION amcheck"); /* the server's databases begin with it */
    seen = check(place->person.engine);
    assert_int_equal(seen.failed, 0);
    assert_non_null(strstr(seen.text, "not checked for damage"));
    assert_non_null(strstr(seen.text, "CREATE EXTENSION amcheck"));
    run_as_superuser(place->uri, "CREATE EXTENSION amcheck");
    seen = check(place->person.engine);
    assert_non_null(strstr(seen.text, "may not run amcheck"));
    assert_null(strstr(seen.text, "are undamaged"));
    run_as_superuser(place->uri, "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO " BACKEND_OWNER);
    seen = check(place->person.engine);
    assert_int_equal(seen.failed, 0);
    assert_non_null(strstr(seen.text, "are undamaged (amcheck)"));
    assert_null(strstr(seen.text, "not checked"));
}

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        cmocka_unit_test_setup_teardown(statistics_count_all_rows, open_place, close_place),
        cmocka_unit_test_setup_teardown(backup_can_be_opened_as_an_engine, open_place, close_place),
        cmocka_unit_test_setup_teardown(backup_to_an_unsafe_path_is_rejected, open_place, close_place),
        cmocka_unit_test_setup_teardown(cancelled_backup_leaves_no_file, open_place, close_place),
        cmocka_unit_test_setup_teardown(backup_is_consistent_while_others_write, open_place, close_place),
        cmocka_unit_test_setup_teardown(damaged_database_is_reported_and_not_copied, open_place, close_place),
    };
    const struct CMUnitTest on_postgres[] = {
        cmocka_unit_test_setup_teardown(statistics_count_all_rows, open_place, close_place),
        cmocka_unit_test_setup_teardown(backup_of_postgresql_is_unsupported, open_place, close_place),
        cmocka_unit_test_setup_teardown(amcheck_is_used_if_installed_and_permitted, open_place, close_place),
    };
    char command[128];
    int failed;

    scratch_make_short(folder);
    failed = backend_is_postgres() ? cmocka_run_group_tests(on_postgres, NULL, NULL)
                                   : cmocka_run_group_tests(on_sqlite, NULL, NULL);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) != 0 || failed;
}
