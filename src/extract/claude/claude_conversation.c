#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "extract/chats/tree.h"
#include "extract/claude/claude_internal.h"

#include <stdlib.h>
#include <string.h>

#define ROOT_ID        "00000000-0000-4000-8000-000000000000" /* parent of a conversation's first message */

#define MESSAGE_HAS_ID TREE_FLAG_FREE /* has an id that no earlier message has */

enum conversation_member {
    CONVERSATION_UUID,
    CONVERSATION_NAME,
    CONVERSATION_MESSAGES,
    CONVERSATION_SUMMARY,
    CONVERSATION_CREATED,
    CONVERSATION_UPDATED,
    CONVERSATION_MODEL,
    CONVERSATION_LEAF,
    CONVERSATION_COUNT
};
static const struct json_name conversation_names[CONVERSATION_COUNT] = {
    JSON_NAME("uuid"),          JSON_NAME("name"),
    JSON_NAME("chat_messages"), JSON_NAME("summary"),
    JSON_NAME("created_at"),    JSON_NAME("updated_at"),
    JSON_NAME("model"),         JSON_NAME("current_leaf_message_uuid")};

static const struct json_name message_names[MESSAGE_COUNT] = {
    JSON_NAME("uuid"),       JSON_NAME("parent_message_uuid"), JSON_NAME("sender"), JSON_NAME("role"),
    JSON_NAME("created_at"), JSON_NAME("updated_at"),          JSON_NAME("model"),  JSON_NAME("content"),
    JSON_NAME("text"),       JSON_NAME("attachments"),         JSON_NAME("files"),  JSON_NAME("files_v2"),
    JSON_NAME("index")};

/* A conversation. Uses 21 bytes per message, and 12 more per id while messages are linked. */
struct conversation {
    struct claude_writer *writer;
    struct json_view members[CONVERSATION_COUNT];
    const struct json_doc *doc;
    uint32_t *starts; /* offset of each message */
    uint32_t hint;
    struct json_texts ids; /* index of the first message with each id */
    struct tree tree;
    int32_t *nearest_emitted; /* per message: itself or the nearest ancestor that was emitted */
    size_t count;
    size_t repaired_count; /* missing parents, cycles, duplicate ids */
    struct buffer model;
    struct buffer id;
    struct buffer parent_id;
};

static void select_message(struct conversation *conversation, size_t index, struct json_view message[MESSAGE_COUNT])
{
    json_select(json_doc_at(conversation->doc, conversation->starts[index], &conversation->hint), message_names,
                MESSAGE_COUNT, message);
}

/* 1 for objects with any member of a message. */
static int32_t is_message(struct json_view value)
{
    struct json_view message[MESSAGE_COUNT];

    json_select(value, message_names, MESSAGE_COUNT, message);
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        if (message[i].type != JSON_VIEW_NONE) {
            return 1;
        }
    }
    return 0;
}

static cpk_status collect_messages(struct conversation *conversation, cpk_error **error)
{
    struct claude_writer *writer = conversation->writer;
    size_t filled = 0;
    struct json_iter iter;

    json_iter_init(&iter, conversation->members[CONVERSATION_MESSAGES]);
    while (json_iter_next(&iter)) {
        conversation->count += is_message(iter.value);
    }
    conversation->starts =
        memory_allocate_array(&writer->context->allocator, conversation->count, sizeof *conversation->starts);
    if (conversation->starts == NULL) {
        return error_out_of_memory(error);
    }
    json_iter_init(&iter, conversation->members[CONVERSATION_MESSAGES]);
    while (json_iter_next(&iter)) {
        if (is_message(iter.value)) {
            conversation->starts[filled++] = iter.value.start;
        } else {
            CPK_TRY(claude_note(writer, CPK_NOTE_SKIPPED_MESSAGE,
                                iter.value.type == JSON_VIEW_OBJECT ? "a message without text or files"
                                                                    : "a message that is null",
                                error));
        }
    }
    return CPK_OK;
}

