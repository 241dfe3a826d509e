/* The library on a thread with a small stack: 128 KB are enough for every call, whatever the input holds and whatever
 * import.max_json_depth allows. Each step runs on a stack that is larger and marked, so that what it used is a figure
 * and not a crash; the figures are printed. */
#include "support/person.h"

#include "support/scratch.h"

#include <ftw.h>
#include <pthread.h>
#include <sys/mman.h>

#define STACK_BYTES ((size_t)128 << 10)
#define SPARE_BYTES ((size_t)24 << 10) /* for the host's own callbacks */
#define AREA_BYTES  ((size_t)4 << 20)
#define MARK        0xA5
#define DEPTH       4096 /* the most that import.max_json_depth allows */
#define TEXT_BYTES  ((size_t)256 << 10)

/* Sanitizers add padding around variables. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_FACTOR 2
#else
#define STACK_FACTOR 1
#endif

struct bench {
    char folder[SCRATCH_PATH_BYTES];
    char database[SCRATCH_PATH_BYTES + 32];
    char storage[SCRATCH_PATH_BYTES + 32];
    struct person person;
    const char *path; /* what a step adds: a file, or */
    const char *data; /* bytes */
    size_t length;
    const char *name;
    int64_t messages;
};

typedef void (*step_fn)(struct bench *bench);

struct step {
    step_fn run;
    struct bench *bench;
};

/* --- stacks --- */

static void *run_step(void *argument)
{
    struct step *step = argument;

    step->run(step->bench);
    return NULL;
}

/* The bytes of a stack that a step used. */
static size_t stack_used(step_fn run, struct bench *bench)
{
    struct step step = {run, bench};
    pthread_attr_t attributes;
    pthread_t thread;
    unsigned char *area =
        mmap(NULL, AREA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    size_t untouched = 0;

    assert_true(area != MAP_FAILED);
    memset(area, MARK, AREA_BYTES);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, area, AREA_BYTES), 0);
    assert_int_equal(pthread_create(&thread, &attributes, run_step, &step), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    while (untouched < AREA_BYTES && area[untouched] == MARK) {
        untouched++;
    }
    munmap(area, AREA_BYTES);
    return AREA_BYTES - untouched;
}

static void run_small(const char *what, step_fn run, struct bench *bench)
{
    size_t used = stack_used(run, bench);

    print_message("%-28s %4zu KB of stack\n", what, used >> 10);
    if (used > (STACK_BYTES - SPARE_BYTES) * STACK_FACTOR) {
        fail_msg("%s used %zu KB of stack", what, used >> 10);
    }
}

/* --- steps --- */

static int32_t take_message(void *user, const cpk_message *message)
{
    (void)message;
    ++*(int64_t *)user;
    return 0;
}

static int32_t take_chunk(void *user, const cpk_chunk *chunk)
{
    (void)user;
    (void)chunk;
    return 0;
}

static int32_t take_bytes(void *user, const void *data, size_t length)
{
    (void)user;
    (void)data;
    (void)length;
    return 0;
}

static void take_check(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)user;
    (void)outcome;
    (void)subject;
    (void)text;
}

static void take_orphan(void *user, const char *key, int64_t size_bytes, int64_t modified_us)
{
    (void)user;
    (void)key;
    (void)size_bytes;
    (void)modified_us;
}

static void open_engine(struct bench *bench)
{
    static const cpk_setting settings[] = {
        {"import.max_json_depth", DEPTH}, {"archive.max_depth", 10}, {"analyze.threads", 1}};
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_error *error = NULL;

    options.database = bench->database;
    options.storage = bench->storage;
    options.settings = settings;
    options.setting_count = 3;
    assert_ok(person_create(&bench->person, &options, CPK_PLAN_UNLIMITED, &error), error);
}

static cpk_input input_of(const struct bench *bench)
{
    cpk_input input = CPK_INPUT_INIT;

    input.path = bench->path;
    input.data = bench->path == NULL ? bench->data : NULL;
    input.length = bench->path == NULL ? bench->length : 0;
    input.name = bench->name;
    return input;
}

