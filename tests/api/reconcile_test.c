/* Events that no webhook brought, read from a fake of Stripe on loopback. */
#include "support/net_peer.h"
#include "support/person.h"
#include "support/signed.h"

#include <pthread.h>

#define FAKE        PROJECT_DIR "/tests/stripe/fake_stripe.py"
#define KEY         "sk_test_fake"
#define NOW_S       INT64_C(1760000000)
#define HOUR_S      INT64_C(3600)
#define SECOND_US   INT64_C(1000000)
#define BONUS       10 /* of a new account */
#define EVENT_BYTES 1024
#define TEXT_BYTES  524288

static int64_t clock_us(void *user)
{
    (void)user;
    return NOW_S * SECOND_US;
}

struct fixture {
    struct person person;
    struct peer peer;
    char base[64];
    char events[TEXT_BYTES];
    char log[TEXT_BYTES];
    char read[TEXT_BYTES]; /* requests received by the fake, see requests() */
    cpk_error *error;
    cpk_reconcile_report *report;
};

static void keep_log(void *user, int32_t level, const char *domain, const char *message)
{
    struct fixture *fixture = user;
    size_t used = strlen(fixture->log);

    snprintf(fixture->log + used, sizeof fixture->log - used, "%d %s: %s\n", level, domain, message);
}

static cpk_engine_options options_of(struct fixture *fixture, cpk_text_setting settings[3], const char *key)
{
    cpk_engine_options options = person_options();

    snprintf(fixture->base, sizeof fixture->base, "http://127.0.0.1:%d", fixture->peer.port);
    settings[0] = (cpk_text_setting){"stripe.webhook_secrets", SIGNED_SECRET};
    settings[1] = (cpk_text_setting){"stripe.secret_key", key};
    settings[2] = (cpk_text_setting){"stripe.api_base", fixture->base};
    options.text_settings = settings;
    options.text_setting_count = 3;
    options.clock = clock_us;
    options.log = keep_log;
    options.log_user = fixture;
    options.log_level = CPK_LOG_WARNING;
    return options;
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    cpk_text_setting settings[3];
    cpk_engine_options options;

    assert_non_null(fixture);
    peer_folder(&fixture->peer);
    peer_run(&fixture->peer, FAKE, NULL, NULL);
    options = options_of(fixture, settings, KEY);
    assert_ok(person_create(&fixture->person, &options, CPK_PLAN_CREDITS, &fixture->error), fixture->error);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    assert_null(strstr(fixture->log, KEY));
    person_close(&fixture->person);
    peer_stop(&fixture->peer);
    peer_remove(&fixture->peer, "requests");
    peer_remove(&fixture->peer, "events");
    peer_remove(&fixture->peer, "next");
    rmdir(fixture->peer.folder);
    cpk_error_free(fixture->error);
    cpk_reconcile_report_free(fixture->report);
    free(fixture);
    return 0;
}

/* What came to the fake since the last call: a line of JSON each. */
static const char *requests(struct fixture *fixture)
{
    char path[128];
    FILE *file;
    size_t length = 0;

    snprintf(path, sizeof path, "%s/requests", fixture->peer.folder);
    file = fopen(path, "r");
    if (file != NULL) {
        length = fread(fixture->read, 1, sizeof fixture->read - 1, file);
        fclose(file);
    }
    fixture->read[length] = '\0';
    peer_remove(&fixture->peer, "requests");
    return fixture->read;
}

static int32_t count_of(const char *text, const char *part)
{
    int32_t count = 0;

    for (; (text = strstr(text, part)) != NULL; text++) {
        count++;
    }
    return count;
}

static void has(const char *text, const char *part)
{
    assert_non_null(text);
    if (strstr(text, part) == NULL) {
        fail_msg("%s is not in: %s", part, text);
    }
}

