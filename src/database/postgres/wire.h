/* Sending on one connection and waiting for answers, never longer than the peer may be silent. */
#ifndef DATABASE_POSTGRES_WIRE_H
#define DATABASE_POSTGRES_WIRE_H

#include "database/postgres/pool.h"

/* From now on the peer may be silent for so long; 0: for any time. */
void wire_limit(struct connection *connection, int64_t limit_ms);

/* Sends what libpq has buffered. `then_ms` is the limit from the first answer on. 0 when the connection broke, or the
 * peer neither read nor answered in time, which spoils the connection. */
int32_t wire_flush(struct connection *connection, int64_t then_ms);

/* Waits for something to read and takes it. 0 when the connection broke or the peer was silent for too long. */
int32_t wire_read(struct connection *connection);

#endif
