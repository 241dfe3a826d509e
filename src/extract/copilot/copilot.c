#include "extract/copilot/copilot.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/time.h"
#include "extract/chats/chat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char header[] = "Conversation,Time,Author,Message";

enum column { COLUMN_CONVERSATION, COLUMN_TIME, COLUMN_AUTHOR, COLUMN_MESSAGE, COLUMN_COUNT };

/* A field as it is in the file: with its quotation marks. */
struct field {
    const char *text;
    const char *end;
};

/* The file, whose rows are the newest first: the first message is at its end. */
struct table {
    const struct context *context;
    const cpk_reader *reader;
    struct buffer text;
    uint32_t *rows; /* where each row with a message starts: the file is at most 4 GiB */
    size_t count;
    size_t capacity;
    size_t bad_count;    /* rows that have not four fields */
    int32_t is_reversed; /* the newest row is first */
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

/* --- fields --- */

/* Characters of a field without its quotation marks: of `""` in it, one. */
struct decoder {
    const char *at;
    const char *end;
    int32_t is_quoted; /* inside of quotation marks */
};

static void decoder_init(struct decoder *decoder, const struct field *field)
{
    decoder->at = field->text;
    decoder->end = field->end;
    decoder->is_quoted = field->text < field->end && *field->text == '"';
    decoder->at += decoder->is_quoted;
}

/* The next byte; -1 at the end. Text after the closing mark is kept. */
static int decoder_next(struct decoder *decoder)
{
    if (decoder->is_quoted && decoder->at < decoder->end && *decoder->at == '"') {
        decoder->at++;
        decoder->is_quoted = decoder->at < decoder->end && *decoder->at == '"';
    }
    return decoder->at < decoder->end ? (unsigned char)*decoder->at++ : -1;
}

static int32_t is_empty(const struct field *field)
{
    struct decoder decoder;

    decoder_init(&decoder, field);
    return decoder_next(&decoder) < 0;
}

static int compare_fields(const struct field *first, const struct field *second)
{
    struct decoder a;
    struct decoder b;
    int byte;
    int other;

    decoder_init(&a, first);
    decoder_init(&b, second);
    do {
        byte = decoder_next(&a);
        other = decoder_next(&b);
    } while (byte == other && byte >= 0);
    return (byte > other) - (byte < other);
}

/* Failed allocations are kept in `chat`. */
static void decode(struct chat *chat, const struct field *field, struct buffer *target)
{
    struct decoder decoder;

    buffer_clear(target);
    decoder_init(&decoder, field);
    while (decoder.at < decoder.end) {
        const char *stop = decoder.is_quoted ? memchr(decoder.at, '"', (size_t)(decoder.end - decoder.at)) : NULL;
        int byte;

        stop = stop != NULL ? stop : decoder.end;
        buffer_append(target, decoder.at, (size_t)(stop - decoder.at));
        decoder.at = stop;
        byte = decoder_next(&decoder);
        if (byte >= 0) {
            buffer_append_byte(target, (char)byte);
        }
    }
    chat->out_of_memory = chat->out_of_memory || target->failed;
}

/* The end of the field at `from`: its comma, or the end of the row. */
static const char *find_field_end(const char *from, const char *end)
{
    int32_t is_quoted = from < end && *from == '"';

    from += is_quoted;
    while (is_quoted) {
        const char *mark = from < end ? memchr(from, '"', (size_t)(end - from)) : NULL;

        if (mark == NULL) {
            return end;
        }
        is_quoted = mark + 1 < end && mark[1] == '"';
        from = mark + 1 + is_quoted;
    }
    while (from < end && *from != ',' && *from != '\n' && *from != '\r') {
        from++;
    }
    return from;
}

/* Reads a row; *at is then at the next one. Returns the number of its fields. */
static size_t read_row(const char **at, const char *end, struct field columns[COLUMN_COUNT])
{
    size_t count = 0;

    for (;;) {
        struct field field = {*at, find_field_end(*at, end)};

        if (count < COLUMN_COUNT) {
            columns[count] = field;
        }
        count++;
        *at = field.end;
        if (*at == end || **at != ',') {
            break;
        }
        (*at)++;
    }
    *at += *at < end && **at == '\r';
    *at += *at < end && **at == '\n';
    return count;
}

/* --- rows --- */

static void row_fields(const struct table *table, size_t index, struct field columns[COLUMN_COUNT])
{
    const char *at = table->text.data + table->rows[index];

    (void)read_row(&at, table->text.data + table->text.length, columns);
}

static struct field name_at(const struct table *table, uint32_t row)
{
    const char *from = table->text.data + row;
    struct field name = {from, find_field_end(from, table->text.data + table->text.length)};

