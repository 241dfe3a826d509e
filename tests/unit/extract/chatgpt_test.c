#include "support/test.h"

#include "unit/extract/input.h"

#define T INT64_C(1709288525250000)

static void assert_message(const struct input *input, size_t index, const char *id, const char *parent,
                           const char *text, int32_t active)
{
    const struct recorded_message *message = &input->recorder.messages[index];

    assert_true(index < input->recorder.count);
    assert_string_equal(message->message_id, id);
    if (parent == NULL) {
        assert_null(message->parent_id);
    } else {
        assert_non_null(message->parent_id);
        assert_string_equal(message->parent_id, parent);
    }
    assert_string_equal(message->text, text);
    assert_int_equal((message->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0, active);
}

static void branches_are_kept_and_marked(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/branches.json"), input.error);
    assert_string_equal(input.report.format, "chatgpt");
    assert_int_equal(input.report.conversations, 1);
    assert_int_equal(input.report.messages, 7);
    assert_message(&input, 0, "q1", NULL, "Which tree grows fastest?", 1);
    assert_message(&input, 1, "a2", "q1", "Poplar, up to three metres a year.", 1);
    assert_message(&input, 2, "q2", "a2", "And the slowest?", 1);
    assert_message(&input, 3, "a3", "q2", "Some bristlecone pines.", 1);
    assert_message(&input, 4, "a1", "q1", "Perhaps willow.", 0);
    assert_message(&input, 5, "q3", "a2", "And in dry soil?", 0);
    assert_message(&input, 6, "a4", "q3", "Then black locust.", 0);
    assert_string_equal(input.recorder.messages[1].model, "gpt-4o");
    assert_string_equal(input.recorder.messages[0].conversation_title, "Trees");
    assert_string_equal(input.recorder.messages[0].provider, "chatgpt");
    assert_int_equal(input.recorder.messages[0].time_us, T);
    assert_int_equal(input.recorder.note_count, 0);
    input_free(&input);
}

static void tree_is_built_from_parents(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/no_children.json"), input.error);
    assert_int_equal(input.report.messages, 4);
    assert_message(&input, 0, "n1", NULL, "A question.", 1);
    assert_message(&input, 1, "n2", "n1", "First answer.", 1);
    assert_message(&input, 2, "n3", "n2", "Second answer.", 1);
    assert_message(&input, 3, "n4", "n1", "Another first answer.", 0);
    assert_int_equal(input.recorder.note_count, 0);
    input_free(&input);
}

static void invalid_links_are_repaired(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/broken_links.json"), input.error);
    assert_int_equal(input.report.conversations, 7);
    assert_message(&input, 0, "c1", NULL, "one", 1);
    assert_message(&input, 2, "c3", "c2", "three", 1);
    assert_message(&input, 3, "s1", NULL, "one", 1);
    assert_message(&input, 4, "s2", "s1", "two", 1);
    assert_message(&input, 5, "d1", NULL, "one", 1);
    assert_message(&input, 7, "r2", NULL, "second root", 1);
    assert_message(&input, 9, "r1", NULL, "first root", 0);
    assert_message(&input, 11, "u2", "u1", "newer", 1);
    assert_message(&input, 12, "u3", "u1", "older", 0);
    assert_message(&input, 14, "m3", "m1", "last", 1);
    assert_message(&input, 17, "k2", "k1", "two", 1);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_REPAIRED), 4);
    input_free(&input);
}

struct expected_piece {
    const char *id;
    int32_t role;
    int32_t kind;
    int32_t hidden;
    const char *text;
};

