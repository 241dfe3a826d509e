/* Recognises the lines of a transcript that say who speaks: "#### You:", "**ChatGPT:** Hello", "You said:", "Human:
 * Hi", "<|im_start|>user", "> You: Hi", "12/03/2025, 10:02 - Ada: Hi". */
#ifndef EXTRACT_TRANSCRIPT_SPEAKER_H
#define EXTRACT_TRANSCRIPT_SPEAKER_H

#include "extract/transcript/speaker_names.h"

#include <contextpack/base.h>

#define SPEAKER_OTHERS_MAX 8
#define SPEAKER_ROLE_OTHER (-1) /* of speaker_role(): somebody else, of whom it is not known who */

/* Parts of a style. */
enum speaker_markup {
    SPEAKER_LEVEL = 0x7,
    SPEAKER_BOLD = 0x8,
    SPEAKER_COLON = 0x10,
    SPEAKER_BRACKET = 0x20,
    SPEAKER_WIDE = 0x40,
    SPEAKER_QUOTE = 0x80,  /* the line is quoted: "> You: Hi" */
    SPEAKER_MARKER = 0x100 /* an element or token around the turn: "<user>", "<|im_start|>user" */
};

/* A line that may start with a speaker's label. */
struct speaker_line {
    int32_t style;    /* of its markup, enum speaker_markup; equal for all speakers of a transcript */
    int32_t is_timed; /* a time stands before or after the label, as in messengers */
    int32_t is_token; /* a marker of the formats that models read, which nothing else has */
    char label[SPEAKER_LABEL_BYTES];
    const char *rest; /* what is said on the same line; may be empty */
    size_t rest_length;
};

/* What a whole transcript uses. */
struct speaker_style {
    int32_t style;
    int32_t answers_follow;                               /* quoted lines are the user's, the others the assistant's */
    char user[SPEAKER_LABEL_BYTES];                       /* a name that is used for the user; "" without one */
    char assistant[SPEAKER_LABEL_BYTES];                  /* a name that is used for the assistant; "" without one */
    char others[SPEAKER_OTHERS_MAX][SPEAKER_LABEL_BYTES]; /* names of other people */
    size_t other_count;
};

enum speaker_result {
    SPEAKER_NONE,   /* no transcript */
    SPEAKER_UNSURE, /* a transcript, but who speaks can't be told */
    SPEAKER_KNOWN
};

/* 1 if the line may start with a label. */
int32_t speaker_parse(const char *line, size_t length, struct speaker_line *parsed);

/* 1 if a line of printed text seems to begin a turn; names that are not those of a side count after the end of a
 * sentence.
 */
int32_t speaker_begins_turn(const char *line, size_t length, int32_t follows_sentence);

/* Length of the line up to the next marker that begins a turn; a marker at its start is passed. */
size_t speaker_piece(const char *line, size_t length);

/* Length of the line without the markers that end a turn. */
size_t speaker_trim_markers(const char *line, size_t length);

/* Length of the marks of a quoted line at its start, 0 if it is none. */
size_t speaker_quote_length(const char *line, size_t length);

/* Reads the beginning of a text. */
enum speaker_result speaker_detect(const char *text, size_t length, struct speaker_style *found);

/* CPK_ROLE_* of the label, SPEAKER_ROLE_OTHER, or 0 if the line starts no turn in this style. */
int32_t speaker_role(const struct speaker_style *style, const struct speaker_line *line);

/* Reads lines of a text in turn. */
int32_t speaker_next_line(const char **at, const char *end, const char **line, size_t *length);

/* An open fence of code; `length` is 0 outside of code. */
struct speaker_fence {
    size_t length;
    char mark;
};

/* 1 if the line is a fence. *is_opener is 1 if it can only open a block, since it names a language. */
int32_t speaker_parse_fence(const char *line, size_t length, struct speaker_fence *fence, int32_t *is_opener);

/* 1 if the fence closes the open one. */
int32_t speaker_closes(const struct speaker_fence *open, const struct speaker_fence *fence, int32_t is_opener);

#endif
