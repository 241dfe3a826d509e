#include "export/plan.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#define MONTH_LENGTH           7
#define US_PER_DAY             (INT64_C(86400) * 1000000)
#define EXCERPT_LEAST          295 /* confidence of an excerpt in the compact pack */
#define EXCERPT_LEAST_SHORT    120 /* the same for a short history */
#define CONVERSATIONS_SHORT    50  /* of a short history */
#define CONVERSATIONS_LONG     150 /* from which EXCERPT_LEAST holds */
#define EXCERPT_LEAST_STANDARD 50  /* in the standard one */
#define LINE_BYTES_MAX         420 /* of several excerpts */
#define TITLES_LEAST           3   /* conversations with the same title: it tells nothing */

struct section_words {
    const char *name;
    const char *title;
};

static const struct section_words words[PLAN_SECTION_COUNT] = {
    {"instructions", "How to answer"},
    {"now", "Now"},
    {"was", "Was"},
    {"excerpts", "In their own words"},
    {"notes", "Notes"},
    {"topics", "Recent and recurring topics"},
    {"style", "How they write"},
    {"references", "From their documents"},
    {"timeline", "Timeline"},
    {"sources", "Sources"},
    {"conversations", "Conversations"},
};

struct category_place {
    enum plan_section_id section;
    int64_t weight; /* number of findings chosen relative to other categories of the section */
};

/* By FINDING_*. */
static const struct category_place places[FINDING_CATEGORY_COUNT] = {
    [FINDING_INSTRUCTION] = {PLAN_INSTRUCTIONS, 1},
    [FINDING_IDENTITY] = {PLAN_NOW, 20},
    [FINDING_BACKGROUND] = {PLAN_NOW, 8},
    [FINDING_PERSON] = {PLAN_NOW, 12},
    [FINDING_PROJECT] = {PLAN_NOW, 14},
    [FINDING_SKILL] = {PLAN_NOW, 8},
    [FINDING_PREFERENCE] = {PLAN_NOW, 12},
    [FINDING_GOAL] = {PLAN_NOW, 10},
    [FINDING_CONSTRAINT] = {PLAN_NOW, 14},
    [FINDING_EVENT] = {PLAN_NOW, 5},
    [FINDING_EXCERPT] = {PLAN_EXCERPTS, 1},
    [FINDING_TOPIC] = {PLAN_TOPICS, 1},
    [FINDING_STYLE] = {PLAN_STYLE, 1},
    [FINDING_REFERENCE] = {PLAN_REFERENCES, 1},
    [FINDING_NOTE] = {PLAN_NOTES, 1},
};

/* Instructions by subject, in the order they are chosen and read. */
static const char *const instruction_subjects[] = {"custom", "standing", "memory"};

const char *plan_section_name(enum plan_section_id id)
{
    return words[id].name;
}

const char *plan_section_title(enum plan_section_id id)
{
    return words[id].title;
}

int32_t plan_is_bounded(const struct plan *plan)
{
    return plan->input->max_tokens > 0;
}

int32_t plan_joins(const struct plan *plan, const struct plan_entry *excerpt, size_t line_bytes)
{
    return plan_is_bounded(plan) && line_bytes > 0 && line_bytes + excerpt->text_length <= LINE_BYTES_MAX;
}

int32_t plan_is_former(const struct plan *plan, const struct finding *finding)
{
    return finding->superseded || (finding->until_us != CPK_TIME_UNKNOWN && plan->last_us != CPK_TIME_UNKNOWN &&
                                   finding->until_us < plan->last_us);
}

