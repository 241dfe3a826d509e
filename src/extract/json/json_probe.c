#include "extract/json/json_probe.h"

#include <string.h>

#define SHAPE_MAX_LEVEL 3 /* deeper keys are not kept */
#define SHOWN_KEYS      10
#define SHOWN_KEY_BYTES 40

/* Walks the head as JSON, iteratively. `kind` says what each open bracket is. */
struct walk {
    struct json_probe *probe;
    const char *at;
    const char *end;
    size_t depth;
    size_t objects;    /* open objects */
    size_t base;       /* open objects around an element: 1 inside a wrapper, else 0 */
    size_t list_depth; /* depth of the list's own bracket; 0: none */
    int32_t root;
    int32_t values; /* top-level values that ended */
    int32_t want_key;
    int32_t comma; /* a value ended: a comma or a close must follow */
    int32_t wrapper_key;
    char kinds[JSON_PROBE_MAX_DEPTH + 1];
};

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static void skip_space(struct walk *walk)
{
    while (walk->at < walk->end && is_space(*walk->at)) {
        walk->at++;
    }
}

/* Past a string whose first quote is at `at`; 0 when the head ends inside it. */
static int32_t pass_string(struct walk *walk)
{
    const char *at = walk->at + 1;

    while (at < walk->end && *at != '"') {
        at += *at == '\\' && at + 1 < walk->end ? 2 : 1;
    }
    walk->at = at < walk->end ? at + 1 : walk->end;
    return at < walk->end;
}

static int32_t same_key(const struct json_probe_key *key, const char *text, size_t length)
{
    return key->length == length && memcmp(key->text, text, length) == 0;
}

static void add_key(struct walk *walk, const char *text, size_t length)
{
    struct json_probe *probe = walk->probe;
    int32_t level = (int32_t)walk->objects - 1 - (int32_t)walk->base;
    int32_t root = level > 0 ? walk->root : -1;

    if (level > SHAPE_MAX_LEVEL) {
        return;
    }
    for (size_t i = 0; i < probe->key_count; i++) {
        if (probe->keys[i].level == level && probe->keys[i].root == root && same_key(&probe->keys[i], text, length)) {
            walk->root = level == 0 ? (int32_t)i : walk->root;
            return;
        }
    }
    if (probe->key_count < JSON_PROBE_MAX_KEYS) {
        probe->keys[probe->key_count] = (struct json_probe_key){text, length, level, root};
        walk->root = level == 0 ? (int32_t)probe->key_count : walk->root;
        probe->key_count++;
    } else if (level == 0) {
        walk->root = -1;
    }
}

static int32_t is_list_key(const char *text, size_t length)
{
    static const char *const keys[] = {"conversations", "chats", "data", "items"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strlen(keys[i]) == length && memcmp(text, keys[i], length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A key with its colon; 0 when it is not one. */
static int32_t pass_key(struct walk *walk)
{
    const char *text = walk->at + 1;
    size_t length;

    if (*walk->at != '"') {
        return 0;
    }
    if (!pass_string(walk)) {
        return 1;
    }
    length = (size_t)(walk->at - text) - 1;
    skip_space(walk);
    if (walk->at < walk->end) {
        if (*walk->at != ':') {
            return 0;
        }
        walk->at++;
        add_key(walk, text, length);
        walk->wrapper_key = walk->depth == 1 && walk->list_depth == 0 && is_list_key(text, length);
    }
    walk->want_key = 0;
    return 1;
}

/* The keys of the object so far belong to what is around the list. */
static void enter_wrapper(struct walk *walk)
{
    struct json_probe *probe = walk->probe;

    for (size_t i = 0; i < probe->key_count; i++) {
        probe->keys[i].level--;
    }
    walk->base = 1;
    walk->list_depth = walk->depth;
    probe->is_list = 1;
}

static int32_t open_value(struct walk *walk, char bracket)
{
    if (walk->depth == JSON_PROBE_MAX_DEPTH) {
        walk->end = walk->at;
        return 1;
    }
    walk->at++;
    walk->kinds[++walk->depth] = bracket;
    walk->objects += bracket == '{';
    walk->want_key = bracket == '{';
    if (bracket == '[' && walk->depth == 1) {
        walk->probe->is_list = 1;
        walk->list_depth = 1;
    } else if (bracket == '[' && walk->wrapper_key && walk->depth == 2) {
        enter_wrapper(walk);
    }
    if (bracket == '{' && walk->objects == walk->base + 1) {
        walk->probe->elements++;
    }
    walk->wrapper_key = 0;
    return 1;
}

static int32_t close_value(struct walk *walk)
{
    char open = walk->depth > 0 ? walk->kinds[walk->depth] : '\0';

    if ((open != '{' || *walk->at != '}') && (open != '[' || *walk->at != ']')) {
        return 0;
    }
    walk->at++;
    walk->objects -= open == '{';
    if (walk->depth == walk->list_depth) {
        walk->end = walk->list_depth == 2 ? walk->at : walk->end; /* the rest of a wrapper shows nothing new */
    }
    walk->depth--;
    walk->comma = walk->depth > 0;
    walk->want_key = 0;
    walk->values += walk->depth == 0;
    return 1;
}

/* A number or a literal. */
static int32_t pass_bare(struct walk *walk)
{
    static const char *const literals[] = {"true", "false", "null", "NaN", "Infinity"};
    const char *from = walk->at;
    size_t length;

    while (walk->at < walk->end && !is_space(*walk->at) && strchr(",]}", *walk->at) == NULL) {
        walk->at++;
    }
    length = (size_t)(walk->at - from);
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        size_t known = strlen(literals[i]);

        if (memcmp(from, literals[i], known < length ? known : length) == 0 &&
            (length == known || (length < known && walk->at == walk->end))) {
            return 1;
        }
    }
    if (*from != '-' && (*from < '0' || *from > '9')) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((from[i] < '0' || from[i] > '9') && strchr("+-.eE", from[i]) == NULL) {
            return 0;
        }
        if (from[i] == '-' && from[i - 1] != 'e' && from[i - 1] != 'E') {
            return 0; /* a date */
        }
    }
    return 1;
}

/* One step; 0 when the bytes are not JSON. */
static int32_t step(struct walk *walk)
{
    char byte = *walk->at;

    if (walk->comma && byte == ',') {
        walk->at++;
        walk->comma = 0;
        walk->want_key = walk->kinds[walk->depth] == '{';
        return 1;
    }
    if (byte == '}' || byte == ']') {
        return close_value(walk);
    }
    if (walk->comma || (walk->depth == 0 && byte != '{' && byte != '[')) {
        return 0;
    }
    if (walk->want_key) {
        return pass_key(walk);
    }
    walk->comma = 1;
    if (byte == '{' || byte == '[') {
        walk->comma = 0;
        return open_value(walk, byte);
    }
    walk->wrapper_key = 0;
    return byte == '"' ? (pass_string(walk), 1) : pass_bare(walk);
}

static int32_t looks_like_utf16(const unsigned char *bytes, size_t length)
{
    size_t at = 0;

    if (length >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF))) {
        at = 2;
    }
    while (at < length && (bytes[at] == 0 || bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r')) {
        at++;
    }
    if (at >= length || (bytes[at] != '{' && bytes[at] != '[')) {
        return 0;
    }
    return (at + 1 < length && bytes[at + 1] == 0) || (at > 0 && bytes[at - 1] == 0);
}

