#include "extract/json/json_split.h"

#include "base/error.h"
#include "base/memory.h"
#include "extract/json/json_lines.h"

#include <stdio.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define SCAN_BLOCK_BYTES  ((size_t)256 * 1024) /* bytes per read */
#define SCAN_KEPT_BYTES   ((size_t)8 << 20)    /* larger buffers are freed after their element */
#define SCAN_PREFIX_BYTES 48                   /* of the first element, to find further ones after damage */
#define SCAN_DEPTH_WORDS  (4096 / 64 + 1)      /* import.max_json_depth is at most 4,096 */

enum scan_place {
    PLACE_TOP,     /* outside of all values */
    PLACE_ARRAY,   /* in the list, between elements */
    PLACE_ELEMENT, /* in an element */
    PLACE_DAMAGE   /* after damage: searching for the start of an element */
};

struct scan {
    const struct context *context;
    const cpk_reader *reader;
    const cpk_sink *sink;
    scan_element_fn each;
    void *user;
    struct json_doc *doc; /* NULL: elements are not validated */
    scan_expect_fn expect;

    char *data;
    size_t capacity;
    size_t length;  /* bytes in data */
    size_t at;      /* next byte to process */
    size_t start;   /* start of the current element */
    int64_t offset; /* of data[0] in the file */

    enum scan_place place;
    enum scan_place outside; /* place after the current element: PLACE_TOP or PLACE_ARRAY */
    int32_t in_wrapper;      /* the list is a member of a top-level object */
    int32_t is_unwrapped;    /* a top-level object is one element, even if it contains a list of conversations */
    int32_t in_string;
    int32_t escaped;    /* the last block ended with a backslash in a string */
    int32_t bare;       /* the element is a number or a literal */
    int32_t dropping;   /* the element is skipped */
    int32_t drop_quiet; /* the element is the rest of a wrapper object: no note */
    int32_t too_deep;
    int32_t uncertain;
    int32_t is_read;      /* `doc` holds the element that ends */
    int32_t is_lines;     /* each line is for itself */
    size_t line_searched; /* bytes from `at` on that have no line feed */
    int64_t line;         /* number of the current one */
    int32_t is_expected;  /* the length of the element that ends was expected */
    int32_t at_end;
    int64_t element_offset;
    int64_t index;
    int64_t damaged_from;   /* start of the current damage; -1: none */
    int32_t was_damaged;    /* there was damage before: unmatched closing brackets are ignored */
    int64_t searched_until; /* bytes up to here were processed twice already */
    size_t depth;
    size_t depth_max;
    uint64_t kinds[SCAN_DEPTH_WORDS]; /* one bit per level: 1 for an object */

    char prefix[SCAN_PREFIX_BYTES];
    size_t prefix_length;
    int32_t prefix_known; /* 0: no element was complete yet; the prefix matches any object */
};

/* Classes of bytes outside of strings. PLAIN: characters of literals and numbers, and colons. */
enum scan_class { CLASS_BAD, CLASS_PLAIN, CLASS_SPACE, CLASS_QUOTE, CLASS_OPEN, CLASS_CLOSE, CLASS_COMMA };

static const unsigned char byte_class[256] = {
    [' '] = CLASS_SPACE, ['\n'] = CLASS_SPACE, ['\r'] = CLASS_SPACE, ['\t'] = CLASS_SPACE, ['"'] = CLASS_QUOTE,
    ['{'] = CLASS_OPEN,  ['['] = CLASS_OPEN,   ['}'] = CLASS_CLOSE,  [']'] = CLASS_CLOSE,  [','] = CLASS_COMMA,
    [':'] = CLASS_PLAIN, ['0'] = CLASS_PLAIN,  ['1'] = CLASS_PLAIN,  ['2'] = CLASS_PLAIN,  ['3'] = CLASS_PLAIN,
    ['4'] = CLASS_PLAIN, ['5'] = CLASS_PLAIN,  ['6'] = CLASS_PLAIN,  ['7'] = CLASS_PLAIN,  ['8'] = CLASS_PLAIN,
    ['9'] = CLASS_PLAIN, ['+'] = CLASS_PLAIN,  ['-'] = CLASS_PLAIN,  ['.'] = CLASS_PLAIN,  ['E'] = CLASS_PLAIN,
    ['e'] = CLASS_PLAIN, ['t'] = CLASS_PLAIN,  ['r'] = CLASS_PLAIN,  ['u'] = CLASS_PLAIN,  ['f'] = CLASS_PLAIN,
    ['a'] = CLASS_PLAIN, ['l'] = CLASS_PLAIN,  ['s'] = CLASS_PLAIN,  ['n'] = CLASS_PLAIN,  ['N'] = CLASS_PLAIN,
    ['I'] = CLASS_PLAIN, ['i'] = CLASS_PLAIN,  ['y'] = CLASS_PLAIN,  ['T'] = CLASS_PLAIN,  ['R'] = CLASS_PLAIN,
    ['U'] = CLASS_PLAIN, ['F'] = CLASS_PLAIN,  ['A'] = CLASS_PLAIN,  ['L'] = CLASS_PLAIN,  ['S'] = CLASS_PLAIN,
    ['Y'] = CLASS_PLAIN,
};

