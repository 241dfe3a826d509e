/* Work for workers: submitting, claims, turns of users, retries, cancelling, and what a worker tells. */
#include "support/person.h"
#include "support/scratch.h"
#include "support/tables.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define OTHERS_MAX 3
#define TEXT_MAX   64

/* --- an analyzer that fails, waits or is stopped as a test says --- */

struct analyst {
    atomic_int calls;
    atomic_int fails;     /* calls that still fail */
    atomic_int waits;     /* 1: answers only when the call is cancelled */
    atomic_int is_inside; /* a call is waiting */
    atomic_int stopped;   /* calls that were cancelled */
    pthread_mutex_t mutex;
    char order[1024]; /* the first letter of each text, as it was analysed */
};

static const char *identity(void *self)
{
    (void)self;
    return "test/1";
}

static cpk_status analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                          cpk_analyzer_usage *usage, cpk_error **failure)
{
    struct analyst *analyst = self;
    const char *mark = strchr(request->text, '~');
    size_t length;

    atomic_fetch_add(&analyst->calls, 1);
    pthread_mutex_lock(&analyst->mutex);
    length = strlen(analyst->order);
    if (mark != NULL && length + 1 < sizeof analyst->order) {
        analyst->order[length] = mark[1];
    }
    pthread_mutex_unlock(&analyst->mutex);
    while (atomic_load(&analyst->waits)) {
        atomic_store(&analyst->is_inside, 1);
        if (cpk_cancel_requested(request->cancel)) {
            atomic_fetch_add(&analyst->stopped, 1);
            return CPK_ERROR_CANCELLED;
        }
        usleep(2000);
    }
    if (atomic_fetch_sub(&analyst->fails, 1) > 0) {
        if (failure != NULL) {
            *failure = cpk_error_new(CPK_ERROR_NETWORK, "test", "the model is not reachable", NULL, 1);
        }
        return CPK_ERROR_NETWORK;
    }
    usage->input_tokens = 100;
    usage->output_tokens = 10;
    usage->cost_micros = 250;
    return write(write_user, "A note.", 7) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

struct office {
    struct person person;
    struct analyst analyst;
    cpk_analyzer_driver driver;
    struct {
        cpk_user *user;
        cpk_session *session;
        cpk_pack *pack;
    } others[OTHERS_MAX];
    size_t other_count;
};

static const cpk_setting quick[] = {{"worker.retry_ms", 0},
                                    {"worker.poll_ms", 20},
                                    {"worker.defer_ms", 50},
                                    {"worker.max_attempts", 3},
                                    {"pipeline.lease_timeout_ms", 3000}};

static void open_office_with(struct office *office, cpk_engine_options options, int32_t plan)
{
    cpk_error *error = NULL;

    memset(office, 0, sizeof *office);
    pthread_mutex_init(&office->analyst.mutex, NULL);
    office->driver = (cpk_analyzer_driver)CPK_ANALYZER_DRIVER_INIT;
    office->driver.self = &office->analyst;
    office->driver.identity = identity;
    office->driver.analyze = analyze;
    options.analyzer_driver = &office->driver;
    assert_ok(person_create(&office->person, &options, plan, &error), error);
}

static void open_office(struct office *office, const cpk_setting *settings, size_t count, int32_t plan)
{
    cpk_engine_options options = person_options();

    options.settings = settings;
    options.setting_count = count;
    open_office_with(office, options, plan);
}

#define OPEN(office, plan) open_office(office, quick, sizeof quick / sizeof quick[0], plan)

static void close_office(struct office *office)
{
    for (size_t i = 0; i < office->other_count; i++) {
        cpk_pack_free(office->others[i].pack);
        cpk_session_close(office->others[i].session);
        cpk_user_free(office->others[i].user);
    }
    person_close(&office->person);
    pthread_mutex_destroy(&office->analyst.mutex);
}

static size_t add_user(struct office *office)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    char email[64];
    size_t at = office->other_count++;
    cpk_error *error = NULL;

    snprintf(email, sizeof email, "other%zu@example.com", at);
    params.email = email;
    params.payment_plan = CPK_PLAN_UNLIMITED;
    assert_ok(cpk_user_create(office->person.service, &params, &office->others[at].user, &error), error);
    assert_ok(cpk_session_open_user(office->person.engine, cpk_user_id(office->others[at].user),
                                    &office->others[at].session, &error),
              error);
    assert_ok(cpk_pack_create(office->others[at].session, NULL, &office->others[at].pack, &error), error);
    return at;
}

