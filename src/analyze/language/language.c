#include "analyze/language/language.h"

#include "analyze/language/words.h"
#include "base/hash.h"
#include "base/utf8.h"

#include <string.h>

#define LATIN_COUNT    LANGUAGE_RU /* languages below it are told apart by words */
#define TABLE_SLOTS    8192        /* a power of two, more than twice the words */
#define WORD_MAX_BYTES 24
#define READ_MAX_BYTES 8192 /* the start of a text tells its language */
#define WEIGHT_WORD    12   /* of a word of one language; shared by the languages that have it */
#define WEIGHT_LETTER  8    /* of a letter that few languages have */
#define WEIGHT_I       11   /* of a capital I that stands alone: English */
#define WEIGHT_LEAST   8    /* below it a language is unknown */

struct language_words {
    enum language language;
    const char *words;
};

static const struct language_words frequent[] = {
#include "analyze/language/language.def"
};

struct language_letter {
    uint32_t letter;
    uint32_t languages; /* bits of enum language */
};

#define BIT(code) (UINT32_C(1) << LANGUAGE_##code)

static const struct language_letter letters[] = {
    {0xDF, BIT(DE)},                               /* ß */
    {0xE4, BIT(DE) | BIT(SV) | BIT(FI)},           /* ä */
    {0xF6, BIT(DE) | BIT(SV) | BIT(FI) | BIT(TR)}, /* ö */
    {0xFC, BIT(DE) | BIT(TR)},                     /* ü */
    {0xF1, BIT(ES)},                               /* ñ */
    {0xBF, BIT(ES)},                               /* inverted question mark */
    {0xA1, BIT(ES)},                               /* inverted exclamation mark */
    {0xE3, BIT(PT)},                               /* ã */
    {0xF5, BIT(PT)},                               /* õ */
    {0xE7, BIT(PT) | BIT(FR) | BIT(TR)},           /* ç */
    {0xEA, BIT(FR) | BIT(PT)},                     /* ê */
    {0xE8, BIT(FR) | BIT(IT)},                     /* è */
    {0xF9, BIT(FR) | BIT(IT)},                     /* ù */
    {0x153, BIT(FR)},                              /* oe ligature */
    {0xF2, BIT(IT) | BIT(CA)},                     /* ò */
    {0xE5, BIT(SV) | BIT(DA) | BIT(NO)},           /* å */
    {0xE6, BIT(DA) | BIT(NO)},                     /* ae ligature */
    {0xF8, BIT(DA) | BIT(NO)},                     /* ø */
    {0x142, BIT(PL)},                              /* ł */
    {0x105, BIT(PL)},                              /* ą */
    {0x119, BIT(PL)},                              /* ę */
    {0x15B, BIT(PL)},                              /* ś */
    {0x17C, BIT(PL)},                              /* ż */
    {0x131, BIT(TR)},                              /* dotless i */
    {0x11F, BIT(TR)},                              /* ğ */
    {0x15F, BIT(TR) | BIT(RO)},                    /* ş */
    {0x159, BIT(CS)},                              /* ř */
    {0x11B, BIT(CS)},                              /* ě */
    {0x16F, BIT(CS)},                              /* ů */
    {0x103, BIT(RO) | BIT(VI)},                    /* ă */
    {0x21B, BIT(RO)},                              /* ț */
    {0x219, BIT(RO)},                              /* ș */
    {0x151, BIT(HU)},                              /* ő */
    {0x171, BIT(HU)},                              /* ű */
    {0x1B0, BIT(VI)},                              /* ư */
    {0x1A1, BIT(VI)},                              /* ơ */
    {0x111, BIT(VI)},                              /* đ */
};

struct language_entry {
    const char *word; /* NULL for an empty slot; not terminated */
    size_t length;
    uint32_t languages;
};

struct language_table {
    struct language_entry entries[TABLE_SLOTS];
};

const char *language_code(enum language language)
{
    static const char *const codes[LANGUAGE_COUNT] = {"",   "en", "de", "es", "fr", "pt", "it", "nl", "pl", "tr", "sv",
                                                      "da", "no", "fi", "cs", "ro", "hu", "ca", "id", "vi", "ru", "uk",
                                                      "el", "ar", "fa", "he", "hi", "th", "ja", "zh", "ko"};

    return codes[language];
}

static size_t entry_slot(const struct language_table *table, const char *word, size_t length)
{
    size_t slot = (size_t)hash_bytes(0, word, length) & (TABLE_SLOTS - 1);

    while (table->entries[slot].word != NULL &&
           (table->entries[slot].length != length || memcmp(table->entries[slot].word, word, length) != 0)) {
        slot = (slot + 1) & (TABLE_SLOTS - 1);
    }
    return slot;
}

struct language_table *language_table_create(struct arena *arena)
{
    struct language_table *table = arena_allocate_zeroed(arena, 1, sizeof *table);

    for (size_t i = 0; table != NULL && i < sizeof frequent / sizeof frequent[0]; i++) {
        const char *at = frequent[i].words;

        while (*at != '\0') {
            size_t length = strcspn(at, " ");
            struct language_entry *entry = &table->entries[entry_slot(table, at, length)];

            entry->word = at;
            entry->length = length;
            entry->languages |= UINT32_C(1) << frequent[i].language;
            at += length;
            at += strspn(at, " ");
        }
    }
    return table;
}

uint32_t language_table_find(const struct language_table *table, const char *word, size_t length)
{
    return table->entries[entry_slot(table, word, length)].languages;
}

/* What is counted of a text. */
struct language_votes {
    const struct language_table *table;
    int32_t words[LANGUAGE_COUNT];
    int32_t scripts[LANGUAGE_COUNT]; /* letters of a script, at its first language */
    int32_t ukrainian;               /* letters that Russian does not have */
    int32_t persian;
    int32_t latin; /* letters */
};

