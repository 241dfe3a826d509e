/* What the import of a newer export costs, of which few conversations are new or have grown.
 *
 *     make_export 320M 1 > first.json; make_export 320M 1 100 > second.json
 *     import_again_bench first.json second.json FOLDER [ROUNDS]
 *
 * FOLDER is for databases and stored files, one folder a round. Processor time of one thread; medians. "scan" is the
 * cutting of the second export into conversations, "read" all of its messages, "hash" its SHA-256, "copy" a copy of it
 * in FOLDER. An import adds the file, which is hashed while it is copied to the storage, and extracts what is new from
 * the stored bytes, which are checked meanwhile. So no import costs less than a scan, a hash and a copy, of which two
 * read. */
#include "base/hash.h"
#include "extract/import.h"
#include "extract/json/json_split.h"

#include <contextpack/contextpack.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 25

enum figure {
    FIGURE_SCAN,
    FIGURE_READ,
    FIGURE_HASH,
    FIGURE_COPY,
    FIGURE_FIRST_ADD,
    FIGURE_FIRST_RUN,
    FIGURE_SECOND_ADD,
    FIGURE_SECOND_RUN,
    FIGURE_COUNT
};

static struct context engine_context;
static double seconds[FIGURE_COUNT][ROUNDS_MAX];

static double now_seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void require(cpk_status status, const char *what, cpk_error *error)
{
    if (status != CPK_OK) {
        fprintf(stderr, "%s: %s\n", what, cpk_error_message(error));
        exit(1);
    }
}

static cpk_status file_read(void *self, void *bytes, size_t capacity, size_t *got, cpk_error **error)
{
    ssize_t length = read(*(int *)self, bytes, capacity);

    (void)error;
    *got = length > 0 ? (size_t)length : 0;
    return length < 0 ? CPK_ERROR_IO : CPK_OK;
}

static cpk_status ignore_message(void *self, const cpk_message *message, cpk_error **error)
{
    (void)self;
    (void)message;
    (void)error;
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

static cpk_status ignore_element(void *user, struct json_element *element, cpk_error **error)
{
    (void)user;
    (void)element;
    (void)error;
    return CPK_OK;
}

static double read_file(const char *path, enum figure figure)
{
    static char block[256 * 1024];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    cpk_reader reader = {
        .struct_size = sizeof reader, .self = &descriptor, .name = path, .size_bytes = -1, .read = file_read};
    cpk_sink sink = {sizeof sink, 0, NULL, ignore_message, ignore_note, ignore_progress};
    struct import_options options = {.context = &engine_context};
    char hex[HASH_SHA256_HEX_BYTES];
    struct import_report report;
    struct hash_sha256 hash;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    double start = now_seconds();
    ssize_t got;

    if (figure == FIGURE_SCAN) {
        status = json_split_read(&engine_context, &reader, &sink, ignore_element, NULL, &error);
    } else if (figure == FIGURE_READ) {
        status = import_read(&options, &reader, &sink, &report, &error);
    } else {
        status = hash_sha256_start(&hash, &error);
        while (status == CPK_OK && (got = read(descriptor, block, sizeof block)) > 0) {
            hash_sha256_add(&hash, block, (size_t)got);
        }
        status = hash_sha256_finish_hex(&hash, status, hex, &error);
    }
    start = now_seconds() - start;
    require(status, path, error);
    close(descriptor);
    return start;
}

static double copy_file(const char *path, const char *folder)
{
    static char block[256 * 1024];
    char target[4096];
    double start = now_seconds();
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int to;
    ssize_t got;

    snprintf(target, sizeof target, "%s/copy", folder);
    to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    while ((got = read(from, block, sizeof block)) > 0 && write(to, block, (size_t)got) == got) {
    }
    if (got != 0 || fsync(to) != 0) {
        perror(target);
        exit(1);
    }
    close(from);
    close(to);
    start = now_seconds() - start;
    unlink(target);
    return start;
}

static void import_file(cpk_session *session, const cpk_pack *pack, const char *path, double *add, double *run)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source;
    cpk_source *done;
    cpk_error *error = NULL;
    double start = now_seconds();

    input.path = path;
    require(cpk_source_add(session, cpk_pack_id(pack), &input, NULL, NULL, &source, &error), "add", error);
    *add = now_seconds() - start;
    start = now_seconds();
    require(cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_READY_FOR_ANALYSIS, NULL, &done, &error), "run",
            error);
    *run = now_seconds() - start;
    printf("%s: %lld new messages, %lld known\n", path, (long long)cpk_source_message_count(done),
           (long long)cpk_source_known_messages(done));
    cpk_source_free(source);
    cpk_source_free(done);
}

