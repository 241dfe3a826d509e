/* Signature Version 4 against the AWS signing test suite and the examples of the S3 documentation. */
#include "storage/s3/sign.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "storage/s3/encode.h"
#include "support/test.h"

#define CASES          38
#define ITEMS_MAX      16
#define LINE_BYTES     2048
#define SUITE_TIME     "20150830T123600Z"
#define SUITE_SECRET   "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define EXAMPLE_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define EMPTY_HASH     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* One case of the suite. */
struct suite_case {
    char name[LINE_BYTES];
    char method[LINE_BYTES];
    char path[LINE_BYTES];
    char body[LINE_BYTES];
    char token[LINE_BYTES];
    char header_signature[LINE_BYTES];
    char query_signature[LINE_BYTES];
    int32_t is_normalized;
    int32_t signs_body;
    char texts[ITEMS_MAX * 2][LINE_BYTES];
    size_t text_count;
    struct http_header headers[ITEMS_MAX];
    size_t header_count;
    struct sign_parameter parameters[ITEMS_MAX];
    size_t parameter_count;
};

/* A copy of the text in the case, with "%XX" decoded or "\n" replaced by a line feed. */
static const char *keep(struct suite_case *one, const char *text, size_t length, int32_t is_encoded)
{
    char *target = one->texts[one->text_count++];
    struct buffer decoded;

    assert_true(one->text_count <= ITEMS_MAX * 2 && length < LINE_BYTES);
    if (is_encoded) {
        buffer_init(&decoded, &memory_default);
        assert_true(encode_decode_percent(&decoded, text, length, 0));
        snprintf(target, LINE_BYTES, "%s", buffer_text(&decoded));
        buffer_free(&decoded);
        return target;
    }
    memcpy(target, text, length);
    target[length] = '\0';
    for (char *escape = strstr(target, "\\n"); escape != NULL; escape = strstr(escape, "\\n")) {
        *escape = '\n';
        memmove(escape + 1, escape + 2, strlen(escape + 2) + 1);
    }
    return target;
}

static void add_header(struct suite_case *one, const char *name, const char *value)
{
    one->headers[one->header_count++] = (struct http_header){name, value};
}

static void read_line(struct suite_case *one, const char *name, const char *value)
{
    const char *equal = strchr(value, '=');
    const char *colon = strchr(value, ':');

    if (strcmp(name, "parameter") == 0) {
        size_t length = equal != NULL ? (size_t)(equal - value) : strlen(value);

        one->parameters[one->parameter_count].name = keep(one, value, length, 1);
        one->parameters[one->parameter_count].value = equal != NULL ? keep(one, equal + 1, strlen(equal + 1), 1) : "";
        one->parameter_count++;
    } else if (strcmp(name, "header") == 0) {
        add_header(one, keep(one, value, (size_t)(colon - value), 0), keep(one, colon + 1, strlen(colon + 1), 0));
    } else if (strcmp(name, "normalize") == 0) {
        one->is_normalized = 1;
    } else if (strcmp(name, "sign-body") == 0) {
        one->signs_body = 1;
    } else {
        char *target = strcmp(name, "case") == 0               ? one->name
                       : strcmp(name, "method") == 0           ? one->method
                       : strcmp(name, "path") == 0             ? one->path
                       : strcmp(name, "body") == 0             ? one->body
                       : strcmp(name, "token") == 0            ? one->token
                       : strcmp(name, "header-signature") == 0 ? one->header_signature
                                                               : one->query_signature;

        snprintf(target, LINE_BYTES, "%s", value);
    }
}

/* The suite is of services that normalize paths; S3 does not, so this is not in the signer. */
static void normalize(char *path)
{
    char result[LINE_BYTES] = "";
    int32_t ends_with_slash = path[strlen(path) - 1] == '/';

    for (char *part = strtok(path, "/"); part != NULL; part = strtok(NULL, "/")) {
        if (strcmp(part, "..") == 0) {
            *strrchr(result, '/') = '\0';
        } else if (strcmp(part, ".") != 0) {
            strcat(strcat(result, "/"), part);
        }
    }
    strcpy(path, result);
    if (ends_with_slash || path[0] == '\0') {
        strcat(path, "/");
    }
}

