/* The text of a message as a document. */
#ifndef EXTRACT_MAIL_MAIL_TEXT_H
#define EXTRACT_MAIL_MAIL_TEXT_H

#include "extract/mail/mime.h"

#include "base/context.h"

#include <contextpack/backend/extractor.h>

/* Appends a body part as lines of normal text: HTML as Markdown. `value` is its Content-Type. */
cpk_status mail_text_append(const struct context *context, const cpk_sink *sink, const char *name,
                            struct mime_span value, struct mime_span body, const char *encoding, struct buffer *target,
                            cpk_error **error);

struct mail_document {
    const char *name; /* of the input */
    const char *title;
    int64_t time_us;
};

/* Emits the text in sections, whose author is unknown. */
cpk_status mail_text_emit(const struct context *context, const cpk_sink *sink, struct mail_document *mail,
                          const struct buffer *text, cpk_error **error);

#endif
