/* Key sets: accepted, skipped and rejected keys; a file that changes; a URL that fails. */
#include "support/auth_token.h"
#include "support/net_peer.h"
#include "support/test.h"

#include "auth/auth.h"
#include "auth/jwks.h"
#include "auth/keyring.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define NOW_US  INT64_C(1700000000000000)
#define PAYLOAD "{\"sub\":\"" TOKEN_USER "\",\"role\":\"authenticated\",\"aud\":\"authenticated\",\"exp\":1900000000}"

struct fixture {
    struct context context;
    _Atomic int64_t now_us;
    struct peer peer;
    struct http *client;
    struct keyring *ring;
    EVP_PKEY *one;
    EVP_PKEY *two;
    char token_one[TOKEN_BYTES]; /* signed by the key with kid "one", and so on */
    char token_two[TOKEN_BYTES];
    char json_one[4096]; /* key sets */
    char json_two[4096];
    char json_both[8192];
    cpk_error *error;
};

static int64_t test_clock(void *user)
{
    return atomic_load(&((struct fixture *)user)->now_us);
}

static void make_keys(struct fixture *fixture)
{
    char one[2048];
    char two[2048];

    fixture->one = EVP_EC_gen("P-256");
    fixture->two = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    token_jwk(fixture->one, "one", "", one, sizeof one);
    token_jwk(fixture->two, "two", "", two, sizeof two);
    snprintf(fixture->json_one, sizeof fixture->json_one, "{\"keys\":[%s]}", one);
    snprintf(fixture->json_two, sizeof fixture->json_two, "{\"keys\":[%s]}", two);
    snprintf(fixture->json_both, sizeof fixture->json_both, "{\"keys\":[%s,%s]}", one, two);
    token_sign_key(fixture->one, "{\"alg\":\"ES256\",\"kid\":\"one\"}", PAYLOAD, fixture->token_one);
    token_sign_key(fixture->two, "{\"alg\":\"EdDSA\",\"kid\":\"two\"}", PAYLOAD, fixture->token_two);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    context_init(&fixture->context);
    fixture->context.clock = test_clock;
    fixture->context.clock_user = fixture;
    fixture->now_us = NOW_US;
    make_keys(fixture);
    peer_folder(&fixture->peer);
    peer_start(&fixture->peer, NULL, NULL);
    assert_ok(http_create(&fixture->context, &fixture->client, &fixture->error), fixture->error);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    keyring_free(fixture->ring);
    http_free(fixture->client);
    peer_stop(&fixture->peer);
    peer_remove(&fixture->peer, "keys");
    rmdir(fixture->peer.folder);
    EVP_PKEY_free(fixture->one);
    EVP_PKEY_free(fixture->two);
    context_free(&fixture->context);
    cpk_error_free(fixture->error);
    free(fixture);
    return 0;
}

static void set_text(struct fixture *fixture, const char *name, const char *value)
{
    assert_ok(settings_set_text(&fixture->context.settings, &fixture->context.allocator, name, value, NULL), NULL);
}

static void use_file(struct fixture *fixture)
{
    char path[128];

    snprintf(path, sizeof path, "%s/keys", fixture->peer.folder);
    set_text(fixture, "auth.jwks_file", path);
    assert_ok(keyring_create(&fixture->context, NULL, &fixture->ring, &fixture->error), fixture->error);
}

static void use_url(struct fixture *fixture)
{
    char url[128];

    snprintf(url, sizeof url, "http://127.0.0.1:%d/file/keys", fixture->peer.port);
    set_text(fixture, "auth.jwks_url", url);
    assert_ok(keyring_create(&fixture->context, fixture->client, &fixture->ring, &fixture->error), fixture->error);
}

static cpk_status verify(struct fixture *fixture, const char *token, enum jwt_result *result, cpk_error **error)
{
    struct jwt jwt;
    cpk_status status;

    assert_int_equal(jwt_read(&fixture->context, token, strlen(token), &jwt), JWT_GOOD);
    status = keyring_verify(fixture->ring, &jwt, result, error);
    jwt_clear(&jwt);
    return status;
}

static void expect(struct fixture *fixture, const char *token, enum jwt_result expected)
{
    enum jwt_result result;

    assert_ok(verify(fixture, token, &result, &fixture->error), fixture->error);
    assert_string_equal(jwt_result_text(result), jwt_result_text(expected));
}

static void expect_failure(struct fixture *fixture, cpk_status code, const char *text)
{
    enum jwt_result result;

    assert_int_equal(verify(fixture, fixture->token_one, &result, &fixture->error), code);
    if (strstr(cpk_error_message(fixture->error), text) == NULL) {
        fail_msg("%s", cpk_error_message(fixture->error));
    }
    cpk_error_free(fixture->error);
    fixture->error = NULL;
}

