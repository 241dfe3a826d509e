#include "billing/event.h"

#include "base/error.h"
#include "billing/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN            "billing"
#define EVENT_JSON_DEPTH  64
#define EVENT_CREDITS_MAX 1000000000 /* the ledger's columns are 32 bits wide */

static const struct {
    const char *type;
    event_kind kind;
} KINDS[] = {
    {"checkout.session.completed", EVENT_CHECKOUT_COMPLETED},
    {"checkout.session.async_payment_succeeded", EVENT_CHECKOUT_ASYNC_SUCCEEDED},
    {"checkout.session.async_payment_failed", EVENT_CHECKOUT_ASYNC_FAILED},
    {"checkout.session.expired", EVENT_CHECKOUT_EXPIRED},
    {"customer.subscription.created", EVENT_SUBSCRIPTION_CREATED},
    {"customer.subscription.updated", EVENT_SUBSCRIPTION_UPDATED},
    {"customer.subscription.deleted", EVENT_SUBSCRIPTION_DELETED},
    {"invoice.paid", EVENT_INVOICE_PAID},
    {"invoice.payment_succeeded", EVENT_INVOICE_PAID},
    {"invoice.payment_failed", EVENT_INVOICE_FAILED},
    {"payment_intent.payment_failed", EVENT_PAYMENT_FAILED},
    {"charge.refunded", EVENT_CHARGE_REFUNDED},
    {"charge.dispute.funds_withdrawn", EVENT_DISPUTE_WITHDRAWN},
    {"charge.dispute.funds_reinstated", EVENT_DISPUTE_REINSTATED},
    {"charge.dispute.closed", EVENT_DISPUTE_CLOSED},
};

/* Metadata values are always texts. Nothing but digits counts. */
static int64_t read_count(struct json_object *metadata, const char *key)
{
    const char *text = json_member_text(metadata, key);
    char *end;
    long long value;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return FACT_UNKNOWN;
    }
    errno = 0;
    value = strtoll(text, &end, 10);
    return errno != 0 || *end != '\0' || value > EVENT_CREDITS_MAX ? FACT_UNKNOWN : value;
}

/* What our checkout wrote; what an earlier place told stays. */
static void read_metadata(reader *reader, event *event, struct json_object *object)
{
    struct json_object *metadata = json_member_object(object, "metadata");
    const char *unlimited = json_member_text(metadata, "unlimited");

    if (event->user_id == NULL) {
        event->user_id = reader_text(reader, metadata, "user_id");
    }
    if (event->package_id == NULL) {
        event->package_id = reader_text(reader, metadata, "package_id");
    }
    if (event->attempt_id == NULL) {
        event->attempt_id = reader_text(reader, metadata, "attempt_id");
    }
    if (event->credits == FACT_UNKNOWN) {
        event->credits = read_count(metadata, "credits");
    }
    if (unlimited != NULL && (strcmp(unlimited, "true") == 0 || strcmp(unlimited, "1") == 0)) {
        event->is_unlimited = 1;
    }
}

static void read_checkout(reader *reader, event *event, struct json_object *object)
{
    event->session_id = event->object_id;
    event->payment_intent_id = reader_id(reader, object, "payment_intent");
    event->invoice_id = reader_id(reader, object, "invoice");
    event->subscription_id = reader_id(reader, object, "subscription");
    event->mode = reader_text(reader, object, "mode");
    event->payment_status = reader_text(reader, object, "payment_status");
    event->amount = json_member_int64(object, "amount_total", FACT_UNKNOWN);
    event->customer_email = reader_text(reader, object, "customer_email");
    if (event->customer_email == NULL) {
        event->customer_email = reader_text(reader, json_member_object(object, "customer_details"), "email");
    }
    if (event->user_id == NULL) {
        event->user_id = reader_text(reader, object, "client_reference_id");
    }
}

