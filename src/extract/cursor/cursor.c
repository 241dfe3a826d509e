#include "extract/cursor/cursor.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "extract/chats/chat_json.h"
#include "extract/chats/machine_text.h"
#include "extract/cursor/cursor_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_BYTES 512 /* of a message: longer ones are not Cursor's */

enum composer_member { COMPOSER_ID, COMPOSER_NAME, COMPOSER_HEADERS, COMPOSER_INLINE, COMPOSER_MODEL, COMPOSER_COUNT };
static const struct json_name composer_names[COMPOSER_COUNT] = {JSON_NAME("composerId"), JSON_NAME("name"),
                                                                JSON_NAME("fullConversationHeadersOnly"),
                                                                JSON_NAME("conversation"), JSON_NAME("modelConfig")};

enum bubble_member {
    BUBBLE_ID,
    BUBBLE_TYPE,
    BUBBLE_TEXT,
    BUBBLE_RAW_TEXT,
    BUBBLE_CREATED,
    BUBBLE_THINKING,
    BUBBLE_TOOL,
    BUBBLE_MODEL,
    BUBBLE_COUNT
};
static const struct json_name bubble_names[BUBBLE_COUNT] = {
    JSON_NAME("bubbleId"),  JSON_NAME("type"),     JSON_NAME("text"),           JSON_NAME("rawText"),
    JSON_NAME("createdAt"), JSON_NAME("thinking"), JSON_NAME("toolFormerData"), JSON_NAME("modelInfo")};

struct reading {
    struct cursor_file file;
    struct chat chat;
    struct json_doc composer; /* of the current conversation */
    struct json_doc bubble;   /* of its current message */
    sqlite3_stmt *find;       /* the value of a key */
    int64_t missing_count;    /* messages that a conversation lists and the database has not */
    int32_t has_rowid;        /* the table of messages */
    cpk_error **error;
};

static const char *driver_name(void *self)
{
    (void)self;
    return "cursor";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const char *const tables[] = {"cursorDiskKV", "ItemTable"};

    (void)self;
    (void)name;
    for (size_t i = 0; length >= 16 && memcmp(head, "SQLite format 3", 16) == 0 && i < 2; i++) {
        if (memmem(head, length, tables[i], strlen(tables[i])) != NULL) {
            return 80;
        }
    }
    return 0;
}

/* Parses a value of a row. *is_json is 0 for one that is not JSON; a note says so. */
static cpk_status read_value(struct reading *reading, struct json_doc *doc, sqlite3_stmt *row, int column,
                             int32_t *is_json)
{
    const struct context *context = reading->chat.context;
    const char *bytes = sqlite3_column_blob(row, column);
    int length = sqlite3_column_bytes(row, column);
    cpk_status status;

    *is_json = 0;
    if (bytes == NULL || length <= 0) {
        return CPK_OK;
    }
    status = json_doc_read(doc, bytes, (size_t)length, (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_DEPTH),
                           (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_VALUES));
    *is_json = status == CPK_OK;
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_out_of_memory(reading->error);
    }
    return CPK_OK;
}

/* The call of a tool with its result: texts that are JSON in their turn. */
static void add_tool(struct chat *chat, struct json_view tool)
{
    struct json_view input = json_get(tool, "params");

    if (tool.type != JSON_VIEW_OBJECT) {
        return;
    }
    if (json_is_empty_text(input)) {
        input = json_get(tool, "rawArgs");
    }
    chat_add_call(chat, json_get(tool, "name"), "tool", input);
    chat_add(chat, CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 0, json_get(tool, "result"));
}

static int32_t role_of(struct json_view type)
{
    return type.type == JSON_VIEW_STRING ? chat_role(type)
           : json_int64(type, 0) == 1    ? CPK_ROLE_USER
           : json_int64(type, 0) == 2    ? CPK_ROLE_ASSISTANT
                                         : CPK_ROLE_UNKNOWN;
}

static void add_text(struct chat *chat, struct json_view text)
{
    if (chat->message.role == CPK_ROLE_USER) {
        machine_text_add(chat, text);
    } else {
        chat_speak(chat, text);
    }
}

