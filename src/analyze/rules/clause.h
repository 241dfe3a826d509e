/* First-person clauses of a sentence: subject, verb, tense, negation and mood. */
#ifndef ANALYZE_RULES_CLAUSE_H
#define ANALYZE_RULES_CLAUSE_H

#include "analyze/language/words.h"

#define CLAUSES_MAX        32 /* of one sentence */

#define CLAUSE_PAST        (UINT32_C(1) << 0)
#define CLAUSE_PERFECT     (UINT32_C(1) << 1)
#define CLAUSE_PROGRESSIVE (UINT32_C(1) << 2)
#define CLAUSE_NEGATED     (UINT32_C(1) << 3)
#define CLAUSE_ENDED       (UINT32_C(1) << 4) /* no longer, used to, not any more */
#define CLAUSE_FUTURE      (UINT32_C(1) << 5) /* will, going to */
#define CLAUSE_MODAL       (UINT32_C(1) << 6) /* would, should, could, might */
#define CLAUSE_CAN         (UINT32_C(1) << 7)
#define CLAUSE_MUST        (UINT32_C(1) << 8)  /* must, have to */
#define CLAUSE_PASSIVE     (UINT32_C(1) << 9)  /* be + participle: was born, am based */
#define CLAUSE_COPULA      (UINT32_C(1) << 10) /* be + predicate */
#define CLAUSE_PLURAL      (UINT32_C(1) << 11) /* we */
#define CLAUSE_DROPPED     (UINT32_C(1) << 12) /* omitted subject: "moved to Porto last year" */
#define CLAUSE_SHARED      (UINT32_C(1) << 13) /* subject of the previous clause: "... and live in Porto" */
#define CLAUSE_PREFACED    (UINT32_C(1) << 14) /* "if", a question or another speaker before the subject */
#define CLAUSE_BARE_ING    (UINT32_C(1) << 15) /* "working as a welder" without be */

struct clause {
    size_t start;      /* first word, including those before the subject */
    size_t subject;    /* the pronoun; verb_start if there is none */
    size_t verb_start; /* first word of the verb group */
    size_t verb;       /* the main verb; the copula for CLAUSE_COPULA */
    size_t complement; /* first word after the verb */
    size_t end;
    uint32_t flags;
    const char *base; /* of the verb */
    uint64_t classes; /* of the verb */
};

/* Finds the first-person clauses of a sentence. Returns their number. */
size_t clauses_find(const struct word *words, size_t count, int32_t question, struct clause *clauses);

#endif
