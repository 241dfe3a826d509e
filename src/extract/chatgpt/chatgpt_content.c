#include "extract/chatgpt/chatgpt_content.h"

#include "base/error.h"
#include "extract/chatgpt/citation.h"
#include "extract/format.h"
#include "extract/normal.h"

#include <stdio.h>
#include <string.h>

#define CANVAS_MAX_DEPTH 32                /* of the JSON in a canvas call */
#define KEPT_BYTES       ((size_t)1 << 20) /* larger text buffers are freed after use */

static const struct json_name message_names[MESSAGE_COUNT] = {
    JSON_NAME("author"),      JSON_NAME("role"),      JSON_NAME("create_time"),
    JSON_NAME("update_time"), JSON_NAME("content"),   JSON_NAME("weight"),
    JSON_NAME("metadata"),    JSON_NAME("recipient"), JSON_NAME("channel")};
static const struct json_name author_names[AUTHOR_COUNT] = {JSON_NAME("role"), JSON_NAME("name"),
                                                            JSON_NAME("metadata")};
static const struct json_name content_names[CONTENT_COUNT] = {JSON_NAME("content_type"),
                                                              JSON_NAME("parts"),
                                                              JSON_NAME("text"),
                                                              JSON_NAME("result"),
                                                              JSON_NAME("output_str"),
                                                              JSON_NAME("content"),
                                                              JSON_NAME("summary"),
                                                              JSON_NAME("thoughts"),
                                                              JSON_NAME("model_set_context"),
                                                              JSON_NAME("repo_summary"),
                                                              JSON_NAME("structured_context"),
                                                              JSON_NAME("title"),
                                                              JSON_NAME("url"),
                                                              JSON_NAME("snippet"),
                                                              JSON_NAME("state"),
                                                              JSON_NAME("screenshot"),
                                                              JSON_NAME("name"),
                                                              JSON_NAME("user_profile"),
                                                              JSON_NAME("user_instructions")};
static const struct json_name metadata_names[METADATA_COUNT] = {JSON_NAME("attachments"),
                                                                JSON_NAME("content_references"),
                                                                JSON_NAME("is_visually_hidden_from_conversation"),
                                                                JSON_NAME("is_redacted"),
                                                                JSON_NAME("model_slug"),
                                                                JSON_NAME("user_context_message_data"),
                                                                JSON_NAME("voice_mode_message"),
                                                                JSON_NAME("citations"),
                                                                JSON_NAME("_cite_metadata"),
                                                                JSON_NAME("search_result_groups"),
                                                                JSON_NAME("chatgpt_sdk")};

void chatgpt_writer_init(struct chatgpt_writer *writer, const struct context *context, const cpk_sink *sink)
{
    memset(writer, 0, sizeof *writer);
    writer->context = context;
    writer->sink = sink;
    buffer_init(&writer->gathered, &context->allocator);
    buffer_init(&writer->readable, &context->allocator);
    buffer_init(&writer->normal, &context->allocator);
    buffer_init(&writer->names, &context->allocator);
    buffer_init(&writer->short_text, &context->allocator);
    buffer_init(&writer->model, &context->allocator);
    canvas_init(&writer->canvas, &context->allocator);
}

void chatgpt_begin_conversation(struct chatgpt_writer *writer, size_t bytes)
{
    static const struct json_view none;

    writer->report_count = 0;
    writer->owner = none;
    canvas_begin(&writer->canvas, bytes);
}

void chatgpt_writer_free(struct chatgpt_writer *writer)
{
    buffer_free(&writer->gathered);
    buffer_free(&writer->readable);
    buffer_free(&writer->normal);
    buffer_free(&writer->names);
    buffer_free(&writer->short_text);
    buffer_free(&writer->model);
    canvas_free(&writer->canvas);
}

static struct citation_sources get_sources(const struct chatgpt_writer *writer)
{
    const struct json_view *metadata = writer->metadata_members;

    return (struct citation_sources){metadata[METADATA_CONTENT_REFERENCES], metadata[METADATA_CITATIONS],
                                     json_get(metadata[METADATA_CITED], "metadata_list"),
                                     metadata[METADATA_SEARCH_GROUPS]};
}

/* The buffer whose whole content the text is, or NULL. */
static struct buffer *buffer_of(struct chatgpt_writer *writer, const char *text, size_t length)
{
    struct buffer *buffers[] = {&writer->gathered, &writer->readable};

    for (size_t i = 0; i < 2; i++) {
        if (text == buffers[i]->data && length == buffers[i]->length) {
            return buffers[i];
        }
    }
    return NULL;
}

/* Removes white space at the ends of a text, in its buffer. */
static void trim(struct buffer *owner, const char **text, size_t *length)
{
    size_t end = normal_trimmed_end(*text, *length);
    size_t start = normal_trimmed_start(*text, end);

    owner->data[end] = '\0';
    *text += start;
    *length = end - start;
}

/* Makes a text readable, normal and trimmed; it is in `gathered`. Frees large buffers other than the one with the
 * result. */
