#include "export/budget.h"

#include "base/error.h"
#include "export/render.h"
#include "text/tokens/tokens.h"

#include <string.h>

/* Reserved for the line with the number of omitted entries. */
#define FOOTER_TOKENS 40
/* Minimum tokens of an entry. */
#define ENTRY_TOKENS_MIN 4
#define ROUNDS_MAX       64
#define ROUNDS_TO_GROW   6
/* Unused tokens below which no further round is done. */
#define SLACK_TOKENS 12

/* Adds a section's entries at a level, best first, until they have taken a share of the budget. */
struct pass {
    enum plan_section_id section;
    int32_t level;
    int64_t share; /* thousandths of the budget */
};

/* Instructions come first but leave room for the rest; then what holds now; excerpts take what is left. What a share
 * kept out is tried again at the end, but for topics. */
static const struct pass compact_passes[] = {
    {PLAN_INSTRUCTIONS, PLAN_LEVEL_BRIEF, 400}, {PLAN_NOW, PLAN_LEVEL_BRIEF, 300},
    {PLAN_NOTES, PLAN_LEVEL_BRIEF, 300},        {PLAN_WAS, PLAN_LEVEL_BRIEF, 60},
    {PLAN_EXCERPTS, PLAN_LEVEL_BRIEF, 1000},    {PLAN_INSTRUCTIONS, PLAN_LEVEL_BRIEF, 1000},
    {PLAN_NOW, PLAN_LEVEL_BRIEF, 1000},         {PLAN_NOTES, PLAN_LEVEL_BRIEF, 1000},
    {PLAN_WAS, PLAN_LEVEL_BRIEF, 1000},         {PLAN_REFERENCES, PLAN_LEVEL_BRIEF, 1000},
};

static const struct pass standard_passes[] = {
    {PLAN_INSTRUCTIONS, PLAN_LEVEL_BRIEF, 400},  {PLAN_NOW, PLAN_LEVEL_BRIEF, 250},
    {PLAN_NOTES, PLAN_LEVEL_BRIEF, 250},         {PLAN_WAS, PLAN_LEVEL_BRIEF, 80},
    {PLAN_SOURCES, PLAN_LEVEL_BRIEF, 40},        {PLAN_EXCERPTS, PLAN_LEVEL_BRIEF, 450},
    {PLAN_TOPICS, PLAN_LEVEL_BRIEF, 20},         {PLAN_STYLE, PLAN_LEVEL_BRIEF, 30},
    {PLAN_REFERENCES, PLAN_LEVEL_BRIEF, 80},     {PLAN_TIMELINE, PLAN_LEVEL_BRIEF, 60},
    {PLAN_NOW, PLAN_LEVEL_QUOTED, 450},          {PLAN_EXCERPTS, PLAN_LEVEL_BRIEF, 1000},
    {PLAN_INSTRUCTIONS, PLAN_LEVEL_BRIEF, 1000}, {PLAN_NOW, PLAN_LEVEL_BRIEF, 1000},
    {PLAN_WAS, PLAN_LEVEL_QUOTED, 1000},         {PLAN_NOTES, PLAN_LEVEL_BRIEF, 1000},
    {PLAN_REFERENCES, PLAN_LEVEL_QUOTED, 1000},  {PLAN_TIMELINE, PLAN_LEVEL_BRIEF, 1000},
    {PLAN_SOURCES, PLAN_LEVEL_BRIEF, 1000},      {PLAN_CONVERSATIONS, PLAN_LEVEL_BRIEF, 1000},
};

struct budget {
    struct plan *plan;
    struct buffer scratch;
    int64_t left;
    int64_t spent[PLAN_SECTION_COUNT];
    size_t *line_bytes; /* by day and conversation: text of the last line of excerpts */
    int64_t frame_tokens;
    cpk_error **error;
};

static cpk_status count_scratch(struct budget *budget, int64_t *tokens)
{
    if (budget->scratch.failed) {
        return error_out_of_memory(budget->error);
    }
    return tokens_count(&budget->plan->context->allocator, CPK_ENCODING_O200K_BASE, buffer_text(&budget->scratch),
                        budget->scratch.length, tokens, budget->error);
}

