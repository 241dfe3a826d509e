/* How a vocabulary lies in memory: agreed between the program that makes the tables and the library that reads them.
 *
 * Two open-addressing hash tables of 64-bit slots, at most half full; an empty slot is 0:
 * - words: the bytes of a token -> its id. Slot: tag (17 bits of the hash), length (8), offset of the bytes (21), id
 * (18).
 * - pairs: two ids -> the id they merge to. Slot: left (18 bits), right (18), id (18).
 * One pair for each token is enough: whatever the text around it, merging by lowest rank makes a token from the same
 * two parts every time, because the merges inside it are those of the token by itself. */
#ifndef TEXT_ENCODING_LAYOUT_H
#define TEXT_ENCODING_LAYOUT_H

#include <stdint.h>
#include <string.h>

#define ENCODING_ID_BITS        18
#define ENCODING_ID_MASK        ((UINT32_C(1) << ENCODING_ID_BITS) - 1)
#define ENCODING_OFFSET_BITS    21
#define ENCODING_LENGTH_BITS    8
#define ENCODING_WORD_MAX_BYTES 128 /* the longest token of both encodings: a run of spaces */

/* Offsets are in bytes from the start of this header, multiples of 64. */
typedef struct encoding_tables {
    uint32_t token_count;
    uint32_t word_slots;
    uint32_t pair_slots;
    uint32_t words_offset;
    uint32_t pairs_offset;
    uint32_t text_offset;
    uint32_t size_bytes;
    uint32_t reserved;
    uint32_t byte_ids[256];
} encoding_tables;

static inline uint64_t encoding_load_64(const char *bytes)
{
    uint64_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline uint64_t encoding_load_32(const char *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline uint64_t encoding_mix(uint64_t left, uint64_t right)
{
    unsigned __int128 product = (unsigned __int128)left * right;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Reads the first and the last bytes in words that may overlap, so that short words take no loop. */
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
    return encoding_mix(first ^ UINT64_C(0xA0761D6478BD642F), last ^ UINT64_C(0xE7037ED1A0B428DB) ^ length);
}

static inline uint64_t encoding_pair_key(uint32_t left, uint32_t right)
{
    return (uint64_t)left << ENCODING_ID_BITS | right;
}

static inline uint64_t encoding_pair_hash(uint64_t key)
{
    return encoding_mix(key ^ UINT64_C(0xA0761D6478BD642F), UINT64_C(0xE7037ED1A0B428DB));
}

/* The upper half of a hash picks the slot, so that the lower half is free for the tag. */
static inline uint64_t encoding_slot(uint64_t hash, uint32_t slots)
{
    return (hash >> 32) * slots >> 32;
}

#define ENCODING_LENGTH_SHIFT (ENCODING_ID_BITS + ENCODING_OFFSET_BITS)
#define ENCODING_TAG_SHIFT    (ENCODING_LENGTH_SHIFT + ENCODING_LENGTH_BITS)

static inline uint64_t encoding_word_slot(uint64_t hash, size_t length, uint64_t offset, uint32_t id)
{
    return hash << ENCODING_TAG_SHIFT | (uint64_t)length << ENCODING_LENGTH_SHIFT | offset << ENCODING_ID_BITS | id;
}

static inline int32_t encoding_word_matches(uint64_t slot, uint64_t hash, size_t length)
{
    return (slot ^ encoding_word_slot(hash, length, 0, 0)) >> ENCODING_LENGTH_SHIFT == 0;
}

static inline uint64_t encoding_word_offset(uint64_t slot)
{
    return slot >> ENCODING_ID_BITS & ((UINT64_C(1) << ENCODING_OFFSET_BITS) - 1);
}

#endif
