#ifndef CONTEXTPACK_NODE_LIBRARY_H
#define CONTEXTPACK_NODE_LIBRARY_H

#include "generated.h"

typedef struct library_symbol {
    const char *name;
    size_t offset; /* in library_functions */
} library_symbol;

extern const library_symbol library_symbols[];
extern const size_t library_symbol_count;

/** The library's functions, once library_open() has succeeded; the same for all environments. */
extern library_functions library;

/** Opens the library once a process. NULL, or a sentence that says why it can't be used. */
const char *library_open(void);

/** Where the library was found; "" before. */
const char *library_path(void);

/** Returns the file that provides a symbol in the library's scope; NULL if none does. */
const char *library_origin(const char *symbol);

#endif
