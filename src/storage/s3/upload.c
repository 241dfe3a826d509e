/* Multipart uploads. */
#include "base/error.h"
#include "storage/s3/object.h"
#include "storage/watch.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DOMAIN             "storage"
#define ABORT_MS           30000
#define CANCELLED_ABORT_MS 700 /* a cancelled call ends within a second */
#define NUMBER_BYTES       24
#define META_PART_BYTES    "x-amz-meta-contextpack-part-bytes"

static struct object_part *part_at(const struct object_upload *upload, size_t index)
{
    return (struct object_part *)(void *)upload->parts.data + index;
}

cpk_status object_upload_create(struct object_upload *upload, struct client *client, const char *key,
                                int64_t part_bytes, cpk_error **error)
{
    const struct sign_parameter parameter = {"uploads", ""};
    char number[NUMBER_BYTES];
    const struct http_header headers[] = {{META_PART_BYTES, number}, {"x-amz-checksum-algorithm", "SHA256"}};
    const struct client_call call = {.method = "POST",
                                     .key = key,
                                     .parameters = &parameter,
                                     .parameter_count = 1,
                                     .headers = headers,
                                     .header_count = client_location(client)->has_checksum ? 2 : 1,
                                     .is_once = 1,
                                     .checks_body = 1};
    struct client_answer answer;
    cpk_status status;

    memset(upload, 0, sizeof *upload);
    upload->client = client;
    upload->key = key;
    buffer_init(&upload->parts, &client_context(client)->allocator);
    snprintf(number, sizeof number, "%lld", (long long)part_bytes);
    status = client_perform(client, &call, &answer, error);
    if (status == CPK_OK) {
        status = answer_read_upload_id(&client_context(client)->allocator, &answer.response.body, upload->id, error);
    }
    client_answer_free(&answer);
    return status;
}

cpk_status object_upload_part(const struct object_upload *upload, int64_t number, const struct buffer *bytes,
                              struct object_part *part, cpk_error **error)
{
    char text[NUMBER_BYTES];
    const struct sign_parameter parameters[] = {{"partNumber", text}, {"uploadId", upload->id}};
    struct body_hashes hashes;
    struct body_check check = {.key = upload->key, .expected = hashes.md5_hex};
    struct client_call call = {.method = "PUT",
                               .key = upload->key,
                               .parameters = parameters,
                               .parameter_count = 2,
                               .body = buffer_text(bytes),
                               .body_length = bytes->length,
                               .check = body_check_answer,
                               .check_user = &check};
    struct header_list headers = {.count = 0};
    struct client_answer answer;
    cpk_status status;

    if (number >= OBJECT_PARTS_MAX) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "\"%.200s\" has more than %d parts: s3.part_bytes is too small for it", upload->key,
                         OBJECT_PARTS_MAX);
    }
    CPK_TRY(body_hash(&hashes, call.body, call.body_length, error));
    header_list_add_hashes(&headers, upload->client, &hashes);
    call.headers = headers.items;
    call.header_count = headers.count;
    call.body_sha256 = hashes.sha256;
    snprintf(text, sizeof text, "%lld", (long long)number + 1);
    status = client_perform(upload->client, &call, &answer, error);
    client_answer_free(&answer);
    memcpy(part->etag, check.etag, sizeof part->etag);
    part->has_md5 = hashes.md5_hex[0] != '\0';
    memcpy(part->md5, hashes.md5_bytes, sizeof part->md5);
    memcpy(part->sha256, hashes.sha256_base64, sizeof part->sha256);
    return status;
}

cpk_status object_upload_keep(struct object_upload *upload, int64_t number, const struct object_part *part,
                              cpk_error **error)
{
    static const struct object_part none;

    while (upload->count <= (size_t)number) {
        buffer_append(&upload->parts, &none, sizeof none);
        if (upload->parts.failed) {
            return error_out_of_memory(error);
        }
        upload->count++;
    }
    *part_at(upload, (size_t)number) = *part;
    return CPK_OK;
}

int32_t object_parts_etag(const void *md5s, size_t count, char etag[ANSWER_ETAG_BYTES])
{
    unsigned char digest[ENCODE_MD5_BYTES];
    char hex[ENCODE_MD5_HEX_BYTES];

    if (!encode_md5(md5s, count * ENCODE_MD5_BYTES, digest)) {
        return 0;
    }
    hash_hex(digest, sizeof digest, hex);
    snprintf(etag, ANSWER_ETAG_BYTES, "%s-%zu", hex, count);
    return 1;
}

/* The ETag that the whole object must have; "" if it can't be computed. */
static cpk_status expected_etag(const struct object_upload *upload, char etag[ANSWER_ETAG_BYTES], cpk_error **error)
{
    struct buffer md5s;
    cpk_status status = CPK_OK;
    int32_t has_md5 = 1;

    etag[0] = '\0';
    buffer_init(&md5s, upload->parts.allocator);
    for (size_t i = 0; i < upload->count; i++) {
        has_md5 &= part_at(upload, i)->has_md5;
        buffer_append(&md5s, part_at(upload, i)->md5, ENCODE_MD5_BYTES);
    }
    if (md5s.failed) {
        status = error_out_of_memory(error);
    } else if (has_md5 && !object_parts_etag(md5s.data, upload->count, etag)) {
        etag[0] = '\0';
    }
    buffer_free(&md5s);
    return status;
}

