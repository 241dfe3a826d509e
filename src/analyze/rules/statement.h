/* Statements of first-person clauses: identity, work, home, projects, tools, likes, goals, limits. */
#ifndef ANALYZE_RULES_STATEMENT_H
#define ANALYZE_RULES_STATEMENT_H

#include "analyze/rules/clause.h"
#include "base/buffer.h"
#include "model/finding.h"

/* One statement. Texts are borrowed during the call. */
struct statement {
    enum finding_category category;
    const char *subject;
    const char *value;
    const char *text;
    int32_t exclusive;
    int32_t superseded;
    int32_t confidence;
    size_t quote_start; /* byte offset in the message */
    size_t quote_end;
};

typedef void (*statement_emit_fn)(void *user, const struct statement *statement);

/* State of reading one sentence. */
struct statement_reader {
    struct arena *arena;
    const char *text; /* the masked message */
    const struct word *words;
    size_t count;
    int32_t question;
    int32_t told;         /* the sentence is from custom instructions or memory */
    struct buffer *value; /* scratch */
    struct buffer *line;  /* scratch */
    statement_emit_fn emit;
    void *emit_user;
    const struct clause *first; /* the clause that the sentence starts with, or NULL */
};

void statement_read_clause(struct statement_reader *reader, const struct clause *clause);

/* Shared with the other readers. */
size_t phrase_end(const struct statement_reader *reader, size_t start, size_t end); /* end of a noun phrase */
/* Reads an apposition of a name: "Ana, a hydrologist at Veritas in Porto". `start` is the first word after the name.
 * Returns 1 if a role was read. */
int32_t statement_read_apposition(struct statement_reader *reader, size_t start);
/* Emits `label` + words [start, end), with words [value_start, value_end) as the value. */
void statement_emit_phrase(struct statement_reader *reader, enum finding_category category, const char *subject,
                           const char *label, size_t start, size_t end, size_t value_start, size_t value_end,
                           int32_t confidence);
void statement_emit_exclusive(struct statement_reader *reader, enum finding_category category, const char *subject,
                              const char *label, size_t start, size_t end, size_t value_start, size_t value_end,
                              int32_t exclusive, int32_t confidence);
/* The same for ended values: words [start, end) are the value and, after the label, the text. */
void statement_emit_former(struct statement_reader *reader, enum finding_category category, const char *subject,
                           const char *label, size_t start, size_t end, int32_t confidence);
int32_t phrase_any(const struct statement_reader *reader, size_t start, size_t end, uint64_t classes);
int32_t phrase_has(const struct statement_reader *reader, size_t start, size_t end, const char *keys);
int32_t phrase_content(const struct statement_reader *reader, size_t start,
                       size_t end); /* number of words with content */

#endif
