/* Memory layout of a vocabulary, shared by the generator of the tables and the library.
 *
 * Two perfect hash tables map
 * - words: the bytes of a token to its id. Entry, 6 bytes: id (18 bits), offset in the text (21 bits), length (8 bits).
 * - pairs: two ids to the id that they merge to. Entry, 7 bytes: id (18 bits), right (18 bits), left (18 bits).
 * One pair per token is sufficient: merging by lowest rank always makes a token from the same two parts, regardless of
 * the surrounding text.
 *
 * The hash selects a bucket, and the bucket's pilot number selects the slot; pilots are chosen so that no two keys
 * share a slot. A lookup reads one entry and nearly every slot is used. Because an absent key reaches the entry of
 * another key, entries contain their whole key. All numbers are little endian on every machine. */
#ifndef TEXT_TOKENS_ENCODING_LAYOUT_H
#define TEXT_TOKENS_ENCODING_LAYOUT_H

#include <stdint.h>
#include <string.h>

#define ENCODING_ID_BITS        18
#define ENCODING_ID_MASK        ((UINT32_C(1) << ENCODING_ID_BITS) - 1)
#define ENCODING_OFFSET_BITS    21
#define ENCODING_OFFSET_MASK    ((UINT32_C(1) << ENCODING_OFFSET_BITS) - 1)
#define ENCODING_LENGTH_SHIFT   (ENCODING_ID_BITS + ENCODING_OFFSET_BITS)
#define ENCODING_WORD_MAX_BYTES 128 /* the longest token of both encodings */

#define ENCODING_WORD_BYTES     6
#define ENCODING_PAIR_BYTES     7
#define ENCODING_PILOT_BYTES    2
#define ENCODING_EXTRA_BYTES    2 /* padding after the last entry, because eight bytes are read at a time */

#define ENCODING_EMPTY_WORD     UINT64_C(0) /* no word has length 0 */
#define ENCODING_EMPTY_PAIR     UINT64_MAX  /* the highest id is unused */

struct encoding_hash {
    uint32_t slot_count;
    uint32_t bucket_count;
    const unsigned char *entries;
    const unsigned char *pilots;
};

struct encoding_tables {
    struct encoding_hash words;
    struct encoding_hash pairs;
    uint32_t byte_ids[256];
};

static inline uint64_t encoding_load_16(const void *bytes)
{
    const unsigned char *raw = (const unsigned char *)bytes;

    return raw[0] | (uint64_t)raw[1] << 8;
}

static inline uint64_t encoding_load_32(const void *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap32(value);
#endif
    return value;
}

static inline uint64_t encoding_load_64(const void *bytes)
{
    uint64_t value;

    memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

static inline uint64_t encoding_mix(uint64_t left, uint64_t right)
{
    unsigned __int128 product = (unsigned __int128)left * right;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Reads the first and last bytes as words that may overlap, so that short words need no loop. */
static inline uint64_t encoding_word_hash(const char *bytes, size_t length)
{
    const unsigned char *raw = (const unsigned char *)bytes;
    uint64_t first;
    uint64_t last;

    if (length >= 8) {
        first = encoding_load_64(bytes);
        last = encoding_load_64(bytes + length - 8);
        for (size_t at = 8; at + 8 < length; at += 8) {
            first = encoding_mix(first ^ UINT64_C(0x9E3779B97F4A7C15), encoding_load_64(bytes + at) ^ length);
        }
    } else if (length >= 4) {
        first = encoding_load_32(bytes);
        last = encoding_load_32(bytes + length - 4);
    } else {
        first = (uint64_t)raw[0] << 16 | (uint64_t)raw[length / 2] << 8 | raw[length - 1];
        last = 0;
    }
    return encoding_mix(first ^ UINT64_C(0xA0761D6478BD642F), last ^ length * UINT64_C(0xE7037ED1A0B428DB));
}

static inline uint64_t encoding_pair_key(uint32_t left, uint32_t right)
{
    return (uint64_t)left << ENCODING_ID_BITS | right;
}

static inline uint64_t encoding_pair_hash(uint64_t key)
{
    return encoding_mix(key ^ UINT64_C(0xA0761D6478BD642F), UINT64_C(0xE7037ED1A0B428DB));
}

static inline uint32_t encoding_bucket(uint64_t hash, uint32_t bucket_count)
{
    return (uint32_t)((hash >> 32) * bucket_count >> 32);
}

/* Uses the lower half of the hash, because the keys of a bucket share the upper bits. */
static inline uint32_t encoding_slot(uint64_t hash, uint64_t pilot, uint32_t slot_count)
{
    uint64_t swapped = hash << 32 | hash >> 32;

    return (uint32_t)((swapped * (UINT64_C(0x9E3779B97F4A7C15) + pilot) >> 32) * slot_count >> 32);
}

/* The entry for a hash; the caller compares the key. Bits above the entry's size belong to the next entry. */
static inline uint64_t encoding_entry(const struct encoding_hash *table, uint64_t hash, size_t entry_bytes)
{
    uint32_t bucket = encoding_bucket(hash, table->bucket_count);
    uint64_t pilot = encoding_load_16(table->pilots + (size_t)bucket * ENCODING_PILOT_BYTES);

    return encoding_load_64(table->entries + encoding_slot(hash, pilot, table->slot_count) * entry_bytes);
}

#endif
