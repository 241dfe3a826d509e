/* Comparison of findings: values as sets of normalised words. */
#ifndef ANALYZE_PROFILE_SUBJECT_H
#define ANALYZE_PROFILE_SUBJECT_H

#include "base/buffer.h"

#define SUBJECT_MAX_WORDS 24 /* words of a value or text that are compared */

/* The distinct words with content, as sorted hashes. */
struct word_set {
    uint64_t words[SUBJECT_MAX_WORDS];
    size_t count;
};

/* Appends the normalised value: lower case, no articles, no plurals, one spelling. */
void subject_normalise(struct buffer *target, const char *value);
void word_set_read(struct word_set *set, const char *text);
size_t word_set_shared(const struct word_set *left, const struct word_set *right);
int32_t word_set_within(const struct word_set *inner, const struct word_set *outer); /* 1 if `inner` is empty */

#endif
