#include "extract/chatgpt/citation.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define MARK_BYTES        3    /* length of a private-use bracket in UTF-8 */
#define MARKER_BYTES_MAX  4096 /* longer ones are not markers */
#define LEGACY_BYTES_MAX  400
#define LOOK_AHEAD_MAX    64   /* references compared with one marker; they are in text order */
#define EXTRA_BYTES       4096 /* that references may add beyond the length of their JSON */
#define ENTITY_MAX_DEPTH  8
#define ENTITY_MAX_VALUES 1000

#define MARK_PREFIX       "\xEE\x88"     /* U+E200 to U+E23F */
#define MARK_OPEN         "\xEE\x88\x80" /* U+E200 */
#define MARK_CLOSE        "\xEE\x88\x81" /* U+E201 */
#define MARK_SEPARATOR    "\xEE\x88\x82" /* U+E202 */
#define MARK_LAST         0x86           /* U+E206 */
#define LEGACY_OPEN       "\xE3\x80\x90" /* U+3010 */
#define LEGACY_CLOSE      "\xE3\x80\x91" /* U+3011 */
#define DAGGER            "\xE2\x80\xA0" /* U+2020 */

struct slice {
    const char *text;
    size_t length;
};

/* A reference with a matched_text: offsets of its texts in the JSON, 0 for missing ones. */
struct reference {
    uint32_t matched;
    uint32_t alternative;
    uint32_t title;
    uint32_t url;
};

struct cleaner {
    struct buffer *target;
    const char *at;
    const char *end;
    struct reference *references; /* read at the first marker */
    size_t reference_count;
    size_t reference_capacity;
    size_t next_reference;
    size_t extra_max;      /* bytes that references may still add */
    struct json_view list; /* of references */
    int32_t list_read;
    int32_t bare;
    int32_t out_of_memory;
};

static int32_t starts_with(struct slice text, const char *prefix)
{
    size_t length = strlen(prefix);

    return text.length >= length && memcmp(text.text, prefix, length) == 0;
}

/* Position of the first byte that may start a marker's bracket (0xEE or 0xE3), or the length. */
static size_t find_bracket(const char *text, size_t length)
{
    size_t at = 0;

#ifdef __SSE2__
    const __m128i first = _mm_set1_epi8('\xEE');
    const __m128i second = _mm_set1_epi8('\xE3');

    for (; length - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + at));
        unsigned mask =
            (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second)));

        if (mask != 0) {
            return at + (size_t)__builtin_ctz(mask);
        }
    }
#endif
    while (at < length && text[at] != '\xEE' && text[at] != '\xE3') {
        at++;
    }
    return at;
}

static int32_t has_bare_marker(const char *text, size_t length)
{
    size_t at = 0;

#ifdef __SSE2__
    const __m128i letter_c = _mm_set1_epi8('c');
    const __m128i letter_t = _mm_set1_epi8('t');
    const __m128i letter_u = _mm_set1_epi8('u');

    /* Only positions that match "c???tu" are searched for the whole prefix. */
    for (; length - at >= 24; at += 16) {
        const char *from = text + at;
        __m128i found = _mm_and_si128(
            _mm_and_si128(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)from), letter_c),
                          _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(from + 4)), letter_t)),
            _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(from + 5)), letter_u));

        if (_mm_movemask_epi8(found) != 0 && memmem(from, 24, "citeturn", 8) != NULL) {
            return 1;
        }
    }
#endif
    return memmem(text + at, length - at, "citeturn", 8) != NULL;
}

int32_t citation_possible(const char *text, size_t length, int32_t bare)
{
    for (size_t at = find_bracket(text, length); at + 2 < length; at += find_bracket(text + at, length - at)) {
        if ((text[at] == '\xEE' && text[at + 1] == '\x88') ||
            (text[at] == '\xE3' && text[at + 1] == '\x80' && text[at + 2] == '\x90')) {
            return 1;
        }
        at++;
    }
    return bare && has_bare_marker(text, length);
}

