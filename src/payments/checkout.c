#include "payments/checkout.h"

#include "base/error.h"
#include "base/time.h"
#include "base/utf8.h"
#include "net/address.h"
#include "payments/packages.h"
#include "payments/stripe/form.h"
#include "payments/stripe/money.h"
#include "payments/stripe/package.h"
#include "store/advisory_lock.h"
#include "store/attempt.h"
#include "store/subscription.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN  "billing"
#define HOUR_US (INT64_C(3600) * 1000000)
#define MINUTES (INT64_C(60) * 1000000)

/* State of one checkout. */
struct checkout {
    cpk_session *session;
    const struct context *context;
    struct store *store;
    const cpk_checkout_params *params;
    const cpk_cancel *cancel;
    cpk_package *package;
    int64_t credits; /* credits to grant */
    int64_t price;   /* in the currency's smallest unit */
    cpk_user *user;  /* as read when the attempt is inserted */
    char ip_address[ADDRESS_BYTES];
    char network[ADDRESS_BYTES];
    char user_agent[ATTEMPT_AGENT_BYTES + 1];
    char attempt_id[UUID_TEXT_BYTES];
    cpk_error *refusal; /* NULL: not refused */
    const char *customer_id;
    cpk_stripe_object *object;
};

/* ---- the attempt */

static cpk_status read_buyer(struct checkout *checkout, cpk_error **error)
{
    const char *agent = checkout->params->user_agent;

    if (checkout->params->ip_address != NULL &&
        !address_canonical(checkout->params->ip_address, checkout->ip_address, checkout->network)) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "ip_address is neither an IPv4 nor an IPv6 address: give it without a port");
    }
    if (agent != NULL) {
        snprintf(checkout->user_agent, sizeof checkout->user_agent, "%s", agent);
        utf8_clean_line(checkout->user_agent);
    }
    return CPK_OK;
}

/* Records why the checkout is refused. The transaction still commits, because the refused attempt is stored. */
static void refuse(struct checkout *checkout, const char *whose, const char *setting, int64_t limit, int64_t first_us)
{
    int64_t wait_us = time_between(context_now(checkout->context), time_add(first_us, HOUR_US));

    error_set_native(&checkout->refusal, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN, "", 1,
                     "%lld checkouts were begun %s within an hour, %s allows no more: try again in %lld minutes",
                     (long long)limit, whose, setting,
                     (long long)(wait_us > 0 ? (wait_us + MINUTES - 1) / MINUTES : 1));
}

/* Counts earlier attempts. Under the advisory locks no other process can count or insert attempts of the same
 * user or network until this one is inserted. */
static cpk_status count_attempts(struct checkout *checkout, cpk_error **error)
{
    int64_t by_user = context_setting(checkout->context, SETTING_CHECKOUT_MAX_PER_USER_HOUR);
    int64_t by_network = context_setting(checkout->context, SETTING_CHECKOUT_MAX_PER_IP_HOUR);
    int64_t since_us = context_now(checkout->context) - HOUR_US;
    int64_t first_us = 0;
    int64_t count = 0;

    if (by_user > 0) {
        CPK_TRY(store_attempt_count_by_user(checkout->store, checkout->user->id, since_us, &count, &first_us, error));
        if (count >= by_user) {
            refuse(checkout, "by this user", "checkout.max_per_user_hour", by_user, first_us);
            return CPK_OK;
        }
    }
    if (by_network > 0 && checkout->network[0] != '\0') {
        CPK_TRY(store_attempt_count_by_network(checkout->store, checkout->network, since_us, &count, &first_us, error));
        if (count >= by_network) {
            refuse(checkout, "from this address", "checkout.max_per_ip_hour", by_network, first_us);
        }
    }
    return CPK_OK;
}

