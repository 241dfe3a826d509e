/* SpreadsheetML: each sheet as a table. */
#include "base/error.h"
#include "base/number.h"
#include "base/time.h"
#include "extract/office/formats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAP_COLUMNS_MAX     64 /* empty columns between two cells that are written */
#define HIDDEN_RANGES_BYTES ((size_t)16 * 1024)
#define SERIAL_MAX          2958466 /* days of 9999-12-31 */
#define DAYS_1900           25569   /* from 1899-12-30 to 1970-01-01 */
#define DAYS_1904           24107   /* from 1904-01-01 */

enum {
    SHEET = 1,
    STRING_ITEM,
    TEXT,
    PHONETIC,
    ROW,
    CELL,
    VALUE,
    INLINE_STRING,
    FORMAT,
    CELL_FORMATS,
    CELL_FORMAT,
    WORKBOOK_PROPERTIES,
    SHEET_DATA,
    COLUMN
};

static const struct xml_name NAMES[] = {
    {"c", XML_S, CELL},
    {"cellXfs", XML_S, CELL_FORMATS},
    {"col", XML_S, COLUMN},
    {"is", XML_S, INLINE_STRING},
    {"numFmt", XML_S, FORMAT},
    {"rPh", XML_S, PHONETIC},
    {"row", XML_S, ROW},
    {"sheet", XML_S, SHEET},
    {"sheetData", XML_S, SHEET_DATA},
    {"si", XML_S, STRING_ITEM},
    {"t", XML_S, TEXT},
    {"v", XML_S, VALUE},
    {"workbookPr", XML_S, WORKBOOK_PROPERTIES},
    {"xf", XML_S, CELL_FORMAT},
};

struct sheet {
    const char *name;
    const char *part;
    struct sheet *next;
};

struct xlsx {
    struct package *package;
    struct flow *flow;
    struct relations relations;
    struct sheet *first;
    struct sheet **end;
    int32_t is_1904;
    struct buffer strings;      /* of all shared strings, each with a NUL */
    struct buffer string_at;    /* size_t: where each begins */
    struct buffer date_formats; /* int32_t: ids of own formats that are dates */
    struct buffer is_date;      /* a byte a cell format */
    int32_t in_cell_formats;

    struct flow_table table;
    struct buffer value;
    int32_t column;               /* of the current cell, from 0 */
    int32_t last;                 /* column that was written in this row */
    struct buffer hidden_columns; /* int32_t pairs: the first and the last, from 0 */
    int32_t is_row_hidden;
    int64_t hidden_rows;
    char type[16];
    int32_t style;
};

/* --- The workbook, its strings and formats --- */

static cpk_status add_sheet(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct xlsx *xlsx = self;
    const struct relation *relation;
    const char *value;
    struct sheet *sheet;

    if (id == WORKBOOK_PROPERTIES) {
        value = xml_value(xml, "date1904");
        xlsx->is_1904 = value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
    }
    relation = id == SHEET ? relations_find(&xlsx->relations, xml_attribute(xml, XML_R, "id")) : NULL;
    value = relation != NULL ? xml_value(xml, "state") : NULL;
    if (value != NULL && (strcmp(value, "hidden") == 0 || strcmp(value, "veryHidden") == 0)) {
        xlsx->package->hidden++;
        return CPK_OK;
    }
    if (relation == NULL || relation->is_external) {
        return CPK_OK;
    }
    sheet = arena_allocate_zeroed(&xlsx->package->arena, 1, sizeof *sheet);
    value = xml_value(xml, "name");
    if (sheet != NULL) {
        sheet->name = arena_copy_text(&xlsx->package->arena, value != NULL ? value : "");
        sheet->part = relation->target;
    }
    if (sheet == NULL || sheet->name == NULL) {
        return error_out_of_memory(error);
    }
    *xlsx->end = sheet;
    xlsx->end = &sheet->next;
    return CPK_OK;
}

static cpk_status start_string(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct xlsx *xlsx = self;

    (void)xml;
    (void)error;
    if (id == STRING_ITEM) {
        buffer_append(&xlsx->string_at, &xlsx->strings.length, sizeof(size_t));
    }
    return CPK_OK;
}

