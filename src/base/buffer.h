/* A growable byte array. NUL-terminated after the first append. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <contextpack/base.h>

#include <stdarg.h>

struct buffer {
    const cpk_allocator *allocator;
    char *data;    /* NULL while empty and never grown */
    size_t length; /* bytes without the NUL */
    size_t capacity;
    int32_t failed; /* an append ran out of memory; later appends do nothing: check once at the end */
};

void buffer_init(struct buffer *buffer, const cpk_allocator *allocator);
void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_byte(struct buffer *buffer, char byte);
void buffer_append_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *buffer_reserve(struct buffer *buffer,
                     size_t length);      /* makes space for `length` more bytes; returns the end, or NULL */
void buffer_clear(struct buffer *buffer); /* length 0 and failed 0; keeps the memory */
const char *buffer_text(const struct buffer *buffer);                  /* never NULL */
void buffer_release_above(struct buffer *buffer, size_t capacity_max); /* frees the memory if the capacity is larger */
void buffer_free(struct buffer *buffer);

#endif
