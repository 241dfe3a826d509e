#include "analyze/language/own_text_internal.h"
#include "analyze/language/words.h"

#include <string.h>

#define REST_MIN_BYTES    8  /* of a text after a request that surely has one */
#define LETTER_MIN_BYTES  60 /* of other texts, and of letters */
#define BEFORE_MIN_BYTES  40
#define SHORT_REQUEST     6   /* words */
#define REMARK_MAX_BYTES  200 /* of the rest of a paragraph that says more about a request */
#define EXAM_PHRASE_BYTES 15  /* a longer phrase tells by itself: "which of the following" */

#define TEXTS             (CUE_TEXT | CUE_FICTION | CUE_OWN_DOC)

/* What a request, or an announcement, says of the text that it is about. */
struct request {
    int32_t found;
    int32_t sure;      /* otherwise the text may be the person's */
    int32_t pointed;   /* "this", "it": the text is in the message */
    int32_t cites;     /* words of another person, in the same line */
    size_t inside;     /* start of the text, if it is in the sentence itself */
    int32_t direct;    /* the text may follow on the same line */
    int32_t after;     /* the text does not precede it */
    int32_t announces; /* without a text in this message, the next one is the text */
    enum own_grade grade;
};

/* 1 if the verb at `at` is a request, not a statement about oneself or a noun. */
static int32_t is_asked(const struct cue_sentence *sentence, size_t from, size_t at)
{
    const struct cue_token *token = &sentence->tokens[at];

    if (own_subject_before(sentence, from, at)) {
        return 0;
    }
    if (at == from || sentence->dense || token->gap != 0) {
        return 1;
    }
    return (sentence->tokens[at - 1].bits & (CUE_SKIP | CUE_YOU | CUE_NEED | CUE_TURN | CUE_GREETING | CUE_ASSISTANT |
                                             CUE_REWRITE | CUE_RETOUCH)) != 0 ||
           (own_any(sentence, from, from + 2 < at ? from + 2 : at, CUE_YOU) && at < from + 14);
}

static int32_t any_asked(const struct cue_sentence *sentence, size_t from, size_t to, uint64_t bits)
{
    for (size_t i = own_first(sentence, from, to, bits); i < to; i = own_first(sentence, i + 1, to, bits)) {
        if (is_asked(sentence, from, i)) {
            return 1;
        }
    }
    return 0;
}

/* Requests for another language: "How do you say this in Dutch?", "into french", "Italian please". */
static int32_t asks_language(const struct cue_sentence *sentence, size_t from, size_t to)
{
    int32_t tongue = 0;
    size_t others = 0;
    int32_t pointing = own_any(sentence, from, to, CUE_POINT | CUE_IT);

    if ((sentence->all & CUE_LANGUAGE) == 0 || own_any(sentence, from, to, CUE_LEARN)) {
        return 0;
    }
    for (size_t i = from; i < to; i++) {
        uint64_t bits = sentence->tokens[i].bits;

        tongue |= (bits & CUE_LANGUAGE) != 0 && (i == from || (sentence->tokens[i - 1].bits & CUE_INTO) != 0);
        others += (bits & (CUE_LANGUAGE | CUE_SKIP | CUE_INTO | CUE_TRANSLATE | CUE_IT | CUE_POINT)) == 0;
    }
    if (!tongue) {
        return 0;
    }
    if (others == 0) {
        return !sentence->dense;
    }
    if (own_any(sentence, from, to, CUE_ME | CUE_MY)) {
        return pointing && (sentence->tokens[from].bits & CUE_ASK) != 0;
    }
    return !sentence->dense &&
           (own_any(sentence, from, to, CUE_POINT) ||
            (pointing && ((sentence->tokens[from].bits & (CUE_ASK | CUE_MAKE | CUE_SKIP)) != 0 || to - from <= 5)));
}

/* Whose text a request names: the person's own documents, their drafts, or another one. */
enum own_grade own_whose(const struct cue_sentence *sentence, size_t from, size_t to)
{
    if (own_any(sentence, from, to, CUE_THIRD_PERSON)) {
        return OWN_DOUBTFUL; /* "rewrite in the third person": most often one's own bio */
    }
    for (size_t i = own_first(sentence, from, to, CUE_TEXT | CUE_OWN_DOC); i < to;
         i = own_first(sentence, i + 1, to, CUE_TEXT | CUE_OWN_DOC)) {
        for (size_t k = i; k > from && i - k < 3; k--) {
            uint64_t bits = sentence->tokens[k - 1].bits;

            if ((bits & (CUE_PERSON | CUE_FICTION)) != 0) {
                return OWN_OF_OTHERS;
            }
            if ((bits & CUE_MY) != 0) {
                return (sentence->tokens[i].bits & CUE_OWN_DOC) != 0 ? OWN_TEXT : OWN_DOUBTFUL;
            }
        }
    }
    return OWN_OF_OTHERS;
}

