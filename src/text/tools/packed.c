#include "packed.h"

#include <stdlib.h>
#include <zlib.h>

#define PACKED_MAX_BYTES   (4u << 20)
#define UNPACKED_MAX_BYTES (16u << 20)

void packed_fail(const char *what, const char *name)
{
    fprintf(stderr, "%s: %s\n", name, what);
    exit(1);
}

void *packed_allocate(size_t count, size_t item_bytes)
{
    void *block = calloc(count, item_bytes);

    if (block == NULL) {
        packed_fail("out of memory", "tables");
    }
    return block;
}

unsigned char *packed_read(const char *path, size_t *length)
{
    unsigned char *packed = packed_allocate(PACKED_MAX_BYTES, 1);
    unsigned char *bytes = packed_allocate(UNPACKED_MAX_BYTES, 1);
    uLongf unpacked_length = UNPACKED_MAX_BYTES;
    FILE *file = fopen(path, "rb");
    size_t packed_length = file != NULL ? fread(packed, 1, PACKED_MAX_BYTES, file) : 0;

    if (file == NULL || ferror(file)) {
        packed_fail("can't be read", path);
    }
    fclose(file);
    if (uncompress(bytes, &unpacked_length, packed, packed_length) != Z_OK) {
        packed_fail("is damaged", path);
    }
    free(packed);
    *length = unpacked_length;
    return bytes;
}

FILE *packed_create(const char *path)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL) {
        packed_fail("can't be written", path);
    }
    return file;
}

void packed_write(FILE *file, const char *path, const void *bytes, size_t length)
{
    if (fwrite(bytes, 1, length, file) != length) {
        packed_fail("can't be written", path);
    }
}

void packed_close(FILE *file, const char *path)
{
    if (ferror(file) || fclose(file) != 0) {
        packed_fail("can't be written", path);
    }
}