static void every_content_type_is_read(void **state)
{
    static const struct expected_piece expected[] = {
        {"system", CPK_ROLE_SYSTEM, CPK_KIND_TEXT, 1, "You are ChatGPT."},
        {"profile", CPK_ROLE_USER, CPK_KIND_INSTRUCTIONS, 1, "Preferred name: Ada\nRole: gardener"},
        {"profile/2", CPK_ROLE_USER, CPK_KIND_INSTRUCTIONS, 1, "Be brief."},
        {"old_profile", CPK_ROLE_USER, CPK_KIND_INSTRUCTIONS, 1, "I keep bees."},
        {"old_profile/2", CPK_ROLE_USER, CPK_KIND_INSTRUCTIONS, 1, "Answer in German."},
        {"memory", CPK_ROLE_ASSISTANT, CPK_KIND_MEMORY, 1, "1. [2024-03-01]. The user keeps bees."},
        {"image", CPK_ROLE_USER, CPK_KIND_TEXT, 0, "What is on this picture?"},
        {"image_only", CPK_ROLE_USER, CPK_KIND_TEXT, 0, ""},
        {"voice", CPK_ROLE_USER, CPK_KIND_TRANSCRIPT, 0, "How are my bees?"},
        {"thoughts", CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, 1, "Looking\n\nA bee, I think."},
        {"recap", CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, 1, "Thought for 4 seconds"},
        {"analysis", CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, 1, "Inner monologue."},
        {"search", CPK_ROLE_ASSISTANT, CPK_KIND_TOOL_CALL, 1, "browser: search(\"bees\")"},
        {"display", CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 1, "# Bees of the world\nMany bees."},
        {"quote", CPK_ROLE_TOOL, CPK_KIND_QUOTE, 1, "Bees\n\nhttps://example.org/bees\n\nBees sleep at night."},
        {"page", CPK_ROLE_TOOL, CPK_KIND_QUOTE, 1, "Honey\n\nhttps://example.org/honey\n\nHoney keeps for years."},
        {"code", CPK_ROLE_ASSISTANT, CPK_KIND_CODE, 0, "print(6 * 7)"},
        {"output", CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 0, "42"},
        {"bio", CPK_ROLE_ASSISTANT, CPK_KIND_MEMORY, 1, "The user keeps bees in Graz."},
        {"bio_done", CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 1, "Model set context updated."},
        {"canvas", CPK_ROLE_ASSISTANT, CPK_KIND_ARTIFACT, 0, "letter\n\nDear Ada,\nthe hives are well."},
        {"canvas_all", CPK_ROLE_ASSISTANT, CPK_KIND_ARTIFACT, 0, "letter\n\nDear Ada, all is well."},
        {"canvas_part", CPK_ROLE_ASSISTANT, CPK_KIND_ARTIFACT, 0, "letter\n\nDear Eve, all is well."},
        {"error", CPK_ROLE_TOOL, CPK_KIND_ERROR, 0, "tool_error\n\nError when executing command"},
        {"screen", CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 1, "A window\n\nhttps://example.org"},
        {"citable", CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 1, "rows: 3"},
        {"file", CPK_ROLE_TOOL, CPK_KIND_ATTACHMENT, 1, "The text of notes.pdf."},
        {"painted", CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 0, ""},
        {"weightless", CPK_ROLE_USER, CPK_KIND_TEXT, 1, "Not shown."},
        {"new_kind", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, 0, "Seen from the side."},
        {"answer", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, 0, "It is a bee."},
    };
    const size_t count = sizeof expected / sizeof expected[0];
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/content_types.json"), input.error);
    assert_int_equal(input.recorder.count, count);
    for (size_t i = 0; i < count; i++) {
        const struct recorded_message *message = &input.recorder.messages[i];

        assert_string_equal(message->message_id, expected[i].id);
        assert_int_equal(message->role, expected[i].role);
        assert_int_equal(message->kind, expected[i].kind);
        assert_int_equal(message->flags & CPK_MESSAGE_HIDDEN, expected[i].hidden ? CPK_MESSAGE_HIDDEN : 0);
        if (expected[i].text != NULL) {
            assert_string_equal(message->text, expected[i].text);
        }
        assert_string_equal(message->conversation_title, "Bees and honey");
    }
    assert_int_equal(input.recorder.note_count, 0);
    assert_string_equal(input_find(&input, "types", "profile/2")->parent_id, "profile");
    assert_string_equal(input_find(&input, "types", "old_profile")->parent_id, "profile");
    input_free(&input);
}

