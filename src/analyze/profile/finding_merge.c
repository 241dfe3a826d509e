#include "analyze/profile/finding_merge.h"

#include "analyze/profile/style.h"
#include "analyze/profile/subject.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#define MERGE_EVIDENCE      8                  /* evidence per finding, the most recent */
#define MERGE_CONVERSATIONS 64                 /* tracked exactly; beyond, counts are added */
#define MERGE_PER_CATEGORY  1000               /* findings per category in a result, the best */
#define MERGE_ENTRIES       16384              /* entries in memory; beyond, the weakest quarter is dropped */
#define MERGE_COUNT_MAX     (INT64_C(1) << 50) /* limit of sums; a hundred times this fits into an int64 */
#define MERGE_SURE          600                /* values below this confidence never replace values above it */

struct merge_entry {
    uint64_t hash;
    struct finding item; /* owns its texts and evidence */
    char *key;           /* normalised value, for comparison */
    struct finding_evidence evidence[MERGE_EVIDENCE];
    size_t evidence_count;              /* owned evidence; item.evidence may point to another entry's */
    uint64_t seen[MERGE_CONVERSATIONS]; /* the smallest hashes of conversations, sorted */
    size_t seen_count;
    int64_t unseen;   /* conversations known only by number */
    int32_t hint;     /* while finishing: an ending that is only effective if the ended value is known */
    int32_t gone;     /* a statement that the value has ended; statements that it is current are a separate entry */
    int64_t until_us; /* while finishing: when a superseded value was known to have ended */

    int64_t number;        /* counters: sum of the values */
    struct word_set words; /* while finishing: words of the text */
    int32_t dropped;       /* while finishing: redundant */
};

struct finding_merge {
    cpk_allocator allocator;
    struct merge_entry **entries;
    size_t count;
    size_t capacity;
    size_t *slots; /* index + 1 of an entry, 0 when empty */
    size_t slot_count;
    struct buffer scratch;
    int64_t user_messages;
    int64_t first_us;
    int64_t last_us;
};

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
    return CPK_OK;
}

static void evidence_release(const cpk_allocator *allocator, struct finding_evidence *evidence)
{
    memory_release_text(allocator, (char *)evidence->provider);
    memory_release_text(allocator, (char *)evidence->conversation_id);
    memory_release_text(allocator, (char *)evidence->conversation_title);
    memory_release_text(allocator, (char *)evidence->message_id);
    memory_release_text(allocator, (char *)evidence->quote);
    memset(evidence, 0, sizeof *evidence);
}

static void entry_free(const cpk_allocator *allocator, struct merge_entry *entry)
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

void finding_merge_free(struct finding_merge *merge)
{
    cpk_allocator allocator;

    if (merge == NULL) {
        return;
    }
    allocator = merge->allocator;
    for (size_t i = 0; i < merge->count; i++) {
        entry_free(&allocator, merge->entries[i]);
    }
    memory_release_array(&allocator, merge->entries, merge->capacity, sizeof *merge->entries);
    memory_release_array(&allocator, merge->slots, merge->slot_count, sizeof *merge->slots);
    buffer_free(&merge->scratch);
    memory_release(&allocator, merge, sizeof *merge);
}

static int32_t is_counter(const struct finding *item)
{
    return item->category == FINDING_STYLE &&
           strncmp(item->subject, STYLE_COUNTER_PREFIX, strlen(STYLE_COUNTER_PREFIX)) == 0;
}

