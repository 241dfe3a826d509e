/* Design chats: conversations of Claude's design tool, in a shape of their own and without branches. */
#include "base/error.h"
#include "base/hash.h"
#include "extract/claude_internal.h"

#include <string.h>

static cpk_status write_member(claude_writer *writer, const claude_part *like, struct json_object *block,
                               const char *key, cpk_error **error)
{
    claude_part part = *like;

    part.text = json_member_text_length(block, key, &part.length);
    return part.text != NULL ? claude_write_part(writer, &part, error) : CPK_OK;
}

static cpk_status write_block(claude_writer *writer, struct json_object *block, cpk_error **error)
{
    static const claude_part thinking = {.kind = CPK_KIND_THINKING, .flags = CPK_MESSAGE_HIDDEN};
    static const claude_part failure = {.kind = CPK_KIND_ERROR};
    static const claude_part interjection = {.kind = CPK_KIND_TEXT, .role = CPK_ROLE_USER};
    const char *type = json_member_text(block, "type");
    size_t length;
    const char *text;

    if (type != NULL && strcmp(type, "thinking") == 0) {
        return write_member(writer, &thinking, block, "text", error);
    }
    if (type != NULL && strcmp(type, "error") == 0) {
        CPK_TRY(write_member(writer, &failure, block, "message", error));
        return write_member(writer, &failure, block, "text", error);
    }
    if (type != NULL && strcmp(type, "user_interjection") == 0) {
        return write_member(writer, &interjection, block, "text", error);
    }
    if (type != NULL && strcmp(type, "tool_call") == 0) {
        struct json_object *call = json_member_object(block, "toolCall");

        CPK_TRY(claude_write_tool_call(writer, claude_line(writer, call, "name"), json_member(call, "input"), error));
        return claude_write_tool_result(writer, call, error);
    }
    text = json_member_text_length(block, "text", &length);
    return text != NULL ? claude_write_speech(writer, text, length, error) : CPK_OK;
}

/* Some files attach names only; where the text of one is there, it is not the user's speech. */
static cpk_status write_attachments(claude_writer *writer, struct json_object *content, cpk_error **error)
{
    struct json_object *list = json_member_array(content, "attachments");

    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        cpk_attachment file = {claude_line(writer, item, "id"), claude_line(writer, item, "name"),
                               claude_line(writer, item, "mimeType"), -1};
        claude_part part = {.kind = CPK_KIND_ATTACHMENT, .text = "", .file = &file};
        const char *text = json_member_text_length(item, "content", &part.length);

        if (text != NULL || file.name != NULL) {
            part.text = text != NULL ? text : "";
            CPK_TRY(claude_write_part(writer, &part, error));
        }
    }
    return CPK_OK;
}

static int32_t role_of(struct json_object *message, struct json_object *content)
{
    const char *role = json_member_text(message, "role");

    if (role == NULL) {
        role = json_member_text(content, "role");
    }
    if (role == NULL) {
        return CPK_ROLE_UNKNOWN;
    }
    return strcmp(role, "user") == 0 || strcmp(role, "human") == 0 ? CPK_ROLE_USER
           : strcmp(role, "assistant") == 0                        ? CPK_ROLE_ASSISTANT
                                                                   : CPK_ROLE_UNKNOWN;
}

static const char *message_id(claude_writer *writer, struct json_object *message, size_t index)
{
    const char *id = claude_line(writer, message, "uuid");
    uint64_t place = index;
    uint64_t hash = hash_bytes(3, writer->conversation_id, strlen(writer->conversation_id));

    return id != NULL ? id : claude_made_id(writer, hash_bytes(hash, &place, sizeof place));
}

static cpk_status write_content(claude_writer *writer, struct json_object *message, struct json_object *content,
                                cpk_error **error)
{
    struct json_object *blocks = json_member_array(content, "contentBlocks");
    size_t length = 0;
    const char *text = json_member_text_length(content, "content", &length);

    if (text == NULL) {
        text = json_member_text_length(message, "content", &length);
    }
    for (size_t i = 0; blocks != NULL && i < json_object_array_length(blocks); i++) {
        CPK_TRY(write_block(writer, json_object_array_get_idx(blocks, i), error));
    }
    if (writer->part_count == 0 && text != NULL) {
        CPK_TRY(claude_write_speech(writer, text, length, error));
    }
    return write_attachments(writer, content, error);
}

static cpk_status read_message(claude_writer *writer, struct json_object *message, size_t index, const char **parent_id,
                               cpk_error **error)
{
    struct json_object *content = json_member_object(message, "content");
    const char *id = message_id(writer, message, index);

    if (id == NULL) {
        return error_out_of_memory(error);
    }
    claude_begin_message(writer, id, role_of(message, content));
    writer->parent_id = *parent_id;
    writer->time_us = json_member_time(message, "created_at");
    if (writer->time_us == CPK_TIME_UNKNOWN) {
        writer->time_us = json_member_time(content, "timestamp");
    }
    CPK_TRY(write_content(writer, message, content, error));
    if (writer->part_count == 0) {
        return claude_note(writer, CPK_NOTE_SKIPPED_MESSAGE, "a message without text or files", error);
    }
    *parent_id = id;
    return CPK_OK;
}

cpk_status claude_read_design(claude_writer *writer, struct json_object *design, cpk_error **error)
{
    struct json_object *messages = json_member_array(design, "messages");
    const char *id = claude_line(writer, design, "uuid");
    const char *title = claude_line(writer, design, "title");
    const char *parent_id = NULL;
    int64_t handed_before = writer->handed_count;

    CPK_TRY(
        claude_begin_conversation(writer, id, title, hash_bytes(4, title, title != NULL ? strlen(title) : 0), error));
    for (size_t i = 0; messages != NULL && i < json_object_array_length(messages); i++) {
        CPK_TRY(read_message(writer, json_object_array_get_idx(messages, i), i, &parent_id, error));
    }
    if (writer->handed_count == handed_before) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "a design chat without messages", error);
    }
    return CPK_OK;
}
