/* Sessions that are opened by tokens, on a database file that threads and processes share. */
#include "support/auth_token.h"
#include "support/person.h"
#include "support/scratch.h"

#include <pthread.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HEADER    "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define OTHER     "44444444-4444-4444-8444-444444444444"
#define AUDIENCE  ",\"aud\":\"authenticated\""
#define THREADS   16
#define PROCESSES 4

struct fixture {
    char folder[SCRATCH_SHORT_BYTES];
    char database[128];
    cpk_engine *engine;
    cpk_token_options options;
    cpk_error *error;
};

static cpk_engine *open_engine(const struct fixture *fixture, cpk_error **error)
{
    const cpk_text_setting texts[] = {{"auth.jwt_secret", TOKEN_SECRET}};
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_engine *engine = NULL;

    options.database = fixture->database;
    options.storage = "memory:";
    options.text_settings = texts;
    options.text_setting_count = 1;
    if (cpk_engine_open(&options, &engine, error) != CPK_OK) {
        return NULL;
    }
    return engine;
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    scratch_make_short(fixture->folder);
    snprintf(fixture->database, sizeof fixture->database, "sqlite:%s/db", fixture->folder);
    cpk_token_options_init(&fixture->options, sizeof fixture->options);
    fixture->engine = open_engine(fixture, &fixture->error);
    if (fixture->engine == NULL) {
        fail_msg("%s", cpk_error_message(fixture->error));
    }
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    static const char *const LEFT[] = {"db", "db-wal", "db-shm"};
    struct fixture *fixture = *state;

    cpk_engine_close(fixture->engine);
    for (size_t i = 0; i < 3; i++) {
        char path[128];

        snprintf(path, sizeof path, "%s/%s", fixture->folder, LEFT[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(fixture->folder), 0);
    cpk_error_free(fixture->error);
    free(fixture);
    return 0;
}

/* A user's token; `more` are further claims, as in ",\"email\":\"...\"". */
static void user_token(const char *id, const char *more, char *token)
{
    char payload[2048];

    snprintf(payload, sizeof payload,
             "{\"sub\":\"%s\",\"role\":\"authenticated\",\"aud\":\"authenticated\",\"exp\":%lld%s}", id,
             (long long)time(NULL) + 600, more);
    token_sign_secret(TOKEN_SECRET, strlen(TOKEN_SECRET), HEADER, payload, token);
}

static void role_token(const char *role, const char *more, long seconds, char *token)
{
    char payload[256];

    snprintf(payload, sizeof payload, "{\"role\":\"%s\",\"iss\":\"supabase\"%s,\"exp\":%lld}", role, more,
             (long long)time(NULL) + seconds);
    token_sign_secret(TOKEN_SECRET, strlen(TOKEN_SECRET), HEADER, payload, token);
}

static cpk_session *open_session(struct fixture *fixture, const char *token)
{
    cpk_session *session;

    assert_ok(cpk_session_open_token(fixture->engine, token, &fixture->options, &session, &fixture->error),
              fixture->error);
    return session;
}

static void refuse(struct fixture *fixture, const char *token, cpk_status code, const char *said)
{
    cpk_session *session = (cpk_session *)fixture;

    assert_int_equal(cpk_session_open_token(fixture->engine, token, &fixture->options, &session, &fixture->error),
                     code);
    assert_null(session);
    assert_string_equal(cpk_error_message(fixture->error), said);
    cpk_error_free(fixture->error);
    fixture->error = NULL;
}

static void expect_user(struct fixture *fixture, const char *id, const char *email, const char *name, int64_t credits)
{
    cpk_session *service;
    cpk_user *user;
    cpk_transaction_list *entries;

    assert_ok(cpk_session_open_service(fixture->engine, &service, &fixture->error), fixture->error);
    assert_ok(cpk_user_get(service, id, &user, &fixture->error), fixture->error);
    assert_string_equal(cpk_user_email(user), email);
    if (name == NULL) {
        assert_null(cpk_user_full_name(user));
    } else {
        assert_string_equal(cpk_user_full_name(user), name);
    }
    assert_int_equal(cpk_user_credits_balance(user), credits);
    assert_ok(cpk_transaction_list_get(service, id, NULL, &entries, &fixture->error), fixture->error);
    assert_int_equal(cpk_transaction_list_count(entries), 1);
    assert_int_equal(cpk_transaction_credits(cpk_transaction_list_at(entries, 0)), credits);
    cpk_transaction_list_free(entries);
    cpk_user_free(user);
    cpk_session_close(service);
}

static void the_first_token_makes_the_profile(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];
    cpk_session *session;
    cpk_user *user;

    user_token(TOKEN_USER,
               ",\"email\":\"ada@example.org\",\"user_metadata\":{\"full_name\":\"Ada Lovelace\",\"avatar_url\":"
               "\"https://example.org/ada.png\"}",
               token);
    session = open_session(fixture, token);
    assert_ok(cpk_user_get(session, NULL, &user, &fixture->error), fixture->error);
    assert_string_equal(cpk_user_id(user), TOKEN_USER);
    assert_string_equal(cpk_user_avatar_url(user), "https://example.org/ada.png");
    assert_int_equal(cpk_user_payment_plan(user), CPK_PLAN_CREDITS);
    cpk_user_free(user);
    cpk_session_close(session);
    user_token(TOKEN_USER, ",\"email\":\"new@example.org\"", token); /* the second changes nothing */
    cpk_session_close(open_session(fixture, token));
    expect_user(fixture, TOKEN_USER, "ada@example.org", "Ada Lovelace", 10);
}

static void without_an_e_mail_there_is_a_placeholder(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];

    user_token(TOKEN_USER, ",\"email\":\"\",\"phone\":\"15550100\"", token);
    cpk_session_close(open_session(fixture, token));
    user_token(OTHER, "", token);
    cpk_session_close(open_session(fixture, token));
    expect_user(fixture, TOKEN_USER, TOKEN_USER "@no-email.invalid", NULL, 10);
    expect_user(fixture, OTHER, OTHER "@no-email.invalid", NULL, 10);
}

