#include "extract/openwebui/openwebui.h"

#include "extract/chats/chat_json.h"
#include "extract/chats/references.h"

#include <string.h>

enum conversation_member {
    MEMBER_ID,
    MEMBER_TITLE,
    MEMBER_CHAT,
    MEMBER_CREATED,
    MEMBER_HISTORY,
    MEMBER_MESSAGES,
    MEMBER_COUNT
};
static const struct json_name member_names[MEMBER_COUNT] = {JSON_NAME("id"),      JSON_NAME("title"),
                                                            JSON_NAME("chat"),    JSON_NAME("created_at"),
                                                            JSON_NAME("history"), JSON_NAME("messages")};

enum message_member {
    MESSAGE_ID,
    MESSAGE_PARENT,
    MESSAGE_ROLE,
    MESSAGE_CONTENT,
    MESSAGE_REASONING,
    MESSAGE_TIMESTAMP,
    MESSAGE_MODEL,
    MESSAGE_FILES,
    MESSAGE_ERROR,
    MESSAGE_COUNT
};
static const struct json_name message_names[MESSAGE_COUNT] = {JSON_NAME("id"),
                                                              JSON_NAME("parentId"),
                                                              JSON_NAME("role"),
                                                              JSON_NAME("content"),
                                                              JSON_NAME("reasoning_content"),
                                                              JSON_NAME("timestamp"),
                                                              JSON_NAME("model"),
                                                              JSON_NAME("files"),
                                                              JSON_NAME("error")};

static const char *driver_name(void *self)
{
    (void)self;
    return "openwebui";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const struct json_shape shapes[] = {{{{"chat", 1, "history"}}},
                                               {{{"chat", 1, "messages"}}},
                                               {{{"history", 1, "currentId"}, {"history", 1, "messages"}}}};

    (void)self;
    (void)name;
    return json_probe_matches(head, length, shapes, sizeof shapes / sizeof shapes[0]) ? 90 : 0;
}

/* The kind of the block <details type="...">. */
static int32_t kind_of_details(const char *tag, size_t length)
{
    static const struct {
        const char *type;
        int32_t kind;
    } kinds[] = {{"type=\"reasoning\"", CPK_KIND_THINKING},
                 {"type=\"tool_calls\"", CPK_KIND_TOOL_RESULT},
                 {"type=\"code_interpreter\"", CPK_KIND_CODE}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (memmem(tag, length, kinds[i].type, strlen(kinds[i].type)) != NULL) {
            return kinds[i].kind;
        }
    }
    return 0;
}

/* Speaks what a block folds away: its lines without "> " and character references, not its heading. */
static void speak_details(struct chat *chat, const char *text, size_t length)
{
    static const char close[] = "</summary>";
    const char *heading = memmem(text, length, close, sizeof close - 1);
    const char *end = text + length;
    struct buffer decoded;
    const char *line;

    if (heading != NULL) {
        text = heading + sizeof close - 1;
    }
    buffer_init(&decoded, &chat->context->allocator);
    references_append_decoded(&decoded, text, (size_t)(end - text));
    chat->out_of_memory = chat->out_of_memory || decoded.failed;
    line = buffer_text(&decoded);
    end = line + (decoded.failed ? 0 : decoded.length);
    while (line < end) {
        const char *feed = memchr(line, '\n', (size_t)(end - line));
        const char *next = feed != NULL ? feed + 1 : end;

        if (*line == '>') {
            line++;
            line += line < next && *line == ' ';
        }
        chat_speak_bytes(chat, line, (size_t)(next - line));
        line = next;
    }
    buffer_free(&decoded);
}

/* The result of a tool is an attribute of its block. */
static void speak_attribute(struct chat *chat, const char *tag, size_t length, const char *name)
{
    const char *at = memmem(tag, length, name, strlen(name));
    const char *from = at != NULL ? at + strlen(name) : NULL;
    const char *quote = from != NULL ? memchr(from, '"', length - (size_t)(from - tag)) : NULL;

    if (quote != NULL) {
        chat_speak_bytes(chat, "\n", chat->speech.length > 0);
        references_append_decoded(&chat->speech, from, (size_t)(quote - from));
    }
}

static void add_details(struct chat *chat, int32_t kind, const char *tag, size_t tag_length, const char *text,
                        size_t length)
{
    chat_flush(chat, CPK_KIND_TEXT);
    if (kind == CPK_KIND_TOOL_RESULT) {
        speak_attribute(chat, tag, tag_length, " name=\"");
        speak_attribute(chat, tag, tag_length, " arguments=\"");
        chat_flush(chat, CPK_KIND_TOOL_CALL);
        speak_attribute(chat, tag, tag_length, " result=\"");
        chat_flush_as(chat, CPK_ROLE_TOOL, kind, 0);
        return;
    }
    speak_details(chat, text, length);
    chat_flush(chat, kind);
}

