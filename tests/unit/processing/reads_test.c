/* The statements of one call: a row is read again only after it may have changed. The linker's --wrap shows each one.
 */
#include "database/catalogue.h"
#include "engine/session.h"
#include "store/internal.h"
#include "support/person.h"

#define NAMES_MAX 256
#define KEY_MAX   512

static const char *names[NAMES_MAX]; /* of the statements since run_noted() began, in their order */
static size_t name_count;

void __real_statement_start(struct statement *statement, struct db_session *session, enum statement_id id);
void __wrap_statement_start(struct statement *statement, struct db_session *session, enum statement_id id);

void __wrap_statement_start(struct statement *statement, struct db_session *session, enum statement_id id)
{
    assert_true(name_count < NAMES_MAX);
    names[name_count++] = catalogue_name(id);
    __real_statement_start(statement, session, id);
}

static void assert_count(const char *name, size_t expected)
{
    size_t count = 0;

    for (size_t i = 0; i < name_count; i++) {
        count += strcmp(names[i], name) == 0;
    }
    if (count != expected) {
        fail_msg("%s ran %zu times instead of %zu", name, count, expected);
    }
}

struct fixture {
    struct person person;
    cpk_source *source;
};

static void fixture_init(struct fixture *fixture, const char *text)
{
    cpk_engine_options options = person_options();
    cpk_input input = CPK_INPUT_INIT;
    cpk_error *error = NULL;

    input.data = text;
    input.length = strlen(text);
    input.name = "about.txt";
    assert_ok(person_create(&fixture->person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(cpk_source_add(fixture->person.session, cpk_pack_id(fixture->person.pack), &input, NULL, NULL,
                             &fixture->source, &error),
              error);
}

static void fixture_free(struct fixture *fixture)
{
    cpk_source_free(fixture->source);
    person_close(&fixture->person);
}

/* Runs the source to its end; gives the status of the call and of the source. */
static cpk_status run_noted(struct fixture *fixture, int32_t *source_status)
{
    cpk_source *latest = NULL;
    cpk_status status;

    name_count = 0;
    status = cpk_source_run(fixture->person.session, cpk_source_id(fixture->source), CPK_SOURCE_COMPLETED, NULL,
                            &latest, NULL);
    *source_status = cpk_source_status(latest);
    cpk_source_free(latest);
    return status;
}

static void remove_blob(struct fixture *fixture, const char *part)
{
    const struct person *person = &fixture->person;
    char key[KEY_MAX];
    cpk_error *error = NULL;

    snprintf(key, sizeof key, "%s/%s/%s/%s", cpk_user_storage_directory(person->user), cpk_pack_id(person->pack),
             cpk_source_id(fixture->source), part);
    assert_ok(storage_remove(person->session->storage, key, &error), error);
}

#define TEXT "My name is Ana. I live in Porto and work as a nurse.\n"

static void storing_needs_no_row_of_the_user(void **state)
{
    struct fixture fixture;

    (void)state;
    fixture_init(&fixture, TEXT);
    name_count = 0;
    assert_int_equal(session_need_storage(fixture.person.session, NULL), CPK_OK);
    assert_int_equal(name_count, 0);
    fixture_free(&fixture);
}

/* Before the lease, under it (another process may have worked in between), and as the result. */
static void a_run_reads_the_source_at_each_step_once(void **state)
{
    struct fixture fixture;
    int32_t source_status;

    (void)state;
    fixture_init(&fixture, TEXT);
    assert_int_equal(run_noted(&fixture, &source_status), CPK_OK);
    assert_int_equal(source_status, CPK_SOURCE_COMPLETED);
    assert_count("source_get", 3);
    assert_count("pack_get", 1);
    assert_count("user_get", 1); /* for the price */
    fixture_free(&fixture);
}

static void a_run_with_nothing_to_do_reads_the_source_once(void **state)
{
    struct fixture fixture;
    int32_t source_status;

    (void)state;
    fixture_init(&fixture, TEXT);
    assert_int_equal(run_noted(&fixture, &source_status), CPK_OK);
    assert_int_equal(run_noted(&fixture, &source_status), CPK_OK);
    assert_int_equal(source_status, CPK_SOURCE_COMPLETED);
    assert_count("source_get", 1);
    assert_count("pack_get", 1);
    assert_count("chunk_list", 1);
    assert_int_equal(name_count, 3);
    fixture_free(&fixture);
}

static void a_repair_reads_the_pack_once(void **state)
{
    struct fixture fixture;
    int32_t source_status;

    (void)state;
    fixture_init(&fixture, TEXT);
    assert_int_equal(run_noted(&fixture, &source_status), CPK_OK);
    remove_blob(&fixture, "text.md");
    assert_int_equal(run_noted(&fixture, &source_status), CPK_OK);
    assert_int_equal(source_status, CPK_SOURCE_COMPLETED);
    assert_count("source_get", 3);
    assert_count("pack_get", 1);
    fixture_free(&fixture);
}

static void the_result_of_a_failed_run_is_read_once(void **state)
{
    struct fixture fixture;
    int32_t source_status;

    (void)state;
    fixture_init(&fixture, "{\"truncated\": [");
    assert_int_not_equal(run_noted(&fixture, &source_status), CPK_OK);
    assert_int_equal(source_status, CPK_SOURCE_FAILED);
    assert_count("source_get", 3);
    assert_count("pack_get", 1);
    fixture_free(&fixture);
}

/* Without the library's own row, as the live service leaves it. */
static void a_source_of_another_service_needs_no_second_look_at_its_pack(void **state)
{
    struct fixture fixture;
    struct statement change;
    char sql[128];
    int64_t rows;
    int32_t source_status;
    cpk_error *error = NULL;

    (void)state;
    fixture_init(&fixture, TEXT);
    snprintf(sql, sizeof sql, "DELETE FROM contextpack%cwork RETURNING owner_id", backend_is_postgres() ? '.' : '_');
    statement_start_sql(&change, fixture.person.service->store->session, sql);
    assert_ok(statement_run(&change, &rows, &error), error);
    assert_int_equal(rows, 1);
    assert_int_equal(run_noted(&fixture, &source_status), CPK_OK);
    assert_int_equal(source_status, CPK_SOURCE_COMPLETED);
    assert_count("work_insert_of_source", 1);
    assert_count("source_get", 3);
    assert_count("pack_get", 1);
    fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storing_needs_no_row_of_the_user),
        cmocka_unit_test(a_run_reads_the_source_at_each_step_once),
        cmocka_unit_test(a_run_with_nothing_to_do_reads_the_source_once),
        cmocka_unit_test(a_repair_reads_the_pack_once),
        cmocka_unit_test(the_result_of_a_failed_run_is_read_once),
        cmocka_unit_test(a_source_of_another_service_needs_no_second_look_at_its_pack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
