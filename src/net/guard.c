#include "net/guard.h"

#include "base/error.h"
#include "base/memory.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define NETWORK_TEXT_BYTES 64

/* IANA's special-purpose address registry, and addresses of cloud metadata services. */
static const struct guard_network CLOSED_V4[] = {
    {{0}, AF_INET, 8},                 /* this network */
    {{10}, AF_INET, 8},                /* private */
    {{100, 64}, AF_INET, 10},          /* carrier-grade NAT; 100.100.100.200 is a metadata service */
    {{127}, AF_INET, 8},               /* loopback */
    {{168, 63, 129, 16}, AF_INET, 32}, /* Azure host agent */
    {{169, 254}, AF_INET, 16},         /* link-local; 169.254.169.254 is the usual metadata service */
    {{172, 16}, AF_INET, 12},          /* private */
    {{192, 0, 0}, AF_INET, 24},        /* protocol assignments; 192.0.0.192 is a metadata service */
    {{192, 0, 2}, AF_INET, 24},        /* documentation */
    {{192, 31, 196}, AF_INET, 24},     /* AS112 */
    {{192, 52, 193}, AF_INET, 24},     /* multicast tunnels */
    {{192, 88, 99}, AF_INET, 24},      /* 6to4 relays */
    {{192, 168}, AF_INET, 16},         /* private */
    {{192, 175, 48}, AF_INET, 24},     /* AS112 */
    {{198, 18}, AF_INET, 15},          /* benchmarks */
    {{198, 51, 100}, AF_INET, 24},     /* documentation */
    {{203, 0, 113}, AF_INET, 24},      /* documentation */
    {{224}, AF_INET, 4},               /* multicast */
    {{240}, AF_INET, 4},               /* reserved, broadcast */
};

/* Global unicast. Everything outside is refused: loopback, mapped, compatible, translated, NAT64, unique local,
 * link-local, site-local, multicast, discard, segment routing. */
static const struct guard_network OPEN_V6 = {{0x20}, AF_INET6, 3};

static const struct guard_network CLOSED_V6[] = {
    {{0x20, 0x01}, AF_INET6, 23},                   /* protocol assignments; Teredo, ORCHID, benchmarks */
    {{0x20, 0x01, 0x0d, 0xb8}, AF_INET6, 32},       /* documentation */
    {{0x20, 0x02}, AF_INET6, 16},                   /* 6to4 */
    {{0x26, 0x20, 0x00, 0x4f, 0x80}, AF_INET6, 48}, /* AS112 */
    {{0x3f, 0xff}, AF_INET6, 20},                   /* documentation */
};

/* A socket address, independent of its family's layout. */
struct guard_address {
    unsigned char bytes[16]; /* IPv4: the first four bytes */
    int32_t family;          /* AF_INET or AF_INET6 */
    int32_t port;
};

static int32_t network_contains(const struct guard_network *network, const struct guard_address *address)
{
    size_t whole = (size_t)network->prefix_bits / 8;
    int32_t rest = network->prefix_bits % 8;

    if (address->family != network->family || memcmp(address->bytes, network->bytes, whole) != 0) {
        return 0;
    }
    return rest == 0 || ((address->bytes[whole] ^ network->bytes[whole]) >> (8 - rest)) == 0;
}

static int32_t any_contains(const struct guard_network *networks, size_t count, const struct guard_address *address)
{
    for (size_t i = 0; i < count; i++) {
        if (network_contains(&networks[i], address)) {
            return 1;
        }
    }
    return 0;
}

/* Returns 1 for an address on the public internet: not loopback, private, link-local, multicast, reserved or a cloud
 * metadata service, and not an IPv6 address that embeds an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo). */
static int32_t is_public(const struct guard_address *address)
{
    if (address->family == AF_INET) {
        return !any_contains(CLOSED_V4, sizeof CLOSED_V4 / sizeof CLOSED_V4[0], address);
    }
    return network_contains(&OPEN_V6, address) &&
           !any_contains(CLOSED_V6, sizeof CLOSED_V6 / sizeof CLOSED_V6[0], address);
}

