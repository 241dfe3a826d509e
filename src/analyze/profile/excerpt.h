/* Excerpts: the sentences of a message that tell most about its author, verbatim. */
#ifndef ANALYZE_PROFILE_EXCERPT_H
#define ANALYZE_PROFILE_EXCERPT_H

#include "analyze/language/disclosure.h"
#include "base/buffer.h"

#define EXCERPT_SCORE_MAX 1000

struct excerpt_message {
    const char *masked; /* its text, with other people's as MASK_BYTE */
    const char *sure;   /* the same, with what is perhaps other people's masked too; scores less */
    size_t length;
    enum language language;
    int32_t weight; /* of its scores, in thousandths: less than 1000 for text that is hardly the person's */
};

/* Called for each excerpt: one line, white space collapsed, masked text as an ellipsis. `score` is from 1 to
 * EXCERPT_SCORE_MAX. */
typedef void (*excerpt_fn)(void *user, const char *text, int32_t score);

/* Reads a message. `line` is scratch space; its `failed` tells of missing memory. */
void excerpts_read(const struct disclosure_table *cues, const struct excerpt_message *message, struct buffer *line,
                   excerpt_fn emit, void *user);

#endif
