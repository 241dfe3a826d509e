#include "analyze/rules/slot.h"

#include "analyze/rules/place.h"

#include <string.h>

#define PLACE_WORDS     4
#define PLACE_MAX_BYTES 64
#define NAME_WORDS      3
#define NOUN_WORDS      5 /* of an occupation or condition, up to its head */
#define THING_WORDS     6
#define CLAUSE_WORDS    12
#define LIST_WORDS      5 /* of the first thing of a list */
#define SUFFIX_LEAST    5 /* bytes of a head at the end of a compound: "Haselnussallergie" */

/* Words that no name or place consists of. */
#define CLASS_COMMON                                                                                                   \
    (CLASS_FUNCTION | CLASS_DETERMINER | CLASS_IF | CLASS_DOUBT | CLASS_RELATION | CLASS_JOB | CLASS_DIET |            \
     CLASS_CONDITION | CLASS_CONDITIONED | CLASS_LANGUAGE | CLASS_MONTH | CLASS_NUMBER | CLASS_UNIT | CLASS_STATUS |   \
     CLASS_NOT_NAME | CLASS_SOFTWARE | CLASS_AND)

static const struct rule_word *word_at(const struct rule_sentence *sentence, size_t i)
{
    static const struct rule_word none = {"", "", 0, 0, 0, 0, GAP_STOP, 0};

    return i < sentence->count ? &sentence->words[i] : &none;
}

static int32_t has(const struct rule_sentence *sentence, size_t i, uint32_t classes)
{
    return (word_at(sentence, i)->classes & classes) != 0;
}

static int32_t is_capital(const struct rule_sentence *sentence, size_t i)
{
    return (word_at(sentence, i)->flags & WORD_CAPITAL) != 0;
}

/* 1 if word i continues the phrase of the words before it. */
static int32_t follows(const struct rule_sentence *sentence, size_t i)
{
    return i < sentence->count && (sentence->words[i].gap & GAP_BREAK) == 0;
}

static int32_t take(struct capture *capture, char letter, size_t start, size_t end, int32_t sure)
{
    capture->letter = letter;
    capture->start = start;
    capture->end = end;
    capture->gloss = "";
    capture->sure = sure;
    return end > start;
}

static size_t skip_determiners(const struct rule_sentence *sentence, size_t i)
{
    size_t start = i;

    while (has(sentence, i, CLASS_DETERMINER) && (i == start || follows(sentence, i))) {
        i++;
    }
    return i;
}

/* Length of a place's name without an ending after an apostrophe: "bursa'da". */
static size_t place_length(const struct rule_sentence *sentence, const char *key)
{
    return sentence->language == LANGUAGE_TR ? strcspn(key, "'") : strlen(key);
}

/* End of the longest known place at word `start`; `start` if there is none. */
static size_t known_place_end(const struct rule_sentence *sentence, size_t start)
{
    char name[PLACE_MAX_BYTES];
    size_t used = 0;
    size_t end = start;

    if (start >= sentence->count ||
        !place_may_begin(vocabulary_places(sentence->vocabulary), sentence->words[start].key,
                         place_length(sentence, sentence->words[start].key))) {
        return start;
    }
    for (size_t i = start; i < start + PLACE_WORDS && (i == start || follows(sentence, i)); i++) {
        const char *key = sentence->words[i].key;
        size_t length = place_length(sentence, key);

        if (used + length + 1 >= sizeof name) {
            break;
        }
        if (i > start) {
            name[used] = ' ';
            used++;
        }
        memcpy(name + used, key, length);
        used += length;
        if (place_is_known(name, used, is_capital(sentence, i))) {
            end = i + 1;
        }
    }
    return end;
}

