#include "analyze/profile/excerpt.h"

#include "analyze/language/sentence.h"
#include "analyze/language/words.h"
#include "base/utf8.h"

#include <string.h>

#define EXCERPT_LEAST     40  /* lower scores tell nothing */
#define EXCERPT_BYTES     320 /* of two joined sentences */
#define SENTENCE_BYTES    400 /* a longer sentence is cut between clauses */
#define CUT_BYTES_LEAST   60
#define SENTENCES_MAX     3   /* joined in one excerpt */
#define CHOICE_WORDS      6   /* a shorter preference is one of the hour: "I'd rather spend 50" */
#define VALUE_WORDS_LEAST 5   /* of a changed value: not "now the 64" */
#define VALUE_WORDS       12  /* shorter: "I updated Jenkins and now I get 502" */
#define SHORT_WORDS       6   /* a shorter sentence does not stand alone */
#define DOUBTFUL_PERMILLE 400 /* of the score of text that is perhaps somebody else's */
#define JOIN_SCORE        180
#define TALK_WORDS        8 /* of a remark to the assistant */
#define WORD_BYTES        64
#define ELLIPSIS          "\xE2\x80\xA6"
#define CODE_MARKS        "{}<>=_\\|`$"

/* Points of a feature: for its first, second and third occurrence. */
struct points {
    int32_t first;
    int32_t second;
    int32_t third;
};

static const struct points weights[EXCERPT_FEATURES] = {
#define WEIGHT(feature, first, second, third)      [EXCERPT_##feature] = {first, second, third},
#define WEIGHT_OF_KIND(kind, first, second, third) [TELLS_##kind] = {first, second, third},
#define WEIGHT_AROUND(kind, first, second, third)  [EXCERPT_AROUND + TELLS_##kind] = {first, second, third},
#include "analyze/profile/excerpt_weights.def"
#undef WEIGHT
#undef WEIGHT_OF_KIND
#undef WEIGHT_AROUND
};

/* What is counted in a sentence. */
struct features {
    int32_t counts[EXCERPT_FEATURES];
    int32_t words;
    int32_t wide; /* characters of scripts without spaces */
    int32_t masked;
    uint32_t opens_with;   /* bits of the kinds of the first word */
    int32_t of_relative;   /* the word before is a relative's: "my sister's" */
    int32_t twice_removed; /* "my sister's boyfriend" */
};

/* One or more sentences on the way to an excerpt. */
struct unit {
    size_t start;
    size_t end;
    size_t paragraph;
    struct features features; /* of all its sentences */
    int32_t score;
    int32_t sentences;   /* 0: none */
    int32_t is_cut;      /* ends between clauses */
    int32_t asks;        /* a question or a request */
    int32_t introduces;  /* ends with a colon */
    int32_t exclaims;    /* ends with "!!" */
    int32_t is_matter;   /* follows the label of a task, or holds it */
    int32_t is_doubtful; /* perhaps somebody else's */
};

/* Sentences, and parts of long ones, read together. */
#define PIECES_MAX 32

struct excerpt_reader {
    const struct disclosure_table *disclosures;
    const struct excerpt_message *message;
    struct buffer *line;
    excerpt_fn emit;
    void *user;
    struct sentence_reader sentences;
    struct sentence sentence;
    size_t at; /* in the sentence; its end if the next one is to be read */
    struct unit pieces[PIECES_MAX];
    int32_t totals[DISCLOSURE_COUNT]; /* of the message so far, with those of all pieces */
    int32_t of_others;                /* the last sentence was about other people, to whom "she" then refers */
    size_t others_paragraph;          /* its paragraph */
    int32_t has_matter;               /* a label was read: what follows is the matter of a task */
    int32_t asks;                     /* questions and requests among the pieces */
    size_t own_bytes;                 /* of the message, without others' text and space */
    int32_t is_lower;                 /* it has letters, and no capitals */
    struct unit unit;                 /* not yet emitted */
};

static void count_kinds(struct features *features, uint32_t kinds)
{
    for (int32_t i = 0; kinds != 0 && i < DISCLOSURE_COUNT; i++) {
        features->counts[i] += (kinds & DISCLOSURE_BIT(i)) != 0;
    }
}

