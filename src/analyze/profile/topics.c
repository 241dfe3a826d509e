#include "analyze/profile/topics.h"

#include "analyze/language/words.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_FIRST     (size_t)1024
#define WORDS_LIMIT     (size_t)30000 /* distinct words and pairs per chunk; further ones are not counted */
#define TOPIC_WRITTEN   60
#define TOPIC_MAX_BYTES 48
#define SHOUTED         5 /* a longer word in capitals is no abbreviation */

/* --- counting --- */

struct topic_count {
    int64_t mentions;
    int64_t conversations;
    size_t conversation; /* the last conversation with it */
    int64_t first_us;
    int64_t last_us;
};

struct topic_word {
    const char *key; /* lower case */
    size_t length;
    char *shown;        /* as written, rather inside a sentence */
    uint32_t languages; /* bits of those in which it is common */
    int64_t named;      /* mentions as a name: with a capital inside a sentence, or with several */
    struct topic_count count;
};

struct topic_pair {
    uint32_t first; /* indexes of words */
    uint32_t second;
    struct topic_count count;
};

struct topics {
    struct arena *arena;
    const struct common_words *common;
    struct topic_word *words;
    size_t word_count;
    struct topic_pair *pairs;
    size_t pair_count;
    uint32_t *word_slots; /* hash tables of index + 1 */
    uint32_t *pair_slots;
    size_t room; /* of `words` and of `pairs`; the hash tables have four times as many slots */
};

static uint64_t pair_hash(uint32_t first, uint32_t second)
{
    uint64_t mixed = (((uint64_t)first << 32) | second) * UINT64_C(0x9E3779B97F4A7C15);

    return mixed ^ (mixed >> 29);
}

