#include "analyze/rules/rephrase.h"

#include <string.h>

struct replacement {
    const char *from;
    const char *to;
};

static const struct replacement replacements[] = {
    {"i", "they"},  {"we", "they"}, {"my", "their"},          {"our", "their"},
    {"me", "them"}, {"us", "them"}, {"mine", "theirs"},       {"ours", "theirs"},
    {"am", "are"},  {"'m", "'re"},  {"myself", "themselves"}, {"ourselves", "themselves"},
};

static void append_gap(struct buffer *target, const char *text, const struct word *before, const struct word *word)
{
    size_t start = before->offset + before->length;
    int32_t space = 0;

    for (size_t i = start; i < word->offset; i++) {
        char byte = text[i];

        if (byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == MASK_BYTE) {
            space = 1;
        } else if (byte != '*' && byte != '`') {
            if (space) {
                buffer_append_byte(target, ' ');
            }
            space = 0;
            buffer_append_byte(target, byte);
        }
    }
    if (space) {
        buffer_append_byte(target, ' ');
    }
}

static void append_word(struct buffer *target, const char *text, const struct word *word)
{
    buffer_append(target, text + word->offset, word->length);
}

static int32_t is_full(const struct buffer *target, size_t begin, const struct word *word)
{
    return target->length - begin + word->length > STATEMENT_MAX_BYTES;
}

static void append_words(struct buffer *target, const char *text, const struct word *words, size_t start, size_t end,
                         int32_t third)
{
    size_t begin = target->length;

    for (size_t i = start; i < end && !is_full(target, begin, &words[i]); i++) {
        const char *to = NULL;

        if (i > start) {
            append_gap(target, text, &words[i - 1], &words[i]);
        }
        for (size_t k = 0; third && k < sizeof replacements / sizeof replacements[0]; k++) {
            if (word_is(&words[i], replacements[k].from)) {
                to = replacements[k].to;
            }
        }
        if (third && i > start && word_in(&words[i - 1], "i") && word_is(&words[i], "was")) {
            to = "were";
        }
        if (i > start && word_is(&words[i], "am") && (words[i - 1].flags & WORD_NUMBER) != 0) {
            to = NULL; /* "at 5 am" */
        }
        if (to != NULL) {
            buffer_append_text(target, to);
        } else {
            append_word(target, text, &words[i]);
        }
    }
}

void rephrase_verbatim(struct buffer *target, const char *text, const struct word *words, size_t start, size_t end)
{
    append_words(target, text, words, start, end, 0);
}

void rephrase_words(struct buffer *target, const char *text, const struct word *words, size_t start, size_t end)
{
    append_words(target, text, words, start, end, 1);
}

void rephrase_capitalise(struct buffer *target, size_t at)
{
    if (at < target->length && target->data[at] >= 'a' && target->data[at] <= 'z') {
        target->data[at] = (char)(target->data[at] - 0x20);
    }
}

static int32_t ends_with(const char *key, const char *ending)
{
    size_t length = strlen(key);
    size_t ending_length = strlen(ending);

    return length > ending_length && strcmp(key + length - ending_length, ending) == 0;
}

/* "go" -> "goes", "carry" -> "carries", "like" -> "likes". */
static void append_third(struct buffer *target, const char *key)
{
    size_t length = strlen(key);

    if (length > 1 && key[length - 1] == 'y' && memchr("aeiou", key[length - 2], 5) == NULL) {
        buffer_append(target, key, length - 1);
        buffer_append_text(target, "ies");
    } else if (ends_with(key, "s") || ends_with(key, "x") || ends_with(key, "ch") || ends_with(key, "sh") ||
               ends_with(key, "o") || ends_with(key, "z")) {
        buffer_append_text(target, key);
        buffer_append_text(target, "es");
    } else {
        buffer_append_text(target, key);
        buffer_append_byte(target, 's');
    }
}

/* Classes of words that are never inflected as verbs: "from", "much". */
#define NO_VERB_CLASSES                                                                                                \
    (LEX_PREPOSITION | LEX_DETERMINER | LEX_CONJUNCTION | LEX_PRONOUN | LEX_INTERROGATIVE | LEX_SUBORDINATOR |         \
     LEX_ADVERB | LEX_FILLER | LEX_NEGATION | LEX_NUMBER)