static void add_text(cpk_session *session, const cpk_pack *pack, const char *text, char id[TEXT_MAX])
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source = NULL;
    cpk_error *error = NULL;

    input.data = text;
    input.length = strlen(text);
    input.name = "note.txt";
    assert_ok(cpk_source_add(session, cpk_pack_id(pack), &input, NULL, NULL, &source, &error), error);
    snprintf(id, TEXT_MAX, "%s", cpk_source_id(source));
    cpk_source_free(source);
}

static void submit(cpk_session *session, const char *id, int64_t priority)
{
    cpk_work_options options = CPK_WORK_OPTIONS_INIT;
    cpk_error *error = NULL;

    options.priority = priority;
    assert_ok(cpk_work_submit(session, id, &options, NULL, &error), error);
}

/* Adds a note that is marked with a letter, and submits it. */
static void bring(cpk_session *session, const cpk_pack *pack, char mark, int number, char id[TEXT_MAX])
{
    char text[128];

    snprintf(text, sizeof text, "~%c I like walking in the hills near town number %d.", mark, number);
    add_text(session, pack, text, id);
    submit(session, id, 0);
}

static cpk_worker_report work_until_empty(struct office *office, int32_t concurrency)
{
    cpk_worker_options options = CPK_WORKER_OPTIONS_INIT;
    cpk_worker_report report = CPK_WORKER_REPORT_INIT;
    cpk_error *error = NULL;

    options.flags = CPK_WORKER_UNTIL_EMPTY;
    options.concurrency = concurrency;
    assert_ok(cpk_worker_run(office->person.service, &options, NULL, &report, &error), error);
    return report;
}

static int32_t state_of(cpk_session *session, const char *id)
{
    cpk_work *work = NULL;
    int32_t state = 0;

    if (cpk_work_get(session, id, &work, NULL) == CPK_OK) {
        state = cpk_work_state(work);
    }
    cpk_work_free(work);
    return state;
}

static cpk_source *source_of(cpk_session *session, const char *id)
{
    cpk_source *source = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_source_get(session, id, &source, &error), error);
    return source;
}

static void assert_status(cpk_session *session, const char *id, int32_t expected)
{
    cpk_source *source = source_of(session, id);

    assert_int_equal(cpk_source_status(source), expected);
    cpk_source_free(source);
}

static void assert_stalled(cpk_session *session, const char *id, const char *expected)
{
    cpk_source *source = source_of(session, id);

    if (expected == NULL) {
        assert_null(cpk_source_stalled_reason(source));
    } else {
        assert_string_equal(cpk_source_stalled_reason(source), expected);
    }
    cpk_source_free(source);
}

/* --- tests --- */

static void submitted_sources_are_done_and_counted(void **state)
{
    struct office office;
    char ids[3][TEXT_MAX];
    cpk_worker_report report;

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    for (int i = 0; i < 3; i++) {
        bring(office.person.session, office.person.pack, 'a', i, ids[i]);
        assert_int_equal(state_of(office.person.session, ids[i]), CPK_WORK_READY);
    }
    report = work_until_empty(&office, 2);
    for (int i = 0; i < 3; i++) {
        assert_status(office.person.session, ids[i], CPK_SOURCE_COMPLETED);
        assert_int_equal(state_of(office.person.session, ids[i]), 0);
        assert_stalled(office.person.session, ids[i], NULL);
    }
    assert_int_equal(report.claimed, 3);
    assert_int_equal(report.done, 3);
    assert_int_equal(report.chunks, 3);
    assert_int_equal(report.input_tokens, 300);
    assert_int_equal(report.output_tokens, 30);
    assert_int_equal(report.cost_micros, 750);
    assert_int_equal(report.failed + report.dead + report.deferred + report.running, 0);
    person_has(&office.person, 7, 0);
    close_office(&office);
}