/* An event that brings one user credits; `user_id` NULL: the person. */
static void write_paid(const struct fixture *fixture, const char *name, int64_t age_s, int credits, const char *user_id,
                       char event[EVENT_BYTES])
{
    snprintf(event, EVENT_BYTES,
             "{\"id\":\"evt_%s\",\"object\":\"event\",\"created\":%lld,\"livemode\":false,"
             "\"type\":\"checkout.session.completed\",\"data\":{\"object\":{\"id\":\"cs_%s\",\"object\":"
             "\"checkout.session\",\"mode\":\"payment\",\"payment_status\":\"paid\",\"payment_intent\":\"pi_%s\","
             "\"amount_total\":1000,\"currency\":\"usd\",\"metadata\":{\"user_id\":\"%s\",\"credits\":\"%d\"}}}}",
             name, (long long)(NOW_S - age_s), name, name,
             user_id != NULL ? user_id : cpk_user_id(fixture->person.user), credits);
}

static void write_event(const char *name, int64_t age_s, const char *type, const char *object, char event[EVENT_BYTES])
{
    snprintf(event, EVENT_BYTES,
             "{\"id\":\"evt_%s\",\"object\":\"event\",\"created\":%lld,\"livemode\":false,\"type\":\"%s\","
             "\"data\":{\"object\":%s}}",
             name, (long long)(NOW_S - age_s), type, object);
}

/* Stripe has the event from now on. */
static void has_event(struct fixture *fixture, const char *event)
{
    strcat(fixture->events, event);
    strcat(fixture->events, "\n");
    peer_write(&fixture->peer, "events", fixture->events);
}

static void has_paid(struct fixture *fixture, const char *name, int64_t age_s, int credits, const char *user_id)
{
    char event[EVENT_BYTES];

    write_paid(fixture, name, age_s, credits, user_id, event);
    has_event(fixture, event);
}

static void deliver(struct fixture *fixture, const char *event, int32_t outcome)
{
    cpk_webhook_result *result = NULL;
    char header[SIGNED_HEADER_BYTES];

    signed_header(event, NOW_S, header);
    assert_ok(cpk_stripe_webhook(fixture->person.service, event, strlen(event), header, &result, &fixture->error),
              fixture->error);
    assert_int_equal(cpk_webhook_result_outcome(result), outcome);
    cpk_webhook_result_free(result);
}

static cpk_status reconcile_by(struct fixture *fixture, cpk_session *session, int64_t since_s,
                               const cpk_run_options *options)
{
    cpk_reconcile_report_free(fixture->report);
    cpk_error_free(fixture->error);
    fixture->report = NULL;
    fixture->error = NULL;
    return cpk_stripe_reconcile(session, since_s * SECOND_US, options, &fixture->report, &fixture->error);
}

static void reconciles(struct fixture *fixture, int64_t since_s)
{
    assert_ok(reconcile_by(fixture, fixture->person.service, since_s, NULL), fixture->error);
}

static void fails(struct fixture *fixture, cpk_session *session, int64_t since_s, cpk_status code, const char *why)
{
    assert_int_equal(reconcile_by(fixture, session, since_s, NULL), code);
    has(cpk_error_message(fixture->error), why);
    assert_null(fixture->report);
}

/* Seen is the sum of all. */
static void report_is(const struct fixture *fixture, int64_t known, int64_t processed, int64_t ignored, int64_t failed)
{
    const cpk_reconcile_report *report = fixture->report;

    assert_int_equal(cpk_reconcile_report_known(report), known);
    assert_int_equal(cpk_reconcile_report_processed(report), processed);
    assert_int_equal(cpk_reconcile_report_ignored(report), ignored);
    assert_int_equal(cpk_reconcile_report_failed(report), failed);
    assert_int_equal(cpk_reconcile_report_seen(report), known + processed + ignored + failed +
                                                            cpk_reconcile_report_unclaimed(report) +
                                                            cpk_reconcile_report_refused(report));
}

