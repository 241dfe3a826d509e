/* What a pattern states: category, subject and text of the statement. */
#ifndef ANALYZE_RULES_KIND_H
#define ANALYZE_RULES_KIND_H

#include "model/finding.h"

enum rule_kind {
    KIND_NONE,
#define KIND(name, category, subject, value, text, flags) KIND_##name,
#include "analyze/rules/tables/kinds.def"
#undef KIND
    KIND_COUNT
};

#define STATES_EXCLUSIVE 1
#define STATES_FORMER    2 /* the value has ended */
#define STATES_PERSON    4 /* about somebody close to the user */
#define STATES_DATED     8 /* valid until its date */

struct kind_info {
    enum finding_category category;
    const char *subject; /* "$X" is replaced by the value of that letter, in lower case */
    const char *value;   /* "$X" by the value in the user's words */
    const char *text;    /* "$X" too; "$R" and "$S" by the English word, "$J" gets an article in English */
    uint32_t flags;
};

extern const struct kind_info kind_table[KIND_COUNT];

#endif
