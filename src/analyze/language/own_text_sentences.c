#include "analyze/language/own_text.h"

#include "analyze/language/own_text_internal.h"
#include "analyze/language/sentence.h"
#include "analyze/language/words.h"

#include <string.h>

#define PASTE_MIN_BYTES 160 /* of a message that follows an announced text */
#define SIGN_OFF_MAX    48
#define SUPPOSE_AT_MOST 3 /* words before "suppose", "imagine" */

static void cover(char *text, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++) {
        if (text[i] != '\n') {
            text[i] = MASK_BYTE;
        }
    }
}

void own_mask(struct own_masker *masker, size_t start, size_t end, enum own_grade grade)
{
    end = end > masker->length ? masker->length : end;
    if (grade == OWN_TEXT || start >= end) {
        return;
    }
    cover(masker->text, start, end);
    if (grade == OWN_OF_OTHERS) {
        cover(masker->quotable, start, end);
    } else {
        masker->doubtful = 1;
    }
}

/* Both remember what they found, because sentences of one line ask again and again. */
size_t own_line_end(struct own_masker *masker, size_t at)
{
    const char *end;

    if (at >= masker->length) {
        return masker->length;
    }
    if (at < masker->line_from || at > masker->line_end || masker->line_end == 0) {
        end = memchr(masker->source + at, '\n', masker->length - at);
        masker->line_from = at;
        masker->line_end = end == NULL ? masker->length : (size_t)(end - masker->source);
    }
    return masker->line_end;
}

static int32_t is_blank_line(const struct own_masker *masker, size_t at)
{
    while (at < masker->length &&
           (masker->source[at] == ' ' || masker->source[at] == '\r' || masker->source[at] == '\t')) {
        at++;
    }
    return at < masker->length && masker->source[at] == '\n';
}

size_t own_paragraph_end(struct own_masker *masker, size_t at)
{
    size_t end;

    if (at >= masker->paragraph_from && at < masker->paragraph_end) {
        return masker->paragraph_end;
    }
    end = own_line_end(masker, at);
    while (end < masker->length && !is_blank_line(masker, end + 1)) {
        end = own_line_end(masker, end + 1);
    }
    masker->paragraph_from = at;
    masker->paragraph_end = end;
    return end;
}

size_t own_paragraph_start(struct own_masker *masker, size_t at)
{
    size_t from = at;

    while (at > 0) {
        if (at == masker->start_to) { /* searched before from here */
            at = masker->start_is;
            break;
        }
        if (masker->source[at - 1] == '\n') {
            size_t before = at - 1;

            while (before > 0 && (masker->source[before - 1] == ' ' || masker->source[before - 1] == '\r')) {
                before--;
            }
            if (before == 0 || masker->source[before - 1] == '\n') {
                break;
            }
        }
        at--;
    }
    masker->start_to = from;
    masker->start_is = at;
    return at;
}

int32_t own_any(const struct cue_sentence *sentence, size_t from, size_t to, uint64_t bits)
{
    return own_first(sentence, from, to, bits) < to;
}

size_t own_first(const struct cue_sentence *sentence, size_t from, size_t to, uint64_t bits)
{
    if ((sentence->all & bits) == 0) {
        return to;
    }
    while (from < to && (sentence->tokens[from].bits & bits) == 0) {
        from++;
    }
    return from;
}

int32_t own_is_phrase(const struct own_masker *masker, const struct cue_token *token)
{
    return memchr(masker->source + token->start, ' ', token->end - token->start) != NULL;
}

int32_t own_subject_before(const struct cue_sentence *sentence, size_t from, size_t at)
{
    for (size_t i = from; i < at; i++) {
        const struct cue_token *token = &sentence->tokens[i];

        if ((token->bits & CUE_ME) == 0) {
            continue;
        }
        if (i > from && (sentence->tokens[i - 1].bits & CUE_SKIP) != 0) {
            continue; /* "can we", "let us" */
        }
        if ((token->bits & CUE_NEED) == 0 && !own_any(sentence, i + 1, i + 3 < at ? i + 3 : at, CUE_NEED)) {
            return 1;
        }
    }
    return 0;
}

