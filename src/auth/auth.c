#include "auth/auth.h"

#include "auth/keyring.h"
#include "base/error.h"
#include "base/memory.h"

struct auth {
    const struct context *context;
    struct keyring *ring;
};

cpk_status auth_create(const struct context *context, struct http *client, struct auth **auth, cpk_error **error)
{
    struct keyring *ring;

    CPK_TRY(keyring_create(context, client, &ring, error));
    *auth = memory_allocate_zeroed(&context->allocator, sizeof **auth);
    if (*auth == NULL) {
        keyring_free(ring);
        return error_out_of_memory(error);
    }
    (*auth)->context = context;
    (*auth)->ring = ring;
    return CPK_OK;
}

void auth_free(struct auth *auth)
{
    if (auth != NULL) {
        keyring_free(auth->ring);
        memory_release(&auth->context->allocator, auth, sizeof *auth);
    }
}

static cpk_status set_token_error(const struct auth *auth, enum jwt_result result, cpk_error **error)
{
    const char *message = result == JWT_EXPIRED          ? "the token is expired"
                          : result == JWT_WRONG_AUDIENCE ? "the token is for another audience"
                                                         : "the token is not valid";

    if (result == JWT_NO_MEMORY) {
        return error_out_of_memory(error);
    }
    context_log(auth->context, CPK_LOG_DEBUG, "auth", "token rejected: %s", jwt_result_text(result));
    return error_set(error, CPK_ERROR_UNAUTHENTICATED, "auth", "%s", message);
}

/* Parses the token and verifies its signature. Initializes jwt in any case. */
static cpk_status check_token(struct auth *auth, const char *token, size_t length, struct jwt *jwt,
                              enum jwt_result *result, cpk_error **error)
{
    *result = jwt_read(auth->context, token, length, jwt);
    return *result == JWT_GOOD ? keyring_verify(auth->ring, jwt, result, error) : CPK_OK;
}

cpk_status auth_check(struct auth *auth, const char *token, size_t length, struct claims *claims,
                      struct buffer *payload, cpk_error **error)
{
    struct jwt jwt;
    enum jwt_result result;
    cpk_status status;

    if ((int64_t)length > context_setting(auth->context, SETTING_AUTH_MAX_TOKEN_BYTES)) {
        return error_set(error, CPK_ERROR_UNAUTHENTICATED, "auth", "the token is longer than auth.max_token_bytes");
    }
    status = check_token(auth, token, length, &jwt, &result, error);
    if (status == CPK_OK && result == JWT_GOOD) {
        result = claims_read(&jwt, claims);
    }
    if (status == CPK_OK && result == JWT_GOOD) {
        buffer_append(payload, jwt.payload, jwt.payload_length);
        result = payload->failed ? JWT_NO_MEMORY : JWT_GOOD;
    }
    jwt_clear(&jwt);
    CPK_TRY(status);
    return result == JWT_GOOD ? CPK_OK : set_token_error(auth, result, error);
}
