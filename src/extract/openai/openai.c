#include "extract/openai/openai.h"

#include "extract/chats/chat_json.h"

enum conversation_member {
    MEMBER_MESSAGES,
    MEMBER_ID,
    MEMBER_CONVERSATION_ID,
    MEMBER_TITLE,
    MEMBER_NAME,
    MEMBER_COUNT
};
static const struct json_name member_names[MEMBER_COUNT] = {
    JSON_NAME("messages"), JSON_NAME("id"), JSON_NAME("conversation_id"), JSON_NAME("title"), JSON_NAME("name")};

static const char *driver_name(void *self)
{
    (void)self;
    return "openai-messages";
}

/* The shape is that of many programs: any format that knows more of the file comes first. */
static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    struct json_probe probe;

    (void)self;
    (void)name;
    json_probe_read(&probe, head, length);
    if (!probe.is_json || probe.is_followed) {
        return 0;
    }
    if (chat_probe_has_simple_messages(&probe, "messages")) {
        return 40;
    }
    return json_probe_has(&probe, NULL, 0, "role") && json_probe_has(&probe, NULL, 0, "content") ? 40 : 0;
}

static cpk_status read_conversation(struct chat *chat, const struct json_view members[MEMBER_COUNT], cpk_error **error)
{
    struct json_view id = members[members[MEMBER_ID].type != JSON_VIEW_NONE ? MEMBER_ID : MEMBER_CONVERSATION_ID];
    struct json_view title = members[members[MEMBER_TITLE].type != JSON_VIEW_NONE ? MEMBER_TITLE : MEMBER_NAME];
    static const struct json_view none;

    CPK_TRY(chat_end(chat, error));
    chat_begin(chat, CHAT_LINEAR, chat_line(chat, id), chat_line(chat, title),
               chat_identity(chat, title, none, json_item(members[MEMBER_MESSAGES], 0)));
    CPK_TRY(chat_add_simple_messages(chat, members[MEMBER_MESSAGES], error));
    return chat_end(chat, error);
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    static const struct json_view none;
    struct json_view members[MEMBER_COUNT];

    (void)state;
    json_select(value, member_names, MEMBER_COUNT, members);
    *accepted = members[MEMBER_MESSAGES].type == JSON_VIEW_ARRAY || chat_is_simple_message(value);
    if (members[MEMBER_MESSAGES].type == JSON_VIEW_ARRAY) {
        return read_conversation(chat, members, error);
    }
    if (!*accepted) {
        return CPK_OK;
    }
    if (!chat->in_conversation) {
        chat_begin(chat, CHAT_LINEAR, NULL, NULL, chat_identity(chat, none, none, value));
    }
    return chat_add_simple_message(chat, value, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"openai-messages", 0, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void openai_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
