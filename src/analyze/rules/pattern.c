#include "analyze/rules/pattern.h"

#include "analyze/rules/slot.h"

#include <string.h>

#define FILLERS_MAX 3

enum element_type {
    ELEMENT_WORD,
    ELEMENT_FILLERS,
    ELEMENT_MARK,
    ELEMENT_MARK_OPTIONAL,
    ELEMENT_CLAUSE_START,
    ELEMENT_CLAUSE_END,
    ELEMENT_AFTER_STATEMENT,
    ELEMENT_AFTER_PERSON,
    ELEMENT_LOOKAHEAD,
    ELEMENT_SLOT
};

struct element {
    enum element_type type;
    int32_t optional;
    char slot;
    const uint32_t *ids; /* of the alternative words */
    size_t id_count;
    uint64_t marks; /* WORD_MARK of each */
};

/* One of 64 bits for a word; others have the same. */
#define WORD_MARK(id) (UINT64_C(1) << ((id) % 64))

struct compiled {
    const struct pattern *pattern;
    struct element *elements;
    size_t count;
    uint64_t start_marks; /* of the words that it may start with */
    int32_t starts_open;  /* may start with any word: with a value or fillers */
    size_t reach;         /* at most so many words before the one it is listed under; SIZE_MAX if unknown */
};

/* A pattern in the list of a word. */
struct link {
    uint32_t pattern; /* index */
    uint32_t next;    /* index + 1 of the next link; 0: none */
};

struct pattern_table {
    struct compiled *compiled;
    struct link *links;
    size_t link_count;
    uint32_t *anchored;   /* by word id: index + 1 of the first link of the patterns that need the word */
    uint32_t *use_counts; /* by word id: number of patterns with the word, while the table is built */
    uint32_t word_count;
    uint32_t free[LANGUAGE_COUNT]; /* index + 1 of the link of patterns that need no word */
};

#define PATTERN(kind, confidence, text) {PATTERN_LANGUAGE, KIND_##kind, confidence, text},

static const struct pattern patterns[] = {
#define PATTERN_LANGUAGE LANGUAGE_EN
#include "analyze/rules/tables/en.def"
#undef PATTERN_LANGUAGE
#define PATTERN_LANGUAGE LANGUAGE_DE
#include "analyze/rules/tables/de.def"
#undef PATTERN_LANGUAGE
#define PATTERN_LANGUAGE LANGUAGE_ES
#include "analyze/rules/tables/es.def"
#undef PATTERN_LANGUAGE
#define PATTERN_LANGUAGE LANGUAGE_FR
#include "analyze/rules/tables/fr.def"
#undef PATTERN_LANGUAGE
#define PATTERN_LANGUAGE LANGUAGE_PT
#include "analyze/rules/tables/pt.def"
#undef PATTERN_LANGUAGE
#define PATTERN_LANGUAGE LANGUAGE_IT
#include "analyze/rules/tables/it.def"
#undef PATTERN_LANGUAGE
#define PATTERN_LANGUAGE LANGUAGE_NL
#include "analyze/rules/tables/nl.def"
#undef PATTERN_LANGUAGE
#define PATTERN_LANGUAGE LANGUAGE_PL
#include "analyze/rules/tables/pl.def"
#undef PATTERN_LANGUAGE
#define PATTERN_LANGUAGE LANGUAGE_RU
#include "analyze/rules/tables/ru.def"
#undef PATTERN_LANGUAGE
#define PATTERN_LANGUAGE LANGUAGE_TR
#include "analyze/rules/tables/tr.def"
#undef PATTERN_LANGUAGE
};

#define PATTERN_COUNT (sizeof patterns / sizeof patterns[0])

_Static_assert(PATTERN_COUNT <= PATTERNS_MAX, "a sentence may match any of them");

static size_t count_tokens(const char *text, char separator)
{
    size_t count = 1;

    for (; *text != '\0' && *text != ' '; text++) {
        count += *text == separator;
    }
    return count;
}

/* Reads the alternatives "a|b" into element->ids. */
static int32_t compile_words(struct element *element, struct arena *arena, struct vocabulary *vocabulary,
                             enum language language, const char *token, size_t length)
{
    uint32_t *ids = arena_allocate_zeroed(arena, count_tokens(token, '|'), sizeof *ids);
    size_t at = 0;