static int32_t is_allowed(const struct guard *guard, const struct guard_address *address)
{
    return any_contains(guard->allowed, guard->allowed_count, address) ||
           ((address->port == 80 || address->port == 443) && is_public(address));
}

int32_t guard_allows(const struct guard *guard, const struct sockaddr *address)
{
    struct guard_address copy = {.family = address->sa_family};
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        memcpy(copy.bytes, &v4.sin_addr, sizeof v4.sin_addr);
        copy.port = ntohs(v4.sin_port);
    } else if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof v6);
        memcpy(copy.bytes, &v6.sin6_addr, sizeof v6.sin6_addr);
        copy.port = ntohs(v6.sin6_port);
    } else {
        return 0;
    }
    return is_allowed(guard, &copy);
}

int32_t guard_allows_text(const struct guard *guard, const char *address, int32_t port)
{
    struct guard_address copy = {.family = AF_INET, .port = port};

    if (address == NULL || port < 1 || port > 65535) {
        return 0;
    }
    if (inet_pton(AF_INET, address, copy.bytes) != 1) {
        copy.family = AF_INET6;
        if (inet_pton(AF_INET6, address, copy.bytes) != 1) {
            return 0;
        }
    }
    return is_allowed(guard, &copy);
}

/* Parses "10.1.0.0/16", or a single address. */
static int32_t read_network(const char *text, struct guard_network *network)
{
    char address[NETWORK_TEXT_BYTES];
    size_t length = strcspn(text, "/");
    long bits = -1;
    int32_t bits_max = 0;

    memcpy(address, text, length);
    address[length] = '\0';
    memset(network, 0, sizeof *network);
    network->family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
    bits_max = network->family == AF_INET ? 32 : 128;
    if (inet_pton(network->family, address, network->bytes) != 1) {
        return 0;
    }
    if (text[length] == '/') {
        char *end = NULL;

        bits = isdigit((unsigned char)text[length + 1]) ? strtol(text + length + 1, &end, 10) : -1;
        if (end == NULL || *end != '\0' || bits < 0 || bits > bits_max) {
            return 0;
        }
    }
    network->prefix_bits = bits < 0 ? bits_max : (int32_t)bits;
    return 1;
}

static cpk_status add_network(struct guard *guard, const char *text, size_t length, cpk_error **error)
{
    char network[NETWORK_TEXT_BYTES] = "";
    struct guard_network *grown;

    if (length < sizeof network) {
        memcpy(network, text, length);
    }
    grown = memory_resize_array(guard->allocator, guard->allowed, guard->allowed_count, guard->allowed_count + 1,
                                sizeof *grown);
    if (grown == NULL) {
        return error_out_of_memory(error);
    }
    guard->allowed = grown;
    if (!read_network(network, &grown[guard->allowed_count++])) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "net",
                         "net.allow_addresses: \"%.*s\" is not an address or a network such as 10.1.0.0/16",
                         length < sizeof network ? (int)length : (int)sizeof network, text);
    }
    return CPK_OK;
}

cpk_status guard_init(struct guard *guard, const struct context *context, cpk_error **error)
{
    const char *at = context_text_setting(context, TEXT_SETTING_NET_ALLOW_ADDRESSES);

    guard->allocator = &context->allocator;
    guard->allowed = NULL;
    guard->allowed_count = 0;
    for (;;) {
        size_t length;

        at += strspn(at, " ,");
        if (*at == '\0') {
            return CPK_OK;
        }
        length = strcspn(at, " ,");
        CPK_TRY(add_network(guard, at, length, error));
        at += length;
    }
}

void guard_free(struct guard *guard)
{
    memory_release_array(guard->allocator, guard->allowed, guard->allowed_count, sizeof *guard->allowed);
    guard->allowed = NULL;
    guard->allowed_count = 0;
}
