/* The body of a page that is text, converted to UTF-8 when its Content-Type names an encoding. As in browsers a byte
 * order mark counts more than that name, and the name more than what the page says of itself. */
#ifndef INGEST_LINK_TEXT_H
#define INGEST_LINK_TEXT_H

#include "base/buffer.h"
#include "extract/document/charset.h"

struct link_text {
    struct charset_decoder decoder;
    struct buffer pending; /* the beginning until it is long enough to judge, then an incomplete character */
    struct buffer output;  /* of the last call */
    int32_t is_judged;
    int32_t is_converted;
};

void link_text_init(struct link_text *text, const cpk_allocator *allocator);
void link_text_free(struct link_text *text);

/* Takes the next bytes; text->output is what is to be stored of them. `content_type` may be NULL. */
cpk_status link_text_add(struct link_text *text, const char *content_type, const void *data, size_t length,
                         cpk_error **error);
/* The end of the body. */
cpk_status link_text_end(struct link_text *text, const char *content_type, cpk_error **error);

#endif
