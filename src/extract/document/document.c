#include "extract/document/document.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/document/charset.h"
#include "extract/document/magic.h"
#include "extract/format.h"
#include "extract/json/json_probe.h"
#include "extract/normal.h"

#include <string.h>
#include <strings.h>

#define BLOCK_BYTES    ((size_t)64 * 1024)
#define LINE_MAX_BYTES ((size_t)1 << 20) /* longer lines are processed in pieces */

/* The hash of a section, and the last one that was derived from it because the same content came again. */
struct seen {
    uint64_t hash;
    uint64_t last;
};

struct document {
    const struct context *context;
    const cpk_reader *reader;
    const cpk_sink *sink;
    const struct document_format *format;
    void *self;

    struct charset_decoder decoder;
    int32_t is_encoding_known; /* not as long as all bytes are ASCII */
    struct buffer block;       /* raw input; incomplete data stays at the start */
    struct buffer pending;     /* another encoding converted to UTF-8 */
    size_t searched;           /* length of the prefix that is known to have no line end */
    struct buffer lines;       /* normal text, whole lines */
    struct buffer section;
    struct buffer title;
    int64_t read_bytes;
    int32_t role; /* of the sections that end from here on */
    int32_t kind;
    uint32_t flags;
    int64_t time_us;
    int32_t started; /* title and id were determined */
    int32_t goes_on; /* the current line is a piece of a longer one: no line feed after it */
    int32_t at_end;

    char id[FORMAT_DERIVED_ID_BYTES];
    char last_id[FORMAT_DERIVED_ID_BYTES]; /* of the previous section; "" if none */
    struct seen *seen;                     /* table of section hashes, open addressing; hash 0 is free */
    size_t seen_count;
    size_t seen_capacity; /* a power of two, or 0 */
};

void document_set_speaker(struct document *document, int32_t role, int32_t kind, uint32_t flags)
{
    document->role = role;
    document->kind = kind;
    document->flags = flags;
}

void document_set_time(struct document *document, int64_t time_us)
{
    document->time_us = time_us;
}

void document_set_title(struct document *document, const char *title, size_t length)
{
    buffer_clear(&document->title);
    normal_append_line(&document->title, title, length < DOCUMENT_TITLE_BYTES_MAX ? length : DOCUMENT_TITLE_BYTES_MAX);
}

cpk_status document_note(struct document *document, int32_t note, const char *text, cpk_error **error)
{
    return document->sink->note(document->sink->self, note, document->reader->name, text, error);
}

static size_t section_max(const struct document *document)
{
    return document->format->section_max_bytes > 0 ? document->format->section_max_bytes : DOCUMENT_SECTION_MAX_BYTES;
}

size_t document_section_bytes(const struct document *document)
{
    return document->section.length;
}

/* The entry of a hash, or the free one where it belongs. */
static struct seen *seen_find(struct seen *table, size_t capacity, uint64_t hash)
{
    size_t slot = (size_t)hash & (capacity - 1);

    while (table[slot].hash != 0 && table[slot].hash != hash) {
        slot = (slot + 1) & (capacity - 1);
    }
    return &table[slot];
}

static cpk_status seen_grow(struct document *document, cpk_error **error)
{
    const cpk_allocator *allocator = &document->context->allocator;
    size_t capacity = document->seen_capacity > 0 ? document->seen_capacity * 2 : 256;
    struct seen *table = memory_allocate_zeroed(allocator, capacity * sizeof *table);

    if (table == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < document->seen_capacity; i++) {
        if (document->seen[i].hash != 0) {
            *seen_find(table, capacity, document->seen[i].hash) = document->seen[i];
        }
    }
    memory_release_array(allocator, document->seen, document->seen_capacity, sizeof *document->seen);
    document->seen = table;
    document->seen_capacity = capacity;
    return CPK_OK;
}

static uint64_t again(uint64_t hash)
{
    do {
        hash = hash_bytes(hash, "again", 5);
    } while (hash == 0);
    return hash;
}