static void write_log(void *user, int32_t level, const char *domain, const char *message)
{
    (void)user;
    (void)level;
    if (strcmp(domain, "import") == 0) {
        printf("%s\n", message);
    }
}

static void import_both(const char *first, const char *second, const char *folder, int round)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_engine *engine;
    cpk_session *service;
    cpk_session *session;
    cpk_user *user;
    cpk_pack *pack;
    cpk_error *error = NULL;
    char database[4096];
    char storage[4096];

    snprintf(database, sizeof database, "sqlite:%s/%d.db", folder, round);
    snprintf(storage, sizeof storage, "file:%s/%d", folder, round);
    options.database = database;
    options.storage = storage;
    options.log = write_log;
    options.log_level = CPK_LOG_DEBUG;
    params.email = "person@example.com";
    require(cpk_engine_open(&options, &engine, &error), "open", error);
    require(cpk_session_open_service(engine, &service, &error), "session", error);
    require(cpk_user_create(service, &params, &user, &error), "user", error);
    require(cpk_session_open_user(engine, cpk_user_id(user), &session, &error), "session", error);
    require(cpk_pack_create(session, NULL, &pack, &error), "pack", error);
    import_file(session, pack, first, &seconds[FIGURE_FIRST_ADD][round], &seconds[FIGURE_FIRST_RUN][round]);
    import_file(session, pack, second, &seconds[FIGURE_SECOND_ADD][round], &seconds[FIGURE_SECOND_RUN][round]);
    cpk_pack_free(pack);
    cpk_user_free(user);
    cpk_session_close(session);
    cpk_session_close(service);
    cpk_engine_close(engine);
}

static int compare_doubles(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;

    return difference < 0 ? -1 : difference > 0;
}

int main(int argc, char **argv)
{
    static const char *const names[FIGURE_COUNT] = {"scan",       "read",       "hash",        "copy",
                                                    "first: add", "first: run", "second: add", "second: run"};
    int rounds = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 3;
    double medians[FIGURE_COUNT];

    if (argc < 4 || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: import_again_bench FIRST.json SECOND.json FOLDER [ROUNDS up to %d]\n", ROUNDS_MAX);
        return 2;
    }
    context_init(&engine_context);
    for (int round = 0; round < rounds; round++) {
        for (int figure = FIGURE_SCAN; figure <= FIGURE_HASH; figure++) {
            seconds[figure][round] = read_file(argv[2], (enum figure)figure);
        }
        seconds[FIGURE_COPY][round] = copy_file(argv[2], argv[3]);
        import_both(argv[1], argv[2], argv[3], round);
    }
    for (int figure = 0; figure < FIGURE_COUNT; figure++) {
        qsort(seconds[figure], (size_t)rounds, sizeof seconds[figure][0], compare_doubles);
        medians[figure] = seconds[figure][rounds / 2];
        printf("%-12s %7.3f s\n", names[figure], medians[figure]);
    }
    printf("second extraction / scan %.2f\n", medians[FIGURE_SECOND_RUN] / medians[FIGURE_SCAN]);
    printf("second import / scan %.2f\n",
           (medians[FIGURE_SECOND_ADD] + medians[FIGURE_SECOND_RUN]) / medians[FIGURE_SCAN]);
    printf("second import / (scan, hash and copy) %.2f\n",
           (medians[FIGURE_SECOND_ADD] + medians[FIGURE_SECOND_RUN]) /
               (medians[FIGURE_SCAN] + medians[FIGURE_HASH] + medians[FIGURE_COPY]));
    printf("second import / read %.2f\n",
           (medians[FIGURE_SECOND_ADD] + medians[FIGURE_SECOND_RUN]) / medians[FIGURE_READ]);
    printf("second import / first %.3f\n", (medians[FIGURE_SECOND_ADD] + medians[FIGURE_SECOND_RUN]) /
                                               (medians[FIGURE_FIRST_ADD] + medians[FIGURE_FIRST_RUN]));
    return 0;
}
