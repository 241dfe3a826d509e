#include "storage/s3/sign.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "storage/s3/encode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALGORITHM    "AWS4-HMAC-SHA256"
#define PAIRS_MAX    40 /* headers or parameters of one request */
#define OWN_MAX      6  /* parameters that sign_query() adds */
#define SCOPE_BYTES  256
#define DATE_LENGTH  8  /* of the day in SIGN_TIME_BYTES */
#define KEY_BYTES    64 /* the longest key of hash_hmac_sha256() */
#define KEY_PREFIX   "AWS4"
#define EXPIRES_TEXT 24

/* Names and values in canonical form, sorted. */
struct pairs {
    struct buffer text; /* "name NUL value NUL" each */
    const char *names[PAIRS_MAX];
    size_t count;
};

static const char *value_of(const char *name)
{
    return name + strlen(name) + 1;
}

static int compare_parameters(const void *left, const void *right)
{
    const char *left_name = *(const char *const *)left;
    const char *right_name = *(const char *const *)right;
    int order = strcmp(left_name, right_name);

    return order != 0 ? order : strcmp(value_of(left_name), value_of(right_name));
}

/* Headers of one name keep their order: the earlier one is earlier in the text. */
static int compare_headers(const void *left, const void *right)
{
    const char *left_name = *(const char *const *)left;
    const char *right_name = *(const char *const *)right;
    int order = strcmp(left_name, right_name);

    return order != 0 ? order : (left_name > right_name) - (left_name < right_name);
}

static cpk_status pairs_sort(struct pairs *pairs, size_t count, int (*compare)(const void *, const void *),
                             cpk_error **error)
{
    const char *at = buffer_text(&pairs->text);

    if (pairs->text.failed) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        pairs->names[i] = at;
        at = value_of(at);
        at += strlen(at) + 1;
    }
    pairs->count = count;
    qsort(pairs->names, count, sizeof pairs->names[0], compare);
    return CPK_OK;
}

static cpk_status check_count(size_t count, cpk_error **error)
{
    return count <= PAIRS_MAX ? CPK_OK
                              : error_set(error, CPK_ERROR_INVALID_ARGUMENT, "storage",
                                          "a request to S3 has more than %d headers or parameters", PAIRS_MAX);
}

static void add_parameter(struct buffer *text, const struct sign_parameter *parameter)
{
    encode_percent(text, parameter->name, strlen(parameter->name), 0);
    buffer_append_byte(text, '\0');
    encode_percent(text, parameter->value, strlen(parameter->value), 0);
    buffer_append_byte(text, '\0');
}

static void append_parameters(struct buffer *target, const struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        buffer_append_format(target, "%s%s=%s", i > 0 ? "&" : "", pairs->names[i], value_of(pairs->names[i]));
    }
}

static cpk_status append_query(struct buffer *target, const struct sign_parameter *first, size_t first_count,
                               const struct sign_parameter *second, size_t second_count, cpk_error **error)
{
    struct pairs pairs;
    cpk_status status;

    CPK_TRY(check_count(first_count + second_count, error));
    buffer_init(&pairs.text, target->allocator);
    for (size_t i = 0; i < first_count; i++) {
        add_parameter(&pairs.text, &first[i]);
    }
    for (size_t i = 0; i < second_count; i++) {
        add_parameter(&pairs.text, &second[i]);
    }
    status = pairs_sort(&pairs, first_count + second_count, compare_parameters, error);
    if (status == CPK_OK) {
        append_parameters(target, &pairs);
    }
    buffer_free(&pairs.text);
    return status;
}

cpk_status sign_append_query(struct buffer *target, const struct sign_parameter *parameters, size_t count,
                             cpk_error **error)
{
    return append_query(target, parameters, count, NULL, 0, error);
}

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* The name in lower case; the value without outer spaces, inner ones collapsed. */
static void add_header(struct buffer *text, const struct http_header *header)
{
    const char *at = header->value;

    for (const char *name = header->name; *name != '\0'; name++) {
        buffer_append_byte(text, *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name);
    }
    buffer_append_byte(text, '\0');
    while (is_space(*at)) {
        at++;
    }
    for (; *at != '\0'; at++) {
        if (!is_space(*at)) {
            buffer_append_byte(text, *at);
        } else if (at[1] != '\0' && !is_space(at[1])) {
            buffer_append_byte(text, ' ');
        }
    }
    buffer_append_byte(text, '\0');
}

static cpk_status sort_headers(struct pairs *pairs, const struct sign_request *request, cpk_error **error)
{
    CPK_TRY(check_count(request->header_count, error));
    for (size_t i = 0; i < request->header_count; i++) {
        add_header(&pairs->text, &request->headers[i]);
    }
    return pairs_sort(pairs, request->header_count, compare_headers, error);
}