/* is_aside: not on the active branch. */
static cpk_status add_bubble(struct chat *chat, struct json_view value, struct json_view id, int32_t is_aside,
                             cpk_error **error)
{
    struct json_view bubble[BUBBLE_COUNT];

    json_select(value, bubble_names, BUBBLE_COUNT, bubble);
    chat_begin_message(chat, chat_line(chat, id.type != JSON_VIEW_NONE ? id : bubble[BUBBLE_ID]), NULL,
                       role_of(bubble[BUBBLE_TYPE]));
    chat->message.is_aside = (uint8_t)is_aside;
    chat->message.time_us = json_time(bubble[BUBBLE_CREATED]);
    if (bubble[BUBBLE_MODEL].type == JSON_VIEW_OBJECT) {
        chat->message.model = chat_line(chat, json_get(bubble[BUBBLE_MODEL], "modelName"));
    }
    chat_add(chat, CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, 0, json_get(bubble[BUBBLE_THINKING], "text"));
    add_text(chat, bubble[json_is_empty_text(bubble[BUBBLE_TEXT]) ? BUBBLE_RAW_TEXT : BUBBLE_TEXT]);
    add_tool(chat, bubble[BUBBLE_TOOL]);
    return chat_end_message(chat, 1, error); /* many have neither text nor a tool */
}

/* Finds a message by its key and adds it. */
static cpk_status add_stored_bubble(struct reading *reading, struct json_view composer_id, struct json_view id)
{
    struct buffer key;
    int32_t row = 0;
    int32_t is_json = 0;
    int code;
    cpk_status status;

    buffer_init(&key, &reading->chat.context->allocator);
    buffer_append_text(&key, "bubbleId:");
    json_append_start(&key, composer_id, KEY_BYTES);
    buffer_append_byte(&key, ':');
    json_append_start(&key, id, KEY_BYTES);
    sqlite3_reset(reading->find);
    code = key.failed
               ? SQLITE_NOMEM
               : sqlite3_bind_text64(reading->find, 1, buffer_text(&key), key.length, SQLITE_TRANSIENT, SQLITE_UTF8);
    buffer_free(&key);
    if (code != SQLITE_OK) {
        return error_out_of_memory(reading->error);
    }
    status = cursor_file_step(&reading->file, reading->find, &row);
    if (status == CPK_OK && row) {
        status = read_value(reading, &reading->bubble, reading->find, 0, &is_json);
    }
    if (status == CPK_OK && is_json) {
        return add_bubble(&reading->chat, json_doc_root(&reading->bubble), id, 0, reading->error);
    }
    reading->missing_count += status == CPK_OK;
    return status;
}

static void begin_composer(struct chat *chat, const struct json_view composer[COMPOSER_COUNT])
{
    chat_begin(
        chat, CHAT_LINEAR, chat_line(chat, composer[COMPOSER_ID]), chat_line(chat, composer[COMPOSER_NAME]),
        chat_identity(chat, composer[COMPOSER_NAME], composer[COMPOSER_ID], json_item(composer[COMPOSER_INLINE], 0)));
}

/* Hashes of the ids of the messages that a composer lists, sorted. */
struct listed {
    uint64_t *hashes;
    size_t count;
    size_t capacity;
};

static int compare_hashes(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;

    return (*a > *b) - (*a < *b);
}

static cpk_status list_messages(const struct reading *reading, struct json_view headers, struct listed *listed)
{
    struct json_iter iter;

    json_iter_init(&iter, headers);
    while (!iter.is_object && json_iter_next(&iter)) {
        if (listed->count == listed->capacity) {
            size_t capacity = listed->capacity * 2 + 64;
            uint64_t *hashes = memory_resize_array(&reading->chat.context->allocator, listed->hashes, listed->capacity,
                                                   capacity, sizeof *hashes);

            if (hashes == NULL) {
                return error_out_of_memory(reading->error);
            }
            listed->hashes = hashes;
            listed->capacity = capacity;
        }
        listed->hashes[listed->count++] = json_hash_text(0, json_get(iter.value, "bubbleId"));
    }
    if (listed->count > 0) {
        qsort(listed->hashes, listed->count, sizeof *listed->hashes, compare_hashes);
    }
    return CPK_OK;
}

