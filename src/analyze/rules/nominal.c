#include "analyze/rules/nominal.h"

#include "analyze/rules/rephrase.h"

#include <string.h>

#define CONFIDENCE_NAMED_KIN  870
#define CONFIDENCE_KIN        640
#define CONFIDENCE_RELATIVE   560
#define CONFIDENCE_NAME       960
#define CONFIDENCE_ATTRIBUTE  760
#define CONFIDENCE_POSSESSION 480
#define CONFIDENCE_AS         860
#define CONFIDENCE_CONDITION  850
#define CONFIDENCE_STANDING   860
#define CONFIDENCE_DIRECTIVE  600
#define CONFIDENCE_HERE       700

static int32_t is_own(const struct word *word)
{
    return word_in(word, "my our");
}

static int32_t is_capital(const struct word *word)
{
    return (word->flags & WORD_CAPITAL) != 0 && !word_in(word, "i i'm my we the a an and but so she he it") &&
           (word->classes & (LEX_MONTH | LEX_DEMONYM | LEX_LANGUAGE | LEX_INTERROGATIVE)) == 0;
}

/* End of a run of capitalised words, at most three. */
static size_t name_end(const struct statement_reader *reader, size_t start)
{
    size_t i = start;

    while (i < reader->count && i < start + 3 && is_capital(&reader->words[i]) &&
           (i == start || (reader->words[i].gap & GAP_BREAK) == 0)) {
        i++;
    }
    return i;
}

/* Age near a relative's name: "turned 6", "(6)", ", 6,", "is 6". 0 if there is none. */
static size_t find_age(const struct statement_reader *reader, size_t from)
{
    size_t limit = from + 5 < reader->count ? from + 5 : reader->count;

    for (size_t i = from; i < limit; i++) {
        const struct word *word = &reader->words[i];
        const struct word *next = i + 1 < reader->count ? &reader->words[i + 1] : NULL;

        if ((word->flags & WORD_NUMBER) != 0 && word->length <= 2 && i > 0 &&
            (next == NULL || (next->gap & GAP_BREAK) != 0 ||
             word_in(next,
                     "years year in this next on and yo last months today tomorrow yesterday now recently soon")) &&
            ((word->gap & (GAP_COMMA | GAP_OPEN)) != 0 ||
             word_in(&reader->words[i - 1], "turned turns turning is 's just be age aged was became"))) {
            return i;
        }
        if (word_in(word, "who and but so because in at")) {
            break;
        }
    }
    return 0;
}

/* Position of a relative's name: "my son Jonas", "my son, Jonas,", "my son is called Jonas", "my son's name is". */
static size_t find_kin_name(const struct statement_reader *reader, size_t noun)
{
    size_t i = noun + 1;

    if (i < reader->count && word_is(&reader->words[i], "'s")) {
        if (i + 2 < reader->count && word_is(&reader->words[i + 1], "name")) {
            return i + 3 < reader->count ? i + 3 : reader->count;
        }
        return reader->count;
    }
    if (i + 1 < reader->count && word_in(&reader->words[i], "is 's named called") &&
        word_in(&reader->words[i + 1], "called named")) {
        return i + 2;
    }
    if (i + 1 < reader->count && word_in(&reader->words[i], "named called")) {
        return i + 1;
    }
    return i;
}

static void emit_kin(struct statement_reader *reader, size_t own, size_t noun, size_t name)
{
    const struct word *words = reader->words;
    int32_t close = (words[noun].classes & (LEX_FAMILY | LEX_PET)) != 0;
    size_t end = name < reader->count ? name_end(reader, name) : name;
    int32_t named = name < reader->count && end > name;
    size_t age = find_age(reader, named && name > own ? end : noun + 1);
    struct statement made = {.category = FINDING_PERSON, .subject = "family"};

    if (!named && !close) {
        return;
    }
    buffer_clear(reader->line);
    buffer_clear(reader->value);
    if (!named && age == 0) {
        buffer_append_text(reader->line, noun > own + 1 ? "" : words[noun].form == FORM_S ? "Has " : "Has a ");
        rephrase_verbatim(reader->line, reader->text, words, own + 1, noun + 1);
        rephrase_verbatim(reader->value, reader->text, words, noun, noun + 1);
    } else {
        rephrase_verbatim(reader->line, reader->text, words, own + 1, noun + 1);
        rephrase_verbatim(reader->value, reader->text, words, noun, noun + 1);
        if (named) {
            buffer_append_byte(reader->line, ' ');
            rephrase_verbatim(reader->line, reader->text, words, name, end);
            buffer_clear(reader->value);
            rephrase_verbatim(reader->value, reader->text, words, name, end);
        }
        if (age > 0) {
            buffer_append_text(reader->line, " (");
            rephrase_verbatim(reader->line, reader->text, words, age, age + 1);
            buffer_append_byte(reader->line, ')');
        }
    }
    rephrase_capitalise(reader->line, 0);
    made.value = buffer_text(reader->value);
    made.text = buffer_text(reader->line);
    made.confidence = named && close ? CONFIDENCE_NAMED_KIN
                      : named        ? CONFIDENCE_RELATIVE
                      : age > 0      ? CONFIDENCE_KIN + 60
                                     : CONFIDENCE_KIN - 200;
    made.quote_start = words[named && name < own ? name : own].offset;
    end = named && name > own ? end : noun + 1;
    end = end > age ? end : age + 1;
    made.quote_end = words[end - 1].offset + words[end - 1].length;
    reader->emit(reader->emit_user, &made);
}

