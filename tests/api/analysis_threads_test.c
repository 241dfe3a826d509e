/* Chunks of one source analysed on several threads: the same result as on one. */
#include "support/person.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define FIRST_CREDITS    10
#define TOWNS            40
#define NO_TOWN          1001 /* of chunks that no town begins in */
#define TEXT_BYTES       8192
#define LIMIT_US         1000000
#define HUGE_STACK_BYTES ((size_t)1 << 46) /* more than a process can have */
/* Sanitizers need more. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SMALL_STACK_BYTES ((size_t)256 << 10)
#else
#define SMALL_STACK_BYTES ((size_t)128 << 10)
#endif
#define HOUR_US (INT64_C(3600) * 1000000)

static const int64_t thread_counts[] = {1, 2, 8};

#define THREAD_COUNTS (sizeof thread_counts / sizeof thread_counts[0])

static int64_t steady_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void sleep_ms(int64_t milliseconds)
{
    const struct timespec delay = {milliseconds / 1000, milliseconds % 1000 * 1000000};

    nanosleep(&delay, NULL);
}

/* --- the analyzer of the host: one town a chunk --- */

struct critic {
    atomic_int calls;
    atomic_int inside;
    atomic_int most_inside;
    atomic_int on_other_threads; /* calls on another thread than `caller` */
    atomic_int blocked;          /* calls that wait for their token */
    atomic_llong now_us;         /* of the engine's clock */
    pthread_t caller;
    int32_t failing_every;    /* towns that are multiples of it fail; 0: none */
    int32_t fatal_town;       /* ends the run; -1: none */
    atomic_int blocking_from; /* towns from here on wait for their token; -1: none */
    atomic_int slow_town;     /* waits for `other`; -1: none */
    int32_t slow_ms;
    cpk_status *other_status; /* what the slow town's run of the source with `other` gave, or NULL */
    int32_t insists;          /* 1: until it gets the source, an hour later each time */
    cpk_session *other;
    const char *source_id;
};

static void critic_init(struct critic *critic)
{
    memset(critic, 0, sizeof *critic);
    critic->caller = pthread_self();
    critic->fatal_town = -1;
    atomic_store(&critic->blocking_from, -1);
    atomic_store(&critic->slow_town, -1);
    atomic_store(&critic->now_us, INT64_C(1700000000000000));
}

static const char *critic_identity(void *self)
{
    (void)self;
    return "critic/1";
}

static int64_t critic_clock(void *user)
{
    return atomic_fetch_add(&((struct critic *)user)->now_us, 10);
}

static int32_t town_of(const cpk_analyzer_request *request)
{
    const char *found = strstr(request->text, "Town number ");

    return found != NULL ? (int32_t)strtol(found + strlen("Town number "), NULL, 10) : NO_TOWN;
}

static void run_other(struct critic *critic)
{
    sleep_ms(critic->slow_ms);
    if (critic->other_status == NULL) {
        return;
    }
    while (critic->insists && atomic_load(&critic->blocked) == 0) {
        sleep_ms(5);
    }
    atomic_store(&critic->blocking_from, -1);
    do {
        if (critic->insists) {
            atomic_fetch_add(&critic->now_us, HOUR_US);
        }
        *critic->other_status =
            cpk_source_run(critic->other, critic->source_id, CPK_SOURCE_COMPLETED, NULL, NULL, NULL);
    } while (critic->insists && *critic->other_status == CPK_ERROR_BUSY);
}

static cpk_status criticise(struct critic *critic, int32_t town, const cpk_analyzer_request *request, cpk_error **error)
{
    int32_t blocking_from = atomic_load(&critic->blocking_from);
    cpk_status status = CPK_OK;

    if (town == atomic_load(&critic->slow_town)) {
        atomic_store(&critic->slow_town, -1);
        run_other(critic);
    } else if (blocking_from >= 0 && town >= blocking_from) {
        atomic_fetch_add(&critic->blocked, 1);
        while (!cpk_cancel_requested(request->cancel)) {
            sleep_ms(5);
        }
        status = CPK_ERROR_CANCELLED;
    } else if (town == critic->fatal_town) {
        status = CPK_ERROR_INTERNAL;
    } else if (critic->failing_every > 0 && town % critic->failing_every == 0) {
        status = CPK_ERROR_ANALYZER;
    }
    if (status != CPK_OK) {
        *error = cpk_error_new(status, "critic", "no opinion", "", 1);
    }
    return status;
}