/* All steps of an input; its content decides how far it gets. */
static void import_input(struct bench *bench)
{
    cpk_input input = input_of(bench);
    cpk_source *source = NULL;
    cpk_error *error = NULL;

    bench->messages = 0;
    (void)cpk_extract(bench->person.engine, &input, take_message, &bench->messages, NULL, NULL, NULL);
    if (bench->path != NULL) {
        (void)cpk_chunk_input(bench->person.engine, &input, NULL, take_chunk, NULL, NULL, NULL, NULL);
    }
    if (cpk_source_add(bench->person.session, cpk_pack_id(bench->person.pack), &input, NULL, NULL, &source, &error) ==
        CPK_OK) {
        cpk_status status =
            cpk_source_run(bench->person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error);

        assert_true(status == CPK_OK || bench->messages == 0);
    }
    cpk_error_free(error);
    cpk_source_free(source);
}

static void make_document(struct bench *bench)
{
    cpk_export *made = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_export_create(bench->person.session, cpk_pack_id(bench->person.pack), CPK_EXPORT_COMPLETE, NULL, NULL,
                                &made, &error),
              error);
    assert_ok(
        cpk_export_read(bench->person.session, cpk_export_id(made), CPK_FORMAT_MARKDOWN, take_bytes, NULL, &error),
        error);
    assert_ok(cpk_export_read(bench->person.session, cpk_export_id(made), CPK_FORMAT_JSON, take_bytes, NULL, &error),
              error);
    cpk_export_free(made);
}

static void maintain(struct bench *bench)
{
    cpk_error *error = NULL;
    int32_t failures;
    char copy[SCRATCH_PATH_BYTES + 32];

    assert_ok(cpk_engine_check(bench->person.engine, take_check, NULL, &failures, &error), error);
    assert_ok(cpk_maintenance_sweep(bench->person.service, 1, NULL, take_orphan, NULL, NULL, &error), error);
    assert_ok(cpk_maintenance_archive(bench->person.service, NULL, NULL, &error), error);
    assert_ok(cpk_report_statement(bench->person.session, NULL, NULL, take_bytes, NULL, &error), error);
    assert_ok(cpk_report_usage(bench->person.service, NULL, take_bytes, NULL, &error), error);
    if (!backend_is_postgres()) {
        char blobs[SCRATCH_PATH_BYTES + 32];

        snprintf(copy, sizeof copy, "%s/copy.db", bench->folder);
        snprintf(blobs, sizeof blobs, "file:%s/copied", bench->folder);
        assert_ok(cpk_engine_backup(bench->person.engine, copy, blobs, 1, NULL, NULL, &error), error);
    }
}

/* It need not succeed with changed blobs. */
static void maintain_damaged(struct bench *bench)
{
    cpk_export *made = NULL;
    cpk_error *error = NULL;
    int32_t failures = 0;

    assert_ok(cpk_engine_check(bench->person.engine, take_check, NULL, &failures, &error), error);
    assert_true(failures > 0);
    (void)cpk_export_create(bench->person.session, cpk_pack_id(bench->person.pack), CPK_EXPORT_STANDARD, NULL, NULL,
                            &made, NULL);
    cpk_export_free(made);
}

static void delete_all(struct bench *bench)
{
    cpk_error *error = NULL;

    assert_ok(cpk_pack_delete(bench->person.session, cpk_pack_id(bench->person.pack), &error), error);
    assert_ok(cpk_user_delete(bench->person.service, cpk_user_id(bench->person.user), NULL, &error), error);
}

static void close_engine(struct bench *bench)
{
    person_free(&bench->person);
}

/* --- inputs --- */

/* Where a deep value is put, as "%s": everywhere that a format's reader looks, and where none does. */
#define CHATGPT_TURN(message)                                                                                          \
    "[{\"title\":\"t\",\"create_time\":1700000000.5,\"mapping\":{\"a\":{\"id\":\"a\",\"parent\":null,\"children\":"    \
    "[],\"message\":{\"id\":\"a\",\"author\":{\"role\":\"user\"},\"create_time\":1700000000.5," message "}}}}]"
#define CHATGPT_TEXT "\"content\":{\"content_type\":\"text\",\"parts\":[\"I live in Porto.\"]}"
#define CLAUDE_CHAT(message)                                                                                           \
    "[{\"uuid\":\"c\",\"name\":\"n\",\"created_at\":\"2024-05-01T10:00:00Z\",\"chat_messages\":[{\"uuid\":\"m\","      \
    "\"sender\":\"human\",\"text\":\"I live in Porto.\",\"created_at\":\"2024-05-01T10:00:00Z\"," message "}]}]"

