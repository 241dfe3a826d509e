#include "analyze/models/sse.h"

#include <string.h>

void sse_init(struct sse *sse, const cpk_allocator *allocator, size_t max_bytes, sse_event_fn on_event, void *user)
{
    memset(sse, 0, sizeof *sse);
    buffer_init(&sse->line, allocator);
    buffer_init(&sse->data, allocator);
    sse->max_bytes = max_bytes;
    sse->on_event = on_event;
    sse->user = user;
}

void sse_free(struct sse *sse)
{
    buffer_free(&sse->line);
    buffer_free(&sse->data);
}

static cpk_status dispatch(struct sse *sse)
{
    const struct sse_event event = {sse->name, buffer_text(&sse->data), sse->data.length};
    int32_t stops = sse->has_data && sse->on_event(sse->user, &event) != 0;

    buffer_clear(&sse->data);
    sse->has_data = 0;
    sse->name[0] = '\0';
    return stops ? CPK_ERROR_CANCELLED : CPK_OK;
}

static cpk_status add_data(struct sse *sse, const char *value, size_t length)
{
    if (length >= sse->max_bytes - sse->data.length) {
        return CPK_ERROR_LIMIT_EXCEEDED;
    }
    if (sse->has_data) {
        buffer_append_byte(&sse->data, '\n');
    }
    buffer_append(&sse->data, value, length);
    sse->has_data = 1;
    return sse->data.failed ? CPK_ERROR_OUT_OF_MEMORY : CPK_OK;
}

static int32_t is_field(const char *line, size_t length, const char *name)
{
    return length == strlen(name) && memcmp(line, name, length) == 0;
}

/* Comments and the fields id and retry say nothing here. */
static cpk_status take_line(struct sse *sse, const char *line, size_t length)
{
    const char *colon = length > 0 ? memchr(line, ':', length) : NULL;
    size_t name_length = colon != NULL ? (size_t)(colon - line) : length;
    const char *value = line + name_length + (colon != NULL);
    size_t value_length = length - name_length - (colon != NULL);

    if (length == 0) {
        return dispatch(sse);
    }
    if (value_length > 0 && value[0] == ' ') {
        value++;
        value_length--;
    }
    if (is_field(line, name_length, "data")) {
        return add_data(sse, value, value_length);
    }
    if (is_field(line, name_length, "event")) {
        value_length = value_length < sizeof sse->name ? value_length : sizeof sse->name - 1;
        memcpy(sse->name, value, value_length);
        sse->name[value_length] = '\0';
    }
    return CPK_OK;
}

static cpk_status end_line(struct sse *sse)
{
    const char *line = buffer_text(&sse->line);
    size_t length = sse->line.length;
    cpk_status status;

    if (!sse->is_started && length >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3;
        length -= 3;
    }
    sse->is_started = 1;
    status = take_line(sse, line, length);
    buffer_clear(&sse->line);
    return status;
}

cpk_status sse_add(struct sse *sse, const char *bytes, size_t length)
{
    const char *const end = bytes + length;

    while (bytes < end) {
        const char *stop = bytes;

        if (sse->after_cr) {
            sse->after_cr = 0;
            if (*bytes == '\n') {
                bytes++;
                continue;
            }
        }
        while (stop < end && *stop != '\n' && *stop != '\r') {
            stop++;
        }
        if ((size_t)(stop - bytes) >= sse->max_bytes - sse->line.length) {
            return CPK_ERROR_LIMIT_EXCEEDED;
        }
        buffer_append(&sse->line, bytes, (size_t)(stop - bytes));
        if (sse->line.failed) {
            return CPK_ERROR_OUT_OF_MEMORY;
        }
        if (stop < end) {
            cpk_status status = end_line(sse);

            if (status != CPK_OK) {
                return status;
            }
            sse->after_cr = *stop == '\r';
            stop++;
        }
        bytes = stop;
    }
    return CPK_OK;
}

cpk_status sse_end(struct sse *sse)
{
    cpk_status status = sse->line.length > 0 ? end_line(sse) : CPK_OK;

    return status == CPK_OK ? dispatch(sse) : status;
}
