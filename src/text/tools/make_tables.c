/* Makes the read-only tables of the library from the packed data in data/, at build time, on the building machine.
 *
 *     make_tables encoding PACKED.bpe TABLES
 *     make_tables unicode PACKED.ucd BLOCKS RECORDS LOWER_DISTANCES
 *
 * The packed forms are described in pack_ranks.py and pack_unicode.mjs, the tables in encoding_layout.h and unicode.h.
 */
#include "text/encoding_layout.h"
#include "text/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define PACKED_MAX_BYTES   (4u << 20)
#define UNPACKED_MAX_BYTES (16u << 20)
#define BLOCK_SIZE         (1u << UNICODE_BLOCK_BITS)
#define BLOCK_COUNT        (UNICODE_LIMIT / BLOCK_SIZE)

static _Noreturn void fail(const char *what, const char *name)
{
    fprintf(stderr, "make_tables: %s: %s\n", name, what);
    exit(1);
}

static void *allocate(size_t count, size_t item_bytes)
{
    void *block = calloc(count, item_bytes);

    if (block == NULL) {
        fail("no memory", "tables");
    }
    return block;
}

static unsigned char *unpack(const char *path, size_t *length)
{
    unsigned char *packed = allocate(PACKED_MAX_BYTES, 1);
    unsigned char *bytes = allocate(UNPACKED_MAX_BYTES, 1);
    uLongf unpacked_length = UNPACKED_MAX_BYTES;
    FILE *file = fopen(path, "rb");
    size_t packed_length = file != NULL ? fread(packed, 1, PACKED_MAX_BYTES, file) : 0;

    if (file == NULL || ferror(file)) {
        fail("can't be read", path);
    }
    fclose(file);
    if (uncompress(bytes, &unpacked_length, packed, packed_length) != Z_OK) {
        fail("is damaged", path);
    }
    free(packed);
    *length = unpacked_length;
    return bytes;
}

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        fail("can't be written", path);
    }
}

/* A vocabulary while its tables are made. */
typedef struct vocabulary {
    uint32_t count;
    const unsigned char *byte_of_id; /* of ids 0 to 255 */
    uint32_t *left;                  /* of ids from 256 on */
    uint32_t *right;
    uint32_t *offset; /* of each token's bytes in text */
    uint32_t *length;
    char *text;
    size_t text_length;
} vocabulary;

static uint32_t read_column(const unsigned char *columns, uint32_t rows, uint32_t row, uint32_t side)
{
    const unsigned char *at = columns + (size_t)side * 3 * rows + row;

    return at[0] | (uint32_t)at[rows] << 8 | (uint32_t)at[2 * (size_t)rows] << 16;
}

static void spell_token(vocabulary *words, uint32_t id, const char *path)
{
    uint32_t left = words->left[id];
    uint32_t right = words->right[id];

    if (left >= id || right >= id || words->length[left] + words->length[right] > ENCODING_WORD_MAX_BYTES) {
        fail("has a pair that can't be merged", path);
    }
    words->offset[id] = words->text_length;
    words->length[id] = words->length[left] + words->length[right];
    memcpy(words->text + words->text_length, words->text + words->offset[left], words->length[left]);
    memcpy(words->text + words->text_length + words->length[left], words->text + words->offset[right],
           words->length[right]);
    words->text_length += words->length[id];
}

static void read_vocabulary(vocabulary *words, const char *path)
{
    size_t length;
    unsigned char *bytes = unpack(path, &length);
    uint32_t rows;

    words->count = length < 260 ? 0 : bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    if (words->count < 256 || words->count > ENCODING_ID_MASK || length != 260 + 6 * ((size_t)words->count - 256)) {
        fail("has the wrong size", path);
    }
    rows = words->count - 256;
    words->byte_of_id = bytes + 4;
    words->left = allocate(words->count, sizeof *words->left);
    words->right = allocate(words->count, sizeof *words->right);
    words->offset = allocate(words->count, sizeof *words->offset);
    words->length = allocate(words->count, sizeof *words->length);
    words->text = allocate(words->count, ENCODING_WORD_MAX_BYTES);
    for (uint32_t id = 0; id < words->count; id++) {
        if (id < 256) {
            words->offset[id] = words->text_length;
            words->length[id] = 1;
            words->text[words->text_length++] = (char)words->byte_of_id[id];
            continue;
        }
        words->left[id] = read_column(bytes + 260, rows, id - 256, 0);
        words->right[id] = read_column(bytes + 260, rows, id - 256, 1);
        spell_token(words, id, path);
    }
    if (words->text_length >= 1u << ENCODING_OFFSET_BITS) {
        fail("has more text than the tables can address", path);
    }
}

