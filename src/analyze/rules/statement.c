#include "analyze/rules/statement.h"

#include "analyze/rules/noise.h"
#include "analyze/rules/rephrase.h"

#include <string.h>

/* Confidence by kind of statement; also determines the rank within a budget. */
#define CONFIDENCE_NAME       960
#define CONFIDENCE_HOME       920
#define CONFIDENCE_ROLE       900
#define CONFIDENCE_CONSTRAINT 880
#define CONFIDENCE_PROJECT    860
#define CONFIDENCE_ORIGIN     840
#define CONFIDENCE_STUDY      830
#define CONFIDENCE_LIKE       810
#define CONFIDENCE_GOAL       800
#define CONFIDENCE_TOOL       790
#define CONFIDENCE_EVENT      700
#define CONFIDENCE_HABIT      700
#define CONFIDENCE_HAS        560
#define CONFIDENCE_WISH       520
#define CONFIDENCE_TRAIT      500
#define CONFIDENCE_SAID       360
#define CONFIDENCE_PASSING    180
#define CONFIDENCE_HINT       200 /* an ending that is only effective if the ended value is known */

static size_t skip_determiner(const struct statement_reader *reader, size_t start, size_t end)
{
    while (start < end && ((reader->words[start].classes & LEX_DETERMINER) != 0 ||
                           ((reader->words[start].classes & LEX_FILLER) != 0))) {
        start++;
    }
    return start;
}

size_t phrase_end(const struct statement_reader *reader, size_t start, size_t end)
{
    size_t i = start;

    while (i < end) {
        const struct word *word = &reader->words[i];

        if (i > start && (word->gap & GAP_BREAK) != 0) {
            break;
        }
        if (i > start &&
            (word->classes & (LEX_PREPOSITION | LEX_CONJUNCTION | LEX_SUBORDINATOR | LEX_INTERROGATIVE | LEX_PRONOUN |
                              LEX_MODAL | LEX_BE)) != 0 &&
            !word_in(word, "of and")) {
            break;
        }
        if (word_in(word,
                    "now currently lately recently ago already instead altogether entirely completely i we since")) {
            break;
        }
        i++;
    }
    return i;
}

int32_t phrase_any(const struct statement_reader *reader, size_t start, size_t end, uint64_t classes)
{
    for (size_t i = start; i < end; i++) {
        if ((reader->words[i].classes & classes) != 0) {
            return 1;
        }
    }
    return 0;
}

int32_t phrase_has(const struct statement_reader *reader, size_t start, size_t end, const char *keys)
{
    for (size_t i = start; i < end; i++) {
        if (word_in(&reader->words[i], keys)) {
            return 1;
        }
    }
    return 0;
}

int32_t phrase_content(const struct statement_reader *reader, size_t start, size_t end)
{
    int32_t content = 0;

    for (size_t i = start; i < end; i++) {
        const struct word *word = &reader->words[i];

        if (word_is(word, "i") || (word->flags & WORD_JOINED) != 0) {
            continue;
        }
        if ((word->flags & WORD_NUMBER) != 0 || ((word->flags & WORD_CAPITAL) != 0 && i > 0)) {
            content += 2;
        } else if ((word->classes & (LEX_STOP | LEX_EPHEMERAL | LEX_FILLER | LEX_ADVERB | LEX_PREPOSITION)) == 0 &&
                   word->length > 2) {
            content++;
        }
    }
    return content;
}

/* Removes conjunctions and determiners that a cut left at the end: "before", "and". */
static size_t trim_end(const struct statement_reader *reader, size_t start, size_t end)
{
    while (end > start + 1 && (reader->words[end - 1].flags & WORD_CAPITAL) == 0 &&
           word_in(&reader->words[end - 1], "before after if when while until and or but because since although though "
                                            "the a an my our whether unless")) {
        end--;
    }
    return end;
}

static void emit_lines(struct statement_reader *reader, enum finding_category category, const char *subject,
                       size_t quote_start, size_t quote_end, int32_t exclusive, int32_t superseded, int32_t confidence)
{
    struct statement made = {.category = category,
                             .subject = subject,
                             .value = buffer_text(reader->value),
                             .text = buffer_text(reader->line),
                             .exclusive = exclusive,
                             .superseded = superseded,
                             .confidence = confidence};
    const struct word *first = &reader->words[quote_start];
    const struct word *last = &reader->words[quote_end - 1];

    if (!reader->told && noise_points(reader->words, quote_start, quote_end)) {
        return;
    }

    made.quote_start = first->offset;
    made.quote_end = last->offset + last->length;
    reader->emit(reader->emit_user, &made);
}

void statement_emit_phrase(struct statement_reader *reader, enum finding_category category, const char *subject,
                           const char *label, size_t start, size_t end, size_t value_start, size_t value_end,
                           int32_t confidence)
{
    statement_emit_exclusive(reader, category, subject, label, start, end, value_start, value_end, 0, confidence);
}

void statement_emit_exclusive(struct statement_reader *reader, enum finding_category category, const char *subject,
                              const char *label, size_t start, size_t end, size_t value_start, size_t value_end,
                              int32_t exclusive, int32_t confidence)
{
    end = trim_end(reader, start, end);
    value_end = value_start < value_end ? trim_end(reader, value_start, value_end) : value_end;
    if (start >= end || value_start >= value_end) {
        return;
    }
    buffer_clear(reader->value);
    rephrase_verbatim(reader->value, reader->text, reader->words, value_start, value_end);
    buffer_clear(reader->line);
    buffer_append_text(reader->line, label);
    rephrase_words(reader->line, reader->text, reader->words, start, end);
    rephrase_capitalise(reader->line, 0);
    if (strcmp(subject, "answers") == 0) {
        rephrase_capitalise(reader->line, strlen(label));
    }
    emit_lines(reader, category, subject, start, end, exclusive, 0, confidence);
}

void statement_emit_former(struct statement_reader *reader, enum finding_category category, const char *subject,
                           const char *label, size_t start, size_t end, int32_t confidence)
{
    if (start >= end) {
        return;
    }
    buffer_clear(reader->value);
    rephrase_verbatim(reader->value, reader->text, reader->words, start, end);
    buffer_clear(reader->line);
    buffer_append_text(reader->line, label);
    buffer_append_text(reader->line, buffer_text(reader->value));
    emit_lines(reader, category, subject, start, end, 0, 1, confidence);
}

/* The clause that is being classified. */
struct reading {
    struct statement_reader *reader;
    const struct clause *clause;
    size_t start; /* start of the complement */
    size_t end;
};

static const struct word *word_at(const struct reading *reading, size_t i)
{
    static const struct word none = {0, 0, "", 0, FORM_BASE, "", 0, 0};

    return i < reading->end ? &reading->reader->words[i] : &none;
}

static int32_t flag(const struct reading *reading, uint32_t flags)
{
    return (reading->clause->flags & flags) != 0;
}

static int32_t verb_is(const struct reading *reading, const char *keys)
{
    struct word base = {0, 0, reading->clause->base, 0, FORM_BASE, "", 0, 0};

    return word_in(&base, keys);
}

/* Emits the whole clause as the text, and words [value_start, value_end) as the value. */
static void say_full(const struct reading *reading, enum finding_category category, const char *subject,
                     size_t value_start, size_t value_end, int32_t exclusive, int32_t confidence)
{
    struct statement_reader *reader = reading->reader;
    size_t end = trim_end(reader, reading->clause->verb, reading->end);

    if (value_start >= value_end) {
        value_start = reading->clause->verb;
        value_end = end;
    }
    value_end = trim_end(reader, value_start, value_end);
    buffer_clear(reader->value);
    rephrase_verbatim(reader->value, reader->text, reader->words, value_start, value_end);
    buffer_clear(reader->line);
    rephrase_clause(reader->line, reader->text, reader->words, reading->clause, end);
    emit_lines(reader, category, subject, reading->clause->start, reading->end, exclusive, 0, confidence);
}

static void say(const struct reading *reading, enum finding_category category, const char *subject, int32_t confidence)
{
    size_t start = skip_determiner(reading->reader, reading->start, reading->end);

    say_full(reading, category, subject, start, reading->end, 0, confidence);
}

