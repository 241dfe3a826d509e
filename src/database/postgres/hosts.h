/* Resolves the hosts of a URI to a list of addresses to try in order. */
#ifndef DATABASE_POSTGRES_HOSTS_H
#define DATABASE_POSTGRES_HOSTS_H

#include <contextpack/base.h>

#define HOSTS_MAX          32
#define HOST_BYTES         256
#define HOST_ADDRESS_BYTES 64
#define HOST_PORT_BYTES    8

struct pg_host {
    char name[HOST_BYTES];            /* "": not set */
    char address[HOST_ADDRESS_BYTES]; /* "": resolved by libpq */
    char port[HOST_PORT_BYTES];       /* "": the default */
};

struct pg_hosts {
    struct pg_host items[HOSTS_MAX];
    int32_t count;      /* 0: leave the hosts of the URI to libpq */
    int32_t unresolved; /* number of names that were not resolved in time */
};

/* Parameters are libpq's host, hostaddr and port: comma-separated lists, each may be NULL. Names are resolved in a
 * separate thread, which is abandoned if the resolver takes longer than the deadline (on time_monotonic_us()'s clock).
 * Invalid lists and unknown names are left to libpq, which reports them. */
void pg_hosts_resolve(const char *names, const char *addresses, const char *ports, int64_t deadline_us,
                      struct pg_hosts *hosts);

#endif