static const char *type_of(const struct package *package)
{
    return package->interval != NULL ? "subscription" : package->is_unlimited ? "unlimited" : "credits";
}

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static cpk_status enter(struct checkout *checkout, cpk_error **error)
{
    const struct package *package = &checkout->package->facts;
    /* An attempt of a deleted account stores no user data. */
    int32_t is_deleted = checkout->user->deleted_us != CPK_TIME_UNKNOWN;
    char reason[ATTEMPT_REASON_BYTES] = "";
    const struct attempt_params params = {
        .user_id = checkout->user->id,
        .type = type_of(package),
        .credits = checkout->credits > 0 ? checkout->credits : ATTEMPT_NO_CREDITS,
        .amount_micro =
            package->price_id != NULL ? ATTEMPT_NO_AMOUNT : money_to_micros(checkout->price, package->currency),
        .ip_address = is_deleted ? NULL : text_or_null(checkout->ip_address),
        .network = is_deleted ? NULL : text_or_null(checkout->network),
        .user_agent = is_deleted ? NULL : text_or_null(checkout->user_agent),
        .status = checkout->refusal != NULL ? CPK_ATTEMPT_FAILED : CPK_ATTEMPT_INITIATED,
        .error_message = checkout->refusal != NULL ? reason : NULL,
        .is_counted = checkout->refusal == NULL,
        .is_refused = checkout->refusal != NULL,
    };
    int32_t is_new;

    if (checkout->refusal != NULL) {
        snprintf(reason, sizeof reason, "refused: %s", cpk_error_message(checkout->refusal));
        utf8_clean_line(reason);
    }
    return store_attempt_insert(checkout->store, &params, checkout->attempt_id, &is_new, error);
}

static cpk_status enter_in_transaction(struct checkout *checkout, cpk_error **error)
{
    cpk_user *user;

    CPK_TRY(store_advisory_lock_acquire(checkout->store, ADVISORY_LOCK_USER, checkout->user->id, error));
    if (checkout->network[0] != '\0') {
        CPK_TRY(store_advisory_lock_acquire(checkout->store, ADVISORY_LOCK_NETWORK, checkout->network, error));
    }
    CPK_TRY(store_user_get(checkout->store, checkout->user->id, &user, error));
    record_free(checkout->user);
    checkout->user = user;
    if (user_check(checkout->user, USER_MAY_PAY, &checkout->refusal) == CPK_OK) {
        CPK_TRY(count_attempts(checkout, error));
    }
    return enter(checkout, error);
}

static cpk_status begin_attempt(struct checkout *checkout, cpk_error **error)
{
    CPK_TRY(store_begin(checkout->store, error));
    return store_end(checkout->store, enter_in_transaction(checkout, error), error);
}

/* ---- the request to Stripe */

/* Adds the metadata that webhooks read, to each object whose events carry it. */
static void add_metadata(const struct checkout *checkout, struct buffer *form, const char *parent)
{
    char prefix[64];
    char credits[24];
    char price[24];

    snprintf(prefix, sizeof prefix, "%s%s", parent, parent[0] != '\0' ? "[metadata]" : "metadata");
    snprintf(credits, sizeof credits, "%lld", (long long)checkout->credits);
    snprintf(price, sizeof price, "%lld", (long long)checkout->price);
    form_add_under(form, prefix, "user_id", checkout->user->id);
    form_add_under(form, prefix, "package_id", checkout->package->facts.id);
    form_add_under(form, prefix, "attempt_id", checkout->attempt_id);
    if (checkout->credits > 0) {
        form_add_under(form, prefix, "credits", credits);
    }
    if (checkout->package->facts.is_unlimited) {
        form_add_under(form, prefix, "unlimited", "true");
    }
    if (checkout->price > 0) {
        form_add_under(form, prefix, "price", price);
    }
    form_add_under(form, prefix, "interval", checkout->package->facts.interval);
}

/* A price by tiers is sent as one item with the total: Stripe would multiply a rounded unit price. */
static void add_item(const struct checkout *checkout, struct buffer *form)
{
    const struct package *package = &checkout->package->facts;
    char name[512];

    form_add(form, "line_items[0][quantity]", "1");
    if (package->price_id != NULL) {
        form_add(form, "line_items[0][price]", package->price_id);
        return;
    }
    if (package->tier_count > 0) {
        snprintf(name, sizeof name, "%s: %lld", package->name, (long long)checkout->credits);
    } else {
        snprintf(name, sizeof name, "%s", package->name);
    }
    form_add(form, "line_items[0][price_data][currency]", package->currency);
    form_add_int64(form, "line_items[0][price_data][unit_amount]", checkout->price);
    form_add(form, "line_items[0][price_data][product_data][name]", name);
    form_add(form, "line_items[0][price_data][recurring][interval]", package->interval);
}

