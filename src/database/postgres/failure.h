/* Converts errors of PostgreSQL and libpq to errors of the library. Messages contain no values of rows. */
#ifndef DATABASE_POSTGRES_FAILURE_H
#define DATABASE_POSTGRES_FAILURE_H

#include "database/postgres/connection.h"

/* Converts a result's error. `name` is the database's name; cancelled 1: a cancel request was sent. */
cpk_status failure_of_result(const PGresult *result, const char *name, int32_t cancelled, cpk_error **error);
/* Returns 1 if the statement failed because the server is a read-only standby. */
int32_t failure_is_of_standby(const PGresult *result);
/* Sets the error of a connection that broke or timed out, or on which libpq ran out of memory. sqlstate is 08006, or
 * 08007 if it is unknown whether a change was committed. */
cpk_status failure_of_connection(const struct connection *connection, const char *name, const char *sqlstate,
                                 cpk_error **error);
/* Returns 1 if another host may accept the connection: this one did not respond, is starting or stopping, or does not
 * match target_session_attrs. 0 for example for a refused login. */
int32_t failure_is_of_host(const PGconn *handle);
/* Sets the error of a failed connection attempt. */
cpk_status failure_of_connecting(const PGconn *handle, const char *name, cpk_error **error);

#endif
