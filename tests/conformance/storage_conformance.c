#include "conformance/storage_conformance.h"

#include "base/error.h"
#include "storage/storage.h"
#include "support/test.h"

#include <pthread.h>

#define LARGE_BYTES     ((size_t)64 * 1024 * 1024)
#define PIECE_BYTES     ((size_t)1024 * 1024)
#define THREADS         8
#define THREAD_ROUNDS   40
#define SHARED_BYTES    50000
#define LIST_KEYS_BYTES 65536

static struct context context_of_test;
static struct storage *tested;

static void put_text(const char *key, const char *text)
{
    cpk_error *error = NULL;

    assert_ok(storage_put(tested, key, text, strlen(text), &error), error);
}

static void assert_blob(const char *key, const char *expected, size_t length)
{
    cpk_error *error = NULL;
    struct buffer got;

    buffer_init(&got, &context_of_test.allocator);
    assert_ok(storage_get(tested, key, &got, &error), error);
    assert_int_equal(got.length, length);
    assert_memory_equal(buffer_text(&got), expected, length);
    buffer_free(&got);
}

static void assert_absent(const char *key)
{
    cpk_error *error = NULL;
    cpk_blob_info info;
    struct storage_reader *reader;

    assert_int_equal(storage_stat(tested, key, &info, &error), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_error_code(error), CPK_ERROR_NOT_FOUND);
    assert_true(cpk_error_message(error)[0] != '\0');
    error_clear(&error);
    assert_int_equal(storage_read_open(tested, key, 0, -1, &reader, &error), CPK_ERROR_NOT_FOUND);
    assert_null(reader);
    error_clear(&error);
    assert_int_equal(storage_stat(tested, key, &info, NULL), CPK_ERROR_NOT_FOUND);
}

struct listed {
    char keys[LIST_KEYS_BYTES]; /* each with a '\n' behind it */
    size_t length;
    int64_t count;
    int64_t stop_after; /* 0: never */
    int64_t bytes;
};

static int32_t list_add(void *user, const char *key, const cpk_blob_info *info)
{
    struct listed *listed = user;
    size_t length = strlen(key);

    assert_true(info->struct_size >= sizeof *info);
    assert_true(listed->length + length + 2 < sizeof listed->keys);
    memcpy(listed->keys + listed->length, key, length);
    listed->length += length;
    listed->keys[listed->length++] = '\n';
    listed->keys[listed->length] = '\0';
    listed->bytes += info->size_bytes;
    listed->count++;
    return listed->count == listed->stop_after;
}

static struct listed list_prefix(const char *prefix, int64_t stop_after)
{
    struct listed result = {.stop_after = stop_after};
    cpk_error *error = NULL;

    assert_ok(storage_list(tested, prefix, list_add, &result, &error), error);
    return result;
}

static void test_put_and_get(void **state)
{
    cpk_blob_info info;
    cpk_error *error = NULL;

    (void)state;
    put_text("basic/one", "hello");
    assert_blob("basic/one", "hello", 5);
    assert_ok(storage_stat(tested, "basic/one", &info, &error), error);
    assert_int_equal(info.size_bytes, 5);
    assert_true(info.modified_us == CPK_TIME_UNKNOWN || info.modified_us > 0);
    assert_ok(storage_put(tested, "basic/nul", "a\0b\0", 4, &error), error);
    assert_blob("basic/nul", "a\0b\0", 4);
}

static void test_zero_length(void **state)
{
    cpk_error *error = NULL;
    cpk_blob_info info;

    (void)state;
    assert_ok(storage_put(tested, "empty", "", 0, &error), error);
    assert_blob("empty", "", 0);
    assert_ok(storage_stat(tested, "empty", &info, &error), error);
    assert_int_equal(info.size_bytes, 0);
    assert_int_equal(list_prefix("empty", 0).count, 1);
}

static void test_invisible_until_commit(void **state)
{
    cpk_error *error = NULL;
    struct storage_writer *writer;

    (void)state;
    assert_ok(storage_write_open(tested, "whole/new", -1, &writer, &error), error);
    assert_absent("whole/new");
    assert_ok(storage_write_data(writer, "first ", 6, &error), error);
    assert_ok(storage_write_data(writer, "second", 6, &error), error);
    assert_absent("whole/new");
    assert_int_equal(list_prefix("whole/", 0).count, 0);
    assert_ok(storage_write_commit(writer, &error), error);
    assert_blob("whole/new", "first second", 12);
    assert_string_equal(list_prefix("whole/", 0).keys, "whole/new\n");
}

