#include "extract/claude/claude.h"

#include "base/error.h"
#include "extract/claude/claude_internal.h"
#include "extract/json/elements.h"
#include "extract/json/json_probe.h"

#include <stdio.h>
#include <string.h>

/* Keys that identify the type of an object in an export. */
enum claude_key {
    KEY_CHAT_MESSAGES,
    KEY_CONVERSATIONS_MEMORY,
    KEY_PROJECT_MEMORIES,
    KEY_MEMORY_FILES,
    KEY_ACCOUNT_UUID,
    KEY_PROMPT_TEMPLATE,
    KEY_IS_STARTER_PROJECT,
    KEY_DOCS,
    KEY_MESSAGES,
    KEY_TITLE,
    KEY_PROJECT,
    KEY_UUID,
    KEY_NAME,
    KEY_ACCOUNT,
    KEY_SUMMARY,
    KEY_FULL_NAME,
    KEY_DATA_FILES,
    KEY_COUNT
};

static const char *const key_names[KEY_COUNT] = {"chat_messages",
                                                 "conversations_memory",
                                                 "project_memories",
                                                 "memory_files",
                                                 "account_uuid",
                                                 "prompt_template",
                                                 "is_starter_project",
                                                 "docs",
                                                 "messages",
                                                 "title",
                                                 "project",
                                                 "uuid",
                                                 "name",
                                                 "account",
                                                 "summary",
                                                 "full_name",
                                                 "data_files"};

enum claude_type {
    TYPE_NONE,
    TYPE_CONVERSATION,
    TYPE_LISTED, /* entry of an index of conversations, without messages */
    TYPE_MEMORY,
    TYPE_PROJECT,
    TYPE_DESIGN,
    TYPE_ACCOUNT,  /* users.json: account details */
    TYPE_MANIFEST, /* the list of an export's part archives */
};

struct claude_reading {
    struct claude_writer writer;
    const cpk_reader *reader;
    int64_t listed_count;
    int64_t account_count;
    int64_t manifest_count;
    int64_t known_messages; /* that the caller of the import knows */
};

static int32_t has(uint32_t keys, enum claude_key key)
{
    return (keys >> key & 1) != 0;
}

static enum claude_type detect_type(uint32_t keys)
{
    if (has(keys, KEY_CHAT_MESSAGES)) {
        return TYPE_CONVERSATION;
    }
    if (has(keys, KEY_CONVERSATIONS_MEMORY) ||
        (has(keys, KEY_ACCOUNT_UUID) && (has(keys, KEY_PROJECT_MEMORIES) || has(keys, KEY_MEMORY_FILES)))) {
        return TYPE_MEMORY;
    }
    if (has(keys, KEY_UUID) && has(keys, KEY_NAME) &&
        (has(keys, KEY_PROMPT_TEMPLATE) || has(keys, KEY_IS_STARTER_PROJECT) || has(keys, KEY_DOCS))) {
        return TYPE_PROJECT;
    }
    if (has(keys, KEY_UUID) && has(keys, KEY_TITLE) && has(keys, KEY_MESSAGES) && has(keys, KEY_PROJECT)) {
        return TYPE_DESIGN;
    }
    if (has(keys, KEY_UUID) && has(keys, KEY_FULL_NAME)) {
        return TYPE_ACCOUNT;
    }
    if (has(keys, KEY_DATA_FILES)) {
        return TYPE_MANIFEST;
    }
    /* An index of conversations, or a conversation whose messages start beyond the head. */
    if (has(keys, KEY_UUID) && has(keys, KEY_NAME) && (has(keys, KEY_ACCOUNT) || has(keys, KEY_SUMMARY))) {
        return TYPE_LISTED;
    }
    return TYPE_NONE;
}

static const char *driver_name(void *self)
{
    (void)self;
    return "claude";
}

/* 1 if messages in the head have neither sender nor id: `chat_messages` of another program. */
static int32_t has_foreign_messages(const void *head, size_t length)
{
    static const char *const own[] = {"sender", "uuid", "role", "content", "parent_message_uuid"};
    struct json_probe seen;

    json_probe_read(&seen, head, length);
    if (!json_probe_has(&seen, "chat_messages", 1, "text")) {
        return 0;
    }
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (json_probe_has(&seen, "chat_messages", 1, own[i])) {
            return 0;
        }
    }
    return 1;
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    uint32_t keys = json_probe_keys(head, length, key_names, KEY_COUNT);

    (void)self;
    (void)name;
    switch (detect_type(keys)) {
    case TYPE_NONE:
        return 0;
    case TYPE_CONVERSATION:
        return has_foreign_messages(head, length) ? 0 : 95;
    case TYPE_MEMORY:
        return 95;
    case TYPE_LISTED:
        return 55;
    case TYPE_PROJECT:
        return 85;
    case TYPE_DESIGN:
        return 75;
    default:
        return 60;
    }
}

