/* Recognises links to shared conversations, and how their content is requested. */
#ifndef INGEST_SHARE_LINK_H
#define INGEST_SHARE_LINK_H

#include "base/buffer.h"
#include "net/url.h"

#include <contextpack/error.h>

struct share_link {
    const char *provider; /* of the messages that are expected: "chatgpt", ...; NULL: any other page */
    struct buffer url;    /* what is requested */
    struct buffer form;   /* body of a POST with a form; empty: GET */
};

/* Hosts are compared as a whole, and only with https and without a port: anything else is an ordinary page. Call
 * share_link_free() also after an error. CPK_ERROR_OUT_OF_MEMORY. */
cpk_status share_link_find(struct share_link *link, const cpk_allocator *allocator, const char *url,
                           const struct url_parts *parts, cpk_error **error);
void share_link_free(struct share_link *link);

#endif
