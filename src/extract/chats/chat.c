#include "extract/chats/chat.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "extract/chats/tree.h"
#include "extract/normal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define KEPT_BYTES         ((size_t)1 << 20) /* larger text buffers are freed after use */
#define ATTACHMENTS_MAX    1024              /* of one message; more are omitted */
#define CONTENT_LEVELS_MAX 4                 /* content in content */

#define IS_FOLLOWED        TREE_FLAG_FREE /* of a message: one with content is below it */
#define IS_NAMED           TREE_FLAG_FREE /* others name it as their parent; only while parents are looked for */

cpk_status chat_init(struct chat *chat, const struct context *context, const cpk_sink *sink, const char *provider,
                     cpk_error **error)
{
    struct buffer *buffers[] = {&chat->provider_text, &chat->speech,       &chat->scrap,  &chat->id_text,
                                &chat->title_text,    &chat->current_text, &chat->last_id};

    memset(chat, 0, sizeof *chat);
    chat->context = context;
    chat->sink = sink;
    chat->provider = provider;
    arena_init(&chat->arena, &context->allocator);
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        buffer_init(buffers[i], &context->allocator);
    }
    return context_random(context, &chat->hash_key, sizeof chat->hash_key, error);
}

static void release_kept(struct chat *chat)
{
    memory_release_array(&chat->context->allocator, chat->kept, chat->kept_capacity, sizeof *chat->kept);
    chat->kept = NULL;
    chat->kept_count = 0;
    chat->kept_capacity = 0;
}

void chat_free(struct chat *chat)
{
    release_kept(chat);
    buffer_free(&chat->provider_text);
    buffer_free(&chat->speech);
    buffer_free(&chat->scrap);
    buffer_free(&chat->id_text);
    buffer_free(&chat->title_text);
    buffer_free(&chat->current_text);
    buffer_free(&chat->last_id);
    arena_free(&chat->arena);
}

