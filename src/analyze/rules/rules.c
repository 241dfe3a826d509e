#include "analyze/rules/rules.h"

#include "analyze/rules/date.h"
#include "analyze/rules/pattern.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define UNSURE_PLACE  60 /* less confidence in a place that is not in the table */
#define QUESTION_COST 40
#define SHOUTED_LEAST 5 /* words; in a sentence of capitals they tell no names */
#define KEY_MAX_BYTES 64

struct rules {
    struct vocabulary *vocabulary;
    struct pattern_table *patterns;
};

struct rules *rules_create(struct arena *arena)
{
    struct rules *rules = arena_allocate_zeroed(arena, 1, sizeof *rules);

    if (rules == NULL) {
        return NULL;
    }
    rules->vocabulary = vocabulary_create(arena);
    rules->patterns = rules->vocabulary == NULL ? NULL : pattern_table_create(arena, rules->vocabulary);
    return rules->patterns == NULL ? NULL : rules;
}

/* Looks a word up in the lists of its language and in those of any language. */
static void look_up(const struct vocabulary *vocabulary, enum language language, struct rule_word *word)
{
    size_t length = strlen(word->key);
    const struct vocabulary_word *own = vocabulary_find(vocabulary, language, word->key, length);
    const struct vocabulary_word *any = vocabulary_find(vocabulary, LANGUAGE_UNKNOWN, word->key, length);

    word->id = own == NULL ? 0 : own->id;
    word->classes = (own == NULL ? 0 : own->classes) | (any == NULL ? 0 : any->classes);
    word->gloss = own != NULL && own->gloss[0] != '\0' ? own->gloss : any == NULL ? "" : any->gloss;
}

/* The words of a sentence while they are converted. */
struct conversion {
    const struct rules *rules;
    enum language language;
    struct rule_word *words;
    char (*keys)[KEY_MAX_BYTES]; /* of words that are joined or split */
    size_t count;
};

/* Appends "'s" or another ending to the word before it, if they are one word: in other languages than English always,
 * in English if it is listed, such as "parkinson's". */
static int32_t join_ending(struct conversion *conversion, const struct word *ending)
{
    struct rule_word *before = conversion->count == 0 ? NULL : &conversion->words[conversion->count - 1];
    char *key = conversion->count == 0 ? NULL : conversion->keys[conversion->count - 1];
    size_t length = before == NULL ? 0 : strlen(before->key);
    struct rule_word joined;

    if (before == NULL || (ending->flags & WORD_JOINED) == 0 || length + strlen(ending->key) >= KEY_MAX_BYTES) {
        return 0;
    }
    joined = *before;
    memmove(key, before->key, length);
    memcpy(key + length, ending->key, strlen(ending->key) + 1);
    joined.key = key;
    joined.length = ending->offset + ending->length - before->offset;
    look_up(conversion->rules->vocabulary, conversion->language, &joined);
    if (conversion->language == LANGUAGE_EN && (joined.classes & CLASS_CONDITION) == 0) {
        return 0;
    }
    *before = joined;
    return 1;
}

/* Length of an elided article or preposition at the start of a word: "l'asthme", "dell'ospedale". */
static size_t elision_length(enum language language, const char *key)
{
    static const char *const french[] = {"l'", "d'", NULL};
    static const char *const italian[] = {"l'", "d'", "un'", "all'", "dell'", "nell'", "sull'", NULL};
    const char *const *list = language == LANGUAGE_FR ? french : language == LANGUAGE_IT ? italian : NULL;

    for (; list != NULL && *list != NULL; list++) {
        size_t length = strlen(*list);

        if (strncmp(key, *list, length) == 0 && key[length] != '\0') {
            return length;
        }
    }
    return 0;
}