/* Position of a preceding name: "Marta, my wife," and "Marta (my wife)"; reader->count if there is none. */
static size_t name_before(const struct statement_reader *reader, size_t own)
{
    const struct word *words = reader->words;

    if (own > 1 && word_in(&words[own - 1], "is 's") && is_capital(&words[own - 2])) {
        return own - 2; /* "Ines is my daughter" */
    }
    if (own == 0 || (words[own].gap & (GAP_COMMA | GAP_OPEN | GAP_DASH)) == 0 || !is_capital(&words[own - 1]) ||
        (own == 1 && (words[0].classes & (LEX_GREETING | LEX_VERB | LEX_FILLER | LEX_ADVERB)) != 0)) {
        return reader->count;
    }
    return own > 1 && is_capital(&words[own - 2]) && (words[own - 1].gap & GAP_BREAK) == 0 ? own - 2 : own - 1;
}

/* Relatives and pets: "my 6-year-old daughter Ines", "our two cats". Returns 1 if one was read. */
static int32_t read_kin(struct statement_reader *reader, size_t own)
{
    const struct word *words = reader->words;

    for (size_t noun = own + 1; noun < reader->count && noun < own + 4; noun++) {
        uint64_t classes = words[noun].classes;

        if (noun > own + 1 && (words[noun].gap & GAP_BREAK) != 0) {
            return 0;
        }
        if ((classes & (LEX_FAMILY | LEX_RELATIVE | LEX_PET)) != 0 && (classes & LEX_PREPOSITION) == 0) {
            const struct word *next = noun + 1 < reader->count ? &words[noun + 1] : NULL;

            if (next != NULL && (next->gap & GAP_BREAK) == 0 &&
                (next->classes & (LEX_FAMILY | LEX_RELATIVE | LEX_ACQUAINTANCE | LEX_PET | LEX_PROJECT | LEX_JOB)) !=
                    0) {
                continue; /* "dog walker", "cat food shop", "guinea pig" */
            }
            if (next != NULL && (next->gap & GAP_BREAK) == 0 && next->classes == 0 && !is_capital(next) &&
                (next->flags & (WORD_NUMBER | WORD_JOINED)) == 0) {
                return 0; /* "mother tongue" */
            }
            if (next == NULL || !word_is(next, "'s") ||
                (noun + 2 < reader->count && word_is(&words[noun + 2], "name"))) {
                size_t before = name_before(reader, own);

                emit_kin(reader, own, noun, before < reader->count ? before : find_kin_name(reader, noun));
            }
            return 1;
        }
        if ((classes & LEX_ACQUAINTANCE) != 0) {
            return 1;
        }
        if ((classes & LEX_PREPOSITION) != 0) {
            return 0;
        }
    }
    return 0;
}

static enum finding_category attribute_category(const struct statement_reader *reader, size_t start, size_t end);

/* Homes: "my flat in Porto", "our new home is in Porto". */
static int32_t read_dwelling(struct statement_reader *reader, size_t own)
{
    const struct word *words = reader->words;

    for (size_t i = own + 1; i + 2 < reader->count && i < own + 4; i++) {
        if (word_in(&words[i], "flat apartment house home place studio condo cottage flatshare garden balcony kitchen "
                               "neighbourhood neighborhood street")) {
            size_t at = i + 1 + (size_t)word_in(&words[i + 1], "is 's here");
            size_t end = at + 1 < reader->count ? name_end(reader, at + 1) : 0;

            if (at + 1 < reader->count && word_in(&words[at], "in near outside") && end > at + 1) {
                statement_emit_exclusive(reader, FINDING_IDENTITY, "home", "Lives in ", at + 1, end, at + 1, end, 1,
                                         CONFIDENCE_HERE + 60);
                return 1;
            }
        }
    }
    return 0;
}

/* Employers: "my boss at Blue Foods". */
static int32_t read_team(struct statement_reader *reader, size_t own)
{
    const struct word *words = reader->words;

    for (size_t i = own + 1; i + 2 < reader->count && i < own + 4; i++) {
        if (word_in(&words[i],
                    "boss manager team colleague colleagues coworkers coworker supervisor office job desk shift "
                    "shifts department role position contract internship work") &&
            word_in(&words[i + 1], "at with") && name_end(reader, i + 2) > i + 2) {
            size_t end = name_end(reader, i + 2);

            statement_emit_exclusive(reader, FINDING_IDENTITY, "employer", "Works at ", i + 2, end, i + 2, end, 1,
                                     CONFIDENCE_HERE + 40);
            return 1;
        }
    }
    return 0;
}

