/* storage_create()'s checks of driver tables, and how the storage layer handles a driver's results. */
#include "base/error.h"
#include "storage/memory/memory.h"
#include "storage/place.h"
#include "storage/storage.h"
#include "support/test.h"

static struct context test_context;

static cpk_storage_driver memory_driver(void)
{
    cpk_storage_driver driver;
    cpk_error *error = NULL;

    assert_ok(memory_driver_open(&test_context, &driver, &error), error);
    return driver;
}

static void assert_rejected(const cpk_storage_driver *driver, cpk_status code, const char *says)
{
    cpk_error *error = NULL;
    struct storage *storage;

    assert_int_equal(storage_create(&test_context, driver, &storage, &error), code);
    assert_null(storage);
    assert_non_null(strstr(cpk_error_message(error), says));
    error_clear(&error);
}

static void unknown_version_size_or_capability_is_rejected(void **state)
{
    cpk_storage_driver good = memory_driver();
    cpk_storage_driver driver = good;
    struct {
        cpk_storage_driver driver;
        void *tail[4];
    } newer = {.driver = good};
    cpk_error *error = NULL;
    struct storage *storage;

    (void)state;
    driver.abi_version = CPK_STORAGE_ABI + 1;
    assert_rejected(&driver, CPK_ERROR_UNSUPPORTED, "version");
    driver = good;
    driver.struct_size = offsetof(cpk_storage_driver, list);
    assert_rejected(&driver, CPK_ERROR_INVALID_ARGUMENT, "struct_size");
    driver.struct_size = 0;
    assert_rejected(&driver, CPK_ERROR_INVALID_ARGUMENT, "struct_size");
    driver.struct_size = UINT32_MAX;
    assert_rejected(&driver, CPK_ERROR_INVALID_ARGUMENT, "struct_size");
    driver = good;
    driver.capabilities = 1;
    assert_rejected(&driver, CPK_ERROR_UNSUPPORTED, "capability");
    assert_rejected(NULL, CPK_ERROR_INVALID_ARGUMENT, "missing");
    newer.driver.struct_size = sizeof newer;
    newer.tail[3] = &newer;
    assert_rejected(&newer.driver, CPK_ERROR_UNSUPPORTED, "slots");
    newer.tail[3] = NULL;
    assert_ok(storage_create(&test_context, &newer.driver, &storage, &error), error);
    storage_free(storage);
}

static void missing_required_slot_is_rejected(void **state)
{
    cpk_storage_driver good = memory_driver();
    const size_t first = offsetof(cpk_storage_driver, write_open);
    const size_t last = offsetof(cpk_storage_driver, list);

    (void)state;
    for (size_t at = first; at <= last; at += sizeof(void (*)(void))) {
        cpk_storage_driver driver = good;

        memset((char *)&driver + at, 0, sizeof(void (*)(void)));
        assert_rejected(&driver, CPK_ERROR_INVALID_ARGUMENT, "required slot");
    }
    good.destroy(good.self);
}

static void driver_without_destroy_is_accepted(void **state)
{
    cpk_storage_driver driver = memory_driver();
    cpk_storage_driver borrowed = driver;
    cpk_error *error = NULL;
    struct storage *storage;

    (void)state;
    borrowed.destroy = NULL;
    assert_ok(storage_create(&test_context, &borrowed, &storage, &error), error);
    assert_ok(storage_put(storage, "a", "b", 1, &error), error);
    storage_free(storage);
    storage_free(NULL);
    driver.destroy(driver.self);
}

