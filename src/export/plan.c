#include "export/plan.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#define MONTH_LENGTH 7

struct section_template {
    enum finding_category category;
    const char *title;
    int64_t weight;
    size_t minimum;
};

/* In reading order. Weights and minimums favour what an assistant needs first: who the user is, what they work on, and
 * constraints. */
static const struct section_template templates[FINDING_CATEGORY_COUNT] = {
    {FINDING_INSTRUCTION, "How to answer", 24, 12},
    {FINDING_IDENTITY, "Who they are", 20, 6},
    {FINDING_BACKGROUND, "Background", 8, 2},
    {FINDING_PERSON, "People", 9, 2},
    {FINDING_PROJECT, "Projects", 14, 3},
    {FINDING_SKILL, "Skills and tools", 10, 3},
    {FINDING_PREFERENCE, "Preferences", 12, 3},
    {FINDING_GOAL, "Goals", 9, 2},
    {FINDING_CONSTRAINT, "Constraints", 13, 3},
    {FINDING_EVENT, "Events", 5, 1},
    {FINDING_EXCERPT, "In their own words", 40, 12},
    {FINDING_TOPIC, "Recent and recurring topics", 8, 3},
    {FINDING_STYLE, "How they write", 5, 2},
    {FINDING_REFERENCE, "From their documents", 5, 1},
    {FINDING_NOTE, "Notes", 6, 1},
};

static const struct section_template timeline_template = {FINDING_CATEGORY_COUNT, "Timeline", 8, 3};
static const struct section_template sources_template = {FINDING_CATEGORY_COUNT, "Sources", 4, 1};
static const struct section_template conversations_template = {FINDING_CATEGORY_COUNT, "Conversations", 1, 1};

int32_t plan_is_bounded(const struct plan *plan)
{
    return plan->input->max_tokens > 0;
}

static int compare_int64(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

/* The user's name is listed first. */
static int32_t is_name(const struct finding *finding)
{
    return finding->category == FINDING_IDENTITY && strcmp(finding->subject, "name") == 0;
}

/* Current findings before superseded ones, then by descending rank. All displayed fields are compared, so that the
 * result does not depend on the order of the input. */
static int compare_findings(const void *left, const void *right)
{
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;
    int order = compare_int64(a->superseded != 0, b->superseded != 0);

    order = order != 0 ? order : compare_int64(is_name(b), is_name(a));
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

/* The compact pack omits superseded findings. */
static int32_t is_included(const struct plan *plan, const struct finding *finding)
{
    return finding->text[0] != '\0' && !(plan->type == DOCUMENT_COMPACT && finding->superseded);
}

static struct plan_section *add_section(struct plan *plan, enum plan_kind kind, const struct section_template *template,
                                        size_t capacity)
{
    struct plan_section *section = &plan->sections[plan->section_count];

    section->entries = arena_allocate_zeroed(&plan->arena, capacity, sizeof *section->entries);
    if (section->entries == NULL) {
        return NULL;
    }
    section->kind = kind;
    section->category = template->category;
    section->title = template->title;
    section->weight = template->weight;
    section->minimum = template->minimum;
    section->count = 0;
    section->heading_tokens = PLAN_TOKENS_UNKNOWN;
    plan->section_count++;
    return section;
}

static struct plan_entry *add_entry(struct plan_section *section, size_t index)
{
    struct plan_entry *entry = &section->entries[section->count++];

    entry->index = index;
    entry->tokens[PLAN_LEVEL_BRIEF] = PLAN_TOKENS_UNKNOWN;
    entry->tokens[PLAN_LEVEL_AMPLE] = PLAN_TOKENS_UNKNOWN;
    return entry;
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
            struct plan_entry *entry = add_entry(section, 0);

            entry->finding = note;
            entry->text = text;
            entry->text_length = length - marks;
        }
        line += length + (line[length] == '\n');
    }
}

static int32_t add_findings_section(struct plan *plan, const struct section_template *template)
{
    const struct finding_set *set = plan->input->findings;
    const struct finding **chosen = arena_allocate_zeroed(&plan->arena, set->count, sizeof *chosen);
    size_t capacity = 0;
    size_t count = 0;
    struct plan_section *section;

    if (chosen == NULL) {
        return 0;
    }
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].category == template->category && is_included(plan, &set->items[i])) {
            chosen[count++] = &set->items[i];
            capacity += template->category == FINDING_NOTE ? count_lines(set->items[i].text) : 1;
        }
    }
    if (count == 0) {
        return 1;
    }
    qsort(chosen, count, sizeof *chosen, compare_findings);
    section = add_section(plan, PLAN_FINDINGS, template, capacity);
    for (size_t i = 0; section != NULL && i < count; i++) {
        if (template->category == FINDING_NOTE) {
            add_note(section, chosen[i]);
        } else {
            struct plan_entry *entry = add_entry(section, 0);

            entry->finding = chosen[i];
            entry->text = chosen[i]->text;
            entry->text_length = strlen(chosen[i]->text);
        }
    }
    if (section != NULL && section->count == 0) {
        plan->section_count--; /* notes of white space only */
    }
    return section != NULL;
}

