/* The machine's own user, and the person's own installation. */
#include "support/person.h"
#include "support/scratch.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#define THREADS 8

static cpk_engine *engine_open(void)
{
    cpk_engine_options options = person_options();
    cpk_engine *engine = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_engine_open(&options, &engine, &error), error);
    return engine;
}

static void local_user_is_created_once_and_not_charged(void **state)
{
    cpk_engine *engine = engine_open();
    cpk_session *first = NULL;
    cpk_session *second = NULL;
    cpk_user *user = NULL;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(cpk_session_open_local(engine, &first, &error), error);
    assert_ok(cpk_session_open_local(engine, &second, &error), error);
    cpk_engine_close(engine); /* the sessions keep it */
    assert_int_equal(cpk_session_kind(first), CPK_ACTOR_USER);
    assert_string_equal(cpk_session_principal_id(first), cpk_session_principal_id(second));
    assert_ok(cpk_user_get(second, NULL, &user, &error), error);
    assert_string_equal(cpk_user_email(user), CPK_LOCAL_USER_EMAIL);
    assert_int_equal(cpk_user_payment_plan(user), CPK_PLAN_UNLIMITED);
    cpk_user_free(user);
    cpk_session_close(first);
    cpk_session_close(second);
}

static void refused(cpk_engine *engine, cpk_status status, const char *text)
{
    cpk_session *session = (cpk_session *)(uintptr_t)1;
    cpk_error *error = NULL;

    assert_int_equal(cpk_session_open_local(engine, &session, &error), status);
    assert_null(session);
    assert_non_null(strstr(cpk_error_message(error), text));
    cpk_error_free(error);
}

static void signed_up_account_with_the_local_address_is_not_opened(void **state)
{
    cpk_engine *engine = engine_open();
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_session *service = NULL;
    cpk_session *session = NULL;
    cpk_user *user = NULL;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(cpk_session_open_service(engine, &service, &error), error);
    params.email = "Local@LocalHost"; /* a sign-up with that address */
    assert_ok(cpk_user_create(service, &params, &user, &error), error);
    refused(engine, CPK_ERROR_CONFLICT, cpk_user_id(user));
    assert_ok(cpk_user_set_email(service, cpk_user_id(user), "somebody@example.com", NULL, &error), error);
    assert_ok(cpk_session_open_local(engine, &session, &error), error);
    assert_string_not_equal(cpk_session_principal_id(session), cpk_user_id(user));
    cpk_session_close(session);
    cpk_user_free(user);
    cpk_session_close(service);
    cpk_engine_close(engine);
}

static void local_session_without_database_is_rejected(void **state)
{
    cpk_engine *engine = NULL;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(cpk_engine_open(NULL, &engine, &error), error);
    refused(engine, CPK_ERROR_INVALID_ARGUMENT, "without a database");
    cpk_engine_close(engine);
}

struct racer {
    pthread_t thread;
    cpk_engine *engine;
    char id[40];
};

static void *race(void *argument)
{
    struct racer *racer = argument;
    cpk_session *session = NULL;
    cpk_error *error = NULL;

    if (cpk_session_open_local(racer->engine, &session, &error) == CPK_OK) {
        snprintf(racer->id, sizeof racer->id, "%s", cpk_session_principal_id(session));
    } else {
        snprintf(racer->id, sizeof racer->id, "%s", cpk_error_message(error));
    }
    cpk_error_free(error);
    cpk_session_close(session);
    return NULL;
}

static void concurrent_threads_create_one_local_user(void **state)
{
    struct racer racers[THREADS];
    cpk_engine *engine = engine_open();

    (void)state;
    for (size_t i = 0; i < THREADS; i++) {
        racers[i].engine = engine;
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(racers[i].thread, NULL);
        assert_string_equal(racers[i].id, racers[0].id);
    }
    assert_int_equal(strlen(racers[0].id), 36);
    cpk_engine_close(engine);
}

static void local_engine_uses_the_users_own_folders(void **state)
{
    char folder[SCRATCH_SHORT_BYTES];
    char path[128];
    struct stat details;
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_engine *engine = NULL;
    cpk_session *session = NULL;
    cpk_error *error = NULL;

    (void)state;
    scratch_make_short(folder);
    setenv("XDG_DATA_HOME", folder, 1);
    snprintf(path, sizeof path, "%s/contextpack", folder);
    options.flags = CPK_ENGINE_LOCAL | CPK_ENGINE_NO_CREATE;
    assert_int_equal(cpk_engine_open(&options, &engine, &error), CPK_ERROR_NOT_FOUND);
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(stat(path, &details), -1);
    options.flags = CPK_ENGINE_LOCAL;
    assert_ok(cpk_engine_open(&options, &engine, &error), error);
    assert_ok(cpk_session_open_local(engine, &session, &error), error);
    assert_int_equal(stat(path, &details), 0);
    assert_int_equal(details.st_mode & 0777, 0700);
    snprintf(path, sizeof path, "%s/contextpack/contextpack.db", folder);
    assert_int_equal(stat(path, &details), 0);
    snprintf(path, sizeof path, "%s/contextpack/blobs", folder);
    assert_int_equal(stat(path, &details), 0);
    cpk_session_close(session);
    cpk_engine_close(engine);
    snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
}

static void local_engine_uses_given_locations(void **state)
{
    char folder[SCRATCH_SHORT_BYTES];
    cpk_engine_options options = person_options();
    cpk_engine *engine = NULL;
    cpk_error *error = NULL;

    (void)state;
    scratch_make_short(folder);
    setenv("XDG_DATA_HOME", folder, 1);
    options.flags = CPK_ENGINE_LOCAL;
    assert_ok(cpk_engine_open(&options, &engine, &error), error);
    cpk_engine_close(engine);
    assert_int_equal(rmdir(folder), 0); /* nothing was made there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_user_is_created_once_and_not_charged),
        cmocka_unit_test(signed_up_account_with_the_local_address_is_not_opened),
        cmocka_unit_test(local_session_without_database_is_rejected),
        cmocka_unit_test(concurrent_threads_create_one_local_user),
        cmocka_unit_test(local_engine_uses_the_users_own_folders),
        cmocka_unit_test(local_engine_uses_given_locations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
