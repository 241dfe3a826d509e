#include "net/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define SUBSCRIBER_BYTES 8 /* network part of an IPv6 address: a /64 */
#define MAPPED_AT        12

static const unsigned char MAPPED[MAPPED_AT] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

int32_t address_canonical(const char *text, char address[ADDRESS_BYTES], char network[ADDRESS_BYTES])
{
    unsigned char bytes[16];

    if (inet_pton(AF_INET, text, bytes) == 1) {
        inet_ntop(AF_INET, bytes, address, ADDRESS_BYTES);
        strcpy(network, address);
        return 1;
    }
    if (inet_pton(AF_INET6, text, bytes) != 1) {
        return 0;
    }
    if (memcmp(bytes, MAPPED, sizeof MAPPED) == 0) {
        inet_ntop(AF_INET, bytes + MAPPED_AT, address, ADDRESS_BYTES);
        strcpy(network, address);
        return 1;
    }
    inet_ntop(AF_INET6, bytes, address, ADDRESS_BYTES);
    memset(bytes + SUBSCRIBER_BYTES, 0, sizeof bytes - SUBSCRIBER_BYTES);
    inet_ntop(AF_INET6, bytes, network, ADDRESS_BYTES);
    strcat(network, "/64");
    return 1;
}
