/* Addresses of people who ask: one spelling for each, and what a limit counts them by. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdint.h>

#define ADDRESS_BYTES 64 /* of an address or a network as text, with the NUL */

/* An IPv4 or IPv6 address as its one spelling; IPv4 inside IPv6 (::ffff:192.0.2.1) as IPv4. `network` gets what belongs
 * to one subscriber: the IPv4 address itself, of an IPv6 address its /64. 0: it is no address; a port, a zone or a
 * prefix length does not belong to one. */
int32_t address_canonical(const char *text, char address[ADDRESS_BYTES], char network[ADDRESS_BYTES]);

#endif
