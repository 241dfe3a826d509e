/* Inputs in memory and from tests/data, read into a recorder. */
#ifndef TESTS_UNIT_EXTRACT_INPUT_H
#define TESTS_UNIT_EXTRACT_INPUT_H

#include "base/cancel.h"
#include "extract/import.h"
#include "unit/extract/recorder.h"
#include "unit/extract/zip.h"

#include <stdio.h>

struct input {
    struct context context;
    struct recorder recorder;
    struct import_report report;
    cpk_error *error;
    cpk_cancel *cancel;
};

static inline void input_init(struct input *input)
{
    memset(input, 0, sizeof *input);
    context_init(&input->context);
    recorder_init(&input->recorder);
}

static inline void input_free(struct input *input)
{
    recorder_free(&input->recorder);
    cpk_error_free(input->error);
    cpk_cancel_free(input->cancel);
}

/* What a reader gives at most in one call, so that every block boundary can be met. */
struct slow_source {
    struct bytes_source bytes;
    size_t step;
};

static inline cpk_status slow_read(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    struct slow_source *source = self;

    return bytes_read(&source->bytes, buffer, capacity < source->step ? capacity : source->step, got, error);
}

static inline cpk_status input_read(struct input *input, const char *name, const void *data, size_t length)
{
    struct bytes_source source;
    cpk_reader reader = bytes_reader(&source, data, length, name);
    struct import_options options = {.context = &input->context, .cancel = input->cancel};

    return import_read(&options, &reader, &input->recorder.sink, &input->report, &input->error);
}

static inline cpk_status input_read_text(struct input *input, const char *name, const char *text)
{
    return input_read(input, name, text, strlen(text));
}

/* A whole file; NULL when it is not there. Free with free(). */
static inline char *input_load(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *data;
    long size;

    if (file == NULL) {
        return NULL;
    }
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    data = malloc((size_t)size + 1);
    assert_non_null(data);
    *length = fread(data, 1, (size_t)size, file);
    assert_int_equal(*length, size);
    fclose(file);
    return data;
}

/* A file of tests/data, which must be there. */
static inline cpk_status input_read_data(struct input *input, const char *path)
{
    char full[512];
    size_t length = 0;
    char *data;
    const char *name = strrchr(path, '/');
    cpk_status status;

    snprintf(full, sizeof full, "%s/%s", TEST_DATA_DIR, path);
    data = input_load(full, &length);
    if (data == NULL) {
        fail_msg("%s is missing", full);
    }
    status = input_read(input, name != NULL ? name + 1 : path, data, length);
    free(data);
    return status;
}

static inline const struct recorded_message *input_find(const struct input *input, const char *conversation_id,
                                                        const char *message_id)
{
    for (size_t i = 0; i < input->recorder.count; i++) {
        const struct recorded_message *message = &input->recorder.messages[i];

        if (strcmp(message->conversation_id, conversation_id) == 0 && strcmp(message->message_id, message_id) == 0) {
            return message;
        }
    }
    fail_msg("no message %s in %s", message_id, conversation_id);
    return NULL;
}

static inline void assert_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text, part);
    }
}

#endif
