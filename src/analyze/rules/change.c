#include "analyze/rules/change.h"

#define CONFIDENCE_ENDING   200 /* only effective if the ended value is known */
#define CONFIDENCE_EMPLOYER 840
#define NAME_WORDS          4

#define KIND_HOME           (UINT32_C(1) << 0)
#define KIND_EMPLOYER       (UINT32_C(1) << 1)
#define KIND_TOOL           (UINT32_C(1) << 2)
#define KIND_ANY            (KIND_HOME | KIND_EMPLOYER | KIND_TOOL)

struct change {
    uint32_t kinds;
    size_t from; /* first word of the old value */
    size_t from_end;
    size_t to; /* first word of the new value; to == to_end if there is none */
    size_t to_end;
};

static const struct {
    uint32_t kind;
    enum finding_category category;
    const char *subject;
    const char *was;
    const char *is;
} kinds[] = {
    {KIND_HOME, FINDING_IDENTITY, "home", "Lived in ", "Lives in "},
    {KIND_EMPLOYER, FINDING_IDENTITY, "employer", "Worked at ", "Works at "},
    {KIND_TOOL, FINDING_SKILL, "skill", "Used ", "Uses "},
};

static int32_t at_is(const struct statement_reader *reader, size_t i, const char *keys)
{
    return i < reader->count && word_in(&reader->words[i], keys);
}

/* End of a value: the last capitalised word if it starts with one, otherwise the word before a preposition or verb. */
static size_t value_end(const struct statement_reader *reader, size_t start)
{
    size_t i = start;

    if (i >= reader->count || word_in(&reader->words[i], "i we it me my our the this that them all what")) {
        return start;
    }
    while (i < reader->count && i < start + NAME_WORDS) {
        const struct word *word = &reader->words[i];

        if (i > start && ((word->gap & GAP_BREAK) != 0 ||
                          ((reader->words[start].flags & WORD_CAPITAL) != 0 && (word->flags & WORD_CAPITAL) == 0 &&
                           (word->flags & (WORD_NUMBER | WORD_JOINED)) == 0 && !word_in(word, "of the and")))) {
            break;
        }
        if ((word->classes & (LEX_PREPOSITION | LEX_CONJUNCTION | LEX_SUBORDINATOR | LEX_PRONOUN | LEX_MODAL | LEX_BE |
                              LEX_ADVERB | LEX_DURATION | LEX_MONTH | LEX_NEGATION)) != 0 &&
            (word->flags & WORD_CAPITAL) == 0 &&
            !(word_in(word, "of and the") && i > start && i + 1 < reader->count &&
              (reader->words[i + 1].flags & WORD_CAPITAL) != 0)) {
            break;
        }
        if (word_in(word,
                    "last this these now altogether anymore entirely completely already finally i we it is has")) {
            break;
        }
        i++;
    }
    return i;
}

static size_t skip_the(const struct statement_reader *reader, size_t i)
{
    while (
        at_is(reader, i, "the my our using use over up all everything entirely completely away working at with in")) {
        i++;
    }
    return i;
}

static void take_from(const struct statement_reader *reader, struct change *change, size_t at)
{
    change->from = skip_the(reader, at);
    change->from_end = value_end(reader, change->from);
}

static void take_to(const struct statement_reader *reader, struct change *change, size_t at)
{
    change->to = skip_the(reader, at);
    change->to_end = value_end(reader, change->to);
}

/* Index of the first word of `keys` within `window` words of the same clause; count if there is none. */
static size_t find_key(const struct statement_reader *reader, size_t from, const char *keys, size_t window)
{
    for (size_t i = from; i < reader->count && i < from + window; i++) {
        if (word_in(&reader->words[i], keys)) {
            return i;
        }
    }
    return reader->count;
}

/* 0 if the verb is wished for, asked about or negated. */
static int32_t is_done(const struct statement_reader *reader, size_t verb)
{
    for (size_t i = verb > 4 ? verb - 4 : 0; i < verb; i++) {
        const struct word *word = &reader->words[i];

        if ((word->classes & (LEX_MODAL | LEX_HYPOTHETICAL | LEX_NEGATION | LEX_INTERROGATIVE)) != 0 ||
            word_in(word, "to not n't never you he she they him her almost nearly")) {
            return 0;
        }
    }
    return 1;
}

/* 1 if the user is the subject of the verb at `verb`. */
static int32_t is_own(const struct statement_reader *reader, size_t verb)
{
    size_t i = verb;

    while (
        i > 0 && (reader->words[i].gap & GAP_BREAK) == 0 &&
        ((reader->words[i - 1].classes & (LEX_ADVERB | LEX_FILLER | LEX_HAVE | LEX_DO | LEX_BE | LEX_NEGATION)) != 0 ||
         word_in(&reader->words[i - 1], "just finally 've 'm 're got"))) {
        i--;
    }
    if (i == 0 || word_in(&reader->words[i - 1], "i we")) {
        return 1;
    }
    if (!word_in(&reader->words[i - 1], "and so but having since after then also update") &&
        (reader->words[i].gap & GAP_BREAK) == 0) {
        return 0;
    }
    return !phrase_any(reader, 0, i, LEX_FAMILY | LEX_RELATIVE | LEX_ACQUAINTANCE) &&
           !phrase_has(reader, 0, i, "he she they");
}

