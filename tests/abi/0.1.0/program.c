/* A program of version 0.1.0: only ever compiled with the headers beside it, and run with the library of today. It
 * brings every struct at the size that it had, with drivers of its own for database, storage, analysis and extraction,
 * takes a pack from its input to its export, and reads every snapshot. Never change it.
 *
 * Usage: program FILE      FILE: where its own database driver keeps the database; the first run has none of its own */
#include "database.h"

#include <contextpack/contextpack.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOBS_MAX 64

static int failures;

static void expect(int is_true, const char *what)
{
    if (!is_true) {
        failures++;
        fprintf(stderr, "not true: %s\n", what);
    }
}

#define EXPECT(condition) expect((condition) != 0, #condition)

static void expect_ok(cpk_status status, cpk_error **error, const char *call)
{
    if (status != CPK_OK) {
        failures++;
        fprintf(stderr, "%s: %s: %s\n", call, cpk_status_name(status), cpk_error_message(*error));
        cpk_error_free(*error);
        *error = NULL;
    }
}

#define OK(call) expect_ok(call, &error, #call)

/* A storage of the program's own. */

typedef struct blob {
    char key[CPK_STORAGE_KEY_BYTES_MAX + 1];
    char *data;
    size_t length;
} blob;

typedef struct shelf {
    blob blobs[BLOBS_MAX];
    size_t destroyed;
} shelf;

typedef struct reader {
    const blob *blob;
    size_t at;
    size_t end;
} reader;

static blob *find(shelf *shelf, const char *key)
{
    for (size_t i = 0; i < BLOBS_MAX; i++) {
        if (strcmp(shelf->blobs[i].key, key) == 0) {
            return &shelf->blobs[i];
        }
    }
    return NULL;
}

static cpk_status write_open(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error)
{
    blob *made = calloc(1, sizeof *made);

    (void)self;
    (void)size_hint;
    (void)error;
    strcpy(made->key, key);
    *writer = made;
    return CPK_OK;
}

static cpk_status write_data(void *self, void *writer, const void *data, size_t length, cpk_error **error)
{
    blob *made = writer;

    (void)self;
    (void)error;
    made->data = realloc(made->data, made->length + length + 1);
    memcpy(made->data + made->length, data, length);
    made->length += length;
    return CPK_OK;
}

static cpk_status write_close(void *self, void *writer, int32_t commit, cpk_error **error)
{
    blob *made = writer;
    blob *place;

    (void)error;
    if (!commit) {
        free(made->data);
        free(made);
        return CPK_OK;
    }
    place = find(self, made->key);
    if (place == NULL) {
        place = find(self, "");
    }
    if (place == NULL) {
        return CPK_ERROR_NO_SPACE;
    }
    free(place->data);
    *place = *made;
    free(made);
    return CPK_OK;
}

static cpk_status read_open(void *self, const char *key, int64_t offset, int64_t length, void **opened,
                            cpk_error **error)
{
    const blob *blob = find(self, key);
    reader *made;

    (void)error;
    if (blob == NULL) {
        return CPK_ERROR_NOT_FOUND;
    }
    made = calloc(1, sizeof *made);
    made->blob = blob;
    made->at = (size_t)offset < blob->length ? (size_t)offset : blob->length;
    made->end = length < 0 || (size_t)length > blob->length - made->at ? blob->length : made->at + (size_t)length;
    *opened = made;
    return CPK_OK;
}

static cpk_status read_data(void *self, void *opened, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    reader *reader = opened;
    size_t left = reader->end - reader->at;

    (void)self;
    (void)error;
    *got = left < capacity ? left : capacity;
    if (*got > 0) {
        memcpy(buffer, reader->blob->data + reader->at, *got);
    }
    reader->at += *got;
    return CPK_OK;
}

static void read_close(void *self, void *opened)
{
    (void)self;
    free(opened);
}

static cpk_status stat_blob(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    const blob *blob = find(self, key);

    (void)error;
    EXPECT(info->struct_size >= sizeof *info);
    if (blob == NULL) {
        return CPK_ERROR_NOT_FOUND;
    }
    info->size_bytes = (int64_t)blob->length;
    info->modified_us = CPK_TIME_UNKNOWN;
    return CPK_OK;
}

static cpk_status remove_blob(void *self, const char *key, cpk_error **error)
{
    blob *blob = find(self, key);

    (void)error;
    if (blob != NULL) {
        free(blob->data);
        memset(blob, 0, sizeof *blob);
    }
    return CPK_OK;
}