static cpk_status check_memory(const struct chat *chat, cpk_error **error)
{
    return chat->out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

/* --- lines --- */

const char *chat_clean_line(struct chat *chat, const char *text, size_t length)
{
    char *line = NULL;

    buffer_clear(&chat->scrap);
    normal_append_line(&chat->scrap, text, length < FORMAT_NAME_BYTES_MAX ? length : FORMAT_NAME_BYTES_MAX);
    if (!chat->scrap.failed && chat->scrap.length == 0) {
        return NULL;
    }
    if (!chat->scrap.failed) {
        line = arena_copy_bytes(&chat->arena, chat->scrap.data, chat->scrap.length);
    }
    chat->out_of_memory = chat->out_of_memory || line == NULL;
    return line;
}

const char *chat_line(struct chat *chat, struct json_view view)
{
    struct buffer text;
    const char *line;

    if (view.type == JSON_VIEW_NUMBER) {
        return chat_clean_line(chat, view.doc->text + view.start, view.end - view.start);
    }
    if (view.type != JSON_VIEW_STRING) {
        return NULL;
    }
    buffer_init(&text, &chat->context->allocator);
    json_append_start(&text, view, FORMAT_NAME_BYTES_MAX);
    chat->out_of_memory = chat->out_of_memory || text.failed;
    line = chat_clean_line(chat, buffer_text(&text), text.length);
    buffer_free(&text);
    return line;
}

/* Sets `target` to the id, or to a derived one if it is longer than ids may be. */
static void set_id(struct chat *chat, struct buffer *target, const char *id)
{
    char derived[FORMAT_DERIVED_ID_BYTES];

    buffer_clear(target);
    if (strlen(id) > CHAT_ID_BYTES_MAX) {
        format_derived_id(hash_bytes(0, id, strlen(id)), derived);
        id = derived;
    }
    buffer_append_text(target, id);
    chat->out_of_memory = chat->out_of_memory || target->failed;
}

static const char *short_id(struct chat *chat, const char *id)
{
    char derived[FORMAT_DERIVED_ID_BYTES];
    const char *copy;

    if (id == NULL || strlen(id) <= CHAT_ID_BYTES_MAX) {
        return id;
    }
    format_derived_id(hash_bytes(0, id, strlen(id)), derived);
    copy = arena_copy_text(&chat->arena, derived);
    chat->out_of_memory = chat->out_of_memory || copy == NULL;
    return copy;
}

/* --- conversation --- */

void chat_set_title(struct chat *chat, const char *title)
{
    buffer_clear(&chat->title_text);
    buffer_append_text(&chat->title_text, title != NULL ? title : "");
    chat->out_of_memory = chat->out_of_memory || chat->title_text.failed;
}

void chat_set_provider(struct chat *chat, const char *provider)
{
    buffer_clear(&chat->provider_text);
    buffer_append_text(&chat->provider_text, provider);
    chat->out_of_memory = chat->out_of_memory || chat->provider_text.failed;
    chat->provider = buffer_text(&chat->provider_text);
}

void chat_set_current(struct chat *chat, const char *message_id)
{
    buffer_clear(&chat->current_text);
    if (message_id != NULL) {
        set_id(chat, &chat->current_text, message_id);
    }
}

void chat_set_id(struct chat *chat, const char *id)
{
    if (id != NULL) {
        set_id(chat, &chat->id_text, id);
    }
}

void chat_begin(struct chat *chat, enum chat_order order, const char *id, const char *title, uint64_t identity)
{
    char derived[FORMAT_DERIVED_ID_BYTES];

    format_derived_id(identity, derived);
    set_id(chat, &chat->id_text, id != NULL ? id : derived);
    chat_set_title(chat, title);
    chat_set_current(chat, NULL);
    buffer_clear(&chat->last_id);
    arena_reset(&chat->arena);
    chat->order = order;
    chat->kept_count = 0;
    chat->position = 0;
    chat->repaired_count = 0;
    chat->emitted_before = chat->emitted_count;
    chat->in_conversation = 1;
    chat->in_message = 0;
    chat->is_too_long = 0;
    chat->default_model = NULL;
}

cpk_status chat_note(struct chat *chat, int32_t note, const char *text, cpk_error **error)
{
    const char *where = chat->title_text.length > 0 ? buffer_text(&chat->title_text) : buffer_text(&chat->id_text);

    return chat->sink->note(chat->sink->self, note, where, text, error);
}

/* --- parts --- */

void chat_begin_message(struct chat *chat, const char *id, const char *parent_id, int32_t role)
{
    memset(&chat->message, 0, sizeof chat->message);
    chat->message.id = short_id(chat, id);
    chat->message.parent_id = short_id(chat, parent_id);
    chat->message.role = (uint8_t)role;
    chat->message.kind = CPK_KIND_TEXT;
    chat->attachment_capacity = 0;
    chat->message.model = chat->default_model;
    chat->message.time_us = CPK_TIME_UNKNOWN;
    chat->in_message = 1;
    buffer_clear(&chat->speech);
}

void chat_speak(struct chat *chat, struct json_view text)
{
    json_append_text(&chat->speech, text);
    chat->out_of_memory = chat->out_of_memory || chat->speech.failed;
}

void chat_speak_bytes(struct chat *chat, const char *text, size_t length)
{
    buffer_append(&chat->speech, text, length);
    chat->out_of_memory = chat->out_of_memory || chat->speech.failed;
}

/* The text as it is passed on, in the arena; NULL if nothing is left of it. */
static const char *normal_copy(struct chat *chat, const char *text, size_t *length)
{
    char *copy = NULL;

    if (normal_prefix(text, *length) == *length) {
        size_t start;

        *length = normal_trimmed_end(text, *length);
        start = normal_trimmed_start(text, *length);
        *length -= start;
        copy = *length > 0 ? arena_copy_bytes(&chat->arena, text + start, *length) : NULL;
    } else {
        buffer_clear(&chat->scrap);
        normal_append_trimmed(&chat->scrap, text, *length);
        chat->out_of_memory = chat->out_of_memory || chat->scrap.failed;
        *length = chat->scrap.failed ? 0 : chat->scrap.length;
        copy = *length > 0 ? arena_copy_bytes(&chat->arena, chat->scrap.data, *length) : NULL;
        buffer_release_above(&chat->scrap, KEPT_BYTES);
    }
    chat->out_of_memory = chat->out_of_memory || (*length > 0 && copy == NULL);
    return copy;
}

void chat_flush_as(struct chat *chat, int32_t role, int32_t kind, uint32_t flags)
{
    size_t length = chat->speech.length;
    const char *text;
    struct chat_part *part;

    if (length == 0 || chat->speech.failed) {
        return;
    }
    text = normal_copy(chat, chat->speech.data, &length);
    buffer_clear(&chat->speech);
    buffer_release_above(&chat->speech, KEPT_BYTES);
    if (text == NULL) {
        return;
    }
    part = arena_allocate(&chat->arena, sizeof *part);
    if (part == NULL) {
        chat->out_of_memory = 1;
        return;
    }
    if (kind == CPK_KIND_THINKING && chat->order != CHAT_GIVEN) {
        flags |= CPK_MESSAGE_HIDDEN;
    }
    *part = (struct chat_part){text, length, NULL, (uint8_t)flags, (uint8_t)role, (uint8_t)kind};
    if (chat->message.first != NULL) {
        chat->last_part->next = part;
    } else {
        chat->message.first = part;
    }
    chat->last_part = part;
}

void chat_flush(struct chat *chat, int32_t kind)
{
    chat_flush_as(chat, chat->message.role, kind, 0);
}

void chat_add(struct chat *chat, int32_t role, int32_t kind, uint32_t flags, struct json_view text)
{
    chat_flush(chat, CPK_KIND_TEXT);
    chat_speak(chat, text);
    chat_flush_as(chat, role, kind, flags);
}

void chat_speak_value(struct chat *chat, struct json_view value)
{
    if (value.type == JSON_VIEW_STRING) {
        chat_speak(chat, value);
    } else if (value.type != JSON_VIEW_NONE) {
        chat->out_of_memory =
            json_append_compact(&chat->speech, value, NULL) == CPK_ERROR_OUT_OF_MEMORY || chat->out_of_memory;
    }
}

void chat_add_call(struct chat *chat, struct json_view name, const char *fallback_name, struct json_view input)
{
    chat_flush(chat, CPK_KIND_TEXT);
    if (json_is_empty_text(name)) {
        chat_speak_bytes(chat, fallback_name, strlen(fallback_name));
    } else {
        chat_speak(chat, name);
    }
    if (input.type != JSON_VIEW_NONE) {
        chat_speak_bytes(chat, "\n", 1);
        chat_speak_value(chat, input);
    }
    chat_flush(chat, CPK_KIND_TOOL_CALL);
}

void chat_attach(struct chat *chat, const char *id, const char *name, const char *media_type, int64_t size_bytes)
{
    struct chat_message *message = &chat->message;
    uint32_t capacity = chat->attachment_capacity;

    if ((id == NULL && name == NULL && media_type == NULL) || message->attachment_count == ATTACHMENTS_MAX) {
        return;
    }
    if (message->attachment_count == capacity) {
        cpk_attachment *grown;

        capacity = capacity > 0 ? 2 * capacity : 2;
        grown = arena_allocate(&chat->arena, capacity * sizeof *grown);
        if (grown == NULL) {
            chat->out_of_memory = 1;
            return;
        }
        if (message->attachment_count > 0) {
            memcpy(grown, message->attachments, message->attachment_count * sizeof *grown);
        }
        message->attachments = grown;
        chat->attachment_capacity = capacity;
    }
    message->attachments[message->attachment_count++] = (cpk_attachment){id, name, media_type, size_bytes};
}

/* --- messages to the sink --- */

/* The id of a message: its own, or one of its place in the conversation and its text. */
static const char *message_id(struct chat *chat, const struct chat_message *message, size_t position,
                              char derived[FORMAT_DERIVED_ID_BYTES])
{
    int64_t place = (int64_t)position;
    uint64_t hash;

    if (message->id != NULL) {
        return message->id;
    }
    hash = hash_bytes(0, buffer_text(&chat->id_text), chat->id_text.length);
    hash = hash_bytes(hash, &place, sizeof place);
    if (message->first != NULL) {
        hash = hash_bytes(hash, message->first->text, message->first->length);
    }
    format_derived_id(hash, derived);
    return derived;
}

/* Passes the parts of a message on: the first has its id, the others are its children. */
static cpk_status emit(struct chat *chat, const struct chat_message *from, const char *id, const char *parent_id,
                       uint32_t flags, cpk_error **error)
{
    const struct chat_part empty = {.text = "", .role = from->role, .kind = from->kind};
    const struct chat_part *part = from->first != NULL ? from->first : &empty;
    char part_id[CHAT_ID_BYTES_MAX + 32];
    size_t number = 1;

    for (; part != NULL; part = part->next, number++) {
        cpk_message message = {.struct_size = sizeof message};

        snprintf(part_id, sizeof part_id, "%s/%zu", id, number);
        message.flags = flags | from->flags | part->flags;
        message.role = part->role;
        message.kind = part->kind;
        message.time_us = from->time_us;
        message.provider = chat->provider;
        message.conversation_id = buffer_text(&chat->id_text);
        message.conversation_title = buffer_text(&chat->title_text);
        message.message_id = number == 1 ? id : part_id;
        message.parent_id = number == 1 ? parent_id : id;
        message.model = message.role == CPK_ROLE_ASSISTANT || chat->order == CHAT_GIVEN ? from->model : NULL;
        message.text = part->text;
        message.text_length = part->length;
        message.attachments = number == 1 ? from->attachments : NULL;
        message.attachment_count = number == 1 ? from->attachment_count : 0;
        chat->emitted_count++;
        CPK_TRY(chat->sink->message(chat->sink->self, &message, error));
    }
    return CPK_OK;
}

static cpk_status emit_at_once(struct chat *chat, cpk_error **error)
{
    char derived[FORMAT_DERIVED_ID_BYTES];
    const char *id = message_id(chat, &chat->message, chat->position, derived);
    const char *last = chat->last_id.length > 0 ? buffer_text(&chat->last_id) : NULL;
    const char *parent = chat->order == CHAT_GIVEN ? chat->message.parent_id : last;

    if (last != NULL && strcmp(last, id) == 0) { /* a file that repeats an id */
        chat->message.id = NULL;
        id = message_id(chat, &chat->message, chat->position, derived);
    }
    CPK_TRY(emit(chat, &chat->message, id, parent, chat->message.is_aside ? 0 : CPK_MESSAGE_ACTIVE_BRANCH, error));
    set_id(chat, &chat->last_id, id);
    return check_memory(chat, error);
}

static cpk_status keep(struct chat *chat, cpk_error **error)
{
    if (chat->kept_count == chat->kept_capacity) {
        size_t capacity = chat->kept_capacity + chat->kept_capacity / 2 + 16;
        struct chat_message *grown = NULL;

        if (capacity <= INT32_MAX) {
            grown = memory_resize_array(&chat->context->allocator, chat->kept, chat->kept_capacity, capacity,
                                        sizeof *grown);
        }
        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        chat->kept = grown;
        chat->kept_capacity = capacity;
    }
    chat->kept[chat->kept_count++] = chat->message;
    if (chat->arena.used_bytes > (size_t)context_setting(chat->context, SETTING_IMPORT_MAX_CONVERSATION_BYTES)) {
        chat->is_too_long = 1;
    }
    return CPK_OK;
}

static int32_t is_empty(const struct chat_message *message)
{
    return message->first == NULL && message->attachment_count == 0;
}

cpk_status chat_end_message(struct chat *chat, int32_t is_quiet, cpk_error **error)
{
    cpk_status status = CPK_OK;

    if (!chat->in_message) {
        return CPK_OK;
    }
    chat_flush(chat, CPK_KIND_TEXT);
    chat->in_message = 0;
    CPK_TRY(check_memory(chat, error));
    if (is_empty(&chat->message) && !is_quiet) {
        CPK_TRY(chat_note(chat, CPK_NOTE_SKIPPED_MESSAGE, "a message without text or files", error));
    }
    if (chat->is_too_long) {
        arena_reset(&chat->arena);
    } else if (chat->order == CHAT_TREE && (chat->message.id != NULL || !is_empty(&chat->message))) {
        status = keep(chat, error); /* also an empty one: others may name it as their parent */
    } else if (chat->order != CHAT_TREE && !is_empty(&chat->message)) {
        status = emit_at_once(chat, error);
    }
    if (chat->order != CHAT_TREE) {
        arena_reset(&chat->arena);
    }
    chat->position++;
    return status;
}

/* --- trees --- */

/* Hash table of the messages' ids: index + 1 in each slot. */
struct id_table {
    uint32_t *slots;
    size_t count;
};

static uint64_t hash_id(const struct chat *chat, const char *id)
{
    return hash_bytes(chat->hash_key, id, strlen(id));
}

/* The slot of an id: of the message that has it, or a free one. */
static size_t find_slot(const struct chat *chat, const struct id_table *table, const char *id)
{
    size_t at = (size_t)hash_id(chat, id) & (table->count - 1);

    while (table->slots[at] != 0 && strcmp(chat->kept[table->slots[at] - 1].id, id) != 0) {
        at = (at + 1) & (table->count - 1);
    }
    return at;
}

/* A later message with the same id loses it. */
static void index_ids(struct chat *chat, struct id_table *table)
{
    for (size_t i = 0; i < chat->kept_count; i++) {
        size_t slot;

        if (chat->kept[i].id == NULL) {
            continue;
        }
        slot = find_slot(chat, table, chat->kept[i].id);
        if (table->slots[slot] != 0) {
            chat->kept[i].id = NULL;
            chat->repaired_count++;
        } else {
            table->slots[slot] = (uint32_t)i + 1;
        }
    }
}

static int32_t find_index(const struct chat *chat, const struct id_table *table, const char *id)
{
    return id != NULL ? (int32_t)table->slots[find_slot(chat, table, id)] - 1 : TREE_NONE;
}

/* What the parents of a conversation say of the messages without one. */
struct linkage {
    int32_t has_parents; /* any message names one */
    int32_t is_sparse;   /* fewer messages name one than not: the file only leaves some out */
    int32_t has_current; /* the export says which message was open */
};

static struct linkage find_linkage(const struct chat *chat, const struct id_table *table)
{
    size_t with = 0;

    for (size_t i = 1; i < chat->kept_count; i++) {
        with += chat->kept[i].parent_id != NULL;
    }
    return (struct linkage){.has_parents = with > 0 || (chat->kept_count > 0 && chat->kept[0].parent_id != NULL),
                            .is_sparse = 2 * with + 1 < chat->kept_count,
                            .has_current = chat->current_text.length > 0 &&
                                           find_index(chat, table, buffer_text(&chat->current_text)) != TREE_NONE};
}

/* 1 if a message without a parent follows the one before it. Otherwise it is another start of the conversation: only
 * the user's are, and one that was answered, or is known to be open. `is_named`: others name it as their parent. */
static int32_t follows(const struct linkage *linkage, const struct chat_message *message, int32_t is_named)
{
    if (!linkage->has_parents || message->is_aside) {
        return !linkage->has_parents;
    }
    return linkage->is_sparse || message->role == CPK_ROLE_ASSISTANT || message->role == CPK_ROLE_TOOL ||
           (!linkage->has_current && !is_named);
}

static void link_parents(struct chat *chat, const struct id_table *table, struct tree *tree)
{
    const struct linkage linkage = find_linkage(chat, table);

    for (size_t i = 0; i < chat->kept_count; i++) {
        int32_t parent = find_index(chat, table, chat->kept[i].parent_id);

        tree->nodes[i].parent = parent != (int32_t)i ? parent : TREE_NONE;
        if (tree->nodes[i].parent != TREE_NONE) {
            tree->flags[parent] |= IS_NAMED;
        }
    }
    for (size_t i = 0; i < chat->kept_count; i++) {
        const char *named = chat->kept[i].parent_id;
        int32_t is_named = (tree->flags[i] & IS_NAMED) != 0;

        tree->flags[i] &= (uint8_t)~IS_NAMED;
        if (tree->nodes[i].parent == TREE_NONE && i > 0 &&
            (named != NULL || follows(&linkage, &chat->kept[i], is_named))) {
            chat->repaired_count += linkage.has_parents;
            tree->nodes[i].parent = (int32_t)i - 1;
        }
    }
}

/* Marks the messages that others with content follow. Each is visited once. */
static void mark_followed(const struct chat *chat, struct tree *tree)
{
    for (size_t i = 0; i < chat->kept_count; i++) {
        int32_t at = is_empty(&chat->kept[i]) ? TREE_NONE : tree_parent(tree, (int32_t)i);

        while (at != TREE_NONE && (tree->flags[at] & IS_FOLLOWED) == 0) {
            tree->flags[at] |= IS_FOLLOWED;
            at = tree_parent(tree, at);
        }
    }
}

/* 1 for the last message of a branch. */
static int32_t is_end(const struct chat *chat, const struct tree *tree, size_t index)
{
    return (tree->flags[index] & IS_FOLLOWED) == 0 && !chat->kept[index].is_aside && !is_empty(&chat->kept[index]);
}

/* The newest end of a branch: the last one in the file of equal times, or if a time is missing. TREE_NONE if all are
 * asides. */
static int32_t find_newest_end(const struct chat *chat, struct tree *tree)
{
    int32_t newest = TREE_NONE;
    int32_t all_have_times = 1;

    mark_followed(chat, tree);
    for (size_t i = 0; i < chat->kept_count; i++) {
        all_have_times = all_have_times && (!is_end(chat, tree, i) || chat->kept[i].time_us != CPK_TIME_UNKNOWN);
    }
    for (size_t i = 0; i < chat->kept_count; i++) {
        if (is_end(chat, tree, i) &&
            (newest == TREE_NONE || !all_have_times || chat->kept[i].time_us >= chat->kept[newest].time_us)) {
            newest = (int32_t)i;
        }
    }
    return newest;
}

/* The end of the branch that was open, as the export says or else the newest one. */
static int32_t find_current(const struct chat *chat, const struct id_table *table, struct tree *tree)
{
    int32_t current = TREE_NONE;

    if (chat->current_text.length > 0) {
        current = find_index(chat, table, buffer_text(&chat->current_text));
    }
    return current != TREE_NONE ? current : find_newest_end(chat, tree);
}

static cpk_status emit_tree_message(struct chat *chat, const struct tree *tree, int32_t *nearest, int32_t at,
                                    cpk_error **error)
{
    char derived[2][FORMAT_DERIVED_ID_BYTES];
    int32_t parent = tree_parent(tree, at);
    int32_t above = parent != TREE_NONE ? nearest[parent] : TREE_NONE;
    const struct chat_message *message = &chat->kept[at];
    uint32_t flags = tree_is_active(tree, at) && !message->is_aside ? CPK_MESSAGE_ACTIVE_BRANCH : 0;

    nearest[at] = above;
    if (is_empty(message)) {
        return CPK_OK;
    }
    nearest[at] = at;
    return emit(chat, message, message_id(chat, message, (size_t)at, derived[0]),
                above != TREE_NONE ? message_id(chat, &chat->kept[above], (size_t)above, derived[1]) : NULL, flags,
                error);
}

static cpk_status emit_ordered(struct chat *chat, const struct tree *tree, cpk_error **error)
{
    const cpk_allocator *allocator = &chat->context->allocator;
    int32_t *nearest = memory_allocate_array(allocator, chat->kept_count, sizeof *nearest);
    struct tree_iter iter;
    cpk_status status = CPK_OK;

    if (nearest == NULL) {
        return error_out_of_memory(error);
    }
    tree_iter_init(&iter, tree);
    for (int32_t at = tree_iter_next(&iter); status == CPK_OK && at != TREE_NONE; at = tree_iter_next(&iter)) {
        status = emit_tree_message(chat, tree, nearest, at, error);
    }
    memory_release_array(allocator, nearest, chat->kept_count, sizeof *nearest);
    return status;
}

static cpk_status emit_tree(struct chat *chat, cpk_error **error)
{
    const cpk_allocator *allocator = &chat->context->allocator;
    struct id_table table = {NULL, 16};
    struct tree tree;
    int32_t current;
    cpk_status status;

    while (table.count < 2 * chat->kept_count) {
        table.count *= 2;
    }
    table.slots = memory_allocate_zeroed(allocator, table.count * sizeof *table.slots);
    if (table.slots == NULL || !tree_init(&tree, allocator, chat->kept_count)) {
        memory_release_array(allocator, table.slots, table.count, sizeof *table.slots);
        return error_out_of_memory(error);
    }
    index_ids(chat, &table);
    link_parents(chat, &table, &tree);
    chat->repaired_count += (int64_t)tree_cut_cycles(&tree);
    for (size_t i = 0; i < chat->kept_count; i++) {
        tree_add(&tree, (int32_t)i);
    }
    current = find_current(chat, &table, &tree);
    if (current != TREE_NONE) {
        tree_mark_active(&tree, current);
    }
    memory_release_array(allocator, table.slots, table.count, sizeof *table.slots);
    status = emit_ordered(chat, &tree, error);
    tree_free(&tree);
    return status;
}

cpk_status chat_end(struct chat *chat, cpk_error **error)
{
    if (!chat->in_conversation) {
        return CPK_OK;
    }
    CPK_TRY(chat_end_message(chat, 1, error));
    chat->in_conversation = 0;
    CPK_TRY(check_memory(chat, error));
    if (chat->is_too_long) {
        return chat_note(chat, CPK_NOTE_OVER_LIMIT,
                         "a conversation that is longer than import.max_conversation_bytes was skipped", error);
    }
    if (chat->order == CHAT_TREE && chat->kept_count > 0) {
        CPK_TRY(emit_tree(chat, error));
        if (chat->kept_capacity * sizeof *chat->kept > KEPT_BYTES) {
            release_kept(chat);
        }
    }
    if (chat->emitted_count == chat->emitted_before) {
        return chat_note(chat, CPK_NOTE_SKIPPED_CONVERSATION, "a conversation without messages", error);
    }
    if (chat->repaired_count > 0) {
        return chat_note(chat, CPK_NOTE_REPAIRED,
                         "messages with a missing parent, a duplicate id or themselves as ancestor were ordered by "
                         "their position in the file",
                         error);
    }
    return CPK_OK;
}

/* --- roles and content --- */

int32_t chat_role_of_bytes(const char *name, size_t length)
{
    static const struct {
        const char *name;
        int32_t role;
    } roles[] = {{"user", CPK_ROLE_USER},
                 {"human", CPK_ROLE_USER},
                 {"prompter", CPK_ROLE_USER},
                 {"assistant", CPK_ROLE_ASSISTANT},
                 {"ai", CPK_ROLE_ASSISTANT},
                 {"gpt", CPK_ROLE_ASSISTANT},
                 {"chatgpt", CPK_ROLE_ASSISTANT},
                 {"model", CPK_ROLE_ASSISTANT},
                 {"bot", CPK_ROLE_ASSISTANT},
                 {"bing", CPK_ROLE_ASSISTANT},
                 {"bard", CPK_ROLE_ASSISTANT},
                 {"claude", CPK_ROLE_ASSISTANT},
                 {"copilot", CPK_ROLE_ASSISTANT},
                 {"system", CPK_ROLE_SYSTEM},
                 {"developer", CPK_ROLE_SYSTEM},
                 {"tool", CPK_ROLE_TOOL},
                 {"function", CPK_ROLE_TOOL},
                 {"observation", CPK_ROLE_TOOL},
                 {"ipython", CPK_ROLE_TOOL},
                 {"function_response", CPK_ROLE_TOOL},
                 {"function_call", CPK_ROLE_ASSISTANT}};

    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (strlen(roles[i].name) == length && strncasecmp(name, roles[i].name, length) == 0) {
            return roles[i].role;
        }
    }
    return CPK_ROLE_UNKNOWN;
}

