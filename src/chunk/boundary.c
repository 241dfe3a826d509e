#include "chunk/boundary.h"

#include "base/error.h"
#include "base/utf8.h"
#include "text/tokens/tokens.h"
#include "text/unicode.h"

#include <string.h>

/* From worst to best. */
enum boundary {
    BOUNDARY_PIECE, /* of the tokenizer: between punctuation and a word, or between groups of digits */
    BOUNDARY_WORD,  /* beside white space */
    BOUNDARY_SENTENCE,
    BOUNDARY_LINE,
    BOUNDARY_PARAGRAPH,
    BOUNDARY_COUNT
};

/* How much text is looked at first, and doubled when it was not enough: a word of megabytes must not be merged whole
 * for every chunk that is cut from it. */
#define WINDOW_BYTES_PER_TOKEN 8
#define WINDOW_MIN_BYTES       64

/* One code point by itself never has more. */
#define CODE_POINT_MAX_TOKENS 4

/* What follows a sentence may be far from what ended it: quotes, brackets. No further than this. */
#define CLOSERS_MAX 4

static size_t window_length(int64_t max_tokens, size_t length)
{
    if (max_tokens > (int64_t)(length / WINDOW_BYTES_PER_TOKEN)) {
        return length;
    }
    return (size_t)max_tokens * WINDOW_BYTES_PER_TOKEN + WINDOW_MIN_BYTES < length
               ? (size_t)max_tokens * WINDOW_BYTES_PER_TOKEN + WINDOW_MIN_BYTES
               : length;
}

static uint32_t code_point_after(const char *text, size_t length, size_t at)
{
    uint32_t code_point;
    int32_t valid;

    if (at >= length) {
        return 0;
    }
    utf8_decode(text + at, length - at, &code_point, &valid);
    return code_point;
}

/* Steps back by one code point; at > 0. */
static uint32_t code_point_before(const char *text, size_t *at)
{
    size_t end = *at;
    size_t start = end - 1;

    while (start > 0 && end - start < 4 && ((unsigned char)text[start] & 0xC0) == 0x80) {
        start--;
    }
    *at = start;
    return code_point_after(text, end, start);
}

/* Ends a sentence when white space follows. */
static int32_t is_terminator(uint32_t code_point)
{
    switch (code_point) {
    case '.':
    case '!':
    case '?':
    case 0x061F: /* Arabic question mark */
    case 0x06D4: /* Arabic full stop */
    case 0x0964: /* danda */
    case 0x0965: /* double danda */
    case 0x1362: /* Ethiopic full stop */
    case 0x203C: /* double exclamation mark */
    case 0x2026: /* ellipsis */
        return 1;
    default:
        return 0;
    }
}

/* Ends a sentence whatever follows. */
static int32_t is_wide_terminator(uint32_t code_point)
{
    switch (code_point) {
    case 0x3002: /* ideographic full stop */
    case 0xFF01: /* full-width exclamation mark */
    case 0xFF0E: /* full-width full stop */
    case 0xFF1F: /* full-width question mark */
    case 0xFF61: /* half-width ideographic full stop */
        return 1;
    default:
        return 0;
    }
}

static int32_t is_closer(uint32_t code_point)
{
    enum unicode_category category = unicode_category(code_point);

    return code_point == '"' || code_point == '\'' || code_point == '*' || code_point == '_' ||
           category == UNICODE_CLOSE_PUNCTUATION || category == UNICODE_FINAL_PUNCTUATION;
}

static int32_t ends_sentence(const char *text, size_t at, int32_t space_follows)
{
    uint32_t code_point = 0;

    for (int32_t closers = 0; at > 0 && closers <= CLOSERS_MAX; closers++) {
        code_point = code_point_before(text, &at);
        if (!is_closer(code_point)) {
            break;
        }
    }
    return is_wide_terminator(code_point) || (space_follows && is_terminator(code_point));
}

/* What kind of boundary is at `at`, 0 < at <= length. Line feeds before it, with blanks between, make a paragraph. */
static enum boundary classify(const char *text, size_t length, size_t at)
{
    int32_t line_feeds = 0;
    int32_t space_before;
    int32_t space_after;
    size_t back = at;

    if (text[at - 1] == '\n') {
        while (back > 0 && line_feeds < 2 && strchr(" \t\r\n", text[back - 1]) != NULL && text[back - 1] != '\0') {
            line_feeds += text[--back] == '\n';
        }
        return line_feeds >= 2 ? BOUNDARY_PARAGRAPH : BOUNDARY_LINE;
    }
    space_before = unicode_is_space(code_point_before(text, &back));
    space_after = at == length || unicode_is_space(code_point_after(text, length, at));
    if (ends_sentence(text, at, space_after)) {
        return BOUNDARY_SENTENCE;
    }
    return space_before || space_after ? BOUNDARY_WORD : BOUNDARY_PIECE;
}