/* Removes a space before the position of an omitted marker if punctuation or another space follows. */
static void remove_gap(struct cleaner *cleaner)
{
    struct buffer *target = cleaner->target;

    if (target->length > 0 && !target->failed && target->data[target->length - 1] == ' ' &&
        (cleaner->at == cleaner->end || strchr(" .,;:!?)\n", *cleaner->at) != NULL)) {
        target->length--;
        target->data[target->length] = '\0';
    }
}

static void append_link(struct buffer *target, struct json_view title, struct json_view url)
{
    if (json_is_empty_text(url)) {
        json_append_text(target, title);
        return;
    }
    buffer_append_byte(target, '[');
    json_append_text(target, json_is_empty_text(title) ? url : title);
    buffer_append_text(target, "](");
    json_append_text(target, url);
    buffer_append_byte(target, ')');
}

static int32_t add_reference(struct cleaner *cleaner, const struct reference *added)
{
    if (cleaner->reference_count == cleaner->reference_capacity) {
        size_t capacity = cleaner->reference_capacity + cleaner->reference_capacity / 4 + 16;
        struct reference *references = memory_resize_array(cleaner->target->allocator, cleaner->references,
                                                           cleaner->reference_capacity, capacity, sizeof *references);

        if (references == NULL) {
            cleaner->out_of_memory = 1;
            return 0;
        }
        cleaner->references = references;
        cleaner->reference_capacity = capacity;
    }
    cleaner->references[cleaner->reference_count++] = *added;
    return 1;
}

static uint32_t text_start(struct json_view text)
{
    return text.type == JSON_VIEW_STRING ? text.start : 0;
}

/* 1 if the reference has a matched_text, which identifies its marker. */
static int32_t read_reference(struct json_view item, struct reference *reference)
{
    static const struct json_name names[] = {JSON_NAME("matched_text"), JSON_NAME("alt"), JSON_NAME("items"),
                                             JSON_NAME("title"), JSON_NAME("url")};
    struct json_view members[5];
    struct json_view first[5];

    json_select(item, names, 5, members);
    if (json_is_empty_text(members[0]) || json_text_bound(members[0]) > (size_t)6 * MARKER_BYTES_MAX) {
        return 0;
    }
    json_select(json_item(members[2], 0), names, 5, first);
    if (first[4].type == JSON_VIEW_STRING) {
        members[3] = first[3];
        members[4] = first[4];
    }
    reference->matched = members[0].start;
    reference->alternative = text_start(members[1]);
    reference->title = text_start(members[3]);
    reference->url = text_start(members[4]);
    return 1;
}

static void read_references(struct cleaner *cleaner)
{
    struct json_iter iter;

    cleaner->list_read = 1;
    if (cleaner->list.type != JSON_VIEW_ARRAY) {
        return;
    }
    cleaner->extra_max = cleaner->list.end - cleaner->list.start + EXTRA_BYTES;
    json_iter_init(&iter, cleaner->list);
    while (json_iter_next(&iter)) {
        struct reference reference;

        if (read_reference(iter.value, &reference) && !add_reference(cleaner, &reference)) {
            return;
        }
    }
}

static struct json_view text_at(const struct cleaner *cleaner, uint32_t start)
{
    static const struct json_view none;
    uint32_t hint = 0;

    return start != 0 ? json_doc_at(cleaner->list.doc, start, &hint) : none;
}

/* The reference whose matched_text is the marker, searched from the last match on; NULL if there is none. */
static struct reference *find_reference(struct cleaner *cleaner, struct slice marker)
{
    if (!cleaner->list_read) {
        read_references(cleaner);
    }
    for (size_t i = 0; i < cleaner->reference_count && i < LOOK_AHEAD_MAX; i++) {
        size_t index = (cleaner->next_reference + i) % cleaner->reference_count;
        struct reference *reference = &cleaner->references[index];

        if (json_is_bytes(text_at(cleaner, reference->matched), marker.text, marker.length)) {
            cleaner->next_reference = index + 1;
            return reference;
        }
    }
    return NULL;
}

/* Appends a reference: its text for readers, otherwise its first link. 1 if something was appended. A reference that
 * exceeds the remaining bytes is cleared. */