static void append_parts(const struct object_upload *upload, struct buffer *xml)
{
    const int32_t has_checksum = client_location(upload->client)->has_checksum;

    buffer_append_text(xml, "<CompleteMultipartUpload>");
    for (size_t i = 0; i < upload->count; i++) {
        const struct object_part *part = part_at(upload, i);

        buffer_append_format(xml, "<Part><PartNumber>%zu</PartNumber><ETag>&quot;%s&quot;</ETag>", i + 1,
                             part->etag[strcspn(part->etag, "<>&")] == '\0' ? part->etag : "");
        if (has_checksum) {
            buffer_append_format(xml, "<ChecksumSHA256>%s</ChecksumSHA256>", part->sha256);
        }
        buffer_append_text(xml, "</Part>");
    }
    buffer_append_text(xml, "</CompleteMultipartUpload>");
}

/* The upload is unknown: its completion may have succeeded although the answer was lost. */
static cpk_status check_completed(const struct object_upload *upload, const char *expected, cpk_error **error)
{
    struct object_info info;
    cpk_error *problem = NULL;
    cpk_status status = object_head(upload->client, upload->key, &info, &problem);
    int32_t is_ours = status == CPK_OK && expected[0] != '\0' && strcasecmp(info.etag, expected) == 0;

    error_clear(&problem);
    if (is_ours) {
        error_clear(error);
        return CPK_OK;
    }
    return error_set(error, CPK_ERROR_STORAGE, DOMAIN, "the upload of \"%.200s\" was lost by the storage server",
                     upload->key);
}

static cpk_status send_completion(struct object_upload *upload, const struct buffer *xml, const char *expected,
                                  const struct write_condition *condition, cpk_error **error)
{
    const struct sign_parameter parameter = {"uploadId", upload->id};
    struct client_call call = {.method = "POST",
                               .key = upload->key,
                               .parameters = &parameter,
                               .parameter_count = 1,
                               .body = xml->data,
                               .body_length = xml->length,
                               .checks_body = 1};
    struct header_list headers = {.count = 0};
    char quoted_answer[ANSWER_ETAG_BYTES];
    char etag[ANSWER_ETAG_BYTES];
    struct client_answer answer;
    cpk_status status;

    header_list_add_condition(&headers, condition);
    call.headers = headers.items;
    call.header_count = headers.count;
    status = client_perform(upload->client, &call, &answer, error);
    if (status == CPK_OK) {
        status =
            answer_read_etag(&client_context(upload->client)->allocator, &answer.response.body, quoted_answer, error);
    }
    if (status == CPK_OK) {
        body_copy_etag(etag, quoted_answer);
        status = body_check_etag(&answer, etag, expected, upload->key, error);
    } else if (status == CPK_ERROR_NOT_FOUND) {
        status = check_completed(upload, expected, error);
    }
    client_answer_free(&answer);
    return status;
}

cpk_status object_upload_complete(struct object_upload *upload, const struct write_condition *condition,
                                  cpk_error **error)
{
    char expected[ANSWER_ETAG_BYTES];
    struct buffer xml;
    cpk_status status;

    CPK_TRY(expected_etag(upload, expected, error));
    buffer_init(&xml, upload->parts.allocator);
    append_parts(upload, &xml);
    status = xml.failed ? error_out_of_memory(error) : send_completion(upload, &xml, expected, condition, error);
    buffer_free(&xml);
    if (status == CPK_OK) {
        upload->id[0] = '\0'; /* nothing to abort */
    }
    return status;
}

void object_upload_abort(struct object_upload *upload)
{
    const struct sign_parameter parameter = {"uploadId", upload->id};
    const cpk_cancel *token = watch_token();
    const struct client_call call = {.method = "DELETE",
                                     .key = upload->key,
                                     .parameters = &parameter,
                                     .parameter_count = 1,
                                     .total_ms = cpk_cancel_requested(token) ? CANCELLED_ABORT_MS : ABORT_MS};
    struct client_answer answer;
    cpk_error *problem = NULL;
    cpk_status status;

    if (upload->client == NULL || upload->id[0] == '\0') {
        return;
    }
    watch_set_cancel(NULL, NULL); /* what was cancelled is aborted, too */
    status = client_perform(upload->client, &call, &answer, &problem);
    watch_set_cancel(NULL, token);
    if (status != CPK_OK && status != CPK_ERROR_NOT_FOUND) {
        context_log(client_context(upload->client), CPK_LOG_WARNING, DOMAIN,
                    "the parts of an unfinished upload of \"%.200s\" may remain in the bucket: %s", upload->key,
                    cpk_error_message(problem));
    }
    error_clear(&problem);
    client_answer_free(&answer);
    upload->id[0] = '\0';
}

void object_upload_free(struct object_upload *upload)
{
    if (upload->client != NULL) {
        buffer_free(&upload->parts);
    }
}

cpk_status object_count_uploads(struct client *client, const char *prefix, int64_t *count, cpk_error **error)
{
    const struct sign_parameter parameters[] = {{"uploads", ""}, {"prefix", prefix}};
    const struct client_call call = {.method = "GET", .parameters = parameters, .parameter_count = 2, .checks_body = 1};
    struct client_answer answer;
    cpk_status status = client_perform(client, &call, &answer, error);

    if (status == CPK_OK) {
        status = answer_count_uploads(&client_context(client)->allocator, &answer.response.body, count, error);
    }
    client_answer_free(&answer);
    return status;
}