static cpk_status critic_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                                 cpk_analyzer_usage *usage, cpk_error **error)
{
    struct critic *critic = self;
    int32_t town = town_of(request);
    int inside = atomic_fetch_add(&critic->inside, 1) + 1;
    int most = atomic_load(&critic->most_inside);
    char answer[64];
    cpk_status status;

    while (inside > most && !atomic_compare_exchange_weak(&critic->most_inside, &most, inside)) {
    }
    if (!pthread_equal(pthread_self(), critic->caller)) {
        atomic_fetch_add(&critic->on_other_threads, 1);
    }
    atomic_fetch_add(&critic->calls, 1);
    status = criticise(critic, town, request, error);
    atomic_fetch_sub(&critic->inside, 1);
    if (status != CPK_OK) {
        return status;
    }
    snprintf(answer, sizeof answer, "Lived in town %d.", town);
    usage->input_tokens = request->text_tokens;
    usage->cost_micros = 1500;
    return write(write_user, answer, strlen(answer)) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

/* --- sources --- */

static void open_person(struct person *person, struct critic *critic, int64_t threads, int64_t max_tokens, int32_t plan)
{
    const cpk_setting settings[] = {
        {"chunk.max_tokens", max_tokens}, {"pipeline.lease_timeout_ms", 1000}, {"analyze.threads", threads}};
    cpk_analyzer_driver driver = CPK_ANALYZER_DRIVER_INIT;
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    options.settings = settings;
    options.setting_count = threads > 0 ? 3 : 2;
    if (critic != NULL) {
        driver.self = critic;
        driver.identity = critic_identity;
        driver.analyze = critic_analyze;
        options.analyzer_driver = &driver;
        if (critic->insists) {
            options.clock = critic_clock;
            options.clock_user = critic;
        }
    }
    assert_ok(person_create(person, &options, plan, &error), error);
}

static cpk_source *add_towns(const struct person *person, int32_t towns)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    char text[TEXT_BYTES];
    size_t length = 0;

    for (int32_t i = 0; i < towns; i++) {
        length += (size_t)snprintf(text + length, TEXT_BYTES - length,
                                   "Town number %d is where I lived in year %d of my life, happily enough to stay "
                                   "there longer.\n\n",
                                   i, i * 3);
    }
    input.data = text;
    input.length = length;
    input.name = "towns.txt";
    assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, &source, &error), error);
    return source;
}

static char *read_pack(const struct person *person)
{
    cpk_export *document = NULL;
    cpk_error *error = NULL;
    char *text = NULL;

    assert_ok(cpk_export_create(person->session, cpk_pack_id(person->pack), CPK_EXPORT_COMPLETE, NULL, NULL, &document,
                                &error),
              error);
    assert_ok(
        cpk_export_read(person->session, cpk_export_id(document), CPK_FORMAT_MARKDOWN, person_append, &text, &error),
        error);
    cpk_export_free(document);
    return text;
}

/* --- same packs --- */

static char *pack_of(int64_t threads, int64_t *chunks)
{
    cpk_source *source = NULL;
    cpk_source *done = NULL;
    cpk_error *error = NULL;
    struct person person;
    char *text;

    open_person(&person, NULL, threads, 40, CPK_PLAN_UNLIMITED);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, &done, &error), error);
    *chunks = cpk_source_total_chunks(done);
    assert_int_equal(cpk_source_processed_chunks(done), *chunks);
    text = read_pack(&person);
    cpk_source_free(done);
    cpk_source_free(source);
    person_close(&person);
    return text;
}

static void packs_are_the_same_with_any_number_of_threads(void **state)
{
    char *texts[THREAD_COUNTS];
    int64_t chunks[THREAD_COUNTS];

    (void)state;
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        texts[i] = pack_of(thread_counts[i], &chunks[i]);
        assert_int_equal(chunks[i], chunks[0]);
        assert_string_equal(texts[i], texts[0]);
    }
    assert_true(chunks[0] > 16);
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        free(texts[i]);
    }
}

