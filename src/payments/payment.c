#include "payments/payment.h"

#include "base/error.h"
#include "base/json/json.h"
#include "payments/plan.h"
#include "payments/prior.h"
#include "payments/stripe/money.h"
#include "payments/stripe/movement.h"
#include "payments/stripe/payment.h"
#include "store/transaction.h"

#include <string.h>

#define DOMAIN        "billing"
#define DETAILS_DEPTH 64

/* ---- the ledger */

static void write_text(struct json_writer *writer, const char *key, const char *value)
{
    if (value != NULL) {
        json_write_key(writer, key);
        json_write_string(writer, value);
    }
}

static cpk_status entry_metadata(const struct payment_cause *cause, const struct store_payment *payment,
                                 struct buffer *json, cpk_error **error)
{
    struct json_writer writer;

    buffer_init(json, &cause->context->allocator);
    json_writer_init(&writer, json);
    json_write_begin_object(&writer);
    write_text(&writer, "event_id", cause->event_id);
    write_text(&writer, "event_type", cause->event_type);
    write_text(&writer, "assigned_by", cause->was_admin ? "administrator" : NULL);
    write_text(&writer, "payment_id", payment->payment_id);
    json_write_key(&writer, "currency");
    json_write_string(&writer, payment->facts.currency);
    json_write_end_object(&writer);
    return json->failed ? error_out_of_memory(error) : CPK_OK;
}

/* One ledger entry: the difference between the target and the current balance of one type. */
struct difference {
    const char *type;
    int64_t target;
    int64_t *applied;
    int64_t amount; /* in the currency's smallest unit, or FACT_UNKNOWN */
    const char *description;
};

static cpk_status enter(const struct payment_cause *cause, const struct store_payment *payment,
                        const struct difference *difference, struct payment_effect *effect, cpk_error **error)
{
    struct transaction_params params = {
        .type = difference->type,
        .credits = difference->target - *difference->applied,
        .amount_micro = difference->amount == FACT_UNKNOWN
                            ? TRANSACTION_NO_AMOUNT
                            : money_to_micros(difference->amount, payment->facts.currency),
        .package_id = payment->facts.package_id,
        .stripe_payment_id = payment->stripe_payment_id,
        .description = difference->description,
    };
    struct buffer json;
    cpk_status status;

    if (params.credits == 0) {
        return CPK_OK;
    }
    status = entry_metadata(cause, payment, &json, error);
    if (status == CPK_OK) {
        params.metadata = buffer_text(&json);
        status = store_credits_add(cause->store, payment->facts.user_id, &params, error);
    }
    buffer_free(&json);
    *difference->applied = difference->target;
    effect->credits += params.credits;
    return status;
}

/* Returns the money received since `before`; on the first credit, all of it. */
static int64_t new_amount(const struct store_payment *payment, const struct payment *before)
{
    if (payment->applied.purchase == 0) {
        return payment_amount(&payment->facts) > 0 ? payment_amount(&payment->facts) : payment->facts.amount;
    }
    return payment_amount(&payment->facts) - payment_amount(before);
}

static int64_t taken(int64_t now, int64_t before)
{
    return now != before ? before - now : FACT_UNKNOWN;
}

static cpk_status enter_all(const struct payment_cause *cause, struct store_payment *payment,
                            const struct payment *before, struct payment_effect *effect, cpk_error **error)
{
    const struct payment *facts = &payment->facts;
    const struct payment_credits target = payment_target(facts);
    const struct difference differences[] = {
        {"purchase", target.purchase, &payment->applied.purchase, new_amount(payment, before),
         target.purchase < payment->applied.purchase ? "Taken back: another service credited the payment, too"
                                                     : "Credits bought"},
        {"refund", target.refund, &payment->applied.refund, taken(facts->amount_refunded, before->amount_refunded),
         target.refund > payment->applied.refund ? "Given back: a refund failed"
                                                 : "Taken back: the payment was refunded"},
        {"refund", target.dispute, &payment->applied.dispute, taken(facts->amount_disputed, before->amount_disputed),
         target.dispute > payment->applied.dispute ? "Given back: the dispute was won or settled"
                                                   : "Taken back: the payment is disputed"},
    };

    for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++) {
        CPK_TRY(enter(cause, payment, &differences[i], effect, error));
    }
    return CPK_OK;
}