/* Homes without "I": "an engineer living in Porto", "new flat in Porto". */
static void read_living(struct statement_reader *reader, size_t in)
{
    const struct word *words = reader->words;
    size_t end = name_end(reader, in + 1);
    int32_t own = 0;

    if (end == in + 1 || reader->question || in == 0) {
        return;
    }
    for (size_t i = 0; i < in; i++) {
        if ((words[i].classes &
             (LEX_ACQUAINTANCE | LEX_RELATIVE | LEX_FAMILY | LEX_HYPOTHETICAL | LEX_INTERROGATIVE)) != 0 ||
            word_in(&words[i], "he she they you it people his her")) {
            return;
        }
    }
    for (size_t i = 0; i < reader->count; i++) {
        own |= word_in(&words[i], "i we my our me");
    }
    if ((own && in > 1 && word_in(&words[in - 1], "living based") &&
         !word_in(&words[in - 2], "i 'm am was were been of")) ||
        (in > 1 && word_in(&words[in - 1], "flat apartment home house place") && word_is(&words[in - 2], "new") &&
         (in == 2 || (words[in - 2].gap & GAP_BREAK) != 0))) {
        statement_emit_exclusive(reader, FINDING_IDENTITY, "home", "Lives in ", in + 1, end, in + 1, end, 1,
                                 CONFIDENCE_HERE);
    }
}

/* Statements without subject: "the dream is to ...", "not a fan of ...". */
static void read_bare(struct statement_reader *reader)
{
    const struct word *words = reader->words;
    size_t start = 0;

    while (start < reader->count && (words[start].classes & (LEX_FILLER | LEX_CONJUNCTION | LEX_GREETING)) != 0) {
        start++;
    }
    for (size_t i = start; i + 3 < reader->count && i < start + 4 && !reader->question; i++) {
        int32_t aim = (words[i].classes & LEX_AIM) != 0 && word_in(&words[i + 1], "is 's") &&
                      word_is(&words[i + 2], "to") &&
                      !phrase_any(reader, start, i, LEX_ACQUAINTANCE | LEX_FAMILY | LEX_RELATIVE) &&
                      !phrase_has(reader, start, i, "my our your their his her");
        int32_t fan = word_is(&words[i], "fan") && word_is(&words[i + 1], "of") &&
                      !phrase_has(reader, start, i, "i 'm am is are he she");

        if (aim) {
            size_t end = i + 3;

            while (end < reader->count && (words[end].gap & (GAP_STOP | GAP_COMMA)) == 0) {
                end++;
            }
            statement_emit_phrase(reader, FINDING_GOAL, "goal", "Wants to ", i + 3, end, i + 3, end,
                                  CONFIDENCE_ATTRIBUTE);
        } else if (fan) {
            statement_emit_phrase(reader, FINDING_PREFERENCE,
                                  phrase_has(reader, start, i, "not never hardly no") ? "dislikes" : "likes", "", start,
                                  phrase_end(reader, i + 2, reader->count), i + 2,
                                  phrase_end(reader, i + 2, reader->count), CONFIDENCE_ATTRIBUTE);
        }
    }
}

/* "my employer, Blue Foods, ..." */
static int32_t read_apposition(struct statement_reader *reader, size_t own)
{
    const struct word *words = reader->words;

    for (size_t i = own + 1; i + 1 < reader->count && i < own + 4; i++) {
        if ((words[i].classes & (LEX_ATTRIBUTE | LEX_JOB)) != 0 &&
            (words[i + 1].gap & (GAP_COMMA | GAP_OPEN | GAP_DASH)) != 0) {
            size_t end = name_end(reader, i + 1);

            if (end > i + 1) {
                statement_emit_phrase(reader, attribute_category(reader, own + 1, i + 1), "attribute", "", own + 1, end,
                                      i + 1, end, CONFIDENCE_ATTRIBUTE + 40);
                return 1;
            }
        }
    }
    return 0;
}

static enum finding_category attribute_category(const struct statement_reader *reader, size_t start, size_t end)
{
    if (phrase_any(reader, start, end, LEX_AIM)) {
        return FINDING_GOAL;
    }
    if (phrase_any(reader, start, end, LEX_LIMIT | LEX_CONDITION)) {
        return FINDING_CONSTRAINT;
    }
    if (phrase_has(reader, start, end, "favourite favorite hobby hobbies passion preference diet weakness")) {
        return FINDING_PREFERENCE;
    }
    if (phrase_has(reader, start, end,
                   "stack setup editor laptop phone camera instrument bike keyboard workflow distro "
                   "machine computer")) {
        return FINDING_SKILL;
    }
    if (phrase_any(reader, start, end, LEX_EDUCATION)) {
        return FINDING_BACKGROUND;
    }
    if (phrase_any(reader, start, end, LEX_PROJECT) && !phrase_any(reader, start, end, LEX_JOB)) {
        return FINDING_PROJECT;
    }
    return FINDING_IDENTITY;
}

