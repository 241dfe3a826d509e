#include "analyze/rules/instruction.h"

#include "analyze/language/sentence.h"
#include "analyze/language/words.h"
#include "base/buffer.h"

#include <string.h>

#define SUPPORT (REQUEST_FORM | REQUEST_REPLY | REQUEST_MANNER | REQUEST_LANGUAGE)
#define ACTION  (REQUEST_VERB | REQUEST_DO | REQUEST_AMBIGUOUS | REQUEST_ANSWER)
/* Tokens after which a request may still begin. */
#define LEADING                                                                                                        \
    (REQUEST_SKIP | REQUEST_PLEASE | REQUEST_LASTING | REQUEST_LATER | REQUEST_WHEN | REQUEST_ALWAYS | REQUEST_NOT |   \
     REQUEST_ASK | REQUEST_MORE | REQUEST_PERMIT)
#define CORRECTION_TOKENS   14 /* a longer sentence about emojis is no mere correction */
#define BARE_TOKENS         8  /* "short answers please", "answer in German" */
#define NEAR_TOKENS         4
#define CLAUSE_TOKENS       12
#define REQUEST_LONG        40 /* in a longer sentence only what it begins with is a request */

#define ROLE_PLAY_SENTENCES 3
#define REQUEST_OPEN        1
#define REQUEST_CLOSED      2

enum verdict { VERDICT_NONE, VERDICT_CORRECTION, VERDICT_STANDING, VERDICT_FORGET };

/* What a sentence says as a request. */
struct request {
    const struct request_sentence *sentence;
    int32_t question;
    int32_t drafting; /* a text for others is being written */
    uint64_t heads;   /* classes of the words that begin clauses as requests do */
    int32_t action;   /* an imperative begins a clause */
    int32_t negated;  /* "don't", "no", "without" before an action or a feature of answers */
    int32_t person;   /* the first clause has another subject than the assistant */
    int32_t when;     /* 0, or a condition, "when I ask": REQUEST_OPEN until its clause ends */
    int32_t always_head;
};

static int32_t has(const struct request *request, uint64_t classes)
{
    return (request->sentence->classes & classes) != 0;
}

/* The classes of the `count` tokens from `first` on. */
static uint64_t classes_near(const struct request_sentence *sentence, size_t first, size_t count)
{
    uint64_t classes = 0;

    for (size_t i = first; i < sentence->count && i < first + count; i++) {
        if (i > first && sentence->tokens[i].breaks) {
            break;
        }
        classes |= sentence->tokens[i].classes;
    }
    return classes;
}

/* 1 if "wenn ich", "cuando" at `i` is followed by a verb of asking. */
static int32_t is_condition(const struct request_sentence *sentence, size_t i)
{
    return (sentence->tokens[i].classes & REQUEST_WHEN_I) != 0 &&
           ((classes_near(sentence, i + 1, 7) & REQUEST_ASKING) != 0 || (sentence->classes & REQUEST_ASK) != 0);
}

/* The classes of the first word after `i` that is not "please", "just", "me". */
static uint64_t next_classes(const struct request_sentence *sentence, size_t i)
{
    for (i++; i < sentence->count; i++) {
        if ((sentence->tokens[i].classes & (REQUEST_SKIP | REQUEST_PLEASE | REQUEST_ABOUT)) == 0 ||
            (sentence->tokens[i].classes & (ACTION | SUPPORT)) != 0) {
            return sentence->tokens[i].classes;
        }
    }
    return 0;
}

static void note_head(struct request *request, size_t i)
{
    const struct request_token *token = &request->sentence->tokens[i];

    request->heads |= token->classes;
    if ((token->classes & ACTION) != 0 && (token->classes & REQUEST_PLAIN) == 0 && !request->action) {
        request->action = 1;
    }
    if ((token->classes & (REQUEST_NOT | REQUEST_STOP)) != 0 &&
        (classes_near(request->sentence, i + 1, NEAR_TOKENS) & (ACTION | SUPPORT | REQUEST_GERUND | REQUEST_FINAL)) !=
            0) {
        request->negated = 1;
    }
    if ((token->classes & REQUEST_ALWAYS) != 0 &&
        (next_classes(request->sentence, i) & (ACTION | SUPPORT | REQUEST_FINAL)) != 0) {
        request->always_head = 1;
    }
}

