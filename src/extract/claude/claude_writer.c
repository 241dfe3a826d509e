#include "base/error.h"
#include "extract/claude/claude_internal.h"
#include "extract/normal.h"

#include <stdio.h>
#include <string.h>

#define KEPT_BYTES ((size_t)1 << 20) /* larger text buffers are freed after use */

void claude_writer_init(struct claude_writer *writer, const struct context *context, const cpk_sink *sink)
{
    memset(writer, 0, sizeof *writer);
    writer->context = context;
    writer->sink = sink;
    writer->conversation_id = "";
    writer->conversation_title = "";
    arena_init(&writer->arena, &context->allocator);
    buffer_init(&writer->speech, &context->allocator);
    buffer_init(&writer->scrap, &context->allocator);
    buffer_init(&writer->normal, &context->allocator);
    buffer_init(&writer->short_text, &context->allocator);
    buffer_init(&writer->part_id, &context->allocator);
    buffer_init(&writer->id_text, &context->allocator);
    buffer_init(&writer->title_text, &context->allocator);
    buffer_init(&writer->unknown, &context->allocator);
}

void claude_writer_free(struct claude_writer *writer)
{
    claude_artifacts_free(writer);
    buffer_free(&writer->unknown);
    buffer_free(&writer->title_text);
    buffer_free(&writer->id_text);
    buffer_free(&writer->part_id);
    buffer_free(&writer->short_text);
    buffer_free(&writer->normal);
    buffer_free(&writer->scrap);
    buffer_free(&writer->speech);
    arena_free(&writer->arena);
}

const char *claude_derived_id(struct claude_writer *writer, uint64_t hash)
{
    char id[FORMAT_DERIVED_ID_BYTES];

    format_derived_id(hash, id);
    return arena_copy_text(&writer->arena, id);
}

