#include "analyze/rules/clause.h"

#include <string.h>

static int32_t is_subject(const struct word *word)
{
    return word_is(word, "i") || word_is(word, "we");
}

static int32_t is_finite_start(const struct word *words, size_t i, size_t count)
{
    const struct word *word = &words[i];

    if (is_subject(word) || (word->classes & (LEX_PRONOUN | LEX_INTERROGATIVE)) != 0) {
        return 1;
    }
    if (word_in(word, "my our") && i + 2 < count) {
        return 1;
    }
    return word_in(word, "please can could would should do does did is are any thanks thank help give suggest "
                         "recommend tell explain let's any ideas what's maybe");
}

/* 1 if a verb that shares the subject of the previous clause may start here: "and live in Porto", ", work nights". */
static int32_t is_shared_verb(const struct word *words, size_t i, size_t count)
{
    size_t at = i;

    while (at < count && at < i + 3 && (words[at].classes & (LEX_ADVERB | LEX_FILLER)) != 0 &&
           (words[at].classes & LEX_VERB) == 0) {
        at++;
    }
    if (at >= count) {
        return 0;
    }
    if (word_in(&words[at], "have had work live love hate prefer moved can ca do don't want am 'm was used run own "
                            "speak teach need play use drive study studied grew worked lived started built manage "
                            "maintain sing volunteer commute never write build ride collect don cannot hope plan can "
                            "became got quit joined finished bought help know coach lead like dislike enjoy avoid "
                            "eat drink read spend usually mostly hope just recently married raise")) {
        return 1;
    }
    return words[at].form == FORM_PAST && (words[at].classes & LEX_VERB) != 0 && at + 1 < count;
}

#define BRACKET_MAX_WORDS 30

/* 1 if a bracket contains a clause: "(I'm a nurse)". */
static int32_t opens_aside(const struct word *words, size_t i, size_t count)
{
    return is_finite_start(words, i, count) || is_shared_verb(words, i, count) ||
           (i + 1 < count && is_subject(&words[i + 1]));
}

static int32_t breaks_before(const struct word *words, size_t i, size_t count)
{
    const struct word *word = &words[i];
    uint32_t gap = word->gap;

    if ((gap & (GAP_STOP | GAP_MASK)) != 0) {
        return 1;
    }
    if ((gap & GAP_OPEN) != 0) {
        return opens_aside(words, i, count);
    }
    if ((gap & GAP_CLOSE) != 0) {
        size_t open = i;

        while (open > 0 && open + BRACKET_MAX_WORDS > i && (words[open].gap & GAP_OPEN) == 0) {
            open--;
        }
        if ((words[open].gap & GAP_OPEN) != 0 && opens_aside(words, open, count)) {
            return 1;
        }
    }
    if ((gap & GAP_COLON) != 0) {
        return is_finite_start(words, i, count) || i < 4;
    }
    if (word_in(word, "but because although though whereas cuz cos bc")) {
        return !(i + 1 < count && word_is(&words[i + 1], "of"));
    }
    if (word_in(word, "and so or then")) {
        size_t next = i + 1;

        return next < count && (is_finite_start(words, next, count) || is_shared_verb(words, next, count) ||
                                word_in(&words[next], "then also now so currently since"));
    }
    if (word_in(word, "since as while") && i + 1 < count && is_subject(&words[i + 1])) {
        return 1;
    }
    if ((gap & (GAP_COMMA | GAP_DASH)) != 0) {
        return is_finite_start(words, i, count) || is_shared_verb(words, i, count) ||
               (word->classes & LEX_HYPOTHETICAL) != 0 ||
               word_in(word, "so which who where when while since as as a if being given") ||
               ((gap & GAP_DASH) != 0 && (word->classes & LEX_IMPERATIVE) != 0);
    }
    if (is_subject(word) && i > 0 &&
        (words[i - 1].classes &
         (LEX_HYPOTHETICAL | LEX_INTERROGATIVE | LEX_DO | LEX_MODAL | LEX_BE | LEX_SUBORDINATOR)) == 0) {
        return (gap & GAP_BREAK) != 0;
    }
    return 0;
}