/* Writes the normalised value to the scratch buffer; counters have an empty one, so that they are summed. */
static cpk_status normalise(struct finding_merge *merge, const struct finding *item, cpk_error **error)
{
    buffer_clear(&merge->scratch);
    if (!is_counter(item)) {
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

static int32_t replace_text(const cpk_allocator *allocator, const char **text, const char *with)
{
    char *copy = memory_copy_text(allocator, with);

    if (copy == NULL) {
        return 0;
    }
    memory_release_text(allocator, (char *)*text);
    *text = copy;
    return 1;
}

static struct merge_entry *entry_create(struct finding_merge *merge, const struct finding *item, uint64_t hash,
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
        entry_free(allocator, entry);
        return NULL;
    }
    return entry;
}

static int compare_times(int64_t left, int64_t right)
{
    return left < right ? -1 : left > right;
}

/* Most recent first; the other fields make the order total. */
static int compare_evidence(const struct finding_evidence *left, const struct finding_evidence *right)
{
    int order = compare_times(right->time_us, left->time_us);

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

static int64_t earlier(int64_t left, int64_t right)
{
    if (left == CPK_TIME_UNKNOWN || right == CPK_TIME_UNKNOWN) {
        return left == CPK_TIME_UNKNOWN ? right : left;
    }
    return left < right ? left : right;
}

static int64_t later(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

static int64_t at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

/* Sum of two counts, each from 0 to MERGE_COUNT_MAX. */
static int64_t sum(int64_t left, int64_t right)
{
    return at_most(left + right, MERGE_COUNT_MAX);
}

/* The value of a counter; 0 if it is not a count. */
static int64_t read_count(const char *value)
{
    int64_t count = strtoll(value, NULL, 10);

    return count > 0 ? at_most(count, MERGE_COUNT_MAX) : 0;
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

static int32_t entry_add(struct finding_merge *merge, struct merge_entry *entry, const struct finding *item)
{
    const cpk_allocator *allocator = &merge->allocator;
    int64_t distinct = distinct_conversations(item);

    if (says_better(entry, item)) {
        if (!replace_text(allocator, &entry->item.text, item->text) ||
            !replace_text(allocator, &entry->item.value, item->value)) {
            return 0;
        }
        entry->item.confidence = item->confidence;
    }
    entry->item.exclusive |= item->exclusive;
    entry->item.mentions = sum(entry->item.mentions, at_most(item->mentions, MERGE_COUNT_MAX));
    entry->item.first_us = earlier(entry->item.first_us, item->first_us);
    entry->item.last_us = later(entry->item.last_us, item->last_us);

    if (is_counter(item)) {
        entry->number = sum(entry->number, read_count(item->value));
    }
    for (size_t i = 0; i < item->evidence_count; i++) {
        entry_see(entry, conversation_hash(&item->evidence[i]));
        if (!entry_add_evidence(allocator, entry, &item->evidence[i])) {
            return 0;
        }
    }
    if (item->conversations > distinct) {
        entry->unseen = sum(entry->unseen, at_most(item->conversations - distinct, MERGE_COUNT_MAX));
    }
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
        entry = entry_create(merge, item, hash, buffer_text(&merge->scratch));
        if (entry == NULL) {
            return error_out_of_memory(error);
        }
        merge->entries[merge->count] = entry;
        merge->count++;
        *slot = merge->count;
    }
    entry = merge->entries[*slot - 1];
    return entry_add(merge, entry, item) ? CPK_OK : error_out_of_memory(error);
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
    int64_t score = weights[entry->item.category] * entry->item.confidence / 100;
    int64_t span_us = time_between(merge->first_us, merge->last_us);
    int64_t age_us = at_most(time_between(merge->first_us, entry->item.last_us), span_us);

    score += 250 * at_most(entry->item.conversations > 0 ? entry->item.conversations - 1 : 0, 6);
    score += 40 * at_most(entry->item.mentions > 0 ? entry->item.mentions - 1 : 0, 10);
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

    order = order != 0 ? order : compare_times(b->item.score, a->item.score);
    order = order != 0 ? order : strcmp(a->item.subject, b->item.subject);
    order = order != 0 ? order : strcmp(a->key, b->key);
    return order != 0 ? order : a->gone - b->gone;
}

static int compare_scores(const void *left, const void *right)
{
    const struct merge_entry *a = *(struct merge_entry *const *)left;
    const struct merge_entry *b = *(struct merge_entry *const *)right;
    int order = compare_times(b->item.score, a->item.score);

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
        if (kept < MERGE_ENTRIES - MERGE_ENTRIES / 4 || is_counter(&merge->entries[i]->item)) {
            merge->entries[kept++] = merge->entries[i];
        } else {
            entry_free(&merge->allocator, merge->entries[i]);
        }
    }
    merge->count = kept;
    fill_slots(merge);
}

cpk_status finding_merge_add(struct finding_merge *merge, const struct finding_set *chunk, cpk_error **error)
{
    merge->user_messages = sum(merge->user_messages, at_most(chunk->user_messages, MERGE_COUNT_MAX));
    merge->first_us = earlier(merge->first_us, chunk->first_us);
    merge->last_us = later(merge->last_us, chunk->last_us);
    for (size_t i = 0; i < chunk->count; i++) {
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

        if (is_counter(&entry->item)) {
            buffer_clear(&merge->scratch);
            buffer_append_format(&merge->scratch, "%lld", (long long)entry->number);
            if (merge->scratch.failed ||
                !replace_text(&merge->allocator, &entry->item.value, buffer_text(&merge->scratch)) ||
                !replace_text(&merge->allocator, &entry->item.text, buffer_text(&merge->scratch))) {
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

        if (kept < max_findings || is_counter(&entry->item)) {
            kept += !is_counter(&entry->item);
            if (finding_set_add(result, &entry->item) == NULL) {
                return error_out_of_memory(error);
            }
        }
    }
    return CPK_OK;
}

/* Adds the counts of `from` to `to`; `from` is dropped. */
static void absorb(struct merge_entry *to, struct merge_entry *from)
{
    to->item.mentions = sum(to->item.mentions, from->item.mentions);
    to->item.first_us = earlier(to->item.first_us, from->item.first_us);
    to->item.last_us = later(to->item.last_us, from->item.last_us);
    for (size_t i = 0; i < from->seen_count; i++) {
        entry_see(to, from->seen[i]);
    }
    to->unseen = sum(to->unseen, from->unseen);
    to->item.conversations = (int64_t)to->seen_count + to->unseen;
    from->dropped = 1;
}

static int32_t is_same_subject(const struct merge_entry *left, const struct merge_entry *right)
{
    return left->item.category == right->item.category && strcmp(left->item.subject, right->item.subject) == 0;
}

/* 1 if `left` is current rather than `right`, of two values of one exclusive subject. */
static int32_t holds_over(const struct merge_entry *left, const struct merge_entry *right)
{
    int32_t left_sure = left->item.confidence >= MERGE_SURE;
    int32_t right_sure = right->item.confidence >= MERGE_SURE;
    int order;

    if (left->item.superseded != right->item.superseded) {
        return right->item.superseded;
    }
    if (left_sure != right_sure) {
        return left_sure;
    }
    order = compare_times(left->item.last_us, right->item.last_us);
    order = order != 0 ? order : compare_times(left->item.mentions, right->item.mentions);
    order = order != 0 ? order : compare_times(left->item.confidence, right->item.confidence);
    return order != 0 ? order > 0 : strcmp(left->key, right->key) < 0;
}

/* Rewords a value that is no longer current: "Lived in Leeds". */
static cpk_status tell_past(struct finding_merge *merge, struct merge_entry *entry, const struct merge_entry *holder,
                            cpk_error **error)
{
    char date[TIME_TEXT_BYTES];
    struct buffer *line = &merge->scratch;
    int32_t home = strcmp(entry->item.subject, "home") == 0;

    buffer_clear(line);
    if (!home && strcmp(entry->item.subject, "employer") != 0) {
        entry->dropped = 1; /* former ages and names are dropped */
        return CPK_OK;
    }
    buffer_append_text(line, home ? "Lived in " : "Worked at ");
    buffer_append_text(line, entry->item.value);
    if (!entry->gone && holder != NULL && holder->item.first_us != CPK_TIME_UNKNOWN) {
        time_format_date(holder->item.first_us, date);
        buffer_append_format(line, " (until about %.7s)", date);
    }
    if (line->failed || !replace_text(&merge->allocator, &entry->item.text, buffer_text(line))) {
        return error_out_of_memory(error);
    }
    if (!entry->gone && holder != NULL) { /* evidence of the value that replaced it */
        entry->item.evidence = holder->item.evidence + holder->item.evidence_count - (holder->item.evidence_count > 0);
        entry->item.evidence_count = holder->item.evidence_count > 0;
    }
    entry->until_us = entry->item.last_us;
    if (!entry->gone && holder != NULL) {
        entry->until_us = later(entry->item.last_us, holder->item.first_us);
    }
    entry->item.superseded = 1;
    entry->item.exclusive = 0;
    return CPK_OK;
}

/* Selects the current value of an exclusive subject; "Porto" and "Porto, Portugal" are the same. */
static cpk_status settle_subject(struct finding_merge *merge, size_t first, cpk_error **error)
{
    struct merge_entry *holder = merge->entries[first];
    struct word_set held;
    struct word_set other;

    for (size_t i = first + 1; i < merge->count; i++) {
        if (!merge->entries[i]->dropped && is_same_subject(merge->entries[first], merge->entries[i]) &&
            holds_over(merge->entries[i], holder)) {
            holder = merge->entries[i];
        }
    }
    word_set_read(&held, holder->key);
    for (size_t i = first; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];

        if (entry == holder || entry->dropped || !is_same_subject(holder, entry)) {
            continue;
        }
        word_set_read(&other, entry->key);
        if (!entry->item.superseded && !holder->item.superseded &&
            (word_set_within(&other, &held) || word_set_within(&held, &other))) {
            absorb(holder, entry);
        } else {
            CPK_TRY(tell_past(merge, entry, holder->item.superseded ? NULL : holder, error));
        }
    }
    if (holder->item.superseded) {
        CPK_TRY(tell_past(merge, holder, NULL, error));
    }
    return CPK_OK;
}

static int32_t is_statement(const struct finding *item)
{
    return item->category != FINDING_TOPIC && item->category != FINDING_STYLE && item->category != FINDING_REFERENCE &&
           item->category != FINDING_NOTE;
}

static int32_t subject_in(const struct merge_entry *entry, const char *const *subjects)
{
    for (size_t i = 0; subjects[i] != NULL; i++) {
        if (strcmp(entry->item.subject, subjects[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* 1 if the statement gives a current home, employer or tool and contains the value. Statements about others, the past
 * or changes do not count. */
static int32_t tells_value(const struct merge_entry *entry, const struct merge_entry *gone,
                           const struct word_set *value)
{
    static const char *const past[] = {"lived", "origin", "past role", "past employer", "past work", "education",
                                       "move",  "liked",  "change",    "ended",         "name",      NULL};
    enum finding_category category = entry->item.category;

    if (entry == gone || entry->gone || entry->dropped || entry->item.superseded || !is_statement(&entry->item) ||
        value->count == 0 || category == FINDING_EVENT || category == FINDING_PERSON || category == FINDING_GOAL ||
        (subject_in(entry, past) &&
         !(strcmp(entry->item.subject, "lived") == 0 && strncmp(entry->item.text, "Based", 5) == 0))) {
        return 0;
    }
    return word_set_within(value, &entry->words);
}

static int32_t is_letter(char byte)
{
    return ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || (byte >= '0' && byte <= '9') ||
           (unsigned char)byte >= 0x80;
}

/* Position of `value` in `text` as whole words, ignoring ASCII case; NULL if there is none. */
static const char *find_value(const char *text, const char *value)
{
    size_t length = strlen(value);

    for (const char *at = text; length > 0 && *at != '\0'; at++) {
        size_t same = 0;

        while (same < length && at[same] != '\0' &&
               (at[same] == value[same] || (is_letter(at[same]) && (at[same] ^ value[same]) == 0x20))) {
            same++;
        }
        if (same == length && (at == text || !is_letter(at[-1])) && !is_letter(at[length])) {
            return at;
        }
    }
    return NULL;
}

/* 1 if the statement with the ended value is about the same type (home, employer or tool) as the ending. */
static int32_t fits(const struct merge_entry *entry, const struct merge_entry *gone)
{
    static const char *const homes[] = {" in ", " near ", " outside ", "s in ", NULL};
    static const char *const employers[] = {" at ",      " with ",    " for ",       "oined ",
                                            "mployer, ", "mployer: ", "mployer is ", NULL};
    int32_t home = strcmp(gone->item.subject, "home") == 0;
    const char *text = entry->item.text;
    const char *at = find_value(text, gone->item.value);
    const char *const *before = home ? homes : employers;

    if (is_same_subject(entry, gone)) {
        return 1;
    }
    if (strcmp(gone->item.subject, "skill") == 0) {
        return entry->item.category != FINDING_IDENTITY || strcmp(entry->item.subject, "attribute") == 0;
    }
    if (at == NULL) {
        return 0;
    }
    for (size_t i = 0; before[i] != NULL; i++) {
        size_t size = strlen(before[i]);

        if ((size_t)(at - text) >= size && memcmp(at - size, before[i], size) == 0) {
            return 1;
        }
    }
    at += strlen(gone->item.value);
    return home && (strncmp(at, " resident", 9) == 0 || strncmp(at, " based", 6) == 0 || strncmp(at, "-based", 6) == 0);
}

#define HINT_CONFIDENCE 300 /* endings below this confidence are only effective if the ended value is known */

/* A statement that something has ended supersedes earlier statements of it, and is dropped if there are later ones. */
static void settle_endings(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *gone = merge->entries[i];
        struct word_set value;
        int32_t met = 0;

        gone->hint = gone->gone && gone->item.confidence < HINT_CONFIDENCE;

        for (size_t k = 0; k < merge->count && gone->gone && !met; k++) {
            struct merge_entry *said = merge->entries[k];

            if (said->gone || said->dropped || !is_same_subject(said, gone) || strcmp(said->key, gone->key) != 0) {
                continue;
            }
            if (gone->item.last_us >= said->item.last_us) {
                absorb(gone, said);
                if (gone->item.confidence < said->item.confidence) {
                    gone->item.confidence = said->item.confidence;
                }
            } else {
                absorb(said, gone);
            }
            met = 1;
        }
        if (gone->gone && !met && !gone->dropped) {
            word_set_read(&value, gone->key);
            for (size_t k = 0; k < merge->count && !met; k++) {
                met = merge->entries[k]->item.last_us < gone->item.last_us &&
                      tells_value(merge->entries[k], gone, &value) && fits(merge->entries[k], gone);
            }
        }
        gone->until_us = gone->item.last_us;
        if (gone->gone && met && gone->item.confidence < MERGE_SURE) {
            gone->item.confidence = MERGE_SURE;
        }
        gone->dropped |= gone->hint && !met;
    }
}

/* 1 if the "tool" is known as a home or employer. */
static int32_t is_known_place(const struct finding_merge *merge, const struct merge_entry *tool)
{
    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_entry *entry = merge->entries[i];

        if (entry->item.category == FINDING_IDENTITY && strcmp(entry->key, tool->key) == 0 &&
            entry->item.first_us < tool->item.last_us &&
            (strcmp(entry->item.subject, "home") == 0 || strcmp(entry->item.subject, "employer") == 0)) {
            return 1;
        }
    }
    return 0;
}

static void drop_misread_home(struct finding_merge *merge, const struct merge_entry *next,
                              const struct merge_entry *gone)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];

        if (strcmp(entry->item.subject, "home") == 0 && entry->item.last_us == next->item.last_us &&
            (strcmp(entry->key, next->key) == 0 || strcmp(entry->key, gone->key) == 0)) {
            entry->dropped = 1;
        }
    }
}

#define CHANGE_CONFIDENCE 880 /* of a new value if the old one is known */

/* "Moved from Evernote to Joplin" is about tools if Evernote is known as a tool, about homes if it is known as a home.
 */
static cpk_status settle_changes(struct finding_merge *merge, cpk_error **error)
{
    size_t prefix = strlen(FINDING_NEXT);

    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *gone = merge->entries[i];

        gone->dropped |= gone->hint && strcmp(gone->item.subject, "skill") == 0 && is_known_place(merge, gone);
    }
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *next = merge->entries[i];
        const struct merge_entry *ended = NULL;

        if (next->gone || next->dropped || strncmp(next->item.subject, FINDING_NEXT, prefix) != 0) {
            continue;
        }
        for (size_t k = 0; k < merge->count && ended == NULL; k++) {
            const struct merge_entry *gone = merge->entries[k];

            if (gone->gone && !gone->dropped && gone->item.last_us == next->item.last_us &&
                strcmp(gone->item.subject, next->item.subject + prefix) == 0 && strcmp(gone->key, next->key) != 0) {
                ended = gone;
            }
        }
        if (ended == NULL) {
            next->dropped = 1;
            continue;
        }
        if (!replace_text(&merge->allocator, &next->item.subject, ended->item.subject)) {
            return error_out_of_memory(error);
        }
        next->item.confidence = CHANGE_CONFIDENCE;
        next->item.exclusive = next->item.category == FINDING_IDENTITY;
        if (strcmp(next->item.subject, "home") != 0) {
            drop_misread_home(merge, next, ended);
        }
    }
    return CPK_OK;
}

static cpk_status settle_exclusives(struct finding_merge *merge, cpk_error **error)
{
    for (size_t i = 0; i < merge->count; i++) {
        int32_t done = 0;

        if (!merge->entries[i]->item.exclusive || merge->entries[i]->dropped) {
            continue;
        }
        for (size_t k = 0; k < i && !done; k++) {
            done = merge->entries[k]->item.exclusive && !merge->entries[k]->dropped &&
                   is_same_subject(merge->entries[k], merge->entries[i]);
        }
        if (!done) {
            CPK_TRY(settle_subject(merge, i, error));
        }
    }
    return CPK_OK;
}

#define PASSING_CONFIDENCE 450 /* of incidental remarks, which are dropped if their place is a former one */

/* 1 if the remark mentions the place. */
static int32_t is_about(const struct merge_entry *entry, const struct merge_entry *home)
{
    struct word_set place;

    if ((entry->item.confidence > PASSING_CONFIDENCE && strcmp(entry->item.subject, "attribute") != 0) ||
        entry->item.category > FINDING_CONSTRAINT) {
        return 0;
    }
    word_set_read(&place, home->key);
    return place.count > 0 && word_set_within(&place, &entry->words);
}

/* Drops "I'm in Porto" and topics: redundant if Porto is the current home, wrong if it is a former one. */
static void settle_locations(struct finding_merge *merge)
{
    for (size_t k = 0; k < merge->count; k++) {
        struct merge_entry *home = merge->entries[k];

        if (home->item.category != FINDING_IDENTITY || strcmp(home->item.subject, "home") != 0 || home->dropped) {
            continue;
        }
        for (size_t i = 0; i < merge->count; i++) {
            struct merge_entry *other = merge->entries[i];

            if (strcmp(other->item.subject, "location") == 0 &&
                (strcmp(home->key, other->key) == 0 || (!home->item.superseded && other->item.mentions < 3))) {
                absorb(home, other); /* temporarily elsewhere */
            } else if (home->item.superseded && !other->item.superseded && is_about(other, home)) {
                other->dropped = 1;
            } else if (home->item.superseded && other->item.category == FINDING_TOPIC &&
                       strcmp(home->key, other->key) == 0) {
                other->dropped = 1;
            }
        }
    }
}

#define CUT_LEAST_BYTES 10 /* minimum length of a statement after a cut */

/* Removes " in Leeds" or " and Jenkins" from a statement that is true without it. 0 if it is not; -1 without memory. */
static int32_t cut_value(struct finding_merge *merge, struct merge_entry *entry, const char *value)
{
    static const char *const before[] = {" in", " at", " for", " near", " with", " using", " and", ",", " based in"};
    const char *text = entry->item.text;
    const char *at = find_value(text, value);
    size_t length = at == NULL ? 0 : (size_t)(at - text);
    const char *rest = at == NULL ? NULL : at + strlen(value);
    size_t cut = 0;

    if (length < 2 || text[length - 1] != ' ') {
        return 0;
    }
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        size_t size = strlen(before[i]);

        if (length - 1 >= size + CUT_LEAST_BYTES && memcmp(text + length - 1 - size, before[i], size) == 0) {
            cut = length - 1 - size;
        }
    }
    if (cut == 0) {
        return 0;
    }
    buffer_clear(&merge->scratch);
    buffer_append(&merge->scratch, text, cut);
    buffer_append_text(&merge->scratch, rest);
    if (merge->scratch.failed || !replace_text(&merge->allocator, &entry->item.text, buffer_text(&merge->scratch))) {
        return -1;
    }
    word_set_read(&entry->words, entry->item.text);
    return 1;
}

