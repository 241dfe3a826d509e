#include "ingest/preview.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

static cpk_status fill_report(const struct context *context, const struct input *opened,
                              const struct import_report *found, cpk_extract_report *report, cpk_error **error)
{
    struct buffer summary;

    if (report == NULL) {
        return CPK_OK;
    }
    buffer_init(&summary, &context->allocator);
    loss_append_summary(&found->loss, 0, &summary);
    if (summary.failed) {
        buffer_free(&summary);
        return error_out_of_memory(error);
    }
    snprintf(report->loss_summary, sizeof report->loss_summary, "%s", buffer_text(&summary));
    buffer_free(&summary);
    report->is_partial = loss_is_partial(&found->loss);
    report->source_type = records_source_type(opened, found->format);
    memcpy(report->format, found->format, sizeof report->format);
    report->conversations = found->conversations;
    report->messages = found->messages;
    report->skipped = found->skipped;
    report->damaged = found->damaged;
    report->missing_files = found->missing_files;
    return CPK_OK;
}

static cpk_status read_input(const struct records_reader *reader, const cpk_input *given, records_message_fn each,
                             void *user, cpk_extract_report *report, cpk_error **error)
{
    struct import_report found;
    struct input opened;
    cpk_status filled;
    cpk_status status;

    memset(&found, 0, sizeof found);
    CPK_TRY(input_open(reader->op, given, &opened, error));
    status = records_read(reader, &opened, each, user, &found, error);
    filled = fill_report(reader->op->context, &opened, &found, report, status == CPK_OK ? error : NULL);
    status = status == CPK_OK ? filled : status;
    input_close(&opened);
    return status;
}

static cpk_status stopped(cpk_error **error)
{
    return error_set(error, CPK_ERROR_CANCELLED, "cancel", "cancelled by the callback");
}

struct message_call {
    cpk_message_fn message;
    void *user;
};

static cpk_status call_message(void *user, const cpk_message *message, cpk_error **error)
{
    struct message_call *call = user;

    if (call->message != NULL && call->message(call->user, message) != 0) {
        return stopped(error);
    }
    return CPK_OK;
}

cpk_status preview_messages(const struct records_reader *reader, const cpk_input *given, cpk_message_fn message,
                            void *message_user, cpk_extract_report *report, cpk_error **error)
{
    struct message_call call = {message, message_user};

    return read_input(reader, given, call_message, &call, report, error);
}

struct text_call {
    struct message_renderer renderer;
    cpk_write_fn write;
    void *user;
};

static cpk_status call_text(void *user, const cpk_message *message, cpk_error **error)
{
    struct text_call *call = user;
    struct message_record_place place;
    int32_t starts;

    CPK_TRY(message_renderer_next(&call->renderer, message, &place, &starts, error));
    if (call->write(call->user, call->renderer.text.data, call->renderer.text.length) != 0) {
        return stopped(error);
    }
    return CPK_OK;
}

cpk_status preview_text(const struct records_reader *reader, const cpk_input *given, cpk_write_fn write,
                        void *write_user, cpk_extract_report *report, cpk_error **error)
{
    struct text_call call;
    cpk_status status;

    message_renderer_init(&call.renderer, &reader->op->context->allocator);
    call.write = write;
    call.user = write_user;
    status = read_input(reader, given, call_text, &call, report, error);
    message_renderer_free(&call.renderer);
    return status;
}

struct chunk_call {
    struct message_renderer renderer;
    struct chunker *chunker;
    struct buffer window; /* extracted text from window_offset on, as far as later chunks may need it */
    int64_t window_offset;
    int64_t index;
    cpk_chunk_fn chunk;
    void *user;
};

static cpk_status emit_chunk(void *user, const struct chunk_range *range, cpk_error **error)
{
    struct chunk_call *call = user;
    size_t unused = (size_t)(range->offset - call->window_offset);
    cpk_chunk chunk;

    memset(&chunk, 0, sizeof chunk);
    chunk.struct_size = sizeof chunk;
    chunk.index = call->index++;
    chunk.offset = range->offset;
    chunk.length = range->length;
    chunk.tokens = range->tokens;
    chunk.text = call->window.data + unused;
    if (call->chunk(call->user, &chunk) != 0) {
        return stopped(error);
    }
    /* later chunks start no earlier than this one */
    memmove(call->window.data, call->window.data + unused, call->window.length - unused);
    call->window.length -= unused;
    call->window_offset += (int64_t)unused;
    return CPK_OK;
}

static cpk_status call_chunker(void *user, const cpk_message *message, cpk_error **error)
{
    struct chunk_call *call = user;
    struct message_record_place place;
    int32_t starts;

    CPK_TRY(message_renderer_next(&call->renderer, message, &place, &starts, error));
    buffer_append(&call->window, call->renderer.text.data, call->renderer.text.length);
    if (call->window.failed) {
        return error_out_of_memory(error);
    }
    return chunker_add(call->chunker, call->renderer.text.data, call->renderer.text.length, starts, &place.tokens,
                       error);
}

cpk_status preview_chunks(const struct records_reader *reader, const cpk_input *given,
                          const struct chunker_options *options, const struct chunk_sink *sink,
                          cpk_extract_report *report, cpk_error **error)
{
    const cpk_allocator *allocator = &reader->op->context->allocator;
    struct chunk_call call;
    cpk_status status;

    memset(&call, 0, sizeof call);
    message_renderer_init(&call.renderer, allocator);
    buffer_init(&call.window, allocator);
    call.chunk = sink->chunk;
    call.user = sink->user;
    CPK_TRY_CLEANUP(chunker_create(allocator, options, emit_chunk, &call, &call.chunker, error));
    CPK_TRY_CLEANUP(read_input(reader, given, call_chunker, &call, report, error));
    CPK_TRY_CLEANUP(chunker_finish(call.chunker, error));
cleanup:
    chunker_free(call.chunker);
    message_renderer_free(&call.renderer);
    buffer_free(&call.window);
    return status;
}
