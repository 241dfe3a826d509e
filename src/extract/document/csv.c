#include "extract/document/csv.h"

#include "base/buffer.h"
#include "base/error.h"
#include "extract/document/charset.h"
#include "extract/document/document.h"
#include "extract/document/flow.h"
#include "extract/document/magic.h"

#include <string.h>
#include <strings.h>

#define ROWS_A_SECTION 50 /* then the header is repeated, so that each section can be understood by itself */
#define SNIFF_LINES    20

struct csv {
    const struct context *context;
    char separator;
    struct flow flow;
    struct flow_table table;
    struct buffer cell;
    struct buffer header; /* of the first row, as Markdown */
    int32_t is_quoted;
    int32_t was_quote; /* the last byte was a quote within a quoted cell */
    int64_t rows;
};

/* --- The separator --- */

/* Counts a separator outside of quotes in the lines of a text: the count that most lines have, or 0. */
static size_t count_in_lines(const char *text, size_t length, char separator, size_t *lines)
{
    size_t counts[SNIFF_LINES] = {0};
    size_t count = 0;
    size_t same = 0;
    int32_t is_quoted = 0;

    for (size_t i = 0; i < length && count < SNIFF_LINES; i++) {
        is_quoted = text[i] == '"' ? !is_quoted : is_quoted;
        counts[count] += text[i] == separator && !is_quoted;
        count += text[i] == '\n' && !is_quoted;
    }
    *lines = count;
    for (size_t i = 0; i < count; i++) {
        same += counts[i] == counts[0] && counts[0] > 0;
    }
    return same * 10 >= count * 6 && same > 0 ? counts[0] : 0;
}

/* The separator that divides the lines into the most equal cells; '\0' if there is none. */
static char find_separator(const char *text, size_t length)
{
    static const char separators[] = ",;\t|";
    char best = '\0';
    size_t most = 0;

    for (size_t i = 0; separators[i] != '\0'; i++) {
        size_t lines;
        size_t count = count_in_lines(text, length, separators[i], &lines);

        if (count > most) {
            most = count;
            best = separators[i];
        }
    }
    return best;
}

static int32_t has_suffix(const char *name, const char *suffix)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL && strcasecmp(dot, suffix) == 0;
}

/* --- Rows --- */

static void end_cell(struct csv *csv)
{
    flow_table_add_cell(&csv->table, buffer_text(&csv->cell), csv->cell.length);
    csv->flow.text.failed |= csv->cell.failed;
    buffer_clear(&csv->cell);
    csv->is_quoted = csv->was_quote = 0;
}

static void end_row(struct csv *csv)
{
    size_t before = csv->flow.text.length;

    end_cell(csv);
    if (csv->rows > 0 && csv->rows % ROWS_A_SECTION == 0) {
        csv->table.rows = 1;
        buffer_append_text(&csv->flow.text, "\n\n");
        buffer_append(&csv->flow.text, buffer_text(&csv->header), csv->header.length);
    }
    flow_table_end_row(&csv->table, &csv->flow);
    if (csv->table.rows == 1 && csv->rows == 0 && csv->flow.text.length > before) {
        buffer_append(&csv->header, csv->flow.text.data, csv->flow.text.length);
    }
    csv->rows += csv->flow.text.length > before;
}

static void add_byte(struct csv *csv, char byte)
{
    if (csv->is_quoted && !csv->was_quote && byte == '"') {
        csv->was_quote = 1;
    } else if (csv->is_quoted && csv->was_quote && byte == '"') {
        csv->was_quote = 0;
        buffer_append_byte(&csv->cell, '"');
    } else if (csv->is_quoted && !csv->was_quote) {
        buffer_append_byte(&csv->cell, byte);
    } else if (byte == csv->separator) {
        end_cell(csv);
    } else if (byte == '\n') {
        end_row(csv);
    } else if (byte == '"' && csv->cell.length == 0) {
        csv->is_quoted = 1;
    } else if (byte != '\r') {
        buffer_append_byte(&csv->cell, byte);
    }
}

/* --- Reading --- */

static cpk_status write_rows(struct csv *csv, const struct buffer *text, const char *name, cpk_error **error)
{
    int64_t limit = context_setting(csv->context, SETTING_IMPORT_MAX_DOCUMENT_BYTES);

    csv->separator = find_separator(buffer_text(text), text->length);
    csv->separator = csv->separator != '\0' ? csv->separator : has_suffix(name, ".tsv") ? '\t' : ',';
    for (size_t i = 0; i < text->length; i++) {
        add_byte(csv, text->data[i]);
        if (text->data[i] == '\n' && (int64_t)csv->flow.text.length > limit) {
            return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import",
                             "%s has more text than import.max_document_bytes (%lld) allows", name, (long long)limit);
        }
    }
    if (csv->cell.length > 0 || csv->table.cells > 0) {
        end_row(csv);
    }
    return csv->flow.text.failed || csv->cell.failed || csv->table.row.failed || csv->header.failed
               ? error_out_of_memory(error)
               : CPK_OK;
}

static cpk_status read_table(struct csv *csv, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct format_limit limit = {SETTING_IMPORT_MAX_DOCUMENT_BYTES, "import.max_document_bytes",
                                              "a table "};
    char charset[CHARSET_NAME_BYTES];
    size_t mark_length;
    struct buffer bytes;
    struct buffer text;
    cpk_status status;

    buffer_init(&bytes, &csv->context->allocator);
    buffer_init(&text, &csv->context->allocator);
    CPK_TRY_CLEANUP(format_read_all(csv->context, reader, sink, &limit, &bytes, error));
    charset_detect(buffer_text(&bytes), bytes.length, charset, &mark_length);
    CPK_TRY_CLEANUP(
        charset_append(&text, charset, buffer_text(&bytes) + mark_length, bytes.length - mark_length, error));
    buffer_free(&bytes);
    CPK_TRY_CLEANUP(write_rows(csv, &text, reader->name, error));
    buffer_free(&text);
    if (csv->flow.text.length > 0) {
        status =
            document_from_markdown(csv->context, reader->name, "csv", &csv->flow.text, sink, CPK_TIME_UNKNOWN, error);
    }
cleanup:
    buffer_free(&bytes);
    buffer_free(&text);
    return status;
}

static cpk_status csv_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    const struct context *context = self;
    struct csv csv = {.context = context};
    cpk_status status;

    flow_init(&csv.flow, &context->allocator);
    flow_table_init(&csv.table, &context->allocator, 0);
    buffer_init(&csv.cell, &context->allocator);
    buffer_init(&csv.header, &context->allocator);
    status = read_table(&csv, reader, sink, error);
    flow_free(&csv.flow);
    flow_table_free(&csv.table);
    buffer_free(&csv.cell);
    buffer_free(&csv.header);
    return status;
}

static const char *csv_name(void *self)
{
    (void)self;
    return "csv";
}

/* By its name alone: text with commas is text. */
static int32_t csv_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    if ((!has_suffix(name, ".csv") && !has_suffix(name, ".tsv")) || magic_name(head, length) != NULL ||
        !magic_is_text(head, length)) {
        return 0;
    }
    return 30;
}

void csv_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, csv_name, csv_sniff, csv_extract);
}