static void test_discard(void **state)
{
    cpk_error *error = NULL;
    struct storage_writer *writer;

    (void)state;
    assert_ok(storage_write_open(tested, "discard/new", 100, &writer, &error), error);
    assert_ok(storage_write_data(writer, "data", 4, &error), error);
    storage_write_discard(writer);
    assert_absent("discard/new");
    put_text("discard/old", "kept");
    assert_ok(storage_write_open(tested, "discard/old", -1, &writer, &error), error);
    assert_ok(storage_write_data(writer, "gone", 4, &error), error);
    assert_blob("discard/old", "kept", 4);
    storage_write_discard(writer);
    assert_blob("discard/old", "kept", 4);
    assert_string_equal(list_prefix("discard/", 0).keys, "discard/old\n");
}

static void test_overwrite(void **state)
{
    cpk_error *error = NULL;
    struct storage_writer *first;
    struct storage_writer *second;

    (void)state;
    put_text("over", "a longer first version");
    put_text("over", "second");
    assert_blob("over", "second", 6);
    /* Two writers on one key: the one that commits last holds. */
    assert_ok(storage_write_open(tested, "over", 3, &first, &error), error);
    assert_ok(storage_write_open(tested, "over", 3, &second, &error), error);
    assert_ok(storage_write_data(first, "1st", 3, &error), error);
    assert_ok(storage_write_data(second, "2nd", 3, &error), error);
    assert_ok(storage_write_commit(second, &error), error);
    assert_blob("over", "2nd", 3);
    assert_ok(storage_write_commit(first, &error), error);
    assert_blob("over", "1st", 3);
    assert_int_equal(list_prefix("over", 0).count, 1);
}

static void fill_piece(unsigned char *piece, size_t index)
{
    uint32_t value = (uint32_t)index * 2654435761u + 1;

    for (size_t i = 0; i < PIECE_BYTES; i++) {
        value = value * 1664525u + 1013904223u;
        piece[i] = (unsigned char)(value >> 24);
    }
}

static void test_large_streamed(void **state)
{
    unsigned char *piece = malloc(PIECE_BYTES);
    unsigned char *got = malloc(PIECE_BYTES);
    cpk_error *error = NULL;
    struct storage_writer *writer;
    struct storage_reader *reader;
    size_t length;

    (void)state;
    assert_true(piece != NULL && got != NULL);
    assert_ok(storage_write_open(tested, "large", (int64_t)LARGE_BYTES, &writer, &error), error);
    for (size_t i = 0; i < LARGE_BYTES / PIECE_BYTES; i++) {
        fill_piece(piece, i);
        assert_ok(storage_write_data(writer, piece, PIECE_BYTES, &error), error);
    }
    assert_ok(storage_write_commit(writer, &error), error);
    assert_ok(storage_read_open(tested, "large", 0, -1, &reader, &error), error);
    for (size_t i = 0; i < LARGE_BYTES / PIECE_BYTES; i++) {
        fill_piece(piece, i);
        assert_ok(storage_read_data(reader, got, PIECE_BYTES, &length, &error), error);
        assert_int_equal(length, PIECE_BYTES);
        assert_int_equal(memcmp(piece, got, PIECE_BYTES), 0);
    }
    assert_ok(storage_read_data(reader, got, PIECE_BYTES, &length, &error), error);
    assert_int_equal(length, 0);
    storage_read_close(reader);
    assert_ok(storage_remove(tested, "large", &error), error);
    free(piece);
    free(got);
}

static void assert_range(int64_t offset, int64_t length, const char *expected)
{
    char got[64];
    cpk_error *error = NULL;
    struct storage_reader *reader;
    size_t count;

    assert_ok(storage_read_open(tested, "range", offset, length, &reader, &error), error);
    assert_ok(storage_read_data(reader, got, sizeof got, &count, &error), error);
    assert_int_equal(count, strlen(expected));
    assert_memory_equal(got, expected, count);
    assert_ok(storage_read_data(reader, got, sizeof got, &count, &error), error);
    assert_int_equal(count, 0);
    storage_read_close(reader);
}