static int compare_keys(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static cpk_status list_blobs(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    const cpk_blob_info info = {sizeof info, 0, 1, CPK_TIME_UNKNOWN};
    const char *keys[BLOBS_MAX];
    size_t count = 0;

    (void)error;
    for (size_t i = 0; i < BLOBS_MAX; i++) {
        const char *key = ((shelf *)self)->blobs[i].key;

        if (key[0] != '\0' && strncmp(key, prefix, strlen(prefix)) == 0) {
            keys[count++] = key;
        }
    }
    qsort(keys, count, sizeof keys[0], compare_keys);
    for (size_t i = 0; i < count && each(user, keys[i], &info) == 0; i++) {
    }
    return CPK_OK;
}

static void destroy(void *self)
{
    shelf *shelf = self;

    for (size_t i = 0; i < BLOBS_MAX; i++) {
        free(shelf->blobs[i].data);
    }
    shelf->destroyed++;
}

/* An analyzer and an extractor of the program's own. */

static const char *identity(void *self)
{
    (void)self;
    return "old/1";
}

static cpk_status analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                          cpk_analyzer_usage *usage, cpk_error **error)
{
    static const char answer[] = "The user keeps an old program running.";

    (void)self;
    (void)error;
    EXPECT(request->struct_size >= sizeof *request && usage->struct_size >= sizeof *usage);
    EXPECT(request->message_count > 0 && request->messages[0].struct_size >= sizeof *request->messages);
    EXPECT(strlen(request->text) == request->text_length);
    usage->input_tokens = request->text_tokens;
    usage->output_tokens = 7;
    return write(write_user, answer, sizeof answer - 1) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static const char *format_name(void *self)
{
    (void)self;
    return "old-lines";
}

static int32_t sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    (void)name;
    return length > 9 && memcmp(head, "OLD LINES", 9) == 0 ? 100 : 0;
}

static cpk_status extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    char text[256];
    size_t got = 0;
    cpk_message message = {.struct_size = sizeof message,
                           .role = CPK_ROLE_USER,
                           .kind = CPK_KIND_TEXT,
                           .time_us = CPK_TIME_UNKNOWN,
                           .provider = "old",
                           .conversation_id = "c1",
                           .conversation_title = "Old lines",
                           .message_id = "m1"};
    cpk_status status;

    (void)self;
    EXPECT(reader->struct_size >= sizeof *reader && sink->struct_size >= sizeof *sink);
    status = reader->read(reader->self, text, sizeof text - 1, &got, error);
    if (status != CPK_OK) {
        return status;
    }
    text[got] = '\0';
    message.text = text;
    message.text_length = got;
    if ((status = sink->message(sink->self, &message, error)) != CPK_OK ||
        (status = sink->note(sink->self, CPK_NOTE_REPAIRED, "m1", "a note", error)) != CPK_OK) {
        return status;
    }
    return sink->progress(sink->self, (int64_t)got, error);
}

/* What the library calls back. */

static int32_t take_progress(void *user, int32_t stage, int64_t done, int64_t total)
{
    (void)stage;
    (void)total;
    *(int64_t *)user += done >= 0;
    return 0;
}

static void take_note(void *user, int32_t note, const char *where, const char *text)
{
    (void)where;
    (void)text;
    *(int32_t *)user = note;
}

static int32_t take_bytes(void *user, const void *data, size_t length_bytes)
{
    (void)data;
    *(size_t *)user += length_bytes;
    return 0;
}

static int32_t take_chunk(void *user, const cpk_chunk *chunk)
{
    EXPECT(chunk->struct_size >= sizeof *chunk && chunk->length > 0 && chunk->text != NULL);
    ++*(int64_t *)user;
    return 0;
}

static int32_t take_message(void *user, const cpk_message *message)
{
    EXPECT(message->struct_size >= sizeof *message && message->text != NULL);
    ++*(int64_t *)user;
    return 0;
}

static void take_check(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)subject;
    (void)text;
    *(int32_t *)user += outcome == CPK_CHECK_FAILED;
}

static void take_log(void *user, int32_t level, const char *domain, const char *message)
{
    (void)user;
    (void)level;
    (void)domain;
    (void)message;
}

static int64_t clock_now(void *user)
{
    return ++*(int64_t *)user;
}

static void *allocate(void *user, size_t size_bytes)
{
    *(int64_t *)user += (int64_t)size_bytes;
    return malloc(size_bytes);
}

static void *resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    *(int64_t *)user += (int64_t)new_size_bytes - (int64_t)old_size_bytes;
    return realloc(block, new_size_bytes);
}

static void release(void *user, void *block, size_t size_bytes)
{
    *(int64_t *)user -= (int64_t)size_bytes;
    free(block);
}