static void missed_events_are_processed_once(void **state)
{
    struct fixture *fixture = *state;
    char delivered[EVENT_BYTES];
    char missed[EVENT_BYTES];
    char refund[EVENT_BYTES];

    write_paid(fixture, "1", 300, 100, NULL, delivered);
    write_paid(fixture, "2", 200, 50, NULL, missed);
    write_event("3", 100, "charge.refunded",
                "{\"id\":\"ch_1\",\"object\":\"charge\",\"payment_intent\":\"pi_1\",\"amount\":1000,"
                "\"amount_refunded\":500,\"currency\":\"usd\"}",
                refund);
    has_event(fixture, delivered);
    has_event(fixture, missed);
    has_event(fixture, refund);
    deliver(fixture, delivered, CPK_WEBHOOK_PROCESSED);
    person_has(&fixture->person, BONUS + 100, 0);

    reconciles(fixture, 0);
    report_is(fixture, 1, 2, 0, 0);
    assert_null(cpk_reconcile_report_first_failure(fixture->report));
    assert_int_equal(cpk_reconcile_report_starts_at(fixture->report), (NOW_S - 72 * HOUR_S) * SECOND_US);
    person_has(&fixture->person, BONUS + 100, 0); /* half of the first is refunded */

    reconciles(fixture, 0);
    report_is(fixture, 3, 0, 0, 0);
    deliver(fixture, missed, CPK_WEBHOOK_REPEATED);
    deliver(fixture, refund, CPK_WEBHOOK_REPEATED);
    person_has(&fixture->person, BONUS + 100, 0);
}

static void request_parameters_match_the_stripe_api(void **state)
{
    struct fixture *fixture = *state;
    char event[EVENT_BYTES];
    const char *came;

    write_event("other", 10, "customer.created", "{\"id\":\"cus_1\",\"object\":\"customer\"}", event);
    has_event(fixture, event);
    write_event("expired", 10, "checkout.session.expired",
                "{\"id\":\"cs_9\",\"object\":\"checkout.session\",\"mode\":\"payment\",\"metadata\":{}}", event);
    has_event(fixture, event);
    reconciles(fixture, NOW_S - 20);
    report_is(fixture, 0, 0, 1, 0); /* irrelevant event types are not requested */
    came = requests(fixture);
    assert_int_equal(count_of(came, "\n"), 1);
    has(came, "\"path\": \"/v1/events\"");
    has(came, "\"limit\": \"100\"");
    has(came, "\"created[gte]\": \"1759999980\"");
    has(came, "\"types[0]\": \"checkout.session.completed\"");
    has(came, "\"types[19]\": ");
    has(came, "\"Idempotency-Key\": null");
    has(came, "\"Content-Type\": null");
    has(came, "\"Stripe-Version\": \"2025-03-31.basil\"");
    assert_int_equal(count_of(came, "starting_after") + count_of(came, "ending_before"), 0);
}

struct stopper {
    int64_t at;
    int64_t done; /* as in the latest event */
};

static int32_t stop(void *user, int32_t stage, int64_t done, int64_t total)
{
    struct stopper *stopper = user;

    assert_int_equal(stage, CPK_STAGE_STORE);
    assert_int_equal(total, -1);
    stopper->done = done;
    return done >= stopper->at;
}

static void pages_are_processed_from_the_oldest_event(void **state)
{
    struct fixture *fixture = *state;
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    struct stopper stopper = {31, 0};
    const char *came;

    for (int i = 0; i < 230; i++) {
        char name[16];

        snprintf(name, sizeof name, "%d", i);
        has_paid(fixture, name, 1000 - i / 2, i < 31 ? 2 : 1, NULL); /* two in each second */
    }
    options.progress = stop;
    options.progress_user = &stopper;
    assert_int_equal(reconcile_by(fixture, fixture->person.service, 0, &options), CPK_ERROR_CANCELLED);
    person_has(&fixture->person, BONUS + 62, 0); /* the oldest ones: a page and the beginning of the next */
    (void)requests(fixture);
    reconciles(fixture, 0);
    report_is(fixture, 31, 199, 0, 0);
    person_has(&fixture->person, BONUS + 261, 0);
    came = requests(fixture);
    assert_int_equal(count_of(came, "\n"), 5);
    assert_int_equal(count_of(came, "starting_after"), 2);
    assert_int_equal(count_of(came, "ending_before"), 2);
}

