#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "extract/layout/layout_internal.h"

#include <string.h>

#define WORDS_MAX      ((size_t)1 << 20) /* later words are not remembered */
#define PART_BYTES_MIN 4
#define WORD_BYTES_MAX 128

static int32_t is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Hash of up to three parts as one word without regard to ASCII case; 0 is never returned. */
static uint64_t hash_parts(const char *const parts[3], const size_t lengths[3])
{
    char word[WORD_BYTES_MAX];
    size_t length = 0;
    uint64_t hash;

    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < lengths[i] && length < sizeof word; k++) {
            word[length++] = lower(parts[i][k]);
        }
    }
    hash = hash_bytes(7, word, length);
    return hash != 0 ? hash : 1;
}

static uint64_t hash_word(const char *word, size_t length)
{
    const char *const parts[3] = {word, NULL, NULL};
    const size_t lengths[3] = {length, 0, 0};

    return hash_parts(parts, lengths);
}

static int32_t find(const struct layout_words *words, uint64_t hash, size_t *slot)
{
    if (words->capacity == 0) {
        return 0;
    }
    for (*slot = (size_t)hash & (words->capacity - 1); words->table[*slot] != 0;
         *slot = (*slot + 1) & (words->capacity - 1)) {
        if (words->table[*slot] == hash) {
            return 1;
        }
    }
    return 0;
}

static cpk_status grow(struct layout_words *words, const cpk_allocator *allocator, cpk_error **error)
{
    struct layout_words grown = {NULL, words->count, words->capacity > 0 ? words->capacity * 2 : 1024};

    grown.table = memory_allocate_zeroed(allocator, grown.capacity * sizeof *grown.table);
    if (grown.table == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < words->capacity; i++) {
        size_t slot = 0;

        if (words->table[i] != 0 && !find(&grown, words->table[i], &slot)) {
            grown.table[slot] = words->table[i];
        }
    }
    memory_release_array(allocator, words->table, words->capacity, sizeof *words->table);
    *words = grown;
    return CPK_OK;
}

static cpk_status insert(struct layout_words *words, const cpk_allocator *allocator, const char *word, size_t length,
                         cpk_error **error)
{
    size_t slot = 0;
    uint64_t hash = hash_word(word, length);

    if (words->count >= WORDS_MAX || length == 0) {
        return CPK_OK;
    }
    if (words->count * 2 >= words->capacity) {
        CPK_TRY(grow(words, allocator, error));
    }
    if (!find(words, hash, &slot)) {
        words->table[slot] = hash;
        words->count++;
    }
    return CPK_OK;
}

/* Words of letters, and compounds: "well-known" is inserted as a whole and by parts. */
cpk_status layout_words_add(struct layout_words *words, const cpk_allocator *allocator, const char *text, size_t length,
                            cpk_error **error)
{
    size_t at = 0;

    while (at < length) {
        size_t start = at;
        size_t part = at;

        while (at < length && (is_letter(text[at]) || (text[at] == '-' && at > start))) {
            if (text[at] == '-') {
                CPK_TRY(insert(words, allocator, text + part, at - part, error));
                part = at + 1;
            }
            at++;
        }
        CPK_TRY(insert(words, allocator, text + part, at - part, error));
        if (part > start) {
            CPK_TRY(insert(words, allocator, text + start, at - start, error));
        }
        at += at == start;
    }
    return CPK_OK;
}

static int32_t knows(const struct layout_words *words, uint64_t hash)
{
    size_t slot;

    return find(words, hash, &slot);
}

int32_t layout_words_keep_hyphen(const struct layout_words *words, const char *before, size_t before_length,
                                 const char *after, size_t after_length, size_t after_all)
{
    const char *const parts[3] = {before, "-", after};
    const size_t joined[3] = {before_length, 0, after_length};
    const size_t compound[3] = {before_length, 1, after_length};
    size_t shortest = PART_BYTES_MIN;

    if (before_length == 0 || after_length == 0 || !is_letter(before[before_length - 1]) || !is_letter(after[0]) ||
        (after[0] >= 'A' && after[0] <= 'Z')) {
        return 1;
    }
    if (knows(words, hash_parts(parts, joined))) {
        return 0;
    }
    if ((after_length < after_all && after[after_length] == '-') || memchr(before, '-', before_length) != NULL) {
        shortest = 2; /* "out-of-source", "docling-serve-cpu" */
    }
    return knows(words, hash_parts(parts, compound)) ||
           (before_length >= shortest && after_length >= shortest && knows(words, hash_word(before, before_length)) &&
            knows(words, hash_word(after, after_length)));
}

void layout_words_free(struct layout_words *words, const cpk_allocator *allocator)
{
    memory_release_array(allocator, words->table, words->capacity, sizeof *words->table);
}
