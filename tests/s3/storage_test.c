/* The public suite for storage drivers on a bucket. CONTEXTPACK_TEST_S3_LARGE=1: at full size. */
#include "conformance/conformance.h"
#include "storage/s3/s3.h"
#include "support/s3_bucket.h"

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

static void bucket_passes(void **state)
{
    cpk_storage_conformance suite = CPK_STORAGE_CONFORMANCE_INIT;
    char bucket[LOCATION_BUCKET_BYTES];
    char uri[BUCKET_URI_BYTES];
    struct client *client;
    int32_t failures = -1;
    cpk_error *error = NULL;

    (void)state;
    bucket_name("storage", bucket);
    bucket_uri(bucket, "", "", uri);
    client = bucket_client(&context_of_test, uri);
    bucket_create(client);
    client_free(client);
    suite.flags = getenv("CONTEXTPACK_TEST_S3_LARGE") != NULL ? CPK_CONFORMANCE_LARGE : 0;
    suite.open = open_driver;
    suite.user = uri;
    suite.report = report;
    assert_ok(cpk_storage_conformance_run(&suite, &failures, &error), error);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bucket_passes)};

    context_init(&context_of_test);
    return cmocka_run_group_tests_name("conformance: S3", tests, NULL, NULL);
}