static int32_t add_rows_section(struct plan *plan, enum plan_kind kind, const struct section_template *template,
                                size_t count)
{
    struct plan_section *section;

    if (count == 0) {
        return 1;
    }
    section = add_section(plan, kind, template, count);
    for (size_t i = 0; section != NULL && i < count; i++) {
        add_entry(section, i);
    }
    return section != NULL;
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
        extend_period(plan, input->sources[i].first_us, input->sources[i].last_us);
    }
    for (size_t i = 0; i < input->conversation_count; i++) {
        extend_period(plan, input->conversations[i].first_us, input->conversations[i].last_us);
    }
}

static int32_t build_sections(struct plan *plan)
{
    for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++) {
        if (!add_findings_section(plan, &templates[i])) {
            return 0;
        }
    }
    if (plan->type == DOCUMENT_COMPACT) {
        return 1;
    }
    if (!build_months(plan) || !add_rows_section(plan, PLAN_TIMELINE, &timeline_template, plan->month_count) ||
        !add_rows_section(plan, PLAN_SOURCES, &sources_template, plan->input->source_count)) {
        return 0;
    }
    return plan->type != DOCUMENT_COMPLETE ||
           add_rows_section(plan, PLAN_CONVERSATIONS, &conversations_template, plan->input->conversation_count);
}

cpk_status plan_create(struct plan *plan, const struct context *context, int32_t type,
                       const struct document_input *input, cpk_error **error)
{
    memset(plan, 0, sizeof *plan);
    plan->context = context;
    plan->input = input;
    plan->type = type;
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

/* Order of evidence: newest first, then by index. */
static int32_t is_before(const struct finding_evidence *items, size_t left, size_t right)
{
    return items[left].time_us != items[right].time_us ? items[left].time_us > items[right].time_us : left < right;
}

static int32_t is_repeated(const struct finding *finding, size_t at)
{
    for (size_t i = 0; i < finding->evidence_count; i++) {
        if (i != at && is_before(finding->evidence, i, at) &&
            strcmp(finding->evidence[i].quote, finding->evidence[at].quote) == 0) {
            return 1;
        }
    }
    return 0;
}

const struct finding_evidence *plan_evidence(const struct plan *plan, const struct finding *finding, size_t rank)
{
    const struct finding_evidence *items = finding->evidence;
    size_t last = SIZE_MAX;

    if (plan->type == DOCUMENT_COMPLETE) {
        return rank < finding->evidence_count ? &items[rank] : NULL;
    }
    for (size_t turn = 0; turn <= rank;) {
        size_t best = SIZE_MAX;

        for (size_t i = 0; i < finding->evidence_count; i++) {
            if ((last == SIZE_MAX || is_before(items, last, i)) && (best == SIZE_MAX || is_before(items, i, best))) {
                best = i;
            }
        }
        if (best == SIZE_MAX) {
            return NULL;
        }
        last = best;
        turn += !is_repeated(finding, best);
    }
    return &items[last];
}

/* Topics and style are counted over many messages, so no single quote supports them. */
size_t plan_evidence_count(const struct plan *plan, const struct plan_entry *entry, int32_t level)
{
    if (plan->type == DOCUMENT_COMPACT || level == PLAN_LEVEL_OUT || entry->finding == NULL) {
        return 0;
    }
    if (plan->type == DOCUMENT_COMPLETE) {
        return entry->finding->evidence_count;
    }
    if (entry->finding->category == FINDING_TOPIC || entry->finding->category == FINDING_STYLE ||
        entry->finding->category == FINDING_NOTE) {
        return 0;
    }
    return level == PLAN_LEVEL_AMPLE ? PLAN_EVIDENCE_AMPLE : PLAN_EVIDENCE_BRIEF;
}

int64_t plan_left_out(const struct plan_section *section)
{
    int64_t count = 0;

    for (size_t i = 0; i < section->count; i++) {
        count += section->entries[i].level == PLAN_LEVEL_OUT;
    }
    return count;
}
