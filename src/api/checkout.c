#include "payments/checkout.h"

#include "api/check.h"
#include "engine/op_context.h"
#include "net/url.h"

#include <string.h>

#define KEY_BYTES_MAX 200

void cpk_checkout_params_init(cpk_checkout_params *params, size_t struct_size)
{
    params_init(params, struct_size);
}

void cpk_refund_params_init(cpk_refund_params *params, size_t struct_size)
{
    params_init(params, struct_size);
}

#define RECORD_TYPE  cpk_stripe_object
#define RECORD_TABLE "records/stripe_object.def"
#include "api/getters.def"

int64_t cpk_stripe_object_expires_at(const cpk_stripe_object *object)
{
    return object != NULL && object->answer.expires_us != ANSWER_UNKNOWN ? object->answer.expires_us : CPK_TIME_UNKNOWN;
}

const char *cpk_stripe_object_attempt_id(const cpk_stripe_object *object)
{
    return object != NULL && object->attempt_id[0] != '\0' ? object->attempt_id : NULL;
}

void cpk_stripe_object_free(cpk_stripe_object *object)
{
    stripe_object_free(object);
}

/* Checks an optional URL to which Stripe redirects the browser: it must be absolute. */
static cpk_status check_url(const char *url, const char *name, cpk_error **error)
{
    char shown[URL_SHOWN_MAX];
    cpk_status status;

    if (url == NULL) {
        return CPK_OK;
    }
    CPK_TRY(check_text(url, CPK_URL_BYTES_MAX, name, error));
    status = url_check(url, shown, error);
    return status != CPK_OK ? error_prefix(error, status, "%s", name) : CPK_OK;
}

static cpk_status check_user(const cpk_session *session, const char *user_id, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    return CPK_OK;
}

static void begin_with_token(struct op_context *op, cpk_session *session, const cpk_cancel *cancel)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;

    options.cancel = cancel;
    op_begin(op, session, &options);
}

cpk_status cpk_checkout_create(cpk_session *session, const char *user_id, const cpk_checkout_params *caller_params,
                               const cpk_cancel *cancel, cpk_stripe_object **checkout, cpk_error **error)
{
    cpk_checkout_params params = CPK_CHECKOUT_PARAMS_INIT;
    struct op_context op;
    cpk_status status;

    CPK_CHECK_OUT(checkout, error);
    CPK_TRY(check_user(session, user_id, error));
    CPK_CHECK_ARG(caller_params != NULL, "params", error);
    CPK_TRY(params_read(&params, sizeof params, caller_params, "checkout params", error));
    CPK_CHECK_ARG(params.flags == 0, "flags", error);
    CPK_TRY(check_id(params.package_id, "package_id", error));
    CPK_CHECK_ARG(params.credits >= 0 && params.credits <= INT32_MAX, "credits", error);
    CPK_CHECK_ARG(params.success_url != NULL, "success_url", error);
    CPK_TRY(check_url(params.success_url, "success_url", error));
    CPK_TRY(check_url(params.cancel_url, "cancel_url", error));
    begin_with_token(&op, session, cancel);
    status = checkout_create(session, user_id, &params, cancel, checkout, error);
    op_end(&op);
    return status;
}

cpk_status cpk_stripe_customer(cpk_session *session, const char *user_id, const cpk_cancel *cancel,
                               cpk_stripe_object **customer, cpk_error **error)
{
    struct op_context op;
    cpk_status status;

    CPK_CHECK_OUT(customer, error);
    CPK_TRY(check_user(session, user_id, error));
    begin_with_token(&op, session, cancel);
    status = stripe_customer(session, user_id, cancel, customer, error);
    op_end(&op);
    return status;
}

cpk_status cpk_stripe_portal(cpk_session *session, const char *user_id, const char *return_url,
                             const cpk_cancel *cancel, cpk_stripe_object **portal, cpk_error **error)
{
    struct op_context op;
    cpk_status status;

    CPK_CHECK_OUT(portal, error);
    CPK_TRY(check_user(session, user_id, error));
    CPK_TRY(check_url(return_url, "return_url", error));
    begin_with_token(&op, session, cancel);
    status = stripe_portal(session, user_id, return_url, cancel, portal, error);
    op_end(&op);
    return status;
}

static int32_t is_reason(const char *reason)
{
    return strcmp(reason, "duplicate") == 0 || strcmp(reason, "fraudulent") == 0 ||
           strcmp(reason, "requested_by_customer") == 0;
}

cpk_status cpk_stripe_refund(cpk_session *session, const cpk_refund_params *caller_params, const cpk_cancel *cancel,
                             cpk_stripe_object **refund, cpk_error **error)
{
    cpk_refund_params params = CPK_REFUND_PARAMS_INIT;
    cpk_stripe_object *created = NULL;
    struct op_context op;
    cpk_status status;

    if (refund != NULL) {
        *refund = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(caller_params != NULL, "params", error);
    CPK_TRY(params_read(&params, sizeof params, caller_params, "refund params", error));
    CPK_CHECK_ARG(params.flags == 0, "flags", error);
    CPK_CHECK_ARG(params.key != NULL && params.key[0] != '\0', "key", error);
    CPK_TRY(check_text(params.key, KEY_BYTES_MAX, "key", error));
    CPK_TRY(check_id(params.payment_intent_id, "payment_intent_id", error));
    CPK_CHECK_ARG(params.amount >= 0, "amount", error);
    CPK_CHECK_ARG(params.reason == NULL || is_reason(params.reason), "reason", error);
    begin_with_token(&op, session, cancel);
    status = stripe_refund(session, &params, cancel, &created, error);
    op_end(&op);
    CPK_TRY(status);
    if (refund != NULL) {
        *refund = created;
    } else {
        stripe_object_free(created);
    }
    return CPK_OK;
}
