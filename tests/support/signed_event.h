/* Signs a webhook's body as Stripe does. */
#ifndef TESTS_SUPPORT_SIGNED_EVENT_H
#define TESTS_SUPPORT_SIGNED_EVENT_H

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNED_HEADER_BYTES 128

static inline void signed_header(const char *secret, int64_t at_s, const char *body, char header[SIGNED_HEADER_BYTES])
{
    unsigned char digest[32];
    size_t size = strlen(body) + 32;
    char *text = malloc(size);
    size_t used;
    int length;

    if (text == NULL) {
        abort();
    }
    length = snprintf(text, size, "%lld.%s", (long long)at_s, body);
    if (HMAC(EVP_sha256(), secret, (int)strlen(secret), (unsigned char *)text, (size_t)length, digest, NULL) == NULL) {
        abort();
    }
    free(text);
    used = (size_t)snprintf(header, SIGNED_HEADER_BYTES, "t=%lld,v1=", (long long)at_s);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(header + used + 2 * i, 3, "%02x", digest[i]);
    }
}

#endif
