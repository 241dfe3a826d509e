/* Structs whose first member is their size, as older and newer callers fill them. */
#ifndef BASE_SIZED_H
#define BASE_SIZED_H

#include <contextpack/error.h>

/* Reads a caller's struct into ours: a shorter one is continued with zeros, a longer one is accepted when what we do
 * not know is zero. Ours has our own struct_size afterwards. */
cpk_status sized_read(void *ours, size_t our_bytes, const void *given, const char *domain, const char *name,
                      cpk_error **error);

#endif
