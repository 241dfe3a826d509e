/* A table for people: cells are kept until every column's width is known. */
#ifndef CLI_TERMINAL_COLUMNS_H
#define CLI_TERMINAL_COLUMNS_H

#include "terminal/output.h"

struct columns {
    const char *alignments; /* a letter a column: 'l' or 'r' */
    char **cells;
    size_t count;
    size_t room;
    bool failed; /* out of memory */
};

void columns_init(struct columns *columns, const char *alignments);
void columns_add(struct columns *columns,
                 const char *text); /* the next cell, row by row; the first row is the heading */
void columns_print(const struct columns *columns, struct output *out);
void columns_free(struct columns *columns);

#endif
