#ifndef CONTEXTPACK_BASE_H
#define CONTEXTPACK_BASE_H

/**
 * Definitions that every other header uses: status codes, the version, times, the allocator, the clock, the log and
 * progress.
 *
 * Rules that hold for every function and type of this library:
 * - a function that can fail returns a cpk_status and takes a `cpk_error **`, which may be NULL, as its last argument;
 * - a `T **` argument returns an object that the caller owns and frees with the type's `_free` or `_close` function; a
 *   returned `const` pointer is borrowed: it is valid as long as the object it was read from;
 * - if a call fails, a returned pointer is NULL unless the function says otherwise, and other results are undefined;
 * - a NULL argument that is not documented as optional is CPK_ERROR_INVALID_ARGUMENT. Functions that free, close,
 *   initialise, or read a record, a list or an error accept NULL; reading then gives NULL, 0, -1 for a size, or
 *   CPK_TIME_UNKNOWN;
 * - an object must not be used after it was freed or closed;
 * - text is NUL-terminated UTF-8; where it may contain NULs, its length in bytes is given;
 * - times are int64_t, in microseconds since 1970-01-01T00:00:00Z; CPK_TIME_UNKNOWN means that no time is known;
 * - a type is *immutable* (any thread may read it), *synchronised* (any thread may use it at any time) or *confined*
 *   (one thread at a time).
 *
 * Every function documents its own errors. In addition, any call may return CPK_ERROR_INVALID_ARGUMENT and
 * CPK_ERROR_OUT_OF_MEMORY, and a call that reads or writes stored data CPK_ERROR_DATABASE, CPK_ERROR_STORAGE,
 * CPK_ERROR_IO, CPK_ERROR_NO_SPACE, CPK_ERROR_PERMISSION_DENIED and CPK_ERROR_BUSY. Of these, CPK_ERROR_BUSY can always
 * be tried again; for the others cpk_error_retryable() says whether that makes sense.
 *
 * An example:
 *
 *     cpk_engine *opened = NULL;
 *     cpk_status status = cpk_engine_open(NULL, &opened, &error);
 *
 *     printf("libcontextpack %s: %s\n", cpk_version(), cpk_status_name(status));
 *     if (status != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     cpk_engine_close(opened);
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

/* ---- Version ---- */

/** The version of these headers; cpk_version() returns the version of the library. */
#define CPK_VERSION_MAJOR 0
#define CPK_VERSION_MINOR 2
#define CPK_VERSION_PATCH 0
#define CPK_VERSION       "0.2.0-dev"

/** The version of the linked library, "major.minor.patch"; a static string. Since 0.2. */
CPK_API const char *cpk_version(void);

/* ---- Status codes ---- */

/** The result of a call: CPK_OK or one of CPK_ERROR_*. A number never changes its meaning. */
typedef int32_t cpk_status;

#define CPK_OK                         0 /* success */
#define CPK_ERROR_INVALID_ARGUMENT     1 /* an argument is wrong; the message names it */
#define CPK_ERROR_OUT_OF_MEMORY        2 /* the allocator returned NULL */
#define CPK_ERROR_CANCELLED            3 /* a cancel token or a progress callback asked to stop */
#define CPK_ERROR_NOT_FOUND            4 /* no such user, pack, source, export, blob or file, or the session may not see it */
#define CPK_ERROR_ALREADY_EXISTS       5  /* the id, e-mail address or name is in use */
#define CPK_ERROR_PERMISSION_DENIED    6  /* the session is not allowed to do this, or a file is not readable */
#define CPK_ERROR_CONFLICT             7  /* the object's state does not allow this */
#define CPK_ERROR_BUSY                 8  /* another process or thread is working on the object; retryable */
#define CPK_ERROR_LIMIT_EXCEEDED       9  /* a limit was exceeded; the message names the setting */
#define CPK_ERROR_UNSUPPORTED          10 /* this build does not support the format, version or feature */
#define CPK_ERROR_INVALID_DATA         11 /* the input is truncated, damaged or not in the expected format */
#define CPK_ERROR_NO_CONTENT           12 /* the input is valid but contains nothing usable */
#define CPK_ERROR_ENCRYPTED            13 /* the input is encrypted and needs a password */
#define CPK_ERROR_IO                   14 /* an operating system call failed; the message names the path */
#define CPK_ERROR_NO_SPACE             15 /* the disk is full or a quota is exhausted */
#define CPK_ERROR_DATABASE             16 /* the database reported an error or cannot be reached */
#define CPK_ERROR_STORAGE              17 /* the storage reported an error or cannot be reached */
#define CPK_ERROR_NETWORK              18 /* a server could not be reached or closed the connection */
#define CPK_ERROR_ANALYZER             19 /* the analyzer failed or returned an invalid answer */
#define CPK_ERROR_INSUFFICIENT_CREDITS 20 /* the credit balance is too low for the work */
#define CPK_ERROR_TIMEOUT              21 /* a time limit was exceeded; the message names the setting */
#define CPK_ERROR_INTERNAL             22 /* a bug in the library: please report it */
#define CPK_ERROR_UNAUTHENTICATED      23 /* a token is invalid, expired or for another audience; since 0.2 */

