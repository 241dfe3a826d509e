#include "support/test.h"

#include "base/context.h"
#include "base/error.h"
#include "engine/blob_reader.h"
#include "storage/place.h"

#define SIZE ((size_t)200000)

struct fixture {
    struct context context;
    struct storage *storage;
    unsigned char *bytes;
    cpk_error *error;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    context_init(&fixture->context);
    fixture->bytes = malloc(SIZE);
    assert_non_null(fixture->bytes);
    for (size_t i = 0; i < SIZE; i++) {
        fixture->bytes[i] = (unsigned char)(i * 31 >> 3);
    }
    assert_ok(storage_open(&fixture->context, "memory:", &fixture->storage, &fixture->error), fixture->error);
    assert_ok(storage_put(fixture->storage, "a/b", fixture->bytes, SIZE, &fixture->error), fixture->error);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    storage_free(fixture->storage);
    free(fixture->bytes);
    free(fixture);
    return 0;
}

static void reads_forward_and_at_any_offset(void **state)
{
    struct fixture *fixture = *state;
    unsigned char part[1000];
    cpk_reader reader;
    struct blob_reader blob;
    size_t got;

    assert_ok(blob_reader_open(fixture->storage, "a/b", "b.json", &blob, &reader, &fixture->error), fixture->error);
    assert_int_equal(reader.size_bytes, SIZE);
    assert_string_equal(reader.name, "b.json");
    for (size_t at = 0; at < 5000; at += sizeof part) {
        int64_t elsewhere = (int64_t)(SIZE - at - 10);

        assert_ok(reader.read(reader.self, part, sizeof part, &got, &fixture->error), fixture->error);
        assert_int_equal(got, sizeof part);
        assert_memory_equal(part, fixture->bytes + at, sizeof part);
        assert_ok(reader.read_at(reader.self, elsewhere, part, 10, &got, &fixture->error), fixture->error);
        assert_int_equal(got, 10);
        assert_memory_equal(part, fixture->bytes + elsewhere, 10); /* and the forward reading does not mind */
    }
    assert_ok(reader.read_at(reader.self, (int64_t)SIZE - 3, part, sizeof part, &got, &fixture->error), fixture->error);
    assert_int_equal(got, 3);
    blob_reader_close(&blob);
    assert_int_equal(blob_reader_open(fixture->storage, "a/c", "c", &blob, &reader, NULL), CPK_ERROR_NOT_FOUND);
}

struct taken {
    const unsigned char *expected;
    size_t length;
    size_t stop_behind;
};

static int32_t take(void *user, const void *data, size_t length_bytes)
{
    struct taken *taken = user;

    assert_memory_equal(data, taken->expected + taken->length, length_bytes);
    taken->length += length_bytes;
    return taken->length > taken->stop_behind;
}

static void streams_completely_or_until_stopped(void **state)
{
    struct fixture *fixture = *state;
    struct taken all = {fixture->bytes, 0, SIZE};
    struct taken some = {fixture->bytes, 0, 1};

    assert_ok(blob_write_to(fixture->storage, "a/b", take, &all, &fixture->context.allocator, &fixture->error),
              fixture->error);
    assert_int_equal(all.length, SIZE);
    assert_int_equal(blob_write_to(fixture->storage, "a/b", take, &some, &fixture->context.allocator, NULL),
                     CPK_ERROR_CANCELLED);
    assert_true(some.length < SIZE);
}

static void missing_blob_with_a_row_is_a_storage_error(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(blob_write_to(fixture->storage, "a/c", take, NULL, &fixture->context.allocator, &fixture->error),
                     CPK_ERROR_STORAGE);
    assert_non_null(strstr(cpk_error_message(fixture->error), "a/c"));
    error_clear(&fixture->error);
    assert_int_equal(blob_is_needed(CPK_OK, "k", NULL), CPK_OK);
    assert_int_equal(blob_is_needed(CPK_ERROR_IO, "k", NULL), CPK_ERROR_IO);
}

static void check_is_of_what_was_read_in_any_order(void **state)
{
    static const size_t parts[] = {1, 63, 64, 65, 127, 1000, 4096, 70001, SIZE};
    struct fixture *fixture = *state;
    const cpk_allocator *allocator = &fixture->context.allocator;
    unsigned char *part = malloc(SIZE);
    char hex[HASH_WIDE_HEX_BYTES];
    struct hash_wide hash;
    int32_t is_same;
    size_t got;

    assert_non_null(part);
    hash_wide_start(&hash, 0);
    hash_wide_add(&hash, fixture->bytes, SIZE);
    hash_wide_finish_hex(&hash, hex);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct blob_reader blob;
        cpk_reader reader;

        assert_ok(blob_reader_open(fixture->storage, "a/b", "b", &blob, &reader, &fixture->error), fixture->error);
        assert_ok(reader.read_at(reader.self, (int64_t)SIZE / 2, part, parts[i], &got, &fixture->error),
                  fixture->error);
        for (size_t at = 0; at < SIZE / 3; at += got) {
            assert_ok(reader.read(reader.self, part, parts[i], &got, &fixture->error), fixture->error);
        }
        assert_ok(reader.read_at(reader.self, 10, part, parts[i], &got, &fixture->error), fixture->error);
        assert_ok(blob_reader_check(&blob, hex, &is_same, allocator, &fixture->error), fixture->error);
        assert_true(is_same);
        hex[7] ^= 1;
        assert_ok(blob_reader_check(&blob, hex, &is_same, allocator, &fixture->error), fixture->error);
        assert_false(is_same);
        hex[7] ^= 1;
        blob_reader_close(&blob);
    }
    free(part);
}

/* Rows keep these hashes: another version must compute the same. */
static void wide_hash_is_the_same_in_parts_and_in_versions(void **state)
{
    struct fixture *fixture = *state;

    for (size_t length = 0; length < 300; length += 7) {
        uint64_t whole[2];
        uint64_t result[2];
        struct hash_wide hash;

        hash_wide(5, fixture->bytes, length, whole);
        hash_wide_start(&hash, 5);
        for (size_t at = 0; at < length; at += 3) {
            hash_wide_add(&hash, fixture->bytes + at, length - at < 3 ? length - at : 3);
        }
        hash_wide_finish(&hash, result);
        assert_memory_equal(result, whole, sizeof whole);
        if (length == 210) {
            assert_true(whole[0] == UINT64_C(0x3306576a0b7dd3c9));
            assert_true(whole[1] == UINT64_C(0xb9bf95e5bda9ff97));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_forward_and_at_any_offset, setup, teardown),
        cmocka_unit_test_setup_teardown(streams_completely_or_until_stopped, setup, teardown),
        cmocka_unit_test_setup_teardown(missing_blob_with_a_row_is_a_storage_error, setup, teardown),
        cmocka_unit_test_setup_teardown(check_is_of_what_was_read_in_any_order, setup, teardown),
        cmocka_unit_test_setup_teardown(wide_hash_is_the_same_in_parts_and_in_versions, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
