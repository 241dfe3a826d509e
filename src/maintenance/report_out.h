/* Rows of named values as CSV (RFC 4180) or as JSON, handed on in pieces: a report of any length takes little memory.
 */
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
    int32_t has_cell; /* the row has one already */
};

void report_out_init(struct report_out *out, const struct context *context, int32_t format, cpk_write_fn write,
                     void *write_user);
void report_out_free(struct report_out *out);

/* What stands around the rows in JSON only: members of the one object. */
void report_out_fact(struct report_out *out, const char *name, int64_t value);
void report_out_fact_text(struct report_out *out, const char *name, const char *value);
void report_out_fact_time(struct report_out *out, const char *name, int64_t time_us);

/* The header's line, or the start of the object. */
void report_out_begin(struct report_out *out, const char *const columns[]);
void report_out_begin_rows(struct report_out *out, const char *name); /* an array of that name */
void report_out_end_rows(struct report_out *out);
cpk_status report_out_end(struct report_out *out, cpk_error **error); /* hands the rest on */

void report_out_begin_row(struct report_out *out);
void report_out_text(struct report_out *out, const char *name, const char *value); /* NULL: an empty cell, null */
void report_out_number(struct report_out *out, const char *name, int64_t value);
void report_out_no_number(struct report_out *out, const char *name);
void report_out_time(struct report_out *out, const char *name, int64_t time_us); /* ISO 8601, UTC */
/* Millionths: "12.34" as CSV has it, of two digits or as many as it takes; in JSON the number of millionths. */
void report_out_money(struct report_out *out, const char *name, int64_t micros);
cpk_status report_out_end_row(struct report_out *out, cpk_error **error); /* hands on what has come together */

#endif
