#include "payments/stripe/signature.h"

#include "base/error.h"
#include "base/hash.h"
#include "support/test.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define SECRET       "whsec_test_secret"
#define TOLERANCE_MS 300000
#define SECOND_US    INT64_C(1000000)

/* The published vectors' body and signatures. */
static const char BODY[] = "{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}";
#define SIGNATURE_12345      "2672d138c9a412830f3bfe2ecc5bfb3277cf6f5b49d0119d77dd6cb64da1257e"
#define SIGNATURE_1234567890 "45969f456b3331a0f76e237ed33423d5f758908f1f0432d30e7d45ba89bb9edd"

static cpk_status verify(const char *header, int64_t now_s, int64_t tolerance_ms, cpk_error **error)
{
    return signature_verify(&(struct delivery_signature){.header = header,
                                                         .header_length = strlen(header),
                                                         .body = BODY,
                                                         .body_length = sizeof BODY - 1,
                                                         .secrets = SECRET,
                                                         .now_us = now_s * SECOND_US,
                                                         .tolerance_ms = tolerance_ms},
                            error);
}

/* At the time of the vector, with any distance allowed. */
static cpk_status verify_bytes(const char *header, size_t header_length, const void *body, size_t body_length)
{
    return signature_verify(&(struct delivery_signature){.header = header,
                                                         .header_length = header_length,
                                                         .body = body,
                                                         .body_length = body_length,
                                                         .secrets = SECRET,
                                                         .now_us = 12345 * SECOND_US},
                            NULL);
}

static void expect_refused(const char *header, cpk_status code, const char *says)
{
    cpk_error *error = NULL;
    cpk_status status = verify(header, 12345, TOLERANCE_MS, &error);

    if (status != code || strstr(cpk_error_message(error), says) == NULL) {
        fail_msg("\"%s\": %s: %s", header, cpk_status_name(status), cpk_error_message(error));
    }
    assert_null(strstr(cpk_error_message(error), SECRET));
    cpk_error_free(error);
}

static void published_vectors_pass(void **state)
{
    cpk_error *error = NULL;

    (void)state;
    assert_int_equal(sizeof BODY - 1, 51);
    assert_ok(verify("t=12345,v1=" SIGNATURE_12345, 12345, TOLERANCE_MS, &error), error);
    assert_ok(verify("t=1234567890,v1=" SIGNATURE_1234567890, 1234567890, TOLERANCE_MS, &error), error);
}

static void one_matching_signature_is_enough(void **state)
{
    cpk_error *error = NULL;

    (void)state;
    assert_ok(verify("t=12345,v1=" SIGNATURE_12345 ",v1=potato", 12345, TOLERANCE_MS, &error), error);
    assert_ok(verify("t=12345,v1=potato,v1=" SIGNATURE_12345 ",v0=x", 12345, TOLERANCE_MS, &error), error);
    assert_ok(verify("v1=" SIGNATURE_12345 ",t=12345", 12345, TOLERANCE_MS, &error), error);
}

static void malformed_headers_are_refused(void **state)
{
    (void)state;
    expect_refused("", CPK_ERROR_PERMISSION_DENIED, "form");
    expect_refused("bad_header", CPK_ERROR_PERMISSION_DENIED, "form");
    expect_refused("I'm not even a real signature header", CPK_ERROR_PERMISSION_DENIED, "form");
    expect_refused("t=12345", CPK_ERROR_PERMISSION_DENIED, "no v1");
    expect_refused("t=12345,v0=" SIGNATURE_12345, CPK_ERROR_PERMISSION_DENIED, "no v1");
    expect_refused("t=12345,v1=bad_signature", CPK_ERROR_PERMISSION_DENIED, "does not match");
    expect_refused("t=12345,t=12345,v1=" SIGNATURE_12345, CPK_ERROR_PERMISSION_DENIED, "form");
    expect_refused("t=,v1=" SIGNATURE_12345, CPK_ERROR_PERMISSION_DENIED, "form");
    expect_refused("t=+12345,v1=" SIGNATURE_12345, CPK_ERROR_PERMISSION_DENIED, "form");
    expect_refused("t=12345 ,v1=" SIGNATURE_12345, CPK_ERROR_PERMISSION_DENIED, "form");
    expect_refused("t=99999999999999999999,v1=" SIGNATURE_12345, CPK_ERROR_PERMISSION_DENIED, "form");
    expect_refused("t=012345,v1=" SIGNATURE_12345, CPK_ERROR_PERMISSION_DENIED, "does not match");
    expect_refused("T=12345,V1=" SIGNATURE_12345, CPK_ERROR_PERMISSION_DENIED, "form");
}