/* 1 if a newer role or employer is known; then the earlier role ended with its employer. */
static int32_t has_newer_role(const struct finding_merge *merge, const struct merge_entry *role, int64_t since_us)
{
    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_entry *entry = merge->entries[i];

        if (entry != role && !entry->dropped && !entry->item.superseded && entry->item.category == FINDING_IDENTITY &&
            entry->item.last_us >= since_us && entry->item.first_us > role->item.last_us &&
            (strcmp(entry->item.subject, "role") == 0 || strstr(entry->item.text, " as a") != NULL)) {
            return 1;
        }
    }
    return 0;
}

static cpk_status settle_stale(struct finding_merge *merge, struct merge_entry *stale, const struct merge_entry *former,
                               cpk_error **error)
{
    int32_t role = strcmp(stale->item.subject, "role") == 0;
    int32_t place = strcmp(former->item.subject, "employer") != 0;
    int32_t cut = 0;

    if ((place || role) && stale->item.confidence >= MERGE_SURE && strcmp(stale->key, former->key) != 0 &&
        !(role && !place && has_newer_role(merge, stale, former->until_us))) {
        cut = cut_value(merge, stale, former->item.value);
    }
    if (cut < 0) {
        return error_out_of_memory(error);
    }
    if (cut == 0 && stale->item.confidence >= MERGE_SURE) {
        stale->item.superseded = 1;
        stale->item.exclusive = 0;
        stale->until_us = former->until_us;
    } else if (cut == 0) {
        stale->dropped = 1;
    }
    return CPK_OK;
}