/* Entries start with no space and end with a line feed, so that their counts can be added. The sum may exceed the exact
 * count by about a token per blank line. */
static cpk_status entry_cost(struct budget *budget, enum plan_section_id id, struct plan_entry *entry, int32_t level,
                             int64_t *tokens)
{
    *tokens = 0;
    if (level == PLAN_LEVEL_OUT) {
        return CPK_OK;
    }
    if (id == PLAN_EXCERPTS && plan_joins(budget->plan, entry, budget->line_bytes[entry->talk])) {
        buffer_clear(&budget->scratch);
        render_joined_excerpt(entry, &budget->scratch);
        return count_scratch(budget, tokens);
    }
    if (entry->tokens[level] == PLAN_TOKENS_UNKNOWN) {
        buffer_clear(&budget->scratch);
        render_entry(budget->plan, id, entry, level, &budget->scratch);
        CPK_TRY(count_scratch(budget, &entry->tokens[level]));
    }
    *tokens = entry->tokens[level];
    return CPK_OK;
}

static cpk_status heading_cost(struct budget *budget, enum plan_section_id id, int64_t *tokens)
{
    struct plan_section *section = &budget->plan->sections[id];

    if (section->heading_tokens == PLAN_TOKENS_UNKNOWN) {
        buffer_clear(&budget->scratch);
        render_heading(budget->plan, id, &budget->scratch);
        CPK_TRY(count_scratch(budget, &section->heading_tokens));
    }
    *tokens = section->heading_tokens;
    return CPK_OK;
}

/* Raises an entry to a level if it fits. The quote of an excerpt that is in is not written: then nothing changes. */
static cpk_status raise_entry(struct budget *budget, enum plan_section_id id, struct plan_entry *entry, int32_t level,
                              int64_t limit)
{
    int64_t heading = 0;
    int64_t before;
    int64_t after;

    if (level == PLAN_LEVEL_QUOTED && !plan_shows_evidence(budget->plan, entry, level)) {
        level = PLAN_LEVEL_BRIEF;
    }
    if (entry->level >= level) {
        return CPK_OK;
    }
    if (budget->spent[id] == 0) {
        CPK_TRY(heading_cost(budget, id, &heading));
    }
    CPK_TRY(entry_cost(budget, id, entry, entry->level, &before));
    CPK_TRY(entry_cost(budget, id, entry, level, &after));
    after += heading - before;
    if (after <= budget->left && budget->spent[id] + after <= limit) {
        if (id == PLAN_EXCERPTS && entry->level == PLAN_LEVEL_OUT) {
            size_t *bytes = &budget->line_bytes[entry->talk];

            *bytes = entry->text_length + (plan_joins(budget->plan, entry, *bytes) ? *bytes : 0);
        }
        entry->level = level;
        budget->left -= after;
        budget->spent[id] += after;
    }
    return CPK_OK;
}

static cpk_status run_pass(struct budget *budget, const struct pass *pass)
{
    struct plan_section *section = &budget->plan->sections[pass->section];
    int64_t limit = budget->plan->input->max_tokens * pass->share / 1000;

    for (size_t i = 0; i < section->count && budget->left >= ENTRY_TOKENS_MIN &&
                       budget->spent[pass->section] + ENTRY_TOKENS_MIN <= limit;
         i++) {
        CPK_TRY(raise_entry(budget, pass->section, &section->entries[i], pass->level, limit));
    }
    return CPK_OK;
}

static void set_levels(struct plan *plan, int32_t level)
{
    for (size_t i = 0; i < PLAN_SECTION_COUNT; i++) {
        for (size_t at = 0; at < plan->sections[i].count; at++) {
            plan->sections[i].entries[at].level = level;
        }
    }
}

static int32_t is_complete(const struct plan *plan)
{
    for (size_t i = 0; i < PLAN_SECTION_COUNT; i++) {
        if (plan_left_out(&plan->sections[i]) > 0) {
            return 0;
        }
    }
    return 1;
}