static cpk_status finish_text(struct chatgpt_writer *writer, const char **text, size_t *length, cpk_error **error)
{
    int32_t is_answer = writer->message.role == CPK_ROLE_ASSISTANT || writer->message.role == CPK_ROLE_TOOL;
    struct buffer *owner;

    if (citation_possible(*text, *length, is_answer)) {
        struct citation_sources sources = get_sources(writer);

        buffer_clear(&writer->readable);
        CPK_TRY(citation_append_readable(&writer->readable, *text, *length, is_answer, &sources, error));
        *text = buffer_text(&writer->readable);
        *length = writer->readable.length;
        buffer_release_above(&writer->gathered, KEPT_BYTES);
    }
    owner = buffer_of(writer, *text, *length); /* NULL: part of a longer text, which is not NUL-terminated */
    if (owner != NULL &&
        ((owner == &writer->gathered && writer->is_normal) || normal_prefix(*text, *length) == *length)) {
        trim(owner, text, length);
        return CPK_OK;
    }
    buffer_clear(&writer->normal);
    buffer_reserve(&writer->normal, *length);
    normal_append_trimmed(&writer->normal, *text, *length);
    if (writer->normal.failed) {
        return error_out_of_memory(error);
    }
    *text = buffer_text(&writer->normal);
    *length = writer->normal.length;
    buffer_release_above(&writer->gathered, KEPT_BYTES);
    buffer_release_above(&writer->readable, KEPT_BYTES);
    return CPK_OK;
}

/* Emits one piece of a message. Empty pieces without attachments are omitted; the first one has the attachments. */
static cpk_status write_piece(struct chatgpt_writer *writer, int32_t kind, uint32_t flags, const char *text,
                              size_t length, cpk_error **error)
{
    cpk_message piece = writer->message;
    char id[CHATGPT_ID_BYTES_MAX + 16];
    cpk_status status;

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
    status = writer->sink->message(writer->sink->self, &piece, error);
    buffer_release_above(&writer->normal, KEPT_BYTES);
    buffer_release_above(&writer->readable, KEPT_BYTES);
    return status;
}

/* Appends to the gathered text, with a blank line between parts. */
static void gather(struct chatgpt_writer *writer, struct json_view text)
{
    size_t before = writer->gathered.length;

    if (json_is_empty_text(text)) {
        return;
    }
    if (before > 0) {
        buffer_append(&writer->gathered, "\n\n", 2);
    }
    writer->is_normal = json_append_text(&writer->gathered, text) && (before == 0 || writer->is_normal);
}

static cpk_status write_gathered(struct chatgpt_writer *writer, int32_t kind, uint32_t flags, cpk_error **error)
{
    cpk_status status;

    if (writer->gathered.failed) {
        return error_out_of_memory(error);
    }
    status = write_piece(writer, kind, flags, buffer_text(&writer->gathered), writer->gathered.length, error);
    buffer_release_above(&writer->gathered, KEPT_BYTES);
    return status;
}

static cpk_status write_view(struct chatgpt_writer *writer, int32_t kind, uint32_t flags, struct json_view text,
                             cpk_error **error)
{
    buffer_clear(&writer->gathered);
    gather(writer, text);
    return write_gathered(writer, kind, flags, error);
}

/* Appends a normalised name. Returns its offset in `names` plus 1, or 0 if it is empty. Offsets, because the buffer may
 * move. */
static size_t add_name(struct chatgpt_writer *writer, const char *text, size_t length)
{
    size_t at = writer->names.length + 1;

    if (length == 0) {
        return 0;
    }
    normal_append_line(&writer->names, text, length);
    buffer_append_byte(&writer->names, '\0');
    return at;
}

/* Reads a name into `short_text`. A failure is recorded in `names`, because the next read clears `short_text`. */
static const char *read_short(struct chatgpt_writer *writer, struct json_view text)
{
    buffer_clear(&writer->short_text);
    json_append_start(&writer->short_text, text, FORMAT_NAME_BYTES_MAX);
    writer->names.failed = writer->names.failed || writer->short_text.failed;
    return buffer_text(&writer->short_text);
}

static size_t add_view_name(struct chatgpt_writer *writer, struct json_view text)
{
    const char *name = read_short(writer, text);

    return add_name(writer, name, writer->short_text.length);
}

static const char *get_name(const struct chatgpt_writer *writer, size_t offset)
{
    return offset > 0 ? writer->names.data + offset - 1 : NULL;
}

/* Id of the file that an asset pointer refers to: "file_1" for "sediment://file_1#frame". */
static const char *asset_id(const char *pointer, size_t *length)
{
    const char *scheme = strstr(pointer, "://");
    const char *id = scheme != NULL ? scheme + 3 : pointer;

    *length = strcspn(id, "#?");
    return id;
}

