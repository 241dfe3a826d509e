/* The filesystem driver when things go wrong: every system call failing in turn, death in the middle, full disks. */
#include "base/error.h"
#include "storage/place.h"
#include "storage/storage.h"
#include "support/scratch.h"
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define NOBODY  65534
#define SKIPPED 77

static struct context test_context;
static char root[SCRATCH_PATH_BYTES];
static char uri[SCRATCH_PATH_BYTES + 64];

/* Wrapped calls: after `faults_after` of them, the next fails, or kills the process. */
static int64_t faults_after = -1;
static int fault_errno;
static int32_t fault_kills;
static int32_t fault_hit;
static int32_t renamed;
static int32_t synced;
static int32_t writes_are_short;

ssize_t __real_write(int file, const void *data, size_t length);
int __real_fsync(int file);
int __real_renameat(int from_folder, const char *from, int to_folder, const char *to);
int __real_openat(int folder, const char *name, int flags, ...);
int __real_mkdirat(int folder, const char *name, mode_t mode);
ssize_t __wrap_write(int file, const void *data, size_t length);
int __wrap_fsync(int file);
int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to);
int __wrap_openat(int folder, const char *name, int flags, mode_t mode);
int __wrap_mkdirat(int folder, const char *name, mode_t mode);

static int32_t fault_strikes(void)
{
    if (faults_after < 0 || faults_after-- > 0) {
        return 0;
    }
    if (fault_kills) {
        kill(getpid(), SIGKILL);
    }
    fault_hit = 1;
    errno = fault_errno;
    return 1;
}

ssize_t __wrap_write(int file, const void *data, size_t length)
{
    static int32_t turn;

    if (fault_strikes()) {
        return -1;
    }
    if (writes_are_short) {
        turn++;
        if (turn % 3 == 0) {
            errno = EINTR;
            return -1;
        }
        length = length > 7 ? 7 : length;
    }
    return __real_write(file, data, length);
}

int __wrap_fsync(int file)
{
    synced++;
    return fault_strikes() ? -1 : __real_fsync(file);
}

int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    int result = fault_strikes() ? -1 : __real_renameat(from_folder, from, to_folder, to);

    renamed += result == 0;
    return result;
}

int __wrap_openat(int folder, const char *name, int flags, mode_t mode)
{
    return fault_strikes() ? -1 : __real_openat(folder, name, flags, mode);
}

int __wrap_mkdirat(int folder, const char *name, mode_t mode)
{
    return fault_strikes() ? -1 : __real_mkdirat(folder, name, mode);
}

static int setup(void **state)
{
    (void)state;
    scratch_make(root);
    snprintf(uri, sizeof uri, "file:%s/store", root);
    faults_after = -1;
    fault_hit = 0;
    fault_kills = 0;
    writes_are_short = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(root);
    return 0;
}

static struct storage *open_store(void)
{
    cpk_error *error = NULL;
    struct storage *storage;

    assert_ok(storage_open(&test_context, uri, &storage, &error), error);
    return storage;
}

