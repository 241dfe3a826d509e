/* The operations on objects, against a server that verifies signatures. */
#include "storage/s3/object.h"

#include "base/memory.h"
#include "storage/s3/reader.h"
#include "storage/s3/writer.h"
#include "support/s3_bucket.h"

#define PART_BYTES ((size_t)5 << 20)
#define MANY_KEYS  1010

static struct context context_of_test;
static struct client *client;
static struct client *prefixed; /* with a prefix in the URI */
static char bucket[LOCATION_BUCKET_BYTES];

static int setup(void **state)
{
    char uri[BUCKET_URI_BYTES];

    (void)state;
    context_init(&context_of_test);
    assert_int_equal(settings_set(&context_of_test.settings, "s3.part_bytes", (int64_t)PART_BYTES, NULL), CPK_OK);
    bucket_name("objects", bucket);
    bucket_uri(bucket, "", "", uri);
    client = bucket_client(&context_of_test, uri);
    bucket_create(client);
    bucket_uri(bucket, "/a%20prefix/of+two", "", uri);
    prefixed = bucket_client(&context_of_test, uri);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    client_free(client);
    client_free(prefixed);
    context_free(&context_of_test);
    return 0;
}

static void put_text(const char *key, const char *text)
{
    cpk_error *error = NULL;

    assert_ok(object_put(client, key, text, strlen(text), NULL, &error), error);
}

static void assert_text(const char *key, const char *expected)
{
    struct object_info info;
    struct buffer body = {.allocator = &context_of_test.allocator};
    cpk_error *error = NULL;

    assert_ok(object_get(client, key, 0, 1 << 20, NULL, &info, &body, &error), error);
    assert_string_equal(buffer_text(&body), expected);
    buffer_free(&body);
}

static char *make_bytes(size_t length)
{
    char *bytes = malloc(length + 1);
    uint32_t value = 12345;

    assert_non_null(bytes);
    for (size_t i = 0; i < length; i++) {
        value = value * 1664525u + 1013904223u;
        bytes[i] = (char)(value >> 24);
    }
    return bytes;
}

/* Writes in pieces of an odd size, without saying how much will come. */
static void write_object(const char *key, const char *bytes, size_t length)
{
    struct writer *writer;
    cpk_error *error = NULL;

    assert_ok(writer_open(client, key, -1, &writer, &error), error);
    for (size_t at = 0; at < length;) {
        size_t piece = length - at < 777777 ? length - at : 777777;

        assert_ok(writer_write(writer, bytes + at, piece, &error), error);
        at += piece;
    }
    assert_ok(writer_close(writer, 1, &error), error);
}

static cpk_status read_object(const char *key, int64_t offset, int64_t length, char *target, size_t capacity,
                              size_t *got, cpk_error **error)
{
    struct reader *reader;
    size_t piece = 1;

    *got = 0;
    CPK_TRY(reader_open(client, key, offset, length, &reader, error));
    while (piece > 0) {
        cpk_status status = reader_read(reader, target + *got, capacity - *got, &piece, error);

        if (status != CPK_OK) {
            reader_close(reader);
            return status;
        }
        *got += piece;
    }
    reader_close(reader);
    return CPK_OK;
}

static int64_t count_uploads(void)
{
    int64_t count = -1;
    cpk_error *error = NULL;

    assert_ok(object_count_uploads(client, "", &count, &error), error);
    return count;
}

static void sizes_around_a_part_round_trip(void **state)
{
    static const size_t sizes[] = {0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 12345};
    char *bytes = make_bytes(4 * PART_BYTES);
    char *got = malloc(4 * PART_BYTES);
    cpk_error *error = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct object_info info;
        size_t length;

        write_object("sizes/x", bytes, sizes[i]);
        assert_ok(read_object("sizes/x", 0, -1, got, 4 * PART_BYTES, &length, &error), error);
        assert_int_equal(length, sizes[i]);
        assert_int_equal(memcmp(got, bytes, length), 0);
        assert_ok(object_head(client, "sizes/x", &info, &error), error);
        assert_int_equal(info.size_bytes, sizes[i]);
        assert_int_equal(strchr(info.etag, '-') != NULL, sizes[i] > PART_BYTES);
        assert_int_equal(info.part_bytes > 0, sizes[i] > PART_BYTES);
    }
    assert_ok(read_object("sizes/x", (int64_t)PART_BYTES - 3, (int64_t)PART_BYTES + 6, got, 4 * PART_BYTES,
                          &(size_t){0}, &error),
              error);
    assert_int_equal(memcmp(got, bytes + PART_BYTES - 3, PART_BYTES + 6), 0);
    assert_int_equal(count_uploads(), 0);
    free(bytes);
    free(got);
}

