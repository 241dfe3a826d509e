/* Finds what a citation marker refers to in the metadata of its message, and writes it as links. */
#ifndef EXTRACT_CHATGPT_CITATION_SOURCE_H
#define EXTRACT_CHATGPT_CITATION_SOURCE_H

#include "extract/chatgpt/citation_lists.h"

struct citation_reference; /* position of a reference with a matched_text */

struct citation_finder {
    const struct citation_sources *sources;
    const cpk_allocator *allocator;
    struct citation_reference *references; /* read at the first marker */
    size_t reference_count;
    size_t reference_capacity;
    size_t next_reference;
    size_t next_citation; /* numbered markers met so far */
    size_t searches;      /* in lists that are searched from their start; limited for each message */
    size_t extra_max;     /* bytes that sources may still add */
    struct buffer scratch;
    int32_t is_read;
    int32_t out_of_memory;
};

void citation_finder_init(struct citation_finder *finder, const cpk_allocator *allocator,
                          const struct citation_sources *sources);
void citation_finder_free(struct citation_finder *finder);

/* The reference whose matched_text is the marker, searched from the last match on; NONE if there is none.
 * `without_brackets`: the marker has lost its private-use characters, which the matched_text may have. */
struct json_view citation_find_reference(struct citation_finder *finder, const char *marker, size_t length,
                                         int32_t without_brackets);

/* The page of "turn2search5" among the search results; NONE if there is none. */
struct json_view citation_find_turn(struct citation_finder *finder, const char *turn, size_t length);

/* The source of a marker [first:second<dagger>...]; second is -1 without one. NONE if there is none. Call once for each
 * such marker, in text order. */
struct json_view citation_find_numbered(struct citation_finder *finder, int64_t first, int64_t second);

/* Appends "[title](url)" for each page of a source that has a safe address and is not yet after `from` in the target,
 * or the name of its file. 1 if something was appended. */
int32_t citation_append_links(struct citation_finder *finder, struct buffer *target, size_t from,
                              struct json_view source);
/* Appends the reference's text for readers, unless it has a link to an unsafe address. */
int32_t citation_append_alternative(struct citation_finder *finder, struct buffer *target, struct json_view source);

#endif
