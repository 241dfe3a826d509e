#include "support/test.h"

#include "base/error.h"
#include "extract/import.h"
#include "unit/extract/recorder.h"
#include "unit/extract/scarce.h"
#include "unit/extract/zip.h"

#define HUMAN(id, text)                                                                                                \
    "{\"uuid\":\"" id "\",\"name\":\"" id "\",\"chat_messages\":[{\"uuid\":\"m-" id                                    \
    "\",\"sender\":\"human\",\"text\":\"" text "\"}]}"
#define CHATGPT(id, text)                                                                                              \
    "{\"id\":\"" id "\",\"title\":\"" id "\",\"create_time\":1700000000,\"current_node\":\"n-" id                      \
    "\",\"mapping\":{\"n-" id "\":{\"id\":\"n-" id "\",\"parent\":null,\"children\":[],\"message\":{\"id\":\"m-" id    \
    "\",\"author\":{\"role\":\"user\"},\"create_time\":1700000000,\"content\":{\"content_type\":\"text\",\"parts\":["  \
    "\"" text "\"]},\"metadata\":{}}}}}"

struct importing {
    struct context context;
    struct recorder recorder;
    struct import_report report;
    cpk_error *error;
    cpk_status status;
    int64_t spooled_count;
};

/* Nested archives are spooled into memory here. */
struct spooled {
    struct bytes_source source;
    unsigned char *data;
};

static cpk_status spool(void *self, const cpk_reader *forward, cpk_reader *seekable, cpk_error **error)
{
    struct importing *importing = self;
    struct spooled *spooled = calloc(1, sizeof *spooled);
    size_t length = 0;
    size_t got = 1;

    assert_non_null(spooled);
    while (got > 0) {
        cpk_status status;

        spooled->data = realloc(spooled->data, length + 4096);
        assert_non_null(spooled->data);
        status = forward->read(forward->self, spooled->data + length, 4096, &got, error);
        if (status != CPK_OK) {
            free(spooled->data);
            free(spooled);
            return status;
        }
        length += got;
    }
    importing->spooled_count++;
    *seekable = bytes_reader(&spooled->source, spooled->data, length, "spooled");
    return CPK_OK;
}

static void unspool(void *self, cpk_reader *seekable)
{
    struct spooled *spooled = seekable->self;

    (void)self;
    free(spooled->data);
    free(spooled);
}

static void start(struct importing *importing)
{
    memset(importing, 0, sizeof *importing);
    context_init(&importing->context);
    recorder_init(&importing->recorder);
}

static void import_bytes(struct importing *importing, const char *name, const void *data, size_t length)
{
    struct import_spool spools = {importing, spool, unspool};
    struct import_options options = {.context = &importing->context, .spool = &spools};
    struct bytes_source source;
    cpk_reader reader = bytes_reader(&source, data, length, name);

    importing->status =
        import_read(&options, &reader, &importing->recorder.sink, &importing->report, &importing->error);
}

static void import_zip(struct importing *importing, const char *name, struct zip_maker *maker)
{
    struct zip_bytes bytes = zip_finish(maker);

    import_bytes(importing, name, bytes.data, bytes.length);
    free(bytes.data);
}

static int32_t import_path(struct importing *importing, const char *path)
{
    FILE *file = fopen(path, "rb");
    unsigned char *data = malloc((size_t)16 << 20);
    size_t length;

    assert_non_null(data);
    if (file == NULL) {
        free(data);
        return 0;
    }
    length = fread(data, 1, (size_t)16 << 20, file);
    fclose(file);
    start(importing);
    import_bytes(importing, strrchr(path, '/') + 1, data, length);
    free(data);
    return 1;
}

static void finish(struct importing *importing)
{
    recorder_free(&importing->recorder);
    cpk_error_free(importing->error);
}

