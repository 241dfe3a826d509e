/* Tables: lines below each other whose cells stand in the same columns. */
#include "extract/layout/layout_internal.h"

#include <string.h>

#define COLUMNS_MAX  24
#define ROWS_MIN     2
#define DISTANCE_MAX 3.0F /* in font sizes, from baseline to baseline */

struct columns {
    float left[COLUMNS_MAX];
    float right[COLUMNS_MAX];
    size_t count;
};

static int32_t is_row(const struct layout *layout, size_t index, size_t first)
{
    const struct layout_line *line = &layout->lines[index];
    const struct layout_line *previous = index > first ? &layout->lines[index - 1] : NULL;

    if (line->cell_count < 2 || line->cell_count > COLUMNS_MAX || line->page != layout->lines[first].page ||
        (line->flags & (LINE_FURNITURE | LINE_TURNED | LINE_RTL)) != 0) {
        return 0;
    }
    return previous == NULL ||
           (line->baseline > previous->baseline && line->baseline - previous->baseline < DISTANCE_MAX * line->size);
}

/* The column that a cell overlaps; COLUMNS_MAX if none or more than one. */
static size_t column_of(const struct columns *columns, const struct layout_cell *cell)
{
    size_t found = COLUMNS_MAX;

    for (size_t i = 0; i < columns->count; i++) {
        if (cell->left < columns->right[i] && columns->left[i] < cell->right) {
            if (found != COLUMNS_MAX) {
                return COLUMNS_MAX;
            }
            found = i;
        }
    }
    return found;
}

static int32_t insert_column(struct columns *columns, const struct layout_cell *cell)
{
    size_t at = columns->count;

    if (columns->count == COLUMNS_MAX) {
        return 0;
    }
    while (at > 0 && columns->left[at - 1] > cell->left) {
        columns->left[at] = columns->left[at - 1];
        columns->right[at] = columns->right[at - 1];
        at--;
    }
    columns->left[at] = cell->left;
    columns->right[at] = cell->right;
    columns->count++;
    return 1;
}

/* Fits a line's cells to the columns; the columns are unchanged if a cell overlaps two, or two cells one. */
static int32_t fit(const struct layout *layout, const struct layout_line *line, struct columns *columns)
{
    struct columns fitted = *columns;
    size_t last = COLUMNS_MAX;

    for (uint32_t i = 0; i < line->cell_count; i++) {
        const struct layout_cell *cell = &layout->cells[line->cell + i];
        size_t column = column_of(&fitted, cell);

        if (column == COLUMNS_MAX) {
            for (size_t k = 0; k < fitted.count; k++) {
                if (cell->left < fitted.right[k] && fitted.left[k] < cell->right) {
                    return 0;
                }
            }
            if (!insert_column(&fitted, cell)) {
                return 0;
            }
            column = column_of(&fitted, cell);
        } else {
            fitted.left[column] = cell->left < fitted.left[column] ? cell->left : fitted.left[column];
            fitted.right[column] = cell->right > fitted.right[column] ? cell->right : fitted.right[column];
        }
        if (column == last) {
            return 0;
        }
        last = column;
    }
    *columns = fitted;
    return 1;
}

static void append_cell(const struct layout *layout, const struct layout_line *line, const struct layout_cell *cell,
                        struct buffer *target)
{
    const char *text = buffer_text(&layout->text) + line->text + cell->start;

    for (uint32_t i = 0; i < cell->length; i++) {
        if (text[i] == '|') {
            buffer_append_byte(target, '\\');
        }
        buffer_append_byte(target, text[i]);
    }
    if ((line->flags & LINE_HYPHEN) != 0 && cell->start + cell->length == line->length) {
        buffer_append_byte(target, '-');
    }
}

static void append_row(const struct layout *layout, const struct layout_line *line, const struct columns *columns,
                       struct buffer *target)
{
    uint32_t next = 0;

    buffer_append_byte(target, '|');
    for (size_t column = 0; column < columns->count; column++) {
        buffer_append_byte(target, ' ');
        while (next < line->cell_count && column_of(columns, &layout->cells[line->cell + next]) == column) {
            append_cell(layout, line, &layout->cells[line->cell + next], target);
            buffer_append_byte(target, ' ');
            next++;
        }
        buffer_append_byte(target, '|');
    }
    buffer_append_byte(target, '\n');
}

size_t layout_table_append(const struct layout *layout, size_t first, size_t end, struct buffer *target)
{
    struct columns columns = {.count = 0};
    size_t rows = 0;

    while (first + rows < end && is_row(layout, first + rows, first) &&
           fit(layout, &layout->lines[first + rows], &columns)) {
        rows++;
    }
    if (rows < ROWS_MIN) {
        return 0;
    }
    for (size_t i = 0; i < rows; i++) {
        append_row(layout, &layout->lines[first + i], &columns, target);
        if (i == 0) {
            for (size_t column = 0; column < columns.count; column++) {
                buffer_append_text(target, "| --- ");
            }
            buffer_append_text(target, "|\n");
        }
    }
    return rows;
}
