#include "support/test.h"

#include "base/error.h"
#include "base/time.h"
#include "extract/claude/claude.h"
#include "unit/extract/recorder.h"
#include "unit/extract/scarce.h"
#include "unit/extract/zip.h"

#include <unistd.h>

struct reading {
    struct context context;
    struct recorder recorder;
    cpk_error *error;
    int32_t certainty;
    cpk_status status;
};

static void read_bytes(struct reading *reading, const char *name, const char *json, size_t length)
{
    cpk_extractor_driver driver;
    struct bytes_source source;
    cpk_reader reader = bytes_reader(&source, json, length, name);

    context_init(&reading->context);
    recorder_init(&reading->recorder);
    reading->error = NULL;
    claude_driver_init(&driver, &reading->context);
    reading->certainty =
        driver.sniff(driver.self, json, length < FORMAT_SNIFF_BYTES ? length : FORMAT_SNIFF_BYTES, name);
    reading->status = driver.extract(driver.self, &reader, &reading->recorder.sink, &reading->error);
}

static void read_text(struct reading *reading, const char *json)
{
    read_bytes(reading, "conversations.json", json, strlen(json));
}

/* 0 when the file is not there. */
static int32_t read_path(struct reading *reading, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    size_t length = 0;

    if (file == NULL) {
        return 0;
    }
    for (;;) {
        size_t got;

        data = realloc(data, length + 65536);
        assert_non_null(data);
        got = fread(data + length, 1, 65536, file);
        length += got;
        if (got == 0) {
            break;
        }
    }
    fclose(file);
    read_bytes(reading, strrchr(path, '/') + 1, data, length);
    free(data);
    return 1;
}

static void finish(struct reading *reading)
{
    recorder_free(&reading->recorder);
    cpk_error_free(reading->error);
}

static void assert_message(const struct recorder *recorder, const char *id, int32_t role, int32_t kind,
                           const char *parent, const char *text)
{
    const struct recorded_message *message = recorder_find(recorder, id);

    if (message->role != role || message->kind != kind || strcmp(message->text, text) != 0 ||
        strcmp(message->parent_id != NULL ? message->parent_id : "", parent) != 0) {
        fail_msg("%s: role %s, kind %s, parent %s, text \"%s\"", id, cpk_role_name(message->role),
                 cpk_kind_name(message->kind), message->parent_id, message->text);
    }
}