/* Derives a section's id from its hash; for repeated content from the next unused hash. */
static cpk_status section_id(struct document *document, const char *text, size_t length,
                             char id[FORMAT_DERIVED_ID_BYTES], cpk_error **error)
{
    uint64_t hash = hash_bytes(0, text, length);
    struct seen *entry;

    if (document->seen_count * 2 >= document->seen_capacity) {
        CPK_TRY(seen_grow(document, error));
    }
    hash = hash != 0 ? hash : again(hash);
    entry = seen_find(document->seen, document->seen_capacity, hash);
    if (entry->hash != 0) {
        struct seen *first = entry;

        hash = first->last;
        do {
            hash = again(hash);
            entry = seen_find(document->seen, document->seen_capacity, hash);
        } while (entry->hash != 0);
        first->last = hash;
    }
    entry->hash = hash;
    entry->last = hash;
    document->seen_count++;
    format_derived_id(hash, id);
    return CPK_OK;
}

static cpk_status write_section(struct document *document, const char *text, size_t length, cpk_error **error)
{
    char id[FORMAT_DERIVED_ID_BYTES];
    cpk_message message = {.struct_size = sizeof message,
                           .flags = CPK_MESSAGE_ACTIVE_BRANCH | document->flags,
                           .role = document->role,
                           .kind = document->kind,
                           .time_us = document->time_us,
                           .provider = document->format->provider,
                           .conversation_id = document->id,
                           .conversation_title = buffer_text(&document->title),
                           .message_id = id,
                           .text = text,
                           .text_length = length};

    CPK_TRY(section_id(document, text, length, id, error));
    message.parent_id = document->last_id[0] != '\0' ? document->last_id : NULL;
    CPK_TRY(document->sink->message(document->sink->self, &message, error));
    memcpy(document->last_id, id, sizeof id);
    return CPK_OK;
}

cpk_status document_end_section(struct document *document, cpk_error **error)
{
    struct buffer *section = &document->section;
    size_t length;
    size_t start;
    cpk_status status = CPK_OK;

    if (section->failed) {
        return error_out_of_memory(error);
    }
    length = normal_trimmed_end(buffer_text(section), section->length);
    start = normal_trimmed_start(buffer_text(section), length);
    if (length > start) {
        section->data[length] = '\0';
        status = write_section(document, section->data + start, length - start, error);
    }
    buffer_clear(section);
    return status;
}

/* Where to split a text that is too long: after a sentence, else after a word, else at the end. */
static size_t find_split(const char *text, size_t length)
{
    size_t floor = length / 2;
    size_t word = 0;

    for (size_t at = length; at > floor; at--) {
        if (text[at - 1] != ' ' && text[at - 1] != '\t') {
            continue;
        }
        word = word > 0 ? word : at;
        if (at >= 2 && strchr(".!?", text[at - 2]) != NULL && text[at - 2] != '\0') {
            return at;
        }
    }
    return word > 0 ? word : length;
}

cpk_status document_add_line(struct document *document, const char *line, size_t length, cpk_error **error)
{
    while (length > 0 && document->section.length + length > section_max(document)) {
        size_t left = section_max(document) - document->section.length;
        size_t cut;

        if (document->section.length > 0 && length <= section_max(document)) {
            CPK_TRY(document_end_section(document, error));
            continue;
        }
        cut = find_split(line, utf8_floor(line, length, left > 0 ? left : 1));
        if (left < 8 || cut == 0) {
            CPK_TRY(document_end_section(document, error));
            continue;
        }
        buffer_append(&document->section, line, cut);
        CPK_TRY(document_end_section(document, error));
        line += cut;
        length -= cut;
    }
    buffer_append(&document->section, line, length);
    if (!document->goes_on) {
        buffer_append_byte(&document->section, '\n');
    }
    return document->section.failed ? error_out_of_memory(error) : CPK_OK;
}

/* Sets the title to the file's name without its ending. */
static void set_title_from_name(struct document *document)
{
    const char *name = document->reader->name;
    size_t length = format_stem_length(name);

    if (length == 0 || strcmp(name, "-") == 0) {
        buffer_append_text(&document->title, "Pasted text");
    } else {
        normal_append_line(&document->title, name, length);
    }
}