/* What a walk over the pieces of a text finds: for each kind the last boundary within the limit. */
struct head_scan {
    size_t cut[BOUNDARY_COUNT]; /* 0 when there is none */
    int64_t tokens[BOUNDARY_COUNT];
    size_t piece_at; /* the first piece that does not fit, and what it has */
    size_t piece_length;
    int64_t piece_tokens;
    int64_t tokens_before;
    int32_t all_fits;
};

/* A boundary counts as one of every kind below its own, too. */
static void note_boundary(struct head_scan *scan, enum boundary kind, size_t cut, int64_t tokens)
{
    for (int32_t i = BOUNDARY_PIECE; i <= (int32_t)kind; i++) {
        scan->cut[i] = cut;
        scan->tokens[i] = tokens;
    }
}

/* The tokenizer takes a full-width full stop together with the word after it, so the end of that sentence lies inside a
 * piece. */
static void note_inner_boundary(struct head_scan *scan, const char *text, size_t at, size_t piece_length,
                                size_t min_length)
{
    uint32_t code_point;
    int32_t valid;
    size_t taken = utf8_decode(text + at, piece_length, &code_point, &valid);

    if (taken < piece_length && at + taken > min_length && is_wide_terminator(code_point)) {
        note_boundary(scan, BOUNDARY_SENTENCE, at + taken, scan->tokens_before + CODE_POINT_MAX_TOKENS);
    }
}

/* Walks the first `window` bytes. *window_is_short asks for more of the text. */
static cpk_status scan_window(const struct boundary_limits *limits, int64_t limit, const char *text, size_t length,
                              size_t window, size_t min_length, struct head_scan *scan, int32_t *window_is_short,
                              cpk_error **error)
{
    struct tokens_reader reader;
    struct token_list tokens = {0};
    size_t at = 0;
    size_t piece_length;

    memset(scan, 0, sizeof *scan);
    *window_is_short = 0;
    CPK_TRY(tokens_reader_init(&reader, limits->allocator, limits->encoding, text, window, error));
    for (;;) {
        int64_t piece_tokens;

        CPK_TRY(tokens_reader_next(&reader, &tokens, &piece_length, error));
        piece_tokens = (int64_t)tokens.count - scan->tokens_before;
        if (piece_length == 0) {
            scan->all_fits = window == length;
            *window_is_short = window < length;
            return CPK_OK;
        }
        if (scan->tokens_before + CODE_POINT_MAX_TOKENS <= limit) {
            note_inner_boundary(scan, text, at, piece_length, min_length);
        }
        if ((int64_t)tokens.count > limit) {
            scan->piece_at = at;
            scan->piece_length = piece_length;
            scan->piece_tokens = piece_tokens;
            *window_is_short = at + piece_length == window && window < length && piece_tokens <= limits->max_tokens;
            return CPK_OK;
        }
        at += piece_length;
        scan->tokens_before = (int64_t)tokens.count;
        if (at > min_length) {
            note_boundary(scan, classify(text, length, at), at, scan->tokens_before);
        }
    }
}

static cpk_status scan_head(const struct boundary_limits *limits, int64_t limit, const char *text, size_t length,
                            size_t min_length, struct head_scan *scan, cpk_error **error)
{
    size_t window = utf8_floor(text, length, window_length(limit, length));
    int32_t window_is_short;

    do {
        CPK_TRY(scan_window(limits, limit, text, length, window, min_length, scan, &window_is_short, error));
        window = window > length / 2 ? length : utf8_floor(text, length, window * 2);
    } while (window_is_short);
    return CPK_OK;
}

/* The best boundary that was seen: in the second half of the limit the best kind; or, when the piece that did not
 * fit does fit by itself, the last of any kind. 0 when the piece must be cut. */
static size_t choose_boundary(const struct boundary_limits *limits, int64_t limit, const struct head_scan *scan)
{
    for (int32_t kind = BOUNDARY_PARAGRAPH; kind >= BOUNDARY_PIECE; kind--) {
        if (scan->cut[kind] > 0 && scan->tokens[kind] >= limit / 2) {
            return scan->cut[kind];
        }
    }
    return scan->piece_tokens <= limits->max_tokens ? scan->cut[BOUNDARY_PIECE] : 0;
}

/* Cuts a piece in proportion, and shorter until it fits. *cut is 0 when nothing longer than min_length does. */
static cpk_status cut_piece(const struct boundary_limits *limits, const char *text, const struct head_scan *scan,
                            size_t min_length, size_t *cut, int64_t *tokens, cpk_error **error)
{
    size_t part = scan->piece_length;
    int64_t part_tokens = scan->piece_tokens;
    int64_t room = limits->max_tokens - scan->tokens_before;

    *cut = 0;
    while (part > 0) {
        size_t shorter = (size_t)((double)part * (double)room / (double)part_tokens);

        part = utf8_floor(text + scan->piece_at, scan->piece_length, shorter < part ? shorter : part - 1);
        if (scan->piece_at + part <= min_length || part == 0) {
            return CPK_OK;
        }
        CPK_TRY(tokens_count(limits->allocator, limits->encoding, text, scan->piece_at + part, tokens, error));
        if (*tokens <= limits->max_tokens) {
            *cut = scan->piece_at + part;
            return CPK_OK;
        }
        part_tokens = *tokens - scan->tokens_before;
    }
    return CPK_OK;
}

