#include "extract/json/json_probe.h"

#include <string.h>

#define PROBE_MAX_LEVEL 3 /* deeper keys are not recorded */
#define SHOWN_KEYS      10
#define SHOWN_KEY_BYTES 40

/* State of reading the head as JSON, without recursion. */
struct scanner {
    struct json_probe *probe;
    const char *at;
    const char *end;
    size_t depth;
    size_t objects;    /* open objects */
    size_t base;       /* open objects around an element: 1 in a wrapper object, otherwise 0 */
    size_t list_depth; /* depth of the list's bracket; 0: none */
    int32_t root;
    int32_t values; /* complete top-level values */
    int32_t want_key;
    int32_t comma; /* a value was complete: a comma or closing bracket must follow */
    int32_t wrapper_key;
    char kinds[JSON_PROBE_MAX_DEPTH + 1]; /* the open brackets */
};

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static void skip_space(struct scanner *scanner)
{
    while (scanner->at < scanner->end && is_space(*scanner->at)) {
        scanner->at++;
    }
}

/* Skips a string that starts at `at`; 0 if the head ends in it. */
static int32_t pass_string(struct scanner *scanner)
{
    const char *at = scanner->at + 1;

    while (at < scanner->end && *at != '"') {
        at += *at == '\\' && at + 1 < scanner->end ? 2 : 1;
    }
    scanner->at = at < scanner->end ? at + 1 : scanner->end;
    return at < scanner->end;
}

static int32_t same_key(const struct json_probe_key *key, const char *text, size_t length)
{
    return key->length == length && memcmp(key->text, text, length) == 0;
}

static void add_key(struct scanner *scanner, const char *text, size_t length)
{
    struct json_probe *probe = scanner->probe;
    int32_t level = (int32_t)scanner->objects - 1 - (int32_t)scanner->base;
    int32_t root = level > 0 ? scanner->root : -1;

    if (level > PROBE_MAX_LEVEL) {
        return;
    }
    for (size_t i = 0; i < probe->key_count; i++) {
        if (probe->keys[i].level == level && probe->keys[i].root == root && same_key(&probe->keys[i], text, length)) {
            scanner->root = level == 0 ? (int32_t)i : scanner->root;
            return;
        }
    }
    if (probe->key_count < JSON_PROBE_MAX_KEYS) {
        probe->keys[probe->key_count] = (struct json_probe_key){text, length, level, root};
        scanner->root = level == 0 ? (int32_t)probe->key_count : scanner->root;
        probe->key_count++;
    } else if (level == 0) {
        scanner->root = -1;
    }
}

