#include "extract/deepseek/deepseek.h"

#include "extract/chats/chat_json.h"

enum conversation_member {
    MEMBER_ID,
    MEMBER_TITLE,
    MEMBER_CREATED,
    MEMBER_MAPPING,
    MEMBER_CURRENT,
    MEMBER_DATA,
    MEMBER_INNER,
    MEMBER_SESSION,
    MEMBER_MESSAGES,
    MEMBER_COUNT
};
static const struct json_name member_names[MEMBER_COUNT] = {JSON_NAME("id"),
                                                            JSON_NAME("title"),
                                                            JSON_NAME("inserted_at"),
                                                            JSON_NAME("mapping"),
                                                            JSON_NAME("current_message_id"),
                                                            JSON_NAME("data"),
                                                            JSON_NAME("biz_data"),
                                                            JSON_NAME("chat_session"),
                                                            JSON_NAME("chat_messages")};

enum message_member {
    MESSAGE_ROLE,
    MESSAGE_CONTENT,
    MESSAGE_THINKING,
    MESSAGE_FRAGMENTS,
    MESSAGE_CREATED,
    MESSAGE_MODEL,
    MESSAGE_FILES,
    MESSAGE_COUNT
};
static const struct json_name message_names[MESSAGE_COUNT] = {
    JSON_NAME("role"),      JSON_NAME("content"),     JSON_NAME("thinking_content"),
    JSON_NAME("fragments"), JSON_NAME("inserted_at"), JSON_NAME("model"),
    JSON_NAME("files")};

static const char *driver_name(void *self)
{
    (void)self;
    return "deepseek";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const struct json_shape shapes[] = {{{{"mapping", 3, "fragments"}}},
                                               {{{"data", 2, "chat_session"}}},
                                               {{{"biz_data", 1, "chat_session"}}},
                                               {{{NULL, 0, "chat_session"}}},
                                               {{{NULL, 0, "mapping"}, {NULL, 0, "inserted_at"}}}};

    (void)self;
    (void)name;
    return json_probe_matches(head, length, shapes, sizeof shapes / sizeof shapes[0]) ? 97 : 0;
}

/* The role of a message is that of its fragments: a question, or an answer and what led to it. */
static int32_t role_of(const struct json_view message[MESSAGE_COUNT])
{
    struct json_iter iter;

    if (message[MESSAGE_ROLE].type == JSON_VIEW_STRING) {
        return chat_role(message[MESSAGE_ROLE]);
    }
    json_iter_init(&iter, message[MESSAGE_FRAGMENTS]);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view type = json_get(iter.value, "type");

        if (json_is_text(type, "REQUEST")) {
            return CPK_ROLE_USER;
        }
        if (json_is_text(type, "RESPONSE") || json_is_text(type, "THINK") || json_is_text(type, "SEARCH")) {
            return CPK_ROLE_ASSISTANT;
        }
    }
    return CPK_ROLE_UNKNOWN;
}

static void add_search(struct chat *chat, struct json_view fragment)
{
    struct json_iter iter;

    chat_flush(chat, CPK_KIND_TEXT);
    chat_speak(chat, json_get(fragment, "content"));
    json_iter_init(&iter, json_get(fragment, "results"));
    while (!iter.is_object && json_iter_next(&iter)) {
        static const char *const keys[] = {"title", "url", "snippet"};

        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            struct json_view text = json_get(iter.value, keys[i]);

            if (!json_is_empty_text(text)) {
                chat_speak_bytes(chat, "\n", chat->speech.length > 0);
                chat_speak(chat, text);
            }
        }
    }
    chat_flush_as(chat, CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 0);
}

static void add_fragment(struct chat *chat, struct json_view fragment)
{
    struct json_view type = json_get(fragment, "type");
    struct json_view content = json_get(fragment, "content");

    if (json_is_text(type, "REQUEST") || json_is_text(type, "RESPONSE")) {
        chat_speak(chat, content);
        chat_flush(chat, CPK_KIND_TEXT);
    } else if (json_is_text(type, "THINK")) {
        chat_add(chat, CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, 0, content);
    } else if (json_is_text(type, "SEARCH")) {
        add_search(chat, fragment);
    } else { /* an unknown type: its text is kept, but not as text of the user */
        chat_speak(chat, content);
        chat_flush(chat, chat->message.role == CPK_ROLE_USER ? CPK_KIND_ATTACHMENT : CPK_KIND_TEXT);
    }
}

