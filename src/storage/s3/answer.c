#include "storage/s3/answer.h"

#include "base/error.h"
#include "base/time.h"
#include "storage/s3/answer_xml.h"
#include "storage/s3/encode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN          "storage"
#define SIZE_DIGITS_MAX 18

static void copy_text(char *target, size_t capacity, const char *text)
{
    snprintf(target, capacity, "%s", text);
}

/* One text of an answer. */
struct wanted_text {
    const char *path;
    char *target;
    size_t capacity;
};

struct texts {
    struct wanted_text wanted[3];
    size_t count;
    int32_t is_too_long;
};

static int32_t take_text(void *user, const char *path, const char *text)
{
    struct texts *texts = user;

    for (size_t i = 0; i < texts->count; i++) {
        struct wanted_text *wanted = &texts->wanted[i];

        if (strcmp(path, wanted->path) == 0) {
            texts->is_too_long |= strlen(text) >= wanted->capacity;
            copy_text(wanted->target, wanted->capacity, text);
        }
    }
    return 0;
}

int32_t answer_read_error(const cpk_allocator *allocator, const struct buffer *body, char *code, size_t code_bytes,
                          char *message, size_t message_bytes)
{
    struct texts texts = {{{"Error/Code", code, code_bytes}, {"Error/Message", message, message_bytes}}, 2, 0};

    code[0] = '\0';
    message[0] = '\0';
    if (answer_xml_read(allocator, buffer_text(body), body->length, take_text, &texts, NULL) != CPK_OK) {
        code[0] = '\0';
        message[0] = '\0';
    }
    code[strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.")] = '\0';
    return code[0] != '\0';
}

cpk_status answer_read_upload_id(const cpk_allocator *allocator, const struct buffer *body,
                                 char upload_id[ANSWER_UPLOAD_ID_BYTES], cpk_error **error)
{
    struct texts texts = {{{"InitiateMultipartUploadResult/UploadId", upload_id, ANSWER_UPLOAD_ID_BYTES}}, 1, 0};

    upload_id[0] = '\0';
    CPK_TRY(answer_xml_read(allocator, buffer_text(body), body->length, take_text, &texts, error));
    if (upload_id[0] == '\0' || texts.is_too_long) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "the storage server began an upload without an id");
    }
    return CPK_OK;
}

cpk_status answer_read_etag(const cpk_allocator *allocator, const struct buffer *body, char etag[ANSWER_ETAG_BYTES],
                            cpk_error **error)
{
    struct texts texts = {{{"CompleteMultipartUploadResult/ETag", etag, ANSWER_ETAG_BYTES},
                           {"CopyObjectResult/ETag", etag, ANSWER_ETAG_BYTES}},
                          2,
                          0};

    etag[0] = '\0';
    return answer_xml_read(allocator, buffer_text(body), body->length, take_text, &texts, error);
}

static int32_t count_upload(void *user, const char *path, const char *text)
{
    int64_t *count = user;

    (void)text;
    *count += strcmp(path, "ListMultipartUploadsResult/Upload") == 0;
    return 0;
}

cpk_status answer_count_uploads(const cpk_allocator *allocator, const struct buffer *body, int64_t *count,
                                cpk_error **error)
{
    *count = 0;
    return answer_xml_read(allocator, buffer_text(body), body->length, count_upload, count, error);
}

struct deletion {
    char key[256];
    char code[64];
    int32_t is_failed;
};

static int32_t take_deletion(void *user, const char *path, const char *text)
{
    struct deletion *deletion = user;

    if (strcmp(path, "DeleteResult/Error/Key") == 0) {
        copy_text(deletion->key, sizeof deletion->key, text);
    } else if (strcmp(path, "DeleteResult/Error/Code") == 0) {
        copy_text(deletion->code, sizeof deletion->code, text);
    } else if (strcmp(path, "DeleteResult/Error") == 0) {
        deletion->is_failed = strcmp(deletion->code, "NoSuchKey") != 0;
    }
    return deletion->is_failed;
}