static void assert_says(const struct importing *importing, cpk_status status, const char *words)
{
    assert_int_equal(importing->status, status);
    if (strstr(cpk_error_message(importing->error), words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", cpk_error_message(importing->error), words);
    }
}

static void assert_note(const struct importing *importing, int32_t note, const char *where)
{
    for (size_t i = 0; i < importing->recorder.note_count; i++) {
        const struct recorded_note *kept = &importing->recorder.notes[i];

        if (kept->note == note && strcmp(kept->where, where) == 0) {
            return;
        }
    }
    fail_msg("no note %d about %s", (int)note, where);
}

static void assert_texts(const struct importing *importing, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count && i < importing->recorder.count; i++) {
        assert_string_equal(importing->recorder.messages[i].text, texts[i]);
    }
    assert_int_equal(importing->recorder.count, count);
}

static void shards_are_read_in_order_and_gaps_reported(void **state)
{
    static const char *const texts[] = {"zero", "one", "three", "ten"};
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&maker, "conversations-010.json", "[" CHATGPT("d", "ten") "]");
    zip_put_text(&maker, "conversations-003.json", "[" CHATGPT("c", "three") "]");
    zip_put_text(&maker, "user.json", "{\"id\":\"user-1\",\"email\":\"person@example.org\"}");
    zip_put_text(&maker, "chat.html", "<html><body>a copy</body></html>");
    zip_put_text(&maker, "file-1.png", "not really a picture");
    zip_put_text(&maker, "file-2-notes.txt", "what the user attached");
    zip_put_text(&maker, "conversations-001.json", "[" CHATGPT("b", "one") "]");
    zip_put_text(&maker, "conversations-000.json", "[" CHATGPT("a", "zero") "]");
    import_zip(&importing, "export.zip", &maker);
    assert_ok(importing.status, importing.error);
    assert_texts(&importing, texts, 4);
    assert_string_equal(importing.report.format, "chatgpt");
    assert_int_equal(importing.report.missing_files, 7);
    assert_note(&importing, CPK_NOTE_MISSING_FILE, "conversations-002.json");
    assert_note(&importing, CPK_NOTE_MISSING_FILE, "conversations-009.json");
    assert_int_equal(recorder_count_notes(&importing.recorder, CPK_NOTE_NOT_READ), 1);
    finish(&importing);
}

static void files_missing_from_the_manifest_are_reported(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&maker, "out/export_manifest.json",
                 "{\"version\":1,\"manifest_file\":\"export_manifest.json\",\"export_files\":[],\"logical_files\":{"
                 "\"conversations.json\":{\"files\":[\"conversations-000.json\",{\"path\":\"conversations-001.json\"},"
                 "\"conversations-002.json\"],\"sharded\":true}}}");
    zip_put_text(&maker, "out/conversations-000.json", "[" CHATGPT("a", "zero") "]");
    zip_put_text(&maker, "out/conversations-002.json", "[" CHATGPT("c", "two") "]");
    import_zip(&importing, "export.zip", &maker);
    assert_ok(importing.status, importing.error);
    assert_int_equal(importing.report.messages, 2);
    assert_int_equal(importing.report.missing_files, 1);
    assert_note(&importing, CPK_NOTE_MISSING_FILE, "out/conversations-001.json");
    finish(&importing);
}

static void long_gap_is_counted(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&maker, "conversations-999999999.json", "[" HUMAN("a", "far out") "]");
    import_zip(&importing, "export.zip", &maker);
    assert_ok(importing.status, importing.error);
    assert_int_equal(importing.report.missing_files, 51);
    finish(&importing);
}

static void claude_export_is_read(void **state)
{
    static const char *const texts[] = {"hello", "apart", "a project", "remembered", "drawn"};
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&maker, "users.json", "[{\"uuid\":\"u\",\"full_name\":\"A Person\"}]");
    zip_put_text(&maker, "memories.json", "[{\"account_uuid\":\"u\",\"conversations_memory\":\"remembered\"}]");
    zip_put_text(&maker, "design_chats/d.json",
                 "{\"uuid\":\"d\",\"title\":\"t\",\"project\":null,\"messages\":[{\"uuid\":\"x\",\"role\":\"user\","
                 "\"content\":{\"content\":\"drawn\"}}]}");
    zip_put_text(&maker, "projects/p-7.json",
                 "{\"uuid\":\"p\",\"name\":\"n\",\"description\":\"a project\",\"docs\":[]}");
    zip_put_text(&maker, "conversations.json", "[" HUMAN("a", "hello") "]");
    zip_put_text(&maker, "conversations/b-4.json", HUMAN("b", "apart"));
    import_zip(&importing, "data-batch-0000.zip", &maker);
    assert_ok(importing.status, importing.error);
    assert_texts(&importing, texts, 5);
    assert_string_equal(importing.report.format, "claude");
    assert_int_equal(importing.recorder.note_count, recorder_count_notes(&importing.recorder, CPK_NOTE_NOT_READ));
    finish(&importing);
}