/* ---- one payment */

static cpk_status recount(const struct payment_cause *cause, struct store_payment *payment, cpk_error **error)
{
    struct movement_totals totals;
    struct movement *movements;
    size_t count;

    CPK_TRY(store_movement_list(cause->store, payment->payment_id, cause->arena, &movements, &count, error));
    CPK_TRY(movement_sum(movements, count, cause->arena, &totals, error));
    payment->facts.amount_parts = totals.parts;
    payment->facts.amount_refunded = totals.refunded;
    payment->facts.amount_disputed = totals.disputed;
    payment->facts.has_prior = totals.has_prior;
    payment->facts.prior_amount = totals.prior_amount;
    payment->facts.prior_refund = totals.prior_refund;
    payment->facts.prior_dispute = totals.prior_dispute;
    payment->facts.done_refunded = totals.done_refunded;
    payment->facts.done_disputed = totals.done_disputed;
    payment->facts.amount_restored = totals.restored;
    payment->facts.amount_won = totals.won;
    return CPK_OK;
}

/* Saves the payment. Its events stop waiting once it has a user or nothing left to credit. */
static cpk_status save(const struct payment_cause *cause, struct store_payment *payment, cpk_error **error)
{
    const int32_t was_unclaimed = payment->is_unclaimed;

    payment->is_unclaimed = payment_is_unclaimed(&payment->facts);
    CPK_TRY(store_payment_save(cause->store, payment, error));
    return was_unclaimed && !payment->is_unclaimed
               ? store_stripe_event_end_wait(cause->store, payment->payment_id, error)
               : CPK_OK;
}

/* Returns 1 unless an earlier service gave the plan: that stays until money is refunded or returned. */
static int32_t has_plan_to_refresh(const struct store_payment *payment, int32_t had_plan,
                                   const struct payment_effect *effect)
{
    return payment->facts.is_unlimited && !effect->is_of_deleted &&
           (!payment->facts.has_prior || had_plan != payment->gives_plan);
}

cpk_status payment_settle(const struct payment_cause *cause, struct store_payment *payment, enum payment_part done,
                          struct payment_effect *effect, cpk_error **error)
{
    const struct payment before = payment->facts;
    int32_t had_plan = payment->gives_plan;

    CPK_TRY(recount(cause, payment, error));
    CPK_TRY(prior_mark(cause, payment, done, error));
    payment_cover(&payment->facts, &payment->applied);
    had_plan |=
        payment->facts.has_prior && payment->facts.is_unlimited && (payment->is_prior_new || !payment->was_unlimited);
    if (payment->facts.user_id == NULL) {
        return save(cause, payment, error);
    }
    CPK_TRY(payment_check_user(cause, payment->facts.user_id, &effect->is_of_deleted, error));
    CPK_TRY(enter_all(cause, payment, &before, effect, error));
    payment->facts.customer_id = NULL;
    payment->gives_plan = payment_gives_plan(&payment->facts);
    CPK_TRY(save(cause, payment, error));
    if (!has_plan_to_refresh(payment, had_plan, effect)) {
        return CPK_OK;
    }
    return plan_refresh(cause->store, cause->context, payment->facts.user_id, had_plan && !payment->gives_plan,
                        &effect->plan, error);
}

/* ---- payments without a user */

cpk_status payment_adopt(const struct payment_cause *cause, const char *customer_id, const char *user_id,
                         struct payment_effect *effect, cpk_error **error)
{
    for (;;) {
        char payment_id[UUID_TEXT_BYTES];
        struct store_payment payment;
        int32_t is_there;

        CPK_TRY(store_payment_find_waiting(cause->store, customer_id, payment_id, error));
        if (payment_id[0] == '\0') {
            return CPK_OK;
        }
        CPK_TRY(store_payment_lock(cause->store, payment_id, cause->arena, &payment, &is_there, error));
        if (!is_there || payment.facts.user_id != NULL) {
            continue; /* merged into another payment or claimed meanwhile */
        }
        CPK_TRY(prior_absorb_all(cause, &payment, error));
        if (payment.facts.user_id == NULL) {
            payment.facts.user_id = user_id;
        }
        CPK_TRY(payment_settle(cause, &payment, PART_NONE, effect, error));
    }
}

