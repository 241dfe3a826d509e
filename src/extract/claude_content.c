#include "base/error.h"
#include "extract/claude_internal.h"

#include <string.h>

#define NAMES_COMPARED_MAX 64 /* files of one message that are looked through for one listed twice */

static const char *const file_lists[] = {"attachments", "files", "files_v2"};

static cpk_status flush_speech(claude_writer *writer, cpk_error **error)
{
    cpk_status status;

    if (writer->speech.failed) {
        return error_out_of_memory(error);
    }
    if (writer->speech.length == 0) {
        return CPK_OK;
    }
    status = claude_write_speech(writer, writer->speech.data, writer->speech.length, error);
    buffer_clear(&writer->speech);
    return status;
}

static void add_speech(claude_writer *writer, const char *text, size_t length)
{
    if (length > 0) {
        if (writer->speech.length > 0) {
            buffer_append_text(&writer->speech, "\n\n");
        }
        buffer_append(&writer->speech, text, length);
    }
}

static cpk_status write_member(claude_writer *writer, int32_t kind, struct json_object *block, const char *key,
                               cpk_error **error)
{
    size_t length;
    const char *text = json_member_text_length(block, key, &length);

    return text != NULL ? claude_write_text(writer, kind, text, length, error) : CPK_OK;
}

static cpk_status write_scrap(claude_writer *writer, int32_t kind, int32_t role, uint32_t flags,
                              const cpk_attachment *file, cpk_error **error)
{
    claude_part part = {kind, role, flags, buffer_text(&writer->scrap), writer->scrap.length, file};

    return writer->scrap.failed ? error_out_of_memory(error) : claude_write_part(writer, &part, error);
}

/* Reasoning; where only its summaries were exported, those. */
static cpk_status write_thinking(claude_writer *writer, struct json_object *block, cpk_error **error)
{
    struct json_object *summaries = json_member_array(block, "summaries");
    size_t length;
    const char *text = json_member_text_length(block, "thinking", &length);

    if (text == NULL || length == 0) {
        text = json_member_text_length(block, "text", &length);
    }
    if (text != NULL && length > 0) {
        return claude_write_text(writer, CPK_KIND_THINKING, text, length, error);
    }
    buffer_clear(&writer->scrap);
    for (size_t i = 0; summaries != NULL && i < json_object_array_length(summaries); i++) {
        text = json_member_text_length(json_object_array_get_idx(summaries, i), "summary", &length);
        if (text != NULL) {
            buffer_append(&writer->scrap, text, length);
            buffer_append_byte(&writer->scrap, '\n');
        }
    }
    return write_scrap(writer, CPK_KIND_THINKING, 0, CPK_MESSAGE_HIDDEN, NULL, error);
}

