/* Stripe requests other than checkouts, and the resulting objects for hosts. */
#ifndef PAYMENTS_STRIPE_OBJECT_H
#define PAYMENTS_STRIPE_OBJECT_H

#include "base/uuid.h"
#include "engine/session.h"
#include "payments/stripe/client.h"

#include <contextpack/checkout.h>

struct cpk_stripe_object {
    cpk_allocator allocator;
    struct arena arena; /* owns the texts */
    struct answer answer;
    char attempt_id[UUID_TEXT_BYTES]; /* "" unless created by a checkout */
};

cpk_status stripe_object_create(const struct context *context, cpk_stripe_object **object, cpk_error **error);
void stripe_object_free(cpk_stripe_object *object); /* may be NULL */

/* POSTs the request's form; `object` is filled from the response. The context, HTTP client and arena of the request
 * are set here. */
cpk_status stripe_object_post(cpk_session *session, const struct client_request *request, cpk_stripe_object *object,
                              cpk_error **error);

/* See cpk_stripe_customer, cpk_stripe_portal, cpk_stripe_refund. */
cpk_status stripe_customer(cpk_session *session, const char *user_id, const cpk_cancel *cancel,
                           cpk_stripe_object **customer, cpk_error **error);
cpk_status stripe_portal(cpk_session *session, const char *user_id, const char *return_url, const cpk_cancel *cancel,
                         cpk_stripe_object **portal, cpk_error **error);
cpk_status stripe_refund(cpk_session *session, const cpk_refund_params *params, const cpk_cancel *cancel,
                         cpk_stripe_object **refund, cpk_error **error);

#endif
