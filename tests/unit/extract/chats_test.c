/* Chats of every format with each value missing, null or of another type, and cut at every byte: nothing crashes, texts
 * stay valid, and no conversation is lost without a word. What the files contain is tested by tests/cli/chats_test.py.
 */
#include "support/test.h"

#include "unit/extract/samples.h"

/* 1 if the import tells that something was not read, or all conversations were. */
static void check_changed(const struct sample *sample, const char *text, size_t length, int64_t conversations)
{
    struct import_report report;
    struct seen seen;
    cpk_status status = import_bytes(sample->name, text, length, &report, &seen);

    assert_true(status == CPK_OK || status == CPK_ERROR_NO_CONTENT || status == CPK_ERROR_INVALID_DATA ||
                status == CPK_ERROR_UNSUPPORTED);
    assert_true((status == CPK_OK) == (seen.messages > 0));
    if (status == CPK_OK && report.conversations < conversations && seen.notes == 0) {
        fail_msg("%s: %d of %d conversations, and no note: %.*s", sample->name, (int)report.conversations,
                 (int)conversations, (int)length, text);
    }
}

static size_t change_each_value(const struct sample *sample)
{
    static const char *const others[] = {"null", "7",  "-0.5e3", "\"x\"",         "\"\"",
                                         "true", "[]", "{}",     "[null, {}, 1]", "{\"text\": null}"};
    static struct span spans[SPANS_MAX];
    size_t count = find_values(sample->data, sample->length, spans);
    struct import_report report;
    struct seen seen;
    size_t length;

    assert_int_equal(import_bytes(sample->name, sample->data, sample->length, &report, &seen), CPK_OK);
    for (size_t i = 0; i < count; i++) {
        /* In place of the file, of a line or of the file's list: another format, or nothing. */
        int32_t is_whole = spans[i].depth == 0 || spans[i].start < 24;

        for (size_t other = 0; other < sizeof others / sizeof others[0]; other++) {
            char *text = replace(sample, spans[i].start, spans[i].end, others[other], &length);

            check_changed(sample, text, length, is_whole ? 0 : report.conversations);
            free(text);
        }
        if (spans[i].member != SIZE_MAX) {
            char *text = replace(sample, spans[i].member, spans[i].end, "\"gone\": null", &length);

            check_changed(sample, text, length, is_whole ? 0 : report.conversations);
            free(text);
        }
    }
    return count;
}

static void each_value_may_be_missing_or_of_another_type(void **state)
{
    struct sample samples[FILES_MAX];
    size_t count = load_samples(samples);
    size_t changed = 0;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (strstr(samples[i].name, ".csv") == NULL && strstr(samples[i].name, ".html") == NULL &&
            strstr(samples[i].name, ".vscdb") == NULL) {
            changed += change_each_value(&samples[i]);
        }
    }
    free_samples(samples, count);
    assert_true(changed > 500);
}

/* --- damage --- */

static void files_may_end_anywhere(void **state)
{
    struct sample samples[FILES_MAX];
    size_t count = load_samples(samples);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t length = 0; length < samples[i].length; length++) {
            struct import_report report;
            struct seen seen;
            cpk_status status = import_bytes(samples[i].name, samples[i].data, length, &report, &seen);

            assert_true((status == CPK_OK) == (seen.messages > 0) || status == CPK_ERROR_INVALID_DATA);
        }
    }
    free_samples(samples, count);
}

/* Puts a line before line `before` of a file. */
static char *with_line(const struct sample *sample, size_t before, const char *line)
{
    char *text = malloc(sample->length + strlen(line) + 2);
    size_t at = 0;

    assert_non_null(text);
    while (before > 0) {
        before -= sample->data[at++] == '\n';
    }
    memcpy(text, sample->data, at);
    sprintf(text + at, "%s\n%.*s", line, (int)(sample->length - at), sample->data + at);
    return text;
}

static void check_bad_lines(const struct sample *sample)
{
    static const char *const bad[] = {"garbage", "{\"type\":\"user\",\"message\":{\"role\":\"us", "{]", "}", "\"",
                                      "# {}"};
    struct import_report report;
    struct seen whole;
    struct seen seen;
    size_t lines = 0;

    for (size_t at = 0; at < sample->length; at++) {
        lines += sample->data[at] == '\n';
    }
    assert_true(lines >= 2);
    assert_int_equal(import_bytes(sample->name, sample->data, sample->length, &report, &whole), CPK_OK);
    for (size_t i = 0; i < lines * (sizeof bad / sizeof bad[0]); i++) {
        char *text = with_line(sample, i % lines, bad[i / lines]);

        assert_int_equal(import_bytes(sample->name, text, strlen(text), &report, &seen), CPK_OK);
        assert_int_equal(seen.messages, whole.messages);
        assert_int_equal(seen.notes, whole.notes + 1);
        assert_int_equal(report.damaged, 1);
        free(text);
    }
}