/* Since 2025-03-31 the period stands at the items; before, at the subscription itself. */
static void read_subscription(event *event, struct json_object *object)
{
    struct json_object *items = json_member_array(json_member_object(object, "items"), "data");
    size_t count = items != NULL ? json_object_array_length(items) : 0;

    event->subscription_id = event->object_id;
    event->period_start_us = reader_time(object, "current_period_start");
    event->period_end_us = reader_time(object, "current_period_end");
    for (size_t i = 0; i < count; i++) {
        struct json_object *item = json_object_array_get_idx(items, i);
        int64_t start_us = reader_time(item, "current_period_start");
        int64_t end_us = reader_time(item, "current_period_end");

        if (end_us != FACT_UNKNOWN && (event->period_end_us == FACT_UNKNOWN || end_us > event->period_end_us)) {
            event->period_end_us = end_us;
            event->period_start_us = start_us;
        }
    }
    event->ended_us = reader_time(object, "ended_at");
    event->cancel_at_period_end = json_member_true(object, "cancel_at_period_end");
}

/* The service period of an invoice is that of its lines; the invoice's own period looks back. */
static void read_invoice_period(event *event, struct json_object *object)
{
    struct json_object *lines = json_member_array(json_member_object(object, "lines"), "data");
    size_t count = lines != NULL ? json_object_array_length(lines) : 0;

    for (size_t i = 0; i < count; i++) {
        struct json_object *period = json_member_object(json_object_array_get_idx(lines, i), "period");
        int64_t end_us = reader_time(period, "end");

        if (end_us != FACT_UNKNOWN && (event->period_end_us == FACT_UNKNOWN || end_us > event->period_end_us)) {
            event->period_end_us = end_us;
            event->period_start_us = reader_time(period, "start");
        }
    }
}

/* Since 2025-03-31 the subscription stands under `parent` and the payment under `payments`; before, at the top. */
static void read_invoice(reader *reader, event *event, struct json_object *object)
{
    struct json_object *details = json_member_object(json_member_object(object, "parent"), "subscription_details");
    struct json_object *payments = json_member_array(json_member_object(object, "payments"), "data");

    event->invoice_id = event->object_id;
    event->subscription_id = reader_id(reader, object, "subscription");
    if (event->subscription_id == NULL) {
        event->subscription_id = reader_id(reader, details, "subscription");
    }
    read_metadata(reader, event, details);
    read_metadata(reader, event, json_member_object(object, "subscription_details"));
    event->payment_intent_id = reader_id(reader, object, "payment_intent");
    if (event->payment_intent_id == NULL && payments != NULL && json_object_array_length(payments) > 0) {
        struct json_object *payment = json_member_object(json_object_array_get_idx(payments, 0), "payment");

        event->payment_intent_id = reader_id(reader, payment, "payment_intent");
    }
    event->charge_id = reader_id(reader, object, "charge");
    event->amount =
        json_member_int64(object, event->kind == EVENT_INVOICE_PAID ? "amount_paid" : "amount_due", FACT_UNKNOWN);
    event->billing_reason = reader_text(reader, object, "billing_reason");
    event->customer_email = reader_text(reader, object, "customer_email");
    read_invoice_period(event, object);
}

static void read_payment_intent(reader *reader, event *event, struct json_object *object)
{
    struct json_object *problem = json_member_object(object, "last_payment_error");

    event->payment_intent_id = event->object_id;
    event->invoice_id = reader_id(reader, object, "invoice");
    event->amount = json_member_int64(object, "amount", FACT_UNKNOWN);
    event->failure = reader_text(reader, problem, "decline_code");
    if (event->failure == NULL) {
        event->failure = reader_text(reader, problem, "code");
    }
}

static void read_charge(reader *reader, event *event, struct json_object *object)
{
    event->charge_id = event->object_id;
    event->payment_intent_id = reader_id(reader, object, "payment_intent");
    event->invoice_id = reader_id(reader, object, "invoice");
    event->amount = json_member_int64(object, "amount", FACT_UNKNOWN);
    event->amount_refunded = json_member_int64(object, "amount_refunded", FACT_UNKNOWN);
}