/** The name of a status code, "CPK_ERROR_NOT_FOUND"; a static string, "CPK_ERROR_UNKNOWN" for other values. Since 0.2.
 */
CPK_API const char *cpk_status_name(cpk_status status);

/* ---- Times ---- */

/** No time is known; used in every int64_t that holds a time. */
#define CPK_TIME_UNKNOWN INT64_MIN

/* ---- What a host may replace in an engine: memory, clock, random numbers, log ---- */

/**
 * The allocator of an engine. Set all three functions or none; they are called from several threads at once. Returned
 * blocks are aligned for any type. SQLite, json-c, libzip, libcurl, OpenSSL and cpk_error use the C library's malloc
 * regardless: errors may outlive the engine that made them.
 */
typedef struct cpk_allocator {
    uint32_t struct_size; /* sizeof(cpk_allocator) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    void *user;           /* passed to each function; must be valid as long as any object of the engine exists */
    void *(*allocate)(void *user, size_t size_bytes); /* returns NULL if there is no memory */
    void *(*resize)(void *user, void *block, size_t old_size_bytes,
                    size_t new_size_bytes);                      /* on failure returns NULL and keeps block */
    void (*release)(void *user, void *block, size_t size_bytes); /* size_bytes: as requested */
} cpk_allocator;

#define CPK_ALLOCATOR_INIT                                                                                             \
    {                                                                                                                  \
        sizeof(cpk_allocator), 0, NULL, NULL, NULL, NULL                                                               \
    }

/** Returns the current time in microseconds since 1970 UTC, between the years 2000 and 9999. Called from several
 * threads at once. Any other value, such as CPK_TIME_UNKNOWN, means that the clock failed: the call that needed the
 * time fails with CPK_ERROR_INTERNAL and its transaction is rolled back. */
typedef int64_t (*cpk_clock_fn)(void *user);

/** Fills `bytes` with cryptographically secure random bytes; returns non-zero on failure. Called from several threads
 * at once. */
typedef int32_t (*cpk_random_fn)(void *user, void *bytes, size_t length_bytes);

/** The length of a master key in bytes. */
#define CPK_MASTER_KEY_BYTES 32

/** Called for the master keys of an encrypted storage when an engine or a storage is opened. Writes the key number
 * `index` to `key`, CPK_MASTER_KEY_BYTES bytes: 0 is the key that wraps new data keys, the following ones are those
 * that still unwrap data keys during a rotation. Returns 1: written, 0: there is no such key, -1: failed. Since 0.2. */
typedef int32_t (*cpk_master_key_fn)(void *user, int32_t index, void *key, size_t key_bytes);

/** Log levels. A log gets the messages of its level and of all lower numbers. */
#define CPK_LOG_ERROR   1 /* an operation failed */
#define CPK_LOG_WARNING 2 /* something needs attention; no data was lost */
#define CPK_LOG_INFO    3 /* one line for each step of an operation */
#define CPK_LOG_DEBUG   4 /* details for debugging */

/** Receives one log message, possibly from several threads at once. Messages never contain secrets.
 *
 * @param level    CPK_LOG_*
 * @param domain   the subsystem, for example "storage"
 * @param message  one line without a newline
 */
typedef void (*cpk_log_fn)(void *user, int32_t level, const char *domain, const char *message);

/* ---- Progress and output of long calls ---- */

/** The stages of a long call, for cpk_progress_fn. */
#define CPK_STAGE_STORE   1 /* done and total in bytes of the input */
#define CPK_STAGE_EXTRACT 2 /* done and total in bytes of the input; total is -1 if unknown */
#define CPK_STAGE_CHUNK   3 /* done and total in bytes of text */
#define CPK_STAGE_ANALYZE 4 /* done and total in chunks */
#define CPK_STAGE_EXPORT  5 /* done and total in documents */

/** Reports progress, on the calling thread, during the call. A non-zero result cancels the call with
 * CPK_ERROR_CANCELLED. */
typedef int32_t (*cpk_progress_fn)(void *user, int32_t stage, int64_t done, int64_t total);

/** Receives the next bytes of a stream that the library writes. A non-zero result stops it with CPK_ERROR_CANCELLED. */
typedef int32_t (*cpk_write_fn)(void *user, const void *data, size_t length_bytes);

#ifdef __cplusplus
}
#endif
#endif