static void discarded_uploads_leave_nothing(void **state)
{
    char *bytes = make_bytes(2 * PART_BYTES);
    struct object_info info;
    struct writer *writer;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(writer_open(client, "discarded", -1, &writer, &error), error);
    assert_ok(writer_write(writer, bytes, 2 * PART_BYTES, &error), error);
    assert_int_equal(count_uploads(), 1); /* the test would see one */
    assert_ok(writer_close(writer, 0, &error), error);
    assert_int_equal(count_uploads(), 0);
    assert_int_equal(object_head(client, "discarded", &info, NULL), CPK_ERROR_NOT_FOUND);
    free(bytes);
}

static void send_part(struct object_upload *upload, int64_t number, char *bytes, size_t length)
{
    const struct buffer whole = {&context_of_test.allocator, bytes, length, length, 0};
    struct object_part part;
    cpk_error *error = NULL;

    assert_ok(object_upload_part(upload, number, &whole, &part, &error), error);
    assert_ok(object_upload_keep(upload, number, &part, &error), error);
}

/* A completion whose answer was lost is repeated, and must not be a failure. */
static void repeated_completion_succeeds(void **state)
{
    char *bytes = make_bytes(PART_BYTES + 10);
    struct object_upload upload;
    char id[ANSWER_UPLOAD_ID_BYTES];
    cpk_error *error = NULL;

    (void)state;
    assert_ok(object_upload_create(&upload, client, "completed", (int64_t)PART_BYTES, &error), error);
    send_part(&upload, 1, bytes + PART_BYTES, 10);
    send_part(&upload, 0, bytes, PART_BYTES);
    memcpy(id, upload.id, sizeof id);
    assert_ok(object_upload_complete(&upload, NULL, &error), error);
    memcpy(upload.id, id, sizeof id);
    assert_ok(object_upload_complete(&upload, NULL, &error), error);
    /* An upload that is unknown for another reason is a failure. */
    upload.count = 1;
    upload.parts.length /= 2;
    memcpy(upload.id, id, sizeof id);
    assert_int_equal(object_upload_complete(&upload, NULL, &error), CPK_ERROR_STORAGE);
    error_clear(&error);
    object_upload_free(&upload);
    free(bytes);
}

static void damaged_objects_are_refused(void **state)
{
    char *bytes = make_bytes(2 * PART_BYTES);
    char *got = malloc(2 * PART_BYTES);
    struct http_header headers[] = {{"x-amz-meta-contextpack-sha256", NULL}};
    struct client_call call = {
        .method = "PUT", .key = "damaged", .headers = headers, .header_count = 1, .body = "other", .body_length = 5};
    struct client_answer answer;
    struct object_info info;
    size_t length;
    cpk_error *error = NULL;

    (void)state;
    put_text("damaged", "bytes");
    assert_ok(object_head(client, "damaged", &info, &error), error);
    headers[0].value = info.sha256; /* other bytes under the old hash */
    assert_ok(client_perform(client, &call, &answer, &error), error);
    client_answer_free(&answer);
    assert_int_equal(read_object("damaged", 0, -1, got, 100, &length, &error), CPK_ERROR_STORAGE);
    assert_non_null(strstr(cpk_error_message(error), "damaged"));
    error_clear(&error);
    assert_ok(read_object("damaged", 1, 2, got, 100, &length, &error), error); /* a range can't be verified */
    free(bytes);
    free(got);
}