    return name;
}

static cpk_status add_row(struct table *table, uint32_t start, cpk_error **error)
{
    if (table->count == table->capacity) {
        size_t capacity = table->capacity + table->capacity / 2 + 64;
        uint32_t *rows =
            memory_resize_array(&table->context->allocator, table->rows, table->capacity, capacity, sizeof *rows);

        if (rows == NULL) {
            return error_out_of_memory(error);
        }
        table->rows = rows;
        table->capacity = capacity;
    }
    table->rows[table->count++] = start;
    return CPK_OK;
}

static cpk_status read_rows(struct table *table, const cpk_sink *sink, cpk_error **error)
{
    const char *at = buffer_text(&table->text);
    const char *end = at + table->text.length;
    struct field columns[COLUMN_COUNT];

    at += table->text.length >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    (void)read_row(&at, end, columns); /* the header */
    while (at < end) {
        uint32_t start = (uint32_t)(at - buffer_text(&table->text));
        size_t count = read_row(&at, end, columns);

        if (count != COLUMN_COUNT) {
            table->bad_count += count > 1 || columns[0].text < columns[0].end;
        } else if (is_empty(&columns[COLUMN_MESSAGE])) {
            CPK_TRY(sink->note(sink->self, CPK_NOTE_SKIPPED_MESSAGE, table->reader->name, "a row without a message",
                               error));
        } else {
            CPK_TRY(add_row(table, start, error));
        }
    }
    return CPK_OK;
}

static int64_t time_of(struct chat *chat, const struct field columns[COLUMN_COUNT], struct buffer *scrap)
{
    decode(chat, &columns[COLUMN_TIME], scrap);
    return time_parse_iso(buffer_text(scrap), scrap->length);
}

/* 1 if the newest row is first, as in every export seen: a question and its answer may have the same time, and then the
 * answer is first. */
static int32_t is_newest_first(const struct table *table, struct chat *chat, struct buffer *scrap)
{
    struct field first_columns[COLUMN_COUNT];
    struct field columns[COLUMN_COUNT];
    int64_t first;
    int64_t last;

    row_fields(table, 0, first_columns);
    row_fields(table, table->count - 1, columns);
    first = time_of(chat, first_columns, scrap);
    last = time_of(chat, columns, scrap);
    decode(chat, &first_columns[COLUMN_AUTHOR], scrap);
    return first != last ? first > last : strcmp(buffer_text(scrap), "Human") != 0;
}

/* By time. */
static int compare_times(const void *a, const void *b, void *user)
{
    const struct table *table = user;
    uint32_t first = *(const uint32_t *)a;
    uint32_t second = *(const uint32_t *)b;

    return table->is_reversed ? (first < second) - (first > second) : (first > second) - (first < second);
}

static int compare_names(const void *a, const void *b, void *user)
{
    const struct table *table = user;
    struct field first = name_at(table, *(const uint32_t *)a);
    struct field second = name_at(table, *(const uint32_t *)b);
    int order = compare_fields(&first, &second);

    return order != 0 ? order : compare_times(a, b, user);
}

/* 1 if the row is of the same conversation as the one before it. */
static int32_t is_continued(const struct table *table, size_t index)
{
    struct field before = name_at(table, table->rows[index > 0 ? index - 1 : 0]);
    struct field name = name_at(table, table->rows[index]);

    return index > 0 && compare_fields(&before, &name) == 0;
}

/* By the first row of a conversation: `a` and `b` are numbers of rows. */
static int compare_conversations(const void *a, const void *b, void *user)
{
    const struct table *table = user;

    return compare_times(&table->rows[*(const uint32_t *)a], &table->rows[*(const uint32_t *)b], user);
}

static cpk_status write_conversation(const struct table *table, struct chat *chat, size_t first, struct buffer *scrap,
                                     cpk_error **error)
{
    struct field columns[COLUMN_COUNT];

    row_fields(table, first, columns);
    decode(chat, &columns[COLUMN_CONVERSATION], scrap);
    chat_begin(chat, CHAT_LINEAR, NULL, chat_clean_line(chat, buffer_text(scrap), scrap->length),
               hash_bytes(0, buffer_text(scrap), scrap->length));
    for (size_t i = first; i < table->count && (i == first || is_continued(table, i)); i++) {
        row_fields(table, i, columns);
        decode(chat, &columns[COLUMN_AUTHOR], scrap);
        chat_begin_message(chat, NULL, NULL, chat_role_of_bytes(buffer_text(scrap), scrap->length));
        chat->message.time_us = time_of(chat, columns, scrap);
        decode(chat, &columns[COLUMN_MESSAGE], &chat->speech);
        CPK_TRY(chat_end_message(chat, 0, error));
    }
    return chat_end(chat, error);
}

/* Brings the rows of each conversation together, in the order of time, and writes them. */
static cpk_status write_rows(struct table *table, struct chat *chat, struct buffer *scrap, cpk_error **error)
{
    const cpk_allocator *allocator = &table->context->allocator;
    cpk_status status = CPK_OK;
    uint32_t *conversations;
    size_t count = 0;
    size_t at = 0;

    table->is_reversed = is_newest_first(table, chat, scrap);
    qsort_r(table->rows, table->count, sizeof *table->rows, compare_names, table);
    for (size_t i = 0; i < table->count; i++) {
        count += !is_continued(table, i);
    }
    conversations = memory_allocate_array(allocator, count, sizeof *conversations);
    if (conversations == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < table->count; i++) {
        if (!is_continued(table, i)) {
            conversations[at++] = (uint32_t)i;
        }
    }
    qsort_r(conversations, count, sizeof *conversations, compare_conversations, table);
    for (size_t i = 0; i < count && status == CPK_OK; i++) {
        status = write_conversation(table, chat, conversations[i], scrap, error);
    }
    memory_release_array(allocator, conversations, count, sizeof *conversations);
    return status;
}

static cpk_status read_table(struct table *table, struct chat *chat, struct buffer *scrap, cpk_error **error)
{
    const cpk_sink *sink = chat->sink;
    static const struct format_limit LIMIT = {SETTING_IMPORT_MAX_DOCUMENT_BYTES, "import.max_document_bytes", ""};
    char text[96];

    CPK_TRY(format_read_all(table->context, table->reader, sink, &LIMIT, &table->text, error));
    CPK_TRY(read_rows(table, sink, error));
    if (table->bad_count > 0) {
        snprintf(text, sizeof text, "%zu rows that have not four fields were skipped", table->bad_count);
        CPK_TRY(sink->note(sink->self, CPK_NOTE_DAMAGED, table->reader->name, text, error));
    }
    if (table->count == 0) {
        return CPK_OK;
    }
    return write_rows(table, chat, scrap, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    struct table table = {.context = self, .reader = reader};
    struct buffer scrap;
    struct chat chat;
    cpk_status status = chat_init(&chat, self, sink, "copilot", error);

    buffer_init(&table.text, &table.context->allocator);
    buffer_init(&scrap, &table.context->allocator);
    if (status == CPK_OK) {
        status = read_table(&table, &chat, &scrap, error);
    }
    memory_release_array(&table.context->allocator, table.rows, table.capacity, sizeof *table.rows);
    buffer_free(&scrap);
    buffer_free(&table.text);
    chat_free(&chat);
    return status;
}

void copilot_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
