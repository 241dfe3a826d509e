#include "base/error.h"
#include "base/hash.h"
#include "extract/claude_internal.h"
#include "extract/tree.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define ROOT_ID "00000000-0000-4000-8000-000000000000" /* the parent of a first message */

typedef struct message_node {
    struct json_object *json;
    const char *id;       /* of the export or made */
    const char *given_id; /* of the export, or NULL */
    const char
        *answers_id; /* what a child's parent_id is: this message, or the nearest above it that was handed over */
    int32_t index;
} message_node;

typedef struct conversation {
    claude_writer *writer;
    struct json_object *json;
    message_node *messages;
    tree_node *nodes;
    message_node **by_id; /* those with an id of the export, sorted */
    int32_t *sequence;
    int32_t *order;
    size_t count;
    size_t id_count;
    size_t repaired_count; /* parents that are not there, cycles, ids given twice */
} conversation;

static int compare_ids(const void *a, const void *b)
{
    const message_node *first = *(message_node *const *)a;
    const message_node *second = *(message_node *const *)b;
    int order = strcmp(first->given_id, second->given_id);

    return order != 0 ? order : (first->index > second->index) - (first->index < second->index);
}

static message_node *find_message(const conversation *conversation, const char *id)
{
    size_t low = 0;
    size_t high = conversation->id_count;

    while (low < high) { /* the first that is not smaller: of ids given twice, the first message's */
        size_t middle = low + (high - low) / 2;

        if (strcmp(conversation->by_id[middle]->given_id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < conversation->id_count && strcmp(conversation->by_id[low]->given_id, id) == 0
               ? conversation->by_id[low]
               : NULL;
}

static cpk_status allocate(conversation *conversation, size_t count, cpk_error **error)
{
    arena *arena = &conversation->writer->arena;

    if (count > INT32_MAX) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "claude", "a conversation of more than 2^31 messages");
    }
    conversation->messages = arena_allocate_zeroed(arena, count, sizeof *conversation->messages);
    conversation->nodes = arena_allocate_zeroed(arena, count, sizeof *conversation->nodes);
    conversation->by_id = arena_allocate_zeroed(arena, count, sizeof *conversation->by_id);
    conversation->sequence = arena_allocate_zeroed(arena, count, sizeof *conversation->sequence);
    conversation->order = arena_allocate_zeroed(arena, count, sizeof *conversation->order);
    if (conversation->messages == NULL || conversation->nodes == NULL || conversation->by_id == NULL ||
        conversation->sequence == NULL || conversation->order == NULL) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

static cpk_status collect_messages(conversation *conversation, struct json_object *list, cpk_error **error)
{
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *json = json_object_array_get_idx(list, i);
        message_node *message = &conversation->messages[conversation->count];

        if (!json_object_is_type(json, json_type_object)) {
            CPK_TRY(claude_note(conversation->writer, CPK_NOTE_SKIPPED_MESSAGE, "a message that is null", error));
            continue;
        }
        message->json = json;
        message->index = (int32_t)conversation->count;
        message->given_id = claude_line(conversation->writer, json, "uuid");
        conversation->sequence[conversation->count] = message->index;
        conversation->count++;
        if (message->given_id != NULL) {
            conversation->by_id[conversation->id_count++] = message;
        }
    }
    if (conversation->id_count > 0) {
        qsort(conversation->by_id, conversation->id_count, sizeof *conversation->by_id, compare_ids);
    }
    return CPK_OK;
}

/* Messages without an id of their own, or with one that an earlier message has, get one from their place and words. */
static cpk_status identify_messages(conversation *conversation, cpk_error **error)
{
    for (size_t i = 0; i < conversation->count; i++) {
        message_node *message = &conversation->messages[i];
        int64_t place = message->index;
        uint64_t hash;
        size_t length;
        const char *text;

        if (message->given_id != NULL && find_message(conversation, message->given_id) == message) {
            message->id = message->given_id;
            continue;
        }
        text = json_member_text_length(message->json, "text", &length);
        hash = hash_bytes(0, conversation->writer->conversation_id, strlen(conversation->writer->conversation_id));
        hash = hash_bytes(hash, &place, sizeof place);
        hash = hash_bytes(hash, text != NULL ? text : "", length);
        message->id = claude_made_id(conversation->writer, hash);
        conversation->repaired_count += message->given_id != NULL;
        if (message->id == NULL) {
            return error_out_of_memory(error);
        }
    }
    return CPK_OK;
}

/* Older exports name no parents: each message then answers the one before it. So does one whose parent is missing. */
static int32_t parent_of(conversation *conversation, size_t index)
{
    const message_node *message = &conversation->messages[index];
    const char *parent_id = json_member_text(message->json, "parent_message_uuid");
    const message_node *parent = parent_id != NULL ? find_message(conversation, parent_id) : NULL;

    if (parent != NULL && parent != message) {
        return parent->index;
    }
    if (parent_id != NULL && strcmp(parent_id, ROOT_ID) == 0) {
        return TREE_NONE;
    }
    conversation->repaired_count += parent_id != NULL && parent_id[0] != '\0';
    return index > 0 ? (int32_t)index - 1 : TREE_NONE;
}

/* Official exports don't say which branch was open: it is taken to be the one with the newest message, the last. */
static int32_t current_message(const conversation *conversation)
{
    const char *leaf_id = json_member_text(conversation->json, "current_leaf_message_uuid");
    const message_node *leaf = leaf_id != NULL ? find_message(conversation, leaf_id) : NULL;

    return leaf != NULL ? leaf->index : (int32_t)conversation->count - 1;
}

static void build_tree(conversation *conversation)
{
    size_t count = conversation->count;

    for (size_t i = 0; i < count; i++) {
        conversation->nodes[i].parent = parent_of(conversation, i);
    }
    conversation->repaired_count += tree_cut_cycles(conversation->nodes, count);
    tree_link(conversation->nodes, count, conversation->sequence);
    tree_mark_active(conversation->nodes, current_message(conversation));
    tree_order(conversation->nodes, count, conversation->sequence, conversation->order);
}

static int32_t role_of(struct json_object *message)
{
    const char *sender = json_member_text(message, "sender");

    if (sender == NULL) {
        sender = json_member_text(message, "role");
    }
    if (sender == NULL) {
        return CPK_ROLE_UNKNOWN;
    }
    if (strcmp(sender, "human") == 0 || strcmp(sender, "user") == 0) {
        return CPK_ROLE_USER;
    }
    if (strcmp(sender, "assistant") == 0) {
        return CPK_ROLE_ASSISTANT;
    }
    if (strcmp(sender, "system") == 0) {
        return CPK_ROLE_SYSTEM;
    }
    return strcmp(sender, "tool") == 0 ? CPK_ROLE_TOOL : CPK_ROLE_UNKNOWN;
}

static cpk_status write_message(conversation *conversation, int32_t index, cpk_error **error)
{
    claude_writer *writer = conversation->writer;
    message_node *message = &conversation->messages[index];
    int32_t parent = conversation->nodes[index].parent;

    claude_begin_message(writer, message->id, role_of(message->json));
    writer->parent_id = parent != TREE_NONE ? conversation->messages[parent].answers_id : NULL;
    writer->flags = conversation->nodes[index].active ? CPK_MESSAGE_ACTIVE_BRANCH : 0;
    writer->time_us = json_member_time(message->json, "created_at");
    if (writer->time_us == CPK_TIME_UNKNOWN) {
        writer->time_us = json_member_time(message->json, "updated_at");
    }
    writer->model = claude_line(writer, message->json, "model");
    if (writer->model == NULL) {
        writer->model = claude_line(writer, conversation->json, "model");
    }
    CPK_TRY(claude_read_content(writer, message->json, error));
    message->answers_id = writer->part_count > 0 ? message->id : writer->parent_id;
    if (writer->part_count == 0) {
        return claude_note(writer, CPK_NOTE_SKIPPED_MESSAGE, "a message without text or files", error);
    }
    return CPK_OK;
}

/* Claude's own summary of the conversation; nobody said it, and the user never saw it. */
static cpk_status write_summary(conversation *conversation, cpk_error **error)
{
    claude_writer *writer = conversation->writer;
    size_t length;
    const char *text = json_member_text_length(conversation->json, "summary", &length);

    if (text == NULL || length == 0) {
        return CPK_OK;
    }
    claude_begin_message(writer, "summary", CPK_ROLE_SYSTEM);
    writer->flags |= CPK_MESSAGE_HIDDEN;
    writer->time_us = json_member_time(conversation->json, "updated_at");
    return claude_write_text(writer, CPK_KIND_SUMMARY, text, length, error);
}

/* What identifies a conversation without an id: its name, its start and its first message. */
static uint64_t content_hash(struct json_object *json, struct json_object *list)
{
    static const char *const keys[] = {"name", "created_at"};
    uint64_t hash = 0;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = json_member_text(json, keys[i]);

        hash = text != NULL ? hash_bytes(hash, text, strlen(text)) : hash;
    }
    if (json_object_array_length(list) > 0) {
        const char *first = json_object_to_json_string_ext(json_object_array_get_idx(list, 0), JSON_C_TO_STRING_PLAIN);

        hash = first != NULL ? hash_bytes(hash, first, strlen(first)) : hash;
    }
    return hash;
}

