#ifndef CONTEXTPACK_CHECKOUT_H
#define CONTEXTPACK_CHECKOUT_H

/**
 * Requests to Stripe: checkouts, customers, the billing portal and refunds.
 *
 * These calls start a payment; its result arrives by webhook (stripe.h), and only webhooks change balances and plans.
 * All of them need the setting stripe.secret_key. A request is sent up to three times with the same idempotency key, so
 * that it takes effect once. An example:
 *
 *     cpk_checkout_params params = CPK_CHECKOUT_PARAMS_INIT;
 *     cpk_stripe_object *checkout = NULL;
 *
 *     params.package_id = "100-credits";
 *     params.success_url = "https://example.com/thanks";
 *     if (cpk_checkout_create(session, NULL, &params, NULL, &checkout, &error) == CPK_OK) {
 *         printf("Location: %s\n", cpk_stripe_object_url(checkout));
 *     }
 *     cpk_stripe_object_free(checkout);
 *
 * If Stripe answered, the error has the domain "stripe" and the native code "HTTP <status>"; the message contains
 * Stripe's error type, code and request id.
 *
 * @errors of a request to Stripe
 *   CPK_ERROR_INVALID_ARGUMENT   a setting or an argument is missing or wrong, also if Stripe says so (HTTP 400)
 *   CPK_ERROR_PERMISSION_DENIED  the session may not do this, the account was deleted, or Stripe rejects the key
 *                                (401, 403)
 *   CPK_ERROR_NOT_FOUND          there is no such user or package, or Stripe has no object of that id (404)
 *   CPK_ERROR_CONFLICT           another request had the same key, or the card was declined (409, 402)
 *   CPK_ERROR_BUSY               too many requests (429); retryable
 *   CPK_ERROR_NETWORK            no connection, or an HTTP status of 500 or more; retryable
 *   CPK_ERROR_TIMEOUT            no answer in time; retryable
 *   CPK_ERROR_CANCELLED          `cancel` was requested
 */

#include <contextpack/cancel.h>
#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The result of a request ---- */

/**
 * An object that Stripe created: a checkout session, a customer, a session of the billing portal, or a refund.
 * An immutable record: any thread may read it. Its texts are valid until cpk_stripe_object_free().
 */
typedef struct cpk_stripe_object cpk_stripe_object;

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_stripe_object_id(const cpk_stripe_object *object);   /* "cs_...", "cus_...", "re_..." */
CPK_API const char *cpk_stripe_object_type(const cpk_stripe_object *object); /* "checkout.session", ... */
CPK_API const char *
cpk_stripe_object_url(const cpk_stripe_object *object); /* the page to open in the browser, or NULL */
CPK_API const char *cpk_stripe_object_status(const cpk_stripe_object *object);   /* as Stripe spells it, or NULL */
CPK_API const char *cpk_stripe_object_currency(const cpk_stripe_object *object); /* three letters, or NULL */
CPK_API int64_t
cpk_stripe_object_amount(const cpk_stripe_object *object); /* in the currency's smallest unit; 0 if none */
CPK_API int64_t cpk_stripe_object_expires_at(const cpk_stripe_object *object); /* or CPK_TIME_UNKNOWN */
CPK_API int32_t cpk_stripe_object_is_live(const cpk_stripe_object *object);    /* 0: created in Stripe's test mode */
CPK_API const char *
cpk_stripe_object_attempt_id(const cpk_stripe_object *object); /* the payment attempt of a checkout, else NULL */
CPK_API const char *cpk_stripe_object_customer_id(const cpk_stripe_object *object); /* "cus_...", or NULL */

/** Frees the record; the object at Stripe is unchanged. NULL is allowed. Since 0.2. */
CPK_API void cpk_stripe_object_free(cpk_stripe_object *object);

/* ---- Checkouts ---- */

#define CPK_URL_BYTES_MAX 2048 /* of a URL in these requests */

/** What is bought. Start from CPK_CHECKOUT_PARAMS_INIT. Later versions add fields at the end. */
typedef struct cpk_checkout_params {
    uint32_t struct_size;    /* sizeof(cpk_checkout_params) as the caller was compiled */
    uint32_t flags;          /* 0 */
    const char *package_id;  /* required: the id of a cpk_package */
    int64_t credits;         /* the number to buy, for a package with tiers; else 0 */
    const char *success_url; /* required: URL Stripe redirects to after payment; may contain {CHECKOUT_SESSION_ID} */
    const char *cancel_url;  /* URL Stripe redirects to if the buyer cancels, or NULL */
    const char *ip_address;  /* the buyer's IPv4 or IPv6 address; NULL: unknown, and no limit by address applies */
    const char *user_agent;  /* the buyer's; the first 512 bytes are stored; or NULL */
} cpk_checkout_params;