static cpk_status cut_code_point(const struct boundary_limits *limits, const char *text, size_t length, size_t *cut,
                                 int64_t *tokens, cpk_error **error)
{
    uint32_t code_point;
    int32_t valid;

    *cut = utf8_decode(text, length, &code_point, &valid);
    return tokens_count(limits->allocator, limits->encoding, text, *cut, tokens, error);
}

/* What stands after a cut can change how the white space before it is counted, so every cut is counted by itself; the
 * rare one that then does not fit is looked for again, lower. */
cpk_status boundary_head(const struct boundary_limits *limits, const char *text, size_t length, size_t min_length,
                         size_t *head_length, int64_t *head_tokens, cpk_error **error)
{
    int64_t limit = limits->max_tokens;

    while (limit > 0) {
        struct head_scan scan;

        CPK_TRY(scan_head(limits, limit, text, length, min_length, &scan, error));
        if (scan.all_fits) {
            *head_length = length;
            *head_tokens = scan.tokens_before;
            return CPK_OK;
        }
        *head_length = choose_boundary(limits, limit, &scan);
        if (*head_length == 0 && min_length > 0 && scan.piece_tokens <= limits->max_tokens) {
            return CPK_OK; /* the piece would not have to be cut if the text began later */
        }
        if (*head_length == 0) {
            CPK_TRY(cut_piece(limits, text, &scan, min_length, head_length, head_tokens, error));
            break;
        }
        CPK_TRY(tokens_count(limits->allocator, limits->encoding, text, *head_length, head_tokens, error));
        if (*head_tokens <= limits->max_tokens) {
            return CPK_OK;
        }
        limit -= *head_tokens - limits->max_tokens;
        *head_length = 0;
    }
    if (*head_length == 0 && min_length == 0) {
        return cut_code_point(limits, text, length, head_length, head_tokens, error);
    }
    return CPK_OK;
}

/* Where the best tail of a window starts that has `total` tokens: the first boundary of a sentence or better that
 * leaves at least half of the limit, else of a word, else of any kind. */
static cpk_status scan_tail(const struct boundary_limits *limits, const char *text, size_t length, size_t window_start,
                            int64_t total, size_t *tail_start, int64_t *tail_tokens, cpk_error **error)
{
    static const enum boundary WANTED[] = {BOUNDARY_SENTENCE, BOUNDARY_WORD, BOUNDARY_PIECE};
    size_t starts[] = {length, length, length};
    int64_t counts[] = {0, 0, 0};
    struct tokens_reader reader;
    struct token_list tokens = {0};
    size_t at = window_start;
    size_t piece_length;

    CPK_TRY(tokens_reader_init(&reader, limits->allocator, limits->encoding, text + window_start, length - window_start,
                               error));
    for (;;) {
        int64_t left;
        enum boundary kind;

        CPK_TRY(tokens_reader_next(&reader, &tokens, &piece_length, error));
        at += piece_length;
        left = total - (int64_t)tokens.count;
        if (piece_length == 0 || at == length) {
            break;
        }
        if (left > limits->max_tokens) {
            continue;
        }
        kind = classify(text, length, at);
        for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
            if (starts[i] == length && kind >= WANTED[i] && left >= limits->max_tokens / 2) {
                starts[i] = at;
                counts[i] = left;
            }
        }
    }
    for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        if (starts[i] < length) {
            *tail_start = starts[i];
            *tail_tokens = counts[i];
            return CPK_OK;
        }
    }
    *tail_start = length;
    *tail_tokens = 0;
    return CPK_OK;
}

/* From where a piece of the window begins, the pieces are those of the tail by itself, so the counts are exact. */
cpk_status boundary_tail(const struct boundary_limits *limits, const char *text, size_t length, size_t *tail_start,
                         int64_t *tail_tokens, cpk_error **error)
{
    size_t window = window_length(limits->max_tokens, length);
    int64_t total;

    *tail_start = length;
    *tail_tokens = 0;
    if (limits->max_tokens == 0) {
        return CPK_OK;
    }
    for (;;) {
        size_t start = utf8_floor(text, length, length - window);

        CPK_TRY(tokens_count(limits->allocator, limits->encoding, text + start, length - start, &total, error));
        if (start == 0 && total <= limits->max_tokens) {
            *tail_start = 0;
            *tail_tokens = total;
            return CPK_OK;
        }
        if (total > limits->max_tokens) {
            return scan_tail(limits, text, length, start, total, tail_start, tail_tokens, error);
        }
        window = window > length / 2 ? length : window * 2;
    }
}