static void extraction_alone_can_be_submitted(void **state)
{
    cpk_work_options options = CPK_WORK_OPTIONS_INIT;
    struct office office;
    char id[TEXT_MAX];
    cpk_error *error = NULL;

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    add_text(office.person.session, office.person.pack, "I like tea.", id);
    options.until = CPK_SOURCE_READY_FOR_ANALYSIS;
    assert_ok(cpk_work_submit(office.person.session, id, &options, NULL, &error), error);
    (void)work_until_empty(&office, 1);
    assert_status(office.person.session, id, CPK_SOURCE_READY_FOR_ANALYSIS);
    person_has(&office.person, 10, 0);
    close_office(&office);
}

/* The first source of a user who comes later waits for at most two others, and both have turns from then on. */
static void user_with_much_work_does_not_delay_others(void **state)
{
    struct office office;
    char id[TEXT_MAX];
    size_t other;

    (void)state;
    OPEN(&office, CPK_PLAN_UNLIMITED);
    other = add_user(&office);
    for (int i = 0; i < 12; i++) {
        bring(office.person.session, office.person.pack, 'a', i, id);
    }
    for (int i = 0; i < 3; i++) {
        bring(office.others[other].session, office.others[other].pack, 'b', i, id);
    }
    (void)work_until_empty(&office, 1);
    assert_int_equal(strlen(office.analyst.order), 15);
    assert_true(strchr(office.analyst.order, 'b') - office.analyst.order <= 2);
    assert_true(strrchr(office.analyst.order, 'b') - office.analyst.order <= 6);
    close_office(&office);
}

/* So many sources of the person that are submitted, beside those that the calls made. */
static void fill_queue(const char *database, const char *user_id, int count)
{
    char sql[TABLES_SQL_BYTES];
    char text[TABLES_TEXT_BYTES];
    struct tables tables;

    assert_true(tables_open(&tables, database));
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
             "INSERT INTO pack_sources (id, pack_id, user_id, source_id, source_name, source_type, status, created_at, "
             "updated_at) SELECT %s, s.pack_id, s.user_id, 'many-' || n.i, s.source_name, s.source_type, s.status, "
             "s.created_at, s.updated_at FROM pack_sources s, n WHERE s.user_id = '%s'",
             count, tables.postgres != NULL ? "gen_random_uuid()" : "printf('00000000-0000-4000-a000-%012d', n.i)",
             user_id);
    (void)tables_text(&tables, sql, text);
    assert_string_equal(tables.problem, "");
    snprintf(sql, sizeof sql,
             "INSERT INTO @work (user_id, owner_kind, owner_id, pack_id) "
             "SELECT s.user_id, 'source', s.source_id, s.pack_id FROM pack_sources s WHERE s.source_id LIKE 'many-%%'");
    (void)tables_text(&tables, sql, text);
    assert_string_equal(tables.problem, "");
    snprintf(sql, sizeof sql,
             "INSERT INTO @queue (user_id, owner_kind, owner_id, kind, state, submitted_at, run_at) "
             "SELECT user_id, owner_kind, owner_id, 'analyze', 'ready', 1, 1 FROM @work WHERE owner_id LIKE 'many-%%'");
    (void)tables_text(&tables, sql, text);
    assert_string_equal(tables.problem, "");
    assert_int_equal(tables_number(&tables, "SELECT count(*) FROM @queue WHERE owner_id LIKE 'many-%'"), count);
    tables_close(&tables);
}

/* Claims one source after another as a worker with one slot does; how many of others come before one of the user. */
static int claims_before(struct office *office, const char *user_id)
{
    cpk_work_list *list = NULL;
    cpk_error *error = NULL;
    int32_t is_theirs = 0;
    int before = -1;

    for (int i = 0; i < 20 && !is_theirs; i++) {
        assert_ok(cpk_work_claim(office->person.service, 1, &list, &error), error);
        assert_int_equal(cpk_work_list_count(list), 1);
        is_theirs = strcmp(cpk_work_user_id(cpk_work_list_at(list, 0)), user_id) == 0;
        before++;
        cpk_work_list_free(list);
    }
    assert_true(is_theirs);
    return before;
}

