#include "extract/chats/chat_json.h"

#include "base/error.h"

#include <string.h>

struct reading {
    struct chat chat;
    const struct chat_format *format;
    const cpk_reader *reader;
    void *state;
};

static cpk_status read_element(void *user, struct json_view value, struct json_element *raw, cpk_error **error)
{
    struct reading *reading = user;
    const cpk_sink *sink = reading->chat.sink;
    int32_t accepted = 0;

    CPK_TRY(reading->format->element(&reading->chat, reading->state, value, &accepted, error));
    if (reading->chat.out_of_memory) {
        return error_out_of_memory(error);
    }
    raw->accepted = accepted;
    return accepted || raw->uncertain
               ? CPK_OK
               : sink->note(sink->self, CPK_NOTE_UNREADABLE_CONVERSATION, reading->reader->name,
                            "an entry of the file that is no conversation and no message", error);
}

static cpk_status read_elements(struct reading *reading, const struct context *context, cpk_error **error)
{
    const cpk_sink *sink = reading->chat.sink;

    CPK_TRY(reading->format->is_unwrapped
                ? elements_read_values(context, reading->reader, sink, read_element, reading, error)
                : elements_read(context, reading->reader, sink, read_element, reading, error));
    if (reading->format->end != NULL) {
        CPK_TRY(reading->format->end(&reading->chat, reading->state, error));
    }
    return chat_end(&reading->chat, error);
}

cpk_status chat_read_json(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                          const struct chat_format *format, void *state, cpk_error **error)
{
    struct reading reading = {.format = format, .reader = reader, .state = state};
    cpk_status status = chat_init(&reading.chat, context, sink, format->provider, error);

    if (status == CPK_OK) {
        status = read_elements(&reading, context, error);
    }
    chat_free(&reading.chat);
    return status;
}

uint64_t chat_identity(struct chat *chat, struct json_view title, struct json_view time, struct json_view first_message)
{
    uint64_t hash = 0;

    if (title.type == JSON_VIEW_STRING) {
        hash = json_hash_text(hash, title);
    }
    if (time.type == JSON_VIEW_STRING) {
        hash = json_hash_text(hash, time);
    }
    if (first_message.type != JSON_VIEW_NONE) {
        chat->out_of_memory =
            json_hash_compact(first_message, &chat->context->allocator, &hash, NULL) != CPK_OK || chat->out_of_memory;
    }
    return hash;
}

enum simple_member {
    SIMPLE_ID,
    SIMPLE_ROLE,
    SIMPLE_FROM,
    SIMPLE_SENDER,
    SIMPLE_AUTHOR,
    SIMPLE_CONTENT,
    SIMPLE_VALUE,
    SIMPLE_TEXT,
    SIMPLE_MESSAGE,
    SIMPLE_REASONING,
    SIMPLE_CALLS,
    SIMPLE_CALL,
    SIMPLE_MODEL,
    SIMPLE_TIMESTAMP,
    SIMPLE_CREATED,
    SIMPLE_CREATED_CAMEL,
    SIMPLE_TIME,
    SIMPLE_COUNT
};
static const struct json_name simple_names[SIMPLE_COUNT] = {JSON_NAME("id"),         JSON_NAME("role"),
                                                            JSON_NAME("from"),       JSON_NAME("sender"),
                                                            JSON_NAME("author"),     JSON_NAME("content"),
                                                            JSON_NAME("value"),      JSON_NAME("text"),
                                                            JSON_NAME("message"),    JSON_NAME("reasoning_content"),
                                                            JSON_NAME("tool_calls"), JSON_NAME("function_call"),
                                                            JSON_NAME("model"),      JSON_NAME("timestamp"),
                                                            JSON_NAME("created_at"), JSON_NAME("createdAt"),
                                                            JSON_NAME("create_time")};

/* The first member from `first` to `last` that is not missing or null. */
static struct json_view first_of(const struct json_view members[SIMPLE_COUNT], enum simple_member first,
                                 enum simple_member last)
{
    enum simple_member at = first;

    while (at < last && members[at].type == JSON_VIEW_NONE) {
        at++;
    }
    return members[at];
}

static struct json_view role_of(const struct json_view members[SIMPLE_COUNT])
{
    struct json_view role = first_of(members, SIMPLE_ROLE, SIMPLE_AUTHOR);

    return role.type == JSON_VIEW_OBJECT ? json_get(role, "role") : role;
}

int32_t chat_is_simple_message(struct json_view value)
{
    struct json_view members[SIMPLE_COUNT];

    json_select(value, simple_names, SIMPLE_COUNT, members);
    return role_of(members).type == JSON_VIEW_STRING &&
           (first_of(members, SIMPLE_CONTENT, SIMPLE_MESSAGE).type != JSON_VIEW_NONE ||
            members[SIMPLE_CALLS].type != JSON_VIEW_NONE || members[SIMPLE_CALL].type != JSON_VIEW_NONE);
}

/* Calls of tools as in the API of OpenAI: {"function": {"name", "arguments"}}. */
static void add_calls(struct chat *chat, const struct json_view members[SIMPLE_COUNT])
{
    struct json_view call = members[SIMPLE_CALL];
    struct json_iter iter;

    json_iter_init(&iter, members[SIMPLE_CALLS]);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view function = json_get(iter.value, "function");

        chat_add_call(chat, json_get(function, "name"), "tool", json_get(function, "arguments"));
    }
    if (call.type == JSON_VIEW_OBJECT) {
        chat_add_call(chat, json_get(call, "name"), "tool", json_get(call, "arguments"));
    }
}

cpk_status chat_add_simple_message(struct chat *chat, struct json_view value, cpk_error **error)
{
    struct json_view members[SIMPLE_COUNT];
    int32_t role;

    json_select(value, simple_names, SIMPLE_COUNT, members);
    role = chat_role(role_of(members));
    chat_begin_message(chat, chat_line(chat, members[SIMPLE_ID]), NULL, role);
    chat->message.time_us = json_time(first_of(members, SIMPLE_TIMESTAMP, SIMPLE_TIME));
    if (!json_is_empty_text(members[SIMPLE_MODEL])) {
        chat->message.model = chat_line(chat, members[SIMPLE_MODEL]);
    }
    chat_speak(chat, members[SIMPLE_REASONING]);
    chat_flush(chat, CPK_KIND_THINKING);
    CPK_TRY(chat_add_content(chat, first_of(members, SIMPLE_CONTENT, SIMPLE_MESSAGE), error));
    chat_flush(chat, role == CPK_ROLE_TOOL ? CPK_KIND_TOOL_RESULT : CPK_KIND_TEXT);
    add_calls(chat, members);
    return chat_end_message(chat, 0, error);
}

cpk_status chat_add_simple_messages(struct chat *chat, struct json_view list, cpk_error **error)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        if (chat_is_simple_message(iter.value)) {
            CPK_TRY(chat_add_simple_message(chat, iter.value, error));
        } else {
            CPK_TRY(chat_note(chat, CPK_NOTE_SKIPPED_MESSAGE, "a message without role or text", error));
        }
    }
    return CPK_OK;
}

int32_t chat_probe_has_simple_messages(const struct json_probe *probe, const char *root)
{
    int32_t level = root != NULL ? 1 : 0;

    return (json_probe_has(probe, root, level, "role") && json_probe_has(probe, root, level, "content")) ||
           (json_probe_has(probe, root, level, "from") && json_probe_has(probe, root, level, "value"));
}
