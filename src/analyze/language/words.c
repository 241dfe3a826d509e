#include "analyze/language/words.h"

#include "base/utf8.h"

#include <string.h>

int32_t word_is(const struct word *word, const char *key)
{
    return strcmp(word->key, key) == 0;
}

int32_t word_in(const struct word *word, const char *keys)
{
    size_t length = strlen(word->key);

    while (*keys != '\0') {
        size_t key_length = strcspn(keys, " ");

        if (key_length == length && memcmp(keys, word->key, length) == 0) {
            return 1;
        }
        keys += key_length;
        keys += strspn(keys, " ");
    }
    return 0;
}

static int32_t in_range(uint32_t code_point, uint32_t first, uint32_t last)
{
    return code_point >= first && code_point <= last;
}

static int32_t is_digit(uint32_t c)
{
    return in_range(c, '0', '9');
}

int32_t code_point_is_word_beyond_ascii(uint32_t c)
{
    if (c < 0xC0) {
        return c == 0xAA || c == 0xB5 || c == 0xBA;
    }
    return c != 0xD7 && c != 0xF7 && !in_range(c, 0x2000, 0x2BFF) && !in_range(c, 0x2E00, 0x2E7F) &&
           !in_range(c, 0x3000, 0x3004) && !in_range(c, 0x3008, 0x3020) && !in_range(c, 0xFE10, 0xFE1F) &&
           !in_range(c, 0xFE30, 0xFE6F) && !in_range(c, 0xFF00, 0xFF0F) && !in_range(c, 0xFF1A, 0xFF20) &&
           !in_range(c, 0xFF3B, 0xFF40) && !in_range(c, 0xFF5B, 0xFF65) && c != UTF8_REPLACEMENT && c != 0xFEFF &&
           !in_range(c, 0xE000, 0xF8FF) && !in_range(c, 0xFE00, 0xFE0F) && !in_range(c, 0x1F000, 0x1FAFF) &&
           c != 0x0964 && c != 0x0965 && c != 0x060C && c != 0x061B && c != 0x061F && c != 0x06D4;
}

uint32_t code_point_lower_beyond_ascii(uint32_t c)
{
    if ((in_range(c, 0xC0, 0xDE) && c != 0xD7) || in_range(c, 0x391, 0x3A9) || in_range(c, 0x410, 0x42F)) {
        return c + 0x20;
    }
    if (in_range(c, 0x400, 0x40F)) {
        return c + 0x50;
    }
    if (in_range(c, 0x100, 0x137) || in_range(c, 0x14A, 0x177) || in_range(c, 0x460, 0x481) ||
        in_range(c, 0x48A, 0x4BF)) {
        return c | 1;
    }
    if (in_range(c, 0x139, 0x148) || in_range(c, 0x179, 0x17E)) {
        return c + (c & 1);
    }
    return c;
}

static int32_t is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019;
}

/* 1 if the mark belongs to a word, between `before` and `after`: "half-elf", "Node.js", "2,000", "don't", "R&D". */
static int32_t joins(uint32_t mark, uint32_t before, uint32_t after)
{
    if (!code_point_is_word(after)) {
        return 0;
    }
    if (mark == ',') {
        return is_digit(before) && is_digit(after);
    }
    if (mark == '.' || mark == ':') {
        return (is_digit(before) && is_digit(after)) || (mark == '.' && before < 0x80 && after < 0x80);
    }
    return mark == '-' || mark == '_' || mark == '&' || mark == '@' || mark == 0x2011 || is_apostrophe(mark);
}

/* End of the word that starts at `at`. */
static size_t word_end(const char *text, size_t at, size_t end)
{
    uint32_t before = 0;

    while (at < end) {
        uint32_t c;
        size_t length = code_point_read(text, at, end, &c);

        if (!code_point_is_word(c)) {
            if ((c == '+' || c == '#') && before != 0 && before < 0x80) { /* C++, C# */
                at += length;
                continue;
            }
            if (c == '%' && is_digit(before)) {
                return at + length;
            }
            if (before == 0 || !joins(c, before, code_point_at(text, at + length, end))) {
                return at;
            }
        }
        before = c;
        at += length;
    }
    return at;
}

