#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "terminal/notes.h"
#include "terminal/records.h"

#include <stdio.h>
#include <time.h>

#define PRICE_BYTES 64
#define HOUR_US     (INT64_C(3600) * 1000000)
#define HOURS_MAX   (24 * 3660)

/* --- packages --- */

/* "9.99 usd" */
static const char *format_price(char text[PRICE_BYTES], const cpk_package *package)
{
    int64_t amount = cpk_package_amount(package);
    int32_t decimals = cpk_package_decimals(package);
    int64_t unit = 1;

    if (amount == 0) {
        return cpk_package_tier_count(package) > 0 ? "by number" : "at Stripe";
    }
    for (int32_t i = 0; i < decimals; i++) {
        unit *= 10;
    }
    if (decimals == 0) {
        snprintf(text, PRICE_BYTES, "%lld %s", (long long)amount, cpk_package_currency(package));
    } else {
        snprintf(text, PRICE_BYTES, "%lld.%0*lld %s", (long long)(amount / unit), (int)decimals,
                 (long long)(amount % unit), cpk_package_currency(package));
    }
    return text;
}

static void print_packages(struct cli *cli, const cpk_package_list *list)
{
    struct columns columns;
    char number[FORMAT_NUMBER_BYTES];
    char price[PRICE_BYTES];

    columns_init(&columns, "llrrl");
    columns_add(&columns, "PACKAGE");
    columns_add(&columns, "NAME");
    columns_add(&columns, "CREDITS");
    columns_add(&columns, "PRICE");
    columns_add(&columns, "EVERY");
    for (size_t i = 0; i < cpk_package_list_count(list); i++) {
        const cpk_package *package = cpk_package_list_at(list, i);
        const char *interval = cpk_package_interval(package);

        columns_add(&columns, cpk_package_id(package));
        columns_add(&columns, cpk_package_name(package));
        columns_add(&columns, cpk_package_is_unlimited(package) ? "unlimited"
                              : cpk_package_tier_count(package) > 0
                                  ? "any"
                                  : format_count(number, cpk_package_credits(package)));
        columns_add(&columns, format_price(price, package));
        columns_add(&columns, interval != NULL ? interval : "-");
    }
    common_print(cli, &columns, "there are no packages: the setting billing.packages is not set", NULL);
}

static void package_json(struct json_out *json, const cpk_package *package)
{
    json_out_begin(json, NULL, '{');
    json_out_text(json, "id", cpk_package_id(package));
    json_out_text(json, "name", cpk_package_name(package));
    json_out_text(json, "currency", cpk_package_currency(package));
    json_out_number(json, "decimals", cpk_package_decimals(package));
    json_out_number(json, "credits", cpk_package_credits(package));
    json_out_number(json, "amount", cpk_package_amount(package));
    json_out_text(json, "interval", cpk_package_interval(package));
    json_out_bool(json, "is_unlimited", cpk_package_is_unlimited(package) != 0);
    json_out_text(json, "price_id", cpk_package_price_id(package));
    json_out_begin(json, "tiers", '[');
    for (int32_t tier = 0; tier < cpk_package_tier_count(package); tier++) {
        json_out_begin(json, NULL, '{');
        json_out_number(json, "from_credits", cpk_package_tier_from_credits(package, tier));
        json_out_number(json, "unit_price_micros", cpk_package_tier_unit_micros(package, tier));
        json_out_end(json, '}');
    }
    json_out_end(json, ']');
    json_out_end(json, '}');
}

static void print_packages_json(struct cli *cli, const cpk_package_list *list)
{
    struct json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_package_list_count(list); i++) {
        package_json(&json, cpk_package_list_at(list, i));
    }
    common_end_json(&json, NULL);
}

