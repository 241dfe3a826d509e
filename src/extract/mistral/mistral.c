#include "extract/mistral/mistral.h"

#include "extract/chats/chat_json.h"

#include <string.h>

enum message_member {
    MESSAGE_ID,
    MESSAGE_CHAT,
    MESSAGE_PARENT,
    MESSAGE_ROLE,
    MESSAGE_CONTENT,
    MESSAGE_CHUNKS,
    MESSAGE_CREATED,
    MESSAGE_MODEL,
    MESSAGE_FILES,
    MESSAGE_CANVAS,
    MESSAGE_COUNT
};
static const struct json_name message_names[MESSAGE_COUNT] = {
    JSON_NAME("id"),      JSON_NAME("chatId"),        JSON_NAME("parentId"),  JSON_NAME("role"),
    JSON_NAME("content"), JSON_NAME("contentChunks"), JSON_NAME("createdAt"), JSON_NAME("model"),
    JSON_NAME("files"),   JSON_NAME("canvas")};

static const char *driver_name(void *self)
{
    (void)self;
    return "mistral";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const char *const keys[] = {"chatId", "role", "content", "contentChunks"};
    uint32_t seen = json_probe_keys(head, length, keys, 4);

    (void)self;
    (void)name;
    return (seen & 3) == 3 && (seen & 12) != 0 ? 90 : 0;
}

/* A chunk of an answer: text, thoughts, a call of a tool; references are numbers of sources. */
static void add_chunk(struct chat *chat, struct json_view chunk)
{
    struct json_view type = json_get(chunk, "type");

    if (json_is_text(type, "tool_call")) {
        struct json_view arguments = json_get(chunk, "publicArguments");

        chat_add_call(chat, json_get(chunk, "name"), "tool",
                      arguments.type != JSON_VIEW_NONE ? arguments : json_get(chunk, "arguments"));
    } else if (json_is_text(type, "thinking") || json_is_text(type, "think")) {
        chat_flush(chat, CPK_KIND_TEXT);
        chat_speak(chat, json_get(chunk, json_is_empty_text(json_get(chunk, "thinking")) ? "text" : "thinking"));
        chat_flush(chat, CPK_KIND_THINKING);
    } else if (!json_is_text(type, "reference")) {
        chat_speak(chat, chunk.type == JSON_VIEW_STRING ? chunk : json_get(chunk, "text"));
    }
}

static void add_chunks(struct chat *chat, const struct json_view message[MESSAGE_COUNT])
{
    struct json_iter iter;

    json_iter_init(&iter, message[MESSAGE_CHUNKS]);
    while (!iter.is_object && json_iter_next(&iter)) {
        add_chunk(chat, iter.value);
    }
    if (chat->speech.length == 0 && (chat->message.part_kinds & UINT32_C(1) << CPK_KIND_TEXT) == 0) {
        chat_speak(chat, message[MESSAGE_CONTENT]); /* repeats the chunks, where they have text */
    }
    chat_flush(chat, CPK_KIND_TEXT);
}

/* Documents that were made in the chat. */
static void add_canvas(struct chat *chat, struct json_view list)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view title = json_get(iter.value, "title");
        struct json_view content = json_get(iter.value, "content");

        if (json_is_empty_text(content)) {
            continue;
        }
        if (!json_is_empty_text(title)) {
            chat_speak(chat, title);
            chat_speak_bytes(chat, "\n\n", 2);
        }
        chat_speak(chat, content);
        chat_flush(chat, CPK_KIND_ARTIFACT);
    }
}

static void add_files(struct chat *chat, struct json_view list)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        chat_attach(chat, chat_line(chat, json_get(iter.value, "id")), chat_line(chat, json_get(iter.value, "name")),
                    chat_line(chat, json_get(iter.value, "type")), json_int64(json_get(iter.value, "size"), -1));
    }
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    struct json_view message[MESSAGE_COUNT];
    const char *id;

    (void)state;
    json_select(value, message_names, MESSAGE_COUNT, message);
    *accepted = message[MESSAGE_ROLE].type == JSON_VIEW_STRING &&
                (message[MESSAGE_CHAT].type != JSON_VIEW_NONE || chat->in_conversation);
    if (!*accepted) {
        return CPK_OK;
    }
    id = chat_line(chat, message[MESSAGE_CHAT]);
    if (!chat->in_conversation || (id != NULL && strcmp(id, buffer_text(&chat->id_text)) != 0)) {
        CPK_TRY(chat_end(chat, error));
        chat_begin(chat, CHAT_TREE, chat_line(chat, message[MESSAGE_CHAT]), NULL, 0);
    }
    chat_begin_message(chat, chat_line(chat, message[MESSAGE_ID]), chat_line(chat, message[MESSAGE_PARENT]),
                       chat_role(message[MESSAGE_ROLE]));
    chat->message.time_us = json_time(message[MESSAGE_CREATED]);
    chat->message.model = chat_line(chat, message[MESSAGE_MODEL]);
    add_chunks(chat, message);
    add_canvas(chat, message[MESSAGE_CANVAS]);
    add_files(chat, message[MESSAGE_FILES]);
    return chat_end_message(chat, 0, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"mistral", 0, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void mistral_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