static int64_t count_temporary(void)
{
    char path[SCRATCH_PATH_BYTES + 32];
    const struct dirent *item;
    int64_t count = 0;
    DIR *folder;

    snprintf(path, sizeof path, "%s/store/.tmp", root);
    folder = opendir(path);
    while (folder != NULL && (item = readdir(folder)) != NULL) {
        count += item->d_name[0] != '.';
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return count;
}

static int32_t count_key(void *user, const char *key, const cpk_blob_info *info)
{
    (void)key;
    (void)info;
    ++*(int64_t *)user;
    return 0;
}

static int64_t count_keys(struct storage *storage)
{
    cpk_error *error = NULL;
    int64_t count = 0;

    assert_ok(storage_list(storage, "", count_key, &count, &error), error);
    return count;
}

static void assert_text(struct storage *storage, const char *key, const char *expected)
{
    cpk_error *error = NULL;
    struct buffer got;

    buffer_init(&got, &test_context.allocator);
    assert_ok(storage_get(storage, key, &got, &error), error);
    assert_string_equal(buffer_text(&got), expected);
    buffer_free(&got);
}

/* Runs in a child, which may lose rights or die; its exit code, or minus the signal that ended it. */
static int run_in_child(int (*run)(void))
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        _exit(run());
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_every_call_fails_in_turn(void **state)
{
    static const int errors[] = {EIO, ENOSPC, EACCES};
    static const cpk_status codes[] = {CPK_ERROR_IO, CPK_ERROR_NO_SPACE, CPK_ERROR_PERMISSION_DENIED};
    struct storage *storage = open_store();
    cpk_error *error = NULL;
    int64_t calls = 0;

    (void)state;
    for (size_t kind = 0; kind < sizeof errors / sizeof errors[0]; kind++) {
        do {
            cpk_status status;

            assert_ok(storage_put(storage, "a/b/c", "old", 3, &error), error);
            fault_errno = errors[kind];
            fault_hit = 0;
            renamed = 0;
            faults_after = calls++;
            status = storage_put(storage, "a/b/c", "new", 3, &error);
            faults_after = -1;
            assert_int_equal(status, fault_hit ? codes[kind] : CPK_OK);
            if (fault_hit) {
                assert_non_null(strstr(cpk_error_message(error), "a+/b+/c"));
                assert_non_null(strstr(cpk_error_native(error), "errno"));
                error_clear(&error);
            }
            /* Only the fsync after the rename fails with the new blob in place: whole, though maybe not durable. */
            assert_text(storage, "a/b/c", renamed ? "new" : "old");
            assert_int_equal(count_keys(storage), 1);
            assert_int_equal(count_temporary(), 0);
        } while (fault_hit);
        assert_true(calls > 8);
        calls = 0;
    }
    storage_free(storage);
}

static void test_short_and_interrupted_writes(void **state)
{
    struct storage *storage = open_store();
    cpk_error *error = NULL;

    (void)state;
    writes_are_short = 1;
    assert_ok(storage_put(storage, "short", "a text of more than seven bytes", 31, &error), error);
    assert_text(storage, "short", "a text of more than seven bytes");
    storage_free(storage);
}

static int put_and_maybe_die(void)
{
    struct storage *storage;

    if (storage_open(&test_context, uri, &storage, NULL) != CPK_OK ||
        storage_put(storage, "a/b/c", "new", 3, NULL) != CPK_OK ||
        storage_put(storage, "a/d", "two", 3, NULL) != CPK_OK) {
        return 1;
    }
    storage_free(storage);
    return 0;
}

/* Killed before each call in turn: visible blobs are complete, and the next process that opens the store cleans up. */
static void test_killed_at_every_call(void **state)
{
    cpk_error *error = NULL;
    int64_t calls = 0;
    int64_t left_behind = 0;
    int result;

    (void)state;
    fault_kills = 1;
    do {
        struct storage *storage = open_store();
        struct buffer got;

        assert_ok(storage_remove_prefix(storage, "", NULL, &error), error);
        assert_ok(storage_put(storage, "a/b/c", "old", 3, &error), error);
        faults_after = calls++;
        result = run_in_child(put_and_maybe_die);
        faults_after = -1;
        assert_true(result == 0 || result == -SIGKILL);
        buffer_init(&got, &test_context.allocator);
        assert_ok(storage_get(storage, "a/b/c", &got, &error), error);
        assert_true(strcmp(got.data, "old") == 0 || strcmp(got.data, "new") == 0);
        buffer_free(&got);
        assert_true(count_keys(storage) <= 2);
        left_behind += count_temporary();
        storage_free(storage);
        storage = open_store();
        assert_int_equal(count_temporary(), 0);
        storage_free(storage);
    } while (result != 0);
    assert_true(calls > 15);
    assert_true(left_behind > 4);
}

static int open_again(void)
{
    struct storage *storage;

    if (storage_open(&test_context, uri, &storage, NULL) != CPK_OK) {
        return 1;
    }
    storage_free(storage);
    return 0;
}

static void test_sweep_keeps_files_of_running_processes(void **state)
{
    struct storage *storage = open_store();
    struct storage *other;
    cpk_error *error = NULL;
    struct storage_writer *writer;

    (void)state;
    assert_ok(storage_write_open(storage, "alive", -1, &writer, &error), error);
    assert_ok(storage_write_data(writer, "12", 2, &error), error);
    other = open_store(); /* in this process */
    storage_free(other);
    assert_int_equal(run_in_child(open_again), 0); /* in another */
    assert_int_equal(count_temporary(), 1);
    assert_ok(storage_write_commit(writer, &error), error);
    assert_text(storage, "alive", "12");
    storage_free(storage);
}

static void test_sweep_keeps_unknown_files(void **state)
{
    char path[SCRATCH_PATH_BYTES + 32];
    struct storage *storage = open_store();
    cpk_error *error = NULL;
    FILE *file;

    (void)state;
    assert_ok(storage_put(storage, "a", "b", 1, &error), error);
    storage_free(storage);
    snprintf(path, sizeof path, "%s/store/.tmp/notes.part", root);
    file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    storage_free(open_store());
    assert_int_equal(access(path, F_OK), 0);
}

static mode_t mode_of(const char *below)
{
    char path[SCRATCH_PATH_BYTES + 64];
    struct stat found;

    snprintf(path, sizeof path, "%s/%s", root, below);
    assert_int_equal(stat(path, &found), 0);
    return found.st_mode & 07777;
}

static void test_modes(void **state)
{
    struct storage *storage;
    cpk_error *error = NULL;

    (void)state;
    snprintf(uri, sizeof uri, "file:%s/store/deep//er/", root);
    storage = open_store();
    assert_ok(storage_put(storage, "a/b", "c", 1, &error), error);
    assert_int_equal(mode_of("store"), 0700);
    assert_int_equal(mode_of("store/deep/er"), 0700);
    assert_int_equal(mode_of("store/deep/er/a+"), 0700);
    assert_int_equal(mode_of("store/deep/er/.tmp"), 0700);
    assert_int_equal(mode_of("store/deep/er/a+/b"), 0600);
    storage_free(storage);
}

static int32_t syncs_of_put(struct storage *storage, const char *key)
{
    cpk_error *error = NULL;

    synced = 0;
    assert_ok(storage_put(storage, key, "text", 4, &error), error);
    return synced;
}

/* The file and its folder for each blob, the folder above for each new folder. */
static void test_only_new_folders_are_synced_above(void **state)
{
    struct storage *storage = open_store();
    struct storage *other = open_store();
    cpk_error *error = NULL;

    (void)state;
    assert_int_equal(syncs_of_put(storage, "top"), 2);
    assert_int_equal(syncs_of_put(storage, "a/b/c"), 4);
    assert_int_equal(syncs_of_put(storage, "a/b/d"), 2);
    assert_int_equal(syncs_of_put(storage, "a/b/d"), 2);
    assert_int_equal(syncs_of_put(other, "a/b/e"), 2);
    assert_int_equal(syncs_of_put(storage, "a/x/c"), 3);
    assert_ok(storage_remove_prefix(storage, "a/", NULL, &error), error);
    assert_int_equal(syncs_of_put(other, "a/b/c"), 4);
    storage_free(other);
    storage_free(storage);
}

static int32_t is_unsynced(const char *below)
{
    return (mode_of(below) & S_ISVTX) != 0;
}

/* Whoever stores a blob below a folder that its maker failed or had no time to sync makes the folder durable. */
static void test_unsynced_folder_is_synced_by_the_next_writer(void **state)
{
    struct storage *storage = open_store();
    cpk_error *error = NULL;
    int64_t calls = 0;
    int64_t unsynced = 0;

    (void)state;
    for (int32_t kills = 0; kills < 2; kills++) {
        int32_t stopped = 1;

        for (calls = 0; stopped; calls++) {
            char path[SCRATCH_PATH_BYTES + 32];
            int32_t expected = 2;

            assert_ok(storage_remove_prefix(storage, "", NULL, &error), error);
            fault_errno = EIO;
            fault_hit = 0;
            fault_kills = kills;
            faults_after = calls;
            stopped = kills ? run_in_child(put_and_maybe_die) != 0
                            : storage_put(storage, "a/b/c", "new", 3, &error) != CPK_OK;
            faults_after = -1;
            error_clear(&error);
            snprintf(path, sizeof path, "%s/store/a+", root);
            expected += access(path, F_OK) != 0 || is_unsynced("store/a+");
            snprintf(path, sizeof path, "%s/store/a+/b+", root);
            expected += access(path, F_OK) != 0 || is_unsynced("store/a+/b+");
            unsynced += access(path, F_OK) == 0 && is_unsynced("store/a+/b+");
            assert_int_equal(syncs_of_put(storage, "a/b/e"), expected);
            assert_int_equal(mode_of("store/a+"), 0700);
            assert_int_equal(mode_of("store/a+/b+"), 0700);
        }
        assert_true(calls > 8);
    }
    assert_true(unsynced >= 4); /* failed or killed between mkdir and fsync */
    storage_free(storage);
}

static void test_empty_folders_are_removed(void **state)
{
    struct storage *storage = open_store();
    char path[SCRATCH_PATH_BYTES + 32];
    cpk_error *error = NULL;

    (void)state;
    assert_ok(storage_put(storage, "a/b/c", "1", 1, &error), error);
    assert_ok(storage_put(storage, "a/d", "1", 1, &error), error);
    assert_ok(storage_remove(storage, "a/b/c", &error), error);
    snprintf(path, sizeof path, "%s/store/a+/b+", root);
    assert_int_not_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/store/a+", root);
    assert_int_equal(access(path, F_OK), 0);
    assert_ok(storage_remove(storage, "a/d", &error), error);
    assert_int_not_equal(access(path, F_OK), 0);
    storage_free(storage);
}

/* Links that lead out of the store are never followed, neither for reading nor for writing nor by a listing. */
static void test_links_are_not_followed(void **state)
{
    struct storage *storage = open_store();
    char outside[SCRATCH_PATH_BYTES + 32];
    char link[SCRATCH_PATH_BYTES + 32];
    cpk_error *error = NULL;
    struct storage_reader *reader;
    FILE *file;

    (void)state;
    snprintf(outside, sizeof outside, "%s/outside", root);
    assert_int_equal(mkdir(outside, 0700), 0);
    snprintf(link, sizeof link, "%s/store/out+", root);
    assert_int_equal(symlink(outside, link), 0);
    strcat(outside, "/secret");
    file = fopen(outside, "w");
    assert_non_null(file);
    fputs("secret", file);
    fclose(file);
    snprintf(link, sizeof link, "%s/store/secret", root);
    assert_int_equal(symlink(outside, link), 0);
    assert_int_equal(storage_read_open(storage, "secret", 0, -1, &reader, &error), CPK_ERROR_STORAGE);
    assert_int_equal(storage_read_open(storage, "out/secret", 0, -1, &reader, &error), CPK_ERROR_STORAGE);
    assert_int_equal(storage_put(storage, "out/new", "x", 1, &error), CPK_ERROR_STORAGE);
    assert_int_equal(storage_remove(storage, "out/secret", &error), CPK_ERROR_STORAGE);
    assert_int_equal(count_keys(storage), 0);
    error_clear(&error);
    /* A commit replaces a link; its target is unchanged. */
    assert_ok(storage_put(storage, "secret", "mine", 4, &error), error);
    assert_text(storage, "secret", "mine");
    assert_int_equal(access(outside, F_OK), 0);
    storage_free(storage);
}

static int write_into_read_only(void)
{
    struct storage *storage;
    cpk_error *error = NULL;
    cpk_status status;

    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
        return SKIPPED;
    }
    if (storage_open(&test_context, uri, &storage, &error) != CPK_OK) {
        return 1;
    }
    status = storage_put(storage, "a/b", "x", 1, &error);
    if (status != CPK_ERROR_PERMISSION_DENIED || strstr(cpk_error_message(error), "Permission denied") == NULL ||
        strstr(cpk_error_message(error), "a+/b") == NULL) {
        return 2;
    }
    cpk_error_free(error);
    storage_free(storage);
    return 0;
}

