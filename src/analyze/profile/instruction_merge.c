#include "analyze/profile/instruction_merge.h"

#include "analyze/language/request.h"
#include "analyze/language/words.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_LEAST       3  /* of requests that differ in a number alone */
#define SIMILAR_PERCENT   75 /* shared words of two wordings of one instruction */
#define FORGOTTEN_PERCENT 60 /* words of "forget that ..." that a memory must share */
#define EXCERPT_PERCENT   75 /* of an excerpt that a request makes up, to drop it */
#define CORRECTIONS_LEAST 2  /* conversations with the same correction that make it a standing request */
#define STEM_LEAST        3  /* bytes of a word that counts */
#define STEM_BYTES        4  /* of a word without its ending */
#define CONDITIONS        (REQUEST_WHEN | REQUEST_WHEN_I)
#define RANK_CUSTOM       6000
#define RANK_STANDING     3000

/* An instruction while it is settled. */
struct settled {
    struct merge_entry *entry;
    const uint64_t *words; /* sorted, distinct hashes, without numbers */
    size_t word_count;
    uint64_t numbers;    /* hash of the numbers, in their order; 0 if there are none */
    uint32_t topics;     /* bits of enum request_topic */
    uint64_t said;       /* which language or name is asked for; 0 for none */
    int32_t negative;    /* "no", "stop", "never" */
    int32_t conditional; /* "when I ask about ..." */
};

struct settling {
    struct finding_merge *merge;
    struct arena arena;
    struct settled *items; /* newest first */
    size_t count;
};

/* ---- Keys and words ---- */

static int32_t is_unspaced(uint32_t c)
{
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x0E00 && c <= 0x0E7F);
}

static void append_words(struct buffer *target, const char *text)
{
    size_t length = strlen(text);
    int32_t space = target->length > 0;

    for (size_t at = 0; at < length;) {
        uint32_t c;
        char bytes[4];
        size_t size = 0;

        at += code_point_read(text, at, length, &c);
        if (!code_point_is_word(c)) {
            space = 1;
            continue;
        }
        if ((space || is_unspaced(c)) && target->length > 0) {
            buffer_append_byte(target, ' ');
        }
        (void)code_point_append(bytes, &size, sizeof bytes, code_point_lower(c));
        buffer_append(target, bytes, size);
        space = is_unspaced(c);
    }
}

void instruction_merge_key(struct buffer *target, const struct finding *item)
{
    append_words(target, item->value);
    append_words(target, item->text);
}

