#include "billing/payment.h"

#include "billing/grant.h"
#include "billing/money.h"

#include <string.h>

static int32_t says_paid(const event *event)
{
    switch (event->kind) {
    case EVENT_CHECKOUT_COMPLETED:
        return event->payment_status == NULL || strcmp(event->payment_status, "unpaid") != 0;
    case EVENT_CHECKOUT_ASYNC_SUCCEEDED:
        return 1;
    case EVENT_INVOICE_PAID:
        return !event->is_part_paid;
    default:
        return 0; /* a charge that is refunded was paid, but only its checkout says for what */
    }
}

static int32_t says_failed(const event *event)
{
    return event->kind == EVENT_CHECKOUT_ASYNC_FAILED || event->kind == EVENT_INVOICE_FAILED ||
           event->kind == EVENT_PAYMENT_FAILED;
}

static int32_t is_of_subscription(const event *event)
{
    return event->subscription_id != NULL;
}

/* A dispute's, a refund's or a charge's amount is its own, and what a failed payment asked for was not paid. */
static int32_t tells_amount(const event *event)
{
    return event->kind == EVENT_INVOICE_PAID || event->kind == EVENT_CHECKOUT_COMPLETED ||
           event->kind == EVENT_CHECKOUT_ASYNC_SUCCEEDED;
}

void payment_learn(payment *payment, const event *event)
{
    const int32_t is_invoice = event->kind == EVENT_INVOICE_PAID || event->kind == EVENT_INVOICE_FAILED;
    struct payment said;

    payment_init(&said);
    said.user_id = event->user_id;
    said.customer_id = event->customer_id;
    said.package_id = event->package_id;
    said.currency = event->currency;
    said.credits = is_invoice && is_of_subscription(event) ? grant_of_invoice(event) : event->credits;
    said.amount = tells_amount(event) ? event->amount : FACT_UNKNOWN;
    said.amount_due = is_invoice ? event->amount_due : FACT_UNKNOWN;
    said.is_unlimited = event->plan == PLAN_UNLIMITED && !is_of_subscription(event);
    said.is_paid = says_paid(event);
    said.is_failed = says_failed(event);
    payment_merge(payment, &said);
}

int64_t payment_amount(const payment *payment)
{
    int64_t amount = payment->amount != FACT_UNKNOWN ? payment->amount : payment->amount_parts;

    return payment->amount_due != FACT_UNKNOWN && payment->amount_parts > amount ? payment->amount_parts : amount;
}

static int64_t purchase_of(const payment *payment)
{
    if (payment->credits == FACT_UNKNOWN) {
        return 0;
    }
    if (payment->is_paid) {
        return payment->credits;
    }
    return money_share(payment->credits, payment_amount(payment), payment->amount_due); /* of an invoice, in parts */
}

payment_credits payment_target(const payment *payment)
{
    const int64_t amount = payment_amount(payment);
    payment_credits target = {purchase_of(payment), 0, 0};
    int64_t refunded = payment->amount_refunded;
    int64_t both = payment->amount_disputed > INT64_MAX - refunded ? INT64_MAX : refunded + payment->amount_disputed;

    target.refund = -money_share(target.purchase, refunded, amount);
    target.dispute = -money_share(target.purchase, both, amount) - target.refund;
    return target;
}

int32_t payment_gives_plan(const payment *payment)
{
    const int64_t amount = payment_amount(payment);

    return payment->is_unlimited && payment->is_paid &&
           (amount <= 0 || payment->amount_disputed < amount - payment->amount_refunded);
}

int32_t payment_is_unclaimed(const payment *payment)
{
    const payment_credits target = payment_target(payment);

    return payment->user_id == NULL &&
           (target.purchase + target.refund + target.dispute > 0 || payment_gives_plan(payment));
}
