/* Writes rows of named values as CSV (RFC 4180) or JSON. Output is passed to the writer in pieces, so that memory does
 * not grow with the report. */
#ifndef MAINTENANCE_REPORT_OUT_H
#define MAINTENANCE_REPORT_OUT_H

#include "base/context.h"
#include "base/json/json.h"

struct report_out {
    cpk_write_fn write;
    void *write_user;
    int32_t is_json;
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
void report_out_begin(struct report_out *out, const char *const columns[]);
void report_out_begin_rows(struct report_out *out, const char *name); /* JSON only: opens the array `name` */
void report_out_end_rows(struct report_out *out);
cpk_status report_out_end(struct report_out *out, cpk_error **error); /* flushes */

void report_out_begin_row(struct report_out *out);
void report_out_text(struct report_out *out, const char *name, const char *value); /* NULL: empty cell or null */
void report_out_number(struct report_out *out, const char *name, int64_t value);
void report_out_null(struct report_out *out, const char *name);
void report_out_time(struct report_out *out, const char *name, int64_t time_us); /* ISO 8601, UTC */
/* An amount in millionths. CSV: a decimal number with two to six digits after the point; JSON: the integer. */
void report_out_money(struct report_out *out, const char *name, int64_t micros);
cpk_status report_out_end_row(struct report_out *out, cpk_error **error); /* flushes a full buffer */

#endif
