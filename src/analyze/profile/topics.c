#include "analyze/profile/topics.h"

#include "analyze/language/words.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define TOPIC_SLOTS     (size_t)32768
#define TOPIC_LIMIT     (size_t)20000 /* distinct phrases per chunk; further ones are not counted */
#define TOPIC_WRITTEN   60
#define TOPIC_MAX_BYTES 48

struct topic {
    const char *key; /* NULL: empty slot */
    const char *shown;
    int64_t mentions;
    int64_t conversations;
    size_t conversation; /* the last conversation with it */
    int64_t first_us;
    int64_t last_us;
    int32_t words; /* 1 or 2 */
};

struct topics {
    struct arena *arena;
    const struct lexicon *lexicon;
    struct topic *slots;
    size_t count;
};

struct topics *topics_create(struct arena *arena, const struct lexicon *lexicon)
{
    struct topics *created = arena_allocate_zeroed(arena, 1, sizeof *created);

    if (created == NULL) {
        return NULL;
    }
    created->arena = arena;
    created->lexicon = lexicon;
    created->slots = arena_allocate_zeroed(arena, TOPIC_SLOTS, sizeof *created->slots);
    return created->slots == NULL ? NULL : created;
}

static int32_t count_phrase(struct topics *topics, const char *key, size_t length, const char *shown, int32_t words,
                            size_t conversation, int64_t time_us)
{
    size_t slot = (size_t)hash_bytes(0, key, length) & (TOPIC_SLOTS - 1);
    struct topic *found;

    while (topics->slots[slot].key != NULL &&
           (strncmp(topics->slots[slot].key, key, length) != 0 || topics->slots[slot].key[length] != '\0')) {
        slot = (slot + 1) & (TOPIC_SLOTS - 1);
    }
    found = &topics->slots[slot];
    if (found->key == NULL) {
        if (topics->count >= TOPIC_LIMIT) {
            return 1;
        }
        found->key = arena_copy_bytes(topics->arena, key, length);
        found->shown = arena_copy_bytes(topics->arena, shown, length);
        if (found->key == NULL || found->shown == NULL) {
            found->key = NULL;
            return 0;
        }
        found->words = words;
        found->first_us = CPK_TIME_UNKNOWN;
        found->last_us = CPK_TIME_UNKNOWN;
        topics->count++;
    }
    found->mentions++;
    if (found->conversation != conversation + 1) {
        found->conversation = conversation + 1;
        found->conversations++;
    }
    if (time_us != CPK_TIME_UNKNOWN) {
        found->first_us = found->first_us == CPK_TIME_UNKNOWN || time_us < found->first_us ? time_us : found->first_us;
        found->last_us = time_us > found->last_us ? time_us : found->last_us;
    }
    return 1;
}

static int32_t is_wide(uint32_t c)
{
    return (c >= 0x3041 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3) ||
           (c >= 0xE01 && c <= 0xE3A) || (c >= 0x20000 && c <= 0x3FFFF);
}

static int32_t is_kana(uint32_t c)
{
    return c >= 0x3041 && c <= 0x309F;
}

/* State of reading a text. `key` has the previous and the current word, so that pairs are contiguous. */
struct topic_reader {
    struct topics *topics;
    size_t conversation;
    int64_t time_us;
    char key[TOPIC_MAX_BYTES * 2 + 2];
    char shown[TOPIC_MAX_BYTES * 2 + 2];
    size_t before; /* length of the previous word; 0 if no pair is possible */
    size_t used;   /* used bytes of `key` */
    size_t shown_used;
    uint32_t wide; /* the previous wide character */
    int32_t digits;
};

#define TOO_COMMON                                                                                                     \
    (LEX_STOP | LEX_VERB | LEX_ADVERB | LEX_FILLER | LEX_PREPOSITION | LEX_DETERMINER | LEX_PRONOUN |                  \
     LEX_CONJUNCTION | LEX_INTERROGATIVE | LEX_SUBORDINATOR | LEX_MODAL | LEX_BE | LEX_DO | LEX_HAVE | LEX_NEGATION |  \
     LEX_EPHEMERAL | LEX_ANSWER | LEX_MANNER | LEX_REWRITE | LEX_RETOUCH | LEX_CONTENT | LEX_TELL | LEX_IMPERATIVE |   \
     LEX_GREETING | LEX_NUMBER | LEX_DURATION | LEX_MONTH | LEX_HYPOTHETICAL | LEX_PERSONA | LEX_FICTION |             \
     LEX_ACQUAINTANCE | LEX_STANDING | LEX_RELATIVE | LEX_FAMILY)

static void forget(struct topic_reader *reader)
{
    reader->before = 0;
    reader->used = 0;
    reader->shown_used = 0;
    reader->digits = 0;
}

