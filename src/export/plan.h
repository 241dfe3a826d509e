/* What a document could tell, in order: its sections, and in each the entries from the best to the least. Which of
 * them it does tell is the budget's business, how it tells them the renderers'. */
#ifndef EXPORT_PLAN_H
#define EXPORT_PLAN_H

#include "export/document.h"

#define PLAN_SECTIONS_MAX   (FINDING_CATEGORY_COUNT + 3)
#define PLAN_EVIDENCE_BRIEF 1 /* quotes that a statement of the standard pack always brings */
#define PLAN_EVIDENCE_AMPLE 3 /* and brings when there is room */
#define PLAN_MONTH_TITLES   4
#define PLAN_LEVEL_OUT      0
#define PLAN_LEVEL_BRIEF    1
#define PLAN_LEVEL_AMPLE    2
#define PLAN_TOKENS_UNKNOWN (-1)

enum plan_kind { PLAN_FINDINGS, PLAN_TIMELINE, PLAN_SOURCES, PLAN_CONVERSATIONS };

struct plan_entry {
    const struct finding *finding; /* PLAN_FINDINGS, else NULL */
    const char *text;              /* the statement: a finding's text, or one line of a note */
    size_t text_length;
    size_t index;                         /* of a month, a source or a conversation */
    int32_t level;                        /* PLAN_LEVEL_*: what the budget gave it */
    int64_t tokens[PLAN_LEVEL_AMPLE + 1]; /* of its Markdown at each level, once it was counted */
};

struct plan_section {
    enum plan_kind kind;
    enum finding_category category; /* PLAN_FINDINGS */
    const char *title;
    int64_t weight; /* its share of the budget, beside the others */
    size_t minimum; /* entries that it gets before shares are looked at */
    struct plan_entry *entries;
    size_t count;
    int64_t heading_tokens; /* PLAN_TOKENS_UNKNOWN until counted */
};

/* One month of conversations. */
struct plan_month {
    char name[8]; /* "2024-03" */
    int64_t conversations;
    int64_t messages;
    const char *titles[PLAN_MONTH_TITLES]; /* of its longest conversations; NULL-terminated when fewer */
};

struct plan {
    const struct context *context;
    const struct document_input *input;
    int32_t type; /* DOCUMENT_* */
    struct arena arena;
    struct plan_section sections[PLAN_SECTIONS_MAX];
    size_t section_count;
    struct plan_month *months; /* newest first */
    size_t month_count;
    int64_t conversations;
    int64_t messages;
    int64_t first_us; /* of everything imported, or CPK_TIME_UNKNOWN */
    int64_t last_us;
};

cpk_status plan_create(struct plan *plan, const struct context *context, int32_t type,
                       const struct document_input *input, cpk_error **error);
void plan_free(struct plan *plan);

/* The quote to show at a rank: of the newest first, each only once; in the complete pack as they come. NULL after the
 * last. */
const struct finding_evidence *plan_evidence(const struct plan *plan, const struct finding *finding, size_t rank);
/* Quotes of an entry that are shown at a level. */
size_t plan_evidence_count(const struct plan *plan, const struct plan_entry *entry, int32_t level);
/* Distinct findings of a section, and those that the budget left out. */
int64_t plan_left_out(const struct plan_section *section);
/* Whether a budget rules at all. */
int32_t plan_is_bounded(const struct plan *plan);

#endif
