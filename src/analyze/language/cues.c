#include "analyze/language/cues.h"

#include "analyze/language/word_table.h"
#include "analyze/language/words.h"
#include "base/utf8.h"

#include <string.h>

#define DENSE_MAX_CHARS   14
#define FIRST_BITS        65536
#define PLAIN_BYTES_LEAST 5 /* of a cue that is known without its marks too: shorter ones are words of others */
#define PLAIN_BYTES_MAX   64

struct cue_list {
    uint64_t bits;
    const char *phrases; /* separated by spaces; the words of a phrase by "_" */
};

static const struct cue_list lists[] = {
#include "analyze/language/cues.def"
};

struct cue_table {
    struct word_table *phrases;            /* bits; 0 for a beginning alone */
    struct word_table *beginnings;         /* of longer phrases, at the ends of words */
    uint32_t dense_first[FIRST_BITS / 32]; /* first characters of cues of text without spaces */
};

/* Han, kana and Hangul: text that is searched character by character. */
static int32_t is_dense(uint32_t c)
{
    return c >= 0x1100 && ((c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) ||
                           (c >= 0xAC00 && c <= 0xD7A3) || c <= 0x11FF || (c >= 0x3130 && c <= 0x318F));
}

static int32_t add_phrase(struct cue_table *table, const char *phrase, size_t length, uint64_t bits)
{
    uint64_t hash = WORD_HASH_BEGIN;
    uint64_t *value;
    uint32_t first;

    code_point_read(phrase, 0, length, &first);
    if (is_dense(first)) {
        table->dense_first[(first & 0xFFFF) / 32] |= UINT32_C(1) << (first & 31);
    }
    for (size_t i = 0; i < length; i++) {
        if (phrase[i] == '_' &&
            (word_table_at(table->phrases, hash) == NULL || word_table_at(table->beginnings, hash) == NULL)) {
            return 0;
        }
        hash = word_hash_byte(hash, phrase[i] == '_' ? ' ' : phrase[i]);
    }
    value = word_table_at(table->phrases, hash);
    if (value != NULL) {
        *value |= bits;
    }
    return value != NULL;
}

/* Adds a phrase of Latin letters without their marks too, unless it is another cue. 0 if there is no memory. */
static int32_t add_plain_phrase(struct cue_table *table, const char *phrase, size_t length, uint64_t bits)
{
    char plain[PLAIN_BYTES_MAX];
    size_t size = word_without_marks(phrase, length, plain, sizeof plain);
    uint64_t hash = WORD_HASH_BEGIN;
    const uint64_t *found;

    if (size < PLAIN_BYTES_LEAST) {
        return 1;
    }
    for (size_t i = 0; i < size; i++) {
        hash = word_hash_byte(hash, plain[i] == '_' ? ' ' : plain[i]);
    }
    found = word_table_find(table->phrases, hash);
    return found != NULL && *found != 0 ? 1 : add_phrase(table, plain, size, bits);
}

typedef int32_t (*add_fn)(struct cue_table *table, const char *phrase, size_t length, uint64_t bits);

static int32_t add_lists(struct cue_table *table, add_fn add)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (const char *at = lists[i].phrases; *at != '\0'; at += strspn(at, " ")) {
            size_t length = strcspn(at, " ");

            if (!add(table, at, length, lists[i].bits)) {
                return 0;
            }
            at += length;
        }
    }
    return 1;
}

struct cue_table *cue_table_create(struct arena *arena)
{
    struct cue_table *table = arena_allocate_zeroed(arena, 1, sizeof *table);

    if (table == NULL) {
        return NULL;
    }
    table->phrases = word_table_create(arena);
    table->beginnings = word_table_create(arena);
    if (table->phrases == NULL || table->beginnings == NULL || !add_lists(table, add_phrase) ||
        !add_lists(table, add_plain_phrase)) {
        return NULL;
    }
    return table;
}

