#include "extract/shares/share_chatgpt.h"

#include "base/error.h"

#include <string.h>

/* Members that are written in another form, or that repeat the mapping. */
static const char *const LEFT_OUT[] = {"mapping",      "linear_conversation",     "messages",
                                       "id",           "conversation_id",         "title",
                                       "current_node", "backing_conversation_id", NULL};

/* What a conversation is made of. Views may be NONE. */
struct share_parts {
    struct json_view title;
    struct json_view backing_id; /* of the conversation that was shared */
    struct json_view id;
    struct json_view shared_id; /* of the share */
    struct json_view current_node;
    struct buffer mapping; /* JSON: an object */
    struct buffer list;    /* JSON: an array of nodes or messages */
    struct buffer others;  /* JSON: members */
};

static int32_t is_text(struct json_view view)
{
    return view.type == JSON_VIEW_STRING && !json_is_empty_text(view);
}

static void append_json_text(struct buffer *target, struct json_view text)
{
    buffer_append(target, text.doc->text + text.start, text.end - text.start);
}

/* Appends plain text as a JSON string. */
static void append_quoted(struct buffer *target, const char *text)
{
    buffer_append_byte(target, '"');
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ') {
            buffer_append_format(target, "\\u%04x", (unsigned)*text);
        } else {
            if (*text == '"' || *text == '\\') {
                buffer_append_byte(target, '\\');
            }
            buffer_append_byte(target, *text);
        }
    }
    buffer_append_byte(target, '"');
}

/* --- A list of messages as a mapping --- */

static void append_node(struct buffer *target, struct json_view item, struct json_view id, struct json_view parent,
                        const struct buffer *previous, int32_t is_node)
{
    struct json_view message = is_node ? json_get(item, "message") : item;

    append_json_text(target, id);
    buffer_append_text(target, ":{\"id\":");
    append_json_text(target, id);
    buffer_append_text(target, ",\"parent\":");
    if (parent.type == JSON_VIEW_STRING) {
        append_json_text(target, parent);
    } else {
        buffer_append_text(target, previous->length > 0 ? buffer_text(previous) : "null");
    }
    buffer_append_text(target, ",\"message\":");
    if (message.type == JSON_VIEW_OBJECT) {
        append_json_text(target, message);
    } else {
        buffer_append_text(target, "null");
    }
    buffer_append_byte(target, '}');
}

/* Turns nodes ({"id", "parent", "message"}) or messages ({"id", "author", "content"}) into a mapping in which each
 * follows the one before it. `last` becomes the id of the last one, in quotes. */
static cpk_status append_mapping(struct buffer *target, const struct buffer *list, const struct context *context,
                                 struct buffer *last, cpk_error **error)
{
    struct json_doc doc;
    struct json_iter iter;
    cpk_status status;

    json_doc_init(&doc, target->allocator);
    status = json_doc_read(&doc, buffer_text(list), list->length,
                           (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_DEPTH),
                           (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_VALUES));
    buffer_append_byte(target, '{');
    if (status == CPK_OK) {
        json_iter_init(&iter, json_doc_root(&doc));
        while (json_iter_next(&iter)) {
            int32_t is_node = json_get(iter.value, "message").type == JSON_VIEW_OBJECT;
            struct json_view id = json_get(iter.value, "id");
            struct json_view parent = json_get(iter.value, "parent");

            if (!is_text(id)) {
                continue;
            }
            buffer_append_text(target, last->length > 0 ? "," : "");
            append_node(target, iter.value, id, parent, last, is_node);
            last->length = 0;
            append_json_text(last, id);
        }
    }
    buffer_append_byte(target, '}');
    json_doc_free(&doc);
    return status == CPK_ERROR_OUT_OF_MEMORY || target->failed || last->failed ? error_out_of_memory(error) : CPK_OK;
}

/* --- The conversation --- */