int32_t chat_role(struct json_view name)
{
    /* Between the quotation marks: no role has characters that JSON escapes. */
    return name.type == JSON_VIEW_STRING && name.end - name.start >= 2
               ? chat_role_of_bytes(name.doc->text + name.start + 1, name.end - name.start - 2)
               : CPK_ROLE_UNKNOWN;
}

enum block_member {
    BLOCK_TYPE,
    BLOCK_TEXT,
    BLOCK_THINKING,
    BLOCK_NAME,
    BLOCK_INPUT,
    BLOCK_CONTENT,
    BLOCK_SOURCE,
    BLOCK_FILE,
    BLOCK_PARTS,
    BLOCK_COUNT
};
static const struct json_name block_names[BLOCK_COUNT] = {
    JSON_NAME("type"),    JSON_NAME("text"),   JSON_NAME("thinking"), JSON_NAME("name"), JSON_NAME("input"),
    JSON_NAME("content"), JSON_NAME("source"), JSON_NAME("file"),     JSON_NAME("parts")};

static int32_t is_any(struct json_view type, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (json_is_text(type, names[i])) {
            return 1;
        }
    }
    return 0;
}

/* Speaks the texts of a tool's result: a text, an object, or a list of texts and blocks with one. */
static void speak_result(struct chat *chat, struct json_view content)
{
    struct json_iter iter;

    if (content.type != JSON_VIEW_ARRAY) {
        chat_speak_value(chat, content);
        return;
    }
    json_iter_init(&iter, content);
    while (json_iter_next(&iter)) {
        struct json_view text = iter.value.type == JSON_VIEW_OBJECT ? json_get(iter.value, "text") : iter.value;

        if (!json_is_empty_text(text)) {
            if (chat->speech.length > 0) {
                chat_speak_bytes(chat, "\n", 1);
            }
            chat_speak(chat, text);
        }
    }
}

