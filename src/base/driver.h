/* Validates and copies the driver tables that a host passes in, of older and newer versions of the interface. */
#ifndef BASE_DRIVER_H
#define BASE_DRIVER_H

#include <contextpack/error.h>

#include <stddef.h>

/* A slot that must not be NULL. */
struct driver_slot {
    const char *name;
    size_t offset; /* in the table */
};

#define DRIVER_SLOT(table, slot)                                                                                       \
    {                                                                                                                  \
#slot, offsetof(table, slot)                                                                                   \
    }

/* One kind of driver table. */
struct driver_kind {
    const char *domain; /* of errors */
    const char *name;   /* for messages: "the storage driver" */
    uint32_t abi_version;
    size_t table_bytes;    /* sizeof the table in this library */
    uint64_t bounds;       /* its STRUCT_BOUNDS */
    uint64_t capabilities; /* bits that this library knows */
    const struct driver_slot *required;
    size_t required_count;
};

/* Copies a table after checking its versions, sizes and required slots. Every table starts with abi_version,
 * struct_size and capabilities. In the copy of a shorter table (from an older host) the missing slots are NULL; a
 * longer one is accepted if its additional bytes are zero. */
cpk_status driver_copy(void *table, const void *params, const struct driver_kind *kind, cpk_error **error);

/* Normalizes the result of a slot: an unknown code becomes `fallback`, a failure without an error gets a message, and
 * an error left with CPK_OK is cleared. `what` names the slot in messages. */
cpk_status driver_result(cpk_status status, cpk_status fallback, const char *domain, const char *what,
                         cpk_error **error);

#endif
