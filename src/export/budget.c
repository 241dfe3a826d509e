#include "export/budget.h"

#include "base/error.h"
#include "export/render.h"
#include "text/tokens/tokens.h"

#include <string.h>

/* Reserved for the line with the number of omitted entries. */
#define FOOTER_TOKENS 40
/* Minimum tokens of an entry. */
#define ENTRY_TOKENS_MIN 4
/* Number of entries tried after one that is too long. */
#define LOOK_AHEAD_ENTRIES 16
#define ROUNDS_MAX         64
#define ROUNDS_TO_GROW     6
/* Unused tokens below which no further round is done. */
#define SLACK_TOKENS 12

struct budget_share {
    size_t next;    /* the first entry that was not tried yet */
    int64_t spent;  /* tokens */
    int32_t opened; /* its heading is counted */
    int32_t closed; /* no further entry fits or exists */
};

struct budget {
    struct plan *plan;
    struct buffer scratch;
    int64_t left;
    struct budget_share shares[PLAN_SECTIONS_MAX];
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
static cpk_status entry_cost(struct budget *budget, const struct plan_section *section, struct plan_entry *entry,
                             int32_t level, int64_t *tokens)
{
    if (entry->tokens[level] == PLAN_TOKENS_UNKNOWN) {
        buffer_clear(&budget->scratch);
        render_entry(budget->plan, section, entry, level, &budget->scratch);
        CPK_TRY(count_scratch(budget, &entry->tokens[level]));
    }
    *tokens = entry->tokens[level];
    return CPK_OK;
}

static cpk_status heading_cost(struct budget *budget, struct plan_section *section, int64_t *tokens)
{
    if (section->heading_tokens == PLAN_TOKENS_UNKNOWN) {
        buffer_clear(&budget->scratch);
        render_heading(budget->plan, section, &budget->scratch);
        CPK_TRY(count_scratch(budget, &section->heading_tokens));
    }
    *tokens = section->heading_tokens;
    return CPK_OK;
}

/* Adds the section's next entry that fits, skipping a few that do not. Closes the section if there is none. */
static cpk_status add_next(struct budget *budget, size_t at)
{
    struct plan_section *section = &budget->plan->sections[at];
    struct budget_share *share = &budget->shares[at];
    int64_t heading = 0;

    if (!share->opened) {
        CPK_TRY(heading_cost(budget, section, &heading));
    }
    for (size_t tries = 0; share->next < section->count && tries < LOOK_AHEAD_ENTRIES; tries++) {
        struct plan_entry *entry = &section->entries[share->next];
        int64_t cost;

        if (budget->left < heading + ENTRY_TOKENS_MIN) {
            break;
        }
        CPK_TRY(entry_cost(budget, section, entry, PLAN_LEVEL_BRIEF, &cost));
        share->next++;
        if (heading + cost <= budget->left) {
            entry->level = PLAN_LEVEL_BRIEF;
            budget->left -= heading + cost;
            share->spent += heading + cost;
            share->opened = 1;
            share->closed = share->next == section->count;
            return CPK_OK;
        }
    }
    share->closed = 1;
    return CPK_OK;
}

/* Score of the next entry relative to the section's best, in thousandths; reduces the share of sections whose best
 * entries are in. */
static int64_t relative_score(const struct plan_section *section, const struct budget_share *share)
{
    const struct finding *best = section->entries[0].finding;
    const struct finding *next = section->entries[share->next].finding;
    int64_t relative;

    if (best == NULL || next == NULL || best->score <= 0 || next->superseded) {
        return next != NULL && next->superseded ? 250 : 1000;
    }
    relative = next->score >= best->score ? 1000 : (int64_t)((double)next->score * 1000.0 / (double)best->score);
    return relative < 200 ? 200 : relative;
}

/* The section with the highest weight below `weight`, or the same weight and an index above `after`; section_count if
 * there is none. */
static size_t next_by_weight(const struct plan *plan, int64_t weight, size_t after)
{
    size_t next = plan->section_count;

    for (size_t i = 0; i < plan->section_count; i++) {
        int64_t own = plan->sections[i].weight;
        int32_t follows = own < weight || (own == weight && i > after);

        if (follows && (next == plan->section_count || own > plan->sections[next].weight)) {
            next = i;
        }
    }
    return next;
}

/* Adds one entry per section in turn, by descending weight, up to each section's minimum. */
static cpk_status add_minimums(struct budget *budget)
{
    const struct plan *plan = budget->plan;
    int32_t more = 1;

    for (size_t rank = 0; more; rank++) {
        size_t at = next_by_weight(plan, INT64_MAX, 0);

        more = 0;
        while (at < plan->section_count) {
            if (rank < plan->sections[at].minimum && !budget->shares[at].closed) {
                CPK_TRY(add_next(budget, at));
                more = 1;
            }
            at = next_by_weight(plan, plan->sections[at].weight, at);
        }
    }
    return CPK_OK;
}

/* The section with the lowest spending relative to its weight and the score of its next entry; section_count if all are
 * closed. */
static size_t find_next_section(const struct budget *budget)
{
    size_t lowest = budget->plan->section_count;
    double lowest_ratio = 0;

    for (size_t i = 0; i < budget->plan->section_count; i++) {
        const struct plan_section *section = &budget->plan->sections[i];
        const struct budget_share *share = &budget->shares[i];
        double ratio;

        if (share->closed || share->next >= section->count) {
            continue;
        }
        ratio = (double)(share->spent + 1) / (double)(section->weight * relative_score(section, share));
        if (lowest == budget->plan->section_count || ratio < lowest_ratio) {
            lowest = i;
            lowest_ratio = ratio;
        }
    }
    return lowest;
}

static cpk_status add_shares(struct budget *budget)
{
    for (;;) {
        size_t at = find_next_section(budget);

        if (at == budget->plan->section_count) {
            return CPK_OK;
        }
        CPK_TRY(add_next(budget, at));
    }
}

/* Spends remaining tokens on more quotes, for the best entries of every section first. */
static cpk_status add_quotes(struct budget *budget)
{
    size_t rank = 0;
    int32_t more = budget->plan->type == DOCUMENT_STANDARD;

    for (; more && budget->left > ENTRY_TOKENS_MIN; rank++) {
        more = 0;
        for (size_t i = 0; i < budget->plan->section_count; i++) {
            struct plan_section *section = &budget->plan->sections[i];
            struct plan_entry *entry = rank < section->count ? &section->entries[rank] : NULL;
            int64_t brief;
            int64_t ample;

            more |= entry != NULL;
            if (entry == NULL || entry->level != PLAN_LEVEL_BRIEF || section->kind != PLAN_FINDINGS ||
                entry->finding->evidence_count <= PLAN_EVIDENCE_BRIEF) {
                continue;
            }
            CPK_TRY(entry_cost(budget, section, entry, PLAN_LEVEL_BRIEF, &brief));
            CPK_TRY(entry_cost(budget, section, entry, PLAN_LEVEL_AMPLE, &ample));
            if (ample > brief && ample - brief <= budget->left) {
                entry->level = PLAN_LEVEL_AMPLE;
                budget->left -= ample - brief;
            }
        }
    }
    return CPK_OK;
}

static void set_levels(struct plan *plan, int32_t level)
{
    for (size_t i = 0; i < plan->section_count; i++) {
        for (size_t at = 0; at < plan->sections[i].count; at++) {
            plan->sections[i].entries[at].level = level;
        }
    }
}

static int32_t is_complete(const struct plan *plan)
{
    for (size_t i = 0; i < plan->section_count; i++) {
        if (plan_left_out(&plan->sections[i]) > 0) {
            return 0;
        }
    }
    return 1;
}

/* Selects entries within `allowance` tokens and renders the document. */
static cpk_status choose(struct budget *budget, int64_t allowance, struct buffer *target, int64_t *tokens)
{
    struct plan *plan = budget->plan;
    int64_t frame;

    buffer_clear(target);
    memset(budget->shares, 0, sizeof budget->shares);
    set_levels(plan, PLAN_LEVEL_OUT);
    buffer_clear(&budget->scratch);
    render_frame(plan, &budget->scratch);
    CPK_TRY(count_scratch(budget, &frame));
    budget->left = allowance - frame - FOOTER_TOKENS;
    CPK_TRY(add_minimums(budget));
    CPK_TRY(add_shares(budget));
    CPK_TRY(add_quotes(budget));
    render_document(plan, target);
    if (target->failed) {
        return error_out_of_memory(budget->error);
    }
    return tokens_count(&plan->context->allocator, CPK_ENCODING_O200K_BASE, target->data, target->length, tokens,
                        budget->error);
}

/* Adjusts the allowance by the exact count of the whole document: an excess is subtracted, unused tokens are added. */
static cpk_status render_bounded(struct budget *budget, struct buffer *target, int64_t *tokens)
{
    int64_t max_tokens = budget->plan->input->max_tokens;
    int64_t allowance = max_tokens;
    int64_t good = INT64_MIN; /* highest allowance with a document that fits */
    int64_t bad = INT64_MAX;  /* lowest allowance with one that does not */

    for (int32_t round = 0; round < ROUNDS_MAX; round++) {
        CPK_TRY(choose(budget, allowance, target, tokens));
        if (*tokens > max_tokens) {
            bad = allowance;
            allowance -= *tokens - max_tokens;
        } else {
            good = allowance;
            if (max_tokens - *tokens < SLACK_TOKENS || is_complete(budget->plan)) {
                return CPK_OK;
            }
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

static cpk_status render_all(struct budget *budget, struct buffer *target, int64_t *tokens)
{
    buffer_clear(target);
    set_levels(budget->plan, PLAN_LEVEL_AMPLE);
    render_document(budget->plan, target);
    if (target->failed) {
        return error_out_of_memory(budget->error);
    }
    return tokens_count(&budget->plan->context->allocator, CPK_ENCODING_O200K_BASE, target->data, target->length,
                        tokens, budget->error);
}

cpk_status budget_render(struct plan *plan, struct buffer *target, int64_t *tokens, cpk_error **error)
{
    struct budget budget = {.plan = plan, .error = error};
    cpk_status status;

    buffer_init(&budget.scratch, &plan->context->allocator);
    status = plan_is_bounded(plan) ? render_bounded(&budget, target, tokens) : render_all(&budget, target, tokens);
    buffer_free(&budget.scratch);
    return status;
}