static void read_dispute(reader *reader, event *event, struct json_object *object)
{
    event->charge_id = reader_id(reader, object, "charge");
    event->payment_intent_id = reader_id(reader, object, "payment_intent");
    event->amount = json_member_int64(object, "amount", FACT_UNKNOWN);
}

static void read_object(reader *reader, event *event, struct json_object *object)
{
    event->object_id = reader_text(reader, object, "id");
    event->customer_id = reader_id(reader, object, "customer");
    event->currency = reader_text(reader, object, "currency");
    event->status = reader_text(reader, object, "status");
    read_metadata(reader, event, object);
    switch (event->kind) {
    case EVENT_CHECKOUT_COMPLETED:
    case EVENT_CHECKOUT_ASYNC_SUCCEEDED:
    case EVENT_CHECKOUT_ASYNC_FAILED:
    case EVENT_CHECKOUT_EXPIRED:
        read_checkout(reader, event, object);
        break;
    case EVENT_SUBSCRIPTION_CREATED:
    case EVENT_SUBSCRIPTION_UPDATED:
    case EVENT_SUBSCRIPTION_DELETED:
        read_subscription(event, object);
        break;
    case EVENT_INVOICE_PAID:
    case EVENT_INVOICE_FAILED:
        read_invoice(reader, event, object);
        break;
    case EVENT_PAYMENT_FAILED:
        read_payment_intent(reader, event, object);
        break;
    case EVENT_CHARGE_REFUNDED:
        read_charge(reader, event, object);
        break;
    case EVENT_DISPUTE_WITHDRAWN:
    case EVENT_DISPUTE_REINSTATED:
    case EVENT_DISPUTE_CLOSED:
        read_dispute(reader, event, object);
        break;
    case EVENT_OTHER:
        break;
    }
}

static void event_clear(event *event)
{
    memset(event, 0, sizeof *event);
    event->created_us = FACT_UNKNOWN;
    event->credits = FACT_UNKNOWN;
    event->amount = FACT_UNKNOWN;
    event->amount_refunded = FACT_UNKNOWN;
    event->period_start_us = FACT_UNKNOWN;
    event->period_end_us = FACT_UNKNOWN;
    event->ended_us = FACT_UNKNOWN;
}

static event_kind kind_of(const char *type)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(type, KINDS[i].type) == 0) {
            return KINDS[i].kind;
        }
    }
    return EVENT_OTHER;
}

static cpk_status read_event(reader *reader, event *event, struct json_object *root, cpk_error **error)
{
    const char *object = json_member_text(root, "object");

    if (object == NULL || strcmp(object, "event") != 0) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN,
                         "the body is not a Stripe event (\"object\": \"event\"); thin events (v2) are not supported");
    }
    event->id = reader_text(reader, root, "id");
    event->type = reader_text(reader, root, "type");
    if (event->id == NULL) {
        return reader->out_of_memory ? error_out_of_memory(error)
                                     : error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "the Stripe event has no id");
    }
    if (event->type == NULL) { /* as Stripe's own libraries: it is an event, and means nothing to anybody */
        event->type = "unknown";
    }
    event->kind = kind_of(event->type);
    event->api_version = reader_text(reader, root, "api_version");
    event->created_us = reader_time(root, "created");
    event->is_live = json_member_true(root, "livemode");
    read_object(reader, event, json_member_object(json_member_object(root, "data"), "object"));
    return reader->out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

cpk_status event_parse(const char *body, size_t length, arena *arena, event *event, cpk_error **error)
{
    reader reader = {arena, 0};
    struct json_object *root = NULL;
    cpk_status status;

    event_clear(event);
    status = json_parse(body, length, EVENT_JSON_DEPTH, &root, error);
    if (status != CPK_OK) {
        return error_prefix(error, status, "the webhook's body");
    }
    status = read_event(&reader, event, root, error);
    json_object_put(root);
    return status;
}
