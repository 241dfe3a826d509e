#include "database/postgres/wire.h"

#include "base/time.h"
#include "database/postgres/libpq.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

#define US_PER_MS 1000

void wire_limit(struct connection *connection, int64_t limit_ms)
{
    connection->limit_ms = limit_ms;
    connection->deadline_us = limit_ms > 0 ? time_monotonic_us() + limit_ms * US_PER_MS : 0;
}

static int poll_timeout(const struct connection *connection)
{
    int64_t left_ms;

    if (connection->deadline_us == 0) {
        return -1;
    }
    left_ms = (connection->deadline_us - time_monotonic_us() + US_PER_MS - 1) / US_PER_MS;
    return left_ms > INT_MAX ? INT_MAX : left_ms > 0 ? (int)left_ms : 0;
}

/* Waits for one of `events` and returns those that occurred, or 0 on timeout or failure. */
static short wait_for(struct connection *connection, short events)
{
    struct pollfd socket = {PQsocket(connection->handle), events, 0};

    while (socket.fd >= 0) {
        int ready = poll(&socket, 1, poll_timeout(connection));

        if (ready > 0) {
            return socket.revents;
        }
        if (ready == 0 && poll_timeout(connection) == 0) {
            connection->is_late = 1;
            break;
        }
        if (ready < 0 && errno != EINTR && errno != EAGAIN) {
            break;
        }
    }
    connection->is_unusable = 1;
    return 0;
}

int32_t wire_read(struct connection *connection)
{
    return wait_for(connection, POLLIN) != 0 && PQconsumeInput(connection->handle);
}

/* Also consumes input, because a server that can't send its responses stops reading. */
int32_t wire_flush(struct connection *connection, int64_t next_limit_ms)
{
    PGconn *handle = connection->handle;
    int unsent;

    while ((unsent = PQflush(handle)) > 0) {
        short events = wait_for(connection, POLLIN | POLLOUT);

        if (events == 0 || ((events & ~POLLOUT) != 0 && !PQconsumeInput(handle))) {
            return 0;
        }
        wire_limit(connection, PQisBusy(handle) ? connection->limit_ms : next_limit_ms);
    }
    return unsent == 0;
}
