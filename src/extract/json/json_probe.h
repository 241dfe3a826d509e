/* Structure of the start of a JSON file: its keys and their depth. Formats are detected by it, not by the file's name.
 */
#ifndef EXTRACT_JSON_JSON_PROBE_H
#define EXTRACT_JSON_JSON_PROBE_H

#include "base/buffer.h"

#include <stddef.h>
#include <stdint.h>

#define JSON_PROBE_MAX_KEYS  512
#define JSON_PROBE_MAX_DEPTH 512

struct json_probe_key {
    const char *text; /* points into the head; raw, not NUL-terminated */
    size_t length;
    int32_t level; /* 0: member of an element; 1: member of an object in it; ...; -1: member of the object around the
                      list */
    int32_t root;  /* index of the level 0 key that contains it; -1 at level 0 and -1 */
};

struct json_probe {
    int32_t is_json;     /* the head is JSON or the start of it */
    int32_t is_broken;   /* it starts as JSON and is then invalid */
    int32_t is_followed; /* a complete value is followed by something else: text that starts with JSON, or damage */
    int32_t is_list;     /* the first value is an array, or contains the list of conversations (see json_split.h) */
    int32_t is_utf16;    /* JSON in UTF-16 or UTF-32, which is not supported */
    int32_t elements;    /* objects seen in the list */
    size_t key_count;    /* distinct keys, at most JSON_PROBE_MAX_KEYS */
    struct json_probe_key keys[JSON_PROBE_MAX_KEYS];
};

/* Reads the head, which may be any bytes; the probe points into it. */
void json_probe_read(struct json_probe *probe, const void *head, size_t length);

/* 1 if a key of that level was seen, anywhere (root NULL) or under a level 0 key: ("mapping", 3, "author"). */
int32_t json_probe_has(const struct json_probe *probe, const char *root, int32_t level, const char *key);

/* 1 if any key of that level was seen. */
int32_t json_probe_has_level(const struct json_probe *probe, int32_t level);

/* A bit for each of the `count` (up to 32) keys that is present at level 0; 0 if the head is not JSON. */
uint32_t json_probe_keys(const void *head, size_t length, const char *const *keys, size_t count);

/* Keys that are found together in a format; `root` and `level` as for json_probe_has(). A NULL key ends the list. */
struct json_shape {
    struct {
        const char *root;
        int32_t level;
        const char *key;
    } keys[3];
};

/* 1 if the head is JSON that has all keys of one of the shapes. */
int32_t json_probe_matches(const void *head, size_t length, const struct json_shape *shapes, size_t count);

/* Appends up to ten keys of a level for an error message: "a, b, c". */
void json_probe_append_keys(const struct json_probe *probe, int32_t level, struct buffer *target);

#endif
