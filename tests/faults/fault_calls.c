/* Preloaded into a program: at its FAULT_AT'th call that changes a file the process dies, or the disk is full from
 * there on. FAULT_KIND is "kill" or "full"; FAULT_COUNT names a file that gets the number of calls at the end. Of many
 * writes in a row, which are much alike, only some count.
 *
 * "Full" refuses what needs room; what gives room back goes on working, as on a real disk. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITES_ALIKE 256

static atomic_long calls;
static atomic_long writes_in_row;
static atomic_int is_full;

#define REAL(name)                                                                                                     \
    static __typeof__(name) *real;                                                                                     \
    if (real == NULL) {                                                                                                \
        real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);                                                            \
    }

/* Counts a call. Returns whether it has to fail; does not return when the process dies here. */
static int is_refused(int needs_room)
{
    const char *at = getenv("FAULT_AT");
    const char *kind = getenv("FAULT_KIND");
    long call = atomic_fetch_add(&calls, 1) + 1;

    atomic_store(&writes_in_row, 0);
    if (at == NULL || kind == NULL || call < atol(at)) {
        return 0;
    }
    if (strcmp(kind, "kill") == 0) {
        raise(SIGKILL);
    }
    atomic_store(&is_full, 1);
    if (needs_room) {
        errno = ENOSPC;
    }
    return needs_room;
}

/* Pipes and terminals are not on the disk. */
static int is_file(int descriptor)
{
    struct stat details;

    return fstat(descriptor, &details) == 0 && S_ISREG(details.st_mode);
}

__attribute__((destructor)) static void write_count(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;

    if (file != NULL) {
        fprintf(file, "%ld\n", atomic_load(&calls));
        fclose(file);
    }
}

ssize_t write(int descriptor, const void *data, size_t length)
{
    REAL(write)
    if (is_file(descriptor)) {
        long row = atomic_fetch_add(&writes_in_row, 1);

        if (is_full || row % WRITES_ALIKE == 0) {
            if (is_refused(1)) {
                return -1;
            }
            atomic_store(&writes_in_row, row + 1);
        }
    }
    return real(descriptor, data, length);
}

ssize_t pwrite64(int descriptor, const void *data, size_t length, off64_t offset)
{
    REAL(pwrite64)
    return is_refused(1) ? -1 : real(descriptor, data, length, offset);
}

int fsync(int descriptor)
{
    REAL(fsync)
    return is_refused(0) ? -1 : real(descriptor);
}

int fdatasync(int descriptor)
{
    REAL(fdatasync)
    return is_refused(0) ? -1 : real(descriptor);
}

int rename(const char *from, const char *to)
{
    REAL(rename)
    return is_refused(0) ? -1 : real(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    REAL(renameat)
    return is_refused(0) ? -1 : real(from_folder, from, to_folder, to);
}

int unlink(const char *path)
{
    REAL(unlink)
    return is_refused(0) ? -1 : real(path);
}

int unlinkat(int folder, const char *path, int flags)
{
    REAL(unlinkat)
    return is_refused(0) ? -1 : real(folder, path, flags);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
    REAL(mkdirat)
    return is_refused(faccessat(folder, path, F_OK, 0) != 0) ? -1 : real(folder, path, mode);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir)
    return is_refused(access(path, F_OK) != 0) ? -1 : real(path, mode);
}

int rmdir(const char *path)
{
    REAL(rmdir)
    return is_refused(0) ? -1 : real(path);
}

int chmod(const char *path, mode_t mode)
{
    REAL(chmod)
    return is_refused(0) ? -1 : real(path, mode);
}

int fchmod(int descriptor, mode_t mode)
{
    REAL(fchmod)
    return is_refused(0) ? -1 : real(descriptor, mode);
}

int fchmodat(int folder, const char *path, mode_t mode, int flags)
{
    REAL(fchmodat)
    return is_refused(0) ? -1 : real(folder, path, mode, flags);
}

int ftruncate64(int descriptor, off64_t length)
{
    REAL(ftruncate64)
    return is_refused(0) ? -1 : real(descriptor, length);
}

static int opens_new(int folder, const char *path, int flags)
{
    return (flags & O_CREAT) != 0 && faccessat(folder, path, F_OK, 0) != 0;
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode;
    REAL(open)

    va_start(arguments, flags);
    mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return opens_new(AT_FDCWD, path, flags) && is_refused(1) ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode;
    REAL(open64)

    va_start(arguments, flags);
    mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return opens_new(AT_FDCWD, path, flags) && is_refused(1) ? -1 : real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode;
    REAL(openat)

    va_start(arguments, flags);
    mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return opens_new(folder, path, flags) && is_refused(1) ? -1 : real(folder, path, flags, mode);
}
