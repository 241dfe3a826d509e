#include "extract/generic/generic.h"

#include "extract/chats/chat_json.h"

#include <string.h>

#include <string.h>

enum message_member {
    MESSAGE_CONVERSATION,
    MESSAGE_TITLE,
    MESSAGE_ID,
    MESSAGE_PARENT,
    MESSAGE_ROLE,
    MESSAGE_KIND,
    MESSAGE_TIME,
    MESSAGE_MODEL,
    MESSAGE_TEXT,
    MESSAGE_HIDDEN,
    MESSAGE_ACTIVE,
    MESSAGE_ATTACHMENTS,
    MESSAGE_PROVIDER,
    MESSAGE_COUNT
};
static const struct json_name message_names[MESSAGE_COUNT] = {JSON_NAME("conversation_id"),
                                                              JSON_NAME("conversation_title"),
                                                              JSON_NAME("message_id"),
                                                              JSON_NAME("parent_id"),
                                                              JSON_NAME("role"),
                                                              JSON_NAME("kind"),
                                                              JSON_NAME("time"),
                                                              JSON_NAME("model"),
                                                              JSON_NAME("text"),
                                                              JSON_NAME("hidden"),
                                                              JSON_NAME("active_branch"),
                                                              JSON_NAME("attachments"),
                                                              JSON_NAME("provider")};

static const char *driver_name(void *self)
{
    (void)self;
    return "messages";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const char *const keys[] = {"conversation_id", "role", "text", "message_id", "kind", "attachments"};
    uint32_t seen = json_probe_keys(head, length, keys, 6);

    (void)self;
    (void)name;
    return (seen & 3) == 3 && (seen & (4 | 32)) != 0 ? (seen & (8 | 16)) != 0 ? 96 : 60 : 0;
}

static int32_t kind_of(struct json_view name)
{
    for (int32_t kind = CPK_KIND_TEXT; kind <= CPK_KIND_ERROR; kind++) {
        if (json_is_text(name, cpk_kind_name(kind))) {
            return kind;
        }
    }
    /* A kind of a later version: text, but not words of the user. */
    return json_is_empty_text(name) ? CPK_KIND_TEXT : CPK_KIND_ATTACHMENT;
}

static void add_attachments(struct chat *chat, struct json_view list)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        chat_attach(chat, chat_line(chat, json_get(iter.value, "id")), chat_line(chat, json_get(iter.value, "name")),
                    chat_line(chat, json_get(iter.value, "media_type")),
                    json_int64(json_get(iter.value, "size_bytes"), -1));
    }
}

/* Begins the conversation of a message unless it is the current one. */
static cpk_status enter_conversation(struct chat *chat, const struct json_view message[MESSAGE_COUNT],
                                     cpk_error **error)
{
    const char *id = chat_line(chat, message[MESSAGE_CONVERSATION]);
    const char *provider = chat_line(chat, message[MESSAGE_PROVIDER]);
    int32_t is_same = chat->in_conversation && (id == NULL || strcmp(id, buffer_text(&chat->id_text)) == 0);

    provider = provider != NULL ? provider : "messages";
    if (is_same && strcmp(provider, chat->provider) == 0) {
        return CPK_OK;
    }
    CPK_TRY(chat_end(chat, error));
    chat_set_provider(chat, provider);
    chat_begin(chat, CHAT_GIVEN, id, chat_line(chat, message[MESSAGE_TITLE]), 0);
    return CPK_OK;
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    struct json_view message[MESSAGE_COUNT];

    (void)state;
    json_select(value, message_names, MESSAGE_COUNT, message);
    *accepted =
        message[MESSAGE_ROLE].type == JSON_VIEW_STRING &&
        (message[MESSAGE_TEXT].type == JSON_VIEW_STRING || message[MESSAGE_ATTACHMENTS].type == JSON_VIEW_ARRAY);
    if (!*accepted) {
        return CPK_OK;
    }
    CPK_TRY(enter_conversation(chat, message, error));
    chat_begin_message(chat, chat_line(chat, message[MESSAGE_ID]), chat_line(chat, message[MESSAGE_PARENT]),
                       chat_role(message[MESSAGE_ROLE]));
    chat->message.time_us = json_time(message[MESSAGE_TIME]);
    chat->message.model = chat_line(chat, message[MESSAGE_MODEL]);
    chat->message.flags = json_is_true(message[MESSAGE_HIDDEN]) ? CPK_MESSAGE_HIDDEN : 0;
    chat->message.is_aside = message[MESSAGE_ACTIVE].type == JSON_VIEW_BOOL && !json_is_true(message[MESSAGE_ACTIVE]);
    chat->message.kind = (uint8_t)kind_of(message[MESSAGE_KIND]);
    chat_speak(chat, message[MESSAGE_TEXT]);
    chat_flush(chat, chat->message.kind);
    add_attachments(chat, message[MESSAGE_ATTACHMENTS]);
    return chat_end_message(chat, 0, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"messages", 1, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void generic_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
