/* How fast the offline analyzer reads the user's text, on one thread, beside json-c parsing the same file and the
 * exact count of the same text's tokens: medians of rounds that alternate.
 *
 *     analyze_bench CONVERSATIONS.JSON [ROUNDS]
 *
 * The file is a ChatGPT export; 20 conversations are a chunk. Analysis includes the merge of all chunks. */
#include "analyze/extractive.h"
#include "analyze/profile/finding_merge.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "text/tokens/tokens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONVERSATIONS_PER_CHUNK 20
#define ROUNDS                  5
#define ROUNDS_MAX              99

struct export
{
    cpk_message *messages;
    size_t count;
    size_t room;
    size_t *chunks; /* end of each chunk in `messages` */
    size_t chunk_count;
    int64_t user_bytes;
};

static void fail(const char *what)
{
    fprintf(stderr, "analyze_bench: %s\n", what);
    exit(1);
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void add_message(struct export *export, struct json_object *conversation, struct json_object *node)
{
    struct json_object *message = json_member_object(node, "message");
    struct json_object *parts = json_member_array(json_member_object(message, "content"), "parts");
    const char *role = json_member_text(json_member_object(message, "author"), "role");
    struct json_object *part = parts == NULL ? NULL : json_object_array_get_idx(parts, 0);
    cpk_message *added;

    if (part == NULL || role == NULL || !json_object_is_type(part, json_type_string)) {
        return;
    }
    if (export->count == export->room) {
        export->room = export->room == 0 ? 1024 : export->room * 2;
        export->messages = realloc(export->messages, export->room * sizeof *export->messages);
        if (export->messages == NULL) {
            fail("no memory");
        }
    }
    added = &export->messages[export->count++];
    memset(added, 0, sizeof *added);
    added->struct_size = sizeof *added;
    added->flags = CPK_MESSAGE_ACTIVE_BRANCH;
    added->role = strcmp(role, "user") == 0 ? CPK_ROLE_USER : CPK_ROLE_ASSISTANT;
    added->kind = CPK_KIND_TEXT;
    added->time_us = json_member_time(message, "create_time");
    added->provider = "chatgpt";
    added->conversation_id = json_member_text(conversation, "conversation_id");
    added->conversation_title = json_member_text(conversation, "title");
    added->message_id = json_member_text(message, "id");
    added->text = json_object_get_string(part);
    added->text_length = strlen(added->text);
    export->user_bytes += added->role == CPK_ROLE_USER ? (int64_t)added->text_length : 0;
}

static void read_export(struct export *export, struct json_object *conversations)
{
    size_t count = json_object_array_length(conversations);

    export->chunks = calloc(count + 1, sizeof *export->chunks);
    if (export->chunks == NULL) {
        fail("no memory");
    }
    for (size_t i = 0; i < count; i++) {
        struct json_object *conversation = json_object_array_get_idx(conversations, i);
        struct json_object *mapping = json_member_object(conversation, "mapping");

        if (mapping != NULL) {
            json_object_object_foreach(mapping, key, node)
            {
                (void)key;
                add_message(export, conversation, node);
            }
        }
        if ((i + 1) % CONVERSATIONS_PER_CHUNK == 0 || i + 1 == count) {
            export->chunks[export->chunk_count++] = export->count;
        }
    }
}

static int32_t take_answer(void *user, const void *data, size_t length)
{
    buffer_append(user, data, length);
    return 0;
}

static double time_analysis(const cpk_analyzer_driver *driver, const struct export *export)
{
    double start = seconds_now();
    struct finding_merge *merge;
    struct finding_set result;
    size_t from = 0;

    finding_set_init(&result, &memory_default);
    if (finding_merge_create(&memory_default, &merge, NULL) != CPK_OK) {
        fail("no memory");
    }
    for (size_t i = 0; i < export->chunk_count; i++) {
        cpk_analyzer_request request = {.struct_size = sizeof request,
                                        .system_prompt = "",
                                        .text = "",
                                        .messages = export->messages + from,
                                        .message_count = export->chunks[i] - from};
        cpk_analyzer_usage usage = {.struct_size = sizeof usage};
        struct finding_set set;
        struct buffer answer;

        buffer_init(&answer, &memory_default);
        finding_set_init(&set, &memory_default);
        if (driver->analyze(driver->self, &request, take_answer, &answer, &usage, NULL) != CPK_OK ||
            finding_set_read_answer(&set, buffer_text(&answer), answer.length, NULL) != CPK_OK ||
            finding_merge_add(merge, &set, NULL) != CPK_OK) {
            fail("the analysis failed");
        }
        finding_set_free(&set);
        buffer_free(&answer);
        from = export->chunks[i];
    }
    if (finding_merge_finish(merge, &result, NULL) != CPK_OK) {
        fail("the merge failed");
    }
    finding_set_free(&result);
    finding_merge_free(merge);
    return seconds_now() - start;
}

static double time_parsing(const char *path)
{
    double start = seconds_now();
    struct json_object *parsed = json_object_from_file(path);
    double end = seconds_now();

    json_object_put(parsed);
    return end - start;
}

static double time_tokens(const struct export *export)
{
    double start = seconds_now();

    for (size_t i = 0; i < export->count; i++) {
        int64_t tokens;

        if (export->messages[i].role == CPK_ROLE_USER &&
            tokens_count(&memory_default, CPK_ENCODING_O200K_BASE, export->messages[i].text,
                         export->messages[i].text_length, &tokens, NULL) != CPK_OK) {
            fail("the count of tokens failed");
        }
    }
    return seconds_now() - start;
}

static int compare_times(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static double median(double *times, size_t count)
{
    qsort(times, count, sizeof *times, compare_times);
    return times[count / 2];
}

int main(int argc, char **argv)
{
    static double times[3][ROUNDS_MAX];
    size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : ROUNDS;
    struct json_object *conversations = argc > 1 ? json_object_from_file(argv[1]) : NULL;
    struct export export = {NULL, 0, 0, NULL, 0, 0};
    cpk_analyzer_driver driver;
    struct context context;
    double megabytes;

    if (conversations == NULL || rounds == 0 || rounds > ROUNDS_MAX) {
        fail("usage: analyze_bench CONVERSATIONS.JSON [ROUNDS]");
    }
    context_init(&context);
    if (extractive_driver_create(&driver, &context, NULL) != CPK_OK) {
        fail("no memory");
    }
    read_export(&export, conversations);
    (void)time_analysis(&driver, &export); /* builds the tables */
    for (size_t i = 0; i < rounds; i++) {
        times[0][i] = time_analysis(&driver, &export);
        times[1][i] = time_parsing(argv[1]);
        times[2][i] = time_tokens(&export);
    }
    megabytes = (double)export.user_bytes / 1e6;
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = {"analysis", "json-c parses the file", "tokens of the text"};
        double time = median(times[i], rounds);

        printf("%-24s %7.3f s  %7.2f MB of user text/s  %.2f x analysis\n", names[i], time, megabytes / time,
               median(times[0], rounds) / time);
    }
    driver.destroy(driver.self);
    json_object_put(conversations);
    free(export.messages);
    free(export.chunks);
    context_free(&context);
    return 0;
}