/* Reads the line or the first sentence of a paragraph at `at` into masker->scratch. */
static const struct cue_sentence *look_ahead(struct own_masker *masker, size_t start, size_t end)
{
    struct cue_sentence *sentence = &masker->scratch;
    size_t last = end;

    while (last > start && (masker->source[last - 1] == ' ' || masker->source[last - 1] == '\r')) {
        last--;
    }
    cue_sentence_read(masker->cues, masker->source, start, last, sentence);
    sentence->question =
        last > start && (masker->source[last - 1] == '?' ||
                         (last > start + 2 && memcmp(masker->source + last - 3, "\xEF\xBC\x9F", 3) == 0));
    return sentence;
}

/* How surely a paragraph or line turns to the assistant, after a pasted text. */
static enum own_grade turns(struct own_masker *masker, size_t start, size_t end)
{
    const struct cue_sentence *read;
    size_t limit = end - start > 600 ? start + 600 : end;

    while (start < limit && (masker->source[start] == '-' || masker->source[start] == '(' ||
                             masker->source[start] == ' ' || masker->source[start] == '*')) {
        start++;
    }
    read = look_ahead(masker, start, limit);
    if (read->count == 0) {
        return OWN_OF_OTHERS;
    }
    if ((read->tokens[0].bits & CUE_TURN) != 0 && (read->tokens[0].bits & CUE_SIGN_OFF) != 0 && read->count > 1 &&
        read->tokens[1].capital && read->tokens[1].gap == 0 && (read->tokens[1].bits & (CUE_ASSISTANT | CUE_ME)) == 0) {
        return OWN_DOUBTFUL; /* "Thanks Lena, ..." */
    }
    if ((read->tokens[0].bits & CUE_TURN) != 0 || own_any(read, 0, read->count < 3 ? read->count : 3, CUE_ASSISTANT) ||
        own_any(read, 0, read->count, CUE_REQUEST)) {
        return OWN_TEXT;
    }
    for (size_t i = 0; i < read->count && i < 4; i++) {
        if ((read->tokens[i].bits & (CUE_REWRITE | CUE_TRANSLATE)) != 0 && !own_subject_before(read, 0, i)) {
            return OWN_TEXT;
        }
    }
    return read->question || (read->count <= 12 && (read->all & CUE_JUDGE) != 0) ? OWN_DOUBTFUL : OWN_OF_OTHERS;
}

enum own_grade own_turns(struct own_masker *masker, size_t at)
{
    return turns(masker, at, own_line_end(masker, at));
}

/* Finds the run of last paragraphs that turn to the assistant; the first paragraph is never one of them. */
static void find_tail(struct own_masker *masker)
{
    size_t end = masker->length;

    masker->tail_known = 1;
    masker->tail = masker->length;
    masker->tail_grade = OWN_TEXT;
    while (end > 0) {
        size_t start;
        enum own_grade grade;

        while (end > 0 &&
               (masker->source[end - 1] == '\n' || masker->source[end - 1] == ' ' || masker->source[end - 1] == '\r')) {
            end--;
        }
        start = own_paragraph_start(masker, end);
        if (start == 0) {
            return;
        }
        grade = turns(masker, start, end);
        if (grade == OWN_OF_OTHERS) {
            break;
        }
        masker->tail_grade = grade > masker->tail_grade ? grade : masker->tail_grade;
        masker->tail = start;
        end = start;
    }
    if (masker->tail == masker->length) { /* at least the last line? */
        size_t start = masker->length;

        while (start > 0 && masker->source[start - 1] == '\n') {
            start--;
        }
        end = start;
        while (start > 0 && masker->source[start - 1] != '\n') {
            start--;
        }
        if (start > 0 && end > start && turns(masker, start, end) == OWN_TEXT) {
            masker->tail = start;
        }
    }
}

