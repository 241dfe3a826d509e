#ifndef CONTEXTPACK_BACKEND_STORAGE_H
#define CONTEXTPACK_BACKEND_STORAGE_H

/**
 * Storage drivers: where the library keeps blobs, for hosts that provide their own storage.
 *
 * Fill a cpk_storage_driver and pass it in cpk_engine_options.storage_driver. docs/examples/own_storage.c is a complete
 * driver; cpk_storage_conformance_run() (contextpack/backend/conformance.h) tests one. An example that keeps a driver's
 * functions in one place:
 *
 *     static cpk_storage_driver make_driver(void *self, const cpk_storage_driver *functions)
 *     {
 *         cpk_storage_driver driver = CPK_STORAGE_DRIVER_INIT;
 *
 *         driver.self = self;
 *         driver.write_open = functions->write_open;
 *         driver.write_data = functions->write_data;
 *         driver.write_close = functions->write_close;
 *         driver.read_open = functions->read_open;
 *         driver.read_data = functions->read_data;
 *         driver.read_close = functions->read_close;
 *         driver.stat = functions->stat;
 *         driver.remove = functions->remove;
 *         driver.list = functions->list;
 *         return driver;
 *     }
 */

#include <contextpack/cancel.h>
#include <contextpack/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of cpk_storage_driver, for its field abi_version. */
#define CPK_STORAGE_ABI 1u

/** The most keys of one call of cpk_storage_driver.remove_many. */
#define CPK_STORAGE_REMOVE_MAX 1000

/** The longest key in bytes, without the NUL; the limit of S3. */
#define CPK_STORAGE_KEY_BYTES_MAX 1024

/** The size and time of a blob. Start from CPK_BLOB_INFO_INIT. Later versions add fields at the end. */
typedef struct cpk_blob_info {
    uint32_t struct_size; /* sizeof(cpk_blob_info) as its reader was compiled; a driver fills the fields that fit */
    uint32_t reserved;    /* 0 */
    int64_t size_bytes;   /* size in bytes */
    int64_t modified_us;  /* when it was written, microseconds since 1970 UTC, or CPK_TIME_UNKNOWN */
} cpk_blob_info;

#define CPK_BLOB_INFO_INIT                                                                                             \
    {                                                                                                                  \
        sizeof(cpk_blob_info), 0, 0, CPK_TIME_UNKNOWN                                                                  \
    }

/** Called for each key of a listing; both pointers are valid until it returns. A non-zero result stops the listing,
 * which then returns CPK_OK. */
typedef int32_t (*cpk_list_fn)(void *user, const char *key, const cpk_blob_info *info);

/**
 * The functions of a storage driver. A storage has named blobs; each is visible completely or not at all. Start from
 * CPK_STORAGE_DRIVER_INIT. Later versions add fields at the end.
 *
 * The library copies the table at registration. It calls a driver from several threads at once, but never one writer or
 * reader from two. Keys are UTF-8, 1 to CPK_STORAGE_KEY_BYTES_MAX bytes, parts joined by '/', no part empty, "." or
 * "..". Every function returns CPK_OK or a CPK_ERROR_*. `error` may be NULL; otherwise a failure may set it with
 * cpk_error_new().
 */
typedef struct cpk_storage_driver {
    uint32_t abi_version;  /* CPK_STORAGE_ABI */
    uint32_t struct_size;  /* sizeof(cpk_storage_driver) as the driver was compiled */
    uint64_t capabilities; /* 0: none are defined yet */
    void *self;            /* the first argument of every function */

    void (*destroy)(void *self); /* may be NULL; called once, after the last call */

    /* required */
    /* Starts writing a blob; size_hint is its size in bytes or -1. An existing blob of that key remains until the
     * commit. */
    cpk_status (*write_open)(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error);
    /* Appends bytes. After a failure only write_close is called. */
    cpk_status (*write_data)(void *self, void *writer, const void *data, size_t length, cpk_error **error);
    /* Frees the writer, whatever it returns. commit 1: the blob becomes complete, durable and visible; on failure the
     * existing blob remains. commit 0: discards what was written. */
    cpk_status (*write_close)(void *self, void *writer, int32_t commit, cpk_error **error);
    /* Starts reading `length` bytes from `offset`; length -1: to the end. CPK_ERROR_NOT_FOUND if there is no such key.
     */
    cpk_status (*read_open)(void *self, const char *key, int64_t offset, int64_t length, void **reader,
                            cpk_error **error);
    /* Reads up to `capacity` bytes; fewer only at the end, where *got is 0. */
    cpk_status (*read_data)(void *self, void *reader, void *buffer, size_t capacity, size_t *got, cpk_error **error);
    void (*read_close)(void *self, void *reader);
    cpk_status (*stat)(void *self, const char *key, cpk_blob_info *info,
                       cpk_error **error); /* CPK_ERROR_NOT_FOUND if there is no such key */
    cpk_status (*remove)(void *self, const char *key, cpk_error **error); /* CPK_OK if there is no such key */
    /* Lists the keys that start with `prefix` ("": all), in byte order. */
    cpk_status (*list)(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error);

    /* optional */
    /* Gives a token to the calls that this thread makes from now on; NULL takes it back. The library gives it before a
     * call and takes it back after it, so a driver keeps it in a variable of the thread. From the token's request on, a
     * call that would wait returns CPK_ERROR_CANCELLED within a second, as a failure of any other kind. write_close
     * with commit 0 and read_close do their work nevertheless. A driver on top of another passes it on. NULL: calls
     * are not interrupted. Since 0.2. */
    void (*set_cancel)(void *self, const cpk_cancel *cancel);
    /* Removes 1 to CPK_STORAGE_REMOVE_MAX blobs; keys without one are no failure. After a failure, some may be gone.
     * NULL: the library calls `remove` for each. Since 0.2. */
    cpk_status (*remove_many)(void *self, const char *const *keys, size_t count, cpk_error **error);
} cpk_storage_driver;

#define CPK_STORAGE_DRIVER_INIT                                                                                        \
    {                                                                                                                  \
        CPK_STORAGE_ABI, sizeof(cpk_storage_driver), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,    \
            NULL, NULL, NULL                                                                                           \
    }

#ifdef __cplusplus
}
#endif
#endif