static int32_t is_repeated(const struct pairs *headers, size_t index)
{
    return index > 0 && strcmp(headers->names[index - 1], headers->names[index]) == 0;
}

static void append_names(struct buffer *target, const struct pairs *headers)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (!is_repeated(headers, i)) {
            buffer_append_format(target, "%s%s", i > 0 ? ";" : "", headers->names[i]);
        }
    }
}

static void append_headers(struct buffer *target, const struct pairs *headers)
{
    for (size_t i = 0; i < headers->count; i++) {
        buffer_append_format(target, is_repeated(headers, i) ? "%.0s,%s" : "%s:%s", headers->names[i],
                             value_of(headers->names[i]));
        if (i + 1 == headers->count || !is_repeated(headers, i + 1)) {
            buffer_append_byte(target, '\n');
        }
    }
}

static void format_scope(const struct sign_scope *scope, char text[SCOPE_BYTES])
{
    snprintf(text, SCOPE_BYTES, "%.*s/%s/%s/aws4_request", DATE_LENGTH, scope->time, scope->region, scope->service);
}

void sign_format_time(int64_t time_us, char time[SIGN_TIME_BYTES])
{
    char iso[TIME_TEXT_BYTES];

    time_format_iso(time_us, iso); /* 2015-08-30T12:36:00.000000Z */
    snprintf(time, SIGN_TIME_BYTES, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", iso, iso + 5, iso + 8, iso + 11, iso + 14, iso + 17);
}

static cpk_status hash_text(const struct buffer *text, char hex[HASH_SHA256_HEX_BYTES], cpk_error **error)
{
    struct hash_sha256 hash;

    if (text->failed) {
        return error_out_of_memory(error);
    }
    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, text->data, text->length);
    return hash_sha256_finish_hex(&hash, CPK_OK, hex, error);
}

static cpk_status hash_request(const struct sign_request *request, const struct pairs *headers, const char *query,
                               char hex[HASH_SHA256_HEX_BYTES], cpk_error **error)
{
    struct buffer text;
    cpk_status status;

    buffer_init(&text, headers->text.allocator);
    buffer_append_text(&text, request->method);
    buffer_append_byte(&text, '\n');
    encode_percent(&text, request->path, strlen(request->path), 1);
    buffer_append_format(&text, "\n%s\n", query);
    append_headers(&text, headers);
    buffer_append_byte(&text, '\n');
    append_names(&text, headers);
    buffer_append_format(&text, "\n%s", request->payload_hash);
    status = hash_text(&text, hex, error);
    buffer_free(&text);
    return status;
}

/* HMAC with a first key of any length: a long one is replaced by its hash, as HMAC defines. */
static cpk_status hmac_secret(const char *secret, const char *date, unsigned char digest[HASH_SHA256_BYTES],
                              cpk_error **error)
{
    const size_t prefix_length = sizeof KEY_PREFIX - 1;
    const size_t secret_length = strlen(secret);
    unsigned char key[KEY_BYTES];
    size_t key_length = prefix_length + secret_length;
    cpk_status status = CPK_OK;

    if (key_length <= sizeof key) {
        memcpy(key, KEY_PREFIX, prefix_length);
        memcpy(key + prefix_length, secret, secret_length);
    } else {
        struct hash_sha256 hash;

        CPK_TRY(hash_sha256_start(&hash, error));
        hash_sha256_add(&hash, KEY_PREFIX, prefix_length);
        hash_sha256_add(&hash, secret, secret_length);
        status = hash_sha256_finish(&hash, key, error);
        key_length = HASH_SHA256_BYTES;
    }
    if (status == CPK_OK) {
        status = hash_hmac_sha256(key, key_length, date, DATE_LENGTH, digest, error);
    }
    explicit_bzero(key, sizeof key);
    return status;
}

static cpk_status compute_signature(const struct sign_key *key, const struct sign_scope *scope,
                                    const char *request_hash, char hex[HASH_SHA256_HEX_BYTES], cpk_error **error)
{
    const char *const steps[] = {scope->region, scope->service, "aws4_request"};
    unsigned char digest[HASH_SHA256_BYTES] = {0};
    char scope_text[SCOPE_BYTES];
    char to_sign[SCOPE_BYTES + 128];
    cpk_status status = hmac_secret(key->secret, scope->time, digest, error);

    for (size_t i = 0; status == CPK_OK && i < sizeof steps / sizeof steps[0]; i++) {
        status = hash_hmac_sha256(digest, sizeof digest, steps[i], strlen(steps[i]), digest, error);
    }
    format_scope(scope, scope_text);
    snprintf(to_sign, sizeof to_sign, ALGORITHM "\n%s\n%s\n%s", scope->time, scope_text, request_hash);
    if (status == CPK_OK) {
        status = hash_hmac_sha256(digest, sizeof digest, to_sign, strlen(to_sign), digest, error);
    }
    hash_hex(digest, sizeof digest, hex);
    explicit_bzero(digest, sizeof digest);
    return status;
}

