/* The table of known places. */
#ifndef ANALYZE_RULES_PLACE_H
#define ANALYZE_RULES_PLACE_H

#include <stddef.h>
#include <stdint.h>

#define PLACE_FILTER_BITS (size_t)262144 /* a power of two, about ten times the places */

/* Tells most words with which no place's name begins. */
struct place_filter {
    uint64_t bits[PLACE_FILTER_BITS / 64];
};

void place_filter_fill(struct place_filter *filter);
/* 0 if no place's name begins with the lower-case word; 1 if one may. */
int32_t place_may_begin(const struct place_filter *filter, const char *word, size_t length);
/* 1 if the table has the lower-case name; `capital`: it was written with one. */
int32_t place_is_known(const char *name, size_t length, int32_t capital);

#endif