/* ChatGPT gives them no time: they are those of the start of the conversation. */
static void instructions_and_memories_have_the_time_of_their_conversation(void **state)
{
    static const char text[] =
        "[{\"id\":\"c\",\"title\":\"t\",\"create_time\":1709288525.25,\"current_node\":\"u\",\"mapping\":{"
        "\"p\":{\"id\":\"p\",\"parent\":null,\"children\":[\"k\"],\"message\":{\"id\":\"p\",\"author\":{\"role\":"
        "\"user\"},"
        "\"create_time\":null,\"content\":{\"content_type\":\"user_editable_context\",\"user_profile\":\"I keep "
        "bees.\","
        "\"user_instructions\":\"Be brief.\"}}},"
        "\"k\":{\"id\":\"k\",\"parent\":\"p\",\"children\":[\"u\"],\"message\":{\"id\":\"k\",\"author\":{\"role\":"
        "\"system\"},"
        "\"create_time\":null,\"content\":{\"content_type\":\"model_editable_context\",\"model_set_context\":\"1. Has "
        "a dog.\"}}},"
        "\"u\":{\"id\":\"u\",\"parent\":\"k\",\"children\":[],\"message\":{\"id\":\"u\",\"author\":{\"role\":\"user\"},"
        "\"create_time\":null,\"content\":{\"content_type\":\"text\",\"parts\":[\"Hello\"]}}}}}]";
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read(&input, "conversations.json", text, sizeof text - 1), input.error);
    assert_int_equal(input.recorder.count, 4);
    assert_int_equal(input_find(&input, "c", "p")->time_us, INT64_C(1709288525250000));
    assert_int_equal(input_find(&input, "c", "p/2")->time_us, INT64_C(1709288525250000));
    assert_int_equal(input_find(&input, "c", "k")->time_us, INT64_C(1709288525250000));
    assert_int_equal(input_find(&input, "c", "u")->time_us, CPK_TIME_UNKNOWN);
    input_free(&input);
}

static void attachments_are_listed_once(void **state)
{
    const struct recorded_message *message;
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/content_types.json"), input.error);
    message = input_find(&input, "types", "image");
    assert_int_equal(message->file_count, 2);
    assert_string_equal(message->files[0].id, "file-A1");
    assert_string_equal(message->files[0].name, "bee.png");
    assert_string_equal(message->files[0].media_type, "image/png");
    assert_int_equal(message->files[0].size_bytes, 1234);
    assert_string_equal(message->files[1].media_type, "application/pdf");
    message = input_find(&input, "types", "image_only");
    assert_int_equal(message->file_count, 1);
    assert_string_equal(message->files[0].id, "file_C3");
    assert_null(message->files[0].name);
    assert_string_equal(input_find(&input, "types", "voice")->files[0].id, "file_D4");
    assert_string_equal(input_find(&input, "types", "screen")->files[0].id, "file_E5");
    input_free(&input);
}

static void citations_become_readable(void **state)
{
    static const struct {
        const char *id;
        const char *text;
    } expected[] = {
        {"cite", "Honey keeps ([example.org](https://example.org/honey)). It is sweet "
                 "([Sweet](https://example.org/sweet))."},
        {"unknown", "No source, here."},
        {"entity", "Visit Lisbon soon."},
        {"url", "See [the page](https://example.org)."},
        {"wrapped", "A span and another."},
        {"legacy", "As written, bees fly."},
        {"bare", "Bees fly. And too."},
        {"user_text", "We cite turn0search0 and \xE3\x80\x90note\xE3\x80\x91 here; citeturn0search0"},
        {"open", "An open citeturn marker."},
    };
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/citations.json"), input.error);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_string_equal(input_find(&input, "citations", expected[i].id)->text, expected[i].text);
    }
    input_free(&input);
}