static int hits(struct fixture *fixture)
{
    char url[128];
    const struct http_request request = {.url = url, .is_trusted = 1};
    struct http_response response;
    int count;

    snprintf(url, sizeof url, "http://127.0.0.1:%d/hits/keys", fixture->peer.port);
    assert_ok(http_perform(fixture->client, &request, &response, &fixture->error), fixture->error);
    count = atoi(buffer_text(&response.body));
    http_response_free(&response);
    return count;
}

static void pass_ms(struct fixture *fixture, int64_t ms)
{
    fixture->now_us += ms * 1000;
}

static void changed_file_is_reloaded(void **state)
{
    struct fixture *fixture = *state;

    use_file(fixture);
    expect_failure(fixture, CPK_ERROR_NOT_FOUND, "auth.jwks_file");
    peer_write(&fixture->peer, "keys", "{");
    expect_failure(fixture, CPK_ERROR_INVALID_DATA, "not a key set");
    peer_write(&fixture->peer, "keys", fixture->json_one);
    expect(fixture, fixture->token_one, JWT_GOOD);
    expect(fixture, fixture->token_two, JWT_NO_KEY);
    peer_write(&fixture->peer, "keys", fixture->json_both);
    expect(fixture, fixture->token_two, JWT_GOOD);
    peer_write(&fixture->peer, "keys", "broken");
    expect(fixture, fixture->token_two, JWT_GOOD); /* the previously loaded keys */
    peer_remove(&fixture->peer, "keys");
    expect(fixture, fixture->token_one, JWT_GOOD);
    peer_write(&fixture->peer, "keys", fixture->json_two);
    expect(fixture, fixture->token_one, JWT_NO_KEY);
    expect(fixture, fixture->token_two, JWT_GOOD);
}

static void path_that_is_not_a_file_is_rejected(void **state)
{
    static const char *const PATHS[] = {"/dev/zero", "/tmp", "/proc/self/mem"};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        enum jwt_result result;

        set_text(fixture, "auth.jwks_file", PATHS[i]);
        assert_ok(keyring_create(&fixture->context, NULL, &fixture->ring, &fixture->error), fixture->error);
        assert_int_not_equal(verify(fixture, fixture->token_one, &result, &fixture->error), CPK_OK);
        keyring_free(fixture->ring);
        fixture->ring = NULL;
    }
}

static void url_is_fetched_after_its_ttl(void **state)
{
    struct fixture *fixture = *state;

    peer_write(&fixture->peer, "keys", fixture->json_one);
    use_url(fixture);
    assert_int_equal(hits(fixture), 0);
    for (int i = 0; i < 5; i++) {
        expect(fixture, fixture->token_one, JWT_GOOD);
    }
    assert_int_equal(hits(fixture), 1);
    pass_ms(fixture, 599999);
    expect(fixture, fixture->token_one, JWT_GOOD);
    assert_int_equal(hits(fixture), 1);
    peer_write(&fixture->peer, "keys", fixture->json_two); /* the key is revoked */
    pass_ms(fixture, 1);
    expect(fixture, fixture->token_one, JWT_NO_KEY);
    assert_int_equal(hits(fixture), 2);
    pass_ms(fixture, -3600000); /* also fetched if the clock went backwards */
    expect(fixture, fixture->token_two, JWT_GOOD);
    assert_int_equal(hits(fixture), 3);
}

static void unknown_key_is_fetched_at_most_once_per_retry_interval(void **state)
{
    struct fixture *fixture = *state;

    peer_write(&fixture->peer, "keys", fixture->json_one);
    use_url(fixture);
    expect(fixture, fixture->token_one, JWT_GOOD);
    peer_write(&fixture->peer, "keys", fixture->json_both);
    for (int i = 0; i < 5; i++) {
        expect(fixture, fixture->token_two, JWT_NO_KEY);
    }
    assert_int_equal(hits(fixture), 1);
    pass_ms(fixture, 30000);
    expect(fixture, fixture->token_two, JWT_GOOD);
    assert_int_equal(hits(fixture), 2);
    expect(fixture, fixture->token_one, JWT_GOOD);
    assert_int_equal(hits(fixture), 2);
}

