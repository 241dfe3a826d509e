#include "base/driver.h"

#include "base/error.h"
#include "base/sized.h"

#include <stddef.h>
#include <string.h>

/* Far above any table that will ever be: a driver that says more has not set the field. */
#define DRIVER_BYTES_MAX 4096

/* What every table starts with; `capabilities` is read once struct_size says that it is there. */
struct driver_head {
    uint32_t abi_version;
    uint32_t struct_size;
    uint64_t capabilities;
};

static cpk_status read_head(struct driver_head *head, const void *given, const struct driver_kind *kind,
                            cpk_error **error)
{
    memcpy(head, given, offsetof(struct driver_head, capabilities));
    if (head->abi_version != kind->abi_version) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, kind->domain,
                         "%s speaks version %u of the interface, this library version %u", kind->name,
                         head->abi_version, kind->abi_version);
    }
    if (head->struct_size < kind->required_bytes || head->struct_size > DRIVER_BYTES_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, kind->domain,
                         "%s's struct_size is %u; set it to the sizeof of its table, which holds the required slots",
                         kind->name, head->struct_size);
    }
    if (!sized_ends(head->struct_size, kind->our_bytes, kind->bounds)) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, kind->domain,
                         "%s's struct_size is %u, which ends inside a slot; set it to the sizeof of its table",
                         kind->name, head->struct_size);
    }
    memcpy(head, given, sizeof *head);
    if ((head->capabilities & ~kind->capabilities) != 0) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, kind->domain,
                         "%s has capability bits that this library (%s) does not know", kind->name, CPK_VERSION);
    }
    return CPK_OK;
}

cpk_status driver_copy(void *ours, const void *given, const struct driver_kind *kind, cpk_error **error)
{
    const unsigned char *bytes = given;
    struct driver_head head;

    if (given == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, kind->domain, "%s is missing", kind->name);
    }
    CPK_TRY(read_head(&head, given, kind, error));
    for (size_t i = kind->our_bytes; i < head.struct_size; i++) {
        if (bytes[i] != 0) {
            return error_set(error, CPK_ERROR_UNSUPPORTED, kind->domain,
                             "%s uses slots that this library (%s) does not know", kind->name, CPK_VERSION);
        }
    }
    memset(ours, 0, kind->our_bytes);
    memcpy(ours, given, head.struct_size < kind->our_bytes ? head.struct_size : kind->our_bytes);
    head.struct_size = (uint32_t)kind->our_bytes;
    memcpy(ours, &head, sizeof head);
    return CPK_OK;
}

cpk_status driver_result(cpk_status status, cpk_status unknown, const char *domain, const char *what, cpk_error **error)
{
    if (status == CPK_OK) {
        error_clear(error);
        return CPK_OK;
    }
    if (status < CPK_OK || status > CPK_ERROR_UNAUTHENTICATED) {
        return error_set(error, unknown, domain, "%s failed with the unknown code %d", what, (int)status);
    }
    if (error != NULL && *error == NULL) {
        return error_set(error, status, domain, "%s failed (%s)", what, cpk_status_name(status));
    }
    return status;
}
