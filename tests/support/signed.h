/* Signs webhook bodies as Stripe does. */
#ifndef TESTS_SUPPORT_SIGNED_H
#define TESTS_SUPPORT_SIGNED_H

#include "support/test.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define SIGNED_SECRET       "whsec_test_secret"
#define SIGNED_HEADER_BYTES 128

static inline void signed_header(const char *body, long long now_s, char header[SIGNED_HEADER_BYTES])
{
    unsigned char digest[32];
    char *text = NULL;
    int length = asprintf(&text, "%lld.%s", now_s, body);
    size_t used;

    assert_true(length > 0);
    assert_non_null(HMAC(EVP_sha256(), SIGNED_SECRET, sizeof SIGNED_SECRET - 1, (unsigned char *)text, (size_t)length,
                         digest, NULL));
    free(text);
    used = (size_t)snprintf(header, SIGNED_HEADER_BYTES, "t=%lld,v1=", now_s);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(header + used + 2 * i, 3, "%02x", digest[i]);
    }
}

#endif