cpk_status answer_read_deleted(const cpk_allocator *allocator, const struct buffer *body, cpk_error **error)
{
    struct deletion deletion = {"", "", 0};

    CPK_TRY(answer_xml_read(allocator, buffer_text(body), body->length, take_deletion, &deletion, error));
    if (deletion.is_failed) {
        return error_set(error,
                         strcmp(deletion.code, "AccessDenied") == 0 ? CPK_ERROR_PERMISSION_DENIED : CPK_ERROR_STORAGE,
                         DOMAIN, "the storage server did not delete \"%.200s\": %.60s", deletion.key, deletion.code);
    }
    return CPK_OK;
}

struct list {
    answer_object_fn each;
    void *user;
    struct buffer key;
    struct answer_object object;
    char *next_token;
    int32_t is_truncated;
    int32_t is_stopped; /* by the callback */
    int32_t is_whole;   /* the end of the list was read */
    int32_t is_invalid;
};

/* -1 if it is no size. */
static int64_t read_size(const char *text)
{
    size_t length = strlen(text);

    if (length == 0 || length > SIZE_DIGITS_MAX || text[strspn(text, "0123456789")] != '\0') {
        return -1;
    }
    return strtoll(text, NULL, 10);
}

static int32_t end_object(struct list *list)
{
    list->is_invalid |= list->key.length == 0 || list->object.size_bytes < 0;
    if (list->is_invalid || list->key.failed) {
        return 1;
    }
    list->object.key = buffer_text(&list->key);
    list->is_stopped = list->each(list->user, &list->object) != 0;
    buffer_clear(&list->key);
    list->object.size_bytes = -1;
    list->object.modified_us = CPK_TIME_UNKNOWN;
    return list->is_stopped;
}

static int32_t take_list(void *user, const char *path, const char *text)
{
    struct list *list = user;

    if (strcmp(path, "ListBucketResult/Contents/Key") == 0) {
        buffer_clear(&list->key);
        list->is_invalid |= !encode_decode_percent(&list->key, text, strlen(text), 1);
    } else if (strcmp(path, "ListBucketResult/Contents/Size") == 0) {
        list->object.size_bytes = read_size(text);
    } else if (strcmp(path, "ListBucketResult/Contents/LastModified") == 0) {
        list->object.modified_us = time_parse_iso(text, strlen(text));
    } else if (strcmp(path, "ListBucketResult/Contents") == 0) {
        return end_object(list);
    } else if (strcmp(path, "ListBucketResult/IsTruncated") == 0) {
        list->is_truncated = strcmp(text, "true") == 0;
    } else if (strcmp(path, "ListBucketResult/NextContinuationToken") == 0) {
        list->is_invalid |= strlen(text) >= ANSWER_TOKEN_BYTES;
        copy_text(list->next_token, ANSWER_TOKEN_BYTES, text);
    } else if (strcmp(path, "ListBucketResult") == 0) {
        list->is_whole = 1;
    }
    return 0;
}

cpk_status answer_read_list(const cpk_allocator *allocator, const struct buffer *body, answer_object_fn each,
                            void *user, char next_token[ANSWER_TOKEN_BYTES], cpk_error **error)
{
    struct list list = {.each = each, .user = user, .next_token = next_token};
    cpk_status status;

    next_token[0] = '\0';
    list.object.size_bytes = -1;
    list.object.modified_us = CPK_TIME_UNKNOWN;
    buffer_init(&list.key, allocator);
    status = answer_xml_read(allocator, buffer_text(body), body->length, take_list, &list, error);
    if (status == CPK_OK && list.key.failed) {
        status = error_out_of_memory(error);
    }
    if (status == CPK_OK &&
        (list.is_invalid || (!list.is_stopped && (!list.is_whole || (list.is_truncated && next_token[0] == '\0'))))) {
        status = error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "the storage server's listing is incomplete");
    }
    if (!list.is_truncated) {
        next_token[0] = '\0';
    }
    buffer_free(&list.key);
    return status;
}