static int64_t scan_offset(const struct scan *scan)
{
    return scan->offset + (int64_t)scan->at;
}

static cpk_status scan_note(struct scan *scan, int32_t note, const char *text, cpk_error **error)
{
    return scan->sink->note(scan->sink->self, note, scan->reader->name, text, error);
}

/* Makes space for one more block after the data that is still needed. */
static cpk_status make_space(struct scan *scan, cpk_error **error)
{
    size_t keep_from = scan->place == PLACE_ELEMENT && !scan->dropping && !scan->is_lines ? scan->start : scan->at;
    size_t capacity = scan->capacity;
    char *data;

    if (keep_from > 0) {
        memmove(scan->data, scan->data + keep_from, scan->length - keep_from);
        scan->length -= keep_from;
        scan->at -= keep_from;
        scan->offset += (int64_t)keep_from;
        scan->start = 0;
    }
    while (capacity - scan->length < SCAN_BLOCK_BYTES) {
        capacity += capacity / 4 + SCAN_BLOCK_BYTES;
    }
    if (scan->capacity > SCAN_KEPT_BYTES && scan->length < SCAN_BLOCK_BYTES) {
        capacity = 2 * SCAN_BLOCK_BYTES;
    }
    if (capacity != scan->capacity) {
        data = memory_resize_array(&scan->context->allocator, scan->data, scan->capacity, capacity, 1);
        if (data == NULL) {
            return error_out_of_memory(error);
        }
        scan->data = data;
        scan->capacity = capacity;
    }
    return CPK_OK;
}

static cpk_status read_block(struct scan *scan, cpk_error **error)
{
    size_t got = 0;

    CPK_TRY(make_space(scan, error));
    CPK_TRY(scan->reader->read(scan->reader->self, scan->data + scan->length, SCAN_BLOCK_BYTES, &got, error));
    scan->length += got;
    scan->at_end = got == 0;
    return scan->sink->progress(scan->sink->self, scan->offset + (int64_t)scan->length, error);
}

static void begin_element(struct scan *scan)
{
    scan->place = PLACE_ELEMENT;
    scan->start = scan->at;
    scan->element_offset = scan_offset(scan);
    scan->depth = 0;
    scan->in_string = 0;
    scan->escaped = 0;
    scan->bare = 0;
    scan->dropping = 0;
    scan->drop_quiet = 0;
    scan->too_deep = 0;
}

/* Records the start of the first object, up to the colon after its first key, to recognise elements after damage. */
static void record_prefix(struct scan *scan)
{
    const char *json = scan->data + scan->start;
    size_t length = scan->at - scan->start;
    const char *colon = memchr(json, ':', length < SCAN_PREFIX_BYTES ? length : SCAN_PREFIX_BYTES);

    if (!scan->prefix_known && json[0] == '{' && colon != NULL) {
        scan->prefix_known = 1;
        scan->prefix_length = (size_t)(colon - json) + 1;
        memcpy(scan->prefix, json, scan->prefix_length);
    }
}

static cpk_status note_skipped(struct scan *scan, cpk_error **error)
{
    char text[256];

    if (scan->too_deep) {
        snprintf(text, sizeof text,
                 "conversation %lld (byte %lld) is nested deeper than import.max_json_depth (%zu) and was skipped",
                 (long long)scan->index + 1, (long long)scan->element_offset, scan->depth_max);
    } else {
        snprintf(text, sizeof text,
                 "conversation %lld (byte %lld) is longer than import.max_conversation_bytes (%lld) and was skipped",
                 (long long)scan->index + 1, (long long)scan->element_offset,
                 (long long)context_setting(scan->context, SETTING_IMPORT_MAX_CONVERSATION_BYTES));
    }
    return scan_note(scan, CPK_NOTE_OVER_LIMIT, text, error);
}

