#include "extract/chatgpt.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "extract/chatgpt_content.h"
#include "extract/elements.h"
#include "extract/normal.h"
#include "extract/shape.h"
#include "extract/tree.h"

#include <stdio.h>
#include <string.h>

typedef struct chatgpt_node {
    const char *key; /* in the mapping: what parents and children name */
    struct json_object *node;
    struct json_object *message; /* or NULL */
    const char *id;              /* as handed over: the key, or one of ours when it is unusable */
    int32_t is_written;          /* at least one piece was handed over */
    int32_t in_sequence;
} chatgpt_node;

typedef struct chatgpt {
    const context *context;
    const cpk_sink *sink;
    const char *file_name;
    chatgpt_writer writer;
    arena arena; /* one conversation's */
    buffer scratch;

    /* the conversation under way */
    struct json_object *mapping;
    chatgpt_node *nodes;
    tree_node *tree;
    int32_t *sequence;
    int32_t *order;
    int32_t *index_of_slot; /* node index by the slot of the mapping's hash table */
    size_t count;
    size_t repairs;
} chatgpt;

static cpk_status add_note(chatgpt *chatgpt, int32_t note, const char *text, cpk_error **error)
{
    return chatgpt->sink->note(chatgpt->sink->self, note, chatgpt->file_name, text, error);
}

/* The node of that key through the mapping's own hash table, whose hash is seeded: no input makes it slow. */
static int32_t find_node(const chatgpt *chatgpt, const char *key)
{
    struct lh_table *table = json_object_get_object(chatgpt->mapping);
    struct lh_entry *entry = key != NULL ? lh_table_lookup_entry(table, key) : NULL;

    return entry != NULL ? chatgpt->index_of_slot[entry - table->table] : TREE_NONE;
}

/* One line of normal text that lives as long as the conversation; NULL without memory. */
static const char *copy_line(chatgpt *chatgpt, const char *text, size_t length)
{
    buffer_clear(&chatgpt->scratch);
    normal_append_line(&chatgpt->scratch, text, length);
    return chatgpt->scratch.failed
               ? NULL
               : arena_copy_bytes(&chatgpt->arena, buffer_text(&chatgpt->scratch), chatgpt->scratch.length);
}

static const char *made_id(chatgpt *chatgpt, uint64_t hash)
{
    char id[FORMAT_MADE_ID_BYTES];

    format_made_id(hash, id);
    return arena_copy_text(&chatgpt->arena, id);
}

/* An id as it is where it is usable, else one made from it. NULL without memory. */
static const char *usable_id(chatgpt *chatgpt, const char *id, size_t length)
{
    const char *line;

    if (length > CHATGPT_ID_BYTES_MAX) {
        return made_id(chatgpt, hash_bytes(0, id, length));
    }
    line = copy_line(chatgpt, id, length);
    if (line != NULL && line[0] == '\0') {
        return made_id(chatgpt, hash_bytes(0, id, length));
    }
    return line;
}

