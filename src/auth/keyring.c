#include "auth/keyring.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FETCH_CONNECT_TIMEOUT_MS 5000
#define FETCH_TOTAL_TIMEOUT_MS   10000

/* Identifies a file's version. */
struct file_stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

struct keyring {
    const struct context *context;
    struct http *client;
    const char *file; /* path and URL are borrowed from the settings; "": not set */
    const char *url;
    struct jwks *secret; /* NULL: not set; immutable */
    pthread_mutex_t lock;
    pthread_cond_t fetched;
    struct jwks *file_keys; /* guarded by the lock, as what follows; NULL: not loaded yet */
    struct file_stamp file_stamp;
    struct jwks *url_keys; /* NULL: not fetched yet; a failed fetch does not change it */
    int64_t fetched_us;    /* time of the last successful fetch */
    int64_t tried_us;      /* start of the last fetch; CPK_TIME_UNKNOWN: none */
    int32_t is_fetching;   /* a thread is fetching */
    uint64_t fetches;      /* completed fetches, successful or not */
};

cpk_status keyring_create(const struct context *context, struct http *client, struct keyring **ring, cpk_error **error)
{
    const char *secret = context_text_setting(context, TEXT_SETTING_AUTH_JWT_SECRET);
    const char *file = context_text_setting(context, TEXT_SETTING_AUTH_JWKS_FILE);
    const char *url = context_text_setting(context, TEXT_SETTING_AUTH_JWKS_URL);
    struct jwks *secret_keys = NULL;
    struct keyring *created;

    if (secret[0] == '\0' && file[0] == '\0' && url[0] == '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "auth",
                         "no keys to verify tokens with: set auth.jwt_secret, auth.jwks_file or auth.jwks_url");
    }
    if (secret[0] != '\0') {
        CPK_TRY(jwks_from_secret(context, secret, &secret_keys, error));
    }
    created = memory_allocate_zeroed(&context->allocator, sizeof *created);
    if (created == NULL) {
        jwks_release(secret_keys);
        return error_out_of_memory(error);
    }
    created->context = context;
    created->client = client;
    created->file = file;
    created->url = url;
    created->secret = secret_keys;
    created->tried_us = CPK_TIME_UNKNOWN;
    pthread_mutex_init(&created->lock, NULL);
    pthread_cond_init(&created->fetched, NULL);
    *ring = created;
    return CPK_OK;
}

void keyring_free(struct keyring *ring)
{
    if (ring == NULL) {
        return;
    }
    jwks_release(ring->secret);
    jwks_release(ring->file_keys);
    jwks_release(ring->url_keys);
    pthread_cond_destroy(&ring->fetched);
    pthread_mutex_destroy(&ring->lock);
    memory_release(&ring->context->allocator, ring, sizeof *ring);
}

/* --- the file --- */

static int32_t same_stamp(const struct file_stamp *one, const struct file_stamp *other)
{
    return one->device == other->device && one->inode == other->inode && one->size == other->size &&
           one->changed.tv_sec == other->changed.tv_sec && one->changed.tv_nsec == other->changed.tv_nsec;
}

static struct file_stamp stamp_of(const struct stat *info)
{
    return (struct file_stamp){info->st_dev, info->st_ino, info->st_size, info->st_mtim};
}

static cpk_status read_bytes(const char *path, int descriptor, struct buffer *bytes, cpk_error **error)
{
    for (;;) {
        char *room = buffer_reserve(bytes, 65536);
        ssize_t got;

        if (room == NULL) {
            return error_out_of_memory(error);
        }
        got = read(descriptor, room, 65536);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set_errno(error, errno, "auth", "auth.jwks_file: can't read %s", path);
        }
        bytes->length += (size_t)got;
        if (got == 0 || bytes->length > JWKS_BYTES_MAX) {
            return CPK_OK; /* jwks_parse() rejects a set that is too long */
        }
    }
}

static cpk_status load_file(struct keyring *ring, struct file_stamp *stamp, struct jwks **keys, cpk_error **error)
{
    int descriptor = open(ring->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat info;
    struct buffer bytes;
    cpk_status status;

    if (descriptor < 0) {
        return error_set_errno(error, errno, "auth", "auth.jwks_file: can't open %s", ring->file);
    }
    buffer_init(&bytes, &ring->context->allocator);
    if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
        status = error_set(error, CPK_ERROR_INVALID_ARGUMENT, "auth", "auth.jwks_file: %s is not a regular file",
                           ring->file);
        goto cleanup;
    }
    *stamp = stamp_of(&info);
    CPK_TRY_CLEANUP(read_bytes(ring->file, descriptor, &bytes, error));
    CPK_TRY_CLEANUP(jwks_parse(ring->context, ring->file, buffer_text(&bytes), bytes.length, keys, error));
cleanup:
    buffer_free(&bytes);
    close(descriptor);
    return status;
}

