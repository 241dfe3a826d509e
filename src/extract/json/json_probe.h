/* What the first bytes of a JSON file show of its shape: the keys and how deep they lie. Formats are told apart by
 * this, never by a file's name. */
#ifndef EXTRACT_JSON_JSON_PROBE_H
#define EXTRACT_JSON_JSON_PROBE_H

#include "base/buffer.h"

#include <stddef.h>
#include <stdint.h>

#define JSON_PROBE_MAX_KEYS  512
#define JSON_PROBE_MAX_DEPTH 512

struct json_probe_key {
    const char *text; /* into the head; escapes as they are; not NUL-terminated */
    size_t length;
    int32_t level; /* 0: a member of an element; 1: of an object inside that; ...; -1: of the object around the list */
    int32_t root;  /* the index of the level 0 key that it lies under; -1: itself at level 0 or -1 */
};

struct json_probe {
    int32_t is_json;     /* the head is JSON or its beginning */
    int32_t is_broken;   /* it began as JSON and then went wrong */
    int32_t is_followed; /* a whole value came, and then something else: text that begins with JSON, or damage */
    int32_t is_list;     /* the first value is an array, or holds one of conversations (see scan.h) */
    int32_t is_utf16;    /* JSON in UTF-16 or UTF-32, which is not read */
    int32_t elements;    /* objects seen in the list */
    size_t key_count;    /* different keys; at most JSON_PROBE_MAX_KEYS are kept */
    struct json_probe_key keys[JSON_PROBE_MAX_KEYS];
};

/* Reads the head; the shape points into it. Any bytes are fine. */
void json_probe_read(struct json_probe *probe, const void *head, size_t length);

/* 1 when a key of that level was seen: anywhere (root NULL) or under a level 0 key: ("mapping", 3, "author"). */
int32_t json_probe_has(const struct json_probe *probe, const char *root, int32_t level, const char *key);

/* 1 when any key of that level was seen. */
int32_t json_probe_has_level(const struct json_probe *probe, int32_t level);

/* A bit for each of the `count` (up to 32) keys that was seen at level 0; 0 for what is not JSON. */
uint32_t json_probe_keys(const void *head, size_t length, const char *const *keys, size_t count);

/* Appends the level's keys for a person, "a, b, c"; at most ten. */
void json_probe_append_keys(const struct json_probe *probe, int32_t level, struct buffer *target);

#endif