static void a_failing_event_does_not_stop_the_others(void **state)
{
    struct fixture *fixture = *state;
    char event[EVENT_BYTES];

    has_paid(fixture, "before", 400, 1, NULL);
    has_paid(fixture, "stranger", 300, 7, "00000000-0000-4000-8000-00000000dead");
    has_event(fixture, "{\"id\":\"evt_shapeless\",\"object\":\"thing\",\"created\":1759999800,"
                       "\"type\":\"checkout.session.completed\"}");
    write_event("nobody", 150, "checkout.session.completed",
                "{\"id\":\"cs_8\",\"mode\":\"payment\",\"payment_status\":\"paid\",\"payment_intent\":\"pi_8\","
                "\"customer\":\"cus_8\",\"amount_total\":1000,\"currency\":\"usd\",\"metadata\":{\"credits\":\"5\"}}",
                event);
    has_event(fixture, event);
    has_paid(fixture, "after", 100, 2, NULL);
    reconciles(fixture, 0);
    report_is(fixture, 0, 2, 0, 2);
    assert_int_equal(cpk_reconcile_report_unclaimed(fixture->report), 1);
    has(cpk_reconcile_report_first_failure(fixture->report), "evt_stranger: ");
    person_has(&fixture->person, BONUS + 3, 0);
    has(fixture->log, "evt_stranger");

    reconciles(fixture, 0); /* it is tried again */
    report_is(fixture, 3, 0, 0, 2);
    person_has(&fixture->person, BONUS + 3, 0);
}

static void test_mode_events_are_refused_with_a_live_key(void **state)
{
    struct fixture *fixture = *state;
    cpk_text_setting settings[4];
    cpk_engine_options options = options_of(fixture, settings, KEY);
    cpk_engine *engine = NULL;
    cpk_session *service = NULL;

    settings[3] = (cpk_text_setting){"stripe.mode", "live"};
    options.text_setting_count = 4;
    has_paid(fixture, "1", 100, 7, cpk_user_id(fixture->person.user));
    assert_ok(cpk_engine_open(&options, &engine, &fixture->error), fixture->error);
    assert_ok(cpk_session_open_service(engine, &service, &fixture->error), fixture->error);
    assert_ok(reconcile_by(fixture, service, 0, NULL), fixture->error);
    assert_int_equal(cpk_reconcile_report_refused(fixture->report), 1);
    report_is(fixture, 0, 0, 0, 0);
    cpk_session_close(service);
    cpk_engine_close(engine);
}

static void since_older_than_30_days_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    cpk_session *service = fixture->person.service;

    has_paid(fixture, "old", 30 * 24 * HOUR_S, 4, NULL);
    has_paid(fixture, "middle", 73 * HOUR_S, 2, NULL);
    has_paid(fixture, "new", 72 * HOUR_S, 1, NULL);
    fails(fixture, service, NOW_S + 1, CPK_ERROR_INVALID_ARGUMENT, "future");
    fails(fixture, service, NOW_S - 31 * 24 * HOUR_S, CPK_ERROR_INVALID_ARGUMENT, "30 days");
    fails(fixture, service, 1, CPK_ERROR_INVALID_ARGUMENT, "30 days");
    fails(fixture, service, -1, CPK_ERROR_INVALID_ARGUMENT, "since");
    assert_string_equal(requests(fixture), "");
    reconciles(fixture, 0);
    report_is(fixture, 0, 1, 0, 0);
    reconciles(fixture, NOW_S - 73 * HOUR_S);
    report_is(fixture, 1, 1, 0, 0);
    reconciles(fixture, NOW_S - 30 * 24 * HOUR_S);
    report_is(fixture, 2, 1, 0, 0);
    person_has(&fixture->person, BONUS + 7, 0);
}