static void put_zip(struct zip_maker *outer, const char *name, struct zip_maker *inner)
{
    struct zip_bytes bytes = zip_finish(inner);

    zip_put(outer, name, bytes.data, bytes.length);
    free(bytes.data);
}

static void nested_archives_are_read(void **state)
{
    static const char *const texts[] = {"first", "second", "remembered"};
    struct importing importing;
    struct zip_maker outer = zip_start();
    struct zip_maker first = zip_start();
    struct zip_maker second = zip_start();
    struct zip_maker memories = zip_start();
    struct zip_maker metadata = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&first, "conversations.json", "[" HUMAN("a", "first") "]");
    zip_put_text(&second, "conversations.json", "[" HUMAN("b", "second") "]");
    zip_put_text(&memories, "memories/u.json", "{\"account_uuid\":\"u\",\"conversations_memory\":\"remembered\"}");
    zip_put_text(&metadata, "users.json", "[{\"uuid\":\"u\",\"full_name\":\"A Person\"}]");
    put_zip(&outer, "conversations-001.zip", &second);
    put_zip(&outer, "light_metadata-000.zip", &metadata);
    put_zip(&outer, "memories-000.zip", &memories);
    put_zip(&outer, "conversations-000.zip", &first);
    zip_put_text(&outer, "manifest-1.json",
                 "{\"data_files\":[{\"category\":\"conversations\",\"filename\":\"conversations-000.zip\"},"
                 "{\"category\":\"conversations\",\"filename\":\"conversations-001.zip\"},"
                 "{\"category\":\"projects\",\"filename\":\"projects-000.zip\"}]}");
    import_zip(&importing, "everything.zip", &outer);
    assert_ok(importing.status, importing.error);
    assert_texts(&importing, texts, 3);
    assert_int_equal(importing.spooled_count, 4);
    assert_int_equal(importing.report.missing_files, 1);
    assert_note(&importing, CPK_NOTE_MISSING_FILE, "projects-000.zip");
    finish(&importing);
}

/* An archive in an archive ..., `depth` of them around the conversations. */
static void put_nested(struct zip_maker *outer, int depth)
{
    struct zip_maker inner;

    if (depth == 0) {
        zip_put_text(outer, "conversations.json", "[" HUMAN("deep", "deep") "]");
        return;
    }
    inner = zip_start();
    put_nested(&inner, depth - 1);
    put_zip(outer, "more.zip", &inner);
}

static void nesting_is_limited(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    put_nested(&maker, 3);
    import_zip(&importing, "a.zip", &maker);
    assert_ok(importing.status, importing.error);
    finish(&importing);

    start(&importing);
    maker = zip_start();
    put_nested(&maker, 4);
    import_zip(&importing, "a.zip", &maker);
    assert_says(&importing, CPK_ERROR_LIMIT_EXCEEDED, "archive.max_depth");
    finish(&importing);
}

static void nested_bomb_stops_the_import(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();
    struct zip_maker inner = zip_start();
    size_t length = (size_t)48 << 20;
    char *spaces = malloc(length);

    (void)state;
    assert_non_null(spaces);
    memset(spaces, ' ', length);
    memcpy(spaces, "[" HUMAN("x", "before") ",", strlen("[" HUMAN("x", "before") ","));
    start(&importing);
    zip_put(&inner, "conversations.json", spaces, length);
    free(spaces);
    put_zip(&maker, "conversations-000.zip", &inner);
    zip_put_text(&maker, "readme.json", "[" HUMAN("a", "after") "]");
    import_zip(&importing, "bomb.zip", &maker);
    assert_says(&importing, CPK_ERROR_LIMIT_EXCEEDED, "archive.max_ratio");
    finish(&importing);
}

