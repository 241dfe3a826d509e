/* A statement about the user that a rule read from a sentence. */
#ifndef ANALYZE_RULES_STATEMENT_H
#define ANALYZE_RULES_STATEMENT_H

#include "model/finding.h"

/* Texts are borrowed during the call. */
struct statement {
    enum finding_category category;
    const char *subject;
    const char *value;
    const char *text;
    int32_t exclusive;
    int32_t superseded;
    int32_t confidence;
    int64_t until_us;   /* end of its validity, or CPK_TIME_UNKNOWN */
    size_t quote_start; /* byte offset in the message */
    size_t quote_end;
};

typedef void (*statement_emit_fn)(void *user, const struct statement *statement);

#endif