static void test_read_only_folder(void **state)
{
    char store[SCRATCH_PATH_BYTES + 16];
    int result;

    (void)state;
    snprintf(store, sizeof store, "%s/store", root);
    assert_int_equal(mkdir(store, 0700), 0);
    assert_int_equal(chmod(store, 0555), 0);
    assert_int_equal(chmod(root, 0755), 0);
    result = run_in_child(write_into_read_only);
    assert_int_equal(chmod(store, 0700), 0);
    if (result == SKIPPED) {
        skip();
    }
    assert_int_equal(result, 0);
}

/* 4 MiB do not fit: the error reports it, the old blob is kept, no temporary file is left, and small blobs still fit.
 */
static int fill_up(void)
{
    static char piece[65536];
    struct storage *storage;
    struct storage_writer *writer;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;

    if (storage_open(&test_context, uri, &storage, &error) != CPK_OK ||
        storage_put(storage, "big", "old", 3, &error) != CPK_OK ||
        storage_write_open(storage, "big", -1, &writer, &error) != CPK_OK) {
        return 1;
    }
    for (int32_t i = 0; i < 64 && status == CPK_OK; i++) {
        status = storage_write_data(writer, piece, sizeof piece, &error);
    }
    if (status != CPK_ERROR_NO_SPACE || strstr(cpk_error_message(error), "big") == NULL) {
        return 2;
    }
    if (storage_write_commit(writer, &error) == CPK_OK) {
        return 3;
    }
    error_clear(&error);
    if (count_temporary() != 0 || storage_put(storage, "small", "x", 1, &error) != CPK_OK || count_keys(storage) != 2) {
        return 4;
    }
    storage_free(storage);
    return 0;
}

