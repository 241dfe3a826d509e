/* Replaces the markers for citations, images and entities in ChatGPT's texts by readable text. */
#ifndef EXTRACT_CHATGPT_CITATION_H
#define EXTRACT_CHATGPT_CITATION_H

#include "base/json/json_view.h"

/* 1 if the text may contain a marker; most texts do not and need no copy. `bare`: also detect markers without their
 * private-use brackets ("citeturn0search0"), which occur only in texts of the assistant. */
int32_t citation_possible(const char *text, size_t length, int32_t bare);

/* Appends the text with markers replaced. `references` is the message's metadata.content_references (may be NONE): a
 * marker is replaced by its link, or removed without one. The text added by references is limited to a constant plus
 * the length of their JSON, so that repeated markers cannot inflate a text. Fails only with CPK_ERROR_OUT_OF_MEMORY. */
cpk_status citation_append_readable(struct buffer *target, const char *text, size_t length, int32_t bare,
                                    struct json_view references, cpk_error **error);

#endif
