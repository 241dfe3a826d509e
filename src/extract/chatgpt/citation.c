#include "extract/chatgpt/citation.h"

#include "base/error.h"
#include "extract/chatgpt/citation_source.h"
#include "extract/chats/link.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define MARK_BYTES        3    /* length of a private-use bracket in UTF-8 */
#define MARKER_BYTES_MAX  4096 /* longer ones are not markers */
#define LEGACY_BYTES_MAX  400
#define KIND_BYTES_MAX    24 /* of the word that starts a marker */
#define ENTITY_MAX_DEPTH  8
#define ENTITY_MAX_VALUES 1000

#define MARK_PREFIX       "\xEE\x88"     /* U+E200 to U+E23F */
#define MARK_OPEN         "\xEE\x88\x80" /* U+E200 */
#define MARK_CLOSE        "\xEE\x88\x81" /* U+E201 */
#define MARK_SEPARATOR    "\xEE\x88\x82" /* U+E202 */
#define MARK_LAST         0x86           /* U+E206 */
#define MARK_LAST_ANSWER  0xBF           /* U+E23F */

struct slice {
    const char *text;
    size_t length;
};

/* The brackets and the separator of markers up to 2024, also as damaged by decoding UTF-8 as Windows-1252. */
struct legacy {
    const char *open;
    const char *close;
    const char *dagger;
};
static const struct legacy legacies[] = {
    {"\xE3\x80\x90", "\xE3\x80\x91", "\xE2\x80\xA0"},
    {"\xC3\xA3\xE2\x82\xAC\xC2\x90", "\xC3\xA3\xE2\x82\xAC\xE2\x80\x98", "\xC3\xA2\xE2\x82\xAC\xC2\xA0"}};

struct cleaner {
    struct buffer *target;
    const char *begin;
    const char *at;
    const char *end;
    struct citation_finder finder;
    int32_t is_answer;
    int32_t has_sources; /* or a bracket was met: names of pages that stand alone are markers, too */
};

static int32_t starts(const char *at, const char *end, const char *prefix)
{
    size_t length = strlen(prefix);

    return (size_t)(end - at) >= length && memcmp(at, prefix, length) == 0;
}

static int32_t is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* 1 if a marker may start at `at`: a bracket, "turn<digit>", "oai", or the damaged older bracket. The text has at least
 * 5 more bytes. */
static int32_t may_start(const char *at, int32_t is_answer)
{
    return *at == '\xEE' || *at == '\xE3' ||
           (is_answer &&
            ((*at == 't' && at[3] == 'n' && is_digit(at[4])) || (*at == 'o' && at[1] == 'a' && at[2] == 'i') ||
             (*at == '\xC3' && at[1] == '\xA3' && at[2] == '\xE2')));
}

/* Position of the next byte where a marker may start, or the length. */
static size_t find_start(const char *text, size_t length, size_t at, int32_t is_answer)
{
#ifdef __SSE2__
    const __m128i first = _mm_set1_epi8('\xEE');
    const __m128i second = _mm_set1_epi8('\xE3');
    const __m128i damaged = _mm_set1_epi8('\xA3');
    const __m128i letter_t = _mm_set1_epi8('t');
    const __m128i letter_n = _mm_set1_epi8('n');
    const __m128i letter_i = _mm_set1_epi8('i');
    const __m128i letter_o = _mm_set1_epi8('o');
    const __m128i zero = _mm_set1_epi8('0');
    const __m128i nine = _mm_set1_epi8(9);

    for (; length - at >= 24; at += 16) {
        const char *from = text + at;
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from);
        __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second));
        unsigned mask;

        if (is_answer) {
            __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(from + 1));
            __m128i third = _mm_loadu_si128((const __m128i *)(const void *)(from + 2));
            __m128i fourth = _mm_loadu_si128((const __m128i *)(const void *)(from + 3));
            __m128i digit = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(const void *)(from + 4)), zero);
            __m128i turn = _mm_and_si128(_mm_cmpeq_epi8(fourth, letter_n), _mm_cmpeq_epi8(bytes, letter_t));
            __m128i oai = _mm_and_si128(_mm_cmpeq_epi8(third, letter_i), _mm_cmpeq_epi8(bytes, letter_o));

            turn = _mm_and_si128(turn, _mm_cmpeq_epi8(_mm_min_epu8(digit, nine), digit));
            found = _mm_or_si128(_mm_or_si128(found, _mm_cmpeq_epi8(next, damaged)), _mm_or_si128(turn, oai));
        }
        for (mask = (unsigned)_mm_movemask_epi8(found); mask != 0; mask &= mask - 1) {
            if (may_start(from + __builtin_ctz(mask), is_answer)) {
                return at + (size_t)__builtin_ctz(mask);
            }
        }
    }
