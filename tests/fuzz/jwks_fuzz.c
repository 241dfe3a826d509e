/* Key sets: what a file or a peer may hold. */
#include "auth/jwks.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char signature[64] = {1};
    struct context context;
    struct jwks *keys;

    context_init(&context);
    if (jwks_parse(&context, "fuzz", (const char *)data, size, &keys, NULL) != CPK_OK) {
        return 0;
    }
    for (enum jwk_algorithm algorithm = JWK_HS256; algorithm <= JWK_EDDSA; algorithm++) {
        size_t at = 0;
        const struct jwk *key;

        while ((key = jwks_next(keys, algorithm, NULL, &at)) != NULL) {
            if (jwk_verify(key, "text", 4, signature, sizeof signature) == JWK_SIGNATURE_GOOD) {
                abort(); /* nobody has signed it */
            }
        }
    }
    jwks_release(keys);
    return 0;
}
