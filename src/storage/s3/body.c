#include "storage/s3/body.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DOMAIN "storage"

void body_copy_etag(char etag[ANSWER_ETAG_BYTES], const char *quoted)
{
    size_t length;

    quoted = quoted != NULL ? quoted : "";
    quoted += quoted[0] == '"';
    length = strcspn(quoted, "\"");
    snprintf(etag, ANSWER_ETAG_BYTES, "%.*s", (int)(length < ANSWER_ETAG_BYTES ? length : 0), quoted);
}

cpk_status body_hash(struct body_hashes *hashes, const void *bytes, size_t length, cpk_error **error)
{
    unsigned char digest[HASH_SHA256_BYTES];
    struct hash_sha256 hash;

    hashes->md5_hex[0] = '\0';
    if (encode_md5(bytes, length, hashes->md5_bytes)) {
        encode_base64(hashes->md5_bytes, ENCODE_MD5_BYTES, hashes->md5);
        hash_hex(hashes->md5_bytes, ENCODE_MD5_BYTES, hashes->md5_hex);
    }
    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, bytes, length);
    CPK_TRY(hash_sha256_finish(&hash, digest, error));
    hash_hex(digest, sizeof digest, hashes->sha256);
    encode_base64(digest, sizeof digest, hashes->sha256_base64);
    return CPK_OK;
}

void header_list_add(struct header_list *list, const char *name, const char *value)
{
    list->items[list->count++] = (struct http_header){name, value};
}

void header_list_add_hashes(struct header_list *list, const struct client *client, const struct body_hashes *hashes)
{
    if (hashes->md5_hex[0] != '\0') {
        header_list_add(list, "content-md5", hashes->md5);
    }
    if (client_location(client)->has_checksum) {
        header_list_add(list, "x-amz-checksum-sha256", hashes->sha256_base64);
    }
}

/* S3 and Ceph want the ETag of a write's condition without quotes. */
void header_list_add_condition(struct header_list *list, const struct write_condition *condition)
{
    if (condition != NULL && condition->is_absent) {
        header_list_add(list, "if-none-match", "*");
    } else if (condition != NULL && condition->etag != NULL) {
        header_list_add(list, "if-match", condition->etag);
    }
}

/* True for an ETag of that many characters of which the first 32 are hexadecimal: those of a hash. */
static int32_t looks_like_hash(const char *etag, const char *expected)
{
    return strlen(etag) == strlen(expected) && strspn(etag, "0123456789abcdefABCDEF") >= 32;
}

cpk_status body_check_etag(const struct client_answer *answer, const char *etag, const char *expected, const char *key,
                           cpk_error **error)
{
    const char *encryption = answer->response.headers[CLIENT_ENCRYPTION];

    if (expected[0] == '\0' || (encryption != NULL && strcmp(encryption, "AES256") != 0) ||
        !looks_like_hash(etag, expected) || strcasecmp(etag, expected) == 0) {
        return CPK_OK;
    }
    return error_set_native(error, CPK_ERROR_STORAGE, DOMAIN, "", 1,
                            "the storage server stored other bytes in \"%.200s\" than were sent", key);
}

cpk_status body_check_answer(void *user, struct client_answer *answer, cpk_error **error)
{
    struct body_check *check = user;

    body_copy_etag(check->etag, answer->response.headers[CLIENT_ETAG]);
    return body_check_etag(answer, check->etag, check->expected, check->key, error);
}