static uint32_t gap_flag(uint32_t c)
{
    switch (c) {
    case ',':
    case 0xFF0C:
    case 0x3001:
    case 0x060C:
        return GAP_COMMA;
    case 0x2013:
    case 0x2014:
    case 0x2015:
        return GAP_DASH;
    case ':':
    case 0xFF1A:
        return GAP_COLON;
    case '(':
    case '[':
        return GAP_OPEN;
    case ')':
    case ']':
        return GAP_CLOSE;
    case MASK_BYTE:
        return GAP_MASK;
    case '/':
    case '|':
        return GAP_SLASH;
    case ';':
    case 0x2026:
    case '.':
    case '!':
    case '?':
        return GAP_STOP;
    default:
        return c <= ' ' || c == 0xA0 || c == '*' || c == '_' || c == '"' || c == '`' || c == '\'' ? 0 : GAP_OTHER;
    }
}

struct splitter {
    struct arena *arena;
    const char *text;
    struct word *words;
    size_t count;
    int32_t failed;
};

/* The word in lower case; NULL if there is no memory. */
static char *fold(struct arena *arena, const char *text, size_t length, uint32_t *flags)
{
    char *key = arena_allocate_text(arena, length + 4);
    size_t used = 0;

    for (size_t at = 0; key != NULL && at < length;) {
        uint32_t c;
        size_t taken = code_point_read(text, at, length, &c);
        uint32_t lower = is_apostrophe(c) ? '\'' : code_point_lower(c);

        if (at == 0 && lower != c && !is_apostrophe(c)) {
            *flags |= WORD_CAPITAL;
        }
        if (is_digit(c)) {
            *flags |= WORD_NUMBER;
        }
        (void)code_point_append(key, &used, length, lower);
        at += taken;
    }
    if (key != NULL) {
        key[used] = '\0';
    }
    return key;
}

static void add_word(struct splitter *splitter, size_t offset, size_t length, const char *key, uint32_t gap,
                     uint32_t flags)
{
    struct word *added = &splitter->words[splitter->count];

    added->offset = offset;
    added->length = length;
    added->key = key;
    added->gap = gap;
    added->flags = flags;
    splitter->count++;
}

#define CONTRACTION_MAX_BYTES 8

struct contraction {
    const char *whole;
    size_t first_length; /* length of the first part */
    const char *first;
    const char *second;
};

static const struct contraction contractions[] = {
    {"im", 1, "i", "'m"},           {"ive", 1, "i", "'ve"},       {"dont", 2, "do", "n't"},
    {"cant", 3, "can", "n't"},      {"cannot", 3, "can", "n't"},  {"wont", 2, "will", "n't"},
    {"didnt", 3, "did", "n't"},     {"doesnt", 4, "does", "n't"}, {"isnt", 2, "is", "n't"},
    {"wasnt", 3, "was", "n't"},     {"havent", 4, "have", "n't"}, {"couldnt", 5, "could", "n't"},
    {"can't", 2, "can", "n't"},     {"won't", 2, "will", "n't"},  {"arent", 3, "are", "n't"},
    {"wouldnt", 5, "would", "n't"},
};

/* "dont", "im": NULL for other words. */
static const struct contraction *find_contraction(const char *key, size_t length)
{
    char last = length == 0 ? '\0' : key[length - 1];

    if (length > CONTRACTION_MAX_BYTES || (last != 't' && last != 'm' && last != 'e')) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof contractions / sizeof contractions[0]; i++) {
        if (strcmp(contractions[i].whole, key) == 0) {
            return &contractions[i];
        }
    }
    return NULL;
}

/* Length of "n't", "'s" and so on at the end of a word; 0 if there is none. */
static size_t joined_ending(const char *key, size_t length, const char **ending)
{
    static const char *const endings[] = {"n't", "'m", "'re", "'ve", "'ll", "'d", "'s"};

    for (size_t i = 0; memchr(key, '\'', length) != NULL && i < sizeof endings / sizeof endings[0]; i++) {
        size_t size = strlen(endings[i]);

        if (length > size && strcmp(key + length - size, endings[i]) == 0) {
            *ending = endings[i];
            return size;
        }
    }
    return 0;
}

