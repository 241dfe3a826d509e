#include "extract/claude_code/claude_code.h"

#include "extract/chats/chat_json.h"
#include "extract/chats/machine_text.h"

enum line_member {
    LINE_TYPE,
    LINE_ID,
    LINE_PARENT,
    LINE_LOGICAL_PARENT,
    LINE_SESSION,
    LINE_TIME,
    LINE_SIDECHAIN,
    LINE_META,
    LINE_SUMMARY_FLAG,
    LINE_API_ERROR,
    LINE_MESSAGE,
    LINE_CONTENT,
    LINE_SUMMARY,
    LINE_TITLE,
    LINE_AI_TITLE,
    LINE_ORIGIN,
    LINE_TURN_ORIGIN,
    LINE_PROMPT_SOURCE,
    LINE_ATTACHMENT,
    LINE_COUNT
};
static const struct json_name line_names[LINE_COUNT] = {JSON_NAME("type"),
                                                        JSON_NAME("uuid"),
                                                        JSON_NAME("parentUuid"),
                                                        JSON_NAME("logicalParentUuid"),
                                                        JSON_NAME("sessionId"),
                                                        JSON_NAME("timestamp"),
                                                        JSON_NAME("isSidechain"),
                                                        JSON_NAME("isMeta"),
                                                        JSON_NAME("isCompactSummary"),
                                                        JSON_NAME("isApiErrorMessage"),
                                                        JSON_NAME("message"),
                                                        JSON_NAME("content"),
                                                        JSON_NAME("summary"),
                                                        JSON_NAME("customTitle"),
                                                        JSON_NAME("aiTitle"),
                                                        JSON_NAME("origin"),
                                                        JSON_NAME("turnOrigin"),
                                                        JSON_NAME("promptSource"),
                                                        JSON_NAME("attachment")};

struct session {
    int32_t has_id;
};

static const char *driver_name(void *self)
{
    (void)self;
    return "claude-code";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const char *const keys[] = {"type", "message", "sessionId", "uuid", "parentUuid", "isSidechain", "leafUuid"};
    uint32_t seen = json_probe_keys(head, length, keys, 7);

    (void)self;
    (void)name;
    if ((seen & 3) == 3 && (seen & (4 | 8)) != 0) {
        return 90;
    }
    return (seen & 1) != 0 && (seen & (16 | 32 | 64)) != 0 ? 80 : 0;
}

/* 1 if the program says that another wrote it: an agent, a task that ended, the program itself. */
static int32_t is_of_others(struct json_view origin, struct json_view turn_origin, struct json_view source)
{
    struct json_view kind = origin.type == JSON_VIEW_OBJECT ? json_get(origin, "kind") : origin;

    return (!json_is_empty_text(kind) && !json_is_text(kind, "human")) || json_is_text(turn_origin, "peer") ||
           json_is_text(turn_origin, "system") || json_is_text(source, "system");
}

/* What was written while the program was busy, which it keeps as an attachment of the turn. NONE for other lines. */
static struct json_view queued_prompt(const struct json_view line[LINE_COUNT])
{
    static const struct json_view none;
    struct json_view mode = json_get(line[LINE_ATTACHMENT], "commandMode");

    return json_is_text(json_get(line[LINE_ATTACHMENT], "type"), "queued_command") &&
                   (json_is_empty_text(mode) || json_is_text(mode, "prompt")) &&
                   !json_is_true(json_get(line[LINE_ATTACHMENT], "isMeta")) &&
                   !is_of_others(json_get(line[LINE_ATTACHMENT], "origin"), none, none)
               ? json_get(line[LINE_ATTACHMENT], "prompt")
               : none;
}

/* The role of a line. What a subagent is told is written by the assistant. */
static int32_t role_of(const struct json_view line[LINE_COUNT])
{
    int32_t role = chat_role(json_get(line[LINE_MESSAGE], "role"));

    if (role == CPK_ROLE_UNKNOWN) {
        role = chat_role(line[LINE_TYPE]);
    }
    if (role == CPK_ROLE_USER &&
        (json_is_true(line[LINE_SIDECHAIN]) || json_is_true(line[LINE_META]) || json_is_true(line[LINE_SUMMARY_FLAG]) ||
         is_of_others(line[LINE_ORIGIN], line[LINE_TURN_ORIGIN], line[LINE_PROMPT_SOURCE]))) {
        return CPK_ROLE_SYSTEM;
    }
    return role;
}