static void insert(uint64_t *slots, uint32_t slot_count, uint64_t hash, uint64_t value)
{
    uint64_t slot = encoding_slot(hash, slot_count);

    while (slots[slot] != 0) {
        slot = slot + 1 < slot_count ? slot + 1 : 0;
    }
    slots[slot] = value;
}

static uint32_t round_up(size_t size_bytes)
{
    return (uint32_t)((size_bytes + 63) / 64 * 64);
}

static void make_encoding(const char *source, const char *target)
{
    vocabulary words = {0};
    encoding_tables *tables;
    uint32_t slots;
    uint32_t slots_bytes;
    size_t size_bytes;
    char *base;

    read_vocabulary(&words, source);
    slots = words.count * 2;
    slots_bytes = round_up((size_t)slots * sizeof(uint64_t));
    size_bytes = round_up(sizeof *tables) + 2 * (size_t)slots_bytes + round_up(words.text_length);
    tables = allocate(size_bytes, 1);
    tables->token_count = words.count;
    tables->word_slots = slots;
    tables->pair_slots = slots;
    tables->words_offset = round_up(sizeof *tables);
    tables->pairs_offset = tables->words_offset + slots_bytes;
    tables->text_offset = tables->pairs_offset + slots_bytes;
    tables->size_bytes = (uint32_t)size_bytes;
    base = (char *)tables;
    memcpy(base + tables->text_offset, words.text, words.text_length);
    for (uint32_t id = 0; id < words.count; id++) {
        const char *text = words.text + words.offset[id];
        uint64_t hash = encoding_word_hash(text, words.length[id]);
        uint64_t key = encoding_pair_key(words.left[id], words.right[id]);

        insert((uint64_t *)(base + tables->words_offset), slots, hash,
               encoding_word_slot(hash, words.length[id], words.offset[id], id));
        if (id < 256) {
            tables->byte_ids[words.byte_of_id[id]] = id;
        } else {
            insert((uint64_t *)(base + tables->pairs_offset), slots, encoding_pair_hash(key),
                   key << ENCODING_ID_BITS | id);
        }
    }
    write_file(target, tables, size_bytes);
}

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
    fail("ends early", "packed Unicode data");
}

/* The index of a distance in the list, which gets it when it is new. */
static uint32_t distance_index(int32_t *distances, uint32_t *count, int32_t distance)
{
    uint32_t index = 0;

    while (index < *count && distances[index] != distance) {
        index++;
    }
    if (index == 256) {
        fail("more distances to lower case than a byte can number", "Unicode");
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
    unsigned char *bytes = unpack(path, &length);
    uint16_t *records = allocate(UNICODE_LIMIT, sizeof *records);
    uint32_t code_point = 0;

    for (uint32_t runs = take(bytes, length, &at); runs > 0; runs--) {
        uint32_t run_length = take(bytes, length, &at);
        uint32_t property = take(bytes, length, &at);

        if (run_length > UNICODE_LIMIT - code_point || property > 0xFF) {
            fail("has a run that can't be", path);
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
            fail("has a mapping that can't be", path);
        }
        records[code_point] |=
            (uint16_t)(distance_index(distances, distance_count, (int32_t)(zigzag >> 1) ^ -(int32_t)(zigzag & 1)) << 8);
    }
    free(bytes);
    return records;
}

static void make_unicode(char **paths)
{
    int32_t distances[256] = {0};
    uint32_t distance_count = 1;
    uint16_t *records = read_records(paths[0], distances, &distance_count);
    uint16_t *blocks = allocate(BLOCK_COUNT, sizeof *blocks);
    uint32_t kept = 0;

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
    write_file(paths[1], blocks, BLOCK_COUNT * sizeof *blocks);
    write_file(paths[2], records, (size_t)kept * BLOCK_SIZE * sizeof *records);
    write_file(paths[3], distances, distance_count * sizeof *distances);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "encoding") == 0) {
        make_encoding(argv[2], argv[3]);
        return 0;
    }
    if (argc == 6 && strcmp(argv[1], "unicode") == 0) {
        make_unicode(argv + 2);
        return 0;
    }
    fprintf(stderr, "usage: make_tables encoding PACKED TABLES | unicode PACKED BLOCKS RECORDS LOWER_DISTANCES\n");
    return 2;
}
