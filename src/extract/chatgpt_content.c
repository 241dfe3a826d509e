#include "extract/chatgpt_content.h"

#include "base/error.h"
#include "base/json.h"
#include "extract/citation.h"
#include "extract/normal.h"

#include <stdio.h>
#include <string.h>

#define CANVAS_MAX_DEPTH 32 /* of the JSON inside a canvas call */

void chatgpt_writer_init(chatgpt_writer *writer, const context *context, const cpk_sink *sink)
{
    memset(writer, 0, sizeof *writer);
    writer->context = context;
    writer->sink = sink;
    buffer_init(&writer->gathered, &context->allocator);
    buffer_init(&writer->readable, &context->allocator);
    buffer_init(&writer->normal, &context->allocator);
    buffer_init(&writer->names, &context->allocator);
}

void chatgpt_writer_free(chatgpt_writer *writer)
{
    buffer_free(&writer->gathered);
    buffer_free(&writer->readable);
    buffer_free(&writer->normal);
    buffer_free(&writer->names);
}

static int32_t text_is(const char *text, const char *other)
{
    return text != NULL && strcmp(text, other) == 0;
}

static int32_t text_starts(const char *text, const char *prefix)
{
    return text != NULL && strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Readable, normal, trimmed; borrowed from the JSON where nothing has to change. */
static cpk_status finish_text(chatgpt_writer *writer, const char **text, size_t *length, cpk_error **error)
{
    int32_t bare = writer->message.role == CPK_ROLE_ASSISTANT;

    if (citation_possible(*text, *length, bare)) {
        buffer_clear(&writer->readable);
        citation_append_readable(&writer->readable, *text, *length, bare, writer->references);
        *text = buffer_text(&writer->readable);
        *length = writer->readable.length;
    }
    /* A text cut from a longer one lacks its NUL. */
    if ((*text)[*length] != '\0' || normal_prefix(*text, *length) < *length ||
        normal_trimmed_end(*text, *length) < *length || normal_trimmed_start(*text, *length) > 0) {
        buffer_clear(&writer->normal);
        normal_append_trimmed(&writer->normal, *text, *length);
        *text = buffer_text(&writer->normal);
        *length = writer->normal.length;
    }
    if (writer->readable.failed || writer->normal.failed) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

/* Hands over one piece. Empty ones without attachments are left out; the first piece carries the attachments. */
static cpk_status write_piece(chatgpt_writer *writer, int32_t kind, uint32_t flags, const char *text, size_t length,
                              cpk_error **error)
{
    cpk_message piece = writer->message;
    char id[CHATGPT_ID_BYTES_MAX + 16];

    CPK_TRY(finish_text(writer, &text, &length, error));
    if (length == 0 && (writer->attachment_count == 0 || writer->pieces > 0)) {
        return CPK_OK;
    }
    piece.kind = kind;
    piece.flags |= flags;
    piece.text = text;
    piece.text_length = length;
    if (writer->pieces == 0) {
        piece.attachments = writer->attachments;
        piece.attachment_count = writer->attachment_count;
    } else {
        snprintf(id, sizeof id, "%s/%d", writer->message_id, writer->pieces + 1);
        piece.message_id = id;
        piece.parent_id = writer->message_id;
    }
    writer->pieces++;
    return writer->sink->message(writer->sink->self, &piece, error);
}

/* Adds to the gathered text, a blank line between parts. */
static void gather(chatgpt_writer *writer, const char *text, size_t length)
{
    if (text == NULL || length == 0) {
        return;
    }
    if (writer->gathered.length > 0) {
        buffer_append(&writer->gathered, "\n\n", 2);
    }
    buffer_append(&writer->gathered, text, length);
}

static void gather_member(chatgpt_writer *writer, struct json_object *object, const char *key)
{
    size_t length;
    const char *text = json_member_text_length(object, key, &length);

    gather(writer, text, length);
}

static cpk_status write_gathered(chatgpt_writer *writer, int32_t kind, uint32_t flags, cpk_error **error)
{
    if (writer->gathered.failed) {
        return error_out_of_memory(error);
    }
    return write_piece(writer, kind, flags, buffer_text(&writer->gathered), writer->gathered.length, error);
}

static cpk_status write_member(chatgpt_writer *writer, int32_t kind, uint32_t flags, struct json_object *object,
                               const char *key, cpk_error **error)
{
    size_t length;
    const char *text = json_member_text_length(object, key, &length);

    return write_piece(writer, kind, flags, text != NULL ? text : "", length, error);
}

/* Where a normalised copy begins in `names`, plus 1; 0 for none. Offsets, because the buffer moves while it grows. */
static size_t add_name(chatgpt_writer *writer, const char *text, size_t length)
{
    size_t at = writer->names.length + 1;

    if (text == NULL || length == 0) {
        return 0;
    }
    normal_append_line(&writer->names, text, length);
    buffer_append_byte(&writer->names, '\0');
    return at;
}

static const char *name_at(const chatgpt_writer *writer, size_t offset)
{
    return offset > 0 ? writer->names.data + offset - 1 : NULL;
}

/* "sediment://file_1#frame" is the file "file_1". */
static const char *asset_id(const char *pointer, size_t *length)
{
    const char *scheme = strstr(pointer, "://");
    const char *id = scheme != NULL ? scheme + 3 : pointer;

    *length = strcspn(id, "#?");
    return id;
}

static int32_t has_attachment(const chatgpt_writer *writer, const char *id, size_t length)
{
    for (size_t i = 0; i < writer->attachment_count; i++) {
        const char *known = name_at(writer, writer->offsets[i].id);

        if (known != NULL && strlen(known) == length && memcmp(known, id, length) == 0) {
            return 1;
        }
    }
    return 0;
}

static void add_attachment(chatgpt_writer *writer, const char *id, size_t id_length, const char *name,
                           const char *media_type, int64_t size_bytes)
{
    size_t index = writer->attachment_count;

    if (index == CHATGPT_MAX_ATTACHMENTS || writer->names.failed ||
        (id != NULL && has_attachment(writer, id, id_length))) {
        return;
    }
    writer->offsets[index].id = add_name(writer, id, id_length);
    writer->offsets[index].name = add_name(writer, name, name != NULL ? strlen(name) : 0);
    writer->offsets[index].media_type = add_name(writer, media_type, media_type != NULL ? strlen(media_type) : 0);
    writer->attachments[index].size_bytes = size_bytes;
    writer->attachment_count++;
}

static void add_listed_attachments(chatgpt_writer *writer, struct json_object *metadata)
{
    struct json_object *list = json_member_array(metadata, "attachments");
    size_t count = list != NULL ? json_object_array_length(list) : 0;

    for (size_t i = 0; i < count; i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        const char *media_type = json_member_text(item, "mime_type");
        size_t id_length;
        const char *id = json_member_text_length(item, "id", &id_length);

        if (!json_object_is_type(item, json_type_object)) {
            continue;
        }
        add_attachment(writer, id, id_length, json_member_text(item, "name"),
                       media_type != NULL ? media_type : json_member_text(item, "mimeType"),
                       json_member_int64(item, "size", -1));
    }
}

/* An image, a sound or a video in a part. */
static void add_asset(chatgpt_writer *writer, struct json_object *part, const char *media_type)
{
    const char *pointer = json_member_text(part, "asset_pointer");
    size_t length;
    const char *id;

    if (pointer == NULL) {
        return;
    }
    id = asset_id(pointer, &length);
    add_attachment(writer, id, length, NULL, media_type, json_member_int64(part, "size_bytes", -1));
}

static void add_part_assets(chatgpt_writer *writer, struct json_object *part)
{
    const char *type = json_member_text(part, "content_type");

    if (text_is(type, "image_asset_pointer")) {
        add_asset(writer, part, "image/*");
    } else if (text_is(type, "audio_asset_pointer")) {
        add_asset(writer, part, "audio/*");
    } else if (text_is(type, "real_time_user_audio_video_asset_pointer")) {
        add_asset(writer, json_member(part, "audio_asset_pointer"), "audio/*");
        add_asset(writer, json_member(part, "video_container_asset_pointer"), "video/*");
    } else if (type == NULL || text_is(type, "text")) {
        return;
    } else {
        add_asset(writer, part, NULL);
    }
}

/* Collects all attachments, then turns offsets into pointers. */
static cpk_status collect_attachments(chatgpt_writer *writer, struct json_object *content, struct json_object *metadata,
                                      cpk_error **error)
{
    int32_t is_text = text_is(json_member_text(content, "content_type"), "text"); /* most: strings alone */
    struct json_object *parts = is_text ? NULL : json_member_array(content, "parts");
    size_t count = parts != NULL ? json_object_array_length(parts) : 0;

    writer->attachment_count = 0;
    buffer_clear(&writer->names);
    add_listed_attachments(writer, metadata);
    for (size_t i = 0; i < count; i++) {
        add_part_assets(writer, json_object_array_get_idx(parts, i));
    }
    if (!is_text) {
        add_asset(writer, json_member(content, "screenshot"), "image/*");
    }
    if (writer->names.failed) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < writer->attachment_count; i++) {
        writer->attachments[i].id = name_at(writer, writer->offsets[i].id);
        writer->attachments[i].name = name_at(writer, writer->offsets[i].name);
        writer->attachments[i].media_type = name_at(writer, writer->offsets[i].media_type);
    }
    return CPK_OK;
}

static int32_t is_transcript(struct json_object *part)
{
    return text_is(json_member_text(part, "content_type"), "audio_transcription");
}

/* The strings among the parts, and the text of parts that are objects; transcripts only when asked for. */
static void gather_parts(chatgpt_writer *writer, struct json_object *content, int32_t transcripts)
{
    struct json_object *parts = json_member_array(content, "parts");
    size_t count = parts != NULL ? json_object_array_length(parts) : 0;

    for (size_t i = 0; i < count; i++) {
        struct json_object *part = json_object_array_get_idx(parts, i);

        if (json_object_is_type(part, json_type_string)) {
            if (!transcripts) {
                gather(writer, json_object_get_string(part), (size_t)json_object_get_string_len(part));
            }
        } else if (json_object_is_type(part, json_type_object) && is_transcript(part) == transcripts) {
            gather_member(writer, part, "text");
        }
    }
}

/* The one part of most messages, so that its text needs no copy; NULL when there are others. */
static struct json_object *only_part(struct json_object *content)
{
    struct json_object *parts = json_member_array(content, "parts");
    struct json_object *part =
        parts != NULL && json_object_array_length(parts) == 1 ? json_object_array_get_idx(parts, 0) : NULL;

    return json_object_is_type(part, json_type_string) ? part : NULL;
}

static cpk_status write_parts(chatgpt_writer *writer, int32_t kind, uint32_t flags, struct json_object *content,
                              cpk_error **error)
{
    struct json_object *part = only_part(content);

    if (part != NULL) {
        return write_piece(writer, kind, flags, json_object_get_string(part), (size_t)json_object_get_string_len(part),
                           error);
    }
    buffer_clear(&writer->gathered);
    gather_parts(writer, content, 1);
    if (writer->gathered.length > 0) {
        CPK_TRY(write_gathered(writer, CPK_KIND_TRANSCRIPT, flags, error));
        buffer_clear(&writer->gathered);
    }
    gather_parts(writer, content, 0);
    return write_gathered(writer, kind, flags, error);
}

static int32_t is_tool_call(struct json_object *message)
{
    const char *recipient = json_member_text(message, "recipient");

    return recipient != NULL && recipient[0] != '\0' && !text_is(recipient, "all") && !text_is(recipient, "assistant");
}

/* The text of a call: most are one part or a `text` member. */
static void gather_call(chatgpt_writer *writer, struct json_object *content)
{
    buffer_clear(&writer->gathered);
    gather_member(writer, content, "text");
    if (writer->gathered.length == 0) {
        gather_parts(writer, content, 0);
    }
}

/* canmore.create_textdoc {name, content}, canmore.update_textdoc {updates: [{pattern: ".*", replacement}]}: a whole
 * document. 0 when the call is something else. */
static int32_t gather_canvas(chatgpt_writer *writer, struct json_object *call)
{
    struct json_object *updates = json_member_array(call, "updates");
    struct json_object *update;

    buffer_clear(&writer->gathered);
    if (json_member_text(call, "content") != NULL) {
        gather_member(writer, call, "name");
        gather_member(writer, call, "content");
        return 1;
    }
    if (updates == NULL || json_object_array_length(updates) != 1) {
        return 0;
    }
    update = json_object_array_get_idx(updates, 0);
    if (!text_is(json_member_text(update, "pattern"), ".*") || json_member_text(update, "replacement") == NULL) {
        return 0;
    }
    gather_member(writer, update, "replacement");
    return 1;
}

static cpk_status write_call(chatgpt_writer *writer, const char *recipient, struct json_object *content,
                             cpk_error **error)
{
    struct json_object *call = NULL;
    int32_t is_document = 0;

    gather_call(writer, content);
    if (text_is(recipient, "bio")) {
        return write_gathered(writer, CPK_KIND_MEMORY, CPK_MESSAGE_HIDDEN, error);
    }
    if (text_is(recipient, "python")) {
        return write_gathered(writer, CPK_KIND_CODE, 0, error);
    }
    if (text_starts(recipient, "canmore.") && !writer->gathered.failed &&
        json_parse(buffer_text(&writer->gathered), writer->gathered.length, CANVAS_MAX_DEPTH, &call, NULL) == CPK_OK) {
        is_document = gather_canvas(writer, call);
        json_object_put(call);
    }
    if (is_document) {
        return write_gathered(writer, CPK_KIND_ARTIFACT, 0, error);
    }
    /* The tool's name goes before its arguments. */
    gather_call(writer, content);
    if (writer->gathered.length == 0 && writer->attachment_count == 0) {
        return CPK_OK;
    }
    buffer_clear(&writer->readable);
    buffer_append_format(&writer->readable, "%s: ", recipient);
    buffer_append(&writer->readable, buffer_text(&writer->gathered), writer->gathered.length);
    buffer_clear(&writer->gathered);
    buffer_append(&writer->gathered, buffer_text(&writer->readable), writer->readable.length);
    return write_gathered(writer, CPK_KIND_TOOL_CALL, CPK_MESSAGE_HIDDEN, error);
}

/* Newer exports wrap what the user wrote in a fixed explanation, with the user's own words in a fence. */
static void trim_wrapping(const char **text, size_t *length)
{
    const char *end = *text + *length;
    const char *open = memmem(*text, *length, "```", 3);
    const char *close = end;

    if (open == NULL || (!text_starts(*text, "The user provided") && !text_starts(*text, "User profile:"))) {
        return;
    }
    open += 3;
    for (const char *at = end - 3; at >= open && close == end; at--) {
        if (memcmp(at, "```", 3) == 0) {
            close = at;
        }
    }
    *length = (size_t)(close - open);
    *text = open;
}

static cpk_status write_instruction(chatgpt_writer *writer, struct json_object *data, const char *key,
                                    cpk_error **error)
{
    size_t length;
    const char *text = json_member_text_length(data, key, &length);

    if (text == NULL) {
        return CPK_OK;
    }
    trim_wrapping(&text, &length);
    return write_piece(writer, CPK_KIND_INSTRUCTIONS, CPK_MESSAGE_HIDDEN, text, length, error);
}

/* Custom instructions: what the user said about themselves, then how they want answers. */
static cpk_status write_instructions(chatgpt_writer *writer, struct json_object *content, struct json_object *metadata,
                                     cpk_error **error)
{
    struct json_object *data = json_member_object(metadata, "user_context_message_data");

    writer->message.role = CPK_ROLE_USER;
    CPK_TRY(write_instruction(writer, data, "about_user_message", error));
    CPK_TRY(write_instruction(writer, data, "about_model_message", error));
    if (writer->pieces == 0) {
        CPK_TRY(write_instruction(writer, content, "user_profile", error));
        CPK_TRY(write_instruction(writer, content, "user_instructions", error));
    }
    return CPK_OK;
}

static cpk_status write_thoughts(chatgpt_writer *writer, struct json_object *content, cpk_error **error)
{
    struct json_object *thoughts = json_member_array(content, "thoughts");
    size_t count = thoughts != NULL ? json_object_array_length(thoughts) : 0;

    buffer_clear(&writer->gathered);
    for (size_t i = 0; i < count; i++) {
        gather_member(writer, json_object_array_get_idx(thoughts, i), "summary");
        gather_member(writer, json_object_array_get_idx(thoughts, i), "content");
    }
    gather_member(writer, content, "content"); /* of a reasoning_recap */
    return write_gathered(writer, CPK_KIND_THINKING, CPK_MESSAGE_HIDDEN, error);
}

static cpk_status write_memory(chatgpt_writer *writer, struct json_object *content, cpk_error **error)
{
    buffer_clear(&writer->gathered);
    gather_member(writer, content, "model_set_context");
    gather_member(writer, content, "repo_summary");
    gather_member(writer, content, "structured_context");
    return write_gathered(writer, CPK_KIND_MEMORY, CPK_MESSAGE_HIDDEN, error);
}

/* A quoted or opened page: title, address, text. */
static cpk_status write_quote(chatgpt_writer *writer, struct json_object *content, cpk_error **error)
{
    size_t length;

    buffer_clear(&writer->gathered);
    gather_member(writer, content, "title");
    gather_member(writer, content, "url");
    json_member_text_length(content, "text", &length);
    gather_member(writer, content, length > 0 ? "text" : "snippet");
    return write_gathered(writer, CPK_KIND_QUOTE, CPK_MESSAGE_HIDDEN, error);
}

static cpk_status write_browsing(chatgpt_writer *writer, struct json_object *content, cpk_error **error)
{
    size_t length;

    json_member_text_length(content, "result", &length);
    return write_member(writer, CPK_KIND_TOOL_RESULT, CPK_MESSAGE_HIDDEN, content, length > 0 ? "result" : "summary",
                        error);
}

static cpk_status write_screen(chatgpt_writer *writer, struct json_object *content, cpk_error **error)
{
    struct json_object *state = json_member(content, "state");

    buffer_clear(&writer->gathered);
    gather_member(writer, state, "title");
    gather_member(writer, state, "url");
    return write_gathered(writer, CPK_KIND_TOOL_RESULT, CPK_MESSAGE_HIDDEN, error);
}

static cpk_status write_error(chatgpt_writer *writer, struct json_object *content, cpk_error **error)
{
    buffer_clear(&writer->gathered);
    gather_member(writer, content, "name");
    gather_member(writer, content, "text");
    return write_gathered(writer, CPK_KIND_ERROR, 0, error);
}

/* What plain text means depends on who says it to whom. */
static cpk_status write_text(chatgpt_writer *writer, struct json_object *message, struct json_object *content,
                             struct json_object *metadata, cpk_error **error)
{
    const char *tool;
    int32_t is_multimodal;

    switch (writer->message.role) {
    case CPK_ROLE_TOOL:
        tool = json_member_text(json_member(message, "author"), "name");
        is_multimodal = text_is(json_member_text(content, "content_type"), "multimodal_text");
        if (text_starts(tool, "myfiles_browser") || text_starts(tool, "file_search")) {
            return write_parts(writer, CPK_KIND_ATTACHMENT, CPK_MESSAGE_HIDDEN, content, error);
        }
        return write_parts(writer, CPK_KIND_TOOL_RESULT, is_multimodal ? 0 : CPK_MESSAGE_HIDDEN, content, error);
    case CPK_ROLE_ASSISTANT:
        if (text_is(json_member_text(message, "channel"), "analysis")) {
            return write_parts(writer, CPK_KIND_THINKING, CPK_MESSAGE_HIDDEN, content, error);
        }
        return write_parts(writer, CPK_KIND_TEXT, 0, content, error);
    case CPK_ROLE_USER:
        return write_parts(writer,
                           json_member_true(metadata, "voice_mode_message") ? CPK_KIND_TRANSCRIPT : CPK_KIND_TEXT, 0,
                           content, error);
    default:
        return write_parts(writer, CPK_KIND_TEXT, 0, content, error);
    }
}

/* Content of a type that is not known: whatever text it has. */
static cpk_status write_unknown(chatgpt_writer *writer, struct json_object *message, struct json_object *content,
                                struct json_object *metadata, cpk_error **error)
{
    static const char *const members[] = {"text", "result", "output_str", "content", "summary"};

    if (json_member_array(content, "parts") != NULL) {
        CPK_TRY(write_text(writer, message, content, metadata, error));
    }
    for (size_t i = 0; i < sizeof members / sizeof members[0] && writer->pieces == 0; i++) {
        CPK_TRY(write_member(writer, writer->message.role == CPK_ROLE_TOOL ? CPK_KIND_TOOL_RESULT : CPK_KIND_TEXT,
                             writer->message.role == CPK_ROLE_TOOL ? CPK_MESSAGE_HIDDEN : 0, content, members[i],
                             error));
    }
    return CPK_OK;
}

static cpk_status write_content(chatgpt_writer *writer, struct json_object *message, struct json_object *content,
                                struct json_object *metadata, cpk_error **error)
{
    const char *type = json_member_text(content, "content_type");

    type = type != NULL ? type : "";
    if (text_is(type, "user_editable_context") || json_member_object(metadata, "user_context_message_data") != NULL) {
        return write_instructions(writer, content, metadata, error);
    }
    if (text_is(type, "model_editable_context")) {
        return write_memory(writer, content, error);
    }
    if (text_is(type, "thoughts") || text_is(type, "reasoning_recap")) {
        return write_thoughts(writer, content, error);
    }
    if (writer->message.role == CPK_ROLE_ASSISTANT && is_tool_call(message)) {
        return write_call(writer, json_member_text(message, "recipient"), content, error);
    }
    if (text_is(type, "text") || text_is(type, "multimodal_text")) {
        return write_text(writer, message, content, metadata, error);
    }
    if (text_is(type, "code")) {
        return write_member(writer, CPK_KIND_CODE, 0, content, "text", error);
    }
    if (text_is(type, "execution_output")) {
        return write_member(writer, CPK_KIND_TOOL_RESULT, 0, content, "text", error);
    }
    if (text_is(type, "tether_quote") || text_is(type, "sonic_webpage")) {
        return write_quote(writer, content, error);
    }
    if (text_is(type, "tether_browsing_display")) {
        return write_browsing(writer, content, error);
    }
    if (text_is(type, "computer_output")) {
        return write_screen(writer, content, error);
    }
    if (text_is(type, "citable_code_output")) {
        return write_member(writer, CPK_KIND_TOOL_RESULT, CPK_MESSAGE_HIDDEN, content, "output_str", error);
    }
    if (text_is(type, "system_error")) {
        return write_error(writer, content, error);
    }
    return write_unknown(writer, message, content, metadata, error);
}

static int32_t role_of(struct json_object *message)
{
    static const struct {
        const char *name;
        int32_t role;
    } roles[] = {{"user", CPK_ROLE_USER},
                 {"assistant", CPK_ROLE_ASSISTANT},
                 {"system", CPK_ROLE_SYSTEM},
                 {"tool", CPK_ROLE_TOOL}};
    const char *name = json_member_text(json_member(message, "author"), "role");

    name = name != NULL ? name : json_member_text(message, "role");
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (text_is(name, roles[i].name)) {
            return roles[i].role;
        }
    }
    return CPK_ROLE_UNKNOWN;
}

