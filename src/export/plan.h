/* Candidate content of a document: sections in reading order, each with its entries. budget.h selects the entries that
 * are included; render.h and pack_json.h write them. */
#ifndef EXPORT_PLAN_H
#define EXPORT_PLAN_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/context.h"
#include "export/document_input.h"

#define PLAN_MONTH_TITLES   4
#define PLAN_LEVEL_OUT      0
#define PLAN_LEVEL_BRIEF    1
#define PLAN_LEVEL_QUOTED   2 /* with its evidence */
#define PLAN_LEVELS         3
#define PLAN_TOKENS_UNKNOWN (-1)

/* In reading order. */
enum plan_section_id {
    PLAN_INSTRUCTIONS,
    PLAN_NOW,      /* assertions that hold */
    PLAN_WAS,      /* assertions and instructions that were superseded or have ended */
    PLAN_EXCERPTS, /* of the person's own words */
    PLAN_NOTES,
    PLAN_TOPICS,
    PLAN_STYLE,
    PLAN_REFERENCES,
    PLAN_TIMELINE,
    PLAN_SOURCES,
    PLAN_CONVERSATIONS,
    PLAN_SECTION_COUNT
};
/* Sections before this one hold findings. */
#define PLAN_FINDINGS_END PLAN_TIMELINE

struct plan_entry;

struct plan_quote {
    const struct finding_evidence *evidence;
    const struct plan_entry *excerpt; /* has the quote; NULL if none does */
    int32_t repeated;                 /* 1: an earlier quote of a complete pack has the same text */
};

struct plan_entry {
    const struct finding *finding; /* NULL in sections without findings */
    const char *text;              /* the finding's text, or one line of a note */
    size_t text_length;
    size_t index; /* of a month, source or conversation */
    size_t talk;  /* of an excerpt: number of its day and conversation */
    struct plan_quote *quotes;
    size_t quote_count;
    int32_t level;               /* PLAN_LEVEL_*, set by the budget */
    int64_t tokens[PLAN_LEVELS]; /* of its Markdown at each level, or PLAN_TOKENS_UNKNOWN */
};

struct plan_section {
    struct plan_entry *entries;  /* best first */
    struct plan_entry **reading; /* the same in reading order */
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
    int32_t type;            /* DOCUMENT_* */
    int32_t has_own_content; /* 0: all findings are of documents, topics or style */
    struct arena arena;
    struct plan_section sections[PLAN_SECTION_COUNT];
    struct plan_month *months; /* newest first */
    size_t month_count;
    const struct document_conversation **by_id; /* the input's conversations, sorted by identifier */
    uint64_t *title_hashes;                     /* of the letters of their titles, sorted */
    struct loss loss;                           /* of all sources */
    int64_t conversations;
    int64_t messages;
    int64_t first_us; /* of all imported content, or CPK_TIME_UNKNOWN */
    int64_t last_us;
};

cpk_status plan_create(struct plan *plan, const struct context *context, int32_t type,
                       const struct document_input *input, cpk_error **error);
void plan_free(struct plan *plan);

const char *plan_section_name(enum plan_section_id id);  /* "now"; in the JSON */
const char *plan_section_title(enum plan_section_id id); /* "Now" */
/* 1 if the finding was superseded or has ended by the newest imported message. */
int32_t plan_is_former(const struct plan *plan, const struct finding *finding);
/* 1 if the quote's text is written: no excerpt of the document has it, and no other quote. */
int32_t plan_shows_quote(const struct plan_quote *quote);
/* 1 if the entry's quotes are written at the level it has. */
int32_t plan_shows_evidence(const struct plan *plan, const struct plan_entry *entry, int32_t level);
/* Index of an evidence's conversation in the input, or SIZE_MAX. */
size_t plan_find_conversation(const struct plan *plan, const struct finding_evidence *evidence);
/* The title of an evidence's conversation; "" if several have it, but for its numbers: "New chat", "Session 12". */
const char *plan_title(const struct plan *plan, const struct finding_evidence *evidence);
/* Number of a section's entries that the budget omitted. */
int64_t plan_left_out(const struct plan_section *section);
/* 1 if the document has a token budget. */
int32_t plan_is_bounded(const struct plan *plan);
/* 1 if an excerpt goes on in the line of another one, which has `line_bytes` of text: both were said in one
 * conversation on one day. */
int32_t plan_joins(const struct plan *plan, const struct plan_entry *excerpt, size_t line_bytes);

#endif