struct cue_reader {
    const struct cue_table *table;
    const char *text;
    size_t end;
    struct cue_sentence *sentence;
    uint64_t hashes[CUE_TOKENS_MAX]; /* of the token alone, for phrases */
    uint32_t gap;
};

static struct cue_token *add_token(struct cue_reader *reader, size_t start, size_t end)
{
    struct cue_token *token = &reader->sentence->tokens[reader->sentence->count];

    memset(token, 0, sizeof *token);
    token->start = start;
    token->end = end;
    token->gap = reader->gap;
    reader->gap = 0;
    reader->sentence->count++;
    return token;
}

/* The longest cue at a character of text without spaces; otherwise the character is passed over. Returns its size. */
static size_t read_dense(struct cue_reader *reader, size_t at, uint32_t c, size_t size)
{
    uint64_t hash = WORD_HASH_BEGIN;
    uint64_t bits = 0;
    size_t best = at + size;
    size_t to = at;
    /* one syllable of Hangul is a cue only where a word begins */
    int32_t inner = c >= 0xAC00 && at >= 3 && (unsigned char)reader->text[at - 3] >= 0xEA &&
                    (unsigned char)reader->text[at - 3] <= 0xED;

    reader->sentence->dense = 1;
    if ((reader->table->dense_first[(c & 0xFFFF) / 32] & (UINT32_C(1) << (c & 31))) == 0) {
        return size;
    }
    for (size_t i = 0; i < DENSE_MAX_CHARS && to < reader->end; i++) {
        size_t next = to + 1;
        const uint64_t *found;

        while (next < reader->end && ((unsigned char)reader->text[next] & 0xC0) == 0x80) {
            next++;
        }
        for (; to < next; to++) {
            hash = word_hash_byte(hash, reader->text[to]);
        }
        found = word_table_find(reader->table->phrases, hash);
        if (found != NULL && *found != 0 && (i > 0 || !inner)) {
            bits = *found;
            best = to;
        }
    }
    if (bits != 0) {
        add_token(reader, at, best)->bits = bits;
        reader->sentence->all |= bits;
    }
    return best - at;
}

static uint32_t gap_of(uint32_t c)
{
    switch (c) {
    case ',':
    case 0xFF0C:
    case 0x3001:
        return CUE_GAP_COMMA;
    case ':':
    case 0xFF1A:
        return CUE_GAP_COLON;
    case MASK_BYTE:
        return CUE_GAP_MASK;
    case '(':
    case ')':
    case '[':
    case ']':
    case ';':
    case '.':
    case '!':
    case '?':
    case 0xA1: /* ¡ ¿ */
    case 0xBF:
    case 0x2013:
    case 0x2014:
    case 0x2026:
    case 0x3002:
        return CUE_GAP_STOP;
    default:
        return 0;
    }
}

/* Reads a word: letters, digits, and apostrophes, hyphens and stops between them. */
static size_t read_word(struct cue_reader *reader, size_t at)
{
    const char *text = reader->text;
    uint64_t hash = WORD_HASH_BEGIN;
    struct cue_token *token = add_token(reader, at, at);
    size_t to = at;

    while (to < reader->end) {
        unsigned char byte = (unsigned char)text[to];
        uint32_t c;
        uint32_t lower;
        size_t size;

        if (byte < 0x80) {
            int32_t letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';

            if (!letter && !(byte >= '0' && byte <= '9')) {
                int32_t inner = byte == '\'' || byte == '-' || byte == '/' || byte == '&' || byte == '.';

                if (!inner || to + 1 >= reader->end || to == at ||
                    !(((text[to + 1] | 0x20) >= 'a' && (text[to + 1] | 0x20) <= 'z') ||
                      (unsigned char)text[to + 1] >= 0xC3)) {
                    break;
                }
            }
            token->capital |= to == at && byte >= 'A' && byte <= 'Z';
            hash = word_hash_byte(hash, (char)(letter ? byte | 0x20 : byte));
            to++;
            continue;
        }
        size = code_point_read(text, to, reader->end, &c);
        lower = c == 0x2019 ? '\'' : code_point_lower(c);
        if (lower != '\'' && (!code_point_is_word(c) || is_dense(c))) {
            break;
        }
        token->capital |= to == at && lower != c;
        hash = word_hash_code_point(hash, lower);
        to += size;
    }
    token->end = to;
    reader->hashes[reader->sentence->count - 1] = hash;
    return to - at;
}