/* Sets the stack size of threads that are started from now on; returns the one before. */
static size_t set_stack_size(size_t size)
{
    pthread_attr_t attributes;
    size_t before;

    assert_int_equal(pthread_getattr_default_np(&attributes), 0);
    assert_int_equal(pthread_attr_getstacksize(&attributes, &before), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, size), 0);
    assert_int_equal(pthread_setattr_default_np(&attributes), 0);
    pthread_attr_destroy(&attributes);
    return before;
}

/* Threads with a small stack do; where none can be started, the calling thread does the work. */
static void small_stacks_and_no_threads_give_the_same_pack(void **state)
{
    static const size_t sizes[] = {SMALL_STACK_BYTES, HUGE_STACK_BYTES};
    int64_t chunks;
    char *expected = pack_of(1, &chunks);

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t before = set_stack_size(sizes[i]);
        char *text = pack_of(8, &chunks);

        set_stack_size(before);
        assert_string_equal(text, expected);
        free(text);
    }
    free(expected);
}

/* --- same charges --- */

struct step {
    uint32_t flags;
    int32_t max_chunks;
    int32_t failing_every;
    int32_t fatal_town;
};

struct outcome {
    cpk_status status;
    int32_t state;
    int64_t processed;
    int64_t balance;
    int64_t held;
    int32_t calls;
};

static void run_step(const struct person *person, struct critic *critic, const char *id, const struct step *step,
                     struct outcome *outcome)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_source *source = NULL;
    cpk_error *error = NULL;

    options.flags = step->flags;
    options.max_chunks = step->max_chunks;
    critic->failing_every = step->failing_every;
    critic->fatal_town = step->fatal_town;
    atomic_store(&critic->calls, 0);
    outcome->status = cpk_source_run(person->session, id, CPK_SOURCE_COMPLETED, &options, &source, NULL);
    outcome->state = cpk_source_status(source);
    outcome->processed = cpk_source_processed_chunks(source);
    outcome->calls = atomic_load(&critic->calls);
    cpk_source_free(source);
    assert_ok(cpk_credits_balance(person->session, NULL, &outcome->balance, &outcome->held, &error), error);
}

static void grant(const struct person *person, int64_t credits, const char *key)
{
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    cpk_error *error = NULL;

    params.key = key;
    params.credits = credits;
    assert_ok(cpk_credits_grant(person->service, cpk_user_id(person->user), &params, NULL, &error), error);
}

