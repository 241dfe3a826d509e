/* The suite that every storage driver must pass, on a bucket. */
#include "conformance/storage_conformance.h"
#include "storage/s3/s3.h"
#include "support/s3_bucket.h"

int main(void)
{
    char bucket[LOCATION_BUCKET_BYTES];
    char uri[BUCKET_URI_BYTES];
    struct context context;
    cpk_storage_driver driver;
    struct client *client;
    cpk_error *error = NULL;
    int failures;

    context_init(&context);
    bucket_name("storage", bucket);
    bucket_uri(bucket, "", "", uri);
    client = bucket_client(&context, uri);
    bucket_create(client);
    client_free(client);
    if (s3_driver_open(&context, uri, &driver, &error) != CPK_OK) {
        fprintf(stderr, "%s\n", cpk_error_message(error));
        cpk_error_free(error);
        return 1;
    }
    failures = storage_conformance_run("storage: S3", &driver);
    context_free(&context);
    return failures != 0;
}