static cpk_status assign_locked(const struct payment_cause *cause, const char *payment_id, const char *user_id,
                                struct payment_effect *effect, cpk_error **error)
{
    struct store_payment payment;
    int32_t is_there;

    CPK_TRY(store_payment_lock(cause->store, payment_id, cause->arena, &payment, &is_there, error));
    if (!is_there) {
        return error_set(error, CPK_ERROR_NOT_FOUND, DOMAIN, "no payment has the id %s", payment_id);
    }
    if (payment.facts.user_id != NULL || !payment.is_unclaimed) {
        return error_set(error, CPK_ERROR_CONFLICT, DOMAIN, "the payment %s is not unclaimed", payment_id);
    }
    CPK_TRY(prior_absorb_all(cause, &payment, error));
    if (payment.is_prior_new) {
        return error_set(error, CPK_ERROR_CONFLICT, DOMAIN,
                         "the payment %s is in the ledger already: an earlier service credited it to %s", payment_id,
                         payment.facts.user_id != NULL ? payment.facts.user_id : "an account without a profile");
    }
    payment.facts.user_id = user_id;
    return payment_settle(cause, &payment, PART_NONE, effect, error);
}

/* Adds the payment to the audit record, besides the administrator's reason. */
static cpk_status record_assignment(const struct payment_cause *cause, const char *payment_id,
                                    const struct admin_action_params *params, int64_t credits,
                                    cpk_admin_action **action, cpk_error **error)
{
    struct admin_action_params with_payment = *params;
    struct json_object *details = NULL;
    struct json_object *id = json_object_new_string(payment_id);
    cpk_status status = CPK_OK;

    if (params->details != NULL) {
        status = json_parse(params->details, strlen(params->details), DETAILS_DEPTH, &details, error);
    } else {
        details = json_object_new_object();
    }
    if (status == CPK_OK && (id == NULL || details == NULL || json_object_object_add(details, "payment_id", id) != 0)) {
        status = error_out_of_memory(error);
    } else if (status == CPK_OK) {
        id = NULL; /* owned by the object */
        with_payment.details = json_object_to_json_string_ext(details, JSON_C_TO_STRING_PLAIN);
        status = with_payment.details != NULL
                     ? store_admin_record_assignment(cause->store, &with_payment, credits, action, error)
                     : error_out_of_memory(error);
    }
    json_object_put(id);
    json_object_put(details);
    return status;
}

static cpk_status assign(const struct payment_cause *cause, const char *payment_id,
                         const struct admin_action_params *params, cpk_admin_action **action, cpk_error **error)
{
    struct payment_effect effect = {0, 0, 0};
    int32_t is_of_deleted = 0;

    CPK_TRY(payment_check_user(cause, params->target_user_id, &is_of_deleted, error));
    if (is_of_deleted) {
        return error_set(error, CPK_ERROR_CONFLICT, DOMAIN, "the account was deleted");
    }
    CPK_TRY(assign_locked(cause, payment_id, params->target_user_id, &effect, error));
    return record_assignment(cause, payment_id, params, effect.credits, action, error);
}

cpk_status payment_assign(cpk_session *session, const char *payment_id, const struct admin_action_params *params,
                          cpk_admin_action **action, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    struct payment_cause cause = {.context = context, .store = session->store, .was_admin = 1};
    struct arena arena;
    cpk_status status;

    if (store_actor_kind(session->store) == CPK_ACTOR_USER) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN, "only administrators assign payments");
    }
    arena_init(&arena, &context->allocator);
    cause.arena = &arena;
    status = store_begin(session->store, error);
    if (status == CPK_OK) {
        status = store_end(session->store, assign(&cause, payment_id, params, action, error), error);
    }
    arena_free(&arena);
    if (status != CPK_OK && action != NULL) {
        record_free(*action);
        *action = NULL;
    }
    return status;
}