#endif
    for (; length - at > 4; at++) {
        if (may_start(text + at, is_answer)) {
            return at;
        }
    }
    for (; at < length && text[at] != '\xEE'; at++) {
    }
    return at;
}

static const char *pass_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at)) {
        at++;
    }
    return at;
}

/* The end of "turn0search12", or NULL. */
static const char *pass_turn(const char *at, const char *end)
{
    const char *digits;

    if (!starts(at, end, "turn")) {
        return NULL;
    }
    digits = pass_digits(at + 4, end);
    if (digits == at + 4) {
        return NULL;
    }
    for (at = digits; at < end && ((*at >= 'a' && *at <= 'z') || *at == '_'); at++) {
    }
    return at > digits && pass_digits(at, end) > at ? pass_digits(at, end) : NULL;
}

static int32_t is_mark(const char *at, const char *end, int32_t is_answer)
{
    return end - at >= MARK_BYTES && memcmp(at, MARK_PREFIX, 2) == 0 && (unsigned char)at[2] >= 0x80 &&
           (unsigned char)at[2] <= (is_answer ? MARK_LAST_ANSWER : MARK_LAST);
}

/* The markers of the "oaicite" family, as copied from ChatGPT's pages. */
static const char *const oai_names[] = {"oaicite:", "oai_citation"};

static int32_t is_legacy(const char *at, const char *end, const struct legacy *form)
{
    return starts(at, end, form->open);
}

/* 1 if a marker really may be at `at`, where may_start() holds. */
static int32_t is_marker(const char *at, const char *end, int32_t is_answer)
{
    return is_mark(at, end, is_answer) || is_legacy(at, end, &legacies[0]) ||
           (is_answer && (pass_turn(at, end) != NULL || starts(at, end, oai_names[0]) ||
                          starts(at, end, oai_names[1]) || is_legacy(at, end, &legacies[1])));
}