static cpk_status note_damage(struct scan *scan, int64_t to, cpk_error **error)
{
    char text[256];
    int64_t from = scan->damaged_from;

    scan->damaged_from = -1;
    snprintf(text, sizeof text, "bytes %lld to %lld are damaged and were skipped; the data around them was read",
             (long long)from, (long long)to);
    return scan_note(scan, CPK_NOTE_DAMAGED, text, error);
}

/* Frees the unused part of the buffer of a large element while the element is processed. */
static void trim_buffer(struct scan *scan)
{
    char *data;

    if (scan->capacity > SCAN_KEPT_BYTES && scan->capacity > scan->length + SCAN_BLOCK_BYTES) {
        data = memory_resize_array(&scan->context->allocator, scan->data, scan->capacity, scan->length, 1);
        if (data != NULL) {
            scan->data = data;
            scan->capacity = scan->length;
        }
    }
}

/* Passes the complete element [start, at) to the callback. */
static cpk_status end_element(struct scan *scan, cpk_error **error)
{
    struct json_element element;
    int32_t skipped = scan->dropping || scan->too_deep;

    if (!scan->is_read && !scan->is_lines) {
        trim_buffer(scan);
    }
    element = (struct json_element){.json = scan->data + scan->start,
                                    .length = scan->at - scan->start,
                                    .offset = scan->element_offset,
                                    .index = scan->index,
                                    .is_read = scan->is_read,
                                    .is_expected = scan->is_expected,
                                    .uncertain = scan->uncertain};

    scan->place = scan->outside;
    if (scan->drop_quiet) {
        return CPK_OK;
    }
    if (!skipped && element.length > (size_t)context_setting(scan->context, SETTING_IMPORT_MAX_CONVERSATION_BYTES)) {
        scan->dropping = 1;
        skipped = 1;
    }
    if (skipped) {
        CPK_TRY(note_skipped(scan, error));
    } else {
        record_prefix(scan);
        CPK_TRY(scan->each(scan->user, &element, error));
        if (scan->uncertain && element.accepted) {
            scan->uncertain = 0;
            CPK_TRY(note_damage(scan, scan->element_offset, error));
        }
    }
    scan->index++;
    return CPK_OK;
}

/* Starts the search for the next element after invalid JSON: from the second byte of the current element if its bytes
 * were processed only once, otherwise from the current position, so that no byte is processed more than twice. */
static void begin_recovery(struct scan *scan)
{
    int64_t here = scan_offset(scan);

    scan->was_damaged = 1;
    if (scan->damaged_from < 0) {
        scan->damaged_from = scan->place == PLACE_ELEMENT ? scan->element_offset : here;
    }
    if (scan->place == PLACE_ELEMENT) {
        if (!scan->dropping && scan->element_offset >= scan->searched_until) {
            scan->at = scan->start;
        }
    } else {
        scan->outside = scan->place;
    }
    scan->at++;
    if (here > scan->searched_until) {
        scan->searched_until = here;
    }
    scan->place = PLACE_DAMAGE;
}

/* The first quotation mark, or NULL. The first bytes are checked inline, because most strings are short. */
static inline const char *find_quote(const char *from, const char *end)
{
#ifdef __SSE2__
    if (end - from >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from);
        unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));

        if (mask != 0) {
            return from + __builtin_ctz(mask);
        }
        from += 16;
    }
#endif
    return memchr(from, '"', (size_t)(end - from));
}

/* Skips the rest of a string, as far as it was read. */
static void pass_string(struct scan *scan)
{
    const char *from = scan->data + scan->at;
    const char *end = scan->data + scan->length;

    if (scan->escaped && from < end) {
        scan->escaped = 0;
        from++;
    }
    while (from < end) {
        const char *quote = find_quote(from, end);
        const char *stop = quote != NULL ? quote : end;
        const char *slash = stop;

        while (slash > from && slash[-1] == '\\') {
            slash--;
        }
        if ((stop - slash) % 2 == 0) {
            scan->in_string = quote == NULL;
            from = quote != NULL ? quote + 1 : end;
            break;
        }
        if (quote == NULL) {
            scan->escaped = 1;
        }
        from = quote != NULL ? quote + 1 : end;
    }
    scan->at = (size_t)(from - scan->data);
}