static void add_files(struct chat *chat, struct json_view list)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view name = json_get(iter.value, "file_name");

        chat_attach(chat, chat_line(chat, json_get(iter.value, "id")),
                    chat_line(chat, name.type != JSON_VIEW_NONE ? name : json_get(iter.value, "name")), NULL,
                    json_int64(json_get(iter.value, "file_size"), -1));
    }
}

static cpk_status add_message(struct chat *chat, const char *id, const char *parent_id, struct json_view value,
                              cpk_error **error)
{
    struct json_view message[MESSAGE_COUNT];
    struct json_iter iter;

    json_select(value, message_names, MESSAGE_COUNT, message);
    chat_begin_message(chat, id, parent_id, role_of(message));
    chat->message.time_us = json_time(message[MESSAGE_CREATED]);
    chat->message.model = chat_line(chat, message[MESSAGE_MODEL]);
    if (json_has_items(message[MESSAGE_FRAGMENTS], 1)) {
        json_iter_init(&iter, message[MESSAGE_FRAGMENTS]);
        while (json_iter_next(&iter)) {
            add_fragment(chat, iter.value);
        }
    } else {
        chat_add(chat, CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, 0, message[MESSAGE_THINKING]);
        CPK_TRY(chat_add_content(chat, message[MESSAGE_CONTENT], error));
    }
    add_files(chat, message[MESSAGE_FILES]);
    return chat_end_message(chat, value.type == JSON_VIEW_NONE, error);
}

/* Nodes of the tree; that of the root has no message. */
static cpk_status read_mapping(struct chat *chat, struct json_view mapping, cpk_error **error)
{
    struct json_iter iter;

    json_iter_init(&iter, mapping);
    while (json_iter_next(&iter)) {
        const char *id = chat_line(chat, json_get(iter.value, "id"));

        if (id == NULL && iter.is_object) {
            id = chat_line(chat, iter.name);
        }
        CPK_TRY(add_message(chat, id, chat_line(chat, json_get(iter.value, "parent")), json_get(iter.value, "message"),
                            error));
    }
    return CPK_OK;
}

static cpk_status read_saved(struct chat *chat, const struct json_view members[MEMBER_COUNT], cpk_error **error)
{
    struct json_view session[MEMBER_COUNT];
    struct json_iter iter;

    json_select(members[MEMBER_SESSION], member_names, MEMBER_COUNT, session);
    chat_begin(
        chat, CHAT_TREE, chat_line(chat, session[MEMBER_ID]), chat_line(chat, session[MEMBER_TITLE]),
        chat_identity(chat, session[MEMBER_TITLE], session[MEMBER_CREATED], json_item(members[MEMBER_MESSAGES], 0)));
    chat_set_current(chat, chat_line(chat, session[MEMBER_CURRENT]));
    json_iter_init(&iter, members[MEMBER_MESSAGES]);
    while (!iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(add_message(chat, chat_line(chat, json_get(iter.value, "message_id")),
                            chat_line(chat, json_get(iter.value, "parent_id")), iter.value, error));
    }
    return chat_end(chat, error);
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    struct json_view members[MEMBER_COUNT];

    (void)state;
    json_select(value, member_names, MEMBER_COUNT, members);
    if (members[MEMBER_DATA].type == JSON_VIEW_OBJECT) { /* {"code", "data": {"biz_data": {...}}} */
        json_select(members[MEMBER_DATA], member_names, MEMBER_COUNT, members);
    }
    if (members[MEMBER_INNER].type == JSON_VIEW_OBJECT) {
        json_select(members[MEMBER_INNER], member_names, MEMBER_COUNT, members);
    }
    *accepted = members[MEMBER_SESSION].type == JSON_VIEW_OBJECT || members[MEMBER_MAPPING].type == JSON_VIEW_OBJECT;
    if (members[MEMBER_SESSION].type == JSON_VIEW_OBJECT) {
        return read_saved(chat, members, error);
    }
    if (!*accepted) {
        return CPK_OK;
    }
    chat_begin(chat, CHAT_TREE, chat_line(chat, members[MEMBER_ID]), chat_line(chat, members[MEMBER_TITLE]),
               chat_identity(chat, members[MEMBER_TITLE], members[MEMBER_CREATED], members[MEMBER_MAPPING]));
    chat_set_current(chat, chat_line(chat, members[MEMBER_CURRENT]));
    CPK_TRY(read_mapping(chat, members[MEMBER_MAPPING], error));
    return chat_end(chat, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"deepseek", 0, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void deepseek_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
