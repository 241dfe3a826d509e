#include "analyze/profile/duplicates.h"

#include "analyze/profile/topics.h"
#include "base/arena.h"
#include "base/error.h"

#include <string.h>

#define REPETITION_WINDOW 1500 /* number of better findings that are compared, which bounds the work */

struct posting {
    size_t entry;
    struct posting *next;
};

struct window_word {
    uint64_t word; /* 0: empty slot */
    struct posting *first;
};

/* The words of the first entries, so that only entries with a word in common are compared. */
struct window {
    struct arena arena;
    struct window_word *words;         /* a hash table */
    size_t slot_count;                 /* a power of two, more than twice the words */
    uint8_t shared[REPETITION_WINDOW]; /* words in common with the current entry */
    uint16_t found[REPETITION_WINDOW]; /* entries that have some */
    size_t found_count;
};

static struct window_word *window_slot(const struct window *window, uint64_t word)
{
    size_t slot = (size_t)word & (window->slot_count - 1);

    while (window->words[slot].word != 0 && window->words[slot].word != word) {
        slot = (slot + 1) & (window->slot_count - 1);
    }
    return &window->words[slot];
}

/* Adds the words of an entry that `known` does not have. 0 if there is no memory. */
static int32_t window_add(struct window *window, size_t entry, const struct word_set *words,
                          const struct word_set *known)
{
    size_t k = 0;

    for (size_t i = 0; i < words->count; i++) {
        struct window_word *slot = window_slot(window, words->words[i]);
        struct posting *added;

        while (k < known->count && known->words[k] < words->words[i]) {
            k++;
        }
        if (k < known->count && known->words[k] == words->words[i]) {
            continue;
        }
        added = arena_allocate(&window->arena, sizeof *added);
        if (added == NULL) {
            return 0;
        }
        added->entry = entry;
        added->next = slot->first;
        slot->word = words->words[i];
        slot->first = added;
    }
    return 1;
}

/* Finds the entries before `limit` that have words of the set, and how many. */
static void window_find(struct window *window, const struct word_set *words, size_t limit)
{
    for (size_t i = 0; i < window->found_count; i++) {
        window->shared[window->found[i]] = 0;
    }
    window->found_count = 0;
    for (size_t i = 0; i < words->count; i++) {
        for (const struct posting *at = window_slot(window, words->words[i])->first; at != NULL; at = at->next) {
            if (at->entry < limit) {
                if (window->shared[at->entry] == 0) {
                    window->found[window->found_count] = (uint16_t)at->entry;
                    window->found_count++;
                }
                window->shared[at->entry]++;
            }
        }
    }
}

/* 1 if `entry` adds nothing to the better `kept`, with which it shares some words. */
static int32_t repeats(const struct merge_entry *kept, const struct merge_entry *entry, size_t shared)
{
    struct word_set value;

    if (kept->item.superseded != entry->item.superseded ||
        (kept->item.category != entry->item.category && entry->item.confidence >= MERGE_SURE)) {
        return 0;
    }
    if (shared == entry->words.count) {
        return 1;
    }
    if (entry->words.count < 4 || shared * 5 < entry->words.count * 4) {
        return 0;
    }
    word_set_read(&value, entry->key); /* similar texts must also have similar values */
    return value.count > 0 && word_set_within(&value, &kept->words);
}

/* 1 if `entry` says all that `kept` says, and a little more. */
static int32_t extends(const struct merge_entry *kept, const struct merge_entry *entry, size_t shared)
{
    return kept->item.category == entry->item.category && !kept->item.exclusive && !entry->item.exclusive &&
           kept->item.superseded == entry->item.superseded && entry->item.confidence + 100 >= kept->item.confidence &&
           kept->words.count + 5 >= entry->words.count && shared == kept->words.count;
}

/* 1 if `whole` is a whole sentence that starts with the more specific statement `entry`. */
static int32_t tells_whole(const struct merge_entry *whole, const struct merge_entry *entry)
{
    return strcmp(whole->item.subject, "said") == 0 && strcmp(entry->item.subject, "said") != 0 &&
           !entry->item.exclusive && whole->item.category != entry->item.category &&
           strncmp(whole->item.text, entry->item.text, strlen(entry->item.text)) == 0;
}

/* Index of the best entry that `entry` repeats or extends; `limit` if there is none. */
static size_t find_same(const struct finding_merge *merge, const struct window *window, const struct merge_entry *entry,
                        size_t limit)
{
    size_t best = limit;

    for (size_t i = 0; i < window->found_count; i++) {
        size_t k = window->found[i];
        size_t shared = window->shared[k];
        const struct merge_entry *kept = merge->entries[k];

        if (k < best && !kept->dropped && (repeats(kept, entry, shared) || extends(kept, entry, shared))) {
            best = k;
        }
    }
    return best;
}

