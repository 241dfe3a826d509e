#include "analyze/language/request.h"

#include "analyze/language/language.h"
#include "analyze/language/word_table.h"
#include "analyze/language/words.h"
#include "base/utf8.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define CUES_MAX 12288 /* a test compares it with the cues that there are */

struct cue_list {
    enum language language;
    uint64_t classes;
    enum request_topic topic;
    const char *texts; /* folded, separated by "|"; "*" at the end matches any ending, "$" the end of a clause */
};

static const struct cue_list lists[] = {
#include "analyze/language/request.def"
};

struct cue {
    const char *text;
    uint64_t head; /* its first bytes, compared before the others */
    uint64_t head_mask;
    uint64_t start; /* hash of its beginning, which several have */
    uint64_t classes;
    uint16_t length;
    uint8_t language;
    uint8_t topic;
    char ending; /* '*', '$' or 0 */
};

#define START_SLOTS 16384 /* a power of two, more than twice the beginnings of cues */

static struct word_slot start_slots[START_SLOTS];

/* Filled once; read-only afterwards. */
static struct {
    struct cue cues[CUES_MAX + 1]; /* those with one beginning together; the last one is empty */
    size_t count;
} table;

/* Index of the first cue with a beginning. Apart, because what is not zero at first takes space in the file. */
static struct word_table starts = {NULL, start_slots, START_SLOTS - 1, 0};

static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static int32_t is_alphanumeric(unsigned char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

/* How a cue begins: with a word; in scripts without spaces, and in Korean, whose words have endings, a character. */
static uint64_t hash_start(const char *text, size_t length)
{
    uint64_t hash = word_hash_byte(WORD_HASH_BEGIN, text[0]);
    int32_t is_character = (unsigned char)text[0] > 0xE0;

    for (size_t i = 1; i < length && (!is_character || i < 3); i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte == 0xC2 || byte == 0xE2 || (byte < 0x80 && !is_alphanumeric(byte))) {
            break;
        }
        hash = word_hash_byte(hash, text[i]);
    }
    return hash;
}

#define HEAD_BYTES sizeof(uint64_t) /* that follow every folded text, so that its end can be compared too */

static uint64_t read_head(const char *text)
{
    uint64_t head;

    memcpy(&head, text, HEAD_BYTES);
    return head;
}

static void add_cue(const struct cue_list *list, const char *text, size_t length)
{
    struct cue *cue = &table.cues[table.count++];
    char last = text[length - 1];

    cue->ending = last == '*' || last == '$' ? last : '\0';
    cue->text = text;
    cue->language = (uint8_t)list->language;
    cue->length = (uint16_t)(length - (cue->ending != '\0'));
    memcpy(&cue->head, text, cue->length < HEAD_BYTES ? cue->length : HEAD_BYTES);
    memset(&cue->head_mask, 0xFF, cue->length < HEAD_BYTES ? cue->length : HEAD_BYTES);
    cue->start = hash_start(text, cue->length);
    cue->classes = list->classes;
    cue->topic = (uint8_t)list->topic;
}

static int compare_starts(const void *left, const void *right)
{
    uint64_t a = ((const struct cue *)left)->start;
    uint64_t b = ((const struct cue *)right)->start;

    return (a > b) - (a < b);
}

static void build_table(void)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (const char *at = lists[i].texts; *at != '\0' && table.count < CUES_MAX;) {
            size_t length = strcspn(at, "|");

            add_cue(&lists[i], at, length);
            at += length + (at[length] == '|');
        }
    }
    qsort(table.cues, table.count, sizeof *table.cues, compare_starts);
    for (size_t i = table.count; i-- > 0;) {
        uint64_t *first = word_table_at(&starts, table.cues[i].start);

        if (first != NULL) {
            *first = i;
        }
    }
}

/* The first cue that may match at `text`: those after it with the same start may too. NULL if there is none. */
static const struct cue *find_cues(const char *text, size_t length)
{
    const uint64_t *first = word_table_find(&starts, hash_start(text, length));

    return first == NULL ? NULL : &table.cues[*first];
}

size_t request_cue_count(size_t *capacity)
{
    pthread_once(&table_once, build_table);
    *capacity = CUES_MAX;
    return table.count;
}

/* ---- Folding ---- */

