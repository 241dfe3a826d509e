/* Replaces the markers for citations, images and entities in ChatGPT's texts by readable text. */
#ifndef EXTRACT_CHATGPT_CITATION_H
#define EXTRACT_CHATGPT_CITATION_H

#include "extract/chatgpt/citation_lists.h"

/* 1 if the text may contain a marker; most texts do not and need no copy. `is_answer`: a text of the assistant, which
 * may have markers without their private-use brackets ("citeturn0search0"). */
int32_t citation_possible(const char *text, size_t length, int32_t is_answer);

/* Appends the text with markers replaced: by the links of the pages that they cite (http, https and mailto only), or by
 * nothing. The text added by sources is limited to a constant plus the length of their JSON, so that repeated markers
 * cannot inflate a text. Fails only with CPK_ERROR_OUT_OF_MEMORY. */
cpk_status citation_append_readable(struct buffer *target, const char *text, size_t length, int32_t is_answer,
                                    const struct citation_sources *sources, cpk_error **error);

#endif
