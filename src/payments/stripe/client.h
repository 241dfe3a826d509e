/* Stripe API requests: authenticated, versioned, safe to retry; maps errors to cpk_status. */
#ifndef PAYMENTS_STRIPE_CLIENT_H
#define PAYMENTS_STRIPE_CLIENT_H

#include "net/http.h"
#include "payments/stripe/answer.h"

#define CLIENT_API_BASE    "https://api.stripe.com"
#define CLIENT_API_VERSION "2025-03-31.basil" /* API version of the requests and responses here */

/* Checks that the settings allow requests. CPK_ERROR_INVALID_ARGUMENT names the setting. */
cpk_status client_check(const struct context *context, cpk_error **error);

struct client_request {
    const struct context *context;
    struct http *http;
    const char *path;            /* "/v1/..." */
    const struct buffer *form;   /* the body of a POST, the query of a GET */
    const char *idempotency_key; /* of a POST, up to 255 bytes; NULL for a GET */
    const cpk_cancel *cancel;    /* may be NULL */
    struct arena *arena;         /* receives the texts of an answer, and of an error */
};

/* POSTs the form. The same idempotency key and form have one effect at Stripe for at least a day, however often they
 * are sent; a request is sent at most three times by itself.
 *
 * What Stripe refuses: 400 CPK_ERROR_INVALID_ARGUMENT, 401 and 403 _PERMISSION_DENIED, 402 _CONFLICT, 404 _NOT_FOUND,
 * 409 _CONFLICT (retryable), 429 _BUSY (retryable), anything else _NETWORK (retryable from 500 on), all with
 * "HTTP <status>" as native code and Stripe's type, code and message in the message. Before there is an answer: as
 * http_perform. The key and the form are in no message and no log. */
cpk_status client_post(const struct client_request *request, struct answer *answer, cpk_error **error);

/* GETs a page of a list, with the form as the query. Errors as above. *list needs answer_list_free() after CPK_OK. */
cpk_status client_list(const struct client_request *request, struct answer_list *list, cpk_error **error);

#endif