static void hash_hex_of(const char *text, char hex[HASH_SHA256_HEX_BYTES])
{
    struct hash_sha256 hash;

    assert_int_equal(hash_sha256_start(&hash, NULL), CPK_OK);
    hash_sha256_add(&hash, text, strlen(text));
    assert_int_equal(hash_sha256_finish_hex(&hash, CPK_OK, hex, NULL), CPK_OK);
}

static void assert_ends_with(const struct buffer *text, const char *mark, const char *signature)
{
    char expected[LINE_BYTES];

    snprintf(expected, sizeof expected, "%s%s", mark, signature);
    assert_true(text->length > strlen(expected));
    assert_string_equal(text->data + text->length - strlen(expected), expected);
}

static void check_case(struct suite_case *one)
{
    const struct sign_key key = {"AKIDEXAMPLE", SUITE_SECRET, one->token};
    const struct sign_scope scope = {"us-east-1", "service", SUITE_TIME};
    char hash[HASH_SHA256_HEX_BYTES];
    size_t own_headers = one->header_count;
    struct buffer signed_text;
    cpk_error *error = NULL;

    if (one->is_normalized) {
        normalize(one->path);
    }
    hash_hex_of(one->body, hash);
    struct sign_request request = {one->method, one->path, one->parameters, one->parameter_count, one->headers,
                                   own_headers, hash};
    buffer_init(&signed_text, &memory_default);
    assert_ok(sign_query(&request, &key, &scope, 3600, &signed_text, &error), error);
    assert_ends_with(&signed_text, "&X-Amz-Signature=", one->query_signature);
    add_header(one, "X-Amz-Date", SUITE_TIME);
    if (one->signs_body) {
        add_header(one, "x-amz-content-sha256", hash);
    }
    if (one->token[0] != '\0') {
        add_header(one, "X-Amz-Security-Token", one->token);
    }
    request.header_count = one->header_count;
    buffer_clear(&signed_text);
    assert_ok(sign_header(&request, &key, &scope, &signed_text, &error), error);
    assert_ends_with(&signed_text, ", Signature=", one->header_signature);
    buffer_free(&signed_text);
}

static void signing_suite_passes(void **state)
{
    static struct suite_case one;
    static char line[LINE_BYTES];
    FILE *file = fopen(TEST_DATA_DIR "/s3/signing_v4.txt", "r");
    size_t count = 0;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *space = strchr(line, ' ');

        line[strcspn(line, "\n")] = '\0';
        if (space == NULL) {
            continue;
        }
        *space = '\0';
        if (strcmp(line, "case") == 0) {
            memset(&one, 0, sizeof one);
        }
        read_line(&one, line, space + 1);
        if (strcmp(line, "query-signature") == 0) {
            print_message("%s\n", one.name);
            check_case(&one);
            count++;
        }
    }
    fclose(file);
    assert_int_equal(count, CASES);
}

/* Signs a request of the documentation's examples, at 2013-05-24T00:00:00Z. */
static void check_example(const struct sign_request *request, const char *signature)
{
    const struct sign_key key = {"AKIAIOSFODNN7EXAMPLE", EXAMPLE_SECRET, NULL};
    const struct sign_scope scope = {"us-east-1", "s3", "20130524T000000Z"};
    struct buffer text;
    cpk_error *error = NULL;

    buffer_init(&text, &memory_default);
    assert_ok(sign_header(request, &key, &scope, &text, &error), error);
    assert_ends_with(&text, ", Signature=", signature);
    buffer_free(&text);
}