/* Adds a word in lower case to a hash; only for phrases and possessors, which are rare. */
static uint64_t hash_word(uint64_t hash, const char *text, size_t start, size_t end)
{
    for (size_t at = start; at < end;) {
        uint32_t c;

        at += code_point_read(text, at, end, &c);
        hash = word_hash_code_point(hash, c == 0x2019 ? '\'' : code_point_lower(c));
    }
    return hash;
}

/* "colleague's" is looked up as "colleague". */
static const uint64_t *find_possessor(const struct cue_reader *reader, const struct cue_token *token)
{
    size_t length = token->end - token->start;
    const char *text = reader->text + token->start;
    size_t stem = 0;

    if (length > 3 && memcmp(text + length - 2, "'s", 2) == 0) {
        stem = length - 2;
    } else if (length > 5 && memcmp(text + length - 4, "\xE2\x80\x99s", 4) == 0) {
        stem = length - 4;
    }
    return stem == 0 ? NULL
                     : word_table_find(reader->table->phrases,
                                       hash_word(WORD_HASH_BEGIN, reader->text, token->start, token->start + stem));
}

/* Looks up the words, and the phrases that begin with them: a phrase's first token has its bits and its end, its
 * further words stay tokens without bits. */
static void look_up(struct cue_reader *reader)
{
    const struct word_table *phrases = reader->table->phrases;
    struct cue_sentence *sentence = reader->sentence;

    for (size_t i = 0; i < sentence->count; i++) {
        struct cue_token *token = &sentence->tokens[i];
        uint64_t hash = reader->hashes[i];
        const uint64_t *found = hash == 0 ? NULL : word_table_find(phrases, hash);
        uint64_t bits;
        size_t words = 0;

        if (found == NULL && hash != 0) {
            found = find_possessor(reader, token);
        }
        bits = found == NULL ? 0 : *found;

        for (size_t k = i + 1;
             found != NULL && word_table_find(reader->table->beginnings, hash) != NULL && k < sentence->count &&
             reader->hashes[k] != 0 && (sentence->tokens[k].gap & ~CUE_GAP_COMMA) == 0;
             k++) {
            hash =
                hash_word(word_hash_byte(hash, ' '), reader->text, sentence->tokens[k].start, sentence->tokens[k].end);
            found = word_table_find(phrases, hash);
            if (found != NULL && *found != 0) {
                bits = *found;
                words = k - i;
                token->end = sentence->tokens[k].end;
            }
        }
        token->bits |= bits;
        sentence->all |= bits;
        i += words;
    }
}

void cue_sentence_read(const struct cue_table *table, const char *text, size_t start, size_t end,
                       struct cue_sentence *sentence)
{
    struct cue_reader reader = {.table = table, .text = text, .end = end, .sentence = sentence};
    size_t at = start;

    sentence->start = start;
    sentence->end = end;
    sentence->all = 0;
    sentence->count = 0;
    sentence->dense = 0;
    while (at < end && sentence->count < CUE_TOKENS_MAX) {
        unsigned char byte = (unsigned char)text[at];
        uint32_t c = byte;
        size_t size = 1;

        if (byte >= 0x80) {
            size = code_point_read(text, at, end, &c);
            if (is_dense(c)) {
                at += read_dense(&reader, at, c, size);
                continue;
            }
        }
        if (code_point_is_word(c)) {
            size_t length = read_word(&reader, at);

            at += length == 0 ? size : length;
            continue;
        }
        if (c == '-' && at > start && text[at - 1] == ' ') {
            reader.gap |= CUE_GAP_STOP;
        }
        reader.gap |= gap_of(c);
        at += size;
    }
    look_up(&reader);
}