static int fill_tmpfs(void)
{
    char store[SCRATCH_PATH_BYTES + 16];

    snprintf(store, sizeof store, "%s/store", root);
    if (mkdir(store, 0700) != 0 || unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount("tmpfs", store, "tmpfs", 0, "size=1m") != 0) {
        return SKIPPED;
    }
    return fill_up();
}

static void test_full_disk(void **state)
{
    int result = run_in_child(fill_tmpfs);

    (void)state;
    if (result == SKIPPED) {
        skip();
    }
    assert_int_equal(result, 0);
}

static int fill_to_limit(void)
{
    const struct rlimit limit = {1 << 20, 1 << 20};

    signal(SIGXFSZ, SIG_IGN);
    return setrlimit(RLIMIT_FSIZE, &limit) != 0 ? SKIPPED : fill_up();
}

static void test_file_size_limit(void **state)
{
    (void)state;
    assert_int_equal(run_in_child(fill_to_limit), 0);
}

/* Memory: every allocation fails in turn; nothing leaks (the sanitizer looks) and nothing half-done stays. */
static int64_t allocations_left = -1;
static int32_t allocation_failed;

static void *failing_allocate(void *user, size_t size_bytes)
{
    (void)user;
    if (allocations_left >= 0 && allocations_left-- == 0) {
        allocation_failed = 1;
        return NULL;
    }
    return malloc(size_bytes);
}