/* What is tried, answered and charged in runs that fail, stop early or run out of credits, as in sequence. */
static void credits_are_charged_as_in_sequence(void **state)
{
    static const struct step steps[] = {
        {0, 0, 0, -1},               /* not enough credits: nothing is analysed */
        {0, 3, 0, -1},               /* as many as asked for */
        {CPK_RUN_PARTIAL, 3, 2, -1}, /* failures count as tried, and are not charged */
        {CPK_RUN_PARTIAL, 0, 0, 7},  /* an error that ends the run: what comes before it stays */
        {CPK_RUN_PARTIAL, 0, 3, -1}, /* the credit of a failed chunk is used for another one */
        {CPK_RUN_PARTIAL, 0, 0, -1}, /* none left */
        {CPK_RUN_PARTIAL, 0, 1, -1}, /* with new ones: all fail */
        {0, 0, 0, -1},               /* the rest */
    };
    struct outcome outcomes[THREAD_COUNTS][sizeof steps / sizeof steps[0]];
    char *texts[THREAD_COUNTS];

    (void)state;
    memset(outcomes, 0, sizeof outcomes);
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        struct critic critic;
        struct person person;
        cpk_source *source;

        critic_init(&critic);
        open_person(&person, &critic, thread_counts[i], 24, CPK_PLAN_CREDITS);
        source = add_towns(&person, TOWNS);
        for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) {
            struct outcome *outcome = &outcomes[i][k];
            const struct outcome *expected = &outcomes[0][k];

            if (k == 6) {
                grant(&person, 100, "more");
            }
            run_step(&person, &critic, cpk_source_id(source), &steps[k], outcome);
            if (steps[k].fatal_town >= 0) { /* more may run at the same time; their answers are dropped */
                assert_true(outcome->calls >= expected->calls);
                outcome->calls = expected->calls;
            }
            assert_memory_equal(outcome, expected, sizeof *outcome);
        }
        texts[i] = read_pack(&person);
        assert_string_equal(texts[i], texts[0]);
        assert_true(atomic_load(&critic.most_inside) <= thread_counts[i]);
        assert_int_equal(atomic_load(&critic.on_other_threads) > 0, thread_counts[i] > 1);
        cpk_source_free(source);
        person_close(&person);
    }
    assert_int_equal(outcomes[0][0].status, CPK_ERROR_INSUFFICIENT_CREDITS);
    assert_int_equal(outcomes[0][0].calls, 0);
    assert_int_equal(outcomes[0][1].processed, 3);
    assert_int_equal(outcomes[0][2].calls, 3);
    assert_true(outcomes[0][2].processed < 6);
    assert_int_equal(outcomes[0][3].status, CPK_ERROR_INTERNAL);
    assert_true(outcomes[0][3].processed > outcomes[0][2].processed);
    assert_int_equal(outcomes[0][4].processed, FIRST_CREDITS);
    assert_int_equal(outcomes[0][5].status, CPK_ERROR_INSUFFICIENT_CREDITS);
    assert_int_equal(outcomes[0][6].processed, FIRST_CREDITS);
    assert_int_equal(outcomes[0][7].state, CPK_SOURCE_COMPLETED);
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        free(texts[i]);
    }
}

/* A host's analyzer is called on the thread that runs the source, unless the setting says otherwise. */
static void host_analyzer_stays_on_the_calling_thread(void **state)
{
    struct critic critic;
    struct person person;
    cpk_source *source;
    cpk_error *error = NULL;

    (void)state;
    critic_init(&critic);
    open_person(&person, &critic, 0, 24, CPK_PLAN_UNLIMITED);
    source = add_towns(&person, TOWNS);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error), error);
    assert_true(atomic_load(&critic.calls) > 16);
    assert_int_equal(atomic_load(&critic.most_inside), 1);
    assert_int_equal(atomic_load(&critic.on_other_threads), 0);
    cpk_source_free(source);
    person_close(&person);
}

/* --- stopping --- */

struct stopper {
    struct critic *critic;
    cpk_cancel *cancel; /* NULL: the callback says so itself */
    pthread_t caller;
    int64_t stopped_us;
    int64_t last_done;
    int32_t on_other_threads;
};

static int32_t stop_when_blocked(void *user, int32_t stage, int64_t done, int64_t total)
{
    struct stopper *stopper = user;

    (void)total;
    stopper->on_other_threads += !pthread_equal(pthread_self(), stopper->caller);
    if (stage != CPK_STAGE_ANALYZE || done < atomic_load(&stopper->critic->blocking_from) ||
        atomic_load(&stopper->critic->blocked) < 2) {
        return 0;
    }
    if (stopper->stopped_us == 0) {
        stopper->stopped_us = steady_us();
        stopper->last_done = done;
    }
    cpk_cancel_request(stopper->cancel);
    return stopper->cancel == NULL;
}

