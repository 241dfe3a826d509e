/* Checkouts: checks limits, records the attempt, then creates Stripe's checkout page. */
#ifndef PAYMENTS_CHECKOUT_H
#define PAYMENTS_CHECKOUT_H

#include "payments/stripe_object.h"

/* See cpk_checkout_create. `params` is filled up to this version's size and its texts are checked. */
cpk_status checkout_create(cpk_session *session, const char *user_id, const cpk_checkout_params *params,
                           const cpk_cancel *cancel, cpk_stripe_object **checkout, cpk_error **error);

#endif
