#include "payments/stripe/event.h"

#include "base/error.h"
#include "payments/stripe/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN            "billing"
#define EVENT_JSON_DEPTH  64
#define EVENT_CREDITS_MAX 1000000000 /* the ledger's columns have 32 bits */

static const struct {
    const char *type;
    enum event_kind kind;
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
    {"invoice_payment.paid", EVENT_INVOICE_PAYMENT_PAID},
    {"charge.refunded", EVENT_CHARGE_REFUNDED},
    {"charge.refund.updated", EVENT_REFUND},
    {"refund.created", EVENT_REFUND},
    {"refund.updated", EVENT_REFUND},
    {"refund.failed", EVENT_REFUND},
    {"charge.dispute.funds_withdrawn", EVENT_DISPUTE_WITHDRAWN},
    {"charge.dispute.funds_reinstated", EVENT_DISPUTE_REINSTATED},
    {"charge.dispute.closed", EVENT_DISPUTE_CLOSED},
};

_Static_assert(sizeof KINDS / sizeof KINDS[0] <= EVENT_TYPES_MAX, "Stripe takes at most 20 types in a request");

const char *event_type_at(size_t index)
{
    return index < sizeof KINDS / sizeof KINDS[0] ? KINDS[index].type : NULL;
}

/* Reads a number from metadata, whose values are strings. Only digits are accepted. */
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

/* "true" and "1" mean the unlimited plan; any other value, or credits, means that it is not. */
static void read_plan(struct event *event, struct json_object *metadata)
{
    const char *unlimited = json_member_text(metadata, "unlimited");

    if (unlimited != NULL) {
        event->plan = strcmp(unlimited, "true") == 0 || strcmp(unlimited, "1") == 0 ? PLAN_UNLIMITED : PLAN_CREDITS;
    } else if (read_count(metadata, "credits") > 0) {
        event->plan = PLAN_CREDITS;
    }
}

/* Reads the metadata written at checkout; values already read are kept. */
static void read_metadata(struct reader *reader, struct event *event, struct json_object *object)
{
    struct json_object *metadata = json_member_object(object, "metadata");

    if (event->user_id == NULL) {
        event->user_id = reader_text(reader, metadata, "user_id");
    }
    if (event->package_id == NULL) {
        event->package_id = reader_text(reader, metadata, "package_id");
    }
    if (event->attempt_id == NULL) {
        event->attempt_id = reader_text(reader, metadata, "attempt_id");
    }
    if (event->interval == NULL) {
        event->interval = reader_text(reader, metadata, "interval");
    }
    if (event->credits == FACT_UNKNOWN) {
        event->credits = read_count(metadata, "credits");
    }
    if (event->price == FACT_UNKNOWN) {
        event->price = read_count(metadata, "price");
    }
    if (event->plan == PLAN_UNSAID) {
        read_plan(event, metadata);
    }
}

/* Drops movements beyond the limit. */
static void add_movement(struct reader *reader, struct event *event, const struct movement *movement)
{
    struct movement *movements = (struct movement *)event->movements;

    if (movement->subject_id == NULL || movement->amount == FACT_UNKNOWN ||
        event->movement_count >= EVENT_MOVEMENTS_MAX) {
        return;
    }
    if (movements == NULL) {
        movements = arena_allocate_zeroed(reader->arena, EVENT_MOVEMENTS_MAX, sizeof *movements);
        reader->out_of_memory |= movements == NULL;
        event->movements = movements;
    }
    if (movements != NULL) {
        movements[event->movement_count] = *movement;
        movements[event->movement_count++].told_us = event->created_us;
    }
}

/* Returns 0 for amounts with decimals ("4900.5"): no package has such a price. */
static int64_t read_whole(const char *text)
{
    char *end;
    long long value;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return FACT_UNKNOWN;
    }
    errno = 0;
    value = strtoll(text, &end, 10);
    if (*end == '.') {
        end += 1 + strspn(end + 1, "0");
    }
    return errno != 0 || *end != '\0' ? FACT_UNKNOWN : value;
}