static void append_value(buffer *target, struct json_object *value)
{
    if (json_object_is_type(value, json_type_string)) {
        buffer_append(target, json_object_get_string(value), (size_t)json_object_get_string_len(value));
    } else {
        buffer_append_text(
            target, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    }
}

/* A document made in the chat: created whole, or changed in a place. */
static cpk_status write_artifact(claude_writer *writer, struct json_object *input, int32_t *written, cpk_error **error)
{
    cpk_attachment file = {claude_line(writer, input, "id"), claude_line(writer, input, "title"),
                           claude_line(writer, input, "type"), -1};
    size_t length, old_length, new_length;
    const char *content = json_member_text_length(input, "content", &length);
    const char *old_text = json_member_text_length(input, "old_str", &old_length);
    const char *new_text = json_member_text_length(input, "new_str", &new_length);

    if (content == NULL) {
        content = json_member_text_length(input, "file_text", &length);
        file.name = file.name != NULL ? file.name : claude_line(writer, input, "path");
    }
    buffer_clear(&writer->scrap);
    if (content != NULL && length > 0) {
        buffer_append(&writer->scrap, content, length);
    } else if (new_text != NULL) {
        buffer_append_text(&writer->scrap, "Replaced:\n");
        buffer_append(&writer->scrap, old_text != NULL ? old_text : "", old_length);
        buffer_append_text(&writer->scrap, "\nwith:\n");
        buffer_append(&writer->scrap, new_text, new_length);
    } else {
        return CPK_OK;
    }
    *written = 1;
    return write_scrap(writer, CPK_KIND_ARTIFACT, 0, 0, &file, error);
}

cpk_status claude_write_tool_call(claude_writer *writer, const char *name, struct json_object *input, cpk_error **error)
{
    int32_t written = 0;

    if (name != NULL && (strcmp(name, "artifacts") == 0 || strcmp(name, "create_file") == 0)) {
        CPK_TRY(write_artifact(writer, input, &written, error));
        if (written) {
            return CPK_OK;
        }
    }
    buffer_clear(&writer->scrap);
    buffer_append_text(&writer->scrap, name != NULL ? name : "tool");
    if (json_object_is_type(input, json_type_object)) {
        struct json_object_iterator at = json_object_iter_begin(input);
        struct json_object_iterator end = json_object_iter_end(input);

        for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
            buffer_append_byte(&writer->scrap, '\n');
            buffer_append_text(&writer->scrap, json_object_iter_peek_name(&at));
            buffer_append_text(&writer->scrap, ": ");
            append_value(&writer->scrap, json_object_iter_peek_value(&at));
        }
    } else if (input != NULL) {
        buffer_append_byte(&writer->scrap, '\n');
        append_value(&writer->scrap, input);
    }
    return write_scrap(writer, CPK_KIND_TOOL_CALL, 0, 0, NULL, error);
}

static void append_line(buffer *target, struct json_object *item, const char *key)
{
    size_t length;
    const char *text = json_member_text_length(item, key, &length);

    if (text != NULL && length > 0) {
        if (target->length > 0) {
            buffer_append_byte(target, '\n');
        }
        buffer_append(target, text, length);
    }
}

/* What a tool answered: a text, or a list of texts, web pages and files. */
static void append_result(buffer *target, struct json_object *content)
{
    if (json_object_is_type(content, json_type_string)) {
        append_value(target, content);
        return;
    }
    if (json_object_is_type(content, json_type_object)) {
        append_line(target, content, "title");
        append_line(target, content, "text");
        return;
    }
    for (size_t i = 0; json_object_is_type(content, json_type_array) && i < json_object_array_length(content); i++) {
        struct json_object *item = json_object_array_get_idx(content, i);

        if (json_object_is_type(item, json_type_string)) {
            buffer_append_byte(target, '\n');
            append_value(target, item);
            continue;
        }
        append_line(target, item, "title");
        append_line(target, item, "url");
        append_line(target, item, "file_path");
        append_line(target, item, "text");
    }
}

cpk_status claude_write_tool_result(claude_writer *writer, struct json_object *result, cpk_error **error)
{
    buffer_clear(&writer->scrap);
    append_result(&writer->scrap, json_member(result, "content"));
    if (writer->scrap.length == 0) {
        append_result(&writer->scrap, json_member(result, "output"));
    }
    if (writer->scrap.length == 0) {
        append_result(&writer->scrap, json_member(result, "display_content"));
    }
    return write_scrap(writer, CPK_KIND_TOOL_RESULT, CPK_ROLE_TOOL, 0, NULL, error);
}

/* What an app put into the conversation on the user's behalf: never the user's own words. */
static cpk_status write_injected(claude_writer *writer, struct json_object *block, cpk_error **error)
{
    claude_part part = {.kind = CPK_KIND_TEXT, .role = CPK_ROLE_SYSTEM, .flags = CPK_MESSAGE_HIDDEN};

    part.text = json_member_text_length(block, "prompt", &part.length);
    if (part.text == NULL) {
        part.text = json_member_text_length(block, "text", &part.length);
    }
    return part.text != NULL ? claude_write_part(writer, &part, error) : CPK_OK;
}