    element->type = ELEMENT_WORD;
    element->ids = ids;
    while (ids != NULL && at < length) {
        size_t end = at;
        struct vocabulary_word *word;

        while (end < length && token[end] != '|') {
            end++;
        }
        word = vocabulary_add(vocabulary, language, token + at, end - at);
        if (word == NULL) {
            return 0;
        }
        ids[element->id_count] = word->id;
        element->id_count++;
        element->marks |= WORD_MARK(word->id);
        at = end + 1;
    }
    return ids != NULL;
}

static int32_t compile_token(struct element *element, struct arena *arena, struct vocabulary *vocabulary,
                             enum language language, const char *token, size_t length)
{
    static const struct {
        char mark;
        enum element_type type;
    } marks[] = {{'~', ELEMENT_FILLERS},      {';', ELEMENT_MARK},       {',', ELEMENT_MARK_OPTIONAL},
                 {'^', ELEMENT_CLAUSE_START}, {'$', ELEMENT_CLAUSE_END}, {'&', ELEMENT_AFTER_STATEMENT},
                 {'@', ELEMENT_AFTER_PERSON}, {'=', ELEMENT_LOOKAHEAD}};

    for (size_t i = 0; length == 1 && i < sizeof marks / sizeof marks[0]; i++) {
        if (token[0] == marks[i].mark) {
            element->type = marks[i].type;
            return 1;
        }
    }
    element->optional = token[length - 1] == '?';
    length -= (size_t)element->optional;
    if (token[0] == '{') {
        element->type = ELEMENT_SLOT;
        element->slot = token[1];
        return 1;
    }
    return compile_words(element, arena, vocabulary, language, token, length);
}

static int32_t compile(struct compiled *compiled, struct arena *arena, struct vocabulary *vocabulary,
                       const struct pattern *pattern)
{
    const char *at = pattern->text;
    size_t tokens = 1;

    for (const char *c = at; *c != '\0'; c++) {
        tokens += *c == ' ';
    }
    compiled->pattern = pattern;
    compiled->elements = arena_allocate_zeroed(arena, tokens, sizeof *compiled->elements);
    while (compiled->elements != NULL && *at != '\0') {
        size_t length = strcspn(at, " ");

        if (!compile_token(&compiled->elements[compiled->count], arena, vocabulary, pattern->language, at, length)) {
            return 0;
        }
        compiled->count++;
        at += length;
        at += strspn(at, " ");
    }
    return compiled->elements != NULL;
}

static void add_link(struct pattern_table *table, uint32_t *head, uint32_t pattern)
{
    table->links[table->link_count].pattern = pattern;
    table->links[table->link_count].next = *head;
    table->link_count++;
    *head = (uint32_t)table->link_count;
}

/* How many patterns have one of the words: the fewer, the rarer the words are in texts. */
static size_t count_uses(const struct pattern_table *table, const struct element *element)
{
    size_t uses = 0;

    for (size_t i = 0; i < element->id_count; i++) {
        uses += table->use_counts[element->ids[i]];
    }
    return uses;
}

/* Words that the elements before one may take; SIZE_MAX if unknown. */
static size_t count_reach(const struct compiled *compiled, const struct element *anchor)
{
    size_t reach = 0;

    for (const struct element *element = compiled->elements; element != anchor; element++) {
        if (element->type == ELEMENT_SLOT && element->slot != '*') {
            return SIZE_MAX;
        }
        reach += element->type == ELEMENT_WORD                                       ? 1
                 : element->type == ELEMENT_FILLERS || element->type == ELEMENT_SLOT ? FILLERS_MAX
                                                                                     : 0;
    }
    return reach;
}

/* Adds a pattern to the lists of the words of which it needs one: those of its rarest element. */
static void add_anchor(struct pattern_table *table, uint32_t number)
{
    struct compiled *compiled = &table->compiled[number];
    const struct element *anchor = NULL;

    for (size_t i = 0; i < compiled->count; i++) {
        const struct element *element = &compiled->elements[i];

        if (element->type == ELEMENT_WORD && !element->optional &&
            (anchor == NULL || count_uses(table, element) < count_uses(table, anchor))) {
            anchor = element;
        }
    }
    for (size_t i = 0; anchor != NULL && i < anchor->id_count; i++) {
        add_link(table, &table->anchored[anchor->ids[i]], number);
    }
    if (anchor == NULL) {
        add_link(table, &table->free[compiled->pattern->language], number);
    }
    compiled->reach = anchor == NULL ? SIZE_MAX : count_reach(compiled, anchor);
}

