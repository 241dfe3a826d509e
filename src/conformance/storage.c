/* The rules of <contextpack/backend/storage.h>, tested through a driver's table. Uses only the public library, so that
 * hosts can test their own drivers. */
#include "conformance/conformance.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAILURE_BYTES     512
#define TEXT_BYTES        65536
#define PIECE_BYTES       ((size_t)1 << 20)
#define LARGE_PIECES      64 /* with CPK_CONFORMANCE_LARGE; more than any driver holds in memory */
#define SMALL_PIECES      12
#define KEPT_BYTES        300000
#define FIRST_BYTES       10 /* read before the blob is replaced */
#define SHARED_BYTES      50000
#define THREADS           8
#define ROUNDS            40
#define SMALL_ROUNDS      6
#define MANY_KEYS         1200
#define SMALL_MANY_KEYS   200
#define SHAPES_MAX        64
#define KEY_BYTES         (CPK_STORAGE_KEY_BYTES_MAX + 1)
#define REMOVED_KEY_BYTES 64

struct trial {
    const cpk_storage_conformance *suite;
    cpk_storage_driver driver;
    char failure[FAILURE_BYTES];
};

/* Tests one rule. Returns 1 if it passes; otherwise trial->failure describes why. */
typedef int (*rule_fn)(struct trial *trial);

static int fail(struct trial *trial, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(trial->failure, sizeof trial->failure, format, arguments);
    va_end(arguments);
    return 0;
}

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            return fail(trial, "line %d: failed: %s", __LINE__, #condition);                                           \
        }                                                                                                              \
    } while (0)

/* Passes on the failure that a helper described. */
#define CHECK_RULE(call)                                                                                               \
    do {                                                                                                               \
        if (!(call)) {                                                                                                 \
            return 0;                                                                                                  \
        }                                                                                                              \
    } while (0)

/* Records the error of a call that must succeed. */
static int check_ok(struct trial *trial, int line, const char *what, cpk_status status, cpk_error *error)
{
    int passed = status == CPK_OK && error == NULL;

    if (!passed) {
        fail(trial, "line %d: %s: %s: %s", line, what, cpk_status_name(status), cpk_error_message(error));
    }
    cpk_error_free(error);
    return passed;
}