int32_t citation_possible(const char *text, size_t length, int32_t is_answer)
{
    for (size_t at = find_start(text, length, 0, is_answer); at < length;
         at = find_start(text, length, at + 1, is_answer)) {
        if (is_marker(text + at, text + length, is_answer)) {
            return 1;
        }
    }
    return 0;
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

static void remove_tail(struct buffer *target, size_t length)
{
    if (!target->failed && target->length >= length) {
        target->length -= length;
        target->data[target->length] = '\0';
    }
}

/* Begins "(link, link)"; returns the position of the first link. */
static size_t begin_links(struct buffer *target)
{
    char last = target->length > 0 && !target->failed ? target->data[target->length - 1] : ' ';

    buffer_append_text(target, strchr(" \n\t(", last) != NULL ? "(" : " (");
    return target->length;
}

/* Ends the links, or removes the begun bracket if there are none: the target is then as long as `before`. */
static int32_t end_links(struct cleaner *cleaner, size_t before, size_t from)
{
    struct buffer *target = cleaner->target;

    if (target->length == from) {
        remove_tail(target, target->length - before);
        return 0;
    }
    buffer_append_byte(target, ')');
    return 1;
}

/* Writes the links of the pages in a chain of names: "turn0search0<sep>turn0search1". */
static void append_turns(struct cleaner *cleaner, size_t from, const char *at, const char *end)
{
    while (at < end) {
        const char *after = pass_turn(at, end);

        if (after != NULL) {
            citation_append_links(&cleaner->finder, cleaner->target, from,
                                  citation_find_turn(&cleaner->finder, at, (size_t)(after - at)));
        }
        at = after != NULL ? after : at + 1;
    }
}

/* Appends what a marker refers to: 1 if something was appended. `without_brackets`: see citation_find_reference(). */
static int32_t append_source(struct cleaner *cleaner, struct slice marker, int32_t without_brackets)
{
    struct buffer *target = cleaner->target;
    struct json_view reference =
        citation_find_reference(&cleaner->finder, marker.text, marker.length, without_brackets);
    size_t before = target->length;
    size_t from = begin_links(target);

    if (!citation_append_links(&cleaner->finder, target, from, reference) && reference.type == JSON_VIEW_NONE) {
        append_turns(cleaner, from, marker.text, marker.text + marker.length);
    }
    if (end_links(cleaner, before, from)) {
        return 1;
    }
    return reference.type != JSON_VIEW_NONE && citation_append_alternative(&cleaner->finder, target, reference);
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
    cleaner->finder.out_of_memory |= status == CPK_ERROR_OUT_OF_MEMORY;
    if (status == CPK_OK) {
        name = json_item(json_doc_root(&doc), 1);
    }
    json_append_text(cleaner->target, name);
    json_doc_free(&doc);
    return name.type == JSON_VIEW_STRING;
}

static int32_t is_field(struct slice field, const char *name)
{
    return field.length == strlen(name) && memcmp(field.text, name, field.length) == 0;
}

/* url<sep>title<sep>address, where the address may be the name of a page. */
static int32_t append_url(struct cleaner *cleaner, struct slice rest)
{
    struct slice title = next_field(&rest);
    struct slice url = next_field(&rest);

    if (link_is_safe(url.text, url.length)) {
        link_append(cleaner->target, title.text, title.length, url.text, url.length);
    } else {
        buffer_append(cleaner->target, title.text, title.length);
    }
    return 1;
}

/* Appends the replacement of a whole marker with its brackets. 1 if something was appended. */
static int32_t append_marker(struct cleaner *cleaner, struct slice marker)
{
    struct slice rest = {marker.text + MARK_BYTES, marker.length - (size_t)2 * MARK_BYTES};
    struct slice kind = next_field(&rest);

    if (is_field(kind, "url")) {
        return append_url(cleaner, rest);
    }
    if (append_source(cleaner, marker, 0)) {
        return 1;
    }
    return (is_field(kind, "entity") || is_field(kind, "product_entity")) && append_entity(cleaner, rest);
}

/* Skips the inside of a marker that lacks a bracket: its kind, if a page follows, and the names of pages. */
static void skip_broken(struct cleaner *cleaner, int32_t is_open)
{
    const char *end = cleaner->end;
    const char *at = cleaner->at;
    const char *word = at;

    while (is_open && word < end && word - at < KIND_BYTES_MAX && ((*word >= 'a' && *word <= 'z') || *word == '_')) {
        word++;
    }
    at = starts(word, end, MARK_SEPARATOR) && pass_turn(word + MARK_BYTES, end) != NULL ? word : at;
    for (const char *next = at; next != NULL;) {
        at = next;
        next = starts(at, end, MARK_SEPARATOR) ? at + MARK_BYTES : pass_turn(at, end);
    }
    cleaner->at = at;
}

/* At a private-use bracket: replaces the marker, or removes a single bracket and what it brackets. */
static void replace_marker(struct cleaner *cleaner)
{
    size_t left = (size_t)(cleaner->end - cleaner->at);
    int32_t is_open = memcmp(cleaner->at, MARK_OPEN, MARK_BYTES) == 0;
    size_t looked = left < MARKER_BYTES_MAX ? left : MARKER_BYTES_MAX;
    const char *close = is_open ? memmem(cleaner->at, looked, MARK_CLOSE, MARK_BYTES) : NULL;

    cleaner->has_sources = 1;
    if (close == NULL || memmem(cleaner->at + MARK_BYTES, (size_t)(close - cleaner->at), MARK_OPEN, MARK_BYTES)) {
        int32_t is_separator = memcmp(cleaner->at, MARK_SEPARATOR, MARK_BYTES) == 0;

        cleaner->at += MARK_BYTES;
        if (is_open || is_separator) {
            skip_broken(cleaner, is_open);
            remove_gap(cleaner);
        }
        return;
    }
    struct slice marker = {cleaner->at, (size_t)(close - cleaner->at) + MARK_BYTES};

    cleaner->at += marker.length;
    if (!append_marker(cleaner, marker)) {
        remove_gap(cleaner);
    }
}

/* The numbers of [8<dagger>...] and [4:0<dagger>...]; 0 if the content does not start with one. */
static int32_t read_numbers(const char *at, const char *end, int64_t *first, int64_t *second)
{
    *first = 0;
    *second = -1;
    if (at == end || !is_digit(*at)) {
        return 0;
    }
    for (; at < end && is_digit(*at); at++) {
        *first = *first < INT32_MAX / 10 ? *first * 10 + (*at - '0') : *first;
    }
    if (at < end && *at == ':') {
        *second = 0;
        for (at++; at < end && is_digit(*at); at++) {
            *second = *second < INT32_MAX / 10 ? *second * 10 + (*at - '0') : *second;
        }
    }
    return 1;
}

/* The text between the second dagger's place and the first: the title in [0<dagger>A title<dagger>host]; or a path with
 * lines in [F:path<dagger>L1-L2]. */
static void append_legacy_text(struct cleaner *cleaner, const struct legacy *form, struct slice content)
{
    const char *end = content.text + content.length;
    const char *dagger = memmem(content.text, content.length, form->dagger, strlen(form->dagger));
    const char *title = dagger + strlen(form->dagger);
    const char *second = memmem(title, (size_t)(end - title), form->dagger, strlen(form->dagger));

    if (second != NULL) {
        buffer_append(cleaner->target, title, (size_t)(second - title));
    } else if (starts(content.text, end, "F:")) {
        buffer_append_format(cleaner->target, "(%.*s %.*s)", (int)(dagger - content.text - 2), content.text + 2,
                             (int)(end - title), title);
    } else {
        remove_gap(cleaner);
    }
}

/* 1 if the content of brackets is that of a marker: [8<dagger>source], [F:path<dagger>L1], [oaicite:0],
 * [turn0search0]. */
static int32_t is_legacy_content(const struct legacy *form, struct slice content, int64_t *first, int64_t *second)
{
    const char *end = content.text + content.length;
    int32_t has_dagger = memmem(content.text, content.length, form->dagger, strlen(form->dagger)) != NULL;

    if (has_dagger) {
        return read_numbers(content.text, end, first, second) || starts(content.text, end, "F:");
    }
    if (starts(content.text, end, oai_names[0])) {
        read_numbers(content.text + strlen(oai_names[0]), end, first, second);
        return 1;
    }
    return pass_turn(content.text, end) != NULL;
}

/* At an opening bracket of the older form: replaces [4:0<dagger>source] by the page it cites, [0<dagger>A
 * title<dagger>host] by the title; else appends the text. */
static void replace_legacy(struct cleaner *cleaner, const struct legacy *form)
{
    size_t left = (size_t)(cleaner->end - cleaner->at);
    const char *content = cleaner->at + strlen(form->open);
    const char *close =
        memmem(cleaner->at, left < LEGACY_BYTES_MAX ? left : LEGACY_BYTES_MAX, form->close, strlen(form->close));
    struct slice inside = {content, close != NULL ? (size_t)(close - content) : 0};
    int64_t first = -1;
    int64_t second = -1;
    size_t before;
    size_t from;

    if (close == NULL || !is_legacy_content(form, inside, &first, &second)) {
        buffer_append(cleaner->target, cleaner->at, (size_t)(content - cleaner->at));
        cleaner->at = content;
        return;
    }
    struct slice marker = {cleaner->at, (size_t)(close - cleaner->at) + strlen(form->close)};

    cleaner->at += marker.length;
    if (append_source(cleaner, marker, 0)) {
        return;
    }
    before = cleaner->target->length;
    from = begin_links(cleaner->target);
    if (first >= 0) {
        citation_append_links(&cleaner->finder, cleaner->target, from,
                              citation_find_numbered(&cleaner->finder, first, second));
    }
    if (!end_links(cleaner, before, from)) {
        if (memmem(content, inside.length, form->dagger, strlen(form->dagger)) != NULL) {
            append_legacy_text(cleaner, form, inside);
        } else {
            remove_gap(cleaner);
        }
    }
}

/* The length of a marker's kind at the end of the target, as in "citeturn0search0", which is also before `at` in the
 * text; 0 if there is none. */
static size_t kind_before(const struct cleaner *cleaner)
{
    static const char *const kinds[] = {"filecite", "cite", "navlist", "image_group", "video", "i", "file"};

    const struct buffer *target = cleaner->target;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !target->failed; i++) {
        size_t length = strlen(kinds[i]);
        int32_t is_word = length < 6 && strcmp(kinds[i], "cite") != 0; /* may end another word */

        if ((size_t)(cleaner->at - cleaner->begin) >= length && memcmp(cleaner->at - length, kinds[i], length) == 0 &&
            target->length >= length && memcmp(target->data + target->length - length, kinds[i], length) == 0 &&
            (!is_word || target->length == length || strchr(" \n.,;:)", target->data[target->length - length - 1]))) {
            return length;
        }
    }
    return 0;
}

