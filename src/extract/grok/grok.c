#include "extract/grok/grok.h"

#include "extract/chats/chat_json.h"

#include <string.h>

enum conversation_member { MEMBER_CONVERSATION, MEMBER_RESPONSES, MEMBER_COUNT };
static const struct json_name member_names[MEMBER_COUNT] = {JSON_NAME("conversation"), JSON_NAME("responses")};

enum about_member { ABOUT_ID, ABOUT_OTHER_ID, ABOUT_TITLE, ABOUT_CREATED, ABOUT_LEAF, ABOUT_COUNT };
static const struct json_name about_names[ABOUT_COUNT] = {JSON_NAME("id"), JSON_NAME("conversation_id"),
                                                          JSON_NAME("title"), JSON_NAME("create_time"),
                                                          JSON_NAME("leaf_response_id")};

enum response_member {
    RESPONSE_ID,
    RESPONSE_OTHER_ID,
    RESPONSE_PARENT,
    RESPONSE_SENDER,
    RESPONSE_MESSAGE,
    RESPONSE_THOUGHTS,
    RESPONSE_CREATED,
    RESPONSE_MODEL,
    RESPONSE_FILES,
    RESPONSE_COUNT
};
static const struct json_name response_names[RESPONSE_COUNT] = {
    JSON_NAME("_id"),         JSON_NAME("response_id"), JSON_NAME("parent_response_id"),
    JSON_NAME("sender"),      JSON_NAME("message"),     JSON_NAME("thinking_trace"),
    JSON_NAME("create_time"), JSON_NAME("model"),       JSON_NAME("file_attachments")};

/* The same in shared conversations. */
static const struct json_name shared_about_names[ABOUT_COUNT] = {JSON_NAME("id"), JSON_NAME("conversationId"),
                                                                 JSON_NAME("title"), JSON_NAME("createTime"),
                                                                 JSON_NAME("leafResponseId")};
static const struct json_name shared_response_names[RESPONSE_COUNT] = {
    JSON_NAME("_id"),        JSON_NAME("responseId"), JSON_NAME("parentResponseId"),
    JSON_NAME("sender"),     JSON_NAME("message"),    JSON_NAME("thinkingTrace"),
    JSON_NAME("createTime"), JSON_NAME("model"),      JSON_NAME("fileAttachments")};

/* Finds members by the names of exports, and those that are missing by the names of shared conversations. */
static void select_either(struct json_view object, const struct json_name *names, const struct json_name *shared_names,
                          size_t count, struct json_view *values)
{
    struct json_view shared[RESPONSE_COUNT];

    json_select(object, names, count, values);
    json_select(object, shared_names, count, shared);
    for (size_t i = 0; i < count; i++) {
        values[i] = values[i].type != JSON_VIEW_NONE ? values[i] : shared[i];
    }
}

static const char *driver_name(void *self)
{
    (void)self;
    return "grok";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const char *const keys[] = {"conversation", "responses"};

    (void)self;
    (void)name;
    return json_probe_keys(head, length, keys, 2) == 3 ? 95 : 0;
}

/* Speaks a text without the tags that Grok's page replaces by cards: <grok:render ...>...</grok:render>. */
static void speak_message(struct chat *chat, struct json_view message)
{
    static const char open[] = "<grok:render";
    static const char close[] = "</grok:render>";
    size_t from = chat->speech.length;
    size_t to = from;
    const char *end;
    const char *at;

    chat_speak(chat, message);
    if (chat->speech.failed || chat->speech.length == from) {
        return;
    }
    at = chat->speech.data + from;
    end = chat->speech.data + chat->speech.length;
    while (at < end) {
        const char *tag = memmem(at, (size_t)(end - at), open, sizeof open - 1);
        const char *last = tag != NULL ? memmem(tag, (size_t)(end - tag), close, sizeof close - 1) : NULL;
        size_t length = (size_t)((last != NULL ? tag : end) - at);

        memmove(chat->speech.data + to, at, length);
        to += length;
        at = last != NULL ? last + sizeof close - 1 : end;
    }
    chat->speech.length = to;
    chat->speech.data[to] = '\0';
}

static void add_files(struct chat *chat, struct json_view list)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        if (iter.value.type == JSON_VIEW_STRING) {
            chat_attach(chat, chat_line(chat, iter.value), NULL, NULL, -1);
        } else {
            chat_attach(chat, chat_line(chat, json_get(iter.value, "file_id")),
                        chat_line(chat, json_get(iter.value, "file_name")),
                        chat_line(chat, json_get(iter.value, "mime_type")), -1);
        }
    }
}

static cpk_status read_response(struct chat *chat, struct json_view value, cpk_error **error)
{
    struct json_view inner = json_get(value, "response");
    struct json_view response[RESPONSE_COUNT];
    int32_t role;

    select_either(inner.type == JSON_VIEW_OBJECT ? inner : value, response_names, shared_response_names, RESPONSE_COUNT,
                  response);
    role = chat_role(response[RESPONSE_SENDER]);
    chat_begin_message(
        chat, chat_line(chat, response[response[RESPONSE_ID].type != JSON_VIEW_NONE ? RESPONSE_ID : RESPONSE_OTHER_ID]),
        chat_line(chat, response[RESPONSE_PARENT]), role);
    chat->message.time_us = json_time(response[RESPONSE_CREATED]);
    chat->message.model = chat_line(chat, response[RESPONSE_MODEL]);
    chat_add(chat, role, CPK_KIND_THINKING, 0, response[RESPONSE_THOUGHTS]);
    speak_message(chat, response[RESPONSE_MESSAGE]);
    add_files(chat, response[RESPONSE_FILES]);
    return chat_end_message(chat, 0, error);
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    struct json_view members[MEMBER_COUNT];
    struct json_view about[ABOUT_COUNT];
    struct json_iter iter;

    (void)state;
    json_select(value, member_names, MEMBER_COUNT, members);
    *accepted =
        members[MEMBER_CONVERSATION].type == JSON_VIEW_OBJECT || members[MEMBER_RESPONSES].type == JSON_VIEW_ARRAY;
    if (!*accepted) {
        return CPK_OK;
    }
    select_either(members[MEMBER_CONVERSATION], about_names, shared_about_names, ABOUT_COUNT, about);
    chat_begin(chat, CHAT_TREE,
               chat_line(chat, about[about[ABOUT_ID].type != JSON_VIEW_NONE ? ABOUT_ID : ABOUT_OTHER_ID]),
               chat_line(chat, about[ABOUT_TITLE]),
               chat_identity(chat, about[ABOUT_TITLE], about[ABOUT_CREATED], json_item(members[MEMBER_RESPONSES], 0)));
    chat_set_current(chat, chat_line(chat, about[ABOUT_LEAF]));
    json_iter_init(&iter, members[MEMBER_RESPONSES]);
    while (!iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(read_response(chat, iter.value, error));
    }
    return chat_end(chat, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"grok", 0, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void grok_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