static void attach_file(struct chat *chat, const struct json_view block[BLOCK_COUNT])
{
    static const struct json_name names[] = {JSON_NAME("file_id"), JSON_NAME("filename"), JSON_NAME("media_type")};
    struct json_view file[3];

    json_select(block[block[BLOCK_FILE].type == JSON_VIEW_OBJECT ? BLOCK_FILE : BLOCK_SOURCE], names, 3, file);
    chat_attach(chat, chat_line(chat, file[0]),
                chat_line(chat, file[1].type != JSON_VIEW_NONE ? file[1] : block[BLOCK_NAME]),
                file[2].type != JSON_VIEW_NONE ? chat_line(chat, file[2]) : chat_line(chat, block[BLOCK_TYPE]), -1);
}

/* A block that is not text. */
static void add_block(struct chat *chat, const struct json_view block[BLOCK_COUNT])
{
    static const char *const thoughts[] = {"thinking", "reasoning", "redacted_thinking", "think"};
    static const char *const calls[] = {"tool_use", "tool_call", "server_tool_use", "mcp_tool_use", "function_call"};
    static const char *const results[] = {"tool_result", "web_search_tool_result", "mcp_tool_result",
                                          "function_call_output"};
    static const char *const files[] = {"image",    "image_url", "input_image", "file",  "input_file",
                                        "document", "audio",     "input_audio", "video", "image_file"};
    struct json_view type = block[BLOCK_TYPE];

    chat_flush(chat, CPK_KIND_TEXT);
    if (is_any(type, thoughts, sizeof thoughts / sizeof thoughts[0])) {
        chat_speak(chat, json_is_empty_text(block[BLOCK_THINKING]) ? block[BLOCK_TEXT] : block[BLOCK_THINKING]);
        chat_flush(chat, CPK_KIND_THINKING);
    } else if (is_any(type, calls, sizeof calls / sizeof calls[0])) {
        chat_add_call(chat, block[BLOCK_NAME], "tool", block[BLOCK_INPUT]);
    } else if (is_any(type, results, sizeof results / sizeof results[0])) {
        speak_result(chat, block[BLOCK_CONTENT]);
        chat_flush_as(chat, CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 0);
    } else if (is_any(type, files, sizeof files / sizeof files[0])) {
        attach_file(chat, block);
    } else { /* an unknown type: its text is kept, but not as text of the user */
        chat_speak(chat, block[BLOCK_TEXT]);
        chat_flush(chat, chat->message.role == CPK_ROLE_USER ? CPK_KIND_ATTACHMENT : CPK_KIND_TEXT);
    }
}

