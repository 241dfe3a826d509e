#include "chunk/boundary.h"

#include "base/error.h"
#include "base/utf8.h"
#include "text/tokens/tokens.h"
#include "text/unicode.h"

#include <string.h>

/* Kinds of boundaries, from worst to best. */
enum boundary {
    BOUNDARY_PIECE, /* end of a pretokenizer piece: between punctuation and a word, or between groups of digits */
    BOUNDARY_WORD,  /* next to white space */
    BOUNDARY_SENTENCE,
    BOUNDARY_LINE,
    BOUNDARY_PARAGRAPH,
    BOUNDARY_COUNT
};

/* Initial size of the text window that is tokenised; doubled if it is too short. Limits the work for a word of
 * megabytes, which would otherwise be tokenised as a whole for each chunk. */
#define WINDOW_BYTES_PER_TOKEN 8
#define WINDOW_MIN_BYTES       64

/* Maximum tokens of a single code point. */
#define CODE_POINT_MAX_TOKENS 4

/* Maximum number of closing quotes and brackets between the end of a sentence and the boundary. */
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

static uint32_t read_code_point(const char *text, size_t length, size_t at)
{
    uint32_t code_point;
    int32_t valid;

    if (at >= length) {
        return 0;
    }
    utf8_decode(text + at, length - at, &code_point, &valid);
    return code_point;
}

/* Moves *at back by one code point and returns it; *at > 0. */
static uint32_t read_code_point_before(const char *text, size_t *at)
{
    size_t end = *at;
    size_t start = end - 1;

    while (start > 0 && end - start < 4 && ((unsigned char)text[start] & 0xC0) == 0x80) {
        start--;
    }
    *at = start;
    return read_code_point(text, end, start);
}

/* Characters that end a sentence if white space follows. */
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

/* Characters that end a sentence regardless of what follows. */
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
        code_point = read_code_point_before(text, &at);
        if (!is_closer(code_point)) {
            break;
        }
    }
    return is_wide_terminator(code_point) || (space_follows && is_terminator(code_point));
}

/* Kind of the boundary at `at`, 0 < at <= length. Two line feeds before it, with only blanks between, are a paragraph.
 */
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
    space_before = unicode_is_space(read_code_point_before(text, &back));
    space_after = at == length || unicode_is_space(read_code_point(text, length, at));
    if (ends_sentence(text, at, space_after)) {
        return BOUNDARY_SENTENCE;
    }
    return space_before || space_after ? BOUNDARY_WORD : BOUNDARY_PIECE;
}

/* Search for the end of a head. The first part is input, the rest is the result. */
struct head_scan {
    const struct boundary_limits *limits;
    const char *text;
    size_t length;
    size_t min_length;
    int64_t limit; /* tokens of the head; at most limits->max_tokens */

    size_t cut[BOUNDARY_COUNT]; /* the last boundary within the limit of at least this kind; 0: none */
    int64_t tokens[BOUNDARY_COUNT];
    size_t piece_at; /* the first piece that does not fit */
    size_t piece_length;
    int64_t piece_tokens;
    int64_t tokens_before;
    int32_t all_fits;
};

/* Records a boundary for its own kind and for all worse kinds. */
static void add_boundary(struct head_scan *scan, enum boundary kind, size_t cut, int64_t tokens)
{
    for (int32_t i = BOUNDARY_PIECE; i <= (int32_t)kind; i++) {
        scan->cut[i] = cut;
        scan->tokens[i] = tokens;
    }
}

/* Records the end of a sentence inside the piece at `at`: the pretokenizer puts a full-width full stop and the
 * following word into one piece. */
static void add_inner_boundary(struct head_scan *scan, size_t at, size_t piece_length)
{
    uint32_t code_point;
    int32_t valid;
    size_t taken = utf8_decode(scan->text + at, piece_length, &code_point, &valid);

    if (taken < piece_length && at + taken > scan->min_length && is_wide_terminator(code_point)) {
        add_boundary(scan, BOUNDARY_SENTENCE, at + taken, scan->tokens_before + CODE_POINT_MAX_TOKENS);
    }
}

static void clear_results(struct head_scan *scan)
{
    struct head_scan empty = {.limits = scan->limits,
                              .text = scan->text,
                              .length = scan->length,
                              .min_length = scan->min_length,
                              .limit = scan->limit};

    *scan = empty;
}