static cpk_status allocate_nodes(chatgpt *chatgpt, cpk_error **error)
{
    struct lh_table *table = json_object_get_object(chatgpt->mapping);
    size_t count = chatgpt->count;

    chatgpt->nodes = arena_allocate_zeroed(&chatgpt->arena, count, sizeof(chatgpt_node));
    chatgpt->tree = arena_allocate_zeroed(&chatgpt->arena, count, sizeof(tree_node));
    chatgpt->sequence = arena_allocate_zeroed(&chatgpt->arena, count, sizeof(int32_t));
    chatgpt->order = arena_allocate_zeroed(&chatgpt->arena, count, sizeof(int32_t));
    chatgpt->index_of_slot = arena_allocate_zeroed(&chatgpt->arena, (size_t)table->size, sizeof(int32_t));
    if (chatgpt->nodes == NULL || chatgpt->tree == NULL || chatgpt->sequence == NULL || chatgpt->order == NULL ||
        chatgpt->index_of_slot == NULL) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

static cpk_status collect_nodes(chatgpt *chatgpt, cpk_error **error)
{
    struct lh_table *table = json_object_get_object(chatgpt->mapping);
    int32_t index = 0;

    CPK_TRY(allocate_nodes(chatgpt, error));
    for (struct lh_entry *entry = table->head; entry != NULL; entry = entry->next) {
        chatgpt_node *node = &chatgpt->nodes[index];

        node->key = lh_entry_k(entry);
        node->node = (struct json_object *)lh_entry_v(entry);
        node->message = json_member(node->node, "message");
        node->id = usable_id(chatgpt, node->key, strlen(node->key));
        if (node->id == NULL) {
            return error_out_of_memory(error);
        }
        chatgpt->index_of_slot[entry - table->table] = index++;
    }
    return CPK_OK;
}

/* Parents by `parent`; where a node has no such member, by the `children` that name it. */
static void link_parents(chatgpt *chatgpt)
{
    for (size_t i = 0; i < chatgpt->count; i++) {
        const char *parent = json_member_text(chatgpt->nodes[i].node, "parent");
        int32_t index = find_node(chatgpt, parent);

        chatgpt->tree[i].parent = index;
        if (index == (int32_t)i) {
            chatgpt->tree[i].parent = TREE_NONE;
        }
        chatgpt->repairs += parent != NULL && parent[0] != '\0' && chatgpt->tree[i].parent == TREE_NONE;
    }
}

/* The order of siblings: as `children` lists them, then as the mapping does. */
static void order_siblings(chatgpt *chatgpt)
{
    size_t filled = 0;

    for (size_t i = 0; i < chatgpt->count; i++) {
        struct json_object *children = json_member_array(chatgpt->nodes[i].node, "children");
        size_t length = children != NULL ? json_object_array_length(children) : 0;

        for (size_t j = 0; j < length; j++) {
            struct json_object *name = json_object_array_get_idx(children, j);
            int32_t child = json_object_is_type(name, json_type_string)
                                ? find_node(chatgpt, json_object_get_string(name))
                                : TREE_NONE;

            if (child == TREE_NONE || chatgpt->nodes[child].in_sequence) {
                continue;
            }
            if (json_member(chatgpt->nodes[child].node, "parent") == NULL && child != (int32_t)i &&
                chatgpt->tree[child].parent == TREE_NONE) {
                chatgpt->tree[child].parent = (int32_t)i;
            }
            if (chatgpt->tree[child].parent == (int32_t)i) {
                chatgpt->nodes[child].in_sequence = 1;
                chatgpt->sequence[filled++] = child;
            }
        }
    }
    for (size_t i = 0; i < chatgpt->count; i++) {
        if (!chatgpt->nodes[i].in_sequence) {
            chatgpt->sequence[filled++] = (int32_t)i;
        }
    }
}

/* Where `current_node` does not say which branch was open: the leaf with the newest time, the last of equals. */
static int32_t guess_current(const chatgpt *chatgpt)
{
    int32_t best = TREE_NONE;
    int64_t best_time = 0;

    for (size_t i = 0; i < chatgpt->count; i++) {
        int64_t time_us;

        if (chatgpt->tree[i].first_child != TREE_NONE || chatgpt->nodes[i].message == NULL) {
            continue;
        }
        time_us = json_member_time(chatgpt->nodes[i].message, "create_time");
        if (best == TREE_NONE || time_us >= best_time) {
            best = (int32_t)i;
            best_time = time_us;
        }
    }
    return best;
}

static cpk_status build_tree(chatgpt *chatgpt, struct json_object *conversation, cpk_error **error)
{
    const char *named = json_member_text(conversation, "current_node");
    int32_t current;

    chatgpt->repairs = 0;
    CPK_TRY(collect_nodes(chatgpt, error));
    link_parents(chatgpt);
    order_siblings(chatgpt);
    chatgpt->repairs += tree_cut_cycles(chatgpt->tree, chatgpt->count);
    tree_link(chatgpt->tree, chatgpt->count, chatgpt->sequence);
    current = find_node(chatgpt, named);
    chatgpt->repairs += named != NULL && current == TREE_NONE;
    if (current == TREE_NONE) {
        current = guess_current(chatgpt);
    }
    if (current != TREE_NONE) {
        tree_mark_active(chatgpt->tree, current);
    }
    tree_order(chatgpt->tree, chatgpt->count, chatgpt->sequence, chatgpt->order);
    return CPK_OK;
}

/* What identifies a conversation that has no id: its first message, which stays when the conversation grows. */
static const char *conversation_id(chatgpt *chatgpt, struct json_object *conversation)
{
    static const char *const keys[] = {"conversation_id", "id", "uuid"};
    uint64_t hash = 0;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        size_t length;
        const char *id = json_member_text_length(conversation, keys[i], &length);

        if (id != NULL && length > 0) {
            return usable_id(chatgpt, id, length);
        }
    }
    for (size_t i = 0; i < chatgpt->count; i++) {
        struct json_object *message = chatgpt->nodes[i].message;

        if (message != NULL) {
            const char *text = json_object_to_json_string_ext(json_member(message, "content"), JSON_C_TO_STRING_PLAIN);
            int64_t time_us = json_member_time(message, "create_time");

            hash = hash_bytes(hash, chatgpt->nodes[i].key, strlen(chatgpt->nodes[i].key));
            hash = hash_bytes(hash, &time_us, sizeof time_us);
            hash = text != NULL ? hash_bytes(hash, text, strlen(text)) : hash;
            break;
        }
    }
    return made_id(chatgpt, hash);
}

