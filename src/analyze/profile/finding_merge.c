#include "analyze/profile/finding_merge.h"

#include "analyze/profile/current.h"
#include "analyze/profile/duplicates.h"
#include "analyze/profile/instruction_merge.h"
#include "analyze/profile/merge_entry.h"
#include "analyze/profile/style.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#define EXCERPTS_PER_CHUNK 600   /* the most telling of a chunk */
#define MERGE_PER_CATEGORY 1000  /* findings per category in a result, the best */
#define MERGE_ENTRIES      16384 /* entries in memory; beyond, the weakest quarter is dropped */

cpk_status finding_merge_create(const cpk_allocator *allocator, struct finding_merge **merge, cpk_error **error)
{
    struct finding_merge *created = memory_allocate_zeroed(allocator, sizeof *created);

    *merge = created;
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->allocator = *allocator;
    created->first_us = CPK_TIME_UNKNOWN;
    created->last_us = CPK_TIME_UNKNOWN;
    buffer_init(&created->scratch, &created->allocator);
    if (selection_create(allocator, &created->excerpts, error) != CPK_OK) {
        finding_merge_free(created);
        *merge = NULL;
        return CPK_ERROR_OUT_OF_MEMORY;
    }
    return CPK_OK;
}

void finding_merge_free(struct finding_merge *merge)
{
    cpk_allocator allocator;

    if (merge == NULL) {
        return;
    }
    allocator = merge->allocator;
    for (size_t i = 0; i < merge->count; i++) {
        merge_entry_free(&allocator, merge->entries[i]);
    }
    memory_release_array(&allocator, merge->entries, merge->capacity, sizeof *merge->entries);
    memory_release_array(&allocator, merge->slots, merge->slot_count, sizeof *merge->slots);
    selection_free(merge->excerpts);
    buffer_free(&merge->scratch);
    memory_release(&allocator, merge, sizeof *merge);
}

/* Writes the normalised value to the scratch buffer; counters have an empty one, so that they are summed. */
static cpk_status normalise(struct finding_merge *merge, const struct finding *item, cpk_error **error)
{
    buffer_clear(&merge->scratch);
    if (item->category == FINDING_INSTRUCTION) {
        instruction_merge_key(&merge->scratch, item);
    } else if (!merge_is_counter(item)) {
        subject_normalise(&merge->scratch, item->value[0] != '\0' ? item->value : item->text);
    }
    return merge->scratch.failed ? error_out_of_memory(error) : CPK_OK;
}

static uint64_t entry_hash(const struct finding *item, const char *key)
{
    uint64_t hash = hash_bytes((uint64_t)item->category * 2 + 1 + (item->superseded != 0), item->subject,
                               strlen(item->subject) + 1);

    return hash_bytes(hash, key, strlen(key));
}

static int32_t entry_matches(const struct merge_entry *entry, uint64_t hash, const struct finding *item,
                             const char *key)
{
    return entry->hash == hash && entry->gone == (item->superseded != 0) && entry->item.category == item->category &&
           strcmp(entry->item.subject, item->subject) == 0 && strcmp(entry->key, key) == 0;
}

static size_t *find_slot(const struct finding_merge *merge, uint64_t hash, const struct finding *item, const char *key)
{
    size_t slot = (size_t)hash & (merge->slot_count - 1);

    while (merge->slots[slot] != 0 && !entry_matches(merge->entries[merge->slots[slot] - 1], hash, item, key)) {
        slot = (slot + 1) & (merge->slot_count - 1);
    }
    return &merge->slots[slot];
}

static void fill_slots(struct finding_merge *merge)
{
    memset(merge->slots, 0, merge->slot_count * sizeof *merge->slots);
    for (size_t i = 0; i < merge->count; i++) {
        size_t slot = (size_t)merge->entries[i]->hash & (merge->slot_count - 1);

        while (merge->slots[slot] != 0) {
            slot = (slot + 1) & (merge->slot_count - 1);
        }
        merge->slots[slot] = i + 1;
    }
}

static int32_t grow(struct finding_merge *merge)
{
    size_t capacity = merge->capacity == 0 ? 64 : merge->capacity * 2;
    struct merge_entry **entries;
    size_t *slots;

    if (merge->count < merge->capacity) {
        return 1;
    }
    entries =
        memory_resize_array(&merge->allocator, merge->entries, merge->capacity, capacity, sizeof(struct merge_entry *));
    if (entries == NULL) {
        return 0;
    }
    merge->entries = entries;
    merge->capacity = capacity;
    slots = memory_allocate_array(&merge->allocator, capacity * 2, sizeof *slots);
    if (slots == NULL) {
        return 0;
    }
    memory_release_array(&merge->allocator, merge->slots, merge->slot_count, sizeof *slots);
    merge->slots = slots;
    merge->slot_count = capacity * 2;
    fill_slots(merge);
    return 1;
}