static int32_t is_lead(const struct word *word)
{
    return (word->classes & (LEX_ADVERB | LEX_FILLER | LEX_CONJUNCTION)) != 0 ||
           word_in(word, "well hi hello hey ok okay yes yeah no nope fyi btw fwiw tbh imo context since as given that "
                         "because while after sorry thanks oh um hmm right edit update note ps tho lol afaik basically "
                         "the fact being at");
}

/* Skips words that may precede the verb in a verb group. */
static size_t skip_adverbs(const struct word *words, size_t i, size_t end, struct clause *clause)
{
    while (i < end && (words[i].gap & (GAP_COMMA | GAP_DASH)) == 0) {
        if (word_is(&words[i], "no") && i + 1 < end && word_is(&words[i + 1], "longer")) {
            clause->flags |= CLAUSE_ENDED;
            i += 2;
        } else if (word_in(&words[i], "not n't never hardly")) {
            clause->flags |= CLAUSE_NEGATED;
            i++;
        } else if (((words[i].classes & (LEX_ADVERB | LEX_FILLER)) != 0 && (words[i].classes & LEX_VERB) == 0) ||
                   (word_is(&words[i], "much") && i > 0 && word_in(&words[i - 1], "pretty very"))) {
            i++;
        } else {
            break;
        }
    }
    return i;
}

static void set_verb(struct clause *clause, const struct word *words, size_t verb)
{
    clause->verb = verb;
    clause->complement = verb + 1;
    clause->classes = words[verb].classes;
    clause->base = words[verb].base[0] != '\0' ? words[verb].base : words[verb].key;
}

/* "going to see", "planning to run": the verb is the planned one; "going to Rome" is unchanged. */
static void resolve_going_to(struct clause *clause, const struct word *words)
{
    size_t verb = clause->verb;

    if (word_is(&words[verb], "gonna") && verb + 1 < clause->end) {
        set_verb(clause, words, verb + 1);
        clause->flags |= CLAUSE_FUTURE;
    } else if (word_is(&words[verb], "going") && verb + 2 < clause->end && word_is(&words[verb + 1], "to") &&
               (words[verb + 2].classes & LEX_VERB) != 0 && (words[verb + 2].flags & WORD_CAPITAL) == 0) {
        set_verb(clause, words, verb + 2);
        clause->flags |= CLAUSE_FUTURE;
    }
}

static int32_t is_ing(const struct word *word)
{
    size_t length = strlen(word->key);

    return word->form == FORM_ING ||
           (length > 5 && strcmp(word->key + length - 3, "ing") == 0 && (word->flags & WORD_CAPITAL) == 0 &&
            !word_in(word, "morning evening nothing something anything everything during string spring"));
}

static int32_t is_participle(const struct word *word)
{
    size_t length = strlen(word->key);

    return (word->form == FORM_PAST && (word->classes & LEX_VERB) != 0) ||
           (length > 4 && strcmp(word->key + length - 2, "ed") == 0 && (word->flags & WORD_CAPITAL) == 0);
}

/* Reads what follows a form of "be" at i - 1: progressive, passive or predicate. */
static void read_be(struct clause *clause, const struct word *words, size_t i, size_t be)
{
    i = skip_adverbs(words, i, clause->end, clause);
    set_verb(clause, words, be);
    clause->complement = i;
    clause->base = "be";
    if (i < clause->end && is_ing(&words[i]) && (words[i].gap & GAP_BREAK) == 0 &&
        (words[i].classes & LEX_HOBBY) == 0) {
        set_verb(clause, words, i);
        clause->flags |= CLAUSE_PROGRESSIVE;
        resolve_going_to(clause, words);
    } else if (i < clause->end && word_is(&words[i], "gonna")) {
        set_verb(clause, words, i);
        resolve_going_to(clause, words);
    } else if (i < clause->end && is_participle(&words[i])) {
        set_verb(clause, words, i);
        clause->flags |= CLAUSE_PASSIVE;
    } else {
        clause->flags |= CLAUSE_COPULA;
    }
}

