#include "model/message_record.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/time.h"

#include <string.h>

#define INDEX_MAX_DEPTH 8
#define DAMAGED_LINE    "the index of a source has a damaged line"

/* Appends a text as one line: control characters and line ends become spaces. */
static void append_line(struct buffer *target, const char *text)
{
    for (; *text != '\0'; text++) {
        buffer_append_byte(target, (unsigned char)*text < 0x20 ? ' ' : *text);
    }
}

static void append_heading(struct buffer *target, const cpk_message *message)
{
    buffer_append_text(target, "# ");
    append_line(target, message->conversation_title[0] != '\0' ? message->conversation_title : "Untitled");
    buffer_append_text(target, "\n\n");
}

static void append_speaker(struct buffer *target, const cpk_message *message)
{
    char when[TIME_TEXT_BYTES];

    time_format_minute(message->time_us, when);
    buffer_append_text(target, "## ");
    buffer_append_text(target, cpk_role_name(message->role));
    if (message->kind != CPK_KIND_TEXT) {
        buffer_append_format(target, " (%s)", cpk_kind_name(message->kind));
    }
    if (when[0] != '\0') {
        buffer_append_format(target, ", %s", when);
    }
    if ((message->flags & CPK_MESSAGE_ACTIVE_BRANCH) == 0) {
        buffer_append_text(target, ", other branch");
    }
    buffer_append_text(target, "\n\n");
}

static void append_attachments(struct buffer *target, const cpk_message *message)
{
    for (size_t i = 0; i < message->attachment_count; i++) {
        const cpk_attachment *attachment = &message->attachments[i];
        const char *name = attachment->name != NULL ? attachment->name : attachment->id;

        if (name != NULL) {
            buffer_append_text(target, "[attached: ");
            append_line(target, name);
            buffer_append_text(target, "]\n");
        }
    }
}

void message_record_render(struct buffer *target, const cpk_message *message, int32_t starts_conversation,
                           struct message_record_place *place)
{
    size_t start = target->length;

    if (starts_conversation) {
        append_heading(target, message);
    }
    append_speaker(target, message);
    append_attachments(target, message);
    place->body_offset = (int64_t)(target->length - start);
    place->body_length = (int64_t)message->text_length;
    buffer_append(target, message->text, message->text_length);
    buffer_append_text(target, "\n\n");
    place->length = (int64_t)(target->length - start);
}

static void write_attachments(struct json_writer *writer, const cpk_message *message)
{
    json_write_key(writer, "attachments");
    json_write_begin_array(writer);
    for (size_t i = 0; i < message->attachment_count; i++) {
        json_write_begin_object(writer);
        json_write_key(writer, "id");
        json_write_string(writer, message->attachments[i].id);
        json_write_key(writer, "name");
        json_write_string(writer, message->attachments[i].name);
        json_write_key(writer, "type");
        json_write_string(writer, message->attachments[i].media_type);
        json_write_key(writer, "size");
        json_write_int64(writer, message->attachments[i].size_bytes);
        json_write_end_object(writer);
    }
    json_write_end_array(writer);
}

static void write_int64(struct json_writer *writer, const char *key, int64_t value)
{
    json_write_key(writer, key);
    json_write_int64(writer, value);
}

static void write_text(struct json_writer *writer, const char *key, const char *value)
{
    json_write_key(writer, key);
    json_write_string(writer, value);
}

void message_record_write_index(struct buffer *target, const cpk_message *message,
                                const struct message_record_place *place)
{
    struct json_writer writer;

    json_writer_init(&writer, target);
    json_write_begin_object(&writer);
    write_int64(&writer, "offset", place->offset);
    write_int64(&writer, "length", place->length);
    write_int64(&writer, "body", place->body_offset);
    write_int64(&writer, "body_length", place->body_length);
    write_int64(&writer, "tokens", place->tokens);
    write_text(&writer, "provider", message->provider);
    write_text(&writer, "conversation", message->conversation_id);
    write_text(&writer, "title", message->conversation_title);
    write_text(&writer, "message", message->message_id);
    write_text(&writer, "parent", message->parent_id);
    write_text(&writer, "model", message->model);
    write_int64(&writer, "role", message->role);
    write_int64(&writer, "kind", message->kind);
    write_int64(&writer, "flags", message->flags);
    if (message->time_us != CPK_TIME_UNKNOWN) {
        write_int64(&writer, "time", message->time_us);
    }
    if (message->attachment_count > 0) {
        write_attachments(&writer, message);
    }
    json_write_end_object(&writer);
    buffer_append_byte(target, '\n');
}