struct place {
    int64_t index;
    uint32_t start;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *first = a;
    const struct place *second = b;

    if (first->index != second->index) {
        return first->index < second->index ? -1 : 1;
    }
    return (first->start > second->start) - (first->start < second->start);
}

/* Saved pages number their messages in `index`, and may list them in another order. */
static cpk_status order_messages(struct conversation *conversation, cpk_error **error)
{
    const cpk_allocator *allocator = &conversation->writer->context->allocator;
    struct json_view message[MESSAGE_COUNT];
    struct place *places;

    select_message(conversation, 0, message);
    if (message[MESSAGE_INDEX].type != JSON_VIEW_NUMBER) {
        return CPK_OK;
    }
    places = memory_allocate_array(allocator, conversation->count, sizeof *places);
    if (places == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < conversation->count; i++) {
        select_message(conversation, i, message);
        places[i] = (struct place){json_int64(message[MESSAGE_INDEX], INT64_MAX), conversation->starts[i]};
    }
    qsort(places, conversation->count, sizeof *places, compare_places);
    for (size_t i = 0; i < conversation->count; i++) {
        conversation->starts[i] = places[i].start;
    }
    memory_release_array(allocator, places, conversation->count, sizeof *places);
    return CPK_OK;
}

/* Indexes messages by id. A duplicate id belongs to the first message. */
static cpk_status collect_ids(struct conversation *conversation, cpk_error **error)
{
    struct json_view message[MESSAGE_COUNT];
    size_t id_count = 0;

    for (size_t i = 0; i < conversation->count; i++) {
        select_message(conversation, i, message);
        id_count += !json_is_empty_text(message[MESSAGE_UUID]);
    }
    CPK_TRY(json_texts_begin(&conversation->ids, conversation->doc, id_count, error));
    for (size_t i = 0; i < conversation->count; i++) {
        uint32_t *known;

        select_message(conversation, i, message);
        if (json_is_empty_text(message[MESSAGE_UUID])) {
            continue;
        }
        CPK_TRY(json_texts_add(&conversation->ids, message[MESSAGE_UUID], (uint32_t)i, &known, error));
        if (known != NULL) {
            conversation->repaired_count++;
        } else {
            conversation->tree.flags[i] |= MESSAGE_HAS_ID;
        }
    }
    return CPK_OK;
}

/* *index is TREE_NONE if no message has that id. */
static cpk_status find_message(struct conversation *conversation, struct json_view id, int32_t *index,
                               cpk_error **error)
{
    uint32_t *found;

    *index = TREE_NONE;
    if (json_is_empty_text(id)) {
        return CPK_OK;
    }
    CPK_TRY(json_texts_find(&conversation->ids, id, &found, error));
    *index = found != NULL ? (int32_t)*found : TREE_NONE;
    return CPK_OK;
}

/* Finds a message's parent. If it names none, as in older exports, or a missing one, the previous message is the
 * parent. */
static cpk_status find_parent(struct conversation *conversation, size_t index, int32_t *parent, cpk_error **error)
{
    struct json_view message[MESSAGE_COUNT];
    struct json_view named;

    select_message(conversation, index, message);
    named = message[MESSAGE_PARENT];
    CPK_TRY(find_message(conversation, named, parent, error));
    if (*parent != TREE_NONE && *parent != (int32_t)index) {
        return CPK_OK;
    }
    if (json_is_text(named, ROOT_ID)) {
        *parent = TREE_NONE;
        return CPK_OK;
    }
    conversation->repaired_count += !json_is_empty_text(named);
    *parent = (int32_t)index - 1; /* TREE_NONE for the first */
    return CPK_OK;
}

