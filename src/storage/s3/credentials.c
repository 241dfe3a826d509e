#include "storage/s3/credentials.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define DOMAIN           "storage"
#define FILE_BYTES_MAX   1048576
#define FILE_STEP_BYTES  16384
#define EXPIRY_MARGIN_US INT64_C(60000000)
#define DEFAULT_PROFILE  "default"

struct credentials {
    const struct context *context;
    credentials_fn provider;
    void *provider_user;
    pthread_mutex_t lock;
    struct credentials_key key; /* guarded by the lock; generation 0: not read yet */
};

cpk_status credentials_create(const struct context *context, credentials_fn provider, void *provider_user,
                              struct credentials **credentials, cpk_error **error)
{
    struct credentials *created = memory_allocate_zeroed(&context->allocator, sizeof *created);

    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->context = context;
    created->provider = provider;
    created->provider_user = provider_user;
    pthread_mutex_init(&created->lock, NULL);
    *credentials = created;
    return CPK_OK;
}

void credentials_wipe(struct credentials_key *key)
{
    explicit_bzero(key, sizeof *key);
}

void credentials_free(struct credentials *credentials)
{
    if (credentials != NULL) {
        pthread_mutex_destroy(&credentials->lock);
        credentials_wipe(&credentials->key);
        memory_release(&credentials->context->allocator, credentials, sizeof *credentials);
    }
}

/* Copies one value. Keys are visible ASCII: anything else could end a header. The message never shows the value. */
static cpk_status copy_value(char *target, size_t capacity, const char *value, size_t length, const char *name,
                             cpk_error **error)
{
    if (length >= capacity) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "%s is longer than %zu bytes", name, capacity - 1);
    }
    for (size_t i = 0; i < length; i++) {
        if (value[i] <= ' ' || value[i] > '~') {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                             "%s contains a space or a character that is not ASCII", name);
        }
    }
    memcpy(target, value, length);
    target[length] = '\0';
    return CPK_OK;
}

struct values {
    const char *id;
    const char *secret;
    const char *token;
    const char *id_name;
    const char *secret_name;
    const char *token_name;
};

/* Copies a key from one source. *found 0: the source has none. */
static cpk_status copy_values(const struct values *values, struct credentials_key *key, int32_t *found,
                              cpk_error **error)
{
    const int32_t has_id = values->id != NULL && values->id[0] != '\0';
    const int32_t has_secret = values->secret != NULL && values->secret[0] != '\0';

    *found = has_id && has_secret;
    if (has_id != has_secret) {
        return error_set(error, CPK_ERROR_UNAUTHENTICATED, DOMAIN, "%s is set without %s",
                         has_id ? values->id_name : values->secret_name,
                         has_id ? values->secret_name : values->id_name);
    }
    if (!*found) {
        return CPK_OK;
    }
    CPK_TRY(copy_value(key->id, sizeof key->id, values->id, strlen(values->id), values->id_name, error));
    CPK_TRY(copy_value(key->secret, sizeof key->secret, values->secret, strlen(values->secret), values->secret_name,
                       error));
    if (values->token != NULL) {
        return copy_value(key->token, sizeof key->token, values->token, strlen(values->token), values->token_name,
                          error);
    }
    return CPK_OK;
}

static cpk_status read_settings(const struct context *context, struct credentials_key *key, int32_t *found,
                                cpk_error **error)
{
    const struct values values = {
        context_text_setting(context, TEXT_SETTING_S3_ACCESS_KEY_ID),
        context_text_setting(context, TEXT_SETTING_S3_SECRET_ACCESS_KEY),
        context_text_setting(context, TEXT_SETTING_S3_SESSION_TOKEN),
        "s3.access_key_id",
        "s3.secret_access_key",
        "s3.session_token",
    };

    return copy_values(&values, key, found, error);
}

