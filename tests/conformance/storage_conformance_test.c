/* The public suite on the built-in drivers, on drivers stacked on them, and on drivers with a fault each. */
#include "conformance/conformance.h"

#include "storage/encryption/encryption.h"
#include "storage/filesystem/filesystem.h"
#include "storage/memory/memory.h"
#include "storage/place.h"
#include "support/scratch.h"
#include "support/test.h"

#define MASTER_KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* A fault that the suite must find. */
enum fault {
    FAULT_NONE,
    FAULT_DISCARD_COMMITS,
    FAULT_RANGE_IGNORED,
    FAULT_REMOVE_OF_NOTHING_FAILS,
    FAULT_LIST_BY_FOLDER,
    FAULT_WRONG_SIZE,
    FAULT_READER_REOPENS,
    FAULT_WRITE_LOSES_BYTES,
    FAULT_REMOVES_FIRST_ONLY,
    FAULT_COMMITS_AND_SAYS_CANCELLED,
    FAULT_CANCELLED_DISCARD_FAILS,
    FAULT_NO_SLOT,
    FAULT_COUNT
};

/* A driver that forwards every call, as a host's wrapper would; with a fault, not quite. */
struct stacked {
    cpk_storage_driver below;
    int64_t destroyed;
    enum fault fault;
    const cpk_cancel *cancel;
};

/* A reader that opens its blob again for every piece. */
struct reopened {
    char key[CPK_STORAGE_KEY_BYTES_MAX + 1];
    int64_t offset;
    int64_t left; /* -1: to the end */
};

static cpk_status stacked_write_open(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error)
{
    struct stacked *stacked = self;

    return stacked->below.write_open(stacked->below.self, key, size_hint, writer, error);
}

static cpk_status stacked_write_data(void *self, void *writer, const void *data, size_t length, cpk_error **error)
{
    struct stacked *stacked = self;
    int32_t loses = stacked->fault == FAULT_WRITE_LOSES_BYTES && length > 1000;

    return stacked->below.write_data(stacked->below.self, writer, data, length - (loses ? 1 : 0), error);
}

static cpk_status stacked_write_close(void *self, void *writer, int32_t commit, cpk_error **error)
{
    struct stacked *stacked = self;
    int32_t is_cancelled = cpk_cancel_requested(stacked->cancel);
    cpk_status status;

    commit |= stacked->fault == FAULT_DISCARD_COMMITS;
    if (is_cancelled && stacked->fault == FAULT_COMMITS_AND_SAYS_CANCELLED) {
        stacked->below.set_cancel(stacked->below.self, NULL);
        status = stacked->below.write_close(stacked->below.self, writer, commit, error);
        return status == CPK_OK && commit ? CPK_ERROR_CANCELLED : status;
    }
    status = stacked->below.write_close(stacked->below.self, writer, commit, error);
    return is_cancelled && !commit && stacked->fault == FAULT_CANCELLED_DISCARD_FAILS ? CPK_ERROR_CANCELLED : status;
}

static cpk_status stacked_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader,
                                    cpk_error **error)
{
    struct stacked *stacked = self;

    if (stacked->fault == FAULT_READER_REOPENS) {
        struct reopened *reopened = calloc(1, sizeof *reopened);
        cpk_blob_info info = CPK_BLOB_INFO_INIT;
        cpk_status status = stacked->below.stat(stacked->below.self, key, &info, error);

        if (reopened == NULL || status != CPK_OK) {
            free(reopened);
            return status;
        }
        strcpy(reopened->key, key);
        reopened->offset = offset;
        reopened->left = length;
        *reader = reopened;
        return CPK_OK;
    }
    offset = stacked->fault == FAULT_RANGE_IGNORED ? 0 : offset;
    return stacked->below.read_open(stacked->below.self, key, offset, length, reader, error);
}

static cpk_status stacked_read_data(void *self, void *reader, void *target, size_t capacity, size_t *got,
                                    cpk_error **error)
{
    struct stacked *stacked = self;
    struct reopened *reopened = reader;
    void *below;
    cpk_status status;

    if (stacked->fault != FAULT_READER_REOPENS) {
        return stacked->below.read_data(stacked->below.self, reader, target, capacity, got, error);
    }
    *got = 0;
    if (reopened->left >= 0 && (int64_t)capacity > reopened->left) {
        capacity = (size_t)reopened->left;
    }
    status = stacked->below.read_open(stacked->below.self, reopened->key, reopened->offset, (int64_t)capacity, &below,
                                      error);
    if (status == CPK_OK) {
        status = stacked->below.read_data(stacked->below.self, below, target, capacity, got, error);
        stacked->below.read_close(stacked->below.self, below);
    }
    reopened->offset += (int64_t)*got;
    reopened->left -= reopened->left >= 0 ? (int64_t)*got : 0;
    return status;
}

