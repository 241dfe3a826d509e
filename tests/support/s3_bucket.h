/* A bucket of its own for each test program, on the server that tests/s3/server.py started. */
#ifndef TESTS_SUPPORT_S3_BUCKET_H
#define TESTS_SUPPORT_S3_BUCKET_H

#include "base/error.h"
#include "storage/s3/client.h"
#include "support/test.h"

#include <unistd.h>

#define BUCKET_URI_BYTES 256

/* Writes "s3://BUCKET<tail>?endpoint=...": `tail` is "" or "/PREFIX", `options` "" or "&NAME=VALUE". */
static inline void bucket_uri(const char *bucket, const char *tail, const char *options, char uri[BUCKET_URI_BYTES])
{
    const char *server = getenv("CONTEXTPACK_TEST_S3");

    if (server == NULL) {
        fail_msg("CONTEXTPACK_TEST_S3 is not set: run this through tests/s3/server.py run -- ...");
    }
    snprintf(uri, BUCKET_URI_BYTES, "s3://%s%s?endpoint=%s%s", bucket, tail, server, options);
}

static inline struct client *bucket_client(const struct context *context, const char *uri)
{
    struct location location;
    struct client *client;
    cpk_error *error = NULL;

    assert_ok(location_parse(&context->allocator, uri, &location, &error), error);
    assert_ok(client_create(context, &location, &client, &error), error);
    return client;
}

/* Creates the bucket, which may exist. */
static inline void bucket_create(struct client *client)
{
    const struct client_call call = {.method = "PUT"};
    struct client_answer answer;
    cpk_error *error = NULL;

    assert_ok(client_perform(client, &call, &answer, &error), error);
    client_answer_free(&answer);
}

/* A name that no other run uses: "test-PID-NAME". */
static inline void bucket_name(const char *name, char bucket[LOCATION_BUCKET_BYTES])
{
    snprintf(bucket, LOCATION_BUCKET_BYTES, "test-%d-%s", (int)getpid(), name);
}

#endif
