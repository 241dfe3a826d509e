#include "payments/webhook.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "base/uuid.h"
#include "payments/attempt.h"
#include "payments/origin.h"
#include "payments/packages.h"
#include "payments/payment.h"
#include "payments/plan.h"
#include "payments/prior.h"
#include "payments/stripe/grant.h"
#include "payments/stripe/payment.h"
#include "payments/stripe/signature.h"
#include "payments/stripe/subscription.h"
#include "store/advisory_lock.h"
#include "store/attempt.h"
#include "store/payment.h"
#include "store/prior.h"
#include "store/subscription.h"
#include "store/webhook_log.h"

#include <string.h>

#define DOMAIN "billing"
#define TRIES  10 /* attempts per delivery when the database reports a retryable error */

/* State of processing one delivery; its outcome is in `result`. */
struct delivery {
    cpk_session *session;
    const struct context *context;
    struct store *store;
    struct event event;
    struct payment_cause cause;
    struct payment_effect effect;
    size_t body_length;
    int32_t is_signed;   /* received as a webhook with a valid signature */
    struct arena *arena; /* owned by the result */
    cpk_webhook_result *result;
    int32_t is_done;     /* an earlier service handled the event */
    int32_t is_bare;     /* then: skip the payment that the event is about */
    int32_t is_prior;    /* an earlier service credited the payment */
    int32_t is_paid;     /* paid, according to all stored facts */
    const char *problem; /* reason for refusing or postponing it; may be NULL */
    struct attempt_change attempt;
};

static const char *category_of(enum event_kind kind)
{
    switch (kind) {
    case EVENT_CHECKOUT_COMPLETED:
    case EVENT_CHECKOUT_ASYNC_SUCCEEDED:
    case EVENT_CHECKOUT_ASYNC_FAILED:
    case EVENT_CHECKOUT_EXPIRED:
        return "checkout";
    case EVENT_SUBSCRIPTION_CREATED:
    case EVENT_SUBSCRIPTION_UPDATED:
    case EVENT_SUBSCRIPTION_DELETED:
        return "subscription";
    case EVENT_INVOICE_PAID:
    case EVENT_INVOICE_FAILED:
    case EVENT_INVOICE_PAYMENT_PAID:
        return "invoice";
    case EVENT_PAYMENT_FAILED:
        return "payment";
    case EVENT_CHARGE_REFUNDED:
    case EVENT_REFUND:
        return "refund";
    case EVENT_DISPUTE_WITHDRAWN:
    case EVENT_DISPUTE_REINSTATED:
    case EVENT_DISPUTE_CLOSED:
        return "dispute";
    case EVENT_OTHER:
        break;
    }
    return "other";
}

static cpk_status check_user(struct delivery *delivery, const char *user_id, cpk_error **error)
{
    return payment_check_user(&delivery->cause, user_id, &delivery->effect.is_of_deleted, error);
}

/* Deleted accounts get no plan. */
static cpk_status refresh_plan(struct delivery *delivery, const char *user_id, cpk_error **error)
{
    return delivery->effect.is_of_deleted
               ? CPK_OK
               : plan_refresh(delivery->store, delivery->context, user_id, 0, &delivery->effect.plan, error);
}

/* Finds the user by customer id if the event does not name one. */
static cpk_status find_by_customer(struct delivery *delivery, const char *customer_id, cpk_error **error)
{
    struct event *event = &delivery->event;

    if (event->user_id != NULL || customer_id == NULL) {
        return CPK_OK;
    }
    CPK_TRY(store_customer_user(delivery->store, customer_id, delivery->arena, &event->user_id, error));
    return event->user_id != NULL ? check_user(delivery, event->user_id, error) : CPK_OK;
}

/* ---- payments */

/* Refunds are shares of the amount, so all amounts must have the same currency. */
static cpk_status check_currency(const struct delivery *delivery, const struct payment *facts, cpk_error **error)
{
    const struct event *event = &delivery->event;

    if (facts->currency == NULL || event->currency == NULL || strcmp(facts->currency, event->currency) == 0) {
        return CPK_OK;
    }
    return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "the event %s is in %s, its payment in %s", event->id,
                     event->currency, facts->currency);
}

