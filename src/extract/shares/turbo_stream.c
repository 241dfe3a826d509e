#include "extract/shares/turbo_stream.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define PROMISES_MAX    100000
#define HOPS_MAX        16 /* promises that resolve to promises */
#define NEGATIVE_ZERO   (-4)
#define CANCEL_INTERVAL 4096

void turbo_stream_init(struct turbo_stream *stream, const struct context *context, const cpk_sink *sink)
{
    memset(stream, 0, sizeof *stream);
    stream->context = context;
    stream->sink = sink;
    buffer_init(&stream->text, &context->allocator);
    json_doc_init(&stream->doc, &context->allocator);
}

void turbo_stream_free(struct turbo_stream *stream)
{
    const cpk_allocator *allocator = &stream->context->allocator;

    memory_release_array(allocator, stream->values, stream->value_count, sizeof *stream->values);
    memory_release_array(allocator, stream->promises, stream->promise_capacity, sizeof *stream->promises);
    json_doc_free(&stream->doc);
    buffer_free(&stream->text);
}

/* --- Reading --- */

static cpk_status read_json(struct turbo_stream *stream, const char *text, size_t length)
{
    return json_doc_read(&stream->doc, text, length,
                         (size_t)context_setting(stream->context, SETTING_IMPORT_MAX_JSON_DEPTH),
                         (size_t)context_setting(stream->context, SETTING_IMPORT_MAX_JSON_VALUES));
}

static cpk_status add_promise(struct turbo_stream *stream, int64_t id, int64_t index, cpk_error **error)
{
    if (stream->promise_count == stream->promise_capacity) {
        size_t capacity = stream->promise_capacity > 0 ? stream->promise_capacity * 2 : 16;
        struct turbo_promise *grown;

        if (capacity > PROMISES_MAX) {
            return CPK_OK; /* it stays unresolved */
        }
        grown = memory_resize_array(&stream->context->allocator, stream->promises, stream->promise_capacity, capacity,
                                    sizeof *grown);
        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        stream->promises = grown;
        stream->promise_capacity = capacity;
    }
    stream->promises[stream->promise_count++] = (struct turbo_promise){id, index};
    return CPK_OK;
}

static size_t count_items(struct json_view array)
{
    struct json_iter iter;
    size_t count = 0;

    json_iter_init(&iter, array);
    while (json_iter_next(&iter)) {
        count++;
    }
    return count;
}

/* Appends the items of a line's array to the pool's text. */
static void append_items(struct turbo_stream *stream, const char *line, size_t length)
{
    const char *open = memchr(line, '[', length);
    const char *close = memrchr(line, ']', length);

    buffer_append_byte(&stream->text, stream->text.length == 0 ? '[' : ',');
    buffer_append(&stream->text, open + 1, (size_t)(close - open) - 1);
}

/* Reads one line: the first is an array, the others "P<id>:" or "E<id>:" and an array or an index. *is_valid is 0 for
 * any other, which ends the stream. */
static cpk_status read_line(struct turbo_stream *stream, const char *line, size_t length, int32_t *is_valid,
                            cpk_error **error)
{
    int64_t index = (int64_t)stream->value_count;
    int64_t id = -1;
    struct json_view root;
    cpk_status status;

    *is_valid = 0;
    if (stream->text.length > 0) {
        const char *colon = memchr(line, ':', length);

        if ((line[0] != 'P' && line[0] != 'E') || colon == NULL) {
            return CPK_OK;
        }
        id = strtoll(line + 1, NULL, 10);
        length -= (size_t)(colon - line) + 1;
        line = colon + 1;
    }
    status = read_json(stream, line, length);
    if (status != CPK_OK) {
        return status == CPK_ERROR_OUT_OF_MEMORY ? error_out_of_memory(error) : CPK_OK;
    }
    root = json_doc_root(&stream->doc);
    if (root.type == JSON_VIEW_NUMBER && id >= 0) {
        index = json_int64(root, -1);
    } else if (root.type != JSON_VIEW_ARRAY || !json_has_items(root, 1)) {
        return CPK_OK;
    } else {
        stream->value_count += count_items(root);
        append_items(stream, line, length);
    }
    *is_valid = 1;
    return id >= 0 ? add_promise(stream, id, index, error) : CPK_OK;
}