static int32_t has_attachment(const struct chatgpt_writer *writer, const char *id, size_t length)
{
    for (size_t i = 0; i < writer->attachment_count; i++) {
        const char *known = get_name(writer, writer->offsets[i].id);

        if (known != NULL && strlen(known) == length && memcmp(known, id, length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Starts an attachment; `id` may be NULL. Returns NULL if there are too many or the message already has it. */
static struct chatgpt_attachment_offsets *begin_attachment(struct chatgpt_writer *writer, const char *id,
                                                           size_t id_length)
{
    struct chatgpt_attachment_offsets *offsets;

    if (writer->attachment_count == CHATGPT_MAX_ATTACHMENTS || writer->names.failed ||
        (id != NULL && has_attachment(writer, id, id_length))) {
        return NULL;
    }
    offsets = &writer->offsets[writer->attachment_count];
    memset(offsets, 0, sizeof *offsets);
    offsets->id = id != NULL ? add_name(writer, id, id_length) : 0;
    return offsets;
}

static void add_listed_attachments(struct chatgpt_writer *writer)
{
    static const struct json_name names[] = {JSON_NAME("id"), JSON_NAME("name"), JSON_NAME("mime_type"),
                                             JSON_NAME("mimeType"), JSON_NAME("size")};
    struct json_iter iter;

    if (writer->metadata_members[METADATA_ATTACHMENTS].type != JSON_VIEW_ARRAY) {
        return;
    }
    json_iter_init(&iter, writer->metadata_members[METADATA_ATTACHMENTS]);
    while (writer->attachment_count < CHATGPT_MAX_ATTACHMENTS && json_iter_next(&iter)) {
        struct chatgpt_attachment_offsets *offsets;
        struct json_view members[5];
        const char *id;

        if (iter.value.type != JSON_VIEW_OBJECT) {
            continue;
        }
        json_select(iter.value, names, 5, members);
        id = read_short(writer, members[0]);
        offsets = begin_attachment(writer, members[0].type == JSON_VIEW_STRING ? id : NULL, writer->short_text.length);
        if (offsets != NULL) {
            offsets->name = add_view_name(writer, members[1]);
            offsets->media_type = add_view_name(writer, members[2].type == JSON_VIEW_STRING ? members[2] : members[3]);
            writer->attachments[writer->attachment_count++].size_bytes = json_int64(members[4], -1);
        }
    }
}

/* Adds an image, audio or video asset of a part. */
static void add_asset(struct chatgpt_writer *writer, struct json_view part, const char *media_type)
{
    static const struct json_name names[] = {JSON_NAME("asset_pointer"), JSON_NAME("size_bytes")};
    struct chatgpt_attachment_offsets *offsets;
    struct json_view members[2];
    size_t length;
    const char *id;

    json_select(part, names, 2, members);
    if (members[0].type != JSON_VIEW_STRING) {
        return;
    }
    id = asset_id(read_short(writer, members[0]), &length);
    offsets = begin_attachment(writer, id, length);
    if (offsets != NULL) {
        offsets->media_type = media_type != NULL ? add_name(writer, media_type, strlen(media_type)) : 0;
        writer->attachments[writer->attachment_count++].size_bytes = json_int64(members[1], -1);
    }
}

static void add_part_assets(struct chatgpt_writer *writer, struct json_view part)
{
    struct json_view type = json_get(part, "content_type");

    if (json_is_text(type, "image_asset_pointer")) {
        add_asset(writer, part, "image/*");
    } else if (json_is_text(type, "audio_asset_pointer")) {
        add_asset(writer, part, "audio/*");
    } else if (json_is_text(type, "real_time_user_audio_video_asset_pointer")) {
        add_asset(writer, json_get(part, "audio_asset_pointer"), "audio/*");
        add_asset(writer, json_get(part, "video_container_asset_pointer"), "video/*");
    } else if (type.type == JSON_VIEW_STRING && !json_is_text(type, "text")) {
        add_asset(writer, part, NULL);
    }
}

static struct json_view get_parts(const struct chatgpt_writer *writer)
{
    static const struct json_view none;
    struct json_view parts = writer->content_members[CONTENT_PARTS];

    return parts.type == JSON_VIEW_ARRAY ? parts : none;
}

/* Collects the attachments, then replaces offsets by pointers. */
static cpk_status collect_attachments(struct chatgpt_writer *writer, cpk_error **error)
{
    int32_t is_text = json_is_text(writer->content_members[CONTENT_TYPE],
                                   "text"); /* the most frequent type, whose parts are strings */
    struct json_iter iter;

    writer->attachment_count = 0;
    buffer_clear(&writer->names);
    add_listed_attachments(writer);
    if (!is_text) {
        json_iter_init(&iter, get_parts(writer));
        while (writer->attachment_count < CHATGPT_MAX_ATTACHMENTS && json_iter_next(&iter)) {
            add_part_assets(writer, iter.value);
        }
        add_asset(writer, writer->content_members[CONTENT_SCREENSHOT], "image/*");
    }
    if (writer->names.failed) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < writer->attachment_count; i++) {
        writer->attachments[i].id = get_name(writer, writer->offsets[i].id);
        writer->attachments[i].name = get_name(writer, writer->offsets[i].name);
        writer->attachments[i].media_type = get_name(writer, writer->offsets[i].media_type);
    }
    return CPK_OK;
}

/* Gathers strings and texts of objects among the parts; `transcripts`: audio transcriptions instead. */
static void gather_parts(struct chatgpt_writer *writer, int32_t transcripts)
{
    static const struct json_name names[] = {JSON_NAME("content_type"), JSON_NAME("text")};
    struct json_iter iter;

    json_iter_init(&iter, get_parts(writer));
    while (json_iter_next(&iter)) {
        struct json_view members[2];

        if (iter.value.type == JSON_VIEW_STRING && !transcripts) {
            gather(writer, iter.value);
        } else if (iter.value.type == JSON_VIEW_OBJECT) {
            json_select(iter.value, names, 2, members);
            if (json_is_text(members[0], "audio_transcription") == transcripts) {
                gather(writer, members[1]);
            }
        }
    }
}

static cpk_status write_parts(struct chatgpt_writer *writer, int32_t kind, uint32_t flags, cpk_error **error)
{
    struct json_iter iter;

    json_iter_init(&iter, get_parts(writer));
    if (json_iter_next(&iter) && iter.value.type == JSON_VIEW_STRING) {
        struct json_view first = iter.value;

        if (!json_iter_next(&iter)) {
            return write_view(writer, kind, flags, first, error);
        }
    }
    buffer_clear(&writer->gathered);
    gather_parts(writer, 1);
    if (writer->gathered.length > 0) {
        CPK_TRY(write_gathered(writer, CPK_KIND_TRANSCRIPT, flags, error));
        buffer_clear(&writer->gathered);
    }
    gather_parts(writer, 0);
    return write_gathered(writer, kind, flags, error);
}

static int32_t is_tool_call(const struct chatgpt_writer *writer)
{
    struct json_view recipient = writer->message_members[MESSAGE_RECIPIENT];

    return !json_is_empty_text(recipient) && !json_is_text(recipient, "all") && !json_is_text(recipient, "assistant");
}

/* Gathers the text of a tool call, which is a `text` member or parts. */
static void gather_call(struct chatgpt_writer *writer)
{
    buffer_clear(&writer->gathered);
    gather(writer, writer->content_members[CONTENT_TEXT]);
    if (writer->gathered.length == 0) {
        gather_parts(writer, 0);
    }
}

/* Swaps the buffers, so that the text in `readable` becomes the gathered one. */
static void swap_readable(struct chatgpt_writer *writer)
{
    struct buffer gathered = writer->gathered;

    writer->gathered = writer->readable;
    writer->is_normal = 0;
    writer->readable = gathered;
    buffer_release_above(&writer->readable, KEPT_BYTES);
}

/* Puts the new version of the canvas into `readable`: its name and its text. */
static void copy_canvas(struct chatgpt_writer *writer)
{
    const struct canvas *canvas = &writer->canvas;

    buffer_clear(&writer->readable);
    buffer_append(&writer->readable, buffer_text(&canvas->name), canvas->name.length);
    if (canvas->name.length > 0 && canvas->text.length > 0) {
        buffer_append(&writer->readable, "\n\n", 2);
    }
    buffer_append(&writer->readable, buffer_text(&canvas->text), canvas->text.length);
    writer->readable.failed = writer->readable.failed || canvas->name.failed || canvas->text.failed;
}

/* Sets *is_document if the call created or updated a document, whose new version is then the gathered text. */
static cpk_status gather_canvas(struct chatgpt_writer *writer, int32_t *is_document, cpk_error **error)
{
    struct json_doc doc;
    cpk_status status;

    json_doc_init(&doc, &writer->context->allocator);
    status = json_doc_read(&doc, buffer_text(&writer->gathered), writer->gathered.length, CANVAS_MAX_DEPTH,
                           (size_t)context_setting(writer->context, SETTING_IMPORT_MAX_JSON_VALUES));
    *is_document = status == CPK_OK && canvas_apply(&writer->canvas, json_doc_root(&doc), writer->is_active);
    json_doc_free(&doc);
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    if (*is_document) {
        copy_canvas(writer);
        swap_readable(writer);
    }
    return CPK_OK;
}

static cpk_status write_call(struct chatgpt_writer *writer, cpk_error **error)
{
    struct json_view recipient = writer->message_members[MESSAGE_RECIPIENT];
    int32_t is_document = 0;

    gather_call(writer);
    if (json_is_text(recipient, "bio")) {
        return write_gathered(writer, CPK_KIND_MEMORY, CPK_MESSAGE_HIDDEN, error);
    }
    if (json_is_text(recipient, "python")) {
        return write_gathered(writer, CPK_KIND_CODE, 0, error);
    }
    if (json_starts_text(recipient, "canmore.") && !writer->gathered.failed) {
        CPK_TRY(gather_canvas(writer, &is_document, error));
    }
    if (is_document) {
        return write_gathered(writer, CPK_KIND_ARTIFACT, 0, error);
    }
    if (writer->gathered.length == 0 && writer->attachment_count == 0) {
        return writer->gathered.failed ? error_out_of_memory(error) : CPK_OK;
    }
    /* Put the tool's name before its arguments. */
    buffer_clear(&writer->readable);
    json_append_text(&writer->readable, recipient);
    buffer_append_text(&writer->readable, ": ");
    buffer_append(&writer->readable, buffer_text(&writer->gathered), writer->gathered.length);
    writer->readable.failed = writer->readable.failed || writer->gathered.failed;
    swap_readable(writer);
    return write_gathered(writer, CPK_KIND_TOOL_CALL, CPK_MESSAGE_HIDDEN, error);
}

/* Removes the fixed explanation that newer exports put around the user's text, which is in a code fence. */
static void strip_wrapping(const char **text, size_t *length)
{
    const char *end = *text + *length;
    const char *open = memmem(*text, *length, "```", 3);
    const char *close = end;

    if (open == NULL || (strncmp(*text, "The user provided", 17) != 0 && strncmp(*text, "User profile:", 13) != 0)) {
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

static cpk_status write_instruction(struct chatgpt_writer *writer, struct json_view instruction, cpk_error **error)
{
    const char *text;
    size_t length;

    if (instruction.type != JSON_VIEW_STRING) {
        return CPK_OK;
    }
    buffer_clear(&writer->gathered);
    gather(writer, instruction);
    if (writer->gathered.failed) {
        return error_out_of_memory(error);
    }
    text = buffer_text(&writer->gathered);
    length = writer->gathered.length;
    strip_wrapping(&text, &length);
    return write_piece(writer, CPK_KIND_INSTRUCTIONS, CPK_MESSAGE_HIDDEN, text, length, error);
}

/* Instructions and memories have no time of their own: they are those of the start of the conversation. */
static void date_context(struct chatgpt_writer *writer)
{
    if (writer->message.time_us == CPK_TIME_UNKNOWN) {
        writer->message.time_us = writer->conversation_time_us;
    }
}

/* Custom instructions: about the user, then about the desired answers. */
static cpk_status write_instructions(struct chatgpt_writer *writer, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("about_user_message"), JSON_NAME("about_model_message")};
    struct json_view about[2];

    writer->message.role = CPK_ROLE_USER;
    date_context(writer);
    json_select(writer->metadata_members[METADATA_USER_CONTEXT], names, 2, about);
    CPK_TRY(write_instruction(writer, about[0], error));
    CPK_TRY(write_instruction(writer, about[1], error));
    if (writer->pieces == 0) {
        CPK_TRY(write_instruction(writer, writer->content_members[CONTENT_USER_PROFILE], error));
        CPK_TRY(write_instruction(writer, writer->content_members[CONTENT_USER_INSTRUCTIONS], error));
    }
    return CPK_OK;
}

static cpk_status write_thoughts(struct chatgpt_writer *writer, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("summary"), JSON_NAME("content")};
    struct json_view thoughts = writer->content_members[CONTENT_THOUGHTS];
    struct json_iter iter;

    buffer_clear(&writer->gathered);
    json_iter_init(&iter, thoughts.type == JSON_VIEW_ARRAY ? thoughts : (struct json_view){0});
    while (json_iter_next(&iter)) {
        struct json_view members[2];

        json_select(iter.value, names, 2, members);
        gather(writer, members[0]);
        gather(writer, members[1]);
    }
    gather(writer, writer->content_members[CONTENT_CONTENT]); /* reasoning_recap */
    return write_gathered(writer, CPK_KIND_THINKING, CPK_MESSAGE_HIDDEN, error);
}

static cpk_status write_memory(struct chatgpt_writer *writer, cpk_error **error)
{
    date_context(writer);
    buffer_clear(&writer->gathered);
    gather(writer, writer->content_members[CONTENT_MODEL_SET_CONTEXT]);
    gather(writer, writer->content_members[CONTENT_REPO_SUMMARY]);
    gather(writer, writer->content_members[CONTENT_STRUCTURED_CONTEXT]);
    return write_gathered(writer, CPK_KIND_MEMORY, CPK_MESSAGE_HIDDEN, error);
}

/* The first of two texts that is not empty. */
static struct json_view choose_text(struct json_view first, struct json_view second)
{
    return json_is_empty_text(first) ? second : first;
}

/* A quoted or opened page: title, URL, text. */
static cpk_status write_quote(struct chatgpt_writer *writer, cpk_error **error)
{
    buffer_clear(&writer->gathered);
    gather(writer, writer->content_members[CONTENT_TITLE]);
    gather(writer, writer->content_members[CONTENT_URL]);
    gather(writer, choose_text(writer->content_members[CONTENT_TEXT], writer->content_members[CONTENT_SNIPPET]));
    return write_gathered(writer, CPK_KIND_QUOTE, CPK_MESSAGE_HIDDEN, error);
}

static cpk_status write_screen(struct chatgpt_writer *writer, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("title"), JSON_NAME("url")};
    struct json_view members[2];

    json_select(writer->content_members[CONTENT_STATE], names, 2, members);
    buffer_clear(&writer->gathered);
    gather(writer, members[0]);
    gather(writer, members[1]);
    return write_gathered(writer, CPK_KIND_TOOL_RESULT, CPK_MESSAGE_HIDDEN, error);
}

static cpk_status write_error(struct chatgpt_writer *writer, cpk_error **error)
{
    buffer_clear(&writer->gathered);
    gather(writer, writer->content_members[CONTENT_NAME]);
    gather(writer, writer->content_members[CONTENT_TEXT]);
    return write_gathered(writer, CPK_KIND_ERROR, 0, error);
}

/* Plain text; its kind depends on the role, the recipient and the channel. */
static cpk_status write_text(struct chatgpt_writer *writer, cpk_error **error)
{
    struct json_view tool;
    int32_t is_multimodal;

    switch (writer->message.role) {
    case CPK_ROLE_TOOL:
        tool = writer->author_members[AUTHOR_NAME];
        is_multimodal = json_is_text(writer->content_members[CONTENT_TYPE], "multimodal_text");
        if (json_starts_text(tool, "myfiles_browser") || json_starts_text(tool, "file_search")) {
            return write_parts(writer, CPK_KIND_ATTACHMENT, CPK_MESSAGE_HIDDEN, error);
        }
        return write_parts(writer, CPK_KIND_TOOL_RESULT, is_multimodal ? 0 : CPK_MESSAGE_HIDDEN, error);
    case CPK_ROLE_ASSISTANT:
        if (json_is_text(writer->message_members[MESSAGE_CHANNEL], "analysis")) {
            return write_parts(writer, CPK_KIND_THINKING, CPK_MESSAGE_HIDDEN, error);
        }
        return write_parts(writer, CPK_KIND_TEXT, 0, error);
    case CPK_ROLE_USER:
        return write_parts(
            writer, json_is_true(writer->metadata_members[METADATA_VOICE_MODE]) ? CPK_KIND_TRANSCRIPT : CPK_KIND_TEXT,
            0, error);
    default:
        return write_parts(writer, CPK_KIND_TEXT, 0, error);
    }
}

/* Content of an unknown type: any text in it. */
static cpk_status write_unknown(struct chatgpt_writer *writer, cpk_error **error)
{
    static const enum chatgpt_content_member members[] = {CONTENT_TEXT, CONTENT_RESULT, CONTENT_OUTPUT_STR,
                                                          CONTENT_CONTENT, CONTENT_SUMMARY};
    int32_t is_tool = writer->message.role == CPK_ROLE_TOOL;

    if (get_parts(writer).type == JSON_VIEW_ARRAY) {
        CPK_TRY(write_text(writer, error));
    }
    for (size_t i = 0; i < sizeof members / sizeof members[0] && writer->pieces == 0; i++) {
        CPK_TRY(write_view(writer, is_tool ? CPK_KIND_TOOL_RESULT : CPK_KIND_TEXT, is_tool ? CPK_MESSAGE_HIDDEN : 0,
                           writer->content_members[members[i]], error));
    }
    return CPK_OK;
}

static cpk_status write_content(struct chatgpt_writer *writer, cpk_error **error)
{
    struct json_view type = writer->content_members[CONTENT_TYPE];

    if (json_is_text(type, "user_editable_context") ||
        writer->metadata_members[METADATA_USER_CONTEXT].type == JSON_VIEW_OBJECT) {
        return write_instructions(writer, error);
    }
    if (json_is_text(type, "model_editable_context")) {
        return write_memory(writer, error);
    }
    if (json_is_text(type, "thoughts") || json_is_text(type, "reasoning_recap")) {
        return write_thoughts(writer, error);
    }
    if (writer->message.role == CPK_ROLE_ASSISTANT && is_tool_call(writer)) {
        return write_call(writer, error);
    }
    if (json_is_text(type, "text") || json_is_text(type, "multimodal_text")) {
        return write_text(writer, error);
    }
    if (json_is_text(type, "code")) {
        return write_view(writer, CPK_KIND_CODE, 0, writer->content_members[CONTENT_TEXT], error);
    }
    if (json_is_text(type, "execution_output")) {
        return write_view(writer, CPK_KIND_TOOL_RESULT, 0, writer->content_members[CONTENT_TEXT], error);
    }
    if (json_is_text(type, "tether_quote") || json_is_text(type, "sonic_webpage")) {
        return write_quote(writer, error);
    }
    if (json_is_text(type, "tether_browsing_display")) {
        return write_view(
            writer, CPK_KIND_TOOL_RESULT, CPK_MESSAGE_HIDDEN,
            choose_text(writer->content_members[CONTENT_RESULT], writer->content_members[CONTENT_SUMMARY]), error);
    }
    if (json_is_text(type, "computer_output")) {
        return write_screen(writer, error);
    }
    if (json_is_text(type, "citable_code_output")) {
        return write_view(writer, CPK_KIND_TOOL_RESULT, CPK_MESSAGE_HIDDEN, writer->content_members[CONTENT_OUTPUT_STR],
                          error);
    }
    if (json_is_text(type, "system_error")) {
        return write_error(writer, error);
    }
    return write_unknown(writer, error);
}

static int32_t read_role(const struct chatgpt_writer *writer)
{
    static const struct {
        const char *name;
        int32_t role;
    } roles[] = {{"user", CPK_ROLE_USER},
                 {"assistant", CPK_ROLE_ASSISTANT},
                 {"system", CPK_ROLE_SYSTEM},
                 {"tool", CPK_ROLE_TOOL}};
    struct json_view name = writer->author_members[AUTHOR_ROLE];

    name = name.type == JSON_VIEW_STRING ? name : writer->message_members[MESSAGE_ROLE];
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (json_is_text(name, roles[i].name)) {
            return roles[i].role;
        }
    }
    return CPK_ROLE_UNKNOWN;
}

static int32_t is_hidden(const struct chatgpt_writer *writer, int32_t role)
{
    double weight;
    int32_t weightless = json_number(writer->message_members[MESSAGE_WEIGHT], &weight) && weight == 0;

    return weightless || role == CPK_ROLE_SYSTEM || json_is_true(writer->metadata_members[METADATA_HIDDEN]) ||
           json_is_true(writer->metadata_members[METADATA_REDACTED]);
}

/* 1 if the author is another person than the first one of the conversation, as in a group chat. */
static int32_t is_other_person(struct chatgpt_writer *writer)
{
    static const struct json_name names[] = {JSON_NAME("user_id"), JSON_NAME("id")};
    struct json_view name = writer->author_members[AUTHOR_NAME];
    struct json_view metadata = writer->author_members[AUTHOR_METADATA];
    struct json_view id[2];
    struct json_view person;
    int32_t has_id;

    if (!json_has_items(metadata, 1) && json_is_empty_text(name)) {
        return 0;
    }
    json_select(metadata, names, 2, id);
    person = !json_is_empty_text(id[0]) ? id[0] : !json_is_empty_text(id[1]) ? id[1] : name;
    if (json_is_empty_text(person)) {
        return 0;
    }
    has_id = !json_is_empty_text(id[0]) || !json_is_empty_text(id[1]);
    if (writer->owner.type == JSON_VIEW_NONE) {
        writer->owner = person;
        writer->owner_has_id = has_id;
    }
    return writer->owner_has_id == has_id && !json_same_text(writer->owner, person);
}

/* Reads the model's name if it is in normal form. */
static cpk_status read_model(struct chatgpt_writer *writer, cpk_error **error)
{
    cpk_message *shared = &writer->message;
    struct json_view model = writer->metadata_members[METADATA_MODEL_SLUG];

    if (json_is_empty_text(model) && shared->role == CPK_ROLE_ASSISTANT &&
        !json_is_text(writer->default_model, "auto")) {
        model = writer->default_model;
    }
    if ((shared->role != CPK_ROLE_ASSISTANT && shared->role != CPK_ROLE_TOOL) || json_is_empty_text(model) ||
        json_text_bound(model) > CHATGPT_MODEL_BYTES_MAX) {
        return CPK_OK;
    }
    buffer_clear(&writer->model);
    json_append_text(&writer->model, model);
    if (writer->model.failed) {
        return error_out_of_memory(error);
    }
    if (normal_prefix(writer->model.data, writer->model.length) == writer->model.length) {
        shared->model = writer->model.data;
    }
    return CPK_OK;
}

/* Sets what all pieces of the message have in common. */
static cpk_status start_message(struct chatgpt_writer *writer, cpk_error **error)
{
    cpk_message *shared = &writer->message;

    memset(shared, 0, sizeof *shared);
    shared->struct_size = sizeof *shared;
    shared->role = read_role(writer);
    if (shared->role == CPK_ROLE_USER && is_other_person(writer)) {
        shared->role = CPK_ROLE_UNKNOWN;
    }
    shared->flags = (is_hidden(writer, shared->role) ? CPK_MESSAGE_HIDDEN : 0) |
                    (writer->is_active ? CPK_MESSAGE_ACTIVE_BRANCH : 0);
    shared->time_us = json_time(writer->message_members[MESSAGE_CREATE_TIME]);
    if (shared->time_us == CPK_TIME_UNKNOWN) {
        shared->time_us = json_time(writer->message_members[MESSAGE_UPDATE_TIME]);
    }
    shared->provider = "chatgpt";
    shared->conversation_id = writer->conversation_id;
    shared->conversation_title = writer->conversation_title;
    shared->message_id = writer->message_id;
    shared->parent_id = writer->parent_id;
    return read_model(writer, error);
}

static void select_members(struct chatgpt_writer *writer, struct json_view message)
{
    json_select(message, message_names, MESSAGE_COUNT, writer->message_members);
    json_select(writer->message_members[MESSAGE_AUTHOR], author_names, AUTHOR_COUNT, writer->author_members);
    json_select(writer->message_members[MESSAGE_CONTENT], content_names, CONTENT_COUNT, writer->content_members);
    json_select(writer->message_members[MESSAGE_METADATA], metadata_names, METADATA_COUNT, writer->metadata_members);
}

/* 1 if the conversation already had this report: its state is repeated as it progresses. */
static int32_t is_known_report(struct chatgpt_writer *writer, uint64_t hash)
{
    for (size_t i = 0; i < writer->report_count; i++) {
        if (writer->reports[i] == hash) {
            return 1;
        }
    }
    if (writer->report_count < CHATGPT_REPORTS_MAX) {
        writer->reports[writer->report_count++] = hash;
    }
    return 0;
}

/* Writes the report of a research as a visible answer. */
static cpk_status write_report(struct chatgpt_writer *writer, struct json_view report, int32_t *is_report,
                               cpk_error **error)
{
    struct json_view parts = json_get(json_get(report, "content"), "parts");
    struct json_view text = parts.type == JSON_VIEW_ARRAY ? json_item(parts, 0) : json_get(report, "text");
    int64_t time_us = writer->message.time_us;
    uint32_t branch = writer->message.flags & CPK_MESSAGE_ACTIVE_BRANCH;

    *is_report = !json_is_empty_text(text);
    if (!*is_report || is_known_report(writer, json_hash_text(1, text))) {
        return CPK_OK;
    }
    select_members(writer, report);
    writer->attachment_count = 0;
    writer->message.role = CPK_ROLE_ASSISTANT;
    writer->message.flags = branch;
    writer->message.time_us = json_time(writer->message_members[MESSAGE_CREATE_TIME]);
    if (writer->message.time_us == CPK_TIME_UNKNOWN) {
        writer->message.time_us = time_us;
    }
    CPK_TRY(read_model(writer, error));
    return parts.type == JSON_VIEW_ARRAY ? write_parts(writer, CPK_KIND_TEXT, 0, error)
                                         : write_view(writer, CPK_KIND_TEXT, 0, text, error);
}

/* Reads the state of a widget, which is JSON in `state`. */
static cpk_status read_widget(struct chatgpt_writer *writer, const struct buffer *state, int32_t *is_report,
                              cpk_error **error)
{
    const struct context *context = writer->context;
    struct json_doc doc;
    cpk_status status;

    json_doc_init(&doc, &context->allocator);
    status = json_doc_read(&doc, buffer_text(state), state->length,
                           (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_DEPTH),
                           (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_VALUES));
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        error_out_of_memory(error);
    } else if (status == CPK_OK) {
        status = write_report(writer, json_get(json_doc_root(&doc), "report_message"), is_report, error);
    } else {
        status = CPK_OK;
    }
    json_doc_free(&doc);
    return status;
}