static void nulls_are_skipped_and_counted(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/nulls.json"), input.error);
    assert_int_equal(input.report.messages, 6);
    assert_int_equal(input.report.conversations, 3);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_SKIPPED_CONVERSATION) +
                         recorder_count_notes(&input.recorder, CPK_NOTE_UNREADABLE_CONVERSATION),
                     8);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_SKIPPED_MESSAGE), 5);
    assert_int_equal(input.report.skipped, 13);
    assert_string_equal(input_find(&input, "nulls", "c")->text, "also kept");
    assert_string_equal(input_find(&input, "nulls", "c")->parent_id, "a");
    assert_string_equal(input_find(&input, "nulls", "d")->text, "text without an object");
    assert_string_equal(input_find(&input, "nulls", "g")->parent_id, "d");
    assert_int_equal(input_find(&input, "nulls", "g")->role, CPK_ROLE_USER);
    assert_string_equal(input_find(&input, "nulls", "g")->conversation_title, "");
    input_free(&input);
}

static void all_forms_of_time_are_read(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/nulls.json"), input.error);
    assert_int_equal(input_find(&input, "nulls", "a")->time_us, INT64_C(1709288525500000)); /* "1709288525.5" */
    assert_int_equal(input_find(&input, "nulls", "c")->time_us, INT64_C(1709288525500000)); /* milliseconds */
    assert_int_equal(input_find(&input, "nulls", "d")->time_us, INT64_C(1709288525000000)); /* ISO 8601 */
    assert_true(input_find(&input, "nulls", "g")->time_us == CPK_TIME_UNKNOWN);
    input_free(&input);
}

static void wrapped_lists_are_read(void **state)
{
    static const struct {
        const char *path;
        int64_t conversations;
    } files[] = {{"chatgpt/wrapper.json", 2},
                 {"chatgpt/single.json", 1},
                 {"chatgpt/lines.jsonl", 2},
                 {"chatgpt/trailing_comma.json", 2}};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_data(&input, files[i].path), input.error);
        assert_int_equal(input.report.conversations, files[i].conversations);
        assert_int_equal(input.report.messages, 2 * files[i].conversations);
        assert_int_equal(input.recorder.note_count, 0);
        input_free(&input);
    }
}

static void intact_elements_of_damaged_files_are_read(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/truncated.json"), input.error);
    assert_int_equal(input.report.conversations, 2);
    assert_int_equal(input.report.damaged, 1);
    assert_says(input.recorder.notes[0].text, "inside conversation 3");
    input_free(&input);

    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/damaged.json"), input.error);
    assert_int_equal(input.report.conversations, 2);
    assert_string_equal(input.recorder.messages[2].conversation_id, "third");
    assert_int_equal(input.report.damaged, 1);
    assert_int_equal(input.report.loss.of_kind[LOSS_UNREADABLE_CONVERSATIONS], 1);
    assert_int_equal(input.report.loss.conversations, 2);
    input_free(&input);
}

static void derived_ids_are_stable(void **state)
{
    static const char *const grown[] = {
        "[{\"title\":\"a\",\"mapping\":{\"x\":{\"message\":{\"author\":{\"role\":\"user\"},\"content\":{\"content_"
        "type\":"
        "\"text\",\"parts\":[\"one\"]}}}}}]",
        "[{\"title\":\"b\",\"mapping\":{\"x\":{\"message\":{\"author\":{\"role\":\"user\"},\"content\":{\"content_"
        "type\":"
        "\"text\",\"parts\":[\"one\"]}}},\"y\":{\"parent\":\"x\",\"message\":{\"content\":\"two\"}}}}]"};
    char *id = NULL;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_text(&input, "conversations.json", grown[i]), input.error);
        assert_int_equal(input.report.messages, i + 1);
        assert_int_equal(strncmp(input.recorder.messages[0].conversation_id, "made-", 5), 0);
        if (id != NULL) {
            assert_string_equal(input.recorder.messages[0].conversation_id, id);
        }
        free(id);
        id = strdup(input.recorder.messages[0].conversation_id);
        input_free(&input);
    }
    free(id);
}