/* Finds the words that a pattern may start with. */
static void find_starts(struct compiled *compiled)
{
    for (size_t i = 0; i < compiled->count; i++) {
        const struct element *element = &compiled->elements[i];

        compiled->starts_open = element->type == ELEMENT_SLOT || element->type == ELEMENT_FILLERS;
        compiled->start_marks |= element->marks;
        if (compiled->starts_open || (element->type == ELEMENT_WORD && !element->optional)) {
            return;
        }
    }
}

/* Counts the patterns with each word. Returns the number of words in all patterns. */
static size_t count_words(struct pattern_table *table)
{
    size_t words = 0;

    for (size_t i = 0; i < PATTERN_COUNT; i++) {
        for (size_t k = 0; k < table->compiled[i].count; k++) {
            const struct element *element = &table->compiled[i].elements[k];

            for (size_t id = 0; id < element->id_count; id++) {
                table->use_counts[element->ids[id]]++;
            }
            words += element->id_count;
        }
    }
    return words;
}

struct pattern_table *pattern_table_create(struct arena *arena, struct vocabulary *vocabulary)
{
    struct pattern_table *table = arena_allocate_zeroed(arena, 1, sizeof *table);

    if (table == NULL) {
        return NULL;
    }
    table->compiled = arena_allocate_zeroed(arena, PATTERN_COUNT, sizeof *table->compiled);
    for (size_t i = 0; table->compiled != NULL && i < PATTERN_COUNT; i++) {
        if (!compile(&table->compiled[i], arena, vocabulary, &patterns[i])) {
            return NULL;
        }
        find_starts(&table->compiled[i]);
    }
    table->word_count = vocabulary_count(vocabulary) + 1;
    table->anchored = arena_allocate_zeroed(arena, table->word_count, sizeof *table->anchored);
    table->use_counts = arena_allocate_zeroed(arena, table->word_count, sizeof *table->use_counts);
    if (table->compiled == NULL || table->anchored == NULL || table->use_counts == NULL) {
        return NULL;
    }
    table->links = arena_allocate_zeroed(arena, count_words(table) + PATTERN_COUNT, sizeof *table->links);
    for (size_t i = 0; table->links != NULL && i < PATTERN_COUNT; i++) {
        add_anchor(table, (uint32_t)i);
    }
    return table->links == NULL ? NULL : table;
}

int32_t clause_starts(const struct rule_sentence *sentence, size_t i)
{
    size_t before = i;

    while (before > 0 && (sentence->words[before].gap & GAP_BREAK) == 0 &&
           (sentence->words[before - 1].classes & CLASS_FILLER) != 0) {
        before--;
    }
    return before == 0 || (sentence->words[before].gap & GAP_BREAK) != 0 ||
           (sentence->words[before - 1].classes & CLASS_AND) != 0;
}

static int32_t clause_ends(const struct rule_sentence *sentence, size_t i)
{
    return i >= sentence->count || (sentence->words[i].gap & GAP_BREAK) != 0 ||
           (sentence->words[i].classes & CLASS_AND) != 0;
}

/* One attempt to match a pattern. */
struct attempt {
    const struct rule_sentence *sentence;
    const struct compiled *compiled;
    const struct match_context *context;
    size_t start;
    struct match match;
    size_t end; /* where a lookahead starts; SIZE_MAX: none */
};

static int32_t match_from(struct attempt *attempt, size_t element, size_t i, int32_t mark);

/* 1 if word i may follow the previous one: no mark stands between them, or the pattern allows it. */
static int32_t is_adjacent(const struct attempt *attempt, size_t i, int32_t mark)
{
    return i < attempt->sentence->count &&
           (i == attempt->start || mark || (attempt->sentence->words[i].gap & GAP_BREAK) == 0);
}