static int compare_hashes(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* 1 for "5", "24-hour", and a Chinese numeral. */
static int32_t is_number(const char *word, size_t length)
{
    static const char numerals[] = "〇一二三四五六七八九十百";

    return (word[0] >= '0' && word[0] <= '9') || (length == 3 && (unsigned char)word[0] >= 0xE3 &&
                                                  memmem(numerals, sizeof numerals - 1, word, length) != NULL);
}

/* Reads the words of the entry's key. 0 if there is no memory. */
static int32_t read_words(struct arena *arena, struct settled *item)
{
    const char *key = item->entry->key;
    uint64_t *found = arena_allocate_zeroed(arena, strlen(key) / 2 + 1, sizeof *found);
    size_t count = 0;

    if (found == NULL) {
        return 0;
    }
    while (*key != '\0') {
        size_t length = strcspn(key, " ");

        if (is_number(key, length)) {
            item->numbers = hash_bytes(item->numbers, key, length);
        } else {
            found[count++] = hash_bytes(0, key, length);
        }
        key += length + (key[length] == ' ');
    }
    if (count > 0) {
        qsort(found, count, sizeof *found, compare_hashes);
    }
    for (size_t i = 0; i < count; i++) {
        if (item->word_count == 0 || found[item->word_count - 1] != found[i]) {
            found[item->word_count++] = found[i];
        }
    }
    item->words = found;
    return 1;
}

static size_t shared_words(const struct settled *left, const struct settled *right)
{
    size_t shared = 0;
    size_t k = 0;

    for (size_t i = 0; i < left->word_count; i++) {
        while (k < right->word_count && right->words[k] < left->words[i]) {
            k++;
        }
        shared += k < right->word_count && right->words[k] == left->words[i];
    }
    return shared;
}

static int32_t is_subject(const struct settled *item, const char *subject)
{
    return strcmp(item->entry->item.subject, subject) == 0;
}

static int32_t has_similar_words(const struct settled *left, const struct settled *right)
{
    size_t shared = shared_words(left, right);
    size_t all = left->word_count + right->word_count - shared;

    return all > 0 && shared * 100 >= all * SIMILAR_PERCENT;
}

static int32_t is_similar(const struct settled *left, const struct settled *right)
{
    return left->numbers == right->numbers && has_similar_words(left, right);
}

/* ---- What a request is about ---- */

/* Hash of the language or name that a request gives: the text of the language, or the words after "call me". */
static uint64_t said_value(const struct request_sentence *sentence)
{
    for (size_t i = 0; i < sentence->count; i++) {
        const struct request_token *token = &sentence->tokens[i];

        if ((token->topics & UINT32_C(1) << TOPIC_LANGUAGE) != 0) {
            return hash_bytes(0, sentence->folded + token->start, token->end - token->start);
        }
        if ((token->topics & UINT32_C(1) << TOPIC_NAME) != 0) {
            const struct request_token *name = i + 1 < sentence->count ? token + 1 : i > 0 ? token - 1 : token;

            return hash_bytes(0, sentence->folded + name->start, name->end - name->start);
        }
    }
    return 0;
}

static int32_t read_topics(struct settling *settling, struct settled *item)
{
    struct request_sentence *sentence = arena_allocate(&settling->arena, sizeof *sentence);
    const char *text = item->entry->item.text;

    if (sentence == NULL || !request_read(&settling->arena, text, strlen(text), REQUEST_ANY, sentence)) {
        return 0;
    }
    item->topics = sentence->topics;
    item->said = said_value(sentence);
    item->negative = (sentence->classes & (REQUEST_NOT | REQUEST_STOP)) != 0;
    item->conditional = (sentence->classes & CONDITIONS) != 0;
    return 1;
}

static uint32_t bit(enum request_topic topic)
{
    return UINT32_C(1) << topic;
}

/* 1 if both are about the same single thing: *opposed if they want the opposite. */
static int32_t is_same_topic(const struct settled *left, const struct settled *right, int32_t *opposed)
{
    static const enum request_topic pairs[][2] = {{TOPIC_SHORT, TOPIC_LONG},
                                                  {TOPIC_METRIC, TOPIC_IMPERIAL},
                                                  {TOPIC_BRITISH, TOPIC_AMERICAN},
                                                  {TOPIC_FORMAL, TOPIC_FAMILIAR}};
    int32_t sign = left->negative != right->negative;

    if (left->topics == 0 || right->topics == 0) {
        return 0;
    }
    if (left->topics == right->topics && (left->topics & (left->topics - 1)) == 0) {
        int32_t differs = left->said != right->said;

        *opposed = left->said != 0 || right->said != 0 ? differs && !left->negative && !right->negative : sign;
        return left->said == 0 || !differs || *opposed;
    }
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        uint32_t first = bit(pairs[i][0]);
        uint32_t second = bit(pairs[i][1]);

        if ((left->topics == first && right->topics == second) || (left->topics == second && right->topics == first)) {
            *opposed = !sign;
            return 1;
        }
    }
    return 0;
}

static int32_t contradicts(const struct settled *newer, const struct settled *older)
{
    int32_t opposed = 0;

    if (newer->numbers != 0 && older->numbers != 0 && newer->numbers != older->numbers &&
        newer->word_count >= WORDS_LEAST && has_similar_words(newer, older)) {
        return 1; /* "at most 3 sentences", "at most 5 sentences" */
    }
    return !newer->conditional && !older->conditional && is_same_topic(newer, older, &opposed) && opposed;
}

