#include "extract/copilot/copilot.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/time.h"
#include "extract/chats/chat.h"

#include <stdlib.h>
#include <string.h>

static const char header[] = "Conversation,Time,Author,Message";

enum column { COLUMN_CONVERSATION, COLUMN_TIME, COLUMN_AUTHOR, COLUMN_MESSAGE, COLUMN_COUNT };

/* A field of a row: where it is in the file's text; its quotation marks are decoded in place. */
struct field {
    const char *text;
    size_t length;
};

struct row {
    struct field columns[COLUMN_COUNT];
    uint64_t conversation; /* hash of its name */
    size_t group;          /* place of its conversation, by its first message */
    size_t order;          /* place in time, the oldest first */
};

/* The file, whose rows are the newest first: the first message is at its end. */
struct table {
    const struct context *context;
    struct buffer text;
    struct row *rows;
    size_t count;
    size_t capacity;
    size_t bad_count; /* rows that have not four fields */
};

static const char *driver_name(void *self)
{
    (void)self;
    return "copilot";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    size_t start = length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    (void)self;
    (void)name;
    return length - start >= sizeof header - 1 && memcmp((const char *)head + start, header, sizeof header - 1) == 0
               ? 95
               : 0;
}

/* Reads a field at *at and decodes it in place; *at is then after its comma, or at the end of the row. */
static struct field read_field(char **at, char *end)
{
    char *from = *at;
    char *to = from;
    struct field field = {from, 0};
    int32_t is_quoted = from < end && *from == '"';

    from += is_quoted;
    while (from < end && (is_quoted || (*from != ',' && *from != '\n' && *from != '\r'))) {
        if (is_quoted && *from == '"') {
            if (from + 1 == end || from[1] != '"') {
                from++;
                break;
            }
            from++;
        }
        *to++ = *from++;
    }
    while (is_quoted && from < end && *from != ',' && *from != '\n' && *from != '\r') {
        *to++ = *from++; /* text after the closing mark: kept */
    }
    field.length = (size_t)(to - field.text);
    *at = from;
    return field;
}

/* Reads a row; *at is then at the next one. Returns the number of its fields. */
static size_t read_row(char **at, char *end, struct row *row)
{
    size_t count = 0;

    for (;;) {
        struct field field = read_field(at, end);

        if (count < COLUMN_COUNT) {
            row->columns[count] = field;
        }
        count++;
        if (*at == end || **at != ',') {
            break;
        }
        (*at)++;
    }
    *at += *at < end && **at == '\r';
    *at += *at < end && **at == '\n';
    return count;
}

static cpk_status add_row(struct table *table, struct row row, cpk_error **error)
{
    const struct field *name = &row.columns[COLUMN_CONVERSATION];

    if (table->count == table->capacity) {
        size_t capacity = table->capacity + table->capacity / 2 + 64;
        struct row *rows =
            memory_resize_array(&table->context->allocator, table->rows, table->capacity, capacity, sizeof *rows);

        if (rows == NULL) {
            return error_out_of_memory(error);
        }
        table->rows = rows;
        table->capacity = capacity;
    }
    row.conversation = hash_bytes(0, name->text, name->length);
    row.order = table->count;
    table->rows[table->count++] = row;
    return CPK_OK;
}

static cpk_status read_rows(struct table *table, cpk_error **error)
{
    char *at = table->text.data;
    char *end = at + table->text.length;
    struct row row;

    at += table->text.length >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    (void)read_row(&at, end, &row); /* the header */
    while (at < end) {
        size_t count = read_row(&at, end, &row);

        if (count == COLUMN_COUNT) {
            CPK_TRY(add_row(table, row, error));
        } else if (count > 1 || row.columns[0].length > 0) {
            table->bad_count++;
        }
    }
    return CPK_OK;
}

static int64_t time_of(const struct row *row)
{
    return time_parse_iso(row->columns[COLUMN_TIME].text, row->columns[COLUMN_TIME].length);
}