static void keys_stay_in_use_while_their_source_fails(void **state)
{
    struct fixture *fixture = *state;

    use_url(fixture);
    expect_failure(fixture, CPK_ERROR_NETWORK, "500");
    expect_failure(fixture, CPK_ERROR_NETWORK, "auth.jwks_retry_ms");
    assert_int_equal(hits(fixture), 1);
    peer_write(&fixture->peer, "keys", fixture->json_one);
    pass_ms(fixture, 30000);
    expect(fixture, fixture->token_one, JWT_GOOD);
    peer_remove(&fixture->peer, "keys");
    for (int i = 0; i < 3; i++) {
        pass_ms(fixture, 600000);
        expect(fixture, fixture->token_one, JWT_GOOD);
        expect(fixture, fixture->token_one, JWT_GOOD);
    }
    assert_int_equal(hits(fixture), 5);
    peer_write(&fixture->peer, "keys", "{\"keys\":[]}");
    pass_ms(fixture, 600000);
    expect(fixture, fixture->token_one, JWT_GOOD); /* an empty set does not revoke the previous keys */
    peer_write(&fixture->peer, "keys", fixture->json_two);
    pass_ms(fixture, 30000);
    expect(fixture, fixture->token_one, JWT_NO_KEY);
}

#define THREADS 12

static void *verify_often(void *user)
{
    struct fixture *fixture = user;
    intptr_t good = 0;

    for (int i = 0; i < 50; i++) {
        enum jwt_result result;

        good += verify(fixture, i % 10 == 9 ? fixture->token_two : fixture->token_one, &result, NULL) == CPK_OK &&
                result == (i % 10 == 9 ? JWT_NO_KEY : JWT_GOOD);
        if (i == 25) {
            atomic_fetch_add(&fixture->now_us, INT64_C(100000000));
        }
    }
    return (void *)good;
}

static void concurrent_threads_share_one_fetch(void **state)
{
    struct fixture *fixture = *state;
    pthread_t threads[THREADS];

    peer_write(&fixture->peer, "keys", fixture->json_one);
    use_url(fixture);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, verify_often, fixture), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *good;

        pthread_join(threads[i], &good);
        assert_int_equal((intptr_t)good, 50);
    }
    assert_in_range(hits(fixture), 2, 1 + THREADS + 2); /* once, and once after each step of the clock at most */
}

static void keys_of_all_sources_are_used(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];

    peer_write(&fixture->peer, "keys", fixture->json_one);
    set_text(fixture, "auth.jwt_secret", TOKEN_SECRET);
    use_url(fixture);
    token_sign_secret(TOKEN_SECRET, strlen(TOKEN_SECRET), "{\"alg\":\"HS256\",\"kid\":\"any\"}", PAYLOAD, token);
    expect(fixture, token, JWT_GOOD);
    assert_int_equal(hits(fixture), 0);
    expect(fixture, fixture->token_one, JWT_GOOD);
    expect(fixture, fixture->token_two, JWT_NO_KEY);
}

/* Sets of one usable key and one that is skipped; "%s" is replaced by members of the usable one. */
static void unusable_keys_are_skipped(void **state)
{
    static const struct {
        const char *key;
        cpk_status status;
    } CASES[] = {
        {"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AA\",\"y\":\"AA\"}", CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AA\",\"y\":\"AA\"}", CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}", CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"AA\"}", CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"AKP\"}", CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":1}", CPK_ERROR_UNSUPPORTED},
        {"{}", CPK_ERROR_UNSUPPORTED},
        {"[]", CPK_ERROR_INVALID_DATA},
        {"null", CPK_ERROR_INVALID_DATA},
        {"{\"kty\":\"EC\",\"crv\":\"P-256\"}", CPK_ERROR_INVALID_DATA},
        {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", CPK_ERROR_INVALID_DATA},
        {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":1,\"y\":2}", CPK_ERROR_INVALID_DATA},
        /* not on the curve */
        {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\","
         "\"y\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\"}",
         CPK_ERROR_INVALID_DATA},
        /* the point at infinity */
        {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
         "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
         CPK_ERROR_INVALID_DATA},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}", CPK_ERROR_INVALID_DATA},
        /* a secret */
        {"{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}", CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"oct\",\"alg\":\"HS256\",\"use\":\"sig\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
         CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"HS256\",\"x\":\"11qYAYKxCrfVS_"
         "7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
         CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"HS512\",\"x\":\"11qYAYKxCrfVS_"
         "7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
         CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"RS256\",\"x\":\"11qYAYKxCrfVS_"
         "7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
         CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"none\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
         CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"enc\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
         CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":1,\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
         CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"key_ops\":[\"sign\"],\"x\":\"11qYAYKxCrfVS_"
         "7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
         CPK_ERROR_UNSUPPORTED},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"key_ops\":\"verify\",\"x\":\"11qYAYKxCrfVS_"
         "7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
         CPK_ERROR_INVALID_DATA},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":7,\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
         CPK_ERROR_INVALID_DATA},
        {"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", CPK_ERROR_INVALID_DATA},
        {"{\"kty\":\"RSA\",\"alg\":\"PS256\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", CPK_ERROR_UNSUPPORTED},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char json[8192];
        struct json_object *key = json_tokener_parse(CASES[i].key);
        struct jwk read;
        struct jwks *keys;

        if (jwk_read(&fixture->context, key, &read, &fixture->error) != CASES[i].status) {
            fail_msg("%s: %s", CASES[i].key, cpk_error_message(fixture->error));
        }
        json_object_put(key);
        snprintf(json, sizeof json, "{\"keys\":[%s]}", CASES[i].key);
        assert_int_equal(jwks_parse(&fixture->context, "test", json, strlen(json), &keys, &fixture->error),
                         CPK_ERROR_INVALID_DATA);
        snprintf(json, sizeof json, "{\"keys\":[%s,%s", CASES[i].key, fixture->json_one + strlen("{\"keys\":["));
        assert_ok(jwks_parse(&fixture->context, "test", json, strlen(json), &keys, &fixture->error), fixture->error);
        assert_int_equal(jwks_count(keys), 1);
        jwks_release(keys);
    }
}

