/* Finds the nearest of some words, for "did you mean". */
#ifndef CLI_OPTIONS_SUGGEST_H
#define CLI_OPTIONS_SUGGEST_H

#include <stddef.h>

struct suggest {
    const char *word;
    const char *nearest; /* NULL if no word is near enough */
    size_t distance;
};

void suggest_init(struct suggest *suggest, const char *word);
void suggest_offer(struct suggest *suggest, const char *candidate);

#endif
