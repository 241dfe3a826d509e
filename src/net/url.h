/* Validates URLs: http or https, with a host, without credentials. */
#ifndef NET_URL_H
#define NET_URL_H

#include <contextpack/error.h>

#define URL_BYTES_MAX 8192
#define URL_SHOWN_MAX 256

/* CPK_ERROR_INVALID_ARGUMENT for a URL that the client does not accept. `shown` receives the URL without query and
 * fragment, which may contain secrets. */
cpk_status url_check(const char *url, char shown[URL_SHOWN_MAX], cpk_error **error);

#endif