/* At "turn0search0" without brackets: replaces the marker, or appends the text if it is none. */
static void replace_bare(struct cleaner *cleaner)
{
    struct buffer *target = cleaner->target;
    size_t kind = kind_before(cleaner);
    const char *start = cleaner->at - kind;
    const char *after = NULL;
    char previous = target->length > 0 && !target->failed ? target->data[target->length - 1] : ' ';
    int32_t is_inside_word = (previous >= 'a' && previous <= 'z') || (previous >= 'A' && previous <= 'Z');

    for (const char *at = pass_turn(cleaner->at, cleaner->end); at != NULL; at = pass_turn(at, cleaner->end)) {
        after = at;
    }
    if (kind == 0 && (!cleaner->has_sources || is_inside_word)) {
        buffer_append(target, cleaner->at, (size_t)(after - cleaner->at));
        cleaner->at = after;
        return;
    }
    remove_tail(target, kind);
    cleaner->at = after;
    if (!append_source(cleaner, (struct slice){start, (size_t)(after - start)}, 1)) {
        remove_gap(cleaner);
    }
}

/* At "oaicite:3" or "oai_citation..": :contentReference[oaicite:3]{index=3} is replaced by its page,
 * [oai_citation:0<double dagger>title](url) by the link alone. */
static void replace_oai(struct cleaner *cleaner)
{
    static const char reference[] = ":contentReference[";
    struct buffer *target = cleaner->target;
    const char *close = memchr(cleaner->at, ']', (size_t)(cleaner->end - cleaner->at));
    const char *dagger;
    int64_t first;
    int64_t second;
    size_t before;
    size_t from;

    if (close == NULL || close - cleaner->at > LEGACY_BYTES_MAX) {
        buffer_append_byte(target, *cleaner->at++);
        return;
    }
    if (starts(cleaner->at, cleaner->end, oai_names[1])) {
        dagger = memmem(cleaner->at, (size_t)(close - cleaner->at), "\xE2\x80\xA1", 3);
        cleaner->at = dagger != NULL ? dagger + 3 : close;
        return;
    }
    if (target->length < sizeof reference - 1 ||
        memcmp(buffer_text(target) + target->length - (sizeof reference - 1), reference, sizeof reference - 1) != 0) {
        buffer_append_byte(target, *cleaner->at++);
        return;
    }
    remove_tail(target, sizeof reference - 1);
    before = target->length;
    from = begin_links(target);
    if (read_numbers(cleaner->at + strlen(oai_names[0]), close, &first, &second)) {
        citation_append_links(&cleaner->finder, target, from, citation_find_numbered(&cleaner->finder, first, second));
    }
    cleaner->at = close + 1;
    if (cleaner->at < cleaner->end && *cleaner->at == '{') {
        const char *brace = memchr(cleaner->at, '}', (size_t)(cleaner->end - cleaner->at));

        cleaner->at = brace != NULL && brace - cleaner->at < KIND_BYTES_MAX ? brace + 1 : cleaner->at;
    }
    if (!end_links(cleaner, before, from)) {
        remove_gap(cleaner);
    }
}