/* Makes room for twice as many words and pairs. 0 if there is no memory. */
static int32_t topics_grow(struct topics *topics)
{
    size_t room = topics->room == 0 ? WORDS_FIRST : topics->room * 2;
    size_t mask = room * 4 - 1;
    struct topic_word *words = arena_allocate_zeroed(topics->arena, room, sizeof *words);
    struct topic_pair *pairs = arena_allocate_zeroed(topics->arena, room, sizeof *pairs);
    uint32_t *word_slots = arena_allocate_zeroed(topics->arena, room * 4, sizeof *word_slots);
    uint32_t *pair_slots = arena_allocate_zeroed(topics->arena, room * 4, sizeof *pair_slots);

    if (words == NULL || pairs == NULL || word_slots == NULL || pair_slots == NULL) {
        return 0;
    }
    for (size_t i = 0; i < topics->word_count; i++) {
        size_t slot = (size_t)hash_bytes(0, topics->words[i].key, topics->words[i].length) & mask;

        words[i] = topics->words[i];
        while (word_slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        word_slots[slot] = (uint32_t)i + 1;
    }
    for (size_t i = 0; i < topics->pair_count; i++) {
        size_t slot = (size_t)pair_hash(topics->pairs[i].first, topics->pairs[i].second) & mask;

        pairs[i] = topics->pairs[i];
        while (pair_slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        pair_slots[slot] = (uint32_t)i + 1;
    }
    topics->words = words;
    topics->pairs = pairs;
    topics->word_slots = word_slots;
    topics->pair_slots = pair_slots;
    topics->room = room;
    return 1;
}

struct topics *topics_create(struct arena *arena, const struct common_words *common)
{
    struct topics *created = arena_allocate_zeroed(arena, 1, sizeof *created);

    if (created == NULL) {
        return NULL;
    }
    created->arena = arena;
    created->common = common;
    return topics_grow(created) ? created : NULL;
}

/* A word of the text that is read. */
struct token {
    const char *key; /* lower case */
    const char *shown;
    size_t length; /* of either */
    int32_t named;
    int32_t begins; /* a sentence may begin with it */
};

struct topic_reader {
    struct topics *topics;
    enum language language;
    size_t conversation;
    int64_t time_us;
    uint32_t before; /* index + 1 of the previous word; 0 if no pair is possible */
    int32_t failed;
};

static void count_once(struct topic_count *count, const struct topic_reader *reader)
{
    int64_t time_us = reader->time_us;

    if (count->mentions == 0) {
        count->first_us = time_us;
        count->last_us = time_us;
    }
    count->mentions++;
    if (count->conversation != reader->conversation + 1) {
        count->conversation = reader->conversation + 1;
        count->conversations++;
    }
    if (time_us != CPK_TIME_UNKNOWN) {
        count->first_us = count->first_us == CPK_TIME_UNKNOWN || time_us < count->first_us ? time_us : count->first_us;
        count->last_us = time_us > count->last_us ? time_us : count->last_us;
    }
}

/* Index + 1 of the word, which is added if it is new; 0 if there are too many or no memory. */
static uint32_t find_word(struct topic_reader *reader, const struct token *token)
{
    struct topics *topics = reader->topics;
    size_t mask = topics->room * 4 - 1;
    size_t slot = (size_t)hash_bytes(0, token->key, token->length) & mask;
    struct topic_word *added;

    while (topics->word_slots[slot] != 0) {
        const struct topic_word *word = &topics->words[topics->word_slots[slot] - 1];

        if (word->length == token->length && memcmp(word->key, token->key, token->length) == 0) {
            return topics->word_slots[slot];
        }
        slot = (slot + 1) & mask;
    }
    if (topics->word_count == topics->room) {
        if (topics->word_count >= WORDS_LIMIT) {
            return 0;
        }
        if (!topics_grow(topics)) {
            reader->failed = 1;
            return 0;
        }
        return find_word(reader, token);
    }
    added = &topics->words[topics->word_count];
    added->key = arena_copy_bytes(topics->arena, token->key, token->length);
    added->shown = arena_copy_bytes(topics->arena, token->shown, token->length);
    if (added->key == NULL || added->shown == NULL) {
        reader->failed = 1;
        return 0;
    }
    added->length = token->length;
    added->languages = common_words_find(topics->common, token->key, token->length);
    topics->word_count++;
    topics->word_slots[slot] = (uint32_t)topics->word_count;
    return topics->word_slots[slot];
}

static void count_pair(struct topic_reader *reader, uint32_t first, uint32_t second)
{
    struct topics *topics = reader->topics;
    size_t mask = topics->room * 4 - 1;
    size_t slot = (size_t)pair_hash(first, second) & mask;

    while (topics->pair_slots[slot] != 0) {
        struct topic_pair *pair = &topics->pairs[topics->pair_slots[slot] - 1];

        if (pair->first == first && pair->second == second) {
            count_once(&pair->count, reader);
            return;
        }
        slot = (slot + 1) & mask;
    }
    if (topics->pair_count == topics->room) {
        if (topics->pair_count >= WORDS_LIMIT) {
            return;
        }
        if (!topics_grow(topics)) {
            reader->failed = 1;
            return;
        }
        count_pair(reader, first, second);
        return;
    }
    topics->pairs[topics->pair_count].first = first;
    topics->pairs[topics->pair_count].second = second;
    count_once(&topics->pairs[topics->pair_count].count, reader);
    topics->pair_count++;
    topics->pair_slots[slot] = (uint32_t)topics->pair_count;
}

static int32_t is_common(const struct topic_reader *reader, const struct topic_word *word)
{
    uint32_t known = UINT32_C(1) << LANGUAGE_EN | UINT32_C(1) << reader->language;

    return (word->languages & (reader->language == LANGUAGE_UNKNOWN ? UINT32_MAX : known)) != 0;
}

static void count_word(struct topic_reader *reader, const struct token *token)
{
    uint32_t number = find_word(reader, token);
    struct topic_word *word = number == 0 ? NULL : &reader->topics->words[number - 1];

    if (word == NULL || is_common(reader, word)) {
        reader->before = 0;
        return;
    }
    if (word->count.mentions > 0 && word->named == 0 && (token->named || !token->begins)) {
        memcpy(word->shown, token->shown, token->length);
    }
    word->named += token->named;
    count_once(&word->count, reader);
    if (reader->before != 0) {
        count_pair(reader, reader->before - 1, number - 1);
    }
    reader->before = number;
}

/* --- reading --- */

static int32_t is_kanji(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || c == 0x3005 || (c >= 0x20000 && c <= 0x3FFFF);
}

static int32_t is_katakana(uint32_t c)
{
    return (c >= 0x30A1 && c <= 0x30FA) || c == 0x30FC;
}

/* 1 for letters of scripts without spaces between words that are not of a run either. */
static int32_t is_unspaced(uint32_t c)
{
    return (c >= 0x3041 && c <= 0x309F) || (c >= 0xE00 && c <= 0xE7F);
}

/* Chinese characters that words of content rarely contain, and numerals. */
static int32_t is_function_character(uint32_t c)
{
    static const uint32_t characters[] = {
        0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341, 0x767E, 0x5343, 0x4E07, 0x4E24,
        0x7684, 0x4E86, 0x662F, 0x6211, 0x4F60, 0x4ED6, 0x5979, 0x5B83, 0x4EEC, 0x4E0D, 0x5728, 0x6709, 0x548C,
        0x5C31, 0x90FD, 0x4E5F, 0x8BF4, 0x8981, 0x4F1A, 0x80FD, 0x53EF, 0x4EE5, 0x8FD9, 0x90A3, 0x4E2A, 0x4E00,
        0x4E0A, 0x4E0B, 0x8BF7, 0x5E2E, 0x7ED9, 0x628A, 0x88AB, 0x8BA9, 0x5F88, 0x592A, 0x66F4, 0x6700, 0x8FD8,
        0x53C8, 0x518D, 0x6CA1, 0x4F46, 0x800C, 0x4E0E, 0x6216, 0x5982, 0x679C, 0x56E0, 0x4E3A, 0x6240, 0x4E48,
        0x4EC0, 0x600E, 0x5417, 0x5462, 0x5427, 0x554A, 0x7740, 0x8FC7, 0x5F97, 0x5730, 0x4ECE, 0x5230, 0x5BF9,
        0x5411, 0x8DDF, 0x6BD4, 0x53EA, 0x60F3, 0x505A, 0x7528, 0x6765, 0x53BB, 0x591A, 0x5C11, 0x51E0, 0x4E9B,
        0x6BCF, 0x5DF2, 0x65F6, 0x5019, 0x5929, 0x5E74, 0x6708, 0x65E5, 0x5199,
    };

    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        if (characters[i] == c) {
            return 1;
        }
    }
    return 0;
}

#define KANA_MIN  3 /* characters of a word in katakana */
#define KANJI_MIN 2
#define KANJI_MAX 4 /* a longer run is several words */

/* 1 for a number with what it counts: no topic. */
static int32_t begins_with_numeral(const char *run, size_t length)
{
    static const char *const numerals[] = {"一", "二", "三", "四", "五", "六", "七", "八",
                                           "九", "十", "百", "千", "万", "数", "何"};

    for (size_t i = 0; i < sizeof numerals / sizeof numerals[0]; i++) {
        if (length >= 3 && memcmp(run, numerals[i], 3) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A run of characters of one script without spaces. */
static void count_run(struct topic_reader *reader, const char *run, size_t length, size_t characters, int32_t kana)
{
    struct token token = {run, run, length, 0, 0};
    size_t least = kana ? KANA_MIN : KANJI_MIN;

    reader->before = 0;
    if (characters < least || length > TOPIC_MAX_BYTES || begins_with_numeral(run, length)) {
        return;
    }
    if (kana || characters <= KANJI_MAX) {
        count_word(reader, &token);
        reader->before = 0;
        return;
    }
    for (size_t at = 0; at + 6 <= length; at += 3) { /* pairs */
        token.key = run + at;
        token.shown = run + at;
        token.length = 6;
        count_word(reader, &token);
        reader->before = 0;
    }
}

/* Reads the run that starts at `at`; returns its end. */
static size_t read_run(struct topic_reader *reader, const char *text, size_t at, size_t length, int32_t kana)
{
    size_t start = at;
    size_t characters = 0;

    while (at < length) {
        uint32_t c;
        size_t taken = code_point_read(text, at, length, &c);

        if (kana ? !is_katakana(c) : !is_kanji(c)) {
            break;
        }
        if (!kana && reader->language != LANGUAGE_JA && is_function_character(c)) {
            count_run(reader, text + start, at - start, characters, kana);
            start = at + taken;
            characters = 0;
        } else {
            characters++;
        }
        at += taken;
    }
    count_run(reader, text + start, at - start, characters, kana);
    return at;
}

/* Length without a Korean particle at the end; 0 for forms of verbs. */
static size_t korean_length(const char *word, size_t length)
{
    static const char *const verbal[] = {"다", "요", "고", "서", "면", "지", "게", "니"};
    static const char *const particles[] = {"에서", "에게", "으로", "까지", "부터", "처럼", "은", "는", "이", "가",
                                            "을",   "를",   "에",   "의",   "로",   "와",   "과", "도", "만"};

    for (size_t i = 0; i < sizeof verbal / sizeof verbal[0]; i++) {
        if (length >= 3 && memcmp(word + length - 3, verbal[i], 3) == 0) {
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof particles / sizeof particles[0]; i++) {
        size_t size = strlen(particles[i]);

        if (length >= size + 6 && memcmp(word + length - size, particles[i], size) == 0) {
            return length - size;
        }
    }
    return length;
}

/* Reads the word that starts at `at`; returns its end. */
static size_t read_word(struct topic_reader *reader, const char *text, size_t at, size_t length, int32_t begins)
{
    char key[TOPIC_MAX_BYTES];
    char shown[TOPIC_MAX_BYTES];
    struct token token = {key, shown, 0, 0, begins};
    size_t characters = 0;
    size_t capitals = 0;
    int32_t first_capital = 0;
    int32_t odd = 0; /* has digits or apostrophes, or is too long */
    uint32_t first = 0;

    while (at < length) {
        uint32_t c;
        size_t taken = code_point_read(text, at, length, &c);
        uint32_t lower = code_point_lower(c);

        if (!(code_point_is_word(c) || c == '\'' || c == 0x2019 || (c == '-' && characters > 0)) || is_unspaced(c) ||
            is_kanji(c) || is_katakana(c)) {
            break;
        }
        odd |= (c >= '0' && c <= '9') || c == '\'' || c == 0x2019 || c == '_';
        first = first == 0 ? c : first;
        first_capital |= characters == 0 && lower != c;
        capitals += lower != c;
        characters++;
        if (token.length + 4 < sizeof key) {
            size_t start = token.length;
            size_t shown_length = start;

            (void)code_point_append(key, &token.length, sizeof key, lower);
            (void)code_point_append(shown, &shown_length, sizeof shown, c);
            if (shown_length != token.length) {
                memcpy(shown + start, key + start, token.length - start);
            }
        } else {
            odd = 1;
        }
        at += taken;
    }
    while (token.length > 0 && key[token.length - 1] == '-') {
        token.length--;
    }
    if (first >= 0xAC00 && first <= 0xD7A3) {
        token.length = korean_length(key, token.length);
        characters = token.length / 2;
    }
    if (odd || characters < 3) {
        reader->before = 0;
        return at;
    }
    token.named = (capitals >= 2 && !(capitals == characters && characters > SHOUTED)) ||
                  (first_capital && !begins && reader->language != LANGUAGE_DE);
    count_word(reader, &token);
    return at;
}

int32_t topics_count(struct topics *topics, enum language language, const char *masked, size_t length,
                     size_t conversation, int64_t time_us)
{
    struct topic_reader reader = {
        .topics = topics, .language = language, .conversation = conversation, .time_us = time_us};
    int32_t begins = 1; /* a sentence may begin here */

    for (size_t at = 0; at < length && !reader.failed;) {
        uint32_t c;
        size_t taken = code_point_read(masked, at, length, &c);

        if (is_kanji(c) || is_katakana(c)) {
            at = read_run(&reader, masked, at, length, is_katakana(c));
            continue;
        }
        if (code_point_is_word(c) && !is_unspaced(c)) {
            at = read_word(&reader, masked, at, length, begins);
            begins = 0;
            continue;
        }
        if (c != ' ') {
            reader.before = 0;
            begins |= c == '.' || c == '!' || c == '?' || c == ':' || c < ' ';
        }
        at += taken;
    }
    return !reader.failed;
}

/* --- writing --- */

/* A word or pair to be written. */
struct topic {
    const struct topic_count *count;
    const struct topic_word *first;
    const struct topic_word *second; /* NULL: one word */
};

static int32_t is_named(const struct topic_word *word)
{
    return word->named * 2 > word->count.mentions;
}

static int compare_topics(const void *left, const void *right)
{
    const struct topic *a = left;
    const struct topic *b = right;
    int order;

    if (a->count->conversations != b->count->conversations) {
        return a->count->conversations > b->count->conversations ? -1 : 1;
    }
    if (a->count->mentions != b->count->mentions) {
        return a->count->mentions > b->count->mentions ? -1 : 1;
    }
    if ((a->second == NULL) != (b->second == NULL)) {
        return a->second != NULL ? -1 : 1;
    }
    order = strcmp(a->first->key, b->first->key);
    return order != 0 || a->second == NULL ? order : strcmp(a->second->key, b->second->key);
}

/* 1 if a word nearly always occurs in a pair that is included already. */
static int32_t is_part(const struct topic *single, const struct topic *told, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (told[i].second != NULL && (told[i].first == single->first || told[i].second == single->first) &&
            told[i].count->mentions * 10 >= single->count->mentions * 7) {
            return 1;
        }
    }
    return 0;
}

static void append_word(struct buffer *line, const struct topic_word *word)
{
    buffer_append(line, is_named(word) || word->named == 0 ? word->shown : word->key, word->length);
}

static cpk_status write_topic(const struct topic *topic, struct buffer *line, struct finding_set *set,
                              cpk_error **error)
{
    int32_t named = is_named(topic->first) && (topic->second == NULL || is_named(topic->second));
    struct finding item = {.category = FINDING_TOPIC,
                           .subject = "topic",
                           .confidence = named                   ? TOPIC_NAME_CONFIDENCE
                                         : topic->second != NULL ? TOPIC_PAIR_CONFIDENCE
                                                                 : TOPIC_WORD_CONFIDENCE,
                           .mentions = topic->count->mentions,
                           .conversations = topic->count->conversations,
                           .first_us = topic->count->first_us,
                           .last_us = topic->count->last_us,
                           .until_us = CPK_TIME_UNKNOWN};

    buffer_clear(line);
    append_word(line, topic->first);
    if (topic->second != NULL) {
        buffer_append_byte(line, ' ');
        append_word(line, topic->second);
    }
    item.value = buffer_text(line);
    item.text = item.value;
    return line->failed || finding_set_add(set, &item) == NULL ? error_out_of_memory(error) : CPK_OK;
}

static size_t collect(const struct topics *topics, struct topic *found)
{
    size_t count = 0;

    for (size_t i = 0; i < topics->word_count; i++) {
        const struct topic_word *word = &topics->words[i];

        if (word->count.mentions > 1) {
            found[count++] = (struct topic){&word->count, word, NULL};
        }
    }
    for (size_t i = 0; i < topics->pair_count; i++) {
        const struct topic_pair *pair = &topics->pairs[i];

        if (pair->count.mentions > 1) {
            found[count++] = (struct topic){&pair->count, &topics->words[pair->first], &topics->words[pair->second]};
        }
    }
    return count;
}

cpk_status topics_write(struct topics *topics, struct finding_set *set, cpk_error **error)
{
    struct topic *found =
        arena_allocate_zeroed(topics->arena, topics->word_count + topics->pair_count + 1, sizeof *found);
    struct topic told[TOPIC_WRITTEN];
    struct buffer line;
    size_t count;
    size_t written = 0;
    cpk_status status = CPK_OK;

    if (found == NULL) {
        return error_out_of_memory(error);
    }
    buffer_init(&line, set->arena.allocator);
    count = collect(topics, found);
    qsort(found, count, sizeof *found, compare_topics);
    for (size_t i = 0; i < count && written < TOPIC_WRITTEN && status == CPK_OK; i++) {
        if (found[i].second == NULL && is_part(&found[i], told, written)) {
            continue;
        }
        status = write_topic(&found[i], &line, set, error);
        told[written] = found[i];
        written++;
    }
    buffer_free(&line);
    return status;
}