/* 1 if the '[' at `at` opens the list of a wrapper object, as in {"conversations": [. */
static int32_t opens_list(const struct scan *scan)
{
    static const char *const keys[] = {"{\"conversations\"", ",\"conversations\"", "{\"chats\"", ",\"chats\"",
                                       "{\"data\"",          ",\"data\"",          "{\"items\"", ",\"items\"",
                                       "{\"history\"",       ",\"history\""};
    char tail[24];
    size_t length = sizeof tail;
    size_t at = scan->at;

    if (scan->outside != PLACE_TOP || scan->depth != 1 || (scan->kinds[0] & 2) == 0 || scan->dropping ||
        scan->is_unwrapped) {
        return 0;
    }
    /* Collect the bytes before the bracket without white space, backwards, until the key is complete. */
    while (at > scan->start && length > 0) {
        char byte = scan->data[--at];

        if (byte_class[(unsigned char)byte] != CLASS_SPACE) {
            tail[--length] = byte;
        }
    }
    if (length == sizeof tail || tail[sizeof tail - 1] != ':') {
        return 0;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        size_t key_length = strlen(keys[i]);

        if (sizeof tail - 1 - length >= key_length &&
            memcmp(tail + sizeof tail - 1 - key_length, keys[i], key_length) == 0) {
            return 1;
        }
    }
    return 0;
}

static void open_bracket(struct scan *scan, char bracket)
{
    scan->depth++;
    if (scan->depth > scan->depth_max) {
        scan->too_deep = 1;
    } else if (bracket == '{') {
        scan->kinds[scan->depth / 64] |= UINT64_C(1) << scan->depth % 64;
    } else {
        scan->kinds[scan->depth / 64] &= ~(UINT64_C(1) << scan->depth % 64);
    }
}

/* 0 if the bracket does not match the open one. */
static int32_t close_bracket(struct scan *scan, char bracket)
{
    size_t depth = scan->depth;

    if (depth == 0) {
        return 0;
    }
    if (depth <= scan->depth_max && (scan->kinds[depth / 64] >> depth % 64 & 1) != (bracket == '}')) {
        return 0;
    }
    scan->depth--;
    return 1;
}

/* Processes one structural byte of an element. *done is set if the element is complete. */
static void process_structural(struct scan *scan, unsigned char class, int32_t *done)
{
    char byte = scan->data[scan->at];

    switch (class) {
    case CLASS_QUOTE:
        scan->at++;
        scan->in_string = 1;
        pass_string(scan);
        *done = scan->depth == 0 && !scan->in_string;
        return;
    case CLASS_OPEN:
        if (byte == '[' && opens_list(scan)) {
            scan->in_wrapper = 1;
            scan->place = PLACE_ARRAY;
            scan->at++;
            return;
        }
        open_bracket(scan, byte);
        scan->at++;
        return;
    case CLASS_CLOSE:
        if (!close_bracket(scan, byte)) {
            begin_recovery(scan);
            return;
        }
        scan->at++;
        *done = scan->depth == 0;
        return;
    default:
        begin_recovery(scan);
    }
}

/* Skips bytes that are neither strings nor brackets. */
static void pass_plain(struct scan *scan)
{
    static const unsigned passed = 1u << CLASS_PLAIN | 1u << CLASS_SPACE | 1u << CLASS_COMMA;
    const char *from = scan->data + scan->at;
    const char *end = scan->data + scan->length;

    while (from < end && (passed >> byte_class[(unsigned char)*from] & 1) != 0) {
        from++;
    }
    scan->at = (size_t)(from - scan->data);
}