static void test_ranges(void **state)
{
    cpk_error *error = NULL;
    struct storage_reader *reader;
    struct buffer got;

    (void)state;
    put_text("range", "0123456789");
    assert_range(0, -1, "0123456789");
    assert_range(3, 4, "3456");
    assert_range(3, -1, "3456789");
    assert_range(0, 0, "");
    assert_range(9, 1, "9");
    assert_range(8, 100, "89");
    assert_range(10, -1, "");
    assert_range(10, 5, "");
    assert_range(1000, 5, "");
    assert_range(INT64_MAX, INT64_MAX, "");
    assert_range(2, INT64_MAX, "23456789");
    assert_int_equal(storage_read_open(tested, "range", -1, 1, &reader, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(storage_read_open(tested, "range", 0, -2, &reader, NULL), CPK_ERROR_INVALID_ARGUMENT);
    buffer_init(&got, &context_of_test.allocator);
    assert_ok(storage_get_range(tested, "range", 2, 3, &got, &error), error);
    assert_string_equal(buffer_text(&got), "234");
    assert_int_equal(storage_get_range(tested, "range", 8, 3, &got, &error), CPK_ERROR_STORAGE);
    error_clear(&error);
    buffer_free(&got);
}

static void test_remove(void **state)
{
    cpk_error *error = NULL;

    (void)state;
    assert_ok(storage_remove(tested, "remove/never/was", &error), error);
    put_text("remove/a/b", "x");
    put_text("remove/a", "y");
    assert_ok(storage_remove(tested, "remove/a/b", &error), error);
    assert_absent("remove/a/b");
    assert_blob("remove/a", "y", 1);
    assert_ok(storage_remove(tested, "remove/a", &error), error);
    assert_ok(storage_remove(tested, "remove/a", &error), error);
    assert_absent("remove/a");
    assert_int_equal(list_prefix("remove", 0).count, 0);
    put_text("remove/a", "again");
    assert_blob("remove/a", "again", 5);
}

/* In byte order: the order in which a listing must give them. '/' sits between '.' and '0'. */
static const char *const LISTED_KEYS[] = {
    "list/A",
    "list/a",
    "list/a b",
    "list/a!",
    "list/a!/x",
    "list/a+",
    "list/a+/=",
    "list/a-b",
    "list/a.b",
    "list/a/",
    "list/a/b",
    "list/a/b/c",
    "list/a/c",
    "list/a0",
    "list/b=",
    "list/b%",
    "list/b%2e",
    "list/\xc3\xa9",
    "list/\xe6\x97\xa5\xe6\x9c\xac",
};

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void test_list(void **state)
{
    const char *sorted[sizeof LISTED_KEYS / sizeof LISTED_KEYS[0]];
    char expected[4096] = "";
    size_t count = 0;
    struct listed all;

    (void)state;
    for (size_t i = sizeof LISTED_KEYS / sizeof LISTED_KEYS[0]; i-- > 0;) {
        if (LISTED_KEYS[i][strlen(LISTED_KEYS[i]) - 1] != '/') { /* an empty part is no key */
            put_text(LISTED_KEYS[i], "12");
            sorted[count++] = LISTED_KEYS[i];
        }
    }
    put_text("list", "above");
    put_text("listing/x", "beside");
    qsort(sorted, count, sizeof sorted[0], compare_texts);
    for (size_t i = 0; i < count; i++) {
        strcat(strcat(expected, sorted[i]), "\n");
    }
    all = list_prefix("list/", 0);
    assert_string_equal(all.keys, expected);
    assert_int_equal(all.bytes, 2 * (int64_t)count);
    assert_string_equal(list_prefix("list/a/", 0).keys, "list/a/b\nlist/a/b/c\nlist/a/c\n");
    assert_string_equal(list_prefix("list/a/b", 0).keys, "list/a/b\nlist/a/b/c\n");
    assert_string_equal(list_prefix("list/a!", 0).keys, "list/a!\nlist/a!/x\n");
    assert_string_equal(list_prefix("list/a/b/c", 0).keys, "list/a/b/c\n");
    assert_string_equal(list_prefix("list/a/b/c/", 0).keys, "");
    assert_string_equal(list_prefix("list/\xe6", 0).keys, "list/\xe6\x97\xa5\xe6\x9c\xac\n");
    assert_string_equal(list_prefix("listi", 0).keys, "listing/x\n");
    assert_string_equal(list_prefix("/", 0).keys, "");
    assert_string_equal(list_prefix("../", 0).keys, "");
    assert_string_equal(list_prefix("list//", 0).keys, "");
    assert_string_equal(list_prefix("nothing/of/that", 0).keys, "");
    assert_int_equal(list_prefix("list/", 3).count, 3);
    assert_int_equal(list_prefix("", 1).count, 1);
    assert_true(list_prefix("", 0).count >= (int64_t)count + 2);
}

static void repeat(char *target, const char *piece, size_t times)
{
    target[0] = '\0';
    for (size_t i = 0; i < times; i++) {
        strcat(target, piece);
    }
}

/* Every allowed shape of a key, made in one place: each is put, found, listed alone and removed. */
static size_t make_shapes(char shapes[][CPK_STORAGE_KEY_BYTES_MAX + 1])
{
    static const char *const plain[] = {
        "shape",
        "shape/.hidden",
        "shape/...",
        "shape/.tmp/x",
        "shape/a.tmp",
        "shape/UPPER",
        "shape/upper",
        "shape/two words",
        " ",
        "shape/ leading and trailing ",
        "shape/\xc3\xa9t\xc3\xa9",
        "shape/e\xcc\x81t\xc3\xa9",
        "shape/\xf0\x9f\x98\x80/\xe2\x80\xae",
        "shape/con/nul/aux",
        "shape/a:b*c?d\"e<f>g|h\\i",
        "shape/tab\tnewline\nbell\a\x7f",
        "shape/-rf",
        "shape/~",
        "shape/%",
        "shape/%41",
        "shape/x+",
        "shape/x=",
        "shape/x+/y",
        ".tmp",
        ".tmp/0123",
    };
    size_t count = sizeof plain / sizeof plain[0];

    for (size_t i = 0; i < count; i++) {
        strcpy(shapes[i], plain[i]);
    }
    for (size_t length = 77; length < 84; length++) { /* around where long parts are cut */
        repeat(shapes[count], "x", length);
        repeat(shapes[count + 1], "x", length);
        strcat(shapes[count + 1], "/x");
        repeat(shapes[count + 2], "\xc3\xa9", length);
        count += 3;
    }
    repeat(shapes[count++], "y", 160);
    repeat(shapes[count++], "Z", 255);
    repeat(shapes[count++], "z", 256);
    repeat(shapes[count++], "w", CPK_STORAGE_KEY_BYTES_MAX);
    repeat(shapes[count++], "\xf0\x9f\x98\x80", CPK_STORAGE_KEY_BYTES_MAX / 4);
    repeat(shapes[count], "d/", CPK_STORAGE_KEY_BYTES_MAX / 2 - 1);
    strcat(shapes[count++], "d");
    return count;
}

static void test_key_shapes(void **state)
{
    static char shapes[64][CPK_STORAGE_KEY_BYTES_MAX + 1];
    const char *sorted[64];
    size_t count = make_shapes(shapes);
    cpk_error *error = NULL;
    int64_t removed;
    struct listed all;
    char *at;

    (void)state;
    assert_ok(storage_remove_prefix(tested, "", NULL, &error), error);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = shapes[i];
        put_text(shapes[i], shapes[i]);
    }
    qsort(sorted, count, sizeof sorted[0], compare_texts);
    all = list_prefix("", 0);
    assert_int_equal(all.count, count);
    at = all.keys;
    for (size_t i = 0; i < count; i++) {
        assert_memory_equal(at, sorted[i], strlen(sorted[i])); /* keys may hold newlines: compared one by one */
        at += strlen(sorted[i]) + 1;
        assert_blob(sorted[i], sorted[i], strlen(sorted[i]));
        assert_true(list_prefix(sorted[i], 1).count == 1);
    }
    assert_ok(storage_remove_prefix(tested, "shape/", &removed, &error), error);
    assert_true(removed > 0 && removed < (int64_t)count);
    assert_blob("shape", "shape", 5);
    assert_ok(storage_remove_prefix(tested, "", &removed, &error), error);
    assert_int_equal(list_prefix("", 0).count, 0);
}

static void test_bad_keys(void **state)
{
    char too_long[CPK_STORAGE_KEY_BYTES_MAX + 2];
    const char *const bad[] = {"",     "/",      "/a",    "a/",           "a//b",  ".",     "..",
                               "../a", "a/../b", "a/./b", "a/..",         "\xff",  "a\xc3", "\xed\xa0\x80",
                               "./a",  "a/.",    "//",    "\xc0\xaf\x61", too_long};
    cpk_blob_info info;
    cpk_error *error = NULL;
    struct storage_writer *writer;
    struct storage_reader *reader;

    (void)state;
    repeat(too_long, "k", CPK_STORAGE_KEY_BYTES_MAX + 1);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(storage_write_open(tested, bad[i], -1, &writer, &error), CPK_ERROR_INVALID_ARGUMENT);
        assert_null(writer);
        assert_string_equal(cpk_error_domain(error), "storage");
        error_clear(&error);
        assert_int_equal(storage_read_open(tested, bad[i], 0, -1, &reader, NULL), CPK_ERROR_INVALID_ARGUMENT);
        assert_int_equal(storage_stat(tested, bad[i], &info, NULL), CPK_ERROR_INVALID_ARGUMENT);
        assert_int_equal(storage_remove(tested, bad[i], NULL), CPK_ERROR_INVALID_ARGUMENT);
    }
    assert_int_equal(storage_stat(tested, NULL, &info, NULL), CPK_ERROR_INVALID_ARGUMENT);
}