/* Deep research: the report stands in the state of a widget, in the metadata of a hidden tool message or in its text.
 * Sets *is_report if there is one; it is written unless the conversation had it. */
static cpk_status read_research(struct chatgpt_writer *writer, int32_t *is_report, cpk_error **error)
{
    static const char label[] = "The latest state of the widget is: ";
    struct json_view state = json_get(writer->metadata_members[METADATA_WIDGET], "widget_state");
    struct json_view text = json_item(get_parts(writer), 0);
    struct buffer json;
    cpk_status status = CPK_OK;

    *is_report = 0;
    if (state.type == JSON_VIEW_OBJECT) {
        return write_report(writer, json_get(state, "report_message"), is_report, error);
    }
    if (state.type != JSON_VIEW_STRING && (writer->message.role != CPK_ROLE_TOOL || !json_starts_text(text, label))) {
        return CPK_OK;
    }
    buffer_init(&json, &writer->context->allocator);
    json_append_text(&json, state.type == JSON_VIEW_STRING ? state : text);
    if (json.failed) {
        status = error_out_of_memory(error);
    } else {
        if (state.type != JSON_VIEW_STRING) {
            json.length -= sizeof label - 1;
            memmove(json.data, json.data + sizeof label - 1, json.length + 1);
        }
        status = read_widget(writer, &json, is_report, error);
    }
    buffer_free(&json);
    return status;
}

