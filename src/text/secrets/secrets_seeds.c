/* Wallet seed phrases: twelve or more consecutive words of BIP 39's English list. */
#include "text/secrets/secrets_internal.h"

#include <string.h>

#define WORDS_LEAST 12
#define WORDS_MOST  24
#define WORD_BYTES  9
#define STRIDE      52 /* shorter than nearly every phrase (all but one in a million), so that each is probed */
#define AHEAD_MAX   120
#define PROBE_BYTES (2 * WORD_BYTES + 8) /* bytes read by a probe */
#define SLOT_BITS   14

static const char words[][WORD_BYTES] = {
#include "text/secrets/secret_seed_words.def"
};

/* Hash table of word numbers (1-based, 0: free). The first four letters of a BIP 39 word are unique, so only they are
 * hashed. `used` has one bit per slot, in two kilobytes that stay in the processor's cache. */
static uint16_t slots[(size_t)1 << SLOT_BITS];
static uint64_t used[((size_t)1 << SLOT_BITS) / 64];

static uint32_t hash_word(const char *text, size_t length)
{
    uint32_t letters = 0;

    if (length == 3) {
        memcpy(&letters, text, 3);
    } else {
        memcpy(&letters, text, sizeof letters);
    }
    return letters * UINT32_C(2654435761) >> (32 - SLOT_BITS);
}

void secret_build_seeds(void)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        uint32_t slot = hash_word(words[i], strlen(words[i]));

        while (slots[slot] != 0) {
            slot = (slot + 1) % (sizeof slots / sizeof slots[0]);
        }
        slots[slot] = (uint16_t)(i + 1);
        used[slot / 64] |= UINT64_C(1) << slot % 64;
    }
}

static int32_t is_seed_word(const char *text, size_t length)
{
    uint32_t slot;

    if (length < 3 || length > WORD_BYTES - 1) {
        return 0;
    }
    slot = hash_word(text, length);
    if ((used[slot / 64] >> slot % 64 & 1) == 0) {
        return 0;
    }
    for (; slots[slot] != 0; slot = (slot + 1) % (sizeof slots / sizeof slots[0])) {
        const char *word = words[slots[slot] - 1];

        if (memcmp(word, text, length) == 0 && word[length] == '\0') {
            return 1;
        }
    }
    return 0;
}

/* Skips what may separate two words: blanks, line feeds, commas, and numbering such as "3. ". */
static size_t skip_between(const struct secret_scan *scan, size_t at)
{
    size_t end = at;
    int32_t has_blank = 0;

    while (end - at < 8 && secret_in(secret_at(scan, end), SET_GAP)) {
        has_blank |= scan->text[end] == ' ' || scan->text[end] == '\n' || scan->text[end] == ',';
        end++;
    }
    return has_blank ? end : at;
}

static size_t word_end(const struct secret_scan *scan, size_t at)
{
    return at + secret_run(scan, at, SET_LOWER, WORD_BYTES);
}

/* Counts consecutive seed words from `at`; *end is the end of the last one. */
static size_t count_words(const struct secret_scan *scan, size_t at, size_t *end)
{
    size_t count = 0;

    while (count <= WORDS_MOST) {
        size_t stop = word_end(scan, at);

        if (secret_in(secret_at(scan, stop), SET_ALNUM | SET_SCORE) || !is_seed_word(scan->text + at, stop - at)) {
            break;
        }
        count++;
        *end = stop;
        at = skip_between(scan, stop);
        if (at == stop) {
            break;
        }
    }
    return count;
}

static int32_t is_phrase(size_t count)
{
    return count >= WORDS_LEAST && count % 3 == 0 && count <= WORDS_MOST;
}

/* Finds a phrase after "seed phrase", "recovery phrase", "mnemonic" and the like. */
void secret_verify_seed(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    size_t limit = at + length + AHEAD_MAX < scan->length ? at + length + AHEAD_MAX : scan->length;

    (void)detail;
    for (size_t i = at + length; i < limit; i++) {
        size_t end = i;

        if (!secret_in(scan->text[i], SET_LOWER) || secret_in(secret_before(scan, i), SET_ALNUM)) {
            continue;
        }
        if (count_words(scan, i, &end) >= WORDS_LEAST) {
            secret_add(scan, SECRET_SEED_PHRASE, i, end);
            return;
        }
    }
}

/* Start of the first seed word in the sequence that contains the word at `at`. */
static size_t first_word(const struct secret_scan *scan, size_t at)
{
    for (size_t count = 0; count < WORDS_MOST; count++) {
        size_t end = at;
        size_t start;

        while (at - end < 8 && secret_in(secret_before(scan, end), SET_GAP)) {
            end--;
        }
        start = end;
        while (start > 0 && end - start < WORD_BYTES && secret_in(scan->text[start - 1], SET_LOWER)) {
            start--;
        }
        if (end == at || secret_in(secret_before(scan, start), SET_ALNUM | SET_SCORE) ||
            !is_seed_word(scan->text + start, end - start)) {
            return at;
        }
        at = start;
    }
    return at;
}

/* Bit i is set if byte i (of eight) is a lower-case letter. */
static uint32_t lower_mask(const char *text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = ones * 0x80;
    uint64_t bytes;
    uint64_t low;

    memcpy(&bytes, text, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    low = bytes & ~tops;
    bytes = (low + ones * (0x80 - 'a')) & ~(low + ones * (0x80 - 'z' - 1)) & ~bytes & tops;
    return (uint32_t)(bytes * UINT64_C(0x0002040810204081) >> 56); /* collects the top bits of the bytes */
}

/* Start of the word after the one that contains `probe`, if it is a seed word, or 0. Reads PROBE_BYTES bytes. */
static size_t probed_word(const struct secret_scan *scan, size_t probe)
{
    const char *text = scan->text + probe;
    uint32_t lower = lower_mask(text) | lower_mask(text + 8) << 8 | lower_mask(text + 16) << 16;
    size_t end = (size_t)__builtin_ctz(~lower);
    size_t start = end + 1;
    size_t length;

    if (end >= WORD_BYTES || (text[end] != ' ' && text[end] != '\n' && text[end] != ',' && text[end] != '.')) {
        return 0;
    }
    if ((lower >> start & 1) == 0) {
        start = skip_between(scan, probe + end) - probe;
    }
    length = (size_t)__builtin_ctz(~(lower >> start));
    return is_seed_word(text + start, length) && !secret_in(text[start + length], SET_ALNUM) ? probe + start : 0;
}

void secret_find_seeds(struct secret_scan *scan)
{
    for (size_t probe = 0; probe + PROBE_BYTES < scan->length; probe += STRIDE) {
        size_t at = probed_word(scan, probe);
        size_t end;

        if (at == 0) {
            continue;
        }
        at = first_word(scan, at);
        if (is_phrase(count_words(scan, at, &end))) {
            secret_add(scan, SECRET_SEED_PHRASE, at, end);
            probe = end > probe ? end : probe;
        }
    }
}