/* 1 if the line ends a letter: "Best regards,", "LG Tim". */
static int32_t is_sign_off(struct own_masker *masker, size_t start, size_t end)
{
    const struct cue_sentence *read;
    size_t from = end - start > SIGN_OFF_MAX ? end - SIGN_OFF_MAX : start;
    size_t at;

    while (from > start && masker->source[from] != ' ') {
        from--;
    }
    read = look_ahead(masker, from, end);
    at = read->count > 5 ? read->count - 4 : 0;
    for (; at < read->count; at++) {
        const struct cue_token *token = &read->tokens[at];
        int32_t names = 1;

        if ((token->bits & CUE_SIGN_OFF) == 0 || read->count - at > 5 ||
            (at == 0 ? from != start : (token->gap & CUE_GAP_STOP) == 0)) {
            continue;
        }
        for (size_t i = at + 1; i < read->count; i++) {
            int32_t phrase = token->end < read->tokens[i].start && (read->tokens[i].gap & CUE_GAP_STOP) == 0;

            names &= phrase && (read->tokens[i].capital || (read->tokens[i].bits & CUE_SIGN_OFF) != 0 || i == at + 1);
        }
        if (names) {
            return 1;
        }
    }
    return 0;
}

/* End of the next sign-off after `at`, with the name below it; SIZE_MAX if there is none. Text without one is searched
 * once. */
static size_t next_sign_off(struct own_masker *masker, size_t at)
{
    size_t line = at;

    if (masker->sign_off_from <= at && (masker->sign_off_end == SIZE_MAX || at < masker->sign_off_end)) {
        return masker->sign_off_end;
    }
    masker->sign_off_from = at;
    masker->sign_off_end = SIZE_MAX;
    while (line < masker->length) {
        size_t end = own_line_end(masker, line);

        if (end > line && is_sign_off(masker, line, end)) {
            size_t name = own_line_end(masker, end + 1);

            masker->sign_off_end = name > end + 1 && name - end < SIGN_OFF_MAX ? name : end;
            break;
        }
        line = end + 1;
    }
    return masker->sign_off_end;
}

int32_t own_has_sign_off(struct own_masker *masker, size_t at)
{
    return next_sign_off(masker, at) != SIZE_MAX;
}

size_t own_paste_end(struct own_masker *masker, size_t at)
{
    size_t first = own_paragraph_end(masker, at);
    size_t letter = next_sign_off(masker, at);

    while (first < masker->length && first - at < 8) { /* only white space before the first paragraph */
        first = own_paragraph_end(masker, first + 1);
    }
    if (!masker->tail_known) {
        find_tail(masker);
    }
    if (letter != SIZE_MAX) {
        return letter;
    }
    return masker->tail > first || (masker->tail > at && masker->tail < masker->length && first == masker->length)
               ? masker->tail
               : (first < masker->tail ? masker->tail : first);
}

size_t own_mask_paste(struct own_masker *masker, size_t at, enum own_grade grade)
{
    size_t end = own_paste_end(masker, at);

    own_mask(masker, at, end, grade);
    masker->answered = end == masker->tail ? end : masker->answered;
    if (grade == OWN_OF_OTHERS && end < masker->length && end == masker->tail && masker->tail_grade == OWN_DOUBTFUL) {
        own_mask(masker, end, masker->length, OWN_DOUBTFUL);
    }
    return end;
}

/* The first token that has all of these bits; the count if there is none. */
static size_t first_of_all(const struct cue_sentence *sentence, uint64_t bits)
{
    size_t at = (sentence->all & bits) == bits ? 0 : sentence->count;

    while (at < sentence->count && (sentence->tokens[at].bits & bits) != bits) {
        at++;
    }
    return at;
}

static int32_t has_all(const struct cue_sentence *sentence, uint64_t bits)
{
    return first_of_all(sentence, bits) < sentence->count;
}

static int32_t is_word_of(const struct own_masker *masker, const struct cue_token *token, const char *words)
{
    size_t length = token->end - token->start;

    while (*words != '\0') {
        size_t size = strcspn(words, " ");
        size_t same = 0;

        while (same < size && same < length && (masker->source[token->start + same] | 0x20) == words[same]) {
            same++;
        }
        if (same == size && size == length) {
            return 1;
        }
        words += size + (words[size] == ' ');
    }
    return 0;
}