/* The text of an answer with the blocks that hold its thoughts and calls of tools. */
static void add_answer(struct chat *chat, const char *text, size_t length)
{
    static const char open[] = "<details";
    static const char close[] = "</details>";
    const char *end = text + length;

    while (text < end) {
        const char *block = memmem(text, (size_t)(end - text), open, sizeof open - 1);
        const char *body = block != NULL ? memchr(block, '>', (size_t)(end - block)) : NULL;
        const char *last = body != NULL ? memmem(body, (size_t)(end - body), close, sizeof close - 1) : NULL;
        int32_t kind = last != NULL ? kind_of_details(block, (size_t)(body - block)) : 0;

        if (kind == 0) {
            const char *until = last != NULL ? last + sizeof close - 1 : end;

            chat_speak_bytes(chat, text, (size_t)(until - text));
            text = until;
            continue;
        }
        chat_speak_bytes(chat, text, (size_t)(block - text));
        add_details(chat, kind, block, (size_t)(body - block), body + 1, (size_t)(last - body) - 1);
        text = last + sizeof close - 1;
    }
}

static void add_files(struct chat *chat, struct json_view list)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view name = json_get(iter.value, "name");

        if (name.type == JSON_VIEW_NONE) {
            name = json_get(json_get(iter.value, "file"), "filename");
        }
        chat_attach(chat, chat_line(chat, json_get(iter.value, "id")), chat_line(chat, name),
                    chat_line(chat, json_get(iter.value, "type")), json_int64(json_get(iter.value, "size"), -1));
    }
}

static cpk_status add_content(struct chat *chat, const struct json_view message[MESSAGE_COUNT], cpk_error **error)
{
    struct buffer text;

    if (message[MESSAGE_CONTENT].type != JSON_VIEW_STRING || chat->message.role != CPK_ROLE_ASSISTANT) {
        return chat_add_content(chat, message[MESSAGE_CONTENT], error);
    }
    buffer_init(&text, &chat->context->allocator);
    json_append_text(&text, message[MESSAGE_CONTENT]);
    chat->out_of_memory = chat->out_of_memory || text.failed;
    add_answer(chat, buffer_text(&text), text.failed ? 0 : text.length);
    buffer_free(&text);
    return CPK_OK;
}

static cpk_status read_message(struct chat *chat, struct json_view key, struct json_view value, cpk_error **error)
{
    struct json_view message[MESSAGE_COUNT];
    const char *id;
    int32_t role;

    json_select(value, message_names, MESSAGE_COUNT, message);
    id = chat_line(chat, message[MESSAGE_ID]);
    role = chat_role(message[MESSAGE_ROLE]);
    chat_begin_message(chat, id != NULL ? id : chat_line(chat, key), chat_line(chat, message[MESSAGE_PARENT]), role);
    chat->message.time_us = json_time(message[MESSAGE_TIMESTAMP]);
    chat->message.model = chat_line(chat, message[MESSAGE_MODEL]);
    chat_add(chat, role, CPK_KIND_THINKING, 0, message[MESSAGE_REASONING]);
    CPK_TRY(add_content(chat, message, error));
    if (message[MESSAGE_ERROR].type == JSON_VIEW_OBJECT) {
        chat_flush(chat, CPK_KIND_TEXT);
        chat_speak(chat, json_get(message[MESSAGE_ERROR], "content"));
        chat_flush(chat, CPK_KIND_ERROR);
    }
    add_files(chat, message[MESSAGE_FILES]);
    return chat_end_message(chat, 0, error);
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    static const struct json_view none;
    struct json_view outer[MEMBER_COUNT];
    struct json_view inner[MEMBER_COUNT];
    struct json_view messages;
    struct json_iter iter;

    (void)state;
    json_select(value, member_names, MEMBER_COUNT, outer);
    json_select(outer[MEMBER_CHAT].type == JSON_VIEW_OBJECT ? outer[MEMBER_CHAT] : value, member_names, MEMBER_COUNT,
                inner);
    messages = json_get(inner[MEMBER_HISTORY], "messages");
    if (!json_has_items(messages, 1)) {
        messages = inner[MEMBER_MESSAGES];
    }
    *accepted = outer[MEMBER_CHAT].type == JSON_VIEW_OBJECT || inner[MEMBER_HISTORY].type == JSON_VIEW_OBJECT;
    if (!*accepted) {
        return CPK_OK;
    }
    chat_begin(chat, CHAT_TREE, chat_line(chat, outer[MEMBER_ID]),
               chat_line(chat, json_is_empty_text(outer[MEMBER_TITLE]) ? inner[MEMBER_TITLE] : outer[MEMBER_TITLE]),
               chat_identity(chat, inner[MEMBER_TITLE], outer[MEMBER_CREATED], none));
    chat_set_current(chat, chat_line(chat, json_get(inner[MEMBER_HISTORY], "currentId")));
    json_iter_init(&iter, messages);
    while (json_iter_next(&iter)) {
        CPK_TRY(read_message(chat, iter.is_object ? iter.name : none, iter.value, error));
    }
    return chat_end(chat, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"openwebui", 0, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void openwebui_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
