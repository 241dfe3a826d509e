/* URLs before they are used: http or https, a host, no credentials; and what of them may be shown. */
#ifndef NET_URL_H
#define NET_URL_H

#include <contextpack/error.h>

#define URL_BYTES_MAX 8192
#define URL_SHOWN_MAX 256

/* CPK_ERROR_INVALID_ARGUMENT when it is not one that the client takes. `shown` gets scheme, host, port and path: a
 * query may hold secrets. */
cpk_status url_check(const char *url, char shown[URL_SHOWN_MAX], cpk_error **error);

#endif