static cpk_status add_item(struct finding_merge *merge, const struct finding *item, cpk_error **error)
{
    struct merge_entry *entry;
    uint64_t hash;
    size_t *slot;

    CPK_TRY(normalise(merge, item, error));
    if (!grow(merge)) {
        return error_out_of_memory(error);
    }
    hash = entry_hash(item, buffer_text(&merge->scratch));
    slot = find_slot(merge, hash, item, buffer_text(&merge->scratch));
    if (*slot == 0) {
        entry = merge_entry_create(merge, item, hash, buffer_text(&merge->scratch));
        if (entry == NULL) {
            return error_out_of_memory(error);
        }
        merge->entries[merge->count] = entry;
        merge->count++;
        *slot = merge->count;
    }
    entry = merge->entries[*slot - 1];
    return merge_entry_add(merge, entry, item) ? CPK_OK : error_out_of_memory(error);
}

/* Integer arithmetic, identical on every machine. By category, then confidence, frequency and time. */
static int64_t entry_score(const struct finding_merge *merge, const struct merge_entry *entry)
{
    static const int64_t weights[FINDING_CATEGORY_COUNT] = {
        [FINDING_IDENTITY] = 1000, [FINDING_BACKGROUND] = 920,   [FINDING_PERSON] = 960,  [FINDING_PROJECT] = 970,
        [FINDING_SKILL] = 930,     [FINDING_PREFERENCE] = 950,   [FINDING_GOAL] = 950,    [FINDING_CONSTRAINT] = 980,
        [FINDING_EVENT] = 850,     [FINDING_TOPIC] = 500,        [FINDING_STYLE] = 600,   [FINDING_REFERENCE] = 500,
        [FINDING_NOTE] = 600,      [FINDING_INSTRUCTION] = 1000, [FINDING_EXCERPT] = 900,
    };
    int64_t score = weights[entry->item.category] * entry->item.confidence / 100 + instruction_merge_rank(&entry->item);
    int64_t span_us = time_between(merge->first_us, merge->last_us);
    int64_t age_us = merge_at_most(time_between(merge->first_us, entry->item.last_us), span_us);

    score += 250 * merge_at_most(entry->item.conversations > 0 ? entry->item.conversations - 1 : 0, 6);
    score += 40 * merge_at_most(entry->item.mentions > 0 ? entry->item.mentions - 1 : 0, 10);
    if (span_us > 1000) {
        score += age_us / 1000 * 400 / (span_us / 1000);
    }
    return entry->item.superseded ? score / 4 : score;
}

static int compare_entries(const void *left, const void *right)
{
    const struct merge_entry *a = *(struct merge_entry *const *)left;
    const struct merge_entry *b = *(struct merge_entry *const *)right;
    int order = (a->item.category > b->item.category) - (a->item.category < b->item.category);

    order = order != 0 ? order : merge_compare_times(b->item.score, a->item.score);
    order = order != 0 ? order : strcmp(a->item.subject, b->item.subject);
    order = order != 0 ? order : strcmp(a->key, b->key);
    return order != 0 ? order : a->gone - b->gone;
}

static int compare_scores(const void *left, const void *right)
{
    const struct merge_entry *a = *(struct merge_entry *const *)left;
    const struct merge_entry *b = *(struct merge_entry *const *)right;
    int order = merge_compare_times(b->item.score, a->item.score);

    return order != 0 ? order : compare_entries(left, right);
}

static void sort_entries(struct finding_merge *merge, int (*compare)(const void *left, const void *right))
{
    if (merge->count > 0) {
        qsort(merge->entries, merge->count, sizeof *merge->entries, compare);
    }
}

static void count_conversations(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];

        entry->item.evidence = entry->evidence;
        entry->item.evidence_count = entry->evidence_count;
        entry->item.conversations = (int64_t)entry->seen_count + entry->unseen;
        entry->item.superseded = entry->gone;
        entry->dropped = 0;
    }
}

/* Drops the weakest quarter: old statements with few mentions and low confidence, so that memory is bounded. Counters
 * are kept. */
static void forget_weakest(struct finding_merge *merge)
{
    size_t kept = 0;

    count_conversations(merge);
    for (size_t i = 0; i < merge->count; i++) {
        merge->entries[i]->item.score = entry_score(merge, merge->entries[i]);
    }
    sort_entries(merge, compare_scores);
    for (size_t i = 0; i < merge->count; i++) {
        if (kept < MERGE_ENTRIES - MERGE_ENTRIES / 4 || merge_is_counter(&merge->entries[i]->item)) {
            merge->entries[kept++] = merge->entries[i];
        } else {
            merge_entry_free(&merge->allocator, merge->entries[i]);
        }
    }
    merge->count = kept;
    fill_slots(merge);
}

cpk_status finding_merge_add(struct finding_merge *merge, const struct finding_set *chunk, cpk_error **error)
{
    merge->user_messages = merge_sum(merge->user_messages, merge_at_most(chunk->user_messages, MERGE_COUNT_MAX));
    merge->first_us = merge_earlier(merge->first_us, chunk->first_us);
    merge->last_us = merge_later(merge->last_us, chunk->last_us);
    for (size_t i = 0; i < chunk->count; i++) {
        if (chunk->items[i].category == FINDING_EXCERPT) {
            CPK_TRY(selection_add(merge->excerpts, &chunk->items[i], error));
            continue;
        }
        if (merge->count >= MERGE_ENTRIES) {
            forget_weakest(merge);
        }
        CPK_TRY(add_item(merge, &chunk->items[i], error));
    }
    return CPK_OK;
}

