/* Helpers of the table generators. They exit with a message on failure. */
#ifndef TEXT_TOOLS_PACKED_H
#define TEXT_TOOLS_PACKED_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

_Noreturn void packed_fail(const char *what, const char *name);
void *packed_allocate(size_t count, size_t item_bytes);
/* Reads and inflates a zlib stream from a file. */
unsigned char *packed_read(const char *path, size_t *length);
FILE *packed_create(const char *path);
void packed_write(FILE *file, const char *path, const void *bytes, size_t length);
void packed_close(FILE *file, const char *path);

#endif