static cpk_status check_dispute(const struct delivery *delivery, cpk_error **error)
{
    const struct event *event = &delivery->event;

    if ((event->kind == EVENT_DISPUTE_WITHDRAWN || event->kind == EVENT_DISPUTE_REINSTATED) &&
        (event->object_id == NULL || event->amount == FACT_UNKNOWN)) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "the event %s has a dispute without id or amount",
                         event->id);
    }
    return CPK_OK;
}

/* Advisory locks are taken before the payment's row lock, in the same order as in payment_adopt(). */
static cpk_status find_payment_owner(struct delivery *delivery, const char *const *ids, size_t count, cpk_error **error)
{
    const struct event *event = &delivery->event;
    struct payment_owner owner;

    if (event->user_id != NULL) {
        return CPK_OK;
    }
    CPK_TRY(find_by_customer(delivery, event->customer_id, error));
    if (event->user_id != NULL) {
        return CPK_OK;
    }
    CPK_TRY(store_payment_owner(delivery->store, ids, count, delivery->arena, &owner, error));
    if (owner.user_id == NULL && owner.customer_id != NULL && event->customer_id == NULL) {
        CPK_TRY(store_advisory_lock_acquire(delivery->store, ADVISORY_LOCK_CUSTOMER, owner.customer_id, error));
        return find_by_customer(delivery, owner.customer_id, error);
    }
    if (owner.user_id == NULL) {
        return prior_owner(&delivery->cause, ids, count, &delivery->event.user_id, &delivery->effect.is_of_deleted,
                           error);
    }
    return check_user(delivery, owner.user_id, error);
}

/* Returns the part of the payment that an earlier service applied for this event. */
static enum payment_part done_part(const struct delivery *delivery)
{
    if (!delivery->is_done) {
        return PART_NONE;
    }
    switch (delivery->event.kind) {
    case EVENT_CHECKOUT_COMPLETED:
    case EVENT_CHECKOUT_ASYNC_SUCCEEDED:
    case EVENT_INVOICE_PAID:
    case EVENT_INVOICE_PAYMENT_PAID:
        return PART_PURCHASE;
    case EVENT_CHARGE_REFUNDED:
    case EVENT_REFUND:
        return PART_REFUND;
    case EVENT_DISPUTE_WITHDRAWN:
    case EVENT_DISPUTE_REINSTATED:
    case EVENT_DISPUTE_CLOSED:
        return PART_DISPUTE;
    default:
        return PART_NONE;
    }
}

static cpk_status apply_payment(struct delivery *delivery, struct store_payment *payment, cpk_error **error)
{
    const struct event *event = &delivery->event;

    CPK_TRY(check_currency(delivery, &payment->facts, error));
    payment_learn(&payment->facts, event);
    delivery->is_paid = payment->facts.is_paid;
    for (size_t i = 0; i < event->movement_count; i++) {
        CPK_TRY(store_movement_add(delivery->store, payment->payment_id, event->id, &event->movements[i], error));
    }
    if (payment->stripe_payment_id == NULL) {
        payment->stripe_payment_id = event->payment_intent_id;
    }
    CPK_TRY(payment_settle(&delivery->cause, payment, done_part(delivery), &delivery->effect, error));
    delivery->is_prior = payment->facts.has_prior;
    if (payment->facts.user_id != NULL) {
        delivery->result->user_id = payment->facts.user_id;
    }
    if (!payment->is_unclaimed || delivery->is_done) {
        return CPK_OK;
    }
    delivery->result->outcome = CPK_WEBHOOK_UNCLAIMED;
    delivery->problem = "nobody to credit: the payment waits until it is known whose customer paid, or is assigned";
    return store_stripe_event_wait(delivery->store, event->id, payment->payment_id, error);
}

