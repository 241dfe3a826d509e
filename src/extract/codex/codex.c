#include "extract/codex/codex.h"

#include "extract/chats/chat_json.h"
#include "extract/chats/machine_text.h"

#include <stdio.h>
#include <string.h>

enum line_member {
    LINE_TYPE,
    LINE_TIME,
    LINE_PAYLOAD,
    LINE_ID,
    LINE_ROLE,
    LINE_CONTENT,
    LINE_NAME,
    LINE_ARGUMENTS,
    LINE_INPUT,
    LINE_OUTPUT,
    LINE_ACTION,
    LINE_SUMMARY,
    LINE_INSTRUCTIONS,
    LINE_MODEL,
    LINE_RECORD,
    LINE_SOURCE,
    LINE_THREAD_SOURCE,
    LINE_COUNT
};
static const struct json_name line_names[LINE_COUNT] = {
    JSON_NAME("type"),         JSON_NAME("timestamp"), JSON_NAME("payload"),     JSON_NAME("id"),
    JSON_NAME("role"),         JSON_NAME("content"),   JSON_NAME("name"),        JSON_NAME("arguments"),
    JSON_NAME("input"),        JSON_NAME("output"),    JSON_NAME("action"),      JSON_NAME("summary"),
    JSON_NAME("instructions"), JSON_NAME("model"),     JSON_NAME("record_type"), JSON_NAME("source"),
    JSON_NAME("thread_source")};

struct session {
    char model[256];        /* of the current turn */
    int32_t is_of_subagent; /* what is said in the user's name is what another agent wrote */
};

static const char *driver_name(void *self)
{
    (void)self;
    return "codex";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const char *const keys[] = {"type",        "payload", "timestamp", "instructions",
                                       "record_type", "role",    "content"};
    uint32_t seen = json_probe_keys(head, length, keys, 7);

    (void)self;
    (void)name;
    if ((seen & 3) == 3) {
        return 85;
    }
    return (seen & (4 | 8)) == (4 | 8) && (seen & (1 | 16)) != 0 ? 80 : (seen & 16) != 0 && (seen & 1) != 0 ? 70 : 0;
}

/* 1 if the program or an agent of it began the session: {"subagent": "review"}, {"subagent": {"thread_spawn": ...}},
 * {"internal": ...}. */
static int32_t is_begun_by_program(const struct json_view line[LINE_COUNT])
{
    static const char *const names[] = {"subagent", "subAgent", "internal"};
    struct json_view thread = line[LINE_THREAD_SOURCE];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (json_get(line[LINE_SOURCE], names[i]).type != JSON_VIEW_NONE || json_is_text(line[LINE_SOURCE], names[i]) ||
            json_is_text(thread, names[i])) {
            return 1;
        }
    }
    return 0;
}

/* Texts of a message, of which the program writes some in the user's name. */
static cpk_status add_texts(struct chat *chat, struct json_view content, cpk_error **error)
{
    if (chat->message.role == CPK_ROLE_USER) {
        return machine_text_add_content(chat, content, error);
    }
    if (chat->message.role == CPK_ROLE_SYSTEM) {
        chat->message.flags = CPK_MESSAGE_HIDDEN;
    }
    return chat_add_content(chat, content, error);
}

/* What was thought: a text, or a list of texts. */
static cpk_status add_reasoning(struct chat *chat, const struct json_view line[LINE_COUNT], cpk_error **error)
{
    struct json_iter iter;

    if (line[LINE_SUMMARY].type == JSON_VIEW_STRING) {
        chat_speak(chat, line[LINE_SUMMARY]);
    }
    json_iter_init(&iter, line[LINE_SUMMARY]);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view text = iter.value.type == JSON_VIEW_STRING ? iter.value : json_get(iter.value, "text");

        chat_speak_bytes(chat, "\n\n", chat->speech.length > 0 ? 2 : 0);
        chat_speak(chat, text);
    }
    chat_flush(chat, CPK_KIND_THINKING);
    return chat_end_message(chat, 1, error); /* most of them are encrypted */
}

/* The output of a tool: a text, an object with one, or a list of texts. */
static void add_output(struct chat *chat, struct json_view output)
{
    struct json_view inner = json_get(output, "content");
    struct json_iter iter;

    if (output.type == JSON_VIEW_OBJECT && inner.type == JSON_VIEW_STRING) {
        output = inner;
    }
    if (output.type == JSON_VIEW_STRING) {
        chat_speak(chat, output);
    } else if (output.type == JSON_VIEW_ARRAY) {
        json_iter_init(&iter, output);
        while (json_iter_next(&iter)) {
            chat_speak_bytes(chat, "\n", chat->speech.length > 0);
            chat_speak(chat, json_get(iter.value, "text"));
        }
    } else {
        chat_speak_value(chat, output);
    }
    chat_flush(chat, CPK_KIND_TOOL_RESULT);
}

static int32_t ends_with(struct json_view type, const char *ending)
{
    size_t length = strlen(ending);
    size_t size = type.type == JSON_VIEW_STRING ? type.end - type.start - 2 : 0;

    return size >= length && memcmp(type.doc->text + type.end - 1 - length, ending, length) == 0;
}