static void archive_without_chats_names_its_entries(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&maker, "holiday.jpg", "x");
    zip_put_text(&maker, "data/table.xml", "a,b");
    zip_put_text(&maker, "__MACOSX/._holiday.jpg", "x");
    import_zip(&importing, "stuff.zip", &maker);
    assert_says(&importing, CPK_ERROR_NO_CONTENT, "holiday.jpg");
    assert_null(strstr(cpk_error_message(importing.error), "._holiday"));
    finish(&importing);

    start(&importing);
    import_bytes(&importing, "empty.zip", "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
    assert_says(&importing, CPK_ERROR_NO_CONTENT, "without files");
    finish(&importing);

    start(&importing);
    maker = zip_start();
    zip_put_text(&maker, "users.json", "[{\"uuid\":\"u\",\"full_name\":\"A Person\"}]");
    zip_put_text(&maker, "login_history.json", "[]");
    import_zip(&importing, "light_metadata-000.zip", &maker);
    assert_says(&importing, CPK_ERROR_NO_CONTENT, "conversations-000.zip");
    finish(&importing);
}

static void archive_of_unknown_origin_is_read(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&maker, "notes/diary.md", "# Diary\n\nPlanted beans.");
    zip_put_text(&maker, "notes/plain.txt", "Just a line of text about the beans in the garden.");
    zip_put_text(&maker, "backup", "[" HUMAN("a", "no ending") "]");
    zip_put_text(&maker, "__MACOSX/notes/._diary.md", "resource fork");
    zip_put_text(&maker, "settings.json", "{\"theme\":\"dark\"}");
    zip_put_text(&maker, "program.bin",
                 "\x7f"
                 "ELF");
    import_zip(&importing, "mixed.zip", &maker);
    assert_ok(importing.status, importing.error);
    assert_int_equal(recorder_find(&importing.recorder, "m-a")->role, CPK_ROLE_USER);
    assert_true(importing.recorder.count >= 3);
    assert_note(&importing, CPK_NOTE_UNKNOWN_FILE, "settings.json");
    assert_note(&importing, CPK_NOTE_NOT_READ, "mixed.zip");
    finish(&importing);
}

/* Text in the folder of an export was attached in its chats; text elsewhere is the user's. */
static void attachments_are_those_in_the_folder_of_an_export(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&maker, "gpt/conversations.json", "[" CHATGPT("a", "zero") "]");
    zip_put_text(&maker, "gpt/file-1-novel.txt", "I live on a whaling ship.");
    zip_put_text(&maker, "gpt/user-1/notes.md", "# Attached");
    zip_put_text(&maker, "gpt/user.json", "{\"id\":1}");
    zip_put_text(&maker, "gpt/picture.png", "png");
    zip_put_text(&maker, "gpt/profile-of-me.md", "# Me");
    zip_put_text(&maker, "notes/diary.txt", "My own day.");
    import_zip(&importing, "mixed.zip", &maker);
    assert_ok(importing.status, importing.error);
    assert_int_equal(importing.recorder.count, 2);
    assert_string_equal(importing.recorder.messages[1].text, "My own day.");
    assert_int_equal(importing.recorder.note_count, 1);
    assert_string_equal(
        importing.recorder.notes[0].text,
        "not read: 2 files attached in chats, 1 text or archive beside the chats (import it by itself to read "
        "it), 1 picture, 1 side file of the export");
    finish(&importing);
}

static void page_of_an_export_is_read_if_it_is_alone(void **state)
{
    static const char page[] =
        "<html><head><title>ChatGPT Data Export</title></head><script>\nvar jsonData = [" CHATGPT(
            "a", "a \\\"]} b") "];\nvar assetsJson = {\"x\": [}];</script></html>";
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&maker, "chat.html", page);
    zip_put_text(&maker, "user.json", "{\"id\":1}");
    import_zip(&importing, "export.zip", &maker);
    assert_ok(importing.status, importing.error);
    assert_string_equal(importing.report.format, "chatgpt");
    assert_int_equal(importing.recorder.count, 1);
    assert_string_equal(importing.recorder.messages[0].text, "a \"]} b");
    assert_int_equal(importing.report.damaged, 0);
    finish(&importing);
    start(&importing);
    maker = zip_start();
    zip_put_text(&maker, "chat.html", "<html>no script</html>");
    zip_put_text(&maker, "user.json", "{\"id\":1}");
    import_zip(&importing, "export.zip", &maker);
    assert_says(&importing, CPK_ERROR_NO_CONTENT, "conversations.json");
    finish(&importing);
}