void json_probe_read(struct json_probe *probe, const void *head, size_t length)
{
    struct walk walk = {.probe = probe, .at = head, .end = (const char *)head + length, .root = -1};
    int32_t good = 1;

    memset(probe, 0, sizeof *probe);
    if (looks_like_utf16(head, length)) {
        probe->is_json = 1;
        probe->is_utf16 = 1;
        return;
    }
    if (length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0) {
        walk.at += 3;
    }
    skip_space(&walk);
    if (walk.at == walk.end || (*walk.at != '{' && *walk.at != '[')) {
        return;
    }
    while (good && walk.at < walk.end) {
        good = step(&walk);
        skip_space(&walk);
    }
    probe->is_broken = !good;
    probe->is_followed = !good && walk.values > 0 && walk.depth == 0;
    probe->is_json = good || probe->key_count > 0;
}

int32_t json_probe_has(const struct json_probe *probe, const char *root, int32_t level, const char *key)
{
    size_t length = strlen(key);

    for (size_t i = 0; i < probe->key_count; i++) {
        const struct json_probe_key *seen = &probe->keys[i];

        if (seen->level == level && same_key(seen, key, length) &&
            (root == NULL || (seen->root >= 0 && same_key(&probe->keys[seen->root], root, strlen(root))))) {
            return 1;
        }
    }
    return 0;
}

void json_probe_append_keys(const struct json_probe *probe, int32_t level, struct buffer *target)
{
    size_t shown = 0;

    for (size_t i = 0; i < probe->key_count; i++) {
        const struct json_probe_key *key = &probe->keys[i];
        size_t length = key->length < SHOWN_KEY_BYTES ? key->length : SHOWN_KEY_BYTES;

        if (key->level != level) {
            continue;
        }
        if (shown == SHOWN_KEYS) {
            buffer_append_text(target, ", ...");
            return;
        }
        buffer_append_text(target, shown > 0 ? ", " : "");
        buffer_append(target, key->text, length);
        shown++;
    }
}

int32_t json_probe_has_level(const struct json_probe *probe, int32_t level)
{
    for (size_t i = 0; i < probe->key_count; i++) {
        if (probe->keys[i].level == level) {
            return 1;
        }
    }
    return 0;
}

uint32_t json_probe_keys(const void *head, size_t length, const char *const *keys, size_t count)
{
    struct json_probe seen;
    uint32_t found = 0;

    json_probe_read(&seen, head, length);
    for (size_t i = 0; i < count && i < 32 && seen.is_json; i++) {
        found |= (uint32_t)json_probe_has(&seen, NULL, 0, keys[i]) << i;
    }
    return found;
}
