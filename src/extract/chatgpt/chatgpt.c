#include "extract/chatgpt/chatgpt.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "extract/chatgpt/chat_page.h"
#include "extract/chatgpt/chatgpt_content.h"
#include "extract/chats/tree.h"
#include "extract/json/elements.h"
#include "extract/json/json_probe.h"
#include "extract/normal.h"

#include <stdio.h>
#include <string.h>

/* Flags of a node besides its position in the tree. */
enum node_flag {
    NODE_NAMES_PARENT = TREE_FLAG_FREE,     /* `parent` is not null */
    NODE_HAS_MESSAGE = TREE_FLAG_FREE << 1, /* `message` is not null */
    NODE_IS_PARENT = TREE_FLAG_FREE << 2,
    NODE_HAS_SIBLINGS = TREE_FLAG_FREE << 3 /* has or lists several children, whose order matters */
};

enum node_member { NODE_PARENT, NODE_CHILDREN, NODE_MESSAGE, NODE_MEMBERS };
static const struct json_name node_names[NODE_MEMBERS] = {JSON_NAME("parent"), JSON_NAME("children"),
                                                          JSON_NAME("message")};

enum conversation_member {
    CONVERSATION_MAPPING,
    CONVERSATION_TITLE,
    CONVERSATION_CURRENT,
    CONVERSATION_CREATED,
    CONVERSATION_UPDATED,
    CONVERSATION_CONVERSATION_ID,
    CONVERSATION_ID,
    CONVERSATION_UUID,
    CONVERSATION_MODEL,
    CONVERSATION_COUNT
};
static const struct json_name conversation_names[CONVERSATION_COUNT] = {
    JSON_NAME("mapping"),     JSON_NAME("title"),       JSON_NAME("current_node"),
    JSON_NAME("create_time"), JSON_NAME("update_time"), JSON_NAME("conversation_id"),
    JSON_NAME("id"),          JSON_NAME("uuid"),        JSON_NAME("default_model_slug")};

struct chatgpt {
    const struct context *context;
    const cpk_sink *sink;
    const char *file_name;
    struct chatgpt_writer writer;
    struct buffer scratch;
    struct buffer conversation_id;
    struct buffer title;
    struct buffer message_id;
    struct buffer parent_id;

    /* the current conversation; 27 bytes per node */
    struct json_view members[CONVERSATION_COUNT];
    struct json_members nodes; /* members of the mapping */
    struct tree tree;
    int32_t *nearest_emitted; /* per node: itself or the nearest ancestor that was emitted */
    int32_t identified;       /* the node whose id is in message_id */
    size_t count;
    size_t repairs;
};

static cpk_status add_note(struct chatgpt *chatgpt, int32_t note, const char *text, cpk_error **error)
{
    return chatgpt->sink->note(chatgpt->sink->self, note, chatgpt->file_name, text, error);
}

static cpk_status find_node(struct chatgpt *chatgpt, struct json_view key, int32_t *index, cpk_error **error)
{
    size_t found;

    CPK_TRY(json_members_find(&chatgpt->nodes, key, &found, error));
    *index = found != SIZE_MAX ? (int32_t)found : TREE_NONE;
    return CPK_OK;
}

static void select_node(struct chatgpt *chatgpt, size_t index, struct json_view members[NODE_MEMBERS])
{
    json_select(json_members_value(&chatgpt->nodes, index), node_names, NODE_MEMBERS, members);
}

static void set_derived_id(struct buffer *target, uint64_t hash)
{
    char id[FORMAT_DERIVED_ID_BYTES];

    format_derived_id(hash, id);
    buffer_clear(target);
    buffer_append_text(target, id);
}