static void damaged_file_does_not_affect_others(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;

    (void)state;
    start(&importing);
    zip_put_text(&maker, "conversations-000.json", "[" HUMAN("a", "whole") "]");
    zip_put_text(&maker, "conversations-001.json", "[" HUMAN("b", "changed here") "]");
    zip_put_text(&maker, "conversations-002.json", "[" HUMAN("c", "also whole") "]");
    for (zip_uint64_t i = 0; i < 3; i++) {
        assert_int_equal(zip_set_file_compression(maker.zip, i, ZIP_CM_STORE, 0), 0);
    }
    bytes = zip_finish(&maker);
    for (size_t at = 0; at + 12 < bytes.length; at++) {
        if (memcmp(bytes.data + at, "changed here", 12) == 0) {
            bytes.data[at] = 'X';
        }
    }
    import_bytes(&importing, "export.zip", bytes.data, bytes.length);
    free(bytes.data);
    assert_ok(importing.status, importing.error);
    assert_int_equal(importing.report.messages, 3);
    assert_note(&importing, CPK_NOTE_DAMAGED, "conversations-001.json");
    finish(&importing);
}

static void encrypted_archive_is_reported(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    zip_put_text(&maker, "conversations.json", "[" HUMAN("a", "secret") "]");
    if (zip_file_set_encryption(maker.zip, 0, ZIP_EM_AES_256, "word") != 0) {
        zip_discard(maker.zip);
        zip_source_free(maker.source);
        skip();
    }
    import_zip(&importing, "export.zip", &maker);
    assert_says(&importing, CPK_ERROR_ENCRYPTED, "password");
    finish(&importing);
}

static void last_file_of_a_name_is_read(void **state)
{
    static const char *const texts[] = {"newer"};
    struct importing importing;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;

    (void)state;
    start(&importing);
    zip_put_text(&maker, "conversations.json", "[" HUMAN("a", "older") "]");
    zip_put_text(&maker, "conversationX.json", "[" HUMAN("a", "newer") "]");
    bytes = zip_finish(&maker);
    for (size_t at = 0; at + 18 < bytes.length; at++) {
        if (memcmp(bytes.data + at, "conversationX.json", 18) == 0) {
            bytes.data[at + 12] = 's';
        }
    }
    import_bytes(&importing, "export.zip", bytes.data, bytes.length);
    free(bytes.data);
    assert_ok(importing.status, importing.error);
    assert_texts(&importing, texts, 1);
    assert_note(&importing, CPK_NOTE_SKIPPED_FILE, "conversations.json");
    finish(&importing);
}

static void error_of_the_sink_stops_the_import(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();

    (void)state;
    start(&importing);
    importing.recorder.refuse_after = 1;
    zip_put_text(&maker, "conversations-000.json", "[" HUMAN("a", "one") "," HUMAN("b", "two") "]");
    zip_put_text(&maker, "conversations-001.json", "[" HUMAN("c", "three") "]");
    import_zip(&importing, "export.zip", &maker);
    assert_says(&importing, CPK_ERROR_NO_SPACE, "the sink is full");
    assert_int_equal(importing.recorder.count, 1);
    finish(&importing);
}

static void many_files_are_read_quickly(void **state)
{
    struct importing importing;
    struct zip_maker maker = zip_start();
    char name[64];

    (void)state;
    start(&importing);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "pictures/file-%d.dat", i);
        zip_put_text(&maker, name, "");
        snprintf(name, sizeof name, "other/%d.json", i);
        zip_put_text(&maker, name, "{\"a\":1}");
    }
    zip_put_text(&maker, "conversations.json", "[" HUMAN("a", "needle") "]");
    import_zip(&importing, "export.zip", &maker);
    assert_ok(importing.status, importing.error);
    assert_int_equal(importing.report.messages, 1);
    assert_true(importing.recorder.note_count < 200);
    finish(&importing);
}