/* Emits a value with a label: "Lived in " + "Leeds". */
static void say_label(const struct reading *reading, enum finding_category category, const char *subject,
                      const char *label, size_t start, size_t end, int32_t exclusive, int32_t superseded,
                      int32_t confidence)
{
    struct statement_reader *reader = reading->reader;

    if (start >= end) {
        return;
    }
    end = trim_end(reader, start, end);
    buffer_clear(reader->value);
    rephrase_verbatim(reader->value, reader->text, reader->words, start, end);
    buffer_clear(reader->line);
    buffer_append_text(reader->line, label);
    buffer_append_text(reader->line, buffer_text(reader->value));
    rephrase_capitalise(reader->line, 0);
    emit_lines(reader, category, subject, reading->clause->start, reading->end, exclusive, superseded, confidence);
}

/* End of a place name: "Porto", "Porto, Portugal", "Stoke on Trent", "a village near Leeds". */
static size_t place_end(const struct reading *reading, size_t start)
{
    size_t i = start;

    while (i < reading->end) {
        const struct word *word = word_at(reading, i);
        const struct word *next = word_at(reading, i + 1);
        int32_t capital = (word->flags & WORD_CAPITAL) != 0;

        if (i > start && (word->gap & GAP_COMMA) != 0 && !capital) {
            break;
        }
        if (i > start && (word->gap & (GAP_BREAK & ~GAP_COMMA)) != 0) {
            break;
        }
        if (!capital && i > start &&
            (word->classes & (LEX_CONJUNCTION | LEX_PRONOUN | LEX_SUBORDINATOR | LEX_ADVERB | LEX_HYPOTHETICAL)) != 0) {
            break;
        }
        if (!capital && (word->classes & LEX_PREPOSITION) != 0 && i > start &&
            !(word_in(word, "of on upon near in outside by") && (next->flags & WORD_CAPITAL) != 0 &&
              (next->classes & LEX_MONTH) == 0)) {
            break;
        }
        if ((word->flags & WORD_NUMBER) != 0 || ((word->classes & LEX_MONTH) != 0 && i > start) ||
            word_in(word, "i last this my with their anymore any now")) {
            break;
        }
        i++;
    }
    return i;
}