static void fill_form(const struct checkout *checkout, struct buffer *form)
{
    int32_t is_subscription = checkout->package->facts.interval != NULL;

    form_add(form, "mode", is_subscription ? "subscription" : "payment");
    form_add(form, "success_url", checkout->params->success_url);
    form_add(form, "cancel_url", checkout->params->cancel_url);
    form_add(form, "client_reference_id", checkout->user->id);
    if (checkout->customer_id != NULL) {
        form_add(form, "customer", checkout->customer_id);
    } else {
        form_add(form, "customer_email", checkout->user->email);
        form_add(form, "customer_creation", is_subscription ? NULL : "always");
    }
    add_item(checkout, form);
    add_metadata(checkout, form, "");
    add_metadata(checkout, form, is_subscription ? "subscription_data" : "payment_intent_data");
}

static cpk_status ask_stripe(struct checkout *checkout, cpk_error **error)
{
    char key[UUID_TEXT_BYTES + 32];
    struct buffer form;
    const struct client_request request = {
        .path = "/v1/checkout/sessions", .form = &form, .idempotency_key = key, .cancel = checkout->cancel};
    cpk_status status;

    CPK_TRY(stripe_object_create(checkout->context, &checkout->object, error));
    memcpy(checkout->object->attempt_id, checkout->attempt_id, sizeof checkout->attempt_id);
    CPK_TRY(store_customer_find(checkout->store, checkout->user->id, &checkout->object->arena, &checkout->customer_id,
                                error));
    buffer_init(&form, &checkout->context->allocator);
    fill_form(checkout, &form);
    snprintf(key, sizeof key, "contextpack-checkout-%s", checkout->attempt_id);
    status = stripe_object_post(checkout->session, &request, checkout->object, error);
    buffer_free(&form);
    return status;
}

/* ---- the result */

static cpk_status note_in_transaction(const struct checkout *checkout, const cpk_error *problem, cpk_error **error)
{
    char reason[ATTEMPT_REASON_BYTES];
    struct found_attempt found = {.is_found = 1};

    if (problem == NULL) {
        return store_attempt_set_stripe_id(checkout->store, checkout->attempt_id, checkout->object->answer.id, error);
    }
    memcpy(found.id, checkout->attempt_id, sizeof found.id);
    snprintf(found.user_id, sizeof found.user_id, "%s", checkout->user->id);
    snprintf(reason, sizeof reason, "%s", cpk_error_message(problem));
    utf8_clean_line(reason);
    return store_attempt_move(
        checkout->store, &found,
        cpk_error_code(problem) == CPK_ERROR_CANCELLED ? CPK_ATTEMPT_CANCELLED : CPK_ATTEMPT_FAILED, reason, error);
}

/* Stores the session id or the error. */
static cpk_status note_outcome(const struct checkout *checkout, const cpk_error *problem, cpk_error **error)
{
    CPK_TRY(store_begin(checkout->store, error));
    return store_end(checkout->store, note_in_transaction(checkout, problem, error), error);
}

static cpk_status carry_out(struct checkout *checkout, const char *user_id, cpk_error **error)
{
    cpk_error *problem = NULL;

    CPK_TRY(packages_get(checkout->session, checkout->params->package_id, &checkout->package, error));
    CPK_TRY(package_price(&checkout->package->facts, checkout->params->credits, &checkout->credits, &checkout->price,
                          error));
    CPK_TRY(client_check(checkout->context, error));
    CPK_TRY(read_buyer(checkout, error));
    CPK_TRY(store_user_get(checkout->store, user_id, &checkout->user, error));
    CPK_TRY(begin_attempt(checkout, error));
    if (checkout->refusal != NULL) {
        problem = checkout->refusal;
        checkout->refusal = NULL;
        return error_give(error, problem);
    }
    if (ask_stripe(checkout, &problem) == CPK_OK) {
        return note_outcome(checkout, NULL, error);
    }
    if (note_outcome(checkout, problem, NULL) != CPK_OK) {
        context_log(checkout->context, CPK_LOG_WARNING, DOMAIN, "the attempt %s failed, and that could not be recorded",
                    checkout->attempt_id);
    }
    return error_give(error, problem);
}

cpk_status checkout_create(cpk_session *session, const char *user_id, const cpk_checkout_params *params,
                           const cpk_cancel *cancel, cpk_stripe_object **object, cpk_error **error)
{
    struct checkout checkout = {
        .session = session,
        .context = &session->engine->context,
        .store = session->work,
        .params = params,
        .cancel = cancel,
    };
    cpk_status status = carry_out(&checkout, user_id, error);

    if (status == CPK_OK) {
        *object = checkout.object;
    } else {
        stripe_object_free(checkout.object);
    }
    record_free(checkout.package);
    record_free(checkout.user);
    cpk_error_free(checkout.refusal);
    return status;
}
