/* Splits text into sentences: by terminators of any script and line breaks, but not at "e.g." or "3.5". */
#ifndef ANALYZE_LANGUAGE_SENTENCE_H
#define ANALYZE_LANGUAGE_SENTENCE_H

#include <stddef.h>
#include <stdint.h>

struct sentence {
    size_t start; /* byte offset, after white space and bullet */
    size_t end;
    size_t paragraph;       /* number of blank lines before it */
    size_t paragraph_start; /* byte offset of its paragraph */
    int32_t question;       /* ends with a question mark */
    int32_t colon;          /* ends with a colon and a line break */
    int32_t bullet;         /* a list item */
    int32_t line_end;       /* a line break follows */
};

struct sentence_reader {
    const char *text;
    size_t length;
    size_t at;
    size_t paragraph;
    size_t paragraph_start;
};

void sentence_reader_init(struct sentence_reader *reader, const char *text, size_t length);
int32_t sentence_next(struct sentence_reader *reader, struct sentence *sentence); /* 0 at the end */

#endif
