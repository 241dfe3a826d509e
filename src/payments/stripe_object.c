#include "payments/stripe_object.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "payments/stripe/form.h"
#include "store/advisory_lock.h"
#include "store/subscription.h"
#include "store/user.h"

#include <stdio.h>

#define DOMAIN    "stripe"
#define KEY_BYTES 256 /* including the NUL: Stripe's limit is 255 */

cpk_status stripe_object_create(const struct context *context, cpk_stripe_object **object, cpk_error **error)
{
    cpk_stripe_object *made = memory_allocate_zeroed(&context->allocator, sizeof *made);

    *object = made;
    if (made == NULL) {
        return error_out_of_memory(error);
    }
    made->allocator = context->allocator;
    arena_init(&made->arena, &made->allocator);
    made->answer.amount = ANSWER_UNKNOWN;
    made->answer.expires_us = ANSWER_UNKNOWN;
    return CPK_OK;
}

void stripe_object_free(cpk_stripe_object *object)
{
    if (object != NULL) {
        cpk_allocator allocator = object->allocator;

        arena_free(&object->arena);
        memory_release(&allocator, object, sizeof *object);
    }
}

cpk_status stripe_object_post(cpk_session *session, const struct client_request *request, cpk_stripe_object *object,
                              cpk_error **error)
{
    struct client_request post = *request;

    post.context = &session->engine->context;
    post.arena = &object->arena;
    CPK_TRY(engine_http(session->engine, &post.http, error));
    return client_post(&post, &object->answer, error);
}

/* POSTs the request's form; *object is set only on success. */
static cpk_status create_by_post(cpk_session *session, const struct client_request *request, cpk_stripe_object **object,
                                 cpk_error **error)
{
    cpk_status status;

    CPK_TRY_CLEANUP(stripe_object_create(&session->engine->context, object, error));
    status = stripe_object_post(session, request, *object, error);
cleanup:
    if (status != CPK_OK) {
        stripe_object_free(*object);
        *object = NULL;
    }
    return status;
}

/* Returns the stored customer id, or NULL in *customer. */
static cpk_status known_customer(cpk_session *session, const char *user_id, cpk_stripe_object **customer,
                                 cpk_error **error)
{
    cpk_stripe_object *object;
    cpk_status status;

    *customer = NULL;
    CPK_TRY(stripe_object_create(&session->engine->context, &object, error));
    status = store_customer_find(session->work, user_id, &object->arena, &object->answer.id, error);
    if (status != CPK_OK || object->answer.id == NULL) {
        stripe_object_free(object);
        return status;
    }
    object->answer.object = "customer";
    object->answer.customer_id = object->answer.id;
    *customer = object;
    return CPK_OK;
}

static cpk_status check_user(struct store *store, const char *user_id, cpk_error **error)
{
    cpk_user *user;
    cpk_status status;

    CPK_TRY(store_user_get(store, user_id, &user, error));
    status = user_check(user, USER_MAY_WORK, error);
    record_free(user);
    return status;
}

/* If the account was deleted during the request, does not store the customer link. */
static cpk_status keep_in_transaction(struct store *store, const char *customer_id, const char *user_id,
                                      cpk_error **error)
{
    CPK_TRY(store_advisory_lock_acquire(store, ADVISORY_LOCK_CUSTOMER, customer_id, error));
    CPK_TRY(store_advisory_lock_acquire(store, ADVISORY_LOCK_USER, user_id, error));
    CPK_TRY(check_user(store, user_id, error));
    return store_customer_learn(store, customer_id, user_id, NULL, error);
}

static cpk_status keep_customer(struct store *store, const char *customer_id, const char *user_id, cpk_error **error)
{
    CPK_TRY(store_begin(store, error));
    return store_end(store, keep_in_transaction(store, customer_id, user_id, error), error);
}