#define CUE_LETS (CUE_CAST | CUE_SKIP) /* "let's", "let's practise" */
#define LETS_MAX 4                     /* words before it */
#define CAST_MAX 12                    /* words between the two roles */

/* 1 for "let's practise, you HR, I the candidate" and, in languages without articles, "you are a tourist and I a
 * guide": both get a role, whatever the words between. */
static int32_t shares_roles(const struct own_masker *masker, const struct cue_sentence *sentence)
{
    size_t count = sentence->count;
    size_t lets = first_of_all(sentence, CUE_LETS);
    size_t you =
        own_first(sentence, lets < LETS_MAX && lets < count ? lets + 1 : 0, count, CUE_YOU | CUE_ACT | CUE_CAST);
    size_t me = own_first(sentence, 0, count, CUE_ME);
    size_t first;

    for (size_t i = you + 1; i < me && lets < LETS_MAX; i++) {
        me = is_word_of(masker, &sentence->tokens[i], "ben") && !sentence->tokens[i].capital ? i : me; /* Turkish */
    }
    first = you < me ? you : me;

    if (first_of_all(sentence, CUE_YOU | CUE_CAST) == you && you < LETS_MAX) { /* "ty jesteś" */
        return own_first(sentence, you, count, CUE_ME) < count && me > you;
    }
    if (lets >= LETS_MAX || lets >= count || you >= count || me >= count) {
        return 0;
    }
    return sentence->dense || (first > lets && (you > me ? you - me : me - you) <= CAST_MAX);
}

/* "I'm the customer, you're the waiter": 1 if the person takes a role. */
static int32_t takes_role(const struct cue_sentence *sentence, size_t except)
{
    for (size_t i = 0; i < sentence->count && (sentence->all & CUE_ME) != 0; i++) {
        size_t next = i + 1;

        if (i == except || (sentence->tokens[i].bits & CUE_ME) == 0) {
            continue;
        }
        if ((sentence->tokens[i].bits & CUE_A) != 0 || sentence->dense) {
            return 1;
        }
        while (next + 1 < sentence->count && next < i + 3 &&
               ((sentence->tokens[next].bits & (CUE_BE | CUE_ME)) != 0 ||
                sentence->tokens[next].start < sentence->tokens[i].end)) {
            next++;
        }
        if (next < sentence->count && (sentence->tokens[next].bits & CUE_A) != 0) {
            return 1;
        }
    }
    return 0;
}

/* 1 if both get a role, in this sentence or in the last one and this. */
static int32_t casts_both(struct own_masker *masker, const struct cue_sentence *sentence)
{
    size_t count = sentence->count;
    size_t act = own_first(sentence, 0, count, CUE_ACT | CUE_CAST);
    int32_t after;

    while (act < count && (sentence->tokens[act].bits & CUE_LETS) == CUE_LETS) {
        act = own_first(sentence, act + 1, count, CUE_ACT | CUE_CAST);
    }
    after = masker->cast && act == count;
    masker->cast = 0;
    if (after) {
        return sentence->tokens[0].bits & CUE_ME ? takes_role(sentence, count) : 0;
    }
    if (act == count || own_any(sentence, act, act + 6 < count ? act + 6 : count, CUE_ONE) ||
        ((sentence->tokens[act].bits & CUE_CAST) != 0 && act > 0)) {
        return 0;
    }
    masker->cast = (sentence->tokens[act].bits & CUE_CAST) != 0;
    return takes_role(sentence, act);
}