int command_package_list(struct cli *cli)
{
    cpk_package_list *list = NULL;
    cpk_error *error = NULL;
    int code = connect_service(cli);

    if (code == EXIT_CODE_OK && cpk_package_list_get(cli->session, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_packages_json : print_packages)(cli, list);
    }
    cpk_package_list_free(list);
    return code;
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

static const char *text_or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

static void print_attempts(struct cli *cli, const cpk_payment_attempt_list *list)
{
    struct columns columns;
    char number[FORMAT_NUMBER_BYTES];
    char time[FORMAT_TIME_BYTES];

    columns_init(&columns, "llllrll");
    columns_add(&columns, "TIME");
    columns_add(&columns, "USER");
    columns_add(&columns, "TYPE");
    columns_add(&columns, "STATUS");
    columns_add(&columns, "CREDITS");
    columns_add(&columns, "ADDRESS");
    columns_add(&columns, "WHY");
    for (size_t i = 0; i < cpk_payment_attempt_list_count(list); i++) {
        const cpk_payment_attempt *attempt = cpk_payment_attempt_list_at(list, i);
        const int64_t credits = cpk_payment_attempt_credits_requested(attempt);

        columns_add(&columns, format_time_local(time, cpk_payment_attempt_created_at(attempt)));
        columns_add(&columns, cpk_payment_attempt_user_id(attempt));
        columns_add(&columns, cpk_payment_attempt_type(attempt));
        columns_add(&columns, cpk_payment_attempt_status_name(attempt));
        columns_add(&columns, credits != 0 ? format_count(number, credits) : "-");
        columns_add(&columns, text_or_dash(cpk_payment_attempt_ip_address(attempt)));
        columns_add(&columns, text_or_dash(cpk_payment_attempt_error_message(attempt)));
    }
    common_print(cli, &columns, "there are no payment attempts", cpk_payment_attempt_list_next(list));
}

static void print_attempts_json(struct cli *cli, const cpk_payment_attempt_list *list)
{
    struct json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_payment_attempt_list_count(list); i++) {
        const cpk_payment_attempt *attempt = cpk_payment_attempt_list_at(list, i);

        json_out_begin(&json, NULL, '{');
        json_out_text(&json, "id", cpk_payment_attempt_id(attempt));
        json_out_text(&json, "user_id", cpk_payment_attempt_user_id(attempt));
        json_out_text(&json, "type", cpk_payment_attempt_type(attempt));
        json_out_text(&json, "status", cpk_payment_attempt_status_name(attempt));
        json_out_number(&json, "credits_requested", cpk_payment_attempt_credits_requested(attempt));
        json_out_number(&json, "amount_micros", cpk_payment_attempt_amount_micros(attempt));
        json_out_text(&json, "ip_address", cpk_payment_attempt_ip_address(attempt));
        json_out_text(&json, "user_agent", cpk_payment_attempt_user_agent(attempt));
        json_out_text(&json, "error_message", cpk_payment_attempt_error_message(attempt));
        json_out_text(&json, "stripe_id", cpk_payment_attempt_stripe_id(attempt));
        json_out_time(&json, "created_at", cpk_payment_attempt_created_at(attempt));
        json_out_end(&json, '}');
    }
    common_end_json(&json, cpk_payment_attempt_list_next(list));
}

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
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_attempts_json : print_attempts)(cli, list);
    }
    cpk_payment_attempt_list_free(list);
    return code;
}

/* --- unclaimed payments --- */

