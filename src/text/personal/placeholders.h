/* Replaces personal data by placeholders such as [PERSON_483201], and puts them back into an answer.
 *
 * The number of a placeholder is computed from the value with a key: the same value has the same placeholder in every
 * text that is replaced with the key, and nothing has to be stored. The values themselves are in memory only. Without
 * the key the number says nothing about the value. Confined to one thread at a time. */
#ifndef TEXT_PERSONAL_PLACEHOLDERS_H
#define TEXT_PERSONAL_PLACEHOLDERS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "text/personal/personal.h"

struct placeholder {
    enum personal_kind kind;
    uint32_t number;
    const char *value;
    size_t length;
};

struct placeholders {
    const cpk_allocator *allocator;
    const struct personal_names *names; /* borrowed; or NULL */
    unsigned char key[HASH_SHA256_BYTES];
    struct placeholder *items;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* two tables of 1 + index of an item: by value and by number */
    size_t slot_count;
    struct arena arena; /* of the values */
    struct personal_list list;
    int64_t of_kind[PERSONAL_KIND_COUNT]; /* spans replaced since the last clearing */
};

void placeholders_init(struct placeholders *placeholders, const cpk_allocator *allocator,
                       const struct personal_names *names, const unsigned char key[HASH_SHA256_BYTES]);
void placeholders_free(struct placeholders *placeholders);
void placeholders_clear(struct placeholders *placeholders); /* forgets the values */

/* Appends the text with its personal data replaced, and remembers the values. */
cpk_status placeholders_mask(struct placeholders *placeholders, const char *text, size_t length, struct buffer *target,
                             cpk_error **error);
/* Appends the text with the known placeholders replaced by their values; within a JSON object they are escaped. Case,
 * missing brackets and an escaped underscore do not matter. */
cpk_status placeholders_restore(const struct placeholders *placeholders, const char *text, size_t length,
                                struct buffer *target, cpk_error **error);

#endif