static void read_main(struct clause *clause, const struct word *words, size_t i)
{
    i = skip_adverbs(words, i, clause->end, clause);
    if (i >= clause->end) {
        clause->verb = clause->end;
        clause->complement = clause->end;
        clause->base = "";
        clause->classes = 0;
        return;
    }
    if (word_is(&words[i], "be") && i + 1 < clause->end) {
        read_be(clause, words, i + 1, i);
        return;
    }
    set_verb(clause, words, i);
    resolve_going_to(clause, words);
    if (words[clause->verb].form == FORM_PAST && (clause->flags & (CLAUSE_MODAL | CLAUSE_CAN | CLAUSE_FUTURE)) == 0) {
        clause->flags |= CLAUSE_PAST;
    }
}

/* Reads the verb group that starts at clause->verb_start. */
static void read_group(struct clause *clause, const struct word *words)
{
    size_t i = skip_adverbs(words, clause->verb_start, clause->end, clause);
    const struct word *word = i < clause->end ? &words[i] : NULL;

    if (word == NULL) {
        read_main(clause, words, i);
        return;
    }
    if (word_in(word, "'m am are 're was were is be been being")) {
        clause->flags |= word_in(word, "was were") ? CLAUSE_PAST : 0;
        read_be(clause, words, i + 1, i);
    } else if (word_in(word, "used") && i + 1 < clause->end && word_is(&words[i + 1], "to")) {
        clause->flags |= CLAUSE_PAST | CLAUSE_ENDED;
        read_main(clause, words, i + 2);
    } else if (word_in(word, "have has had 've")) {
        size_t next = skip_adverbs(words, i + 1, clause->end, clause);

        clause->flags |= word_is(word, "had") ? CLAUSE_PAST : 0;
        if (next < clause->end && word_is(&words[next], "been")) {
            clause->flags |= CLAUSE_PERFECT;
            read_be(clause, words, next + 1, next);
        } else if (next < clause->end && word_is(&words[next], "got")) {
            set_verb(clause, words, next);
            clause->base = "have";
            clause->classes = LEX_VERB | LEX_OWN;
        } else if (next < clause->end && word_is(&words[next], "to")) {
            clause->flags |= CLAUSE_MUST;
            read_main(clause, words, next + 1);
        } else if (next < clause->end && is_participle(&words[next]) && (words[next].gap & GAP_BREAK) == 0) {
            set_verb(clause, words, next);
            clause->flags |= CLAUSE_PERFECT;
        } else {
            set_verb(clause, words, i);
            clause->base = "have";
            clause->complement = next;
        }
    } else if (word_in(word, "do does did") && i + 1 < clause->end &&
               ((words[i + 1].classes & LEX_NEGATION) != 0 ||
                ((words[i + 1].classes & LEX_VERB) != 0 && words[i + 1].form == FORM_BASE &&
                 words[i + 1].classes != (LEX_VERB)))) {
        clause->flags |= word_is(word, "did") ? CLAUSE_PAST : 0;
        read_main(clause, words, i + 1);
    } else if ((word->classes & LEX_MODAL) != 0) {
        clause->flags |= word_in(word, "can")              ? CLAUSE_CAN
                         : word_in(word, "must gotta")     ? CLAUSE_MUST
                         : word_in(word, "will 'll shall") ? CLAUSE_FUTURE
                                                           : CLAUSE_MODAL;
        read_main(clause, words, i + 1);
    } else {
        read_main(clause, words, i);
    }
}

/* 1 if words before the subject make the statement uncertain: "if I", "do I", "you think I"; not if a doctor said it.
 */