/* The keys that an object has, also with null values. */
static uint32_t find_keys(struct json_view object)
{
    struct json_iter iter;
    uint32_t keys = 0;

    json_iter_init(&iter, object);
    while (json_iter_next(&iter)) {
        for (size_t i = 0; i < KEY_COUNT; i++) {
            if ((keys >> i & 1) == 0 && json_is_text(iter.name, key_names[i])) {
                keys |= UINT32_C(1) << i;
                break;
            }
        }
    }
    return keys;
}

static cpk_status read_object(struct claude_reading *reading, enum claude_type type, struct json_view value,
                              cpk_error **error)
{
    switch (type) {
    case TYPE_CONVERSATION:
        return claude_read_conversation(&reading->writer, value, error);
    case TYPE_MEMORY:
        return claude_read_memory(&reading->writer, value, error);
    case TYPE_PROJECT:
        return claude_read_project(&reading->writer, value, error);
    case TYPE_DESIGN:
        return claude_read_design(&reading->writer, value, error);
    case TYPE_LISTED:
        reading->listed_count++;
        return CPK_OK;
    case TYPE_ACCOUNT:
        reading->account_count++;
        return CPK_OK;
    default:
        reading->manifest_count++;
        return CPK_OK;
    }
}

static cpk_status read_element(void *user, struct json_view value, struct json_element *raw, cpk_error **error)
{
    struct claude_reading *reading = user;
    enum claude_type type = TYPE_NONE;
    const cpk_sink *sink = reading->writer.sink;

    if (value.type == JSON_VIEW_OBJECT) {
        type = detect_type(find_keys(value));
    }
    if (type == TYPE_NONE) {
        return raw->uncertain ? CPK_OK
                              : sink->note(sink->self, CPK_NOTE_UNREADABLE_CONVERSATION, reading->reader->name,
                                           "an entry of the list that is not a conversation", error);
    }
    raw->accepted = 1;
    claude_end_message(&reading->writer);
    CPK_TRY(read_object(reading, type, value, error));
    return reading->writer.out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

/* Reports why a well-formed file gave no messages. */
static cpk_status explain_nothing(const struct claude_reading *reading, cpk_error **error)
{
    const char *name = reading->reader->name;

    if (reading->manifest_count > 0) {
        return error_set(error, CPK_ERROR_NO_CONTENT, "claude",
                         "%s only lists the parts of a Claude export: use the listed archives, such as "
                         "conversations-000.zip",
                         name);
    }
    if (reading->account_count > 0) {
        return error_set(error, CPK_ERROR_NO_CONTENT, "claude",
                         "%s contains only account details of a Claude export: the chats are in conversations.json or "
                         "conversations-000.zip",
                         name);
    }
    return error_set(error, CPK_ERROR_NO_CONTENT, "claude", "%s is a Claude export without messages", name);
}

/* Adds a note about conversations that are only listed; they are in other files. */
static cpk_status note_listed(const struct claude_reading *reading, cpk_error **error)
{
    const cpk_sink *sink = reading->writer.sink;
    char text[128];

    if (reading->listed_count == 0) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "%lld conversations are listed without their messages",
             (long long)reading->listed_count);
    return sink->note(sink->self, CPK_NOTE_SKIPPED_FILE, reading->reader->name, text, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    struct claude_reading reading = {.reader = reader};
    cpk_status status;

    claude_writer_init(&reading.writer, self, sink);
    CPK_TRY_CLEANUP(elements_read_conversations(self, reader, sink, driver_name(self), read_element, &reading,
                                                &reading.known_messages, error));
    CPK_TRY_CLEANUP(note_listed(&reading, error));
    if (reading.writer.emitted_count + reading.known_messages == 0) {
        status = explain_nothing(&reading, error);
    }
cleanup:
    claude_writer_free(&reading.writer);
    return status;
}

void claude_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
