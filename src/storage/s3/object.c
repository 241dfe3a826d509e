#include "storage/s3/object.h"

#include "base/error.h"
#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN            "storage"
#define QUOTED_ETAG_BYTES (ANSWER_ETAG_BYTES + 2)
#define RANGE_BYTES       64
#define INFO_BODY_BYTES   65536
#define ANSWER_BYTES_MAX  (INT64_C(16) << 20)
#define DIGITS_MAX        18
#define STATUS_RANGE      416
#define META_SHA256       "x-amz-meta-contextpack-sha256"

cpk_status object_check_bucket(struct client *client, cpk_error **error)
{
    const struct location *location = client_location(client);
    const struct sign_parameter parameters[] = {{"list-type", "2"}, {"max-keys", "1"}, {"prefix", location->prefix}};
    const struct client_call call = {.method = "GET", .parameters = parameters, .parameter_count = 3, .checks_body = 1};
    struct client_answer answer;
    cpk_status status = client_perform(client, &call, &answer, error);

    if (status != CPK_OK && answer.response.status == 404) {
        status = error_set_native(error, CPK_ERROR_NOT_FOUND, DOMAIN, "HTTP 404 NoSuchBucket", 0,
                                  "there is no bucket \"%s\" at %s", location->bucket, location->host);
    } else if (status != CPK_OK) {
        status = error_prefix(error, status, "the bucket \"%s\" can't be used", location->bucket);
    }
    client_answer_free(&answer);
    return status;
}

/* Reads a number of at most 18 digits that ends with `end`. Returns what follows, or NULL. */
static const char *read_digits(const char *text, char end, int64_t *number)
{
    size_t digits = text != NULL ? strspn(text, "0123456789") : 0;

    if (digits == 0 || digits > DIGITS_MAX || text[digits] != end) {
        return NULL;
    }
    *number = strtoll(text, NULL, 10);
    return text + digits + (end != '\0');
}

static int64_t read_number(const char *text)
{
    int64_t number;

    return read_digits(text, '\0', &number) != NULL ? number : -1;
}

static void read_info(const struct client_answer *answer, struct object_info *info)
{
    char *const *headers = answer->response.headers;
    const char *encryption = headers[CLIENT_ENCRYPTION];
    const char *sha256 = headers[CLIENT_SHA256];
    int64_t part_bytes = read_number(headers[CLIENT_PART_BYTES]);

    memset(info, 0, sizeof *info);
    info->modified_us = retry_parse_date(headers[CLIENT_LAST_MODIFIED]);
    info->part_bytes = part_bytes > 0 ? part_bytes : 0;
    info->is_etag_hash = encryption == NULL || strcmp(encryption, "AES256") == 0;
    body_copy_etag(info->etag, headers[CLIENT_ETAG]);
    if (sha256 != NULL && strlen(sha256) == HASH_SHA256_HEX_BYTES - 1) {
        memcpy(info->sha256, sha256, HASH_SHA256_HEX_BYTES);
    }
}

cpk_status object_head(struct client *client, const char *key, struct object_info *info, cpk_error **error)
{
    const struct client_call call = {.method = "HEAD", .key = key};
    struct client_answer answer;
    cpk_status status = client_perform(client, &call, &answer, error);

    if (status == CPK_OK) {
        read_info(&answer, info);
        info->size_bytes = read_number(answer.response.headers[CLIENT_CONTENT_LENGTH]);
        if (info->size_bytes < 0) {
            status = error_set(error, CPK_ERROR_STORAGE, DOMAIN, "the storage server sent no size of \"%.200s\"", key);
        }
    }
    client_answer_free(&answer);
    return status;
}

/* Checks "bytes FIRST-LAST/SIZE" against what was asked for and received, and takes the size. */
static int32_t read_range(const char *text, int64_t offset, size_t got, int64_t *size_bytes)
{
    static const char UNIT[] = "bytes ";
    int64_t first = 0;
    int64_t last = 0;
    int64_t size = 0;

    if (text == NULL || strncmp(text, UNIT, sizeof UNIT - 1) != 0) {
        return 0;
    }
    text = read_digits(text + sizeof UNIT - 1, '-', &first);
    text = read_digits(text, '/', &last);
    if (read_digits(text, '\0', &size) == NULL || first != offset || last < first || last >= size ||
        (uint64_t)(last - first) + 1 != got) {
        return 0;
    }
    *size_bytes = size;
    return 1;
}