#define CHECK_OK(call)                                                                                                 \
    do {                                                                                                               \
        cpk_error *error = NULL;                                                                                       \
        cpk_status status_ = call;                                                                                     \
        if (!check_ok(trial, __LINE__, #call, status_, error)) {                                                       \
            return 0;                                                                                                  \
        }                                                                                                              \
    } while (0)

static int is_large(const struct trial *trial)
{
    return (trial->suite->flags & CPK_CONFORMANCE_LARGE) != 0;
}

/* --- blobs --- */

static cpk_status put(const cpk_storage_driver *driver, const char *key, const void *bytes, size_t length,
                      cpk_error **error)
{
    void *writer;
    cpk_status status = driver->write_open(driver->self, key, (int64_t)length, &writer, error);

    if (status != CPK_OK) {
        return status;
    }
    if (length > 0) {
        status = driver->write_data(driver->self, writer, bytes, length, error);
    }
    if (status != CPK_OK) {
        driver->write_close(driver->self, writer, 0, NULL);
        return status;
    }
    return driver->write_close(driver->self, writer, 1, error);
}

static cpk_status put_text(const cpk_storage_driver *driver, const char *key, const char *text, cpk_error **error)
{
    return put(driver, key, text, strlen(text), error);
}

static cpk_status remove_blob(const cpk_storage_driver *driver, const char *key, cpk_error **error)
{
    return driver->remove(driver->self, key, error);
}

/* Reads to the end, or until `capacity` bytes are there. */
static cpk_status read_all(const cpk_storage_driver *driver, void *reader, char *target, size_t capacity,
                           size_t *length, cpk_error **error)
{
    size_t got = 1;

    *length = 0;
    while (got > 0 && *length < capacity) {
        cpk_status status;

        got = 0;
        status = driver->read_data(driver->self, reader, target + *length, capacity - *length, &got, error);
        if (status != CPK_OK) {
            return status;
        }
        if (got > capacity - *length) {
            return CPK_ERROR_INTERNAL;
        }
        *length += got;
    }
    return CPK_OK;
}

static cpk_status get_range(const cpk_storage_driver *driver, const char *key, int64_t offset, int64_t wanted,
                            char *target, size_t capacity, size_t *length, cpk_error **error)
{
    void *reader;
    cpk_status status = driver->read_open(driver->self, key, offset, wanted, &reader, error);

    if (status == CPK_OK) {
        status = read_all(driver, reader, target, capacity, length, error);
        driver->read_close(driver->self, reader);
    }
    return status;
}

static int check_blob(struct trial *trial, const char *key, const char *expected, size_t expected_length)
{
    char *got = malloc(expected_length + 2);
    size_t length = 0;
    cpk_error *error = NULL;
    cpk_status status = got == NULL ? CPK_ERROR_OUT_OF_MEMORY
                                    : get_range(&trial->driver, key, 0, -1, got, expected_length + 1, &length, &error);
    int passed = check_ok(trial, __LINE__, "reading a blob", status, error);

    if (passed && (length != expected_length || memcmp(got, expected, length) != 0)) {
        passed = fail(trial, "\"%.80s\" has other bytes than were written: %zu instead of %zu", key, length,
                      expected_length);
    }
    free(got);
    return passed;
}

static int check_text(struct trial *trial, const char *key, const char *expected)
{
    return check_blob(trial, key, expected, strlen(expected));
}

static int check_absent(struct trial *trial, const char *key)
{
    const cpk_storage_driver *driver = &trial->driver;
    cpk_blob_info info = CPK_BLOB_INFO_INIT;
    void *reader = NULL;
    cpk_status status = driver->stat(driver->self, key, &info, NULL);

    if (status != CPK_ERROR_NOT_FOUND) {
        return fail(trial, "stat of \"%.80s\", which is not there: %s", key, cpk_status_name(status));
    }
    status = driver->read_open(driver->self, key, 0, -1, &reader, NULL);
    if (status == CPK_OK) {
        driver->read_close(driver->self, reader);
    }
    return status == CPK_ERROR_NOT_FOUND ||
           fail(trial, "read_open of \"%.80s\", which is not there: %s", key, cpk_status_name(status));
}

/* --- listings --- */

struct listed {
    char text[TEXT_BYTES]; /* keys, each followed by a NUL */
    size_t length;
    int64_t count;
    int64_t bytes;
    int64_t stop_after; /* 0: never */
    int is_full;
};

static int32_t list_add(void *user, const char *key, const cpk_blob_info *info)
{
    struct listed *listed = user;
    size_t length = strlen(key) + 1;

    if (length > sizeof listed->text - listed->length || info->struct_size < sizeof *info) {
        listed->is_full = 1;
        return 1;
    }
    memcpy(listed->text + listed->length, key, length);
    listed->length += length;
    listed->bytes += info->size_bytes;
    listed->count++;
    return listed->count == listed->stop_after;
}

static cpk_status list_prefix(const cpk_storage_driver *driver, const char *prefix, struct listed *listed,
                              cpk_error **error)
{
    listed->length = 0;
    listed->count = 0;
    listed->bytes = 0;
    listed->is_full = 0;
    return driver->list(driver->self, prefix, list_add, listed, error);
}

/* The listing of a prefix must have these keys, in this order. */
static int check_list(struct trial *trial, const char *prefix, const char *const *keys, size_t count)
{
    static struct listed listed; /* rules run one after the other */
    const char *at = listed.text;

    listed.stop_after = 0;
    CHECK_OK(list_prefix(&trial->driver, prefix, &listed, &error));
    for (size_t i = 0; i < count && i < (size_t)listed.count; i++) {
        if (strcmp(at, keys[i]) != 0) {
            return fail(trial, "the listing of \"%.60s\" has \"%.80s\" instead of \"%.80s\"", prefix, at, keys[i]);
        }
        at += strlen(at) + 1;
    }
    return (!listed.is_full && listed.count == (int64_t)count) ||
           fail(trial, "the listing of \"%.60s\" has %lld keys instead of %zu", prefix, (long long)listed.count, count);
}

static int check_list_one(struct trial *trial, const char *prefix, const char *key)
{
    return check_list(trial, prefix, &key, key != NULL);
}

/* --- rules --- */

static int required_slots_are_set(struct trial *trial)
{
    const cpk_storage_driver *driver = &trial->driver;

    CHECK(driver->abi_version == CPK_STORAGE_ABI);
    CHECK(driver->struct_size >= sizeof *driver);
    CHECK(driver->write_open != NULL && driver->write_data != NULL && driver->write_close != NULL);
    CHECK(driver->read_open != NULL && driver->read_data != NULL && driver->read_close != NULL);
    CHECK(driver->stat != NULL && driver->remove != NULL && driver->list != NULL);
    return 1;
}

static int blobs_survive_a_round_trip(struct trial *trial)
{
    const cpk_storage_driver *driver = &trial->driver;
    cpk_blob_info info = CPK_BLOB_INFO_INIT;

    CHECK_OK(put_text(driver, "basic/one", "hello", &error));
    CHECK_RULE(check_text(trial, "basic/one", "hello"));
    CHECK_OK(driver->stat(driver->self, "basic/one", &info, &error));
    CHECK(info.size_bytes == 5);
    CHECK(info.modified_us == CPK_TIME_UNKNOWN || info.modified_us > 0);
    CHECK_OK(put(driver, "basic/nul", "a\0b\0", 4, &error));
    CHECK_RULE(check_blob(trial, "basic/nul", "a\0b\0", 4));
    CHECK_OK(put(driver, "basic/empty", "", 0, &error));
    CHECK_RULE(check_text(trial, "basic/empty", ""));
    CHECK_OK(driver->stat(driver->self, "basic/empty", &info, &error));
    CHECK(info.size_bytes == 0);
    return check_list_one(trial, "basic/e", "basic/empty");
}

static int blob_is_invisible_until_commit(struct trial *trial)
{
    const cpk_storage_driver *driver = &trial->driver;
    void *writer;

    CHECK_OK(driver->write_open(driver->self, "whole/new", -1, &writer, &error));
    CHECK_RULE(check_absent(trial, "whole/new"));
    CHECK_OK(driver->write_data(driver->self, writer, "first ", 6, &error));
    CHECK_OK(driver->write_data(driver->self, writer, "second", 6, &error));
    CHECK_RULE(check_absent(trial, "whole/new"));
    CHECK_RULE(check_list_one(trial, "whole/", NULL));
    CHECK_OK(driver->write_close(driver->self, writer, 1, &error));
    CHECK_RULE(check_text(trial, "whole/new", "first second"));
    return check_list_one(trial, "whole/", "whole/new");
}

static int discarded_blob_leaves_nothing(struct trial *trial)
{
    const cpk_storage_driver *driver = &trial->driver;
    void *writer;

    CHECK_OK(driver->write_open(driver->self, "discard/new", 100, &writer, &error));
    CHECK_OK(driver->write_data(driver->self, writer, "data", 4, &error));
    CHECK_OK(driver->write_close(driver->self, writer, 0, &error));
    CHECK_RULE(check_absent(trial, "discard/new"));
    CHECK_OK(put_text(driver, "discard/old", "kept", &error));
    CHECK_OK(driver->write_open(driver->self, "discard/old", -1, &writer, &error));
    CHECK_OK(driver->write_data(driver->self, writer, "gone", 4, &error));
    CHECK_RULE(check_text(trial, "discard/old", "kept"));
    CHECK_OK(driver->write_close(driver->self, writer, 0, &error));
    CHECK_RULE(check_text(trial, "discard/old", "kept"));
    return check_list_one(trial, "discard/", "discard/old");
}

static int last_commit_replaces_the_blob(struct trial *trial)
{
    const cpk_storage_driver *driver = &trial->driver;
    void *first;
    void *second;

    CHECK_OK(put_text(driver, "over", "a longer first version", &error));
    CHECK_OK(put_text(driver, "over", "second", &error));
    CHECK_RULE(check_text(trial, "over", "second"));
    CHECK_OK(driver->write_open(driver->self, "over", 3, &first, &error));
    CHECK_OK(driver->write_open(driver->self, "over", 3, &second, &error));
    CHECK_OK(driver->write_data(driver->self, first, "1st", 3, &error));
    CHECK_OK(driver->write_data(driver->self, second, "2nd", 3, &error));
    CHECK_OK(driver->write_close(driver->self, second, 1, &error));
    CHECK_RULE(check_text(trial, "over", "2nd"));
    CHECK_OK(driver->write_close(driver->self, first, 1, &error));
    CHECK_RULE(check_text(trial, "over", "1st"));
    return check_list_one(trial, "over", "over");
}

static void fill_piece(char *piece, size_t index)
{
    uint32_t value = (uint32_t)index * 2654435761u + 1;

    for (size_t i = 0; i < PIECE_BYTES; i++) {
        value = value * 1664525u + 1013904223u;
        piece[i] = (char)(value >> 24);
    }
}

static int write_pieces(struct trial *trial, void *writer, char *piece, size_t pieces)
{
    const cpk_storage_driver *driver = &trial->driver;

    for (size_t i = 0; i < pieces; i++) {
        fill_piece(piece, i);
        CHECK_OK(driver->write_data(driver->self, writer, piece, PIECE_BYTES, &error));
    }
    return 1;
}

static int read_pieces(struct trial *trial, void *reader, char *piece, char *got, size_t pieces)
{
    const cpk_storage_driver *driver = &trial->driver;
    size_t length;

    for (size_t i = 0; i < pieces; i++) {
        fill_piece(piece, i);
        CHECK_OK(read_all(driver, reader, got, PIECE_BYTES, &length, &error));
        CHECK(length == PIECE_BYTES && memcmp(piece, got, PIECE_BYTES) == 0);
    }
    CHECK_OK(read_all(driver, reader, got, PIECE_BYTES, &length, &error));
    CHECK(length == 0);
    return 1;
}

/* Writes and reads a large blob in pieces; `piece` and `got` are buffers of PIECE_BYTES. */
static int stream_blob(struct trial *trial, char *piece, char *got, size_t pieces)
{
    const cpk_storage_driver *driver = &trial->driver;
    size_t length;
    void *writer;
    void *reader;
    int passed;

    CHECK_OK(driver->write_open(driver->self, "large", -1, &writer, &error));
    passed = write_pieces(trial, writer, piece, pieces);
    CHECK_OK(driver->write_close(driver->self, writer, passed, &error));
    CHECK_RULE(passed);
    CHECK_OK(driver->read_open(driver->self, "large", 0, -1, &reader, &error));
    passed = read_pieces(trial, reader, piece, got, pieces);
    driver->read_close(driver->self, reader);
    CHECK_RULE(passed);
    CHECK_OK(get_range(driver, "large", (int64_t)(PIECE_BYTES * pieces) - 10, 100, got, PIECE_BYTES, &length, &error));
    CHECK(length == 10 && memcmp(piece + PIECE_BYTES - 10, got, 10) == 0);
    CHECK_OK(remove_blob(driver, "large", &error));
    return 1;
}

static int large_blob_is_streamed(struct trial *trial)
{
    char *piece = malloc(PIECE_BYTES);
    char *got = malloc(PIECE_BYTES);
    int passed = piece != NULL && got != NULL
                     ? stream_blob(trial, piece, got, is_large(trial) ? LARGE_PIECES : SMALL_PIECES)
                     : fail(trial, "out of memory");

    free(piece);
    free(got);
    return passed;
}

static int ranges_end_at_the_blobs_end(struct trial *trial)
{
    static const struct {
        int64_t offset;
        int64_t length;
        const char *expected;
    } ranges[] = {
        {0, -1, "0123456789"},
        {3, 4, "3456"},
        {3, -1, "3456789"},
        {0, 0, ""},
        {9, 1, "9"},
        {8, 100, "89"},
        {10, -1, ""},
        {10, 5, ""},
        {1000, 5, ""},
        {INT64_MAX, INT64_MAX, ""},
        {2, INT64_MAX, "23456789"},
    };
    void *reader;

    CHECK_OK(put_text(&trial->driver, "range", "0123456789", &error));
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        char got[32];
        size_t length = 0;

        CHECK_OK(
            get_range(&trial->driver, "range", ranges[i].offset, ranges[i].length, got, sizeof got, &length, &error));
        if (length != strlen(ranges[i].expected) || memcmp(got, ranges[i].expected, length) != 0) {
            return fail(trial, "bytes %lld, length %lld: \"%.*s\" instead of \"%s\"", (long long)ranges[i].offset,
                        (long long)ranges[i].length, (int)length, got, ranges[i].expected);
        }
    }
    CHECK(trial->driver.read_open(trial->driver.self, "range/none", 5, 5, &reader, NULL) == CPK_ERROR_NOT_FOUND);
    CHECK(trial->driver.read_open(trial->driver.self, "range/none", 0, 0, &reader, NULL) == CPK_ERROR_NOT_FOUND);
    return 1;
}

