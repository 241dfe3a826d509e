/* Checkouts: an attempt is counted and recorded, then Stripe is asked for its page. */
#ifndef PAYMENTS_CHECKOUT_H
#define PAYMENTS_CHECKOUT_H

#include "payments/stripe_object.h"

/* See cpk_checkout_create. `params` is complete: of this version's size; its texts are checked. */
cpk_status checkout_create(cpk_session *session, const char *user_id, const cpk_checkout_params *params,
                           const cpk_cancel *cancel, cpk_stripe_object **checkout, cpk_error **error);

#endif
