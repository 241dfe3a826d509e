#include "storage/filesystem/path.h"

#include "base/memory.h"
#include "support/test.h"

static void assert_path(const char *key, const char *expected)
{
    struct buffer path;

    buffer_init(&path, &memory_default);
    path_append_key(&path, key);
    assert_string_equal(buffer_text(&path), expected);
    buffer_free(&path);
}

static void key_is_encoded_as_path(void **state)
{
    (void)state;
    assert_path("a", "a");
    assert_path("a/b", "a+/b");
    assert_path("user-1/0b5e/raw.zip", "user-1+/0b5e+/raw.zip");
    assert_path(".tmp/x", "%2etmp+/x");
    assert_path("A b", "%41%20b");
    assert_path("\xc3\xa9+=%~", "%c3%a9%2b%3d%25%7e");
}

/* Decodes a path name by name, as a listing does. */
static void decode_path(struct buffer *key, char *path)
{
    int32_t kind = PATH_FOLDER;
    char *rest = NULL;

    for (char *name = strtok_r(path, "/", &rest); name != NULL; name = strtok_r(NULL, "/", &rest)) {
        assert_true(strlen(name) < PATH_NAME_BYTES);
        kind = path_append_name_decoded(key, name, kind == PATH_CONTINUED);
        assert_int_not_equal(kind, PATH_FOREIGN);
    }
    assert_int_equal(kind, PATH_BLOB);
}

static void random_keys_survive_a_round_trip(void **state)
{
    uint32_t random = 1;
    struct buffer path;
    struct buffer decoded;
    char key[600];

    (void)state;
    buffer_init(&path, &memory_default);
    buffer_init(&decoded, &memory_default);
    for (int32_t round = 0; round < 20000; round++) {
        size_t length;

        random = random * 1664525u + 1013904223u;
        length = 1 + (random >> 8) % (round % 2 == 0 ? 20 : sizeof key - 2);
        for (size_t i = 0; i < length; i++) {
            random = random * 1664525u + 1013904223u;
            key[i] = (char)(1 + (random >> 16) % 255);
            if ((key[i] == '/' && (i == 0 || i + 1 == length || key[i - 1] == '/'))) {
                key[i] = '.';
            }
        }
        key[length] = '\0';
        buffer_clear(&path);
        buffer_clear(&decoded);
        path_append_key(&path, key);
        decode_path(&decoded, path.data);
        assert_string_equal(buffer_text(&decoded), key);
    }
    buffer_free(&path);
    buffer_free(&decoded);
}

static void foreign_name_is_recognized(void **state)
{
    static const char *const foreign[] = {
        ".",   "..",   ".tmp", "lost+found", "README", "a~", "a%", "a%4", "a%4G", "a%61", "%2f",
        "%00", "x%2e", "+",    "=",          "abc=",   "%",  "%+", "a+=", "a b",  "%C3",  "%%"};
    char long_name[PATH_PIECE_BYTES + 1];
    struct buffer decoded;

    (void)state;
    buffer_init(&decoded, &memory_default);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        assert_int_equal(path_append_name_decoded(&decoded, foreign[i], 0), PATH_FOREIGN);
        assert_int_equal(decoded.length, 0);
    }
    memset(long_name, 'x', PATH_PIECE_BYTES);
    long_name[PATH_PIECE_BYTES] = '\0';
    assert_int_equal(path_append_name_decoded(&decoded, long_name, 0), PATH_FOREIGN);
    assert_int_equal(path_append_name_decoded(&decoded, "%", 1), PATH_BLOB);
    buffer_free(&decoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_is_encoded_as_path),
        cmocka_unit_test(random_keys_survive_a_round_trip),
        cmocka_unit_test(foreign_name_is_recognized),
    };

    return cmocka_run_group_tests_name("storage: path", tests, NULL, NULL);
}