/* "this survey answer", "a second verse for this". */
static int32_t points_at_text(const struct cue_sentence *sentence, size_t from, size_t to)
{
    for (size_t text = own_first(sentence, from, to, CUE_TEXT | CUE_FICTION); text < to;
         text = own_first(sentence, text + 1, to, CUE_TEXT | CUE_FICTION)) {
        if ((sentence->tokens[to - 1].bits & CUE_POINT) != 0 ||
            own_any(sentence, text < from + 2 ? from : text - 2, text, CUE_POINT)) {
            return 1;
        }
    }
    return 0;
}

static struct request found(int32_t sure, int32_t pointed, enum own_grade grade)
{
    struct request request = {
        .found = 1, .sure = sure, .pointed = pointed, .direct = 1, .announces = 1, .grade = grade};

    return request;
}

/* 1 if a text is named, other than as the form of an answer: "in a paragraph". */
static int32_t has_text(const struct cue_sentence *sentence, size_t from, size_t to)
{
    for (size_t i = own_first(sentence, from, to, TEXTS); i < to; i = own_first(sentence, i + 1, to, TEXTS)) {
        size_t before = i < from + 3 ? from : i - 3;
        size_t into = own_first(sentence, before, i, CUE_INTO);

        if ((sentence->tokens[i].bits & (CUE_RETOUCH | CUE_REWRITE)) != 0 && is_asked(sentence, from, i)) {
            continue; /* the verb itself: "review this code" */
        }
        if (into == i || own_any(sentence, into, i, CUE_POINT | CUE_MY)) {
            return 1;
        }
    }
    return 0;
}

/* Requests that act on a text: translate, rewrite, correct, answer or judge it. */
static struct request find_request(const struct cue_sentence *sentence, size_t from, size_t to)
{
    struct request none = {0};
    size_t count = to - from;
    int32_t text = has_text(sentence, from, to);
    int32_t point = own_any(sentence, from, to, CUE_POINT);
    int32_t it = point || own_any(sentence, from, to, CUE_IT);
    int32_t manner = own_any(sentence, from, to, CUE_MANNER);
    enum own_grade grade = own_whose(sentence, from, to);
    size_t verb;

    if (from >= to) {
        return none;
    }
    if (asks_language(sentence, from, to)) {
        return found(1, it || count <= SHORT_REQUEST, grade);
    }
    verb = own_first(sentence, from, to, CUE_REWRITE | CUE_TRANSLATE | CUE_GRAMMAR);
    if (verb < to && !own_subject_before(sentence, from, verb) &&
        (text || it || manner || count <= SHORT_REQUEST || (sentence->all & (CUE_TRANSLATE | CUE_GRAMMAR)) != 0 ||
         sentence->dense) &&
        ((sentence->tokens[verb].bits & CUE_GRAMMAR) == 0 || count <= 4 ||
         any_asked(sentence, from, to, CUE_RETOUCH | CUE_REWRITE | CUE_MAKE))) {
        return found(1, it || count <= SHORT_REQUEST, grade);
    }
    if (any_asked(sentence, from, to, CUE_MAKE) && manner && (it || text)) {
        return found(1, 1, grade);
    }
    if (manner && count <= SHORT_REQUEST && !own_any(sentence, from, to, CUE_ME | CUE_MY | CUE_THIRD) &&
        !sentence->question && (sentence->line_end || to < sentence->count)) {
        struct request request = found(1, 1, grade); /* "shorter please" */

        request.direct = 0;
        return request;
    }
    if (own_any(sentence, from, to, CUE_REPLY) &&
        !own_subject_before(sentence, from, own_first(sentence, from, to, CUE_REPLY)) && (text || point) &&
        (own_any(sentence, from, to, CUE_TEXT) || count <= SHORT_REQUEST)) {
        return found(1, point, grade);
    }
    if (any_asked(sentence, from, to, CUE_RETOUCH)) {
        if (text) {
            return found(1, point, grade);
        }
        if ((manner && count <= SHORT_REQUEST) || (count <= 2 && (to < sentence->count || sentence->colon))) {
            return found(1, 1, grade); /* "edit for clarity:", "shorten: ..." */
        }
        if (sentence->dense && sentence->line_end && !it) { /* objects are often left out */
            return found(0, 0, OWN_DOUBTFUL);
        }
        if (point || (it && count <= 4)) {
            return found(count <= 4, 1, grade == OWN_OF_OTHERS && count > 4 ? OWN_DOUBTFUL : grade);
        }
    }
    if (own_any(sentence, from, to, CUE_JUDGE) && (text || (point && count <= 10) || count <= 3)) {
        struct request request = found(text, point || count <= 3, text ? grade : OWN_DOUBTFUL);

        request.announces = point || own_any(sentence, from, to, CUE_MY);
        return request;
    }
    if (manner && point && sentence->question && count <= 9) { /* "is this too harsh?" */
        return found(0, 1, OWN_DOUBTFUL);
    }
    if (own_any(sentence, from, to, CUE_REQUEST | CUE_WRITE | CUE_ASK | CUE_TELL) &&
        points_at_text(sentence, from, to) && !own_any(sentence, from, to, CUE_ME)) {
        struct request request = found(1, 1, grade); /* "give me a second verse for this" */

        request.after = 1;
        return request;
    }
    return none;
}

