#include "support/person.h"

#include <pthread.h>

#define THREADS 4
#define ROUNDS  3

struct worker {
    cpk_engine *engine;
    char user_id[64];
    char *documents[ROUNDS];
    cpk_status status;
    char message[256];
};

static cpk_status build(cpk_session *session, char **document, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_pack *pack = NULL;
    cpk_source *source = NULL;
    cpk_export *result = NULL;
    cpk_status status;

    input.path = SAMPLE;
    if ((status = cpk_pack_create(session, NULL, &pack, error)) == CPK_OK &&
        (status = cpk_source_add(session, cpk_pack_id(pack), &input, NULL, NULL, &source, error)) == CPK_OK &&
        (status = cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, error)) == CPK_OK &&
        (status = cpk_export_create(session, cpk_pack_id(pack), CPK_EXPORT_STANDARD, NULL, NULL, &result, error)) ==
            CPK_OK) {
        status = cpk_export_read(session, cpk_export_id(result), CPK_FORMAT_MARKDOWN, person_append, document, error);
    }
    cpk_export_free(result);
    cpk_source_free(source);
    cpk_pack_free(pack);
    return status;
}

static void *work(void *user)
{
    struct worker *worker = user;
    cpk_session *session = NULL;
    cpk_error *error = NULL;

    worker->status = cpk_session_open_user(worker->engine, worker->user_id, &session, &error);
    for (int32_t round = 0; worker->status == CPK_OK && round < ROUNDS; round++) {
        worker->status = build(session, &worker->documents[round], &error);
    }
    snprintf(worker->message, sizeof worker->message, "%s", cpk_error_message(error));
    cpk_error_free(error);
    cpk_session_close(session);
    return NULL;
}

