/* Generates the read-only vocabulary tables from the packed data in data/, at build time, on the build machine.
 *
 *     make_encodings HEADER ENTRIES TEXT NAME=PACKED.bpe...
 *
 * ENTRIES receives the hash tables of all vocabularies, TEXT the bytes of their tokens, HEADER C initialisers with the
 * position of each table. pack_ranks.py describes the packed format, encoding_layout.h the tables. */
#include "packed.h"
#include "text/tokens/encoding_layout.h"

#include <stdlib.h>

#define VOCABULARIES_MAX 4
#define KEYS_PER_BUCKET  5
#define SLOTS_PERCENT    102 /* of the keys: 2% of free slots shorten the search for the last pilots */
#define PILOT_MAX        UINT16_MAX

struct vocabulary {
    const char *name;
    uint32_t count;
    uint32_t *left; /* parts of the tokens, for ids from 256 */
    uint32_t *right;
    uint32_t *length;
    const char **text; /* the bytes of each token */
};

/* The bytes of a token and their place: inside those of a host, or at an own offset. */
struct spelling {
    const char *text;
    uint32_t length;
    uint32_t id; /* lowest id stored in these bytes; frequent tokens are placed together */
    uint32_t offset;
    uint32_t shift; /* offset in the host's bytes */
    struct spelling *host;
};

/* A key during the construction of a hash table. */
struct key {
    uint64_t hash;
    uint64_t entry;
    uint32_t bucket;
};

/* The entries of a hash table to be written. */
struct table_entries {
    const char *member; /* of struct encoding_tables */
    struct key *keys;
    uint32_t count;
    uint32_t entry_bytes;
    uint64_t empty; /* value of an unused slot */
};

static uint32_t read_column(const unsigned char *columns, uint32_t rows, uint32_t row, uint32_t side)
{
    const unsigned char *at = columns + (size_t)side * 3 * rows + row;

    return at[0] | (uint32_t)at[rows] << 8 | (uint32_t)at[2 * (size_t)rows] << 16;
}

static void read_vocabulary(struct vocabulary *words, const char *path)
{
    size_t length;
    unsigned char *bytes = packed_read(path, &length);
    uint32_t rows;

    words->count = length < 260 ? 0 : (uint32_t)encoding_load_32(bytes);
    if (words->count < 256 || words->count > ENCODING_ID_MASK || length != 260 + 6 * ((size_t)words->count - 256)) {
        packed_fail("has the wrong size", path);
    }
    rows = words->count - 256;
    words->left = packed_allocate(words->count, sizeof *words->left);
    words->right = packed_allocate(words->count, sizeof *words->right);
    words->length = packed_allocate(words->count, sizeof *words->length);
    words->text = packed_allocate(words->count, sizeof *words->text);
    for (uint32_t id = 0; id < words->count; id++) {
        uint32_t left = id < 256 ? 0 : read_column(bytes + 260, rows, id - 256, 0);
        uint32_t right = id < 256 ? 0 : read_column(bytes + 260, rows, id - 256, 1);
        char *text = (char *)bytes + 4 + id;

        words->length[id] = 1;
        if (id >= 256) {
            if (left >= id || right >= id || words->length[left] + words->length[right] > ENCODING_WORD_MAX_BYTES) {
                packed_fail("has an invalid pair", path);
            }
            words->left[id] = left;
            words->right[id] = right;
            words->length[id] = words->length[left] + words->length[right];
            text = packed_allocate(words->length[id], 1);
            memcpy(text, words->text[left], words->length[left]);
            memcpy(text + words->length[left], words->text[right], words->length[right]);
        }
        words->text[id] = text;
    }
}

static int compare_forward(const void *first, const void *second)
{
    const struct spelling *left = *(struct spelling *const *)first;
    const struct spelling *right = *(struct spelling *const *)second;
    uint32_t shorter = left->length < right->length ? left->length : right->length;
    int difference = memcmp(left->text, right->text, shorter);

    return difference != 0 ? difference : (int)left->length - (int)right->length;
}