/* Adds a word, or the two parts of a contraction. */
static void add_token(struct splitter *splitter, size_t offset, size_t length, uint32_t gap)
{
    uint32_t flags = 0;
    char *key = fold(splitter->arena, splitter->text + offset, length, &flags);
    size_t key_length = key == NULL ? 0 : strlen(key);
    const struct contraction *known;
    const char *ending = "";
    size_t ending_length;

    if (key == NULL) {
        splitter->failed = 1;
        return;
    }
    known = find_contraction(key, key_length);
    if (known != NULL) {
        add_word(splitter, offset, known->first_length, known->first, gap, flags);
        add_word(splitter, offset + known->first_length, length - known->first_length, known->second, 0, WORD_JOINED);
        return;
    }
    ending_length = joined_ending(key, key_length, &ending);
    if (ending_length > 0) {
        size_t first_length = key_length - ending_length; /* a curly apostrophe has more bytes than a straight one */

        key[first_length] = '\0';
        add_word(splitter, offset, first_length, key, gap, flags);
        add_word(splitter, offset + first_length, length - first_length, ending, 0, WORD_JOINED);
        return;
    }
    add_word(splitter, offset, length, key, gap, flags);
}

size_t words_split(struct arena *arena, const char *text, size_t start, size_t end, struct word *words, size_t *next,
                   int32_t *failed)
{
    struct splitter splitter = {arena, text, words, 0, 0};
    size_t at = start;
    uint32_t gap = 0;

    while (at < end && splitter.count + 2 <= WORDS_MAX && !splitter.failed) {
        uint32_t c;
        size_t length = code_point_read(text, at, end, &c);
        int32_t currency = (c == '$' || c == 0x20AC || c == 0xA3) && is_digit(code_point_at(text, at + length, end));

        if (code_point_is_word(c) || currency) {
            size_t stop = word_end(text, currency ? at + length : at, end);

            add_token(&splitter, at, stop - at, gap);
            gap = 0;
            at = stop;
            continue;
        }
        if (c == '-' && at > start && text[at - 1] == ' ' && at + 1 < end &&
            (text[at + 1] == ' ' || text[at + 1] == '-')) {
            gap |= GAP_DASH;
        } else if (c == '-' && at + 1 < end && text[at + 1] == '-') {
            gap |= GAP_DASH;
        } else if (c != '-') {
            gap |= gap_flag(c);
        }
        at += length;
    }
    *next = at;
    *failed |= splitter.failed;
    return splitter.count;
}

char code_point_base_letter(uint32_t c)
{
    static const char latin[] = "aaaaaaaceeeeiiiidnooooo\0ouuuuy\0saaaaaaaceeeeiiiidnooooo\0ouuuuy\0y"
                                "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                                "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    static const char vietnamese[] =
        "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy";

    if (c >= 0x1EA0 && c < 0x1EA0 + sizeof vietnamese - 1) {
        return vietnamese[c - 0x1EA0];
    }
    if (c == 0x1A0 || c == 0x1A1 || c == 0x1AF || c == 0x1B0) {
        return c < 0x1AF ? 'o' : 'u';
    }
    return c >= 0xC0 && c < 0xC0 + sizeof latin - 1 ? latin[c - 0xC0] : '\0';
}

size_t word_without_marks(const char *word, size_t length, char *plain, size_t room)
{
    size_t used = 0;
    int32_t marks = 0;

    for (size_t at = 0; at < length;) {
        uint32_t c;
        char base;

        at += code_point_read(word, at, length, &c);
        base = code_point_base_letter(c);
        marks |= base != '\0';
        if (!code_point_append(plain, &used, room, base != '\0' ? (unsigned char)base : c)) {
            return 0;
        }
    }
    return marks ? used : 0;
}