static cpk_status count_only(void *self, const cpk_message *message, cpk_error **error)
{
    (void)self;
    (void)message;
    (void)error;
    return CPK_OK;
}

/* A chain of 200,000 messages and a cycle of as many: no recursion, no quadratic time. */
static void time_is_linear(void **state)
{
    static const char form[] = "\"%d\":{\"id\":\"%d\",\"parent\":\"%d\",\"message\":%s},";
    static const char message[] = "{\"author\":{\"role\":\"user\"},\"content\":{\"parts\":[\"x\"]}}";
    const int count = 200000;

    (void)state;
    for (int turn = 0; turn < 3; turn++) {
        size_t capacity = (size_t)count * 140 + 200;
        char *json = malloc(capacity);
        size_t length = 0;
        struct input input;

        assert_non_null(json);
        length += (size_t)sprintf(json, "[{\"current_node\":\"1\",\"mapping\":{");
        for (int i = 0; i < count; i++) {
            int parent = turn == 0 ? i + 1 : turn == 1 ? (i + 1) % count : i - 1;

            /* in the third turn only the last node says something */
            length += (size_t)sprintf(json + length, form, i, i, parent, turn < 2 || i == count - 1 ? message : "null");
        }
        length--;
        length += (size_t)sprintf(json + length, "}}]");
        input_init(&input);
        input.recorder.sink.message = count_only;
        assert_ok(input_read(&input, "conversations.json", json, length), input.error);
        assert_int_equal(input.report.messages, turn < 2 ? count : 1);
        input_free(&input);
        free(json);
    }
}

static void other_exports_are_not_detected(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "chatgpt/fragments.json"), input.error);
    assert_string_equal(input.report.format, "deepseek"); /* its exports have the same tree */
    assert_int_equal(input.report.messages, 1);
    input_free(&input);
    input_init(&input);
    assert_int_equal(input_read_data(&input, "chatgpt/schema.json"), CPK_ERROR_UNSUPPORTED);
    assert_says(cpk_error_message(input.error), "JSON Schema");
    input_free(&input);
}

/* Exports that others published, where they are at hand. */
static void published_exports_are_read(void **state)
{
    static const struct {
        const char *name;
        int64_t conversations;
        int64_t messages;
        int64_t skipped;
    } files[] = {{"knowledgemaxxing-conversations.json", 1, 2, 0},
                 {"librechat-chatgpt-citations.json", 1, 2, 0},
                 {"librechat-chatgpt-tree.json", 1, 11, 0},
                 {"librechat-modern-export.json", 1, 6, 1},
                 {"memory-passport-bio.json", 1, 4, 0},
                 {"polylogue-sample-00.json", 1, 3, 0},
                 {"polylogue-sample-01.json", 1, 4, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[512];
        size_t length;
        char *data;
        struct input input;

        snprintf(path, sizeof path, "%s/fixtures/chats/chatgpt/%s", SHARED_DIR, files[i].name);
        data = input_load(path, &length);
        if (data == NULL) {
            continue;
        }
        input_init(&input);
        assert_ok(input_read(&input, files[i].name, data, length), input.error);
        assert_string_equal(input.report.format, "chatgpt");
        assert_int_equal(input.report.conversations, files[i].conversations);
        assert_int_equal(input.report.messages, files[i].messages);
        assert_int_equal(input.report.skipped, files[i].skipped);
        input_free(&input);
        free(data);
    }
}

/* Writes a conversation "c" of messages in one chain, given as members of each message after its id. */
static void read_chain(struct input *input, const char *members, const char *const *messages, size_t count)
{
    char text[16384];
    size_t length = (size_t)snprintf(text, sizeof text, "[{%s\"id\":\"c\",\"mapping\":{", members);

    for (size_t i = 0; i < count; i++) {
        char parent[32] = "null";

        if (i > 0) {
            snprintf(parent, sizeof parent, "\"m%zu\"", i - 1);
        }
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   "%s\"m%zu\":{\"parent\":%s,\"message\":{\"id\":\"m%zu\",%s}}", i > 0 ? "," : "", i,
                                   parent, i, messages[i]);
    }
    length += (size_t)snprintf(text + length, sizeof text - length, "}}]");
    assert_true(length < sizeof text);
    input_init(input);
    assert_ok(input_read(input, "conversations.json", text, length), input->error);
}

