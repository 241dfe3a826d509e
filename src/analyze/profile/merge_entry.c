#include "analyze/profile/merge_entry.h"

#include "analyze/profile/style.h"
#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void evidence_release(const cpk_allocator *allocator, struct finding_evidence *evidence)
{
    memory_release_text(allocator, (char *)evidence->provider);
    memory_release_text(allocator, (char *)evidence->conversation_id);
    memory_release_text(allocator, (char *)evidence->conversation_title);
    memory_release_text(allocator, (char *)evidence->message_id);
    memory_release_text(allocator, (char *)evidence->quote);
    memset(evidence, 0, sizeof *evidence);
}

void merge_entry_free(const cpk_allocator *allocator, struct merge_entry *entry)
{
    memory_release_text(allocator, (char *)entry->item.subject);
    memory_release_text(allocator, (char *)entry->item.value);
    memory_release_text(allocator, (char *)entry->item.text);
    memory_release_text(allocator, entry->key);
    for (size_t i = 0; i < entry->evidence_count; i++) {
        evidence_release(allocator, &entry->evidence[i]);
    }
    memory_release(allocator, entry, sizeof *entry);
}

int32_t merge_is_counter(const struct finding *item)
{
    return item->category == FINDING_STYLE &&
           strncmp(item->subject, STYLE_COUNTER_PREFIX, strlen(STYLE_COUNTER_PREFIX)) == 0;
}

int32_t merge_replace_text(const struct finding_merge *merge, const char **text, const char *with)
{
    char *copy = memory_copy_text(&merge->allocator, with);

    if (copy == NULL) {
        return 0;
    }
    memory_release_text(&merge->allocator, (char *)*text);
    *text = copy;
    return 1;
}

struct merge_entry *merge_entry_create(struct finding_merge *merge, const struct finding *item, uint64_t hash,
                                       const char *key)
{
    const cpk_allocator *allocator = &merge->allocator;
    struct merge_entry *entry = memory_allocate_zeroed(allocator, sizeof *entry);

    if (entry == NULL) {
        return NULL;
    }
    entry->hash = hash;
    entry->item = *item;
    entry->item.evidence = NULL;
    entry->item.evidence_count = 0;
    entry->item.mentions = 0;
    entry->item.conversations = 0;
    entry->item.first_us = CPK_TIME_UNKNOWN;
    entry->item.last_us = CPK_TIME_UNKNOWN;
    entry->item.superseded = 0;
    entry->item.score = 0;
    entry->gone = item->superseded != 0;
    entry->item.subject = memory_copy_text(allocator, item->subject);
    entry->item.value = memory_copy_text(allocator, item->value);
    entry->item.text = memory_copy_text(allocator, item->text);
    entry->key = memory_copy_text(allocator, key);
    if (entry->item.subject == NULL || entry->item.value == NULL || entry->item.text == NULL || entry->key == NULL) {
        merge_entry_free(allocator, entry);
        return NULL;
    }
    return entry;
}

int merge_compare_times(int64_t left, int64_t right)
{
    return left < right ? -1 : left > right;
}

/* Most recent first; the other fields make the order total. */
static int compare_evidence(const struct finding_evidence *left, const struct finding_evidence *right)
{
    int order = merge_compare_times(right->time_us, left->time_us);

    order = order != 0 ? order : strcmp(left->conversation_id, right->conversation_id);
    order = order != 0 ? order : strcmp(left->message_id, right->message_id);
    order = order != 0 ? order : strcmp(left->quote, right->quote);
    order = order != 0 ? order : strcmp(left->provider, right->provider);
    return order != 0 ? order : strcmp(left->conversation_title, right->conversation_title);
}

static int32_t evidence_copy(const cpk_allocator *allocator, struct finding_evidence *to,
                             const struct finding_evidence *from)
{
    memset(to, 0, sizeof *to);
    to->time_us = from->time_us;
    to->provider = memory_copy_text(allocator, from->provider);
    to->conversation_id = memory_copy_text(allocator, from->conversation_id);
    to->conversation_title = memory_copy_text(allocator, from->conversation_title);
    to->message_id = memory_copy_text(allocator, from->message_id);
    to->quote = memory_copy_text(allocator, from->quote);
    if (to->provider != NULL && to->conversation_id != NULL && to->conversation_title != NULL &&
        to->message_id != NULL && to->quote != NULL) {
        return 1;
    }
    evidence_release(allocator, to);
    return 0;
}

static int32_t entry_add_evidence(const cpk_allocator *allocator, struct merge_entry *entry,
                                  const struct finding_evidence *evidence)
{
    size_t count = entry->evidence_count;
    size_t place = 0;
    struct finding_evidence copy;

    while (place < count && compare_evidence(&entry->evidence[place], evidence) < 0) {
        place++;
    }
    if (place == MERGE_EVIDENCE || (place < count && compare_evidence(&entry->evidence[place], evidence) == 0)) {
        return 1;
    }
    if (!evidence_copy(allocator, &copy, evidence)) {
        return 0;
    }
    if (count == MERGE_EVIDENCE) {
        evidence_release(allocator, &entry->evidence[count - 1]);
        count--;
    }
    memmove(&entry->evidence[place + 1], &entry->evidence[place], (count - place) * sizeof copy);
    entry->evidence[place] = copy;
    entry->evidence_count = count + 1;
    return 1;
}