static int compare_int64(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

/* The order within a category: the user's name is listed first, instructions go by subject. */
static int64_t subject_order(const struct finding *finding)
{
    int64_t order = 0;

    if (finding->category == FINDING_IDENTITY) {
        return strcmp(finding->subject, "name") != 0;
    }
    if (finding->category == FINDING_INSTRUCTION) {
        while (order < (int64_t)(sizeof instruction_subjects / sizeof instruction_subjects[0]) &&
               strcmp(finding->subject, instruction_subjects[order]) != 0) {
            order++;
        }
    }
    return order;
}

/* By category and descending rank, what was superseded last. All displayed fields are compared, so that the result does
 * not depend on the order of the input. */
static int compare_findings(const void *left, const void *right)
{
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;
    int order = compare_int64(a->category, b->category);

    order = order != 0 ? order : compare_int64(a->superseded != 0, b->superseded != 0);
    order = order != 0 ? order : compare_int64(subject_order(a), subject_order(b));
    order = order != 0 ? order : compare_int64(b->score, a->score);
    order = order != 0 ? order : compare_int64(b->mentions, a->mentions);
    order = order != 0 ? order : compare_int64(b->last_us, a->last_us);
    order = order != 0 ? order : strcmp(a->text, b->text);
    order = order != 0 ? order : strcmp(a->subject, b->subject);
    order = order != 0 ? order : strcmp(a->value, b->value);
    order = order != 0 ? order : compare_int64(a->first_us, b->first_us);
    order = order != 0 ? order : compare_int64(b->confidence, a->confidence);
    return order;
}

/* 1 if there is anything of or about the person, not only of their documents. */
static int32_t has_own_content(const struct finding_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (places[set->items[i].category].section < PLAN_TOPICS) {
            return 1;
        }
    }
    return 0;
}

/* Of a short history most is told, as there is room: little of what it says is an errand. */
static int32_t compact_threshold(size_t conversations)
{
    if (conversations <= CONVERSATIONS_SHORT || conversations >= CONVERSATIONS_LONG) {
        return conversations <= CONVERSATIONS_SHORT ? EXCERPT_LEAST_SHORT : EXCERPT_LEAST;
    }
    return EXCERPT_LEAST_SHORT + (int32_t)(conversations - CONVERSATIONS_SHORT) *
                                     (EXCERPT_LEAST - EXCERPT_LEAST_SHORT) / (CONVERSATIONS_LONG - CONVERSATIONS_SHORT);
}

/* Confidence that an excerpt needs: what only perhaps tells about the person stays out, even where there is room. */
static int32_t excerpt_threshold(const struct plan *plan)
{
    switch (plan->type) {
    case DOCUMENT_COMPACT:
        return compact_threshold(plan->input->conversation_count);
    case DOCUMENT_STANDARD:
        return EXCERPT_LEAST_STANDARD;
    default:
        return 0;
    }
}

/* The section of a finding; PLAN_SECTION_COUNT if the type has none for it. Compact has no topics and style, and
 * references only if there is nothing else. */
static enum plan_section_id place_finding(const struct plan *plan, const struct finding *finding)
{
    enum plan_section_id section = places[finding->category].section;

    if (finding->category == FINDING_EXCERPT && finding->confidence < excerpt_threshold(plan)) {
        return PLAN_SECTION_COUNT;
    }
    if (finding->text[strspn(finding->text, " \t\r\n")] == '\0' ||
        (plan->type == DOCUMENT_COMPACT && section >= PLAN_TOPICS &&
         (section != PLAN_REFERENCES || plan->has_own_content))) {
        return PLAN_SECTION_COUNT;
    }
    if ((section == PLAN_INSTRUCTIONS || section == PLAN_NOW) && plan_is_former(plan, finding)) {
        return PLAN_WAS;
    }
    return section;
}

static struct plan_entry *add_entry(struct plan_section *section, size_t index)
{
    struct plan_entry *entry = &section->entries[section->count++];

    entry->index = index;
    for (int32_t level = 0; level < PLAN_LEVELS; level++) {
        entry->tokens[level] = PLAN_TOKENS_UNKNOWN;
    }
    return entry;
}

static void add_text_entry(struct plan_section *section, const struct finding *finding, const char *text, size_t length)
{
    struct plan_entry *entry = add_entry(section, 0);

    entry->finding = finding;
    entry->text = text;
    entry->text_length = length;
}

static size_t count_lines(const char *text)
{
    size_t count = 1;

    for (; *text != '\0'; text++) {
        count += *text == '\n';
    }
    return count;
}

/* A note is prose of any length: each line becomes an entry, without list and heading marks. */
static void add_note(struct plan_section *section, const struct finding *note)
{
    const char *line = note->text;

    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        const char *text = line;
        size_t marks = strspn(text, " \t#>");

        marks = marks < length ? marks : length;
        text += marks;
        if (length - marks > 2 && strchr("-*+", text[0]) != NULL && text[1] == ' ') {
            marks += 2;
            text += 2;
        }
        if (strspn(text, " \t\r") < length - marks) {
            add_text_entry(section, note, text, length - marks);
        }
        line += length + (line[length] == '\n');
    }
}