static int32_t is_prefaced(const struct word *words, size_t start, size_t subject)
{
    for (size_t i = start; i < subject; i++) {
        if ((words[i].classes & LEX_HYPOTHETICAL) != 0 && (!word_is(&words[i], "say") || i == start)) {
            return 1;
        }
        if (word_in(&words[i], "you he she they people chatgpt everyone")) {
            return 1;
        }
        if (word_is(&words[i], "it") && i + 1 < subject && (words[i + 1].classes & (LEX_TELL | LEX_VERB)) != 0) {
            return 1; /* "it says I am ..." */
        }
    }
    if (subject > start) {
        const struct word *before = &words[subject - 1];

        return (before->classes & (LEX_DO | LEX_MODAL | LEX_BE | LEX_HAVE)) != 0 && !word_is(before, "'s") &&
               !word_is(before, "is");
    }
    return 0;
}

/* Verbs and adjectives that may start a clause without subject, as in hastily typed text. */
static int32_t opens_without_subject(const struct word *words, size_t i, size_t end, uint32_t *flags)
{
    const struct word *word = &words[i];

    if (i + 1 >= end) {
        return 0;
    }
    if (is_ing(word) && (word->classes & (LEX_LIVE | LEX_WORK | LEX_MOVE | LEX_BUILD | LEX_GOAL | LEX_STUDY)) != 0) {
        *flags |= CLAUSE_BARE_ING | CLAUSE_PROGRESSIVE;
        return 1;
    }
    if (word_in(word, "trying looking hoping planning") && word_is(&words[i + 1], "to")) {
        *flags |= CLAUSE_BARE_ING | CLAUSE_PROGRESSIVE;
        return 1;
    }
    if (word_in(word, "gonna wanna hate love prefer live dislike enjoy allergic based born moved grew studied worked "
                      "lived graduated relocated started switched bought quit joined retired married vegan vegetarian "
                      "coeliac celiac diabetic been used can't suffer hoping loving raised trained "
                      "originally speak adopted divorced finished ran run settled")) {
        return !(word_is(word, "run") || (word_is(word, "used") && !word_is(&words[i + 1], "to")));
    }
    return (word_is(word, "can") && word_in(&words[i + 1], "n't not")) ||
           (word_is(word, "do") && word_is(&words[i + 1], "n't") && i + 2 < end &&
            word_in(&words[i + 2], "eat drink drive like speak own have smoke want"));
}

/* Reads words [start, end) as one clause; 0 if it is not in the first person. */
/* 1 if the words before an omitted subject do not name another subject. */
static int32_t opens_sentence(const struct word *words, size_t start)
{
    if ((words[start].gap & (GAP_OPEN | GAP_STOP | GAP_COLON | GAP_DASH)) != 0) {
        return 1;
    }
    for (size_t i = 0; i < start; i++) {
        if (!is_lead(&words[i]) && (words[i].classes & LEX_GREETING) == 0) {
            return 0;
        }
    }
    return 1;
}

/* Ends a relative clause: after "the guy I'm dating is ..." the main sentence is not about the user. */
static void end_relative(struct clause *clause, const struct word *words)
{
    const struct word *before = clause->subject > clause->start ? &words[clause->subject - 1] : NULL;

    if (before == NULL || (words[clause->start].classes & (LEX_PREPOSITION | LEX_SUBORDINATOR | LEX_ADVERB)) != 0 ||
        (words[clause->subject].gap & GAP_BREAK) != 0 ||
        (before->classes & (LEX_ADVERB | LEX_FILLER | LEX_CONJUNCTION | LEX_SUBORDINATOR | LEX_INTERROGATIVE |
                            LEX_PREPOSITION | LEX_HYPOTHETICAL | LEX_DO | LEX_MODAL | LEX_BE | LEX_HAVE | LEX_DURATION |
                            LEX_MONTH | LEX_GREETING | LEX_VERB)) != 0 ||
        is_lead(before)) {
        return;
    }
    for (size_t i = clause->complement; i < clause->end; i++) {
        if ((words[i].classes & (LEX_BE | LEX_MODAL | LEX_HAVE | LEX_DO)) != 0 ||
            (words[i].form == FORM_S && (words[i].classes & LEX_VERB) != 0)) {
            clause->end = i;
        }
    }
}