/* Sets an id from the export; if it is not usable, an id derived from it. */
static cpk_status set_id(struct chatgpt *chatgpt, struct buffer *target, struct json_view id, cpk_error **error)
{
    struct buffer *scratch = &chatgpt->scratch;

    buffer_clear(scratch);
    json_append_start(scratch, id, CHATGPT_ID_BYTES_MAX + 4);
    buffer_clear(target);
    if (scratch->length <= CHATGPT_ID_BYTES_MAX) {
        normal_append_line(target, buffer_text(scratch), scratch->length);
    }
    if (!scratch->failed && !target->failed && target->length == 0) { /* also clears a failure of the target */
        set_derived_id(target, json_hash_text(0, id));
    }
    return scratch->failed || target->failed ? error_out_of_memory(error) : CPK_OK;
}

static void set_parent(struct chatgpt *chatgpt, size_t index, int32_t parent)
{
    uint8_t *flags = chatgpt->tree.flags;

    chatgpt->tree.parents[index] = parent;
    if (parent != TREE_NONE) {
        flags[parent] |= (flags[parent] & NODE_IS_PARENT) != 0 ? NODE_HAS_SIBLINGS : NODE_IS_PARENT;
    }
}

typedef void (*child_fn)(struct chatgpt *chatgpt, int32_t parent, int32_t child);

static cpk_status for_each_child(struct chatgpt *chatgpt, int32_t parent, struct json_view children, child_fn each,
                                 cpk_error **error)
{
    struct json_iter iter;

    json_iter_init(&iter, children);
    while (!iter.is_object && json_iter_next(&iter)) {
        int32_t child;

        CPK_TRY(find_node(chatgpt, iter.value, &child, error));
        if (child != TREE_NONE) {
            each(chatgpt, parent, child);
        }
    }
    return CPK_OK;
}

/* A child that names no parent belongs to the first node that lists it. Until siblings are linked, `next` stores that
 * node. */
static void record_lister(struct chatgpt *chatgpt, int32_t parent, int32_t child)
{
    if (child != parent && chatgpt->tree.links[child].next == TREE_NONE) {
        chatgpt->tree.links[child].next = parent;
    }
}

static void add_child(struct chatgpt *chatgpt, int32_t parent, int32_t child)
{
    if (chatgpt->tree.parents[child] == parent && !tree_is_added(&chatgpt->tree, child)) {
        tree_add(&chatgpt->tree, child);
    }
}

static cpk_status link_node(struct chatgpt *chatgpt, size_t index, cpk_error **error)
{
    struct json_view members[NODE_MEMBERS];
    int32_t parent;

    select_node(chatgpt, index, members);
    CPK_TRY(find_node(chatgpt, members[NODE_PARENT], &parent, error));
    parent = parent == (int32_t)index ? TREE_NONE : parent;
    set_parent(chatgpt, index, parent);
    chatgpt->repairs += !json_is_empty_text(members[NODE_PARENT]) && parent == TREE_NONE;
    chatgpt->tree.flags[index] |= members[NODE_PARENT].type != JSON_VIEW_NONE ? NODE_NAMES_PARENT : 0;
    chatgpt->tree.flags[index] |= members[NODE_MESSAGE].type != JSON_VIEW_NONE ? NODE_HAS_MESSAGE : 0;
    chatgpt->tree.flags[index] |= json_has_items(members[NODE_CHILDREN], 2) ? NODE_HAS_SIBLINGS : 0;
    return for_each_child(chatgpt, (int32_t)index, members[NODE_CHILDREN], record_lister, error);
}

/* Sets parents from `parent`, or from the `children` list that contains the node if it names none. */
static cpk_status link_parents(struct chatgpt *chatgpt, cpk_error **error)
{
    for (size_t i = 0; i < chatgpt->count; i++) {
        CPK_TRY(link_node(chatgpt, i, error));
    }
    for (size_t i = 0; i < chatgpt->count; i++) {
        int32_t lister = chatgpt->tree.links[i].next;

        chatgpt->tree.links[i].next = TREE_NONE;
        if ((chatgpt->tree.flags[i] & NODE_NAMES_PARENT) == 0 && lister != TREE_NONE) {
            set_parent(chatgpt, i, lister);
        }
    }
    return CPK_OK;
}