/* Announcements: "here's the email I got", "my boss wrote this", "he starts:". */
static struct request find_announcement(const struct cue_sentence *sentence, size_t from, size_t to, int32_t colon)
{
    struct request none = {0};
    size_t count = to - from;
    int32_t text = own_any(sentence, from, to, TEXTS);
    int32_t me = own_any(sentence, from, to, CUE_ME);
    size_t tell;

    if (from >= to || own_any(sentence, from, to, CUE_ABOUT_ME)) {
        return none;
    }
    if (text && own_any(sentence, from, from + 3 < to ? from + 3 : to, CUE_HERE)) {
        return found(1, 1, own_whose(sentence, from, to));
    }
    tell = own_first(sentence, from, to, CUE_TELL | CUE_RECEIVE);
    if (tell < to && (colon || own_any(sentence, tell, to, CUE_POINT)) &&
        (own_any(sentence, from, tell, CUE_PERSON) ||
         (own_first(sentence, from, to, CUE_ME) > tell && sentence->line_end && count <= 12) ||
         (colon && text && own_any(sentence, tell, to, CUE_TEXT)) ||
         (own_any(sentence, tell, to, CUE_POINT) && own_any(sentence, tell, to, CUE_TEXT))) &&
        !(me && own_first(sentence, from, to, CUE_ME) < tell && own_any(sentence, from, tell, CUE_TELL))) {
        struct request cite = found(1, own_any(sentence, tell, to, CUE_POINT), OWN_OF_OTHERS);
        size_t point = own_first(sentence, tell, to, CUE_POINT);

        cite.cites = 1;
        if (point + 1 < to && (sentence->tokens[point + 1].bits & CUE_ME) != 0 &&
            sentence->tokens[point + 1].gap == 0) {
            cite.inside = sentence->tokens[point + 1].start; /* "my friend wrote me this i am done with him" */
        }
        return cite;
    }
    if (!colon) {
        return none;
    }
    if (own_any(sentence, from, to, CUE_PERSON | CUE_CHARACTER) && own_any(sentence, from, to, CUE_TELL | CUE_TEXT) &&
        !me) {
        struct request cite = found(1, 1, OWN_OF_OTHERS);

        cite.cites = 1;
        return cite;
    }
    if (own_any(sentence, from, to, CUE_FICTION) && own_any(sentence, from, to, CUE_NEED)) {
        return found(1, 1, OWN_OF_OTHERS); /* "I need a short scene: ..." */
    }
    if (me || (own_any(sentence, from, to, CUE_MY) && !own_any(sentence, from, to, CUE_FICTION))) {
        return none;
    }
    if ((sentence->tokens[to - 1].bits & CUE_FOR) != 0 &&
        own_any(sentence, from, from + 1, CUE_REQUEST | CUE_RETOUCH | CUE_WRITE)) {
        return found(1, 1, OWN_OF_OTHERS); /* "Give me three headlines for: ..." */
    }
    if (own_any(sentence, from, to, CUE_TELL) && (count <= 5 || (sentence->tokens[to - 1].bits & CUE_TELL) != 0)) {
        return found(1, 1, OWN_OF_OTHERS);
    }
    if (own_any(sentence, from, to, CUE_EXAMPLE) || (own_any(sentence, from, to, CUE_RETOUCH | CUE_RECEIVE) && text)) {
        return found(1, 1, OWN_OF_OTHERS);
    }
    if (own_any(sentence, from, to, CUE_WRITE) && !own_any(sentence, from, to, CUE_POINT)) {
        return count <= 12 && text ? found(1, 1, OWN_DOUBTFUL)
                                   : none; /* "write the team a message: ...": their words */
    }
    return count <= 5 && own_any(sentence, from, to, TEXTS | CUE_RIDDLE) ? found(1, 1, OWN_OF_OTHERS) : none;
}