/* Allocates the entries of a section; they are added by add_entry(). */
static int32_t reserve_entries(struct plan *plan, enum plan_section_id id, size_t capacity)
{
    struct plan_section *section = &plan->sections[id];

    section->heading_tokens = PLAN_TOKENS_UNKNOWN;
    section->count = 0;
    section->entries = arena_allocate_zeroed(&plan->arena, capacity, sizeof *section->entries);
    section->reading = arena_allocate_zeroed(&plan->arena, capacity, sizeof *section->reading);
    return section->entries != NULL && section->reading != NULL;
}

static int32_t add_findings(struct plan *plan)
{
    const struct finding_set *set = plan->input->findings;
    const struct finding **sorted = arena_allocate_zeroed(&plan->arena, set->count, sizeof *sorted);
    size_t capacities[PLAN_SECTION_COUNT + 1] = {0};

    if (sorted == NULL) {
        return 0;
    }
    for (size_t i = 0; i < set->count; i++) {
        sorted[i] = &set->items[i];
        capacities[place_finding(plan, sorted[i])] +=
            sorted[i]->category == FINDING_NOTE ? count_lines(sorted[i]->text) : 1;
    }
    for (enum plan_section_id id = 0; id < PLAN_FINDINGS_END; id++) {
        if (!reserve_entries(plan, id, capacities[id])) {
            return 0;
        }
    }
    if (set->count > 1) {
        qsort(sorted, set->count, sizeof *sorted, compare_findings);
    }
    for (size_t i = 0; i < set->count; i++) {
        enum plan_section_id id = place_finding(plan, sorted[i]);

        if (id == PLAN_NOTES) {
            add_note(&plan->sections[id], sorted[i]);
        } else if (id != PLAN_SECTION_COUNT) {
            add_text_entry(&plan->sections[id], sorted[i], sorted[i]->text, strlen(sorted[i]->text));
        }
    }
    return 1;
}

static int32_t add_rows(struct plan *plan, enum plan_section_id id, size_t count)
{
    if (!reserve_entries(plan, id, count)) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        add_entry(&plan->sections[id], i);
    }
    return 1;
}

struct dated {
    char month[MONTH_LENGTH + 1];
    const struct document_conversation *conversation;
};

/* By descending month, then by descending number of messages. */
static int compare_dated(const void *left, const void *right)
{
    const struct dated *a = left;
    const struct dated *b = right;
    int order = strcmp(b->month, a->month);

    order = order != 0 ? order : compare_int64(b->conversation->messages, a->conversation->messages);
    order = order != 0 ? order : compare_int64(a->conversation->first_us, b->conversation->first_us);
    order = order != 0 ? order : strcmp(a->conversation->title, b->conversation->title);
    return order != 0 ? order : strcmp(a->conversation->conversation_id, b->conversation->conversation_id);
}

static void add_month_title(struct plan_month *month, const char *title)
{
    if (title[strspn(title, " \t\r\n")] == '\0') {
        return;
    }
    for (size_t i = 0; i < PLAN_MONTH_TITLES; i++) {
        if (month->titles[i] == NULL) {
            month->titles[i] = title;
            return;
        }
        if (strcmp(month->titles[i], title) == 0) {
            return;
        }
    }
}

static size_t collect_dated(const struct document_input *input, struct dated *items)
{
    size_t count = 0;

    for (size_t i = 0; i < input->conversation_count; i++) {
        char date[TIME_TEXT_BYTES];

        time_format_date(input->conversations[i].first_us, date);
        if (strlen(date) > MONTH_LENGTH) {
            memcpy(items[count].month, date, MONTH_LENGTH);
            items[count].month[MONTH_LENGTH] = '\0';
            items[count++].conversation = &input->conversations[i];
        }
    }
    qsort(items, count, sizeof *items, compare_dated);
    return count;
}