static cpk_status learn_payment(struct delivery *delivery, cpk_error **error)
{
    const struct event *event = &delivery->event;
    const char *ids[PAYMENT_KEYS_MAX] = {event->session_id, event->payment_intent_id, event->charge_id,
                                         event->invoice_id};
    int32_t has_id = 0;
    size_t count = 4;
    struct store_payment payment;

    for (size_t i = 0; i < event->part_count && count < PAYMENT_KEYS_MAX; i++) {
        ids[count++] = event->part_ids[i];
    }
    for (size_t i = 0; i < count; i++) {
        has_id |= ids[i] != NULL;
    }
    if (!has_id) {
        delivery->result->outcome = CPK_WEBHOOK_IGNORED;
        return CPK_OK;
    }
    CPK_TRY(check_dispute(delivery, error));
    CPK_TRY(prior_add_ids(&delivery->cause, event->movements, event->movement_count, ids, &count, error));
    CPK_TRY(find_payment_owner(delivery, ids, count, error));
    CPK_TRY(store_payment_open(delivery->store, ids, count, delivery->arena, &payment, error));
    CPK_TRY(prior_absorb(&delivery->cause, &payment, ids, count, event->currency, error));
    return apply_payment(delivery, &payment, error);
}

/* ---- subscriptions */

/* Finds the user: from the subscription's metadata, otherwise from its customer. Takes the advisory lock before
 * the row lock, as account deletion does. */
static cpk_status find_owner(struct delivery *delivery, cpk_error **error)
{
    const struct event *event = &delivery->event;

    return event->user_id != NULL ? check_user(delivery, event->user_id, error)
                                  : find_by_customer(delivery, event->customer_id, error);
}

/* Does not store the customer link of a deleted account. */
static cpk_status save_subscription(struct delivery *delivery, struct subscription *facts, cpk_error **error)
{
    if (delivery->effect.is_of_deleted) {
        facts->customer_id = NULL;
    }
    return store_subscription_save(delivery->store, delivery->event.subscription_id, facts, error);
}

static cpk_status learn_subscription(struct delivery *delivery, cpk_error **error)
{
    struct event *event = &delivery->event;
    struct store_subscription *stored;
    struct subscription facts;
    cpk_status status;

    if (event->subscription_id == NULL) {
        delivery->result->outcome = CPK_WEBHOOK_IGNORED;
        return CPK_OK;
    }
    CPK_TRY(find_owner(delivery, error));
    CPK_TRY(store_subscription_open(delivery->store, event->subscription_id, &stored, error));
    facts = stored->facts;
    subscription_learn(&facts, event);
    if (facts.user_id != NULL) {
        CPK_TRY_CLEANUP(check_user(delivery, facts.user_id, error));
    }
    CPK_TRY_CLEANUP(save_subscription(delivery, &facts, error));
    if (facts.user_id != NULL) {
        delivery->result->user_id = arena_copy_text(delivery->arena, facts.user_id);
        status = delivery->result->user_id != NULL ? refresh_plan(delivery, facts.user_id, error)
                                                   : error_out_of_memory(error);
    }
cleanup:
    record_free(stored);
    if (event->user_id == NULL) { /* the invoice of a subscription belongs to its user */
        event->user_id = delivery->result->user_id;
    }
    return status;
}

/* Credits of a subscription come from its invoices. An earlier service may have credited it at checkout, which
 * names the first invoice. */
static cpk_status learn_subscription_checkout(struct delivery *delivery, cpk_error **error)
{
    const struct event *event = &delivery->event;
    struct prior_entries entries = {0};

    if (!delivery->is_done) {
        CPK_TRY(learn_subscription(delivery, error));
    }
    if (event->session_id != NULL && event->invoice_id != NULL) {
        CPK_TRY(store_prior_read(delivery->store, event->session_id, delivery->arena, &entries, error));
    }
    return entries.rows > 0 ? learn_payment(delivery, error) : CPK_OK;
}

/* ---- one event */

/* The advisory lock serialises this with events that wait for the customer's user: whichever runs second sees
 * the other. */
