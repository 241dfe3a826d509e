/* The XML of S3's answers: what is read, and what is refused. */
#include "storage/s3/answer.h"

#include "base/error.h"
#include "base/memory.h"
#include "storage/s3/answer_xml.h"
#include "support/test.h"

static struct buffer body_of(const char *text)
{
    struct buffer body;

    buffer_init(&body, &memory_default);
    buffer_append_text(&body, text);
    return body;
}

struct seen {
    char text[4096];
    int64_t stop_after; /* 0: never */
    int64_t count;
};

static int32_t take_object(void *user, const struct answer_object *object)
{
    struct seen *seen = user;
    size_t length = strlen(seen->text);

    snprintf(seen->text + length, sizeof seen->text - length, "%s %lld %lld\n", object->key,
             (long long)object->size_bytes, (long long)object->modified_us);
    return ++seen->count == seen->stop_after;
}

static cpk_status read_list(const char *text, struct seen *seen, char *token)
{
    struct buffer body = body_of(text);
    cpk_status status = answer_read_list(&memory_default, &body, take_object, seen, token, NULL);

    buffer_free(&body);
    return status;
}

#define LIST                                                                                                           \
    "<?xml version=\"1.0\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"                    \
    "<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b&#x2f;</NextContinuationToken>"                      \
    "<Contents><Key>a+b%2Bc/%C3%A9</Key><Size>12</Size><LastModified>2024-01-02T03:04:05.000Z</LastModified>"          \
    "<Owner><ID>x</ID></Owner></Contents><Contents><Size>0</Size><Key>second</Key></Contents>"                         \
    "<CommonPrefixes/></ListBucketResult>\n"

static void listing_is_read(void **state)
{
    struct seen seen = {.count = 0};
    char token[ANSWER_TOKEN_BYTES];

    (void)state;
    assert_int_equal(read_list(LIST, &seen, token), CPK_OK);
    assert_string_equal(seen.text, "a b+c/\xc3\xa9 12 1704164645000000\nsecond 0 -9223372036854775808\n");
    assert_string_equal(token, "a&b/");
    seen = (struct seen){.stop_after = 1};
    assert_int_equal(read_list(LIST, &seen, token), CPK_OK);
    assert_int_equal(seen.count, 1);
    seen = (struct seen){.count = 0};
    assert_int_equal(read_list("<ListBucketResult></ListBucketResult>", &seen, token), CPK_OK);
    assert_string_equal(token, "");
}

static void incomplete_listings_are_refused(void **state)
{
    static const char *const invalid[] = {
        "",
        "<html></html>",
        "<ListBucketResult><Contents><Key>a</Key><Size>1</Size></Contents>",
        "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a%2</Key><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>99999999999999999999</Size></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        struct seen seen = {.count = 0};
        char token[ANSWER_TOKEN_BYTES];

        print_message("%s\n", invalid[i]);
        assert_int_equal(read_list(invalid[i], &seen, token), CPK_ERROR_INVALID_DATA);
    }
}

static void errors_are_read(void **state)
{
    struct buffer body = body_of("\n\n<Error><Code>SlowDown</Code><Message>Please &lt;reduce&gt;</Message></Error>");
    char code[16];
    char message[64];

    (void)state;
    assert_true(answer_read_error(&memory_default, &body, code, sizeof code, message, sizeof message));
    assert_string_equal(code, "SlowDown");
    assert_string_equal(message, "Please <reduce>");
    buffer_free(&body);
    body = body_of("<Error><Code>Slow\nDown: fake</Code><Message>m</Message></Error>");
    assert_true(answer_read_error(&memory_default, &body, code, sizeof code, message, sizeof message));
    assert_string_equal(code, "Slow");
    buffer_free(&body);
    body = body_of("<CopyObjectResult><ETag>&quot;x&quot;</ETag></CopyObjectResult>");
    assert_false(answer_read_error(&memory_default, &body, code, sizeof code, message, sizeof message));
    buffer_free(&body);
    body = body_of("not XML");
    assert_false(answer_read_error(&memory_default, &body, code, sizeof code, message, sizeof message));
    buffer_free(&body);
}

static void deletions_that_failed_are_found(void **state)
{
    struct buffer body = body_of("<DeleteResult><Error><Key>gone</Key><Code>NoSuchKey</Code></Error></DeleteResult>");
    cpk_error *error = NULL;

    (void)state;
    assert_ok(answer_read_deleted(&memory_default, &body, &error), error);
    buffer_free(&body);
    body =
        body_of("<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>kept</Key><Code>AccessDenied</Code></Error>"
                "</DeleteResult>");
    assert_int_equal(answer_read_deleted(&memory_default, &body, &error), CPK_ERROR_PERMISSION_DENIED);
    assert_non_null(strstr(cpk_error_message(error), "kept"));
    error_clear(&error);
    buffer_free(&body);
}

static int32_t join_paths(void *user, const char *path, const char *text)
{
    struct seen *seen = user;
    size_t length = strlen(seen->text);

    snprintf(seen->text + length, sizeof seen->text - length, "%s=%s;", path, text);
    return 0;
}

static void xml_is_read(void **state)
{
    static const char text[] = "\xef\xbb\xbf<!-- c --><a x='<' y=\"/>\"><b>1&#65;&#x20AC;&#x1F600;</b ><c/>"
                               "<d><![CDATA[<&]]> x</d>tail</a> ";
    struct seen seen = {.count = 0};
    cpk_error *error = NULL;

    (void)state;
    assert_ok(answer_xml_read(&memory_default, text + 3, strlen(text + 3), join_paths, &seen, &error), error);
    assert_string_equal(seen.text, "a/b=1A\xe2\x82\xac\xf0\x9f\x98\x80;a/c=;a/d=<& x;a=tail;");
}

static void other_xml_is_refused(void **state)
{
    static const char *const invalid[] = {
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<a>&x;</a>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#x110000;</a>",
        "<a>&#99999999999;</a>",
        "<a>&#;</a>",
        "<a>&#x;</a>",
        "<a>&amp</a>",
        "<a></b>",
        "<a></ab>",
        "<a></a></a>",
        "<a/><b/>",
        "<a/>x",
        "x<a/>",
        "<a",
        "<a x='",
        "<a><b></a>",
        "</a>",
        "<>",
        "<a>\xff</a>",
        "<a><![CDATA[x</a>",
        "<!-- x",
        "<?x",
        "<a><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a></a>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        struct seen seen = {.count = 0};

        print_message("%s\n", invalid[i]);
        assert_int_equal(answer_xml_read(&memory_default, invalid[i], strlen(invalid[i]), join_paths, &seen, NULL),
                         CPK_ERROR_INVALID_DATA);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listing_is_read), cmocka_unit_test(incomplete_listings_are_refused),
        cmocka_unit_test(errors_are_read), cmocka_unit_test(deletions_that_failed_are_found),
        cmocka_unit_test(xml_is_read),     cmocka_unit_test(other_xml_is_refused),
    };

    return cmocka_run_group_tests_name("storage: answers of S3", tests, NULL, NULL);
}