static cpk_status render_chosen(struct budget *budget, struct buffer *target, int64_t *tokens)
{
    buffer_clear(target);
    render_document(budget->plan, target);
    if (target->failed) {
        return error_out_of_memory(budget->error);
    }
    return tokens_count(&budget->plan->context->allocator, CPK_ENCODING_O200K_BASE, target->data, target->length,
                        tokens, budget->error);
}

/* Selects entries within `allowance` tokens and renders the document. */
static cpk_status choose(struct budget *budget, int64_t allowance, struct buffer *target, int64_t *tokens)
{
    int32_t compact = budget->plan->type == DOCUMENT_COMPACT;
    const struct pass *passes = compact ? compact_passes : standard_passes;
    size_t count =
        compact ? sizeof compact_passes / sizeof compact_passes[0] : sizeof standard_passes / sizeof standard_passes[0];

    memset(budget->spent, 0, sizeof budget->spent);
    memset(budget->line_bytes, 0, budget->plan->sections[PLAN_EXCERPTS].count * sizeof *budget->line_bytes);
    set_levels(budget->plan, PLAN_LEVEL_OUT);
    budget->left = allowance - budget->frame_tokens - FOOTER_TOKENS;
    for (size_t i = 0; i < count; i++) {
        CPK_TRY(run_pass(budget, &passes[i]));
    }
    return render_chosen(budget, target, tokens);
}

static cpk_status count_frame(struct budget *budget)
{
    buffer_clear(&budget->scratch);
    render_frame(budget->plan, &budget->scratch);
    return count_scratch(budget, &budget->frame_tokens);
}

/* Adjusts the allowance by the exact count of the whole document: an excess is subtracted, unused tokens are added. */
static cpk_status render_bounded(struct budget *budget, struct buffer *target, int64_t *tokens)
{
    int64_t max_tokens = budget->plan->input->max_tokens;
    int64_t allowance = max_tokens;
    int64_t good = INT64_MIN; /* highest allowance with a document that fits */
    int64_t bad = INT64_MAX;  /* lowest allowance with one that does not */
    int64_t before = -1;      /* tokens of the last document that fitted */

    budget->line_bytes = arena_allocate_zeroed(&budget->plan->arena, budget->plan->sections[PLAN_EXCERPTS].count,
                                               sizeof *budget->line_bytes);
    if (budget->line_bytes == NULL) {
        return error_out_of_memory(budget->error);
    }
    CPK_TRY(count_frame(budget));
    for (int32_t round = 0; round < ROUNDS_MAX; round++) {
        CPK_TRY(choose(budget, allowance, target, tokens));
        if (*tokens > max_tokens) {
            bad = allowance;
            allowance -= *tokens - max_tokens;
        } else {
            good = allowance;
            if (max_tokens - *tokens < SLACK_TOKENS || *tokens == before || is_complete(budget->plan)) {
                return CPK_OK;
            }
            before = *tokens;
            allowance += max_tokens - *tokens;
        }
        if (good != INT64_MIN && (allowance <= good || allowance >= bad || round >= ROUNDS_TO_GROW)) {
            return choose(budget, good, target, tokens);
        }
    }
    return error_set(budget->error, CPK_ERROR_LIMIT_EXCEEDED, "export",
                     "%lld tokens are too few for a pack; raise export.%s_max_tokens", (long long)max_tokens,
                     budget->plan->type == DOCUMENT_COMPACT ? "compact" : "standard");
}

cpk_status budget_render(struct plan *plan, struct buffer *target, int64_t *tokens, cpk_error **error)
{
    struct budget budget = {.plan = plan, .error = error};
    cpk_status status;

    buffer_init(&budget.scratch, &plan->context->allocator);
    if (plan_is_bounded(plan)) {
        status = render_bounded(&budget, target, tokens);
    } else {
        set_levels(plan, PLAN_LEVEL_QUOTED);
        status = render_chosen(&budget, target, tokens);
    }
    buffer_free(&budget.scratch);
    return status;
}
