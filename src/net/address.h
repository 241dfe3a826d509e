/* Canonical text of client addresses, and the network by which rate limits count them. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdint.h>

#define ADDRESS_BYTES 64 /* text of an address or network, with the NUL */

/* Writes the canonical form of an IPv4 or IPv6 address; an IPv4-mapped address (::ffff:192.0.2.1) becomes IPv4.
 * `network` is the IPv4 address itself, or the /64 of an IPv6 address, which one subscriber usually has. Returns 0 if
 * the text is not an address; a port, zone or prefix length is not accepted. */
int32_t address_canonical(const char *text, char address[ADDRESS_BYTES], char network[ADDRESS_BYTES]);

#endif