static const struct place {
    const char *name;
    const char *text;
} places[] = {
    {"metadata", CHATGPT_TURN(CHATGPT_TEXT ",\"metadata\":{\"x\":%s}")},
    {"a part", CHATGPT_TURN("\"content\":{\"content_type\":\"multimodal_text\",\"parts\":[\"Hello.\",%s]}")},
    {"content", CHATGPT_TURN("\"content\":%s")},
    {"an author", CHATGPT_TURN(CHATGPT_TEXT ",\"author\":%s")},
    {"citations", CHATGPT_TURN(CHATGPT_TEXT ",\"metadata\":{\"content_references\":[%s],\"citations\":%s}")},
    {"children", "[{\"title\":\"t\",\"mapping\":{\"a\":{\"id\":\"a\",\"children\":%s,\"message\":{\"id\":\"a\","
                 "\"author\":{\"role\":\"user\"}," CHATGPT_TEXT "}}}}]"},
    {"a conversation's own", "[{\"title\":\"t\",\"plugin_ids\":%s,\"mapping\":{\"a\":{\"id\":\"a\",\"children\":[],"
                             "\"message\":{\"id\":\"a\",\"author\":{\"role\":\"user\"}," CHATGPT_TEXT "}}}}]"},
    {"Claude's content", CLAUDE_CHAT("\"content\":[{\"type\":\"text\",\"text\":\"Hello.\"},%s]")},
    {"a tool's input", CLAUDE_CHAT("\"content\":[{\"type\":\"tool_use\",\"name\":\"artifacts\",\"input\":%s}]")},
    {"a tool's result", CLAUDE_CHAT("\"content\":[{\"type\":\"tool_result\",\"name\":\"x\",\"content\":[%s]}]")},
    {"attachments", CLAUDE_CHAT("\"attachments\":[%s],\"files\":%s")},
    {"an unknown shape", "{\"x\":%s}"},
    {"a bare value", "%s"},
};

static const struct nest {
    const char *open;
    const char *middle;
    const char *close;
} nests[] = {{"[", "", "]"}, {"{\"a\":", "1", "}"}, {"[{\"text\":[", "\"x\"", "]}]"}, {"[1,", "\"\"", "]"}};

static size_t append(char *text, size_t length, const char *piece)
{
    size_t piece_length = strlen(piece);

    assert_true(length + piece_length < TEXT_BYTES);
    memcpy(text + length, piece, piece_length + 1);
    return length + piece_length;
}

static void make_nested(char *text, const struct nest *nest, int depth)
{
    size_t length = 0;

    for (int i = 0; i < depth; i++) {
        length = append(text, length, nest->open);
    }
    length = append(text, length, nest->middle);
    for (int i = 0; i < depth; i++) {
        length = append(text, length, nest->close);
    }
}

/* As deep as is allowed: the place itself has up to 12 levels. */
static void import_deep_json(struct bench *bench, char *text, char *nested)
{
    for (size_t n = 0; n < sizeof nests / sizeof nests[0]; n++) {
        int levels = n == 2 ? 3 : 1;
        size_t most = 0;

        make_nested(nested, &nests[n], (DEPTH - 12) / levels);
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            const char *at = places[i].text;
            size_t length = 0, used;

            for (const char *found; (found = strstr(at, "%s")) != NULL; at = found + 2) {
                char head[1024];

                snprintf(head, sizeof head, "%.*s", (int)(found - at), at);
                length = append(text, length, head);
                length = append(text, length, nested);
            }
            length = append(text, length, at);
            bench->path = NULL;
            bench->data = text;
            bench->length = length;
            bench->name = "conversations.json";
            used = stack_used(import_input, bench);
            most = used > most ? used : most;
            if (used > (STACK_BYTES - SPARE_BYTES) * STACK_FACTOR) {
                fail_msg("%s of %s... used %zu KB of stack", places[i].name, nests[n].open, used >> 10);
            }
        }
        print_message("deep JSON, %-17s %4zu KB of stack\n", nests[n].open, most >> 10);
    }
}

