#include "base/error.h"
#include "extract/claude_internal.h"
#include "extract/normal.h"

#include <stdio.h>
#include <string.h>

#define PART_ID_BYTES 24 /* '/', 20 digits, the NUL */

void claude_writer_init(claude_writer *writer, const context *context, const cpk_sink *sink)
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
}

void claude_writer_free(claude_writer *writer)
{
    buffer_free(&writer->normal);
    buffer_free(&writer->scrap);
    buffer_free(&writer->speech);
    arena_free(&writer->arena);
}

const char *claude_made_id(claude_writer *writer, uint64_t hash)
{
    char id[FORMAT_MADE_ID_BYTES];

    format_made_id(hash, id);
    return arena_copy_text(&writer->arena, id);
}

cpk_status claude_begin_conversation(claude_writer *writer, const char *id, const char *title, uint64_t content_hash,
                                     cpk_error **error)
{
    writer->conversation_id = id != NULL ? id : claude_made_id(writer, content_hash);
    writer->conversation_title = title != NULL ? title : "";
    return writer->conversation_id != NULL && !writer->out_of_memory ? CPK_OK : error_out_of_memory(error);
}

void claude_begin_message(claude_writer *writer, const char *id, int32_t role)
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
    buffer_clear(&writer->speech);
}

const char *claude_clean_line(claude_writer *writer, const char *text, size_t length)
{
    char *line = NULL;

    buffer_clear(&writer->normal);
    normal_append_line(&writer->normal, text, length);
    if (!writer->normal.failed && writer->normal.length == 0) {
        return NULL;
    }
    if (!writer->normal.failed) {
        line = arena_copy_bytes(&writer->arena, writer->normal.data, writer->normal.length);
    }
    writer->out_of_memory = writer->out_of_memory || line == NULL;
    return line;
}

const char *claude_line(claude_writer *writer, struct json_object *object, const char *key)
{
    size_t length;
    const char *text = json_member_text_length(object, key, &length);

    return text != NULL ? claude_clean_line(writer, text, length) : NULL;
}

/* The files of a message's first part: the part's own, then the message's. */
static cpk_status first_attachments(claude_writer *writer, const cpk_attachment *file, cpk_message *message,
                                    cpk_error **error)
{
    cpk_attachment *all;

    if (file == NULL || writer->attachment_count == 0) {
        message->attachments = file != NULL ? file : writer->attachments;
        message->attachment_count = file != NULL ? 1 : writer->attachment_count;
        return CPK_OK;
    }
    all = arena_allocate_zeroed(&writer->arena, writer->attachment_count + 1, sizeof *all);
    if (all == NULL) {
        return error_out_of_memory(error);
    }
    all[0] = *file;
    memcpy(all + 1, writer->attachments, writer->attachment_count * sizeof *all);
    message->attachments = all;
    message->attachment_count = writer->attachment_count + 1;
    return CPK_OK;
}

/* The first part has the message's own id; the others hang below it. */
static cpk_status identify_part(claude_writer *writer, cpk_message *message, cpk_error **error)
{
    size_t length = strlen(writer->message_id);
    char *id;

    if (writer->part_count == 0) {
        message->message_id = writer->message_id;
        message->parent_id = writer->parent_id;
        return CPK_OK;
    }
    id = arena_allocate(&writer->arena, length + PART_ID_BYTES);
    if (id == NULL) {
        return error_out_of_memory(error);
    }
    memcpy(id, writer->message_id, length);
    snprintf(id + length, PART_ID_BYTES, "/%lld", (long long)writer->part_count + 1);
    message->message_id = id;
    message->parent_id = writer->message_id;
    return CPK_OK;
}

cpk_status claude_write_part(claude_writer *writer, const claude_part *part, cpk_error **error)
{
    cpk_message message = {.struct_size = sizeof message};
    size_t file_count = (part->file != NULL) + (writer->part_count == 0 ? writer->attachment_count : 0);

    buffer_clear(&writer->normal);
    normal_append_trimmed(&writer->normal, part->text, part->length);
    if (writer->normal.failed || writer->out_of_memory) {
        return error_out_of_memory(error);
    }
    if (writer->normal.length == 0 && file_count == 0) {
        return CPK_OK;
    }
    message.attachments = part->file;
    message.attachment_count = part->file != NULL;
    if (writer->part_count == 0) {
        CPK_TRY(first_attachments(writer, part->file, &message, error));
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
    writer->handed_count++;
    return writer->sink->message(writer->sink->self, &message, error);
}

cpk_status claude_write_text(claude_writer *writer, int32_t kind, const char *text, size_t length, cpk_error **error)
{
    claude_part part = {.kind = kind, .text = text, .length = length};

    if (kind == CPK_KIND_THINKING || kind == CPK_KIND_INSTRUCTIONS || kind == CPK_KIND_MEMORY) {
        part.flags = CPK_MESSAGE_HIDDEN; /* of what the chat itself shows */
    }
    return claude_write_part(writer, &part, error);
}

cpk_status claude_note(claude_writer *writer, int32_t note, const char *text, cpk_error **error)
{
    const char *where = writer->conversation_title[0] != '\0' ? writer->conversation_title : writer->conversation_id;

    return writer->sink->note(writer->sink->self, note, where, text, error);
}