static cpk_status add_message(struct chat *chat, const struct json_view line[LINE_COUNT], cpk_error **error)
{
    struct json_view content = json_get(line[LINE_MESSAGE], "content");
    int32_t kind = json_is_true(line[LINE_SUMMARY_FLAG]) ? CPK_KIND_SUMMARY
                   : json_is_true(line[LINE_API_ERROR])  ? CPK_KIND_ERROR
                                                         : CPK_KIND_TEXT;

    chat->message.model = chat_line(chat, json_get(line[LINE_MESSAGE], "model"));
    if (chat->message.role == CPK_ROLE_SYSTEM) {
        chat->message.flags = CPK_MESSAGE_HIDDEN;
    }
    if (chat->message.role == CPK_ROLE_USER) {
        CPK_TRY(machine_text_add_content(chat, content, error));
    } else {
        CPK_TRY(chat_add_content(chat, content.type != JSON_VIEW_NONE ? content : line[LINE_CONTENT], error));
    }
    chat_flush(chat, kind);
    return chat_end_message(chat, 0, error);
}

/* Lines that are no messages, such as changes of files, are kept without content: messages name them as parents. */
static cpk_status add_line(struct chat *chat, const struct json_view line[LINE_COUNT], cpk_error **error)
{
    struct json_view parent = line[line[LINE_PARENT].type != JSON_VIEW_NONE ? LINE_PARENT : LINE_LOGICAL_PARENT];
    struct json_view queued = queued_prompt(line);

    if (line[LINE_ID].type == JSON_VIEW_NONE && line[LINE_MESSAGE].type != JSON_VIEW_OBJECT) {
        return CPK_OK;
    }
    chat_begin_message(chat, chat_line(chat, line[LINE_ID]), chat_line(chat, parent), role_of(line));
    chat->message.time_us = json_time(line[LINE_TIME]);
    chat->message.is_aside = json_is_true(line[LINE_SIDECHAIN]);
    if (line[LINE_MESSAGE].type == JSON_VIEW_OBJECT || json_is_text(line[LINE_TYPE], "system")) {
        return add_message(chat, line, error);
    }
    if (queued.type != JSON_VIEW_NONE && !chat->message.is_aside) {
        chat->message.role = CPK_ROLE_USER;
        CPK_TRY(machine_text_add_content(chat, queued, error));
    }
    return chat_end_message(chat, 1, error);
}

/* A title or summary of the session. */
static int32_t take_title(struct chat *chat, const struct json_view line[LINE_COUNT])
{
    for (size_t i = LINE_TITLE; i <= LINE_AI_TITLE; i++) {
        if (!json_is_empty_text(line[i])) {
            chat_set_title(chat, chat_line(chat, line[i]));
            return 1;
        }
    }
    if (!json_is_text(line[LINE_TYPE], "summary")) {
        return 0;
    }
    if (chat->title_text.length == 0) {
        chat_set_title(chat, chat_line(chat, line[LINE_SUMMARY]));
    }
    return 1;
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    struct session *session = state;
    struct json_view line[LINE_COUNT];

    json_select(value, line_names, LINE_COUNT, line);
    *accepted = value.type == JSON_VIEW_OBJECT &&
                (line[LINE_TYPE].type == JSON_VIEW_STRING || line[LINE_MESSAGE].type == JSON_VIEW_OBJECT);
    if (!*accepted) {
        return CPK_OK;
    }
    if (!chat->in_conversation) {
        chat_begin(chat, CHAT_TREE, NULL, NULL, json_hash_text(0, line[LINE_ID]));
    }
    if (!session->has_id && !json_is_empty_text(line[LINE_SESSION])) { /* the first lines have none */
        session->has_id = 1;
        chat_set_id(chat, chat_line(chat, line[LINE_SESSION]));
    }
    if (take_title(chat, line)) {
        return CPK_OK;
    }
    return add_line(chat, line, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"claude-code", 1, read_element, NULL};
    struct session session = {0};

    return chat_read_json(self, reader, sink, &format, &session, error);
}

void claude_code_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