/* Appends the finite verb in the third person; 0 if the word is unchanged. */
static int32_t append_finite(struct buffer *target, const struct word *word, const struct word *next)
{
    static const struct replacement finite[] = {
        {"'m", "is"},          {"am", "is"},         {"are", "is"},  {"'re", "is"},   {"were", "was"},
        {"have", "has"},       {"'ve", "has"},       {"do", "does"}, {"'ll", "will"}, {"gonna", "is going to"},
        {"wanna", "wants to"}, {"been", "has been"},
    };

    for (size_t i = 0; i < sizeof finite / sizeof finite[0]; i++) {
        if (word_is(word, finite[i].from)) {
            buffer_append_text(target, finite[i].to);
            return 1;
        }
    }
    if (word_is(word, "'d")) {
        buffer_append_text(target,
                           next != NULL && (next->form == FORM_PAST || word_is(next, "better")) ? "had" : "would");
        return 1;
    }
    if ((word->classes & LEX_MODAL) != 0 || word->form == FORM_PAST || word->form == FORM_ING || word->form == FORM_S ||
        word_in(word, "had did was is has based born allergic vegan vegetarian coeliac celiac diabetic originally")) {
        return 0;
    }
    if ((word->classes & LEX_VERB) == 0 && (word->classes & NO_VERB_CLASSES) != 0) {
        return 0;
    }
    if ((word->classes & LEX_VERB) == 0 &&
        (ends_with(word->key, "ed") || ends_with(word->key, "ing") || (word->flags & WORD_CAPITAL) != 0)) {
        return 0;
    }
    append_third(target, word->key);
    return 1;
}

/* Closes brackets that a cut left open. */
static void close_brackets(struct buffer *target, size_t begin)
{
    size_t open = 0;

    for (size_t i = begin; i < target->length; i++) {
        open += target->data[i] == '(';
        open -= target->data[i] == ')' && open > 0;
    }
    if (open > 0) {
        buffer_append_byte(target, ')');
    }
}

static int32_t is_dropped_be(const struct word *words, size_t i, const struct clause *clause)
{
    return word_in(&words[i], "'m am are 're") && ((clause->flags & CLAUSE_PROGRESSIVE) != 0 ||
                                                   ((clause->flags & CLAUSE_PASSIVE) != 0 && i + 1 < clause->end));
}

void rephrase_clause(struct buffer *target, const char *text, const struct word *words, const struct clause *clause,
                     size_t end)
{
    size_t begin = target->length;
    size_t i = clause->verb_start;
    int32_t finite = 0; /* the finite verb was found */

    for (; i < end && i < clause->complement && !is_full(target, begin, &words[i]); i++) {
        if (((words[i].classes & LEX_FILLER) != 0 && (words[i].classes & LEX_VERB) == 0) ||
            (!finite && word_is(&words[i], "much"))) {
            continue;
        }
        if (word_in(&words[i], "can will") && i + 1 < end && word_is(&words[i + 1], "n't")) {
            buffer_append_text(target, target->length > begin ? " " : "");
            buffer_append_text(target, word_is(&words[i], "can") ? "can't" : "won't");
            finite = 1;
            i++;
            continue;
        }
        if (word_is(&words[i], "n't")) {
            buffer_append_text(target, "n't");
            continue;
        }
        if (!finite && is_dropped_be(words, i, clause)) {
            finite = 1;
            continue;
        }
        if (target->length > begin && (words[i].flags & WORD_JOINED) == 0) {
            buffer_append_byte(target, ' ');
        }
        if (!finite && ((words[i].classes & (LEX_ADVERB | LEX_NEGATION)) == 0 || (words[i].classes & LEX_VERB) != 0) &&
            !word_in(&words[i], "not never n't")) {
            finite = 1;
            if (append_finite(target, &words[i], i + 1 < end ? &words[i + 1] : NULL)) {
                continue;
            }
        }
        append_word(target, text, &words[i]);
    }
    if (i < end) {
        if (target->length > begin) {
            buffer_append_byte(target, ' ');
        }
        rephrase_words(target, text, words, i, end);
    }
    close_brackets(target, begin);
    rephrase_capitalise(target, begin);
}

void rephrase_sentence(struct buffer *target, const char *text, const struct word *words, const struct clause *clause,
                       size_t end)
{
    size_t and = clause->complement;
    int32_t present = (clause->flags & (CLAUSE_PAST | CLAUSE_PERFECT | CLAUSE_PROGRESSIVE | CLAUSE_NEGATED |
                                        CLAUSE_FUTURE | CLAUSE_MODAL | CLAUSE_CAN | CLAUSE_MUST)) == 0;

    while (and+1 < end && !word_is(&words[and], "and")) {
        present = present && words[and].form == FORM_BASE && !word_in(&words[and], "to that help let make");
        and++;
    }
    if (!present || and+2 >= end || (words[and+1].classes & LEX_VERB) == 0 || words[and+1].form != FORM_BASE ||
        (words[and+1].classes & (LEX_MODAL | LEX_BE | LEX_HAVE | LEX_DO | LEX_HOBBY | LEX_CONTENT)) != 0 ||
        (words[and+2].classes & (LEX_DETERMINER | LEX_PREPOSITION | LEX_ADVERB)) == 0) {
        rephrase_clause(target, text, words, clause, end);
        return;
    }
    rephrase_clause(target, text, words, clause, and);
    buffer_append_text(target, " and ");
    append_third(target, words[and+1].key);
    buffer_append_byte(target, ' ');
    rephrase_words(target, text, words, and+2, end);
}