static void invalid_uri_is_rejected_without_its_secret(void **state)
{
    static const struct {
        const char *uri;
        cpk_status code;
    } bad[] = {
        {"", CPK_ERROR_INVALID_ARGUMENT},
        {"file:", CPK_ERROR_INVALID_ARGUMENT},
        {"memory:x", CPK_ERROR_UNSUPPORTED},
        {"no scheme", CPK_ERROR_INVALID_ARGUMENT},
        {"ftp://user:secret@host", CPK_ERROR_UNSUPPORTED},
        {"file:/dev/null", CPK_ERROR_INVALID_ARGUMENT},
        {"file:/dev/null/x", CPK_ERROR_INVALID_ARGUMENT},
    };
    cpk_error *error = NULL;
    struct storage *storage;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(storage_open(&test_context, bad[i].uri, &storage, &error), bad[i].code);
        assert_null(storage);
        assert_null(strstr(cpk_error_message(error), "secret"));
        error_clear(&error);
    }
    assert_int_equal(storage_open(&test_context, NULL, &storage, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_ok(storage_open(&test_context, "memory:", &storage, &error), error);
    storage_free(storage);
}

/* A driver that returns codes without errors, single bytes, and wrong counts. */
struct odd_driver {
    cpk_status status;
    size_t got; /* claimed by read_data */
    int64_t left;
    int64_t commits;
};

static cpk_status odd_write_open(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error)
{
    (void)self;
    (void)key;
    (void)size_hint;
    (void)writer; /* a driver without per-writer state leaves it NULL */
    (void)error;
    return CPK_OK;
}

static cpk_status odd_write_data(void *self, void *writer, const void *data, size_t length, cpk_error **error)
{
    (void)writer;
    (void)data;
    (void)length;
    (void)error;
    return ((struct odd_driver *)self)->status;
}

static cpk_status odd_write_close(void *self, void *writer, int32_t commit, cpk_error **error)
{
    (void)writer;
    (void)error;
    ((struct odd_driver *)self)->commits += commit;
    return CPK_OK;
}

static cpk_status odd_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader,
                                cpk_error **error)
{
    (void)self;
    (void)key;
    (void)offset;
    (void)length;
    (void)reader;
    (void)error;
    return CPK_OK;
}

static cpk_status odd_read_data(void *self, void *reader, void *target, size_t capacity, size_t *got, cpk_error **error)
{
    struct odd_driver *odd = self;

    (void)reader;
    (void)capacity;
    (void)error;
    *got = odd->left > 0 ? odd->got : 0;
    odd->left--;
    if (*got == 1) {
        *(char *)target = 'x';
    }
    return CPK_OK;
}

static void odd_read_close(void *self, void *reader)
{
    (void)self;
    (void)reader;
}

static cpk_status odd_stat(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    (void)key;
    (void)info;
    (void)error;
    return ((struct odd_driver *)self)->status;
}

static cpk_status odd_remove(void *self, const char *key, cpk_error **error)
{
    (void)self;
    (void)key;
    (void)error;
    return CPK_OK;
}

static cpk_status odd_list(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    char key[16];

    (void)self;
    (void)prefix;
    (void)error;
    for (int32_t i = 0; i < 5000; i++) {
        snprintf(key, sizeof key, "%04d", (int)i);
        if (each(user, key, NULL) != 0) {
            break;
        }
    }
    return CPK_OK;
}

static struct storage *odd_storage(struct odd_driver *odd)
{
    const cpk_storage_driver driver = {
        CPK_STORAGE_ABI,
        sizeof driver,
        0,
        odd,
        NULL,
        odd_write_open,
        odd_write_data,
        odd_write_close,
        odd_read_open,
        odd_read_data,
        odd_read_close,
        odd_stat,
        odd_remove,
        odd_list,
        NULL,
        NULL,
    };
    cpk_error *error = NULL;
    struct storage *storage;

    assert_ok(storage_create(&test_context, &driver, &storage, &error), error);
    return storage;
}

static void code_without_error_gets_a_message(void **state)
{
    struct odd_driver odd = {.status = CPK_ERROR_BUSY};
    struct storage *storage = odd_storage(&odd);
    cpk_error *error = NULL;
    cpk_blob_info info;

    (void)state;
    assert_int_equal(storage_stat(storage, "k", &info, &error), CPK_ERROR_BUSY);
    assert_int_equal(cpk_error_code(error), CPK_ERROR_BUSY);
    assert_non_null(strstr(cpk_error_message(error), "stat"));
    error_clear(&error);
    odd.status = -7;
    assert_int_equal(storage_stat(storage, "k", &info, &error), CPK_ERROR_STORAGE);
    error_clear(&error);
    storage_free(storage);
}

