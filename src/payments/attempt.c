#include "payments/attempt.h"

#include "base/error.h"
#include "payments/stripe/money.h"
#include "store/attempt.h"

#include <stdio.h>
#include <string.h>

/* What an event says about an attempt. */
struct saying {
    int32_t status;     /* CPK_ATTEMPT_*; 0: nothing */
    const char *reason; /* of a failure; otherwise NULL */
};

static struct saying say(const struct event *event)
{
    switch (event->kind) {
    case EVENT_CHECKOUT_COMPLETED:
        return event->is_unpaid ? (struct saying){CPK_ATTEMPT_PROCESSING, NULL}
                                : (struct saying){CPK_ATTEMPT_SUCCEEDED, NULL};
    case EVENT_CHECKOUT_ASYNC_SUCCEEDED:
    case EVENT_INVOICE_PAID:
        return (struct saying){CPK_ATTEMPT_SUCCEEDED, NULL};
    case EVENT_CHECKOUT_ASYNC_FAILED:
        return (struct saying){CPK_ATTEMPT_FAILED, "the money did not come"};
    case EVENT_CHECKOUT_EXPIRED:
        return (struct saying){CPK_ATTEMPT_CANCELLED, NULL};
    case EVENT_PAYMENT_FAILED:
        return (struct saying){CPK_ATTEMPT_FAILED, event->failure != NULL ? event->failure : "the payment failed"};
    case EVENT_INVOICE_FAILED:
        return (struct saying){CPK_ATTEMPT_FAILED, "the payment of the invoice failed"};
    default:
        return (struct saying){0, NULL};
    }
}

static int32_t is_invoice(const struct event *event)
{
    return event->kind == EVENT_INVOICE_PAID || event->kind == EVENT_INVOICE_FAILED;
}

/* A subscription's first invoice belongs to the checkout; later ones only carry the same metadata. */
static int32_t is_renewal(const struct event *event)
{
    return is_invoice(event) && event->invoice_id != NULL &&
           (event->billing_reason == NULL || strcmp(event->billing_reason, "subscription_create") != 0);
}

static cpk_status enter_renewal(struct store *store, const struct event *event, const char *user_id, int32_t is_paid,
                                struct attempt_change *change, cpk_error **error)
{
    const struct attempt_params params = {
        .user_id = user_id,
        .type = ATTEMPT_TYPE_RENEWAL,
        .credits = ATTEMPT_NO_CREDITS,
        .amount_micro =
            event->amount != FACT_UNKNOWN ? money_to_micros(event->amount, event->currency) : ATTEMPT_NO_AMOUNT,
        .stripe_id = event->invoice_id,
        .status = is_paid ? CPK_ATTEMPT_SUCCEEDED : CPK_ATTEMPT_FAILED,
        .error_message = is_paid ? NULL : say(event).reason,
    };
    int32_t is_new;

    change->status = params.status;
    if (user_id != NULL) {
        return store_attempt_insert(store, &params, change->attempt_id, &is_new, error);
    }
    if (event->customer_id == NULL) {
        return CPK_OK; /* the user of this payment will never be known */
    }
    return store_attempt_insert_waiting(store, &params, event->customer_id, change->attempt_id, &is_new, error);
}

cpk_status attempt_learn(struct store *store, const struct event *event, const char *user_id, int32_t is_paid,
                         struct attempt_change *change, cpk_error **error)
{
    const struct saying saying = say(event);
    struct found_attempt found;

    memset(change, 0, sizeof *change);
    if (saying.status == 0) {
        return CPK_OK;
    }
    CPK_TRY(store_attempt_find(store, is_renewal(event) ? event->invoice_id : event->session_id,
                               is_renewal(event) ? NULL : event->attempt_id, &found, error));
    if (!found.is_found) {
        return event->kind == EVENT_INVOICE_FAILED && is_renewal(event)
                   ? enter_renewal(store, event, user_id, is_paid, change, error)
                   : CPK_OK;
    }
    snprintf(change->attempt_id, sizeof change->attempt_id, "%s", found.id);
    change->status = saying.status;
    if (event->session_id != NULL) { /* the process that created the session may not have stored its id yet */
        CPK_TRY(store_attempt_set_stripe_id(store, found.id, event->session_id, error));
    }
    return store_attempt_move(store, &found, saying.status, saying.reason, error);
}