static int32_t build_months(struct plan *plan)
{
    const struct document_input *input = plan->input;
    struct dated *items = arena_allocate_zeroed(&plan->arena, input->conversation_count + 1, sizeof *items);
    size_t count;

    plan->months = arena_allocate_zeroed(&plan->arena, input->conversation_count + 1, sizeof *plan->months);
    if (items == NULL || plan->months == NULL) {
        return 0;
    }
    count = collect_dated(input, items);
    for (size_t i = 0; i < count; i++) {
        struct plan_month *month;

        if (i == 0 || strcmp(items[i].month, items[i - 1].month) != 0) {
            memcpy(plan->months[plan->month_count++].name, items[i].month, MONTH_LENGTH + 1);
        }
        month = &plan->months[plan->month_count - 1];
        month->conversations++;
        month->messages += items[i].conversation->messages;
        add_month_title(month, items[i].conversation->title);
    }
    return 1;
}

static void extend_period(struct plan *plan, int64_t first_us, int64_t last_us)
{
    if (first_us != CPK_TIME_UNKNOWN && (plan->first_us == CPK_TIME_UNKNOWN || first_us < plan->first_us)) {
        plan->first_us = first_us;
    }
    if (last_us != CPK_TIME_UNKNOWN && (plan->last_us == CPK_TIME_UNKNOWN || last_us > plan->last_us)) {
        plan->last_us = last_us;
    }
}

static void sum_input(struct plan *plan)
{
    const struct document_input *input = plan->input;

    plan->first_us = CPK_TIME_UNKNOWN;
    plan->last_us = CPK_TIME_UNKNOWN;
    extend_period(plan, input->findings->first_us, input->findings->last_us);
    for (size_t i = 0; i < input->source_count; i++) {
        plan->conversations += input->sources[i].conversations;
        plan->messages += input->sources[i].messages;
        loss_add(&plan->loss, &input->sources[i].loss);
        extend_period(plan, input->sources[i].first_us, input->sources[i].last_us);
    }
    for (size_t i = 0; i < input->conversation_count; i++) {
        extend_period(plan, input->conversations[i].first_us, input->conversations[i].last_us);
    }
}

static int64_t day_of(int64_t time_us)
{
    return time_us == CPK_TIME_UNKNOWN ? INT64_MIN : time_us / US_PER_DAY - (time_us % US_PER_DAY < 0);
}

static const char *conversation_of(const struct finding *finding)
{
    return finding->evidence_count > 0 ? finding->evidence[0].conversation_id : "";
}

/* Excerpts are read by day, newest first; those of one conversation in the order they were written. */
static int compare_excerpts(const void *left, const void *right)
{
    const struct plan_entry *a = *(struct plan_entry *const *)left;
    const struct plan_entry *b = *(struct plan_entry *const *)right;
    int order = compare_int64(day_of(b->finding->last_us), day_of(a->finding->last_us));

    order = order != 0 ? order : strcmp(conversation_of(a->finding), conversation_of(b->finding));
    order = order != 0 ? order : compare_int64(a->finding->last_us, b->finding->last_us);
    return order != 0 ? order : compare_int64(a->index, b->index);
}

/* By the rank within a category, divided by the category's weight: the best of every category comes before the second
 * best of a less important one. */
static int compare_assertions(const void *left, const void *right)
{
    const struct plan_entry *a = left;
    const struct plan_entry *b = right;
    int64_t weight_a = places[a->finding->category].weight;
    int64_t weight_b = places[b->finding->category].weight;
    int order = compare_int64((int64_t)a->index * weight_b, (int64_t)b->index * weight_a);

    return order != 0 ? order : compare_int64(a->finding->category, b->finding->category);
}

/* The index of an entry is its rank within its category. */
static void number_by_category(struct plan_section *section)
{
    size_t rank = 0;

    for (size_t i = 0; i < section->count; i++) {
        rank =
            i > 0 && section->entries[i].finding->category == section->entries[i - 1].finding->category ? rank + 1 : 1;
        section->entries[i].index = rank;
    }
}

static int compare_reading(const void *left, const void *right)
{
    const struct plan_entry *a = *(struct plan_entry *const *)left;
    const struct plan_entry *b = *(struct plan_entry *const *)right;
    int order = compare_int64(a->finding->category, b->finding->category);

    return order != 0 ? order : compare_int64(a->index, b->index);
}

