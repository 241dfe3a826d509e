/* The public suite for storage drivers on a bucket. CONTEXTPACK_TEST_S3_LARGE=1: at full size. */
#include "conformance/conformance.h"
#include "storage/encryption/encryption.h"
#include "storage/place.h"
#include "storage/s3/s3.h"
#include "support/s3_bucket.h"

#define MASTER_KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct context context_of_test;

static cpk_status open_driver(void *user, cpk_storage_driver *driver, cpk_error **error)
{
    return s3_driver_open(&context_of_test, user, driver, error);
}

static void report(void *user, const char *rule, const char *failure)
{
    (void)user;
    printf("%s %s%s%s\n", failure == NULL ? "ok    " : "FAILED", rule, failure == NULL ? "" : ": ",
           failure == NULL ? "" : failure);
}

static int32_t suite_run(cpk_storage_conformance *suite)
{
    int32_t failures = -1;
    cpk_error *error = NULL;

    suite->report = report;
    assert_ok(cpk_storage_conformance_run(suite, &failures, &error), error);
    return failures;
}

static void bucket_passes(void **state)
{
    cpk_storage_conformance suite = CPK_STORAGE_CONFORMANCE_INIT;
    char bucket[LOCATION_BUCKET_BYTES];
    char uri[BUCKET_URI_BYTES];
    struct client *client;

    (void)state;
    bucket_name("storage", bucket);
    bucket_uri(bucket, "", "", uri);
    client = bucket_client(&context_of_test, uri);
    bucket_create(client);
    client_free(client);
    suite.flags = getenv("CONTEXTPACK_TEST_S3_LARGE") != NULL ? CPK_CONFORMANCE_LARGE : 0;
    suite.open = open_driver;
    suite.user = uri;
    assert_int_equal(suite_run(&suite), 0);
}

/* A layer's driver on the storage `user`. */
static cpk_status open_encrypted(void *user, cpk_storage_driver *driver, cpk_error **error)
{
    return encryption_driver_open(&context_of_test, user, driver, error);
}

static void encrypted_bucket_passes(void **state)
{
    cpk_storage_conformance suite = CPK_STORAGE_CONFORMANCE_INIT;
    char bucket[LOCATION_BUCKET_BYTES];
    char uri[BUCKET_URI_BYTES];
    struct client *client;
    struct storage *below;
    cpk_error *error = NULL;

    (void)state;
    assert_int_equal(settings_set_text(&context_of_test.settings, &context_of_test.allocator, "storage.master_key",
                                       MASTER_KEY, NULL),
                     CPK_OK);
    bucket_name("encrypted", bucket);
    bucket_uri(bucket, "", "", uri);
    client = bucket_client(&context_of_test, uri);
    bucket_create(client);
    client_free(client);
    assert_ok(storage_open(&context_of_test, uri, &below, &error), error);
    suite.open = open_encrypted;
    suite.user = below;
    assert_int_equal(suite_run(&suite), 0);
    storage_free(below);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bucket_passes), cmocka_unit_test(encrypted_bucket_passes)};

    context_init(&context_of_test);
    return cmocka_run_group_tests_name("conformance: S3", tests, NULL, NULL);
}