static void *failing_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    (void)user;
    (void)old_size_bytes;
    if (allocations_left >= 0 && allocations_left-- == 0) {
        allocation_failed = 1;
        return NULL;
    }
    return realloc(block, new_size_bytes);
}

static void failing_release(void *user, void *block, size_t size_bytes)
{
    (void)user;
    (void)size_bytes;
    free(block);
}

static cpk_status whole_round(const struct context *context, const char *where, cpk_error **error)
{
    struct storage *storage;
    cpk_blob_info info;
    struct buffer got;
    int64_t count = 0;
    cpk_status status = storage_open(context, where, &storage, error);

    buffer_init(&got, &context->allocator);
    if (status == CPK_OK) {
        status = storage_put(storage, "m/a", "1", 1, error);
    }
    if (status == CPK_OK) {
        status = storage_get(storage, "m/a", &got, error);
    }
    if (status == CPK_OK) {
        status = storage_stat(storage, "m/a", &info, error);
    }
    if (status == CPK_OK) {
        status = storage_list(storage, "", count_key, &count, error);
        assert_true(status != CPK_OK || count == 1);
    }
    if (status == CPK_OK) {
        status = storage_remove_prefix(storage, "m", NULL, error);
    }
    buffer_free(&got);
    storage_free(storage);
    return status;
}

static void test_no_memory(void **state)
{
    struct context failing = test_context;
    const char *const where[] = {uri, "memory:"};

    (void)state;
    failing.allocator.allocate = failing_allocate;
    failing.allocator.resize = failing_resize;
    failing.allocator.release = failing_release;
    for (size_t i = 0; i < sizeof where / sizeof where[0]; i++) {
        int64_t turn = 0;

        do {
            cpk_error *error = NULL;
            cpk_status status;

            storage_free(NULL);
            allocation_failed = 0;
            allocations_left = turn++;
            status = whole_round(&failing, where[i], &error);
            allocations_left = -1;
            assert_int_equal(status, allocation_failed ? CPK_ERROR_OUT_OF_MEMORY : CPK_OK);
            error_clear(&error);
            assert_int_equal(count_temporary(), 0);
        } while (allocation_failed);
        assert_true(turn > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_call_fails_in_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_short_and_interrupted_writes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_killed_at_every_call, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sweep_keeps_files_of_running_processes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sweep_keeps_unknown_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_modes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_new_folders_are_synced_above, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unsynced_folder_is_synced_by_the_next_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_empty_folders_are_removed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links_are_not_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_only_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_full_disk, setup, teardown),
        cmocka_unit_test_setup_teardown(test_file_size_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_memory, setup, teardown),
    };

    context_init(&test_context);
    return cmocka_run_group_tests_name("storage: faults", tests, NULL, NULL);
}