/* Tokenises the first `window` bytes. *window_is_short is 1 if a longer window is needed. */
static cpk_status scan_window(struct head_scan *scan, size_t window, int32_t *window_is_short, cpk_error **error)
{
    const struct boundary_limits *limits = scan->limits;
    struct tokens_reader reader;
    struct token_list tokens = {0};
    size_t at = 0;
    size_t piece_length;

    clear_results(scan);
    *window_is_short = 0;
    CPK_TRY(tokens_reader_init(&reader, limits->allocator, limits->encoding, scan->text, window, error));
    for (;;) {
        int64_t piece_tokens;

        CPK_TRY(tokens_reader_next(&reader, &tokens, &piece_length, error));
        piece_tokens = (int64_t)tokens.count - scan->tokens_before;
        if (piece_length == 0) {
            scan->all_fits = window == scan->length;
            *window_is_short = window < scan->length;
            return CPK_OK;
        }
        if (scan->tokens_before + CODE_POINT_MAX_TOKENS <= scan->limit) {
            add_inner_boundary(scan, at, piece_length);
        }
        if ((int64_t)tokens.count > scan->limit) {
            scan->piece_at = at;
            scan->piece_length = piece_length;
            scan->piece_tokens = piece_tokens;
            *window_is_short =
                at + piece_length == window && window < scan->length && piece_tokens <= limits->max_tokens;
            return CPK_OK;
        }
        at += piece_length;
        scan->tokens_before = (int64_t)tokens.count;
        if (at > scan->min_length) {
            add_boundary(scan, classify(scan->text, scan->length, at), at, scan->tokens_before);
        }
    }
}

static cpk_status scan_head(struct head_scan *scan, cpk_error **error)
{
    size_t window = utf8_floor(scan->text, scan->length, window_length(scan->limit, scan->length));
    int32_t window_is_short;

    do {
        CPK_TRY(scan_window(scan, window, &window_is_short, error));
        window = window > scan->length / 2 ? scan->length : utf8_floor(scan->text, scan->length, window * 2);
    } while (window_is_short);
    return CPK_OK;
}

/* The boundary of the best kind in the second half of the limit; otherwise the last of any kind, if the piece that did
 * not fit would fit into a chunk of its own. 0 if that piece must be split. */
static size_t choose_boundary(const struct head_scan *scan)
{
    for (int32_t kind = BOUNDARY_PARAGRAPH; kind >= BOUNDARY_PIECE; kind--) {
        if (scan->cut[kind] > 0 && scan->tokens[kind] >= scan->limit / 2) {
            return scan->cut[kind];
        }
    }
    return scan->piece_tokens <= scan->limits->max_tokens ? scan->cut[BOUNDARY_PIECE] : 0;
}

/* Splits the piece that does not fit, in proportion to its tokens, and shortens the part until it fits. cut->at is 0 if
 * no head longer than min_length fits. */
static cpk_status split_piece(const struct head_scan *scan, struct boundary_cut *cut, cpk_error **error)
{
    const struct boundary_limits *limits = scan->limits;
    size_t part = scan->piece_length;
    int64_t part_tokens = scan->piece_tokens;
    int64_t left = limits->max_tokens - scan->tokens_before;

    cut->at = 0;
    while (part > 0) {
        size_t shorter = (size_t)((double)part * (double)left / (double)part_tokens);
        size_t end;

        part = utf8_floor(scan->text + scan->piece_at, scan->piece_length, shorter < part ? shorter : part - 1);
        end = scan->piece_at + part;
        if (end <= scan->min_length || part == 0) {
            return CPK_OK;
        }
        CPK_TRY(tokens_count(limits->allocator, limits->encoding, scan->text, end, &cut->tokens, error));
        if (cut->tokens <= limits->max_tokens) {
            cut->at = end;
            return CPK_OK;
        }
        part_tokens = cut->tokens - scan->tokens_before;
    }
    return CPK_OK;
}

static cpk_status cut_code_point(const struct head_scan *scan, struct boundary_cut *cut, cpk_error **error)
{
    uint32_t code_point;
    int32_t valid;

    cut->at = utf8_decode(scan->text, scan->length, &code_point, &valid);
    return tokens_count(scan->limits->allocator, scan->limits->encoding, scan->text, cut->at, &cut->tokens, error);
}

/* The text after a cut affects how the white space before it is tokenised. So the head is counted separately, and in
 * the rare case that it then exceeds the limit, the search is repeated with a lower limit. */