static int32_t is_hidden(struct json_object *message, struct json_object *metadata, int32_t role)
{
    struct json_object *weight = json_member(message, "weight");
    int32_t weightless =
        (json_object_is_type(weight, json_type_int) || json_object_is_type(weight, json_type_double)) &&
        json_object_get_double(weight) == 0;

    return weightless || role == CPK_ROLE_SYSTEM ||
           json_member_true(metadata, "is_visually_hidden_from_conversation") ||
           json_member_true(metadata, "is_redacted");
}

/* What all pieces of the message share. */
static void start_message(chatgpt_writer *writer, struct json_object *message, struct json_object *metadata)
{
    cpk_message *shared = &writer->message;
    const char *model;
    size_t length;

    memset(shared, 0, sizeof *shared);
    shared->struct_size = sizeof *shared;
    shared->role = role_of(message);
    shared->flags = (is_hidden(message, metadata, shared->role) ? CPK_MESSAGE_HIDDEN : 0) |
                    (writer->is_active ? CPK_MESSAGE_ACTIVE_BRANCH : 0);
    shared->time_us = json_member_time(message, "create_time");
    if (shared->time_us == CPK_TIME_UNKNOWN) {
        shared->time_us = json_member_time(message, "update_time");
    }
    shared->provider = "chatgpt";
    shared->conversation_id = writer->conversation_id;
    shared->conversation_title = writer->conversation_title;
    shared->message_id = writer->message_id;
    shared->parent_id = writer->parent_id;
    if (shared->role == CPK_ROLE_ASSISTANT || shared->role == CPK_ROLE_TOOL) {
        model = json_member_text_length(metadata, "model_slug", &length);
        shared->model = model != NULL && length > 0 && normal_prefix(model, length) == length ? model : NULL;
    }
    writer->references = json_member(metadata, "content_references");
    writer->pieces = 0;
}