static int32_t is_list_key(const char *text, size_t length)
{
    static const char *const keys[] = {"conversations", "chats", "history", "data", "items"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strlen(keys[i]) == length && memcmp(text, keys[i], length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Reads a key and its colon; 0 if there is none. */
static int32_t pass_key(struct scanner *scanner)
{
    const char *text = scanner->at + 1;
    size_t length;

    if (*scanner->at != '"') {
        return 0;
    }
    if (!pass_string(scanner)) {
        return 1;
    }
    length = (size_t)(scanner->at - text) - 1;
    skip_space(scanner);
    if (scanner->at < scanner->end) {
        if (*scanner->at != ':') {
            return 0;
        }
        scanner->at++;
        add_key(scanner, text, length);
        scanner->wrapper_key = scanner->depth == 1 && scanner->list_depth == 0 && is_list_key(text, length);
    }
    scanner->want_key = 0;
    return 1;
}

/* Starts a list in a wrapper object: keys seen so far are those of the wrapper. */
static void enter_wrapper(struct scanner *scanner)
{
    struct json_probe *probe = scanner->probe;

    for (size_t i = 0; i < probe->key_count; i++) {
        probe->keys[i].level--;
    }
    scanner->base = 1;
    scanner->list_depth = scanner->depth;
    probe->is_list = 1;
}

static int32_t open_value(struct scanner *scanner, char bracket)
{
    if (scanner->depth == JSON_PROBE_MAX_DEPTH) {
        scanner->end = scanner->at;
        return 1;
    }
    scanner->at++;
    scanner->kinds[++scanner->depth] = bracket;
    scanner->objects += bracket == '{';
    scanner->want_key = bracket == '{';
    if (bracket == '[' && scanner->depth == 1) {
        scanner->probe->is_list = 1;
        scanner->list_depth = 1;
    } else if (bracket == '[' && scanner->wrapper_key && scanner->depth == 2) {
        enter_wrapper(scanner);
    }
    if (bracket == '{' && scanner->objects == scanner->base + 1) {
        scanner->probe->elements++;
    }
    scanner->wrapper_key = 0;
    return 1;
}

static int32_t close_value(struct scanner *scanner)
{
    char open = scanner->depth > 0 ? scanner->kinds[scanner->depth] : '\0';

    if ((open != '{' || *scanner->at != '}') && (open != '[' || *scanner->at != ']')) {
        return 0;
    }
    scanner->at++;
    scanner->objects -= open == '{';
    if (scanner->depth == scanner->list_depth) {
        scanner->end =
            scanner->list_depth == 2 ? scanner->at : scanner->end; /* the rest of a wrapper object is not needed */
    }
    scanner->depth--;
    scanner->comma = scanner->depth > 0;
    scanner->want_key = 0;
    scanner->values += scanner->depth == 0;
    return 1;
}

/* Skips a number or literal; 0 if it is invalid. */
static int32_t pass_bare(struct scanner *scanner)
{
    static const char *const literals[] = {"true", "false", "null", "NaN", "Infinity"};
    const char *from = scanner->at;
    size_t length;

    while (scanner->at < scanner->end && !is_space(*scanner->at) && strchr(",]}", *scanner->at) == NULL) {
        scanner->at++;
    }
    length = (size_t)(scanner->at - from);
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        size_t known = strlen(literals[i]);

        if (memcmp(from, literals[i], known < length ? known : length) == 0 &&
            (length == known || (length < known && scanner->at == scanner->end))) {
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
            return 0; /* a date, not a number */
        }
    }
    return 1;
}

/* Processes one token; 0 if the bytes are not JSON. */
static int32_t read_token(struct scanner *scanner)
{
    char byte = *scanner->at;

    if (scanner->comma && byte == ',') {
        scanner->at++;
        scanner->comma = 0;
        scanner->want_key = scanner->kinds[scanner->depth] == '{';
        return 1;
    }
    if (byte == '}' || byte == ']') {
        return close_value(scanner);
    }
    if (scanner->comma || (scanner->depth == 0 && byte != '{' && byte != '[')) {
        return 0;
    }
    if (scanner->want_key) {
        return pass_key(scanner);
    }
    scanner->comma = 1;
    if (byte == '{' || byte == '[') {
        scanner->comma = 0;
        return open_value(scanner, byte);
    }
    scanner->wrapper_key = 0;
    return byte == '"' ? (pass_string(scanner), 1) : pass_bare(scanner);
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
    struct scanner scanner = {.probe = probe, .at = head, .end = (const char *)head + length, .root = -1};
    int32_t valid = 1;

    memset(probe, 0, sizeof *probe);
    if (looks_like_utf16(head, length)) {
        probe->is_json = 1;
        probe->is_utf16 = 1;
        return;
    }
    if (length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0) {
        scanner.at += 3;
    }
    skip_space(&scanner);
    if (scanner.at == scanner.end || (*scanner.at != '{' && *scanner.at != '[')) {
        return;
    }
    while (valid && scanner.at < scanner.end) {
        valid = read_token(&scanner);
        skip_space(&scanner);
    }
    probe->is_broken = !valid;
    probe->is_followed = !valid && scanner.values > 0 && scanner.depth == 0;
    probe->is_json = valid || probe->key_count > 0;
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

int32_t json_probe_matches(const void *head, size_t length, const struct json_shape *shapes, size_t count)
{
    struct json_probe seen;

    json_probe_read(&seen, head, length);
    for (size_t i = 0; i < count && seen.is_json; i++) {
        size_t found = 0;

        while (
            found < 3 && shapes[i].keys[found].key != NULL &&
            json_probe_has(&seen, shapes[i].keys[found].root, shapes[i].keys[found].level, shapes[i].keys[found].key)) {
            found++;
        }
        if (found == 3 || shapes[i].keys[found].key == NULL) {
            return 1;
        }
    }
    return 0;
}
