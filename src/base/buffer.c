#include "base/buffer.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

void buffer_init(struct buffer *buffer, const cpk_allocator *allocator)
{
    buffer->allocator = allocator;
    buffer->data = NULL;
    buffer->length = 0;
    buffer->capacity = 0;
    buffer->failed = 0;
}

char *buffer_reserve(struct buffer *buffer, size_t length)
{
    size_t needed;
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : 64;
    char *data;

    if (buffer->failed || length > SIZE_MAX / 4 || buffer->length > SIZE_MAX / 4) {
        buffer->failed = 1;
        return NULL;
    }
    needed = buffer->length + length + 1;
    if (needed <= buffer->capacity) {
        return buffer->data + buffer->length;
    }
    /* Grow by half, or to exactly what is needed if that is more: long texts are mostly appended in one call. */
    capacity += capacity / 2;
    capacity = capacity < needed ? needed : capacity;
    data = memory_resize_array(buffer->allocator, buffer->data, buffer->capacity, capacity, 1);
    if (data == NULL) {
        buffer->failed = 1;
        return NULL;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return data + buffer->length;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    char *end = buffer_reserve(buffer, length);

    if (end == NULL) {
        return;
    }
    if (length > 0) {
        memcpy(end, bytes, length);
    }
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_append_byte(struct buffer *buffer, char byte)
{
    if (buffer->failed || buffer->length + 1 >= buffer->capacity) {
        buffer_append(buffer, &byte, 1);
        return;
    }
    buffer->data[buffer->length++] = byte;
    buffer->data[buffer->length] = '\0';
}

void buffer_append_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_list again;
    int length;
    char *end;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    end = length < 0 ? NULL : buffer_reserve(buffer, (size_t)length);
    if (end != NULL) {
        vsnprintf(end, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    } else {
        buffer->failed = 1;
    }
    va_end(again);
    va_end(arguments);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = 0;
    if (buffer->data != NULL) {
        buffer->data[0] = '\0';
    }
}

const char *buffer_text(const struct buffer *buffer)
{
    return buffer->data != NULL ? buffer->data : "";
}

void buffer_release_above(struct buffer *buffer, size_t capacity_max)
{
    if (buffer->capacity > capacity_max) {
        buffer_free(buffer);
    }
}

void buffer_free(struct buffer *buffer)
{
    memory_release_array(buffer->allocator, buffer->data, buffer->capacity, 1);
    buffer_init(buffer, buffer->allocator);
}
