/* Text encodings: which one bytes have, and their conversion to UTF-8. */
#ifndef EXTRACT_DOCUMENT_CHARSET_H
#define EXTRACT_DOCUMENT_CHARSET_H

#include "base/buffer.h"

#include <contextpack/error.h>

#include <iconv.h>

#define CHARSET_NAME_BYTES 40

/* Zeroed: closed. */
struct charset_decoder {
    iconv_t converter;
    int32_t is_open;
    size_t unit_bytes; /* skipped where bytes have no meaning */
};

/* The encoding of the start of a text: "UTF-8", "UTF-16LE" ... by its byte order mark, its structure, or by a detector;
 * "" for ASCII alone. `mark_length`: bytes of a byte order mark, which is not text. A name that iconv knows. */
void charset_detect(const char *text, size_t length, char name[CHARSET_NAME_BYTES], size_t *mark_length);

/* 1 if the bytes are text of an encoding that ASCII is not part of: UTF-16 or UTF-32. */
int32_t charset_is_wide(const char *text, size_t length);

/* A name as documents write it, as the one that is meant: "iso-8859-1" is read as Windows-1252. */
const char *charset_known_name(const char *declared);

/* 1 if a document's name of an encoding can be read. */
int32_t charset_is_known(const char *declared);

/* An encoding that iconv does not know is read as Windows-1252. */
cpk_status charset_decoder_open(struct charset_decoder *decoder, const char *name, cpk_error **error);
int32_t charset_decoder_is_utf8(const struct charset_decoder *decoder);
void charset_decoder_close(struct charset_decoder *decoder);

/* Appends the source as UTF-8 and removes it; an incomplete character at its end stays unless `at_end`. Bytes that have
 * no meaning become U+FFFD. */
cpk_status charset_decode(struct charset_decoder *decoder, struct buffer *source, int32_t at_end, struct buffer *target,
                          cpk_error **error);

/* The same for a whole text. */
cpk_status charset_append(struct buffer *target, const char *name, const char *text, size_t length, cpk_error **error);

#endif