static void documentation_examples_pass(void **state)
{
    const char *put_hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    const struct http_header plain[] = {{"Host", "examplebucket.s3.amazonaws.com"},
                                        {"x-amz-content-sha256", EMPTY_HASH},
                                        {"x-amz-date", "20130524T000000Z"},
                                        {"Range", "bytes=0-9"}};
    const struct http_header put[] = {{"Host", "examplebucket.s3.amazonaws.com"},
                                      {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                                      {"x-amz-date", "20130524T000000Z"},
                                      {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                                      {"x-amz-content-sha256", put_hash}};
    const struct sign_parameter lifecycle = {"lifecycle", ""};
    const struct sign_parameter list[] = {{"max-keys", "2"}, {"prefix", "J"}};
    const struct sign_request get = {"GET", "/test.txt", NULL, 0, plain, 4, EMPTY_HASH};
    const struct sign_request store = {"PUT", "/test$file.text", NULL, 0, put, 5, put_hash};
    const struct sign_request life = {"GET", "/", &lifecycle, 1, plain, 3, EMPTY_HASH};
    const struct sign_request listing = {"GET", "/", list, 2, plain, 3, EMPTY_HASH};

    (void)state;
    check_example(&get, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    check_example(&store, "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    check_example(&life, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    check_example(&listing, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

static void documentation_presigned_url_passes(void **state)
{
    const struct http_header host = {"host", "examplebucket.s3.amazonaws.com"};
    const struct sign_request request = {"GET", "/test.txt", NULL, 0, &host, 1, SIGN_UNSIGNED_PAYLOAD};
    const struct sign_key key = {"AKIAIOSFODNN7EXAMPLE", EXAMPLE_SECRET, NULL};
    const struct sign_scope scope = {"us-east-1", "s3", "20130524T000000Z"};
    struct buffer query;
    cpk_error *error = NULL;

    (void)state;
    buffer_init(&query, &memory_default);
    assert_ok(sign_query(&request, &key, &scope, 86400, &query, &error), error);
    assert_string_equal(query.data,
                        "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    buffer_free(&query);
    assert_int_equal(sign_query(&request, &key, &scope, 0, &query, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(sign_query(&request, &key, &scope, SIGN_EXPIRES_S_MAX + 1, &query, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    buffer_free(&query);
}

/* A name that is the beginning of another one, and a value that decides between equal names. */
static void parameters_are_sorted_by_name_then_value(void **state)
{
    const struct sign_parameter parameters[] = {{"b", "2"}, {"a-b", ""}, {"b", "1"}, {"a", "x y+/"}};
    struct buffer query;

    (void)state;
    buffer_init(&query, &memory_default);
    assert_int_equal(sign_append_query(&query, parameters, 4, NULL), CPK_OK);
    assert_string_equal(query.data, "a=x%20y%2B%2F&a-b=&b=1&b=2");
    buffer_free(&query);
}

/* A secret that makes the first key longer than a block of SHA-256. The expected value is of Python's hmac. */
static void long_secret_is_hashed(void **state)
{
    char secret[101];
    const struct http_header host = {"host", "h"};
    const struct sign_request request = {"GET", "/", NULL, 0, &host, 1, EMPTY_HASH};
    const struct sign_key key = {"K", secret, NULL};
    const struct sign_scope scope = {"r", "s3", "20130524T000000Z"};
    struct buffer text;

    (void)state;
    memset(secret, 's', sizeof secret - 1);
    secret[sizeof secret - 1] = '\0';
    buffer_init(&text, &memory_default);
    assert_int_equal(sign_header(&request, &key, &scope, &text, NULL), CPK_OK);
    assert_ends_with(&text, "Signature=", "8e124d754d0bdaaa94020224282ec99540c5f7b846adbf7a1fcf74552931eaa7");
    buffer_free(&text);
}

static void time_is_formatted(void **state)
{
    char time[SIGN_TIME_BYTES];

    (void)state;
    sign_format_time(INT64_C(1440938160123456), time);
    assert_string_equal(time, SUITE_TIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signing_suite_passes),
        cmocka_unit_test(documentation_examples_pass),
        cmocka_unit_test(documentation_presigned_url_passes),
        cmocka_unit_test(parameters_are_sorted_by_name_then_value),
        cmocka_unit_test(long_secret_is_hashed),
        cmocka_unit_test(time_is_formatted),
    };

    return cmocka_run_group_tests_name("storage: signature version 4", tests, NULL, NULL);
}
