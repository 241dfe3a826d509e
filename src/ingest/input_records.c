#include "ingest/input_records.h"

#include "base/error.h"
#include "extract/format.h"
#include "ingest/spool.h"

#include <contextpack/input.h>

#include <string.h>

struct records_sink {
    const struct records_reader *reader;
    records_message_fn each;
    void *user;
    int64_t total_bytes;
    int32_t is_linked;
};

/* 1 for what the person would have written if the input were their own: documents, and transcripts in these. Shared
 * conversations are of the providers of chats. */
static int32_t is_of_page(const cpk_message *message)
{
    static const char *const documents[] = {"html", "transcript", "text", "markdown", "pdf",
                                            "docx", "odt",        "rtf",  "epub"};

    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        if (strcmp(message->provider, documents[i]) == 0) {
            return 1;
        }
    }
    return message->kind == CPK_KIND_DOCUMENT;
}

/* A page that somebody links to was rarely written by them: it is told as a document without a known author. */
static cpk_status sink_message(void *self, const cpk_message *message, cpk_error **error)
{
    struct records_sink *sink = self;
    cpk_message linked;

    if (!sink->is_linked || message->role != CPK_ROLE_USER || !is_of_page(message)) {
        return sink->each(sink->user, message, error);
    }
    linked = *message;
    linked.role = CPK_ROLE_UNKNOWN;
    return sink->each(sink->user, &linked, error);
}

static cpk_status sink_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    struct records_sink *sink = self;

    (void)error;
    op_note(sink->reader->op, note, where, text);
    return CPK_OK;
}

static cpk_status sink_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    struct records_sink *sink = self;

    return op_progress(sink->reader->op, CPK_STAGE_EXTRACT, done_bytes, sink->total_bytes, error);
}

void records_reader_init(struct records_reader *reader, const cpk_engine *engine, const struct op_context *op)
{
    reader->op = op;
    reader->extractors = engine->extractor_pointers;
    reader->extractor_count = engine->extractor_count;
    reader->known = NULL;
}

cpk_status records_read(const struct records_reader *reader, const struct input *opened, records_message_fn each,
                        void *user, struct import_report *report, cpk_error **error)
{
    struct records_sink state = {reader, each, user, opened->reader.size_bytes, opened->source_type == CPK_SOURCE_URL};
    cpk_sink sink = {sizeof sink, 0, &state, sink_message, sink_note, sink_progress};
    struct import_spool spool;
    struct import_options options;
    struct import_report unwanted;

    spool_init(&spool, reader->op);
    memset(&options, 0, sizeof options);
    options.context = reader->op->context;
    options.spool = &spool;
    options.extractors = reader->extractors;
    options.extractor_count = reader->extractor_count;
    options.cancel = reader->op->options.cancel;
    options.password = reader->op->options.password;
    options.known = state.is_linked ? NULL : reader->known;
    return import_read(&options, &opened->reader, &sink, report != NULL ? report : &unwanted, error);
}

int32_t records_source_type(const struct input *opened, const char *format)
{
    if (opened->source_type != 0) {
        return opened->source_type;
    }
    if (format_is_document(format)) {
        return opened->is_paste ? CPK_SOURCE_TEXT : CPK_SOURCE_DOCUMENT;
    }
    return CPK_SOURCE_CHAT_EXPORT;
}

void message_renderer_init(struct message_renderer *renderer, const cpk_allocator *allocator)
{
    buffer_init(&renderer->text, allocator);
    buffer_init(&renderer->conversation, allocator);
    renderer->offset = 0;
}

/* Conversations are identified by provider and id; the NUL between them distinguishes "a","bc" from "ab","c". */
static int32_t remember_conversation(struct message_renderer *renderer, const cpk_message *message)
{
    size_t provider = strlen(message->provider) + 1;
    size_t id = strlen(message->conversation_id);
    struct buffer *last = &renderer->conversation;

    if (last->length == provider + id && memcmp(last->data, message->provider, provider) == 0 &&
        memcmp(last->data + provider, message->conversation_id, id) == 0) {
        return 0;
    }
    buffer_clear(last);
    buffer_append(last, message->provider, provider);
    buffer_append(last, message->conversation_id, id);
    return 1;
}

cpk_status message_renderer_next(struct message_renderer *renderer, const cpk_message *message,
                                 struct message_record_place *place, int32_t *starts, cpk_error **error)
{
    memset(place, 0, sizeof *place);
    *starts = remember_conversation(renderer, message);
    buffer_clear(&renderer->text);
    message_record_render(&renderer->text, message, *starts, place);
    if (renderer->text.failed || renderer->conversation.failed) {
        return error_out_of_memory(error);
    }
    place->offset = renderer->offset;
    renderer->offset += place->length;
    return CPK_OK;
}

void message_renderer_free(struct message_renderer *renderer)
{
    buffer_free(&renderer->text);
    buffer_free(&renderer->conversation);
}