/* "ditched A for B", "replaced A with B", "left A for B", "swapped A with B" */
static int32_t read_exchange(const struct statement_reader *reader, size_t i, struct change *change)
{
    size_t to;

    if (at_is(reader, i,
              "ditched dumped dropped replaced swapped traded abandoned scrapped uninstalled binned "
              "exchanged axed retired ditching dropping replacing")) {
        change->kinds = KIND_TOOL;
    } else if (at_is(reader, i, "left quit quitted leaving")) {
        change->kinds = KIND_HOME | KIND_EMPLOYER;
    } else {
        return 0;
    }
    if (!is_done(reader, i) || !is_own(reader, i)) {
        return 0;
    }
    take_from(reader, change, i + 1);
    to = change->from_end;
    if (at_is(reader, to, "for") && at_is(reader, to + 1, "a an this that my the now one two three some work")) {
        return 0; /* temporary, or for one purpose */
    }
    if (at_is(reader, to, "for with by to") && (reader->words[to].gap & GAP_BREAK) == 0) {
        take_to(reader, change, to + 1);
        if (change->to < reader->count && (reader->words[change->to].flags & WORD_CAPITAL) == 0 &&
            word_in(&reader->words[change->to], "good a an two three some ever work")) {
            change->to_end = change->to;
        }
    } else if (at_is(reader, to, "in") && at_is(reader, to + 2, "of")) { /* in favour of */
        take_to(reader, change, to + 3);
    }
    return 1;
}

/* "moved from A to B", "switched to B from A", "migrated off A", "went from A to B" */
static int32_t read_passage(const struct statement_reader *reader, size_t i, struct change *change)
{
    size_t from;
    size_t to;

    if (!at_is(reader, i,
               "moved moving switched switching migrated migrating went changed changing jumped swapped "
               "converted transferred relocated poached") ||
        !is_done(reader, i) || !(is_own(reader, i) || (at_is(reader, i, "poached") && at_is(reader, i + 1, "me us")))) {
        return 0;
    }
    from = find_key(reader, i + 1, "from off", 6);
    if (from == reader->count) {
        return 0;
    }
    to = find_key(reader, i + 1, "to onto", 12);
    change->kinds = at_is(reader, i, "poached") ? KIND_EMPLOYER
                    : at_is(reader, i, "relocated")
                        ? KIND_HOME
                        : KIND_TOOL | KIND_EMPLOYER | (at_is(reader, i, "moved moving went") ? KIND_HOME : 0);
    take_from(reader, change, from + 1);
    if (at_is(reader, i, "poached")) { /* "B poached me from A" */
        change->to = i;
        change->to_end = i;
        while (change->to > 0 && (reader->words[change->to - 1].flags & WORD_CAPITAL) != 0) {
            change->to--;
        }
    } else if (to < reader->count) {
        take_to(reader, change, to + 1);
    }
    return 1;
}

/* "stopped using A", "no longer with A", "don't live in A any more", "not using A any more", "scratch A" */
static int32_t read_stop(const struct statement_reader *reader, size_t i, struct change *change)
{
    size_t verb = i + 1;

    if (at_is(reader, i, "scratch forget goodbye bye farewell") &&
        (i < 4 || (reader->words[i].gap & GAP_BREAK) != 0 || find_key(reader, i, "hello", 8) < reader->count)) {
        size_t about = find_key(reader, i, "about", 7);

        change->kinds = KIND_ANY;
        take_from(reader, change, about < reader->count ? about + 1 : i + 1);
        return 1;
    }
    if (at_is(reader, i, "notice") && at_is(reader, i + 1, "at") && phrase_has(reader, 0, i, "my handed gave")) {
        change->kinds = KIND_EMPLOYER;
        take_from(reader, change, i + 2);
        return 1;
    }
    if (!at_is(reader, i, "instead") && !is_own(reader, i)) {
        return 0;
    }
    if (at_is(reader, i, "used") && at_is(reader, i + 1, "to")) {
        verb = i + 2;
    } else if (at_is(reader, i, "stopped quit") && at_is(reader, verb, "using working living") && is_done(reader, i)) {
        verb = i + 1;
    } else if (at_is(reader, i, "no") && at_is(reader, i + 1, "longer")) {
        verb = i + 2;
    } else if (at_is(reader, i, "not n't") && (find_key(reader, i, "anymore", 9) < reader->count ||
                                               at_is(reader, find_key(reader, i, "any", 9) + 1, "more") ||
                                               at_is(reader, find_key(reader, i, "any", 9) + 1, "longer"))) {
        verb = i + 1;
    } else if (at_is(reader, i, "instead") && at_is(reader, i + 1, "of") &&
               find_key(reader, 0, "now currently nowadays days", i) < reader->count) {
        change->kinds = KIND_TOOL;
        take_from(reader, change, i + 2);
        return 1;
    } else {
        return 0;
    }
    change->kinds = at_is(reader, verb, "live living in based")            ? KIND_HOME
                    : at_is(reader, verb, "work working at with employed") ? KIND_EMPLOYER
                    : at_is(reader, verb, "use using on")                  ? KIND_TOOL
                                                                           : 0;
    if (change->kinds == 0) {
        return 0;
    }
    verb += (size_t)at_is(reader, verb, "live living work working based employed use using");
    take_from(reader, change, verb + (size_t)at_is(reader, verb, "in at for with on near"));
    return 1;
}