static void replace_any(struct cleaner *cleaner)
{
    if (is_mark(cleaner->at, cleaner->end, cleaner->is_answer)) {
        replace_marker(cleaner);
    } else if (is_legacy(cleaner->at, cleaner->end, &legacies[0])) {
        replace_legacy(cleaner, &legacies[0]);
    } else if (!cleaner->is_answer) {
        buffer_append_byte(cleaner->target, *cleaner->at++);
    } else if (is_legacy(cleaner->at, cleaner->end, &legacies[1])) {
        replace_legacy(cleaner, &legacies[1]);
    } else if (pass_turn(cleaner->at, cleaner->end) != NULL) {
        replace_bare(cleaner);
    } else if (is_marker(cleaner->at, cleaner->end, 1)) {
        replace_oai(cleaner);
    } else {
        buffer_append_byte(cleaner->target, *cleaner->at++);
    }
}

cpk_status citation_append_readable(struct buffer *target, const char *text, size_t length, int32_t is_answer,
                                    const struct citation_sources *sources, cpk_error **error)
{
    struct cleaner cleaner = {
        .target = target, .begin = text, .at = text, .end = text + length, .is_answer = is_answer};
    int32_t out_of_memory;

    cleaner.has_sources = json_has_items(sources->references, 1) || json_has_items(sources->groups, 1);
    citation_finder_init(&cleaner.finder, target->allocator, sources);
    while (cleaner.at < cleaner.end) {
        size_t left = (size_t)(cleaner.end - cleaner.at);
        size_t taken = find_start(cleaner.at, left, 0, is_answer);

        buffer_append(target, cleaner.at, taken);
        cleaner.at += taken;
        if (taken < left) {
            replace_any(&cleaner);
        }
    }
    out_of_memory = cleaner.finder.out_of_memory || target->failed;
    citation_finder_free(&cleaner.finder);
    return out_of_memory ? error_out_of_memory(error) : CPK_OK;
}