/* Numbers the days and conversations of excerpts in reading order. What holds no longer is told apart. */
static void number_talks(struct plan_section *section)
{
    for (size_t i = 1; i < section->count; i++) {
        const struct finding *before = section->reading[i - 1]->finding;
        const struct finding *finding = section->reading[i]->finding;

        section->reading[i]->talk =
            section->reading[i - 1]->talk + (day_of(before->last_us) != day_of(finding->last_us) ||
                                             before->superseded != finding->superseded ||
                                             before->until_us != finding->until_us || finding->evidence_count == 0 ||
                                             strcmp(conversation_of(before), conversation_of(finding)) != 0);
    }
}

static void order_section(struct plan_section *section, enum plan_section_id id)
{
    if (id < PLAN_FINDINGS_END) {
        number_by_category(section);
    }
    if ((id == PLAN_NOW || id == PLAN_WAS) && section->count > 1) {
        qsort(section->entries, section->count, sizeof *section->entries, compare_assertions);
    }
    for (size_t i = 0; i < section->count; i++) {
        section->reading[i] = &section->entries[i];
    }
    if (id < PLAN_FINDINGS_END && section->count > 1) {
        qsort(section->reading, section->count, sizeof *section->reading,
              id == PLAN_EXCERPTS ? compare_excerpts : compare_reading);
    }
    if (id == PLAN_EXCERPTS) {
        number_talks(section);
    }
}

static const struct finding_evidence *first_evidence(const struct plan_entry *entry)
{
    return entry->finding->evidence_count > 0 ? &entry->finding->evidence[0] : NULL;
}

static int compare_messages(const struct finding_evidence *a, const struct finding_evidence *b)
{
    int order = strcmp(a->message_id, b->message_id);

    order = order != 0 ? order : strcmp(a->conversation_id, b->conversation_id);
    return order != 0 ? order : strcmp(a->provider, b->provider);
}

static int compare_excerpt_messages(const void *left, const void *right)
{
    const struct plan_entry *a = *(const struct plan_entry *const *)left;
    const struct plan_entry *b = *(const struct plan_entry *const *)right;
    int order = compare_messages(first_evidence(a), first_evidence(b));

    return order != 0 ? order : compare_int64(a->index, b->index);
}

/* Excerpts by message, to find the one that has a quote. */
struct excerpt_index {
    const struct plan_entry **items;
    size_t count;
};

static int32_t index_excerpts(struct plan *plan, struct excerpt_index *index)
{
    const struct plan_section *section = &plan->sections[PLAN_EXCERPTS];

    index->count = 0;
    index->items = arena_allocate_zeroed(&plan->arena, section->count, sizeof *index->items);
    if (index->items == NULL) {
        return 0;
    }
    for (size_t i = 0; i < section->count; i++) {
        if (first_evidence(&section->entries[i]) != NULL) {
            index->items[index->count++] = &section->entries[i];
        }
    }
    if (index->count > 1) {
        qsort(index->items, index->count, sizeof *index->items, compare_excerpt_messages);
    }
    return 1;
}

/* The excerpt of the same message that has the quote; NULL if there is none. */
static const struct plan_entry *find_excerpt(const struct excerpt_index *index, const struct finding_evidence *evidence)
{
    size_t low = 0;
    size_t high = index->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_messages(first_evidence(index->items[middle]), evidence) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < index->count && compare_messages(first_evidence(index->items[low]), evidence) == 0; low++) {
        if (strstr(index->items[low]->text, evidence->quote) != NULL) {
            return index->items[low];
        }
    }
    return NULL;
}

/* The newest quote that has text. For verbatim findings, whose evidence has none, the first. NULL if there is none. */
static const struct finding_evidence *newest_quote(const struct finding *finding)
{
    const struct finding_evidence *newest = NULL;

    if (finding->category == FINDING_INSTRUCTION || finding->category == FINDING_EXCERPT) {
        return finding->evidence_count > 0 ? &finding->evidence[0] : NULL;
    }
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct finding_evidence *item = &finding->evidence[i];

        if (item->quote[0] != '\0' && (newest == NULL || item->time_us > newest->time_us)) {
            newest = item;
        }
    }
    return newest;
}

