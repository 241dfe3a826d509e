/* Blocks: what stands after, or before, a line or paragraph about it. */
#include "analyze/language/own_text_internal.h"
#include "analyze/language/words.h"

#include <string.h>

#define BLOCK_LABEL_BYTES  100 /* of a paragraph about the text beside it */
#define BLOCK_MIN_BYTES    100
#define DIALOGUE_MIN_BYTES 240 /* of a story with dialogue */
#define REST_MIN_BYTES     8   /* of a block after a line about it */
#define HEAD_BYTES         512 /* its last bytes are read */
#define BLOCK_BYTES        600 /* the first bytes of a block */
#define PLAIN_WORDS        5   /* of a line whose author uses no punctuation */
#define NAME_WORDS         2   /* at least, of a name that stands as a title */
#define NAME_WORDS_MOST    4
#define CALLED_WORDS       6  /* at the start of a line, among which its author says how they are called */
#define VERSE_LINES        3  /* at least, of a poem or a song */
#define VERSE_BYTES        72 /* of its longest line */
#define VERSE_WORDS        3  /* of its shortest line */

/* 1 if a short first or last paragraph is about the text beside it, not about the person. */
static int32_t is_about_block(const struct cue_sentence *sentence, int32_t first)
{
    size_t count = sentence->count;
    size_t point = own_first(sentence, 0, count, CUE_POINT);

    if (count == 0 || (sentence->all & (CUE_MY | CUE_ABOUT_ME | CUE_ADVICE)) != 0 ||
        (sentence->tokens[0].bits & (CUE_TURN | CUE_GREETING)) != 0) {
        return 0;
    }
    if (first && own_any(sentence, 0, count, CUE_WRITE | CUE_MAKE) && point == count) {
        return 0; /* what to write about follows */
    }
    if (point < count && first) {
        return own_first(sentence, 0, count, CUE_ME) > point;
    }
    return (sentence->all & CUE_ME) == 0 && (sentence->all & (first ? CUE_JUDGE | CUE_FICTION : CUE_FICTION)) != 0;
}

enum line_style {
    LINE_IS_MARKED,  /* with capitals and punctuation, or very short */
    LINE_IS_LOWER,   /* no capital at its start, and no marks but commas */
    LINE_IS_UNMARKED /* some words without any punctuation */
};

/* How the author of a line writes. */
static enum line_style style_of_line(const char *text, size_t length)
{
    int32_t is_lower =
        length > 0 && ((text[0] >= 'a' && text[0] <= 'z') ||
                       ((unsigned char)text[0] == 0xD0 && length > 1 && (unsigned char)text[1] >= 0xB0) ||
                       (unsigned char)text[0] == 0xD1);
    int32_t commas = 0;
    size_t words = 1;

    for (size_t i = 0; i < length; i++) {
        if (strchr(".;:!?", text[i]) != NULL || (unsigned char)text[i] >= 0xE3) {
            return LINE_IS_MARKED;
        }
        commas += text[i] == ',';
        words += text[i] == ' ';
    }
    if (words < PLAIN_WORDS || (commas > 0 && !is_lower)) {
        return LINE_IS_MARKED;
    }
    return commas > 0 ? LINE_IS_LOWER : LINE_IS_UNMARKED;
}

/* 1 for text as it is written by somebody else than the author of a plain line: with a capital at its start, and
 * punctuation. */
static int32_t is_dressed(const char *text, size_t length)
{
    return length > 0 && !(text[0] >= 'a' && text[0] <= 'z') &&
           (memchr(text, '.', length) != NULL || memchr(text, ',', length) != NULL ||
            memchr(text, ':', length) != NULL || memchr(text, '!', length) != NULL);
}

/* What a first line says of the block below it. */
struct block_head {
    int32_t points;       /* to a text */
    int32_t asks;         /* for something */
    int32_t advice;       /* on the author's own matter */
    int32_t self;         /* speaks of its author */
    int32_t subject;      /* its author is the subject: "I", not only "my" */
    int32_t owner;        /* something is its author's: "my" */
    int32_t turns;        /* to the assistant: "thanks", "also" */
    int32_t hands_over;   /* what follows is its author's own, unless another person is named: "for me to use:" */
    int32_t paragraph;    /* a blank line follows */
    enum own_grade grade; /* of the text that it names */
};

/* 1 if there is a question mark anywhere in the text, which may be one of another script. */
static int32_t has_question(const char *text, size_t length)
{
    return memchr(text, '?', length) != NULL || memmem(text, length, "\xD8\x9F", 2) != NULL ||
           memmem(text, length, "\xEF\xBC\x9F", 3) != NULL;
}

