/* Recognises the lines of a transcript that say who speaks: "#### You:", "**ChatGPT:** Hello", "You said:", "Human:
 * Hi". */
#ifndef EXTRACT_TRANSCRIPT_SPEAKER_H
#define EXTRACT_TRANSCRIPT_SPEAKER_H

#include <contextpack/base.h>

#define SPEAKER_LABEL_BYTES 64 /* longer labels are not those of speakers */

/* A line that may start with a speaker's label. */
struct speaker_line {
    int32_t style; /* of its markup; equal for all speakers of a transcript */
    char label[SPEAKER_LABEL_BYTES];
    const char *rest; /* what is said on the same line; may be empty */
    size_t rest_length;
};

/* What a whole transcript uses. */
struct speaker_style {
    int32_t style;
    char user[SPEAKER_LABEL_BYTES];      /* a name that is used for the user; "" without one */
    char assistant[SPEAKER_LABEL_BYTES]; /* a name that is used for the assistant; "" without one */
};

enum speaker_result {
    SPEAKER_NONE,   /* no transcript */
    SPEAKER_UNSURE, /* a transcript, but who speaks can't be told */
    SPEAKER_KNOWN
};

/* 1 if the line may start with a label. */
int32_t speaker_parse(const char *line, size_t length, struct speaker_line *parsed);

/* Reads the beginning of a text. */
enum speaker_result speaker_detect(const char *text, size_t length, struct speaker_style *found);

/* CPK_ROLE_* of the label, or 0 if the line starts no turn in this style. */
int32_t speaker_role(const struct speaker_style *style, const struct speaker_line *line);

/* Reads lines of a text in turn. *is_code is 1 inside of code fences; the caller initialises it to 0. */
int32_t speaker_next_line(const char **at, const char *end, const char **line, size_t *length, int32_t *is_code);

#endif