/* Reads all values again as one array, so that an index finds its value. */
static cpk_status read_pool(struct turbo_stream *stream, cpk_error **error)
{
    struct json_iter iter;
    size_t count = stream->value_count;
    cpk_status status;

    stream->value_count = 0;
    buffer_append_byte(&stream->text, ']');
    if (stream->text.failed) {
        return error_out_of_memory(error);
    }
    status = read_json(stream, stream->text.data, stream->text.length);
    if (status == CPK_ERROR_LIMIT_EXCEEDED) {
        return error_set(error, status, "import", "the data of the page exceeds import.max_json_values: %s",
                         stream->doc.problem != NULL ? stream->doc.problem : "it has too many values");
    }
    if (status != CPK_OK) {
        return status == CPK_ERROR_OUT_OF_MEMORY ? error_out_of_memory(error) : CPK_OK;
    }
    stream->values = memory_allocate_array(&stream->context->allocator, count, sizeof *stream->values);
    if (stream->values == NULL) {
        return error_out_of_memory(error);
    }
    json_iter_init(&iter, json_doc_root(&stream->doc));
    while (stream->value_count < count && json_iter_next(&iter)) {
        stream->values[stream->value_count++] = iter.value;
    }
    while (stream->value_count < count) { /* not reached: both passes count the same */
        memset(&stream->values[stream->value_count++], 0, sizeof *stream->values);
    }
    return CPK_OK;
}

static int compare_promises(const void *a, const void *b)
{
    const struct turbo_promise *first = a;
    const struct turbo_promise *second = b;

    return (first->id > second->id) - (first->id < second->id);
}

cpk_status turbo_stream_read(struct turbo_stream *stream, const char *text, size_t length, cpk_error **error)
{
    const char *end = text + length;
    int32_t is_valid = 1;

    while (text < end && is_valid) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        const char *stop = feed != NULL ? feed : end;

        if (stop > text) {
            CPK_TRY(read_line(stream, text, (size_t)(stop - text), &is_valid, error));
        }
        text = feed != NULL ? feed + 1 : end;
    }
    if (stream->promise_count > 0) {
        qsort(stream->promises, stream->promise_count, sizeof *stream->promises, compare_promises);
    }
    return stream->value_count > 0 ? read_pool(stream, error) : CPK_OK;
}

/* --- Values --- */

static int32_t is_tagged(struct json_view value)
{
    return value.type == JSON_VIEW_ARRAY && json_item(value, 0).type == JSON_VIEW_STRING;
}

static int32_t has_tag(struct json_view value, char tag)
{
    const char text[2] = {tag, '\0'};

    return is_tagged(value) && json_is_text(json_item(value, 0), text);
}

static int64_t find_promise(const struct turbo_stream *stream, int64_t id)
{
    const struct turbo_promise wanted = {id, 0};
    const struct turbo_promise *found =
        stream->promise_count > 0
            ? bsearch(&wanted, stream->promises, stream->promise_count, sizeof wanted, compare_promises)
            : NULL;

    return found != NULL ? found->index : -1;
}

struct json_view turbo_value(const struct turbo_stream *stream, int64_t index)
{
    static const struct json_view none;

    for (int32_t hops = 0; hops < HOPS_MAX; hops++) {
        struct json_view value;

        if (index < 0 || (uint64_t)index >= stream->value_count) {
            return none;
        }
        value = stream->values[index];
        if (has_tag(value, 'P')) {
            index = find_promise(stream, json_int64(json_item(value, 1), -1));
        } else if (has_tag(value, 'Z')) {
            index = json_int64(json_item(value, 1), -1);
        } else {
            return value;
        }
    }
    return none;
}

/* The object whose members are indices: the value itself, or that of an object without a prototype. */
static struct json_view members_of(struct json_view value)
{
    return has_tag(value, 'N') ? json_item(value, 1) : value;
}