static cpk_status learn_customer(struct delivery *delivery, cpk_error **error)
{
    const struct event *event = &delivery->event;
    int64_t adopted = 0;

    if (event->customer_id == NULL) {
        return CPK_OK;
    }
    CPK_TRY(store_advisory_lock_acquire(delivery->store, ADVISORY_LOCK_CUSTOMER, event->customer_id, error));
    if (event->user_id == NULL) {
        return CPK_OK;
    }
    CPK_TRY(check_user(delivery, event->user_id, error));
    if (delivery->effect.is_of_deleted) {
        return CPK_OK;
    }
    CPK_TRY(store_customer_learn(delivery->store, event->customer_id, event->user_id, &adopted, error));
    CPK_TRY(store_attempt_adopt(delivery->store, event->customer_id, event->user_id, error));
    CPK_TRY(payment_adopt(&delivery->cause, event->customer_id, event->user_id, &delivery->effect, error));
    return adopted > 0 ? refresh_plan(delivery, event->user_id, error) : CPK_OK;
}

static cpk_status learn_attempt(struct delivery *delivery, cpk_error **error)
{
    const struct event *event = &delivery->event;
    const char *user_id = event->user_id;

    if (delivery->effect.is_of_deleted) {
        return CPK_OK;
    }
    if (event->kind == EVENT_INVOICE_FAILED && user_id == NULL && event->customer_id != NULL) {
        CPK_TRY(store_customer_user(delivery->store, event->customer_id, delivery->arena, &user_id, error));
    }
    CPK_TRY(attempt_learn(delivery->store, event, user_id, delivery->is_paid, &delivery->attempt, error));
    if (delivery->attempt.attempt_id[0] != '\0' && delivery->result->outcome == CPK_WEBHOOK_IGNORED) {
        delivery->result->outcome = CPK_WEBHOOK_PROCESSED;
    }
    return CPK_OK;
}

static cpk_status learn(struct delivery *delivery, cpk_error **error)
{
    const struct event *event = &delivery->event;

    switch (event->kind) {
    case EVENT_CHECKOUT_COMPLETED:
    case EVENT_CHECKOUT_ASYNC_SUCCEEDED:
    case EVENT_CHECKOUT_ASYNC_FAILED:
        return event->subscription_id != NULL ? learn_subscription_checkout(delivery, error)
                                              : learn_payment(delivery, error);
    case EVENT_SUBSCRIPTION_CREATED:
    case EVENT_SUBSCRIPTION_UPDATED:
    case EVENT_SUBSCRIPTION_DELETED:
        return delivery->is_done ? CPK_OK : learn_subscription(delivery, error);
    case EVENT_INVOICE_PAID:
        if (event->subscription_id != NULL && !delivery->is_done) {
            CPK_TRY(learn_subscription(delivery, error));
        }
        return learn_payment(delivery, error);
    case EVENT_INVOICE_FAILED:
    case EVENT_INVOICE_PAYMENT_PAID:
    case EVENT_PAYMENT_FAILED:
    case EVENT_CHARGE_REFUNDED:
    case EVENT_REFUND:
    case EVENT_DISPUTE_WITHDRAWN:
    case EVENT_DISPUTE_REINSTATED:
        return learn_payment(delivery, error);
    case EVENT_DISPUTE_CLOSED:
        if (event->movement_count > 0) { /* won or lost; an inquiry moves no money */
            return learn_payment(delivery, error);
        }
        break;
    case EVENT_CHECKOUT_EXPIRED:
    case EVENT_OTHER:
        break;
    }
    delivery->result->outcome = CPK_WEBHOOK_IGNORED;
    return CPK_OK;
}

/* Determines what subscriptions and their invoices bill, from the prices of the configured packages. */
static cpk_status resolve_package(struct delivery *delivery, cpk_error **error)
{
    struct package_list packages;

    if (delivery->event.subscription_id == NULL) {
        return CPK_OK;
    }
    CPK_TRY(packages_read(delivery->session, delivery->arena, &packages, error));
    grant_resolve(&delivery->event, &packages);
    return CPK_OK;
}

