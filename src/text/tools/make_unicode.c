/* Makes the tables of Unicode properties from the packed data in data/, at build time, on the building machine.
 *
 *     make_unicode PACKED.ucd UNICODE_TABLES.inc
 *
 * The packed form is described in pack_unicode.mjs, the tables in unicode.h. */
#include "packed.h"
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE  (1u << UNICODE_BLOCK_BITS)
#define BLOCK_COUNT (UNICODE_LIMIT / BLOCK_SIZE)

/* The next variable-length integer. */
static uint32_t take(const unsigned char *bytes, size_t length, size_t *at)
{
    uint32_t value = 0;

    for (uint32_t shift = 0; *at < length && shift < 32; shift += 7) {
        unsigned char byte = bytes[(*at)++];

        value |= (uint32_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            return value;
        }
    }
    packed_fail("ends early", "packed Unicode data");
}

/* The index of a distance in the list, which gets it when it is new. */
static uint32_t distance_index(int32_t *distances, uint32_t *count, int32_t distance)
{
    uint32_t index = 0;

    while (index < *count && distances[index] != distance) {
        index++;
    }
    if (index == 256) {
        packed_fail("more distances to lower case than a byte can number", "Unicode");
    }
    if (index == *count) {
        distances[(*count)++] = distance;
    }
    return index;
}

static uint16_t *read_records(const char *path, int32_t *distances, uint32_t *distance_count)
{
    size_t length;
    size_t at = 0;
    unsigned char *bytes = packed_read(path, &length);
    uint16_t *records = packed_allocate(UNICODE_LIMIT, sizeof *records);
    uint32_t code_point = 0;

    for (uint32_t runs = take(bytes, length, &at); runs > 0; runs--) {
        uint32_t run_length = take(bytes, length, &at);
        uint32_t property = take(bytes, length, &at);

        if (run_length > UNICODE_LIMIT - code_point || property > 0xFF) {
            packed_fail("has a run that can't be", path);
        }
        while (run_length-- > 0) {
            records[code_point++] = (uint16_t)property;
        }
    }
    code_point = 0;
    for (uint32_t mappings = take(bytes, length, &at); mappings > 0; mappings--) {
        uint32_t zigzag;

        code_point += take(bytes, length, &at);
        zigzag = take(bytes, length, &at);
        if (code_point >= UNICODE_LIMIT) {
            packed_fail("has a mapping that can't be", path);
        }
        records[code_point] |=
            (uint16_t)(distance_index(distances, distance_count, (int32_t)(zigzag >> 1) ^ -(int32_t)(zigzag & 1)) << 8);
    }
    free(bytes);
    return records;
}

static void write_table(FILE *file, const char *declaration, const void *numbers, uint32_t count, int are_long)
{
    fprintf(file, "const %s[] = {", declaration);
    for (uint32_t i = 0; i < count; i++) {
        fprintf(file, "%s%d,", i % 20 == 0 ? "\n    " : " ",
                are_long ? (int)((const int32_t *)numbers)[i] : (int)((const uint16_t *)numbers)[i]);
    }
    fprintf(file, "\n};\n");
}

int main(int argc, char **argv)
{
    int32_t distances[256] = {0};
    uint32_t distance_count = 1;
    uint16_t *records;
    uint16_t *blocks = packed_allocate(BLOCK_COUNT, sizeof *blocks);
    uint32_t kept = 0;
    FILE *file;

    if (argc != 3) {
        packed_fail("PACKED.ucd UNICODE_TABLES.inc", "usage: make_unicode");
    }
    records = read_records(argv[1], distances, &distance_count);
    /* Each block either equals one that was kept or is moved behind those. */
    for (uint32_t block = 0; block < BLOCK_COUNT; block++) {
        const uint16_t *source = records + (size_t)block * BLOCK_SIZE;
        uint32_t same = 0;

        while (same < kept && memcmp(records + (size_t)same * BLOCK_SIZE, source, BLOCK_SIZE * sizeof *source) != 0) {
            same++;
        }
        if (same == kept) {
            memmove(records + (size_t)kept * BLOCK_SIZE, source, BLOCK_SIZE * sizeof *source);
            kept++;
        }
        blocks[block] = (uint16_t)same;
    }
    file = packed_create(argv[2]);
    fprintf(file, "/* Made by make_unicode. */\n");
    write_table(file, "uint16_t unicode_blocks", blocks, BLOCK_COUNT, 0);
    write_table(file, "uint16_t unicode_records", records, kept * BLOCK_SIZE, 0);
    write_table(file, "int32_t unicode_lower_distances", distances, distance_count, 1);
    packed_close(file, argv[2]);
    return 0;
}