static void a_thousand_sources_delay_others_by_two_at_most(void **state)
{
    cpk_engine_options options = person_options();
    cpk_work_list *list = NULL;
    cpk_error *error = NULL;
    struct office office;
    char folder[SCRATCH_PATH_BYTES];
    char path[SCRATCH_PATH_BYTES + 32];
    char id[TEXT_MAX];
    size_t late, later;
    int of_late = 0;

    (void)state;
    scratch_make(folder);
    snprintf(path, sizeof path, "sqlite:%s/queue.db", folder);
    if (!backend_is_postgres()) {
        options.database = path;
    }
    open_office_with(&office, options, CPK_PLAN_UNLIMITED);
    late = add_user(&office);
    later = add_user(&office);
    add_text(office.person.session, office.person.pack, "~a I like tea.", id);
    fill_queue(options.database, cpk_user_id(office.person.user), 1000);
    for (int i = 0; i < 3; i++) { /* the first user has the turn, however often it was theirs before */
        assert_ok(cpk_work_claim(office.person.service, 1, &list, &error), error);
        assert_int_equal(cpk_work_list_count(list), 1);
        cpk_work_list_free(list);
    }
    for (int i = 0; i < 4; i++) {
        bring(office.others[late].session, office.others[late].pack, 'b', i, id);
    }
    assert_true(claims_before(&office, cpk_user_id(office.others[late].user)) <= 2);
    bring(office.others[later].session, office.others[later].pack, 'c', 0, id);
    assert_true(claims_before(&office, cpk_user_id(office.others[later].user)) <= 2);
    /* A batch has a share of each, and what users leave of theirs goes to the others. */
    assert_ok(cpk_work_claim(office.person.service, 100, &list, &error), error);
    assert_int_equal(cpk_work_list_count(list), 100);
    for (size_t i = 0; i < 100; i++) {
        of_late += strcmp(cpk_work_user_id(cpk_work_list_at(list, i)), cpk_user_id(office.others[late].user)) == 0;
    }
    assert_in_range(of_late, 2, 3);
    cpk_work_list_free(list);
    close_office(&office);
    scratch_remove(folder);
}

static void higher_priority_of_a_user_is_first(void **state)
{
    struct office office;
    char first[TEXT_MAX];
    char second[TEXT_MAX];

    (void)state;
    OPEN(&office, CPK_PLAN_UNLIMITED);
    bring(office.person.session, office.person.pack, 'a', 1, first);
    bring(office.person.session, office.person.pack, 'b', 2, second);
    submit(office.person.session, second, 5);
    (void)work_until_empty(&office, 1);
    assert_string_equal(office.analyst.order, "ba");
    close_office(&office);
}

static void claims_share_between_users_up_to_the_cap(void **state)
{
    const cpk_setting capped[] = {{"worker.max_per_user", 2}};
    struct office office;
    cpk_work_list *list = NULL;
    cpk_error *error = NULL;
    char id[TEXT_MAX];
    size_t other;
    size_t of_other = 0;

    (void)state;
    open_office(&office, capped, 1, CPK_PLAN_UNLIMITED);
    other = add_user(&office);
    for (int i = 0; i < 5; i++) {
        bring(office.person.session, office.person.pack, 'a', i, id);
    }
    bring(office.others[other].session, office.others[other].pack, 'b', 0, id);
    assert_ok(cpk_work_claim(office.person.service, 10, &list, &error), error);
    assert_int_equal(cpk_work_list_count(list), 3); /* two of the first, one of the other */
    for (size_t i = 0; i < 3; i++) {
        const cpk_work *work = cpk_work_list_at(list, i);

        of_other += strcmp(cpk_work_user_id(work), cpk_user_id(office.others[other].user)) == 0;
        assert_int_equal(cpk_work_state(work), CPK_WORK_RUNNING);
        assert_int_equal(cpk_work_attempts(work), 1);
        assert_true(cpk_work_lease_until(work) != CPK_TIME_UNKNOWN);
    }
    assert_int_equal(of_other, 1);
    cpk_work_list_free(list);
    assert_ok(cpk_work_claim(office.person.service, 10, &list, &error), error);
    assert_int_equal(cpk_work_list_count(list), 0);
    cpk_work_list_free(list);
    close_office(&office);
}

