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

/* Flags of a message in the tree. */
#define IS_FOLLOWED TREE_FLAG_FREE        /* one with content is below it */
#define IS_NAMED    TREE_FLAG_FREE        /* others name it as their parent; only while parents are looked for */
#define IS_EMPTY    (TREE_FLAG_FREE << 1) /* it has no content; its place is then the nearest message with content */
#define IS_ASIDE    (TREE_FLAG_FREE << 2)

cpk_status chat_init(struct chat *chat, const struct context *context, const cpk_sink *sink, const char *provider,
                     cpk_error **error)
{
    struct buffer *buffers[] = {&chat->provider_text, &chat->speech,       &chat->body,
                                &chat->scrap,         &chat->id_text,      &chat->title_text,
                                &chat->model_text,    &chat->current_text, &chat->last_id};

    memset(chat, 0, sizeof *chat);
    chat->context = context;
    chat->sink = sink;
    chat->provider = provider;
    arena_init(&chat->arena, &context->allocator);
    message_store_init(&chat->kept, &context->allocator);
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        buffer_init(buffers[i], &context->allocator);
    }
    return context_random(context, &chat->hash_key, sizeof chat->hash_key, error);
}

void chat_free(struct chat *chat)
{
    message_store_free(&chat->kept);
    memory_release_array(&chat->context->allocator, chat->files, chat->files_capacity, sizeof *chat->files);
    buffer_free(&chat->provider_text);
    buffer_free(&chat->speech);
    buffer_free(&chat->body);
    buffer_free(&chat->scrap);
    buffer_free(&chat->id_text);
    buffer_free(&chat->title_text);
    buffer_free(&chat->model_text);
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

void chat_set_default_model(struct chat *chat, const char *model)
{
    buffer_clear(&chat->model_text);
    buffer_append_text(&chat->model_text, model != NULL ? model : "");
    chat->out_of_memory = chat->out_of_memory || chat->model_text.failed;
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
    message_store_clear(&chat->kept);
    chat->position = 0;
    chat->repaired_count = 0;
    chat->emitted_before = chat->emitted_count;
    chat->in_conversation = 1;
    chat->in_message = 0;
    chat->is_too_long = 0;
    chat_set_default_model(chat, NULL);
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
    chat->message.parent_number = MESSAGE_NONE;
    chat->message.model = chat->model_text.length > 0 ? buffer_text(&chat->model_text) : NULL;
    chat->message.time_us = CPK_TIME_UNKNOWN;
    chat->file_count = 0;
    chat->in_message = 1;
    buffer_clear(&chat->speech);
    buffer_clear(&chat->body);
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

int32_t chat_has_text(const struct chat *chat)
{
    return chat->message.part_kinds != 0 || chat->speech.length > 0;
}

void chat_flush_as(struct chat *chat, int32_t role, int32_t kind, uint32_t flags)
{
    struct message_part part = {buffer_text(&chat->speech), chat->speech.length, role, kind, flags};

    if (part.length == 0 || chat->speech.failed) {
        return;
    }
    if (kind == CPK_KIND_THINKING && chat->order != CHAT_GIVEN) {
        part.flags |= CPK_MESSAGE_HIDDEN;
    }
    if (message_body_add_part(&chat->body, &part)) {
        chat->message.part_kinds |= UINT32_C(1) << kind;
    }
    chat->out_of_memory = chat->out_of_memory || chat->body.failed;
    buffer_clear(&chat->speech);
    buffer_release_above(&chat->speech, KEPT_BYTES);
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
    const cpk_attachment file = {id, name, media_type, size_bytes};

    if (id == NULL && name == NULL && media_type == NULL) {
        return;
    }
    chat->file_count++;
    if (chat->file_count <= ATTACHMENTS_MAX) {
        message_body_add_file(&chat->body, &file);
        chat->out_of_memory = chat->out_of_memory || chat->body.failed;
    }
}

/* --- messages to the sink --- */

/* The id of a message: its own, or one of its place in the conversation and its text. */
static const char *message_id(struct chat *chat, const struct chat_message *message, size_t position,
                              char derived[FORMAT_DERIVED_ID_BYTES])
{
    int64_t place = (int64_t)position;
    const char *body = message->body;
    struct message_part first;
    uint64_t hash;

    if (message->id != NULL) {
        return message->id;
    }
    hash = hash_bytes(0, buffer_text(&chat->id_text), chat->id_text.length);
    hash = hash_bytes(hash, &place, sizeof place);
    if (message_body_next_part(&body, &first)) {
        hash = hash_bytes(hash, first.text, first.length);
    }
    format_derived_id(hash, derived);
    return derived;
}

/* Reads the files of a message into chat->files; returns their number, SIZE_MAX without memory. */
static size_t read_files(struct chat *chat, const char *body)
{
    size_t count = 0;
    cpk_attachment file;

    while (message_body_next_file(&body, &file)) {
        if (count == chat->files_capacity) {
            size_t capacity = count + count / 2 + 4;
            cpk_attachment *files =
                memory_resize_array(&chat->context->allocator, chat->files, count, capacity, sizeof *files);

            if (files == NULL) {
                return SIZE_MAX;
            }
            chat->files = files;
            chat->files_capacity = capacity;
        }
        chat->files[count++] = file;
    }
    return count;
}

static void describe(const struct chat *chat, const struct chat_message *from, const struct message_part *part,
                     cpk_message *message)
{
    memset(message, 0, sizeof *message);
    message->struct_size = sizeof *message;
    message->flags = from->flags | part->flags;
    message->role = part->role;
    message->kind = part->kind;
    message->time_us = from->time_us;
    message->provider = chat->provider;
    message->conversation_id = buffer_text(&chat->id_text);
    message->conversation_title = buffer_text(&chat->title_text);
    message->model = part->role == CPK_ROLE_ASSISTANT || chat->order == CHAT_GIVEN ? from->model : NULL;
    message->text = part->text;
    message->text_length = part->length;
}

/* Passes the parts of a message on: the first has its id, the others are its children. */
static cpk_status emit(struct chat *chat, const struct chat_message *from, const char *id, const char *parent_id,
                       uint32_t flags, cpk_error **error)
{
    struct message_part part = {.text = "", .role = from->role, .kind = from->kind};
    size_t file_count = read_files(chat, from->body);
    const char *at = from->body;
    int32_t is_part = message_body_next_part(&at, &part);
    char part_id[CHAT_ID_BYTES_MAX + 32];

    if (file_count == SIZE_MAX) {
        return error_out_of_memory(error);
    }
    for (size_t number = 1; is_part || number == 1; number++) {
        cpk_message message;

        snprintf(part_id, sizeof part_id, "%s/%zu", id, number);
        describe(chat, from, &part, &message);
        message.flags |= flags;
        message.message_id = number == 1 ? id : part_id;
        message.parent_id = number == 1 ? parent_id : id;
        message.attachments = number == 1 && file_count > 0 ? chat->files : NULL;
        message.attachment_count = number == 1 ? file_count : 0;
        chat->emitted_count++;
        CPK_TRY(chat->sink->message(chat->sink->self, &message, error));
        is_part = message_body_next_part(&at, &part);
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
    struct message_store *kept = &chat->kept;

    if (message_store_is_full(kept) ||
        kept->used_bytes > (size_t)context_setting(chat->context, SETTING_IMPORT_MAX_CONVERSATION_BYTES)) {
        chat->is_too_long = 1;
        message_store_clear(kept);
        return CPK_OK;
    }
    if (!message_store_add(kept, &chat->message, &chat->body)) {
        return error_out_of_memory(error);
    }
    chat->last_number = (int32_t)kept->count - 1;
    return CPK_OK;
}

static cpk_status note_message(struct chat *chat, int32_t is_quiet, cpk_error **error)
{
    char text[128];

    if (chat->body.length == 0 && !is_quiet) {
        CPK_TRY(chat_note(chat, CPK_NOTE_SKIPPED_MESSAGE, "a message without text or files", error));
    }
    if (chat->file_count > ATTACHMENTS_MAX) {
        snprintf(text, sizeof text, "%zu files of a message with more than %d were left out",
                 chat->file_count - ATTACHMENTS_MAX, ATTACHMENTS_MAX);
        CPK_TRY(chat_note(chat, CPK_NOTE_SKIPPED_FILE, text, error));
    }
    return CPK_OK;
}

cpk_status chat_end_message(struct chat *chat, int32_t is_quiet, cpk_error **error)
{
    cpk_status status = CPK_OK;

    if (!chat->in_message) {
        return CPK_OK;
    }
    chat_flush(chat, CPK_KIND_TEXT);
    chat->in_message = 0;
    chat->last_number = MESSAGE_NONE;
    CPK_TRY(check_memory(chat, error));
    CPK_TRY(note_message(chat, is_quiet, error));
    chat->message.body = buffer_text(&chat->body);
    if (chat->order != CHAT_TREE) {
        status = chat->body.length > 0 ? emit_at_once(chat, error) : CPK_OK;
    } else if (!chat->is_too_long && (chat->message.id != NULL || chat->body.length > 0)) {
        status = keep(chat, error); /* also an empty one: others may name it as their parent */
    }
    arena_reset(&chat->arena);
    buffer_release_above(&chat->body, KEPT_BYTES);
    chat->position++;
    return status;
}

/* --- trees --- */

/* Hash table of the messages' ids: number + 1 in each slot; at most three of four are taken. */
struct id_table {
    uint32_t *slots;
    size_t count;
};

/* The slot of an id: of the message that has it, or a free one. */
static size_t find_slot(const struct chat *chat, const struct id_table *table, const char *id)
{
    uint64_t hash = hash_bytes(chat->hash_key, id, strlen(id));
    size_t at = (size_t)((hash >> 32) * table->count >> 32);

    while (table->slots[at] != 0 && strcmp(message_store_id(&chat->kept, table->slots[at] - 1), id) != 0) {
        at = at + 1 < table->count ? at + 1 : 0;
    }
    return at;
}

/* A later message with the same id loses it. */
static void index_ids(struct chat *chat, struct id_table *table)
{
    for (size_t i = 0; i < chat->kept.count; i++) {
        const char *id = message_store_id(&chat->kept, i);
        size_t slot;

        if (id == NULL) {
            continue;
        }
        slot = find_slot(chat, table, id);
        if (table->slots[slot] != 0) {
            message_store_drop_id(&chat->kept, i);
            chat->repaired_count++;
        } else {
            table->slots[slot] = (uint32_t)i + 1;
        }
    }
}

static cpk_status create_table(struct chat *chat, struct id_table *table, cpk_error **error)
{
    size_t count = 0;

    for (size_t i = 0; i < chat->kept.count; i++) {
        count += message_store_id(&chat->kept, i) != NULL;
    }
    table->count = count + count / 3 + 4;
    table->slots = memory_allocate_zeroed(&chat->context->allocator, table->count * sizeof *table->slots);
    if (table->slots == NULL) {
        return error_out_of_memory(error);
    }
    index_ids(chat, table);
    return CPK_OK;
}

static int32_t find_number(const struct chat *chat, const struct id_table *table, const char *id)
{
    return id != NULL ? (int32_t)table->slots[find_slot(chat, table, id)] - 1 : TREE_NONE;
}

/* How many messages of a conversation name a parent; decides where a message without one belongs. */
struct linkage {
    int32_t has_parents; /* any message names one */
    int32_t is_sparse;   /* fewer messages name one than not: the file only leaves some out */
    int32_t has_current; /* the export says which message was open */
};

static int32_t names_parent(const struct chat_message *message)
{
    return message->parent_id != NULL || message->parent_number != MESSAGE_NONE;
}

static struct linkage find_linkage(const struct chat *chat, const struct id_table *table)
{
    int32_t first_has = 0;
    size_t with = 0;

    for (size_t i = 0; i < chat->kept.count; i++) {
        struct chat_message message;

        message_store_get(&chat->kept, i, &message);
        with += i > 0 && names_parent(&message);
        first_has = first_has || (i == 0 && names_parent(&message));
    }
    return (struct linkage){.has_parents = with > 0 || first_has,
                            .is_sparse = 2 * with + 1 < chat->kept.count,
                            .has_current = chat->current_text.length > 0 &&
                                           find_number(chat, table, buffer_text(&chat->current_text)) != TREE_NONE};
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
    struct chat_message message;

    for (size_t i = 0; i < chat->kept.count; i++) {
        int32_t parent;

        message_store_get(&chat->kept, i, &message);
        parent =
            message.parent_number != MESSAGE_NONE ? message.parent_number : find_number(chat, table, message.parent_id);
        tree->parents[i] = parent != (int32_t)i ? parent : TREE_NONE;
        tree->flags[i] |= (uint8_t)((*message.body == '\0' ? IS_EMPTY : 0) | (message.is_aside ? IS_ASIDE : 0));
        if (tree->parents[i] != TREE_NONE) {
            tree->flags[parent] |= IS_NAMED;
        }
    }
    for (size_t i = 0; i < chat->kept.count; i++) {
        int32_t is_named = (tree->flags[i] & IS_NAMED) != 0;

        tree->flags[i] &= (uint8_t)~IS_NAMED;
        message_store_get(&chat->kept, i, &message);
        if (tree->parents[i] == TREE_NONE && i > 0 &&
            (names_parent(&message) || follows(&linkage, &message, is_named))) {
            chat->repaired_count += linkage.has_parents;
            tree->parents[i] = (int32_t)i - 1;
        }
    }
}

/* Marks the messages that others with content follow. Each is visited once. */
static void mark_followed(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        int32_t at = (tree->flags[i] & IS_EMPTY) != 0 ? TREE_NONE : tree_parent(tree, (int32_t)i);

        while (at != TREE_NONE && (tree->flags[at] & IS_FOLLOWED) == 0) {
            tree->flags[at] |= IS_FOLLOWED;
            at = tree_parent(tree, at);
        }
    }
}

/* 1 for the last message of a branch. */
static int32_t is_end(const struct tree *tree, size_t index)
{
    return (tree->flags[index] & (IS_FOLLOWED | IS_ASIDE | IS_EMPTY)) == 0;
}

static int64_t time_of(const struct chat *chat, size_t number)
{
    struct chat_message message;

    message_store_get(&chat->kept, number, &message);
    return message.time_us;
}

/* The newest end of a branch: the last one in the file of equal times, or if a time is missing. TREE_NONE if all are
 * asides. */
static int32_t find_newest_end(const struct chat *chat, struct tree *tree)
{
    int32_t newest = TREE_NONE;
    int64_t newest_time = CPK_TIME_UNKNOWN;
    int32_t all_have_times = 1;

    mark_followed(tree);
    for (size_t i = 0; all_have_times && i < tree->count; i++) {
        all_have_times = !is_end(tree, i) || time_of(chat, i) != CPK_TIME_UNKNOWN;
    }
    for (size_t i = 0; i < tree->count; i++) {
        int64_t time = all_have_times && is_end(tree, i) ? time_of(chat, i) : 0;

        if (is_end(tree, i) && (newest == TREE_NONE || time >= newest_time)) {
            newest = (int32_t)i;
            newest_time = time;
        }
    }
    return newest;
}

/* The end of the branch that was open, as the export says or else the newest one. */
static int32_t find_current(const struct chat *chat, const struct id_table *table, struct tree *tree)
{
    int32_t current = TREE_NONE;

    if (chat->current_text.length > 0) {
        current = find_number(chat, table, buffer_text(&chat->current_text));
    }
    return current != TREE_NONE ? current : find_newest_end(chat, tree);
}

/* The nearest message with content above another one; TREE_NONE if there is none. Parents come before children. */
static int32_t find_above(const struct chat *chat, const struct tree *tree, int32_t at)
{
    int32_t parent = tree_parent(tree, at);

    return parent != TREE_NONE && (tree->flags[parent] & IS_EMPTY) != 0 ? (int32_t)chat->kept.places[parent] : parent;
}

static cpk_status emit_tree_message(struct chat *chat, const struct tree *tree, int32_t at, cpk_error **error)
{
    char derived[2][FORMAT_DERIVED_ID_BYTES];
    int32_t number = find_above(chat, tree, at);
    uint32_t flags = tree_is_active(tree, at) && (tree->flags[at] & IS_ASIDE) == 0 ? CPK_MESSAGE_ACTIVE_BRANCH : 0;
    struct chat_message message;
    struct chat_message above;

    if ((tree->flags[at] & IS_EMPTY) != 0) {
        chat->kept.places[at] = (uint32_t)number; /* its record is not needed any more */
        return CPK_OK;
    }
    message_store_get(&chat->kept, (size_t)at, &message);
    if (number == TREE_NONE) {
        return emit(chat, &message, message_id(chat, &message, (size_t)at, derived[0]), NULL, flags, error);
    }
    message_store_get(&chat->kept, (size_t)number, &above);
    return emit(chat, &message, message_id(chat, &message, (size_t)at, derived[0]),
                message_id(chat, &above, (size_t)number, derived[1]), flags, error);
}

static cpk_status emit_ordered(struct chat *chat, const struct tree *tree, cpk_error **error)
{
    struct tree_iter iter;
    cpk_status status = CPK_OK;

    tree_iter_init(&iter, tree);
    for (int32_t at = tree_iter_next(&iter); status == CPK_OK && at != TREE_NONE; at = tree_iter_next(&iter)) {
        status = emit_tree_message(chat, tree, at, error);
    }
    return status;
}

/* Orders the messages; the table of ids is freed before the links are made. */
static cpk_status emit_tree(struct chat *chat, cpk_error **error)
{
    const cpk_allocator *allocator = &chat->context->allocator;
    struct id_table table = {NULL, 0};
    struct tree tree = {.allocator = allocator};
    int32_t current = TREE_NONE;
    cpk_status status = create_table(chat, &table, error);

    if (status == CPK_OK && !tree_init_parents(&tree, allocator, chat->kept.count)) {
        status = error_out_of_memory(error);
    }
    if (status == CPK_OK) {
        link_parents(chat, &table, &tree);
        chat->repaired_count += (int64_t)tree_cut_cycles(&tree);
        current = find_current(chat, &table, &tree);
    }
    memory_release_array(allocator, table.slots, table.count, sizeof *table.slots);
    if (status == CPK_OK && !tree_init_links(&tree)) {
        status = error_out_of_memory(error);
    }
    for (size_t i = 0; status == CPK_OK && i < tree.count; i++) {
        tree_add(&tree, (int32_t)i);
    }
    if (status == CPK_OK && current != TREE_NONE) {
        tree_mark_active(&tree, current);
    }
    if (status == CPK_OK) {
        status = emit_ordered(chat, &tree, error);
    }
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
    if (chat->order == CHAT_TREE && chat->kept.count > 0) {
        CPK_TRY(emit_tree(chat, error));
        message_store_clear(&chat->kept);
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