static void failed_write_is_never_committed(void **state)
{
    struct odd_driver odd = {.status = CPK_ERROR_NO_SPACE};
    struct storage *storage = odd_storage(&odd);
    static const char large[256 * 1024];
    struct storage_writer *writer;

    (void)state;
    assert_int_equal(storage_write_open(storage, "k", -1, &writer, NULL), CPK_OK);
    assert_int_equal(storage_write_data(writer, large, sizeof large, NULL), CPK_ERROR_NO_SPACE);
    odd.status = CPK_OK;
    assert_int_equal(storage_write_data(writer, "y", 1, NULL), CPK_ERROR_STORAGE);
    assert_int_equal(storage_write_commit(writer, NULL), CPK_ERROR_STORAGE);
    assert_int_equal(odd.commits, 0);

    /* Small writes are buffered: the driver's failure is returned by the commit. */
    assert_int_equal(storage_write_open(storage, "k", -1, &writer, NULL), CPK_OK);
    assert_int_equal(storage_write_data(writer, "x", 1, NULL), CPK_OK);
    odd.status = CPK_ERROR_NO_SPACE;
    assert_int_equal(storage_write_commit(writer, NULL), CPK_ERROR_NO_SPACE);
    assert_int_equal(odd.commits, 0);
    storage_free(storage);
}

static void small_reads_are_joined_and_oversized_reads_rejected(void **state)
{
    struct odd_driver odd = {.got = 1, .left = 5};
    struct storage *storage = odd_storage(&odd);
    cpk_error *error = NULL;
    struct buffer got;

    (void)state;
    buffer_init(&got, &test_context.allocator);
    assert_ok(storage_get(storage, "k", &got, &error), error);
    assert_string_equal(buffer_text(&got), "xxxxx");
    odd.got = SIZE_MAX;
    odd.left = 1;
    assert_int_equal(storage_get(storage, "k", &got, NULL), CPK_ERROR_STORAGE);
    buffer_free(&got);
    storage_free(storage);
}

/* storage_remove_prefix() must not loop forever. */
static void removal_without_effect_is_detected(void **state)
{
    struct odd_driver odd = {0};
    struct storage *storage = odd_storage(&odd);
    cpk_error *error = NULL;

    (void)state;
    assert_int_equal(storage_remove_prefix(storage, "", NULL, &error), CPK_ERROR_STORAGE);
    assert_non_null(strstr(cpk_error_message(error), "0000"));
    error_clear(&error);
    storage_free(storage);
}

/* A host compiled with a shorter cpk_blob_info. */
static void blob_info_is_not_written_beyond_its_size(void **state)
{
    cpk_storage_driver driver = memory_driver();
    cpk_error *error = NULL;
    void *writer;
    cpk_blob_info info;

    (void)state;
    assert_ok(driver.write_open(driver.self, "k", -1, &writer, &error), error);
    assert_ok(driver.write_data(driver.self, writer, "abc", 3, &error), error);
    assert_ok(driver.write_close(driver.self, writer, 1, &error), error);
    memset(&info, 0x55, sizeof info);
    info.struct_size = offsetof(cpk_blob_info, modified_us);
    assert_ok(driver.stat(driver.self, "k", &info, &error), error);
    assert_int_equal(info.size_bytes, 3);
    assert_int_equal(info.modified_us, INT64_C(0x5555555555555555));
    driver.destroy(driver.self);
}