static const char *const repeated[] = {"> ",
                                       "- ",
                                       "  ",
                                       "[",
                                       "![",
                                       "(",
                                       "*",
                                       "_",
                                       "`",
                                       "<div>",
                                       "<a><b>",
                                       "# ",
                                       "\\",
                                       "&#",
                                       "|",
                                       "\xEE\x88\x80",
                                       "\xE3\x80\x90",
                                       "1. ",
                                       "\t",
                                       "{",
                                       "\"",
                                       "-----BEGIN "};

/* Texts and pages that nest or repeat whatever a reader might follow. */
static void import_repetitions(struct bench *bench, char *text)
{
    static const char *const names[] = {"note.md", "page.html", "note.txt"};
    size_t most = 0;

    for (size_t i = 0; i < sizeof repeated / sizeof repeated[0]; i++) {
        size_t length = 0;

        while (length + strlen(repeated[i]) + 64 < TEXT_BYTES / 16) {
            length = append(text, length, repeated[i]);
        }
        length = append(text, length, "I live in Porto.\n");
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
            size_t used;

            if (n > 0 && repeated[i][0] != '<') {
                continue;
            }
            bench->path = NULL;
            bench->data = text;
            bench->length = length;
            bench->name = names[n];
            used = stack_used(import_input, bench);
            most = used > most ? used : most;
            if (used > (STACK_BYTES - SPARE_BYTES) * STACK_FACTOR) {
                fail_msg("many \"%s\" in %s used %zu KB of stack", repeated[i], names[n], used >> 10);
            }
        }
    }
    print_message("%-28s %4zu KB of stack\n", "repetitions", most >> 10);
}

static void import_files(struct bench *bench)
{
    static const char *const files[] = {"sample/conversations.json",  "chatgpt/branches.json",
                                        "chatgpt/citations.json",     "chatgpt/content_types.json",
                                        "chatgpt/damaged.json",       "chatgpt/fragments.json",
                                        "claude/conversations.json",  "claude/design_chat.json",
                                        "claude/memories.json",       "claude/projects.json",
                                        "archive/chatgpt_shards.zip", "archive/claude_parts.zip",
                                        "archive/unknown.zip",        "analyze/chat.txt"};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[1024];

        snprintf(path, sizeof path, "%s/%s", TEST_DATA_DIR, files[i]);
        bench->path = path;
        bench->name = NULL;
        run_small(files[i], import_input, bench);
    }
}

/* --- damage --- */

static char *damage;

static int damage_one(const char *path, const struct stat *found, int kind, struct FTW *where)
{
    const char *suffix = strrchr(path, '.');
    FILE *file;

    (void)found;
    (void)where;
    if (kind != FTW_F || suffix == NULL || (strcmp(suffix, ".json") != 0 && strcmp(suffix, ".jsonl") != 0)) {
        return 0;
    }
    file = fopen(path, "wb");
    if (file != NULL) {
        fputs(damage, file);
        fclose(file);
    }
    return 0;
}

static void damage_blobs(const struct bench *bench, char *nested)
{
    make_nested(nested, &nests[1], DEPTH - 1);
    damage = nested;
    assert_int_equal(nftw(bench->storage + strlen("file:"), damage_one, 16, FTW_PHYS), 0);
}

/* --- the test --- */

static void all_calls_work_with_a_small_stack(void **state)
{
    static struct bench bench;
    char *text = calloc(1, TEXT_BYTES);
    char *nested = calloc(1, TEXT_BYTES);

    (void)state;
    assert_non_null(text);
    assert_non_null(nested);
    scratch_in_memory();
    scratch_make(bench.folder);
    if (backend_is_postgres()) {
        backend_fresh(bench.database, 1);
    } else {
        snprintf(bench.database, sizeof bench.database, "sqlite:%s/packs.db", bench.folder);
    }
    snprintf(bench.storage, sizeof bench.storage, "file:%s/blobs", bench.folder);
    run_small("open", open_engine, &bench);
    import_files(&bench);
    import_deep_json(&bench, text, nested);
    import_repetitions(&bench, text);
    run_small("a document", make_document, &bench);
    run_small("maintenance", maintain, &bench);
    damage_blobs(&bench, nested);
    run_small("maintenance, deep blobs", maintain_damaged, &bench);
    run_small("deletion", delete_all, &bench);
    run_small("close", close_engine, &bench);
    free(nested);
    free(text);
    scratch_remove(bench.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_calls_work_with_a_small_stack)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
