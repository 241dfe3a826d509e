#ifndef CONTEXTPACK_CHECKOUT_H
#define CONTEXTPACK_CHECKOUT_H

#include <contextpack/cancel.h>
#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Requests to Stripe: what is bought, by whom, and where the browser goes. What comes of them, the webhooks tell
 * (cpk_stripe_webhook()): nothing here changes a balance or a plan. They need the setting stripe.secret_key and all
 * answer
 *   CPK_ERROR_INVALID_ARGUMENT   a setting or an argument is missing or wrong, or Stripe says so (HTTP 400)
 *   CPK_ERROR_PERMISSION_DENIED  not this session's to do, a deleted account; or Stripe refuses the key (401, 403)
 *   CPK_ERROR_NOT_FOUND          no such user or package; or nothing of that id is at Stripe (404)
 *   CPK_ERROR_CONFLICT           Stripe: another request with the same key, or the card was refused (409, 402)
 *   CPK_ERROR_BUSY               Stripe: too many requests (429); retryable
 *   CPK_ERROR_NETWORK, _TIMEOUT  no answer, or one of 500 and above; retryable
 *   CPK_ERROR_CANCELLED          `cancel` (may be NULL) was requested
 * Errors have the domain "stripe" and the native code "HTTP <status>" where Stripe answered; the message has its type,
 * code and request id. A request is sent up to three times under one idempotency key, so that it has one effect.
 */

/**
 * What Stripe made: a checkout session, a customer, a session of the billing portal, a refund.
 * An immutable snapshot: any thread may read it; its texts live until cpk_stripe_object_free().
 */
typedef struct cpk_stripe_object cpk_stripe_object;

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_stripe_object_id(const cpk_stripe_object *object);         /* "cs_...", "cus_...", "re_..." */
CPK_API const char *cpk_stripe_object_type(const cpk_stripe_object *object);       /* "checkout.session", ... */
CPK_API const char *cpk_stripe_object_url(const cpk_stripe_object *object);        /* where the browser goes, or NULL */
CPK_API const char *cpk_stripe_object_status(const cpk_stripe_object *object);     /* as Stripe spells it, or NULL */
CPK_API const char *cpk_stripe_object_currency(const cpk_stripe_object *object);   /* three letters, or NULL */
CPK_API int64_t cpk_stripe_object_amount(const cpk_stripe_object *object);         /* smallest units; 0 if none */
CPK_API int64_t cpk_stripe_object_expires_at(const cpk_stripe_object *object);     /* or CPK_TIME_UNKNOWN */
CPK_API int32_t cpk_stripe_object_is_live(const cpk_stripe_object *object);        /* 0: made in Stripe's test mode */
CPK_API const char *cpk_stripe_object_attempt_id(const cpk_stripe_object *object); /* of a checkout, else NULL */
CPK_API const char *cpk_stripe_object_customer_id(const cpk_stripe_object *object); /* "cus_...", or NULL */

/** Releases the snapshot; what Stripe made stays. NULL is allowed. Since 0.2. */
CPK_API void cpk_stripe_object_free(cpk_stripe_object *object);

#define CPK_URL_BYTES_MAX 2048

/** What is bought. Start from CPK_CHECKOUT_PARAMS_INIT. Grows only at its end. */
typedef struct cpk_checkout_params {
    uint32_t struct_size;    /* sizeof(cpk_checkout_params) as the caller was compiled */
    uint32_t flags;          /* 0 */
    const char *package_id;  /* required: see cpk_package */
    int64_t credits;         /* how many, of a package with tiers; else 0 */
    const char *success_url; /* required: where the browser goes when it is paid; may hold {CHECKOUT_SESSION_ID} */
    const char *cancel_url;  /* where it goes when the buyer gives up, or NULL */
    const char *ip_address;  /* the buyer's, IPv4 or IPv6; NULL: not known, and no limit by address */
    const char *user_agent;  /* the buyer's; the first 512 bytes are kept; or NULL */
} cpk_checkout_params;

#define CPK_CHECKOUT_PARAMS_INIT                                                                                       \
    {                                                                                                                  \
        sizeof(cpk_checkout_params), 0, NULL, 0, NULL, NULL, NULL, NULL                                                \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_checkout_params_init(cpk_checkout_params *params, size_t struct_size);

/**
 * Begins a checkout: Stripe's page where the user pays. Every call is recorded as an attempt to pay (see
 * cpk_payment_attempt), also one that is refused.
 *
 * @param user_id   who buys; NULL: the session's own user
 * @param checkout  out: send the browser to its URL
 * @return CPK_OK, what is said at the top of this header, and
 *         CPK_ERROR_LIMIT_EXCEEDED     checkout.max_per_user_hour or checkout.max_per_ip_hour is met; retryable. The
 *                                      limits hold for all processes together.
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended, too
 * Since 0.2.
 */
CPK_API cpk_status cpk_checkout_create(cpk_session *session, const char *user_id, const cpk_checkout_params *params,
                                       const cpk_cancel *cancel, cpk_stripe_object **checkout, cpk_error **error);

/**
 * The user's customer at Stripe, made when the user has none yet.
 *
 * @param user_id   whose; NULL: the session's own user
 * @param customer  out; of one that was known already it holds the id and type alone: Stripe is not asked
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_customer(cpk_session *session, const char *user_id, const cpk_cancel *cancel,
                                       cpk_stripe_object **customer, cpk_error **error);

/**
 * Opens Stripe's billing portal for a user, who changes or cancels a subscription there and sees invoices. Suspended
 * accounts may, too.
 *
 * @param user_id     whose; NULL: the session's own user
 * @param return_url  where the browser goes afterwards; NULL: what the portal's configuration says
 * @param portal      out: send the browser to its URL
 * @return as above; CPK_ERROR_NOT_FOUND when the user is no customer yet
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_portal(cpk_session *session, const char *user_id, const char *return_url,
                                     const cpk_cancel *cancel, cpk_stripe_object **portal, cpk_error **error);

/** What is given back. Start from CPK_REFUND_PARAMS_INIT. Grows only at its end. */
typedef struct cpk_refund_params {
    uint32_t struct_size;          /* sizeof(cpk_refund_params) as the caller was compiled */
    uint32_t flags;                /* 0 */
    const char *key;               /* required: names the request, 1 to 200 bytes; the same again refunds once */
    const char *payment_intent_id; /* required: "pi_...", the stripe_payment_id of the purchase's transaction */
    int64_t amount;                /* in the currency's smallest unit; 0: all that is left */
    const char *reason;            /* "duplicate", "fraudulent", "requested_by_customer", or NULL */
} cpk_refund_params;

#define CPK_REFUND_PARAMS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_refund_params), 0, NULL, NULL, 0, NULL                                                              \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_refund_params_init(cpk_refund_params *params, size_t struct_size);

/**
 * Asks Stripe to give money back. The credits that it had bought are taken back when the webhook `charge.refunded`
 * comes. For the service and admins.
 *
 * @param refund  out, may be NULL
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_refund(cpk_session *session, const cpk_refund_params *params, const cpk_cancel *cancel,
                                     cpk_stripe_object **refund, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