/* The name of a member: "_12" is the text at index 12. NONE if it is none. */
static struct json_view member_name(const struct turbo_stream *stream, const struct json_iter *iter)
{
    static const struct json_view none;
    char digits[16] = "";
    size_t length = iter->name.end - iter->name.start;
    const char *text = iter->doc->text + iter->name.start;
    struct json_view name;

    /* Quotation mark, underscore, digits, quotation mark. */
    if (length < 4 || length - 3 >= sizeof digits || text[1] != '_') {
        return none;
    }
    memcpy(digits, text + 2, length - 3);
    if (digits[strspn(digits, "0123456789")] != '\0') {
        return none;
    }
    name = turbo_value(stream, strtoll(digits, NULL, 10));
    return name.type == JSON_VIEW_STRING ? name : none;
}

int32_t turbo_member(const struct turbo_stream *stream, struct json_view object, const char *name, int64_t *index)
{
    struct json_iter iter;

    object = members_of(object);
    if (object.type != JSON_VIEW_OBJECT) {
        return 0;
    }
    json_iter_init(&iter, object);
    while (json_iter_next(&iter)) {
        if (iter.value.type == JSON_VIEW_NUMBER && json_is_text(member_name(stream, &iter), name)) {
            *index = json_int64(iter.value, -1);
            return 1;
        }
    }
    return 0;
}

/* --- Writing --- */

struct turbo_level {
    struct json_iter iter;
    int32_t is_object;
    int32_t has_items;
};

struct turbo_writer {
    const struct turbo_stream *stream;
    struct buffer *target;
    size_t start; /* length of `target` before */
    struct turbo_level *levels;
    size_t depth;
    size_t capacity;
    size_t depth_max;
    size_t steps; /* values and names visited */
    const char *const *left_out;
};

static cpk_status open_level(struct turbo_writer *writer, struct json_view container, int32_t is_object,
                             cpk_error **error)
{
    struct turbo_level *level;

    if (writer->depth >= writer->depth_max) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import",
                         "the data of the page is nested deeper than import.max_json_depth (%zu)", writer->depth_max);
    }
    if (writer->depth == writer->capacity) {
        size_t capacity = writer->capacity > 0 ? writer->capacity * 2 : 32;
        struct turbo_level *grown = memory_resize_array(&writer->stream->context->allocator, writer->levels,
                                                        writer->capacity, capacity, sizeof *grown);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        writer->levels = grown;
        writer->capacity = capacity;
    }
    level = &writer->levels[writer->depth++];
    memset(level, 0, sizeof *level);
    json_iter_init(&level->iter, container);
    level->is_object = is_object;
    return CPK_OK;
}

static cpk_status count_step(struct turbo_writer *writer, cpk_error **error)
{
    const struct context *context = writer->stream->context;
    const cpk_sink *sink = writer->stream->sink;
    int64_t bytes_max = context_setting(context, SETTING_IMPORT_MAX_CONVERSATION_BYTES);
    int64_t values_max = context_setting(context, SETTING_IMPORT_MAX_JSON_VALUES);

    writer->steps++;
    if ((int64_t)(writer->target->length - writer->start) > bytes_max) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import",
                         "the conversation of the page is longer than import.max_conversation_bytes (%lld)",
                         (long long)bytes_max);
    }
    if ((int64_t)writer->steps > values_max) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import",
                         "the data of the page has more values than import.max_json_values (%lld)",
                         (long long)values_max);
    }
    return writer->steps % CANCEL_INTERVAL == 0 ? sink->progress(sink->self, 0, error) : CPK_OK;
}

static void append_raw(struct turbo_writer *writer, struct json_view value)
{
    if (value.type == JSON_VIEW_NONE || value.type == JSON_VIEW_ARRAY || value.type == JSON_VIEW_OBJECT) {
        buffer_append_text(writer->target, "null");
    } else {
        buffer_append(writer->target, value.doc->text + value.start, value.end - value.start);
    }
}