/* 1 if lower-case word i stands inside a name: "de" in "Ana de Souza", "upon" in "Stoke upon Trent". */
static int32_t is_particle(const struct rule_sentence *sentence, size_t i)
{
    return !is_capital(sentence, i) && has(sentence, i, CLASS_OF) && follows(sentence, i) && follows(sentence, i + 1) &&
           is_capital(sentence, i + 1) && !has(sentence, i + 1, CLASS_COMMON);
}

/* End of a sequence of capitalised words at word `start`. */
static size_t capitals_end(const struct rule_sentence *sentence, size_t start, size_t most, uint32_t refused)
{
    size_t i = start;

    while (i < start + most && (i == start ? i < sentence->count : follows(sentence, i))) {
        const struct rule_word *word = &sentence->words[i];

        if (i > start && is_particle(sentence, i)) {
            i++;
            continue;
        }
        if ((word->flags & WORD_CAPITAL) == 0 || (word->classes & refused) != 0 || (word->flags & WORD_JOINED) != 0) {
            break;
        }
        i++;
    }
    return i;
}

static int32_t has_number(const struct rule_sentence *sentence, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++) {
        if ((sentence->words[i].flags & WORD_NUMBER) != 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t read_place(const struct rule_sentence *sentence, size_t start, int32_t known_only,
                          struct capture *capture)
{
    size_t begin = known_place_end(sentence, start) > start ? start : skip_determiners(sentence, start);
    size_t end = known_place_end(sentence, begin);
    size_t capitals = capitals_end(sentence, begin, PLACE_WORDS, CLASS_COMMON);
    int32_t sure = end > begin;

    if (capitals > end && !has_number(sentence, begin, capitals)) {
        sure = sure && capitals == begin; /* "Paris Saint-Germain": a longer name */
        end = capitals;
    }
    if (end == begin || (known_only && !sure)) {
        return 0;
    }
    if (end < sentence->count && (sentence->words[end].gap & GAP_BREAK) == GAP_COMMA && is_capital(sentence, end) &&
        known_place_end(sentence, end) > end) {
        end = known_place_end(sentence, end); /* "Bishopston, Bristol" */
        sure = 1;
    }
    return take(capture, 'P', begin, end, sure);
}

static int32_t read_organisation(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    size_t begin = skip_determiners(sentence, start);
    size_t end = capitals_end(sentence, begin, NOUN_WORDS, CLASS_COMMON & ~(CLASS_JOB | CLASS_CONDITION));

    if (end == begin || known_place_end(sentence, begin) == end || has(sentence, begin, CLASS_JOB)) {
        return 0;
    }
    return take(capture, 'O', begin, end, 1);
}

static int32_t read_name(const struct rule_sentence *sentence, size_t start, int32_t any_case, struct capture *capture)
{
    size_t end = capitals_end(sentence, start, NAME_WORDS, CLASS_COMMON);

    if (end == start && any_case && start < sentence->count && word_at(sentence, start)->classes == 0 &&
        word_at(sentence, start)->length > 2) {
        end = start + 1;
    }
    return end > start && !has_number(sentence, start, end) && take(capture, 'N', start, end, end > start + 1);
}

/* 1 if the word, or the head of a compound in languages that write it as one word, is in a class. */
static int32_t has_head(const struct rule_sentence *sentence, size_t i, uint32_t classes)
{
    const struct rule_word *word = word_at(sentence, i);
    size_t length = strlen(word->key);

    if ((word->classes & classes) != 0) {
        return 1;
    }
    if (sentence->language != LANGUAGE_DE && sentence->language != LANGUAGE_NL) {
        return 0;
    }
    for (size_t at = 3; at + SUFFIX_LEAST <= length; at++) {
        const struct vocabulary_word *head =
            vocabulary_find(sentence->vocabulary, sentence->language, word->key + at, length - at);

        if (head != NULL && (head->classes & classes) != 0) {
            return 1;
        }
    }
    return 0;
}

/* A noun phrase up to its head, a word of a class: "a type I latex allergy". 0 if it has none. */
static size_t head_end(const struct rule_sentence *sentence, size_t start, uint32_t classes)
{
    size_t end = start;

    for (size_t i = start; i < start + NOUN_WORDS && (i == start ? i < sentence->count : follows(sentence, i)); i++) {
        if (has_head(sentence, i, classes)) {
            end = i + 1;
        } else if (i > start && strcmp(sentence->words[i].key, "i") == 0 &&
                   strcmp(sentence->words[i - 1].key, "type") == 0) {
            continue; /* "type I diabetes" */
        } else if (end > start || has(sentence, i,
                                      CLASS_FUNCTION | CLASS_DETERMINER | CLASS_DOUBT | CLASS_IF | CLASS_AND |
                                          CLASS_OF | CLASS_RELATION)) {
            break;
        }
    }
    return end;
}

static int32_t has_no_class(const struct rule_sentence *sentence, size_t i)
{
    return word_at(sentence, i)->classes == 0 && strcmp(word_at(sentence, i)->key, "type") != 0;
}

static int32_t read_headed(const struct rule_sentence *sentence, char letter, size_t start, uint32_t classes,
                           struct capture *capture)
{
    size_t begin = skip_determiners(sentence, start);
    size_t end = head_end(sentence, begin, classes);

    if (letter == 'C' && sentence->language == LANGUAGE_EN && follows(sentence, end) && has_no_class(sentence, end)) {
        return 0; /* "a disease model" */
    }
    return take(capture, letter, begin, end, 1);
}

static int32_t read_occupation(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    size_t begin = skip_determiners(sentence, start);
    size_t end = head_end(sentence, begin, CLASS_JOB);

    if (end == begin) {
        return 0;
    }
    if (has(sentence, end, CLASS_OF) && follows(sentence, end)) { /* "profesora de plástica" */
        size_t more = end + 1;

        while (more < end + 4 && follows(sentence, more) &&
               !has(sentence, more, CLASS_FUNCTION | CLASS_DETERMINER | CLASS_DOUBT | CLASS_IF | CLASS_AND)) {
            more++;
        }
        end = more > end + 1 ? more : end;
    }
    return take(capture, 'J', begin, end, 1);
}

/* End of a noun phrase: before a mark, a function word or the conjunction. */
static size_t thing_end(const struct rule_sentence *sentence, size_t start, size_t most)
{
    size_t i = start;

    while (i < start + most && (i == start ? i < sentence->count : follows(sentence, i))) {
        int32_t inner = i > start && (has(sentence, i, CLASS_OF) || has(sentence, i, CLASS_DETERMINER)) &&
                        follows(sentence, i + 1) && !has(sentence, i + 1, CLASS_FUNCTION);

        if (!inner &&
            has(sentence, i, CLASS_FUNCTION | CLASS_AND | CLASS_IF | CLASS_DOUBT | CLASS_DETERMINER | CLASS_OF)) {
            break;
        }
        i++;
    }
    while (i > start && has(sentence, i - 1, CLASS_OF | CLASS_DETERMINER)) {
        i--;
    }
    return i;
}

static int32_t read_thing(const struct rule_sentence *sentence, size_t start, size_t most, struct capture *capture)
{
    size_t begin = skip_determiners(sentence, start);
    size_t end = begin > start && !follows(sentence, begin) ? begin : thing_end(sentence, begin, most);

    while (end > begin && has(sentence, end - 1, CLASS_FILLER)) {
        end--;
    }
    if (end == begin + 1 && has(sentence, begin, CLASS_NUMBER | CLASS_UNIT | CLASS_FILLER)) {
        return 0;
    }
    return take(capture, 'T', begin, end, 0);
}

/* The words up to the next mark or conjunction. */
static int32_t read_clause(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    size_t end = start;

    while (end < start + CLAUSE_WORDS && (end == start ? end < sentence->count : follows(sentence, end)) &&
           (strcmp(sentence->words[end].key, "as") == 0 || !has(sentence, end, CLASS_AND | CLASS_IF))) {
        end++;
    }
    return end < start + CLAUSE_WORDS && take(capture, 'T', start, end, 0);
}

/* "peanuts", "nuts and shellfish", "eggs, nuts and kiwi". */
static int32_t read_list(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    size_t end;

    if (!read_thing(sentence, start, LIST_WORDS, capture)) {
        return 0;
    }
    end = capture->end;
    for (;;) {
        size_t next = end;
        int32_t comma = next < sentence->count && (sentence->words[next].gap & GAP_BREAK) == GAP_COMMA;
        int32_t joined = has(sentence, next, CLASS_AND) && (comma || follows(sentence, next));
        size_t stop;

        next += (size_t)joined;
        next = next > end && has(sentence, next, CLASS_DETERMINER) ? next + 1 : next;
        if (!(comma || joined) || (joined && !follows(sentence, next))) {
            break;
        }
        stop = thing_end(sentence, next, 3);
        if (stop == next || stop > next + 2 || has(sentence, next, CLASS_FILLER)) {
            break;
        }
        end = stop;
        if (joined) {
            capture->end = end;
            break;
        }
    }
    return 1;
}

static int64_t digits_of(const struct rule_word *word)
{
    int64_t value = 0;
    const char *at = word->key;

    for (; *at >= '0' && *at <= '9' && at < word->key + 6; at++) {
        value = value * 10 + (*at - '0');
    }
    return *at == '\0' && at > word->key ? value : -1;
}

static int32_t read_count(const struct rule_sentence *sentence, size_t start, int64_t least, int64_t most, char letter,
                          struct capture *capture)
{
    int64_t value = digits_of(word_at(sentence, start));

    return value >= least && value <= most && take(capture, letter, start, start + 1, 1);
}

/* "8-year-old", "40th": an age with an ending. */
static int32_t read_ended_age(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    static const char *const endings[] = {"-year-old", "-year-olds", "yo", "st", "nd", "rd", "th"};
    const char *key = word_at(sentence, start)->key;
    size_t digits = strspn(key, "0123456789");

    for (size_t i = 0; digits > 0 && digits < 4 && i < sizeof endings / sizeof endings[0]; i++) {
        if (strcmp(key + digits, endings[i]) == 0) {
            return take(capture, 'A', start, start + 1, 1);
        }
    }
    return 0;
}

/* A word of a class, with its English word. */
static int32_t read_class(const struct rule_sentence *sentence, size_t start, uint32_t classes, char letter,
                          struct capture *capture)
{
    if (!has(sentence, start, classes)) {
        return 0;
    }
    take(capture, letter, start, start + 1, 1);
    capture->gloss = sentence->words[start].gloss;
    return 1;
}

static int32_t read_number(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    return read_class(sentence, start, CLASS_NUMBER, 'A', capture) || read_count(sentence, start, 1, 20, 'A', capture);
}

static int32_t read_money(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    const struct rule_word *word = word_at(sentence, start);
    const struct rule_word *next = word_at(sentence, start + 1);
    int32_t unit = follows(sentence, start + 1) && strcmp(next->gloss, "money") == 0;
    int32_t marked = (unsigned char)word->key[0] >= 0x80 || word->key[0] == '$' ||
                     (word->length > 3 && memcmp(word->key + word->length - 3, "\xE2\x82\xAC", 3) == 0);

    return (word->flags & WORD_NUMBER) != 0 && (unit || marked) &&
           take(capture, 'M', start, start + 1 + (size_t)unit, 1);
}

/* "May", "12 May", "May 12", "the 12th of May 2026", "May 2026"; a year alone. */
static int32_t read_date(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    size_t i = skip_determiners(sentence, start);
    int32_t month = 0;

    for (size_t read = 0; read < 4; read++) {
        const struct rule_word *word = word_at(sentence, i);

        if (read > 0 && !follows(sentence, i) && (word->gap & GAP_BREAK) != GAP_COMMA) {
            break;
        }
        if ((word->classes & CLASS_MONTH) != 0 && !month) {
            month = 1;
        } else if (!((word->flags & WORD_NUMBER) != 0 && word->length <= 4) &&
                   !((word->classes & CLASS_OF) != 0 && read > 0 && has(sentence, i + 1, CLASS_MONTH))) {
            break;
        }
        i++;
    }
    return (month || (i == start + 1 && digits_of(word_at(sentence, start)) > 1990)) && take(capture, 'W', start, i, 1);
}

static int32_t ends_in_ing(const struct rule_word *word)
{
    size_t length = strlen(word->key);

    return length > 5 && memcmp(word->key + length - 3, "ing", 3) == 0;
}

static int32_t read_activity(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    size_t begin = skip_determiners(sentence, start);
    size_t end = thing_end(sentence, begin, 3);

    for (size_t i = begin; i < end; i++) {
        if (has(sentence, i, CLASS_SPORT) || (sentence->language == LANGUAGE_EN && ends_in_ing(word_at(sentence, i)))) {
            return take(capture, 'H', begin, end, 1);
        }
    }
    return 0;
}

/* A product or project: a capitalised name, or a known one. */
static int32_t read_named_thing(const struct rule_sentence *sentence, size_t start, struct capture *capture)
{
    size_t end = capitals_end(sentence, start, NAME_WORDS, CLASS_COMMON & ~CLASS_SOFTWARE);

    while (end < sentence->count && end > start && end < start + NAME_WORDS && follows(sentence, end) &&
           (sentence->words[end].flags & WORD_NUMBER) != 0) {
        end++;
    }
    if (end == start && has(sentence, start, CLASS_SOFTWARE)) {
        end = start + 1;
    }
    return end > start && known_place_end(sentence, start) < end && take(capture, 'T', start, end, 1);
}

int32_t slot_read(const struct rule_sentence *sentence, char letter, size_t start, struct capture *capture)
{
    switch (letter) {
    case 'P':
    case 'G':
        return read_place(sentence, start, letter == 'G', capture);
    case 'O':
        return read_organisation(sentence, start, capture);
    case 'N':
    case 'n':
        return read_name(sentence, start, letter == 'n', capture);
    case 'J':
        return read_occupation(sentence, start, capture);
    case 'D':
        return read_class(sentence, start, CLASS_DIET, 'D', capture);
    case 'C':
        return read_headed(sentence, 'C', start, CLASS_CONDITION, capture);
    case 'K':
        return read_headed(sentence, 'C', start, CLASS_CONDITIONED, capture);
    case 'T':
        return read_thing(sentence, start, THING_WORDS, capture);
    case 'Z':
        return read_clause(sentence, start, capture);
    case 'E':
        return read_list(sentence, start, capture);
    case 'A':
        return read_count(sentence, start, 1, 112, 'A', capture);
    case 'y':
        return read_ended_age(sentence, start, capture);
    case 'Y':
        return read_count(sentence, start, 1920, 2030, 'Y', capture);
    case '#':
        return read_number(sentence, start, capture);
    case 'R':
        return read_class(sentence, start, CLASS_RELATION, 'R', capture);
    case 'B':
        return read_class(sentence, start, CLASS_PET, 'R', capture);
    case 'L':
        return read_class(sentence, start, CLASS_LANGUAGE, 'L', capture);
    case 'S':
        return read_class(sentence, start, CLASS_STATUS, 'S', capture);
    case 'M':
        return read_money(sentence, start, capture);
    case 'W':
        return read_date(sentence, start, capture);
    case 'U':
        return read_headed(sentence, 'U', start, CLASS_BUSINESS, capture);
    case 'H':
        return read_activity(sentence, start, capture);
    default:
        return read_named_thing(sentence, start, capture);
    }
}
