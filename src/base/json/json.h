/* Writes JSON to a buffer; reads members of json-c objects with a default for missing and mistyped ones. */
#ifndef BASE_JSON_JSON_H
#define BASE_JSON_JSON_H

#include "base/buffer.h"

#include <contextpack/error.h>

#include <json-c/json.h>

/* Inserts commas and colons; no white space. Allocation failures set the buffer's `failed`. */
struct json_writer {
    struct buffer *target;
    int32_t comma; /* write a comma before the next value or key */
};

void json_writer_init(struct json_writer *writer, struct buffer *target);
void json_write_begin_object(struct json_writer *writer);
void json_write_end_object(struct json_writer *writer);
void json_write_begin_array(struct json_writer *writer);
void json_write_end_array(struct json_writer *writer);
void json_write_key(struct json_writer *writer, const char *key);
void json_write_text(struct json_writer *writer, const char *text, size_t length); /* must be valid UTF-8 */
void json_write_string(struct json_writer *writer, const char *text);              /* NULL writes null */
void json_write_int64(struct json_writer *writer, int64_t value);
void json_write_bool(struct json_writer *writer, int32_t value);
void json_write_null(struct json_writer *writer);
void json_write_time(struct json_writer *writer, int64_t time_us); /* ISO 8601, or null */
/* Writes a parsed value; numbers keep their spelling. Replaces json-c's serialiser, which ignores failed allocations.
 */
void json_write_value(struct json_writer *writer, struct json_object *value);

/* Member access. NULL, 0 or the fallback if `object` is not an object, or the member is missing or of another type. */
struct json_object *json_member(struct json_object *object, const char *key);
struct json_object *json_member_object(struct json_object *object, const char *key);
struct json_object *json_member_array(struct json_object *object, const char *key);
const char *json_member_text(struct json_object *object,
                             const char *key); /* borrowed; may contain NULs, see the _length variant */
const char *json_member_text_length(struct json_object *object, const char *key, size_t *length);
int64_t json_member_int64(struct json_object *object, const char *key, int64_t fallback);
int32_t json_member_true(struct json_object *object, const char *key); /* 1 only for true */
/* A number (any unit), an ISO string, a string of digits or {"$date":{"$numberLong":"..."}}; else CPK_TIME_UNKNOWN. */
int64_t json_member_time(struct json_object *object, const char *key);

/* Parses one complete value; free it with json_object_put(). CPK_ERROR_INVALID_DATA has the position in its message.
 * CPK_OK with NULL is JSON null; failed allocations return CPK_ERROR_OUT_OF_MEMORY. */
cpk_status json_parse(const char *text, size_t length, int32_t max_depth, struct json_object **value,
                      cpk_error **error);

/* Strict RFC 8259: valid UTF-8 and no duplicate names. For signed documents, which every parser must read the same
 * way. */
cpk_status json_parse_strict(const char *text, size_t length, int32_t max_depth, struct json_object **value,
                             cpk_error **error);

#endif