/* Processes an element to its end or to the end of the data that was read. */
static cpk_status process_element(struct scan *scan, cpk_error **error)
{
    int32_t done = 0;

    if (scan->in_string) {
        pass_string(scan);
        done = scan->depth == 0 && !scan->in_string;
    }
    while (!done && scan->place == PLACE_ELEMENT && scan->at < scan->length) {
        unsigned char class = byte_class[(unsigned char)scan->data[scan->at]];

        if (scan->bare && (class == CLASS_COMMA || class == CLASS_SPACE || class == CLASS_CLOSE)) {
            done = 1;
        } else if (class == CLASS_PLAIN || class == CLASS_SPACE || class == CLASS_COMMA) {
            scan->at++;
            if (!scan->bare) {
                pass_plain(scan);
            }
        } else {
            process_structural(scan, class, &done);
        }
    }
    if (done) {
        return end_element(scan, error);
    }
    if (scan->place == PLACE_ELEMENT && !scan->dropping &&
        scan->at - scan->start > (size_t)context_setting(scan->context, SETTING_IMPORT_MAX_CONVERSATION_BYTES)) {
        scan->dropping = 1;
    }
    return CPK_OK;
}

/* Validates the object that starts at `at`, if it ends in the data that was read. Otherwise, and if anything is wrong
 * with it, it is processed as if this had not been tried. */
static cpk_status read_object(struct scan *scan, int32_t *done, cpk_error **error)
{
    cpk_status status = json_doc_read_first(scan->doc, scan->data + scan->at, scan->length - scan->at, scan->depth_max,
                                            (size_t)context_setting(scan->context, SETTING_IMPORT_MAX_JSON_VALUES));

    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    *done = status == CPK_OK;
    if (!*done) {
        return CPK_OK;
    }
    scan->at += scan->doc->length;
    scan->is_read = 1;
    status = end_element(scan, error);
    scan->is_read = 0;
    return status;
}

/* Asks whether the length of the object that starts at `start` is known. *may_be_longer: it may be one that ends after
 * the data that was read. */
static cpk_status expect_object(struct scan *scan, int32_t *done, int32_t *may_be_longer, cpk_error **error)
{
    size_t length = scan->length - scan->start;
    size_t expected = 0;
    cpk_status status;

    CPK_TRY(scan->expect(scan->user, scan->data + scan->start, length, &expected, error));
    *may_be_longer = expected > length;
    if (expected == 0 || expected > length ||
        expected > (size_t)context_setting(scan->context, SETTING_IMPORT_MAX_CONVERSATION_BYTES)) {
        return CPK_OK;
    }
    *done = 1;
    scan->at = scan->start + expected;
    scan->is_expected = 1;
    status = end_element(scan, error);
    scan->is_expected = 0;
    return status;
}

static cpk_status begin_container(struct scan *scan, char bracket, cpk_error **error)
{
    int32_t done = 0;
    int32_t may_be_longer = 0;

    scan->outside = scan->place;
    begin_element(scan);
    if (scan->outside == PLACE_ARRAY && bracket == '{' && !scan->uncertain) {
        if (scan->expect != NULL && !scan->is_lines) {
            CPK_TRY(expect_object(scan, &done, &may_be_longer, error));
        }
        if (scan->doc != NULL && !done && !may_be_longer) {
            CPK_TRY(read_object(scan, &done, error));
        }
    }
    return done ? CPK_OK : process_element(scan, error);
}

/* Processes one byte between elements. */
static cpk_status process_between(struct scan *scan, cpk_error **error)
{
    char byte = scan->data[scan->at];

    switch (byte_class[(unsigned char)byte]) {
    case CLASS_SPACE:
    case CLASS_COMMA:
        scan->at++;
        return CPK_OK;
    case CLASS_CLOSE:
        if (byte == '}' || (scan->place == PLACE_TOP && !scan->was_damaged)) {
            begin_recovery(scan);
            return CPK_OK;
        }
        scan->at++;
        if (scan->uncertain || scan->place == PLACE_TOP) {
            return CPK_OK; /* probably the end of another list */
        }
        scan->place = PLACE_TOP;
        if (scan->in_wrapper) {
            /* The rest of the wrapper object is not needed. */
            scan->in_wrapper = 0;
            scan->outside = PLACE_TOP;
            begin_element(scan);
            scan->dropping = 1;
            scan->drop_quiet = 1;
            open_bracket(scan, '{');
        }
        return CPK_OK;
    case CLASS_OPEN:
        if (byte == '[' && scan->place == PLACE_TOP) {
            scan->place = PLACE_ARRAY;
            scan->at++;
            return CPK_OK;
        }
        return begin_container(scan, byte, error);
    case CLASS_BAD:
        begin_recovery(scan);
        return CPK_OK;
    default:
        scan->outside = scan->place;
        begin_element(scan);
        scan->bare = byte != '"';
        return process_element(scan, error);
    }
}