static void weak_rsa_key_is_rejected(void **state)
{
    static const struct {
        size_t bits;
        cpk_status status;
    } CASES[] = {{1024, CPK_ERROR_INVALID_DATA}, {2047, CPK_ERROR_INVALID_DATA}, {2048, CPK_OK}, {3072, CPK_OK}};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        EVP_PKEY *key = EVP_RSA_gen((unsigned)CASES[i].bits);
        char json[4096];
        struct json_object *object;
        struct jwk read;

        token_jwk(key, "rsa", "", json, sizeof json);
        object = json_tokener_parse(json);
        assert_int_equal(jwk_read(&fixture->context, object, &read, &fixture->error), CASES[i].status);
        if (CASES[i].status == CPK_OK) {
            jwk_clear(&fixture->context, &read);
            json_object_object_add(object, "e", json_object_new_string("AQ"));
            assert_int_equal(jwk_read(&fixture->context, object, &read, &fixture->error), CPK_ERROR_INVALID_DATA);
            json_object_object_add(object, "e", json_object_new_string("AQAA"));
            assert_int_equal(jwk_read(&fixture->context, object, &read, &fixture->error), CPK_ERROR_INVALID_DATA);
        }
        json_object_put(object);
        EVP_PKEY_free(key);
    }
}

static void invalid_key_set_is_rejected(void **state)
{
    static const char *const SETS[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"keys\":{}}",
        "{\"keys\":null}",
        "{\"keys\":[]}",
        "{\"Keys\":[]}",
        "{\"keys\":[],\"keys\":[]}",
        "<html>",
        "{\"keys\":[",
        "{\"keys\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    };
    struct fixture *fixture = *state;
    struct buffer many;
    struct jwks *keys;

    for (size_t i = 0; i < sizeof SETS / sizeof SETS[0]; i++) {
        assert_int_equal(jwks_parse(&fixture->context, "test", SETS[i], strlen(SETS[i]), &keys, &fixture->error),
                         CPK_ERROR_INVALID_DATA);
        assert_null(keys);
    }
    buffer_init(&many, &fixture->context.allocator);
    buffer_append_text(&many, "{\"keys\":[");
    for (int i = 0; i < 65; i++) {
        buffer_append_text(&many, i == 0 ? "{}" : ",{}");
    }
    buffer_append_text(&many, "]}");
    assert_int_equal(jwks_parse(&fixture->context, "test", many.data, many.length, &keys, &fixture->error),
                     CPK_ERROR_INVALID_DATA);
    assert_non_null(strstr(cpk_error_message(fixture->error), "65 keys"));
    buffer_clear(&many);
    while (many.length <= JWKS_BYTES_MAX) {
        buffer_append_text(&many, "                                                                ");
    }
    assert_int_equal(jwks_parse(&fixture->context, "test", many.data, many.length, &keys, &fixture->error),
                     CPK_ERROR_INVALID_DATA);
    buffer_free(&many);
}

#define jwks_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        jwks_test(changed_file_is_reloaded),
        jwks_test(path_that_is_not_a_file_is_rejected),
        jwks_test(url_is_fetched_after_its_ttl),
        jwks_test(unknown_key_is_fetched_at_most_once_per_retry_interval),
        jwks_test(keys_stay_in_use_while_their_source_fails),
        jwks_test(concurrent_threads_share_one_fetch),
        jwks_test(keys_of_all_sources_are_used),
        jwks_test(unusable_keys_are_skipped),
        jwks_test(weak_rsa_key_is_rejected),
        jwks_test(invalid_key_set_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