static int32_t append_reference(struct cleaner *cleaner, struct reference *reference)
{
    struct buffer *target = cleaner->target;
    size_t before = target->length;
    struct json_view alternative = text_at(cleaner, reference->alternative);
    struct json_view title = text_at(cleaner, reference->title);
    struct json_view url = text_at(cleaner, reference->url);

    if (json_text_bound(alternative) + json_text_bound(title) + 2 * json_text_bound(url) + 6 > cleaner->extra_max) {
        memset(reference, 0, sizeof *reference);
        return 0;
    }
    if (alternative.type == JSON_VIEW_STRING) {
        json_append_text(target, alternative);
    } else if (url.type == JSON_VIEW_STRING) {
        buffer_append_byte(target, '(');
        append_link(target, title, url);
        buffer_append_byte(target, ')');
    }
    cleaner->extra_max -= target->length - before;
    return target->length > before;
}

/* Splits off the next field of a marker's content; fields are separated by U+E202. */
static struct slice next_field(struct slice *rest)
{
    const char *separator = rest->length > 0 ? memmem(rest->text, rest->length, MARK_SEPARATOR, MARK_BYTES) : NULL;
    struct slice field = {rest->text, separator != NULL ? (size_t)(separator - rest->text) : rest->length};
    size_t taken = separator != NULL ? field.length + MARK_BYTES : field.length;

    rest->text += taken;
    rest->length -= taken;
    return field;
}

/* entity<sep>["city","Lisbon",...]: appends the name, which is the second text. */
static int32_t append_entity(struct cleaner *cleaner, struct slice json)
{
    struct json_doc doc;
    struct json_view name = {0};
    cpk_status status;

    json_doc_init(&doc, cleaner->target->allocator);
    status = json_doc_read(&doc, json.text, json.length, ENTITY_MAX_DEPTH, ENTITY_MAX_VALUES);
    cleaner->out_of_memory |= status == CPK_ERROR_OUT_OF_MEMORY;
    if (status == CPK_OK) {
        name = json_item(json_doc_root(&doc), 1);
    }
    json_append_text(cleaner->target, name);
    json_doc_free(&doc);
    return name.type == JSON_VIEW_STRING;
}

/* Appends the replacement of a whole marker with its brackets. 1 if something was appended. */
static int32_t append_marker(struct cleaner *cleaner, struct slice marker)
{
    struct slice rest = {marker.text + MARK_BYTES, marker.length - (size_t)2 * MARK_BYTES};
    struct slice kind = next_field(&rest);
    struct reference *reference = find_reference(cleaner, marker);

    if (reference != NULL && append_reference(cleaner, reference)) {
        return 1;
    }
    if (kind.length == 6 && starts_with(kind, "entity")) {
        return append_entity(cleaner, rest);
    }
    if (kind.length == 3 && starts_with(kind, "url")) {
        struct slice title = next_field(&rest);
        struct slice url = next_field(&rest);

        buffer_append_format(cleaner->target, url.length > 0 ? "[%.*s](%.*s)" : "%.*s%.*s", (int)title.length,
                             title.text, (int)url.length, url.text);
        return 1;
    }
    return 0;
}

/* At a private-use bracket: replaces the marker, or removes a single bracket. */
static void replace_marker(struct cleaner *cleaner)
{
    size_t left = (size_t)(cleaner->end - cleaner->at);
    const char *close = NULL;

    if (memcmp(cleaner->at, MARK_OPEN, MARK_BYTES) == 0) {
        close = memmem(cleaner->at, left < MARKER_BYTES_MAX ? left : MARKER_BYTES_MAX, MARK_CLOSE, MARK_BYTES);
    }
    if (close == NULL) {
        cleaner->at += MARK_BYTES;
        return;
    }
    struct slice marker = {cleaner->at, (size_t)(close - cleaner->at) + MARK_BYTES};

    cleaner->at += marker.length;
    if (!append_marker(cleaner, marker)) {
        remove_gap(cleaner);
    }
}

/* At U+3010: removes [4:0<dagger>source], replaces [0<dagger>A title<dagger>host] by the title; else appends the text.
 */
