/* Where the keys for S3 come from, and when they are read again. */
#include "storage/s3/credentials.h"

#include "base/error.h"
#include "base/memory.h"
#include "support/scratch.h"
#include "support/test.h"

static struct context context_of_test;

static const char FILE_TEXT[] = "# a comment\r\n"
                                "[default]\r\n"
                                "aws_access_key_id = DEFAULTID\r\n"
                                "aws_secret_access_key=default/secret+x\r\n"
                                "\n"
                                "[profile other]\n"
                                "; another\n"
                                "  AWS_ACCESS_KEY_ID=OTHERID  \n"
                                "aws_secret_access_key = other=secret\n"
                                "aws_session_token = other-token==\n"
                                "region = eu-west-1\n"
                                "[half]\n"
                                "aws_access_key_id = HALF\n"
                                "[spoilt]\n"
                                "aws_access_key_id = SPO ILT\n"
                                "aws_secret_access_key = x\n"
                                "[last]\n"
                                "aws_access_key_id = LAST\n"
                                "aws_secret_access_key = s";

static void clear_environment(void)
{
    static const char *const names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",       "AWS_SESSION_TOKEN",
                                        "AWS_PROFILE",       "AWS_SHARED_CREDENTIALS_FILE", "HOME"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unsetenv(names[i]);
    }
}

static void set_text(const char *name, const char *value)
{
    cpk_error *error = NULL;

    assert_ok(settings_set_text(&context_of_test.settings, &context_of_test.allocator, name, value, &error), error);
}

