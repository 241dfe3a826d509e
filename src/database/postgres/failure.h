/* What PostgreSQL and libpq complain about, as errors of the library: by SQLSTATE, without values of rows. */
#ifndef DATABASE_POSTGRES_FAILURE_H
#define DATABASE_POSTGRES_FAILURE_H

#include "database/postgres/pool.h"

/* The error of a result. `name` tells which database; `cancelled` 1: it was asked to stop. */
cpk_status failure_of_result(const PGresult *result, const char *name, int32_t cancelled, cpk_error **error);
/* 1: the server is a standby, which became one after the connection was made, or before it was chosen. */
int32_t failure_is_of_standby(const PGresult *result);
/* The error of a connection that broke, whose peer was silent for too long, or on which libpq ran out of memory:
 * sqlstate is 08006, or 08007 when nobody can know whether a change was committed. */
cpk_status failure_of_connection(const struct connection *connection, const char *name, const char *sqlstate,
                                 cpk_error **error);
/* 1: the next host may do where this one could not: nobody answered there, it has just started or is stopping, or is
 * not of the kind that target_session_attrs wants. A refused login is the same everywhere. */
int32_t failure_is_of_host(const PGconn *handle);
/* The error of a connection that did not come about. */
cpk_status failure_of_connecting(const PGconn *handle, const char *name, cpk_error **error);

#endif