/* Finds the new value in the rest of the sentence: "B it is", "B is home now", "it's B now", "hello B", "do it all in
 * B", "upped sticks to B", "I'm in B now", "and joined B". */
static void find_next(const struct statement_reader *reader, struct change *change)
{
    const struct word *words = reader->words;

    for (size_t i = change->from_end; i < reader->count && change->to == change->to_end; i++) {
        if (i > 0 && (words[i].gap & GAP_BREAK) != 0 && at_is(reader, i + 1, "is 's") && at_is(reader, i + 2, "home") &&
            words[i].length > 2 && (words[i].classes & (LEX_PRONOUN | LEX_STOP)) == 0) {
            change->to = i;
            change->to_end = i + 1;
        } else if ((words[i].flags & WORD_CAPITAL) != 0 && (i == change->from_end || (words[i].gap & GAP_BREAK) != 0) &&
                   !word_in(&words[i], "i we it")) {
            size_t end = value_end(reader, i);

            if (at_is(reader, end, "it") || (at_is(reader, end, "is 's") && at_is(reader, end + 1, "home now"))) {
                change->to = i;
                change->to_end = end;
            }
        } else if (at_is(reader, i, "hello joined") || (at_is(reader, i, "sticks") && at_is(reader, i + 1, "to")) ||
                   (at_is(reader, i, "it") && at_is(reader, i + 1, "'s is") && !at_is(reader, i + 2, "all")) ||
                   (at_is(reader, i, "all everything all's") && at_is(reader, i + 1, "in on with")) ||
                   (at_is(reader, i, "'m am 're are use using is") && at_is(reader, i + 1, "in at on with now"))) {
            take_to(reader, change, i + 1 + (size_t)at_is(reader, i + 1, "to 's is in on with at now"));
            if (change->to < change->to_end && (words[change->to].flags & WORD_CAPITAL) == 0) {
                change->to_end = change->to;
            }
        }
    }
}

static void tell(struct statement_reader *reader, struct change *change)
{
    if (change->from >= change->from_end) {
        return;
    }
    if ((change->kinds & KIND_EMPLOYER) != 0 &&
        phrase_has(reader, 0, reader->count, "job jobs employer employers work company poached career")) {
        change->kinds = KIND_EMPLOYER;
        if (change->to < change->to_end) {
            statement_emit_exclusive(reader, FINDING_IDENTITY, "employer", "Works at ", change->to, change->to_end,
                                     change->to, change->to_end, 1, CONFIDENCE_EMPLOYER);
        }
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        static const char *const next[] = {FINDING_NEXT "home", FINDING_NEXT "employer", FINDING_NEXT "skill"};

        if ((change->kinds & kinds[i].kind) == 0) {
            continue;
        }
        statement_emit_former(reader, kinds[i].category, kinds[i].subject, kinds[i].was, change->from, change->from_end,
                              CONFIDENCE_ENDING);
        if (change->to < change->to_end) {
            statement_emit_phrase(reader, kinds[i].category, next[i], kinds[i].is, change->to, change->to_end,
                                  change->to, change->to_end, CONFIDENCE_ENDING);
        }
    }
}

void change_read(struct statement_reader *reader)
{
    int32_t own = phrase_has(reader, 0, reader->count, "i we my our me us");

    if (reader->question || phrase_any(reader, 0, reader->count, LEX_PERSONA) ||
        phrase_has(reader, 0, reader->count < 3 ? reader->count : 3, "if imagine suppose he she they")) {
        return;
    }
    for (size_t i = 0; i < reader->count; i++) {
        struct change change = {0, 0, 0, 0, 0};

        if (!own && i > 3) {
            return; /* without a subject it must be at the start of the sentence */
        }
        if (read_stop(reader, i, &change) || read_passage(reader, i, &change) || read_exchange(reader, i, &change)) {
            if (change.to == change.to_end) {
                find_next(reader, &change);
            }
            tell(reader, &change);
        }
    }
}
