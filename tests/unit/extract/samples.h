/* The chats of tests/data/chats, their values, and imports of changed ones. */
#ifndef TESTS_UNIT_EXTRACT_SAMPLES_H
#define TESTS_UNIT_EXTRACT_SAMPLES_H

#include "base/utf8.h"
#include "unit/extract/input.h"

#include <dirent.h>

#define FILES_MAX  64
#define SPANS_MAX  4096
#define NAME_BYTES 256

struct sample {
    char name[NAME_BYTES];
    char *data;
    size_t length;
};

/* What came of an import. */
struct seen {
    size_t notes;
    size_t messages;
};

static inline cpk_status see_message(void *self, const cpk_message *message, cpk_error **error)
{
    const char *texts[] = {message->provider, message->conversation_id, message->conversation_title,
                           message->message_id, message->text};
    struct seen *seen = self;

    (void)error;
    seen->messages++;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_non_null(texts[i]);
        if (utf8_valid_prefix(texts[i], strlen(texts[i])) != strlen(texts[i])) {
            fail_msg("%s %s: text %zu is not valid UTF-8: %s", message->provider, message->message_id, i, texts[i]);
        }
    }
    if (strlen(message->text) != message->text_length) {
        fail_msg("%s %s: %zu bytes have a NUL after %zu", message->provider, message->message_id, message->text_length,
                 strlen(message->text));
    }
    assert_true(message->text_length > 0 || message->attachment_count > 0);
    assert_true(message->message_id[0] != '\0' && message->conversation_id[0] != '\0');
    return CPK_OK;
}

static inline cpk_status see_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    struct seen *seen = self;

    (void)note;
    (void)error;
    assert_non_null(where);
    assert_true(text[0] != '\0');
    seen->notes++;
    return CPK_OK;
}

static inline cpk_status see_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    (void)self;
    (void)done_bytes;
    (void)error;
    return CPK_OK;
}

static inline cpk_status import_bytes(const char *name, const char *data, size_t length, struct import_report *report,
                                      struct seen *seen)
{
    struct bytes_source source;
    struct context context;
    cpk_reader reader = bytes_reader(&source, data, length, name);
    struct import_options options = {.context = &context};
    cpk_sink sink = {sizeof sink, 0, seen, see_message, see_note, see_progress};

    memset(seen, 0, sizeof *seen);
    context_init(&context);
    return import_read(&options, &reader, &sink, report, NULL);
}

static inline size_t load_samples(struct sample samples[FILES_MAX])
{
    DIR *listing = opendir(TEST_DATA_DIR "/chats");
    const struct dirent *entry;
    size_t count = 0;

    assert_non_null(listing);
    while ((entry = readdir(listing)) != NULL) {
        char path[512];

        if (entry->d_name[0] == '.' || strncmp(entry->d_name, "expected", 8) == 0) {
            continue;
        }
        assert_true(count < FILES_MAX);
        snprintf(path, sizeof path, "%s/chats/%s", TEST_DATA_DIR, entry->d_name);
        snprintf(samples[count].name, sizeof samples[count].name, "%s", entry->d_name);
        samples[count].data = input_load(path, &samples[count].length);
        assert_non_null(samples[count].data);
        count++;
    }
    closedir(listing);
    assert_true(count > 20);
    return count;
}

static inline void free_samples(struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(samples[i].data);
    }
}

/* --- each value --- */

struct span {
    size_t start;
    size_t end;
    size_t member; /* start of the member that it is the value of, with its name; SIZE_MAX: of a list */
    size_t depth;  /* 0: a whole line, or the file */
};

static inline size_t skip_string(const char *data, size_t length, size_t at)
{
    for (at++; at < length && data[at] != '"'; at++) {
        at += data[at] == '\\';
    }
    return at < length ? at + 1 : length;
}

/* Finds the values of a valid JSON text or JSON Lines; returns their number. */
static inline size_t find_values(const char *data, size_t length, struct span spans[SPANS_MAX])
{
    size_t open[256];
    size_t depth = 0;
    size_t count = 0;
    size_t member = SIZE_MAX;

    for (size_t at = 0; at < length;) {
        char byte = data[at];
        size_t end = at + 1;

        if (byte == '}' || byte == ']') {
            spans[open[--depth]].end = end;
        } else if (byte == '"' || byte == '{' || byte == '[' || byte == '-' || (byte >= '0' && byte <= '9') ||
                   (byte >= 'a' && byte <= 'z')) {
            if (byte == '"') {
                end = skip_string(data, length, at);
                if (end < length && data[end + strspn(data + end, " ")] == ':') {
                    member = at;
                    at = end + strspn(data + end, " ") + 1;
                    continue;
                }
            } else if (byte != '{' && byte != '[') {
                end = at + strcspn(data + at, ",]} \n\r");
            }
            assert_true(count < SPANS_MAX && depth < 256);
            spans[count] = (struct span){at, end, member, depth};
            if (byte == '{' || byte == '[') {
                open[depth++] = count;
            }
            count++;
            member = SIZE_MAX;
        }
        at = end;
    }
    assert_int_equal(depth, 0);
    return count;
}

/* The text with the bytes from `start` to `end` replaced, terminated by a NUL. */
static inline char *replace(const struct sample *sample, size_t start, size_t end, const char *by, size_t *length)
{
    size_t by_length = strlen(by);
    char *text = malloc(sample->length + by_length + 1);

    assert_non_null(text);
    memcpy(text, sample->data, start);
    memcpy(text + start, by, by_length);
    memcpy(text + start + by_length, sample->data + end, sample->length - end);
    *length = sample->length - (end - start) + by_length;
    text[*length] = '\0';
    return text;
}

#endif
