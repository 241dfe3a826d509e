#include "ingest/content_hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WORDS 7 /* after the version, each of 16 hexadecimal digits after a colon */

void content_hash_write(const struct content_hash *hash, char text[CONTENT_HASH_BYTES])
{
    const uint64_t words[WORDS] = {
        hash->element.head, hash->element.hash[0],       hash->element.hash[1],   (uint64_t)hash->element.length,
        hash->known_sum,    (uint64_t)hash->known_count, (uint64_t)hash->messages};
    int used = snprintf(text, CONTENT_HASH_BYTES, "1");

    for (size_t i = 0; i < WORDS; i++) {
        used += snprintf(text + used, CONTENT_HASH_BYTES - (size_t)used, ":%016" PRIx64, words[i]);
    }
}

/* Reads 16 hexadecimal digits. */
static int32_t read_word(const char *text, uint64_t *word)
{
    *word = 0;
    for (size_t i = 0; i < 16; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = text[i] != '\0' ? strchr(digits, text[i]) : NULL;

        if (digit == NULL) {
            return 0;
        }
        *word = *word << 4 | (uint64_t)(digit - digits);
    }
    return 1;
}

int32_t content_hash_read(const char *text, struct content_hash *hash)
{
    uint64_t words[WORDS];

    if (text == NULL || strlen(text) != 1 + WORDS * 17 || *text++ != '1') {
        return 0;
    }
    for (size_t i = 0; i < WORDS; i++, text += 17) {
        if (*text != ':' || !read_word(text + 1, &words[i])) {
            return 0;
        }
    }
    *hash = (struct content_hash){
        {words[0], {words[1], words[2]}, (int64_t)words[3]}, words[4], (int64_t)words[5], (int64_t)words[6]};
    return hash->element.length >= IMPORT_HEAD_BYTES && hash->known_count > 0 && hash->messages > 0;
}

uint64_t content_hash_sum(uint64_t sum, const uint64_t *hashes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sum += (hashes[i] ^ hashes[i] >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
    }
    return sum;
}