/* Since 2025-03-31 a line has `pricing` and `parent`; before, `price`, `type` and `proration`. */
static void read_line(struct reader *reader, struct event_line *line, struct json_object *object)
{
    struct json_object *price = json_member_object(object, "price");
    struct json_object *pricing = json_member_object(object, "pricing");
    struct json_object *parent = json_member_object(object, "parent");
    struct json_object *details = json_member_object(parent, "subscription_item_details");
    const char *type = json_member_text(parent != NULL ? parent : object, "type");

    line->price_id = reader_id(reader, object, "price");
    if (line->price_id == NULL) {
        line->price_id = reader_id(reader, json_member_object(pricing, "price_details"), "price");
    }
    if (line->price_id == NULL) {
        line->price_id = reader_id(reader, object, "plan");
    }
    line->unit_amount = json_member_int64(price, "unit_amount", FACT_UNKNOWN);
    if (line->unit_amount == FACT_UNKNOWN) {
        line->unit_amount = read_whole(json_member_text(pricing, "unit_amount_decimal"));
    }
    line->amount = json_member_int64(object, "amount", FACT_UNKNOWN);
    line->quantity = json_member_int64(object, "quantity", 1);
    line->is_other =
        type != NULL && strcmp(type, "subscription") != 0 && strcmp(type, "subscription_item_details") != 0;
    line->is_proration = json_member_true(object, "proration") || json_member_true(details, "proration");
}

static void read_lines(struct reader *reader, struct event *event, struct json_object *list)
{
    struct json_object *data = json_member_array(list, "data");
    size_t count = data != NULL ? json_object_array_length(data) : 0;
    struct event_line *lines;

    event->has_more_lines = json_member_true(list, "has_more") || count > EVENT_LINES_MAX;
    count = count > EVENT_LINES_MAX ? EVENT_LINES_MAX : count;
    lines = arena_allocate_zeroed(reader->arena, count + 1, sizeof *lines);
    if (lines == NULL) {
        reader->out_of_memory = 1;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        read_line(reader, &lines[i], json_object_array_get_idx(data, i));
    }
    event->lines = lines;
    event->line_count = count;
}

static void read_checkout(struct reader *reader, struct event *event, struct json_object *object)
{
    event->session_id = event->object_id;
    event->payment_intent_id = reader_id(reader, object, "payment_intent");
    event->invoice_id = reader_id(reader, object, "invoice");
    event->subscription_id = reader_id(reader, object, "subscription");
    event->mode = reader_text(reader, object, "mode");
    event->payment_status = reader_text(reader, object, "payment_status");
    event->is_unpaid = event->payment_status != NULL && strcmp(event->payment_status, "unpaid") == 0;
    event->amount = json_member_int64(object, "amount_total", FACT_UNKNOWN);
    event->customer_email = reader_text(reader, object, "customer_email");
    if (event->customer_email == NULL) {
        event->customer_email = reader_text(reader, json_member_object(object, "customer_details"), "email");
    }
    if (event->user_id == NULL) {
        event->user_id = reader_text(reader, object, "client_reference_id");
    }
}

/* Since 2025-03-31 the period is in the items; before, in the subscription itself. */
static void read_subscription(struct reader *reader, struct event *event, struct json_object *object)
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
    read_lines(reader, event, json_member_object(object, "items"));
    event->ended_us = reader_time(object, "ended_at");
    event->cancel_at_period_end = json_member_true(object, "cancel_at_period_end");
}

/* Takes the service period from the invoice's lines; the invoice's own period is the previous one. */
static void read_invoice_period(struct event *event, struct json_object *object)
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

/* Reads a payment of an invoice, from `payments` or from a separate object. */
static void read_part(struct reader *reader, struct event *event, struct json_object *object, const char **part_id)
{
    struct json_object *payment = json_member_object(object, "payment");
    const char *status = json_member_text(object, "status");
    struct movement movement = {.kind = MOVEMENT_PAID, .total = FACT_UNKNOWN, .created_us = FACT_UNKNOWN};

    movement.payment_intent_id = reader_id(reader, payment, "payment_intent");
    movement.charge_id = reader_id(reader, payment, "charge");
    movement.subject_id = movement.payment_intent_id != NULL ? movement.payment_intent_id : movement.charge_id;
    movement.amount = json_member_int64(object, "amount_paid", FACT_UNKNOWN);
    *part_id = movement.subject_id;
    if (status != NULL && strcmp(status, "paid") == 0 && movement.amount > 0) {
        add_movement(reader, event, &movement);
    }
    if (event->payment_intent_id == NULL) {
        event->payment_intent_id = movement.payment_intent_id;
    }
    if (event->charge_id == NULL) {
        event->charge_id = movement.charge_id;
    }
}

static void read_parts(struct reader *reader, struct event *event, struct json_object *object)
{
    struct json_object *payments = json_member_array(json_member_object(object, "payments"), "data");
    size_t count = payments != NULL ? json_object_array_length(payments) : 0;
    const char **ids;

    count = count > EVENT_PARTS_MAX ? EVENT_PARTS_MAX : count;
    ids = arena_allocate_zeroed(reader->arena, count + 1, sizeof *ids);
    if (ids == NULL) {
        reader->out_of_memory = 1;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        read_part(reader, event, json_object_array_get_idx(payments, i), &ids[i]);
    }
    event->part_ids = ids;
    event->part_count = count;
}

