/* libcurl, loaded when the first request needs it. */
#ifndef NET_LIBCURL_H
#define NET_LIBCURL_H

#include <contextpack/error.h>

/* Before the first function of libcurl is called. CPK_ERROR_UNSUPPORTED when it is not installed. */
cpk_status libcurl_load(cpk_error **error);

#endif
