/* A table for people: cells are kept until every column's width is known. */
#ifndef CLI_TERMINAL_COLUMNS_H
#define CLI_TERMINAL_COLUMNS_H

#include "terminal/output.h"

typedef struct columns {
    const char *alignments; /* a letter a column: 'l' or 'r' */
    char **cells;
    size_t count;
    size_t room;
    bool failed; /* out of memory */
} columns;

void columns_init(columns *columns, const char *alignments);
void columns_add(columns *columns, const char *text); /* the next cell, row by row; the first row is the heading */
void columns_print(const columns *columns, output *out);
void columns_free(columns *columns);

#endif