/* "For recipes always use grams": a request after what it is about. */
static int32_t is_about(const struct request_sentence *sentence, size_t i)
{
    return i > 0 && i <= NEAR_TOKENS + 1 && (sentence->tokens[0].classes & REQUEST_ABOUT) != 0 &&
           (sentence->tokens[i].classes & REQUEST_ALWAYS) != 0 && (next_classes(sentence, i) & ACTION) != 0;
}

static int32_t is_wide_script(const char *text)
{
    return (unsigned char)text[0] >= 0xE3;
}

/* 1 if a clause, as requests begin, may begin with token `i` although none does by punctuation. */
static int32_t begins_again(const struct request *request, size_t i)
{
    const struct request_sentence *sentence = request->sentence;
    const struct request_token *token = &sentence->tokens[i];

    if (token->breaks || is_about(sentence, i) || (token->classes & REQUEST_PLEASE) != 0 ||
        (request->action && (token->classes & REQUEST_SKIP) != 0)) {
        return 1;
    }
    /* "when I ask about code give me the diff" */
    return request->when == REQUEST_OPEN && !request->action && (token->classes & REQUEST_VERB) != 0 && i > 1 &&
           (sentence->tokens[i - 1].classes & (REQUEST_PERSON | REQUEST_ALWAYS | REQUEST_NOT)) == 0;
}

/* Notes who or what the first clause is about, if that is not the assistant or its answers. */
static void note_subject(struct request *request, size_t i)
{
    const struct request_token *token = &request->sentence->tokens[i];

    if (i + 1 < request->sentence->count && (token[1].classes & (REQUEST_REPLY | REQUEST_FORM)) != 0) {
        return;
    }
    if ((token->classes & (LEADING | ACTION | SUPPORT)) != 0 || request->action || request->negated) {
        return;
    }
    request->person |= (token->classes & REQUEST_PERSON) != 0;
    request->question |= (token->classes & REQUEST_QUESTION) != 0;
}

/* Finds the clauses of the sentence and what begins them. */
static void request_find(const struct request_sentence *sentence, struct request *request)
{
    int32_t head = 1;
    int32_t begun = 0; /* the first clause has begun */

    /* In Japanese and Korean the negation ends the clause, as do the words of a question. */
    request->question |=
        sentence->count > 0 && is_wide_script(sentence->folded) && (sentence->classes & REQUEST_QUESTION) != 0;
    request->negated = sentence->count > 0 && is_wide_script(sentence->folded) &&
                       (sentence->classes & REQUEST_NOT) != 0 && (sentence->classes & SUPPORT) != 0;
    for (size_t i = 0; i < sentence->count; i++) {
        const struct request_token *token = &sentence->tokens[i];

        head = head || begins_again(request, i);
        request->when = request->when == REQUEST_OPEN && token->breaks ? REQUEST_CLOSED : request->when;
        if ((token->classes & REQUEST_WHEN) != 0 || is_condition(sentence, i)) {
            request->when = REQUEST_OPEN;
        }
        if (!head) {
            continue;
        }
        if (!begun) {
            note_subject(request, i);
        }
        note_head(request, i);
        begun |= (token->classes & LEADING) == 0;
        head = (token->classes & LEADING) != 0 && (token->classes & REQUEST_PLAIN) == 0;
    }
}

/* 1 if a token of `first` is followed, within the clause, by one of `then`. */
static int32_t follows(const struct request_sentence *sentence, uint64_t first, uint64_t then, size_t within)
{
    for (size_t i = 0; i < sentence->count; i++) {
        if ((sentence->tokens[i].classes & first) != 0 && (classes_near(sentence, i + 1, within) & then) != 0) {
            return 1;
        }
    }
    return 0;
}