static void replace_legacy_marker(struct cleaner *cleaner)
{
    size_t left = (size_t)(cleaner->end - cleaner->at);
    const char *content = cleaner->at + MARK_BYTES;
    const char *close =
        memmem(cleaner->at, left < LEGACY_BYTES_MAX ? left : LEGACY_BYTES_MAX, LEGACY_CLOSE, MARK_BYTES);
    const char *dagger = close != NULL ? memmem(content, (size_t)(close - content), DAGGER, MARK_BYTES) : NULL;
    const char *second;

    if (dagger == NULL || *content < '0' || *content > '9') {
        buffer_append(cleaner->target, cleaner->at, MARK_BYTES);
        cleaner->at = content;
        return;
    }
    cleaner->at = close + MARK_BYTES;
    dagger += MARK_BYTES;
    second = memmem(dagger, (size_t)(close - dagger), DAGGER, MARK_BYTES);
    if (second != NULL) {
        buffer_append(cleaner->target, dagger, (size_t)(second - dagger));
    } else {
        remove_gap(cleaner);
    }
}

static const char *pass_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

/* The end of "turn0search12", or NULL. */
static const char *pass_turn(const char *at, const char *end)
{
    const char *digits;

    if (end - at < 7 || memcmp(at, "turn", 4) != 0) {
        return NULL;
    }
    digits = pass_digits(at + 4, end);
    if (digits == at + 4) {
        return NULL;
    }
    for (at = digits; at < end && *at >= 'a' && *at <= 'z'; at++) {
    }
    return at > digits && pass_digits(at, end) > at ? pass_digits(at, end) : NULL;
}

/* At "citeturn": removes a marker without brackets, or appends the text. */
static void replace_bare_marker(struct cleaner *cleaner)
{
    static const size_t name_length = 4;
    struct buffer *target = cleaner->target;
    const char *after = NULL;

    for (const char *at = pass_turn(cleaner->at + name_length, cleaner->end); at != NULL;
         at = pass_turn(at, cleaner->end)) {
        after = at;
    }
    if (after == NULL) {
        buffer_append(target, cleaner->at, name_length);
        cleaner->at += name_length;
        return;
    }
    cleaner->at = after;
    if (target->length >= 4 && !target->failed && memcmp(target->data + target->length - 4, "file", 4) == 0) {
        target->length -= 4;
        target->data[target->length] = '\0';
    }
    remove_gap(cleaner);
}

static int32_t is_mark(const char *at, const char *end)
{
    return end - at >= MARK_BYTES && memcmp(at, MARK_PREFIX, 2) == 0 && (unsigned char)at[2] <= MARK_LAST &&
           (unsigned char)at[2] >= 0x80;
}

cpk_status citation_append_readable(struct buffer *target, const char *text, size_t length, int32_t bare,
                                    struct json_view references, cpk_error **error)
{
    struct cleaner cleaner = {.target = target, .at = text, .end = text + length, .list = references, .bare = bare};

    while (cleaner.at < cleaner.end) {
        size_t left = (size_t)(cleaner.end - cleaner.at);
        const char *from = cleaner.at;

        while (cleaner.at < cleaner.end && *cleaner.at != '\xEE' && *cleaner.at != '\xE3' &&
               !(bare && *cleaner.at == 'c')) {
            cleaner.at++;
        }
        buffer_append(target, from, (size_t)(cleaner.at - from));
        left = (size_t)(cleaner.end - cleaner.at);
        if (is_mark(cleaner.at, cleaner.end)) {
            replace_marker(&cleaner);
        } else if (left >= MARK_BYTES && memcmp(cleaner.at, LEGACY_OPEN, MARK_BYTES) == 0) {
            replace_legacy_marker(&cleaner);
        } else if (bare && left >= 8 && memcmp(cleaner.at, "citeturn", 8) == 0) {
            replace_bare_marker(&cleaner);
        } else if (left > 0) {
            buffer_append_byte(target, *cleaner.at++);
        }
    }
    memory_release_array(target->allocator, cleaner.references, cleaner.reference_capacity, sizeof *cleaner.references);
    return cleaner.out_of_memory || target->failed ? error_out_of_memory(error) : CPK_OK;
}
