/* The schema's words and the API's numbers: a table whose index is the number, index 0 unused, NULL at the end. */
#ifndef API_NAMES_H
#define API_NAMES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* 0 when the word is not in the table. */
static inline int32_t name_find(const char *const names[], const char *word)
{
    for (int32_t i = 1; word != NULL && names[i] != NULL; i++) {
        if (strcmp(names[i], word) == 0) {
            return i;
        }
    }
    return 0;
}

#endif