/* 1 if a current value has the same words as the former one. */
static int32_t is_held_again(const struct finding_merge *merge, const struct merge_entry *former,
                             const struct word_set *value)
{
    struct word_set other;

    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_entry *entry = merge->entries[i];

        if (!entry->dropped && !entry->item.superseded && is_same_subject(entry, former) && entry->item.exclusive) {
            word_set_read(&other, entry->key);
            if (word_set_within(value, &other)) {
                return 1;
            }
        }
    }
    return 0;
}

/* If a home, employer or tool is a former one, older statements that give it as current are superseded, reworded
 * without it, or dropped. */
static cpk_status settle_former(struct finding_merge *merge, cpk_error **error)
{
    static const char *const subjects[] = {"home", "employer", "skill", NULL};
    struct word_set value;

    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *former = merge->entries[i];
        int32_t home = strcmp(former->item.subject, "home") == 0;

        if (!former->item.superseded || former->dropped || !subject_in(former, subjects)) {
            continue;
        }
        word_set_read(&value, former->key);
        if (is_held_again(merge, former, &value)) {
            continue;
        }
        for (size_t k = 0; k < merge->count; k++) {
            struct merge_entry *stale = merge->entries[k];

            if (stale->item.category == FINDING_TOPIC && former->until_us >= stale->item.last_us &&
                strcmp(former->key, stale->key) == 0) {
                stale->dropped = 1;
                continue;
            }
            if (stale->item.last_us > former->until_us || (former->gone && stale->item.last_us == former->until_us) ||
                (home && stale->item.category == FINDING_PROJECT) || !tells_value(stale, former, &value)) {
                continue;
            }
            CPK_TRY(settle_stale(merge, stale, former, error));
        }
    }
    return CPK_OK;
}

