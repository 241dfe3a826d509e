/* The vocabularies: read-only tables that the build makes from data/ and that nothing has to load. */
#ifndef TEXT_ENCODING_H
#define TEXT_ENCODING_H

#include "text/encoding_layout.h"

#include <contextpack/tokens.h>

#define ENCODING_NO_TOKEN UINT32_MAX

/* The tables of CPK_ENCODING_*; 0 is o200k_base; NULL for an unknown encoding. */
const encoding_tables *encoding_find(int32_t encoding);

/* The token that merging two neighbours makes, or ENCODING_NO_TOKEN. */
static inline uint32_t encoding_merge(const encoding_tables *tables, uint32_t left, uint32_t right)
{
    const uint64_t *slots = (const uint64_t *)((const char *)tables + tables->pairs_offset);
    uint64_t key = encoding_pair_key(left, right);
    uint64_t slot = encoding_slot(encoding_pair_hash(key), tables->pair_slots);

    while (slots[slot] != 0) {
        if (slots[slot] >> ENCODING_ID_BITS == key) {
            return slots[slot] & ENCODING_ID_MASK;
        }
        slot = slot + 1 < tables->pair_slots ? slot + 1 : 0;
    }
    return ENCODING_NO_TOKEN;
}

/* The token that is exactly these bytes, or ENCODING_NO_TOKEN. length > 0. */
static inline uint32_t encoding_token(const encoding_tables *tables, const char *bytes, size_t length)
{
    const uint64_t *slots = (const uint64_t *)((const char *)tables + tables->words_offset);
    const char *text = (const char *)tables + tables->text_offset;
    uint64_t hash;
    uint64_t slot;

    if (length > ENCODING_WORD_MAX_BYTES) {
        return ENCODING_NO_TOKEN;
    }
    hash = encoding_word_hash(bytes, length);
    slot = encoding_slot(hash, tables->word_slots);
    while (slots[slot] != 0) {
        if (encoding_word_matches(slots[slot], hash, length) &&
            memcmp(text + encoding_word_offset(slots[slot]), bytes, length) == 0) {
            return slots[slot] & ENCODING_ID_MASK;
        }
        slot = slot + 1 < tables->word_slots ? slot + 1 : 0;
    }
    return ENCODING_NO_TOKEN;
}

#endif
