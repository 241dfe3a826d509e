#include "extract/chatbotui/chatbotui.h"

#include "extract/chats/chat_json.h"

enum conversation_member { MEMBER_ID, MEMBER_NAME, MEMBER_MESSAGES, MEMBER_MODEL, MEMBER_PROMPT, MEMBER_COUNT };
static const struct json_name member_names[MEMBER_COUNT] = {JSON_NAME("id"), JSON_NAME("name"), JSON_NAME("messages"),
                                                            JSON_NAME("model"), JSON_NAME("prompt")};

static const char *driver_name(void *self)
{
    (void)self;
    return "chatbotui";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    struct json_probe probe;

    (void)self;
    (void)name;
    json_probe_read(&probe, head, length);
    if (!probe.is_json || !json_probe_has(&probe, NULL, 0, "name")) {
        return 0;
    }
    return chat_probe_has_simple_messages(&probe, "messages") &&
                   (json_probe_has(&probe, NULL, 0, "folderId") || json_probe_has(&probe, NULL, 0, "prompt") ||
                    json_probe_has(&probe, NULL, -1, "history"))
               ? 80
               : 0;
}

/* The prompt that the conversation begins with: a setting, which the user may have left as it was. */
static cpk_status add_prompt(struct chat *chat, struct json_view prompt, cpk_error **error)
{
    if (json_is_empty_text(prompt)) {
        return CPK_OK;
    }
    chat_begin_message(chat, "prompt", NULL, CPK_ROLE_SYSTEM);
    chat->message.flags = CPK_MESSAGE_HIDDEN;
    chat_speak(chat, prompt);
    return chat_end_message(chat, 1, error);
}

static cpk_status add_messages(struct chat *chat, const struct json_view members[MEMBER_COUNT], cpk_error **error)
{
    struct json_view model = members[MEMBER_MODEL];
    struct json_iter iter;

    if (model.type == JSON_VIEW_OBJECT) {
        model = json_get(model, "id");
    }
    chat_set_default_model(chat, chat_line(chat, model));
    json_iter_init(&iter, members[MEMBER_MESSAGES]);
    while (json_iter_next(&iter)) {
        if (!chat_is_simple_message(iter.value)) {
            CPK_TRY(chat_note(chat, CPK_NOTE_SKIPPED_MESSAGE, "a message without role or text", error));
            continue;
        }
        CPK_TRY(chat_add_simple_message(chat, iter.value, error));
    }
    return CPK_OK;
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    static const struct json_view none;
    struct json_view members[MEMBER_COUNT];

    (void)state;
    json_select(value, member_names, MEMBER_COUNT, members);
    *accepted = members[MEMBER_MESSAGES].type == JSON_VIEW_ARRAY;
    if (!*accepted) {
        return CPK_OK;
    }
    chat_begin(chat, CHAT_LINEAR, chat_line(chat, members[MEMBER_ID]), chat_line(chat, members[MEMBER_NAME]),
               chat_identity(chat, members[MEMBER_NAME], none, json_item(members[MEMBER_MESSAGES], 0)));
    CPK_TRY(add_prompt(chat, members[MEMBER_PROMPT], error));
    CPK_TRY(add_messages(chat, members, error));
    return chat_end(chat, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"chatbotui", 0, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void chatbotui_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