/* Makes one entry of `kept` and `entry`; sets *changed if the words of `kept` change. 0 if there is no memory. */
static int32_t join(struct finding_merge *merge, struct merge_entry *kept, struct merge_entry *entry, size_t shared,
                    int32_t *changed)
{
    *changed = 0;
    if (repeats(kept, entry, shared) && tells_whole(kept, entry)) { /* category of the entry, text of the sentence */
        if (!merge_replace_text(merge, &entry->item.text, kept->item.text)) {
            return 0;
        }
        entry->words = kept->words;
        entry->item.confidence = kept->item.confidence;
        merge_absorb(entry, kept);
        return 1;
    }
    if (!repeats(kept, entry, shared)) {
        if (!merge_replace_text(merge, &kept->item.text, entry->item.text)) { /* the longer text */
            return 0;
        }
        *changed = 1;
    }
    merge_absorb(kept, entry);
    return 1;
}

/* Drops entry i if it repeats an earlier one; otherwise adds it to the window. 0 if there is no memory. */
static int32_t drop_repeated(struct finding_merge *merge, struct window *window, size_t i)
{
    static const struct word_set none = {.count = 0};
    struct merge_entry *entry = merge->entries[i];
    size_t limit = i < REPETITION_WINDOW ? i : REPETITION_WINDOW;
    int32_t changed;
    size_t same;

    window_find(window, &entry->words, limit);
    same = find_same(merge, window, entry, limit);
    if (same < limit) {
        struct merge_entry *kept = merge->entries[same];

        if (!join(merge, kept, entry, window->shared[same], &changed)) {
            return 0;
        }
        if (changed) {
            if (!window_add(window, same, &entry->words, &kept->words)) {
                return 0;
            }
            kept->words = entry->words;
        }
    }
    return entry->dropped || i >= REPETITION_WINDOW || window_add(window, i, &entry->words, &none);
}

cpk_status duplicates_drop(struct finding_merge *merge, cpk_error **error)
{
    size_t compared = merge->count < REPETITION_WINDOW ? merge->count : REPETITION_WINDOW;
    struct window window = {.slot_count = 64};
    int32_t done;

    while (window.slot_count <= compared * SUBJECT_MAX_WORDS * 2) {
        window.slot_count *= 2;
    }
    arena_init(&window.arena, &merge->allocator);
    window.words = arena_allocate_zeroed(&window.arena, window.slot_count, sizeof *window.words);
    done = window.words != NULL;
    for (size_t i = 0; i < merge->count && done; i++) {
        struct merge_entry *entry = merge->entries[i];

        word_set_read(&entry->words, entry->item.text);
        if (!entry->dropped && merge_is_statement(&entry->item)) {
            done = drop_repeated(merge, &window, i);
        }
    }
    arena_free(&window.arena);
    return done ? CPK_OK : error_out_of_memory(error);
}

/* 1 if a name or pair is in several conversations, or a word in many or several times in some. */
static int32_t recurs(const struct finding *topic)
{
    if (topic->confidence > TOPIC_WORD_CONFIDENCE) {
        return topic->conversations >= 2;
    }
    return topic->conversations >= 4 || (topic->conversations >= 2 && topic->mentions >= 2 * topic->conversations);
}

void duplicates_count_topics(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];
        struct finding *item = &entry->item;

        if (item->category == FINDING_TOPIC) {
            int32_t kind = item->confidence < TOPIC_NAME_CONFIDENCE ? item->confidence : TOPIC_NAME_CONFIDENCE;

            entry->dropped |= !recurs(item);
            item->confidence = kind - 200 + 60 * (int32_t)merge_at_most(item->conversations, 10);
            item->confidence = item->confidence > 0 ? item->confidence : 0;
        }
    }
}

#define TOPIC_OFTEN 4 /* a topic in as many conversations is kept although a statement contains it */
#define TOPIC_LEAST 5 /* number of topics that are names and are kept in any case */
#define TOPICS_MOST 15

/* 1 for recurring names; other words that statements contain ("web", "end") are not informative. */
static int32_t is_name_topic(const struct merge_entry *topic)
{
    unsigned char first = (unsigned char)topic->item.text[0];

    return topic->item.conversations >= 2 && ((first >= 'A' && first <= 'Z') || first >= 0x80);
}

static int32_t is_in_statement(const struct finding_merge *merge, const struct merge_entry *topic)
{
    size_t limit = merge->count < REPETITION_WINDOW ? merge->count : REPETITION_WINDOW;

    for (size_t i = 0; i < limit && topic->words.count > 0; i++) {
        const struct merge_entry *entry = merge->entries[i];

        if (!entry->dropped && merge_is_statement(&entry->item) && word_set_within(&topic->words, &entry->words)) {
            return 1;
        }
    }
    return 0;
}

void duplicates_drop_topics(struct finding_merge *merge)
{
    size_t names = 0;
    size_t kept = 0;

    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *topic = merge->entries[i];

        if (topic->item.category != FINDING_TOPIC || topic->dropped) {
            continue;
        }
        names += is_name_topic(topic);
        topic->dropped =
            kept == TOPICS_MOST || (topic->item.conversations < TOPIC_OFTEN &&
                                    !(is_name_topic(topic) && names <= TOPIC_LEAST) && is_in_statement(merge, topic));
        kept += !topic->dropped;
    }
}