#define SAYS(role, text)                                                                                               \
    "\"author\":{\"role\":\"" role "\"},\"content\":{\"content_type\":\"text\",\"parts\":[\"" text "\"]}"
#define CANVAS(call, json)                                                                                             \
    "\"author\":{\"role\":\"assistant\"},\"recipient\":\"canmore." call                                                \
    "_textdoc\",\"content\":{\"content_type\":\"code\",\"text\":\"" json "\"}"

static void canvas_updates_give_the_whole_new_version(void **state)
{
    static const char *const messages[] = {
        CANVAS("create", "{\\\"name\\\":\\\"n\\\",\\\"content\\\":\\\"# A.\\\\nmilk (2)\\\\n# B\\\\nmilk\\\"}"),
        CANVAS("update", "{\\\"updates\\\":[{\\\"pattern\\\":\\\"milk \\\\\\\\(2\\\\\\\\)\\\",\\\"replacement\\\":"
                         "\\\"eggs\\\"}]}"),
        CANVAS("update", "{\\\"updates\\\":[{\\\"pattern\\\":\\\"# B.*\\\",\\\"replacement\\\":\\\"# C\\\"},"
                         "{\\\"pattern\\\":\\\"#\\\",\\\"multiple\\\":true,\\\"replacement\\\":\\\"##\\\"}]}"),
        CANVAS("update", "{\\\"updates\\\":[{\\\"pattern\\\":\\\"(a|b)+\\\",\\\"replacement\\\":\\\"x\\\"}]}"),
        CANVAS("update", "{\\\"updates\\\":[{\\\"pattern\\\":\\\"C\\\",\\\"replacement\\\":\\\"x\\\"}]}"),
    };
    static const char *const texts[] = {"n\n\n# A.\nmilk (2)\n# B\nmilk", "n\n\n# A.\neggs\n# B\nmilk",
                                        "n\n\n## A.\neggs\n## C"};
    struct input input;

    (void)state;
    read_chain(&input, "", messages, 5);
    assert_int_equal(input.recorder.count, 5);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(input.recorder.messages[i].text, texts[i]);
        assert_int_equal(input.recorder.messages[i].kind, CPK_KIND_ARTIFACT);
    }
    for (size_t i = 3; i < 5; i++) { /* a pattern that is not understood: what the document holds is not known */
        assert_int_equal(input.recorder.messages[i].kind, CPK_KIND_TOOL_CALL);
        assert_int_equal(input.recorder.messages[i].flags & CPK_MESSAGE_HIDDEN, CPK_MESSAGE_HIDDEN);
    }
    input_free(&input);
}

#define REPORT                                                                                                         \
    "{\\\"report_message\\\":{\\\"content\\\":{\\\"parts\\\":[\\\"# "                                                  \
    "Tea\\\\nGrows.\\\"]},\\\"create_time\\\":1700000000}}"