/* What a ranged GET asked for, and where its answer goes. */
struct range_get {
    const char *key;
    int64_t offset;
    int64_t length;
    struct object_info *info;
    struct buffer *body;
};

/* Takes size and bytes from the answer to a ranged GET. */
static cpk_status take_body(void *user, struct client_answer *answer, cpk_error **error)
{
    const struct range_get *get = user;
    struct buffer *received = &answer->response.body;
    const char *range = answer->response.headers[CLIENT_CONTENT_RANGE];
    const int32_t status = answer->response.status;

    read_info(answer, get->info);
    if (status == 200) { /* the server ignored the range: only right if the object is that small */
        get->info->size_bytes = (int64_t)received->length;
    }
    if ((status == 200 && get->offset > 0) ||
        (status == 206 && !read_range(range, get->offset, received->length, &get->info->size_bytes)) ||
        (status != 200 && status != 206) || (int64_t)received->length > get->length) {
        return error_set_native(error, CPK_ERROR_STORAGE, DOMAIN, "", 1,
                                "the storage server answered with another range of \"%.200s\" than was asked for",
                                get->key);
    }
    buffer_free(get->body);
    *get->body = *received;
    buffer_init(received, get->body->allocator);
    return CPK_OK;
}

cpk_status object_get(struct client *client, const char *key, int64_t offset, int64_t length, const char *etag,
                      struct object_info *info, struct buffer *body, cpk_error **error)
{
    char range[RANGE_BYTES];
    char quoted[QUOTED_ETAG_BYTES];
    const struct http_header headers[] = {{"range", range}, {"if-match", quoted}};
    struct range_get get = {key, offset, length, info, body};
    const struct client_call call = {.method = "GET",
                                     .key = key,
                                     .headers = headers,
                                     .header_count = etag != NULL ? 2 : 1,
                                     .memory = body,
                                     .max_answer_bytes = length + INFO_BODY_BYTES,
                                     .check = take_body,
                                     .check_user = &get};
    struct client_answer answer;
    cpk_status status;

    snprintf(range, sizeof range, "bytes=%lld-%lld", (long long)offset,
             (long long)(length > INT64_MAX - offset ? INT64_MAX : offset + length) - 1);
    snprintf(quoted, sizeof quoted, "\"%s\"", etag != NULL ? etag : "");
    status = client_perform(client, &call, &answer, error);
    if (status != CPK_OK && answer.response.status == STATUS_RANGE) { /* behind the end */
        error_clear(error);
        read_info(&answer, info);
        info->size_bytes = offset;
        status = CPK_OK;
    }
    client_answer_free(&answer);
    return status;
}

cpk_status object_put(struct client *client, const char *key, const void *bytes, size_t length,
                      const struct write_condition *condition, cpk_error **error)
{
    struct body_hashes hashes;
    struct body_check check = {.key = key, .expected = hashes.md5_hex};
    struct client_call call = {.method = "PUT",
                               .key = key,
                               .body = bytes,
                               .body_length = length,
                               .check = body_check_answer,
                               .check_user = &check};
    struct header_list headers = {.count = 0};
    struct client_answer answer;
    cpk_status status;

    CPK_TRY(body_hash(&hashes, bytes, length, error));
    header_list_add(&headers, META_SHA256, hashes.sha256);
    header_list_add_hashes(&headers, client, &hashes);
    header_list_add_condition(&headers, condition);
    call.headers = headers.items;
    call.header_count = headers.count;
    call.body_sha256 = hashes.sha256;
    status = client_perform(client, &call, &answer, error);
    client_answer_free(&answer);
    return status;
}

cpk_status object_delete(struct client *client, const char *key, cpk_error **error)
{
    const struct client_call call = {.method = "DELETE", .key = key};
    struct client_answer answer;
    cpk_status status = client_perform(client, &call, &answer, error);

    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        status = CPK_OK;
    }
    client_answer_free(&answer);
    return status;
}

/* XML has no form for most control characters: such keys are deleted one by one. */
static int32_t is_xml_text(const char *key)
{
    for (; *key != '\0'; key++) {
        if ((unsigned char)*key < ' ') {
            return 0;
        }
    }
    return 1;
}

static void append_xml_text(struct buffer *target, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            buffer_append_text(target, "&amp;");
            break;
        case '<':
            buffer_append_text(target, "&lt;");
            break;
        case '>':
            buffer_append_text(target, "&gt;");
            break;
        default:
            buffer_append_byte(target, *text);
        }
    }
}