static void invalid_keys_never_reach_the_driver(void **state)
{
    char too_long[CPK_STORAGE_KEY_BYTES_MAX + 2];
    const char *const invalid[] = {"",     "/",      "/a",    "a/",           "a//b",  ".",     "..",
                                   "../a", "a/../b", "a/./b", "a/..",         "\xff",  "a\xc3", "\xed\xa0\x80",
                                   "./a",  "a/.",    "//",    "\xc0\xaf\x61", too_long};
    cpk_storage_driver driver = memory_driver();
    cpk_blob_info info;
    cpk_error *error = NULL;
    struct storage *storage;
    struct storage_writer *writer;
    struct storage_reader *reader;

    (void)state;
    memset(too_long, 'k', sizeof too_long - 1);
    too_long[sizeof too_long - 1] = '\0';
    assert_ok(storage_create(&test_context, &driver, &storage, &error), error);
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        assert_int_equal(storage_write_open(storage, invalid[i], -1, &writer, &error), CPK_ERROR_INVALID_ARGUMENT);
        assert_null(writer);
        assert_string_equal(cpk_error_domain(error), "storage");
        error_clear(&error);
        assert_int_equal(storage_read_open(storage, invalid[i], 0, -1, &reader, NULL), CPK_ERROR_INVALID_ARGUMENT);
        assert_int_equal(storage_stat(storage, invalid[i], &info, NULL), CPK_ERROR_INVALID_ARGUMENT);
        assert_int_equal(storage_remove(storage, invalid[i], NULL), CPK_ERROR_INVALID_ARGUMENT);
    }
    assert_int_equal(storage_stat(storage, NULL, &info, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(storage_read_open(storage, "a", -1, 1, &reader, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(storage_read_open(storage, "a", 0, -2, &reader, NULL), CPK_ERROR_INVALID_ARGUMENT);
    storage_free(storage);
}

static void short_range_is_an_error(void **state)
{
    cpk_storage_driver driver = memory_driver();
    struct storage *storage;
    struct buffer got;
    cpk_error *error = NULL;

    (void)state;
    buffer_init(&got, &test_context.allocator);
    assert_ok(storage_create(&test_context, &driver, &storage, &error), error);
    assert_ok(storage_put(storage, "range", "0123456789", 10, &error), error);
    assert_ok(storage_get_range(storage, "range", 2, 3, &got, &error), error);
    assert_string_equal(buffer_text(&got), "234");
    assert_int_equal(storage_get_range(storage, "range", 8, 3, &got, &error), CPK_ERROR_STORAGE);
    error_clear(&error);
    buffer_free(&got);
    storage_free(storage);
}

static void prefix_is_removed_in_batches(void **state)
{
    cpk_storage_driver driver = memory_driver();
    struct storage *storage;
    cpk_blob_info info;
    cpk_error *error = NULL;
    int64_t removed;
    char key[64];

    (void)state;
    assert_ok(storage_create(&test_context, &driver, &storage, &error), error);
    for (int32_t i = 0; i < 1200; i++) { /* more than one batch */
        snprintf(key, sizeof key, "many/%d/%d", (int)(i % 7), (int)i);
        assert_ok(storage_put(storage, key, "", 0, &error), error);
    }
    assert_ok(storage_put(storage, "many", "kept", 4, &error), error);
    assert_ok(storage_remove_prefix(storage, "many/", &removed, &error), error);
    assert_int_equal(removed, 1200);
    assert_ok(storage_stat(storage, "many", &info, &error), error);
    assert_ok(storage_remove_prefix(storage, "many/", &removed, &error), error);
    assert_int_equal(removed, 0);
    storage_free(storage);
}

/* The memory driver, of which one call is watched: the token is requested when that call is made for the nth time. */
struct stopping {
    cpk_storage_driver below;
    cpk_cancel *cancel;
    int64_t calls_until_stop;
    int64_t removals;
    const cpk_cancel *given;
};

static void count_down(struct stopping *stopping)
{
    if (--stopping->calls_until_stop == 0) {
        cpk_cancel_request(stopping->cancel);
    }
}

static void stopping_set_cancel(void *self, const cpk_cancel *cancel)
{
    ((struct stopping *)self)->given = cancel;
}

static cpk_status stopping_write_open(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error)
{
    struct stopping *stopping = self;

    return stopping->below.write_open(stopping->below.self, key, size_hint, writer, error);
}

static cpk_status stopping_write_data(void *self, void *writer, const void *data, size_t length, cpk_error **error)
{
    struct stopping *stopping = self;

    count_down(stopping);
    return stopping->below.write_data(stopping->below.self, writer, data, length, error);
}

static cpk_status stopping_write_close(void *self, void *writer, int32_t commit, cpk_error **error)
{
    struct stopping *stopping = self;

    return stopping->below.write_close(stopping->below.self, writer, commit, error);
}

static cpk_status stopping_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader,
                                     cpk_error **error)
{
    struct stopping *stopping = self;

    return stopping->below.read_open(stopping->below.self, key, offset, length, reader, error);
}

static cpk_status stopping_read_data(void *self, void *reader, void *target, size_t capacity, size_t *got,
                                     cpk_error **error)
{
    struct stopping *stopping = self;

    count_down(stopping);
    return stopping->below.read_data(stopping->below.self, reader, target, capacity, got, error);
}

static void stopping_read_close(void *self, void *reader)
{
    struct stopping *stopping = self;

    stopping->below.read_close(stopping->below.self, reader);
}

static cpk_status stopping_stat(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    struct stopping *stopping = self;

    return stopping->below.stat(stopping->below.self, key, info, error);
}

static cpk_status stopping_remove(void *self, const char *key, cpk_error **error)
{
    struct stopping *stopping = self;

    stopping->removals++;
    count_down(stopping);
    return stopping->below.remove(stopping->below.self, key, error);
}

static cpk_status stopping_remove_many(void *self, const char *const *keys, size_t count, cpk_error **error)
{
    struct stopping *stopping = self;

    assert_in_range(count, 1, CPK_STORAGE_REMOVE_MAX);
    stopping->removals++;
    count_down(stopping);
    return stopping->below.remove_many(stopping->below.self, keys, count, error);
}

static cpk_status stopping_list(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    struct stopping *stopping = self;

    return stopping->below.list(stopping->below.self, prefix, each, user, error);
}

static struct storage *stopping_create(struct stopping *stopping, int32_t has_remove_many)
{
    const cpk_storage_driver driver = {
        .abi_version = CPK_STORAGE_ABI,
        .struct_size = sizeof driver,
        .self = stopping,
        .write_open = stopping_write_open,
        .write_data = stopping_write_data,
        .write_close = stopping_write_close,
        .read_open = stopping_read_open,
        .read_data = stopping_read_data,
        .read_close = stopping_read_close,
        .stat = stopping_stat,
        .remove = stopping_remove,
        .list = stopping_list,
        .set_cancel = stopping_set_cancel,
        .remove_many = has_remove_many ? stopping_remove_many : NULL,
    };
    struct storage *storage;
    cpk_error *error = NULL;

    *stopping = (struct stopping){.below = memory_driver()};
    assert_ok(cpk_cancel_create(&stopping->cancel, &error), error);
    assert_ok(storage_create(&test_context, &driver, &storage, &error), error);
    return storage;
}

static void stopping_free(struct stopping *stopping, struct storage *storage)
{
    storage_watch(NULL);
    assert_null(stopping->given); /* taken back after every call */
    storage_free(storage);
    stopping->below.destroy(stopping->below.self);
    cpk_cancel_free(stopping->cancel);
}

static void put_many(struct storage *storage, int32_t count)
{
    char key[64];
    cpk_error *error = NULL;

    for (int32_t i = 0; i < count; i++) {
        snprintf(key, sizeof key, "many/%06d", (int)i);
        assert_ok(storage_put(storage, key, "x", 1, &error), error);
    }
}

static void prefix_is_removed_in_few_calls(void **state)
{
    struct stopping stopping;
    struct storage *storage;
    cpk_error *error = NULL;
    int64_t removed;

    (void)state;
    for (int32_t has = 0; has < 2; has++) {
        storage = stopping_create(&stopping, has);
        put_many(storage, 2500);
        assert_ok(storage_remove_prefix(storage, "many/", &removed, &error), error);
        assert_int_equal(removed, 2500);
        assert_int_equal(stopping.removals, has ? 3 : 2500);
        stopping_free(&stopping, storage);
    }
}

static void cancelled_removal_stops(void **state)
{
    struct stopping stopping;
    struct storage *storage;
    int64_t removed;

    (void)state;
    for (int32_t has = 0; has < 2; has++) {
        storage = stopping_create(&stopping, has);
        put_many(storage, 2500);
        storage_watch(stopping.cancel);
        stopping.calls_until_stop = 2;
        assert_int_equal(storage_remove_prefix(storage, "many/", &removed, NULL), CPK_ERROR_CANCELLED);
        assert_int_equal(stopping.removals, 2);
        stopping_free(&stopping, storage);
    }
}

static void cancelled_put_and_get_stop_between_two_calls_of_the_driver(void **state)
{
    const size_t length = (size_t)20 << 20;
    char *large = calloc(1, length);
    struct stopping stopping;
    struct storage *storage = stopping_create(&stopping, 1);
    cpk_blob_info info;
    struct buffer got;
    cpk_error *error = NULL;

    (void)state;
    assert_non_null(large);
    buffer_init(&got, &test_context.allocator);
    storage_watch(stopping.cancel);
    stopping.calls_until_stop = 2;
    assert_int_equal(storage_put(storage, "k", large, length, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(stopping.calls_until_stop, 0);
    /* What begins now is not cancelled: work that was stopped cleans up. */
    assert_int_equal(storage_stat(storage, "k", &info, NULL), CPK_ERROR_NOT_FOUND);
    assert_ok(storage_put(storage, "k", large, length, &error), error);
    cpk_cancel_reset(stopping.cancel);
    stopping.calls_until_stop = 2;
    assert_int_equal(storage_get(storage, "k", &got, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(stopping.calls_until_stop, 0);
    assert_ok(storage_remove(storage, "k", &error), error);
    assert_int_equal(storage_stat(storage, "k", &info, NULL), CPK_ERROR_NOT_FOUND);
    buffer_free(&got);
    stopping_free(&stopping, storage);
    free(large);
}

static int32_t stop_at_third(void *user, const char *key, const cpk_blob_info *info)
{
    struct stopping *stopping = user;

    (void)key;
    (void)info;
    count_down(stopping);
    stopping->given = NULL; /* as if the callback had called the driver */
    return 0;
}

static void cancelled_listing_stops(void **state)
{
    struct stopping stopping;
    struct storage *storage = stopping_create(&stopping, 1);

    (void)state;
    put_many(storage, 10);
    assert_ptr_equal(storage_watch(stopping.cancel), NULL);
    stopping.calls_until_stop = 3;
    assert_int_equal(storage_list(storage, "", stop_at_third, &stopping, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(stopping.calls_until_stop, 0);
    assert_ptr_equal(storage_watch(NULL), stopping.cancel);
    stopping_free(&stopping, storage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_version_size_or_capability_is_rejected),
        cmocka_unit_test(missing_required_slot_is_rejected),
        cmocka_unit_test(driver_without_destroy_is_accepted),
        cmocka_unit_test(invalid_uri_is_rejected_without_its_secret),
        cmocka_unit_test(code_without_error_gets_a_message),
        cmocka_unit_test(failed_write_is_never_committed),
        cmocka_unit_test(small_reads_are_joined_and_oversized_reads_rejected),
        cmocka_unit_test(removal_without_effect_is_detected),
        cmocka_unit_test(invalid_keys_never_reach_the_driver),
        cmocka_unit_test(short_range_is_an_error),
        cmocka_unit_test(prefix_is_removed_in_batches),
        cmocka_unit_test(prefix_is_removed_in_few_calls),
        cmocka_unit_test(cancelled_removal_stops),
        cmocka_unit_test(cancelled_put_and_get_stop_between_two_calls_of_the_driver),
        cmocka_unit_test(cancelled_listing_stops),
        cmocka_unit_test(blob_info_is_not_written_beyond_its_size),
    };

    context_init(&test_context);
    return cmocka_run_group_tests_name("storage: driver table", tests, NULL, NULL);
}
