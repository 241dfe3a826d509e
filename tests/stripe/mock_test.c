/* Every kind of request that is made to Stripe, against stripe-mock, which checks each against Stripe's public OpenAPI
 * description: https://github.com/stripe/stripe-mock. Where it is not installed the test is skipped:
 * scripts/install-stripe-mock builds it. What Stripe does with a request, tests/stripe/fake_stripe.py plays. */
#include "support/person.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define START_TRIES 200
#define PACKAGES                                                                                                       \
    "[{\"id\":\"small\",\"name\":\"100 credits\",\"currency\":\"usd\",\"credits\":100,\"price\":1000},"                \
    "{\"id\":\"bulk\",\"currency\":\"jpy\",\"tiers\":[{\"from_credits\":10,\"unit_price_micros\":12500000}]},"         \
    "{\"id\":\"pro\",\"currency\":\"usd\",\"unlimited\":true,\"interval\":\"month\",\"price\":2000},"                  \
    "{\"id\":\"yearly\",\"currency\":\"usd\",\"credits\":500,\"interval\":\"year\",\"price_id\":\"price_1\"},"         \
    "{\"id\":\"forever\",\"currency\":\"eur\",\"unlimited\":true,\"price\":30000},"                                    \
    "{\"id\":\"made\",\"currency\":\"usd\",\"credits\":7,\"price_id\":\"price_1\"}]"

struct mock {
    pid_t pid;
    int port;
    struct person person;
    cpk_stripe_object *object;
    cpk_error *error;
};

