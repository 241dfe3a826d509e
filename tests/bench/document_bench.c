/* How much processor time documents take, one by one, in this process.
 *
 *     document_bench [--text FOLDER] ROUNDS FILE...
 *
 * Prints a line a file: its status, the median of the rounds in microseconds, the file's bytes and those of its text,
 * its name; with --text, writes the text of each file to FOLDER. tests/bench/documents.py compares with other readers.
 */
#include "extract/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_MAX 1000

static struct context engine_context;

struct bytes {
    char *data;
    size_t length;
    size_t at;
};

static int64_t now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static cpk_status read_forward(void *self, void *target, size_t capacity, size_t *got, cpk_error **error)
{
    struct bytes *bytes = self;

    (void)error;
    *got = bytes->length - bytes->at < capacity ? bytes->length - bytes->at : capacity;
    memcpy(target, bytes->data + bytes->at, *got);
    bytes->at += *got;
    return CPK_OK;
}

static cpk_status read_at(void *self, int64_t offset, void *target, size_t capacity, size_t *got, cpk_error **error)
{
    struct bytes *bytes = self;
    size_t left = offset < (int64_t)bytes->length ? bytes->length - (size_t)offset : 0;

    (void)error;
    *got = left < capacity ? left : capacity;
    if (*got > 0) {
        memcpy(target, bytes->data + offset, *got);
    }
    return CPK_OK;
}

static cpk_status add_message(void *self, const cpk_message *message, cpk_error **error)
{
    struct buffer *text = self;

    (void)error;
    buffer_append(text, message->text, message->text_length);
    buffer_append_text(text, "\n\n");
    return CPK_OK;
}

static cpk_status ignore_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    (void)self;
    (void)note;
    (void)where;
    (void)text;
    (void)error;
    return CPK_OK;
}

static cpk_status ignore_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    (void)self;
    (void)done_bytes;
    (void)error;
    return CPK_OK;
}

static cpk_status read_document(struct bytes *bytes, const char *name, struct buffer *text, cpk_error **error)
{
    const cpk_reader reader = {sizeof reader, 0, bytes, name, (int64_t)bytes->length, read_forward, read_at, NULL};
    const cpk_sink sink = {sizeof sink, 0, text, add_message, ignore_note, ignore_progress};
    struct import_options options = {.context = &engine_context};
    struct import_report report;

    buffer_clear(text);
    bytes->at = 0;
    return import_read(&options, &reader, &sink, &report, error);
}

static int compare(const void *a, const void *b)
{
    const int64_t *first = a;
    const int64_t *second = b;

    return (*first > *second) - (*first < *second);
}

static int32_t load(const char *path, struct bytes *bytes)
{
    FILE *file = fopen(path, "rb");
    long size;

    memset(bytes, 0, sizeof *bytes);
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        perror(path);
        exit(1);
    }
    rewind(file);
    bytes->data = malloc((size_t)size + 1);
    bytes->length = bytes->data != NULL ? fread(bytes->data, 1, (size_t)size, file) : 0;
    fclose(file);
    return bytes->data != NULL;
}

static void write_text(const char *folder, const char *name, const struct buffer *text)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    fwrite(buffer_text(text), 1, text->length, file);
    fclose(file);
}

static void measure(const char *path, int rounds, const char *folder)
{
    const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    static int64_t times[ROUNDS_MAX];
    struct bytes bytes;
    struct buffer text;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;

    buffer_init(&text, &engine_context.allocator);
    if (!load(path, &bytes)) {
        exit(1);
    }
    for (int i = 0; i < rounds; i++) {
        int64_t start = now_ns();

        cpk_error_free(error);
        error = NULL;
        status = read_document(&bytes, name, &text, &error);
        times[i] = now_ns() - start;
    }
    qsort(times, (size_t)rounds, sizeof times[0], compare);
    printf("%d\t%.1f\t%zu\t%zu\t%s\t%s\n", (int)status, (double)times[rounds / 2] / 1e3, bytes.length, text.length,
           name, status != CPK_OK ? cpk_error_message(error) : "");
    if (folder != NULL) {
        write_text(folder, name, &text);
    }
    cpk_error_free(error);
    buffer_free(&text);
    free(bytes.data);
}

int main(int argc, char **argv)
{
    const char *folder = NULL;
    int rounds;
    int at = 1;

    if (argc > 2 && strcmp(argv[1], "--text") == 0) {
        folder = argv[2];
        at = 3;
    }
    rounds = argc > at ? atoi(argv[at]) : 0;
    if (rounds < 1 || rounds > ROUNDS_MAX || argc < at + 2) {
        fprintf(stderr, "usage: document_bench [--text FOLDER] ROUNDS FILE...\n");
        return 2;
    }
    context_init(&engine_context);
    for (at++; at < argc; at++) {
        measure(argv[at], rounds, folder);
    }
    context_free(&engine_context);
    return 0;
}
