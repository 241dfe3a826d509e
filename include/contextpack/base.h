#ifndef CONTEXTPACK_BASE_H
#define CONTEXTPACK_BASE_H

/**
 * What every other header stands on: linkage, status codes, the allocator, the clock, randomness and the log.
 *
 * Rules that hold everywhere in this library:
 * - every call that can fail returns a cpk_status and takes a nullable `cpk_error **` as its last argument;
 * - a `T **out` is owned by the caller and freed with the type's own free or close; a returned `const` pointer is
 *   borrowed from the object it came from and lives as long as that object;
 * - an out that is a pointer is NULL when the call fails (unless the function says otherwise); other outs are then not
 * to be looked at;
 * - NULL where something must be given is CPK_ERROR_INVALID_ARGUMENT; free, close and init functions accept NULL, and
 *   so do functions that read a snapshot, a list or an error: they answer as if nothing were known (NULL, 0, -1 for a
 *   size, CPK_TIME_UNKNOWN);
 * - what was freed or closed must not be used again;
 * - any call may also return CPK_ERROR_OUT_OF_MEMORY, and one that works on stored things CPK_ERROR_DATABASE,
 *   CPK_ERROR_STORAGE, CPK_ERROR_IO, CPK_ERROR_NO_SPACE, CPK_ERROR_PERMISSION_DENIED and CPK_ERROR_BUSY (retryable);
 * - text is UTF-8, NUL-terminated, and comes with its length where it may hold NULs;
 * - times are microseconds since 1970-01-01T00:00:00Z in an int64_t, CPK_TIME_UNKNOWN where there is none.
 */

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#error "libcontextpack does not support this platform yet"
#elif defined(__GNUC__)
#define CPK_API __attribute__((visibility("default")))
#else
#define CPK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The version of these headers; cpk_version() tells the library's. */
#define CPK_VERSION_MAJOR 0
#define CPK_VERSION_MINOR 2
#define CPK_VERSION_PATCH 0
#define CPK_VERSION       "0.2.0-dev"

/** The version of the library that is linked, "major.minor.patch"; static. Since 0.1. */
CPK_API const char *cpk_version(void);

/** What a call came to: CPK_OK or one of CPK_ERROR_*. Values are never reused. */
typedef int32_t cpk_status;

#define CPK_OK                         0  /* the call did what it says */
#define CPK_ERROR_INVALID_ARGUMENT     1  /* the call itself is wrong; the message names the argument */
#define CPK_ERROR_OUT_OF_MEMORY        2  /* the allocator returned NULL */
#define CPK_ERROR_CANCELLED            3  /* a cancel token or a progress callback asked to stop */
#define CPK_ERROR_NOT_FOUND            4  /* no such user, pack, source, export, blob or file, or not yours */
#define CPK_ERROR_ALREADY_EXISTS       5  /* an identifier, an e-mail or a name is taken */
#define CPK_ERROR_PERMISSION_DENIED    6  /* the principal may not do this, or the file can't be read */
#define CPK_ERROR_CONFLICT             7  /* the object's state does not allow this */
#define CPK_ERROR_BUSY                 8  /* another process or thread holds it; retryable */
#define CPK_ERROR_LIMIT_EXCEEDED       9  /* a limit was met; the message names the setting */
#define CPK_ERROR_UNSUPPORTED          10 /* a format, a version or a feature that this build does not know */
#define CPK_ERROR_INVALID_DATA         11 /* bytes that are not what they claim to be: truncated, damaged, wrong shape */
#define CPK_ERROR_NO_CONTENT           12 /* well-formed, but nothing to use in it */
#define CPK_ERROR_ENCRYPTED            13 /* a password is needed */
#define CPK_ERROR_IO                   14 /* the operating system refused; the message names the path */
#define CPK_ERROR_NO_SPACE             15 /* the disk or a quota is full */
#define CPK_ERROR_DATABASE             16 /* the database refused or is away */
#define CPK_ERROR_STORAGE              17 /* the object store refused or is away */
#define CPK_ERROR_NETWORK              18 /* a peer could not be reached or broke off */
#define CPK_ERROR_ANALYZER             19 /* the analyzer failed or answered nonsense */
#define CPK_ERROR_INSUFFICIENT_CREDITS 20 /* the balance does not cover the work */
#define CPK_ERROR_TIMEOUT              21 /* a time limit passed; the message names the setting */
#define CPK_ERROR_INTERNAL             22 /* a broken invariant of the library: please report it */
#define CPK_ERROR_UNAUTHENTICATED      23 /* a token is not valid, expired or for another audience; since 0.2 */