static cpk_status note_message(chatgpt *chatgpt, const chatgpt_node *node, const char *problem, cpk_error **error)
{
    char text[512];

    snprintf(text, sizeof text, "message %s of conversation %s was skipped: %s", node->id,
             chatgpt->writer.conversation_id, problem);
    return add_note(chatgpt, CPK_NOTE_SKIPPED_MESSAGE, text, error);
}

/* The id of the nearest ancestor that was handed over. Skipped nodes are linked past once, so chains of them stay
 * linear: the parent of a skipped node becomes its nearest written ancestor when it is reached. */
static const char *written_parent(chatgpt *chatgpt, int32_t index)
{
    int32_t parent = chatgpt->tree[index].parent;

    if (parent != TREE_NONE && !chatgpt->nodes[parent].is_written) {
        parent = chatgpt->tree[parent].parent;
        chatgpt->tree[index].parent = parent;
    }
    return parent != TREE_NONE ? chatgpt->nodes[parent].id : NULL;
}

static cpk_status write_nodes(chatgpt *chatgpt, int64_t *messages, cpk_error **error)
{
    for (size_t i = 0; i < chatgpt->count; i++) {
        int32_t index = chatgpt->order[i];
        chatgpt_node *node = &chatgpt->nodes[index];
        const char *problem = NULL;

        chatgpt->writer.message_id = node->id;
        chatgpt->writer.parent_id = written_parent(chatgpt, index);
        chatgpt->writer.is_active = chatgpt->tree[index].active;
        if (node->message != NULL) {
            CPK_TRY(chatgpt_write_message(&chatgpt->writer, node->message, &problem, error));
            node->is_written = chatgpt->writer.pieces > 0;
            *messages += chatgpt->writer.pieces;
        } else if (!json_object_is_type(node->node, json_type_object)) {
            problem = "its node is not an object";
        }
        if (problem != NULL) {
            CPK_TRY(note_message(chatgpt, node, problem, error));
        }
    }
    return CPK_OK;
}

static cpk_status skip_conversation(chatgpt *chatgpt, const scan_element *raw, const char *id, const char *why,
                                    cpk_error **error)
{
    char text[512];

    if (raw->uncertain) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "conversation %lld%s%s was skipped: %s", (long long)raw->index + 1,
             id != NULL ? ", " : "", id != NULL ? id : "", why);
    return add_note(chatgpt, CPK_NOTE_SKIPPED_CONVERSATION, text, error);
}