static void stacked_read_close(void *self, void *reader)
{
    struct stacked *stacked = self;

    if (stacked->fault == FAULT_READER_REOPENS) {
        free(reader);
    } else {
        stacked->below.read_close(stacked->below.self, reader);
    }
}

static cpk_status stacked_stat(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    struct stacked *stacked = self;
    cpk_status status = stacked->below.stat(stacked->below.self, key, info, error);

    info->size_bytes += stacked->fault == FAULT_WRONG_SIZE;
    return status;
}

static cpk_status stacked_remove(void *self, const char *key, cpk_error **error)
{
    struct stacked *stacked = self;
    cpk_blob_info info = CPK_BLOB_INFO_INIT;

    if (stacked->fault == FAULT_REMOVE_OF_NOTHING_FAILS &&
        stacked->below.stat(stacked->below.self, key, &info, error) != CPK_OK) {
        return CPK_ERROR_NOT_FOUND;
    }
    return stacked->below.remove(stacked->below.self, key, error);
}

static void stacked_set_cancel(void *self, const cpk_cancel *cancel)
{
    struct stacked *stacked = self;

    stacked->cancel = cancel; /* the rule with tokens has one thread */
    stacked->below.set_cancel(stacked->below.self, cancel);
}

static cpk_status stacked_remove_many(void *self, const char *const *keys, size_t count, cpk_error **error)
{
    struct stacked *stacked = self;

    count = stacked->fault == FAULT_REMOVES_FIRST_ONLY ? 1 : count;
    return stacked->below.remove_many(stacked->below.self, keys, count, error);
}

static cpk_status stacked_list(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    struct stacked *stacked = self;
    char folder[2 * CPK_STORAGE_KEY_BYTES_MAX] = "";

    if (stacked->fault == FAULT_LIST_BY_FOLDER) {
        snprintf(folder, sizeof folder, "%s", prefix);
        folder[strrchr(folder, '/') != NULL ? strrchr(folder, '/') + 1 - folder : 0] = '\0';
        prefix = folder;
    }
    return stacked->below.list(stacked->below.self, prefix, each, user, error);
}

static void stacked_destroy(void *self)
{
    struct stacked *stacked = self;

    stacked->below.destroy(stacked->below.self);
    stacked->destroyed++;
}

static void stacked_init(struct stacked *stacked, enum fault fault, cpk_storage_driver *driver)
{
    stacked->destroyed = 0;
    stacked->cancel = NULL;
    stacked->fault = fault;
    *driver = (cpk_storage_driver){
        .abi_version = CPK_STORAGE_ABI,
        .struct_size = sizeof *driver,
        .self = stacked,
        .destroy = stacked_destroy,
        .write_open = stacked_write_open,
        .write_data = stacked_write_data,
        .write_close = stacked_write_close,
        .read_open = stacked_read_open,
        .read_data = stacked_read_data,
        .read_close = stacked_read_close,
        .stat = stacked_stat,
        .remove = stacked_remove,
        .list = fault == FAULT_NO_SLOT ? NULL : stacked_list,
        .set_cancel = stacked_set_cancel,
        .remove_many = stacked_remove_many,
    };
}

static void report(void *user, const char *rule, const char *failure)
{
    const char *driver = user;

    printf("%s %s: %s%s%s\n", failure == NULL ? "ok    " : "FAILED", driver, rule, failure == NULL ? "" : ": ",
           failure == NULL ? "" : failure);
}

static cpk_status give_driver(void *user, cpk_storage_driver *driver, cpk_error **error)
{
    (void)error;
    *driver = *(const cpk_storage_driver *)user;
    return CPK_OK;
}

static int32_t suite_run(const char *name, const cpk_storage_driver *driver, uint32_t flags)
{
    cpk_storage_conformance suite = CPK_STORAGE_CONFORMANCE_INIT;
    int32_t failures = -1;

    suite.flags = flags;
    suite.open = give_driver;
    suite.user = (void *)driver;
    suite.report = report;
    suite.report_user = (void *)name;
    assert_int_equal(cpk_storage_conformance_run(&suite, &failures, NULL), CPK_OK);
    return failures;
}