/* Passes the start of the text to the format: the lines, and what was read after them. */
static cpk_status call_begin(struct document *document, cpk_error **error)
{
    const struct buffer *rest = charset_decoder_is_utf8(&document->decoder) ? &document->block : &document->pending;
    struct buffer start;
    cpk_status status;

    buffer_init(&start, &document->context->allocator);
    buffer_append(&start, buffer_text(&document->lines), document->lines.length);
    normal_append(&start, buffer_text(rest), rest->length);
    status = start.failed ? error_out_of_memory(error)
                          : document->format->begin(document->self, document, buffer_text(&start), start.length, error);
    buffer_free(&start);
    return status;
}

static cpk_status start_document(struct document *document, cpk_error **error)
{
    const char *text = buffer_text(&document->lines);
    struct buffer found;

    buffer_init(&found, &document->context->allocator);
    if (document->format->title != NULL) {
        buffer_append_text(&found, document->format->title);
    } else if (document->format->find_title != NULL) {
        document->format->find_title(text, document->lines.length, &found);
    }
    normal_append_line(&document->title, buffer_text(&found), found.length);
    document->title.failed = document->title.failed || found.failed;
    buffer_free(&found);
    if (document->title.length > DOCUMENT_TITLE_BYTES_MAX) {
        document->title.length = utf8_floor(document->title.data, document->title.length, DOCUMENT_TITLE_BYTES_MAX);
        document->title.data[document->title.length] = '\0';
    }
    if (document->title.length == 0) {
        set_title_from_name(document);
    }
    format_derived_id(hash_bytes(0, text, document->lines.length), document->id);
    document->started = 1;
    if (document->title.failed) {
        return error_out_of_memory(error);
    }
    return document->format->begin != NULL ? call_begin(document, error) : CPK_OK;
}

/* Passes the lines of normal text to the format. */
static cpk_status process_lines(struct document *document, cpk_error **error)
{
    const char *at = buffer_text(&document->lines);
    const char *end = at + document->lines.length;

    if (document->lines.failed) {
        return error_out_of_memory(error);
    }
    if (!document->started && at < end) {
        CPK_TRY(start_document(document, error));
    }
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *stop = feed != NULL ? feed : end;

        document->goes_on = feed == NULL && !document->at_end;
        CPK_TRY(document->format->line(document->self, document, at, (size_t)(stop - at), error));
        at = feed != NULL ? feed + 1 : end;
    }
    buffer_clear(&document->lines);
    return CPK_OK;
}

static void drop_front(struct buffer *buffer, size_t length)
{
    if (length > 0) {
        memmove(buffer->data, buffer->data + length, buffer->length - length);
        buffer->length -= length;
        buffer->data[buffer->length] = '\0';
    }
}

/* Length of the UTF-8 prefix that can be processed: up to the last line end, or a piece of a very long line. The first
 * `searched` bytes have no line end. */
static size_t complete_length(const struct buffer *text, size_t searched, int32_t at_end)
{
    size_t at = text->length;

    if (at_end) {
        return at;
    }
    /* A CR at the end may be the first half of a CRLF. */
    for (at = text->length > 0 ? text->length - 1 : 0; at > searched; at--) {
        if (text->data[at - 1] == '\n' || text->data[at - 1] == '\r') {
            return text->data[at] == '\n' ? at + 1 : at;
        }
    }
    return text->length > LINE_MAX_BYTES ? utf8_floor(text->data, text->length, text->length - 4) : 0;
}

static cpk_status process_utf8(struct document *document, struct buffer *source, int32_t at_end, cpk_error **error)
{
    size_t length = complete_length(source, document->searched, at_end);

    if (source->failed) {
        return error_out_of_memory(error);
    }
    if (length > 0) {
        normal_append(&document->lines, source->data, length);
        drop_front(source, length);
    }
    document->searched = source->length > 0 ? source->length - 1 : 0;
    return process_lines(document, error);
}