cpk_status boundary_head(const struct boundary_limits *limits, const char *text, size_t length, size_t min_length,
                         struct boundary_cut *cut, cpk_error **error)
{
    struct head_scan scan = {
        .limits = limits, .text = text, .length = length, .min_length = min_length, .limit = limits->max_tokens};

    while (scan.limit > 0) {
        CPK_TRY(scan_head(&scan, error));
        if (scan.all_fits) {
            cut->at = length;
            cut->tokens = scan.tokens_before;
            return CPK_OK;
        }
        cut->at = choose_boundary(&scan);
        if (cut->at == 0 && min_length > 0 && scan.piece_tokens <= limits->max_tokens) {
            return CPK_OK; /* with a later start of the text, the piece would not have to be split */
        }
        if (cut->at == 0) {
            CPK_TRY(split_piece(&scan, cut, error));
            break;
        }
        CPK_TRY(tokens_count(limits->allocator, limits->encoding, text, cut->at, &cut->tokens, error));
        if (cut->tokens <= limits->max_tokens) {
            return CPK_OK;
        }
        scan.limit -= cut->tokens - limits->max_tokens;
        cut->at = 0;
    }
    if (cut->at == 0 && min_length == 0) {
        return cut_code_point(&scan, cut, error);
    }
    return CPK_OK;
}

/* Kinds of boundaries at which a tail may start, in order of preference. */
static const enum boundary tail_kinds[] = {BOUNDARY_SENTENCE, BOUNDARY_WORD, BOUNDARY_PIECE};
#define TAIL_KINDS (sizeof tail_kinds / sizeof *tail_kinds)

/* The end of a text that is searched for the start of a tail. */
struct tail_window {
    const char *text;
    size_t length;
    size_t start;
    int64_t tokens; /* of the window */
};

/* Finds the start of the tail: the first sentence or better boundary with at least half of the limit after it,
 * otherwise a word, otherwise any boundary. */
static cpk_status scan_tail(const struct boundary_limits *limits, const struct tail_window *window,
                            struct boundary_cut *cut, cpk_error **error)
{
    struct boundary_cut found[TAIL_KINDS] = {{0, 0}};
    struct tokens_reader reader;
    struct token_list tokens = {0};
    size_t at = window->start;
    size_t piece_length;

    CPK_TRY(tokens_reader_init(&reader, limits->allocator, limits->encoding, window->text + at, window->length - at,
                               error));
    for (;;) {
        int64_t left;
        enum boundary kind;

        CPK_TRY(tokens_reader_next(&reader, &tokens, &piece_length, error));
        at += piece_length;
        left = window->tokens - (int64_t)tokens.count;
        if (piece_length == 0 || at == window->length) {
            break;
        }
        if (left > limits->max_tokens) {
            continue;
        }
        kind = classify(window->text, window->length, at);
        for (size_t i = 0; i < TAIL_KINDS; i++) {
            if (found[i].at == 0 && kind >= tail_kinds[i] && left >= limits->max_tokens / 2) {
                found[i] = (struct boundary_cut){at, left};
            }
        }
    }
    for (size_t i = 0; i < TAIL_KINDS && cut->at == window->length; i++) {
        if (found[i].at > 0) {
            *cut = found[i];
        }
    }
    return CPK_OK;
}

/* From the start of a piece on, the window has the same pieces as the tail, so the counts are exact. */
cpk_status boundary_tail(const struct boundary_limits *limits, const char *text, size_t length,
                         struct boundary_cut *cut, cpk_error **error)
{
    struct tail_window window = {.text = text, .length = length};
    size_t window_bytes = window_length(limits->max_tokens, length);

    cut->at = length;
    cut->tokens = 0;
    if (limits->max_tokens == 0) {
        return CPK_OK;
    }
    for (;;) {
        window.start = utf8_floor(text, length, length - window_bytes);
        CPK_TRY(tokens_count(limits->allocator, limits->encoding, text + window.start, length - window.start,
                             &window.tokens, error));
        if (window.start == 0 && window.tokens <= limits->max_tokens) {
            cut->at = 0;
            cut->tokens = window.tokens;
            return CPK_OK;
        }
        if (window.tokens > limits->max_tokens) {
            return scan_tail(limits, &window, cut, error);
        }
        window_bytes = window_bytes > length / 2 ? length : window_bytes * 2;
    }
}
