#include "base/json/json_view.h"

#include "base/error.h"
#include "base/json/json_scan.h"
#include "base/memory.h"

#include <limits.h>

#define SPAN_BYTES_MIN 128                 /* smaller objects and arrays are skipped by scanning them */
#define SPAN_LEVELS    8                   /* deeper ones are rarely visited more than once */
#define SPAN_ESCAPES   (UINT32_C(1) << 31) /* in `next` of a string's span: it has escapes */
#define KIND_WORDS     (JSON_DEPTH_MAX / 64 + 1)

/* State of the validating pass. */
struct reading {
    struct json_doc *doc;
    const char *at;
    const char *end;
    size_t depth;
    size_t depth_max;
    size_t values;
    size_t values_max;
    cpk_status status;
    uint64_t kinds[KIND_WORDS];     /* one bit per level: 1 for an object */
    uint32_t open[SPAN_LEVELS + 1]; /* index of the open span of each level */
};

void json_doc_init(struct json_doc *doc, const cpk_allocator *allocator)
{
    memset(doc, 0, sizeof *doc);
    doc->allocator = allocator;
}

void json_doc_release_above(struct json_doc *doc, size_t spans_max)
{
    if (doc->span_capacity > spans_max) {
        memory_release_array(doc->allocator, doc->spans, doc->span_capacity, sizeof *doc->spans);
        doc->spans = NULL;
        doc->span_count = 0;
        doc->span_capacity = 0;
    }
}

void json_doc_free(struct json_doc *doc)
{
    json_doc_release_above(doc, 0);
    json_doc_init(doc, doc->allocator);
}

static int32_t reject(struct reading *reading, const char *at, const char *problem)
{
    reading->doc->problem = problem;
    reading->doc->problem_at = (size_t)(at - reading->doc->text);
    reading->status = CPK_ERROR_INVALID_DATA;
    return 0;
}

static int32_t is_object(const struct reading *reading)
{
    return (int32_t)(reading->kinds[reading->depth / 64] >> reading->depth % 64 & 1);
}

static int32_t add_span(struct reading *reading, const char *start)
{
    struct json_doc *doc = reading->doc;

    if (doc->span_count == doc->span_capacity) {
        size_t capacity = doc->span_capacity + doc->span_capacity / 4 + 256;
        struct json_span *spans =
            memory_resize_array(doc->allocator, doc->spans, doc->span_capacity, capacity, sizeof *doc->spans);

        if (spans == NULL) {
            reading->status = CPK_ERROR_OUT_OF_MEMORY;
            return 0;
        }
        doc->spans = spans;
        doc->span_capacity = capacity;
    }
    doc->spans[doc->span_count++].start = (uint32_t)(start - doc->text);
    return 1;
}

static int32_t open_container(struct reading *reading)
{
    uint64_t bit;

    if (reading->depth == reading->depth_max) {
        reject(reading, reading->at, "nested too deep");
        reading->status = CPK_ERROR_LIMIT_EXCEEDED;
        return 0;
    }
    reading->depth++;
    bit = UINT64_C(1) << reading->depth % 64;
    if (*reading->at == '{') {
        reading->kinds[reading->depth / 64] |= bit;
    } else {
        reading->kinds[reading->depth / 64] &= ~bit;
    }
    if (reading->depth <= SPAN_LEVELS) {
        if (!add_span(reading, reading->at)) {
            return 0;
        }
        reading->open[reading->depth] = (uint32_t)reading->doc->span_count - 1;
    }
    reading->at++;
    return 1;
}

static int32_t close_container(struct reading *reading)
{
    struct json_doc *doc = reading->doc;

    reading->at++;
    if (reading->depth <= SPAN_LEVELS) {
        struct json_span *span = &doc->spans[reading->open[reading->depth]];

        span->end = (uint32_t)(reading->at - doc->text);
        if (span->end - span->start < SPAN_BYTES_MIN) {
            doc->span_count--; /* it is the last span: nested ones are smaller and were removed */
        } else {
            span->next = (uint32_t)doc->span_count;
        }
    }
    reading->depth--;
    return 1;
}

static const unsigned char is_hex[256] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1,
    ['8'] = 1, ['9'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,
    ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1};
static const unsigned char is_short_escape[256] = {
    ['"'] = 1, ['\\'] = 1, ['/'] = 1, ['b'] = 1, ['f'] = 1, ['n'] = 1, ['r'] = 1, ['t'] = 1};

