/* Finds secrets in database URIs, which must not be given on the command line. */
#ifndef CLI_OPTIONS_URI_H
#define CLI_OPTIONS_URI_H

#include <stdbool.h>

/* True if a database URI, or libpq's "host=... password=...", contains a password or another secret, in any form that
 * libpq accepts and some that it rejects. */
bool uri_has_password(const char *text);

#endif