static cpk_status make_customer(cpk_session *session, const cpk_user *user, const cpk_cancel *cancel,
                                cpk_stripe_object **customer, cpk_error **error)
{
    char key[KEY_BYTES];
    struct buffer form;
    const struct client_request request = {
        .path = "/v1/customers", .form = &form, .idempotency_key = key, .cancel = cancel};
    cpk_status status;

    *customer = NULL;
    buffer_init(&form, &session->engine->context.allocator);
    form_add(&form, "email", user->email);
    form_add(&form, "name", user->full_name);
    form_add(&form, "metadata[user_id]", user->id);
    /* The key includes a hash of the form: Stripe rejects a reused key with another form, and the e-mail
     * address may have changed. */
    snprintf(key, sizeof key, "contextpack-customer-%s-%016llx", user->id,
             (unsigned long long)hash_bytes(0, buffer_text(&form), form.length));
    CPK_TRY_CLEANUP(create_by_post(session, &request, customer, error));
    CPK_TRY_CLEANUP(keep_customer(session->work, (*customer)->answer.id, user->id, error));
    (*customer)->answer.customer_id = (*customer)->answer.id;
cleanup:
    buffer_free(&form);
    if (status != CPK_OK) {
        stripe_object_free(*customer);
        *customer = NULL;
    }
    return status;
}

cpk_status stripe_customer(cpk_session *session, const char *user_id, const cpk_cancel *cancel,
                           cpk_stripe_object **customer, cpk_error **error)
{
    cpk_user *user;
    cpk_status status;

    CPK_TRY(store_user_get(session->work, user_id, &user, error));
    CPK_TRY_CLEANUP(user_check(user, USER_MAY_WORK, error));
    CPK_TRY_CLEANUP(known_customer(session, user->id, customer, error));
    if (*customer == NULL) {
        status = make_customer(session, user, cancel, customer, error);
    }
cleanup:
    record_free(user);
    return status;
}

cpk_status stripe_portal(cpk_session *session, const char *user_id, const char *return_url, const cpk_cancel *cancel,
                         cpk_stripe_object **portal, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    cpk_stripe_object *customer;
    char unique[UUID_TEXT_BYTES];
    char key[KEY_BYTES];
    cpk_user *user;
    struct buffer form;
    const struct client_request request = {
        .path = "/v1/billing_portal/sessions", .form = &form, .idempotency_key = key, .cancel = cancel};
    cpk_status status;

    CPK_TRY(store_user_get(session->work, user_id, &user, error));
    status = user_check(user, USER_MAY_WORK, error);
    if (status == CPK_OK) {
        status = known_customer(session, user->id, &customer, error);
    }
    record_free(user);
    CPK_TRY(status);
    if (customer == NULL) {
        return error_set(error, CPK_ERROR_NOT_FOUND, DOMAIN, "the user is no customer of Stripe's yet");
    }
    buffer_init(&form, &context->allocator);
    form_add(&form, "customer", customer->answer.id);
    form_add(&form, "return_url", return_url);
    stripe_object_free(customer);
    CPK_TRY_CLEANUP(uuid_create(context, unique, error));
    snprintf(key, sizeof key, "contextpack-portal-%s", unique);
    status = create_by_post(session, &request, portal, error);
cleanup:
    buffer_free(&form);
    return status;
}

cpk_status stripe_refund(cpk_session *session, const cpk_refund_params *params, const cpk_cancel *cancel,
                         cpk_stripe_object **refund, cpk_error **error)
{
    char key[KEY_BYTES];
    struct buffer form;
    const struct client_request request = {
        .path = "/v1/refunds", .form = &form, .idempotency_key = key, .cancel = cancel};
    cpk_status status;

    if (store_actor_kind(session->store) == CPK_ACTOR_USER) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN, "only the service may ask for refunds");
    }
    buffer_init(&form, &session->engine->context.allocator);
    form_add(&form, "payment_intent", params->payment_intent_id);
    if (params->amount > 0) {
        form_add_int64(&form, "amount", params->amount);
    }
    form_add(&form, "reason", params->reason);
    snprintf(key, sizeof key, "contextpack-refund-%s", params->key);
    status = create_by_post(session, &request, refund, error);
    buffer_free(&form);
    return status;
}