/* "using grandpas tablet", "on my sister's account": somebody else writes, as in the phrases of both bits. */
static int32_t is_guest(const struct own_masker *masker, const struct cue_sentence *sentence)
{
    if (has_all(sentence, CUE_PLAY | CUE_PERSON)) {
        return 1;
    }
    for (size_t i = 2; i < sentence->count && !sentence->dense; i++) {
        const struct cue_token *owner = &sentence->tokens[i - 1];
        size_t verb = i - 2;

        if (sentence->tokens[i].bits != 0 ||
            strchr("ptlcaiPTLCAI", masker->source[sentence->tokens[i].start]) == NULL ||
            !is_word_of(masker, &sentence->tokens[i], "phone tablet laptop computer account ipad chatgpt") ||
            ((masker->source[owner->end - 1] | 0x20) != 's' && !is_word_of(masker, owner, "her")) ||
            is_word_of(masker, owner, "this its it's") || owner->capital) {
            continue;
        }
        verb -= verb > 0 && is_word_of(masker, &sentence->tokens[verb], "my");
        if (is_word_of(masker, &sentence->tokens[verb], "using on from borrowing borrowed")) {
            return 1;
        }
    }
    return 0;
}

/* Plays, roles and suppositions. Returns where reading goes on; 0: the sentence is not one of them. */
static size_t mask_unreal(struct own_masker *masker, const struct cue_sentence *sentence, struct own_text_state *state,
                          struct own_text *own)
{
    size_t count = sentence->count;
    size_t at = own_first(sentence, 0, count, CUE_PLAY);

    if ((at < count && !own_subject_before(sentence, 0, at)) || is_guest(masker, sentence) ||
        shares_roles(masker, sentence) || casts_both(masker, sentence)) {
        state->role = OWN_OF_OTHERS;
        own_mask(masker, sentence->start, masker->length, OWN_OF_OTHERS);
        return masker->length;
    }
    at = own_first(sentence, 0, count, CUE_ACT);
    if (at == count && count > 3 && (sentence->tokens[0].bits & CUE_YOU) != 0 && sentence->tokens[1].gap == 0 &&
        (sentence->tokens[1].bits & CUE_BE) != 0 && sentence->tokens[2].capital && sentence->tokens[0].capital) {
        at = 0; /* "You are Priya Okafor, a librarian" */
    }
    if (at < 4 && at < count && !own_subject_before(sentence, 0, at) && !own_any(sentence, 0, at, CUE_IF | CUE_ASK)) {
        size_t limit = at + 8 < count ? at + 8 : count;

        own->persona = 1;
        own_mask(masker, sentence->start, sentence->end, OWN_OF_OTHERS);
        if (!own_any(sentence, at + 1, limit, CUE_ONE | CUE_ASSISTANT)) {
            state->role = own_any(sentence, at + 1, limit, CUE_PERSON) ? OWN_OF_OTHERS : OWN_DOUBTFUL;
            own_mask(masker, sentence->end, masker->length, state->role);
            return masker->length;
        }
        return sentence->end;
    }
    at = own_first(sentence, 0, count, CUE_SUPPOSE);
    if (at < SUPPOSE_AT_MOST && at < count && !own_subject_before(sentence, 0, at)) {
        own_mask(masker, sentence->start, sentence->end,
                 (sentence->tokens[at].bits & CUE_ASK) != 0 && (sentence->all & CUE_MY) != 0 ? OWN_DOUBTFUL
                                                                                             : OWN_OF_OTHERS);
        return sentence->end;
    }
    return 0;
}