static cpk_status end_string(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct xlsx *xlsx = self;

    (void)xml;
    if (id == STRING_ITEM) {
        buffer_append_byte(&xlsx->strings, '\0');
        return package_check_text(xlsx->package, &xlsx->strings, error);
    }
    return CPK_OK;
}

static cpk_status add_string_text(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    struct xlsx *xlsx = self;

    (void)error;
    if (xml_current(xml) == TEXT && xml_parent(xml) != PHONETIC) {
        buffer_append(&xlsx->strings, text, length);
    }
    return CPK_OK;
}

/* 1 for a format whose code has parts of a date: years or days, outside of quotes and brackets. */
static int32_t is_date_code(const char *code)
{
    char close = '\0';

    for (; *code != '\0'; code++) {
        if (close != '\0') {
            close = *code == close ? '\0' : close;
        } else if (*code == '"' || *code == '[') {
            close = *code == '"' ? '"' : ']';
        } else if (*code == '\\' && code[1] != '\0') {
            code++;
        } else if (strchr("yYdD", *code) != NULL) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_date_format(const struct xlsx *xlsx, int32_t format)
{
    const char *own = buffer_text(&xlsx->date_formats);

    for (size_t at = 0; at + sizeof(int32_t) <= xlsx->date_formats.length; at += sizeof(int32_t)) {
        if (memcmp(own + at, &format, sizeof format) == 0) {
            return 1;
        }
    }
    return (format >= 14 && format <= 17) || format == 22 || (format >= 27 && format <= 31) || format == 36 ||
           (format >= 50 && format <= 58);
}

static int32_t number_attribute(const struct xml *xml, const char *name)
{
    const char *value = xml_value(xml, name);
    long number = value != NULL ? strtol(value, NULL, 10) : 0;

    return number >= 0 && number < INT32_MAX ? (int32_t)number : 0;
}

static cpk_status start_format(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct xlsx *xlsx = self;
    const char *code;

    (void)error;
    if (id == FORMAT) {
        int32_t format = number_attribute(xml, "numFmtId");

        code = xml_value(xml, "formatCode");
        if (code != NULL && is_date_code(code) && xlsx->date_formats.length < 4096) {
            buffer_append(&xlsx->date_formats, &format, sizeof format);
        }
    } else if (id == CELL_FORMATS) {
        xlsx->in_cell_formats = 1;
    } else if (id == CELL_FORMAT && xlsx->in_cell_formats) {
        buffer_append_byte(&xlsx->is_date, (char)is_date_format(xlsx, number_attribute(xml, "numFmtId")));
    }
    return CPK_OK;
}

static cpk_status end_format(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct xlsx *xlsx = self;

    (void)xml;
    (void)error;
    xlsx->in_cell_formats = id == CELL_FORMATS ? 0 : xlsx->in_cell_formats;
    return CPK_OK;
}

/* --- A sheet --- */

/* The column of a reference, "AB12" is 27; -1 without one. */
static int32_t column_of(const char *reference)
{
    int32_t column = 0;

    for (; reference != NULL && *reference >= 'A' && *reference <= 'Z' && column < 20000; reference++) {
        column = column * 26 + (*reference - 'A') + 1;
    }
    return column - 1;
}

static int32_t is_hidden_column(const struct xlsx *xlsx, int32_t column)
{
    int32_t range[2];

    for (size_t at = 0; at + sizeof range <= xlsx->hidden_columns.length; at += sizeof range) {
        memcpy(range, xlsx->hidden_columns.data + at, sizeof range);
        if (column >= range[0] && column <= range[1]) {
            return 1;
        }
    }
    return 0;
}

static void add_columns(struct xlsx *xlsx, const struct xml *xml)
{
    const int32_t range[2] = {number_attribute(xml, "min") - 1, number_attribute(xml, "max") - 1};

    if (xml_is_on(xml, "hidden", 0) && xlsx->hidden_columns.length < HIDDEN_RANGES_BYTES) {
        buffer_append(&xlsx->hidden_columns, range, sizeof range);
        xlsx->package->hidden++;
    }
}

static cpk_status start_cell(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct xlsx *xlsx = self;

    (void)error;
    if (id == COLUMN) {
        add_columns(xlsx, xml);
    } else if (id == ROW) {
        xlsx->column = xlsx->last = -1;
        xlsx->is_row_hidden = xml_is_on(xml, "hidden", 0);
        xlsx->hidden_rows += xlsx->is_row_hidden;
    } else if (id == CELL) {
        const char *type = xml_value(xml, "t");
        int32_t column = column_of(xml_value(xml, "r"));

        snprintf(xlsx->type, sizeof xlsx->type, "%s", type != NULL ? type : "n");
        xlsx->style = number_attribute(xml, "s");
        xlsx->column = column > xlsx->column ? column : xlsx->column + 1;
        buffer_clear(&xlsx->value);
    }
    return CPK_OK;
}

static cpk_status add_cell_text(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    struct xlsx *xlsx = self;
    int32_t id = xml_current(xml);

    if (id == VALUE || (id == TEXT && xml_parent(xml) != PHONETIC)) {
        buffer_append(&xlsx->value, text, length);
        return package_check_text(xlsx->package, &xlsx->value, error);
    }
    return CPK_OK;
}

static const char *shared_string(const struct xlsx *xlsx)
{
    unsigned long index = strtoul(buffer_text(&xlsx->value), NULL, 10);
    size_t start;

    if (index >= xlsx->string_at.length / sizeof start) {
        return "";
    }
    memcpy(&start, xlsx->string_at.data + index * sizeof start, sizeof start);
    return start < xlsx->strings.length ? xlsx->strings.data + start : "";
}

/* A number as a date or a time of day; 0 if it is none. */
static int32_t format_date(const struct xlsx *xlsx, char text[TIME_TEXT_BYTES])
{
    double serial = number_read(buffer_text(&xlsx->value), NULL);
    double days = floor(serial);
    int64_t seconds;

    if (xlsx->style < 0 || (size_t)xlsx->style >= xlsx->is_date.length || !xlsx->is_date.data[xlsx->style] ||
        !(serial >= 1 && serial < SERIAL_MAX)) {
        return 0;
    }
    seconds = ((int64_t)days - (xlsx->is_1904 ? DAYS_1904 : DAYS_1900)) * 86400 + llround((serial - days) * 86400);
    if (serial > days) {
        time_format_minute(seconds * 1000000, text);
    } else {
        time_format_date(seconds * 1000000, text);
    }
    return text[0] != '\0';
}

static void add_cell(struct xlsx *xlsx)
{
    const char *value = buffer_text(&xlsx->value);
    char text[TIME_TEXT_BYTES];
    char rounded[NUMBER_TEXT_BYTES];

    for (int32_t i = xlsx->last + 1; i < xlsx->column && i <= xlsx->last + GAP_COLUMNS_MAX; i++) {
        if (!is_hidden_column(xlsx, i)) {
            flow_table_add_cell(&xlsx->table, "", 0);
        }
    }
    xlsx->last = xlsx->column;
    if (strcmp(xlsx->type, "s") == 0 && value[0] != '\0') {
        value = shared_string(xlsx);
    } else if (strcmp(xlsx->type, "b") == 0) {
        value = strcmp(value, "1") == 0 ? "TRUE" : "FALSE";
    } else if (strcmp(xlsx->type, "n") == 0 && format_date(xlsx, text)) {
        value = text;
    } else if (strcmp(xlsx->type, "n") == 0) {
        value = office_round_number(value, rounded);
    }
    flow_table_add_cell(&xlsx->table, value, strlen(value));
}

static cpk_status end_cell(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct xlsx *xlsx = self;

    (void)xml;
    if (xlsx->is_row_hidden || (id == CELL && is_hidden_column(xlsx, xlsx->column))) {
        return CPK_OK;
    }
    if (id == CELL) {
        add_cell(xlsx);
        return package_check_text(xlsx->package, &xlsx->table.row, error);
    }
    if (id == ROW) {
        flow_table_end_row(&xlsx->table, xlsx->flow);
        return package_check_text(xlsx->package, &xlsx->flow->text, error);
    }
    return CPK_OK;
}

/* --- Reading --- */

static cpk_status read_shared(struct xlsx *xlsx, cpk_error **error)
{
    static const struct xml_format string_format = {XML_NAMES(NAMES), start_string, end_string, add_string_text};
    static const struct xml_format style_format = {XML_NAMES(NAMES), start_format, end_format, NULL};
    const struct relation *relation = relations_find_type(&xlsx->relations, "sharedStrings");
    int32_t found;

    if (relation != NULL) {
        CPK_TRY(package_read_xml(xlsx->package, relation->target, &string_format, xlsx, &found, error));
        buffer_append_byte(&xlsx->strings, '\0'); /* also of one that was cut off */
    }
    relation = relations_find_type(&xlsx->relations, "styles");
    if (relation != NULL) {
        CPK_TRY(package_read_xml(xlsx->package, relation->target, &style_format, xlsx, &found, error));
    }
    return xlsx->strings.failed || xlsx->string_at.failed || xlsx->is_date.failed || xlsx->date_formats.failed
               ? error_out_of_memory(error)
               : CPK_OK;
}

static cpk_status read_sheet(struct xlsx *xlsx, const struct sheet *sheet, cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(NAMES), start_cell, end_cell, add_cell_text};
    size_t before;
    int32_t found;

    flow_add_heading(xlsx->flow, 2, sheet->name, strlen(sheet->name));
    before = xlsx->flow->text.length;
    xlsx->table.columns = xlsx->table.rows = xlsx->table.cells = 0;
    buffer_clear(&xlsx->table.row);
    buffer_clear(&xlsx->hidden_columns);
    xlsx->is_row_hidden = 0;
    xlsx->hidden_rows = 0;
    CPK_TRY(package_read_xml(xlsx->package, sheet->part, &format, xlsx, &found, error));
    if (xlsx->table.cells > 0) {
        flow_table_end_row(&xlsx->table, xlsx->flow);
    }
    xlsx->package->hidden += xlsx->hidden_rows > 0;
    xlsx->flow->text.failed |= xlsx->hidden_columns.failed;
    if (xlsx->flow->text.length == before && !xlsx->flow->text.failed && xlsx->first == sheet && sheet->next == NULL) {
        flow_clear(xlsx->flow); /* only the name of an empty sheet */
    }
    return package_check_text(xlsx->package, &xlsx->flow->text, error);
}

static cpk_status read_workbook(struct xlsx *xlsx, cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(NAMES), add_sheet, NULL, NULL};
    const char *main_part;
    int32_t found;

    CPK_TRY(package_open_main(xlsx->package, "xl/workbook.xml", &main_part, error));
    CPK_TRY(package_read_relations(xlsx->package, main_part, &xlsx->relations, error));
    CPK_TRY(package_read_xml(xlsx->package, main_part, &format, xlsx, &found, error));
    CPK_TRY(read_shared(xlsx, error));
    for (const struct sheet *sheet = xlsx->first; sheet != NULL; sheet = sheet->next) {
        CPK_TRY(read_sheet(xlsx, sheet, error));
    }
    return CPK_OK;
}

cpk_status xlsx_read(struct package *package, struct flow *flow, cpk_error **error)
{
    struct xlsx xlsx = {.package = package, .flow = flow};
    struct buffer *buffers[] = {&xlsx.strings, &xlsx.string_at, &xlsx.date_formats,
                                &xlsx.is_date, &xlsx.value,     &xlsx.hidden_columns};
    cpk_status status;

    xlsx.end = &xlsx.first;
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        buffer_init(buffers[i], &package->context->allocator);
    }
    flow_table_init(&xlsx.table, &package->context->allocator, 0);
    status = read_workbook(&xlsx, error);
    flow_table_free(&xlsx.table);
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        buffer_free(buffers[i]);
    }
    return status;
}
