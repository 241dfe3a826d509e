/* How fast an export is turned into messages, measured against json-c parsing the same conversations one by one.
 *
 *     extract_bench EXPORT.json [ROUNDS [MODE]]
 *
 * MODE runs one side alone, for a profiler: 0 scan, 1 with json-c, 2 walk, 3 extract.
 *
 * Both sides run in turns, each from the file, on one thread; the medians are compared. "scan" is the cutting alone,
 * "json-c" is the cutting with parsing minus the cutting, "extract" is import_read() into a sink that writes every
 * message as a line of JSON into a buffer, as the command does, "walk" the same with a sink that only counts. */
#include "base/json/json.h"
#include "extract/import.h"
#include "extract/json/json_split.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 25

struct file {
    int descriptor;
};

struct totals {
    int64_t messages;
    int64_t bytes;
    struct buffer line;
};

static struct context engine_context;

static double now_seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static cpk_status file_read(void *self, void *bytes, size_t capacity, size_t *got, cpk_error **error)
{
    ssize_t length = read(((struct file *)self)->descriptor, bytes, capacity);

    (void)error;
    *got = length > 0 ? (size_t)length : 0;
    return length < 0 ? CPK_ERROR_IO : CPK_OK;
}

static cpk_status count_message(void *self, const cpk_message *message, cpk_error **error)
{
    struct totals *totals = self;

    (void)error;
    totals->messages++;
    totals->bytes += (int64_t)message->text_length;
    return CPK_OK;
}

static void write_member(struct json_writer *writer, const char *key, const char *value)
{
    json_write_key(writer, key);
    json_write_string(writer, value);
}

static cpk_status write_message(void *self, const cpk_message *message, cpk_error **error)
{
    struct totals *totals = self;
    struct json_writer writer;

    if (totals->line.length > 65536) {
        buffer_clear(&totals->line);
    }
    json_writer_init(&writer, &totals->line);
    json_write_begin_object(&writer);
    write_member(&writer, "conversation_id", message->conversation_id);
    write_member(&writer, "conversation_title", message->conversation_title);
    write_member(&writer, "message_id", message->message_id);
    write_member(&writer, "parent_id", message->parent_id);
    write_member(&writer, "role", cpk_role_name(message->role));
    write_member(&writer, "kind", cpk_kind_name(message->kind));
    json_write_key(&writer, "time");
    json_write_time(&writer, message->time_us);
    write_member(&writer, "model", message->model);
    json_write_key(&writer, "text");
    json_write_text(&writer, message->text, message->text_length);
    json_write_key(&writer, "hidden");
    json_write_bool(&writer, (message->flags & CPK_MESSAGE_HIDDEN) != 0);
    json_write_end_object(&writer);
    buffer_append_byte(&totals->line, '\n');
    return count_message(self, message, error);
}

static cpk_status ignore_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    (void)self;
    (void)note;
    (void)error;
    fprintf(stderr, "%s: %s\n", where, text);
    return CPK_OK;
}

static cpk_status ignore_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    (void)self;
    (void)done_bytes;
    (void)error;
    return CPK_OK;
}

static cpk_status ignore_element(void *user, struct json_element *element, cpk_error **error)
{
    (void)error;
    *(int64_t *)user += (int64_t)element->length;
    return CPK_OK;
}

static struct json_tokener *tokener; /* one for all conversations */

static cpk_status parse_element(void *user, struct json_element *element, cpk_error **error)
{
    struct json_object *value;

    (void)error;
    json_tokener_reset(tokener);
    value = json_tokener_parse_ex(tokener, element->json, (int)element->length);
    *(int64_t *)user += value != NULL ? (int64_t)element->length : 0;
    json_object_put(value);
    return CPK_OK;
}

enum mode { MODE_SCAN, MODE_PARSE, MODE_WALK, MODE_EXTRACT, MODE_COUNT };

static double run(enum mode mode, const char *path, struct totals *totals)
{
    struct file source = {open(path, O_RDONLY)};
    cpk_reader reader = {
        .struct_size = sizeof reader, .self = &source, .name = path, .size_bytes = -1, .read = file_read};
    cpk_sink sink = {sizeof sink,    0, totals, mode == MODE_EXTRACT ? write_message : count_message, ignore_note,
                     ignore_progress};
    struct import_options options = {.context = &engine_context};
    struct import_report report;
    cpk_error *error = NULL;
    int64_t bytes = 0;
    cpk_status status;
    double start = now_seconds();

    totals->messages = 0;
    totals->bytes = 0;
    switch (mode) {
    case MODE_SCAN:
        status = json_split_read(&engine_context, &reader, &sink, ignore_element, &bytes, &error);
        break;
    case MODE_PARSE:
        status = json_split_read(&engine_context, &reader, &sink, parse_element, &bytes, &error);
        break;
    default:
        status = import_read(&options, &reader, &sink, &report, &error);
    }
    start = now_seconds() - start;
    close(source.descriptor);
    if (status != CPK_OK) {
        fprintf(stderr, "%s: %s\n", path, cpk_error_message(error));
        exit(1);
    }
    return start;
}

static int compare_doubles(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;

    return difference < 0 ? -1 : difference > 0;
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare_doubles);
    return values[count / 2];
}

int main(int argc, char **argv)
{
    static const char *const names[MODE_COUNT] = {"scan", "scan + json-c", "walk (counting sink)",
                                                  "extract (JSON Lines)"};
    static double seconds[MODE_COUNT][ROUNDS_MAX];
    double medians[MODE_COUNT];
    int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 5;
    struct totals totals = {0, 0, {0}};
    struct rusage usage;
    double megabytes;
    double json_c;
    int only = argc > 3 ? (int)strtol(argv[3], NULL, 10) : -1;
    int descriptor = argc > 1 ? open(argv[1], O_RDONLY) : -1;

    if (descriptor < 0 || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: extract_bench EXPORT.json [ROUNDS up to %d [MODE]]\n", ROUNDS_MAX);
        return 2;
    }
    megabytes = (double)lseek(descriptor, 0, SEEK_END) / 1e6;
    close(descriptor);
    context_init(&engine_context);
    tokener = json_tokener_new_ex((int)context_setting(&engine_context, SETTING_IMPORT_MAX_JSON_DEPTH) + 1);
    if (tokener == NULL) {
        fprintf(stderr, "no memory\n");
        return 1;
    }
    buffer_init(&totals.line, &engine_context.allocator);
    for (int round = 0; round < rounds; round++) {
        for (int mode = 0; mode < MODE_COUNT; mode++) {
            if (only < 0 || mode == only) {
                seconds[mode][round] = run((enum mode)mode, argv[1], &totals);
            }
        }
    }
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        medians[mode] = median(seconds[mode], rounds);
        printf("%-22s %7.3f s  %7.1f MB/s\n", names[mode], medians[mode], megabytes / medians[mode]);
    }
    json_c = medians[MODE_PARSE] - medians[MODE_SCAN];
    getrusage(RUSAGE_SELF, &usage);
    printf("%-22s %7.3f s  %7.1f MB/s\n", "json-c alone", json_c, megabytes / json_c);
    printf("messages %lld, text %.1f MB\n", (long long)totals.messages, (double)totals.bytes / 1e6);
    printf("extract / json-c speed %.3f (walk %.3f)\n", json_c / medians[MODE_EXTRACT], json_c / medians[MODE_WALK]);
    printf("peak memory %.1f MB\n", (double)usage.ru_maxrss / 1024);
    buffer_free(&totals.line);
    json_tokener_free(tokener);
    return 0;
}