/* ---- Settling ---- */

static int32_t is_open(const struct settled *item)
{
    return !item->entry->dropped && !item->entry->item.superseded;
}

static int32_t is_one_account(const struct settled *left, const struct settled *right)
{
    const struct merge_entry *a = left->entry;
    const struct merge_entry *b = right->entry;
    const char *left_provider = a->evidence_count > 0 ? a->evidence[0].provider : "";
    const char *right_provider = b->evidence_count > 0 ? b->evidence[0].provider : "";

    return strcmp(a->item.value, b->item.value) == 0 && strcmp(left_provider, right_provider) == 0;
}

/* Older custom instructions are a former version of the newest, unless they are nearly the same. */
static void settle_custom(struct settling *settling)
{
    for (size_t i = 0; i < settling->count; i++) {
        struct settled *older = &settling->items[i];
        int32_t outdated = 0;

        for (size_t k = 0; k < i && is_subject(older, "custom") && is_open(older); k++) {
            struct settled *newer = &settling->items[k];

            if (!is_subject(newer, "custom") || !is_open(newer) || !is_one_account(newer, older)) {
                continue;
            }
            if (newer->entry->item.last_us > older->entry->item.last_us) {
                outdated = 1;
                older->entry->item.until_us = merge_later(newer->entry->item.first_us, older->entry->item.last_us);
            }
            if (is_similar(newer, older)) {
                merge_absorb(newer->entry, older->entry);
            }
        }
        older->entry->item.superseded |= outdated && !older->entry->dropped;
    }
}

/* One entry for wordings that are alike, the newest. */
static void join_similar(struct settling *settling, const char *subject)
{
    for (size_t i = 0; i < settling->count; i++) {
        struct settled *newer = &settling->items[i];

        for (size_t k = i + 1; k < settling->count && is_subject(newer, subject) && is_open(newer); k++) {
            struct settled *older = &settling->items[k];

            if (is_subject(older, subject) && is_open(older) && older->negative == newer->negative &&
                older->said == newer->said && is_similar(newer, older)) {
                merge_absorb(newer->entry, older->entry);
            }
        }
    }
}

static void supersede_contradicted(struct settling *settling)
{
    for (size_t i = 0; i < settling->count; i++) {
        const struct settled *newer = &settling->items[i];

        for (size_t k = i + 1; k < settling->count && is_subject(newer, "standing") && is_open(newer); k++) {
            struct settled *older = &settling->items[k];

            if (is_open(older) && (is_subject(older, "standing") || is_subject(older, "correction")) &&
                older->entry->item.last_us < newer->entry->item.last_us && contradicts(newer, older)) {
                older->entry->item.superseded = 1;
                older->entry->item.until_us = merge_later(newer->entry->item.first_us, older->entry->item.last_us);
                older->entry->dropped |= is_subject(older, "correction");
            }
        }
    }
}

/* Corrections about the same thing add up; enough of them are a standing request in the newest words. */
static cpk_status settle_corrections(struct settling *settling, cpk_error **error)
{
    int32_t opposed = 0;

    for (size_t i = 0; i < settling->count; i++) {
        struct settled *correction = &settling->items[i];

        for (size_t k = 0; k < settling->count && is_subject(correction, "correction") && is_open(correction); k++) {
            struct settled *other = &settling->items[k];
            int32_t later = k > i && is_subject(other, "correction");

            if (k == i || !is_open(other) || !(later || is_subject(other, "standing")) ||
                !is_same_topic(correction, other, &opposed) || opposed) {
                continue;
            }
            if (later) {
                merge_absorb(correction->entry, other->entry);
            } else {
                merge_absorb(other->entry, correction->entry);
            }
        }
        if (!is_subject(correction, "correction") || !is_open(correction)) {
            continue;
        }
        correction->entry->dropped = correction->entry->item.conversations < CORRECTIONS_LEAST;
        if (!merge_replace_text(settling->merge, &correction->entry->item.subject, "standing")) {
            return error_out_of_memory(error);
        }
    }
    return CPK_OK;
}