/* Copies a member's text to the arena; a missing one leaves *text unchanged. 0 if there is no memory. */
static int32_t copy_member(struct arena *arena, struct json_object *object, const char *key, const char **text)
{
    const char *value = json_member_text(object, key);

    if (value == NULL) {
        return 1;
    }
    *text = arena_copy_text(arena, value);
    return *text != NULL;
}

static cpk_status read_attachments(struct arena *arena, struct json_object *object, cpk_message *message,
                                   cpk_error **error)
{
    struct json_object *array = json_member_array(object, "attachments");
    size_t count = array != NULL ? json_object_array_length(array) : 0;
    cpk_attachment *attachments;

    if (count == 0) {
        return CPK_OK;
    }
    attachments = arena_allocate_zeroed(arena, count, sizeof *attachments);
    if (attachments == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        struct json_object *item = json_object_array_get_idx(array, i);

        if (!copy_member(arena, item, "id", &attachments[i].id) ||
            !copy_member(arena, item, "name", &attachments[i].name) ||
            !copy_member(arena, item, "type", &attachments[i].media_type)) {
            return error_out_of_memory(error);
        }
        attachments[i].size_bytes = json_member_int64(item, "size", -1);
    }
    message->attachments = attachments;
    message->attachment_count = count;
    return CPK_OK;
}

static cpk_status read_message(struct arena *arena, struct json_object *object, cpk_message *message, cpk_error **error)
{
    memset(message, 0, sizeof *message);
    message->struct_size = sizeof *message;
    message->provider = "";
    message->conversation_id = "";
    message->conversation_title = "";
    message->message_id = "";
    message->role = (int32_t)json_member_int64(object, "role", CPK_ROLE_UNKNOWN);
    message->kind = (int32_t)json_member_int64(object, "kind", CPK_KIND_TEXT);
    message->flags = (uint32_t)json_member_int64(object, "flags", 0);
    message->time_us = json_member_int64(object, "time", CPK_TIME_UNKNOWN);
    if (!copy_member(arena, object, "provider", &message->provider) ||
        !copy_member(arena, object, "conversation", &message->conversation_id) ||
        !copy_member(arena, object, "title", &message->conversation_title) ||
        !copy_member(arena, object, "message", &message->message_id) ||
        !copy_member(arena, object, "parent", &message->parent_id) ||
        !copy_member(arena, object, "model", &message->model)) {
        return error_out_of_memory(error);
    }
    return read_attachments(arena, object, message, error);
}

/* 1 if all offsets and lengths are in range and no sum of them overflows. */
static int32_t is_valid_place(const struct message_record_place *place)
{
    return place->offset >= 0 && place->length >= 0 && place->offset <= INT64_MAX - place->length &&
           place->body_offset >= 0 && place->body_offset <= place->length && place->body_length >= 0 &&
           place->body_length <= place->length - place->body_offset;
}

cpk_status message_record_read_index(struct arena *arena, const char *line, size_t length, cpk_message *message,
                                     struct message_record_place *place, cpk_error **error)
{
    struct json_object *object;
    cpk_status status;

    status = json_parse(line, length, INDEX_MAX_DEPTH, &object, error);
    if (status == CPK_ERROR_INVALID_DATA || status == CPK_ERROR_LIMIT_EXCEEDED) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "index", DAMAGED_LINE);
    }
    CPK_TRY(status);
    place->offset = json_member_int64(object, "offset", -1);
    place->length = json_member_int64(object, "length", -1);
    place->body_offset = json_member_int64(object, "body", -1);
    place->body_length = json_member_int64(object, "body_length", -1);
    place->tokens = json_member_int64(object, "tokens", -1);
    if (!is_valid_place(place)) {
        status = error_set(error, CPK_ERROR_INVALID_DATA, "index", DAMAGED_LINE);
    } else {
        status = read_message(arena, object, message, error);
    }
    json_object_put(object);
    return status;
}