static void a_bad_line_is_told_and_skipped(void **state)
{
    struct sample samples[FILES_MAX];
    size_t count = load_samples(samples);
    size_t checked = 0;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (strstr(samples[i].name, ".jsonl") != NULL) {
            check_bad_lines(&samples[i]);
            checked++;
        }
    }
    assert_true(checked >= 7);
    free_samples(samples, count);
}

static void any_byte_may_be_wrong(void **state)
{
    static const char bytes[] = {'\0', '"', '{', '}', '[', ']', '\\', ',', ':', '\xFF', '\xED', '<', '9', '\n'};
    struct sample samples[FILES_MAX];
    size_t count = load_samples(samples);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t at = i % 2; at < samples[i].length; at += 2) {
            char before = samples[i].data[at];
            struct import_report report;
            struct seen seen;
            cpk_status status;

            samples[i].data[at] = bytes[(at + i) % sizeof bytes];
            status = import_bytes(samples[i].name, samples[i].data, samples[i].length, &report, &seen);
            assert_true((status == CPK_OK) == (seen.messages > 0) || status == CPK_ERROR_INVALID_DATA);
            samples[i].data[at] = before;
        }
    }
    free_samples(samples, count);
}

/* --- details --- */

static void input_of(struct input *input, const char *name, const char *text)
{
    input_init(input);
    assert_ok(input_read_text(input, name, text), input->error);
}

static void a_missing_parent_is_the_message_before(void **state)
{
    struct input input;

    (void)state;
    input_of(&input, "a.json",
             "{\"conversations\": [{\"conversation\": {\"id\": \"c\"}, \"responses\": ["
             "{\"response\": {\"_id\": \"1\", \"sender\": \"human\", \"message\": \"a\"}},"
             "{\"response\": {\"_id\": \"2\", \"sender\": \"ASSISTANT\", \"message\": \"b\", "
             "\"parent_response_id\": \"1\"}},"
             "{\"response\": {\"_id\": \"3\", \"sender\": \"human\", \"message\": \"c\", "
             "\"parent_response_id\": \"gone\"}},"
             "{\"response\": {\"_id\": \"4\", \"sender\": \"human\", \"message\": \"d\", "
             "\"parent_response_id\": \"4\"}},"
             "{\"response\": {\"_id\": \"2\", \"sender\": \"human\", \"message\": \"e\", "
             "\"parent_response_id\": \"4\"}}]}]}");
    assert_string_equal(input_find(&input, "c", "3")->parent_id, "2");
    assert_string_equal(input_find(&input, "c", "4")->parent_id, "3");
    assert_string_equal(input.recorder.messages[4].parent_id, "4");
    assert_memory_equal(input.recorder.messages[4].message_id, "made-", 5);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_REPAIRED), 1);
    input_free(&input);
}

static void verbs_of_gemini_are_no_part_of_a_prompt(void **state)
{
    static const char *const VERBS[] = {"Prompted", "Asked", "Said"};

    (void)state;
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++) {
        char text[512];
        struct input input;

        snprintf(text, sizeof text,
                 "[{\"header\": \"Gemini Apps\", \"title\": \"%s Good morning\", \"time\": \"2025-01-01T00:00:00Z\", "
                 "\"products\": [\"Gemini Apps\"], \"safeHtmlItem\": [{\"html\": \"<p>Hello</p>\"}]}]",
                 VERBS[i]);
        input_of(&input, "MyActivity.json", text);
        assert_int_equal(input.recorder.count, 2);
        assert_string_equal(input.recorder.messages[0].text, "Good morning");
        assert_string_equal(input.recorder.messages[1].text, "Hello");
        input_free(&input);
    }
}

