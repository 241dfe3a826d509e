/* Writes one JSON value after another to an output: commas and escapes are this file's business. */
#ifndef CLI_TERMINAL_JSON_OUT_H
#define CLI_TERMINAL_JSON_OUT_H

#include "terminal/output.h"

struct json_out {
    struct output *out;
    bool comma; /* a value stands before */
};

void json_out_init(struct json_out *json, struct output *out);

/* Keys are literals of this program, written as they are; NULL inside an array. */
void json_out_begin(struct json_out *json, const char *key, char bracket); /* '{' or '[' */
void json_out_end(struct json_out *json, char bracket);                    /* '}' or ']' */
void json_out_number(struct json_out *json, const char *key, int64_t number);
void json_out_bool(struct json_out *json, const char *key, bool value);
void json_out_null(struct json_out *json, const char *key);

/* Valid UTF-8, `length` bytes: the fast way, for the text of messages. */
void json_out_utf8(struct json_out *json, const char *key, const char *text, size_t length);

/* Any text, or null for NULL; bytes that are not UTF-8 (a file's name may hold some) become U+FFFD. */
void json_out_text(struct json_out *json, const char *key, const char *text);

/* A value that is JSON already, or null for NULL. */
void json_out_raw(struct json_out *json, const char *key, const char *text);

/* ISO 8601 in UTC, or null for CPK_TIME_UNKNOWN. */
void json_out_time(struct json_out *json, const char *key, int64_t time_us);

/* Ends a line: the next value starts anew. */
void json_out_line(struct json_out *json);

#endif