static cpk_status read_environment(struct credentials_key *key, int32_t *found, cpk_error **error)
{
    const struct values values = {
        getenv("AWS_ACCESS_KEY_ID"), getenv("AWS_SECRET_ACCESS_KEY"), getenv("AWS_SESSION_TOKEN"),
        "AWS_ACCESS_KEY_ID",         "AWS_SECRET_ACCESS_KEY",         "AWS_SESSION_TOKEN",
    };

    return copy_values(&values, key, found, error);
}

struct line {
    const char *start;
    size_t length;
};

static struct line trim(const char *start, size_t length)
{
    while (length > 0 && strchr(" \t\r", start[0]) != NULL) {
        start++;
        length--;
    }
    while (length > 0 && strchr(" \t\r", start[length - 1]) != NULL) {
        length--;
    }
    return (struct line){start, length};
}

static int32_t line_is(struct line line, const char *text)
{
    return line.length == strlen(text) && strncasecmp(line.start, text, line.length) == 0;
}

/* "[name]", or "[profile name]" as in the config file. */
static int32_t is_section_of(struct line line, const char *profile)
{
    static const char PREFIX[] = "profile ";
    struct line name = trim(line.start + 1, line.length - (line.start[line.length - 1] == ']' ? 2 : 1));

    if (name.length > sizeof PREFIX - 1 && memcmp(name.start, PREFIX, sizeof PREFIX - 1) == 0) {
        name = trim(name.start + sizeof PREFIX - 1, name.length - (sizeof PREFIX - 1));
    }
    return name.length == strlen(profile) && memcmp(name.start, profile, name.length) == 0;
}

static cpk_status read_pair(struct line line, struct credentials_key *key, cpk_error **error)
{
    const char *equal = memchr(line.start, '=', line.length);
    struct line name;
    struct line value;

    if (equal == NULL) {
        return CPK_OK;
    }
    name = trim(line.start, (size_t)(equal - line.start));
    value = trim(equal + 1, line.length - (size_t)(equal + 1 - line.start));
    if (line_is(name, "aws_access_key_id")) {
        return copy_value(key->id, sizeof key->id, value.start, value.length, "aws_access_key_id", error);
    }
    if (line_is(name, "aws_secret_access_key")) {
        return copy_value(key->secret, sizeof key->secret, value.start, value.length, "aws_secret_access_key", error);
    }
    if (line_is(name, "aws_session_token")) {
        return copy_value(key->token, sizeof key->token, value.start, value.length, "aws_session_token", error);
    }
    return CPK_OK;
}

cpk_status credentials_parse(const char *text, const char *profile, struct credentials_key *key, cpk_error **error)
{
    int32_t is_ours = 0;

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        struct line line = trim(text, length);

        if (line.length > 1 && line.start[0] == '[') {
            is_ours = is_section_of(line, profile);
        } else if (is_ours && line.length > 0 && line.start[0] != '#' && line.start[0] != ';') {
            CPK_TRY(read_pair(line, key, error));
        }
        text += length + (text[length] == '\n');
    }
    if (key->id[0] == '\0' || key->secret[0] == '\0') {
        return error_set(error, CPK_ERROR_NOT_FOUND, DOMAIN,
                         "the credentials file has no profile \"%.80s\" with aws_access_key_id and "
                         "aws_secret_access_key",
                         profile);
    }
    return CPK_OK;
}

/* Appends the file's bytes. CPK_ERROR_NOT_FOUND if there is no such file. */
static cpk_status read_file(const char *path, struct buffer *text, cpk_error **error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t got = 1;

    if (file < 0) {
        return error_set_errno(error, errno, DOMAIN, "can't read the credentials file %s", path);
    }
    while (got > 0 && text->length <= FILE_BYTES_MAX) {
        char *end = buffer_reserve(text, FILE_STEP_BYTES);

        if (end == NULL) {
            close(file);
            return error_out_of_memory(error);
        }
        got = read(file, end, FILE_STEP_BYTES);
        text->length += got > 0 ? (size_t)got : 0;
    }
    close(file);
    if (got < 0) {
        return error_set_errno(error, errno, DOMAIN, "can't read the credentials file %s", path);
    }
    buffer_append_byte(text, '\0');
    return text->length <= FILE_BYTES_MAX
               ? CPK_OK
               : error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN, "the credentials file %s has more than %d bytes",
                           path, FILE_BYTES_MAX);
}