static int32_t is_active(const struct recorder *recorder, const char *id)
{
    return (recorder_find(recorder, id)->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0;
}

static void message_parts_are_read(void **state)
{
    struct reading reading;
    const struct recorder *got = &reading.recorder;
    const struct recorded_message *message;

    (void)state;
    assert_true(read_path(&reading, TEST_DATA_DIR "/claude/conversations.json"));
    assert_ok(reading.status, reading.error);
    assert_true(reading.certainty >= 90);
    assert_message(got, "a1", CPK_ROLE_USER, CPK_KIND_TEXT, "",
                   "When do I feed my starter?\nI live in Porto.\n\nIt is a rye one.");
    message = recorder_find(got, "a1");
    assert_string_equal(message->provider, "claude");
    assert_string_equal(message->conversation_id, "11111111-0000-4000-8000-000000000001");
    assert_string_equal(message->conversation_title, "Sourdough timing");
    assert_int_equal(message->time_us, time_parse_iso("2025-03-01T08:00:01Z", 20));
    assert_int_equal(message->file_count, 3);
    assert_string_equal(message->files[0].name, "recipe.txt");
    assert_string_equal(message->files[1].id, "f-1"); /* listed twice, told once */
    assert_int_equal(message->files[1].size_bytes, 5000);
    assert_string_equal(message->files[2].name, "other.png");
    assert_message(got, "a1/2", CPK_ROLE_USER, CPK_KIND_ATTACHMENT, "a1", "200 g rye\n200 g water");
    assert_int_equal(recorder_find(got, "a1/2")->file_count, 1);

    assert_message(got, "a2", CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, "a1", "They want a schedule.");
    assert_true((recorder_find(got, "a2")->flags & CPK_MESSAGE_HIDDEN) != 0);
    assert_message(got, "a2/2", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "a2", "Let me see.");
    assert_message(got, "a2/3", CPK_ROLE_ASSISTANT, CPK_KIND_TOOL_CALL, "a2",
                   "web_search\nquery: feed rye starter\ncount: 3");
    assert_message(got, "a2/4", CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, "a2",
                   "Feeding\nhttps://example.org/feed\nFeed at the peak.");
    assert_message(got, "a2/5", CPK_ROLE_ASSISTANT, CPK_KIND_ARTIFACT, "a2", "# Plan\n\nMornings.");
    assert_string_equal(recorder_find(got, "a2/5")->files[0].name, "Feeding plan");
    assert_message(got, "a2/6", CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, "a2", "OK");
    assert_message(got, "a2/7", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "a2", "Every morning.");
    assert_true((recorder_find(got, "a2/7")->flags & CPK_MESSAGE_HIDDEN) == 0);
    finish(&reading);
}

static void branches_are_kept_and_injections_hidden(void **state)
{
    struct reading reading;
    const struct recorder *got = &reading.recorder;

    (void)state;
    assert_true(read_path(&reading, TEST_DATA_DIR "/claude/conversations.json"));
    assert_true(is_active(got, "a1"));
    assert_true(is_active(got, "a2/3"));
    assert_false(is_active(got, "a3-old"));
    assert_false(is_active(got, "a4-old"));
    assert_true(is_active(got, "a4"));
    assert_message(got, "a4-old", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "a3-old", "Twice a day.");
    assert_message(got, "a3", CPK_ROLE_SYSTEM, CPK_KIND_TEXT, "a2", "The user's style: terse.");
    assert_true((recorder_find(got, "a3")->flags & CPK_MESSAGE_HIDDEN) != 0);
    assert_message(got, "a3/2", CPK_ROLE_USER, CPK_KIND_TEXT, "a3", "And in winter?");
    assert_message(got, "a4", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "a3", "Here:");
    assert_message(got, "a4/2", CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, "a4", "short");
    assert_message(got, "a4/3", CPK_ROLE_ASSISTANT, CPK_KIND_ARTIFACT, "a4", "# Winter");
    assert_string_equal(recorder_find(got, "a4/3")->files[0].id, "winter");
    assert_string_equal(recorder_find(got, "a4/3")->files[0].name, "Winter > plan");
    assert_message(got, "a4/4", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "a4", "Done.");
    assert_message(got, "summary", CPK_ROLE_SYSTEM, CPK_KIND_SUMMARY, "", "The user asked when to feed a starter.");
    finish(&reading);
}

static void nulls_and_missing_ids_do_not_affect_others(void **state)
{
    struct reading reading, again;
    const struct recorder *got = &reading.recorder;
    size_t first = 0;

    (void)state;
    assert_true(read_path(&reading, TEST_DATA_DIR "/claude/conversations.json"));
    assert_true(read_path(&again, TEST_DATA_DIR "/claude/conversations.json"));
    while (strcmp(got->messages[first].text, "No ids here") != 0) {
        first++;
        assert_true(first + 4 <= got->count);
    }
    assert_string_equal(got->messages[first].conversation_title, "");
    assert_int_equal(got->messages[first].time_us, CPK_TIME_UNKNOWN);
    assert_null(got->messages[first].parent_id);
    assert_memory_equal(got->messages[first].message_id, "made-", 5);
    assert_string_equal(got->messages[first + 1].text, "Twice packed");
    assert_string_equal(got->messages[first + 1].parent_id, got->messages[first].message_id);
    assert_string_equal(got->messages[first + 2].text, "");
    assert_string_equal(got->messages[first + 2].files[0].name, "scan.png");
    assert_int_equal(got->messages[first + 2].file_count, 1);
    assert_string_equal(got->messages[first + 2].parent_id, got->messages[first + 1].message_id);
    assert_string_equal(got->messages[first + 3].text, "[not json");
    for (size_t i = 0; i < got->count; i++) { /* made ids are the same each time */
        assert_string_equal(got->messages[i].message_id, again.recorder.messages[i].message_id);
    }
    assert_int_equal(recorder_count_notes(got, CPK_NOTE_SKIPPED_CONVERSATION), 1);
    assert_int_equal(recorder_count_notes(got, CPK_NOTE_UNREADABLE_CONVERSATION), 1);
    assert_int_equal(recorder_count_notes(got, CPK_NOTE_SKIPPED_MESSAGE), 2);
    finish(&reading);
    finish(&again);
}

static void invalid_trees_are_repaired(void **state)
{
    struct reading reading;
    const struct recorder *got = &reading.recorder;
    const char *ids[16];
    size_t count = 0;

    (void)state;
    assert_true(read_path(&reading, TEST_DATA_DIR "/claude/conversations.json"));
    for (size_t i = 0; i < got->count; i++) {
        if (strcmp(got->messages[i].conversation_title, "Broken tree") == 0) {
            ids[count++] = got->messages[i].message_id;
            for (size_t j = 0; j + 1 < count; j++) {
                assert_string_not_equal(ids[j], got->messages[i].message_id);
            }
        }
    }
    assert_int_equal(count, 5);
    assert_message(got, "c2", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "c1", "two");
    assert_message(got, "c3", CPK_ROLE_USER, CPK_KIND_TEXT, "c2", "three");
    assert_string_equal(recorder_find(got, "c2")->model, "claude-sonnet-4");
    assert_true(is_active(got, "c1"));
    assert_true(is_active(got, "c2"));
    assert_int_equal(recorder_count_notes(got, CPK_NOTE_REPAIRED), 1);
    finish(&reading);
}

static void projects_are_read(void **state)
{
    struct reading reading;
    const struct recorder *got = &reading.recorder;

    (void)state;
    assert_true(read_path(&reading, TEST_DATA_DIR "/claude/projects.json"));
    assert_ok(reading.status, reading.error);
    assert_true(reading.certainty >= 80);
    assert_int_equal(got->count, 4);
    assert_message(got, "description", CPK_ROLE_USER, CPK_KIND_INSTRUCTIONS, "", "A map of small harbours.");
    assert_message(got, "prompt_template", CPK_ROLE_USER, CPK_KIND_INSTRUCTIONS, "", "Answer in metric units.");
    assert_int_equal(recorder_find(got, "prompt_template")->time_us,
                     INT64_C(1738368000000000)); /* of the last change */
    assert_message(got, "d-1", CPK_ROLE_USER, CPK_KIND_ATTACHMENT, "", "name,depth\nVigo,12");
    assert_string_equal(recorder_find(got, "d-1")->files[0].name, "harbours.csv");
    assert_string_equal(got->messages[3].files[0].name, "named-only.md");
    assert_string_equal(got->messages[0].conversation_title, "Harbour map");
    assert_int_equal(recorder_count_notes(got, CPK_NOTE_SKIPPED_CONVERSATION), 2);
    finish(&reading);
}

static void memories_are_read(void **state)
{
    struct reading reading;
    const struct recorder *got = &reading.recorder;

    (void)state;
    assert_true(read_path(&reading, TEST_DATA_DIR "/claude/memories.json"));
    assert_ok(reading.status, reading.error);
    assert_int_equal(got->count, 3);
    assert_message(got, "conversations", CPK_ROLE_ASSISTANT, CPK_KIND_MEMORY, "",
                   "**Work**\n\nThe user maps harbours.");
    assert_message(got, "project p-1", CPK_ROLE_ASSISTANT, CPK_KIND_MEMORY, "", "Depths are in metres.");
    assert_message(got, "file /areas/sea.md", CPK_ROLE_ASSISTANT, CPK_KIND_MEMORY, "", "Sails on Sundays.");
    finish(&reading);
}

static void design_chats_are_read(void **state)
{
    struct reading reading;
    const struct recorder *got = &reading.recorder;

    (void)state;
    assert_true(read_path(&reading, TEST_DATA_DIR "/claude/design_chat.json"));
    assert_ok(reading.status, reading.error);
    assert_true(reading.certainty > 50);
    assert_message(got, "x1", CPK_ROLE_USER, CPK_KIND_TEXT, "", "Make it blue");
    assert_message(got, "x2", CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, "x1", "Blue it is.");
    assert_message(got, "x2/2", CPK_ROLE_ASSISTANT, CPK_KIND_TOOL_CALL, "x2", "write\npath: index.html");
    assert_message(got, "x2/3", CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, "x2", "ok");
    assert_message(got, "x2/4", CPK_ROLE_USER, CPK_KIND_TEXT, "x2", "Darker, please");
    assert_message(got, "x2/5", CPK_ROLE_ASSISTANT, CPK_KIND_ERROR, "x2", "Timed out");
    assert_message(got, "x2/6", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "x2", "Done.");
    assert_int_equal(recorder_find(got, "x2")->time_us, time_parse_iso("2025-07-01T00:00:05Z", 20));
    finish(&reading);
}

static void assert_nothing(const char *path, const char *words)
{
    struct reading reading;

    assert_true(read_path(&reading, path));
    assert_true(reading.certainty > 0);
    assert_int_equal(reading.status, CPK_ERROR_NO_CONTENT);
    if (strstr(cpk_error_message(reading.error), words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", cpk_error_message(reading.error), words);
    }
    finish(&reading);
}

static void file_without_chats_is_described(void **state)
{
    (void)state;
    assert_nothing(TEST_DATA_DIR "/claude/users.json", "account details");
    assert_nothing(TEST_DATA_DIR "/claude/manifest-1.json", "conversations-000.zip");
}

static void index_gives_one_note(void **state)
{
    struct reading reading;

    (void)state;
    read_text(&reading,
              "[{\"uuid\":\"1\",\"name\":\"a\",\"account\":null},{\"uuid\":\"2\",\"name\":\"b\",\"account\":null}]");
    assert_true(reading.certainty > 0);
    assert_int_equal(reading.status, CPK_ERROR_NO_CONTENT);
    assert_int_equal(reading.recorder.note_count, 1);
    finish(&reading);
}

static void other_formats_are_not_detected(void **state)
{
    static const char *const others[] = {
        "",
        "[]",
        "[1, 2, \"chat_messages\"]",
        "[{\"title\": \"x\", \"mapping\": {\"a\": {\"chat_messages\": []}}}]",
        "{\"note\": \"chat_messages\", \"text\": \"{\\\"chat_messages\\\": []}\"}",
        "{\"properties\": {\"chat_messages\": {}}}",
        "chat_messages: []",
        "{\"uuid\": \"1\", \"name\": \"x\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct reading reading;

        read_text(&reading, others[i]);
        if (reading.certainty != 0) {
            fail_msg("%s is taken for Claude's", others[i]);
        }
        assert_int_equal(reading.recorder.count, 0);
        finish(&reading);
    }
}

static void wrappers_and_single_conversations_are_read(void **state)
{
    static const char *const forms[] = {
        "{\"uuid\":\"1\",\"name\":\"n\",\"chat_messages\":[{\"uuid\":\"m\",\"sender\":\"human\",\"text\":\"hi\"}]}",
        "{\"conversations\":[{\"uuid\":\"1\",\"name\":\"n\",\"chat_messages\":[{\"uuid\":\"m\",\"sender\":\"human\","
        "\"text\":\"hi\"}]}]}",
        "\xEF\xBB\xBF[{\"uuid\":\"1\",\"name\":\"n\",\"chat_messages\":[{\"uuid\":\"m\",\"sender\":\"human\",\"text\":"
        "\"hi\"}]}]",
        "{\"uuid\":\"1\",\"chat_messages\":[{\"uuid\":\"m\",\"sender\":\"human\",\"text\":\"hi\"}]}\n"
        "{\"uuid\":\"2\",\"chat_messages\":[]}\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct reading reading;

        read_text(&reading, forms[i]);
        assert_ok(reading.status, reading.error);
        assert_true(reading.certainty >= 90);
        assert_int_equal(reading.recorder.count, 1);
        assert_message(&reading.recorder, "m", CPK_ROLE_USER, CPK_KIND_TEXT, "", "hi");
        finish(&reading);
    }
}

static void placeholders_are_removed_from_answers_only(void **state)
{
    struct reading reading;

    (void)state;
    read_text(
        &reading,
        "{\"uuid\":\"1\",\"chat_messages\":["
        "{\"uuid\":\"q\",\"sender\":\"human\",\"text\":\"This block is not supported on your current device yet.\"},"
        "{\"uuid\":\"a\",\"sender\":\"assistant\",\"text\":\"Before\\n\\n```\\nThis block is not supported on your "
        "current "
        "device yet.\\n```\\n\\nAfter\"},"
        "{\"uuid\":\"b\",\"sender\":\"assistant\",\"text\":\"It says: This block is not supported on your current "
        "device yet.\"},"
        "{\"uuid\":\"c\",\"sender\":\"assistant\",\"text\":\"```\\nThis block is not supported on your current device "
        "yet.\\n"
        "```\"}]}");
    assert_ok(reading.status, reading.error);
    assert_int_equal(reading.recorder.count, 3);
    assert_message(&reading.recorder, "q", CPK_ROLE_USER, CPK_KIND_TEXT, "",
                   "This block is not supported on your current device yet.");
    assert_null(strstr(recorder_find(&reading.recorder, "a")->text, "not supported"));
    assert_null(strstr(recorder_find(&reading.recorder, "a")->text, "```"));
    assert_non_null(strstr(recorder_find(&reading.recorder, "b")->text, "not supported"));
    finish(&reading);
}

static void own_text_counts_where_no_known_block_has_it(void **state)
{
    struct reading reading;

    (void)state;
    read_text(
        &reading,
        "{\"uuid\":\"1\",\"chat_messages\":["
        "{\"uuid\":\"q\",\"sender\":\"human\",\"text\":\"I row.\",\"content\":[{\"type\":\"weather\",\"text\":\"12 "
        "degrees\"},{\"type\":\"place\",\"text\":\"Turku\"}]},"
        "{\"uuid\":\"a\",\"sender\":\"assistant\",\"text\":\"Row on.\",\"content\":[{\"type\":\"thinking\","
        "\"thinking\":\"Hm.\"},{\"type\":\"recipe\",\"text\":\"Row on.\"}]},"
        "{\"uuid\":\"b\",\"sender\":\"assistant\",\"text\":\"\",\"content\":[{\"type\":\"x\",\"text\":\"One\"},"
        "{\"type\":\"y\",\"text\":\"Two\"}]},"
        "{\"uuid\":\"c\",\"sender\":\"assistant\",\"text\":\"Other\",\"content\":[{\"type\":\"text\",\"text\":\"A\"},"
        "{\"type\":\"x\",\"text\":\"B\"},{\"type\":\"text\",\"text\":\"C\"}]},"
        "{\"uuid\":\"d\",\"sender\":\"assistant\",\"text\":\"```\\nThis block is not supported on your current device "
        "yet.\\n```\",\"content\":[{\"type\":\"tool_use\",\"name\":\"t\",\"input\":{}}]}]}");
    assert_ok(reading.status, reading.error);
    assert_int_equal(reading.recorder.count, 7);
    assert_message(&reading.recorder, "q", CPK_ROLE_USER, CPK_KIND_TEXT, "", "I row.");
    assert_message(&reading.recorder, "q/2", CPK_ROLE_USER, CPK_KIND_ATTACHMENT, "q", "12 degrees\n\nTurku");
    assert_message(&reading.recorder, "a", CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, "q", "Hm.");
    assert_message(&reading.recorder, "a/2", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "a", "Row on.");
    assert_message(&reading.recorder, "b", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "a", "One\n\nTwo");
    assert_message(&reading.recorder, "c", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "b", "A\n\nB\n\nC");
    assert_message(&reading.recorder, "d", CPK_ROLE_ASSISTANT, CPK_KIND_TOOL_CALL, "c", "t");
    finish(&reading);
}

static void cited_pages_become_links(void **state)
{
    struct reading reading;

    (void)state;
    read_text(
        &reading,
        "{\"uuid\":\"1\",\"chat_messages\":["
        "{\"uuid\":\"a\",\"sender\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"\\u00c9t\\u00e9 was hot. "
        "It "
        "rained. End\",\"citations\":[{\"end_index\":17,\"details\":{\"type\":\"web_search_citation\",\"url\":"
        "\"https://r.example\"}},{\"end_index\":12,\"title\":\"Hot\",\"url\":\"https://h.example\",\"sources\":[{"
        "\"title\":\"S\",\"url\":\"https://s.example\"},{\"title\":\"bad\",\"url\":\"javascript:x\"}]},"
        "{\"end_index\":null,\"details\":{\"url\":\"ftp://no.example\"}},{\"end_index\":9999,\"details\":{\"url\":"
        "\"https://e.example\"}}]}]}]}");
    assert_ok(reading.status, reading.error);
    assert_message(&reading.recorder, "a", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "",
                   "\xC3\x89t\xC3\xA9 was hot. ([Hot](https://h.example), [S](https://s.example)) It rained. "
                   "(https://r.example) End (https://e.example)");
    finish(&reading);
}

static void updated_artifacts_are_given_whole(void **state)
{
    struct reading reading;

    (void)state;
    read_text(&reading, "{\"uuid\":\"1\",\"chat_messages\":["
                        "{\"uuid\":\"a\",\"sender\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"name\":"
                        "\"artifacts\",\"input\":{"
                        "\"command\":\"create\",\"id\":\"l\",\"title\":\"List\",\"content\":\"one two\"}}]},"
                        "{\"uuid\":\"b\",\"sender\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"name\":"
                        "\"artifacts\",\"input\":{"
                        "\"command\":\"update\",\"id\":\"l\",\"old_str\":\"two\",\"new_str\":\"three\"}}]},"
                        "{\"uuid\":\"c\",\"sender\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"name\":"
                        "\"artifacts\",\"input\":{"
                        "\"command\":\"update\",\"id\":\"l\",\"old_str\":\"two\",\"new_str\":\"four\"}}]},"
                        "{\"uuid\":\"d\",\"sender\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"name\":"
                        "\"create_file\",\"input\":"
                        "{\"path\":\"/f.md\",\"file_text\":\"x "
                        "y\"}},{\"type\":\"tool_use\",\"name\":\"str_replace\",\"input\":{\"path\":"
                        "\"/f.md\",\"old_str\":\"y\",\"new_str\":\"z\"}}]}]}");
    assert_ok(reading.status, reading.error);
    assert_message(&reading.recorder, "b", CPK_ROLE_ASSISTANT, CPK_KIND_ARTIFACT, "a", "one three");
    assert_string_equal(recorder_find(&reading.recorder, "b")->files[0].name, "List");
    assert_message(&reading.recorder, "c", CPK_ROLE_ASSISTANT, CPK_KIND_ARTIFACT, "b", "Replaced:\ntwo\nwith:\nfour");
    assert_message(&reading.recorder, "d/2", CPK_ROLE_ASSISTANT, CPK_KIND_ARTIFACT, "d", "x z");
    finish(&reading);
}

static void a_message_of_a_file_alone_is_that_file(void **state)
{
    struct reading reading;

    (void)state;
    read_text(&reading,
              "{\"uuid\":\"1\",\"chat_messages\":["
              "{\"uuid\":\"a\",\"sender\":\"human\",\"text\":\"\",\"content\":[],\"attachments\":[{\"file_name\":"
              "\"p.png\"},{\"file_name\":\"n.txt\",\"extracted_content\":\"I keep bees.\"}]}]}");
    assert_ok(reading.status, reading.error);
    assert_int_equal(reading.recorder.count, 1);
    assert_message(&reading.recorder, "a", CPK_ROLE_USER, CPK_KIND_ATTACHMENT, "", "I keep bees.");
    assert_int_equal(reading.recorder.messages[0].file_count, 2);
    assert_string_equal(reading.recorder.messages[0].files[0].name, "n.txt");
    finish(&reading);
}

static void saved_pages_are_ordered_by_index(void **state)
{
    struct reading reading;

    (void)state;
    read_text(&reading, "{\"uuid\":\"1\",\"chat_messages\":["
                        "{\"uuid\":\"c\",\"index\":2,\"sender\":\"human\",\"text\":\"third\"},"
                        "{\"uuid\":\"a\",\"index\":0,\"sender\":\"human\",\"text\":\"first\"},"
                        "{\"uuid\":\"b\",\"index\":1,\"sender\":\"assistant\",\"text\":\"second\"}]}");
    assert_ok(reading.status, reading.error);
    assert_int_equal(reading.recorder.count, 3);
    assert_message(&reading.recorder, "b", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "a", "second");
    assert_message(&reading.recorder, "c", CPK_ROLE_USER, CPK_KIND_TEXT, "b", "third");
    finish(&reading);
}

static void unclosed_tag_extends_to_the_end(void **state)
{
    struct reading reading;

    (void)state;
    read_text(&reading, "{\"uuid\":\"1\",\"chat_messages\":["
                        "{\"uuid\":\"a\",\"sender\":\"assistant\",\"text\":\"See <antArtifact title=\\\"T\\\">body\"},"
                        "{\"uuid\":\"b\",\"sender\":\"assistant\",\"text\":\"The tag <antArtifact and <ant hill\"},"
                        "{\"uuid\":\"c\",\"sender\":\"human\",\"text\":\"What is <antArtifact>?\"}]}");
    assert_ok(reading.status, reading.error);
    assert_message(&reading.recorder, "a/2", CPK_ROLE_ASSISTANT, CPK_KIND_ARTIFACT, "a", "body");
    assert_message(&reading.recorder, "b", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, "a",
                   "The tag <antArtifact and <ant hill");
    assert_message(&reading.recorder, "c", CPK_ROLE_USER, CPK_KIND_TEXT, "b", "What is <antArtifact>?");
    finish(&reading);
}

static void error_of_the_sink_stops_the_import(void **state)
{
    cpk_extractor_driver driver;
    struct context context;
    struct recorder recorder;
    struct bytes_source source;
    cpk_error *error = NULL;
    const char *json = "[{\"uuid\":\"1\",\"chat_messages\":[{\"text\":\"a\"},{\"text\":\"b\"},{\"text\":\"c\"}]}]";
    cpk_reader reader = bytes_reader(&source, json, strlen(json), "conversations.json");

    (void)state;
    context_init(&context);
    recorder_init(&recorder);
    recorder.refuse_after = 1;
    claude_driver_init(&driver, &context);
    assert_int_equal(driver.extract(driver.self, &reader, &recorder.sink, &error), CPK_ERROR_NO_SPACE);
    assert_int_equal(recorder.count, 1);
    cpk_error_free(error);
    recorder_free(&recorder);
}

static void failed_allocation_is_reported(void **state)
{
    static const char json[] =
        "[{\"uuid\":\"1\",\"name\":\"n\",\"summary\":\"s\",\"chat_messages\":["
        "{\"uuid\":\"m\",\"sender\":\"human\",\"text\":\"hi\",\"files\":[{\"file_name\":\"f\"}]},"
        "{\"sender\":\"assistant\",\"model\":\"x\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
        "{\"type\":\"tool_use\",\"name\":\"t\",\"input\":{\"q\":1}}]}]},"
        "{\"uuid\":\"p\",\"name\":\"n\",\"description\":\"d\",\"docs\":[{\"filename\":\"x\",\"content\":\"y\"}]},"
        "{\"conversations_memory\":\"m\",\"project_memories\":{\"p\":\"q\"}}]";
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;

    (void)state;
    for (long allowed = 0; status == CPK_ERROR_OUT_OF_MEMORY; allowed++) {
        struct scarce scarce = {.left = allowed};
        cpk_extractor_driver driver;
        struct context context;
        struct recorder recorder;
        struct bytes_source source;
        cpk_reader reader = bytes_reader(&source, json, strlen(json), "conversations.json");

        context_init(&context);
        context.allocator = scarce_allocator(&scarce);
        recorder_init(&recorder);
        claude_driver_init(&driver, &context);
        status = driver.extract(driver.self, &reader, &recorder.sink, NULL);
        if (status == CPK_OK) {
            assert_int_equal(recorder.count, 8);
            assert_true(allowed > 3);
        }
        recorder_free(&recorder);
    }
    assert_int_equal(status, CPK_OK);
}

static void public_samples_are_read(void **state)
{
    static const struct sample {
        const char *path;
        size_t least;
    } samples[] = {{"/fixtures/chats/claude/context-carry-conversations.json", 5},
                   {"/fixtures/chats/claude/context-carry-projects.json", 3},
                   {"/fixtures/chats/claude/knowledgemaxxing-conversations.json", 2},
                   {"/fixtures/chats/claude/librechat-claude-branched-tools.json", 12},
                   {"/fixtures/chats/claude/polylogue-sample-00.json", 10}};

    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        char path[1024];
        struct reading reading;

        snprintf(path, sizeof path, "%s%s", SHARED_DIR, samples[i].path);
        if (!read_path(&reading, path)) {
            continue;
        }
        assert_ok(reading.status, reading.error);
        assert_true(reading.certainty > 50);
        if (reading.recorder.count < samples[i].least) {
            fail_msg("%s gave %zu messages", path, reading.recorder.count);
        }
        finish(&reading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_parts_are_read),
        cmocka_unit_test(branches_are_kept_and_injections_hidden),
        cmocka_unit_test(nulls_and_missing_ids_do_not_affect_others),
        cmocka_unit_test(invalid_trees_are_repaired),
        cmocka_unit_test(projects_are_read),
        cmocka_unit_test(memories_are_read),
        cmocka_unit_test(design_chats_are_read),
        cmocka_unit_test(file_without_chats_is_described),
        cmocka_unit_test(index_gives_one_note),
        cmocka_unit_test(other_formats_are_not_detected),
        cmocka_unit_test(wrappers_and_single_conversations_are_read),
        cmocka_unit_test(placeholders_are_removed_from_answers_only),
        cmocka_unit_test(own_text_counts_where_no_known_block_has_it),
        cmocka_unit_test(cited_pages_become_links),
        cmocka_unit_test(updated_artifacts_are_given_whole),
        cmocka_unit_test(a_message_of_a_file_alone_is_that_file),
        cmocka_unit_test(saved_pages_are_ordered_by_index),
        cmocka_unit_test(unclosed_tag_extends_to_the_end),
        cmocka_unit_test(error_of_the_sink_stops_the_import),
        cmocka_unit_test(failed_allocation_is_reported),
        cmocka_unit_test(public_samples_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
