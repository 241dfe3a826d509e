/* When two findings say the same: values as sets of normalised words. */
#ifndef ANALYZE_SUBJECT_H
#define ANALYZE_SUBJECT_H

#include "base/buffer.h"

#define SUBJECT_MAX_WORDS 24 /* of a value or a text; later ones don't tell findings apart */

/* The words that carry meaning, hashed, sorted, each once. */
typedef struct word_set {
    uint64_t words[SUBJECT_MAX_WORDS];
    size_t count;
} word_set;

/* Appends a value in the form that is compared: lower case, no articles, no plural, one spelling. */
void subject_normalise(buffer *target, const char *value);
void word_set_read(word_set *set, const char *text);
size_t word_set_shared(const word_set *left, const word_set *right);
int32_t word_set_within(const word_set *inner, const word_set *outer); /* 1 also for an empty inner one */

#endif
