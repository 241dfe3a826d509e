#include "payments/stripe/payment.h"

#include "payments/stripe/grant.h"
#include "payments/stripe/money.h"

#include <string.h>

static int32_t says_paid(const struct event *event)
{
    switch (event->kind) {
    case EVENT_CHECKOUT_COMPLETED:
        return !event->is_unpaid;
    case EVENT_CHECKOUT_ASYNC_SUCCEEDED:
        return 1;
    case EVENT_INVOICE_PAID:
        return !event->is_part_paid;
    default:
        return 0; /* a refunded charge was paid, but only its checkout names the package */
    }
}

static int32_t says_failed(const struct event *event)
{
    return event->kind == EVENT_CHECKOUT_ASYNC_FAILED || event->kind == EVENT_INVOICE_FAILED ||
           event->kind == EVENT_PAYMENT_FAILED;
}

static int32_t is_of_subscription(const struct event *event)
{
    return event->subscription_id != NULL;
}

/* Returns 0 for disputes, refunds and charges, whose amount is their own, and for failed payments, whose amount
 * was not paid. */
static int32_t tells_amount(const struct event *event)
{
    return event->kind == EVENT_INVOICE_PAID || event->kind == EVENT_CHECKOUT_COMPLETED ||
           event->kind == EVENT_CHECKOUT_ASYNC_SUCCEEDED;
}

void payment_learn(struct payment *payment, const struct event *event)
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

int64_t payment_amount(const struct payment *payment)
{
    int64_t amount = payment->amount != FACT_UNKNOWN ? payment->amount : payment->amount_parts;

    if (payment->amount == FACT_UNKNOWN && amount <= 0) {
        return payment->prior_amount;
    }
    return payment->amount_due != FACT_UNKNOWN && payment->amount_parts > amount ? payment->amount_parts : amount;
}

static int64_t purchase_of(const struct payment *payment)
{
    if (payment->credits == FACT_UNKNOWN) {
        return 0;
    }
    if (payment->is_paid) {
        return payment->credits;
    }
    return money_share(payment->credits, payment_amount(payment), payment->amount_due); /* invoice paid in parts */
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t sum_of(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* Credits taken back by an earlier service are not returned even without an event, except for money that was
 * kept. */
static int64_t prior_left(int64_t credits, int64_t purchase, int64_t kept, int64_t amount)
{
    return larger(credits - money_share(purchase, kept, amount), 0);
}

/* The earlier service's ledger may use one type for refunds and disputes. */
static int64_t prior_refund_left(const struct payment *payment, int64_t purchase, int64_t amount)
{
    const int64_t won = payment->prior_dispute == 0 ? payment->amount_won : 0;

    return prior_left(payment->prior_refund, purchase, sum_of(payment->amount_restored, won), amount);
}

struct payment_credits payment_target(const struct payment *payment)
{
    const int64_t amount = payment_amount(payment);
    struct payment_credits target = {purchase_of(payment), 0, 0};
    const int64_t purchase = target.purchase;
    int64_t refunded = payment->amount_refunded;
    int64_t both = sum_of(refunded, payment->amount_disputed);
    int64_t refund = larger(money_share(purchase, refunded, amount), prior_refund_left(payment, purchase, amount));
    int64_t dispute = larger(money_share(purchase, both, amount) - refund,
                             prior_left(payment->prior_dispute, purchase, payment->amount_won, amount));

    target.refund = -refund;
    target.dispute = -larger(dispute, 0);
    return target;
}

void payment_cover(const struct payment *payment, struct payment_credits *applied)
{
    const struct payment_credits target = payment_target(payment);
    const int64_t amount = payment_amount(payment);

    if (target.purchase > 0 && applied->purchase == 0) {
        const int64_t refund = -money_share(target.purchase, payment->done_refunded, amount);
        const int64_t dispute = -money_share(target.purchase, payment->done_disputed, amount);

        applied->refund = refund < applied->refund ? refund : applied->refund;
        applied->dispute = dispute < applied->dispute ? dispute : applied->dispute;
    }
    if (payment->has_prior && applied->purchase < target.purchase) {
        applied->purchase = target.purchase;
    }
}

int32_t payment_gives_plan(const struct payment *payment)
{
    const int64_t amount = payment_amount(payment);

    return payment->is_unlimited && payment->is_paid &&
           (amount <= 0 || payment->amount_disputed < amount - payment->amount_refunded);
}

int32_t payment_is_unclaimed(const struct payment *payment)
{
    const struct payment_credits target = payment_target(payment);

    return payment->user_id == NULL && !payment->has_prior &&
           (target.purchase + target.refund + target.dispute > 0 || payment_gives_plan(payment));
}