static int removed_blob_is_gone(struct trial *trial)
{
    const cpk_storage_driver *driver = &trial->driver;

    CHECK_OK(remove_blob(driver, "remove/never/was", &error));
    CHECK_OK(put_text(driver, "remove/a/b", "x", &error));
    CHECK_OK(put_text(driver, "remove/a", "y", &error));
    CHECK_OK(remove_blob(driver, "remove/a/b", &error));
    CHECK_RULE(check_absent(trial, "remove/a/b"));
    CHECK_RULE(check_text(trial, "remove/a", "y"));
    CHECK_OK(remove_blob(driver, "remove/a", &error));
    CHECK_OK(remove_blob(driver, "remove/a", &error));
    CHECK_RULE(check_absent(trial, "remove/a"));
    CHECK_RULE(check_list_one(trial, "remove", NULL));
    CHECK_OK(put_text(driver, "remove/a", "again", &error));
    return check_text(trial, "remove/a", "again");
}

/* In byte order: '/' is between '.' and '0'. */
static const char *const listed_keys[] = {
    "list/A",    "list/a",   "list/a b",  "list/a!",  "list/a!/x",     "list/a+",
    "list/a+/=", "list/a-b", "list/a.b",  "list/a/b", "list/a/b/c",    "list/a/c",
    "list/a0",   "list/b%",  "list/b%2e", "list/b=",  "list/\xc3\xa9", "list/\xe6\x97\xa5\xe6\x9c\xac",
};
#define LISTED_COUNT (sizeof listed_keys / sizeof listed_keys[0])

