#include "payments/stripe/grant.h"

#include "payments/stripe/money.h"

#include <string.h>

#define QUANTITY_MAX    1000000
#define UNIT_AMOUNT_MAX INT64_C(1000000000000)

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t quantity_of(const struct event_line *line)
{
    return line->quantity < 1 ? 1 : smaller(line->quantity, QUANTITY_MAX);
}

/* ---- package */

static const struct package *package_by_price(const struct package_list *packages, const char *price_id)
{
    for (size_t i = 0; i < packages->count && price_id != NULL; i++) {
        if (packages->items[i].price_id != NULL && strcmp(packages->items[i].price_id, price_id) == 0) {
            return &packages->items[i];
        }
    }
    return NULL;
}

static void add_priced(struct event *event, const struct package *package, const struct event_line *line)
{
    if (!event->is_priced) {
        event->is_priced = 1;
        event->credits = 0;
        event->plan = PLAN_CREDITS;
        event->package_id = package->id;
        event->interval = package->interval;
    }
    if (package->is_unlimited) {
        event->plan = PLAN_UNLIMITED;
        event->package_id = package->id;
        event->interval = package->interval;
    } else if (!line->is_proration) {
        event->credits = smaller(event->credits + package->credits * quantity_of(line), PACKAGE_CREDITS_MAX);
    }
}

static void resolve_by_id(struct event *event, const struct package *package)
{
    const int32_t is_other_currency =
        event->currency != NULL && package->currency != NULL && strcmp(event->currency, package->currency) != 0;

    if (event->plan == PLAN_UNSAID) {
        event->plan = package->is_unlimited ? PLAN_UNLIMITED : PLAN_CREDITS;
    }
    if (event->credits == FACT_UNKNOWN && package->credits > 0) {
        event->credits = package->credits;
    }
    if (event->interval == NULL) {
        event->interval = package->interval;
    }
    if (is_other_currency) {
        event->price = FACT_UNKNOWN;
    } else if (event->price == FACT_UNKNOWN && package->price > 0 && event->credits == package->credits) {
        event->price = package->price;
    }
}

void grant_resolve(struct event *event, const struct package_list *packages)
{
    const struct package *package;

    for (size_t i = 0; i < event->line_count; i++) {
        package = package_by_price(packages, event->lines[i].price_id);
        if (package != NULL) {
            add_priced(event, package, &event->lines[i]);
        }
    }
    for (size_t i = 0; i < event->line_count && event->is_priced; i++) {
        event->lines[i].is_other |= package_by_price(packages, event->lines[i].price_id) == NULL;
    }
    package = event->package_id != NULL ? package_find(packages, event->package_id) : NULL;
    if (package != NULL && !event->is_priced) {
        resolve_by_id(event, package);
    }
}

/* ---- amount */

/* What the lines bill for the new period, without prorations and items outside the subscription. */
struct billed {
    int64_t amount; /* FACT_UNKNOWN: not in the lines */
    int64_t unit_amount;
    int64_t quantity;
    size_t lines;
};

static struct billed billed_of(const struct event *event)
{
    struct billed billed = {event->line_count > 0 && !event->has_more_lines ? 0 : FACT_UNKNOWN, FACT_UNKNOWN, 0, 0};

    for (size_t i = 0; i < event->line_count; i++) {
        const struct event_line *line = &event->lines[i];

        if (line->amount == FACT_UNKNOWN) {
            billed.amount = FACT_UNKNOWN;
        }
        if (line->is_other || line->is_proration) {
            continue;
        }
        if (billed.amount != FACT_UNKNOWN && line->amount > 0) {
            billed.amount += smaller(line->amount, UNIT_AMOUNT_MAX);
        }
        billed.unit_amount = line->unit_amount;
        billed.quantity = smaller(billed.quantity + quantity_of(line), QUANTITY_MAX);
        billed.lines++;
    }
    if (billed.lines != 1 || billed.unit_amount <= 0 || billed.unit_amount > UNIT_AMOUNT_MAX) {
        billed.unit_amount = FACT_UNKNOWN;
    }
    billed.quantity = billed.quantity < 1 ? 1 : billed.quantity;
    return billed;
}

/* Returns the amount paid before taxes added on top. Discounts count as paid, the customer's balance does not. */
static int64_t paid_of(const struct event *event)
{
    int64_t cash = event->kind == EVENT_INVOICE_PAID && !event->is_part_paid ? event->amount : event->amount_due;

    if (event->subtotal == FACT_UNKNOWN || event->total == FACT_UNKNOWN) {
        return cash;
    }
    return event->total == 0 ? event->subtotal : money_share(event->subtotal, cash, event->total);
}

static int64_t share_of_price(int64_t credits, int64_t price, const struct billed *billed, int64_t paid)
{
    credits = money_share(credits * billed->quantity, paid, price * billed->quantity);
    return smaller(credits, PACKAGE_CREDITS_MAX);
}

static int32_t begins_period(const char *reason)
{
    return reason == NULL || strcmp(reason, "subscription_create") == 0 || strcmp(reason, "subscription_cycle") == 0;
}

int64_t grant_of_invoice(const struct event *event)
{
    const struct billed billed = billed_of(event);
    int64_t paid = paid_of(event);

    if (!begins_period(event->billing_reason)) {
        return 0;
    }
    if (event->credits == FACT_UNKNOWN) {
        return FACT_UNKNOWN;
    }
    if (billed.amount != FACT_UNKNOWN) {
        paid = smaller(paid, billed.amount);
    }
    if (paid <= 0) {
        return 0;
    }
    if (event->is_priced) {
        return billed.amount != FACT_UNKNOWN ? money_share(event->credits, paid, billed.amount) : event->credits;
    }
    if (event->price > 0 && event->price <= UNIT_AMOUNT_MAX) {
        return share_of_price(event->credits, event->price, &billed, paid);
    }
    if (billed.unit_amount != FACT_UNKNOWN) {
        return share_of_price(event->credits, billed.unit_amount, &billed, paid);
    }
    if (billed.amount != FACT_UNKNOWN) {
        return smaller(money_share(event->credits * billed.quantity, paid, billed.amount), PACKAGE_CREDITS_MAX);
    }
    return event->subtotal > 0 ? money_share(event->credits, paid, event->subtotal) : event->credits;
}