static int32_t match_word(struct attempt *attempt, size_t number, size_t i, int32_t mark)
{
    const struct element *element = &attempt->compiled->elements[number];

    if (is_adjacent(attempt, i, mark)) {
        for (size_t k = 0; k < element->id_count; k++) {
            if (element->ids[k] == attempt->sentence->words[i].id && match_from(attempt, number + 1, i + 1, 0)) {
                return 1;
            }
        }
    }
    return element->optional && match_from(attempt, number + 1, i, mark);
}

static int32_t match_slot(struct attempt *attempt, size_t number, size_t i, int32_t mark)
{
    const struct element *element = &attempt->compiled->elements[number];
    size_t count = attempt->match.capture_count;

    if (element->slot == '*') {
        for (size_t k = i; k <= i + FILLERS_MAX; k++) {
            if (match_from(attempt, number + 1, k, k == i ? mark : 0)) {
                return 1;
            }
            if (!is_adjacent(attempt, k, k == i ? mark : 0) ||
                (attempt->sentence->words[k].classes & CLASS_DOUBT) != 0) {
                return 0;
            }
        }
        return 0;
    }
    if (count < CAPTURES_MAX && is_adjacent(attempt, i, mark) &&
        slot_read(attempt->sentence, element->slot, i, &attempt->match.captures[count])) {
        attempt->match.capture_count++;
        if (match_from(attempt, number + 1, attempt->match.captures[count].end, 0)) {
            return 1;
        }
        attempt->match.capture_count = count;
    }
    return element->optional && match_from(attempt, number + 1, i, mark);
}

static int32_t match_fillers(struct attempt *attempt, size_t number, size_t i, int32_t mark)
{
    for (size_t k = i; k <= i + FILLERS_MAX; k++) {
        if (match_from(attempt, number + 1, k, k == i ? mark : 0)) {
            return 1;
        }
        if (!is_adjacent(attempt, k, k == i ? mark : 0) || (attempt->sentence->words[k].classes & CLASS_FILLER) == 0) {
            return 0;
        }
    }
    return 0;
}

/* 1 if a statement of kind `next` may share the subject of the one before: both are of one category, and one that has
 * ended is followed by what replaced it. */
static int32_t continues(enum rule_kind before, enum rule_kind next)
{
    if (before == KIND_NONE || kind_table[before].category != kind_table[next].category) {
        return 0;
    }
    return (kind_table[before].flags & STATES_FORMER) == 0 ||
           strcmp(kind_table[before].subject, kind_table[next].subject) == 0;
}

/* Matches the elements from `number` on at word i; `mark`: a mark may precede the word. */
static int32_t match_from(struct attempt *attempt, size_t number, size_t i, int32_t mark)
{
    const struct rule_sentence *sentence = attempt->sentence;
    int32_t marked = i < sentence->count && (sentence->words[i].gap & GAP_BREAK) != 0;

    if (number == attempt->compiled->count) {
        attempt->match.end = attempt->end == SIZE_MAX ? i : attempt->end;
        return attempt->match.end > attempt->start;
    }
    switch (attempt->compiled->elements[number].type) {
    case ELEMENT_WORD:
        return match_word(attempt, number, i, mark);
    case ELEMENT_SLOT:
        return match_slot(attempt, number, i, mark);
    case ELEMENT_FILLERS:
        return match_fillers(attempt, number, i, mark);
    case ELEMENT_MARK:
        return marked && match_from(attempt, number + 1, i, 1);
    case ELEMENT_MARK_OPTIONAL:
        return match_from(attempt, number + 1, i, 1);
    case ELEMENT_CLAUSE_START:
        return clause_starts(sentence, i) && match_from(attempt, number + 1, i, mark);
    case ELEMENT_CLAUSE_END:
        return clause_ends(sentence, i) && match_from(attempt, number + 1, i, mark);
    case ELEMENT_AFTER_STATEMENT:
        return continues(attempt->context->statement, attempt->compiled->pattern->kind) &&
               match_from(attempt, number + 1, i, mark);
    case ELEMENT_LOOKAHEAD:
        attempt->end = i;
        return match_from(attempt, number + 1, i, mark);
    default:
        return attempt->context->person && match_from(attempt, number + 1, i, mark);
    }
}