static void vote(struct language_votes *votes, uint32_t languages, int32_t weight)
{
    int32_t share = weight / __builtin_popcount(languages);

    for (; languages != 0; languages &= languages - 1) {
        votes->words[__builtin_ctz(languages)] += share;
    }
}

static enum language script_of(uint32_t c)
{
    static const struct {
        uint32_t first;
        uint32_t last;
        enum language language;
    } scripts[] = {
        {0x370, 0x3FF, LANGUAGE_EL},   {0x400, 0x52F, LANGUAGE_RU},   {0x590, 0x5FF, LANGUAGE_HE},
        {0x600, 0x6FF, LANGUAGE_AR},   {0x900, 0x97F, LANGUAGE_HI},   {0xE00, 0xE7F, LANGUAGE_TH},
        {0x1100, 0x11FF, LANGUAGE_KO}, {0x3040, 0x30FF, LANGUAGE_JA}, {0x3400, 0x9FFF, LANGUAGE_ZH},
        {0xAC00, 0xD7AF, LANGUAGE_KO},
    };

    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (c >= scripts[i].first && c <= scripts[i].last) {
            return scripts[i].language;
        }
    }
    return LANGUAGE_UNKNOWN;
}

static void vote_letter(struct language_votes *votes, uint32_t c)
{
    enum language script;

    if (c < 0x80) {
        votes->latin += (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        return;
    }
    for (size_t i = 0; c < 0x250 && i < sizeof letters / sizeof letters[0]; i++) {
        if (letters[i].letter == c) {
            vote(votes, letters[i].languages, WEIGHT_LETTER);
        }
    }
    script = script_of(c);
    votes->scripts[script] += script != LANGUAGE_UNKNOWN;
    votes->latin += c >= 0xC0 && c < 0x250;
    votes->ukrainian += c == 0x456 || c == 0x457 || c == 0x454 || c == 0x491;
    votes->persian += c == 0x67E || c == 0x686 || c == 0x6AF || c == 0x6CC || c == 0x6A9;
}

static void vote_word(struct language_votes *votes, const char *word, size_t length)
{
    const struct language_entry *entry = &votes->table->entries[entry_slot(votes->table, word, length)];

    if (entry->word != NULL) {
        vote(votes, entry->languages, WEIGHT_WORD);
    }
}

static void count_text(struct language_votes *votes, const char *text, size_t length)
{
    char word[WORD_MAX_BYTES];
    size_t used = 0; /* WORD_MAX_BYTES: too long to be a frequent word */
    size_t start = 0;

    for (size_t at = 0; at <= length;) {
        uint32_t c;
        size_t taken = code_point_read(text, at, length, &c);
        uint32_t lower = c == 0x2019 ? '\'' : code_point_lower(c);

        if (c != 0 && (code_point_is_word(c) || (lower == '\'' && used > 0) || c == '_')) {
            vote_letter(votes, lower);
            start = used == 0 ? at : start;
            if (!code_point_append(word, &used, WORD_MAX_BYTES - 1, lower)) {
                used = WORD_MAX_BYTES;
            }
        } else {
            if (c == 0xBF || c == 0xA1) {
                vote_letter(votes, c);
            }
            if (used > 0 && used < WORD_MAX_BYTES) {
                vote_word(votes, word, used);
                votes->words[LANGUAGE_EN] += text[start] == 'I' && (used == 1 || word[1] == '\'') ? WEIGHT_I : 0;
            }
            used = 0;
        }
        at += taken;
    }
}

/* The script with most letters; a syllable counts for several Latin letters. */
static enum language script_winner(const struct language_votes *votes)
{
    size_t best = LANGUAGE_UNKNOWN;

    if (votes->scripts[LANGUAGE_JA] > 0 &&
        (votes->scripts[LANGUAGE_JA] + votes->scripts[LANGUAGE_ZH]) * 3 > votes->latin &&
        votes->scripts[LANGUAGE_JA] * 12 > votes->scripts[LANGUAGE_ZH]) {
        return LANGUAGE_JA;
    }
    for (size_t i = LATIN_COUNT; i < LANGUAGE_COUNT; i++) {
        best = votes->scripts[i] > votes->scripts[best] || best == LANGUAGE_UNKNOWN ? i : best;
    }
    if (votes->scripts[best] == 0 || votes->scripts[best] * (best >= LANGUAGE_JA ? 3 : 1) <= votes->latin) {
        return LANGUAGE_UNKNOWN;
    }
    if (best == LANGUAGE_RU && votes->ukrainian * 40 > votes->scripts[best]) {
        return LANGUAGE_UK;
    }
    return best == LANGUAGE_AR && votes->persian * 20 > votes->scripts[best] ? LANGUAGE_FA : (enum language)best;
}

enum language language_detect(const struct language_table *table, const char *text, size_t length)
{
    struct language_votes votes;
    enum language winner;
    size_t best = 1;
    int32_t second = 0;

    memset(&votes, 0, sizeof votes);
    votes.table = table;
    count_text(&votes, text, length < READ_MAX_BYTES ? length : utf8_floor(text, length, READ_MAX_BYTES));
    winner = script_winner(&votes);
    if (winner != LANGUAGE_UNKNOWN) {
        return winner;
    }
    for (size_t i = 2; i < LATIN_COUNT; i++) {
        best = votes.words[i] > votes.words[best] ? i : best;
    }
    for (size_t i = 1; i < LATIN_COUNT; i++) {
        second = i != best && votes.words[i] > second ? votes.words[i] : second;
    }
    return votes.words[best] >= WEIGHT_LEAST && votes.words[best] * 5 > second * 6 ? (enum language)best
                                                                                   : LANGUAGE_UNKNOWN;
}