/* ASCII tells nothing about the bytes that follow, so the encoding is found in the first block with others. */
static cpk_status find_encoding(struct document *document, cpk_error **error)
{
    char name[CHARSET_NAME_BYTES];
    size_t mark_length;

    charset_detect(buffer_text(&document->block), document->block.length, name, &mark_length);
    document->is_encoding_known = name[0] != '\0';
    drop_front(&document->block, mark_length);
    return charset_decoder_open(&document->decoder, name, error);
}

static cpk_status process_block(struct document *document, int32_t at_end, cpk_error **error)
{
    if (!document->is_encoding_known) {
        CPK_TRY(find_encoding(document, error));
    }
    if (charset_decoder_is_utf8(&document->decoder)) {
        return process_utf8(document, &document->block, at_end, error);
    }
    CPK_TRY(charset_decode(&document->decoder, &document->block, at_end, &document->pending, error));
    return process_utf8(document, &document->pending, at_end, error);
}

static cpk_status read_block(struct document *document, size_t *got, cpk_error **error)
{
    int64_t limit = context_setting(document->context, SETTING_IMPORT_MAX_DOCUMENT_BYTES);
    int64_t size = document->reader->size_bytes;
    size_t block = size >= 0 && size < (int64_t)BLOCK_BYTES ? (size_t)size + 1 : BLOCK_BYTES;
    char *end = buffer_reserve(&document->block, block);

    if (end == NULL) {
        return error_out_of_memory(error);
    }
    *got = 0;
    for (size_t last = 1; last > 0 && *got < block; *got += last) {
        CPK_TRY(document->reader->read(document->reader->self, end + *got, block - *got, &last, error));
    }
    document->block.length += *got;
    document->block.data[document->block.length] = '\0';
    document->read_bytes += (int64_t)*got;
    if (document->read_bytes > limit) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import",
                         "%s is a text longer than import.max_document_bytes (%lld)", document->reader->name,
                         (long long)limit);
    }
    return document->sink->progress(document->sink->self, document->read_bytes, error);
}

static cpk_status read_document(struct document *document, cpk_error **error)
{
    size_t got = 1;

    CPK_TRY(read_block(document, &got, error));
    while (got > 0) {
        CPK_TRY(process_block(document, 0, error));
        CPK_TRY(read_block(document, &got, error));
    }
    document->at_end = 1;
    CPK_TRY(process_block(document, 1, error));
    if (document->format->end != NULL) {
        CPK_TRY(document->format->end(document->self, document, error));
    }
    return document_end_section(document, error);
}

cpk_status document_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                         const struct document_format *format, void *self, cpk_error **error)
{
    struct document document = {.context = context, .reader = reader, .sink = sink, .format = format, .self = self};
    cpk_status status;

    document_set_speaker(&document, CPK_ROLE_USER, CPK_KIND_DOCUMENT, 0);
    document.time_us = CPK_TIME_UNKNOWN;
    buffer_init(&document.block, &context->allocator);
    buffer_init(&document.pending, &context->allocator);
    buffer_init(&document.lines, &context->allocator);
    buffer_init(&document.section, &context->allocator);
    buffer_init(&document.title, &context->allocator);
    status = read_document(&document, error);
    buffer_free(&document.block);
    buffer_free(&document.pending);
    charset_decoder_close(&document.decoder);
    buffer_free(&document.lines);
    buffer_free(&document.section);
    buffer_free(&document.title);
    memory_release_array(&context->allocator, document.seen, document.seen_capacity, sizeof *document.seen);
    return status;
}

int32_t document_is_named_json(const char *name)
{
    const char *suffix = strrchr(name, '.');

    return suffix != NULL && (strcasecmp(suffix, ".json") == 0 || strcasecmp(suffix, ".jsonl") == 0 ||
                              strcasecmp(suffix, ".ndjson") == 0);
}

int32_t document_is_possible(const void *head, size_t length, const char *name)
{
    struct json_probe probe;

    if (magic_name(head, length) != NULL || magic_is_zip(head, length) || !magic_is_text(head, length) ||
        document_is_named_json(name)) {
        return 0;
    }
    json_probe_read(&probe, head, length);
    return !probe.is_json || probe.is_followed;
}