/* Adds the messages of the range of keys that are not listed: to a branch that is not active if others are. */
static cpk_status add_others(struct reading *reading, const struct json_view composer[COMPOSER_COUNT],
                             const struct listed *listed, const char *from, const char *to)
{
    const size_t prefix = strlen(from);
    sqlite3_stmt *rows = NULL;
    int32_t row = 1;
    int32_t is_json;
    cpk_status status;

    CPK_TRY_CLEANUP(cursor_file_query(
        &reading->file,
        reading->has_rowid ? "SELECT value, key FROM cursorDiskKV WHERE key >= $1 AND key < $2 ORDER BY rowid"
                           : "SELECT value, key FROM cursorDiskKV WHERE key >= $1 AND key < $2 ORDER BY key",
        from, to, &rows));
    for (;;) {
        const char *key;
        uint64_t hash;

        CPK_TRY_CLEANUP(cursor_file_step(&reading->file, rows, &row));
        if (!row) {
            break;
        }
        key = (const char *)sqlite3_column_text(rows, 1);
        hash = key != NULL && strlen(key) > prefix ? hash_bytes(0, key + prefix, strlen(key + prefix)) : 0;
        if (listed->count > 0 && bsearch(&hash, listed->hashes, listed->count, sizeof hash, compare_hashes) != NULL) {
            continue;
        }
        CPK_TRY_CLEANUP(read_value(reading, &reading->bubble, rows, 0, &is_json));
        if (is_json) {
            struct json_view bubble = json_doc_root(&reading->bubble);

            if (!reading->chat.in_conversation) {
                begin_composer(&reading->chat, composer);
            }
            CPK_TRY_CLEANUP(
                add_bubble(&reading->chat, bubble, json_get(bubble, "bubbleId"), listed->count > 0, reading->error));
        }
    }
cleanup:
    sqlite3_finalize(rows);
    return status;
}

/* Messages that the database has and the composer does not list, as after going back to an earlier one. */
static cpk_status add_unlisted(struct reading *reading, const struct json_view composer[COMPOSER_COUNT])
{
    const cpk_allocator *allocator = &reading->chat.context->allocator;
    struct listed listed = {0};
    struct buffer from;
    struct buffer to;
    cpk_status status = CPK_OK;

    if (json_is_empty_text(composer[COMPOSER_ID]) || json_has_items(composer[COMPOSER_INLINE], 1)) {
        return CPK_OK;
    }
    buffer_init(&from, allocator);
    buffer_init(&to, allocator);
    buffer_append_text(&from, "bubbleId:");
    json_append_start(&from, composer[COMPOSER_ID], KEY_BYTES);
    buffer_append(&to, buffer_text(&from), from.length);
    buffer_append_byte(&from, ':');
    buffer_append_byte(&to, ';'); /* follows the colon */
    if (from.failed || to.failed) {
        status = error_out_of_memory(reading->error);
    }
    if (status == CPK_OK) {
        status = list_messages(reading, composer[COMPOSER_HEADERS], &listed);
    }
    if (status == CPK_OK) {
        status = add_others(reading, composer, &listed, buffer_text(&from), buffer_text(&to));
    }
    memory_release_array(allocator, listed.hashes, listed.capacity, sizeof *listed.hashes);
    buffer_free(&from);
    buffer_free(&to);
    return status;
}

static cpk_status read_composer(struct reading *reading, struct json_view value)
{
    struct json_view composer[COMPOSER_COUNT];
    struct chat *chat = &reading->chat;
    struct json_iter iter;

    json_select(value, composer_names, COMPOSER_COUNT, composer);
    if (json_has_items(composer[COMPOSER_HEADERS], 1) || json_has_items(composer[COMPOSER_INLINE], 1)) {
        begin_composer(chat, composer);
    }
    json_iter_init(&iter, composer[COMPOSER_HEADERS]);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view id = json_get(iter.value, "bubbleId");

        if (!json_is_empty_text(id)) {
            CPK_TRY(add_stored_bubble(reading, composer[COMPOSER_ID], id));
        }
    }
    json_iter_init(&iter, composer[COMPOSER_INLINE]);
    while (!iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(add_bubble(chat, iter.value, json_get(iter.value, "bubbleId"), 0, reading->error));
    }
    CPK_TRY(add_unlisted(reading, composer));
    return chat_end(chat, reading->error);
}

static cpk_status note_bad_value(struct reading *reading)
{
    const cpk_sink *sink = reading->chat.sink;

    return sink->note(sink->self, CPK_NOTE_UNREADABLE_CONVERSATION, reading->file.reader->name,
                      "a chat of the database is not valid JSON", reading->error);
}

/* Rows have a number, in the order in which they were written, unless the table was made without. */
static cpk_status find_rowid(struct reading *reading)
{
    sqlite3_stmt *found = NULL;
    int32_t row = 0;
    cpk_status status = cursor_file_query(
        &reading->file, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1 AND sql LIKE $2",
        "cursorDiskKV", "%WITHOUT%ROWID%", &found);

    if (status == CPK_OK) {
        status = cursor_file_step(&reading->file, found, &row);
    }
    sqlite3_finalize(found);
    reading->has_rowid = !row;
    return status;
}