static void print_unclaimed(struct cli *cli, const cpk_payment_list *list)
{
    struct columns columns;
    char number[FORMAT_NUMBER_BYTES];
    char time[FORMAT_TIME_BYTES];

    columns_init(&columns, "lllrrll");
    columns_add(&columns, "PAYMENT");
    columns_add(&columns, "STRIPE");
    columns_add(&columns, "CUSTOMER");
    columns_add(&columns, "CREDITS");
    columns_add(&columns, "AMOUNT");
    columns_add(&columns, "CURRENCY");
    columns_add(&columns, "SINCE");
    for (size_t i = 0; i < cpk_payment_list_count(list); i++) {
        const cpk_payment *payment = cpk_payment_list_at(list, i);
        const char *texts[] = {cpk_payment_stripe_payment_id(payment), cpk_payment_customer_id(payment)};

        columns_add(&columns, cpk_payment_id(payment));
        columns_add(&columns, texts[0] != NULL ? texts[0] : "-");
        columns_add(&columns, texts[1] != NULL ? texts[1] : "-");
        columns_add(&columns, cpk_payment_is_unlimited(payment) ? "unlimited"
                                                                : format_count(number, cpk_payment_credits(payment)));
        columns_add(&columns, format_count(number, cpk_payment_amount(payment)));
        columns_add(&columns, cpk_payment_currency(payment) != NULL ? cpk_payment_currency(payment) : "-");
        columns_add(&columns, format_time_local(time, cpk_payment_created_at(payment)));
    }
    common_print(cli, &columns, "there are no unclaimed payments", cpk_payment_list_next(list));
}

static void print_unclaimed_json(struct cli *cli, const cpk_payment_list *list)
{
    struct json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_payment_list_count(list); i++) {
        const cpk_payment *payment = cpk_payment_list_at(list, i);

        json_out_begin(&json, NULL, '{');
        json_out_text(&json, "id", cpk_payment_id(payment));
        json_out_text(&json, "customer_id", cpk_payment_customer_id(payment));
        json_out_text(&json, "stripe_payment_id", cpk_payment_stripe_payment_id(payment));
        json_out_text(&json, "package_id", cpk_payment_package_id(payment));
        json_out_text(&json, "currency", cpk_payment_currency(payment));
        json_out_number(&json, "amount", cpk_payment_amount(payment));
        json_out_number(&json, "amount_back", cpk_payment_amount_back(payment));
        json_out_number(&json, "credits", cpk_payment_credits(payment));
        json_out_bool(&json, "is_unlimited", cpk_payment_is_unlimited(payment) != 0);
        json_out_time(&json, "created_at", cpk_payment_created_at(payment));
        json_out_end(&json, '}');
    }
    common_end_json(&json, cpk_payment_list_next(list));
}

int command_payment_unclaimed(struct cli *cli)
{
    cpk_page page;
    cpk_payment_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_service(cli);
    }
    if (code == EXIT_CODE_OK && cpk_payment_list_unclaimed(cli->session, &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_unclaimed_json : print_unclaimed)(cli, list);
    }
    cpk_payment_list_free(list);
    return code;
}

/* --- reconciliation --- */

static void print_reconciled(struct cli *cli, const cpk_reconcile_report *report)
{
    const struct {
        const char *label;
        int64_t count;
    } lines[] = {
        {"Events", cpk_reconcile_report_seen(report)},         {"Known", cpk_reconcile_report_known(report)},
        {"Processed", cpk_reconcile_report_processed(report)}, {"Unclaimed", cpk_reconcile_report_unclaimed(report)},
        {"Ignored", cpk_reconcile_report_ignored(report)},     {"Refused", cpk_reconcile_report_refused(report)},
        {"Failed", cpk_reconcile_report_failed(report)}};
    char number[FORMAT_NUMBER_BYTES];
    char time[FORMAT_TIME_BYTES];

    records_line(&cli->out, "Since", format_time_local(time, cpk_reconcile_report_starts_at(report)));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        records_line(&cli->out, lines[i].label, format_count(number, lines[i].count));
    }
    if (cpk_reconcile_report_first_failure(report) != NULL) {
        records_line(&cli->out, "First failure", cpk_reconcile_report_first_failure(report));
    }
}