static void research_reports_are_answers_once(void **state)
{
    static const char *const messages[] = {
        SAYS("user", "Research tea"),
        "\"author\":{\"role\":\"tool\"},\"content\":{\"content_type\":\"text\",\"parts\":[\"The latest state of the "
        "widget is: " REPORT "\"]},\"metadata\":{\"is_visually_hidden_from_conversation\":true,\"chatgpt_sdk\":{"
        "\"widget_state\":\"" REPORT "\"}}",
        "\"author\":{\"role\":\"assistant\"},\"content\":{\"content_type\":\"app_card\"},\"metadata\":{\"chatgpt_sdk\":"
        "{\"widget_state\":\"" REPORT "\"}}",
        "\"author\":{\"role\":\"tool\"},\"content\":{\"content_type\":\"text\",\"parts\":[\"The latest state of the "
        "widget is: {\\\"status\\\":\\\"running\\\"}\"]},\"metadata\":{\"is_visually_hidden_from_conversation\":true}",
        SAYS("assistant", "Ask me more."),
    };
    const struct recorded_message *report;
    struct input input;

    (void)state;
    read_chain(&input, "\"default_model_slug\":\"gpt-5-x\",", messages, 5);
    assert_int_equal(input.recorder.count, 4);
    report = &input.recorder.messages[1];
    assert_string_equal(report->text, "# Tea\nGrows.");
    assert_string_equal(report->message_id, "m1");
    assert_int_equal(report->role, CPK_ROLE_ASSISTANT);
    assert_int_equal(report->kind, CPK_KIND_TEXT);
    assert_int_equal(report->flags, CPK_MESSAGE_ACTIVE_BRANCH);
    assert_int_equal(report->time_us, INT64_C(1700000000) * 1000000);
    assert_int_equal(input.recorder.messages[2].flags & CPK_MESSAGE_HIDDEN, CPK_MESSAGE_HIDDEN);
    assert_string_equal(input.recorder.messages[3].model, "gpt-5-x");
    assert_null(input.recorder.messages[0].model);
    input_free(&input);
}

static void other_people_of_a_group_are_not_the_user(void **state)
{
    static const char *const messages[] = {
        "\"author\":{\"role\":\"user\",\"name\":\"Ann\",\"metadata\":{\"user_id\":\"a\"}},\"content\":{\"parts\":[\"I "
        "am Ann\"]}",
        "\"author\":{\"role\":\"user\",\"name\":\"Bob\",\"metadata\":{\"user_id\":\"b\"}},\"content\":{\"parts\":[\"I "
        "am Bob\"]}",
        "\"author\":{\"role\":\"user\",\"metadata\":{\"user_id\":\"a\"}},\"content\":{\"parts\":[\"Still Ann\"]}",
        SAYS("user", "No name"),
    };
    static const int32_t roles[] = {CPK_ROLE_USER, CPK_ROLE_UNKNOWN, CPK_ROLE_USER, CPK_ROLE_USER};
    struct input input;

    (void)state;
    read_chain(&input, "", messages, 4);
    assert_int_equal(input.recorder.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(input.recorder.messages[i].role, roles[i]);
    }
    input_free(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(branches_are_kept_and_marked),
        cmocka_unit_test(tree_is_built_from_parents),
        cmocka_unit_test(invalid_links_are_repaired),
        cmocka_unit_test(instructions_and_memories_have_the_time_of_their_conversation),
        cmocka_unit_test(every_content_type_is_read),
        cmocka_unit_test(attachments_are_listed_once),
        cmocka_unit_test(citations_become_readable),
        cmocka_unit_test(nulls_are_skipped_and_counted),
        cmocka_unit_test(all_forms_of_time_are_read),
        cmocka_unit_test(wrapped_lists_are_read),
        cmocka_unit_test(intact_elements_of_damaged_files_are_read),
        cmocka_unit_test(derived_ids_are_stable),
        cmocka_unit_test(time_is_linear),
        cmocka_unit_test(other_exports_are_not_detected),
        cmocka_unit_test(canvas_updates_give_the_whole_new_version),
        cmocka_unit_test(research_reports_are_answers_once),
        cmocka_unit_test(other_people_of_a_group_are_not_the_user),
        cmocka_unit_test(published_exports_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
