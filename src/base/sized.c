#include "base/sized.h"

#include "base/error.h"

#include <string.h>

/* Far above any struct that will ever be: a caller that says more has not set the field. */
#define SIZED_BYTES_MAX 4096

int32_t sized_ends(uint32_t given_bytes, size_t our_bytes, uint64_t bounds)
{
    const uint32_t unit_bytes = 4;

    return given_bytes >= our_bytes || (given_bytes % unit_bytes == 0 && (bounds >> given_bytes / unit_bytes & 1) != 0);
}

cpk_status sized_read_bounded(void *ours, size_t our_bytes, uint64_t bounds, const void *given, const char *domain,
                              const char *name, cpk_error **error)
{
    uint32_t given_bytes;
    const unsigned char *bytes = given;

    if (given == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, domain, "%s is missing", name);
    }
    memcpy(&given_bytes, given, sizeof given_bytes);
    if (given_bytes < sizeof given_bytes || given_bytes > SIZED_BYTES_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, domain,
                         "%s: struct_size is %u; start from the INIT macro or function", name, given_bytes);
    }
    if (!sized_ends(given_bytes, our_bytes, bounds)) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, domain,
                         "%s: struct_size is %u, which ends inside a field; start from the INIT macro or function",
                         name, given_bytes);
    }
    for (size_t i = our_bytes; i < given_bytes; i++) {
        if (bytes[i] != 0) {
            return error_set(error, CPK_ERROR_UNSUPPORTED, domain,
                             "%s uses a field that this version of the library (%s) does not know", name, CPK_VERSION);
        }
    }
    memset(ours, 0, our_bytes);
    memcpy(ours, given, given_bytes < our_bytes ? given_bytes : our_bytes);
    given_bytes = (uint32_t)our_bytes;
    memcpy(ours, &given_bytes, sizeof given_bytes);
    return CPK_OK;
}
