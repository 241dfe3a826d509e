/* Checks the network addresses of URLs that users supply: public ones and those in net.allow_addresses are allowed. */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include "base/context.h"

#include <sys/socket.h>

struct guard_network {
    unsigned char bytes[16]; /* IPv4: the first four bytes */
    int32_t family;          /* AF_INET or AF_INET6 */
    int32_t prefix_bits;
};

struct guard {
    const cpk_allocator *allocator;
    struct guard_network *allowed;
    size_t allowed_count;
};

/* Parses net.allow_addresses, for example "127.0.0.1, 10.1.0.0/16, ::1". */
cpk_status guard_init(struct guard *guard, const struct context *context, cpk_error **error);
void guard_free(struct guard *guard);

/* Returns 1 if a user's URL may connect there: an address in net.allow_addresses, or a public one with port 80 or 443.
 * IPv4 and IPv6 only; `address` has its family's full size. */
int32_t guard_allows(const struct guard *guard, const struct sockaddr *address);

/* The same for a textual address, as libcurl reports it for a reused connection. */
int32_t guard_allows_text(const struct guard *guard, const char *address, int32_t port);

#endif