static int listing_is_in_byte_order(struct trial *trial)
{
    const cpk_storage_driver *driver = &trial->driver;

    for (size_t i = LISTED_COUNT; i-- > 0;) {
        CHECK_OK(put_text(driver, listed_keys[i], "12", &error));
    }
    CHECK_OK(put_text(driver, "list", "above", &error));
    CHECK_OK(put_text(driver, "listing/x", "beside", &error));
    CHECK_RULE(check_list(trial, "list/", listed_keys, LISTED_COUNT));
    CHECK_RULE(check_list(trial, "list/a/", &listed_keys[9], 3));
    CHECK_RULE(check_list(trial, "list/a/b", &listed_keys[9], 2));
    CHECK_RULE(check_list(trial, "list/a!", &listed_keys[3], 2));
    CHECK_RULE(check_list_one(trial, "list/a/b/c", "list/a/b/c"));
    CHECK_RULE(check_list_one(trial, "listi", "listing/x"));
    return 1;
}

/* A prefix is any bytes: it may end within a character, and need not be the beginning of a key. */
static int any_prefix_can_be_listed(struct trial *trial)
{
    static const char *const without_keys[] = {"prefix/x/", "/", "../", "prefix//", "nothing/of/that", "prefix/\xff"};
    const cpk_storage_driver *driver = &trial->driver;
    static struct listed listed;

    CHECK_OK(put_text(driver, "prefix/x", "1", &error));
    CHECK_OK(put_text(driver, "prefix/\xe6\x97\xa5", "22", &error));
    CHECK_RULE(check_list_one(trial, "prefix/\xe6", "prefix/\xe6\x97\xa5"));
    for (size_t i = 0; i < sizeof without_keys / sizeof without_keys[0]; i++) {
        CHECK_RULE(check_list_one(trial, without_keys[i], NULL));
    }
    listed.stop_after = 1;
    CHECK_OK(list_prefix(driver, "prefix/", &listed, &error));
    CHECK(listed.count == 1);
    CHECK_OK(list_prefix(driver, "", &listed, &error));
    CHECK(listed.count == 1);
    listed.stop_after = 0;
    CHECK_OK(list_prefix(driver, "prefix/", &listed, &error));
    CHECK(listed.count == 2 && listed.bytes == 3);
    return 1;
}

