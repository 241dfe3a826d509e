/* Each allocation of an import is refused, alone: the import reports CPK_ERROR_OUT_OF_MEMORY or gives what it gives
 * with enough memory. What is lost without a word would never be read again. */
#include "support/test.h"

#include "unit/extract/input.h"
#include "unit/extract/scarce.h"

#include <dirent.h>
#include <limits.h>

#define FILE_BYTES_MAX ((size_t)64 * 1024)

struct outcome {
    cpk_status status;
    uint64_t hash; /* of all messages and notes */
    size_t messages;
};

static void add_bytes(struct outcome *outcome, const void *data, size_t length)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < length; i++) {
        outcome->hash = (outcome->hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
}

static void add_text(struct outcome *outcome, const char *text)
{
    add_bytes(outcome, text != NULL ? text : "\1", text != NULL ? strlen(text) + 1 : 1);
}

static cpk_status take_message(void *self, const cpk_message *message, cpk_error **error)
{
    struct outcome *outcome = self;

    (void)error;
    outcome->messages++;
    add_bytes(outcome, &message->flags, sizeof message->flags);
    add_bytes(outcome, &message->role, sizeof message->role);
    add_bytes(outcome, &message->kind, sizeof message->kind);
    add_bytes(outcome, &message->time_us, sizeof message->time_us);
    add_text(outcome, message->provider);
    add_text(outcome, message->conversation_id);
    add_text(outcome, message->conversation_title);
    add_text(outcome, message->message_id);
    add_text(outcome, message->parent_id);
    add_text(outcome, message->model);
    add_text(outcome, message->text);
    for (size_t i = 0; i < message->attachment_count; i++) {
        add_text(outcome, message->attachments[i].id);
        add_text(outcome, message->attachments[i].name);
        add_text(outcome, message->attachments[i].media_type);
        add_bytes(outcome, &message->attachments[i].size_bytes, sizeof message->attachments[i].size_bytes);
    }
    return CPK_OK;
}

static cpk_status take_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    struct outcome *outcome = self;

    (void)error;
    add_bytes(outcome, &note, sizeof note);
    add_text(outcome, where);
    add_text(outcome, text);
    return CPK_OK;
}

static cpk_status take_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    (void)self;
    (void)done_bytes;
    (void)error;
    return CPK_OK;
}

/* `refused` is the number of the allocation that fails; `*left` is below 0 when there was one. */
static struct outcome import_file(const char *name, const char *data, size_t length, long refused, long *left)
{
    struct scarce scarce = {refused, 1};
    struct outcome outcome = {.hash = UINT64_C(0xcbf29ce484222325)};
    cpk_sink sink = {sizeof sink, 0, &outcome, take_message, take_note, take_progress};
    struct import_report report;
    struct context context;
    struct bytes_source source;
    cpk_reader reader = bytes_reader(&source, data, length, name);
    struct import_options options = {.context = &context};

    context_init(&context);
    context.allocator = scarce_allocator(&scarce);
    outcome.status = import_read(&options, &reader, &sink, &report, NULL);
    *left = scarce.left;
    return outcome;
}

static void refuse_each(const char *path, const char *name)
{
    char *data = malloc(FILE_BYTES_MAX);
    FILE *file = fopen(path, "rb");
    struct outcome expected;
    size_t length;
    long left = -1;

    assert_non_null(data);
    assert_non_null(file);
    length = fread(data, 1, FILE_BYTES_MAX, file);
    fclose(file);
    assert_true(length > 0 && length < FILE_BYTES_MAX);
    expected = import_file(name, data, length, LONG_MAX, &left);
    for (long refused = 0; left < 0 || refused == 0; refused++) {
        struct outcome got = import_file(name, data, length, refused, &left);

        if (got.status != CPK_ERROR_OUT_OF_MEMORY &&
            (got.status != expected.status || got.hash != expected.hash || got.messages != expected.messages)) {
            fail_msg("%s, allocation %ld: %s with %zu messages, expected %s with %zu of the same content", name,
                     refused, cpk_status_name(got.status), got.messages, cpk_status_name(expected.status),
                     expected.messages);
        }
    }
    free(data);
}

static void refuse_each_of_folder(const char *folder)
{
    DIR *listing = opendir(folder);
    const struct dirent *entry;
    size_t files = 0;

    assert_non_null(listing);
    while ((entry = readdir(listing)) != NULL) {
        char path[1024];

        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            refuse_each(path, entry->d_name);
            files++;
        }
    }
    closedir(listing);
    assert_true(files > 3);
}

static void chatgpt_reports_every_failed_allocation(void **state)
{
    (void)state;
    refuse_each_of_folder(TEST_DATA_DIR "/chatgpt");
}

static void claude_reports_every_failed_allocation(void **state)
{
    (void)state;
    refuse_each_of_folder(TEST_DATA_DIR "/claude");
}

static void chats_report_every_failed_allocation(void **state)
{
    (void)state;
    refuse_each_of_folder(TEST_DATA_DIR "/chats");
}

static void shares_report_every_failed_allocation(void **state)
{
    static const char *const NAMES[] = {"chatgpt-stream.html", "chatgpt-post.html",   "chatgpt-next.html",
                                        "chatgpt-saved.html",  "deepseek-saved.html", "poe.html",
                                        "gemini.txt",          "grok.json",           "deleted.html"};

    (void)state;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        char path[1024];

        snprintf(path, sizeof path, "%s/shares/%s", TEST_DATA_DIR, NAMES[i]);
        refuse_each(path, NAMES[i]);
    }
}

static void documents_report_every_failed_allocation(void **state)
{
    (void)state;
    refuse_each(PROJECT_DIR "/README.md", "README.md");
    refuse_each(PROJECT_DIR "/README.md", "README.txt");
    refuse_each(TEST_DATA_DIR "/html/article.html", "article.html");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(chatgpt_reports_every_failed_allocation),
                                       cmocka_unit_test(claude_reports_every_failed_allocation),
                                       cmocka_unit_test(chats_report_every_failed_allocation),
                                       cmocka_unit_test(shares_report_every_failed_allocation),
                                       cmocka_unit_test(documents_report_every_failed_allocation)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