/* As follows(), without anybody else in between: not in "tell them we never". */
static int32_t follows_alone(const struct request_sentence *sentence, uint64_t first, uint64_t then, size_t within)
{
    for (size_t i = 0; i < sentence->count; i++) {
        for (size_t k = i + 1; (sentence->tokens[i].classes & first) != 0 && k < sentence->count && k <= i + within;
             k++) {
            if ((sentence->tokens[k].classes & then) != 0) {
                return 1;
            }
            if (sentence->tokens[k].breaks || (sentence->tokens[k].classes & REQUEST_PERSON) != 0) {
                break;
            }
        }
    }
    return 0;
}

/* 1 if the next word after one of `first` is one of `then`. */
static int32_t follows_next(const struct request_sentence *sentence, uint64_t first, uint64_t then)
{
    for (size_t i = 0; i < sentence->count; i++) {
        if ((sentence->tokens[i].classes & first) != 0 && (next_classes(sentence, i) & then) != 0) {
            return 1;
        }
    }
    return 0;
}

/* 1 for "call me Ana": a name follows, or precedes in Japanese and Korean. */
static int32_t gives_name(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;

    for (size_t i = 0; i < sentence->count; i++) {
        const struct request_token *token = &sentence->tokens[i];
        const struct request_token *next = i + 1 < sentence->count ? token + 1 : NULL;

        if ((token->classes & REQUEST_CALL) == 0 || has(request, REQUEST_ONCE)) {
            continue;
        }
        while (next != NULL && (next->classes & REQUEST_SKIP) != 0) {
            next = next + 1 < sentence->tokens + sentence->count ? next + 1 : NULL;
        }
        if (next != NULL && !next->breaks && next->classes == 0 &&
            (next->capital || (unsigned char)sentence->folded[next->start] >= 0xD7)) {
            return 1;
        }
        if (next == NULL && i > 0 && is_wide_script(sentence->folded + token->start)) {
            return 1;
        }
    }
    return 0;
}

/* 1 if a permission is in more than one word ("are fine now") or given to the assistant ("you can use emojis again").
 */
static int32_t permits(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;

    for (size_t i = 0; i < sentence->count; i++) {
        const struct request_token *token = &sentence->tokens[i];

        if ((token->classes & REQUEST_PERMIT) != 0 &&
            (has(request, REQUEST_ASK) || is_wide_script(sentence->folded + token->start) ||
             memchr(sentence->folded + token->start, ' ', token->end - token->start) != NULL)) {
            return 1;
        }
    }
    return 0;
}

/* "Answer in German", "speak plain Spanish": nothing but the language is asked for. */
static int32_t sets_language(const struct request *request)
{
    return request->sentence->count <= BARE_TOKENS + 4 &&
           follows(request->sentence, REQUEST_ANSWER, REQUEST_LANGUAGE, 3) && (request->heads & REQUEST_ANSWER) != 0;
}

/* Tokens of the first clause if it describes answers: a reason may follow. Otherwise those of the sentence. */
static size_t first_clause(const struct request_sentence *sentence)
{
    uint64_t classes = sentence->count > 0 ? sentence->tokens[0].classes : 0;
    size_t count = 1;

    while (count < sentence->count && !sentence->tokens[count].breaks) {
        classes |= sentence->tokens[count].classes;
        count++;
    }
    return (classes & REQUEST_REPLY) != 0 && (classes & (REQUEST_MANNER | REQUEST_LANGUAGE | REQUEST_FORM)) != 0
               ? count
               : sentence->count;
}