/* Completes the word in reader->key[before...used). */
static int32_t end_word(struct topic_reader *reader)
{
    size_t start = reader->before > 0 ? reader->before + 1 : 0;
    size_t length = reader->used - start;
    struct lexicon_word found;
    int32_t done = 1;

    if (reader->used == 0 || reader->used <= start) {
        return 1;
    }
    found = lexicon_find(reader->topics->lexicon, reader->key + start, length);
    if (length < 3 || reader->digits || memchr(reader->key + start, '\'', length) != NULL ||
        (found.classes & TOO_COMMON) != 0 || length >= TOPIC_MAX_BYTES) {
        forget(reader);
        return 1;
    }
    done = count_phrase(reader->topics, reader->key + start, length, reader->shown + start, 1, reader->conversation,
                        reader->time_us);
    if (start > 0 && done) {
        done = count_phrase(reader->topics, reader->key, reader->used, reader->shown, 2, reader->conversation,
                            reader->time_us);
    }
    memmove(reader->key, reader->key + start, length);
    memmove(reader->shown, reader->shown + start, length);
    reader->before = length;
    reader->used = length;
    reader->shown_used = length;
    return done;
}

static void take(struct topic_reader *reader, uint32_t c)
{
    size_t start = reader->before > 0 ? reader->before + 1 : 0;
    char shown[4];
    char key[4];
    size_t length = utf8_encode(c, shown);
    size_t key_length = utf8_encode(code_point_lower(c), key);

    if (reader->before > 0 && reader->used == reader->before) {
        reader->key[reader->used] = ' ';
        reader->shown[reader->used] = ' ';
        reader->used++;
        reader->digits = 0;
    }
    if (key_length != length) {
        memcpy(shown, key, 4);
        length = key_length;
    }
    if (reader->used + length <= start + TOPIC_MAX_BYTES) {
        memcpy(reader->key + reader->used, key, length);
        memcpy(reader->shown + reader->used, shown, length);
        reader->used += length;
    }
    reader->digits |= c >= '0' && c <= '9';
}

/* Scripts without spaces: pairs of characters count as words. */
static int32_t count_wide(struct topic_reader *reader, uint32_t c)
{
    char pair[8];
    size_t length;
    uint32_t before = reader->wide;

    reader->wide = c;
    if (before == 0 || (is_kana(before) || is_kana(c))) {
        return 1;
    }
    length = utf8_encode(before, pair);
    length += utf8_encode(c, pair + length);
    return count_phrase(reader->topics, pair, length, pair, 1, reader->conversation, reader->time_us);
}

int32_t topics_count(struct topics *topics, const char *masked, size_t length, size_t conversation, int64_t time_us)
{
    struct topic_reader reader = {.topics = topics, .conversation = conversation, .time_us = time_us};
    int32_t done = 1;

    for (size_t at = 0; at < length && done;) {
        uint32_t c;
        int32_t valid;
        size_t taken = utf8_decode(masked + at, length - at, &c, &valid);

        if (is_wide(c)) {
            done = end_word(&reader);
            forget(&reader);
            done = done && count_wide(&reader, c);
        } else if (code_point_is_word(c) || c == '\'' || c == 0x2019 || (c == '-' && reader.used > reader.before + 1)) {
            reader.wide = 0;
            take(&reader, c == 0x2019 ? '\'' : c);
        } else {
            reader.wide = 0;
            done = end_word(&reader);
            if (c != ' ') {
                forget(&reader);
            }
        }
        at += taken;
    }
    return done && end_word(&reader);
}

static int compare_topics(const void *left, const void *right)
{
    const struct topic *a = *(const struct topic *const *)left;
    const struct topic *b = *(const struct topic *const *)right;

    if (a->conversations != b->conversations) {
        return a->conversations > b->conversations ? -1 : 1;
    }
    if (a->mentions != b->mentions) {
        return a->mentions > b->mentions ? -1 : 1;
    }
    if (a->words != b->words) {
        return a->words > b->words ? -1 : 1;
    }
    return strcmp(a->key, b->key);
}

/* 1 if a single word nearly always occurs in a pair that is included already. */
static int32_t is_part(const struct topic *single, struct topic *const *told, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *at = told[i]->words == 2 ? strstr(told[i]->key, single->key) : NULL;

        if (at != NULL && told[i]->mentions * 10 >= single->mentions * 7) {
            return 1;
        }
    }
    return 0;
}

static cpk_status write_topic(const struct topic *topic, struct finding_set *set, cpk_error **error)
{
    struct finding item = {.category = FINDING_TOPIC,
                           .subject = "topic",
                           .value = topic->shown,
                           .text = topic->shown,
                           .confidence = 500,
                           .mentions = topic->mentions,
                           .conversations = topic->conversations,
                           .first_us = topic->first_us,
                           .last_us = topic->last_us,
                           .until_us = CPK_TIME_UNKNOWN};

    return finding_set_add(set, &item) == NULL ? error_out_of_memory(error) : CPK_OK;
}

cpk_status topics_write(struct topics *topics, struct finding_set *set, cpk_error **error)
{
    struct topic **order = arena_allocate(topics->arena, (topics->count + 1) * sizeof(struct topic *));
    struct topic *told[TOPIC_WRITTEN];
    size_t count = 0;
    size_t written = 0;

    if (order == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < TOPIC_SLOTS; i++) {
        if (topics->slots[i].key != NULL && topics->slots[i].mentions > 1) {
            order[count] = &topics->slots[i];
            count++;
        }
    }
    qsort(order, count, sizeof *order, compare_topics);
    for (size_t i = 0; i < count && written < TOPIC_WRITTEN; i++) {
        if (order[i]->words == 1 && is_part(order[i], told, written)) {
            continue;
        }
        CPK_TRY(write_topic(order[i], set, error));
        told[written] = order[i];
        written++;
    }
    return CPK_OK;
}