static void host_runs_and_releases_its_claims(void **state)
{
    struct office office;
    cpk_work_list *list = NULL;
    cpk_error *error = NULL;
    char id[TEXT_MAX];
    int64_t claim;
    int32_t ended = -1;

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    bring(office.person.session, office.person.pack, 'a', 0, id);
    assert_ok(cpk_work_claim(office.person.service, 1, &list, &error), error);
    assert_int_equal(cpk_work_list_count(list), 1);
    claim = cpk_work_claim_number(cpk_work_list_at(list, 0));
    cpk_work_list_free(list);
    assert_ok(cpk_work_release(office.person.service, id, claim, &error), error);
    assert_int_equal(state_of(office.person.service, id), CPK_WORK_READY);
    assert_int_equal(cpk_work_run(office.person.service, id, claim, NULL, NULL, NULL), CPK_ERROR_CONFLICT);
    assert_ok(cpk_work_claim(office.person.service, 1, &list, &error), error);
    assert_int_equal(cpk_work_attempts(cpk_work_list_at(list, 0)), 1); /* the first was given back */
    assert_true(cpk_work_claim_number(cpk_work_list_at(list, 0)) > claim);
    claim = cpk_work_claim_number(cpk_work_list_at(list, 0));
    cpk_work_list_free(list);
    assert_ok(cpk_work_run(office.person.service, id, claim, NULL, &ended, &error), error);
    assert_int_equal(ended, 0);
    assert_status(office.person.session, id, CPK_SOURCE_COMPLETED);
    assert_int_equal(cpk_work_run(office.person.service, id, claim, NULL, NULL, NULL), CPK_ERROR_NOT_FOUND);
    close_office(&office);
}

static void failure_is_repeated_then_dead_then_redriven(void **state)
{
    struct office office;
    cpk_worker_report report;
    cpk_work *work = NULL;
    cpk_error *error = NULL;
    char id[TEXT_MAX];
    int64_t count = 0;

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    bring(office.person.session, office.person.pack, 'a', 0, id);
    atomic_store(&office.analyst.fails, 3);
    report = work_until_empty(&office, 1);
    assert_int_equal(report.failed, 2);
    assert_int_equal(report.dead, 1);
    assert_int_equal(office.analyst.calls, 3);
    assert_ok(cpk_work_get(office.person.session, id, &work, &error), error);
    assert_int_equal(cpk_work_state(work), CPK_WORK_DEAD);
    assert_string_equal(cpk_work_reason(work), "error");
    assert_non_null(cpk_work_message(work));
    cpk_work_free(work);
    assert_stalled(office.person.session, id, "error");
    person_has(&office.person, 10, 0);
    assert_ok(cpk_work_redrive(office.person.service, NULL, &count, &error), error);
    assert_int_equal(count, 1);
    report = work_until_empty(&office, 1);
    assert_int_equal(report.done, 1);
    assert_status(office.person.session, id, CPK_SOURCE_COMPLETED);
    person_has(&office.person, 9, 0);
    close_office(&office);
}

static void input_that_can_not_be_read_is_dead_at_once(void **state)
{
    struct office office;
    cpk_worker_report report;
    char id[TEXT_MAX];

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    add_text(office.person.session, office.person.pack, "PK\003\004 no archive", id);
    submit(office.person.session, id, 0);
    report = work_until_empty(&office, 1);
    assert_int_equal(report.dead, 1);
    assert_int_equal(report.claimed, 1);
    assert_status(office.person.session, id, CPK_SOURCE_FAILED);
    close_office(&office);
}