/* Reads an escape, starting at its backslash. */
static inline int32_t read_escape(struct reading *reading)
{
    const unsigned char *at = (const unsigned char *)reading->at + 1;
    size_t left = (size_t)(reading->end - reading->at) - 1;

    if (left > 0 && is_short_escape[*at]) {
        reading->at += 2;
        return 1;
    }
    if (left > 4 && *at == 'u' && (is_hex[at[1]] & is_hex[at[2]] & is_hex[at[3]] & is_hex[at[4]])) {
        reading->at += 6;
        return 1;
    }
    reading->at++;
    for (size_t i = 0; left > 0 && *at == 'u' && i < left && (i == 0 || is_hex[at[i]]); i++) {
        reading->at++; /* advance to the invalid byte */
    }
    return reject(reading, reading->at, "invalid string sequence");
}

/* Sets *escapes to 1 if the string contains any. */
static inline int32_t read_string(struct reading *reading, uint32_t *escapes)
{
    reading->at++;
    for (;;) {
        reading->at = json_find_special(reading->at, reading->end);
        if (reading->at == reading->end) {
            return reject(reading, reading->at, "unexpected end");
        }
        if (*reading->at == '"') {
            reading->at++;
            return 1;
        }
        if (*reading->at == '\0') {
            return reject(reading, reading->at, "unexpected end");
        }
        *escapes = 1;
        do { /* characters of many languages are one escape after the other */
            if (!read_escape(reading)) {
                return 0;
            }
        } while (reading->at < reading->end && *reading->at == '\\');
    }
}

/* Reads a string value. The end of a long one is recorded, so that it is not scanned again. */
static int32_t read_text(struct reading *reading)
{
    const char *start = reading->at;
    uint32_t escapes = 0;
    struct json_span *span;

    if (!read_string(reading, &escapes)) {
        return 0;
    }
    if (reading->at - start < SPAN_BYTES_MIN || reading->depth > SPAN_LEVELS) {
        return 1;
    }
    if (!add_span(reading, start)) {
        return 0;
    }
    span = &reading->doc->spans[reading->doc->span_count - 1];
    span->end = (uint32_t)(reading->at - reading->doc->text);
    span->next = (uint32_t)reading->doc->span_count | (escapes != 0 ? SPAN_ESCAPES : 0);
    return 1;
}

static const char *pass_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

static int32_t same_letters(const char *at, const char *end, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(end - at) < length) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        if ((at[i] | 0x20) != word[i]) {
            return 0;
        }
    }
    return 1;
}

static int32_t read_literal(struct reading *reading)
{
    static const char *const words[] = {"null", "true", "false", "nan", "infinity"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (same_letters(reading->at, reading->end, words[i])) {
            reading->at += strlen(words[i]);
            return 1;
        }
    }
    return reject(reading, reading->at, "unexpected character");
}

/* Skips an exponent. Like json-c, accepts one without digits. */
static const char *pass_exponent(const char *at, const char *end, int32_t has_point)
{
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) {
            at++;
        }
        return pass_digits(at, end);
    }
    /* json-c also accepts a sign directly after the point and ignores it. */
    return has_point && at < end && (*at == '+' || *at == '-') && at[-1] == '.' ? at + 1 : at;
}

static int32_t read_number(struct reading *reading)
{
    const char *from = reading->at + (*reading->at == '-');
    const char *at = pass_digits(from, reading->end);
    size_t digits = (size_t)(at - from);
    int32_t has_point = at < reading->end && *at == '.';

    if (digits == 0 && same_letters(from, reading->end, "infinity")) {
        reading->at = from + 8;
        return 1;
    }
    if (has_point) {
        const char *point = at;

        at = pass_digits(at + 1, reading->end);
        digits += (size_t)(at - point) - 1;
    }
    if (digits == 0) {
        return reject(reading, at, "number expected");
    }
    reading->at = pass_exponent(at, reading->end, has_point);
    return 1;
}

/* Reads a member's name and colon, up to the value. */
static int32_t read_name(struct reading *reading)
{
    uint32_t escapes = 0;

    if (*reading->at != '"') {
        return reject(reading, reading->at, "quoted object property name expected");
    }
    if (!read_string(reading, &escapes)) {
        return 0;
    }
    reading->at = json_pass_space(reading->at, reading->end);
    if (reading->at == reading->end) {
        return reject(reading, reading->at, "unexpected end");
    }
    if (*reading->at != ':') {
        return reject(reading, reading->at, "object property name separator ':' expected");
    }
    reading->at = json_pass_space(reading->at + 1, reading->end);
    return 1;
}