/* Quotes that support an entry: one, or in a complete pack all. Topics and style are counted over many messages, so no
 * single quote supports them. */
static int32_t add_quotes(struct plan *plan, struct plan_entry *entry, enum plan_section_id id,
                          const struct excerpt_index *index)
{
    const struct finding *finding = entry->finding;
    const struct finding_evidence *newest = newest_quote(finding);
    int32_t complete = plan->type == DOCUMENT_COMPLETE;
    size_t count = complete ? finding->evidence_count : newest != NULL;

    if (count == 0 || plan->type == DOCUMENT_COMPACT || id == PLAN_TOPICS || id == PLAN_STYLE || id == PLAN_NOTES) {
        return 1;
    }
    entry->quotes = arena_allocate_zeroed(&plan->arena, count, sizeof *entry->quotes);
    if (entry->quotes == NULL) {
        return 0;
    }
    entry->quote_count = count;
    for (size_t i = 0; i < count; i++) {
        entry->quotes[i].evidence = complete ? &finding->evidence[i] : newest;
        entry->quotes[i].excerpt = id == PLAN_EXCERPTS ? NULL : find_excerpt(index, entry->quotes[i].evidence);
    }
    return 1;
}

/* A quote and its position in the document. */
struct placed_quote {
    struct plan_quote *quote;
    size_t position;
};

static int compare_quotes(const void *left, const void *right)
{
    const struct placed_quote *a = left;
    const struct placed_quote *b = right;
    int order = strcmp(a->quote->evidence->quote, b->quote->evidence->quote);

    return order != 0 ? order : compare_int64((int64_t)a->position, (int64_t)b->position);
}

/* A complete pack has the text of each quote once. */
static int32_t mark_repeated(struct plan *plan, size_t total)
{
    struct placed_quote *placed = arena_allocate_zeroed(&plan->arena, total, sizeof *placed);
    size_t count = 0;

    if (placed == NULL) {
        return 0;
    }
    for (enum plan_section_id id = 0; id < PLAN_FINDINGS_END; id++) {
        for (size_t at = 0; at < plan->sections[id].count; at++) {
            struct plan_entry *entry = plan->sections[id].reading[at];

            for (size_t i = 0; i < entry->quote_count; i++, count++) {
                placed[count] = (struct placed_quote){&entry->quotes[i], count};
            }
        }
    }
    if (count > 1) {
        qsort(placed, count, sizeof *placed, compare_quotes);
    }
    for (size_t i = 1; i < count; i++) {
        placed[i].quote->repeated = strcmp(placed[i].quote->evidence->quote, placed[i - 1].quote->evidence->quote) == 0;
    }
    return 1;
}

static int32_t add_all_quotes(struct plan *plan)
{
    struct excerpt_index index;
    size_t total = 0;

    if (!index_excerpts(plan, &index)) {
        return 0;
    }
    for (enum plan_section_id id = 0; id < PLAN_FINDINGS_END; id++) {
        for (size_t i = 0; i < plan->sections[id].count; i++) {
            if (!add_quotes(plan, &plan->sections[id].entries[i], id, &index)) {
                return 0;
            }
            total += plan->sections[id].entries[i].quote_count;
        }
    }
    return plan->type != DOCUMENT_COMPLETE || mark_repeated(plan, total);
}

static int compare_ids(const char *provider, const char *id, const struct document_conversation *conversation)
{
    int order = strcmp(id, conversation->conversation_id);

    return order != 0 ? order : strcmp(provider, conversation->provider);
}

static int compare_conversations(const void *left, const void *right)
{
    const struct document_conversation *a = *(const struct document_conversation *const *)left;
    const struct document_conversation *b = *(const struct document_conversation *const *)right;
    int order = compare_ids(a->provider, a->conversation_id, b);

    return order != 0 ? order : (a > b) - (a < b);
}

static int32_t index_conversations(struct plan *plan)
{
    const struct document_input *input = plan->input;

    plan->by_id = arena_allocate_zeroed(&plan->arena, input->conversation_count, sizeof *plan->by_id);
    if (plan->by_id == NULL) {
        return 0;
    }
    for (size_t i = 0; i < input->conversation_count; i++) {
        plan->by_id[i] = &input->conversations[i];
    }
    if (input->conversation_count > 1) {
        qsort(plan->by_id, input->conversation_count, sizeof *plan->by_id, compare_conversations);
    }
    return 1;
}