static void timestamps_too_old_or_in_the_future_are_rejected(void **state)
{
    cpk_error *error = NULL;

    (void)state;
    assert_ok(verify("t=12345,v1=" SIGNATURE_12345, 12345 + 300, TOLERANCE_MS, &error), error);
    assert_ok(verify("t=12345,v1=" SIGNATURE_12345, 12345 - 300, TOLERANCE_MS, &error), error);
    assert_int_equal(verify("t=12345,v1=" SIGNATURE_12345, 12345 + 301, TOLERANCE_MS, &error),
                     CPK_ERROR_PERMISSION_DENIED);
    assert_non_null(strstr(cpk_error_message(error), "stripe.signature_tolerance_ms"));
    error_clear(&error);
    assert_int_equal(verify("t=12345,v1=" SIGNATURE_12345, 12345 - 301, TOLERANCE_MS, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    assert_ok(verify("t=12345,v1=" SIGNATURE_12345, 1795000000, 0, &error), error);
}

/* Of header and body together: no single bit may be another. */
static void every_flipped_bit_is_refused(void **state)
{
    char header[] = "t=12345,v1=" SIGNATURE_12345;
    char body[sizeof BODY];

    (void)state;
    memcpy(body, BODY, sizeof BODY);
    for (size_t bit = 0; bit < (sizeof header - 1) * 8; bit++) {
        header[bit / 8] = (char)(header[bit / 8] ^ (1 << bit % 8));
        if (verify_bytes(header, sizeof header - 1, body, sizeof body - 1) == CPK_OK) {
            fail_msg("bit %zu of the header does not matter", bit);
        }
        header[bit / 8] = (char)(header[bit / 8] ^ (1 << bit % 8));
    }
    for (size_t bit = 0; bit < (sizeof body - 1) * 8; bit++) {
        body[bit / 8] = (char)(body[bit / 8] ^ (1 << bit % 8));
        if (verify_bytes(header, sizeof header - 1, body, sizeof body - 1) == CPK_OK) {
            fail_msg("bit %zu of the body does not matter", bit);
        }
        body[bit / 8] = (char)(body[bit / 8] ^ (1 << bit % 8));
    }
    assert_int_equal(verify_bytes(header, sizeof header - 1, body, sizeof body - 2), CPK_ERROR_PERMISSION_DENIED);
}

static void body_is_verified_as_bytes(void **state)
{
    static const unsigned char bytes[] = {0xEF, 0xBB, 0xBF, '{', 0, '}', 0xFF, '\n'};
    unsigned char signed_bytes[] = "7.........";
    unsigned char digest[HASH_SHA256_BYTES];
    char header[128] = "t=7,v1=";

    (void)state;
    memcpy(signed_bytes + 2, bytes, sizeof bytes);
    assert_non_null(HMAC(EVP_sha256(), SECRET, sizeof SECRET - 1, signed_bytes, 2 + sizeof bytes, digest, NULL));
    hash_hex(digest, sizeof digest, header + strlen(header));
    assert_int_equal(verify_bytes(header, strlen(header), bytes, sizeof bytes), CPK_OK);
    assert_int_equal(verify_bytes(header, strlen(header), bytes + 3, sizeof bytes - 3), CPK_ERROR_PERMISSION_DENIED);
}

static cpk_status verify_with(const char *secrets, cpk_error **error)
{
    static const char header[] = "t=12345,v1=" SIGNATURE_12345;

    return signature_verify(&(struct delivery_signature){.header = header,
                                                         .header_length = sizeof header - 1,
                                                         .body = BODY,
                                                         .body_length = sizeof BODY - 1,
                                                         .secrets = secrets,
                                                         .now_us = 12345 * SECOND_US,
                                                         .tolerance_ms = TOLERANCE_MS},
                            error);
}

static void secrets_rotate(void **state)
{
    cpk_error *error = NULL;

    (void)state;
    assert_ok(verify_with("whsec_new," SECRET, &error), error);
    assert_ok(verify_with(SECRET ",whsec_new", &error), error);
    assert_ok(verify_with("," SECRET ",", &error), error);
    assert_int_equal(verify_with("whsec_new,whsec_newer", NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(verify_with("", NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(verify_with(NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(verify_with(SECRET " ", &error), CPK_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(cpk_error_message(error), "white space"));
    error_clear(&error);
    assert_int_equal(verify_with("test_secret", NULL), CPK_ERROR_PERMISSION_DENIED); /* the prefix is part of it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors_pass),
        cmocka_unit_test(one_matching_signature_is_enough),
        cmocka_unit_test(malformed_headers_are_refused),
        cmocka_unit_test(timestamps_too_old_or_in_the_future_are_rejected),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(body_is_verified_as_bytes),
        cmocka_unit_test(secrets_rotate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