/* 1 if `entry` adds nothing to the better `kept`. */
static int32_t repeats(const struct merge_entry *kept, const struct merge_entry *entry)
{
    size_t shared;
    struct word_set value;

    if (kept->dropped || kept->item.superseded != entry->item.superseded || entry->words.count == 0) {
        return 0;
    }
    if (kept->item.category != entry->item.category && entry->item.confidence >= MERGE_SURE) {
        return 0;
    }
    shared = word_set_shared(&kept->words, &entry->words);
    if (shared == entry->words.count) {
        return 1;
    }
    if (entry->words.count < 4 || shared * 5 < entry->words.count * 4) {
        return 0;
    }
    word_set_read(&value, entry->key); /* similar texts must also have similar values */
    return value.count > 0 && word_set_within(&value, &kept->words);
}

/* 1 if `whole` is a whole sentence that starts with the more specific statement `entry`. */
static int32_t tells_whole(const struct merge_entry *whole, const struct merge_entry *entry)
{
    return strcmp(whole->item.subject, "said") == 0 && strcmp(entry->item.subject, "said") != 0 &&
           !entry->item.exclusive && whole->item.category != entry->item.category &&
           strncmp(whole->item.text, entry->item.text, strlen(entry->item.text)) == 0;
}

#define REPETITION_WINDOW 1500 /* number of better findings that are compared, which bounds the work */

