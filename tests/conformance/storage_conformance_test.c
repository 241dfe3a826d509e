#include "conformance/storage_conformance.h"

#include "storage/filesystem/filesystem.h"
#include "storage/memory/memory.h"
#include "support/scratch.h"
#include "support/test.h"

/* A driver that forwards every call, as a host's wrapper would. */
struct stacked {
    cpk_storage_driver below;
    int64_t destroyed;
};

static cpk_status stacked_write_open(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error)
{
    struct stacked *stacked = self;

    return stacked->below.write_open(stacked->below.self, key, size_hint, writer, error);
}

static cpk_status stacked_write_data(void *self, void *writer, const void *data, size_t length, cpk_error **error)
{
    struct stacked *stacked = self;

    return stacked->below.write_data(stacked->below.self, writer, data, length, error);
}

static cpk_status stacked_write_close(void *self, void *writer, int32_t commit, cpk_error **error)
{
    struct stacked *stacked = self;

    return stacked->below.write_close(stacked->below.self, writer, commit, error);
}

static cpk_status stacked_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader,
                                    cpk_error **error)
{
    struct stacked *stacked = self;

    return stacked->below.read_open(stacked->below.self, key, offset, length, reader, error);
}

static cpk_status stacked_read_data(void *self, void *reader, void *target, size_t capacity, size_t *got,
                                    cpk_error **error)
{
    struct stacked *stacked = self;

    return stacked->below.read_data(stacked->below.self, reader, target, capacity, got, error);
}

static void stacked_read_close(void *self, void *reader)
{
    struct stacked *stacked = self;

    stacked->below.read_close(stacked->below.self, reader);
}

static cpk_status stacked_stat(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    struct stacked *stacked = self;

    return stacked->below.stat(stacked->below.self, key, info, error);
}

static cpk_status stacked_remove(void *self, const char *key, cpk_error **error)
{
    struct stacked *stacked = self;

    return stacked->below.remove(stacked->below.self, key, error);
}

static cpk_status stacked_list(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    struct stacked *stacked = self;

    return stacked->below.list(stacked->below.self, prefix, each, user, error);
}

static void stacked_destroy(void *self)
{
    struct stacked *stacked = self;

    stacked->below.destroy(stacked->below.self);
    stacked->destroyed++;
}

static void stacked_init(struct stacked *stacked, cpk_storage_driver *driver)
{
    stacked->destroyed = 0;
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
        .list = stacked_list,
    };
}

static int run_filesystem(const struct context *context, const char *folder)
{
    cpk_storage_driver driver;
    cpk_error *error = NULL;

    if (filesystem_driver_open(context, folder, 1, &driver, &error) != CPK_OK) {
        fprintf(stderr, "%s\n", cpk_error_message(error));
        cpk_error_free(error);
        return 1;
    }
    return storage_conformance_run("storage: filesystem", &driver);
}

static int run_memory(const struct context *context)
{
    cpk_storage_driver driver;

    if (memory_driver_open(context, &driver, NULL) != CPK_OK) {
        return 1;
    }
    return storage_conformance_run("storage: memory", &driver);
}

/* A driver on a driver on the memory driver. */
static int run_stacked(const struct context *context)
{
    struct stacked lower;
    struct stacked upper;
    cpk_storage_driver driver;
    int failures;

    if (memory_driver_open(context, &lower.below, NULL) != CPK_OK) {
        return 1;
    }
    stacked_init(&lower, &upper.below);
    stacked_init(&upper, &driver);
    failures = storage_conformance_run("storage: stacked", &driver);
    return failures + (lower.destroyed != 1) + (upper.destroyed != 1);
}

int main(void)
{
    char folder[SCRATCH_PATH_BYTES];
    struct context context;
    int failures;

    context_init(&context);
    scratch_make(folder);
    failures = run_filesystem(&context, folder);
    scratch_remove(folder);
    failures += run_memory(&context);
    failures += run_stacked(&context);
    return failures != 0;
}