/* Reads a scalar, or the opening bracket of an object or array (then *opened is 1). */
static int32_t read_value(struct reading *reading, int32_t *opened)
{
    *opened = 0;
    if (reading->at == reading->end) {
        return reject(reading, reading->at, "unexpected end");
    }
    if (++reading->values > reading->values_max) {
        reading->doc->problem = NULL;
        reading->doc->problem_at = (size_t)(reading->at - reading->doc->text);
        reading->status = CPK_ERROR_LIMIT_EXCEEDED;
        return 0;
    }
    switch (*reading->at) {
    case '"':
        return read_text(reading);
    case '{':
    case '[':
        *opened = 1;
        return open_container(reading);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return read_number(reading);
    default:
        return read_literal(reading);
    }
}

/* After a value or an opening bracket (`opened`): closes all containers that end here and skips the comma and name
 * before the next value. 0 at the end of the root value or on an error. */
static int32_t reach_next(struct reading *reading, int32_t opened)
{
    while (reading->depth > 0) {
        char close = is_object(reading) ? '}' : ']';
        int32_t may_close = 1;

        reading->at = json_pass_space(reading->at, reading->end);
        if (reading->at == reading->end) {
            return reject(reading, reading->at, "unexpected end");
        }
        if (!opened && *reading->at == ',') {
            reading->at = json_pass_space(reading->at + 1, reading->end);
            if (reading->at == reading->end) {
                return reject(reading, reading->at, "unexpected end");
            }
            opened = 1;
        } else if (!opened) {
            may_close = *reading->at == close;
        }
        if (may_close && *reading->at == close) {
            close_container(reading);
            opened = 0;
            continue;
        }
        if (!may_close) {
            return reject(reading, reading->at,
                          close == '}' ? "object value separator ',' expected" : "array value separator ',' expected");
        }
        return close == '}' ? read_name(reading) : 1;
    }
    return 0;
}

/* Reads the value at the start of the text. *end is the position after it. */
static cpk_status read_first(struct json_doc *doc, const char *text, size_t length, size_t max_depth, size_t max_values,
                             const char **end)
{
    struct reading reading = {.doc = doc,
                              .at = text,
                              .end = text + length,
                              .depth_max = max_depth < JSON_DEPTH_MAX ? max_depth : JSON_DEPTH_MAX,
                              .values_max = max_values,
                              .status = CPK_OK};
    int32_t opened;

    doc->text = text;
    doc->length = length;
    doc->span_count = 0;
    doc->problem = NULL;
    doc->problem_at = 0;
    if (length > INT_MAX) {
        doc->problem = "longer than 2 GiB";
        return CPK_ERROR_LIMIT_EXCEEDED;
    }
    reading.at = json_pass_space(reading.at, reading.end);
    while (read_value(&reading, &opened) && reach_next(&reading, opened)) {
    }
    doc->values = reading.values;
    *end = reading.at;
    return reading.status;
}

cpk_status json_doc_read_first(struct json_doc *doc, const char *text, size_t length, size_t max_depth,
                               size_t max_values)
{
    const char *end;

    CPK_TRY(read_first(doc, text, length, max_depth, max_values, &end));
    doc->length = (size_t)(end - text);
    return CPK_OK;
}

cpk_status json_doc_read(struct json_doc *doc, const char *text, size_t length, size_t max_depth, size_t max_values)
{
    const char *end;

    CPK_TRY(read_first(doc, text, length, max_depth, max_values, &end));
    end = json_pass_space(end, text + length);
    if (end < text + length) {
        doc->problem = "trailing data";
        doc->problem_at = (size_t)(end - text);
        return CPK_ERROR_INVALID_DATA;
    }
    return CPK_OK;
}

struct json_view json_doc_root(const struct json_doc *doc)
{
    uint32_t span = 0;

    return json_view_read(doc, (size_t)(json_pass_space(doc->text, doc->text + doc->length) - doc->text), &span);
}

