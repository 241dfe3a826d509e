/* What a database's address on the command line must not hold. */
#ifndef CLI_OPTIONS_URI_H
#define CLI_OPTIONS_URI_H

#include <stdbool.h>

/* Whether the address of a database, a URI or libpq's "host=... password=...", has a password or another secret in it,
 * in any spelling that libpq would read, and in some that it would refuse. */
bool uri_has_password(const char *text);

#endif
