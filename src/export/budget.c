#include "export/budget.h"

#include "base/error.h"
#include "export/render.h"
#include "text/tokens/tokens.h"

#include <string.h>

/* Kept free for the line that says what was left out. */
#define FOOTER_TOKENS 40
/* Below this nothing worth telling fits. */
#define ENTRY_TOKENS_MIN 4
/* Once a section's next entry is too long, how many after it are looked at for one that fits. */
#define LOOK_AHEAD_ENTRIES 16
#define ROUNDS_MAX         64
#define ROUNDS_TO_GROW     6
/* Tokens left at which another round is not worth it. */
#define SLACK_TOKENS 12

struct budget_share {
    size_t next;    /* the first entry that was not looked at yet */
    int64_t spent;  /* tokens */
    int32_t opened; /* its heading is paid */
    int32_t closed; /* nothing more fits, or there is nothing more */
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

/* Lines begin with no space and end with a line feed, so that the sum of their counts is the count of their sum, but
 * for a token or so around blank lines, where the sum is higher. */
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

/* Takes the section's next entry that fits, passing over a few that don't; closes the section when there is none. */
static cpk_status take_next(struct budget *budget, size_t at)
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

/* How good the next entry is beside the section's best, in thousandths: a section that has told what matters yields. */
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

/* The section of the most weight below `weight`, or of the same weight after `after`; section_count after the last. */
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

/* One entry of every section in turn, the weightiest section first, so that a small budget tells the most important. */
static cpk_status take_minimums(struct budget *budget)
{
    const struct plan *plan = budget->plan;
    int32_t more = 1;

    for (size_t rank = 0; more; rank++) {
        size_t at = next_by_weight(plan, INT64_MAX, 0);

        more = 0;
        while (at < plan->section_count) {
            if (rank < plan->sections[at].minimum && !budget->shares[at].closed) {
                CPK_TRY(take_next(budget, at));
                more = 1;
            }
            at = next_by_weight(plan, plan->sections[at].weight, at);
        }
    }
    return CPK_OK;
}

/* The section that has had the least for its weight and for what it still has to tell; section_count when all are
 * closed. */
static size_t poorest_section(const struct budget *budget)
{
    size_t poorest = budget->plan->section_count;
    double least = 0;

    for (size_t i = 0; i < budget->plan->section_count; i++) {
        const struct plan_section *section = &budget->plan->sections[i];
        const struct budget_share *share = &budget->shares[i];
        double had;

        if (share->closed || share->next >= section->count) {
            continue;
        }
        had = (double)(share->spent + 1) / (double)(section->weight * relative_score(section, share));
        if (poorest == budget->plan->section_count || had < least) {
            poorest = i;
            least = had;
        }
    }
    return poorest;
}

static cpk_status take_shares(struct budget *budget)
{
    for (;;) {
        size_t poorest = poorest_section(budget);

        if (poorest == budget->plan->section_count) {
            return CPK_OK;
        }
        CPK_TRY(take_next(budget, poorest));
    }
}

/* What is left buys more quotes, the best statements of every section first. */
static cpk_status take_quotes(struct budget *budget)
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

static int32_t is_all_told(const struct plan *plan)
{
    for (size_t i = 0; i < plan->section_count; i++) {
        if (plan_left_out(&plan->sections[i]) > 0) {
            return 0;
        }
    }
    return 1;
}

/* Chooses within `allowance` tokens and renders. */
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
    CPK_TRY(take_minimums(budget));
    CPK_TRY(take_shares(budget));
    CPK_TRY(take_quotes(budget));
    render_document(plan, target);
    if (target->failed) {
        return error_out_of_memory(budget->error);
    }
    return tokens_count(&plan->context->allocator, CPK_ENCODING_O200K_BASE, target->data, target->length, tokens,
                        budget->error);
}

/* The exact count of the whole has the last word: an overshoot is taken off the allowance, what was saved is spent. */
static cpk_status render_bounded(struct budget *budget, struct buffer *target, int64_t *tokens)
{
    int64_t max_tokens = budget->plan->input->max_tokens;
    int64_t allowance = max_tokens;
    int64_t good = INT64_MIN; /* the highest allowance whose document fits */
    int64_t bad = INT64_MAX;  /* the lowest whose document does not */

    for (int32_t round = 0; round < ROUNDS_MAX; round++) {
        CPK_TRY(choose(budget, allowance, target, tokens));
        if (*tokens > max_tokens) {
            bad = allowance;
            allowance -= *tokens - max_tokens;
        } else {
            good = allowance;
            if (max_tokens - *tokens < SLACK_TOKENS || is_all_told(budget->plan)) {
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