static void conditions_of_a_put_hold(void **state)
{
    const struct write_condition absent = {.is_absent = 1};
    const struct write_condition other = {.etag = "d41d8cd98f00b204e9800998ecf8427e"};
    struct write_condition same = {.etag = NULL};
    struct object_info info;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(object_put(client, "condition", "1", 1, &absent, &error), error);
    assert_int_equal(object_put(client, "condition", "2", 1, &absent, &error), CPK_ERROR_CONFLICT);
    error_clear(&error);
    assert_int_equal(object_put(client, "condition", "3", 1, &other, &error), CPK_ERROR_CONFLICT);
    error_clear(&error);
    assert_text("condition", "1");
    assert_ok(object_head(client, "condition", &info, &error), error);
    same.etag = info.etag;
    assert_ok(object_put(client, "condition", "4", 1, &same, &error), error);
    assert_text("condition", "4");
}

/* Every printable ASCII character, parts that URLs would normalize, and characters of several planes. */
static void any_key_round_trips(void **state)
{
    static const char *const keys[] = {
        "keys/ leading and trailing ",
        "keys//double//slash",
        "keys/./dot/../dots",
        "keys/+plus+",
        "keys/%2F%20",
        "keys/a?b#c&d=e",
        "keys/\xc3\xa9\xe2\x82\xac",
        "keys/\xf0\x9f\x98\x80\xf0\x90\x8d\x88",
        "keys/\xf0\xa0\x80\x80",
        "keys/\xf3\xa0\x80\x81",
        "keys/(')*:@,;!$~-_.",
        "keys/<&>\"\\^`{|}",
        "keys/tab\tand\rmore\x01",
    };
    char key[16] = "keys/x";
    cpk_error *error = NULL;

    (void)state;
    for (int byte = ' '; byte <= '~'; byte++) {
        key[5] = (char)byte;
        put_text(key, key);
        assert_text(key, key);
        assert_ok(object_delete(client, key, &error), error);
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        put_text(keys[i], keys[i]);
        assert_text(keys[i], keys[i]);
        assert_ok(object_copy(client, keys[i], "copied", &error), error);
        assert_text("copied", keys[i]);
    }
}

static int32_t join_keys(void *user, const struct answer_object *object)
{
    struct buffer *keys = user;

    buffer_append(keys, object->key, strlen(object->key) + 1);
    return 0;
}

static size_t list_keys(struct buffer *keys, const char *prefix)
{
    size_t count = 0;
    cpk_error *error = NULL;

    buffer_clear(keys);
    assert_ok(object_list(client, prefix, join_keys, keys, &error), error);
    for (size_t i = 0; i < keys->length; i++) {
        count += keys->data[i] == '\0';
    }
    return count;
}

/* More than a page, and a batch that has keys which XML can't name. */
static void listing_and_batch_delete_span_pages(void **state)
{
    struct buffer keys;
    cpk_error *error = NULL;
    char key[64];
    const char *at;

    (void)state;
    buffer_init(&keys, &memory_default);
    for (int32_t i = 0; i < MANY_KEYS; i++) {
        snprintf(key, sizeof key, "many/%04d%s", (int)i, i % 300 == 0 ? " <&>\x02" : "");
        put_text(key, "");
    }
    assert_int_equal(list_keys(&keys, "many/"), MANY_KEYS);
    at = keys.data;
    for (int32_t i = 0; i < MANY_KEYS; i++) {
        snprintf(key, sizeof key, "many/%04d%s", (int)i, i % 300 == 0 ? " <&>\x02" : "");
        assert_string_equal(at, key);
        at += strlen(at) + 1;
    }
    assert_ok(object_delete_many(client, keys.data, OBJECT_DELETE_MAX, &error), error);
    assert_int_equal(list_keys(&keys, "many/"), MANY_KEYS - OBJECT_DELETE_MAX);
    assert_ok(object_delete_many(client, keys.data, MANY_KEYS - OBJECT_DELETE_MAX, &error), error);
    assert_int_equal(list_keys(&keys, "many/"), 0);
    buffer_free(&keys);
}