/* Official exports do not give the current branch: the branch with the last message is used. */
static cpk_status mark_active(struct conversation *conversation, cpk_error **error)
{
    int32_t leaf;

    CPK_TRY(find_message(conversation, conversation->members[CONVERSATION_LEAF], &leaf, error));
    tree_mark_active(&conversation->tree, leaf != TREE_NONE ? leaf : (int32_t)conversation->count - 1);
    return CPK_OK;
}

static cpk_status build_tree(struct conversation *conversation, cpk_error **error)
{
    if (!tree_init(&conversation->tree, &conversation->writer->context->allocator, conversation->count)) {
        return error_out_of_memory(error);
    }
    CPK_TRY(collect_ids(conversation, error));
    for (size_t i = 0; i < conversation->count; i++) {
        CPK_TRY(find_parent(conversation, i, &conversation->tree.parents[i], error));
    }
    conversation->repaired_count += tree_cut_cycles(&conversation->tree);
    for (size_t i = 0; i < conversation->count; i++) {
        tree_add(&conversation->tree, (int32_t)i);
    }
    CPK_TRY(mark_active(conversation, error));
    json_texts_free(&conversation->ids);
    return CPK_OK;
}

static int32_t read_role(const struct json_view message[MESSAGE_COUNT])
{
    static const struct {
        const char *name;
        int32_t role;
    } roles[] = {{"human", CPK_ROLE_USER},
                 {"user", CPK_ROLE_USER},
                 {"assistant", CPK_ROLE_ASSISTANT},
                 {"system", CPK_ROLE_SYSTEM},
                 {"tool", CPK_ROLE_TOOL}};
    struct json_view sender =
        message[MESSAGE_SENDER].type == JSON_VIEW_STRING ? message[MESSAGE_SENDER] : message[MESSAGE_ROLE];

    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (json_is_text(sender, roles[i].name)) {
            return roles[i].role;
        }
    }
    return CPK_ROLE_UNKNOWN;
}

