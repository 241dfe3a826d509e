#include "extract/shape.h"

#include <string.h>

typedef struct shape {
    const char *at;
    const char *end;
    size_t depth;
    size_t element_depth; /* of an element's own keys */
    const char *key;      /* the last string, when it may be a key */
    size_t key_length;
    int32_t in_wrapper; /* a list of a wrapper object was just named */
} shape;

static const char *pass_string(const char *at, const char *end)
{
    while (at < end && *at != '"') {
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    }
    return at;
}

static int32_t same(const char *key, size_t length, const char *wanted)
{
    return strlen(wanted) == length && memcmp(key, wanted, length) == 0;
}

static int32_t names_list(const shape *shape)
{
    static const char *const lists[] = {"conversations", "chats", "data", "items"};

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (same(shape->key, shape->key_length, lists[i])) {
            return 1;
        }
    }
    return 0;
}

static void open_bracket(shape *shape, char bracket)
{
    if (shape->depth == 0) {
        shape->element_depth = bracket == '[' ? 2 : 1;
    } else if (shape->in_wrapper && bracket == '[') {
        shape->element_depth = 3;
    }
    shape->depth++;
    shape->in_wrapper = 0;
    shape->key = NULL;
}

/* After a string and a colon: the bit of the key, if it is one of those. */
static uint32_t take_key(shape *shape, const char *const *keys, size_t count)
{
    uint32_t found = 0;

    if (shape->key == NULL) {
        return 0;
    }
    for (size_t i = 0; shape->depth == shape->element_depth && i < count; i++) {
        if (same(shape->key, shape->key_length, keys[i])) {
            found |= UINT32_C(1) << i;
        }
    }
    shape->in_wrapper = shape->depth == 1 && shape->element_depth == 1 && names_list(shape);
    shape->key = NULL;
    return found;
}

uint32_t shape_keys(const void *head, size_t length, const char *const *keys, size_t count)
{
    shape shape = {.at = head, .end = (const char *)head + length};
    uint32_t found = 0;

    while (shape.at < shape.end) {
        char byte = *shape.at++;

        if (byte == '"') {
            const char *end = pass_string(shape.at, shape.end);

            shape.key = shape.at;
            shape.key_length = (size_t)((end < shape.end ? end : shape.end) - shape.at);
            shape.at = end < shape.end ? end + 1 : shape.end;
            continue;
        }
        if (byte == '{' || byte == '[') {
            open_bracket(&shape, byte);
        } else if (byte == '}' || byte == ']') {
            shape.depth -= shape.depth > 0;
            shape.key = NULL;
        } else if (byte == ':') {
            found |= take_key(&shape, keys, count);
        } else if (byte == ',') {
            shape.key = NULL;
            shape.in_wrapper = 0;
        }
    }
    return found;
}