/* Forms of unreal conditions by their endings, in the words after "si", "se": ganara, fuese, avessi, tivesse. */
static int32_t has_unreal_ending(const struct own_masker *masker, const struct cue_token *token)
{
    static const char *const endings[] = {"ara", "iera", "iese", "assi", "essi", "issi", "asse", "esse", "isse"};
    size_t length = token->end - token->start;

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t ending = strlen(endings[i]);

        if (length >= 5 && length > ending && memcmp(masker->source + token->end - ending, endings[i], ending) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_unreal_condition(const struct own_masker *masker, const struct cue_sentence *sentence)
{
    size_t count = sentence->count;
    size_t condition = own_first(sentence, 0, count, CUE_IF);

    if (sentence->dense) {
        return (sentence->all & CUE_IF) != 0 && (sentence->all & CUE_UNREAL) != 0;
    }
    if ((sentence->all & CUE_UNREAL) != 0) {
        for (size_t i = 0; i < count; i++) {
            const struct cue_token *token = &sentence->tokens[i];

            if ((token->bits & CUE_UNREAL) == 0) {
                continue;
            }
            if ((token->bits & CUE_ME) != 0 || token->end - token->start > 10) { /* "I wish I", "won the lottery" */
                return 1;
            }
            if ((i > 0 && i <= condition + 3 && condition < i &&
                 (sentence->tokens[i - 1].bits & (CUE_ME | CUE_IF)) != 0) ||
                (condition < i && (unsigned char)masker->source[token->start + 1] >= 0x80 && /* wäre, hätte, würde */
                 own_any(sentence, condition, i, CUE_ME))) {
                return 1;
            }
        }
    }
    if (condition + 1 < count && (sentence->tokens[condition + 1].bits & CUE_ME) != 0) {
        size_t would = own_first(sentence, 0, count, CUE_WOULD);

        /* "if I moved there I'd", "how would life be if I"; not "would you tell me if I" */
        if (would < count && (would > condition ? condition < 3 : would < 3) &&
            (would + 1 == count || (sentence->tokens[would + 1].bits & CUE_YOU) == 0)) {
            return 1;
        }
    }
    for (size_t i = condition + 1; i < count && i <= condition + 3 && condition < count; i++) {
        if (has_unreal_ending(masker, &sentence->tokens[i])) {
            return 1;
        }
    }
    return 0;
}

/* "Oh sure, I just love ...": mocking words before loving ones. */
static int32_t is_irony(const struct own_masker *masker, const struct cue_sentence *sentence)
{
    const struct cue_token *first = &sentence->tokens[0];
    size_t count = sentence->count;
    size_t next = 1; /* the word after the interjection */
    size_t love = own_first(sentence, 1, count < 8 ? count : 8, CUE_LOVE);

    while (next < count && sentence->tokens[next].start < first->end) {
        next++;
    }
    if ((first->bits & (CUE_IRONY | CUE_OH)) == 0 || next + 1 >= count || love >= (count < 8 ? count : 8)) {
        return 0;
    }
    if ((first->bits & CUE_OH) != 0) {
        return own_is_phrase(masker, &sentence->tokens[love]);
    }
    return love <= next + 1 || (sentence->tokens[next].gap & CUE_GAP_COMMA) != 0 ||
           (sentence->tokens[next].bits & (CUE_ME | CUE_IRONY)) != 0;
}

#define PAIN_NEAR 8 /* words between love and what nobody loves */

/* 1 if a word before `at` says no: "I don't love". */
static int32_t is_denied(const struct own_masker *masker, const struct cue_sentence *sentence, size_t at)
{
    for (size_t i = at; i > 0 && i + 2 > at && (sentence->tokens[i].gap & CUE_GAP_ANY) == 0; i--) {
        if (is_word_of(
                masker, &sentence->tokens[i - 1],
                "don't dont not never doesn't didn't nicht kein keine no nunca ne n'est pas non geen niet nie inte")) {
            return 1;
        }
    }
    return 0;
}

/* "My favourite hobby is the tax return", "amo fazer plantão, só que não": love of what nobody loves, or taken back at
 * once. */
static int32_t is_mock_love(const struct own_masker *masker, const struct cue_sentence *sentence)
{
    size_t count = sentence->count;
    size_t love = own_first(sentence, 0, count, CUE_LOVE);
    size_t back;

    if (love == count || is_denied(masker, sentence, love)) {
        return 0;
    }
    back = first_of_all(sentence, CUE_TAKES_BACK);
    if (back < count && sentence->tokens[back].end == sentence->tokens[count - 1].end) {
        return 1;
    }
    for (; love < count; love = own_first(sentence, love + 1, count, CUE_LOVE)) {
        size_t from = love < PAIN_NEAR ? 0 : love - PAIN_NEAR;

        for (size_t i = from; i < count && i <= love + PAIN_NEAR; i++) {
            if ((sentence->tokens[i].bits & CUE_PAIN) == CUE_PAIN) {
                return !own_any(sentence, from, love, CUE_WOULD) && !own_any(sentence, from, count, CUE_BUT);
            }
        }
    }
    return 0;
}

/* Sentences that are not meant: unreal conditions, irony, user stories, sentences given as examples. */
static int32_t is_not_meant(const struct own_masker *masker, const struct cue_sentence *sentence)
{
    size_t count = sentence->count;

    if (is_unreal_condition(masker, sentence)) {
        return 1;
    }
    if ((sentence->all & CUE_LOVE) != 0 &&
        (has_all(sentence, CUE_IRONY | CUE_LOVE) || is_irony(masker, sentence) || is_mock_love(masker, sentence))) {
        return 1;
    }
    if ((sentence->all & CUE_EXAMPLE) != 0) { /* "is ... grammatical", "the difference between I worked and" */
        size_t at = own_first(sentence, 0, count, CUE_EXAMPLE);

        if ((sentence->tokens[at].bits & CUE_FOR) == 0
                ? own_any(sentence, 0, count, CUE_ME) && !own_any(sentence, 0, count, CUE_MY)
                : own_any(sentence, at + 1, at + 3 < count ? at + 3 : count, CUE_ME)) {
            return 1;
        }
    }
    for (size_t i = 3; i + 2 < count && (sentence->all & CUE_OR) != 0;
         i++) { /* "I work as a cook or I work like a cook" */
        if ((sentence->tokens[i].bits & CUE_OR) != 0 && (sentence->tokens[i + 1].bits & CUE_ME) != 0 &&
            (sentence->tokens[0].bits & CUE_ME) != 0) {
            return 1;
        }
    }
    return 0;
}

/* "As a customer, I want ... so that ..." is a requirement. */
static int32_t is_user_story(const struct own_masker *masker, const struct cue_sentence *sentence)
{
    const struct cue_token *first = &sentence->tokens[0];

    if (sentence->count < 6 || first->end - first->start != 2 || (masker->source[first->start] | 0x20) != 'a' ||
        masker->source[first->start + 1] != 's' || (sentence->all & CUE_NEED) == 0) {
        return 0;
    }
    for (size_t i = 2; i + 1 < sentence->count; i++) {
        const struct cue_token *so = &sentence->tokens[i];
        const struct cue_token *that = &sentence->tokens[i + 1];

        if (so->end - so->start == 2 && memcmp(masker->source + so->start, "so", 2) == 0 &&
            that->end - that->start == 4 && memcmp(masker->source + that->start, "that", 4) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The next piece of a sentence that has no line break inside, read into masker->sentence. 0 at the end. */
static int32_t next_piece(struct own_masker *masker, struct sentence_reader *reader, struct sentence *sentence)
{
    struct cue_sentence *piece = &masker->sentence;
    const char *found;
    size_t end;

    if (sentence->start >= sentence->end && !sentence_next(reader, sentence)) {
        return 0;
    }
    found = memchr(masker->source + sentence->start, '\n', sentence->end - sentence->start);
    end = found == NULL ? sentence->end : (size_t)(found - masker->source);
    cue_sentence_read(masker->cues, masker->quotable, sentence->start, end, piece);
    piece->question = sentence->question && end == sentence->end;
    piece->line_end = end < sentence->end || sentence->line_end;
    piece->colon = end > sentence->start && piece->line_end &&
                   (masker->source[end - 1] == ':' ||
                    (end > sentence->start + 2 && memcmp(masker->source + end - 3, "\xEF\xBC\x9A", 3) == 0));
    sentence->start = end;
    while (sentence->start < sentence->end &&
           (masker->source[sentence->start] == '\n' || masker->source[sentence->start] == ' ')) {
        sentence->start++;
    }
    return 1;
}

/* 1 if a request to rewrite precedes a colon: "improve this prompt: You are a nutritionist". */
static int32_t hands_over(const struct cue_sentence *sentence)
{
    size_t limit = sentence->count < 4 ? sentence->count : 4;
    size_t verb = own_first(sentence, 0, limit, CUE_REWRITE | CUE_RETOUCH | CUE_TRANSLATE);

    if (verb == limit || (sentence->tokens[0].bits & CUE_ME) != 0) {
        return 0;
    }
    for (size_t i = verb + 1; i < sentence->count; i++) {
        if ((sentence->tokens[i].gap & CUE_GAP_COLON) != 0) {
            return 1;
        }
    }
    return 0;
}

static void mask_sentences(struct own_masker *masker, struct own_text_state *state, struct own_text *own)
{
    struct sentence_reader reader;
    struct sentence sentence = {0};
    const struct cue_sentence *piece = &masker->sentence;
    size_t from = 0;     /* everything before it is done */
    size_t supposed = 0; /* end of a paragraph that supposes something */
    size_t ironic = 0;   /* end of a paragraph that began with "great, ... again" */

    sentence_reader_init(&reader, masker->source, masker->length);
    while (next_piece(masker, &reader, &sentence)) {
        size_t next;

        if (piece->start < from || piece->count == 0) {
            continue;
        }
        if (state->role != OWN_TEXT) { /* a role play that is not left yet */
            own_mask(masker, piece->start, piece->end, state->role);
            if ((piece->all & CUE_LEAVE) != 0) {
                state->role = OWN_TEXT;
                own_mask(masker, piece->start, piece->end, OWN_OF_OTHERS);
            }
            continue;
        }
        if ((piece->all & CUE_LEAVE) != 0 && (piece->all & CUE_ME) == 0) {
            continue;
        }
        if (piece->start < supposed) {
            if (piece->question || own_any(piece, 0, piece->count < 3 ? piece->count : 3, CUE_BUT)) {
                supposed = 0;
            } else {
                own_mask(masker, piece->start, piece->end, OWN_OF_OTHERS);
                continue;
            }
        }
        next = hands_over(piece) ? 0 : mask_unreal(masker, piece, state, own);
        if (next > 0) {
            from = next;
            supposed = (piece->all & CUE_SUPPOSE) != 0 && !piece->question &&
                               !own_any(piece, 0, piece->count < 4 ? piece->count : 4, CUE_ASK) &&
                               !own_any(piece, piece->count < 4 ? piece->count : 4, piece->count, CUE_ASK)
                           ? own_paragraph_end(masker, piece->start)
                           : 0;
            continue;
        }
        if (is_not_meant(masker, piece) || is_user_story(masker, piece)) {
            own_mask(masker, piece->start, piece->end, OWN_OF_OTHERS);
            continue;
        }
        if ((piece->all & CUE_AGAIN) != 0 && (piece->tokens[0].bits & CUE_OH) != 0) {
            ironic = own_paragraph_end(masker, piece->start);
        } else if (piece->start < ironic && (piece->all & CUE_LOVE) != 0) {
            own_mask(masker, piece->start, piece->end, OWN_OF_OTHERS);
            continue;
        }
        from = own_mask_request(masker, piece, &state->pasting);
    }
}

int32_t own_text_find(struct arena *arena, const struct cue_table *cues, const char *text, size_t length,
                      struct own_text_state *state, struct own_text *own)
{
    struct own_masker *masker = arena_allocate_zeroed(arena, 1, sizeof *masker);
    enum own_grade pasting = state->pasting;
    enum own_grade role = state->role;

    memset(own, 0, sizeof *own);
    if (masker == NULL) {
        return 0;
    }
    masker->cues = cues;
    masker->source = text;
    masker->length = length;
    masker->sign_off_from = SIZE_MAX;
    masker->answered = SIZE_MAX;
    masker->text = arena_copy_bytes(arena, text, length);
    masker->quotable = arena_copy_bytes(arena, text, length);
    if (masker->text == NULL || masker->quotable == NULL) {
        return 0;
    }
    state->pasting = OWN_TEXT;
    if (role == OWN_TEXT && pasting != OWN_TEXT && length >= PASTE_MIN_BYTES &&
        turns(masker, 0, own_line_end(masker, 0)) != OWN_TEXT) {
        own_mask_paste(masker, 0, pasting);
    }
    own_mask_lines(masker);
    own_mask_quotes(masker);
    mask_sentences(masker, state, own);
    own_mask_blocks(masker);
    own->text = masker->text;
    own->quotable = masker->doubtful ? masker->quotable : masker->text;
    return 1;
}