/* Endings of verbs that say "I", in languages where the pronoun is mostly left out. */
static const struct {
    enum language language;
    const char *ending;
} author_endings[] = {
    {LANGUAGE_ES, "é"},     {LANGUAGE_PT, "ei"},    {LANGUAGE_PL, "łem"},   {LANGUAGE_PL, "łam"},
    {LANGUAGE_PL, "alem"},  {LANGUAGE_PL, "ilem"},  {LANGUAGE_PL, "ylem"},  {LANGUAGE_PL, "alam"},
    {LANGUAGE_PL, "ilam"},  {LANGUAGE_PL, "ylam"},  {LANGUAGE_TR, "yorum"}, {LANGUAGE_TR, "yom"},
    {LANGUAGE_TR, "dım"},   {LANGUAGE_TR, "dim"},   {LANGUAGE_TR, "dum"},   {LANGUAGE_TR, "düm"},
    {LANGUAGE_TR, "tım"},   {LANGUAGE_TR, "tim"},   {LANGUAGE_TR, "tum"},   {LANGUAGE_TR, "tüm"},
    {LANGUAGE_TR, "cağım"}, {LANGUAGE_TR, "ceğim"}, {LANGUAGE_TR, "cagim"}, {LANGUAGE_TR, "cegim"},
    {LANGUAGE_TR, "acam"},  {LANGUAGE_TR, "ecem"},  {LANGUAGE_TR, "mışım"}, {LANGUAGE_TR, "misim"},
    {LANGUAGE_TR, "yoruz"}, {LANGUAGE_TR, "yoz"},   {LANGUAGE_TR, "cağız"}, {LANGUAGE_TR, "ceğiz"},
    {LANGUAGE_TR, "caz"},   {LANGUAGE_TR, "cez"},
};

/* "FileNotFoundError", in any language. */
static int32_t is_error(const char *word, size_t length)
{
    return (length > 5 && memcmp(word + length - 5, "error", 5) == 0) ||
           (length > 9 && memcmp(word + length - 9, "exception", 9) == 0);
}

#define AUTHOR_WORD_LEAST 5 /* bytes; shorter words have these endings by chance */