static cpk_status read_composers(struct reading *reading)
{
    sqlite3_stmt *rows = NULL;
    int32_t row = 1;
    int32_t is_json;
    cpk_status status;

    CPK_TRY_CLEANUP(find_rowid(reading));
    CPK_TRY_CLEANUP(
        cursor_file_query(&reading->file, "SELECT value FROM cursorDiskKV WHERE key = $1", NULL, NULL, &reading->find));
    CPK_TRY_CLEANUP(cursor_file_query(&reading->file,
                                      "SELECT value FROM cursorDiskKV WHERE key >= $1 AND key < $2 ORDER BY key",
                                      "composerData:", "composerData;", &rows));
    for (;;) {
        CPK_TRY_CLEANUP(cursor_file_step(&reading->file, rows, &row));
        if (!row) {
            break;
        }
        CPK_TRY_CLEANUP(read_value(reading, &reading->composer, rows, 0, &is_json));
        if (is_json) {
            CPK_TRY_CLEANUP(read_composer(reading, json_doc_root(&reading->composer)));
        } else if (sqlite3_column_bytes(rows, 0) > 0) {
            CPK_TRY_CLEANUP(note_bad_value(reading));
        }
    }
cleanup:
    sqlite3_finalize(rows);
    sqlite3_finalize(reading->find);
    reading->find = NULL;
    return status;
}

/* Chats of older versions: {"tabs": [{"tabId", "chatTitle", "bubbles"}]}. */
static cpk_status read_tabs(struct reading *reading, struct json_view tabs)
{
    struct chat *chat = &reading->chat;
    struct json_iter iter;

    json_iter_init(&iter, tabs);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view title = json_get(iter.value, "chatTitle");
        struct json_view bubbles = json_get(iter.value, "bubbles");
        struct json_iter bubble;

        if (!json_has_items(bubbles, 1)) {
            continue;
        }
        chat_begin(chat, CHAT_LINEAR, chat_line(chat, json_get(iter.value, "tabId")), chat_line(chat, title),
                   chat_identity(chat, title, title, json_item(bubbles, 0)));
        json_iter_init(&bubble, bubbles);
        while (!bubble.is_object && json_iter_next(&bubble)) {
            CPK_TRY(add_bubble(chat, bubble.value, json_get(bubble.value, "id"), 0, reading->error));
        }
        CPK_TRY(chat_end(chat, reading->error));
    }
    return CPK_OK;
}

static cpk_status read_items(struct reading *reading)
{
    sqlite3_stmt *rows = NULL;
    int32_t row = 0;
    int32_t is_json = 0;
    cpk_status status;

    CPK_TRY_CLEANUP(cursor_file_query(&reading->file, "SELECT value FROM ItemTable WHERE key = $1",
                                      "workbench.panel.aichat.view.aichat.chatdata", NULL, &rows));
    CPK_TRY_CLEANUP(cursor_file_step(&reading->file, rows, &row));
    if (row) {
        CPK_TRY_CLEANUP(read_value(reading, &reading->composer, rows, 0, &is_json));
    }
    if (is_json) {
        status = read_tabs(reading, json_get(json_doc_root(&reading->composer), "tabs"));
    }
cleanup:
    sqlite3_finalize(rows);
    return status;
}

static cpk_status read_tables(struct reading *reading)
{
    const cpk_sink *sink = reading->chat.sink;
    int32_t found;
    char text[96];

    CPK_TRY(cursor_file_has_table(&reading->file, "cursorDiskKV", &found));
    if (found) {
        CPK_TRY(read_composers(reading));
    }
    CPK_TRY(cursor_file_has_table(&reading->file, "ItemTable", &found));
    if (found) {
        CPK_TRY(read_items(reading));
    }
    if (reading->missing_count == 0) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "%lld messages that chats list are not in the database",
             (long long)reading->missing_count);
    return sink->note(sink->self, CPK_NOTE_DAMAGED, reading->file.reader->name, text, reading->error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    const struct context *context = self;
    struct reading reading = {.error = error};
    cpk_status status = chat_init(&reading.chat, context, sink, "cursor", error);

    json_doc_init(&reading.composer, &context->allocator);
    json_doc_init(&reading.bubble, &context->allocator);
    reading.composer.hash_key[0] = reading.chat.hash_key;
    reading.bubble.hash_key[0] = reading.chat.hash_key;
    reading.file.context = context;
    if (status == CPK_OK) {
        status = cursor_file_open(&reading.file, context, reader, sink, error);
    }
    if (status == CPK_OK) {
        status = read_tables(&reading);
    }
    cursor_file_close(&reading.file);
    json_doc_free(&reading.bubble);
    json_doc_free(&reading.composer);
    chat_free(&reading.chat);
    return status;
}

void cursor_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
