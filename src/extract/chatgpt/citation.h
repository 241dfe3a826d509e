/* Replaces the markers for citations, images and entities in ChatGPT's texts by readable text. */
#ifndef EXTRACT_CHATGPT_CITATION_H
#define EXTRACT_CHATGPT_CITATION_H

#include "base/json/json_view.h"

/* Lists in a message's metadata that markers refer to; each may be NONE. All are of one document. */
struct citation_sources {
    struct json_view references; /* content_references: each names the text of its marker */
    struct json_view citations;  /* citations: of the markers up to 2024, in text order */
    struct json_view cited;      /* _cite_metadata.metadata_list: what the number of a marker counts */
    struct json_view groups;     /* search_result_groups: pages by turn, kind and number */
};

/* 1 if the text may contain a marker; most texts do not and need no copy. `is_answer`: a text of the assistant, which
 * may have markers without their private-use brackets ("citeturn0search0"). */
int32_t citation_possible(const char *text, size_t length, int32_t is_answer);

/* Appends the text with markers replaced: by the links of the pages that they cite (http, https and mailto only), or by
 * nothing. The text added by sources is limited to a constant plus the length of their JSON, so that repeated markers
 * cannot inflate a text. Fails only with CPK_ERROR_OUT_OF_MEMORY. */
cpk_status citation_append_readable(struct buffer *target, const char *text, size_t length, int32_t is_answer,
                                    const struct citation_sources *sources, cpk_error **error);

#endif
