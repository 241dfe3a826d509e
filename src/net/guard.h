/* Which network addresses a URL that a user named may lead to: public ones, and those the operator allowed. */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include "base/context.h"

#include <sys/socket.h>

struct guard_network {
    unsigned char bytes[16]; /* IPv4: the first four */
    int32_t family;          /* AF_INET or AF_INET6 */
    int32_t prefix_bits;
};

struct guard {
    const cpk_allocator *allocator;
    struct guard_network *allowed;
    size_t allowed_count;
};

/* Reads the networks of net.allow_addresses: "127.0.0.1, 10.1.0.0/16, ::1". */
cpk_status guard_init(struct guard *guard, const struct context *context, cpk_error **error);
void guard_free(struct guard *guard);

/* 1 when a user's URL may lead there: an address on the operator's list, or a public one at port 80 or 443. IPv4 and
 * IPv6 addresses only; `address` is as long as its family says. */
int32_t guard_allows(const struct guard *guard, const struct sockaddr *address);

/* The same for an address as text, such as libcurl tells of a connection that it used again. */
int32_t guard_allows_text(const struct guard *guard, const char *address, int32_t port);

#endif