/* A reader keeps the blob that it opened. */
static void test_reader_keeps_its_blob(void **state)
{
    static char old_bytes[300000];
    static char got[300001];
    cpk_error *error = NULL;
    struct storage_reader *replaced;
    struct storage_reader *removed;
    size_t count;

    (void)state;
    memset(old_bytes, 'o', sizeof old_bytes);
    assert_ok(storage_put(tested, "reader/b", old_bytes, sizeof old_bytes, &error), error);
    assert_ok(storage_read_open(tested, "reader/b", 0, -1, &replaced, &error), error);
    assert_ok(storage_read_data(replaced, got, 10, &count, &error), error);
    put_text("reader/b", "new");
    assert_ok(storage_read_open(tested, "reader/b", 0, -1, &removed, &error), error);
    assert_ok(storage_remove(tested, "reader/b", &error), error);
    assert_absent("reader/b");
    assert_ok(storage_read_data(replaced, got + 10, sizeof got - 10, &count, &error), error);
    assert_int_equal(count, sizeof old_bytes - 10);
    assert_memory_equal(got, old_bytes, sizeof old_bytes);
    assert_ok(storage_read_data(removed, got, sizeof got, &count, &error), error);
    assert_int_equal(count, 3);
    assert_memory_equal(got, "new", 3);
    storage_read_close(replaced);
    storage_read_close(removed);
}

