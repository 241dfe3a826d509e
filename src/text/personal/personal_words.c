/* Words: where they end, their hash without regard to case, and what they mean for the text beside them. */
#include "text/personal/personal_internal.h"

#include <pthread.h>
#include <string.h>

#define SLOT_BITS  15
#define SLOTS      ((size_t)1 << SLOT_BITS)
#define WORD_MAX   64 /* bytes of a word that are hashed; longer words have no meaning */
#define HASH_PRIME UINT64_C(0x9E3779B97F4A7C15)

struct slot {
    uint32_t mark; /* upper half of the hash; 0: empty */
    uint32_t flags;
};

static struct slot slots[SLOTS];
static uint64_t marks[1024]; /* a bit for each value of the upper 16 bits of the hashes in the table */
uint64_t personal_word_filter[PERSONAL_FILTER_WORDS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const char *const given_names[] = {
#include "text/personal/given_names.def"
};

static const struct word_row {
    uint32_t flags;
    const char *words;
} word_rows[] = {
#define WORDS(flags, words) {flags, words},
#include "text/personal/personal_words.def"
#undef WORDS
};

/* Bytes that continue a word: ASCII letters, and those of other code points. */
static const uint8_t letter_bytes[256] = {
#define L1(a)  [a] = 1
#define L4(a)  L1(a), L1((a) + 1), L1((a) + 2), L1((a) + 3)
#define L16(a) L4(a), L4((a) + 4), L4((a) + 8), L4((a) + 12)
    L4('A'),   L4('E'),   L4('I'),   L4('M'),   L4('Q'),   L4('U'),  L1('Y'), L1('Z'),   L4('a'),
    L4('e'),   L4('i'),   L4('m'),   L4('q'),   L4('u'),   L1('y'),  L1('z'), L16(0x80), L16(0x90),
    L16(0xA0), L16(0xB0), L16(0xC0), L16(0xD0), L16(0xE0), L16(0xF0)
#undef L16
#undef L4
#undef L1
};

static uint32_t decode(const unsigned char *at, size_t left, size_t *size)
{
    if (at[0] >= 0xC2 && at[0] < 0xE0 && left >= 2 && (at[1] & 0xC0) == 0x80) {
        *size = 2;
        return (uint32_t)(at[0] & 0x1F) << 6 | (at[1] & 0x3F);
    }
    if (at[0] >= 0xE0 && at[0] < 0xF0 && left >= 3 && (at[1] & 0xC0) == 0x80 && (at[2] & 0xC0) == 0x80) {
        *size = 3;
        return (uint32_t)(at[0] & 0x0F) << 12 | (uint32_t)(at[1] & 0x3F) << 6 | (at[2] & 0x3F);
    }
    if (at[0] >= 0xF0 && at[0] < 0xF5 && left >= 4 && (at[1] & 0xC0) == 0x80 && (at[2] & 0xC0) == 0x80 &&
        (at[3] & 0xC0) == 0x80) {
        *size = 4;
        return (uint32_t)(at[0] & 0x07) << 18 | (uint32_t)(at[1] & 0x3F) << 12 | (uint32_t)(at[2] & 0x3F) << 6 |
               (at[3] & 0x3F);
    }
    *size = 1;
    return 0;
}

/* Signs, spaces, punctuation and emoji. Code point 0 is not text. */
static int32_t is_letter(uint32_t code_point)
{
    return code_point >= 0xC0 && code_point != 0xD7 && code_point != 0xF7 &&
           !(code_point >= 0x2000 && code_point < 0x2C00) && !(code_point >= 0x3000 && code_point < 0x3005) &&
           !(code_point >= 0x3008 && code_point < 0x3021) && !(code_point >= 0xFE00 && code_point < 0xFE70) &&
           !(code_point >= 0xFF00 && code_point < 0xFF66) && code_point < 0x1F000 && code_point != 0x60C &&
           code_point != 0x61B && code_point != 0x61F && code_point != 0x964;
}

/* The small letter of a code point in two bytes: Latin, Greek, Cyrillic. */
static uint32_t small_letter(uint32_t code_point)
{
    if ((code_point >= 0xC0 && code_point < 0xDF) || (code_point >= 0x391 && code_point < 0x3AC) ||
        (code_point >= 0x410 && code_point < 0x430)) {
        return code_point + 32;
    }
    if (code_point >= 0x400 && code_point < 0x410) {
        return code_point + 80;
    }
    if ((code_point >= 0x139 && code_point < 0x149) || (code_point >= 0x179 && code_point < 0x17F)) {
        return code_point + (code_point & 1);
    }
    if ((code_point >= 0x100 && code_point < 0x138 && code_point != 0x130 && code_point != 0x131) ||
        (code_point >= 0x14A && code_point < 0x178)) {
        return code_point | 1;
    }
    switch (code_point) {
    case 0x386:
        return 0x3AC;
    case 0x388:
    case 0x389:
    case 0x38A:
        return code_point + 37;
    case 0x38C:
        return 0x3CC;
    case 0x3C2: /* final sigma */
        return 0x3C3;
    default:
        return code_point;
    }
}

/* Folds a word in place: small letters. */
static void fold(unsigned char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t size = 1;

        if (text[at] < 0x80) {
            text[at] |= text[at] >= 'A' && text[at] <= 'Z' ? 0x20 : 0;
        } else {
            uint32_t code_point = decode(text + at, length - at, &size);

            if (size == 2) {
                code_point = small_letter(code_point);
                text[at] = (unsigned char)(0xC0 | code_point >> 6);
                text[at + 1] = (unsigned char)(0x80 | (code_point & 0x3F));
            }
        }
        at += size;
    }
}

