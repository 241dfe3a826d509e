#include "storage/s3/location.h"

#include "base/error.h"
#include "base/utf8.h"
#include "storage/s3/encode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DOMAIN      "storage"
#define R2_DOMAIN   "r2.cloudflarestorage.com"
#define AWS_REGION  "us-east-1"
#define LETTERS     "abcdefghijklmnopqrstuvwxyz"
#define DIGITS      "0123456789"
#define VALUE_BYTES 512

static cpk_status set_uri_error(cpk_error **error, const char *why)
{
    return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the storage setting s3://BUCKET/PREFIX?NAME=VALUE %s",
                     why);
}

static int32_t starts_with(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static cpk_status parse_bucket(struct location *location, const char *text, size_t length, cpk_error **error)
{
    if (memchr(text, '@', length) != NULL || memchr(text, ':', length) != NULL) {
        return set_uri_error(error, "must not contain keys: use the environment, the credentials file or settings");
    }
    if (length < 3 || length >= sizeof location->bucket) {
        return set_uri_error(error, "needs a bucket's name of 3 to 63 bytes");
    }
    memcpy(location->bucket, text, length);
    location->bucket[length] = '\0';
    if (location->bucket[strspn(location->bucket, LETTERS DIGITS "-._ABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0') {
        return set_uri_error(error, "has a bucket's name with a character that is not allowed");
    }
    return CPK_OK;
}

/* The prefix is percent-decoded; a '/' is added at its end. */
static cpk_status parse_prefix(const cpk_allocator *allocator, struct location *location, const char *text,
                               size_t length, cpk_error **error)
{
    struct buffer decoded;
    cpk_status status = CPK_OK;

    while (length > 0 && text[length - 1] == '/') {
        length--;
    }
    if (length == 0) {
        return CPK_OK;
    }
    buffer_init(&decoded, allocator);
    if (!encode_decode_percent(&decoded, text, length, 0)) {
        status = set_uri_error(error, "has a '%' in the prefix that is not followed by two hexadecimal digits");
    } else if (decoded.failed) {
        status = error_out_of_memory(error);
    } else if (decoded.length + 1 >= sizeof location->prefix ||
               utf8_valid_prefix(decoded.data, decoded.length) != decoded.length) {
        status = set_uri_error(error, "has a prefix that is too long or is not UTF-8");
    } else {
        snprintf(location->prefix, sizeof location->prefix, "%s/", decoded.data);
    }
    buffer_free(&decoded);
    return status;
}

/* http:// is for this machine only: over a network without TLS the blobs could be read. */
static int32_t is_this_machine(const char *host)
{
    static const char *const hosts[] = {"127.0.0.1", "[::1]", "localhost"};

    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        char after = starts_with(host, hosts[i]) ? host[strlen(hosts[i])] : 'x';

        if (after == '\0' || after == ':') {
            return 1;
        }
    }
    return 0;
}

static cpk_status parse_endpoint(struct location *location, const char *value, cpk_error **error)
{
    const char *host = strstr(value, "://");
    size_t length;

    location->is_https = starts_with(value, "https://");
    if (host == NULL || (!location->is_https && !starts_with(value, "http://"))) {
        return set_uri_error(error, "needs an endpoint that begins with https://");
    }
    host += 3;
    length = strlen(host);
    length -= length > 0 && host[length - 1] == '/';
    if (length == 0 || length + sizeof location->bucket >= sizeof location->host ||
        strspn(host, LETTERS DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-_:[]") < length) {
        return set_uri_error(error, "has an endpoint that is not a scheme, a host and a port");
    }
    memcpy(location->host, host, length);
    location->host[length] = '\0';
    if (!location->is_https && !is_this_machine(location->host)) {
        return set_uri_error(error, "needs an https:// endpoint; http:// only on this machine (127.0.0.1)");
    }
    return CPK_OK;
}

/* Options of the URI that are applied after all of them are known. */
struct options {
    char style[16];
    char body[16];
    char checksum[16];
};

static cpk_status copy_option(char *target, size_t capacity, const char *value, cpk_error **error)
{
    if (strlen(value) >= capacity || value[strspn(value, LETTERS DIGITS "-")] != '\0') {
        return set_uri_error(error, "has a value that is too long or has a character that is not allowed");
    }
    memcpy(target, value, strlen(value) + 1);
    return CPK_OK;
}

static cpk_status parse_option(struct location *location, struct options *options, const char *name, const char *value,
                               cpk_error **error)
{
    if (strcmp(name, "endpoint") == 0) {
        return parse_endpoint(location, value, error);
    }
    if (strcmp(name, "region") == 0) {
        return copy_option(location->region, sizeof location->region, value, error);
    }
    if (strcmp(name, "style") == 0) {
        return copy_option(options->style, sizeof options->style, value, error);
    }
    if (strcmp(name, "payload") == 0) {
        return copy_option(options->body, sizeof options->body, value, error);
    }
    if (strcmp(name, "checksum") == 0) {
        return copy_option(options->checksum, sizeof options->checksum, value, error);
    }
    return set_uri_error(error,
                         "knows only endpoint, region, style, payload and checksum after the '?'; keys come from "
                         "the environment, the credentials file or settings");
}

static cpk_status parse_options(const cpk_allocator *allocator, struct location *location, struct options *options,
                                const char *text, cpk_error **error)
{
    cpk_status status = CPK_OK;

    while (status == CPK_OK && *text != '\0') {
        size_t length = strcspn(text, "&");
        const char *equal = memchr(text, '=', length);
        char name[16] = "";
        struct buffer value;

        if (equal == NULL || (size_t)(equal - text) >= sizeof name) {
            return parse_option(location, options, "?", "", error);
        }
        memcpy(name, text, (size_t)(equal - text));
        buffer_init(&value, allocator);
        if (!encode_decode_percent(&value, equal + 1, length - (size_t)(equal + 1 - text), 0) ||
            value.length >= VALUE_BYTES) {
            status = set_uri_error(error, "has an invalid value after the '?'");
        } else {
            status = value.failed ? error_out_of_memory(error)
                                  : parse_option(location, options, name, buffer_text(&value), error);
        }
        buffer_free(&value);
        text += length + (text[length] == '&');
    }
    return status;
}

static void default_region(struct location *location)
{
    const char *variable = getenv("AWS_REGION");

    if (location->region[0] != '\0') {
        return;
    }
    if (strstr(location->host, R2_DOMAIN) != NULL) {
        snprintf(location->region, sizeof location->region, "auto");
        return;
    }
    variable = variable != NULL && variable[0] != '\0' ? variable : getenv("AWS_DEFAULT_REGION");
    if (variable == NULL || variable[0] == '\0' || strlen(variable) >= sizeof location->region ||
        variable[strspn(variable, LETTERS DIGITS "-")] != '\0') {
        variable = AWS_REGION;
    }
    snprintf(location->region, sizeof location->region, "%s", variable);
}

/* A bucket can be a part of a host's name; with a '.' no certificate of the server would match it. */
static int32_t is_host_label(const char *bucket)
{
    return bucket[strspn(bucket, LETTERS DIGITS "-")] == '\0';
}

static cpk_status apply_style(struct location *location, const char *style, int32_t is_own_endpoint, cpk_error **error)
{
    char host[LOCATION_HOST_BYTES];

    if (style[0] != '\0' && strcmp(style, "path") != 0 && strcmp(style, "virtual") != 0) {
        return set_uri_error(error, "needs style=path or style=virtual");
    }
    location->is_virtual =
        style[0] != '\0' ? strcmp(style, "virtual") == 0 : !is_own_endpoint && is_host_label(location->bucket);
    if (!location->is_virtual) {
        return CPK_OK;
    }
    if (!is_host_label(location->bucket)) {
        return set_uri_error(error, "needs style=path for a bucket whose name has upper case letters, '.' or '_'");
    }
    memcpy(host, location->host, sizeof host);
    if (snprintf(location->host, sizeof location->host, "%s.%s", location->bucket, host) >=
        (int)sizeof location->host) {
        return set_uri_error(error, "has an endpoint that is too long");
    }
    return CPK_OK;
}

static cpk_status apply_options(struct location *location, const struct options *options, cpk_error **error)
{
    const int32_t is_own_endpoint = location->host[0] != '\0';

    default_region(location);
    if (!is_own_endpoint) {
        location->is_https = 1;
        snprintf(location->host, sizeof location->host, "s3.%s.amazonaws.com", location->region);
    }
    if (options->body[0] != '\0' && strcmp(options->body, "signed") != 0 && strcmp(options->body, "unsigned") != 0) {
        return set_uri_error(error, "needs payload=signed or payload=unsigned");
    }
    location->is_unsigned_body = strcmp(options->body, "unsigned") == 0;
    if (location->is_unsigned_body && !location->is_https) {
        return set_uri_error(error, "allows payload=unsigned only with an https:// endpoint");
    }
    if (options->checksum[0] != '\0' && strcmp(options->checksum, "none") != 0 &&
        strcmp(options->checksum, "sha256") != 0) {
        return set_uri_error(error, "needs checksum=none or checksum=sha256");
    }
    location->has_checksum = strcmp(options->checksum, "sha256") == 0;
    return apply_style(location, options->style, is_own_endpoint, error);
}

cpk_status location_parse(const cpk_allocator *allocator, const char *uri, struct location *location, cpk_error **error)
{
    struct options options = {"", "", ""};
    const char *text = uri + strlen(LOCATION_SCHEME);
    size_t bucket_length = strcspn(text, "/?#");
    const char *prefix = text + bucket_length + (text[bucket_length] == '/');
    size_t prefix_length = strcspn(prefix, "?#");

    memset(location, 0, sizeof *location);
    CPK_TRY(parse_bucket(location, text, bucket_length, error));
    CPK_TRY(parse_prefix(allocator, location, prefix, text[bucket_length] == '/' ? prefix_length : 0, error));
    if (strchr(text, '#') != NULL) {
        return set_uri_error(error, "must not have a '#': write %23");
    }
    text = strchr(text, '?');
    if (text != NULL) {
        CPK_TRY(parse_options(allocator, location, &options, text + 1, error));
    }
    return apply_options(location, &options, error);
}

void location_append_path(const struct location *location, const char *key, struct buffer *path)
{
    buffer_append_byte(path, '/');
    if (!location->is_virtual) {
        buffer_append_text(path, location->bucket);
    }
    if (key != NULL) {
        buffer_append_format(path, "%s%s", location->is_virtual ? "" : "/", key);
    }
}
