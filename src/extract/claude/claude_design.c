/* Design chats: conversations of Claude's design tool, in a format of their own and without branches. */
#include "base/error.h"
#include "base/hash.h"
#include "extract/claude/claude_internal.h"

#include <string.h>

static cpk_status write_text(struct claude_writer *writer, const struct claude_part *template, struct json_view text,
                             cpk_error **error)
{
    return text.type == JSON_VIEW_STRING ? claude_write_view(writer, template, text, error) : CPK_OK;
}

static cpk_status write_tool(struct claude_writer *writer, struct json_view call, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("name"), JSON_NAME("input")};
    struct json_view members[2];

    json_select(call, names, 2, members);
    CPK_TRY(claude_write_tool_call(writer, claude_line(writer, members[0]), members[1], error));
    return claude_write_tool_result(writer, call, error);
}

static cpk_status write_block(struct claude_writer *writer, struct json_view block, cpk_error **error)
{
    static const struct claude_part thinking = {.kind = CPK_KIND_THINKING, .flags = CPK_MESSAGE_HIDDEN};
    static const struct claude_part failure = {.kind = CPK_KIND_ERROR};
    static const struct claude_part interjection = {.kind = CPK_KIND_TEXT, .role = CPK_ROLE_USER};
    static const struct json_name names[] = {JSON_NAME("type"), JSON_NAME("text"), JSON_NAME("message"),
                                             JSON_NAME("toolCall")};
    struct json_view members[4];

    json_select(block, names, 4, members);
    if (json_is_text(members[0], "thinking")) {
        return write_text(writer, &thinking, members[1], error);
    }
    if (json_is_text(members[0], "error")) {
        CPK_TRY(write_text(writer, &failure, members[2], error));
        return write_text(writer, &failure, members[1], error);
    }
    if (json_is_text(members[0], "user_interjection")) {
        return write_text(writer, &interjection, members[1], error);
    }
    if (json_is_text(members[0], "tool_call")) {
        return write_tool(writer, members[3], error);
    }
    return members[1].type == JSON_VIEW_STRING ? claude_write_speech(writer, members[1], error) : CPK_OK;
}

/* Attachments; the text of one, if present, is not text of the user. */
static cpk_status write_attachments(struct claude_writer *writer, struct json_view list, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("id"), JSON_NAME("name"), JSON_NAME("mimeType"),
                                             JSON_NAME("content")};
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view members[4];
        cpk_attachment file = {NULL, NULL, NULL, -1};
        struct claude_part part = {.kind = CPK_KIND_ATTACHMENT, .file = &file};

        json_select(iter.value, names, 4, members);
        file.id = claude_line(writer, members[0]);
        file.name = claude_line(writer, members[1]);
        file.media_type = claude_line(writer, members[2]);
        if (members[3].type == JSON_VIEW_STRING || file.name != NULL) {
            CPK_TRY(claude_write_view(writer, &part, members[3], error));
        }
    }
    return CPK_OK;
}

static int32_t read_role(struct json_view role)
{
    return json_is_text(role, "user") || json_is_text(role, "human") ? CPK_ROLE_USER
           : json_is_text(role, "assistant")                         ? CPK_ROLE_ASSISTANT
                                                                     : CPK_ROLE_UNKNOWN;
}

static const char *derive_message_id(struct claude_writer *writer, struct json_view uuid, size_t index)
{
    const char *id = claude_id(writer, uuid);
    uint64_t place = index;
    uint64_t hash = hash_bytes(3, writer->conversation_id, strlen(writer->conversation_id));

    return id != NULL ? id : claude_derived_id(writer, hash_bytes(hash, &place, sizeof place));
}

enum content_member { CONTENT_TEXT, CONTENT_BLOCKS, CONTENT_ATTACHMENTS, CONTENT_ROLE, CONTENT_TIME, CONTENT_COUNT };
static const struct json_name content_names[CONTENT_COUNT] = {JSON_NAME("content"), JSON_NAME("contentBlocks"),
                                                              JSON_NAME("attachments"), JSON_NAME("role"),
                                                              JSON_NAME("timestamp")};

/* `text` is the message's `content`, if it is a string. */
static cpk_status write_content(struct claude_writer *writer, struct json_view text,
                                const struct json_view content[CONTENT_COUNT], cpk_error **error)
{
    struct json_iter iter;

    if (content[CONTENT_TEXT].type == JSON_VIEW_STRING) {
        text = content[CONTENT_TEXT];
    }
    json_iter_init(&iter, content[CONTENT_BLOCKS]);
    while (!iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(write_block(writer, iter.value, error));
    }
    if (writer->part_count == 0 && text.type == JSON_VIEW_STRING) {
        CPK_TRY(claude_write_speech(writer, text, error));
    }
    return write_attachments(writer, content[CONTENT_ATTACHMENTS], error);
}

/* *last_id is the id of the previous message, and is set to that of this one. */
static cpk_status read_message(struct claude_writer *writer, struct json_view message, size_t index,
                               struct buffer *last_id, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("uuid"), JSON_NAME("role"), JSON_NAME("created_at"),
                                             JSON_NAME("content")};
    struct json_view members[4];
    struct json_view content[CONTENT_COUNT];
    const char *id;

    json_select(message, names, 4, members);
    json_select(members[3], content_names, CONTENT_COUNT, content);
    claude_end_message(writer);
    id = derive_message_id(writer, members[0], index);
    if (id == NULL) {
        return error_out_of_memory(error);
    }
    claude_begin_message(writer, id,
                         read_role(members[1].type == JSON_VIEW_STRING ? members[1] : content[CONTENT_ROLE]));
    writer->parent_id = last_id->length > 0 ? buffer_text(last_id) : NULL;
    writer->time_us = json_time(members[2]);
    if (writer->time_us == CPK_TIME_UNKNOWN) {
        writer->time_us = json_time(content[CONTENT_TIME]);
    }
    CPK_TRY(write_content(writer, members[3], content, error));
    if (writer->part_count == 0) {
        return claude_note(writer, CPK_NOTE_SKIPPED_MESSAGE, "a message without text or files", error);
    }
    buffer_clear(last_id);
    buffer_append_text(last_id, id);
    return last_id->failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status read_messages(struct claude_writer *writer, struct json_view messages, struct buffer *last_id,
                                cpk_error **error)
{
    struct json_iter iter;

    json_iter_init(&iter, messages);
    for (size_t i = 0; !iter.is_object && json_iter_next(&iter); i++) {
        CPK_TRY(read_message(writer, iter.value, i, last_id, error));
    }
    return CPK_OK;
}

cpk_status claude_read_design(struct claude_writer *writer, struct json_view design, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("uuid"), JSON_NAME("title"), JSON_NAME("messages")};
    struct json_view members[3];
    const char *title;
    struct buffer last_id;
    int64_t emitted_before = writer->emitted_count;
    cpk_status status;

    json_select(design, names, 3, members);
    title = claude_line(writer, members[1]);
    CPK_TRY(claude_begin_conversation(writer, members[0], members[1],
                                      hash_bytes(4, title, title != NULL ? strlen(title) : 0), error));
    buffer_init(&last_id, &writer->context->allocator);
    status = read_messages(writer, members[2], &last_id, error);
    buffer_free(&last_id);
    if (status == CPK_OK && writer->emitted_count == emitted_before) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "a design chat without messages", error);
    }
    return status;
}