/* 1 if the text continues with something masked, most often a quote: then that is what the request is about. */
static int32_t is_masked_at(const struct own_masker *masker, size_t at)
{
    while (at < masker->length &&
           (masker->quotable[at] == ' ' || masker->quotable[at] == '\n' || masker->quotable[at] == '\r')) {
        at++;
    }
    return at < masker->length && masker->quotable[at] == MASK_BYTE;
}

/* 1 if the text at `at` begins with another request: "tell me how ...", "can you ...". */
static int32_t begins_request(struct own_masker *masker, size_t at)
{
    size_t end = own_line_end(masker, at);
    struct cue_sentence *read = &masker->scratch;

    cue_sentence_read(masker->cues, masker->source, at, end - at > 60 ? at + 60 : end, read);
    for (size_t i = 0; i < read->count && i < 3; i++) {
        uint64_t bits = read->tokens[i].bits;

        if ((bits & (CUE_REWRITE | CUE_TRANSLATE | CUE_RETOUCH | CUE_WRITE | CUE_REQUEST | CUE_MAKE | CUE_REPLY |
                     CUE_JUDGE)) != 0) {
            return 1;
        }
        if ((bits & (CUE_SKIP | CUE_YOU | CUE_ASK)) == 0) {
            return 0;
        }
    }
    return 0;
}

size_t own_masked_bytes(const struct own_masker *masker, size_t start, size_t end)
{
    size_t masked = 0;

    for (size_t i = start; i < end && masked < OWN_MASKED_MIN_BYTES; i++) {
        masked += masker->quotable[i] == MASK_BYTE;
    }
    return masked;
}

/* Masks words of another person in the rest of a line: up to a question to the assistant. */
static size_t mask_cited_line(struct own_masker *masker, size_t at, enum own_grade grade)
{
    size_t end = own_line_end(masker, at);
    struct cue_sentence *read = &masker->scratch;
    size_t stop = end;
    size_t from = at;

    while (from < end) { /* the tokens of a long line are read in portions */
        size_t next = end - from > 1024 ? from + 1024 : end;
        size_t request;

        while (next < end && masker->source[next] != ' ' && next - from < 2048) {
            next++;
        }
        cue_sentence_read(masker->cues, masker->source, from, next, read);
        request = own_first(read, 0, read->count, CUE_REQUEST);
        if (request < read->count && (request > 2 || read->dense) &&
            (read->dense || own_is_phrase(masker, &read->tokens[request]))) {
            size_t first = request; /* the start of its sentence; of its clause, if there is no stop before it */

            while (first > 0 && (read->tokens[first].gap & CUE_GAP_STOP) == 0) {
                first--;
            }
            stop = read->tokens[first > 0 ? first : request].start;
            stop = stop > at + 8 ? stop : end;
            break;
        }
        from = next;
    }
    own_mask(masker, at, stop, grade);
    return stop;
}

/* Masks a message of another person that begins on the line after its announcement: its lines up to a blank one or to
 * one that turns to the assistant. */
static size_t mask_cited_lines(struct own_masker *masker, size_t at, enum own_grade grade)
{
    size_t end = own_paragraph_end(masker, at);

    while (at < end) {
        size_t line = own_line_end(masker, at);
        size_t stop = mask_cited_line(masker, at, grade);

        if (stop < line || line >= end || masker->source[line - 1] == '?' ||
            own_turns(masker, line + 1) != OWN_OF_OTHERS) {
            return stop;
        }
        at = line + 1;
    }
    return end;
}

