#include "billing/payment.h"

#include <string.h>

static int32_t says_paid(const event *event)
{
    switch (event->kind) {
    case EVENT_CHECKOUT_COMPLETED:
        return event->payment_status == NULL || strcmp(event->payment_status, "unpaid") != 0;
    case EVENT_CHECKOUT_ASYNC_SUCCEEDED:
    case EVENT_INVOICE_PAID:
        return 1;
    default:
        return 0; /* a charge that is refunded was paid, but only its checkout says for what */
    }
}

static int32_t says_failed(const event *event)
{
    return event->kind == EVENT_CHECKOUT_ASYNC_FAILED || event->kind == EVENT_INVOICE_FAILED ||
           event->kind == EVENT_PAYMENT_FAILED;
}

/* A dispute's amount is its own, and what a failed payment asked for was not paid. */
static int32_t tells_amount(const event *event)
{
    return event->kind == EVENT_CHARGE_REFUNDED || says_paid(event) || event->kind == EVENT_CHECKOUT_COMPLETED;
}

void payment_learn(payment *payment, const event *event)
{
    struct payment said;

    payment_init(&said);
    said.user_id = event->user_id;
    said.package_id = event->package_id;
    said.currency = event->currency;
    said.credits = event->credits;
    said.amount = tells_amount(event) ? event->amount : FACT_UNKNOWN;
    said.is_unlimited = event->is_unlimited && event->subscription_id == NULL;
    said.is_paid = says_paid(event);
    said.is_failed = says_failed(event);
    if (event->kind == EVENT_CHARGE_REFUNDED && event->amount_refunded != FACT_UNKNOWN) {
        said.amount_refunded = event->amount_refunded;
    }
    payment_merge(payment, &said);
}

/* The part of `credits` that goes back with `back` of `amount`. Credits and amounts are far below the product's limit:
 * 10^9 credits, and amounts above 9 * 10^9 are scaled down. */
static int64_t share(int64_t credits, int64_t back, int64_t amount)
{
    if (back <= 0 || amount <= 0) {
        return 0;
    }
    if (back >= amount) {
        return credits;
    }
    while (amount > INT64_C(9000000000)) {
        amount /= 2;
        back /= 2;
    }
    return credits * back / amount;
}

payment_credits payment_target(const payment *payment)
{
    payment_credits target = {0, 0, 0};
    int64_t back;

    if (!payment->is_paid || payment->user_id == NULL || payment->credits == FACT_UNKNOWN) {
        return target;
    }
    target.purchase = payment->credits;
    target.refund = -share(payment->credits, payment->amount_refunded, payment->amount);
    back = share(payment->credits, payment->amount_disputed, payment->amount);
    if (back > target.purchase + target.refund) {
        back = target.purchase + target.refund;
    }
    target.dispute = -back;
    return target;
}
