#include "base/driver.h"

#include "base/error.h"
#include "base/sized.h"

#include <string.h>

/* Larger than any table: a greater struct_size was not initialized. */
#define DRIVER_BYTES_MAX 4096

/* The start of every table. `capabilities` is read after struct_size was checked. */
struct driver_head {
    uint32_t abi_version;
    uint32_t struct_size;
    uint64_t capabilities;
};

static size_t required_bytes(const struct driver_kind *kind)
{
    return kind->required[kind->required_count - 1].offset + sizeof(void (*)(void));
}

static cpk_status check_required(const struct driver_kind *kind, const void *table, cpk_error **error)
{
    for (size_t i = 0; i < kind->required_count; i++) {
        void (*slot)(void);

        memcpy(&slot, (const char *)table + kind->required[i].offset, sizeof slot);
        if (slot == NULL) {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, kind->domain, "%s lacks the required slot %s",
                             kind->name, kind->required[i].name);
        }
    }
    return CPK_OK;
}

static cpk_status read_head(struct driver_head *head, const void *params, const struct driver_kind *kind,
                            cpk_error **error)
{
    memcpy(head, params, offsetof(struct driver_head, capabilities));
    if (head->abi_version != kind->abi_version) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, kind->domain,
                         "%s implements version %u of the interface, this library version %u", kind->name,
                         head->abi_version, kind->abi_version);
    }
    if (head->struct_size < required_bytes(kind) || head->struct_size > DRIVER_BYTES_MAX) {
        return error_set(
            error, CPK_ERROR_INVALID_ARGUMENT, kind->domain,
            "%s's struct_size is %u; set it to the size of its table, which must include the required slots",
            kind->name, head->struct_size);
    }
    if (!sized_ends(head->struct_size, kind->table_bytes, kind->bounds)) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, kind->domain,
                         "%s's struct_size is %u, which ends inside a slot; set it to the size of its table",
                         kind->name, head->struct_size);
    }
    memcpy(head, params, sizeof *head);
    if ((head->capabilities & ~kind->capabilities) != 0) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, kind->domain,
                         "%s has capability bits that are unknown to this library (%s)", kind->name, CPK_VERSION);
    }
    return CPK_OK;
}

cpk_status driver_copy(void *table, const void *params, const struct driver_kind *kind, cpk_error **error)
{
    const unsigned char *bytes = params;
    struct driver_head head;

    if (params == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, kind->domain, "%s is missing", kind->name);
    }
    CPK_TRY(read_head(&head, params, kind, error));
    for (size_t i = kind->table_bytes; i < head.struct_size; i++) {
        if (bytes[i] != 0) {
            return error_set(error, CPK_ERROR_UNSUPPORTED, kind->domain,
                             "%s uses slots that are unknown to this library (%s)", kind->name, CPK_VERSION);
        }
    }
    memset(table, 0, kind->table_bytes);
    memcpy(table, params, head.struct_size < kind->table_bytes ? head.struct_size : kind->table_bytes);
    head.struct_size = (uint32_t)kind->table_bytes;
    memcpy(table, &head, sizeof head);
    return check_required(kind, table, error);
}

cpk_status driver_result(cpk_status status, cpk_status fallback, const char *domain, const char *what,
                         cpk_error **error)
{
    if (status == CPK_OK) {
        error_clear(error);
        return CPK_OK;
    }
    if (status < CPK_OK || status > CPK_ERROR_UNAUTHENTICATED) {
        return error_set(error, fallback, domain, "%s failed with the unknown code %d", what, (int)status);
    }
    if (error != NULL && *error == NULL) {
        return error_set(error, status, domain, "%s failed (%s)", what, cpk_status_name(status));
    }
    return status;
}
