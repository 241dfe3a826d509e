#include "auth/jwks.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdatomic.h>
#include <string.h>

#define DEPTH_MAX 16

struct jwks {
    const struct context *context;
    atomic_size_t references;
    size_t count;
    struct jwk keys[JWKS_KEYS_MAX];
};

static cpk_status jwks_create(const struct context *context, struct jwks **keys, cpk_error **error)
{
    *keys = memory_allocate_zeroed(&context->allocator, sizeof **keys);
    if (*keys == NULL) {
        return error_out_of_memory(error);
    }
    (*keys)->context = context;
    atomic_init(&(*keys)->references, 1);
    return CPK_OK;
}

static cpk_status read_keys(struct jwks *keys, const char *origin, struct json_object *list, cpk_error **error)
{
    size_t count = json_object_array_length(list);

    if (count > JWKS_KEYS_MAX) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "auth", "%s: %zu keys; at most %d are allowed", origin, count,
                         JWKS_KEYS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        cpk_error *problem = NULL;
        cpk_status status =
            jwk_read(keys->context, json_object_array_get_idx(list, i), &keys->keys[keys->count], &problem);

        if (status == CPK_OK) {
            keys->count++;
        } else if (status == CPK_ERROR_OUT_OF_MEMORY) {
            cpk_error_free(problem);
            return error_out_of_memory(error);
        } else {
            context_log(keys->context, status == CPK_ERROR_UNSUPPORTED ? CPK_LOG_INFO : CPK_LOG_WARNING, "auth",
                        "%s: key %zu skipped: %s", origin, i + 1, cpk_error_message(problem));
            cpk_error_free(problem);
        }
    }
    if (keys->count == 0) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "auth", "%s: none of its %zu keys can verify tokens", origin,
                         count);
    }
    return CPK_OK;
}

cpk_status jwks_parse(const struct context *context, const char *origin, const char *json, size_t length,
                      struct jwks **keys, cpk_error **error)
{
    struct json_object *value = NULL;
    struct json_object *list;
    cpk_status status;

    *keys = NULL;
    if (length > JWKS_BYTES_MAX) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "auth", "%s: the key set is larger than 1 MiB", origin);
    }
    status = json_parse_strict(json, length, DEPTH_MAX, &value, error);
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return status;
    }
    list = status == CPK_OK ? json_member_array(value, "keys") : NULL;
    if (list == NULL) {
        json_object_put(value);
        return error_set(error, CPK_ERROR_INVALID_DATA, "auth", "%s: not a key set (JWKS)", origin);
    }
    CPK_TRY_CLEANUP(jwks_create(context, keys, error));
    CPK_TRY_CLEANUP(read_keys(*keys, origin, list, error));
cleanup:
    json_object_put(value);
    if (status != CPK_OK) {
        jwks_release(*keys);
        *keys = NULL;
    }
    return status;
}

cpk_status jwks_from_secret(const struct context *context, const char *secret, struct jwks **keys, cpk_error **error)
{
    cpk_status status;

    CPK_TRY(jwks_create(context, keys, error));
    status = jwk_from_secret(context, secret, &(*keys)->keys[0], error);
    (*keys)->count = 1;
    if (status != CPK_OK) {
        jwks_release(*keys);
        *keys = NULL;
    }
    return status;
}

void jwks_retain(struct jwks *keys)
{
    atomic_fetch_add(&keys->references, 1);
}

void jwks_release(struct jwks *keys)
{
    if (keys == NULL || atomic_fetch_sub(&keys->references, 1) != 1) {
        return;
    }
    for (size_t i = 0; i < keys->count; i++) {
        jwk_clear(keys->context, &keys->keys[i]);
    }
    memory_release(&keys->context->allocator, keys, sizeof *keys);
}

size_t jwks_count(const struct jwks *keys)
{
    return keys->count;
}

const struct jwk *jwks_next(const struct jwks *keys, enum jwk_algorithm algorithm, const char *kid, size_t *at)
{
    while (*at < keys->count) {
        const struct jwk *key = &keys->keys[(*at)++];

        if (key->algorithm == algorithm && (kid == NULL || key->kid == NULL || strcmp(key->kid, kid) == 0)) {
            return key;
        }
    }
    return NULL;
}