static int compare_backward(const void *first, const void *second)
{
    const struct spelling *left = *(struct spelling *const *)first;
    const struct spelling *right = *(struct spelling *const *)second;
    const char *left_end = left->text + left->length;
    const char *right_end = right->text + right->length;

    for (uint32_t i = 1; i <= left->length && i <= right->length; i++) {
        if (left_end[-(int)i] != right_end[-(int)i]) {
            return (unsigned char)left_end[-(int)i] - (unsigned char)right_end[-(int)i];
        }
    }
    return (int)left->length - (int)right->length;
}

static int compare_id(const void *first, const void *second)
{
    const struct spelling *left = *(struct spelling *const *)first;
    const struct spelling *right = *(struct spelling *const *)second;

    return left->id != right->id ? (left->id < right->id ? -1 : 1) : compare_forward(first, second);
}

/* Sorts the spellings and places each one that is a prefix (or suffix) of the next inside it. Returns the number of
 * others. */
static uint32_t host_spellings(struct spelling **spellings, uint32_t count, int at_end)
{
    uint32_t kept = 0;

    qsort(spellings, count, sizeof *spellings, at_end ? compare_backward : compare_forward);
    for (uint32_t i = 0; i < count; i++) {
        struct spelling *guest = spellings[i];
        struct spelling *host = i + 1 < count ? spellings[i + 1] : NULL;
        uint32_t shift = host != NULL && at_end ? host->length - guest->length : 0;

        if (host != NULL && host->length >= guest->length &&
            memcmp(host->text + shift, guest->text, guest->length) == 0) {
            guest->host = host;
            guest->shift = shift;
            host->id = guest->id < host->id ? guest->id : host->id;
        } else {
            spellings[kept++] = guest;
        }
    }
    return kept;
}

static void write_text(const char *path, struct spelling **spellings, uint32_t count)
{
    FILE *file = packed_create(path);
    uint32_t offset = 0;
    uint32_t kept = host_spellings(spellings, count, 0);

    kept = host_spellings(spellings, kept, 1);
    qsort(spellings, kept, sizeof *spellings, compare_id);
    for (uint32_t i = 0; i < kept; i++) {
        spellings[i]->offset = offset;
        offset += spellings[i]->length;
        packed_write(file, path, spellings[i]->text, spellings[i]->length);
    }
    if (offset > ENCODING_OFFSET_MASK) {
        packed_fail("token text exceeds the addressable size", path);
    }
    packed_close(file, path);
}

static uint32_t resolve_offset(const struct spelling *spelling)
{
    uint32_t shift = 0;

    for (; spelling->host != NULL; spelling = spelling->host) {
        shift += spelling->shift;
    }
    return spelling->offset + shift;
}

/* Writes the bytes of all tokens. Returns one spelling per token, by vocabulary and id. */
static struct spelling *build_text(const char *path, const struct vocabulary *vocabularies, uint32_t vocabulary_count)
{
    uint32_t count = 0;
    uint32_t at = 0;
    struct spelling *spellings;
    struct spelling **order;

    for (uint32_t i = 0; i < vocabulary_count; i++) {
        count += vocabularies[i].count;
    }
    spellings = packed_allocate(count, sizeof *spellings);
    order = packed_allocate(count, sizeof *order);
    for (uint32_t i = 0; i < vocabulary_count; i++) {
        for (uint32_t id = 0; id < vocabularies[i].count; id++, at++) {
            spellings[at].text = vocabularies[i].text[id];
            spellings[at].length = vocabularies[i].length[id];
            spellings[at].id = id;
            order[at] = &spellings[at];
        }
    }
    write_text(path, order, count);
    free(order);
    return spellings;
}