static cpk_status have_effect(struct delivery *delivery, cpk_error **error)
{
    delivery->result->outcome = CPK_WEBHOOK_PROCESSED;
    CPK_TRY(resolve_package(delivery, error));
    if (delivery->event.kind != EVENT_OTHER) {
        CPK_TRY(learn_customer(delivery, error));
    }
    CPK_TRY(learn(delivery, error));
    if (!delivery->is_done) {
        CPK_TRY(learn_attempt(delivery, error));
    }
    delivery->result->credits = delivery->effect.credits;
    delivery->result->plan = user_plan_word(delivery->effect.plan);
    return CPK_OK;
}

static const char *outcome_name(int32_t outcome)
{
    static const char *const names[] = {"failed", "processed", "repeated", "ignored", "unclaimed", "refused"};

    return names[outcome];
}

static void write_number(struct json_writer *writer, const char *key, int64_t value)
{
    if (value != FACT_UNKNOWN) {
        json_write_key(writer, key);
        json_write_int64(writer, value);
    }
}

static void write_text(struct json_writer *writer, const char *key, const char *value)
{
    if (value != NULL) {
        json_write_key(writer, key);
        json_write_string(writer, value);
    }
}

/* Builds the details for the webhook log and the caller: facts only, never the body. */
static cpk_status describe(struct delivery *delivery, cpk_error **error)
{
    cpk_webhook_result *result = delivery->result;
    const struct event *event = &delivery->event;
    struct json_writer writer;
    struct buffer json;

    buffer_init(&json, &delivery->context->allocator);
    json_writer_init(&writer, &json);
    json_write_begin_object(&writer);
    write_text(&writer, "outcome", outcome_name(result->outcome));
    write_text(&writer, "event_id", event->id);
    write_text(&writer, "event_type", event->type);
    write_text(&writer, "user_id", result->user_id);
    write_text(&writer, "account", delivery->effect.is_of_deleted ? "deleted" : NULL);
    write_text(&writer, "earlier_service",
               delivery->is_done    ? "handled this event"
               : delivery->is_prior ? "credited this payment"
                                    : NULL);
    write_number(&writer, "credits", result->credits);
    write_text(&writer, "plan", result->plan);
    write_text(&writer, "package_id", event->package_id);
    write_text(&writer, "attempt_id", delivery->attempt.attempt_id[0] != '\0' ? delivery->attempt.attempt_id : NULL);
    write_text(&writer, "attempt_status", attempt_status_word(delivery->attempt.status));
    write_text(&writer, "object_id", event->object_id);
    write_text(&writer, "payment_intent_id", event->payment_intent_id);
    write_text(&writer, "subscription_id", event->subscription_id);
    write_text(&writer, "status", event->status != NULL ? event->status : event->payment_status);
    write_text(&writer, "currency", event->currency);
    write_number(&writer, "amount", event->amount);
    write_number(&writer, "amount_refunded", event->amount_refunded);
    write_text(&writer, "failure", event->failure);
    write_text(&writer, "problem", delivery->problem);
    json_write_end_object(&writer);
    result->json = json.failed ? NULL : arena_copy_bytes(delivery->arena, json.data, json.length);
    buffer_free(&json);
    return result->json != NULL ? CPK_OK : error_out_of_memory(error);
}

static cpk_status write_log(struct delivery *delivery, enum webhook_log_status status, const char *message,
                            cpk_error **error)
{
    const struct webhook_log_params params = {
        .webhook_id = delivery->event.id,
        .event_type = category_of(delivery->event.kind),
        .stripe_event_type = delivery->event.type,
        .payload_bytes = (int64_t)delivery->body_length,
        .is_signed = delivery->is_signed,
        .status = status,
        .error_message = message,
        .processed_data = delivery->result->json,
    };

    return store_webhook_log_write(delivery->store, &params, error);
}

