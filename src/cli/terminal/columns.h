/* A text table. Cells are kept until all column widths are known. */
#ifndef CLI_TERMINAL_COLUMNS_H
#define CLI_TERMINAL_COLUMNS_H

#include "terminal/output.h"

#define COLUMNS_MAX 16

struct columns {
    char alignments[COLUMNS_MAX + 1]; /* one letter for each column: 'l' or 'r' */
    char **cells;
    size_t count;
    size_t room;
    bool failed; /* out of memory */
};

void columns_init(struct columns *columns, const char *alignments);
void columns_add(struct columns *columns, const char *text); /* adds the next cell; the first row is the heading */
void columns_print(const struct columns *columns, struct output *out);
void columns_free(struct columns *columns);

#endif