static void missing_credits_wait_without_an_attempt(void **state)
{
    cpk_credit_params grant = CPK_CREDIT_PARAMS_INIT;
    struct office office;
    cpk_worker_report report;
    cpk_error *error = NULL;
    char ids[11][TEXT_MAX];
    cpk_source *source;
    char waiting = 0;

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    for (int i = 0; i < 11; i++) {
        bring(office.person.session, office.person.pack, 'a', i, ids[i]);
    }
    report = work_until_empty(&office, 1); /* 10 credits */
    assert_int_equal(report.done, 10);
    assert_true(report.deferred >= 1);
    for (int i = 0; i < 11; i++) {
        if (state_of(office.person.session, ids[i]) != 0) {
            source = source_of(office.person.session, ids[i]);
            assert_string_equal(cpk_source_stalled_reason(source), "credits");
            assert_int_equal(cpk_source_attempts(source), 0);
            cpk_source_free(source);
            waiting++;
        }
    }
    assert_int_equal(waiting, 1);
    grant.key = "gift";
    grant.credits = 5;
    assert_ok(cpk_credits_grant(office.person.service, cpk_user_id(office.person.user), &grant, NULL, &error), error);
    for (int i = 0; i < 100 && report.done != 1; i++) {
        usleep(20000);
        report = work_until_empty(&office, 1);
    }
    assert_int_equal(report.done, 1);
    person_has(&office.person, 4, 0);
    close_office(&office);
}

struct background {
    struct office *office;
    cpk_cancel *cancel;
    cpk_worker_report report;
    cpk_status status;
    pthread_t thread;
};

static void *run_worker(void *argument)
{
    struct background *background = argument;
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_session *service = NULL;

    options.cancel = background->cancel;
    background->status = cpk_session_open_service(background->office->person.engine, &service, NULL);
    if (background->status == CPK_OK) {
        background->status = cpk_worker_run(service, NULL, &options, &background->report, NULL);
    }
    cpk_session_close(service);
    return NULL;
}

static void start_worker(struct background *background, struct office *office)
{
    memset(background, 0, sizeof *background);
    background->office = office;
    background->report = (cpk_worker_report)CPK_WORKER_REPORT_INIT;
    assert_ok(cpk_cancel_create(&background->cancel, NULL), NULL);
    assert_int_equal(pthread_create(&background->thread, NULL, run_worker, background), 0);
}

static void stop_worker(struct background *background)
{
    cpk_cancel_request(background->cancel);
    pthread_join(background->thread, NULL);
    cpk_cancel_free(background->cancel);
    assert_int_equal(background->status, CPK_OK);
}

static void wait_until_inside(struct office *office)
{
    for (int i = 0; i < 2000 && !atomic_load(&office->analyst.is_inside); i++) {
        usleep(5000);
    }
    assert_true(atomic_load(&office->analyst.is_inside));
}

static void stopped_worker_gives_back_without_an_attempt(void **state)
{
    struct background background;
    struct office office;
    cpk_worker_report report;
    cpk_source *source;
    char id[TEXT_MAX];

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    bring(office.person.session, office.person.pack, 'a', 0, id);
    atomic_store(&office.analyst.waits, 1);
    start_worker(&background, &office);
    wait_until_inside(&office);
    assert_int_equal(state_of(office.person.service, id), CPK_WORK_RUNNING);
    source = source_of(office.person.session, id);
    assert_true(cpk_source_lease_until(source) != CPK_TIME_UNKNOWN);
    cpk_source_free(source);
    stop_worker(&background);
    assert_int_equal(background.report.released, 1);
    assert_int_equal(state_of(office.person.service, id), CPK_WORK_READY);
    source = source_of(office.person.session, id);
    assert_int_equal(cpk_source_attempts(source), 0);
    assert_true(cpk_source_lease_until(source) == CPK_TIME_UNKNOWN);
    cpk_source_free(source);
    person_has(&office.person, 10, 0);
    atomic_store(&office.analyst.waits, 0);
    report = work_until_empty(&office, 1);
    assert_int_equal(report.done, 1);
    person_has(&office.person, 9, 0);
    close_office(&office);
}

static void cancel_from_elsewhere_stops_a_worker(void **state)
{
    struct background background;
    struct office office;
    cpk_error *error = NULL;
    char id[TEXT_MAX];

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    bring(office.person.session, office.person.pack, 'a', 0, id);
    atomic_store(&office.analyst.waits, 1);
    start_worker(&background, &office);
    wait_until_inside(&office);
    assert_ok(cpk_source_request_cancel(office.person.session, id, &error), error);
    person_has(&office.person, 10, 0); /* at once */
    for (int i = 0; i < 600 && state_of(office.person.service, id) != CPK_WORK_CANCELLED; i++) {
        usleep(5000);
    }
    assert_int_equal(state_of(office.person.service, id), CPK_WORK_CANCELLED);
    assert_stalled(office.person.session, id, "cancelled");
    stop_worker(&background);
    assert_int_equal(background.report.cancelled, 1);
    atomic_store(&office.analyst.waits, 0);
    assert_int_equal(work_until_empty(&office, 1).claimed, 0);
    submit(office.person.session, id, 0);
    assert_int_equal(work_until_empty(&office, 1).done, 1);
    person_has(&office.person, 9, 0);
    close_office(&office);
}