static void with_key(struct fixture *fixture, const char *key, cpk_status code, const char *why)
{
    cpk_text_setting settings[3];
    cpk_engine_options options = options_of(fixture, settings, key);
    cpk_engine *engine = NULL;
    cpk_session *service = NULL;

    assert_ok(cpk_engine_open(&options, &engine, &fixture->error), fixture->error);
    assert_ok(cpk_session_open_service(engine, &service, &fixture->error), fixture->error);
    fails(fixture, service, 0, code, why);
    assert_null(strstr(cpk_error_message(fixture->error), "sk_test"));
    cpk_session_close(service);
    cpk_engine_close(engine);
}

static void rejections_by_stripe_or_the_session_are_reported(void **state)
{
    struct fixture *fixture = *state;
    cpk_session *service = fixture->person.service;

    has_paid(fixture, "1", 100, 1, NULL);
    with_key(fixture, "sk_test_of_somebody", CPK_ERROR_PERMISSION_DENIED, "is stripe.secret_key right?");
    assert_string_equal(cpk_error_native(fixture->error), "HTTP 401");
    with_key(fixture, "", CPK_ERROR_INVALID_ARGUMENT, "set stripe.secret_key");
    fails(fixture, fixture->person.session, 0, CPK_ERROR_PERMISSION_DENIED, "not for users");
    peer_write(&fixture->peer, "next", "403 message=the_key_may_not_read_events\n");
    fails(fixture, service, 0, CPK_ERROR_PERMISSION_DENIED, "the key may not read events");
    peer_write(&fixture->peer, "next", "429\n");
    fails(fixture, service, 0, CPK_ERROR_BUSY, "HTTP 429");
    peer_write(&fixture->peer, "next", "200 body={\"object\":\"event\",\"id\":\"evt_1\"}\n");
    fails(fixture, service, 0, CPK_ERROR_INVALID_DATA, "no list");
    peer_write(&fixture->peer, "next", "200 body={\"object\":\"list\",\"has_more\":true,\"data\":[]}\n");
    fails(fixture, service, 0, CPK_ERROR_INVALID_DATA, "followed");
    peer_write(&fixture->peer, "next",
               "200 body={\"object\":\"list\",\"has_more\":true,\"data\":[{\"id\":\"evt_1\"}]}\n"
               "200 body={\"object\":\"list\",\"has_more\":true,\"data\":[{\"id\":\"evt_1\"}]}\n");
    fails(fixture, service, 0, CPK_ERROR_INVALID_DATA, "followed");
    person_has(&fixture->person, BONUS, 0);
    peer_write(&fixture->peer, "next", "DROP\n"); /* a read is sent again by itself */
    reconciles(fixture, 0);
    report_is(fixture, 0, 1, 0, 0);
}

static void too_long_pages_are_requested_in_halves(void **state)
{
    struct fixture *fixture = *state;
    const cpk_setting limits[] = {{"net.max_response_bytes", 8192}};
    cpk_text_setting settings[3];
    cpk_engine_options options = options_of(fixture, settings, KEY);
    cpk_engine *engine = NULL;
    cpk_session *service = NULL;
    char event[EVENT_BYTES];

    options.settings = limits;
    options.setting_count = 1;
    assert_ok(cpk_engine_open(&options, &engine, &fixture->error), fixture->error);
    assert_ok(cpk_session_open_service(engine, &service, &fixture->error), fixture->error);
    for (int i = 0; i < 20; i++) {
        char name[16];

        snprintf(name, sizeof name, "%d", i);
        write_event(name, 100 - i, "checkout.session.expired",
                    "{\"id\":\"cs_9\",\"object\":\"checkout.session\",\"mode\":\"payment\",\"metadata\":{\"a\":"
                    "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
                    "\"b\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}}",
                    event);
        has_event(fixture, event);
    }
    assert_ok(reconcile_by(fixture, service, 0, NULL), fixture->error);
    report_is(fixture, 0, 0, 20, 0);
    has(requests(fixture), "\"limit\": \"12\"");
    cpk_session_close(service);
    cpk_engine_close(engine);
}