static void add_word(struct conversion *conversion, const struct word *word, const char *key, size_t offset,
                     size_t length, uint32_t gap)
{
    struct rule_word *added = &conversion->words[conversion->count];

    added->key = key;
    added->offset = offset;
    added->length = length;
    added->gap = gap;
    added->flags = word->flags;
    look_up(conversion->rules->vocabulary, conversion->language, added);
    conversion->count++;
}

static void convert_word(struct conversion *conversion, const char *text, const struct word *word)
{
    size_t elided = elision_length(conversion->language, word->key);
    size_t rest = strlen(word->key) - elided;
    char *key = conversion->keys[conversion->count];
    uint32_t first;

    if (join_ending(conversion, word) || conversion->count + 2 > WORDS_MAX) {
        return;
    }
    if (elided == 0 || rest > word->length) {
        add_word(conversion, word, word->key, word->offset, word->length, word->gap);
        return;
    }
    memcpy(key, word->key, elided);
    key[elided] = '\0';
    add_word(conversion, word, key, word->offset, word->length - rest, word->gap);
    add_word(conversion, word, word->key + elided, word->offset + word->length - rest, rest, 0);
    code_point_read(text, word->offset + word->length - rest, word->offset + word->length, &first);
    conversion->words[conversion->count - 1].flags =
        (word->flags & ~WORD_CAPITAL) | (code_point_lower(first) != first ? WORD_CAPITAL : 0);
}

/* Converts the words of a sentence. A sentence of capitals tells no names. */
static size_t convert(struct conversion *conversion, const char *text, const struct word *words, size_t count)
{
    size_t capitals = 0;

    for (size_t i = 0; i < count; i++) {
        convert_word(conversion, text, &words[i]);
    }
    for (size_t i = 0; i < conversion->count; i++) {
        capitals += (conversion->words[i].flags & WORD_CAPITAL) != 0;
    }
    for (size_t i = 0;
         capitals * 10 > conversion->count * 9 && conversion->count >= SHOUTED_LEAST && i < conversion->count; i++) {
        conversion->words[i].flags &= ~WORD_CAPITAL;
    }
    return conversion->count;
}

#define LABEL_WORDS 3 /* "About me: ..." */

/* 1 if the words before a colon ask for something to be done with what follows: "subtitle this, ten letters a line:
 * ...". */
static int32_t introduces(const struct rule_sentence *sentence, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(sentence->words[i].key, "i") == 0 || strcmp(sentence->words[i].key, "my") == 0) {
            return 0;
        }
    }
    return count > LABEL_WORDS;
}

