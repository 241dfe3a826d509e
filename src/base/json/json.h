/* JSON out through a buffer, and typed, forgiving looks into json-c objects. */
#ifndef BASE_JSON_JSON_H
#define BASE_JSON_JSON_H

#include "base/buffer.h"

#include <contextpack/error.h>

#include <json-c/json.h>

/* A writer places commas and colons itself. No indentation. Failures end up in the buffer's `failed`. */
struct json_writer {
    struct buffer *target;
    int32_t comma; /* the next value or key needs one */
};

void json_writer_init(struct json_writer *writer, struct buffer *target);
void json_write_begin_object(struct json_writer *writer);
void json_write_end_object(struct json_writer *writer);
void json_write_begin_array(struct json_writer *writer);
void json_write_end_array(struct json_writer *writer);
void json_write_key(struct json_writer *writer, const char *key);
void json_write_text(struct json_writer *writer, const char *text,
                     size_t length);                                  /* valid UTF-8; escapes as RFC 8259 asks */
void json_write_string(struct json_writer *writer, const char *text); /* NULL writes null */
void json_write_int64(struct json_writer *writer, int64_t value);
void json_write_bool(struct json_writer *writer, int32_t value);
void json_write_null(struct json_writer *writer);
void json_write_time(struct json_writer *writer, int64_t time_us); /* ISO 8601, or null */
/* What was parsed, numbers as they were spelled. In place of json-c's own, which does not report a lack of memory. */
void json_write_value(struct json_writer *writer, struct json_object *value);

/* Members of an object; NULL, 0 or the fallback when the object is not one, or the member is missing or another type.
 */
struct json_object *json_member(struct json_object *object, const char *key);
struct json_object *json_member_object(struct json_object *object, const char *key);
struct json_object *json_member_array(struct json_object *object, const char *key);
const char *json_member_text(struct json_object *object, const char *key); /* borrowed; may hold NULs: see length */
const char *json_member_text_length(struct json_object *object, const char *key, size_t *length);
int64_t json_member_int64(struct json_object *object, const char *key, int64_t fallback);
int32_t json_member_true(struct json_object *object, const char *key); /* 1 only for true */
/* A number (any unit), an ISO string, a string of digits or {"$date":{"$numberLong":"..."}}; else CPK_TIME_UNKNOWN. */
int64_t json_member_time(struct json_object *object, const char *key);

/* Parses one whole value. CPK_ERROR_INVALID_DATA says where it went wrong. Free with json_object_put(). A value that is
 * NULL with CPK_OK is JSON's null; without memory the result is CPK_ERROR_OUT_OF_MEMORY. */
cpk_status json_parse(const char *text, size_t length, int32_t max_depth, struct json_object **value,
                      cpk_error **error);

/* As RFC 8259 has it and no more: valid UTF-8, and no object says a name twice. For what is signed, where two readers
 * must not see two things. */
cpk_status json_parse_strict(const char *text, size_t length, int32_t max_depth, struct json_object **value,
                             cpk_error **error);

#endif