cpk_status chatgpt_write_message(struct chatgpt_writer *writer, struct json_view message, const char **problem,
                                 cpk_error **error)
{
    struct json_view content;
    int32_t is_report = 0;

    *problem = NULL;
    writer->pieces = 0;
    if (message.type != JSON_VIEW_OBJECT) {
        *problem = "it is not an object";
        return CPK_OK;
    }
    select_members(writer, message);
    content = writer->message_members[MESSAGE_CONTENT];
    CPK_TRY(start_message(writer, error));
    CPK_TRY(collect_attachments(writer, error));
    if (writer->message.role == CPK_ROLE_TOOL || writer->metadata_members[METADATA_WIDGET].type == JSON_VIEW_OBJECT) {
        CPK_TRY(read_research(writer, &is_report, error));
        if (is_report) {
            return CPK_OK;
        }
    }
    if (content.type == JSON_VIEW_OBJECT) {
        CPK_TRY(write_content(writer, error));
        if (writer->pieces == 0 && writer->content_members[CONTENT_PARTS].type == JSON_VIEW_NONE &&
            writer->content_members[CONTENT_TEXT].type == JSON_VIEW_NONE &&
            (writer->message.flags & CPK_MESSAGE_HIDDEN) == 0) {
            *problem = "its content has no known member";
        }
        return CPK_OK;
    }
    if (content.type == JSON_VIEW_STRING) {
        return write_view(writer, CPK_KIND_TEXT, 0, content, error);
    }
    CPK_TRY(write_piece(writer, CPK_KIND_TEXT, 0, "", 0, error)); /* a message may have only attachments */
    if (writer->pieces == 0) {
        *problem = "it has no content";
    }
    return CPK_OK;
}
