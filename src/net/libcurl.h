/* Loads libcurl on first use. */
#ifndef NET_LIBCURL_H
#define NET_LIBCURL_H

#include <contextpack/error.h>

/* Call before the first libcurl function. CPK_ERROR_UNSUPPORTED: it is not installed. */
cpk_status libcurl_load(cpk_error **error);

#endif