static cpk_status note_repairs(const conversation *conversation, cpk_error **error)
{
    if (conversation->repaired_count == 0) {
        return CPK_OK;
    }
    return claude_note(conversation->writer, CPK_NOTE_REPAIRED,
                       "messages whose parent is missing, whose id was given twice or that answer themselves were put "
                       "where they stand in the file",
                       error);
}

static cpk_status read_messages(conversation *conversation, struct json_object *list, cpk_error **error)
{
    claude_writer *writer = conversation->writer;
    int64_t handed_before = writer->handed_count;

    CPK_TRY(allocate(conversation, json_object_array_length(list), error));
    CPK_TRY(collect_messages(conversation, list, error));
    CPK_TRY(identify_messages(conversation, error));
    if (conversation->count > 0) {
        build_tree(conversation);
    }
    for (size_t i = 0; i < conversation->count; i++) {
        CPK_TRY(write_message(conversation, conversation->order[i], error));
    }
    if (writer->handed_count == handed_before) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "a conversation without messages", error);
    }
    CPK_TRY(write_summary(conversation, error));
    return note_repairs(conversation, error);
}

cpk_status claude_read_conversation(claude_writer *writer, struct json_object *json, cpk_error **error)
{
    conversation conversation = {.writer = writer, .json = json};
    struct json_object *list = json_member_array(json, "chat_messages");
    const char *id = claude_line(writer, json, "uuid");
    const char *title = claude_line(writer, json, "name");

    if (list == NULL) {
        CPK_TRY(claude_begin_conversation(writer, id, title, 0, error));
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "a conversation without messages", error);
    }
    CPK_TRY(claude_begin_conversation(writer, id, title, id == NULL ? content_hash(json, list) : 0, error));
    return read_messages(&conversation, list, error);
}
