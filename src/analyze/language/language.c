#include "analyze/language/language.h"

#include "analyze/language/word_table.h"
#include "analyze/language/words.h"
#include "base/utf8.h"

#include <string.h>

#define LATIN_COUNT    LANGUAGE_RU /* languages below it are told apart by words */
#define READ_MAX_BYTES 8192        /* the start of a text tells its language */
#define WEIGHT_WORD    12          /* of a word of one language; shared by the languages that have it */
#define WEIGHT_LETTER  8           /* of a letter that few languages have */
#define WEIGHT_I       11          /* of a capital I that stands alone: English */
#define WEIGHT_LEAST   8           /* below it a language is unknown */

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

struct language_table {
    struct word_table *words; /* languages as bits */
};

const char *language_code(enum language language)
{
    static const char *const codes[LANGUAGE_COUNT] = {"",   "en", "de", "es", "fr", "pt", "it", "nl", "pl", "tr", "sv",
                                                      "da", "no", "fi", "cs", "ro", "hu", "ca", "id", "vi", "ru", "uk",
                                                      "el", "ar", "fa", "he", "hi", "th", "ja", "zh", "ko"};

    return codes[language];
}

enum language language_find(const char *code)
{
    for (enum language language = LANGUAGE_UNKNOWN + 1; language < LANGUAGE_COUNT; language++) {
        if (strcmp(language_code(language), code) == 0) {
            return language;
        }
    }
    return LANGUAGE_UNKNOWN;
}

#define PLAIN_LEAST     3 /* bytes of a word that is known without its marks too */
#define PLAIN_BYTES_MAX 48

/* Languages that many write without the marks of letters. */
#define PLAIN_LANGUAGES                                                                                                \
    (BIT(ES) | BIT(FR) | BIT(PT) | BIT(IT) | BIT(PL) | BIT(TR) | BIT(CS) | BIT(RO) | BIT(HU) | BIT(CA))

/* The hash of a word without its marks; 0 if it has none. */
static uint64_t hash_plain(const char *word, size_t length)
{
    char plain[PLAIN_BYTES_MAX];
    size_t size = word_without_marks(word, length, plain, sizeof plain);

    return size < PLAIN_LEAST ? 0 : word_hash_bytes(WORD_HASH_BEGIN, plain, size);
}

/* Adds the words of a list without their marks, of those that are no words of `known`. 0 if there is no memory. */
static int32_t add_plain(const struct word_table *known, struct word_table *plain, const struct language_words *list)
{
    for (const char *word = list->words; *word != '\0'; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        uint64_t hash = hash_plain(word, length);

        if (hash != 0 && word_table_find(known, hash) == NULL) {
            uint64_t *languages = word_table_at(plain, hash);

            if (languages == NULL) {
                return 0;
            }
            *languages |= UINT64_C(1) << list->language;
        }
        word += length;
    }
    return 1;
}

/* Adds all of `from`. 0 if there is no memory. */
static int32_t add_all(struct word_table *to, const struct word_table *from)
{
    for (size_t i = 0; i <= from->mask; i++) {
        if (from->slots[i].hash != 0 && !word_table_add(to, from->slots[i].hash, from->slots[i].value)) {
            return 0;
        }
    }
    return 1;
}

struct language_table *language_table_create(struct arena *arena)
{
    struct language_table *table = arena_allocate_zeroed(arena, 1, sizeof *table);
    struct word_table *plain = word_table_create(arena);

    if (table == NULL || plain == NULL) {
        return NULL;
    }
    table->words = word_table_create(arena);
    for (size_t i = 0; table->words != NULL && i < sizeof frequent / sizeof frequent[0]; i++) {
        if (!word_table_fill(table->words, frequent[i].words, UINT64_C(1) << frequent[i].language)) {
            return NULL;
        }
    }
    for (size_t i = 0; table->words != NULL && i < sizeof frequent / sizeof frequent[0]; i++) {
        if ((PLAIN_LANGUAGES & UINT32_C(1) << frequent[i].language) != 0 &&
            !add_plain(table->words, plain, &frequent[i])) {
            return NULL;
        }
    }
    return table->words == NULL || !add_all(table->words, plain) ? NULL : table;
}

uint32_t language_table_find(const struct language_table *table, uint64_t hash)
{
    const uint64_t *languages = word_table_find(table->words, hash);

    return languages == NULL ? 0 : (uint32_t)*languages;
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

/* 1 for a capital I, alone or before an apostrophe. */
static int32_t is_english_i(const char *text, size_t start, size_t end)
{
    return text[start] == 'I' &&
           (end == start + 1 || text[start + 1] == '\'' || code_point_at(text, start + 1, end) == 0x2019);
}

static void count_text(struct language_votes *votes, const char *text, size_t length)
{
    uint64_t hash = WORD_HASH_BEGIN;
    size_t start = SIZE_MAX; /* of the word; none */

    for (size_t at = 0; at <= length;) {
        uint32_t c;
        size_t taken = code_point_read(text, at, length, &c);
        uint32_t lower = c == 0x2019 ? '\'' : code_point_lower(c);

        if (code_point_is_word(c) || (lower == '\'' && start != SIZE_MAX) || c == '_') {
            vote_letter(votes, lower);
            start = start == SIZE_MAX ? at : start;
            hash = word_hash_code_point(hash, lower);
        } else {
            uint32_t languages = start == SIZE_MAX ? 0 : language_table_find(votes->table, hash);

            if (c == 0xBF || c == 0xA1) {
                vote_letter(votes, c);
            }
            if (languages != 0) {
                vote(votes, languages, WEIGHT_WORD);
            }
            votes->words[LANGUAGE_EN] += start != SIZE_MAX && is_english_i(text, start, at) ? WEIGHT_I : 0;
            hash = WORD_HASH_BEGIN;
            start = SIZE_MAX;
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