#define CPK_CHECKOUT_PARAMS_INIT                                                                                       \
    {                                                                                                                  \
        sizeof(cpk_checkout_params), 0, NULL, 0, NULL, NULL, NULL, NULL                                                \
    }

/** Sets *params to CPK_CHECKOUT_PARAMS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_checkout_params_init(cpk_checkout_params *params, size_t struct_size);

/**
 * Creates a checkout: Stripe's page where the user pays. Every call is recorded as a cpk_payment_attempt, also if it
 * is rejected.
 *
 * @param session   any session; a user's may only buy for its own user
 * @param user_id   the buyer; NULL: the session's own user
 * @param params    what is bought; copied
 * @param cancel    may be NULL
 * @param checkout  out: open its URL in the browser; free it with cpk_stripe_object_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_LIMIT_EXCEEDED     the setting checkout.max_per_user_hour or checkout.max_per_ip_hour, counted
 *                                      over all processes; retryable
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended
 *         @errors of a request to Stripe
 * Since 0.2.
 */
CPK_API cpk_status cpk_checkout_create(cpk_session *session, const char *user_id, const cpk_checkout_params *params,
                                       const cpk_cancel *cancel, cpk_stripe_object **checkout, cpk_error **error);

/* ---- Customers and the billing portal ---- */

/**
 * Returns the user's customer at Stripe, and creates it if the user has none.
 *
 * @param session   any session; a user's may only name its own user
 * @param user_id   NULL: the session's own user
 * @param cancel    may be NULL
 * @param customer  out: free it with cpk_stripe_object_free(); NULL on failure. A customer that is already known has
 *                  only an id and a type, as no request is sent
 * @return CPK_OK
 *         @errors of a request to Stripe
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_customer(cpk_session *session, const char *user_id, const cpk_cancel *cancel,
                                       cpk_stripe_object **customer, cpk_error **error);

/**
 * Opens Stripe's billing portal, where a user changes or cancels a subscription and reads invoices. Suspended accounts
 * may use it.
 *
 * @param session     any session; a user's may only name its own user
 * @param user_id     NULL: the session's own user
 * @param return_url  URL the portal links back to; NULL: the one in the portal's configuration
 * @param cancel      may be NULL
 * @param portal      out: open its URL in the browser; free it with cpk_stripe_object_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  the user is not a customer yet
 *         @errors of a request to Stripe
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_portal(cpk_session *session, const char *user_id, const char *return_url,
                                     const cpk_cancel *cancel, cpk_stripe_object **portal, cpk_error **error);

/* ---- Refunds ---- */

/** What to refund. Start from CPK_REFUND_PARAMS_INIT. Later versions add fields at the end. */
typedef struct cpk_refund_params {
    uint32_t struct_size;          /* sizeof(cpk_refund_params) as the caller was compiled */
    uint32_t flags;                /* 0 */
    const char *key;               /* required: identifies the request, 1 to 200 bytes; the same key refunds once */
    const char *payment_intent_id; /* required: "pi_...", the stripe_payment_id of the purchase's transaction */
    int64_t amount;                /* in the currency's smallest unit; 0: all that was not refunded yet */
    const char *reason;            /* "duplicate", "fraudulent", "requested_by_customer", or NULL */
} cpk_refund_params;

#define CPK_REFUND_PARAMS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_refund_params), 0, NULL, NULL, 0, NULL                                                              \
    }

/** Sets *params to CPK_REFUND_PARAMS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_refund_params_init(cpk_refund_params *params, size_t struct_size);

/**
 * Asks Stripe to refund a payment. The credits that it bought are taken back when the webhook `charge.refunded`
 * arrives.
 *
 * @param session  the service's or an administrator's
 * @param params   what to refund; copied
 * @param cancel   may be NULL
 * @param refund   out, may be NULL: free it with cpk_stripe_object_free()
 * @return CPK_OK
 *         @errors of a request to Stripe
 * Since 0.2.
 */
CPK_API cpk_status cpk_stripe_refund(cpk_session *session, const cpk_refund_params *params, const cpk_cancel *cancel,
                                     cpk_stripe_object **refund, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