/* Masks a text to be answered: its first paragraph; what follows may be what the person has to say to it. */
static size_t mask_answered(struct own_masker *masker, size_t at)
{
    size_t first = own_paragraph_end(masker, at);
    size_t end = own_mask_paste(masker, at, OWN_DOUBTFUL);

    own_mask(masker, at, first < end ? first : end, OWN_OF_OTHERS);
    return end;
}

/* Masks the text after a request. Returns where reading goes on, or 0 if there is no such text. */
static size_t mask_after(struct own_masker *masker, const struct cue_sentence *sentence, const struct request *request)
{
    size_t rest = sentence->end;
    size_t left = masker->length - rest;

    while (left > 0 && (masker->source[rest] == '\n' || masker->source[rest] == ' ' || masker->source[rest] == '\r')) {
        rest++;
        left--;
    }
    if ((sentence->all != 0 && own_any(sentence, 0, sentence->count, ~UINT64_C(0)) &&
         own_masked_bytes(masker, sentence->start, sentence->end) >= OWN_MASKED_MIN_BYTES) ||
        is_masked_at(masker, rest)) {
        return sentence->end;
    }
    if (left < (request->sure ? (size_t)REST_MIN_BYTES : (size_t)LETTER_MIN_BYTES)) {
        return 0;
    }
    if (request->grade == OWN_TEXT) {
        return masker->length; /* their own CV: nothing in it is another request */
    }
    if (!sentence->line_end && request->pointed && request->sure && begins_request(masker, rest)) {
        size_t end = own_paragraph_end(masker, rest);

        if (masker->length - end >= LETTER_MIN_BYTES &&
            end - rest < REMARK_MAX_BYTES) { /* after more about the request */
            own_mask_paste(masker, end, request->grade);
            return sentence->end;
        }
        return 0;
    }
    if (!sentence->line_end && (!request->pointed || !request->sure || !request->direct ||
                                !(request->cites || points_at_text(sentence, 0, sentence->count) ||
                                  (own_any(sentence, 0, sentence->count, CUE_POINT | CUE_HERE) &&
                                   (sentence->all & (CUE_REWRITE | CUE_TRANSLATE | CUE_LANGUAGE | CUE_HERE)) != 0)))) {
        return 0;
    }
    if (request->cites && (!sentence->line_end || own_line_end(masker, sentence->end) + 1 == rest)) {
        return sentence->line_end ? mask_cited_lines(masker, rest, request->grade)
                                  : mask_cited_line(masker, rest, request->grade);
    }
    if ((sentence->all & CUE_REPLY) != 0 && request->grade == OWN_OF_OTHERS && !own_has_sign_off(masker, rest)) {
        return mask_answered(masker, rest);
    }
    return own_mask_paste(masker, rest, request->grade);
}

/* Masks the text before a last request: "... translate this", "...\n\nMake it shorter". */
static int32_t mask_before(struct own_masker *masker, const struct cue_sentence *sentence,
                           const struct request *request)
{
    size_t paragraph = own_paragraph_start(masker, sentence->start);
    size_t line = sentence->start;
    size_t end;

    while (line > 0 && sentence->start - line < 100 && masker->source[line - 1] != '\n') {
        line--;
    }
    if (paragraph > 0 && sentence->start - paragraph < 100) {
        end = paragraph;
    } else if (line > 0 && sentence->start - line < 60) {
        end = line;
    } else {
        end = sentence->start;
    }
    if (end < BEFORE_MIN_BYTES || own_masked_bytes(masker, 0, end) >= OWN_MASKED_MIN_BYTES) {
        return 0;
    }
    own_mask(masker, 0, end, request->grade);
    return 1;
}