static cpk_status delete_listed(struct client *client, const struct buffer *xml, cpk_error **error)
{
    const struct sign_parameter parameter = {"delete", ""};
    struct client_call call = {.method = "POST",
                               .parameters = &parameter,
                               .parameter_count = 1,
                               .body = xml->data,
                               .body_length = xml->length,
                               .max_answer_bytes = ANSWER_BYTES_MAX,
                               .checks_body = 1};
    struct header_list headers = {.count = 0};
    struct client_answer answer;
    struct body_hashes hashes;
    cpk_status status;

    CPK_TRY(body_hash(&hashes, xml->data, xml->length, error));
    header_list_add_hashes(&headers, client, &hashes);
    call.headers = headers.items;
    call.header_count = headers.count;
    call.body_sha256 = hashes.sha256;
    status = client_perform(client, &call, &answer, error);
    if (status == CPK_OK) {
        status = answer_read_deleted(&client_context(client)->allocator, &answer.response.body, error);
    }
    client_answer_free(&answer);
    return status;
}

cpk_status object_delete_many(struct client *client, const char *keys, size_t count, cpk_error **error)
{
    struct buffer xml;
    size_t listed = 0;
    cpk_status status = CPK_OK;

    buffer_init(&xml, &client_context(client)->allocator);
    buffer_append_text(&xml, "<Delete><Quiet>true</Quiet>");
    for (size_t i = 0; i < count && status == CPK_OK; i++) {
        if (is_xml_text(keys)) {
            buffer_append_text(&xml, "<Object><Key>");
            append_xml_text(&xml, keys);
            buffer_append_text(&xml, "</Key></Object>");
            listed++;
        } else {
            status = object_delete(client, keys, error);
        }
        keys += strlen(keys) + 1;
    }
    buffer_append_text(&xml, "</Delete>");
    if (status == CPK_OK && xml.failed) {
        status = error_out_of_memory(error);
    }
    if (status == CPK_OK && listed > 0) {
        status = delete_listed(client, &xml, error);
    }
    buffer_free(&xml);
    return status;
}

cpk_status object_copy(struct client *client, const char *from, const char *to, cpk_error **error)
{
    const struct location *location = client_location(client);
    struct http_header header = {"x-amz-copy-source", NULL};
    const struct client_call call = {
        .method = "PUT", .key = to, .headers = &header, .header_count = 1, .checks_body = 1};
    struct client_answer answer;
    struct buffer source;
    cpk_status status;

    buffer_init(&source, &client_context(client)->allocator);
    buffer_append_format(&source, "/%s/", location->bucket);
    encode_percent(&source, from, strlen(from), 1);
    if (source.failed) {
        buffer_free(&source);
        return error_out_of_memory(error);
    }
    header.value = source.data;
    status = client_perform(client, &call, &answer, error);
    client_answer_free(&answer);
    buffer_free(&source);
    return status;
}

struct list_state {
    answer_object_fn each;
    void *user;
    int32_t is_stopped;
};

static int32_t pass_object(void *user, const struct answer_object *object)
{
    struct list_state *state = user;

    state->is_stopped = state->each(state->user, object);
    return state->is_stopped;
}

cpk_status object_list(struct client *client, const char *prefix, answer_object_fn each, void *user, cpk_error **error)
{
    char token[ANSWER_TOKEN_BYTES] = "";
    char previous[ANSWER_TOKEN_BYTES];
    const struct sign_parameter parameters[] = {
        {"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}, {"continuation-token", token}};
    struct list_state state = {each, user, 0};
    cpk_status status = CPK_OK;

    do {
        const struct client_call call = {.method = "GET",
                                         .parameters = parameters,
                                         .parameter_count = token[0] != '\0' ? 4 : 3,
                                         .max_answer_bytes = ANSWER_BYTES_MAX,
                                         .checks_body = 1};
        struct client_answer answer;

        memcpy(previous, token, sizeof token);
        status = client_perform(client, &call, &answer, error);
        if (status == CPK_OK) {
            status = answer_read_list(&client_context(client)->allocator, &answer.response.body, pass_object, &state,
                                      token, error);
        }
        client_answer_free(&answer);
        if (status == CPK_OK && token[0] != '\0' && strcmp(token, previous) == 0) {
            status = error_set(error, CPK_ERROR_STORAGE, DOMAIN, "the storage server's listing does not end");
        }
    } while (status == CPK_OK && token[0] != '\0' && !state.is_stopped);
    return status;
}
