/* Shared conversations of ChatGPT: the data of a page as the conversation of an export. */
#ifndef EXTRACT_SHARES_SHARE_CHATGPT_H
#define EXTRACT_SHARES_SHARE_CHATGPT_H

#include "base/json/json_view.h"
#include "extract/shares/turbo_stream.h"

/* Append the conversation as JSON in the form of an export; nothing if the data has none. The id is that of the
 * conversation that was shared, if the page tells it: shared and exported messages are then the same ones.
 * `title` is used if the data has none. */
cpk_status share_chatgpt_append_stream(const struct turbo_stream *stream, const char *title, struct buffer *target,
                                       cpk_error **error);
/* page_props is props.pageProps of __NEXT_DATA__. */
cpk_status share_chatgpt_append_next(const struct context *context, struct json_view page_props, const char *title,
                                     struct buffer *target, cpk_error **error);

#endif