struct removal {
    const cpk_storage_driver *driver;
    int64_t count;
    cpk_status status;
};

static int32_t remove_listed(void *user, const char *key, const cpk_blob_info *info)
{
    struct removal *removal = user;

    (void)info;
    removal->status = removal->driver->remove(removal->driver->self, key, NULL);
    removal->count++;
    return removal->status != CPK_OK;
}

static int listing_callback_may_call_the_driver(struct trial *trial)
{
    const cpk_storage_driver *driver = &trial->driver;
    struct removal removal = {driver, 0, CPK_OK};

    CHECK_OK(put_text(driver, "again/a/x", "1", &error));
    CHECK_OK(put_text(driver, "again/b", "2", &error));
    CHECK_OK(put_text(driver, "again/b/c", "3", &error));
    CHECK_OK(driver->list(driver->self, "again/", remove_listed, &removal, &error));
    CHECK(removal.status == CPK_OK && removal.count == 3);
    return check_list_one(trial, "again/", NULL);
}

static void repeat(char *target, const char *piece, size_t times)
{
    target[0] = '\0';
    for (size_t i = 0; i < times; i++) {
        strcat(target, piece);
    }
}

/* Keys of every allowed shape. Returns their number. */
static size_t make_shapes(char shapes[][KEY_BYTES])
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
        "shape/a:b*c?d\"e<f>g|h\\i&#j",
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
    for (size_t length = 79; length < 82; length++) {
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

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int remove_all(struct trial *trial)
{
    struct removal removal = {&trial->driver, 0, CPK_OK};

    CHECK_OK(trial->driver.list(trial->driver.self, "", remove_listed, &removal, &error));
    CHECK(removal.status == CPK_OK);
    return check_list_one(trial, "", NULL);
}

static int every_valid_key_is_accepted(struct trial *trial)
{
    static char shapes[SHAPES_MAX][KEY_BYTES];
    const char *sorted[SHAPES_MAX];
    size_t count = make_shapes(shapes);

    CHECK_RULE(remove_all(trial));
    for (size_t i = 0; i < count; i++) {
        sorted[i] = shapes[i];
        CHECK_OK(put_text(&trial->driver, shapes[i], shapes[i], &error));
    }
    qsort(sorted, count, sizeof sorted[0], compare_texts);
    CHECK_RULE(check_list(trial, "", sorted, count));
    for (size_t i = 0; i < count; i++) {
        CHECK_RULE(check_text(trial, shapes[i], shapes[i]));
    }
    return remove_all(trial);
}

/* Reads on from a reader whose blob was replaced or removed: the rest of its blob, or an error. */
static int check_kept(struct trial *trial, void *reader, const char *expected, size_t expected_length)
{
    static char got[KEPT_BYTES + 1];
    size_t length = 0;
    cpk_status status = read_all(&trial->driver, reader, got, sizeof got, &length, NULL);

    trial->driver.read_close(trial->driver.self, reader);
    if (length > expected_length || memcmp(got, expected, length) != 0) {
        return fail(trial, "a reader mixes its blob with the one that replaced it");
    }
    return status == CPK_ERROR_STORAGE || (status == CPK_OK && length == expected_length) ||
           fail(trial, "a reader of a blob that was replaced got %zu of %zu bytes: %s", length, expected_length,
                cpk_status_name(status));
}

/* Replaces and removes the blob while `replaced`, and then *removed too, read it. */
static int replace_and_remove(struct trial *trial, void *replaced, void **removed)
{
    const cpk_storage_driver *driver = &trial->driver;
    char first[FIRST_BYTES];
    size_t length;

    CHECK_OK(read_all(driver, replaced, first, sizeof first, &length, &error));
    CHECK(length == sizeof first && memcmp(first, "oooooooooo", length) == 0);
    CHECK_OK(put_text(driver, "reader/b", "new", &error));
    CHECK_OK(driver->read_open(driver->self, "reader/b", 0, -1, removed, &error));
    CHECK_OK(remove_blob(driver, "reader/b", &error));
    return check_absent(trial, "reader/b");
}

static int reader_never_mixes_two_blobs(struct trial *trial)
{
    static char old_bytes[KEPT_BYTES];
    const cpk_storage_driver *driver = &trial->driver;
    void *replaced;
    void *removed = NULL;
    int passed;

    memset(old_bytes, 'o', sizeof old_bytes);
    CHECK_OK(put(driver, "reader/b", old_bytes, sizeof old_bytes, &error));
    CHECK_OK(driver->read_open(driver->self, "reader/b", 0, -1, &replaced, &error));
    passed = replace_and_remove(trial, replaced, &removed);
    passed = check_kept(trial, replaced, old_bytes, sizeof old_bytes - FIRST_BYTES) && passed;
    if (removed != NULL) {
        passed = check_kept(trial, removed, "new", 3) && passed;
    }
    return passed;
}

/* --- threads --- */

struct thread_work {
    const cpk_storage_driver *driver;
    pthread_t thread;
    int rounds;
    int index;
    const char *failed; /* the first failure; NULL: none */
};

/* Every byte of the shared blob is one letter: a mixture would be a blob that is not whole. */
static const char *check_shared(const cpk_storage_driver *driver, char *got)
{
    size_t length = 0;
    cpk_status status = get_range(driver, "threads/shared", 0, -1, got, SHARED_BYTES + 1, &length, NULL);

    if (status == CPK_ERROR_NOT_FOUND) {
        return NULL;
    }
    if (status != CPK_OK || length != SHARED_BYTES) {
        return "the shared blob is not whole";
    }
    for (size_t i = 1; i < length; i++) {
        if (got[i] != got[0]) {
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

static const char *thread_round(const struct thread_work *work, int round, char *bytes, char *got)
{
    const cpk_storage_driver *driver = work->driver;
    char own[REMOVED_KEY_BYTES];
    int64_t count = 0;
    size_t length = 0;

    /* In a folder, the key's folder is created and removed with its blob, and shared with other threads. */
    snprintf(own, sizeof own, "threads/%d/%d/blob", round % 2, work->index);
    memset(bytes, 'a' + work->index, SHARED_BYTES);
    if (put(driver, own, bytes, 100, NULL) != CPK_OK) {
        return "a thread could not write its own key";
    }
    if (put(driver, "threads/shared", bytes, SHARED_BYTES, NULL) != CPK_OK) {
        return "a thread could not write the shared key";
    }
    if (get_range(driver, own, 0, -1, got, SHARED_BYTES, &length, NULL) != CPK_OK || length != 100 ||
        memcmp(got, bytes, 100) != 0) {
        return "a thread did not read what it wrote to its own key";
    }
    if (driver->list(driver->self, "threads/", count_key, &count, NULL) != CPK_OK || count < 1) {
        return "a thread's listing failed or is empty";
    }
    if (driver->remove(driver->self, own, NULL) != CPK_OK) {
        return "a thread could not remove its own key";
    }
    if (round % 8 == 7 && driver->remove(driver->self, "threads/shared", NULL) != CPK_OK) {
        return "a thread could not remove the shared key";
    }
    return check_shared(driver, got);
}

static void *thread_run(void *argument)
{
    struct thread_work *work = argument;
    char *bytes = malloc(SHARED_BYTES);
    char *got = malloc(SHARED_BYTES + 1);

    if (bytes == NULL || got == NULL) {
        work->failed = "out of memory";
    }
    for (int i = 0; work->failed == NULL && i < work->rounds; i++) {
        work->failed = thread_round(work, i, bytes, got);
    }
    free(bytes);
    free(got);
    return NULL;
}

static int threads_share_the_driver(struct trial *trial)
{
    struct thread_work work[THREADS] = {{.index = 0}};
    const char *failed = NULL;
    int started = 0;

    for (; started < THREADS; started++) {
        work[started].driver = &trial->driver;
        work[started].index = started;
        work[started].rounds = is_large(trial) ? ROUNDS : SMALL_ROUNDS;
        if (pthread_create(&work[started].thread, NULL, thread_run, &work[started]) != 0) {
            failed = "can't start a thread";
            break;
        }
    }
    for (int i = 0; i < started; i++) {
        pthread_join(work[i].thread, NULL);
        failed = failed != NULL ? failed : work[i].failed;
    }
    if (failed != NULL) {
        return fail(trial, "%s", failed);
    }
    CHECK_OK(remove_blob(&trial->driver, "threads/shared", &error));
    return check_list_one(trial, "threads/", NULL);
}

/* More keys than a page of a listing has. */
static int many_keys_are_listed(struct trial *trial)
{
    const cpk_storage_driver *driver = &trial->driver;
    struct removal removal = {driver, 0, CPK_OK};
    int many = is_large(trial) ? MANY_KEYS : SMALL_MANY_KEYS;
    int64_t count = 0;

    for (int i = 0; i < many; i++) {
        char key[REMOVED_KEY_BYTES];

        snprintf(key, sizeof key, "many/%d/%d", i % 7, i);
        CHECK_OK(put(driver, key, "", 0, &error));
    }
    CHECK_OK(driver->list(driver->self, "many/", count_key, &count, &error));
    CHECK(count == many);
    CHECK_OK(driver->list(driver->self, "many/", remove_listed, &removal, &error));
    CHECK(removal.status == CPK_OK && removal.count == many);
    return check_list_one(trial, "many/", NULL);
}

/* --- optional slots --- */

static int many_blobs_are_removed_at_once(struct trial *trial)
{
    static const char *const keys[] = {"at once/a", "at once/b/c", "at once/<&>'\"%2F", "at once/none"};
    const cpk_storage_driver *driver = &trial->driver;
    char names[SMALL_MANY_KEYS][REMOVED_KEY_BYTES];
    const char *listed[SMALL_MANY_KEYS];

    if (driver->remove_many == NULL) {
        return 1;
    }
    for (size_t i = 0; i < 3; i++) {
        CHECK_OK(put_text(driver, keys[i], "x", &error));
    }
    CHECK_OK(put_text(driver, "at once", "kept", &error));
    CHECK_OK(put_text(driver, "at once/b", "kept", &error));
    CHECK_OK(driver->remove_many(driver->self, keys, 4, &error));
    for (size_t i = 0; i < 4; i++) {
        CHECK_RULE(check_absent(trial, keys[i]));
    }
    CHECK_RULE(check_text(trial, "at once", "kept"));
    CHECK_RULE(check_text(trial, "at once/b", "kept"));
    for (size_t i = 0; i < SMALL_MANY_KEYS; i++) {
        snprintf(names[i], sizeof names[i], "at once/more/%04zu", i);
        listed[i] = names[i];
        CHECK_OK(put_text(driver, names[i], "x", &error));
    }
    CHECK_OK(driver->remove_many(driver->self, listed, SMALL_MANY_KEYS, &error));
    return check_list_one(trial, "at once/", "at once/b");
}

static int32_t stop_never(void *user, const char *key, const cpk_blob_info *info)
{
    (void)user;
    (void)key;
    (void)info;
    return 0;
}

/* A call with a requested token may be done nevertheless, or be cancelled: nothing else. */
static int check_stopped(struct trial *trial, const char *what, cpk_status status)
{
    return status == CPK_OK || status == CPK_ERROR_CANCELLED ||
           fail(trial, "%s with a requested token: %s", what, cpk_status_name(status));
}

/* The calls of a storage in which only "stop/old" is there, with the text "old". */
static int check_stopped_calls(struct trial *trial, const cpk_cancel *cancel, void *writer, void *reader)
{
    const cpk_storage_driver *driver = &trial->driver;
    cpk_blob_info info = CPK_BLOB_INFO_INIT;
    char bytes[8];
    size_t got = 0;
    void *more = NULL;
    cpk_status status;

    driver->set_cancel(driver->self, cancel);
    CHECK_RULE(check_stopped(trial, "write_data", driver->write_data(driver->self, writer, "more", 4, NULL)));
    CHECK_RULE(check_stopped(trial, "read_data", driver->read_data(driver->self, reader, bytes, 3, &got, NULL)));
    CHECK_RULE(check_stopped(trial, "stat", driver->stat(driver->self, "stop/old", &info, NULL)));
    CHECK_RULE(check_stopped(trial, "list", driver->list(driver->self, "stop/", stop_never, NULL, NULL)));
    status = driver->read_open(driver->self, "stop/old", 0, -1, &more, NULL);
    CHECK_RULE(check_stopped(trial, "read_open", status));
    if (status == CPK_OK) {
        driver->read_close(driver->self, more);
    }
    status = driver->write_open(driver->self, "stop/new", 4, &more, NULL);
    CHECK_RULE(check_stopped(trial, "write_open", status));
    if (status == CPK_OK) {
        status = driver->write_data(driver->self, more, "more", 4, NULL);
        CHECK_RULE(check_stopped(trial, "write_data", status));
        CHECK_OK(driver->write_close(driver->self, more, 0, &error));
    }
    return 1;
}

/* A commit with a requested token: the blob is the old one or the new one, as the result says. */
static int check_stopped_commit(struct trial *trial, const cpk_cancel *cancel)
{
    const cpk_storage_driver *driver = &trial->driver;
    void *writer;
    cpk_status status;

    CHECK_OK(driver->write_open(driver->self, "stop/old", 3, &writer, &error));
    CHECK_OK(driver->write_data(driver->self, writer, "new", 3, &error));
    driver->set_cancel(driver->self, cancel);
    status = driver->write_close(driver->self, writer, 1, NULL);
    driver->set_cancel(driver->self, NULL);
    CHECK_RULE(check_stopped(trial, "write_close", status));
    CHECK_RULE(check_text(trial, "stop/old", status == CPK_OK ? "new" : "old"));
    return check_list_one(trial, "stop/", "stop/old");
}

static int stopped_calls_do_nothing(struct trial *trial, cpk_cancel *cancel)
{
    const cpk_storage_driver *driver = &trial->driver;
    void *writer;
    void *reader;
    int passed;

    CHECK_OK(put_text(driver, "stop/old", "old", &error));
    CHECK_OK(driver->write_open(driver->self, "stop/old", -1, &writer, &error));
    CHECK_OK(driver->read_open(driver->self, "stop/old", 0, -1, &reader, &error));
    driver->set_cancel(driver->self, cancel); /* not requested yet: calls work */
    CHECK_OK(driver->write_data(driver->self, writer, "some ", 5, &error));
    CHECK_RULE(check_text(trial, "stop/old", "old"));
    cpk_cancel_request(cancel);
    passed = check_stopped_calls(trial, cancel, writer, reader);
    driver->read_close(driver->self, reader);
    CHECK_OK(driver->write_close(driver->self, writer, 0, &error)); /* discards in spite of the token */
    driver->set_cancel(driver->self, NULL);
    CHECK_RULE(passed);
    CHECK_RULE(check_text(trial, "stop/old", "old"));
    CHECK_RULE(check_list_one(trial, "stop/", "stop/old"));
    CHECK_RULE(check_stopped_commit(trial, cancel));
    CHECK_OK(remove_blob(driver, "stop/old", &error));
    return check_list_one(trial, "stop/", NULL);
}

static int cancelled_calls_change_nothing(struct trial *trial)
{
    cpk_cancel *cancel = NULL;
    int passed;

    if (trial->driver.set_cancel == NULL) {
        return 1;
    }
    CHECK_OK(cpk_cancel_create(&cancel, &error));
    passed = stopped_calls_do_nothing(trial, cancel);
    trial->driver.set_cancel(trial->driver.self, NULL);
    cpk_cancel_free(cancel);
    return passed;
}

/* --- the suite --- */

static int rule_run(const cpk_storage_conformance *suite, const cpk_storage_driver *driver, const char *name,
                    rule_fn rule)
{
    struct trial trial = {.suite = suite, .driver = *driver};
    int passed = rule(&trial);

    if (suite->report != NULL) {
        suite->report(suite->report_user, name, passed ? NULL : trial.failure);
    }
    return !passed;
}

static cpk_status set_error(cpk_error **error, const char *message)
{
    if (error != NULL) {
        *error = cpk_error_new(CPK_ERROR_INVALID_ARGUMENT, "conformance", message, NULL, 0);
    }
    return CPK_ERROR_INVALID_ARGUMENT;
}

cpk_status cpk_storage_conformance_run(const cpk_storage_conformance *suite, int32_t *failures, cpk_error **error)
{
#define RULE(rule)                                                                                                     \
    {                                                                                                                  \
#rule, rule                                                                                                    \
    }
    static const struct {
        const char *name;
        rule_fn rule;
    } rules[] = {
        RULE(required_slots_are_set),
        RULE(blobs_survive_a_round_trip),
        RULE(blob_is_invisible_until_commit),
        RULE(discarded_blob_leaves_nothing),
        RULE(last_commit_replaces_the_blob),
        RULE(large_blob_is_streamed),
        RULE(ranges_end_at_the_blobs_end),
        RULE(removed_blob_is_gone),
        RULE(listing_is_in_byte_order),
        RULE(any_prefix_can_be_listed),
        RULE(listing_callback_may_call_the_driver),
        RULE(every_valid_key_is_accepted),
        RULE(reader_never_mixes_two_blobs),
        RULE(threads_share_the_driver),
        RULE(many_keys_are_listed),
        RULE(many_blobs_are_removed_at_once),
        RULE(cancelled_calls_change_nothing),
    };
#undef RULE
    cpk_storage_driver driver = CPK_STORAGE_DRIVER_INIT;
    int32_t failed = 0;
    cpk_status status;

    if (suite == NULL || suite->struct_size < sizeof *suite || suite->open == NULL) {
        return set_error(error, "the suite or its `open` is missing, or its struct_size is too small");
    }
    status = suite->open(suite->user, &driver, error);
    if (status != CPK_OK) {
        return status;
    }
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        failed += rule_run(suite, &driver, rules[i].name, rules[i].rule);
        if (i == 0 && failed > 0) {
            break; /* nothing else can be called */
        }
    }
    if (driver.destroy != NULL) {
        driver.destroy(driver.self);
    }
    if (failures != NULL) {
        *failures = failed;
    }
    return CPK_OK;
}