/* Calls that wait end soon, what had been answered is charged, what had not is not, and a later run does the rest. */
static void cancelled_run_charges_only_what_it_kept(void **state)
{
    (void)state;
    for (int32_t with_token = 0; with_token < 2; with_token++) {
        struct critic critic;
        struct stopper stopper = {.critic = &critic, .caller = pthread_self()};
        cpk_run_options options = CPK_RUN_OPTIONS_INIT;
        cpk_source *source;
        cpk_source *stopped = NULL;
        cpk_error *error = NULL;
        struct person person;

        critic_init(&critic);
        atomic_store(&critic.blocking_from, 3);
        open_person(&person, &critic, 4, 24, CPK_PLAN_CREDITS);
        source = add_towns(&person, 8);
        if (with_token) {
            assert_ok(cpk_cancel_create(&stopper.cancel, &error), error);
        }
        options.cancel = stopper.cancel;
        options.progress = stop_when_blocked;
        options.progress_user = &stopper;
        assert_int_equal(
            cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, &options, &stopped, NULL),
            CPK_ERROR_CANCELLED);
        assert_true(steady_us() - stopper.stopped_us < LIMIT_US);
        assert_int_equal(stopper.on_other_threads, 0);
        assert_int_equal(cpk_source_processed_chunks(stopped), 3);
        person_has(&person, FIRST_CREDITS - 3, 0);
        atomic_store(&critic.blocking_from, -1);
        cpk_source_free(stopped);
        assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, &stopped, &error),
                  error);
        person_has(&person, FIRST_CREDITS - cpk_source_total_chunks(stopped), 0);
        cpk_source_free(stopped);
        cpk_source_free(source);
        cpk_cancel_free(stopper.cancel);
        person_close(&person);
    }
}

/* --- leases --- */

/* While the first chunk takes longer than a lease lasts and the others are answered, the source stays taken. */
static void lease_is_kept_while_an_analyzer_waits(void **state)
{
    cpk_status other_status = CPK_OK;
    struct critic critic;
    struct person person;
    cpk_source *source;
    cpk_source *done = NULL;
    cpk_error *error = NULL;

    (void)state;
    critic_init(&critic);
    atomic_store(&critic.slow_town, 0);
    critic.slow_ms = 1300;
    critic.other_status = &other_status;
    open_person(&person, &critic, 2, 24, CPK_PLAN_CREDITS);
    assert_ok(cpk_session_open_user(person.engine, cpk_user_id(person.user), &critic.other, &error), error);
    source = add_towns(&person, 6);
    critic.source_id = cpk_source_id(source);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, &done, &error), error);
    assert_int_equal(other_status, CPK_ERROR_BUSY);
    assert_int_equal(atomic_load(&critic.calls), cpk_source_total_chunks(done));
    person_has(&person, FIRST_CREDITS - cpk_source_total_chunks(done), 0);
    cpk_source_free(done);
    cpk_source_free(source);
    cpk_session_close(critic.other);
    person_close(&person);
}

/* Another run took the source over: this one tells its analyzers to stop, keeps nothing and charges nothing. */
static void run_that_lost_its_lease_stops_its_analyzers(void **state)
{
    cpk_status other_status = CPK_OK;
    struct critic critic;
    struct person person;
    cpk_source *source;
    cpk_source *found = NULL;
    cpk_error *error = NULL;

    (void)state;
    critic_init(&critic);
    critic.insists = 1;
    atomic_store(&critic.blocking_from, 1);
    atomic_store(&critic.slow_town, 0);
    critic.other_status = &other_status;
    open_person(&person, &critic, 2, 24, CPK_PLAN_CREDITS);
    assert_ok(cpk_session_open_user(person.engine, cpk_user_id(person.user), &critic.other, &error), error);
    source = add_towns(&person, 6);
    critic.source_id = cpk_source_id(source);
    assert_int_equal(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, NULL),
                     CPK_ERROR_CONFLICT);
    assert_int_equal(other_status, CPK_OK);
    assert_ok(cpk_source_get(person.session, cpk_source_id(source), &found, &error), error);
    assert_int_equal(cpk_source_status(found), CPK_SOURCE_COMPLETED);
    person_has(&person, FIRST_CREDITS - cpk_source_total_chunks(found), 0);
    cpk_source_free(found);
    cpk_source_free(source);
    cpk_session_close(critic.other);
    person_close(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packs_are_the_same_with_any_number_of_threads),
        cmocka_unit_test(small_stacks_and_no_threads_give_the_same_pack),
        cmocka_unit_test(credits_are_charged_as_in_sequence),
        cmocka_unit_test(host_analyzer_stays_on_the_calling_thread),
        cmocka_unit_test(cancelled_run_charges_only_what_it_kept),
        cmocka_unit_test(lease_is_kept_while_an_analyzer_waits),
        cmocka_unit_test(run_that_lost_its_lease_stops_its_analyzers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