/* A refused event is logged but not claimed, so that it can be delivered again after a setting is changed. */
static cpk_status refuse(struct delivery *delivery, cpk_error **error)
{
    delivery->result->outcome = CPK_WEBHOOK_REFUSED;
    CPK_TRY(describe(delivery, error));
    CPK_TRY(write_log(delivery, WEBHOOK_LOG_FAILED, delivery->problem, error));
    return store_stripe_event_unclaim(delivery->store, delivery->event.id, error);
}

/* An earlier service handled the event, so its effect exists. Its facts are still stored: later events of the
 * payment need them, and refunds take back what was granted. */
static cpk_status learn_done(struct delivery *delivery, cpk_error **error)
{
    if (!delivery->is_bare && delivery->problem == NULL) {
        CPK_TRY(have_effect(delivery, error));
    }
    delivery->problem = NULL;
    delivery->result->outcome = CPK_WEBHOOK_REPEATED;
    return describe(delivery, error);
}

/* Claims the event, applies it and logs it in one transaction. */
static cpk_status take_in(struct delivery *delivery, cpk_error **error)
{
    const struct event *event = &delivery->event;
    int32_t is_known;

    CPK_TRY(store_stripe_event_claim(delivery->store, event->id, event->type, event->created_us, &is_known, error));
    if (is_known) {
        delivery->result->outcome = CPK_WEBHOOK_REPEATED;
        return describe(delivery, error);
    }
    CPK_TRY(store_prior_event_is_done(delivery->store, event->id, &delivery->is_done, error));
    CPK_TRY(origin_check(delivery->context, event, &delivery->problem, error));
    if (delivery->is_done) {
        return learn_done(delivery, error);
    }
    if (delivery->problem != NULL) {
        return refuse(delivery, error);
    }
    CPK_TRY(have_effect(delivery, error));
    CPK_TRY(describe(delivery, error));
    return write_log(
        delivery, delivery->result->outcome == CPK_WEBHOOK_UNCLAIMED ? WEBHOOK_LOG_PROCESSING : WEBHOOK_LOG_COMPLETED,
        delivery->problem, error);
}

static void forget(cpk_webhook_result *result)
{
    result->outcome = 0;
    result->user_id = NULL;
    result->credits = 0;
    result->plan = NULL;
    result->json = NULL;
}

/* discard a user found by the previous attempt: only the event's own one is kept */
static cpk_status try_once(struct delivery *delivery, const struct event *event, cpk_error **error)
{
    cpk_status status;

    delivery->event = *event;
    delivery->cause =
        (struct payment_cause){delivery->context, delivery->store, delivery->arena, event->id, event->type, 0};
    delivery->effect = (struct payment_effect){0, 0, 0};
    delivery->is_paid = 0;
    delivery->is_done = 0;
    delivery->is_prior = 0;
    delivery->problem = NULL;
    memset(&delivery->attempt, 0, sizeof delivery->attempt);
    forget(delivery->result);
    CPK_TRY(store_begin(delivery->store, error));
    status = take_in(delivery, error);
    return store_end(delivery->store, status, error);
}

/* Logs the failure, unless another delivery of the event succeeded meanwhile: the claim waits for concurrent
 * ones. */
static cpk_status log_failure(struct delivery *delivery, const char *message)
{
    const struct event *event = &delivery->event;
    int32_t is_known;

    CPK_TRY(store_stripe_event_claim(delivery->store, event->id, event->type, event->created_us, &is_known, NULL));
    if (is_known) {
        return CPK_OK;
    }
    CPK_TRY(write_log(delivery, WEBHOOK_LOG_FAILED, message, NULL));
    return store_stripe_event_unclaim(delivery->store, event->id, NULL);
}