size_t plan_find_conversation(const struct plan *plan, const struct finding_evidence *evidence)
{
    size_t low = 0;
    size_t high = plan->by_id != NULL ? plan->input->conversation_count : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_ids(evidence->provider, evidence->conversation_id, plan->by_id[middle]);

        if (order == 0) {
            return (size_t)(plan->by_id[middle] - plan->input->conversations);
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return SIZE_MAX;
}

static uint64_t hash_title(const char *title)
{
    static const char marks[] = " \t0123456789.,:;-_/#()[]";
    uint64_t hash = 0;

    while (*title != '\0') {
        size_t length = strcspn(title, marks);

        hash = hash_bytes(hash, title, length);
        title += length;
        title += strspn(title, marks);
    }
    return hash;
}

static int compare_hashes(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static int32_t index_titles(struct plan *plan)
{
    size_t count = plan->input->conversation_count;

    plan->title_hashes = arena_allocate_zeroed(&plan->arena, count, sizeof *plan->title_hashes);
    if (plan->title_hashes == NULL) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        plan->title_hashes[i] = hash_title(plan->input->conversations[i].title);
    }
    if (count > 1) {
        qsort(plan->title_hashes, count, sizeof *plan->title_hashes, compare_hashes);
    }
    return 1;
}

const char *plan_title(const struct plan *plan, const struct finding_evidence *evidence)
{
    const char *title = evidence->conversation_title;
    uint64_t hash = hash_title(title);
    size_t low = 0;
    size_t high = plan->input->conversation_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (plan->title_hashes[middle] < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    high = low + TITLES_LEAST - 1;
    return title[strspn(title, " \t\r\n")] == '\0' ||
                   (high < plan->input->conversation_count && plan->title_hashes[high] == hash)
               ? ""
               : title;
}

static int32_t build_sections(struct plan *plan)
{
    if (!add_findings(plan) || !index_titles(plan)) {
        return 0;
    }
    if (plan->type != DOCUMENT_COMPACT && (!build_months(plan) || !add_rows(plan, PLAN_TIMELINE, plan->month_count) ||
                                           !add_rows(plan, PLAN_SOURCES, plan->input->source_count))) {
        return 0;
    }
    if (plan->type == DOCUMENT_COMPLETE &&
        (!add_rows(plan, PLAN_CONVERSATIONS, plan->input->conversation_count) || !index_conversations(plan))) {
        return 0;
    }
    for (enum plan_section_id id = 0; id < PLAN_SECTION_COUNT; id++) {
        order_section(&plan->sections[id], id);
    }
    return add_all_quotes(plan);
}

cpk_status plan_create(struct plan *plan, const struct context *context, int32_t type,
                       const struct document_input *input, cpk_error **error)
{
    memset(plan, 0, sizeof *plan);
    plan->context = context;
    plan->input = input;
    plan->type = type;
    plan->has_own_content = has_own_content(input->findings);
    arena_init(&plan->arena, &context->allocator);
    sum_input(plan);
    if (!build_sections(plan)) {
        plan_free(plan);
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

void plan_free(struct plan *plan)
{
    arena_free(&plan->arena);
}

int32_t plan_shows_quote(const struct plan_quote *quote)
{
    return quote->evidence->quote[0] != '\0' && !quote->repeated &&
           (quote->excerpt == NULL || quote->excerpt->level == PLAN_LEVEL_OUT);
}

int32_t plan_shows_evidence(const struct plan *plan, const struct plan_entry *entry, int32_t level)
{
    if (entry->quote_count == 0 || level != PLAN_LEVEL_QUOTED) {
        return 0;
    }
    return plan->type == DOCUMENT_COMPLETE || plan_shows_quote(&entry->quotes[0]);
}

int64_t plan_left_out(const struct plan_section *section)
{
    int64_t count = 0;

    for (size_t i = 0; i < section->count; i++) {
        count += section->entries[i].level == PLAN_LEVEL_OUT;
    }
    return count;
}