static void print_reconciled_json(struct cli *cli, const cpk_reconcile_report *report)
{
    struct json_out json;

    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    json_out_time(&json, "since", cpk_reconcile_report_starts_at(report));
    json_out_number(&json, "seen", cpk_reconcile_report_seen(report));
    json_out_number(&json, "known", cpk_reconcile_report_known(report));
    json_out_number(&json, "processed", cpk_reconcile_report_processed(report));
    json_out_number(&json, "unclaimed", cpk_reconcile_report_unclaimed(report));
    json_out_number(&json, "ignored", cpk_reconcile_report_ignored(report));
    json_out_number(&json, "refused", cpk_reconcile_report_refused(report));
    json_out_number(&json, "failed", cpk_reconcile_report_failed(report));
    json_out_text(&json, "first_failure", cpk_reconcile_report_first_failure(report));
    json_out_end(&json, '}');
    json_out_line(&json);
}

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
    (cli->json ? print_reconciled_json : print_reconciled)(cli, report);
    code = cpk_reconcile_report_failed(report) == 0 ? EXIT_CODE_OK : EXIT_CODE_PARTIAL;
    cpk_reconcile_report_free(report);
    return code;
}

/* --- velocity --- */

static void print_velocity(struct cli *cli, const cpk_payment_velocity_list *list, bool by_ip)
{
    struct columns columns;
    char number[FORMAT_NUMBER_BYTES];
    char time[FORMAT_TIME_BYTES];

    columns_init(&columns, "lrrrrrl");
    columns_add(&columns, by_ip ? "ADDRESS" : "USER");
    columns_add(&columns, "ATTEMPTS");
    columns_add(&columns, "SUCCEEDED");
    columns_add(&columns, "FAILED");
    columns_add(&columns, "REFUSED");
    columns_add(&columns, by_ip ? "USERS" : "ADDRESSES");
    columns_add(&columns, "LAST");
    for (size_t i = 0; i < cpk_payment_velocity_list_count(list); i++) {
        const cpk_payment_velocity *row = cpk_payment_velocity_list_at(list, i);

        columns_add(&columns, cpk_payment_velocity_subject(row));
        columns_add(&columns, format_count(number, cpk_payment_velocity_attempts(row)));
        columns_add(&columns, format_count(number, cpk_payment_velocity_succeeded(row)));
        columns_add(&columns, format_count(number, cpk_payment_velocity_failed(row)));
        columns_add(&columns, format_count(number, cpk_payment_velocity_refused(row)));
        columns_add(&columns, format_count(number, cpk_payment_velocity_others(row)));
        columns_add(&columns, format_time_local(time, cpk_payment_velocity_last_at(row)));
    }
    common_print(cli, &columns, "there are no such payment attempts", NULL);
}

static void print_velocity_json(struct cli *cli, const cpk_payment_velocity_list *list, bool by_ip)
{
    struct json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_payment_velocity_list_count(list); i++) {
        const cpk_payment_velocity *row = cpk_payment_velocity_list_at(list, i);

        json_out_begin(&json, NULL, '{');
        json_out_text(&json, by_ip ? "ip_address" : "user_id", cpk_payment_velocity_subject(row));
        json_out_number(&json, "attempts", cpk_payment_velocity_attempts(row));
        json_out_number(&json, "succeeded", cpk_payment_velocity_succeeded(row));
        json_out_number(&json, "failed", cpk_payment_velocity_failed(row));
        json_out_number(&json, "refused", cpk_payment_velocity_refused(row));
        json_out_number(&json, by_ip ? "users" : "ip_addresses", cpk_payment_velocity_others(row));
        json_out_number(&json, "credits_requested", cpk_payment_velocity_credits_requested(row));
        json_out_number(&json, "amount_micros", cpk_payment_velocity_amount_micros(row));
        json_out_time(&json, "first_at", cpk_payment_velocity_first_at(row));
        json_out_time(&json, "last_at", cpk_payment_velocity_last_at(row));
        json_out_end(&json, '}');
    }
    common_end_json(&json, NULL);
}

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
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_velocity_json : print_velocity)(cli, list, by_ip);
    }
    cpk_payment_velocity_list_free(list);
    return code;
}