static void failed_allocation_is_reported(void **state)
{
    struct zip_maker maker = zip_start();
    struct zip_maker inner = zip_start();
    struct zip_bytes bytes;
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;

    (void)state;
    zip_put_text(&inner, "conversations.json", "[" HUMAN("a", "inside") "]");
    put_zip(&maker, "conversations-001.zip", &inner);
    zip_put_text(&maker, "manifest-1.json", "{\"data_files\":[{\"filename\":\"conversations-000.zip\"}]}");
    zip_put_text(&maker, "projects/p.json", "{\"uuid\":\"p\",\"name\":\"n\",\"description\":\"d\",\"docs\":[]}");
    bytes = zip_finish(&maker);
    for (long allowed = 0; status == CPK_ERROR_OUT_OF_MEMORY; allowed++) {
        struct scarce scarce = {.left = allowed};
        struct importing importing;

        start(&importing);
        importing.context.allocator = scarce_allocator(&scarce);
        import_bytes(&importing, "export.zip", bytes.data, bytes.length);
        status = importing.status;
        if (status == CPK_OK) {
            assert_int_equal(importing.report.messages, 2);
            assert_int_equal(importing.report.missing_files, 1);
        }
        finish(&importing);
    }
    assert_int_equal(status, CPK_OK);
    free(bytes.data);
}

static void public_samples_are_read(void **state)
{
    static const struct sample {
        const char *path;
        cpk_status status;
        int64_t messages;
    } samples[] = {{"/fixtures/chats/claude/split-export-2026/conversations-000.zip", CPK_OK, 10},
                   {"/fixtures/chats/claude/split-export-2026/projects-000.zip", CPK_OK, 3},
                   {"/fixtures/chats/claude/split-export-2026/memories-000.zip", CPK_OK, 3},
                   {"/fixtures/chats/claude/split-export-2026/design_chats-000.zip", CPK_OK, 5},
                   {"/fixtures/chats/claude/split-export-2026/light_metadata-000.zip", CPK_ERROR_NO_CONTENT, 0},
                   {"/fixtures/chats/claude/split-export-2026/manifest-1.json", CPK_ERROR_NO_CONTENT, 0},
                   {"/fixtures/chats/chatgpt/convolith-real-shape-2026-no-children.zip", CPK_OK, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        char path[1024];
        struct importing importing;

        snprintf(path, sizeof path, "%s%s", SHARED_DIR, samples[i].path);
        if (!import_path(&importing, path)) {
            continue;
        }
        if (importing.status != samples[i].status || importing.report.messages < samples[i].messages) {
            fail_msg("%s: %s, %lld messages: %s", path, cpk_status_name(importing.status),
                     (long long)importing.report.messages, cpk_error_message(importing.error));
        }
        finish(&importing);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shards_are_read_in_order_and_gaps_reported),
        cmocka_unit_test(files_missing_from_the_manifest_are_reported),
        cmocka_unit_test(long_gap_is_counted),
        cmocka_unit_test(claude_export_is_read),
        cmocka_unit_test(nested_archives_are_read),
        cmocka_unit_test(nesting_is_limited),
        cmocka_unit_test(nested_bomb_stops_the_import),
        cmocka_unit_test(archive_without_chats_names_its_entries),
        cmocka_unit_test(archive_of_unknown_origin_is_read),
        cmocka_unit_test(attachments_are_those_in_the_folder_of_an_export),
        cmocka_unit_test(page_of_an_export_is_read_if_it_is_alone),
        cmocka_unit_test(damaged_file_does_not_affect_others),
        cmocka_unit_test(encrypted_archive_is_reported),
        cmocka_unit_test(last_file_of_a_name_is_read),
        cmocka_unit_test(error_of_the_sink_stops_the_import),
        cmocka_unit_test(many_files_are_read_quickly),
        cmocka_unit_test(failed_allocation_is_reported),
        cmocka_unit_test(public_samples_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