/* Attributes: "my budget is 400 euros", "our stack is Go". */
static int32_t read_attribute(struct statement_reader *reader, size_t own)
{
    const struct word *words = reader->words;
    size_t verb = own + 1;
    size_t end;

    while (verb < reader->count && verb < own + 8 &&
           (!word_in(&words[verb], "is are 's was were") ||
            (word_is(&words[verb], "'s") && verb + 1 < reader->count && !is_capital(&words[verb + 1]) &&
             (words[verb + 1].classes & (LEX_DETERMINER | LEX_PREPOSITION)) == 0))) {
        if ((words[verb].gap & GAP_BREAK) != 0 && verb > own + 1) {
            return 0;
        }
        verb++;
    }
    if (verb >= reader->count || verb >= own + 8 || verb == own + 1 || verb + 1 >= reader->count || reader->question) {
        return 0;
    }
    if (word_is(&words[verb], "'s") && verb + 1 < reader->count &&
        !((words[verb + 1].classes & (LEX_DETERMINER | LEX_PREPOSITION)) != 0 || is_capital(&words[verb + 1]))) {
        return 0;
    }
    end = verb + 1;
    while (end < reader->count &&
           !((words[end].gap & (GAP_STOP | GAP_MASK)) != 0 ||
             word_in(&words[end], "but so because i we what can could which") ||
             ((words[end].gap & GAP_BREAK) != 0 && (words[end].classes & (LEX_PRONOUN | LEX_IMPERATIVE)) != 0))) {
        end++;
    }
    if (phrase_has(reader, own + 1, verb, "name") && verb - own <= 4 && name_end(reader, verb + 1) > verb + 1) {
        if (verb == own + 2) {
            statement_emit_phrase(reader, FINDING_IDENTITY, "name", "Name: ", verb + 1, name_end(reader, verb + 1),
                                  verb + 1, name_end(reader, verb + 1), CONFIDENCE_NAME);
        }
        return 1;
    }
    if (phrase_any(reader, own + 1, verb, LEX_EPHEMERAL | LEX_CONTENT) &&
        !phrase_any(reader, own + 1, verb, LEX_ATTRIBUTE | LEX_AIM | LEX_LIMIT)) {
        return 1;
    }
    if (phrase_content(reader, verb + 1, end) > 0 && !word_in(&words[verb + 1], "it this that not n't")) {
        int32_t known = phrase_any(reader, own + 1, verb, LEX_ATTRIBUTE | LEX_AIM | LEX_LIMIT | LEX_PROJECT | LEX_JOB);

        statement_emit_phrase(reader, attribute_category(reader, own + 1, verb), "attribute", "", own + 1, end, own + 1,
                              end, known ? CONFIDENCE_ATTRIBUTE : CONFIDENCE_POSSESSION - 100);
    }
    return 1;
}

/* "my peanut allergy", "my app Lumen", "my job as a nurse in Leeds", "my PhD in botany". */
static void read_possession(struct statement_reader *reader, size_t own)
{
    const struct word *words = reader->words;
    size_t end = own + 1;
    int32_t sure = 0;
    enum finding_category category = FINDING_IDENTITY;
    const char *subject = "has";

    while (end < reader->count && end < own + 6 && (end == own + 1 || (words[end].gap & GAP_BREAK) == 0) &&
           (words[end].classes & (LEX_PREPOSITION | LEX_CONJUNCTION | LEX_PRONOUN | LEX_BE | LEX_MODAL | LEX_HAVE |
                                  LEX_SUBORDINATOR | LEX_INTERROGATIVE)) == 0 &&
           !is_own(&words[end]) && !word_is(&words[end], "i")) {
        end++;
    }
    if (end == own + 1 || phrase_any(reader, own + 1, own + 2, LEX_EPHEMERAL)) {
        return;
    }
    if (phrase_any(reader, own + 1, end, LEX_CONDITION)) {
        category = FINDING_CONSTRAINT;
        subject = "condition";
        sure = end > own + 2 || !word_in(&words[own + 1], "allergy allergies intolerance intolerances condition diet "
                                                          "disability sensitivity hearing")
                   ? CONFIDENCE_CONDITION - 60
                   : 0; /* "my allergy" without its name */
    } else if (phrase_any(reader, own + 1, end, LEX_PROJECT)) {
        int32_t named = 0;

        for (size_t i = own + 1; i < end; i++) {
            named |= is_capital(&words[i]);
        }
        if (end < reader->count && word_in(&words[end], "called named")) {
            end = name_end(reader, end + 1) > end + 1 ? name_end(reader, end + 1) : end;
            named = 1;
        } else if (end < reader->count && (words[end].gap & (GAP_COMMA | GAP_OPEN | GAP_DASH)) != 0 &&
                   name_end(reader, end) > end) {
            end = name_end(reader, end);
            named = 1;
        }
        category = FINDING_PROJECT;
        subject = "project";
        sure = named ? CONFIDENCE_ATTRIBUTE : phrase_content(reader, own + 1, end) > 1 ? CONFIDENCE_POSSESSION : 0;
    } else if (phrase_any(reader, own + 1, end, LEX_JOB | LEX_EDUCATION)) {
        if (end < reader->count && word_in(&words[end], "as at in for of on")) {
            size_t stop = phrase_end(reader, end + 1, reader->count);

            sure = stop > end + 1 ? CONFIDENCE_POSSESSION + 200 : 0;
            end = stop > end + 1 ? stop : end;
        }
    }
    if (sure > 0) {
        statement_emit_phrase(reader, category, subject, category == FINDING_PROJECT ? "Project: their " : "Has ",
                              own + 1, end, own + 1, end, sure);
    }
}

