#include "extract/librechat/librechat.h"

#include "base/error.h"
#include "base/memory.h"
#include "extract/chats/chat_json.h"

enum conversation_member { MEMBER_ID, MEMBER_TITLE, MEMBER_MESSAGES, MEMBER_EXPORTED, MEMBER_COUNT };
static const struct json_name member_names[MEMBER_COUNT] = {JSON_NAME("conversationId"), JSON_NAME("title"),
                                                            JSON_NAME("messages"), JSON_NAME("exportAt")};

enum message_member {
    MESSAGE_ID,
    MESSAGE_PARENT,
    MESSAGE_BY_USER,
    MESSAGE_SENDER,
    MESSAGE_TEXT,
    MESSAGE_CONTENT,
    MESSAGE_CREATED,
    MESSAGE_MODEL,
    MESSAGE_ERROR,
    MESSAGE_FILES,
    MESSAGE_CHILDREN,
    MESSAGE_COUNT
};
static const struct json_name message_names[MESSAGE_COUNT] = {
    JSON_NAME("messageId"), JSON_NAME("parentMessageId"), JSON_NAME("isCreatedByUser"), JSON_NAME("sender"),
    JSON_NAME("text"),      JSON_NAME("content"),         JSON_NAME("createdAt"),       JSON_NAME("model"),
    JSON_NAME("error"),     JSON_NAME("files"),           JSON_NAME("children")};

#define ROOT_ID "00000000-0000-0000-0000-000000000000" /* parent of a conversation's first message */

static const char *driver_name(void *self)
{
    (void)self;
    return "librechat";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const struct json_shape shapes[] = {
        {{{NULL, 0, "conversationId"}, {"messages", 1, "messageId"}}},
        {{{NULL, 0, "conversationId"}, {NULL, 0, "messages"}, {NULL, 0, "exportAt"}}}};

    (void)self;
    (void)name;
    return json_probe_matches(head, length, shapes, sizeof shapes / sizeof shapes[0]) ? 90 : 0;
}

static int32_t role_of(const struct json_view message[MESSAGE_COUNT])
{
    if (message[MESSAGE_BY_USER].type == JSON_VIEW_BOOL) {
        return json_is_true(message[MESSAGE_BY_USER]) ? CPK_ROLE_USER : CPK_ROLE_ASSISTANT;
    }
    if (json_is_empty_text(message[MESSAGE_SENDER])) {
        return CPK_ROLE_UNKNOWN;
    }
    /* Assistants have any name. */
    return chat_role(message[MESSAGE_SENDER]) == CPK_ROLE_USER ? CPK_ROLE_USER : CPK_ROLE_ASSISTANT;
}

/* A part of newer messages: text, thoughts, a call of a tool with its result. */
static cpk_status add_part(struct chat *chat, struct json_view part, cpk_error **error)
{
    struct json_view type = json_get(part, "type");
    struct json_view call = json_get(part, "tool_call");

    if (json_is_text(type, "think")) {
        chat_add(chat, CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, 0, json_get(part, "think"));
        return CPK_OK;
    }
    if (json_is_text(type, "error")) {
        chat_add(chat, chat->message.role, CPK_KIND_ERROR, 0, json_get(part, "error"));
        return CPK_OK;
    }
    if (call.type != JSON_VIEW_OBJECT) {
        return chat_add_content(chat, part, error);
    }
    chat_add_call(chat, json_get(call, "name"), "tool", json_get(call, "args"));
    chat_add(chat, CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 0, json_get(call, "output"));
    return CPK_OK;
}

static void add_files(struct chat *chat, struct json_view list)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        chat_attach(chat, chat_line(chat, json_get(iter.value, "file_id")),
                    chat_line(chat, json_get(iter.value, "filename")), chat_line(chat, json_get(iter.value, "type")),
                    json_int64(json_get(iter.value, "bytes"), -1));
    }
}

static cpk_status add_message(struct chat *chat, const struct json_view message[MESSAGE_COUNT], int32_t above,
                              cpk_error **error)
{
    const char *parent = chat_line(chat, message[MESSAGE_PARENT]);
    struct json_iter iter;

    if (json_is_text(message[MESSAGE_PARENT], ROOT_ID)) {
        parent = NULL;
    }
    chat_begin_message(chat, chat_line(chat, message[MESSAGE_ID]), parent, role_of(message));
    chat->message.parent_number = above;
    chat->message.time_us = json_time(message[MESSAGE_CREATED]);
    chat->message.model = chat_line(chat, message[MESSAGE_MODEL]);
    json_iter_init(&iter, message[MESSAGE_CONTENT]);
    while (!iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(add_part(chat, iter.value, error));
    }
    if (!chat_has_text(chat)) {
        chat_speak(chat, message[MESSAGE_TEXT]);
    }
    chat_flush(chat, json_is_true(message[MESSAGE_ERROR]) ? CPK_KIND_ERROR : CPK_KIND_TEXT);
    add_files(chat, message[MESSAGE_FILES]);
    return chat_end_message(chat, 0, error);
}

/* One level of nested messages. */
struct level {
    struct json_iter iter;
    int32_t parent; /* number of the message that they answer, or MESSAGE_NONE */
};

/* The messages and their children, before their siblings; not recursive. */
static cpk_status add_messages(struct chat *chat, struct json_view list, struct level *levels, size_t level_count,
                               cpk_error **error)
{
    size_t depth = 0;

    json_iter_init(&levels[0].iter, list);
    levels[0].parent = MESSAGE_NONE;
    for (;;) {
        struct json_view message[MESSAGE_COUNT];

        if (!json_iter_next(&levels[depth].iter)) {
            if (depth == 0) {
                return CPK_OK;
            }
            depth--;
            continue;
        }
        json_select(levels[depth].iter.value, message_names, MESSAGE_COUNT, message);
        CPK_TRY(add_message(chat, message, levels[depth].parent, error));
        if (json_has_items(message[MESSAGE_CHILDREN], 1) && depth + 1 < level_count) {
            depth++;
            json_iter_init(&levels[depth].iter, message[MESSAGE_CHILDREN]);
            levels[depth].parent = chat->last_number;
        }
    }
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    const cpk_allocator *allocator = &chat->context->allocator;
    size_t level_count = (size_t)context_setting(chat->context, SETTING_IMPORT_MAX_JSON_DEPTH) / 2 + 1;
    struct json_view members[MEMBER_COUNT];
    struct level *levels;
    cpk_status status;

    (void)state;
    json_select(value, member_names, MEMBER_COUNT, members);
    *accepted = members[MEMBER_MESSAGES].type == JSON_VIEW_ARRAY;
    if (!*accepted) {
        return CPK_OK;
    }
    levels = memory_allocate_array(allocator, level_count, sizeof *levels);
    if (levels == NULL) {
        return error_out_of_memory(error);
    }
    chat_begin(
        chat, CHAT_TREE, chat_line(chat, members[MEMBER_ID]), chat_line(chat, members[MEMBER_TITLE]),
        chat_identity(chat, members[MEMBER_TITLE], members[MEMBER_EXPORTED], json_item(members[MEMBER_MESSAGES], 0)));
    status = add_messages(chat, members[MEMBER_MESSAGES], levels, level_count, error);
    memory_release_array(allocator, levels, level_count, sizeof *levels);
    return status == CPK_OK ? chat_end(chat, error) : status;
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"librechat", 0, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void librechat_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
