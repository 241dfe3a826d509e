/* Parses MIME (RFC 2045 to 2047, 2231) in memory: header fields, their parameters, encodings of bodies, and the parts
 * of a multipart body. Nothing is copied before it is decoded; whatever the bytes are, nothing outside of them is read.
 */
#ifndef EXTRACT_MAIL_MIME_H
#define EXTRACT_MAIL_MIME_H

#include "base/buffer.h"

#include <contextpack/error.h>

struct mime_span {
    const char *text;
    size_t length;
};

/* A message or a part of one: header fields up to the first empty line, or the first that is no field, and what
 * follows.
 */
struct mime_entity {
    struct mime_span header;
    struct mime_span body;
};

void mime_split(struct mime_span bytes, struct mime_entity *entity);

/* The next field from *at on; 0 at the end. The value may have several lines. Lines that are no field are skipped. */
int32_t mime_next_field(struct mime_span header, size_t *at, struct mime_span *name, struct mime_span *value);
int32_t mime_name_is(struct mime_span name, const char *wanted); /* in any case */

/* The value of the first field of that name; empty if there is none. */
struct mime_span mime_field(struct mime_span header, const char *name);

/* Appends a value as one line of UTF-8, with its encoded words decoded. */
cpk_status mime_append_text(struct buffer *target, struct mime_span value, cpk_error **error);

/* The part of a value before its parameters, "text/plain", in lower case; "" if it does not fit. */
#define MIME_TOKEN_BYTES 128
void mime_token(struct mime_span value, char token[MIME_TOKEN_BYTES]);

/* Appends a parameter, decoded also if it is in pieces or has an encoding of its own; nothing if there is none. */
cpk_status mime_append_parameter(struct buffer *target, struct mime_span value, const char *name, cpk_error **error);

/* Appends a body in its transfer encoding: quoted-printable, base64, or as it is. */
void mime_decode(struct buffer *target, struct mime_span body, const char *encoding);

/* The next part of a multipart body from *at on; 0 if there is none. *at is 0 at first. The last part may be cut off.
 */
int32_t mime_next_part(struct mime_span body, const char *boundary, size_t *at, struct mime_span *part);

/* 1 if a multipart body has the delimiter that ends its last part: it is whole. */
int32_t mime_is_closed(struct mime_span body, const char *boundary);

/* A date of a header field, "Tue, 1 Jul 2003 10:52:37 +0200"; else CPK_TIME_UNKNOWN. */
int64_t mime_time(struct mime_span value);

#endif
