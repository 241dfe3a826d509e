#include "extract/citation.h"

#include "base/json.h"

#include <string.h>

#define MARK_BYTES       3    /* of one private-use bracket in UTF-8 */
#define MARKER_BYTES_MAX 4096 /* a longer one is not a marker */
#define LEGACY_BYTES_MAX 400
#define LOOK_AHEAD_MAX   64 /* references compared with one marker: they come in the order of the text */

#define MARK_PREFIX      "\xEE\x88"     /* U+E200 to U+E23F */
#define MARK_OPEN        "\xEE\x88\x80" /* U+E200 */
#define MARK_CLOSE       "\xEE\x88\x81" /* U+E201 */
#define MARK_SEPARATOR   "\xEE\x88\x82" /* U+E202 */
#define MARK_LAST        0x86           /* U+E206 */
#define LEGACY_OPEN      "\xE3\x80\x90" /* U+3010 */
#define LEGACY_CLOSE     "\xE3\x80\x91" /* U+3011 */
#define DAGGER           "\xE2\x80\xA0" /* U+2020 */

typedef struct slice {
    const char *text;
    size_t length;
} slice;

typedef struct cleaner {
    buffer *target;
    const char *at;
    const char *end;
    struct json_object *references; /* an array or NULL */
    size_t next_reference;
    int32_t bare;
} cleaner;

static int32_t starts_with(slice text, const char *prefix)
{
    size_t length = strlen(prefix);

    return text.length >= length && memcmp(text.text, prefix, length) == 0;
}

/* The first byte that is not ASCII, or the length. */
static size_t ascii_prefix(const char *text, size_t length)
{
    size_t at = 0;
    uint64_t word;

    for (; length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
    }
    while (at < length && (unsigned char)text[at] < 0x80) {
        at++;
    }
    return at;
}

int32_t citation_possible(const char *text, size_t length, int32_t bare)
{
    for (size_t at = ascii_prefix(text, length); at + 2 < length; at++) {
        if ((text[at] == '\xEE' && text[at + 1] == '\x88') ||
            (text[at] == '\xE3' && text[at + 1] == '\x80' && text[at + 2] == '\x90')) {
            return 1;
        }
    }
    return bare && memmem(text, length, "citeturn", 8) != NULL;
}

/* Nothing stands where a marker was: no space is left before punctuation or another space. */
static void close_gap(cleaner *cleaner)
{
    buffer *target = cleaner->target;

    if (target->length > 0 && !target->failed && target->data[target->length - 1] == ' ' &&
        (cleaner->at == cleaner->end || strchr(" .,;:!?)\n", *cleaner->at) != NULL)) {
        target->length--;
        target->data[target->length] = '\0';
    }
}

static void append_link(buffer *target, const char *title, const char *url)
{
    if (url == NULL || url[0] == '\0') {
        buffer_append_text(target, title != NULL ? title : "");
    } else {
        buffer_append_format(target, "[%s](%s)", title != NULL && title[0] != '\0' ? title : url, url);
    }
}

/* The reference whose matched_text is the marker, looked for from the last one found. */
static struct json_object *find_reference(cleaner *cleaner, slice marker)
{
    size_t count = cleaner->references != NULL ? json_object_array_length(cleaner->references) : 0;

    for (size_t i = 0; i < count && i < LOOK_AHEAD_MAX; i++) {
        size_t index = (cleaner->next_reference + i) % count;
        struct json_object *reference = json_object_array_get_idx(cleaner->references, index);
        size_t length;
        const char *matched = json_member_text_length(reference, "matched_text", &length);

        if (matched != NULL && length == marker.length && memcmp(matched, marker.text, length) == 0) {
            cleaner->next_reference = index + 1;
            return reference;
        }
    }
    return NULL;
}

/* What a reference says: its own text for readers, else its first link. 1 when something was appended. */
static int32_t append_reference(buffer *target, struct json_object *reference)
{
    const char *alternative = json_member_text(reference, "alt");
    struct json_object *items = json_member_array(reference, "items");
    struct json_object *first = items != NULL ? json_object_array_get_idx(items, 0) : NULL;

    if (alternative != NULL) {
        buffer_append_text(target, alternative);
        return alternative[0] != '\0';
    }
    first = json_member_text(first, "url") != NULL ? first : reference;
    if (json_member_text(first, "url") == NULL) {
        return 0;
    }
    buffer_append_byte(target, '(');
    append_link(target, json_member_text(first, "title"), json_member_text(first, "url"));
    buffer_append_byte(target, ')');
    return 1;
}

