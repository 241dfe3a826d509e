#ifndef CONTEXTPACK_NODE_HOST_H
#define CONTEXTPACK_NODE_HOST_H

/** Objects that JavaScript provides to an engine: drivers, a clock, a random source, a log. Lives as long as the
 * engine. */

#include "bridge.h"

#include <contextpack/engine.h>

typedef struct host host;

#define HOST_EXTRACTORS_MAX 32

typedef struct host_extractor {
    host *host;
    int32_t index;
    char name[64];
    cpk_extractor_driver driver;
} host_extractor;

struct host {
    atomic_int references;
    bridge *bridge;
    uint32_t id;    /* JavaScript's name of it */
    char *identity; /* of the analyzer */
    cpk_storage_driver storage;
    cpk_database_driver database;
    cpk_analyzer_driver analyzer;
    size_t extractor_count;
    host_extractor extractors[HOST_EXTRACTORS_MAX];
    const cpk_extractor_driver *extractor_drivers[HOST_EXTRACTORS_MAX];
};

host *host_create(bridge *bridge, uint32_t id);
host *host_keep(host *host);   /* NULL is allowed */
void host_release(host *host); /* drops a reference; the last one notifies JavaScript */

/** Calls one of the host's objects, like bridge_ask(). */
cpk_status host_ask(host *host, int32_t method, cell *arguments, size_t count, bool may_abandon, cell *reply,
                    cpk_error **error);

/** Returns a status other than CPK_OK from the calling function. */
#define CPK_NODE_TRY(call)                                                                                             \
    do {                                                                                                               \
        cpk_status tried = (call);                                                                                     \
        if (tried != CPK_OK) {                                                                                         \
            return tried;                                                                                              \
        }                                                                                                              \
    } while (0)

void host_storage(host *host);
void host_database(host *host, int32_t dialect, uint64_t capabilities);
void host_analyzer(host *host, uint64_t capabilities);

int64_t host_clock(void *user);
int32_t host_random(void *user, void *bytes, size_t length);
void host_log(void *user, int32_t level, const char *domain, const char *message);

#endif