static void fetch(const char *method, const char *url, const char *body, int32_t expected_status, const char *expected)
{
    const struct http_request request = {.method = method,
                                         .url = url,
                                         .is_trusted = 1,
                                         .body = body,
                                         .body_length = body != NULL ? (int64_t)strlen(body) : 0};
    struct http_response response;
    struct http *http;
    cpk_error *error = NULL;

    assert_ok(http_create(&context_of_test, &http, &error), error);
    assert_ok(http_perform(http, &request, &response, &error), error);
    assert_int_equal(response.status, expected_status);
    if (expected != NULL) {
        assert_string_equal(buffer_text(&response.body), expected);
    }
    http_response_free(&response);
    http_free(http);
}

static void presigned_urls_work_until_tampered_with(void **state)
{
    struct buffer url;
    cpk_error *error = NULL;

    (void)state;
    buffer_init(&url, &memory_default);
    assert_ok(client_presign(client, "PUT", "presigned/a b+c", 60, &url, &error), error);
    fetch("PUT", url.data, "by URL", 200, NULL);
    fetch("GET", url.data, NULL, 403, NULL); /* signed for another method */
    assert_text("presigned/a b+c", "by URL");
    buffer_clear(&url);
    assert_ok(client_presign(client, "GET", "presigned/a b+c", 60, &url, &error), error);
    fetch("GET", url.data, NULL, 200, "by URL");
    url.data[url.length - 1] = url.data[url.length - 1] == '0' ? '1' : '0';
    fetch("GET", url.data, NULL, 403, NULL);
    buffer_free(&url);
}

/* One wrong letter in the secret: the server must notice, and the message must not name the key. */
static void wrong_keys_are_refused(void **state)
{
    char uri[BUCKET_URI_BYTES];
    char secret[128];
    struct client *other;
    struct object_info info;
    struct buffer body = {.allocator = &context_of_test.allocator};
    cpk_error *error = NULL;

    (void)state;
    snprintf(secret, sizeof secret, "%sx", getenv("AWS_SECRET_ACCESS_KEY"));
    settings_set_text(&context_of_test.settings, &context_of_test.allocator, "s3.access_key_id",
                      getenv("AWS_ACCESS_KEY_ID"), NULL);
    settings_set_text(&context_of_test.settings, &context_of_test.allocator, "s3.secret_access_key", secret, NULL);
    bucket_uri(bucket, "", "", uri);
    other = bucket_client(&context_of_test, uri);
    assert_int_equal(object_get(other, "x", 0, 10, NULL, &info, &body, &error), CPK_ERROR_UNAUTHENTICATED);
    assert_null(strstr(cpk_error_message(error), secret));
    assert_string_equal(cpk_error_native(error), "HTTP 403 SignatureDoesNotMatch");
    error_clear(&error);
    assert_int_equal(object_check_bucket(other, &error), CPK_ERROR_UNAUTHENTICATED);
    assert_non_null(strstr(cpk_error_message(error), "SignatureDoesNotMatch"));
    error_clear(&error);
    client_free(other);
    settings_set_text(&context_of_test.settings, &context_of_test.allocator, "s3.access_key_id", "", NULL);
    settings_set_text(&context_of_test.settings, &context_of_test.allocator, "s3.secret_access_key", "", NULL);
}

static int64_t clock_of_yesterday(void *user)
{
    (void)user;
    return INT64_C(1600000000000000);
}

static void wrong_clock_is_corrected(void **state)
{
    char uri[BUCKET_URI_BYTES];
    struct context context;
    struct client *late;
    struct object_info info;
    struct buffer body = {.allocator = &context_of_test.allocator};
    cpk_error *error = NULL;

    (void)state;
    put_text("clock", "right");
    context_init(&context);
    context.clock = clock_of_yesterday;
    bucket_uri(bucket, "", "", uri);
    late = bucket_client(&context, uri);
    assert_ok(object_head(late, "clock", &info, &error), error); /* an answer without a body */
    client_free(late);
    late = bucket_client(&context, uri);
    assert_ok(object_get(late, "clock", 0, 10, NULL, &info, &body, &error), error);
    assert_string_equal(buffer_text(&body), "right");
    buffer_free(&body);
    client_free(late);
    context_free(&context);
}

