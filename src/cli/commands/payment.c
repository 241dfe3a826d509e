#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "resource.h"
#include "terminal/notes.h"

#include <time.h>

#define HOUR_US   (INT64_C(3600) * 1000000)
#define HOURS_MAX (24 * 3660)

/* --- packages --- */

LISTING_CALLS(package)

static const struct listing PACKAGES =
    LISTING(package, &RECORD_PACKAGE, "there are no packages: the setting billing.packages is not set");

int command_package_list(struct cli *cli)
{
    cpk_package_list *list = NULL;
    cpk_error *error = NULL;
    int code = connect_service(cli);

    if (code == EXIT_CODE_OK && cpk_package_list_get(cli->session, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    return listing_end(cli, &PACKAGES, list, code);
}

/* --- checkouts --- */

static void print_checkout(struct cli *cli, const cpk_stripe_object *checkout)
{
    struct json_out json;

    if (!cli->json) {
        output_foreign(&cli->out, cpk_stripe_object_url(checkout));
        output_string(&cli->out, "\n");
        return;
    }
    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    json_out_text(&json, "id", cpk_stripe_object_id(checkout));
    json_out_text(&json, "url", cpk_stripe_object_url(checkout));
    json_out_text(&json, "status", cpk_stripe_object_status(checkout));
    json_out_text(&json, "attempt_id", cpk_stripe_object_attempt_id(checkout));
    json_out_text(&json, "currency", cpk_stripe_object_currency(checkout));
    json_out_number(&json, "amount", cpk_stripe_object_amount(checkout));
    json_out_time(&json, "expires_at", cpk_stripe_object_expires_at(checkout));
    json_out_bool(&json, "is_live", cpk_stripe_object_is_live(checkout) != 0);
    json_out_end(&json, '}');
    json_out_line(&json);
}

int command_checkout_create(struct cli *cli)
{
    const struct options *options = &cli->options;
    cpk_checkout_params params = CPK_CHECKOUT_PARAMS_INIT;
    cpk_stripe_object *checkout = NULL;
    cpk_error *error = NULL;
    int code = EXIT_CODE_OK;

    params.package_id = options->arguments[0];
    params.credits = options_number(options, "credits", 0);
    params.success_url = options_text(options, "success-url", NULL);
    params.cancel_url = options_text(options, "cancel-url", NULL);
    params.ip_address = options_text(options, "ip", NULL);
    params.user_agent = options_text(options, "user-agent", NULL);
    if (params.success_url == NULL) {
        return report_usage(cli, "\"checkout create\" needs --success-url URL, the page to redirect to after payment");
    }
    code = connect_user(cli);
    if (code == EXIT_CODE_OK && cpk_checkout_create(cli->session, NULL, &params, NULL, &checkout, &error) != CPK_OK) {
        code = report_failure(cli, params.package_id, error);
    }
    if (code == EXIT_CODE_OK) {
        print_checkout(cli, checkout);
    }
    cpk_stripe_object_free(checkout);
    return code;
}

/* --- payment attempts --- */

LISTING_CALLS(payment_attempt)

static const struct listing ATTEMPTS =
    LISTING(payment_attempt, &RECORD_PAYMENT_ATTEMPT, "there are no payment attempts");

int command_payment_list(struct cli *cli)
{
    const struct options *options = &cli->options;
    cpk_page page;
    cpk_payment_attempt_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_service(cli);
    }
    if (code == EXIT_CODE_OK && options->argument_count > 0) {
        code = connect_find_user(cli, options->arguments[0]);
    }
    if (code == EXIT_CODE_OK &&
        cpk_payment_attempt_list_get(cli->session, options->argument_count > 0 ? cpk_user_id(cli->user) : NULL,
                                     options_text(options, "ip", NULL), &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    return listing_end(cli, &ATTEMPTS, list, code);
}

/* --- unclaimed payments --- */

LISTING_CALLS(payment)
LISTING_GET(unclaimed_get, payment, cpk_payment_list_unclaimed(cli->session, page, &got, error))

static const struct listing UNCLAIMED = LISTING(payment, &RECORD_PAYMENT, "there are no unclaimed payments");

int command_payment_unclaimed(struct cli *cli)
{
    return listing_show(cli, &UNCLAIMED, LISTING_OF_SERVICE, unclaimed_get);
}

/* --- reconciliation --- */

int command_payment_reconcile(struct cli *cli)
{
    cpk_reconcile_report *report = NULL;
    cpk_run_options options;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int64_t since_us = 0;
    struct notes notes;
    int code = common_time(cli, "since", &since_us);

    if (code == EXIT_CODE_OK) {
        code = connect_service(cli);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (since_us == 0 && options_text(&cli->options, "since", NULL) != NULL) {
        since_us = 1; /* 1970 is rejected as too old; 0 would mean 72 hours */
    }
    notes_begin(&notes, cli, "events", &options);
    options.progress = NULL; /* progress would show bytes */
    status = cpk_stripe_reconcile(cli->session, since_us, &options, &report, &error);
    notes_end(&notes);
    if (status != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    resource_print(cli, &RECORD_RECONCILE_REPORT, report);
    code = cpk_reconcile_report_failed(report) == 0 ? EXIT_CODE_OK : EXIT_CODE_PARTIAL;
    cpk_reconcile_report_free(report);
    return code;
}

/* --- velocity --- */

LISTING_CALLS(payment_velocity)

#define NO_ATTEMPTS "there are no such payment attempts"

static const struct listing OF_USERS = LISTING(payment_velocity, &RECORD_VELOCITY_OF_USERS, NO_ATTEMPTS);
static const struct listing OF_ADDRESSES = LISTING(payment_velocity, &RECORD_VELOCITY_OF_ADDRESSES, NO_ATTEMPTS);

int command_payment_velocity(struct cli *cli)
{
    const struct options *options = &cli->options;
    const bool by_ip = strcmp(options_text(options, "by", "user"), "ip") == 0;
    const int64_t hours = options_number(options, "hours", 24);
    const int64_t limit = options_number(options, "limit", 0);
    cpk_payment_velocity_params params = CPK_PAYMENT_VELOCITY_PARAMS_INIT;
    cpk_payment_velocity_list *list = NULL;
    cpk_error *error = NULL;
    int code = EXIT_CODE_OK;

    if (hours < 1 || hours > HOURS_MAX || limit < 0 || limit > 1000) {
        return report_usage(cli, "--hours is 1 to %d, --limit 1 to 1000", HOURS_MAX);
    }
    params.by = by_ip ? CPK_VELOCITY_BY_IP : CPK_VELOCITY_BY_USER;
    params.since_us = (int64_t)time(NULL) * 1000000 - hours * HOUR_US;
    params.minimum_attempts = options_number(options, "minimum", 0);
    params.limit = (int32_t)limit;
    code = connect_service(cli);
    if (code == EXIT_CODE_OK && cpk_payment_velocity_list_get(cli->session, &params, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    return listing_end(cli, by_ip ? &OF_ADDRESSES : &OF_USERS, list, code);
}