/* A block of a type that is not known: its text is kept, but not as a person's speech. */
static cpk_status write_other(claude_writer *writer, struct json_object *block, cpk_error **error)
{
    return write_member(writer, writer->role == CPK_ROLE_USER ? CPK_KIND_ATTACHMENT : CPK_KIND_TEXT, block, "text",
                        error);
}

static cpk_status write_block(claude_writer *writer, struct json_object *block, const char *type, cpk_error **error)
{
    if (strcmp(type, "thinking") == 0 || strcmp(type, "summaries") == 0) {
        return write_thinking(writer, block, error);
    }
    if (strcmp(type, "tool_use") == 0) {
        return claude_write_tool_call(writer, claude_line(writer, block, "name"), json_member(block, "input"), error);
    }
    if (strcmp(type, "tool_result") == 0) {
        return claude_write_tool_result(writer, block, error);
    }
    if (strcmp(type, "injected_prompt_block") == 0) {
        return write_injected(writer, block, error);
    }
    if (strcmp(type, "voice_note") == 0) {
        return write_member(writer, CPK_KIND_TRANSCRIPT, block, "text", error);
    }
    if (strcmp(type, "token_budget") == 0 || strcmp(type, "image") == 0 || strcmp(type, "document") == 0) {
        return CPK_OK; /* a document or an image is among the message's files */
    }
    return write_other(writer, block, error);
}

static cpk_status read_block(claude_writer *writer, struct json_object *block, cpk_error **error)
{
    const char *type = json_member_text(block, "type");
    size_t length;
    const char *text;

    if (json_object_is_type(block, json_type_string)) {
        add_speech(writer, json_object_get_string(block), (size_t)json_object_get_string_len(block));
        return CPK_OK;
    }
    if (type == NULL || strcmp(type, "text") == 0) {
        text = json_member_text_length(block, "text", &length);
        add_speech(writer, text != NULL ? text : "", length);
        return CPK_OK;
    }
    CPK_TRY(flush_speech(writer, error));
    return write_block(writer, block, type, error);
}

static cpk_status read_blocks(claude_writer *writer, struct json_object *blocks, cpk_error **error)
{
    for (size_t i = 0; i < json_object_array_length(blocks); i++) {
        CPK_TRY(read_block(writer, json_object_array_get_idx(blocks, i), error));
    }
    return flush_speech(writer, error);
}

/* The blocks of a message; the caller's to put. Some exports hold them as a text that is JSON itself. */
static struct json_object *message_blocks(claude_writer *writer, struct json_object *message)
{
    struct json_object *content = json_member(message, "content");
    struct json_object *blocks = NULL;

    if (json_object_is_type(content, json_type_array)) {
        return json_object_get(content);
    }
    if (json_object_is_type(content, json_type_string)) {
        const char *text = json_object_get_string(content);
        size_t length = (size_t)json_object_get_string_len(content);
        int32_t depth = (int32_t)context_setting(writer->context, SETTING_IMPORT_MAX_JSON_DEPTH);

        if (length > 0 && text[0] == '[' && json_parse(text, length, depth, &blocks, NULL) == CPK_OK &&
            json_object_is_type(json_object_array_get_idx(blocks, 0), json_type_object)) {
            return blocks;
        }
        json_object_put(blocks);
    }
    if (json_object_is_type(content, json_type_object) || json_object_is_type(content, json_type_string)) {
        blocks = json_object_new_array();
        if (blocks != NULL) {
            json_object_array_add(blocks, json_object_get(content));
        }
        return blocks;
    }
    return NULL;
}

