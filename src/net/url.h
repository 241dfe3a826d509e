/* Validates URLs: http or https, with a host, without credentials. */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/buffer.h"

#include <contextpack/error.h>

#define URL_BYTES_MAX 8192
#define URL_HOST_MAX  256
#define URL_SHOWN_MAX 256

/* CPK_ERROR_INVALID_ARGUMENT for a URL that the client does not accept. `shown` receives the URL without query and
 * fragment, which may contain secrets. */
cpk_status url_check(const char *url, char shown[URL_SHOWN_MAX], cpk_error **error);

/* A URL that url_check() accepts. */
struct url_parts {
    char host[URL_HOST_MAX];  /* lower case, as in the URL: an international name is not encoded */
    char path[URL_BYTES_MAX]; /* without query and fragment */
    int32_t is_https;
    int32_t has_port; /* a port other than the scheme's */
};

cpk_status url_split(const char *url, struct url_parts *parts, cpk_error **error);

/* Sets `target` to the URL that `location`, absolute or relative, means in a response to `base`. */
cpk_status url_join(struct buffer *target, const char *base, const char *location, cpk_error **error);

#endif
