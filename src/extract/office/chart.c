/* Charts of documents and slides: their titles, and their series as a table. */
#include "base/error.h"
#include "base/memory.h"
#include "extract/office/formats.h"

#include <string.h>

#define ROWS_MAX    256 /* points that are read of a chart */
#define COLUMNS_MAX 17  /* categories, and series */
#define CELLS_BYTES ((size_t)(ROWS_MAX + 1) * COLUMNS_MAX * sizeof(const char *))

enum { SERIES = 1, NAME, CATEGORIES, VALUES, POINT, VALUE, TITLE_TEXT };

static const struct xml_name NAMES[] = {
    {"cat", XML_C, CATEGORIES}, {"pt", XML_C, POINT},        {"ser", XML_C, SERIES},
    {"t", XML_A, TITLE_TEXT},   {"tx", XML_C, NAME},         {"v", XML_C, VALUE},
    {"val", XML_C, VALUES},     {"xVal", XML_C, CATEGORIES}, {"yVal", XML_C, VALUES},
};

struct chart {
    struct package *package;
    const char **cells; /* ROWS_MAX + 1 rows of COLUMNS_MAX; the first has the names of the series */
    int32_t series;     /* that is read, from 1 */
    int32_t in_series;
    int32_t part; /* NAME, CATEGORIES or VALUES */
    int32_t row;
    int32_t last_row;
    struct buffer text;
    struct buffer title;
};

static cpk_status start_element(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct chart *chart = self;

    (void)error;
    if (id == SERIES) {
        chart->series++;
        chart->in_series = 1;
        chart->part = 0;
    } else if (id == NAME || id == CATEGORIES || id == VALUES) {
        chart->part = id;
        chart->row = 0;
    } else if (id == POINT) {
        chart->row = xml_number(xml, "idx", ROWS_MAX) + 1;
    } else if (id == VALUE) {
        buffer_clear(&chart->text);
    }
    return CPK_OK;
}

static cpk_status keep_value(struct chart *chart, cpk_error **error)
{
    int32_t row = chart->part == NAME ? 0 : chart->row;
    int32_t column = chart->part == CATEGORIES ? 0 : chart->series;
    char rounded[NUMBER_TEXT_BYTES];
    const char *copy;

    if (!chart->in_series || chart->part == 0 || row > ROWS_MAX || column >= COLUMNS_MAX ||
        (row == 0 && chart->part != NAME)) {
        return CPK_OK;
    }
    copy = arena_copy_text(&chart->package->arena, chart->part == VALUES
                                                       ? office_round_number(buffer_text(&chart->text), rounded)
                                                       : buffer_text(&chart->text));
    if (copy == NULL || chart->text.failed) {
        return error_out_of_memory(error);
    }
    chart->cells[row * COLUMNS_MAX + column] = copy;
    chart->last_row = row > chart->last_row ? row : chart->last_row;
    return CPK_OK;
}

static cpk_status end_element(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct chart *chart = self;

    (void)xml;
    chart->in_series = id == SERIES ? 0 : chart->in_series;
    return id == VALUE ? keep_value(chart, error) : CPK_OK;
}

static cpk_status add_text(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    struct chart *chart = self;
    struct buffer *target = xml_current(xml) == VALUE                             ? &chart->text
                            : xml_current(xml) == TITLE_TEXT && !chart->in_series ? &chart->title
                                                                                  : NULL;

    if (target == NULL) {
        return CPK_OK;
    }
    buffer_append(target, text, length);
    return package_check_text(chart->package, target, error);
}

static void write_chart(const struct chart *chart, struct flow *flow)
{
    int32_t columns = chart->series + 1 < COLUMNS_MAX ? chart->series + 1 : COLUMNS_MAX;
    struct flow_table table;

    flow_add_paragraph(flow, buffer_text(&chart->title), chart->title.length);
    flow_table_init(&table, flow->text.allocator, columns);
    for (int32_t row = 0; row <= chart->last_row && chart->series > 0; row++) {
        for (int32_t column = 0; column < columns; column++) {
            const char *cell = chart->cells[row * COLUMNS_MAX + column];

            flow_table_add_cell(&table, cell != NULL ? cell : "", cell != NULL ? strlen(cell) : 0);
        }
        flow_table_end_row(&table, flow);
    }
    flow_table_free(&table);
}

cpk_status chart_read(struct package *package, const char *part, struct flow *flow, cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(NAMES), start_element, end_element, add_text};
    struct chart chart = {.package = package};
    int32_t found;
    cpk_status status;

    buffer_init(&chart.text, &package->context->allocator);
    buffer_init(&chart.title, &package->context->allocator);
    chart.cells = memory_allocate_zeroed(&package->context->allocator, CELLS_BYTES);
    status = chart.cells != NULL ? package_read_xml(package, part, &format, &chart, &found, error)
                                 : error_out_of_memory(error);
    if (status == CPK_OK) {
        write_chart(&chart, flow);
        status = package_check_text(package, &flow->text, error);
    }
    memory_release(&package->context->allocator, chart.cells, CELLS_BYTES);
    buffer_free(&chart.text);
    buffer_free(&chart.title);
    return status;
}