static void an_e_mail_is_not_taken_over(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];

    user_token(TOKEN_USER, ",\"email\":\"ada@example.org\"", token);
    cpk_session_close(open_session(fixture, token));
    user_token(OTHER, ",\"email\":\"ADA@example.org\"", token);
    refuse(fixture, token, CPK_ERROR_ALREADY_EXISTS, "another account has the e-mail address of this token");
    expect_user(fixture, TOKEN_USER, "ada@example.org", NULL, 10);
}

static void users_see_only_what_is_theirs(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];
    cpk_session *ada;
    cpk_session *bob;
    cpk_session *service;
    cpk_pack *pack;
    cpk_pack *other = NULL;
    cpk_user_list *users;

    user_token(TOKEN_USER, "", token);
    ada = open_session(fixture, token);
    user_token(OTHER, "", token);
    bob = open_session(fixture, token);
    assert_ok(cpk_pack_create(ada, NULL, &pack, &fixture->error), fixture->error);
    assert_int_equal(cpk_pack_get(bob, cpk_pack_id(pack), &other, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_user_list_get(ada, NULL, &users, NULL), CPK_ERROR_PERMISSION_DENIED);
    role_token("service_role", "", 600, token);
    fixture->options.allow = CPK_TOKEN_SERVICE;
    service = open_session(fixture, token);
    assert_ok(cpk_user_list_get(service, NULL, &users, &fixture->error), fixture->error);
    assert_int_equal(cpk_user_list_count(users), 2);
    cpk_user_list_free(users);
    cpk_pack_free(pack);
    cpk_session_close(service);
    cpk_session_close(ada);
    cpk_session_close(bob);
}

static void others_are_not_let_in(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];

    role_token("anon", AUDIENCE, 600, token);
    refuse(fixture, token, CPK_ERROR_PERMISSION_DENIED, "the role of this token may not open a session");
    role_token("postgres", AUDIENCE, 600, token);
    refuse(fixture, token, CPK_ERROR_PERMISSION_DENIED, "the role of this token may not open a session");
    role_token("service_role", "", -600, token);
    refuse(fixture, token, CPK_ERROR_UNAUTHENTICATED, "the token is expired");
    role_token("authenticated", "", 600, token);
    refuse(fixture, token, CPK_ERROR_UNAUTHENTICATED, "the token is for another audience");
    refuse(fixture, "", CPK_ERROR_UNAUTHENTICATED, "the token is not valid");
    user_token(TOKEN_USER, "", token);
    token[strlen(token) - 1] ^= 4;
    refuse(fixture, token, CPK_ERROR_UNAUTHENTICATED, "the token is not valid");
}