/* Reloads the file if it changed; the caller holds the lock. If that fails, the previous keys stay in use. */
static cpk_status refresh_file(struct keyring *ring, cpk_error **error)
{
    struct stat info;
    struct file_stamp stamp;
    struct jwks *keys = NULL;
    cpk_error *problem = NULL;
    cpk_status status;

    if (ring->file_keys != NULL && stat(ring->file, &info) == 0) {
        stamp = stamp_of(&info);
        if (same_stamp(&stamp, &ring->file_stamp)) {
            return CPK_OK;
        }
    }
    status = load_file(ring, &stamp, &keys, &problem);
    if (status == CPK_OK) {
        jwks_release(ring->file_keys);
        ring->file_keys = keys;
        ring->file_stamp = stamp;
        context_log(ring->context, CPK_LOG_INFO, "auth", "auth.jwks_file: %zu keys loaded", jwks_count(keys));
        return CPK_OK;
    }
    if (ring->file_keys != NULL) {
        context_log(ring->context, CPK_LOG_WARNING, "auth", "the previously loaded keys stay in use: %s",
                    cpk_error_message(problem));
        cpk_error_free(problem);
        return CPK_OK;
    }
    error_set(error, status, "auth", "%s", cpk_error_message(problem));
    cpk_error_free(problem);
    return status;
}

/* Sets *keys to a new reference, or to NULL if no file is configured. */
static cpk_status get_file_keys(struct keyring *ring, struct jwks **keys, cpk_error **error)
{
    cpk_status status;

    *keys = NULL;
    if (ring->file[0] == '\0') {
        return CPK_OK;
    }
    pthread_mutex_lock(&ring->lock);
    status = refresh_file(ring, error);
    if (status == CPK_OK) {
        *keys = ring->file_keys;
        jwks_retain(*keys);
    }
    pthread_mutex_unlock(&ring->lock);
    return status;
}

/* --- the URL --- */

static cpk_status fetch(const struct keyring *ring, struct jwks **keys, cpk_error **error)
{
    const struct http_header headers[] = {{"Accept", "application/jwk-set+json, application/json"}};
    const struct http_request request = {
        .url = ring->url,
        .is_trusted = 1,
        .is_repeatable = 1,
        .headers = headers,
        .header_count = 1,
        .max_body_bytes = JWKS_BYTES_MAX,
        .max_body_name = "a key set (1 MiB)",
        .connect_timeout_ms = FETCH_CONNECT_TIMEOUT_MS,
        .total_timeout_ms = FETCH_TOTAL_TIMEOUT_MS,
    };
    struct http_response response;
    cpk_status status;

    CPK_TRY_CLEANUP(http_perform(ring->client, &request, &response, error));
    CPK_TRY_CLEANUP(http_expect_success(&response, error));
    CPK_TRY_CLEANUP(
        jwks_parse(ring->context, "auth.jwks_url", buffer_text(&response.body), response.body.length, keys, error));
cleanup:
    http_response_free(&response);
    return status;
}

/* Fetches the keys with the lock released; is_fetching keeps other threads from doing the same. On failure the previous
 * keys stay. The caller holds the lock. */
static cpk_status fetch_unlocked(struct keyring *ring, cpk_error **error)
{
    struct jwks *keys = NULL;
    const int64_t tried_before_us = ring->tried_us;
    cpk_status status;

    ring->is_fetching = 1;
    ring->tried_us = context_local_now(ring->context);
    pthread_mutex_unlock(&ring->lock);
    status = fetch(ring, &keys, error);
    pthread_mutex_lock(&ring->lock);
    if (status == CPK_OK) {
        jwks_release(ring->url_keys);
        ring->url_keys = keys;
        ring->fetched_us = context_local_now(ring->context);
    } else if (status == CPK_ERROR_OUT_OF_MEMORY) {
        ring->tried_us = tried_before_us; /* not the server's fault: no delay before the next try */
    }
    ring->is_fetching = 0;
    ring->fetches++;
    pthread_cond_broadcast(&ring->fetched);
    return status;
}

