/* Driver tables of hosts, old and new: what every seam checks before it copies one. */
#ifndef BASE_DRIVER_H
#define BASE_DRIVER_H

#include <contextpack/error.h>

struct driver_kind {
    const char *domain; /* of errors */
    const char *name;   /* "the storage driver" */
    uint32_t abi_version;
    size_t our_bytes;      /* sizeof the table in this library */
    uint64_t bounds;       /* its STRUCT_BOUNDS */
    size_t required_bytes; /* up to and with the last required slot */
    uint64_t capabilities; /* the bits that are known */
};

/* Every table starts with abi_version, struct_size and capabilities. A shorter one (an older host's) is continued
 * with NULL slots, a longer one is accepted when what is not known is zero. NULL slots are the caller's to refuse. */
cpk_status driver_copy(void *ours, const void *given, const struct driver_kind *kind, cpk_error **error);

/* What a slot returned: a driver may give a bare code, or one that nobody knows (`unknown` stands for it), or leave an
 * error with CPK_OK. Callers always get a known code, and a message with every failure. */
cpk_status driver_result(cpk_status status, cpk_status unknown, const char *domain, const char *what,
                         cpk_error **error);

#endif