/* A token opens only the kinds of sessions that the host allows, and the host can read which kind it was. */
static void the_host_says_which_tokens_it_takes(void **state)
{
    static const char *const REFUSED[] = {"tokens of users may not open a session here",
                                          "tokens of the service may not open a session here"};
    static const struct {
        uint32_t allow;
        int32_t user_refused;
        int32_t service_refused;
    } CASES[] = {
        {0, 0, 1}, {CPK_TOKEN_USER, 0, 1}, {CPK_TOKEN_SERVICE, 1, 0}, {CPK_TOKEN_USER | CPK_TOKEN_SERVICE, 0, 0}};
    struct fixture *fixture = *state;
    char user[TOKEN_BYTES];
    char service[TOKEN_BYTES];
    char nobody[TOKEN_BYTES];
    cpk_session *session;

    user_token(TOKEN_USER, "", user);
    role_token("service_role", ",\"sub\":\"" TOKEN_USER "\"", 600, service);
    role_token("anon", AUDIENCE, 600, nobody);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        fixture->options.allow = CASES[i].allow;
        for (int32_t is_service = 0; is_service < 2; is_service++) {
            const char *token = is_service ? service : user;

            if (is_service ? CASES[i].service_refused : CASES[i].user_refused) {
                refuse(fixture, token, CPK_ERROR_PERMISSION_DENIED, REFUSED[is_service]);
                continue;
            }
            session = open_session(fixture, token);
            assert_int_equal(cpk_session_kind(session), is_service ? CPK_ACTOR_SERVICE : CPK_ACTOR_USER);
            cpk_session_close(session);
        }
        refuse(fixture, nobody, CPK_ERROR_PERMISSION_DENIED, "the role of this token may not open a session");
    }
    fixture->options.allow = 4;
    assert_int_equal(cpk_session_open_token(fixture->engine, user, &fixture->options, &session, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(cpk_session_open_token(fixture->engine, service, NULL, &session, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
}

static void sessions_tell_their_principal(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];
    cpk_session *session;

    user_token(TOKEN_USER, ",\"app_metadata\":{\"plan\":\"\\u00fc\"}", token);
    session = open_session(fixture, token);
    assert_int_equal(cpk_session_kind(session), CPK_ACTOR_USER);
    assert_string_equal(cpk_session_principal_id(session), TOKEN_USER);
    assert_non_null(strstr(cpk_session_claims(session), ",\"app_metadata\":{\"plan\":\"\\u00fc\"}}"));
    cpk_session_close(session);

    role_token("service_role", ",\"sub\":\"" TOKEN_USER "\"", 600, token);
    fixture->options.allow = CPK_TOKEN_SERVICE;
    session = open_session(fixture, token);
    assert_int_equal(cpk_session_kind(session), CPK_ACTOR_SERVICE);
    assert_null(cpk_session_principal_id(session)); /* the service has no id */
    assert_non_null(strstr(cpk_session_claims(session), "service_role"));
    cpk_session_close(session);

    assert_ok(cpk_session_open_user(fixture->engine, TOKEN_USER, &session, &fixture->error), fixture->error);
    assert_int_equal(cpk_session_kind(session), CPK_ACTOR_USER);
    assert_string_equal(cpk_session_principal_id(session), TOKEN_USER);
    assert_null(cpk_session_claims(session));
    cpk_session_close(session);
    assert_ok(cpk_session_open_admin(fixture->engine, OTHER, &session, &fixture->error), fixture->error);
    assert_int_equal(cpk_session_kind(session), CPK_ACTOR_ADMIN);
    assert_string_equal(cpk_session_principal_id(session), OTHER);
    cpk_session_close(session);
    assert_ok(cpk_session_open_service(fixture->engine, &session, &fixture->error), fixture->error);
    assert_int_equal(cpk_session_kind(session), CPK_ACTOR_SERVICE);
    assert_null(cpk_session_principal_id(session));
    assert_null(cpk_session_claims(session));
    cpk_session_close(session);
    assert_int_equal(cpk_session_kind(NULL), 0);
    assert_null(cpk_session_principal_id(NULL));
    assert_null(cpk_session_claims(NULL));
}

static void a_suspended_user_may_read_and_a_deleted_one_is_gone(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];
    cpk_session *session;
    cpk_session *admin;
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    cpk_user *user;

    user_token(TOKEN_USER, "", token);
    cpk_session_close(open_session(fixture, token));
    params.reason = "a test of suspension";
    assert_ok(cpk_session_open_admin(fixture->engine, OTHER, &admin, &fixture->error), fixture->error);
    assert_ok(cpk_admin_suspend(admin, TOKEN_USER, &params, NULL, &fixture->error), fixture->error);
    session = open_session(fixture, token);
    assert_ok(cpk_user_get(session, NULL, &user, &fixture->error), fixture->error);
    cpk_user_free(user);
    cpk_session_close(session);
    assert_ok(cpk_user_delete(admin, TOKEN_USER, NULL, &fixture->error), fixture->error);
    assert_int_equal(cpk_session_open_token(fixture->engine, token, &fixture->options, &session, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    cpk_session_close(admin);
}

static void without_keys_nobody_is_let_in(void **state)
{
    struct fixture *fixture = *state;
    cpk_engine_options options = person_options();
    cpk_engine *engine;
    cpk_session *session;
    char token[TOKEN_BYTES];

    user_token(TOKEN_USER, "", token);
    assert_ok(cpk_engine_open(&options, &engine, &fixture->error), fixture->error);
    assert_int_equal(cpk_session_open_token(engine, token, NULL, &session, &fixture->error),
                     CPK_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(cpk_error_message(fixture->error), "auth.jwt_secret"));
    cpk_engine_close(engine);
}

/* --- many at once --- */

struct racer {
    cpk_engine *engine;
    const char *token;
    pthread_barrier_t *start;
};

static void *race(void *user)
{
    struct racer *racer = user;
    cpk_session *session = NULL;
    cpk_error *error = NULL;
    cpk_status status;

    pthread_barrier_wait(racer->start);
    status = cpk_session_open_token(racer->engine, racer->token, NULL, &session, &error);
    if (status != CPK_OK) {
        fprintf(stderr, "%s: %s\n", cpk_status_name(status), cpk_error_message(error));
    }
    cpk_error_free(error);
    cpk_session_close(session);
    return (void *)(intptr_t)(status == CPK_OK);
}

/* How many of THREADS threads did not get a session. */
static int run_threads(cpk_engine *engine, const char *token)
{
    pthread_t threads[THREADS];
    pthread_barrier_t start;
    struct racer racer = {engine, token, &start};
    int failed = 0;

    pthread_barrier_init(&start, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, race, &racer) != 0) {
            abort();
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *good;

        pthread_join(threads[i], &good);
        failed += good == NULL;
    }
    pthread_barrier_destroy(&start);
    return failed;
}

static pid_t start_process(const struct fixture *fixture, const char *token, const int gate[2])
{
    pid_t pid = fork();

    if (pid == 0) {
        cpk_error *error = NULL;
        cpk_engine *engine = open_engine(fixture, &error);
        int failed = THREADS;
        char byte;

        close(gate[1]);
        if (engine != NULL && read(gate[0], &byte, 1) >= 0) { /* closing the pipe starts all threads at once */
            failed = run_threads(engine, token);
        }
        cpk_engine_close(engine);
        cpk_error_free(error);
        _exit(failed);
    }
    return pid;
}

static void many_first_sessions_make_one_profile(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];
    pid_t pids[PROCESSES];
    int gate[2];

    user_token(TOKEN_USER, ",\"email\":\"ada@example.org\"", token);
    cpk_engine_close(fixture->engine); /* no connection crosses a fork */
    assert_int_equal(pipe(gate), 0);
    for (size_t i = 0; i < PROCESSES; i++) {
        pids[i] = start_process(fixture, token, gate);
        assert_true(pids[i] > 0);
    }
    close(gate[0]);
    usleep(200000); /* they open their engines meanwhile */
    close(gate[1]);
    for (size_t i = 0; i < PROCESSES; i++) {
        int status;

        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    fixture->engine = open_engine(fixture, &fixture->error);
    assert_non_null(fixture->engine);
    expect_user(fixture, TOKEN_USER, "ada@example.org", NULL, 10);
}

#define token_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        token_test(the_first_token_makes_the_profile),
        token_test(without_an_e_mail_there_is_a_placeholder),
        token_test(an_e_mail_is_not_taken_over),
        token_test(users_see_only_what_is_theirs),
        token_test(others_are_not_let_in),
        token_test(the_host_says_which_tokens_it_takes),
        token_test(sessions_tell_their_principal),
        token_test(a_suspended_user_may_read_and_a_deleted_one_is_gone),
        token_test(without_keys_nobody_is_let_in),
        token_test(many_first_sessions_make_one_profile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