/* A request that the custom instructions hold in the same words adds nothing. */
static void drop_repeated(struct settling *settling)
{
    for (size_t i = 0; i < settling->count; i++) {
        struct settled *item = &settling->items[i];

        for (size_t k = 0; k < settling->count && is_subject(item, "standing") && is_open(item); k++) {
            const struct settled *custom = &settling->items[k];

            if (is_subject(custom, "custom") && is_open(custom) && item->word_count > 0 &&
                strstr(custom->entry->key, item->entry->key) != NULL) {
                item->entry->dropped = 1;
            }
        }
    }
}

/* 1 if the key has a word that begins with the `length` bytes of `stem`. */
static int32_t has_stem(const char *key, const char *stem, size_t length)
{
    while (*key != '\0') {
        if (strncmp(key, stem, length) == 0) {
            return 1;
        }
        key += strcspn(key, " ");
        key += *key == ' ';
    }
    return 0;
}

/* 1 if the instruction has most words of what is to be forgotten: "I live in Leeds", "User lives in Leeds". Short words
 * and endings do not count. */
static int32_t is_forgotten(const struct settled *item, const struct settled *forgotten)
{
    const char *at = forgotten->entry->key;
    size_t wanted = 0;
    size_t found = 0;

    while (*at != '\0') {
        size_t length = strcspn(at, " ");

        if (length >= STEM_LEAST && strncmp(at, "user", length) != 0) {
            wanted++;
            found += (size_t)has_stem(item->entry->key, at, length < STEM_BYTES ? length : STEM_BYTES);
        }
        at += length;
        at += *at == ' ';
    }
    return wanted > 0 && found * 100 >= wanted * FORGOTTEN_PERCENT;
}

/* Drops what the user told to forget. */
static void settle_forgotten(struct settling *settling)
{
    for (size_t i = 0; i < settling->count; i++) {
        struct settled *forgotten = &settling->items[i];

        for (size_t k = 0; k < settling->count && forgotten->entry->gone; k++) {
            struct settled *item = &settling->items[k];

            if (!item->entry->gone && !is_subject(item, "custom") &&
                item->entry->item.last_us <= forgotten->entry->item.last_us && is_forgotten(item, forgotten)) {
                item->entry->dropped = 1;
            }
        }
        forgotten->entry->dropped |= forgotten->entry->gone;
    }
}

/* Exports repeat custom instructions and memories in every conversation: that is no number of mentions. */
static void count_once(struct settling *settling)
{
    for (size_t i = 0; i < settling->count; i++) {
        struct settled *item = &settling->items[i];

        if (is_subject(item, "custom") || is_subject(item, "memory")) {
            item->entry->item.mentions = 1;
            item->entry->item.conversations = 1;
        }
    }
}

static int compare_newest(const void *left, const void *right)
{
    const struct merge_entry *a = ((const struct settled *)left)->entry;
    const struct merge_entry *b = ((const struct settled *)right)->entry;
    int order = merge_compare_times(b->item.last_us, a->item.last_us);

    order = order != 0 ? order : strcmp(a->item.subject, b->item.subject);
    order = order != 0 ? order : strcmp(a->key, b->key);
    return order != 0 ? order : a->gone - b->gone;
}

/* Collects the instructions, newest first. */
static cpk_status collect(struct settling *settling, cpk_error **error)
{
    const struct finding_merge *merge = settling->merge;

    settling->items = arena_allocate_zeroed(&settling->arena, merge->count + 1, sizeof *settling->items);
    if (settling->items == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < merge->count; i++) {
        struct settled *item = &settling->items[settling->count];

        if (merge->entries[i]->item.category != FINDING_INSTRUCTION) {
            continue;
        }
        item->entry = merge->entries[i];
        if (!read_words(&settling->arena, item)) {
            return error_out_of_memory(error);
        }
        settling->count++;
    }
    if (settling->count > 0) {
        qsort(settling->items, settling->count, sizeof *settling->items, compare_newest);
    }
    return CPK_OK;
}