/* Sets the id from the export if it is unique, otherwise an id derived from the message's position and text. */
static cpk_status set_id(struct conversation *conversation, struct buffer *target, size_t index,
                         const struct json_view message[MESSAGE_COUNT], cpk_error **error)
{
    struct claude_writer *writer = conversation->writer;
    const char *id = NULL;
    char derived[FORMAT_DERIVED_ID_BYTES];
    int64_t place = (int64_t)index;
    uint64_t hash;

    if ((conversation->tree.flags[index] & MESSAGE_HAS_ID) != 0) {
        id = claude_id(writer, message[MESSAGE_UUID]);
    }
    buffer_clear(target);
    if (id != NULL) {
        buffer_append_text(target, id);
    } else {
        hash = hash_bytes(0, writer->conversation_id, strlen(writer->conversation_id));
        hash = hash_bytes(hash, &place, sizeof place);
        format_derived_id(json_hash_text(hash, message[MESSAGE_TEXT]), derived);
        buffer_append_text(target, derived);
    }
    return target->failed || writer->out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

/* Sets the ids of the message and of its nearest emitted ancestor. */
static cpk_status identify_message(struct conversation *conversation, int32_t index,
                                   const struct json_view message[MESSAGE_COUNT], cpk_error **error)
{
    int32_t parent = tree_parent(&conversation->tree, index);
    int32_t above = parent != TREE_NONE ? conversation->nearest_emitted[parent] : TREE_NONE;

    CPK_TRY(set_id(conversation, &conversation->id, (size_t)index, message, error));
    buffer_clear(&conversation->parent_id);
    conversation->nearest_emitted[index] = above;
    if (above != TREE_NONE) {
        struct json_view answered[MESSAGE_COUNT];

        select_message(conversation, (size_t)above, answered);
        CPK_TRY(set_id(conversation, &conversation->parent_id, (size_t)above, answered, error));
    }
    return CPK_OK;
}

static cpk_status write_message(struct conversation *conversation, int32_t index, cpk_error **error)
{
    struct claude_writer *writer = conversation->writer;
    struct json_view message[MESSAGE_COUNT];

    select_message(conversation, (size_t)index, message);
    claude_end_message(writer);
    CPK_TRY(identify_message(conversation, index, message, error));
    claude_begin_message(writer, buffer_text(&conversation->id), read_role(message));
    writer->parent_id = conversation->parent_id.length > 0 ? buffer_text(&conversation->parent_id) : NULL;
    writer->flags = tree_is_active(&conversation->tree, index) ? CPK_MESSAGE_ACTIVE_BRANCH : 0;
    writer->time_us = json_time(message[MESSAGE_CREATED]);
    if (writer->time_us == CPK_TIME_UNKNOWN) {
        writer->time_us = json_time(message[MESSAGE_UPDATED]);
    }
    writer->model = claude_line(writer, message[MESSAGE_MODEL]);
    if (writer->model == NULL && conversation->model.length > 0) {
        writer->model = buffer_text(&conversation->model);
    }
    CPK_TRY(claude_read_content(writer, message, error));
    if (writer->part_count == 0) {
        return claude_note(writer, CPK_NOTE_SKIPPED_MESSAGE, "a message without text or files", error);
    }
    conversation->nearest_emitted[index] = index;
    return CPK_OK;
}

/* Writes Claude's own summary of the conversation, which is not part of it and not shown to the user. */
static cpk_status write_summary(struct conversation *conversation, cpk_error **error)
{
    static const struct claude_part part = {.kind = CPK_KIND_SUMMARY};
    struct claude_writer *writer = conversation->writer;

    if (json_is_empty_text(conversation->members[CONVERSATION_SUMMARY])) {
        return CPK_OK;
    }
    claude_end_message(writer);
    claude_begin_message(writer, "summary", CPK_ROLE_SYSTEM);
    writer->flags |= CPK_MESSAGE_HIDDEN;
    writer->time_us = json_time(conversation->members[CONVERSATION_UPDATED]);
    return claude_write_view(writer, &part, conversation->members[CONVERSATION_SUMMARY], error);
}

/* Hashes name, creation time and first message, to identify a conversation without an id. */
static cpk_status hash_content(struct conversation *conversation, uint64_t *hash, cpk_error **error)
{
    const struct json_view *members = conversation->members;

    *hash = 0;
    if (members[CONVERSATION_NAME].type == JSON_VIEW_STRING) {
        *hash = json_hash_text(*hash, members[CONVERSATION_NAME]);
    }
    if (members[CONVERSATION_CREATED].type == JSON_VIEW_STRING) {
        *hash = json_hash_text(*hash, members[CONVERSATION_CREATED]);
    }
    if (json_has_items(members[CONVERSATION_MESSAGES], 1)) {
        return json_hash_compact(json_item(members[CONVERSATION_MESSAGES], 0),
                                 &conversation->writer->context->allocator, hash, error);
    }
    return CPK_OK;
}

static cpk_status note_repairs(const struct conversation *conversation, cpk_error **error)
{
    if (conversation->repaired_count == 0) {
        return CPK_OK;
    }
    return claude_note(conversation->writer, CPK_NOTE_REPAIRED,
                       "messages with a missing parent, a duplicate id or themselves as ancestor were ordered by their "
                       "position in the file",
                       error);
}

static cpk_status write_messages(struct conversation *conversation, cpk_error **error)
{
    struct tree_iter iter;

    conversation->nearest_emitted = memory_allocate_array(&conversation->writer->context->allocator,
                                                          conversation->count, sizeof *conversation->nearest_emitted);
    if (conversation->nearest_emitted == NULL) {
        return error_out_of_memory(error);
    }
    tree_iter_init(&iter, &conversation->tree);
    for (int32_t at = tree_iter_next(&iter); at != TREE_NONE; at = tree_iter_next(&iter)) {
        CPK_TRY(write_message(conversation, at, error));
    }
    return CPK_OK;
}

static cpk_status read_model(struct conversation *conversation, cpk_error **error)
{
    const char *model = claude_line(conversation->writer, conversation->members[CONVERSATION_MODEL]);

    buffer_append_text(&conversation->model, model != NULL ? model : "");
    return conversation->model.failed || conversation->writer->out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status read_messages(struct conversation *conversation, cpk_error **error)
{
    struct claude_writer *writer = conversation->writer;
    int64_t emitted_before = writer->emitted_count;
    struct json_view list = conversation->members[CONVERSATION_MESSAGES];

    claude_artifacts_begin(writer, list.end - list.start);
    CPK_TRY(read_model(conversation, error));
    CPK_TRY(collect_messages(conversation, error));
    if (conversation->count > 0) {
        CPK_TRY(order_messages(conversation, error));
        CPK_TRY(build_tree(conversation, error));
        CPK_TRY(write_messages(conversation, error));
    }
    if (writer->emitted_count == emitted_before) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "a conversation without messages", error);
    }
    CPK_TRY(write_summary(conversation, error));
    return note_repairs(conversation, error);
}