static uint64_t hash_folded(const unsigned char *text, size_t length)
{
    uint64_t hash = length * HASH_PRIME;

    for (size_t at = 0; at < length; at += 8) {
        size_t left = length - at;
        uint64_t eight = 0;

        memcpy(&eight, text + at, left < 8 ? left : 8);
        hash = (hash ^ eight) * HASH_PRIME;
        hash ^= hash >> 29;
    }
    return hash * HASH_PRIME;
}

uint64_t personal_word_hash(const char *text, size_t length)
{
    unsigned char folded[WORD_MAX];

    if (length > WORD_MAX) {
        return 0;
    }
    memcpy(folded, text, length);
    fold(folded, length);
    return hash_folded(folded, length);
}

void personal_filter_add(uint64_t *filter, const char *word, size_t length)
{
    unsigned char bytes[3] = {(unsigned char)word[0], (unsigned char)(length > 1 ? word[1] : ' '), 0};
    size_t least = length > 2 ? (unsigned char)word[2] : 0;
    size_t most = length > 2 ? least : 0x3F; /* of a short word: any sign behind it */

    for (size_t last = least; last <= most; last++) {
        size_t key;

        bytes[2] = (unsigned char)last;
        key = personal_filter_key(bytes);
        filter[key >> 6] |= UINT64_C(1) << (key & 63);
    }
}

#define BEFORE_GAP_BYTES 8 /* between a word and the text that asks for it */

/* Reads the last word that ends at most eight bytes before `at`. */
static void read_before(const struct personal_scan *scan, size_t at, struct personal_word *word)
{
    const unsigned char *text = (const unsigned char *)scan->text;
    size_t end = at;
    size_t start;

    memset(word, 0, sizeof *word);
    while (end > 0 && at - end < BEFORE_GAP_BYTES && !letter_bytes[text[end - 1]]) {
        end--;
    }
    start = end;
    while (start > 0 && end - start < WORD_MAX && letter_bytes[text[start - 1]]) {
        start--;
    }
    while (start < end) { /* signs that are not ASCII may be among the letters */
        struct personal_word next;

        if (personal_word_read(scan, start, &next)) {
            *word = next;
            start = next.end;
        } else {
            start++;
        }
    }
}

const struct personal_word *personal_word_before(struct personal_scan *scan, size_t at, size_t which)
{
    if (scan->before_at != at + 1) {
        read_before(scan, at, &scan->before[0]);
        scan->before[1].end = SIZE_MAX;
        scan->before_at = at + 1;
    }
    if (which == 1 && scan->before[1].end == SIZE_MAX) {
        read_before(scan, scan->before[0].start, &scan->before[1]);
    }
    return &scan->before[which];
}

static uint32_t find_flags(uint64_t hash)
{
    uint32_t mark = (uint32_t)hash | 1;

    if ((marks[hash >> 54] >> (hash >> 48 & 63) & 1) == 0) {
        return 0;
    }

    for (size_t i = (size_t)(hash >> (64 - SLOT_BITS)); slots[i].mark != 0; i = (i + 1) % SLOTS) {
        if (slots[i].mark == mark) {
            return slots[i].flags;
        }
    }
    return 0;
}