/* Skips an object or array that has no recorded end. */
static const char *pass_container(const char *at, const char *end)
{
    size_t depth = 0;
    uint32_t escapes = 0;

    while (at < end) {
        switch (*at) {
        case '"':
            at = json_pass_string(at, end, &escapes);
            break;
        case '{':
        case '[':
            depth++;
            at++;
            break;
        case '}':
        case ']':
            at++;
            if (--depth == 0) {
                return at;
            }
            break;
        default:
            at++;
        }
    }
    return at;
}

static const char *pass_bare(const char *at, const char *end)
{
    static const unsigned char is_end[256] = {
        [' '] = 1, ['\n'] = 1, ['\r'] = 1, ['\t'] = 1, [','] = 1, [']'] = 1, ['}'] = 1};

    while (at < end && !is_end[(unsigned char)*at]) {
        at++;
    }
    return at;
}

static enum json_view_type bare_type(char first, char second)
{
    switch (first | 0x20) {
    case 't':
    case 'f':
        return JSON_VIEW_BOOL;
    case 'n':
        return (second | 0x20) == 'a' ? JSON_VIEW_NUMBER : JSON_VIEW_NONE;
    default:
        return JSON_VIEW_NUMBER;
    }
}

/* Skips the value at `at`. *span is as for json_view_read(); *own is set to the view's `span`. */
static inline const char *pass_value(const struct json_doc *doc, const char *at, const char *end, uint32_t *span,
                                     uint32_t *own)
{
    if (*at == '"') {
        if (*span < doc->span_count && doc->spans[*span].start == (size_t)(at - doc->text)) {
            const struct json_span *string = &doc->spans[*span];

            *own = string->next >> 31;
            *span = string->next & ~SPAN_ESCAPES;
            return doc->text + string->end;
        }
        *own = 0;
        return json_pass_string(at, end, own);
    }
    *own = JSON_NO_SPAN;
    if (*at != '{' && *at != '[') {
        return pass_bare(at, end);
    }
    if (*span < doc->span_count && doc->spans[*span].start == (size_t)(at - doc->text)) {
        *own = *span;
        *span = doc->spans[*own].next;
        return doc->text + doc->spans[*own].end;
    }
    return pass_container(at, end);
}

static inline void set_view(struct json_view *view, const struct json_doc *doc, const char *at, const char *end,
                            uint32_t own)
{
    view->doc = doc;
    view->start = (uint32_t)(at - doc->text);
    view->end = (uint32_t)(end - doc->text);
    view->span = own;
    view->type = *at == '"'   ? JSON_VIEW_STRING
                 : *at == '{' ? JSON_VIEW_OBJECT
                 : *at == '[' ? JSON_VIEW_ARRAY
                              : bare_type(*at, at + 1 < end ? at[1] : '\0');
}

struct json_view json_view_read(const struct json_doc *doc, size_t at, uint32_t *span)
{
    const char *from = doc->text + at;
    const char *end = doc->text + doc->length;
    struct json_view view = {doc, (uint32_t)at, (uint32_t)at, JSON_NO_SPAN, JSON_VIEW_NONE};
    uint32_t own;

    if (from < end) {
        end = pass_value(doc, from, end, span, &own);
        set_view(&view, doc, from, end, own);
    }
    return view;
}

