/* Candidate content of a document: sections in order, each with its entries from best to worst. budget.h selects the
 * entries that are included; render.h and pack_json.h write them. */
#ifndef EXPORT_PLAN_H
#define EXPORT_PLAN_H

#include "export/document.h"

#define PLAN_SECTIONS_MAX   (FINDING_CATEGORY_COUNT + 3)
#define PLAN_EVIDENCE_BRIEF 1 /* quotes per statement in the standard pack */
#define PLAN_EVIDENCE_AMPLE 3 /* the same if the budget allows */
#define PLAN_MONTH_TITLES   4
#define PLAN_LEVEL_OUT      0
#define PLAN_LEVEL_BRIEF    1
#define PLAN_LEVEL_AMPLE    2
#define PLAN_TOKENS_UNKNOWN (-1)

enum plan_kind { PLAN_FINDINGS, PLAN_TIMELINE, PLAN_SOURCES, PLAN_CONVERSATIONS };

struct plan_entry {
    const struct finding *finding; /* NULL unless the section is PLAN_FINDINGS */
    const char *text;              /* the statement: a finding's text, or one line of a note */
    size_t text_length;
    size_t index;                         /* index of a month, source or conversation */
    int32_t level;                        /* PLAN_LEVEL_*, set by the budget */
    int64_t tokens[PLAN_LEVEL_AMPLE + 1]; /* token count of its Markdown at each level, or PLAN_TOKENS_UNKNOWN */
};

struct plan_section {
    enum plan_kind kind;
    enum finding_category category; /* PLAN_FINDINGS */
    const char *title;
    int64_t weight; /* share of the budget relative to other sections */
    size_t minimum; /* entries added before the budget is shared by weight */
    struct plan_entry *entries;
    size_t count;
    int64_t heading_tokens; /* PLAN_TOKENS_UNKNOWN until counted */
};

/* One month of conversations. */
struct plan_month {
    char name[8]; /* "2024-03" */
    int64_t conversations;
    int64_t messages;
    const char *titles[PLAN_MONTH_TITLES]; /* titles of the longest conversations; unused ones are NULL */
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
    int64_t first_us; /* of all imported content, or CPK_TIME_UNKNOWN */
    int64_t last_us;
};

cpk_status plan_create(struct plan *plan, const struct context *context, int32_t type,
                       const struct document_input *input, cpk_error **error);
void plan_free(struct plan *plan);

/* The quote at a rank, or NULL after the last. Newest first without duplicates; in the complete pack all in stored
 * order.
 */
const struct finding_evidence *plan_evidence(const struct plan *plan, const struct finding *finding, size_t rank);
/* Number of an entry's quotes that are shown at a level. */
size_t plan_evidence_count(const struct plan *plan, const struct plan_entry *entry, int32_t level);
/* Number of a section's entries that the budget omitted. */
int64_t plan_left_out(const struct plan_section *section);
/* 1 if the document has a token budget. */
int32_t plan_is_bounded(const struct plan *plan);

#endif