/* Returns 1 if the setting's time has passed since since_us, if the clock went backwards, or if since_us is unknown. */
static int32_t is_past(const struct keyring *ring, int64_t since_us, enum setting setting)
{
    int64_t now_us = context_local_now(ring->context);

    return since_us == CPK_TIME_UNKNOWN || now_us < since_us ||
           now_us - since_us >= context_setting(ring->context, setting) * 1000;
}

/* Fetches the keys if they are older than auth.jwks_ttl_ms, or early if is_wanted (a token's key is unknown), but not
 * more often than auth.jwks_retry_ms. Waits for another thread's fetch only if there are no keys yet or is_wanted. The
 * caller holds the lock. */
static cpk_status refresh_url(struct keyring *ring, int32_t is_wanted, cpk_error **error)
{
    cpk_error *problem = NULL;
    cpk_status status;

    if (ring->is_fetching && (ring->url_keys == NULL || is_wanted)) {
        uint64_t fetches = ring->fetches;

        while (ring->fetches == fetches) {
            pthread_cond_wait(&ring->fetched, &ring->lock);
        }
    }
    if (!ring->is_fetching && is_past(ring, ring->tried_us, SETTING_AUTH_JWKS_RETRY_MS) &&
        (ring->url_keys == NULL || is_wanted || is_past(ring, ring->fetched_us, SETTING_AUTH_JWKS_TTL_MS))) {
        status = fetch_unlocked(ring, &problem);
        if (status != CPK_OK && ring->url_keys != NULL) {
            context_log(ring->context, CPK_LOG_WARNING, "auth", "the previously fetched keys stay in use: %s",
                        cpk_error_message(problem));
        } else if (status != CPK_OK) {
            error_set_native(error, status, "auth", cpk_error_native(problem), cpk_error_retryable(problem),
                             "auth.jwks_url: %s", cpk_error_message(problem));
        }
        cpk_error_free(problem);
        if (is_wanted && status == CPK_ERROR_OUT_OF_MEMORY) {
            return error_out_of_memory(error); /* the unknown key may be among the new ones */
        }
        return ring->url_keys != NULL ? CPK_OK : status;
    }
    if (ring->url_keys == NULL) {
        return error_set_native(
            error, CPK_ERROR_NETWORK, "auth", "", 1,
            "auth.jwks_url: the last fetch failed; the next attempt is made after auth.jwks_retry_ms");
    }
    return CPK_OK;
}

static cpk_status get_url_keys(struct keyring *ring, int32_t is_wanted, struct jwks **keys, cpk_error **error)
{
    cpk_status status;

    *keys = NULL;
    if (ring->url[0] == '\0') {
        return CPK_OK;
    }
    pthread_mutex_lock(&ring->lock);
    status = refresh_url(ring, is_wanted, error);
    if (status == CPK_OK) {
        *keys = ring->url_keys;
        jwks_retain(*keys);
    }
    pthread_mutex_unlock(&ring->lock);
    return status;
}

/* --- verification --- */

/* Verifies with another set, whose reference it releases. Returns the more specific of the new and the previous result:
 * JWT_FORGED over JWT_NO_KEY. */
static enum jwt_result verify_with(const struct jwt *jwt, struct jwks *keys, enum jwt_result previous)
{
    enum jwt_result result = keys != NULL ? jwt_verify(jwt, keys) : JWT_NO_KEY;

    jwks_release(keys);
    return result == JWT_NO_KEY ? previous : result;
}

cpk_status keyring_verify(struct keyring *ring, const struct jwt *jwt, enum jwt_result *result, cpk_error **error)
{
    struct jwks *keys;

    *result = ring->secret != NULL ? jwt_verify(jwt, ring->secret) : JWT_NO_KEY;
    if (*result == JWT_GOOD || *result == JWT_NO_MEMORY) {
        return CPK_OK;
    }
    CPK_TRY(get_file_keys(ring, &keys, error));
    *result = verify_with(jwt, keys, *result);
    if (*result == JWT_GOOD || *result == JWT_NO_MEMORY) {
        return CPK_OK;
    }
    CPK_TRY(get_url_keys(ring, 0, &keys, error));
    *result = verify_with(jwt, keys, *result);
    if (*result != JWT_NO_KEY || ring->url[0] == '\0') {
        return CPK_OK;
    }
    CPK_TRY(get_url_keys(ring, 1, &keys, error));
    *result = verify_with(jwt, keys, *result);
    return CPK_OK;
}
