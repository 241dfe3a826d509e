#include "bench/chats.h"

#include "analyze/profile/finding_merge.h"
#include "base/json/json.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(int32_t done, const char *what)
{
    if (!done) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

static cpk_message *add_message(struct chats *chats)
{
    cpk_message *added;

    if (chats->count == chats->capacity) {
        chats->capacity = chats->capacity == 0 ? 1024 : chats->capacity * 2;
        chats->messages = realloc(chats->messages, chats->capacity * sizeof *chats->messages);
        require(chats->messages != NULL, "no memory");
    }
    added = &chats->messages[chats->count++];
    memset(added, 0, sizeof *added);
    added->struct_size = sizeof *added;
    added->flags = CPK_MESSAGE_ACTIVE_BRANCH;
    added->kind = CPK_KIND_TEXT;
    return added;
}

static const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static void take_text(struct chats *chats, cpk_message *added, const char *text, int32_t is_user)
{
    added->role = is_user ? CPK_ROLE_USER : CPK_ROLE_ASSISTANT;
    added->text = text;
    added->text_length = strlen(text);
    chats->user_bytes += is_user ? (int64_t)added->text_length : 0;
}

static void read_chatgpt(struct chats *chats, struct json_object *conversation)
{
    struct json_object *mapping = json_member_object(conversation, "mapping");

    json_object_object_foreach(mapping, key, node)
    {
        struct json_object *message = json_member_object(node, "message");
        struct json_object *parts = json_member_array(json_member_object(message, "content"), "parts");
        const char *role = json_member_text(json_member_object(message, "author"), "role");
        struct json_object *part = parts == NULL ? NULL : json_object_array_get_idx(parts, 0);
        cpk_message *added;

        (void)key;
        if (role == NULL || !json_object_is_type(part, json_type_string)) {
            continue;
        }
        added = add_message(chats);
        added->provider = "chatgpt";
        added->conversation_id = text_or_empty(json_member_text(conversation, "conversation_id"));
        added->conversation_title = text_or_empty(json_member_text(conversation, "title"));
        added->message_id = text_or_empty(json_member_text(message, "id"));
        added->time_us = json_member_time(message, "create_time");
        take_text(chats, added, json_object_get_string(part), strcmp(role, "user") == 0);
    }
}

static void read_claude(struct chats *chats, struct json_object *conversation)
{
    struct json_object *list = json_member_array(conversation, "chat_messages");

    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *message = json_object_array_get_idx(list, i);
        const char *sender = json_member_text(message, "sender");
        const char *text = json_member_text(message, "text");
        cpk_message *added;

        if (sender == NULL || text == NULL) {
            continue;
        }
        added = add_message(chats);
        added->provider = "claude";
        added->conversation_id = text_or_empty(json_member_text(conversation, "uuid"));
        added->conversation_title = text_or_empty(json_member_text(conversation, "name"));
        added->message_id = text_or_empty(json_member_text(message, "uuid"));
        added->time_us = json_member_time(message, "created_at");
        take_text(chats, added, text, strcmp(sender, "human") == 0);
    }
}

void chats_read(struct chats *chats, const char *path)
{
    size_t count;

    memset(chats, 0, sizeof *chats);
    chats->document = json_object_from_file(path);
    require(json_object_is_type(chats->document, json_type_array), "no list of conversations");
    count = json_object_array_length(chats->document);
    chats->chunk_ends = calloc(count + 1, sizeof *chats->chunk_ends);
    require(chats->chunk_ends != NULL, "no memory");
    for (size_t i = 0; i < count; i++) {
        struct json_object *conversation = json_object_array_get_idx(chats->document, i);

        if (json_member_object(conversation, "mapping") != NULL) {
            read_chatgpt(chats, conversation);
        } else if (json_member_array(conversation, "chat_messages") != NULL) {
            read_claude(chats, conversation);
        }
        if ((i + 1) % CONVERSATIONS_PER_CHUNK == 0 || i + 1 == count) {
            chats->chunk_ends[chats->chunk_count++] = chats->count;
        }
    }
}

static int32_t take_answer(void *user, const void *data, size_t length)
{
    buffer_append(user, data, length);
    return 0;
}

static void analyze_chunk(const cpk_analyzer_driver *driver, const cpk_message *messages, size_t count,
                          struct finding_merge *merge)
{
    cpk_analyzer_request request = {
        .struct_size = sizeof request, .system_prompt = "", .text = "", .messages = messages, .message_count = count};
    cpk_analyzer_usage usage = {.struct_size = sizeof usage};
    struct finding_set set;
    struct buffer answer;

    buffer_init(&answer, &memory_default);
    finding_set_init(&set, &memory_default);
    require(driver->analyze(driver->self, &request, take_answer, &answer, &usage, NULL) == CPK_OK &&
                finding_set_read_answer(&set, buffer_text(&answer), answer.length, NULL) == CPK_OK &&
                finding_merge_add(merge, &set, NULL) == CPK_OK,
            "the analysis failed");
    finding_set_free(&set);
    buffer_free(&answer);
}

void chats_analyze(const struct chats *chats, const cpk_analyzer_driver *driver, struct finding_set *result)
{
    struct finding_merge *merge;
    size_t from = 0;

    finding_set_init(result, &memory_default);
    require(finding_merge_create(&memory_default, &merge, NULL) == CPK_OK, "no memory");
    for (size_t i = 0; i < chats->chunk_count; i++) {
        analyze_chunk(driver, chats->messages + from, chats->chunk_ends[i] - from, merge);
        from = chats->chunk_ends[i];
    }
    require(finding_merge_finish(merge, result, NULL) == CPK_OK, "the merge failed");
    finding_merge_free(merge);
}

void chats_free(struct chats *chats)
{
    json_object_put(chats->document);
    free(chats->messages);
    free(chats->chunk_ends);
}