/* The patterns listed under the words of a sentence. */
struct found_patterns {
    uint64_t marks[PATTERNS_MAX / 64];
    uint8_t first[PATTERNS_MAX]; /* of the words under which it is listed */
    uint8_t last[PATTERNS_MAX];
};

_Static_assert(WORDS_MAX - 1 <= UINT8_MAX, "positions of words fit");

static void mark_links(const struct pattern_table *table, uint32_t link, size_t first, size_t last,
                       struct found_patterns *found)
{
    for (; link != 0; link = table->links[link - 1].next) {
        uint32_t pattern = table->links[link - 1].pattern;
        uint64_t mark = UINT64_C(1) << (pattern % 64);

        found->first[pattern] = (found->marks[pattern / 64] & mark) != 0 ? found->first[pattern] : (uint8_t)first;
        found->last[pattern] = (uint8_t)last;
        found->marks[pattern / 64] |= mark;
    }
}

/* 0 if a sentence whose words have these marks lacks a word that the pattern needs. */
static int32_t may_match(const struct compiled *compiled, uint64_t marks)
{
    for (size_t i = 0; i < compiled->count; i++) {
        const struct element *element = &compiled->elements[i];

        if (element->type == ELEMENT_WORD && !element->optional && (element->marks & marks) == 0) {
            return 0;
        }
    }
    return 1;
}

void pattern_candidates(const struct pattern_table *table, const struct rule_sentence *sentence,
                        struct pattern_candidates *candidates)
{
    struct found_patterns found;
    uint64_t marks = 0;

    memset(found.marks, 0, sizeof found.marks);
    candidates->count = 0;
    mark_links(table, table->free[sentence->language], 0, WORDS_MAX - 1, &found);
    for (size_t i = 0; i < sentence->count; i++) {
        if (sentence->words[i].id < table->word_count) {
            mark_links(table, table->anchored[sentence->words[i].id], i, i, &found);
            marks |= WORD_MARK(sentence->words[i].id);
        }
    }
    for (size_t i = 0; i < PATTERN_COUNT; i++) {
        const struct compiled *compiled = &table->compiled[i];

        if (found.marks[i / 64] >> (i % 64) == 0) {
            i |= 63; /* none in the rest of these */
        } else if ((found.marks[i / 64] >> (i % 64) & 1) != 0 && may_match(compiled, marks)) {
            struct pattern_candidate *added = &candidates->items[candidates->count++];

            added->pattern = (uint16_t)i;
            added->first = compiled->reach < found.first[i] ? (uint8_t)(found.first[i] - compiled->reach) : 0;
            added->last = found.last[i];
        }
    }
}

static void try_pattern(const struct compiled *compiled, struct attempt *attempt, struct match *best)
{
    attempt->compiled = compiled;
    attempt->match.capture_count = 0;
    attempt->end = SIZE_MAX;
    if (match_from(attempt, 0, attempt->start, 1) && (best->pattern == NULL || attempt->match.end > best->end)) {
        *best = attempt->match;
        best->pattern = compiled->pattern;
    }
}

void pattern_match(const struct pattern_table *table, const struct pattern_candidates *candidates,
                   const struct rule_sentence *sentence, size_t start, const struct match_context *context,
                   struct match *match)
{
    struct attempt attempt = {.sentence = sentence, .context = context, .start = start};
    uint32_t id = sentence->words[start].id;

    match->pattern = NULL;
    match->capture_count = 0;
    for (int32_t open = id == 0; open <= 1; open++) {
        for (size_t i = 0; i < candidates->count; i++) {
            const struct pattern_candidate *candidate = &candidates->items[i];
            const struct compiled *compiled = &table->compiled[candidate->pattern];

            if (start >= candidate->first && start <= candidate->last &&
                (open ? compiled->starts_open : (compiled->start_marks & WORD_MARK(id)) != 0)) {
                try_pattern(compiled, &attempt, match);
            }
        }
    }
}

const struct capture *match_capture(const struct match *match, char letter)
{
    for (size_t i = 0; i < match->capture_count; i++) {
        if (match->captures[i].letter == letter) {
            return &match->captures[i];
        }
    }
    return NULL;
}