static cpk_status try_often(struct delivery *delivery, cpk_error **error)
{
    const struct event event = delivery->event;
    cpk_error *problem = NULL;
    cpk_status status = CPK_OK;

    for (int32_t i = 0; i < TRIES; i++) {
        error_clear(&problem);
        status = try_once(delivery, &event, &problem);
        if (status == CPK_OK) {
            break;
        }
        if (!cpk_error_retryable(problem)) {
            if (!delivery->is_done || delivery->is_bare || !error_is_of_one_row(status)) {
                break;
            }
            /* A payment that cannot be updated does not prevent the event from being acknowledged. */
            delivery->is_bare = 1;
        }
    }
    if (status != CPK_OK) {
        delivery->event = event;
        forget(delivery->result);
        context_log(delivery->context, CPK_LOG_ERROR, DOMAIN, "the event %s (%s) failed: %s", event.id, event.type,
                    cpk_error_message(problem));
        if (store_begin(delivery->store, NULL) == CPK_OK) {
            (void)store_end(delivery->store, log_failure(delivery, cpk_error_message(problem)), NULL);
        }
    }
    if (problem != NULL) {
        (void)error_give(error, problem);
    }
    return status;
}

static cpk_status check_delivery(const cpk_session *session, const void *body, size_t body_length,
                                 const char *signature, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    int64_t limit = context_setting(context, SETTING_STRIPE_MAX_EVENT_BYTES);
    const struct delivery_signature delivered = {
        .header = signature,
        .header_length = strlen(signature),
        .body = body,
        .body_length = body_length,
        .secrets = context_text_setting(context, TEXT_SETTING_STRIPE_WEBHOOK_SECRETS),
        .now_us = context_local_now(context),
        .tolerance_ms = context_setting(context, SETTING_STRIPE_SIGNATURE_TOLERANCE_MS),
    };

    if (body_length > (size_t)limit) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "the webhook's body has %zu bytes, stripe.max_event_bytes allows %lld", body_length,
                         (long long)limit);
    }
    return signature_verify(&delivered, error);
}

static cpk_webhook_result *result_create(const struct context *context)
{
    cpk_webhook_result *result = memory_allocate_zeroed(&context->allocator, sizeof *result);

    if (result != NULL) {
        result->allocator = context->allocator;
        arena_init(&result->arena, &result->allocator);
    }
    return result;
}

/* Parses one event and applies it. */
static cpk_status process(cpk_session *session, const void *body, size_t body_length, int32_t is_signed,
                          cpk_webhook_result **result, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    struct delivery delivery = {.session = session,
                                .context = context,
                                .store = session->store,
                                .body_length = body_length,
                                .is_signed = is_signed};
    cpk_status status;

    delivery.result = result_create(context);
    if (delivery.result == NULL) {
        return error_out_of_memory(error);
    }
    delivery.arena = &delivery.result->arena;
    CPK_TRY_CLEANUP(event_parse(body, body_length, delivery.arena, &delivery.event, error));
    if (delivery.event.created_us == FACT_UNKNOWN) {
        delivery.event.created_us = context_now(context);
    }
    delivery.result->event_id = delivery.event.id;
    delivery.result->event_type = delivery.event.type;
    status = try_often(&delivery, error);
cleanup:
    if (status != CPK_OK || result == NULL) {
        webhook_result_free(delivery.result);
    } else {
        *result = delivery.result;
    }
    return status;
}

static cpk_status check_actor(const cpk_session *session, cpk_error **error)
{
    if (store_actor_kind(session->store) == CPK_ACTOR_USER) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN, "webhooks are for the service, not for users");
    }
    return CPK_OK;
}

cpk_status webhook_receive(cpk_session *session, const void *body, size_t body_length, const char *signature,
                           cpk_webhook_result **result, cpk_error **error)
{
    CPK_TRY(check_actor(session, error));
    CPK_TRY(check_delivery(session, body, body_length, signature, error));
    return process(session, body, body_length, 1, result, error);
}

cpk_status webhook_process(cpk_session *session, const void *body, size_t body_length, cpk_webhook_result **result,
                           cpk_error **error)
{
    CPK_TRY(check_actor(session, error));
    return process(session, body, body_length, 0, result, error);
}

void webhook_result_free(cpk_webhook_result *result)
{
    if (result != NULL) {
        cpk_allocator allocator = result->allocator;

        arena_free(&result->arena);
        memory_release(&allocator, result, sizeof *result);
    }
}
