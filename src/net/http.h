/* HTTP client on libcurl: pooled connections, timeouts, retries, limited response sizes, address checks. TLS is always
 * verified; proxies, redirects, cookies and .netrc are disabled. Thread-safe. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/context.h"
#include "net/http_message.h"

struct http;

cpk_status http_create(const struct context *context, struct http **client, cpk_error **error);
void http_free(struct http *client); /* NULL is allowed; no request may be running */

/* Sends a request, with retries, and receives the response. CPK_OK for any HTTP status. Call http_response_free()
 * afterwards, also on failure. Errors: CPK_ERROR_NETWORK, _TIMEOUT, _CANCELLED, _LIMIT_EXCEEDED, _PERMISSION_DENIED
 * (the guard refused the address), _INVALID_ARGUMENT. */
cpk_status http_perform(struct http *client, const struct http_request *request, struct http_response *response,
                        cpk_error **error);
/* Closes the connections that no request uses: one of them has sent an answer to another request. */
void http_drop_idle(struct http *client);
/* Waits before the next attempt of a caller that retries by itself. CPK_ERROR_CANCELLED; `cancel` may be NULL. */
cpk_status http_wait_ms(int64_t delay_ms, const cpk_cancel *cancel, cpk_error **error);
void http_response_free(struct http_response *response);

/* CPK_ERROR_NETWORK, with a native code such as "HTTP 503", unless the status is 2xx. The message omits the body. */
cpk_status http_expect_success(const struct http_response *response, cpk_error **error);

#endif