/* Orders buckets by descending size: large ones need the most free slots. */
static uint32_t *order_buckets(const uint32_t *starts, uint32_t bucket_count)
{
    uint32_t *order = packed_allocate(bucket_count, sizeof *order);
    uint32_t at = 0;
    uint32_t largest = 0;

    for (uint32_t bucket = 0; bucket < bucket_count; bucket++) {
        uint32_t size = starts[bucket + 1] - starts[bucket];

        largest = size > largest ? size : largest;
    }
    for (uint32_t size = largest + 1; size-- > 0;) {
        for (uint32_t bucket = 0; bucket < bucket_count; bucket++) {
            if (starts[bucket + 1] - starts[bucket] == size) {
                order[at++] = bucket;
            }
        }
    }
    return order;
}

/* Places the keys of a bucket if the pilot maps each of them to a free slot; 0 if not. */
static int place_bucket(const struct key *keys, uint32_t count, uint64_t pilot, uint64_t *slots, uint32_t slot_count,
                        uint64_t empty)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = encoding_slot(keys[i].hash, pilot, slot_count);

        if (slots[slot] != empty) {
            while (i-- > 0) {
                slots[encoding_slot(keys[i].hash, pilot, slot_count)] = empty;
            }
            return 0;
        }
        slots[slot] = keys[i].entry;
    }
    return 1;
}

static int compare_buckets(const void *first, const void *second)
{
    const struct key *left = first;
    const struct key *right = second;

    if (left->bucket != right->bucket) {
        return left->bucket < right->bucket ? -1 : 1;
    }
    return left->hash < right->hash ? -1 : left->hash > right->hash;
}

/* Assigns a slot to each key; writes the entries and the pilots. */
static void write_hash(FILE *file, const char *path, const struct table_entries *entries,
                       const struct encoding_hash *table)
{
    uint32_t *starts = packed_allocate(table->bucket_count + 1, sizeof *starts);
    uint64_t *slots = packed_allocate(table->slot_count, sizeof *slots);
    unsigned char *pilots = packed_allocate(table->bucket_count, ENCODING_PILOT_BYTES);
    uint32_t *order;
    uint32_t at = 0;

    qsort(entries->keys, entries->count, sizeof *entries->keys, compare_buckets);
    for (uint32_t bucket = 0; bucket <= table->bucket_count; bucket++) {
        while (at < entries->count && entries->keys[at].bucket < bucket) {
            at++;
        }
        starts[bucket] = at;
    }
    for (uint32_t slot = 0; slot < table->slot_count; slot++) {
        slots[slot] = entries->empty;
    }
    order = order_buckets(starts, table->bucket_count);
    for (uint32_t i = 0; i < table->bucket_count; i++) {
        uint32_t start = starts[order[i]];
        uint32_t end = starts[order[i] + 1];
        uint32_t pilot = 0;

        while (!place_bucket(entries->keys + start, end - start, pilot, slots, table->slot_count, entries->empty)) {
            if (++pilot > PILOT_MAX) {
                packed_fail("no slots for a bucket: change KEYS_PER_BUCKET or SLOTS_PERCENT", path);
            }
        }
        pilots[order[i] * ENCODING_PILOT_BYTES] = (unsigned char)pilot;
        pilots[order[i] * ENCODING_PILOT_BYTES + 1] = (unsigned char)(pilot >> 8);
    }
    for (uint32_t slot = 0; slot < table->slot_count; slot++) {
        for (uint32_t byte = 0; byte < entries->entry_bytes; byte++) {
            unsigned char value = (unsigned char)(slots[slot] >> 8 * byte);

            packed_write(file, path, &value, 1);
        }
    }
    packed_write(file, path, "\0\0", ENCODING_EXTRA_BYTES);
    packed_write(file, path, pilots, (size_t)table->bucket_count * ENCODING_PILOT_BYTES);
    free(starts);
    free(slots);
    free(pilots);
    free(order);
}