/* A line carries the subscription's metadata. */
static void read_line_metadata(struct reader *reader, struct event *event, struct json_object *object)
{
    struct json_object *lines = json_member_array(json_member_object(object, "lines"), "data");
    size_t count = lines != NULL ? json_object_array_length(lines) : 0;

    for (size_t i = 0; i < count && event->subscription_id != NULL; i++) {
        read_metadata(reader, event, json_object_array_get_idx(lines, i));
    }
}

static void read_invoice_amounts(struct event *event, struct json_object *object)
{
    const char *status = json_member_text(object, "status");
    int64_t remaining = json_member_int64(object, "amount_remaining", 0);

    event->amount_due = json_member_int64(object, "amount_due", FACT_UNKNOWN);
    event->subtotal = json_member_int64(object, "subtotal", FACT_UNKNOWN);
    event->total = json_member_int64(object, "total", FACT_UNKNOWN);
    if (event->kind != EVENT_INVOICE_PAID) {
        event->amount = event->amount_due;
        return;
    }
    event->amount = json_member_int64(object, "amount_paid", FACT_UNKNOWN);
    event->is_part_paid = remaining > 0 && (status == NULL || strcmp(status, "paid") != 0);
    if (json_member_true(object, "paid_out_of_band") && event->amount_due != FACT_UNKNOWN) {
        event->amount = event->amount_due;
    }
}

/* Since 2025-03-31 the subscription is in `parent` and payments in `payments`; before, at the top level. */
static void read_invoice(struct reader *reader, struct event *event, struct json_object *object)
{
    struct json_object *details = json_member_object(json_member_object(object, "parent"), "subscription_details");

    event->invoice_id = event->object_id;
    event->subscription_id = reader_id(reader, object, "subscription");
    if (event->subscription_id == NULL) {
        event->subscription_id = reader_id(reader, details, "subscription");
    }
    read_metadata(reader, event, details);
    read_metadata(reader, event, json_member_object(object, "subscription_details"));
    read_line_metadata(reader, event, object);
    event->payment_intent_id = reader_id(reader, object, "payment_intent");
    event->charge_id = reader_id(reader, object, "charge");
    read_parts(reader, event, object);
    read_invoice_amounts(event, object);
    event->billing_reason = reader_text(reader, object, "billing_reason");
    event->customer_email = reader_text(reader, object, "customer_email");
    read_lines(reader, event, json_member_object(object, "lines"));
    read_invoice_period(event, object);
}

static void read_invoice_payment(struct reader *reader, struct event *event, struct json_object *object)
{
    const char *part_id;

    event->invoice_id = reader_id(reader, object, "invoice");
    event->amount = json_member_int64(object, "amount_paid", FACT_UNKNOWN);
    read_part(reader, event, object, &part_id);
}

static void read_payment_intent(struct reader *reader, struct event *event, struct json_object *object)
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

static int32_t is_failed_refund(const char *status)
{
    return status != NULL && (strcmp(status, "failed") == 0 || strcmp(status, "canceled") == 0);
}

static void read_refund(struct reader *reader, struct event *event, struct json_object *object)
{
    const char *status = json_member_text(object, "status");
    const int32_t has_failed = is_failed_refund(status) || strcmp(event->type, "refund.failed") == 0;
    const struct movement movement = {
        .kind = has_failed ? MOVEMENT_REFUND_FAILED : MOVEMENT_REFUND,
        .subject_id = reader_text(reader, object, "id"),
        .charge_id = event->charge_id,
        .payment_intent_id = event->payment_intent_id,
        .amount = json_member_int64(object, "amount", FACT_UNKNOWN),
        .total = FACT_UNKNOWN,
        .created_us = reader_time(object, "created"),
    };

    add_movement(reader, event, &movement);
}

/* Before 2022-11-15 a charge lists its refunds. */
static void read_charge(struct reader *reader, struct event *event, struct json_object *object)
{
    struct json_object *refunds = json_member_array(json_member_object(object, "refunds"), "data");
    size_t count = refunds != NULL ? json_object_array_length(refunds) : 0;
    struct movement movement = {.kind = MOVEMENT_CHARGE, .subject_id = event->object_id, .created_us = FACT_UNKNOWN};

    event->charge_id = event->object_id;
    event->payment_intent_id = reader_id(reader, object, "payment_intent");
    event->invoice_id = reader_id(reader, object, "invoice");
    event->amount = json_member_int64(object, "amount", FACT_UNKNOWN);
    event->amount_refunded = json_member_int64(object, "amount_refunded", FACT_UNKNOWN);
    movement.charge_id = event->charge_id;
    movement.payment_intent_id = event->payment_intent_id;
    movement.amount = event->amount_refunded;
    movement.total = event->amount;
    add_movement(reader, event, &movement);
    for (size_t i = 0; i < count; i++) {
        read_refund(reader, event, json_object_array_get_idx(refunds, i));
    }
}