/* One engine, a session a thread, all of them one user: every thread gets the same documents, and the ledger holds. */
static void threads_share_an_engine(void **state)
{
    cpk_setting small = {"chunk.max_tokens", 600};
    cpk_engine_options options = person_options();
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    cpk_error *error = NULL;
    struct person person;

    (void)state;
    options.settings = &small;
    options.setting_count = 1;
    assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
    memset(workers, 0, sizeof workers);
    for (size_t i = 0; i < THREADS; i++) {
        workers[i].engine = person.engine;
        snprintf(workers[i].user_id, sizeof workers[i].user_id, "%s", cpk_user_id(person.user));
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        if (workers[i].status != CPK_OK) {
            fail_msg("thread %zu: %s", i, workers[i].message);
        }
        for (size_t round = 0; round < ROUNDS; round++) {
            assert_string_equal(workers[i].documents[round], workers[0].documents[0]);
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        for (size_t round = 0; round < ROUNDS; round++) {
            free(workers[i].documents[round]);
        }
    }
    person_free(&person);
}

struct maker {
    cpk_session *session;
    const char *pack_id;
    int32_t type;
    pthread_barrier_t *start;
    cpk_status status;
    int32_t made;
    int32_t waits; /* how often it got CPK_ERROR_BUSY */
    char export_id[64];
    char message[256];
};

/* Makes the document, or gets it once another one has made it. */
static void *make(void *user)
{
    struct maker *maker = user;
    cpk_export *result = NULL;
    cpk_error *error = NULL;

    pthread_barrier_wait(maker->start);
    for (;;) {
        maker->status =
            cpk_export_create(maker->session, maker->pack_id, maker->type, NULL, &maker->made, &result, &error);
        if (maker->status != CPK_ERROR_BUSY || !cpk_error_retryable(error)) {
            break;
        }
        maker->waits++;
        cpk_error_free(error);
        error = NULL;
        usleep(1000);
    }
    snprintf(maker->export_id, sizeof maker->export_id, "%s", result != NULL ? cpk_export_id(result) : "");
    snprintf(maker->message, sizeof maker->message, "%s", cpk_error_message(error));
    cpk_error_free(error);
    cpk_export_free(result);
    return NULL;
}

static void make_at_once(const struct person *person, int32_t type)
{
    pthread_barrier_t start;
    pthread_t threads[THREADS];
    struct maker makers[THREADS];
    cpk_error *error = NULL;
    int32_t made = 0;

    memset(makers, 0, sizeof makers);
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (size_t i = 0; i < THREADS; i++) {
        makers[i].pack_id = cpk_pack_id(person->pack);
        makers[i].type = type;
        makers[i].start = &start;
        assert_ok(cpk_session_open_user(person->engine, cpk_user_id(person->user), &makers[i].session, &error), error);
        assert_int_equal(pthread_create(&threads[i], NULL, make, &makers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        cpk_session_close(makers[i].session);
    }
    pthread_barrier_destroy(&start);
    for (size_t i = 0; i < THREADS; i++) {
        if (makers[i].status != CPK_OK) {
            fail_msg("thread %zu: %s", i, makers[i].message);
        }
        assert_string_equal(makers[i].export_id, makers[0].export_id);
        made += makers[i].made;
    }
    assert_int_equal(made, 1);
}

/* Several threads create the same document at once: one creates it, the others get it or CPK_ERROR_BUSY. */
static void concurrent_exports_create_one_document(void **state)
{
    cpk_engine_options options = person_options();
    cpk_source *source = NULL;
    cpk_export_list *exports;
    cpk_error *error = NULL;
    int32_t added;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
    assert_ok(person_add(&person, SAMPLE, &added, &source, &error), error);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error), error);
    for (int32_t type = CPK_EXPORT_COMPACT; type <= CPK_EXPORT_COMPLETE; type++) {
        make_at_once(&person, type);
    }
    assert_ok(cpk_export_list_get(person.session, cpk_pack_id(person.pack), NULL, &exports, &error), error);
    assert_int_equal(cpk_export_list_count(exports), 3);
    cpk_export_list_free(exports);
    cpk_source_free(source);
    person_free(&person);
}

/* In a callback of a call on the first; after the engine and the first were closed; with no more rights than it had. */
struct duplicated {
    const struct person *person;
    cpk_session *twice;
    cpk_status nested;
};

static int32_t use_duplicate(void *user, int32_t stage, int64_t done, int64_t total)
{
    struct duplicated *duplicated = user;
    cpk_pack *pack = NULL;

    (void)stage;
    (void)done;
    (void)total;
    duplicated->nested = cpk_pack_get(duplicated->twice, cpk_pack_id(duplicated->person->pack), &pack, NULL);
    cpk_pack_free(pack);
    return 0;
}

static void a_session_can_be_duplicated(void **state)
{
    cpk_engine_options options = person_options();
    cpk_run_options run = CPK_RUN_OPTIONS_INIT;
    struct duplicated duplicated = {.nested = CPK_ERROR_INTERNAL};
    cpk_source *source = NULL;
    cpk_pack *pack = NULL;
    cpk_error *error = NULL;
    int64_t drifted;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
    assert_ok(cpk_session_duplicate(person.session, &duplicated.twice, &error), error);
    assert_int_equal(cpk_session_kind(duplicated.twice), CPK_ACTOR_USER);
    assert_string_equal(cpk_session_principal_id(duplicated.twice), cpk_user_id(person.user));
    assert_null(cpk_session_claims(duplicated.twice));
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    duplicated.person = &person;
    run.progress = use_duplicate;
    run.progress_user = &duplicated;
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, &run, NULL, &error), error);
    assert_int_equal(duplicated.nested, CPK_OK);
    assert_int_equal(cpk_credits_audit(duplicated.twice, NULL, NULL, &drifted, NULL), CPK_ERROR_PERMISSION_DENIED);
    cpk_engine_close(person.engine);
    cpk_session_close(person.session);
    assert_ok(cpk_pack_get(duplicated.twice, cpk_pack_id(person.pack), &pack, &error), error);
    cpk_pack_free(pack);
    cpk_source_free(source);
    cpk_session_close(duplicated.twice);
    cpk_session_close(person.service);
    cpk_pack_free(person.pack);
    cpk_user_free(person.user);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_can_be_duplicated),
        cmocka_unit_test(concurrent_exports_create_one_document),
        cmocka_unit_test(threads_share_an_engine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