static void add_word(const char *text, size_t length, uint32_t flags)
{
    uint64_t hash = personal_word_hash(text, length);
    uint32_t mark = (uint32_t)hash | 1;
    size_t i = (size_t)(hash >> (64 - SLOT_BITS));

    while (slots[i].mark != 0 && slots[i].mark != mark) {
        i = (i + 1) % SLOTS;
    }
    slots[i].mark = mark;
    slots[i].flags |= flags;
    marks[hash >> 54] |= UINT64_C(1) << (hash >> 48 & 63);
    if ((flags & WORD_ACTIVE) != 0) {
        personal_filter_add(personal_word_filter, text, length);
    }
}

static void add_words(const char *words, uint32_t flags)
{
    while (*words != '\0') {
        size_t length = strcspn(words, " ");

        add_word(words, length, flags);
        words += length;
        words += strspn(words, " ");
    }
}

static void build(void)
{
    for (size_t i = 0; i < sizeof given_names / sizeof given_names[0]; i++) {
        add_words(given_names[i], WORD_GIVEN);
    }
    for (size_t i = 0; i < sizeof word_rows / sizeof word_rows[0]; i++) {
        add_words(word_rows[i].words, word_rows[i].flags);
    }
}

void personal_words_build(void)
{
    (void)pthread_once(&once, build);
}

/* Ends of names of streets that are one word, "Hauptstraße", "Gesterbyntie", by their last letter. */
static const char *const street_suffixes[26] = {
    ['a' - 'a'] = "gata utca",
    ['d' - 'a'] = "gränd",
    ['e' - 'a'] = "straße strasse gasse allee gade kade tie stræde",
    ['g' - 'a'] = "weg steenweg",
    ['j' - 'a'] = "vej",
    ['m' - 'a'] = "damm",
    ['n' - 'a'] = "gatan vägen veien vegen laan plein backen",
    ['r' - 'a'] = "ufer str",
    ['t' - 'a'] = "straat gracht",
    ['u' - 'a'] = "katu polku",
    ['z' - 'a'] = "platz",
};

static int32_t has_street_suffix(const char *text, size_t length)
{
    unsigned char folded[WORD_MAX];
    const char *suffix;
    size_t size;

    if (length < 6 || length > WORD_MAX || !personal_is_ascii_letter(text[length - 1])) {
        return 0;
    }
    suffix = street_suffixes[(text[length - 1] | 0x20) - 'a'];
    if (suffix == NULL) {
        return 0;
    }
    memcpy(folded, text, length);
    fold(folded, length);
    for (; *suffix != '\0'; suffix += size + (suffix[size] == ' ')) {
        size = strcspn(suffix, " ");
        if (size + 2 < length && memcmp(folded + length - size, suffix, size) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Reads a word that has other letters than ASCII's from `end` on. */
static void read_letters(const struct personal_scan *scan, struct personal_word *word, size_t end)
{
    const unsigned char *text = (const unsigned char *)scan->text;
    int32_t has_small = 0;

    while (end < scan->length && letter_bytes[text[end]]) {
        size_t size = 1;
        uint32_t code_point = text[end] < 0x80 ? text[end] : decode(text + end, scan->length - end, &size);
        int32_t is_small;

        if (text[end] >= 0x80 && !is_letter(code_point)) {
            break;
        }
        is_small = text[end] < 0x80 ? code_point >= 'a' : code_point < 0x590 && small_letter(code_point) == code_point;
        if (end == word->start) {
            word->is_capital = !is_small;
        }
        has_small |= is_small;
        end += size;
    }
    word->is_upper = !has_small;
    word->end = end;
}

int32_t personal_word_read(const struct personal_scan *scan, size_t at, struct personal_word *word)
{
    const unsigned char *text = (const unsigned char *)scan->text;
    unsigned char folded[WORD_MAX];
    unsigned char all = 0;
    size_t end = at;
    size_t length;

    while (end < scan->length && letter_bytes[text[end]]) {
        all |= text[end];
        end++;
    }
    word->start = at;
    word->end = end;
    word->flags = 0;
    word->hash = 0;
    if (end == at) {
        return 0;
    }
    if (all < 0x80) {
        word->is_capital = text[at] < 'a';
        word->is_upper = (all & 0x20) == 0;
        length = end - at;
        if (length > WORD_MAX) {
            return 1;
        }
        memcpy(folded, text + at, length);
        for (size_t i = 0; i < length; i++) {
            folded[i] |= 0x20;
        }
        word->hash = hash_folded(folded, length);
    } else {
        read_letters(scan, word, at);
        if (word->end == at) {
            return 0;
        }
        word->hash = personal_word_hash((const char *)text + at, word->end - at);
    }
    word->flags = find_flags(word->hash);
    if (word->is_capital && has_street_suffix((const char *)text + at, word->end - at)) {
        word->flags |= WORD_STREET_SUFFIX;
    }
    return 1;
}