cpk_status chatgpt_write_message(chatgpt_writer *writer, struct json_object *message, const char **problem,
                                 cpk_error **error)
{
    struct json_object *content = json_member_object(message, "content");
    struct json_object *metadata = json_member_object(message, "metadata");
    size_t length;

    *problem = NULL;
    writer->pieces = 0;
    if (!json_object_is_type(message, json_type_object)) {
        *problem = "it is not an object";
        return CPK_OK;
    }
    start_message(writer, message, metadata);
    CPK_TRY(collect_attachments(writer, content, metadata, error));
    if (content != NULL) {
        CPK_TRY(write_content(writer, message, content, metadata, error));
        if (writer->pieces == 0 && json_member(content, "parts") == NULL && json_member(content, "text") == NULL &&
            (writer->message.flags & CPK_MESSAGE_HIDDEN) == 0) {
            *problem = "its content holds nothing that is known";
        }
        return CPK_OK;
    }
    if (json_member_text_length(message, "content", &length) != NULL) {
        return write_member(writer, CPK_KIND_TEXT, 0, message, "content", error);
    }
    CPK_TRY(write_piece(writer, CPK_KIND_TEXT, 0, "", 0, error)); /* attachments alone */
    if (writer->pieces == 0) {
        *problem = "it has no content";
    }
    return CPK_OK;
}
