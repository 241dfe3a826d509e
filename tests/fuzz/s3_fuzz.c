/* Any bytes as an answer of S3, as a storage setting s3://..., and as a credentials file. */
#include "base/memory.h"
#include "storage/s3/answer.h"
#include "storage/s3/credentials.h"
#include "storage/s3/location.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

static int32_t check_object(void *user, const struct answer_object *object)
{
    (void)user;
    require(object->key[0] != '\0' && object->size_bytes >= 0);
    return 0;
}

static void read_answers(const struct buffer *body)
{
    char id[ANSWER_UPLOAD_ID_BYTES];
    char token[ANSWER_TOKEN_BYTES];
    char etag[ANSWER_ETAG_BYTES];
    char code[64];
    char message[256];
    int64_t count = 0;

    require(answer_read_error(&memory_default, body, code, sizeof code, message, sizeof message) == (code[0] != '\0'));
    (void)answer_read_list(&memory_default, body, check_object, NULL, token, NULL);
    require(answer_read_upload_id(&memory_default, body, id, NULL) != CPK_OK || id[0] != '\0');
    (void)answer_read_etag(&memory_default, body, etag, NULL);
    (void)answer_read_deleted(&memory_default, body, NULL);
    require(answer_count_uploads(&memory_default, body, &count, NULL) != CPK_OK || count >= 0);
}

static void read_settings(const char *text)
{
    struct credentials_key key = {.id = ""};
    struct location location;
    struct buffer uri;

    buffer_init(&uri, &memory_default);
    buffer_append_format(&uri, "s3://%s", text);
    if (location_parse(&memory_default, buffer_text(&uri), &location, NULL) == CPK_OK) {
        require(location.bucket[0] != '\0' && location.host[0] != '\0' && location.region[0] != '\0');
        require(location.host[strcspn(location.host, "/@ \r\n")] == '\0');
    }
    buffer_free(&uri);
    if (credentials_parse(text, "default", &key, NULL) == CPK_OK) {
        require(key.id[strcspn(key.id, " \r\n")] == '\0' && key.secret[0] != '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer body;

    buffer_init(&body, &memory_default);
    buffer_append(&body, data, size);
    read_answers(&body);
    if (strlen(buffer_text(&body)) == size) {
        read_settings(buffer_text(&body));
    }
    buffer_free(&body);
    return 0;
}