enum deleted { DELETE_SOURCE, DELETE_PACK, DELETE_USER };

static cpk_status delete_one(struct office *office, enum deleted what, const char *source_id, cpk_error **error)
{
    cpk_session *me = office->person.session;

    return what == DELETE_SOURCE ? cpk_source_delete(me, source_id, error)
           : what == DELETE_PACK ? cpk_pack_delete(me, cpk_pack_id(office->person.pack), error)
                                 : cpk_user_delete(me, NULL, NULL, error);
}

static void print_failure(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)user;
    if (outcome == CPK_CHECK_FAILED) {
        print_message("%s: %s\n", subject, text);
    }
}

/* The analyzer answers only when its call is cancelled, so that a worker that did not notice would never end it. */
static void deletion_stops_work(enum deleted what)
{
    struct background background;
    struct office office;
    cpk_user *user = NULL;
    cpk_error *error = NULL;
    char id[TEXT_MAX];
    char waiting[TEXT_MAX];
    int32_t failures = -1;

    OPEN(&office, CPK_PLAN_CREDITS);
    bring(office.person.session, office.person.pack, 'a', 0, id);
    atomic_store(&office.analyst.waits, 1);
    start_worker(&background, &office);
    wait_until_inside(&office);
    bring(office.person.session, office.person.pack, 'b', 1, waiting);
    assert_ok(delete_one(&office, what, id, &error), error);
    assert_int_equal(state_of(office.person.service, id), 0);
    for (int i = 0; i < 1000 && !atomic_load(&office.analyst.stopped); i++) {
        usleep(5000);
    }
    assert_true(atomic_load(&office.analyst.stopped) > 0);
    stop_worker(&background);
    assert_int_equal(state_of(office.person.service, waiting), what == DELETE_SOURCE ? CPK_WORK_READY : 0);
    assert_ok(cpk_user_get(office.person.service, cpk_user_id(office.person.user), &user, &error), error);
    assert_int_equal(cpk_user_credits_balance(user), 10);
    cpk_user_free(user);
    assert_ok(cpk_engine_check(office.person.engine, print_failure, NULL, &failures, &error), error);
    assert_int_equal(failures, 0);
    close_office(&office);
}

static void deleting_a_source_stops_its_work(void **state)
{
    (void)state;
    deletion_stops_work(DELETE_SOURCE);
}

static void deleting_a_pack_stops_its_work(void **state)
{
    (void)state;
    deletion_stops_work(DELETE_PACK);
}

static void deleting_an_account_stops_its_work(void **state)
{
    (void)state;
    deletion_stops_work(DELETE_USER);
}