static int32_t same_name(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Adds a file to the message's, or what more is known of one that is there already. */
static void add_file(claude_writer *writer, const cpk_attachment *file)
{
    size_t count = writer->attachment_count < NAMES_COMPARED_MAX ? writer->attachment_count : NAMES_COMPARED_MAX;

    if (file->id == NULL && file->name == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        cpk_attachment *known = &writer->attachments[i];

        if (same_name(known->id, file->id) || same_name(known->name, file->name)) {
            known->id = known->id != NULL ? known->id : file->id;
            known->name = known->name != NULL ? known->name : file->name;
            known->media_type = known->media_type != NULL ? known->media_type : file->media_type;
            known->size_bytes = known->size_bytes >= 0 ? known->size_bytes : file->size_bytes;
            return;
        }
    }
    writer->attachments[writer->attachment_count++] = *file;
}

static cpk_attachment describe_file(claude_writer *writer, struct json_object *file)
{
    cpk_attachment attachment = {claude_line(writer, file, "file_uuid"), claude_line(writer, file, "file_name"),
                                 claude_line(writer, file, "file_type"), json_member_int64(file, "file_size", -1)};

    if (attachment.id == NULL) {
        attachment.id = claude_line(writer, file, "id");
    }
    if (attachment.name == NULL) {
        attachment.name = claude_line(writer, file, "title");
    }
    if (attachment.media_type == NULL) {
        attachment.media_type = claude_line(writer, file, "file_kind");
    }
    return attachment;
}

static size_t list_length(struct json_object *list)
{
    return list != NULL ? json_object_array_length(list) : 0;
}

/* What the message came with, from its lists and from its blocks. */
static cpk_status collect_files(claude_writer *writer, struct json_object *message, struct json_object *blocks,
                                cpk_error **error)
{
    size_t block_count = list_length(blocks);
    size_t room = block_count;

    for (size_t i = 0; i < sizeof file_lists / sizeof file_lists[0]; i++) {
        room += list_length(json_member_array(message, file_lists[i]));
    }
    if (room == 0) {
        return CPK_OK;
    }
    writer->attachments = arena_allocate_zeroed(&writer->arena, room, sizeof *writer->attachments);
    if (writer->attachments == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < sizeof file_lists / sizeof file_lists[0]; i++) {
        struct json_object *list = json_member_array(message, file_lists[i]);

        for (size_t j = 0; j < list_length(list); j++) {
            cpk_attachment file = describe_file(writer, json_object_array_get_idx(list, j));

            add_file(writer, &file);
        }
    }
    for (size_t i = 0; i < block_count; i++) {
        struct json_object *block = json_object_array_get_idx(blocks, i);
        const char *type = json_member_text(block, "type");

        if (type != NULL && (strcmp(type, "image") == 0 || strcmp(type, "document") == 0)) {
            cpk_attachment file = describe_file(writer, block);

            add_file(writer, &file);
        }
    }
    return CPK_OK;
}

/* The text of attached files, each a part of its own after what was said. */
static cpk_status write_attached_texts(claude_writer *writer, struct json_object *message, cpk_error **error)
{
    struct json_object *list = json_member_array(message, "attachments");

    for (size_t i = 0; i < list_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        claude_part part = {.kind = CPK_KIND_ATTACHMENT};
        cpk_attachment file;

        part.text = json_member_text_length(item, "extracted_content", &part.length);
        if (part.text == NULL || part.length == 0) {
            continue;
        }
        file = describe_file(writer, item);
        part.file = &file;
        CPK_TRY(claude_write_part(writer, &part, error));
    }
    return CPK_OK;
}

static cpk_status read_message(claude_writer *writer, struct json_object *message, struct json_object *blocks,
                               cpk_error **error)
{
    claude_part nothing = {.kind = CPK_KIND_TEXT, .text = ""};
    size_t length;
    const char *text;

    CPK_TRY(collect_files(writer, message, blocks, error));
    if (blocks != NULL) {
        CPK_TRY(read_blocks(writer, blocks, error));
    }
    text = json_member_text_length(message, "text", &length);
    if (writer->part_count == 0 && text != NULL) {
        CPK_TRY(claude_write_speech(writer, text, length, error));
    }
    if (writer->part_count == 0) {
        CPK_TRY(claude_write_part(writer, &nothing, error)); /* files without a word */
    }
    return write_attached_texts(writer, message, error);
}

cpk_status claude_read_content(claude_writer *writer, struct json_object *message, cpk_error **error)
{
    struct json_object *blocks = message_blocks(writer, message);
    cpk_status status = read_message(writer, message, blocks, error);

    json_object_put(blocks);
    return status;
}
