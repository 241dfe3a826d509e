#include "extract/chats/chat_json.h"
#include "extract/chats/machine_text.h"
#include "extract/cursor/cursor.h"

static const char *driver_name(void *self)
{
    (void)self;
    return "cursor";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    struct json_probe probe;

    (void)self;
    (void)name;
    json_probe_read(&probe, head, length);
    return probe.is_json && json_probe_has(&probe, NULL, 0, "role") &&
                   json_probe_has(&probe, "message", 1, "content") && !json_probe_has(&probe, NULL, 0, "uuid") &&
                   !json_probe_has(&probe, NULL, 0, "sessionId")
               ? 60
               : 0;
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    static const struct json_view none;
    struct json_view message = json_get(value, "message");
    struct json_view role = json_get(value, "role");

    (void)state;
    *accepted = value.type == JSON_VIEW_OBJECT;
    if (message.type != JSON_VIEW_OBJECT || role.type != JSON_VIEW_STRING) {
        return CPK_OK; /* the end of a turn */
    }
    if (!chat->in_conversation) {
        chat_begin(chat, CHAT_LINEAR, NULL, NULL, chat_identity(chat, none, none, value));
    }
    chat_begin_message(chat, NULL, NULL, chat_role(role));
    if (chat->message.role == CPK_ROLE_USER) {
        CPK_TRY(machine_text_add_content(chat, json_get(message, "content"), error));
    } else {
        CPK_TRY(chat_add_content(chat, json_get(message, "content"), error));
    }
    return chat_end_message(chat, 0, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"cursor", 1, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void cursor_transcript_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
