/* Rows of named values as CSV (RFC 4180) or as JSON, handed on in pieces: a report of any length takes little memory.
 */
#ifndef MAINTENANCE_REPORT_OUT_H
#define MAINTENANCE_REPORT_OUT_H

#include "base/context.h"
#include "base/json/json.h"

typedef struct report_out {
    cpk_write_fn write;
    void *write_user;
    int32_t is_json;
    buffer buffer;
    json_writer json;
    int32_t has_cell; /* the row has one already */
} report_out;

void report_out_init(report_out *out, const context *context, int32_t format, cpk_write_fn write, void *write_user);
void report_out_free(report_out *out);

/* What stands around the rows in JSON only: members of the one object. */
void report_out_fact(report_out *out, const char *name, int64_t value);
void report_out_fact_text(report_out *out, const char *name, const char *value);
void report_out_fact_time(report_out *out, const char *name, int64_t time_us);

/* The header's line, or the start of the object. */
void report_out_begin(report_out *out, const char *const columns[]);
void report_out_begin_rows(report_out *out, const char *name); /* an array of that name */
void report_out_end_rows(report_out *out);
cpk_status report_out_end(report_out *out, cpk_error **error); /* hands the rest on */

void report_out_begin_row(report_out *out);
void report_out_text(report_out *out, const char *name, const char *value); /* NULL: an empty cell, null */
void report_out_number(report_out *out, const char *name, int64_t value);
void report_out_no_number(report_out *out, const char *name);
void report_out_time(report_out *out, const char *name, int64_t time_us); /* ISO 8601, UTC */
/* Millionths: "12.34" as CSV has it, of two digits or as many as it takes; in JSON the number of millionths. */
void report_out_money(report_out *out, const char *name, int64_t micros);
cpk_status report_out_end_row(report_out *out, cpk_error **error); /* hands on what has come together */

#endif