static int setup(void **state)
{
    (void)state;
    clear_environment();
    context_init(&context_of_test);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    context_free(&context_of_test);
    clear_environment();
    return 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void profiles_are_read(void **state)
{
    struct credentials_key key = {.id = ""};
    cpk_error *error = NULL;

    (void)state;
    assert_ok(credentials_parse(FILE_TEXT, "default", &key, &error), error);
    assert_string_equal(key.id, "DEFAULTID");
    assert_string_equal(key.secret, "default/secret+x");
    assert_string_equal(key.token, "");
    memset(&key, 0, sizeof key);
    assert_ok(credentials_parse(FILE_TEXT, "other", &key, &error), error);
    assert_string_equal(key.id, "OTHERID");
    assert_string_equal(key.secret, "other=secret");
    assert_string_equal(key.token, "other-token==");
    memset(&key, 0, sizeof key);
    assert_ok(credentials_parse(FILE_TEXT, "last", &key, &error), error);
    assert_string_equal(key.secret, "s");
    memset(&key, 0, sizeof key);
    assert_int_equal(credentials_parse(FILE_TEXT, "half", &key, NULL), CPK_ERROR_NOT_FOUND);
    memset(&key, 0, sizeof key);
    assert_int_equal(credentials_parse(FILE_TEXT, "none", &key, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(credentials_parse(FILE_TEXT, "spoilt", &key, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(credentials_parse("[", "x", &key, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(credentials_parse("[]\n[x]=\n[x\naws_access_key_id", "x", &key, NULL), CPK_ERROR_NOT_FOUND);
}

/* Opens the sources anew and returns the key's id. */
static const char *id_now(struct credentials_key *key)
{
    struct credentials *credentials;
    cpk_error *error = NULL;

    assert_ok(credentials_create(&context_of_test, NULL, NULL, &credentials, &error), error);
    assert_ok(credentials_get(credentials, 0, key, &error), error);
    credentials_free(credentials);
    return key->id;
}

static void settings_come_before_environment_before_file(void **state)
{
    char folder[SCRATCH_PATH_BYTES];
    char path[SCRATCH_PATH_BYTES + 32];
    struct credentials_key key;

    (void)state;
    scratch_make(folder);
    snprintf(path, sizeof path, "%s/keys", folder);
    write_file(path, FILE_TEXT);
    setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
    assert_string_equal(id_now(&key), "DEFAULTID");
    setenv("AWS_PROFILE", "other", 1);
    assert_string_equal(id_now(&key), "OTHERID");
    setenv("AWS_ACCESS_KEY_ID", "ENVID", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "env", 1);
    setenv("AWS_SESSION_TOKEN", "token", 1);
    assert_string_equal(id_now(&key), "ENVID");
    assert_string_equal(key.token, "token");
    set_text("s3.profile", "last");
    assert_string_equal(id_now(&key), "LAST");
    set_text("s3.access_key_id", "SETID");
    set_text("s3.secret_access_key", "set");
    assert_string_equal(id_now(&key), "SETID");
    assert_string_equal(key.token, "");
    scratch_remove(folder);
}

static void assert_refused(cpk_status code, const char *says, const char *secret)
{
    struct credentials *credentials;
    struct credentials_key key;
    cpk_error *error = NULL;

    assert_int_equal(credentials_create(&context_of_test, NULL, NULL, &credentials, NULL), CPK_OK);
    assert_int_equal(credentials_get(credentials, 0, &key, &error), code);
    assert_non_null(strstr(cpk_error_message(error), says));
    assert_null(strstr(cpk_error_message(error), secret));
    error_clear(&error);
    credentials_free(credentials);
}

static void incomplete_keys_are_refused_without_being_shown(void **state)
{
    (void)state;
    assert_refused(CPK_ERROR_UNAUTHENTICATED, "AWS_ACCESS_KEY_ID", "hunter2");
    setenv("AWS_SECRET_ACCESS_KEY", "hunter2", 1);
    assert_refused(CPK_ERROR_UNAUTHENTICATED, "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID", "hunter2");
    setenv("AWS_ACCESS_KEY_ID", "hunter2\r\nx: y", 1);
    assert_refused(CPK_ERROR_INVALID_ARGUMENT, "AWS_ACCESS_KEY_ID", "hunter2");
    set_text("s3.access_key_id", "hunter2");
    assert_refused(CPK_ERROR_UNAUTHENTICATED, "s3.access_key_id is set without s3.secret_access_key", "hunter2");
}

struct provider {
    int32_t calls;
    int64_t expires_us;
};

static cpk_status provide(void *user, struct credentials_key *key, cpk_error **error)
{
    struct provider *provider = user;

    provider->calls++;
    if (provider->calls == 4) {
        return error_set(error, CPK_ERROR_NETWORK, "test", "no answer");
    }
    snprintf(key->id, sizeof key->id, "ID%d", (int)provider->calls);
    snprintf(key->secret, sizeof key->secret, "secret");
    key->expires_us = provider->expires_us;
    return CPK_OK;
}

static void provider_is_asked_again_for_expired_and_refused_keys(void **state)
{
    struct provider provider = {.expires_us = context_local_now(&context_of_test) + INT64_C(3600000000)};
    struct credentials *credentials;
    struct credentials_key key;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(credentials_create(&context_of_test, provide, &provider, &credentials, &error), error);
    assert_ok(credentials_get(credentials, 0, &key, &error), error);
    assert_ok(credentials_get(credentials, 0, &key, &error), error);
    assert_string_equal(key.id, "ID1");
    /* Two threads whose requests with the first key were refused: one renewal. */
    provider.expires_us = context_local_now(&context_of_test) + 1000000;
    assert_ok(credentials_get(credentials, 1, &key, &error), error);
    assert_string_equal(key.id, "ID2");
    /* It expires within the minute: the next call gets another one. */
    provider.expires_us = 0;
    assert_ok(credentials_get(credentials, 1, &key, &error), error);
    assert_string_equal(key.id, "ID3");
    assert_ok(credentials_get(credentials, 1, &key, &error), error);
    assert_string_equal(key.id, "ID3");
    assert_int_equal(credentials_get(credentials, 3, &key, &error), CPK_ERROR_NETWORK);
    error_clear(&error);
    assert_ok(credentials_get(credentials, 0, &key, &error), error); /* the old one may still be good */
    assert_string_equal(key.id, "ID3");
    credentials_free(credentials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(profiles_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(settings_come_before_environment_before_file, setup, teardown),
        cmocka_unit_test_setup_teardown(incomplete_keys_are_refused_without_being_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(provider_is_asked_again_for_expired_and_refused_keys, setup, teardown),
    };

    return cmocka_run_group_tests_name("storage: S3 credentials", tests, NULL, NULL);
}