/* 1 if something but a person is the author's: "my form", not "my aunt". */
static int32_t owns(const struct cue_sentence *sentence)
{
    for (size_t i = own_first(sentence, 0, sentence->count, CUE_MY); i < sentence->count;
         i = own_first(sentence, i + 1, sentence->count, CUE_MY)) {
        if (i + 1 == sentence->count || (sentence->tokens[i + 1].bits & CUE_PERSON) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Reads a first line; 0 if what follows is the author's anyway. */
static int32_t read_head(struct own_masker *masker, size_t end, struct block_head *head)
{
    struct cue_sentence *read = &masker->scratch;
    size_t start = end > HEAD_BYTES ? end - HEAD_BYTES : 0;
    char last = masker->source[end - 1];
    size_t count;

    cue_sentence_read(masker->cues, masker->source, start, end, read);
    count = read->count;
    head->self = (read->all & (CUE_ME | CUE_MY)) != 0;
    head->subject = (read->all & CUE_ME) != 0;
    head->owner = owns(read);
    head->turns = count > 0 && (read->tokens[0].bits & CUE_TURN) != 0;
    head->hands_over = last == ':' && head->self;
    head->grade = own_whose(read, 0, count);
    head->advice = (read->all & CUE_ADVICE) != 0;
    if (count == 0 || head->grade == OWN_TEXT || (read->all & (CUE_ABOUT_ME | CUE_LEAVE)) != 0 ||
        (count <= 3 && (read->tokens[0].bits & CUE_GREETING) != 0)) {
        return 0;
    }
    head->points = own_any(read, 0, count, CUE_POINT) ||
                   (read->all & (CUE_REPLY | CUE_REWRITE | CUE_TRANSLATE | CUE_EXAMPLE)) != 0 ||
                   ((read->all & (CUE_JUDGE | CUE_RETOUCH | CUE_RECEIVE | CUE_TELL)) != 0 &&
                    (read->all & (CUE_TEXT | CUE_FICTION)) != 0) ||
                   ((read->all & (CUE_RECEIVE | CUE_TELL)) != 0 && (read->all & (CUE_PERSON | CUE_THIRD)) != 0);
    head->asks = last == ':' || has_question(masker->source + start, end - start) ||
                 (read->tokens[0].bits & (CUE_ASK | CUE_REQUEST | CUE_RETOUCH)) != 0;
    return 1;
}

/* Whose the block at `start` is, below a first line. */
static enum own_grade grade_block(struct own_masker *masker, const struct block_head *head, size_t start,
                                  enum line_style style)
{
    struct cue_sentence *read = &masker->scratch;
    size_t end = own_paragraph_end(masker, start);
    int32_t self;

    end = end - start > BLOCK_BYTES ? start + BLOCK_BYTES : end;
    cue_sentence_read(masker->cues, masker->source, start, end, read);
    self = (read->all & (CUE_ME | CUE_MY)) != 0;
    if (read->count > 0 && (read->tokens[0].bits & CUE_SIGN_OFF) != 0) {
        return OWN_TEXT;
    }
    if (style != LINE_IS_MARKED && is_dressed(masker->source + start, end - start) &&
        (style == LINE_IS_UNMARKED || (head->paragraph && memchr(masker->source + start, '.', end - start) != NULL))) {
        return style == LINE_IS_LOWER && head->subject ? OWN_DOUBTFUL : OWN_OF_OTHERS;
    }
    if (head->points) {
        return head->advice && self ? OWN_DOUBTFUL : head->grade;
    }
    if (head->self || strchr("-*+", masker->source[start]) != NULL) {
        return OWN_TEXT;
    }
    if (read->all == 0 || read->dense) { /* a language without cues, or one that leaves out who speaks */
        return head->asks || head->paragraph ? OWN_DOUBTFUL : OWN_TEXT;
    }
    if (head->asks) {
        return self ? OWN_DOUBTFUL : OWN_OF_OTHERS;
    }
    return self || !head->paragraph ? OWN_TEXT : OWN_OF_OTHERS;
}

/* 1 if the text at `start` begins with a person's name, as a title or after "I am": "Ana Costa Lima. Nurse with ...",
 * or if its author says how they are called. */
static int32_t names_author(struct own_masker *masker, size_t start)
{
    struct cue_sentence *read = &masker->scratch;
    size_t line = own_line_end(masker, start);
    size_t first = 0;
    size_t last;

    cue_sentence_read(masker->cues, masker->source, start, line - start > BLOCK_BYTES ? start + BLOCK_BYTES : line,
                      read);
    for (size_t i = 0; i < read->count && i < CALLED_WORDS; i++) {
        if ((read->tokens[i].bits & CUE_CALLED) == CUE_CALLED) {
            return 1;
        }
    }
    while (first < read->count && first < 3 && (read->tokens[first].bits & (CUE_ME | CUE_BE)) != 0) {
        first++;
    }
    last = first;
    while (last < read->count && read->tokens[last].capital && (read->tokens[last].bits & ~CUE_PERSON) == 0 &&
           (last == first || read->tokens[last].gap == 0)) {
        last++;
    }
    return last - first >= NAME_WORDS && last - first <= NAME_WORDS_MOST &&
           (last == read->count || (read->tokens[last].gap & CUE_GAP_ANY) != 0);
}

/* 1 if the lines from `start` to a blank line are a poem's: short, and most sentences go on in the next line. */
static int32_t is_verse(const struct own_masker *masker, size_t start, size_t end)
{
    const char *text = masker->source;
    size_t lines = 0;
    size_t stops = 0;
    size_t words = 1;
    size_t from = start;

    for (size_t i = start; i <= end; i++) {
        if (i < end && text[i] != '\n') {
            words += text[i] == ' ';
            continue;
        }
        if (i == from) {
            break;
        }
        if (words < VERSE_WORDS || i - from > VERSE_BYTES || strchr("-*+#>0123456789", text[from]) != NULL ||
            memchr(text + from, ':', i - from) != NULL) {
            return 0;
        }
        stops += strchr(".?!", text[i - 1]) != NULL;
        lines++;
        words = 1;
        from = i + 1;
    }
    return lines >= VERSE_LINES && stops * 2 <= lines;
}

/* Whose the block at `start` is if it names its author or is a poem, below a first line that may be about something of
 * the person's own. */
static enum own_grade grade_signed(struct own_masker *masker, const struct block_head *head, size_t start)
{
    int32_t is_named = names_author(masker, start);

    if (!is_named && !(head->paragraph && is_verse(masker, start, own_paragraph_end(masker, start)))) {
        return OWN_TEXT;
    }
    if (head->points) {
        return head->hands_over && head->owner ? OWN_TEXT : head->grade;
    }
    if (head->subject || head->owner) {
        return is_named ? OWN_TEXT : OWN_DOUBTFUL;
    }
    return head->asks || head->paragraph ? OWN_OF_OTHERS : OWN_DOUBTFUL;
}

/* Masks what stands below a first line that is about it: "what is my boy saying here", "would you apply?". */
static void mask_below(struct own_masker *masker)
{
    size_t end = own_line_end(masker, 0);
    size_t start = end;
    struct block_head head = {0};
    enum own_grade grade;

    while (start < masker->length &&
           (masker->source[start] == '\n' || masker->source[start] == ' ' || masker->source[start] == '\r')) {
        head.paragraph |= start > end && masker->source[start] == '\n';
        start++;
    }
    while (end > 0 && (masker->source[end - 1] == ' ' || masker->source[end - 1] == '\r')) {
        end--;
    }
    if (end == 0 || masker->length - start < REST_MIN_BYTES ||
        own_masked_bytes(masker, 0, masker->length) >= OWN_MASKED_MIN_BYTES || masker->quotable[start] == MASK_BYTE ||
        !read_head(masker, end, &head)) {
        return;
    }
    grade = grade_signed(masker, &head, start);
    if (grade == OWN_TEXT && !head.hands_over && !head.turns) {
        grade = grade_block(masker, &head, start, style_of_line(masker->source, end));
    }
    if (grade != OWN_TEXT) {
        own_mask_paste(masker, start, grade);
    }
}

/* A long paragraph after a short one such as "does this contradict us" or "boy's chapter", or before one such as
 * "ending or not an ending", is of others, or
 * doubtful. */
static void mask_beside(struct own_masker *masker)
{
    struct cue_sentence *read = &masker->scratch;
    size_t first = own_paragraph_end(masker, 0);
    size_t last;
    size_t end = masker->length;

    if (masker->spoken_lines >= 2 && masker->length >= DIALOGUE_MIN_BYTES && first < masker->length) {
        own_mask(masker, 0, masker->length, masker->spoken_lines > 2 ? OWN_OF_OTHERS : OWN_DOUBTFUL); /* a scene */
        return;
    }
    if (first >= masker->length || own_masked_bytes(masker, 0, masker->length) >= OWN_MASKED_MIN_BYTES) {
        return;
    }
    if (first <= BLOCK_LABEL_BYTES && masker->length - first >= BLOCK_MIN_BYTES) {
        uint64_t read_all;

        cue_sentence_read(masker->cues, masker->source, 0, first, read);
        read_all = read->all;
        if (is_about_block(read, 1)) {
            own_mask(masker, first, own_paste_end(masker, first),
                     (read_all & CUE_ME) != 0 ? OWN_DOUBTFUL : OWN_OF_OTHERS);
            return;
        }
    }
    while (end > 0 &&
           (masker->source[end - 1] == '\n' || masker->source[end - 1] == ' ' || masker->source[end - 1] == '\r')) {
        end--;
    }
    last = own_paragraph_start(masker, end);
    if (last >= BLOCK_MIN_BYTES && end - last <= BLOCK_LABEL_BYTES) {
        cue_sentence_read(masker->cues, masker->source, last, end, read);
        if (is_about_block(read, 0)) {
            own_mask(masker, 0, last, OWN_OF_OTHERS);
        }
    }
}

void own_mask_blocks(struct own_masker *masker)
{
    mask_beside(masker);
    mask_below(masker);
}