static void append_id(struct buffer *target, const struct share_parts *parts)
{
    const struct json_view ids[] = {parts->backing_id, parts->id, parts->shared_id};

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (is_text(ids[i])) {
            buffer_append_text(target, ",\"conversation_id\":");
            append_json_text(target, ids[i]);
            return;
        }
    }
}

static cpk_status append_conversation(struct buffer *target, struct share_parts *parts, const char *title,
                                      const struct context *context, cpk_error **error)
{
    struct buffer last;
    cpk_status status = CPK_OK;

    buffer_init(&last, target->allocator);
    buffer_append_text(target, "{\"title\":");
    if (is_text(parts->title)) {
        append_json_text(target, parts->title);
    } else {
        append_quoted(target, title);
    }
    append_id(target, parts);
    if (parts->others.length > 0) {
        buffer_append_byte(target, ',');
        buffer_append(target, parts->others.data, parts->others.length);
    }
    buffer_append_text(target, ",\"mapping\":");
    if (parts->mapping.length > 0) {
        buffer_append(target, parts->mapping.data, parts->mapping.length);
    } else {
        status = append_mapping(target, &parts->list, context, &last, error);
    }
    if (is_text(parts->current_node)) {
        buffer_append_text(target, ",\"current_node\":");
        append_json_text(target, parts->current_node);
    } else if (last.length > 0) {
        buffer_append_text(target, ",\"current_node\":");
        buffer_append(target, last.data, last.length);
    }
    buffer_append_byte(target, '}');
    if (status == CPK_OK && (target->failed || last.failed)) {
        status = error_out_of_memory(error);
    }
    buffer_free(&last);
    return status;
}

static void parts_init(struct share_parts *parts, const cpk_allocator *allocator)
{
    memset(parts, 0, sizeof *parts);
    buffer_init(&parts->mapping, allocator);
    buffer_init(&parts->list, allocator);
    buffer_init(&parts->others, allocator);
}

static void parts_free(struct share_parts *parts)
{
    buffer_free(&parts->mapping);
    buffer_free(&parts->list);
    buffer_free(&parts->others);
}

/* --- From a stream --- */

static struct json_view member_of(const struct turbo_stream *stream, struct json_view object, const char *name)
{
    static const struct json_view none;
    int64_t index;

    return turbo_member(stream, object, name, &index) ? turbo_value(stream, index) : none;
}

/* 1 for a list of messages: its first object has an author, or is a node that has a message. */
static int32_t is_message_list(const struct turbo_stream *stream, struct json_view list)
{
    struct json_iter iter;
    int64_t index;

    if (list.type != JSON_VIEW_ARRAY) {
        return 0;
    }
    json_iter_init(&iter, list);
    while (json_iter_next(&iter)) {
        struct json_view item = turbo_value(stream, json_int64(iter.value, -1));

        if (item.type == JSON_VIEW_OBJECT) {
            return turbo_member(stream, item, "author", &index) || turbo_member(stream, item, "message", &index);
        }
    }
    return 0;
}

/* Finds the object with the conversation: with a mapping if there is one, else with a list of messages. The pool is
 * searched, because the names of the routes above it change. */
static struct json_view find_conversation(const struct turbo_stream *stream)
{
    static const char *const LISTS[] = {"linear_conversation", "messages"};
    struct json_view found = {0};

    for (size_t i = 0; i < stream->value_count; i++) {
        struct json_view value = turbo_value(stream, (int64_t)i);

        if (value.type != JSON_VIEW_OBJECT) {
            continue;
        }
        if (member_of(stream, value, "mapping").type == JSON_VIEW_OBJECT) {
            return value;
        }
        for (size_t j = 0; j < 2 && found.type == JSON_VIEW_NONE; j++) {
            if (is_message_list(stream, member_of(stream, value, LISTS[j]))) {
                found = value;
            }
        }
    }
    return found;
}

static struct json_view find_shared_id(const struct turbo_stream *stream)
{
    struct json_view none = {0};