static int32_t read_clause(struct clause *clause, const struct word *words, size_t start, size_t end, int32_t question,
                           int32_t shares)
{
    size_t lead = start;
    uint32_t flags = 0;

    memset(clause, 0, sizeof *clause);
    clause->start = start;
    clause->end = end;
    for (size_t i = start; i < end; i++) {
        if (is_subject(&words[i]) && !(word_is(&words[i], "i") && i + 1 < end && (words[i + 1].gap & GAP_CLOSE) != 0)) {
            clause->subject = i;
            clause->verb_start = i + 1;
            clause->flags = word_is(&words[i], "we") ? CLAUSE_PLURAL : 0;
            clause->flags |= is_prefaced(words, start, i) ? CLAUSE_PREFACED : 0;
            if (question && i > start &&
                (words[start].classes & (LEX_INTERROGATIVE | LEX_DO | LEX_MODAL | LEX_BE)) != 0) {
                clause->flags |= CLAUSE_PREFACED;
            }
            read_group(clause, words);
            end_relative(clause, words);
            for (size_t k = clause->complement; k < clause->end && (clause->flags & CLAUSE_NEGATED) != 0; k++) {
                if (word_in(&words[k], "anymore longer") ||
                    (word_is(&words[k], "more") && word_is(&words[k - 1], "any"))) {
                    clause->flags |= CLAUSE_ENDED; /* "don't live there any more" */
                }
            }
            return clause->verb < clause->end;
        }
    }
    while (lead < end && is_lead(&words[lead]) && !opens_without_subject(words, lead, end, &flags)) {
        lead++;
    }
    if (lead >= end) {
        return 0;
    }
    flags = 0;
    if (shares && is_shared_verb(words, lead, end)) {
        flags = CLAUSE_SHARED;
    } else if (!question && opens_sentence(words, start) && opens_without_subject(words, lead, end, &flags)) {
        flags |= CLAUSE_DROPPED;
    } else {
        return 0;
    }
    clause->subject = lead;
    clause->verb_start = lead;
    clause->flags = flags;
    read_group(clause, words);
    if (words[lead].form == FORM_PAST && (words[lead].classes & LEX_VERB) != 0 && clause->verb == lead) {
        clause->flags |= CLAUSE_PAST;
    }
    return clause->verb < end;
}

size_t clauses_find(const struct word *words, size_t count, int32_t question, struct clause *clauses)
{
    size_t found = 0;
    size_t start = 0;
    int32_t shares = 0;  /* the user was the subject of the previous clause */
    int32_t blocked = 0; /* a hypothesis extends to the end of the sentence */

    while (start < count && found < CLAUSES_MAX) {
        size_t end = start + 1;

        while (end < count && !breaks_before(words, end, count)) {
            end++;
        }
        if ((words[start].gap & (GAP_CLOSE | GAP_STOP | GAP_MASK)) != 0) {
            shares = shares && (words[start].gap & GAP_CLOSE) != 0;
        }
        if (read_clause(&clauses[found], words, start, end, question, shares)) {
            struct clause *read = &clauses[found];

            if (blocked && ((read->flags & CLAUSE_SHARED) != 0 || word_in(&words[start], "and or"))) {
                read->flags |= CLAUSE_PREFACED;
            }
            blocked = (read->flags & CLAUSE_PREFACED) != 0;
            shares = 1;
            found++;
        } else if (!(word_in(&words[start], "and or") && shares)) {
            shares = 0;
        }
        start = end;
    }
    return found;
}