/* Full-width letters and wide punctuation as ASCII; typographic apostrophes and quotes as straight ones. */
static uint32_t plain_form(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) {
        return c - 0xFF01 + '!';
    }
    switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x02BC:
        return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0xAB:
    case 0xBB:
    case 0x300C:
    case 0x300D:
        return '"';
    case 0x3001:
    case 0x060C:
        return ',';
    case 0x3002:
        return '.';
    case 0x2010:
    case 0x2011:
        return '-';
    case 0xA0:
    case 0x3000:
    case 0x2009:
    case 0x202F:
        return ' ';
    case 0x0451: /* yo */
        return 0x0435;
    case 0x03AC: /* Greek vowels with an accent */
        return 0x03B1;
    case 0x03AD:
        return 0x03B5;
    case 0x03AE:
        return 0x03B7;
    case 0x03AF:
        return 0x03B9;
    case 0x03CC:
        return 0x03BF;
    case 0x03CD:
        return 0x03C5;
    case 0x03CE:
        return 0x03C9;
    default:
        return c;
    }
}

/* Folds one code point into at most 4 bytes; 0 bytes for combining marks of Latin, Greek and Cyrillic. */
static size_t fold_code_point(uint32_t c, char bytes[4])
{
    uint32_t lower = plain_form(code_point_lower(plain_form(c)));
    char base = code_point_base_letter(lower);

    if ((c >= 0x300 && c <= 0x36F) || c == 0x200B || c == 0x200D || c == 0xFE0F) {
        return 0;
    }
    if (base != '\0') {
        bytes[0] = base;
        bytes[1] = lower == 0xDF ? 's' : 'e';
        return lower == 0xDF || lower == 0xE6 || lower == 0x153 ? 2 : 1;
    }
    if (lower == '\n' || lower == '\t' || lower == '\r') {
        lower = ' ';
    }
    return utf8_encode(lower, bytes);
}

/* Folds the code point at *at and moves behind it. Returns the bytes of its folded form. */
static size_t fold_next(const char *text, size_t length, size_t *at, char bytes[4])
{
    unsigned char byte = (unsigned char)text[*at];
    uint32_t c;

    if (byte < 0x80) {
        bytes[0] = (char)(byte >= 'A' && byte <= 'Z'                     ? byte + 0x20
                          : byte == '\n' || byte == '\t' || byte == '\r' ? ' '
                                                                         : byte);
        (*at)++;
        return 1;
    }
    *at += code_point_read(text, *at, length, &c);
    return fold_code_point(c, bytes);
}

/* Reads a text in folded form, code point by code point. */
struct folding {
    const char *text;
    size_t length;
    size_t at;
    size_t used;   /* bytes of the folded form so far */
    size_t origin; /* offset in the text of what the last bytes stand for */
    char bytes[4]; /* the last ones */
    size_t size;
    int32_t is_space; /* the last one */
};

/* 0 at the end. */
static int32_t folding_next(struct folding *folding)
{
    while (folding->at < folding->length) {
        folding->origin = folding->at;
        folding->size = fold_next(folding->text, folding->length, &folding->at, folding->bytes);
        if (folding->size == 0 ||
            (folding->bytes[0] == ' ' && folding->size == 1 && (folding->used == 0 || folding->is_space)) ||
            folding->used + folding->size > folding->length) { /* the replacement of an invalid byte is longer */
            continue;
        }
        folding->is_space = folding->bytes[folding->size - 1] == ' ';
        folding->used += folding->size;
        return 1;
    }
    return 0;
}

/* The offset in the text of byte `at` of the folded form; of calls with ascending bytes. */
static size_t folding_origin(struct folding *folding, size_t at)
{
    while (folding->used <= at && folding_next(folding)) {
    }
    return folding->used > at ? folding->origin : folding->length;
}

/* Lower case without diacritics, one space between words, straight apostrophes; NULL if there is no memory. */
static char *fold(struct arena *arena, const char *text, size_t length)
{
    struct folding folding = {.text = text, .length = length};
    char *folded = arena_allocate_text(arena, length + HEAD_BYTES);

    if (folded == NULL) {
        return NULL;
    }
    while (folding_next(&folding)) {
        memcpy(folded + folding.used - folding.size, folding.bytes, folding.size);
    }
    memset(folded + folding.used, 0, HEAD_BYTES);
    return folded;
}