cpk_status sign_header(const struct sign_request *request, const struct sign_key *key, const struct sign_scope *scope,
                       struct buffer *authorization, cpk_error **error)
{
    char scope_text[SCOPE_BYTES];
    char request_hash[HASH_SHA256_HEX_BYTES];
    char signature[HASH_SHA256_HEX_BYTES];
    struct pairs headers;
    struct buffer query;
    cpk_status status;

    buffer_init(&headers.text, authorization->allocator);
    buffer_init(&query, authorization->allocator);
    CPK_TRY_CLEANUP(sort_headers(&headers, request, error));
    CPK_TRY_CLEANUP(sign_append_query(&query, request->parameters, request->parameter_count, error));
    CPK_TRY_CLEANUP(hash_request(request, &headers, buffer_text(&query), request_hash, error));
    CPK_TRY_CLEANUP(compute_signature(key, scope, request_hash, signature, error));
    format_scope(scope, scope_text);
    buffer_append_format(authorization, ALGORITHM " Credential=%s/%s, SignedHeaders=", key->id, scope_text);
    append_names(authorization, &headers);
    buffer_append_format(authorization, ", Signature=%s", signature);
    status = authorization->failed || query.failed ? error_out_of_memory(error) : CPK_OK;
cleanup:
    buffer_free(&headers.text);
    buffer_free(&query);
    return status;
}

/* Appends the query with the parameters that describe the signature, without the signature. */
static cpk_status append_presigned(struct buffer *target, const struct sign_request *request,
                                   const struct sign_key *key, const struct sign_scope *scope, int64_t expires_s,
                                   const struct pairs *headers, cpk_error **error)
{
    const int32_t has_token = key->token != NULL && key->token[0] != '\0';
    char scope_text[SCOPE_BYTES];
    char expires[EXPIRES_TEXT];
    struct buffer credential;
    struct buffer names;
    cpk_status status;

    format_scope(scope, scope_text);
    snprintf(expires, sizeof expires, "%lld", (long long)expires_s);
    buffer_init(&credential, target->allocator);
    buffer_init(&names, target->allocator);
    buffer_append_format(&credential, "%s/%s", key->id, scope_text);
    append_names(&names, headers);
    if (credential.failed || names.failed) {
        status = error_out_of_memory(error);
    } else {
        const struct sign_parameter own[OWN_MAX] = {
            {"X-Amz-Algorithm", ALGORITHM},
            {"X-Amz-Credential", buffer_text(&credential)},
            {"X-Amz-Date", scope->time},
            {"X-Amz-Expires", expires},
            {"X-Amz-SignedHeaders", buffer_text(&names)},
            {"X-Amz-Security-Token", has_token ? key->token : ""},
        };

        status = append_query(target, request->parameters, request->parameter_count, own, OWN_MAX - !has_token, error);
    }
    buffer_free(&credential);
    buffer_free(&names);
    return status;
}

cpk_status sign_query(const struct sign_request *request, const struct sign_key *key, const struct sign_scope *scope,
                      int64_t expires_s, struct buffer *query, cpk_error **error)
{
    size_t start = query->length;
    char request_hash[HASH_SHA256_HEX_BYTES];
    char signature[HASH_SHA256_HEX_BYTES];
    struct pairs headers;
    cpk_status status;

    if (expires_s < 1 || expires_s > SIGN_EXPIRES_S_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "storage", "a presigned URL holds for 1 to %d seconds",
                         SIGN_EXPIRES_S_MAX);
    }
    buffer_init(&headers.text, query->allocator);
    CPK_TRY_CLEANUP(sort_headers(&headers, request, error));
    CPK_TRY_CLEANUP(append_presigned(query, request, key, scope, expires_s, &headers, error));
    CPK_TRY_CLEANUP(query->failed ? error_out_of_memory(error) : CPK_OK);
    CPK_TRY_CLEANUP(hash_request(request, &headers, query->data + start, request_hash, error));
    CPK_TRY_CLEANUP(compute_signature(key, scope, request_hash, signature, error));
    buffer_append_format(query, "&X-Amz-Signature=%s", signature);
    status = query->failed ? error_out_of_memory(error) : CPK_OK;
cleanup:
    buffer_free(&headers.text);
    return status;
}