static void unknown_and_foreign_sources_are_not_found(void **state)
{
    struct office office;
    char id[TEXT_MAX];
    size_t other;

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    other = add_user(&office);
    bring(office.person.session, office.person.pack, 'a', 0, id);
    assert_int_equal(cpk_work_submit(office.others[other].session, id, NULL, NULL, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_work_get(office.others[other].session, id, &(cpk_work *){NULL}, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_source_request_cancel(office.others[other].session, id, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_source_request_cancel(office.person.service, "nothing", NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_work_submit(office.person.service, id, NULL, NULL, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_worker_run(office.person.session, NULL, NULL, NULL, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_work_claim(office.person.session, 1, &(cpk_work_list *){NULL}, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_work_run(office.person.session, id, 1, NULL, NULL, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_work_release(office.person.session, id, 1, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_work_metrics(office.person.session, NULL, person_append, &(char *){NULL}, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    close_office(&office);
}

static void list_pages_through_work_of_all_users(void **state)
{
    struct office office;
    cpk_work_list *list = NULL;
    cpk_page page = CPK_PAGE_INIT;
    cpk_error *error = NULL;
    char id[TEXT_MAX];
    char after[128] = "";
    size_t other;
    size_t seen = 0;

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    other = add_user(&office);
    for (int i = 0; i < 3; i++) {
        bring(office.person.session, office.person.pack, 'a', i, id);
        bring(office.others[other].session, office.others[other].pack, 'b', i, id);
    }
    page.limit = 4;
    for (int i = 0; i < 3; i++) {
        assert_ok(cpk_work_list_get(office.person.service, 0, &page, &list, &error), error);
        seen += cpk_work_list_count(list);
        if (cpk_work_list_next(list) == NULL) {
            cpk_work_list_free(list);
            break;
        }
        snprintf(after, sizeof after, "%s", cpk_work_list_next(list));
        page.after = after;
        cpk_work_list_free(list);
    }
    assert_int_equal(seen, 6);
    assert_ok(cpk_work_list_get(office.person.session, CPK_WORK_READY, NULL, &list, &error), error);
    assert_int_equal(cpk_work_list_count(list), 3);
    cpk_work_list_free(list);
    assert_ok(cpk_work_list_get(office.person.session, CPK_WORK_DEAD, NULL, &list, &error), error);
    assert_int_equal(cpk_work_list_count(list), 0);
    cpk_work_list_free(list);
    close_office(&office);
}

static void metrics_are_prometheus_text(void **state)
{
    struct office office;
    cpk_worker_report report;
    cpk_error *error = NULL;
    char *text = NULL;
    char id[TEXT_MAX];

    (void)state;
    OPEN(&office, CPK_PLAN_CREDITS);
    bring(office.person.session, office.person.pack, 'a', 0, id);
    report = work_until_empty(&office, 1);
    bring(office.person.session, office.person.pack, 'a', 1, id);
    assert_ok(cpk_work_metrics(office.person.service, &report, person_append, &text, &error), error);
    assert_non_null(strstr(text, "# TYPE contextpack_queue_depth gauge\ncontextpack_queue_depth{state=\"ready\"} 1\n"));
    assert_non_null(strstr(text, "contextpack_queue_depth{state=\"dead\"} 0\n"));
    assert_non_null(strstr(text, "# TYPE contextpack_worker_done_total counter\ncontextpack_worker_done_total 1\n"));
    assert_non_null(strstr(text, "\ncontextpack_worker_cost_dollars_total 0.000250\n"));
    assert_non_null(strstr(text, "\ncontextpack_worker_input_tokens_total 100\n"));
    assert_int_equal(text[strlen(text) - 1], '\n');
    free(text);
    text = NULL;
    assert_ok(cpk_work_metrics(office.person.service, NULL, person_append, &text, &error), error);
    assert_null(strstr(text, "worker"));
    free(text);
    close_office(&office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(submitted_sources_are_done_and_counted),
        cmocka_unit_test(extraction_alone_can_be_submitted),
        cmocka_unit_test(user_with_much_work_does_not_delay_others),
        cmocka_unit_test(a_thousand_sources_delay_others_by_two_at_most),
        cmocka_unit_test(higher_priority_of_a_user_is_first),
        cmocka_unit_test(claims_share_between_users_up_to_the_cap),
        cmocka_unit_test(host_runs_and_releases_its_claims),
        cmocka_unit_test(failure_is_repeated_then_dead_then_redriven),
        cmocka_unit_test(input_that_can_not_be_read_is_dead_at_once),
        cmocka_unit_test(missing_credits_wait_without_an_attempt),
        cmocka_unit_test(stopped_worker_gives_back_without_an_attempt),
        cmocka_unit_test(cancel_from_elsewhere_stops_a_worker),
        cmocka_unit_test(deleting_a_source_stops_its_work),
        cmocka_unit_test(deleting_a_pack_stops_its_work),
        cmocka_unit_test(deleting_an_account_stops_its_work),
        cmocka_unit_test(unknown_and_foreign_sources_are_not_found),
        cmocka_unit_test(list_pages_through_work_of_all_users),
        cmocka_unit_test(metrics_are_prometheus_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