/* Records a conversation. Only the smallest hashes are tracked, so that the order of input does not matter. */
static void entry_see(struct merge_entry *entry, uint64_t hash)
{
    size_t place = 0;

    while (place < entry->seen_count && entry->seen[place] < hash) {
        place++;
    }
    if (place == MERGE_CONVERSATIONS || (place < entry->seen_count && entry->seen[place] == hash)) {
        return;
    }
    if (entry->seen_count == MERGE_CONVERSATIONS) {
        entry->seen_count--;
    }
    memmove(&entry->seen[place + 1], &entry->seen[place], (entry->seen_count - place) * sizeof hash);
    entry->seen[place] = hash;
    entry->seen_count++;
}

static uint64_t conversation_hash(const struct finding_evidence *evidence)
{
    return hash_bytes(hash_bytes(0, evidence->provider, strlen(evidence->provider) + 1), evidence->conversation_id,
                      strlen(evidence->conversation_id));
}

static int64_t distinct_conversations(const struct finding *item)
{
    int64_t distinct = 0;

    for (size_t i = 0; i < item->evidence_count; i++) {
        size_t k = 0;

        while (k < i && strcmp(item->evidence[k].conversation_id, item->evidence[i].conversation_id) != 0) {
            k++;
        }
        distinct += k == i;
    }
    return distinct;
}

int64_t merge_earlier(int64_t left, int64_t right)
{
    if (left == CPK_TIME_UNKNOWN || right == CPK_TIME_UNKNOWN) {
        return left == CPK_TIME_UNKNOWN ? right : left;
    }
    return left < right ? left : right;
}

int64_t merge_later(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

int64_t merge_at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

/* Sum of two counts, each from 0 to MERGE_COUNT_MAX. */
int64_t merge_sum(int64_t left, int64_t right)
{
    return merge_at_most(left + right, MERGE_COUNT_MAX);
}

/* The value of a counter; 0 if it is not a count. */
static int64_t read_count(const char *value)
{
    int64_t count = strtoll(value, NULL, 10);

    return count > 0 ? merge_at_most(count, MERGE_COUNT_MAX) : 0;
}

/* 1 if the finding's text is preferred to the entry's. A total order, so that the order of input does not matter. */
static int32_t says_better(const struct merge_entry *entry, const struct finding *item)
{
    size_t had = strlen(entry->item.text);
    size_t has = strlen(item->text);

    if (item->confidence != entry->item.confidence) {
        return item->confidence > entry->item.confidence;
    }
    if (had != has) {
        return has > had;
    }
    return strcmp(item->text, entry->item.text) > 0 ||
           (strcmp(item->text, entry->item.text) == 0 && strcmp(item->value, entry->item.value) > 0);
}

/* The newest mention says until when it is true; of two at one time the one that lasts longer. */
static int64_t newest_until(const struct merge_entry *entry, const struct finding *item)
{
    if (entry->item.last_us != item->last_us) {
        return item->last_us > entry->item.last_us ? item->until_us : entry->item.until_us;
    }
    return item->until_us == CPK_TIME_UNKNOWN || entry->item.until_us == CPK_TIME_UNKNOWN
               ? CPK_TIME_UNKNOWN
               : merge_later(item->until_us, entry->item.until_us);
}

int32_t merge_entry_add(struct finding_merge *merge, struct merge_entry *entry, const struct finding *item)
{
    const cpk_allocator *allocator = &merge->allocator;
    int64_t distinct = distinct_conversations(item);

    if (says_better(entry, item)) {
        if (!merge_replace_text(merge, &entry->item.text, item->text) ||
            !merge_replace_text(merge, &entry->item.value, item->value)) {
            return 0;
        }
        entry->item.confidence = item->confidence;
    }
    entry->item.exclusive |= item->exclusive;
    entry->item.mentions = merge_sum(entry->item.mentions, merge_at_most(item->mentions, MERGE_COUNT_MAX));
    entry->item.until_us = newest_until(entry, item);
    entry->item.first_us = merge_earlier(entry->item.first_us, item->first_us);
    entry->item.last_us = merge_later(entry->item.last_us, item->last_us);

    if (merge_is_counter(item)) {
        entry->number = merge_sum(entry->number, read_count(item->value));
    }
    for (size_t i = 0; i < item->evidence_count; i++) {
        entry_see(entry, conversation_hash(&item->evidence[i]));
        if (!entry_add_evidence(allocator, entry, &item->evidence[i])) {
            return 0;
        }
    }
    if (item->conversations > distinct) {
        entry->unseen = merge_sum(entry->unseen, merge_at_most(item->conversations - distinct, MERGE_COUNT_MAX));
    }
    return 1;
}

void merge_absorb(struct merge_entry *to, struct merge_entry *from)
{
    to->item.mentions = merge_sum(to->item.mentions, from->item.mentions);
    to->item.first_us = merge_earlier(to->item.first_us, from->item.first_us);
    to->item.last_us = merge_later(to->item.last_us, from->item.last_us);
    for (size_t i = 0; i < from->seen_count; i++) {
        entry_see(to, from->seen[i]);
    }
    to->unseen = merge_sum(to->unseen, from->unseen);
    to->item.conversations = (int64_t)to->seen_count + to->unseen;
    from->dropped = 1;
}

int32_t merge_is_same_subject(const struct merge_entry *left, const struct merge_entry *right)
{
    return left->item.category == right->item.category && strcmp(left->item.subject, right->item.subject) == 0;
}

int32_t merge_is_statement(const struct finding *item)
{
    return item->category != FINDING_TOPIC && item->category != FINDING_STYLE && item->category != FINDING_REFERENCE &&
           item->category != FINDING_NOTE && item->category != FINDING_EXCERPT && item->category != FINDING_INSTRUCTION;
}