/* Labels at the start of a sentence: "Allergies: mustard.", "Age: 47.", "Home is Lisbon", "Location: Lisbon". */
static void read_label(struct statement_reader *reader)
{
    const struct word *words = reader->words;
    int32_t colon = reader->count > 1 && (words[1].gap & GAP_COLON) != 0;
    size_t end = 2;
    size_t name;

    if (reader->count < 2 || reader->question) {
        return;
    }
    while (end < reader->count && (words[end].gap & (GAP_STOP | GAP_MASK | GAP_COLON | GAP_OPEN)) == 0 &&
           !word_in(&words[end], "so please because i but can")) {
        end++;
    }
    if (colon && word_in(&words[0], "allergies allergy") && !word_in(&words[1], "none no")) {
        statement_emit_phrase(reader, FINDING_CONSTRAINT, "condition", "Allergies: ", 1, end, 1, end,
                              CONFIDENCE_CONDITION);
        return;
    }
    if (colon && word_is(&words[0], "age") && (words[1].flags & WORD_NUMBER) != 0 && words[1].length <= 2) {
        statement_emit_exclusive(reader, FINDING_IDENTITY, "age", "Age: ", 1, 2, 1, 2, 1, CONFIDENCE_CONDITION - 20);
        return;
    }
    name = colon && word_in(&words[0], "location home city")           ? 1
           : word_is(&words[0], "home") && word_in(&words[1], "is 's") ? 2
                                                                       : 0;
    if (name > 0 && name < reader->count && name_end(reader, name) > name) {
        end = name_end(reader, name);
        statement_emit_exclusive(reader, FINDING_IDENTITY, "home", "Lives in ", name, end, name, end, 1,
                                 CONFIDENCE_HERE + 80);
    }
}

/* "Hebrew is my mother tongue" */
static void read_tongue(struct statement_reader *reader, size_t own)
{
    const struct word *words = reader->words;

    if (own >= 2 && own + 2 < reader->count && word_in(&words[own - 1], "is 's") && (own == 2 || own == 3) &&
        (words[own - 2].classes & LEX_LANGUAGE) != 0 && word_in(&words[own + 1], "mother native first second") &&
        word_in(&words[own + 2], "tongue language")) {
        statement_emit_phrase(reader, FINDING_IDENTITY, "languages",
                              word_is(&words[own + 1], "second") ? "Second language: " : "Native language: ", own - 2,
                              own - 1, own - 2, own - 1, CONFIDENCE_AS);
    }
}

/* The user's age, unless another person is mentioned: "as a 45-year-old, is it too late ...". */
static void read_aged(struct statement_reader *reader, size_t as)
{
    const struct word *words = reader->words;
    const struct word *aged = as + 2 < reader->count ? &words[as + 2] : NULL;
    size_t digits = 0;

    while (aged != NULL && digits < aged->length && aged->key[digits] >= '0' && aged->key[digits] <= '9') {
        digits++;
    }
    if (as != 0 || digits != 2 || strcmp(aged->key + digits, "-year-old") != 0 || !word_in(&words[as + 1], "a an") ||
        phrase_any(reader, as, reader->count, LEX_FAMILY | LEX_RELATIVE | LEX_ACQUAINTANCE | LEX_PET)) {
        return;
    }
    statement_emit_exclusive(reader, FINDING_IDENTITY, "age", "Is a ", as + 2, as + 3, as + 2, as + 3, 1,
                             CONFIDENCE_HERE);
}

