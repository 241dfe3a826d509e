/* What PostgreSQL and libpq complain about, as errors of the library: by SQLSTATE, without values of rows. */
#ifndef DATABASE_POSTGRES_FAILURE_H
#define DATABASE_POSTGRES_FAILURE_H

#include "base/context.h"

#include <libpq-fe.h>

#define SQLSTATE_BYTES 6 /* with the NUL */

/* What an SQLSTATE means here; `is_fatal` 1: the server ended the connection with it. */
cpk_status failure_code(const char *sqlstate, int32_t is_fatal);
int32_t failure_is_retryable(const char *sqlstate, int32_t is_fatal);

/* The error of a result. `name` tells which database; `cancelled` 1: it was asked to stop. */
cpk_status failure_of_result(const PGresult *result, const char *name, int32_t cancelled, cpk_error **error);
/* The error of a connection that broke, or on which libpq ran out of memory: sqlstate is 08006, or 08007 when nobody
 * can know what a COMMIT came to. */
cpk_status failure_of_connection(const PGconn *handle, const char *name, const char *sqlstate, cpk_error **error);
/* The error of a connection that did not come about. */
cpk_status failure_of_connecting(const PGconn *handle, const char *name, cpk_error **error);

#endif