/* The first span that starts at `start` or later. */
static uint32_t find_span(const struct json_doc *doc, uint32_t start, uint32_t hint)
{
    size_t low = 0;
    size_t high = doc->span_count;

    if (hint < high && doc->spans[hint].end <= start) {
        uint32_t next = doc->spans[hint].next & ~SPAN_ESCAPES;

        if (next >= high || doc->spans[next].start >= start) {
            return next;
        }
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (doc->spans[middle].start < start) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (uint32_t)low;
}

struct json_view json_doc_at(const struct json_doc *doc, uint32_t start, uint32_t *hint)
{
    uint32_t span = JSON_NO_SPAN;

    if (doc->text[start] == '{' || doc->text[start] == '[') {
        *hint = find_span(doc, start, *hint);
        span = *hint;
    }
    return json_view_read(doc, start, &span);
}

void json_iter_init(struct json_iter *iter, struct json_view container)
{
    memset(iter, 0, sizeof *iter);
    if (container.type == JSON_VIEW_OBJECT || container.type == JSON_VIEW_ARRAY) {
        iter->doc = container.doc;
        iter->at = container.start + 1;
        iter->end = container.end - 1; /* its closing bracket */
        iter->span = container.span != JSON_NO_SPAN ? container.span + 1 : JSON_NO_SPAN;
        iter->is_object = container.type == JSON_VIEW_OBJECT;
    }
}

/* Position of the next member or item; `end` if there is none. */
static inline const char *reach_member(const char *at, const char *end)
{
    at = json_pass_space(at, end);
    return at < end && *at == ',' ? json_pass_space(at + 1, end) : at;
}

/* From the end of a name to its value. */
static inline const char *pass_colon(const char *at, const char *end)
{
    return json_pass_space(json_pass_space(at, end) + 1, end);
}

int32_t json_iter_next(struct json_iter *iter)
{
    const struct json_doc *doc = iter->doc;
    const char *text = doc != NULL ? doc->text : "";
    const char *end = text + iter->end;
    const char *at = reach_member(text + iter->at, end);
    const char *after;
    uint32_t own = 0;

    if (at >= end) {
        iter->at = iter->end;
        return 0;
    }
    if (iter->is_object) {
        after = json_pass_string(at, end, &own);
        iter->name = (struct json_view){doc, (uint32_t)(at - text), (uint32_t)(after - text), own, JSON_VIEW_STRING};
        at = pass_colon(after, end);
    }
    after = pass_value(doc, at, end, &iter->span, &own);
    set_view(&iter->value, doc, at, after, own);
    iter->at = iter->value.end;
    return 1;
}

/* Index of the matching name, or `count`. `bytes` excludes the quotation marks; `escapes` as in json_view. */
static inline size_t find_name(const struct json_doc *doc, const char *bytes, size_t length, uint32_t escapes,
                               const struct json_name *names, size_t count)
{
    struct json_view name = {doc, (uint32_t)(bytes - 1 - doc->text), (uint32_t)(bytes + length + 1 - doc->text),
                             escapes, JSON_VIEW_STRING};

    for (size_t i = 0; i < count; i++) {
        if (escapes == 0
                ? names[i].length == length && names[i].text[0] == *bytes && memcmp(names[i].text, bytes, length) == 0
                : json_is_bytes(name, names[i].text, names[i].length)) {
            return i;
        }
    }
    return count;
}

void json_select(struct json_view object, const struct json_name *names, size_t count, struct json_view *values)
{
    uint64_t lengths = 0; /* sets of the lengths and first letters modulo 64, to skip most comparisons */
    uint64_t letters = 0;
    const struct json_doc *doc = object.doc;
    const char *at;
    const char *end;
    uint32_t span;

    memset(values, 0, count * sizeof *values);
    if (object.type != JSON_VIEW_OBJECT) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        lengths |= UINT64_C(1) << names[i].length % 64;
        letters |= UINT64_C(1) << (unsigned char)names[i].text[0] % 64;
    }
    end = doc->text + object.end - 1;
    span = object.span != JSON_NO_SPAN ? object.span + 1 : JSON_NO_SPAN;
    for (at = reach_member(doc->text + object.start + 1, end); at < end; at = reach_member(at, end)) {
        const char *name = at + 1;
        uint32_t escapes = 0;
        uint32_t own;
        size_t length;
        size_t index = count;
        const char *value;

        at = json_pass_string(at, end, &escapes);
        length = (size_t)(at - name) - 1;
        value = pass_colon(at, end);
        at = pass_value(doc, value, end, &span, &own);
        if (((lengths >> length % 64 & 1) != 0 && (letters >> (unsigned char)*name % 64 & 1) != 0) || escapes != 0) {
            index = find_name(doc, name, length, escapes, names, count);
        }
        if (index < count) {
            set_view(&values[index], doc, value, at, own);
        }
    }
}

struct json_view json_get(struct json_view object, const char *name)
{
    struct json_name wanted = {name, strlen(name)};
    struct json_view value;

    json_select(object, &wanted, 1, &value);
    return value;
}

struct json_view json_item(struct json_view array, size_t index)
{
    static const struct json_view none;
    struct json_iter iter;

    if (array.type != JSON_VIEW_ARRAY) {
        return none;
    }
    json_iter_init(&iter, array);
    while (json_iter_next(&iter)) {
        if (index-- == 0) {
            return iter.value;
        }
    }
    return none;
}

int32_t json_has_items(struct json_view container, size_t count)
{
    struct json_iter iter;

    json_iter_init(&iter, container);
    while (count > 0 && json_iter_next(&iter)) {
        count--;
    }
    return count == 0;
}