static void conversation_init(struct conversation *conversation, struct claude_writer *writer, struct json_view json)
{
    const cpk_allocator *allocator = &writer->context->allocator;

    memset(conversation, 0, sizeof *conversation);
    conversation->writer = writer;
    conversation->doc = json.doc;
    json_select(json, conversation_names, CONVERSATION_COUNT, conversation->members);
    json_texts_init(&conversation->ids, allocator);
    conversation->tree.allocator = allocator;
    buffer_init(&conversation->model, allocator);
    buffer_init(&conversation->id, allocator);
    buffer_init(&conversation->parent_id, allocator);
}

static void conversation_free(struct conversation *conversation)
{
    const cpk_allocator *allocator = &conversation->writer->context->allocator;

    memory_release_array(allocator, conversation->starts, conversation->count, sizeof *conversation->starts);
    memory_release_array(allocator, conversation->nearest_emitted, conversation->count,
                         sizeof *conversation->nearest_emitted);
    json_texts_free(&conversation->ids);
    tree_free(&conversation->tree);
    buffer_free(&conversation->model);
    buffer_free(&conversation->id);
    buffer_free(&conversation->parent_id);
}

/* A snapshot that was shared names the conversation that it shows, whose messages have the same ids. */
static void read_snapshot_names(struct conversation *conversation, struct json_view json)
{
    struct json_view uuid = json_get(json, "conversation_uuid");

    if (conversation->members[CONVERSATION_NAME].type == JSON_VIEW_NONE) {
        conversation->members[CONVERSATION_NAME] = json_get(json, "snapshot_name");
    }
    if (!json_is_empty_text(uuid)) {
        conversation->members[CONVERSATION_UUID] = uuid;
    }
}

cpk_status claude_read_conversation(struct claude_writer *writer, struct json_view json, cpk_error **error)
{
    struct conversation conversation;
    const struct json_view *members = conversation.members;
    uint64_t hash = 0;
    cpk_status status;

    conversation_init(&conversation, writer, json);
    read_snapshot_names(&conversation, json);
    if (members[CONVERSATION_MESSAGES].type == JSON_VIEW_ARRAY &&
        claude_line(writer, members[CONVERSATION_UUID]) == NULL) {
        CPK_TRY_CLEANUP(hash_content(&conversation, &hash, error));
    }
    CPK_TRY_CLEANUP(
        claude_begin_conversation(writer, members[CONVERSATION_UUID], members[CONVERSATION_NAME], hash, error));
    status = members[CONVERSATION_MESSAGES].type == JSON_VIEW_ARRAY ? read_messages(&conversation, error)
             : members[CONVERSATION_MESSAGES].type == JSON_VIEW_NONE
                 ? claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "a conversation without messages", error)
                 : claude_note(writer, CPK_NOTE_UNREADABLE_CONVERSATION, "its chat_messages are not a list", error);
cleanup:
    conversation_free(&conversation);
    return status;
}