/* The user's role: "As a paediatric nurse, I ..."; not if it is assigned to the assistant or used in a comparison. */
static void read_as(struct statement_reader *reader, size_t as)
{
    const struct word *words = reader->words;
    size_t head = as + 2;
    size_t end;
    int32_t own = 0;

    if (head >= reader->count || !word_in(&words[as + 1], "a an") ||
        (as > 0 && (words[as].gap & GAP_BREAK) == 0 &&
         word_in(&words[as - 1], "such same well act acts respond work working works it this that them you speak "
                                 "acting regard treat use used using much far soon talk behave explain start started "
                                 "trained train retrained employed hired"))) {
        return;
    }
    end = head;
    while (end < reader->count && (words[end].gap & (GAP_BREAK & ~GAP_DASH)) == 0 &&
           (words[end].classes &
            (LEX_PRONOUN | LEX_INTERROGATIVE | LEX_MODAL | LEX_DO | LEX_CONJUNCTION | LEX_BE | LEX_HAVE)) == 0 &&
           !word_in(&words[end], "i we my what please") &&
           !(end > head && words[end].form == FORM_S && (words[end].classes & LEX_VERB) != 0)) {
        end++;
    }
    for (size_t i = 0; i < reader->count; i++) {
        own |= word_in(&words[i], "i me my we our");
    }
    if (!own || end == head || phrase_any(reader, head, end, LEX_EPHEMERAL | LEX_CONTENT) ||
        phrase_has(reader, head, end,
                   "result gift present surprise joke side treat way last hobby kid child teenager "
                   "starter snack dessert first beginner bonus pdf table list bullet rule student user "
                   "customer visitor admin guest member reader friend expert")) {
        if (!(own && phrase_has(reader, head, end, "beginner student") && phrase_content(reader, head, end) > 1)) {
            return;
        }
    }
    if (as > 0 && (words[as].gap & GAP_BREAK) == 0 &&
        !word_in(&words[as - 1],
                 "i me need job career life day days and but so because then years work shift shifts time "
                 "living role")) {
        return;
    }
    if (end < reader->count && (words[end].gap & GAP_COMMA) != 0 && words[end].form == FORM_BASE &&
        (words[end].classes & (LEX_REWRITE | LEX_RETOUCH | LEX_IMPERATIVE)) != 0 &&
        (words[end].classes & (LEX_INTERROGATIVE | LEX_MODAL | LEX_DO | LEX_BE)) == 0) {
        return; /* "As a recruiter, review my CV" */
    }
    for (size_t i = 0; i < as; i++) {
        if ((words[i].classes & LEX_HYPOTHETICAL) != 0 ||
            (reader->question && i < 2 && word_in(&words[i], "would should could am will"))) {
            return;
        }
    }
    statement_emit_phrase(reader, FINDING_IDENTITY, "role", "", head, end, head, phrase_end(reader, head, end),
                          CONFIDENCE_AS);
}

/* "since the move to Porto", "our move from Leeds to Porto" */
static void read_moving(struct statement_reader *reader, size_t move)
{
    const struct word *words = reader->words;
    size_t to = move + 1;

    if (move == 0 || !word_in(&words[move - 1], "the my our") || reader->question) {
        return;
    }
    while (to < reader->count && to < move + 5 && !word_is(&words[to], "to")) {
        to++;
    }
    if (to + 1 < reader->count && word_is(&words[to], "to") && name_end(reader, to + 1) > to + 1) {
        size_t end = name_end(reader, to + 1);

        statement_emit_exclusive(reader, FINDING_IDENTITY, "home", "Lives in ", to + 1, end, to + 1, end, 1,
                                 CONFIDENCE_HERE);
    }
}

static void read_naming(struct statement_reader *reader, size_t i)
{
    const struct word *words = reader->words;
    size_t start = i + 2;

    if (start >= reader->count) {
        return;
    }
    if ((word_in(&words[i], "call calls address calling") && word_is(&words[i + 1], "me")) ||
        (i > 0 && word_is(&words[i - 1], "i") && word_is(&words[i], "go") && word_is(&words[i + 1], "by")) ||
        (word_is(&words[i], "name") && word_is(&words[i + 1], "'s"))) {
        start += (size_t)word_in(&words[start], "as is");
        if (start < reader->count && name_end(reader, start) > start) {
            statement_emit_phrase(reader, FINDING_IDENTITY, "name", "Name: ", start, name_end(reader, start), start,
                                  name_end(reader, start), CONFIDENCE_NAME - 20);
        }
    }
}

/* "Bruno here, electrician from Liverpool": a capital may only be the start of the sentence, so words with an ending of
 * occupations are not names. */
static int32_t read_name_here(struct statement_reader *reader, size_t start, size_t here)
{
    static const char *const endings[] = {"er", "or", "ist", "ian", "ant", "ent", "se", "man", "ee", "ic"};
    const struct word *name = &reader->words[start];

    if (reader->question || here != start + 1 || !is_capital(name) || name->classes != 0 || name->length < 3 ||
        word_in(name, "pilot chef cook vet clerk coach newbie noob mum mom dad same right nope")) {
        return 0;
    }
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t size = strlen(endings[i]);

        if (name->length > size && strcmp(name->key + strlen(name->key) - size, endings[i]) == 0) {
            return 0;
        }
    }
    if (!statement_read_apposition(reader, here + 1)) {
        return 0;
    }
    statement_emit_exclusive(reader, FINDING_IDENTITY, "name", "Name: ", start, here, start, here, 1,
                             CONFIDENCE_NAME - 100);
    return 1;
}