static void add_item(struct chat *chat, struct json_view item)
{
    static const char *const texts[] = {"text", "input_text", "output_text", "md"};
    struct json_view block[BLOCK_COUNT];

    if (item.type == JSON_VIEW_STRING) {
        chat_speak(chat, item);
        return;
    }
    json_select(item, block_names, BLOCK_COUNT, block);
    if (block[BLOCK_TYPE].type == JSON_VIEW_STRING &&
        !is_any(block[BLOCK_TYPE], texts, sizeof texts / sizeof texts[0])) {
        add_block(chat, block);
        return;
    }
    if (block[BLOCK_TEXT].type == JSON_VIEW_OBJECT) { /* {"text": {"value": "..."}} */
        chat_speak(chat, json_get(block[BLOCK_TEXT], "value"));
    } else {
        chat_speak(chat, json_is_empty_text(block[BLOCK_TEXT]) ? block[BLOCK_CONTENT] : block[BLOCK_TEXT]);
    }
}

cpk_status chat_add_content(struct chat *chat, struct json_view content, cpk_error **error)
{
    struct json_iter iter;

    for (int32_t level = 0; level < CONTENT_LEVELS_MAX && content.type == JSON_VIEW_OBJECT; level++) {
        struct json_view block[BLOCK_COUNT];

        json_select(content, block_names, BLOCK_COUNT, block);
        if (block[BLOCK_TYPE].type == JSON_VIEW_STRING ||
            (block[BLOCK_PARTS].type != JSON_VIEW_ARRAY && block[BLOCK_CONTENT].type != JSON_VIEW_ARRAY)) {
            add_item(chat, content);
            return check_memory(chat, error);
        }
        content = block[block[BLOCK_PARTS].type == JSON_VIEW_ARRAY ? BLOCK_PARTS : BLOCK_CONTENT];
    }
    if (content.type == JSON_VIEW_STRING) {
        chat_speak(chat, content);
    }
    json_iter_init(&iter, content);
    while (content.type == JSON_VIEW_ARRAY && json_iter_next(&iter)) {
        add_item(chat, iter.value);
    }
    return check_memory(chat, error);
}