cpk_status claude_begin_conversation(struct claude_writer *writer, struct json_view id, struct json_view title,
                                     uint64_t content_hash, cpk_error **error)
{
    const char *own_id = claude_id(writer, id);
    const char *name = claude_line(writer, title);
    char derived[FORMAT_DERIVED_ID_BYTES];

    format_derived_id(content_hash, derived);
    buffer_clear(&writer->id_text);
    buffer_append_text(&writer->id_text, own_id != NULL ? own_id : derived);
    claude_set_title(writer, name != NULL ? name : "");
    writer->conversation_id = buffer_text(&writer->id_text);
    return writer->id_text.failed || writer->out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

void claude_set_title(struct claude_writer *writer, const char *title)
{
    buffer_clear(&writer->title_text);
    buffer_append_text(&writer->title_text, title);
    writer->out_of_memory = writer->out_of_memory || writer->title_text.failed;
    writer->conversation_title = buffer_text(&writer->title_text);
}

void claude_end_message(struct claude_writer *writer)
{
    arena_reset(&writer->arena);
    writer->attachments = NULL;
    writer->attachment_count = 0;
    writer->attachment_capacity = 0;
}

void claude_begin_message(struct claude_writer *writer, const char *id, int32_t role)
{
    writer->message_id = id;
    writer->parent_id = NULL;
    writer->model = NULL;
    writer->role = role;
    writer->flags = CPK_MESSAGE_ACTIVE_BRANCH;
    writer->time_us = CPK_TIME_UNKNOWN;
    writer->part_count = 0;
    writer->attachments = NULL;
    writer->attachment_count = 0;
    writer->attachment_capacity = 0;
    buffer_clear(&writer->speech);
    buffer_clear(&writer->unknown);
}

const char *claude_clean_line(struct claude_writer *writer, const char *text, size_t length)
{
    char *line = NULL;

    buffer_clear(&writer->normal);
    normal_append_line(&writer->normal, text, length < FORMAT_NAME_BYTES_MAX ? length : FORMAT_NAME_BYTES_MAX);
    if (!writer->normal.failed && writer->normal.length == 0) {
        return NULL;
    }
    if (!writer->normal.failed) {
        line = arena_copy_bytes(&writer->arena, writer->normal.data, writer->normal.length);
    }
    writer->out_of_memory = writer->out_of_memory || line == NULL;
    return line;
}

const char *claude_line(struct claude_writer *writer, struct json_view text)
{
    if (text.type != JSON_VIEW_STRING) {
        return NULL;
    }
    buffer_clear(&writer->short_text);
    json_append_start(&writer->short_text, text, FORMAT_NAME_BYTES_MAX);
    writer->out_of_memory = writer->out_of_memory || writer->short_text.failed;
    return claude_clean_line(writer, buffer_text(&writer->short_text), writer->short_text.length);
}

const char *claude_id(struct claude_writer *writer, struct json_view id)
{
    const char *line = claude_line(writer, id);

    return line != NULL && strlen(line) > CLAUDE_ID_BYTES_MAX ? claude_derived_id(writer, json_hash_text(0, id)) : line;
}

static int32_t is_same_file(const cpk_attachment *a, const cpk_attachment *b)
{
    return (a->id != NULL && b->id != NULL && strcmp(a->id, b->id) == 0) ||
           (a->name != NULL && b->name != NULL && strcmp(a->name, b->name) == 0);
}

/* Attachments of a message's first part: the part's own file, then those of the message. */
static void set_first_attachments(struct claude_writer *writer, const cpk_attachment *file, cpk_message *message)
{
    for (size_t i = 0; file != NULL && i < writer->attachment_count; i++) {
        if (is_same_file(&writer->attachments[i], file)) {
            cpk_attachment own = writer->attachments[i];

            memmove(writer->attachments + 1, writer->attachments, i * sizeof own);
            writer->attachments[0] = own;
            file = NULL;
        }
    }
    if (file != NULL && writer->attachment_count > 0) {
        memmove(writer->attachments + 1, writer->attachments, writer->attachment_count * sizeof *writer->attachments);
        writer->attachments[0] = *file;
        writer->attachment_count++;
        file = NULL;
    }
    message->attachments = file != NULL ? file : writer->attachments;
    message->attachment_count = file != NULL ? 1 : writer->attachment_count;
}

/* The first part has the id of the message; the others are its children. */
static cpk_status identify_part(struct claude_writer *writer, cpk_message *message, cpk_error **error)
{
    if (writer->part_count == 0) {
        message->message_id = writer->message_id;
        message->parent_id = writer->parent_id;
        return CPK_OK;
    }
    buffer_clear(&writer->part_id);
    buffer_append_format(&writer->part_id, "%s/%lld", writer->message_id, (long long)writer->part_count + 1);
    message->message_id = buffer_text(&writer->part_id);
    message->parent_id = writer->message_id;
    return writer->part_id.failed ? error_out_of_memory(error) : CPK_OK;
}

cpk_status claude_write_part(struct claude_writer *writer, const struct claude_part *part, cpk_error **error)
{
    cpk_message message = {.struct_size = sizeof message};
    size_t file_count = (part->file != NULL) + (writer->part_count == 0 ? writer->attachment_count : 0);
    cpk_status status;

    buffer_clear(&writer->normal);
    buffer_reserve(&writer->normal, part->length);
    normal_append_trimmed(&writer->normal, part->text, part->length);
    if (writer->normal.failed || writer->out_of_memory) {
        return error_out_of_memory(error);
    }
    if (part->text_buffer != NULL) {
        buffer_release_above(part->text_buffer, KEPT_BYTES);
    }
    if (writer->normal.length == 0 && file_count == 0) {
        return CPK_OK;
    }
    message.attachments = part->file;
    message.attachment_count = part->file != NULL;
    if (writer->part_count == 0) {
        set_first_attachments(writer, part->file, &message);
    }
    CPK_TRY(identify_part(writer, &message, error));
    message.flags = writer->flags | part->flags;
    message.role = part->role != 0 ? part->role : writer->role;
    message.kind = part->kind;
    message.time_us = writer->time_us;
    message.provider = "claude";
    message.conversation_id = writer->conversation_id;
    message.conversation_title = writer->conversation_title;
    message.model = message.role == CPK_ROLE_ASSISTANT ? writer->model : NULL;
    message.text = buffer_text(&writer->normal);
    message.text_length = writer->normal.length;
    writer->part_count++;
    writer->emitted_count++;
    status = writer->sink->message(writer->sink->self, &message, error);
    buffer_release_above(&writer->normal, KEPT_BYTES);
    return status;
}

cpk_status claude_write_view(struct claude_writer *writer, const struct claude_part *template, struct json_view text,
                             cpk_error **error)
{
    struct claude_part part = *template;

    buffer_clear(&writer->scrap);
    json_append_text(&writer->scrap, text);
    if (writer->scrap.failed) {
        return error_out_of_memory(error);
    }
    part.text = buffer_text(&writer->scrap);
    part.length = writer->scrap.length;
    part.text_buffer = &writer->scrap;
    return claude_write_part(writer, &part, error);
}

cpk_status claude_note(struct claude_writer *writer, int32_t note, const char *text, cpk_error **error)
{
    const char *where = writer->conversation_title[0] != '\0' ? writer->conversation_title : writer->conversation_id;

    return writer->sink->note(writer->sink->self, note, where, text, error);
}