static struct context context_of_test;

static cpk_storage_driver memory_driver(void)
{
    cpk_storage_driver driver;

    assert_int_equal(memory_driver_open(&context_of_test, &driver, NULL), CPK_OK);
    return driver;
}

static void folder_passes(void **state)
{
    char folder[SCRATCH_PATH_BYTES];
    cpk_storage_driver driver;
    cpk_error *error = NULL;

    (void)state;
    scratch_make(folder);
    assert_ok(filesystem_driver_open(&context_of_test, folder, 1, &driver, &error), error);
    assert_int_equal(suite_run("folder", &driver, CPK_CONFORMANCE_LARGE), 0);
    scratch_remove(folder);
}

static void memory_passes(void **state)
{
    cpk_storage_driver driver = memory_driver();

    (void)state;
    assert_int_equal(suite_run("memory", &driver, CPK_CONFORMANCE_LARGE), 0);
}

/* Layers of the library on a storage of `uri`. */
static void layers_pass(const char *uri, uint32_t flags)
{
    struct storage *below;
    cpk_storage_driver driver;
    cpk_error *error = NULL;

    assert_ok(storage_open(&context_of_test, uri, &below, &error), error);
    assert_ok(encryption_driver_open(&context_of_test, below, &driver, &error), error);
    assert_int_equal(suite_run("encrypted", &driver, flags), 0);
    storage_free(below);
}

static void encrypted_storages_pass(void **state)
{
    char folder[SCRATCH_PATH_BYTES];
    char uri[SCRATCH_PATH_BYTES + 8];

    (void)state;
    assert_int_equal(settings_set_text(&context_of_test.settings, &context_of_test.allocator, "storage.master_key",
                                       MASTER_KEY, NULL),
                     CPK_OK);
    layers_pass("memory:", 0);
    scratch_in_memory();
    scratch_make(folder);
    snprintf(uri, sizeof uri, "file:%s", folder);
    layers_pass(uri, CPK_CONFORMANCE_LARGE);
    scratch_remove(folder);
}

/* A driver on a driver on the memory driver. */
static void stacked_drivers_pass(void **state)
{
    struct stacked lower = {.below = memory_driver()};
    struct stacked upper;
    cpk_storage_driver driver;

    (void)state;
    stacked_init(&lower, FAULT_NONE, &upper.below);
    stacked_init(&upper, FAULT_NONE, &driver);
    assert_int_equal(suite_run("stacked", &driver, 0), 0);
    assert_int_equal(lower.destroyed, 1);
    assert_int_equal(upper.destroyed, 1);
}

static void every_fault_is_found(void **state)
{
    (void)state;
    for (enum fault fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
        struct stacked stacked = {.below = memory_driver()};
        cpk_storage_driver driver;
        char name[32];

        stacked_init(&stacked, fault, &driver);
        snprintf(name, sizeof name, "fault %d", (int)fault);
        assert_true(suite_run(name, &driver, 0) > 0);
        assert_int_equal(stacked.destroyed, 1);
    }
}

static cpk_status fail_to_open(void *user, cpk_storage_driver *driver, cpk_error **error)
{
    (void)user;
    (void)driver;
    (void)error;
    return CPK_ERROR_STORAGE;
}

static void unusable_suites_are_rejected(void **state)
{
    cpk_storage_conformance suite = CPK_STORAGE_CONFORMANCE_INIT;

    (void)state;
    assert_int_equal(cpk_storage_conformance_run(NULL, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(cpk_storage_conformance_run(&suite, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
    suite.open = fail_to_open;
    assert_int_equal(cpk_storage_conformance_run(&suite, NULL, NULL), CPK_ERROR_STORAGE);
    suite.struct_size = 4;
    assert_int_equal(cpk_storage_conformance_run(&suite, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder_passes),           cmocka_unit_test(memory_passes),
        cmocka_unit_test(encrypted_storages_pass), cmocka_unit_test(stacked_drivers_pass),
        cmocka_unit_test(every_fault_is_found),    cmocka_unit_test(unusable_suites_are_rejected),
    };

    context_init(&context_of_test);
    return cmocka_run_group_tests_name("conformance: storage", tests, NULL, NULL);
}