static cpk_status read_requests(struct settling *settling, cpk_error **error)
{
    for (size_t i = 0; i < settling->count; i++) {
        struct settled *item = &settling->items[i];

        if ((is_subject(item, "standing") || is_subject(item, "correction")) && !read_topics(settling, item)) {
            return error_out_of_memory(error);
        }
    }
    return CPK_OK;
}

cpk_status instruction_merge_settle(struct finding_merge *merge, cpk_error **error)
{
    struct settling settling = {.merge = merge};
    cpk_status status;

    arena_init(&settling.arena, &merge->allocator);
    CPK_TRY_CLEANUP(collect(&settling, error));
    if (settling.count > 0) {
        CPK_TRY_CLEANUP(read_requests(&settling, error));
        settle_forgotten(&settling);
        settle_custom(&settling);
        join_similar(&settling, "standing");
        join_similar(&settling, "memory");
        supersede_contradicted(&settling);
        CPK_TRY_CLEANUP(settle_corrections(&settling, error));
        drop_repeated(&settling);
        count_once(&settling);
    }
    status = CPK_OK;
cleanup:
    arena_free(&settling.arena);
    return status;
}

int64_t instruction_merge_rank(const struct finding *item)
{
    if (item->category != FINDING_INSTRUCTION) {
        return 0;
    }
    if (strcmp(item->subject, "custom") == 0) {
        return RANK_CUSTOM;
    }
    return strcmp(item->subject, "standing") == 0 ? RANK_STANDING : 0;
}

/* Appends the keys of the instructions in force, each with its NUL. */
static void append_keys(struct buffer *keys, const struct finding_set *result)
{
    struct buffer key;

    buffer_init(&key, keys->allocator);
    for (size_t i = 0; i < result->count; i++) {
        const struct finding *item = &result->items[i];

        if (item->category == FINDING_INSTRUCTION && !item->superseded) {
            buffer_clear(&key);
            append_words(&key, item->text);
            keys->failed |= key.failed;
            buffer_append(keys, buffer_text(&key), key.length + 1);
        }
    }
    buffer_free(&key);
}

/* 1 if `excerpt` and an instruction, both keys, are nearly the same words. */
static int32_t repeats_instruction(const struct buffer *keys, const char *excerpt, size_t length)
{
    for (size_t at = 0; at < keys->length;) {
        const char *key = keys->data + at;
        size_t key_length = strlen(key);

        if (length * EXCERPT_PERCENT <= key_length * 100 &&
            (key_length <= length ? strstr(excerpt, key) != NULL : strstr(key, excerpt) != NULL)) {
            return 1;
        }
        at += key_length + 1;
    }
    return 0;
}

cpk_status instruction_merge_drop_excerpts(const cpk_allocator *allocator, struct finding_set *result,
                                           cpk_error **error)
{
    struct buffer excerpt;
    struct buffer keys;
    int32_t failed;
    size_t kept = 0;

    buffer_init(&excerpt, allocator);
    buffer_init(&keys, allocator);
    append_keys(&keys, result);
    failed = keys.failed;
    for (size_t i = 0; i < result->count; i++) {
        const struct finding *item = &result->items[i];

        if (item->category == FINDING_EXCERPT && keys.length > 0) {
            buffer_clear(&excerpt);
            append_words(&excerpt, item->text);
            failed |= excerpt.failed;
            if (repeats_instruction(&keys, buffer_text(&excerpt), excerpt.length)) {
                continue;
            }
        }
        result->items[kept++] = *item;
    }
    result->count = kept;
    buffer_free(&keys);
    buffer_free(&excerpt);
    return failed ? error_out_of_memory(error) : CPK_OK;
}