/** The code's name, "CPK_ERROR_NOT_FOUND"; static, "CPK_ERROR_UNKNOWN" for any other value. Since 0.1. */
CPK_API const char *cpk_status_name(cpk_status status);

/** "No time is known", in every int64_t that holds a time. */
#define CPK_TIME_UNKNOWN INT64_MIN

/**
 * Where an engine's memory comes from. All three slots or none; called from several threads at once.
 * Blocks are aligned for any type. SQLite, json-c, libzip, libcurl and OpenSSL keep the C library's malloc, and so do
 * errors, which outlive the engine that made them.
 */
typedef struct cpk_allocator {
    uint32_t struct_size; /* sizeof(cpk_allocator) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    void *user;           /* handed back; must outlive every object made through the engine */
    void *(*allocate)(void *user, size_t size_bytes); /* NULL when there is none */
    void *(*resize)(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes); /* keeps block on failure */
    void (*release)(void *user, void *block, size_t size_bytes); /* the size that was asked for */
} cpk_allocator;

#define CPK_ALLOCATOR_INIT                                                                                             \
    {                                                                                                                  \
        sizeof(cpk_allocator), 0, NULL, NULL, NULL, NULL                                                               \
    }

/** An engine's wall clock: microseconds since 1970 UTC, of the years 2000 to 9999. Called from several threads at once.
 * Any other value, such as CPK_TIME_UNKNOWN, means that the clock failed: the call fails with CPK_ERROR_INTERNAL, and
 * what it was about to commit is rolled back. */
typedef int64_t (*cpk_clock_fn)(void *user);

/** Fills `bytes` with unpredictable bytes; non-zero on failure. Called from several threads at once. */
typedef int32_t (*cpk_random_fn)(void *user, void *bytes, size_t length_bytes);

/** How much a log tells: a level, and all below it. */
#define CPK_LOG_ERROR   1 /* what failed */
#define CPK_LOG_WARNING 2 /* something to look at; nothing is lost */
#define CPK_LOG_INFO    3 /* what is done, a line a step */
#define CPK_LOG_DEBUG   4 /* for whoever looks for a fault */

/** Takes one log line: a CPK_LOG_* level, the room it comes from, the text without a newline. No secrets, ever. */
typedef void (*cpk_log_fn)(void *user, int32_t level, const char *domain, const char *message);

/** What a long call is doing, for cpk_progress_fn. */
#define CPK_STAGE_STORE   1 /* done and total in bytes of the input */
#define CPK_STAGE_EXTRACT 2 /* done and total in bytes of the input; total -1 when it can't be known */
#define CPK_STAGE_CHUNK   3 /* done and total in bytes of text */
#define CPK_STAGE_ANALYZE 4 /* done and total in chunks */
#define CPK_STAGE_EXPORT  5 /* done and total in documents */

/** Called on the calling thread, inside the call; a non-zero answer cancels it with CPK_ERROR_CANCELLED. */
typedef int32_t (*cpk_progress_fn)(void *user, int32_t stage, int64_t done, int64_t total);

/** Takes the next bytes of a stream that the library writes; non-zero stops it with CPK_ERROR_CANCELLED. */
typedef int32_t (*cpk_write_fn)(void *user, const void *data, size_t length_bytes);

#ifdef __cplusplus
}
#endif
#endif