/* The next field of a marker's inside; fields are parted by U+E202. */
static slice next_field(slice *rest)
{
    const char *separator = rest->length > 0 ? memmem(rest->text, rest->length, MARK_SEPARATOR, MARK_BYTES) : NULL;
    slice field = {rest->text, separator != NULL ? (size_t)(separator - rest->text) : rest->length};
    size_t taken = separator != NULL ? field.length + MARK_BYTES : field.length;

    rest->text += taken;
    rest->length -= taken;
    return field;
}

/* entity<sep>["city","Lisbon",...]: the second text is its name. */
static int32_t append_entity(buffer *target, slice json)
{
    struct json_object *value;
    struct json_object *name;
    int32_t found = 0;

    if (json_parse(json.text, json.length, 8, &value, NULL) != CPK_OK) {
        return 0;
    }
    if (json_object_is_type(value, json_type_array)) {
        name = json_object_array_get_idx(value, 1);
        if (json_object_is_type(name, json_type_string)) {
            buffer_append_text(target, json_object_get_string(name));
            found = 1;
        }
    }
    json_object_put(value);
    return found;
}

/* A whole marker, brackets included. 1 when something stands for it. */
static int32_t append_marker(cleaner *cleaner, slice marker)
{
    slice rest = {marker.text + MARK_BYTES, marker.length - (size_t)2 * MARK_BYTES};
    slice kind = next_field(&rest);
    struct json_object *reference = find_reference(cleaner, marker);

    if (reference != NULL && append_reference(cleaner->target, reference)) {
        return 1;
    }
    if (kind.length == 6 && starts_with(kind, "entity")) {
        return append_entity(cleaner->target, rest);
    }
    if (kind.length == 3 && starts_with(kind, "url")) {
        slice title = next_field(&rest);
        slice url = next_field(&rest);

        buffer_append_format(cleaner->target, url.length > 0 ? "[%.*s](%.*s)" : "%.*s%.*s", (int)title.length,
                             title.text, (int)url.length, url.text);
        return 1;
    }
    return 0;
}

/* At a private-use bracket: takes the whole marker, or only a bracket that stands alone. */
static void take_marker(cleaner *cleaner)
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
    slice marker = {cleaner->at, (size_t)(close - cleaner->at) + MARK_BYTES};

    cleaner->at += marker.length;
    if (!append_marker(cleaner, marker)) {
        close_gap(cleaner);
    }
}

/* At U+3010: [4:0<dagger>source] goes, [0<dagger>A title<dagger>host] becomes its title; anything else is text. */
static void take_legacy(cleaner *cleaner)
{
    size_t left = (size_t)(cleaner->end - cleaner->at);
    const char *inside = cleaner->at + MARK_BYTES;
    const char *close =
        memmem(cleaner->at, left < LEGACY_BYTES_MAX ? left : LEGACY_BYTES_MAX, LEGACY_CLOSE, MARK_BYTES);
    const char *dagger = close != NULL ? memmem(inside, (size_t)(close - inside), DAGGER, MARK_BYTES) : NULL;
    const char *second;

    if (dagger == NULL || *inside < '0' || *inside > '9') {
        buffer_append(cleaner->target, cleaner->at, MARK_BYTES);
        cleaner->at = inside;
        return;
    }
    cleaner->at = close + MARK_BYTES;
    dagger += MARK_BYTES;
    second = memmem(dagger, (size_t)(close - dagger), DAGGER, MARK_BYTES);
    if (second != NULL) {
        buffer_append(cleaner->target, dagger, (size_t)(second - dagger));
    } else {
        close_gap(cleaner);
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

/* At "citeturn": a marker without its brackets, or text. */
static void take_bare(cleaner *cleaner)
{
    static const size_t name_length = 4;
    buffer *target = cleaner->target;
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
    close_gap(cleaner);
}

static int32_t is_mark(const char *at, const char *end)
{
    return end - at >= MARK_BYTES && memcmp(at, MARK_PREFIX, 2) == 0 && (unsigned char)at[2] <= MARK_LAST &&
           (unsigned char)at[2] >= 0x80;
}

void citation_append_readable(buffer *target, const char *text, size_t length, int32_t bare,
                              struct json_object *content_references)
{
    cleaner cleaner = {target, text, text + length, NULL, 0, bare};

    if (json_object_is_type(content_references, json_type_array)) {
        cleaner.references = content_references;
    }
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
            take_marker(&cleaner);
        } else if (left >= MARK_BYTES && memcmp(cleaner.at, LEGACY_OPEN, MARK_BYTES) == 0) {
            take_legacy(&cleaner);
        } else if (bare && left >= 8 && memcmp(cleaner.at, "citeturn", 8) == 0) {
            take_bare(&cleaner);
        } else if (left > 0) {
            buffer_append_byte(target, *cleaner.at++);
        }
    }
}
