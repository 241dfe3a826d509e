#include "maintenance/report_out.h"

#include "base/error.h"
#include "base/time.h"

#include <contextpack/report.h>

#include <string.h>

#define PIECE_BYTES 16384

void report_out_init(struct report_out *out, const struct context *context, int32_t format, cpk_write_fn write,
                     void *write_user)
{
    memset(out, 0, sizeof *out);
    out->write = write;
    out->write_user = write_user;
    out->is_json = format == CPK_REPORT_JSON;
    buffer_init(&out->buffer, &context->allocator);
    json_writer_init(&out->json, &out->buffer);
}

void report_out_free(struct report_out *out)
{
    buffer_free(&out->buffer);
}

/* Passes the buffer to the writer if it has at least min_bytes. */
static cpk_status flush_buffer(struct report_out *out, size_t min_bytes, cpk_error **error)
{
    if (out->buffer.failed) {
        return error_out_of_memory(error);
    }
    if (out->buffer.length == 0 || out->buffer.length < min_bytes) {
        return CPK_OK;
    }
    if (out->write(out->write_user, out->buffer.data, out->buffer.length) != 0) {
        return error_set(error, CPK_ERROR_CANCELLED, "report", "the write callback stopped the report");
    }
    buffer_clear(&out->buffer);
    return CPK_OK;
}

/* --- cells --- */

/* Prefixes an apostrophe to text that a spreadsheet would evaluate as a formula. */
static void write_csv_text(struct report_out *out, const char *value)
{
    const char *risky = strchr("=+-@\t\r", value[0]);

    buffer_append_byte(&out->buffer, '"');
    if (value[0] != '\0' && risky != NULL) {
        buffer_append_byte(&out->buffer, '\'');
    }
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '"') {
            buffer_append_byte(&out->buffer, '"');
        }
        buffer_append_byte(&out->buffer, *at);
    }
    buffer_append_byte(&out->buffer, '"');
}

/* Starts a value: writes the JSON key or the CSV separator. Returns 1 for CSV. */
static int32_t begin_cell(struct report_out *out, const char *name)
{
    if (out->is_json) {
        json_write_key(&out->json, name);
        return 0;
    }
    if (out->has_cell) {
        buffer_append_byte(&out->buffer, ',');
    }
    out->has_cell = 1;
    return 1;
}

static void write_text(struct report_out *out, const char *name, const char *value)
{
    if (!begin_cell(out, name)) {
        json_write_string(&out->json, value);
    } else if (value != NULL) {
        write_csv_text(out, value);
    }
}

static void write_number(struct report_out *out, const char *name, int64_t value)
{
    if (begin_cell(out, name)) {
        buffer_append_format(&out->buffer, "%lld", (long long)value);
    } else {
        json_write_int64(&out->json, value);
    }
}

static void write_null(struct report_out *out, const char *name)
{
    if (!begin_cell(out, name)) {
        json_write_null(&out->json);
    }
}

static void write_time(struct report_out *out, const char *name, int64_t time_us)
{
    char text[TIME_TEXT_BYTES];

    if (begin_cell(out, name)) {
        time_format_iso(time_us, text);
        buffer_append_text(&out->buffer, text);
    } else {
        json_write_time(&out->json, time_us);
    }
}

static void write_money(struct report_out *out, const char *name, int64_t micros)
{
    uint64_t size = micros < 0 ? 0 - (uint64_t)micros : (uint64_t)micros;
    uint64_t fraction = size % 1000000;
    int digits = 6;

    if (!begin_cell(out, name)) {
        json_write_int64(&out->json, micros);
        return;
    }
    while (digits > 2 && fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    buffer_append_format(&out->buffer, "%s%llu.%0*llu", micros < 0 ? "-" : "", (unsigned long long)(size / 1000000),
                         digits, (unsigned long long)fraction);
}

/* --- structure --- */

void report_out_fact(struct report_out *out, const char *name, int64_t value)
{
    if (out->is_json) {
        json_write_key(&out->json, name);
        json_write_int64(&out->json, value);
    }
}

void report_out_fact_text(struct report_out *out, const char *name, const char *value)
{
    if (out->is_json) {
        json_write_key(&out->json, name);
        json_write_string(&out->json, value);
    }
}

void report_out_fact_time(struct report_out *out, const char *name, int64_t time_us)
{
    if (out->is_json) {
        json_write_key(&out->json, name);
        json_write_time(&out->json, time_us);
    }
}

void report_out_begin(struct report_out *out, const struct report_column *columns)
{
    out->columns = columns;
    if (out->is_json) {
        json_write_begin_object(&out->json);
        return;
    }
    for (const struct report_column *column = columns; column->name != NULL; column++) {
        if (column->heading != NULL) {
            buffer_append_text(&out->buffer, column > columns ? "," : "");
            buffer_append_text(&out->buffer, column->heading);
        }
    }
    buffer_append_text(&out->buffer, "\r\n");
}

void report_out_begin_rows(struct report_out *out, const char *name)
{
    if (out->is_json) {
        json_write_key(&out->json, name);
        json_write_begin_array(&out->json);
    }
}

void report_out_end_rows(struct report_out *out)
{
    if (out->is_json) {
        json_write_end_array(&out->json);
    }
}

cpk_status report_out_end(struct report_out *out, cpk_error **error)
{
    if (out->is_json) {
        json_write_end_object(&out->json);
        buffer_append_byte(&out->buffer, '\n');
    }
    return flush_buffer(out, 0, error);
}

static void write_cell(struct report_out *out, const struct report_column *column, const void *member)
{
    if (column->form == REPORT_TEXT) {
        write_text(out, column->name, *(const char *const *)member);
    } else if (column->form == REPORT_TIME) {
        write_time(out, column->name, *(const int64_t *)member);
    } else if (*(const int64_t *)member == FIELD_NONE) {
        write_null(out, column->name);
    } else if (column->form == REPORT_MONEY) {
        write_money(out, column->name, *(const int64_t *)member);
    } else {
        write_number(out, column->name, *(const int64_t *)member);
    }
}

cpk_status report_out_row(struct report_out *out, const void *row, int32_t line, cpk_error **error)
{
    out->has_cell = 0;
    if (out->is_json) {
        json_write_begin_object(&out->json);
    }
    for (const struct report_column *column = out->columns; column->name != NULL; column++) {
        if (out->is_json ? (column->lines & line) != 0 : column->heading != NULL) {
            write_cell(out, column, (const char *)row + column->offset);
        }
    }
    if (out->is_json) {
        json_write_end_object(&out->json);
    } else {
        buffer_append_text(&out->buffer, "\r\n");
    }
    return flush_buffer(out, PIECE_BYTES, error);
}