static int32_t says_author(enum language language, const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof author_endings / sizeof author_endings[0]; i++) {
        size_t size = strlen(author_endings[i].ending);

        if (author_endings[i].language == language && length >= AUTHOR_WORD_LEAST && length > size &&
            memcmp(word + length - size, author_endings[i].ending, size) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Reads a word of a script with spaces at `at`; returns the bytes taken. */
static size_t read_word(const struct excerpt_reader *reader, size_t at, size_t end, struct features *features)
{
    const char *text = reader->message->masked;
    char word[WORD_BYTES];
    size_t used = 0;
    size_t from = at;
    int32_t capital = 0;
    int32_t number = 0;
    int32_t possessive = 0;
    uint32_t kinds;

    while (at < end) {
        uint32_t c;
        size_t size = code_point_read(text, at, end, &c);
        int32_t apostrophe = (c == '\'' || c == 0x2019 || c == '-') && at > from;

        if (!apostrophe && (!code_point_is_word(c) || code_point_is_wide(c))) {
            break;
        }
        capital |= at == from && code_point_lower(c) != c;
        number |= c >= '0' && c <= '9';
        (void)code_point_append(word, &used, sizeof word, apostrophe && c != '-' ? '\'' : code_point_lower(c));
        at += size;
    }
    while (used > 0 && (word[used - 1] == '\'' || word[used - 1] == '-')) {
        used--;
    }
    kinds = used > 0 ? disclosure_find_word(reader->disclosures, reader->message->language, word, used) : 0;
    if (kinds == 0 && used > 2 && word[used - 1] == 's' && word[used - 2] == '\'') { /* "my friend's husband" */
        kinds = disclosure_find_word(reader->disclosures, reader->message->language, word, used - 2);
        possessive = (kinds & DISCLOSURE_BIT(TELLS_RELATION)) != 0;
    }
    features->twice_removed |= features->of_relative && (kinds & DISCLOSURE_BIT(TELLS_RELATION)) != 0;
    features->of_relative = possessive;
    if (kinds == 0 && is_error(word, used)) {
        kinds = DISCLOSURE_BIT(TELLS_TASK);
    }
    if (kinds == 0 && says_author(reader->message->language, word, used)) {
        kinds = DISCLOSURE_BIT(TELLS_SELF);
    }
    if (features->words == 0 && features->wide == 0) {
        features->opens_with = kinds;
    } else {
        features->counts[EXCERPT_NAMES] += capital && kinds == 0 && used > 1;
    }
    features->counts[EXCERPT_NUMBERS] += number;
    features->words++;
    count_kinds(features, kinds);
    return at - from;
}

static size_t read_wide(const struct excerpt_reader *reader, size_t at, size_t end, size_t size,
                        struct features *features)
{
    size_t taken;
    uint32_t kinds = disclosure_find_prefix(reader->disclosures, reader->message->masked + at, end - at, &taken);

    if (features->words == 0 && features->wide == 0) {
        features->opens_with = kinds;
    }
    count_kinds(features, kinds);
    features->wide++;
    return taken > 0 ? taken : size;
}

static void read_features(const struct excerpt_reader *reader, size_t start, size_t end, struct features *features)
{
    const char *text = reader->message->masked;

    memset(features, 0, sizeof *features);
    for (size_t at = start; at < end;) {
        uint32_t c;
        size_t size = code_point_read(text, at, end, &c);

        if (code_point_is_wide(c)) {
            at += read_wide(reader, at, end, size, features);
        } else if (code_point_is_word(c)) {
            at += read_word(reader, at, end, features);
        } else {
            features->masked += c == (unsigned char)MASK_BYTE;
            features->counts[EXCERPT_CODE_MARKS] += c < 0x80 && c > ' ' && strchr(CODE_MARKS, (int)c) != NULL;
            at += size;
        }
    }
    features->words += features->wide / 2;
}

/* Languages whose statements about oneself mostly have no subject. */
static int32_t is_subject_dropped(enum language language)
{
    return language == LANGUAGE_JA || language == LANGUAGE_KO || language == LANGUAGE_ZH || language == LANGUAGE_TH;
}

static int32_t is_request(const struct features *features)
{
    return (features->opens_with & DISCLOSURE_BIT(TELLS_REQUEST)) != 0 ||
           (features->wide > 0 && features->counts[TELLS_REQUEST] > 0);
}

/* Sets the features that follow from the others. */
static void combine_features(struct features *features, enum language language)
{
    int32_t *counts = features->counts;
    int32_t asks = counts[EXCERPT_ASKS] > 0;
    int32_t others = (counts[TELLS_ACQUAINTANCE] > 0 && counts[TELLS_SELF] == 0) || features->twice_removed;

    counts[EXCERPT_STATES] = !asks && counts[EXCERPT_QUESTION] == 0;
    counts[EXCERPT_OWN_RELATION] = counts[TELLS_OWN] > 0 && counts[TELLS_RELATION] > 0;
    counts[EXCERPT_OWN_ALONE] = counts[TELLS_OWN] > 0 && counts[TELLS_SELF] == 0;
    counts[EXCERPT_SELF_LIFE] = counts[TELLS_SELF] > 0 && counts[TELLS_LIFE] > 0;
    counts[EXCERPT_SELF_TASK] = counts[TELLS_SELF] > 0 && counts[TELLS_TASK] > 0;
    counts[EXCERPT_IMPERSONAL] =
        counts[TELLS_SELF] + counts[TELLS_OWN] + counts[TELLS_WE] + counts[TELLS_RELATION] == 0;
    counts[EXCERPT_DROPPED] = !asks && counts[TELLS_SELF] == 0 && is_subject_dropped(language);
    counts[EXCERPT_OTHERS] = others;
    counts[EXCERPT_NEW_VALUE] = counts[TELLS_CHANGE] > 0 && counts[EXCERPT_NUMBERS] > 0 &&
                                features->words >= VALUE_WORDS_LEAST &&
                                (counts[TELLS_TASK] == 0 || features->words >= VALUE_WORDS);
    counts[EXCERPT_CHOICE] = counts[TELLS_PREFER] > 0 && features->words >= CHOICE_WORDS;
    counts[EXCERPT_HYPOTHETICAL] = counts[TELLS_IF] > 0 && counts[TELLS_WOULD] > 0;
    counts[EXCERPT_SPLICED] = features->masked > 0;
    counts[EXCERPT_NEED_ALONE] =
        counts[TELLS_NEED] > 0 && counts[TELLS_RELATION] + counts[TELLS_HABIT] == 0 &&
        (counts[TELLS_LIFE] == 0 || counts[TELLS_COOK] + counts[TELLS_SHOP] + counts[TELLS_TEXT] > 0);
    counts[EXCERPT_TINY] = features->words < 4;
    counts[EXCERPT_SHORT] = features->words >= 4 && features->words < 8;
    counts[EXCERPT_LONG] = features->words > 24;
}

/* How often a unit holds words of some kinds, each counting twice at most. */
static int32_t count_of(const int32_t *counts, uint32_t kinds)
{
    int32_t sum = 0;

    for (int32_t i = 0; i < DISCLOSURE_COUNT; i++) {
        sum += (kinds & DISCLOSURE_BIT(i)) == 0 ? 0 : counts[i] < 2 ? counts[i] : 2;
    }
    return sum;
}

#define KINDS_OF_AUTHOR (DISCLOSURE_BIT(TELLS_SELF) | DISCLOSURE_BIT(TELLS_OWN) | DISCLOSURE_BIT(TELLS_WE))
#define KINDS_OF_LIFE   (DISCLOSURE_BIT(TELLS_LIFE) | DISCLOSURE_BIT(TELLS_HEALTH) | DISCLOSURE_BIT(TELLS_RELATION))
#define KINDS_OF_TASKS                                                                                                 \
    (DISCLOSURE_BIT(TELLS_TASK) | DISCLOSURE_BIT(TELLS_STUDY) | DISCLOSURE_BIT(TELLS_SHOP) |                           \
     DISCLOSURE_BIT(TELLS_COOK) | DISCLOSURE_BIT(TELLS_TEXT))

/* 1 if the text begins with an article and a capital, as what is told of things does. */
static int32_t opens_with_article(const char *text, size_t length)
{
    static const char *const articles[] = {"A ",  "An ",  "The ", "Der ", "Die ", "Das ", "Ein ", "Eine ",
                                           "El ", "La ",  "Los ", "Las ", "Un ",  "Una ", "O ",   "Os ",
                                           "As ", "Um ",  "Uma ", "Le ",  "Les ", "L'",   "Une ", "Il ",
                                           "Lo ", "Gli ", "De ",  "Het ", "Een "};

    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++) {
        size_t size = strlen(articles[i]);

        if (length > size && memcmp(text, articles[i], size) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Sets the features that tell a life from a task. */
static void compare_life(int32_t *counts, int32_t asks_nothing, int32_t opens_with_article)
{
    int32_t life = count_of(counts, KINDS_OF_LIFE);
    int32_t task = count_of(counts, KINDS_OF_TASKS);
    int32_t life_around = count_of(counts + EXCERPT_AROUND, KINDS_OF_LIFE);
    int32_t task_around = count_of(counts + EXCERPT_AROUND, KINDS_OF_TASKS);

    counts[EXCERPT_ERRAND] = life == 0 && task > 0;
    counts[EXCERPT_BARE] = life + counts[EXCERPT_NAMES] + counts[TELLS_DATE] == 0;
    counts[EXCERPT_RICH] = life > 1;
    counts[EXCERPT_NEWS] = asks_nothing && counts[EXCERPT_OPENING] > 0 && task + task_around == 0;
    counts[EXCERPT_LIFELESS] = life + life_around == 0;
    counts[EXCERPT_CHORE] = life + life_around == 0 && task + task_around > 0;
    counts[EXCERPT_NOBODY] = counts[EXCERPT_DROPPED] == 0 && count_of(counts, KINDS_OF_AUTHOR) == 0 &&
                             count_of(counts + EXCERPT_AROUND, KINDS_OF_AUTHOR) == 0;
    counts[EXCERPT_THING] = counts[EXCERPT_NOBODY] > 0 && counts[EXCERPT_CHORE] > 0;
    counts[EXCERPT_LESSON] = counts[EXCERPT_NOBODY] > 0 && opens_with_article;
    counts[EXCERPT_THIRD] = counts[EXCERPT_NOBODY] > 0 && counts[TELLS_RELATION] > 0;
}

/* Sets the features that the rest of the message gives. */
static void read_context(const struct excerpt_reader *reader, struct unit *unit)
{
    int32_t *counts = unit->features.counts;

    counts[EXCERPT_MATTER] = unit->is_matter;
    counts[EXCERPT_WHOLE] = (unit->end - unit->start) * 10 >= reader->own_bytes * 9;
    counts[EXCERPT_OPENING] = reader->message->is_opening;
    counts[EXCERPT_EXCLAIMS] = unit->exclaims;
    counts[EXCERPT_PARAGRAPHS] = reader->sentences.paragraph > 0;
    counts[EXCERPT_LATER] = unit->paragraph > 0;
    counts[EXCERPT_LOWER] = reader->is_lower;
    counts[EXCERPT_PASTES] = reader->own_bytes < reader->message->length / 2;
    for (size_t i = 0; i < DISCLOSURE_COUNT; i++) {
        counts[EXCERPT_AROUND + i] = reader->totals[i] > counts[i];
    }
    compare_life(counts, reader->asks == 0,
                 opens_with_article(reader->message->masked + unit->start, unit->end - unit->start));
}

static int32_t score_unit(const struct excerpt_reader *reader, struct unit *unit)
{
    struct features *features = &unit->features;
    int32_t score = EXCERPT_BASE;

    combine_features(features, reader->message->language);
    read_context(reader, unit);
    for (size_t i = 0; i < EXCERPT_FEATURES; i++) {
        score += features->counts[i] > 0 ? weights[i].first : 0;
        score += features->counts[i] > 1 ? weights[i].second : 0;
        score += features->counts[i] > 2 ? weights[i].third : 0;
    }
    return score < 0 ? 0 : score > EXCERPT_SCORE_MAX ? EXCERPT_SCORE_MAX : score;
}

/* Writes the unit's text as one line. */
static void write_line(const struct excerpt_reader *reader, const struct unit *unit)
{
    struct buffer *line = reader->line;
    int32_t space = 0;
    int32_t masked = 0;

    buffer_clear(line);
    for (size_t i = unit->start; i < unit->end; i++) {
        char byte = reader->message->masked[i];

        if (byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r') {
            space = 1;
            continue;
        }
        if (byte == MASK_BYTE && masked) {
            space = 0;
            continue;
        }
        if (space && line->length > 0) {
            buffer_append_byte(line, ' ');
        }
        space = 0;
        masked = byte == MASK_BYTE;
        if (masked) {
            buffer_append_text(line, ELLIPSIS);
        } else {
            buffer_append_byte(line, byte);
        }
    }
    if (unit->is_cut) {
        buffer_append_text(line, ELLIPSIS);
    }
}

/* 1 if it opens with "he" or "she", and does not say who that is. */
static int32_t is_of_unnamed(const struct unit *unit)
{
    const int32_t *counts = unit->features.counts;

    return (unit->features.opens_with & DISCLOSURE_BIT(TELLS_HE)) != 0 &&
           counts[TELLS_SELF] + counts[TELLS_OWN] + counts[TELLS_WE] + counts[TELLS_RELATION] == 0;
}

static void emit_unit(struct excerpt_reader *reader)
{
    struct unit *unit = &reader->unit;
    int32_t score = (int32_t)((int64_t)unit->score * reader->message->weight / 1000);

    score = unit->is_doubtful || is_of_unnamed(unit) ? score * DOUBTFUL_PERMILLE / 1000 : score;

    if (unit->sentences > 0 && (score >= EXCERPT_LEAST || reader->message->is_complete)) {
        write_line(reader, unit);
        reader->emit(reader->user, buffer_text(reader->line), score, unit->features.counts);
    }
    unit->sentences = 0;
}

static int32_t may_join(const struct unit *unit, const struct unit *next)
{
    if (unit->sentences == 0 || unit->is_cut || unit->sentences >= SENTENCES_MAX ||
        unit->paragraph != next->paragraph || next->end - unit->start > EXCERPT_BYTES) {
        return 0;
    }
    if (next->asks != unit->asks && unit->score >= JOIN_SCORE + next->score) {
        return 0; /* stands alone better */
    }
    return unit->features.words < SHORT_WORDS || next->features.words < SHORT_WORDS ||
           (unit->sentences == 1 && !next->asks && unit->score >= JOIN_SCORE && next->score >= JOIN_SCORE);
}

static void add_unit(struct excerpt_reader *reader, const struct unit *next)
{
    struct unit *unit = &reader->unit;

    if (!may_join(unit, next)) {
        emit_unit(reader);
        *unit = *next;
        return;
    }
    for (size_t i = 0; i < EXCERPT_FEATURES; i++) {
        unit->features.counts[i] += next->features.counts[i];
    }
    unit->features.words += next->features.words;
    unit->features.wide += next->features.wide;
    unit->features.masked += next->features.masked;
    unit->features.counts[EXCERPT_ASKS] = unit->asks && next->asks;
    unit->score = score_unit(reader, unit);
    unit->end = next->end;
    unit->asks &= next->asks;
    unit->is_doubtful |= next->is_doubtful;
    unit->is_matter |= next->is_matter;
    unit->exclaims |= next->exclaims;
    unit->is_cut = next->is_cut;
    unit->sentences++;
}

/* Requests at the end of a sentence that began with a statement: "I prefer tea, so can you ...". */
static const char *const request_tails[] = {
    "can you ",    "could you ",    "would you ",   "will you ",       "do you ",      "please ",
    "what do ",    "what's ",       "what would ",  "what should ",    "how can i ",   "how do i ",
    "how should ", "any ideas",     "kannst du ",   "kannst ",         "könntest du ", "was meinst",
    "peux-tu ",    "tu peux ",      "pouvez-vous ", "pourrais-tu ",    "puedes ",      "me puedes ",
    "podrías ",    "qué ",          "pode ",        "você pode ",      "poderia ",     "o que ",
    "puoi ",       "mi puoi ",      "cosa ",        "kun je ",         "możesz ",      "можешь ",
    "не могли бы", "como eu posso", "wie kann ",    "comment puis-je",
};

static int32_t starts_with_any(const char *text, size_t length, const char *const *phrases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (length > 0 && phrases[i][0] == text[0] && length >= strlen(phrases[i]) &&
            memcmp(text, phrases[i], strlen(phrases[i])) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Questions within speech that has no marks between clauses: "I sing bass at church how do I tell her no". */
static const char *const plain_questions[] = {
    "what do you ",   "what do i ",        "what does ",     "what is a ",     "what is the ",     "what in the world ",
    "what would ",    "what should ",      "what can i ",    "what kind of ",  "how do i ",        "how do you ",
    "how can i ",     "how many ",         "how much ",      "how long ",      "is it all right ", "is it ok ",
    "is there any",   "is there a ",       "do i have to ",  "do i need ",     "should i ",        "can i ",
    "can you ",       "could you ",        "where do i ",    "where can i ",   "who do i ",        "are there any ",
    "was soll ich ",  "was kann ich ",     "wie kann ich ",  "wie mache ich ", "wo finde ich ",    "kannst du ",
    "qué hago ",      "qué puedo ",        "cómo hago ",     "cómo puedo ",    "me puedes ",       "cuánto cuesta ",
    "o que eu faço ", "como eu faço ",     "como faço ",     "quanto custa ",  "pode me ",         "comment je ",
    "comment faire ", "qu'est-ce que je ", "est-ce que je ", "tu peux ",       "come faccio ",     "cosa posso ",
    "cosa devo ",     "hoe kan ik ",       "wat moet ik ",   "hoe moet ik ",   "kun je ",
};

/* Where a question begins in speech without marks; `end` if there is none. */
static size_t find_plain_question(const char *text, size_t start, size_t end)
{
    size_t limit = end - start > SENTENCE_BYTES ? start + SENTENCE_BYTES : end;

    for (size_t at = start; at < limit; at++) {
        if (strchr(",;:.()", text[at]) != NULL) {
            return end;
        }
    }
    for (size_t at = start + CUT_BYTES_LEAST; at < limit; at++) {
        if (text[at] == ' ' && starts_with_any(text + at + 1, end - at - 1, plain_questions,
                                               sizeof plain_questions / sizeof plain_questions[0])) {
            return at;
        }
    }
    return end;
}

/* Where a request begins after a statement, at a mark between clauses; `end` if there is none within SENTENCE_BYTES,
 * where the sentence is cut anyway. */
static size_t find_request(const char *text, size_t start, size_t end)
{
    static const char *const joints[] = {"so ", "and ", "but ", "also ", "und ", "y ", "e ", "et ", "aber ", "also "};

    for (size_t at = start + CUT_BYTES_LEAST / 2; at + 2 < end && at <= start + SENTENCE_BYTES; at++) {
        size_t clause = at + 1;

        if (text[at] != ' ' || strchr(",;:-.)", text[at - 1]) == NULL) {
            continue;
        }
        for (size_t i = 0; i < sizeof joints / sizeof joints[0]; i++) {
            size_t size = strlen(joints[i]);

            if (end - clause > size && memcmp(text + clause, joints[i], size) == 0) {
                clause += size;
                break;
            }
        }
        if (starts_with_any(text + clause, end - clause, request_tails,
                            sizeof request_tails / sizeof request_tails[0])) {
            return at;
        }
    }
    return find_plain_question(text, start, end);
}

/* Where a long sentence is cut: after the last mark between clauses within SENTENCE_BYTES, else after a space. */
static size_t find_cut(const char *text, size_t start, size_t end)
{
    size_t limit = start + SENTENCE_BYTES;
    size_t space = 0;

    if (end - start <= SENTENCE_BYTES) {
        return end;
    }
    for (size_t at = limit; at > start + CUT_BYTES_LEAST; at--) {
        if (text[at] == ' ' && strchr(",;:)-", text[at - 1]) != NULL) {
            return at;
        }
        if (memcmp(text + at - 3, "\xEF\xBC\x8C", 3) == 0 || memcmp(text + at - 3, "\xE3\x80\x81", 3) == 0) {
            return at;
        }
        space = space == 0 && text[at] == ' ' ? at : space;
    }
    return space > 0 ? space : start + utf8_floor(text + start, end - start, SENTENCE_BYTES);
}

/* 1 for a sentence that is no excerpt, and no part of one: mostly others' text, about others, hypothetical, or a
 * request that says nothing of the person or goes on with a text: "How do I say: I live in Rome". */
static int32_t is_left_out(const struct excerpt_reader *reader, const struct unit *unit)
{
    const char *text = reader->message->masked;
    const int32_t *counts = unit->features.counts;
    int32_t about_self = counts[TELLS_SELF] + counts[TELLS_OWN] + counts[TELLS_WE] > 0;

    if (unit->features.words == 0 || (size_t)unit->features.masked * 2 > unit->end - unit->start ||
        counts[EXCERPT_OTHERS] > 0 || counts[EXCERPT_HYPOTHETICAL] > 0) {
        return 1;
    }
    if (counts[TELLS_RELATION] + counts[TELLS_LIFE] + counts[TELLS_PREFER] + counts[TELLS_HABIT] + counts[TELLS_OWN] +
                counts[EXCERPT_NAMES] + counts[EXCERPT_NUMBERS] ==
            0 &&
        (counts[EXCERPT_ASKS] > 0 || (counts[EXCERPT_TINY] > 0 && !about_self && counts[EXCERPT_DROPPED] == 0))) {
        return 1; /* "tell me a joke", "hi there" */
    }
    if (counts[TELLS_YOU] > 0 && !about_self && counts[TELLS_RELATION] == 0 && unit->features.words <= TALK_WORDS) {
        return 1; /* "you forgot the parrot" */
    }
    if (counts[TELLS_YOU] > 0 && unit->features.words <= TALK_WORDS &&
        counts[TELLS_RELATION] + counts[TELLS_LIFE] + counts[TELLS_PREFER] + counts[TELLS_HABIT] +
                counts[TELLS_HEALTH] + counts[TELLS_DATE] + counts[TELLS_LIKE] + counts[EXCERPT_NAMES] +
                counts[EXCERPT_NUMBERS] ==
            0) {
        return 1; /* "I owe you a beer" */
    }
    if (counts[EXCERPT_ASKS] > 0 && counts[TELLS_TEXT] > 0 && counts[TELLS_SELF] < 2 &&
        counts[TELLS_OWN] + counts[TELLS_WE] + counts[TELLS_RELATION] == 0) {
        return 1; /* "give me a character who is allergic to latex" */
    }
    return counts[EXCERPT_ASKS] > 0 && ((!about_self && counts[TELLS_RELATION] == 0) || counts[EXCERPT_QUESTION] > 0 ||
                                        memchr(text + unit->start, ':', unit->end - unit->start) != NULL);
}

/* 1 if words of a task stand before a colon: "my lab report says: Maria has 12 sweets". */
static int32_t has_label(const struct excerpt_reader *reader, size_t start, size_t end)
{
    const char *text = reader->message->masked;
    struct features label;

    for (size_t at = start; at < end; at++) {
        if (text[at] == ':' || (at + 3 <= end && memcmp(text + at, "\xEF\xBC\x9A", 3) == 0)) {
            read_features(reader, start, at, &label);
            return label.counts[TELLS_TEXT] + label.counts[TELLS_STUDY] + label.counts[TELLS_TASK] > 0;
        }
    }
    return 0;
}

static int32_t ends_loudly(const char *text, size_t length)
{
    return length > 2 && memcmp(text + length - 2, "!!", 2) == 0;
}

/* Reads the next sentence, or part of a long one; 0 at the end of the message. */
static int32_t read_piece(struct excerpt_reader *reader, struct unit *piece)
{
    const char *text = reader->message->masked;
    struct features *features = &piece->features;

    if (reader->at == reader->sentence.end && !sentence_next(&reader->sentences, &reader->sentence)) {
        return 0;
    }
    reader->at = reader->at < reader->sentence.start ? reader->sentence.start : reader->at;
    memset(piece, 0, sizeof *piece);
    piece->start = reader->at;
    piece->paragraph = reader->sentence.paragraph;
    piece->sentences = 1;
    piece->end = find_cut(text, piece->start, find_request(text, piece->start, reader->sentence.end));
    piece->is_cut = piece->end < reader->sentence.end;
    piece->exclaims = ends_loudly(text + piece->start, piece->end - piece->start);
    piece->introduces = reader->sentence.colon && !piece->is_cut;
    read_features(reader, piece->start, piece->end, features);
    reader->has_matter |= has_label(reader, piece->start, piece->end);
    piece->is_matter = reader->has_matter;
    features->counts[EXCERPT_ASKS] = is_request(features);
    features->counts[EXCERPT_QUESTION] = reader->sentence.question && !piece->is_cut;
    piece->asks = features->counts[EXCERPT_ASKS] || features->counts[EXCERPT_QUESTION];
    piece->is_doubtful = features->masked == 0 &&
                         memchr(reader->message->sure + piece->start, MASK_BYTE, piece->end - piece->start) != NULL;
    reader->at = piece->end;
    return 1;
}

/* Reads the next pieces, and counts what they hold. */
static size_t read_pieces(struct excerpt_reader *reader)
{
    size_t count = 0;

    while (count < PIECES_MAX && read_piece(reader, &reader->pieces[count])) {
        const struct unit *piece = &reader->pieces[count];

        for (size_t i = 0; i < DISCLOSURE_COUNT; i++) {
            reader->totals[i] += piece->features.counts[i];
        }
        reader->asks += piece->asks || piece->is_cut;
        reader->own_bytes += piece->end - piece->start - (size_t)piece->features.masked;
        count++;
    }
    return count;
}

static void take_piece(struct excerpt_reader *reader, struct unit *piece)
{
    int32_t continues = reader->of_others && piece->paragraph == reader->others_paragraph && is_of_unnamed(piece);

    piece->score = score_unit(reader, piece);
    reader->of_others = continues || piece->features.counts[EXCERPT_OTHERS] > 0;
    reader->others_paragraph = piece->paragraph;
    if (continues || is_left_out(reader, piece) || piece->introduces) {
        emit_unit(reader);
    } else {
        add_unit(reader, piece);
    }
}

/* 1 if the text has letters of a script that knows capitals, and no capital. */
static int32_t is_all_lower(const char *text, size_t length)
{
    int32_t letters = 0;

    for (size_t at = 0; at < length;) {
        uint32_t c;

        at += code_point_read(text, at, length, &c);
        if (code_point_lower(c) != c) {
            return 0;
        }
        letters |= (c >= 'a' && c <= 'z') || (c >= 0x370 && c < 0x530);
    }
    return letters;
}

void excerpts_read(const struct disclosure_table *disclosures, const struct excerpt_message *message,
                   struct buffer *line, excerpt_fn emit, void *user)
{
    struct excerpt_reader reader;
    size_t count;

    memset(&reader, 0, sizeof reader);
    reader.disclosures = disclosures;
    reader.message = message;
    reader.line = line;
    reader.emit = emit;
    reader.user = user;
    reader.is_lower = is_all_lower(message->masked, message->length);
    sentence_reader_init(&reader.sentences, message->masked, message->length);
    do {
        count = read_pieces(&reader);
        for (size_t i = 0; i < count; i++) {
            take_piece(&reader, &reader.pieces[i]);
        }
    } while (!line->failed && count == PIECES_MAX);
    emit_unit(&reader);
}
