#include "extract/sharegpt/sharegpt.h"

#include "extract/chats/chat_json.h"

enum conversation_member { MEMBER_ID, MEMBER_TITLE, MEMBER_SYSTEM, MEMBER_LIST, MEMBER_SINGULAR, MEMBER_COUNT };
static const struct json_name member_names[MEMBER_COUNT] = {JSON_NAME("id"), JSON_NAME("title"), JSON_NAME("system"),
                                                            JSON_NAME("conversations"), JSON_NAME("conversation")};

static const char *driver_name(void *self)
{
    (void)self;
    return "sharegpt";
}

/* One conversation in an object of its own looks to the probe as a list of messages. */
static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const struct json_shape shapes[] = {{{{NULL, -1, "conversations"}, {NULL, 0, "from"}, {NULL, 0, "value"}}},
                                               {{{"conversations", 1, "from"}, {"conversations", 1, "value"}}},
                                               {{{"conversation", 1, "from"}, {"conversation", 1, "value"}}}};

    (void)self;
    (void)name;
    return json_probe_matches(head, length, shapes, sizeof shapes / sizeof shapes[0]) ? 80 : 0;
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    static const struct json_view none;
    struct json_view members[MEMBER_COUNT];
    struct json_view list;

    (void)state;
    json_select(value, member_names, MEMBER_COUNT, members);
    list = members[members[MEMBER_LIST].type == JSON_VIEW_ARRAY ? MEMBER_LIST : MEMBER_SINGULAR];
    *accepted = list.type == JSON_VIEW_ARRAY;
    if (!*accepted) {
        return CPK_OK;
    }
    chat_begin(chat, CHAT_LINEAR, chat_line(chat, members[MEMBER_ID]), chat_line(chat, members[MEMBER_TITLE]),
               chat_identity(chat, members[MEMBER_TITLE], none, json_item(list, 0)));
    if (!json_is_empty_text(members[MEMBER_SYSTEM])) {
        chat_begin_message(chat, NULL, NULL, CPK_ROLE_SYSTEM);
        chat_speak(chat, members[MEMBER_SYSTEM]);
        CPK_TRY(chat_end_message(chat, 1, error));
    }
    CPK_TRY(chat_add_simple_messages(chat, list, error));
    return chat_end(chat, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"sharegpt", 1, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void sharegpt_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
