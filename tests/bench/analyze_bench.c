/* How fast the offline analyzer reads the user's text, on one thread, beside json-c parsing the same file and the
 * exact count of the same text's tokens: medians of rounds that alternate.
 *
 *     analyze_bench CONVERSATIONS.JSON [ROUNDS]
 *
 * The file is a ChatGPT or Claude export; 20 conversations are a chunk. Analysis includes the merge of all chunks. */
#include "analyze/extractive.h"
#include "base/memory.h"
#include "bench/chats.h"
#include "text/tokens/tokens.h"

#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS     5
#define ROUNDS_MAX 99

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

static double time_analysis(const cpk_analyzer_driver *driver, const struct chats *chats)
{
    double start = seconds_now();
    struct finding_set result;

    chats_analyze(chats, driver, &result);
    finding_set_free(&result);
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

static double time_tokens(const struct chats *chats)
{
    double start = seconds_now();

    for (size_t i = 0; i < chats->count; i++) {
        const cpk_message *message = &chats->messages[i];
        int64_t tokens;

        if (message->role == CPK_ROLE_USER && tokens_count(&memory_default, CPK_ENCODING_O200K_BASE, message->text,
                                                           message->text_length, &tokens, NULL) != CPK_OK) {
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
    struct chats chats;
    cpk_analyzer_driver driver;
    struct context context;
    double megabytes;

    if (argc < 2 || rounds == 0 || rounds > ROUNDS_MAX) {
        fail("usage: analyze_bench CONVERSATIONS.JSON [ROUNDS]");
    }
    context_init(&context);
    if (extractive_driver_create(&driver, &context, NULL) != CPK_OK) {
        fail("no memory");
    }
    chats_read(&chats, argv[1]);
    (void)time_analysis(&driver, &chats); /* builds the tables */
    for (size_t i = 0; i < rounds; i++) {
        times[0][i] = time_analysis(&driver, &chats);
        times[1][i] = time_parsing(argv[1]);
        times[2][i] = time_tokens(&chats);
    }
    megabytes = (double)chats.user_bytes / 1e6;
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = {"analysis", "json-c parses the file", "tokens of the text"};
        double time = median(times[i], rounds);

        printf("%-24s %7.3f s  %7.2f MB of user text/s  %.2f x analysis\n", names[i], time, megabytes / time,
               median(times[0], rounds) / time);
    }
    driver.destroy(driver.self);
    chats_free(&chats);
    context_free(&context);
    return 0;
}