/* Masks the text after an announcing colon inside the sentence; 0 if nothing is announced. */
static size_t mask_after_colon(struct own_masker *masker, const struct cue_sentence *sentence)
{
    size_t colon = 1;
    struct request request;
    size_t start;

    while (colon < sentence->count && (sentence->tokens[colon].gap & CUE_GAP_COLON) == 0) {
        colon++;
    }
    if (colon >= sentence->count) {
        const char *mark = sentence->count == 0
                               ? NULL
                               : memchr(masker->source + sentence->start, ':', sentence->end - sentence->start);

        if (mark == NULL || sentence->tokens[sentence->count - 1].end > (size_t)(mark - masker->source)) {
            return 0;
        }
        colon = sentence->count; /* only a quote, or words without cues, follow */
        start = (size_t)(mark - masker->source) + 1;
    } else {
        start = sentence->tokens[colon].start;
        while (start > sentence->start && masker->source[start - 1] != ':' &&
               (unsigned char)masker->source[start - 1] != 0x9A) {
            start--;
        }
    }
    if (start >= sentence->end) {
        return 0;
    }
    request = find_request(sentence, 0, colon);
    if (!request.found || own_any(sentence, 0, colon, CUE_ABOUT_ME)) {
        request = find_announcement(sentence, 0, colon, 1);
    }
    if (!request.found) {
        return 0;
    }
    if (is_masked_at(masker, start)) {
        return sentence->end; /* a quote; the text after it is the person's */
    }
    if (request.grade == OWN_TEXT) {
        return masker->length;
    }
    if (request.cites && own_any(sentence, 0, colon, CUE_CHARACTER)) {
        own_mask(masker, start, sentence->end, request.grade); /* "my main character says: ..." */
        return sentence->end;
    }
    return request.cites ? mask_cited_line(masker, start, request.grade) : own_mask_paste(masker, start, request.grade);
}

/* "It says I am allergic": what a text says that was mentioned before. */
static size_t mask_said(struct own_masker *masker, const struct cue_sentence *sentence)
{
    if (sentence->count < 4 || sentence->start == 0 || (sentence->tokens[0].bits & (CUE_IT | CUE_POINT)) == 0 ||
        (sentence->tokens[1].bits & CUE_TELL) == 0 || (sentence->tokens[2].bits & (CUE_ME | CUE_THIRD | CUE_MY)) == 0) {
        return 0;
    }
    return mask_cited_line(masker, sentence->tokens[2].start, OWN_OF_OTHERS);
}

/* "paraphrase I was raised ...", "check spelling i am ...": the text follows its verb directly. */
static size_t mask_direct(struct own_masker *masker, const struct cue_sentence *sentence)
{
    size_t verb =
        own_first(sentence, 0, sentence->count < 4 ? sentence->count : 4, CUE_REWRITE | CUE_TRANSLATE | CUE_GRAMMAR);

    if (verb + 2 >= sentence->count || verb >= 4 || own_subject_before(sentence, 0, verb) ||
        (sentence->tokens[verb + 1].bits & CUE_ME) == 0 || sentence->tokens[verb + 1].gap != 0 || sentence->dense ||
        !is_asked(sentence, 0, verb)) {
        return 0;
    }
    return own_mask_paste(masker, sentence->tokens[verb + 1].start, OWN_OF_OTHERS);
}

/* Letters: from "Dear Ms Okafor," or "Hi Tom," to the sign-off; 0 if none begins here. */
static size_t mask_letter(struct own_masker *masker, const struct cue_sentence *sentence)
{
    const struct cue_token *tokens = sentence->tokens;
    size_t count = sentence->count;
    size_t start = sentence->start;
    int32_t formal = (tokens[0].bits & CUE_FORMAL) != 0;
    int32_t line_start = start == 0 || masker->source[start - 1] == '\n';

    if (sentence->dense) {
        return (sentence->all & CUE_FORMAL) != 0 && line_start && masker->length - start >= LETTER_MIN_BYTES &&
                       !own_any(sentence, 0, count, CUE_ASSISTANT)
                   ? own_mask_paste(masker, start, OWN_OF_OTHERS)
                   : 0;
    }
    if (!line_start || (tokens[0].bits & CUE_GREETING) == 0 || masker->length - start < LETTER_MIN_BYTES || count < 2 ||
        own_any(sentence, 0, count < 4 ? count : 4, CUE_ASSISTANT | CUE_REWRITE | CUE_TRANSLATE)) {
        return 0;
    }
    if (start > 1 && masker->source[start - 2] == '\n') {
        return own_mask_paste(masker, start, OWN_OF_OTHERS); /* who greets after a paragraph is somebody else */
    }
    if (count <= 6 && sentence->line_end && !sentence->question && (tokens[1].capital || formal) &&
        !own_any(sentence, 1, count, CUE_ME | CUE_SKIP)) {
        return own_mask_paste(masker, start, OWN_OF_OTHERS); /* a line of its own */
    }
    if (tokens[1].capital && tokens[1].gap == 0 && !own_any(sentence, 1, 2, CUE_ME | CUE_SKIP)) {
        size_t comma = 2;

        while (comma < count && comma < 5 && tokens[comma].gap == 0 && tokens[comma].capital) {
            comma++;
        }
        if (comma < count && (tokens[comma].gap & (CUE_GAP_COMMA | CUE_GAP_STOP | CUE_GAP_COLON)) != 0) {
            return own_mask_paste(masker, start, formal ? OWN_OF_OTHERS : OWN_DOUBTFUL);
        }
    }
    if (formal && (tokens[1].capital || tokens[0].end - tokens[0].start > 8)) {
        return own_mask_paste(masker, start, OWN_OF_OTHERS);
    }
    return 0;
}