static cpk_status write_counters(struct finding_merge *merge, cpk_error **error)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];

        if (merge_is_counter(&entry->item)) {
            buffer_clear(&merge->scratch);
            buffer_append_format(&merge->scratch, "%lld", (long long)entry->number);
            if (merge->scratch.failed || !merge_replace_text(merge, &entry->item.value, buffer_text(&merge->scratch)) ||
                !merge_replace_text(merge, &entry->item.text, buffer_text(&merge->scratch))) {
                return error_out_of_memory(error);
            }
        }
    }
    return CPK_OK;
}

static void result_begin(const struct finding_merge *merge, struct finding_set *result)
{
    result->user_messages = merge->user_messages;
    result->first_us = merge->first_us;
    result->last_us = merge->last_us;
}

cpk_status finding_merge_collect(struct finding_merge *merge, size_t max_findings, struct finding_set *result,
                                 cpk_error **error)
{
    size_t kept = 0;

    result_begin(merge, result);
    count_conversations(merge);
    CPK_TRY(write_counters(merge, error));
    for (size_t i = 0; i < merge->count; i++) {
        merge->entries[i]->item.score = entry_score(merge, merge->entries[i]);
    }
    sort_entries(merge, compare_scores);
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];

        if (kept < max_findings || merge_is_counter(&entry->item)) {
            kept += !merge_is_counter(&entry->item);
            if (finding_set_add(result, &entry->item) == NULL) {
                return error_out_of_memory(error);
            }
        }
    }
    return selection_collect(merge->excerpts, EXCERPTS_PER_CHUNK, result, error);
}

static cpk_status write_result(struct finding_merge *merge, struct finding_set *result, cpk_error **error)
{
    size_t in_category = 0;

    sort_entries(merge, compare_entries);
    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_entry *entry = merge->entries[i];

        if (i > 0 && entry->item.category != merge->entries[i - 1]->item.category) {
            in_category = 0;
        }
        if (entry->dropped || merge_is_counter(&entry->item) || in_category >= MERGE_PER_CATEGORY) {
            continue;
        }
        in_category++;
        if (finding_set_add(result, &entry->item) == NULL) {
            return error_out_of_memory(error);
        }
    }
    return CPK_OK;
}

static int compare_results(const void *left, const void *right)
{
    const struct finding *a = left;
    const struct finding *b = right;
    int order = (a->category > b->category) - (a->category < b->category);

    order = order != 0 ? order : merge_compare_times(b->score, a->score);
    order = order != 0 ? order : strcmp(a->subject, b->subject);
    order = order != 0 ? order : strcmp(a->value, b->value);
    return order != 0 ? order : strcmp(a->text, b->text);
}

static int64_t counter_value(void *user, const char *name)
{
    const struct finding_merge *merge = user;

    for (size_t i = 0; i < merge->count; i++) {
        const struct finding *item = &merge->entries[i]->item;

        if (merge_is_counter(item) && strcmp(item->subject + strlen(STYLE_COUNTER_PREFIX), name) == 0) {
            return merge->entries[i]->number;
        }
    }
    return 0;
}

cpk_status finding_merge_finish(struct finding_merge *merge, struct finding_set *result, cpk_error **error)
{
    result_begin(merge, result);
    count_conversations(merge);
    sort_entries(merge, compare_entries); /* makes the result independent of the input order */
    for (size_t i = 0; i < merge->count; i++) {
        word_set_read(&merge->entries[i]->words, merge->entries[i]->item.text);
    }
    CPK_TRY(current_settle_changes(merge, error));
    sort_entries(merge, compare_entries);
    CPK_TRY(current_settle_values(merge, error));
    CPK_TRY(instruction_merge_settle(merge, error));
    duplicates_count_topics(merge);
    for (size_t i = 0; i < merge->count; i++) {
        merge->entries[i]->item.score = entry_score(merge, merge->entries[i]);
    }
    sort_entries(merge, compare_scores);
    CPK_TRY(duplicates_drop(merge, error));
    duplicates_drop_topics(merge);
    for (size_t i = 0; i < merge->count; i++) {
        merge->entries[i]->item.score = entry_score(merge, merge->entries[i]);
    }
    CPK_TRY(write_result(merge, result, error));
    CPK_TRY(selection_finish(merge->excerpts, merge->first_us, merge->last_us, result, error));
    CPK_TRY(instruction_merge_drop_excerpts(&merge->allocator, result, error));
    CPK_TRY(style_describe(result, counter_value, merge, error));
    if (result->count > 0) {
        qsort(result->items, result->count, sizeof *result->items, compare_results);
    }
    return CPK_OK;
}