/* One item of the conversation: `line` is the payload. */
static cpk_status add_item(struct chat *chat, const struct json_view line[LINE_COUNT], int64_t time_us,
                           const struct session *session, cpk_error **error)
{
    struct json_view type = line[LINE_TYPE];
    int32_t is_output = ends_with(type, "_output");
    int32_t is_call = ends_with(type, "_call");
    int32_t role = json_is_text(type, "message") || type.type == JSON_VIEW_NONE ? chat_role(line[LINE_ROLE])
                   : is_output                                                  ? CPK_ROLE_TOOL
                                                                                : CPK_ROLE_ASSISTANT;

    role = role == CPK_ROLE_USER && session->is_of_subagent ? CPK_ROLE_SYSTEM : role;
    chat_begin_message(chat, chat_line(chat, line[LINE_ID]), NULL, role);
    chat->message.time_us = json_time(line[LINE_TIME]);
    chat->message.time_us = chat->message.time_us != CPK_TIME_UNKNOWN ? chat->message.time_us : time_us;
    chat->message.model = session->model[0] != '\0' ? session->model : NULL;
    if (json_is_text(type, "reasoning")) {
        return add_reasoning(chat, line, error);
    }
    if (is_output) {
        add_output(chat, line[LINE_OUTPUT]);
        return chat_end_message(chat, 1, error);
    }
    if (is_call) {
        struct json_view input = line[LINE_ARGUMENTS];

        input = input.type != JSON_VIEW_NONE ? input : line[LINE_INPUT];
        chat_add_call(chat, line[LINE_NAME], json_is_text(type, "web_search_call") ? "web_search" : "shell",
                      input.type != JSON_VIEW_NONE ? input : line[LINE_ACTION]);
        return chat_end_message(chat, 1, error);
    }
    if (role == CPK_ROLE_UNKNOWN || !(json_is_text(type, "message") || type.type == JSON_VIEW_NONE)) {
        chat->in_message = 0; /* counts of tokens, states of files */
        return CPK_OK;
    }
    CPK_TRY(add_texts(chat, line[LINE_CONTENT], error));
    return chat_end_message(chat, 0, error);
}

/* The first line: the session's id, and the instructions that it began with, which files of the project hold. */
static cpk_status begin_session(struct chat *chat, struct session *session, const struct json_view line[LINE_COUNT],
                                cpk_error **error)
{
    CPK_TRY(chat_end(chat, error));
    session->is_of_subagent = is_begun_by_program(line);
    chat_begin(chat, CHAT_LINEAR, chat_line(chat, line[LINE_ID]), NULL, json_hash_text(0, line[LINE_TIME]));
    if (json_is_empty_text(line[LINE_INSTRUCTIONS])) {
        return CPK_OK;
    }
    chat_begin_message(chat, "instructions", NULL, CPK_ROLE_SYSTEM);
    chat->message.flags = CPK_MESSAGE_HIDDEN;
    chat->message.time_us = json_time(line[LINE_TIME]);
    chat_speak(chat, line[LINE_INSTRUCTIONS]);
    return chat_end_message(chat, 1, error);
}

static void take_model(struct session *session, struct chat *chat, struct json_view model)
{
    const char *name = chat_line(chat, model);

    if (name != NULL) {
        snprintf(session->model, sizeof session->model, "%s", name);
    }
}

static cpk_status read_line(struct chat *chat, struct session *session, const struct json_view line[LINE_COUNT],
                            cpk_error **error)
{
    struct json_view payload[LINE_COUNT];
    int32_t is_old = line[LINE_PAYLOAD].type != JSON_VIEW_OBJECT;

    json_select(line[LINE_PAYLOAD], line_names, LINE_COUNT, payload);
    if (json_is_text(line[LINE_TYPE], "session_meta") && !chat->in_conversation) {
        return begin_session(chat, session, payload, error);
    }
    if (is_old && !chat->in_conversation && line[LINE_TYPE].type == JSON_VIEW_NONE &&
        line[LINE_ID].type != JSON_VIEW_NONE) {
        return begin_session(chat, session, line, error);
    }
    if (!chat->in_conversation) {
        chat_begin(chat, CHAT_LINEAR, NULL, NULL, json_hash_text(0, line[LINE_TIME]));
    }
    if (is_old) {
        return add_item(chat, line, CPK_TIME_UNKNOWN, session, error);
    }
    if (json_is_text(line[LINE_TYPE], "turn_context")) {
        take_model(session, chat, payload[LINE_MODEL]);
    }
    if (!json_is_text(line[LINE_TYPE], "response_item")) {
        return CPK_OK; /* events repeat the items, or tell of the program */
    }
    return add_item(chat, payload, json_time(line[LINE_TIME]), session, error);
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    struct json_view line[LINE_COUNT];

    json_select(value, line_names, LINE_COUNT, line);
    *accepted = value.type == JSON_VIEW_OBJECT &&
                (line[LINE_TYPE].type == JSON_VIEW_STRING || line[LINE_RECORD].type != JSON_VIEW_NONE ||
                 line[LINE_ID].type != JSON_VIEW_NONE || line[LINE_ROLE].type != JSON_VIEW_NONE);
    return *accepted ? read_line(chat, state, line, error) : CPK_OK;
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"codex", 1, read_element, NULL};
    struct session session = {{0}, 0};

    return chat_read_json(self, reader, sink, &format, &session, error);
}

void codex_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