struct thread_work {
    pthread_t thread;
    int32_t index;
    const char *failed; /* the first failure, asserted by the main thread */
};

/* Every byte of the shared blob is one letter: a mixture would be a blob that is not whole. */
static const char *check_shared(struct buffer *got)
{
    cpk_status status;

    buffer_clear(got);
    status = storage_get(tested, "threads/shared", got, NULL);
    if (status == CPK_ERROR_NOT_FOUND) {
        return NULL;
    }
    if (status != CPK_OK || got->length != SHARED_BYTES) {
        return "the shared blob is not whole";
    }
    for (size_t i = 1; i < got->length; i++) {
        if (got->data[i] != got->data[0]) {
            return "the shared blob mixes two versions";
        }
    }
    return NULL;
}

static int32_t count_key(void *user, const char *key, const cpk_blob_info *info)
{
    (void)key;
    (void)info;
    ++*(int64_t *)user;
    return 0;
}

static const char *thread_round(const struct thread_work *work, int32_t round, char *bytes, struct buffer *got)
{
    char own[64];
    int64_t count = 0;

    /* The folder of the key is created and removed with its blob, and shared with other threads. */
    snprintf(own, sizeof own, "threads/%d/%d/blob", (int)(round % 2), (int)work->index);
    memset(bytes, 'a' + work->index, SHARED_BYTES);
    if (storage_put(tested, own, bytes, 100, NULL) != CPK_OK) {
        return "put of an own key";
    }
    if (storage_put(tested, "threads/shared", bytes, SHARED_BYTES, NULL) != CPK_OK) {
        return "put of the shared key";
    }
    buffer_clear(got);
    if (storage_get(tested, own, got, NULL) != CPK_OK || got->length != 100 || memcmp(got->data, bytes, 100) != 0) {
        return "get of an own key";
    }
    if (storage_list(tested, "threads/", count_key, &count, NULL) != CPK_OK || count < 1) {
        return "list";
    }
    if (storage_remove(tested, own, NULL) != CPK_OK) {
        return "remove of an own key";
    }
    if (round % 8 == 7 && storage_remove(tested, "threads/shared", NULL) != CPK_OK) {
        return "remove of the shared key";
    }
    return check_shared(got);
}