static int32_t is_named(const struct reading *reading, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++) {
        if ((word_at(reading, i)->flags & WORD_CAPITAL) != 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_past(const struct reading *reading)
{
    return flag(reading, CLAUSE_PAST | CLAUSE_ENDED);
}

static int32_t is_planned(const struct reading *reading)
{
    return flag(reading, CLAUSE_FUTURE | CLAUSE_MODAL);
}

static int32_t refuses(const struct reading *reading)
{
    return flag(reading, CLAUSE_NEGATED);
}

/* Index of the first word of a set in the complement, or reading->end. */
static size_t find_word(const struct reading *reading, const char *keys, size_t from)
{
    for (size_t i = from; i < reading->end; i++) {
        if (word_in(word_at(reading, i), keys)) {
            return i;
        }
    }
    return reading->end;
}

static void read_home(const struct reading *reading)
{
    size_t at = find_word(reading, "in at near outside on between around", reading->start);
    size_t end = place_end(reading, at + 1);
    int32_t lower = !is_named(reading, at + 1, end);

    if (refuses(reading) && !flag(reading, CLAUSE_ENDED)) {
        return;
    }
    if (at < reading->end && !is_past(reading) &&
        phrase_has(reading->reader, reading->clause->verb_start, reading->clause->verb, "much basically practically")) {
        say_full(reading, FINDING_SKILL, "skill", at + 1, end, 0, CONFIDENCE_TOOL); /* "I pretty much live in Excel" */
        return;
    }
    if (at >= reading->end || word_is(word_at(reading, reading->start), "with")) {
        say(reading, FINDING_IDENTITY, "living", is_past(reading) ? CONFIDENCE_PASSING : CONFIDENCE_TRAIT);
    } else if (is_planned(reading)) {
        say(reading, FINDING_GOAL, "goal", CONFIDENCE_WISH);
    } else if (flag(reading, CLAUSE_ENDED)) {
        say_label(reading, FINDING_IDENTITY, "home", "Lived in ", at + 1, end, 1, 1, CONFIDENCE_HOME);
    } else if (is_past(reading)) {
        say_full(reading, FINDING_BACKGROUND, "lived", at + 1, end, 0, CONFIDENCE_STUDY - 60);
    } else if ((word_at(reading, at + 1)->classes & LEX_NUMBER) != 0) {
        say(reading, FINDING_BACKGROUND, "lived", CONFIDENCE_TRAIT);
    } else if (lower) {
        say_full(reading, FINDING_IDENTITY, "living", at + 1, end, 0, CONFIDENCE_ROLE - 100);
    } else {
        say_full(reading, FINDING_IDENTITY, "home", at + 1, end, 1, CONFIDENCE_HOME);
    }
}

static void read_move(const struct reading *reading)
{
    size_t to = find_word(reading, "to into", reading->start);
    size_t from = find_word(reading, "from", reading->start);
    size_t here = find_word(reading, "here", reading->start);
    size_t in = find_word(reading, "in", reading->start);

    if (to >= reading->end && verb_is(reading, "settle")) {
        to = in;
    }
    if (refuses(reading) || (to >= reading->end && from >= reading->end && here >= reading->end) ||
        word_in(word_at(reading, reading->start), "on forward")) {
        return;
    }
    if (is_planned(reading) || flag(reading, CLAUSE_PROGRESSIVE)) {
        say(reading, FINDING_GOAL, "move", CONFIDENCE_GOAL);
        return;
    }
    if (to < reading->end && is_named(reading, to + 1, place_end(reading, to + 1))) {
        say_label(reading, FINDING_IDENTITY, "home", "Lives in ", to + 1, place_end(reading, to + 1), 1, 0,
                  CONFIDENCE_HOME);
        say_full(reading, FINDING_EVENT, "move", to + 1, place_end(reading, to + 1), 0, CONFIDENCE_EVENT - 100);
    } else {
        say(reading, FINDING_EVENT, "move", CONFIDENCE_EVENT);
    }
    if (from < reading->end && is_named(reading, from + 1, place_end(reading, from + 1))) {
        say_label(reading, FINDING_IDENTITY, "home", "Lived in ", from + 1, place_end(reading, from + 1), 1, 1,
                  CONFIDENCE_HOME - 100);
    }
}

static int32_t is_passing_object(const struct reading *reading, size_t start)
{
    const struct word *first = word_at(reading, start);
    size_t head = skip_determiner(reading->reader, start, reading->end);
    size_t end = phrase_end(reading->reader, head, reading->end);

    if (word_in(first, "it that this them these those you") ||
        (word_in(first, "the") && phrase_any(reading->reader, head, end, LEX_EPHEMERAL | LEX_CONTENT))) {
        return 1;
    }
    return head < end && (word_at(reading, end - 1)->classes & LEX_EPHEMERAL) != 0 &&
           phrase_content(reading->reader, head, end) < 2;
}

/* Emits the role after "as" and the employer after "at" or "for". */
static void read_role_and_employer(const struct reading *reading, size_t start)
{
    size_t as = find_word(reading, "as", start);
    size_t at = find_word(reading, "at for", start);
    int32_t past = is_past(reading);
    int32_t held = !past && !flag(reading, CLAUSE_ENDED);

    if (as < reading->end) {
        size_t head = skip_determiner(reading->reader, as + 1, reading->end);

        say_full(reading, held ? FINDING_IDENTITY : FINDING_BACKGROUND, held ? "role" : "past role", head,
                 phrase_end(reading->reader, head, reading->end), 0, held ? CONFIDENCE_ROLE : CONFIDENCE_STUDY - 40);
    }
    if (at < reading->end && (word_at(reading, at + 1)->flags & WORD_NUMBER) == 0 &&
        (word_at(reading, at + 1)->classes & (LEX_NUMBER | LEX_DURATION)) == 0) {
        size_t end = place_end(reading, at + 1);
        int32_t named = is_named(reading, at + 1, end);

        if (!held && flag(reading, CLAUSE_ENDED) && named) {
            say_label(reading, FINDING_IDENTITY, "employer", "Worked at ", at + 1, end, 1, 1, CONFIDENCE_ROLE);
        } else if (as >= reading->end || named) {
            say_full(reading, held ? FINDING_IDENTITY : FINDING_BACKGROUND,
                     !held   ? "past employer"
                     : named ? "employer"
                             : "workplace",
                     at + 1, end, held && named, held ? CONFIDENCE_ROLE - 10 : CONFIDENCE_STUDY - 40);
        }
    } else if (as >= reading->end) {
        say(reading, held ? FINDING_IDENTITY : FINDING_BACKGROUND, held ? "work" : "past work",
            held ? CONFIDENCE_ROLE - 60 : CONFIDENCE_STUDY - 60);
    }
}

static void read_project(const struct reading *reading);

static void read_work(const struct reading *reading)
{
    if (refuses(reading) && !flag(reading, CLAUSE_ENDED)) {
        if (!is_past(reading) && phrase_content(reading->reader, reading->start, reading->end) > 0) {
            say(reading, FINDING_CONSTRAINT, "work limits", CONFIDENCE_TRAIT);
        }
        return;
    }
    if (is_planned(reading)) {
        say(reading, FINDING_GOAL, "goal", CONFIDENCE_WISH);
        return;
    }
    if (verb_is(reading, "work") && word_is(word_at(reading, reading->start), "on")) {
        read_project(reading);
        return;
    }
    if (verb_is(reading, "work") && word_in(word_at(reading, reading->start), "through out fine")) {
        return;
    }
    if (verb_is(reading, "manage operate") && word_is(word_at(reading, reading->start), "to")) {
        return;
    }
    read_role_and_employer(reading, reading->start);
}

static void read_study(const struct reading *reading)
{
    if (!refuses(reading)) {
        if (is_planned(reading)) {
            say(reading, FINDING_GOAL, "goal", CONFIDENCE_GOAL - 80);
        } else {
            say(reading, FINDING_BACKGROUND, "education", CONFIDENCE_STUDY);
        }
    }
}

static void read_project(const struct reading *reading)
{
    size_t start = reading->start + (size_t)word_in(word_at(reading, reading->start), "on up out");
    size_t head = skip_determiner(reading->reader, start, reading->end);
    size_t end = phrase_end(reading->reader, head, reading->end);
    int32_t determined = head > start || (word_at(reading, head)->flags & (WORD_CAPITAL | WORD_NUMBER)) != 0;
    int32_t passing = is_passing_object(reading, start);
    int32_t sure = CONFIDENCE_PROJECT;

    if (refuses(reading) || head >= reading->end) {
        return;
    }
    if (phrase_has(reading->reader, head, reading->end, "character protagonist villain hero persona dialogue scene")) {
        return; /* fictional */
    }
    if (passing || (word_at(reading, end - 1)->classes & LEX_EPHEMERAL) != 0) {
        sure = CONFIDENCE_PASSING;
    } else if (phrase_any(reading->reader, head, end, LEX_CONTENT) &&
               !phrase_any(reading->reader, head, end, LEX_PROJECT)) {
        sure = CONFIDENCE_SAID;
    } else if (is_planned(reading)) {
        say(reading, FINDING_GOAL, "goal", CONFIDENCE_WISH + 60);
        return;
    } else if (is_past(reading) || (flag(reading, CLAUSE_PERFECT) && !flag(reading, CLAUSE_PROGRESSIVE))) {
        sure = CONFIDENCE_EVENT - 80;
    } else if (!flag(reading, CLAUSE_PROGRESSIVE)) {
        if (verb_is(reading, "write code develop program") && !determined) {
            say_full(reading, FINDING_SKILL, "skill", head, end, 0, CONFIDENCE_TOOL);
            return;
        }
        sure = determined ? CONFIDENCE_PROJECT - 40 : CONFIDENCE_HABIT - 60;
    }
    say_full(reading, FINDING_PROJECT, "project", head, end, 0, sure);
}

static void read_tool(const struct reading *reading)
{
    size_t head = skip_determiner(reading->reader, reading->start, reading->end);
    size_t to = find_word(reading, "to", reading->start);
    size_t from = find_word(reading, "from", reading->start);

    if (is_passing_object(reading, reading->start) ||
        (word_is(word_at(reading, reading->start), "the") &&
         !is_named(reading, head, phrase_end(reading->reader, head, reading->end)))) {
        return;
    }
    if (flag(reading, CLAUSE_ENDED) || (refuses(reading) && !is_planned(reading))) {
        say(reading, FINDING_PREFERENCE, "avoids", CONFIDENCE_LIKE - 150);
        return;
    }
    if (verb_is(reading, "switch migrate swap change")) {
        if (from < reading->end) {
            size_t gone = skip_determiner(reading->reader, from + 1, reading->end);

            say_label(reading, FINDING_SKILL, "skill", "Used ", gone, phrase_end(reading->reader, gone, reading->end),
                      0, 1, CONFIDENCE_TOOL - 200);
        }
        if (to < reading->end) {
            say_full(reading, FINDING_SKILL, "skill", to + 1, phrase_end(reading->reader, to + 1, reading->end), 0,
                     flag(reading, CLAUSE_PROGRESSIVE) || is_planned(reading) ? CONFIDENCE_GOAL - 100
                                                                              : CONFIDENCE_TOOL);
        }
        return;
    }
    if (is_planned(reading)) {
        say(reading, FINDING_GOAL, "goal", CONFIDENCE_SAID);
        return;
    }
    say_full(reading, FINDING_SKILL, "skill", head, phrase_end(reading->reader, head, reading->end), 0,
             is_past(reading) ? CONFIDENCE_SAID : CONFIDENCE_TOOL);
}

static void read_goal(const struct reading *reading)
{
    size_t verb = reading->start + (size_t)word_in(word_at(reading, reading->start), "to on for");
    const struct word *first = word_at(reading, reading->start);
    const struct word *second = word_at(reading, verb);
    int32_t sure = CONFIDENCE_GOAL;

    if (verb_is(reading, "learn train save practice practise prepare study") && !is_past(reading)) {
        sure = CONFIDENCE_GOAL + 20;
        if (phrase_content(reading->reader, reading->start, reading->end) == 0) {
            return;
        }
    } else if (word_in(first, "you your this it that help the some more something") && !verb_is(reading, "learn")) {
        return;
    } else if (word_is(first, "to") && !is_planned(reading) && word_in(second, "think ask know check pick start see")) {
        return; /* about the current chat */
    } else if ((second->classes & (LEX_MENTAL | LEX_REQUEST)) != 0 &&
               !(second->classes & (LEX_BUILD | LEX_LIFE | LEX_MOVE | LEX_HABIT))) {
        sure = CONFIDENCE_PASSING;
    } else if (is_past(reading)) {
        sure = CONFIDENCE_PASSING + 60;
    } else if (is_passing_object(reading, verb + 1)) {
        sure = CONFIDENCE_PASSING;
    } else if (verb_is(reading, "want") && phrase_content(reading->reader, reading->start, reading->end) < 2) {
        sure = CONFIDENCE_SAID;
    } else if (verb_is(reading, "want wish")) {
        sure = CONFIDENCE_GOAL - 80;
    }
    if (refuses(reading)) {
        say(reading, FINDING_CONSTRAINT, "limit", sure - 120);
    } else {
        say(reading, FINDING_GOAL, "goal", sure);
    }
}

static void read_like(const struct reading *reading)
{
    const struct word *first = word_at(reading, reading->start);

    if (is_planned(reading)) { /* would like to, would love to */
        if (word_is(first, "to") && (word_at(reading, reading->start + 1)->classes & (LEX_MENTAL | LEX_REQUEST)) == 0) {
            say(reading, FINDING_GOAL, "goal", CONFIDENCE_GOAL - 120);
        }
        return;
    }
    if (is_past(reading) && !flag(reading, CLAUSE_ENDED)) {
        say(reading, FINDING_BACKGROUND, "liked", CONFIDENCE_PASSING + 40);
        return;
    }
    if (word_in(first, "this that it your you what") && !word_in(word_at(reading, reading->start + 1), "when if")) {
        return;
    }
    say(reading, FINDING_PREFERENCE, refuses(reading) ? "dislikes" : "likes", CONFIDENCE_LIKE);
}

static int32_t read_dwelling(const struct reading *reading);

static void read_have(const struct reading *reading)
{
    size_t head = skip_determiner(reading->reader, reading->start, reading->end);
    size_t end = phrase_end(reading->reader, head, reading->end);
    struct statement_reader *reader = reading->reader;
    int32_t past = is_past(reading) || is_planned(reading);

    if (head >= end || is_passing_object(reading, reading->start) ||
        (word_at(reading, end - 1)->classes & LEX_EPHEMERAL) != 0 ||
        word_in(word_at(reading, reading->start), "this that the it these those no")) {
        if (!word_is(word_at(reading, reading->start), "no") || phrase_content(reader, head, end) == 0) {
            return;
        }
    }
    if (phrase_any(reader, head, end, LEX_ACQUAINTANCE)) {
        return; /* "I have a friend in Oslo who ..." */
    }
    if (phrase_any(reader, head, reading->end, LEX_CONDITION)) {
        say(reading, FINDING_CONSTRAINT, "condition", past ? CONFIDENCE_SAID : CONFIDENCE_CONSTRAINT);
    } else if (refuses(reading) || word_is(word_at(reading, reading->start), "no")) {
        say(reading, FINDING_CONSTRAINT, "limit", past ? CONFIDENCE_PASSING : CONFIDENCE_TRAIT);
    } else if (phrase_any(reader, head, end, LEX_FAMILY | LEX_PET | LEX_RELATIVE)) {
        say(reading, FINDING_PERSON, "family", past ? CONFIDENCE_SAID : CONFIDENCE_CONSTRAINT - 20);
    } else if (phrase_any(reader, head, end, LEX_EDUCATION) || phrase_has(reader, head, reading->end, "experience")) {
        say(reading, FINDING_BACKGROUND, "education", CONFIDENCE_STUDY);
    } else if (phrase_any(reader, head, end, LEX_LIMIT) || phrase_has(reader, reading->start, reading->end, "only")) {
        say(reading, FINDING_CONSTRAINT, "limit", CONFIDENCE_CONSTRAINT - 120);
    } else if (read_dwelling(reading)) {
        return;
    } else if (phrase_any(reader, head, end, LEX_PROJECT)) {
        say_full(reading, FINDING_PROJECT, "project", head, end, 0, past ? CONFIDENCE_SAID : CONFIDENCE_PROJECT - 120);
    } else {
        say(reading, past ? FINDING_BACKGROUND : FINDING_IDENTITY, "has",
            past ? CONFIDENCE_PASSING + 60 : CONFIDENCE_HAS);
    }
}

static void read_join(const struct reading *reading)
{
    size_t head = skip_determiner(reading->reader, reading->start, reading->end);
    size_t end = phrase_end(reading->reader, head, reading->end);
    struct statement_reader *reader = reading->reader;
    const struct word *first = word_at(reading, reading->start);
    int32_t planned = is_planned(reading) || (flag(reading, CLAUSE_PROGRESSIVE) && !flag(reading, CLAUSE_PERFECT));

    if (refuses(reading) || head >= reading->end || is_passing_object(reading, reading->start)) {
        return;
    }
    if (planned) {
        say(reading, FINDING_GOAL, "goal", CONFIDENCE_EVENT);
    } else if ((first->classes & LEX_STUDY) != 0 || phrase_any(reader, head, end, LEX_EDUCATION)) {
        say(reading, FINDING_BACKGROUND, "education", CONFIDENCE_STUDY - 60);
    } else if (phrase_any(reader, head, end, LEX_JOB) || word_in(first, "at as with working") ||
               (verb_is(reading, "join") && is_named(reading, head, end))) {
        size_t at = find_word(reading, "at for with", reading->start);
        size_t from = verb_is(reading, "join") && at >= reading->end ? head : at + 1;

        if (from < reading->end && is_named(reading, from, place_end(reading, from))) {
            say_full(reading, FINDING_IDENTITY, "employer", from, place_end(reading, from), 1, CONFIDENCE_ROLE);
        } else {
            say(reading, FINDING_IDENTITY, "work", CONFIDENCE_ROLE - 100);
        }
    } else if (phrase_any(reader, head, end, LEX_PROJECT)) {
        say_full(reading, FINDING_PROJECT, "project", head, end, 0, CONFIDENCE_PROJECT - 60);
    } else if (phrase_content(reader, reading->start, reading->end) > 0) {
        say(reading, FINDING_EVENT, "began", CONFIDENCE_HAS);
    }
}

static void read_leave(const struct reading *reading)
{
    size_t head = skip_determiner(reading->reader, reading->start, reading->end);
    size_t end = phrase_end(reading->reader, head, reading->end);
    const struct word *first = word_at(reading, reading->start);

    if (refuses(reading) || phrase_content(reading->reader, reading->start, reading->end) == 0 ||
        is_passing_object(reading, reading->start)) {
        return;
    }
    if (word_in(first, "using coding writing") && !is_planned(reading)) {
        say_label(reading, FINDING_SKILL, "skill", "Used ", head + 1,
                  phrase_end(reading->reader, head + 1, reading->end), 0, 1, CONFIDENCE_TOOL - 200);
        return;
    }
    if (verb_is(reading, "leave") && is_named(reading, head, end) && !is_planned(reading)) {
        say_label(reading, FINDING_IDENTITY, "home", "Lived in ", head, end, 1, 1, CONFIDENCE_HINT);
    }
    if (verb_is(reading, "leave quit") && is_past(reading) && is_named(reading, head, end)) {
        say_label(reading, FINDING_IDENTITY, "employer", "Worked at ", head, end, 1, 1, CONFIDENCE_HINT);
    }
    say(reading, is_planned(reading) ? FINDING_GOAL : FINDING_EVENT, "ended", CONFIDENCE_EVENT - 60);
}

static void read_origin(const struct reading *reading)
{
    size_t at = find_word(reading, "in from on near", reading->start);

    if (!refuses(reading)) {
        say_full(reading, FINDING_BACKGROUND, "origin", at + 1, at < reading->end ? place_end(reading, at + 1) : 0, 0,
                 CONFIDENCE_ORIGIN);
    }
}

static void read_language(const struct reading *reading)
{
    if (is_passing_object(reading, reading->start) || is_past(reading) ||
        !phrase_any(reading->reader, reading->start, reading->end, LEX_LANGUAGE)) {
        return;
    }
    say(reading, refuses(reading) ? FINDING_CONSTRAINT : FINDING_IDENTITY, "languages", CONFIDENCE_ORIGIN);
}

/* Homes: "I share a flat in Porto". Returns 1 if one was read. */
static int32_t read_dwelling(const struct reading *reading)
{
    size_t at = find_word(reading, "in near outside", reading->start);
    const struct word *before = at > reading->start && at < reading->end ? word_at(reading, at - 1) : NULL;

    if (before == NULL || !word_in(before, "house flat apartment home place condo cottage room studio flatshare") ||
        !verb_is(reading, "have share rent own buy get keep sublet let") || is_planned(reading) || refuses(reading) ||
        !is_named(reading, at + 1, place_end(reading, at + 1))) {
        return 0;
    }
    say_full(reading, FINDING_IDENTITY, "home", at + 1, place_end(reading, at + 1), 1, CONFIDENCE_TOOL);
    return 1;
}

/* Other clauses with a concrete object, with low confidence. */
static void read_other(const struct reading *reading)
{
    int32_t content = phrase_content(reading->reader, reading->start, reading->end);
    int32_t sure = CONFIDENCE_SAID;
    int32_t dated = phrase_any(reading->reader, reading->start, reading->end, LEX_MONTH) ||
                    phrase_has(reading->reader, reading->start, reading->end, "every since ago");

    size_t working = find_word(reading, "working work", reading->start);

    if (working + 1 < reading->end && word_in(word_at(reading, working + 1), "as at for") && !is_planned(reading) &&
        !refuses(reading)) {
        read_role_and_employer(reading, working + 1);
        return;
    }
    if (verb_is(reading, "have") && !refuses(reading) && !is_past(reading) &&
        phrase_any(reading->reader, reading->start, reading->end, LEX_CONDITION)) {
        say(reading, FINDING_CONSTRAINT, "condition", CONFIDENCE_CONSTRAINT - 40); /* "I've had asthma since ..." */
        return;
    }
    if (read_dwelling(reading) || content < 2 || is_passing_object(reading, reading->start)) {
        return;
    }
    if (phrase_any(reading->reader, reading->start, reading->end, LEX_CONDITION) && !refuses(reading) &&
        !is_past(reading)) {
        say(reading, FINDING_CONSTRAINT, "condition", CONFIDENCE_EVENT);
        return;
    }
    if (is_planned(reading)) {
        say(reading, FINDING_GOAL, "goal",
            flag(reading, CLAUSE_MODAL) ? CONFIDENCE_PASSING : CONFIDENCE_WISH - 100 + (dated ? 200 : 0));
        return;
    }
    if (flag(reading, CLAUSE_PERFECT) && flag(reading, CLAUSE_PROGRESSIVE)) {
        sure = CONFIDENCE_TRAIT;
    } else if (is_past(reading)) {
        sure = CONFIDENCE_SAID - 60;
    }
    sure += dated ? 120 : 0;
    say(reading, is_past(reading) ? FINDING_EVENT : FINDING_BACKGROUND, "said", sure);
}

static void read_ability(const struct reading *reading)
{
    uint64_t classes = reading->clause->classes;

    if (refuses(reading)) {
        if (verb_is(reading, "stand bear tolerate abide")) {
            say(reading, FINDING_PREFERENCE, "dislikes", CONFIDENCE_LIKE);
        } else if (verb_is(reading, "find figure get seem decide tell open connect access understand wait help believe "
                                    "make think see run remember log login install use upgrade compile load imagine "
                                    "recall explain work change") ||
                   ((classes & (LEX_MENTAL | LEX_REQUEST)) != 0 && !verb_is(reading, "have"))) {
            say(reading, FINDING_CONSTRAINT, "limit", CONFIDENCE_PASSING);
        } else {
            say(reading, FINDING_CONSTRAINT, "limit", CONFIDENCE_CONSTRAINT - 60);
        }
    } else if (word_is(word_at(reading, reading->clause->verb), "only") ||
               phrase_has(reading->reader, reading->clause->verb_start, reading->end, "only")) {
        say(reading, FINDING_CONSTRAINT, "limit", CONFIDENCE_CONSTRAINT - 100);
    } else if ((classes & (LEX_HABIT | LEX_USE)) != 0 || verb_is(reading, "speak")) {
        say(reading, FINDING_SKILL, "ability", CONFIDENCE_TRAIT);
    }
}

static void read_passive(const struct reading *reading)
{
    const struct word *first = word_at(reading, reading->start);

    if (verb_is(reading, "base locate situate station")) {
        read_home(reading);
    } else if (verb_is(reading, "bear raise")) {
        read_origin(reading);
    } else if (verb_is(reading, "employ hire promote")) {
        read_role_and_employer(reading, reading->start);
    } else if (verb_is(reading, "diagnose prescribe")) {
        say(reading, FINDING_CONSTRAINT, "condition", CONFIDENCE_CONSTRAINT);
    } else if (verb_is(reading, "allow permit") && refuses(reading)) {
        say(reading, FINDING_CONSTRAINT, "limit", CONFIDENCE_CONSTRAINT - 60);
    } else if (verb_is(reading, "train qualify certify")) {
        say(reading, FINDING_BACKGROUND, "education", CONFIDENCE_STUDY);
    } else if (verb_is(reading, "interest fascinate obsess drawn hook")) {
        say(reading, FINDING_PREFERENCE, "likes",
            word_in(first, "in with by on") ? CONFIDENCE_LIKE - 120 : CONFIDENCE_PASSING);
    } else if (verb_is(reading, "marry engage retire divorce separate widow enrol enroll")) {
        say(reading, FINDING_IDENTITY, "status", CONFIDENCE_ORIGIN - 40);
    } else if (verb_is(reading, "use") && word_is(first, "to")) {
        say(reading, FINDING_PREFERENCE, "habit", CONFIDENCE_TRAIT);
    } else if (verb_is(reading, "confuse suppose stick lose worry concern excite tire do")) {
        return;
    } else {
        read_other(reading);
    }
}

static int32_t is_age(const struct reading *reading, size_t i)
{
    const struct word *word = word_at(reading, i);
    const struct word *next = word_at(reading, i + 1);

    if ((word->flags & WORD_NUMBER) == 0) {
        return (word->classes & LEX_NUMBER) != 0 && word_in(next, "years") && word_is(word_at(reading, i + 2), "old");
    }
    if (strstr(word->key, "-year-old") != NULL || strstr(word->key, "yo") != NULL) {
        return 1;
    }
    return word->length <= 3 && word->key[0] >= '1' && word->key[0] <= '9' &&
           (i + 1 >= reading->end || word_in(next, "years yo y/o yrs now and this in next with") ||
            (next->gap & GAP_BREAK) != 0);
}

/* 1 for a name: "I'm Ines", "I am Ines Duarte"; capitalised, and no other word class. */
static int32_t is_name(const struct reading *reading, size_t start)
{
    size_t i = start;

    while (i < reading->end && (word_at(reading, i)->flags & WORD_CAPITAL) != 0 &&
           (i == start || (word_at(reading, i)->gap & GAP_BREAK) == 0)) {
        if ((word_at(reading, i)->classes & (LEX_DEMONYM | LEX_LANGUAGE | LEX_CONDITION | LEX_MONTH | LEX_STOP)) != 0) {
            return 0;
        }
        i++;
    }
    return i > start && i - start <= 3 &&
           (i >= reading->end || (word_at(reading, i)->gap & GAP_BREAK) != 0 ||
            word_in(word_at(reading, i), "and from by"));
}

static void read_noun(const struct reading *reading, size_t start)
{
    size_t head = skip_determiner(reading->reader, start, reading->end);
    size_t end = phrase_end(reading->reader, head, reading->end);
    struct statement_reader *reader = reading->reader;
    int32_t past = is_past(reading) && !flag(reading, CLAUSE_PERFECT);
    const struct word *last = end > head ? word_at(reading, end - 1) : word_at(reading, reading->end);

    if (head >= end || ((last->classes & LEX_EPHEMERAL) != 0 && phrase_content(reader, head, end) < 2) ||
        word_in(word_at(reading, head), "bit little") || word_is(word_at(reading, start), "that")) {
        return;
    }
    if (refuses(reading)) {
        if (phrase_has(reader, head, end, "person fan fond believer drinker eater")) {
            say(reading, FINDING_PREFERENCE, "dislikes", CONFIDENCE_LIKE - 60);
        } else if (flag(reading, CLAUSE_ENDED)) {
            say(reading, FINDING_BACKGROUND, "past role", CONFIDENCE_STUDY - 100);
        }
        return;
    }
    if (phrase_has(reader, head, end, "fan lover enthusiast addict believer fanatic nerd geek buff")) {
        say(reading, FINDING_PREFERENCE, "likes", CONFIDENCE_LIKE);
    } else if (phrase_any(reader, head, end, LEX_CONDITION)) {
        say(reading, FINDING_CONSTRAINT, "condition", CONFIDENCE_CONSTRAINT);
    } else if (past || flag(reading, CLAUSE_ENDED)) {
        say_full(reading, FINDING_BACKGROUND, "past role", head, end, 0, CONFIDENCE_STUDY - 40);
    } else if (is_planned(reading)) {
        say(reading, FINDING_GOAL, "goal", CONFIDENCE_WISH);
    } else {
        say_full(reading, FINDING_IDENTITY, "role", head, end, 0, CONFIDENCE_ROLE);
    }
}

static void read_adjective(const struct reading *reading)
{
    const struct word *first = word_at(reading, reading->start);
    struct statement_reader *reader = reading->reader;
    size_t next = reading->start + 1;

    if (phrase_any(reader, reading->start, next + 3 < reading->end ? next + 3 : reading->end, LEX_CONDITION)) {
        if (flag(reading, CLAUSE_ENDED)) {
            say_label(reading, FINDING_CONSTRAINT, "condition", "Is ", reading->start, reading->end, 0, 1,
                      CONFIDENCE_CONSTRAINT);
        } else if (!refuses(reading)) {
            say(reading, FINDING_CONSTRAINT, "condition", CONFIDENCE_CONSTRAINT);
        }
    } else if (word_in(first, "interested keen into passionate crazy fond obsessed big mad") &&
               phrase_content(reader, next, reading->end) > 0) {
        say(reading, FINDING_PREFERENCE, refuses(reading) ? "dislikes" : "likes", CONFIDENCE_LIKE - 60);
    } else if (word_in(first,
                       "good great bad terrible fluent proficient experienced comfortable familiar skilled decent "
                       "rusty self-taught new native bilingual trilingual") &&
               phrase_content(reader, next, reading->end) > 0) {
        say(reading, FINDING_SKILL, "level", is_past(reading) ? CONFIDENCE_PASSING : CONFIDENCE_HABIT);
    } else if (word_in(first, "about due supposed set ready") && word_is(word_at(reading, next), "to")) {
        say(reading, FINDING_GOAL, "goal", CONFIDENCE_HAS);
    } else if (word_in(first, "afraid scared terrified sick tired") && word_is(word_at(reading, next), "of") &&
               phrase_content(reader, next, reading->end) > 0) {
        say(reading, FINDING_PREFERENCE, "dislikes", CONFIDENCE_HABIT - 100);
    } else if (word_in(first,
                       "married single divorced engaged retired widowed unemployed self-employed left-handed "
                       "right-handed bald disabled non-binary gay lesbian bisexual trans tall short jewish muslim "
                       "christian catholic hindu buddhist atheist separated homeschooled freelance")) {
        say(reading, FINDING_IDENTITY, "status", is_past(reading) ? CONFIDENCE_SAID : CONFIDENCE_ORIGIN - 40);
    } else if ((first->classes & (LEX_EPHEMERAL | LEX_ADVERB | LEX_PRONOUN | LEX_CONJUNCTION | LEX_SUBORDINATOR |
                                  LEX_INTERROGATIVE)) == 0 &&
               (phrase_content(reader, reading->start, reading->end) > 1 || first->length > 6) && !refuses(reading)) {
        say(reading, FINDING_IDENTITY, "trait", is_past(reading) ? CONFIDENCE_PASSING : CONFIDENCE_SAID + 20);
    }
}

/* "at Blue Foods, where I work": the employer precedes the clause. Returns 1 if one was read. */
static int32_t read_where(const struct reading *reading)
{
    const struct word *words = reading->reader->words;
    size_t where = reading->clause->subject > 0 ? reading->clause->subject - 1 : 0;
    size_t start = where;
    int32_t work = (reading->clause->classes & LEX_WORK) != 0;
    int32_t past = is_past(reading);

    if (where == 0 || !word_is(&words[where], "where") || is_planned(reading) ||
        ((reading->clause->classes & (LEX_WORK | LEX_LIVE)) == 0 && !verb_is(reading, "bear raise grow"))) {
        return 0;
    }
    while (start > 1 && where - start < 4 && (words[start - 1].flags & WORD_CAPITAL) != 0 &&
           (start == where || (words[start].gap & GAP_BREAK) == 0)) {
        start--;
    }
    if (start == where) {
        return 0;
    }
    if (verb_is(reading, "bear raise grow")) {
        statement_emit_phrase(reading->reader, FINDING_BACKGROUND, "origin", "From ", start, where, start, where,
                              CONFIDENCE_ORIGIN);
        return 1;
    }
    statement_emit_exclusive(reading->reader, past ? FINDING_BACKGROUND : FINDING_IDENTITY,
                             work ? (past ? "past employer" : "employer") : (past ? "lived" : "home"),
                             work ? (past ? "Worked at " : "Works at ") : (past ? "Lived in " : "Lives in "), start,
                             where, start, where, !past, CONFIDENCE_ROLE - 20);
    return 1;
}

/* 1 if a place is an employer: "I'm at Blue Foods these days", "I've been with Blue Foods for six years". A single word
 * after "with" may be a person. */
static int32_t is_settled(const struct reading *reading, size_t start, size_t end)
{
    const struct word *first = word_at(reading, reading->start);
    size_t subject = reading->clause->subject;
    int32_t now_that = subject >= 2 && word_is(&reading->reader->words[subject - 2], "now") &&
                       word_is(&reading->reader->words[subject - 1], "that");
    int32_t lasting = now_that || flag(reading, CLAUSE_PERFECT) ||
                      phrase_has(reading->reader, reading->clause->start, reading->end, "now days nowadays since");

    return lasting && !is_past(reading) && !refuses(reading) && !is_planned(reading) &&
           (!reading->reader->question || now_that) &&
           (word_is(first, "at") || (word_is(first, "with") && end > start + 1)) && is_named(reading, start, start + 1);
}

static void read_position(const struct reading *reading)
{
    const struct word *first = word_at(reading, reading->start);
    size_t next = reading->start + 1;
    size_t end = place_end(reading, next);
    int32_t named = is_named(reading, next, end);

    if (refuses(reading) && !flag(reading, CLAUSE_ENDED)) {
        if (word_is(first, "into") && phrase_content(reading->reader, next, reading->end) > 0) {
            say(reading, FINDING_PREFERENCE, "dislikes", CONFIDENCE_LIKE - 40);
        }
        return;
    }
    if (word_is(first, "from") && named) {
        say_full(reading, FINDING_BACKGROUND, "origin", next, end, 0, CONFIDENCE_ORIGIN);
    } else if (word_in(first, "in near outside") && named && !is_past(reading) &&
               (word_at(reading, next)->classes & LEX_MONTH) == 0) {
        if (phrase_has(reading->reader, reading->clause->verb_start, reading->end, "now permanently") ||
            flag(reading, CLAUSE_PERFECT)) {
            say_label(reading, FINDING_IDENTITY, "home", "Lives in ", next, end, 1, 0, CONFIDENCE_HOME - 80);
            return;
        }
        say_full(reading, FINDING_IDENTITY, "location", next, end, 0, CONFIDENCE_ORIGIN - 100);
    } else if (is_settled(reading, next, end)) {
        say_full(reading, FINDING_IDENTITY, "employer", next, end, 1, CONFIDENCE_ROLE - 60);
    } else if (word_in(first, "at with") && named) {
        say_full(reading, FINDING_IDENTITY, is_past(reading) ? "past employer" : "workplace", next, end, 0,
                 CONFIDENCE_ORIGIN - 60);
    } else if (word_is(first, "on") &&
               phrase_has(reading->reader, next, reading->end, "budget diet salary visa waitlist leave keto")) {
        say(reading, FINDING_CONSTRAINT, "limit", CONFIDENCE_CONSTRAINT - 60);
    } else if (word_in(first, "into")) {
        say(reading, FINDING_PREFERENCE, "likes", CONFIDENCE_LIKE - 40);
    } else if (phrase_content(reading->reader, next, reading->end) > 0 && !is_past(reading)) {
        say(reading, FINDING_IDENTITY, "trait", CONFIDENCE_TRAIT);
    }
}

int32_t statement_read_apposition(struct statement_reader *reader, size_t start)
{
    const struct clause none = {.base = ""};
    const struct reading rest = {reader, &none, start, reader->count};
    size_t head = start;
    size_t end;
    int32_t determined;

    if (start >= reader->count || (reader->words[start].gap & (GAP_COMMA | GAP_DASH | GAP_OPEN)) == 0) {
        return 0;
    }
    determined = word_in(&reader->words[head], "a an the");
    head = skip_determiner(reader, head, reader->count);
    end = head;
    while (end < reader->count && end < head + 5 && (end == head || (reader->words[end].gap & GAP_BREAK) == 0) &&
           (reader->words[end].classes & (LEX_PREPOSITION | LEX_CONJUNCTION | LEX_SUBORDINATOR | LEX_PRONOUN | LEX_BE |
                                          LEX_MODAL | LEX_INTERROGATIVE)) == 0 &&
           !word_in(&reader->words[end], "based i we here and by living working from who")) {
        end++;
    }
    if (end == head || phrase_any(reader, head, end, LEX_EPHEMERAL | LEX_FAMILY | LEX_RELATIVE | LEX_ACQUAINTANCE) ||
        (reader->words[end - 1].flags & WORD_CAPITAL) != 0 ||
        (!determined &&
         ((reader->words[head].classes & (LEX_IMPERATIVE | LEX_STOP | LEX_REWRITE | LEX_RETOUCH | LEX_BE)) != 0 ||
          (end < reader->count && (reader->words[end].gap & GAP_BREAK) == 0 &&
           !word_in(&reader->words[end], "at in from based for by here near living working and"))))) {
        return 0;
    }
    statement_emit_phrase(reader, FINDING_IDENTITY, "role",
                          strchr("aeio", reader->words[head].key[0]) != NULL ? "Is an " : "Is a ", head, end, head, end,
                          CONFIDENCE_ROLE - 20);
    for (size_t i = end; i + 1 < reader->count && i < end + 12; i++) {
        size_t stop = place_end(&rest, i + 1);

        if (!word_in(&reader->words[i], "at for in near outside from") || !is_named(&rest, i + 1, stop)) {
            if (word_in(&reader->words[i], "and i we who my")) {
                break;
            }
            continue;
        }
        if (word_in(&reader->words[i], "at for")) {
            statement_emit_exclusive(reader, FINDING_IDENTITY, "employer", "Works at ", i + 1, stop, i + 1, stop, 1,
                                     CONFIDENCE_ROLE - 40);
        } else if (word_is(&reader->words[i], "from")) {
            statement_emit_phrase(reader, FINDING_BACKGROUND, "origin", "From ", i + 1, stop, i + 1, stop,
                                  CONFIDENCE_ORIGIN - 40);
        } else {
            statement_emit_exclusive(reader, FINDING_IDENTITY, "home", "Lives in ", i + 1, stop, i + 1, stop, 1,
                                     CONFIDENCE_HOME - 80);
        }
        i = stop - 1;
    }
    return 1;
}

static void read_copula(const struct reading *reading)
{
    const struct word *first = word_at(reading, reading->start);

    if (reading->start >= reading->end) {
        return;
    }
    if (is_age(reading, reading->start) && !refuses(reading)) {
        if (!is_past(reading)) {
            say_full(reading, FINDING_IDENTITY, "age", reading->start, reading->start + 1, 1, CONFIDENCE_ORIGIN - 20);
        }
    } else if (flag(reading, CLAUSE_PERFECT) && (first->classes & LEX_PREPOSITION) != 0 &&
               !is_settled(reading, reading->start + 1, place_end(reading, reading->start + 1))) {
        say(reading, FINDING_BACKGROUND, "said", CONFIDENCE_TRAIT);
    } else if (word_in(first, "a an the one my their your just") || (first->classes & LEX_DETERMINER) != 0) {
        if (is_age(reading, reading->start + 1) && !refuses(reading)) {
            say_full(reading, FINDING_IDENTITY, "age", reading->start + 1, reading->start + 2, 0,
                     CONFIDENCE_ORIGIN - 20);
        }
        read_noun(reading, reading->start);
    } else if ((first->classes & LEX_DEMONYM) != 0 && (first->flags & WORD_CAPITAL) != 0) {
        if (!refuses(reading)) {
            say(reading, FINDING_IDENTITY, "status", CONFIDENCE_ORIGIN);
        }
    } else if (!refuses(reading) && is_name(reading, reading->start)) {
        size_t end = reading->start;

        while (end < reading->end && (word_at(reading, end)->flags & WORD_CAPITAL) != 0 &&
               (end == reading->start || (word_at(reading, end)->gap & GAP_BREAK) == 0)) {
            end++;
        }
        say_label(reading, FINDING_IDENTITY, "name", "Name: ", reading->start, end, 1, 0, CONFIDENCE_NAME - 60);
        if (statement_read_apposition(reading->reader, end)) {
            return;
        }
        if (end < reading->end && word_in(word_at(reading, end), "a an the")) {
            read_noun(reading, end);
        }
    } else if ((first->classes & LEX_PREPOSITION) != 0) {
        read_position(reading);
    } else {
        read_adjective(reading);
    }
}

static int32_t is_life_event(const struct reading *reading)
{
    if (verb_is(reading, "get")) {
        return phrase_has(
            reading->reader, reading->start, reading->start + 3 < reading->end ? reading->start + 3 : reading->end,
            "married promoted engaged divorced laid fired hired accepted diagnosed pregnant certified dog cat "
            "puppy kitten job offer degree licence license visa into licensed");
    }
    if (verb_is(reading, "have")) {
        return 0;
    }
    return (reading->clause->classes & LEX_LIFE) != 0;
}

static void read_event(const struct reading *reading)
{
    if (refuses(reading) || is_passing_object(reading, reading->start) ||
        phrase_content(reading->reader, reading->start, reading->end) == 0) {
        return;
    }
    if (is_planned(reading) || flag(reading, CLAUSE_PROGRESSIVE)) {
        say(reading, FINDING_GOAL, "goal", CONFIDENCE_EVENT);
    } else if (is_past(reading) || flag(reading, CLAUSE_PERFECT)) {
        if ((reading->clause->classes & LEX_STUDY) != 0) {
            say(reading, FINDING_BACKGROUND, "education", CONFIDENCE_STUDY);
        } else {
            say(reading, FINDING_EVENT, "event", CONFIDENCE_EVENT);
        }
    } else {
        read_other(reading);
    }
}

static void read_obligation(const struct reading *reading)
{
    if (verb_is(reading, "avoid eat drink stay keep take limit watch follow") ||
        (reading->clause->classes & (LEX_MENTAL | LEX_REQUEST)) == 0) {
        if (phrase_content(reading->reader, reading->start, reading->end) > 0) {
            say(reading, FINDING_CONSTRAINT, "limit", is_past(reading) ? CONFIDENCE_PASSING : CONFIDENCE_WISH);
        }
    }
}

static void read_need(const struct reading *reading)
{
    const struct word *first = word_at(reading, reading->start);
    const struct word *second = word_at(reading, reading->start + 1);
    int32_t content = phrase_content(reading->reader, reading->start, reading->end);

    if (word_in(first, "help you your some advice this it that ideas tips suggestions") || content == 0) {
        return;
    }
    if (word_is(first, "to") && ((second->classes & (LEX_MENTAL | LEX_REQUEST)) != 0 || word_is(second, "pick")) &&
        !word_in(second, "avoid")) {
        return;
    }
    if ((first->classes & LEX_DETERMINER) != 0 &&
        (phrase_any(reading->reader, reading->start, phrase_end(reading->reader, reading->start, reading->end),
                    LEX_CONTENT) ||
         phrase_has(reading->reader, reading->start, phrase_end(reading->reader, reading->start, reading->end),
                    "title pitch name plan list checklist template suggestion"))) {
        return; /* a single request to the assistant */
    }
    say(reading, word_is(first, "to") ? FINDING_GOAL : FINDING_CONSTRAINT, "need",
        content > 1 ? CONFIDENCE_SAID + 80 : CONFIDENCE_PASSING);
}

/* Verbs with one meaning in any use. The first match counts. */
static int32_t read_by_verb(const struct reading *reading)
{
    uint64_t classes = reading->clause->classes;

    if ((classes & LEX_LIVE) != 0 && !verb_is(reading, "stay lodge")) {
        read_home(reading);
    } else if ((classes & LEX_MOVE) != 0 && !verb_is(reading, "transfer")) {
        read_move(reading);
    } else if (verb_is(reading, "grow") && word_is(word_at(reading, reading->start), "up")) {
        read_origin(reading);
    } else if (verb_is(reading, "come hail") && word_is(word_at(reading, reading->start), "from") &&
               !is_past(reading)) {
        read_origin(reading);
    } else if (verb_is(reading, "speak") && !is_planned(reading)) {
        read_language(reading);
    } else if ((classes & LEX_WORK) != 0) {
        read_work(reading);
    } else if (verb_is(reading, "need require")) {
        read_need(reading);
    } else if (verb_is(reading, "have own keep") && !flag(reading, CLAUSE_PERFECT)) {
        read_have(reading);
    } else if ((classes & LEX_GOAL) != 0) {
        read_goal(reading);
    } else if ((classes & LEX_STUDY) != 0) {
        read_study(reading);
    } else if (verb_is(reading, "avoid skip") ||
               (verb_is(reading, "eat drink tolerate smoke drive") && refuses(reading) && !is_past(reading))) {
        say(reading, FINDING_CONSTRAINT, "avoids", CONFIDENCE_CONSTRAINT - 60);
    } else if ((classes & (LEX_LIKE | LEX_DISLIKE)) != 0 && !verb_is(reading, "stand tolerate")) {
        read_like(reading);
    } else {
        return 0;
    }
    return 1;
}

static void read_verb(const struct reading *reading)
{
    uint64_t classes = reading->clause->classes;

    if (read_by_verb(reading)) {
        return;
    }
    if (verb_is(reading, "suffer struggle")) {
        say(reading, FINDING_CONSTRAINT, "condition", CONFIDENCE_WISH);
    } else if ((classes & LEX_JOIN) != 0) {
        read_join(reading);
    } else if ((classes & LEX_LEAVE) != 0) {
        read_leave(reading);
    } else if (verb_is(reading, "think consider look") && flag(reading, CLAUSE_PROGRESSIVE)) {
        if (word_in(word_at(reading, reading->start), "of about into to forward") ||
            word_at(reading, reading->start)->form == FORM_ING) {
            say(reading, FINDING_GOAL, "goal",
                phrase_content(reading->reader, reading->start, reading->end) > 1 && !refuses(reading) ? CONFIDENCE_WISH
                                                                                                       : 0);
        }
    } else if (verb_is(reading, "run") && !is_past(reading) && !is_planned(reading) &&
               !flag(reading, CLAUSE_PROGRESSIVE) &&
               (word_at(reading, reading->start)->classes & LEX_DETERMINER) != 0 &&
               !is_passing_object(reading, reading->start)) {
        say(reading, FINDING_IDENTITY, "work", CONFIDENCE_ROLE - 40);
    } else if ((classes & LEX_USE) != 0 || (verb_is(reading, "run") && !is_past(reading) && !is_planned(reading) &&
                                            (word_at(reading, reading->start)->flags & WORD_CAPITAL) != 0)) {
        read_tool(reading);
    } else if ((classes & LEX_BUILD) != 0) {
        read_project(reading);
    } else if (is_life_event(reading)) {
        read_event(reading);
    } else if ((classes & LEX_HABIT) != 0 && !is_planned(reading) && !is_past(reading)) {
        if (phrase_content(reading->reader, reading->start, reading->end) > 0 &&
            !is_passing_object(reading, reading->start)) {
            say(reading, FINDING_PREFERENCE, "habit", CONFIDENCE_HABIT);
        }
    } else if (verb_is(reading, "know") && phrase_any(reading->reader, reading->start, reading->end, LEX_LANGUAGE)) {
        read_language(reading);
    } else if ((classes & (LEX_MENTAL | LEX_REQUEST)) != 0) {
        return;
    } else {
        read_other(reading);
    }
}

/* End of the clause before a description of another person: "I'm helping my neighbour, a retired pilot from Oslo". */
static size_t end_before_others(const struct statement_reader *reader, const struct clause *clause)
{
    for (size_t i = clause->complement; i + 1 < clause->end; i++) {
        const struct word *word = &reader->words[i];
        const struct word *next = &reader->words[i + 1];

        if ((clause->flags & CLAUSE_COPULA) == 0 && word_in(next, "who whose")) {
            return i + 1;
        }
        if ((word->classes & (LEX_ACQUAINTANCE | LEX_RELATIVE | LEX_FAMILY)) == 0 || (word->classes & LEX_VERB) != 0) {
            continue;
        }
        if (word_in(next, "who whose") ||
            ((word->classes & LEX_FAMILY) == 0 &&
             ((next->gap & (GAP_COMMA | GAP_OPEN | GAP_DASH)) != 0 || word_in(next, "from that")))) {
            return i + 1;
        }
    }
    return clause->end;
}

/* End of a subordinate clause before a main clause without comma: "Because I work nights I never ...". */
static size_t end_before_main(const struct statement_reader *reader, const struct clause *clause, size_t end)
{
    const struct word *words = reader->words;

    for (size_t i = clause->complement + 1; i < end && word_in(&words[clause->start], "because since as when"); i++) {
        if (word_in(&words[i], "i we") &&
            (words[i - 1].classes & (LEX_CONJUNCTION | LEX_SUBORDINATOR | LEX_INTERROGATIVE | LEX_PRONOUN |
                                     LEX_HYPOTHETICAL | LEX_PREPOSITION | LEX_VERB)) == 0) {
            return i;
        }
    }
    return end;
}

/* Incomplete statements: "all I have is", "is all I've got for", "where I'm from", "I'm used to". */
static int32_t is_fragment(const struct reading *reading)
{
    const struct clause *clause = reading->clause;
    const struct word *first = word_at(reading, reading->start);
    const struct word *before = clause->subject > clause->start ? &reading->reader->words[clause->subject - 1] : NULL;

    if (before != NULL && word_in(before, "where all what") && clause->subject != clause->verb_start) {
        return word_is(before, "where") || (clause->flags & CLAUSE_COPULA) == 0;
    }
    if ((clause->flags & CLAUSE_COPULA) == 0 && (first->gap & GAP_BREAK) == 0 &&
        (word_in(first, "is 's are was were") ||
         (word_is(first, "got") && word_in(word_at(reading, reading->start + 1), "is 's for")))) {
        return 1;
    }
    if ((clause->flags & CLAUSE_PASSIVE) != 0 && word_is(&reading->reader->words[clause->verb], "used")) {
        return 1;
    }
    if ((clause->flags & CLAUSE_COPULA) != 0 && is_past(reading) &&
        phrase_has(reading->reader, reading->start, reading->end,
                   "kid child boy girl teenager teen baby young little")) {
        return 1;
    }
    if (word_in(&reading->reader->words[clause->verb], "put putting") && word_is(first, "together") &&
        phrase_has(reading->reader, reading->start, reading->end, "plan list checklist schedule")) {
        return 1; /* the purpose of the chat */
    }
    return verb_is(reading, "have keep") && phrase_content(reading->reader, clause->verb, reading->end) < 3 &&
           word_in(first, "for being asking getting saying");
}

void statement_read_clause(struct statement_reader *reader, const struct clause *clause)
{
    struct reading reading = {reader, clause, clause->complement, end_before_others(reader, clause)};

    if ((clause->flags & CLAUSE_PREFACED) != 0 || clause->verb >= clause->end ||
        ((clause->flags & CLAUSE_SHARED) != 0 && word_in(&reader->words[clause->verb_start], "is are does"))) {
        return;
    }
    reading.end = end_before_main(reader, clause, reading.end);
    if (read_where(&reading) || is_fragment(&reading)) {
        return;
    }
    if ((clause->flags & CLAUSE_DROPPED) != 0 && (clause->classes & LEX_CONDITION) != 0) {
        say_full(&reading, FINDING_CONSTRAINT, "condition", clause->verb, clause->end, 0, CONFIDENCE_CONSTRAINT);
    } else if ((clause->flags & CLAUSE_COPULA) != 0) {
        read_copula(&reading);
    } else if ((clause->flags & CLAUSE_PASSIVE) != 0 ||
               ((clause->flags & CLAUSE_DROPPED) != 0 && verb_is(&reading, "base bear raise train retire marry"))) {
        read_passive(&reading);
    } else if ((clause->flags & CLAUSE_CAN) != 0) {
        read_ability(&reading);
    } else if ((clause->flags & CLAUSE_MUST) != 0) {
        read_obligation(&reading);
    } else {
        read_verb(&reading);
    }
}
