/* Sends and receives on one connection, with a limit on how long the server may be silent. */
#ifndef DATABASE_POSTGRES_WIRE_H
#define DATABASE_POSTGRES_WIRE_H

#include "database/postgres/connection.h"

/* Restarts the limit: the server may be silent for limit_ms from now on; 0: no limit. */
void wire_limit(struct connection *connection, int64_t limit_ms);

/* Sends what libpq has buffered. next_limit_ms is the limit after the first response. Returns 0 if the connection broke
 * or timed out, after which it is unusable. */
int32_t wire_flush(struct connection *connection, int64_t next_limit_ms);

/* Waits for input and consumes it. Returns 0 if the connection broke or timed out. */
int32_t wire_read(struct connection *connection);

#endif
