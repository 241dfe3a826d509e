/* The storage setting s3://..., and the hosts and paths that follow from it. */
#include "storage/s3/location.h"

#include "base/error.h"
#include "base/memory.h"
#include "support/test.h"

static struct location parse(const char *uri)
{
    struct location location;
    cpk_error *error = NULL;

    assert_ok(location_parse(&memory_default, uri, &location, &error), error);
    return location;
}

static void assert_path(const struct location *location, const char *key, const char *expected)
{
    struct buffer path;

    buffer_init(&path, &memory_default);
    location_append_path(location, key, &path);
    assert_string_equal(buffer_text(&path), expected);
    buffer_free(&path);
}

static void aws_is_the_default(void **state)
{
    struct location location = parse("s3://bucket");

    (void)state;
    assert_string_equal(location.host, "bucket.s3.us-east-1.amazonaws.com");
    assert_string_equal(location.region, "us-east-1");
    assert_string_equal(location.prefix, "");
    assert_true(location.is_https && location.is_virtual && !location.is_unsigned_body && !location.has_checksum);
    assert_path(&location, "a/b", "/a/b");
    assert_path(&location, NULL, "/");
    location = parse("s3://dotted.bucket/some/prefix/?region=eu-central-1");
    assert_string_equal(location.host, "s3.eu-central-1.amazonaws.com");
    assert_string_equal(location.prefix, "some/prefix/");
    assert_path(&location, "a//b", "/dotted.bucket/a//b");
    assert_path(&location, NULL, "/dotted.bucket");
}

static void environment_names_the_region(void **state)
{
    (void)state;
    setenv("AWS_DEFAULT_REGION", "eu-west-1", 1);
    assert_string_equal(parse("s3://bucket").region, "eu-west-1");
    setenv("AWS_REGION", "eu-west-2", 1);
    assert_string_equal(parse("s3://bucket").region, "eu-west-2");
    setenv("AWS_REGION", "evil\n/region", 1);
    assert_string_equal(parse("s3://bucket").region, "us-east-1");
    assert_string_equal(parse("s3://bucket?region=ap-south-1").region, "ap-south-1");
    unsetenv("AWS_REGION");
    unsetenv("AWS_DEFAULT_REGION");
}

static void own_endpoint_uses_paths(void **state)
{
    struct location location = parse("s3://bucket?endpoint=https://account.r2.cloudflarestorage.com/");

    (void)state;
    assert_string_equal(location.host, "account.r2.cloudflarestorage.com");
    assert_string_equal(location.region, "auto");
    assert_false(location.is_virtual);
    location = parse("s3://bucket?endpoint=https%3A%2F%2Fhost%3A9000&style=virtual&payload=unsigned&checksum=sha256");
    assert_string_equal(location.host, "bucket.host:9000");
    assert_true(location.is_virtual && location.is_unsigned_body && location.has_checksum);
    location = parse("s3://bucket/a%20b%2Bc?endpoint=http://127.0.0.1:7481");
    assert_false(location.is_https);
    assert_string_equal(location.prefix, "a b+c/");
}

static void invalid_settings_are_rejected_without_being_shown(void **state)
{
    static const char *const invalid[] = {
        "s3://",
        "s3://ab",
        "s3:///prefix",
        "s3://key:hunter2@bucket",
        "s3://bu cket",
        "s3://bucket?hunter2=1",
        "s3://bucket?secret_access_key=hunter2",
        "s3://bucket?endpoint=hunter2",
        "s3://bucket?endpoint=ftp://hunter2",
        "s3://bucket?endpoint=http://hunter2.example.org",
        "s3://bucket?endpoint=http://127.0.0.1.hunter2.org",
        "s3://bucket?endpoint=http://localhost@hunter2.org",
        "s3://bucket?endpoint=https://user:hunter2@host",
        "s3://bucket?endpoint=https://host/hunter2",
        "s3://bucket?endpoint=https://host%0Ahunter2",
        "s3://bucket?endpoint=https://",
        "s3://bucket?region=a/hunter2",
        "s3://bucket?region=%zzhunter2",
        "s3://bucket?region",
        "s3://bucket?style=hunter2",
        "s3://Bucket_x?style=virtual&endpoint=https://hunter2",
        "s3://bucket?payload=hunter2",
        "s3://bucket?payload=unsigned&endpoint=http://127.0.0.1",
        "s3://bucket?checksum=hunter2",
        "s3://bucket/a%2hunter2",
        "s3://bucket/a%00hunter2",
        "s3://bucket/%ffhunter2",
        "s3://bucket/a#hunter2",
    };

    (void)state;
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        struct location location;
        cpk_error *error = NULL;

        print_message("%s\n", invalid[i]);
        assert_int_equal(location_parse(&memory_default, invalid[i], &location, &error), CPK_ERROR_INVALID_ARGUMENT);
        assert_null(strstr(cpk_error_message(error), "hunter2"));
        assert_true(cpk_error_message(error)[0] != '\0');
        error_clear(&error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aws_is_the_default),
        cmocka_unit_test(environment_names_the_region),
        cmocka_unit_test(own_endpoint_uses_paths),
        cmocka_unit_test(invalid_settings_are_rejected_without_being_shown),
    };

    unsetenv("AWS_REGION");
    unsetenv("AWS_DEFAULT_REGION");
    return cmocka_run_group_tests_name("storage: S3 location", tests, NULL, NULL);
}