/* "Nurse and mum of two here", "here in Porto". */
static void read_here(struct statement_reader *reader, size_t here)
{
    const struct word *words = reader->words;
    size_t start = 0;

    if (here + 2 < reader->count && word_in(&words[here + 1], "in near") &&
        (words[here + 2].flags & WORD_CAPITAL) != 0) {
        size_t end = name_end(reader, here + 2);

        if (end > here + 2) {
            statement_emit_phrase(reader, FINDING_IDENTITY, "location", "Is in ", here + 2, end, here + 2, end,
                                  CONFIDENCE_HERE - 100);
        }
        return;
    }
    while (start < here && (words[start].classes & (LEX_GREETING | LEX_FILLER | LEX_DETERMINER)) != 0) {
        start++;
    }
    if (read_name_here(reader, start, here)) {
        return;
    }
    if (here == start || here > start + 7 || reader->question || phrase_content(reader, start, here) < 1 ||
        phrase_any(reader, start, here,
                   LEX_PRONOUN | LEX_BE | LEX_MODAL | LEX_INTERROGATIVE | LEX_EPHEMERAL | LEX_HAVE) ||
        (here + 1 < reader->count && (words[here + 1].gap & GAP_BREAK) == 0) ||
        phrase_any(reader, start, start + 1, LEX_IMPERATIVE | LEX_PREPOSITION) ||
        phrase_has(reader, start, here, "i we my come came stay")) {
        return;
    }
    if (phrase_has(reader, 0, here, "no not without")) {
        if (start > 0 && word_is(&words[start - 1], "no")) {
            statement_emit_phrase(reader, FINDING_CONSTRAINT, "limit", "Has no ", start, here, start, here,
                                  CONFIDENCE_HERE);
        }
        return;
    }
    statement_emit_phrase(reader, FINDING_IDENTITY, "role", "", start, here, start, here, CONFIDENCE_HERE);
}

/* 1 if a wish is lasting, not for one answer only. */
static int32_t is_standing(const struct statement_reader *reader)
{
    const struct word *words = reader->words;

    if (phrase_has(reader, 0, reader->count, "always never whenever future onwards forward generally default every")) {
        return 1;
    }
    for (size_t i = 0; i + 2 < reader->count; i++) {
        if ((word_is(&words[i], "from") && word_in(&words[i + 1], "now here") && word_is(&words[i + 2], "on")) ||
            (word_is(&words[i], "in") && word_is(&words[i + 1], "general")) ||
            (word_is(&words[i], "as") && word_is(&words[i + 1], "a") && word_in(&words[i + 2], "rule default")) ||
            (word_in(&words[i], "all any") && (words[i + 1].classes & (LEX_ANSWER | LEX_STOP)) == 0 &&
             word_in(&words[i + 1], "chats chat replies answers conversations")) ||
            (word_in(&words[i], "custom standing") &&
             word_in(&words[i + 1], "instruction instructions request rule"))) {
            return 1;
        }
    }
    return 0;
}

/* Skips the introduction of a wish: "From now on, please ...", "Could you always ...", "Custom instruction for all
 * chats:
 * ...", "Remember this about me: I want you to ...", "How I'd like you to respond: ...". Returns the start of the wish;
 * 0 if there is no introduction. */
static size_t skip_wish_frame(const struct statement_reader *reader)
{
    const struct word *words = reader->words;
    size_t start = 0;

    for (size_t i = 1; i < reader->count && i < 14 && start == 0; i++) {
        int32_t colon = (words[i].gap & GAP_COLON) != 0;

        if (colon && ((is_standing(reader) && phrase_has(reader, 0, i,
                                                         "answers answer replies chats chat responses "
                                                         "conversations instruction instructions future")) ||
                      (phrase_has(reader, 0, i, "you") && phrase_has(reader, 0, i, "respond answer reply write")) ||
                      (phrase_has(reader, 0, i, "remember") && phrase_has(reader, 0, i, "me")))) {
            start = i;
        } else if ((words[i].gap & GAP_COMMA) != 0 && i <= 6 &&
                   ((word_is(&words[0], "from") && word_is(&words[i - 1], "on")) ||
                    (word_is(&words[0], "when") && word_is(&words[1], "you") &&
                     phrase_any(reader, 1, i, LEX_ANSWER | LEX_TELL | LEX_RETOUCH)) ||
                    phrase_has(reader, 0, i, "future forward"))) {
            start = i;
        } else if (word_is(&words[i], "always") && i < 5 && word_is(&words[i - 1], "you") &&
                   phrase_has(reader, 0, i, "could can would will please")) {
            return i;
        }
    }
    if (start > 0 && start + 3 < reader->count && word_is(&words[start], "i") &&
        word_in(&words[start + 1], "want need prefer like 'd") && phrase_has(reader, start, start + 5, "you")) {
        while (!word_is(&words[start], "you")) {
            start++;
        }
        start += 1 + (size_t)(start + 1 < reader->count && word_is(&words[start + 1], "to"));
    }
    while (start > 0 && start + 1 < reader->count && word_in(&words[start], "please pls just always kindly") &&
           !word_is(&words[start], "always")) {
        start++;
    }
    return start + 1 < reader->count ? start : 0;
}