/* Without a database. */
static void look_at_input(cpk_engine *engine)
{
    static const char text[] = "OLD LINES and one more.";
    cpk_extract_report report = CPK_EXTRACT_REPORT_INIT;
    cpk_chunk_options cut = CPK_CHUNK_OPTIONS_INIT;
    cpk_run_options run = CPK_RUN_OPTIONS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    cpk_error *error = NULL;
    int64_t messages = 0, chunks = 0, calls = 0, tokens = 0;
    int32_t note = 0;
    size_t bytes = 0;

    input.data = text;
    input.length = sizeof text - 1;
    run.progress = take_progress;
    run.progress_user = &calls;
    run.note = take_note;
    run.note_user = &note;
    cut.max_tokens = 16;
    OK(cpk_extract(engine, &input, take_message, &messages, &run, &report, &error));
    EXPECT(messages == 1 && report.messages == 1 && strcmp(report.format, "old-lines") == 0);
    EXPECT(note == CPK_NOTE_REPAIRED && calls > 0);
    OK(cpk_extract_text(engine, &input, take_bytes, &bytes, &run, NULL, &error));
    OK(cpk_chunk_input(engine, &input, &cut, take_chunk, &chunks, NULL, NULL, &error));
    EXPECT(bytes > 0 && chunks > 0);
    OK(cpk_tokens_count(CPK_ENCODING_O200K_BASE, text, sizeof text - 1, &tokens, &error));
    EXPECT(tokens > 0);
}

static void read_source(const cpk_source *source)
{
    EXPECT(cpk_source_status(source) == CPK_SOURCE_COMPLETED && cpk_source_progress(source) == 100);
    EXPECT(strcmp(cpk_source_format(source), "old-lines") == 0 && strlen(cpk_source_sha256(source)) == 64);
    EXPECT(strcmp(cpk_source_status_name(source), "completed") == 0 && cpk_source_error_message(source) == NULL);
    EXPECT(cpk_source_message_count(source) == 1 && cpk_source_conversation_count(source) == 1);
    EXPECT(cpk_source_total_chunks(source) == 1 && cpk_source_processed_chunks(source) == 1);
    EXPECT(cpk_source_output_tokens(source) == 7 && cpk_source_completed_at(source) != CPK_TIME_UNKNOWN);
}

static void make_export(cpk_session *session, const char *pack_id)
{
    cpk_export_list *list = NULL;
    cpk_export *document = NULL;
    cpk_error *error = NULL;
    size_t bytes = 0;
    int32_t made = 0;

    OK(cpk_export_create(session, pack_id, CPK_EXPORT_STANDARD, NULL, &made, &document, &error));
    EXPECT(made == 1 && cpk_export_status(document) == CPK_EXPORT_READY && cpk_export_file_size(document) > 0);
    OK(cpk_export_read(session, cpk_export_id(document), CPK_FORMAT_MARKDOWN, take_bytes, &bytes, &error));
    EXPECT((int64_t)bytes == cpk_export_file_size(document));
    OK(cpk_export_list_get(session, pack_id, NULL, &list, &error));
    EXPECT(cpk_export_list_count(list) == 1);
    cpk_export_list_free(list);
    OK(cpk_export_delete(session, cpk_export_id(document), &error));
    cpk_export_free(document);
}

static void fill_pack(cpk_session *session, const char *pack_id)
{
    cpk_pack_progress progress = {sizeof progress, 0, 0, 0, 0, 0};
    cpk_input input = CPK_INPUT_INIT;
    cpk_page page = CPK_PAGE_INIT;
    cpk_cancel *cancel = NULL;
    cpk_run_options run = CPK_RUN_OPTIONS_INIT;
    cpk_source *source = NULL;
    cpk_source_list *list = NULL;
    cpk_error *error = NULL;
    int32_t added = 0;

    input.data = "OLD LINES, and a second source of them.";
    input.length = strlen(input.data);
    OK(cpk_cancel_create(&cancel, &error));
    run.cancel = cancel;
    OK(cpk_source_add(session, pack_id, &input, &run, &added, &source, &error));
    EXPECT(added == 1);
    OK(cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_COMPLETED, &run, NULL, &error));
    page.limit = 10;
    OK(cpk_source_list_get(session, pack_id, &page, &list, &error));
    EXPECT(cpk_source_list_count(list) == 1 && cpk_source_list_next(list) == NULL);
    read_source(cpk_source_list_at(list, 0));
    cpk_source_list_free(list);
    OK(cpk_pack_get_progress(session, pack_id, &progress, &error));
    EXPECT(progress.sources == 1 && progress.completed_sources == 1 && progress.failed_sources == 0);
    make_export(session, pack_id);
    OK(cpk_source_delete(session, cpk_source_id(source), &error));
    cpk_source_free(source);
    cpk_cancel_free(cancel);
}

