/* Words and phrases by their hashes, each with a value: the one lookup of all lists of words. Spellings are not
 * compared: the lists are fixed, and of a text's words one in 2^64 would be taken for another. */
#ifndef ANALYZE_LANGUAGE_WORD_TABLE_H
#define ANALYZE_LANGUAGE_WORD_TABLE_H

#include "base/arena.h"
#include "base/utf8.h"

struct word_slot {
    uint64_t hash; /* 0: empty */
    uint64_t value;
};

struct word_table {
    struct arena *arena; /* NULL: the table does not grow */
    struct word_slot *slots;
    size_t mask; /* number of the slots, a power of two, less 1 */
    size_t count;
};

/* NULL if there is no memory. Read-only once it is filled. */
struct word_table *word_table_create(struct arena *arena);
/* Adds a value; a word may have several. Pointers to values end. 0 if there is no memory. */
int32_t word_table_add(struct word_table *table, uint64_t hash, uint64_t value);
/* The first value of a word or, after one of them, the next one; NULL if there is none. */
uint64_t *word_table_find(const struct word_table *table, uint64_t hash);
uint64_t *word_table_next(const struct word_table *table, uint64_t hash, const uint64_t *value);
/* The value of a word, a new 0 if it has none. NULL if there is no memory. */
uint64_t *word_table_at(struct word_table *table, uint64_t hash);

/* Adds bits to the values of the words in a list, which are separated by spaces. 0 if there is no memory. */
int32_t word_table_fill(struct word_table *table, const char *words, uint64_t bits);

/* FNV-1a: words are hashed byte by byte while they are read. */
#define WORD_HASH_BEGIN UINT64_C(0xcbf29ce484222325)

static inline uint64_t word_hash_byte(uint64_t hash, char byte)
{
    return (hash ^ (unsigned char)byte) * UINT64_C(0x100000001b3);
}

static inline uint64_t word_hash_bytes(uint64_t hash, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        hash = word_hash_byte(hash, bytes[i]);
    }
    return hash;
}

static inline uint64_t word_hash_code_point(uint64_t hash, uint32_t code_point)
{
    char bytes[4];

    return code_point < 0x80 ? word_hash_byte(hash, (char)code_point)
                             : word_hash_bytes(hash, bytes, utf8_encode(code_point, bytes));
}

#endif