static int32_t is_author(const struct row *row, const char *name)
{
    return row->columns[COLUMN_AUTHOR].length == strlen(name) &&
           memcmp(row->columns[COLUMN_AUTHOR].text, name, strlen(name)) == 0;
}

/* 1 if the newest row is first, as in every export seen: a question and its answer may have the same time, and then the
 * answer is first. */
static int32_t is_newest_first(const struct table *table)
{
    int64_t first = time_of(&table->rows[0]);
    int64_t last = time_of(&table->rows[table->count - 1]);

    return first != last ? first > last : !is_author(&table->rows[0], "Human");
}

static int compare_names(const void *a, const void *b)
{
    const struct row *first = a;
    const struct row *second = b;

    if (first->conversation != second->conversation) {
        return first->conversation < second->conversation ? -1 : 1;
    }
    return (first->order > second->order) - (first->order < second->order);
}

static int compare_places(const void *a, const void *b)
{
    const struct row *first = a;
    const struct row *second = b;

    if (first->group != second->group) {
        return first->group < second->group ? -1 : 1;
    }
    return (first->order > second->order) - (first->order < second->order);
}

/* Brings the rows of each conversation together, in the order of time. */
static void order_rows(struct table *table)
{
    int32_t is_reversed = is_newest_first(table);

    for (size_t i = 0; i < table->count; i++) {
        table->rows[i].order = is_reversed ? table->count - 1 - i : i;
    }
    qsort(table->rows, table->count, sizeof *table->rows, compare_names);
    for (size_t i = 0; i < table->count; i++) {
        int32_t is_first = i == 0 || table->rows[i].conversation != table->rows[i - 1].conversation;

        table->rows[i].group = is_first ? table->rows[i].order : table->rows[i - 1].group;
    }
    qsort(table->rows, table->count, sizeof *table->rows, compare_places);
}

static cpk_status write_rows(const struct table *table, struct chat *chat, cpk_error **error)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        const struct field *name = &row->columns[COLUMN_CONVERSATION];
        const struct field *text = &row->columns[COLUMN_MESSAGE];

        if (i == 0 || row->group != table->rows[i - 1].group) {
            CPK_TRY(chat_end(chat, error));
            chat_begin(chat, CHAT_LINEAR, NULL, chat_clean_line(chat, name->text, name->length), row->conversation);
        }
        chat_begin_message(chat, NULL, NULL,
                           chat_role_of_bytes(row->columns[COLUMN_AUTHOR].text, row->columns[COLUMN_AUTHOR].length));
        chat->message.time_us = time_of(row);
        chat_speak_bytes(chat, text->text, text->length);
        CPK_TRY(chat_end_message(chat, 0, error));
    }
    return chat_end(chat, error);
}

static cpk_status read_table(struct table *table, struct chat *chat, const cpk_reader *reader, cpk_error **error)
{
    static const struct format_limit LIMIT = {SETTING_IMPORT_MAX_DOCUMENT_BYTES, "import.max_document_bytes", ""};

    CPK_TRY(format_read_all(table->context, reader, chat->sink, &LIMIT, &table->text, error));
    CPK_TRY(read_rows(table, error));
    if (table->bad_count > 0) {
        CPK_TRY(chat->sink->note(chat->sink->self, CPK_NOTE_DAMAGED, reader->name,
                                 "rows that have not four fields were skipped", error));
    }
    if (table->count == 0) {
        return CPK_OK;
    }
    order_rows(table);
    return write_rows(table, chat, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    struct table table = {.context = self};
    struct chat chat;
    cpk_status status = chat_init(&chat, self, sink, "copilot", error);

    buffer_init(&table.text, &table.context->allocator);
    if (status == CPK_OK) {
        status = read_table(&table, &chat, reader, error);
    }
    memory_release_array(&table.context->allocator, table.rows, table.capacity, sizeof *table.rows);
    buffer_free(&table.text);
    chat_free(&chat);
    return status;
}

void copilot_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