/* 1 if nothing that starts at word `start` is asserted. */
static int32_t is_doubted(const struct rule_sentence *sentence, size_t start, const struct pattern *pattern)
{
    int32_t same_clause = pattern->text[0] != '&' && pattern->text[0] != '@'; /* else it continues a statement */

    for (size_t i = start; i > 0; i--) {
        const struct rule_word *word = &sentence->words[i - 1];
        const struct rule_word *next = &sentence->words[i];

        if ((next->gap & GAP_STOP) != 0) {
            return 0;
        }
        if ((next->gap & GAP_COLON) != 0 && introduces(sentence, i)) {
            return 1;
        }
        same_clause &= (next->gap & GAP_BREAK) == 0 && (word->classes & CLASS_AND) == 0;
        if ((word->classes & CLASS_IF) != 0 || (same_clause && (word->classes & CLASS_DOUBT) != 0)) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_story(const struct rule_sentence *sentence)
{
    for (size_t i = 0; i < sentence->count; i++) {
        if ((sentence->words[i].classes & CLASS_STORY) != 0) {
            return 1;
        }
    }
    return 0;
}

static void append_words(struct buffer *target, const struct rule_sentence *sentence, size_t start, size_t end)
{
    const struct rule_word *last = &sentence->words[end - 1];
    size_t stop = last->offset + last->length;

    for (size_t at = sentence->words[start].offset; at < stop; at++) {
        char byte = sentence->text[at];
        int32_t space = byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == MASK_BYTE;

        if (!space) {
            buffer_append_byte(target, byte);
        } else if (target->length > 0 && target->data[target->length - 1] != ' ') {
            buffer_append_byte(target, ' ');
        }
    }
}

static void append_lower(struct buffer *target, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        uint32_t c;
        char bytes[4];

        at += code_point_read(text, at, length, &c);
        buffer_append(target, bytes, utf8_encode(code_point_lower(c), bytes));
    }
}

static void append_capitalised(struct buffer *target, const char *word)
{
    buffer_append_byte(target, word[0] >= 'a' && word[0] <= 'z' ? (char)(word[0] - 'a' + 'A') : word[0]);
    buffer_append_text(target, word + 1);
}

/* What a match states, while its texts are written. */
struct telling {
    struct rule_reader *reader;
    const struct rule_sentence *sentence;
    const struct match *match;
};

/* The English word for the person that a match is about: that of an earlier statement if the match has none. */
static const char *relation_of(const struct telling *telling)
{
    const struct capture *relation = match_capture(telling->match, 'R');

    return relation == NULL ? telling->reader->person : relation->gloss;
}

static void append_capture(const struct telling *telling, struct buffer *target, char letter)
{
    const struct capture *capture = match_capture(telling->match, letter);

    if (capture != NULL) {
        append_words(target, telling->sentence, capture->start, capture->end);
    }
}

static void append_name(const struct telling *telling, struct buffer *target)
{
    if (match_capture(telling->match, 'N') != NULL) {
        append_capture(telling, target, 'N');
    } else if (match_capture(telling->match, 'R') == NULL) {
        buffer_append_text(target, telling->reader->name);
    }
}

/* Writes the person: "Daughter Ines" in a text, the name or else the relation in a subject. */
static void append_person(const struct telling *telling, struct buffer *target, int32_t is_line)
{
    size_t length = target->length;

    if (is_line) {
        append_capitalised(target, relation_of(telling));
        length = target->length;
        buffer_append_byte(target, ' ');
    }
    append_name(telling, target);
    if (target->length == length + (size_t)is_line) {
        target->length = length;
        if (!is_line) {
            buffer_append_text(target, relation_of(telling));
        }
    }
}

static int32_t is_digit_key(const struct telling *telling, const struct capture *capture)
{
    char first = telling->sentence->words[capture->start].key[0];

    return first >= '0' && first <= '9';
}

/* Writes a "$X" of a text. */
static void append_value(const struct telling *telling, struct buffer *target, char letter, int32_t is_line)
{
    const struct capture *capture = match_capture(telling->match, letter);
    const char *gloss = capture == NULL ? "" : capture->gloss;

    if (letter == 'F' || letter == 'Q') {
        append_person(telling, target, letter == 'F');
    } else if (letter == 'R' && is_line && target->length == 0) {
        append_capitalised(target, relation_of(telling));
    } else if (letter == 'R') {
        buffer_append_text(target, relation_of(telling));
    } else if ((letter == 'S' || letter == 'L') && gloss[0] != '\0') {
        append_capitalised(target, gloss);
    } else if (letter == 'A' && gloss[0] != '\0') {
        buffer_append_text(target, gloss);
    } else if (letter == 'A' && capture != NULL && is_digit_key(telling, capture)) {
        const char *key = telling->sentence->words[capture->start].key;

        buffer_append(target, key, strspn(key, "0123456789")); /* "8-year-old" */
    } else {
        if (letter == 'J' && is_line && capture != NULL && telling->sentence->language == LANGUAGE_EN) {
            buffer_append_text(target,
                               strchr("aeiou", telling->sentence->words[capture->start].key[0]) != NULL ? "an " : "a ");
        }
        append_capture(telling, target, letter);
    }
}

static void write_template(const struct telling *telling, struct buffer *target, const char *template, int32_t is_line)
{
    buffer_clear(target);
    for (const char *at = template; *at != '\0'; at++) {
        if (*at == '$') {
            at++;
            append_value(telling, target, *at, is_line);
        } else {
            buffer_append_byte(target, *at);
        }
    }
}

/* The subject in lower case. */
static void write_subject(const struct telling *telling, const char *template)
{
    struct buffer *line = telling->reader->line;

    write_template(telling, line, template, 0);
    buffer_clear(telling->reader->subject);
    append_lower(telling->reader->subject, line->data == NULL ? "" : line->data, line->length);
    telling->reader->subject->failed |= line->failed;
}

static int32_t confidence_of(const struct match *match, int32_t question)
{
    const struct capture *place = match_capture(match, 'P');

    return match->pattern->confidence - (place != NULL && !place->sure ? UNSURE_PLACE : 0) -
           (question ? QUESTION_COST : 0);
}

/* The last word of the clause that goes on after word `end`. */
static const struct rule_word *clause_last(const struct rule_sentence *sentence, size_t end)
{
    while (end < sentence->count && (sentence->words[end].gap & GAP_BREAK) == 0) {
        end++;
    }
    return &sentence->words[end - 1];
}

static void tell(const struct telling *telling, size_t start, int32_t question)
{
    const struct match *match = telling->match;
    const struct kind_info *kind = &kind_table[match->pattern->kind];
    const struct capture *when = match_capture(match, 'W');
    struct rule_reader *reader = telling->reader;
    const struct rule_word *last = clause_last(telling->sentence, match->end);
    struct statement made = {.category = kind->category,
                             .exclusive = (kind->flags & STATES_EXCLUSIVE) != 0,
                             .superseded = (kind->flags & STATES_FORMER) != 0,
                             .confidence = confidence_of(match, question),
                             .until_us = CPK_TIME_UNKNOWN,
                             .quote_start = telling->sentence->words[start].offset,
                             .quote_end = last->offset + last->length};

    write_subject(telling, kind->subject);
    write_template(telling, reader->value, kind->value, 0);
    write_template(telling, reader->line, kind->text, 1);
    if ((kind->flags & STATES_DATED) != 0 && when != NULL) {
        made.until_us = date_end(telling->sentence, when, reader->time_us);
    }
    made.subject = buffer_text(reader->subject);
    made.value = buffer_text(reader->value);
    made.text = buffer_text(reader->line);
    rules_keep(reader, &made);
}

static size_t name_length(const struct rule_sentence *sentence, const struct capture *name)
{
    const struct rule_word *last = &sentence->words[name->end - 1];
    size_t length = last->offset + last->length - sentence->words[name->start].offset;

    return length < RULE_PERSON_BYTES ? length : 0;
}

/* Remembers whom a statement is about, for "she lives in Sligo". */
static void note_person(struct rule_reader *reader, const struct rule_sentence *sentence, const struct match *match)
{
    const struct capture *relation = match_capture(match, 'R');
    const struct capture *name = match_capture(match, 'N');

    if ((kind_table[match->pattern->kind].flags & STATES_PERSON) == 0 || relation == NULL ||
        relation->gloss[0] == '\0' || strcmp(reader->person, relation->gloss) == 0) {
        return;
    }
    reader->people++;
    snprintf(reader->person, sizeof reader->person, "%s", relation->gloss);
    reader->name[0] = '\0';
    if (name != NULL) {
        snprintf(reader->name, sizeof reader->name, "%.*s", (int)name_length(sentence, name),
                 sentence->text + sentence->words[name->start].offset);
    }
}

/* 1 if a question whose statement ends before word `end` may ask just that: in languages that leave "I" out, the order
 * of its words does not tell. */
static int32_t asks(const struct rule_sentence *sentence, size_t end)
{
    enum language language = sentence->language;

    return language != LANGUAGE_EN && language != LANGUAGE_DE && language != LANGUAGE_NL && language != LANGUAGE_FR &&
           (end >= sentence->count || (sentence->words[end].gap & GAP_BREAK) == 0);
}

struct pending_statement {
    struct statement statement;
    struct pending_statement *next;
};

/* 1 if the value is more than spaces and punctuation. */
static int32_t has_text(const char *value)
{
    for (; *value != '\0'; value++) {
        unsigned char byte = (unsigned char)*value;

        if (byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z')) {
            return 1;
        }
    }
    return 0;
}

void rules_keep(struct rule_reader *reader, const struct statement *statement)
{
    struct pending_statement *kept;

    if (reader->subject->failed || reader->value->failed || reader->line->failed) { /* their texts are not whole */
        reader->failed = 1;
        return;
    }
    if (!has_text(statement->value) && statement->category != FINDING_NOTE) {
        return;
    }
    kept = arena_allocate_zeroed(reader->arena, 1, sizeof *kept);
    if (kept != NULL) {
        kept->statement = *statement;
        kept->statement.subject = arena_copy_text(reader->arena, statement->subject);
        kept->statement.value = arena_copy_text(reader->arena, statement->value);
        kept->statement.text = arena_copy_text(reader->arena, statement->text);
    }
    if (kept == NULL || kept->statement.subject == NULL || kept->statement.value == NULL ||
        kept->statement.text == NULL) {
        reader->failed = 1;
        return;
    }
    if (reader->first == NULL) {
        reader->first = kept;
    } else {
        *reader->last = kept;
    }
    reader->last = &kept->next;
}

int32_t rules_has_statements(const struct rule_reader *reader)
{
    return reader->first != NULL;
}

int32_t rules_finish(struct rule_reader *reader, size_t end)
{
    for (struct pending_statement *kept = reader->first; kept != NULL && !reader->play && !reader->failed;
         kept = kept->next) {
        if (kept->statement.quote_end <= end) {
            reader->emit(reader->emit_user, &kept->statement);
        }
    }
    return !reader->failed;
}

static void read_words(struct rule_reader *reader, const struct rule_sentence *sentence, int32_t question)
{
    struct match_context context = {KIND_NONE, reader->person[0] != '\0' && reader->people == 1};
    struct pattern_candidates candidates;

    pattern_candidates(reader->rules->patterns, sentence, &candidates);
    for (size_t i = 0; i < sentence->count && candidates.count > 0;) {
        struct match match;
        struct telling telling = {reader, sentence, &match};

        pattern_match(reader->rules->patterns, &candidates, sentence, i, &context, &match);
        context.statement = KIND_NONE;
        if (match.pattern == NULL || (reader->scanning && match.pattern->kind != KIND_PLAY)) {
            i++;
            continue;
        }
        if (match.pattern->kind == KIND_PLAY) {
            reader->play = !reader->told;
            i++;
            continue;
        }
        if (question && asks(sentence, match.end)) {
            i = match.end;
            continue;
        }
        if (match.pattern->kind != KIND_NONE && !is_doubted(sentence, i, match.pattern)) {
            tell(&telling, i, question);
            note_person(reader, sentence, &match);
            context.statement = match.pattern->kind;
        }
        context.person = reader->person[0] != '\0' && reader->people == 1;
        i = match.end;
    }
}

void rules_read(struct rule_reader *reader, enum language language, const struct word *words, size_t count,
                int32_t question)
{
    struct rule_word converted[WORDS_MAX];
    char keys[WORDS_MAX][KEY_MAX_BYTES];
    struct conversion conversion = {reader->rules, language, converted, keys, 0};
    struct rule_sentence sentence = {reader->rules->vocabulary, language, reader->text, converted, 0};

    if (language >= LANGUAGE_SV && language != LANGUAGE_RU) {
        return;
    }
    sentence.count = convert(&conversion, reader->text, words, count);
    if (!reader->play && !is_story(&sentence)) {
        read_words(reader, &sentence, question);
    }
}