/* ---- Reading ---- */

/* 1 for scripts without spaces between words: Han, kana, Thai. */
static int32_t is_unspaced(uint32_t c)
{
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x0E00 && c <= 0x0E7F) ||
           (c >= 0x20000 && c <= 0x3FFFF);
}

/* Size of the code point at `at`. */
static size_t code_point_size(const char *text, size_t at, size_t length)
{
    uint32_t c;

    return (unsigned char)text[at] < 0x80 ? 1 : code_point_read(text, at, length, &c);
}

static int32_t is_word_at(const char *text, size_t at, size_t length)
{
    uint32_t c;

    if (at < length && (unsigned char)text[at] < 0x80) {
        return is_alphanumeric((unsigned char)text[at]);
    }
    c = code_point_at(text, at, length);

    return c != 0 && code_point_is_word(c) && !is_unspaced(c);
}

/* End of the word with letters of a spaced script at `at`. */
static size_t word_end(const char *text, size_t at, size_t length)
{
    while (is_word_at(text, at, length)) {
        at += code_point_size(text, at, length);
        if (at + 1 < length && (text[at] == '\'' || text[at] == '-') && is_word_at(text, at + 1, length)) {
            at++;
        }
    }
    return at;
}

/* 1 if a clause ends at `at`: punctuation, or a sentence-final particle before it. */
static int32_t is_clause_end(const char *text, size_t at, size_t length)
{
    static const char *const particles[] = {"\xE3\x81\xAD", "\xE3\x82\x88", "\xE3\x81\xAA", "\xE5\x93\xA6",
                                            "\xE5\x90\xA7", "\xE5\x95\x8A", "\xE4\xBA\x86"};

    for (size_t i = 0; i < sizeof particles / sizeof particles[0]; i++) {
        if (length - at >= 3 && memcmp(text + at, particles[i], 3) == 0) {
            return is_clause_end(text, at + 3, length);
        }
    }
    return at >= length || (text[at] != ' ' && !code_point_is_word(code_point_at(text, at, length))) ||
           (text[at] == ' ' && at + 1 >= length);
}

/* Length of the cue at `at`; 0 if it does not match. */
static size_t cue_length(const struct cue *cue, const char *text, size_t at, size_t length)
{
    size_t end = at + cue->length;

    if (((read_head(text + at) ^ cue->head) & cue->head_mask) != 0 || cue->length > length - at ||
        memcmp(text + at, cue->text, cue->length) != 0) {
        return 0;
    }
    if (cue->ending == '*') {
        return word_end(text, end, length) - at;
    }
    if (cue->ending == '$') {
        return is_clause_end(text, end, length) ? end - at : 0;
    }
    if (is_word_at(text, end, length)) {
        uint32_t last = 0;
        size_t start = end - 1;

        while (start > at && ((unsigned char)text[start] & 0xC0) == 0x80) {
            start--;
        }
        last = code_point_at(text, start, length);
        if (code_point_is_word(last) && !is_unspaced(last)) {
            return 0;
        }
    }
    return cue->length;
}

/* Adds to each language the length of its longest cue at `at`. Returns the classes of all cues there. */
static uint64_t count_languages(const char *text, size_t at, size_t length, size_t counts[LANGUAGE_COUNT])
{
    size_t best[LANGUAGE_COUNT];
    uint64_t classes = 0;
    const struct cue *first = find_cues(text + at, length - at);

    if (first == NULL) {
        return 0;
    }
    memset(best, 0, sizeof best);
    for (const struct cue *cue = first; cue->start == first->start; cue++) {
        size_t found = cue_length(cue, text, at, length);

        if (found > best[cue->language]) {
            counts[cue->language] += found - best[cue->language];
            best[cue->language] = found;
        }
        classes |= found > 0 ? cue->classes : 0;
    }
    return classes;
}