static void read_refund_object(struct reader *reader, struct event *event, struct json_object *object)
{
    event->charge_id = reader_id(reader, object, "charge");
    event->payment_intent_id = reader_id(reader, object, "payment_intent");
    event->amount = json_member_int64(object, "amount", FACT_UNKNOWN);
    event->failure = reader_text(reader, object, "failure_reason");
    read_refund(reader, event, object);
}

static const char *dispute_movement(const struct event *event)
{
    const char *status = event->status != NULL ? event->status : "";

    switch (event->kind) {
    case EVENT_DISPUTE_WITHDRAWN:
        return MOVEMENT_DISPUTE_OUT;
    case EVENT_DISPUTE_REINSTATED:
        return MOVEMENT_DISPUTE_BACK;
    default:
        return strcmp(status, "won") == 0    ? MOVEMENT_DISPUTE_WON
               : strcmp(status, "lost") == 0 ? MOVEMENT_DISPUTE_LOST
                                             : NULL;
    }
}

static void read_dispute(struct reader *reader, struct event *event, struct json_object *object)
{
    struct movement movement = {.subject_id = event->object_id, .total = FACT_UNKNOWN, .created_us = FACT_UNKNOWN};

    event->charge_id = reader_id(reader, object, "charge");
    event->payment_intent_id = reader_id(reader, object, "payment_intent");
    event->amount = json_member_int64(object, "amount", FACT_UNKNOWN);
    movement.kind = dispute_movement(event);
    movement.charge_id = event->charge_id;
    movement.payment_intent_id = event->payment_intent_id;
    movement.amount = event->amount;
    if (movement.kind != NULL) {
        add_movement(reader, event, &movement);
    }
}

static void read_object(struct reader *reader, struct event *event, struct json_object *object)
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
        read_subscription(reader, event, object);
        break;
    case EVENT_INVOICE_PAID:
    case EVENT_INVOICE_FAILED:
        read_invoice(reader, event, object);
        break;
    case EVENT_INVOICE_PAYMENT_PAID:
        read_invoice_payment(reader, event, object);
        break;
    case EVENT_PAYMENT_FAILED:
        read_payment_intent(reader, event, object);
        break;
    case EVENT_CHARGE_REFUNDED:
        read_charge(reader, event, object);
        break;
    case EVENT_REFUND:
        read_refund_object(reader, event, object);
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

static void event_clear(struct event *event)
{
    memset(event, 0, sizeof *event);
    event->created_us = FACT_UNKNOWN;
    event->credits = FACT_UNKNOWN;
    event->price = FACT_UNKNOWN;
    event->amount = FACT_UNKNOWN;
    event->amount_due = FACT_UNKNOWN;
    event->subtotal = FACT_UNKNOWN;
    event->total = FACT_UNKNOWN;
    event->amount_refunded = FACT_UNKNOWN;
    event->period_start_us = FACT_UNKNOWN;
    event->period_end_us = FACT_UNKNOWN;
    event->ended_us = FACT_UNKNOWN;
}

static enum event_kind kind_of(const char *type)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(type, KINDS[i].type) == 0) {
            return KINDS[i].kind;
        }
    }
    return EVENT_OTHER;
}

/* An update that removed the metadata ends the unlimited plan. */
static void read_removed_plan(struct event *event, struct json_object *data)
{
    struct json_object *before = json_member_object(json_member_object(data, "previous_attributes"), "metadata");

    if (event->plan == PLAN_UNSAID && json_member_text(before, "unlimited") != NULL) {
        event->plan = PLAN_CREDITS;
    }
}

static cpk_status read_event(struct reader *reader, struct event *event, struct json_object *root, cpk_error **error)
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
    if (event->type == NULL) { /* valid as in Stripe's libraries, but has no effect */
        event->type = "unknown";
    }
    event->kind = kind_of(event->type);
    event->api_version = reader_text(reader, root, "api_version");
    event->created_us = reader_time(root, "created");
    event->is_live = json_member_true(root, "livemode");
    event->account = reader_text(reader, root, "account");
    read_object(reader, event, json_member_object(json_member_object(root, "data"), "object"));
    read_removed_plan(event, json_member_object(root, "data"));
    return reader->out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

cpk_status event_parse(const char *body, size_t length, struct arena *arena, struct event *event, cpk_error **error)
{
    struct reader reader = {arena, 0};
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