static void *thread_run(void *argument)
{
    struct thread_work *work = argument;
    char *bytes = malloc(SHARED_BYTES);
    struct buffer got;

    buffer_init(&got, &context_of_test.allocator);
    for (int32_t i = 0; bytes != NULL && i < THREAD_ROUNDS && work->failed == NULL; i++) {
        work->failed = thread_round(work, i, bytes, &got);
    }
    buffer_free(&got);
    free(bytes);
    return NULL;
}

static void test_threads(void **state)
{
    struct thread_work work[THREADS] = {0};
    cpk_error *error = NULL;

    (void)state;
    for (int32_t i = 0; i < THREADS; i++) {
        work[i].index = i;
        assert_int_equal(pthread_create(&work[i].thread, NULL, thread_run, &work[i]), 0);
    }
    for (int32_t i = 0; i < THREADS; i++) {
        pthread_join(work[i].thread, NULL);
    }
    for (int32_t i = 0; i < THREADS; i++) {
        if (work[i].failed != NULL) {
            fail_msg("thread %d: %s", (int)i, work[i].failed);
        }
    }
    assert_ok(storage_remove(tested, "threads/shared", &error), error);
    assert_int_equal(list_prefix("threads/", 0).count, 0);
}

static int32_t remove_listed(void *user, const char *key, const cpk_blob_info *info)
{
    cpk_error *error = NULL;

    (void)info;
    assert_ok(storage_remove(tested, key, &error), error);
    ++*(int64_t *)user;
    return 0;
}

/* A callback may use the driver that lists. */
static void test_list_callback_may_call(void **state)
{
    cpk_error *error = NULL;
    int64_t count = 0;

    (void)state;
    put_text("again/a/x", "1");
    put_text("again/b", "2");
    put_text("again/b/c", "3");
    assert_ok(storage_list(tested, "again/", remove_listed, &count, &error), error);
    assert_int_equal(count, 3);
    assert_int_equal(list_prefix("again/", 0).count, 0);
}

static void test_remove_prefix(void **state)
{
    cpk_error *error = NULL;
    int64_t removed;
    char key[64];

    (void)state;
    for (int32_t i = 0; i < 1200; i++) { /* more than one batch */
        snprintf(key, sizeof key, "many/%d/%d", (int)(i % 7), (int)i);
        put_text(key, "");
    }
    put_text("many", "kept");
    assert_ok(storage_remove_prefix(tested, "many/", &removed, &error), error);
    assert_int_equal(removed, 1200);
    assert_string_equal(list_prefix("many", 0).keys, "many\n");
    assert_ok(storage_remove_prefix(tested, "many/", &removed, &error), error);
    assert_int_equal(removed, 0);
}

int storage_conformance_run(const char *name, const cpk_storage_driver *driver)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_and_get),
        cmocka_unit_test(test_zero_length),
        cmocka_unit_test(test_invisible_until_commit),
        cmocka_unit_test(test_discard),
        cmocka_unit_test(test_overwrite),
        cmocka_unit_test(test_large_streamed),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_remove),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_list_callback_may_call),
        cmocka_unit_test(test_key_shapes),
        cmocka_unit_test(test_bad_keys),
        cmocka_unit_test(test_reader_keeps_its_blob),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_remove_prefix),
    };
    cpk_error *error = NULL;
    int failures;

    context_init(&context_of_test);
    if (storage_create(&context_of_test, driver, &tested, &error) != CPK_OK) {
        fprintf(stderr, "%s: %s\n", name, cpk_error_message(error));
        cpk_error_free(error);
        return 1;
    }
    failures = cmocka_run_group_tests_name(name, tests, NULL, NULL);
    storage_free(tested);
    return failures;
}