/* Searches for the next start of an element after damage. */
static void search_element(struct scan *scan)
{
    const char *from = scan->data + scan->at;
    const char *found = memmem(from, scan->length - scan->at, scan->prefix, scan->prefix_length);

    if (found == NULL) {
        size_t overlap = scan->prefix_length - 1; /* a prefix may span two blocks */

        scan->at = scan->length - scan->at > overlap ? scan->length - overlap : scan->at;
        return;
    }
    scan->at = (size_t)(found - scan->data);
    scan->uncertain = 1;
    scan->place = scan->outside;
}

static cpk_status process_bytes(struct scan *scan, cpk_error **error)
{
    size_t before = SIZE_MAX;

    while (scan->at < scan->length && (scan->place != PLACE_DAMAGE || scan->at != before)) {
        before = scan->at;
        switch (scan->place) {
        case PLACE_ELEMENT:
            CPK_TRY(process_element(scan, error));
            before = SIZE_MAX;
            break;
        case PLACE_DAMAGE:
            search_element(scan);
            break;
        default:
            CPK_TRY(process_between(scan, error));
            before = SIZE_MAX;
        }
    }
    return CPK_OK;
}

/* --- JSON Lines --- */

/* Ends a line that was not read to its end: what is left of it is lost. */
static cpk_status end_bad_line(struct scan *scan, cpk_error **error)
{
    char text[256];

    snprintf(text, sizeof text, "line %lld is no valid JSON and was skipped; the lines around it were read",
             (long long)scan->line);
    scan->place = PLACE_TOP;
    scan->damaged_from = -1;
    scan->was_damaged = 0;
    scan->uncertain = 0;
    scan->in_wrapper = 0;
    scan->index++;
    return scan_note(scan, CPK_NOTE_DAMAGED, text, error);
}

/* Processes the line [at, end), with which the bytes that are seen end. */
static cpk_status process_line(struct scan *scan, size_t end, int32_t is_cut, cpk_error **error)
{
    size_t length = scan->length;
    cpk_status status = CPK_OK;

    scan->line++;
    scan->length = end;
    while (status == CPK_OK && scan->at < end && scan->place != PLACE_DAMAGE) {
        status = scan->place == PLACE_ELEMENT ? process_element(scan, error) : process_between(scan, error);
    }
    if (status == CPK_OK && scan->place == PLACE_ELEMENT && scan->bare && scan->outside == PLACE_TOP) {
        status = end_element(scan, error);
    }
    scan->in_wrapper = 0;
    if (status == CPK_OK && scan->place == PLACE_ELEMENT && scan->drop_quiet) {
        scan->place = PLACE_TOP;
    }
    if (status == CPK_OK && scan->place != PLACE_TOP && !(is_cut && scan->place != PLACE_DAMAGE)) {
        status = end_bad_line(scan, error);
    }
    scan->length = length;
    scan->at = end;
    scan->dropping = 0;
    return status;
}

/* A line that is longer than a conversation may be: its bytes are passed over as they come. */
static cpk_status drop_line(struct scan *scan, int32_t is_end, cpk_error **error)
{
    scan->at = scan->length;
    if (!scan->dropping) {
        scan->element_offset = scan_offset(scan);
    }
    scan->dropping = !is_end;
    if (!is_end) {
        return CPK_OK;
    }
    scan->line++;
    scan->too_deep = 0;
    CPK_TRY(note_skipped(scan, error));
    scan->index++;
    return CPK_OK;
}

static cpk_status process_lines(struct scan *scan, cpk_error **error)
{
    size_t limit = (size_t)context_setting(scan->context, SETTING_IMPORT_MAX_CONVERSATION_BYTES);

    while (scan->at < scan->length) {
        const char *from = scan->data + scan->at + scan->line_searched;
        const char *feed = memchr(from, '\n', scan->length - scan->at - scan->line_searched);
        size_t end = feed != NULL ? (size_t)(feed + 1 - scan->data) : scan->length;

        scan->line_searched = feed != NULL ? 0 : scan->length - scan->at;
        if (feed == NULL && !scan->dropping && scan->length - scan->at <= limit) {
            return CPK_OK;
        }
        if (scan->dropping || feed == NULL) {
            size_t length = scan->length;
            cpk_status status;

            scan->length = end;
            scan->line_searched = 0;
            status = drop_line(scan, feed != NULL, error);
            scan->length = length;
            CPK_TRY(status);
        } else {
            CPK_TRY(process_line(scan, end, 0, error));
        }
    }
    return CPK_OK;
}