/* 1 if a list of what the text should have follows a colon, not its beginning: "a story with these words: cat, ship".
 */
static int32_t lists_contents(const struct cue_sentence *sentence)
{
    for (size_t i = 1; i < sentence->count; i++) {
        if ((sentence->tokens[i].gap & CUE_GAP_COLON) != 0) {
            return (sentence->tokens[i].bits & CUE_ME) == 0;
        }
    }
    return 0;
}

/* Fiction that is asked for: "Write a story about a nurse in Oslo. She ...". A beginning of it may follow in paragraphs
 * of its own. */
static size_t mask_fiction(struct own_masker *masker, const struct cue_sentence *sentence)
{
    size_t verb = own_first(sentence, 0, sentence->count, CUE_WRITE | CUE_MAKE);
    size_t noun = own_first(sentence, verb < sentence->count ? verb : 0, sentence->count, CUE_FICTION);
    size_t end;

    if (verb >= 8 || noun >= sentence->count || noun > verb + 6 || !is_asked(sentence, 0, verb)) {
        return 0;
    }
    if (sentence->colon || own_any(sentence, verb, sentence->count, CUE_CHARACTER)) {
        own_mask(masker, sentence->start, sentence->end, OWN_OF_OTHERS);
        return own_mask_paste(masker, sentence->end, OWN_OF_OTHERS);
    }
    end = own_paragraph_end(masker, sentence->start);
    own_mask(masker, sentence->start, sentence->end, lists_contents(sentence) ? OWN_DOUBTFUL : OWN_OF_OTHERS);
    own_mask(masker, sentence->end, end, OWN_DOUBTFUL);
    return end < masker->length ? own_mask_paste(masker, end, OWN_OF_OTHERS) : end;
}

/* Exam questions, chapters and posts by their first words; contracts and advertisements by two typical phrases of a
 * paragraph. Returns where reading goes on, or 0. */
static size_t mask_typical(struct own_masker *masker, const struct cue_sentence *sentence)
{
    const struct cue_token *first = &sentence->tokens[0];
    uint64_t typical = sentence->all & (CUE_AD | CUE_LEGAL);

    if ((sentence->all & CUE_EXAM) != 0) {
        size_t exam = own_first(sentence, 0, sentence->count, CUE_EXAM);
        size_t next = first->end;

        while (next < sentence->end && masker->source[next] == ' ') {
            next++;
        }
        if (sentence->tokens[exam].end - sentence->tokens[exam].start > EXAM_PHRASE_BYTES ||
            (exam == 0 && next < sentence->end && masker->source[next] >= '0' && masker->source[next] <= '9')) {
            size_t end = own_paragraph_end(masker, sentence->start);

            own_mask(masker, own_paragraph_start(masker, sentence->start), end, OWN_OF_OTHERS);
            return end;
        }
    }
    if ((first->bits & CUE_POST) != 0) {
        return own_mask_paste(masker, sentence->start, OWN_DOUBTFUL);
    }
    if ((first->bits & CUE_FICTION) != 0 && sentence->count <= 6 && sentence->line_end && first->capital &&
        (sentence->start == 0 || masker->source[sentence->start - 1] == '\n') && !sentence->question &&
        !sentence->colon && (sentence->all & (CUE_SKIP | CUE_MY | CUE_ME)) == 0) {
        return own_mask_paste(masker, sentence->start, OWN_OF_OTHERS);
    }
    if (typical != 0) {
        struct cue_sentence *read = &masker->scratch;
        size_t end = own_paragraph_end(masker, sentence->start);
        size_t phrases = 0;
        size_t last = 0; /* end of the last phrase */
        size_t start = sentence->start;

        end = end - start > 4096 ? start + 4096 : end;
        for (size_t at = start; at < end;) {
            size_t line = own_line_end(masker, at);
            size_t stop = line < end ? line : end;

            stop = stop - at > 512 ? at + 512 : stop;
            cue_sentence_read(masker->cues, masker->source, at, stop, read);
            for (size_t i = 0; i < read->count; i++) {
                if ((read->tokens[i].bits & typical) != 0) {
                    phrases++;
                    last = read->tokens[i].end;
                }
            }
            at = stop + (stop == line);
        }
        if (phrases >= 2) {
            end = own_paragraph_end(masker, start);
            if (typical == CUE_AD &&
                own_line_end(masker, start) == end) { /* in one line, the person may go on after it */
                const char *stop = memchr(masker->source + last, '.', end - last);

                end = stop == NULL ? end : (size_t)(stop - masker->source) + 1;
            }
            while (start > masker->typical_end && masker->source[start - 1] != '\n' &&
                   masker->source[start - 1] != ':') {
                start--;
            }
            own_mask(masker, start, end, OWN_OF_OTHERS);
            masker->typical_end = end;
            return end;
        }
    }
    return 0;
}

