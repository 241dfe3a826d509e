/* A JSON writer: adds commas and escapes. */
#ifndef CLI_TERMINAL_JSON_OUT_H
#define CLI_TERMINAL_JSON_OUT_H

#include "terminal/output.h"

struct json_out {
    struct output *out;
    bool comma; /* a comma is needed */
};

void json_out_init(struct json_out *json, struct output *out);

/* Keys are literals of this program and are not escaped; NULL inside an array. */
void json_out_begin(struct json_out *json, const char *key, char bracket); /* '{' or '[' */
void json_out_end(struct json_out *json, char bracket);                    /* '}' or ']' */
void json_out_number(struct json_out *json, const char *key, int64_t number);
void json_out_bool(struct json_out *json, const char *key, bool value);
void json_out_null(struct json_out *json, const char *key);

/* Writes valid UTF-8 of `length` bytes; faster than json_out_text(). */
void json_out_utf8(struct json_out *json, const char *key, const char *text, size_t length);

/* Writes any text, or null for NULL. Bytes that are not UTF-8, as in file names, become U+FFFD. */
void json_out_text(struct json_out *json, const char *key, const char *text);

/* The same for a text that may contain NULs and is followed by one. */
void json_out_bytes(struct json_out *json, const char *key, const char *text, size_t length);

/* Writes a JSON value unchanged, or null for NULL. */
void json_out_raw(struct json_out *json, const char *key, const char *text);

/* Writes a time in ISO 8601 (UTC), or null for CPK_TIME_UNKNOWN. */
void json_out_time(struct json_out *json, const char *key, int64_t time_us);

/* Ends the line; the next value is independent. */
void json_out_line(struct json_out *json);

#endif