/* Appends a hash table to the file and writes its initialiser to the header. */
static void write_table(FILE *header, FILE *file, const char *path, const struct table_entries *entries)
{
    struct encoding_hash table = {.slot_count = (uint32_t)((uint64_t)entries->count * SLOTS_PERCENT / 100 + 1),
                                  .bucket_count = entries->count / KEYS_PER_BUCKET + 1};
    long offset = ftell(file);

    for (uint32_t i = 0; i < entries->count; i++) {
        entries->keys[i].bucket = encoding_bucket(entries->keys[i].hash, table.bucket_count);
    }
    write_hash(file, path, entries, &table);
    fprintf(header, "    .%s = {%u, %u, encoding_entries + %ld, encoding_entries + %ld},\n", entries->member,
            (unsigned)table.slot_count, (unsigned)table.bucket_count, offset,
            offset + (long)table.slot_count * (long)entries->entry_bytes + ENCODING_EXTRA_BYTES);
}

static void write_vocabulary(FILE *header, FILE *file, const char *path, const struct vocabulary *words,
                             const struct spelling *spellings)
{
    struct key *keys = packed_allocate(words->count, sizeof *keys);
    uint32_t byte_ids[256];

    fprintf(header, "static const struct encoding_tables encoding_%s = {\n", words->name);
    for (uint32_t id = 0; id < words->count; id++) {
        keys[id].hash = encoding_word_hash(words->text[id], words->length[id]);
        keys[id].entry = (uint64_t)words->length[id] << ENCODING_LENGTH_SHIFT |
                         (uint64_t)resolve_offset(&spellings[id]) << ENCODING_ID_BITS | id;
    }
    write_table(header, file, path,
                &(struct table_entries){"words", keys, words->count, ENCODING_WORD_BYTES, ENCODING_EMPTY_WORD});
    for (uint32_t id = 256; id < words->count; id++) {
        uint64_t pair = encoding_pair_key(words->left[id], words->right[id]);

        keys[id - 256].hash = encoding_pair_hash(pair);
        keys[id - 256].entry = pair << ENCODING_ID_BITS | id;
    }
    write_table(header, file, path,
                &(struct table_entries){"pairs", keys, words->count - 256, ENCODING_PAIR_BYTES, ENCODING_EMPTY_PAIR});
    free(keys);
    for (uint32_t id = 0; id < 256; id++) {
        byte_ids[(unsigned char)words->text[id][0]] = id;
    }
    fprintf(header, "    .byte_ids = {");
    for (uint32_t byte = 0; byte < 256; byte++) {
        fprintf(header, "%s%u,", byte % 16 == 0 ? "\n        " : " ", (unsigned)byte_ids[byte]);
    }
    fprintf(header, "\n    },\n};\n");
}

int main(int argc, char **argv)
{
    struct vocabulary vocabularies[VOCABULARIES_MAX] = {0};
    uint32_t count = 0;
    uint32_t at = 0;
    struct spelling *spellings;
    FILE *header;
    FILE *entries;

    if (argc < 5 || argc > 4 + VOCABULARIES_MAX) {
        packed_fail("HEADER ENTRIES TEXT NAME=PACKED.bpe...", "usage: make_encodings");
    }
    for (; count + 4 < (uint32_t)argc; count++) {
        char *path = strchr(argv[count + 4], '=');

        if (path == NULL) {
            packed_fail("is not NAME=PACKED.bpe", argv[count + 4]);
        }
        *path = '\0';
        vocabularies[count].name = argv[count + 4];
        read_vocabulary(&vocabularies[count], path + 1);
    }
    spellings = build_text(argv[3], vocabularies, count);
    header = packed_create(argv[1]);
    entries = packed_create(argv[2]);
    fprintf(header, "/* Generated by make_encodings. */\n");
    for (uint32_t i = 0; i < count; i++) {
        write_vocabulary(header, entries, argv[2], &vocabularies[i], spellings + at);
        at += vocabularies[i].count;
    }
    packed_close(entries, argv[2]);
    packed_close(header, argv[1]);
    return 0;
}