/* "Keep answers short", "I prefer short answers", "short answers please". */
static int32_t describes_answers(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;
    uint64_t described = REQUEST_MANNER | REQUEST_LANGUAGE | REQUEST_FORM;
    uint64_t wished = ACTION | REQUEST_WANT | REQUEST_ASK;

    if (!follows(sentence, REQUEST_REPLY, described, CLAUSE_TOKENS) &&
        !follows(sentence, described, REQUEST_REPLY, NEAR_TOKENS)) {
        return 0;
    }
    if (is_wide_script(sentence->folded)) {
        return has(request, REQUEST_WANT) || (sentence->tokens[0].classes & REQUEST_REPLY) != 0;
    }
    return (follows(sentence, wished, REQUEST_REPLY, NEAR_TOKENS + 1) && (request->heads & wished) != 0) ||
           (first_clause(sentence) <= BARE_TOKENS && !request->person);
}

/* "You don't have to", "no hace falta que". */
static int32_t is_relieved(const struct request_sentence *sentence)
{
    const uint64_t both = REQUEST_ASK | REQUEST_NOT;

    for (size_t i = 0; i < sentence->count; i++) {
        if ((sentence->tokens[i].classes & both) == both) {
            return 1;
        }
    }
    return 0;
}

/* 1 if "from now on" is said, or "in future" of a short request: not of "how do I avoid it in future". */
static int32_t tells_duration(const struct request *request)
{
    int32_t asked = request->action || request->negated || has(request, REQUEST_FINAL | REQUEST_WANT);

    if (!has(request, REQUEST_LATER)) {
        return has(request, REQUEST_LASTING);
    }
    if ((request->heads & REQUEST_LATER) != 0 || is_relieved(request->sentence) || has(request, REQUEST_LASTING)) {
        return 1;
    }
    return request->sentence->count <= CORRECTION_TOKENS &&
           ((asked && has(request, SUPPORT)) || (request->negated && has(request, REQUEST_VERB)));
}