static void missing_bucket_is_named(void **state)
{
    char uri[BUCKET_URI_BYTES];
    struct client *other;
    struct object_info info;
    struct buffer body = {.allocator = &context_of_test.allocator};
    cpk_error *error = NULL;

    (void)state;
    bucket_uri("no-such-bucket", "", "", uri);
    other = bucket_client(&context_of_test, uri);
    assert_int_equal(object_check_bucket(other, &error), CPK_ERROR_NOT_FOUND);
    assert_non_null(strstr(cpk_error_message(error), "no-such-bucket"));
    error_clear(&error);
    /* It must not look like a blob that is gone. */
    assert_int_equal(object_get(other, "x", 0, 10, NULL, &info, &body, &error), CPK_ERROR_STORAGE);
    error_clear(&error);
    client_free(other);
}

static void replaced_object_is_never_mixed(void **state)
{
    char *bytes = make_bytes(2 * PART_BYTES);
    char *got = malloc(2 * PART_BYTES);
    struct reader *reader;
    size_t length;
    cpk_error *error = NULL;

    (void)state;
    write_object("replaced", bytes, 2 * PART_BYTES);
    assert_ok(reader_open(client, "replaced", 0, -1, &reader, &error), error);
    assert_ok(reader_read(reader, got, PART_BYTES, &length, &error), error);
    assert_int_equal(length, PART_BYTES);
    bytes[2 * PART_BYTES - 1] ^= 1;
    write_object("replaced", bytes, 2 * PART_BYTES);
    assert_int_equal(reader_read(reader, got, PART_BYTES, &length, &error), CPK_ERROR_STORAGE);
    assert_non_null(strstr(cpk_error_message(error), "replaced"));
    error_clear(&error);
    reader_close(reader);
    free(bytes);
    free(got);
}

/* Writes and reads through a client of its own, which addresses the bucket in another way. */
static void check_way(const char *options, const char *server)
{
    char uri[BUCKET_URI_BYTES];
    struct client *other;
    struct object_info info;
    struct buffer body = {.allocator = &context_of_test.allocator};
    cpk_error *error = NULL;

    snprintf(uri, sizeof uri, "s3://%s?endpoint=%s%s", bucket, server, options);
    other = bucket_client(&context_of_test, uri);
    assert_ok(object_check_bucket(other, &error), error);
    assert_ok(object_put(other, "way/a b+c//d", options, strlen(options), NULL, &error), error);
    assert_text("way/a b+c//d", options);
    assert_ok(object_get(other, "way/a b+c//d", 0, 100, NULL, &info, &body, &error), error);
    assert_string_equal(buffer_text(&body), options);
    buffer_free(&body);
    client_free(other);
}

static void buckets_in_hosts_and_tls_work(void **state)
{
    const char *tls = getenv("CONTEXTPACK_TEST_S3_TLS");
    const char *port = strrchr(getenv("CONTEXTPACK_TEST_S3"), ':');
    char local[64];

    (void)state;
    snprintf(local, sizeof local, "http://localhost%s", port);
    check_way("&style=virtual", local);
    settings_set_text(&context_of_test.settings, &context_of_test.allocator, "net.ca_file",
                      getenv("CONTEXTPACK_TEST_S3_CA"), NULL);
    check_way("&payload=unsigned", tls);
    check_way("&payload=signed", tls);
    settings_set_text(&context_of_test.settings, &context_of_test.allocator, "net.ca_file", "", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_around_a_part_round_trip),
        cmocka_unit_test(discarded_uploads_leave_nothing),
        cmocka_unit_test(repeated_completion_succeeds),
        cmocka_unit_test(damaged_objects_are_refused),
        cmocka_unit_test(conditions_of_a_put_hold),
        cmocka_unit_test(any_key_round_trips),
        cmocka_unit_test(listing_and_batch_delete_span_pages),
        cmocka_unit_test(presigned_urls_work_until_tampered_with),
        cmocka_unit_test(wrong_keys_are_refused),
        cmocka_unit_test(wrong_clock_is_corrected),
        cmocka_unit_test(missing_bucket_is_named),
        cmocka_unit_test(replaced_object_is_never_mixed),
        cmocka_unit_test(buckets_in_hosts_and_tls_work),
    };

    return cmocka_run_group_tests_name("storage: objects of S3", tests, setup, teardown);
}
