/* Tokens: the parts of one that anybody can send, and the claims that a good signature lets through. */
#include "auth/claims.h"
#include "base/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char KEYS[] =
    "{\"keys\":["
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"},"
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

static const char SECRET[] = "a secret of this target, of at least 32 bytes";

static void read_token(const struct context *context, const struct jwks *keys, const uint8_t *data, size_t size)
{
    struct jwt jwt;
    struct claims claims;

    if (jwt_read(context, (const char *)data, size, &jwt) == JWT_GOOD && jwt_verify(&jwt, keys) == JWT_GOOD) {
        claims_read(&jwt, &claims);
    }
    jwt_clear(&jwt);
}

static void read_payload(const struct context *context, const uint8_t *data, size_t size)
{
    struct jwt jwt = {.context = context, .payload = (char *)(uintptr_t)data, .payload_length = size};
    struct claims claims;

    if (claims_read(&jwt, &claims) == JWT_GOOD &&
        (strlen(claims.role) >= sizeof claims.role || strlen(claims.full_name) > CLAIMS_NAME_BYTES_MAX)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct context context;
    struct jwks *keys;
    struct jwks *secret;

    context_init(&context);
    if (jwks_parse(&context, "fuzz", KEYS, sizeof KEYS - 1, &keys, NULL) != CPK_OK ||
        jwks_from_secret(&context, SECRET, &secret, NULL) != CPK_OK) {
        abort();
    }
    read_token(&context, keys, data, size);
    read_token(&context, secret, data, size);
    read_payload(&context, data, size);
    jwks_release(secret);
    jwks_release(keys);
    return 0;
}