/* "From now on: X, Y and Z." */
static int32_t opens_list(const struct request_sentence *sentence)
{
    for (size_t i = 0; i + 1 < sentence->count; i++) {
        if ((sentence->tokens[i].classes & REQUEST_LASTING) != 0 && sentence->tokens[i + 1].colon) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_lasting(const struct request *request)
{
    uint64_t strong = REQUEST_VERB | REQUEST_DO | REQUEST_ANSWER | REQUEST_ASK | REQUEST_NOT | REQUEST_STOP;
    int32_t asked = (request->heads & strong) != 0 || request->negated || request->always_head ||
                    has(request, REQUEST_FINAL) || (has(request, REQUEST_WANT) && has(request, SUPPORT));

    if (request->person && !has(request, REQUEST_WANT | REQUEST_ASK) && !request->action) {
        return 0;
    }
    if (request->drafting && !has(request, SUPPORT)) {
        return 0;
    }
    return asked ||
           (has(request, SUPPORT) && (has(request, REQUEST_LASTING) || (request->heads & REQUEST_LATER) != 0)) ||
           (!request->drafting && opens_list(request->sentence));
}

/* "Tell me the source, always." */
static int32_t ends_with_always(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;
    uint64_t ending = REQUEST_ALWAYS | (request->negated ? REQUEST_MORE : 0);
    size_t last = sentence->count - 1;

    while (last > 0 && (sentence->tokens[last].classes & REQUEST_SKIP) != 0) {
        last--;
    }
    return (sentence->tokens[last].classes & ending) != 0 && sentence->tokens[last].breaks &&
           (has(request, REQUEST_VERB | REQUEST_ANSWER) || has(request, SUPPORT)) && !request->question &&
           sentence->count <= REQUEST_LONG;
}

/* "Generate passwords, never repeat a character": how the thing that is asked for should be. */
static int32_t describes_task(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;
    size_t first = 0;

    while (first < sentence->count &&
           (sentence->tokens[first].classes & (REQUEST_SKIP | REQUEST_PLEASE | REQUEST_ASK)) != 0) {
        first++;
    }
    return first < sentence->count && (sentence->tokens[first].classes & REQUEST_TASK) != 0 &&
           (classes_near(sentence, first + 1, NEAR_TOKENS) & (REQUEST_ALWAYS | REQUEST_REPLY | REQUEST_LASTING)) == 0 &&
           !request->when;
}

static int32_t is_always(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;
    int32_t supported = has(request, SUPPORT);
    uint64_t sure = REQUEST_VERB | REQUEST_ANSWER | (request->drafting ? 0 : REQUEST_DO);

    if ((request->drafting && !supported) || (request->person && !request->action) || describes_task(request)) {
        return 0;
    }
    if (request->always_head) {
        return follows_next(sentence, REQUEST_ALWAYS, sure) || supported ||
               (has(request, REQUEST_FINAL) && !request->person);
    }
    if ((request->heads & REQUEST_ASK) != 0 && follows(sentence, REQUEST_ASK, REQUEST_ALWAYS, 4) &&
        follows(sentence, REQUEST_ALWAYS, ACTION | SUPPORT | REQUEST_FINAL | REQUEST_GERUND, 7)) {
        return 1;
    }
    if (request->action &&
        (follows_alone(sentence, REQUEST_VERB | REQUEST_ANSWER, REQUEST_ALWAYS, 7) ||
         follows_alone(sentence, REQUEST_DO, REQUEST_ALWAYS, 3) ||
         (supported && follows(sentence, REQUEST_AMBIGUOUS | REQUEST_DO, REQUEST_ALWAYS, CLAUSE_TOKENS)))) {
        return 1;
    }
    return ends_with_always(request) || (follows(sentence, REQUEST_WANT, REQUEST_ALWAYS, 4) && supported) ||
           (has(request, REQUEST_FINAL) && !request->person);
}

static int32_t is_conditional(const struct request *request)
{
    int32_t final = has(request, REQUEST_FINAL) && is_wide_script(request->sentence->folded);

    if (request->person && !request->action && !request->negated && !final) {
        return 0;
    }
    return request->action || request->negated || request->always_head || has(request, REQUEST_FINAL) ||
           (request->heads & REQUEST_ASK) != 0 || has(request, SUPPORT);
}

static int32_t stops(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;

    if (request->drafting || request->person) {
        return 0;
    }
    if ((request->heads & REQUEST_STOP) != 0 &&
        (follows(sentence, REQUEST_STOP, REQUEST_GERUND | REQUEST_FORM, NEAR_TOKENS) ||
         (has(request, REQUEST_FORM) && is_wide_script(sentence->folded)))) {
        return 1;
    }
    return has(request, REQUEST_STOP) && has(request, REQUEST_FORM) && is_wide_script(sentence->folded);
}

/* "No emojis", "without bullet points": a wish for this answer or for all; who repeats it means all. */
static int32_t corrects(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;
    uint32_t features = 1 << TOPIC_EMOJI | 1 << TOPIC_LIST | 1 << TOPIC_TABLE | 1 << TOPIC_MARKUP | 1 << TOPIC_OPENING |
                        1 << TOPIC_CLOSING | 1 << TOPIC_CAVEAT | 1 << TOPIC_PUNCTUATION | 1 << TOPIC_TONE;

    return !request->drafting && !request->person && request->negated && (sentence->topics & features) != 0 &&
           sentence->count <= CORRECTION_TOKENS &&
           (is_wide_script(sentence->folded) || follows(sentence, REQUEST_NOT, REQUEST_FORM, NEAR_TOKENS));
}

/* "No more lists" in the order of other languages: "keine Listen mehr", "ne me propose plus", "ya no uses listas". */
static int32_t negates_more(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;
    uint64_t strong = REQUEST_VERB | REQUEST_ANSWER | (has(request, SUPPORT) ? REQUEST_DO : 0);

    if (!request->negated) {
        return 0;
    }
    if (is_wide_script(sentence->folded)) {
        return has(request, REQUEST_FORM) && has(request, REQUEST_MORE);
    }
    return follows(sentence, REQUEST_FORM, REQUEST_MORE, 5) || follows(sentence, strong, REQUEST_MORE, 2) ||
           follows_next(sentence, REQUEST_MORE, strong);
}

static enum verdict judge(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;
    int32_t negated_more = negates_more(request);

    if (has(request, REQUEST_HYPO | REQUEST_HERE | REQUEST_REPORT)) {
        return VERDICT_NONE;
    }
    if (sentence->count > REQUEST_LONG &&
        (classes_near(sentence, 0, NEAR_TOKENS) & (REQUEST_LASTING | REQUEST_ALWAYS | REQUEST_WHEN)) == 0) {
        return VERDICT_NONE;
    }
    if (request->question && !has(request, REQUEST_ASK)) {
        return VERDICT_NONE;
    }
    if ((request->heads & REQUEST_FORGET) != 0) {
        return VERDICT_FORGET;
    }
    if (tells_duration(request) && is_lasting(request)) {
        return VERDICT_STANDING;
    }
    if (has(request, REQUEST_ONCE)) {
        return VERDICT_NONE;
    }
    if ((has(request, REQUEST_FIXED) && !request->person) || gives_name(request) || stops(request) ||
        (has(request, REQUEST_ALWAYS) && is_always(request)) ||
        (has(request, REQUEST_MORE) && !request->person && ends_with_always(request)) ||
        (request->when && is_conditional(request))) {
        return VERDICT_STANDING;
    }
    if ((request->heads & REQUEST_REMEMBER) != 0 && !request->drafting) {
        return VERDICT_STANDING;
    }
    if (!request->drafting &&
        (negated_more || sets_language(request) || describes_answers(request) ||
         (!request->question && permits(request) && has(request, REQUEST_FORM | REQUEST_REPLY) && !request->person))) {
        return VERDICT_STANDING;
    }
    return corrects(request) ? VERDICT_CORRECTION : VERDICT_NONE;
}

/* 1 if the sentence asks for a text for others, or translates one. */
static int32_t asks_for_text(const struct request_sentence *sentence)
{
    int32_t asked = 0;

    for (size_t i = 0; i < sentence->count; i++) {
        if (asked && sentence->tokens[i].colon) {
            return 1;
        }
        asked |= (sentence->tokens[i].classes & REQUEST_TASK) != 0;
    }
    return asked && (sentence->classes & REQUEST_TEXT) != 0;
}

/* ---- Speech ---- */

struct speech_reader {
    struct arena *arena;
    const cpk_message *message;
    const char *masked;
    struct sentence_reader sentences;
    struct sentence next; /* read ahead */
    int32_t has_next;
    size_t previous; /* start of the sentence before, if it is a request or in the same paragraph; SIZE_MAX: none */
    struct request_sentence *tokens;
    int32_t drafting;
    int32_t role_play; /* -1: not known yet */
    int32_t unmasked;  /* the sentence is read as it was written */
    instruction_emit_fn emit;
    void *user;
    int32_t failed;
};

static void advance(struct speech_reader *reader)
{
    reader->has_next = sentence_next(&reader->sentences, &reader->next);
}

/* 1 if the sentence is mostly the user's own. */
static int32_t is_own(const struct speech_reader *reader, const struct sentence *sentence)
{
    size_t masked = 0;

    for (size_t i = sentence->start; i < sentence->end; i++) {
        masked += reader->masked[i] == MASK_BYTE;
    }
    return sentence->end > sentence->start && reader->masked[sentence->start] != MASK_BYTE &&
           masked * 2 <= sentence->end - sentence->start;
}

static int32_t read_text(struct speech_reader *reader, const char *text, const struct sentence *sentence,
                         uint64_t wanted)
{
    if (!request_read(reader->arena, text + sentence->start, sentence->end - sentence->start, wanted, reader->tokens)) {
        reader->failed = 1;
        return 0;
    }
    return 1;
}

static int32_t read_tokens(struct speech_reader *reader, const struct sentence *sentence)
{
    return read_text(reader, reader->masked, sentence, REQUEST_MATTERS);
}

/* "From now on when I paste a log: ..." is the user's own after the colon too. Reads the sentence as it was written,
 * if it begins so and the rest of its line is masked. */
static void unmask(struct speech_reader *reader, struct sentence *sentence)
{
    const char *masked = memchr(reader->masked + sentence->start, MASK_BYTE, sentence->end - sentence->start);
    size_t at = masked == NULL ? 0 : (size_t)(masked - reader->masked);
    struct sentence_reader whole;
    struct sentence own;

    while (at > sentence->start && (reader->masked[at - 1] == ' ')) {
        at--;
    }
    if (masked == NULL || at <= sentence->start || reader->masked[at - 1] != ':' ||
        (classes_near(reader->tokens, 0, NEAR_TOKENS) & (REQUEST_LASTING | REQUEST_WHEN)) == 0) {
        return;
    }
    sentence_reader_init(&whole, reader->message->text + sentence->start,
                         reader->message->text_length - sentence->start);
    if (sentence_next(&whole, &own) && own.end > sentence->end - sentence->start) {
        sentence->end = sentence->start + own.end;
    }
    reader->unmasked = read_text(reader, reader->message->text, sentence, REQUEST_MATTERS);
}

/* 1 if the next sentence belongs to the request: "A sentence is enough." */
static int32_t continues(struct speech_reader *reader, const struct sentence *sentence)
{
    struct request request = {.sentence = reader->tokens};

    if (!reader->has_next || reader->next.paragraph != sentence->paragraph || reader->next.question ||
        reader->next.bullet || sentence->line_end || !is_own(reader, &reader->next) ||
        !read_text(reader, reader->masked, &reader->next, REQUEST_ANY)) {
        return 0;
    }
    request_find(reader->tokens, &request);
    return has(&request, SUPPORT) && !request.person && reader->tokens->count <= BARE_TOKENS &&
           !has(&request, REQUEST_ONCE | REQUEST_HYPO | REQUEST_TASK | REQUEST_WANT | REQUEST_HERE) &&
           judge(&request) != VERDICT_STANDING;
}

/* 1 if the message sets up a role play or a supposition: nothing in it is a request of the user's own. */
static int32_t is_role_play(struct speech_reader *reader)
{
    struct request_sentence *tokens = reader->role_play >= 0 ? NULL : arena_allocate(reader->arena, sizeof *tokens);
    struct sentence_reader sentences;
    struct sentence sentence;

    if (tokens == NULL) {
        reader->failed |= reader->role_play < 0;
        return reader->role_play != 0;
    }
    reader->role_play = 0;
    sentence_reader_init(&sentences, reader->masked, reader->message->text_length);
    for (size_t i = 0; i < ROLE_PLAY_SENTENCES && sentence_next(&sentences, &sentence) && !reader->failed; i++) {
        reader->failed |= !request_read(reader->arena, reader->masked + sentence.start, sentence.end - sentence.start,
                                        REQUEST_HYPO, tokens);
        reader->role_play |= (tokens->classes & REQUEST_HYPO) != 0;
    }
    return reader->role_play;
}

static void emit_words(struct speech_reader *reader, size_t start, size_t end, const char *subject, int32_t ended)
{
    struct instruction found = {.subject = subject, .value = "", .ended = ended, .time_us = reader->message->time_us};

    if (is_role_play(reader)) {
        return;
    }
    while (end > start && strchr(" \n\r\t", reader->message->text[end - 1]) != NULL) {
        end--;
    }
    found.text = arena_copy_bytes(reader->arena, reader->message->text + start, end - start);
    if (found.text == NULL) {
        reader->failed = 1;
        return;
    }
    reader->emit(reader->user, &found);
}

/* Emits a standing request with what belongs to it: the list that it opens, or short sentences after it. */
static void emit_standing(struct speech_reader *reader, const struct sentence *sentence, size_t start)
{
    size_t end = sentence->end;
    struct sentence last = *sentence;

    if (sentence->colon) {
        while (reader->has_next && reader->next.bullet && is_own(reader, &reader->next)) {
            end = reader->next.end;
            advance(reader);
        }
    } else {
        while (!reader->failed && continues(reader, &last)) {
            last = reader->next;
            end = last.end;
            advance(reader);
        }
    }
    emit_words(reader, start, end, INSTRUCTION_STANDING, 0);
}

/* Offset in the sentence of what is to be forgotten: after "forget that". */
static size_t forgotten_start(const struct request_sentence *tokens)
{
    for (size_t i = 0; i < tokens->count; i++) {
        if ((tokens->tokens[i].classes & REQUEST_FORGET) != 0) {
            return tokens->tokens[i].source_end;
        }
    }
    return 0;
}

/* 1 if the sentence says nothing without the one before: "Always.", "Remember that." */
static int32_t refers_back(const struct request *request)
{
    const struct request_sentence *sentence = request->sentence;
    uint64_t lasting = REQUEST_LASTING | REQUEST_LATER | REQUEST_ALWAYS | REQUEST_SKIP | REQUEST_FIXED;

    if ((request->heads & REQUEST_REMEMBER) != 0) {
        return sentence->count <= NEAR_TOKENS;
    }
    for (size_t i = 0; i < sentence->count; i++) {
        if ((sentence->tokens[i].classes & lasting) == 0) {
            return 0;
        }
    }
    return sentence->count > 0 && sentence->count <= NEAR_TOKENS && !request->question &&
           has(request, REQUEST_LASTING | REQUEST_LATER | REQUEST_ALWAYS);
}

static void read_sentence(struct speech_reader *reader, struct sentence *sentence)
{
    struct request request = {.sentence = reader->tokens, .question = sentence->question, .drafting = reader->drafting};
    size_t previous = reader->previous;
    enum verdict verdict;

    reader->previous = SIZE_MAX;

    if (reader->masked[sentence->start] == MASK_BYTE || !read_tokens(reader, sentence)) {
        return;
    }
    unmask(reader, sentence);
    if (!is_own(reader, sentence) && !reader->unmasked) {
        return;
    }
    if (reader->tokens->count >= REQUEST_TOKENS_MAX) {
        return;
    }
    request_find(reader->tokens, &request);
    request.drafting |= asks_for_text(reader->tokens);
    verdict = judge(&request);
    reader->drafting = request.drafting;
    reader->previous = sentence->line_end ? SIZE_MAX : sentence->start;
    if (!sentence->colon && refers_back(&request)) {
        if (previous != SIZE_MAX && !request.drafting && !has(&request, REQUEST_HYPO | REQUEST_HERE)) {
            emit_standing(reader, sentence, previous);
        }
        return;
    }
    if (verdict == VERDICT_STANDING ||
        (sentence->colon && reader->has_next && reader->next.bullet && !request.drafting &&
         has(&request, REQUEST_LASTING | REQUEST_REPLY) && !request.person)) {
        emit_standing(reader, sentence, sentence->start);
    } else if (verdict == VERDICT_CORRECTION) {
        emit_words(reader, sentence->start, sentence->end, INSTRUCTION_CORRECTION, 0);
    } else if (verdict == VERDICT_FORGET) {
        emit_words(reader, sentence->start + forgotten_start(reader->tokens), sentence->end, INSTRUCTION_MEMORY, 1);
    }
}

int32_t instruction_read_speech(struct arena *arena, const cpk_message *message, const char *masked,
                                instruction_emit_fn emit, void *user)
{
    struct speech_reader reader = {.arena = arena, .message = message, .masked = masked, .emit = emit, .user = user};
    struct sentence sentence;

    reader.previous = SIZE_MAX;
    reader.role_play = -1;

    reader.tokens = arena_allocate(arena, sizeof *reader.tokens);
    if (reader.tokens == NULL) {
        return 0;
    }
    sentence_reader_init(&reader.sentences, masked, message->text_length);
    advance(&reader);
    while (reader.has_next && !reader.failed) {
        sentence = reader.next;
        advance(&reader);
        read_sentence(&reader, &sentence);
    }
    return !reader.failed;
}
