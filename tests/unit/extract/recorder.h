/* A sink that keeps what it is given, for the tests of extractors. */
#ifndef TESTS_UNIT_EXTRACT_RECORDER_H
#define TESTS_UNIT_EXTRACT_RECORDER_H

#include <contextpack/backend/extractor.h>

#include <stdlib.h>
#include <string.h>

struct recorded_file {
    char *id;
    char *name;
    char *media_type;
    int64_t size_bytes;
};

struct recorded_message {
    uint32_t flags;
    int32_t role;
    int32_t kind;
    int64_t time_us;
    char *provider;
    char *conversation_id;
    char *conversation_title;
    char *message_id;
    char *parent_id;
    char *model;
    char *text;
    struct recorded_file files[8];
    size_t file_count; /* may be more than are kept */
};

struct recorded_note {
    int32_t note;
    char *where;
    char *text;
};

struct recorder {
    cpk_sink sink;
    struct recorded_message *messages;
    size_t count;
    struct recorded_note *notes;
    size_t note_count;
    size_t refuse_after; /* messages after which the sink refuses; SIZE_MAX: never */
    int64_t progress_bytes;
};

static inline char *recorder_copy(const char *text)
{
    return text != NULL ? strdup(text) : NULL;
}

static inline cpk_status recorder_message(void *self, const cpk_message *message, cpk_error **error)
{
    struct recorder *recorder = self;
    struct recorded_message *kept;

    if (recorder->count >= recorder->refuse_after) {
        if (error != NULL) {
            *error = cpk_error_new(CPK_ERROR_NO_SPACE, "test", "the sink is full", "", 0);
        }
        return CPK_ERROR_NO_SPACE;
    }
    assert_int_equal(strlen(message->text), message->text_length);
    assert_true(message->text_length > 0 || message->attachment_count > 0);
    recorder->messages = realloc(recorder->messages, (recorder->count + 1) * sizeof *recorder->messages);
    assert_non_null(recorder->messages);
    kept = &recorder->messages[recorder->count++];
    memset(kept, 0, sizeof *kept);
    kept->flags = message->flags;
    kept->role = message->role;
    kept->kind = message->kind;
    kept->time_us = message->time_us;
    kept->provider = recorder_copy(message->provider);
    kept->conversation_id = recorder_copy(message->conversation_id);
    kept->conversation_title = recorder_copy(message->conversation_title);
    kept->message_id = recorder_copy(message->message_id);
    kept->parent_id = recorder_copy(message->parent_id);
    kept->model = recorder_copy(message->model);
    kept->text = recorder_copy(message->text);
    kept->file_count = message->attachment_count;
    for (size_t i = 0; i < message->attachment_count && i < 8; i++) {
        const cpk_attachment *file = &message->attachments[i];

        kept->files[i] = (struct recorded_file){recorder_copy(file->id), recorder_copy(file->name),
                                                recorder_copy(file->media_type), file->size_bytes};
    }
    return CPK_OK;
}

static inline cpk_status recorder_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    struct recorder *recorder = self;

    (void)error;
    recorder->notes = realloc(recorder->notes, (recorder->note_count + 1) * sizeof *recorder->notes);
    assert_non_null(recorder->notes);
    recorder->notes[recorder->note_count++] = (struct recorded_note){note, recorder_copy(where), recorder_copy(text)};
    return CPK_OK;
}

static inline cpk_status recorder_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    struct recorder *recorder = self;

    (void)error;
    recorder->progress_bytes = done_bytes;
    return CPK_OK;
}

static inline void recorder_init(struct recorder *recorder)
{
    memset(recorder, 0, sizeof *recorder);
    recorder->sink = (cpk_sink){sizeof recorder->sink, 0, recorder, recorder_message, recorder_note, recorder_progress};
    recorder->refuse_after = SIZE_MAX;
}

static inline void recorder_free(struct recorder *recorder)
{
    for (size_t i = 0; i < recorder->count; i++) {
        struct recorded_message *kept = &recorder->messages[i];

        free(kept->provider);
        free(kept->conversation_id);
        free(kept->conversation_title);
        free(kept->message_id);
        free(kept->parent_id);
        free(kept->model);
        free(kept->text);
        for (size_t j = 0; j < kept->file_count && j < 8; j++) {
            free(kept->files[j].id);
            free(kept->files[j].name);
            free(kept->files[j].media_type);
        }
    }
    for (size_t i = 0; i < recorder->note_count; i++) {
        free(recorder->notes[i].where);
        free(recorder->notes[i].text);
    }
    free(recorder->messages);
    free(recorder->notes);
}

static inline size_t recorder_count_notes(const struct recorder *recorder, int32_t note)
{
    size_t count = 0;

    for (size_t i = 0; i < recorder->note_count; i++) {
        count += recorder->notes[i].note == note;
    }
    return count;
}

/* The message of that id; fails the test when there is none. */
static inline const struct recorded_message *recorder_find(const struct recorder *recorder, const char *message_id)
{
    for (size_t i = 0; i < recorder->count; i++) {
        if (strcmp(recorder->messages[i].message_id, message_id) == 0) {
            return &recorder->messages[i];
        }
    }
    fail_msg("no message %s", message_id);
    return NULL;
}

#endif
