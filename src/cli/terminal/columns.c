#include "terminal/columns.h"

#include "terminal/format.h"

#include <stdio.h>
#include <stdlib.h>

#define GAP "  "

void columns_init(struct columns *columns, const char *alignments)
{
    *columns = (struct columns){.count = 0};
    snprintf(columns->alignments, sizeof columns->alignments, "%s", alignments);
}

void columns_add(struct columns *columns, const char *text)
{
    if (columns->count == columns->room) {
        size_t room = columns->room == 0 ? 64 : columns->room * 2;
        char **cells = realloc(columns->cells, room * sizeof *cells);

        if (cells == NULL) {
            columns->failed = true;
            return;
        }
        columns->cells = cells;
        columns->room = room;
    }
    columns->cells[columns->count] = strdup(text);
    columns->failed = columns->failed || columns->cells[columns->count] == NULL;
    columns->count += columns->cells[columns->count] != NULL;
}

static size_t column_width(const struct columns *columns, size_t column, size_t column_count)
{
    size_t width = 0;

    for (size_t i = column; i < columns->count; i += column_count) {
        size_t cell = format_width(columns->cells[i]);

        width = cell > width ? cell : width;
    }
    return width;
}

static void print_cell(struct output *out, const char *text, size_t width, bool right, bool last)
{
    size_t padding = width - format_width(text);

    for (size_t i = 0; right && i < padding; i++) {
        output_write(out, " ", 1);
    }
    output_foreign(out, text);
    for (size_t i = 0; !right && !last && i < padding; i++) {
        output_write(out, " ", 1);
    }
    output_string(out, last ? "\n" : GAP);
}

void columns_print(const struct columns *columns, struct output *out)
{
    size_t column_count = strlen(columns->alignments);
    size_t widths[COLUMNS_MAX] = {0};

    if (columns->failed) {
        output_string(out, "(out of memory)\n");
        return;
    }
    for (size_t column = 0; column < column_count; column++) {
        widths[column] = column_width(columns, column, column_count);
    }
    for (size_t i = 0; i < columns->count; i++) {
        size_t column = i % column_count;

        if (i == 0) {
            output_style(out, STYLE_BOLD);
        }
        if (i == column_count) {
            output_style(out, STYLE_PLAIN);
        }
        print_cell(out, columns->cells[i], widths[column], columns->alignments[column] == 'r',
                   column + 1 == column_count);
    }
    if (columns->count <= column_count) {
        output_style(out, STYLE_PLAIN);
    }
}

void columns_free(struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        free(columns->cells[i]);
    }
    free(columns->cells);
}
