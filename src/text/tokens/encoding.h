/* Vocabularies: read-only tables generated from data/ at build time; nothing is loaded at run time. */
#ifndef TEXT_TOKENS_ENCODING_H
#define TEXT_TOKENS_ENCODING_H

#include "text/tokens/encoding_layout.h"

#include <contextpack/tokens.h>

#define ENCODING_NO_TOKEN UINT32_MAX

/* The bytes of all tokens of all encodings. The bytes of different tokens may overlap. */
extern const char encoding_text[] __attribute__((visibility("hidden")));

/* The tables of an encoding (CPK_ENCODING_*; 0: o200k_base), or NULL if it is unknown. */
const struct encoding_tables *encoding_find(int32_t encoding);

/* The token that two adjacent tokens merge to, or ENCODING_NO_TOKEN. */
static inline uint32_t encoding_merge(const struct encoding_tables *tables, uint32_t left, uint32_t right)
{
    const int32_t unused_bits = 64 - 8 * ENCODING_PAIR_BYTES;
    uint64_t key = encoding_pair_key(left, right);
    uint64_t entry = encoding_entry(&tables->pairs, encoding_pair_hash(key), ENCODING_PAIR_BYTES);

    if (entry << unused_bits >> (unused_bits + ENCODING_ID_BITS) != key) {
        return ENCODING_NO_TOKEN;
    }
    return entry & ENCODING_ID_MASK;
}

/* The token with exactly these bytes, or ENCODING_NO_TOKEN. length > 0. */
static inline uint32_t encoding_token(const struct encoding_tables *tables, const char *bytes, size_t length)
{
    const char *text;
    uint64_t entry;

    if (length > ENCODING_WORD_MAX_BYTES) {
        return ENCODING_NO_TOKEN;
    }
    entry = encoding_entry(&tables->words, encoding_word_hash(bytes, length), ENCODING_WORD_BYTES);
    text = encoding_text + (entry >> ENCODING_ID_BITS & ENCODING_OFFSET_MASK);
    if ((entry >> ENCODING_LENGTH_SHIFT & 0xFF) != length || memcmp(text, bytes, length) != 0) {
        return ENCODING_NO_TOKEN;
    }
    return entry & ENCODING_ID_MASK;
}

#endif