/* Masks the text before an arrow: "I hate mondays <- how do you say that in Dutch?". */
static void mask_before_arrow(struct own_masker *masker, const struct cue_sentence *sentence)
{
    static const char *const arrows[] = {"<-", "\xE2\x86\x90", "^^"};
    size_t length = sentence->end - sentence->start;

    for (size_t i = 0; i < sizeof arrows / sizeof arrows[0]; i++) {
        const char *at = memchr(masker->source + sentence->start, arrows[i][0], length);
        size_t arrow = strlen(arrows[i]);

        if (at != NULL && (size_t)(masker->source + sentence->end - at) >= arrow && memcmp(at, arrows[i], arrow) == 0 &&
            (sentence->question || (sentence->all & (CUE_REWRITE | CUE_TRANSLATE | CUE_LANGUAGE)) != 0)) {
            size_t start = own_paragraph_start(masker, sentence->start);

            own_mask(masker, start > masker->arrow ? start : masker->arrow, (size_t)(at - masker->source),
                     OWN_OF_OTHERS);
            masker->arrow = (size_t)(at - masker->source);
        }
    }
}

size_t own_mask_request(struct own_masker *masker, const struct cue_sentence *sentence, enum own_grade *pasting)
{
    size_t (*const kinds[])(struct own_masker *, const struct cue_sentence *) = {
        mask_letter, mask_typical, mask_fiction, mask_after_colon, mask_direct, mask_said};
    struct request request;
    size_t next = 0;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && next == 0; i++) {
        next = kinds[i](masker, sentence);
    }
    if (next > 0) {
        return next;
    }
    mask_before_arrow(masker, sentence);
    if (own_any(sentence, 0, sentence->count, CUE_PERSON) && has_text(sentence, 0, sentence->count) &&
        !own_any(sentence, 0, sentence->count, CUE_ME)) {
        masker->others_until = own_paragraph_end(masker, sentence->start); /* "these are four poems of others" */
    }
    if (sentence->start >= masker->answered) {
        return sentence->end; /* a pasted text came before: these are remarks about it */
    }
    request = find_request(sentence, 0, sentence->count);
    if (!request.found) {
        request = find_announcement(sentence, 0, sentence->count, sentence->colon);
        if (request.found && !sentence->colon && !sentence->line_end && !sentence->question) {
            request.found = request.cites || (request.pointed && request.sure);
        }
    }
    if (!request.found) {
        return sentence->end;
    }
    if (request.grade == OWN_DOUBTFUL && sentence->start < masker->others_until) {
        request.grade = OWN_OF_OTHERS;
    }
    if (request.inside > 0) {
        return mask_cited_line(masker, request.inside, request.grade);
    }
    next = mask_after(masker, sentence, &request);
    if (next > 0) {
        return next;
    }
    if (request.pointed && !request.after && request.grade != OWN_TEXT &&
        (request.sure || sentence->count <= SHORT_REQUEST) && masker->length - sentence->end < LETTER_MIN_BYTES &&
        mask_before(masker, sentence, &request)) {
        return sentence->end;
    }
    if (request.announces && request.sure && sentence->start < LETTER_MIN_BYTES && masker->length < 240 &&
        own_any(sentence, 0, sentence->count, TEXTS)) {
        *pasting = request.grade;
    }
    return sentence->end;
}
