#include "base/sized.h"

#include "base/error.h"

#include <string.h>

/* Larger than any public struct: a larger struct_size means that the field was not set. */
#define SIZED_BYTES_MAX 4096

int32_t sized_ends(uint32_t struct_size, size_t known_bytes, uint64_t bounds)
{
    const uint32_t unit_bytes = 4;

    return struct_size >= known_bytes ||
           (struct_size % unit_bytes == 0 && (bounds >> struct_size / unit_bytes & 1) != 0);
}

cpk_status sized_read_into(const struct sized_target *target, const void *source, const char *domain, const char *name,
                           cpk_error **error)
{
    uint32_t struct_size;
    const unsigned char *bytes = source;

    if (source == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, domain, "%s is missing", name);
    }
    memcpy(&struct_size, source, sizeof struct_size);
    if (struct_size < sizeof struct_size || struct_size > SIZED_BYTES_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, domain,
                         "%s: struct_size is %u; initialise it with its INIT macro or init function", name,
                         struct_size);
    }
    if (!sized_ends(struct_size, target->bytes, target->bounds)) {
        return error_set(
            error, CPK_ERROR_INVALID_ARGUMENT, domain,
            "%s: struct_size is %u, which ends inside a field; initialise it with its INIT macro or init function",
            name, struct_size);
    }
    for (size_t i = target->bytes; i < struct_size; i++) {
        if (bytes[i] != 0) {
            return error_set(error, CPK_ERROR_UNSUPPORTED, domain,
                             "%s sets a field that is unknown to this version of the library (%s)", name, CPK_VERSION);
        }
    }
    memset(target->data, 0, target->bytes);
    memcpy(target->data, source, struct_size < target->bytes ? struct_size : target->bytes);
    struct_size = (uint32_t)target->bytes;
    memcpy(target->data, &struct_size, sizeof struct_size);
    return CPK_OK;
}
