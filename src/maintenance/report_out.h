/* Writes rows of named values as CSV (RFC 4180) or JSON. Output is passed to the writer in pieces, so that memory does
 * not grow with the report. */
#ifndef MAINTENANCE_REPORT_OUT_H
#define MAINTENANCE_REPORT_OUT_H

#include "base/context.h"
#include "base/json/json.h"
#include "records/fields.h"

/* Lines of a report; a line may lack columns of other lines in JSON. In CSV, all lines have the same columns. */
#define REPORT_LINE_ENTRY 1
#define REPORT_LINE_HOLD  2

enum report_form { REPORT_TEXT, REPORT_NUMBER, REPORT_TIME, REPORT_MONEY };

/* The form of a kind, see records/fields.h. */
#define REPORT_FORM_ID      REPORT_TEXT
#define REPORT_FORM_TEXT    REPORT_TEXT
#define REPORT_FORM_COUNT   REPORT_NUMBER
#define REPORT_FORM_TOKENS  REPORT_NUMBER
#define REPORT_FORM_CREDITS REPORT_NUMBER
#define REPORT_FORM_MONEY   REPORT_MONEY
#define REPORT_FORM_TIME    REPORT_TIME

/* A column, from a table of src/records (report_*.def). A row of the report is a struct with a member for each. */
struct report_column {
    const char *name;    /* JSON key; NULL ends an array */
    const char *heading; /* CSV; NULL: in JSON only */
    enum report_form form;
    int32_t lines;
    size_t offset; /* of the member, see report_columns.def */
};

struct report_out {
    cpk_write_fn write;
    void *write_user;
    int32_t is_json;
    const struct report_column *columns;
    struct buffer buffer;
    struct json_writer json;
    int32_t has_cell; /* the current CSV row has a cell: a comma goes before the next */
};

void report_out_init(struct report_out *out, const struct context *context, int32_t format, cpk_write_fn write,
                     void *write_user);
void report_out_free(struct report_out *out);

/* JSON only: members of the top-level object. */
void report_out_fact(struct report_out *out, const char *name, int64_t value);
void report_out_fact_text(struct report_out *out, const char *name, const char *value);
void report_out_fact_time(struct report_out *out, const char *name, int64_t time_us);

/* Writes the CSV header line, or opens the JSON object. */
void report_out_begin(struct report_out *out, const struct report_column *columns);
void report_out_begin_rows(struct report_out *out, const char *name); /* JSON only: opens the array `name` */
void report_out_end_rows(struct report_out *out);
cpk_status report_out_end(struct report_out *out, cpk_error **error); /* flushes */

/* Writes a row, whose type is that of the columns; `line` is a REPORT_LINE_ constant. Empty in CSV and null in JSON: a
 * text that is NULL, FIELD_NONE, CPK_TIME_UNKNOWN. Times are ISO 8601 in UTC. Money, in millionths, is a decimal number
 * with two to six digits after the point in CSV. Flushes a full buffer. */
cpk_status report_out_row(struct report_out *out, const void *row, int32_t line, cpk_error **error);

#endif