static cpk_status write_conversation(chatgpt *chatgpt, struct json_object *conversation, const scan_element *raw,
                                     cpk_error **error)
{
    size_t length;
    const char *title = json_member_text_length(conversation, "title", &length);
    int64_t messages = 0;
    char text[512];

    CPK_TRY(build_tree(chatgpt, conversation, error));
    chatgpt->writer.conversation_id = conversation_id(chatgpt, conversation);
    chatgpt->writer.conversation_title = title != NULL ? copy_line(chatgpt, title, length) : "";
    if (chatgpt->writer.conversation_id == NULL || chatgpt->writer.conversation_title == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(write_nodes(chatgpt, &messages, error));
    if (messages == 0) {
        return skip_conversation(chatgpt, raw, chatgpt->writer.conversation_id, "no message in it holds anything",
                                 error);
    }
    if (chatgpt->repairs > 0) {
        snprintf(text, sizeof text,
                 "conversation %s: %zu links between messages were wrong (cycles, lost parents, an unknown current "
                 "node) and were mended",
                 chatgpt->writer.conversation_id, chatgpt->repairs);
        return add_note(chatgpt, CPK_NOTE_REPAIRED, text, error);
    }
    return CPK_OK;
}

static cpk_status read_conversation(void *user, struct json_object *value, scan_element *raw, cpk_error **error)
{
    chatgpt *chatgpt = user;

    if (!json_object_is_type(value, json_type_object)) {
        return skip_conversation(chatgpt, raw, NULL, value == NULL ? "it is null" : "it is not an object", error);
    }
    chatgpt->mapping = json_member_object(value, "mapping");
    if (chatgpt->mapping == NULL) {
        const char *id = json_member_text(value, "conversation_id");

        return skip_conversation(chatgpt, raw, id != NULL ? id : json_member_text(value, "id"),
                                 "it has no mapping of messages", error);
    }
    raw->accepted = 1;
    chatgpt->count = (size_t)json_object_object_length(chatgpt->mapping);
    arena_reset(&chatgpt->arena);
    if (chatgpt->count == 0) {
        return skip_conversation(chatgpt, raw, json_member_text(value, "conversation_id"), "it has no messages", error);
    }
    return write_conversation(chatgpt, value, raw, error);
}

static const char *chatgpt_name(void *self)
{
    (void)self;
    return "chatgpt";
}

static int32_t chatgpt_sniff(void *self, const void *head, size_t length, const char *name)
{
    shape shape;

    (void)self;
    (void)name;
    shape_read(&shape, head, length);
    if (!shape.is_json || shape.is_utf16 || shape_has(&shape, "mapping", 3, "fragments")) {
        return 0;
    }
    if (shape_has(&shape, NULL, 0, "mapping")) {
        if (shape_has(&shape, "mapping", 3, "author") || shape_has(&shape, "mapping", 3, "content")) {
            return 95;
        }
        return shape_has(&shape, NULL, 0, "inserted_at") ? 0 : 70;
    }
    /* The mapping may begin behind a long title or a list of links. */
    if (shape_has(&shape, NULL, 0, "current_node") || shape_has(&shape, NULL, 0, "default_model_slug") ||
        shape_has(&shape, NULL, 0, "conversation_template_id")) {
        return 50;
    }
    return 0;
}

static cpk_status chatgpt_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    chatgpt chatgpt = {.context = self, .sink = sink, .file_name = reader->name};
    cpk_status status;

    chatgpt_writer_init(&chatgpt.writer, chatgpt.context, sink);
    arena_init(&chatgpt.arena, &chatgpt.context->allocator);
    buffer_init(&chatgpt.scratch, &chatgpt.context->allocator);
    status = elements_read(chatgpt.context, reader, sink, read_conversation, &chatgpt, error);
    buffer_free(&chatgpt.scratch);
    arena_free(&chatgpt.arena);
    chatgpt_writer_free(&chatgpt.writer);
    return status;
}

void chatgpt_driver_init(cpk_extractor_driver *driver, const context *context)
{
    format_driver_init(driver, context, chatgpt_name, chatgpt_sniff, chatgpt_extract);
}
