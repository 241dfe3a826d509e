/* The places that a URI names, as addresses to be tried one after the other. */
#ifndef DATABASE_POSTGRES_HOSTS_H
#define DATABASE_POSTGRES_HOSTS_H

#include <contextpack/base.h>

#define HOSTS_MAX          32
#define HOST_BYTES         256
#define HOST_ADDRESS_BYTES 64
#define HOST_PORT_BYTES    8

struct pg_host {
    char name[HOST_BYTES];            /* "": not given */
    char address[HOST_ADDRESS_BYTES]; /* "": libpq finds it */
    char port[HOST_PORT_BYTES];       /* "": the default */
};

struct pg_hosts {
    struct pg_host items[HOSTS_MAX];
    int32_t count;      /* 0: libpq takes what the URI says */
    int32_t unresolved; /* names for which the resolver took too long */
};

/* Lists of libpq's parameters host, hostaddr and port, separated by commas; each may be NULL. Names are resolved, in a
 * thread of its own, which is left behind where the resolver takes longer than the deadline (of time_monotonic_us()).
 * What can't be told apart here is left to libpq. */
void pg_hosts_find(const char *names, const char *addresses, const char *ports, int64_t deadline_us,
                   struct pg_hosts *hosts);

#endif