/* Writes the path of the credentials file. Returns 0 if there is none: no setting, no variable, no home folder. */
static int32_t find_file(const struct context *context, struct buffer *path)
{
    const char *set = context_text_setting(context, TEXT_SETTING_S3_CREDENTIALS_FILE);
    const char *variable = getenv("AWS_SHARED_CREDENTIALS_FILE");
    const char *home = getenv("HOME");

    if (set[0] != '\0') {
        buffer_append_text(path, set);
    } else if (variable != NULL && variable[0] != '\0') {
        buffer_append_text(path, variable);
    } else if (home != NULL && home[0] != '\0') {
        buffer_append_format(path, "%s/.aws/credentials", home);
    } else {
        return 0;
    }
    return !path->failed;
}

static const char *profile_name(const struct context *context)
{
    const char *set = context_text_setting(context, TEXT_SETTING_S3_PROFILE);
    const char *variable = getenv("AWS_PROFILE");

    if (set[0] != '\0') {
        return set;
    }
    return variable != NULL && variable[0] != '\0' ? variable : DEFAULT_PROFILE;
}

static cpk_status read_shared_file(const struct context *context, struct credentials_key *key, cpk_error **error)
{
    struct buffer path;
    struct buffer text;
    cpk_status status = CPK_ERROR_NOT_FOUND;

    buffer_init(&path, &context->allocator);
    buffer_init(&text, &context->allocator);
    if (find_file(context, &path)) {
        status = read_file(path.data, &text, error);
        if (status == CPK_OK) {
            status = credentials_parse(text.data, profile_name(context), key, error);
        }
    }
    if (text.data != NULL) {
        explicit_bzero(text.data, text.capacity);
    }
    buffer_free(&text);
    buffer_free(&path);
    return status;
}

static cpk_status read_key(struct credentials *credentials, struct credentials_key *key, cpk_error **error)
{
    const struct context *context = credentials->context;
    int32_t is_profile_set = context_text_setting(context, TEXT_SETTING_S3_PROFILE)[0] != '\0';
    int32_t found = 0;
    cpk_status status;

    if (credentials->provider != NULL) {
        return credentials->provider(credentials->provider_user, key, error);
    }
    CPK_TRY(read_settings(context, key, &found, error));
    if (!found && !is_profile_set) {
        CPK_TRY(read_environment(key, &found, error));
    }
    if (found) {
        return CPK_OK;
    }
    status = read_shared_file(context, key, error);
    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    return error_set(error, CPK_ERROR_UNAUTHENTICATED, DOMAIN,
                     "there is no key for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write the profile "
                     "\"%.80s\" to ~/.aws/credentials, or set s3.access_key_id and s3.secret_access_key",
                     profile_name(context));
}

static int32_t needs_reading(const struct credentials *credentials, int64_t stale)
{
    const struct credentials_key *key = &credentials->key;

    return key->generation == 0 || key->generation == stale ||
           (key->expires_us > 0 && key->expires_us - EXPIRY_MARGIN_US <= context_local_now(credentials->context));
}

cpk_status credentials_get(struct credentials *credentials, int64_t stale, struct credentials_key *key,
                           cpk_error **error)
{
    cpk_status status = CPK_OK;

    pthread_mutex_lock(&credentials->lock);
    if (needs_reading(credentials, stale)) {
        struct credentials_key fresh = {.generation = 0};

        status = read_key(credentials, &fresh, error);
        if (status == CPK_OK) {
            fresh.generation = credentials->key.generation + 1;
            credentials->key = fresh;
        }
        credentials_wipe(&fresh);
    }
    if (status == CPK_OK) {
        *key = credentials->key;
    }
    pthread_mutex_unlock(&credentials->lock);
    return status;
}