/* Drops entries that repeat a better one; entries are sorted by score. */
static cpk_status drop_repetitions(struct finding_merge *merge, cpk_error **error)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];
        size_t limit = i < REPETITION_WINDOW ? i : REPETITION_WINDOW;

        word_set_read(&entry->words, entry->item.text);
        if (entry->dropped || !is_statement(&entry->item)) {
            continue;
        }
        for (size_t k = 0; k < limit; k++) {
            struct merge_entry *kept = merge->entries[k];

            if (kept->dropped || !is_statement(&kept->item)) {
                continue;
            }
            if (repeats(kept, entry)) {
                if (tells_whole(kept, entry)) { /* category of the entry, text of the sentence */
                    if (!replace_text(&merge->allocator, &entry->item.text, kept->item.text)) {
                        return error_out_of_memory(error);
                    }
                    entry->words = kept->words;
                    entry->item.confidence = kept->item.confidence;
                    absorb(entry, kept);
                } else {
                    absorb(kept, entry);
                }
                break;
            }
            if (kept->item.category == entry->item.category && !kept->item.exclusive && !entry->item.exclusive &&
                kept->item.superseded == entry->item.superseded && kept->words.count > 0 &&
                entry->item.confidence + 100 >= kept->item.confidence && kept->words.count + 5 >= entry->words.count &&
                word_set_within(&kept->words, &entry->words)) {
                if (!replace_text(&merge->allocator, &kept->item.text, entry->item.text)) { /* the longer text */
                    return error_out_of_memory(error);
                }
                kept->words = entry->words;
                absorb(kept, entry);
                break;
            }
        }
    }
    return CPK_OK;
}