/* A set or map is written as the list of its items; dates, addresses and so on as their text or number. */
static cpk_status append_tagged(struct turbo_writer *writer, struct json_view value, cpk_error **error)
{
    if (has_tag(value, 'S') || has_tag(value, 'M')) {
        buffer_append_byte(writer->target, '[');
        CPK_TRY(open_level(writer, value, 0, error));
        (void)json_iter_next(&writer->levels[writer->depth - 1].iter); /* the tag */
        return CPK_OK;
    }
    append_raw(writer, json_item(value, 1));
    return CPK_OK;
}

static cpk_status append_value(struct turbo_writer *writer, struct json_view value, cpk_error **error)
{
    struct json_view members = members_of(value);

    if (members.type == JSON_VIEW_OBJECT) {
        buffer_append_byte(writer->target, '{');
        return open_level(writer, members, 1, error);
    }
    if (is_tagged(value)) {
        return append_tagged(writer, value, error);
    }
    if (value.type == JSON_VIEW_ARRAY) {
        buffer_append_byte(writer->target, '[');
        return open_level(writer, value, 0, error);
    }
    append_raw(writer, value);
    return CPK_OK;
}

static int32_t is_left_out(const struct turbo_writer *writer, struct json_view name)
{
    for (size_t i = 0; writer->depth == 1 && writer->left_out != NULL && writer->left_out[i] != NULL; i++) {
        if (json_is_text(name, writer->left_out[i])) {
            return 1;
        }
    }
    return 0;
}

/* Writes the next item of the innermost level, or ends it. */
static cpk_status write_next(struct turbo_writer *writer, cpk_error **error)
{
    struct turbo_level *level = &writer->levels[writer->depth - 1];
    int64_t index;

    CPK_TRY(count_step(writer, error));
    if (!json_iter_next(&level->iter)) {
        buffer_append_byte(writer->target, level->is_object ? '}' : ']');
        writer->depth--;
        return CPK_OK;
    }
    if (level->iter.value.type != JSON_VIEW_NUMBER) {
        return CPK_OK;
    }
    index = json_int64(level->iter.value, -1);
    if (level->is_object) {
        struct json_view name = member_name(writer->stream, &level->iter);

        if (name.type == JSON_VIEW_NONE || is_left_out(writer, name)) {
            return CPK_OK;
        }
        buffer_append_text(writer->target, level->has_items ? "," : "");
        append_raw(writer, name);
        buffer_append_byte(writer->target, ':');
    } else {
        buffer_append_text(writer->target, level->has_items ? "," : "");
    }
    level->has_items = 1;
    if (index == NEGATIVE_ZERO) {
        buffer_append_byte(writer->target, '0');
        return CPK_OK;
    }
    return append_value(writer, turbo_value(writer->stream, index), error);
}

cpk_status turbo_append_json(const struct turbo_stream *stream, struct json_view value, const char *const *left_out,
                             struct buffer *target, cpk_error **error)
{
    struct turbo_writer writer = {
        .stream = stream,
        .target = target,
        .start = target->length,
        .depth_max = (size_t)context_setting(stream->context, SETTING_IMPORT_MAX_JSON_DEPTH),
        .left_out = left_out,
    };
    cpk_status status = append_value(&writer, value, error);

    while (status == CPK_OK && writer.depth > 0 && !target->failed) {
        status = write_next(&writer, error);
    }
    memory_release_array(&stream->context->allocator, writer.levels, writer.capacity, sizeof *writer.levels);
    return status == CPK_OK && target->failed ? error_out_of_memory(error) : status;
}

cpk_status turbo_append_members(const struct turbo_stream *stream, struct json_view object, const char *const *left_out,
                                struct buffer *target, cpk_error **error)
{
    size_t start = target->length;

    CPK_TRY(turbo_append_json(stream, object, left_out, target, error));
    if (target->length - start < 2 || target->data[start] != '{') {
        target->length = start;
        return CPK_OK;
    }
    memmove(target->data + start, target->data + start + 1, target->length - start - 2);
    target->length -= 2;
    target->data[target->length] = '\0';
    return CPK_OK;
}