/* 1 if the first word starts a wish for answers: a verb in its base form, or "no". */
static int32_t is_wish(const struct word *first)
{
    return (first->form == FORM_BASE &&
            (first->classes & (LEX_VERB | LEX_IMPERATIVE | LEX_RETOUCH | LEX_REWRITE | LEX_STANDING)) != 0 &&
            (first->classes & (LEX_INTERROGATIVE | LEX_MODAL)) == 0) ||
           word_in(first, "no be don't do never always use avoid keep");
}

/* Wishes for answers: "keep replies short", "no emojis", "always use metric units". */
static void read_directive(struct statement_reader *reader)
{
    const struct word *words = reader->words;
    int32_t answer = phrase_any(reader, 0, reader->count, LEX_ANSWER);
    int32_t manner = phrase_any(reader, 0, reader->count, LEX_MANNER);
    int32_t standing = is_standing(reader);
    int32_t asked = 0;
    size_t start = 0;
    size_t end;
    int32_t sure;
    size_t framed = skip_wish_frame(reader);

    if (framed > 0 && is_wish(&words[framed])) {
        end = reader->count;
        statement_emit_phrase(reader, FINDING_PREFERENCE, "answers", "Asks of answers: ", framed, end, framed, end,
                              CONFIDENCE_STANDING);
        return;
    }
    while (start < reader->count && (words[start].classes & (LEX_FILLER | LEX_GREETING | LEX_CONJUNCTION)) != 0) {
        start++;
    }
    for (size_t i = start; i < reader->count; i++) {
        if (word_in(&words[i], "keep use avoid give be stop skip answer respond reply write no don't do never always "
                               "explain spare drop stick format start show include leave get talk call tell") &&
            (i == start || (words[i].gap & GAP_BREAK) != 0 ||
             word_in(&words[i - 1],
                     "please you on pls just and to could can in always never also not n't forward future"))) {
            asked = 1;
            if (!word_in(&words[i], "always never no") || i == start) {
                start = i > start + 8 ? i : start;
                break;
            }
        }
    }
    if (!asked || reader->question || !(answer || manner) || (!standing && !answer)) {
        return;
    }
    if (phrase_has(reader, 0, reader->count, "i we") && !standing && !phrase_has(reader, 0, reader->count, "you")) {
        return;
    }
    if (!standing &&
        word_in(&words[start], "explain give write show tell reply respond include get call leave talk "
                               "format start drop") &&
        !phrase_has(reader, start, reader->count, "answers replies responses") &&
        (!manner || phrase_has(reader, start, reader->count, "this it that") || start + 6 < reader->count)) {
        return; /* for one answer only */
    }
    end = reader->count;
    sure = standing && answer               ? CONFIDENCE_STANDING
           : (answer && manner) || standing ? CONFIDENCE_DIRECTIVE + 100
                                            : CONFIDENCE_DIRECTIVE - 150;
    statement_emit_phrase(reader, FINDING_PREFERENCE, "answers", "Asks of answers: ", start, end, start, end, sure);
}

void nominal_read(struct statement_reader *reader)
{
    const struct word *words = reader->words;

    for (size_t i = 0; i < reader->count; i++) {
        if (is_own(&words[i])) {
            read_tongue(reader, i);
            if (!read_team(reader, i) && !read_kin(reader, i) && !read_dwelling(reader, i) &&
                !read_apposition(reader, i) && !read_attribute(reader, i)) {
                read_possession(reader, i);
            }
        } else if (word_is(&words[i], "as") && i + 1 < reader->count) {
            read_as(reader, i);
            read_aged(reader, i);
        } else if (word_is(&words[i], "being") && i + 2 < reader->count && word_in(&words[i + 1], "a an")) {
            size_t head = i + 2;

            statement_emit_phrase(reader, FINDING_IDENTITY, "role", "", head, phrase_end(reader, head, reader->count),
                                  head, phrase_end(reader, head, reader->count), CONFIDENCE_HERE - 150);
        } else if (word_is(&words[i], "here")) {
            read_here(reader, i);
        }
        read_naming(reader, i);
        if (word_in(&words[i], "move relocation")) {
            read_moving(reader, i);
        } else if (word_in(&words[i], "in near outside") && i + 1 < reader->count) {
            read_living(reader, i);
        }
    }
    read_label(reader);
    read_bare(reader);
    read_directive(reader);
}