/* Writes the texts of topics with their total numbers. */
static void tell_topics(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];
        struct finding *item = &entry->item;

        if (item->category == FINDING_TOPIC) {
            entry->dropped |= item->conversations < 2 && item->mentions < 4;
            item->confidence = (int32_t)(300 + 60 * at_most(item->conversations, 10));
        }
    }
}

#define TOPIC_OFTEN 4 /* a topic in as many conversations is kept although a statement contains it */
#define TOPIC_LEAST 5 /* number of topics that are names and are kept in any case */

/* 1 for recurring names; other words that statements contain ("web", "end") are not informative. */
static int32_t is_name_topic(const struct merge_entry *topic)
{
    unsigned char first = (unsigned char)topic->item.text[0];

    return topic->item.conversations >= 2 && ((first >= 'A' && first <= 'Z') || first >= 0x80);
}

/* Drops topics that a statement contains, except very frequent ones and the best names. */
static void drop_told_topics(struct finding_merge *merge)
{
    size_t told = 0;

    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *topic = merge->entries[i];
        size_t limit = merge->count < REPETITION_WINDOW ? merge->count : REPETITION_WINDOW;

        if (topic->item.category != FINDING_TOPIC || topic->dropped) {
            continue;
        }
        told += is_name_topic(topic);
        if (topic->item.conversations >= TOPIC_OFTEN || (is_name_topic(topic) && told <= TOPIC_LEAST)) {
            continue;
        }
        for (size_t k = 0; k < limit && !topic->dropped; k++) {
            const struct merge_entry *kept = merge->entries[k];

            topic->dropped = !kept->dropped && is_statement(&kept->item) && topic->words.count > 0 &&
                             word_set_within(&topic->words, &kept->words);
        }
    }
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
        if (entry->dropped || is_counter(&entry->item) || in_category >= MERGE_PER_CATEGORY) {
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

    order = order != 0 ? order : compare_times(b->score, a->score);
    order = order != 0 ? order : strcmp(a->subject, b->subject);
    order = order != 0 ? order : strcmp(a->value, b->value);
    return order != 0 ? order : strcmp(a->text, b->text);
}