/* Orders siblings as in `children`, then as in the mapping. After cycles were cut, roots are ordered as well. */
static cpk_status order_siblings(struct chatgpt *chatgpt, int32_t had_cycles, cpk_error **error)
{
    for (size_t i = 0; i < chatgpt->count; i++) {
        struct json_view members[NODE_MEMBERS];

        if (had_cycles || (chatgpt->tree.flags[i] & NODE_HAS_SIBLINGS) != 0) {
            select_node(chatgpt, i, members);
            CPK_TRY(for_each_child(chatgpt, (int32_t)i, members[NODE_CHILDREN], add_child, error));
        }
    }
    for (size_t i = 0; i < chatgpt->count; i++) {
        if (!tree_is_added(&chatgpt->tree, (int32_t)i)) {
            tree_add(&chatgpt->tree, (int32_t)i);
        }
    }
    return CPK_OK;
}

/* The current node if `current_node` does not give it: the leaf with the newest time, the last of equal ones. */
static int32_t find_newest_leaf(struct chatgpt *chatgpt)
{
    int32_t best = TREE_NONE;
    int64_t best_time = 0;

    for (size_t i = 0; i < chatgpt->count; i++) {
        struct json_view members[NODE_MEMBERS];
        int64_t time_us;

        if (!tree_is_leaf(&chatgpt->tree, (int32_t)i) || (chatgpt->tree.flags[i] & NODE_HAS_MESSAGE) == 0) {
            continue;
        }
        select_node(chatgpt, i, members);
        time_us = json_time(json_get(members[NODE_MESSAGE], "create_time"));
        if (best == TREE_NONE || time_us >= best_time) {
            best = (int32_t)i;
            best_time = time_us;
        }
    }
    return best;
}

static cpk_status build_tree(struct chatgpt *chatgpt, cpk_error **error)
{
    struct json_view named = chatgpt->members[CONVERSATION_CURRENT];
    size_t cycles;
    int32_t current;

    CPK_TRY(link_parents(chatgpt, error));
    cycles = tree_cut_cycles(&chatgpt->tree);
    chatgpt->repairs += cycles;
    CPK_TRY(order_siblings(chatgpt, cycles > 0, error));
    CPK_TRY(find_node(chatgpt, named, &current, error));
    json_members_end_lookup(&chatgpt->nodes);
    chatgpt->repairs += named.type == JSON_VIEW_STRING && current == TREE_NONE;
    if (current == TREE_NONE) {
        current = find_newest_leaf(chatgpt);
    }
    if (current != TREE_NONE) {
        tree_mark_active(&chatgpt->tree, current);
    }
    return CPK_OK;
}

/* Hashes the first message, to identify a conversation without an id. It stays the same when the conversation grows. */
static cpk_status hash_first_message(struct chatgpt *chatgpt, uint64_t *hash, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("content"), JSON_NAME("create_time")};

    for (size_t i = 0; i < chatgpt->count; i++) {
        struct json_view members[NODE_MEMBERS];
        struct json_view message[2];
        int64_t time_us;

        if ((chatgpt->tree.flags[i] & NODE_HAS_MESSAGE) == 0) {
            continue;
        }
        select_node(chatgpt, i, members);
        json_select(members[NODE_MESSAGE], names, 2, message);
        time_us = json_time(message[1]);
        *hash = json_hash_text(*hash, json_members_name(&chatgpt->nodes, i));
        *hash = hash_bytes(*hash, &time_us, sizeof time_us);
        return json_hash_compact(message[0], &chatgpt->context->allocator, hash, error);
    }
    return CPK_OK;
}