static void work(cpk_engine *engine)
{
    cpk_user_params who = CPK_USER_PARAMS_INIT;
    cpk_pack_params what = CPK_PACK_PARAMS_INIT;
    cpk_session *service = NULL, *session = NULL;
    cpk_transaction_list *entries = NULL;
    cpk_user *user = NULL;
    cpk_pack *pack = NULL, *gone = NULL;
    cpk_error *error = NULL;
    int64_t balance = 0, held = -1;
    int32_t failed = 0, said = 0;

    OK(cpk_session_open_service(engine, &service, &error));
    who.email = "old@example.com";
    who.full_name = "Old Program";
    OK(cpk_user_create(service, &who, &user, &error));
    EXPECT(cpk_user_payment_plan(user) == CPK_PLAN_CREDITS && cpk_user_credits_balance(user) == 10);
    OK(cpk_session_open_user(engine, cpk_user_id(user), &session, &error));
    what.name = "Old pack";
    what.custom_system_prompt = "Be brief.";
    OK(cpk_pack_create(session, &what, &pack, &error));
    EXPECT(strcmp(cpk_pack_name(pack), "Old pack") == 0 && cpk_pack_description(pack) == NULL);
    fill_pack(session, cpk_pack_id(pack));
    OK(cpk_credits_balance(session, NULL, &balance, &held, &error));
    EXPECT(balance == 9 && held == 0);
    OK(cpk_transaction_list_get(session, NULL, NULL, &entries, &error));
    EXPECT(cpk_transaction_list_count(entries) == 2);
    EXPECT(cpk_transaction_type(cpk_transaction_list_at(entries, 0)) == CPK_TRANSACTION_USAGE);
    cpk_transaction_list_free(entries);
    OK(cpk_engine_check(engine, take_check, &said, &failed, &error));
    EXPECT(failed == 0 && said == 0);
    OK(cpk_pack_delete(session, cpk_pack_id(pack), &error));
    EXPECT(cpk_pack_get(session, cpk_pack_id(pack), &gone, &error) == CPK_ERROR_NOT_FOUND && gone == NULL);
    EXPECT(cpk_error_code(error) == CPK_ERROR_NOT_FOUND && cpk_error_message(error)[0] != '\0');
    cpk_error_free(error);
    cpk_pack_free(pack);
    cpk_user_free(user);
    cpk_session_close(session);
    cpk_session_close(service);
}

static void run(const char *path)
{
    static shelf shelf;
    int64_t bytes = 0, now = INT64_C(1700000000000000);
    const cpk_setting setting = {"chunk.max_tokens", 500};
    cpk_allocator allocator = CPK_ALLOCATOR_INIT;
    cpk_storage_driver storage = {CPK_STORAGE_ABI, sizeof storage, 0,           &shelf,    destroy,
                                  write_open,      write_data,     write_close, read_open, read_data,
                                  read_close,      stat_blob,      remove_blob, list_blobs};
    cpk_analyzer_driver analyzer = {CPK_ANALYZER_ABI, sizeof analyzer, 0, NULL, NULL, identity, analyze};
    cpk_extractor_driver lines = {CPK_EXTRACTOR_ABI, sizeof lines, 0, NULL, NULL, format_name, sniff, extract};
    const cpk_extractor_driver *const extractors[] = {&lines};
    cpk_database_driver database;
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_engine *engine = NULL;
    cpk_error *error = NULL;

    memset(&shelf, 0, sizeof shelf);
    allocator.user = &bytes;
    allocator.allocate = allocate;
    allocator.resize = resize;
    allocator.release = release;
    options.database = "sqlite::memory:";
    if (path != NULL) {
        database_driver_init(&database, path);
        options.database = NULL;
        options.database_driver = &database;
    }
    options.storage_driver = &storage;
    options.analyzer_driver = &analyzer;
    options.extractor_drivers = extractors;
    options.extractor_driver_count = 1;
    options.settings = &setting;
    options.setting_count = 1;
    options.allocator = &allocator;
    options.clock = clock_now;
    options.clock_user = &now;
    options.log = take_log;
    options.log_level = CPK_LOG_DEBUG;
    OK(cpk_engine_open(&options, &engine, &error));
    if (engine != NULL) {
        look_at_input(engine);
        work(engine);
    }
    cpk_engine_close(engine);
    EXPECT(shelf.destroyed == 1 && bytes == 0);
}

int main(int argument_count, char **arguments)
{
    run(NULL);
    EXPECT(argument_count == 2);
    run(arguments[1]);
    printf("compiled with %s, run with %s: %d failures\n", CPK_VERSION, cpk_version(), failures);
    return failures != 0;
}