static void address_of(int port, struct sockaddr_in *address)
{
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_port = htons((uint16_t)port);
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static int free_port(void)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address_of(0, &address);
    assert_int_equal(bind(fd, (void *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (void *)&address, &length), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static int32_t listens(int port)
{
    struct sockaddr_in address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int32_t connected;

    address_of(port, &address);
    connected = connect(fd, (void *)&address, sizeof address) == 0;
    close(fd);
    return connected;
}

static void start(struct mock *mock)
{
    char where[64];

    mock->port = free_port();
    snprintf(where, sizeof where, "127.0.0.1:%d", mock->port);
    mock->pid = fork();
    assert_true(mock->pid >= 0);
    if (mock->pid == 0) {
        int quiet = open("/dev/null", O_WRONLY);

        dup2(quiet, 1);
        dup2(quiet, 2);
        execl(STRIPE_MOCK, "stripe-mock", "-http-addr", where, (char *)NULL);
        _exit(127);
    }
    for (int tries = 0; !listens(mock->port); tries++) {
        const struct timespec slice = {0, 50000000};

        assert_true(tries < START_TRIES);
        assert_int_equal(waitpid(mock->pid, NULL, WNOHANG), 0);
        nanosleep(&slice, NULL);
    }
}

static int setup(void **state)
{
    static char base[64];
    const cpk_setting settings[] = {{"checkout.max_per_user_hour", 0}};
    cpk_text_setting texts[] = {
        {"stripe.secret_key", "sk_test_123"}, {"stripe.api_base", base}, {"billing.packages", PACKAGES}};
    cpk_engine_options options = person_options();
    struct mock *mock = calloc(1, sizeof *mock);

    assert_non_null(mock);
    *state = mock;
    if (access(STRIPE_MOCK, X_OK) != 0) {
        return 0;
    }
    start(mock);
    snprintf(base, sizeof base, "http://127.0.0.1:%d", mock->port);
    options.text_settings = texts;
    options.text_setting_count = sizeof texts / sizeof texts[0];
    options.settings = settings;
    options.setting_count = 1;
    assert_ok(person_create(&mock->person, &options, CPK_PLAN_CREDITS, &mock->error), mock->error);
    return 0;
}

static int teardown(void **state)
{
    struct mock *mock = *state;

    if (mock->pid > 0) {
        kill(mock->pid, SIGTERM);
        waitpid(mock->pid, NULL, 0);
        person_free(&mock->person);
    }
    cpk_error_free(mock->error);
    cpk_stripe_object_free(mock->object);
    free(mock);
    return 0;
}

static void need(const struct mock *mock)
{
    if (mock->pid <= 0) {
        print_message("stripe-mock is not installed: scripts/install-stripe-mock builds it\n");
        skip();
    }
}

static void accepted(struct mock *mock, cpk_status status, const char *what, const char *type)
{
    if (status != CPK_OK) {
        fail_msg("%s: %s", what, cpk_error_message(mock->error));
    }
    assert_string_equal(cpk_stripe_object_type(mock->object), type);
    assert_non_null(cpk_stripe_object_id(mock->object));
    cpk_stripe_object_free(mock->object);
    mock->object = NULL;
}

static void check_out_all(struct mock *mock)
{
    static const struct {
        const char *package_id;
        int64_t credits;
    } bought[] = {{"small", 0}, {"bulk", 999}, {"pro", 0}, {"yearly", 0}, {"forever", 0}, {"made", 0}};

    for (size_t i = 0; i < sizeof bought / sizeof bought[0]; i++) {
        cpk_checkout_params params = CPK_CHECKOUT_PARAMS_INIT;

        params.package_id = bought[i].package_id;
        params.credits = bought[i].credits;
        params.success_url = "https://example.org/done?session={CHECKOUT_SESSION_ID}";
        params.cancel_url = i % 2 == 0 ? "https://example.org/no" : NULL;
        params.ip_address = "192.0.2.1";
        accepted(mock, cpk_checkout_create(mock->person.session, NULL, &params, NULL, &mock->object, &mock->error),
                 bought[i].package_id, "checkout.session");
    }
}

static void checkouts_are_accepted(void **state)
{
    struct mock *mock = *state;

    need(mock);
    check_out_all(mock);
    accepted(mock, cpk_stripe_customer(mock->person.session, NULL, NULL, &mock->object, &mock->error), "customer",
             "customer");
    check_out_all(mock); /* from now on with a customer instead of an e-mail address */
}

static void portals_and_refunds_are_accepted(void **state)
{
    struct mock *mock = *state;
    cpk_refund_params params = CPK_REFUND_PARAMS_INIT;

    need(mock);
    assert_ok(cpk_user_update(mock->person.session, NULL, "Ada Lovelace", NULL, NULL, &mock->error), mock->error);
    accepted(mock, cpk_stripe_customer(mock->person.session, NULL, NULL, &mock->object, &mock->error), "customer",
             "customer");
    for (int i = 0; i < 2; i++) {
        accepted(mock,
                 cpk_stripe_portal(mock->person.session, NULL, i == 0 ? NULL : "https://example.org/account", NULL,
                                   &mock->object, &mock->error),
                 "portal", "billing_portal.session");
    }
    params.payment_intent_id = "pi_1";
    for (int i = 0; i < 4; i++) {
        static const char *const reasons[] = {NULL, "duplicate", "fraudulent", "requested_by_customer"};
        char key[16];

        snprintf(key, sizeof key, "refund %d", i);
        params.key = key;
        params.amount = i * 100;
        params.reason = reasons[i];
        accepted(mock, cpk_stripe_refund(mock->person.service, &params, NULL, &mock->object, &mock->error), "refund",
                 "refund");
    }
}

/* Its list has an event of its own making, which means nothing. */
static void the_list_of_events_is_accepted(void **state)
{
    struct mock *mock = *state;
    cpk_reconcile_report *report = NULL;

    need(mock);
    if (cpk_stripe_reconcile(mock->person.service, 0, NULL, &report, &mock->error) != CPK_OK) {
        fail_msg("%s", cpk_error_message(mock->error));
    }
    assert_int_equal(cpk_reconcile_report_processed(report), 0);
    cpk_reconcile_report_free(report);
}

/* The mock does look: with a base that has a path, requests go to an endpoint that the description does not have. */
static void requests_outside_the_api_description_are_rejected(void **state)
{
    struct mock *mock = *state;
    char base[64];
    cpk_text_setting texts[] = {{"stripe.secret_key", "sk_test_123"}, {"stripe.api_base", base}};
    cpk_engine_options options = person_options();
    cpk_refund_params params = CPK_REFUND_PARAMS_INIT;
    cpk_engine *engine = NULL;
    cpk_session *service = NULL;

    need(mock);
    snprintf(base, sizeof base, "http://127.0.0.1:%d/v0", mock->port);
    options.text_settings = texts;
    options.text_setting_count = 2;
    assert_ok(cpk_engine_open(&options, &engine, &mock->error), mock->error);
    assert_ok(cpk_session_open_service(engine, &service, &mock->error), mock->error);
    params.key = "nowhere";
    params.payment_intent_id = "pi_1";
    assert_int_equal(cpk_stripe_refund(service, &params, NULL, &mock->object, &mock->error), CPK_ERROR_NOT_FOUND);
    assert_non_null(strstr(cpk_error_message(mock->error), "invalid_request_error"));
    cpk_session_close(service);
    cpk_engine_close(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(checkouts_are_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(portals_and_refunds_are_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(the_list_of_events_is_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(requests_outside_the_api_description_are_rejected, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