static void interrupted_reconciliation_continues_with_the_next_call(void **state)
{
    struct fixture *fixture = *state;
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_cancel *cancel = NULL;
    struct stopper stopper = {2, -1};

    has_paid(fixture, "1", 400, 1, NULL);
    has_paid(fixture, "2", 300, 2, NULL);
    has_paid(fixture, "3", 200, 4, NULL);
    options.progress = stop;
    options.progress_user = &stopper;
    assert_int_equal(reconcile_by(fixture, fixture->person.service, 0, &options), CPK_ERROR_CANCELLED);
    assert_int_equal(stopper.done, 2);
    person_has(&fixture->person, BONUS + 3, 0); /* the oldest two */
    assert_ok(cpk_cancel_create(&cancel, &fixture->error), fixture->error);
    cpk_cancel_request(cancel);
    options.progress = NULL;
    options.cancel = cancel;
    assert_int_equal(reconcile_by(fixture, fixture->person.service, 0, &options), CPK_ERROR_CANCELLED);
    cpk_cancel_free(cancel);
    reconciles(fixture, 0);
    report_is(fixture, 2, 1, 0, 0);
    person_has(&fixture->person, BONUS + 7, 0);
}

struct worker {
    cpk_engine *engine;
    int64_t processed;
    cpk_status status;
    pthread_t thread;
};

static void *work(void *user)
{
    struct worker *worker = user;
    cpk_session *service = NULL;
    cpk_reconcile_report *report = NULL;

    worker->status = cpk_session_open_service(worker->engine, &service, NULL);
    if (worker->status == CPK_OK) {
        worker->status = cpk_stripe_reconcile(service, 0, NULL, &report, NULL);
    }
    worker->processed = cpk_reconcile_report_failed(report) == 0 ? cpk_reconcile_report_processed(report) : -1;
    cpk_reconcile_report_free(report);
    cpk_session_close(service);
    return NULL;
}

static void concurrent_reconciliations_and_webhooks_process_events_once(void **state)
{
    struct fixture *fixture = *state;
    struct worker workers[2];
    char event[EVENT_BYTES];
    int32_t delivered = 0;

    for (int i = 0; i < 30; i++) {
        char name[16];

        snprintf(name, sizeof name, "%d", i);
        has_paid(fixture, name, 1000 - i, 1, NULL);
    }
    for (size_t i = 0; i < 2; i++) {
        workers[i] = (struct worker){fixture->person.engine, 0, CPK_OK, 0};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 29; i >= 0; i--) {
        cpk_webhook_result *result = NULL;
        char header[SIGNED_HEADER_BYTES];
        char name[16];

        snprintf(name, sizeof name, "%d", i);
        write_paid(fixture, name, 1000 - i, 1, NULL, event);
        signed_header(event, NOW_S, header);
        assert_ok(cpk_stripe_webhook(fixture->person.service, event, strlen(event), header, &result, &fixture->error),
                  fixture->error);
        delivered += cpk_webhook_result_outcome(result) == CPK_WEBHOOK_PROCESSED;
        cpk_webhook_result_free(result);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_int_equal(workers[i].status, CPK_OK);
    }
    assert_int_equal(delivered + workers[0].processed + workers[1].processed, 30);
    person_has(&fixture->person, BONUS + 30, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(missed_events_are_processed_once, setup, teardown),
        cmocka_unit_test_setup_teardown(request_parameters_match_the_stripe_api, setup, teardown),
        cmocka_unit_test_setup_teardown(pages_are_processed_from_the_oldest_event, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failing_event_does_not_stop_the_others, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mode_events_are_refused_with_a_live_key, setup, teardown),
        cmocka_unit_test_setup_teardown(since_older_than_30_days_is_rejected, setup, teardown),
        cmocka_unit_test_setup_teardown(rejections_by_stripe_or_the_session_are_reported, setup, teardown),
        cmocka_unit_test_setup_teardown(too_long_pages_are_requested_in_halves, setup, teardown),
        cmocka_unit_test_setup_teardown(interrupted_reconciliation_continues_with_the_next_call, setup, teardown),
        cmocka_unit_test_setup_teardown(concurrent_reconciliations_and_webhooks_process_events_once, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
