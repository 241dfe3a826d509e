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

static uint8_t *read_records(const char *path)
{
    size_t length;
    size_t at = 0;
    unsigned char *bytes = packed_read(path, &length);
    uint8_t *records = packed_allocate(UNICODE_LIMIT, sizeof *records);
    uint32_t code_point = 0;

    for (uint32_t runs = take(bytes, length, &at); runs > 0; runs--) {
        uint32_t run_length = take(bytes, length, &at);
        uint32_t property = take(bytes, length, &at);

        if (run_length > UNICODE_LIMIT - code_point || property > 0xFF) {
            packed_fail("has a run that can't be", path);
        }
        while (run_length-- > 0) {
            records[code_point++] = (uint8_t)property;
        }
    }
    free(bytes);
    return records;
}

static void write_start(FILE *file, const char *declaration)
{
    fprintf(file, "const %s[] = {", declaration);
}

static void write_number(FILE *file, uint32_t index, uint32_t number)
{
    fprintf(file, "%s%u,", index % 20 == 0 ? "\n    " : " ", number);
}

static void write_end(FILE *file)
{
    fprintf(file, "\n};\n");
}

int main(int argc, char **argv)
{
    uint8_t *records;
    uint16_t *blocks = packed_allocate(BLOCK_COUNT, sizeof *blocks);
    uint32_t kept = 0;
    FILE *file;

    if (argc != 3) {
        packed_fail("PACKED.ucd UNICODE_TABLES.inc", "usage: make_unicode");
    }
    records = read_records(argv[1]);
    /* Each block either equals one that was kept or is moved behind those. */
    for (uint32_t block = 0; block < BLOCK_COUNT; block++) {
        const uint8_t *source = records + (size_t)block * BLOCK_SIZE;
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
    write_start(file, "uint16_t unicode_blocks");
    for (uint32_t i = 0; i < BLOCK_COUNT; i++) {
        write_number(file, i, blocks[i]);
    }
    write_end(file);
    write_start(file, "uint8_t unicode_records");
    for (uint32_t i = 0; i < kept * BLOCK_SIZE; i++) {
        write_number(file, i, records[i]);
    }
    write_end(file);
    packed_close(file, argv[2]);
    return 0;
}