/* The last line, which may have no line feed. */
static cpk_status finish_lines(struct scan *scan, cpk_error **error)
{
    scan->line_searched = 0;
    if (scan->dropping) {
        return drop_line(scan, 1, error);
    }
    return scan->at < scan->length ? process_line(scan, scan->length, 1, error) : CPK_OK;
}

/* Handles the end of the file: completes a bare value and adds notes for missing data. */
static cpk_status finish(struct scan *scan, cpk_error **error)
{
    char text[256];

    if (scan->place == PLACE_ELEMENT && scan->bare && scan->outside == PLACE_TOP) {
        return end_element(scan, error);
    }
    if (scan->damaged_from >= 0) {
        CPK_TRY(note_damage(scan, scan->offset + (int64_t)scan->length, error));
    }
    if (scan->place == PLACE_ELEMENT && !scan->uncertain) {
        snprintf(text, sizeof text,
                 "the file is truncated at byte %lld inside conversation %lld, which starts at byte %lld; this and all "
                 "later conversations are lost, the %lld before it were read",
                 (long long)scan->offset + (long long)scan->length, (long long)scan->index + 1,
                 (long long)scan->element_offset, (long long)scan->index);
        return scan->drop_quiet ? CPK_OK : scan_note(scan, CPK_NOTE_DAMAGED, text, error);
    }
    if (scan->place == PLACE_ARRAY && !scan->uncertain) {
        snprintf(text, sizeof text, "the file is truncated at byte %lld after %lld conversations; later ones are lost",
                 (long long)scan->offset + (long long)scan->length, (long long)scan->index);
        return scan_note(scan, CPK_NOTE_DAMAGED, text, error);
    }
    return CPK_OK;
}

static cpk_status check_start(struct scan *scan, cpk_error **error)
{
    const unsigned char *bytes = (const unsigned char *)scan->data;

    if (scan->length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        scan->at = 3;
    } else if (scan->length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0 ||
                                     bytes[0] == 0 || bytes[1] == 0)) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, "import",
                         "%s is JSON in UTF-16 or UTF-32: save it again as UTF-8", scan->reader->name);
    }
    return CPK_OK;
}

static cpk_status read_all(struct scan *scan, cpk_error **error)
{
    int32_t started = 0;
    cpk_status status;

    scan->depth_max = (size_t)context_setting(scan->context, SETTING_IMPORT_MAX_JSON_DEPTH);
    while (!scan->at_end) {
        CPK_TRY_CLEANUP(read_block(scan, error));
        if (!started && scan->length < JSON_LINES_LOOK_BYTES && !scan->at_end) {
            continue;
        }
        if (!started) {
            started = 1;
            CPK_TRY_CLEANUP(check_start(scan, error));
            scan->is_lines =
                json_lines_detect(scan->context, scan->data + scan->at, scan->length - scan->at, !scan->at_end);
        }
        CPK_TRY_CLEANUP(scan->is_lines ? process_lines(scan, error) : process_bytes(scan, error));
    }
    if (scan->is_lines) {
        CPK_TRY_CLEANUP(finish_lines(scan, error));
    }
    status = finish(scan, error);
cleanup:
    memory_release_array(&scan->context->allocator, scan->data, scan->capacity, 1);
    return status;
}

#define SCAN_INIT(context_, reader_, sink_, each_, user_)                                                              \
    {                                                                                                                  \
        .context = (context_), .reader = (reader_), .sink = (sink_), .each = (each_), .user = (user_),                 \
        .damaged_from = -1, .prefix = "{\"", .prefix_length = 2                                                        \
    }

cpk_status json_split_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                           scan_element_fn each, void *user, cpk_error **error)
{
    struct scan scan = SCAN_INIT(context, reader, sink, each, user);

    return read_all(&scan, error);
}

cpk_status json_split_read_with(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                                const struct json_split_options *options, scan_element_fn each, void *user,
                                cpk_error **error)
{
    struct scan scan = SCAN_INIT(context, reader, sink, each, user);

    scan.is_unwrapped = options->is_unwrapped;
    scan.doc = options->doc;
    scan.expect = options->expect;
    return read_all(&scan, error);
}