static int64_t counter_value(void *user, const char *name)
{
    const struct finding_merge *merge = user;

    for (size_t i = 0; i < merge->count; i++) {
        const struct finding *item = &merge->entries[i]->item;

        if (is_counter(item) && strcmp(item->subject + strlen(STYLE_COUNTER_PREFIX), name) == 0) {
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
    settle_endings(merge);
    CPK_TRY(settle_changes(merge, error));
    sort_entries(merge, compare_entries);
    CPK_TRY(settle_exclusives(merge, error));
    settle_locations(merge);
    CPK_TRY(settle_former(merge, error));
    tell_topics(merge);
    for (size_t i = 0; i < merge->count; i++) {
        merge->entries[i]->item.score = entry_score(merge, merge->entries[i]);
    }
    sort_entries(merge, compare_scores);
    CPK_TRY(drop_repetitions(merge, error));
    drop_told_topics(merge);
    for (size_t i = 0; i < merge->count; i++) {
        merge->entries[i]->item.score = entry_score(merge, merge->entries[i]);
    }
    CPK_TRY(write_result(merge, result, error));
    CPK_TRY(style_describe(result, counter_value, merge, error));
    if (result->count > 0) {
        qsort(result->items, result->count, sizeof *result->items, compare_results);
    }
    return CPK_OK;
}