/* The longest cues at `at` in one of the languages (bits); the classes of equally long ones are joined. */
static size_t match_cues(const char *text, size_t at, size_t length, uint32_t languages, struct request_token *token)
{
    size_t best = 0;
    const struct cue *first = find_cues(text + at, length - at);

    for (const struct cue *cue = first; first != NULL && cue->start == first->start; cue++) {
        size_t found = (languages >> cue->language & 1) != 0 ? cue_length(cue, text, at, length) : 0;

        if (found == 0 || found < best) {
            continue;
        }
        if (found > best) {
            best = found;
            token->classes = 0;
            token->topics = 0;
        }
        token->classes |= cue->classes;
        token->topics |= cue->topic == TOPIC_NONE ? 0 : UINT32_C(1) << cue->topic;
    }
    return best;
}

/* End of the word or, in scripts without spaces, of the code point at `at`. */
static size_t step_end(const char *text, size_t at, size_t length)
{
    size_t end = word_end(text, at, length);

    return end > at ? end : at + code_point_size(text, at, length);
}

/* The languages with most cues in the text, as bits: several if they have equally many; none if no cue is wanted. */
static uint32_t find_languages(const char *text, size_t length, uint64_t wanted)
{
    size_t counts[LANGUAGE_COUNT] = {0};
    uint32_t languages = 0;
    uint64_t classes = 0;
    size_t best = 0;

    for (size_t at = 0; at < length; at = step_end(text, at, length)) {
        if (is_word_at(text, at, length) || is_unspaced(code_point_at(text, at, length))) {
            classes |= count_languages(text, at, length, counts);
        }
    }
    if ((classes & wanted) == 0) {
        return 0;
    }
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        best = counts[i] > best ? counts[i] : best;
    }
    for (size_t i = 0; i < LANGUAGE_COUNT && best > 0; i++) {
        languages |= counts[i] == best ? UINT32_C(1) << i : 0;
    }
    return languages;
}

/* Reads one code point between tokens and records what it means for the next one. */
static size_t skip_mark(const char *text, size_t at, size_t length, struct request_token *next)
{
    uint32_t c;
    size_t size = code_point_read(text, at, length, &c);
    int32_t lone_dash = c == '-' && at + 1 < length && text[at + 1] == ' ';

    next->colon |= c == ':';
    next->masked |= c == (uint32_t)MASK_BYTE;
    next->breaks |= c == ',' || c == '.' || c == ';' || c == ':' || c == '!' || c == '?' || c == '(' || c == ')' ||
                    c == 0x2013 || c == 0x2014 || c == 0x2026 || lone_dash;
    return size;
}

static int32_t is_capital(const char *text, size_t start, size_t end)
{
    uint32_t c = code_point_at(text, start, end);

    return code_point_lower(c) != c;
}

/* Fills the sentence's tokens from its folded text. */
static void read_tokens(const char *source, size_t source_length, uint64_t wanted, struct request_sentence *sentence)
{
    struct folding folding = {.text = source, .length = source_length};
    const char *text = sentence->folded;
    size_t length = strlen(text);
    uint32_t languages = find_languages(text, length, wanted);
    struct request_token next = {0};
    size_t at = 0;

    while (at < length && languages != 0 && sentence->count < REQUEST_TOKENS_MAX) {
        int32_t is_word = code_point_is_word(code_point_at(text, at, length));
        size_t found = is_word || text[at] == '"' ? match_cues(text, at, length, languages, &next) : 0;

        if (found == 0 && !is_word) {
            at += skip_mark(text, at, length, &next);
            continue;
        }
        if (found == 0) {
            next.classes = 0;
            next.topics = 0;
            found = step_end(text, at, length) - at;
        }
        next.start = at;
        next.end = at + found;
        next.source_start = folding_origin(&folding, at);
        next.source_end = folding_origin(&folding, at + found);
        next.capital = is_capital(source, next.source_start, next.source_end);
        sentence->tokens[sentence->count++] = next;
        sentence->classes |= next.classes;
        sentence->topics |= next.topics;
        memset(&next, 0, sizeof next);
        at += found;
    }
}

int32_t request_read(struct arena *arena, const char *text, size_t length, uint64_t wanted,
                     struct request_sentence *sentence)
{
    sentence->count = 0;
    sentence->classes = 0;
    sentence->topics = 0;
    pthread_once(&table_once, build_table);
    sentence->folded = fold(arena, text, length);
    if (sentence->folded == NULL) {
        return 0;
    }
    read_tokens(text, length, wanted, sentence);
    return 1;
}
