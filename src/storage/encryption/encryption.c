#include "storage/encryption/encryption.h"

#include "base/error.h"
#include "base/memory.h"
#include "storage/encryption/internal.h"

#include <string.h>

#define DOMAIN "storage"

struct listing {
    cpk_list_fn each;
    void *user;
};

cpk_status encryption_check_key(const char *key, cpk_error **error)
{
    return data_keys_is_reserved(key) ? error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                                                  "the storage key \"%.80s\" lies in " DATA_KEYS_FOLDER
                                                  ", which holds the keys of the encryption",
                                                  key)
                                      : CPK_OK;
}

/* The size of the blob as it was written. Of a blob that is not encrypted, or truncated, it is the size found: reading
 * it fails. */
static void set_plain_size(cpk_blob_info *info)
{
    const int64_t plain_bytes = frame_plain_bytes(info->size_bytes);

    info->size_bytes = plain_bytes >= 0 ? plain_bytes : info->size_bytes;
}

static cpk_status encryption_stat(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    struct encryption *encryption = self;
    cpk_blob_info full;

    CPK_TRY(encryption_check_key(key, error));
    CPK_TRY(storage_stat(encryption->below, key, &full, error));
    set_plain_size(&full);
    full.struct_size = info->struct_size;
    memcpy(info, &full, info->struct_size < sizeof full ? info->struct_size : sizeof full);
    return CPK_OK;
}

static cpk_status encryption_remove(void *self, const char *key, cpk_error **error)
{
    struct encryption *encryption = self;

    CPK_TRY(encryption_check_key(key, error));
    return storage_remove(encryption->below, key, error);
}

static cpk_status encryption_remove_many(void *self, const char *const *keys, size_t count, cpk_error **error)
{
    struct encryption *encryption = self;

    for (size_t i = 0; i < count; i++) {
        CPK_TRY(encryption_check_key(keys[i], error));
    }
    return storage_remove_many(encryption->below, keys, count, error);
}

/* A cpk_list_fn. */
static int32_t list_one(void *user, const char *key, const cpk_blob_info *info)
{
    const struct listing *listing = user;
    cpk_blob_info plain = *info;

    if (data_keys_is_reserved(key)) {
        return 0;
    }
    set_plain_size(&plain);
    return listing->each(listing->user, key, &plain);
}

static cpk_status encryption_list(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    struct encryption *encryption = self;
    struct listing listing = {each, user};

    return storage_list(encryption->below, prefix, list_one, &listing, error);
}

static void encryption_destroy(void *self)
{
    struct encryption *encryption = self;

    data_keys_close(&encryption->keys);
    memory_release(&encryption->context->allocator, encryption, sizeof *encryption);
}

cpk_status encryption_driver_open(const struct context *context, struct storage *below, cpk_storage_driver *driver,
                                  cpk_error **error)
{
    struct encryption *encryption = memory_allocate_zeroed(&context->allocator, sizeof *encryption);
    cpk_status status;

    if (encryption == NULL) {
        return error_out_of_memory(error);
    }
    encryption->context = context;
    encryption->below = below;
    status = data_keys_open(context, below, &encryption->keys, error);
    if (status != CPK_OK) {
        memory_release(&context->allocator, encryption, sizeof *encryption);
        return status;
    }
    *driver = (cpk_storage_driver){
        .abi_version = CPK_STORAGE_ABI,
        .struct_size = sizeof *driver,
        .self = encryption,
        .destroy = encryption_destroy,
        .write_open = encryption_write_open,
        .write_data = encryption_write_data,
        .write_close = encryption_write_close,
        .read_open = encryption_read_open,
        .read_data = encryption_read_data,
        .read_close = encryption_read_close,
        .stat = encryption_stat,
        .remove = encryption_remove,
        .list = encryption_list,
        .remove_many = encryption_remove_many,
        /* No set_cancel: the storage below gives the token of the thread to its driver. */
    };
    return CPK_OK;
}

/* A search for a blob of a scope among keys that start with it. */
struct scope_search {
    size_t length;
    int32_t found;
};

/* A cpk_list_fn. */
static int32_t find_in_scope(void *user, const char *key, const cpk_blob_info *info)
{
    struct scope_search *search = user;

    (void)info;
    search->found = data_keys_scope_length(key) == search->length;
    return search->found;
}

cpk_status encryption_forget(struct encryption *encryption, const char *folder, cpk_error **error)
{
    char scope[CPK_STORAGE_KEY_BYTES_MAX + 1];
    struct scope_search search = {strlen(folder), 0};

    while (search.length > 0 && folder[search.length - 1] == '/') {
        search.length--;
    }
    if (search.length == 0 || search.length >= sizeof scope) {
        return CPK_OK;
    }
    memcpy(scope, folder, search.length);
    scope[search.length] = '\0';
    if (data_keys_scope_length(scope) != search.length) {
        return CPK_OK; /* deeper than the folders that have keys of their own: others may use the same key */
    }
    CPK_TRY(storage_list(encryption->below, scope, find_in_scope, &search, error));
    return search.found ? CPK_OK : data_keys_forget(&encryption->keys, scope, search.length, error);
}
