#include "storage/encryption/master_keys.h"

#include "base/error.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOMAIN         "storage"
#define ID_LABEL       "contextpack master key id"
#define KEY_VARIABLE   "CONTEXTPACK_MASTER_KEY"
#define FILE_VARIABLE  "CONTEXTPACK_MASTER_KEY_FILE"
#define FILE_BYTES_MAX 8192
#define SEPARATORS     ", \t\r\n"
#define OTHERS_RIGHTS  (S_IRWXG | S_IRWXO)

static int32_t hex_digit(char digit)
{
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                          : -1;
}

static cpk_status add_key(struct master_keys *keys, const unsigned char bytes[MASTER_KEY_BYTES], cpk_error **error)
{
    struct master_key *key = &keys->keys[keys->count];
    unsigned char digest[HASH_SHA256_BYTES];

    if (keys->count == MASTER_KEYS_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "more than %d master keys", MASTER_KEYS_MAX);
    }
    CPK_TRY(hash_hmac_sha256(bytes, MASTER_KEY_BYTES, ID_LABEL, strlen(ID_LABEL), digest, error));
    memcpy(key->bytes, bytes, MASTER_KEY_BYTES);
    memcpy(key->id, digest, MASTER_KEY_ID_BYTES);
    keys->count++;
    return CPK_OK;
}

/* Lines that start with '#' are comments. `source` is for messages, which never show a key. */
static cpk_status parse_keys(struct master_keys *keys, const char *text, const char *source, cpk_error **error)
{
    unsigned char bytes[MASTER_KEY_BYTES];
    const char *at = text;
    cpk_status status = CPK_OK;

    for (at += strspn(at, SEPARATORS); *at != '\0' && status == CPK_OK; at += strspn(at, SEPARATORS)) {
        size_t length = strcspn(at, SEPARATORS);
        int32_t is_valid = length == (size_t)2 * MASTER_KEY_BYTES;

        if (*at == '#') {
            at += strcspn(at, "\n");
            continue;
        }
        for (size_t i = 0; is_valid && i < MASTER_KEY_BYTES; i++) {
            int32_t high = hex_digit(at[2 * i]);
            int32_t low = hex_digit(at[2 * i + 1]);

            is_valid = high >= 0 && low >= 0;
            bytes[i] = (unsigned char)(is_valid ? high * 16 + low : 0);
        }
        status = is_valid ? add_key(keys, bytes, error)
                          : error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                                      "a master key in %s is not 64 hexadecimal digits", source);
        at += length;
    }
    OPENSSL_cleanse(bytes, sizeof bytes);
    return status;
}

/* The rights are checked on the open file. It may be reached through a link, as secrets mounted in containers are. */
static cpk_status check_file(const char *path, int file, cpk_error **error)
{
    struct stat found;

    if (fstat(file, &found) != 0) {
        return error_set_errno(error, errno, DOMAIN, "can't read the master key file %s", path);
    }
    if (!S_ISREG(found.st_mode)) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the master key file %s is not a file", path);
    }
    if ((found.st_mode & OTHERS_RIGHTS) != 0 || (found.st_uid != geteuid() && found.st_uid != 0)) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN,
                         "others may read or change the master key file %s (mode %04o): it must be this user's or "
                         "root's own, and chmod 600 or 400",
                         path, (unsigned)(found.st_mode & 07777));
    }
    return CPK_OK;
}

static cpk_status read_file(struct master_keys *keys, const char *path, cpk_error **error)
{
    char text[FILE_BYTES_MAX + 1];
    size_t length = 0;
    ssize_t piece = 1;
    cpk_status status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (file < 0) {
        return error_set_errno(error, errno, DOMAIN, "can't read the master key file %s", path);
    }
    CPK_TRY_CLEANUP(check_file(path, file, error));
    while (piece != 0 && length < FILE_BYTES_MAX) {
        piece = read(file, text + length, FILE_BYTES_MAX - length);
        if (piece < 0 && errno != EINTR) {
            status = error_set_errno(error, errno, DOMAIN, "can't read the master key file %s", path);
            goto cleanup;
        }
        length += piece > 0 ? (size_t)piece : 0;
    }
    text[length] = '\0';
    status = length < FILE_BYTES_MAX
                 ? parse_keys(keys, text, path, error)
                 : error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the master key file %s is too large", path);
cleanup:
    OPENSSL_cleanse(text, sizeof text);
    close(file);
    return status;
}

static cpk_status ask_host(const struct context *context, struct master_keys *keys, cpk_error **error)
{
    unsigned char bytes[MASTER_KEY_BYTES];
    cpk_status status = CPK_OK;
    int32_t answer = 1;

    for (int32_t i = 0; answer == 1 && status == CPK_OK; i++) {
        answer = context->master_key(context->master_key_user, i, bytes, sizeof bytes);
        if (answer == 1) {
            status = add_key(keys, bytes, error);
        } else if (answer != 0) {
            status = error_set(error, CPK_ERROR_STORAGE, DOMAIN, "the host's callback has no master key (%d)", answer);
        }
    }
    OPENSSL_cleanse(bytes, sizeof bytes);
    return status;
}

static cpk_status read_source(const struct context *context, struct master_keys *keys, cpk_error **error)
{
    const char *text = context_text_setting(context, TEXT_SETTING_STORAGE_MASTER_KEY);
    const char *file = context_text_setting(context, TEXT_SETTING_STORAGE_MASTER_KEY_FILE);

    if (context->master_key != NULL) {
        return ask_host(context, keys, error);
    }
    if (text[0] != '\0') {
        return parse_keys(keys, text, "storage.master_key", error);
    }
    if (file[0] != '\0') {
        return read_file(keys, file, error);
    }
    text = secure_getenv(KEY_VARIABLE);
    file = secure_getenv(FILE_VARIABLE);
    if (text != NULL && text[0] != '\0') {
        return parse_keys(keys, text, KEY_VARIABLE, error);
    }
    return file != NULL && file[0] != '\0' ? read_file(keys, file, error) : CPK_OK;
}

cpk_status master_keys_read(const struct context *context, struct master_keys *keys, cpk_error **error)
{
    cpk_status status;

    memset(keys, 0, sizeof *keys);
    status = read_source(context, keys, error);
    if (status == CPK_OK && keys->count == 0) {
        status = error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                           "encrypted storage needs a master key: set storage.master_key_file or " KEY_VARIABLE
                           " (docs/storage.md)");
    }
    if (status != CPK_OK) {
        master_keys_wipe(keys);
    }
    return status;
}

void master_keys_wipe(struct master_keys *keys)
{
    OPENSSL_cleanse(keys, sizeof *keys);
}

const struct master_key *master_keys_find(const struct master_keys *keys, const unsigned char id[MASTER_KEY_ID_BYTES])
{
    for (size_t i = 0; i < keys->count; i++) {
        if (memcmp(keys->keys[i].id, id, MASTER_KEY_ID_BYTES) == 0) {
            return &keys->keys[i];
        }
    }
    return NULL;
}
