/* What the fuzz targets of extract share: bytes as a reader that gives uneven blocks, and a sink that checks what every
 * message promises. */
#ifndef TESTS_FUZZ_EXTRACT_TARGET_H
#define TESTS_FUZZ_EXTRACT_TARGET_H

#include "base/utf8.h"

#include <contextpack/backend/extractor.h>

#include <stdlib.h>
#include <string.h>

struct fuzz_source {
    const uint8_t *data;
    size_t size;
    size_t at;
    size_t step;
};

static inline cpk_status fuzz_read(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    struct fuzz_source *source = (struct fuzz_source *)self;
    size_t left = source->size - source->at;

    (void)error;
    *got = left < capacity ? left : capacity;
    *got = *got < source->step ? *got : source->step;
    if (*got > 0) {
        memcpy(buffer, source->data + source->at, *got);
    }
    source->at += *got;
    return CPK_OK;
}

static inline void fuzz_check_text(const char *text)
{
    if (text == NULL || utf8_valid_prefix(text, strlen(text)) != strlen(text)) {
        abort();
    }
}

static inline cpk_status fuzz_message(void *self, const cpk_message *message, cpk_error **error)
{
    (void)self;
    (void)error;
    fuzz_check_text(message->provider);
    fuzz_check_text(message->conversation_id);
    fuzz_check_text(message->conversation_title);
    fuzz_check_text(message->message_id);
    fuzz_check_text(message->text);
    if (strlen(message->text) != message->text_length || message->message_id[0] == '\0' ||
        (message->text_length == 0 && message->attachment_count == 0)) {
        abort();
    }
    if (message->parent_id != NULL) {
        fuzz_check_text(message->parent_id);
    }
    if (message->model != NULL) {
        fuzz_check_text(message->model);
    }
    return CPK_OK;
}

static inline cpk_status fuzz_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    (void)self;
    (void)note;
    (void)error;
    fuzz_check_text(where);
    if (strlen(text) == 0) {
        abort();
    }
    return CPK_OK;
}

static inline cpk_status fuzz_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    (void)self;
    (void)done_bytes;
    (void)error;
    return CPK_OK;
}

static inline cpk_reader fuzz_reader(struct fuzz_source *source, const uint8_t *data, size_t size, const char *name)
{
    *source = (struct fuzz_source){data, size, 0, size % 7 == 0 ? 1 + size % 13 : SIZE_MAX};
    return (cpk_reader){sizeof(cpk_reader), 0, source, name, -1, fuzz_read, NULL, NULL};
}

static inline cpk_sink fuzz_sink(void)
{
    return (cpk_sink){sizeof(cpk_sink), 0, NULL, fuzz_message, fuzz_note, fuzz_progress};
}

#endif
