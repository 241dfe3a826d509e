/* What the markers of a message refer to. */
#ifndef EXTRACT_CHATGPT_CITATION_LISTS_H
#define EXTRACT_CHATGPT_CITATION_LISTS_H

#include "base/json/json_view.h"

/* Lists in a message's metadata that markers refer to; each may be NONE. All are of one document. */
struct citation_sources {
    struct json_view references; /* content_references: each names the text of its marker */
    struct json_view citations;  /* citations: of the markers up to 2024, in text order */
    struct json_view cited;      /* _cite_metadata.metadata_list: what the number of a marker counts */
    struct json_view groups;     /* search_result_groups: pages by turn, kind and number */
};

#endif