/* Which messages are on the active branch: '1' for each that is, in the file's order of ids. */
static void assert_active(const char *about, const char *responses, const char *wanted)
{
    char text[2048];
    struct input input;

    snprintf(text, sizeof text, "{\"conversations\": [{\"conversation\": {\"id\": \"c\"%s}, \"responses\": [%s]}]}",
             about, responses);
    input_of(&input, "a.json", text);
    for (size_t i = 0; wanted[i] != '\0'; i++) {
        const char id[2] = {(char)('1' + i), '\0'};

        assert_int_equal((input_find(&input, "c", id)->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0, wanted[i] == '1');
    }
    input_free(&input);
}

#define RESPONSE(id, sender, parent) "{\"_id\": \"" id "\", \"sender\": \"" sender "\", \"message\": \"x\"" parent "}"
#define PARENT(id)                   ", \"parent_response_id\": \"" id "\""

static void messages_without_a_parent_are_not_lost(void **state)
{
    (void)state;
    assert_active("", RESPONSE("1", "human", "") "," RESPONSE("2", "assistant", "") "," RESPONSE("3", "human", ""),
                  "111");
    /* one with a parent among those without */
    assert_active("",
                  RESPONSE("1", "human", "") "," RESPONSE("2", "assistant", PARENT("1")) "," RESPONSE(
                      "3", "human", "") "," RESPONSE("4", "assistant", "") "," RESPONSE("5", "human", ""),
                  "11111");
    assert_active("",
                  RESPONSE("1", "human", "") "," RESPONSE("2", "assistant", "") "," RESPONSE(
                      "3", "human", "") "," RESPONSE("4", "assistant", PARENT("3")),
                  "1111");
    /* one without among those with */
    assert_active("",
                  RESPONSE("1", "human", "") "," RESPONSE("2", "assistant", PARENT("1")) "," RESPONSE(
                      "3", "human", PARENT("2")) "," RESPONSE("4", "", ""),
                  "1111");
    assert_active(
        "",
        RESPONSE("1", "human", "") "," RESPONSE("2", "assistant", PARENT("1")) "," RESPONSE(
            "3", "human", PARENT("2")) "," RESPONSE("4", "assistant", "") "," RESPONSE("5", "human", PARENT("4")),
        "11111");
    /* the first message again, in other words */
    assert_active(
        "",
        RESPONSE("1", "human", "") "," RESPONSE("2", "assistant", PARENT("1")) "," RESPONSE(
            "3", "human", PARENT("2")) "," RESPONSE("4", "human", "") "," RESPONSE("5", "assistant", PARENT("4")),
        "00011");
    assert_active(", \"leaf_response_id\": \"4\"",
                  RESPONSE("1", "human", "") "," RESPONSE("2", "assistant", PARENT("1")) "," RESPONSE(
                      "3", "human", PARENT("2")) "," RESPONSE("4", "human", ""),
                  "0001");
}

static void the_newest_branch_with_content_is_active(void **state)
{
    struct input input;

    (void)state;
    input_of(&input, "a.json",
             "{\"conversations\": [{\"conversation\": {\"id\": \"c\"}, \"responses\": ["
             "{\"response\": {\"_id\": \"1\", \"sender\": \"human\", \"message\": \"a\", "
             "\"create_time\": \"2026-01-01T00:00:00Z\"}},"
             "{\"response\": {\"_id\": \"new\", \"sender\": \"assistant\", \"message\": \"b\", "
             "\"parent_response_id\": \"1\", \"create_time\": \"2026-01-01T00:00:09Z\"}},"
             "{\"response\": {\"_id\": \"old\", \"sender\": \"assistant\", \"message\": \"c\", "
             "\"parent_response_id\": \"1\", \"create_time\": \"2026-01-01T00:00:05Z\"}},"
             "{\"response\": {\"_id\": \"empty\", \"sender\": \"assistant\", \"message\": \"\", "
             "\"parent_response_id\": \"1\", \"create_time\": \"2026-01-01T00:01:00Z\"}}]}]}");
    assert_true((input_find(&input, "c", "new")->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0);
    assert_false((input_find(&input, "c", "old")->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0);
    input_free(&input);
}

static void times_of_takeout_have_zones(void **state)
{
    static const struct {
        const char *time;
        int64_t seconds; /* 0: unknown */
    } cases[] = {{"Nov 13, 2025, 9:50:57\xE2\x80\xAF"
                  "AM CDT",
                  1763045457},
                 {"Nov 13, 2025, 2:50:57 PM UTC", 1763045457},
                 {"13 Nov 2025, 14:50:57 GMT", 1763045457},
                 {"Nov 13, 2025, 8:20:57\xC2\xA0PM GMT+5:30", 1763045457},
                 {"Nov 13, 2025, 6:50:57 AM GMT-8", 1763045457},
                 {"13.11.2025, 15:50:57 MEZ", 1763045457},
                 {"13 nov. 2025, 15:50:57 CET", 1763045457},
                 {"2025\xE5\xB9\xB4"
                  "11\xE6\x9C\x88"
                  "13\xE6\x97\xA5 23:50:57 JST",
                  1763045457},
                 {"Nov 13, 2025, 12:00:00 AM UTC", 1762992000},
                 {"Nov 13, 2025", 0},
                 {"at 9:50:57 AM", 0},
                 {"Meet me on 13 Nov 2025", 0}};
    char page[1024];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct input input;

        snprintf(page, sizeof page,
                 "<html><style>.mdl-a{}</style><div class=\"outer-cell\"><p class=\"mdl-typography--title\">Gemini "
                 "Apps<br></p><div class=\"content-cell\">Prompted Hello<br>%s<br><p>Hi</p></div></div></html>",
                 cases[i].time);
        input_of(&input, "MyActivity.html", page);
        if (cases[i].seconds == 0) {
            assert_true(input.recorder.messages[0].time_us == CPK_TIME_UNKNOWN);
        } else {
            assert_true(input.recorder.messages[0].time_us == cases[i].seconds * 1000000);
            assert_string_equal(input.recorder.messages[0].text, "Hello");
            assert_string_equal(input.recorder.messages[1].text, "Hi");
        }
        input_free(&input);
    }
}

static void a_database_runs_nothing_of_its_schema(void **state)
{
    char *data;
    size_t length = 0;
    struct input input;
    char *table;

    (void)state;
    data = input_load(TEST_DATA_DIR "/chats/cursor.vscdb", &length);
    assert_non_null(data);
    /* The schema's text says VIEW, with as many bytes: what SQLite does with it, it does not crash and nothing is read.
     */
    table = memmem(data, length, "CREATE TABLE cursorDiskKV", 25);
    assert_non_null(table);
    memcpy(table, "CREATE  VIEW cursorDiskKV", 25);
    input_init(&input);
    (void)input_read(&input, "state.vscdb", data, length);
    for (size_t i = 0; i < input.recorder.count; i++) {
        assert_string_not_equal(input.recorder.messages[i].conversation_id, "c1");
    }
    input_free(&input);
    free(data);
    input_init(&input); /* a column whose values the schema computes */
    assert_int_equal(input_read_data(&input, "fuzz/importers/generated.vscdb"), CPK_ERROR_NO_CONTENT);
    assert_int_equal(input.recorder.note_count, 0);
    input_free(&input);
}

static void a_conversation_over_the_limit_is_named(void **state)
{
    char text[8192];
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(settings_set(&input.context.settings, "import.max_conversation_bytes", 2048, NULL), NULL);
    memset(text, 'x', sizeof text);
    snprintf(text, sizeof text, "[");
    for (int i = 0; i < 20; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "%s{\"id\": \"%d\", \"chatId\": \"k\", \"role\": \"user\", \"contentChunks\": null, \"content\": "
                 "\"%0200d\"}",
                 i > 0 ? "," : "", i, i);
    }
    strcat(text, "]");
    assert_int_equal(input_read_text(&input, "chat.json", text), CPK_ERROR_NO_CONTENT);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_OVER_LIMIT), 1);
    assert_says(cpk_error_message(input.error), "import.max_conversation_bytes");
    input_free(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_value_may_be_missing_or_of_another_type),
                                       cmocka_unit_test(files_may_end_anywhere),
                                       cmocka_unit_test(a_bad_line_is_told_and_skipped),
                                       cmocka_unit_test(any_byte_may_be_wrong),
                                       cmocka_unit_test(a_missing_parent_is_the_message_before),
                                       cmocka_unit_test(verbs_of_gemini_are_no_part_of_a_prompt),
                                       cmocka_unit_test(messages_without_a_parent_are_not_lost),
                                       cmocka_unit_test(the_newest_branch_with_content_is_active),
                                       cmocka_unit_test(times_of_takeout_have_zones),
                                       cmocka_unit_test(a_database_runs_nothing_of_its_schema),
                                       cmocka_unit_test(a_conversation_over_the_limit_is_named)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
