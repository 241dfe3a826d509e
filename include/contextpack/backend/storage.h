#ifndef CONTEXTPACK_BACKEND_STORAGE_H
#define CONTEXTPACK_BACKEND_STORAGE_H

#include <contextpack/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the storage table, for cpk_storage_driver.abi_version. */
#define CPK_STORAGE_ABI 1u

/** The longest key, in bytes without the NUL; S3's limit. */
#define CPK_STORAGE_KEY_BYTES_MAX 1024

/** What is known of a blob without reading it. Grows only at its end. */
typedef struct cpk_blob_info {
    uint32_t struct_size; /* sizeof(cpk_blob_info) as whoever reads it was compiled; a driver fills what fits */
    uint32_t reserved;    /* 0 */
    int64_t size_bytes;
    int64_t modified_us; /* or CPK_TIME_UNKNOWN */
} cpk_blob_info;

/** Takes one key of a listing; borrowed for the call. Non-zero stops the listing, which then returns CPK_OK. */
typedef int32_t (*cpk_list_fn)(void *user, const char *key, const cpk_blob_info *info);

/**
 * A storage driver: named blobs, each visible whole or not at all. Grows only at its end.
 *
 * The library copies the table at registration and calls a driver from several threads at once, never two calls
 * on one writer or reader. Keys are UTF-8, 1 to CPK_STORAGE_KEY_BYTES_MAX bytes, parts joined by '/', no part
 * empty, "." or "..". Every slot returns CPK_OK or a CPK_ERROR_*. `error` may be NULL; where it is not,
 * a failure may set it with cpk_error_new().
 */
typedef struct cpk_storage_driver {
    uint32_t abi_version;  /* CPK_STORAGE_ABI */
    uint32_t struct_size;  /* sizeof(cpk_storage_driver) as the driver was compiled */
    uint64_t capabilities; /* 0: none is defined yet */
    void *self;            /* handed back as the first argument of every slot */

    void (*destroy)(void *self); /* may be NULL; called once, after the last call */

    /* required */
    /* Starts a blob; size_hint is -1 when the size is not known. What has the key now stays until the commit. */
    cpk_status (*write_open)(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error);
    /* Appends the next bytes, in order. After a failure the writer is only closed. */
    cpk_status (*write_data)(void *self, void *writer, const void *data, size_t length, cpk_error **error);
    /* Ends the writer, whatever it returns. commit 1: the blob is whole, durable and visible, or an error and the
     * old one stays; commit 0: nothing happened. */
    cpk_status (*write_close)(void *self, void *writer, int32_t commit, cpk_error **error);
    /* Reads `length` bytes from `offset`; length -1: to the end. CPK_ERROR_NOT_FOUND for an absent key. */
    cpk_status (*read_open)(void *self, const char *key, int64_t offset, int64_t length, void **reader,
                            cpk_error **error);
    /* Fewer bytes than asked only at the end, where *got is 0. */
    cpk_status (*read_data)(void *self, void *reader, void *buffer, size_t capacity, size_t *got, cpk_error **error);
    void (*read_close)(void *self, void *reader);
    cpk_status (*stat)(void *self, const char *key, cpk_blob_info *info, cpk_error **error); /* absent: NOT_FOUND */
    cpk_status (*remove)(void *self, const char *key, cpk_error **error);                    /* absent is CPK_OK */
    /* Every key that starts with the prefix ("" for all), in byte order. */
    cpk_status (*list)(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error);
} cpk_storage_driver;

#ifdef __cplusplus
}
#endif
#endif