    for (size_t i = 0; i < stream->value_count; i++) {
        struct json_view id = member_of(stream, turbo_value(stream, (int64_t)i), "sharedConversationId");

        if (is_text(id)) {
            return id;
        }
    }
    return none;
}

static cpk_status read_stream_parts(const struct turbo_stream *stream, struct json_view data, struct share_parts *parts,
                                    cpk_error **error)
{
    struct json_view mapping = member_of(stream, data, "mapping");
    struct json_view list = member_of(stream, data, "linear_conversation");

    parts->title = member_of(stream, data, "title");
    parts->backing_id = member_of(stream, data, "backing_conversation_id");
    parts->id = member_of(stream, data, "conversation_id");
    parts->shared_id = find_shared_id(stream);
    parts->current_node = member_of(stream, data, "current_node");
    CPK_TRY(turbo_append_members(stream, data, LEFT_OUT, &parts->others, error));
    if (mapping.type == JSON_VIEW_OBJECT) {
        return turbo_append_json(stream, mapping, NULL, &parts->mapping, error);
    }
    list = is_message_list(stream, list) ? list : member_of(stream, data, "messages");
    return turbo_append_json(stream, list, NULL, &parts->list, error);
}

cpk_status share_chatgpt_append_stream(const struct turbo_stream *stream, const char *title, struct buffer *target,
                                       cpk_error **error)
{
    struct json_view data = find_conversation(stream);
    struct share_parts parts;
    cpk_status status;

    if (data.type == JSON_VIEW_NONE) {
        return CPK_OK;
    }
    parts_init(&parts, target->allocator);
    status = read_stream_parts(stream, data, &parts, error);
    if (status == CPK_OK) {
        status = append_conversation(target, &parts, title, stream->context, error);
    }
    parts_free(&parts);
    return status;
}

/* --- From __NEXT_DATA__ --- */

static void append_other_members(struct buffer *target, struct json_view data)
{
    struct json_iter iter;

    json_iter_init(&iter, data);
    while (json_iter_next(&iter)) {
        int32_t is_left_out = 0;

        for (size_t i = 0; LEFT_OUT[i] != NULL; i++) {
            is_left_out = is_left_out || json_is_text(iter.name, LEFT_OUT[i]);
        }
        if (!is_left_out) {
            buffer_append_text(target, target->length > 0 ? "," : "");
            append_json_text(target, iter.name);
            buffer_append_byte(target, ':');
            if (iter.value.type == JSON_VIEW_NONE) {
                buffer_append_text(target, "null");
            } else {
                append_json_text(target, iter.value);
            }
        }
    }
}

cpk_status share_chatgpt_append_next(const struct context *context, struct json_view page_props, const char *title,
                                     struct buffer *target, cpk_error **error)
{
    struct json_view data = json_get(json_get(page_props, "serverResponse"), "data");
    struct json_view mapping = json_get(data, "mapping");
    struct json_view list = json_get(data, "linear_conversation");
    struct share_parts parts;
    cpk_status status;

    if (list.type != JSON_VIEW_ARRAY) {
        list = json_get(data, "messages");
    }
    if (mapping.type != JSON_VIEW_OBJECT && list.type != JSON_VIEW_ARRAY) {
        return CPK_OK;
    }
    parts_init(&parts, target->allocator);
    parts.title = json_get(data, "title");
    parts.backing_id = json_get(data, "backing_conversation_id");
    parts.id = json_get(data, "conversation_id");
    parts.shared_id = json_get(page_props, "sharedConversationId");
    parts.current_node = json_get(data, "current_node");
    append_other_members(&parts.others, data);
    append_json_text(mapping.type == JSON_VIEW_OBJECT ? &parts.mapping : &parts.list,
                     mapping.type == JSON_VIEW_OBJECT ? mapping : list);
    if (parts.others.failed || parts.mapping.failed || parts.list.failed) {
        status = error_out_of_memory(error);
    } else {
        status = append_conversation(target, &parts, title, context, error);
    }
    parts_free(&parts);
    return status;
}