static cpk_status set_conversation_id(struct chatgpt *chatgpt, cpk_error **error)
{
    uint64_t hash = 0;

    for (size_t i = CONVERSATION_CONVERSATION_ID; i <= CONVERSATION_UUID; i++) {
        if (!json_is_empty_text(chatgpt->members[i])) {
            return set_id(chatgpt, &chatgpt->conversation_id, chatgpt->members[i], error);
        }
    }
    CPK_TRY(hash_first_message(chatgpt, &hash, error));
    set_derived_id(&chatgpt->conversation_id, hash);
    return chatgpt->conversation_id.failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status set_title(struct chatgpt *chatgpt, cpk_error **error)
{
    buffer_clear(&chatgpt->scratch);
    json_append_start(&chatgpt->scratch, chatgpt->members[CONVERSATION_TITLE], FORMAT_NAME_BYTES_MAX);
    buffer_clear(&chatgpt->title);
    normal_append_line(&chatgpt->title, buffer_text(&chatgpt->scratch), chatgpt->scratch.length);
    return chatgpt->scratch.failed || chatgpt->title.failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status note_message(struct chatgpt *chatgpt, const char *problem, cpk_error **error)
{
    char text[512];

    snprintf(text, sizeof text, "message %s of conversation %s was skipped: %s", chatgpt->writer.message_id,
             chatgpt->writer.conversation_id, problem);
    return add_note(chatgpt, CPK_NOTE_SKIPPED_MESSAGE, text, error);
}

/* Sets the ids of the node and of its nearest emitted ancestor. */
static cpk_status identify_node(struct chatgpt *chatgpt, int32_t index, cpk_error **error)
{
    int32_t parent = tree_parent(&chatgpt->tree, index);
    int32_t above = parent != TREE_NONE ? chatgpt->nearest_emitted[parent] : TREE_NONE;

    if (above != TREE_NONE && above == chatgpt->identified) { /* the message before, as in most conversations */
        struct buffer parent_id = chatgpt->parent_id;

        chatgpt->parent_id = chatgpt->message_id;
        chatgpt->message_id = parent_id;
    } else if (above != TREE_NONE) {
        CPK_TRY(set_id(chatgpt, &chatgpt->parent_id, json_members_name(&chatgpt->nodes, (size_t)above), error));
    }
    CPK_TRY(set_id(chatgpt, &chatgpt->message_id, json_members_name(&chatgpt->nodes, (size_t)index), error));
    chatgpt->identified = index;
    chatgpt->writer.message_id = buffer_text(&chatgpt->message_id);
    chatgpt->writer.parent_id = above != TREE_NONE ? buffer_text(&chatgpt->parent_id) : NULL;
    chatgpt->nearest_emitted[index] = above;
    return CPK_OK;
}

static cpk_status write_node(struct chatgpt *chatgpt, int32_t index, int64_t *messages, cpk_error **error)
{
    struct json_view node = json_members_value(&chatgpt->nodes, (size_t)index);
    struct json_view members[NODE_MEMBERS];
    const char *problem = NULL;

    json_select(node, node_names, NODE_MEMBERS, members);
    CPK_TRY(identify_node(chatgpt, index, error));
    chatgpt->writer.is_active = tree_is_active(&chatgpt->tree, index);
    if (members[NODE_MESSAGE].type != JSON_VIEW_NONE) {
        CPK_TRY(chatgpt_write_message(&chatgpt->writer, members[NODE_MESSAGE], &problem, error));
        if (chatgpt->writer.pieces > 0) {
            chatgpt->nearest_emitted[index] = index;
        }
        *messages += chatgpt->writer.pieces;
    } else if (node.type != JSON_VIEW_OBJECT) {
        problem = "its node is not an object";
    }
    return problem != NULL ? note_message(chatgpt, problem, error) : CPK_OK;
}

static cpk_status write_nodes(struct chatgpt *chatgpt, int64_t *messages, cpk_error **error)
{
    struct tree_iter iter;

    chatgpt->nearest_emitted =
        memory_allocate_array(&chatgpt->context->allocator, chatgpt->count, sizeof *chatgpt->nearest_emitted);
    if (chatgpt->nearest_emitted == NULL) {
        return error_out_of_memory(error);
    }
    chatgpt->identified = TREE_NONE;
    tree_iter_init(&iter, &chatgpt->tree);
    for (int32_t at = tree_iter_next(&iter); at != TREE_NONE; at = tree_iter_next(&iter)) {
        CPK_TRY(write_node(chatgpt, at, messages, error));
    }
    return CPK_OK;
}

/* Adds a CPK_NOTE_* about a skipped conversation; `id` may be NONE. */
static cpk_status skip_conversation(struct chatgpt *chatgpt, const struct json_element *raw, struct json_view id,
                                    int32_t note, const char *why, cpk_error **error)
{
    char text[512];

    if (raw->uncertain) {
        return CPK_OK;
    }
    buffer_clear(&chatgpt->scratch);
    json_append_start(&chatgpt->scratch, id, CHATGPT_ID_BYTES_MAX);
    if (chatgpt->scratch.failed) {
        return error_out_of_memory(error);
    }
    snprintf(text, sizeof text, "conversation %lld%s%s was skipped: %s", (long long)raw->index + 1,
             id.type == JSON_VIEW_STRING ? ", " : "", buffer_text(&chatgpt->scratch), why);
    return add_note(chatgpt, note, text, error);
}

static cpk_status write_conversation(struct chatgpt *chatgpt, const struct json_element *raw, size_t bytes,
                                     cpk_error **error)
{
    int64_t messages = 0;
    char text[512];

    chatgpt->repairs = 0;
    CPK_TRY(json_members_read(&chatgpt->nodes, chatgpt->members[CONVERSATION_MAPPING], error));
    chatgpt->count = chatgpt->nodes.count;
    if (!tree_init(&chatgpt->tree, &chatgpt->context->allocator, chatgpt->count)) {
        return error_out_of_memory(error);
    }
    CPK_TRY(build_tree(chatgpt, error));
    CPK_TRY(set_conversation_id(chatgpt, error));
    CPK_TRY(set_title(chatgpt, error));
    chatgpt_begin_conversation(&chatgpt->writer, bytes);
    chatgpt->writer.default_model = chatgpt->members[CONVERSATION_MODEL];
    chatgpt->writer.conversation_id = buffer_text(&chatgpt->conversation_id);
    chatgpt->writer.conversation_title = buffer_text(&chatgpt->title);
    chatgpt->writer.conversation_time_us = json_time(chatgpt->members[CONVERSATION_CREATED]);
    if (chatgpt->writer.conversation_time_us == CPK_TIME_UNKNOWN) {
        chatgpt->writer.conversation_time_us = json_time(chatgpt->members[CONVERSATION_UPDATED]);
    }
    CPK_TRY(write_nodes(chatgpt, &messages, error));
    if (messages == 0) {
        snprintf(text, sizeof text, "conversation %lld, %s was skipped: no message has content",
                 (long long)raw->index + 1, chatgpt->writer.conversation_id);
        return raw->uncertain ? CPK_OK : add_note(chatgpt, CPK_NOTE_SKIPPED_CONVERSATION, text, error);
    }
    if (chatgpt->repairs > 0) {
        snprintf(
            text, sizeof text,
            "conversation %s: %zu links between messages were invalid (cycles, missing parents, an unknown current "
            "node) and were repaired",
            chatgpt->writer.conversation_id, chatgpt->repairs);
        return add_note(chatgpt, CPK_NOTE_REPAIRED, text, error);
    }
    return CPK_OK;
}

/* Frees the data of the conversation's nodes. */
static void end_conversation(struct chatgpt *chatgpt)
{
    memory_release_array(&chatgpt->context->allocator, chatgpt->nearest_emitted, chatgpt->count,
                         sizeof *chatgpt->nearest_emitted);
    chatgpt->nearest_emitted = NULL;
    tree_free(&chatgpt->tree);
    json_members_end_lookup(&chatgpt->nodes);
}

static cpk_status read_conversation(void *user, struct json_view value, struct json_element *raw, cpk_error **error)
{
    static const struct json_view none;
    struct chatgpt *chatgpt = user;
    cpk_status status;

    if (value.type != JSON_VIEW_OBJECT) {
        return skip_conversation(chatgpt, raw, none, CPK_NOTE_UNREADABLE_CONVERSATION,
                                 value.type == JSON_VIEW_NONE ? "it is null" : "it is not an object", error);
    }
    json_select(value, conversation_names, CONVERSATION_COUNT, chatgpt->members);
    if (chatgpt->members[CONVERSATION_MAPPING].type != JSON_VIEW_OBJECT) {
        struct json_view id = chatgpt->members[CONVERSATION_CONVERSATION_ID];

        return skip_conversation(chatgpt, raw, id.type == JSON_VIEW_STRING ? id : chatgpt->members[CONVERSATION_ID],
                                 CPK_NOTE_UNREADABLE_CONVERSATION, "it has no mapping of messages", error);
    }
    raw->accepted = 1;
    if (!json_has_items(chatgpt->members[CONVERSATION_MAPPING], 1)) {
        return skip_conversation(chatgpt, raw, chatgpt->members[CONVERSATION_CONVERSATION_ID],
                                 CPK_NOTE_SKIPPED_CONVERSATION, "it has no messages", error);
    }
    status = write_conversation(chatgpt, raw, value.end - value.start, error);
    end_conversation(chatgpt);
    return status;
}

static const char *chatgpt_name(void *self)
{
    (void)self;
    return "chatgpt";
}

static int32_t chatgpt_sniff(void *self, const void *head, size_t length, const char *name)
{
    struct json_probe probe;

    (void)self;
    (void)name;
    json_probe_read(&probe, head, length);
    if (!probe.is_json || probe.is_utf16 || json_probe_has(&probe, "mapping", 3, "fragments")) {
        return 0;
    }
    if (json_probe_has(&probe, NULL, 0, "mapping")) {
        if (json_probe_has(&probe, "mapping", 3, "author") || json_probe_has(&probe, "mapping", 3, "content")) {
            return 95;
        }
        return json_probe_has(&probe, NULL, 0, "inserted_at") ? 0 : 70;
    }
    /* The mapping may start after a long title or a list of links, beyond the head. */
    if (json_probe_has(&probe, NULL, 0, "current_node") || json_probe_has(&probe, NULL, 0, "default_model_slug") ||
        json_probe_has(&probe, NULL, 0, "conversation_template_id")) {
        return 50;
    }
    return 0;
}

static cpk_status chatgpt_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    struct chatgpt chatgpt = {.context = self, .sink = sink, .file_name = reader->name};
    struct buffer *texts[] = {&chatgpt.scratch, &chatgpt.conversation_id, &chatgpt.title, &chatgpt.message_id,
                              &chatgpt.parent_id};
    cpk_status status;

    chatgpt_writer_init(&chatgpt.writer, chatgpt.context, sink);
    json_members_init(&chatgpt.nodes, &chatgpt.context->allocator);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        buffer_init(texts[i], &chatgpt.context->allocator);
    }
    status = elements_read_conversations(chatgpt.context, reader, sink, chatgpt_name(self), read_conversation, &chatgpt,
                                         NULL, error);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        buffer_free(texts[i]);
    }
    json_members_free(&chatgpt.nodes);
    chatgpt_writer_free(&chatgpt.writer);
    return status;
}

void chatgpt_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, chatgpt_name, chatgpt_sniff, chatgpt_extract);
}

static int32_t page_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    (void)name;
    return chat_page_is(head, length) ? 95 : 0;
}

static cpk_status page_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    struct chat_page page;

    chat_page_open(&page, reader);
    return chatgpt_extract(self, &page.reader, sink, error);
}

void chatgpt_page_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, chatgpt_name, page_sniff, page_extract);
}
